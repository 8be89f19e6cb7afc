"""Parts of an account, and the kind of reading that each is made of.

The equations of the guidelines for enterprises (24 sectors, GB/T 32150 family) and of the code::

    gross      = fuel + process + gases - fixed + electricity + own_zero + heat
    neutralised = own_zero + green + sinks + captured + offsets
    net        = gross - neutralised

Own zero-carbon power is counted as if it were bought and then deducted, so it is deducted once.
"""

from enum import IntEnum
from functools import cache

import numpy as np
import numpy.typing as npt

from chainwright.system import carbon_kinds

__all__ = [
    "FACTOR_KIND",
    "IN_GROSS",
    "IN_NEUTRALISED",
    "IN_SCOPE",
    "NONE",
    "STEEL_DIVISION",
    "Part",
    "parts_of_pairs",
]

Codes = npt.NDArray[np.int32]

NONE = -1
"""Of readings that no part of an account is made of."""

STEEL_DIVISION = "31"
"""Division of GB/T 4754 whose products hold carbon that the guideline deducts."""


class Part(IntEnum):
    """A part of an account."""

    FUEL = 0
    PROCESS = 1
    GASES = 2
    FIXED = 3
    BOUGHT = 4
    EXPORTED = 5
    OWN_ZERO = 6
    GREEN = 7
    HEAT = 8
    HEAT_EXPORTED = 9
    BIOGENIC = 10
    SINKS = 11
    CAPTURED = 12
    OFFSETS = 13


_KINDS = {
    "grid_electricity": Part.BOUGHT,
    "own_pv": Part.OWN_ZERO,
    "own_zero_carbon": Part.OWN_ZERO,
    "green_power": Part.GREEN,
    "electricity_exported": Part.EXPORTED,
    "coal": Part.FUEL,
    "coke": Part.FUEL,
    "pipeline_gas": Part.FUEL,
    "liquefied_gas": Part.FUEL,
    "oil": Part.FUEL,
    "byproduct_gas": Part.FUEL,
    "heat_bought": Part.HEAT,
    "heat_exported": Part.HEAT_EXPORTED,
    "biomass": Part.BIOGENIC,
    "process_inputs": Part.PROCESS,
    "process_gases": Part.GASES,
    "sinks": Part.SINKS,
    "captured": Part.CAPTURED,
    "offsets": Part.OFFSETS,
}
"""Kinds of readings that are a part whatever the item."""

_ITEMS = {
    ("biomass", "fossil_waste"): Part.FUEL,
    ("physical_output", "crude_steel"): Part.FIXED,
    ("physical_output", "pig_iron_sold"): Part.FIXED,
}
"""Items that are another part than the rest of their kind."""

IN_GROSS = np.array([1, 1, 1, -1, 1, -1, 1, 0, 1, -1, 0, 0, 0, 0], dtype=np.float64)
"""Sign of each part in the gross total, by place in `Part`."""

IN_NEUTRALISED = np.array([0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1], dtype=np.float64)
"""Sign of each part in what is neutralised."""

IN_SCOPE = ("1", "1", "1", "1", "2", "2", "2", "", "2", "2", "", "", "", "")
"""Scope of each part in the location-based inventory; empty for what is deducted or a memo."""


def _number(kind: str) -> int:
    return int(carbon_kinds()[kind]["number"])


FACTOR_KIND = {
    Part.EXPORTED: "grid_electricity",
    Part.OWN_ZERO: "grid_electricity",
    Part.GREEN: "grid_electricity",
    Part.HEAT_EXPORTED: "heat_bought",
}
"""Parts whose factor is that of another kind: exports count as much as what is bought."""


@cache
def _part_of_kind() -> tuple[tuple[int, Part], ...]:
    return tuple((_number(kind), part) for kind, part in _KINDS.items())


def parts_of_pairs(kinds: Codes, items: tuple[str, ...]) -> Codes:
    """Return the part that each pair of a kind and an item is in, ``(k * i,)``, or `NONE`.

    Parameters
    ----------
    kinds : ndarray of int32, shape (k,)
        Numbers of kinds.
    items : tuple of str, i
        Items; the pair of kind ``a`` and item ``b`` is in place ``a * i + b``.

    Examples
    --------
    >>> parts_of_pairs(np.array([5, 18], dtype=np.int32), ("", "fossil_waste")).tolist()
    [4, 4, 10, 0]
    """
    of_kind = dict(_part_of_kind())
    found = np.repeat([of_kind.get(int(n), NONE) for n in kinds], len(items)).astype(np.int32)
    for (kind, item), part in _ITEMS.items():
        if item in items:
            found[np.flatnonzero(kinds == _number(kind)) * len(items) + items.index(item)] = part
    return found
