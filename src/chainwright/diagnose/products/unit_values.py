"""Unit values of what home sells and buys: a hint at the gap in quality."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.products.home_trade import HomeTrade, home_trade
from chainwright.diagnose.products.trade_answers import OfTrade
from chainwright.errors import MissingPartError
from chainwright.params import Spec, param
from chainwright.system import Regions, Result, System

__all__ = ["QualityGap", "QualityThresholds", "quality_gap"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class QualityThresholds(Spec):
    """From where on a price says something about quality.

    Parameters
    ----------
    up, down : float
        Ratio of home's export unit value to the world's above which goods count as up-market, and
        below which as down-market.
    known : float
        Share of the value whose quantity must be known for a unit value to be given.
    """

    up: float = param(
        1.15,
        unit="1",
        low=1.0,
        high=10.0,
        source="assumption: 15 %, as in studies of two-way trade",
    )
    down: float = param(
        0.85, unit="1", low=0.0, high=1.0, source="assumption: 15 % below the world"
    )
    known: float = param(0.5, unit="share", low=0.0, high=1.0, source="assumption")


@dataclass(frozen=True, eq=False, repr=False)
class QualityGap(OfTrade, Result):
    """What `quality_gap` found, for P products.

    Parameters
    ----------
    at_home : HomeTrade
        Home's trade in the year.
    export_unit_value, import_unit_value, world_unit_value : ndarray, shape (P,)
        Money a unit of quantity; NaN where too little is known.
    thresholds : QualityThresholds
        From where on a price says something.
    """

    name: ClassVar[str] = "quality_gap"
    charted: ClassVar[str] = "gap"

    at_home: HomeTrade
    export_unit_value: Numbers
    import_unit_value: Numbers
    world_unit_value: Numbers
    thresholds: QualityThresholds

    @property
    def gap(self) -> Numbers:
        """One less the ratio of export to import unit value, from 0 to 1, shape (P,)."""
        return np.clip(1.0 - self.export_unit_value / self.import_unit_value, 0.0, 1.0)

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {
            "home": self.at_home.home.name,
            "year": self.at_home.year,
            "quantity_unit": self.system.trade.quantity_unit,
            **asdict(self.thresholds),
        }

    def table(self) -> pd.DataFrame:
        """Return a row a product that home trades, the widest gap first."""
        t, limit = self.at_home, self.thresholds
        ratio = self.export_unit_value / self.world_unit_value
        tier = np.select(
            [np.isnan(ratio), ratio > limit.up, ratio < limit.down],
            ["", "up-market", "down-market"],
            default="middle",
        )
        bought = t.value.imports.sum(0)
        frame = pd.DataFrame(
            {
                "product": t.products.codes,
                "imports": bought,
                "exports": t.value.exports,
                "import_unit_value": self.import_unit_value,
                "export_unit_value": self.export_unit_value,
                "world_unit_value": self.world_unit_value,
                "export_to_world": ratio,
                "tier": tier,
                "gap": self.gap,
            }
        )
        traded = (bought > 0.0) | (t.value.exports > 0.0)
        kept: pd.DataFrame = frame.loc[traded]
        return kept.sort_values(
            ["gap", "imports", "product"], ascending=[False, False, True], ignore_index=True
        )


def quality_gap(
    system: System,
    *,
    home: Regions,
    year: int | None = None,
    blocs: Sequence[Regions] = (),
    thresholds: QualityThresholds | None = None,
) -> QualityGap:
    """Return how the prices of what home sells compare with what it buys.

    The unit value of a flow is its value over its quantity, UV = v / q, taken over rows whose
    quantity is known. G = clamp(1 - UV_export / UV_import, 0, 1) is a hint at the gap: home pays
    more for a unit than it gets for one. It cannot tell quality from other reasons for a price,
    such as another mix of goods under one code, freight (imports counted with it), or a tariff.

    Parameters
    ----------
    system : System
        With trade that has quantities.
    home : str or sequence of str
        A place, several, or a named group.
    year : int, optional
        Which year; the last if not given.
    blocs : sequence
        Groups that count as one place.
    thresholds : QualityThresholds, optional
        From where on a price says something.

    Returns
    -------
    QualityGap
        A row a product.

    Raises
    ------
    MissingPartError
        If the system has no trade, or the trade no quantities.

    Notes
    -----
    Tiers by the ratio of export to world unit value; see `QualityThresholds`.
    """
    found = home_trade(system.trade.year(year), home, blocs=blocs)
    if found.quantity is None or found.valued is None:
        raise MissingPartError("quantities", "Read a file that has them, such as BACI.")
    limit = thresholds or QualityThresholds()

    def unit_value(value: Numbers, valued: Numbers, quantity: Numbers) -> Numbers:
        with np.errstate(divide="ignore", invalid="ignore"):
            enough = (quantity > 0.0) & (valued >= limit.known * value)
            return np.where(enough, valued / quantity, np.nan)

    v, k, q = found.value, found.valued, found.quantity
    return QualityGap(
        system,
        found,
        unit_value(v.exports, k.exports, q.exports),
        unit_value(v.imports.sum(0), k.imports.sum(0), q.imports.sum(0)),
        unit_value(v.world, k.world, q.world),
        limit,
    )
