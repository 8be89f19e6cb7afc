"""What a plan costs if stage times are random: two forms of our own, beside the plan's own cost."""

import numpy as np
import numpy.typing as npt

from chainwright.plan.safety_stocks.stage_demand import StageDemand
from chainwright.plan.safety_stocks.stage_network import StageNetwork
from chainwright.plan.safety_stocks.stage_times import StageTimes

__all__ = ["stock_by_distribution", "stock_by_variance"]

Floats = npt.NDArray[np.float64]


def stock_by_variance(
    demand: StageDemand, times: StageTimes, waited: Floats, quoted: Floats
) -> Floats:
    r"""Return the safety stock of each stage with the variance of its time, ``(n,)`` units.

    .. math:: z \sqrt{\sigma^2 (SI + \bar T - S)^+ + \mu^2 \mathrm{var}(T)}

    the usual variance of demand over a random lead time. Our reconstruction: a stage whose time is
    random holds stock even where its mean time is covered by others.

    Parameters
    ----------
    demand : StageDemand
        What is asked of each stage.
    times : StageTimes
        Means and deviations.
    waited, quoted : ndarray, shape (n,) [day]
        Service times SI and S of the plan.
    """
    days = np.maximum(0.0, waited + times.mean - quoted)
    random = (demand.factor * demand.mean * times.sd) ** 2
    return np.sqrt(demand.covered**2 * days + random)


def stock_by_distribution(
    network: StageNetwork,
    demand: StageDemand,
    times: StageTimes,
    waited: Floats,
    quoted: Floats,
) -> Floats:
    r"""Return the stock of each stage over the possible times of its row, ``(n,)`` units.

    .. math:: z \sqrt{\sigma^2 E[\tau] + \mu^2 \mathrm{Var}[\tau]} + \mu E[(S - SI - T)^+], \quad
        \tau = (SI + T - S)^+

    The last term is what arrives early. The form is not verified against Humair, Ruark, Tomlin &
    Willems (2013), who treat the same case. A stage of which no distribution is given is priced by
    `stock_by_variance`.

    Parameters
    ----------
    network : StageNetwork
        The stages, with their possible times.
    demand : StageDemand
        What is asked of each stage.
    times : StageTimes
        Means and deviations.
    waited, quoted : ndarray, shape (n,) [day]
        Service times SI and S of the plan.
    """
    days, shares = network.possible_times
    left = waited[:, None] + days - quoted[:, None]
    short = np.maximum(0.0, left)
    mean = (shares * short).sum(axis=1)
    variance = (shares * (short - mean[:, None]) ** 2).sum(axis=1)
    early = (shares * np.maximum(0.0, -left)).sum(axis=1)
    spread = demand.covered**2 * mean + (demand.factor * demand.mean) ** 2 * variance
    listed = shares.sum(axis=1) > 0.0
    other = stock_by_variance(demand, times, waited, quoted)
    return np.where(listed, np.sqrt(spread) + demand.mean * early, other)
