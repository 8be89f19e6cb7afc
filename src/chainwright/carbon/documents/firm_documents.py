"""Documents of carbon efficiency codes out of a rating."""

import json
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
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
    return _document(rating, PeerSpread(rating, t), i, text, measures)


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
    spread = PeerSpread(rating, t)
    for i, firm in enumerate(rating.firms):
        text = (texts or {}).get(firm, "")
        yield _document(rating, spread, i, text, (measures or {}).get(firm, ()))


def document_text(document: Mapping[str, Any]) -> str:
    """Return a document as JSON text, as a store keeps it; no number of it is NaN.

    Parameters
    ----------
    document : mapping
        A document.
    """
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def signature_of(text: str) -> dict[str, Any]:
    """Return what a signed code says of its signing, as a document has it; nothing is checked.

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
    return {
        "issuer": claims.issuer,
        "kid": envelope.kid.hex(),
        "official": False,
        "issued": _day(claims.issued),
        "expires": _day(claims.expires - 1),  # the last day on which it holds
        "text": text,
    }


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _document(
    rating: "Rating",
    spread: PeerSpread,
    i: int,
    text: str,
    measures: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    r, t = rating, spread.column
    method = method_row(r.method)
    level_bounds, grade_bounds = method.pop("level_bounds"), method.pop("grade_bounds")
    reason = REASONS[int(r.reason[i, t])]
    chance = r.probability[i, t, : r.method.grades].tolist()
    grade = int(r.grade[i, t])
    return {
        "form": "carbon-code/1",
        "firm": _firm(r, r.firms[i]),
        "period": _period(r.periods[t], r.method.window_months),
        "rated": grade > 0,
        "reason": {"code": reason.code, "en": reason.words_en, "zh": reason.words_zh}
        if reason.code
        else None,
        "totals": {
            "net_t": _number(r.net[i, t]),
            "gross_t": _number(r.gross[i, t]),
            "neutralised_t": _number(r.neutralised[i, t]),
            "value_added": _number(r.value_added[i, t]),
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
        "peers": spread.row(i),
        "trend": _trend(r, i, t),
        "coverage": _coverage(r, i, t),
        "measures": [dict(measure) for measure in measures],
        "method": method,
        "factors": {"name": r.account.factors.name, "digest": r.account.factors.digest.hex()},
        "signature": signature_of(text) if text else None,
    }


def _number(value: object) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return number if np.isfinite(number) else None


def _firm(rating: "Rating", firm: str) -> dict[str, str]:
    frame = rating.system.firms.table
    row = frame.iloc[rating.system.firms.axis.place[firm]]
    return {
        "id": firm,
        "credit_code": str(row["credit_code"]),
        "name_en": str(row["name_en"]),
        "name_zh": str(row["name_zh"]),
        "size": str(row["size"]),
        **class_names(str(row["gbt4754"]).split(";")[0].strip()),
        **division_names(str(row["division"])),
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
