"""What a file tells of its years and codes, and what is said where it tells otherwise."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chainwright import System
from chainwright.classes import hs_revisions
from chainwright.errors import MissingFileError, ParameterError, TableError
from chainwright.sources import trade as reader
from chainwright.sources.trade_products import revision_of
from chainwright.system import Trade
from layouts import trade as made
from layouts.trade import expected, rows_of
from trades import year_of


@pytest.fixture
def streamed(monkeypatch):
    """Read small files as large ones are: year by year."""
    monkeypatch.setattr(reader, "HELD", 0)


def refused(ask):
    """Return the breaches that a question is refused with."""
    with pytest.raises(TableError) as caught:
        ask()
    return [str(breach) for breach in caught.value.breaches]


HELD = "HS1992, HS2017, HS2022 hold all codes; taken as {}, {} (classification= says another)"


@pytest.mark.parametrize(
    ("year", "revision", "why"),
    [
        (None, "HS2022", "the newest"),
        (1990, "HS1992", "the oldest, as none was in force in 1990"),
        (1991, "HS1992", "the oldest, as none was in force in 1991"),
        (1992, "HS1992", "in force in 1992"),
        (2016, "HS1992", "in force in 2016"),
        (2017, "HS2017", "in force in 2017"),
        (2021, "HS2017", "in force in 2021"),
        (2022, "HS2022", "in force in 2022"),
        (2030, "HS2022", "in force in 2030"),
    ],
)
def test_of_several_revisions_the_one_in_force_is_taken_and_it_is_said_why(year, revision, why):
    assert hs_revisions(["260600"]).holding == ("HS1992", "HS2017", "HS2022")
    assert revision_of(["260600"], year) == (revision, HELD.format(revision, why))


@pytest.mark.parametrize("year", [None, 2010, 2024])
def test_codes_of_one_revision_alone_are_of_it_whatever_the_year(year):
    note = "all codes are of HS2022 and of no other revision that is known here"
    assert revision_of(["854142", "260600"], year) == ("HS2022", note)


@pytest.mark.parametrize(
    "words", [[], [""], ["260600", "x"], ["26060"], ["2606000"], ["999998"], ["010111", "854142"]]
)
def test_codes_of_no_revision_are_taken_as_they_are(words):
    assert revision_of(words, 2020) == ("given", "")


def test_blank_codes_do_not_hide_the_revision_of_the_others():
    assert revision_of(["", "854142"], None)[0] == "HS2022"


def test_codes_between_the_revisions_are_of_the_harmonized_system():
    assert hs_revisions(["010110"]).undated == ("010110",)
    note = "codes are of a revision of the Harmonized System between 1996 and 2012"
    assert revision_of(["010110", "260600"], 2020) == ("HS", note)


def test_unknown_codes_are_told_in_order_and_apart_from_undated_ones():
    found = hs_revisions(["zz", "010593", "aa", "000000", "010110", "mm", "260600"])
    assert found.unknown == ("000000", "aa", "mm", "zz")
    assert found.undated == ("010110", "010593")
    assert found.lacking["HS2022"] == ("000000", "010110", "010593", "aa", "mm", "zz")


@pytest.mark.parametrize("kind", ["held", "streamed"])
def test_a_row_of_another_year_than_the_name_tells_is_refused(kind, request, tmp_path):
    if kind == "streamed":
        request.getfixturevalue("streamed")
    path = tmp_path / made.baci_name(2021)
    more = "2022,156,276,850511,1.000,1.000\n2019,156,276,850511,1.000,1.000\n"
    path.write_text(made.baci_text(2021) + more)
    assert refused(lambda: System.read(path).trade.year(2021)) == [
        "row 6, column 't': found '2022' (in 2 rows), expected 2021, the year that the file's name "
        "tells. Name the file after its year, or take other years out."
    ]


def test_a_name_like_baci_tells_no_year_of_a_plain_table(tmp_path, streamed):
    path = made.written(made.frame(), tmp_path / made.baci_name(2021))
    trade = System.read(path).trade
    assert trade.years == (2021, 2022)
    assert rows_of(trade.year(2022)) == expected(2022)


def test_a_large_file_names_its_years_where_another_is_asked_for(tmp_path, streamed):
    path = made.written(made.frame(), tmp_path / "flows.csv")
    with pytest.raises(ParameterError, match=r"one of 2021, 2022\. Got 2023"):
        System.read(path, year=2023)
    assert System.read(path, year=2022).trade.years == (2022,)


def test_faults_in_the_first_rows_are_told_when_their_year_is_read(tmp_path, streamed):
    table = made.frame()
    table.loc[0, "exporter"] = "Atlantis"
    trade = System.read(made.written(table, tmp_path / "flows.csv")).trade
    assert trade.years == (2021, 2022)
    assert rows_of(trade.year(2022)) == expected(2022)
    (breach,) = refused(lambda: trade.year(2021))
    assert breach.startswith("row 2, column 'exporter': found 'Atlantis', expected a code")


def test_years_of_a_row_group_are_all_found_and_not_only_the_first(tmp_path, streamed):
    middle = [(2023, *flow[1:]) for flow in made.FLOWS[:4]]
    table = made.frame([*made.FLOWS, *middle])
    path = tmp_path / "flows.parquet"
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path)  # one group
    trade = System.read(path).trade
    assert trade.years == (2021, 2022, 2023)
    assert len(trade.year(2023)) == 4
    bare = tmp_path / "bare.parquet"
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), bare, write_statistics=False)
    assert System.read(bare).trade.years == (2021, 2022, 2023)


@pytest.mark.parametrize("word", ["", "n/a", "21", "20215", "202", None])
@pytest.mark.parametrize("end", [".csv", ".parquet"])
@pytest.mark.parametrize("large", [False, True])
def test_a_row_of_no_year_is_refused_and_never_lost(word, end, large, tmp_path, monkeypatch):
    if large:
        monkeypatch.setattr(reader, "HELD", 0)
    table = made.frame().astype({"year": str}).astype({"year": object})
    table.loc[1, "year"] = word
    path = made.written(table, tmp_path / f"flows{end}")
    (breach,) = refused(lambda: System.read(path).trade.year(2021))
    assert breach.startswith(f"row 3, column 'year': found '{word or ''}', expected a year of four")
    (breach,) = refused(lambda: System.read(path, year=2021).trade.year(2021))
    assert breach.startswith("row 3, column 'year'")


def test_a_missing_year_in_a_row_group_of_one_year_is_refused(tmp_path, streamed):
    table = pa.Table.from_pandas(made.frame(made.FLOWS[:4]), preserve_index=False)
    years = pa.array([2021, None, 2021, 2021])
    path = tmp_path / "flows.parquet"
    pq.write_table(table.set_column(0, "year", years), path)
    trade = System.read(path).trade
    (breach,) = refused(lambda: trade.year(2021))
    assert breach.startswith("row 3, column 'year': found '', expected a year of four digits")


@pytest.mark.parametrize("column", ["exporter", "importer", "product"])
def test_codes_that_are_fractions_are_no_codes(column):
    (breach,) = refused(lambda: Trade.from_table(made.frame().assign(**{column: 156.0})))
    assert breach.startswith(f"column '{column}': found values of type double, expected text")
    assert f"dtype={{'{column}': str}}" in breach


def test_products_that_are_numbers_lost_their_zeros_and_places_did_not():
    numbers = made.frame().assign(exporter=156)
    sold = Trade.from_table(numbers[numbers["importer"] != "CHN"]).year(2022)
    assert {sold.places.codes[i] for i in sold.exporter} == {"CHN"}
    (breach,) = refused(lambda: Trade.from_table(made.frame().assign(product=850511)))
    assert "values of type int64, expected text, since '010121' as a number is 10121" in breach


@pytest.mark.parametrize(("count", "more"), [(1, ""), (2, " (and in 1 more rows)"),
                                             (4, " (and in 3 more rows)")])  # fmt: skip
def test_an_unknown_place_is_told_once_with_how_often_it_comes(count, more):
    table = made.frame()
    table.loc[: count - 1, "importer"] = "Atlantis"
    (breach,) = refused(lambda: Trade.from_table(table))
    assert breach.startswith(f"row 2, column 'importer': found 'Atlantis'{more}, expected a code")


@pytest.mark.parametrize("column", ["exporter", "importer", "value"])
def test_a_table_that_lacks_one_column_of_a_layout_is_told_that_one(column):
    (breach,) = refused(lambda: Trade.from_table(made.frame().drop(columns=column)))
    assert breach.startswith(f"row 1: found no column '{column}' among 'year', ")
    assert "expected plain long table of trade: columns exporter, importer, product" in breach


def test_a_layout_that_names_its_revision_tells_that_of_a_table_in_memory():
    assert Trade.from_table(made.atlas()).classification == "HS2012"
    told = made.atlas().rename(columns={"product_hs12_code": "product_hs92_code"})
    assert Trade.from_table(told).classification == "HS1992"


def test_rows_of_long_files_keep_their_numbers_when_several_are_one(tmp_path):
    places = ["CHN", "DEU", "FRA", "USA", "JPN", "IND"]
    pairs = [(i, j) for i in places for j in places if i != j]
    rows = [(2022, i, j, f"{k:06d}", 1.0, 1.0) for k in range(90) for i, j in pairs]
    table = made.frame(rows).assign(product=lambda t: "p" + t["product"])
    half = len(table) // 2
    first, second = table[:half].copy(), table[half:].copy()
    made.written(first, tmp_path / "a.csv")
    second.iloc[1000, 1] = "Atlantis"
    made.written(second, tmp_path / "b.csv")
    (breach,) = refused(lambda: System.read(tmp_path).trade.year(2022))
    assert breach.startswith("b.csv row 1002, column 'exporter': found 'Atlantis'")
    second.iloc[1000] = first.iloc[777]
    made.written(second, tmp_path / "b.csv")
    (breach,) = refused(lambda: System.read(tmp_path).trade.year(2022))
    assert breach.startswith("b.csv row 1002: found the flow ")
    assert "of a.csv row 779 again" in breach


def test_one_file_has_no_note_on_how_many_there_were(tmp_path):
    one = tmp_path / "one"
    one.mkdir()
    made.written(made.frame(made.FLOWS[:4]), one / "a.csv")
    assert "1 files of one layout" not in System.read(one).trade.origin.notes
    made.written(made.frame(made.FLOWS[4:]), one / "b.csv")
    assert "2 files of one layout" in System.read(one).trade.origin.notes
    assert System.read(one / "a.csv").trade.origin.sha256
    assert System.read(one).trade.origin.sha256 == ""


def test_a_table_without_a_row_of_trade_is_refused_but_not_when_it_was_saved(tmp_path):
    (breach,) = refused(lambda: Trade.from_table(made.frame()[:0].astype({"value": float})))
    assert "found no row of trade" in breach
    trade = Trade.from_table(made.frame(made.FLOWS[:1]))
    none = trade.in_blocs(own={"Both": ["CHN", "DEU"]})
    none.save(tmp_path / "saved")
    back = System.read(tmp_path / "saved").trade
    assert back.years == (2021,)
    assert len(back.year(2021)) == 0
    assert back.exports(2021).value.size == 0
    assert any("Both counts as one place" in note for note in back.origin.notes)


def test_what_a_place_sells_to_itself_is_kept_when_trade_is_saved(tmp_path):
    rows = [
        (2021, "CHN", "CHN", "magnets", 5.0, 1.0),
        (2021, "CHN", "DEU", "magnets", 1.0, 2.0),
    ]
    own = pd.DataFrame(rows, columns=made.COLUMNS)
    read = Trade.from_table(own)
    assert len(read.year()) == 1  # of a file it is left out, and the origin says so
    assert any("exporter and importer are the same" in note for note in read.origin.notes)
    held = Trade.of_years({2021: year_of(own, 2021)}, quantity_unit="t")
    held.save(tmp_path / "saved")
    back = System.read(tmp_path / "saved").trade
    assert rows_of(back.year()) == rows_of(held.year())
    assert back.exports().value.tolist() == held.exports().value.tolist() == [[6.0], [0.0]]
    assert not any("left out" in note for note in back.origin.notes)


def test_saved_exports_of_no_year_whose_file_is_gone_are_refused_on_opening(tmp_path):
    table = pd.DataFrame([("A", "x", 1.0)], columns=["place", "product", "value"])
    Trade.from_table(table).save(tmp_path / "saved")
    (tmp_path / "saved" / "exports.parquet").unlink()
    with pytest.raises(MissingFileError, match=r"'exports\.parquet' is gone"):
        System.read(tmp_path / "saved")


def test_a_code_without_a_partner_is_refused_also_where_others_may_be_parted():
    rows = made.frame([(2022, "CHN", "DEU", "854142", 5.0, 1.0)])
    one = Trade.from_table(rows).year()
    bad = Trade.from_table(rows.assign(product="999998"), classification="given").year()
    for split in (None, "equal"):
        trade = Trade.of_years({2022: bad}, classification="HS2022")
        (breach,) = refused(lambda t=trade, s=split: t.in_classification("HS2017", split=s).year())
        assert breach.startswith("product '999998': found no partner in HS2017, expected one")
        assert "Leave such rows out first." in breach
    fine = Trade.of_years({2022: one}, classification="HS2022").in_classification("HS2017")
    assert fine.year().products.codes == ("854140",)
