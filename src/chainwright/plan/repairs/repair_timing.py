"""When measures are started, when they take effect, and when their cost is spent."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError

__all__ = ["Timetable"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

NEVER = -1
"""Start year of a measure that is not taken."""


@dataclass(frozen=True, eq=False)
class Timetable:
    """What starting each of ``I`` measures in each of ``Y`` years means.

    Parameters
    ----------
    effect : ndarray of bool
        ``(I, Y, Y)`` whether a measure started in year ``y`` is in effect in year ``t``.
    spending : ndarray
        ``(I, Y, Y)`` what is spent in year ``t`` if it is started in year ``y``, as a share of the
        cost of the measure: the present value of a start in the first year.
    discount : ndarray
        ``(Y,)`` what an amount in each year counts today.
    """

    effect: Bools
    spending: Floats
    discount: Floats

    @classmethod
    def one_year(cls, measures: int) -> "Timetable":
        """Return a timetable of one year, in which every measure that is taken is in effect.

        Parameters
        ----------
        measures : int
            How many there are.
        """
        shape = (measures, 1, 1)
        return cls(np.ones(shape, np.bool_), np.ones(shape), np.ones(1))

    @classmethod
    def of(
        cls,
        once: Floats,
        yearly: Floats,
        *,
        years: int,
        lead_years: Ints,
        life_years: Floats | None = None,
        discount_rate: float = 0.0,
    ) -> tuple[Floats, "Timetable"]:
        """Return the cost of each measure, ``(I,)``, and the timetable.

        A measure started in year y is in effect from year y + lead time on. What it costs once is
        spent in the year of its start, and again when its life is over; what it costs a year is
        spent in each year in which it is in effect. The cost is the present value, over the
        horizon, of a start in the first year. With one year lead times are left out of account.

        Parameters
        ----------
        once, yearly : ndarray
            ``(I,)`` money.
        years : int
            Length ``Y`` of the horizon.
        lead_years : ndarray of int
            ``(I,)`` whole years from start to effect.
        life_years : ndarray, optional
            ``(I,)`` years of effect after which what is paid once is paid again; never if not
            given.
        discount_rate : float
            A year.

        Raises
        ------
        ParameterError
            If there is no year, or a lead time, life or rate is below what makes sense.

        Examples
        --------
        >>> cost, plan = Timetable.of(
        ...     np.array([10.0]), np.array([2.0]), years=3, lead_years=np.array([1])
        ... )
        >>> cost, plan.effect[0].astype(int).tolist()
        (array([14.]), [[0, 1, 1], [0, 0, 1], [0, 0, 0]])
        """
        _checked(years, lead_years, life_years, discount_rate)
        start, year = np.arange(years)[None, :, None], np.arange(years)[None, None, :]
        lead = np.zeros_like(lead_years) if years == 1 else lead_years
        first = start + lead[:, None, None]
        effect = year >= first
        paid = np.repeat(year == start, len(once), axis=0).astype(np.float64)
        if life_years is not None:
            # NaN and infinite lives last for ever
            life = np.where(np.isfinite(life_years), life_years, np.inf)[:, None, None]
            used = year - first
            paid += effect & (used > 0) & (np.floor(used / life) > np.floor((used - 1) / life))
        discount = np.asarray((1.0 + discount_rate) ** -np.arange(years), dtype=np.float64)
        spent = once[:, None, None] * paid + yearly[:, None, None] * effect
        cost = spent[:, 0, :] @ discount
        share = np.zeros_like(spent)
        np.divide(spent, cost[:, None, None], out=share, where=cost[:, None, None] > 0.0)
        return cost, cls(effect, share, discount)

    @property
    def years(self) -> int:
        """Length of the horizon."""
        return len(self.discount)

    @property
    def value(self) -> Floats:
        """Present value of a start in each year, as a share of the cost, ``(I, Y)``."""
        return np.asarray(self.spending @ self.discount)

    def in_effect(self, start: Ints) -> Bools:
        """Return whether each measure is in effect in each year, ``(Y, I)``.

        Parameters
        ----------
        start : ndarray of int
            ``(I,)`` the year in which each is started, `NEVER` if it is not taken.
        """
        held = self.effect[np.arange(len(start)), np.maximum(start, 0)] & (start >= 0)[:, None]
        return np.asarray(held.T)

    def spent(self, cost: Floats, start: Ints) -> Floats:
        """Return what a plan spends in each year, ``(Y,)``.

        Parameters
        ----------
        cost : ndarray
            ``(I,)`` cost of each measure.
        start : ndarray of int
            ``(I,)`` as for `in_effect`.
        """
        each = self.spending[np.arange(len(start)), np.maximum(start, 0)]
        return np.asarray((cost * (start >= 0)) @ each)


def _checked(years: int, lead: Ints, life: Floats | None, rate: float) -> None:
    if years < 1:
        raise ParameterError("years", "Timetable", "1 or more", years)
    if (lead < 0).any():
        raise ParameterError("lead_years", "Timetable", "0 or more", int(lead.min()))
    if life is not None and (life <= 0.0).any():
        raise ParameterError("life_years", "Timetable", "above 0", float(np.nanmin(life)))
    if not rate > -1.0:
        raise ParameterError("discount_rate", "Timetable", "above -1", rate)
