from dataclasses import replace
from datetime import date, timedelta, timezone

import cbor2
import pytest

from chainwright.carbon import (
    SigningKey,
    StatusList,
    TrustedKey,
    code_id,
    signed,
    verify,
)
from chainwright.carbon.codes.base45 import from_base45
from chainwright.carbon.codes.cose import LONGEST
from chainwright.carbon.codes.keys import ORDER
from chainwright.errors import CodeError, ParameterError
from signed_codes import AT, EXPIRES, ISSUED, ISSUER, as_text, forged, full_claims, trusting


@pytest.fixture(scope="module", params=["EdDSA", "ES256"])
def key(request):
    return SigningKey.made(ISSUER, request.param)


@pytest.fixture(scope="module")
def ed():
    return SigningKey.made(ISSUER)


def reason(text, trust, **given):
    with pytest.raises(CodeError) as refused:
        verify(text, trust, **{"at": AT, **given})
    return refused.value.reason


def test_a_code_says_what_was_claimed(key):
    found = verify(signed(full_claims(), key), trusting(key), at=AT)
    assert found.claims == full_claims()
    assert (found.issuer, found.official) == (ISSUER, False)
    assert found.words_en.startswith("This is not an official code. Signed by CN-330500")
    assert "2026-11-02" in found.words_en
    assert "Whether it was withdrawn was not checked" in found.words_en
    assert found.words_zh.startswith("本码为非官方码。")


def test_every_flipped_bit_of_the_bytes_is_refused(key):
    data = from_base45(signed(full_claims(), key)[4:])
    trust = trusting(key)
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        found = reason(as_text(bytes(changed)), trust)
        assert found in {"tampered", "malformed", "unknown_key", "wrong_algorithm"}, bit


def test_every_flipped_bit_of_the_text_is_refused(ed):
    text, trust = signed(full_claims(), ed), trusting(ed)
    for bit in range(8 * len(text)):
        signs = bytearray(text.encode())
        signs[bit // 8] ^= 1 << bit % 8
        assert reason(signs.decode("latin-1"), trust) != "", bit


def test_a_flip_within_claims_or_signature_is_tampering(ed):
    data = bytearray(from_base45(signed(full_claims(), ed)[4:]))
    data[-1] ^= 1
    assert reason(as_text(bytes(data)), trusting(ed)) == "tampered"
    data[-1] ^= 1
    data[data.index(b"zj-2021")] ^= 1
    assert reason(as_text(bytes(data)), trusting(ed)) == "tampered"


def test_letters_cut_off_doubled_or_added_are_refused(ed):
    text, trust = signed(full_claims(), ed), trusting(ed)
    for wrong in (
        text[:-1],
        text[:-3],
        text + "0",
        text + "000",
        text.lower(),
        f" {text}",
        "",
        "x",
    ):
        assert reason(wrong, trust) == "malformed"
    assert reason(text + "\n", trust) == "malformed"
    assert reason("HC1:" + text[4:], trust) == "malformed"


def test_an_oversize_text_is_not_even_looked_at(ed, monkeypatch):
    def looked(_text):
        raise AssertionError

    monkeypatch.setattr("chainwright.carbon.codes.cose.from_base45", looked)
    assert reason("CC1:" + "0" * (LONGEST - 3), trusting(ed)) == "oversize"
    with pytest.raises(AssertionError):
        verify("CC1:" + "0" * (LONGEST - 4), trusting(ed), at=AT)


def test_an_expired_code_is_refused_from_the_very_second(key):
    text, trust = signed(full_claims(), key), trusting(key)
    assert verify(text, trust, at=EXPIRES - timedelta(seconds=1)).checked
    assert reason(text, trust, at=EXPIRES) == "expired"


def test_an_expired_code_is_taken_as_a_record_where_that_is_asked_for(ed):
    text, trust = signed(full_claims(), ed), trusting(ed)
    found = verify(text, trust, at=EXPIRES, past=True)
    assert found.expired
    assert "expired at 2027-02-09T00:00:00Z" in found.words_en
    assert "已于 2027-02-09T00:00:00Z 失效" in found.words_zh
    assert not verify(text, trust, at=AT, past=True).expired
    data = bytearray(from_base45(text[4:]))
    data[-1] ^= 1
    assert reason(as_text(bytes(data)), trust, at=EXPIRES, past=True) == "tampered"


def test_a_code_of_the_future_is_refused_but_clocks_may_differ_a_little(key):
    text, trust = signed(full_claims(), key), trusting(key)
    assert verify(text, trust, at=ISSUED - timedelta(minutes=4)).checked
    assert reason(text, trust, at=ISSUED - timedelta(minutes=6)) == "not_yet"


def test_a_key_that_is_not_on_the_list_signs_nothing(key):
    other = SigningKey.made(ISSUER)
    assert reason(signed(full_claims(), other), trusting(key)) == "unknown_key"
    assert reason(signed(full_claims(), other), trusting()) == "unknown_key"


def test_another_key_under_a_trusted_name_is_tampering(ed):
    other = SigningKey.made(ISSUER)
    protected = cbor2.dumps({1: -8, 4: ed.kid}, canonical=True)
    assert reason(forged(other, protected=protected), trusting(ed)) == "tampered"


def test_a_trusted_key_cannot_speak_for_another_issuer(ed):
    payload = full_claims(issuer="CN-110000").encoded()
    assert reason(forged(ed, payload=payload), trusting(ed)) == "unknown_key"


def test_a_key_signs_only_while_it_is_valid(ed):
    trust = trusting(ed)
    early = TrustedKey(ed.public, date(2026, 1, 1), date(2026, 11, 1))
    late = TrustedKey(ed.public, date(2026, 11, 3), date(2027, 1, 1))
    text = signed(full_claims(), ed)
    for validity in (early, late):
        assert reason(text, replace(trust, keys=(validity,))) == "unknown_key"
    just = TrustedKey(ed.public, date(2026, 11, 2), date(2026, 11, 2))
    assert verify(text, replace(trust, keys=(just,)), at=AT).claims


def test_an_expired_trust_list_vouches_for_nothing(ed):
    trust = replace(trusting(ed), expires=date(2026, 11, 21))
    assert reason(signed(full_claims(), ed), trust) == "expired"


@pytest.mark.parametrize("number", [-35, -36, -37, -257, 5, 0, -65535, None, "EdDSA"])
def test_an_algorithm_that_is_not_on_our_list_is_refused(ed, number):
    assert reason(forged(ed, algorithm=number), trusting(ed)) == "wrong_algorithm"


def test_the_algorithm_is_that_of_the_key_whatever_the_header_says(key):
    other = {"EdDSA": -7, "ES256": -8}[key.public.algorithm]
    assert reason(forged(key, algorithm=other), trusting(key)) == "wrong_algorithm"


def test_headers_that_must_be_known_are_refused_where_they_are_not(ed):
    kid = ed.kid
    critical = cbor2.dumps({1: -8, 2: [99], 4: kid, 99: 1}, canonical=True)
    with pytest.raises(CodeError, match=r"must be known are not: \[99\]"):
        verify(forged(ed, protected=critical), trusting(ed), at=AT)
    for headers in ({1: -8}, {4: kid}, {1: -8, 3: 0, 4: kid}, {1: -8, 4: kid[:7]}, {1: -8, 4: "k"}):
        protected = cbor2.dumps(headers, canonical=True)
        assert reason(forged(ed, protected=protected), trusting(ed)) == "malformed"


def test_a_code_in_any_other_bytes_than_its_own_is_refused(ed):
    kid, claims = ed.kid, full_claims().encoded()
    twice = b"\xa3\x01\x27\x01\x26\x04\x48" + kid
    unsorted = b"\xa2\x04\x48" + kid + b"\x01\x27"
    longer = b"\xa2\x01\x38\x07\x04\x48" + kid
    for protected in (twice, unsorted, longer):
        assert reason(forged(ed, protected=protected), trusting(ed)) == "malformed"
    for payload in (claims + b"\x00", b"\xbf" + claims[1:] + b"\xff", claims[:-1]):
        assert reason(forged(ed, payload=payload), trusting(ed)) == "malformed"
    assert reason(forged(ed, unprotected={4: kid}), trusting(ed)) == "malformed"


def test_a_code_that_is_no_tagged_list_of_four_is_refused(ed):
    data = from_base45(forged(ed)[4:])
    parts = cbor2.loads(data).value
    for whole in (
        cbor2.CBORTag(17, parts),
        cbor2.CBORTag(18, parts[:3]),
        cbor2.CBORTag(18, [*parts, b""]),
        cbor2.CBORTag(18, {1: 2}),
        cbor2.CBORTag(18, [*parts[:3], parts[3] + b"\x00"]),
        cbor2.CBORTag(18, [*parts[:2], "text", parts[3]]),
        cbor2.CBORTag(18, cbor2.CBORTag(18, parts)),
        parts,
    ):
        assert reason(as_text(cbor2.dumps(whole, canonical=True)), trusting(ed)) == "malformed"
    assert reason(as_text(data + b"\x00"), trusting(ed)) == "malformed"


def test_the_twin_of_an_ecdsa_signature_is_refused():
    key = SigningKey.made(ISSUER, "ES256")
    data = from_base45(signed(full_claims(), key)[4:])
    s = int.from_bytes(data[-32:], "big")
    assert s <= ORDER // 2
    twin = data[:-32] + (ORDER - s).to_bytes(32, "big")
    assert reason(as_text(twin), trusting(key)) == "tampered"


def test_a_signature_is_the_same_each_time(key):
    assert signed(full_claims(), key) == signed(full_claims(), key)


def test_a_code_names_the_issuer_of_its_key(key):
    with pytest.raises(ParameterError, match="that of its key, 'CN-330500'"):
        signed(full_claims(issuer="somebody"), key)


def test_official_is_what_an_official_list_of_a_known_signer_says(ed):
    text = signed(full_claims(), ed)
    official = verify(text, trusting(ed, official=True), at=AT)
    assert official.official
    assert official.words_en.startswith("An official code. Signed by")
    assert official.words_zh.startswith("官方码。")
    unknown = verify(text, trusting(ed, official=True, pinned=False), at=AT)
    assert not unknown.official
    assert unknown.words_en.startswith("This is not an official code.")


def test_a_withdrawn_code_is_refused_and_its_successor_is_not(ed):
    claims, trust = full_claims(), trusting(ed)
    again = full_claims(issued=claims.issued + 60)
    status = StatusList(ISSUER, claims.issued).with_code(claims, "a meter was read twice", at=AT)
    with pytest.raises(CodeError, match="a meter was read twice") as refused:
        verify(signed(claims, ed), trust, status=status, at=AT)
    assert refused.value.reason == "withdrawn"
    found = verify(signed(again, ed), trust, status=status, at=AT)
    assert "Not withdrawn by 2026-11-22." in found.words_en
    assert "截至 2026-11-22 未撤销" in found.words_zh
    assert code_id(claims) != code_id(again)


def test_an_old_status_list_is_said_to_be_old(ed):
    status = StatusList(ISSUER, int(ISSUED.timestamp()))
    text, trust = signed(full_claims(), ed), trusting(ed)
    soon = verify(text, trust, status=status, at=ISSUED + timedelta(days=31))
    late = verify(text, trust, status=status, at=ISSUED + timedelta(days=31, seconds=1))
    assert (soon.outdated, late.outdated) == (False, True)
    assert "the next list is overdue" in late.words_en
    assert "逾期" in late.words_zh


def test_a_status_list_is_that_of_the_issuer(ed):
    other = StatusList("CN-110000", int(ISSUED.timestamp()))
    with pytest.raises(ParameterError, match="a status list of 'CN-330500'"):
        verify(signed(full_claims(), ed), trusting(ed), status=other, at=AT)


def test_a_status_list_that_is_to_come_says_nothing_of_today(ed):
    far = StatusList(ISSUER, int((AT + timedelta(days=4000)).timestamp()))
    text, trust = signed(full_claims(), ed), trusting(ed)
    assert reason(text, trust, status=far) == "not_yet"
    soon = StatusList(ISSUER, int((AT + timedelta(minutes=4)).timestamp()))
    assert verify(text, trust, status=soon, at=AT).checked
    later = StatusList(ISSUER, soon.issued).with_code(full_claims(), "why", at=AT)
    assert reason(text, trust, status=later, at=ISSUED) == "withdrawn"


def test_what_a_stranger_wrote_into_a_code_stands_in_quotes(ed):
    clear = "\x1b[2J"
    for number in (clear, -8):
        headers = {1: number, 4: ed.kid} if number == clear else {1: number, 2: clear, 4: ed.kid}
        protected = cbor2.dumps(headers, canonical=True)
        with pytest.raises(CodeError) as refused:
            verify(forged(ed, protected=protected), trusting(ed), at=AT)
        assert clear not in str(refused.value)
        assert repr(clear) in str(refused.value)


@pytest.mark.parametrize("year", [1, 1969])
def test_a_time_before_any_code_is_said_to_be_none(ed, year):
    with pytest.raises(ParameterError, match="from 1970 to 9999"):
        verify(signed(full_claims(), ed), trusting(ed), at=AT.replace(year=year))
    ends = AT.replace(year=9999, month=12, day=31, hour=23, tzinfo=timezone(timedelta(hours=-10)))
    with pytest.raises(ParameterError, match="from 1970 to 9999"):
        verify(signed(full_claims(), ed), trusting(ed), at=ends)


def test_a_leap_day_begins_and_ends_periods_and_no_other_year_has_one(ed):
    leap = full_claims(period=(20240229, 20240229))
    assert verify(signed(leap, ed), trusting(ed), at=AT).claims.period == (20240229, 20240229)
    for day in (20230229, 21000229, 20240230):
        with pytest.raises(CodeError, match="period"):
            full_claims(period=(20200229, day))
