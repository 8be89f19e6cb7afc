"""How long a maker's chain survives an outage, and what it loses: exact linear programmes."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.maker.affected import Coupling, coupling, flags_of, reached
from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.group_survival import divided, group_weeks
from chainwright.diagnose.maker.impact_model import ImpactModel, Prices
from chainwright.diagnose.maker.linear_solver import LinearSolver
from chainwright.diagnose.maker.net_requirement import SLACK, NetRequirement
from chainwright.diagnose.maker.outage_plan import AddedSources, OutagePlan, outage_plan
from chainwright.diagnose.maker.stock_left import StockAtNode, stock_left
from chainwright.errors import MissingPartError, ParameterError
from chainwright.system import SupplyNetwork

__all__ = ["OutageImpact", "OutageProgramme", "Weight", "weights"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

Weight = Literal["margin", "price", "output"]
"""What one unit of a product that is not sold weighs: profit, revenue, or one."""


def weights(network: SupplyNetwork, weight: Weight) -> Floats:
    """Return what one unit of each item that is not sold weighs, ``(I,)``; 0 for what is not sold.

    A product with a negative margin weighs 0: it is not stopped to make money.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    weight : str
        ``"margin"``, ``"price"`` or ``"output"``.

    Raises
    ------
    MissingPartError
        If a product that is sold has no margin or price.
    """
    if weight not in get_args(Weight):
        raise ParameterError("weight", "an outage", f"one of {', '.join(get_args(Weight))}", weight)
    sold = network.demand > 0.0
    if weight == "output":
        return sold.astype(np.float64)
    known = network.margin if weight == "margin" else network.price
    without = [network.items.codes[i] for i in np.flatnonzero(sold & np.isnan(known))]
    if without:
        part = f"a {weight} of each product"
        some = ", ".join(without[:5]) + (" and others" if len(without) > 5 else "")
        raise MissingPartError(part, f"Give it for {some}, or ask with weight='output'.")
    return np.where(sold, np.maximum(0.0, known), 0.0)


@dataclass(frozen=True, eq=False)
class OutageImpact:
    """What one outage of some weeks does, when everything is used as well as can be.

    Parameters
    ----------
    weeks : float
        Length of the outage.
    loss : float
        Least weighted loss of sales; also with nothing down, where the plan itself falls short.
    lost : ndarray, shape (I,)
        Units of each item that customers do not get. Among plans with the same loss that with the
        least shares of demand lost, products that stand first in the table kept.
    made : ndarray, shape (N,)
        Units that each node makes: no more than it takes.
    stock_used : ndarray, shape (I,)
        Units of stock that are used.
    stock_left : ndarray, shape (I,)
        Units of stock that could be used and are not.
    stock_value : ndarray, shape (I,)
        Loss avoided by one more unit of stock of each item (dual; where the loss has a kink just
        there, one of its two slopes).
    capacity_value : ndarray, shape (N,)
        Loss avoided by one more unit a week at each node; at a node that is down, by the first.
    site_value : ndarray, shape (S,)
        Loss avoided by one more unit a week at each site whose own capacity binds.
    """

    weeks: float
    loss: float
    lost: Floats
    made: Floats
    stock_used: Floats
    stock_left: Floats
    stock_value: Floats
    capacity_value: Floats
    site_value: Floats


class OutageProgramme:
    """The programmes of outages of one maker's chain (Simchi-Levi et al. 2015).

    Over t weeks node n makes u_n of its item, customers lose l_k, stock s is used freely::

        sum_j R[k, j] U_j + d_k t - l_k <= s_k + U_k      U_k = sum of u_n over nodes of k
        u_n <= c_n t,  u_n = 0 if down,  sum of u_n at site a <= c_a t,  0 <= l_k <= d_k t

    Time to survive: the largest t with l = 0. Impact: least ``sum w_k l_k``. With no lead times
    constant rates u / t are feasible at every moment, so the sum over time is exact. Each question
    is put to the few items that it touches (`affected`); with no shared capacity the time to
    survive needs no solver at all (`NetRequirement.first_shortage`).

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    assumptions : MakerAssumptions, optional
        Capacity of nodes that have none.
    weight : str
        What a unit lost weighs: ``"margin"``, ``"price"`` or ``"output"``.
    stock_at_node : str
        ``"usable"``, or ``"lost"``: stock at a node or site that is down is gone.

    Raises
    ------
    MissingPartError
        If a product that is sold has no margin or price.
    ParameterError
        If a word is none of these.
    """

    def __init__(
        self,
        network: SupplyNetwork,
        *,
        assumptions: MakerAssumptions | None = None,
        weight: Weight = "margin",
        stock_at_node: StockAtNode = "usable",
    ) -> None:
        if stock_at_node not in get_args(StockAtNode):
            expected = f"one of {', '.join(get_args(StockAtNode))}"
            raise ParameterError("stock_at_node", "an outage", expected, stock_at_node)
        self.network = network
        self.assumptions = assumptions or MakerAssumptions()
        self.weight = weight
        self.stock_at_node = stock_at_node
        self.weights = weights(network, weight)
        self.coupling: Coupling = coupling(network, self.assumptions.capacity(network))
        self.need = NetRequirement(network)
        self.solver = LinearSolver()
        self._made_at = lru_cache(maxsize=64)(self._made_in)

    @cached_property
    def groups(self) -> tuple[Indices, ...]:
        """Items of each group that shares the capacity of sites, where these are several."""
        members = self.coupling.members
        several = np.flatnonzero(np.diff(members.indptr) > 1)
        return tuple(np.sort(members[[g]].indices).astype(np.intp) for g in several)

    @cached_property
    def groups_of_nodes(self) -> npt.NDArray[np.intp]:
        """Place in `groups` of each node, ``(N,)``; -1 for an item by itself."""
        of_item = np.full(len(self.network.items), -1, dtype=np.intp)
        for g, items in enumerate(self.groups):
            of_item[items] = g
        return np.asarray(of_item[self.network.node_item], dtype=np.intp)

    @cached_property
    def group_base_weeks(self) -> Floats:
        """Weeks that each of `groups` lasts with nothing down."""
        down = np.zeros(len(self.network.nodes), dtype=np.bool_)
        found = [
            group_weeks(self.coupling, self.need, self.solver, items, down=down)
            for items in self.groups
        ]
        return np.array(found, dtype=np.float64)

    @cached_property
    def base_weeks(self) -> float:
        """Weeks until the plan itself falls short with nothing down; infinite if it holds."""
        return self.time_to_survive(np.zeros(len(self.network.nodes), dtype=np.bool_))

    def time_to_survive(
        self, down: npt.ArrayLike, *, sites: npt.NDArray[np.bool_] | None = None
    ) -> float:
        """Return the longest outage in weeks that customers do not notice; may be infinite.

        Parameters
        ----------
        down : array_like
            Nodes that stand still: places, or a flag each, ``(N,)``.
        sites : ndarray of bool, shape (S,), optional
            Sites that are out as a whole: only matters for stock that is lost with them.
        """
        still = flags_of(self.network, down)
        stock = stock_left(self.network, still, self.stock_at_node, sites)
        live = np.where(self.coupling.alone, self.coupling.live(still), np.inf)
        weeks = self.need.first_shortage(live[:, None], stock)[0]
        return float(min(weeks, self.weeks_of_groups(still, stock).min(initial=np.inf)))

    def weeks_of_groups(self, down: Flags, stock: Floats) -> Floats:
        """Return the weeks that each of `groups` lasts.

        Parameters
        ----------
        down : ndarray of bool, shape (N,)
            Nodes that stand still.
        stock : ndarray, shape (I,)
            Units that can be used.
        """
        weeks = self.group_base_weeks.copy()
        touched = set(self.groups_of_nodes[down].tolist()) - {-1}
        if len(weeks) and stock is not self.network.pooled_stock:  # more is needed below
            below = self.coupling.below(stock != self.network.pooled_stock)
            touched |= {g for g, items in enumerate(self.groups) if below[items].any()}
        for g in sorted(touched):
            weeks[g] = group_weeks(
                self.coupling, self.need, self.solver, self.groups[g], down=down, stock=stock
            )
        return weeks

    def pressed(self, down: Flags, weeks: float, stock: Floats, of_groups: Floats) -> Flags:
        """Return the items that cannot all be made within some weeks, ``(I,)``.

        Parameters
        ----------
        down : ndarray of bool, shape (N,)
            Nodes that stand still.
        weeks : float
            Length of the outage.
        stock : ndarray, shape (I,)
            Units that can be used.
        of_groups : ndarray
            What `weeks_of_groups` returned.
        """
        usual = stock is self.network.pooled_stock
        made = self._made_at(weeks) if usual else self.need.at(np.array([weeks]), stock)[:, 0]
        can = self.coupling.live(down) * weeks
        short = self.coupling.alone & (made > can * (1.0 + SLACK))
        for g in np.flatnonzero(of_groups < weeks):
            short[self.groups[g]] = True
        return np.asarray(short, dtype=np.bool_)

    def _made_in(self, weeks: float) -> Floats:
        return self.need.at(np.array([weeks]))[:, 0]

    def impact(
        self, down: npt.ArrayLike, weeks: float, *, sites: npt.NDArray[np.bool_] | None = None
    ) -> OutageImpact:
        """Return what an outage of some weeks loses at least, and what would save most.

        Parameters
        ----------
        down : array_like
            Nodes that stand still: places, or a flag each, ``(N,)``.
        weeks : float
            Length of the outage, finite.
        sites : ndarray of bool, shape (S,), optional
            Sites that are out as a whole: only matters for stock that is lost with them.

        Raises
        ------
        ParameterError
            If `weeks` is negative or not finite.
        """
        checked_weeks(weeks)
        network = self.network
        still = flags_of(network, down)
        stock = stock_left(network, still, self.stock_at_node, sites)
        short = np.zeros(len(network.items), dtype=np.bool_)
        if weeks > 0.0:
            short = self.pressed(still, weeks, stock, self.weeks_of_groups(still, stock))
        lost, made = np.zeros(len(network.items)), np.zeros(len(network.nodes))
        prices = Prices(np.zeros(len(lost)), np.zeros(len(made)), np.zeros(len(network.sites)))
        loss = 0.0
        if short.any():
            found = reached(self.coupling, short)
            model = ImpactModel(self.coupling, self.weights, found, still, self.solver)
            loss = model.solve(weeks, stock)
            prices = model.prices()
            model.settle()
            lost, made = model.lost(), model.made()
            short = found.pressed
        whole = self.need.of_sales(network.demand * weeks - lost, stock)
        used = network.bill @ whole + network.demand * weeks - lost
        taken = np.clip(used - whole, 0.0, stock)
        return OutageImpact(
            weeks=weeks,
            loss=loss,
            lost=lost,
            made=self._shared_out(whole, made, short, still, weeks),
            stock_used=taken,
            stock_left=stock - taken,
            stock_value=prices.stock,
            capacity_value=prices.capacity,
            site_value=prices.site_capacity,
        )

    @cached_property
    def short(self) -> Flags:
        """Items of which the plan cannot be made for ever even with nothing down, ``(I,)``."""
        short = self.network.requirement > self.coupling.of_items * (1.0 + SLACK)
        for g in np.flatnonzero(np.isfinite(self.group_base_weeks)):
            short[self.groups[g]] = True
        return np.asarray(short, dtype=np.bool_)

    def plan(
        self,
        lengths: npt.ArrayLike,
        working: npt.ArrayLike,
        *,
        added: AddedSources | None = None,
        stock: Floats | None = None,
    ) -> OutagePlan:
        """Return the best plan of consecutive periods; stock is carried on from each to the next.

        For sites that come back at different times, and sources that come in after a while. Rates
        are constant within a period, which is exact where lead times are zero. Sales that are
        lost are lost: nothing is caught up later, but stock may be built up before.

        Parameters
        ----------
        lengths : array_like, shape (P,)
            Weeks of each period, above 0.
        working : array_like, shape (N, P)
            Share of its capacity at which each node works, 0 (down) to 1. The capacity of a site
            goes with the largest share of its nodes.
        added : AddedSources, optional
            Nodes that are not in the chain, with capacities a period.
        stock : ndarray, shape (I,), optional
            Units that can be used; if not given all that is held anywhere, or where stock is lost
            at nodes that are down all but that at nodes down in the first period.

        Raises
        ------
        ParameterError
            If a length or share is out of range, or shapes do not fit.
        """
        if stock is None:
            first = np.asarray(working, dtype=np.float64)
            down = first[:, 0] <= 0.0 if first.ndim == 2 and first.size else first <= 0.0
            stock = stock_left(self.network, down, self.stock_at_node)
        return outage_plan(
            self.coupling,
            self.weights,
            lengths,
            working,
            stock=stock,
            short=self.short,
            added=added,
        )

    def _shared_out(
        self, whole: Floats, made: Floats, short: Flags, down: Flags, weeks: float
    ) -> Floats:
        """Return how the nodes make what is made of each item, ``(N,)``.

        Nodes of pressed items as the programme says; of a group of items as its capacities allow;
        others by their planned shares, and what these cannot by capacity that is left.
        """
        network = self.network
        of = network.node_item
        count = len(network.items)
        together = np.bincount(of, made, minlength=count)
        part = np.divide(whole, together, out=np.zeros(count), where=together > 0.0)
        pressed = made * np.minimum(1.0, part)[of]
        up = ~down & (weeks > 0.0)
        can = np.where(up, self.coupling.capacity, 0.0) * weeks
        planned = np.where(down, 0.0, network.planned)
        total = np.bincount(of, planned, minlength=count)
        nodes = np.bincount(of, can > 0.0, minlength=count)
        share = np.divide(planned, total[of], out=np.zeros(len(of)), where=total[of] > 0.0)
        even = (can > 0.0) / np.maximum(nodes[of], 1)
        first = np.minimum(can, np.where(total[of] > 0.0, share, even) * whole[of])
        rest = np.maximum(0.0, whole - np.bincount(of, first, minlength=count))
        spare = np.minimum(can - first, rest[of])  # never more than there is left to make
        able = np.bincount(of, spare, minlength=count)
        second = np.divide(spare, able[of], out=np.zeros(len(of)), where=able[of] > 0.0)
        shared = np.where(short[of], pressed, first + second * rest[of])
        for items in self.groups:
            if not short[items[0]] and whole[items].any():
                rates = whole / weeks
                places, each = divided(self.coupling, self.solver, items, down, rates)
                shared[places] = each * weeks
        return shared


def checked_weeks(weeks: float) -> None:
    """Raise an error if a length of time is negative or has no end.

    Parameters
    ----------
    weeks : float
        Length of an outage.

    Raises
    ------
    ParameterError
        If it is negative or not finite.
    """
    if not (np.isfinite(weeks) and weeks >= 0.0):
        raise ParameterError("weeks", "an outage", "a finite number of weeks, 0 or more", weeks)
