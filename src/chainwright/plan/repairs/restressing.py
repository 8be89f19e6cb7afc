"""The repaired system under the same shocks, run by the single engine: before and after."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.plan.repairs.home_losses import HomeLosses
from chainwright.plan.repairs.single_runs import lost_in, single_run
from chainwright.stress.ensembles.draw_job import End
from chainwright.stress.ensembles.recovery import days_to_recover
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.held_safeguards import held_safeguards
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.system import System

if TYPE_CHECKING:
    from chainwright.plan.repairs.scenarios import Scenario

__all__ = ["Course", "Restressed", "restressed"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

DAYS_PER_WEEK = 7.0


@dataclass(frozen=True, eq=False)
class Course:
    """What a scenario does to home.

    Parameters
    ----------
    loss : float [money]
        What is lost there, in all.
    output_share : ndarray, shape (T,)
        Output over output at rest, of each step.
    lost_by_node : ndarray, shape (n,) [money]
        What each node loses, 0 for those that are not at home.
    recovery_days : float [day]
        From the first blow until output stays at 95 % of rest or more; NaN if it is below at the
        end, 0 if it never is.
    """

    loss: float
    output_share: Floats
    lost_by_node: Floats
    recovery_days: float


@dataclass(frozen=True, eq=False)
class Restressed:
    """Every scenario, without the plan and with it.

    Parameters
    ----------
    before, after : tuple of Course, S
        In the order of the scenarios.
    step_days : float [day]
        Length of a step.
    """

    before: tuple[Course, ...]
    after: tuple[Course, ...]
    step_days: float

    @property
    def days(self) -> Floats:
        """Day on which each step begins, shape (T,)."""
        steps = len(self.before[0].output_share)
        return np.arange(steps, dtype=np.float64) * np.float64(self.step_days)

    @property
    def losses(self) -> tuple[Floats, Floats]:
        """What home loses before and after, each of shape (S,) [money]."""
        return (
            np.array([one.loss for one in self.before], dtype=np.float64),
            np.array([one.loss for one in self.after], dtype=np.float64),
        )

    @property
    def weeks_to_recover(self) -> tuple[Floats, Floats]:
        """The same in weeks to recover."""
        found = [
            np.array([one.recovery_days for one in courses]) / DAYS_PER_WEEK
            for courses in (self.before, self.after)
        ]
        return found[0], found[1]


def restressed(
    before: System,
    after: System,
    scenarios: "Sequence[Scenario]",
    *,
    read: HomeLosses,
    steps: int = 182,
    end: End = "pooled",
    workers: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Restressed:
    """Return what each scenario does to a system and to the repaired one, by the single engine.

    Parameters
    ----------
    before, after : System
        As it is, and with the plan.
    scenarios : sequence of Scenario, S
        What may happen; their models have one step and one capital ratio.
    read : HomeLosses
        How the loss of a run is read.
    steps : int
        Steps of each run.
    end : str
        ``"pooled"`` or ``"by_origin"``: which end of substitution is run.
    workers : int, optional
        Runs at once; as many as there are cores, at most 2, if not given. It changes no bit.
    progress : callable, optional
        Is told in words how far it is.
    """
    model = scenarios[0].model
    made = [Economy.of(s, model.step_days, capital=model.capital_ratio) for s in (before, after)]
    tasks = [
        (system, economy, scenario)
        for system, economy in zip((before, after), made, strict=True)
        for scenario in scenarios
    ]

    def run(task: "tuple[System, Economy, Scenario]") -> Course:
        return _course(*task, read=read, steps=steps, end=end)

    courses: list[Course] = []
    with ThreadPoolExecutor(workers or min(2, len(os.sched_getaffinity(0)))) as pool:
        for done, course in enumerate(pool.map(run, tasks), 1):
            courses.append(course)
            if progress is not None:
                progress(f"run again by the single engine: {done:,} of {len(tasks):,}")
    half = len(scenarios)
    return Restressed(tuple(courses[:half]), tuple(courses[half:]), made[0].step_days)


def _course(
    system: System,
    economy: Economy,
    scenario: "Scenario",
    *,
    read: HomeLosses,
    steps: int,
    end: End,
) -> Course:
    """Return one run, as home sees it."""
    blows = sector_blows(system, scenario.shock, steps, economy.step_days, capital=economy.K)
    held = held_safeguards(economy, system.safeguards if "safeguards" in system.has else ())
    records = single_run(economy, blows, scenario.model, held, end=end)
    mine, made = read.at_home(economy), records.production
    rest = float(economy.x0[mine].sum())
    share = made[:, mine].sum(axis=1) / rest if rest > 0.0 else np.full(steps, np.nan)
    days = days_to_recover(1.0 - share[None], economy.step_days, np.array([scenario.first_day]))[0]
    found = lost_in(records)
    by_node = read.by_node(economy, found["output_by_node"][0])
    if read.loss == "unmet_final":
        by_node = np.where(mine, records.unmet_final.sum(axis=0), 0.0)
    return Course(
        float(read.of(economy, found)[0]),
        np.asarray(share, dtype=np.float64),
        np.asarray(by_node, dtype=np.float64),
        float(days) if np.isfinite(days) else float("nan"),
    )
