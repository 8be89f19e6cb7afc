"""The assessment: security and competitiveness by sector, and manufacturing over the years."""

import pandas as pd

from chainwright.diagnose import Assessment
from chainwright.report.analysis import Analysis
from chainwright.report.blocks import Block, Note, Picture, Section, Text
from chainwright.report.charts import line_chart
from chainwright.report.grids import Grids
from chainwright.report.wording import Words

__all__ = ["years_section"]

ROWS = 10

TREND = (
    "manufacturing_share_value_added",
    "world_share_value_added",
    "manufacturing_foreign_reliance",
    "manufacturing_imported_share",
)


def years_section(analysis: Analysis, words: Words) -> Section:
    """Return the section on the assessment.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    found = analysis.assessment
    if found is None:
        reason = words.say(analysis.left_out["assessment"])
        note = Note(f"{words.say('cannot')}: {reason}")
        return Section("assessment", words.say("years_head", span=""), [note], fresh=False)
    years = [y for y in found.years if y is not None]
    several = len(years) > 1
    span = words.say("years_span", first=years[0], last=years[-1]) if several else ""
    blocks: list[Block] = [Text(words.say("years_lead"), lead=True)]
    if several:
        trend = _trend(analysis.frames["assessment_years"], years, words, analysis)
        blocks += [trend] if trend is not None else []
    blocks += _sectors(found, analysis, words, several=several)
    return Section("assessment", words.say("years_head", span=span), blocks, fresh=False)


def _trend(
    frame: pd.DataFrame, years: list[int], words: Words, analysis: Analysis
) -> Picture | None:
    """Return manufacturing's shares over the years."""
    by_year = frame.set_index("year")
    lines = {
        words.heading("assessment_years", column): by_year[column]
        .reindex(years)
        .astype(float)
        .tolist()
        for column in TREND
        if by_year[column].notna().any()
    }
    if not lines:
        return None
    home = words.home(analysis.home, analysis.system.flows)
    chart = line_chart(
        years,
        lines,
        title=words.say("years_trend_title", home=home),
        description=words.say("years_trend_description", home=home, first=years[0], last=years[-1]),
        axis=words.say("years_trend_axis"),
        number=lambda v: words.share(v, 0 if abs(v * 100 - round(v * 100)) < 1e-9 else 1),
        height=170.0,
    )
    return Picture(chart, words.say("years_trend_caption"))


def _sectors(found: Assessment, analysis: Analysis, words: Words, *, several: bool) -> list[Block]:
    table = "assessment_sectors"
    frame = analysis.frames[table]
    goods = frame[~frame["sector_class"].isin(["trade", "transport", "services"])].copy()
    goods["told"] = [
        words.say(
            "years_crossed",
            risks=_named(str(row["risks"]), words),
            strengths=_named(str(row["strengths"]), words),
        )
        for row in goods.to_dict("records")
    ]
    columns = ["sector", "security_rank", "security", "security_rank_low_weights"]
    columns.append("security_rank_high_weights")
    if several:
        columns += ["security_rank_best", "security_rank_worst"]
    columns += ["competitiveness_rank", "foreign_reliance", "output_at_risk"]
    columns = [c for c in columns if goods[c].notna().any()]
    grid = Grids(words, analysis.system.flows).grid(
        table,
        goods,
        columns,
        title=words.say("years_table"),
        rows=ROWS,
        remark="told",
        total=len(frame),
    )
    note = words.say(
        "years_note",
        security=_listed(found.parts("security"), words),
        competitiveness=_listed(found.parts("competitiveness"), words),
        years=words.say("years_note_years") if several else "",
    )
    blocks: list[Block] = [grid]
    gap = "" if words.language == "zh" else " "
    blocks.append(Note(f"{note}{gap}{words.say('years_cells')}" if not found.draws else note))
    return blocks


def _named(listed: str, words: Words) -> str:
    """Return the names of indicators that are listed by their columns."""
    return _listed(tuple(t for t in listed.split("; ") if t), words)


def _listed(columns: tuple[str, ...], words: Words) -> str:
    if not columns:
        return words.say("years_none")
    names = [words.heading("assessment_sectors", c) for c in columns]
    if words.language == "zh":
        return "、".join(names)
    return "; ".join(name.lower().replace("hhi", "HHI") for name in names)
