from datetime import date, datetime

import pytest

from chainwright.sources.intake.dates import dates
from chainwright.sources.intake.identities import identities, place_names, texts


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026/11/1", "2026-11-01"),
        ("2026-11-01", "2026-11-01"),
        ("2026.1.9", "2026-01-09"),
        ("2026年11月1日", "2026-11-01"),
        ("2026年11月", "2026-11"),
        ("２０２６－１１－０１", "2026-11-01"),
        ("1-Nov-26", "2026-11-01"),
        ("01 November 2026", "2026-11-01"),
        ("Nov 1, 2026", "2026-11-01"),
        ("20261101", "2026-11-01"),
        (20261101.0, "2026-11-01"),
        ("2026-11-01 08:30:00", "2026-11-01"),
        ("2026", "2026"),
        (2026.0, "2026"),
        (46327.0, "2026-11-01"),
        (date(2026, 11, 1), "2026-11-01"),
        (datetime(2026, 11, 1, 23, 59), "2026-11-01"),  # noqa: DTZ001
        ("13/11/2026", "2026-11-13"),
        ("11/13/26", "2026-11-13"),
        ("5/5/2026", "2026-05-05"),
        ("待定", ""),
    ],
)
def test_a_date_is_read_as_people_write_it(cell, day):
    assert dates([cell])[:2] == ([day], {})


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2/3/2026", "ambiguous_date"),
        ("2026-02-30", "no_such_day"),
        ("31-Foo-26", "no_such_day"),
        ("下周", "no_date"),
        ("#N/A", "formula_error"),
        (12.5, "no_date"),
        (True, "no_date"),
    ],
)
def test_what_is_no_date_has_its_reason(cell, code):
    found, faults, *_ = dates([cell])
    assert (found, {i: c for i, (c, _) in faults.items()}) == ([""], {0: code})


def test_a_column_tells_whether_days_or_months_stand_first():
    assert dates(["2/3/2026", "25/3/2026"])[0] == ["2026-03-02", "2026-03-25"]
    assert dates(["2/3/2026", "3/25/2026"])[0] == ["2026-02-03", "2026-03-25"]
    assert set(dates(["2/3/2026", "25/3/2026", "3/25/2026"])[1]) >= {0}


def test_a_day_number_is_noted():
    assert dates([46327.0])[2] == {0: ("serial_date", {})}


@pytest.mark.parametrize(
    ("cell", "identity"),
    [
        (1001.0, "1001"),
        (7, "7"),
        ("001001", "001001"),
        ("1001.0", "1001"),
        ("10.20", "10.20"),
        (" A-1\u00a0", "A-1"),
        ("Ａ－１", "A-1"),
        ("A  \u200b1", "A 1"),
        ("1E5", "1E5"),
        ("a-1", "a-1"),
        ("暂无", ""),
    ],
)
def test_an_identity_is_kept_as_it_is_meant(cell, identity):
    assert identities([cell]) == ([identity], {})


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.23E+11", "scientific"),
        ("1e+11", "scientific"),
        (1e15, "long_number"),
        (12.5, "decimal_identity"),
        (date(2026, 3, 1), "date_identity"),
        (True, "boolean"),
        ("FALSE", "boolean"),
        ("#REF!", "formula_error"),
    ],
)
def test_what_a_spreadsheet_has_spoilt_is_refused(cell, code):
    assert identities([cell]) == ([""], {0: (code, {})})


def test_texts_keep_their_words_and_lose_their_blanks():
    assert texts(["  North\n East ", 12.0, 0.5, "N/A"])[0] == ["North East", "12", "0.5", ""]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("中国", "CHN"),
        ("P.R. China", "CHN"),
        ("cn", "CHN"),
        ("CHN", "CHN"),
        ("台湾", "TWN"),
        ("Viet Nam", "VNM"),
        ("越南", "VNM"),
        ("UK", "GBR"),
        ("Deutschland", None),
        ("EU", None),
    ],
)
def test_a_country_is_told_by_code_or_name(cell, code):
    found, faults = place_names([cell])
    assert found == [code or ""]
    assert [c for c, _ in faults.values()] == ([] if code else ["no_place"])
