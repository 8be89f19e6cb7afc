"""Supply trees of three sectors."""

from chainwright.report.analysis import Analysis
from chainwright.report.blocks import Block, Picture, Section, Text
from chainwright.report.charts import Branch, tree_chart
from chainwright.report.charts.palette import FOREIGN, HOME, NATION, UNKNOWN
from chainwright.report.grids import Grids, files_of
from chainwright.report.trees import Twig
from chainwright.report.wording import Words

__all__ = ["supply_section"]

COLOURS = {"home": HOME, "nation": NATION, "abroad": FOREIGN, "unknown": UNKNOWN}


def supply_section(analysis: Analysis, words: Words) -> Section:
    """Return the section on supply trees.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    trees = analysis.trees
    flows = trees.system.flows
    grids = Grids(words, flows)
    users: set[str] = set()
    if analysis.necks is not None:
        found = analysis.frames["stuck_necks"]
        users = set(found.loc[found["flagged"].astype(bool), "sector"])
    filled = any(tree.sector not in users for tree in trees.trees)
    lead = words.say("trees_lead", filled=words.say("trees_filled") if filled else "")
    blocks: list[Block] = [Text(lead, lead=True)]
    rows = len(analysis.frames["supply_trees"])
    blocks += [_picture(tree, words, grids, rows=rows) for tree in trees.trees]
    return Section("trees", words.say("trees_head"), blocks, fresh=False)


def _picture(tree: Twig, words: Words, grids: Grids, *, rows: int) -> Picture:
    flows = grids.flows
    name = words.sector(flows, tree.sector)
    sources = {t.source for t in tree.twigs} | {b.source for t in tree.twigs for b in t.twigs}
    keys = [(COLOURS[s], words.say(f"key_{s}")) for s in COLOURS if s in sources or s == "home"]
    root = Branch(
        name, grids.place(tree.region), 1.0, HOME, tuple(_branch(t, grids) for t in tree.twigs)
    )
    chart = tree_chart(
        root,
        title=words.say("tree_title", sector=name),
        description=words.say(
            "tree_description",
            sector=name,
            first=words.sector(flows, tree.twigs[0].sector) if tree.twigs else "–",
            share=words.share(tree.twigs[0].share if tree.twigs else float("nan")),
        ),
        headings=[words.say("tree_user"), words.say("tree_inputs"), words.say("tree_beyond")],
        keys=keys,
    )
    outside = sum(t.share for t in tree.twigs if t.source in ("abroad", "unknown"))
    caption = words.say(
        "tree_caption",
        sector=name,
        share=words.share(sum(t.share for t in tree.twigs)),
        outside=f"{100.0 * outside:.1f}",
    )
    where = words.say("where", rows=rows, files=files_of("supply_trees"))
    return Picture(chart, f"{caption} {where}")


def _branch(twig: Twig, grids: Grids) -> Branch:
    place = f"{grids.place(twig.region)} · {grids.words.share(twig.share)}"
    return Branch(
        grids.words.sector(grids.flows, twig.sector),
        place,
        twig.share,
        COLOURS[twig.source],
        tuple(_branch(t, grids) for t in twig.twigs),
    )
