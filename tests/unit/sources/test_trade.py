"""Trade in each layout that publishers use, and what is left out so that nothing counts twice."""

import pickle

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chainwright import System
from chainwright.errors import FormatError, MissingFileError, ParameterError, TableError
from chainwright.sources import trade as reader
from chainwright.sources.files import peek
from chainwright.sources.trade_batches import CsvBatches
from chainwright.system import Trade
from layouts import trade as made
from layouts.trade import expected, rows_of


@pytest.fixture(params=["held", "streamed"])
def way(request, monkeypatch):
    """Read small files as they are read, and as large ones are: year by year."""
    if request.param == "streamed":
        monkeypatch.setattr(reader, "HELD", 0)
    return request.param


def as_made(trade, **asked):
    """Return whether trade is the flows that were written; it fails where they differ."""
    assert trade.years == (2021, 2022)
    for year in trade.years:
        assert rows_of(trade.year(year)) == expected(year, **asked)
    return True


@pytest.mark.parametrize("end", [".csv", ".csv.gz", ".zip", ".parquet", ".arrow"])
def test_a_plain_long_table_is_read_in_every_form(end, way, tmp_path):
    trade = System.read(made.written(made.frame(), tmp_path / f"flows{end}")).trade
    assert as_made(trade)
    assert trade.classification == "HS2017"
    assert trade.bilateral


@pytest.mark.parametrize(
    "give",
    [
        lambda table: table,
        pl.from_pandas,
        pa.Table.from_pandas,
        duckdb.from_df,
        lambda table: table.astype({"exporter": "category", "product": "category"}),
    ],
    ids=["pandas", "polars", "arrow", "duckdb", "categories"],
)
def test_a_table_in_memory_comes_as_it_is(give):
    assert as_made(Trade.from_table(give(made.frame())))


def test_codes_of_two_letters_are_countries_and_na_is_namibia():
    table = made.frame().replace({"exporter": made.ISO2, "importer": made.ISO2})
    trade = Trade.from_table(table)
    assert as_made(trade)
    assert "NAM" in trade.year(2022).places.codes


def test_na_in_a_file_is_namibia_too(tmp_path, way):
    table = made.frame().replace({"exporter": made.ISO2, "importer": made.ISO2})
    path = made.written(table, tmp_path / "flows.csv")
    assert ",NA," in path.read_text()
    assert as_made(System.read(path).trade)


def test_a_folder_of_baci_gives_all_its_years(way, tmp_path):
    trade = System.read(made.baci_folder(tmp_path)).trade
    assert as_made(trade)
    assert trade.classification == "HS2017"
    assert str(trade.money) == "thousand USD"
    assert trade.quantity_unit == "t"
    assert trade.origin.format == "CEPII BACI"
    assert trade.origin.version == "HS17 V202601"
    assert trade.origin.licence == "Etalab Open Licence 2.0"
    assert trade.names["850511"] == "Magnets: permanent, of metal"


def test_the_years_of_a_folder_are_known_without_reading_it(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "HELD", 0)
    folder = made.baci_folder(tmp_path)
    asked = []
    monkeypatch.setattr(
        reader, "gather", lambda batches, layout, **k: asked.append(batches.name) or 1 / 0
    )
    monkeypatch.setattr(reader, "_head", lambda *_, **__: None)
    assert System.read(folder).trade.years == (2021, 2022)
    assert asked == []


def test_a_zip_of_baci_is_read_without_unpacking_it(way, tmp_path):
    trade = System.read(made.baci_zip(tmp_path / "BACI_HS17_V202601.zip")).trade
    assert as_made(trade)
    assert trade.names["010121"].startswith("Horses")


def test_one_year_of_baci_is_read_from_folder_zip_and_file(way, tmp_path):
    folder = tmp_path / "baci"
    folder.mkdir()
    made.baci_folder(folder)
    for path in (folder, made.baci_zip(tmp_path / "b.zip"), folder / made.baci_name(2022)):
        trade = System.read(path, year=2022).trade
        assert trade.years == (2022,)
        assert rows_of(trade.year()) == expected(2022)


def test_a_year_that_is_not_there_is_named_with_those_that_are(way, tmp_path):
    folder = made.baci_folder(tmp_path)
    with pytest.raises(ParameterError, match=r"one of 2021, 2022\. Got 1999"):
        System.read(folder, year=1999)
    with pytest.raises(ParameterError, match="2021, 2022"):
        System.read(folder).trade.year(1999)


def test_a_code_that_no_list_knows_is_that_of_the_list_beside_the_file(way, tmp_path):
    folder = made.baci_folder(tmp_path, years=[2021])
    path = folder / made.baci_name(2022)
    path.write_text(made.baci_text(2022) + "2022,997,276,850511,1.000,1.000\n")
    assert "ATL" in System.read(folder).trade.year(2022).places.codes


def test_comtrade_counts_each_flow_once(way, tmp_path):
    table = made.comtrade(extra=made.breakdowns())
    trade = System.read(made.written(table, tmp_path / "comtrade.csv")).trade
    assert as_made(trade, factor=1000.0)
    assert str(trade.money) == "USD"
    assert trade.quantity_unit == "t"
    assert trade.classification == "HS2017"


def test_the_origin_says_what_was_left_out_of_comtrade():
    notes = "; ".join(Trade.from_table(made.comtrade(extra=made.breakdowns())).origin.notes)
    for said in (
        "1 rows left out: partnerCode 0, which is no one place",
        "1 rows left out: motCode other than 0",
        "1 rows left out: customsCode other than C00",
        "1 rows left out: partner2Code other than 0",
        "1 rows left out: freqCode other than A",
        "3 rows left out: cmdCode of other than 6 digits",
        "flows are those that importers report (by default: values include insurance and freight",
        "column 'isAggregate' left out",
    ):
        assert said in notes, notes


def test_reports_of_exporters_are_taken_when_they_are_asked_for(way, tmp_path):
    path = made.written(made.comtrade(extra=made.breakdowns()), tmp_path / "c.csv")
    trade = System.read(path, reporters="exporters").trade
    assert rows_of(trade.year(2021)) == [("CHN", "DEU", "850511", 77e3, 0.001)]
    mirrored = Trade.from_table(made.legacy(), reporters="exporters")
    assert rows_of(mirrored.year(2022)) == expected(2022, factor=500.0)


def test_a_file_of_exporters_alone_is_read_and_says_so():
    table = made.comtrade(flows=[], extra=[r for r in made.breakdowns() if r["flowCode"] == "X"])
    trade = Trade.from_table(table)
    assert rows_of(trade.year()) == [("CHN", "DEU", "850511", 77e3, 0.001)]
    assert "no importers report" in "; ".join(trade.origin.notes)


def test_comtrade_before_2022_is_read_too(way, tmp_path):
    trade = System.read(made.written(made.legacy(), tmp_path / "old.csv")).trade
    assert as_made(trade, factor=1000.0)
    assert trade.classification == "HS2017"


def test_comtrade_by_iso_codes_alone_is_read():
    table = made.legacy().drop(columns=["Reporter Code", "Partner Code"])
    assert as_made(Trade.from_table(table), factor=1000.0)


def test_the_mirror_legs_of_the_atlas_are_left_out(way, tmp_path):
    trade = System.read(made.written(made.atlas(), tmp_path / "hs12_ccpy.csv")).trade
    assert as_made(trade, factor=1000.0, digits=4, quantity=False)
    assert trade.classification == "HS2012"
    assert trade.year(2021).quantity is None


def test_undeclared_countries_of_the_atlas_are_left_out_with_their_negative_values():
    table = made.atlas()
    odd = table.iloc[[0]].assign(country_iso3_code="ANS", export_value=-5.0)
    trade = Trade.from_table(pd.concat([table, odd]))
    assert as_made(trade, factor=1000.0, digits=4, quantity=False)
    assert "1 rows left out: country_iso3_code ANS, which is no one place" in trade.origin.notes


def test_a_customs_union_that_reports_for_its_members_is_a_place():
    flows = [(1998, "711", "DEU", "260600", 3.0, None), (1998, "EUN", "USA", "260600", 3.0, None)]
    trade = Trade.from_table(made.frame(flows))
    assert trade.year().places.codes == ("DEU", "ZA1")
    assert any("EUN stands for several places" in note for note in trade.origin.notes)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"reporters": "both"}, "'importers' or 'exporters'"),
        ({"places": "provinces"}, "'countries' or 'given'"),
        ({"classification": "HS2016"}, "HS2012, HS2017"),
    ],
)
def test_what_is_asked_for_must_be_what_can_be_had(asked, said, tmp_path):
    with pytest.raises(ParameterError, match=said):
        Trade.from_table(made.frame(), **asked)
    with pytest.raises(ParameterError, match=said):
        System.read(made.written(made.frame(), tmp_path / "flows.csv"), **asked)


def test_exports_of_the_atlas_know_no_importers(way, tmp_path):
    table = made.atlas().drop(columns=["partner_country_id", "partner_iso3_code"])
    table = table.groupby(
        ["country_iso3_code", "product_hs12_code", "year"], as_index=False
    )[["export_value", "import_value"]].sum()  # fmt: skip
    trade = System.read(made.written(table, tmp_path / "cpy.csv")).trade
    assert not trade.bilateral
    exports = trade.exports(2021)
    cell = exports.value[exports.places.place["CHN"], exports.products.place["8505"]]
    assert cell == 150e3


def test_the_oec_writes_a_continent_and_a_section_before_its_codes(way, tmp_path):
    trade = System.read(made.written(made.oec(), tmp_path / "oec.csv")).trade
    assert as_made(trade, factor=1000.0, quantity=False)
    assert trade.names["850511"] == "name of 850511"


def test_names_of_other_tables_say_their_unit():
    table = made.frame().rename(columns={"product": "hs6", "value": "value_kusd"})
    table["qty_kg"] = 1000.0 * table.pop("quantity")
    trade = Trade.from_table(table)
    assert as_made(trade)
    assert str(trade.money) == "thousand USD"
    assert trade.quantity_unit == "t"


def test_currency_and_unit_are_told_by_columns_or_on_reading():
    told = made.frame().assign(currency="million EUR", unit="kg")
    trade = Trade.from_table(told)
    assert (str(trade.money), trade.quantity_unit) == ("million EUR", "kg")
    assert str(Trade.from_table(made.frame(), currency="CNY").money) == "CNY"
    assert str(Trade.from_table(made.frame()).money) == "currency not stated"


def test_a_year_is_told_by_the_name_of_the_file_or_on_reading(way, tmp_path):
    table = made.frame()
    table = table[table["year"] == 2022].drop(columns="year")
    path = made.written(table, tmp_path / "flows_2022.csv")
    assert rows_of(System.read(path).trade.year(2022)) == expected(2022)
    nameless = made.written(table, tmp_path / "flows.csv")
    assert rows_of(System.read(nameless, year=2022).trade.year()) == expected(2022)
    assert rows_of(Trade.from_table(table, year=2022).year()) == expected(2022)
    with pytest.raises(ParameterError, match="2022"):
        System.read(path, year=2021)


def test_files_of_one_layout_in_a_folder_are_one_trade(way, tmp_path):
    table = made.comtrade()
    for reporter, part in table.groupby("reporterCode"):
        made.written(part, tmp_path / f"{reporter}.csv")
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    assert as_made(System.read(tmp_path).trade, factor=1000.0)


def test_a_fault_in_one_of_several_files_names_the_file_and_its_row(way, tmp_path):
    table = made.comtrade()
    made.written(table[:5], tmp_path / "a.csv")
    made.written(table[5:].assign(partnerCode="Atlantis"), tmp_path / "b.csv")
    with pytest.raises(TableError, match=r"b\.csv row 2, column 'partnerCode': found 'Atlantis'"):
        System.read(tmp_path).trade.year(2022)
    made.written(table[3:5], tmp_path / "b.csv")
    with pytest.raises(TableError, match=r"b\.csv row 2: found the flow .* of a\.csv row 5 again"):
        System.read(tmp_path).trade.year(2021)


def test_blanks_before_na_do_not_make_a_file_be_parsed_twice(tmp_path):
    path = tmp_path / made.baci_name(2021)
    path.write_text(made.baci_text(2021))
    (batch,) = [b for _, b in CsvBatches(peek(path)).read(["k"], ["q"])]
    assert batch.column("q").to_pylist() == [20.0, 5.0, 0.25, None]


def test_files_of_several_layouts_in_a_folder_are_refused_by_name(tmp_path):
    made.written(made.comtrade(), tmp_path / "a.csv")
    made.written(made.oec(), tmp_path / "b.csv")
    with pytest.raises(MissingFileError, match=r"2 layouts or revisions: a\.csv, b\.csv"):
        System.read(tmp_path)


def test_two_revisions_of_baci_in_a_folder_are_refused(tmp_path):
    made.baci_folder(tmp_path)
    (tmp_path / "BACI_HS12_Y2021_V202601.csv").write_text(made.baci_text(2021))
    with pytest.raises(MissingFileError, match="2 layouts or revisions"):
        System.read(tmp_path)


def test_a_parquet_file_passes_over_row_groups_of_other_years(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "HELD", 0)
    table = made.frame().sort_values("year")
    path = tmp_path / "years.parquet"
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path, row_group_size=4)
    read = []
    whole = pq.ParquetFile.iter_batches

    def iterated(self, *args, **asked):
        read.extend(asked["row_groups"])
        return whole(self, *args, **asked)

    trade = System.read(path).trade
    monkeypatch.setattr(pq.ParquetFile, "iter_batches", iterated)
    assert rows_of(trade.year(2022)) == expected(2022)
    assert read == [1]


def test_rows_of_many_batches_are_those_of_one(monkeypatch):
    monkeypatch.setattr("chainwright.sources.trade_batches.ROWS", 3)
    assert as_made(Trade.from_table(made.frame()))


def test_flows_from_a_place_to_itself_are_left_out_and_counted():
    flows = [*made.FLOWS, (2022, "CHN", "CHN", "850511", 5.0, 1.0)]
    trade = Trade.from_table(made.frame(flows))
    assert rows_of(trade.year(2022)) == expected(2022)
    assert "1 rows left out: exporter and importer are the same" in trade.origin.notes


def test_flows_with_the_world_are_left_out_and_counted():
    flows = [*made.FLOWS, (2022, "CHN", "W00", "850511", 5.0, 1.0)]
    trade = Trade.from_table(made.frame(flows))
    assert rows_of(trade.year(2022)) == expected(2022)
    assert any("W00 stands for several places" in note for note in trade.origin.notes)


def test_codes_of_places_are_taken_as_they_are_when_that_is_asked_for():
    flows = [(2022, "44", "310000", "lathe", 1.0, None), (2022, "310000", "44", "lathe", 2.0, None)]
    trade = Trade.from_table(made.frame(flows), places="given")
    assert trade.year().places.codes == ("310000", "44")
    assert trade.classification == "given"


def test_the_revision_in_force_is_taken_where_several_hold_all_codes():
    flows = [(year, "CHN", "DEU", "850511", 1.0, None) for year in (2018, 2019)]
    trade = Trade.from_table(made.frame(flows))
    assert trade.classification == "HS2017"
    assert any("hold all codes; taken as HS2017" in note for note in trade.origin.notes)
    assert Trade.from_table(made.frame(flows), classification="HS2012").classification == "HS2012"


def test_codes_that_the_stated_revision_lacks_are_named_with_the_revision_that_has_them():
    with pytest.raises(TableError) as refused:
        Trade.from_table(made.frame(), classification="HS1992")
    said = str(refused.value)
    assert "row 4, column 'product': found '010121', expected a code of HS1992" in said
    assert "all codes of the file are of HS2017" in said


def test_codes_lie_in_two_and_four_bytes_and_axes_hold_what_occurs():
    year = Trade.from_table(made.frame()).year(2021)
    kinds = (year.exporter.dtype, year.importer.dtype, year.product.dtype, year.value.dtype)
    assert kinds == (np.int16, np.int16, np.int32, np.float64)
    assert year.places.codes == ("CHN", "DEU", "FRA", "NAM", "USA")
    assert year.products.codes == ("010121", "260600", "850511")
    assert year.places.name(1, "zh") == "德国"
    assert not np.isnan(year.value).any()
    assert np.isnan(year.quantity).sum() == 1


def test_exports_sum_up_over_importers():
    exports = Trade.from_table(made.frame()).exports(2021)
    assert exports.value[exports.places.place["CHN"], exports.products.place["850511"]] == 150.0
    assert exports.value.sum() == sum(f[4] for f in made.FLOWS if f[0] == 2021)


def test_a_table_of_exports_takes_any_place_and_needs_no_year(way, tmp_path):
    table = pd.DataFrame(
        [("上海", "chips", 5.0), ("44", "chips", 2.0), ("44", "ore", None)],
        columns=["place", "product", "value"],
    )
    trade = System.read(made.written(table, tmp_path / "made.csv")).trade
    assert trade.years == ()
    exports = trade.exports()
    assert exports.year is None
    assert exports.places.codes == ("44", "上海")
    assert exports.value[1].tolist() == [5.0, 0.0]
    assert np.isnan(exports.value[0, 1])


def test_trade_can_be_sent_to_another_process(way, tmp_path):
    trade = System.read(made.baci_folder(tmp_path)).trade
    back = pickle.loads(pickle.dumps(trade))  # noqa: S301 - our own bytes
    assert as_made(back)


def test_a_file_of_no_layout_lists_those_of_trade(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("a,b,c\n1,2,3\n")
    with pytest.raises(FormatError, match=r"(?s)CEPII BACI: columns t, i, j.*UN Comtrade: col"):
        System.read(path)
