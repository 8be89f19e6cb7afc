"""Rows in bulk: packed whole numbers at their limits, seeks and scans, batches, Arrow out."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from chainwright.errors import StoreError
from chainwright.records import Store, reading_rows
from chainwright.records.engine import told
from chainwright.records.held_readings import as_table, months_of
from chainwright.records.reading_columns import columns_of
from chainwright.records.reading_rows import Rows, key_of, rows_of
from chainwright.records.reading_words import kind_numbers
from store_worlds import FIRMS, readings, said, small_store
from store_worlds import told as told_rows


def rows(**columns):
    """Return rows whose other columns are 0."""
    length = len(next(iter(columns.values())))
    made = Rows.empty(length)
    for name in Rows.__dataclass_fields__:
        getattr(made, name)[:] = columns.get(name, 0)
    return made


def test_whole_numbers_come_out_of_their_packs_at_every_limit():
    month, firm, kind = 4095, 2**24 - 1, 255
    item, intake = 2**31 - 1, 2**31 - 1
    text, quality, source = 2**31 - 1, 4, 2**29 - 1
    packed = (
        month << 32 | firm << 8 | kind,
        item << 31 | intake,
        None,
        text << 32 | source << 3 | quality,
    )
    found = reading_rows._unpacked([packed, (0, 0, 1.5, 0)])
    named = {"month": month, "firm": firm, "kind": kind, "item": item, "intake": intake}
    named |= {"text": text, "quality": quality, "source": source}
    for name, value in named.items():
        assert getattr(found, name).tolist() == [value, 0], name
    assert np.isnan(found.value[0])
    assert found.value[1] == 1.5


def test_keys_order_as_month_firm_kind_and_item_do():
    rng = np.random.default_rng(3)
    columns = {name: rng.integers(0, 5, 300) for name in ("month", "firm", "kind", "item")}
    made = rows(**columns)
    key = key_of(made, (5, 5, 5))
    order = np.lexsort([columns[name] for name in ("item", "kind", "firm", "month")])
    assert np.all(np.diff(key[order]) >= 0)
    assert len(np.unique(key)) == len({tuple(row) for row in np.stack([*columns.values()]).T})


@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_batches_of_any_size_write_and_read_the_same(tmp_path, monkeypatch, batch):
    monkeypatch.setattr(reading_rows, "BATCH", batch)
    monkeypatch.setattr(reading_rows, "FETCH", batch)
    given = [said(float(i), period=f"20{i:02d}-01", firm=FIRMS[i % 2]) for i in range(10)]
    with small_store(tmp_path / "s.db") as store:
        store.add_readings(readings(*given), by="Li")
        held = told_rows(store.readings())
    assert sorted(value for value, *_ in held.values()) == [float(i) for i in range(10)]
    assert len(held) == 10


@pytest.mark.parametrize("seeks", [0, 10**6])
def test_seeks_and_scans_find_the_same_rows(tmp_path, monkeypatch, seeks):
    monkeypatch.setattr(reading_rows, "SEEKS", seeks)
    given = [
        said(float(i), period=f"2026-{i:02d}", firm=firm) for i in range(1, 13) for firm in FIRMS
    ]
    with small_store(tmp_path / "s.db") as store:
        store.add_readings(readings(*given), by="Li")
        asked = store.readings(firms=FIRMS[1], months=("2026-03", "2026-11"))
    assert asked["value"].to_pylist() == [float(i) for i in range(3, 12)]


def test_history_has_every_row_and_the_last_of_each_key_holds(tmp_path):
    with small_store(tmp_path / "s.db") as store:
        for i in range(4):
            store.add_readings(readings(said(float(i)), said(5.0, kind="taxes")), by="Li")
        with store.reading() as connection:
            every = rows_of(connection, history=True)
            held = rows_of(connection)
            early = rows_of(connection, intake=2)
            none = rows_of(connection, firms=[])
            after = rows_of(connection, months=(900, 901))
    assert every.value.tolist() == [0.0, 1.0, 2.0, 3.0, 5.0]
    assert held.value.tolist() == [3.0, 5.0]
    assert early.value.tolist() == [1.0, 5.0]
    assert len(none) == len(after) == 0


def test_a_table_is_sorted_by_firm_and_its_dictionaries_hold_what_is_used():
    made = rows(
        month=[680, 680, 681], firm=[1, 2, 1], kind=[5, 14, 22], item=[0, 2, 0], value=[1, 2, 3]
    )
    table = as_table(made, {1: "B", 2: "A"}, ["", "unused", "diesel"])
    assert table["firm"].to_pylist() == ["A", "B", "B"]
    assert table["period"].to_pylist() == ["2026-09", "2026-09", "2026-10"]
    assert table["kind"].to_pylist() == ["oil", "grid_electricity", "output_value"]
    assert table["unit"].to_pylist() == ["t", "MWh", "10^4 CNY"]
    assert table["item"].chunk(0).dictionary.to_pylist() == ["", "diesel"]
    assert months_of("1970-01") == (0, 0)


def test_columns_are_numbers_of_kinds_months_and_qualities():
    given = readings(said(1.0), said(np.nan, kind="identity", text="x", quality="missing"))
    found = columns_of(given)
    assert found.kind.tolist() == [kind_numbers()["grid_electricity"], 1]
    assert found.month.tolist() == [681, 681]
    assert found.quality.tolist() == [1, 4]
    assert np.isnan(found.value).tolist() == [False, True]
    assert [found.text.words[place] for place in found.text.place] == ["", "x"]


class Streamed:
    """A table that is neither pandas nor pyarrow, and speaks Arrow."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


def test_anything_that_speaks_arrow_is_taken_and_whole_numbers_are_numbers(tmp_path):
    table = pa.Table.from_pandas(readings(said(7.0)))
    place = table.column_names.index("value")
    whole = table.set_column(place, "value", pa.array([7], type=pa.int64()))
    with small_store(tmp_path / "s.db") as store:
        store.add_readings(Streamed(table), by="Li")
        store.add_readings(whole, by="Li")
        assert store.intakes()["revised"].tolist() == [0, 0]
        assert store.readings()["value"].to_pylist() == [7.0]


def half(store, then):
    """Write a word, and then something that fails."""
    with store.writing() as (connection, _):
        connection.exec_driver_sql("INSERT INTO word VALUES (77, 'half')")
        then(connection)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("INSERT INTO reading VALUES (1, 99, 1, 0, 1, 1.0, 0, 0, 0)", "FOREIGN KEY"),
        ("INSERT INTO word VALUES ('x', 'y')", "cannot be used"),
        ("INSERT INTO no_table VALUES (1)", "no such table"),
    ],
)
def test_what_the_database_refuses_is_told_as_ours_and_rolled_back(tmp_path, statement, message):
    with small_store(tmp_path / "s.db") as store:
        before = store.digest()
        with pytest.raises(StoreError, match=message):
            half(store, lambda connection: connection.exec_driver_sql(statement))
        assert store.digest() == before


def test_an_error_of_another_kind_passes_as_it_is_and_rolls_back(tmp_path):
    with small_store(tmp_path / "s.db") as store:
        before = store.digest()
        with pytest.raises(KeyError):
            half(store, lambda _: {}["x"])
        with pytest.raises(ZeroDivisionError), told(store.path):
            _ = 1 / 0
        assert store.digest() == before


def test_a_cancelled_intake_leaves_nothing(tmp_path):
    def cancel(_done, _of):
        raise KeyboardInterrupt

    with small_store(tmp_path / "s.db") as store:
        with pytest.raises(KeyboardInterrupt):
            store.add_readings(readings(said(1.0)), by="Li", progress=cancel)
        assert store.intakes().empty
        assert store.add_readings(readings(said(1.0)), by="Li") == 1
    with Store.open(tmp_path / "s.db") as store:
        assert store.check()["reading"] == 1
        assert isinstance(store.firms(), pd.DataFrame)
