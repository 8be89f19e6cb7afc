"""The 39 inputs of a code: what readings come to over the window of months that it is for.

A kind that is summed counts each month of the window; one that lasts (a class, a factor) is the
last that was said until then, be it before the window; one that is averaged is the mean of the
window, and the last before it where the window has none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from chainwright.system.readings import QUALITIES, Readings, carbon_items, carbon_kinds

__all__ = ["KINDS", "WindowValues", "kind_numbers", "unit_of", "window_values"]

KINDS = 39
"""Inputs of a code: the kinds 1 to 39."""

MISSING = QUALITIES.index("missing")
WHOLE = -2
"""Stands for the column of what is not from one column but from all of the window."""

ZERO, ONE = np.uint64(0), np.uint64(1)
WORD = 64
"""Bits of a word: which pairs of quality and source occur is kept in words."""

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]


@cache
def kind_numbers() -> dict[int, dict[str, str]]:
    """Return the facts on each of the 39 kinds by its number."""
    return {
        int(row["number"]): dict(row)
        for row in carbon_kinds().values()
        if int(row["number"]) <= KINDS
    }


@cache
def unit_of(kind: int, item: str) -> str:
    """Return the unit of an item of a kind.

    Parameters
    ----------
    kind : int
        Number of the kind.
    item : str
        Code of the item; empty for none.

    Examples
    --------
    >>> unit_of(14, "diesel"), unit_of(5, "")
    ('t', 'MWh')
    """
    row = kind_numbers()[kind]
    known = carbon_items().get((row["kind"], item))
    return row["unit"] if known is None else known["unit"]


@dataclass(frozen=True)
class WindowValues:
    """Values of ``s`` series (a firm, a kind, an item) over windows that end with ``m`` months.

    Parameters
    ----------
    firm : ndarray, shape (s,)
        Place of the firm in the readings; series are sorted by firm, kind and item.
    kind : ndarray, shape (s,)
        Number of the kind.
    item : tuple of str, s
        Code of the item.
    value : ndarray of float64, shape (s, m)
        NaN where nothing is known, and for text.
    text : ndarray, shape (s, m)
        Place of the text in the readings; 0 for none.
    present : ndarray of bool, shape (s, m)
        Whether anything was said.
    source : ndarray, shape (s, m)
        Place in `sources`.
    sources : tuple of str
        How values were obtained: qualities with their sources, best first.
    """

    firm: Codes
    kind: Codes
    item: tuple[str, ...]
    value: Floats
    text: Codes
    present: Flags
    source: Codes
    sources: tuple[str, ...]


def window_values(readings: Readings, months: Codes, window_months: int) -> WindowValues:
    """Return what some readings come to over windows of months.

    Parameters
    ----------
    readings : Readings
        Readings of a few firms, from before the first window on as far as they go.
    months : ndarray of int, shape (m,)
        Last month of each window, since January 1970, rising.
    window_months : int
        Length of a window.
    """
    rows = (readings.kind <= KINDS) & (readings.month <= months[-1])
    used = readings.taken(np.flatnonzero(rows))
    firm, kind, item, series = _series(used)
    first = min(int(used.month.min(initial=months[0])), int(months[0]) - window_months + 1)
    span = int(months[-1]) - first + 1
    at = (series, used.month.astype(np.int64) - first)
    grid = np.full((len(firm), span), np.nan)
    grid[at] = used.value
    words = np.zeros((len(firm), span), dtype=np.int64)
    words[at] = used.text
    pair, said = _pairs(used)
    pairs = np.full((len(firm), span), -1, dtype=np.int64)
    pairs[at] = pair
    ends = months.astype(np.int64) - first
    rule = np.array([_rule(k) for k in kind.tolist()], dtype=np.int64)
    by_month = _Months(grid, words, pairs, ends, window_months)
    value, text, held = by_month.values(rule)
    gaps = np.array([_monthly(k) for k in kind.tolist()], dtype=np.bool_)
    shown, present = by_month.shown(held, gaps, len(said))
    patterns, source = _patterns(shown)
    sources = tuple(_told(pattern, said) for pattern in patterns)
    return WindowValues(
        firm,
        kind,
        tuple(used.items[i] for i in item.tolist()),
        value,
        text,
        present,
        source.reshape(value.shape),
        sources,
    )


SUM, MEAN, LAST, TEXT = range(4)


@cache
def _rule(kind: int) -> int:
    """Return how months of a kind come together."""
    row = kind_numbers()[kind]
    return TEXT if row["content"] == "text" else ("sum", "mean", "last").index(row["months"])


@cache
def _monthly(kind: int) -> bool:
    """Return whether a month without a reading of a kind is a gap."""
    return _rule(kind) == SUM and kind_numbers()[kind]["grain"] not in {"year", "event"}


def _series(used: Readings) -> tuple[Codes, Codes, Codes, Codes]:
    """Return firm, kind and item of each series, and the series of each row."""
    items = max(len(used.items), 1)
    keys = (used.firm.astype(np.int64) * (KINDS + 1) + used.kind) * items + used.item
    unique, series = np.unique(keys, return_inverse=True)
    rest, item = np.divmod(unique, items)
    firm, kind = np.divmod(rest, KINDS + 1)
    return firm, kind, item, series


def _pairs(used: Readings) -> tuple[Codes, list[str]]:
    """Return the pair of quality and source of each row, and the pairs in words, best first."""
    quality = used.quality.astype(np.int64)
    source = np.where(quality == MISSING, 0, used.source)  # nobody is the source of what is missing
    count = max(len(used.sources), 1)
    found, back = np.unique(quality * count + source, return_inverse=True)
    worded = []
    for pair in found.tolist():
        q, s = divmod(pair, count)
        name = used.sources[s] if s else ""
        worded.append((q, name))
    worded_all = sorted({*worded, (MISSING, "")})
    place = {pair: i for i, pair in enumerate(worded_all)}
    moved = np.array([place[pair] for pair in worded], dtype=np.int64)
    said = [f"{QUALITIES[q]}: {name}" if name else QUALITIES[q] for q, name in worded_all]
    return (moved[back] if len(moved) else np.zeros(0, dtype=np.int64)), said


@dataclass(frozen=True)
class _Months:
    """Series month by month, ``(s, t)``, and the windows that are asked for.

    Parameters
    ----------
    value, text, pair : ndarray, shape (s, t)
        Values (NaN: none), places of texts (0: none), of qualities with sources (-1: none).
    ends : ndarray, shape (m,)
        Columns that windows end with.
    window : int
        Their length.
    """

    value: Floats
    text: Codes
    pair: Codes
    ends: Codes
    window: int

    def backwards(self, months: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
        """Yield each month of all windows, the first of them first."""
        first, count = int(self.ends[0]), len(self.ends)
        run = int(self.ends[-1]) - first + 1 == count  # one after the other: no copies
        for back in range(self.window - 1, -1, -1):
            yield (
                months[:, first - back : first - back + count]
                if run
                else months[:, self.ends - back]
            )

    def values(self, rule: Codes) -> tuple[Floats, Codes, Codes]:
        """Return value and text of each series and window, and the column a lasting one is from.

        Months are added one after the other, so that one firm comes to the same last bit as a city.
        """
        shape = (len(self.value), len(self.ends))
        total, count = np.zeros(shape), np.zeros(shape)
        for month in self.backwards(self.value):
            known = np.isfinite(month)
            total += np.where(known, month, 0.0)
            count += known
        is_text = (rule == TEXT)[:, None]
        filled = np.where(is_text, self.text > 0, np.isfinite(self.value))
        columns = np.where(filled, np.arange(self.value.shape[1]), -1)
        latest = np.maximum.accumulate(columns, axis=1)[:, self.ends]
        row = np.arange(len(self.value))[:, None]
        last = np.where(latest >= 0, self.value[row, latest], np.nan)
        averaged = np.where(count > 0, total / np.maximum(count, 1), last)
        value = np.select(
            [(rule == SUM)[:, None], (rule == MEAN)[:, None], (rule == LAST)[:, None]],
            [np.where(count > 0, total, np.nan), averaged, last],
            np.nan,
        )
        text = np.where(is_text & (latest >= 0), self.text[row, latest], 0)
        lasting = (rule >= LAST)[:, None] | ((rule == MEAN)[:, None] & (count == 0))
        return value, text, np.where(lasting, latest, WHOLE)

    def shown(self, held: Codes, gaps: Flags, count: int) -> tuple[Words, Flags]:
        """Return which pairs each series and window shows, in words of bits, and whether any."""
        size = -(-count // WORD)
        shown = np.zeros((*held.shape, size), dtype=np.uint64)
        there = self.pair >= 0
        summed, lasting = held == WHOLE, held >= 0
        row = np.arange(len(held))[:, None]
        any_month = np.zeros(held.shape, dtype=np.bool_)
        every_month = np.ones(held.shape, dtype=np.bool_)
        for month in self.backwards(there):
            any_month |= month
            every_month &= month
        present = lasting | (any_month & summed)
        missing = (~every_month & gaps[:, None] & summed) | ~present
        for word in range(size):
            here = there & (self.pair // WORD == word)
            bits = np.where(here, ONE << (self.pair % WORD).astype(np.uint64), ZERO)
            whole = np.zeros(held.shape, dtype=np.uint64)
            for month in self.backwards(bits):
                whole |= month
            last = bits[row, np.maximum(held, 0)]
            shown[:, :, word] = np.where(summed, whole, np.where(lasting, last, ZERO))
        shown[:, :, -1] |= np.where(missing, ONE << np.uint64((count - 1) % WORD), ZERO)
        return shown.reshape(-1, size), present


def _patterns(shown: Words) -> tuple[Words, Codes]:
    """Return the rows that differ, and which of them each row is."""
    if shown.shape[1] == 1:  # nearly always; sorting rows takes ten times as long
        found, back = np.unique(shown[:, 0], return_inverse=True)
        return found[:, None], back
    rows, back = np.unique(shown, axis=0, return_inverse=True)
    return rows, back.ravel()


def _told(pattern: Words, said: list[str]) -> str:
    """Return the pairs of a pattern in words."""
    bits = [
        WORD * w + b
        for w, word in enumerate(pattern.tolist())
        for b in range(WORD)
        if word >> b & 1
    ]
    return "; ".join(said[bit] for bit in bits)
