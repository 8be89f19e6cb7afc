import gzip
import re
import zipfile

import numpy as np
import pytest

import chainwright as cw
from chainwright.errors import FormatError, MissingFileError, MoneyError, ParameterError, TableError
from layouts import icio
from layouts.made import CATEGORIES, made_up
from layouts.wiod import SECTORS


@pytest.fixture(scope="module")
def regular():
    return icio.icio("2023")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("icio")


@pytest.fixture(scope="module")
def path(regular, folder):
    return regular.write(folder / "ICIO2023_2018.csv")


def breaches(path, **options):
    with pytest.raises(TableError) as caught:
        cw.System.read(path, **options)
    assert caught.value.breaches
    return caught.value.breaches


def cells(file, rows, columns):
    down = [file.rows.index(label) for label in rows]
    return file.values[np.ix_(down, [file.columns.index(label) for label in columns])]


@pytest.mark.parametrize("edition", icio.EDITIONS)
@pytest.mark.parametrize("extended", [False, True])
def test_labels_and_numbers_are_those_of_the_file_in_its_order(edition, extended, tmp_path):
    file = icio.icio(edition, extended=extended)
    flows = cw.System.read(file.write(tmp_path / f"{edition}_2018.csv")).flows
    n, m = len(flows.nodes), len(flows.users)
    assert [code.replace(":", "_") for code in flows.nodes.codes] == file.rows[:n]
    assert [code.replace(":", "_") for code in flows.users.codes] == file.columns[n : n + m]
    assert np.array_equal(flows.matrix, file.values[:n, :n])
    assert np.array_equal(flows.final, file.values[:n, n : n + m])
    assert list(flows.value_added_kinds.codes) == file.rows[n:-1]
    assert np.array_equal(flows.value_added, file.values[n:-1, :n])
    assert np.array_equal(flows.stated_output, file.values[-1, :n])
    assert flows.matrix.flags.c_contiguous
    assert str(flows.money) == "million USD of 2018"
    kind = "extended, 9" if extended else "regular, 5"
    assert flows.origin.version.startswith(f"edition {edition}, {kind} regions x ")
    assert flows.nodes.sectors.parents[0] == "A"
    assert len(set(flows.roles)) == 5


@pytest.mark.parametrize("edition", icio.EDITIONS)
def test_all_regions_of_an_edition_are_known(edition):
    found = {"2021": (67, 45), "2023": (77, 45), "2025": (81, 50)}
    assert (len(icio.regions_of(edition)), len(icio.sectors_of(edition))) == found[edition]


def test_a_full_table_reads_without_a_note_on_what_is_missing(tmp_path):
    base = made_up(["USA", "CHN", "RoW"], [row["code"] for row in SECTORS][:9])
    file = icio.icio("2021", regions=None, base=base)
    flows = cw.System.read(file.write_fast(tmp_path / "ICIO2021_2015.csv")).flows
    assert len(flows.nodes) == 67 * 45
    assert np.array_equal(flows.matrix, file.values[:3015, :3015])
    assert len(flows.value_added_kinds) == 68
    assert not any("smaller" in note for note in flows.origin.notes)


def test_split_countries_stay_apart_unless_they_are_folded(folder):
    file = icio.icio("2023", extended=True)
    path = file.write(folder / "2017.csv")
    told = []
    apart = cw.System.read(path, progress=told.append).flows
    folded = cw.System.read(path, fold=True).flows
    assert list(apart.nodes.regions.codes) == [*icio.FEW, *icio.PARTS]
    assert any("fold=True" in words for words in told)
    assert list(folded.nodes.regions.codes) == list(icio.FEW)
    sellers = ["CHN_C26", "CN1_C26", "CN2_C26"]
    sold = folded.matrix[folded.nodes.find("CHN:C26"), folded.nodes.find("USA:C29")]
    assert sold == pytest.approx(cells(file, sellers, ["USA_C29"]).sum(), rel=1e-14)
    own = folded.matrix[folded.nodes.find("CHN:C26"), folded.nodes.find("CHN:C24")]
    buyers = ["CHN_C24", "CN1_C24", "CN2_C24"]
    assert own == pytest.approx(cells(file, sellers, buyers).sum(), rel=1e-14)
    assert folded.matrix.sum() == pytest.approx(apart.matrix.sum(), rel=1e-12)
    assert folded.value_added.sum() == pytest.approx(apart.value_added.sum(), rel=1e-12)
    assert folded.stated_output == pytest.approx(folded.output, rel=1e-10)
    assert any("CN1 and CN2 as CHN" in note for note in folded.origin.notes)


def test_the_packed_file_reads_as_the_plain_one(regular, path, folder):
    plain = cw.System.read(path).flows
    packed = cw.System.read(regular.write(folder / "ICIO2023_2018.csv.gz")).flows
    assert np.array_equal(plain.matrix, packed.matrix)
    assert plain.origin.sha256 != packed.origin.sha256


def test_a_zip_with_one_table_a_year_gives_the_year_that_is_asked_for(folder):
    archive = folder / "2016-2018_SML.zip"
    files = {year: icio.icio("2025", seed=year) for year in (2016, 2017, 2018)}
    with zipfile.ZipFile(archive, "w") as opened:
        for year, file in files.items():
            opened.writestr(f"{year}_SML.csv", file.text())
    flows = cw.System.read(archive, year=2017).flows
    assert np.array_equal(flows.final, files[2017].values[:250, 250:280])
    assert flows.money.year == 2017
    assert flows.origin.file == archive.name
    assert np.array_equal(
        cw.System.read_years(archive, [2018])[2018].flows.matrix, files[2018].values[:250, :250]
    )
    with pytest.raises(MissingFileError, match=r"2016, 2017, 2018\. Say which"):
        cw.System.read(archive)
    with pytest.raises(MissingFileError, match="must hold one table of 2019"):
        cw.System.read(archive, year=2019)


def test_quoted_labels_and_line_ends_of_other_systems_change_nothing(regular, path, folder):
    lines = regular.text().splitlines()
    quoted = [re.sub(r"^([^,]*),", r'"\1",', line) for line in lines[1:]]
    header = ",".join(f'"{label}"' for label in lines[0].split(","))
    other = folder / "quoted_2018.csv"
    other.write_bytes("\r\n".join(["\ufeff" + header, *quoted, "", ""]).encode())
    assert np.array_equal(cw.System.read(other).flows.matrix, cw.System.read(path).flows.matrix)


def test_columns_in_another_order_than_rows_are_put_in_the_order_of_rows(regular, path, folder):
    n = 225
    order = [*reversed(range(n)), *range(n, len(regular.columns))]
    turned = icio.File(
        regular.rows, [regular.columns[j] for j in order], regular.values[:, order], "V1"
    )
    found = cw.System.read(turned.write(folder / "reordered_2018.csv")).flows
    straight = cw.System.read(path).flows
    assert found.nodes.codes == straight.nodes.codes
    assert np.array_equal(found.matrix, straight.matrix)
    assert np.array_equal(found.value_added, straight.value_added)


def test_the_year_is_that_of_the_name_and_another_one_is_refused(path, regular, folder):
    assert cw.System.read(path).flows.money.year == 2018
    with pytest.raises(ParameterError, match="2018"):
        cw.System.read(path, year=2017)
    nameless = regular.write(folder / "table.csv")
    assert cw.System.read(nameless).flows.money.year is None
    assert cw.System.read(nameless, year=2014).flows.money.year == 2014


def test_the_year_of_an_edition_is_not_taken_for_that_of_the_table(regular, folder):
    assert cw.System.read(regular.write(folder / "ICIO2023.csv")).flows.money.year is None


def test_another_currency_is_refused(path):
    with pytest.raises(MoneyError, match="USD"):
        cw.System.read(path, currency="CNY")


def test_older_editions_are_refused_with_their_unknown_and_missing_sectors(regular, folder):
    old = [label.replace("_A01_02", "_01T03") for label in regular.rows]
    columns = [label.replace("_A01_02", "_01T03") for label in regular.columns]
    found = breaches(icio.File(old, columns, regular.values).write(folder / "old_2018.csv"))
    assert any("01T03" in str(b) and "another edition" in str(b) for b in found)


def test_unknown_regions_are_listed_with_near_ones(regular, folder):
    rows = [label.replace("AUS_", "AUZ_") for label in regular.rows]
    columns = [label.replace("AUS_", "AUZ_") for label in regular.columns]
    found = breaches(icio.File(rows, columns, regular.values).write(folder / "auz_2018.csv"))
    assert {b.where for b in found} == {"rows, region 'AUZ'", "columns, region 'AUZ'"}
    assert all("Did you mean" in b.remedy for b in found)


def test_a_region_missing_from_the_rows_alone_is_named(regular, folder):
    usa = [label for label in regular.rows if label.startswith("USA_")]
    found = breaches(regular.without(rows=usa).write(folder / "norows_2018.csv"))
    assert any("rows of region 'USA'" in b.where for b in found)


def test_a_region_missing_altogether_is_noticed_by_the_totals(regular, folder):
    usa = [label for label in (*regular.rows, *regular.columns) if label.startswith("USA_")]
    found = breaches(regular.without(rows=usa, columns=usa).write(folder / "nousa_2018.csv"))
    assert "USA" in found[0].found
    assert "stated output" in found[0].found


def test_a_region_without_final_users_is_named(regular, folder):
    usa = [f"USA_{c}" for c in CATEGORIES]
    found = breaches(regular.without(columns=usa).write(folder / "nofinal_2018.csv"))
    assert any("final demand of region 'USA'" in b.where for b in found)


def test_a_missing_part_of_a_split_country_is_named(folder):
    file = icio.icio("2023", extended=True)
    cn2 = [label for label in file.rows if label.startswith("CN2_")]
    path = file.without(rows=cn2).write(folder / "cn_2018.csv")
    assert any("rows of region 'CN2'" in b.where for b in breaches(path))


def test_a_row_or_column_too_many_is_named(regular, folder):
    rows, columns = [*regular.rows, "ZAF_X"], [*regular.columns, "SUM"]
    values = np.pad(regular.values, ((0, 1), (0, 1)), constant_values=1.0)
    found = breaches(icio.File(rows, columns, values).write(folder / "more_2018.csv"))
    assert any("'ZAF'" in b.where or "'X'" in b.where for b in found)
    assert any("'SUM'" in b.where for b in found)


def test_a_repeated_label_is_named_with_both_places(regular, folder):
    rows = list(regular.rows)
    rows[3] = rows[2]
    found = breaches(
        icio.File(rows, regular.columns, regular.values).write(folder / "twice_2018.csv")
    )
    assert any("row 5" in b.where and "row 4" in b.found for b in found)


@pytest.mark.parametrize("word", ["NaN", "inf", "n.a.", "1 234", "1_000", "=SUM(A1)"])
def test_a_cell_that_holds_no_number_is_named(regular, folder, word):
    lines = regular.text().splitlines()
    fields = lines[7].split(",")
    fields[5] = word
    path = folder / "word_2018.csv"
    path.write_text("\n".join([*lines[:7], ",".join(fields), *lines[8:], ""]))
    (found,) = breaches(path)
    assert found.where == f"row 8 ('{regular.rows[6]}'), column 6 ('{regular.columns[4]}')"
    assert word in found.found


def test_every_bad_cell_is_listed_at_once(regular, folder):
    lines = [line.split(",") for line in regular.text().splitlines()]
    for row, column in ((3, 4), (90, 200), (227, 1)):
        lines[row][column] = "x"
    path = folder / "words_2018.csv"
    path.write_text("\n".join(map(",".join, lines)))
    assert [b.where.split(" (")[0] for b in breaches(path)] == ["row 4", "row 91", "row 228"]


def test_an_empty_cell_is_0_where_the_totals_agree_and_refused_elsewhere(regular, folder):
    i, j = regular.place("AUS_C10T12", "USA_C29")
    values = regular.values.copy()
    lost = values[i, j]
    values[i, j] = np.nan
    path = icio.File(regular.rows, regular.columns, values).write(folder / "blank_2018.csv")
    (found,) = breaches(path)
    assert "AUS_C10T12" in found.where
    assert "USA_C29" in found.where
    values[i, -1] -= lost
    values[-1, i] -= lost
    values[-2, i] -= lost
    values[-1, j] -= lost
    flows = cw.System.read(
        icio.File(regular.rows, regular.columns, values).write(folder / "zero_2018.csv")
    ).flows
    assert flows.matrix[i, j] == 0.0
    assert any("1 empty cells taken for 0" in note for note in flows.origin.notes)


def test_a_table_turned_round_is_told(regular, folder):
    turned = icio.File(regular.columns, regular.rows, np.nan_to_num(regular.values.T))
    found = breaches(turned.write(folder / "turned_2018.csv"))
    assert "turned round" in found[0].remedy


def test_deliveries_turned_round_inside_the_table_are_told(regular, folder):
    values = regular.values.copy()
    values[:225, :225] = values[:225, :225].T
    path = icio.File(regular.rows, regular.columns, values).write(folder / "inside_2018.csv")
    assert any("turned round" in b.remedy for b in breaches(path))


@pytest.mark.parametrize("kept", [0.5, 0.98, 0.9999])
def test_a_file_that_is_cut_off_is_told(regular, folder, kept):
    text = regular.text()
    path = folder / "cut_2018.csv"
    path.write_text(text[: int(kept * len(text))])
    assert any("cut off" in b.remedy for b in breaches(path))


def test_a_file_cut_at_the_end_of_a_line_is_told(regular, folder):
    path = folder / "lines_2018.csv"
    path.write_text("\n".join(regular.text().splitlines()[:-1]) + "\n")
    assert any("cut off" in b.remedy and "output" in b.found for b in breaches(path))


def test_packed_files_that_are_cut_off_are_told(regular, folder):
    data = gzip.compress(regular.text().encode())
    path = folder / "cut_2018.csv.gz"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(FormatError, match=r"cannot be unpacked.*Download it again"):
        cw.System.read(path)


def test_a_line_broken_in_two_is_told_with_its_number(regular, folder):
    lines = regular.text().splitlines()
    lines[5] = lines[5].replace(",", "\n", 1).replace(",", "\n", 1)
    path = folder / "broken_2018.csv"
    path.write_text("\n".join(lines))
    found = breaches(path)
    assert found[0].where.startswith("row 6")
    assert "broken in two" in found[0].remedy
