"""Where a maker's purchases come from, and what output and revenue hang on each place."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.chain_maps.reasons import place_name
from chainwright.diagnose.maker.item_stakes import ItemStakes, item_stakes
from chainwright.diagnose.maker.maker_names import MakerNames
from chainwright.diagnose.maker.node_groups import GROUPINGS, NodeGroups, node_groups
from chainwright.diagnose.maker.purchases import Purchases, purchases
from chainwright.diagnose.maker.sole_sources import Stops, stops
from chainwright.system import Language, Result, System

__all__ = ["MakerConcentration", "concentration"]

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

ORDER = ("place", "region", "supplier", "site")
"""The groupings, the widest first, as rows come."""


@dataclass(frozen=True, eq=False, repr=False)
class MakerConcentration(MakerNames, Result):
    """What `concentration` found.

    Parameters
    ----------
    groups : dict of str to NodeGroups
        Countries, regions, suppliers and sites of the nodes.
    stops : dict of str to Stops
        What can never be made again without each.
    spent : Purchases
        What is spent on each node.
    stakes : ItemStakes
        What hangs on each item.
    """

    name: ClassVar[str] = "maker_concentration"
    charted: ClassVar[str] = "purchase_share"

    groups: dict[str, NodeGroups]
    stops: dict[str, Stops]
    spent: Purchases
    stakes: ItemStakes

    @cached_property
    def _rows(self) -> dict[str, pd.DataFrame]:
        """Rows of each grouping, the largest purchase first, what is not known last."""
        return {by: self._of(self.groups[by], self.stops[by]) for by in ORDER}

    def table(self) -> pd.DataFrame:
        """Return one row a country, region, supplier and site: countries first, largest first.

        A row with an empty code has what comes from where is not known.
        """
        return pd.concat(self._rows.values(), ignore_index=True)

    def summary(self) -> pd.DataFrame:
        """Return how concentrated purchases are by country, region, supplier and site."""
        return pd.DataFrame([self._summed(by, rows) for by, rows in self._rows.items()])

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the rows, and one row a grouping."""
        return {self.name: self.table(), "maker_concentration_index": self.summary()}

    def names(self, column: str, language: Language = "en") -> Mapping[str, str]:
        """Return what countries, suppliers and sites are called.

        Parameters
        ----------
        column : str
            A column of one of the tables.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column != "group":
            return super().names(column, language)
        places = {code: place_name(code)[language == "zh"] for code in self.groups["place"].codes}
        named = [zip(self.groups[by].codes, self.groups[by].names, strict=True) for by in ORDER[2:]]
        return places | {code: name for pairs in named for code, name in pairs if code and name}

    def _of(self, groups: NodeGroups, found: Stops) -> pd.DataFrame:
        network = self.system.maker.network
        # the maker's own work is no purchase, and its own row of suppliers no supplier
        own = len(groups.codes) if groups.by != "supplier" else len(groups.codes) - 1
        bought = ~network.own
        group = np.where(groups.of_node < 0, own, groups.of_node)[bought]
        codes = [*groups.codes[:own], ""]
        width = len(codes)
        direct, deeper = self.spent.direct[bought], self.spent.deeper[bought]

        def summed(values: npt.ArrayLike) -> Numbers:
            weights = np.asarray(values, dtype=np.float64)
            return np.bincount(group, weights, minlength=width).astype(np.float64)

        silent = np.isnan(direct)
        value = summed(np.nan_to_num(direct))
        priced = summed(~silent & (direct > 0.0))
        value = np.where((priced == 0.0) & (summed(silent) > 0.0), np.nan, value)
        whole = float(np.nansum(value))
        products = self.stakes.needs.shape[1]
        stopped = np.zeros((width, products), dtype=np.bool_)
        inside = found.columns < own
        stopped[found.columns[inside]] = found.stopped[:products, inside].T
        touched = self._touched(groups, width, own)
        later, taken = np.nan_to_num(deeper), self.spent.bought[bought]
        blank = (summed(later > 0.0) == 0.0) & (summed(np.isnan(deeper)) > 0.0)
        pairs = np.column_stack([group, network.node_item[bought]])[taken]
        items = np.unique(pairs, axis=0)[:, 0]
        rows = pd.DataFrame(
            {
                "by": groups.by,
                "group": np.array(codes, dtype=object),
                "purchase_share": value / whole if whole > 0.0 else np.full(width, np.nan),
                "purchase_per_week": value,
                "deeper_per_week": np.where(blank, np.nan, summed(later)),
                "unpriced_sources": summed(silent | np.isnan(deeper)).astype(np.int64),
                "assumed_shares": summed(self.spent.assumed[bought]).astype(np.int64),
                "items": np.bincount(items, minlength=width),
                "revenue_stopped_per_week": self.stakes.revenue_of(stopped),
                "revenue_touched_per_week": self.stakes.revenue_of(touched),
                "products_stopped": stopped.sum(axis=1),
                "products_touched": touched.sum(axis=1),
            }
        )
        rows.loc[width - 1, ["revenue_stopped_per_week"]] = np.nan  # nothing in common is known
        order = np.lexsort(
            (
                np.arange(width),
                -np.nan_to_num(self.stakes.revenue_of(touched)),
                -np.nan_to_num(value),
                np.arange(width) == width - 1,
            )
        )
        kept = rows.iloc[order]
        used = (kept["items"] > 0) | (kept["products_touched"] > 0)
        return kept[used].reset_index(drop=True)

    def _touched(self, groups: NodeGroups, width: int, own: int) -> Flags:
        """Return which products need something that comes from each group, also in part."""
        network = self.system.maker.network
        kept = network.given | ~network.own
        group = np.where(groups.of_node < 0, own, groups.of_node)[kept]
        if groups.by == "supplier":
            mine = network.own[kept]
            group, item = group[~mine], network.node_item[kept][~mine]
        else:
            item = network.node_item[kept]
        found = np.zeros((width, self.stakes.needs.shape[1]), dtype=np.bool_)
        np.logical_or.at(found, group, self.stakes.needs[item])
        return found

    def _summed(self, by: str, rows: pd.DataFrame) -> dict[str, object]:
        """Return the index of one grouping: of what is known, and the bounds of all."""
        share = rows["purchase_share"].fillna(0.0).to_numpy()
        named = (rows["group"] != "").to_numpy()
        known, unknown = share[named], float(share[~named].sum())
        total = float(known.sum())
        largest = float(known.max(initial=0.0))
        top = rows["group"].to_numpy()[named]
        squares = float((known**2).sum())
        said = total + unknown > 0.0
        return {
            "by": by,
            "hhi_low": squares if said else np.nan,
            "hhi_high": squares + 2 * largest * unknown + unknown**2 if said else np.nan,
            "unknown_share": unknown if said else np.nan,
            "largest": str(top[int(known.argmax())]) if total > 0.0 else "",
            "largest_share": largest if total > 0.0 else np.nan,
            "groups": int((known > 0.0).sum()),
            "unpriced_sources": int(rows["unpriced_sources"].sum()),
            "assumed_shares": int(rows["assumed_shares"].sum()),
        }


def concentration(system: System) -> MakerConcentration:
    """Return where a maker's purchases come from, and what revenue hangs on each place.

    Purchases are what the maker itself buys in its plan; what its suppliers buy for it further
    down is told apart. Sources without a price are counted and left out; where shares are not
    known, the rest is divided equally and the sources are counted. Revenue hangs on a country,
    region, supplier or site as a whole where products cannot be made without it (`stopped`), and
    in part where they need anything at all from it (`touched`).

    Parameters
    ----------
    system : System
        A system with a maker's chain.

    Returns
    -------
    MakerConcentration
        Its table has countries first, those with the largest purchases first.

    Raises
    ------
    MissingPartError
        If the system has no maker's chain.
    """
    maker = system.maker
    groups = {str(by): node_groups(maker, by) for by in GROUPINGS}
    return MakerConcentration(
        system,
        groups=groups,
        stops={by: stops(maker.network, found) for by, found in groups.items()},
        spent=purchases(maker),
        stakes=item_stakes(maker),
    )
