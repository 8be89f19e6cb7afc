"""Rows below a header: those with data, and those that are totals, notes or outside the table."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.sources.intake.cell_words import (
    is_group_total,
    is_marked,
    is_note,
    is_total,
    plain,
)
from chainwright.sources.intake.found import Places
from chainwright.sources.intake.grids import Cells
from chainwright.sources.intake.headers import Block
from chainwright.sources.intake.segments import Remark

__all__ = ["data_rows"]

FEW = 2
"""Used columns up to which a row with one filled cell is a row like any other."""


def data_rows(
    cells: Cells,
    full: npt.NDArray[np.bool_],
    block: Block,
    used: Sequence[int],
    keys: Sequence[int] = (),
) -> tuple[Places, list[Remark]]:
    """Return the rows of a block that hold data, and what is said about the others.

    Parameters
    ----------
    cells, full : ndarray, shape (rows, columns)
        Raw cells, and which of them are filled.
    block : Block
        Header and extent.
    used : sequence of int
        Places of the columns that are used.
    keys : sequence of int
        Places of the columns that say what a row is about, if there are any: a row without them
        is no data if its first cell ends in a word for totals, or is a text that stands alone.
    """
    remarks = [
        Remark("set aside", "row", row, -1, ("title", {})) for row in block.above if full[row].any()
    ]
    remarks += [
        Remark("set aside", "row", row, -1, (code, {})) for row, code in block.aside.items()
    ]
    span = np.arange(block.first, block.end, dtype=np.int32)
    inside = full[block.first : block.end]
    data: npt.NDArray[np.bool_] = np.asarray(inside.any(axis=1))
    data[[row - block.first for row in block.aside if row >= block.first]] = False
    first = inside.argmax(axis=1)
    heads = cells[span, first]
    for code, told in (("total", is_total), ("note", is_marked)):
        for i in map(int, np.flatnonzero(_marked(heads, data, told))):
            remarks.append(Remark("set aside", "row", int(span[i]), int(first[i]), (code, {})))
            data[i] = False
    keyless = data & ~inside[:, list(keys)].any(axis=1) if keys else np.zeros_like(data)
    for i in map(int, np.flatnonzero(_marked(heads, keyless, is_group_total))):
        remarks.append(Remark("set aside", "row", int(span[i]), int(first[i]), ("total", {})))
        data[i] = False
    filled = inside[:, list(used)].sum(axis=1)
    outside = data & (filled == 0)
    alone = data & (inside.sum(axis=1) == 1) & (len(used) > FEW)
    for i in map(int, np.flatnonzero(alone | outside)):
        text = plain(str(heads[i])) if isinstance(heads[i], str) else ""
        lone = bool(keyless[i] and not outside[i]) and any(c.isalpha() for c in text)
        code = "note" if text and (lone or is_note(text)) else "outside" if outside[i] else ""
        if code:
            remarks.append(Remark("set aside", "row", int(span[i]), int(first[i]), (code, {})))
            data[i] = False
    return span[data], remarks


def _marked(
    heads: Cells, data: npt.NDArray[np.bool_], told: Callable[[str], bool]
) -> npt.NDArray[np.bool_]:
    """Return which rows begin with a text of which `told` holds."""
    texts = np.array([cell if isinstance(cell, str) else "" for cell in heads], dtype=object)
    codes, distinct = pd.factorize(texts)
    if not len(distinct):
        return np.zeros(len(heads), dtype=bool)
    marks = np.array([bool(text) and told(plain(text)) for text in distinct], dtype=bool)
    marked: npt.NDArray[np.bool_] = marks[codes] & data
    return marked
