"""Second sources that were priced for some origins and replace others besides are named."""

import pytest

from ario_economies import economy_of
from chainwright.plan import RepairMeasure, RepairMeasures
from chainwright.plan.repairs.repair_case import posed_case
from chainwright.stress import Blow, Shock

PAIRS = [("A", "iron"), ("B", "iron"), ("C", "steel"), ("D", "steel")]


@pytest.fixture(scope="module")
def system():
    """Iron of A and B goes to steel of C; steel of D takes iron of B alone."""
    matrix = [[0.0, 0.0, 365.0, 0.0], [0.0, 0.0, 365.0, 365.0], [0.0] * 4, [0.0] * 4]
    final = [[700.0 if i == j else 0.0 for j in range(4)] for i in range(4)]
    return economy_of(matrix, final, PAIRS)


def source(name, origins, *, users=("C",)):
    return RepairMeasure(
        name, "second_source", users, 0.5, product="iron", origins=origins,
        yearly_low=1.0, yearly_high=1.0, once_low=0.0, once_high=0.0,
    )  # fmt: skip


def cut(origin, buyer="C"):
    return Shock((Blow("supply_cut", nodes=f"{origin}:iron", buyers=buyer, share=1.0, days=5),))


def notes(system, against, *held):
    case = posed_case(
        system, against, budget=9.0, days=10, measures=RepairMeasures(held, str(system.money))
    )
    return [pair for pair in case.notes if "second source" in pair[0] and "cost is not" in pair[0]]


def test_a_scenario_that_cuts_off_what_the_cost_is_not_of_is_told(system):
    found = notes(system, {"a": cut("A"), "b": cut("B")}, source("other", ("A",)))
    assert len(found) == 1
    english, chinese = found[0]
    assert english.startswith("1 second source replaces deliveries that its cost is not of")
    assert english.endswith(": other.")
    assert "1 项第二来源" in chinese
    assert "other" in chinese


@pytest.mark.parametrize("origins", [("A",), ("A:iron",), ("A", "B"), ()])
def test_a_cost_of_all_that_is_cut_off_needs_no_word(system, origins):
    assert notes(system, {"a": cut("A")}, source("other", origins)) == []


def test_a_cut_that_its_users_do_not_feel_needs_no_word(system):
    both = ("C", "D")  # D takes no iron of A, so that a cut of A is nothing to it; that of B is
    mine = source("of d", ("B",), users=("D",))
    assert notes(system, {"a": cut("A", both), "b": cut("B", both)}, mine) == []
    other = source("of d", ("A",), users=("D",))
    assert len(notes(system, {"a": cut("A", both), "b": cut("B", both)}, other)) == 1


def test_several_are_counted_and_named(system):
    held = [source(f"s{k}", ("A",)) for k in range(6)]
    (english, chinese) = notes(system, {"b": cut("B")}, *held)[0]
    assert english.startswith("6 second sources replace deliveries that their cost is not of")
    assert "s0, s1, s2, s3; ..." in english
    assert "6 项" in chinese


def test_lead_times_of_part_of_a_year_are_said_to_be_rounded_up(system):
    late = RepairMeasure(
        "late", "second_source", ("C",), 0.5, product="iron", lead_years=0.5,
        yearly_low=1.0, yearly_high=1.0, once_low=0.0, once_high=0.0,
    )  # fmt: skip
    held = RepairMeasures((late,), str(system.money))
    for years, expected in ((1, 0), (2, 1)):
        case = posed_case(system, {"a": cut("A")}, budget=9.0, days=10, measures=held, years=years)
        told = [english for english, _ in case.notes if "rounded up to whole years" in english]
        assert len(told) == expected
    assert told == [
        "The lead time of 1 measure was rounded up to whole years: what is ready within a year "
        "counts from the next one on."
    ]
