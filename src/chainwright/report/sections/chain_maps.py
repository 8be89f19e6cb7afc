"""The chain maps: one picture each, its weak nodes, and what is not known."""

from math import isnan

import pandas as pd

from chainwright.diagnose import ChainDiagnosis
from chainwright.report.analysis import Analysis
from chainwright.report.answer_grids import answer_grid
from chainwright.report.blocks import Block, Drawing, Note, Section, Text
from chainwright.report.charts.chain_map import draw_chain
from chainwright.report.wording import Words

__all__ = ["chain_sections"]

ROWS = 10

WATCHED = 8
"""Nodes to be looked into first that are listed, or not known ones where there are none."""

LONG = 12
"""Long plates that are named."""

COLUMNS = (
    "node",
    "status",
    "top_foreign",
    "top_foreign_share",
    "home_share",
    "finals_stopped",
)

WEAK = ("stuck", "broken", "blocked")


def chain_sections(analysis: Analysis, words: Words) -> list[Section]:
    """Return a section a chain map.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    return [_section(found, analysis, words) for found in analysis.maps]


def _section(found: ChainDiagnosis, analysis: Analysis, words: Words) -> Section:
    chain = found.chain
    title = chain.title_zh if words.language == "zh" else chain.title_en
    file = f"chain_diagnosis.{chain.name}"
    frame = analysis.frames[file]
    counts = found.counts
    weak = frame[frame["status"].isin(WEAK)]
    unknown = counts["unknown"] / len(frame) if len(frame) else 0.0
    blocks: list[Block] = [
        Text(
            words.say(
                "chain_lead",
                chain=title,
                home=words.place(found.home.name),
                nodes=len(frame),
                weak=len(weak),
                strong=counts["long plate"],
                unknown=words.share(unknown, 0),
            ),
            lead=True,
        ),
    ]
    status = "status_zh" if words.language == "zh" else "status"
    columns = [status if column == "status" else column for column in COLUMNS]
    watch = frame[frame["watch"].astype(bool) & ~frame["status"].isin(WEAK)]
    blank = frame[frame["status"] == "unknown"]
    if not len(weak):
        blocks.append(Text(words.say("chain_none")))
    open_ = (watch, "chain_watch") if len(watch) else (blank, "chain_unknown")
    for listed, key, rows in ((weak, "chain_table", ROWS), (*open_, WATCHED)):
        if len(listed):
            blocks.append(
                answer_grid(
                    found,
                    "chain_diagnosis",
                    listed,
                    columns,
                    words,
                    title=words.say(key),
                    rows=rows,
                    file=file,
                    remark=f"reason_{words.language}",
                    total=len(frame),
                    named=("node", "top_foreign"),
                )
            )
    long = frame[frame["status"] == "long plate"]
    if len(long):
        blocks.append(Text(_strengths(found, long, words)))
    blocks.append(Note(words.say("chain_note", unknown=words.share(unknown, 0))))
    blocks.append(_drawing(found, words))
    return Section(f"chain-{chain.name}", words.say("chain_head", chain=title), blocks)


def _strengths(found: ChainDiagnosis, long: pd.DataFrame, words: Words) -> str:
    """Return which long plates there are, with home's share where it is known."""
    rows = long.sort_values("home_share", ascending=False, kind="stable").to_dict("records")
    names = [
        str(row[f"name_{words.language}"])
        if isnan(row["home_share"])
        else words.say(
            "with_share",
            name=row[f"name_{words.language}"],
            share=words.share(row["home_share"], 0),
        )
        for row in rows
    ]
    home = words.place(found.home.name)
    return words.say("chain_long", home=home, names=words.in_a_row(names, LONG))


def _drawing(found: ChainDiagnosis, words: Words) -> Drawing:
    """Return the map if its names can be read on A4, else its weak links, if there are any."""
    whole = draw_chain(found, language=words.language)
    file = f"chain-{found.chain.name}.svg"
    weak = draw_chain(found, language=words.language, only="weak")
    if whole.sheet == "A4" or len(weak.nodes) == len(found.losses.finals):
        return Drawing(whole.svg(), words.say("chain_caption", file=file))
    caption = words.say(
        "chain_caption_weak",
        shown=len(weak.nodes),
        nodes=len(whole.nodes),
        sheet=words.say("sheet_A3" if whole.sheet == "A3" else "sheet_none"),
        file=file,
    )
    return Drawing(weak.svg(), caption)
