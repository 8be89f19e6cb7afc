"""Why a node of a chain has its status: in words, English and Chinese, a text a node."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from chainwright.diagnose.chain_maps.parts import Parts
from chainwright.diagnose.chain_maps.shares import Concentration, Range
from chainwright.diagnose.chain_maps.status import ChainThresholds, Verdict
from chainwright.params import table

__all__ = ["Facts", "decides", "place_name", "reasons"]

Texts = tuple[str, str]

BASES = {
    "production": ("world output", "世界产量"),
    "capacity": ("world capacity", "世界产能"),
    "market": ("the world market", "世界市场"),
    "exports": ("world exports", "世界出口"),
    "trade": ("world exports of its HS codes", "其海关编码的世界出口"),
}

CELLS = {
    "use": ("home's share of its own use", "国产化率（domestic_use）"),
    "share": ("the suppliers' shares", "各国供应份额"),
    "weeks": ("weeks to replace", "更换供应商周数"),
    "alternatives": ("number of substitutes", "替代品数"),
    "density": ("trade in its HS codes", "其海关编码的贸易数据"),
    "maker": ("whether home has a maker", "国内有无生产者"),
}
"""What is still to be found out, in the words of the table."""


@dataclass(frozen=True, eq=False)
class Facts:
    """What the reasons are made of, for n nodes.

    Parameters
    ----------
    home : str
        Code or name of home.
    found, parts, verdict, limits
        The diagnosis.
    used : ndarray, shape (n,)
        Utilisation of capacity.
    used_home : ndarray of bool, shape (n,)
        Whether that is home's.
    shut : tuple of str
        Closed routes by which essential inputs come, a text a node.
    shared : ndarray of bool, shape (n,)
        Whether an HS code of the node is another node's too.
    weeks, alternatives, density : ndarray, shape (n,)
        What T is made of.
    gap_elsewhere : ndarray of str, shape (n,)
        Place whose gap the map has instead of home's; empty where it has none or home's.
    gap_seen : ndarray of bool, shape (n,)
        Whether G is from unit values.
    """

    home: str
    found: Concentration
    parts: Parts
    verdict: Verdict
    limits: ChainThresholds
    used: np.ndarray
    used_home: np.ndarray
    shut: tuple[str, ...]
    shared: np.ndarray
    weeks: np.ndarray
    alternatives: np.ndarray
    density: np.ndarray
    gap_elsewhere: np.ndarray
    gap_seen: np.ndarray


@cache
def _names() -> dict[str, Texts]:
    return {row["code"]: (row["name_en"], row["name_zh"]) for row in table("places")} | {
        row["group"]: (row["group"], row["name_zh"].partition("（")[0])
        for row in table("region_groups")
    }


def place_name(code: str) -> Texts:
    """Return what a place or a group is called, in English and Chinese; its code if unknown.

    Parameters
    ----------
    code : str
        ISO 3166-1 alpha-3 code, or the name of a group; several joined by ``+``.

    Examples
    --------
    >>> place_name("JPN")
    ('Japan', '日本')
    """
    named = [_names().get(word, (word, word)) for word in code.split("+")]
    return ", ".join(en for en, _ in named), "、".join(zh for _, zh in named)


def decides(facts: Facts, place: int) -> tuple[str, ...]:
    """Return which cells would settle the status of a node, the most telling first.

    Parameters
    ----------
    facts : Facts
        The diagnosis.
    place : int
        Which node.
    """
    parts, limits, verdict = facts.parts, facts.limits, facts.verdict
    wanted: list[str] = []
    if verdict.stuck[place] < 0:
        if _open(parts.exposure, limits.exposure, place):
            wanted.append("use")
        if _open(parts.monopoly, limits.monopoly, place):
            if facts.found.foreign.low[place] < limits.monopoly:
                wanted.append("share")
            elif "use" not in wanted:
                wanted.append("use")
        if _open(parts.hard, limits.hard, place):
            cells = {
                "weeks": facts.weeks,
                "alternatives": facts.alternatives,
                "density": facts.density,
            }
            wanted += [name for name, held in cells.items() if np.isnan(held[place])]
    if verdict.broken[place] < 0:
        wanted.append("maker")
    if not wanted and verdict.long_plate[place] < 0:
        wanted.append("share")
    return tuple(wanted)


def _open(part: Range, limit: float, place: int) -> bool:
    return bool(part.low[place] < limit - 1e-9 <= part.high[place])


def reasons(facts: Facts) -> list[Texts]:
    """Return the reason of each node's status, in English and in Chinese.

    Parameters
    ----------
    facts : Facts
        The diagnosis.
    """
    status = facts.verdict.status
    return [
        _joined(
            [_verdict(facts, i, str(status[i])), _supply(facts, i), _use(facts, i), _gap(facts, i)]
        )
        for i in range(len(status))
    ]


def _joined(parts: list[Texts]) -> Texts:
    return " ".join(en for en, _ in parts if en), "".join(zh for _, zh in parts if zh)


def _verdict(facts: Facts, i: int, status: str) -> Texts:
    if status == "broken":
        return "Broken: home is documented to make none.", "断点：文献载明国内无生产。"
    told = {
        "stuck": _stuck,
        "blocked": _blocked,
        "long plate": _long_plate,
        "fine": _excluded,
        "unknown": _open_question,
    }
    return told[status](facts, i)


def _stuck(facts: Facts, i: int) -> Texts:
    parts, limits = facts.parts, facts.limits
    k, e, t = (p.low[i] for p in (parts.monopoly, parts.exposure, parts.hard))
    numbers = (
        f"K {k:.2f} ({limits.monopoly:g}), e {e:.2f} ({limits.exposure:g}), "
        f"T {t:.2f} ({limits.hard:g})"
    )
    also = facts.verdict.broken[i] == 1
    return (
        f"Stuck: all three reach their thresholds, at least {numbers}."
        + (" Home is documented to make none." if also else ""),
        f"卡点：三项均达阈值，至少为{numbers}。" + ("文献载明国内无生产。" if also else ""),
    )


def _long_plate(facts: Facts, i: int) -> Texts:
    share = facts.found.home.low[i]
    more = share / max(1.0 - share, 1e-9)
    over = more >= 100.0
    times = "100" if over else f"{more:.1f}"
    return (
        f"Long plate: home has {share:.0%} of the supply and leads; without it all others together "
        f"would have to add {'over ' if over else ''}{times} times what they make.",
        f"长板：本国占供应的{share:.0%}，居首；若失去，其余各国须增产{'逾' if over else ''}"
        f"{times}倍。",
    )


def _open_question(facts: Facts, i: int) -> Texts:
    verdict = facts.verdict
    if _blank(facts, i):
        return (
            "Nothing is known of its suppliers, of makers at home or of home's use.",
            "供应方、国内生产者和国内使用情况均不明。",
        )
    cells = decides(facts, i)
    could = [w for w, a in (("stuck", verdict.stuck), ("broken", verdict.broken)) if a[i] < 0]
    zh = {"stuck": "卡点", "broken": "断点"}
    return (
        f"Not known: it may be {' or '.join(could)}. What would decide: "
        f"{', '.join(CELLS[c][0] for c in cells)}.",
        f"情况不明：可能为{'或'.join(zh[w] for w in could)}。"
        f"待查：{'、'.join(CELLS[c][1] for c in cells)}。",
    )


def _blank(facts: Facts, i: int) -> bool:
    """Return whether no row says anything of a node's suppliers, makers or use."""
    unsaid = facts.verdict.broken[i] < 0 and not facts.parts.exposure_said[i]
    return bool(unsaid and not facts.found.top[i])


def _blocked(facts: Facts, i: int) -> Texts:
    if facts.shut[i]:
        return (
            f"Blocked: an essential input comes by a closed route ({facts.shut[i]}).",
            f"堵点：必需投入须经已中断的通道（{facts.shut[i]}）。",
        )
    whose = ("at home", "国内") if facts.used_home[i] else ("in the world", "世界")
    return (
        f"Blocked: {facts.used[i]:.0%} of capacity {whose[0]} is in use.",
        f"堵点：{whose[1]}产能利用率达{facts.used[i]:.0%}。",
    )


def _excluded(facts: Facts, i: int) -> Texts:
    limits, parts = facts.limits, facts.parts
    if parts.exposure.high[i] < limits.exposure:
        en, zh = "home makes most of its own use", "国内使用以自产为主"
    elif parts.monopoly.high[i] < limits.monopoly:
        en, zh = "its suppliers abroad are many", "国外供应来源分散"
    else:
        en, zh = "it is not hard to replace", "替换难度不高"
    unsaid = np.isnan(facts.used[i])
    return (
        f"Not stuck, as {en}; home has makers."
        + (" How far capacity is used is not known." if unsaid else ""),
        f"非卡点：{zh}，且国内有生产者。" + ("产能利用率不明。" if unsaid else ""),
    )


def _supply(facts: Facts, i: int) -> Texts:
    found = facts.found
    if not found.top[i]:
        return ("", "") if _blank(facts, i) else ("No supplier is named.", "未列出供应方。")
    en, zh = BASES[str(found.basis[i])]
    when = "" if np.isnan(found.year[i]) else f"{found.year[i]:.0f}"
    top = place_name(str(found.top[i]))
    said_en = [f"{top[0]} {found.top_share[i]:.0%}"]
    said_zh = [f"{top[1]}{found.top_share[i]:.0%}"]
    own = found.home.value[i]
    if found.top[i] != facts.home and not np.isnan(own):
        said_en.append(f"home {own:.0%}")
        said_zh.append(f"本国{own:.0%}")
    rest = 1.0 - found.named[i]
    if rest >= 0.005:
        said_en.append(f"{rest:.0%} not named")
        said_zh.append(f"{rest:.0%}未列明")
    wide = found.basis[i] == "trade"
    note_en = (
        ""
        if not wide
        else " (the codes cover other nodes too)"
        if facts.shared[i]
        else " (the codes may be wider than the node)"
    )
    note_zh = (
        ""
        if not wide
        else "（编码同时含其他环节）"
        if facts.shared[i]
        else "（编码口径可能宽于该环节）"
    )
    return (
        f"Of {en}{' in ' + when if when else ''}: {', '.join(said_en)}{note_en}.",
        f"{when + '年' if when else ''}{zh}：{'，'.join(said_zh)}{note_zh}。",
    )


def _use(facts: Facts, i: int) -> Texts:
    e = facts.parts.exposure
    if facts.parts.exposure_said[i]:
        low, high = e.low[i], e.high[i]
        told = f"{low:.0%}" if high - low < 0.005 else f"{low:.0%} to {high:.0%}"
        return (
            f"Of home's own use {told} is imported.",
            f"国内使用中进口占{told.replace(' to ', '至')}。",
        )
    return "", ""


def _gap(facts: Facts, i: int) -> Texts:
    """Return that the map has a gap, but another place's."""
    if not facts.gap_elsewhere[i]:
        return "", ""
    en, zh = place_name(str(facts.gap_elsewhere[i]))
    seen = facts.gap_seen[i]
    return (
        f"The gap in the map is that of {en}, not of home: "
        + ("G is from unit values." if seen else "home's is not known."),
        f"图中差距为{zh}的，不是本国的：" + ("G取自单价之比。" if seen else "本国差距不明。"),
    )
