"""What measures cost a year: what is spent once is spread over years, and nothing counts twice."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.params import Spec, param, table

__all__ = ["MeasureCosts", "cost_range"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MeasureCosts(Spec):
    """How costs of measures are counted, and what is proposed where nothing is known.

    Parameters
    ----------
    discount_rate : float
        Interest on what is spent once. It is not charged on stock, whose holding rate has it.
    years_of_life : float
        Years over which what is spent once is spread.
    qualify_weeks : float
        Weeks to qualify an alternate that does not say.
    switch_weeks : float
        Weeks until a line that stands idle delivers.
    backup_share : float
        Capacity of a proposed line, as a share of what is needed of the item.

    Examples
    --------
    >>> round(MeasureCosts(discount_rate=0.08, years_of_life=8).annuity, 6)
    0.174015
    >>> MeasureCosts(discount_rate=0.0, years_of_life=4).annuity
    0.25
    """

    discount_rate: float = param(0.08, unit="share/year", low=0.0, high=1.0, source="assumption")
    years_of_life: float = param(8.0, unit="year", low=1.0, high=50.0, source="assumption")
    qualify_weeks: float = param(26.0, unit="week", low=0.0, high=520.0, source="assumption")
    switch_weeks: float = param(4.0, unit="week", low=0.0, high=104.0, source="assumption")
    backup_share: float = param(1.0, unit="share", low=0.01, high=10.0, source="assumption")

    @property
    def annuity(self) -> float:
        """Share of what is spent once that counts each year: r / (1 - (1 + r)^-n), or 1 / n."""
        rate, years = self.discount_rate, self.years_of_life
        return 1.0 / years if rate == 0.0 else rate / (1.0 - (1.0 + rate) ** -years)

    def yearly(self, once: Floats, yearly: Floats) -> Floats:
        """Return money a year: ``yearly + annuity * once``; what is not known counts nothing.

        Parameters
        ----------
        once, yearly : ndarray
            Money spent once, and each year; NaN where there is none.
        """
        return np.asarray(np.nan_to_num(yearly) + self.annuity * np.nan_to_num(once))


def cost_range(key: str) -> tuple[float, float]:
    """Return both ends of a range of ``chainwright.params.table("measure_costs")``.

    Parameters
    ----------
    key : str
        ``"holding"``, ``"qualifying"``, ``"keeping"``, ``"calling"``, ``"line_capital"`` or
        ``"line_upkeep"``.

    Examples
    --------
    >>> cost_range("holding")
    (0.2, 0.4)
    """
    row = next(row for row in table("measure_costs") if row["key"] == key)
    return float(row["low"]), float(row["high"])
