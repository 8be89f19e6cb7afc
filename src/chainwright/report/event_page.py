"""The timeline of an event as one HTML page: no network, no script, made to be printed."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from importlib.metadata import version
from importlib.resources import files

import numpy as np
import pandas as pd
from jinja2 import Environment, StrictUndefined, Template

from chainwright.errors import ParameterError
from chainwright.plan.events.dispatching import DispatchList
from chainwright.plan.events.timelines import EventTimeline
from chainwright.system import Language
from chainwright.tables import schema

__all__ = ["event_page"]

STEPS = 40
"""Steps of a dispatch list that the page shows."""

WORDS = {
    "event": ("Event", "事件"),
    "cause": ("Cause", "起因"),
    "area": ("Area", "范围"),
    "maker": ("Maker", "企业"),
    "as_of": ("State of", "截至"),
    "log": ("Log", "日志"),
    "log_value": (
        "{file}: {count} lines, the last with SHA-256 {head}",
        "{file}：{count}行，末行 SHA-256 为 {head}",
    ),
    "estimate": ("What it is thought to cost from here on", "今后预计损失"),
    "weight": (
        "Losses are counted in {unit}, money in {money}. Times of this page are of UTC{zone}.",
        "损失单位：{unit}；金额单位：{money}。本页时间为 UTC{zone}。",
    ),
    "sites": ("Sites now", "场所现状"),
    "products": ("Products", "产品"),
    "steps": ("What to do, the most urgent first", "应对措施（按紧急程度）"),
    "steps_text": ("The first {shown} of {count} steps.", "共{count}项，列出前{shown}项。"),
    "timeline": ("Who said what, when", "何人何时报告了什么"),
    "timeline_text": (
        "Lines are never changed; what turned out wrong is corrected by a later line, and stays.",
        "各行从不改动；有误者由后行更正，原行保留。",
    ),
    "history": ("Statuses of each site", "各场所状态变化"),
    "shown_case": (
        "The tables of sites and products show the case {case}.",
        "场所与产品表为“{case}”情形。",
    ),
    "made": ("Made by chainwright {version}.", "由 chainwright {version} 生成。"),
    "low": ("low", "低"),
    "likely": ("likely", "可能"),
    "high": ("high", "高"),
    "confirmed": ("confirmed", "已确认"),
    "potential": ("potential", "潜在"),
    "no_impact": ("no impact", "无影响"),
    "restored": ("restored", "已恢复"),
    "opened": ("opened", "建立"),
    "note": ("note", "备注"),
    "correction": ("correction", "更正"),
    "torn": ("cut off", "中断"),
    "allocate": ("send", "调拨"),
    "call": ("call alternate", "启用替代"),
    "restart": ("restart", "复产"),
    "cut": ("cut", "削减"),
    "customers": ("customers", "客户"),
    "own store": ("own store", "自有仓库"),
    "sites_named": ("sites", "场所"),
    "region": ("region", "地区"),
    "place": ("country", "国家或地区"),
    "polygon": ("polygon", "多边形"),
    "supplier": ("supplier", "供应商"),
    "material": ("material", "物料"),
}
"""Words of the page, in English and Chinese."""

CODED = frozenset({"case", "status", "kind", "action"})
"""Columns whose cells are words of ours."""

TIMES = frozenset({"since", "at", "from", "to"})

FIXED = frozenset({"customers", "own store"})
"""Cells that are words of ours among codes."""

LEFT_OUT = {
    "event_estimate": (),
    "event_sites": ("capacity_lost", "weeks_low", "weeks_high", "items"),
    "event_products": (),
    "dispatch": ("by_week",),
    "event_timeline": ("written", "sites", "withdrawn"),
    "event_site_history": (),
}
"""Columns that are in the tables and would crowd the page."""


@dataclass(frozen=True)
class Head:
    """Heading of a column, and whether it has numbers."""

    text: str
    number: bool


@dataclass(frozen=True)
class Cell:
    """A cell, and its class."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Row:
    """A row, and whether what it says was withdrawn."""

    cells: tuple[Cell, ...]
    gone: bool = False


@dataclass(frozen=True)
class Section:
    """A part of the page with a table."""

    title: str
    text: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]


@cache
def _template() -> Template:
    place = files("chainwright").joinpath("report/templates/event.html.j2")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(place.read_text(encoding="utf-8"))


def event_page(
    timeline: EventTimeline, *, language: Language = "en", steps: DispatchList | None = None
) -> str:
    """Return an event as a page of HTML: cost, sites, steps, and who said what when.

    Parameters
    ----------
    timeline : EventTimeline
        The event.
    language : str
        ``"en"`` or ``"zh"``.
    steps : DispatchList, optional
        What to do; its most urgent steps are shown.

    Raises
    ------
    ParameterError
        If the language is another.
    """
    if language not in {"en", "zh"}:
        raise ParameterError("language", "a page", "en or zh", language)
    found, log = timeline.estimate, timeline.estimate.log
    opened = log.opened.content

    def say(key: str, **values: object) -> str:
        return WORDS[key][language == "zh"].format(**values)

    case = {"confirmed": "likely", "potential": "high"}[found.scenario]
    tables = found.tables()
    sections = [
        _section(
            "event_estimate",
            tables["event_estimate"],
            timeline,
            language,
            title=say("estimate"),
            text=say(
                "weight",
                unit=timeline.counted_in["loss"],
                money=timeline.counted_in["money"],
                zone=found.as_of.strftime("%z"),
            ),
        ),
        _section(
            "event_sites",
            tables["event_sites"],
            timeline,
            language,
            title=say("sites"),
            text=say("shown_case", case=say(case)),
        ),
        _section(
            "event_products", tables["event_products"], timeline, language, title=say("products")
        ),
    ]
    if steps is not None:
        every = steps.table()
        text = say("steps_text", shown=min(STEPS, len(every)), count=len(every))
        sections.append(
            _section(
                "dispatch", every.head(STEPS), timeline, language, title=say("steps"), text=text
            )
        )
    sections += [
        _section(
            "event_timeline",
            timeline.table(),
            timeline,
            language,
            title=say("timeline"),
            text=say("timeline_text"),
        ),
        _section(
            "event_site_history",
            timeline.site_history(),
            timeline,
            language,
            title=say("history"),
        ),
    ]
    area = opened["area"]
    kind = "sites_named" if area["kind"] == "sites" else area["kind"]
    codes = area.get("codes") or [area.get("source", "")]
    facts = [
        (say("event"), opened["event"]),
        (say("cause"), opened["cause"]),
        (say("area"), f"{say(kind)} {', '.join(map(str, codes))}".strip()),
        (say("maker"), timeline.system.maker.name),
        (say("as_of"), found.as_of.isoformat(" ", "minutes")),
        (
            say("log"),
            say("log_value", file=log.path.name, count=len(log.entries), head=log.head),
        ),
    ]
    return _template().render(
        lang="zh-CN" if language == "zh" else "en",
        title=opened["title"],
        facts=[(name, value) for name, value in facts if value],
        sections=sections,
        made=say("made", version=version("chainwright")),
    )


def _section(
    name: str,
    frame: pd.DataFrame,
    timeline: EventTimeline,
    language: Language,
    *,
    title: str,
    text: str = "",
) -> Section:
    """Return a table as a section, with headings from its schema."""
    other = "_en" if language == "zh" else "_zh"
    columns = [
        c for c in schema(name) if not c.column.endswith(other) and c.column not in LEFT_OUT[name]
    ]
    zone = timeline.estimate.as_of.tzinfo
    heads = []
    for c in columns:
        heading = c.name_zh if language == "zh" else c.name_en
        heading = heading.partition(", English")[0].partition("（中文")[0].partition(", Chinese")[0]
        heads.append(Head(heading, number=c.type in {"float", "integer"}))
    rows = []
    for record in frame.to_dict("records"):
        cells = [
            Cell(_time(str(record[c.column]), zone), "when")
            if c.column in TIMES
            else _cell(c.column, c.unit, record[c.column], language)
            for c in columns
        ]
        rows.append(Row(tuple(cells), gone=bool(record.get("withdrawn", False))))
    return Section(title, text, tuple(heads), tuple(rows))


def _cell(column: str, unit: str, value: object, language: Language) -> Cell:
    if column in CODED:
        word = WORDS[str(value)][language == "zh"]
        return Cell(word, f"status {value}" if column == "status" else "")
    if isinstance(value, (int, float)):
        return Cell(_number(float(value), unit), "n")
    word = str(value)
    return Cell(WORDS[word][language == "zh"] if word in FIXED else word)


def _time(text: str, zone: tzinfo | None) -> str:
    return datetime.fromisoformat(text).astimezone(zone).strftime("%Y-%m-%d %H:%M") if text else ""


def _number(value: float, unit: str) -> str:
    if np.isnan(value):
        return ""
    if unit == "share":
        return f"{value:.0%}"
    if unit == "week":
        return f"{value:.1f}"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.1f}"
