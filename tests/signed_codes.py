"""Codes for tests: claims with all 18 keys of the design, keys, trust lists, codes made by hand."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import cbor2
import numpy as np

from chainwright.carbon import Claims, SigningKey, TrustedKey, TrustList
from chainwright.carbon.codes.base45 import as_base45

ISSUER = "CN-330500"
ISSUED = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EXPIRES = datetime(2027, 2, 9, tzinfo=UTC)


def full_claims(**changes):
    """Return claims with every key of the design and numbers in full."""
    given = {
        "issuer": ISSUER,
        "issued": int(ISSUED.timestamp()),
        "expires": int(EXPIRES.timestamp()),
        "firm": "91330500MA2B4CDE1F",
        "gbt4754": "3130",
        "division": "330502",
        "period": (20251101, 20261031),
        "net": 3004.2138,
        "scopes": (1729.1, 1275.1138, None),
        "neutralised": 12.34,
        "value_added": 1234.56,
        "intensity": 2.4334,
        "ratio": 0.842,
        "grade": 3,
        "level": 3,
        "neutrality": 0.0041,
        "method": "zj-2021",
        "factors": bytes(range(8)),
        "root": bytes(range(32)),
        "inputs": (39, 33, 4, 2),
        "half_width": 0.07,
    }
    return Claims(**{**given, **changes})


def unrated(**changes):
    """Return claims of a firm that is not rated."""
    nothing = dict.fromkeys(("intensity", "ratio", "grade", "level", "neutrality"))
    return full_claims(**{**nothing, "value_added": None, "reason": "no_value_added", **changes})


def trusting(*keys, official=False, pinned=True):
    """Return a trust list of keys for the years 2026 and 2027."""
    first, last = date(2026, 1, 1), date(2027, 12, 31)
    trusted = tuple(TrustedKey(k.public, first, last, official) for k in keys)
    return replace(TrustList(trusted, last), pinned=pinned)


def forged(key: SigningKey, *, protected=None, unprotected=None, payload=None, algorithm=-8):
    """Return a code made by hand with the library cbor2 and signed by a key, whatever it holds."""
    if protected is None:
        protected = cbor2.dumps({1: algorithm, 4: key.kid}, canonical=True)
    payload = full_claims().encoded() if payload is None else payload
    signature = key.signature(cbor2.dumps(["Signature1", protected, b"", payload]))
    parts = [protected, {} if unprotected is None else unprotected, payload, signature]
    return as_text(cbor2.dumps(cbor2.CBORTag(18, parts), canonical=True))


def as_text(data):
    """Return the text of a code's bytes."""
    return "CC1:" + as_base45(data)


def drawn(svg, scale=4):
    """Return the picture that an SVG of ours paints, as grey pixels: its strokes one by one."""
    width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
    picture = np.full((height, width), 255, dtype=np.uint8)
    path = re.search(r'stroke="#000" d="([^"]+)"', svg).group(1)
    x = y = 0.0
    for step, numbers in re.findall(r"([Mmh])([^Mmh]+)", path):
        given = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if step == "h":
            picture[int(y), int(x) : int(x + given[0])] = 0
            x += given[0]
        else:
            x, y = given if step == "M" else (x + given[0], y + given[1])
    return np.kron(picture, np.ones((scale, scale), dtype=np.uint8))
