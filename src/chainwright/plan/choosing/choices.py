"""What it is to choose among measures: amounts, their cost and what is still lost with them."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError

__all__ = ["Choice", "Chooser", "Goal", "Limits"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Choice:
    """A plan: how much of each measure, for ``M`` measures.

    Parameters
    ----------
    amount : ndarray
        ``(M,)`` units of a measure that comes in units, else 1 where it is taken and 0 elsewhere.
    cost : float
        What it costs.
    loss : float
        What is still lost with it.
    bound : float
        Proven: no plan has less of what was made small (cost, loss, or their sum).
    """

    amount: Floats
    cost: float
    loss: float
    bound: float


@dataclass(frozen=True, eq=False)
class Limits:
    """Between what a plan is free.

    Parameters
    ----------
    least, most : ndarray
        ``(M,)`` at least and at most so much of each measure.
    """

    least: Floats
    most: Floats

    @classmethod
    def of(cls, most: Floats) -> "Limits":
        """Return limits that force nothing.

        Parameters
        ----------
        most : ndarray
            ``(M,)`` the most of each measure.

        Examples
        --------
        >>> Limits.of(np.ones(2)).without(0).most
        array([0., 1.])
        """
        return cls(np.zeros(len(most)), most)

    def without(self, i: int) -> "Limits":
        """Return limits under which a measure is not taken.

        Parameters
        ----------
        i : int
            Its place.
        """
        least, most = self.least.copy(), self.most.copy()
        least[i] = most[i] = 0.0
        return Limits(least, most)

    def with_(self, i: int, amount: float = 1.0) -> "Limits":
        """Return limits under which at least so much of a measure is taken.

        Parameters
        ----------
        i : int
            Its place.
        amount : float
            Units, or 1.
        """
        least = self.least.copy()
        least[i] = max(least[i], amount)
        return Limits(least, self.most)


class Chooser(Protocol):
    """Whatever finds the best plan under given costs: by a programme, or by trying them all.

    Each method returns None where no plan is within the limits. Ties go to the plan of least
    cost, then to the one whose measures come first by name.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the ``M`` measures."""

    def least_cost(self, cost: Floats, loss: float, limits: Limits) -> Choice | None:
        """Return the cheapest plan among those that lose at most so much.

        Parameters
        ----------
        cost : ndarray
            ``(M,)`` cost of a unit of each measure.
        loss : float
            The most that it may lose.
        limits : Limits
            What is locked and what is forbidden.
        """

    def least_loss(self, cost: Floats, budget: float, limits: Limits) -> Choice | None:
        """Return the plan that loses least among those that cost at most so much.

        Parameters
        ----------
        cost : ndarray
            ``(M,)`` cost of a unit of each measure.
        budget : float
            The most that it may cost.
        limits : Limits
            What is locked and what is forbidden.
        """

    def least_sum(self, cost: Floats, limits: Limits) -> Choice | None:
        """Return the plan whose loss and cost together are least.

        Parameters
        ----------
        cost : ndarray
            ``(M,)`` cost of a unit of each measure.
        limits : Limits
            What is locked and what is forbidden.
        """


@dataclass(frozen=True)
class Goal:
    """What a plan is to reach.

    Parameters
    ----------
    kind : str
        ``"cover"``: least cost at a loss of at most `amount`; ``"budget"``: least loss at a cost
        of at most `amount`; ``"sum"``: least loss and cost together.
    amount : float
        As `kind` says.

    Examples
    --------
    >>> Goal("budget", 60.0).kind
    'budget'
    """

    kind: Literal["cover", "budget", "sum"]
    amount: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in {"cover", "budget", "sum"}:
            raise ParameterError("kind", "Goal", "cover, budget or sum", self.kind)
        if not self.amount >= 0.0:
            raise ParameterError("amount", "Goal", "0 or more", self.amount)

    def best(self, chooser: Chooser, cost: Floats, limits: Limits) -> Choice | None:
        """Return the best plan, or None where there is none.

        Parameters
        ----------
        chooser : Chooser
            What finds it.
        cost : ndarray
            ``(M,)`` cost of a unit of each measure.
        limits : Limits
            What is locked and what is forbidden.
        """
        if self.kind == "cover":
            return chooser.least_cost(cost, self.amount, limits)
        if self.kind == "budget":
            return chooser.least_loss(cost, self.amount, limits)
        return chooser.least_sum(cost, limits)
