"""Single sources: which items of a maker hang on one site, supplier, region or country."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.maker.item_stakes import ItemStakes, Options, item_stakes, options
from chainwright.diagnose.maker.maker_names import MakerNames
from chainwright.diagnose.maker.node_groups import GROUPINGS, NodeGroups, node_groups
from chainwright.diagnose.maker.share_bounds import Bounds, concentration_bounds
from chainwright.diagnose.maker.source_counts import SourceCounts, source_counts
from chainwright.diagnose.maker.source_reasons import source_reasons
from chainwright.system import Result, SupplyNetwork, System

__all__ = ["SOURCE_FINDINGS", "SingleSources", "single_sources"]

Numbers = npt.NDArray[np.float64]

SOURCE_FINDINGS = (
    "one site",
    "one site, alternate",
    "one supplier",
    "one region",
    "one country",
    "no source known",
    "cannot be told",
    "several",
)
"""What is found of an item, the worst first; ``alternate`` is one that is qualified already."""


@dataclass(frozen=True, eq=False, repr=False)
class SingleSources(MakerNames, Result):
    """What `single_sources` found for ``I`` items.

    Parameters
    ----------
    groups : dict of str to NodeGroups
        Groups of the nodes by each of `GROUPINGS`.
    counts : dict of str to SourceCounts
        How many groups make each item.
    bounds : dict of str to Bounds
        Herfindahl-Hirschman index of the sources of each item.
    stakes : ItemStakes
        What hangs on each item.
    others : Options
        Alternates of each item.
    """

    name: ClassVar[str] = "single_sources"
    charted: ClassVar[str] = "revenue_per_week"

    groups: dict[str, NodeGroups]
    counts: dict[str, SourceCounts]
    bounds: dict[str, Bounds]
    stakes: ItemStakes
    others: Options

    @cached_property
    def finding(self) -> npt.NDArray[np.str_]:
        """What is found of each item, shape (I,): one of `SOURCE_FINDINGS`."""
        network, counts = self.system.maker.network, self.counts
        sources = network.sources_of
        one = (sources == 1) & (counts["site"].single == 1)
        spared = one & (self.others.qualified > 0)
        told = [counts[by].single for by in ("site", "supplier", "region", "place")]
        unsure = np.any([single == -1 for single in told], axis=0)
        cases = [
            sources == 0,
            spared,
            one,
            counts["supplier"].single == 1,
            counts["region"].single == 1,
            counts["place"].single == 1,
            unsure,
        ]
        words = [SOURCE_FINDINGS[k] for k in (5, 1, 0, 2, 3, 4, 6)]
        return np.select(cases, words, default=SOURCE_FINDINGS[7])

    @cached_property
    def cover_weeks(self) -> Numbers:
        """Weeks that what is held of each item lasts, shape (I,); NaN where none is needed."""
        network = self.system.maker.network
        need = network.requirement
        held: Numbers = np.full(len(need), np.nan)
        np.divide(network.pooled_stock, need, out=held, where=need > 0.0)
        return held

    @cached_property
    def order(self) -> npt.NDArray[np.intp]:
        """The items, the worst first: finding, revenue and products that hang on it, cover."""
        finding = np.array([SOURCE_FINDINGS.index(f) for f in self.finding])
        revenue = np.nan_to_num(self.stakes.revenue_of(self.stakes.needs))
        products = self.stakes.needs.sum(axis=1)
        cover = np.nan_to_num(self.cover_weeks, nan=np.inf)
        return np.lexsort((np.arange(len(cover)), cover, -products, -revenue, finding))

    def table(self) -> pd.DataFrame:
        """Return one row an item, the worst first."""
        network, counts, needs = self.system.maker.network, self.counts, self.stakes.needs
        columns: dict[str, object] = {
            "item": np.array(network.items.codes, dtype=object),
            "kind": self.stakes.kind.astype(object),
            "finding": self.finding.astype(object),
        }
        for by in ("supplier", "site", "region", "place"):
            codes = np.array([*self.groups[by].codes, ""], dtype=object)
            columns[f"only_{by}"] = codes[counts[by].only]
        columns |= {
            "revenue_per_week": self.stakes.revenue_of(needs),
            "cover_weeks": self.cover_weeks,
            "products": needs.sum(axis=1),
            "unpriced_products": self.stakes.unpriced_of(needs),
            "requirement_per_week": network.requirement,
            "sources": network.sources_of,
        }
        for by, found in counts.items():
            columns[f"single_{by}"] = _flags(found.single)
            columns[f"{by}s"] = found.known
            if by != "supplier":
                columns[f"{by}s_unknown"] = found.unknown
        for by, found_bounds in self.bounds.items():
            columns[f"hhi_{by}_low"] = found_bounds.low
            columns[f"hhi_{by}_high"] = found_bounds.high
        columns |= {
            "alternates": self.others.known,
            "qualified_alternates": self.others.qualified,
            "quickest_alternate_weeks": self.others.weeks,
        }
        columns["reason_en"], columns["reason_zh"] = source_reasons(
            self.system.maker,
            self.groups,
            counts,
            self.finding,
            others=self.others,
            cover_weeks=self.cover_weeks,
        )
        return pd.DataFrame(columns).iloc[self.order].reset_index(drop=True)


def single_sources(system: System) -> SingleSources:
    """Return which items of a maker hang on one site, supplier, region or country.

    An item is what the maker sells, makes or buys at any tier that its bill names. A source is one
    row of its sourcing: an item at a site. One node at a known site is one site, one supplier, one
    region and one country. Nodes whose site, region or country is not known are counted apart, so
    whether an item is single may be open: the cell is empty then; so it is where a region is named
    without its country beside one of the same name. Alternates that are not among
    the sources are counted, and qualified ones (0 weeks) make a single source less bad.

    Parameters
    ----------
    system : System
        A system with a maker's chain.

    Returns
    -------
    SingleSources
        Its table has one row an item, the worst first.

    Raises
    ------
    MissingPartError
        If the system has no maker's chain.
    """
    maker = system.maker
    groups = {by: node_groups(maker, by) for by in GROUPINGS}
    network = maker.network
    counts = {str(by): source_counts(network, found) for by, found in groups.items()}
    counts["region"] = _regions(network, groups["region"], counts)
    return SingleSources(
        system,
        groups={str(by): found for by, found in groups.items()},
        counts=counts,
        bounds={
            by: concentration_bounds(network, groups[by]) for by in ("site", "supplier", "place")
        },
        stakes=item_stakes(maker),
        others=options(maker),
    )


def _regions(
    network: SupplyNetwork, groups: NodeGroups, counts: dict[str, SourceCounts]
) -> SourceCounts:
    """Return the regions of each item, as far as their countries tell them apart.

    Two countries are two regions, known by name or not; a region without a country may be that of
    the same name in a country that is known.
    """
    region = counts["region"]
    apart = counts["place"].single == 0
    names, of_name = np.unique(
        np.array([code.partition(":")[2] for code in groups.codes], dtype=object).astype(str),
        return_inverse=True,
    )
    of_node = np.where(groups.of_node < 0, -1, np.append(of_name, -1)[groups.of_node])
    named = source_counts(network, replace(groups, codes=tuple(names), of_node=of_node))
    open_ = (region.single == 0) & (named.known == 1)
    single = np.where(apart, 0, np.where(open_, -1, region.single))
    return replace(region, single=single.astype(np.int8))


def _flags(single: npt.NDArray[np.int8]) -> "pd.arrays.BooleanArray":
    return pd.arrays.BooleanArray(single == 1, single == -1)
