"""The long plates: where home is strong, and who leans on whom."""

import numpy as np
import pandas as pd

from chainwright.report.analysis import Analysis
from chainwright.report.blocks import Block, Note, Picture, Section, Text
from chainwright.report.charts import Bar, bar_chart
from chainwright.report.charts.palette import HOME, UNKNOWN
from chainwright.report.grids import Grids
from chainwright.report.wording import Words

__all__ = ["strong_section"]

BARS, ROWS, PARTNERS = 12, 12, 12


def strong_section(analysis: Analysis, words: Words) -> Section:
    """Return the section on long plates.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    plates = analysis.plates
    flows = plates.system.flows
    grids = Grids(words, flows)
    home = words.home(analysis.home, flows)
    frame = analysis.frames["long_plates"]
    goods = frame[~frame["sector_class"].isin(["trade", "transport", "services"])]
    compared = bool(frame["long_plate"].notna().any())
    limits = plates.thresholds
    lead = (
        words.say(
            "strong_lead",
            advantage=f"{limits.advantage:g}",
            share=words.share(limits.world_share, 0),
            count=int(frame["long_plate"].fillna(value=False).sum()),
            all=len(frame),
        )
        if compared
        else words.say("strong_lead_national", home=home)
    )
    blocks: list[Block] = [Text(lead, lead=True)]
    if len(goods):
        blocks.append(
            _bars(
                goods,
                words,
                grids,
                home=home,
                compared=compared,
                limit=limits.world_share,
            )
        )
    columns = ["sector", "advantage", "revealed_advantage", "revealed_advantage_gross"]
    columns += ["world_share_exports", "world_rank", "top_dependent", "top_dependence"]
    columns += ["domestic_value_added_share", "export_share"]
    empty = [c for c in columns if frame[c].isna().all() or frame[c].eq("").all()]
    columns = [c for c in columns if c not in empty]
    if not compared:
        mixed = frame["value_added_exported"].isna().all()
        columns += ["exports" if mixed else "value_added_exported"]
    title = words.say("strong_table", home=home)
    blocks.append(grids.grid("long_plates", frame, columns, title=title, rows=ROWS))
    reasons = [t for t in frame[f"reason_{words.language}"].unique() if t]
    if reasons and not compared:
        blocks.append(Note(words.say("strong_reason", reason=reasons[0])))
    mutual = _mutual(analysis.frames["mutual_dependence"], words, grids, home)
    if mutual is not None:
        blocks.append(mutual)
    return Section("strong", words.say("strong_head", home=home), blocks, fresh=False)


def _bars(
    goods: pd.DataFrame, words: Words, grids: Grids, *, home: str, compared: bool, limit: float
) -> Picture:
    column = "world_share_exports" if compared else "export_share"
    kind = "strong_bars" if compared else "strong_national"
    shown = goods.head(BARS)
    bars = [
        Bar(
            words.sector(grids.flows, str(row["sector"])),
            float(row[column]),
            colour=HOME if row["long_plate"] is not pd.NA and row["long_plate"] else UNKNOWN,
        )
        for row in shown.to_dict("records")
    ]
    first = max(bars, key=lambda b: np.nan_to_num(b.value))
    chart = bar_chart(
        bars,
        title=words.say(f"{kind}_title"),
        description=words.say(
            "strong_bars_description", first=first.label, value=words.share(first.value)
        ),
        axis=words.say(f"{kind}_axis", home=home),
        number=lambda v: words.share(v, 0 if abs(v * 100 - round(v * 100)) < 1e-9 else 1),
        unknown=words.say("not_known"),
        reference=limit if compared else None,
        reference_name=words.say("strong_threshold", share=words.share(limit, 0))
        if compared
        else "",
    )
    return Picture(
        chart, words.say(f"{kind}_caption", count=len(bars), share=words.share(limit, 0))
    )


def _mutual(frame: pd.DataFrame, words: Words, grids: Grids, home: str) -> Picture | None:
    """Return the chart of who leans on whom: named partners abroad only."""
    named = frame[~frame["composite"].astype(bool) & frame["reliance_on_home"].notna()]
    if not len(named):
        return None
    shown = named.sort_values("reliance_on_home", ascending=False, kind="stable").head(PARTNERS)
    bars = [
        Bar(
            grids.place(str(row["partner"])),
            float(row["reliance_on_home"]),
            mark=float(row["reliance_of_home"]),
        )
        for row in shown.to_dict("records")
    ]
    chart = bar_chart(
        bars,
        title=words.say("mutual_title"),
        description=words.say(
            "mutual_description", home=home, first=bars[0].label, value=words.share(bars[0].value)
        ),
        axis=words.say("mutual_axis"),
        number=lambda v: words.share(v, 0 if abs(v * 100 - round(v * 100)) < 1e-9 else 1),
        unknown=words.say("not_known"),
        mark_name=words.say("mutual_mark", home=home),
    )
    return Picture(chart, words.say("mutual_caption", home=home, count=len(bars)))
