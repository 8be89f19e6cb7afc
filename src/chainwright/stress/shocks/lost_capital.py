"""Capital destroyed and capacity lost over time, whoever owns it; and how rebuilding goes on."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.stress.shocks.sector_blows import CapacityLoss, CapitalLoss

__all__ = ["FINISHED", "LostCapital", "RebuildingCourse", "damage_in_money"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

FINISHED = 1e-9
"""Share of the damage below which rebuilding is over (our choice)."""

TOLERANCE = 1e-9
"""Share by which damage may exceed capital: rounding."""


def damage_in_money(capital: Numbers, loss: CapitalLoss) -> Numbers:
    """Return the damage of a blow at each of its nodes [money].

    Parameters
    ----------
    capital : ndarray, shape (n,) [money]
        Of every node.
    loss : CapitalLoss
        The blow.
    """
    damage = loss.damage * capital[loss.nodes] if loss.of_capital else loss.damage
    return np.asarray(damage, np.float64)


class RebuildingCourse(ABC):
    r"""How one blow is rebuilt: each supplier delivers a share of what is still asked of it.

    Supplier g is asked for :math:`\phi_g a_g / \tau` in a step, of :math:`a_g` in all, and delivers
    the share :math:`\rho_g` of it, so :math:`\phi_g \leftarrow \phi_g (1 - \rho_g / \tau)`. Who is
    asked for what, and how much is destroyed while it lasts, is for each engine to say.

    Parameters
    ----------
    loss : CapitalLoss
        With a rebuilding time.
    capital : ndarray, shape (n,) [money]
        Of every node.
    """

    def __init__(self, loss: CapitalLoss, capital: Numbers) -> None:
        self.blow, self.nodes = loss.blow, loss.nodes
        self.start = loss.start
        self.since = loss.start if loss.rebuild_from is None else loss.rebuild_from
        self.tau, self._factor = max(loss.tau_steps, 1.0), loss.factor
        self.initial = damage_in_money(capital, loss)
        self._ask(np.zeros(0))

    def _ask(self, asked: Numbers) -> None:
        """Begin: `asked` is what each supplier is asked for in all [money]."""
        self._asked = asked
        self._phi = np.ones(len(asked))

    def wants(self, step: int) -> Numbers:
        """Return what each supplier is asked for in a step [money / step].

        Parameters
        ----------
        step : int
            Which step; nothing is asked before rebuilding begins.
        """
        asked: Numbers = self._phi * self._asked / self.tau
        return asked if step >= self.since else np.zeros_like(asked)

    def delivered(self, step: int, share: Numbers) -> None:
        """Take in what was delivered.

        Parameters
        ----------
        step : int
            Which step.
        share : ndarray, one a supplier [share]
            Of what was asked for.
        """
        if step < self.since:
            return
        self._phi *= 1.0 - share / self.tau
        if self._phi @ self._asked <= FINISHED * self._asked.sum():
            self._phi[:] = 0.0

    def destroyed(self, step: int) -> Numbers:
        """Return the capital of `nodes` that is destroyed in a step [money].

        Parameters
        ----------
        step : int
            Which step; nothing is destroyed before the blow strikes.
        """
        return np.zeros(len(self.nodes)) if step < self.start else self._still_destroyed()

    @abstractmethod
    def _still_destroyed(self) -> Numbers:
        """Return the capital of `nodes` that is not yet rebuilt [money]."""

    @property
    def over(self) -> bool:
        """Whether all is rebuilt."""
        return not self._phi.any()


class LostCapital(ABC):
    r"""Capital destroyed and capacity lost over time.

    :math:`\Delta_f = \max(\sum_{blows} damage_f / K_f, \max_{blows} loss_f)`: damages add up,
    losses of capacity take the largest.

    Parameters
    ----------
    capital : ndarray, shape (n,) [money]
        Of every node.
    capacity : sequence of CapacityLoss
        Blows on capacity.
    losses : sequence of CapitalLoss
        Blows on capital.

    Raises
    ------
    ParameterError
        If one destroys more than a node has: before anything is laid out.
    """

    def __init__(
        self, capital: Numbers, capacity: Sequence[CapacityLoss], losses: Sequence[CapitalLoss]
    ) -> None:
        self._K, self._capacity = capital, capacity
        self._fading = [
            (loss, damage_in_money(capital, loss)) for loss in losses if loss.course is not None
        ]
        for loss in losses:
            alone = np.zeros(len(capital))
            alone[loss.nodes] = damage_in_money(capital, loss)
            self._check(alone, loss.start, (loss.blow,))
        self.rebuilding: Sequence[RebuildingCourse] = ()

    def destroyed(self, step: int) -> Numbers:
        """Return the capital that is destroyed in a step, shape (n,) [money].

        Parameters
        ----------
        step : int
            Which step.

        Raises
        ------
        ParameterError
            If several blows together destroy more than a node's capital.
        """
        lost = np.zeros(len(self._K))
        for loss, damage in self._fading:
            if loss.course is not None:
                lost[loss.nodes] += damage * loss.course[step]
        for event in self.rebuilding:
            lost[event.nodes] += event.destroyed(step)
        if self._fading or self.rebuilding:
            blows = {loss.blow for loss, _ in self._fading} | {e.blow for e in self.rebuilding}
            self._check(lost, step, tuple(sorted(blows)))
        return lost

    def share(self, step: int, destroyed: Numbers) -> Numbers:
        """Return the share of capacity that is lost in a step, shape (n,).

        Parameters
        ----------
        step : int
            Which step.
        destroyed : ndarray, shape (n,) [money]
            Capital destroyed in it.
        """
        lost = np.divide(destroyed, self._K, out=np.zeros_like(self._K), where=self._K > 0.0)
        for loss in self._capacity:
            lost[loss.nodes] = np.maximum(lost[loss.nodes], loss.share * loss.course[step])
        return np.minimum(lost, 1.0)

    @abstractmethod
    def _named(self, node: int, step: int) -> tuple[str, str, str]:
        """Return how an error names a node and a day, the unit of capital, and several nodes."""

    def _check(self, destroyed: Numbers, step: int, blows: tuple[int, ...]) -> None:
        over = np.flatnonzero(destroyed > self._K * (1.0 + TOLERANCE))
        if not len(over):
            return
        worst = int(over[np.argmax(destroyed[over] - self._K[over])])
        where, unit, several = self._named(worst, step)
        named = ", ".join(str(b + 1) for b in blows)
        more = f" (and {len(over) - 1} more {several})" if len(over) > 1 else ""
        raise ParameterError(
            "damage",
            f"blow {named} of the shock",
            f"at most the capital of {where}, {self._K[worst]:,.6g}{unit}{more}",
            float(destroyed[worst]),
        )
