"""Indented bills: levels as numbers, as dots, as outline numbers or as columns; their parents."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.sources.intake.cell_words import is_missing, plain
from chainwright.sources.intake.found import Places
from chainwright.sources.intake.grids import Cells, Told

__all__ = ["Tree", "levels_of", "tiers_of", "tree"]

DOTTED = re.compile(
    r"([.\-+*·>]*)\s*(?:l|lv|level|第)?\.?\s*(\d{1,2})(?:\.0)?\s*(?:级|层|阶)?", re.IGNORECASE
)
OUTLINE = re.compile(r"\d+(?:\.\d+)*\.?")
NONE = -1


@dataclass(frozen=True, eq=False)
class Tree:
    """Which line each line of an indented bill goes into.

    Parameters
    ----------
    parent : ndarray, shape (lines,)
        Place of the parent line; -1 for a line at the top and for a refused one.
    top : ndarray, shape (lines,)
        Lines at the top.
    faults : mapping of int to Told
        Lines without a place in the tree.
    """

    parent: Places
    top: npt.NDArray[np.bool_]
    faults: dict[int, Told]


def levels_of(cells: Cells) -> npt.NDArray[np.float64]:
    """Return the level that each cell of a level column tells, NaN where it tells none.

    Parameters
    ----------
    cells : ndarray, shape (lines,)
        Raw cells: ``1``, ``..2``, ``L3``, ``第2层``, or outline numbers such as ``1.2.3``.

    Examples
    --------
    >>> levels_of(np.array(["0", ".1", "..2"], dtype=object)).tolist()
    [0.0, 1.0, 2.0]
    >>> levels_of(np.array(["1", "1.1", "1.1.1"], dtype=object)).tolist()
    [1.0, 2.0, 3.0]
    """
    texts = [_text(cell) for cell in cells]
    shown = [text for text in texts if not is_missing(text)]
    outlined = all(map(OUTLINE.fullmatch, shown)) and any("." in text.rstrip(".") for text in shown)
    distinct = {text: _level(text, outlined=outlined) for text in set(texts)}
    return np.array([distinct[text] for text in texts], dtype=np.float64)


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return plain(str(cell))


def _level(text: str, *, outlined: bool) -> float:
    if outlined and OUTLINE.fullmatch(text):
        return float(text.rstrip(".").count(".") + 1)
    match = DOTTED.fullmatch(text)
    return float(match[2]) if match else np.nan


def tiers_of(full: npt.NDArray[np.bool_], numbers: Places) -> tuple[Places, Tree]:
    """Return the level of the part in each line of a bill with a column a level, and the parents.

    A line's part stands in its deepest filled column. Its parent stands in the column before: in
    the same line where lines repeat the parts above theirs, else in the last line before.

    Parameters
    ----------
    full : ndarray, shape (lines, tiers)
        Which cells of the level columns are filled, highest level first.
    numbers : ndarray, shape (lines,)
        Number of each line as a person finds it, for reasons.

    Returns
    -------
    tuple
        Level of each line's part (-1 where there is none), and the tree, whose `parent` is the
        line in which the parent stands: perhaps the line itself.

    Examples
    --------
    >>> cells = np.array([[1, 0, 0], [0, 1, 0], [1, 1, 1], [1, 0, 1]], dtype=bool)
    >>> level, found = tiers_of(cells, np.arange(4))
    >>> level.tolist(), found.parent.tolist(), sorted(found.faults)
    ([0, 1, 2, 2], [-1, 0, 2, -1], [3])
    """
    n, width = full.shape
    at = np.arange(n)
    any_full = full.any(axis=1)
    deepest = np.where(any_full, width - 1 - full[:, ::-1].argmax(axis=1), NONE).astype(np.int32)
    parent = np.full(n, NONE, dtype=np.int32)
    for step in range(1, width):
        above = np.maximum.accumulate(np.where(full[:, step - 1], at, NONE))
        higher = np.maximum.accumulate(np.where(full[:, : step - 1].any(axis=1), at, NONE))
        mine = deepest == step
        parent[mine] = np.where(above >= higher, above, NONE)[mine]
    faults: dict[int, Told] = {i: ("no_level", {}) for i in map(int, np.flatnonzero(~any_full))}
    for i in map(int, np.flatnonzero((deepest > 0) & (parent == NONE))):
        held = np.flatnonzero(full[i])
        before, code = (int(held[-2]), "path_gap") if len(held) > 1 else (NONE, "level_jump")
        if code == "level_jump" and i:
            before = int(deepest[i - 1])
        words = {
            "before": before,
            "level": int(deepest[i]),
            "one": before,
            "other": int(deepest[i]),
        }
        faults[i] = (code, words)
    _refuse_below(parent, faults, numbers)
    return deepest, Tree(parent, deepest == 0, faults)


def tree(levels: Sequence[float] | npt.NDArray[np.float64], numbers: Places) -> Tree:
    """Return the parent of each line of an indented bill.

    The parent is the last line before that is one level higher. A line whose level is more than
    one deeper than that of the line before is refused, and so is all that goes into it.

    Parameters
    ----------
    levels : array_like, shape (lines,)
        Level of each line, in the order of the bill; NaN where it has none.
    numbers : ndarray, shape (lines,)
        Number of each line as a person finds it, for reasons.

    Examples
    --------
    >>> tree([0, 1, 2, 1], np.arange(4)).parent.tolist()
    [-1, 0, 1, 0]
    >>> sorted(tree([0, 1, 3, 4, 1], np.arange(4)).faults)
    [2, 3]
    """
    level = np.asarray(levels, dtype=np.float64)
    n = len(level)
    parent = np.full(n, NONE, dtype=np.int32)
    known = ~np.isnan(level)
    faults: dict[int, Told] = {i: ("no_level", {}) for i in map(int, np.flatnonzero(~known))}
    if not known.any():
        return Tree(parent, np.zeros(n, dtype=bool), faults)
    top = known & (level == level[known].min())
    at = np.arange(n)
    for step in np.unique(level[known & ~top]):
        above = np.maximum.accumulate(np.where(level == step - 1, at, NONE))
        higher = np.maximum.accumulate(np.where(level < step - 1, at, NONE))
        mine = level == step
        parent[mine] = np.where(above > higher, above, NONE)[mine]
    before = np.maximum.accumulate(np.where(known, at, NONE))
    before = np.concatenate([[NONE], before[:-1]])
    for i in map(int, np.flatnonzero(known & ~top & (parent == NONE))):
        held = level[before[i]] if before[i] >= 0 else np.nan
        shown = f"{held:g}" if held == held else "nothing"  # noqa: PLR0124  NaN is not itself
        faults[i] = ("level_jump", {"before": shown, "level": f"{level[i]:g}"})
    _refuse_below(parent, faults, numbers)
    return Tree(parent, top, faults)


def _refuse_below(parent: Places, faults: dict[int, Told], numbers: Places) -> None:
    """Refuse the lines below refused ones: a parent stands before its parts, so one pass does."""
    if not faults:
        return
    for i in map(int, np.flatnonzero(parent >= 0)):
        above = int(parent[i])
        if above in faults and above != i and i not in faults:
            faults[i] = ("parent_refused", {"row": int(numbers[above])})
            parent[i] = NONE
