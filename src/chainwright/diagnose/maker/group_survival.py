"""How long items that share the capacity of sites last, and how their nodes divide the work."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array, hstack, vstack

from chainwright.diagnose.maker.affected import Coupling
from chainwright.diagnose.maker.linear_solver import LinearSolver, Programme
from chainwright.diagnose.maker.net_requirement import SLACK, NetRequirement
from chainwright.errors import InfeasibleError

__all__ = ["divided", "group_weeks"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

FOR_EVER = 1e-9
"""One over weeks: what lasts longer than a thousand million weeks lasts for ever."""


def group_weeks(
    tied: Coupling,
    need: NetRequirement,
    solver: LinearSolver,
    items: Indices,
    *,
    down: Flags,
    stock: Floats | None = None,
) -> float:
    """Return the weeks until the items of one group cannot all be made any more.

    With v_n units a week made at node n, and lines (a, b) of what has to be made of item k::

        min h    sum of v_n over nodes of k  >=  a - b h     every line of x_k
                 v_n <= c_n,  sum of v_n at a site <= c_a,  v, h >= 0

    and weeks = 1 / h. Lines are added where the last answer breaks them, from infinity leftwards;
    there are finitely many.

    Parameters
    ----------
    tied : Coupling
        Which items compete.
    need : NetRequirement
        What has to be made.
    solver : LinearSolver
        Is loaded anew.
    items : ndarray
        Places of the items of the group.
    down : ndarray of bool, shape (N,)
        Nodes that stand still.
    stock : ndarray, shape (I,), optional
        Units that can be used; all that is held anywhere if not given.
    """
    items = items[need.network.requirement[items] > 0.0]
    if not len(items):
        return np.inf
    unit = need.network.requirement[items]
    nodes, of_item, shops = _tables(tied, items, down)
    slope, intercept = _lines(need, items, np.inf, stock)
    row_of, slopes, covers = np.arange(len(items)), slope / unit, intercept / unit
    while True:
        matrix = vstack(
            [
                hstack([of_item[row_of], csr_array(covers[:, None])]),
                hstack([shops, csr_array((shops.shape[0], 1))]),
            ]
        )
        solver.load(
            Programme(
                cost=np.append(np.zeros(len(nodes)), 1.0),
                low=np.zeros(len(nodes) + 1),
                high=np.append(_limits(tied, nodes), np.inf),
                matrix=csc_array(matrix),
                row_low=np.append(slopes * (1.0 - SLACK), np.full(shops.shape[0], -np.inf)),
                row_high=np.append(np.full(len(slopes), np.inf), np.ones(shops.shape[0])),
            )
        )
        if not solver.solve():
            return 0.0
        found = solver.values()
        if found[-1] < FOR_EVER:
            return np.inf
        slope, intercept = _lines(need, items, 1.0 / found[-1], stock)
        short = slope / unit - intercept / unit * found[-1] - of_item @ found[:-1]
        broken = np.flatnonzero(short > 10.0 * SLACK)
        if not len(broken):
            return float(1.0 / found[-1])
        row_of = np.append(row_of, broken)
        slopes = np.append(slopes, (slope / unit)[broken])
        covers = np.append(covers, (intercept / unit)[broken])


def divided(
    tied: Coupling, solver: LinearSolver, items: Indices, down: Flags, rates: Floats
) -> tuple[Indices, Floats]:
    """Return how the nodes of one group make so many units a week, and which nodes these are.

    Parameters
    ----------
    tied : Coupling
        Which items compete.
    solver : LinearSolver
        Is loaded anew.
    items : ndarray
        Places of the items of the group.
    down : ndarray of bool, shape (N,)
        Nodes that stand still.
    rates : ndarray, shape (I,)
        Units a week to make of each item.

    Raises
    ------
    InfeasibleError
        If they cannot make as much.
    """
    items = items[tied.network.requirement[items] > 0.0]
    unit = tied.network.requirement[items]
    nodes, of_item, shops = _tables(tied, items, down)
    asked = rates[items] / unit
    solver.load(
        Programme(
            cost=np.zeros(len(nodes)),
            low=np.zeros(len(nodes)),
            high=_limits(tied, nodes),
            matrix=csc_array(vstack([of_item, shops])),
            row_low=np.append(asked * (1.0 - 10.0 * SLACK), np.full(shops.shape[0], -np.inf)),
            row_high=np.append(asked, np.ones(shops.shape[0])),
        )
    )
    if not solver.solve():
        raise InfeasibleError("The nodes of these items cannot make that much of them.")
    return nodes, solver.values() * tied.network.requirement[tied.network.node_item[nodes]]


def _lines(
    need: NetRequirement, items: Indices, weeks: float, stock: Floats | None
) -> tuple[Floats, Floats]:
    slope, intercept = need.lines(np.array([weeks]), stock)
    return slope[items, 0], intercept[items, 0]


def _limits(tied: Coupling, nodes: Indices) -> Floats:
    """Return what each node can make, in weekly requirements of its item."""
    network = tied.network
    return np.asarray(tied.capacity[nodes] / network.requirement[network.node_item[nodes]])


def _tables(tied: Coupling, items: Indices, down: Flags) -> tuple[Indices, csr_array, csr_array]:
    """Return the live nodes of some items, which item each makes, and its share of its site."""
    network = tied.network
    wanted = np.zeros(len(network.items), dtype=np.bool_)
    wanted[items] = True
    nodes = np.flatnonzero(wanted[network.node_item] & ~down)
    row = np.zeros(len(network.items), dtype=np.intp)
    row[items] = np.arange(len(items))
    of_item = csr_array(
        (np.ones(len(nodes)), (row[network.node_item[nodes]], np.arange(len(nodes)))),
        shape=(len(items), len(nodes)),
    )
    return nodes, of_item, site_shares(tied, nodes)[1]


def site_shares(tied: Coupling, nodes: Indices) -> tuple[Indices, csr_array]:
    """Return the sites that bind, and what each node's weekly requirement takes of them.

    Parameters
    ----------
    tied : Coupling
        Which items compete.
    nodes : ndarray
        Places of nodes, the columns.
    """
    network = tied.network
    column = np.flatnonzero(tied.at_binding[nodes])
    at = network.node_site[nodes[column]]
    numbers, row = np.unique(at, return_inverse=True)
    sites = numbers.astype(np.intp)
    taken = network.requirement[network.node_item[nodes[column]]] / network.site_capacity[at]
    return sites, csr_array((taken, (row, column)), shape=(len(sites), len(nodes)))
