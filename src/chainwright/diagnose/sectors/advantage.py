"""Where a country's own work earns abroad: value added in exports, and revealed advantage."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.accounts import leontief
from chainwright.accounts.abroad import own_users
from chainwright.diagnose.sectors.blocs import Blocs
from chainwright.diagnose.sectors.shares import ratio
from chainwright.system import Flows

__all__ = ["Exports", "exports_of", "revealed_advantage"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Exports:
    """What each node sells abroad, gross and as value added.

    Parameters
    ----------
    gross : ndarray, shape (n,) [money]
        Deliveries that leave the country, to producers and final users; the nation around home
        counts as one country.
    to_nation : ndarray, shape (n,) [money]
        Deliveries of home's nodes to the rest of the nation; 0 for all others.
    value_added : ndarray, shape (n,) [money]
        Value added of the node in its country's exports (forward linkage).
    content : ndarray, shape (n,) [share]
        The country's value added in a unit that the node sells (backward linkage).
    """

    gross: Numbers
    to_nation: Numbers
    value_added: Numbers
    content: Numbers


def exports_of(flows: Flows, blocs: Blocs) -> Exports:
    r"""Return gross exports and the value added in them, of every node.

    With :math:`A_{bb}` the inputs inside country b, :math:`v` value added per output and
    :math:`e_b` exports,

    .. math:: H_b = (I - A_{bb})^{-1}, \quad
              \text{forward: } \hat v_b H_b e_b, \quad \text{backward: } v_b' H_b .

    Forward credits the sector that did the work, in whatever product it left; backward credits the
    sector that sold the product. Either way the sum over the country, :math:`v_b' H_b e_b`, is its
    domestic value added in exports: terms 1 to 5 of the nine in [1]_. One small solve a country.

    Parameters
    ----------
    flows : Flows
        The table.
    blocs : Blocs
        Home and its partners.

    References
    ----------
    .. [1] Koopman, R., Wang, Z., Wei, S.-J. (2014), Tracing value-added and double counting in
       gross exports, American Economic Review 104(2), 459-494.
    """
    _ = leontief(flows).column_totals  # refuses an economy that is not productive, and names why
    country = np.where(blocs.national, 0, np.arange(len(blocs)))[blocs.of_node]
    of_nation = _of_rest_of_nation(flows, blocs)
    own, exported = own_users(flows), flows.final_of("exports")
    counted = ~flows.final_of("imports", "error")
    n = len(flows.nodes)
    gross, value_added, content = np.zeros(n), np.zeros(n), np.zeros(n)
    intensity = flows.added * flows.per_output
    for b in np.unique(country):
        mine = np.flatnonzero(country == b)
        rows = flows.matrix[mine]
        inside = rows[:, mine].astype(np.float64)
        gross[mine] = rows.sum(axis=1, dtype=np.float64) - inside.sum(axis=1)
        inside_users = np.asarray(own[np.unique(flows.nodes.region[mine])].any(axis=0))
        abroad = counted & (exported | ~inside_users[flows.users.region])
        gross[mine] += flows.final[mine][:, abroad].sum(axis=1, dtype=np.float64)
        system = np.eye(len(mine)) - inside * flows.per_output[mine]
        value_added[mine] = intensity[mine] * np.linalg.solve(system, gross[mine])
        content[mine] = np.linalg.solve(system.T, intensity[mine])
    to_nation = np.zeros(n)
    here = np.flatnonzero(blocs.of_node == 0)
    rest = blocs.national[blocs.of_node] & (blocs.of_node != 0)
    to_nation[here] = flows.matrix[here][:, rest].sum(axis=1, dtype=np.float64)
    to_nation[here] += flows.final[here][:, counted & of_nation].sum(axis=1, dtype=np.float64)
    # what is left of a difference of large sums is no export
    gross[np.abs(gross) < 1e-12 * flows.output] = 0.0
    return Exports(gross, to_nation, value_added, content)


def _of_rest_of_nation(flows: Flows, blocs: Blocs) -> npt.NDArray[np.bool_]:
    """Return which final users are of the rest of the nation, shape (m,)."""
    home, codes = blocs.home, flows.users.regions.codes
    is_rest = np.array([c in home.nation and c not in home.regions for c in codes], dtype=np.bool_)
    return is_rest[flows.users.region] & ~flows.final_of("exports")


def revealed_advantage(amounts: Numbers) -> Numbers:
    r"""Return :math:`(e_{cs} / \sum_s e_{cs}) / (\sum_c e_{cs} / \sum_{cs} e_{cs})`, shape (g, s).

    Parameters
    ----------
    amounts : ndarray, shape (g, s)
        Exports e of each country and sector: gross, or as value added.

    References
    ----------
    .. [1] Balassa, B. (1965), Trade liberalisation and "revealed" comparative advantage, The
       Manchester School 33, 99-123.

    Examples
    --------
    >>> revealed_advantage(np.array([[30.0, 10.0], [10.0, 50.0]])).round(3).tolist()
    [[1.875, 0.417], [0.417, 1.389]]
    """
    of_country = ratio(amounts, amounts.sum(axis=1, keepdims=True))
    return ratio(of_country, ratio(amounts.sum(axis=0), amounts.sum()))
