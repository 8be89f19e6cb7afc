"""A code checked without a network: its signature first, then what it says."""

from dataclasses import dataclass
from datetime import UTC, datetime

from chainwright.carbon.codes.claims import Claims, moment, seconds_of
from chainwright.carbon.codes.cose import Envelope
from chainwright.carbon.codes.status_lists import StatusList, code_id
from chainwright.carbon.codes.trust_lists import TrustedKey, TrustList
from chainwright.errors import CodeError, ParameterError

__all__ = ["VerifiedCode", "signed_claims", "verify"]

SKEW_S = 300
"""Seconds by which the clocks of issuer and reader may differ."""


@dataclass(frozen=True)
class VerifiedCode:
    """A code whose signature, dates and status were checked.

    Parameters
    ----------
    claims : Claims
        What it says.
    key : TrustedKey
        Whose key signed it, as the trust list has it.
    official : bool
        Whether it is an official code: the key is official on a list whose signer was known.
    text : str
        The code.
    checked : int
        The time for which it was checked [s since 1970, UTC].
    status : int, optional
        When the status list was made on which it does not stand [s since 1970, UTC]; None where
        none was given.
    outdated : bool
        Whether the next status list was due by then.
    """

    claims: Claims
    key: TrustedKey
    official: bool
    text: str
    checked: int
    status: int | None
    outdated: bool

    @property
    def issuer(self) -> str:
        """Who signed it."""
        return self.claims.issuer

    @property
    def expired(self) -> bool:
        """Whether it had expired by then, and was taken as a record all the same."""
        return self.checked >= self.claims.expires

    @property
    def words_en(self) -> str:
        """What was found, in English."""
        c = self.claims
        standing = "An official code." if self.official else "This is not an official code."
        if self.status is None:
            status = "Whether it was withdrawn was not checked: no status list was given."
        else:
            late = "; the next list is overdue" if self.outdated else ""
            status = f"Not withdrawn by {_day(self.status)}{late}."
        end = "expired at" if self.expired else "valid until"
        return (
            f"{standing} Signed by {self.key.name()} (key {self.key.public.kid.hex()}) on "
            f"{_day(c.issued)}, {end} {moment(c.expires)}; unchanged since. {status}"
        )

    @property
    def words_zh(self) -> str:
        """What was found, in Chinese."""
        c = self.claims
        standing = "官方码。" if self.official else "本码为非官方码。"
        if self.status is None:
            status = "未提供状态清单，未核查是否已撤销。"
        else:
            late = "，下一期清单已逾期" if self.outdated else ""
            status = f"截至 {_day(self.status)} 未撤销{late}。"
        end = "已于 {} 失效" if self.expired else "有效期至 {}"
        return (
            f"{standing}由{self.key.name('zh')}（密钥 {self.key.public.kid.hex()}）于 "
            f"{_day(c.issued)} 签发，{end.format(moment(c.expires))}，签发后未被改动。{status}"
        )


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def signed_claims(text: str, trust: TrustList) -> tuple[Claims, TrustedKey]:
    """Return what a code says and the key that signed it; dates and status are not looked at.

    Parameters
    ----------
    text : str
        The code.
    trust : TrustList
        Keys that are taken.

    Raises
    ------
    CodeError
        If it is no code, or none of these keys signed it in the name of its issuer.
    """
    envelope = Envelope.of(text)
    key = trust.key(envelope.kid)
    if key.public.algorithm != envelope.algorithm:
        raise CodeError(
            "wrong_algorithm",
            f"The code says {envelope.algorithm}, its key is of {key.public.algorithm}.",
        )
    if not envelope.signed_by(key.public):
        raise CodeError("tampered", f"This is not what {key.public.issuer} signed.")
    claims = Claims.decoded(envelope.payload)
    if claims.issuer != key.public.issuer:
        raise CodeError(
            "unknown_key", f"The code names {claims.issuer}, its key is {key.public.issuer}'s."
        )
    return claims, key


def verify(
    text: str,
    trust: TrustList,
    *,
    status: StatusList | None = None,
    at: datetime | None = None,
    past: bool = False,
) -> VerifiedCode:
    """Return a code that was checked; nothing is asked over a network.

    Its form and length come first, then the algorithm (EdDSA or ES256, no other), the key (from the
    trust list, by its name), the signature, and only then what it says: issuer, dates, status.

    Parameters
    ----------
    text : str
        The code, ``CC1:`` and what follows.
    trust : TrustList
        Keys that are taken.
    status : StatusList, optional
        Codes that the issuer has withdrawn.
    at : datetime, optional
        For when it is checked, with its zone; now if not given.
    past : bool
        Whether a code that has expired is taken, as a record of its period; its words then say so.

    Raises
    ------
    CodeError
        If it is refused; its `reason` is one of tampered, expired, not_yet (the code, or a status
        list that is to come), unknown_key, wrong_algorithm, oversize, malformed and withdrawn.
    ParameterError
        If the status list is another issuer's, or `at` has no zone.
    """
    now = seconds_of(at)
    if _day(now) > trust.expires.isoformat():
        raise CodeError("expired", f"The trust list was for use until {trust.expires}. Renew it.")
    claims, key = signed_claims(text, trust)
    _check_dates(claims, key, now, past=past)
    if status is not None:
        _check_status(claims, status, now)
    return VerifiedCode(
        claims,
        key,
        key.official and trust.pinned,
        text,
        now,
        None if status is None else status.issued,
        status is not None and now > status.due,
    )


def _check_dates(claims: Claims, key: TrustedKey, now: int, *, past: bool) -> None:
    """Refuse a code out of its time, or one that its key may not have signed then."""
    if not key.valid(claims.issued):
        raise CodeError(
            "unknown_key",
            f"The key {key.public.kid.hex()} may sign from {key.valid_from} to {key.valid_to}; "
            f"the code is of {_day(claims.issued)}.",
        )
    if now < claims.issued - SKEW_S:
        raise CodeError("not_yet", f"The code holds from {moment(claims.issued)} on.")
    if now >= claims.expires and not past:
        raise CodeError("expired", f"The code was valid until {moment(claims.expires)}.")


def _check_status(claims: Claims, status: StatusList, now: int) -> None:
    """Refuse a code that its issuer has withdrawn, and a list that is not made yet."""
    if status.issuer != claims.issuer:
        expected = f"a status list of {claims.issuer!r}"
        raise ParameterError("status", "verify", expected, status.issuer)
    entry = status.withdrawn.get(code_id(claims))
    if entry is not None:
        raise CodeError("withdrawn", f"Withdrawn at {entry[0]}: {entry[1]}")
    if status.issued > max(now, seconds_of(None)) + SKEW_S:  # a list of today may judge a past day
        made = moment(status.issued)
        raise CodeError("not_yet", f"The status list is of {made}, which is to come.")
