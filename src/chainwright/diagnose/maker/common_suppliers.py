"""Common suppliers: whose loss stops many parts and products, also deep down and unseen."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.chain_maps.reasons import place_name
from chainwright.diagnose.maker.hidden_sources import HiddenSources, hidden_sources
from chainwright.diagnose.maker.item_stakes import ItemStakes, item_stakes
from chainwright.diagnose.maker.maker_names import MakerNames
from chainwright.diagnose.maker.node_groups import Grouping, NodeGroups, node_groups
from chainwright.diagnose.maker.sole_sources import Stops, stops
from chainwright.diagnose.maker.source_counts import SourceCounts, source_counts
from chainwright.params.agreement import agreed
from chainwright.system import Language, Result, System

__all__ = ["CommonSuppliers", "common_suppliers"]

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Number = TypeVar("Number", bound=np.generic)

LISTED = 8
"""Codes that a cell lists at most."""


@dataclass(frozen=True, eq=False, repr=False)
class CommonSuppliers(MakerNames, Result):
    """What `common_suppliers` found for ``G`` groups of nodes.

    Parameters
    ----------
    groups : NodeGroups
        The groups: suppliers, sites, regions or countries.
    stops : Stops
        What can never be made again without each.
    counts : SourceCounts
        How many groups make each item.
    hidden : HiddenSources
        Items of several sources that hang on one all the same.
    stakes : ItemStakes
        What hangs on each item.
    """

    name: ClassVar[str] = "common_suppliers"
    charted: ClassVar[str] = "revenue_per_week"

    groups: NodeGroups
    stops: Stops
    counts: SourceCounts
    hidden: HiddenSources
    stakes: ItemStakes

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {"by": self.groups.by}

    @cached_property
    def products(self) -> Flags:
        """Which products cannot be made without each group, shape (G, P): its dominators."""
        return self._spread(self.stops.stopped[: self.stakes.needs.shape[1]].T)

    @cached_property
    def order(self) -> npt.NDArray[np.intp]:
        """The groups, those on which most revenue hangs first."""
        revenue = np.nan_to_num(self.stakes.revenue_of(self.products))
        sole: Counts = self._spread(self.stops.sole.sum(axis=0))
        stopped: Counts = self._spread(self.stops.stopped.sum(axis=0))
        by_code = np.arange(len(revenue))
        order = np.lexsort((by_code, -sole, -stopped, -self.products.sum(axis=1), -revenue))
        shown = np.array([bool(code) for code in self.groups.codes], dtype=np.bool_)
        return order[shown[order]]

    def table(self) -> pd.DataFrame:
        """Return one row a group, the one on which most revenue hangs first."""
        found = self.stops
        sole, stopped = (
            self._spread(found.sole.sum(axis=0)),
            self._spread(found.stopped.sum(axis=0)),
        )
        at_most = found.at_most[: self.stakes.needs.shape[1]].sum(axis=0)
        hidden = np.bincount(self.hidden.column, minlength=len(found.columns))
        supplied = np.bincount(found.supplies.indices, minlength=len(self.groups.codes))
        codes = np.array(self.system.maker.network.items.codes, dtype=object)
        columns: dict[str, object] = {
            "group": np.array(self.groups.codes, dtype=object),
            "revenue_per_week": self.stakes.revenue_of(self.products),
            "products_stopped": self.products.sum(axis=1),
            "products_at_most": self._spread(at_most),
            "items_stopped": stopped,
            "sole_items": sole,
            "hidden_items": self._spread(hidden),
            "items_supplied": supplied,
            "unpriced_products": self.stakes.unpriced_of(self.products),
            "products": [_listed(codes[: row.size][row]) for row in self.products],
            "sole_for": self._named(found.sole, codes),
            "by": self.groups.by,
        }
        columns["reason_en"], columns["reason_zh"] = self._reasons(columns)
        return pd.DataFrame(columns).iloc[self.order].reset_index(drop=True)

    def hidden_table(self) -> pd.DataFrame:
        """Return one row an item of several sources and the group that it hangs on all the same.

        That with most revenue on it first; `path` leads down to the part that nobody else makes.
        """
        found, hidden = self.stops, self.hidden
        codes = np.array([*self.system.maker.network.items.codes, ""], dtype=object)
        groups = np.array(self.groups.codes, dtype=object)
        needs = self.stakes.needs[hidden.item]
        revenue = self.stakes.revenue_of(needs)
        steps = (hidden.way >= 0).sum(axis=1) - 1
        frame = pd.DataFrame(
            {
                "hidden_item": codes[hidden.item],
                "group": groups[found.columns[hidden.column]],
                "revenue_per_week": revenue,
                "groups_at_item": self.counts.known[hidden.item],
                "is_source": self._is_source(),
                "steps": steps,
                "sole_item": codes[hidden.last] if len(steps) else codes[:0],
                "path": [" < ".join(filter(None, row)) for row in codes[hidden.way].tolist()],
                "products": needs.sum(axis=1),
                "by": self.groups.by,
            }
        )
        order = np.lexsort((hidden.column, hidden.item, steps, -np.nan_to_num(revenue)))
        return frame.iloc[order].reset_index(drop=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the groups, and the items that hang on one unseen."""
        return {self.name: self.table(), "hidden_sources": self.hidden_table()}

    def names(self, column: str, language: Language = "en") -> Mapping[str, str]:
        """Return what items, products and groups are called.

        Parameters
        ----------
        column : str
            A column of one of the tables.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column != "group":
            return super().names("item" if column == "sole_item" else column, language)
        if self.groups.by == "place":
            return {code: place_name(code)[language == "zh"] for code in self.groups.codes}
        named = zip(self.groups.codes, self.groups.names, strict=True)
        return {code: name for code, name in named if name}

    def _spread(self, values: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """Return values of `Stops.columns` as values of all groups, nothing elsewhere."""
        shape = (len(self.groups.codes), *values.shape[1:])
        found = np.zeros(shape, dtype=values.dtype)
        found[self.stops.columns] = values
        return found

    def _is_source(self) -> Flags:
        """Return whether the group is one of the item's own sources, shape (pairs,)."""
        found, hidden = self.stops, self.hidden
        width = max(len(self.groups.codes), 1)
        rows = np.repeat(np.arange(found.supplies.shape[0]), np.diff(found.supplies.indptr))
        held = rows * width + found.supplies.indices
        return np.isin(hidden.item * width + found.columns[hidden.column], held)

    def _named(self, sole: Flags, codes: npt.NDArray[np.object_]) -> list[str]:
        texts = np.full(len(self.groups.codes), "", dtype=object)
        texts[self.stops.columns] = [_listed(codes[column]) for column in sole.T]
        return texts.tolist()

    def _reasons(self, columns: Mapping[str, object]) -> tuple[list[str], list[str]]:
        keys = ("sole_items", "items_stopped", "products_stopped", "hidden_items")
        rows = np.column_stack([np.asarray(columns[key]) for key in keys]).tolist()
        texts = [_reason(*map(int, row)) for row in rows]
        return [text[0] for text in texts], [text[1] for text in texts]


def common_suppliers(system: System, *, by: Grouping = "supplier") -> CommonSuppliers:
    """Return whose loss stops which items and products of a maker, at whatever depth.

    The scenario is a group of nodes that is gone for good, with all stocks used up. An item needs
    all its components and one of its sources, so it stops if the group has all its sources or if
    one of its components stops. The groups that stop a product are its dominators: it cannot be
    made without them. Items that several groups make and that stop all the same hang on one
    unseen; the second table has them with the way down that proves it.

    Parameters
    ----------
    system : System
        A system with a maker's chain.
    by : str
        What is lost: each ``"supplier"``, ``"site"``, ``"region"`` or ``"place"`` (country).

    Returns
    -------
    CommonSuppliers
        Its table has one row a group, that on which most revenue hangs first.

    Raises
    ------
    MissingPartError
        If the system has no maker's chain.
    ParameterError
        If `by` is another word.
    """
    maker = system.maker
    groups = node_groups(maker, by)
    found, counts = stops(maker.network, groups), source_counts(maker.network, groups)
    # what the maker makes itself is no supplier's
    outside = np.array([bool(groups.codes[column]) for column in found.columns], dtype=np.bool_)
    hidden = hidden_sources(maker.network, found, counts, outside)
    return CommonSuppliers(
        system,
        groups=groups,
        stops=found,
        counts=counts,
        hidden=hidden,
        stakes=item_stakes(maker),
    )


def _listed(codes: npt.NDArray[np.object_]) -> str:
    more = len(codes) - LISTED
    return "; ".join([*codes[:LISTED], *([f"+{more}"] if more > 0 else [])])


def _reason(sole: int, stopped: int, products: int, hidden: int) -> tuple[str, str]:
    if not sole:
        return "Everything that comes from it has another source.", "其所供各项均另有来源。"
    english = f"The only source of {_of(sole)}; without it {_of(stopped)} cannot be made"
    chinese = f"{sole} 项物料的唯一来源；缺了它有 {stopped} 项无法制造"
    english += f", products among them: {products}." if products else ", no product among them."
    chinese += f"，其中产品 {products} 种。" if products else "，其中没有产品。"
    if hidden:
        english += f" Of several sources, and on it all the same: {_of(hidden)}."
        chinese += f"其中 {hidden} 项虽有多个来源，仍隐性依赖它。"
    return english, chinese


def _of(count: int) -> str:
    return agreed("{n} {n:item|items}", n=f"{count:,}")
