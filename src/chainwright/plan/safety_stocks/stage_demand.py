"""What is asked of each stage, how far that may exceed its mean, and what a unit has cost there."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.errors import ParameterError
from chainwright.plan.safety_stocks.stage_network import StageNetwork

__all__ = ["Pooling", "StageDemand", "cumulated_cost", "stage_demand"]

Floats = npt.NDArray[np.float64]
Pooling = Literal["recursive", "exact"]


@dataclass(frozen=True, eq=False)
class StageDemand:
    """Demand at each of ``n`` stages, in its own units.

    Parameters
    ----------
    mean, sd : ndarray, shape (n,) [units/day]
        Mean and standard deviation of one day's demand.
    covered : ndarray, shape (n,) [units/day]
        Safety factor times standard deviation, each product of the chain with its own factor.
    """

    mean: Floats
    sd: Floats
    covered: Floats

    @property
    def factor(self) -> Floats:
        """Safety factor of each stage, ``(n,)``; that of its products where they share one."""
        return np.divide(self.covered, self.sd, out=np.zeros(len(self.sd)), where=self.sd > 0.0)


def stage_demand(network: StageNetwork, pooling: Pooling = "recursive") -> StageDemand:
    r"""Return what is asked of each stage of a network.

    .. math:: \mu_j = \mu_j^{ext} + \sum_k \phi_{jk} \mu_k, \qquad
        \sigma_j^2 = (\sigma_j^{ext})^2 + \sum_k \phi_{jk}^2 \sigma_k^2 \text{ (recursive)}, \qquad
        \sigma_j^2 = \sum_e a_{je}^2 (\sigma_e^{ext})^2 \text{ (exact)}

    over the customers k of j, or over all that is sold, e, with :math:`a_{je}` units of j in one
    unit of e. Both take what customers ask for as independent; the first takes it so again where
    the demand of one product reaches a stage over two routes, and then is too low. The square of
    safety factor times deviation goes the same way, so that each product keeps its own factor.

    Parameters
    ----------
    network : StageNetwork
        The stages.
    pooling : str
        ``"recursive"`` or ``"exact"``.

    Raises
    ------
    ParameterError
        If `pooling` is another word.
    """
    level = network.numbers("service_level", 0.5)
    factor = np.array([NormalDist().inv_cdf(share) for share in level.tolist()])
    sd = network.numbers("demand_sd", 0.0)
    own = np.column_stack([network.numbers("demand_per_day", 0.0), sd**2, (factor * sd) ** 2])
    usage = _usage(network)
    mean = _gathered(usage, own[:, :1])[:, 0]
    if pooling == "recursive":
        squares = _gathered(usage.power(2), own[:, 1:])
    elif pooling == "exact":
        sold = np.flatnonzero(own[:, 1] > 0.0)
        n = len(network)
        units = csr_array((np.ones(len(sold)), (sold, np.arange(len(sold)))), shape=(n, len(sold)))
        total = units
        while units.nnz:
            units = csr_array(usage @ units)
            total = csr_array(total + units)
        squares = np.asarray(total.power(2) @ own[sold, 1:])
    else:
        raise ParameterError("pooling", "a safety stock", "recursive or exact", pooling)
    return StageDemand(mean, np.sqrt(squares[:, 0]), np.sqrt(squares[:, 1]))


def cumulated_cost(network: StageNetwork) -> Floats:
    r"""Return what a unit has cost when it leaves each stage, ``(n,)`` money a unit.

    .. math:: C_j = c_j + \sum_i \phi_{ij} C_i

    Parameters
    ----------
    network : StageNetwork
        The stages.
    """
    added = network.numbers("stage_cost")[:, None]
    return _gathered(csr_array(_usage(network).T), added)[:, 0]


def _usage(network: StageNetwork) -> csr_array:
    n = len(network)
    arcs = (network.supplier, network.customer)
    return csr_array((network.quantity, arcs), shape=(n, n))


def _gathered(step: csr_array, own: Floats) -> Floats:
    """Return x = own + step x; ends, for there is no ring."""
    total = level = own
    while level.any():
        level = np.asarray(step @ level)
        total = total + level
    return total
