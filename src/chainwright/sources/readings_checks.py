"""What is checked of the rows of a table of readings; units are converted on the way."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import Breach, near
from chainwright.sources.carbon_kinds import (
    QUALITIES,
    SIGNED,
    carbon_items,
    carbon_kinds,
    factor_of,
    is_count,
    times,
    unit_in,
)
from chainwright.sources.rows import Text, some
from chainwright.sources.typed_rows import where

__all__ = ["FILLED", "FREE_ITEMS", "NO_MONTH", "Cells", "checked"]

Codes = npt.NDArray[np.int32]
Marks = npt.NDArray[np.bool_]

FILLED = ("firm", "kind", "period", "quality")
"""Columns that each row must have."""

FREE_ITEMS = frozenset({"physical_output"})
"""Kinds that have items of any name besides those that are listed."""

NO_MONTH = np.iinfo(np.int32).min
"""Stands for a word that is no month."""

MISSING = QUALITIES.index("missing")


@dataclass(frozen=True, eq=False)
class Cells:
    """The columns of a table of readings before they are checked: ``r`` rows.

    Parameters
    ----------
    number : callable
        Gives the number in the file of a row that is counted from 0.
    text : dict of str to Text
        Columns of text; the first word of each is empty.
    value : ndarray, shape (r,)
        Numbers, NaN where a cell is empty.
    months : ndarray of int32, shape (r,)
        Months since January 1970, or `NO_MONTH`.
    kind : ndarray of int32, shape (r,)
        Place of the kind among all kinds, -1 for another word.
    quality : ndarray of int8, shape (r,)
        Place in `QUALITIES`, -1 for another word.
    """

    number: Callable[[int], int]
    text: dict[str, Text]
    value: npt.NDArray[np.float64]
    months: Codes
    kind: Codes
    quality: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class _Group:
    """What is so of all rows of one kind, item and unit."""

    kind: str
    item: str
    factor: float = 1.0
    item_fault: bool = False
    unnamed: bool = False
    unit_fault: bool = False
    notes: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        return bool(self.kind) and carbon_kinds()[self.kind]["content"] == "text"


@cache
def _items_of() -> Mapping[str, tuple[str, ...]]:
    return {kind: tuple(i for k, i in carbon_items() if k == kind) for kind in carbon_kinds()}


def checked(cells: Cells) -> tuple[list[str], list[Breach]]:
    """Convert the values of a table to the units that they are held in, and name its breaches.

    Parameters
    ----------
    cells : Cells
        The columns; values and items are changed in place.

    Returns
    -------
    notes : list of str
        What was done to the values, once each.
    breaches : list of Breach
        Cells that are not as they must be.
    """
    place, groups = _groups(cells)
    marks = {
        "item": np.array([g.item_fault for g in groups], dtype=bool),
        "unnamed": np.array([g.unnamed for g in groups], dtype=bool),
        "unit": np.array([g.unit_fault for g in groups], dtype=bool),
        "text": np.array([g.is_text for g in groups], dtype=bool),
        "signed": np.array([g.kind in SIGNED for g in groups], dtype=bool),
    }
    for i, group in enumerate(groups):
        if group.factor != 1.0:
            rows = place == i
            cells.value[rows] = times(cells.value[rows], group.factor)
    _rename(cells.text, place, groups)
    held = {name: found[place] for name, found in marks.items()} if groups else {}
    breaches = [*_words(cells), *(_amounts(cells, held) if held else ())]
    return list(dict.fromkeys(note for group in groups for note in group.notes)), breaches


def _groups(cells: Cells) -> tuple[npt.NDArray[np.intp], list[_Group]]:
    """Return the group of each row, and what is so of each group."""
    items, units = cells.text["item"].words, cells.text["unit"].words
    key = cells.kind.astype(np.int64)
    key *= len(items)
    key += cells.text["item"].codes
    key *= len(units)
    key += cells.text["unit"].codes
    key[cells.kind < 0] = -1
    place, distinct = pd.factorize(key)
    kinds = tuple(carbon_kinds())
    found = []
    for number in distinct.tolist():
        if number < 0:
            found.append(_Group("", ""))
            continue
        rest, unit = divmod(number, len(units))
        kind, item = divmod(rest, len(items))
        found.append(_group(kinds[kind], items[item], units[unit]))
    return place, found


def _group(kind: str, item: str, unit: str) -> _Group:
    listed = _items_of()[kind]
    notes = []
    if not item and len(listed) == 1 and kind not in FREE_ITEMS:
        item = listed[0]
        notes.append(f"{kind}: rows without an item are {item}, its only one")
    closed = bool(listed) and kind not in FREE_ITEMS
    held = unit_in(kind, item)
    factor = (1.0, "") if not unit else factor_of(unit, held)
    if factor and factor[0] != 1.0:
        notes.append(f"{kind}: values in {unit} times {factor[0]:g} are in {held}")
    if factor and factor[1]:
        notes.append(f"{kind}: {unit} taken for {held} (assumption: {factor[1]})")
    return _Group(
        kind,
        item,
        factor[0] if factor else 1.0,
        item_fault=bool(closed and item and item not in listed),
        unnamed=closed and not item,
        unit_fault=factor is None,
        notes=tuple(notes),
    )


def _rename(text: dict[str, Text], place: npt.NDArray[np.intp], groups: Sequence[_Group]) -> None:
    """Write the only item of a kind where none stands; words stay in order."""
    items = text["item"]
    known = set(items.words)
    words = sorted(known | {g.item for g in groups})
    rank = {word: i for i, word in enumerate(words)}
    codes = np.array([rank[word] for word in items.words], dtype=np.int32)[items.codes]
    if len(groups):
        of = np.array([rank[g.item] if g.kind else -1 for g in groups], dtype=np.int32)[place]
        codes = np.where(of >= 0, of, codes)
    text["item"] = Text(codes, words)


def _words(cells: Cells) -> Iterator[Breach]:
    """Yield cells that are empty, and kinds, qualities and months that are not known."""
    for column in FILLED:
        yield from _some(
            cells,
            cells.text[column].codes == 0,
            column,
            lambda _: ("nothing", "text", "Fill it in."),
        )
    kind, quality = cells.text["kind"], cells.text["quality"]
    yield from _some(
        cells,
        (cells.kind < 0) & (kind.codes > 0),
        "kind",
        lambda i: (
            repr(kind.at(i)),
            "a kind of data of the fact table carbon_kinds",
            f"Correct it.{near(kind.at(i), carbon_kinds())}",
        ),
    )
    yield from _some(
        cells,
        (cells.quality < 0) & (quality.codes > 0),
        "quality",
        lambda i: (
            repr(quality.at(i)),
            f"one of {', '.join(QUALITIES)}",
            f"Correct it.{near(quality.at(i), QUALITIES)}",
        ),
    )
    period = cells.text["period"]
    yield from _some(
        cells,
        (cells.months == NO_MONTH) & (period.codes > 0),
        "period",
        lambda i: (repr(period.at(i)), "a month such as 2026-03", "Correct it."),
    )


def _amounts(cells: Cells, held: Mapping[str, Marks]) -> Iterator[Breach]:
    """Yield items and units that do not fit their kind, and amounts that cannot be."""
    item, unit, text = (cells.text[c] for c in ("item", "unit", "text"))
    kinds = tuple(carbon_kinds())
    empty, missing = np.isnan(cells.value), cells.quality == MISSING
    some_amount = ~empty & (cells.value != 0)

    def kind_of(i: int) -> str:
        return kinds[int(cells.kind[i])]

    yield from _some(
        cells,
        held["item"],
        "item",
        lambda i: (
            repr(item.at(i)),
            f"an item of {kind_of(i)}: {', '.join(_items_of()[kind_of(i)])}",
            f"Correct it.{near(item.at(i), _items_of()[kind_of(i)])}",
        ),
    )
    yield from _some(
        cells,
        held["unnamed"] & some_amount,
        "item",
        lambda i: (
            f"an amount of {kind_of(i)} without its item",
            f"one of {', '.join(_items_of()[kind_of(i)])}",
            "Say which: each has a factor of its own.",
        ),
    )
    yield from _some(
        cells,
        held["unit"],
        "unit",
        lambda i: (
            repr(unit.at(i)),
            f"{unit_in(kind_of(i), item.at(i)) or 'no unit'}, or what converts to it",
            "Give the mass of the pieces: goods are not alike, so that pieces are not summed."
            if kind_of(i) == "physical_output" and is_count(unit.at(i))
            else "Convert the value, or correct the unit.",
        ),
    )
    known = cells.kind >= 0
    yield from _some(
        cells,
        missing & ~empty,
        "value",
        lambda i: (
            f"{cells.value[i]:g} beside the quality 'missing'",
            "no value where it is missing",
            "Take the value out, or say how it was obtained.",
        ),
    )
    needed = known & ~missing & (cells.quality >= 0)
    yield from _some(
        cells,
        needed & ~held["text"] & empty,
        "value",
        lambda i: ("nothing", "a number", f"Fill it in, or say '{QUALITIES[MISSING]}'."),
    )
    yield from _some(
        cells,
        needed & held["text"] & (text.codes == 0),
        "text",
        lambda i: (
            "nothing",
            f"what {kind_of(i)} says",
            f"Fill it in, or say '{QUALITIES[MISSING]}'.",
        ),
    )
    yield from _some(
        cells,
        known & held["text"] & ~empty,
        "value",
        lambda i: (f"{cells.value[i]:g}", f"no number: {kind_of(i)} is text", "Write it in text."),
    )
    yield from _some(
        cells,
        np.isinf(cells.value),
        "value",
        lambda i: (f"{cells.value[i]}", "a finite number", "Correct it."),
    )
    yield from _some(
        cells,
        known & ~held["signed"] & (cells.value < 0),
        "value",
        lambda i: (
            f"{cells.value[i]:g}",
            f"an amount of 0 or more of {kind_of(i)}",
            "Correct it: what leaves the firm has a kind of its own.",
        ),
    )


def _some(
    cells: Cells, rows: Marks, column: str, words: Callable[[int], tuple[str, str, str]]
) -> Iterator[Breach]:
    """Yield breaches of some cells of a column: what is found, expected, to be done."""
    return some(
        np.flatnonzero(rows),
        lambda i: Breach(where(cells.number(i), column), *words(i)),
        f"faulty cells of column '{column}'",
    )
