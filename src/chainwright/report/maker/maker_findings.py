"""The findings of a report on a maker's chain: five sentences with numbers, at most."""

from typing import TYPE_CHECKING, cast

import numpy as np

from chainwright.diagnose import SOURCE_FINDINGS
from chainwright.diagnose.maker.margin_remark import margin_remark
from chainwright.diagnose.maker.missing_ranges import MissingRanges
from chainwright.report.blocks import Note
from chainwright.report.maker.analysis import MakerAnalysis
from chainwright.report.maker.counts import counted
from chainwright.report.wording import Words

if TYPE_CHECKING:
    from chainwright.diagnose.maker.outage_programme import Weight

__all__ = ["counted_note", "kinds", "maker_sentences", "named", "told_loss"]

ONE_SITE = frozenset(SOURCE_FINDINGS[:2])
"""Findings on an item that one site alone makes, with or without a qualified alternate."""


def maker_sentences(analysis: MakerAnalysis, words: Words) -> list[str]:
    """Return what was found, the gravest first; a part that is left out says nothing.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    words : Words
        The language.
    """
    every = (_exposure, _single, _common, _mitigation, _unknown)
    return [text for one in every if (text := one(analysis, words))]


def named(code: str, name: str, words: Words) -> str:
    """Return a code with its name, if it has one.

    Parameters
    ----------
    code, name : str
        Of a site, supplier or item.
    words : Words
        The language.

    Examples
    --------
    >>> named("A1", "Alpha", Words("en")), named("A1", "A1", Words("zh"))
    ('Alpha (A1)', 'A1')
    """
    if not name or name == code:
        return code
    return f"{name}（{code}）" if words.language == "zh" else f"{name} ({code})"


def kinds(by: str, count: int, words: Words) -> str:
    """Return what stands still, as it is said of so many.

    Parameters
    ----------
    by : str
        ``"site"``, ``"supplier"`` and so on.
    count : int
        How many there are.
    words : Words
        The language.

    Examples
    --------
    >>> [kinds("site", n, Words("en")) for n in (0, 1, 2)]
    ['sites', 'site', 'sites']
    """
    one = words.language == "en" and count == 1
    return words.say(f"mk_{'by' if one else 'many'}_{by}")


def told_loss(analysis: MakerAnalysis, value: float, words: Words) -> str:
    """Return a loss in words: profit or revenue in money, or units.

    Parameters
    ----------
    analysis : MakerAnalysis
        Whose exposure says what is lost.
    value : float
        The loss.
    words : Words
        The language.
    """
    weight = str(analysis.answers["exposure"].parameters["weight"])
    if weight == "output":
        return words.say("mk_loss_output", units=f"{value:,.0f}")
    amount = words.amount(value, analysis.maker.money)
    return words.say(f"mk_loss_{weight}", amount=amount)


def counted_note(analysis: MakerAnalysis, part: str, words: Words) -> list[Note]:
    """Return a note on what losses are counted in where margins are missing; none where none is.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    part : str
        ``"exposure"`` or ``"missing_data"``.
    words : Words
        The language.
    """
    given = analysis.answers[part].parameters
    filled = part == "missing_data"
    share = float(str(given["margin_share"])) if filled else MissingRanges().margin_share
    weight = cast("Weight", given["weight"])
    english, chinese = margin_remark(analysis.maker, weight, share=share, filled=filled)
    told = chinese if words.language == "zh" else english
    return [Note(told)] if told else []


def _exposure(analysis: MakerAnalysis, words: Words) -> str:
    frame = analysis.frame("exposure")
    if frame is None or frame.empty:
        return ""
    exposed = frame[frame["gap_weeks"] > 0.0]
    by = analysis.question.by
    kind = kinds(by, len(frame), words)
    if exposed.empty:
        return words.say("mk_s_covered", count=f"{len(frame):,}", kind=kind)
    first = exposed.iloc[0]
    name = analysis.answers["exposure"].names("scenario", words.language)
    survives = float(first["time_to_survive_weeks"])
    return words.say(
        "mk_s_exposed",
        count=f"{len(frame):,}",
        kind=kind,
        exposed=f"{len(exposed):,}",
        first=named(str(first["scenario"]), name.get(str(first["scenario"]), ""), words),
        recover=f"{float(first['time_to_recover_weeks']):,.1f}",
        survive=f"{survives:,.1f}",
        loss=told_loss(analysis, float(first["loss_at_recovery"]), words),
    )


def _single(analysis: MakerAnalysis, words: Words) -> str:
    frame = analysis.frame("single_sources")
    if frame is None or frame.empty:
        return ""
    parts = frame[frame["kind"] == "bought"]
    if parts.empty:
        return words.say("mk_s_nothing_bought")
    lone = parts[parts["finding"].isin(ONE_SITE)]
    if lone.empty:
        return words.say("mk_s_several", parts=f"{len(parts):,}")
    first = lone.iloc[0]
    names = analysis.answers["single_sources"].names("item", words.language)
    return words.say(
        "mk_s_single",
        parts=f"{len(parts):,}",
        lone=f"{len(lone):,}",
        spared=f"{int((lone['finding'] == SOURCE_FINDINGS[1]).sum()):,}",
        first=named(str(first["item"]), names.get(str(first["item"]), ""), words),
        revenue=_weekly(float(first["revenue_per_week"]), analysis, words),
    )


def _common(analysis: MakerAnalysis, words: Words) -> str:
    frame = analysis.frame("common_suppliers")
    if frame is None or frame.empty:
        return ""
    rows = frame[frame["group"] != ""]  # the maker itself is no supplier of its own
    hidden = analysis.frames["hidden_sources"]
    unseen = int(hidden["hidden_item"].nunique())
    stops = rows[rows["products_stopped"] > 0]
    if stops.empty:
        if rows.empty:
            return words.say("mk_s_no_supplier")
        return words.say("mk_s_no_common", suppliers=f"{len(rows):,}")
    first = stops.iloc[0]
    names = analysis.answers["common_suppliers"].names("group", words.language)
    return words.say(
        "mk_s_common",
        suppliers=f"{len(stops):,}",
        first=named(str(first["group"]), names.get(str(first["group"]), ""), words),
        items=f"{int(first['items_stopped']):,}",
        products=f"{int(first['products_stopped']):,}",
        all_products=f"{counted(analysis.maker)['products']:,}",
        hidden=f"{unseen:,}",
    )


def _mitigation(analysis: MakerAnalysis, words: Words) -> str:
    frame = analysis.frame("mitigation")
    if frame is None:
        return ""
    steps, gaps = frame[frame["taken"]], analysis.frames["mitigation_scenarios"]
    if gaps.empty:
        return ""
    if steps.empty:
        return words.say("mk_s_no_measure", gaps=f"{len(gaps):,}")
    return words.say(
        "mk_s_mitigation",
        steps=f"{len(steps):,}",
        cost=words.amount(float(steps["cost"].sum()), analysis.maker.money),
        covered=f"{int(gaps['covered'].sum()):,}",
        gaps=f"{len(gaps):,}",
        robust=f"{int((steps['verdict'] == 'robust').sum()):,}",
        assumed=f"{int(steps['cost_assumed'].sum()):,}",
    )


def _unknown(analysis: MakerAnalysis, words: Words) -> str:
    known = counted(analysis.maker)
    return words.say(
        "mk_s_unknown",
        gaps=f"{known['gaps']:,}",
        no_site=f"{known['no_site']:,}",
        no_recovery=f"{known['no_recovery']:,}",
        sources=f"{known['sources']:,}",
        no_stock=f"{known['no_stock']:,}",
        items=f"{known['items']:,}",
    )


def _weekly(value: float, analysis: MakerAnalysis, words: Words) -> str:
    """Return revenue a week, or that it is not known."""
    if np.isnan(value):
        return words.say("mk_unpriced")
    return words.say("mk_a_week", amount=words.amount(value, analysis.maker.money))
