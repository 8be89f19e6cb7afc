"""CBOR in its one deterministic form (RFC 8949, section 4.2): written, and read with distrust.

What is read comes from strangers, before any signature was checked. So the reader knows only what a
code is made of (whole numbers, bytes, text, lists, maps, null, floating-point numbers): no tags, no
nesting beyond a few levels, nothing of unknown length.
"""

import math
import struct
from dataclasses import dataclass

from chainwright.carbon.codes.extras import extra
from chainwright.errors import CodeError

__all__ = ["as_cbor", "from_cbor"]

DEEPEST = 4
SIZES = {24: 1, 25: 2, 26: 4, 27: 8}
FLOATS = {25: ">e", 26: ">f", 27: ">d"}
UNSIGNED, NEGATIVE, BYTES, TEXT, LIST, MAP, TAG, OTHER = range(8)


def as_cbor(value: object) -> bytes:
    """Return a `value` in deterministic CBOR: shortest numbers, keys of maps sorted.

    Shorter keys come first. Among keys of one kind, and among those of a code, that is the order of
    their bytes that the standard asks for.

    Parameters
    ----------
    value : object
        Whole and floating-point numbers, bytes, text, lists, maps, None.

    Examples
    --------
    >>> as_cbor({4: b"k", 1: -8}).hex()
    'a2012704416b'
    """
    written: bytes = extra("cbor2").dumps(value, canonical=True)
    return written


def from_cbor(data: bytes) -> object:
    """Return the one value that is written in `data`, if it is written deterministically.

    Parameters
    ----------
    data : bytes
        Deterministic CBOR, and nothing after it.

    Raises
    ------
    CodeError
        If it is cut short or followed by more, if a number is longer than it need be, keys of a map
        come twice or out of order, text is no UTF-8, or it holds what no code holds: malformed.

    Examples
    --------
    >>> from_cbor(bytes.fromhex("a2012704416b"))
    {1: -8, 4: b'k'}
    """
    reader = _Reader(data)
    value = reader.value(0)
    if reader.at != len(data):
        raise _malformed(f"{len(data) - reader.at} bytes follow its end")
    return value


def _malformed(what: str) -> CodeError:
    return CodeError("malformed", f"This is no deterministic CBOR of a code: {what}.")


@dataclass
class _Reader:
    """Bytes, and how far they were read."""

    data: bytes
    at: int = 0

    def taken(self, count: int) -> bytes:
        """Return the next bytes."""
        if count > len(self.data) - self.at:
            raise _malformed("it is cut short")
        self.at += count
        return self.data[self.at - count : self.at]

    def value(self, depth: int) -> object:
        """Return the next value."""
        if depth > DEEPEST:
            raise _malformed("it is nested too deeply")
        first = self.taken(1)[0]
        kind, short = first >> 5, first & 31
        if kind == TAG:
            raise _malformed("it holds a tag")
        if kind == OTHER:
            return self.other(short)
        count = self.count(short)
        if kind in {UNSIGNED, NEGATIVE}:
            return count if kind == UNSIGNED else -1 - count
        if kind in {BYTES, TEXT}:
            return self.taken(count) if kind == BYTES else self.text(count)
        if count > len(self.data) - self.at:  # each part takes a byte at least
            raise _malformed("it is cut short")
        if kind == LIST:
            return [self.value(depth + 1) for _ in range(count)]
        return self.map(count, depth + 1)

    def count(self, short: int) -> int:
        """Return a whole number in its shortest form."""
        if short < 24:
            return short
        if short not in SIZES:
            raise _malformed("it holds something of unknown length")
        number = int.from_bytes(self.taken(SIZES[short]), "big")
        if number < (24 if short == 24 else 256 ** (SIZES[short] // 2)):
            raise _malformed("a number is written longer than it need be")
        return number

    def text(self, count: int) -> str:
        """Return a text in UTF-8."""
        try:
            return self.taken(count).decode("utf-8")
        except UnicodeDecodeError as error:
            raise _malformed("a text is no UTF-8") from error

    def map(self, count: int, depth: int) -> dict[object, object]:
        """Return a map, whose keys are numbers or text and come in the order of their bytes."""
        found: dict[object, object] = {}
        before = b""
        for _ in range(count):
            start = self.at
            if self.data[start : start + 1] and self.data[start] >> 5 not in {0, 1, TEXT}:
                raise _malformed("a key is neither a number nor a text")
            key = self.value(depth)
            written = self.data[start : self.at]
            if written <= before:
                raise _malformed(
                    "a key comes twice" if key in found else "keys are not in their order"
                )
            before = written
            found[key] = self.value(depth)
        return found

    def other(self, short: int) -> float | None:
        """Return a floating-point number in its shortest form, or null."""
        if short == 22:
            return None
        if short not in FLOATS:
            raise _malformed("it holds a value that no code has")
        written = self.taken(SIZES[short])
        number: float = struct.unpack(FLOATS[short], written)[0]
        if not math.isfinite(number):
            raise _malformed("a number is not finite")
        if any(_exact(number, FLOATS[less]) for less in FLOATS if less < short):
            raise _malformed("a number is written longer than it need be")
        return number


def _exact(number: float, form: str) -> bool:
    """Return whether a shorter form holds the number exactly."""
    try:
        back: float = struct.unpack(form, struct.pack(form, number))[0]
    except OverflowError:
        return False
    return back == number
