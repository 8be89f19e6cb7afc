"""What `advise` found: each measure alone, what it saves, costs and cuts, and why."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.advice.bundles import TCE_PER_MWH, Bundle, shares_of
from chainwright.carbon.advice.energy_measures import EnergyMeasures
from chainwright.carbon.advice.firm_energy import GJ_PER_UNIT, POWER, FirmEnergy
from chainwright.system import Result
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.carbon.ratings.rating_result import Rating

__all__ = ["Advice", "costs_of"]

Floats = npt.NDArray[np.float64]

REASONS = {
    "applies": ("for this class and its energy", "适用于该行业及其能源"),
    "never_pays": (
        "for this class and its energy; at these prices it never pays for itself",
        "适用，但按此价格无法自行收回投资",
    ),
    "no_cut": (
        "for this class and its energy; it cuts no emission here",
        "适用，但在此不产生减排",
    ),
    "class": ("not for this class of industry", "不适用于该行业"),
    "unused": ("the firm uses none of the energy that it acts on", "企业未使用其所作用的能源"),
    "missing": (
        "amounts or factors of the energy that it acts on are missing",
        "其所作用能源的数量或因子缺失",
    ),
}
"""Why a measure is advised or not, in English and Chinese."""

FOR_THE_FIRM = ("applies", "never_pays", "no_cut")
"""Reasons of measures that the firm can take, in the order in which they stand."""


@dataclass(frozen=True, eq=False)
class Costs:
    """Money of measures, ``(measures, 3)`` at low end, middle and high end.

    Parameters
    ----------
    invest : ndarray
        CNY once.
    running : ndarray
        CNY a year.
    saved : ndarray
        CNY a year that energy costs less.
    coal : ndarray
        Bought energy that is saved a year, net of power that is needed, tce.
    """

    invest: Floats
    running: Floats
    saved: Floats
    coal: Floats

    @property
    def payback_years(self) -> Floats:
        """Years until the middle investment is earned back; NaN where it never is, ``(m,)``."""
        gain = self.saved[:, 1] - self.running[:, 1]
        found = np.full(len(gain), np.nan)
        np.divide(self.invest[:, 1], gain, out=found, where=gain > 0)
        return found


def costs_of(measures: EnergyMeasures, energy: FirmEnergy, bundle: Bundle) -> Costs:
    """Return what measures cost and save in money; all in the same order.

    Parameters
    ----------
    measures : EnergyMeasures
        Those of the bundle, in its order.
    energy : FirmEnergy
        What the firm uses.
    bundle : Bundle
        What they do.
    """
    tce = np.nan_to_num(energy.tce)[None, :, None]
    coal = (bundle.saved * tce).sum(axis=1) + bundle.green * TCE_PER_MWH
    heat = (bundle.saved * energy.heat[None, :, None]).sum(axis=1)
    heat += bundle.green * GJ_PER_UNIT[POWER]
    unit = measures.frame["cost_per"].to_numpy()[:, None]
    units = np.where(unit == "GJ", heat, np.where(unit == "MWh", coal / TCE_PER_MWH, coal))
    power = bundle.power * energy.power_price[::-1]  # the least money: cheap fuel, dear power
    saved = (bundle.saved * energy.price[None]).sum(axis=1) - power
    return Costs(
        measures.ends("cost") * units[:, 1:2],
        measures.ends("yearly") * units[:, 1:2],
        saved,
        coal - bundle.green * TCE_PER_MWH - bundle.power * TCE_PER_MWH,
    )


@dataclass(frozen=True, eq=False, repr=False)
class Advice(Result):
    """Energy-saving measures for one firm, each as if taken alone, the best first.

    Ranked by tonnes that are cut over the life of a measure for each 10,000 yuan that is spent on
    it, then by payback; what never pays for itself comes after what does. Measures that are not for
    the firm stand at the end with the reason.

    Parameters
    ----------
    rating : Rating
        The rating that amounts and totals are of.
    energy : FirmEnergy
        What the firm uses in the window of the rating.
    measures : EnergyMeasures
        All measures that were looked at.
    alone : tuple of Bundle
        What each does alone.
    month : str
        Last month of the window.
    prices : dict of str to float
        Prices that were given.
    """

    name: ClassVar[str] = "advice"
    charted: ClassVar[str] = "cut"

    rating: "Rating"
    energy: FirmEnergy
    measures: EnergyMeasures
    alone: tuple[Bundle, ...]
    month: str
    prices: dict[str, float]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {
            **self.rating.parameters,
            "firm": self.energy.firm,
            "month": self.month,
            "measures": len(self.measures),
            "prices": dict(self.prices),
        }

    @property
    def ranked(self) -> tuple[str, ...]:
        """Identities of the measures that are for the firm, the best first."""
        frame = self.table()
        return tuple(frame["measure"][frame["applies"]].tolist())

    @cached_property
    def cut(self) -> Floats:
        """What each takes off the net total alone, tCO2e in the window, ``(measures, 3)``."""
        return np.array([bundle.cut[0] for bundle in self.alone]).reshape(-1, 3)

    @cached_property
    def costs(self) -> Costs:
        """Money of each measure alone."""
        empty = np.zeros((0, 3))
        parts = {
            name: np.concatenate([empty, *(getattr(bundle, name) for bundle in self.alone)])
            for name in ("power", "pv", "green")
        }
        streams = np.zeros((0, len(self.energy.kinds), 3))
        saved = np.concatenate([streams, *(bundle.saved for bundle in self.alone)])
        stacked = Bundle(saved=saved, net=empty, gross=empty, neutralised=empty, **parts)
        return costs_of(self.measures, self.energy, stacked)

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Why each is advised or not: keys of the words that the table prints."""
        shares, applies = shares_of(self.measures, self.energy)
        acts = shares[:, :, 1] > 0
        used = acts & (np.nan_to_num(self.energy.amount, nan=1.0) > 0)
        cut, payback = self.cut[:, 1], self.costs.payback_years
        found = np.where(np.isnan(payback), "never_pays", "applies").astype("U10")
        found[cut <= 0] = "no_cut"
        found[np.isnan(cut) | (np.isnan(self.energy.grid) & (cut == 0.0))] = "missing"
        found[~used.any(axis=1)] = "unused"
        found[~applies] = "class"
        return tuple(found.tolist())

    def table(self) -> pd.DataFrame:
        """Return one row a measure, the best first."""
        frame, costs, cut = self.measures.frame, self.costs, self.cut
        known = {reason: n for n, reason in enumerate(FOR_THE_FIRM)}
        standing = np.array([known.get(reason, len(known)) for reason in self.reasons])
        applies = standing < len(known)
        life = frame["life_years"].to_numpy(dtype=np.float64)
        spent = costs.invest[:, 1] + life * costs.running[:, 1]
        year = 12 / self.energy.window_months
        for_money = np.full(len(cut), np.nan)
        np.divide(cut[:, 1] * life, spent / 1e4, out=for_money, where=applies & (spent > 0))
        gain = costs.saved[:, 1] - costs.running[:, 1]
        per_t = np.full(len(cut), np.nan)
        lasting = cut[:, 1] * life
        np.divide(costs.invest[:, 1] - life * gain, lasting, out=per_t, where=lasting > 0)
        power = np.array([bundle.power[0, 1] for bundle in self.alone])
        words = [REASONS[reason] for reason in self.reasons]
        numbers = {
            "share_of_net": cut[:, 1] / self.energy.net if self.energy.net > 0 else np.nan,
            "cut": cut[:, 1] * year,
            "cut_low": cut[:, 0] * year,
            "cut_high": cut[:, 2] * year,
            "energy_saved": costs.coal[:, 1] * year,
            "power_needed": power * year,
            "invest": costs.invest[:, 1] * year,
            "invest_low": costs.invest[:, 0] * year,
            "invest_high": costs.invest[:, 2] * year,
            "running": costs.running[:, 1] * year,
            "money_saved": costs.saved[:, 1] * year,
            "money_saved_low": costs.saved[:, 0] * year,
            "money_saved_high": costs.saved[:, 2] * year,
            "payback": costs.payback_years,
            "cut_for_money": for_money,
            "cost_of_cut": per_t,
        }
        assumed = self._price_assumed()
        cells: dict[str, object] = {
            **{c: frame[c].to_numpy() for c in frame.columns},
            **{c: np.where(applies, values, np.nan) for c, values in numbers.items()},
            "applies": applies,
            "saving_assumed": (frame["mark_saving"] == "assumption").to_numpy(),
            "cost_assumed": (frame["mark_cost"] == "assumption").to_numpy(),
            "price_assumed": assumed,
            "reason": np.array(self.reasons, dtype=object),
            "reason_en": [english for english, _ in words],
            "reason_zh": [chinese for _, chinese in words],
        }
        found = pd.DataFrame({c.column: cells[c.column] for c in schema(self.name)})
        keys = np.lexsort(
            [
                np.arange(len(found)),
                np.nan_to_num(found["payback"].to_numpy(), nan=np.inf),
                -np.nan_to_num(for_money, nan=-np.inf),
                standing,
            ]
        )
        return found.iloc[keys].reset_index(drop=True)

    def _price_assumed(self) -> npt.NDArray[np.bool_]:
        """Return whether a price behind what a measure saves is an assumption."""
        shares, _ = shares_of(self.measures, self.energy)
        return np.asarray(((shares[:, :, 1] > 0) & self.energy.price_assumed).any(axis=1))
