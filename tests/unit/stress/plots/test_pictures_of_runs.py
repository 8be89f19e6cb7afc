"""Pictures of a run: every line, band, cell, dot and arrow stands where the numbers say."""

import io
import re

import numpy as np
import pytest
from matplotlib.colors import to_hex

from chainwright import stress
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.stress import Blow, InventoryModel, Shock, UncertainInput, Uncertainty
from chainwright.stress.plots.lettering import lettered
from chainwright.stress.plots.loss_map import end_of, loss_map
from chainwright.stress.plots.network_at_day import network_at_day
from chainwright.stress.plots.output_over_time import COLOURS, ENDS, output_over_time
from worlds import world

MODEL = InventoryModel(stock_days=6.0, restoration_days=8.0)
CUT = Shock(
    (
        Blow("supply_cut", regions="R0", products="s1", share=1.0, start_day=2, days=12),
        Blow("capacity", regions="R2", share=0.3, start_day=5),
    ),
    name_en="Embargo",
)
SHUT = Shock((Blow("capacity", regions="R1", share=0.6, start_day=3, days=5),))
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture(scope="module")
def cut():
    return stress.run(world(3), CUT, days=30, model=MODEL)


@pytest.fixture(scope="module")
def shut():
    return stress.run(world(3), SHUT, days=30, model=MODEL)


def of_region(run, end, region):
    """Return output over output at rest of a region, in per cent."""
    mine = np.asarray(run.economy.flows.nodes.region) == region
    mine = mine if region is not None else slice(None)
    made = run.runs[end].production[:, mine].sum(axis=1)
    return 100.0 * made / run.economy.x0[mine].sum()


@LANGUAGES
def test_each_panel_has_a_line_an_end_with_its_colour_and_name(cut, language):
    figure = output_over_time(cut, regions=["R2", "R0"], language=language)
    panels = figure.axes[:3]
    assert [p.get_title() for p in panels] == [{"en": "All", "zh": "全部"}[language], "R2", "R0"]
    for panel, region in zip(panels, (None, 2, 0), strict=True):
        lines = panel.get_lines()
        assert len(lines) == 2
        for line, end in zip(lines, cut.ends, strict=True):
            np.testing.assert_allclose(line.get_ydata(), of_region(cut, end, region), rtol=1e-12)
            assert line.get_xdata().tolist() == [float(d) for d in range(30)]
            assert to_hex(line.get_color()) == COLOURS[end].lower()
            assert line.get_label() == ENDS[end][language == "zh"]
    told = [text.get_text() for text in figure.legends[0].get_texts()]
    assert told == [ENDS[end][language == "zh"] for end in cut.ends]


def test_the_run_by_an_elasticity_does_not_hide_the_pooled_one(cut):
    found = stress.run(world(3), CUT, days=30, model=MODEL, elasticity=50.0)
    for panel in output_over_time(found, panels=1).axes:
        lines = dict(zip(found.ends, panel.get_lines(), strict=True))
        assert {end: line.get_linestyle() for end, line in lines.items()} == {
            "pooled": "--",
            "chosen": "-",
            "by_origin": "-",
        }
        assert lines["pooled"].get_zorder() > lines["chosen"].get_zorder()
    (alone, *_) = output_over_time(cut).axes[0].get_lines()
    assert alone.get_linestyle() == "-"


def test_the_band_lies_between_the_ends_on_each_day(cut):
    panel = output_over_time(cut).axes[0]
    (band,) = panel.collections
    corners = {(round(float(x), 9), round(float(y), 9)) for x, y in band.get_paths()[0].vertices}
    for end in cut.ends:
        for day, value in enumerate(of_region(cut, end, None)):
            assert (float(day), round(float(value), 9)) in corners
    ys = np.array([y for _, y in corners])
    both = [of_region(cut, end, None) for end in cut.ends]
    assert ys.min() == pytest.approx(np.min(both), abs=1e-8)
    assert ys.max() == pytest.approx(np.max(both), abs=1e-8)


def test_grey_marks_each_blow_from_its_start_to_its_end_or_that_of_the_run(cut, shut):
    for run, spans in ((cut, [(2.0, 14.0), (5.0, 30.0)]), (shut, [(3.0, 8.0)])):
        panel = output_over_time(run).axes[0]
        marked = [patch.get_extents().transformed(panel.transData.inverted()).intervalx
                  for patch in panel.patches]  # fmt: skip
        np.testing.assert_allclose(marked, spans, atol=1e-9)
        assert panel.get_xlim() == (0.0, 30.0)


def test_one_run_has_one_line_and_no_band(shut):
    figure = output_over_time(shut, panels=2)
    for panel in figure.axes[:3]:
        assert len(panel.get_lines()) == 1
        assert not panel.collections
    worst = [of_region(shut, "single", r) for r in range(3)]
    below = [np.maximum(0.0, 100.0 - made).sum() for made in worst]
    order = [f"R{r}" for r in np.argsort(below)[::-1]]
    assert [panel.get_title() for panel in figure.axes[1:3]] == order[:2]


def test_a_region_that_is_not_there_and_a_language_are_refused(cut):
    with pytest.raises(UnknownCodeError, match="R9"):
        output_over_time(cut, regions=["R9"])
    with pytest.raises(ParameterError, match="'en', or 'zh' on a machine that has a font"):
        lettered(output_over_time(cut), "de")
    assert end_of(cut, None) == "by_origin"
    assert end_of(cut, "pooled") == "pooled"
    with pytest.raises(ParameterError, match="one of pooled, by_origin"):
        end_of(cut, "single")


@LANGUAGES
@pytest.mark.parametrize("end", ["pooled", "by_origin"])
def test_every_cell_of_the_map_is_the_days_lost_of_its_region_and_sector(cut, end, language):
    figure = loss_map(cut, end=end, language=language)
    axes = figure.axes[0]
    rows = [label.get_text() for label in axes.get_yticklabels()]
    columns = [label.get_text() for label in axes.get_xticklabels()]
    shown = axes.images[0].get_array()
    table = cut.table()
    nodes = table[(table["end"] == end) & (table["level"] == "node")]
    for row in nodes.itertuples():
        cell = shown[rows.index(row.region), columns.index(row.sector)]
        assert cell == pytest.approx(row.output_lost_days, abs=1e-9)
    regions = table[(table["end"] == end) & (table["level"] == "region")]
    order = regions.sort_values("output_lost", ascending=False, kind="stable")["region"]
    assert rows == order.tolist()
    label = {"en": "days of output lost", "zh": "损失产出天数"}[language]
    assert figure.axes[1].get_ylabel() == label


def test_few_rows_and_columns_of_a_map_are_those_that_lose_most(cut):
    table = cut.table().query("end == 'by_origin'")
    axes = loss_map(cut, regions=1, sectors=2).axes[0]
    worst = {
        level: table[table["level"] == level].sort_values("output_lost", ascending=False)[level]
        for level in ("region", "sector")
    }
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert rows == worst["region"].tolist()[:1]
    columns = [label.get_text() for label in axes.get_xticklabels()]
    assert columns == worst["sector"].tolist()[:2]
    assert axes.images[0].get_array().shape == (1, 2)


def test_gains_make_the_scale_of_a_map_reach_as_far_below_zero(shut):
    low, high = loss_map(shut).axes[0].images[0].get_clim()
    days = shut.table().query("level == 'node'")["output_lost_days"]
    top = days.abs().max()
    assert high == pytest.approx(top)
    assert low == pytest.approx(-top if days.min() < -0.05 * top else 0.0)


@LANGUAGES
def test_dots_of_the_network_have_the_colour_and_size_of_their_node(cut, language):
    figure = network_at_day(cut, 12.5, end="pooled", language=language)
    axes = figure.axes[0]
    (dots,) = axes.collections
    made, rest = cut.runs["pooled"].production[12], cut.economy.x0
    names = [text.get_text() for text in axes.texts if text.get_text()]
    nodes = cut.economy.flows.nodes
    assert names == [f"{r} {s}" for r, s in (code.split(":") for code in nodes.codes)]
    np.testing.assert_allclose(dots.get_array(), 100.0 * made / rest, rtol=1e-12)
    np.testing.assert_allclose(dots.get_sizes(), 40.0 + 500.0 * rest / rest.max(), rtol=1e-12)
    places = dots.get_offsets()
    np.testing.assert_allclose(np.hypot(*places.T), 1.0)
    np.testing.assert_allclose(places[0], (0.0, 1.0), atol=1e-12)
    word = {"en": "Day 12.5", "zh": "第 12.5 天"}[language]
    assert figure.get_suptitle() == word


def test_the_nodes_of_a_small_network_are_those_that_lose_most_on_that_day(cut):
    axes = network_at_day(cut, 10, nodes=4).axes[0]
    lost = cut.economy.x0 - cut.runs["by_origin"].production[10]
    wanted = {cut.economy.flows.nodes.codes[i] for i in np.argsort(-lost)[:4]}
    named = {text.get_text().replace(" ", ":") for text in axes.texts if text.get_text()}
    assert named == wanted


def test_arrows_are_the_largest_deliveries_between_the_nodes(cut):
    axes = network_at_day(cut, 10, links=5).axes[0]
    flows = np.array(cut.economy.Z)
    np.fill_diagonal(flows, 0.0)
    angle = np.pi / 2.0 - 2.0 * np.pi * np.arange(9) / 9
    places = np.column_stack([np.cos(angle), np.sin(angle)])
    arrows = [text for text in axes.texts if not text.get_text()]
    assert len(arrows) == 5
    order = np.argsort(-flows, axis=None)[:5]
    for arrow, at in zip(arrows, order, strict=True):
        sells, buys = np.unravel_index(at, flows.shape)
        np.testing.assert_allclose(arrow.xy, places[buys], atol=1e-12)
        np.testing.assert_allclose(arrow.xyann, places[sells], atol=1e-12)
        width = 0.3 + 2.2 * np.sqrt(flows[sells, buys] / flows.max())
        assert arrow.arrow_patch.get_linewidth() == pytest.approx(width)


@pytest.mark.parametrize("day", [-1.0, 30.0, 1e6])
def test_a_day_outside_the_run_is_refused(cut, day):
    with pytest.raises(ParameterError, match="from 0 to below 30"):
        network_at_day(cut, day)


def test_a_day_of_a_weekly_run_is_that_of_its_week():
    weekly = stress.run(world(3), SHUT, days=28, model=InventoryModel(stock_days=30.0, step="week"))
    dots = network_at_day(weekly, 13.9).axes[0].collections[0]
    share = weekly.runs["single"].production[1] / weekly.economy.x0
    np.testing.assert_allclose(dots.get_array(), 100.0 * share)
    line = output_over_time(weekly).axes[0].get_lines()[0]
    assert line.get_xdata().tolist() == [0.0, 7.0, 14.0, 21.0]


def lines_in(figure, colour):
    """Return the points of each line of a colour in the figure as SVG."""
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg")
    paths = re.findall(r"<path d=\"([^\"]*)\"[^>]*stroke: " + colour, drawn.getvalue())
    return [np.array(re.findall(r"[ML] ([-\d.]+) ([-\d.]+)", path), float) for path in paths]


def test_a_line_in_the_svg_falls_as_output_does(shut):
    figure = output_over_time(shut, regions=[])
    (points,) = (p for p in lines_in(figure, COLOURS["single"].lower()) if len(p) > 5)
    made = of_region(shut, "single", None)
    drop = (points[:, 1] - points[0, 1]).max()
    heights = dict(zip(points[:, 0].round(3), points[:, 1], strict=True))
    days = np.array(sorted(heights))
    first, last = days[0], days[-1]
    day = (days - first) / (last - first) * 29.0
    wanted = np.interp(day, range(30), made)
    falls = np.array([heights[x] for x in days]) - points[0, 1]
    np.testing.assert_allclose(falls / drop, (100.0 - wanted) / (100.0 - made.min()), atol=1e-3)


def test_the_picture_of_draws_has_the_quantiles_as_edges_of_its_bands():
    size = UncertainInput(input="size_factor", form="range", low=0.1, high=1.0)
    found = stress.ensemble(
        world(3), SHUT, draws=9, days=15, model=MODEL, uncertain=Uncertainty((size,))
    )
    axes = found.plot().axes[0]
    bands = found.tables()["ensemble_by_day"]
    wide, narrow = axes.collections
    for band, (low, high) in ((wide, ("q05", "q95")), (narrow, ("q25", "q75"))):
        corners = {(round(float(x), 7), round(float(y), 7))
                   for x, y in band.get_paths()[0].vertices}  # fmt: skip
        for name in (low, high):
            for day, share in zip(bands["day"], bands[name], strict=True):
                assert (round(day, 7), round(100.0 * share, 7)) in corners
    median = [line for line in axes.get_lines() if line.get_label() == "median"]
    np.testing.assert_allclose(median[0].get_ydata(), 100.0 * bands["median"], atol=1e-12)
    assert axes.get_title() == "Shock: 9 draws"
    assert axes.get_ylabel() == "output lost [% of output at rest]"
