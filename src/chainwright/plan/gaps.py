"""Gaps: outages that last longer than a maker survives, and which of them hide behind others."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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

    def behind(self, usable: Bools) -> npt.NDArray[np.int64]:
        """Return behind which other gap each one hides, ``(G,)``; itself where behind none.

        What survives an outage survives one of fewer nodes and sites, of no more weeks, in which
        no fewer measures can be used. So only gaps that hide behind none need be covered.

        Parameters
        ----------
        usable : ndarray of bool
            ``(G, M)`` measures that can be used in each.
        """
        out = np.concatenate([self.down, self.sites, ~usable], axis=1).astype(np.float32)
        size = out.sum(axis=1)
        within = (out @ out.T) >= size[:, None]  # row's set is part of column's
        within &= self.weeks[:, None] <= self.weeks[None, :]
        same = within & within.T
        order = np.arange(len(self))
        within &= ~same | (order[None, :] < order[:, None])  # of the same ones the first stands
        np.fill_diagonal(within, val=False)
        hidden = within.any(axis=1)
        # the longest and largest of those that it hides behind hides behind none itself
        rank = np.where(within & ~hidden[None, :], size[None, :] + 1.0, 0.0)
        return np.where(hidden, rank.argmax(axis=1), order).astype(np.int64)
