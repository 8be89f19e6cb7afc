"""A plan held against the programme of outages itself: what it promised, and what it keeps."""

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.maker.outage_plan import AddedSources
from chainwright.diagnose.maker.outage_programme import OutageProgramme
from chainwright.diagnose.maker.stock_left import stock_left
from chainwright.plan.maker.gaps import Gaps
from chainwright.plan.maker.measures import Measures

__all__ = ["verified_losses"]

Floats = npt.NDArray[np.float64]

ROUNDING = 1e-6
"""Share of what all products are worth over the outage that counts as rounding."""


def verified_losses(
    programme: OutageProgramme,
    gaps: Gaps,
    measures: Measures,
    usable: npt.NDArray[np.bool_],
    amount: Floats,
) -> Floats:
    """Return what each gap loses with a plan applied, ``(G,)``: an independent run.

    Extra stock is added to the stock, sources and lines are added as nodes that work from their
    delay on, and `OutageProgramme.plan` is run over all items, period by period. It shares no
    row with the programme that made the plan.

    Parameters
    ----------
    programme : OutageProgramme
        Of the chain without measures.
    gaps : Gaps
        ``G`` outages.
    measures : Measures
        ``M`` measures.
    usable : ndarray of bool
        ``(G, M)`` measures that can be used in each gap.
    amount : ndarray
        ``(M,)`` the plan, in units.
    """
    network = programme.network
    found = np.zeros(len(gaps))
    for g in range(len(gaps)):  # one outage each
        weeks, down = float(gaps.weeks[g]), gaps.down[g]
        stock = stock_left(network, down, programme.stock_at_node, gaps.sites[g])
        held = np.flatnonzero(usable[g] & measures.stock & (amount > 0.0))
        extra = np.bincount(measures.item[held], amount[held], minlength=len(stock))
        adds = np.flatnonzero(
            usable[g] & ~measures.stock & (amount > 0.0) & (measures.weeks < weeks)
        )
        delay = measures.weeks[adds]
        ends = np.unique(np.append(delay[delay > 0.0], weeks))
        length = np.diff(ends, prepend=0.0)
        on = (ends - length)[None, :] >= delay[:, None]
        added = AddedSources(
            measures.item[adds].astype(np.intp), np.where(on, measures.capacity[adds, None], 0.0)
        )
        working = np.repeat(np.where(down, 0.0, 1.0)[:, None], len(ends), axis=1)
        run = programme.plan(length, working, added=added, stock=stock + extra)
        worth = float(programme.weights @ network.demand) * weeks
        loss = float(run.loss.sum())
        found[g] = 0.0 if loss <= ROUNDING * worth else loss
    return found
