"""Whole files are read as a careful person reads them: rows, refusals, what is no data."""

import math
import re

import pytest

from chainwright.sources.intake import understood
from intake.files_by_hand import READINGS


def by_hand(tables):
    """Return the tables of a reading: by name the fields, and the rows as sets of cells."""
    found = {}
    for line in tables.splitlines():
        name, rest = line.split(": ", 1)
        head, *rows = [part.split() for part in rest.split("|")]
        found[name] = head, [[cell.replace("~", " ") for cell in row] for row in rows]
    return found


def same(got, wanted):
    """Return whether a value of a table is what was written down, ``_`` for nothing."""
    if wanted == "_":
        return got == "" or (isinstance(got, float) and math.isnan(got))
    if isinstance(got, float):
        return math.isclose(got, float(wanted), rel_tol=1e-12)
    return got == wanted


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Return a function that reads the files of a reading once."""
    held = {}

    def reader(name):
        if name not in held:
            folder = tmp_path_factory.mktemp("by_hand")
            files = READINGS[name].files
            for file, made in files.items():
                made.write(folder / file)
            held[name] = understood([folder / file for file in files])
        return held[name]

    return reader


@pytest.mark.parametrize("name", READINGS)
def test_a_file_has_the_rows_that_a_careful_person_reads(name, read):
    found = read(name).tables
    wanted = by_hand(READINGS[name].tables)
    assert set(wanted) <= set(found)
    for table, (head, rows) in wanted.items():
        frame = found[table].frame
        got = frame[head].to_numpy().tolist()
        left = list(got)
        for row in rows:
            hit = next((g for g in left if all(map(same, g, row))), None)
            assert hit is not None, f"{table}: no row {row} among {got}"
            left.remove(hit)
        assert not left, f"{table}: rows that nobody wrote down"
        others = frame.drop(columns=head)
        assert (others.isna() | (others == "")).all().all(), f"{table}: more than was written"


@pytest.mark.parametrize("name", READINGS)
def test_a_table_that_nobody_wrote_down_repeats_identities_alone(name, read):
    wanted = by_hand(READINGS[name].tables)
    for table, cells in read(name).tables.items():
        if table not in wanted:
            filled = {
                column
                for column in cells.frame
                if (cells.frame[column].notna() & (cells.frame[column] != "")).any()
            }
            assert filled <= {"item", "supplier", "site"}, f"{table} has {filled}"


@pytest.mark.parametrize("name", READINGS)
def test_a_file_is_refused_where_a_careful_person_refuses_it(name, read):
    refused = read(name).refused
    got = dict(zip(refused["cell"], refused["code"], strict=True))
    assert got == READINGS[name].refused


@pytest.mark.parametrize("name", READINGS)
def test_rows_that_are_no_data_are_set_aside_with_what_they_are(name, read):
    remarks = read(name).remarks
    aside = remarks.loc[remarks["outcome"] == "set aside", "code"]
    assert sorted(aside) == sorted(READINGS[name].aside)
    noted = remarks.loc[remarks["outcome"] == "noted", "code"]
    assert set(noted) == set(READINGS[name].noted)


@pytest.mark.parametrize("name", READINGS)
def test_every_value_is_found_again_at_its_address(name, read):
    for table in read(name).tables.values():
        for field in table.frame:
            values = table.frame[field]
            filled = values.notna() & (values != "")
            for position in filled.to_numpy().nonzero()[0]:
                address = table.address(field, position)
                pattern = (
                    r".+![A-Z]+\d+" if table.sheets[0].lines is None else r"line \d+, column \d+"
                )
                assert re.fullmatch(pattern, address), address


def test_there_are_enough_readings():
    assert len(READINGS) >= 75
    assert sum(bool(one.refused) for one in READINGS.values()) >= 12
