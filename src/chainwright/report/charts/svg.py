"""SVG as text: shapes and words, a string each.

Charts of thousands of boxes and words are written so, as matplotlib takes some milliseconds a text.
"""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from chainwright.report.charts.chart import CJK_FONTS
from chainwright.report.charts.palette import INK, MUTED

__all__ = ["HATCH", "box", "document", "dot", "hatching", "line", "path", "words"]

FAMILY = ", ".join(["'DejaVu Sans'", "Arial", *(f"'{font}'" for font in CJK_FONTS), "sans-serif"])
"""Fonts for Latin letters first, so that they are not set in those of a Chinese font."""


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def words(
    x: float,
    y: float,
    text: str,
    *,
    size: float,
    colour: str = INK,
    bold: bool = False,
    anchor: str = "start",
) -> str:
    """Return one line of text whose baseline starts, is centred or ends at a place.

    Parameters
    ----------
    x, y : float
        The place [pt].
    text : str
        One line; what means something in XML is escaped.
    size : float
        Of the font [pt].
    colour : str
        Of the text.
    bold : bool
        Whether it is bold.
    anchor : str
        ``start``, ``middle`` or ``end``.
    """
    weight = ' font-weight="bold"' if bold else ""
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return (
        f'<text x="{_number(x)}" y="{_number(y)}" font-size="{_number(size)}" fill="{colour}"'
        f"{weight}{side}>{escape(text)}</text>"
    )


def box(
    corner: tuple[float, float],
    width: float,
    height: float,
    *,
    fill: str,
    edge: str = "none",
    thick: float = 0.0,
    dashed: bool = False,
) -> str:
    """Return a rectangle.

    Parameters
    ----------
    corner : (float, float)
        Its upper left corner [pt].
    width, height : float
        Its size [pt].
    fill, edge : str
        Colours of its face and its outline.
    thick : float
        Of the outline [pt].
    dashed : bool
        Whether the outline is dashed.
    """
    outline = "" if edge == "none" else f' stroke="{edge}" stroke-width="{_number(thick)}"'
    dash = ' stroke-dasharray="3 2"' if dashed else ""
    return (
        f'<rect x="{_number(corner[0])}" y="{_number(corner[1])}" width="{_number(width)}" '
        f'height="{_number(height)}" fill="{fill}"{outline}{dash}/>'
    )


HATCH = "url(#hatch)"
"""Fill of what is not known; a picture that uses it has `hatching` among its parts."""


def hatching() -> str:
    """Return the pattern that `HATCH` names: thin strokes on white; takes no parameters."""
    return (
        '<defs><pattern id="hatch" width="2.4" height="2.4" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="2.4" height="2.4" fill="#ffffff"/>'
        f'<rect width="0.9" height="2.4" fill="{MUTED}"/></pattern></defs>'
    )


def dot(
    x: float, y: float, radius: float, *, fill: str, edge: str = "none", thick: float = 0.6
) -> str:
    """Return a disc.

    Parameters
    ----------
    x, y, radius : float
        Its middle and its size [pt].
    fill, edge : str
        Colours of its face and its outline.
    thick : float
        Of the outline [pt].
    """
    outline = "" if edge == "none" else f' stroke="{edge}" stroke-width="{_number(thick)}"'
    place = f'cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"'
    return f'<circle {place} fill="{fill}"{outline}/>'


def path(drawn: str, *, colour: str, thick: float, dashed: bool = False, unit: float = 1.0) -> str:
    """Return a path: lines and curves of one style.

    Parameters
    ----------
    drawn : str
        What SVG calls ``d``.
    colour : str
        Of the line.
    thick : float
        Of the line [pt]; 0 for a face without a line.
    dashed : bool
        Whether the line is dashed.
    unit : float
        Units of `drawn` that a point has.
    """
    if not thick:
        return f'<path d="{drawn}" fill="{colour}"/>'
    wide = _number(thick * unit)
    dash = f' stroke-dasharray="{_number(4.0 * unit)} {_number(2.4 * unit)}"' if dashed else ""
    return f'<path d="{drawn}" fill="none" stroke="{colour}" stroke-width="{wide}"{dash}/>'


def line(start: tuple[float, float], end: tuple[float, float], **style: object) -> str:
    """Return a straight line.

    Parameters
    ----------
    start, end : (float, float)
        Where it runs [pt].
    **style
        As for `path`.
    """
    drawn = f"M{_number(start[0])} {_number(start[1])}L{_number(end[0])} {_number(end[1])}"
    return path(drawn, **style)  # type: ignore[arg-type]


def document(
    parts: Iterable[str], size: Sequence[float], *, title: str, description: str, paper: str
) -> str:
    """Return a whole SVG file on white.

    Parameters
    ----------
    parts : iterable of str
        What it shows, from the back to the front.
    size : (float, float)
        Width and height [pt].
    title, description : str
        For readers who do not see it.
    paper : str
        Width and height attributes: how large it is unless one says otherwise.
    """
    view = f"0 0 {_number(size[0])} {_number(size[1])}"
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" role="img" {paper} '
        f'viewBox="{view}" font-family={quoteattr(FAMILY)} aria-label={quoteattr(title)}>'
    )
    ground = box((0.0, 0.0), size[0], size[1], fill="#ffffff")
    said = f"<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>"
    return "\n".join([opening, said, ground, *parts, "</svg>", ""])
