from datetime import UTC, date, datetime

import cbor2
import pytest

from chainwright.carbon import Claims, SigningKey, signed
from chainwright.carbon.codes.claims import expiry, seconds_of
from chainwright.errors import CodeError, ParameterError
from signed_codes import ISSUED, full_claims, unrated


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_a_code_has_the_sizes_of_the_design(algorithm):
    claims = full_claims()
    assert len(claims.encoded()) == 233
    text = signed(claims, SigningKey.made("CN-330500", algorithm))
    assert len(text) == 481
    assert (len(text) - 4) * 2 // 3 == 318


def test_claims_stand_under_the_keys_of_the_design():
    outer = cbor2.loads(full_claims().encoded())
    assert {k: outer[k] for k in (1, 4, 6)} == {
        1: "CN-330500",
        4: int(datetime(2027, 2, 9, tzinfo=UTC).timestamp()),
        6: int(ISSUED.timestamp()),
    }
    assert list(outer[-65537]) == list(range(1, 19))
    assert outer[-65537] == {
        1: "91330500MA2B4CDE1F",
        2: "3130",
        3: "330502",
        4: [20251101, 20261031],
        5: 3004.2138,
        6: [1729.1, 1275.1138, None],
        7: 12.34,
        8: 1234.56,
        9: 2.4334,
        10: 0.842,
        11: 3,
        12: 3,
        13: 0.0041,
        14: "zj-2021",
        15: bytes(range(8)),
        16: bytes(range(32)),
        17: [39, 33, 4, 2],
        18: 0.07,
    }


def test_a_firm_may_keep_its_value_added_to_itself():
    body = cbor2.loads(full_claims(value_added=None).encoded())[-65537]
    assert 8 not in body
    assert Claims.decoded(full_claims(value_added=None).encoded()).value_added is None


def test_a_firm_that_is_not_rated_has_nulls_and_the_reason():
    body = cbor2.loads(unrated().encoded())[-65537]
    assert [body[key] for key in (9, 10, 11, 12, 13)] == [None] * 5
    assert body[19] == "no_value_added"


def test_the_group_of_peers_is_said_where_it_is_known():
    claims = full_claims(peers=("313", 14))
    assert cbor2.loads(claims.encoded())[-65537][20] == ["313", 14]
    assert Claims.decoded(claims.encoded()) == claims


@pytest.mark.parametrize("claims", [full_claims(), unrated(), full_claims(peers=("C", 900))])
def test_claims_come_back_as_they_were(claims):
    assert Claims.decoded(claims.encoded()) == claims


def test_claims_as_json_are_dates_and_hexadecimal():
    found = full_claims().as_dict()
    assert found["issued"] == "2026-11-02T08:00:00Z"
    assert found["expires"] == "2027-02-09T00:00:00Z"
    assert found["period"] == ["2025-11-01", "2026-10-31"]
    assert found["factors"] == "0001020304050607"
    assert found["scopes"] == [1729.1, 1275.1138, None]
    assert found["net"] == 3004.2138


def test_the_month_and_the_last_day_are_those_of_the_period():
    assert full_claims().month == "2026-10"
    assert full_claims().last_day == date(2026, 10, 31)


@pytest.mark.parametrize(
    ("last_day", "last_valid"),
    [(date(2026, 10, 31), date(2027, 2, 8)), (date(2024, 2, 29), date(2024, 6, 8))],
)
def test_a_code_is_valid_on_the_hundredth_day_after_its_period_and_no_longer(last_day, last_valid):
    assert (last_valid - last_day).days == 100
    assert datetime.fromtimestamp(expiry(last_day) - 1, UTC).date() == last_valid
    assert datetime.fromtimestamp(expiry(last_day), UTC).date() > last_valid


def test_a_time_has_a_zone():
    with pytest.raises(ParameterError, match="a time with its zone"):
        seconds_of(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point
    assert abs(seconds_of(None) - datetime.now(UTC).timestamp()) < 5


@pytest.mark.parametrize(
    "changes",
    [
        {"firm": ""},
        {"firm": "x" * 121},
        {"firm": "a\nb"},
        {"firm": 7},
        {"issuer": ""},
        {"issued": 1.5},
        {"issued": True},
        {"expires": -5},
        {"period": (20260230, 20261031)},
        {"period": (20261031, 20251101)},
        {"period": (20261031,)},
        {"period": 5},
        {"net": float("nan")},
        {"net": float("inf")},
        {"net": 3004},
        {"net": "3004"},
        {"scopes": (1.0, 2.0)},
        {"scopes": (1.0, 2.0, "x")},
        {"grade": 0},
        {"grade": 6},
        {"grade": True},
        {"grade": 3.0},
        {"grade": None},  # and no reason
        {"reason": "no_value_added"},  # and a grade
        {"level": 4},
        {"neutrality": 1.01},
        {"neutrality": -0.01},
        {"factors": bytes(7)},
        {"root": bytes(31)},
        {"root": "x" * 32},
        {"inputs": (39, 33, 4, 1)},
        {"inputs": (39, 39)},
        {"half_width": -0.1},
        {"peers": ("313", 0)},
        {"peers": ("", 3)},
        {"peers": ("313",)},
    ],
)
def test_no_code_claims_what_cannot_be(changes):
    with pytest.raises(CodeError, match="No code can claim this") as refused:
        full_claims(**changes)
    assert refused.value.reason == "malformed"
    assert next(iter(changes)) in str(refused.value) or "reason" in str(refused.value)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda outer: outer | {7: b"x"}, "not those of a code"),
        (lambda outer: {k: v for k, v in outer.items() if k != 4}, "not those of a code"),
        (lambda outer: outer | {-65537: [1]}, "does not know"),
        (lambda outer: outer | {-65537: outer[-65537] | {21: 1}}, "does not know"),
        (lambda outer: outer | {-65537: outer[-65537] | {"a": 1}}, "does not know"),
        (lambda outer: outer | {-65537: {k: v for k, v in outer[-65537].items() if k != 5}}, "net"),
        (lambda outer: outer | {-65537: outer[-65537] | {8: None}}, "value_added"),
        (lambda outer: outer | {-65537: outer[-65537] | {19: ""}}, "reason"),
        (lambda outer: outer | {-65537: outer[-65537] | {11: [3]}}, "grade"),
        (lambda outer: outer | {-65537: outer[-65537] | {4: {1: 2}}}, "period"),
        (lambda outer: [outer], "not those of a code"),
    ],
)
def test_claims_that_are_none_of_a_code_are_refused(change, why):
    data = cbor2.dumps(change(cbor2.loads(full_claims().encoded())), canonical=True)
    with pytest.raises(CodeError, match=why) as refused:
        Claims.decoded(data)
    assert refused.value.reason == "malformed"
