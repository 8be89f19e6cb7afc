import gzip
import random

import numpy as np
import pytest

from chainwright.errors import TableError
from chainwright.sources import files, matrix
from chainwright.sources.files import peek
from chainwright.sources.matrix import needs, read_matrix


@pytest.fixture
def read(tmp_path):
    def reader(text, name="table.csv"):
        path = tmp_path / name
        data = text.encode() if isinstance(text, str) else text
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return read_matrix(peek(path))

    return reader


def breaches(read, text):
    with pytest.raises(TableError) as caught:
        read(text)
    return caught.value.breaches


def test_labels_and_numbers_are_read_in_order(read):
    found = read("x,a,b\nr,1,2.5\ns,-3e2,0\n")
    assert found.rows == ["r", "s"]
    assert found.columns == ["a", "b"]
    assert np.array_equal(found.values, [[1.0, 2.5], [-300.0, 0.0]])
    assert found.blanks.shape == (0, 2)


def test_every_number_is_the_one_that_python_reads_in_its_text(read):
    draw = random.Random(5)  # noqa: S311 - texts of numbers, no secret
    words = [repr(draw.uniform(-1, 1) * 10.0 ** draw.randint(-300, 300)) for _ in range(5000)]
    words += ["0", "-0.0", "1e22", "123456789012345678", "9007199254740993", ".5", "5.", "1E-5"]
    text = "".join(f"r{i},{word}\n" for i, word in enumerate(words))
    assert np.array_equal(read("x,a\n" + text).values[:, 0], [float(word) for word in words])


def test_a_text_of_many_blocks_gives_each_row_its_own_numbers(read, monkeypatch):
    monkeypatch.setattr(matrix, "BLOCK", 200)
    numbers = np.arange(3000 * 7.0).reshape(3000, 7) / 8
    rows = "".join(f"r{i},{','.join(map(repr, row))}\n" for i, row in enumerate(numbers.tolist()))
    found = read("x,a,b,c,d,e,f,g\n" + rows)
    assert np.array_equal(found.values, numbers)
    assert found.rows == [f"r{i}" for i in range(3000)]


def test_more_rows_than_columns_find_room_while_blocks_are_being_read(read, monkeypatch):
    monkeypatch.setattr(matrix, "BLOCK", 5000)
    text = "x,a\n" + "".join(f"r{i},{i}\n" for i in range(20_000))
    assert np.array_equal(read(text).values[:, 0], np.arange(20_000.0))


def test_empty_cells_are_nan_and_their_places_are_known(read, monkeypatch):
    monkeypatch.setattr(matrix, "BLOCK", 8)
    found = read("x,a,b\nr,,2\ns,3,\nt,,\n")
    assert sorted(map(tuple, found.blanks.tolist())) == [(0, 0), (1, 1), (2, 0), (2, 1)]
    assert np.isnan(found.values).sum() == 4


def test_a_single_empty_column_is_not_taken_for_a_row_without_cells(read):
    assert "0 cells" in breaches(read, "x,a\nr,\n")[0].found


def test_packed_text_reads_as_plain_text(read):
    text = "x,a\nr,1.25\n"
    assert np.array_equal(read(text, "t.csv.gz").values, read(text).values)


@pytest.mark.parametrize("end", ["\n", "\r\n", "", "\n\n\n"])
def test_the_end_of_lines_and_of_the_file_do_not_matter(read, end):
    text = "x,a,b\nr,1,2\ns,3,4".replace("\n", "\r\n" if end == "\r\n" else "\n") + end
    assert np.array_equal(read(text).values, [[1, 2], [3, 4]])


def test_quotation_marks_belong_to_no_label_and_no_number(read):
    found = read('"x","a","b"\n"r, or R","1","2.5"\n"s",3,4\n')
    assert found.rows == ["r, or R", "s"]
    assert np.array_equal(found.values, [[1, 2.5], [3, 4]])


def test_numbers_with_thousands_separators_are_refused(read):
    (found,) = breaches(read, 'x,a,b\nr,"1,234",2\n')
    assert found.found == "'1,234'"
    assert found.where == "row 2 ('r'), column 2 ('a')"


def test_breaches_come_in_the_order_of_the_file(read, monkeypatch):
    monkeypatch.setattr(matrix, "BLOCK", 64)
    rows = [f"r{i},{'x' if i % 7 == 0 else i},1" for i in range(1, 100)]
    found = breaches(read, "x,a,b\n" + "\n".join(rows))
    assert [b.where.split(" (")[0] for b in found] == [f"row {i + 1}" for i in range(7, 100, 7)]


def test_very_many_bad_cells_are_counted_not_listed(read):
    found = breaches(read, "x,a\n" + "".join(f"r{i},x\n" for i in range(1500)))
    assert len(found) == matrix.LISTED + 1
    assert "500 more" in found[-1].found


def test_rows_of_another_length_are_named_and_only_the_last_may_be_cut_off(read):
    found = breaches(read, "x,a,b\nr,1\ns,1,2\nt,1,2,3\nu,1")
    assert [b.where for b in found] == ["row 2 ('r')", "row 4 ('t')", "row 5 ('u')"]
    assert ["cut off" in b.remedy for b in found] == [False, False, True]
    assert found[1].found == "3 cells beside the label"
    assert found[1].expected == "2, as in the header"


def test_short_and_long_rows_do_not_make_up_for_each_other(read):
    assert len(breaches(read, "x,a,b\nr,1\ns,1,2,3\n")) == 2


def test_labels_that_are_no_text_in_utf8_are_still_told(read, monkeypatch):
    monkeypatch.setattr(files, "HEAD", 4)
    found = breaches(read, b"x,a\n\xff\xfe,1,2\n")
    assert found[0].where.startswith("row 2")


def test_what_a_table_needs_is_bounded_by_its_text_and_by_its_header(tmp_path):
    wide = tmp_path / "wide.csv"
    wide.write_text("x," + ",".join(f"c{i}" for i in range(2000)) + "\nr,1\n")
    told = needs(peek(wide))
    assert told < 2**26  # the file is short, so the table is not square
    packed = tmp_path / "wide.csv.gz"
    packed.write_bytes(gzip.compress(wide.read_bytes()))
    assert needs(peek(packed)) > 2 * 8 * 2000 * 2000
