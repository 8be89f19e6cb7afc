"""Codes put into what keeps them, each with its document."""

import json
from datetime import UTC, datetime

import pytest

from chainwright import System, carbon
from chainwright.carbon.cities.code_register import measures_by_firm, register_codes
from chainwright.errors import ParameterError, UnknownCodeError

AT = datetime(2026, 11, 1, tzinfo=UTC)
KEY, SALT = carbon.SigningKey.made("Somebody"), carbon.SaltKey.made()


class Kept:
    """What keeps codes, in memory."""

    def __init__(self):
        self.frames = []

    def put_codes(self, frame, *, by):
        self.frames.append(frame.assign(by=by))
        return len(frame)


@pytest.fixture(scope="module")
def rating():
    system = System.demo("city", firms=12, months=13, seed=9)
    return carbon.rate(carbon.account(system))


def test_the_last_month_is_signed_if_none_is_named(rating):
    store = Kept()
    assert register_codes(store, rating, KEY, SALT, by="Li", issued=AT) == 12
    (frame,) = store.frames
    assert set(frame["period"]) == {"2026-10"}
    assert set(frame["by"]) == {"Li"}


def test_each_code_lies_beside_the_document_of_the_same_firm(rating):
    store = Kept()
    months = ("2026-09", "2026-10")
    assert register_codes(store, rating, KEY, SALT, by="Li", issued=AT, months=months) == 24
    for frame, month in zip(store.frames, months, strict=True):
        for row in frame.to_dict("records"):
            document = json.loads(row["document"])
            assert document["firm"]["id"] == row["firm"]
            assert document["period"]["month"] == row["period"] == month
            assert document["signature"]["text"] == row["text"]


def test_measures_of_a_firm_stand_in_its_document(rating):
    firm = rating.firms[4]
    measures = measures_by_firm(rating, [firm])
    assert set(measures) == {firm}
    store = Kept()
    register_codes(store, rating, KEY, SALT, by="Li", issued=AT, measures=measures)
    told = {r["firm"]: json.loads(r["document"])["measures"] for r in _rows(store)}
    assert told[firm] == measures[firm]
    assert all(told[other] == [] for other in rating.firms if other != firm)


def _rows(store):
    return [row for frame in store.frames for row in frame.to_dict("records")]


def test_measures_of_a_firm_alone_are_those_of_the_firm_in_its_city(rating):
    firm = rating.firms[2]
    whole = carbon.advise(rating.account, rating, firm).table()
    ours = measures_by_firm(rating, [firm])[firm]
    cut = whole.set_index("measure")["cut"]
    assert ours
    assert [m["saving_t"] for m in ours] == pytest.approx([cut[m["code"]] for m in ours])


def test_nobody_s_measures_are_unknown(rating):
    with pytest.raises(UnknownCodeError):
        measures_by_firm(rating, ["nobody"])


def test_a_month_that_is_not_over_has_no_code(rating):
    store = Kept()
    with pytest.raises(ParameterError, match="issued"):
        register_codes(store, rating, KEY, SALT, by="Li", issued=datetime(2026, 10, 5, tzinfo=UTC))
    assert store.frames == []
