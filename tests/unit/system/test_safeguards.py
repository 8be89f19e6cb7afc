import pickle

import pytest

from chainwright import System
from chainwright.errors import MissingPartError, TableError
from chainwright.system import Safeguard, Safeguards


def reserve(name="chips", size=4.0):
    return Safeguard(name, "reserve", ("CHN",), size, product="c14")


def test_all_that_is_wrong_with_a_safeguard_is_told_at_once():
    with pytest.raises(TableError) as caught:
        Safeguard("", "reserv", (), -1.0, after_days=-2.0, hold_back=2.0)
    told = str(caught.value)
    for word in ("a name", "reserve", "at least one", "size", "after_days", "hold_back"):
        assert word in told


@pytest.mark.parametrize("kind", ["second_source", "stabilise"])
def test_a_share_is_at_most_one(kind):
    with pytest.raises(TableError, match="from 0 to 1"):
        Safeguard("a", kind, ("CHN",), 1.2, product="c14")


@pytest.mark.parametrize("kind", ["reserve", "backup_capacity", "strengthen"])
def test_weeks_and_capacity_may_exceed_one(kind):
    assert Safeguard("a", kind, "CHN", 2.5, product="c14").users == ("CHN",)


def test_a_reserve_is_of_a_product_and_alone_can_be_held_back():
    with pytest.raises(TableError, match="what is held or bought"):
        Safeguard("a", "reserve", ("CHN",), 1.0)
    with pytest.raises(TableError, match="for a reserve alone"):
        Safeguard("a", "backup_capacity", ("CHN",), 1.0, hold_back=0.2)


@pytest.mark.parametrize("size", [float("nan"), float("inf"), True, "4"])
def test_a_size_is_a_finite_number(size):
    with pytest.raises(TableError, match="size"):
        Safeguard("a", "reserve", ("CHN",), size, product="c14")


def test_names_are_taken_once():
    with pytest.raises(TableError, match="Rename one"):
        Safeguards((reserve(), reserve()))


def test_of_gives_what_changes_anything_in_the_order_of_names():
    held = Safeguards((reserve("b"), reserve("a"), reserve("none", 0.0)))
    assert [one.name for one in held.of("reserve")] == ["a", "b"]
    assert held.of("stabilise") == ()


def test_a_system_carries_its_safeguards_and_stays_as_it_was(toy):
    held = toy.with_safeguards(reserve())
    assert "safeguards" not in toy.has
    with pytest.raises(MissingPartError, match="with_safeguards"):
        _ = toy.safeguards
    assert held.flows is toy.flows
    assert repr(held).endswith("; 1 held ready>")
    assert held.origin["safeguards"]["chips"]["size"] == 4.0
    assert pickle.loads(pickle.dumps(held)).safeguards == held.safeguards  # noqa: S301
    more = held.with_safeguards(reserve("more"))
    assert [one.name for one in more.safeguards] == ["chips", "more"]
    with pytest.raises(TableError, match="Rename one"):
        more.with_safeguards(reserve())


def test_parts_can_be_put_in_place_of_others(toy):
    flows = System.demo("country").flows
    changed = toy.with_safeguards(reserve()).with_parts(flows=flows)
    assert changed.flows is flows
    assert len(changed.safeguards) == 1
