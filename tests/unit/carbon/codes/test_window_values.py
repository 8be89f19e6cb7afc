import numpy as np
import pandas as pd
import pytest

from chainwright.carbon.codes.input_leaves import absent, contents, shortest_numbers
from chainwright.carbon.codes.strict_cbor import as_cbor, from_cbor
from chainwright.carbon.codes.window_values import kind_numbers, window_values
from chainwright.system import System
from chainwright.system.readings import Readings

OCTOBER = 12 * 56 + 9
"""October 2026, in months since January 1970."""


def read(*rows):
    """Return readings of rows (firm, kind, item, period, value or text, quality, source)."""
    named = []
    for firm, kind, item, period, said, quality, source in rows:
        text = isinstance(said, str)
        named.append(
            {
                "firm": firm,
                "kind": kind,
                "item": item,
                "period": period,
                "value": np.nan if text else said,
                "text": said if text else "",
                "quality": quality,
                "source": source,
            }
        )
    return Readings.of_table(pd.DataFrame(named))


def leaf(readings, kind, *, month=OCTOBER, window=12):
    """Return what the leaf of a kind says of the first firm."""
    number = next(n for n, row in kind_numbers().items() if row["kind"] == kind)
    values = window_values(readings, np.array([month]), window)
    ((_, (leaves,)),) = contents(values, readings.texts)
    assert len(leaves) == 39
    return from_cbor(leaves[number - 1])[1:]


def monthly(kind, item, values, quality="measured", source="meter"):
    """Return readings of the last months, one value each."""
    months = np.arange(OCTOBER + 1 - len(values), OCTOBER + 1).astype("datetime64[M]").astype(str)
    return [
        ("F", kind, item, month, value, quality, source)
        for month, value in zip(months, values, strict=True)
    ]


def test_energy_is_summed_over_the_window_and_not_beyond():
    readings = read(*monthly("grid_electricity", "", [1000.0, *range(1, 13)]))
    assert leaf(readings, "grid_electricity") == [78.0, "MWh", "measured: meter"]
    assert leaf(readings, "grid_electricity", window=1) == [12.0, "MWh", "measured: meter"]
    assert leaf(readings, "grid_electricity", month=OCTOBER - 1)[0] == 1000.0 + 66.0


def test_months_that_are_not_there_are_told_as_missing():
    readings = read(*monthly("grid_electricity", "", [5.0, 6.0]))
    assert leaf(readings, "grid_electricity") == [11.0, "MWh", "measured: meter; missing"]


def test_a_kind_of_the_year_need_not_be_said_each_month():
    readings = read(*monthly("sinks", "", [7.0], quality="billed", source="registry"))
    assert leaf(readings, "sinks") == [7.0, "tCO2", "billed: registry"]


def test_what_nobody_said_is_null():
    readings = read(*monthly("grid_electricity", "", [5.0]))
    assert leaf(readings, "coal") == [None, "t", "missing"]
    assert leaf(readings, "key_equipment") == [None, "", "missing"]
    assert from_cbor(absent(10)) == [10, None, "t", "missing"]


def test_what_was_reported_as_missing_has_no_source():
    readings = read(*monthly("heat_bought", "", [np.nan] * 12, quality="missing", source="form"))
    assert leaf(readings, "heat_bought") == [None, "GJ", "missing"]


def test_qualities_and_sources_are_told_best_first_each_once():
    rows = monthly("grid_electricity", "", [1.0] * 12)
    rows[3] = (*rows[3][:5], "estimated", "office")
    rows[5] = (*rows[5][:5], "billed", "State Grid")
    rows[6] = (*rows[6][:5], "billed", "")
    told = leaf(read(*rows), "grid_electricity")[2]
    assert told == "measured: meter; billed; billed: State Grid; estimated: office"


def test_more_sources_than_a_word_has_bits_are_all_told():
    rows = []
    for k, kind in enumerate(
        ("grid_electricity", "own_pv", "green_power", "heat_bought", "taxes", "output_value")
    ):
        rows += [
            (*row[:6], f"file {12 * k + i:02d}")
            for i, row in enumerate(monthly(kind, "", [1.0] * 12))
        ]
    assert len({row[6] for row in rows}) == 72
    told = leaf(read(*rows), "output_value")[2]
    assert told == "; ".join(f"measured: file {i}" for i in range(60, 72))


def test_items_are_a_map_even_where_there_is_one():
    one = read(*monthly("oil", "diesel", [2.0] * 12))
    assert leaf(one, "oil") == [{"diesel": 24.0}, "t", "measured: meter"]
    two = read(
        *monthly("oil", "diesel", [2.0] * 12),
        *monthly("oil", "petrol", [1.0] * 12, quality="billed", source="cards"),
    )
    assert leaf(two, "oil") == [
        {"diesel": 24.0, "petrol": 12.0},
        "t",
        {"diesel": "measured: meter", "petrol": "billed: cards"},
    ]


def test_items_of_different_units_say_so():
    readings = read(
        *monthly("sector_totals", "emissions", [10.0] * 12),
        *monthly("sector_totals", "value_added", [20.0] * 12),
    )
    value, unit, source = leaf(readings, "sector_totals")
    assert value == {"emissions": 120.0, "value_added": 240.0}
    assert unit == {"emissions": "tCO2", "value_added": "10^4 CNY"}
    assert source == "measured: meter"


def test_an_item_outside_the_window_is_not_told():
    readings = read(
        *monthly("oil", "diesel", [2.0] * 12),
        ("F", "oil", "petrol", "2024-01", 9.0, "billed", ""),
    )
    assert leaf(readings, "oil")[0] == {"diesel": 24.0}


def test_what_lasts_is_the_last_that_was_said_be_it_long_ago():
    readings = read(
        ("F", "industry_class", "", "2023-01", "3130", "billed", "register"),
        ("F", "industry_class", "", "2025-06", "3140", "billed", "register"),
        ("F", "grid_factor", "province", "2024-01", 0.5, "defaulted", "ministry"),
        ("F", "grid_factor", "province", "2026-03", 0.49, "defaulted", "ministry"),
        ("F", "grid_factor", "province", "2026-11", 0.48, "defaulted", "ministry"),
    )
    assert leaf(readings, "industry_class") == ["3140", "", "billed: register"]
    value, unit, _ = leaf(readings, "grid_factor")
    assert (value, unit) == ({"province": 0.49}, "tCO2/MWh")
    assert leaf(readings, "industry_class", month=OCTOBER - 20)[0] == "3130"


def test_a_city_comes_to_what_each_of_its_firms_comes_to_alone():
    readings = System.demo("city", firms=12, months=15, seed=3).readings
    months = np.arange(readings.span[1] - 3, readings.span[1] + 1)
    together = dict(contents(window_values(readings, months, 12), readings.texts))
    assert len(together) == 12
    for place, firm in enumerate(readings.firms):
        own = readings.of_firm(firm)
        for w, month in enumerate(months):
            values = window_values(own, np.array([month]), 12)
            ((_, (alone,)),) = contents(values, own.texts)
            assert together[place][w] == alone


def test_leaves_are_what_a_plain_reading_of_the_table_comes_to():
    readings = System.demo("city", firms=5, months=14, seed=4).readings
    last = readings.span[1]
    table = readings.table()
    table["month"] = (
        table["period"].astype("datetime64[s]").to_numpy().astype("datetime64[M]").astype(int)
    )
    ((_, _), *_) = leaves = list(
        contents(window_values(readings, np.array([last]), 12), readings.texts)
    )
    for place, (of_firm,) in leaves:
        rows = table[table["firm"] == readings.firms[place]]
        for number, facts in kind_numbers().items():
            kind, value, unit, source = from_cbor(of_firm[number - 1])
            mine = rows[(rows["kind"] == facts["kind"]) & (rows["month"] > last - 12)]
            assert kind == number
            assert of_firm[number - 1] == as_cbor([kind, value, unit, source])
            if facts["content"] == "text" or facts["months"] != "sum":
                continue
            known = mine["value"].dropna()
            expected = np.cumsum(known.to_numpy())[-1] if len(known) else None
            plain = next(iter(value.values())) if isinstance(value, dict) else value
            assert plain == expected
            told = {word.partition(":")[0] for word in source.split("; ")}
            assert told == set(mine["quality"])


def test_numbers_are_as_short_as_another_library_writes_them():
    numbers = np.array([0.0, -0.0, 1.5, 65504.0, 65505.0, 1e5, 0.1, 1e-7, 5e-324, 1e300, 2.0**-24])
    assert shortest_numbers(numbers) == [as_cbor(x) for x in numbers.tolist()]
    drawn = np.random.default_rng(5).lognormal(0, 9, 500).round(3)
    assert shortest_numbers(drawn) == [as_cbor(x) for x in drawn.tolist()]
    assert shortest_numbers(np.array([np.nan, np.inf])) == [b"\xf6", b"\xf6"]


@pytest.mark.parametrize("count", [0, 1])
def test_readings_of_nobody_come_to_nothing(count):
    readings = read(*monthly("grid_electricity", "", [1.0]))
    some = readings.taken(np.arange(0)) if not count else readings
    values = window_values(some, np.array([OCTOBER]), 12)
    assert len(list(contents(values, readings.texts))) == count


def test_months_that_are_far_apart_come_to_the_same_as_a_run_of_months():
    readings = System.demo("city", firms=4, months=16, seed=6).readings
    last = readings.span[1]
    run = dict(contents(window_values(readings, np.arange(last - 4, last + 1), 12), readings.texts))
    some = window_values(readings, np.array([last - 4, last - 1, last]), 12)
    for place, leaves in contents(some, readings.texts):
        assert leaves == [run[place][0], run[place][3], run[place][4]]
