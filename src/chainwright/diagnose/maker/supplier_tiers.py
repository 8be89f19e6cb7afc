"""Tiers of suppliers: as far as given, deeper ones inferred with confidence, gaps shown as gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.chain_maps.reasons import place_name
from chainwright.diagnose.maker.bill_tiers import bill_tiers
from chainwright.diagnose.maker.inferred_tiers import inferred_tiers
from chainwright.diagnose.maker.item_stakes import ItemStakes, item_stakes
from chainwright.diagnose.maker.maker_names import MakerNames
from chainwright.diagnose.maker.tier_confidence import CONFIDENCE_WORDS, TierConfidence
from chainwright.diagnose.maker.tier_rows import GAPS, deeper_gaps, given_rows
from chainwright.errors import ParameterError
from chainwright.system import Chain, Language, Result, System, chain_map

__all__ = ["SupplierTiers", "supplier_tiers"]

Numbers = npt.NDArray[np.float64]
Texts = tuple[str, str]

RULES_SAID = {
    "chain_node": ("the part names this node", "零部件注明了该环节"),
    "hs": ("the HS code is the same", "HS 编码相同"),
    "gbt4754": ("only the class of GB/T 4754 is the same", "仅国民经济行业代码相同"),
}


@dataclass(frozen=True, eq=False, repr=False)
class SupplierTiers(MakerNames, Result):
    """What `supplier_tiers` found.

    Parameters
    ----------
    chains : dict of str to Chain
        Chain maps that were used.
    rows : DataFrame
        One row a node, with the columns of `tier_rows.TIER_COLUMNS`.
    shortest, longest : ndarray, shape (I,)
        Steps from a product to each item.
    stakes : ItemStakes
        What hangs on each item.
    confidence : TierConfidence
        Confidence of the steps of an inference.
    asked : dict of str to object
        The other words of the question.
    """

    name: ClassVar[str] = "supplier_tiers"

    chains: dict[str, Chain]
    rows: pd.DataFrame
    shortest: Numbers
    longest: Numbers
    stakes: ItemStakes
    confidence: TierConfidence
    asked: dict[str, object]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {"chains": list(self.chains), **self.asked, **asdict(self.confidence)}

    @cached_property
    def counts(self) -> pd.DataFrame:
        """Number of rows by tier and kind: what is given, inferred and unknown."""
        tier = self._tiers(self.shortest)
        return pd.crosstab(tier, self.rows["kind"].to_numpy(), dropna=False)

    def table(self) -> pd.DataFrame:
        """Return one row a node: items on which most revenue hangs first, then down the tiers."""
        rows = self.rows
        number = rows["number"].to_numpy(dtype=np.int64)
        worth = rows["confidence"].to_numpy(dtype=np.float64)
        words = self.confidence.words(worth)
        own = (rows["kind"] != "inferred").to_numpy() & np.isfinite(worth)
        told = rows[["kind", "missing", "rule", "basis"]].astype("object").to_numpy().tolist()
        maps = [code.partition(":")[0] for code in rows["chain_node"]]
        texts = [_reason(*cells, name) for cells, name in zip(told, maps, strict=True)]
        frame = pd.DataFrame(
            {
                "item": rows["item"].to_numpy(dtype=object),
                "kind": rows["kind"].to_numpy(dtype=object),
                "chain_node": rows["chain_node"].to_numpy(dtype=object),
                "supplier": rows["supplier"].to_numpy(dtype=object),
                "site": rows["site"].to_numpy(dtype=object),
                "place": rows["place"].to_numpy(dtype=object),
                "tier": self._tiers(self.shortest),
                "tier_longest": self._tiers(self.longest),
                "share": rows["share"].to_numpy(dtype=np.float64),
                "share_high": rows["share_high"].to_numpy(dtype=np.float64),
                "confidence": worth,
                "confidence_word": np.where(own, CONFIDENCE_WORDS[0], words).astype(object),
                "missing": rows["missing"].to_numpy(dtype=object),
                "in_figures": rows["in_figures"].to_numpy(dtype=np.bool_),
                "basis": rows["basis"].to_numpy(dtype=object),
                "year": rows["year"].to_numpy(dtype=np.float64),
                "rule": rows["rule"].to_numpy(dtype=object),
                "path": rows["path"].to_numpy(dtype=object),
                "revenue_per_week": self.stakes.revenue_of(self.stakes.needs)[number],
                "reason_en": [text[0] for text in texts],
                "reason_zh": [text[1] for text in texts],
            }
        )
        revenue = np.nan_to_num(frame["revenue_per_week"].to_numpy(dtype=np.float64))
        share = np.nan_to_num(frame["share"].to_numpy(dtype=np.float64))
        below = rows["below"].to_numpy(dtype=np.int64)
        base = np.nan_to_num(self.shortest[number], nan=np.inf)
        node = frame["chain_node"].to_numpy(dtype=str)
        order = np.lexsort((-share, node, below, number, base, -revenue))
        return frame.iloc[order].reset_index(drop=True)

    def names(self, column: str, language: Language = "en") -> Mapping[str, str]:
        """Return what items, suppliers, sites, countries and nodes of chain maps are called.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column == "chain_node":
            return {
                f"{name}:{code}": chain.axis.name(i, language)
                for name, chain in self.chains.items()
                for i, code in enumerate(chain.axis.codes)
            }
        if column == "place":
            codes = sorted(set(self.rows["place"]) - {""})
            return {code: place_name(code)[language == "zh"] for code in codes}
        return super().names(column, language)

    def _tiers(self, of_item: Numbers) -> Numbers:
        number = self.rows["number"].to_numpy(dtype=np.int64)
        tiers: Numbers = of_item[number] + self.rows["below"].to_numpy(dtype=np.float64)
        return tiers


def supplier_tiers(
    system: System,
    *,
    chains: Sequence[str] = (),
    home: str = "",
    depth: int = 3,
    least_share: float = 0.05,
    year: int | None = None,
    confidence: TierConfidence | None = None,
) -> SupplierTiers:
    """Return a maker's suppliers tier by tier, deeper tiers inferred, gaps shown.

    Tiers are steps of the bill below a product, by the shortest and the longest way. Nodes of the
    maker's own tables are ``given``. An item without components that is a node of a chain map, by
    its own word (``chain_node``), its HS code or its class of GB/T 4754, gets the nodes upstream of
    it as ``inferred`` rows, with the places that supply them in the world by the map and, where the
    system has trade, from where the country of the buying site imports the next tier. So does the
    item itself where no country of it is known. Rows of the kind ``unknown`` are gaps: an item
    without a source, a supplier without a site, a next tier of which nothing is known.

    What is inferred stands for the industry, not for the maker's own suppliers: no survival or
    loss is computed from it (`in_figures`). Its confidence is the product along the path of the
    match, the links and the evidence for the places; see `TierConfidence`. What is trusted less
    than its `least` is left out, and its item shown as a gap.

    Parameters
    ----------
    system : System
        A system with a maker's chain, and with chain maps and trade where they are to be used.
    chains : sequence of str
        Names of chain maps to use, of the system's or of ours, or folders; all that the system has
        if not given.
    home : str
        Country (ISO 3166-1 alpha-3) of buying sites whose own is not known; none if not given.
    depth : int
        Most steps up a chain map.
    least_share : float
        Inferred places of a smaller share are left out.
    year : int, optional
        Year of trade; rows of supply of later years are left out. The last if not given.
    confidence : TierConfidence, optional
        Confidence of the steps; the assumptions of `TierConfidence` if not given.

    Returns
    -------
    SupplierTiers
        Its table has one row a node, items on which most revenue hangs first.

    Raises
    ------
    MissingPartError
        If the system has no maker's chain, or its trade does not know who buys.
    UnknownCodeError
        If a chain is neither one of the system's nor one of ours.
    ParameterError
        If `depth` is below 0 or `least_share` not a share.
    """
    if depth < 0:
        raise ParameterError("depth", "supplier_tiers", "0 or more", depth)
    if not 0.0 <= least_share <= 1.0:
        raise ParameterError("least_share", "supplier_tiers", "from 0 to 1", least_share)
    maker, levels = system.maker, confidence or TierConfidence()
    held = dict(system.chains) if "chains" in system.has else {}
    used = {name: held[name] for name in chains if name in held} if chains else held
    for name in chains:
        if name not in held:
            chain = chain_map(name)
            used[chain.name] = chain
    found = inferred_tiers(
        maker,
        used,
        system.trade if "trade" in system.has else None,
        home=home,
        depth=depth,
        least_share=least_share,
        year=year,
        confidence=levels,
    )
    gaps = deeper_gaps(maker, found.matched, found.ended, found.placed)
    parts = [frame for frame in (given_rows(maker), found.rows, gaps) if len(frame)]
    shortest, longest = bill_tiers(maker.network, len(maker.tables["products"]))
    return SupplierTiers(
        system,
        chains=used,
        rows=pd.concat(parts, ignore_index=True),
        shortest=shortest,
        longest=longest,
        stakes=item_stakes(maker),
        confidence=levels,
        asked={"home": home, "depth": depth, "least_share": least_share, "year": year},
    )


@cache
def _reason(kind: str, missing: str, rule: str, basis: str, chain: str) -> Texts:
    """Return what a row rests on, or what to ask for."""
    english, chinese = GAPS[missing]
    if kind != "inferred":
        return english, chinese
    said = RULES_SAID[rule]
    if chain:
        english = f"Inferred from the chain map {chain}, as {said[0]}. {english}".strip()
        chinese = f"据产业链图 {chain} 推断：{said[1]}。{chinese}"
    if basis == "imports":
        english += " Places: by the imports of the buying country."
        chinese += "来源地按采购国进口推断。"
    elif basis:
        english += " Places: by the world's supply, not the supplier's own."
        chinese += "来源地为世界供应格局，并非该供应商自身。"
    return english.strip(), chinese
