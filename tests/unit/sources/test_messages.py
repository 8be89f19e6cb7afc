"""What a person reads whose file is refused: where, found what, expected what, what to do."""

import gzip
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest

from chainwright import System
from chainwright.errors import (
    CapacityError,
    FormatError,
    MissingFileError,
    MoneyError,
    ParameterError,
    TableError,
)
from chainwright.params import table
from chainwright.sources import files, recognise, rowchecks
from chainwright.sources.files import check_capacity, peek
from layouts.icio import icio
from toys import toy_table


@pytest.fixture(scope="module")
def few():
    return icio("2023")


def refused(path, error=TableError, **options):
    with pytest.raises(error) as caught:
        System.read(path, **options)
    return caught.value


def with_cell(file, row, column, change):
    values = file.values.copy()
    place = file.place(row, column)
    values[place] = change(values[place])
    return type(file)(file.rows, file.columns, values, file.corner)


def save_arrays(path):
    with path.open("wb") as file:
        np.savez(file, a=np.ones(2))


def test_one_changed_cell_of_few_regions_is_named_by_row_and_column(few, tmp_path):
    file = with_cell(few, "CHN_C20", "USA_C26", lambda v: v + 9000.0)
    error = refused(file.write(tmp_path / "ICIO2023_2018.csv"))
    (breach,) = error.breaches
    assert breach.where == "row 'CHN_C20', column 'USA_C26'"
    stated = file.values[file.place("CHN_C20", "OUT")]
    assert breach.found == (
        f"deliveries that add up to {stated + 9000.0:,.6g}, and a stated output of {stated:,.6g}"
    )
    assert breach.expected == "equal sums, as in the 224 other rows"
    assert breach.remedy.startswith("A cell was changed or lost")
    assert "ARG" not in str(error)


def test_changed_cells_in_two_rows_are_named_row_by_row(few, tmp_path):
    file = with_cell(few, "CHN_C20", "USA_C26", lambda v: v + 9000.0)
    file = with_cell(file, "MEX_C29", "USA_HFCE", lambda v: v + 9000.0)
    error = refused(file.write(tmp_path / "ICIO2023_2018.csv"))
    assert [b.where for b in error.breaches] == ["row 'CHN_C20'", "row 'MEX_C29'"]


def test_a_changed_cell_of_final_demand_has_a_row_and_no_column(few, tmp_path):
    file = with_cell(few, "CHN_C20", "USA_GFCF", lambda v: v + 9000.0)
    error = refused(file.write(tmp_path / "ICIO2023_2018.csv"))
    assert [b.where for b in error.breaches] == ["row 'CHN_C20'"]


def test_regions_that_were_taken_out_are_still_told_as_missing_regions(few, tmp_path):
    gone = [label for label in few.rows if label.startswith("USA_")]
    users = [label for label in few.columns if label.startswith("USA_")]
    file = few.without(rows=gone, columns=users)
    (breach,) = refused(file.write(tmp_path / "ICIO2023_2018.csv")).breaches
    assert breach.where == "labels"
    assert "USA" in breach.found
    assert "miss" in breach.found
    assert breach.expected.endswith("77 regions, 45 sectors")


def test_gaps_in_a_fifth_of_all_rows_are_no_single_changed_cells(few, tmp_path):
    file = few
    for label in few.rows[:45]:
        file = with_cell(file, label, "USA_HFCE", lambda v: v + 500.0)
    (breach,) = refused(file.write(tmp_path / "ICIO2023_2018.csv")).breaches
    assert breach.where == "labels"


def test_a_changed_cell_that_is_a_tenth_of_all_rows_is_still_named(few, tmp_path):
    file = few
    for label in few.rows[:22]:
        file = with_cell(file, label, "USA_HFCE", lambda v: v + 500.0)
    error = refused(file.write(tmp_path / "ICIO2023_2018.csv"))
    assert [b.where for b in error.breaches] == [f"row '{label}'" for label in few.rows[:22]]


def test_a_change_within_rounding_is_read_and_told_by_the_check(few, tmp_path):
    file = with_cell(few, "CHN_C20", "USA_C26", lambda v: v * (1.0 + 1e-9))
    assert len(System.read(file.write(tmp_path / "ICIO2023_2018.csv")).flows.nodes) == 225


@pytest.mark.parametrize(
    ("sign", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")], ids=["s", "t", "b"]
)
def test_a_file_with_other_separators_is_told_which(tmp_path, sign, name):
    header = ["Code", "Description", "01", "02", "TIU", "EX", "IM", "GO"]
    rows = [header, ["01", "Farms", "1,5", "2", "3", "4", "5", "6"]]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(sign.join(row) for row in rows) + "\n")
    words = str(refused(path, FormatError))
    assert f"separated by {name}: save it again as 'CSV UTF-8'" in words


@pytest.mark.parametrize("text", ["a,b,c,d\n1,2,3,4\n", "just words; no table\n", "a;b\nc;d\n"])
def test_no_separator_is_named_where_commas_or_words_stand(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text)
    assert "separated by" not in str(refused(path, FormatError))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda p: p.write_bytes(b""), "It is empty."),
        (lambda p: p.write_bytes(b"\xb9\xfa\xbc\xd2" * 9), "such as GBK or UTF-16"),
        (lambda p: p.write_text("a,b\n", "utf-16"), "such as GBK or UTF-16"),
        (lambda p: p.write_text("{}\n"), "It is a text whose first line reads '{}'"),
        (lambda p: p.write_text(",".join("abcdefghij") + "\n"), "and 4 more"),
        (save_arrays, "not those of WIOD (Z, F and x)"),
        (
            toy_table().rename(columns=str.upper)[["VALUE"]].to_parquet,
            "a Parquet file without the columns of a long table",
        ),
    ],
)
def test_what_was_seen_of_an_unknown_file_is_said(tmp_path, make, words):
    path = tmp_path / "thing"
    make(path)
    said = str(refused(path, FormatError))
    assert words in said
    assert said.startswith("'thing' is of no known format.")
    assert all(f"  - {known.name}: " in said for known in recognise.FORMATS)
    assert "chainwright schema flows --example FILE" in said


def test_a_path_that_is_not_there_says_what_to_give(tmp_path):
    words = str(refused(tmp_path / "no*.csv", MissingFileError))
    assert words.endswith("Give one path, not a pattern or an address.")


def test_a_folder_of_one_year_needs_no_year_and_one_of_two_names_them(tmp_path):
    toy_table().to_csv(tmp_path / "t_2001.csv", index=False)
    (tmp_path / "readme_1999.txt").write_text("not a table")
    (tmp_path / ".hidden_1998.csv").write_text("not a table")
    assert System.read(tmp_path).flows.money.year == 2001
    toy_table().to_csv(tmp_path / "t_2003.csv", index=False)
    assert "holds the years 2001, 2003. Say which, as year=2003" in str(
        refused(tmp_path, MissingFileError)
    )
    assert System.read(tmp_path, year=2001).flows.money.year == 2001
    words = str(refused(tmp_path, MissingFileError, year=2002))
    assert "must hold one file of 2002. None is. It holds the years 2001, 2003." in words
    toy_table().to_csv(tmp_path / "u_2003.csv", index=False)
    words = str(refused(tmp_path, MissingFileError, year=2003))
    assert "Found: t_2003.csv, u_2003.csv. Give the path of one of them." in words


@pytest.mark.parametrize("cut", [3, 20, -9])
def test_packed_files_that_are_damaged_say_so(tmp_path, cut):
    data = gzip.compress(toy_table().to_csv(index=False).encode())
    path = tmp_path / "t_2001.csv.gz"
    path.write_bytes(data[:cut])
    with pytest.raises((FormatError, TableError), match=r"again|cut off"):
        System.read(path)


def test_a_zip_says_which_tables_it_holds(tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("a_2001.csv", "b_2001.csv"):
            archive.writestr(name, toy_table().to_csv(index=False))
    words = str(refused(path, MissingFileError, year=2001))
    assert "must hold one table of 2001. Found: a_2001.csv, b_2001.csv." in words
    words = str(refused(path, MissingFileError))
    assert "holds 2 tables of the years 2001. Say which" in words


def test_a_zip_with_one_table_is_that_table(tmp_path):
    path = tmp_path / "one.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("folder/t_2001.csv", toy_table().to_csv(index=False))
    flows = System.read(path).flows
    assert flows.money.year == 2001
    assert flows.origin.file == "one.zip"


def test_what_does_not_fit_is_refused_with_both_sizes_and_a_remedy(monkeypatch):
    free = SimpleNamespace(available=10 * 2**30)
    monkeypatch.setattr(files.psutil, "virtual_memory", lambda: free)
    check_capacity("t", 9 * 2**30 - 1)
    with pytest.raises(CapacityError, match=r"takes about 9\.5 GiB of memory, and 10\.0 GiB are"):
        check_capacity("t", int(9.5 * 2**30))


@pytest.mark.parametrize("error", [MemoryError])
def test_memory_that_runs_out_while_reading_is_a_capacity_error(tmp_path, monkeypatch, error):
    path = tmp_path / "t.csv"
    toy_table().to_csv(path, index=False)

    def fails(_):
        raise error

    monkeypatch.setattr(recognise, "recognise", fails)
    words = str(refused(path, CapacityError))
    assert words == "Reading 't.csv' took more memory than there is. End other programs."


def test_another_year_and_another_currency_are_refused_in_words(few, tmp_path):
    path = few.write(tmp_path / "ICIO2023_2018.csv")
    assert "'year' parameter of reading 'ICIO2023_2018.csv' must be 2018" in str(
        refused(path, ParameterError, year=2017)
    )
    words = str(refused(path, MoneyError, currency="EUR"))
    assert "is in USD, and is asked for in EUR" in words
    assert "it converts none" in words


def test_progress_tells_what_a_file_is_taken_for(few, tmp_path):
    told = []
    System.read(few.write(tmp_path / "ICIO2023_2018.csv"), progress=told.append)
    assert told[0] == "reading ICIO2023_2018.csv as OECD ICIO"
    system = System.from_table(toy_table())
    system.save(tmp_path / "toy.chainwright")
    System.read(tmp_path / "toy.chainwright", progress=told.append)
    assert told[-1] == "opening the saved system toy.chainwright"


def test_a_first_look_reads_no_more_than_it_must(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "HEAD", 64)
    path = tmp_path / "t.csv"
    path.write_text("x,a,b\n" + "r,1,2\n" * 1000)
    seen = peek(path)
    assert seen.lines[0] == "x,a,b"
    assert len(seen.lines) <= 11
    assert all(line.count(",") == 2 for line in seen.lines)


@pytest.mark.parametrize(
    ("unit", "parts"),
    [
        ("million DEM", ("million", "DEM")),
        ("EUR", ("", "EUR")),
        ("XCG", ("", "XCG")),
        ("M.EUR", ("M", "EUR")),
        ("10^4-CNY", ("10^4", "CNY")),
        ("tUSD", ("tUSD", None)),
        ("million usd", ("million usd", None)),
        ("million ABC", ("million ABC", None)),
        ("USD million", ("USD million", None)),
        ("", ("", None)),
    ],
)
def test_a_unit_is_parted_from_the_currency_that_it_ends_in(unit, parts):
    assert rowchecks.split_unit(unit) == parts


def test_currencies_are_codes_of_three_capitals_each_with_a_name_of_its_own():
    rows = table("currencies")
    assert all(len(r["code"]) == 3 and r["code"].isupper() for r in rows)
    assert len({r["code"] for r in rows}) == len(rows) >= 170
    assert len({r["name_en"] for r in rows}) == len(rows)
    assert {"CNY", "USD", "EUR", "JPY", "DEM", "ZWG"} <= {r["code"] for r in rows}
    assert [r["code"] for r in rows] == sorted(r["code"] for r in rows)


@pytest.mark.parametrize("given", ["flows.csv", 3, [1, 2], {"block": ["final"]}])
def test_what_is_no_table_in_memory_is_refused_with_its_type(given):
    with pytest.raises(TableError) as caught:
        System.from_table(given)
    (breach,) = caught.value.breaches
    assert breach.found == f"an object of type {type(given).__name__}"
    assert "System.read" in breach.remedy


def test_a_column_of_two_types_is_refused_with_a_remedy():
    frame = toy_table().astype({"value": object})
    frame.loc[3, "value"] = "much"
    with pytest.raises(TableError) as caught:
        System.from_table(frame)
    (breach,) = caught.value.breaches
    assert breach.found.startswith("what Arrow cannot take")
    assert "frame.astype" in breach.remedy
