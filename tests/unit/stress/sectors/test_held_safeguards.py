"""What a system holds ready, on the nodes of a table: words to places, weeks to money."""

import numpy as np
import pytest

from ario_economies import economy_of
from chainwright.errors import TableError
from chainwright.stress import Economy
from chainwright.stress.sectors.held_safeguards import HeldSafeguards, held_safeguards
from chainwright.system import Safeguard

PAIRS = [("A", "iron"), ("A", "steel"), ("B", "steel"), ("C", "iron")]


@pytest.fixture(scope="module")
def economy():
    """Iron of A and C feeds the steel of A and B; yearly deliveries, and iron from abroad."""
    matrix = np.zeros((4, 4))
    matrix[0, 1], matrix[0, 2], matrix[3, 2] = 365.0, 730.0, 1460.0
    final = np.diag([3650.0, 3650.0, 7300.0, 3650.0])[:, [0, 2, 3]]
    final[1, 0] = 3650.0
    abroad = np.array([[0.0, 182.5, 0.0, 0.0]])
    return Economy.of(
        economy_of(
            matrix, final, PAIRS,
            abroad=abroad, abroad_final=np.zeros((1, 3)), abroad_pairs=[("X", "iron")],
        )
    )  # fmt: skip


def reserve(*users, weeks=1.0, **more):
    return Safeguard("stock", "reserve", users, weeks, product="iron", **more)


def breaches(economy, *safeguards):
    with pytest.raises(TableError, match="safeguards") as caught:
        held_safeguards(economy, safeguards)
    return [(breach.where, breach.found) for breach in caught.value.breaches]


def test_nothing_is_held_where_nothing_is_given(economy):
    assert not held_safeguards(economy, ())
    assert not HeldSafeguards()
    assert not held_safeguards(economy, [reserve("A", weeks=0.0)])
    assert not held_safeguards(economy, [Safeguard("off", "stabilise", ("A",), 0.5)])


def test_a_week_is_seven_days_of_what_the_users_take(economy):
    # steel of A takes 1 a day from A and half a day from abroad; that of B 2 from A, 4 from C
    held = held_safeguards(economy, [reserve("A", weeks=2.0)]).reserves
    assert [one.money for one in held] == pytest.approx([14.0 * 1.5])
    assert held[0].nodes.tolist() == [1]
    assert [economy.codes[row] for row in held[0].rows] == ["A:iron", "C:iron", "X:iron"]


def test_each_word_holds_a_reserve_of_its_own(economy):
    found = held_safeguards(economy, [reserve("A", "B:steel", hold_back=0.25, after_days=3.0)])
    held = found.reserves
    assert [one.users for one in held] == ["A", "B:steel"]
    assert [one.money for one in held] == pytest.approx([7.0 * 1.5, 7.0 * 6.0])
    assert {(one.name, one.hold_back, one.after_days) for one in held} == {("stock", 0.25, 3.0)}


def test_a_sector_is_all_its_nodes_together(economy):
    held = held_safeguards(economy, [reserve("steel")]).reserves
    assert len(held) == 1
    assert held[0].nodes.tolist() == [1, 2]
    assert held[0].money == pytest.approx(7.0 * 7.5)


@pytest.mark.parametrize(
    ("origins", "a_day"), [(("C",), 4.0), (("A:iron",), 2.0), (("C", "A"), 6.0)]
)
def test_origins_narrow_what_is_replaced(economy, origins, a_day):
    held = held_safeguards(economy, [reserve("B", origins=origins)]).reserves
    assert held[0].money == pytest.approx(7.0 * a_day)


def test_origins_abroad_are_rows_as_well(economy):
    held = held_safeguards(economy, [reserve("A", origins=("X",))]).reserves
    assert held[0].money == pytest.approx(3.5)
    assert held[0].rows.tolist() == [economy.n]


def test_capacity_is_of_all_that_its_nodes_make(economy):
    idle = Safeguard("idle", "backup_capacity", ("A", "C:iron"), 0.3, after_days=9.0)
    plate = Safeguard("plate", "strengthen", ("steel",), 1.5)
    first, second = held_safeguards(economy, [plate, idle]).capacity  # in the order of names
    assert (first.name, first.share, first.after_days) == ("idle", 0.3, 9.0)
    assert first.nodes.tolist() == [0, 1, 3]
    assert (second.name, second.share, second.after_days) == ("plate", 1.5, 0.0)
    assert second.nodes.tolist() == [1, 2]


def test_a_second_source_serves_nodes_and_final_users_of_a_region(economy):
    source = Safeguard("other", "second_source", ("B",), 0.4, product="iron")
    (found,) = held_safeguards(economy, [source]).sources
    assert found.nodes.tolist() == [2]
    assert [economy.flows.users.codes[u].split(":")[0] for u in found.final] == ["B"]
    node = Safeguard("other", "second_source", ("B:steel",), 0.4, product="iron")
    assert held_safeguards(economy, [node]).sources[0].final.size == 0


def test_all_words_that_are_wrong_are_told_at_once_with_near_ones(economy):
    told = breaches(
        economy,
        Safeguard("a", "reserve", ("B:stel",), 1.0, product="irn"),
        Safeguard("b", "reserve", ("B",), 1.0, product="iron", origins=("D",)),
        Safeguard("c", "strengthen", ("A",), 1.0, product="iron", after_days=2.0),
        Safeguard("d", "second_source", ("A",), 1.0, product="iron", origins=("C",)),
    )
    places = [where for where, _ in told]
    for name, field in [("a", "product"), ("a", "users"), ("b", "origins"), ("c", "product")]:
        assert any(repr(name) in where and field in where for where in places), (name, field)
    assert any("'c'" in where and "after_days" in where for where in places)
    assert any("'d'" in where and "origins" in where for where in places)


def test_who_takes_nothing_of_it_is_refused(economy):
    told = breaches(economy, reserve("C"))
    assert told == [("'stock', users", "'C', which takes nothing of it")]
    assert breaches(economy, reserve("A", origins=("C",))) == [
        ("'stock', users", "'A', which takes nothing of it")
    ]


def test_an_origin_that_does_not_make_the_product_is_refused(economy):
    told = breaches(economy, reserve("A", origins=("B",)))
    assert told == [("'stock', origins", "no row of the table")]


def test_a_node_cannot_share_two_reserves_of_one_name(economy):
    told = breaches(economy, reserve("A", "steel"))
    assert told == [("'stock', users", "A:steel more than once")]
