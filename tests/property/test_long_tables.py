"""Long tables of any labels and numbers come through every way in as the same system."""

import gzip
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright import System
from toys import COLUMNS

LABELS = st.text("abcXYZ019_-. ()&/'é中", min_size=1, max_size=6).filter(
    lambda word: word == word.strip() and ":" not in word
)
AMOUNTS = st.floats(0.001, 1.0) | st.sampled_from([0.0, 1e-12, 0.1, 1 / 3])


@st.composite
def tables(draw):
    """Return a long table with every block, rows in any order."""
    regions = draw(st.lists(LABELS, min_size=1, max_size=3, unique=True))
    sectors = draw(st.lists(LABELS, min_size=1, max_size=3, unique=True))
    nodes = [(r, s) for r in regions for s in sectors]
    category = "final use"
    rows = [
        ("intermediate", *i, *j, draw(AMOUNTS))
        for i in nodes
        for j in nodes
        if draw(st.booleans()) or i == j
    ]
    rows += [
        ("final", *i, r, category, 2.0 * len(nodes) + draw(AMOUNTS)) for i in nodes for r in regions
    ]
    if draw(st.booleans()):
        rows += [("value_added", "", "wages", *j, draw(AMOUNTS)) for j in nodes]
    if draw(st.booleans()):
        origins = draw(st.lists(LABELS | st.just(""), min_size=1, max_size=2, unique=True))
        rows += [("import", o, "ore", *j, draw(AMOUNTS)) for o in origins for j in nodes]
        rows += [("import", o, "ore", regions[0], category, draw(AMOUNTS)) for o in origins]
    units = [""] * len(rows)
    if draw(st.booleans()):
        more = [("stressor", "", "CO2", *j, draw(AMOUNTS)) for j in nodes]
        rows, units = rows + more, units + ["kt"] * len(more)
    frame = pd.DataFrame(rows, columns=COLUMNS).assign(unit=units)
    money = draw(st.sampled_from(["", "million USD", "10^4 CNY"]))
    frame.loc[frame["block"] != "stressor", "unit"] = money
    order = draw(st.permutations(range(len(frame))))
    return frame.iloc[list(order)].reset_index(drop=True)


def assert_same(one, other):
    one, other = one.flows, other.flows
    assert one.nodes.codes == other.nodes.codes
    assert one.users.codes == other.users.codes
    assert one.roles == other.roles
    assert one.money == other.money
    assert one.value_added_kinds == other.value_added_kinds
    for name in ("matrix", "final", "value_added", "output", "added"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert (one.imports is None) == (other.imports is None)
    if one.imports is not None:
        assert one.imports.rows.codes == other.imports.rows.codes
        np.testing.assert_array_equal(one.imports.matrix, other.imports.matrix)
        np.testing.assert_array_equal(one.imports.final, other.imports.final)
    assert (one.stressors is None) == (other.stressors is None)
    if one.stressors is not None:
        assert one.stressors.axis == other.stressors.axis
        assert one.stressors.units == other.stressors.units
        np.testing.assert_array_equal(one.stressors.matrix, other.stressors.matrix)


def write(frame, path):
    """Write the table as the ending of the path says."""
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)
    elif path.suffix == ".arrow":
        table = pa.Table.from_pandas(frame, preserve_index=False)
        with pa.ipc.new_file(path, table.schema) as file:
            file.write_table(table)
    elif path.suffix == ".gz":
        path.write_bytes(gzip.compress(frame.to_csv(index=False).encode(), 1))
    else:
        frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet", ".arrow"])
@settings(max_examples=15)
@given(frame=tables())
def test_a_table_in_a_file_is_the_table_in_memory(suffix, frame):
    with tempfile.TemporaryDirectory() as folder:
        path = write(frame, Path(folder) / f"t{suffix}")
        found = System.read(path)
    assert_same(found, System.from_table(frame))
    assert found.origin["flows"]["file"] == f"t{suffix}"


@settings(max_examples=15)
@given(frame=tables())
def test_any_library_s_table_is_the_same_table(frame):
    expected = System.from_table(frame)
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    assert_same(System.from_table(arrow), expected)
    assert_same(System.from_table(pl.from_arrow(arrow)), expected)
    with duckdb.connect() as connection:
        assert_same(System.from_table(connection.from_arrow(arrow)), expected)
    coded = frame.astype(dict.fromkeys(COLUMNS[:-1], "category"))
    assert_same(System.from_table(coded), expected)


@settings(max_examples=15)
@given(frame=tables())
def test_the_system_s_own_table_gives_the_system_again_and_so_does_its_file(frame):
    system = System.from_table(frame)
    again = System.from_table(system.table(), currency=system.flows.money.currency)
    assert set(again.flows.nodes.codes) == set(system.flows.nodes.codes)
    order = [again.flows.nodes.find(c) for c in system.flows.nodes.codes]
    np.testing.assert_array_equal(again.flows.matrix[np.ix_(order, order)], system.flows.matrix)
    np.testing.assert_allclose(again.flows.output[order], system.flows.output, rtol=1e-14)
    assert again.flows.money == system.flows.money
    with tempfile.TemporaryDirectory() as folder:
        system.save(Path(folder) / "s.chainwright")
        assert_same(System.load(Path(folder) / "s.chainwright"), system)
        assert_same(System.read(Path(folder) / "s.chainwright"), system)


@settings(max_examples=15)
@given(frame=tables(), data=st.data())
def test_a_cell_that_is_no_number_is_named_by_its_row(frame, data):
    row = data.draw(st.integers(0, len(frame) - 1))
    word = data.draw(st.sampled_from(["", "much", "1,5", "nan", "inf", "1_0", "0x1", "1e400"]))
    broken = frame.astype({"value": object})
    broken.loc[row, "value"] = word
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        broken.to_csv(path, index=False)
        with pytest.raises(ValueError, match=f"row {row + 2}, column 'value'") as refused:
            System.read(path)
    assert refused.value.breaches[0].expected == "a finite number such as 1234.5"
    assert len(refused.value.breaches) == 1
