"""Outages as the data are, the rest assumed; and what they do at both ends of a range."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.diagnose.maker.bill_sweeps import hanging
from chainwright.diagnose.maker.outage_programme import OutageProgramme
from chainwright.diagnose.maker.outage_scenarios import OutageScenarios
from chainwright.diagnose.maker.stock_left import stock_lost
from chainwright.diagnose.maker.survival import Survival
from chainwright.diagnose.maker.survival_runs import outage_losses, survived
from chainwright.system import Maker, SupplyNetwork

__all__ = ["BaseCase", "Ends", "WhatIf", "both_ends", "unsolved"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class BaseCase:
    """Outages of a maker's chain as far as it is known, the rest assumed, ``X`` of them.

    Parameters
    ----------
    survival : Survival
        Times and losses.
    maker : Maker
        The chain as it was given, no margin filled in.
    """

    survival: Survival
    maker: Maker

    @property
    def network(self) -> SupplyNetwork:
        """The chain as arrays."""
        return self.survival.system.maker.network

    @property
    def scenarios(self) -> OutageScenarios:
        """The outages."""
        return self.survival.scenarios

    @property
    def recovery(self) -> Floats:
        """Weeks to recover, ``(X,)``."""
        return self.survival.recovery

    @property
    def weeks(self) -> Floats:
        """Weeks that each outage is survived, ``(X,)``; may be infinite."""
        return self.survival.weeks

    @cached_property
    def loss(self) -> Floats:
        """Loss that each outage adds until its recovery, ``(X,)``."""
        found = self.survival
        return np.maximum(0.0, found.losses.loss[:, 0] - found.base_losses[:, 0])

    @cached_property
    def programme(self) -> OutageProgramme:
        """The programme of the chain as it is."""
        return self.programme_of(self.network)

    def programme_of(self, network: SupplyNetwork) -> OutageProgramme:
        """Return the programme of a chain with other numbers, all else as it was asked.

        Parameters
        ----------
        network : SupplyNetwork
            The chain.
        """
        found = self.survival
        return OutageProgramme(
            network,
            assumptions=found.assumptions,
            weight=found.weight,
            stock_at_node=found.stock_at_node,
        )

    @cached_property
    def at_stake(self) -> Floats:
        """Weight of a week's demand that hangs on what each outage makes or takes, ``(X,)``."""
        network = self.network
        sold = np.flatnonzero(network.demand > 0.0)
        needs = hanging(network, int(sold.max(initial=-1)) + 1)[:, sold]
        of_nodes = needs[network.node_item].astype(np.float64)
        hit = np.asarray(self.scenarios.nodes @ of_nodes)
        if self.survival.stock_at_node == "lost":
            hit = hit + self._stored() @ needs.astype(np.float64)
        hit = hit > 0.0
        return np.asarray(hit @ (self.programme.weights * network.demand)[sold], dtype=np.float64)

    def _stored(self) -> csr_array:
        """Return which items (columns) each outage takes stock of, where it takes any."""
        network, found = self.network, self.scenarios
        lost = np.array(
            [stock_lost(network, found.down(x), found.out(x)) for x in range(len(found))]
        ).reshape(len(found), len(network.stock))
        row, held = np.nonzero(lost)
        shape = (len(found), len(network.items))
        return csr_array((np.ones(len(row)), (row, network.stock_item[held])), shape=shape)

    def solved(
        self, scenarios: OutageScenarios, weeks: Floats, network: SupplyNetwork | None = None
    ) -> tuple[Floats, Floats]:
        """Return weeks survived and loss of outages, of other lengths or in another chain.

        Parameters
        ----------
        scenarios : OutageScenarios
            The outages.
        weeks : ndarray
            How long each lasts.
        network : SupplyNetwork, optional
            The chain with other numbers.
        """
        if not len(scenarios):
            return np.zeros(0), np.zeros(0)
        programme = self.programme if network is None else self.programme_of(network)
        times = survived(programme, scenarios)
        loss = outage_losses(programme, scenarios, times, weeks[:, None]).loss[:, 0]
        return times.weeks, np.maximum(0.0, loss - _of_plan(programme, weeks))


def _of_plan(programme: OutageProgramme, weeks: Floats) -> Floats:
    """Return what the plan itself loses in some weeks with nothing down."""
    if np.isinf(programme.base_weeks):
        return np.zeros(len(weeks))
    lengths, place = np.unique(weeks, return_inverse=True)
    none = np.zeros(len(programme.network.nodes), dtype=np.bool_)
    return np.array([programme.impact(none, float(w)).loss for w in lengths])[place]


@dataclass(frozen=True, eq=False)
class Ends:
    """What some outages do at one end of a range.

    Parameters
    ----------
    recovery, survived, loss : ndarray
        Weeks, weeks, and loss at recovery.
    """

    recovery: Floats
    survived: Floats
    loss: Floats


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A number that is not given, and what outages do at both ends of its range.

    Parameters
    ----------
    kind : str
        ``"recovery"``, ``"capacity"``, ``"stock"``, ``"source"``, ``"place"`` or ``"margin"``.
    subject : str
        Whose number it is.
    unit : str
        What it is counted in; empty where it is no number.
    taken, low, high : float
        What the answers take now, and the ends; NaN where it is no number.
    places : ndarray of int
        The outages that it acts on and that were solved again; none for a new outage.
    at_low, at_high : Ends, optional
        What these do at the ends; none where the number was not examined.
    at_most : float
        No outage's loss differs by more than this between the ends.
    detail : str
        The group that a place of unknown region was tried in.
    """

    kind: str
    subject: str
    unit: str
    taken: float
    low: float
    high: float
    places: Indices
    at_low: Ends | None
    at_high: Ends | None
    at_most: float
    detail: str = ""


def both_ends(
    base: BaseCase,
    told: tuple[str, str, str, float, float, float],
    where: Indices,
    low: SupplyNetwork | None,
    high: SupplyNetwork,
) -> WhatIf:
    """Return what some outages do in two other chains; the base case where the low one is none.

    Parameters
    ----------
    base : BaseCase
        The outages as they are.
    told : tuple
        Kind, subject, unit, value taken, low end, high end.
    where : ndarray of int
        Places of the outages.
    low, high : SupplyNetwork
        The chain at each end.
    """
    weeks = base.recovery[where]
    taken = base.scenarios.take(where)
    first = base.solved(taken, weeks, low) if low else (base.weeks[where], base.loss[where])
    second = base.solved(taken, weeks, high)
    return WhatIf(
        *told,
        where,
        Ends(weeks, *first),
        Ends(weeks, *second),
        float(np.abs(second[1] - first[1]).max(initial=0.0)),
    )


def unsolved(
    kind: str, subject: str, numbers: tuple[str, float, float, float], most: float
) -> WhatIf:
    """Return a number that was not examined, with the bound of what it can change.

    Parameters
    ----------
    kind, subject : str
        What, and whose.
    numbers : tuple
        Unit, value taken, low end, high end.
    most : float
        The bound.
    """
    unit, taken, low, high = numbers
    nothing = np.zeros(0, dtype=np.intp)
    return WhatIf(kind, subject, unit, taken, low, high, nothing, None, None, most)
