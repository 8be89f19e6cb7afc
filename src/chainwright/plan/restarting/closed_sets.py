"""Sets closed under what their members need: the densest first."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array

from chainwright.diagnose.maker.linear_solver import LinearSolver, Programme
from chainwright.errors import ParameterError

__all__ = ["closed_set_order", "closure_of", "densest_closed_set"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

AGREE = 1e-9
"""Relative difference below which two densities are one."""


def closure_of(n: int, needs: Iterable[tuple[int, int]]) -> Flags:
    """Return what each of `n` nodes (row) needs, through all steps and itself, ``(n, n)``.

    Parameters
    ----------
    n : int
        Number of nodes.
    needs : iterable of (int, int)
        Pairs (j, i): node j needs node i.

    Examples
    --------
    >>> closure_of(3, [(2, 1), (1, 0)])[2].tolist()
    [True, True, True]
    """
    below = np.eye(n, dtype=np.bool_)
    for j, i in needs:
        if not (0 <= j < n and 0 <= i < n):
            raise ParameterError("needs", "a restart", f"pairs of nodes from 0 to {n - 1}", (j, i))
        below[j, i] = True
    for k in range(n):  # Warshall's closure
        below |= below[:, k : k + 1] & below[k]
    return below


def densest_closed_set(p: Floats, v: Floats, below: Flags, left: Flags) -> Flags:
    r"""Return the closed set with the most value a day of work, of what is left; ``(n,)``.

    Dinkelbach's iteration: the closed set with the largest :math:`\sum (v - \lambda p)`, with
    :math:`\lambda` the density of the one before, until it is not above 0. The largest is a
    maximum closure, whose linear programme has whole solutions.

    Parameters
    ----------
    p, v : ndarray, shape (n,)
        Work and value of each node.
    below : ndarray of bool, shape (n, n)
        What each node needs.
    left : ndarray of bool, shape (n,)
        Nodes that are still to be taken; the others are there already.
    """
    nodes = np.flatnonzero(left)
    work, worth = p[nodes], v[nodes]
    free = _without_work(work, worth, below[np.ix_(nodes, nodes)])
    found = np.zeros(len(p), dtype=np.bool_)
    if free.any():
        found[nodes[free]] = True
        return found
    users, inputs = np.nonzero(below[np.ix_(nodes, nodes)] & ~np.eye(len(nodes), dtype=np.bool_))
    rows = np.arange(len(users))
    ones = np.ones(len(users))
    matrix = csc_array(
        (
            np.concatenate([ones, -ones]),
            (np.concatenate([rows, rows]), np.concatenate([users, inputs])),
        ),
        shape=(len(rows), len(nodes)),
    )
    chosen = np.ones(len(nodes), dtype=np.bool_)
    solver = LinearSolver()
    none, whole = np.zeros(len(nodes)), np.ones(len(nodes))
    scale = float(worth.max(initial=0.0)) or 1.0
    low, high = np.full(len(rows), -np.inf), np.zeros(len(rows))
    while True:
        density = worth[chosen].sum() / work[chosen].sum()
        cost = (density * work - worth) / scale
        solver.load(Programme(cost, none, whole, matrix, low, high))
        solver.solve()
        better = solver.values() > 0.5
        if not better.any() or worth[better].sum() <= density * work[better].sum() * (1 + AGREE):
            break
        chosen = better
    found[nodes[chosen]] = True
    return found


def closed_set_order(p: Floats, v: Floats, below: Flags) -> tuple[list[list[int]], tuple[int, ...]]:
    """Return the densest closed sets one after the other, and all nodes in that order.

    Inside a set the node whose own needs give most value a day of work goes first, after them.

    Parameters
    ----------
    p, v : ndarray, shape (n,)
        Work and value of each node.
    below : ndarray of bool, shape (n, n)
        What each node needs.
    """
    left = np.ones(len(p), dtype=np.bool_)
    blocks: list[list[int]] = []
    while left.any():
        block = densest_closed_set(p, v, below, left)
        blocks.append(_inner_order(p, v, below, block))
        left &= ~block
    return blocks, tuple(j for block in blocks for j in block)


def _without_work(work: Floats, worth: Floats, below: Flags) -> Flags:
    """Return nodes that run without any work, or all that is left if none is worth anything."""
    if not worth.any():
        return np.ones(len(work), dtype=np.bool_)
    return np.asarray(below @ work == 0.0, dtype=np.bool_)


def _inner_order(p: Floats, v: Floats, below: Flags, block: Flags) -> list[int]:
    """Return the nodes of a set: those whose needs give most value a day first, needs before."""
    order: list[int] = []
    left = block.copy()
    while left.any():
        nodes = np.flatnonzero(left)
        own = below[nodes] & left
        work, worth = own @ p, own @ v
        dense = np.divide(worth, work, out=np.full(len(nodes), np.inf), where=work > 0.0)
        top = int(np.argmax(dense))
        last = own[top] & below[:, nodes[top]]  # it, and what needs it in turn
        order += _inner_order(p, v, below, own[top] & ~last)
        order += np.flatnonzero(last).tolist()
        left &= ~own[top]
    return order
