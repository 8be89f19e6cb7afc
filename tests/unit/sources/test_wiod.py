import numpy as np
import pytest

import chainwright as cw
from chainwright.errors import FormatError, ParameterError, TableError
from layouts import wiod
from layouts.made import of_wiod
from real import data


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("wiod")


@pytest.fixture(scope="module")
def rows():
    return wiod.workbook()


@pytest.fixture(scope="module")
def path(rows, folder):
    return wiod.write_workbook(rows, folder / "wiot11_row_apr12.xlsx")


@pytest.fixture(scope="module")
def arrays(folder):
    place = folder / "arrays"
    place.mkdir()
    return wiod.write_arrays(place)


def changed(rows, folder, name, change):
    """Write the workbook after a change to a copy of its cells."""
    copy = [list(row) for row in rows]
    change(copy)
    return wiod.write_workbook(copy, folder / f"{name}.xlsx")


def breaches(path):
    with pytest.raises(TableError) as caught:
        cw.System.read(path)
    assert caught.value.breaches
    return caught.value.breaches


def test_the_workbook_is_read_in_its_order_with_its_numbers(rows, path):
    flows = cw.System.read(path).flows
    n, m = len(flows.nodes), len(flows.users)
    assert list(flows.nodes.codes) == [f"{row[2]}:{row[3]}" for row in rows[6 : 6 + n]]
    above = [f"{rows[4][j]}:{rows[5][j]}" for j in range(4 + n, 4 + n + m)]
    assert list(flows.users.codes) == above
    assert np.array_equal(flows.matrix, [row[4 : 4 + n] for row in rows[6 : 6 + n]])
    assert np.array_equal(flows.final, [row[4 + n : 4 + n + m] for row in rows[6 : 6 + n]])
    assert flows.value_added_kinds.codes == ("r99", "r61", "r62", "r63", "r64", "r65")
    assert np.array_equal(flows.value_added[0], rows[7 + n][4 : 4 + n])
    assert np.array_equal(flows.stated_output, rows[-1][4 : 4 + n])
    assert flows.composite == {"RoW"}
    assert str(flows.money) == "million USD of 2011"
    assert "inventories" in flows.roles


def test_the_format_is_told_by_the_sheet_whatever_the_name(path, folder):
    other = folder / "downloaded.bin"
    other.write_bytes(path.read_bytes())
    assert cw.System.read(other).flows.money.year == 2011


def test_the_workbook_of_the_whole_world_equals_the_arrays_it_was_made_from(tmp_path):
    base = of_wiod(data("wiod2013"))
    path = wiod.write_workbook(wiod.workbook(base=base), tmp_path / "wiot11_row_sep12.xlsx")
    flows = cw.System.read(path).flows
    assert np.array_equal(flows.matrix, base.matrix)
    assert flows.nodes.find("ROM:c14") == base.nodes.index(("ROM", "c14"))
    assert not any("smaller" in note for note in flows.origin.notes)


def test_romania_may_be_spelt_as_iso_does(rows, folder):
    def respell(cells):
        for row in cells:
            row[:] = ["ROU" if cell == "ROM" else cell for cell in row]

    flows = cw.System.read(changed(rows, folder, "rou", respell)).flows
    assert "ROU" in flows.nodes.regions.codes


def test_another_year_than_the_sheets_is_refused(path):
    with pytest.raises(ParameterError, match="2011"):
        cw.System.read(path, year=2010)


@pytest.mark.parametrize("cell", ["n.a.", "NaN", "1 234", "-"])
def test_a_cell_that_holds_no_number_is_named_as_a_spreadsheet_does(rows, folder, cell):
    def spoil(cells):
        cells[8][5] = cell
        cells[20][40] = cell

    found = breaches(changed(rows, folder, "words", spoil))
    assert [b.where for b in found] == ["cell F9", "cell AO21"]


def test_an_empty_cell_is_refused_where_the_totals_say_that_it_is_not_0(rows, folder):
    found = breaches(changed(rows, folder, "blank", lambda cells: cells[8].__setitem__(5, "")))
    assert "empty cell" in found[0].found


def test_empty_cells_for_0_are_read_as_0(rows, folder):
    def empty(cells):
        for row in cells:
            if "r61" in row or "r62" in row or "r63" in row:
                row[4:] = [""] * len(row[4:])

    path = changed(rows, folder, "zeros", empty)
    assert np.array_equal(cw.System.read(path).flows.value_added[1:4], np.zeros((3, 175)))


def test_a_missing_row_is_named(rows, folder):
    found = breaches(changed(rows, folder, "row", lambda cells: cells.pop(10)))
    assert found[0].where == "rows of region 'AUS'"
    assert "c5" in found[0].found


def test_a_sheet_that_is_cut_off_is_told(rows, folder):
    def cut(cells):
        del cells[-20:]

    assert any("output" in b.found for b in breaches(changed(rows, folder, "cut", cut)))


def test_a_missing_region_is_noticed_by_the_totals(rows, folder):
    def drop(cells):
        across = [j for j, region in enumerate(cells[4]) if region == "USA"]
        cells[:] = [
            [cell for j, cell in enumerate(row) if j not in across]
            for i, row in enumerate(cells)
            if i < 6 or row[2] != "USA"
        ]

    (found,) = breaches(changed(rows, folder, "usa", drop))
    assert "USA" in found.found
    assert "stated output" in found.found


def test_labels_of_another_release_are_listed(rows, folder):
    def rename(cells):
        for row in cells:
            row[:] = ["XXX" if cell == "AUS" else cell for cell in row]
        cells[-3][3] = "r66"

    found = breaches(changed(rows, folder, "other", rename))
    assert {b.where for b in found} >= {"rows, region 'XXX'", "rows, label 'r66'"}


def test_deliveries_turned_round_are_told(rows, folder):
    def turn(cells):
        block = np.array([row[4:179] for row in cells[6:181]], dtype=float).T
        for row, turned in zip(cells[6:181], block.tolist(), strict=True):
            row[4:179] = turned

    (found,) = breaches(changed(rows, folder, "turned", turn))
    assert "turned round" in found.remedy


def test_a_workbook_that_is_cut_off_is_told(path, folder):
    cut = folder / "cut.xlsx"
    cut.write_bytes(path.read_bytes()[:20000])
    with pytest.raises(FormatError, match="Download it again"):
        cw.System.read(cut)


def test_a_workbook_of_something_else_is_of_no_known_format(folder):
    path = wiod.write_workbook([["name", "price"], ["nut", 1.0]], folder / "prices.xlsx", sheet="P")
    with pytest.raises(FormatError, match="spreadsheet with the sheets P"):
        cw.System.read(path)


def test_the_arrays_are_read_with_the_lists_beside_them(arrays):
    flows = cw.System.read(arrays).flows
    with np.load(arrays) as kept:
        assert np.array_equal(flows.matrix, kept["Z"])
        assert np.array_equal(flows.final, kept["F"])
        assert np.array_equal(flows.stated_output, kept["x"])
    assert flows.nodes.regions.codes == wiod.FEW
    assert flows.money.year == 2011


@pytest.mark.parametrize("year", [1995, 2011])
def test_the_years_of_the_release_are_found_in_their_folder(year):
    flows = cw.System.read(data("wiod2013"), year=year).flows
    assert (len(flows.nodes.regions), len(flows.nodes.sectors)) == (41, 35)
    assert flows.money.year == year
    known = {1995: 55182318.0, 2011: 141767904.0}  # check_figures.csv
    assert flows.stated_output.sum() == known[year]


def test_missing_lists_are_all_named(arrays, tmp_path):
    alone = tmp_path / "wiot_2011.npz"
    alone.write_bytes(arrays.read_bytes())
    assert len(breaches(alone)) == 3


def test_arrays_of_another_size_than_the_lists_are_named(arrays, tmp_path):
    for file in arrays.parent.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with np.load(arrays) as kept:
        np.savez(tmp_path / arrays.name, Z=kept["Z"][:-1], F=kept["F"].T, x=kept["x"])
    found = breaches(tmp_path / arrays.name)
    assert [b.where for b in found] == ["array Z", "array F"]
    assert found[0].found == "174 x 175 numbers"
    assert found[0].expected.startswith("175 x 175")


def test_arrays_that_lack_or_are_no_numbers_are_named(arrays, tmp_path):
    for file in arrays.parent.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with np.load(arrays) as kept:
        np.savez(tmp_path / arrays.name, Z=kept["Z"].astype(str), F=kept["F"])
    assert [b.where for b in breaches(tmp_path / arrays.name)] == ["array Z", "array x"]


def test_lists_without_their_column_are_named(arrays, tmp_path):
    for file in arrays.parent.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "industries.csv").write_text("n,name\n1,Agriculture\n")
    found = breaches(tmp_path / arrays.name)
    assert found[0].where == "file industries.csv"
    assert "'code'" in found[0].found


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_arrays_that_are_cut_off_are_told(arrays, tmp_path, kept):
    cut = tmp_path / arrays.name
    data = arrays.read_bytes()
    cut.write_bytes(data[: int(kept * len(data))])
    with pytest.raises(FormatError, match="Download it again"):
        cw.System.read(cut)


def test_damaged_bytes_within_the_arrays_are_told(arrays, tmp_path):
    for file in arrays.parent.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    spoilt = bytearray(arrays.read_bytes())
    spoilt[5000:5100] = bytes(100)
    (tmp_path / arrays.name).write_bytes(spoilt)
    (found,) = breaches(tmp_path / arrays.name)
    assert found.where == "array Z"
    assert "damaged" in found.found


def test_whole_millions_may_fall_below_zero_by_their_rounding(rows, folder):
    def whole(cells, places):
        for row in cells[6:181]:
            row[4:-1] = [float(round(cell, places)) for cell in row[4:-1]]
        cells[6][4:-1] = [0.0] * len(cells[6][4:-1])
        cells[6][180] = -1.0
        for row in cells[7:181]:
            row[4] = 0.0
        for row in cells[6:181]:
            row[-1] = sum(row[4:-1])
        for j in range(4, 179):
            cells[-1][j] = cells[j + 2][-1]

    flows = cw.System.read(changed(rows, folder, "whole", lambda cells: whole(cells, 0))).flows
    assert flows.output[0] == 0.0
    assert any(
        "-1" in b.found for b in breaches(changed(rows, folder, "exact", lambda c: whole(c, 3)))
    )
