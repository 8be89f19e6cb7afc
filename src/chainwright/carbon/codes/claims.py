"""What a code claims: one firm, one period, its carbon, its grade and what they were made of."""

import math
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from chainwright.carbon.codes.strict_cbor import as_cbor, from_cbor
from chainwright.errors import CodeError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chainwright.carbon.ratings.rating_result import Rating

__all__ = ["Claims", "expiry"]

ISSUER, EXPIRES, ISSUED, BODY = 1, 4, 6, -65537
"""Keys of a CBOR Web Token (RFC 8392), and of the private claim that holds the rest."""

KEYS = {
    1: "firm",
    2: "gbt4754",
    3: "division",
    4: "period",
    5: "net",
    6: "scopes",
    7: "neutralised",
    8: "value_added",
    9: "intensity",
    10: "ratio",
    11: "grade",
    12: "level",
    13: "neutrality",
    14: "method",
    15: "factors",
    16: "root",
    17: "inputs",
    18: "half_width",
    19: "reason",
    20: "peers",
}
"""Keys of the body; 8, 19 and 20 are left out where there is nothing to say."""

OPTIONAL = ("value_added", "reason", "peers")
DAYS = 100
"""Days after the end of its period for which a code is valid."""

LIMIT = 120
"""Bytes of a text at most."""

LATEST = 253_402_300_799
"""The last second of the year 9999, UTC: no calendar goes further [s since 1970]."""


def expiry(last_day: date) -> int:
    """Return when a code expires: 100 days after the end of its period, in UTC [s since 1970].

    Parameters
    ----------
    last_day : date
        Last day of the period; the code is valid on the hundredth day after it, and no longer.

    Examples
    --------
    >>> datetime.fromtimestamp(expiry(date(2026, 10, 31)), UTC).isoformat()
    '2027-02-09T00:00:00+00:00'
    """
    end = datetime(last_day.year, last_day.month, last_day.day, tzinfo=UTC)
    return int((end + timedelta(days=DAYS + 1)).timestamp())


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a code says of a firm and a period; numbers in full.

    Parameters
    ----------
    issuer : str
        Who says it.
    issued, expires : int
        From when and until when it holds [s since 1970, UTC]; a code of an old month may have
        expired before it was issued.
    firm : str
        Unified social credit code, or the firm's identity where it has none.
    gbt4754, division : str
        Its class in GB/T 4754 and its division in GB/T 2260.
    period : tuple of int
        First and last day, as YYYYMMDD.
    net : float, optional
        Net emission E [tCO2]; None where it cannot be told.
    scopes : tuple of float, 3
        Emission of scopes 1, 2 (location-based) and 3 [tCO2]; None where it was not worked out.
    neutralised : float, optional
        What was neutralised, A [tCO2].
    value_added : float, optional
        Value added [10^4 CNY]; left out where the firm objects.
    intensity : float, optional
        L = E / value added [tCO2 per 10^4 CNY].
    ratio : float, optional
        K, the intensity relative to that of its sector.
    grade, level : int, optional
        1 (best) to 5, and 1 (low) to 3; None where it is not rated.
    neutrality : float, optional
        R, the share neutralised.
    method : str
        Method of rating.
    factors : bytes
        Hash of the set of factors, 8 bytes.
    root : bytes
        Merkle root of the 39 inputs, 32 bytes.
    inputs : tuple of int, 4
        Kinds of data: all, measured, estimated, missing.
    half_width : float, optional
        Half the width of the 95 % range of E, relative to it.
    reason : str
        Why it is not rated; empty where it is.
    peers : tuple, optional
        Code of the peer group that gave the sector's mean, and how many firms it has.

    Raises
    ------
    CodeError
        If a value is none that a code can have: malformed.
    """

    issuer: str
    issued: int
    expires: int
    firm: str
    gbt4754: str
    division: str
    period: tuple[int, int]
    net: float | None
    scopes: tuple[float | None, float | None, float | None]
    neutralised: float | None
    value_added: float | None = None
    intensity: float | None
    ratio: float | None
    grade: int | None
    level: int | None
    neutrality: float | None
    method: str
    factors: bytes
    root: bytes
    inputs: tuple[int, int, int, int]
    half_width: float | None
    reason: str = ""
    peers: tuple[str, int] | None = None

    def __post_init__(self) -> None:
        wrong = [name for name, fits in _rules(self).items() if not fits]
        if wrong:
            raise CodeError("malformed", f"No code can claim this: {', '.join(wrong)}.")

    @classmethod
    def of(
        cls,
        rating: "Rating",
        firm: str,
        month: str | None = None,
        *,
        root: bytes,
        issuer: str,
        issued: datetime | None = None,
        with_value_added: bool = True,
    ) -> "Claims":
        """Return what a rating says of a firm and a month, as claims.

        Parameters
        ----------
        rating : Rating
            A rating.
        firm : str
            Its code.
        month : str, optional
            Last month of the window, YYYY-MM; the last that was rated if not given.
        root : bytes
            Merkle root of the 39 inputs.
        issuer : str
            Who says it.
        issued : datetime, optional
            From when it holds, with its zone; now if not given.
        with_value_added : bool
            Whether the value added is told; emission per value added is in any case.

        Raises
        ------
        UnknownCodeError, ParameterError
            If the rating has no such firm, or no such month.
        """
        from chainwright.carbon.codes.rated_claims import RatedClaims  # noqa: PLC0415 - a cycle

        rated = RatedClaims(rating, issuer=issuer, issued=seconds_of(issued))
        return rated.claims(*rating.place(firm, month), root, with_value_added=with_value_added)

    @property
    def last_day(self) -> date:
        """Last day of the period."""
        return _day(self.period[1])

    @property
    def month(self) -> str:
        """Last month of the period, YYYY-MM."""
        return f"{self.period[1] // 10000:04d}-{self.period[1] // 100 % 100:02d}"

    def as_dict(self) -> dict[str, object]:
        """Return the claims as JSON values: bytes in hexadecimal, times in ISO 8601."""
        found: dict[str, object] = {}
        for name, value in asdict(self).items():
            if isinstance(value, bytes):
                found[name] = value.hex()
            elif name in {"issued", "expires"}:
                found[name] = moment(value)
            elif name == "period":
                found[name] = [_day(day).isoformat() for day in value]
            else:
                found[name] = list(value) if isinstance(value, tuple) else value
        return found

    def encoded(self) -> bytes:
        """Return the claims as they are signed: a CBOR Web Token, deterministic."""
        given = vars(self)
        body = {
            key: given[name]
            for key, name in KEYS.items()
            if name not in OPTIONAL or given[name] not in {None, ""}
        }
        return token(self.issuer, self.issued, self.expires, body)

    @classmethod
    def decoded(cls, data: bytes) -> "Claims":
        """Return the claims that `encoded` wrote.

        Parameters
        ----------
        data : bytes
            A CBOR Web Token.

        Raises
        ------
        CodeError
            If it is not deterministic, a claim is missing, unknown or of another type: malformed.
        """
        outer = from_cbor(data)
        if not isinstance(outer, dict) or set(outer) != {ISSUER, EXPIRES, ISSUED, BODY}:
            raise CodeError("malformed", "The claims are not those of a code.")
        body = outer[BODY]
        if not isinstance(body, dict) or any(key not in KEYS for key in body):
            raise CodeError("malformed", "The code has claims that this version does not know.")
        given = {KEYS[key]: value for key, value in body.items()}
        lacking = [n for n in KEYS.values() if n not in given and n not in OPTIONAL]
        if lacking:
            raise CodeError("malformed", f"The code does not say: {', '.join(lacking)}.")
        empty = [n for n in OPTIONAL if n in given and given[n] in (None, "")]
        if empty:
            raise CodeError("malformed", f"The code says nothing where it could: {empty}.")
        parts: dict[str, Any] = {
            n: tuple(v) if isinstance(v, list) else v for n, v in given.items()
        }
        return cls(issuer=outer[ISSUER], issued=outer[ISSUED], expires=outer[EXPIRES], **parts)


def token(issuer: str, issued: int, expires: int, body: "Mapping[int, object]") -> bytes:
    """Return claims as a CBOR Web Token.

    Parameters
    ----------
    issuer : str
        Who says it.
    issued, expires : int
        From when and until when it holds [s since 1970].
    body : mapping of int to object
        What it says, by the keys of `KEYS`.
    """
    return as_cbor({ISSUER: issuer, EXPIRES: expires, ISSUED: issued, BODY: dict(body)})


def moment(seconds: int) -> str:
    """Return seconds since 1970 as a time of UTC in ISO 8601.

    Parameters
    ----------
    seconds : int
        Whole `seconds`.

    Examples
    --------
    >>> moment(0)
    '1970-01-01T00:00:00Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_of(at: datetime | None) -> int:
    """Return a time as whole seconds since 1970; now if it is not given.

    Parameters
    ----------
    at : datetime, optional
        A time with its zone.

    Raises
    ------
    ParameterError
        If it has no zone, or is not from 1970 to 9999 in UTC.
    """
    if at is None:
        return int(datetime.now(UTC).timestamp())
    if at.tzinfo is None:
        raise ParameterError("at", "a code", "a time with its zone", at.isoformat())
    seconds = math.floor(at.timestamp())
    if not 0 <= seconds <= LATEST:
        raise ParameterError("at", "a code", "a time from 1970 to 9999 in UTC", at.isoformat())
    return seconds


def _day(number: int) -> date:
    return date(number // 10000, number // 100 % 100, number % 100)


def _is_day(number: object) -> bool:
    if type(number) is not int or not 1970_01_01 <= number <= 9999_12_31:
        return False
    try:
        _day(number)
    except ValueError:
        return False
    return True


def printable(value: object, most: int, *, empty: bool = False) -> bool:
    r"""Return whether a value is a text that can be printed on a line, of so many bytes at most.

    Parameters
    ----------
    value : object
        Whatever came from afar.
    most : int
        Bytes in UTF-8.
    empty : bool
        Whether nothing is a text.

    Examples
    --------
    >>> printable("湖州", 6), printable("two\nlines", 20), printable("", 6)
    (True, False, False)
    """
    if not isinstance(value, str):
        return False
    return value.isprintable() and len(value.encode()) <= most if value else empty


def _text(value: object, *, empty: bool = False) -> bool:
    return printable(value, LIMIT, empty=empty)


def _number(value: object, low: float = -math.inf, high: float = math.inf) -> bool:
    return value is None or (type(value) is float and math.isfinite(value) and low <= value <= high)


def _whole(value: object, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def _rules(c: Claims) -> dict[str, bool]:
    """Return whether each claim is one that a code can have; their types come from afar, too."""
    period = isinstance(c.period, tuple) and len(c.period) == 2 and all(map(_is_day, c.period))
    kinds = isinstance(c.inputs, tuple) and len(c.inputs) == 4
    kinds = kinds and all(_whole(n, 0, 255) for n in c.inputs)
    rated = c.grade is not None
    return {
        "issuer": _text(c.issuer),
        "issued": _whole(c.issued, 0, LATEST),
        "expires": _whole(c.expires, 0, LATEST),
        "firm": _text(c.firm),
        "gbt4754": _text(c.gbt4754, empty=True),
        "division": _text(c.division, empty=True),
        "period": period and c.period[0] <= c.period[1],
        "net": _number(c.net),
        "scopes": isinstance(c.scopes, tuple)
        and len(c.scopes) == 3
        and all(_number(scope) for scope in c.scopes),
        "neutralised": _number(c.neutralised),
        "value_added": _number(c.value_added),
        "intensity": _number(c.intensity),
        "ratio": _number(c.ratio),
        "grade": c.grade is None or _whole(c.grade, 1, 5),
        "level": c.level is None or _whole(c.level, 1, 3),
        "neutrality": _number(c.neutrality, 0.0, 1.0),
        "method": _text(c.method),
        "factors": isinstance(c.factors, bytes) and len(c.factors) == 8,
        "root": isinstance(c.root, bytes) and len(c.root) == 32,
        "inputs": kinds and c.inputs[0] == sum(c.inputs[1:]),
        "half_width": _number(c.half_width, 0.0),
        "reason": _text(c.reason, empty=True) and (rated == (c.reason == "")),
        "peers": c.peers is None
        or (
            isinstance(c.peers, tuple)
            and len(c.peers) == 2
            and _text(c.peers[0])
            and _whole(c.peers[1], 1, 2**31)
        ),
    }
