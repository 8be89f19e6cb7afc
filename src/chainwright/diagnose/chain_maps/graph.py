"""Which node of a chain stands behind which: reach, dominators, layers, for all nodes at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

__all__ = ["Links", "dominators", "layers", "reach"]

Places = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Links:
    """Links between `n` nodes, each from an input to what is made with it.

    Parameters
    ----------
    n : int
        How many nodes there are.
    source, target : ndarray of int32, shape (links,)
        Where each link starts and ends.
    """

    n: int
    source: Places
    target: Places

    def kept(self, which: Flags) -> "Links":
        """Return the links for which `which`, shape (links,), holds."""
        return Links(self.n, self.source[which], self.target[which])

    def loops(self) -> Places:
        """Return the strong component of each node, shape (n,); nodes of one loop share theirs."""
        shape = (self.n, self.n)
        held = csr_array((np.ones(len(self.source)), (self.source, self.target)), shape=shape)
        found: Places = connected_components(held, connection="strong")[1].astype(np.int32)
        return found


def reach(links: Links, goals: Places) -> Flags:
    """Return which goals can be reached from each node along links, shape (n, goals).

    A goal reaches itself. Each step joins the sets of all nodes whose successors' sets grew, until
    none grows: ``R(v) = own(v) | OR of R(s) over successors s``. Loops are allowed.

    Parameters
    ----------
    links : Links
        The links.
    goals : ndarray of int32, shape (goals,)
        Nodes that are asked for.

    Examples
    --------
    >>> import numpy as np
    >>> path = Links(3, np.array([0, 1], dtype=np.int32), np.array([1, 2], dtype=np.int32))
    >>> reach(path, np.array([2], dtype=np.int32))[:, 0].tolist()
    [True, True, True]
    """
    own = np.zeros((links.n, len(goals)), dtype=np.bool_)
    own[goals, np.arange(len(goals))] = True
    bits = np.packbits(own, axis=1)
    bits = _settled(bits, bits, links.target, links.source, np.bitwise_or)
    return np.unpackbits(bits, axis=1, count=len(goals)).astype(np.bool_)


def dominators(links: Links) -> Flags:
    """Return which nodes every path from the resources to each node passes, shape (n, n).

    Cell (v, u) holds if u dominates v: all ways from what has no input to v lead through u; v
    dominates itself. With a virtual root before all nodes without inputs,
    ``D(v) = {v} | intersection of D(p) over inputs p``, the largest solution, found by iteration.
    A loop that nothing from outside feeds counts as resources: the root feeds all its nodes.

    Parameters
    ----------
    links : Links
        The links.

    References
    ----------
    Allen and Cocke 1972; Cooper, Harvey and Kennedy 2001, "A Simple, Fast Dominance Algorithm".

    Examples
    --------
    >>> import numpy as np
    >>> path = Links(3, np.array([0, 1], dtype=np.int32), np.array([1, 2], dtype=np.int32))
    >>> dominators(path)[2].tolist()
    [True, True, True]
    """
    loop = links.loops()
    fed = np.zeros(links.n, dtype=np.bool_)  # by component
    across = loop[links.source] != loop[links.target]
    fed[loop[links.target[across]]] = True
    below = links.kept(fed[loop[links.target]])
    own = np.packbits(np.eye(links.n, dtype=np.bool_), axis=1)
    start = np.where(fed[loop][:, None], np.uint8(255), own)
    bits = _settled(start, own, below.source, below.target, np.bitwise_and)
    return np.unpackbits(bits, axis=1, count=links.n).astype(np.bool_)


def _settled(
    bits: npt.NDArray[np.uint8],
    own: npt.NDArray[np.uint8],
    giver: Places,
    taker: Places,
    join: "np.ufunc",
) -> npt.NDArray[np.uint8]:
    """Return the sets, a row of bits a node, once no taker's set changes any more.

    A taker's new set is its own with the join of its givers' sets. Only takers whose givers
    changed are looked at again, so a long path costs its length, not its square.
    """
    order = np.argsort(taker, kind="stable")
    giver, taker = giver[order], taker[order]
    bits = bits.copy()
    waiting = np.zeros(len(bits), dtype=np.bool_)
    waiting[taker] = True
    while waiting.any():
        rows = np.flatnonzero(waiting[taker])
        first = rows[np.flatnonzero(np.diff(taker[rows], prepend=-1))]
        starts = np.searchsorted(rows, first)
        nodes = taker[first]
        new = join.reduceat(bits[giver[rows]], starts, axis=0) | own[nodes]
        if join is np.bitwise_or:
            new |= bits[nodes]
        changed = nodes[(new != bits[nodes]).any(axis=1)]
        bits[nodes] = new
        moved = np.zeros(len(bits), dtype=np.bool_)
        moved[changed] = True
        waiting[:] = False
        waiting[taker[moved[giver]]] = True
    return bits


def layers(links: Links, least: Places | None = None) -> Places:
    """Return the layer of each node: past all its inputs and not before `least`, shape (n,).

    The longest path to a node, links inside a loop left out.

    Parameters
    ----------
    links : Links
        The links.
    least : ndarray of int32, shape (n,), optional
        First layer that each node may have; 0 if not given.

    Examples
    --------
    >>> import numpy as np
    >>> path = Links(3, np.array([0, 1], dtype=np.int32), np.array([1, 2], dtype=np.int32))
    >>> layers(path).tolist()
    [0, 1, 2]
    """
    loop = links.loops()
    across = links.kept(loop[links.source] != loop[links.target])
    layer = np.zeros(links.n, dtype=np.int32) if least is None else least.astype(np.int32)
    # a link that goes on over a loop may wait for all of the loop, so at most n rounds
    for _ in range(links.n):
        new = layer.copy()
        np.maximum.at(new, across.target, layer[across.source] + 1)
        if np.array_equal(new, layer):
            break
        layer = new
    return layer
