"""What is assumed where a maker's data are silent."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.params import Spec, param
from chainwright.system import SupplyNetwork

__all__ = ["MakerAssumptions"]


@dataclass(frozen=True)
class MakerAssumptions(Spec):
    """What holds for a node whose own numbers are not given; every answer says where it was used.

    Parameters
    ----------
    spare_share : float
        How much more than planned a node can make where no capacity of it is given.
    recovery_weeks : float
        Weeks until a node works again where no time to recover is given.

    Examples
    --------
    >>> MakerAssumptions().recovery_weeks
    12.0
    """

    spare_share: float = param(0.1, unit="share", low=0.0, high=100.0, source="assumption")
    recovery_weeks: float = param(12.0, unit="week", low=0.0, high=520.0, source="assumption")

    def capacity(self, network: SupplyNetwork) -> npt.NDArray[np.float64]:
        """Return units a week that each node can make, ``(N,)``; infinite at gaps.

        A node at a site whose own capacity is given is held by that, not by a share of the plan.

        Parameters
        ----------
        network : SupplyNetwork
            A maker's chain.
        """
        assumed = network.planned * (1.0 + self.spare_share)
        at = network.node_site
        shared = np.zeros(len(at), dtype=bool)
        placed = at >= 0
        shared[placed] = np.isfinite(network.site_capacity[at[placed]])
        assumed = np.where(shared | ~network.given, np.inf, assumed)
        return np.where(np.isfinite(network.capacity), network.capacity, assumed)

    def recovery(self, network: SupplyNetwork) -> npt.NDArray[np.float64]:
        """Return weeks until each node works again, ``(N,)``.

        Parameters
        ----------
        network : SupplyNetwork
            A maker's chain.
        """
        given = np.isfinite(network.recovery)
        return np.where(given, network.recovery, self.recovery_weeks)
