"""Energy in tonnes of standard coal."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.carbon.inventory.parts import FACTOR_KIND, Part
from chainwright.params import table
from chainwright.system import carbon_kinds

if TYPE_CHECKING:
    from chainwright.carbon.inventory.activities import Activities

__all__ = ["coal_equivalents", "tce_per_unit"]

Floats = npt.NDArray[np.float64]

_SIGN = {Part.EXPORTED: -1.0, Part.HEAT_EXPORTED: -1.0, Part.GREEN: 0.0}
"""What is handed on is no use of the firm; contracted green power is part of what is bought."""

_ENERGY = (
    Part.FUEL,
    Part.BOUGHT,
    Part.EXPORTED,
    Part.OWN_ZERO,
    Part.GREEN,
    Part.HEAT,
    Part.HEAT_EXPORTED,
    Part.BIOGENIC,
)


@cache
def tce_per_unit() -> dict[tuple[str, str], float]:
    """Return tonnes of standard coal per unit, by kind and item (GB/T 2589-2020).

    A kind that has one item only needs no item.

    Examples
    --------
    >>> tce_per_unit()["grid_electricity", ""]
    0.1229
    """
    rows = table("energy_coefficients")
    found = {(row["kind"], row["item"]): float(row["value"]) for row in rows}
    kinds = [row["kind"] for row in rows]
    alone = [row for row in rows if kinds.count(row["kind"]) == 1]
    return {**{(row["kind"], ""): float(row["value"]) for row in alone}, **found}


def coal_equivalents(held: "Activities") -> Floats:
    """Return tonnes of standard coal per unit of each stream, ``(l,)``, with its sign.

    Power is counted at its own heat (0.1229 tce/MWh), own zero-carbon power too; exports count
    against it. 0 for what is no energy; NaN for an item without a coefficient.

    Parameters
    ----------
    held : Activities
        What firms did.
    """
    names = {int(row["number"]): kind for kind, row in carbon_kinds().items()}
    pairs, back = np.unique(
        np.stack([held.part, held.kind, held.item]), axis=1, return_inverse=True
    )
    known = tce_per_unit()
    value = np.zeros(pairs.shape[1])
    for i, (part, kind, item) in enumerate(pairs.T.tolist()):
        if part not in _ENERGY:
            continue
        as_kind = "grid_electricity" if part == Part.OWN_ZERO else names[kind]
        as_kind = FACTOR_KIND.get(Part(part), as_kind)
        word = held.items[item] if part in {Part.FUEL, Part.BIOGENIC} else ""
        value[i] = _SIGN.get(Part(part), 1.0) * known.get((as_kind, word), np.nan)
    return value[back.ravel()]
