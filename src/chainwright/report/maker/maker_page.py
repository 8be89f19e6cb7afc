"""The report on a maker's chain as one HTML page, made to be printed."""

from collections.abc import Sequence
from datetime import date

from chainwright.report.blocks import Block, Columns, Drawing, Grid, Note, Section, Text
from chainwright.report.inputs import Input
from chainwright.report.maker.analysis import MakerAnalysis
from chainwright.report.maker.dot_map import draw_dots
from chainwright.report.maker.exposure_section import exposure_section
from chainwright.report.maker.maker_cover import maker_cover, told_parameters
from chainwright.report.maker.maker_grids import MakerGrids
from chainwright.report.maker.plan_sections import measures_section, missing_section
from chainwright.report.maker.source_sections import (
    common_section,
    deeper_section,
    single_section,
)
from chainwright.report.maker.spots import EXPOSED, SAFE, UNKNOWN, Drawn, Spots
from chainwright.report.maker.tier_picture import draw_tiers
from chainwright.report.page import rendered
from chainwright.report.sections.appendix import glossary, methods, sources_section
from chainwright.report.wording import Words

__all__ = ["maker_page", "tier_drawing"]


PRODUCTS = (
    "item",
    "demand_per_week",
    "revenue_per_week",
    "margin_per_week",
    "items",
    "lone_items",
    "unsourced_items",
    "stock_weeks",
)
ROWS = 12


def maker_page(
    analysis: MakerAnalysis,
    words: Words,
    *,
    inputs: Sequence[Input],
    tables: Sequence[tuple[str, int]],
    today: date,
) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    analysis : MakerAnalysis
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
    sections = [
        exposure_section(analysis, words),
        _chain(analysis, words),
        single_section(analysis, words),
        common_section(analysis, words),
        deeper_section(analysis, words),
        measures_section(analysis, words),
        missing_section(analysis, words),
        _parameters(analysis, words),
    ]
    last = sources_section(words, inputs=inputs, tables=tables, left_out=[], own="mk_")
    return rendered(
        words,
        cover=maker_cover(analysis, words),
        sections=sections,
        method=methods(words, [name for name, _ in tables], of="maker/method"),
        terms=glossary(words, of="maker/terms"),
        last=last,
        today=today,
        own="mk_",
    )


def tier_drawing(analysis: MakerAnalysis, words: Words) -> Drawn:
    """Return the picture of the tiers.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    words : Words
        The language.
    """
    spots = Spots.of_table(analysis.frames["maker_site_list"])
    return draw_tiers(spots, words, title=words.say("mk_tiers_title", maker=analysis.maker.name))


def _chain(analysis: MakerAnalysis, words: Words) -> Section:
    """Return the pictures of the chain: its tiers, and where its sites are."""
    sites = analysis.frames["maker_site_list"]
    drawn = tier_drawing(analysis, words)
    left = [
        words.say("mk_not_drawn", count=f"{drawn.missing:,}")
        if drawn.missing
        else words.say("mk_all_drawn")
    ]
    idle = int((sites["tier"] < 0).sum())
    if idle:
        left.append(words.say("mk_not_needed", count=f"{idle:,}"))
    gap = "" if words.language == "zh" else " "
    caption = words.say("mk_tiers_caption", left=gap.join(left))
    blocks: list[Block] = []
    spots = Spots.of_table(sites)
    title = words.say("mk_map_title")
    dots = draw_dots(spots, words, title=title)
    if dots is None:
        blocks.append(Note(words.say("mk_no_map")))
    else:
        text = words.say("mk_map_caption", missing=f"{dots.missing:,}")
        blocks.append(Drawing(dots.svg(), text, wide=False))
    if analysis.question.by != "site":
        blocks.append(Note(words.say("mk_by_other")))
    products = analysis.answers["products"]
    blocks.append(
        MakerGrids(words).grid(
            products,
            products.name,
            analysis.frames[products.name],
            PRODUCTS,
            title=words.say("mk_products_table"),
            rows=ROWS,
        )
    )
    blocks.append(Drawing(drawn.svg(), caption))
    return Section("chain", words.say("mk_tiers_head"), [Text(_said(spots, words)), *blocks])


def _parameters(analysis: MakerAnalysis, words: Words) -> Section:
    """Return what was asked of each answer, and what was assumed."""
    heads = [words.say(key) for key in ("f_what", "mk_parameter", "mk_value")]
    grid = Grid(
        title=words.say("mk_parameters_head"),
        columns=[Columns(head) for head in heads],
        rows=told_parameters(analysis, words),
        where="manifest.json",
    )
    lead = Text(words.say("mk_parameters_lead"))
    return Section("parameters", words.say("mk_parameters_head"), [lead, grid])


def _said(spots: Spots, words: Words) -> str:
    """Return how many sites stand how."""
    counts = spots.counts
    return words.say(
        "mk_tiers_lead",
        sites=f"{len(spots):,}",
        exposed=f"{counts[EXPOSED]:,}",
        safe=f"{counts[SAFE]:,}",
        unknown=f"{counts[UNKNOWN]:,}",
    )
