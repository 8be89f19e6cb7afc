"""The document of a code of which nothing is known but its signed text."""

from typing import Any

from chainwright.carbon.codes.claims import Claims
from chainwright.carbon.documents.firm_documents import signature_of
from chainwright.carbon.documents.known_names import class_names, division_names, method_names

__all__ = ["signed_document"]


def signed_document(text: str) -> dict[str, Any]:
    """Return what a signed text says as a document, in the form of `chainwright.carbon.documents`.

    The signature is not checked here: whoever shows the document checks its text. It has no trend,
    no measures, no spread of peers and no names of kinds, which no code holds.

    Parameters
    ----------
    text : str
        A code, ``CC1:`` and what follows.

    Raises
    ------
    CodeError
        If it is no code: malformed or oversize.
    """
    signature, c = signature_of(text)
    first, last = (f"{day // 10000:04d}-{day // 100 % 100:02d}-{day % 100:02d}" for day in c.period)
    kinds, measured, estimated, missing = c.inputs
    method = method_names(c.method)
    return {
        "form": "carbon-code/1",
        "firm": {
            "id": c.firm,
            "credit_code": c.firm,
            "name_en": "",
            "name_zh": "",
            "size": "",
            **class_names(c.gbt4754),
            **division_names(c.division),
        },
        "period": {"month": c.month, "first": first, "last": last, "months": _months(c.period)},
        "rated": c.grade is not None,
        "reason": {"code": c.reason, "en": c.reason, "zh": c.reason} if c.reason else None,
        "totals": {
            "net_t": c.net,
            "gross_t": _sum(c.net, c.neutralised),
            "neutralised_t": c.neutralised,
            "value_added": c.value_added,
            "half_width": c.half_width,
        },
        "intensity": {
            "value": c.intensity,
            "mean": c.intensity / c.ratio if c.intensity and c.ratio else None,
            "level": c.level or 0,
            "bounds": method.pop("level_bounds"),
        },
        "efficiency": {
            "value": c.ratio,
            "grade": c.grade or 0,
            "bounds": method.pop("grade_bounds"),
            "probability": None,
        },
        "neutrality": {"value": c.neutrality},
        "peers": _peers(c),
        "trend": [],
        "coverage": {
            "kinds": kinds,
            "measured": measured,
            "estimated": estimated,
            "missing": missing,
            "estimated_kinds": [],
            "missing_kinds": [],
        },
        "measures": [],
        "method": method,
        "factors": {"name": "", "digest": c.factors.hex()},
        "signature": signature,
    }


def _months(period: tuple[int, int]) -> int:
    first, last = (day // 10000 * 12 + day // 100 % 100 for day in period)
    return last - first + 1


def _sum(net: float | None, neutralised: float | None) -> float | None:
    return None if net is None or neutralised is None else net + neutralised


def _peers(c: Claims) -> dict[str, Any] | None:
    if c.peers is None:
        return None
    code, firms = c.peers
    names = class_names(code)
    spread = dict.fromkeys(("rank", "low", "quarter", "median", "three_quarters", "high"))
    digits = len(code) if code.isdigit() else 0
    told = {"class": code, "digits": digits, "en": names["class_en"], "zh": names["class_zh"]}
    return told | {"firms": firms} | spread
