"""What makes each firm lose in a cascade: the inputs that bind, and whose lack it is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.stress.firms.cascade_network import CascadeNetwork
from chainwright.stress.firms.cascade_runs import CascadeRule
from chainwright.stress.firms.frontier_kernels import EMPTY

__all__ = ["Binding", "binding_inputs", "passed_on"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Binding:
    """The group of inputs that binds at each firm, and the firm it lacks most through.

    Parameters
    ----------
    group : ndarray of int, shape (n,)
        The group with the largest loss; -1 where no input is lacking.
    loss : ndarray, shape (n,)
        What arrives in it [share].
    supplier, buyer : ndarray of int, shape (n,)
        Through which supplier most of it is lost, and which buyer takes most demand away; -1 for
        none.
    """

    group: Places
    loss: Floats
    supplier: Places
    buyer: Places


def passed_on(network: CascadeNetwork, rule: CascadeRule, down: Floats) -> Floats:
    """Return what each firm passes on to its buyers: x = sigma d, shape (n,).

    Parameters
    ----------
    network : CascadeNetwork
        Firms and links.
    rule : CascadeRule
        How the cascade ran.
    down : ndarray, shape (n,)
        Loss downstream of each firm.
    """
    if not rule.substitute:
        return down
    sales, market = network.sales, network.market
    held = np.bincount(market, sales * (1.0 - down), minlength=len(network.market_sales))
    if rule.reference:
        held = np.where(held <= EMPTY, 1.0, held)
    left = held[market]
    sigma = np.where(left > sales, sales / np.where(left > sales, left, 1.0), 1.0)
    return np.asarray(sigma * down, dtype=np.float64)


def binding_inputs(network: CascadeNetwork, rule: CascadeRule, down: Floats, up: Floats) -> Binding:
    """Return what binds at each firm once the losses are `down` and `up`.

    Parameters
    ----------
    network : CascadeNetwork
        Firms and links.
    rule : CascadeRule
        How the cascade ran.
    down, up : ndarray, shape (n,)
        Losses of each firm [share].
    """
    n = network.firms
    lost = network.share * passed_on(network, rule, down)[network.supplier]
    groups = len(network.group_kind)
    arrived = np.asarray(np.bincount(network.groups_of_links, lost, minlength=groups), np.float64)
    buyer = network.group_buyer.astype(np.intp)
    group, most = _largest(buyer, arrived, n)
    in_binding = np.flatnonzero(group[buyer[network.groups_of_links]] == network.groups_of_links)
    of_link = network.groups_of_links[in_binding]
    at, _ = _largest(buyer[of_link], lost[in_binding], n)
    supplier = np.where(at >= 0, network.supplier[in_binding[at]] if len(in_binding) else -1, -1)
    seller = np.repeat(np.arange(n), np.diff(network.sales_starts))
    taken, _ = _largest(seller, network.sales_share * up[network.buyer], n)
    return Binding(group, most, supplier, np.where(taken >= 0, network.buyer[taken], -1))


def _largest(owner: Places, size: Floats, owners: int) -> tuple[Places, Floats]:
    """Return the place and size of the largest of each owner's; -1 and 0 where none is above 0."""
    most = np.zeros(owners)
    np.maximum.at(most, owner, size)
    hit = np.flatnonzero((size > 0.0) & (size == most[owner]))
    place = np.full(owners, -1, dtype=np.intp)
    place[owner[hit[::-1]]] = hit[::-1]  # the first of equal ones
    return place, most
