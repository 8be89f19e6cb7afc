"""What share of each firm's capacity is lost in a step, and what is rebuilt by whom."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.errors import ParameterError
from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.shocks.firm_blows import FirmBlows
from chainwright.stress.shocks.sector_blows import CapitalLoss

__all__ = ["FirmCapacity", "FirmRebuilding"]

Numbers = npt.NDArray[np.float64]

FINISHED = 1e-9
"""Share of the damage below which rebuilding is over (our choice, as of the sector model)."""

TOLERANCE = 1e-9
"""Share by which damage may exceed capital: rounding."""


class FirmRebuilding:
    r"""One blow that is rebuilt: what is asked of whom, and what is still destroyed.

    Damage of firm f asks, for product p, its own suppliers of p in proportion to its links, or,
    where it has none, all firms of p in proportion to what they make. Supplier g is asked for
    :math:`\phi_g \sum_f B_{gf} / \tau`, and :math:`\phi_g \leftarrow \phi_g (1 - \rho_g / \tau)`.

    Parameters
    ----------
    economy : FirmEconomy
        Who sells what to whom.
    loss : CapitalLoss
        With a rebuilding time.
    """

    def __init__(self, economy: FirmEconomy, loss: CapitalLoss) -> None:
        self.blow, self.nodes = loss.blow, loss.nodes
        self.start = loss.start
        self._since = loss.start if loss.rebuild_from is None else loss.rebuild_from
        self._tau, self._factor = max(loss.tau_steps, 1.0), loss.factor
        self.initial = _money(economy, loss)
        n, k = economy.n, len(loss.nodes)
        links = economy.links
        place = np.full(n, -1)
        place[loss.nodes] = np.arange(k)
        mine = np.flatnonzero(place[links.buyer] >= 0)
        self._own = csr_array((n, k))
        self._others: list[tuple[Numbers, Numbers]] = []
        for product, share in zip(loss.rebuilding, loss.rebuilding_shares, strict=True):
            at = mine[links.sector[links.supplier[mine]] == product]
            by = place[links.buyer[at]]
            bought = np.bincount(by, links.value[at], k)
            asked = share * loss.factor * self.initial
            own = links.value[at] / bought[by] * asked[by]
            self._own = self._own + csr_array((own, (links.supplier[at], by)), shape=(n, k))
            made = np.where(links.sector == product, economy.x0, 0.0)
            if made.sum() > 0.0:
                self._others.append((made / made.sum(), np.where(bought > 0.0, 0.0, asked)))
        self._asked: Numbers = np.asarray(self._own.sum(axis=1))
        for spread, asked in self._others:
            self._asked = self._asked + spread * asked.sum()
        self._phi = np.ones(n)

    def wants(self, step: int) -> Numbers:
        """Return what each firm is asked for in a step, shape (n,) [money / step].

        Parameters
        ----------
        step : int
            Which step; nothing is asked before rebuilding begins.
        """
        asked: Numbers = self._phi * self._asked / self._tau
        return asked if step >= self._since else np.zeros_like(asked)

    def delivered(self, step: int, share: Numbers) -> None:
        """Take in what was delivered.

        Parameters
        ----------
        step : int
            Which step.
        share : ndarray, shape (n,) [share]
            Of what was asked for.
        """
        if step < self._since:
            return
        self._phi *= 1.0 - share / self._tau
        if self._phi @ self._asked <= FINISHED * self._asked.sum():
            self._phi[:] = 0.0

    def destroyed(self, step: int) -> Numbers:
        """Return the capital of `nodes` that is destroyed in a step [money].

        Parameters
        ----------
        step : int
            Which step; nothing is destroyed before the blow strikes.
        """
        if step < self.start:
            return np.zeros(len(self.nodes))
        left: Numbers = np.asarray(self._phi @ self._own)
        for spread, asked in self._others:
            left = left + (self._phi @ spread) * asked
        return left / self._factor

    @property
    def over(self) -> bool:
        """Whether all is rebuilt."""
        return not self._phi.any()


class FirmCapacity:
    r"""Capital destroyed and capacity lost over time.

    :math:`\Delta_f = \max(\sum_{blows} damage_f / K_f, \max_{blows} loss_f)`.

    Parameters
    ----------
    economy : FirmEconomy
        With its capital.
    blows : FirmBlows
        What happens.

    Raises
    ------
    ParameterError
        If damage exceeds the capital of a firm: it names blow, firm and day.
    """

    def __init__(self, economy: FirmEconomy, blows: FirmBlows) -> None:
        self._economy, self._capacity = economy, blows.capacity
        for loss in blows.capital:
            alone = np.zeros(economy.n)
            alone[loss.nodes] = _money(economy, loss)
            self._check(alone, loss.start)
        self._fading = [(c, _money(economy, c)) for c in blows.capital if c.course is not None]
        self.rebuilding = [FirmRebuilding(economy, c) for c in blows.capital if c.course is None]

    def destroyed(self, step: int) -> Numbers:
        """Return the capital that is destroyed in a step, shape (n,) [money].

        Parameters
        ----------
        step : int
            Which step.

        Raises
        ------
        ParameterError
            If several blows together destroy more than a firm's capital.
        """
        lost = np.zeros(self._economy.n)
        for loss, damage in self._fading:
            if loss.course is not None:
                lost[loss.nodes] += damage * loss.course[step]
        for event in self.rebuilding:
            lost[event.nodes] += event.destroyed(step)
        if self._fading or self.rebuilding:
            self._check(lost, step)
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
            lost[loss.nodes] = np.maximum(lost[loss.nodes], loss.share * loss.course[step])
        return np.minimum(lost, 1.0)

    def _check(self, destroyed: Numbers, step: int) -> None:
        economy = self._economy
        over = np.flatnonzero(destroyed > economy.K * (1.0 + TOLERANCE))
        if not len(over):
            return
        worst = over[np.argmax(destroyed[over] - economy.K[over])]
        more = f" (and {len(over) - 1} more firms)" if len(over) > 1 else ""
        raise ParameterError(
            "damage",
            "the shock",
            f"at most the capital of the firm {economy.links.axis.codes[worst]!r} on day "
            f"{step * economy.step_days:g}, {economy.K[worst]:,.6g}{more}",
            float(destroyed[worst]),
        )


def _money(economy: FirmEconomy, loss: CapitalLoss) -> Numbers:
    damage = loss.damage * economy.K[loss.nodes] if loss.of_capital else loss.damage
    return np.asarray(damage, np.float64)
