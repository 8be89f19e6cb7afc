"""Measures that could be taken, as a table and as arrays, checked against a maker's chain."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import Breach, ParameterError, TableError, UnknownCodeError, near
from chainwright.plan.maker.measure_costs import MeasureCosts
from chainwright.sources.typed_rows import Rows, checked_rows
from chainwright.system import Maker

__all__ = ["KINDS", "CostEnd", "Measures", "read_measures"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
CostEnd = Literal["low", "mid", "high"]

KINDS = ("stock", "second_source", "prequalified", "backup_line")
"""What a measure can be."""

NUMBERS = ("most", "lot", "capacity_per_week", "weeks")
ENDS = (("once_low", "once_high"), ("yearly_low", "yearly_high"))


@dataclass(frozen=True, eq=False)
class Measures:
    """``M`` measures in the order of their names, with what they cost a year.

    Parameters
    ----------
    frame : DataFrame
        The table that they come from, one row each, sorted by name.
    item : ndarray
        ``(M,)`` place on the maker's axis of items.
    stock : ndarray of bool
        ``(M,)`` whether it comes in units of stock; else it is taken or not.
    most, lot, capacity, weeks : ndarray
        ``(M,)`` most units (infinite for no limit), units of a lot (0 for any amount), units a
        week, weeks until it delivers.
    cost_low, cost_high : ndarray
        ``(M,)`` money a year; for stock a year and unit.
    costs : MeasureCosts
        How costs were counted.
    """

    frame: pd.DataFrame
    item: Indices
    stock: npt.NDArray[np.bool_]
    most: Floats
    lot: Floats
    capacity: Floats
    weeks: Floats
    cost_low: Floats
    cost_high: Floats
    costs: MeasureCosts

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def names(self) -> tuple[str, ...]:
        """Identities of the measures, sorted."""
        return tuple(self.frame["measure"])

    @property
    def assumed(self) -> npt.NDArray[np.bool_]:
        """Whether the cost of each is an assumption, ``(M,)``."""
        return (self.frame["mark"] != "quoted").to_numpy()

    @cached_property
    def groups(self) -> tuple[Indices, ...]:
        """Places of measures of which at most one is taken, a group each."""
        words = self.frame["one_of"].to_numpy(dtype=object)
        named = sorted({str(w) for w in words if w})
        found = tuple(np.flatnonzero(words == word) for word in named)
        return tuple(group for group in found if len(group) > 1)

    def cost(self, end: CostEnd) -> Floats:
        """Return the cost a year of a unit of each at one end of its range, or the middle.

        Parameters
        ----------
        end : str
            ``"low"``, ``"mid"`` or ``"high"``.

        Raises
        ------
        ParameterError
            If it is another word.
        """
        if end not in {"low", "mid", "high"}:
            raise ParameterError("cost", "a plan of measures", "low, mid or high", end)
        share = {"low": 0.0, "mid": 0.5, "high": 1.0}[end]
        return np.asarray(self.cost_low + share * (self.cost_high - self.cost_low))

    def places(self, names: Iterable[str]) -> list[int]:
        """Return the places of measures.

        Parameters
        ----------
        names : iterable of str
            Identities.

        Raises
        ------
        UnknownCodeError
            If there is no such measure.
        """
        place = {name: i for i, name in enumerate(self.names)}
        for name in (wanted := list(names)):
            if name not in place:
                raise UnknownCodeError(name, "measure", place)
        return [place[name] for name in wanted]


def read_measures(data: object, maker: Maker, *, costs: MeasureCosts | None = None) -> Measures:
    """Return measures that somebody wrote down, after every check.

    Parameters
    ----------
    data : path or Arrow stream
        A table with the columns of ``chainwright schema maker_measures``.
    maker : Maker
        Whose items, suppliers and sites they name; an alternate may be at a new one.
    costs : MeasureCosts, optional
        How what is spent once is spread over years.

    Raises
    ------
    TableError
        If the table is not in order; it lists every breach.
    """
    required = ("measure", "kind", "item")
    rows = checked_rows(data, "maker_measures", required=required, keys=("measure",), empty=True)
    breaches = [*rows.breaches, *_breaches(rows, maker)]
    if breaches:
        raise TableError(rows.name if rows.origin.file else "The table of measures", breaches)
    frame = rows.frame.sort_values("measure", kind="stable", ignore_index=True)
    return of_frame(frame, maker, costs or MeasureCosts())


def of_frame(frame: pd.DataFrame, maker: Maker, costs: MeasureCosts) -> Measures:
    """Return the measures of a table that is in order and sorted by name.

    Parameters
    ----------
    frame : DataFrame
        The columns of ``maker_measures``.
    maker : Maker
        Whose items they name.
    costs : MeasureCosts
        How what is spent once is spread over years.
    """

    def numbers(column: str) -> Floats:
        return frame[column].to_numpy(dtype=np.float64)

    most = numbers("most")
    return Measures(
        frame=frame,
        item=maker.network.items.index(frame["item"]).astype(np.int64),
        stock=(frame["kind"] == "stock").to_numpy(),
        most=np.where(frame["kind"] == "stock", np.where(np.isnan(most), np.inf, most), 1.0),
        lot=np.nan_to_num(numbers("lot")),
        capacity=np.nan_to_num(numbers("capacity_per_week")),
        weeks=np.nan_to_num(numbers("weeks")),
        cost_low=costs.yearly(numbers("once_low"), numbers("yearly_low")),
        cost_high=costs.yearly(numbers("once_high"), numbers("yearly_high")),
        costs=costs,
    )


def _breaches(rows: Rows, maker: Maker) -> Iterator[Breach]:
    """Yield what no column alone can tell."""
    items = maker.network.items.place
    for number, row in zip(rows.numbers, rows.frame.to_dict("records"), strict=True):
        where = f"row {number}, column "
        yield from _known(row, where, items)
        yield from _sizes(row, where)
        yield from _prices(row, where)


def _known(
    row: Mapping[Hashable, object], where: str, items: Mapping[str, int]
) -> Iterator[Breach]:
    if (kind := str(row["kind"])) and kind not in KINDS:
        expected = f"one of {', '.join(KINDS)}"
        yield Breach(f"{where}'kind'", repr(kind), expected, f"Correct it.{near(kind, KINDS)}")
    if (item := str(row["item"])) and item not in items:
        remedy = f"Correct it.{near(item, items)}"
        yield Breach(f"{where}'item'", repr(item), "an item of the maker", remedy)
    if row["mark"] not in {"", "quoted", "assumption"}:
        expected = "quoted or assumption"
        yield Breach(f"{where}'mark'", repr(row["mark"]), expected, "Write one of the two.")


def _sizes(row: Mapping[Hashable, object], where: str) -> Iterator[Breach]:
    stock = row["kind"] == "stock"
    for column in NUMBERS:
        value = _number(row[column])
        if value < 0:
            yield Breach(f"{where}{column!r}", f"{value:g}", "a number of 0 or more", "Correct it.")
        elif not np.isnan(value) and stock == (column in {"capacity_per_week", "weeks"}):
            kinds = "second_source, prequalified or backup_line" if stock else "stock"
            found = f"{value:g} for a measure of kind {row['kind']!r}"
            yield Breach(f"{where}{column!r}", found, f"it for {kinds} alone", "Leave it empty.")
    if not stock and row["kind"] in KINDS and not _number(row["capacity_per_week"]) > 0:
        expected = "units a week, above 0"
        yield Breach(f"{where}'capacity_per_week'", "none", expected, "Fill it in.")


def _prices(row: Mapping[Hashable, object], where: str) -> Iterator[Breach]:
    known = False
    for low_column, high_column in ENDS:
        low, high = _number(row[low_column]), _number(row[high_column])
        known |= not np.isnan(low)
        for column, value in ((low_column, low), (high_column, high)):
            if value < 0:
                yield Breach(f"{where}{column!r}", f"{value:g}", "0 or more", "Correct it.")
        if np.isnan(low) != np.isnan(high):
            empty = low_column if np.isnan(low) else high_column
            yield Breach(f"{where}{empty!r}", "nothing", "both ends of the range", "Fill it in.")
        elif low > high:
            found = f"{low:g}, above the high end {high:g}"
            yield Breach(f"{where}{low_column!r}", found, "the low end", "Exchange the two.")
    if row["kind"] == "stock" and _number(row["once_low"]) > 0:
        found = "a cost that is paid once, for stock"
        remedy = "Give what holding a unit costs a year; it has the interest on the purchase."
        yield Breach(f"{where}'once_low'", found, "nothing", remedy)
    if not known:
        yield Breach(f"{where}'yearly_low'", "no cost at all", "a cost, or 0", "Fill it in.")


def _number(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float) else np.nan
