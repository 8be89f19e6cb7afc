"""The audit of trade: size, coverage and units of each year, diagnosed and never repaired."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.sources.trade_products import GIVEN
from chainwright.system.trade import Exports, Trade, TradeYear
from chainwright.units import NOT_STATED

__all__ = ["check", "odd_units"]

Finding = tuple[str, str, str, str]
"""Test, status, where, what was found."""

JUMP = 2.0
"""A total that is more than this times that of the year before hints at another coverage (ours)."""

ODD = 100.0
"""A unit value this many times the median of its product, or a part of it, hints at another unit
of quantity (ours)."""

SHOWN = 10
"""Flows of odd unit values that are listed a year, the largest first."""

UNKNOWN = 0.1
"""Share of a year's value without a quantity from which on it is warned (ours)."""


def check(trade: Trade) -> pd.DataFrame:
    """Return the audit: one row a test and finding; each year is read once.

    Parameters
    ----------
    trade : Trade
        What to look at.

    Returns
    -------
    DataFrame
        test, status (PASS, WARNING, FAIL, SKIPPED), place, found.
    """
    found = [*_money(trade), *_codes(trade), *_span(trade), *_notes(trade)]
    before: tuple[int | None, float] | None = None
    for year in trade.years or (None,):
        held = trade.year(year) if trade.bilateral else trade.exports(year)
        total = float(np.nansum(held.value))
        found += _year(held, total, trade)
        if before is not None:
            found += _jump(held.year, total, *before)
        if isinstance(held, TradeYear):
            found += _quantities(held, trade)
        before = held.year, total
    return pd.DataFrame(found, columns=["test", "status", "place", "found"])


def _money(trade: Trade) -> Iterator[Finding]:
    stated = trade.money.currency is not None
    found = str(trade.money) if stated else NOT_STATED
    yield ("currency", "PASS" if stated else "WARNING", "table", found)


def _codes(trade: Trade) -> Iterator[Finding]:
    known = trade.classification != GIVEN
    found = trade.classification if known else "codes of products are of no list that is known"
    for note in trade.origin.notes:
        if f"taken as {trade.classification}" in note:
            found = f"{trade.classification}: {note}"
    yield ("classification", "PASS" if known else "WARNING", "table", found)


def _span(trade: Trade) -> Iterator[Finding]:
    if not trade.years:
        yield ("years", "SKIPPED", "table", "the table tells no year")
        return
    gaps = sorted(set(range(trade.years[0], trade.years[-1] + 1)) - set(trade.years))
    found = f"{len(trade.years)} years, {trade.years[0]} to {trade.years[-1]}"
    if len(trade.years) == 1:
        found = f"1 year, {trade.years[0]}"
    if gaps:
        found += f"; missing: {', '.join(map(str, gaps))}"
    yield ("years", "WARNING" if gaps else "PASS", "table", found)


def _notes(trade: Trade) -> Iterator[Finding]:
    for note in trade.origin.notes:
        if "left out" in note:
            yield ("left out on reading", "PASS", "table", note)


def _place(year: int | None) -> str:
    return "table" if year is None else str(year)


def _year(held: TradeYear | Exports, total: float, trade: Trade) -> Iterator[Finding]:
    rows = len(held) if isinstance(held, TradeYear) else int(np.count_nonzero(held.value))
    what = "flows" if isinstance(held, TradeYear) else "pairs of place and product"
    found = (
        f"{rows:,} {what}, {len(held.places):,} places, {len(held.products):,} products; "
        f"total {total:,.6g} {trade.money}"
    )
    yield ("size", "PASS" if total > 0.0 else "FAIL", _place(held.year), found)
    zero = int(np.count_nonzero(held.value == 0.0)) if isinstance(held, TradeYear) else 0
    if zero:
        yield ("flows of value 0", "WARNING", _place(held.year), f"{zero:,} flows")


def _jump(year: int | None, total: float, last: int | None, before: float) -> Iterator[Finding]:
    if min(total, before) <= 0.0:
        return
    ratio = total / before
    odd = max(ratio, 1.0 / ratio) > JUMP
    yield (
        "total against the year before",
        "WARNING" if odd else "PASS",
        _place(year),
        f"{ratio:.3g} times that of {last}" + (": another coverage or unit?" if odd else ""),
    )


def _quantities(held: TradeYear, trade: Trade) -> Iterator[Finding]:
    where = _place(held.year)
    if held.quantity is None:
        yield ("quantities", "SKIPPED", where, "the table has none")
        return
    unknown = np.isnan(held.quantity)
    total = float(held.value.sum())
    share = float(held.value[unknown].sum()) / total if total else 0.0
    yield (
        "quantities that are not known",
        "WARNING" if share > UNKNOWN else "PASS",
        where,
        f"{int(unknown.sum()):,} flows, {share:.2%} of the value",
    )
    rows, times = odd_units(held)
    unit = trade.quantity_unit or "unit"
    worth = float(held.value[rows].sum()) / total if total else 0.0
    yield (
        "unit values",
        "WARNING" if len(rows) else "PASS",
        where,
        f"{len(rows):,} flows ({worth:.2%} of the value) are {ODD:g} times off the median value "
        f"per {unit} of their product",
    )
    for row in np.argsort(-held.value[rows], kind="stable")[:SHOWN]:
        flow = rows[row]
        seller, buyer = (
            held.places.codes[held.exporter[flow]],
            held.places.codes[held.importer[flow]],
        )
        yield (
            "unit value",
            "WARNING",
            f"{where}: {seller} to {buyer}, {held.products.codes[held.product[flow]]}",
            f"{times[row]:,.4g} times the median of the product; value {held.value[flow]:,.6g}",
        )


def odd_units(year: TradeYear) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Return the flows whose unit value is far from the median of their product.

    Parameters
    ----------
    year : TradeYear
        Flows with quantities.

    Returns
    -------
    rows : ndarray of int, shape (odd,)
        Rows of the year.
    times : ndarray, shape (odd,)
        Unit value over the median of its product.
    """
    empty = np.zeros(0, dtype=np.intp), np.zeros(0)
    if year.quantity is None:
        return empty
    rows = np.flatnonzero((year.quantity > 0.0) & (year.value > 0.0))
    if not len(rows):
        return empty
    worth = year.value[rows] / year.quantity[rows]
    product = year.product[rows]
    order = np.lexsort((worth, product))
    product, worth, rows = product[order], worth[order], rows[order]
    first = np.flatnonzero(np.diff(product, prepend=-1))
    count = np.diff(np.append(first, len(product)))
    middle = 0.5 * (worth[first + (count - 1) // 2] + worth[first + count // 2])
    times = worth / np.repeat(middle, count)
    odd = (times > ODD) | (times < 1.0 / ODD)
    return rows[odd], times[odd]
