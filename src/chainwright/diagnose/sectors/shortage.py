"""How far a shortage spreads: output is at most the scarcest essential input allows."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.diagnose.sectors.deliveries import products_of
from chainwright.system import Axis, Flows
from chainwright.system.essentials import Essential

__all__ = ["Links", "Spread", "links", "spread"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

ROOM = 4 * 2**20
"""Bytes that one batch of suppliers takes for its lost inputs: few, to stay near the processor."""

STILL = 1e-9
"""Share of the cut below which a further loss counts as no movement."""

ROUNDS = 100_000
"""Most rounds; losses grow towards the cut, so they come to rest long before."""


@dataclass(frozen=True, eq=False)
class Links:
    """Deliveries that are at least a given share of their user's output.

    Suppliers are the ``n`` nodes and, in a table of one nation, the rows of its imports.

    Parameters
    ----------
    supplier, user : ndarray of int, shape (k,)
        Position of each link's supplier and user (a node).
    product : ndarray of int, shape (k,)
        Position of what is delivered among `products`.
    share : ndarray, shape (k,)
        The supplier's share of all that the user buys of the product, from anywhere.
    essential : ndarray of bool, shape (k,)
        Whether the user stops without the product.
    products : Axis
        What is delivered.
    suppliers : int
        How many suppliers there are.
    output : ndarray, shape (n,) [money]
        Output of the nodes.
    """

    supplier: Places
    user: Places
    product: Places
    share: Numbers
    essential: npt.NDArray[np.bool_]
    products: Axis
    suppliers: int
    output: Numbers


def links(flows: Flows, essential: Essential, *, least: float) -> Links:
    r"""Return the deliveries of at least `least` of their user's output.

    Origins of a product pool: the share of supplier (r, p) in user j's input p is
    :math:`W^p_{rj} = z_{(r,p)j} / \sum_{r'} z_{(r',p)j}`, over all origins, small ones included.

    Parameters
    ----------
    flows : Flows
        The table.
    essential : Essential
        By product (`products_of`) and sector of the user.
    least : float
        Share of the user's output.
    """
    products = products_of(flows)
    made = flows.nodes.sectors
    z = flows.matrix
    product = products.index(made.codes).astype(np.intp)[flows.nodes.sector]
    if flows.imports is not None:
        rows = flows.imports.rows
        z = np.concatenate([z, flows.imports.matrix])
        place = products.index(rows.sectors.codes).astype(np.intp)[rows.sector]
        product = np.concatenate([product, place])
    order = np.argsort(product, kind="stable")
    present, starts = np.unique(product[order], return_index=True)
    pooled = np.zeros((len(products), z.shape[1]))
    positive = np.maximum(z, 0.0)
    pooled[present] = np.add.reduceat(positive[order], starts, axis=0, dtype=np.float64)
    x = flows.output
    supplier, user = np.nonzero((positive >= least * x) & (positive > 0.0) & (x > 0.0))
    p = product[supplier]
    return Links(
        supplier=supplier,
        user=user,
        product=p,
        share=positive[supplier, user] / pooled[p, user],
        essential=essential.matrix[p, flows.nodes.sector[user]],
        products=products,
        suppliers=len(z),
        output=x,
    )


@dataclass(frozen=True, eq=False)
class Spread:
    """What a cut of each supplier in turn comes to, once nothing moves any more.

    Parameters
    ----------
    lost : ndarray, shape (suppliers,) [money]
        Output lost by the counted users, the supplier itself left out.
    rounds : int
        Most rounds that a supplier took.
    """

    lost: Numbers
    rounds: int


def spread(found: Links, *, cut: float, stock: Numbers, counted: npt.NDArray[np.bool_]) -> Spread:
    r"""Return what the users lose if each supplier in turn delivers `cut` less, round after round.

    With :math:`\ell_i` the share of its output that i has lost, S the essential products of j and
    :math:`\sigma_p` the share of the time that stocks of p cover,

    .. math:: \ell_j = \max\left(\text{cut}_j,\ \max_{p \in S_j} \left(\sum_r W^p_{rj}
              \ell_{(r,p)} - \sigma_p\right)^+\right)

    from below until it rests: output is at most the scarcest essential input allows, every user
    shares the loss of its supplier alike, and nobody finds another supplier. With those rules it
    is an upper bound for the deliveries in `found`.

    Parameters
    ----------
    found : Links
        Deliveries that count.
    cut : float
        Share of the supplier's deliveries that fail.
    stock : ndarray, shape (products,)
        Share of the time that stocks of each product cover.
    counted : ndarray of bool, shape (n,)
        Users whose losses are added up.
    """
    n = len(found.output)
    lost = np.zeros(found.suppliers)
    pools = _pools(found, stock)
    if not len(pools.users):
        return Spread(lost, 0)
    weight = np.where(counted, found.output, 0.0)
    batch = max(1, min(found.suppliers, ROOM // (8 * max(pools.weights.shape))))
    most = 0
    delivering = np.unique(found.supplier[found.essential])
    for start in range(0, len(delivering), batch):
        cuts = delivering[start : start + batch]
        level, rounds = _at_rest(pools, cuts, cut)
        totals = weight @ level[:n]
        own = cuts < n
        totals[own] -= weight[cuts[own]] * level[cuts[own], np.flatnonzero(own)]
        lost[cuts] = totals
        most = max(most, rounds)
    return Spread(lost, most)


class _Pools(NamedTuple):
    """What users need of essential products: a row a pool, that is a user and a product.

    `weights` holds each supplier's share of the pool, `cover` the share of the time that stocks
    cover; the pools of ``users[i]`` begin at ``starts[i]``.
    """

    weights: csr_array
    cover: Numbers
    users: Places
    starts: Places


def _pools(found: Links, stock: Numbers) -> _Pools:
    kept = np.flatnonzero(found.essential)
    key = found.user[kept] * len(found.products) + found.product[kept]
    pool, row = np.unique(key, return_inverse=True)
    shape = (len(pool), found.suppliers)
    weights = csr_array((found.share[kept], (row, found.supplier[kept])), shape=shape)
    users, starts = np.unique(pool // len(found.products), return_index=True)
    return _Pools(weights, stock[pool % len(found.products)], users, starts)


def _at_rest(pools: _Pools, cuts: Places, cut: float) -> tuple[Numbers, int]:
    """Return the lost share of each supplier (row) for each of `cuts` (column), and the rounds."""
    shape = (pools.weights.shape[1], len(cuts))
    final = np.zeros(shape)
    level = np.zeros(shape)
    level[cuts, np.arange(len(cuts))] = cut
    moving = np.arange(len(cuts))
    for rounds in range(1, ROUNDS + 1):
        missing = pools.weights @ level
        missing -= pools.cover[:, None]
        before = level[pools.users]
        after = np.maximum(before, np.maximum.reduceat(missing, pools.starts, axis=0))
        level[pools.users] = after
        moved = (after - before).max(axis=0) > STILL * cut
        if not moved.all():
            final[:, moving[~moved]] = level[:, ~moved]
            moving, level = moving[moved], level[:, moved]
        if not len(moving):
            return final, rounds
    final[:, moving] = level
    return final, ROUNDS
