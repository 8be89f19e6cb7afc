"""What is at stake with each item: the products and the revenue that hang on it, stock, options."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.maker.bill_sweeps import hanging
from chainwright.system import Maker

__all__ = ["KINDS", "ItemStakes", "Options", "item_stakes", "options"]

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

KINDS = ("product", "made", "bought", "unknown")
"""What an item is: sold; made by the maker itself; bought in; of unknown source."""


@dataclass(frozen=True, eq=False)
class ItemStakes:
    """What hangs on each of ``I`` items of a maker with ``P`` products.

    Parameters
    ----------
    needs : ndarray of bool, shape (I, P)
        Which products need the item; a product needs itself.
    revenue : ndarray, shape (P,)
        Revenue of each product a week; NaN where its price is not known.
    kind : ndarray of str, shape (I,)
        One of `KINDS`.
    """

    needs: npt.NDArray[np.bool_]
    revenue: Numbers
    kind: npt.NDArray[np.str_]

    def revenue_of(self, needs: npt.NDArray[np.bool_]) -> Numbers:
        """Return the revenue a week of sets of products, those without a price left out.

        NaN where no product of a set has a price; 0 for no product.

        Parameters
        ----------
        needs : ndarray of bool, shape (rows, P)
            The sets.
        """
        priced = np.isfinite(self.revenue)
        summed = needs @ np.where(priced, self.revenue, 0.0)
        silent = needs.any(axis=1) & ~(needs & priced).any(axis=1)
        return np.where(silent, np.nan, summed)

    def unpriced_of(self, needs: npt.NDArray[np.bool_]) -> Counts:
        """Return how many products of each set have no price, shape (rows,).

        Parameters
        ----------
        needs : ndarray of bool, shape (rows, P)
            The sets.
        """
        return np.asarray((needs & ~np.isfinite(self.revenue)).sum(axis=1), dtype=np.int64)


def item_stakes(maker: Maker) -> ItemStakes:
    """Return what hangs on each item of a maker.

    Parameters
    ----------
    maker : Maker
        The chain.
    """
    network, products = maker.network, len(maker.tables["products"])
    n = len(network.items)
    owned = np.bincount(network.node_item, network.own & network.given, minlength=n) > 0
    kind = np.select(
        [np.arange(n) < products, network.sources_of == 0, owned],
        [KINDS[0], KINDS[3], KINDS[1]],
        default=KINDS[2],
    )
    revenue = network.price[:products] * network.demand[:products]
    return ItemStakes(hanging(network, products), revenue, kind)


@dataclass(frozen=True, eq=False)
class Options:
    """Other sources that could make each of ``I`` items.

    Parameters
    ----------
    known : ndarray, shape (I,)
        Number of alternates that are none of its sources.
    qualified : ndarray, shape (I,)
        Number of them that are qualified already: 0 weeks.
    weeks : ndarray, shape (I,)
        Weeks to qualify the quickest; NaN where none is known or none says it.
    """

    known: Counts
    qualified: Counts
    weeks: Numbers


def options(maker: Maker) -> Options:
    """Return the alternates of each item that are not among its sources already.

    Parameters
    ----------
    maker : Maker
        The chain.
    """
    network, rows, sourcing = maker.network, maker.tables["alternates"], maker.tables["sourcing"]
    key = ["item", "supplier", "site"]
    owner = dict(zip(maker.tables["sites"]["site"], maker.tables["sites"]["supplier"], strict=True))
    named = sourcing["supplier"].where(sourcing["supplier"] != "", sourcing["site"].map(owner))
    used = set(zip(*(sourcing.assign(supplier=named)[c] for c in key), strict=True))
    other = np.array([k not in used for k in zip(*(rows[c] for c in key), strict=True)], dtype=bool)
    n = len(network.items)
    item = network.items.index(rows["item"][other])
    weeks = rows["qualify_weeks"].to_numpy(dtype=np.float64)[other]
    quickest = np.full(n, np.inf)
    np.minimum.at(quickest, item, np.where(np.isnan(weeks), np.inf, weeks))
    return Options(
        np.bincount(item, minlength=n),
        np.bincount(item, weeks == 0.0, minlength=n).astype(np.int64),
        np.where(np.isfinite(quickest), quickest, np.nan),
    )
