"""Readings row by row: what each unit comes to, what each breach says, and that files agree."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chainwright.errors import TableError
from chainwright.sources import readings_tables
from chainwright.sources.carbon_kinds import QUALITIES, carbon_items, carbon_kinds, unit_in
from chainwright.system import Readings, read_readings
from chainwright.system.readings_arrow import arrow_readings, write_readings

PLAIN = {
    "firm": "a",
    "kind": "taxes",
    "item": "",
    "period": "2026-01",
    "value": 1.0,
    "text": "",
    "unit": "",
    "quality": "measured",
    "source": "",
}


def frame(*rows):
    return pd.DataFrame([{**PLAIN, **row} for row in rows], columns=list(PLAIN))


MWH = [("MWh", 1), ("kWh", 1e-3), ("KW·h", 1e-3), ("度", 1e-3), ("万度", 10), ("万千瓦时", 10)]
MWH += [
    ("GWh", 1e3),
    ("亿千瓦时", 1e5),
    ("Wh", 1e-6),
    ("兆瓦时", 1),
    ("10^4 kWh", 10),
    ("TWh", 1e6),
]
TONNES = [
    ("t", 1),
    ("吨", 1),
    ("kg", 1e-3),
    ("公斤", 1e-3),
    ("万吨", 1e4),
    ("kt", 1e3),
    ("g", 1e-6),
]
GAS = [("10^4 Nm3", 1), ("万Nm³", 1), ("万立方米", 1), ("Nm³", 1e-4), ("m3", 1e-4), ("亿方", 1e4)]
GAS += [("千标方", 0.1), ("标准立方米", 1e-4)]
HEAT = [("GJ", 1), ("吉焦", 1), ("MJ", 1e-3), ("TJ", 1e3), ("MWh", 3.6), ("kWh", 0.0036)]
HEAT += [("Gcal", 4.1868), ("kJ", 1e-6)]
MONEY = [("万元", 1), ("元", 1e-4), ("千元", 0.1), ("百万元", 100), ("亿元", 1e4), ("10^4 CNY", 1)]
GASES = [("kg", 1), ("t", 1e3), ("g", 1e-3)]
CARBON = [("tCO2", 1), ("kgCO2", 1e-3), ("万吨二氧化碳", 1e4), ("tCO2e", 1)]
GRID = [("tCO2/MWh", 1), ("kgCO2/kWh", 1), ("g/kWh", 1e-3), ("kgCO2/MWh", 1e-3)]
UNITS = [
    *(("grid_electricity", "", unit, factor) for unit, factor in MWH),
    *(("own_pv", "", unit, factor) for unit, factor in MWH[:4]),
    *(("coal", "lignite", unit, factor) for unit, factor in TONNES),
    *(("oil", "diesel", unit, factor) for unit, factor in TONNES[:4]),
    *(("pipeline_gas", "natural_gas", unit, factor) for unit, factor in GAS),
    *(("heat_bought", "", unit, factor) for unit, factor in HEAT),
    *(("value_added", "", unit, factor) for unit, factor in MONEY),
    *(("process_gases", "sf6", unit, factor) for unit, factor in GASES),
    *(("sinks", "", unit, factor) for unit, factor in CARBON),
    *(("grid_factor", "province", unit, factor) for unit, factor in GRID),
    ("fuel_properties", "diesel:ncv", "kcal/kg", 4.1868e-3),
    ("fuel_properties", "diesel:ncv", "MJ/kg", 1),
    ("fuel_properties", "natural_gas:ncv", "kJ/m3", 0.01),
    ("fuel_properties", "natural_gas:ncv", "kcal/Nm3", 0.041868),
    ("fuel_properties", "diesel:carbon", "kgC/GJ", 1e-3),
    ("fuel_properties", "diesel:oxidation", "%", 0.01),
]


@pytest.mark.parametrize(("kind", "item", "unit", "factor"), UNITS)
def test_a_value_is_held_in_the_unit_of_its_kind(kind, item, unit, factor):
    got = Readings.of_table(frame({"kind": kind, "item": item, "value": 25.0, "unit": unit}))
    assert got.value.tolist() == pytest.approx([25.0 * factor], rel=1e-14)
    assert got.table()["unit"].tolist() == [unit_in(kind, item)]
    told = " ".join(got.origin.notes)
    assert ("times" in told) == (factor != 1)


STRANGERS = [  # kind, item, unit that is no such amount
    ("grid_electricity", "", "GJ"),
    ("grid_electricity", "", "kW"),
    ("grid_electricity", "", "kVA"),
    ("coal", "lignite", "tce"),
    ("oil", "diesel", "L"),
    ("oil", "diesel", "升"),
    ("pipeline_gas", "natural_gas", "t"),
    ("pipeline_gas", "natural_gas", "GJ"),
    ("heat_bought", "", "t"),
    ("heat_bought", "", "t steam"),
    ("value_added", "", "USD"),
    ("value_added", "", "%"),
    ("process_gases", "sf6", "tCO2e"),
    ("sinks", "", "ha"),
    ("fuel_properties", "diesel:carbon", "%"),
]


@pytest.mark.parametrize(("kind", "item", "unit"), STRANGERS)
def test_a_unit_of_another_amount_is_refused_with_the_unit_that_is_wanted(kind, item, unit):
    with pytest.raises(TableError) as wrong:
        Readings.of_table(frame({"kind": kind, "item": item, "unit": unit}))
    (breach,) = wrong.value.breaches
    assert (breach.where, breach.found) == ("row 2, column 'unit'", repr(unit))
    assert breach.expected == f"{unit_in(kind, item)}, or what converts to it"
    assert breach.remedy == "Convert the value, or correct the unit."


WRONG = [  # what a row says, column, what is expected, what is to be done
    ({"firm": ""}, "firm", "text", "Fill it in."),
    ({"period": ""}, "period", "text", "Fill it in."),
    ({"quality": ""}, "quality", "text", "Fill it in."),
    ({"period": "2026-00"}, "period", "a month such as 2026-03", "Correct it."),
    ({"period": "2026-01-31"}, "period", "a month such as 2026-03", "Correct it."),
    ({"period": "202601"}, "period", "a month such as 2026-03", "Correct it."),
    ({"period": "Jan 2026"}, "period", "a month such as 2026-03", "Correct it."),
    ({"period": "+026-01"}, "period", "a month such as 2026-03", "Correct it."),
    (
        {"quality": "mesured"},
        "quality",
        "one of measured, billed, estimated, defaulted, missing",
        "Correct it. Did you mean measured?",
    ),
    (
        {"kind": "grid_electrcity"},
        "kind",
        "a kind of data of the fact table carbon_kinds",
        "Correct it. Did you mean grid_electricity, grid_factor, identity?",
    ),
    (
        {"kind": "liquefied_gas", "item": "lnh"},
        "item",
        "an item of liquefied_gas: lng, lpg, refinery_gas",
        "Correct it. Did you mean lng?",
    ),
    (
        {"kind": "biomass"},
        "item",
        "one of wood, straw, biogenic_waste, fossil_waste",
        "Say which: each has a factor of its own.",
    ),
    (
        {"quality": "missing"},
        "value",
        "no value where it is missing",
        "Take the value out, or say how it was obtained.",
    ),
    ({"value": np.nan}, "value", "a number", "Fill it in, or say 'missing'."),
    ({"value": np.inf}, "value", "a finite number", "Correct it."),
    (
        {"kind": "key_equipment", "value": np.nan},
        "text",
        "what key_equipment says",
        "Fill it in, or say 'missing'.",
    ),
    (
        {"kind": "key_equipment", "text": "x"},
        "value",
        "no number: key_equipment is text",
        "Write it in text.",
    ),
    (
        {"kind": "grid_electricity", "value": -0.5},
        "value",
        "an amount of 0 or more of grid_electricity",
        "Correct it: what leaves the firm has a kind of its own.",
    ),
    (
        {"kind": "output_value", "value": -3.0},
        "value",
        "an amount of 0 or more of output_value",
        "Correct it: what leaves the firm has a kind of its own.",
    ),
]


@pytest.mark.parametrize(("row", "column", "expected", "remedy"), WRONG)
def test_a_breach_says_what_was_expected_and_what_is_to_be_done(row, column, expected, remedy):
    with pytest.raises(TableError) as wrong:
        Readings.of_table(frame({"period": "2020-01"}, row))
    (breach,) = wrong.value.breaches
    assert breach.where == f"row 3, column '{column}'"
    assert (breach.expected, breach.remedy) == (expected, remedy)


NUMBERS = [kind for kind, row in carbon_kinds().items() if row["content"] == "number"]


@pytest.mark.parametrize("kind", NUMBERS)
def test_each_kind_of_numbers_takes_its_first_item_and_its_own_unit(kind):
    items = [item for k, item in carbon_items() if k == kind]
    item = "diesel:ncv" if kind == "fuel_properties" else (items or [""])[0]
    got = Readings.of_table(
        frame({"kind": kind, "item": item, "value": 4.0, "unit": unit_in(kind, item)})
    )
    assert got.kind.tolist() == [int(carbon_kinds()[kind]["number"])]
    assert got.value.tolist() == [4.0]
    assert got.items[got.item[0]] == item
    assert got.origin.notes == ()


MIXED = [
    {"firm": "b", "kind": "oil", "item": "petrol", "value": 2.0, "unit": "t", "source": "card"},
    {"firm": "a", "kind": "grid_electricity", "value": 1200.0, "unit": "kWh", "quality": "billed"},
    {"firm": "b", "kind": "oil", "item": "diesel", "period": "2025-12", "value": 3.0},
    {"firm": "a", "kind": "key_equipment", "value": np.nan, "text": "窑炉, class 2"},
    {"firm": "a", "kind": "value_added", "value": -7.5, "quality": "estimated"},
    {"firm": "a", "kind": "sinks", "value": np.nan, "quality": "missing"},
    {"firm": "b", "kind": "pipeline_gas", "value": 0.0, "quality": "defaulted"},
]
IN_ORDER = [  # firm, kind, item, month since 1970, value, quality, source
    ("a", 5, "", 672, 1.2, "billed", ""),
    ("a", 23, "", 672, -7.5, "estimated", ""),
    ("a", 26, "", 672, None, "measured", ""),
    ("a", 27, "", 672, None, "missing", ""),
    ("b", 14, "diesel", 671, 3.0, "measured", ""),
    ("b", 12, "natural_gas", 672, 0.0, "defaulted", ""),
    ("b", 14, "petrol", 672, 2.0, "measured", "card"),
]


def told(readings):
    """Return rows of readings as plain values."""
    return [
        (
            readings.firms[readings.firm[i]],
            int(readings.kind[i]),
            readings.items[readings.item[i]],
            int(readings.month[i]),
            None if np.isnan(readings.value[i]) else float(readings.value[i]),
            QUALITIES[readings.quality[i]],
            readings.sources[readings.source[i]],
        )
        for i in range(len(readings))
    ]


def test_rows_come_in_the_order_of_firm_month_kind_and_item_with_their_words():
    got = Readings.of_table(frame(*MIXED))
    assert told(got) == IN_ORDER
    assert got.texts[got.text[2]] == "窑炉, class 2"
    assert got.items[0] == got.texts[0] == got.sources[0] == ""
    assert got.span == (671, 672)
    assert repr(got) == "<Readings: 7 of 2 firms, 2025-12 to 2026-01>"


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet", "dictionaries", "arrow", "written"])
@pytest.mark.parametrize("careful", [True, False])
def test_each_form_of_a_file_gives_the_same_rows(tmp_path, monkeypatch, form, careful):
    if careful:
        monkeypatch.setattr(readings_tables, "_is_plain", lambda _: False)
    given = frame(*MIXED)
    path = tmp_path / f"readings.{'parquet' if form in {'dictionaries', 'written'} else form}"
    table = pa.Table.from_pandas(given, preserve_index=False)
    if form.startswith("csv"):
        given.to_csv(path, index=False)
    elif form == "parquet":
        pq.write_table(table, path)
    elif form == "dictionaries":
        words = [name for name in table.column_names if name != "value"]
        columns = {n: table[n].dictionary_encode() if n in words else table[n] for n in PLAIN}
        pq.write_table(pa.table(columns), path)
    elif form == "written":
        write_readings(Readings.of_table(given), path)
    got = Readings.of_table(table) if form == "arrow" else read_readings(path)
    assert told(got) == IN_ORDER


def test_what_is_handed_out_as_arrow_is_taken_again_row_by_row():
    first = Readings.of_table(frame(*MIXED))
    table = arrow_readings(first)
    assert table["value"].null_count == 2
    again = Readings.of_table(table)
    assert told(again) == IN_ORDER
    pd.testing.assert_frame_equal(again.table(), first.table())


@pytest.mark.parametrize("careful", [True, False])
def test_keys_that_stand_twice_are_told_with_both_rows(monkeypatch, careful):
    if careful:
        monkeypatch.setattr(readings_tables, "_is_plain", lambda _: False)
    rows = frame(*MIXED, MIXED[0], {**MIXED[1], "value": 5.0})
    with pytest.raises(TableError) as wrong:
        Readings.of_table(pa.Table.from_pandas(rows, preserve_index=False))
    assert [(b.where, b.found) for b in wrong.value.breaches] == [
        ("row 10", "a, grid_electricity, 2026-01 again, as in row 3"),
        ("row 9", "b, oil, petrol, 2026-01 again, as in row 2"),
    ]


TAKEN = [  # firm, its rows
    ("a", IN_ORDER[:4]),
    ("b", IN_ORDER[4:]),
]


@pytest.mark.parametrize(("firm", "rows"), TAKEN)
def test_the_rows_of_a_firm_are_its_own(firm, rows):
    got = Readings.of_table(frame(*MIXED)).of_firm(firm)
    assert told(got) == rows
    assert set(got.table()["firm"]) == {firm}
