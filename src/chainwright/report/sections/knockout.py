"""The knock-out scan: what stops at home's users if one supplier delivers less."""

import numpy as np
import pandas as pd

from chainwright.report.analysis import Analysis
from chainwright.report.blocks import Block, Note, Picture, Section, Text
from chainwright.report.charts import Bar, bar_chart
from chainwright.report.charts.palette import FOREIGN, UNKNOWN
from chainwright.report.grids import Grids
from chainwright.report.wording import Words

__all__ = ["knockout_section"]

BARS, ROWS, SERVICES = 12, 8, 5
GOODS = ("goods", "construction", "unclassified")


def knockout_section(analysis: Analysis, words: Words) -> Section:
    """Return the section on dropped chains.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    dropped = analysis.dropped
    flows = dropped.system.flows
    grids = Grids(words, flows, analysis.home.regions if len(analysis.home.regions) == 1 else ())
    home = words.home(analysis.home, flows)
    frame = analysis.frames["dropped_chains"]
    cut = words.share(dropped.question.cut, 0)
    stocked = bool(np.any(dropped.stock_days > 0.0))
    lead = words.say(
        "drop_lead",
        cut=cut,
        days=f"{dropped.question.days:g}",
        stock=words.say("drop_some_stock" if stocked else "drop_no_stock"),
        home=home,
        least=words.share(dropped.question.least, 0),
    )
    blocks: list[Block] = [Text(lead, lead=True)]
    hit = frame[frame["shortage_first"] > 0.0]
    goods = hit[hit["sector_class"].isin(GOODS)]
    outside = goods[goods["place"] == "abroad"]
    inside = goods[goods["place"] == "home"]
    others = hit[~hit["sector_class"].isin(GOODS)]
    order = "shortage_first"
    if len(outside):
        blocks.append(_bars(outside, words, grids, home, cut))
    else:
        blocks.append(Text(words.say("drop_none", home=home)))
    columns = ["region", "sector", "essential_users", "share_of_input", "top_user"]
    columns += ["shortage_first", "shortage_first_share", "shortage_all", "loss_total"]
    titles = {"drop_outside": (outside, ROWS), "drop_inside": (inside, ROWS)}
    titles["drop_services"] = (others.sort_values(order, ascending=False, kind="stable"), SERVICES)
    for key, (rows, count) in titles.items():
        if not len(rows):
            continue
        kept = [c for c in columns if c != "region" or len(set(rows["region"])) > 1]
        if rows["loss_total"].isna().all():
            kept.remove("loss_total")
        title = words.say(key, home=home)
        blocks.append(
            grids.grid("dropped_chains", rows, kept, title=title, rows=count, total=len(frame))
        )
    notes = [words.say("drop_weight")]
    notes += [zh if words.language == "zh" else en for en, zh in dropped.notes]
    text = ("" if words.language == "zh" else " ").join(notes)
    for column in ("shortage_first", "shortage_all"):
        text = text.replace(column, f"“{words.heading('dropped_chains', column)}”")
    blocks.append(Note(text))
    return Section("knockout", words.say("drop_head"), blocks, fresh=False)


def _bars(rows: pd.DataFrame, words: Words, grids: Grids, home: str, cut: str) -> Picture:
    divisor, unit = words.scale(grids.flows.money)
    bars = [
        Bar(
            words.sector(grids.flows, str(row["sector"])),
            float(row["shortage_first"]) / divisor,
            colour=UNKNOWN if row["composite"] else FOREIGN,
            note=grids.place(str(row["region"])),
        )
        for row in rows.head(BARS).to_dict("records")
    ]
    chart = bar_chart(
        bars,
        title=words.say("drop_bars_title", home=home),
        description=words.say(
            "drop_bars_description",
            first=f"{bars[0].label} ({bars[0].note})",
            value=words.amount(bars[0].value * divisor, grids.flows.money),
        ),
        axis=words.say("drop_bars_axis", money=unit),
        number=lambda v: f"{v:,.0f}" if v >= 100 or v == int(v) else f"{v:,.1f}",
        unknown=words.say("not_known"),
    )
    caption = words.say("drop_bars_caption", count=len(bars), cut=cut, home=home, money=unit)
    return Picture(chart, caption)
