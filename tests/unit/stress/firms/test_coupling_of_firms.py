"""Losses of firms lifted to the sectors of a table, and shocks on sectors pushed down to firms."""

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.errors import LabelError, ParameterError, TableError
from chainwright.stress import Blow, Shock, cascade, lifted, pushed_down, run_firms
from chainwright.stress.shocks.firm_hits import firm_blows
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.system import Links
from firm_worlds import as_firms, random_flows


def one_a_node(seed=0):
    flows = random_flows(np.random.default_rng(seed))
    return flows.joined(System(links=as_firms(flows)))


def three_in_two():
    """Two firms in r0:s0 that make 3 and 1, one in r1:s1 that makes 2."""
    flows = random_flows(np.random.default_rng(1))
    firms = pd.DataFrame(
        {"firm": list("abc"), "sector": ["s0", "s0", "s1"], "region": ["r0", "r0", "r1"],
         "output": [3.0, 1.0, 2.0]}
    )  # fmt: skip
    rows = pd.DataFrame({"supplier": ["a"], "buyer": ["c"], "value": [1.0]})
    return flows.joined(System(links=Links.of_table(rows, firms)))


def same(first, second):
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one.nodes, other.nodes)
        share = one.share if hasattr(one, "share") else one.damage
        expected = other.share if hasattr(other, "share") else other.damage
        assert np.allclose(share, expected, rtol=1e-12)
        assert np.array_equal(one.course, other.course)


@pytest.mark.parametrize(
    "blow",
    [
        Blow("capacity", regions="r0", share=0.4, start_day=2, days=9),
        Blow("capacity", products="s1", share=1.0, days=4, recovery="linear", recovery_days=9),
        Blow("capital", nodes=("r1:s1", "r2:s0"), share=0.3, days=5, recovery="convex",
             recovery_days=20),
    ],
)  # fmt: skip
def test_down_and_up_again_is_the_same_shock_with_a_firm_a_node(blow):
    system = one_a_node()
    shock = Shock((blow,), name_en="There and back")
    down = pushed_down(system, shock)
    up = lifted(system, down)
    first, back = (sector_blows(system, s, 30) for s in (shock, up.shock))
    same(first.capacity, back.capacity)
    same(first.capital, back.capital)
    assert up.shock.name_en == "There and back"
    assert np.allclose(up.coverage, 1.0)


def test_firms_weigh_by_what_they_make():
    system = three_in_two()
    up = lifted(system, Shock((Blow("capacity", firms="b", share=0.8, days=3),)))
    assert up.shock.blows[0].shares == (("r0:s0", pytest.approx(0.2)),)
    row = up.table().iloc[0]
    assert (row["region"], row["sector"], row["firms"], row["output"]) == ("r0", "s0", 2, 4.0)
    node = system.flows.nodes.find("r0:s0")
    assert row["coverage"] == pytest.approx(4.0 / system.flows.output[node])


def test_firms_outside_the_network_may_be_unhurt():
    system = three_in_two()
    shock = Shock((Blow("capacity", firms="a", share=1.0, days=3),))
    alike, unhurt = (lifted(system, shock, uncovered=u) for u in ("alike", "unhurt"))
    assert alike.share[0] == pytest.approx(0.75)
    assert unhurt.share[0] == pytest.approx(0.75 * min(1.0, unhurt.coverage[0]))
    with pytest.raises(ParameterError, match="uncovered"):
        lifted(system, shock, uncovered="half")


def test_blows_on_firms_of_a_node_add_up_where_they_overlap():
    system = three_in_two()
    blows = (
        Blow("capacity", firms="a", share=1.0, start_day=0, days=6),
        Blow("capacity", firms="b", share=1.0, start_day=4, days=6),
        Blow("capacity", firms="b", share=0.5, start_day=4, days=6),
    )
    up = lifted(system, Shock(blows))
    course = np.zeros(12)
    for loss in sector_blows(system, up.shock, 12).capacity:
        np.maximum(course, loss.share[0] * loss.course, out=course)
    assert course.tolist() == pytest.approx([0.75] * 4 + [1.0] * 2 + [0.25] * 4 + [0.0] * 2)
    assert up.share[0] == pytest.approx(1.0)


def test_losses_of_a_run_and_of_a_cascade_are_lifted():
    system = one_a_node()
    shut = Shock((Blow("capacity", firms="r0:s0", share=1.0, days=30),))
    ran = run_firms(system, shut, days=40)
    up = lifted(system, ran)
    assert up.shock.blows[0].days == 40.0
    records = ran.runs["suppliers"]
    expected = np.clip(records.lost / (records.economy.x0 * 40), 0.0, 1.0)
    assert np.allclose(up.share, np.sort(expected[expected > 0.0])[::-1], rtol=1e-9)
    fell = cascade(three_in_two(), {"a": 1.0}, essential="linear")
    up = lifted(fell.system, fell, days=14)
    share = up.table().set_index(["region", "sector"])["share"]
    assert share["r0", "s0"] == pytest.approx(np.average(fell.loss[:2], weights=[3.0, 1.0]))
    assert share["r1", "s1"] == pytest.approx(fell.loss[2])
    assert up.shock.blows[0].days == 14


def test_a_loss_a_firm_is_lifted_and_must_be_a_share():
    system = three_in_two()
    assert lifted(system, np.array([0.0, 0.0, 0.5])).share.tolist() == [0.5]
    with pytest.raises(LabelError, match="one number a firm"):
        lifted(system, np.zeros(2))
    for wrong in ([2.0, 0.0, 0.0], [np.nan, 0.0, 0.0], [-0.1, 0.0, 0.0], [0.0, 0.0, 0.0]):
        with pytest.raises(ParameterError, match="loss"):
            lifted(system, np.array(wrong))


def test_every_firm_of_a_node_is_hit_like_the_node():
    system = three_in_two()
    shock = Shock((Blow("capacity", shares={"s0": 0.3, "s1": 0.6}, days=5),))
    down = firm_blows(system, pushed_down(system, shock), 6)
    lost = np.zeros(3)
    for loss in down.capacity:
        lost[loss.nodes] = loss.share
        assert loss.course.tolist() == [1.0] * 5 + [0.0]
    assert lost.tolist() == [0.3, 0.3, 0.6]


def test_money_is_pushed_down_as_a_share_of_capital():
    system = three_in_two()
    node = system.flows.nodes.find("r0:s0")
    from chainwright.stress import Economy  # noqa: PLC0415

    capital = Economy.of(system).K[node]
    shock = Shock((Blow("capital", nodes="r0:s0", money=0.25 * capital, days=5),))
    blow = pushed_down(system, shock).blows[0]
    assert (blow.firms, blow.share) == (("a", "b"), pytest.approx(0.25))


def test_final_demand_falls_by_the_part_of_the_users_that_want_less():
    system = three_in_two()
    flows = system.flows
    shock = Shock((Blow("demand_drop", products="s0", buyers="r0", share=0.5, days=5),))
    blow = pushed_down(system, shock).blows[0]
    node = flows.nodes.find("r0:s0")
    mine = flows.final[node, flows.users.region == 0].sum() / flows.final[node].sum()
    assert blow.share == pytest.approx(0.5 * mine)


def test_what_cannot_be_coupled_is_refused_by_name():
    system = three_in_two()
    cut = Shock((Blow("supply_cut", regions="r0", share=1.0),))
    with pytest.raises(ParameterError, match="pushing down"):
        pushed_down(system, cut)
    with pytest.raises(ParameterError, match="lifting"):
        lifted(system, Shock((Blow("supply_cut", links=(("a", "c"),), share=1.0),)))
    with pytest.raises(ParameterError, match="no firm that is hit"):
        pushed_down(system, Shock((Blow("capacity", regions="r2", share=1.0),)))


def test_codes_that_the_table_lacks_are_all_named_and_may_be_mapped():
    flows = random_flows(np.random.default_rng(1))
    firms = pd.DataFrame({"firm": list("ab"), "sector": ["C10", "C11"], "region": ["r0", "N"]})
    rows = pd.DataFrame({"supplier": ["a"], "buyer": ["b"], "value": [1.0]})
    system = flows.joined(System(links=Links.of_table(rows, firms)))
    with pytest.raises(TableError) as caught:
        lifted(system, np.array([1.0, 0.0]))
    assert len(caught.value.breaches) == 3
    told = {"regions": {"N": "r1"}, "sectors": {"C10": "s0", "C11": "s2"}}
    up = lifted(system, np.array([1.0, 0.0]), **told)
    assert up.shock.blows[0].shares == (("r0:s0", 1.0),)
