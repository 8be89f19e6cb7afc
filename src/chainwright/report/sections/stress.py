"""The chapter on stress: shocks run through the table day by day, a section each."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.params import table
from chainwright.report.analysis import Analysis
from chainwright.report.blocks import Block, Columns, Grid, Note, Picture, Section, Text, Tiles
from chainwright.report.charts import Band, Bar, Curve, Span, band_chart, bar_chart, heat_map
from chainwright.report.charts.palette import FOREIGN, HOME, UNKNOWN
from chainwright.report.felt import Felt
from chainwright.report.grids import Grids
from chainwright.report.scenario_runs import Scenario, hit_products
from chainwright.report.shock_words import shock_told
from chainwright.report.stress_words import (
    back,
    first_short,
    percent,
    ranged,
    scenario_name,
    why,
    with_names,
)
from chainwright.report.wording import Words
from chainwright.stress.sectors.stock_days import StockDays, stock_days
from chainwright.system import Flows

__all__ = ["stress_sections"]

HEAT_ROWS, HEAT_COLUMNS, BARS, ROWS, SPANS, STOCKS = 12, 12, 12, 8, 4, 2

LEAST = 1e-6
"""Share of a year's output of a cell below which no picture is worth while."""

ENDS_DIFFER = 1e-6
"""Share of a year's output from which two ends are said to differ."""

COLOURS = {"pooled": HOME, "chosen": "#009E73", "by_origin": FOREIGN, "single": FOREIGN}
"""Colour of each end."""


def stress_sections(analysis: Analysis, words: Words) -> list[Section]:
    """Return the section on all scenarios side by side, and one a scenario.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    left_out = [
        Note(f"{words.say(f't_{key}')}. {words.say('cannot')}: {words.say(reason)}")
        for key, reason in analysis.left_out.items()
        if key.startswith("stress_")
    ]
    head = words.say("stress_head")
    if not analysis.scenarios:
        return [Section("stress", head, left_out)] if left_out else []
    first = analysis.scenarios[0]
    model = first.model
    lead = words.say(
        "stress_lead",
        count=len(analysis.scenarios),
        days=f"{first.days:g}",
        stretch=words.share(model.overproduction_max - 1.0, 0),
        psi=words.share(model.psi, 0),
    )
    blocks: list[Block] = [Text(lead, lead=True), _side_by_side(analysis, words), *left_out]
    blocks += [Note(words.say("stress_cannot")), Text(words.say("stress_where"))]
    sections = [Section("stress", head, blocks)]
    return sections + [_section(found, analysis, words) for found in analysis.scenarios]


def _side_by_side(analysis: Analysis, words: Words) -> Grid:
    flows = analysis.system.flows
    home = words.home(analysis.home, flows)
    heads = [
        Columns(words.say("stress_c_scenario")),
        Columns(words.say("stress_c_lost", home=home), numeric=True),
        Columns(words.say("stress_c_share"), numeric=True),
        Columns(words.say("stress_c_worst"), numeric=True),
        Columns(words.say("stress_c_first")),
        Columns(words.say("stress_c_back"), numeric=True),
    ]
    rows = []
    for found in analysis.scenarios:
        felt = found.felt
        rows.append(
            [
                scenario_name(found, words),
                ranged([f.lost_at_home for f in felt], words, _money(words, analysis)),
                ranged([f.share_of_year for f in felt], words, percent),
                ranged([f.worst[0] for f in felt], words, percent),
                first_short(found, words, flows) or words.say("stress_short_none"),
                _back(found, words),
            ]
        )
    return Grid(words.say("stress_table"), heads, rows, words.say("stress_files"))


def _back(found: Scenario, words: Words) -> str:
    near, far = back(found, words)
    return words.say("stress_far", near=near, far=far) if far else near


def _money(words: Words, analysis: Analysis) -> Callable[[float], str]:
    return lambda value: words.amount(value, analysis.system.flows.money)


def _section(found: Scenario, analysis: Analysis, words: Words) -> Section:
    """Return the section of one scenario."""
    flows = analysis.system.flows
    gap = "" if words.language == "zh" else " "
    told = words.say("stress_assumed", blows=shock_told(found.choice.shock, words, flows))
    lead = gap.join([why(found, words, flows), told, *_stock(found, words, flows)])
    blocks: list[Block] = [Text(lead, lead=True), _tiles(found, analysis, words)]
    if any(f.is_felt for f in found.felt):
        blocks.append(_curves(found, analysis, words))
    if not len(found.shorts):
        blocks.append(Note(words.say("stress_no_short")))
    blocks += [Note(with_names(t, words, flows)) for t in found.readings(words.language)]
    if len(found.felt) > 1:
        blocks.append(Text(_ends(found, words)))
    blocks += _losses(found, analysis, words)
    if len(found.shorts):
        blocks.append(_shorts(found, analysis, words))
    notes = found.notes(words.language)
    if notes:
        blocks.append(Note(gap.join(notes)))
    title = words.say("stress_scenario_head", name=scenario_name(found, words))
    return Section(f"stress-{found.choice.key}", title, blocks, fresh=False)


def _stock(found: Scenario, words: Words, flows: Flows) -> list[str]:
    """Return how long the stock of what is hit lasts, and who says so."""
    if found.model.stock_days is not None:
        return []
    told = stock_days(found.products)
    hit = dict.fromkeys(p for blow in found.choice.shock.blows for p in hit_products(blow))
    places = [found.products.place[code] for code in hit if code in found.products.place]
    return [
        words.say(
            "stress_stock",
            product=words.sector(flows, found.products.codes[p]),
            days=f"{told.days[p]:g}",
            source=words.say(f"stress_stock_{told.kinds[p]}", source=_source(told, p, words)),
        )
        for p in places[:STOCKS]
    ]


def _source(told: StockDays, product: int, words: Words) -> str:
    """Return who says how long a stock lasts; in Chinese what it is, and where that stands."""
    if words.language == "en":
        return told.sources[product]
    row = next(r for r in table("stock_days") if r["input"] == told.inputs[product])
    return f"{row['reason_zh']}；{words.say('stress_stock_table')}"


def _tiles(found: Scenario, analysis: Analysis, words: Words) -> Tiles:
    home = words.home(analysis.home, analysis.system.flows)
    money = _money(words, analysis)
    felt = found.felt
    worst = max(felt, key=lambda f: f.worst[0]).worst
    figures = [
        (
            ranged([f.lost_at_home for f in felt], words, money),
            words.say("k_stress_lost", home=home),
        ),
        (
            ranged([f.share_of_year for f in felt], words, percent),
            words.say("k_stress_share", home=home),
        ),
        (
            ranged([f.worst[0] for f in felt], words, percent),
            words.say("k_stress_worst", day=f"{worst[1]:g}"),
        ),
    ]
    near, far = back(found, words)
    label = words.say("k_stress_back_far", far=far) if far else words.say("k_stress_back")
    figures.append((near, label))
    if not felt[0].home.all():
        elsewhere = ranged([f.lost_elsewhere for f in felt], words, money)
        figures.append((elsewhere, words.say("k_stress_elsewhere")))
    return Tiles(figures)


def _curves(found: Scenario, analysis: Analysis, words: Words) -> Picture:
    """Return the loss of home day by day, both ends with the band between."""
    home = words.home(analysis.home, analysis.system.flows)
    felt = found.felt
    curves = [
        Curve(words.say(f"end_{f.end}"), f.loss.tolist(), COLOURS[f.end], f.end == "chosen")
        for f in felt
    ]
    bands = []
    if len(felt) > 1:
        losses = _together([f.loss for f in felt])
        low, high = np.nanmin(losses, axis=0), np.nanmax(losses, axis=0)
        bands = [Band(words.say("end_between"), low.tolist(), high.tolist(), UNKNOWN)]
        curves = [
            Curve(c.name, row.tolist(), c.colour, c.dashed)
            for c, row in zip(curves, losses, strict=True)
        ]
    days = max((f.days for f in felt), key=len)
    spans = [
        Span(words.say(f"span_{blow.kind}"), blow.start_day, blow.end_day)
        for blow in found.choice.shock.blows[:SPANS]
    ]
    worst = max(felt, key=lambda f: f.worst[0]).worst
    chart = band_chart(
        days.tolist(),
        curves,
        bands=bands,
        spans=spans,
        title=words.say("stress_curve_title", home=home, name=scenario_name(found, words)),
        description=words.say(
            "stress_curve_description", home=home, worst=percent(worst[0]), day=f"{worst[1]:g}"
        ),
        axis=words.say("stress_curve_axis", home=home),
        day_axis=words.say("stress_curve_days"),
        number=lambda v: f"{100.0 * v:.4g} %",
    )
    return Picture(chart, words.say("stress_curve_caption", home=home))


def _together(rows: Sequence[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """Return curves as rows of one array, NaN after the end of the shorter ones."""
    table = np.full((len(rows), max(len(r) for r in rows)), np.nan)
    for line, row in zip(table, rows, strict=True):
        line[: len(row)] = row
    return table


def _ends(found: Scenario, words: Words) -> str:
    """Return why the two ends differ, or that they do not."""
    low, high = found.felt[0], found.felt[-1]
    if abs(low.share_of_year - high.share_of_year) < ENDS_DIFFER:
        return words.say("stress_ends_same")
    return words.say("stress_ends")


def _losses(found: Scenario, analysis: Analysis, words: Words) -> list[Block]:
    """Return what is lost while the shock holds, at the far end where there are two."""
    felt = found.felt[-1]
    cells = felt.by_region_and_sector(*found.holds)
    if not np.nanmax(cells.to_numpy(), initial=0.0) > LEAST:
        return []
    flows = analysis.system.flows
    return [
        _heat(found, felt, cells, flows, words)
        if len(cells) > 1
        else _bars(found, felt, flows, words)
    ]


def _heat(found: Scenario, felt: Felt, cells: pd.DataFrame, flows: Flows, words: Words) -> Picture:
    """Return the heat map of the regions and sectors that lose most money."""
    grids = Grids(words, flows)
    money = np.zeros(cells.shape)
    money[flows.nodes.region, flows.nodes.sector] = felt.lost_between(*found.holds)
    rows = _largest(money.sum(axis=1), HEAT_ROWS)
    columns = _largest(money[rows].sum(axis=0), HEAT_COLUMNS)
    values = cells.iloc[rows, columns].to_numpy()
    i, j = np.unravel_index(int(np.nanargmax(values)), values.shape)
    row_names = [grids.place(str(cells.index[k])) for k in rows]
    column_names = [words.sector(flows, str(cells.columns[k])) for k in columns]
    chart = heat_map(
        values,
        rows=row_names,
        columns=column_names,
        title=words.say("stress_heat_title", name=scenario_name(found, words)),
        description=words.say(
            "stress_heat_description",
            region=row_names[i],
            sector=column_names[j],
            value=percent(float(values[i, j])),
        ),
        row_axis=words.say("stress_axis_region"),
        column_axis=words.say("stress_axis_sector"),
        scale=words.say("stress_heat_scale"),
        number=lambda v: f"{100.0 * v:.1f}",
        unknown=words.say("stress_heat_unknown"),
    )
    caption = words.say(
        "stress_heat_caption",
        first=f"{found.holds[0]:g}",
        last=f"{found.holds[1] - 1.0:g}",
        rows=len(rows),
        columns=len(columns),
        end=words.say("stress_heat_end") if len(found.felt) > 1 else "",
    )
    return Picture(chart, caption)


def _largest(sums: npt.NDArray[np.float64], count: int) -> list[int]:
    """Return the places of the largest sums, in the order of the table."""
    return sorted(np.argsort(-sums, kind="stable")[:count].tolist())


def _bars(found: Scenario, felt: Felt, flows: Flows, words: Words) -> Picture:
    """Return bars of the sectors of a single region that lose most."""
    divisor, unit = words.scale(flows.money)
    lost = felt.lost_between(*found.holds)
    order = [int(i) for i in np.argsort(-lost, kind="stable")[:BARS] if lost[i] > 0.0]
    bars = [
        Bar(
            words.sector(flows, flows.nodes.sectors.codes[int(flows.nodes.sector[i])]),
            float(lost[i]) / divisor,
            colour=FOREIGN,
        )
        for i in order
    ]
    chart = bar_chart(
        bars,
        title=words.say("stress_bars_title", name=scenario_name(found, words)),
        description=words.say(
            "stress_bars_description",
            first=bars[0].label,
            value=words.amount(bars[0].value * divisor, flows.money),
        ),
        axis=words.say("stress_bars_axis", money=unit),
        number=lambda v: f"{v:,.0f}" if v >= 100 or v == int(v) else f"{v:,.1f}",
        unknown=words.say("not_known"),
    )
    first, last = f"{found.holds[0]:g}", f"{found.holds[1] - 1.0:g}"
    caption = words.say("stress_bars_caption", count=len(bars), first=first, last=last, money=unit)
    return Picture(chart, caption)


def _shorts(found: Scenario, analysis: Analysis, words: Words) -> Grid:
    """Return who runs short first at home, of the end in which most do."""
    columns = ["region", "sector", "day", "product", "from_region", "stock_days", "output_lost"]
    shorts = found.shorts
    if len(set(shorts["region"])) == 1:
        columns.remove("region")
    if len(set(shorts["end"])) > 1:
        columns.insert(0, "end")
    file = f"stress_short.{found.choice.key}"
    return Grids(words, analysis.system.flows).grid(
        "stress_short",
        shorts,
        columns,
        title=words.say("stress_short_table"),
        rows=ROWS,
        total=len(analysis.frames[file]),
        file=file,
    )
