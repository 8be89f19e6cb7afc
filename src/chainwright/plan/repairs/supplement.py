"""A missing link supplemented: deliveries move to another maker, outputs are solved anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from chainwright.accounts import leontief
from chainwright.errors import InfeasibleError, ParameterError
from chainwright.plan.repairs.deliveries import Deliveries
from chainwright.system import Flows

__all__ = ["maker_of", "supplemented"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

OWNER = "a supplement"
"""What messages call the question."""

ROUNDING = 1e-9
"""Share of output by which an output that is solved anew may fall below zero: rounding."""


@dataclass(frozen=True, eq=False)
class _Move:
    """Cells that move: from k rows to b nodes and u final users, into the row of one place."""

    rows: Places
    place: int
    nodes: Places
    final: Places
    to_nodes: Floats
    to_final: Floats


def supplemented(
    flows: Flows,
    *,
    product: str,
    users: Sequence[str],
    maker: str,
    share: float,
    origins: Sequence[str] = (),
) -> Flows:
    r"""Return the table in which a share of some deliveries comes from another maker.

    With the trade shares changed, technical coefficients of all nodes and final demand by user and
    product stay, and outputs are solved anew:

    .. math:: A' = A + D, \quad x' = (I - A')^{-1} y', \quad Z' = A' \hat{x}', \quad
              v' = \hat{v} \hat{x}^{-1} x'

    D moves `share` of the cells from `origins` to `users` into the row of `maker`. Since D has but
    a few rows R, the factors of the old table serve: :math:`dx = L_R (r_R + q)` with
    :math:`L = (I - A)^{-1}`, :math:`r = (y' - y) + D x` and
    :math:`(I - D_R L_R) q = D_R L_R r_R` (Sherman, Morrison and Woodbury). Rows and columns
    balance as they did, final demand is the same in all and by product, and so is value added in
    all where the table is closed. Cells below zero, such as stocks drawn down, stay where they
    are. Stressors and stated output go with output.

    Parameters
    ----------
    flows : Flows
        The table; one of a nation needs its imports apart.
    product : str
        The sector whose deliveries move.
    users : sequence of str
        Regions, with their final users, or nodes.
    maker : str
        Node of that sector that takes them over; it must make some already, since nothing else
        says what it needs.
    share : float [share]
        How much of them, 0 to 1.
    origins : sequence of str
        Regions or nodes that deliver them now; all others than the maker if none are named.

    Raises
    ------
    UnknownCodeError
        If the table lacks a word.
    ParameterError
        If the maker makes another product, or nothing at all; if the share is none; if the table
        mixes imports with home deliveries.
    InfeasibleError
        If an output would fall below zero.
    """
    if not 0.0 <= share <= 1.0:
        raise ParameterError("share", OWNER, "from 0 to 1", share)
    deliveries = Deliveries(flows)
    place = maker_of(flows, product, maker)
    rows = deliveries.sellers(product, origins)
    rows = rows[rows != place]
    nodes, final = deliveries.buyers(users)
    to_nodes, to_final = deliveries.cells(rows, nodes, final)
    if share == 0.0 or not (to_nodes.any() or to_final.any()):
        return flows
    move = _Move(rows, place, nodes, final, share * to_nodes, share * to_final)
    changed = _moved(flows, move, _factor(flows, move))
    note = (
        f"supplement: {share:g} of the deliveries of {product} from {', '.join(origins) or 'all'} "
        f"to {', '.join(users)} moved to {maker}, outputs solved anew"
    )
    return replace(changed, origin=flows.origin.noted(note))


def maker_of(flows: Flows, product: str, maker: str) -> int:
    """Return the place of the node that is to take deliveries over, if it can.

    Parameters
    ----------
    flows : Flows
        The table.
    product : str
        What it is to deliver.
    maker : str
        Code of the node.

    Raises
    ------
    UnknownCodeError
        If there is no such node.
    ParameterError
        If it makes another product, or nothing; if the table mixes imports with home deliveries.
    """
    if flows.is_competitive:
        expected = (
            "a table that holds imports apart from home deliveries: "
            "System(system.flows.split_imports())"
        )
        raise ParameterError("flows", OWNER, expected, "imports in one column of final demand")
    place = flows.nodes.find(maker)
    makes = flows.nodes.sectors.codes[flows.nodes.sector[place]]
    if makes != product:
        raise ParameterError("maker", OWNER, f"a node of the sector {product}", maker)
    if flows.output[place] <= 0.0:
        expected = "a node that makes some already, so that the table says what it needs"
        raise ParameterError("maker", OWNER, expected, f"{maker}, whose output is 0")
    return place


def _factor(flows: Flows, move: _Move) -> Floats:
    """Return new output over old of each node, shape (n,); 1 where there is none."""
    home, to_nodes, to_final = move.rows < len(flows.nodes), move.to_nodes, move.to_final
    touched = np.concatenate([move.rows[home], [move.place]])
    less = np.concatenate([-to_nodes[home], to_nodes.sum(axis=0, keepdims=True)])  # of Z: (R, b)
    change = np.concatenate([-to_final[home].sum(axis=1), [to_final.sum()]]) + less.sum(axis=1)
    D = less * flows.per_output[move.nodes]  # idle users have no coefficients: theirs is demand
    unit = np.zeros((len(flows.nodes), len(touched)))
    unit[touched, np.arange(len(touched))] = 1.0
    L = np.asarray(leontief(flows).solve(unit), dtype=np.float64)
    DL = D @ L[move.nodes]
    more = np.linalg.solve(np.eye(len(touched)) - DL, DL @ change)
    factor: Floats = 1.0 + (L @ (change + more)) * flows.per_output
    low = int(factor.argmin())
    if factor[low] < -ROUNDING:
        msg = (
            f"With this supplement the output of {flows.nodes.codes[low]} would fall below zero "
            f"({factor[low]:.3g} of what it is). Move a smaller share."
        )
        raise InfeasibleError(msg)
    return np.maximum(factor, 0.0)


def _moved(flows: Flows, move: _Move, factor: Floats) -> Flows:
    """Return the table with cells moved and columns scaled by new output over old."""
    n, rows, place, nodes, final = len(flows.nodes), move.rows, move.place, move.nodes, move.final
    home, to_nodes, to_final = rows < n, move.to_nodes, move.to_final
    Z, Y = np.array(flows.matrix, np.float64), np.array(flows.final, np.float64)
    Z[np.ix_(rows[home], nodes)] -= to_nodes[home]
    Z[place, nodes] += to_nodes.sum(axis=0)
    Y[np.ix_(rows[home], final)] -= to_final[home]
    Y[place, final] += to_final.sum(axis=0)
    kind = flows.matrix.dtype
    changed: dict[str, object] = {
        "matrix": (Z * factor).astype(kind),
        "final": Y.astype(kind),
        "value_added": (flows.value_added * factor).astype(kind),
    }
    if flows.stated_output is not None:
        changed["stated_output"] = (flows.stated_output * factor).astype(kind)
    if flows.stressors is not None:
        scaled = (flows.stressors.matrix * factor).astype(kind)
        changed["stressors"] = replace(flows.stressors, matrix=scaled)
    if flows.imports is not None:
        M = np.array(flows.imports.matrix, np.float64)
        to_users = np.array(flows.imports.final, np.float64)
        M[np.ix_(rows[~home] - n, nodes)] -= to_nodes[~home]
        to_users[np.ix_(rows[~home] - n, final)] -= to_final[~home]
        changed["imports"] = replace(
            flows.imports, matrix=(M * factor).astype(kind), final=to_users.astype(kind)
        )
    return replace(flows, **changed)  # type: ignore[arg-type]
