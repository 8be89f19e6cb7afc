"""Outages of supplier countries, and what replaces what they do not deliver: assumption ranges."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.params import Spec, param

__all__ = ["DrawnOutages", "OutageModel", "Replacement", "drawn_outages"]

Floats = npt.NDArray[np.float64]


def ordered(owner: Spec, *pairs: tuple[str, str]) -> None:
    """Refuse a set of parameters whose ranges do not rise.

    Parameters
    ----------
    owner : Spec
        The set.
    *pairs : tuple of str
        Fields that hold the low and the high end of a range.

    Raises
    ------
    ParameterError
        If a low end is above its high end.
    """
    for low, high in pairs:
        if getattr(owner, low) > getattr(owner, high):
            expected = f"at most {high!r}, which is {getattr(owner, high)!r}"
            raise ParameterError(low, type(owner).__name__, expected, getattr(owner, low))


@dataclass(frozen=True)
class OutageModel(Spec):
    """How often, how long and how much a supplier country fails to deliver: all assumptions.

    An outage hits all that a country supplies. Its length is ``min(ceil(X), longest_weeks)`` with
    X lognormal, median `median_weeks` and standard deviation `spread` of its logarithm; the share
    of the country's deliveries that fails is uniform from `least_share` to `most_share`.

    Parameters
    ----------
    rate : float
        Outages a year of each supplier country; at most one a year.
    median_weeks, spread, longest_weeks : float
        Of the length.
    least_share, most_share : float
        Of the share that fails.
    rates : mapping of str to float
        Outages a year of single countries, by ISO 3166 alpha-3 code, in place of `rate`; 0 for one
        that never fails.

    Examples
    --------
    >>> OutageModel(rates={"CHL": 0.02}).rate_of(["BRA", "CHL"])
    array([0.08, 0.02])
    """

    rate: float = param(0.08, unit="outage/year", low=0.0, high=1.0, source="assumption")
    median_weeks: float = param(13.0, unit="week", low=0.1, high=520.0, source="assumption")
    spread: float = param(0.8, unit="1", low=0.0, high=3.0, source="assumption")
    longest_weeks: float = param(104, unit="week", low=1, high=520, source="assumption")
    least_share: float = param(0.3, unit="share", low=0.0, high=1.0, source="assumption")
    most_share: float = param(0.9, unit="share", low=0.0, high=1.0, source="assumption")
    rates: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        ordered(self, ("least_share", "most_share"))
        for code, rate in self.rates.items():
            if not 0.0 <= rate <= 1.0:
                expected = f"a number from 0.0 to 1.0 [outage/year] for {code}"
                raise ParameterError("rates", type(self).__name__, expected, rate)

    def rate_of(self, countries: list[str]) -> Floats:
        """Return outages a year of each country.

        Parameters
        ----------
        countries : list of str
            Codes.
        """
        return np.array([self.rates.get(code, self.rate) for code in countries], dtype=np.float64)


@dataclass(frozen=True)
class Replacement(Spec):
    """What takes the place of deliveries that fail, as ramps over the weeks of an outage.

    Substitution saves a share of use that rises from 0 at `substitution_from_week` to its most at
    `substitution_to_week`; deliveries of other suppliers rise in the same way. The most of each is
    drawn evenly from its range, once an outage. A user's table can give ranges by product.

    Parameters
    ----------
    substitution_low, substitution_high : float
        Range of the largest share of use that is substituted or saved.
    substitution_from_week, substitution_to_week : float
        Weeks of its ramp.
    alternates_low, alternates_high : float
        Range of the largest share of use that other suppliers deliver on top.
    alternates_from_week, alternates_to_week : float
        Weeks of its ramp.
    follow_world : bool
        Whether other suppliers deliver only as far as there are any: their most is multiplied by
        the share of the world's exports (home's left out) that is not the failing country's.
    """

    substitution_low: float = param(0.0, unit="share", low=0.0, high=1.0, source="assumption")
    substitution_high: float = param(0.2, unit="share", low=0.0, high=1.0, source="assumption")
    substitution_from_week: float = param(6, unit="week", low=0, high=520, source="assumption")
    substitution_to_week: float = param(26, unit="week", low=0, high=520, source="assumption")
    alternates_low: float = param(0.0, unit="share", low=0.0, high=1.0, source="assumption")
    alternates_high: float = param(0.4, unit="share", low=0.0, high=1.0, source="assumption")
    alternates_from_week: float = param(8, unit="week", low=0, high=520, source="assumption")
    alternates_to_week: float = param(16, unit="week", low=0, high=520, source="assumption")
    follow_world: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        ordered(
            self,
            ("substitution_low", "substitution_high"),
            ("substitution_from_week", "substitution_to_week"),
            ("alternates_low", "alternates_high"),
            ("alternates_from_week", "alternates_to_week"),
        )

    def ramps(self, weeks: int) -> Floats:
        """Return how far substitution and alternates have come in each week, ``(2, weeks)``.

        Parameters
        ----------
        weeks : int
            Number of weeks; the first is week 0.

        Examples
        --------
        >>> Replacement(alternates_from_week=0, alternates_to_week=2).ramps(3)[1]
        array([0. , 0.5, 1. ])
        """
        at = np.arange(weeks, dtype=np.float64)
        return np.stack(
            [
                ramp(at, self.substitution_from_week, self.substitution_to_week),
                ramp(at, self.alternates_from_week, self.alternates_to_week),
            ]
        )


def ramp(week: Floats, first: float, last: float) -> Floats:
    """Return ``clip((week - first) / (last - first), 0, 1)``; a step where both are one week.

    Parameters
    ----------
    week : ndarray
        Weeks since the outage began.
    first, last : float
        When it leaves 0, and when it reaches 1.
    """
    if last == first:
        return np.asarray(week >= first, dtype=np.float64)
    return np.clip((week - first) / (last - first), 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class DrawnOutages:
    """``D`` outages; each is tried with every country, so that countries are compared fairly.

    Parameters
    ----------
    weeks : ndarray of int, shape (D,)
        Lengths.
    share : ndarray, shape (D,)
        Share of the country's deliveries that fails.
    substitution, alternates : ndarray, shape (D,)
        Where in its range the most of each lies: 0 at the low end, 1 at the high one.
    """

    weeks: npt.NDArray[np.int64]
    share: Floats
    substitution: Floats
    alternates: Floats

    def __len__(self) -> int:
        return len(self.weeks)


def drawn_outages(model: OutageModel, draws: int, seed: int) -> DrawnOutages:
    """Return so many outages, drawn from one seed: first lengths, then shares, then replacement.

    Parameters
    ----------
    model : OutageModel
        What they are drawn from.
    draws : int
        How many.
    seed : int
        Seed.

    Raises
    ------
    ParameterError
        If there is no draw.

    Examples
    --------
    >>> found = drawn_outages(OutageModel(median_weeks=4, spread=0), 3, 0)
    >>> found.weeks
    array([4, 4, 4])
    """
    if draws < 1:
        raise ParameterError("draws", "outages", "at least 1", draws)
    rng = np.random.default_rng(seed)
    length = rng.lognormal(np.log(model.median_weeks), model.spread, draws)
    if model.spread == 0.0:
        length = np.full(draws, model.median_weeks)  # exp(log(4)) need not be 4
    weeks = np.minimum(np.ceil(length), model.longest_weeks).astype(np.int64)
    share = rng.uniform(model.least_share, model.most_share, draws)
    return DrawnOutages(weeks, share, rng.random(draws), rng.random(draws))
