"""What a measure costs within a horizon: nothing counts twice, whatever lasts longer is shared."""

from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.params import Spec, param

__all__ = ["RepairCosts"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RepairCosts(Spec):
    """How costs of several years are made one number.

    Parameters
    ----------
    discount_rate : float
        Interest a year. It is charged on what is spent once; a reserve whose yearly cost is a
        holding rate has it in there, and its purchase is not charged.

    Examples
    --------
    >>> RepairCosts(discount_rate=0.0).present_value(100.0, 2.0, life_years=10.0, years=5)
    array(60.)
    """

    discount_rate: float = param(0.08, unit="share/year", low=0.0, high=1.0, source="assumption")

    def annuity(self, life_years: npt.ArrayLike) -> Floats:
        r"""Return the share of what is spent once that counts each year.

        :math:`r / (1 - (1 + r)^{-n})`, and 1/n without interest.

        Parameters
        ----------
        life_years : float or ndarray [year]
            Years n over which it is spread.

        Examples
        --------
        >>> RepairCosts(discount_rate=0.08).annuity(8.0).round(6)
        np.float64(0.174015)
        """
        life, rate = np.asarray(life_years, dtype=np.float64), self.discount_rate
        if rate == 0.0:
            return np.asarray(1.0 / life)
        return np.asarray(rate / -np.expm1(-life * np.log1p(rate)))

    def present_value(
        self,
        once: npt.ArrayLike,
        yearly: npt.ArrayLike,
        *,
        life_years: npt.ArrayLike,
        lead_years: npt.ArrayLike = 0.0,
        years: int = 1,
        start_year: int = 0,
    ) -> Floats:
        r"""Return the cost within a horizon, in money of its beginning.

        .. math:: \sum_{t=y+1}^{Y} \frac{a(n)\, once}{(1+r)^t}
                  + \sum_{t=y+\lceil l \rceil+1}^{Y} \frac{yearly}{(1+r)^t}

        with start y, lead time l, horizon Y and life n: each year of the horizon bears its annuity
        a(n) of what is spent once, from the decision on, so what outlasts the horizon is not
        charged to it; yearly costs run from when it is in effect. All is paid at the end of years.

        Parameters
        ----------
        once, yearly : float or ndarray [money], [money/year]
            What is spent once, and each year.
        life_years : float or ndarray [year]
            Years over which what is spent once is spread; looked at where it is not 0 alone.
        lead_years : float or ndarray [year]
            From the decision until it is in effect.
        years : int
            Y, years of the horizon.
        start_year : int
            y, the year in which it is decided, 0 to Y - 1.

        Raises
        ------
        ParameterError
            If the horizon has no year, or it starts outside it.

        Examples
        --------
        >>> full = RepairCosts(discount_rate=0.05)
        >>> full.present_value(100.0, 0.0, life_years=20.0, years=20).round(9)
        np.float64(100.0)
        """
        years, start_year = _horizon(years, start_year)
        spent = np.asarray(once, dtype=np.float64)
        life = np.where(spent > 0.0, np.asarray(life_years, dtype=np.float64), 1.0)
        shared = np.where(spent > 0.0, spent * self.annuity(life), spent)
        begin = np.minimum(start_year + np.ceil(np.asarray(lead_years, np.float64)), years)
        running = self._worth(np.asarray(float(years))) - self._worth(begin)
        owned = self._worth(np.asarray(float(years))) - self._worth(np.asarray(float(start_year)))
        return np.asarray(shared * owned + np.asarray(yearly, np.float64) * running)

    def spending(
        self,
        once: float,
        yearly: float,
        *,
        lead_years: float = 0.0,
        years: int = 1,
        start_year: int = 0,
    ) -> Floats:
        """Return what is paid in each year, shape (Y,) [money], not discounted.

        What is spent once is paid in full in the year of the decision, whatever its life: what
        has to be found then. The budgets of `chainwright.plan.repair` bear annuities instead.

        Parameters
        ----------
        once, yearly : float [money], [money/year]
            What is spent once, and each year from when it is in effect.
        lead_years : float [year]
            From the decision until it is in effect.
        years : int
            Y, years of the horizon.
        start_year : int
            Year of the decision, 0 to Y - 1.

        Raises
        ------
        ParameterError
            If the horizon has no year, or it starts outside it.

        Examples
        --------
        >>> RepairCosts().spending(100.0, 5.0, lead_years=1.5, years=4)
        array([100.,   0.,   5.,   5.])
        """
        years, start_year = _horizon(years, start_year)
        paid = np.zeros(years)
        paid[start_year] = once
        paid[start_year + ceil(lead_years) :] += yearly
        return paid

    def _worth(self, years: Floats) -> Floats:
        """Return what one a year, at the end of each of so many years, is worth at the start."""
        rate = self.discount_rate
        return years if rate == 0.0 else np.asarray(-np.expm1(-years * np.log1p(rate)) / rate)


def _horizon(years: int, start_year: int) -> tuple[int, int]:
    if years < 1:
        raise ParameterError("years", "RepairCosts", "one or more", years)
    if not 0 <= start_year < years:
        expected = f"a year of the horizon, 0 to {years - 1}"
        raise ParameterError("start_year", "RepairCosts", expected, start_year)
    return years, start_year
