"""Which uncertain input matters: elementary effects after Morris, by SALib."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.stress.ensembles.ensemble import Ensemble
from chainwright.stress.ensembles.ensemble_runs import Progress, draw_job, worked_out
from chainwright.stress.ensembles.executors import checked_executor
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.system import Result

if TYPE_CHECKING:
    from chainwright.stress.ensembles.draw_job import End
    from chainwright.stress.ensembles.uncertain_input import UncertainInput
    from chainwright.stress.ensembles.uncertainty import Uncertainty
    from chainwright.stress.shocks.shock import Shock
    from chainwright.system import System

__all__ = ["Measure", "Sensitivity", "elementary_effects", "morris_shares", "sensitivity"]

Floats = npt.NDArray[np.float64]

Measure = Literal["output", "value_added", "unmet_final", "lost_days"]
"""What is asked about: a loss over the run."""

EDGE = 0.005
"""Share of values of an unbounded normal form that is left out at either end."""


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity(Result):
    r"""What `sensitivity` found: J inputs, N runs.

    Parameters
    ----------
    uncertain : Uncertainty
        The inputs.
    asked : dict
        What was asked, besides the system.
    measure : str
        Which loss.
    values : ndarray, shape (N, J)
        Value of each input in each run.
    answers : ndarray, shape (N,)
        What each run lost.
    effects : dict of str to ndarray, shape (J,)
        ``mu``, ``mu_star``, ``sigma`` and ``confidence``.
    notes_en, notes_zh : tuple of str
        What to know about the runs.
    """

    name: ClassVar[str] = "sensitivity"
    charted: ClassVar[str] = "mu_star"

    uncertain: "Uncertainty"
    asked: dict[str, object]
    measure: Measure
    values: Floats
    answers: Floats
    effects: dict[str, Floats]
    notes_en: tuple[str, ...] = ()
    notes_zh: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return self.asked

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and what to know about it."""
        notes = {"notes_en": list(self.notes_en), "notes_zh": list(self.notes_zh)}
        return {**super().origin, **notes}

    @property
    def counted_in(self) -> dict[str, str]:
        """What amounts are counted in; effects in the unit of the loss that is asked about."""
        money = str(self.money)
        return {"money": money, "measure": "day" if self.measure == "lost_days" else money}

    def table(self) -> pd.DataFrame:
        """Return one row an input, the one that matters most first."""
        inputs, star = self.uncertain.inputs, self.effects["mu_star"]
        total = float(star.sum())
        frame = pd.DataFrame(
            {
                **_named(inputs, 1),
                "unit": np.array([one.unit for one in inputs], dtype=object),
                "lowest": self.values.min(axis=0),
                "highest": self.values.max(axis=0),
                "mu_star": star,
                "confidence": self.effects["confidence"],
                "mu": self.effects["mu"],
                "sigma": self.effects["sigma"],
                "share": star / total if total > 0.0 else np.full(len(star), np.nan),
                "source": np.array([one.source for one in inputs], dtype=object),
                "assumed": [one.assumed for one in inputs],
            }
        )
        return frame.iloc[np.argsort(-star, kind="stable")].reset_index(drop=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the inputs, and the value of each in every run beside what the run lost."""
        inputs = self.uncertain.inputs
        runs, count = self.values.shape
        trials = pd.DataFrame(
            {
                "trial": np.repeat(np.arange(runs), count),
                **_named(inputs, runs),
                "value": self.values.ravel(),
                "unit": np.tile(np.array([one.unit for one in inputs], dtype=object), runs),
                "answer": np.repeat(self.answers, count),
            }
        )
        return {"sensitivity": self.table(), "sensitivity_trials": trials}


def sensitivity(
    system: "System",
    shock: "Shock",
    *,
    uncertain: "Uncertainty",
    measure: Measure = "output",
    trajectories: int = 10,
    levels: int = 4,
    seed: int = 0,
    days: float = 365.0,
    model: InventoryModel | None = None,
    end: "End" = "pooled",
    executor: str = "serial",
    workers: int | None = None,
    batch: int = 16,
    checkpoint: Path | str | None = None,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Sensitivity:
    r"""Return how much each uncertain input changes a loss, after Morris.

    Each of `trajectories` walks changes one input after another on a grid of `levels` values, and
    takes one run more than there are inputs. The elementary effect of an input is the change of
    the loss over the step of the input, the whole range of the input being 1:

    .. math:: EE_j = \frac{f(u + \Delta e_j) - f(u)}{\Delta}, \qquad
              \mu = \overline{EE}, \quad \mu^* = \overline{|EE|}, \quad \sigma = s(EE)

    The grid lies in shares u of an input's values (0: the lowest, 1: the highest), so each input
    moves through its own form; of a normal form without bounds half a per cent is left out at
    either end. The error of the table takes no part: it is no single input.

    Parameters
    ----------
    system : System
        With flows.
    shock : Shock
        What happens, as it is stated.
    uncertain : Uncertainty
        The inputs, two or more.
    measure : str
        ``"output"``, ``"value_added"``, ``"unmet_final"`` [money] or ``"lost_days"`` (output in
        days of output at rest).
    trajectories : int
        Walks, two or more.
    levels : int
        Values of the grid, an even number.
    seed : int
        Of the walks and of the confidence interval.
    days : float
        Horizon of each run [day].
    model : InventoryModel, optional
        Parameters of the model; its defaults if not given.
    end : str
        ``"pooled"`` or ``"by_origin"``, as for `ensemble`.
    executor : str
        Who works it out, as for `ensemble`.
    workers : int, optional
        Processes to start.
    batch : int
        Runs in a batch.
    checkpoint : path, optional
        Folder of finished batches.
    progress : callable, optional
        Called after each batch with the runs done and in all.
    cancel : callable, optional
        Asked before each batch; true ends the work.

    Raises
    ------
    ParameterError
        If there are fewer than two inputs or walks, the levels are odd, or a number is not in its
        range.
    UnknownCodeError
        If there is no such measure.

    References
    ----------
    .. [1] Morris, M. D. (1991), Factorial sampling plans for preliminary computational
       experiments, Technometrics 33(2). doi:10.1080/00401706.1991.10484804
    .. [2] Campolongo, F., Cariboni, J., Saltelli, A. (2007), An effective screening design for
       sensitivity analysis of large models, Environmental Modelling & Software 22(10).
    """
    if measure not in get_args(Measure):
        raise UnknownCodeError(str(measure), "measure of loss", get_args(Measure))
    if len(uncertain.inputs) < 2:
        count = len(uncertain.inputs)
        raise ParameterError("uncertain", "sensitivity", "two inputs or more", count)
    if uncertain.table_cv:
        expected = "0: the error of the table is no single input (ask an ensemble)"
        raise ParameterError("table_cv", "sensitivity", expected, uncertain.table_cv)
    checked_executor(executor, workers)
    shares = morris_shares(
        _edges(uncertain.inputs), trajectories=trajectories, levels=levels, seed=seed
    )
    job = draw_job(
        system, shock, draws=len(shares), seed=seed, uncertain=uncertain, days=days,
        model=model or InventoryModel(), end=end, batch=batch, shares=shares,
    )  # fmt: skip
    found = worked_out(
        job, executor=executor, workers=workers, checkpoint=checkpoint, progress=progress,
        cancel=cancel,
    )  # fmt: skip
    runs = Ensemble(system=system, job=job, found=found)
    answers = runs.lost_days if measure == "lost_days" else runs.lost(measure)
    effects = elementary_effects(
        _edges(uncertain.inputs), shares, answers, levels=levels, seed=seed
    )
    asked = {**runs.parameters, "measure": measure, "trajectories": trajectories, "levels": levels}
    return Sensitivity(
        system=system,
        uncertain=uncertain,
        asked=asked,
        measure=measure,
        values=uncertain.at(shares),
        answers=answers,
        effects=effects,
        notes_en=tuple(english for english, _ in runs.notes),
        notes_zh=tuple(chinese for _, chinese in runs.notes),
    )


def morris_shares(
    edges: list[tuple[float, float]], *, trajectories: int, levels: int = 4, seed: int = 0
) -> Floats:
    """Return the walks of a Morris design, shape (trajectories * (J + 1), J).

    Parameters
    ----------
    edges : list of (float, float)
        Lowest and highest share of each input.
    trajectories : int
        Walks, two or more.
    levels : int
        Values of the grid, an even number.
    seed : int
        Of the walks.

    Examples
    --------
    >>> morris_shares([(0.0, 1.0)] * 2, trajectories=3).shape
    (9, 2)
    """
    from SALib.sample.morris import sample  # noqa: PLC0415 - slow to import

    if trajectories < 2:
        raise ParameterError("trajectories", "sensitivity", "two or more", trajectories)
    if levels < 2 or levels % 2:
        raise ParameterError("levels", "sensitivity", "an even number from 2", levels)
    found = sample(_problem(edges), trajectories, num_levels=levels, seed=_salib_seed(seed))
    return np.asarray(found, dtype=np.float64)


def elementary_effects(
    edges: list[tuple[float, float]],
    shares: Floats,
    answers: Floats,
    *,
    levels: int = 4,
    seed: int = 0,
) -> dict[str, Floats]:
    """Return mu, mu_star, sigma and the confidence of mu_star, each of shape (J,).

    Parameters
    ----------
    edges : list of (float, float)
        Lowest and highest share of each input.
    shares : ndarray, shape (N, J)
        Walks, by `morris_shares`.
    answers : ndarray, shape (N,)
        Of each run.
    levels : int
        Values of the grid.
    seed : int
        Of the resampling.
    """
    from SALib.analyze.morris import analyze  # noqa: PLC0415 - slow to import

    found: Any = analyze(
        _problem(edges), shares, answers, num_levels=levels, seed=_salib_seed(seed)
    )
    named = {"mu": "mu", "mu_star": "mu_star", "sigma": "sigma", "confidence": "mu_star_conf"}
    return {ours: np.asarray(found[theirs], np.float64) for ours, theirs in named.items()}


def _problem(edges: list[tuple[float, float]]) -> dict[str, Any]:
    names = [f"x{j}" for j in range(len(edges))]
    return {"num_vars": len(edges), "names": names, "bounds": [list(edge) for edge in edges]}


def _salib_seed(seed: int) -> int:
    """Return a seed that SALib takes: 32 bits, of the whole of ours."""
    return int(np.random.SeedSequence(seed).generate_state(1)[0])


def _edges(inputs: "tuple[UncertainInput, ...]") -> list[tuple[float, float]]:
    """Return the lowest and highest share of each input: all, unless its values have no end."""

    def ends(one: "UncertainInput") -> tuple[float, float]:
        low, high = one.bounds
        return (EDGE if low == -inf else 0.0, 1.0 - EDGE if not isfinite(high) else 1.0)

    return [ends(one) for one in inputs]


def _named(inputs: "tuple[UncertainInput, ...]", runs: int) -> dict[str, Any]:
    return {
        "input": np.array([one.input for one in inputs] * runs, dtype=object),
        "blow": pd.array([one.blow for one in inputs] * runs, dtype="Int64"),
    }
