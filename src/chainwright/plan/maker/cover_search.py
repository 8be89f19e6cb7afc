"""The search for a plan that covers all gaps that can be covered, and which ones cannot."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array, hstack

from chainwright.diagnose.maker.outage_programme import OutageProgramme
from chainwright.diagnose.maker.stock_left import stock_left
from chainwright.plan.choosing.choices import Choice, Goal, Limits
from chainwright.plan.maker.cover_blocks import cover_block, units_of
from chainwright.plan.maker.cover_programme import CoverProgramme, Remaining
from chainwright.plan.maker.gaps import Gaps
from chainwright.plan.maker.measures import Measures

__all__ = ["FEW", "Search", "Searched", "loss_before", "part_of", "programme_of", "search"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

TOLD = 50
"""Gaps between two words of progress."""

ENDLESS = 1e150
"""Units a week that stand for a capacity without end."""

FEW = 40
"""Gaps up to which the best plan is sought, whatever gap would do, so that steps can be judged."""


@dataclass(frozen=True, eq=False)
class Search:
    """What is sought: a plan for ``G`` gaps among ``M`` measures.

    Parameters
    ----------
    programme : OutageProgramme
        Of the chain without measures.
    gaps : Gaps
        Outages.
    measures : Measures
        What could be taken.
    usable : ndarray of bool
        ``(G, M)`` measures that can be used in each gap.
    limits : Limits
        What is locked and what is forbidden, in units.
    cost : ndarray
        ``(M,)`` money a year, for a unit of stock or a measure.
    probability : ndarray
        ``(G,)`` weight of each gap in the expected loss.
    remaining : str
        ``"expected"`` or ``"largest"``.
    gap : float
        How far from the best a plan may be, relatively.
    seconds : float
        When a search ends with the best that it has.
    """

    programme: OutageProgramme
    gaps: Gaps
    measures: Measures
    usable: Bools
    limits: Limits
    cost: Floats
    probability: Floats
    remaining: Remaining
    gap: float
    seconds: float


@dataclass(frozen=True, eq=False)
class Searched:
    """What was found.

    Parameters
    ----------
    whole : CoverProgramme
        Of all gaps, hidden ones too: prices what is lost.
    chooser : CoverProgramme
        Of the gaps that decide.
    goal : Goal
        What was sought.
    choice : Choice
        The best plan.
    behind : ndarray
        ``(G,)`` behind which gap each one hides; itself where behind none.
    least_loss : ndarray
        ``(G,)`` what each gap loses with everything that is allowed; 0 where it can be covered.
    excluded : ndarray of bool
        ``(G,)`` gaps that could be covered alone, and not together with the others.
    """

    whole: CoverProgramme
    chooser: CoverProgramme
    goal: Goal
    choice: Choice
    behind: npt.NDArray[np.int64]
    least_loss: Floats
    excluded: Bools


def search(
    asked: Search, *, budget: float | None = None, progress: Callable[[str], None] | None = None
) -> Searched:
    """Return the cheapest plan that covers every gap that can be covered, or the best in a budget.

    A gap that loses something even with everything that is allowed is left out of the cover, and
    so are those that measures which exclude each other cannot cover together with the rest.
    Without a budget gaps that hide behind others are left out of the programme, not of the cover.

    Parameters
    ----------
    asked : Search
        What is sought.
    budget : float, optional
        The most that the plan may cost a year; then it loses as little as it can.
    progress : callable, optional
        Is told in words how far it is.
    """
    whole = programme_of(asked, progress)
    everything = np.arange(len(asked.gaps))
    if budget is not None:
        goal = Goal("budget", budget)
        within = goal.best(whole, asked.cost, asked.limits) or _nothing(asked)
        zeros = np.zeros(len(asked.gaps))
        return Searched(whole, whole, goal, within, everything, zeros, zeros > 0.0)
    least = _least_losses(whole, asked.limits, progress)
    coverable = least <= 0.0
    behind = everything.copy()
    kept = np.flatnonzero(coverable)
    behind[kept] = kept[asked.gaps.only(kept).behind(_effects(asked)[kept])]
    fronts = np.flatnonzero(coverable & (behind == everything))
    if progress is not None:
        progress(f"{len(fronts):,} gaps decide, {len(asked.measures):,} measures")
    chooser = part_of(whole, fronts)
    goal = Goal("cover")
    choice = goal.best(chooser, asked.cost, asked.limits)
    excluded = np.zeros(len(asked.gaps), dtype=np.bool_)
    if choice is None:
        best = chooser.least_loss(asked.cost, np.inf, asked.limits)
        lost = np.ones(len(fronts)) if best is None else chooser.losses(best.amount)
        excluded = np.isin(behind, fronts[lost > 0.0]) & coverable
        chooser = part_of(whole, fronts[lost <= 0.0])
        choice = goal.best(chooser, asked.cost, asked.limits)
    found = choice or _nothing(asked)
    return Searched(whole, chooser, goal, found, behind, least, excluded)


def programme_of(asked: Search, progress: Callable[[str], None] | None = None) -> CoverProgramme:
    """Return the programme of all gaps.

    Parameters
    ----------
    asked : Search
        What is sought.
    progress : callable, optional
        Is told in words how far it is.
    """
    programme, network = asked.programme, asked.programme.network
    blocks = []
    for g in range(len(asked.gaps)):  # one outage each, of a few items
        if progress is not None and g and g % TOLD == 0:
            progress(f"{g:,} of {len(asked.gaps):,} gaps")
        blocks.append(cover_block(programme, asked.gaps, g, asked.measures, asked.usable[g]))
    return CoverProgramme(
        measures=asked.measures,
        unit=units_of(programme, asked.measures),
        blocks=tuple(blocks),
        weight=tuple(programme.weights[b.sold] * network.demand[b.sold] for b in blocks),
        probability=asked.probability,
        remaining=asked.remaining,
        gap=0.0 if len(blocks) <= FEW else asked.gap,
        seconds=asked.seconds,
        slack=0.0 if len(blocks) <= FEW else asked.gap * loss_before(asked),
    )


def loss_before(asked: Search) -> float:
    """Return the loss that is made small, without any measure.

    Parameters
    ----------
    asked : Search
        What is sought.
    """
    if asked.remaining == "largest":
        return float(asked.gaps.loss.max(initial=0.0))
    return float(asked.probability @ asked.gaps.loss)


def part_of(whole: CoverProgramme, places: npt.NDArray[np.intp]) -> CoverProgramme:
    """Return the programme of some of the outages.

    Parameters
    ----------
    whole : CoverProgramme
        Of all.
    places : ndarray of int
        Which ones.
    """
    return replace(
        whole,
        blocks=tuple(whole.blocks[g] for g in places),
        weight=tuple(whole.weight[g] for g in places),
        probability=whole.probability[places],
        gap=0.0 if len(places) <= FEW else whole.gap,
        slack=0.0 if len(places) <= FEW else whole.slack,
    )


def _least_losses(
    whole: CoverProgramme, limits: Limits, progress: Callable[[str], None] | None
) -> Floats:
    """Return what each outage loses with everything that is allowed, ``(G,)``.

    Stock without a limit of every product that is sold covers anything, so that need not be tried.
    """
    measures = whole.measures
    free = np.zeros(len(measures))
    found = np.zeros(len(whole.blocks))
    endless = measures.stock & np.isinf(limits.most)
    open_ = [
        not np.isin(block.sold, measures.item[endless & block.reaching]).all()
        for block in whole.blocks
    ]
    for g in map(int, np.flatnonzero(open_)):
        if progress is not None and g and g % TOLD == 0:
            progress(f"{g:,} of {len(found):,} gaps: can they be covered?")
        one = part_of(whole, np.array([g]))
        best = one.programme(free, limits, price=1.0, whole=False).solved()
        found[g] = np.nan if best is None else one.losses_of(best.values)[0]
    return found


def _effects(asked: Search) -> csr_array:
    """Return what each gap takes, ``(G, K)``: capacity of items, nodes that share it, stock, more.

    Capacity that is not shared counts by item, whichever node it is of; what is infinite as a
    very large number.
    """
    programme, gaps = asked.programme, asked.gaps
    network, tied = programme.network, programme.coupling
    items = len(network.items)
    node = np.arange(len(network.nodes))
    shape = (len(node), items)
    of_item = csr_array((np.ones(len(node)), (node, network.node_item)), shape=shape)
    able = np.where(tied.at_binding, 0.0, np.minimum(tied.capacity, ENDLESS))
    down = csr_array(gaps.down.astype(np.float64))
    capacity = csr_array(down @ csr_array(diags_array(able) @ of_item))
    shared = csr_array(down[:, np.flatnonzero(tied.at_binding)])
    lost = [
        network.pooled_stock
        - stock_left(network, gaps.down[g], programme.stock_at_node, gaps.sites[g])
        for g in range(len(gaps))
    ]
    stock = csr_array(np.array(lost).reshape(len(gaps), items))
    barred = csr_array((~asked.usable).astype(np.float64))
    return csr_array(hstack([capacity, shared, stock, barred], format="csr"))


def _nothing(asked: Search) -> Choice:
    """Return the plan of what is locked alone."""
    amount = asked.limits.least
    return Choice(amount, float(asked.cost @ amount), np.nan, 0.0)
