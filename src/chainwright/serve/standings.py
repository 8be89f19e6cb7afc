"""How far a code may be relied on here: who signed it, and whether it still holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isclose
from typing import TYPE_CHECKING, Any

from chainwright.carbon.codes.verifying import verify
from chainwright.errors import CodeError

if TYPE_CHECKING:
    from chainwright.carbon.codes.claims import Claims
    from chainwright.carbon.codes.status_lists import StatusList
    from chainwright.carbon.codes.trust_lists import TrustList
    from chainwright.carbon.codes.verifying import VerifiedCode

__all__ = ["Standing", "checked", "standing_of"]

SIGNED = (
    ("net", "totals", "net_t"),
    ("neutralised", "totals", "neutralised_t"),
    ("intensity", "intensity", "value"),
    ("ratio", "efficiency", "value"),
    ("neutrality", "neutrality", "value"),
)
"""Numbers of a code, and where a document has them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a code may be relied on.

    Parameters
    ----------
    kind : str
        unsigned, unchecked (no trust list), overdue (a trust list that is too old), unofficial,
        official, expired, withdrawn or refused.
    reason : str
        Why it is refused or withdrawn: a word of `CodeError`, mismatch, or the issuer's words; the
        last day of what has expired or is overdue.
    """

    kind: str
    reason: str = ""


def standing_of(
    document: Mapping[str, Any],
    *,
    trust: "TrustList | None",
    status: "StatusList | None",
    at: datetime | None = None,
) -> Standing:
    """Return how far the code of a document may be relied on.

    What the document itself says of its standing counts for nothing: it is official only if its
    signature holds, its key is official on the trust list, and the figures of the document are
    those that were signed.

    Parameters
    ----------
    document : dict
        A code, in the form of `chainwright.carbon.documents`.
    trust : TrustList, optional
        Keys that are taken; without it nothing is checked but the date.
    status : StatusList, optional
        Codes that were withdrawn.
    at : datetime, optional
        For when, with its zone; now if not given.
    """
    signature = document["signature"]
    now = (at or datetime.now(UTC)).astimezone(UTC)
    if not signature:
        return Standing("unsigned")
    if now.date().isoformat() > signature["expires"]:
        return Standing("expired", signature["expires"])
    if trust is None or now.date() > trust.expires:
        return Standing("unchecked") if trust is None else Standing("overdue", str(trust.expires))
    try:
        verified = checked(signature["text"], trust, status, now)
    except CodeError as error:
        known = error.reason in {"withdrawn", "expired"}
        return Standing(error.reason, str(error)) if known else Standing("refused", error.reason)
    if not _same(document, verified.claims):
        return Standing("refused", "mismatch")
    return Standing("official" if verified.official else "unofficial")


def checked(
    text: str, trust: "TrustList", status: "StatusList | None", at: datetime
) -> "VerifiedCode":
    """Return a code that was verified; a status list counts for the codes of its issuer alone.

    Parameters
    ----------
    text : str
        The code.
    trust : TrustList
        Keys that are taken.
    status : StatusList, optional
        Codes that an issuer has withdrawn.
    at : datetime
        For when, with its zone.

    Raises
    ------
    CodeError
        If it is refused.
    """
    found = verify(text, trust, at=at)
    if status is None or status.issuer != found.claims.issuer:
        return found
    return verify(text, trust, status=status, at=at)


def _same(document: Mapping[str, Any], claims: "Claims") -> bool:
    """Return whether a document says what was signed."""
    pairs = [(getattr(claims, name), document[part][key]) for name, part, key in SIGNED]
    numbers = all(
        a == b if a is None or b is None else isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
        for a, b in pairs
    )
    same = (
        (claims.grade or 0) == document["efficiency"]["grade"]
        and claims.method == document["method"]["id"]
        and claims.month == document["period"]["month"]
        and claims.firm in {document["firm"]["id"], document["firm"]["credit_code"]}
    )
    return numbers and same
