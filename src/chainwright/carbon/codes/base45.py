"""Bytes as the 45 characters of a QR code's alphanumeric mode (RFC 9285)."""

import numpy as np

from chainwright.errors import CodeError

__all__ = ["ALPHABET", "as_base45", "from_base45"]

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""The characters in order of their values 0 to 44."""

SIGNS = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
BASE = 45


def as_base45(data: bytes) -> str:
    """Return `data` in base45: two bytes n = 256 a + b are c, d, e with n = c + 45 d + 2025 e.

    Parameters
    ----------
    data : bytes
        What is written; an odd last byte takes two characters.

    Examples
    --------
    >>> as_base45(b"AB"), as_base45(b"Hello!!"), as_base45(b"base-45")
    ('BB8', '%69 VD92EX0', 'UJCLQE7W581')
    """
    even = len(data) // 2 * 2
    pairs = np.frombuffer(data[:even], dtype=">u2").astype(np.uint16)
    rest = pairs // BASE
    places = np.empty((len(pairs), 3), dtype=np.uint16)
    places[:, 0], places[:, 1], places[:, 2] = pairs - rest * BASE, rest % BASE, rest // BASE
    text = SIGNS[places.ravel()].tobytes().decode()
    if even == len(data):
        return text
    return text + ALPHABET[data[-1] % BASE] + ALPHABET[data[-1] // BASE]


def from_base45(text: str) -> bytes:
    """Return the bytes that a `text` in base45 stands for.

    Parameters
    ----------
    text : str
        Characters of `ALPHABET`; each sequence of bytes has exactly one text.

    Raises
    ------
    CodeError
        If a character is not of the alphabet, the length is none that occurs, or a group stands
        for more than its bytes hold: malformed.

    Examples
    --------
    >>> from_base45("QED8WEX0")
    b'ietf!'
    """
    if len(text) % 3 == 1:
        raise CodeError("malformed", f"{len(text)} characters are no base45: some are missing.")
    wrong = next((place for place, sign in enumerate(text, 1) if sign not in VALUES), None)
    if wrong is not None:
        raise CodeError(
            "malformed", f"{text[wrong - 1]!r} at place {wrong} is no character of base45."
        )
    values = [VALUES[sign] for sign in text]
    found = bytearray()
    for at in range(0, len(values), 3):
        group = values[at : at + 3]
        number = sum(value * BASE**power for power, value in enumerate(group))
        size = len(group) - 1
        if number >= 256**size:
            raise CodeError(
                "malformed", f"{text[at : at + 3]!r} at place {at + 1} is no group of base45."
            )
        found += number.to_bytes(size, "big")
    return bytes(found)
