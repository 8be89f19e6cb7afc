"""The sections on what covers the gaps, and on the data that would change the ranking most."""

import pandas as pd

from chainwright.report.blocks import Block, Note, Section, Text
from chainwright.report.maker.analysis import MakerAnalysis
from chainwright.report.maker.maker_findings import counted_note, told_loss
from chainwright.report.maker.maker_grids import MakerGrids
from chainwright.report.wording import Words

__all__ = ["measures_section", "missing_section"]

ROWS = 16

STEPS = ("kind", "item", "supplier", "amount_weeks", "cost", "cost_low", "cost_high",
         "cost_assumed", "break_even_cost", "verdict")  # fmt: skip
COVERED = ("scenario", "gap_weeks", "loss_before", "loss_verified", "covered")
MISSING = ("rank", "kind", "subject", "taken", "low_end", "high_end", "unit", "change",
           "rank_now", "places_moved")  # fmt: skip


def measures_section(analysis: MakerAnalysis, words: Words) -> Section:
    """Return the measures that cover the gaps at the least cost.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    words : Words
        The language.
    """
    title = words.say("mk_measures_head")
    frame = analysis.frame("mitigation")
    if frame is None:
        note = Note(analysis.told("mitigation", words))
        return Section("measures", title, [note], fresh=False)
    answer = analysis.answers["mitigation"]
    steps, gaps = frame[frame["taken"]], analysis.frames["mitigation_scenarios"]
    blocks: list[Block] = [Text(_plan(analysis, steps, gaps, words), lead=True)]
    ranked = analysis.frame("exposure")
    open_gaps = len(gaps) if ranked is None else int((ranked["gap_weeks"] > 0.0).sum())
    if open_gaps > len(gaps):
        told = words.say("mk_measures_some", gaps=f"{len(gaps):,}", all=f"{open_gaps:,}")
        blocks.append(Note(told))
    assumed = int(steps["cost_assumed"].sum())
    blocks.append(
        Note(words.say("mk_measures_note", assumed=f"{assumed:,}", steps=f"{len(steps):,}"))
    )
    grids = MakerGrids(words)
    if len(steps):
        blocks.append(
            grids.grid(
                answer,
                answer.name,
                steps,
                STEPS,
                title=words.say("mk_measures_table"),
                rows=ROWS,
                remark="reason",
                total=len(frame),
            )
        )
    if len(gaps):
        blocks.append(
            grids.grid(
                answer,
                "mitigation_scenarios",
                gaps,
                COVERED,
                title=words.say("mk_covered_table"),
                rows=ROWS,
                remark="reason",
            )
        )
    return Section("measures", title, blocks)


def _plan(analysis: MakerAnalysis, steps: pd.DataFrame, gaps: pd.DataFrame, words: Words) -> str:
    """Return what the plan costs and what it leaves."""
    money = analysis.maker.money
    if steps.empty:
        return words.say("mk_measures_none", gaps=f"{len(gaps):,}")
    proven = 100.0 * float(str(analysis.answers["mitigation"].parameters["proven_gap"]))
    return words.say(
        "mk_measures_lead",
        steps=f"{len(steps):,}",
        cost=words.amount(float(steps["cost"].sum()), money),
        low=words.amount(float(steps["cost_low"].sum()), money),
        high=words.amount(float(steps["cost_high"].sum()), money),
        covered=f"{int(gaps['covered'].sum()):,}",
        gaps=f"{len(gaps):,}",
        worst=told_loss(analysis, float(gaps["loss_verified"].max()), words),
        proven=f"{proven:.2g}",
    )


def missing_section(analysis: MakerAnalysis, words: Words) -> Section:
    """Return the data that are missing, those first that would change the ranking most.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    words : Words
        The language.
    """
    title = words.say("mk_missing_head")
    frame = analysis.frame("missing_data")
    if frame is None:
        note = Note(analysis.told("missing_data", words))
        return Section("missing", title, [note], fresh=False)
    if frame.empty:
        return Section("missing", title, [Text(words.say("mk_missing_none"))], fresh=False)
    answer = analysis.answers["missing_data"]
    grid = MakerGrids(words).grid(
        answer,
        answer.name,
        frame,
        MISSING,
        title=words.say("mk_missing_table"),
        rows=ROWS,
        remark="reason",
    )
    lead = words.say("mk_missing_lead", count=f"{len(frame):,}")
    counted = counted_note(analysis, "missing_data", words)
    return Section("missing", title, [Text(lead, lead=True), *counted, grid])
