"""What is said of home's imports beyond their trade: exposure, supply risk, prices, or why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from chainwright.diagnose.products.criticality import Material, SupplyRisk, supply_risk
from chainwright.diagnose.products.import_exposures import ImportExposure, import_exposure
from chainwright.diagnose.products.unit_values import QualityGap, quality_gap
from chainwright.system import Regions, System

__all__ = ["BeyondTrade", "beyond_trade"]

NO_PRODUCTION = ("no production table was given", "未提供产量表")
NO_GOVERNANCE = ("no governance scores were given", "未提供治理评分")
NO_QUANTITY = ("the trade has no quantities", "贸易数据无数量")


@dataclass(frozen=True, eq=False)
class BeyondTrade:
    """What can be said beyond trade, and what cannot.

    Parameters
    ----------
    import_exposure : ImportExposure or None
        With domestic production.
    risk : SupplyRisk or None
        With world production and governance.
    quality : QualityGap or None
        With quantities.
    absent : mapping of str to (str, str)
        Tables that are not there, and why, in English and Chinese.
    """

    import_exposure: ImportExposure | None
    risk: SupplyRisk | None
    quality: QualityGap | None
    absent: Mapping[str, tuple[str, str]]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables that are there, by the name of their schema."""
        found = (self.import_exposure, self.risk, self.quality)
        return {answer.name: answer.table() for answer in found if answer is not None}

    def column(self, table: str, column: str, products: Sequence[str]) -> "pd.Series[float]":
        """Return a column of one of the tables for some products; NaN where nothing is said.

        Parameters
        ----------
        table : str
            Its schema.
        column : str
            The column.
        products : sequence of str
            Codes.
        """
        held = self.tables().get(table)
        if held is None:
            return pd.Series(float("nan"), index=list(products), dtype="float64")
        return held.set_index("product")[column].astype("float64").reindex(list(products))


def beyond_trade(
    system: System,
    *,
    home: Regions,
    years: Sequence[int],
    blocs: Sequence[Regions],
    counted: bool,
    production: object = None,
    governance: object = None,
    materials: Mapping[str, Material] | None = None,
) -> BeyondTrade:
    """Return exposure, supply risk and prices as far as they can be said.

    Parameters
    ----------
    system : System
        With trade.
    home : str or sequence of str
        Whose imports.
    years : sequence of int
        Years, the last one for exposure and prices, all for the supply risk.
    blocs : sequence
        What else counts as one place.
    counted : bool
        Whether the last year has quantities.
    production, governance : path or Arrow stream, optional
        ``chainwright schema production`` and ``governance``.
    materials : mapping of str to Material, optional
        What is known of each product.
    """
    absent: dict[str, tuple[str, str]] = {}
    last = years[-1]
    exposed = risk = quality = None
    if production is None:
        absent["import_exposure"] = absent["supply_risk"] = NO_PRODUCTION
    else:
        exposed = import_exposure(system, production, home=home, year=last, blocs=blocs)
        if governance is None:
            absent["supply_risk"] = NO_GOVERNANCE
        elif not counted:
            absent["supply_risk"] = NO_QUANTITY
        else:
            risk = supply_risk(
                system, production, governance, home=home, materials=materials, years=years
            )
    if counted:
        quality = quality_gap(system, home=home, year=last, blocs=blocs)
    else:
        absent["quality_gap"] = NO_QUANTITY
    return BeyondTrade(exposed, risk, quality, absent)
