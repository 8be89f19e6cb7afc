"""39 kinds of data: measured, estimated, missing."""

import numpy as np
import pytest

from chainwright import carbon
from chainwright.system import System
from firm_reports import every_month, one_month, reported


def counts(account, month=-1, firm=0):
    return tuple(
        int(a[firm, month]) for a in (account.measured, account.estimated, account.missing)
    )


def test_billed_counts_as_measured_and_defaulted_as_estimated():
    found = carbon.account(
        one_month(
            ("grid_electricity", 1.0, "measured"),
            ("pipeline_gas", 1.0, "billed"),
            ("oil:diesel", 1.0, "estimated"),
            ("heat_bought", 1.0, "defaulted"),
            ("taxes", None),
        )
    )
    # credit code and class stand in the register; division does, size does not
    assert counts(found) == (4, 2, 33)


def test_the_worst_item_decides_a_kind():
    rows = [("grid_electricity", 1.0), ("oil:diesel", 1.0), ("oil:petrol", 1.0, "estimated")]
    assert counts(carbon.account(one_month(*rows))) == (3, 1, 35)
    assert counts(carbon.account(one_month(*rows, ("oil:fuel_oil", None)))) == (3, 0, 36)


def test_the_three_always_sum_to_39():
    city = carbon.account(System.demo("city", firms=40, months=14))
    for account in (city, city.rolling(12)):
        total = account.measured.astype(int) + account.estimated + account.missing
        assert (total == 39).all()
        assert account.measured.dtype == np.int8


def test_what_does_not_change_by_the_month_holds_from_its_reading_on():
    rows = every_month("grid_electricity", [1.0] * 4)
    rows += [
        ("A", "grid_factor:province", "2023-02", 0.5),
        ("A", "grid_factor:province", "2023-04", None),
    ]
    found = carbon.account(reported(*rows))
    assert [counts(found, m)[0] for m in range(4)] == [3, 4, 4, 3]


def test_what_was_read_before_the_first_month_holds_as_well():
    rows = every_month("grid_electricity", [1.0] * 2, first="2023-05")
    rows += [
        ("A", "heat_factor", "2020-01", 0.11, "defaulted"),
        ("A", "heat_factor", "2021-01", 0.11),
    ]
    found = carbon.account(reported(*rows))
    assert found.periods[0] == "2023-05"
    assert counts(found, 0) == (4, 0, 35)


@pytest.mark.parametrize("kind", ["sinks", "offsets", "captured", "process_gases:n2o"])
def test_what_is_of_a_year_is_there_in_every_month_of_the_year(kind):
    rows = every_month("grid_electricity", [1.0] * 14)
    rows += [("A", kind, "2023-12", 5.0)]
    found = carbon.account(reported(*rows))
    assert [counts(found, m)[0] for m in (0, 11, 12)] == [4, 4, 3]
    assert found.neutralised[0, 0] == 0.0


def test_a_window_has_the_quality_of_most_of_its_months():
    quality = ["measured"] * 7 + ["estimated"] * 5
    rows = [
        (*row[:4], q)
        for row, q in zip(every_month("grid_electricity", [1.0] * 12), quality, strict=True)
    ]
    rows += [
        (*row[:4], q)
        for row, q in zip(
            every_month("taxes", [1.0] * 12), ["measured", "estimated"] * 6, strict=True
        )
    ]
    rows += every_month("output_value", [1.0] * 6)
    found = carbon.account(reported(*rows)).rolling(12)
    # power measured in 7 of 12, taxes tied (the worse counts), output value tied with missing
    assert counts(found) == (3, 1, 35)


def test_optional_kinds_outside_the_39_are_not_counted():
    with_it = carbon.account(one_month(("grid_electricity", 1.0), ("water_use", 5.0)))
    assert counts(with_it) == counts(carbon.account(one_month(("grid_electricity", 1.0))))


def test_a_text_is_there_without_a_number():
    system = System.demo("city", firms=3, months=2)
    found = carbon.account(system)
    kinds = found.coverage.marks[0, 0]
    assert kinds[0] == 1  # identity, a text
    assert kinds[19] == 3  # fuel properties, missing in the demo
