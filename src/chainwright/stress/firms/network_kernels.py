"""Links sorted and weighed for the cascade: counting sorts and sums by group."""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit

__all__ = ["counting_order", "group_links", "row_starts", "spread_by"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer]


@jit
def row_starts(key: Integers, starts: Integers) -> None:
    """Fill `starts` (k + 1) with where each of k keys begins once `key` is sorted."""
    starts[:] = 0
    for e in range(key.shape[0]):
        starts[key[e] + 1] += 1
    for k in range(1, starts.shape[0]):
        starts[k] += starts[k - 1]


@jit
def counting_order(key: Integers, before: Integers, starts: Integers, order: Integers) -> None:
    """Fill `order` with the places `before`, sorted by their `key`; equal keys stay in order.

    Parameters
    ----------
    key : ndarray of int, shape (L,)
        Key of each place, 0 to k - 1.
    before : ndarray of int, shape (b,)
        Places in `key`, all or a part of them.
    starts : ndarray of int, shape (k + 1,)
        Working space.
    order : ndarray of int, shape (b,)
        Filled: the places of `before`, sorted.
    """
    starts[:] = 0
    for b in range(before.shape[0]):
        starts[key[before[b]] + 1] += 1
    for k in range(1, starts.shape[0]):
        starts[k] += starts[k - 1]
    for b in range(before.shape[0]):
        e = before[b]
        order[starts[key[e]]] = e
        starts[key[e]] += 1


@jit
def group_links(
    buyer: Integers,
    key: Integers,
    order: Integers,
    firms: int,
    group_of_link: Integers,
    group_starts: Integers,
    buyer_groups: Integers,
) -> int:
    """Give the links of equal buyer and key a group, and return how many groups there are.

    Parameters
    ----------
    buyer, key : ndarray of int, shape (L,)
        Buyer of each link, 0 to firms - 1, and its key, 0 or above.
    order : ndarray of int, shape (b,)
        Places of the links that count, sorted by (buyer, key).
    firms : int
        Number of firms.
    group_of_link : ndarray of int, shape (b,)
        Filled: group of each sorted link.
    group_starts : ndarray of int, shape (b + 1,)
        Filled as far as there are groups, and one further: where each begins in the sorted links.
    buyer_groups : ndarray of int, shape (firms + 1,)
        Filled: where each buyer's groups begin.
    """
    groups = 0
    last_buyer, last_key = np.int64(-1), np.int64(-1)
    for b in range(order.shape[0]):
        e = order[b]
        j, k = np.int64(buyer[e]), np.int64(key[e])
        if j != last_buyer or k != last_key:
            while last_buyer < j:
                last_buyer += 1
                buyer_groups[last_buyer] = groups
            last_key = k
            group_starts[groups] = b
            groups += 1
        group_of_link[b] = groups - 1
    group_starts[groups] = order.shape[0]
    while last_buyer < firms:
        last_buyer += 1
        buyer_groups[last_buyer] = groups
    return groups


@jit
def spread_by(starts: Integers, value: Floats, total: Floats) -> None:
    """Fill `total` with the sum of `value` between the `starts`, in order."""
    for g in range(total.shape[0]):
        held = 0.0
        for e in range(starts[g], starts[g + 1]):
            held += value[e]
        total[g] = held
