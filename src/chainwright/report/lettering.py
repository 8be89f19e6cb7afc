"""How wide a text will be in print, and where it breaks into lines: no font is asked."""

from collections.abc import Iterable
from unicodedata import east_asian_width

__all__ = ["text_width", "wrapped"]

NARROW = frozenset("iIljt.,;:'!|()[] f/-")
BROAD = frozenset("mwMW%@—…")


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide `text` is at most, in points.

    A Han character is one em, a Latin one 0.28 to 0.9 em by its shape; the widths are those of
    wide sans-serif faces, so that a label measured here fits in any reader's font.

    Parameters
    ----------
    text : str
        One line.
    size : float
        Size of the font [pt].
    bold : bool
        Whether it is set in bold.

    Examples
    --------
    >>> text_width("电池", 8.0)
    16.0
    """
    ems = sum(_em(c) for c in text)
    return size * ems * (1.07 if bold else 1.0)


def _em(character: str) -> float:
    if east_asian_width(character) in "WF":
        return 1.0
    if character in NARROW:
        return 0.36
    if character in BROAD:
        return 0.92
    if character.isupper():
        return 0.70
    return 0.58


def wrapped(text: str, width: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """Return `text` in lines no wider than `width`; nothing is left out.

    A line breaks at a space, after a hyphen or slash, or between two Han characters; a word that
    is wider than the line is broken where it must be.

    Parameters
    ----------
    text : str
        What to set.
    width : float
        Widest line [pt].
    size : float
        Size of the font [pt].
    bold : bool
        Whether it is set in bold.

    Examples
    --------
    >>> wrapped("Electrical and optical equipment", 80.0, 8.0)
    ('Electrical and', 'optical equipment')
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if not line or text_width((line + piece).rstrip(), size, bold=bold) <= width:
            line += piece
        else:
            lines.append(line.rstrip())
            line = piece
        while text_width(line.rstrip(), size, bold=bold) > width and len(line.rstrip()) > 1:
            fits = next(
                n
                for n in range(len(line) - 1, 0, -1)
                if n == 1 or text_width(line[:n], size, bold=bold) <= width
            )
            lines.append(line[:fits])
            line = line[fits:]
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return tuple(lines)


NEVER_FIRST = frozenset("，。、；：！？）》”’,.;:!?)%")
"""Marks that must not begin a line."""


def _pieces(text: str) -> Iterable[str]:
    """Yield the parts of `text` that stay together."""
    piece = ""
    for i, character in enumerate(text):
        piece += character
        after = text[i + 1 : i + 2]
        if after in NEVER_FIRST:
            continue
        wide = east_asian_width(character) in "WF" or (
            bool(after) and east_asian_width(after) in "WF"
        )
        if wide or character in " -/、，；":
            yield piece
            piece = ""
    if piece:
        yield piece
