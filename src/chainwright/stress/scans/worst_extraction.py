"""The set of nodes whose extraction costs most, by greedy, with a bound on what it may miss."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.stress.scans.extraction_losses import ExtractionLosses

__all__ = ["WorstSet", "worst_extraction"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class WorstSet:
    """Nodes in the order in which greedy takes them.

    Parameters
    ----------
    nodes : ndarray of int, shape (k,)
        The nodes.
    lost : ndarray, shape (k,) [money]
        Lost without the first 1, 2, ... k of them.
    bound : ndarray, shape (k,) [money]
        No set of as many nodes costs more; NaN where that is not known.
    """

    nodes: Places
    lost: Numbers
    bound: Numbers


def worst_extraction(losses: ExtractionLosses, among: Places, k: int) -> WorstSet:
    r"""Return the `k` nodes that greedy takes out: each time the one that costs most besides.

    Output is a sum over chains of deliveries, and a set of nodes costs all chains that touch it:
    a coverage function, so that greedy reaches at least :math:`1 - 1/e`, 63 %, of the best set.
    A sharper bound comes with the run: no set of m nodes costs more than what the nodes so far
    cost and the m largest gains that are left, after any number of steps. Both hold where no
    delivery between producers is below zero; final demand below zero is left out of the bound.

    A step is one solve with L and one with L', and an update of rank one:
    :math:`L \leftarrow L - L_{\cdot j} L_{j \cdot} / L_{jj}` on its diagonal, x and h' L alone.

    Parameters
    ----------
    losses : ExtractionLosses
        What an extraction costs.
    among : ndarray of int, shape (g,)
        Nodes to choose from.
    k : int
        How many, at most g.

    References
    ----------
    .. [1] Nemhauser, G. L., Wolsey, L. A. and Fisher, M. L. (1978), An analysis of approximations
       for maximizing submodular set functions, Mathematical Programming 14, 265-294.
    .. [2] Leskovec, J. et al. (2007), Cost-effective outbreak detection in networks, Proceedings of
       KDD, 420-429: the bound that comes with the run.
    """
    flows, network = losses.flows, losses.network
    n = len(flows.nodes)
    x, w, diagonal = flows.output.copy(), losses.per_unit.copy(), losses.diagonal.copy()
    above = np.asarray(network.solve(np.maximum(flows.demand, 0.0)), dtype=np.float64)
    sound = float(flows.matrix.min(initial=0.0)) >= 0.0
    free = np.zeros(n, dtype=np.bool_)
    free[among] = True
    columns, rows = np.zeros((n, k)), np.zeros((k, n))
    chosen, lost = np.zeros(k, dtype=np.intp), np.zeros(k)
    bound, total, total_above = np.full(k, np.inf), 0.0, 0.0
    for step in range(k):
        pivot = np.where(free, diagonal, 1.0)
        gains_above = -np.sort(-np.where(free, w * above / pivot, 0.0))[:k]
        bound = np.minimum(bound, total_above + np.cumsum(gains_above))
        j = int(np.argmax(np.where(free, w * x / pivot, -np.inf)))
        unit = np.zeros(n)
        unit[j] = 1.0
        column = network.solve(unit) - columns[:, :step] @ rows[:step, j]
        row = network.solve_transposed(unit) - columns[j, :step] @ rows[:step]
        own = column[j]
        total, total_above = total + w[j] * x[j] / own, total_above + w[j] * above[j] / own
        columns[:, step], rows[step] = column, row / own
        x -= column * (x[j] / own)
        above -= column * (above[j] / own)
        w -= row * (w[j] / own)
        diagonal -= column * row / own
        free[j] = False
        chosen[step], lost[step] = j, total
    if not sound:
        bound[:] = np.nan
    return WorstSet(chosen, lost, np.maximum(bound, lost))
