"""Each table that comes with the program has as many cells in each row as its header has."""

import csv
import io
from pathlib import Path

import pytest

import chainwright

SRC = Path(chainwright.__file__).parent
TABLES = sorted(SRC.rglob("*.csv"))
FEWEST = 150
"""How many tables there are at least: schemas, facts, words."""


def ragged(text):
    """Return the rows of a text whose cells are not as many as those of its header."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = next(rows)
    return [
        f"line {rows.line_num}: {len(row)} cells, {len(header)} in the header: {','.join(row)[:80]}"
        for row in rows
        if len(row) != len(header)
    ]


def test_there_are_tables_of_every_kind_to_look_at():
    folders = {path.parent.relative_to(SRC).parts[0] for path in TABLES}
    assert {"schema", "params", "report"} <= folders
    assert len(TABLES) >= FEWEST


def texts():
    """Return the text of each table by its name."""
    return {str(p.relative_to(SRC)): p.read_bytes().decode("utf-8-sig") for p in TABLES}


def test_each_row_has_as_many_cells_as_the_header():
    assert [f"{name}, {told}" for name, text in texts().items() for told in ragged(text)] == []


def test_no_header_says_a_column_twice_or_not_at_all():
    for name, text in texts().items():
        header = next(csv.reader(io.StringIO(text, newline="")))
        assert len(set(header)) == len(header), name
        assert all(word and word == word.strip() for word in header), name


def test_no_row_is_empty_and_lines_end_one_way():
    for name, text in texts().items():
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert [i for i, row in enumerate(rows, 1) if not any(row)] == [], name
        assert "\r" not in text, name
        assert text.endswith("\n"), name


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n1,2\n", []),
        ('a,b\n"1,5",2\n', []),
        ("a,b\n1,5,2\n", ["line 2: 3 cells, 2 in the header: 1,5,2"]),
        ("a,b\n1\n", ["line 2: 1 cells, 2 in the header: 1"]),
        ('a,b\n"1\n2",3\n4,5,6\n', ["line 4: 3 cells, 2 in the header: 4,5,6"]),
        ("a,b\n\n1,2\n", ["line 2: 0 cells, 2 in the header: "]),
    ],
)
def test_a_comma_without_quotes_is_named_with_its_line(text, told):
    assert ragged(text) == told
