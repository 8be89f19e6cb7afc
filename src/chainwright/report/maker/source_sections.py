"""The sections on single sources, common suppliers and deeper tiers."""

from chainwright.report.blocks import Block, Note, Section, Text
from chainwright.report.maker.analysis import MakerAnalysis
from chainwright.report.maker.maker_findings import ONE_SITE
from chainwright.report.maker.maker_grids import MakerGrids
from chainwright.report.wording import Words

__all__ = ["common_section", "deeper_section", "single_section"]

ROWS = 18

SINGLE = ("item", "finding", "only_site", "only_place", "revenue_per_week",
          "cover_weeks", "qualified_alternates")  # fmt: skip
COMMON = ("group", "products_stopped", "revenue_per_week", "items_stopped", "sole_items",
          "hidden_items")  # fmt: skip
HIDDEN = ("hidden_item", "group", "groups_at_item", "sole_item", "path", "products")
INFERRED = ("item", "chain_node", "place", "tier", "share", "confidence_word", "basis")


def single_section(analysis: MakerAnalysis, words: Words) -> Section:
    """Return the items that hang on one site, supplier, region or country.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    words : Words
        The language.
    """
    title = words.say("mk_single_head")
    frame = analysis.frame("single_sources")
    if frame is None:
        return Section("single", title, [Note(analysis.told("single_sources", words))], fresh=False)
    answer = analysis.answers["single_sources"]
    parts = frame[frame["kind"] == "bought"]
    lead = words.say(
        "mk_single_lead",
        parts=f"{len(parts):,}",
        site=f"{int(parts['finding'].isin(ONE_SITE).sum()):,}",
        supplier=f"{int((parts['finding'] == 'one supplier').sum()):,}",
        region=f"{int((parts['finding'] == 'one region').sum()):,}",
        place=f"{int((parts['finding'] == 'one country').sum()):,}",
        unknown=f"{int((frame['finding'] == 'no source known').sum()):,}",
        unsure=f"{int((parts['finding'] == 'cannot be told').sum()):,}",
    )
    grid = MakerGrids(words).grid(
        answer,
        answer.name,
        parts,
        SINGLE,
        title=words.say("mk_single_table"),
        rows=ROWS,
        total=len(frame),
    )
    return Section("single", title, [Text(lead, lead=True), grid])


def common_section(analysis: MakerAnalysis, words: Words) -> Section:
    """Return whose loss stops products, and which items hang on them unseen.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    words : Words
        The language.
    """
    title = words.say("mk_common_head")
    frame = analysis.frame("common_suppliers")
    if frame is None:
        return Section(
            "common", title, [Note(analysis.told("common_suppliers", words))], fresh=False
        )
    answer = analysis.answers["common_suppliers"]
    rows = frame[frame["group"] != ""]
    hidden = analysis.frames["hidden_sources"]
    blocks: list[Block] = [
        Text(
            words.say(
                "mk_common_lead",
                suppliers=f"{int((rows['products_stopped'] > 0).sum()):,}",
                count=f"{len(rows):,}",
                hidden=f"{int(hidden['hidden_item'].nunique()):,}",
            ),
            lead=True,
        ),
        MakerGrids(words).grid(
            answer,
            answer.name,
            rows,
            COMMON,
            title=words.say("mk_common_table"),
            rows=ROWS,
            total=len(frame),
        ),
    ]
    if len(hidden):
        blocks.append(
            MakerGrids(words).grid(
                answer,
                "hidden_sources",
                hidden,
                HIDDEN,
                title=words.say("mk_hidden_table"),
                rows=ROWS,
            )
        )
    return Section("common", title, blocks)


def deeper_section(analysis: MakerAnalysis, words: Words) -> Section:
    """Return tiers that no table of the maker names: inferred ones, and unknown ones counted.

    Parameters
    ----------
    analysis : MakerAnalysis
        The answers.
    words : Words
        The language.
    """
    title = words.say("mk_deeper_head")
    frame = analysis.frame("supplier_tiers")
    if frame is None:
        return Section("deeper", title, [Note(analysis.told("supplier_tiers", words))], fresh=False)
    answer = analysis.answers["supplier_tiers"]
    inferred = frame[frame["kind"] == "inferred"]
    unknown = frame[frame["kind"] == "unknown"]
    blocks: list[Block] = [
        Text(
            words.say(
                "mk_deeper_lead",
                given=f"{int((frame['kind'] == 'given').sum()):,}",
                inferred=f"{len(inferred):,}",
                unknown=f"{len(unknown):,}",
            ),
            lead=True,
        )
    ]
    if inferred.empty:
        blocks.append(Note(words.say("mk_deeper_none")))
    else:
        blocks.append(
            MakerGrids(words).grid(
                answer,
                answer.name,
                inferred,
                INFERRED,
                title=words.say("mk_deeper_table"),
                rows=ROWS,
                total=len(frame),
            )
        )
    return Section("deeper", title, blocks, fresh=False)
