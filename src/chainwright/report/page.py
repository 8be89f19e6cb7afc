"""The brief as one HTML page: no network, no script, made to be printed."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from chainwright.report.analysis import Analysis
from chainwright.report.blocks import Section
from chainwright.report.findings import outside_of
from chainwright.report.inputs import Input
from chainwright.report.sections.appendix import Method, Term, glossary, methods, sources_section
from chainwright.report.sections.chain_maps import chain_sections
from chainwright.report.sections.cover import Cover, cover_of
from chainwright.report.sections.knockout import knockout_section
from chainwright.report.sections.overview import overview_section
from chainwright.report.sections.products import products_section
from chainwright.report.sections.repair import repair_sections
from chainwright.report.sections.stress import stress_sections
from chainwright.report.sections.strong import strong_section
from chainwright.report.sections.supply import supply_section
from chainwright.report.sections.weak import weak_section
from chainwright.report.sections.years import years_section
from chainwright.report.wording import Words

__all__ = ["page", "rendered"]

MARGIN_FONTS = {
    "en": '"Helvetica Neue", Arial, sans-serif',
    "zh": '"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif',
}
"""Fonts of what stands in the margins of a printed page."""


@cache
def _environment() -> Environment:
    folder = files("chainwright").joinpath("report/templates")
    texts = {
        f.name: f.read_text(encoding="utf-8")
        for f in folder.iterdir()
        if f.name.endswith((".j2", ".css"))
    }
    return Environment(
        loader=DictLoader(texts), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def page(
    analysis: Analysis,
    words: Words,
    *,
    inputs: Sequence[Input],
    tables: Sequence[tuple[str, int]],
    today: date,
) -> str:
    """Return the brief as HTML.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    inputs : sequence of Input
        What was read.
    tables : sequence of (str, int)
        Name and number of rows of each table that lies beside the page.
    today : date
        The day on which it is made.
    """
    given = [
        overview_section(analysis, words, outside_of(analysis)),
        weak_section(analysis, words),
        strong_section(analysis, words),
        knockout_section(analysis, words),
        supply_section(analysis, words),
        years_section(analysis, words),
        products_section(analysis, words),
        *chain_sections(analysis, words),
        *stress_sections(analysis, words),
        *repair_sections(analysis, words),
    ]
    sections = [section for section in given if section is not None]
    last = sources_section(
        words,
        inputs=inputs,
        tables=tables,
        left_out=[(name, words.say(key)) for name, key in analysis.left_out.items()],
    )
    return rendered(
        words,
        cover=cover_of(analysis, words, today=today),
        sections=sections,
        method=methods(words, [name for name, _ in tables]),
        terms=glossary(words),
        last=last,
        today=today,
    )


def rendered(
    words: Words,
    *,
    cover: Cover,
    sections: Sequence[Section],
    method: Sequence[Method],
    terms: Sequence[Term],
    last: Section,
    today: date,
    own: str = "",
) -> str:
    """Return a page whose parts are there, as HTML.

    Parameters
    ----------
    words : Words
        The language.
    cover : Cover
        Page one.
    sections : sequence of Section
        What follows it.
    method : sequence of Method
        How the figures are made.
    terms : sequence of Term
        What words mean.
    last : Section
        Sources and files.
    today : date
        The day on which it is made.
    own : str
        Beginning of the keys of texts that this page has instead of those of a brief.
    """

    def say(key: str, **given: object) -> str:
        return words.say(own + key if words.knows(own + key) else key, **given)

    css = _environment().get_template("brief.css").render()
    return (
        _environment()
        .get_template("brief.html.j2")
        .render(
            lang="zh-CN" if words.language == "zh" else "en",
            css=Markup(css),  # noqa: S704 - our own file
            say=say,
            of_maker=bool(own),
            cover=cover,
            sections=sections,
            methods=method,
            glossary=terms,
            last=last,
            made=words.say("made_on", date=today.isoformat(), version=version("chainwright")),
            markup=Markup,
            quoted=_quoted,
            margin_fonts=MARGIN_FONTS[words.language],
        )
    )


def _quoted(text: str) -> Markup:
    """Return `text` as a string of CSS, which knows other escapes than HTML does."""
    plain = {'"', "\\", "<", ">", "&"}
    escaped = "".join(f"\\{ord(c):x} " if c in plain or ord(c) < 32 else c for c in text)
    return Markup(f'"{escaped}"')  # noqa: S704 - nothing is left that could end the string
