"""The programme that chooses measures for many outages at once: they share what is bought."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import block_diag, csr_array, hstack, vstack

from chainwright.plan.choosing.choices import Choice, Limits
from chainwright.plan.choosing.mixed_programme import MixedProgramme, MixedSolution
from chainwright.plan.maker.cover_blocks import CoverBlock
from chainwright.plan.maker.measures import Measures

__all__ = ["CoverProgramme", "Remaining"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Remaining = Literal["expected", "largest"]
"""What is made small under a budget: the loss on average over outages, or the largest one."""

TIE = 1e-7
"""Share of its cost by which a measure is made dearer, times its place by name over M."""


SNAP = 1e-7
"""Share of a week's requirement below which two amounts of stock are the same."""


@dataclass(frozen=True, eq=False)
class CoverProgramme:
    """Chooses among ``M`` measures for ``B`` outages: a `Chooser`.

    ::

        min cost @ x       rows of each outage (`cover_block`) with the same x;  sum of x over
                           measures of which one is taken at most <= 1;  least <= x <= most
        no loss allowed:   l = 0;     else  th_b = sum over products of w l  in outage b,
        and the sum of p_b th_b, or the largest th_b, is made small or held below a limit

    Parameters
    ----------
    measures : Measures
        What could be taken.
    unit : ndarray
        ``(M,)`` units that one of each unknown x stands for.
    blocks : sequence of CoverBlock
        An outage each.
    weight : sequence of ndarray
        Loss of one week's demand of each product sold, for each outage.
    probability : ndarray
        ``(B,)`` weight of each outage in the loss; they need not sum to 1.
    remaining : str
        ``"expected"`` or ``"largest"``.
    gap : float
        How far from the best a plan may be, relatively.
    seconds : float
        When a search ends with the best that it has.
    start : ndarray, optional
        ``(M,)`` a plan to begin with, in units: saves time, changes no proof.
    slack : float
        Under a budget a search also ends once the loss is proven to be within this of the least;
        the cheapest of several plans is then sought only among those that lose nothing.
    relaxed : bool
        Whether measures and lots may be taken in part: a linear programme, solved to its end.
    """

    measures: Measures
    unit: Floats
    blocks: Sequence[CoverBlock]
    weight: Sequence[Floats]
    probability: Floats
    remaining: Remaining = "expected"
    gap: float = 0.0
    seconds: float = np.inf
    start: Floats | None = None
    slack: float = 0.0
    relaxed: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Identities of the measures."""
        return self.measures.names

    def least_cost(self, cost: Floats, loss: float, limits: Limits) -> Choice | None:
        """Return the cheapest plan that loses at most `loss`.

        Parameters
        ----------
        cost : ndarray
            ``(M,)`` money a year, for a unit of stock or a measure.
        loss : float
            The most that may be lost.
        limits : Limits
            What is locked and what is forbidden, in units.
        """
        nothing = loss <= 0.0
        programme = self.programme(cost, limits, loss=None if nothing else loss)
        return self._choice(self._solved(programme), cost)

    def least_loss(self, cost: Floats, budget: float, limits: Limits) -> Choice | None:
        """Return the plan that loses least within a budget, then the cheapest of these.

        Parameters
        ----------
        cost
            As for `least_cost`.
        budget : float
            The most that it may cost; may be infinite.
        limits
            As for `least_cost`.
        """
        programme = self.programme(cost, limits, budget=budget)
        first = self._solved(programme, slack=self.slack / self.scale)
        if first is None:
            return None
        found = self._choice(first, cost)
        if found is None:
            return None
        if self.slack > 0.0 and found.loss > 0.0:
            return replace(found, bound=min(found.loss, max(0.0, first.bound * self.scale)))
        again = self.programme(cost, limits, loss=found.loss * (1.0 + 1e-9))
        cheaper = self._choice(
            again.solved(gap=self.gap, seconds=self.seconds, start=found.amount / self.unit), cost
        )
        best = found if cheaper is None or cheaper.cost > found.cost else cheaper
        return Choice(best.amount, best.cost, best.loss, max(0.0, first.bound * self.scale))

    def least_sum(self, cost: Floats, limits: Limits) -> Choice | None:
        """Return the plan whose loss and cost together are least.

        Parameters
        ----------
        cost, limits
            As for `least_cost`.
        """
        programme = self.programme(cost, limits, price=1.0)
        return self._choice(self._solved(programme), cost, total=True)

    def _solved(self, programme: MixedProgramme, *, slack: float = 0.0) -> MixedSolution | None:
        start = None if self.start is None else self.start / self.unit
        return programme.solved(gap=self.gap, seconds=self.seconds, start=start, slack=slack)

    def losses(self, amount: Floats) -> Floats:
        """Return what is lost in each outage with so much of each measure, ``(B,)``.

        Parameters
        ----------
        amount : ndarray
            ``(M,)`` in units.
        """
        fixed = Limits(amount, amount)
        found = self.programme(np.zeros(len(amount)), fixed, price=1.0, whole=False).solved()
        if found is None:  # only without rounding room: amounts come from a solution
            return np.full(len(self.blocks), np.nan)
        return self.losses_of(found.values)

    @cached_property
    def scale(self) -> float:
        """What losses are counted in, so that the solver sees numbers of the size of one."""
        worst = [
            float(w @ np.ones(len(w))) * b.ends[-1]
            for w, b in zip(self.weight, self.blocks, strict=True)
        ]
        return max(worst, default=0.0) or 1.0

    @cached_property
    def _widths(self) -> npt.NDArray[np.int64]:
        """First column of each block, and one past the last."""
        sizes = [len(self.measures), *(len(block.high) for block in self.blocks)]
        return np.cumsum(sizes)

    @cached_property
    def _rows(self) -> tuple[csr_array, Floats]:
        """Rows of all outages and of the measures that exclude each other, with their limits."""
        width = len(self.measures)
        groups = self.measures.groups
        one = np.concatenate([np.empty(0, np.int64), *groups])
        row = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        at_most_one = csr_array((np.ones(len(one)), (row, one)), shape=(len(groups), width))
        shared = vstack([at_most_one, *(b.shared for b in self.blocks)], format="csr")
        if not self.blocks:
            return csr_array(shared), np.ones(len(groups))
        own = block_diag([csr_array((len(groups), 0)), *(b.own for b in self.blocks)])
        limit = np.concatenate([np.ones(len(groups)), *(b.limit for b in self.blocks)])
        return csr_array(hstack([shared, own], format="csr")), limit

    @cached_property
    def _loss_rows(self) -> csr_array:
        """Weighted loss of each outage, in `scale`, ``(B, unknowns)``."""
        widths = self._widths
        places, values, rows = [np.empty(0, np.int64)], [np.empty(0)], [np.empty(0, np.int64)]
        for b, (block, weight) in enumerate(zip(self.blocks, self.weight, strict=True)):
            lost = np.arange(widths[b] + block.lost.start, widths[b] + block.lost.stop)
            places.append(lost)
            values.append(np.tile(weight, len(block.ends)) / self.scale)
            rows.append(np.full(len(lost), b))
        shape = (len(self.blocks), int(widths[-1]))
        held = (np.concatenate(values), (np.concatenate(rows), np.concatenate(places)))
        return csr_array(held, shape=shape)

    def programme(
        self,
        cost: Floats,
        limits: Limits,
        *,
        loss: float | None = None,
        budget: float | None = None,
        price: float | None = None,
        whole: bool = True,
    ) -> MixedProgramme:
        """Return the programme of a question; without `loss`, `budget` and `price` no loss is let.

        Parameters
        ----------
        cost : ndarray
            ``(M,)`` money a year, for a unit of stock or a measure.
        limits : Limits
            What is locked and what is forbidden, in units.
        loss : float, optional
            The most that may be lost, at least cost.
        budget : float, optional
            The most that the plan may cost, at least loss; infinite for no limit.
        price : float, optional
            Money that one unit of loss counts beside the cost.
        whole : bool
            Whether measures are taken whole.
        """
        whole = whole and not self.relaxed
        matrix, limit = self._rows
        tight = loss is None and budget is None and price is None
        m, width = len(self.measures), int(self._widths[-1])
        ranks = 1.0 + TIE * np.arange(m) / max(m, 1)
        money = np.concatenate([cost * self.unit, np.zeros(width - m)])
        low = np.concatenate([limits.least / self.unit, np.zeros(width - m)])
        most = np.minimum(limits.most, self.measures.most) / self.unit
        integer = ~self.measures.stock | (self.measures.lot > 0.0)
        most = np.where(integer & whole, np.floor(most * (1.0 + 1e-12)), most)
        low[:m] = np.where(integer & whole, np.ceil(low[:m] * (1.0 - 1e-12)), low[:m])
        high = np.concatenate([most, *(block.high for block in self.blocks)])
        objective = money * np.append(ranks, np.ones(width - m))
        if tight:
            for b, block in enumerate(self.blocks):
                high[self._widths[b] + block.lost.start : self._widths[b] + block.lost.stop] = 0.0
        else:
            matrix, limit, objective, low, high = self._with_loss(
                matrix, limit, objective, money, low, high, loss, budget, price
            )
        kinds = np.zeros(len(objective), dtype=np.bool_)
        kinds[:m] = integer & whole
        return MixedProgramme(objective, low, high, kinds, matrix, limit)

    def _with_loss(  # noqa: PLR0917 - the parts of one programme
        self,
        matrix: csr_array,
        limit: Floats,
        objective: Floats,
        money: Floats,
        low: Floats,
        high: Floats,
        loss: float | None,
        budget: float | None,
        price: float | None,
    ) -> tuple[csr_array, Floats, Floats, Floats, Floats]:
        """Return the parts of a programme with a loss: one unknown more if the largest counts."""
        rows = self._loss_rows
        if self.remaining == "largest":
            one = csr_array(-np.ones((rows.shape[0], 1)))
            matrix = vstack(
                [hstack([matrix, csr_array((matrix.shape[0], 1))]), hstack([rows, one])]
            ).tocsr()
            limit = np.append(limit, np.zeros(rows.shape[0]))
            total = np.append(np.zeros(rows.shape[1]), 1.0)
            objective, money = np.append(objective, 0.0), np.append(money, 0.0)
            low, high = np.append(low, 0.0), np.append(high, np.inf)
        else:
            total = np.asarray(rows.T @ self.probability)
        if loss is not None:
            matrix = vstack([matrix, csr_array(total[None, :])]).tocsr()
            return matrix, np.append(limit, loss / self.scale), objective, low, high
        if price is not None:
            return matrix, limit, objective + price * self.scale * total, low, high
        if budget is not None and np.isfinite(budget):
            # counted in the budget itself, so that the solver sees numbers of the size of one
            size = budget or 1.0
            matrix = vstack([matrix, csr_array(money[None, :] / size)]).tocsr()
            limit = np.append(limit, budget / size)
        return matrix, limit, total, low, high

    def losses_of(self, values: Floats) -> Floats:
        """Return what is lost in each outage in a solution, ``(B,)``.

        Parameters
        ----------
        values : ndarray
            Unknowns of a programme with losses.
        """
        width = int(self._widths[-1])
        lost = np.asarray(self._loss_rows @ values[:width]) * self.scale
        return np.where(lost < 1e-8 * self.scale, 0.0, lost)

    def _choice(
        self, found: MixedSolution | None, cost: Floats, *, total: bool = False
    ) -> Choice | None:
        if found is None:
            return None
        m = len(self.measures)
        held = found.values[:m]
        whole = (~self.measures.stock | (self.measures.lot > 0.0)) & (not self.relaxed)
        near = np.where(whole, np.round(held), np.round(held, 6))
        # what the solver's own tolerance blurs is written as what it stands for
        amount = np.where(whole | (np.abs(near - held) < SNAP), near, held) * self.unit
        each = self.losses_of(found.values)
        loss = (
            float(each.max(initial=0.0))
            if self.remaining == "largest"
            else float(self.probability @ each)
        )
        spent = float(cost @ amount)
        value = spent + total * loss
        # costs were raised a little to settle ties, by 1 + TIE at most
        bound = found.bound / (1.0 + TIE)
        if 0.0 <= found.least - found.bound <= TIE * abs(found.least):
            bound = value
        return Choice(amount, spent, loss, min(bound, value))

    def text(self, cost: Floats, limits: Limits, codes: Sequence[str], items: Sequence[str]) -> str:
        """Return the programme of least cost without loss, a line a constraint.

        Parameters
        ----------
        cost, limits
            As for `least_cost`.
        codes : sequence of str
            Identity of each outage.
        items : sequence of str
            Codes of the maker's items.
        """
        unknowns, rows = (
            list(self.names),
            [f"one of group {i}" for i in range(len(self.measures.groups))],
        )
        for code, block in zip(codes, self.blocks, strict=True):
            ends = [f"{code} to week {end:g}" for end in block.ends]
            held = [items[i] for i in block.items]
            unknowns += [f"made({item}, {end})" for end in ends for item in held]
            unknowns += [f"made(node {n}, {end})" for end in ends for n in block.nodes]
            unknowns += [f"lost({items[i]}, {end})" for end in ends for i in block.sold]
            balances = [f"balance({item}, {end})" for end in ends for item in held]
            rows += balances
            more = len(block.limit) - len(balances)
            rows += [f"capacity({code}, {i})" for i in range(more)]
        return self.programme(cost, limits).text(unknowns, rows)
