"""Signed codes rebuilt by hand: CBOR by RFC 8949, COSE_Sign1 by RFC 9052, base45 by RFC 9285.

Only the curve arithmetic is a library's. Written from the standards and the table of claims,
without a look at the program.
"""

import hashlib
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def head(major, number):
    """Return the first bytes of an item: three bits of type, and the shortest argument."""
    if number < 24:
        return bytes([major << 5 | number])
    for extra, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << (8 * width):
            return bytes([major << 5 | extra]) + number.to_bytes(width, "big")
    raise OverflowError


def shortest_float(number):
    """Return a number in the first of half, single and double precision that gives it back."""
    for form, first in ((">e", 0xF9), (">f", 0xFA), (">d", 0xFB)):
        try:
            written = struct.pack(form, number)
        except OverflowError:
            continue
        if struct.unpack(form, written)[0] == number:
            return bytes([first]) + written
    raise AssertionError


def cbor(value):  # noqa: PLR0911
    """Return a value in the core deterministic encoding of RFC 8949, section 4.2.1."""
    if value is None:
        return b"\xf6"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, float):
        return shortest_float(value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list | tuple):
        return head(4, len(value)) + b"".join(cbor(item) for item in value)
    entries = sorted((cbor(key), cbor(item)) for key, item in value.items())
    return head(5, len(entries)) + b"".join(key + item for key, item in entries)


def base45(data):
    """Return bytes in base45: 16 bits in three characters, a last byte in two."""
    found = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, rest = divmod(number, 45)
            found.append(CHARACTERS[rest])
    return "".join(found)


def unbase45(text):
    """Return the bytes of a text in base45."""
    found = b""
    for start in range(0, len(text), 3):
        part = text[start : start + 3]
        number = sum(CHARACTERS.index(c) * 45**k for k, c in enumerate(part))
        found += number.to_bytes(len(part) - 1, "big")
    return found


def body_of(claims):
    """Return the body by the table of keys; what is not there is left out or null as told."""
    listed = [
        claims.firm,
        claims.gbt4754,
        claims.division,
        list(claims.period),
        claims.net,
        list(claims.scopes),
        claims.neutralised,
        claims.value_added,
        claims.intensity,
        claims.ratio,
        claims.grade,
        claims.level,
        claims.neutrality,
        claims.method,
        claims.factors,
        claims.root,
        list(claims.inputs),
        claims.half_width,
    ]
    body = dict(enumerate(listed, start=1))
    if claims.value_added is None:
        del body[8]
    return body


def payload_of(claims):
    """Return the claims as a CBOR web token."""
    token = {1: claims.issuer, 6: claims.issued, 4: claims.expires, -65537: body_of(claims)}
    return cbor(token)


def headers_of(public):
    """Return the protected headers: algorithm and name of the key."""
    number = {"EdDSA": -8, "ES256": -7}[public.algorithm]
    return cbor({1: number, 4: hashlib.sha256(public.data).digest()[:8]})


def signed_bytes(public, payload):
    """Return what is signed: the Sig_structure of RFC 9052, section 4.4."""
    return cbor(["Signature1", headers_of(public), b"", payload])


def text_of(public, payload, signature):
    """Return the text of a code: tag 18 before the four parts."""
    return "CC1:" + base45(b"\xd2" + cbor([headers_of(public), {}, payload, signature]))


def check(public, payload, signature):
    """Raise InvalidSignature unless the signature is of these bytes: RFC 8032, or ECDSA."""
    if public.algorithm == "EdDSA":
        Ed25519PublicKey.from_public_bytes(public.data).verify(
            signature, signed_bytes(public, payload)
        )
        return
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public.data)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    der = utils.encode_dss_signature(r, s)
    point.verify(der, signed_bytes(public, payload), ec.ECDSA(hashes.SHA256()))


def node(left, right):
    """Return the hash above two."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves):
    """Return the root over leaves, by halves: the left one is the largest power of two below."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node(root(leaves[:half]), root(leaves[half:]))


def path(leaves, place):
    """Return the hashes beside the way of a leaf to the root, the lowest first."""
    if len(leaves) == 1:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if place < half:
        return [*path(leaves[:half], place), root(leaves[half:])]
    return [*path(leaves[half:], place - half), root(leaves[:half])]
