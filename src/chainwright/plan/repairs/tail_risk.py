"""Expected loss, and the mean of the worst: conditional value at risk."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError

__all__ = ["TailRisk"]

Floats = npt.NDArray[np.float64]

WHOLE = 1e-9
"""By how much probabilities may add up to more than one."""


@dataclass(frozen=True, eq=False)
class TailRisk:
    """What is made small: (1 - k) expected loss + k conditional value at risk.

    Where probabilities add up to less than one, nothing happens in the rest: a loss of 0. Where
    only the expected loss counts (k = 0) they may add up to more: events a year.

    Parameters
    ----------
    probability : ndarray
        ``(S,)`` of each scenario.
    tail : float
        ``k``, from 0 to 1.
    alpha : float
        From 0 to 1: the mean of the worst share ``1 - alpha`` of cases; at 1 the largest loss that
        has a probability.
    """

    probability: Floats
    tail: float = 0.0
    alpha: float = 0.8

    def __post_init__(self) -> None:
        p = self.probability
        if not (np.isfinite(p) & (p >= 0.0)).all():
            raise ParameterError("probability", "repair", "0 or more for each scenario", p)
        if not 0.0 <= self.tail <= 1.0:
            raise ParameterError("tail", "repair", "between 0 and 1", self.tail)
        if not 0.0 <= self.alpha <= 1.0:
            raise ParameterError("alpha", "repair", "between 0 and 1", self.alpha)
        if self.tail > 0.0 and p.sum() > 1.0 + WHOLE:
            expected = "at most 1 in all scenarios together where the tail counts"
            raise ParameterError("probability", "repair", expected, float(p.sum()))

    @property
    def rest(self) -> float:
        """Probability that none of the scenarios happens; 0 where it is mere rounding."""
        rest = 1.0 - float(self.probability.sum())
        return rest if rest > WHOLE else 0.0

    def expected(self, losses: Floats) -> Floats:
        """Return expected losses, ``(P,)``.

        Parameters
        ----------
        losses : ndarray
            ``(P, S)`` losses of plans in scenarios.
        """
        return np.asarray(losses @ self.probability)

    def worst_mean(self, losses: Floats) -> Floats:
        """Return conditional values at risk, ``(P,)``: min over eta of eta + E(L - eta)+ / (1 - a).

        The minimum is at one of the losses; with a = 1 it is the largest that has a probability.

        Parameters
        ----------
        losses : ndarray
            ``(P, S)`` losses of plans in scenarios.

        References
        ----------
        Rockafellar & Uryasev 2000, Journal of Risk 2, 21-41.

        Examples
        --------
        >>> risk = TailRisk(np.array([0.5, 0.3, 0.2]), 1.0, 0.7)
        >>> risk.worst_mean(np.array([[1000.0, 800.0, 1200.0]])).round(2)
        array([1133.33])
        """
        p = np.append(self.probability, self.rest)
        held = np.column_stack([losses, np.zeros(len(losses))])[:, p > 0.0]
        p = p[p > 0.0]
        if not p.size:
            return np.zeros(len(losses))
        if self.alpha >= 1.0:
            return np.asarray(held.max(axis=1))
        above = np.maximum(held[:, None, :] - held[:, :, None], 0.0) @ p
        return np.asarray((held + above / (1.0 - self.alpha)).min(axis=1))

    def value(self, losses: Floats) -> Floats:
        """Return what is made small, ``(P,)``.

        Parameters
        ----------
        losses : ndarray
            ``(P, S)`` losses of plans in scenarios.
        """
        found = (1.0 - self.tail) * self.expected(losses)
        return found + self.tail * self.worst_mean(losses) if self.tail > 0.0 else found
