"""What needs what among stopped nodes: loops put together, in an order with needs first."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from chainwright.errors import ParameterError
from chainwright.plan.restarting.restart_kernels import settle, sorted_groups

__all__ = ["NeedLoops", "Pairs"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Pairs = npt.NDArray[np.int64] | Iterable[tuple[int, int]]
"""Pairs (j, i): node j needs node i."""


@dataclass(frozen=True, eq=False)
class NeedLoops:
    """Nodes in groups that need each other, what each group needs, and what each takes.

    Parameters
    ----------
    p : ndarray, shape (n,) [day]
        Work of each node.
    v : ndarray, shape (n,) [money / day]
        Value of each node.
    group : ndarray of int64, shape (n,)
        Group of each node; a group needs only groups before it.
    starts, inputs : ndarray of int64, shapes (G + 1,), (e,)
        Groups that each group needs directly: ``inputs[starts[g]:starts[g + 1]]``.
    """

    p: Floats
    v: Floats
    group: Ints
    starts: Ints
    inputs: Ints

    @classmethod
    def of(cls, p: Floats, v: Floats, needs: Pairs) -> "NeedLoops":
        """Return the groups of nodes that need each other.

        Parameters
        ----------
        p, v : ndarray, shape (n,)
            Work and value of each node.
        needs : pairs of int
            Pairs (j, i): node j needs node i.

        Raises
        ------
        ParameterError
            If a pair names no node.

        Examples
        --------
        >>> ones = np.ones(3)
        >>> loops = NeedLoops.of(ones, ones, [(2, 1), (1, 2), (1, 0)])
        >>> loops.group.tolist(), loops.inputs.tolist()
        ([0, 1, 1], [0])
        """
        n = len(p)
        pairs = np.asarray(needs if isinstance(needs, np.ndarray) else list(needs), np.int64)
        pairs = pairs.reshape(-1, 2)
        wrong = ((pairs < 0) | (pairs >= n)).any(axis=1)
        if wrong.any():
            expected = f"pairs of nodes from 0 to {n - 1}"
            raise ParameterError("needs", "a restart", expected, tuple(pairs[wrong][0].tolist()))
        if not n:
            none = np.zeros(0, np.int64)
            return cls(p, v, none, np.zeros(1, np.int64), none)
        links = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
        size, label = connected_components(links, directed=True, connection="strong")
        label = np.unique(label, return_inverse=True)[1].astype(np.int64)
        users, used = label[pairs[:, 0]], label[pairs[:, 1]]
        apart = np.unique(np.stack([used, users])[:, used != users], axis=1)
        begins = np.searchsorted(apart[0], np.arange(size + 1)).astype(np.int64)
        waiting = np.bincount(apart[1], minlength=size).astype(np.int64)
        order = np.empty(size, np.int64)
        sorted_groups(begins, np.ascontiguousarray(apart[1]), waiting, order)
        place = np.empty(size, np.int64)
        place[order] = np.arange(size)
        both = np.stack([place[apart[1]], place[apart[0]]])
        both = both[:, np.lexsort((both[1], both[0]))]
        starts = np.searchsorted(both[0], np.arange(size + 1)).astype(np.int64)
        return cls(p, v, place[label], starts, np.ascontiguousarray(both[1]))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def work(self) -> Floats:
        """Work of each group, shape (G,) [day]."""
        return np.bincount(self.group, self.p, len(self)).astype(np.float64)

    @cached_property
    def worth(self) -> Floats:
        """Value of each group, shape (G,) [money / day]."""
        return np.bincount(self.group, self.v, len(self)).astype(np.float64)

    @cached_property
    def longest(self) -> Floats:
        """Longest work of a node of each group, shape (G,) [day]."""
        found = np.zeros(len(self))
        np.maximum.at(found, self.group, self.p)
        return found

    @cached_property
    def users(self) -> Ints:
        """Group that needs, for each of `inputs`, shape (e,)."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.starts))

    @cached_property
    def needing(self) -> Ints:
        """Nodes of groups that need another group, and of loops."""
        sizes = np.bincount(self.group, minlength=len(self))
        return np.flatnonzero(((np.diff(self.starts) > 0) | (sizes > 1))[self.group])

    @cached_property
    def masks(self) -> tuple[int, ...]:
        """All that each group needs, through all steps and itself, as bits of a number."""
        found: list[int] = []
        for g in range(len(self)):
            mask = 1 << g
            for i in self.inputs[self.starts[g] : self.starts[g + 1]].tolist():
                mask |= found[i]
            found.append(mask)
        return tuple(found)

    def members(self) -> list[list[int]]:
        """Return the nodes of each group, rising."""
        by_group = np.argsort(self.group, kind="stable")
        cuts = np.searchsorted(self.group[by_group], np.arange(1, len(self)))
        return [part.tolist() for part in np.split(by_group, cuts)] if len(self) else []

    def days(self, order: npt.ArrayLike, crews: int) -> tuple[Floats, Floats]:
        """Return when each node is restarted and when it runs, shapes (n,) [day].

        Parameters
        ----------
        order : array_like of int, shape (n,)
            Nodes, the first to restart first.
        crews : int
            How many at once.
        """
        done, runs = np.zeros(len(self.p)), np.zeros(len(self))
        free = np.zeros(max(1, min(crews, len(self.p))))
        places = np.asarray(order, np.int64)
        settle(places, self.p, self.group, self.starts, self.inputs, free, done, runs)
        return done, runs[self.group]
