"""Exposure to imports where it is known what home makes itself."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.products.home_trade import Amounts, HomeTrade, home_trade
from chainwright.diagnose.products.trade_answers import OfTrade
from chainwright.errors import LabelError, MissingPartError, ParameterError
from chainwright.params import Spec, param
from chainwright.sources.typed_rows import typed_rows
from chainwright.system import Language, Regions, Result, System

__all__ = ["ImportExposure", "ImportExposureThresholds", "import_exposure", "made_by_place"]

Numbers = npt.NDArray[np.float64]

DAYS = 365.0
"""Days of a year."""

KEYS = ("place", "product", "year")


@dataclass(frozen=True)
class ImportExposureThresholds(Spec):
    """From where on a product is stuck.

    Parameters
    ----------
    top : float
        Exposure to one supplier above which the product hangs on it.
    substitution : float
        Time to find another supplier; stocks that last less leave a gap.
    """

    top: float = param(0.5, unit="share", low=0.0, high=1.0, source="assumption")
    substitution: float = param(180.0, unit="day", low=0.0, high=3650.0, source="assumption")


@dataclass(frozen=True, eq=False, repr=False)
class ImportExposure(OfTrade, Result):
    """What `import_exposure` found, for the p products whose production at home is known.

    Parameters
    ----------
    at_home : HomeTrade
        Home's trade in the year, of P products and S places.
    products : ndarray of int64, shape (p,)
        Their positions among the products of trade.
    made, drawn, stocks : ndarray, shape (p,)
        Production, draw from stocks, stocks at the end of the year (NaN where not known).
    amounts : Amounts
        Trade in the measure that production is in.
    measure : str
        ``"quantity"`` or ``"value"``.
    partly : ndarray of bool, shape (p,)
        Whether only some members of home state what they make.
    unknown : tuple of str
        Products of the production table that are not traded.
    thresholds : ImportExposureThresholds
        From where on a product is stuck.
    """

    name: ClassVar[str] = "import_exposure"
    charted: ClassVar[str] = "exposure_to_top"

    at_home: HomeTrade
    products: npt.NDArray[np.int64]
    made: Numbers
    drawn: Numbers
    stocks: Numbers
    amounts: Amounts
    measure: str
    partly: npt.NDArray[np.bool_]
    unknown: tuple[str, ...]
    thresholds: ImportExposureThresholds

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {
            "home": self.at_home.home.name,
            "year": self.at_home.year,
            "measure": self.measure,
            "products_without_trade": list(self.unknown),
            **asdict(self.thresholds),
        }

    def table(self) -> pd.DataFrame:
        """Return a row a product, the most exposed to one supplier first.

        Apparent use A = y + M - E + stock draw; net import reliance NIR = clamp((M - E)/A, 0, 1);
        import penetration IP = M/A; exposure to source i e_i = (m_i/M) IP; effective HHI =
        sum e_i^2 = IP^2 HHI, home's own part counting as riskless.
        """
        bought = self.amounts.imports[:, self.products]
        imports, exports = bought.sum(0), self.amounts.exports[self.products]
        use = self.made + imports - exports + self.drawn
        with np.errstate(divide="ignore", invalid="ignore"):
            use = np.where(use > 0.0, use, np.nan)
            shares = bought / imports
            penetration = imports / use
            hhi = (shares**2).sum(0)
            reliance = np.clip((imports - exports) / use, 0.0, 1.0)
            cover = self.stocks / (use / DAYS)
        top = np.where(imports > 0.0, bought.argmax(0), -1)
        exposed = np.where(imports > 0.0, bought.max(0) / use, np.where(np.isnan(use), np.nan, 0.0))
        gap = np.maximum(self.thresholds.substitution - cover, 0.0)
        high = exposed > self.thresholds.top
        unsaid = np.isnan(exposed) | (high & np.isnan(gap))
        codes, places = self.at_home.products.codes, self.at_home.places.codes
        frame = pd.DataFrame(
            {
                "product": [codes[i] for i in self.products],
                "production": self.made,
                "imports": imports,
                "exports": exports,
                "stock_draw": self.drawn,
                "apparent_use": use,
                "net_import_reliance": reliance,
                "import_penetration": penetration,
                "self_sufficiency": self.made / use,
                "import_hhi": hhi,
                "effective_hhi": penetration**2 * hhi,
                "top_supplier": ["" if i < 0 else places[i] for i in top],
                "exposure_to_top": exposed,
                "cover": cover,
                "gap": gap,
                "stuck": pd.Series(high & (gap > 0.0)).astype("boolean").mask(unsaid),
                "reason_en": _reasons(use, cover, self.partly, "en"),
                "reason_zh": _reasons(use, cover, self.partly, "zh"),
            }
        )
        return frame.sort_values(
            ["exposure_to_top", "product"], ascending=[False, True], ignore_index=True
        )


REASONS = {
    "none": (
        "production, trade and stock draw leave nothing for use: one of them is wrong or in "
        "another unit",
        "产量、贸易与库存变动相抵后没有剩余消费量：其中一项有误或单位不同",
    ),
    "stocks": ("stocks are not known, so cover is not", "库存未知，故可用天数未知"),
    "partly": (
        "only some members of home state what they make: use is a lower bound, exposure an upper",
        "仅部分成员给出产量：消费量为下限，暴露度为上限",
    ),
}


def _reasons(
    use: Numbers, cover: Numbers, partly: npt.NDArray[np.bool_], language: Language
) -> list[str]:
    mark = "；" if language == "zh" else "; "
    place = 1 if language == "zh" else 0
    tests = {"none": np.isnan(use), "stocks": np.isnan(cover) & ~np.isnan(use), "partly": partly}
    return [
        mark.join(REASONS[key][place] for key, holds in tests.items() if holds[i])
        for i in range(len(use))
    ]


def import_exposure(
    system: System,
    production: object,
    *,
    home: Regions,
    year: int | None = None,
    blocs: Sequence[Regions] = (),
    thresholds: ImportExposureThresholds | None = None,
) -> ImportExposure:
    """Return how exposed home is to imports of products of which it makes some itself.

    An import share alone is not dependence: a product of which home makes most is little exposed
    however concentrated its imports are. Quantities are used where the production table has them
    for home, else values.

    Parameters
    ----------
    system : System
        With trade.
    production : path or Arrow stream
        A table with the columns of ``chainwright schema production``.
    home : str or sequence of str
        A place, several, or a named group.
    year : int, optional
        Which year; the last of the trade if not given.
    blocs : sequence
        Groups that count as one place.
    thresholds : ImportExposureThresholds, optional
        From where on a product is stuck.

    Returns
    -------
    ImportExposure
        A row a product of the production table that is traded.

    Raises
    ------
    MissingPartError
        If the system has no trade.
    TableError
        If the production table breaks its schema.
    LabelError
        If it says nothing about home in the year, or is in another unit.

    Notes
    -----
    Net import reliance is that of the U.S. Geological Survey, Mineral Commodity Summaries; the
    effective HHI counts production at home as riskless.
    """
    flows = system.trade.year(year)
    trade = home_trade(flows, home, blocs=blocs)
    rows, _ = typed_rows(production, "production", required=KEYS, keys=KEYS)
    _same_unit(rows, system.trade.quantity_unit)
    mine = rows[(rows["year"] == flows.year) & rows["place"].isin(trade.home.members)]
    if mine.empty:
        msg = (
            f"The production table has no row for {trade.home.name} in {flows.year}. "
            "Places are ISO 3166-1 alpha-3 codes, as in the trade."
        )
        raise LabelError(msg)
    counted = mine["quantity"].notna().any()
    if counted and trade.quantity is None:
        raise MissingPartError("quantities", "The production table gives quantities, no values.")
    measure = "quantity" if counted else "value"
    stated = mine[mine[measure].notna()]
    if stated.empty:
        raise ParameterError(
            "production", "import_exposure", "a table with quantity or value", "neither"
        )
    by_product = stated.groupby("product", sort=True)
    place = trade.products.place
    codes = sorted(set(stated["product"]))
    known = [code for code in codes if code in place]
    sums = by_product[[measure, "stock_draw"]].sum().reindex(known)
    stocks = by_product["stocks"].sum(min_count=1).reindex(known)
    members = by_product["place"].nunique().reindex(known).to_numpy()
    amounts = trade.quantity if counted else trade.value
    assert amounts is not None  # noqa: S101 - refused above
    none = np.full(len(known), np.nan)
    return ImportExposure(
        system=system,
        at_home=trade,
        products=np.array([place[code] for code in known], dtype=np.int64),
        made=sums[measure].to_numpy(dtype=np.float64),
        drawn=sums["stock_draw"].to_numpy(dtype=np.float64),
        stocks=stocks.to_numpy(dtype=np.float64) if counted else none,
        amounts=amounts,
        measure=measure,
        partly=members < len(trade.home.members),
        unknown=tuple(code for code in codes if code not in place),
        thresholds=thresholds or ImportExposureThresholds(),
    )


def _same_unit(rows: pd.DataFrame, unit: str) -> None:
    units = sorted({u for u in rows["unit"] if u})
    if len(units) > 1 or (units and unit and units != [unit]):
        msg = (
            f"The production table counts in {', '.join(units)}, the trade in "
            f"{unit or 'no stated unit'}. Convert one of them."
        )
        raise LabelError(msg)


def made_by_place(rows: pd.DataFrame, product: str, years: Sequence[int]) -> "pd.Series[float]":
    """Return the mean production of each place over years, of one product, in its quantity.

    Parameters
    ----------
    rows : DataFrame
        A production table.
    product : str
        Its code.
    years : sequence of int
        Years; one without a row counts as not known, not as 0.
    """
    chosen = rows[(rows["product"] == product) & rows["year"].isin(list(years))]
    return chosen.groupby("place")["quantity"].mean().dropna()
