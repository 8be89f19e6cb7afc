import asyncio
import threading

import pytest

from chainwright.serve.lasting import Lasting


class Making:
    """Counts how often something is made, each time slowly enough that others come to wait."""

    def __init__(self):
        self.count, self.gate = 0, threading.Event()

    def __call__(self):
        assert self.gate.wait(10)
        self.count += 1
        return self.count


async def waiting(lasting, making, askers):
    """Ask several times while the first is being made; return what each was given."""
    first = asyncio.create_task(lasting.get("a", making))
    await asyncio.sleep(0)
    others = [asyncio.create_task(lasting.get("a", making)) for _ in range(askers)]
    await asyncio.sleep(0.01)
    making.gate.set()
    return [await task for task in (first, *others)]


def test_where_nothing_changes_one_is_made_for_all_who_wait():
    making = Making()
    assert asyncio.run(waiting(Lasting(lambda: 1), making, 5)) == [1] * 6


@pytest.mark.parametrize("unknown", [True, False])
def test_where_all_changes_those_who_wait_share_what_was_begun_after_they_asked(unknown):
    making, states = Making(), iter(range(100))
    lasting = Lasting((lambda: None) if unknown else lambda: next(states))
    assert asyncio.run(waiting(lasting, making, 5)) == [1, 2, 2, 2, 2, 2]


def test_who_asks_later_is_given_a_new_one_where_it_changed():
    state, making = [1], Making()
    making.gate.set()
    lasting = Lasting(lambda: state[0])

    async def asked():
        first = [await lasting.get("a", making) for _ in range(2)]
        state[0] = 2
        return [*first, await lasting.get("a", making)]

    assert asyncio.run(asked()) == [1, 1, 2]


def test_the_loop_goes_on_while_something_is_made():
    making = Making()

    async def asked():
        task = asyncio.create_task(Lasting(lambda: 1).get("a", making))
        await asyncio.sleep(0.01)
        going = not task.done()
        making.gate.set()
        return going, await task

    assert asyncio.run(asked()) == (True, 1)


def test_what_fails_is_not_kept_and_shuts_nobody_out():
    lasting = Lasting(lambda: 1)

    async def asked():
        with pytest.raises(ZeroDivisionError):
            await lasting.get("a", lambda: 1 // 0)
        return await lasting.get("a", lambda: 7)

    assert asyncio.run(asked()) == 7


def test_those_not_asked_for_longest_make_room():
    lasting = Lasting(lambda: 1, 2)

    async def asked():
        for key in "abac":
            await lasting.get(key, lambda: 0)

    asyncio.run(asked())
    assert len(lasting) == 2
    assert "a" in lasting
    assert "b" not in lasting
