"""Gaps: outages that last longer than a maker survives, and which of them hide behind others."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

__all__ = ["Gaps"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Gaps:
    """``G`` outages of a chain with ``N`` nodes and ``S`` sites.

    Parameters
    ----------
    codes, names : tuple of str
        Identity and name of each.
    down : ndarray of bool
        ``(G, N)`` nodes that stand still.
    sites : ndarray of bool
        ``(G, S)`` sites that are out as a whole.
    weeks : ndarray
        ``(G,)`` how long: the time to recover.
    survives : ndarray
        ``(G,)`` weeks that customers do not notice it: the time to survive.
    loss : ndarray
        ``(G,)`` weighted loss of sales until it has recovered.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    down: Bools
    sites: Bools
    weeks: Floats
    survives: Floats
    loss: Floats

    def __len__(self) -> int:
        return len(self.codes)

    def only(self, places: npt.ArrayLike) -> "Gaps":
        """Return some of them.

        Parameters
        ----------
        places : array_like
            Flags ``(G,)`` or places.
        """
        kept = np.arange(len(self))[np.asarray(places)]
        return Gaps(
            tuple(self.codes[g] for g in kept),
            tuple(self.names[g] for g in kept),
            self.down[kept],
            self.sites[kept],
            self.weeks[kept],
            self.survives[kept],
            self.loss[kept],
        )

    def behind(self, effects: csr_array) -> npt.NDArray[np.int64]:
        """Return behind which other gap each one hides, ``(G,)``; itself where behind none.

        What survives an outage survives one that takes no more of anything, for no more weeks. So
        only gaps that hide behind none need be covered.

        Parameters
        ----------
        effects : csr_array
            ``(G, K)`` what each takes: capacity, stock, measures; 0 or more.
        """
        own = np.arange(len(self), dtype=np.int64)
        if not len(self):
            return own
        taken = csr_array(effects)
        taken.eliminate_zeros()
        some = csr_array((np.ones(taken.nnz), taken.indices, taken.indptr), shape=taken.shape)
        count = np.diff(taken.indptr)
        pairs = (some @ some.T).tocoo()
        within = (pairs.data >= count[pairs.row]) & (pairs.row != pairs.col)
        within &= self.weeks[pairs.row] <= self.weeks[pairs.col]
        small, large = pairs.row[within], pairs.col[within]
        more = csr_array(taken[small] - taken[large]).max(axis=1).toarray().ravel()
        small, large = small[more <= 0.0], large[more <= 0.0]
        # of those that take the same for as long the first stands
        back = np.isin(large * len(self) + small, small * len(self) + large)
        kept = ~back | (large < small)
        small, large = small[kept], large[kept]
        hidden = np.isin(own, small)
        front = ~hidden[large]  # what hides behind a hidden one hides behind one that is not
        found = own.copy()
        found[small[front][::-1]] = large[front][::-1]
        return found
