"""The corpus of messy files of readings: each gives its documented outcome, value by value."""

from datetime import date

import pytest

from chainwright.carbon import read_meters
from chainwright.errors import TableError
from messy_meters import CASES

TODAY = date(2026, 11, 22)


def read(case, folder):
    path = folder / case.name
    path.write_bytes(case.raw)
    return read_meters(path, today=TODAY, **case.said)


@pytest.mark.parametrize("name", CASES)
def test_a_messy_file_gives_the_documented_outcome(name, tmp_path):
    case = CASES[name]
    got = read(case, tmp_path)
    keys = ["kind", "item", "period"]
    found = {tuple(r[k] for k in keys): r["value"] for r in got.accepted.to_dict("records")}
    values = {key[:3]: pytest.approx(key[3], rel=1e-12) for key in case.accepted}
    assert found == values
    assert sorted(got.rejected["code"]) == sorted(case.rejected), got.rejected.to_string()
    assert set(case.remarks) <= set(got.warnings["code"]), got.warnings.to_string()
    for column in ("found", "expected_en", "expected_zh", "remedy_en", "remedy_zh"):
        assert (got.rejected[column].str.len() > 0).all(), column
        assert not got.rejected[column].str.contains("{", regex=False).any(), column
    if case.rejected:  # all or nothing
        with pytest.raises(TableError):
            got.confirm()
    else:
        assert len(got.confirm()) == len(got.accepted)


def test_the_corpus_is_as_large_as_promised_and_has_each_outcome():
    assert len(CASES) >= 100
    assert {case.outcome for case in CASES.values()} == {"N", "W", "R"}
