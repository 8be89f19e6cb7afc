"""The products that home depends on, from trade: finer than any sector."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from chainwright.diagnose import Dependence
from chainwright.report.analysis import Analysis
from chainwright.report.answer_grids import answer_grid
from chainwright.report.blocks import Block, Note, Section, Text
from chainwright.report.wording import Words

__all__ = ["products_section"]

ROWS = 12

COLUMNS = (
    "rank", "product", "imports", "top_supplier", "top_share", "import_hhi", "world_export_hhi",
    "years_flagged", "home_world_share",
)  # fmt: skip


def products_section(analysis: Analysis, words: Words) -> Section | None:
    """Return the section on products, or nothing if the brief was given no trade.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    found = analysis.products
    head = words.say("products_head")
    if found is None:
        if "dependence" not in analysis.left_out:
            return None
        reason = words.say(analysis.left_out["dependence"])
        return Section("products", head, [Note(f"{words.say('cannot')}: {reason}")])
    frame = analysis.frames["dependence"]
    lasting = frame["lasting"].fillna(value=False).astype(bool)
    flagged = lasting | frame["dependent"].astype(bool)
    years = found.found.years
    blocks: list[Block] = [Text(_lead(found, words, int(lasting.sum()), len(frame)), lead=True)]
    shown = frame[flagged]
    if len(shown):
        title = words.say("products_table", count=len(shown))
    else:
        shown = frame
        blocks.append(Text(words.say("products_none")))
        title = words.say("products_table_none")
    blocks.append(
        answer_grid(
            found,
            "dependence",
            shown,
            COLUMNS,
            words,
            title=title,
            rows=ROWS,
            remark=[_remark(row, words) for row in shown.head(ROWS).to_dict("records")],
            total=len(frame),
            named=("top_supplier",),
        )
    )
    blocks.append(Note(words.say("products_note", first=years[0], last=years[-1])))
    return Section("products", head, blocks)


def _remark(row: Mapping[Hashable, Any], words: Words) -> str:
    """Return in short what stands behind a row: how lasting, who supplies, who else could."""
    zh = words.language == "zh"
    text = words.say(
        "remark_product",
        finding=row["finding_zh" if zh else "finding"],
        flagged=row["years_flagged"],
        seen=row["years_seen"],
        suppliers=_places(row["top_suppliers"], words),
    )
    others = _places(row["substitutes"], words)
    if others:
        text += words.say("remark_others", names=others)
    place = row["top_exporter"]
    if isinstance(place, str) and place and not pd.isna(row["importers_hit"]):
        text += words.say(
            "remark_failed",
            place=words.place(place),
            hit=row["importers_hit"],
            importers=row["importers"],
        )
    return text


def _places(listed: object, words: Words) -> str:
    """Return places with their shares, listed as ``GIN 76.7%; AUS 18.5%``, by their names."""
    if not isinstance(listed, str):
        return ""
    pairs = (part.rpartition(" ") for part in listed.split("; ") if part)
    said = [
        words.say("with_share", name=words.place(code), share=share) for code, _, share in pairs
    ]
    return ("、" if words.language == "zh" else "; ").join(said)


def _lead(found: Dependence, words: Words, lasting: int, examined: int) -> str:
    years, trade = found.found.years, found.system.trade
    limits = found.thresholds
    return words.say(
        "products_lead",
        home=words.place(found.found.home.name),
        examined=f"{examined:,}",
        source=trade.origin.file or words.say("none"),
        first=years[0],
        last=years[-1],
        lasting=lasting,
        hhi=f"{limits.import_hhi:g}",
        world=f"{limits.world_hhi:g}",
        ratio=f"{limits.imports_per_exports:g}",
        needed=f"{limits.years_needed:g}",
        of=f"{limits.years_of:g}",
    )
