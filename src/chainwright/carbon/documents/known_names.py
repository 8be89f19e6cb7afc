"""Names of classes, divisions and methods in both languages, for a document."""

from typing import Any

from chainwright.carbon.methods.method_files import CERTAINTIES, Method, methods
from chainwright.classes import classification

__all__ = ["class_names", "division_names", "method_names", "method_row"]

MEANS = {
    ("ratio_of_sums", "included"): (
        "sum of emissions over sum of value added, the firm included",
        "排放合计除以增加值合计（含本企业）",
    ),
    ("ratio_of_sums", "excluded"): (
        "sum of emissions over sum of value added, without the firm",
        "排放合计除以增加值合计（不含本企业）",
    ),
    ("mean_of_ratios", "included"): (
        "mean of the firms' emission per value added, the firm included",
        "各企业单位增加值排放的平均（含本企业）",
    ),
    ("mean_of_ratios", "excluded"): (
        "mean of the firms' emission per value added, without the firm",
        "各企业单位增加值排放的平均（不含本企业）",
    ),
}
"""What a method calls the mean of the peers, in English and Chinese."""


def class_names(code: str) -> dict[str, str]:
    """Return a class of GB/T 4754 with its names, as a document has them.

    Parameters
    ----------
    code : str
        A `code` of one to four characters; names are empty where the list has none of it.

    Examples
    --------
    >>> class_names("3391")["class_en"]
    'Casting of ferrous metals'
    """
    return _named("class", code, "GBT4754")


def division_names(code: str) -> dict[str, str]:
    """Return a division of GB/T 2260 with its names, as a document has them.

    A district or county that the list lacks has the name of its prefecture or province.

    Parameters
    ----------
    code : str
        A `code` of six digits, or nothing.

    Examples
    --------
    >>> division_names("330502")["division"]
    '330502'
    """
    found = _named("division", code, "GBT2260")
    if len(code) == 6 and not found["division_en"] + found["division_zh"]:
        for wider in (code[:4] + "00", code[:2] + "0000"):
            names = _named("division", wider, "GBT2260")
            if names["division_en"] or names["division_zh"]:
                return names | {"division": code}
    return found


def _named(stem: str, code: str, name: str) -> dict[str, str]:
    known = classification(name)
    first = code.partition(";")[0]
    there = first in known
    return {
        stem: code,
        f"{stem}_en": known.name(first, "en") if there else "",
        f"{stem}_zh": known.name(first, "zh") if there else "",
    }


def method_names(name: str) -> dict[str, Any]:
    """Return a method as a document has it, with the bounds of its grades and levels.

    Parameters
    ----------
    name : str
        Its id. Of a method that does not come with the program nothing is known but that; its
        bounds are empty.

    Examples
    --------
    >>> method_names("zj-2021")["grade_bounds"]
    [0.6, 0.8, 1.2, 2.0]
    """
    if name in methods():
        return method_row(Method.named(name))
    texts = ("title_en", "title_zh", "issuer", "certainty", "certainty_en", "certainty_zh")
    unknown = dict.fromkeys((*texts, "mean_en", "mean_zh"), "")
    return {"id": name} | unknown | {"grade_bounds": [], "level_bounds": []}


def method_row(method: Method) -> dict[str, Any]:
    """Return a `method` as a document has it, with the bounds of its grades and levels."""
    certain = CERTAINTIES[method.certainty]
    mean = MEANS[method.mean, method.own]
    return {
        "id": method.id,
        "title_en": method.title_en,
        "title_zh": method.title_zh,
        "issuer": method.issuer,
        "certainty": method.certainty,
        "certainty_en": certain[0],
        "certainty_zh": certain[1],
        "mean_en": mean[0],
        "mean_zh": mean[1],
        "grade_bounds": list(method.grade_bounds),
        "level_bounds": list(method.level_bounds),
    }
