"""Codes, registry and shares of meters in a store."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from chainwright.errors import ParameterError, TableError, UnknownCodeError
from chainwright.system import Firms, System
from chainwright.tables import schema
from store_worlds import FIRMS, small_store


@pytest.fixture
def store(tmp_path):
    with small_store(tmp_path / "city.db") as made:
        yield made


def codes(*periods, firm=FIRMS[0], **columns):
    given = {"firm": firm, "period": list(periods), "text": [f"CC1:{p}" for p in periods]}
    return pd.DataFrame({**given, "method": "zj-2021", "kid": "ab12", **columns})


def test_the_latest_month_is_the_code_of_a_firm_and_each_month_stays(store):
    assert store.put_codes(codes("2026-08", "2026-10", "2026-09"), by="bureau") == 3
    latest = store.code(FIRMS[0])
    assert (latest["period"], latest["text"], latest["kid"]) == ("2026-10", "CC1:2026-10", "ab12")
    assert store.code(FIRMS[0], "2026-08")["text"] == "CC1:2026-08"
    assert store.code(FIRMS[0], "2026-07") is None
    assert store.code(FIRMS[1]) is None
    assert list(latest) == [column.column for column in schema("store_codes")]
    with pytest.raises(UnknownCodeError, match="firm of the registry"):
        store.code("X")
    with pytest.raises(ParameterError, match="a month such as"):
        store.code(FIRMS[0], "October")


def test_a_later_issue_stands_before_the_earlier_one(store):
    store.put_codes(codes("2026-10"), by="bureau")
    store.withdraw(FIRMS[0], "2026-10", by="bureau", reason="wrong meter")
    store.put_codes(codes("2026-10").assign(text="CC1:again"), by="bureau")
    assert store.code(FIRMS[0])["text"] == "CC1:again"
    assert store.code(FIRMS[0])["withdrawn"] == ""
    assert len(store.codes()) == 1
    with store.reading() as connection:
        kept = connection.exec_driver_sql("SELECT issue, reason FROM code ORDER BY issue").all()
    assert [tuple(row) for row in kept] == [(1, "wrong meter"), (2, "")]


def test_codes_of_all_firms_are_one_a_firm(store):
    store.put_codes(codes("2026-09", "2026-10"), by="bureau")
    store.put_codes(codes("2026-09", firm=FIRMS[1]), by="bureau")
    found = store.codes()
    assert found["firm"].tolist() == sorted(FIRMS)
    assert found["period"].tolist() == ["2026-10", "2026-09"]
    assert len(store.codes("2026-09")) == 2
    assert store.codes("2026-10")["firm"].tolist() == [FIRMS[0]]
    assert list(store.codes("2020-01").columns) == [c.column for c in schema("store_codes")]


def test_a_withdrawn_code_says_when_and_why_and_is_withdrawn_once(store):
    store.put_codes(codes("2026-10"), by="bureau")
    with pytest.raises(ParameterError, match="why it is withdrawn"):
        store.withdraw(FIRMS[0], "2026-10", by="bureau", reason=" ")
    store.withdraw(FIRMS[0], "2026-10", by="bureau", reason="wrong meter")
    found = store.code(FIRMS[0])
    assert found["withdrawn"].startswith("2026-11-01T")
    assert found["reason"] == "wrong meter"
    assert found["text"] == "CC1:2026-10"
    with pytest.raises(ParameterError, match="it was withdrawn at 2026-11-01"):
        store.withdraw(FIRMS[0], "2026-10", by="bureau", reason="again")
    with pytest.raises(UnknownCodeError, match="Did you mean 2026-10"):
        store.withdraw(FIRMS[0], "2026-11", by="bureau", reason="x")
    assert store.audit()["what"].tolist()[:2] == ["code", "codes"]


def test_earlier_issues_are_withdrawn_with_the_last(store):
    for text in ("CC1:first", "CC1:again", "CC1:last"):
        store.put_codes(codes("2026-10").assign(text=text), by="bureau")
    store.put_codes(codes("2026-09"), by="bureau")
    assert store.code_texts(FIRMS[0], "2026-10") == ["CC1:first", "CC1:again", "CC1:last"]
    store.withdraw(FIRMS[0], "2026-10", by="bureau", reason="wrong meter")
    assert store.code_texts(FIRMS[0], "2026-10", withdrawn=False) == []
    assert store.code_texts(FIRMS[0], "2026-09", withdrawn=False) == ["CC1:2026-09"]
    assert store.audit()["what"].tolist().count("code") == 3
    assert store.check()
    store.put_codes(codes("2026-10").assign(text="CC1:right"), by="bureau")
    assert store.code_texts(FIRMS[0], "2026-10", withdrawn=False) == ["CC1:right"]
    with pytest.raises(UnknownCodeError):
        store.code_texts(FIRMS[0], "2026-11")
    with pytest.raises(ParameterError, match="a month such as"):
        store.code_texts(FIRMS[0], "October")


def test_times_of_a_code_are_utc_text_however_they_are_given(store):
    day = datetime(2026, 11, 5, tzinfo=UTC)
    given = [int(day.timestamp()), pd.Timestamp(day), "2026-11-05", pd.NaT, None]
    for month, issued in enumerate(given, 1):
        frame = codes(f"2026-{month:02d}").assign(issued=pd.Series([issued], dtype=object))
        store.put_codes(frame, by="bureau")
    told = [store.code(FIRMS[0], f"2026-{month:02d}")["issued"] for month in range(1, 6)]
    assert told == ["2026-11-05T00:00:00+00:00"] * 2 + ["2026-11-05", "", ""]


def test_a_root_is_kept_and_a_seed_of_salts_is_not(store):
    frame = codes("2026-10", root=[b"\x01\xff"], salt=["secret"])
    store.put_codes(frame, by="bureau")
    assert store.code(FIRMS[0])["root"] == "01ff"
    with store.reading() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM code").mappings().one()
    assert "secret" not in map(str, kept.values())


def test_bad_codes_are_all_named_and_none_is_put(store):
    rows = [
        codes("2026-10"),
        codes("2026-1"),
        codes("2026-10", firm="X"),
        codes("2026-10"),
        codes("2026-09").assign(text=""),
    ]
    with pytest.raises(TableError) as error:
        store.put_codes(pd.concat(rows), by="bureau")
    assert [b.where for b in error.value.breaches] == [
        "row 3, column 'period'",
        "row 4, column 'firm'",
        "row 5, column 'period'",
        "row 6, column 'text'",
    ]
    assert store.code(FIRMS[0]) is None
    with pytest.raises(TableError, match="no column 'text'"):
        store.put_codes(codes("2026-10").drop(columns="text"), by="bureau")
    assert store.put_codes(codes(), by="bureau") == 0


def test_the_registry_has_the_columns_of_firms_and_a_change_is_audited(store):
    found = store.firms()
    assert list(found.columns) == [column.column for column in schema("firms")]
    assert found["firm"].tolist() == sorted(FIRMS)
    assert found.set_index("firm").loc[FIRMS[0], "output"] == 9.5
    assert np.isnan(found.set_index("firm").loc[FIRMS[1], "output"])
    change = pd.DataFrame({"firm": [*FIRMS, "new"], "gbt4754": ["3312", "1099", "2610"]})
    assert store.put_firms(change, by="Wang") == 2
    assert store.firms().set_index("firm").loc[FIRMS[0], "name_zh"] == "久立"
    last = store.audit().iloc[1]
    assert (last["about"], last["before"]) == (FIRMS[0], '{"gbt4754": "3311"}')
    assert last["after"] == '{"gbt4754": "3312"}'
    assert store.put_firms(store.firms(), by="Wang") == 0


def test_a_registry_that_is_not_as_it_must_be_is_refused_whole(store):
    with pytest.raises(TableError) as error:
        store.put_firms(pd.DataFrame({"firm": ["a", "", "a"]}), by="Li")
    assert len(error.value.breaches) == 2
    with pytest.raises(TableError, match="'colour'"):
        store.put_firms(pd.DataFrame({"firm": ["a"], "colour": ["red"]}), by="Li")
    with pytest.raises(TableError, match="no column 'firm'"):
        store.put_firms(pd.DataFrame({"name_en": ["a"]}), by="Li")
    assert len(store.firms()) == 2


TENCENT, SINOPEC, BAOSTEEL = "91440300708461136T", "91110000710926094P", "91310000631696382C"
"""Published codes, whose check digits are right."""


def registry(store, *rows):
    return store.put_firms(pd.DataFrame(rows, columns=["firm", "credit_code"]), by="Li")


def test_credit_codes_are_held_against_their_check_digit_all_at_once(store):
    rows = [("a", TENCENT), ("b", f"{TENCENT[:-1]}X"), (f"{SINOPEC[:-1]}A", ""), ("c", TENCENT[1:])]
    with pytest.raises(TableError) as error:
        registry(store, *rows)
    assert [(b.where, b.expected) for b in error.value.breaches] == [
        ("row 3, column 'credit_code'", f"a last character 'T' after {TENCENT[:-1]}"),
        ("row 4, column 'firm'", f"a last character 'P' after {SINOPEC[:-1]}"),
        ("row 5, column 'credit_code'", "18 characters"),
    ]
    assert len(store.firms()) == 2
    assert registry(store, ("a", TENCENT), (SINOPEC, ""), ("x-17", "")) == 3


def test_a_credit_code_is_of_one_firm(store):
    registry(store, ("a", TENCENT), ("b", BAOSTEEL), (SINOPEC, ""))
    with pytest.raises(TableError) as error:
        registry(store, ("c", TENCENT), ("d", SINOPEC), ("e", ""))
    told = [(b.where[:5], b.expected) for b in error.value.breaches]
    assert told == [("row 2", "not that of a"), ("row 3", f"not that of {SINOPEC}")]
    assert registry(store, ("a", BAOSTEEL), ("b", TENCENT)) == 2  # they had been mixed up
    assert store.put_firms(pd.DataFrame({"firm": ["a"], "gbt4754": ["3311"]}), by="Li") == 1


def test_every_firm_of_a_store_is_one_that_a_system_takes(store):
    made = System.demo("city", firms=12, months=1).firms.table
    store.put_firms(made, by="Li")
    held = store.firms()
    taken = held[~held["firm"].isin(FIRMS)].reset_index(drop=True)
    assert Firms.of_table(taken).table["credit_code"].tolist() == sorted(made["credit_code"])


@pytest.mark.parametrize("said", ["much", -1.0, np.inf])
def test_an_output_that_is_no_amount_is_told_with_its_row(store, said):
    frame = pd.DataFrame({"firm": ["a", "b"], "output": [None, said]}, dtype=object)
    with pytest.raises(TableError, match="row 3, column 'output'"):
        store.put_firms(frame, by="Li")


def shares(*rows):
    names = ["meter", "site", "firm", "share", "start", "end", "source"]
    return pd.DataFrame(list(rows), columns=names)


WHOLE = ("m1", "yard", FIRMS[0], 1.0, "", "2025-12", "lease")
PARTS = [
    ("m1", "yard", FIRMS[0], 0.7, "2026-01", "", "sub-meter"),
    ("m1", "yard", FIRMS[1], 0.3, "2026-01", "", "sub-meter"),
]


def test_shares_of_meters_come_back_and_replace_those_of_the_same_meter(store):
    assert store.put_meter_shares(shares(WHOLE, *PARTS), by="Li") == 1
    found = store.meter_shares()
    assert found.to_numpy().tolist() == [list(row) for row in (WHOLE, *PARTS)]
    assert list(found.columns) == [column.column for column in schema("meter_shares")]
    other = ("m2", "", FIRMS[1], 1.0, "", "", "")
    store.put_meter_shares(shares(other), by="Li")
    store.put_meter_shares(shares(("m1", "", FIRMS[1], 1.0, "", "", "")), by="Wang")
    assert store.meter_shares()["meter"].tolist() == ["m1", "m2"]
    assert '"share": 0.7' in store.audit().iloc[0]["before"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("m1", "", FIRMS[0], 0.8, "2026-01", "", ""), "shares that sum to 1.1 from 2026-01"),
        (("m1", "", FIRMS[0], 0.7, "2026-01", "2026-02", ""), "shares that sum to 0.3"),
        (("m1", "", "X", 0.7, "2026-01", "", ""), "'X', expected a firm of the registry"),
        (("m1", "", FIRMS[0], 1.2, "2026-01", "", ""), "a share above 0 and at most 1"),
        (("m1", "", FIRMS[0], None, "2026-01", "", ""), "a share above 0 and at most 1"),
        (("m1", "", FIRMS[0], 0.7, "2026", "", ""), "'2026', expected a month"),
        (("m1", "", FIRMS[0], 0.7, "2026-01", "2025-12", ""), "a month from 2026-01 on"),
        (("", "", FIRMS[0], 0.7, "2026-01", "", ""), "the number of a meter"),
    ],
)
def test_shares_that_do_not_add_up_or_are_of_nobody_are_refused(store, row, message):
    with pytest.raises(TableError, match=message):
        store.put_meter_shares(shares(row, PARTS[1]), by="Li")
    assert not len(store.meter_shares())


def test_shares_of_unknown_columns_are_refused(store):
    with pytest.raises(TableError, match="no column 'share'"):
        store.put_meter_shares(pd.DataFrame({"meter": ["a"], "firm": ["b"]}), by="Li")
    with pytest.raises(TableError, match="'colour'"):
        store.put_meter_shares(shares(WHOLE).assign(colour=1), by="Li")
    assert not len(store.meter_shares())
