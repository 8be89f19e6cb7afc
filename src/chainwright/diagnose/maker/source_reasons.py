"""Why an item of a maker counts as single-sourced or not: in words, English and Chinese."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.chain_maps.reasons import place_name
from chainwright.diagnose.maker.item_stakes import Options
from chainwright.diagnose.maker.node_groups import NodeGroups
from chainwright.diagnose.maker.source_counts import SourceCounts
from chainwright.params.agreement import agreed
from chainwright.system import Maker

__all__ = ["source_reasons"]

Texts = tuple[str, str]

SAID = {
    "one site": ("All of it comes from one site: {who}.", "全部来自一个场所：{who}。"),
    "one site, alternate": ("All of it comes from one site: {who}.", "全部来自一个场所：{who}。"),
    "one supplier": (
        "All of it comes from one supplier, {who}: {sources}.",
        "全部来自一家供应商{who}：{sources}。",
    ),
    "one region": (
        "Its {n} {n:source is|sources are all} in one region, {who}.",
        "其 {n} 个来源都在同一地区：{who}。",
    ),
    "one country": (
        "Its {n} {n:source is|sources are all} in one country, {who}.",
        "其 {n} 个来源都在同一国家或地区：{who}。",
    ),
    "no source known": (
        "No source of it is known: ask who makes it, and where.",
        "来源未知：须问明由谁、在何处制造。",
    ),
    "cannot be told": (
        "{n} {n:source; whether it is|sources; whether they are} in one place cannot be told: "
        "{lacking}.",
        "共 {n} 个来源；是否同在一处无法判断：{lacking}。",
    ),
    "several": (
        "{n} {n:source|sources} at {suppliers} {suppliers:supplier|suppliers} in {places} "
        "{places:country or territory|countries or territories}.",
        "{n} 个来源，{suppliers} 家供应商，分布于 {places} 个国家或地区。",
    ),
}

LACKING = {
    "site": ("the site of {k} is not known", "{k} 个来源的场所未知"),
    "region": ("the region of {k} is not known", "{k} 个来源的地区未知"),
    "place": ("the country of {k} is not known", "{k} 个来源的国家或地区未知"),
}


def source_reasons(
    maker: Maker,
    groups: Mapping[str, NodeGroups],
    counts: Mapping[str, SourceCounts],
    finding: npt.NDArray[np.str_],
    *,
    others: Options,
    cover_weeks: npt.NDArray[np.float64],
) -> tuple[list[str], list[str]]:
    """Return why each item has its finding, in English and in Chinese, a text an item each.

    Parameters
    ----------
    maker : Maker
        The chain.
    groups, counts : mapping
        Groups of nodes and how many make each item, by each grouping.
    finding : ndarray of str, shape (I,)
        What is found of each item.
    others : Options
        Alternates of each item.
    cover_weeks : ndarray, shape (I,)
        How long stock lasts.
    """
    who = _who(maker, groups, counts)
    texts = [
        _text(i, str(found), who, counts, maker.network.sources_of)
        for i, found in enumerate(finding.tolist())
    ]
    more = [
        _options(int(others.known[i]), int(others.qualified[i]), float(others.weeks[i]))
        if finding[i] in {"one site", "one site, alternate", "one supplier"}
        else ("", "")
        for i in range(len(texts))
    ]
    stock = [_stock(float(weeks)) for weeks in cover_weeks]
    rows = list(zip(texts, more, stock, strict=True))
    english = [" ".join(part[0] for part in row if part[0]) for row in rows]
    return english, ["".join(part[1] for part in row) for row in rows]


def _text(
    i: int,
    finding: str,
    who: Mapping[str, list[Texts]],
    counts: Mapping[str, SourceCounts],
    sources: npt.NDArray[np.int32],
) -> Texts:
    by = {"one supplier": "supplier", "one region": "region", "one country": "place"}
    named = who[by.get(finding, "site")][i]
    lacking = [
        tuple(text.format(k=counts[g].unknown[i]) for text in words)
        for g, words in LACKING.items()
        if counts[g].single[i] == -1 and counts[g].unknown[i]
    ]
    n, known = int(sources[i]), int(counts["site"].known[i])
    places = int(counts["place"].known[i])
    english, chinese = SAID[finding]
    unsited = int(counts["site"].unknown[i])
    at = (agreed("{n} known {n:site|sites}", n=known), f"已知 {known} 个场所")
    if unsited:
        at = ("its site is not known", "场所未知") if n == 1 else at
    return (
        agreed(
            english,
            who=named[0],
            n=n,
            sources=at[0],
            lacking=" and ".join(text[0] for text in lacking),
            suppliers=counts["supplier"].known[i],
            places=places,
        ),
        agreed(
            chinese,
            who=named[1],
            n=n,
            sources=at[1],
            lacking="，".join(text[1] for text in lacking),
            suppliers=counts["supplier"].known[i],
            places=places,
        ),
    )


def _who(
    maker: Maker, groups: Mapping[str, NodeGroups], counts: Mapping[str, SourceCounts]
) -> dict[str, list[Texts]]:
    """Return what the one group of each item is called, by each grouping."""
    suppliers, sites = groups["supplier"], maker.tables["sites"]
    called = [name or code for name, code in zip(suppliers.names, suppliers.codes, strict=True)]
    owner = maker.network.site_supplier[: len(sites)]
    site: list[Texts] = []
    for row, (code, name, place) in enumerate(
        zip(sites["site"], sites["name"], sites["place"], strict=True)
    ):
        whose = called[owner[row]] if owner[row] >= 0 else ""
        english, chinese = place_name(place) if place else ("", "")
        site.append(
            (
                ", ".join(filter(None, (name or code, whose or "the maker's own", english))),
                "，".join(filter(None, (name or code, whose or "企业自有", chinese))),
            )
        )
    labels: dict[str, list[Texts]] = {"site": site}
    labels["supplier"] = [(name, name) for name in called]
    labels["place"] = [place_name(code) for code in groups["place"].codes]
    labels["region"] = [_region(code) for code in groups["region"].codes]
    return {
        by: [([*named, ("", "")])[k] for k in counts[by].only.tolist()]
        for by, named in labels.items()
    }


def _region(code: str) -> Texts:
    place, _, region = code.partition(":")
    english, chinese = place_name(place) if place != "?" else ("", "")
    return f"{region}, {english}".strip(", "), f"{chinese}{region}"


def _options(known: int, qualified: int, weeks: float) -> Texts:
    if qualified:
        return f"Qualified alternates: {qualified}.", f"已认证替代来源 {qualified} 个。"
    if not known:
        return "No alternate is known.", "没有已知的替代来源。"
    if np.isnan(weeks):
        return "The alternate's time to qualify is not known.", "替代来源的认证时间未知。"
    told = f"{weeks:g}"
    english = agreed("The quickest alternate takes {n} {n:week|weeks}.", n=told)
    return english, f"最快的替代来源需 {told} 周认证。"


def _stock(weeks: float) -> Texts:
    if np.isnan(weeks):
        return "The plan does not need it.", "计划中不需要该物料。"
    if weeks == 0.0:
        return "No stock is given.", "未给出库存。"
    return f"Stock lasts {weeks:.1f} weeks.", f"库存可用 {weeks:.1f} 周。"
