"""The weak links: ranked, with reasons, and what is unknown about them."""

import numpy as np
import pandas as pd

from chainwright.diagnose import StuckNecks
from chainwright.report.analysis import Analysis
from chainwright.report.blocks import Block, Note, Picture, Section, Text
from chainwright.report.charts import Bar, Chart, bar_chart, heat_map
from chainwright.report.charts.palette import FOREIGN, UNKNOWN
from chainwright.report.grids import Grids
from chainwright.report.wording import Words
from chainwright.system import sector_class

__all__ = ["weak_section"]

BARS, ROWS, SERVICES = 10, 10, 5
HEAT_ROWS, HEAT_COLUMNS = 12, 12


def weak_section(analysis: Analysis, words: Words) -> Section:
    """Return the section on weak links.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    head = words.say("weak_head")
    necks = analysis.necks
    if necks is None:
        reason = words.say(analysis.left_out["stuck_necks"])
        note = Note(f"{words.say('cannot')}: {reason}")
        return Section("weak", head, [note], fresh=False)
    frame = analysis.frames["stuck_necks"]
    flagged = frame[frame["flagged"].astype(bool)]
    goods = flagged[flagged["product_class"].isin(["goods", "construction", "unclassified"])]
    others = flagged[~flagged.index.isin(goods.index)]
    limits = necks.thresholds
    lead = words.say(
        "weak_lead" if necks.names_suppliers else "weak_lead_unstated",
        imported=words.share(limits.imported_share, 0),
        exposure=words.share(limits.exposure, 0),
        mostly=words.share(limits.mostly_imported, 0),
        hhi=f"{limits.supplier_hhi:g}",
        flagged=len(flagged),
        examined=len(frame),
        neck=int((flagged["finding"] == "stuck neck").sum()),
    )
    blocks: list[Block] = [Text(lead, lead=True)]
    grids = Grids(words, analysis.system.flows)
    if len(goods):
        blocks.append(_bars(necks, goods, words, grids))
        blocks.append(_grid(frame, goods, words, grids, title=words.say("weak_table"), count=ROWS))
    else:
        blocks.append(Text(words.say("weak_none")))
    blocks += _doubts(analysis, flagged, words)
    heat = _heat(necks, words)
    if heat is not None:
        blocks.append(heat)
    blocks.append(Text(words.say("weak_services_text")))
    if len(others):
        title = words.say("weak_services")
        blocks.append(_grid(frame, others, words, grids, title=title, count=SERVICES))
    else:
        blocks.append(Text(words.say("weak_services_none")))
    return Section("weak", head, blocks, fresh=False)


def _grid(
    frame: pd.DataFrame,
    rows: pd.DataFrame,
    words: Words,
    grids: Grids,
    *,
    title: str,
    count: int,
) -> Block:
    columns = [
        "rank", "sector", "product", "finding", "imported_share", "top_supplier",
        "exposure_direct", "unknown_share", "output_at_risk",
    ]  # fmt: skip
    if rows["top_supplier"].eq("").all():
        columns = ["rank", "sector", "product", "finding", "imported_share", "cost_share"]
        columns.append("output_at_risk_high")
    names = {c: words.heading("stuck_necks", c) for c in frame.columns}
    names["mostly_imported"] = words.say("mostly_imported")

    def readable(text: str) -> str:
        for column in sorted(names, key=len, reverse=True):
            if "_" in column:
                text = text.replace(column, names[column].lower())
        return text

    return grids.grid(
        "stuck_necks",
        rows,
        columns,
        title=title,
        rows=count,
        remark=f"reason_{words.language}",
        rewrite=readable,
        total=len(frame),
    )


def _bars(necks: StuckNecks, goods: pd.DataFrame, words: Words, grids: Grids) -> Picture:
    flows = necks.system.flows
    divisor, unit = words.scale(flows.money)
    shown = goods.head(BARS)
    stated = necks.names_suppliers
    kind = "weak_bars" if stated else "weak_unstated"
    bars = []
    for row in shown.to_dict("records"):
        supplier = str(row["top_supplier"])
        value = row["output_at_risk"] if stated else row["output_at_risk_high"]
        high = row["output_at_risk_high"]
        bounded = stated and not pd.isna(value) and high > value * (1.0 + 1e-9)
        note = (
            words.say("weak_supplier_note", region=grids.place(supplier))
            if supplier
            else words.say("weak_no_supplier")
        )
        bars.append(
            Bar(
                words.say(
                    "arrow",
                    user=words.sector(flows, str(row["sector"])),
                    product=words.sector(flows, str(row["product"])),
                ),
                float(value) / divisor,
                colour=UNKNOWN if row["finding"] == "supplier unknown" else FOREIGN,
                note=note if stated else "",
                low=float(value) / divisor if bounded else float("nan"),
                high=float(high) / divisor if bounded else float("nan"),
            )
        )
    chart = bar_chart(
        bars,
        title=words.say(f"{kind}_title"),
        description=words.say(
            "weak_bars_description",
            count=len(bars),
            first=bars[0].label,
            value=words.amount(bars[0].value * divisor, flows.money),
        ),
        axis=words.say(f"{kind}_axis", money=unit),
        number=lambda v: f"{v:,.0f}" if v >= 100 or v == int(v) else f"{v:,.1f}",
        unknown=words.say("not_known"),
    )
    return Picture(chart, words.say(f"{kind}_caption", count=len(bars), money=unit))


def _doubts(analysis: Analysis, flagged: pd.DataFrame, words: Words) -> list[Block]:
    necks = analysis.necks
    if necks is None:
        return []
    remarks = []
    if not necks.names_suppliers:
        remarks.append(words.say("weak_unstated"))
    elif unknown := int((flagged["finding"] == "supplier unknown").sum()):
        limit = words.share(necks.thresholds.unknown_share, 0)
        remarks.append(words.say("weak_unknown", count=unknown, flagged=len(flagged), limit=limit))
    remarks.append(words.say("weak_essential"))
    if necks.parameters["imports"] == "proportional":
        remarks.append(words.say("weak_proportional"))
    return [Note(("" if words.language == "zh" else " ").join(remarks))]


def _heat(necks: StuckNecks, words: Words) -> Picture | None:
    """Return the heat map of imported shares of goods, the most imported ones."""
    bought = necks.purchases
    flows = necks.system.flows
    with np.errstate(invalid="ignore"):
        examined = necks.cost_share >= necks.thresholds.min_cost_share
    parents = bought.products.parents or ("",) * len(bought.products)
    goods = np.array([sector_class(p) in ("goods", "unclassified") for p in parents])
    foreign = np.where(examined & goods[:, None], bought.direct.foreign, 0.0)
    if not foreign.any():
        return None
    rows = [int(p) for p in np.argsort(-foreign.sum(axis=1), kind="stable")[:HEAT_ROWS]]
    rows = [p for p in rows if foreign[p].sum() > 0.0]
    columns = [int(j) for j in np.argsort(-foreign[rows].sum(axis=0), kind="stable")[:HEAT_COLUMNS]]
    columns = [j for j in columns if foreign[rows, j].sum() > 0.0]
    rows = [p for p in rows if foreign[p, columns].sum() > 0.0]
    rows.sort()
    columns.sort()
    place = np.ix_(rows, columns)
    values = np.where(examined[place], necks.imported_share[place], np.nan)
    p, j = np.unravel_index(int(np.nanargmax(values)), values.shape)
    row_names = [words.sector(flows, bought.products.codes[i]) for i in rows]
    column_names = [words.sector(flows, bought.sectors.codes[i]) for i in columns]
    chart: Chart = heat_map(
        values,
        rows=row_names,
        columns=column_names,
        title=words.say("weak_heat_title"),
        description=words.say(
            "weak_heat_description",
            product=row_names[p],
            user=column_names[j],
            value=words.share(float(values[p, j]), 0),
        ),
        row_axis=words.say("axis_input"),
        column_axis=words.say("axis_user"),
        scale=words.say("heat_scale"),
        number=lambda v: f"{100.0 * v:.0f} %",
        unknown=words.say("heat_unknown"),
    )
    caption = words.say(
        "weak_heat_caption",
        rows=len(rows),
        columns=len(columns),
        cost=words.share(necks.thresholds.min_cost_share, 0),
    )
    return Picture(chart, caption)
