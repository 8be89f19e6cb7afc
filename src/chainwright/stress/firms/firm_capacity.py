"""What share of each firm's capacity is lost in a step, and what is rebuilt by whom."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.shocks.firm_blows import FirmBlows
from chainwright.stress.shocks.lost_capital import LostCapital, RebuildingCourse
from chainwright.stress.shocks.sector_blows import CapitalLoss

__all__ = ["FirmCapacity", "FirmRebuilding"]

Numbers = npt.NDArray[np.float64]


class FirmRebuilding(RebuildingCourse):
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
        super().__init__(loss, economy.K)
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
        in_all: Numbers = np.asarray(self._own.sum(axis=1))
        for spread, asked in self._others:
            in_all = in_all + spread * asked.sum()
        self._ask(in_all)

    def _still_destroyed(self) -> Numbers:
        left: Numbers = np.asarray(self._phi @ self._own)
        for spread, asked in self._others:
            left = left + (self._phi @ spread) * asked
        return left / self._factor


class FirmCapacity(LostCapital):
    """Capital destroyed and capacity lost over time, of firms.

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
        self._economy = economy
        super().__init__(economy.K, blows.capacity, blows.capital)
        self.rebuilding: list[FirmRebuilding] = [
            FirmRebuilding(economy, loss) for loss in blows.capital if loss.course is None
        ]

    def _named(self, node: int, step: int) -> tuple[str, str, str]:
        economy = self._economy
        firm, day = economy.links.axis.codes[node], f"{step * economy.step_days:g}"
        return f"the firm {firm!r} on day {day}", "", "firms"
