"""How the inputs of a code were obtained: measured, estimated or missing, of 39 kinds."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.system import QUALITIES, carbon_kinds

if TYPE_CHECKING:
    from chainwright.system import System

__all__ = ["COUNTED", "Coverage", "coverage", "coverage_of_window"]

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.int8]

COUNTED = 39
"""Kinds of data that are counted; those with a number above are optional."""

ABSENT, MEASURED, ESTIMATED, MISSING = range(4)
"""Marks of a kind in a month, the better one first among those that are there."""

_MARK = {"measured": MEASURED, "billed": MEASURED, "estimated": ESTIMATED, "defaulted": ESTIMATED}
MARKS = np.array([_MARK.get(word, MISSING) for word in QUALITIES], dtype=np.int8)
"""Mark of each quality: what is billed counts as measured, what is defaulted as estimated."""


class Coverage(NamedTuple):
    """How many of the 39 kinds are measured, estimated and missing, by firm and month.

    Parameters
    ----------
    measured, estimated, missing : ndarray of int8, shape (f, m)
        They sum to 39.
    marks : ndarray of int8, shape (f, m, 39)
        1 measured, 2 estimated, 3 missing, by kind.
    """

    measured: Small
    estimated: Small
    missing: Small
    marks: Small


@cache
def lasting_kinds() -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Return numbers of kinds that hold until they change, that are of a year, and of numbers.

    Examples
    --------
    >>> lasting_kinds()[1]
    (21, 27, 28, 29)
    """
    rows = [row for row in carbon_kinds().values() if int(row["number"]) <= COUNTED]
    lasting = [int(row["number"]) for row in rows if row["months"] in {"last", "mean"}]
    yearly = [
        int(row["number"])
        for row in rows
        if row["months"] == "sum" and row["grain"] in {"year", "event"}
    ]
    numbers = [int(row["number"]) for row in rows if row["content"] == "number"]
    return tuple(lasting), tuple(yearly), tuple(numbers)


def coverage(system: "System", place: Codes, months: Codes) -> Coverage:
    """Return how the 39 kinds were obtained, by firm and month.

    A kind of several items has the worst mark among them. What does not change by the month
    (identity, equipment, factors, measured fuel properties) holds from its reading on; what is of
    a year or an event holds for the months of its calendar year. Credit code, class and division
    are there where the table of firms has them.

    Parameters
    ----------
    system : System
        A system with firms and readings.
    place : ndarray of int32
        Place in the register of each firm that has readings.
    months : ndarray of int32, shape (m,)
        Months, one after the other.
    """
    readings = system.readings
    lasting, yearly, numbers = lasting_kinds()
    holds = np.zeros(128, dtype=np.bool_)
    holds[list(lasting)] = True
    is_number = np.zeros(128, dtype=np.bool_)
    is_number[list(numbers)] = True
    shape = (len(system.firms.table), len(months), COUNTED + 1)
    marks = np.zeros(shape, dtype=np.int8)
    column = readings.month - months[0]
    counted = (readings.kind <= COUNTED) & (column < len(months))
    early = np.flatnonzero(counted & (column < 0) & holds[readings.kind])
    rows = np.flatnonzero(counted & (column >= 0))
    mark = MARKS[readings.quality[rows]]
    mark[is_number[readings.kind[rows]] & np.isnan(readings.value[rows])] = MISSING
    cell = place[readings.firm[rows]] * np.int64(shape[1]) + column[rows]
    cell = cell * shape[2] + readings.kind[rows]
    _worst(marks.reshape(-1), cell, mark)
    if len(early):  # readings are sorted by month, so that the last one stays
        firms, kinds = place[readings.firm[early]], readings.kind[early]
        first = marks[:, 0]
        before = np.zeros_like(first)
        before[firms, kinds] = MARKS[readings.quality[early]]
        np.copyto(first, before, where=first == ABSENT)
    _held_on(marks, lasting)
    _spread(marks, yearly, months // 12)
    _from_register(system, marks)
    return _counted(np.where(marks == ABSENT, MISSING, marks).astype(np.int8)[:, :, 1:])


def _worst(marks: Small, cell: npt.NDArray[np.int64], mark: Small) -> None:
    """Put the worst mark of each cell in its place; rows of one cell stand together."""
    if not len(cell):
        return
    starts = np.flatnonzero(np.concatenate([[True], cell[1:] != cell[:-1]]))
    marks[cell[starts]] = np.maximum.reduceat(mark, starts)


def _held_on(marks: Small, kinds: tuple[int, ...]) -> None:
    """Let what is said of some kinds hold until the next month that says something."""
    said = marks[:, :, kinds]
    month = np.arange(marks.shape[1], dtype=np.int16)[:, None]
    last = np.where(said == ABSENT, np.int16(0), month)
    np.maximum.accumulate(last, axis=1, out=last)
    marks[:, :, kinds] = np.take_along_axis(said, last, axis=1)


def _spread(marks: Small, kinds: tuple[int, ...], year: Codes) -> None:
    """Let what is said of some kinds in a month hold for the silent months of its year."""
    for y in np.unique(year).tolist():
        begin, end = np.searchsorted(year, [y, y + 1])
        of_year = marks[:, begin:end, kinds]
        best = of_year.max(axis=1, keepdims=True)
        marks[:, begin:end, kinds] = np.where(of_year == ABSENT, best, of_year)


def _from_register(system: "System", marks: Small) -> None:
    """Mark identity, class and division as measured where the table of firms has them."""
    for kind, there in in_register(system.firms.table).items():
        now = marks[:, :, kind]
        now[there[:, None] & (now == ABSENT)] = MEASURED


def in_register(frame: pd.DataFrame) -> dict[int, npt.NDArray[np.bool_]]:
    """Return which firms have identity, class and division in the table of firms, by kind.

    Parameters
    ----------
    frame : DataFrame
        With the columns of ``chainwright schema firms``.
    """
    columns = {1: ("firm",), 2: ("gbt4754",), 3: ("division", "size")}
    return {
        kind: (frame[list(names)].to_numpy(dtype=object) != "").all(axis=1)
        for kind, names in columns.items()
    }


def _counted(marks: Small) -> Coverage:
    measured, estimated, missing = (
        (marks == mark).sum(axis=2, dtype=np.int8) for mark in (MEASURED, ESTIMATED, MISSING)
    )
    return Coverage(measured, estimated, missing, marks)


def coverage_of_window(marks: Small, window_months: int) -> Coverage:
    """Return the coverage of windows of months: of each kind the mark of most of its months.

    Of two marks that are as frequent the worse one counts. The first windows hold fewer months.

    Parameters
    ----------
    marks : ndarray of int8, shape (f, m, 39)
        Marks by month.
    window_months : int
        Length of a window; it ends with its month.
    """
    often = []
    for mark in (MEASURED, ESTIMATED, MISSING):
        total = np.cumsum(marks == mark, axis=1, dtype=np.int16)
        total[:, window_months:] -= total[:, :-window_months].copy()
        often.append(total)
    found = np.where(often[0] > often[1], MEASURED, ESTIMATED).astype(np.int8)
    found[np.maximum(often[0], often[1]) <= often[2]] = MISSING
    return _counted(found)
