"""The envelope: COSE_Sign1 in base45 behind the word CC1 (RFC 9052, RFC 9285).

protected = CBOR {1: algorithm, 4: kid}
tbs       = CBOR ["Signature1", protected, b"", payload]
code      = CBOR tag 18 [protected, {}, payload, signature]
text      = "CC1:" + base45(code)
"""

from dataclasses import dataclass
from functools import cache

from chainwright.carbon.codes.base45 import as_base45, from_base45
from chainwright.carbon.codes.keys import (
    ALGORITHMS,
    KID,
    SIGNATURE,
    Algorithm,
    PublicKey,
    SigningKey,
)
from chainwright.carbon.codes.strict_cbor import as_cbor, from_cbor
from chainwright.errors import CodeError

__all__ = ["LONGEST", "PREFIX", "Envelope", "sealed"]

PREFIX = "CC1:"
LONGEST = 2_000
"""Characters of a text at most; a longer one is not looked at."""

SIGN1 = 18
ALGORITHM, CRITICAL, KEY = 1, 2, 4
"""Headers: the algorithm, which others must be understood, the key's name."""

TAGGED = bytes([0xC0 | SIGN1])


@dataclass(frozen=True)
class Envelope:
    """A code taken apart, before anything in it is believed.

    Parameters
    ----------
    algorithm : str
        What it says it is signed with, one of those that are allowed.
    kid : bytes
        Name of the key that it says it is signed with.
    protected : bytes
        Its headers, as they are signed.
    payload : bytes
        What is signed.
    signature : bytes
        64 bytes.
    """

    algorithm: str
    kid: bytes
    protected: bytes
    payload: bytes
    signature: bytes

    @classmethod
    def of(cls, text: str) -> "Envelope":
        """Return a code's text taken apart.

        Parameters
        ----------
        text : str
            A code, ``CC1:`` and what follows.

        Raises
        ------
        CodeError
            If it is too long (oversize), its algorithm is not allowed (wrong_algorithm), or it is
            no code (malformed): no base45, no deterministic CBOR, other headers than its own.
        """
        if len(text) > LONGEST:
            raise CodeError("oversize", f"{len(text):,} characters are more than {LONGEST:,}.")
        if not text.startswith(PREFIX):
            raise CodeError("malformed", f"A code begins with {PREFIX!r}. Got {text[:4]!r}.")
        data = from_base45(text[len(PREFIX) :])
        if data[:1] != TAGGED:
            raise CodeError("malformed", "The code is no COSE_Sign1: its tag is another.")
        parts = from_cbor(data[1:])
        if not isinstance(parts, list) or len(parts) != 4:
            raise CodeError("malformed", "The code is no COSE_Sign1: it has not four parts.")
        protected, unprotected, payload, signature = parts
        whole = all(isinstance(part, bytes) for part in (protected, payload, signature))
        if not whole or unprotected != {} or len(signature) != SIGNATURE:
            raise CodeError("malformed", "The parts of the code are not those of COSE_Sign1.")
        algorithm, kid = _headers(protected)
        return cls(algorithm, kid, protected, payload, signature)

    def signed_by(self, key: PublicKey) -> bool:
        """Return whether the signature is by a key.

        Parameters
        ----------
        key : PublicKey
            A key whose algorithm is that of the headers.
        """
        return key.signed(self.signature, _to_be_signed(self.protected, self.payload))


def _headers(protected: bytes) -> tuple[str, bytes]:
    """Return the algorithm and the key's name that protected headers tell."""
    headers = from_cbor(protected)
    if not isinstance(headers, dict):
        raise CodeError("malformed", "The headers of the code are no map.")
    if CRITICAL in headers:
        raise CodeError("malformed", f"Headers that must be known are not: {headers[CRITICAL]!r}.")
    if set(headers) != {ALGORITHM, KEY}:
        raise CodeError("malformed", "The code has other headers than an algorithm and a key.")
    names = {number: name for name, number in ALGORITHMS.items()}
    number, kid = headers[ALGORITHM], headers[KEY]
    if type(number) is not int or number not in names:
        raise CodeError("wrong_algorithm", f"Algorithm {number!r} is none of {names}.")
    if not isinstance(kid, bytes) or len(kid) != KID:
        raise CodeError("malformed", f"The name of a key has {KID} bytes.")
    return names[number], kid


@cache
def _written_headers(algorithm: Algorithm, kid: bytes) -> bytes:
    """Return protected headers, which are the same in each code of a key."""
    return as_cbor({ALGORITHM: ALGORITHMS[algorithm], KEY: kid})


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return b"\x84\x6aSignature1" + _held(protected) + b"\x40" + _held(payload)


def _held(data: bytes) -> bytes:
    """Return bytes as CBOR: the shortest head, and the bytes."""
    for kind, size in ((0x58, 1), (0x59, 2), (0x5A, 4)):
        if len(data) < 24:
            return bytes([0x40 + len(data)]) + data
        if len(data) < 256**size:
            return bytes([kind]) + len(data).to_bytes(size, "big") + data
    raise CodeError("oversize", f"{len(data):,} bytes are more than any code holds.")


def sealed(payload: bytes, key: SigningKey) -> str:
    """Return the text of a code: a payload, signed.

    Parameters
    ----------
    payload : bytes
        Claims in deterministic CBOR.
    key : SigningKey
        Who signs.

    Raises
    ------
    CodeError
        If the text would be longer than a reader takes: oversize.
    """
    protected = _written_headers(key.public.algorithm, key.kid)
    signature = key.signature(_to_be_signed(protected, payload))
    data = TAGGED + b"\x84" + _held(protected) + b"\xa0" + _held(payload) + _held(signature)
    text = PREFIX + as_base45(data)
    if len(text) > LONGEST:
        raise CodeError("oversize", f"The code would have {len(text):,} characters.")
    return text
