"""Reach, dominators, layers and the places of boxes, on graphs small enough to see."""

import numpy as np
import pytest

from chainwright.diagnose.chain_maps.drawing import arrangement, stages
from chainwright.diagnose.chain_maps.graph import Links, dominators, layers, reach
from chainwright.diagnose.chain_maps.layout import Sizes
from toy_chains import made_chain, random_chain

SIZES = Sizes(box=80.0, between=20.0, gap=6.0, lane=3.0, shape=1.6)


def links(n, *pairs):
    source, target = zip(*pairs, strict=True) if pairs else ((), ())
    return Links(n, np.array(source, dtype=np.int32), np.array(target, dtype=np.int32))


def test_reach_follows_links_only_forwards():
    found = reach(links(4, (0, 1), (1, 2)), np.array([2, 3], dtype=np.int32))
    assert found.tolist() == [[True, False], [True, False], [True, False], [False, True]]


def test_reach_goes_round_a_loop_once():
    found = reach(links(3, (0, 1), (1, 0), (1, 2)), np.array([2, 0], dtype=np.int32))
    assert found.tolist() == [[True, True], [True, True], [True, False]]


def test_reach_without_links_is_each_goal_itself():
    assert np.array_equal(reach(links(3), np.arange(3, dtype=np.int32)), np.eye(3, dtype=bool))


def test_a_long_path_is_reached_to_its_end():
    path = links(300, *[(i, i + 1) for i in range(299)])
    assert reach(path, np.array([299], dtype=np.int32)).all()
    assert np.array_equal(dominators(path), np.tri(300, dtype=bool))


def test_a_diamond_is_dominated_by_its_ends():
    found = dominators(links(4, (0, 1), (0, 2), (1, 3), (2, 3)))
    assert found[3].tolist() == [True, False, False, True]


def test_two_resources_dominate_nothing_between_them():
    assert dominators(links(3, (0, 2), (1, 2)))[2].tolist() == [False, False, True]


def test_a_loop_that_nothing_feeds_is_a_resource():
    found = dominators(links(3, (0, 1), (1, 0), (1, 2)))
    assert found[0].tolist() == [True, False, False]
    assert found[2].tolist() == [False, True, True]


def test_a_loop_that_is_fed_is_dominated_by_what_feeds_it():
    found = dominators(links(4, (0, 1), (1, 2), (2, 1), (2, 3)))
    assert found[3].tolist() == [True, True, True, True]


def test_layers_are_longest_paths_not_before_the_least():
    path = links(4, (0, 1), (1, 2), (0, 2), (2, 3))
    assert layers(path).tolist() == [0, 1, 2, 3]
    assert layers(path, np.array([0, 0, 0, 9])).tolist() == [0, 1, 2, 9]
    assert layers(links(3, (0, 1), (1, 0), (1, 2))).tolist() == [0, 0, 1]


def overlapping(x, y, width, height):
    """Return how many pairs of boxes share an inner point."""
    a = (x[:, None] < x + width - 1e-6) & (x < x[:, None] + width - 1e-6)
    b = (y[:, None] < y + height - 1e-6) & (y < (y + height)[:, None] - 1e-6)
    return int((np.triu(a & b, 1)).sum())


@pytest.mark.parametrize("n", [1, 2, 30, 150])
def test_no_two_boxes_overlap_and_links_end_at_boxes(n):
    chain = random_chain(max(n, 2), finals=1)
    height = np.linspace(20.0, 50.0, len(chain.axis))
    drawn = arrangement(chain, height, SIZES)
    place = drawn.layout
    assert overlapping(place.x, place.y, SIZES.box, height) == 0
    assert (place.x >= 0.0).all()
    assert (place.y + height <= place.height + 1e-6).all()
    assert (place.x + SIZES.box <= place.width + 1e-6).all()
    ends = place.pieces[place.last]
    target = drawn.links.target[place.owner[place.last]]
    assert len(ends) == len(drawn.links.source)  # one head a link
    middle = place.y + height / 2.0
    np.testing.assert_allclose(ends[:, 3], middle[target])


def test_stages_stand_from_left_to_right():
    chain = random_chain(60)
    drawn = arrangement(chain, np.full(60, 30.0), SIZES)
    order = np.argsort(drawn.stage, kind="stable")
    columns = drawn.layout.column[order]
    firsts = [columns[drawn.stage[order] == s].min() for s in np.unique(drawn.stage)]
    lasts = [columns[drawn.stage[order] == s].max() for s in np.unique(drawn.stage)]
    assert all(last < first for last, first in zip(lasts[:-1], firsts[1:], strict=True))
    assert [word for word, _, _ in stages()][:3] == ["resource", "refining", "material"]


def test_no_link_runs_behind_a_box():
    chain = random_chain(60)
    drawn = arrangement(chain, np.full(60, 30.0), SIZES)
    place = drawn.layout
    x0, y0, x1, y1 = place.pieces.T
    level = (y0 == y1) & (np.abs(x1 - x0) == SIZES.box) & ~place.last
    assert level.any()
    for x, y in zip(x0[level], y0[level], strict=True):
        same = place.x == x
        assert not ((place.y[same] < y) & (y < place.y[same] + 30.0)).any()


def test_an_input_of_an_earlier_stage_is_drawn_backwards():
    nodes = {"a": {"stage": "support"}, "b": {"stage": "material", "final": 1.0}}
    drawn = arrangement(made_chain(nodes, [("a", "b", "essential")]), np.full(2, 30.0), SIZES)
    x0, _, x1, _ = drawn.layout.pieces[0]
    assert x1 < x0
    assert x1 == SIZES.box  # at the right side of b


def test_rows_are_drawn_apart_to_fill_a_page():
    height = np.full(30, 30.0)
    place = arrangement(random_chain(30), height, SIZES).layout
    more = place.stretched(height, 1.5 * place.height, 2.0)
    assert more.height == pytest.approx(1.5 * place.height)
    assert overlapping(more.x, more.y, SIZES.box, height) == 0
    assert place.stretched(height, 0.0, 2.0).height == place.height


def test_a_node_stands_at_the_height_of_its_neighbours():
    nodes = {n: {"stage": "resource"} for n in "abc"} | {"d": {"final": 1.0}, "e": {"final": 1.0}}
    ties = [(n, "d", "essential") for n in "abc"] + [("c", "e", "essential")]
    height = np.full(5, 30.0)
    place = arrangement(made_chain(nodes, ties), height, SIZES).layout
    middle = place.y + 15.0
    assert middle[3] == pytest.approx(middle[:3].mean(), abs=12.0)
    path = {"a": {"stage": "resource"}, "b": {}, "c": {"stage": "application"}}
    line = made_chain(path, [("a", "b", "essential"), ("b", "c", "essential")])
    straight = arrangement(line, np.full(3, 30.0), SIZES).layout
    assert np.ptp(straight.y) == pytest.approx(0.0)
    alone = {**{n: {"stage": "resource"} for n in "abcde"}, "f": {"final": 1.0}}
    low = arrangement(made_chain(alone, [("e", "f", "essential")]), np.full(6, 30.0), SIZES).layout
    assert low.y[5] == pytest.approx(low.y[4], abs=1.0)
