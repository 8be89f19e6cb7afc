"""The programme of service times: which plans there are, and what each costs."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

__all__ = ["ServiceProgramme"]

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]

TOLERANCE = 1e-9
"""Days by which a time may be off and still count as the same."""


@dataclass(frozen=True, eq=False)
class ServiceProgramme:
    r"""Service times of ``n`` stages that are joined by ``m`` arcs.

    .. math:: \min_S \sum_j w_j \sqrt{SI_j + T_j - S_j}, \quad SI_j = \max(sI_j, \max_i S_i), \quad
        0 \le S_j \le \min(smax_j, SI_j + T_j)

    over the suppliers i of each stage j (Graves & Willems 2000).

    Parameters
    ----------
    time : ndarray, shape (n,) [day]
        Stage times T; stages in topological order.
    weight : ndarray, shape (n,) [money/(year sqrt(day))]
        Cost w of the root of one day: holding cost times safety factor times deviation of demand.
    outside : ndarray, shape (n,) [day]
        Time sI that the stage waits for what comes from outside; 0 where nothing does.
    longest : ndarray, shape (n,) [day]
        Longest service time smax that customers outside accept; infinite where none are.
    tail, head : ndarray, shape (m,)
        Supplier and customer of each arc, sorted by supplier, then customer.
    """

    time: Floats
    weight: Floats
    outside: Floats
    longest: Floats
    tail: Steps
    head: Steps

    def __len__(self) -> int:
        return len(self.time)

    @cached_property
    def out_first(self) -> Steps:
        """First arc of each supplier, ``(n + 1,)``."""
        return np.searchsorted(self.tail, np.arange(len(self) + 1)).astype(np.int64)

    @cached_property
    def in_arc(self) -> Steps:
        """Arcs sorted by customer, ``(m,)``."""
        return np.argsort(self.head, kind="stable").astype(np.int64)

    @cached_property
    def in_first(self) -> Steps:
        """First place in `in_arc` of each customer, ``(n + 1,)``."""
        sides = np.arange(len(self) + 1)
        return np.searchsorted(self.head[self.in_arc], sides).astype(np.int64)

    @cached_property
    def level(self) -> Steps:
        """Most arcs on a way from a source to each stage, ``(n,)``."""
        found = np.zeros(len(self), dtype=np.int64)
        while len(self.tail):
            after = found.copy()
            np.maximum.at(after, self.head, found[self.tail] + 1)
            if (after == found).all():
                break
            found = after
        return found

    @cached_property
    def _by_level(self) -> list[tuple[Steps, Steps]]:
        """Stages of each level with the arcs that end there."""
        arc_level = self.level[self.head]
        return [
            (np.flatnonzero(self.level == k), np.flatnonzero(arc_level == k))
            for k in range(int(self.level.max(initial=-1)) + 1)
        ]

    def mended(self, quoted: Floats) -> Floats:
        """Return a plan that can be kept: no stage quotes more than it waits and works, or may.

        Lowering a service time never costs more than the plan said.

        Parameters
        ----------
        quoted : ndarray, shape (n,) [day]
            Times quoted.
        """
        kept = np.clip(quoted, 0.0, self.longest)
        waited = self.outside.copy()
        for stages, arcs in self._by_level:
            np.maximum.at(waited, self.head[arcs], kept[self.tail[arcs]])
            kept[stages] = np.minimum(kept[stages], waited[stages] + self.time[stages])
        return kept

    def waited(self, quoted: Floats) -> Floats:
        """Return how long each stage waits for its inputs, ``(n,)`` days.

        Parameters
        ----------
        quoted : ndarray, shape (n,) [day]
            Times quoted.
        """
        found = self.outside.copy()
        np.maximum.at(found, self.head, quoted[self.tail])
        return found

    def covered(self, quoted: Floats) -> Floats:
        """Return the net replenishment time of each stage, ``(n,)`` days: what its stock covers.

        Parameters
        ----------
        quoted : ndarray, shape (n,) [day]
            Times quoted.
        """
        days = self.waited(quoted) + self.time - quoted
        return np.where(np.abs(days) < TOLERANCE, 0.0, days)

    def cost(self, quoted: Floats) -> float:
        """Return what a plan costs a year; infinite where it cannot be kept.

        Parameters
        ----------
        quoted : ndarray, shape (n,) [day]
            Times quoted.
        """
        days = self.covered(quoted)
        if (days < 0.0).any() or (quoted > self.longest + TOLERANCE).any() or (quoted < 0.0).any():
            return np.inf
        return float(self.weight @ np.sqrt(days))

    @cached_property
    def replenished(self) -> Floats:
        """Longest replenishment time of each stage if nobody holds stock, ``(n,)`` days."""
        waited = self.outside.copy()
        total = waited + self.time
        for stages, arcs in self._by_level:
            held = np.minimum(total, self.longest)
            np.maximum.at(waited, self.head[arcs], held[self.tail[arcs]])
            total[stages] = waited[stages] + self.time[stages]
        return total

    @cached_property
    def parts(self) -> list[Steps]:
        """Stages that are joined by arcs, a part each, in order."""
        n = len(self)
        arcs = csr_array((np.ones(len(self.tail)), (self.tail, self.head)), shape=(n, n))
        count, label = connected_components(arcs, directed=False)
        return [np.flatnonzero(label == k).astype(np.int64) for k in range(count)]

    def part(self, stages: Steps) -> "ServiceProgramme":
        """Return the programme of one of the `parts`, given its `stages`."""
        place = np.full(len(self), -1)
        place[stages] = np.arange(len(stages))
        arcs = place[self.tail] >= 0
        return ServiceProgramme(
            self.time[stages],
            self.weight[stages],
            self.outside[stages],
            self.longest[stages],
            place[self.tail[arcs]],
            place[self.head[arcs]],
        )

    @property
    def is_tree(self) -> bool:
        """Whether it is one part without a ring of arcs."""
        return len(self.tail) == len(self) - 1 and len(self.parts) == 1
