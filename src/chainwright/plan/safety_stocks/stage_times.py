"""Stage times to plan with, and how far the true ones spread."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.plan.safety_stocks.stage_network import StageNetwork

__all__ = ["StageTimes", "TimeRule", "stage_times"]

Floats = npt.NDArray[np.float64]
TimeRule = Literal["up", "mean", "max", "quantile"]

EDGE = 1e-9
"""Days by which a time may exceed whole days and still not be rounded up."""


@dataclass(frozen=True, eq=False)
class StageTimes:
    """Times of ``n`` stages.

    Parameters
    ----------
    planned : ndarray, shape (n,) [day]
        Those that the plan is made with.
    mean, sd : ndarray, shape (n,) [day]
        As given; the deviation is nought where nothing is known of it.
    basis : ndarray of str, shape (n,)
        Where each planned time comes from: ``mean``, ``rounded_up``, ``largest``, ``quantile`` or
        ``normal_quantile`` (of a normal distribution with the given deviation: an assumption).
    """

    planned: Floats
    mean: Floats
    sd: Floats
    basis: npt.NDArray[np.str_]


def stage_times(network: StageNetwork, rule: TimeRule = "up", quantile: float = 0.95) -> StageTimes:
    """Return the stage times of a network under a rule.

    Parameters
    ----------
    network : StageNetwork
        The stages.
    rule : str
        ``"up"``: means, rounded up to whole days; ``"mean"``: means as given; ``"max"``: the
        largest possible time; ``"quantile"``: the time that is not exceeded with this
        probability. The last two take the mean where no spread is given, and the quantile of a
        normal distribution where only a standard deviation is.
    quantile : float [share]
        That probability, 0.5 to below 1.

    Raises
    ------
    ParameterError
        If the rule is another word or the quantile out of range.
    """
    if not 0.5 <= quantile < 1.0:
        raise ParameterError("quantile", "stage times", "0.5 to below 1", quantile)
    mean = network.numbers("stage_time_days")
    days, shares = network.possible_times
    listed = shares.sum(axis=1) > 0.0
    of_list = np.sqrt(np.maximum(0.0, (shares * (days - mean[:, None]) ** 2).sum(axis=1)))
    given = network.numbers("stage_time_sd")
    sd = np.where(np.isnan(given), np.where(listed, of_list, 0.0), given)
    planned, basis = mean.copy(), np.full(len(network), "mean", dtype="<U16")
    if rule == "up":
        planned = np.ceil(mean - EDGE) + 0.0  # no time is 0, not -0
        basis[planned > mean + EDGE] = "rounded_up"
    elif rule in {"max", "quantile"}:
        spread = ~listed & (sd > 0.0)
        normal = mean + NormalDist().inv_cdf(quantile) * sd
        planned[spread], basis[spread] = normal[spread], "normal_quantile"
        if rule == "max":
            found = np.where(shares > 0.0, days, 0.0).max(axis=1)
        else:
            order = np.argsort(np.where(shares > 0.0, days, np.inf), axis=1, kind="stable")
            sums = np.cumsum(np.take_along_axis(shares, order, axis=1), axis=1)
            first = (sums >= quantile - EDGE).argmax(axis=1)
            found = np.take_along_axis(days, order, axis=1)[np.arange(len(network)), first]
        planned[listed] = found[listed]
        basis[listed] = "largest" if rule == "max" else "quantile"
    elif rule != "mean":
        raise ParameterError("stage_times", "a safety stock", "up, mean, max or quantile", rule)
    return StageTimes(planned, mean, sd, basis)
