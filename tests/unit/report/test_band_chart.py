"""Curves over days: what is drawn lies where the numbers say, whatever curves and names come."""

import math
from itertools import combinations
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chainwright.report import charts

FEW = settings(max_examples=12, phases=[Phase.explicit, Phase.generate])
TOLD = {"title": "T <&>", "description": "d & <e>", "axis": "loss [%]", "day_axis": "day"}
LETTERS = "abc XYZ 0123 <>&\"'$\\{}%电池通信设备、（）–"
NAMES = st.text(alphabet=LETTERS, max_size=120)
VALUES = st.one_of(st.floats(-0.5, 1.0), st.just(0.0), st.just(float("nan")))
BLUE, RED, GREY = "#0072b2", "#d55e00", "#9aa7b3"


def per_cent(value):
    return f"{100.0 * value:.3g} %"


def drawn(curves, *, days=None, **more):
    days = list(range(len(curves[0].values))) if days is None else days
    return charts.band_chart(days, curves, number=per_cent, **TOLD, **more)


def lines_of(chart, colour):
    """Return the points of each line of a colour."""
    return [
        list(zip(*line.get_data(), strict=True))
        for line in chart.axes[0].lines
        if line.get_color() == colour and line.get_linewidth() == 1.5  # the key's are thicker
    ]


def faces_of(chart, colour):
    """Return the corners of each area of a colour."""
    found = []
    for patch in chart.axes[0].patches:
        red, green, blue, _ = patch.get_facecolor()
        named = "#" + "".join(f"{round(255 * part):02x}" for part in (red, green, blue))
        if named == colour:
            found.append(patch.get_patch_transform().transform(patch.get_path().vertices))
    return found


def heights(chart):
    """Return where the ticks of the height stand on the sheet, by their number."""
    return {
        label.text: sum(y for _, y in label.corners) / 4.0
        for label in chart.labels
        if label.text.endswith(" %")
    }


@FEW
@given(st.lists(NAMES, min_size=2, max_size=4), st.lists(VALUES, min_size=1, max_size=40),
       st.floats(0.0, 40.0), st.floats(0.0, 40.0))  # fmt: skip
def test_names_lie_apart_and_inside_whatever_they_are(names, values, start, length):
    curves = [charts.Curve(n, values, BLUE) for n in names]
    spans = [charts.Span(n, start, start + length) for n in names[:2]]
    bands = [charts.Band(names[-1], values, [v + 0.1 for v in values], GREY)]
    chart = drawn(curves, bands=bands, spans=spans)
    width, height = chart.size
    for label in chart.labels:
        for x, y in label.corners:
            assert -0.01 <= x <= width + 0.01
            assert -0.01 <= y <= height + 0.01
    filled = [label for label in chart.labels if label.text.strip()]
    assert not [(a.text, b.text) for a, b in combinations(filled, 2) if a.overlaps(b)]
    root = ET.fromstring(chart.svg())  # noqa: S314 - our own text
    assert root.attrib["aria-label"] == TOLD["title"]
    assert chart.svg() == chart.svg()


def test_a_curve_runs_through_its_numbers_between_the_ticks():
    chart = drawn([charts.Curve("loss", [0.0, 0.02, 0.04, 0.01], BLUE)])
    (points,) = lines_of(chart, BLUE)
    at = heights(chart)
    assert points[0][1] == pytest.approx(at["0 %"])
    assert points[1][1] == pytest.approx(at["2 %"])
    assert points[2][1] == pytest.approx(at["4 %"])
    steps = np.diff([x for x, _ in points])
    np.testing.assert_allclose(steps, steps[0])


def test_gains_lie_below_zero_and_zero_is_always_on_the_scale():
    chart = drawn([charts.Curve("loss", [0.01, -0.03, 0.0], BLUE)])
    (points,) = lines_of(chart, BLUE)
    at = heights(chart)
    assert points[1][1] > at["0 %"] > points[0][1]
    least = min(float(text.removesuffix(" %")) for text in at)
    assert least <= -3.0
    above = heights(drawn([charts.Curve("loss", [0.05, 0.04], BLUE)]))
    assert "0 %" in above


def test_days_that_are_not_known_leave_a_gap_in_curves_and_bands():
    nan = math.nan
    low, high = [0.1, 0.1, nan, 0.1, 0.1], [0.3, 0.3, 0.3, nan, 0.2]
    curve = charts.Curve("loss", low, BLUE)
    chart = drawn([curve], bands=[charts.Band("between", low, high, GREY)])
    assert [len(points) for points in lines_of(chart, BLUE)] == [2, 2]
    areas = faces_of(chart, GREY)
    assert len(areas) == 3  # two stretches, and the key
    nothing = drawn([charts.Curve("loss", [nan, nan], BLUE)])
    assert lines_of(nothing, BLUE) == []


def test_a_band_has_its_ends_as_its_edges():
    low, high = [0.0, 0.1, 0.2], [0.2, 0.2, 0.4]
    curve = charts.Curve("loss", high, RED)
    chart = drawn([curve], bands=[charts.Band("between", low, high, GREY)])
    (upper,) = lines_of(chart, RED)
    area = max(faces_of(chart, GREY), key=len)
    corners = {(round(float(x), 6), round(float(y), 6)) for x, y in area}
    assert {(round(float(x), 6), round(float(y), 6)) for x, y in upper} <= corners
    assert len(corners) == 6


def test_a_time_is_marked_from_its_start_to_its_end_and_to_the_edge_without_one():
    curve = charts.Curve("loss", [0.1] * 101, BLUE)
    chart = drawn(
        [curve], spans=[charts.Span("embargo", 0.0, 50.0), charts.Span("flood", 75.0, math.inf)]
    )
    (points,) = lines_of(chart, BLUE)
    x = [float(a) for a, _ in points]
    bars = faces_of(chart, RED)
    assert len(bars) == 2
    assert (bars[0][:, 0].min(), bars[0][:, 0].max()) == pytest.approx((x[0], x[50]))
    assert (bars[1][:, 0].min(), bars[1][:, 0].max()) == pytest.approx((x[75], x[100]))
    assert {"embargo", "flood"} <= {label.text for label in chart.labels}


def test_a_curve_of_another_length_than_the_days_is_refused():
    with pytest.raises(ValueError, match="3 values for 2 days"):
        drawn([charts.Curve("loss", [0.0, 0.1, 0.2], BLUE)], days=[0, 1])


@pytest.mark.parametrize("count", [1, 2, 10, 60, 365, 730, 3650])
def test_days_below_are_round_and_few(count):
    chart = drawn([charts.Curve("loss", [0.1] * count, BLUE)])
    whole = [t.text.replace(",", "") for t in chart.labels]
    days = [int(text) for text in whole if text.isdigit()]
    assert 1 <= len(days) <= 10
    assert days == sorted(days)
    assert all(0 <= day < count for day in days)
    assert len(set(np.diff(days))) <= 1
