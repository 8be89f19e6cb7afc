"""Charts of whatever labels and values come: valid, the same each time, nothing cut or covered."""

import math
from itertools import combinations
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from chainwright.report import charts
from chainwright.report.charts.bars import steps
from chainwright.report.charts.palette import shade
from chainwright.report.lettering import text_width, wrapped

LETTERS = "abcdefghijk ABCXYZ 0123456789 <>&\"'$\\{}%_^~#=+-/.,;()电池通信设备制造业、（）öß–"
SHORT = st.text(alphabet=LETTERS, max_size=40)
LONG = st.one_of(SHORT, st.text(alphabet=LETTERS, max_size=220), st.just(""), st.just("x" * 160))
SHARES = st.one_of(
    st.floats(0.0, 1.0), st.just(0.0), st.just(1.0), st.just(float("nan")), st.just(1e-9)
)
AMOUNTS = st.one_of(st.floats(1e-14, 1e9), st.just(0.0), st.just(float("nan")))
FEW = settings(max_examples=12, phases=[Phase.explicit, Phase.generate])
TOLD = {"title": "T <&> \"'", "description": "d & <e>"}


def per_cent(value):
    return f"{100.0 * value:.0f} %"


def plain(value):
    return f"{value:,.1f}"


def inside(chart, labels=None):
    """Assert that each label lies inside the chart and that its text is there."""
    width, height = chart.size
    assert math.isfinite(width)
    assert math.isfinite(height)
    for label in chart.labels if labels is None else labels:
        for x, y in label.corners:
            assert -0.01 <= x <= width + 0.01, (label.text, x, width)
            assert -0.01 <= y <= height + 0.01, (label.text, y, height)


def apart(labels):
    """Assert that no label lies on another."""
    clashes = [(a.text, b.text) for a, b in combinations(labels, 2) if a.overlaps(b)]
    assert not clashes


def parsed(chart):
    """Return the root of the chart's SVG; both forms must be XML with name and description."""
    root = ET.fromstring(chart.svg())  # noqa: S314 - our own text
    place = "{http://www.w3.org/2000/svg}"
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == TOLD["title"]
    assert root.find(f"{place}title").text == TOLD["title"]
    assert root.find(f"{place}desc").text == TOLD["description"]
    part = chart.svg(alone=False)
    ET.fromstring(f"<x xmlns:xlink='x'>{part}</x>")  # noqa: S314
    assert "<script" not in part
    assert "http" not in part
    return root


BARS = st.lists(
    st.builds(charts.Bar, label=LONG, value=AMOUNTS, note=SHORT, mark=AMOUNTS),
    min_size=1,
    max_size=6,
)


def bars(given_bars):
    return charts.bar_chart(given_bars, axis="axis", number=plain, unknown="not known", **TOLD)


@FEW
@given(BARS)
@example([charts.Bar("", 0.0)])
@example([charts.Bar("x" * 300, float("nan"))])
@example([charts.Bar("a", 0.0), charts.Bar("b", float("nan"))])
def test_bars_of_anything(made):
    chart = bars(made)
    inside(chart)
    apart(chart.labels)
    root = parsed(chart)
    texts = "".join(root.itertext()).replace(" ", "")
    for bar in made:
        if math.isnan(bar.value):
            assert "notknown" in texts
        else:
            assert plain(bar.value).replace(" ", "") in texts
    assert bars(made).svg() == chart.svg()


@given(st.lists(st.floats(-50.0, 100.0), min_size=1, max_size=6))
@FEW
@example([-5.0])
@example([-5.0, 10.0])
@example([-1e-9, 0.0])
def test_bars_below_zero_stay_on_the_paper(values):
    chart = bars([charts.Bar(f"sector {i}", v) for i, v in enumerate(values)])
    inside(chart)
    apart(chart.labels)
    for patch in chart.axes[0].patches:
        left = min(patch.get_x(), patch.get_x() + patch.get_width())
        assert left >= -0.01
        assert max(patch.get_x(), patch.get_x() + patch.get_width()) <= chart.size[0] + 0.01


@given(st.floats(1e-12, 1e15), st.integers(2, 8))
def test_steps_are_even_round_and_just_reach_the_top(top, most):
    ticks = steps(top, most=most)
    assert ticks[0] == 0.0
    gap = ticks[1] - ticks[0]
    assert ticks[-1] >= top * (1.0 - 1e-6)
    assert ticks[-1] - gap < top * (1.0 + 1e-6)
    assert 2 <= len(ticks) <= most + 2
    assert np.allclose(np.diff(ticks), gap, rtol=1e-6)


def heat(values, rows, columns):
    return charts.heat_map(
        values,
        rows=rows,
        columns=columns,
        row_axis="input",
        column_axis="user",
        scale="share",
        number=per_cent,
        unknown="unknown",
        **TOLD,
    )


@FEW
@given(st.data())
def test_heat_maps_of_anything(data):
    rows = data.draw(st.lists(SHORT, min_size=1, max_size=5))
    columns = data.draw(st.lists(SHORT, min_size=1, max_size=5))
    count = len(rows) * len(columns)
    cells = data.draw(st.lists(SHARES, min_size=count, max_size=count))
    values = np.array(cells).reshape(len(rows), len(columns))
    chart = heat(values, rows, columns)
    inside(chart)
    apart(chart.labels)
    parsed(chart)
    known = int(np.isfinite(values).sum())
    shown = [label.text for label in chart.labels].count
    wanted = {per_cent(v) for v in values[np.isfinite(values)]}
    assert known == 0 or sum(shown(text) for text in wanted) >= known
    assert heat(values, rows, columns).svg() == chart.svg()


def test_a_heat_map_of_very_long_names_keeps_cells_on_the_paper():
    names = ["Manufacture of " + "very special electrical machinery and apparatus " * 3] * 12
    chart = heat(np.full((12, 12), 0.5), names, names)
    inside(chart)
    width = chart.size[0]
    for patch in chart.axes[0].patches:
        assert patch.get_width() > 0.0
        assert patch.get_x() + patch.get_width() <= width + 0.01


def test_a_heat_map_where_nothing_is_known_says_so():
    chart = heat(np.full((2, 2), np.nan), ["a", "b"], ["c", "d"])
    texts = [label.text for label in chart.labels]
    assert "unknown" in texts
    assert texts.count("100 %") == 1  # the end of the scale only
    inside(chart)


LINES = st.dictionaries(
    SHORT.filter(str.strip), st.lists(SHARES, min_size=3, max_size=3), min_size=1, max_size=5
)


def lines(values, years=(2009, 2010, 2011)):
    return charts.line_chart(list(years), values, axis="share", number=per_cent, **TOLD)


@FEW
@given(LINES)
@example({"电池" * 20: [0.0, 0.0, 0.0], "b": [0.0, 0.0, 0.0]})
@example({"a": [float("nan")] * 3})
def test_lines_of_anything(values):
    chart = lines(values)
    inside(chart)
    apart(chart.labels)
    parsed(chart)
    assert lines(values).svg() == chart.svg()


@pytest.mark.parametrize("years", [(2011,), (1995, 2011), tuple(range(1970, 2021))])
def test_lines_over_few_and_many_years(years):
    values = {f"line {i}": [0.1 * i + 0.001 * k for k in range(len(years))] for i in range(4)}
    chart = lines(values, years)
    inside(chart)
    apart(chart.labels)
    texts = [label.text for label in chart.labels]
    assert str(years[0]) in texts
    assert all(any(t.startswith(f"line {i}") for t in texts) for i in range(4))


FLOWS = st.lists(st.floats(0.0, 1e6, allow_subnormal=False), min_size=9, max_size=9)


@FEW
@given(st.lists(LONG, min_size=9, max_size=9), FLOWS)
def test_flows_of_anything(names, amounts):
    left, middle, right = ({f"{c}{i}": names[3 * k + i] for i in range(3)}
                           for k, c in enumerate("abc"))  # fmt: skip
    links = [charts.Flow(f"a{i}", f"b{j}", amounts[3 * i + j]) for i in range(3) for j in range(3)]
    links += [charts.Flow(f"b{j}", f"c{j}", sum(amounts[j::3])) for j in range(3)]
    stages = [charts.Stage("Made of", left), charts.Stage("By", middle), charts.Stage("For", right)]
    chart = charts.flow_chart(stages, links, number=plain, **TOLD)
    inside(chart)
    parsed(chart)
    for key in range(3):  # what goes in comes out, so a node shows one amount
        assert plain(sum(amounts[key::3])) in [label.text for label in chart.labels]
    for column in ("a", "b", "c"):
        assert column
    assert charts.flow_chart(stages, links, number=plain, **TOLD).svg() == chart.svg()


BRANCHES = st.recursive(
    st.builds(charts.Branch, name=LONG, place=SHORT, share=st.floats(0.0, 1.0)),
    lambda inner: st.builds(
        charts.Branch,
        name=LONG,
        place=SHORT,
        share=st.floats(0.0, 1.0),
        branches=st.lists(inner, max_size=3).map(tuple),
    ),
    max_leaves=6,
).filter(lambda b: depth(b) <= 3)


def depth(branch):
    return 1 + max((depth(b) for b in branch.branches), default=0)


@FEW
@given(BRANCHES)
def test_trees_of_anything(root):
    def draw():
        return charts.tree_chart(root, headings=["a", "b", "c"], keys=[("#000000", "k")], **TOLD)

    chart = draw()
    inside(chart)
    apart(chart.labels)
    parsed(chart)
    assert draw().svg() == chart.svg()


@given(st.text(alphabet=LETTERS, max_size=200), st.floats(20.0, 400.0))
def test_a_broken_text_is_whole_and_fits(text, width):
    broken = wrapped(text, width, 8.0)
    assert "".join(broken).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line, 8.0) <= width + 1e-9 or len(line) <= 2 for line in broken)


@given(st.floats(-1.0, 2.0), st.floats(0.0, 1.0))
def test_more_is_never_lighter(first, second):
    low, high = sorted((first, second))

    def light(share):
        colour = shade(share)
        return sum(int(colour[i : i + 2], 16) for i in (1, 3, 5))

    assert light(low) >= light(high)
