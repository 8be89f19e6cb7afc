"""Charts: the same bytes each time, every label inside and none on another, names for all."""

import io
import re
import warnings
from itertools import combinations
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.patches import Rectangle

from chainwright.report import charts
from chainwright.report.charts.bars import steps
from chainwright.report.charts.palette import RAMP, shade

NAMES = {
    "en": [
        "Electrical and optical equipment",
        "Renting of machinery & equipment and other business activities",
        "Coke, refined petroleum and nuclear fuel",
        "Mining and quarrying",
        "Textiles",
        "Electricity, gas and water supply",
        "Sale, maintenance and repair of motor vehicles; retail sale of fuel",
    ],
    "zh": [
        "电气、电子和光学设备制造业",
        "通信设备、计算机和其他电子设备",
        "石油、炼焦产品和核燃料加工品",
        "采矿业",
        "纺织业",
        "电力、热力的生产和供应",
        "机动车辆销售、维护和修理；燃料零售",
    ],
}
TOLD = {"title": "A title", "description": "What it <shows> & why."}


def per_cent(value):
    return f"{100.0 * value:.0f} %"


def bars(names):
    made = [
        charts.Bar(
            name,
            value,
            note="from Korea",
            low=value * 0.9,
            high=value * 1.3,
            mark=value * 0.5,
        )
        for name, value in zip(names, [0.9, 0.71, 0.5, float("nan"), 0.02, 0.0, 0.3], strict=True)
    ]
    return charts.bar_chart(
        made,
        axis="share of the input [%]",
        number=per_cent,
        unknown="not known",
        reference=0.4,
        reference_name="threshold 40 %",
        mark_name="looked through",
        **TOLD,
    )


def heat(names):
    values = np.linspace(0.0, 1.0, 49).reshape(7, 7)
    values[2, 3] = np.nan
    return charts.heat_map(
        values,
        rows=names,
        columns=names,
        row_axis="input",
        column_axis="user",
        scale="imported share",
        number=per_cent,
        unknown="not bought",
        **TOLD,
    )


def flows(names):
    middle = {f"s{i}": name for i, name in enumerate(names)}
    left = {"added": "Value added", "home": names[1], "out": names[2]}
    right = {"use": "Consumption", "exports": names[0]}
    amounts = [charts.Flow(k, s, 1.0 + i) for i, k in enumerate(left) for s in middle]
    amounts += [charts.Flow(s, k, 3.0) for k in right for s in middle]
    stages = [
        charts.Stage("Made of", left, {"out": "#D55E00"}),
        charts.Stage("Sectors", middle),
        charts.Stage("Goes to", right),
    ]
    return charts.flow_chart(stages, amounts, number=lambda v: f"{v:,.0f} bn USD", **TOLD)


def tree(names):
    leaves = tuple(charts.Branch(n, "Korea · 1.0 %", 0.01, "#D55E00") for n in names[:2])
    inputs = tuple(charts.Branch(n, "China · 12.0 %", 0.12, branches=leaves) for n in names)
    root = charts.Branch(names[0], "China", 1.0, branches=inputs)
    keys = [("#0072B2", "home"), ("#D55E00", "outside")]
    return charts.tree_chart(root, headings=["Sector", "Inputs", "Theirs"], keys=keys, **TOLD)


def lines(names):
    values = {n: [0.3 + 0.001 * i, float("nan"), 0.31] for i, n in enumerate(names)}
    return charts.line_chart([2009, 2010, 2011], values, axis="share", number=per_cent, **TOLD)


def bands(names):
    days = [float(t) for t in range(100)]
    low = [0.02 * np.sin(t / 9.0) for t in days]
    high = [0.08 * np.sin(t / 9.0) ** 2 + 0.02 for t in days]
    return charts.band_chart(
        days,
        [
            charts.Curve(names[0], low, "#0072B2"),
            charts.Curve(names[1], high, "#D55E00"),
            charts.Curve(names[5], low, "#009E73", dashed=True),
            charts.Curve(names[6], high, "#CC79A7"),
        ],
        bands=[charts.Band(names[2], low, high, "#9aa7b3")],
        spans=[charts.Span(names[3], 0.0, 56.0), charts.Span(names[4], 90.0, float("inf"))],
        axis="loss of output a day",
        day_axis="day",
        number=per_cent,
        **TOLD,
    )


KINDS = {"bands": bands, "bars": bars, "heat": heat, "flows": flows, "tree": tree, "lines": lines}
CASES = [(kind, language) for kind in KINDS for language in NAMES]


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_no_label_lies_on_another_and_none_leaves_the_chart(kind, language):
    chart = KINDS[kind](NAMES[language])
    assert len(chart.labels) > 8
    clashes = [(a.text, b.text) for a, b in combinations(chart.labels, 2) if a.overlaps(b)]
    assert not clashes
    width, height = chart.size
    for label in chart.labels:
        assert all(-0.01 <= x <= width + 0.01 for x, _ in label.corners), label.text
        assert all(-0.01 <= y <= height + 0.01 for _, y in label.corners), label.text


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_every_name_is_there_whole(kind, language):
    written = "".join(label.text for label in KINDS[kind](NAMES[language]).labels)
    squeezed = written.replace(" ", "")
    shown = NAMES[language][:1] if kind == "tree" else NAMES[language]
    assert all(name.replace(" ", "") in squeezed for name in shown)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_chart_is_the_same_bytes(kind):
    first, second = (KINDS[kind](NAMES["zh"]) for _ in range(2))
    assert first.svg() == second.svg()
    assert first.svg(alone=False) == first.svg(alone=False)
    assert first.png(dots=50.0) == second.png(dots=50.0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_says_what_it_is_and_asks_for_nothing_from_outside(kind):
    text = KINDS[kind](NAMES["en"]).svg(alone=False)
    root = ET.fromstring(f"<x xmlns:n='n'>{text}</x>")[0]  # noqa: S314 - our own text
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == "A title"
    assert root.find("title").text == "A title"
    assert root.find("desc").text == "What it <shows> & why."
    assert not re.search("http|<script|<image|href|font-family", text)
    assert "<text" in text  # letters stay letters: they can be searched and read aloud


def test_a_chart_of_its_own_names_its_fonts():
    text = bars(NAMES["zh"]).svg()
    assert text.startswith('<svg role="img"')
    assert 'xmlns="http://www.w3.org/2000/svg"' in text
    assert "Noto Sans CJK SC" in text


def test_a_notebook_shows_the_same_chart():
    chart = bars(NAMES["en"])
    assert chart._repr_svg_() == chart.svg()
    buffer = io.BytesIO()
    chart.savefig(buffer, format="png")
    assert buffer.getvalue().startswith(b"\x89PNG")


def test_drawing_leaves_the_settings_and_warnings_of_others_alone():
    before = dict(mpl.rcParams)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bars(NAMES["zh"]).svg()
    assert dict(mpl.rcParams) == before


def test_a_missing_value_is_said_and_not_drawn_as_zero():
    written = [label.text for label in bars(NAMES["en"]).labels]
    assert written.count("not known") == 1
    assert "0 %" in written


def test_axes_carry_their_units():
    assert "share of the input [%]" in [label.text for label in bars(NAMES["en"]).labels]
    assert "imported share" in [label.text for label in heat(NAMES["en"]).labels]


def test_steps_are_round_and_reach_the_top():
    assert steps(7.0) == (0.0, 2.0, 4.0, 6.0, 8.0)
    assert steps(100.0)[-1] == 100.0
    assert steps(0.003)[-1] >= 0.003


def test_darker_means_more_also_in_grey():
    def grey(colour):
        r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    shades = [grey(shade(i / 50.0)) for i in range(51)]
    assert shades == sorted(shades, reverse=True)
    assert shade(-1.0) == RAMP[0]
    assert shade(2.0) == RAMP[-1]


def test_flows_keep_their_amounts():
    written = [label.text for label in flows(NAMES["en"]).labels]
    assert written.count("7 bn USD") == 1  # value added: 1.0 to each of seven sectors
    assert written.count("21 bn USD") == 3  # from outside, to consumption, to exports
    assert written.count("6 bn USD") == 7


def test_labels_that_share_only_an_edge_do_not_overlap():
    box = charts.Label("a", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))
    beside = charts.Label("b", ((1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0)))
    over = charts.Label("c", ((0.5, 0.5), (1.5, 0.5), (1.5, 1.5), (0.5, 1.5)))
    assert not box.overlaps(beside)
    assert box.overlaps(over)


def test_nodes_are_as_high_as_their_amounts_and_fill_the_chart():
    chart = flows(NAMES["en"])
    boxes = [p for p in chart.axes[0].patches if isinstance(p, Rectangle)]
    heights = [p.get_height() for p in boxes if p.get_width() == 9.0]
    left = heights[:3]
    assert left == pytest.approx([left[0], 2.0 * left[0], 3.0 * left[0]])
    assert sum(left) > 0.6 * chart.size[1]
    assert sum(heights[3:10]) == pytest.approx(sum(left))
