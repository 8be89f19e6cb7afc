"""Localisation rates worked by hand."""

import numpy as np
import pytest

from chainwright import diagnose
from chainwright.diagnose.chain_maps.localisation import Localisation
from chainwright.errors import InfeasibleError
from toy_chains import made_chain, share, system_of

NODES = {"ore": {}, "film": {}, "cell": {}, "can": {}, "pack": {"final": 1.0}}
LINKS = [
    ("ore", "cell", "essential", {"cost_share": 0.5}),
    ("film", "cell", "essential", {"cost_share": 0.25}),
    ("cell", "pack", "essential", {"cost_share": 0.6}),
    ("can", "pack", "essential", {"cost_share": 0.2}),
]
USE = {"ore": 0.2, "film": 1.0, "cell": 0.8, "can": 0.5}


def supply(use):
    return [share(node, "CHN", value, "domestic_use") for node, value in use.items()]


def ask(links=LINKS, use=USE, nodes=NODES, **more):
    chain = made_chain(nodes, links, supply(use))
    return diagnose.localisation(system_of(chain), "toy", home="CHN", **more)


def row(found, node):
    frame = found.table()
    return frame[frame["node"] == node].iloc[0]


def test_the_first_tier_is_the_mean_of_the_inputs():
    pack = row(ask(), "pack")
    assert pack["first_value"] == pytest.approx((0.6 * 0.8 + 0.2 * 0.5) / 0.8)
    assert pack["first_count"] == pytest.approx(0.65)
    assert (pack["first_value_unknown"], pack["inputs"], pack["inputs_known"]) == (0.0, 2, 2)


def test_look_through_follows_the_content_of_inputs():
    # a cell made at home (0.8): its maker adds 0.25, ore 0.5 * 0.2, film 0.25 * 1 -> C = 0.48
    content = 0.8 * (0.25 + 0.5 * 0.2 + 0.25 * 1.0)
    pack = row(ask(), "pack")
    assert pack["through_value"] == pytest.approx((0.6 * content + 0.2 * 0.5) / 0.8)
    assert pack["through_value"] < pack["first_value"]
    # by count: C of the cell 0.8 * (0.2 + 1) / 2
    assert pack["through_count"] == pytest.approx((0.8 * 0.6 + 0.5) / 2)


def test_at_depth_one_look_through_is_the_first_tier():
    cell = row(ask(), "cell")
    assert cell["through_value"] == pytest.approx(cell["first_value"])
    assert cell["first_value"] == pytest.approx((0.5 * 0.2 + 0.25) / 0.75)


def test_an_unknown_input_counts_as_foreign_and_as_homes():
    pack = row(ask(use={"cell": 0.8}), "pack")
    assert pack["first_value"] == pytest.approx(0.8)  # of the known inputs
    assert pack["first_value_low"] == pytest.approx(0.6 * 0.8 / 0.8)
    assert pack["first_value_high"] == pytest.approx((0.6 * 0.8 + 0.2) / 0.8)
    assert pack["first_value_unknown"] == pytest.approx(0.25)
    assert np.isnan(pack["through_value"])
    assert pack["through_value_low"] == pytest.approx(0.6 * 0.8 * 0.25 / 0.8)
    assert pack["through_value_high"] == pytest.approx((0.6 * 0.8 + 0.2) / 0.8)


def test_a_cost_that_is_not_known_opens_the_bounds_by_value_only():
    links = [*LINKS[:3], ("can", "pack", "essential")]
    pack = row(ask(links), "pack")
    assert pack["cost_covered"] == pytest.approx(0.6)
    assert pack["first_value_low"] == pytest.approx(0.6 * 0.8)
    assert pack["first_value_high"] == pytest.approx(0.6 * 0.8 + 0.4)
    assert pack["first_count"] == pytest.approx(0.65)


def test_home_that_makes_none_is_known():
    rows = [share("can", "CHN", 0.0), share("cell", "CHN", 0.8, "domestic_use")]
    found = diagnose.localisation(system_of(made_chain(NODES, LINKS, rows)), "toy", home="CHN")
    assert row(found, "pack")["first_count"] == pytest.approx(0.4)


def test_finished_goods_come_first_and_leaves_have_no_row():
    held = ask().table()
    assert held["node"].tolist() == ["pack", "cell"]
    assert isinstance(ask(), Localisation)
    assert ask().names("node", "zh")["pack"] == "环节pack"
    assert ask().names("inputs") == {}


def test_another_home_has_other_rates():
    chain = made_chain(NODES, LINKS, [*supply(USE), share("can", "JPN", 0.9, "domestic_use")])
    found = diagnose.localisation(system_of(chain), "toy", home="JPN")
    assert row(found, "pack")["first_count"] == pytest.approx(0.9)
    assert row(found, "pack")["first_count_unknown"] == pytest.approx(0.5)


def test_later_years_are_left_out():
    rows = [share("can", "CHN", 0.1, "domestic_use", year=2020),
            share("can", "CHN", 0.9, "domestic_use", year=2024)]  # fmt: skip
    system = system_of(made_chain(NODES, LINKS, rows))
    old = diagnose.localisation(system, "toy", home="CHN", year=2021)
    new = diagnose.localisation(system, "toy", home="CHN")
    assert (row(old, "pack")["first_count"], row(new, "pack")["first_count"]) == (0.1, 0.9)


def test_recycled_inputs_are_solved_for_and_a_closed_loop_is_refused():
    back = ("pack", "ore", "replaceable", {"cost_share": 0.5, "route": "recycling"})
    pack = row(ask([*LINKS, back], {**USE, "pack": 1.0}), "pack")
    assert 0.0 < pack["through_value"] < 1.0
    nodes = {"a": {}, "b": {"final": 1.0}}
    loop = [("a", "b", "essential", {"cost_share": 1.0}), ("b", "a", "", {"cost_share": 1.0})]
    with pytest.raises(InfeasibleError, match="nothing but each other"):
        ask(loop, {"a": 1.0, "b": 1.0}, nodes)
