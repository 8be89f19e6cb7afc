"""China's national tables: what is a sector, what is a subtotal, what is refused."""

import gzip

import numpy as np
import pandas as pd
import pytest

import chainwright as cw
from chainwright.errors import MoneyError, ParameterError, TableError
from chainwright.params import table
from chainwright.sources import nbs, recognise
from chainwright.sources.files import Request, peek
from layouts.nbs import nbs_table
from real import data

REAL = {
    "china_2002_122": (122, "nbs122_2002", True),
    "china_2005_42": (42, "nbs42_2005", True),
    "china_2007_135": (135, "nbs135_2007", True),
    "china_2010_41": (41, "nbs41_2010", True),
    "china_2012_139": (139, "nbs139_2012", True),
    "china_2015_42": (42, "nbs42_2015", True),
    "china_2017_149": (149, "nbs149_2017", False),
    "china_2018_153": (153, "nbs153_2018", False),
    "china_2020_153": (153, "nbs153_2018", False),
}


def read(path, **asked):
    return nbs.read(peek(path), Request(**asked))


@pytest.fixture
def written(tmp_path):
    def write(frame, name="china_2017.csv"):
        path = tmp_path / name
        if name.endswith(".xlsx"):
            frame.to_excel(path, index=False)
        elif name.endswith(".gz"):
            path.write_bytes(gzip.compress(frame.to_csv(index=False).encode()))
        else:
            path.write_text(frame.to_csv(index=False))
        return path

    return write


@pytest.mark.parametrize("separate", [False, True])
@pytest.mark.parametrize("name", ["c_2017.csv", "c_2017.csv.gz", "c_2017.xlsx"])
def test_the_same_sheet_gives_the_same_arrays_as_csv_and_as_xlsx(name, separate, written):
    frame = nbs_table(12, separate=separate)
    path = written(frame, name)
    reading, codes = read(path), [f"{i:02d}" for i in range(1, 13)]
    home = frame[frame.Code.isin(codes)][: len(codes)]
    assert reading.nodes == [("CHN", c) for c in codes]
    exact = 1e-15 if name.endswith("xlsx") else 0  # a spreadsheet keeps 15 to 17 digits
    added = frame.set_index("Code").loc[list(nbs.ADDED), codes]
    assert np.array_equal(reading.matrix, home[codes])
    assert np.allclose(reading.stated_output, home["GO"], rtol=exact, atol=0)
    assert np.allclose(reading.value_added, added, rtol=exact, atol=0)
    assert np.allclose(reading.matrix.sum(1) + reading.final.sum(1), home["GO"], rtol=1e-14)
    assert (reading.currency, reading.unit, reading.year) == ("CNY", "10^4", 2017)
    assert reading.names_zh["03"] == "部门03"
    assert recognise.recognise(peek(path)).name == "China NBS national table"


def test_imports_of_a_competitive_table_become_a_column_of_negative_numbers(written):
    frame = nbs_table(5)
    reading = read(written(frame))
    categories = [c for _, c in reading.users]
    assert categories == ["FU101", "FU102", "FU103", "FU201", "FU202", "EX", "IM", "ERR"]
    assert np.array_equal(reading.final[:, 6], -frame["IM"][:5])
    assert np.array_equal(reading.final[:, 7], frame["ERR"][:5])
    assert reading.imports == ()


def test_imports_of_the_other_kind_are_rows_from_abroad(written):
    frame = nbs_table(5, separate=True)
    reading = read(written(frame))
    foreign = frame[frame.Origin == "Imports"]
    assert reading.imports == [("", str(i)) for i in range(1, 6)]
    assert np.array_equal(reading.imports_matrix, foreign[list("12345")])
    assert np.array_equal(reading.imports_final, foreign[["TC", "FU201", "FU202", "EX"]])
    assert [c for _, c in reading.users] == ["TC", "FU201", "FU202", "EX"]


@pytest.mark.parametrize("kept", [(), ("TC",), ("THC", "TFU"), ("TC", "GCF", "TFU")])
def test_whichever_subtotals_a_year_has_none_is_added_twice(kept, written):
    frame = nbs_table(5, subtotals=kept)
    reading = read(written(frame))
    assert not {c for _, c in reading.users} & {"THC", "TC", "GCF", "TFU"}
    assert np.allclose(reading.matrix.sum(1) + reading.final.sum(1), frame["GO"][:5])


def test_rows_in_another_order_are_put_under_their_columns(written):
    frame = nbs_table(5)
    plain = read(written(frame))
    turned = read(written(pd.concat([frame[:5][::-1], frame[5:]])))
    assert np.array_equal(turned.matrix, plain.matrix)
    assert turned.nodes == plain.nodes


def test_zeros_that_a_spreadsheet_took_off_codes_are_put_back(written):
    frame = nbs_table(12).rename(columns=lambda c: int(c) if c.isdigit() else c)
    frame["Code"] = [int(c) if c.isdigit() else c for c in frame["Code"]]
    reading = read(written(frame, "codes_2017.xlsx"))
    assert [s for _, s in reading.nodes][:2] == ["01", "02"]


@pytest.mark.parametrize(
    ("row", "column", "place"),
    [
        ("2", "3", "column 'TIU'"),
        ("2", "FU102", "column 'THC'"),
        ("2", "FU202", "column 'GCF'"),
        ("2", "EX", "column 'TFU'"),
        ("TII", "2", r"row 7 \(TII\), column '2'"),
        ("VA003", "2", r"\(TVA\), column '2'"),
        ("TI", "2", r"\(TI\), column '2'"),
    ],
)
@pytest.mark.parametrize("by", [1.00001, 0.5])
def test_an_edited_cell_is_found_by_the_totals_over_it(row, column, place, by, written):
    frame = nbs_table(5)
    frame.loc[frame.Code == row, column] *= by
    with pytest.raises(TableError, match=place):
        read(written(frame))


def test_the_total_of_imports_of_a_product_is_checked(written):
    frame = nbs_table(5, separate=True)
    frame.loc[7, "GO"] += 1
    with pytest.raises(TableError, match=r"row 9 \(3\), column 'GO'"):
        read(written(frame))


def test_a_stated_output_that_differs_is_kept_for_the_audit_not_refused(written):
    frame = nbs_table(5)
    frame.loc[0, "GO"] += 7
    reading = read(written(frame))
    assert reading.stated_output[0] - reading.matrix[0].sum() - reading.final[0].sum() == 7


def test_another_currency_or_year_than_the_files_is_refused(written):
    path = written(nbs_table(5))
    with pytest.raises(MoneyError, match="is in CNY"):
        read(path, currency="USD")
    with pytest.raises(ParameterError, match="2017"):
        read(path, year=2012)
    assert read(written(nbs_table(5), "china.csv"), year=2012).year == 2012


def test_all_broken_labels_are_listed_at_once(written):
    frame = nbs_table(5, separate=True).drop(columns="EX").rename(columns={"TFU": "TFV"})
    frame.loc[0, "Origin"] = "Domestik"
    with pytest.raises(TableError) as refused:
        read(written(frame[frame.Code != "VA002"]))
    said = str(refused.value)
    for words in ("no column 'EX'", "'TFV'", "Did you mean Domestic?", "no row 'VA002'"):
        assert words in said


@pytest.mark.parametrize("name", REAL)
def test_competitive_tables_are_read_with_their_own_list_of_sectors(name):
    n, code_list, error = REAL[name]
    reading = read(data("china_io_nbs") / f"{name}.csv.gz")
    assert (len(reading.nodes), reading.code_list) == (n, code_list)
    assert [c for _, c in reading.users][-1] == ("ERR" if error else "IM")
    assert {s for _, s in reading.nodes} == {
        row["code"] for row in table("sectors") if row["list"] == code_list
    }
    sums = reading.matrix.sum(axis=1) + reading.final.sum(axis=1)
    assert np.allclose(sums, reading.stated_output, rtol=1e-8)


def test_every_sector_of_a_real_table_has_a_section_and_names_in_both_languages(nbs2018):
    sectors = nbs2018.flows.nodes.sectors
    assert all(sectors.parents)
    assert all(sectors.names_en)
    assert all(sectors.names_zh)
    assert nbs2018.flows.nodes.regions.codes == ("CHN",)


def test_two_tables_of_a_year_in_a_folder_are_not_chosen_between():
    with pytest.raises(cw.errors.MissingFileError, match=r"china_2018_153.*china_2018_42"):
        cw.System.read(data("china_io_nbs"), year=2018)
