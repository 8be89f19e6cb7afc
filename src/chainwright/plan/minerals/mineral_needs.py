"""What home needs of each mineral when a supplier country fails, over many outages."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.params import Spec, param
from chainwright.plan.minerals.mineral_supplies import WEEKS, MineralSupplies
from chainwright.plan.minerals.need_quantiles import batch_interval, need_quantiles
from chainwright.plan.minerals.outage_models import (
    DrawnOutages,
    OutageModel,
    Replacement,
    ordered,
)
from chainwright.plan.minerals.outage_need_kernels import outage_needs

__all__ = ["LEVELS", "MineralNeed", "ReserveCosts", "economic_level", "mineral_need"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEVELS = np.array([0.5, 0.8, 0.9, 0.95])
"""Shares of outages whose quantiles are told."""


@dataclass(frozen=True)
class ReserveCosts(Spec):
    """What holding a reserve costs, and what being short does: ranges, all assumptions.

    Parameters
    ----------
    holding_low, holding_high : float
        Interest, room and care of a reserve, as a share of its value a year. National stocks of
        minerals pay less than the 20-40 % of firms.
    penalty_low, penalty_high : float
        Value that is lost with each unit short, in prices of the unit; a user's table can give it
        by product in money.
    """

    holding_low: float = param(0.03, unit="share/year", low=0.0, high=1.0, source="assumption")
    holding_high: float = param(0.10, unit="share/year", low=0.0, high=1.0, source="assumption")
    penalty_low: float = param(2.0, unit="1", low=0.0, high=1e6, source="assumption")
    penalty_high: float = param(10.0, unit="1", low=0.0, high=1e6, source="assumption")

    def __post_init__(self) -> None:
        super().__post_init__()
        ordered(self, ("holding_low", "holding_high"), ("penalty_low", "penalty_high"))


@dataclass(frozen=True, eq=False)
class MineralNeed:
    """Needs of one product: ``K`` suppliers, ``D`` outages, in the unit of quantity.

    Parameters
    ----------
    suppliers : ndarray of int, shape (K,)
        Places of all suppliers, the largest first.
    rates : ndarray, shape (K,)
        Outages a year of each.
    needs : ndarray, shape (K, D)
        What is short in each, without a reserve.
    failing, others : ndarray, shape (K,)
        What each delivers a week, and the share of the alternates that there is without it.
    saved, delivered : ndarray, shape (D,)
        Largest shares of use saved, and delivered by others, in each draw.
    use, rest : float
        Use a week, and use less all supply before an outage.
    """

    suppliers: Ints
    rates: Floats
    needs: Floats
    failing: Floats
    others: Floats
    saved: Floats
    delivered: Floats
    use: float
    rest: float

    def of_outages(self, levels: Floats) -> Floats:
        """Return what covers these shares of the outages of any one supplier, ``(L,)``.

        ``max_k min {R : P_k(need <= R) >= level}`` over the suppliers that can fail: enough
        whichever does, however many others there are.

        Parameters
        ----------
        levels : ndarray, shape (L,)
            Shares of outages that are covered.
        """
        if not (self.rates > 0.0).any():
            return np.zeros(len(levels))
        return np.asarray(self._of_each(levels).max(axis=1))

    def binding(self, level: float) -> int:
        """Return which supplier's outages need most at a level; -1 if none can fail.

        Parameters
        ----------
        level : float
            Share of its outages.
        """
        if not (self.rates > 0.0).any():
            return -1
        return int(np.argmax(self._of_each(np.array([level]))[0]))

    def _of_each(self, levels: Floats) -> Floats:
        """Return the quantiles by supplier, ``(L, K)``; -1 where it never fails."""
        found = np.quantile(self.needs, levels, axis=1, method="inverted_cdf")
        return np.where(self.rates > 0.0, found, -1.0)

    def interval(self, level: float) -> tuple[float, float]:
        """Return the 95 % interval of such a quantile by sampling alone.

        Parameters
        ----------
        level : float
            Share of outages.
        """
        k = self.binding(level)
        return (0.0, 0.0) if k < 0 else batch_interval(self.needs[k], level)

    def economic(self, holding: float, penalty: float) -> float:
        """Return the reserve that costs least to hold and to lack.

        The least R with ``sum_k rate_k P_k(need > R) <= h price / penalty``.

        Parameters
        ----------
        holding : float
            Share of the value that holding costs a year.
        penalty : float
            Value lost with each unit short, in prices of the unit.
        """
        level = economic_level(float(self.rates.sum()), holding, penalty)
        return float(need_quantiles(self.needs, self.rates, np.array([level]))[0])

    def shortage(self, reserve: float) -> Floats:
        """Return the expected shortage a year by supplier, ``(K,)``.

        Parameters
        ----------
        reserve : float
            What is held when an outage begins.
        """
        return np.asarray(self.rates * np.maximum(self.needs - reserve, 0.0).mean(axis=1))

    def chance(self, reserve: float) -> float:
        """Return the chance of a shortage within a year, at most one outage a country.

        Parameters
        ----------
        reserve : float
            What is held when an outage begins.
        """
        short = self.rates * (self.needs > reserve * (1.0 + 1e-12)).mean(axis=1)
        return float(1.0 - np.prod(1.0 - short))


def economic_level(rate: float, holding: float, penalty: float) -> float:
    """Return the share of outages that it pays to cover; 0 where it pays to hold nothing.

    ``P(need <= R) = 1 - h price / (lam pen)``.

    Parameters
    ----------
    rate : float
        Outages a year, lam.
    holding : float
        Share of the value that holding costs a year, h.
    penalty : float
        Value lost with each unit short, in prices of the unit, pen / price.

    Examples
    --------
    >>> round(economic_level(0.08, 0.06, 5.0), 12), economic_level(0.01, 0.06, 5.0)
    (0.85, 0.0)
    """
    saved = rate * penalty
    return 1.0 - holding / saved if saved > holding else 0.0


def mineral_need(
    supplies: MineralSupplies,
    product: int,
    outages: DrawnOutages,
    model: OutageModel,
    replacement: Replacement,
) -> MineralNeed:
    """Return the needs of one product in the outages of each of its suppliers.

    Parameters
    ----------
    supplies : MineralSupplies
        What home buys.
    product : int
        Which of its products.
    outages : DrawnOutages
        The draws.
    model : OutageModel
        Rates.
    replacement : Replacement
        What takes the place of what fails, where the user's table does not say it.
    """
    share = np.nan_to_num(supplies.shares[:, product])
    order = np.lexsort((np.arange(len(share)), -share))
    suppliers = order[share[order] > 0.0]
    rates = model.rate_of([supplies.places[s] for s in suppliers])
    world = np.nan_to_num(supplies.world_shares[suppliers, product])
    others = 1.0 - world if replacement.follow_world else np.ones(len(suppliers))
    row = supplies.uses.iloc[product]

    def drawn(kind: str, place: Floats) -> Floats:
        low, high = float(row[f"{kind}_low"]), float(row[f"{kind}_high"])
        if np.isnan(low):
            low, high = getattr(replacement, f"{kind}_low"), getattr(replacement, f"{kind}_high")
        return np.asarray(low + (high - low) * place)

    saved = drawn("substitution", outages.substitution)
    delivered = drawn("alternates", outages.alternates)
    failing = np.ascontiguousarray(supplies.bought[suppliers, product]) / WEEKS
    needs = np.zeros((len(suppliers), len(outages)))
    use, rest = float(supplies.use[product]), float(supplies.rest[product])
    rest = 0.0 if abs(rest) <= 1e-12 * use else rest
    ramps = replacement.ramps(int(model.longest_weeks))
    outage_needs(
        use, rest, failing, others, outages.weeks, outages.share, saved, delivered, ramps, needs
    )
    return MineralNeed(suppliers, rates, needs, failing, others, saved, delivered, use, rest)
