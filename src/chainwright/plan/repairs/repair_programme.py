"""The programme of repair: which measures to start when, at least loss under a budget and rules."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import block_diag, csr_array, hstack, vstack

from chainwright.errors import ParameterError
from chainwright.plan.choosing.choices import Choice, Limits
from chainwright.plan.choosing.mixed_programme import MixedProgramme, MixedSolution
from chainwright.plan.repairs.loss_model import LossModel
from chainwright.plan.repairs.loss_rows import LossRows, loss_rows
from chainwright.plan.repairs.repair_rules import Candidates, RepairRules
from chainwright.plan.repairs.repair_timing import NEVER, Timetable
from chainwright.plan.repairs.rule_rows import (
    budget_rules,
    choice_rules,
    cost_rules,
    rows_of,
)
from chainwright.plan.repairs.tail_risk import TailRisk

__all__ = ["RepairProgramme", "Started"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TIE = 1e-6
"""Share of the cost of everything by which each start is made dearer, more so later in the names:
of plans that lose and cost the same, the one with fewer measures, then with earlier names."""

COUNTED = 0.03
"""Share of the gap that the cost of everything counts in a plan that need not be the very best."""

SAME = 1e-9
"""Relative difference below which two losses count as the same."""


@dataclass(frozen=True, eq=False)
class Started(Choice):
    """A plan: what is taken, and when it is started.

    Parameters
    ----------
    amount, cost, loss, bound
        As of a `Choice`; the loss is that of the model of the losses, in all years, discounted.
    start : ndarray of int
        ``(I,)`` year in which each measure is started; -1 where it is not taken.
    """

    start: Ints


@dataclass(frozen=True, eq=False)
class RepairProgramme:
    """Chooses among ``I`` measures for ``S`` scenarios in ``Y`` years: a `Chooser`.

    ::

        min  sum over years t of discount_t ((1 - k) sum_s p_s th_st + k CVaR_t)
        CVaR_t = eta_t + sum_s p_s v_st / (1 - alpha),   v_st >= th_st - eta_t,   v_st >= 0
        w_it = sum of x_iy over starts y in effect in t;   sum_y x_iy <= 1;   x whole
        th_st >= model of the losses at w_t (`loss_rows`);   rules and budget (`rule_rows`)

    Parameters
    ----------
    model : LossModel
        What each scenario loses.
    risk : TailRisk
        What of it is made small.
    candidates : Candidates
        What rules ask about the measures.
    rules : RepairRules
        Rules besides those of `limits`: what is locked or forbidden comes with the question.
    timetable : Timetable
        When measures take effect and cost.
    yearly_budget : ndarray, optional
        ``(Y,)`` the most that may be spent in each year.
    gap : float
        How far from the best a plan may be, relatively.
    seconds : float
        When a search ends with the best that it has.
    start : ndarray of int, optional
        ``(I,)`` start years of a plan to begin with: saves time, changes no proof.

    References
    ----------
    Rockafellar & Uryasev 2000, Journal of Risk 2, 21-41 (rows of the tail).
    """

    model: LossModel
    risk: TailRisk
    candidates: Candidates
    rules: RepairRules
    timetable: Timetable
    yearly_budget: Floats | None = None
    gap: float = 0.0
    seconds: float = np.inf
    start: Ints | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the measures."""
        return self.model.names

    def least_loss(self, cost: Floats, budget: float, limits: Limits) -> Started | None:
        """Return the plan that loses least within a budget, then the cheapest of these.

        Parameters
        ----------
        cost : ndarray
            ``(I,)`` present value of a start of each measure in the first year.
        budget : float
            The most that all may cost together; may be infinite.
        limits : Limits
            What is locked and what is forbidden.
        """
        if self.gap > 0.0:
            return self._nearly_least(cost, budget, limits)
        first = self._solved(self.programme(cost, limits, budget=budget))
        found = self._started(first, cost)
        if first is None or found is None:
            return None
        bound = self._bound(first, found.loss)
        # the loss is that of the model at the plan, so that it is exact whatever the solver rounds
        most = found.loss + SAME * max(self.parts.scale, abs(found.loss))
        again = self.programme(cost, limits, budget=budget, loss=most)
        second = again.solved(seconds=self.seconds, start=self._starts(found.start))
        cheaper = self._started(second, cost)
        if cheaper is not None and cheaper.cost <= found.cost and cheaper.loss <= most:
            found = cheaper
        return Started(found.amount, found.cost, found.loss, min(bound, found.loss), found.start)

    def _nearly_least(self, cost: Floats, budget: float, limits: Limits) -> Started | None:
        """Return a plan within the gap, in which nothing is taken that avoids next to nothing.

        One programme in which cost counts so little that it uses up a part of the gap at most.
        """
        nothing = np.full(len(self.names), NEVER, dtype=np.int64)
        near = self.value(self.losses(nothing if self.start is None else self.start))
        little = COUNTED * self.gap * max(abs(near) / self.parts.scale, SAME)
        programme = self.programme(cost, limits, budget=budget)
        money = (cost[:, None] * self.timetable.value).ravel() / self._money(cost)
        weighed = programme.cost.copy()
        weighed[: len(money)] += little * money
        held = replace(programme, cost=weighed).solved(
            gap=(1.0 - 2.0 * COUNTED) * self.gap,
            seconds=self.seconds,
            start=self._starts(self.start),
        )
        found = self._started(held, cost)
        if held is None or found is None:
            return None
        # what a plan costs, counted so, is from 0 to `little`
        bound = (held.bound - little) * self.parts.scale
        return Started(found.amount, found.cost, found.loss, min(bound, found.loss), found.start)

    def least_cost(self, cost: Floats, loss: float, limits: Limits) -> Started | None:
        """Return the cheapest plan that loses at most `loss`.

        Parameters
        ----------
        cost
            As for `least_loss`.
        loss : float
            The most that it may lose, in all years, discounted.
        limits
            As for `least_loss`.
        """
        most = loss + SAME * max(self.parts.scale, abs(loss))
        solution = self._solved(self.programme(cost, limits, loss=most))
        found = self._started(solution, cost)
        if solution is None or found is None:
            return None
        size = self._money(cost)
        bound = found.cost if self._proven(solution) else solution.bound * size
        # starts were made dearer to settle ties, by less than this in all
        bound = bound if bound == found.cost else bound - 2.0 * TIE * size * len(cost)
        return Started(found.amount, found.cost, found.loss, min(bound, found.cost), found.start)

    def least_sum(self, cost: Floats, limits: Limits) -> Started | None:
        """Return the plan whose loss and cost together are least.

        Parameters
        ----------
        cost, limits
            As for `least_loss`.
        """
        solution = self._solved(self.programme(cost, limits, summed=True))
        found = self._started(solution, cost)
        if solution is None or found is None:
            return None
        value = found.loss + found.cost
        bound = value if self._proven(solution) else solution.bound * self.parts.scale
        ties = TIE * TIE * self.parts.scale * 2.0 * len(cost)
        bound = bound if bound == value else bound - ties
        return Started(found.amount, found.cost, found.loss, min(bound, value), found.start)

    def losses(self, start: Ints) -> Floats:
        """Return what a plan loses in each year and scenario, as the model says, ``(Y, S)``.

        Parameters
        ----------
        start : ndarray of int
            ``(I,)`` start years, -1 where a measure is not taken.
        """
        held = self.timetable.in_effect(start)
        return self.model.losses(np.flatnonzero(row).tolist() for row in held)

    def value(self, losses: Floats) -> float:
        """Return what is made small: over all years, discounted.

        Parameters
        ----------
        losses : ndarray
            ``(Y, S)``.
        """
        return float(self.timetable.discount @ self.risk.value(losses))

    def programme(
        self,
        cost: Floats,
        limits: Limits,
        *,
        budget: float | None = None,
        loss: float | None = None,
        summed: bool = False,
    ) -> MixedProgramme:
        """Return the programme of a question: least loss, or least cost if `loss` is given.

        Parameters
        ----------
        cost, limits
            As for `least_loss`.
        budget : float, optional
            The most that all may cost together.
        loss : float, optional
            The most that may be lost; then cost is made small.
        summed : bool
            Whether loss and cost together are made small.
        """
        return self._built(cost, limits, budget, loss, summed=summed)[0]

    def text(
        self,
        cost: Floats,
        limits: Limits,
        *,
        budget: float | None = None,
        loss: float | None = None,
    ) -> str:
        """Return the programme in words and numbers, a line a constraint.

        Parameters
        ----------
        cost, limits, budget, loss
            As for `programme`.
        """
        programme, rows = self._built(cost, limits, budget, loss, summed=False)
        return programme.text(self._unknowns, rows)

    @cached_property
    def parts(self) -> LossRows:
        """Rows of the losses in one year."""
        return loss_rows(self.model)

    @cached_property
    def _effects(self) -> list[csr_array]:
        """What is in effect in each year, ``w = E x``: ``(I, I * Y)`` for each."""
        measures, years, _ = self.timetable.effect.shape
        place = np.arange(measures)[:, None] * years + np.arange(years)[None, :]
        found = []
        for year in range(years):
            i, y = np.nonzero(self.timetable.effect[:, :, year])
            held = (np.ones(len(i)), (i, place[i, y]))
            found.append(csr_array(held, shape=(measures, measures * years)))
        return found

    @cached_property
    def _tail(self) -> tuple[csr_array, Floats, Floats, list[str], list[str]]:
        """Rows of the tail in one year, limits, low ends, unknowns' names, rows' names."""
        count = len(self.model.scenarios)
        if self.risk.tail == 0.0:
            return csr_array((0, len(self.parts.low))), np.empty(0), np.empty(0), [], []
        cases = [s for s in range(count) if self.risk.probability[s] > 0.0]
        names = [self.model.scenarios[s] for s in cases]
        rest = self.risk.rest > 0.0
        names += ["nothing"] * rest
        width = len(self.parts.low)
        spread = self.risk.alpha < 1.0
        matrix = np.zeros((len(names), width + 1 + spread * len(names)))
        matrix[np.arange(len(cases)), cases] = 1.0
        matrix[:, width] = -1.0
        if spread:
            matrix[np.arange(len(names)), width + 1 + np.arange(len(names))] = -1.0
        low = np.concatenate([[-np.inf], np.zeros(spread * len(names))])
        unknowns = ["edge of the tail", *(f"beyond({name})" for name in names if spread)]
        rows = [f"tail({name})" for name in names]
        return csr_array(matrix), np.zeros(len(names)), low, unknowns, rows

    @cached_property
    def _yearly_weight(self) -> Floats:
        """What each unknown of a year counts in the loss of that year."""
        k, p = self.risk.tail, self.risk.probability
        weight = np.zeros(len(self.parts.low))
        weight[: len(p)] = (1.0 - k) * p
        if k == 0.0:
            return weight
        cases = p[p > 0.0]
        if self.risk.rest > 0.0:
            cases = np.append(cases, self.risk.rest)
        beyond = cases / (1.0 - self.risk.alpha) if self.risk.alpha < 1.0 else np.empty(0)
        return np.concatenate([weight, [k], k * beyond])

    @cached_property
    def _fixed(self) -> tuple[csr_array, Floats, Floats, Floats, Floats, list[str]]:
        """Return rows that no cost changes, limits, low and high ends, weights, rows' names."""
        measures, years, _ = self.timetable.effect.shape
        starts = measures * years
        rules = choice_rules(self.candidates, self.rules, years)
        weight, limit, words = rows_of(rules, starts)
        once = np.repeat(np.eye(measures), years, axis=1) if years > 1 else np.empty((0, starts))
        words = [f"{name} is started once" for name in self.names[: len(once)]] + words
        tail, tail_limit, tail_low, _, tail_rows = self._tail
        width = len(self.parts.low) + len(tail_low)
        blank = csr_array((len(self.parts.limit), len(tail_low)))
        own = vstack([hstack([self.parts.own, blank]), tail]) if tail.shape[0] else self.parts.own
        shared = [
            vstack([self.parts.shared @ effect, csr_array((tail.shape[0], starts))])
            for effect in self._effects
        ]
        year = vstack([hstack([vstack(shared), block_diag([own] * years)])], format="csr")
        top = csr_array(np.concatenate([once, weight]))
        matrix = vstack([hstack([top, csr_array((top.shape[0], width * years))]), year])
        limits = np.concatenate(
            [np.ones(len(once)), limit] + [self.parts.limit, tail_limit] * years
        )
        low = np.tile(np.concatenate([self.parts.low, tail_low]), years)
        high = np.tile(np.concatenate([self.parts.high, np.full(len(tail_low), np.inf)]), years)
        weights = np.concatenate([d * self._yearly_weight for d in self.timetable.discount])
        names = [*self.parts.rows, *tail_rows]
        words += [self.in_year(name, t) for t in range(years) for name in names]
        return csr_array(matrix), limits, low, high, weights, words

    @property
    def _unknowns(self) -> list[str]:
        years = self.timetable.years
        own = [*self.parts.unknowns, *self._tail[3]]
        starts = [self.in_year(name, y) for name in self.names for y in range(years)]
        return starts + [self.in_year(name, t) for t in range(years) for name in own]

    def in_year(self, name: str, year: int) -> str:
        """Return the name of a row or an unknown in one of the years.

        Parameters
        ----------
        name : str
            Its name where there is one year only.
        year : int
            Which one, from 0.
        """
        return f"{name} in year {year + 1}" if self.timetable.years > 1 else name

    def row_names(self, cost: Floats, limits: Limits) -> list[str]:
        """Return the names of the rows of the programme without a budget.

        Parameters
        ----------
        cost, limits
            As for `least_loss`.
        """
        return self._built(cost, limits, None, None, summed=False)[1]

    def _money(self, cost: Floats) -> float:
        """Return what cost is counted in, so that the solver sees numbers of the size of one."""
        return float(np.abs(cost) @ self.timetable.value.max(axis=1)) or 1.0

    def _built(
        self,
        cost: Floats,
        limits: Limits,
        budget: float | None,
        loss: float | None,
        *,
        summed: bool,
    ) -> tuple[MixedProgramme, list[str]]:
        measures, years, _ = self.timetable.effect.shape
        starts = measures * years
        matrix, limit, low, high, weight, words = self._fixed
        rules = cost_rules(self.candidates, self.rules, self.timetable, cost)
        rules += budget_rules(self.timetable, cost, budget)
        rules += budget_rules(self.timetable, cost, self.yearly_budget)
        more, most, names = rows_of(rules, starts)
        size = np.maximum(np.abs(more).max(axis=1, initial=0.0), np.abs(most))
        size = np.where(size > 0.0, size, 1.0)
        rows = [csr_array(more / size[:, None])]
        ends = [most / size]
        if loss is not None:
            rows.append(csr_array((1, starts)))
            ends.append(np.array([loss / self.parts.scale]))
            names.append("loss allowed")
        weights = csr_array(weight[None, :]) if loss is not None else csr_array((0, len(weight)))
        blank = csr_array((len(most), len(weight)))
        below = hstack([vstack(rows), vstack([blank, weights])])
        money = (cost[:, None] * self.timetable.value).ravel() / self._money(cost)
        by_name = np.argsort(np.argsort(np.array(self.names, dtype=object), kind="stable"))
        rank = (by_name[:, None] * years + np.arange(years)[None, :]).ravel()
        ties = TIE * (1.0 + rank / max(starts, 1))
        if loss is not None:
            objective = np.concatenate([money + ties, np.zeros(len(weight))])
        elif summed:
            spent = money * (self._money(cost) / self.parts.scale)
            objective = np.concatenate([spent + TIE * ties, weight])
        else:
            objective = np.concatenate([np.zeros(starts), weight])
        first_low, first_high = self._start_limits(limits, years)
        kinds = np.arange(len(objective)) < starts
        least, names_of_least = self._locked_rows(limits, years)
        top = csr_array(hstack([least, csr_array((least.shape[0], len(weight)))]))
        programme = MixedProgramme(
            objective,
            np.concatenate([first_low, low]),
            np.concatenate([first_high, high]),
            kinds,
            csr_array(vstack([matrix, top, below], format="csr")),
            np.concatenate([limit, np.full(len(names_of_least), -1.0), *ends]),
        )
        return programme, words + names_of_least + names

    def _start_limits(self, limits: Limits, years: int) -> tuple[Floats, Floats]:
        low = np.repeat(limits.least if years == 1 else np.zeros(len(limits.least)), years)
        return low, np.repeat(np.minimum(limits.most, 1.0), years)

    def _locked_rows(self, limits: Limits, years: int) -> tuple[csr_array, list[str]]:
        """Return rows that start what is locked in some year; with one year its low end does."""
        locked = np.flatnonzero(limits.least > 0.0) if years > 1 else np.empty(0, np.int64)
        rows = -np.repeat(np.eye(len(limits.least)), years, axis=1)[locked]
        return csr_array(rows), [f"{self.names[i]} is locked" for i in locked]

    def _starts(self, start: Ints | None) -> Floats | None:
        if start is None:
            return None
        years = self.timetable.years
        return np.asarray(start[:, None] == np.arange(years)[None, :], dtype=np.float64).ravel()

    def _solved(self, programme: MixedProgramme) -> MixedSolution | None:
        start = self._starts(self.start)
        return programme.solved(gap=self.gap, seconds=self.seconds, start=start)

    def _started(self, found: MixedSolution | None, cost: Floats) -> Started | None:
        if found is None:
            return None
        measures, years, _ = self.timetable.effect.shape
        held = found.values[: measures * years].reshape(measures, years) > 0.5
        start = np.where(held.any(axis=1), held.argmax(axis=1), NEVER).astype(np.int64)
        value = self.timetable.value[np.arange(measures), np.maximum(start, 0)]
        spent = float(cost @ (value * (start >= 0)))
        loss = self.value(self.losses(start))
        if not np.isfinite(loss):
            raise ParameterError("model", "RepairProgramme", "a loss for each set allowed", loss)
        return Started((start >= 0).astype(np.float64), spent, loss, loss, start)

    @staticmethod
    def _proven(found: MixedSolution) -> bool:
        return found.least - found.bound <= SAME * max(1.0, abs(found.least))

    def _bound(self, found: MixedSolution, loss: float) -> float:
        return loss if self._proven(found) else found.bound * self.parts.scale
