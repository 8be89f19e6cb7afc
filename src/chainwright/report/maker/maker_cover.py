"""Page one of a report on a maker: the question, the findings, the chain in figures, the data."""

from chainwright.report.maker.analysis import MakerAnalysis
from chainwright.report.maker.counts import counted, stock_day
from chainwright.report.maker.maker_findings import maker_sentences
from chainwright.report.sections.cover import Cover
from chainwright.report.wording import Words

__all__ = ["is_made_up", "maker_cover", "maker_facts", "told_parameters"]

MANY = 12
"""Values of a parameter that are listed."""


def is_made_up(analysis: MakerAnalysis) -> bool:
    """Return whether the maker of an `analysis` is made up."""
    return any(note.startswith("made up") for note in analysis.maker.origin.notes)


def maker_cover(analysis: MakerAnalysis, words: Words) -> Cover:
    """Return page one.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    words : Words
        The language.
    """
    maker = analysis.maker
    made_up = is_made_up(analysis)
    title = words.say("mk_title", maker=maker.name)
    running = words.say("mk_running", maker=maker.name)
    day = stock_day(maker)
    return Cover(
        title=words.say("mk_made_up", text=title) if made_up else title,
        running=words.say("mk_made_up", text=running) if made_up else running,
        question=words.say(
            "mk_question", maker=maker.name, by=words.say(f"mk_by_{analysis.question.by}")
        ),
        year=words.year(maker.money.year),
        age=words.say("mk_age_stock", day=day) if day else words.say("mk_age_no_day"),
        remark=words.say("mk_age_synthetic" if made_up else "mk_age_given"),
        old=made_up or not day,
        sentences=maker_sentences(analysis, words),
        more=[],
        figures=_figures(analysis, words),
        facts=maker_facts(analysis, words),
    )


def _figures(analysis: MakerAnalysis, words: Words) -> list[tuple[str, str]]:
    """Return the chain in figures, what is not known of it last."""
    known = counted(analysis.maker)
    totals = {"no_site": "sources", "no_recovery": "sources", "no_stock": "items"}
    shown: list[tuple[str, dict[str, str]]] = [
        (key, {}) for key in ("products", "parts", "suppliers", "sites", "tiers", "gaps")
    ]
    shown += [(key, {"total": f"{known[of]:,}"}) for key, of in totals.items()]
    return [(f"{known[key]:,}", words.say(f"mk_k_{key}", **given)) for key, given in shown]


def maker_facts(analysis: MakerAnalysis, words: Words) -> list[tuple[str, str]]:
    """Return where the numbers come from: what, and which.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    words : Words
        The language.
    """
    maker = analysis.maker
    origin = maker.origin
    facts = [
        (words.say("mk_d_maker"), maker.name),
        (words.say("d_file"), origin.file or words.say("none")),
        (words.say("mk_d_made"), words.known(origin.format)),
        (words.say("d_version"), words.known(origin.version)),
        (words.say("d_licence"), words.known(origin.licence)),
        (words.say("d_money"), words.money(maker.money)),
        (words.say("d_hash"), origin.sha256 or words.say("none")),
        (
            words.say("mk_d_scenario"),
            words.say("mk_d_scenario_value", by=words.say(f"mk_by_{analysis.question.by}")),
        ),
        (words.say("d_notes"), "; ".join(words.known(note) for note in origin.notes)),
    ]
    return [(name, value) for name, value in facts if value]


def told_parameters(analysis: MakerAnalysis, words: Words) -> list[tuple[str, str, str]]:
    """Return what was asked of each answer: the answer, the parameter and its value.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    words : Words
        The language.
    """
    return [
        (words.say(f"t_{answer.name}"), name, _told(value))
        for answer in analysis.answers.values()
        for name, value in answer.parameters.items()
    ]


def _told(value: object) -> str:
    """Return a parameter as text; a long list by its length, as the manifest has all of it."""
    if isinstance(value, list | tuple) and len(value) > MANY:
        return f"{len(value):,} ({_told(value[0])} … {_told(value[-1])})"
    if isinstance(value, list | tuple):
        return ", ".join(map(_told, value))
    if value is None:
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)
