"""The plain long table: what it means, in every form that it comes in."""

import gzip
import zipfile

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import chainwright as cw
from chainwright.errors import CapacityError, ParameterError, TableError
from chainwright.sources import longtable, recognise
from chainwright.sources.files import Request, peek
from toys import COLUMNS, toy_table

MORE = pd.DataFrame(
    [
        ("value_added", "", "wages", "A", "m", 18.0),
        ("value_added", "ignored", "wages", "A", "k", 41.0),
        ("value_added", "", "profit", "B", "m", 7.0),
        ("import", "", "all goods", "C", "m", 3.0),
        ("import", "USA", "chips", "C", "k", 4.0),
        ("import", "USA", "chips", "C", "final", 5.0),
        ("import", "", "all goods", "C", "inventories", 6.0),
        ("stressor", "", "CO2", "A", "m", 0.5),
        ("stressor", "", "CO2", "B", "final", 0.25),
        ("stressor", "", "water", "B", "k", 9.0),
    ],
    columns=COLUMNS,
)


def full():
    return pd.concat([toy_table(), MORE], ignore_index=True)


def read(path, **asked):
    return longtable.read(peek(path), Request(**asked))


def test_nodes_and_final_users_come_in_order_of_first_appearance():
    frame = pd.DataFrame(
        [
            ("final", "Z", "late", "Z", "house", 1.0),
            ("intermediate", "Z", "b", "A", "c", 2.0),
            ("intermediate", "A", "c", "Z", "b", 3.0),
            ("final", "A", "c", "A", "house", 4.0),
        ],
        columns=COLUMNS,
    )
    reading = longtable.read_table(frame)
    assert reading.nodes == [("Z", "late"), ("Z", "b"), ("A", "c")]
    assert reading.users == [("Z", "house"), ("A", "house")]
    assert reading.matrix.tolist() == [[0, 0, 0], [0, 0, 2], [0, 3, 0]]
    assert reading.final.tolist() == [[1, 0], [0, 0], [0, 4]]


def test_the_toy_table_has_the_outputs_that_were_worked_out_by_hand(toy):
    assert toy.flows.output.tolist() == [100, 100, 140, 115, 209, 136]


def test_every_block_lands_where_it_belongs():
    reading = longtable.read_table(full())
    assert reading.value_added_kinds == ["wages", "profit"]
    assert reading.value_added.tolist() == [[18, 41, 0, 0, 0, 0], [0, 0, 7, 0, 0, 0]]
    assert reading.imports == [("", "all goods"), ("USA", "chips")]
    assert reading.imports_matrix.tolist() == [[0, 0, 0, 0, 3, 0], [0, 0, 0, 0, 0, 4]]
    assert reading.users[-1] == ("C", "inventories")
    assert reading.imports_final.tolist() == [[0, 0, 0, 6], [0, 0, 5, 0]]
    assert reading.stressors == [("CO2", ""), ("water", "")]
    assert reading.stressors_matrix.tolist() == [[0.5, 0, 0, 0, 0, 0], [0, 0, 0, 9, 0, 0]]
    assert reading.stressors_final.tolist() == [[0, 0.25, 0, 0], [0, 0, 0, 0]]


def test_an_import_makes_no_node():
    reading = longtable.read_table(full())
    assert len(reading.nodes) == 6
    assert ("USA", "chips") not in reading.nodes


def test_the_order_of_the_rows_of_other_blocks_does_not_matter():
    turned = pd.concat([MORE.iloc[::-1], toy_table()], ignore_index=True)
    reading, plain = longtable.read_table(turned), longtable.read_table(full())
    assert reading.nodes == plain.nodes
    assert np.array_equal(reading.matrix, plain.matrix)
    assert reading.imports == [("", "all goods"), ("USA", "chips")]
    assert reading.value_added_kinds == ["profit", "wages"]


@pytest.mark.parametrize(
    "form", ["csv", "csv.gz", "zip", "parquet", "arrow", "BOM", "CRLF", "quoted"]
)
def test_all_forms_give_the_same_arrays(form, tmp_path):
    frame, path = full(), tmp_path / "table"
    text = frame.to_csv(index=False)
    if form == "csv.gz":
        path.write_bytes(gzip.compress(text.encode()))
    elif form == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("inside/table.csv", text)
    elif form == "parquet":
        frame.to_parquet(path)
    elif form == "arrow":
        table = pa.Table.from_pandas(frame)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    else:
        shaped = {"BOM": "\ufeff" + text, "CRLF": text.replace("\n", "\r\n")}
        quoted = frame.to_csv(index=False, quoting=1)
        path.write_bytes(shaped.get(form, quoted if form == "quoted" else text).encode())
    reading, plain = read(path), longtable.read_table(frame)
    assert reading.nodes == plain.nodes
    assert reading.users == plain.users
    assert np.array_equal(reading.matrix, plain.matrix)
    assert np.array_equal(reading.imports_final, plain.imports_final)
    assert np.array_equal(reading.stressors_final, plain.stressors_final)
    assert recognise.recognise(peek(path)).name == "plain long table"


def test_objects_that_give_an_arrow_stream_are_taken():
    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return pa.Table.from_pandas(toy_table()).__arrow_c_stream__(requested_schema)

    plain = longtable.read_table(toy_table())
    for data in (Stream(), pl.from_pandas(toy_table()), pa.Table.from_pandas(toy_table())):
        assert np.array_equal(longtable.read_table(data).matrix, plain.matrix)


@pytest.mark.parametrize("kind", ["string", "object", "category", "large_string", "string_view"])
def test_text_columns_may_be_of_any_text_type(kind):
    if kind in ("large_string", "string_view"):
        table = pa.Table.from_pandas(toy_table(), preserve_index=False)
        typed = getattr(pa, kind)()
        fields = [f if f.name == "value" else f.with_type(typed) for f in table.schema]
        data = table.cast(pa.schema(fields))
    else:
        data = toy_table().astype(dict.fromkeys(COLUMNS[:-1], kind))
    assert longtable.read_table(data).nodes == longtable.read_table(toy_table()).nodes


def test_codes_stay_text(tmp_path):
    text = (
        "block,from_region,from_sector,to_region,to_sector,value\n"
        "intermediate,NA,01,NA,001,1\nintermediate,NA,001,NA,01,2\n"
        "final,NA,01,NA,null,3\nfinal,NA,001,NA,1e5,4\n"
    )
    path = tmp_path / "namibia.csv"
    path.write_text(text)
    reading = read(path)
    assert reading.nodes == [("NA", "01"), ("NA", "001")]
    assert reading.users == [("NA", "null"), ("NA", "1e5")]


def test_numbers_are_read_to_the_last_bit(tmp_path):
    numbers = [0.1, 1 / 3, 1e-300, 123456789.123456789, 2**53 + 2.0, 5e-324]
    frame = toy_table()
    frame.loc[: len(numbers) - 1, "value"] = numbers
    path = tmp_path / "exact.csv"
    frame.to_csv(path, index=False)
    assert read(path).matrix.ravel()[: len(numbers)].tolist() == numbers


@pytest.mark.parametrize(
    ("written", "meant"), [("+20", 20), (" 20.0 ", 20), ("2E1", 20), ("20.", 20), ("-.5", -0.5)]
)
def test_numbers_may_be_written_in_these_ways(written, meant, tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_text(toy_table().to_csv(index=False).replace("20.0", written, 1))
    assert read(path).matrix[0, 0] == meant


def test_decimals_and_integers_of_arrow_are_numbers():
    for kind in (pa.int64(), pa.decimal128(10, 2), pa.float32()):
        table = pa.Table.from_pandas(toy_table(), preserve_index=False)
        table = table.set_column(5, "value", table.column("value").cast(kind))
        assert longtable.read_table(table).matrix.sum() == 365


def test_columns_that_the_schema_does_not_name_are_left_out_and_said_so(tmp_path):
    path = tmp_path / "notes.csv"
    toy_table().assign(note="x").to_csv(path, index=False)
    assert read(path).origin.notes == ("column 'note' left out",)


def test_the_row_index_of_pandas_is_no_column():
    frame = toy_table()
    frame.index = pd.Index(range(100, 100 + len(frame)), name=None)
    assert longtable.read_table(frame[frame.value > 0]).origin.notes == ()


def with_units(money="million USD", stressor="Mt"):
    frame = full()
    frame["unit"] = np.where(frame.block == "stressor", stressor, money)
    frame.loc[frame.from_sector == "water", "unit"] = "km3"
    return frame


@pytest.mark.parametrize(
    ("unit", "words", "currency"),
    [
        ("million USD", "million", "USD"),
        ("M.EUR", "M", "EUR"),
        ("CNY", "", "CNY"),
        ("10^4 yuan", "10^4 yuan", None),
        ("GWH", "GWH", None),
        ("", "", None),
    ],
)
def test_a_unit_that_ends_in_a_currency_tells_the_currency(unit, words, currency):
    reading = longtable.read_table(with_units(unit))
    assert (reading.unit, reading.currency) == (words, currency)
    assert reading.stressors == [("CO2", "Mt"), ("water", "km3")]


def test_the_currency_may_be_said_where_the_table_does_not_tell():
    reading = longtable.read_table(with_units("million"), currency="JPY", year=1999)
    assert (reading.currency, reading.year, reading.unit) == ("JPY", 1999, "million")


def test_a_currency_that_contradicts_the_table_is_refused():
    with pytest.raises(TableError, match=r"'million USD', expected amounts in CNY"):
        longtable.read_table(with_units(), currency="CNY")


def test_the_year_comes_from_the_name_of_the_file(tmp_path):
    path = tmp_path / "flows_2017.csv"
    toy_table().to_csv(path, index=False)
    assert read(path).year == 2017
    assert read(path, year=2017).year == 2017
    with pytest.raises(ParameterError, match="2017"):
        read(path, year=2018)


def test_row_numbers_are_those_of_the_file_even_with_blank_lines(tmp_path):
    lines = toy_table().to_csv(index=False).splitlines()
    lines[5] = lines[5].replace(lines[5].split(",")[-1], "much")
    path = tmp_path / "blank.csv"
    path.write_text("\n".join([lines[0], "", lines[1], "", "", *lines[2:]]) + "\n")
    with pytest.raises(TableError, match="row 9, column 'value': found 'much'"):
        read(path)


def test_all_breaches_are_listed_at_once():
    frame = full()
    frame.loc[0, "value"] = np.nan
    frame.loc[1, "block"] = "intermediat"
    frame.loc[2, "from_region"] = ""
    frame.loc[3, "to_sector"] = " m"
    with pytest.raises(TableError) as refused:
        longtable.read_table(frame)
    said = str(refused.value)
    assert len(refused.value.breaches) == 4
    for place in ("row 2, column 'value'", "row 3, column 'block'", "row 4, column 'from_region'"):
        assert place in said
    assert "row 5, column 'to_sector'" in said


def test_a_flood_of_breaches_is_counted_not_spelt_out():
    frame = pd.concat([full()] * 30, ignore_index=True)
    frame["value"] = np.nan
    with pytest.raises(TableError) as refused:
        longtable.read_table(frame)
    assert 100 < len(refused.value.breaches) < 110
    assert f"{len(frame) - 100:,} more rows" in str(refused.value.breaches[100])


def test_repeated_keys_name_both_rows():
    frame = pd.concat([full(), full().iloc[[3, 40, 60]]], ignore_index=True)
    with pytest.raises(TableError) as refused:
        longtable.read_table(frame)
    last = len(full()) + 2
    found = [(b.where, b.found) for b in refused.value.breaches]
    assert [place for place, _ in found] == [f"row {last}", f"row {last + 1}", f"row {last + 2}"]
    assert "of row 5 again" in found[0][1]
    assert "of row 42 again" in found[1][1]
    assert "of row 62 again" in found[2][1]


def test_a_name_that_is_a_producer_and_a_final_category_is_refused_where_it_matters():
    frame = full()
    more = pd.DataFrame(
        [("final", "A", "m", "A", "k", 1.0), ("import", "", "x", "A", "k", 1.0)], columns=COLUMNS
    )
    assert longtable.read_table(pd.concat([frame, more[:1]])).final.sum() == 436
    with pytest.raises(TableError, match="a producer and a final category"):
        longtable.read_table(pd.concat([frame, more]))


def test_a_table_too_large_for_the_memory_is_refused(monkeypatch):
    class Memory:
        available = 100

    monkeypatch.setattr("chainwright.sources.files.psutil.virtual_memory", Memory)
    with pytest.raises(CapacityError, match="memory"):
        longtable.read_table(toy_table())


def test_a_million_rows_are_read_without_a_loop_over_rows():
    n, rng = 1000, np.random.default_rng(0)
    region = np.array([f"R{i // 50:02d}" for i in range(n)], dtype=object)
    sector = np.array([f"s{i % 50:02d}" for i in range(n)], dtype=object)
    seller, buyer = np.divmod(np.arange(n * n), n)
    values = rng.random(n * n)
    inter = pd.DataFrame(
        {
            "block": "intermediate",
            "from_region": region[seller],
            "from_sector": sector[seller],
            "to_region": region[buyer],
            "to_sector": sector[buyer],
            "value": values,
        }
    )
    final = pd.DataFrame(
        {
            "block": "final",
            "from_region": region,
            "from_sector": sector,
            "to_region": region,
            "to_sector": "final",
            "value": 1.0,
        }
    )
    reading = longtable.read_table(pd.concat([inter, final], ignore_index=True))
    assert reading.nodes == list(zip(region, sector, strict=True))
    assert np.array_equal(reading.matrix.ravel(), values)
    assert np.array_equal(reading.final.sum(axis=1), np.ones(n))


def test_system_read_takes_a_long_table(tmp_path):
    path = tmp_path / "toy.csv"
    with_units().to_csv(path, index=False)
    flows = cw.System.read(path).flows
    assert str(flows.money) == "million USD"
    assert flows.imports is not None
    assert not flows.imports.names_origins
    assert flows.stressors.units == ("Mt", "km3")
    assert flows.origin.sha256
