"""Wide tables whose rows meet the borders of blocks of text, read again and again."""

import gzip
import os
import random

import numpy as np
import pytest

from chainwright.errors import TableError
from chainwright.sources import matrix
from chainwright.sources.files import peek
from chainwright.sources.matrix import read_matrix

WIDTH = 225


def table(rows=300, width=WIDTH, seed=1):
    rng = np.random.default_rng(seed)
    values = np.round(rng.lognormal(0.0, 3.0, (rows, width)), 6)
    values[rng.random((rows, width)) < 0.2] = 0.0
    return values


def text(values, *, end="\n", last="\n", quoted=False, blank=()):
    mark = '"' if quoted else ""
    cell = "{}{!r}{}".format
    lines = [",".join(["", *(f"c{j}" for j in range(values.shape[1]))])]
    for i, row in enumerate(values.tolist()):
        cells = ["" if (i, j) in blank else cell(mark, v, mark) for j, v in enumerate(row)]
        lines.append(",".join([f"{mark}r{i}{mark}", *cells]))
    return (end.join(lines) + last).encode()


@pytest.fixture
def read(tmp_path):
    def reader(data, name="t.csv"):
        path = tmp_path / name
        path.write_bytes(gzip.compress(data, 1) if name.endswith(".gz") else data)
        return read_matrix(peek(path))

    return reader


@pytest.mark.parametrize("cores", [1, 2])
def test_a_table_of_many_blocks_is_the_same_fifty_times(read, monkeypatch, cores):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    values = table()
    data = text(values)
    draw = random.Random(3)  # noqa: S311 - sizes of blocks, no secret
    for _ in range(50):
        monkeypatch.setattr(matrix, "BLOCK", draw.randint(1, len(data)))
        found = read(data)
        assert np.array_equal(found.values, values)
        assert found.rows == [f"r{i}" for i in range(len(values))]
        assert len(found.blanks) == 0


@pytest.mark.parametrize("shift", range(-3, 4))
def test_a_block_may_end_anywhere_near_the_end_of_a_row(read, monkeypatch, shift):
    values = table(40, 30)
    data = text(values)
    third = sum(len(line) + 1 for line in data.split(b"\n")[1:4])
    monkeypatch.setattr(matrix, "BLOCK", third + shift)
    assert np.array_equal(read(data).values, values)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "end", "blank"])
@pytest.mark.parametrize("quoted", [False, True])
def test_ends_of_lines_quotes_and_packing_change_no_number(read, monkeypatch, end, last, quoted):
    values = table(60, 20)
    data = text(values, end=end, last={"": "", "end": end, "blank": 3 * end}[last], quoted=quoted)
    monkeypatch.setattr(matrix, "BLOCK", 1000)
    for name in ("t.csv", "t.csv.gz"):
        assert np.array_equal(read(data, name).values, values)


def test_real_blocks_of_eight_megabytes_are_joined_without_a_seam(read):
    values = table(1300, 900)
    data = text(values, last="")
    assert len(data) > 1.1 * matrix.BLOCK
    assert np.array_equal(read(data).values, values)


@pytest.mark.parametrize("block", [1, 700, 10**6])
def test_empty_cells_keep_their_places_across_blocks(read, monkeypatch, block):
    monkeypatch.setattr(matrix, "BLOCK", block)
    values = table(50, 12)
    blank = {(0, 0), (0, 11), (7, 3), (24, 0), (49, 11)}
    found = read(text(values, blank=blank))
    assert set(map(tuple, found.blanks.tolist())) == blank
    assert set(map(tuple, np.argwhere(np.isnan(found.values)).tolist())) == blank
    there = ~np.isnan(found.values)
    assert np.array_equal(found.values[there], values[there])


@pytest.mark.parametrize("block", [1, 900, 10**6])
@pytest.mark.parametrize(
    "word", ["nan", "inf", "-inf", "1e999", "0x10", "1_0", "1 0", "--1", "1,0"]
)
def test_a_cell_without_a_number_is_named_whatever_block_it_is_in(read, monkeypatch, block, word):
    monkeypatch.setattr(matrix, "BLOCK", block)
    lines = text(table(40, 9)).decode().split("\n")
    cells = lines[31].split(",")
    cells[5] = f'"{word}"' if "," in word else word
    lines[31] = ",".join(cells)
    with pytest.raises(TableError) as caught:
        read("\n".join(lines).encode())
    (breach,) = caught.value.breaches
    assert breach.where == "row 32 ('r30'), column 6 ('c4')"
    assert breach.found == repr(word)
    assert breach.expected == "a finite number"
    assert breach.remedy == "Write the amount, or 0 where there is none."


def test_numbers_whose_sum_overflows_are_finite_numbers(read):
    found = read(b"x,a,b\nr,1e308,1e308\ns,-1e308,1e308\n")
    assert np.array_equal(found.values, [[1e308, 1e308], [-1e308, 1e308]])


def test_infinities_of_both_signs_are_named_one_by_one(read):
    with pytest.raises(TableError) as caught:
        read(b"x,a,b\nr,inf,1\ns,-inf,1\n")
    assert [b.found for b in caught.value.breaches] == ["'inf'", "'-inf'"]


def test_blanks_around_numbers_do_not_matter(read):
    assert np.array_equal(read(b"x , a ,b\n r , 1 ,\t2\n").values, [[1.0, 2.0]])
    assert read(b"x , a ,b\n r , 1 ,2\n").columns == ["a", "b"]


def test_a_mark_at_the_start_of_the_text_is_no_part_of_a_label(read):
    found = read(b"\xef\xbb\xbfx,a\nr,1\n")
    assert (found.rows, found.columns) == (["r"], ["a"])


def test_blank_lines_are_skipped_and_rows_are_numbered_as_in_the_file(read):
    with pytest.raises(TableError) as caught:
        read(b"x,a,b\n\nr,1,2\n\ns,1\n\nt,1,2\n")
    (breach,) = caught.value.breaches
    assert breach.where == "row 5 ('s')"
    assert "comma too many or too few" in breach.remedy


@pytest.mark.parametrize("rows", [0, 1, 255, 256, 257, 258, 400])
def test_any_number_of_rows_finds_room(read, monkeypatch, rows):
    monkeypatch.setattr(matrix, "BLOCK", 64)
    values = table(max(rows, 1), 3)[:rows]
    found = read(text(values))
    assert found.values.shape == (rows, 3)
    assert np.array_equal(found.values, values)


def test_an_odd_row_between_good_ones_does_not_shift_them(read, monkeypatch):
    monkeypatch.setattr(matrix, "BLOCK", 32)
    lines = [f"r{i},{i},x" if i == 77 else f"r{i},{i},{i}" for i in range(200)]
    with pytest.raises(TableError) as caught:
        read(("x,a,b\n" + "\n".join(lines)).encode())
    (breach,) = caught.value.breaches
    assert breach.where == "row 79 ('r77'), column 3 ('b')"
