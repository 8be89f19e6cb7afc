"""The best of few measures, by trying every plan: the proof that a programme is held against."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.plan.choosing.choices import Choice, Limits

__all__ = ["EnumeratedPlans"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MOST = 16
"""Measures that can be tried in every combination: 65,536 plans."""

SAME = 1e-9
"""Relative difference below which two losses, or two costs, count as the same."""


@dataclass(frozen=True, eq=False)
class EnumeratedPlans:
    """Every plan of ``M`` measures that are taken or not, with what it loses.

    Parameters
    ----------
    names : tuple of str
        Names of the measures.
    loss : ndarray
        ``(2**M,)`` loss of each plan; bit ``i`` of a plan's number is measure ``i``. Infinite for
        a plan that is not allowed.
    """

    names: tuple[str, ...]
    loss: Floats

    @classmethod
    def of(cls, names: Sequence[str], loss: Callable[[Bools], Floats]) -> "EnumeratedPlans":
        """Return every plan of `names`, priced by a function.

        Parameters
        ----------
        names : sequence of str
            Names of the measures, `MOST` at most.
        loss : callable
            Gets ``(P, M)`` whether each plan takes each measure, returns ``(P,)`` their losses.

        Raises
        ------
        ParameterError
            If there are too many measures to try them all.

        Examples
        --------
        >>> plans = EnumeratedPlans.of(["a", "b"], lambda x: 10.0 - 6 * x[:, 0] - 3 * x[:, 1])
        >>> plans.least_loss(np.array([5.0, 2.0]), 4.0, Limits.of(np.ones(2))).amount
        array([0., 1.])
        """
        if len(names) > MOST:
            raise ParameterError("names", "EnumeratedPlans", f"at most {MOST} measures", len(names))
        plans = _plans(len(names))
        return cls(tuple(names), np.asarray(loss(plans), dtype=np.float64))

    @cached_property
    def plans(self) -> Bools:
        """Whether each plan takes each measure, ``(2**M, M)``."""
        return _plans(len(self.names))

    @cached_property
    def order(self) -> npt.NDArray[np.intp]:
        """Plans in the order in which ties are settled: few measures, then by their names."""
        by_name = np.argsort(np.array(self.names, dtype=object), kind="stable")
        rank = np.empty(len(self.names))
        rank[by_name] = 2.0 ** np.arange(len(self.names))[::-1]
        return np.lexsort([-(self.plans @ rank), self.plans.sum(axis=1)])

    def least_cost(self, cost: Floats, loss: float, limits: Limits) -> Choice | None:
        """Return the cheapest plan that loses at most `loss`.

        Parameters
        ----------
        cost : ndarray
            ``(M,)`` cost of each measure.
        loss : float
            The most that may be lost.
        limits : Limits
            What is locked and what is forbidden.
        """
        spent = self.plans @ cost
        return self._first(limits, self.loss <= loss + _slack(loss), [spent], spent)

    def least_loss(self, cost: Floats, budget: float, limits: Limits) -> Choice | None:
        """Return the plan that loses least within a budget, the cheapest of several.

        Parameters
        ----------
        cost
            As for `least_cost`.
        budget : float
            The most that it may cost.
        limits
            As for `least_cost`.
        """
        spent = self.plans @ cost
        within = spent <= budget + _slack(budget)
        return self._first(limits, within, [self.loss, spent], spent)

    def least_sum(self, cost: Floats, limits: Limits) -> Choice | None:
        """Return the plan whose loss and cost together are least.

        Parameters
        ----------
        cost, limits
            As for `least_cost`.
        """
        spent = self.plans @ cost
        return self._first(limits, np.ones(len(spent), bool), [self.loss + spent, spent], spent)

    def _first(
        self, limits: Limits, within: Bools, least: Sequence[Floats], spent: Floats
    ) -> Choice | None:
        """Return the first plan in order of `least`, one after the other, then of `order`."""
        free = (self.plans >= limits.least) & (self.plans <= limits.most)
        left = np.flatnonzero(within & free.all(axis=1) & np.isfinite(self.loss))
        if not left.size:
            return None
        for values in least:
            lowest = values[left].min()
            left = left[values[left] <= lowest + _slack(lowest)]
        place = np.empty(len(spent), dtype=np.intp)
        place[self.order] = np.arange(len(spent))
        best = left[np.argmin(place[left])]
        bound = float(least[0][best])
        amount = self.plans[best].astype(np.float64)
        return Choice(amount, float(spent[best]), float(self.loss[best]), bound)


def _plans(measures: int) -> Bools:
    numbers = np.arange(2**measures)[:, None]
    return ((numbers >> np.arange(measures)) & 1).astype(bool)


def _slack(value: float) -> float:
    return SAME * max(1.0, abs(value))
