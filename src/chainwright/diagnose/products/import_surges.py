"""Import surges: more of it, cheaper, and home's own makers lose ground."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.products.home_trade import HomeTrade, home_trade
from chainwright.diagnose.products.import_exposures import KEYS
from chainwright.diagnose.products.trade_answers import OfTrade
from chainwright.errors import MissingPartError, ParameterError
from chainwright.params import Spec, param
from chainwright.sources.typed_rows import typed_rows
from chainwright.system import Regions, Result, System

__all__ = ["ImportSurge", "SurgeThresholds", "import_surge"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SurgeThresholds(Spec):
    """From where on a change is a sign; all are changes against the mean of the years before.

    Parameters
    ----------
    quantity_up : float
        Rise of the quantity imported.
    price_down : float
        Fall of the unit value of imports.
    share_down : float
        Fall of home's share in its own market, in points.
    years_before : float
        Years whose mean is compared with.
    floor : float
        Imports in the last year below which nothing is said, in the trade's money.
    """

    quantity_up: float = param(0.2, unit="share", low=0.0, high=100.0, source="assumption")
    price_down: float = param(0.1, unit="share", low=0.0, high=1.0, source="assumption")
    share_down: float = param(0.02, unit="share", low=0.0, high=1.0, source="assumption")
    years_before: float = param(
        3.0, unit="year", low=1.0, high=20.0, source="assumption: three years, as in GeoDep's rule"
    )
    floor: float = param(0.0, unit="money", low=0.0, high=1e15, source="assumption: none")


@dataclass(frozen=True, eq=False, repr=False)
class ImportSurge(OfTrade, Result):
    """What `import_surge` found, for the products that home imports in the last year.

    Parameters
    ----------
    last : HomeTrade
        Home's trade in the last year.
    years : tuple of int
        Years compared with.
    imports, quantity, quantity_before, price, price_before, share, share_before : ndarray
        Of each product of `last`, shape (P,): imports in money; quantity and unit value now and on
        the mean of the years before; home's share in its own market, NaN where it is not known.
    thresholds : SurgeThresholds
        From where on a change is a sign.
    """

    name: ClassVar[str] = "import_surge"
    charted: ClassVar[str] = "quantity_change"

    last: HomeTrade
    years: tuple[int, ...]
    imports: Numbers
    quantity: Numbers
    quantity_before: Numbers
    price: Numbers
    price_before: Numbers
    share: Numbers
    share_before: Numbers
    thresholds: SurgeThresholds

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {
            "home": self.last.home.name,
            "year": self.last.year,
            "compared_with": list(self.years),
            **asdict(self.thresholds),
        }

    def table(self) -> pd.DataFrame:
        """Return a row a product that home imports: surges first, then watches, by imports.

        ``surge`` has all three signs; ``watch`` has more of it and cheaper, while home's share in
        its own market is not known; ``none`` lacks a sign; empty where too little is known.
        """
        limit = self.thresholds
        with np.errstate(divide="ignore", invalid="ignore"):
            more = self.quantity / self.quantity_before - 1.0
            dearer = self.price / self.price_before - 1.0
        gained = self.share - self.share_before
        unsaid = ~np.isfinite(more) | ~np.isfinite(dearer) | (self.imports < limit.floor)
        both = (more >= limit.quantity_up) & (dearer <= -limit.price_down)
        lost = gained <= -limit.share_down
        level = np.select(
            [unsaid, both & lost, both & np.isnan(gained)], ["", "surge", "watch"], default="none"
        )
        frame = pd.DataFrame(
            {
                "product": self.last.products.codes,
                "level": level,
                "imports": self.imports,
                "quantity": self.quantity,
                "quantity_change": np.where(np.isfinite(more), more, np.nan),
                "unit_value": self.price,
                "unit_value_change": np.where(np.isfinite(dearer), dearer, np.nan),
                "home_share": self.share,
                "home_share_change": gained,
            }
        )
        order = {"surge": 0, "watch": 1, "none": 2, "": 3}
        kept: pd.DataFrame = frame.loc[self.imports > 0.0]
        return (
            kept.assign(order=kept["level"].map(order))
            .sort_values(["order", "imports", "product"], ascending=[True, False, True])
            .drop(columns="order")
            .reset_index(drop=True)
        )


def import_surge(
    system: System,
    *,
    home: Regions,
    year: int | None = None,
    production: object = None,
    thresholds: SurgeThresholds | None = None,
) -> ImportSurge:
    """Return which imports surge: quantity up, unit value down, home's share down.

    The last year is set against the mean of the years before it that are at hand. Home's share in
    its own market is y / (y + M - E), production over apparent use; without a production table it
    is not known, and the most that is said is ``watch``.

    Parameters
    ----------
    system : System
        With trade in quantities over at least two years.
    home : str or sequence of str
        A place, several, or a named group.
    year : int, optional
        The year that is asked about; the last if not given.
    production : path or Arrow stream, optional
        A table with the columns of ``chainwright schema production``, in quantities.
    thresholds : SurgeThresholds, optional
        From where on a change is a sign.

    Returns
    -------
    ImportSurge
        A row a product that home imports.

    Raises
    ------
    MissingPartError
        If the system has no trade, or the trade no quantities.
    ParameterError
        If there is no year before.
    TableError
        If the production table breaks its schema.
    """
    limit = thresholds or SurgeThresholds()
    trade = system.trade
    chosen = trade.years[-1] if year is None else year
    before = [y for y in trade.years if y < chosen][-int(limit.years_before) :]
    if chosen not in trade.years or not before:
        expected = f"a year after the first of {', '.join(map(str, trade.years))}"
        raise ParameterError("year", "an import surge", expected, year)
    rows = None
    if production is not None:
        rows, _ = typed_rows(production, "production", required=KEYS, keys=KEYS)
    last = home_trade(trade.year(chosen), home)
    now = _measured(last, last.products.codes, rows)
    past = [_measured(home_trade(trade.year(y), home), last.products.codes, rows) for y in before]
    quantity_before = np.mean([m["quantity"] for m in past], axis=0)
    bought = np.sum([m["valued"] for m in past], axis=0)
    counted = np.sum([m["quantity"] for m in past], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        price_before = np.where(counted > 0.0, bought / counted, np.nan)
        price = np.where(now["quantity"] > 0.0, now["valued"] / now["quantity"], np.nan)
    return ImportSurge(
        system,
        last,
        tuple(before),
        now["imports"],
        now["quantity"],
        quantity_before,
        price,
        price_before,
        now["share"],
        np.mean([m["share"] for m in past], axis=0),
        limit,
    )


def _measured(
    trade: HomeTrade, codes: Sequence[str], production: pd.DataFrame | None
) -> dict[str, Numbers]:
    """Return imports, quantity, its value and home's share, for products in the given order."""
    if trade.quantity is None or trade.valued is None:
        raise MissingPartError("quantities", "Read a file that has them, such as BACI.")
    place = np.array([trade.products.place.get(code, -1) for code in codes])

    def at(values: Numbers) -> Numbers:
        return np.where(place >= 0, values[place], 0.0)

    quantity, exported = at(trade.quantity.imports.sum(0)), at(trade.quantity.exports)
    share = np.full(len(codes), np.nan)
    if production is not None:
        members = trade.home.members
        mine = production[(production["year"] == trade.year) & production["place"].isin(members)]
        # A member that says nothing leaves home's own part unknown.
        made = mine.groupby("product")["quantity"].sum(min_count=len(members)).reindex(list(codes))
        y = made.to_numpy(dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.clip(y / (y + quantity - exported), 0.0, 1.0)
        share = np.where(y + quantity - exported > 0.0, share, np.nan)
    return {
        "imports": at(trade.value.imports.sum(0)),
        "quantity": quantity,
        "valued": at(trade.valued.imports.sum(0)),
        "share": share,
    }
