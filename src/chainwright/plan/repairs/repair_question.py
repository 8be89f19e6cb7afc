"""What a search for a repair is asked: measures, costs, rules, budget, and how exactly."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.plan.choosing.choices import Limits
from chainwright.plan.repairs.greedy_repair import Room
from chainwright.plan.repairs.loss_model import MOST_SETS, LossModel
from chainwright.plan.repairs.loss_table import LossTable
from chainwright.plan.repairs.repair_programme import RepairProgramme
from chainwright.plan.repairs.repair_rules import Candidates, RepairRules
from chainwright.plan.repairs.repair_timing import Timetable
from chainwright.plan.repairs.rule_clashes import clash_error, clashing_rules
from chainwright.plan.repairs.rule_rows import (
    Budget,
    Rule,
    budget_rules,
    choice_rules,
    cost_rules,
    locked_rules,
    rows_of,
)
from chainwright.plan.repairs.tail_risk import TailRisk

__all__ = ["RepairQuestion"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RepairQuestion:
    """What is sought: the best plan among ``I`` measures for ``S`` scenarios in ``Y`` years.

    Parameters
    ----------
    table : LossTable
        Losses of the engine, run where they are needed.
    cost : ndarray
        ``(I,)`` present value of a start of each measure in the first year; or weeks of cover, or
        whatever else is limited.
    candidates : Candidates
        What rules ask about the measures.
    rules : RepairRules
        What a plan keeps.
    budget : float or ndarray, optional
        The most of `cost`, or of what is spent in each year; no limit if not given.
    timetable : Timetable
        When measures take effect and cost.
    risk : TailRisk
        What is made small.
    gap : float
        How far from the best of the model a plan may be, relatively.
    seconds : float
        When one solution of the programme ends with the best that it has.
    most_sets : int
        A scenario with at most so many sets of measures is run with every one.
    """

    table: LossTable
    cost: Floats
    candidates: Candidates
    rules: RepairRules
    budget: Budget
    timetable: Timetable
    risk: TailRisk
    gap: float = 0.01
    seconds: float = np.inf
    most_sets: int = MOST_SETS
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", self.table.oracle.names)
        if self.cost.shape != (len(self.names),) or not (self.cost >= 0.0).all():
            expected = "0 or more for each measure"
            raise ParameterError("cost", "repair", expected, self.cost)
        if self.candidates.names != self.names:
            raise ParameterError("candidates", "repair", "the measures of the oracle, in order", "")
        if not 0.0 <= self.gap < 1.0:
            raise ParameterError("gap", "repair", "0 or more and below 1", self.gap)
        self.rules.checked(self.candidates)
        clash = clashing_rules(self.all_rules, len(self.names), self.timetable.years)
        if clash:
            raise clash_error(clash)

    @cached_property
    def limits(self) -> Limits:
        """What is locked and what is forbidden."""
        least = np.array([float(name in self.rules.locked) for name in self.names])
        most = np.array([float(name not in self.rules.forbidden) for name in self.names])
        return Limits(least, most)

    @cached_property
    def all_rules(self) -> tuple[Rule, ...]:
        """Every rule that a plan keeps, the budget last."""
        return (*self._at_end, *self._always)

    @cached_property
    def _always(self) -> tuple[Rule, ...]:
        years = self.timetable.years
        never = RepairRules(forbidden=self.rules.forbidden)
        capped = RepairRules(carbon_cap_t=self.rules.carbon_cap_t)
        return (
            *locked_rules(self.candidates, never, years),
            *choice_rules(self.candidates, capped, years),
            *budget_rules(self.timetable, self.cost, self.budget),
        )

    @cached_property
    def _at_end(self) -> tuple[Rule, ...]:
        years = self.timetable.years
        locked = RepairRules(locked=self.rules.locked)
        home = RepairRules(home_suppliers=self.rules.home_suppliers)
        plain = Candidates(
            self.names,
            self.candidates.region,
            self.candidates.product,
            self.candidates.home_supplier,
            self.candidates.carbon_t_per_year,
        )
        return (
            *locked_rules(self.candidates, locked, years),
            *choice_rules(plain, home, years),
            *cost_rules(self.candidates, self.rules, self.timetable, self.cost),
        )

    @cached_property
    def room(self) -> Room:
        """What a plan that grows step by step has room for."""
        columns = len(self.names) * self.timetable.years
        always = rows_of(self._always, columns)[:2]
        return Room(always, rows_of(self._at_end, columns)[:2], self.timetable.years)

    @property
    def total_budget(self) -> float:
        """The most that all may cost together; infinite if there is no such limit."""
        if self.budget is None or np.ndim(self.budget):
            return np.inf
        return float(self.budget)

    @property
    def yearly_budget(self) -> Floats | None:
        """The most that may be spent in each year, if there is such a limit."""
        if self.budget is None or not np.ndim(self.budget):
            return None
        return np.asarray(self.budget, dtype=np.float64)

    def model(
        self, plans: Iterable[Ints] | None = None, *, centre: Iterable[int] | None = None
    ) -> LossModel:
        """Return the model that the runs so far tell; runs what it needs at least.

        Parameters
        ----------
        plans : iterable of ndarray, optional
            Start years of plans at which it is to be exact; all that were run if not given.
        centre : iterable of int, optional
            Measures around which gains count.
        """
        forbidden = np.flatnonzero(self.limits.most == 0.0).tolist()
        sets = None
        if plans is not None:
            sets = [taken for plan in plans for taken in self.sets(plan)]
        return LossModel.learned(
            self.table,
            forbidden=forbidden,
            alternatives=self.candidates.alternatives,
            most_sets=self.most_sets,
            plans=sets,
            centre=centre,
        )

    def programme(self, model: LossModel, start: Ints | None = None) -> RepairProgramme:
        """Return the programme over a model.

        Parameters
        ----------
        model : LossModel
            What the scenarios lose.
        start : ndarray of int, optional
            Start years of a plan to begin with.
        """
        return RepairProgramme(
            model,
            self.risk,
            self.candidates,
            self.rules,
            self.timetable,
            yearly_budget=self.yearly_budget,
            gap=self.gap,
            seconds=self.seconds,
            start=start,
        )

    def sets(self, start: Ints) -> list[tuple[int, ...]]:
        """Return the measures in effect in each year of a plan.

        Parameters
        ----------
        start : ndarray of int
            ``(I,)`` start years, -1 where a measure is not taken.
        """
        held = self.timetable.in_effect(start)
        return [tuple(np.flatnonzero(row).tolist()) for row in held]

    def losses(self, plans: Iterable[Ints]) -> Floats:
        """Return what the engine loses with plans, ``(P, Y, S)``, run in one batch.

        Parameters
        ----------
        plans : iterable of ndarray
            Start years of each.
        """
        sets = [self.sets(plan) for plan in plans]
        flat = [taken for years in sets for taken in years]
        found = self.table.losses(flat)
        return found.reshape(len(sets), self.timetable.years, found.shape[1])

    def worth(self, plans: Iterable[Ints]) -> Floats:
        """Return what is made small, by the engine, for each plan: ``(P,)``.

        Parameters
        ----------
        plans : iterable of ndarray
            Start years of each.
        """
        found = self.losses(plans)
        each = self.risk.value(found.reshape(-1, found.shape[2]))
        return np.asarray(each.reshape(found.shape[:2]) @ self.timetable.discount)

    def spent(self, start: Ints) -> float:
        """Return what a plan costs: present value.

        Parameters
        ----------
        start : ndarray of int
            Start years.
        """
        return float(self.timetable.discount @ self.timetable.spent(self.cost, start))
