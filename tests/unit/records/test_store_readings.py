"""Readings in a store: revisions keep history, the same again is nothing, all or nothing."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from chainwright import params
from chainwright.errors import ParameterError, TableError, UnknownCodeError
from chainwright.params import kept_units
from chainwright.records import reading_words
from chainwright.system import readings as system_readings
from chainwright.system.readings import Readings, carbon_items, carbon_kinds
from chainwright.tables import schema
from store_worlds import FIRMS, readings, said, small_store, told

KEY = (FIRMS[0], "grid_electricity", "", "2026-10")


@pytest.fixture
def store(tmp_path):
    with small_store(tmp_path / "city.db") as made:
        yield made


def test_a_reading_comes_back_with_the_columns_of_its_schema_and_the_unit_of_its_kind(store):
    store.add_readings(readings(said(7.25), said(3.0, kind="oil", item="diesel")), by="Li")
    table = store.readings()
    assert table.column_names == [column.column for column in schema("readings")]
    assert told(table)[KEY] == (7.25, "", "billed", "invoice")
    assert table["unit"].to_pylist() == ["MWh", "t"]


def test_words_are_dictionaries_and_rows_sorted_by_firm_month_and_kind(store):
    rows = [
        said(1.0, firm=firm, period=period, kind=kind)
        for kind in ("taxes", "own_pv")
        for period in ("2026-10", "2025-12", "2026-02")
        for firm in reversed(FIRMS)
    ]
    store.add_readings(readings(*rows), by="Li")
    table = store.readings()
    words = [table.schema.field(name).type for name in table.column_names if name != "value"]
    assert all(pa.types.is_dictionary(kind) for kind in words)
    numbers = reading_words.kind_numbers()
    keys = [(r["firm"], r["period"], numbers[r["kind"]]) for r in table.to_pylist()]
    assert keys == sorted(keys)
    assert len(keys) == 12


def test_a_new_value_is_a_revision_and_the_old_one_stays(store):
    first = store.add_readings(readings(said(7.0)), by="Li", file="a.csv", sha256="12")
    second = store.add_readings(readings(said(8.0, quality="measured")), by="Wang", note="meter")
    assert (first, second) == (1, 2)
    assert told(store.readings())[KEY][0] == 8.0
    found = store.revisions(*KEY)
    assert found["value"].tolist() == [8.0, 7.0]
    assert found["who"].tolist() == ["Wang", "Li"]
    assert found["quality"].tolist() == ["measured", "billed"]
    assert found["file"].tolist() == ["", "a.csv"]
    assert found["unit"].tolist() == ["MWh", "MWh"]
    assert list(found.columns) == [column.column for column in schema("reading_revisions")]


def test_readings_are_as_they_were_after_an_intake_or_at_a_time(store):
    store.add_readings(readings(said(7.0)), by="Li")  # the clock ticks: 09:00, after the firms
    store.add_readings(readings(said(8.0), said(1.0, kind="taxes")), by="Li")
    assert told(store.readings(as_of=1)) == {KEY: (7.0, "", "billed", "invoice")}
    assert told(store.readings(as_of=2)) == told(store.readings())
    assert store.readings(as_of=0).num_rows == 0
    assert store.readings(as_of="2026-11-01T08:59:59").num_rows == 0
    assert told(store.readings(as_of="2026-11-01T17:00:00+08:00"))[KEY][0] == 7.0
    assert told(store.readings(as_of="2026-11-01T10:00:00Z"))[KEY][0] == 8.0
    assert told(store.readings(as_of="2026-12-01"))[KEY][0] == 8.0
    with pytest.raises(UnknownCodeError, match="'3' is no known intake"):
        store.readings(as_of=3)
    with pytest.raises(ParameterError, match="a time such as"):
        store.readings(as_of="yesterday")


def test_the_same_again_is_kept_once_and_counted(store):
    rows = readings(said(7.0), said(np.nan, kind="taxes", quality="missing"))
    store.add_readings(rows, by="Li")
    store.add_readings(rows, by="Li")
    store.add_readings(readings(said(7.0), said(2.0, kind="taxes"), said(1.0, kind="oil")), by="Li")
    found = store.intakes()
    assert found["intake"].tolist() == [3, 2, 1]
    assert found["given"].tolist() == [3, 2, 2]
    assert found["added"].tolist() == [1, 0, 2]
    assert found["revised"].tolist() == [1, 0, 0]
    assert len(store.revisions(FIRMS[0], "taxes", "", "2026-10")) == 2
    assert list(found.columns) == [column.column for column in schema("store_intakes")]


@pytest.mark.parametrize(
    ("change", "place"),
    [({"quality": "measured"}, 2), ({"source": "meter"}, 3), ({"text": "?"}, 1)],
)
def test_a_change_of_quality_source_or_text_alone_is_a_revision_too(store, change, place):
    store.add_readings(readings(said(7.0)), by="Li")
    store.add_readings(readings(said(7.0, **change)), by="Li")
    assert told(store.readings())[KEY][place] == next(iter(change.values()))
    assert store.intakes()["revised"].tolist() == [1, 0]


def test_a_part_is_read_by_firm_and_by_months(store):
    rows = [
        said(float(i), firm=firm, period=period)
        for i, period in enumerate(("2025-12", "2026-01", "2026-02", "2026-03"))
        for firm in FIRMS
    ]
    store.add_readings(readings(*rows), by="Li")
    one = store.readings(firms=FIRMS[1], months=("2026-01", "2026-02"))
    assert one["period"].to_pylist() == ["2026-01", "2026-02"]
    assert set(one["firm"].to_pylist()) == {FIRMS[1]}
    assert store.readings(months="2026-03").num_rows == 2
    assert store.readings(months=("2026-04", "2026-09")).num_rows == 0
    assert store.readings(months=("2000-01", "2030-01")).num_rows == 8
    assert store.readings(firms=[]).num_rows == 0
    assert store.readings(firms=list(FIRMS)).num_rows == 8
    with pytest.raises(UnknownCodeError, match="firm of the registry"):
        store.readings(firms="X")
    with pytest.raises(ParameterError, match="the first and the last"):
        store.readings(months=("2026-1", "2026-02"))
    with pytest.raises(ParameterError, match="the first and the last"):
        store.readings(months=("2026-01",))


def test_an_empty_store_answers_with_empty_tables(store):
    table = store.readings()
    assert table.num_rows == 0
    assert table.column_names == [column.column for column in schema("readings")]
    assert store.revisions(*KEY).empty
    assert store.intakes().empty


def test_text_comes_back_as_text_and_a_missing_value_as_null(store):
    identity = said(np.nan, kind="identity", text="久立 特材", quality="measured")
    store.add_readings(readings(identity, said(np.nan, quality="missing")), by="Li")
    held = told(store.readings())
    assert held[FIRMS[0], "identity", "", "2026-10"][:2] == (None, "久立 特材")
    assert held[KEY][0] is None


def test_arrow_with_dictionaries_in_chunks_says_the_same_as_a_frame(store):
    rows = readings(said(1.0), said(2.0, kind="taxes"), said(3.0, kind="own_pv", source=None))
    table = pa.Table.from_pandas(rows)
    for name in ("firm", "kind", "source"):
        column = table[name].dictionary_encode()
        table = table.set_column(table.column_names.index(name), name, column)
    chunks = pa.concat_tables([table.slice(0, 1), table.slice(1)])
    store.add_readings(chunks, by="Li")
    before = told(store.readings())
    store.add_readings(rows, by="Li")
    assert before == told(store.readings())
    assert store.intakes()["revised"].tolist() == [0, 0]
    assert before[FIRMS[0], "own_pv", "", "2026-10"] == (3.0, "", "billed", "")


def test_columns_that_are_not_given_are_empty(store):
    row = {"firm": FIRMS[0], "kind": "services", "period": "2026-10", "quality": "measured"}
    store.add_readings(pd.DataFrame([row]), by="Li")
    assert list(told(store.readings()).values()) == [(None, "", "measured", "")]
    assert store.add_readings(readings(said(1.0)).iloc[:0], by="Li") == 2
    assert store.readings().num_rows == 1


BAD = {
    "an unknown kind": (said(1.0, kind="electricty"), "'electricty', expected a kind of data"),
    "no kind": (said(1.0, kind=""), "nothing, expected a kind of data"),
    "an unknown quality": (said(1.0, quality="guess"), "'guess', expected a quality"),
    "a month that is none": (said(1.0, period="2026-13"), "'2026-13', expected a month, YYYY-MM"),
    "a month before 1970": (said(1.0, period="1969-12"), "expected a month"),
    "a firm that is not registered": (
        said(1.0, firm="X9"),
        "'X9', expected a firm of the registry",
    ),
    "no firm": (said(1.0, firm=""), "nothing, expected a firm"),
    "a number that is infinite": (said(np.inf), "a number that is not finite"),
    "another unit": (said(1.0, unit="kWh"), "'kWh', expected 'MWh', the unit of grid_electricity"),
    "a unit of text": (said(1.0, kind="identity", unit="t"), "'t', expected no unit"),
}


@pytest.mark.parametrize("fault", BAD)
def test_one_bad_row_keeps_all_out_and_is_named_by_its_place(store, fault):
    row, message = BAD[fault]
    with pytest.raises(TableError) as error:
        store.add_readings(readings(said(5.0, kind="taxes"), row), by="Li")
    assert "row 3, column" in str(error.value)
    assert message in str(error.value)
    assert store.readings().num_rows == 0
    assert store.intakes().empty
    assert store.check_audit() == 2  # the two firms


def test_all_faults_are_listed_at_once(store):
    rows = [said(1.0, kind="x", period=f"2026-{i:02d}") for i in range(1, 10)]
    with pytest.raises(TableError) as error:
        store.add_readings(readings(*rows, said(1.0, quality="y")), by="Li")
    assert len(error.value.breaches) == 10


def test_many_rows_of_one_fault_are_counted(store):
    rows = [said(1.0, kind="x", source=str(i)) for i in range(50)]
    with pytest.raises(TableError) as error:
        store.add_readings(readings(*rows), by="Li")
    assert len(error.value.breaches) == 21
    assert "in 30 rows more" in str(error.value.breaches[-1])


def test_two_readings_of_one_key_are_refused_with_both_rows(store):
    other = said(2.0, kind="oil", item="diesel")
    with pytest.raises(TableError) as error:
        store.add_readings(readings(other, said(1.0), other), by="Li")
    (breach,) = error.value.breaches
    assert breach.where == "row 4"
    assert breach.found == f"oil diesel of {FIRMS[0]} in 2026-10 again"
    assert breach.expected == "it once (row 2 has it)"
    assert store.readings().num_rows == 0


def test_columns_that_are_missing_unknown_or_of_another_type_are_refused(store):
    good = readings(said(1.0))
    with pytest.raises(TableError, match="no column 'quality'"):
        store.add_readings(good.drop(columns="quality"), by="Li")
    with pytest.raises(TableError, match="Did you mean value"):
        store.add_readings(good.rename(columns={"value": "valu"}), by="Li")
    with pytest.raises(TableError, match="column 'firm': found values of type int64"):
        store.add_readings(good.assign(firm=[1]), by="Li")
    with pytest.raises(TableError, match="column 'value': found values of type"):
        store.add_readings(good.assign(value=["1"]), by="Li")
    with pytest.raises(ParameterError, match="who makes it"):
        store.add_readings(good, by=" ")
    assert store.intakes().empty


def test_revisions_of_what_is_not_known_are_errors(store):
    with pytest.raises(UnknownCodeError, match="firm of the registry"):
        store.revisions("X", "taxes", "", "2026-10")
    with pytest.raises(UnknownCodeError, match="Did you mean taxes"):
        store.revisions(FIRMS[0], "taxs", "", "2026-10")
    with pytest.raises(ParameterError, match="months"):
        store.revisions(FIRMS[0], "taxes", "", "October")


def test_progress_is_told_until_all_is_written(store):
    heard = []
    store.add_readings(
        readings(said(1.0), said(2.0, kind="taxes")),
        by="Li",
        progress=lambda done, of: heard.append((done, of)),
    )
    assert heard == [(2, 2)]


def test_qualities_and_units_are_those_of_the_part_readings():
    assert kept_units.QUALITIES is system_readings.QUALITIES
    for row in params.table("carbon_items"):
        assert kept_units.unit_in(row["kind"], row["item"]) == row["unit"]
    for code, row in system_readings.carbon_kinds().items():
        assert reading_words.kind_numbers()[code] == int(row["number"])
        if code != "fuel_properties":  # each property has a unit of its own
            assert kept_units.unit_in(code, "of no list") == row["unit"]
    assert [reading_words.month_number(reading_words.month_text(m)) for m in range(900)] == list(
        range(900)
    )


def test_readings_of_every_kind_and_item_come_back_in_the_units_that_they_went_in_with(store):
    kinds = [(k, i) for k, i in carbon_items()] + [(k, "") for k in carbon_kinds()]
    kinds += [("fuel_properties", f"diesel:{what}") for what in ("ncv", "carbon", "oxidation")]
    closed = {kind for kind, _ in carbon_items()} - {"physical_output"}
    rows = [
        {
            "firm": FIRMS[0],
            "kind": kind,
            "item": item,
            "period": "2026-10",
            "value": np.nan if text else 1.0,
            "text": "said" if text else "",
            "quality": "measured",
        }
        for kind, item in kinds
        if item or kind not in closed
        for text in [carbon_kinds()[kind]["content"] == "text"]
    ]
    given = Readings.of_table(pd.DataFrame(rows)).table()
    store.add_readings(given, by="Li")
    held = store.readings().to_pandas().astype(given.dtypes.to_dict()).fillna({"text": ""})
    key = ["kind", "item"]
    pd.testing.assert_frame_equal(
        held.sort_values(key, ignore_index=True), given.sort_values(key, ignore_index=True)
    )
    assert set(held.loc[held["kind"] == "fuel_properties", "unit"]) > {"GJ/t", "tC/GJ", "1"}


def test_pieces_of_output_are_refused_with_what_to_give_instead():
    row = said(120.0, kind="physical_output", item="bearings") | {"unit": "件"}
    with pytest.raises(TableError, match="mass of the pieces"):
        Readings.of_table(pd.DataFrame([row]))
