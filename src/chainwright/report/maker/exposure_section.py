"""The section on exposure: which outage would cost most, and how long it is survived."""

import pandas as pd

from chainwright.report.blocks import Block, Note, Picture, Section, Text
from chainwright.report.charts.bars import Bar, bar_chart
from chainwright.report.charts.chart import Chart
from chainwright.report.charts.palette import FOREIGN, HOME
from chainwright.report.maker.analysis import MakerAnalysis
from chainwright.report.maker.maker_findings import counted_note, kinds, told_loss
from chainwright.report.maker.maker_grids import MakerGrids
from chainwright.report.wording import Words

__all__ = ["exposure_section"]

BARS, ROWS = 15, 16

RANKED = (
    "rank",
    "scenario",
    "place",
    "time_to_recover_weeks",
    "time_to_survive_weeks",
    "gap_weeks",
    "loss_at_recovery",
    "lost_revenue_at_recovery",
    "items",
)


def exposure_section(analysis: MakerAnalysis, words: Words) -> Section:
    """Return the ranking of outages, with a chart of recovery against survival.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    words : Words
        The language.
    """
    title = words.say("mk_exposure_head")
    frame = analysis.frame("exposure")
    if frame is None:
        return Section("exposure", title, [Note(analysis.told("exposure", words))], fresh=False)
    exposed = frame[frame["gap_weeks"] > 0.0]
    answer = analysis.answers["exposure"]
    kind = kinds(analysis.question.by, len(frame), words)
    lead = words.say(
        "mk_exposure_lead",
        count=f"{len(frame):,}",
        kind=kind,
        exposed=f"{len(exposed):,}",
        loss=told_loss(analysis, float(frame["loss_at_recovery"].max()), words),
    )
    assumed = int(frame["recovery_assumed"].sum())
    blocks: list[Block] = [Text(lead, lead=True), *counted_note(analysis, "exposure", words)]
    if len(exposed):
        caption = words.say("mk_gap_caption", shown=min(BARS, len(exposed)))
        blocks.append(Picture(_gaps(exposed.head(BARS), analysis, words), caption))
    weeks = answer.parameters["recovery_weeks"]
    spare = 100.0 * float(str(answer.parameters["spare_share"]))
    blocks.append(
        Note(
            words.say(
                "mk_exposure_note",
                assumed=f"{assumed:,}",
                count=f"{len(frame):,}",
                weeks=f"{float(str(weeks)):g}",
                spare=f"{spare:g}",
            )
        )
    )
    blocks.append(
        MakerGrids(words).grid(
            answer,
            answer.name,
            frame,
            [column for column in RANKED if column in frame.columns],
            title=words.say("mk_exposure_table"),
            rows=ROWS,
            remark="reason",
        )
    )
    return Section("exposure", title, blocks)


def _gaps(frame: pd.DataFrame, analysis: MakerAnalysis, words: Words) -> Chart:
    """Return bars of the time to recover, with the time to survive as a stroke on each."""
    names = analysis.answers["exposure"].names("scenario", words.language)
    bars = [
        Bar(
            names.get(str(row["scenario"]), str(row["scenario"])),
            float(row["time_to_recover_weeks"]),
            FOREIGN if float(row["gap_weeks"]) > 0.0 else HOME,
            note=words.say(
                "mk_gap_note",
                code=row["scenario"],
                loss=told_loss(analysis, float(row["loss_at_recovery"]), words),
            ),
            mark=float(row["time_to_survive_weeks"]),
        )
        for row in frame.to_dict("records")
    ]
    first = frame.iloc[0]
    return bar_chart(
        bars,
        title=words.say("mk_gap_title"),
        description=words.say(
            "mk_gap_description",
            count=len(frame),
            first=names.get(str(first["scenario"]), str(first["scenario"])),
        ),
        axis=words.say("mk_weeks"),
        number=lambda weeks: f"{weeks:,.0f}",
        unknown=words.say("not_known"),
        mark_name=words.say("mk_survives"),
    )
