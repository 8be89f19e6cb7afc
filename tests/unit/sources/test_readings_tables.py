from itertools import product

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chainwright.errors import FormatError, MissingFileError, TableError, UnknownCodeError
from chainwright.params import table
from chainwright.sources.carbon_kinds import (
    QUALITIES,
    carbon_items,
    carbon_kinds,
    factor_of,
    times,
    unit_in,
    word_of,
)
from chainwright.system import Readings, read_readings
from chainwright.tables import example

COLUMNS = ["firm", "kind", "item", "period", "value", "text", "unit", "quality", "source"]


def frame(*rows):
    """Return a table of readings: of taxes, where a row says nothing else."""
    plain = ["a", "taxes", "", "2026-01", 1.0, "", "", "measured", ""]
    usual = dict(zip(COLUMNS, plain, strict=True))
    return pd.DataFrame([usual | row for row in rows], columns=COLUMNS)


def breaches(*rows):
    with pytest.raises(TableError) as wrong:
        Readings.of_table(frame(*rows))
    return [(b.where, b.found, b.expected) for b in wrong.value.breaches]


def test_the_example_of_the_schema_is_read(tmp_path):
    path = tmp_path / "readings.csv"
    path.write_text(example("readings"), encoding="utf-8")
    got = read_readings(path)
    assert got.firms == ("91440300MA5XAMPE0H",)
    assert got.kind.tolist() == [5, 14, 23]
    assert got.value.tolist() == [1250.5, 3.2, 880]
    assert got.month.tolist() == [(2025 - 1970) * 12 + 5] * 3
    assert [QUALITIES[q] for q in got.quality] == ["measured", "billed", "estimated"]
    assert len(got.origin.sha256) == 64


def test_rows_stand_in_order_of_firm_month_kind_and_item_whatever_order_they_came_in():
    kinds = [("grid_electricity", ""), ("oil", "diesel"), ("oil", "petrol"), ("taxes", "")]
    keys = product(("a", "b"), ("2025-12", "2026-01"), kinds)
    rows = [
        {"firm": firm, "kind": kind, "item": item, "period": period, "value": n}
        for n, (firm, period, (kind, item)) in enumerate(keys)
    ]
    shuffled = np.random.default_rng(3).permutation(len(rows))
    got = Readings.of_table(frame(*(rows[i] for i in shuffled)))
    assert got.value.tolist() == list(range(len(rows)))
    assert got.table()["kind"].tolist()[:4] == ["grid_electricity", "oil", "oil", "taxes"]


def test_a_table_comes_back_as_it_was_given():
    given = frame(
        {"kind": "coal", "item": "lignite", "value": 12.5, "unit": "t", "source": "invoice 7"},
        {"kind": "key_equipment", "value": np.nan, "text": "furnace, class 2"},
        {"kind": "sinks", "value": np.nan, "quality": "missing", "unit": "tCO2"},
    )
    back = Readings.of_table(given).table()
    given["unit"] = ["t", "", "tCO2"]
    pd.testing.assert_frame_equal(back, given, check_dtype=False)
    again = Readings.of_table(back).table()
    pd.testing.assert_frame_equal(again, back)


def test_units_are_converted_and_the_origin_says_so():
    got = Readings.of_table(
        frame(
            {"kind": "grid_electricity", "value": 959_637.0, "unit": "kWh"},
            {"kind": "pipeline_gas", "item": "natural_gas", "value": 1200.0, "unit": "Nm³"},
            {"kind": "value_added", "value": 1.5, "unit": "亿元"},
            {"kind": "coal", "item": "lignite", "value": 2.0, "unit": "ton"},
        )
    )
    assert got.value.tolist() == [959.637, 2.0, 0.12, 15_000.0]
    notes = " ".join(got.origin.notes)
    assert "grid_electricity: values in kWh times 0.001 are in MWh" in notes
    assert "ton taken for t (assumption: ton)" in notes


def test_an_empty_item_is_the_only_one_of_its_kind_so_that_no_key_stands_twice():
    got = Readings.of_table(frame({"kind": "pipeline_gas", "value": 3.0}))
    assert got.table()["item"].tolist() == ["natural_gas"]
    assert "natural_gas" in got.origin.notes[0]
    twice = breaches({"kind": "pipeline_gas"}, {"kind": "pipeline_gas", "item": "natural_gas"})
    assert twice == [
        (
            "row 3",
            "a, pipeline_gas, natural_gas, 2026-01 again, as in row 2",
            "each firm, kind, item and month once",
        )
    ]


@pytest.mark.parametrize(
    ("row", "column", "found"),
    [
        ({"firm": " "}, "firm", "nothing"),
        ({"kind": "oli"}, "kind", "'oli'"),
        ({"kind": ""}, "kind", "nothing"),
        ({"quality": "measure"}, "quality", "'measure'"),
        ({"period": "2026-13"}, "period", "'2026-13'"),
        ({"period": "2026-1"}, "period", "'2026-1'"),
        ({"period": "２０２６-01"}, "period", "'２０２６-01'"),
        ({"kind": "oil", "item": "desel"}, "item", "'desel'"),
        ({"kind": "oil", "item": ""}, "item", "an amount of oil without its item"),
        ({"unit": "USD"}, "unit", "'USD'"),
        ({"kind": "oil", "item": "diesel", "unit": "L"}, "unit", "'L'"),
        ({"value": np.nan}, "value", "nothing"),
        ({"quality": "missing"}, "value", "1 beside the quality 'missing'"),
        ({"kind": "meter_map", "value": np.nan}, "text", "nothing"),
        ({"kind": "meter_map", "text": "a:1"}, "value", "1"),
        ({"kind": "coke", "item": "coke", "value": -0.1}, "value", "-0.1"),
        ({"kind": "own_pv", "value": -1}, "value", "-1"),
    ],
)
def test_a_faulty_cell_is_named_with_its_row_and_column(row, column, found):
    told = breaches({"period": "2020-01"}, row)
    assert [b[:2] for b in told] == [(f"row 3, column '{column}'", found)]


def test_a_firm_may_lose_money_and_have_its_taxes_paid_back():
    got = Readings.of_table(frame({"value": -2.0}, {"kind": "value_added", "value": -7.5}))
    assert sorted(got.value.tolist()) == [-7.5, -2.0]


def test_no_coal_at_all_needs_no_name_and_a_missing_amount_neither():
    got = Readings.of_table(
        frame(
            {"kind": "coal", "value": 0.0},
            {"kind": "oil", "value": np.nan, "quality": "missing"},
        )
    )
    assert got.table()["item"].tolist() == ["", ""]


def test_every_breach_is_told_at_once():
    told = breaches({"kind": "x"}, {"value": np.nan}, {"period": "May"}, {"unit": "kWh"})
    assert len(told) == 4


def test_a_table_that_lacks_columns_or_rows_is_refused():
    with pytest.raises(TableError, match="no column 'quality'"):
        Readings.of_table(frame({}).drop(columns="quality"))
    with pytest.raises(TableError, match="no column 'value'"):
        Readings.of_table(frame({}).drop(columns="value"))
    with pytest.raises(TableError, match="a header and no row"):
        Readings.of_table(frame())


def test_texts_that_are_not_needed_may_be_absent():
    got = Readings.of_table(frame({}).drop(columns=["item", "text", "unit", "source"]))
    assert (got.items, got.texts, got.sources) == (("",), ("",), ("",))


def arrow(rows):
    """Return many rows as Arrow holds them, each text in a dictionary."""
    held = pa.Table.from_pandas(rows, preserve_index=False)
    word = pa.dictionary(pa.int32(), pa.string())
    kinds = [pa.float64() if c == "value" else word for c in held.column_names]
    return held.cast(pa.schema(list(zip(held.column_names, kinds, strict=True))))


def many(firms=40, months=12):
    kinds = [("grid_electricity", ""), ("oil", "diesel"), ("value_added", ""), ("taxes", "")]
    return frame(
        *(
            {"firm": f"f{f:03}", "kind": k, "item": i, "period": f"2025-{m:02}", "value": f + m / 7}
            for f in range(firms)
            for m in range(1, months + 1)
            for k, i in kinds
        )
    )


def test_the_fast_path_and_the_careful_one_read_the_same(tmp_path):
    rows = many()
    rows.to_csv(tmp_path / "r.csv", index=False)
    slow = read_readings(tmp_path / "r.csv")  # text is read cell by cell
    held = arrow(rows)
    pq.write_table(held, tmp_path / "r.parquet", row_group_size=333)
    for given in (rows, held, rows.astype({"firm": "category", "text": object})):
        pd.testing.assert_frame_equal(Readings.of_table(given).table(), slow.table())
    packed = read_readings(tmp_path / "r.parquet")
    pd.testing.assert_frame_equal(packed.table(), slow.table())
    back = Readings.of_table(held.take(np.arange(len(rows))[::-1]))
    pd.testing.assert_frame_equal(back.table(), slow.table())


def test_the_fast_path_names_the_same_breaches(tmp_path):
    rows = many()
    rows.loc[7, "kind"] = "grid"
    rows.loc[9, "value"] = -4.0
    rows.loc[11, "firm"] = ""
    rows.to_csv(tmp_path / "r.csv", index=False)
    told = []
    for given in (tmp_path / "r.csv", arrow(rows), rows):
        with pytest.raises(TableError) as wrong:
            Readings.of_table(given)
        told.append(sorted((b.where, b.found) for b in wrong.value.breaches))
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == 3


def test_columns_that_no_reading_has_are_left_out_and_noted_on_every_path(tmp_path):
    rows = many(2, 2).assign(colour="red")
    rows.to_csv(tmp_path / "r.csv", index=False)
    pq.write_table(arrow(rows), tmp_path / "r.parquet")
    for given in (rows, arrow(rows), tmp_path / "r.csv", tmp_path / "r.parquet"):
        assert "columns left out: colour" in str(Readings.of_table(given).origin.as_dict())


def test_a_frame_whose_cells_are_of_several_kinds_is_refused_in_our_words():
    rows = many(2, 2).astype({"firm": object})
    rows.loc[0, "firm"] = 7
    with pytest.raises(FormatError, match="cannot be read"):
        Readings.of_table(rows)


def test_of_many_faults_a_hundred_are_named_and_the_rest_counted():
    rows = many()
    rows["value"] = -1.0
    rows["kind"] = "own_pv"
    rows["item"] = np.arange(len(rows)).astype(str)  # so that no key stands twice
    with pytest.raises(TableError) as wrong:
        Readings.of_table(rows)
    assert len(wrong.value.breaches) == 101
    assert wrong.value.breaches[-1].where == f"{len(rows) - 100:,} more rows"


def test_files_that_are_none_are_refused(tmp_path):
    with pytest.raises(MissingFileError):
        read_readings(tmp_path / "none.csv")
    cut = tmp_path / "cut.parquet"
    pq.write_table(arrow(many()), cut)
    cut.write_bytes(cut.read_bytes()[:-30])
    with pytest.raises(FormatError, match="Copy it again"):
        read_readings(cut)


def test_a_frame_of_one_firm_has_its_rows_alone():
    got = Readings.of_table(many(3, 2))
    assert got.of_firm("f001").table()["firm"].unique().tolist() == ["f001"]
    assert got.span == (660, 661)
    with pytest.raises(UnknownCodeError):
        got.of_firm("f9")
    assert "24 of 3 firms, 2025-01 to 2025-02" in repr(got)


def test_each_unit_word_is_written_as_it_is_looked_up_and_converts_to_a_unit_that_is_held():
    held = {unit_in(k, "") for k in carbon_kinds()} | {r["unit"] for r in carbon_items().values()}
    measured = ("diesel:ncv", "natural_gas:ncv", "diesel:carbon", "diesel:oxidation")
    held |= {unit_in("fuel_properties", item) for item in measured}
    for row in table("carbon_units"):
        assert word_of(row["word"]) == row["word"], row
        assert row["unit"] in held, row
        assert float(row["factor"]) > 0, row
    assert all(factor_of(unit, unit) == (1.0, "") for unit in held)


@pytest.mark.parametrize(
    ("unit", "held", "factor"),
    [
        ("KWH", "MWh", 0.001),
        ("度", "MWh", 0.001),
        ("万千瓦时", "MWh", 10),
        ("万m³", "10^4 Nm3", 1),
        ("Nm3", "10^4 Nm3", 1e-4),
        ("元", "10^4 CNY", 1e-4),
        ("亿元", "10^4 CNY", 1e4),
        ("MWh", "GJ", 3.6),
        ("Gcal", "GJ", 4.1868),
        ("kgce", "tce", 1e-3),
        ("kgCO2/kWh", "tCO2/MWh", 1),
        ("g/kWh", "tCO2/MWh", 1e-3),
        ("t", "kg", 1000),
        ("kcal/kg", "GJ/t", 0.0041868),
        ("MJ/m³", "GJ/10^4 Nm3", 10),
        ("%", "1", 0.01),
    ],
)
def test_known_conversions(unit, held, factor):
    found = factor_of(unit, held)
    assert found is not None
    assert found[0] == pytest.approx(factor, rel=1e-15)


def test_what_is_measured_of_a_fuel_has_the_unit_of_its_property():
    items = ["natural_gas:ncv", "diesel:oxidation"]
    got = Readings.of_table(
        frame(
            {"kind": "fuel_properties", "item": items[0], "value": 38.9, "unit": "MJ/m3"},
            {"kind": "fuel_properties", "item": items[1], "value": 98.0, "unit": "%"},
        )
    ).table()
    assert got["item"].tolist() == items[::-1]
    assert got["value"].tolist() == [0.98, 389.0]
    assert got["unit"].tolist() == ["1", "GJ/10^4 Nm3"]


def test_a_thousandth_is_a_division():
    assert times(np.array([1.1, 0.3]), 0.001).tolist() == [0.0011, 0.0003]
    assert times(np.array([2.0]), 3.6).tolist() == [7.2]
