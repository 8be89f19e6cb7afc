"""What stops when a node of a chain is lost, and where a single one is enough."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.chain_maps.graph import Links, dominators, reach
from chainwright.system import Chain

__all__ = ["Losses", "losses"]

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Losses:
    """What each of n nodes carries, towards f finished goods.

    Parameters
    ----------
    finals : ndarray of int32, shape (f,)
        Finished goods.
    marked : bool
        Whether the chain marks them; otherwise they are the nodes that feed nothing.
    leads : ndarray of bool, shape (n, f)
        Which goods a node feeds, through any link.
    stopped : ndarray of bool, shape (n, f)
        Which goods stop without it, through links known to be essential: at least these.
    stopped_most : ndarray of bool, shape (n, f)
        Which may stop, if links of unknown necessity are essential: at most these.
    nodes_stopped, nodes_stopped_most : ndarray of int, shape (n,)
        How many other nodes stop, at least and at most.
    passed : ndarray of bool, shape (f, n)
        Which nodes every essential path from the resources to a good passes; the good itself is
        left out.
    """

    finals: npt.NDArray[np.int32]
    marked: bool
    leads: Flags
    stopped: Flags
    stopped_most: Flags
    nodes_stopped: Counts
    nodes_stopped_most: Counts
    passed: Flags

    @cached_property
    def count(self) -> Counts:
        """Finished goods other than itself that stop without each node, at least, shape (n,)."""
        return self._others(self.stopped)

    @cached_property
    def count_most(self) -> Counts:
        """Finished goods other than itself that stop without each node, at most, shape (n,)."""
        return self._others(self.stopped_most)

    @property
    def critical(self) -> Flags:
        """Whether all finished goods (other than itself) stop without the node, shape (n,)."""
        total = np.full(len(self.stopped), len(self.finals), dtype=np.int64)
        total[self.finals] -= 1
        return np.asarray((self.count == total) & (total > 0), dtype=np.bool_)

    def _others(self, which: Flags) -> Counts:
        found: Counts = which.sum(axis=1, dtype=np.int64)
        found[self.finals] -= 1  # each reaches itself
        return found


def losses(chain: Chain) -> Losses:
    """Return what stops if each node of a chain is lost, and the nodes that all paths pass.

    A node stops if an input that is essential to it is lost, and so on downstream. Links whose
    necessity is not known give the upper bound. What comes back from used goods (route
    ``recycling``) feeds nothing here.

    Parameters
    ----------
    chain : Chain
        The chain.
    """
    table = chain.links
    every = Links(
        len(chain.axis),
        chain.axis.index(table["from_node"]),
        chain.axis.index(table["to_node"]),
    )
    necessity = table["necessity"].to_numpy(dtype=object)
    onward = ~table["route"].astype("object").str.contains("recycling").fillna(value=False)
    fresh = onward.to_numpy(dtype=np.bool_)
    essential = every.kept(fresh & (necessity == "essential"))
    possible = every.kept(fresh & (necessity != "replaceable"))
    finals = chain.nodes["final"].fillna(0).astype("float64").to_numpy() > 0.0
    marked = bool(finals.any())
    if not marked:
        finals = np.bincount(every.source[fresh], minlength=every.n) == 0
    goals = np.flatnonzero(finals).astype(np.int32)
    nodes = np.arange(every.n, dtype=np.int32)
    passed = dominators(essential)[goals]
    passed[np.arange(len(goals)), goals] = False
    return Losses(
        goals,
        marked,
        reach(every.kept(fresh), goals),
        reach(essential, goals),
        reach(possible, goals),
        reach(essential, nodes).sum(axis=1) - 1,
        reach(possible, nodes).sum(axis=1) - 1,
        passed,
    )
