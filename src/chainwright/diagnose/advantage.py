"""Where a region's own work earns abroad: value added in exports, and revealed advantage."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.accounts import leontief
from chainwright.system import Flows
from chainwright.system.home import Home

__all__ = ["Exports", "exports_of", "holds_the_world", "over", "revealed_advantage", "same_sector"]

Vector = npt.NDArray[np.float64]

OUTSIDE = -1
"""Bloc of a final user whose region has no producers in the table."""


def over(part: npt.ArrayLike, whole: npt.ArrayLike) -> Vector:
    """Return `part` / `whole`, NaN where `whole` is not above zero.

    Parameters
    ----------
    part, whole : array_like
        Numbers that broadcast.
    """
    above, below = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    shape = np.broadcast_shapes(above.shape, below.shape)
    return np.divide(above, below, out=np.full(shape, np.nan), where=below > 0.0)


def holds_the_world(flows: Flows) -> bool:
    """Return whether `flows` has all regions that its producers trade with, so that shares of a world
    can be taken: several regions, nothing from and nothing to a place outside.
    """  # noqa: D205 - one sentence
    open_to = flows.final_of("exports", "imports").any()
    return len(flows.nodes.regions) > 1 and flows.imports is None and not open_to


@dataclass(frozen=True, eq=False)
class Exports:
    """What each node sells abroad, gross and as value added.

    Parameters
    ----------
    gross : ndarray, shape (n,) [money]
        Deliveries that leave the node's bloc, to producers and final users.
    within_nation : ndarray, shape (n,) [money]
        Deliveries of home's nodes to the rest of the nation; 0 for all others.
    value_added : ndarray, shape (n,) [money]
        Value added of the node in the exports of its bloc (forward linkage).
    content : ndarray, shape (n,) [share]
        Value added of the bloc in a unit that the node exports (backward linkage).
    """

    gross: Vector
    within_nation: Vector
    value_added: Vector
    content: Vector


def exports_of(flows: Flows, home: Home) -> Exports:
    r"""Return gross exports and the value added in them, of every node.

    The nation around home is one bloc, every other region is a bloc of its own; deliveries inside a
    bloc are no exports. With :math:`A_{bb}` the inputs inside bloc b, :math:`v` value added per
    output and :math:`e_b` its exports,

    .. math:: H_b = (I - A_{bb})^{-1}, \quad
              \text{forward: } \hat v_b H_b e_b, \quad \text{backward: } v_b' H_b .

    Forward credits the sector that did the work, in whatever product it left; backward credits the
    sector that sold the last product. Either way the sum over a bloc, :math:`v_b' H_b e_b`, is its
    domestic value added in exports (GDP in exports: terms 1 to 5 of the nine).

    Parameters
    ----------
    flows : Flows
        The table.
    home : Home
        Home and its nation.

    References
    ----------
    .. [1] Koopman, R., Wang, Z., Wei, S.-J. (2014), Tracing value-added and double counting in gross
       exports, American Economic Review 104(2), 459-494.
    """
    _ = leontief(flows).column_totals  # refuses an economy that is not productive, by name
    nodes, users = flows.nodes, flows.users
    codes = nodes.regions.codes
    bloc_of_region = np.arange(len(codes)) + 1
    bloc_of_region[nodes.regions.index(home.nation)] = 0
    bloc = bloc_of_region[nodes.region]
    of_user_region = np.array(
        [
            bloc_of_region[nodes.regions.place[c]] if c in nodes.regions.place else OUTSIDE
            for c in users.regions.codes
        ]
    )
    user_bloc = np.where(flows.final_of("exports"), OUTSIDE, of_user_region[users.region])
    counted = ~flows.final_of("imports", "error")
    n = len(nodes)
    gross, value_added, content = np.zeros(n), np.zeros(n), np.zeros(n)
    intensity = flows.added * flows.per_output
    for b in np.unique(bloc):
        mine = np.flatnonzero(bloc == b)
        rows = flows.matrix[mine]
        inside = rows[:, mine].astype(np.float64)
        gross[mine] = rows.sum(axis=1, dtype=np.float64) - inside.sum(axis=1)
        gross[mine] += flows.final[mine][:, counted & (user_bloc != b)].sum(
            axis=1, dtype=np.float64
        )
        system = np.eye(len(mine)) - inside * flows.per_output[mine]
        value_added[mine] = intensity[mine] * np.linalg.solve(system, gross[mine])
        content[mine] = np.linalg.solve(system.T, intensity[mine])
    return Exports(gross, _to_rest_of_nation(flows, home), value_added, content)


def _to_rest_of_nation(flows: Flows, home: Home) -> Vector:
    sold = np.zeros(len(flows.nodes))
    if home.nation == home.regions:
        return sold
    here = np.flatnonzero(home.mask(flows))
    rest = home.nation_mask(flows) & ~home.mask(flows)
    around = np.isin(
        flows.users.region,
        [
            i
            for i, code in enumerate(flows.users.regions.codes)
            if code in home.nation and code not in home.regions
        ],
    )
    around &= ~flows.final_of("exports", "imports", "error")
    sold[here] = flows.matrix[here][:, rest].sum(axis=1, dtype=np.float64)
    sold[here] += flows.final[here][:, around].sum(axis=1, dtype=np.float64)
    return sold


def same_sector(flows: Flows, amounts: Vector) -> Vector:
    """Return for each node the sum of `amounts` over all regions' nodes of its sector, shape (n,).

    Parameters
    ----------
    flows : Flows
        The table.
    amounts : ndarray, shape (n,)
        One number a node.
    """
    sums = np.bincount(flows.nodes.sector, amounts, minlength=len(flows.nodes.sectors))
    return np.asarray(sums[flows.nodes.sector])


def revealed_advantage(flows: Flows, amounts: Vector) -> Vector:
    r"""Return :math:`(e_{rs} / \sum_s e_{rs}) / (\sum_r e_{rs} / \sum_{rs} e_{rs})`, shape (n,).

    Parameters
    ----------
    flows : Flows
        The table.
    amounts : ndarray, shape (n,)
        Exports e of each node: gross, or as value added.

    References
    ----------
    .. [1] Balassa, B. (1965), Trade liberalisation and "revealed" comparative advantage, The
       Manchester School 33, 99-123.
    """
    nodes = flows.nodes
    of_region = np.bincount(nodes.region, amounts, minlength=len(nodes.regions))[nodes.region]
    return over(over(amounts, of_region), over(same_sector(flows, amounts), amounts.sum()))
