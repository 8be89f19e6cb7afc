"""Columns of text on a terminal, where a Han character takes the room of two letters."""

import unicodedata
from collections.abc import Container, Sequence

__all__ = ["cut_text", "side_by_side", "text_width"]


def text_width(text: str) -> int:
    """Return the columns of a terminal that a `text` takes.

    Examples
    --------
    >>> text_width("MWh"), text_width("电量")
    (3, 4)
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def cut_text(text: str, width: int) -> str:
    """Return a text that takes no more than some columns, with a sign where it was cut.

    Parameters
    ----------
    text : str
        One line.
    width : int
        How many columns it may take.

    Examples
    --------
    >>> cut_text("外购电量", 6), cut_text("power", 6)
    ('外购…', 'power')
    """
    if text_width(text) <= width:
        return text
    kept = ""
    for letter in text:
        if text_width(kept + letter) > width - 1:
            break
        kept += letter
    return f"{kept}…"


def side_by_side(lines: Sequence[Sequence[str]], *, widest: int, whole: Container[int] = ()) -> str:
    """Return lines of cells as columns under each other, indented by two.

    Parameters
    ----------
    lines : sequence of sequence of str
        Headings first; each line as long.
    widest : int
        Width at which cells are cut.
    whole : container of int
        Columns that are not cut, besides the last.
    """
    last = len(lines[0]) - 1
    cut = [
        [w if i == last or i in whole else cut_text(w, widest) for i, w in enumerate(line)]
        for line in lines
    ]
    wide = [max(map(text_width, column)) for column in zip(*cut, strict=True)]
    return "\n".join(
        "  "
        + "  ".join(w + " " * (n - text_width(w)) for w, n in zip(line, wide, strict=True)).rstrip()
        for line in cut
    )
