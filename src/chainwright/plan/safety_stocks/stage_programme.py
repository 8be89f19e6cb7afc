"""A network of stages as a programme of service times."""

import numpy as np
import numpy.typing as npt

from chainwright.plan.safety_stocks.service_programme import ServiceProgramme
from chainwright.plan.safety_stocks.stage_network import StageNetwork

__all__ = ["stage_programme"]

Floats = npt.NDArray[np.float64]


def stage_programme(network: StageNetwork, time: Floats, weight: Floats) -> ServiceProgramme:
    """Return the programme of the service times of a network.

    Parameters
    ----------
    network : StageNetwork
        The stages, suppliers before customers.
    time : ndarray, shape (n,) [day]
        Stage times.
    weight : ndarray, shape (n,) [money/(year sqrt(day))]
        Cost of the root of one day that a stage covers.
    """
    return ServiceProgramme(
        time,
        weight,
        network.numbers("inbound_days", 0.0),
        network.numbers("max_service_days", np.inf),
        network.supplier,
        network.customer,
    )
