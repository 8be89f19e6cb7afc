"""The search for a repair: solve the programme, run the engine at its plan, learn, until agreed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import InfeasibleError, ParameterError
from chainwright.plan.repairs.greedy_baselines import Greedy, greedy_plans
from chainwright.plan.repairs.greedy_repair import stingy_plan
from chainwright.plan.repairs.leaner_plans import cheaper_by_model, leaner_plan, plan_rank
from chainwright.plan.repairs.learned_runs import (
    Rise,
    growing_gains,
    pairs_to_run,
    plan_runs,
    rises,
)
from chainwright.plan.repairs.loss_model import MOST_SETS, LossModel
from chainwright.plan.repairs.loss_table import LossOracle, LossTable
from chainwright.plan.repairs.nearby_plans import better_nearby
from chainwright.plan.repairs.repair_programme import RepairProgramme, Started
from chainwright.plan.repairs.repair_question import RepairQuestion
from chainwright.plan.repairs.repair_rules import Candidates, RepairRules
from chainwright.plan.repairs.repair_timing import NEVER, Timetable
from chainwright.plan.repairs.rule_rows import Budget
from chainwright.plan.repairs.tail_risk import TailRisk

__all__ = ["Found", "Round", "off_promise", "search", "search_plan"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOVED = 1e-3
"""Share of the loss avoided by which a round must better the plan for another one to follow."""

FEW = 16
"""Measures up to which everything is also taken apart step by step, each step run."""

LARGE = 300
"""Scenarios times measures above which fewer plans are tried by the engine."""

OTHERS, FEW_OTHERS, FEW_PASSES = 16, 6, 2
"""Measures beside the plan that are tried in a pass; so many, and passes, of a large question."""

TRIES = 24
"""Plans beside the best that are tried at most for costing less and losing no more."""

TINY = 1e-9
"""Relative difference below which two losses count as the same."""


@dataclass(frozen=True, eq=False)
class Round:
    """One solution of the programme and the run that followed.

    Parameters
    ----------
    start : ndarray of int
        ``(I,)`` start years of the plan, -1 where a measure is not taken.
    promised, bound : float
        Loss that the programme promised, and proved that no plan of its model goes below.
    loss : float
        Loss by the engine.
    cost : float
        Present value.
    runs : int
        Runs of the engine so far.
    agreed : bool
        Whether promise and engine agree within the tolerance.
    """

    start: Ints
    promised: float
    bound: float
    loss: float
    cost: float
    runs: int
    agreed: bool


@dataclass(frozen=True, eq=False)
class Found:
    """The best plan that the engine has verified, and how it was found.

    Losses are those that are made small: over all years, discounted; ``losses`` in each year.

    Parameters
    ----------
    question : RepairQuestion
        What was asked.
    start : ndarray of int
        ``(I,)`` start years of the plan, -1 where a measure is not taken.
    cost : float
        Present value.
    before, loss : float
        Loss by the engine without measures and with the plan.
    losses_before, losses : ndarray
        ``(Y, S)`` the same in each year and scenario.
    promised : float
        Loss of the plan in the model that the search ended with. That model has learnt the runs of
        the plan, unless its last solution is a new plan.
    first_promised : float
        Loss of the plan that the model promised before the plan was first run.
    losses_promised : ndarray
        ``(Y, S)`` the same in each year and scenario.
    bound : float
        Proven for the last model of the losses: no plan loses less *in that model*.
    gap : float
        (least - bound) / least of the last solution of the programme.
    agreed : bool
        Whether promise and engine agree within the tolerance at the last solution of the programme.
    tolerance : float
        Share of the loss avoided by which they may differ.
    rounds : tuple of Round
        What was solved and run.
    greedy : Greedy
        The plans that a greedy search finds, priced by the engine.
    rises : tuple of Rise
        Runs in which a measure raises the loss; none if the loss is monotone as far as it was run.
    growing : (int, int)
        Pair tests on what was run in which a gain grew, and tests: with any, no guarantee holds
        for a greedy plan.
    runs : int
        Runs of the engine.
    programme : RepairProgramme
        Over the last model: it is exact at the plan.
    """

    question: RepairQuestion
    start: Ints
    cost: float
    before: float
    loss: float
    losses_before: Floats
    losses: Floats
    promised: float
    first_promised: float
    losses_promised: Floats
    bound: float
    gap: float
    agreed: bool
    tolerance: float
    rounds: tuple[Round, ...]
    greedy: Greedy
    rises: tuple[Rise, ...]
    growing: tuple[int, int]
    runs: int
    programme: RepairProgramme

    @property
    def taken(self) -> tuple[int, ...]:
        """Places of the measures that are taken."""
        return tuple(np.flatnonzero(self.start >= 0).tolist())

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the measures that are taken."""
        return tuple(self.question.names[i] for i in self.taken)

    @property
    def avoided(self) -> float:
        """Loss that the plan avoids, by the engine."""
        return self.before - self.loss

    @property
    def off(self) -> float:
        """By how much promise and engine differ, as a share of the loss avoided as promised."""
        return off_promise(self.before, self.promised, self.loss)

    @property
    def greedy_gap(self) -> float:
        """Share of the loss avoided that the best greedy plan misses; NaN if none keeps rules."""
        best = self.greedy.best
        if best is None or self.avoided <= 0.0:
            return np.nan
        return (best.loss - self.loss) / self.avoided

    @property
    def choice(self) -> Started:
        """The plan as a choice of the programme."""
        amount = (self.start >= 0).astype(np.float64)
        return Started(amount, self.cost, self.loss, min(self.bound, self.loss), self.start)


def search(
    oracle: LossOracle,
    cost: Floats,
    *,
    candidates: Candidates | None = None,
    rules: RepairRules | None = None,
    budget: Budget = None,
    timetable: Timetable | None = None,
    tail: float = 0.0,
    alpha: float = 0.8,
    gap: float = 0.01,
    tolerance: float = 0.05,
    time_limit_seconds: float = np.inf,
    most_rounds: int = 20,
    most_pairs: int = 28,
    most_sets: int = MOST_SETS,
    table: LossTable | None = None,
    progress: Callable[[str], None] | None = None,
) -> Found:
    """Return the best plan that the engine has verified; the whole search in one call.

    Parameters
    ----------
    oracle : LossOracle
        Engine losses of sets of ``I`` measures in ``S`` scenarios.
    cost : ndarray
        ``(I,)`` present value of a start of each measure in the first year; where no cost is known
        the weeks of cover of each, under a budget of weeks.
    candidates : Candidates, optional
        What rules ask about the measures; their names only if not given.
    rules : RepairRules, optional
        What a plan keeps; nothing but the budget if not given.
    budget : float or ndarray, optional
        The most of `cost` in all, or ``(Y,)`` of what is spent in each year; none if not given.
    timetable : Timetable, optional
        When measures take effect and cost; one year if not given.
    tail : float
        Weight ``k`` of the conditional value at risk.
    alpha : float
        Of the conditional value at risk.
    gap : float
        How far from the best of its model a plan may be, relatively.
    tolerance
        As for `search_plan`.
    time_limit_seconds : float
        When one solution of the programme ends with the best that it has.
    most_rounds, most_pairs
        As for `search_plan`.
    most_sets : int
        A scenario with at most so many sets of measures is run with every one.
    table : LossTable, optional
        Runs that were made before, of the same oracle.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    InfeasibleError
        If no plan keeps all rules: names rules that clash.

    References
    ----------
    Expected loss and tail: Rockafellar & Uryasev 2000. Loop of programme and engine: ours.
    """
    question = RepairQuestion(
        table=LossTable(oracle) if table is None else table,
        cost=np.asarray(cost, dtype=np.float64),
        candidates=Candidates.plain(oracle.names) if candidates is None else candidates,
        rules=RepairRules() if rules is None else rules,
        budget=budget,
        timetable=Timetable.one_year(len(oracle.names)) if timetable is None else timetable,
        risk=TailRisk(np.asarray(oracle.probability, dtype=np.float64), tail, alpha),
        gap=gap,
        seconds=time_limit_seconds,
        most_sets=most_sets,
    )
    return search_plan(
        question,
        tolerance=tolerance,
        most_rounds=most_rounds,
        most_pairs=most_pairs,
        progress=progress,
    )


def search_plan(
    question: RepairQuestion,
    *,
    tolerance: float = 0.05,
    most_rounds: int = 20,
    most_pairs: int = 28,
    warm: tuple[Ints, ...] = (),
    polish: bool = True,
    progress: Callable[[str], None] | None = None,
) -> Found:
    """Return the best plan that the engine has verified.

    Runs each scenario without measures, with each alone, with all, and with chosen pairs; takes
    greedy plans as a start; then, round by round, solves the programme over the model of the
    losses, runs the engine at its plan, and adds what was learnt, until promise and engine agree
    within the tolerance and no better plan comes; then tries the plans beside it; then leaves out
    what avoids nothing: of plans that lose the same by the engine the cheapest is taken, then the
    one of fewest steps, then the first by name.

    Parameters
    ----------
    question : RepairQuestion
        What is asked.
    tolerance : float
        Share of the loss avoided by which promise and engine may differ.
    most_rounds : int
        Solutions of the programme at most.
    most_pairs : int
        Pairs of measures that are run at most for each scenario, before and in each round.
    warm : tuple of ndarray
        Start years of plans that are known to keep all rules.
    polish : bool
        Whether plans beside the best are tried by the engine.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    InfeasibleError
        If no plan was found in the time given.
    """
    if not tolerance >= 0.0:
        raise ParameterError("tolerance", "repair", "0 or more", tolerance)
    if most_rounds < 1:
        raise ParameterError("most_rounds", "repair", "1 or more", most_rounds)
    pairs = pairs_to_run(question.model(), question.candidates.alternatives, most=most_pairs)
    question.table.fill(pairs)
    first = question.model()
    _tell(progress, f"{question.table.runs:,} runs; greedy plans")
    greedy = greedy_plans(question, first if _is_large(question) else None, quick=not polish)
    hunt = _Hunt(question, tolerance, most_pairs)
    for start in (*(g.start for g in (greedy.ratio, greedy.gain, greedy.single) if g.kept), *warm):
        if question.room.done(start):
            hunt.add(start, first)
    # where the rounds end: what gains with everything taken, plans beside the best, gains around it
    turns = [hunt.from_all, hunt.polished, hunt.from_best] if polish and not first.whole else []
    if turns and len(question.names) <= FEW:
        turns.append(hunt.stingy)
    while len(hunt.rounds) < most_rounds:
        on = hunt.step(progress)
        while on is False and turns:
            on = turns.pop(0)()
        if not on:
            break
    return _found(hunt, greedy)


@dataclass(eq=False)
class _Hunt:
    """A search while it goes on: the plans seen, and the model that first promised each."""

    question: RepairQuestion
    tolerance: float
    most_pairs: int

    def __post_init__(self) -> None:
        self.seen: list[Ints] = []
        self.promise: dict[bytes, LossModel] = {}
        self.rounds: list[Round] = []
        self.before = float(self.question.worth([_nothing(self.question)])[0])

    def add(self, start: Ints, model: LossModel) -> None:
        """Take in a plan that keeps all rules, with the model as it was before it was run."""
        if start.tobytes() not in self.promise:
            self.promise[start.tobytes()] = model
            self.seen.append(start)

    @property
    def best(self) -> Ints | None:
        """The plan that loses least by the engine, then cheapest, of fewest steps, by name."""
        if not self.seen:
            return None
        losses = self.question.worth(self.seen)
        least = np.flatnonzero(losses <= losses.min() + TINY * max(1.0, abs(float(losses.min()))))
        first = min(least, key=lambda n: (plan_rank(self.question, self.seen[n]), n))
        return self.seen[int(first)]

    def solved(self) -> tuple[RepairProgramme, Started | None]:
        """Return the programme over what is known, and its best plan."""
        asked, best = self.question, self.best
        programme = asked.programme(asked.model(self.seen), best)
        return programme, programme.least_loss(asked.cost, asked.total_budget, asked.limits)

    def step(self, progress: Callable[[str], None] | None) -> bool | None:
        """Solve, run, learn; return whether to go on, None where nothing was found."""
        asked = self.question
        best = self.best
        last = np.inf if best is None else float(asked.worth([best])[0])
        programme, found = self.solved()
        if found is None:
            return None
        new = found.start.tobytes() not in self.promise
        runs = [
            run
            for plan in asked.sets(found.start)
            for run in plan_runs(programme.model, plan, most=self.most_pairs)
        ]
        asked.table.fill(runs)
        loss = float(asked.worth([found.start])[0])
        self.add(found.start, programme.model)
        agreed = off_promise(self.before, found.loss, loss) <= self.tolerance + TINY
        made = asked.table.runs
        step = Round(found.start, found.loss, found.bound, loss, found.cost, made, agreed)
        self.rounds.append(step)
        words = f"promised {found.loss:.6g}, run {loss:.6g}, {made:,} runs"
        _tell(progress, f"round {len(self.rounds)}: {words}")
        moved = last - loss > MOVED * max(self.before - loss, 0.0)
        return new and (moved or not agreed)

    def from_all(self) -> bool:
        """Try the plan of gains with everything taken; return whether it is better."""
        return self._around(range(len(self.question.names)))

    def from_best(self) -> bool:
        """Try the plan of gains around the best; return whether it is better."""
        best = self.best
        return best is not None and self._around(np.flatnonzero(best >= 0).tolist())

    def stingy(self) -> bool:
        """Try the plan that is left of everything; return whether it is better."""
        asked, best = self.question, self.best
        model = asked.model(self.seen)
        start = np.where(asked.limits.most > 0.0, 0, NEVER).astype(np.int64)
        alone = asked.table.losses([(i,) for i in range(len(start))]) @ asked.risk.probability
        for group in asked.candidates.alternatives:
            first = min(group, key=lambda i: (start[i] < 0, alone[i]))
            start[[i for i in group if i != first]] = NEVER
        locked = np.flatnonzero(asked.limits.least > 0.0).tolist()
        value = asked.cost[:, None] * asked.timetable.value
        left = stingy_plan(asked.worth, value, asked.room, asked.names, start, locked=locked)
        if left.kept:
            self.add(left.start, model)
        better = self.best
        return better is not None and better is not best

    def _around(self, centre: Iterable[int]) -> bool:
        asked, best = self.question, self.best
        model = asked.model(self.seen, centre=centre)
        programme = asked.programme(model, best)
        found = programme.least_loss(asked.cost, asked.total_budget, asked.limits)
        if found is None:
            return False
        self.add(found.start, model)
        better = self.best
        return better is not None and better is not best

    def polished(self, *, most: int = 12) -> bool:
        """Step to better plans beside the best, by the engine; return whether there was one."""
        start, model = self.best, self.question.model(self.seen)
        found, large = False, _is_large(self.question)
        for _ in range(FEW_PASSES if large else most):
            tried = FEW_OTHERS if large else OTHERS
            start = None if start is None else better_nearby(self.question, start, tried=tried)
            if start is None:
                break
            self.add(start, model)
            found = True
        return found

    def lean(self) -> None:
        """Step to cheaper plans that lose no more, each run by the engine."""
        for _ in range(TRIES):
            best = self.best
            if best is None:
                return
            model = self.question.model(self.seen)
            start = leaner_plan(self.question, best)
            if start is None:
                programme = self.question.programme(model, best)
                start = cheaper_by_model(self.question, programme, best)
                if start is None or start.tobytes() in self.promise:
                    return
            self.add(start, model)


def _found(hunt: _Hunt, greedy: Greedy) -> Found:
    """Return the best plan of a search, with the programme over all that it learnt."""
    asked, best = hunt.question, hunt.best
    if best is None:
        raise InfeasibleError(
            "No plan that keeps all rules was found in the time given. Give it more time."
        )
    programme, last = hunt.solved()
    bound, least, agreed = -np.inf, np.nan, False
    if last is not None:
        bound, least = last.bound, last.loss
        run = float(asked.worth([last.start])[0])
        agreed = off_promise(hunt.before, last.loss, run) <= hunt.tolerance + TINY
        hunt.add(last.start, programme.model)
    hunt.lean()
    best = hunt.best if hunt.best is not None else best
    losses_promised = programme.losses(best)
    first = asked.programme(hunt.promise[best.tobytes()])
    losses = asked.losses([_nothing(asked), best])
    loss = float(asked.worth([best])[0])
    return Found(
        question=asked,
        start=best,
        cost=asked.spent(best),
        before=hunt.before,
        loss=loss,
        losses_before=losses[0],
        losses=losses[1],
        promised=programme.value(losses_promised),
        first_promised=first.value(first.losses(best)),
        losses_promised=losses_promised,
        bound=bound,
        gap=(least - bound) / max(abs(least), TINY) if least > bound else 0.0,
        agreed=agreed,
        tolerance=hunt.tolerance,
        rounds=tuple(hunt.rounds),
        greedy=greedy,
        rises=rises(asked.table),
        growing=growing_gains(asked.table),
        runs=asked.table.runs,
        programme=asked.programme(asked.model(hunt.seen), best),
    )


def off_promise(before: float, promised: float, loss: float) -> float:
    """Return by how much promise and engine differ, as a share of the loss avoided as promised.

    Parameters
    ----------
    before, promised, loss : float
        Loss without measures, with a plan as promised, and with it as run.

    Examples
    --------
    >>> off_promise(980.0, 330.0, 380.0).__round__(4)
    0.0769
    """
    off, few = abs(promised - loss), TINY * max(1.0, abs(before))
    return 0.0 if off <= few else off / max(abs(before - promised), few)


def _is_large(question: RepairQuestion) -> bool:
    """Return whether runs are to be spared."""
    return len(question.names) * len(question.table.oracle.scenarios) > LARGE


def _nothing(question: RepairQuestion) -> Ints:
    return np.full(len(question.names), NEVER, dtype=np.int64)


def _tell(progress: Callable[[str], None] | None, words: str) -> None:
    if progress is not None:
        progress(words)
