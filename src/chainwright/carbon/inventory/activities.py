"""What firms did, stream by stream: one row a firm, kind and item, one column a month."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.carbon.inventory.parts import NONE, STEEL_DIVISION, Part, parts_of_pairs
from chainwright.errors import LabelError, ParameterError

if TYPE_CHECKING:
    from chainwright.system import Readings, System

__all__ = ["ABSENT", "Activities", "activities", "by_firm", "economy", "firm_places", "months_of"]

Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.int8]

ABSENT = -1
"""Quality of a month that a stream has no reading of."""

KINDS = 128
"""Numbers of kinds are below this."""

MONTHLY = np.isin(np.arange(KINDS), [*range(5, 20), *range(22, 25)])
"""By number, whether a kind says what a firm used or earned in a month."""


@dataclass(frozen=True, eq=False)
class Activities:
    """Amounts of ``l`` streams in ``m`` months, sorted by firm, kind and item.

    Parameters
    ----------
    items : tuple of str
        Words that streams refer to by place.
    firm, kind, item, part : ndarray of int32, shape (l,)
        Place of the firm, number of the kind, place of the item, place in `Part`.
    amount : ndarray, shape (l, m)
        In the unit of the item; NaN without a reading or where it is missing.
    quality : ndarray of int8, shape (l, m)
        Place in `QUALITIES`; `ABSENT` without a reading.
    used_before : ndarray of bool, shape (l,)
        Whether the firm uses that item (of a stream without one: anything of that kind) in a month
        that readings are of and that is not among these.
    """

    items: tuple[str, ...]
    firm: Codes
    kind: Codes
    item: Codes
    part: Codes
    amount: Floats
    quality: Small
    used_before: Flags

    def __len__(self) -> int:
        return len(self.firm)

    def unknown(self) -> tuple[Flags, Flags]:
        """Return where an amount is missing: of a stream in use, and of one that is not, (l, m).

        A reading that is there and has no value is missing. It leaves the total unknown where the
        firm has used that item in another month, be it one that was not asked for (or, of a
        reading without an item, anything of that kind); where it never has, nothing is counted.
        Without a reading nothing is counted.
        """
        gap = np.isnan(self.amount) & (self.quality != ABSENT)
        used = (np.nan_to_num(self.amount) > 0.0).any(axis=1)
        key = self.firm.astype(np.int64) * KINDS + self.kind
        of_kind = np.zeros(int(key.max()) + 1 if len(key) else 0, dtype=np.bool_)
        of_kind[key[used]] = True
        named = np.array([item != "" for item in self.items], dtype=np.bool_)[self.item]
        in_use = np.where(named, used, of_kind[key] if len(key) else used) | self.used_before
        return gap & in_use[:, None], gap & ~in_use[:, None]


def firm_places(system: "System") -> Codes:
    """Return the place in the register of each firm that has readings.

    Parameters
    ----------
    system : System
        A system with firms and readings.

    Raises
    ------
    LabelError
        If firms with readings are not in the register.
    MissingPartError
        If the system has no firms or no readings.
    """
    codes, held = system.firms.axis.codes, system.readings.firms
    if codes == held:
        return np.arange(len(codes), dtype=np.int32)
    at = {code: i for i, code in enumerate(codes)}
    strange = [code for code in held if code not in at]
    if strange:
        more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
        msg = (
            f"{', '.join(strange[:3])}{more}: firms with readings that the table of firms lacks."
            " Add them to it, or leave their readings out."
        )
        raise LabelError(msg)
    return np.array([at[code] for code in held], dtype=np.int32)


def months_of(readings: "Readings", months: tuple[str, str] | None) -> Codes:
    """Return the months that are asked for, one after the other, as months since January 1970.

    Parameters
    ----------
    readings : Readings
        The span of what firms use and earn is taken where nothing is asked for.
    months : tuple of str, optional
        First and last month, ``YYYY-MM``.

    Raises
    ------
    ParameterError
        If they are no months in that order, or there are no readings.
    """
    expected = "the first and the last month, such as ('2025-11', '2026-10')"
    if months is None:
        held = readings.month[MONTHLY[readings.kind]]
        if not len(held):
            needed = "at least one reading of what a firm uses or earns"
            raise ParameterError("readings", "an account", needed, "none")
        return np.arange(held.min(), held.max() + 1, dtype=np.int32)
    try:
        first, last = (int(np.datetime64(month, "M").astype(np.int64)) for month in months)
    except (TypeError, ValueError):
        raise ParameterError("months", "an account", expected, months) from None
    if last < first:
        raise ParameterError("months", "an account", expected, months)
    return np.arange(first, last + 1, dtype=np.int32)


def activities(system: "System", place: Codes, months: Codes) -> Activities:
    """Return what firms did, from all readings that an account is made of.

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
    words = readings.items
    of_pair = parts_of_pairs(np.arange(KINDS, dtype=np.int32), words)
    pair = readings.kind * np.int32(len(words)) + readings.item
    part = of_pair[pair]
    column = readings.month - months[0]
    inside = (column >= 0) & (column < len(months))
    others = np.flatnonzero((part != NONE) & ~inside & (readings.value > 0.0))
    elsewhere = place[readings.firm[others]].astype(np.int64), pair[others]
    rows = np.flatnonzero((part != NONE) & inside)
    firm, pair, part = place[readings.firm[rows]], pair[rows], part[rows]
    if (part == Part.FIXED).any():
        kept = (part != Part.FIXED) | _steel(system)[firm]
        rows, firm, pair = rows[kept], firm[kept], pair[kept]
    pairs = np.flatnonzero(np.bincount(pair, minlength=len(of_pair))) if len(pair) else pair
    rank = np.zeros(len(of_pair), dtype=np.int64)
    rank[pairs] = np.arange(len(pairs))
    key = firm * np.int64(len(pairs)) + rank[pair]
    there = np.zeros(len(system.firms.table) * len(pairs), dtype=np.bool_)
    there[key] = True
    streams = np.flatnonzero(there)
    stream = (np.cumsum(there, dtype=np.int64) - 1)[key]
    shape = (len(streams), len(months))
    amount = np.full(shape, np.nan)
    quality = np.full(shape, ABSENT, dtype=np.int8)
    amount[stream, column[rows]] = readings.value[rows]
    quality[stream, column[rows]] = readings.quality[rows]
    of_stream = pairs[streams % max(1, len(pairs))] if len(pairs) else streams
    of_firm = streams // max(1, len(pairs))
    kind, item = of_stream // len(words), of_stream % len(words)
    named = np.array([word != "" for word in words], dtype=np.bool_)[item]
    of_item, of_kind = np.zeros_like(there), np.zeros(len(system.firms.table) * KINDS, np.bool_)
    among = np.isin(elsewhere[1], pairs, kind="table") if len(pairs) else elsewhere[1] < 0
    of_item[elsewhere[0][among] * len(pairs) + rank[elsewhere[1][among]]] = True
    of_kind[elsewhere[0] * KINDS + elsewhere[1] // len(words)] = True
    return Activities(
        words,
        of_firm.astype(np.int32),
        kind.astype(np.int32),
        item.astype(np.int32),
        of_pair[of_stream],
        amount,
        quality,
        np.where(named, of_item[streams], of_kind[of_firm * KINDS + kind]),
    )


def _steel(system: "System") -> Flags:
    """Return whether each firm's main class is in the division of steel, ``(f,)``."""
    classes = system.firms.table["gbt4754"].tolist()
    return np.array([str(code).startswith(STEEL_DIVISION) for code in classes], dtype=np.bool_)


def by_firm(values: Floats, firm: Codes, firms: int) -> Floats:
    """Return the sums of rows by firm, ``(f, m)``; 0 for a firm without a row.

    Parameters
    ----------
    values : ndarray, shape (l, m)
        Rows.
    firm : ndarray of int32, shape (l,)
        Place of the firm of each, rising.
    firms : int
        How many firms there are.
    """
    total = np.zeros((firms, values.shape[1]))
    if len(firm):
        starts = np.flatnonzero(np.concatenate([[True], firm[1:] != firm[:-1]]))
        total[firm[starts]] = np.add.reduceat(values, starts, axis=0)
    return total


def economy(
    system: "System", place: Codes, months: Codes, kinds: tuple[int, ...]
) -> tuple[Floats, ...]:
    """Return sums by firm and month of kinds of money, (f, m) each; NaN where one is missing.

    Parameters
    ----------
    system : System
        A system with firms and readings.
    place : ndarray of int32
        Place in the register of each firm that has readings.
    months : ndarray of int32, shape (m,)
        Months, one after the other.
    kinds : tuple of int
        Numbers of the kinds. Several items of one kind, such as the parts of value added by the
        income approach, are summed.
    """
    readings = system.readings
    shape = (len(system.firms.table), len(months))
    column = readings.month - months[0]
    found = []
    for kind in kinds:
        rows = np.flatnonzero((readings.kind == kind) & (column >= 0) & (column < len(months)))
        cell = place[readings.firm[rows]] * np.int64(shape[1]) + column[rows]
        values = readings.value[rows]
        total = np.bincount(cell, values, minlength=shape[0] * shape[1]).astype(np.float64)
        total[np.bincount(cell, minlength=len(total)) == 0] = np.nan
        found.append(total.reshape(shape))
    return tuple(found)
