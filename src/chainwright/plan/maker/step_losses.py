"""What is lost without each step of a plan, the others as they are."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array

from chainwright.diagnose.maker.linear_solver import LinearSolver, Programme
from chainwright.plan.maker.cover_programme import CoverProgramme

__all__ = ["losses_without"]

Floats = npt.NDArray[np.float64]


def losses_without(whole: CoverProgramme, amount: Floats) -> tuple[Floats, Floats]:
    """Return what each outage loses with a plan, and how much more without each step of it.

    ``(B,)`` and ``(B, M)``. With amounts x fixed an outage is a programme of its own, ``own @ y <=
    limit - shared @ x``; leaving a step out moves its limits alone, so that it is solved on from
    the basis before. Losses below 1e-8 of the largest possible one count as none.

    Parameters
    ----------
    whole : CoverProgramme
        Outages and measures.
    amount : ndarray
        ``(M,)`` the plan, in units.
    """
    taken = amount / whole.unit
    losses = np.zeros(len(whole.blocks))
    more = np.zeros((len(whole.blocks), len(amount)))
    solver = LinearSolver()
    room = 1e-8 * whole.scale
    for b, (block, weight) in enumerate(zip(whole.blocks, whole.weight, strict=True)):
        cost = np.zeros(len(block.high))
        cost[block.lost] = np.tile(weight, len(block.ends)) / whole.scale
        shared = block.shared.tocsc()
        limit = block.limit - shared @ taken
        endless = np.full(len(limit), -np.inf)
        low = np.zeros(len(block.high))
        solver.load(Programme(cost, low, block.high, csc_array(block.own), endless, limit))
        losses[b] = solver.least * whole.scale if solver.solve() else np.nan
        losses[b] = 0.0 if losses[b] < room else losses[b]
        for i in np.flatnonzero(block.reaching & (amount > 0.0)):
            place = slice(shared.indptr[i], shared.indptr[i + 1])
            left = limit.copy()
            left[shared.indices[place]] += shared.data[place] * taken[i]
            solver.change_rows(endless, left)
            lost = solver.least * whole.scale if solver.solve() else np.nan
            more[b, i] = (0.0 if lost < room else lost) - losses[b]
    return losses, np.maximum(more, 0.0)
