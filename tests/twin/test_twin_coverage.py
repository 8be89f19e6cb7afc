"""How 39 kinds were obtained, counted once more, and the same on code, account and command."""

import numpy as np
import pandas as pd
import pytest

from chainwright import carbon
from chainwright.system import Firms, Readings, System, carbon_kinds
from coverage_twin import HOLDS, MARKS, OF_A_YEAR, counts, marks_of, window_marks
from drawn_city import drawn_city

KINDS = [k for k, row in carbon_kinds().items() if int(row["number"]) <= 39]
FIXED = [
    "identity", "industry_class", "division_size", "meter_map", "key_equipment", "services",
    "sector_totals:emissions", "sector_totals:value_added", "sector_benchmark:benchmark",
    "sector_defaults", "energy_norm", "grid_factor:province", "heat_factor", "residual_factor",
    "region_totals:energy", "level_thresholds:low",
]  # fmt: skip
REGISTER = {"identity": True, "industry_class": False, "division_size": False}


def drawn_quality(seed):
    """Return a system of firms without class and division, and rows with readings of all kinds."""
    rng = np.random.default_rng(seed)
    system, rows = drawn_city(seed, firms=4, gaps=0.08)
    rows = [row for row in rows if row[1] not in OF_A_YEAR]
    firms = list(system.firms.table["firm"])
    months = sorted({row[3] for row in rows})
    for firm in firms:
        for what in FIXED:
            kind, _, item = what.partition(":")
            for month in months:
                quality = str(rng.choice(list(MARKS)))
                if rng.random() < 0.3:
                    rows.append((firm, kind, item, month, 1.0, quality))
        for kind in sorted(OF_A_YEAR):
            item = "n2o" if kind == "process_gases" else ""
            for year in {month[:4] for month in months}:
                month = str(rng.choice([m for m in months if m[:4] == year]))
                rows.append((firm, kind, item, month, 1.0, str(rng.choice(list(MARKS)))))
    columns = ["firm", "kind", "item", "period", "value", "quality"]
    frame = pd.DataFrame(rows, columns=columns)
    text = np.array([carbon_kinds()[k]["content"] == "text" for k in frame["kind"]])
    gone = frame["quality"] == "missing"
    frame.loc[text | gone, "value"] = np.nan
    frame["text"] = np.where(text & ~gone, "said", "")
    who = Firms.of_table(pd.DataFrame({"firm": firms, "name_en": firms}))
    return System(firms=who, readings=Readings.of_table(frame)), rows


def expected_marks(rows, firm, month):
    """Return the marks, with what the table of firms has in place of what nobody said."""
    marks = marks_of(rows, firm, month, KINDS)
    said = {row[1] for row in rows if row[0] == firm and row[3] <= month}
    for place, kind in enumerate(KINDS):
        if REGISTER.get(kind) and kind not in said:
            marks[place] = 1
    return marks


def test_thirty_nine_kinds_are_thirty_three_four_and_two_in_all_ways_of_asking():
    months = [f"2026-{m:02d}" for m in range(1, 13)]
    qualities = ["billed"] * 20 + ["measured"] * 13 + ["estimated"] * 3 + ["defaulted"]
    qualities += ["missing"] * 2
    rows = [("A", kind, m, q) for kind, q in zip(KINDS, qualities, strict=True) for m in months]
    frame = pd.DataFrame(rows, columns=["firm", "kind", "period", "quality"])
    needs = {"coal": "bituminous", "coke": "coke", "pipeline_gas": "natural_gas", "oil": "diesel",
             "liquefied_gas": "lpg", "byproduct_gas": "coke_oven_gas", "biomass": "wood",
             "process_inputs": "limestone", "fuel_properties": "diesel:ncv",
             "process_gases": "n2o", "sector_totals": "emissions", "region_totals": "energy",
             "sector_benchmark": "benchmark", "grid_factor": "province",
             "level_thresholds": "low"}  # fmt: skip
    frame["item"] = [needs.get(kind, "") for kind in frame["kind"]]
    text = np.array([carbon_kinds()[k]["content"] == "text" for k in frame["kind"]])
    gone = (frame["quality"] == "missing").to_numpy()
    frame["value"] = np.where(text | gone, np.nan, 42.0)
    frame.loc[frame["kind"] == "fuel_properties", "value"] = 43.0
    frame["text"] = np.where(text & ~gone, "said", "")
    firms = Firms.of_table(pd.DataFrame({"firm": ["A"], "name_en": ["A"]}))
    system = System(firms=firms, readings=Readings.of_table(frame))
    assert 33 + 4 + 2 == 39 == len(KINDS)
    told = carbon.coverage(system.readings, "A", "2026-12")
    assert told.line_en == "39 kinds: 33 measured, 4 estimated, 2 missing"
    account = carbon.account(system)
    for found in (account, account.rolling(12)):
        assert (found.measured[0, -1], found.estimated[0, -1], found.missing[0, -1]) == (33, 4, 2)
    assert told.lacking["kind"].tolist() == KINDS[-2:]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_marks_of_drawn_readings_are_those_of_a_plain_count(seed):
    system, rows = drawn_quality(seed)
    account = carbon.account(system)
    window = account.rolling(12)
    for i, firm in enumerate(account.firms):
        months = [expected_marks(rows, firm, month) for month in account.periods]
        assert account.coverage.marks[i].tolist() == months
        for t, month in enumerate(account.periods):
            triple = account.measured[i, t], account.estimated[i, t], account.missing[i, t]
            assert tuple(map(int, triple)) == counts(months[t])
            told = carbon.coverage(system.readings, firm, month, firms=system.firms)
            assert (told.measured, told.estimated, told.missing) == counts(months[t])
        for t in range(11, len(months)):
            of_window = window_marks(months[t - 11 : t + 1])
            assert window.coverage.marks[i, t].tolist() == of_window
            assert sum(counts(of_window)) == 39


def test_what_holds_on_and_what_is_of_a_year_are_the_kinds_of_the_fact_table():
    rows = carbon_kinds().items()
    lasting = {k for k, r in rows if r["months"] in {"last", "mean"} and int(r["number"]) < 40}
    assert lasting == HOLDS
    yearly = {k for k, r in rows if r["months"] == "sum" and r["grain"] in {"year", "event"}}
    assert yearly == OF_A_YEAR


def test_without_the_table_of_firms_identity_is_what_readings_say():
    system, rows = drawn_quality(1)
    firm = system.firms.axis.codes[0]
    month = min(row[3] for row in rows if row[0] == firm)
    silent = [row for row in rows if row[1] != "identity"]
    frame = system.readings.table()
    readings = Readings.of_table(frame[frame["kind"] != "identity"])
    alone = carbon.coverage(readings, firm, month)
    beside = carbon.coverage(readings, firm, month, firms=system.firms)
    assert beside.measured - alone.measured == 1
    assert (alone.measured, alone.estimated, alone.missing) == counts(
        marks_of(silent, firm, month, KINDS)
    )
