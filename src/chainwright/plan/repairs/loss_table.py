"""What each set of measures loses in each scenario, run once and kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError

__all__ = ["LossOracle", "LossTable"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Asked = tuple[int, frozenset[int]]
"""A scenario, by its place, and the measures that are taken in it, by theirs."""


class LossOracle(Protocol):
    """Whatever knows what ``S`` scenarios lose with sets of ``I`` measures: an engine, a formula.

    Attributes
    ----------
    scenarios : tuple of str
        ``S`` names.
    probability : ndarray
        ``(S,)`` probability of each a year.
    names : tuple of str
        ``I`` names of the measures.
    relevant : ndarray of bool
        ``(S, I)``; False where a measure provably changes nothing in a scenario.
    """

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios."""

    @property
    def probability(self) -> Floats:
        """Probability of each scenario a year, ``(S,)``."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the measures."""

    @property
    def relevant(self) -> Bools:
        """Whether a measure may change anything in a scenario, ``(S, I)``."""

    def losses(self, asked: Sequence[Asked]) -> Floats:
        """Return the loss of each scenario with exactly the measures named with it.

        Parameters
        ----------
        asked : sequence of (int, frozenset of int)
            Many at once, so that runs share a batch.
        """


@dataclass(frozen=True, eq=False)
class LossTable:
    """Losses that are known, and the oracle that is asked for the others.

    Measures that change nothing in a scenario are left out of its sets, so that no run is made
    twice.

    Parameters
    ----------
    oracle : LossOracle
        What is asked.
    known : dict
        Loss of each scenario and set that was run.
    """

    oracle: LossOracle
    known: dict[Asked, float] = field(default_factory=dict)

    @property
    def runs(self) -> int:
        """Runs that were made."""
        return len(self.known)

    def key(self, scenario: int, taken: Iterable[int]) -> Asked:
        """Return under what a loss is kept: the scenario and the measures that matter in it.

        Parameters
        ----------
        scenario : int
            Its place.
        taken : iterable of int
            Places of the measures.
        """
        relevant = self.oracle.relevant[scenario]
        return scenario, frozenset(int(i) for i in taken if relevant[i])

    def fill(self, asked: Iterable[tuple[int, Iterable[int]]]) -> None:
        """Run what is asked and not yet known, in one batch.

        Parameters
        ----------
        asked : iterable of (int, iterable of int)
            Scenarios with the measures taken in each.

        Raises
        ------
        ParameterError
            If the oracle answers with what is no number.
        """
        keys = dict.fromkeys(self.key(s, taken) for s, taken in asked)
        new = [key for key in keys if key not in self.known]
        if not new:
            return
        found = np.asarray(self.oracle.losses(new), dtype=np.float64)
        if found.shape != (len(new),) or not np.isfinite(found).all():
            raise ParameterError("losses", "LossOracle", "a finite loss for each run", found)
        self.known.update(zip(new, found.tolist(), strict=True))

    def loss(self, scenario: int, taken: Iterable[int]) -> float:
        """Return the loss of a scenario with these measures; runs it if it is not known.

        Parameters
        ----------
        scenario : int
            Its place.
        taken : iterable of int
            Places of the measures.
        """
        key = self.key(scenario, taken)
        self.fill([key])
        return self.known[key]

    def losses(self, plans: Sequence[Iterable[int]]) -> Floats:
        """Return the losses of every scenario with each plan, ``(P, S)``, run in one batch.

        Parameters
        ----------
        plans : sequence of iterable of int
            Places of the measures of each plan.
        """
        count = len(self.oracle.scenarios)
        keys = [[self.key(s, plan) for s in range(count)] for plan in map(tuple, plans)]
        self.fill(key for row in keys for key in row)
        return np.array([[self.known[key] for key in row] for row in keys]).reshape(-1, count)

    def of_scenario(self, scenario: int) -> Mapping[frozenset[int], float]:
        """Return what is known of a scenario: the loss of each set.

        Parameters
        ----------
        scenario : int
            Its place.
        """
        return {taken: loss for (s, taken), loss in self.known.items() if s == scenario}
