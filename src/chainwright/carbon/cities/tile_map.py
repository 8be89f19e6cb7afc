"""A map of tiles as SVG: one square a district or province, with colour, digit and pattern."""

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from chainwright.params import table

if TYPE_CHECKING:
    from chainwright.carbon.methods.method_files import Method

__all__ = ["PATTERNS", "tile_places", "tile_svg"]

TILE, GAP, MARGIN, HEAD, FOOT = 104, 8, 16, 52, 44
"""Sizes of the picture [px]."""

UNKNOWN = "#D9D9D9"
DARK, LIGHT = "#1A1A1A", "#FFFFFF"

PATTERNS = (
    "",
    '<path d="M0 8 L8 0" stroke="{ink}" stroke-width="1"/>',
    '<circle cx="4" cy="4" r="1.2" fill="{ink}"/>',
    '<path d="M0 4 H8" stroke="{ink}" stroke-width="1"/>',
    '<path d="M0 0 L8 8 M0 8 L8 0" stroke="{ink}" stroke-width="1"/>',
)
"""Pattern of each grade on a square of 8; the first is plain."""

WORDS = {
    "en": {
        "title": "Carbon efficiency by district, {month}",
        "grade": "grade {grade}",
        "none": "not rated",
        "foot": "Grade of the ratio to peers, by {method}. No official code.",
    },
    "zh": {
        "title": "各区域碳效，{month}",
        "grade": "等级 {grade}",
        "none": "不可评",
        "foot": "按 {method} 对同行比值分级，非官方赋码。",
    },
}


def tile_places(codes: list[str]) -> dict[str, tuple[int, int]]:
    """Return row and column of each tile: a table of provinces, else a grid in order of codes.

    Parameters
    ----------
    codes : list of str
        Divisions of GB/T 2260, six digits.

    Examples
    --------
    >>> tile_places(["330502", "330503", "330521"])
    {'330502': (0, 0), '330503': (0, 1), '330521': (1, 0)}
    """
    if codes and all(code.endswith("0000") for code in codes):
        of = {r["code"]: (int(r["row"]), int(r["column"])) for r in table("province_tiles")}
        return {code: of[code[:2]] for code in codes}
    wide = max(1, int(len(codes) ** 0.5 + 0.999))
    return {code: divmod(i, wide) for i, code in enumerate(sorted(codes))}


def tile_svg(rows: pd.DataFrame, method: "Method", month: str, language: str = "en") -> str:
    """Return the map as SVG, to be read without its colours too.

    Parameters
    ----------
    rows : DataFrame
        Rows of the table ``carbon_city``; those of districts are drawn.
    method : Method
        Whose colours and bounds.
    month : str
        Last month of the window.
    language : str
        ``"en"`` or ``"zh"``.
    """
    words = WORDS[language]
    held = rows[rows["unit"] == "district"]
    places = tile_places(held["code"].tolist())
    down = 1 + max((row for row, _ in places.values()), default=0)
    wide = 1 + max((column for _, column in places.values()), default=0)
    width = max(2 * MARGIN + wide * (TILE + GAP) - GAP, 420)
    height = HEAD + down * (TILE + GAP) - GAP + FOOT
    tiles, told = [], []
    for row in held.to_dict("records"):
        drawn, said = _tile(row, places[row["code"]], method, language)
        tiles.append(drawn)
        told.append(said)
    title = words["title"].format(month=month)
    foot = words["foot"].format(method=method.id)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="{language}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'aria-labelledby="t d" font-family="system-ui, sans-serif">'
        f'<title id="t">{escape(title)}</title><desc id="d">{escape("; ".join(told))}</desc>'
        f"<defs>{_patterns(method)}</defs>"
        f'<rect width="{width}" height="{height}" fill="{LIGHT}"/>'
        f'<text x="{MARGIN}" y="32" font-size="18" font-weight="600" fill="{DARK}">'
        f"{escape(title)}</text>"
        f"{''.join(tiles)}"
        f'<text x="{MARGIN}" y="{height - 16}" font-size="12" fill="{DARK}">{escape(foot)}</text>'
        "</svg>\n"
    )


def _tile(
    row: dict[Any, Any], place: tuple[int, int], method: "Method", language: str
) -> tuple[str, str]:
    """Return a tile and what it says in words."""
    words = WORDS[language]
    grade = 0 if pd.isna(row["grade"]) else int(row["grade"])
    colour = method.colours[grade - 1] if grade else UNKNOWN
    ink = _ink(colour)
    x, y = MARGIN + place[1] * (TILE + GAP), HEAD + place[0] * (TILE + GAP)
    name = str(row["name_zh" if language == "zh" else "name_en"])
    said = words["grade"].format(grade=grade) if grade else words["none"]
    ratio = "" if pd.isna(row["ratio"]) else f"K {row['ratio']:.2f}"
    square = f'x="{x}" y="{y}" width="{TILE}" height="{TILE}" rx="6"'
    pattern = f'<rect {square} fill="url(#p{grade})" fill-opacity="0.28"/>' if grade else ""
    middle = x + TILE // 2
    drawn = (
        f'<g><rect {square} fill="{colour}" stroke="{DARK}" stroke-width="0.5"/>{pattern}'
        f'<g fill="{ink}" text-anchor="middle">'
        f'<text x="{middle}" y="{y + 22}" font-size="13">{escape(name)}</text>'
        f'<text x="{middle}" y="{y + 66}" font-size="36" font-weight="700">{grade or "–"}</text>'
        f'<text x="{middle}" y="{y + 92}" font-size="12">{escape(ratio or said)}</text></g></g>'
    )
    return drawn, f"{name}: {said}" + (f", {ratio}" if ratio else "")


def _patterns(method: "Method") -> str:
    return "".join(
        f'<pattern id="p{g}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f"{PATTERNS[g - 1].format(ink=_ink(colour))}</pattern>"
        for g, colour in enumerate(method.colours, 1)
    )


def _ink(colour: str) -> str:
    """Return the colour of text that is easier to read on a colour: contrast by WCAG 2.2."""
    light = _luminance(colour)
    on_dark, on_light = 1.05 / (light + 0.05), (light + 0.05) / (_luminance(DARK) + 0.05)
    return LIGHT if on_dark > on_light else DARK


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
