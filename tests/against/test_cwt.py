"""Codes: our bytes checked by cwt, another library of COSE, in a process of its own."""

import pytest

from chainwright.carbon import SigningKey, signed
from chainwright.carbon.codes.base45 import from_base45
from peers import cwt_payloads
from signed_codes import ISSUER, full_claims, unrated


def row(text, key):
    """Return a code as the other process takes it."""
    return {
        "code": from_base45(text.removeprefix("CC1:")).hex(),
        "public": key.public.data.hex(),
        "kid": key.kid.hex(),
        "algorithm": key.public.algorithm,
    }


@pytest.mark.against
def test_codes_of_both_algorithms_are_accepted_and_say_what_was_claimed():
    keys = [SigningKey.made(ISSUER, algorithm) for algorithm in ("EdDSA", "ES256")]
    claims = [full_claims(), unrated(), full_claims(peers=("313", 14), value_added=None)]
    pairs = [(one, key) for key in keys for one in claims]
    found = cwt_payloads([row(signed(one, key), key) for one, key in pairs])
    assert [answer["payload"] for answer in found] == [one.encoded().hex() for one, _ in pairs]
    assert {answer["issuer"] for answer in found} == {ISSUER}
    assert found[0]["body"]["10"] == "0.842"
    assert found[1]["body"]["19"] == "no_value_added"
    assert "8" not in found[2]["body"]


@pytest.mark.against
def test_changed_bytes_and_other_keys_are_refused_there_too():
    key, other = SigningKey.made(ISSUER), SigningKey.made(ISSUER)
    good = row(signed(full_claims(), key), key)
    data = bytearray.fromhex(good["code"])
    changed = []
    for place in (20, 100, 200, len(data) - 1):  # claims, and signature
        flipped = bytearray(data)
        flipped[place] ^= 1
        changed.append(good | {"code": flipped.hex()})
    wrong_key = good | {"public": other.public.data.hex()}
    found = cwt_payloads([good, *changed, wrong_key])
    assert "payload" in found[0]
    assert all("error" in answer for answer in found[1:])
