"""Codes: whatever bytes come in, they are read back exactly or refused with a reason."""

import math

import cbor2
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.carbon import Claims, SigningKey, signed, verify
from chainwright.carbon.codes.base45 import ALPHABET, as_base45, from_base45
from chainwright.carbon.codes.merkle import path_of, root_of, root_over
from chainwright.carbon.codes.strict_cbor import DEEPEST, as_cbor, from_cbor
from chainwright.errors import CodeError
from signed_codes import AT, ISSUER, as_text, full_claims, trusting

KEY = SigningKey.made(ISSUER)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.one_of(
    st.none(),
    st.integers(-(2**64), 2**64 - 1),
    NUMBERS,
    st.binary(max_size=40),
    st.text(max_size=20),
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(0, 300), inner, max_size=4)
        | st.dictionaries(st.text(max_size=30), inner, max_size=4)
    ),
    max_leaves=8,
)


def refused(work, *given, **named):
    """Return what some work gives, or nothing and the reason why it was refused."""
    try:
        return work(*given, **named), ""
    except CodeError as error:
        return None, error.reason


def one_kind(value):
    """Return whether the keys of each map are of one kind, as in a code."""
    if isinstance(value, dict):
        kinds = {(type(key), isinstance(key, int) and key < 0) for key in value}
        return len(kinds) < 2 and all(map(one_kind, value.values()))
    return not isinstance(value, list) or all(map(one_kind, value))


def depth(value):
    """Return how deeply lists and maps are nested."""
    if not isinstance(value, (list, dict)):
        return 0
    within = value.values() if isinstance(value, dict) else value
    return 1 + max(map(depth, within), default=0)


@given(st.binary(max_size=200))
def test_bytes_come_back_from_base45(data):
    assert from_base45(as_base45(data)) == data


@given(st.text(alphabet=ALPHABET + "ab\n", max_size=60))
def test_a_text_is_the_only_one_of_its_bytes_or_is_refused(text):
    data, reason = refused(from_base45, text)
    assert reason == "malformed" if data is None else as_base45(data) == text


@given(VALUES)
def test_what_is_written_is_read_back_as_another_library_reads_it(value):
    written = as_cbor([value])
    found, reason = refused(from_cbor, written)
    assert reason == "malformed" if found is None else found == cbor2.loads(written)
    assert found is not None or depth([value]) > DEEPEST


@given(st.binary(max_size=60))
def test_bytes_that_are_read_are_what_would_be_written(data):
    value, reason = refused(from_cbor, data)
    if reason or not one_kind(value):  # cbor2 sorts short keys first, whatever their kind
        assert reason in {"", "malformed"}
    else:
        assert as_cbor(value) == data


@settings(max_examples=60)
@given(st.binary(min_size=1, max_size=300))
def test_no_bytes_but_signed_ones_are_taken(data):
    found, reason = refused(verify, as_text(data), trusting(KEY), at=AT)
    assert found is None
    assert reason in CodeError.REASONS


@settings(max_examples=60)
@given(net=NUMBERS, ratio=NUMBERS, width=NUMBERS.filter(lambda x: x >= 0))
def test_numbers_of_claims_come_back_to_the_last_bit(net, ratio, width):
    claims = full_claims(net=net, ratio=ratio, half_width=abs(width))
    found = verify(signed(claims, KEY), trusting(KEY), at=AT).claims
    assert found == claims
    assert math.copysign(1, found.net) == math.copysign(1, net)
    assert Claims.decoded(claims.encoded()) == claims


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70), st.data())
def test_each_leaf_of_any_tree_is_proved(leaves, data):
    place = data.draw(st.integers(0, len(leaves) - 1))
    path = path_of(leaves, place)
    assert root_over(leaves[place], place, len(leaves), path) == root_of(leaves)
    assert len(path) <= math.ceil(math.log2(len(leaves))) if len(leaves) > 1 else path == ()
