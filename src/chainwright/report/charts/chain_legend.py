"""The words around the picture of a chain: heading, how to read it, what is not known."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from chainwright.diagnose.chain_maps.drawing import STATUS_COLOURS
from chainwright.diagnose.chain_maps.reasons import place_name
from chainwright.report.charts import svg
from chainwright.report.charts.palette import GRID, INK, MUTED
from chainwright.report.lettering import text_width, wrapped
from chainwright.system import Language

if TYPE_CHECKING:
    from chainwright.diagnose import ChainDiagnosis

__all__ = ["LINK", "MARKS", "THICK", "WATCH", "heading", "legend", "title_of"]

Words = Mapping[str, tuple[str, str]]

MARKS = {
    "stuck": ("S", "卡"),
    "broken": ("B", "断"),
    "blocked": ("K", "堵"),
    "unknown": ("?", "?"),
    "fine": ("OK", "√"),
    "long plate": ("L", "长"),
}
"""Letter of each status, so that the picture reads in grey."""

WATCH = "#f7dcc4"
"""Face of unknown nodes whose suppliers abroad are concentrated."""

LINK = {"essential": "#5b6b7a", "replaceable": "#5b6b7a", "unknown": "#aab4bd"}
THICK = {"essential": 1.4, "replaceable": 0.6, "unknown": 0.9}

NAMED = 6
"""Weak links, and nodes to be looked into, that are named below the picture."""

SHOWN = ("stuck", "broken", "blocked", "long plate", "fine", "unknown")

TEXTS: Words = {
    "title": ("{title}: weak links and strengths for {home}", "{title}：{home}的薄弱环节与优势"),
    "title_year": (
        "{title}: weak links and strengths for {home}, {year}",
        "{title}：{home}的薄弱环节与优势（{year} 年）",
    ),
    "weak": (
        "only {shown} of {n}: weak links, what to find out first, finished goods; "
        "links may pass nodes that are not drawn",
        "仅示 {n}中的 {shown} 个：薄弱环节、应先查明者与终端产品；连线可能经过未画出的环节",
    ),
    "stuck": ("stuck", "卡点"),
    "broken": ("broken: no maker at home", "断点：国内无生产"),
    "blocked": ("blocked: capacity, route", "堵点：产能或通道"),
    "long plate": ("long plate: home leads", "长板：本国居首"),
    "fine": ("neither stuck nor broken", "非卡点亦非断点"),
    "unknown": ("not known", "情况不明"),
    "watch": ("not known; concentrated abroad", "情况不明，国外供应集中"),
    "essential": ("essential input", "必需投入"),
    "replaceable": ("replaceable", "可替代"),
    "necessity": ("necessity not known", "必要性不明"),
    "documented": ("solid: a document says so", "实线：有文献"),
    "ours": ("dashed: own judgement", "虚线：自拟"),
    "heavy": (
        "heavy outline: every finished good stops without it",
        "粗框：缺之则终端产品全部停产",
    ),
    "under": (
        "Under the name: left the largest supplier abroad, right home ({home}), with their shares "
        "of world supply; ≥ at least, >0 it makes some, ? not known, * by exports of HS codes, "
        "which may be wider.{codes}",
        "名称下：左为最大国外供应国，右为本国（{home}），均为占世界供应的份额；≥ 为至少，"
        ">0 为有生产，？为不明，* 据海关编码出口（口径可能偏宽）。{codes}",
    ),
    "weakest": ("Weak links, gravest first: {names}.", "薄弱环节（由重到轻）：{names}。"),
    "no weak": (
        "No weak link is proven; what is not known may still be one.",
        "未证实有薄弱环节；情况不明者仍可能是。",
    ),
    "first": (
        "Find out first: {names}. The table says which figures would decide (column decides).",
        "应先查明：{names}。所缺数据见表中“待查项”列。",
    ),
    "blank": (
        "What is not known: of {n} the status of {unknown}; no supplier is named for "
        "{named}; home's share of its own use is documented for {use}; that home has a maker, or "
        "none, for {made}. Of {links} links {ours} are our own judgement, {necessity} without a "
        "known necessity.",
        "未知之处：{n}中 {unknown} 个状态不明，{named} 个未列供应方；"
        "有国产化率文献者 {use} 个，国内有无生产已明者 {made} 个。"
        "{links} 条联系中 {ours} 条为自拟，{necessity} 条必要性不明。",
    ),
    "source": ("Chain map: {chain}. Trade: {trade}.", "链图：{chain}。贸易：{trade}。"),
    "trade": ("{year}, suppliers of {count}", "{year} 年，补充 {count}的供应方"),
    "no trade": ("not joined", "未接入"),
}


def say(key: str, language: Language, **given: object) -> str:
    """Return the words of a key."""
    return TEXTS[key][language == "zh"].format(**given)


def nodes(count: int, language: Language) -> str:
    """Return a `count` of nodes in words."""
    if language == "zh":
        return f"{count} 个环节"
    return f"{count} node{'' if count == 1 else 's'}"


def title_of(of: "ChainDiagnosis", language: Language) -> str:
    """Return the title of the picture.

    Parameters
    ----------
    of : ChainDiagnosis
        The diagnosis.
    language : str
        ``"en"`` or ``"zh"``.
    """
    year = of.trade_year if of.trade_year is not None else of.year
    title = of.chain.title_zh if language == "zh" else of.chain.title_en
    home = place_name(of.home.name)[language == "zh"]
    key = "title" if year is None else "title_year"
    return say(key, language, title=title or of.chain.name, home=home, year=year)


def heading(
    of: "ChainDiagnosis",
    language: Language,
    *,
    scale: float,
    shown: int,
    left: float,
) -> tuple[list[str], float]:
    """Return the title with the counts by status, and how high they are [pt].

    Parameters
    ----------
    of : ChainDiagnosis
        The diagnosis.
    language : str
        ``"en"`` or ``"zh"``.
    scale : float
        By how much words are larger than on a page of their own.
    shown : int
        Number of nodes that are drawn.
    left : float
        Left edge [pt].
    """
    title = title_of(of, language)
    parts = [svg.words(left, 24.0 * scale, title, size=16.0 * scale, bold=True)]
    x, y = left, 44.0 * scale
    size = 8.2 * scale
    if shown < len(of.status):
        note = say("weak", language, shown=shown, n=nodes(len(of.status), language))
        y += 13.0 * scale
        parts.append(svg.words(left, 38.0 * scale, note, size=9.0 * scale, colour=MUTED))
    entries = [(word, word, int(of.counts[word])) for word in SHOWN]
    watch = int(of.watch.sum())
    entries[-1] = ("unknown", "unknown", int(of.counts["unknown"]) - watch)
    entries.append(("unknown", "watch", watch))
    for word, key, count in entries:
        mark = MARKS[word][language == "zh"]
        parts += _chip(x, y - 10.0 * scale, mark, word, scale, face=WATCH if key == "watch" else "")
        text = f"{count}  {say(key, language)}"
        parts.append(svg.words(x + 19.0 * scale, y - 1.0 * scale, text, size=size))
        x += 19.0 * scale + text_width(text, size) + 9.0 * scale
    return parts, y + 12.0 * scale


def _chip(x: float, y: float, mark: str, word: str, scale: float, *, face: str = "") -> list[str]:
    """Return the sign of a status: a box of its colour with its letter."""
    colour = STATUS_COLOURS[word]
    unknown = word == "unknown"
    wide, high = 15.0 * scale, 12.0 * scale
    fill = (face or "#ffffff") if unknown else colour
    return [
        svg.box((x, y), wide, high, fill=fill, edge=colour, thick=0.9 * scale, dashed=unknown),
        svg.words(
            x + wide / 2.0,
            y + 9.0 * scale,
            mark,
            size=8.0 * scale,
            bold=True,
            colour=colour if unknown else "#ffffff",
            anchor="middle",
        ),
    ]


def legend(
    of: "ChainDiagnosis",
    language: Language,
    *,
    scale: float,
    width: float,
    top: float,
    left: float,
    codes: Sequence[str] = (),
) -> tuple[list[str], float]:
    """Return how the picture is read and what is not known, and how high that is [pt].

    Parameters
    ----------
    of : ChainDiagnosis
        The diagnosis.
    language : str
        ``"en"`` or ``"zh"``.
    scale : float
        By how much words are larger than on a page of their own.
    width : float
        Room from the left edge [pt].
    top, left : float
        Its upper left corner [pt].
    codes : sequence of str, optional
        Codes of places that stand in boxes: they are told.
    """
    size, step = 8.0 * scale, 11.5 * scale
    y = top + 14.0 * scale
    rule = svg.line(
        (left, top + 2.0 * scale), (left + width, top + 2.0 * scale), colour=GRID, thick=0.8 * scale
    )
    parts, x = [rule], left
    for key, kind, dashed in (
        ("essential", "essential", False),
        ("replaceable", "replaceable", False),
        ("necessity", "unknown", False),
        ("documented", "essential", False),
        ("ours", "essential", True),
    ):
        thick = THICK[kind] * scale
        at = y - 3.0 * scale
        parts.append(
            svg.line((x, at), (x + 26.0 * scale, at), colour=LINK[kind], thick=thick, dashed=dashed)
        )
        text = say(key, language)
        parts.append(svg.words(x + 30.0 * scale, y, text, size=size))
        x += 30.0 * scale + text_width(text, size) + 14.0 * scale
    parts.append(svg.box((x, y - 9.0 * scale), 20.0 * scale, 10.0 * scale, fill="#ffffff",
                         edge=INK, thick=2.2 * scale))  # fmt: skip
    parts.append(svg.words(x + 25.0 * scale, y, say("heavy", language), size=size))
    for text, colour in _notes(of, language, codes):
        for row in wrapped(text, width, size):
            y += step
            parts.append(svg.words(left, y, row, size=size, colour=colour))
    return parts, y + 8.0 * scale - top


def _notes(of: "ChainDiagnosis", language: Language, codes: Sequence[str]) -> list[tuple[str, str]]:
    """Return the lines under the legend and their colours."""
    told = "; ".join(f"{code} {place_name(code)[0]}" for code in sorted(set(codes)))
    found, made, links = of.measured.found, of.said.made, of.chain.links
    home = place_name(of.home.name)[1] if language == "zh" else of.home.name
    blank = say(
        "blank",
        language,
        n=nodes(len(of.status), language),
        unknown=of.counts["unknown"],
        named=int(np.sum(found.top == "")),
        use=int(of.said.use.said.sum()),
        made=int((made.yes | made.no).sum()),
        links=len(links),
        ours=int((links["confidence"] == "ours").sum()),
        necessity=int((~links["necessity"].isin(["essential", "replaceable"])).sum()),
    )
    joined = int(np.sum(found.basis == "trade"))
    trade = (
        say("no trade", language)
        if of.trade_year is None
        else say("trade", language, year=of.trade_year, count=nodes(joined, language))
    )
    source = say("source", language, chain=of.chain.name, trade=trade)
    under = say("under", language, home=home, codes=f" {told}." if told else "")
    first = [(text, INK) for text in _first(of, language)]
    return [*first, (under, INK), (blank, INK), (source, MUTED)]


def _first(of: "ChainDiagnosis", language: Language) -> list[str]:
    """Return what is to be acted on and what is to be found out, in the order of the table."""
    table = of.table()
    lines = []
    weak = table["status"].isin(["stuck", "broken", "blocked"])
    for key, which in (("weakest", weak), ("first", table["watch"].astype(bool) & ~weak)):
        names = table.loc[which, f"name_{language}"].tolist()
        more = len(names) - NAMED
        text = ("、" if language == "zh" else "; ").join(names[:NAMED])
        if more > 0:
            text += f" 等 {len(names)} 个" if language == "zh" else f"; and {more} more"
        if names:
            lines.append(say(key, language, names=text))
        elif key == "weakest":
            lines.append(say("no weak", language))
    return lines
