"""What a shock means in a table: rows, buyers, final users, sizes, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright import System
from chainwright.errors import MissingPartError, ParameterError, TableError
from chainwright.stress import Blow, Shock
from chainwright.stress.shocks.sector_hits import hits_in, sector_blows
from toys import toy_table
from worlds import competitive, national

TOY = System.from_table(toy_table())
"""Nodes A:m A:k B:m B:k C:m C:k, final users A, B, C; output 100 100 140 115 209 136."""

NATION = national(3)
"""Nodes N:s0 to N:s3, then twelve rows of imports from X, Y and abroad; a household, exports."""


def resolved(system, *blows, steps=4, step_days=1.0, capital=None):
    """Return these blows on a table."""
    return sector_blows(system, Shock(blows), steps, step_days, capital=capital)


def test_capacity_is_lost_by_the_nodes_that_are_named():
    (loss,) = resolved(TOY, Blow("capacity", nodes=("C:k", "A:m"), share=0.25)).capacity
    assert loss.nodes.tolist() == [0, 5]
    assert loss.share.tolist() == [0.25, 0.25]
    assert loss.course.tolist() == [1.0, 1.0, 1.0, 1.0]


def test_regions_and_products_cross():
    def nodes(**words):
        return resolved(TOY, Blow("capacity", share=0.5, **words)).capacity[0].nodes.tolist()

    assert nodes(regions="B") == [2, 3]
    assert nodes(products="k") == [1, 3, 5]
    assert nodes(regions=("A", "B"), products="m") == [0, 2]


def test_shares_by_sector_by_region_or_by_node_hit_what_they_name():
    def sizes(shares, **words):
        loss = resolved(TOY, Blow("capacity", shares=shares, **words)).capacity[0]
        return dict(zip(loss.nodes.tolist(), loss.share.tolist(), strict=True))

    assert sizes({"k": 0.2}) == {1: 0.2, 3: 0.2, 5: 0.2}
    assert sizes({"m": 0.1, "k": 0.2}, regions="B") == {2: 0.1, 3: 0.2}
    assert sizes({"A": 0.3, "C": 0.4}, products="m") == {0: 0.3, 4: 0.4}
    assert sizes({"A:m": 0.5, "B:k": 0.6}) == {0: 0.5, 3: 0.6}


def test_damage_is_split_in_proportion_to_output():
    (loss,) = resolved(TOY, Blow("capital", regions="B", money=51.0)).capital
    assert loss.damage == pytest.approx([51 * 140 / 255, 51 * 115 / 255])
    assert not loss.of_capital
    (share,) = resolved(TOY, Blow("capital", regions="B", share=0.1)).capital
    assert (share.damage.tolist(), share.of_capital) == ([0.1, 0.1], True)


def test_rebuilding_is_handed_on_in_steps():
    blow = Blow(
        "capital",
        nodes="A:m",
        money=7.0,
        start_day=8,
        days=20,
        recovery="rebuild",
        recovery_days=60,
        rebuilding={"k": 0.75, "m": 0.25},
        rebuild_factor=1.5,
    )
    for step_days, start, start_of_rebuilding in ((1.0, 8, 28), (7.0, 1, 4)):
        (loss,) = resolved(TOY, blow, step_days=step_days).capital
        assert (loss.start, loss.rebuild_from) == (start, start_of_rebuilding)
        assert loss.tau_steps == pytest.approx(60 / step_days)
        assert (loss.course, loss.factor) == (None, 1.5)
        sectors = [TOY.flows.nodes.sectors.codes[i] for i in loss.rebuilding]
        assert dict(zip(sectors, loss.rebuilding_shares, strict=True)) == {"k": 0.75, "m": 0.25}


def test_a_cut_without_buyers_is_of_all_outside_the_seller_s_region():
    first, second = resolved(TOY, Blow("supply_cut", regions=("A", "B"), share=1.0)).cuts
    assert first.sellers.tolist() == [0, 1]
    assert first.buyers.tolist() == [2, 3, 4, 5]
    assert [TOY.flows.users.regions.codes[TOY.flows.users.region[u]] for u in first.users] == [
        "B",
        "C",
    ]
    assert (second.sellers.tolist(), second.buyers.tolist()) == ([2, 3], [0, 1, 4, 5])


def test_buyers_are_regions_with_their_final_users_or_single_nodes():
    (region,) = resolved(TOY, Blow("supply_cut", nodes="A:m", buyers="B", share=0.5)).cuts
    assert (region.buyers.tolist(), region.users.tolist()) == ([2, 3], [1])
    (node,) = resolved(TOY, Blow("supply_cut", nodes="A:m", buyers="B:k", share=0.5)).cuts
    assert (node.buyers.tolist(), node.users.tolist(), node.share) == ([3], [], 0.5)


def test_a_seller_may_be_cut_from_its_own_region_if_that_is_named():
    (cut,) = resolved(TOY, Blow("supply_cut", nodes="A:m", buyers="A", share=1.0)).cuts
    assert (cut.buyers.tolist(), cut.users.tolist()) == ([0, 1], [0])


def test_a_cut_of_buyers_alone_is_of_all_from_outside_their_region():
    first, second = resolved(TOY, Blow("supply_cut", buyers=("A", "B:m"), share=1.0)).cuts
    assert (first.sellers.tolist(), first.buyers.tolist()) == ([2, 3, 4, 5], [0, 1])
    assert (second.sellers.tolist(), second.buyers.tolist()) == ([0, 1, 4, 5], [2])
    assert (first.users.tolist(), second.users.tolist()) == ([0], [])
    (only,) = resolved(TOY, Blow("supply_cut", products="k", buyers="A", share=1.0)).cuts
    assert only.sellers.tolist() == [3, 5]


def test_cuts_of_several_sizes_are_groups_of_one_size():
    cuts = resolved(TOY, Blow("supply_cut", regions="A", shares={"m": 0.2, "k": 0.7})).cuts
    assert [(c.sellers.tolist(), c.share) for c in cuts] == [([0], 0.2), ([1], 0.7)]


def test_demand_drops_for_the_buyers_named_or_for_all():
    (some,) = resolved(TOY, Blow("demand_drop", buyers="C", share=0.3)).demand
    assert (some.sellers.tolist(), some.users.tolist()) == ([0, 1, 2, 3, 4, 5], [2])
    (every,) = resolved(TOY, Blow("demand_drop", products="k", share=0.3)).demand
    assert (every.sellers.tolist(), every.users.tolist()) == ([1, 3, 5], [0, 1, 2])


def test_rows_of_imports_follow_the_home_nodes():
    (cut,) = resolved(NATION, Blow("supply_cut", regions="Y", products="s1", share=1.0)).cuts
    assert cut.sellers.tolist() == [4 + 4 + 1]
    assert (cut.buyers.tolist(), cut.users.tolist()) == ([0, 1, 2, 3], [0, 1])
    (unnamed,) = resolved(NATION, Blow("supply_cut", nodes="abroad:s0", share=1.0)).cuts
    assert unnamed.sellers.tolist() == [4 + 8]


def test_abroad_buys_what_is_exported():
    (cut,) = resolved(NATION, Blow("supply_cut", nodes="N:s2", share=1.0)).cuts
    (named,) = resolved(NATION, Blow("supply_cut", nodes="N:s2", buyers="abroad", share=1.0)).cuts
    for one in (cut, named):
        assert (one.sellers.tolist(), one.buyers.tolist(), one.users.tolist()) == ([2], [], [1])


def test_a_nation_cut_off_loses_its_imports_only():
    (cut,) = resolved(NATION, Blow("supply_cut", buyers="N", share=1.0)).cuts
    assert cut.sellers.tolist() == list(range(4, 16))
    assert (cut.buyers.tolist(), cut.users.tolist()) == ([0, 1, 2, 3], [0])


def test_what_is_made_abroad_can_lose_deliveries_and_no_capacity():
    with pytest.raises(TableError, match="only rows from abroad"):
        resolved(NATION, Blow("capacity", regions="X", share=1.0))
    loss = resolved(NATION, Blow("capacity", products="s1", share=1.0)).capacity[0]
    assert loss.nodes.tolist() == [1]


def test_a_table_with_imports_mixed_in_refuses_cuts_from_abroad_by_name():
    with pytest.raises(TableError, match=r"blow 1, 'regions'.*'abroad'") as refused:
        resolved(competitive(1), Blow("supply_cut", regions="abroad", share=1.0))
    assert "split_imports" in str(refused.value)


def test_a_group_of_regions_is_its_members():
    rows = toy_table().replace({"A": "DEU", "B": "FRA", "C": "CHN"})
    system = System.from_table(rows)
    (loss,) = resolved(system, Blow("capacity", regions="EU27", share=0.5)).capacity
    assert loss.nodes.tolist() == [0, 1, 2, 3]
    (cut,) = resolved(system, Blow("supply_cut", regions="CHN", buyers="EU27", share=0.5)).cuts
    assert cut.buyers.tolist() == [0, 1, 2, 3]


def test_all_that_is_wrong_stands_in_one_error_with_near_codes():
    shock = Shock(
        (
            Blow("capacity", nodes=("A:mm", "A:k", "A:k"), share=1.5),
            Blow("supply_cut", regions="Bb", products="m", buyers="D", share=1.0, start_day=-1),
        )
    )
    with pytest.raises(TableError) as refused:
        hits_in(TOY, shock)
    places = [breach.where for breach in refused.value.breaches]
    assert sorted(places) == sorted(
        [
            "blow 1, 'nodes'",
            "blow 1, 'nodes'",
            "blow 1, 'share'",
            "blow 2, 'start_day'",
            "blow 2, 'regions'",
            "blow 2, 'buyers'",
        ]
    )
    assert "Did you mean A:m" in str(refused.value)


@pytest.mark.parametrize(
    ("blow", "told"),
    [
        (Blow("capacity", regions="A", products="x", share=1.0), "'x', expected a product"),
        (Blow("capacity", shares={"A:m": 0.1, "x": 0.2}), "blow 1, 'shares': found 'x'"),
        (Blow("capacity", nodes="A:m", shares={"k": 0.1}), "nothing of the table"),
        (Blow("supply_cut", nodes="A:m", buyers=("B", "X:m"), share=1.0), "'X:m', expected a buy"),
        (Blow("capacity", firms="f1", share=1.0), "firms or links"),
    ],
)
def test_words_that_the_table_lacks_are_told_where_they_stand(blow, told):
    with pytest.raises(TableError) as refused:
        hits_in(TOY, Shock((blow,)))
    assert told in str(refused.value)


def test_rebuilding_by_an_unknown_sector_is_told():
    blow = Blow("capital", nodes="A:m", share=0.1, days=3, recovery="rebuild", recovery_days=9)
    with pytest.raises(TableError, match="blow 1, 'rebuilding': found 'mm'"):
        hits_in(TOY, Shock((replace(blow, rebuilding={"mm": 1.0}),)))


def test_deliveries_that_are_all_zero_are_no_cut():
    rows = toy_table()
    rows.loc[(rows.from_region == "A") & (rows.to_region == "B"), "value"] = 0.0
    with pytest.raises(TableError, match="deliveries that are all zero"):
        resolved(System.from_table(rows), Blow("supply_cut", regions="A", buyers="B", share=1.0))


def test_damage_above_capital_is_refused_before_the_run_and_names_the_node():
    capital = np.full(6, 100.0)
    twice = (Blow("capital", nodes="B:k", money=60.0, days=9, start_day=d) for d in (0, 2))
    with pytest.raises(TableError, match=r"damage of 120 at B:k") as refused:
        resolved(TOY, *twice, capital=capital)
    assert refused.value.breaches[0].where == "blow 2, 'money'"
    apart = (Blow("capital", nodes="B:k", money=60.0, days=2, start_day=d) for d in (0, 2))
    assert len(resolved(TOY, *apart, capital=capital).capital) == 2


def test_shares_of_capital_that_add_up_to_more_than_all_are_refused():
    blow = Blow("capital", nodes=("A:m", "B:k"), share=0.6)
    with pytest.raises(TableError, match="2 places"):
        resolved(TOY, blow, blow, capital=np.full(6, 10.0))


def test_the_first_quiet_step_is_known():
    assert resolved(TOY, Blow("capacity", nodes="A:m", share=1.0, days=2)).last_step == 2
    assert resolved(TOY, Blow("capacity", nodes="A:m", share=1.0)).last_step == 4
    assert resolved(TOY, Blow("capacity", nodes="A:m", share=1.0, start_day=9)).last_step == 0


@pytest.mark.parametrize(("steps", "step_days"), [(0, 1.0), (3, 0.0), (3, float("nan"))])
def test_steps_without_length_are_refused(steps, step_days):
    with pytest.raises(ParameterError, match="sector_blows"):
        resolved(TOY, Blow("capacity", nodes="A:m", share=1.0), steps=steps, step_days=step_days)


def test_a_system_without_flows_says_so():
    with pytest.raises(MissingPartError, match="flows"):
        Shock((Blow("capacity", nodes="A:m", share=1.0),)).checked(System())


def test_damage_that_waits_for_rebuilding_stands_and_what_is_being_rebuilt_is_the_engine_s():
    def rebuilt(start_day):
        return Blow(
            "capital",
            nodes="B:k",
            money=60.0,
            start_day=start_day,
            days=3,
            recovery="rebuild",
            recovery_days=30,
            rebuilding={"k": 1.0},
        )

    capital = np.full(6, 100.0)
    with pytest.raises(TableError, match="damage of 120 at B:k"):
        resolved(TOY, rebuilt(0), rebuilt(1), steps=9, capital=capital)
    assert len(resolved(TOY, rebuilt(0), rebuilt(3), steps=9, capital=capital).capital) == 2
