"""What is made of a whole store: once until it changes, by one thread, for all who wait."""

import asyncio
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from anyio import CapacityLimiter, to_thread

__all__ = ["Lasting", "beside"]

Made = TypeVar("Made")

THREADS = CapacityLimiter(3)
"""Threads that ask the store at a time; each has a connection, with its own memory of pages."""


async def beside(make: Callable[[], Made]) -> Made:
    """Return what is made in a thread beside the loop that answers, which goes on meanwhile.

    Parameters
    ----------
    make : callable
        What makes it.
    """
    return await to_thread.run_sync(make, limiter=THREADS)


class Held(NamedTuple, Generic[Made]):
    """Something made: in which turn, of which state of the store."""

    turn: int
    state: object
    made: Made


class Lasting(Generic[Made]):
    """Things made of a store that last until it changes.

    They are made beside the loop that answers, one at a time. Whoever waits meanwhile takes what
    was begun after asking, so that a store that changes all the time makes nobody wait for more
    than two.

    Parameters
    ----------
    state : callable
        Gives something that is another once the store was changed; None where that is not known.
    most : int
        How many are kept.
    """

    def __init__(self, state: Callable[[], object], most: int = 1) -> None:
        self.state, self.most = state, most
        self._one = asyncio.Lock()
        self._turn = 0
        self._held: dict[object, Held[Made]] = {}

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, key: object) -> bool:
        return key in self._held

    async def get(self, key: object, make: Callable[[], Made]) -> Made:
        """Return what is kept under a key, or make and keep it.

        Parameters
        ----------
        key : object
            What tells it from others.
        make : callable
            What makes it.
        """
        asked = self._turn
        async with self._one:
            held, state = self._held.pop(key, None), self.state()
            current = held is not None and state is not None and held.state == state
            if held is None or not (current or held.turn > asked):
                self._turn += 1
                held = Held(self._turn, state, await beside(make))
            self._held[key] = held
            while len(self._held) > self.most:
                del self._held[next(iter(self._held))]
            return held.made
