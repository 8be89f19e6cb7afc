"""Capital that is rebuilt: what is asked of whom, and what is still destroyed."""

import numpy as np
import numpy.typing as npt

from chainwright.stress.sectors.economy import Economy
from chainwright.stress.shocks.sector_blows import CapitalLoss

__all__ = ["Rebuilding"]

Numbers = npt.NDArray[np.float64]

FINISHED = 1e-9
"""Share of the damage below which rebuilding is over (our choice)."""


class Rebuilding:
    r"""One blow that is rebuilt, as a block of few rows and columns and one factor a row.

    At the start :math:`B_{gf} = damage_f \cdot factor \cdot share_{p(g)} \cdot Z_{gf} /
    \sum_{g' \in p} Z_{g'f}`; each step g is asked for :math:`\phi_g \sum_f B_{gf} / \tau` and
    delivers the share :math:`\rho_g` of it, so :math:`\phi_g \leftarrow \phi_g (1 - \rho_g /
    \tau)`. What is destroyed is :math:`\sum_g \phi_g B_{gf} / factor`. Where f buys nothing of a
    rebuilding product its sellers share by all that they deliver (our choice: the reference model
    would lose that part).

    Parameters
    ----------
    economy : Economy
        Who sells what to whom.
    loss : CapitalLoss
        With a rebuilding time.
    """

    def __init__(self, economy: Economy, loss: CapitalLoss) -> None:
        self.blow, self.nodes = loss.blow, loss.nodes
        self.start, self.since = loss.start, loss.rebuild_from or loss.start
        self.tau, self._factor = max(loss.tau_steps, 1.0), loss.factor
        damage = loss.damage * economy.K[loss.nodes] if loss.of_capital else loss.damage
        self.initial = np.asarray(damage, np.float64)
        parts, rows = [], []
        for product, share in zip(loss.rebuilding, loss.rebuilding_shares, strict=True):
            sellers = economy.rows[slice(*economy.rows_start[product : product + 2])]
            sold = np.array([economy.row(int(g))[loss.nodes] for g in sellers], np.float64)
            of_all = np.array([_deliveries(economy, int(g)) for g in sellers])[:, None]
            sold = np.where(sold.sum(axis=0) > 0.0, sold, of_all)
            parts.append(share * loss.factor * self.initial * sold / sold.sum(axis=0))
            rows.append(sellers)
        self.rows = np.concatenate(rows).astype(np.intp)
        self._block = np.concatenate(parts)
        self._asked = self._block.sum(axis=1)
        self._phi = np.ones(len(self.rows))

    def wants(self, step: int) -> Numbers:
        """Return what each of `rows` is asked for in a step [money / step].

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
        share : ndarray, shape of `rows` [share]
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
        if step < self.start:
            return np.zeros(len(self.nodes))
        left: Numbers = self._phi @ self._block / self._factor
        return left

    @property
    def over(self) -> bool:
        """Whether all is rebuilt."""
        return not self._phi.any()


def _deliveries(economy: Economy, row: int) -> float:
    """Return all that a row delivers at rest [money / year]."""
    to_final = float(economy.Y[row]) * economy.steps_per_year
    return float(economy.row(row).sum(dtype=np.float64)) + to_final
