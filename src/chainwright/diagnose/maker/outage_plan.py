"""A plan of consecutive periods of an outage: sites come back, alternates come in."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.maker.affected import Coupling, reached
from chainwright.diagnose.maker.carried_stock import CarriedStock, Sources, carried_stock
from chainwright.errors import ParameterError
from chainwright.system import SupplyNetwork

__all__ = ["AddedSources", "OutagePlan", "outage_plan", "period_coupling", "widened"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class AddedSources:
    """Nodes that are not in the chain and that can make items in some periods, ``M`` of them.

    Parameters
    ----------
    item : ndarray of int, shape (M,)
        Place of the item that each makes.
    capacity : ndarray, shape (M, P)
        Units a week in each period: 0 until it is qualified.
    """

    item: npt.NDArray[np.integer]
    capacity: Floats


@dataclass(frozen=True, eq=False)
class OutagePlan:
    """What can be made and sold in consecutive periods, of P of them, with stock carried on.

    Parameters
    ----------
    weeks : ndarray, shape (P,)
        Length of each period.
    loss : ndarray, shape (P,)
        Least weighted loss of sales (least in all; early losses are put off where that is free).
    lost, sold : ndarray, shape (I, P)
        Units of each item that customers do not get, and get.
    made : ndarray, shape (N, P)
        Units that each node makes. Nodes of items that the outage does not touch make what they
        planned: `touched` says which.
    added : ndarray, shape (M, P)
        Units that each added source makes.
    held : ndarray, shape (I, P)
        Units that are there at the end of each period.
    stock_value : ndarray, shape (I,)
        Loss avoided by one more unit of stock at the start (dual).
    capacity_value : ndarray, shape (N, P)
        Loss avoided by one more unit a week in each period (dual).
    added_value : ndarray, shape (M, P)
        The same of each added source.
    touched : ndarray of bool, shape (I,)
        Items that were in the programme; the others go on as planned.
    """

    weeks: Floats
    loss: Floats
    lost: Floats
    sold: Floats
    made: Floats
    added: Floats
    held: Floats
    stock_value: Floats
    capacity_value: Floats
    added_value: Floats
    touched: Flags


def outage_plan(
    tied: Coupling,
    weight: Floats,
    weeks: npt.ArrayLike,
    working: npt.ArrayLike,
    *,
    stock: Floats,
    short: Flags,
    added: AddedSources | None = None,
) -> OutagePlan:
    """Return the plan that loses least; the programme grows until what it leaves out holds.

    It starts with the items that have a node at less than full work or that fall short in the
    plan itself, and all that needs them. The others go on making what they planned. Where what is
    then used of one of them outruns that and its stock, it joins the programme; so at the end the
    best plan of a part of the constraints meets them all, and is the best plan.

    Parameters
    ----------
    tied : Coupling
        Capacities of nodes and sites.
    weight : ndarray, shape (I,)
        What one unit of lost sales weighs.
    weeks : array_like, shape (P,)
        Length of each period, more than 0.
    working : array_like, shape (N, P)
        Share of its capacity at which each node works, 0 to 1. Of a site it is the largest of
        its nodes.
    stock : ndarray, shape (I,)
        Units that can be used.
    short : ndarray of bool, shape (I,)
        Items of which the plan cannot be made even with all at work.
    added : AddedSources, optional
        Further nodes.

    Raises
    ------
    ParameterError
        If a length or a share is out of range, or shapes do not fit.
    """
    network = tied.network
    length = np.asarray(weeks, dtype=np.float64)
    share = np.asarray(working, dtype=np.float64)
    periods, extra = len(length), added or AddedSources(np.zeros(0, np.intp), np.zeros((0, 0)))
    if not (len(length) and np.isfinite(length).all() and (length > 0.0).all()):
        raise ParameterError("lengths", "a plan", "weeks of one or more periods, above 0", weeks)
    if share.shape != (len(network.nodes), periods) or not ((share >= 0) & (share <= 1)).all():
        expected = f"shares from 0 to 1, ({len(network.nodes)}, {periods})"
        raise ParameterError("working", "a plan", expected, share.shape)
    if added is not None and extra.capacity.shape != (len(extra.item), periods):
        expected = f"capacities, ({len(extra.item)}, {periods})"
        raise ParameterError("added", "a plan", expected, extra.capacity.shape)
    count = len(extra.item)
    able = np.where(share > 0.0, tied.capacity[:, None], 0.0) * np.where(share > 0.0, share, 1.0)
    site_capacity, binding = period_coupling(tied, share, able)
    at = network.node_site.astype(np.intp)
    site = np.where((at >= 0) & binding[at], at, -1) if len(binding) else at
    sources = Sources(
        item=np.concatenate([network.node_item, extra.item]).astype(np.intp),
        capacity=np.concatenate([able, extra.capacity.reshape(count, periods)]),
        lead=np.zeros(len(at) + count, dtype=np.intp),
        site=np.concatenate([site, np.full(count, -1, dtype=np.intp)]),
        site_capacity=site_capacity,
    )
    still = np.zeros((len(network.items), periods))

    def solved(items: Flags) -> CarriedStock:
        return carried_stock(
            network, weight, items, sources, weeks=length, stock=stock, arriving=still
        )

    start = short.copy()
    start[network.node_item[(share < 1.0).any(axis=1)]] = True
    found, touched = widened(tied, sources, start, solved, weeks=length, stock=stock)
    return _whole(network, found, touched, weeks=length, stock=stock, item=sources.item)


def period_coupling(tied: Coupling, share: Floats, able: Floats) -> tuple[Floats, Flags]:
    """Return what each site can make in each period, and which sites can bind.

    Here a node may run ahead of its requirement to build up stock, so a site binds unless all its
    nodes at full capacity stay within it.

    Parameters
    ----------
    tied : Coupling
        Capacities of nodes and sites.
    share : ndarray, shape (N, P)
        Share of its capacity at which each node works.
    able : ndarray, shape (N, P)
        Units a week that each node can make by itself.
    """
    network, at = tied.network, tied.network.node_site
    placed = np.flatnonzero(at >= 0)
    open_share = np.zeros((len(network.sites), share.shape[1]))
    np.maximum.at(open_share, at[placed], share[placed])
    limit = np.where(np.isnan(network.site_capacity), np.inf, network.site_capacity)
    total = np.zeros(open_share.shape)
    np.add.at(total, at[placed], able[placed])
    given = np.isfinite(limit)
    capacity = np.full(open_share.shape, np.inf)
    capacity[given] = limit[given, None] * open_share[given]
    several = np.bincount(at[placed], minlength=len(limit)) > 1
    return capacity, several & (total > capacity).any(axis=1)


def widened(
    tied: Coupling,
    sources: Sources,
    start: Flags,
    solved: Callable[[Flags], CarriedStock],
    *,
    weeks: Floats,
    stock: Floats,
) -> tuple[CarriedStock, Flags]:
    """Return the plan of all items from programmes of some, and which items these were at last.

    Parameters
    ----------
    tied : Coupling
        Which items compete.
    sources : Sources
        Where items can come from.
    start : ndarray of bool, shape (I,)
        Items to begin with.
    solved : callable
        Solves the programme of some items.
    weeks : ndarray, shape (P,)
        Length of each period.
    stock : ndarray, shape (I,)
        Units that can be used.
    """
    network, need = tied.network, tied.network.requirement
    sharing = np.zeros(len(network.items), dtype=np.bool_)
    sharing[sources.item[sources.site >= 0]] = True
    pressed = start
    while True:
        grown = _with_sites(network, sources, pressed, sharing)
        items = reached(tied, grown).items
        found = solved(items)
        made = np.zeros((len(network.items), len(weeks)))
        np.add.at(made, sources.item, found.made)
        planned = need[:, None] * weeks
        made[~items] = planned[~items]
        used = network.bill @ made + network.demand[:, None] * weeks - found.lost
        ahead = used.cumsum(axis=1) - planned.cumsum(axis=1) - stock[:, None]
        tiny = 1e-6 * need * weeks.sum()
        out = ~items & (need > 0.0) & (ahead > tiny[:, None]).any(axis=1)
        rushed = items & ~grown & sharing & (made > planned + tiny[:, None]).any(axis=1)
        if not (out | rushed).any():
            return found, items
        pressed = grown | out | rushed


def _with_sites(network: SupplyNetwork, sources: Sources, pressed: Flags, sharing: Flags) -> Flags:
    """Return the items, and all that share a site that binds with them, and so on."""
    if not (pressed & sharing).any():
        return pressed
    tied = sources.site >= 0
    item, site = sources.item[tied], sources.site[tied]
    wide = pressed.copy()
    while True:
        hot = np.zeros(len(network.sites), dtype=np.bool_)
        hot[site[wide[item]]] = True
        wider = wide.copy()
        wider[item[hot[site]]] = True
        if np.array_equal(wider, wide):
            return wide
        wide = wider


def _whole(
    network: SupplyNetwork,
    found: CarriedStock,
    touched: Flags,
    *,
    weeks: Floats,
    stock: Floats,
    item: Indices,
) -> OutagePlan:
    """Return the plan with what goes on as planned."""
    nodes = len(network.nodes)
    made = found.made[:nodes].copy()
    outside = ~touched[network.node_item]
    made[outside] = network.planned[outside, None] * weeks
    total = np.zeros(found.lost.shape)
    np.add.at(total, network.node_item, made)
    np.add.at(total, item[nodes:], found.made[nodes:])
    held = found.held.copy()
    sold = network.demand[:, None] * weeks - found.lost
    left = stock[:, None] + (total - network.bill @ total - sold).cumsum(axis=1)
    held[~touched] = left[~touched]
    return OutagePlan(
        weeks=weeks,
        loss=found.loss,
        lost=found.lost,
        sold=sold,
        made=made,
        added=found.made[nodes:],
        held=held,
        stock_value=found.stock_value,
        capacity_value=found.capacity_value[:nodes],
        added_value=found.capacity_value[nodes:],
        touched=touched,
    )
