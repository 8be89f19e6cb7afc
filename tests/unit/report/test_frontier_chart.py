"""The picture of what each budget buys: where points lie, what lies between, what is left out."""

import re

import pytest

from chainwright.report.charts import frontier
from chainwright.report.charts.canvas import Canvas
from chainwright.report.charts.palette import FOREIGN, HOME

NAMES = ("best plans", "this plan")
NAN = float("nan")
POINTS = [(0.0, 0.0), (10.0, 40.0), (30.0, 80.0), (50.0, 100.0)]


@pytest.fixture
def chart(monkeypatch):
    """Return a function that draws a frontier: its chart, squares by colour, and its line."""
    drawn = {}

    class Recorded(Canvas):
        def rectangle(self, x, y, width, height, colour, **more):
            drawn["squares"].append((colour, (x + width / 2.0, y + height / 2.0)))
            super().rectangle(x, y, width, height, colour, **more)

        def line(self, points, **more):
            drawn["lines"].append((more.get("colour"), list(points)))
            super().line(points, **more)

    monkeypatch.setattr(frontier, "Canvas", Recorded)

    def draw(points=POINTS, **more):
        drawn.update(squares=[], lines=[])
        asked = {"here": None, "names": NAMES, "title": "t", "description": "d",
                 "axes": ("cost", "avoided"), "number": lambda v: f"{v:g}"}  # fmt: skip
        made = frontier.frontier_chart(points, **(asked | more))
        best, here = (
            [place for colour, place in drawn["squares"] if colour == wanted]
            for wanted in (HOME, FOREIGN)
        )
        steps = [points for colour, points in drawn["lines"] if colour == HOME][1:]  # after the key
        return made, best, here, steps

    return draw


def texts(made):
    return [label.text for label in made.labels]


def test_points_lie_right_by_cost_and_up_by_what_is_avoided(chart):
    x, y = zip(*chart()[1], strict=True)
    # proportional to cost 0, 10, 30, 50 and to 0, 40, 80, 100
    assert [(a - x[0]) / (x[1] - x[0]) for a in x] == pytest.approx([0.0, 1.0, 3.0, 5.0])
    assert [(y[0] - b) / (y[0] - y[1]) for b in y] == pytest.approx([0.0, 1.0, 2.0, 2.5])


def test_the_plan_of_the_page_is_marked_where_it_lies_and_named_in_the_key(chart):
    made, best, (key, place), _ = chart(here=(30.0, 80.0))
    assert place == pytest.approx(best[2])
    assert key[0] < place[0]
    assert NAMES[1] in texts(made)
    plain, _, marked, _ = chart()
    assert marked == []
    assert NAMES[1] not in texts(plain)


def test_a_plan_that_cannot_be_told_is_not_drawn(chart):
    assert len(chart(here=(30.0, 80.0))[2]) == 2  # in the key, and where it lies
    assert len(chart(here=(NAN, 80.0))[2]) == 1


def test_points_that_are_not_known_are_left_out_and_the_others_stay(chart):
    plain = chart()[1]
    assert chart([*POINTS[:2], (20.0, NAN), *POINTS[2:]])[1] == plain


def test_between_two_plans_the_line_goes_across_before_it_goes_up(chart):
    # no budget between two plans buys more than the lower of them
    _, ((x0, y0), (x1, y1)), _, (line,) = chart([(0.0, 0.0), (10.0, 40.0)])
    assert line == [pytest.approx(corner) for corner in [(x0, y0), (x1, y0), (x1, y1), (x1, y1)]]


def test_one_plan_alone_has_no_line(chart):
    _, best, _, steps = chart([(0.0, 0.0)])
    assert (len(best), steps) == (1, [])


def test_a_plan_that_loses_more_than_none_lies_on_the_ground(chart):
    ground, below = chart([(0.0, 0.0), (10.0, -5.0)])[1]
    assert below[1] == pytest.approx(ground[1])
    assert below[0] > ground[0]


def test_axes_reach_beyond_every_point_and_say_what_they_are(chart):
    made = chart(here=(90.0, 10.0))[0]
    numbers = [float(text) for text in texts(made) if re.fullmatch(r"[\d.]+", text)]
    assert max(numbers) >= 100.0
    assert {"cost", "avoided", "best plans"} <= set(texts(made))
    assert made.description == "d"


def test_long_words_of_an_axis_are_wrapped_and_lift_nothing_out_of_the_picture(chart):
    long = "loss that is avoided, expected over all scenarios of this page " * 4
    made = chart(axes=("cost", long.strip()))[0]
    assert long.strip() not in texts(made)
    heights = [y for label in made.labels for _, y in label.corners]
    assert min(heights) >= 0.0
    short = [y for label in chart()[0].labels for _, y in label.corners]
    assert max(heights) > max(short)
