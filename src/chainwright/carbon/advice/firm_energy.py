"""What a firm uses in a year: amounts, emission per unit, standard coal and prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.carbon.advice.energy_measures import ENERGY_KINDS
from chainwright.carbon.advice.energy_prices import price_of
from chainwright.carbon.inventory.parts import Part
from chainwright.carbon.inventory.standard_coal import tce_per_unit
from chainwright.system import carbon_kinds

if TYPE_CHECKING:
    from chainwright.carbon.ratings.rating_result import Rating

__all__ = ["POWER", "FirmEnergy", "firm_energy"]

POWER = "grid_electricity"

GJ_PER_TCE = 29.3076
"""Definition of standard coal: 7,000 kcal (of 4.1868 kJ) a kg."""

GJ_PER_UNIT = {POWER: 3.6, "heat_bought": 1.0}
"""Of kinds whose unit is one of energy: nothing is lost on the way through standard coal."""

Floats = npt.NDArray[np.float64]

USED = (Part.FUEL, Part.BOUGHT, Part.HEAT, Part.BIOGENIC)
"""Parts whose amounts a measure can lower."""


@dataclass(frozen=True, eq=False)
class FirmEnergy:
    """Energy that a firm uses, in ``s`` streams, over the window of its rating.

    Parameters
    ----------
    firm : str
        Its code.
    gbt4754 : str
        Its main class; empty if not known.
    kinds, items : tuple of str, s
        Kind and item of each stream.
    amount : ndarray, shape (s,)
        In the unit of the item; NaN where a month is missing.
    emission_factor : ndarray, shape (s,)
        tCO2e per unit that counts in the net total; 0 of biomass.
    tce : ndarray, shape (s,)
        Tonnes of standard coal per unit.
    price : ndarray, shape (s, 3)
        CNY per unit: low end, middle, high end.
    price_assumed : ndarray of bool, shape (s,)
        Whether a price is an assumption.
    grid : float
        tCO2 per MWh of power from the grid; NaN where none is published.
    power_price : ndarray, shape (3,)
        CNY per MWh: low end, middle, high end.
    green : float
        Contracted green power, MWh.
    gross, neutralised, net : float
        Of the window, tCO2e.
    window_months : int
        Length of the window.
    """

    firm: str
    gbt4754: str
    kinds: tuple[str, ...]
    items: tuple[str, ...]
    amount: Floats
    emission_factor: Floats
    tce: Floats
    price: Floats
    price_assumed: npt.NDArray[np.bool_]
    grid: float
    power_price: Floats
    green: float
    gross: float
    neutralised: float
    net: float
    window_months: int

    @property
    def is_power(self) -> npt.NDArray[np.bool_]:
        """Which streams are power from the grid."""
        return np.array([kind == POWER for kind in self.kinds], dtype=np.bool_)

    @property
    def heat(self) -> Floats:
        """Heat of a unit of each stream, GJ: by standard coal, where its unit is none of energy."""
        known = np.array([GJ_PER_UNIT.get(kind, np.nan) for kind in self.kinds])
        return np.where(np.isnan(known), np.nan_to_num(self.tce) * GJ_PER_TCE, known)

    @property
    def bought(self) -> float:
        """Power from the grid, MWh."""
        return float(self.amount[self.is_power].sum())


def firm_energy(
    rating: "Rating", firm: str, month: str | None, prices: Mapping[str, float]
) -> FirmEnergy:
    """Return what a firm used in the window that its rating is of.

    Parameters
    ----------
    rating : Rating
        A rating of the firm.
    firm : str
        Its code.
    month : str, optional
        Last month of the window, YYYY-MM; the last of the rating if not given.
    prices : mapping of str to float
        CNY per unit, by kind or by ``kind:item``.

    Raises
    ------
    UnknownCodeError
        If there is no such firm.
    ParameterError
        If the month was not rated.
    """
    row, at = rating.place(firm, month)
    account, window = rating.account, rating.window
    column = int(rating.columns[at])
    held = account.activities
    months = np.arange(max(0, column - window.window_months + 1), column + 1)
    streams = np.arange(*np.searchsorted(held.firm, [row, row + 1]))
    streams = streams[np.isin(held.part[streams], USED)]
    names = {int(r["number"]): kind for kind, r in carbon_kinds().items()}
    kinds = [names[k] for k in held.kind[streams].tolist()]
    kept = [i for i, kind in enumerate(kinds) if kind in ENERGY_KINDS]
    streams, kinds = streams[kept], [kinds[i] for i in kept]
    items = [
        held.items[i] if kind not in {POWER, "heat_bought"} else ""
        for i, kind in zip(held.item[streams].tolist(), kinds, strict=True)
    ]
    factor = account.line_emissions.factor[streams, column]
    biogenic = held.part[streams] == Part.BIOGENIC
    used = account.line_emissions.amount[np.ix_(streams, months)].sum(axis=1)
    emitted = account.line_emissions.emission[np.ix_(streams, months)].sum(axis=1)
    own = np.divide(emitted, used, out=factor.copy(), where=used > 0)
    found = [price_of(kind, item, prices) for kind, item in zip(kinds, items, strict=True)]
    ends = np.array([(low, (low + high) / 2, high) for low, high, _ in found]).reshape(-1, 3)
    low, high, _ = price_of(POWER, "", prices)
    frame = account.system.firms.table
    classes = dict(zip(frame["firm"].tolist(), frame["gbt4754"].tolist(), strict=True))
    coal = tce_per_unit()
    return FirmEnergy(
        firm=firm,
        gbt4754=classes[firm].split(";")[0].strip(),
        kinds=tuple(kinds),
        items=tuple(items),
        amount=used,
        emission_factor=np.where(biogenic, 0.0, own),
        tce=np.array([coal.get(pair, np.nan) for pair in zip(kinds, items, strict=True)]),
        price=ends,
        price_assumed=np.array([assumed for *_, assumed in found], dtype=np.bool_),
        grid=_grid(rating, row, column),
        power_price=np.array([low, (low + high) / 2, high]),
        green=float(np.nan_to_num(window.sums.green[row, column])),
        gross=float(rating.gross[row, at]),
        neutralised=float(rating.neutralised[row, at]),
        net=float(rating.net[row, at]),
        window_months=window.window_months,
    )


def _grid(rating: "Rating", row: int, column: int) -> float:
    """Return what power from the grid counts at the firm's place in the year of a month."""
    account = rating.account
    division = str(account.system.firms.table["division"].iloc[row])
    year = 1970 + int(account.months[column]) // 12
    return float(account.factors.for_lines([5], [""], [division], [year]).value[0])
