"""Accounts as tables."""

import json

import numpy as np
import pytest

from chainwright import carbon
from chainwright.carbon.inventory.account_tables import AMOUNTS
from chainwright.system import System
from firm_reports import EF, every_month, reported


@pytest.fixture(scope="module")
def city():
    return carbon.account(System.demo("city", firms=30, months=14))


def test_one_row_a_firm_over_all_months_the_largest_emitter_first(city):
    table = city.table()
    assert len(table) == 30
    assert table["gross"].is_monotonic_decreasing
    at = [city.firms.index(firm) for firm in table["firm"]]
    np.testing.assert_allclose(table["net"], city.net[at].sum(axis=1))
    np.testing.assert_allclose(table["energy_tce"], city.energy_tce[at].sum(axis=1))
    assert set(table["first_month"]) == {"2025-09"}
    assert set(table["last_month"]) == {"2026-10"}


def test_of_windows_the_row_is_the_last_window(city):
    table = city.rolling(12).table()
    at = [city.firms.index(firm) for firm in table["firm"]]
    np.testing.assert_allclose(table["net"], city.net[at, -12:].sum(axis=1))
    assert set(table["first_month"]) == {"2025-11"}
    assert table["months_known"].max() <= 12


def test_rows_by_month_hold_the_arrays(city):
    table = city.tables()["account_months"]
    assert len(table) == 30 * 14
    for name in (*AMOUNTS, "measured", "estimated", "missing"):
        np.testing.assert_array_equal(
            table[name].to_numpy().reshape(30, 14), np.asarray(getattr(city, name))
        )
    assert table["month"].iloc[:2].tolist() == ["2025-09", "2025-10"]


def test_parts_sum_to_gross_and_to_what_is_neutralised(city):
    table = city.tables()["account_parts"]
    known = np.isfinite(city.gross).all(axis=1)
    if known.all():
        assert table["in_gross"].sum() == pytest.approx(city.gross.sum())
    assert table["in_neutralised"].sum() == pytest.approx(np.nansum(city.neutralised.sum(axis=1)))
    assert table["part_zh"].str.len().min() > 0


def test_firms_that_are_not_known_come_last():
    rows = every_month("grid_electricity", [5.0, None], firm="A")
    rows += every_month("grid_electricity", [1.0, 1.0], firm="B")
    table = carbon.account(reported(*rows)).table()
    assert table["firm"].tolist() == ["B", "A"]
    assert table["gross"].iloc[0] == pytest.approx(2 * EF)
    assert np.isnan(table["gross"].iloc[1])
    assert table["reason_en"].iloc[1].startswith("the total is not known in 1 of 2 months")


def test_the_question_holds_the_factor_set_and_its_digest(city):
    asked = json.loads(json.dumps(city.parameters))
    assert asked["factors"] == "cn-industry"
    assert len(bytes.fromhex(asked["factors_digest"])) == 8
    assert asked["months"] == ["2025-09", "2026-10"]
    other = carbon.account(city.system, factors="ipcc-2006").parameters
    assert other["factors_digest"] != asked["factors_digest"]
    assert set(city.table()["factor_set"]) == {"cn-industry"}


def test_codes_of_firms_have_names_in_both_languages(city):
    code = city.firms[0]
    assert city.names("firm")[code] == city.system.firms.table["name_en"][0]
    assert city.names("firm", "zh")[code] == city.system.firms.table["name_zh"][0]
    assert city.names("division") == {}


def test_progress_is_told(city):
    said = []
    carbon.account(city.system, progress=said.append)
    assert any("readings" in line for line in said)
    assert len(said) >= 3


def test_notes_that_leave_a_total_unknown_stand_first():
    rows = every_month("grid_electricity", [5.0, None]) + every_month("value_added", [1.0, 1.0])
    rows += every_month("coal:lignite", [None, None]) + every_month("green_power", [9.0, 0.0])
    table = carbon.account(reported(*rows)).tables()["account_notes"]
    assert table["note"].tolist() == ["unknown_amount", "taken_as_none", "green_exceeds"]
    assert table["months"].tolist() == [1, 2, 1]
    assert table["first_month"].tolist() == ["2023-02", "2023-01", "2023-01"]
    assert (table["reason_en"] != "").all()
    assert (table["reason_zh"] != "").all()
