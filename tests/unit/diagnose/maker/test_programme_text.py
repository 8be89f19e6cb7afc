"""Programmes in words: names that the format allows, rows that say what they mean."""

import pytest

from chainwright.diagnose import OutageProgramme
from chainwright.diagnose.maker.programme_text import programme_text
from chainwright.errors import ParameterError
from toy_makers import maker, two_products


@pytest.fixture(scope="module")
def programme():
    return OutageProgramme(two_products().maker.network)


def lines(text):
    return [line.strip() for line in text.splitlines()]


def test_each_item_has_its_balance(programme):
    text = lines(programme_text(programme, [2], 6.0))
    assert "use(a): u(F1@P1) + u(F2@P2) - u(a@A1) - u(a@A2) <= 40" in text
    assert "use(F1): - u(F1@P1) - l(F1) <= -220" in text
    assert "loss: 5 l(F1) + 2 l(F2)" in text


def test_a_node_that_is_down_makes_nothing_and_has_no_other_row(programme):
    text = programme_text(programme, [2], 6.0)
    assert " u(a@A1) = 0\n" in text
    assert "can(a@A1)" not in text


def test_survival_asks_for_the_longest_time(programme):
    text = lines(programme_text(programme, [2]))
    assert text[2:4] == ["Maximize", "longest: t"]
    assert "use(b): u(F1@P1) - u(b@B) <= 80" in text
    assert "can(b@B): u(b@B) - 50 t <= 0" in text


def test_stock_that_is_lost_is_not_in_the_rows():
    lost = OutageProgramme(two_products().maker.network, stock_at_node="lost")
    assert "- u(a@A1) - u(a@A2) <= 0" in programme_text(lost, [2], 6.0)


def test_names_that_the_format_forbids_are_changed_and_stay_apart():
    network = maker(
        products=["item demand_per_week", ("整车", 10)],
        bill=["parent component quantity", ("整车", "a+b", 1), ("整车", "a-b", 2)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier capacity_per_week", ("P", "S", 25)],
        sourcing=["item supplier site", ("a+b", "S", "P"), ("a-b", "S", "P")],
    ).maker.network
    text = programme_text(OutageProgramme(network, weight="output"), [], 2.0)
    assert "u(a_b@P)" in text
    assert "u(a_b@P~1)" in text
    assert "site(P): u(a_b@P) + u(a_b@P~1) <= 50" in text
    assert text.isascii()


def test_a_length_without_end_is_refused(programme):
    with pytest.raises(ParameterError, match="weeks"):
        programme_text(programme, [2], float("inf"))
