"""What a unit of output carries: value added, output itself, or a stressor."""

import numpy as np
import numpy.typing as npt

from chainwright.errors import UnknownCodeError
from chainwright.system import Flows

__all__ = ["amounts_of", "unit_of"]

MONEY = ("value_added", "output")
"""What can be followed in every table, besides its stressors."""


def amounts_of(flows: Flows, of: str) -> npt.NDArray[np.float64]:
    """Return how much of something each node has, shape (n,).

    Parameters
    ----------
    flows : Flows
        The table.
    of : str
        ``"value_added"``, ``"output"`` or the name of a stressor.

    Raises
    ------
    UnknownCodeError
        If it is neither.
    """
    if of == "value_added":
        return np.asarray(flows.added, dtype=np.float64)
    if of == "output":
        return np.asarray(flows.output, dtype=np.float64)
    stressors = flows.stressors
    if stressors is None or of not in stressors.axis.place:
        known = [*MONEY, *(stressors.axis.codes if stressors else ())]
        raise UnknownCodeError(of, "amount or stressor of this table", known)
    return np.asarray(stressors.matrix[stressors.axis.place[of]], dtype=np.float64)


def unit_of(flows: Flows, of: str) -> str:
    """Return the unit of what `amounts_of` returns.

    Parameters
    ----------
    flows : Flows
        The table.
    of : str
        As for `amounts_of`.
    """
    if of in MONEY or flows.stressors is None:
        return str(flows.money)
    return flows.stressors.units[flows.stressors.axis.place[of]]
