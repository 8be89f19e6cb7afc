"""Capital that is rebuilt: what is asked of whom, and what is still destroyed."""

import numpy as np
import numpy.typing as npt

from chainwright.stress.sectors.economy import Economy
from chainwright.stress.shocks.lost_capital import RebuildingCourse
from chainwright.stress.shocks.sector_blows import CapitalLoss

__all__ = ["Rebuilding"]

Numbers = npt.NDArray[np.float64]


class Rebuilding(RebuildingCourse):
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
        super().__init__(loss, economy.K)
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
        self._ask(self._block.sum(axis=1))

    def _still_destroyed(self) -> Numbers:
        left: Numbers = self._phi @ self._block / self._factor
        return left


def _deliveries(economy: Economy, row: int) -> float:
    """Return all that a row delivers at rest [money / year]."""
    to_final = float(economy.Y[row]) * economy.steps_per_year
    return float(economy.row(row).sum(dtype=np.float64)) + to_final
