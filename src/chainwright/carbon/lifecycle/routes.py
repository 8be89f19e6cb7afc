"""Structural paths: the chains of suppliers that carry most of a product's footprint."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import CapacityError, InfeasibleError

if TYPE_CHECKING:
    from chainwright.carbon.lifecycle.catalogue import Footprints

__all__ = ["Routes", "routes_to"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

ARROW = " > "
"""Between the products of a path: the supplier stands before its user."""

LONGEST, MOST = 60, 2_000_000
"""Deliveries on a path, and paths that are held at once."""


@dataclass(frozen=True, eq=False)
class Routes:
    """The paths to one product, tier by tier; path 0 is the product itself.

    Parameters
    ----------
    names : tuple of str
        Names of all products.
    total, least : float
        The footprint, and what a path must carry to be shown.
    node, parent, tier : ndarray, shape (p,)
        Product where the path begins, the path that it feeds (-1 for the first), and deliveries.
    amount : ndarray, shape (p,)
        Units that it brings.
    emission : ndarray, shape (p,)
        What is emitted where it begins.
    cut : float
        What the branches carry that were not followed; with the paths it makes the total.
    """

    names: tuple[str, ...]
    total: float
    least: float
    node: Places
    parent: Places
    tier: Places
    amount: Floats
    emission: Floats
    cut: float

    def table(self) -> pd.DataFrame:
        """Return a row a path that carries at least the threshold, the largest first."""
        chosen = np.flatnonzero(np.abs(self.emission) >= self.least)
        chosen = chosen[np.argsort(-np.abs(self.emission[chosen]), kind="stable")]
        names = np.array([*self.names, ""], dtype=object)
        words, step = names[self.node[chosen]], self.parent[chosen]
        while (step >= 0).any():
            after = np.where(step >= 0, self.node[step], -1)
            words = np.where(step >= 0, words + ARROW + names[after], words)
            step = np.where(step >= 0, self.parent[step], -1)
        return pd.DataFrame(
            {
                "path": pd.Series([str(word) for word in words], dtype="str"),
                "source": pd.Series(list(names[self.node[chosen]]), dtype="str"),
                "tier": self.tier[chosen],
                "amount": self.amount[chosen],
                "footprint": self.emission[chosen],
                "share": self.emission[chosen] / (self.total or np.nan),
            }
        )


def routes_to(whole: "Footprints", row: int, threshold: float) -> Routes:
    """Return the paths to a product; none that carries the threshold is missing.

    A branch that brings w units of product i carries exactly w y_i with all that feeds it, so it
    is followed where that is at least the threshold.

    Parameters
    ----------
    whole : Footprints
        The footprints of all products.
    row : int
        Row of the product.
    threshold : float
        Least share of its footprint.

    Raises
    ------
    InfeasibleError
        If there are credits, so that a branch has no bound.
    CapacityError
        If more paths carry the threshold than can be held.
    """
    chain, q, y = whole.links, whole.cut.direct, whole.footprint
    if chain.credits or q.min(initial=0.0) < 0.0:
        msg = (
            "Some inputs or emissions are below nought (credits), so a branch of the tree of "
            "suppliers has no bound. Ask for its inputs and sources in place of paths."
        )
        raise InfeasibleError(msg)
    least = threshold * float(y[row])
    node, parent, tier = np.array([row]), np.array([-1]), np.array([0])
    amount = np.array([1.0])
    levels, first, cut = [(node, parent, tier, amount)], 0, 0.0
    held = 1
    while len(node) and least > 0.0:
        counts = chain.starts[node + 1] - chain.starts[node]
        at = np.repeat(chain.starts[node] - np.cumsum(counts) + counts, counts)
        at += np.arange(len(at))
        supplier = chain.supplier[at].astype(np.int64)
        brought = np.repeat(amount, counts) * chain.amount[at]
        below = brought * y[supplier]
        large = (below >= least) & (int(tier[0]) < LONGEST)
        cut += float(below[~large].sum())
        parent = np.repeat(np.arange(len(node)), counts)[large] + first
        first += len(node)
        node, amount = supplier[large], brought[large]
        tier = np.full(len(node), int(tier[0]) + 1)
        held += len(node)
        if held > MOST:
            msg = f"More than {MOST:,} paths carry so small a share. Raise the threshold."
            raise CapacityError(msg)
        if len(node):
            levels.append((node, parent, tier, amount))
    columns = [np.concatenate(column) for column in zip(*levels, strict=True)]
    node, parent, tier, amount = columns
    names = whole.products.codes
    return Routes(names, float(y[row]), least, node, parent, tier, amount, q[node] * amount, cut)
