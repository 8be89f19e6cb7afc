"""Names of classes, divisions and methods in both languages, for a document."""

from typing import Any

from chainwright.carbon.cities.units import division_name
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

WORDED = ("title", "issuer", "certainty", "mean")
"""What is said of a method in both languages."""


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

    What has no name in the lists has that of its prefecture or province; in English, where the
    prefectures have none, the province stands before the code.

    Parameters
    ----------
    code : str
        A `code` of six digits, or nothing.

    Examples
    --------
    >>> division_names("330502")["division"]
    '330502'
    >>> division_names("330782")["division_en"], division_names("330782")["division_zh"]
    ('Zhejiang 330782', '金华市')
    """
    found = {"division": code, "division_en": "", "division_zh": ""}
    if len(code) != 6:
        return found
    for wider in (code, code[:4] + "00", code[:2] + "0000"):
        names = division_name(wider)
        for name, language in zip(names, ("division_en", "division_zh"), strict=True):
            if name != wider and not found[language]:
                inside = wider != code and language == "division_en"
                found[language] = f"{name} {code}" if inside else name
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
    worded = [f"{text}_{language}" for text in WORDED for language in ("en", "zh")]
    unknown = dict.fromkeys(("certainty", *worded), "")
    return {"id": name} | unknown | {"grade_bounds": [], "level_bounds": []}


def method_row(method: Method) -> dict[str, Any]:
    """Return a `method` as a document has it, with the bounds of its grades and levels."""
    certain = CERTAINTIES[method.certainty]
    mean = MEANS[method.mean, method.own]
    return {
        "id": method.id,
        "title_en": method.title_en,
        "title_zh": method.title_zh,
        "issuer_en": method.issuer_en,
        "issuer_zh": method.issuer_zh,
        "certainty": method.certainty,
        "certainty_en": certain[0],
        "certainty_zh": certain[1],
        "mean_en": mean[0],
        "mean_zh": mean[1],
        "grade_bounds": list(method.grade_bounds),
        "level_bounds": list(method.level_bounds),
    }
