"""What sets of measures lose in scenarios, by the engine: many runs at once, in batches."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from chainwright.errors import InfeasibleError, ParameterError
from chainwright.plan.repairs.home_losses import HomeLosses
from chainwright.plan.repairs.relevance import relevant_measures
from chainwright.plan.repairs.repaired_economies import (
    CHANGES_FLOWS,
    AppliedMeasure,
    RepairedEconomies,
)
from chainwright.plan.repairs.single_runs import lost_in, single_run
from chainwright.stress.ensembles.batch_run import simulate_batch
from chainwright.stress.ensembles.draw_job import End
from chainwright.system import System

if TYPE_CHECKING:
    from chainwright.plan.repairs.scenarios import Scenarios

__all__ = ["EngineOracle", "batches_of"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Asked = tuple[int, frozenset[int]]
"""A scenario and the measures that are taken in it."""

BATCH = 16
"""Runs that are worked out together at most. More share no more work: a run takes as long."""

FEW = 4
"""Runs from which on they are worked out in an even number of batches, so that two threads share
them; the number of batches does not depend on the threads, as the last bits of runs do on it."""


MANY = 3
"""Reserves in a scenario above which all of them are run together first."""

SAME = 1e-12
"""Relative difference up to which two losses differ by the rounding of a batch."""


def batches_of(runs: int) -> int:
    """Return in how many batches runs are worked out.

    Parameters
    ----------
    runs : int
        How many, 1 or more.

    Examples
    --------
    >>> [batches_of(n) for n in (1, 3, 4, 20, 33, 64)]
    [1, 1, 2, 2, 4, 4]
    """
    pieces = -(-runs // BATCH)
    return pieces + pieces % 2 if runs >= FEW else pieces


class EngineOracle:
    """The loss of any set of measures in any scenario, by the sector engine at one of its ends.

    With pooled stocks runs are cut into batches by the order in which they are asked, so the
    numbers do not depend on how many threads work them out. By origin each is a run of its own.
    What was run is kept.

    Parameters
    ----------
    system : System
        As it is.
    measures : sequence of AppliedMeasure, M
        What could be taken.
    scenarios : Scenarios, S
        What may happen; their models have one step and one capital ratio.
    read : HomeLosses
        How the loss of a run is read.
    steps : int
        Steps of each run.
    end : str
        ``"pooled"`` or ``"by_origin"``: which end of substitution is run.
    workers : int, optional
        Threads; as many as this process has cores, at most 2, if not given.
    progress : callable, optional
        Is told in words how far it is.
    cancel : callable, optional
        Asked before each batch; true ends the work.

    Attributes
    ----------
    runs : int
        Runs of the engine so far.
    names : tuple of str
        Names of the measures.
    relevant : ndarray of bool, shape (S, M)
        False where a measure provably changes nothing: see `relevant_measures`.
    """

    def __init__(
        self,
        system: System,
        measures: Sequence[AppliedMeasure],
        scenarios: "Scenarios",
        *,
        read: HomeLosses,
        steps: int = 182,
        end: End = "pooled",
        workers: int | None = None,
        progress: Callable[[str], None] | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> None:
        if workers is not None and (isinstance(workers, bool) or workers < 1):
            raise ParameterError("workers", "a repair", "a number from 1", workers)
        self.held = scenarios
        self.economies = RepairedEconomies(system, measures, scenarios.held[0].model)
        self.names = tuple(measure.name for measure in measures)
        self.scenarios = scenarios.names
        self.probability = scenarios.probability
        self.read = read
        self.steps = steps
        self.end = end
        self.runs = 0
        self.workers = workers or min(2, len(os.sched_getaffinity(0)))
        self._progress, self._cancel = progress, cancel
        self._known: dict[Asked, float] = {}
        self.relevant: Bools = relevant_measures(self.economies, scenarios.held, steps, end=end)

    def losses(self, asked: Sequence[Asked]) -> Floats:
        """Return what each loses, shape of `asked` [money].

        Parameters
        ----------
        asked : sequence of (int, frozenset of int)
            Scenarios, and the measures taken in them.

        Raises
        ------
        InfeasibleError
            If it was cancelled, or a run broke off.
        """
        wanted = [(s, self._acting(s, taken)) for s, taken in asked]
        self._rule_out(wanted)
        self._work([one for one in dict.fromkeys(wanted) if one not in self._known])
        return np.array([self._known[one] for one in wanted], dtype=np.float64)

    def _rule_out(self, wanted: Sequence[Asked]) -> None:
        """Learn of many reserves at once that none of them is ever drawn on.

        Where a scenario loses the same with all of them as without any, none of them released
        anything, so that each alone loses the same, too: a reserve acts by what it releases, and
        until the first release the run is that without any. First all, then product by product.
        """
        alone: dict[int, dict[str, list[int]]] = {}
        for s, taken in dict.fromkeys(wanted):
            if len(taken) == 1 and (s, taken) not in self._known:
                (i,) = taken
                measure = self.economies.measures[i]
                if measure.kind == "reserve":
                    alone.setdefault(s, {}).setdefault(measure.product, []).append(i)
        held = [(s, [i for of in each.values() for i in of]) for s, each in alone.items()]
        self._same_as_none([(s, of) for s, of in held if len(of) > MANY])
        parts = [(s, of) for s, each in alone.items() for of in each.values()]
        self._same_as_none([(s, of) for s, of in parts if len(of) > 1])

    def _same_as_none(self, groups: Sequence[tuple[int, list[int]]]) -> None:
        """Note the loss of each measure of a group alone where the whole group changes nothing."""
        groups = [(s, of) for s, of in groups if (s, frozenset(of[:1])) not in self._known]
        none = [(s, frozenset[int]()) for s, _ in groups]
        every = [(s, frozenset(of)) for s, of in groups]
        self._work([one for one in dict.fromkeys([*none, *every]) if one not in self._known])
        for (s, of), first, last in zip(groups, none, every, strict=True):
            loss = self._known[first]
            if abs(self._known[last] - loss) <= SAME * abs(loss):
                self._known.update(((s, frozenset({i})), loss) for i in of)

    def _work(self, new: Sequence[Asked]) -> None:
        """Run what is not known."""
        batches = self._batches(new)
        done = 0
        with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(self.workers) as pool:
            jobs = [pool.submit(self._run, batch) for batch in batches]
            try:
                for batch, job in zip(batches, jobs, strict=True):
                    found = job.result()
                    self._known.update(zip(batch, found.tolist(), strict=True))
                    self.runs += len(batch)
                    done += len(batch)
                    if self._progress is not None:
                        self._progress(f"{done:,} of {len(new):,} engine runs")
            finally:
                for job in jobs:
                    job.cancel()

    def _acting(self, scenario: int, taken: frozenset[int]) -> frozenset[int]:
        """Return those of a set that can change anything in a scenario."""
        return frozenset(i for i in taken if self.relevant[scenario, i])

    def _batches(self, new: Sequence[Asked]) -> list[list[Asked]]:
        """Return runs in batches of one economy each, in the order in which they were asked."""
        by_economy: dict[frozenset[int], list[Asked]] = {}
        for one in new:
            by_economy.setdefault(self.economies.of_kind(one[1], CHANGES_FLOWS), []).append(one)
        batches = []
        for alike in by_economy.values():
            pieces = batches_of(len(alike)) if self.end == "pooled" else len(alike)
            ends = [len(alike) * n // pieces for n in range(pieces + 1)]
            batches += [alike[a:b] for a, b in pairwise(ends)]
        return batches

    def _run(self, batch: Sequence[Asked]) -> Floats:
        """Return what the runs of a batch lose; all are of one economy."""
        if self._cancel is not None and self._cancel():
            raise InfeasibleError("Cancelled: no plan was made.")
        held = [self.held.held[s] for s, _ in batch]
        table = self.economies.table(batch[0][1])
        blows = [
            self.economies.blows(one.shock, taken, self.steps)
            for one, (_, taken) in zip(held, batch, strict=True)
        ]
        ready = [self.economies.held(taken) for _, taken in batch]
        models = [one.model for one in held]
        if self.end == "pooled":
            found = simulate_batch(table, blows, models, safeguards=ready, by_node=True)
            return self.read.of(table.economy, found)
        alone = [
            lost_in(single_run(table.economy, *of, end=self.end))
            for of in zip(blows, models, ready, strict=True)
        ]
        return np.concatenate([self.read.of(table.economy, found) for found in alone])
