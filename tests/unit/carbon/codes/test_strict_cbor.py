import math

import cbor2
import pytest

from chainwright.carbon.codes.strict_cbor import as_cbor, from_cbor
from chainwright.errors import CodeError

RFC_8949 = {
    "00": 0,
    "17": 23,
    "1818": 24,
    "1903e8": 1000,
    "1a000f4240": 1_000_000,
    "1b000000e8d4a51000": 1_000_000_000_000,
    "20": -1,
    "3863": -100,
    "3903e7": -1000,
    "f93c00": 1.0,
    "f93e00": 1.5,
    "f97bff": 65504.0,
    "fa47c35000": 100000.0,
    "fb3ff199999999999a": 1.1,
    "fbc010666666666666": -4.1,
    "f6": None,
    "4401020304": b"\x01\x02\x03\x04",
    "6449455446": "IETF",
    "62c3bc": "ü",
    "63e6b0b4": "水",
    "80": [],
    "8301820203820405": [1, [2, 3], [4, 5]],
    "a0": {},
    "a201020304": {1: 2, 3: 4},
    "a26161016162820203": {"a": 1, "b": [2, 3]},
}
"""Examples of RFC 8949, appendix A, of the kinds that a code has."""


@pytest.mark.parametrize(("written", "value"), RFC_8949.items())
def test_the_examples_of_the_rfc_are_written_and_read_as_it_says(written, value):
    assert as_cbor(value).hex() == written
    found = from_cbor(bytes.fromhex(written))
    assert found == value
    assert type(found) is type(value)


BAD = {
    "": "cut short",
    "18": "cut short",
    "0000": "1 bytes follow",
    "1817": "longer than it need be",
    "1900ff": "longer than it need be",
    "1a0000ffff": "longer than it need be",
    "1b00000000ffffffff": "longer than it need be",
    "3817": "longer than it need be",
    "580141": "longer than it need be",
    "fb3ff8000000000000": "longer than it need be",
    "fa3fc00000": "longer than it need be",
    "fb7ff0000000000000": "not finite",
    "f97e00": "not finite",
    "f4": "a value that no code has",
    "f7": "a value that no code has",
    "f8ff": "a value that no code has",
    "c11a514b67b0": "a tag",
    "d8234161": "a tag",
    "9f01ff": "unknown length",
    "5f4101ff": "unknown length",
    "bf0102ff": "unknown length",
    "1c": "unknown length",
    "a201010102": "a key comes twice",
    "a203040102": "keys are not in their order",
    "a2616101616102": "a key comes twice",
    "a1f600": "a key is neither",
    "a1410100": "a key is neither",
    "62c328": "no UTF-8",
    "4403": "cut short",
    "9bffffffffffffffff": "cut short",
    "bbffffffffffffffff": "cut short",
    "5bffffffffffffffff": "cut short",
    "a101": "cut short",
    "818181818181": "nested too deeply",
}


@pytest.mark.parametrize(("written", "why"), BAD.items())
def test_what_is_not_deterministic_or_not_of_a_code_is_refused(written, why):
    with pytest.raises(CodeError, match=why) as refused:
        from_cbor(bytes.fromhex(written))
    assert refused.value.reason == "malformed"


def test_a_flood_of_openings_is_refused_at_once():
    with pytest.raises(CodeError, match="nested too deeply"):
        from_cbor(b"\x81" * 1300)


@pytest.mark.parametrize("number", [0.1, 1e-30, 1e300, 5e-324, 0.0, -0.0, 1 / 3, 65505.0, 1e5])
def test_numbers_come_back_to_the_last_bit_in_the_form_of_another_library(number):
    written = as_cbor(number)
    assert written == cbor2.dumps(number, canonical=True)
    found = from_cbor(written)
    assert math.copysign(1, found) == math.copysign(1, number)
    assert found == number
