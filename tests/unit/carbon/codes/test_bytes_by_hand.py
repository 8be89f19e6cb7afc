"""Codes written and read once more by hand: bytes, trees, signatures as the papers have them."""

import hashlib
import struct
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chainwright.carbon import Claims, SigningKey, StatusList, code_id, signed, verify
from chainwright.carbon.codes.merkle import leaf_hashes, path_of, root_of, root_over
from chainwright.carbon.codes.strict_cbor import as_cbor, from_cbor
from chainwright.errors import CodeError
from signed_codes import (
    AT,
    EXPIRES,
    ISSUED,
    ISSUER,
    as_text,
    forged,
    full_claims,
    trusting,
    unrated,
)

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@pytest.fixture(scope="module")
def ed():
    return SigningKey.made(ISSUER)


def head(kind, count):
    """Return the head of a value of CBOR: three bits of its kind, then the shortest count."""
    for limit, extra, form in (
        (24, count, ""),
        (256, 24, "B"),
        (65536, 25, ">H"),
        (2**32, 26, ">I"),
    ):
        if count < limit:
            first = bytes([kind << 5 | extra])
            return first + (struct.pack(form, count) if form else b"")
    return bytes([kind << 5 | 27]) + struct.pack(">Q", count)


def number(value):
    """Return a floating-point number in the shortest of three forms that holds it."""
    for first, form in ((0xF9, ">e"), (0xFA, ">f"), (0xFB, ">d")):
        try:
            packed = struct.pack(form, value)
        except OverflowError:
            continue
        if struct.unpack(form, packed)[0] == value:
            return bytes([first]) + packed
    raise AssertionError(value)


def written(value):
    """Return a value in deterministic CBOR, by hand."""
    forms = {
        type(None): lambda _: b"\xf6",
        int: lambda n: head(0, n) if n >= 0 else head(1, -1 - n),
        float: number,
        bytes: lambda data: head(2, len(data)) + data,
        str: lambda text: head(3, len(text.encode())) + text.encode(),
        list: lambda parts: head(4, len(parts)) + b"".join(map(written, parts)),
        tuple: lambda parts: written(list(parts)),
        dict: lambda pairs: (
            head(5, len(pairs))
            + b"".join(sorted(written(k) + written(v) for k, v in pairs.items()))
        ),
    }
    return forms[type(value)](value)


def base45(data):
    """Return bytes in base45, one pair after the other."""
    text = ""
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            text += SIGNS[value % 45]
            value //= 45
    return text


KEYS = (
    "firm",
    "gbt4754",
    "division",
    "period",
    "net",
    "scopes",
    "neutralised",
    "value_added",
    "intensity",
    "ratio",
    "grade",
    "level",
    "neutrality",
    "method",
    "factors",
    "root",
    "inputs",
    "half_width",
    "reason",
    "peers",
)
"""What stands under the keys 1 to 20 of the body, by the design."""


def body_of(claims):
    """Return the body of claims by the keys of the design."""
    body = {key: getattr(claims, name) for key, name in enumerate(KEYS, 1)}
    if claims.value_added is None:
        del body[8]
    if not claims.reason:
        del body[19]
    if claims.peers is None:
        del body[20]
    return body


CLAIMS = {
    "in full": full_claims(),
    "without value added": full_claims(value_added=None),
    "not rated": unrated(),
    "with peers": full_claims(peers=("331", 14)),
    "in Chinese": full_claims(issuer="湖州市", firm="久立特材"),
    "long ago": full_claims(issued=0, expires=1, period=(19700101, 19700131)),
    "far off": full_claims(issued=2**33, expires=253_402_300_799),
    "halves": full_claims(net=0.5, ratio=1.5, intensity=2.0, half_width=0.25),
    "singles": full_claims(net=100000.0, neutralised=65505.0),
    "below nothing": full_claims(net=-12.5, scopes=(-12.5, 0.0, None), ratio=-0.25, grade=1),
    "many peers": full_claims(peers=("C", 3801), inputs=(39, 0, 0, 39)),
    "nothing neutralised": full_claims(neutralised=0.0, neutrality=0.0, half_width=None),
    "all neutralised": full_claims(net=0.0, neutrality=1.0, intensity=0.0, ratio=0.0, grade=1),
}


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS)
def test_claims_are_the_bytes_that_the_design_asks_for(claims):
    outer = {
        1: claims.issuer,
        4: claims.expires,
        6: claims.issued,
        -65537: body_of(claims),
    }
    assert claims.encoded() == written(outer)
    assert Claims.decoded(written(outer)) == claims


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS)
def test_a_code_is_the_text_of_a_tagged_list_of_four_signed_over_its_structure(claims, ed):
    key = SigningKey.made(claims.issuer)
    text = signed(claims, key)
    protected = written({1: -8, 4: key.kid})
    structure = written(["Signature1", protected, b"", claims.encoded()])
    parts = from_cbor(_bytes_of(text)[1:])
    assert parts[:3] == [protected, {}, claims.encoded()]
    Ed25519PublicKey.from_public_bytes(key.public.data).verify(parts[3], structure)
    assert text == "CC1:" + base45(b"\xd2" + written([protected, {}, claims.encoded(), parts[3]]))
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(ed.public.data).verify(parts[3], structure)
    if claims.issued == int(ISSUED.timestamp()):
        assert verify(text, trusting(key), at=AT).claims == claims


def _bytes_of(text):
    """Return the bytes of a code's text, group by group."""
    found = b""
    for at in range(4, len(text), 3):
        group = [SIGNS.index(sign) for sign in text[at : at + 3]]
        value = sum(place * 45**power for power, place in enumerate(group))
        found += value.to_bytes(len(group) - 1, "big")
    return found


def test_the_name_of_a_key_is_the_start_of_the_hash_of_its_public_part(ed):
    assert ed.kid == hashlib.sha256(ed.public.data).digest()[:8]
    assert len(ed.public.data) == 32


def test_the_name_of_a_code_on_a_status_list_is_the_start_of_the_hash_of_its_claims():
    claims = full_claims()
    assert code_id(claims) == hashlib.sha256(claims.encoded()).hexdigest()[:32]
    assert code_id(replace(claims, issued=claims.issued + 1)) != code_id(claims)


TIMES = [  # claims that a calendar does not have, or has
    ({"issued": 253_402_300_800}, False),
    ({"expires": 253_402_300_800}, False),
    ({"issued": 2**40}, False),
    ({"expires": 2**40}, False),
    ({"issued": -1}, False),
    ({"expires": 253_402_300_799}, True),
    ({"issued": 253_402_300_799}, True),
    ({"issued": 0}, True),
]


@pytest.mark.parametrize(("times", "taken"), TIMES)
def test_a_time_is_one_that_a_calendar_has(times, taken):
    if taken:
        said = full_claims(**times).as_dict()
        assert {said[name][:4] for name in times} <= {"9999", "1970"}
    else:
        with pytest.raises(CodeError, match=f"No code can claim this: {next(iter(times))}"):
            full_claims(**times)


def test_a_trusted_issuer_that_signs_a_time_beyond_the_calendar_is_refused_and_not_a_crash(ed):
    outer = {1: ISSUER, 4: 2**40, 6: 2**39, -65537: body_of(full_claims())}
    text = forged(ed, payload=written(outer))
    with pytest.raises(CodeError) as refused:
        verify(text, trusting(ed), at=AT)
    assert refused.value.reason == "malformed"
    assert "issued, expires" in str(refused.value)


def test_a_status_list_of_a_time_beyond_the_calendar_is_refused(ed, tmp_path):
    path = tmp_path / "status.json"
    StatusList(ISSUER, 2**39).save(path, ed)
    with pytest.raises(CodeError, match="no whole status list") as refused:
        StatusList.read(path, trusting(ed))
    assert refused.value.reason == "malformed"
    StatusList(ISSUER, int(ISSUED.timestamp())).save(path, ed)
    assert StatusList.read(path, trusting(ed)).withdrawn == {}


HEADERS = [  # protected headers that are none of a code, the reason, a word of the message
    (b"", "malformed", "cut short"),
    (b"\x80", "malformed", "no map"),
    (b"\xa0", "malformed", "other headers"),
    (written({1: -8}), "malformed", "other headers"),
    (written({4: bytes(8)}), "malformed", "other headers"),
    (written({1: -8, 4: bytes(8), 5: 1}), "malformed", "other headers"),
    (written({1: -8, 2: [7], 4: bytes(8)}), "malformed", "must be known"),
    (written({1: -8, 4: bytes(7)}), "malformed", "8 bytes"),
    (written({1: -8, 4: bytes(9)}), "malformed", "8 bytes"),
    (written({1: -8, 4: "12345678"}), "malformed", "8 bytes"),
    (written({1: -35, 4: bytes(8)}), "wrong_algorithm", "-35"),
    (written({1: -37, 4: bytes(8)}), "wrong_algorithm", "-37"),
    (written({1: 5, 4: bytes(8)}), "wrong_algorithm", "5"),
    (written({1: None, 4: bytes(8)}), "wrong_algorithm", "None"),
    (written({1: "EdDSA", 4: bytes(8)}), "wrong_algorithm", "EdDSA"),
    (written({1: -8.0, 4: bytes(8)}), "wrong_algorithm", "-8.0"),
    (written({1: -8, 4: bytes(8)}), "unknown_key", "0000000000000000"),
    (written({1: -7, 4: bytes(8)}), "unknown_key", "0000000000000000"),
]


@pytest.mark.parametrize(("protected", "reason", "word"), HEADERS)
def test_headers_that_are_none_of_a_code_are_refused_with_their_reason(ed, protected, reason, word):
    with pytest.raises(CodeError) as refused:
        verify(forged(ed, protected=protected), trusting(ed), at=AT)
    assert refused.value.reason == reason
    assert word in str(refused.value)


SHAPES = [  # what stands after the tag of a code, and a word of the message
    (written([b"", {}, b""]), "four parts"),
    (written([b"", {}, b"", bytes(64), b""]), "four parts"),
    (written({1: 2}), "four parts"),
    (written("code"), "four parts"),
    (written(7), "four parts"),
    (written([b"\xa0", {}, b"\xa0", bytes(63)]), "not those of COSE_Sign1"),
    (written([b"\xa0", {}, b"\xa0", bytes(65)]), "not those of COSE_Sign1"),
    (written([b"\xa0", {4: b"x"}, b"\xa0", bytes(64)]), "not those of COSE_Sign1"),
    (written([b"\xa0", [], b"\xa0", bytes(64)]), "not those of COSE_Sign1"),
    (written([b"\xa0", {}, None, bytes(64)]), "not those of COSE_Sign1"),
    (written(["\xa0", {}, b"\xa0", bytes(64)]), "not those of COSE_Sign1"),
    (written([b"\xa0", {}, b"\xa0", "x" * 64]), "not those of COSE_Sign1"),
    (written([b"\xa0", {}, b"\xa0", bytes(64)]) + b"\x00", "1 bytes follow"),
    (b"", "cut short"),
]


@pytest.mark.parametrize(("rest", "word"), SHAPES)
def test_bytes_that_are_no_list_of_four_parts_are_refused(ed, rest, word):
    with pytest.raises(CodeError) as refused:
        verify(as_text(b"\xd2" + rest), trusting(ed), at=AT)
    assert refused.value.reason == "malformed"
    assert word in str(refused.value)


@pytest.mark.parametrize("tag", [b"", b"\xd1", b"\xd3", b"\xd8\x12", b"\x84", b"\x00"])
def test_a_code_has_the_tag_of_one_signer_in_its_shortest_form(ed, tag):
    rest = _bytes_of(signed(full_claims(), ed))[1:]
    with pytest.raises(CodeError, match="its tag is another") as refused:
        verify(as_text(tag + rest[1 if tag == b"\x84" else 0 :]), trusting(ed), at=AT)
    assert refused.value.reason == "malformed"


NUMBERS = [  # numbers and their only bytes
    (0, "00"),
    (23, "17"),
    (24, "1818"),
    (255, "18ff"),
    (256, "190100"),
    (65535, "19ffff"),
    (65536, "1a00010000"),
    (4294967295, "1affffffff"),
    (4294967296, "1b0000000100000000"),
    (-1, "20"),
    (-24, "37"),
    (-25, "3818"),
    (-65537, "3a00010000"),
    (0.0, "f90000"),
    (-0.0, "f98000"),
    (1.0, "f93c00"),
    (65504.0, "f97bff"),
    (65505.0, "fa477fe100"),
    (3.4028234663852886e38, "fa7f7fffff"),
    (1e300, "fb7e37e43c8800759c"),
    (5.960464477539063e-8, "f90001"),
    (0.1, "fb3fb999999999999a"),
]


@pytest.mark.parametrize(("value", "data"), NUMBERS)
def test_a_number_has_one_form_alone(value, data):
    assert written(value).hex() == as_cbor(value).hex() == data
    found = from_cbor(bytes.fromhex(data))
    assert (found, type(found)) == (value, type(value))


LONGER = [  # the same numbers in forms that are longer than need be
    "1800",
    "1817",
    "190017",
    "1900ff",
    "1a0000ffff",
    "1b00000000ffffffff",
    "3800",
    "390018",
    "fa3f800000",
    "fb3ff0000000000000",
    "fb40effc0000000000",
    "5801aa",
    "7801" + "61",
    "9801" + "00",
    "b801" + "0000",
]


@pytest.mark.parametrize("data", LONGER)
def test_a_number_or_length_in_a_longer_form_is_refused(data):
    with pytest.raises(CodeError, match="longer than it need be") as refused:
        from_cbor(bytes.fromhex(data))
    assert refused.value.reason == "malformed"


def tree(leaves):
    """Return the root over leaves, split at the largest power of two below their number."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while 2 * half < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + tree(leaves[:half]) + tree(leaves[half:])).digest()


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 9, 31, 32, 33, 39, 64])
def test_a_tree_of_leaves_by_recursion_and_the_length_of_each_path(count):
    salts = [bytes([n]) * 16 for n in range(count)]
    contents = [written([n + 1, float(n), "t", "measured"]) for n in range(count)]
    leaves = leaf_hashes(salts, contents)
    plain = [
        hashlib.sha256(b"\x00" + salt + said).digest()
        for salt, said in zip(salts, contents, strict=True)
    ]
    assert leaves == plain
    assert root_of(leaves) == tree(plain)
    deepest = (count - 1).bit_length()
    for place in range(count):
        path = path_of(leaves, place)
        assert len(path) <= deepest
        assert root_over(leaves[place], place, count, path) == tree(plain)
        assert root_over(leaves[place], place, count, (*path, bytes(32))) is None
        if path:
            assert root_over(leaves[place], place, count, path[:-1]) is None
            wrong = (bytes(32), *path[1:])
            assert root_over(leaves[place], place, count, wrong) != tree(plain)


def test_the_path_of_the_last_of_39_leaves_skips_the_levels_on_which_it_is_promoted():
    leaves = leaf_hashes([bytes(16)] * 39, [bytes([n]) for n in range(39)])
    assert [len(path_of(leaves, place)) for place in (0, 31, 32, 35, 36, 37, 38)] == [
        6,
        6,
        4,
        4,
        4,
        4,
        3,
    ]


WHEN = [  # when it is checked, whether as a record, what comes of it
    (datetime(2026, 11, 2, 7, 54, 59, tzinfo=UTC), False, "not_yet"),
    (datetime(2026, 11, 2, 7, 55, 0, tzinfo=UTC), False, ""),
    (ISSUED, False, ""),
    (datetime(2027, 2, 8, 23, 59, 59, tzinfo=UTC), False, ""),
    (EXPIRES, False, "expired"),
    (EXPIRES, True, ""),
    (datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC), True, ""),
    (datetime(2028, 1, 1, tzinfo=UTC), True, "expired"),
]


@pytest.mark.parametrize(("at", "past", "reason"), WHEN)
def test_a_code_is_taken_from_when_it_was_issued_until_it_expires(ed, at, past, reason):
    text, trust = signed(full_claims(), ed), trusting(ed)
    if not reason:
        found = verify(text, trust, at=at, past=past)
        assert found.expired == (at >= EXPIRES)
        assert found.checked == int(at.timestamp())
    else:
        with pytest.raises(CodeError) as refused:
            verify(text, trust, at=at, past=past)
        assert refused.value.reason == reason


OFFICIAL = [  # key official, signer known, first words in English and Chinese
    (True, True, "An official code.", "官方码。"),
    (True, False, "This is not an official code.", "本码为非官方码。"),
    (False, True, "This is not an official code.", "本码为非官方码。"),
    (False, False, "This is not an official code.", "本码为非官方码。"),
]


@pytest.mark.parametrize(("official", "pinned", "english", "chinese"), OFFICIAL)
def test_official_needs_an_official_key_on_a_list_of_a_known_signer(
    ed, official, pinned, english, chinese
):
    trust = trusting(ed, official=official, pinned=pinned)
    found = verify(signed(full_claims(), ed), trust, at=AT)
    assert found.official == (english == "An official code.")
    assert found.words_en.startswith(english)
    assert found.words_zh.startswith(chinese)
    assert ed.kid.hex() in found.words_en
    assert "2026-11-02" in found.words_zh


STATUS = [  # when the list was made, when it is asked, what the words say of it
    (datetime(2026, 11, 20, tzinfo=UTC), "Not withdrawn by 2026-11-20.", False),
    (datetime(2026, 10, 22, 12, tzinfo=UTC), "Not withdrawn by 2026-10-22.", False),
    (datetime(2026, 10, 22, 11, 59, 59, tzinfo=UTC), "the next list is overdue", True),
]


@pytest.mark.parametrize(("made", "words", "late"), STATUS)
def test_a_status_list_is_up_to_date_for_31_days(ed, made, words, late):
    status = StatusList(ISSUER, int(made.timestamp()))
    found = verify(signed(full_claims(), ed), trusting(ed), status=status, at=AT)
    assert (words in found.words_en, found.outdated) == (True, late)
    assert ("下一期清单已逾期" in found.words_zh) == late
    gone = status.with_code(full_claims(), "  data revised ", at=ISSUED)
    with pytest.raises(CodeError, match="Withdrawn at 2026-11-02T08:00:00Z: data revised") as no:
        verify(signed(full_claims(), ed), trusting(ed), status=gone, at=AT)
    assert no.value.reason == "withdrawn"
