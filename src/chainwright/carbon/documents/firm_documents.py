"""Documents of carbon efficiency codes out of a rating."""

import json
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from chainwright.carbon.codes.claims import Claims
from chainwright.carbon.codes.cose import Envelope
from chainwright.carbon.documents.known_names import class_names, division_names, method_row
from chainwright.carbon.documents.peer_spread import PeerSpread
from chainwright.carbon.inventory.coverage import COUNTED
from chainwright.carbon.ratings.reasons import REASONS
from chainwright.params import table

if TYPE_CHECKING:
    from chainwright.carbon.ratings.rating_result import Rating

__all__ = ["code_document", "code_documents", "document_text", "signature_of"]

HISTORY = 36
"""Months of a trend at most."""
ESTIMATED, MISSING = 2, 3
"""Marks of a coverage; see `Coverage`."""


def code_document(
    rating: "Rating",
    firm: str,
    month: str | None = None,
    *,
    text: str = "",
    measures: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return the document of the code of one firm, in the form of `chainwright.carbon.documents`.

    Parameters
    ----------
    rating : Rating
        The rating.
    firm : str
        Code of the firm.
    month : str, optional
        Last month of the window, YYYY-MM; the last of the rating if not given.
    text : str
        The signed code; without it the document has no signature.
    measures : sequence of mapping
        What to do next, best first, each with the keys of a measure of a document.

    Raises
    ------
    UnknownCodeError
        If there is no such firm.
    ParameterError
        If the month was not rated.
    CodeError
        If the text is no code.
    """
    i, t = rating.place(firm, month)
    return _document(_Month.of(rating, t), i, text, measures)


def code_documents(
    rating: "Rating",
    month: str | None = None,
    *,
    texts: Mapping[str, str] | None = None,
    measures: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield the documents of all firms of a rating for one month, in its order.

    Parameters
    ----------
    rating : Rating
        The rating.
    month : str, optional
        Last month of the window, YYYY-MM; the last of the rating if not given.
    texts : mapping of str to str, optional
        The signed code of each firm.
    measures : mapping, optional
        What to do next, by firm.

    Raises
    ------
    ParameterError
        If the month was not rated.
    """
    if not rating.firms:
        return
    _, t = rating.place(rating.firms[0], month)
    of_month = _Month.of(rating, t)
    for i, firm in enumerate(rating.firms):
        text = (texts or {}).get(firm, "")
        yield _document(of_month, i, text, (measures or {}).get(firm, ()))


def document_text(document: Mapping[str, Any]) -> str:
    """Return a document as JSON text, as a store keeps it; no number of it is NaN.

    Parameters
    ----------
    document : mapping
        A document.
    """
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def signature_of(text: str) -> tuple[dict[str, Any], Claims]:
    """Return what a code says of its signing, as a document has it, and what it claims.

    Nothing is checked.

    Parameters
    ----------
    text : str
        A code, ``CC1:`` and what follows.

    Raises
    ------
    CodeError
        If it is no code: malformed or oversize.
    """
    envelope = Envelope.of(text)
    claims = Claims.decoded(envelope.payload)
    signature = {
        "issuer": claims.issuer,
        "kid": envelope.kid.hex(),
        "official": False,
        "issued": _day(claims.issued),
        "expires": _day(claims.expires - 1),  # the last day on which it holds
        "text": text,
    }
    return signature, claims


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


@dataclass(frozen=True)
class _Month:
    """What all documents of a rating and a month share."""

    rating: "Rating"
    spread: PeerSpread
    registered: dict[str, dict[str, str]]
    factors: dict[str, str]

    @classmethod
    def of(cls, rating: "Rating", column: int) -> "_Month":
        frame = rating.system.firms.table
        names = ("firm", "credit_code", "name_en", "name_zh", "size", "gbt4754", "division")
        rows = zip(*(frame[name].tolist() for name in names), strict=True)
        registered = {row[0]: dict(zip(names, row, strict=True)) for row in rows}
        factors = rating.account.factors
        digest = factors.digest.hex()
        return cls(
            rating, PeerSpread(rating, column), registered, {"name": factors.name, "digest": digest}
        )


def _document(
    of_month: _Month, i: int, text: str, measures: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    r, t = of_month.rating, of_month.spread.column
    signature, claims = signature_of(text) if text else (None, None)
    withheld = claims is not None and claims.value_added is None  # the firm objects
    method = method_row(r.method)
    level_bounds, grade_bounds = method.pop("level_bounds"), method.pop("grade_bounds")
    reason = REASONS[int(r.reason[i, t])]
    chance = r.probability[i, t, : r.method.grades].tolist()
    grade = int(r.grade[i, t])
    return {
        "form": "carbon-code/1",
        "firm": _firm(of_month.registered[r.firms[i]]),
        "period": _period(r.periods[t], r.method.window_months),
        "rated": grade > 0,
        "reason": {"code": reason.code, "en": reason.words_en, "zh": reason.words_zh}
        if reason.code
        else None,
        "totals": {
            "net_t": _number(r.net[i, t]),
            "gross_t": _number(r.gross[i, t]),
            "neutralised_t": _number(r.neutralised[i, t]),
            "value_added": None if withheld else _number(r.value_added[i, t]),
            "half_width": _number(r.half_width[i, t]),
        },
        "intensity": {
            "value": _number(r.L[i, t]),
            "mean": _number(r.mean[i, t]),
            "level": int(r.level[i, t]),
            "bounds": level_bounds,
        },
        "efficiency": {
            "value": _number(r.K[i, t]),
            "grade": grade,
            "bounds": grade_bounds,
            "probability": chance if grade and np.isfinite(chance).all() else None,
        },
        "neutrality": {"value": _number(r.R[i, t])},
        "peers": of_month.spread.row(i),
        "trend": _trend(r, i, t),
        "coverage": _coverage(r, i, t),
        "measures": [dict(measure) for measure in measures],
        "method": method,
        "factors": dict(of_month.factors),
        "signature": signature,
    }


def _number(value: object) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return number if np.isfinite(number) else None


def _firm(row: Mapping[str, str]) -> dict[str, str]:
    return {
        "id": row["firm"],
        **{name: row[name] for name in ("credit_code", "name_en", "name_zh", "size")},
        **class_names(row["gbt4754"].split(";")[0].strip()),
        **division_names(row["division"]),
    }


def _period(month: str, window_months: int) -> dict[str, Any]:
    year, number = map(int, month.split("-"))
    begun = year * 12 + number - window_months
    return {
        "month": month,
        "first": f"{begun // 12:04d}-{begun % 12 + 1:02d}-01",
        "last": f"{month}-{monthrange(year, number)[1]:02d}",
        "months": window_months,
    }


def _trend(r: "Rating", i: int, t: int) -> list[dict[str, Any]]:
    columns = range(max(0, t + 1 - HISTORY), t + 1)
    return [
        {
            "month": r.periods[c],
            "net_t": _number(r.net[i, c]),
            "intensity": _number(r.L[i, c]),
            "efficiency": _number(r.K[i, c]),
            "grade": int(r.grade[i, c]),
        }
        for c in columns
        if np.isfinite(r.net[i, c])
    ]


def _coverage(r: "Rating", i: int, t: int) -> dict[str, Any]:
    c = int(r.columns[t])
    marks = r.window.coverage.marks[i, c]
    kinds = [row for row in table("carbon_kinds") if int(row["number"]) <= COUNTED]

    def listed(mark: int) -> list[dict[str, Any]]:
        return [
            {
                "number": int(row["number"]),
                "kind": row["kind"],
                "en": row["name_en"],
                "zh": row["name_zh"],
                "unit": row["unit"],
            }
            for row in kinds
            if marks[int(row["number"]) - 1] == mark
        ]

    return {
        "kinds": COUNTED,
        "measured": int(r.window.measured[i, c]),
        "estimated": int(r.window.estimated[i, c]),
        "missing": int(r.window.missing[i, c]),
        "estimated_kinds": listed(ESTIMATED),
        "missing_kinds": listed(MISSING),
    }
