"""Which inputs limit production: all that matter, or those that a rule calls essential."""

import numpy as np
import numpy.typing as npt

from chainwright.params import table
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.inventory_model import InventoryModel

__all__ = ["limiting_inputs"]


def limiting_inputs(economy: Economy, model: InventoryModel) -> npt.NDArray[np.bool_]:
    """Return whether each product limits each user, shape (S, n).

    Inputs above the model's cutoff; with ``inputs="essential"`` only those that the table
    ``essential_inputs`` calls essential by the ISIC Rev.4 sections of input and user (an
    assumption). A pair whose section is not known limits, which is the cautious side.

    Parameters
    ----------
    economy : Economy
        With its input coefficients.
    model : InventoryModel
        With cutoff and rule.
    """
    limits: npt.NDArray[np.bool_] = np.greater(economy.A_C, model.cutoff)
    if model.inputs == "all":
        return limits
    known = {
        (r["input_section"], r["user_section"]): r["essential"] == "1"
        for r in table("essential_inputs")
    }
    nodes = economy.flows.nodes
    of = economy.products.parents or ("",) * economy.S
    by = nodes.sectors.parents or ("",) * len(nodes.sectors)
    rule = np.array([[known.get((p, u), True) for u in by] for p in of], dtype=np.bool_)
    return limits & rule[:, nodes.sector]
