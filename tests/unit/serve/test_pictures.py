import re

import pytest

from chainwright.serve.pictures import WIDTH, grade_scale, peer_picture, trend

BOUNDS = (0.6, 0.8, 1.2, 2.0)


@pytest.mark.parametrize(
    ("value", "cell"),
    [(0.3, 1), (0.6, 1), (0.61, 2), (0.8, 2), (1.0, 3), (1.21, 4), (2.0, 4), (9, 5)],
)
def test_the_mark_stands_in_the_cell_of_the_grade(value, cell):
    scale = grade_scale(BOUNDS, value)
    left, width = next((x, w) for grade, x, w in scale.cells if grade == cell)
    assert left <= scale.at <= left + width + 0.1


def test_the_mark_moves_on_with_the_value():
    at = [grade_scale(BOUNDS, v).at for v in (0.1, 0.59, 0.7, 0.9, 1.5, 2.5, 4.0)]
    assert at == sorted(at)
    assert at[0] > 0
    assert at[-1] == WIDTH


def test_below_zero_stands_at_the_left_end_and_nothing_stands_nowhere():
    assert grade_scale(BOUNDS, -0.5).at == 0.0
    assert grade_scale(BOUNDS, None).at is None
    assert grade_scale(BOUNDS, float("nan")).at is None


def test_bounds_stand_between_the_cells():
    scale = grade_scale(BOUNDS, 1.0)
    assert [bound for _, bound in scale.bounds] == list(BOUNDS)
    assert [x for x, _ in scale.bounds] == [x for _, x, _ in scale.cells[1:]]


def test_the_spread_lies_in_its_order_inside_the_picture():
    drawn = peer_picture((0.38, 0.49, 0.587, 0.81, 1.3), 0.515, 0.612)
    places = [drawn.low, drawn.quarter, drawn.median, drawn.three_quarters, drawn.high]
    assert places == sorted(places)
    assert drawn.low == 12.0
    assert drawn.high == WIDTH - 12.0
    assert drawn.quarter < drawn.own < drawn.median < drawn.mean


def test_a_firm_outside_of_the_spread_is_in_the_picture():
    assert peer_picture((1, 2, 3, 4, 5), 50.0, None).own == WIDTH - 12.0
    assert peer_picture((1, 2, 3, 4, 5), 0.0, None).own == 12.0
    assert peer_picture((1, 1, 1, 1, 1), 1.0, 1.0).own == 12.0


def points(path):
    return [tuple(map(float, p.split())) for p in re.split("[ML]", path) if p]


def test_a_line_goes_through_its_values_upwards():
    drawn = trend(["2026-01", "2026-02", "2026-03"], [1.0, 2.0, 3.0])
    (x0, y0), (x1, y1), (x2, y2) = points(drawn.path)
    assert x0 < x1 < x2
    assert y0 > y1 > y2  # pictures count from above
    assert (y0 + y2) / 2 == pytest.approx(y1, abs=0.2)
    assert drawn.first == (x0, y0)
    assert drawn.last == (x2, y2)
    assert drawn.ends == ("2026-01", "2026-03")


def test_a_month_without_a_value_is_a_gap():
    drawn = trend(["a", "b", "c", "d", "e"], [1.0, 2.0, None, float("nan"), 3.0])
    assert drawn.path.count("M") == 2
    assert drawn.path.count("L") == 1


def test_one_value_is_no_line():
    assert trend(["a", "b"], [1.0, None]) is None
    assert trend([], []) is None


def test_a_flat_line_lies_in_the_middle():
    drawn = trend(["a", "b"], [5.0, 5.0])
    assert drawn.first[1] == drawn.last[1] == pytest.approx(51.0, abs=0.5)
    assert trend(["a", "b"], [0.0, 0.0]).first[1] == pytest.approx(51.0, abs=0.5)


def test_grades_that_are_seen_lie_on_top_of_each_other_and_fill_the_picture():
    drawn = trend(["a", "b"], [0.7, 1.3], BOUNDS)
    assert [grade for grade, _, _ in drawn.bands] == [1, 2, 3, 4]
    for (_, upper, height), (_, above, above_height) in zip(
        drawn.bands, drawn.bands[1:], strict=False
    ):
        assert upper == pytest.approx(above + above_height, abs=0.11)
        assert height > 0
    assert sum(height for _, _, height in drawn.bands) == pytest.approx(90.0, abs=0.3)


def test_a_value_lies_in_the_band_of_its_grade():
    drawn = trend(["a", "b", "c"], [0.7, 1.0, 1.3], BOUNDS)
    bands = {grade: (top, top + height) for grade, top, height in drawn.bands}
    for (_, y), grade in zip(points(drawn.path), (2, 3, 4), strict=True):
        assert bands[grade][0] - 0.1 <= y <= bands[grade][1] + 0.1


def test_without_bounds_there_are_no_bands():
    assert trend(["a", "b"], [1.0, 2.0]).bands == ()
