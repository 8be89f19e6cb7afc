"""The system at a glance: key amounts, a Sankey chart, sectors and suppliers."""

import numpy as np
import pandas as pd

from chainwright.report.analysis import Analysis
from chainwright.report.blocks import Block, Picture, Section, Text
from chainwright.report.charts import Chart, Flow, Stage, flow_chart
from chainwright.report.charts.palette import FOREIGN, HOME, NATION, UNKNOWN
from chainwright.report.glance import Glance
from chainwright.report.grids import Grids
from chainwright.report.wording import Words
from chainwright.system import sector_class

__all__ = ["flow_picture", "manufacturing", "overview_section"]

SECTORS_SHOWN = 8
PARTNERS = 4


def manufacturing(glance: Glance) -> tuple[float, float]:
    """Return manufacturing's share of home's value added, and home's share of the table's.

    Parameters
    ----------
    glance : Glance
        The system at a glance.
    """
    flows, at = glance.system.flows, glance.at_home
    made = flows.nodes.section == "C"
    if not made[at].any():
        return float("nan"), float("nan")
    own = float(glance.added[made[at]].sum())
    every = float(flows.added[made].sum())
    world = float("nan") if np.isnan(glance.world_added).all() else own / every
    return own / float(glance.added.sum()), world


def overview_section(analysis: Analysis, words: Words, outside: str) -> Section:
    """Return the section on the system at a glance.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    outside : str
        ``"country"`` or ``"part"``: what lies outside home.
    """
    glance = analysis.glance
    flows, money = glance.system.flows, glance.system.flows.money
    grids = Grids(words, flows)
    share, world = manufacturing(glance)
    home = words.home(analysis.home, analysis.system.flows)
    lead = words.say(
        "glance_lead",
        home=home,
        when=words.when(flows.money.year),
        output=words.amount(float(glance.output.sum()), money),
        added=words.amount(float(glance.added.sum()), money),
        manufacturing=words.share(share),
        world="" if np.isnan(world) else words.say("glance_world", share=words.share(world)),
    )
    chart, negative = flow_picture(glance, words, outside)
    caption = words.say(
        "glance_flow_caption",
        count=min(SECTORS_SHOWN, len(glance.at_home)),
        outside=words.say(f"outside_{outside}"),
        money=words.scale(money)[1],
    )
    if negative < -0.0005 * float(glance.output.sum()):
        caption += " " + words.say("glance_negative", amount=words.amount(negative, money))
    blocks: list[Block] = [Text(lead, lead=True), Picture(chart, caption)]
    columns = ["sector", "output", "share_of_value_added", "imported_share", "export_share"]
    frame = analysis.frames["glance"]
    if not frame["world_share"].isna().all():
        columns.insert(3, "world_share")
    title = words.say("glance_table", home=home)
    blocks.append(grids.grid("glance", frame, columns, title=title, rows=12))
    suppliers = analysis.frames["suppliers"]
    if len(suppliers):
        columns = ["region", "imported_inputs", "share_of_imports", "share_of_inputs"]
        columns += ["main_user", "main_user_share", "weak_links"]
        title = words.say("suppliers_table", home=home)
        blocks.append(grids.grid("suppliers", suppliers, columns, title=title, rows=10))
    return Section("glance", words.say("glance_head"), blocks)


def flow_picture(glance: Glance, words: Words, outside: str) -> tuple[Chart, float]:
    """Return the Sankey chart from inputs to uses, and the amounts below zero that it leaves out.

    Parameters
    ----------
    glance : Glance
        The system at a glance.
    words : Words
        The language.
    outside : str
        ``"country"`` or ``"part"``: what lies outside home.
    """
    flows = glance.system.flows
    sectors, names = _groups(glance, words)
    left = _inputs(glance, words, outside)
    right = _uses(glance, words, outside)
    stage_in, table_in = _stage(words.say("st_inputs"), left)
    stage_out, table_out = _stage(words.say("st_uses"), right)
    groups = list(dict.fromkeys(sectors))
    middle = Stage(words.say("st_sectors"), {g: names[g] for g in groups})
    links, negative = [], 0.0
    for key, amounts in table_in.items():
        sums = amounts.groupby(np.array(sectors), sort=False).sum()
        negative += float(sums[sums < 0.0].sum())
        links += [Flow(key, g, float(sums[g])) for g in groups if sums[g] > 0.0]
    for key, amounts in table_out.items():
        sums = amounts.groupby(np.array(sectors), sort=False).sum()
        negative += float(sums[sums < 0.0].sum())
        links += [Flow(g, key, float(sums[g])) for g in groups if sums[g] > 0.0]
    divisor, unit = words.scale(flows.money)
    home = words.home(glance.home, flows)
    chart = flow_chart(
        [stage_in, middle, stage_out],
        links,
        title=words.say("glance_flow_title"),
        description=words.say(
            "glance_flow_description",
            home=home,
            output=words.amount(float(glance.output.sum()), flows.money),
        ),
        number=lambda v: f"{v / divisor:,.0f} {unit if flows.money.currency else ''}".rstrip(),
        height=430.0,
    )
    return chart, negative


Amounts = dict[str, tuple[str, str, pd.Series]]
"""Name, colour and amount by home sector of each node of an outer column."""


def _stage(title: str, nodes: Amounts) -> tuple[Stage, dict[str, pd.Series]]:
    kept = {k: n for k, n in nodes.items() if (n[2] > 0.0).any()}
    return (
        Stage(title, {k: n[0] for k, n in kept.items()}, {k: n[1] for k, n in kept.items()}),
        {k: n[2] for k, n in kept.items()},
    )


def _groups(glance: Glance, words: Words) -> tuple[list[str], dict[str, str]]:
    """Return the group of each home sector: itself if it is large, else its kind."""
    flows = glance.system.flows
    codes = list(glance.by_use.columns)
    largest = set(glance.table()["sector"].head(SECTORS_SHOWN))
    kinds = {"goods": "goods", "construction": "construction"}
    keys, names = [], {}
    for code, node in zip(codes, glance.at_home, strict=True):
        kind = sector_class(str(flows.nodes.section[node]))
        key = f"s:{code}" if code in largest else f"g:{kinds.get(kind, 'services')}"
        keys.append(key)
        names[key] = words.sector(flows, code) if code in largest else words.say(f"g_{key[2:]}")
    order = {k: i for i, k in enumerate(sorted(names, key=lambda k: (k[0] == "g", keys.index(k))))}
    return keys, {k: names[k] for k in sorted(names, key=order.__getitem__)}


def _inputs(glance: Glance, words: Words, outside: str) -> Amounts:
    flows = glance.system.flows
    codes = list(glance.by_use.columns)

    def row(values: object) -> pd.Series:
        return pd.Series(np.asarray(values, dtype=np.float64), index=codes)

    unsplit = bool(np.isnan(glance.inputs_abroad).all())
    home = words.say("n_unsplit" if unsplit else "n_home")
    nodes: Amounts = {
        "in:added": (words.say("n_added"), "#009E73", row(glance.added)),
        "in:home": (home, HOME, row(glance.inputs_home)),
        "in:nation": (words.say("n_nation"), NATION, row(glance.inputs_nation)),
    }
    sums = glance.by_origin.sum(axis=1).sort_values(ascending=False, kind="stable")
    blurred = [c for c in sums.index if c == "" or c in flows.composite]
    named = [c for c in sums.index if c not in blurred and sums[c] > 0.0]
    for code in named[:PARTNERS]:
        name = words.say("n_from", region=words.region(flows, code))
        nodes[f"in:{code}"] = (name, FOREIGN, row(glance.by_origin.loc[code]))
    if named[PARTNERS:]:
        name = words.say("n_from_other" if outside == "country" else "n_from_other_part")
        rest = glance.by_origin.loc[named[PARTNERS:]].sum(axis=0)
        nodes["in:other"] = (name, FOREIGN, row(rest))
    for code in blurred:
        name = words.say("n_from", region=words.region(flows, code))
        nodes[f"in:?{code}"] = (name, UNKNOWN, row(glance.by_origin.loc[code]))
    return nodes


def _uses(glance: Glance, words: Words, outside: str) -> Amounts:
    flows = glance.system.flows
    use = {str(k): glance.by_use.loc[k] for k in glance.by_use.index}
    nodes: Amounts = {
        "to:home": (words.say("n_inputs_home"), HOME, use["inputs_home"]),
        "to:consumption": (words.say("n_consumption"), "#009E73", use["consumption"]),
        "to:investment": (words.say("n_investment"), "#CC79A7", use["investment"]),
        "to:nation": (
            words.say("n_nation_use"),
            NATION,
            use["inputs_nation"] + use["nation"],
        ),
    }
    sums = glance.by_destination.sum(axis=1).sort_values(ascending=False, kind="stable")
    blurred = [c for c in sums.index if c == "" or c in flows.composite]
    named = [c for c in sums.index if c not in blurred and sums[c] > 0.0]
    for code in named[:PARTNERS]:
        name = words.say("n_to", region=words.region(flows, code))
        nodes[f"to:{code}"] = (name, FOREIGN, glance.by_destination.loc[code])
    if named[PARTNERS:]:
        name = words.say("n_to_other" if outside == "country" else "n_to_other_part")
        rest = glance.by_destination.loc[named[PARTNERS:]].sum(axis=0)
        nodes["to:other"] = (name, FOREIGN, rest)
    for code in blurred:
        name = (
            words.say("n_to", region=words.region(flows, code)) if code else words.say("n_exports")
        )
        nodes[f"to:?{code}"] = (name, UNKNOWN, glance.by_destination.loc[code])
    return nodes
