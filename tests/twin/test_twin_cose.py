"""Codes beside bytes rebuilt by hand from the standards; trees of 1 to 39 leaves; disclosures."""

import hashlib
import json
import math
import random
from datetime import UTC, datetime

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import cose_twin as twin
from chainwright import carbon
from chainwright.carbon.codes.base45 import as_base45, from_base45
from chainwright.carbon.codes.cose import Envelope
from chainwright.carbon.codes.merkle import leaf_hashes, path_of, root_of, root_over
from chainwright.carbon.codes.strict_cbor import as_cbor, from_cbor
from chainwright.errors import CodeError
from chainwright.params import table
from chainwright.system import System
from signed_codes import AT, full_claims, trusting, unrated

FORMS = {
    "full": {},
    "objecting": {"value_added": None},
    "whole": {"net": 3000.0, "ratio": 1.0, "neutralised": 0.0, "value_added": 1e5},
    "tiny": {"net": 1e-310, "ratio": 65504.0, "neutralised": 2.0**-24},
    "wide": {"issuer": "发" * 20, "gbt4754": "", "inputs": (39, 0, 0, 39)},
}


def drawing(seed):
    """Return what test values are drawn from; no secret is."""
    return random.Random(seed)  # noqa: S311


@pytest.fixture(scope="module", params=["EdDSA", "ES256"])
def key(request):
    return carbon.SigningKey.made("CN-330500", algorithm=request.param)


@pytest.mark.parametrize("form", FORMS)
def test_claims_are_the_bytes_of_the_standard(form):
    claims = full_claims(**FORMS[form])
    assert claims.encoded() == twin.payload_of(claims)
    assert cbor2.loads(claims.encoded())[-65537] == twin.body_of(claims)


@pytest.mark.parametrize("form", ["full", "objecting", "whole", "tiny"])
def test_a_code_is_the_text_rebuilt_by_hand(key, form):
    claims = full_claims(**FORMS[form])
    text = carbon.signed(claims, key)
    payload = twin.payload_of(claims)
    found = Envelope.of(text)
    assert found.payload == payload
    assert found.protected == twin.headers_of(key.public)
    assert twin.check(key.public, payload, found.signature) is None
    assert text == twin.text_of(key.public, payload, found.signature)
    assert carbon.verify(text, trusting(key), at=AT).claims == claims


def test_an_ed25519_code_is_the_one_that_rfc_8032_leaves_no_choice_about():
    key = carbon.SigningKey.made("CN-330500")
    claims = full_claims()
    payload = twin.payload_of(claims)
    plain = Ed25519PrivateKey.from_private_bytes(key.secret.private_bytes_raw())
    signature = plain.sign(twin.signed_bytes(key.public, payload))
    assert carbon.signed(claims, key) == twin.text_of(key.public, payload, signature)


def test_a_code_that_was_made_by_hand_verifies_and_one_byte_off_does_not(key):
    claims = full_claims()
    payload = twin.payload_of(claims)
    signature = key.signature(twin.signed_bytes(key.public, payload))
    text = twin.text_of(key.public, payload, signature)
    assert carbon.verify(text, trusting(key), at=AT).claims.net == claims.net
    other = twin.payload_of(full_claims(net=3004.2139))
    with pytest.raises(CodeError) as refused:
        carbon.verify(twin.text_of(key.public, other, signature), trusting(key), at=AT)
    assert refused.value.reason == "tampered"


def test_a_firm_that_is_not_rated_has_nulls_or_no_keys_and_key_19():
    claims = unrated()
    body = cbor2.loads(claims.encoded())[-65537]
    assert body[19] == "no_value_added"
    assert all(body.get(k) is None for k in (8, 9, 10, 11, 12, 13))
    assert type(claims).decoded(claims.encoded()) == claims


def test_numbers_are_written_as_the_appendix_of_rfc_8949_has_them():
    known = {
        0: "00", 23: "17", 24: "1818", 100: "1864", 1000: "1903e8", 1000000: "1a000f4240",
        1000000000000: "1b000000e8d4a51000", -1: "20", -10: "29", -100: "3863", -1000: "3903e7",
        1.1: "fb3ff199999999999a", 1.5: "f93e00", 65504.0: "f97bff", 100000.0: "fa47c35000",
        3.4028234663852886e38: "fa7f7fffff", 1.0e300: "fb7e37e43c8800759c",
        5.960464477539063e-8: "f90001", 0.00006103515625: "f90400", -4.0: "f9c400",
        -4.1: "fbc010666666666666", "": "60", "IETF": "6449455446", "水": "63e6b0b4",
        b"\x01\x02\x03\x04": "4401020304",
    }  # fmt: skip
    for value, expected in known.items():
        assert as_cbor(value).hex() == expected
        assert twin.cbor(value).hex() == expected
    assert as_cbor([1, [2, 3], [4, 5]]).hex() == "8301820203820405"
    assert as_cbor({"a": "A", "b": "B"}).hex() == "a2616161416162614 2".replace(" ", "")
    assert as_cbor(0.0).hex() == "f90000"
    assert as_cbor(-0.0).hex() == "f98000"


@pytest.mark.parametrize("seed", range(20))
def test_drawn_values_are_written_as_by_hand_and_read_back(seed):
    rng = drawing(seed)

    def value(depth):  # noqa: PLR0911
        """Return a value of any kind that codes hold."""
        kind = rng.randrange(8 if depth else 5)
        if kind == 0:
            return rng.choice([-1, 1]) * rng.getrandbits(rng.randrange(1, 63))
        if kind == 1:
            return rng.choice([rng.gauss(0, 1e6), float(rng.randrange(5000)), rng.random()])
        if kind == 2:
            return rng.randbytes(rng.randrange(300))
        if kind == 3:
            return "".join(rng.choice("ab碳é") for _ in range(rng.randrange(30)))
        if kind == 4:
            return None
        if kind == 5:
            return {rng.randrange(99999): value(depth - 1) for _ in range(9)}
        return [value(depth - 1) for _ in range(rng.randrange(30))]

    for _ in range(20):
        drawn = value(2)
        assert from_cbor(as_cbor(drawn)) == drawn
        assert as_cbor(drawn) == twin.cbor(drawn)


def test_keys_of_codes_and_of_items_stand_in_the_order_of_their_bytes():
    for keys in ([-65537, 6, 4, 1], [19, 1, 18], ["water", "coal", "a" * 30, "碳"]):
        assert as_cbor(dict.fromkeys(keys, 0)) == twin.cbor(dict.fromkeys(keys, 0))


@pytest.mark.parametrize("size", [*range(8), 99, 100, 1000])
def test_base45_is_that_of_the_standard(size):
    data = drawing(size).randbytes(size)
    assert as_base45(data) == twin.base45(data)
    assert from_base45(twin.base45(data)) == data == twin.unbase45(as_base45(data))
    assert as_base45(b"\xff" * size) == twin.base45(b"\xff" * size)


@pytest.mark.parametrize("count", range(1, 40))
def test_trees_of_any_size_have_the_root_and_the_paths_of_a_tree_by_halves(count):
    rng = drawing(count)
    salts = [rng.randbytes(16) for _ in range(count)]
    contents = [twin.cbor([k, rng.random(), "t", "billed"]) for k in range(count)]
    leaves = leaf_hashes(salts, contents)
    by_hand = [
        hashlib.sha256(b"\x00" + salt + content).digest()
        for salt, content in zip(salts, contents, strict=True)
    ]
    assert leaves == by_hand
    root = twin.root(by_hand)
    assert root_of(leaves) == root
    for place in range(count):
        path = path_of(leaves, place)
        assert list(path) == twin.path(by_hand, place)
        assert len(path) <= math.ceil(math.log2(count)) if count > 1 else not path
        assert root_over(leaves[place], place, count, path) == root
        other = (place + 1) % count
        if other != place:
            assert root_over(leaves[other], place, count, path) != root
            assert root_over(leaves[place], other, count, path) != root
        assert root_over(leaves[place], place, count, [*path, root]) is None


@pytest.fixture(scope="module")
def disclosed():
    """Return a verified code of a made-up city and its disclosure of all 39 inputs, as JSON."""
    city = System.demo("city", firms=12, months=14)
    key, salt = carbon.SigningKey.made("CN-330500"), carbon.SaltKey(bytes(range(32)))
    rating = carbon.rate(carbon.account(city), method="zj-2021")
    issued = datetime(2026, 11, 2, tzinfo=UTC)
    firm = rating.firms[3]
    codes = carbon.issue(rating, city.readings, key, salt=salt, firms=[firm], issued=issued)
    code = carbon.verify(codes.texts[0], trusting(key), at=AT)
    kinds = [row["kind"] for row in table("carbon_kinds") if int(row["number"]) <= 39]
    shown = carbon.disclose(city.readings, codes.texts[0], salt, kinds=kinds)
    return code, json.loads(json.dumps(shown))


def test_39_disclosed_inputs_lead_by_hand_to_the_root_of_the_code(disclosed):
    code, shown = disclosed
    rows = sorted(shown["inputs"], key=lambda row: row["number"])
    assert [row["number"] for row in rows] == list(range(1, 40))
    leaves = []
    for row in rows:
        content = twin.cbor([row["number"], row["value"], row["unit"], row["source"]])
        salt = bytes.fromhex(row["salt"])
        assert len(salt) == 16
        leaves.append(hashlib.sha256(b"\x00" + salt + content).digest())
    assert twin.root(leaves) == code.claims.root
    for place, row in enumerate(rows):
        assert [bytes.fromhex(one) for one in row["path"]] == twin.path(leaves, place)
        assert len(row["path"]) <= 6
    assert len({row["salt"] for row in rows}) == 39
