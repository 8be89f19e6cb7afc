"""What share of each node's capacity is lost in a step, to blows on capacity and on capital."""

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.rebuilding import Rebuilding
from chainwright.stress.shocks.sector_blows import CapitalLoss, SectorBlows

__all__ = ["LostCapacity"]

Numbers = npt.NDArray[np.float64]

TOLERANCE = 1e-9
"""Share by which damage may exceed capital: rounding."""


class LostCapacity:
    r"""Capital destroyed and capacity lost over time.

    :math:`\Delta_f = \max(\sum_{blows} damage_f / K_f, \max_{blows} loss_f)`: damages add up,
    losses of capacity take the largest.

    Parameters
    ----------
    economy : Economy
        With its capital.
    blows : SectorBlows
        What happens.

    Raises
    ------
    ParameterError
        If damage exceeds the capital of a node: it names blow, region, sector and day.
    """

    def __init__(self, economy: Economy, blows: SectorBlows) -> None:
        self._economy = economy
        self._capacity = blows.capacity
        self._fading = [
            (loss, _money(economy, loss)) for loss in blows.capital if loss.course is not None
        ]
        rebuilt = [loss for loss in blows.capital if loss.course is None]
        # a damage that exceeds capital alone is refused before anything is laid out
        for loss in blows.capital:
            alone = np.zeros(economy.n)
            alone[loss.nodes] = _money(economy, loss)
            self._check(alone, loss.start, (loss.blow,))
        self.rebuilding = [Rebuilding(economy, loss) for loss in rebuilt]

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
        lost = np.zeros(self._economy.n)
        for loss, damage in self._fading:
            if loss.course is not None:
                lost[loss.nodes] += damage * loss.course[step]
        for event in self.rebuilding:
            lost[event.nodes] += event.destroyed(step)
        if self._fading or self.rebuilding:
            blows = [loss.blow for loss, _ in self._fading] + [e.blow for e in self.rebuilding]
            self._check(lost, step, tuple(sorted(set(blows))))
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
        K = self._economy.K
        lost = np.divide(destroyed, K, out=np.zeros_like(K), where=K > 0.0)
        for loss in self._capacity:
            size = loss.share * loss.course[step]
            lost[loss.nodes] = np.maximum(lost[loss.nodes], size)
        return np.minimum(lost, 1.0)

    def _check(self, destroyed: Numbers, step: int, blows: tuple[int, ...]) -> None:
        economy = self._economy
        over = np.flatnonzero(destroyed > economy.K * (1.0 + TOLERANCE))
        if not len(over):
            return
        worst = over[np.argmax(destroyed[over] - economy.K[over])]
        day = step * economy.step_days
        named = ", ".join(str(b + 1) for b in blows)
        more = f" (and {len(over) - 1} more nodes)" if len(over) > 1 else ""
        raise ParameterError(
            "damage",
            f"blow {named} of the shock",
            f"at most the capital of {economy.codes[worst]} on day {day:g}, "
            f"{economy.K[worst]:,.6g} {economy.flows.money}{more}",
            float(destroyed[worst]),
        )


def _money(economy: Economy, loss: CapitalLoss) -> Numbers:
    damage = loss.damage * economy.K[loss.nodes] if loss.of_capital else loss.damage
    return np.asarray(damage, np.float64)
