"""The made-up city: of the size asked for, in order, with codes that check and sums that agree."""

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.classes.credit_codes import credit_code_fault
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.params import table
from chainwright.sources.demo_city import (
    BILLED,
    DEFAULTED,
    ESTIMATED,
    LAST,
    MEASURED,
    MISSING,
    TEXTS,
    demo_city,
)
from chainwright.sources.firm_tables import firm_tables
from chainwright.system.readings import QUALITIES, Readings, carbon_items, carbon_kinds

DIVISIONS = pd.DataFrame(table("demo_city_divisions"))
SHARES = [row["kind"] for row in table("demo_city_carriers")]


def cube(made, firms, months):
    """Return values by firm, month and number of the kind less one."""
    return made.columns["value"].reshape(firms, months, 39)


@pytest.fixture(scope="module")
def small():
    return demo_city(firms=300, months=15, seed=3)


@pytest.mark.parametrize(("firms", "months"), [(1, 1), (12, 30), (400, 2)])
def test_it_has_the_firms_and_months_that_were_asked_for(firms, months):
    made = demo_city(firms=firms, months=months)
    held = Readings(**made.columns, origin=made.origin)
    assert len(made.firms) == firms == len(held.firms)
    assert len(held) == firms * months * 39
    assert held.span == (LAST - months + 1, LAST)


def test_rows_stand_by_firm_month_and_kind_and_each_stands_once(small):
    firm, month, kind = (small.columns[n].astype(np.int64) for n in ("firm", "month", "kind"))
    key = (firm * 10_000 + month) * 100 + kind
    assert (np.diff(key) > 0).all()
    assert set(np.unique(kind)) == set(range(1, 40))


def test_the_same_seed_gives_the_same_city_and_another_one_another(small):
    again, other = demo_city(firms=300, months=15, seed=3), demo_city(firms=300, months=15, seed=4)
    assert np.array_equal(again.columns["value"], small.columns["value"], equal_nan=True)
    assert again.columns["texts"] == small.columns["texts"]
    assert not np.array_equal(other.columns["value"], small.columns["value"], equal_nan=True)


def test_every_firm_passes_the_checks_of_the_table_of_firms(small):
    found, _, _ = firm_tables(small.firms)
    assert list(found["firm"]) == list(small.firms["firm"]) == sorted(small.firms["firm"])
    assert [credit_code_fault(code) for code in found["credit_code"]] == [None] * 300
    assert set(found["division"]) == {row["code"] for row in table("demo_city_districts")}
    assert (found["gbt4754"].str.len() == 4).all()


def test_the_organisation_code_inside_checks_too(small):
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    for code in small.firms["firm"]:
        body = code[8:16]
        total = sum(int(sign, 36) * w for sign, w in zip(body, weights, strict=True))
        assert code[16] == "0123456789X0"[11 - total % 11]
    assert small.firms["firm"].str[8:11].eq("MA0").all()


def test_the_full_city_has_381_classes_of_ten_firms_each_and_some_with_one():
    made = demo_city(months=1)
    counts = made.firms["gbt4754"].value_counts()
    assert (len(made.firms), len(counts)) == (3800, 381)
    assert counts.min() == 1
    assert counts.max() > 50
    assert (counts < 5).sum() > 50  # peers are few: groups must fall back


def test_words_of_qualities_are_where_the_readings_have_them():
    places = (MEASURED, BILLED, ESTIMATED, DEFAULTED, MISSING)
    assert [QUALITIES[place] for place in places] == list(QUALITIES)


def test_kinds_that_are_words_have_words_and_no_number(small):
    words = {int(r["number"]) for r in carbon_kinds().values() if r["content"] == "text"}
    assert words == set(TEXTS)
    is_text = np.isin(small.columns["kind"], list(TEXTS))
    missing = small.columns["quality"] == MISSING
    assert np.isnan(small.columns["value"][is_text | missing]).all()
    assert np.isfinite(small.columns["value"][~is_text & ~missing]).all()
    assert (small.columns["text"][is_text & ~missing] > 0).all()
    assert (small.columns["text"][~is_text | missing] == 0).all()


def test_every_item_is_known(small):
    kinds = {int(r["number"]): kind for kind, r in carbon_kinds().items()}
    pairs = np.unique(np.stack([small.columns["kind"], small.columns["item"]]), axis=1).T
    named = [(kinds[k], small.columns["items"][i]) for k, i in pairs.tolist()]
    assert [pair for pair in named if pair[1] and pair not in carbon_items()] == []
    assert ("grid_factor", "province") in named


def test_no_quantity_of_energy_is_negative_and_exports_come_out_of_own_power(small):
    value = cube(small, 300, 15)
    energy = value[:, :, 4:18]
    assert np.nanmin(energy) >= 0
    assert (np.nan_to_num(value[:, :, 8]) <= value[:, :, 5]).all()
    assert (value[:, :, 7] <= value[:, :, 4]).all()  # green power is a part of what is bought
    assert (value[:, :, 5] > 0).any(axis=1).mean() == pytest.approx(0.3, abs=0.08)


def test_the_energy_of_the_city_is_the_sum_of_its_carriers(small):
    value = cube(small, 300, 15)
    number = {row["kind"]: int(row["number"]) - 1 for row in table("carbon_kinds")}
    tce = np.zeros(15)
    for row in table("demo_city_carriers"):
        tce += float(row["tce_per_unit"]) * value[:, :, number[row["kind"]]].sum(axis=0)
    own = float(table("demo_city_carriers")[0]["tce_per_unit"]) * value[:, :, 5:7].sum(axis=(0, 2))
    assert value[0, :, 36] == pytest.approx(tce + own, rel=1e-12)


def test_totals_of_a_sector_are_the_sums_of_its_firms():
    made = demo_city(firms=100, months=3)  # one is sloppy: its numbers are missing, the total not
    value = cube(made, 100, 3)
    frame = pd.DataFrame({"class": made.firms["gbt4754"], "own": value[:, 0, 22]})
    sums = frame.groupby("class")["own"].transform("sum").to_numpy()
    assert value[:, 0, 29] == pytest.approx(sums, rel=1e-12)


def test_a_few_lose_money_and_a_few_stop_reporting(small):
    value = cube(small, 300, 15)
    added = value[:, :, 22]
    assert (added[:, -1] < 0).sum() == 2
    assert np.isnan(added[:, -1]).sum() == 3
    assert np.isfinite(added[:, :-2]).all()


def test_most_of_the_39_kinds_are_measured():
    made = demo_city(firms=500, months=2)
    quality = made.columns["quality"].reshape(1000, 39)
    measured = (quality <= BILLED).sum(axis=1)
    missing = (quality == MISSING).sum(axis=1)
    assert 31 <= np.median(measured) <= 35
    assert 1 <= np.median(missing) <= 3


def test_factors_of_the_region_are_the_published_ones(small):
    value = cube(small, 300, 15)
    assert [np.unique(value[:, :, k - 1]).tolist() for k in (34, 35, 36, 38)] == [
        [0.4974],
        [0.11],
        [0.6096],
        [0.6],
    ]


def test_energy_per_value_added_keeps_the_order_of_the_divisions():
    made = demo_city(firms=3800, months=2)
    value = cube(made, 3800, 2)
    number = {row["kind"]: int(row["number"]) - 1 for row in table("carbon_kinds")}
    tce = sum(
        float(row["tce_per_unit"]) * value[:, 0, number[row["kind"]]]
        for row in table("demo_city_carriers")
    )
    ratio = pd.Series(tce / value[:, 0, 22]).groupby(made.firms["gbt4754"].str[:2]).median()
    assert ratio["30"] > 2 * ratio["17"] > 2 * ratio["35"]


def test_shares_of_carriers_add_up_in_each_division():
    shares = DIVISIONS[SHARES].astype(float)
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1.0, abs=1e-12)
    assert (shares >= 0).all(axis=None)


@pytest.mark.parametrize("name", ["divisions", "carriers", "districts", "published"])
def test_every_row_of_its_facts_has_a_source_and_a_date(name):
    rows = table(f"demo_city_{name}")
    assert all(row["source"] and row["date"] for row in rows)


@pytest.mark.parametrize(
    "size", [{"firms": 0}, {"firms": 20_001}, {"months": 0}, {"months": 241}, {"firms": -3}]
)
def test_a_city_of_another_size_is_refused(size):
    with pytest.raises(ParameterError, match="made-up city"):
        demo_city(**size)


def test_it_is_a_system_with_firms_and_readings():
    system = System.demo("city", firms=40, months=14)
    assert system.has == {"firms", "readings"}
    assert system.readings.firms == system.firms.axis.codes
    assert "synthetic city" in str(system.origin["readings"])


def test_the_path_stands_for_the_full_city():
    system = System.read("demo:city")
    assert (len(system.readings), len(system.firms.table)) == (3800 * 36 * 39, 3800)


def test_a_size_that_it_has_not_is_refused():
    with pytest.raises(ParameterError, match="'firms' and 'months' of the city"):
        System.demo("city", links=5)
    with pytest.raises(UnknownCodeError, match="demo"):
        System.demo("citty")
