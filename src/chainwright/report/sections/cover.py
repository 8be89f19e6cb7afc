"""Page one: the question, the age of the data, the answer, key figures, the data."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from chainwright.params import table
from chainwright.report.analysis import Analysis
from chainwright.report.findings import five_sentences, more_sentences, outside_of, share_of
from chainwright.report.sections.overview import manufacturing
from chainwright.report.wording import Words
from chainwright.sources.demos import SYNTHETIC

__all__ = ["Cover", "cover_of"]

OLD = 4
"""A table older than so many years is marked as old."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on page one.

    Parameters
    ----------
    title, running : str
        Title, and the line at the head of the other pages.
    question : str
        What was asked.
    year, age, remark : str
        Year of the data, how old they are, and what follows from it.
    old : bool
        Whether the age is a warning.
    sentences : list of str
        The answer.
    more : list of str
        What trade in products and chain maps add to it.
    figures : list of (str, str)
        Key figures: value and what it is.
    facts : list of (str, str)
        The data: what and which.
    more_head : str
        Heading of `more`, where it is only of shocks; empty for the usual one.
    """

    title: str
    running: str
    question: str
    year: str
    age: str
    remark: str
    old: bool
    sentences: list[str]
    more: list[str]
    figures: list[tuple[str, str]]
    facts: list[tuple[str, str]]
    more_head: str = ""


def cover_of(analysis: Analysis, words: Words, *, today: date) -> Cover:
    """Return page one.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    today : date
        The day on which the brief is made.
    """
    flows = analysis.system.flows
    home = words.home(analysis.home, flows)
    year = flows.money.year
    known = "" if year is not None else "_undated"
    synthetic = flows.origin.format == SYNTHETIC
    age = None if year is None else today.year - year
    if synthetic:
        remark = words.say("age_synthetic")
    elif age is None:
        remark = words.say("age_unknown")
    else:
        remark = words.say("age_old" if age > OLD else "age_fresh", year=year, age=age)
    title = words.say(f"title{known}", home=home, year=year)
    running = words.say(f"running{known}", home=home, year=year)
    return Cover(
        title=words.say("made_up", text=title) if synthetic else title,
        running=words.say("made_up", text=running) if synthetic else running,
        question=words.say("question", home=home),
        year=words.year(year),
        age=words.say("age_none") if age is None else words.say("age_years", age=age),
        remark=remark,
        old=synthetic or age is None or age > OLD,
        sentences=five_sentences(analysis, words),
        more=more_sentences(analysis, words),
        figures=_figures(analysis, words),
        facts=_facts(analysis, words),
        more_head=""
        if analysis.products or analysis.maps
        else words.say("more_head_stress" if analysis.repair is None else "more_head_repair"),
    )


def _figures(analysis: Analysis, words: Words) -> list[tuple[str, str]]:
    glance = analysis.glance
    money = glance.system.flows.money
    outside = words.say(f"from_outside_{outside_of(analysis)}")
    output = float(glance.output.sum())
    figures = [
        (words.amount(output, money), words.say("k_output")),
        (words.amount(float(glance.added.sum()), money), words.say("k_added")),
    ]
    made = manufacturing(glance)[0]
    if not np.isnan(made):
        figures.append((words.share(made), words.say("k_manufacturing")))
    if not np.isnan(glance.inputs_abroad).all():
        share = share_of(glance.inputs_abroad, glance.inputs)
        figures.append((words.share(share), words.say("k_imported", from_outside=outside)))
    sold = share_of(glance.exports, glance.output)
    figures.append((words.share(sold), words.say("k_exports")))
    if analysis.necks is not None:
        flagged = int(analysis.frames["stuck_necks"]["flagged"].sum())
        figures.append((f"{flagged}", words.say("k_flagged")))
    return figures


def _facts(analysis: Analysis, words: Words) -> list[tuple[str, str]]:
    flows = analysis.system.flows
    origin = flows.origin
    nodes = flows.nodes
    facts = [
        ("d_file", origin.file or words.say("none")),
        ("d_format", words.known(origin.format)),
        ("d_version", words.known(origin.version) or words.say("not_known")),
        ("d_licence", words.known(origin.licence) or words.say("not_known")),
        ("d_hash", origin.sha256 or words.say("none")),
        ("d_money", words.money(flows.money)),
        (
            "d_shape",
            words.say(
                "d_shape_value",
                regions=len(nodes.regions),
                sectors=len(nodes.sectors),
                nodes=f"{len(nodes):,}",
            ),
        ),
    ]
    facts.append(("d_home", _home(analysis, words)))
    if analysis.home.missing:
        facts.append(("d_missing", ", ".join(analysis.home.missing)))
    if origin.notes:
        facts.append(("d_notes", "; ".join(origin.notes)))
    return [(words.say(key), value) for key, value in facts]


def _home(analysis: Analysis, words: Words) -> str:
    """Return the name and codes of home, and of the nation where one was given."""
    home, flows = analysis.home, analysis.system.flows
    named = {r["group"]: r for r in table("region_groups")}.get(home.name)
    name = named[f"name_{words.language}"] if named else words.home(home, flows)
    told = f"{name}: {', '.join(home.regions)}"
    if set(home.nation) == set(home.regions):
        return told
    return words.say("home_of_nation", home=told, count=len(home.nation))
