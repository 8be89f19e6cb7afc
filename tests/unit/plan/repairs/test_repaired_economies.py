"""Systems with sets of measures, what home loses in a run, and what can change nothing."""

import numpy as np
import pytest

from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.plan.repairs.home_losses import LOSSES, HomeLosses
from chainwright.plan.repairs.relevance import relevant_measures, same_blows
from chainwright.plan.repairs.repair_measure import RepairMeasure
from chainwright.plan.repairs.repaired_economies import HELD, RepairedEconomies
from chainwright.plan.repairs.restressing import Course, Restressed, restressed
from chainwright.plan.repairs.scenarios import scenarios_of
from chainwright.stress import Blow, InventoryModel, Shock
from chainwright.stress.sectors.economy import DAYS_PER_YEAR, Economy
from chainwright.stress.shocks.sector_blows import (
    CapacityLoss,
    CapitalLoss,
    DemandDrop,
    SectorBlows,
    SupplyCut,
)
from one_neck import BACKED, BEFORE, BOTH, COVERED, MODEL, SHUT, country, measures
from worlds import world

SYSTEM = world(11, regions=3, sectors=3)
THIN = InventoryModel(stock_days=8.0, restoration_days=10.0, replaceable=0.0)
CUT = Shock((Blow("supply_cut", nodes="R1:s0", buyers="R0", share=1.0, start_day=2, days=20),))
BUSY = Shock((Blow("capacity", nodes="R0:s2", share=0.6, start_day=1, days=12),))


def link(name, size=0.3, maker="R0:s0"):
    return RepairMeasure(name, "supplement", ("R0",), size, product="s0", maker=maker)


HELD_READY = (
    RepairMeasure("z weeks", "reserve", ("R0",), 2.0, product="s0"),
    RepairMeasure("a source", "second_source", ("R0",), 0.7, product="s0"),
    RepairMeasure("m line", "backup_capacity", ("R0:s2",), 0.2, after_days=3.0),
    RepairMeasure("b cover", "stabilise", ("R0:s2",), 0.5),
)
LINKS = (link("link"), link("another", 0.5, "R2:s0"))
ALL = (*HELD_READY, *LINKS)


def economies(held=ALL, system=SYSTEM, model=THIN):
    return RepairedEconomies(system, held, model)


def test_a_set_of_measures_is_their_system_in_the_order_of_names():
    made = economies()
    found = made.of([3, 0, 1])
    # the parts of a system compare by what they hold
    assert [one.name for one in found.safeguards] == ["a source", "b cover", "z weeks"]
    plain = HELD_READY[0].apply(HELD_READY[3].apply(HELD_READY[1].apply(SYSTEM)))
    assert found.safeguards == plain.safeguards
    assert made.of([]) is SYSTEM


def test_links_of_the_same_deliveries_come_first_and_by_name():
    found = economies().of([4, 0, 5]).flows
    # "another" moves half, then "link" three tenths of the rest
    by_hand = LINKS[0].apply(LINKS[1].apply(SYSTEM)).flows
    assert np.array_equal(found.matrix, by_hand.matrix)
    other = LINKS[1].apply(LINKS[0].apply(SYSTEM)).flows
    assert not np.array_equal(found.matrix, other.matrix)


def test_measures_that_are_held_ready_share_the_economy_of_the_table():
    made = economies()
    assert made.table([0, 1, 2, 3]) is made.table()
    assert made.table([4, 0]) is made.table([4])
    assert made.table([4]) is not made.table()
    assert np.array_equal(made.table().economy.x0, Economy.of(SYSTEM, 1.0).x0)


def test_few_economies_are_held_and_the_one_without_links_always():
    links = [link(f"link {k}", 0.1 * (k + 1)) for k in range(HELD + 2)]
    made = economies(links)
    first = made.table()
    ones = [made.table([k]) for k in range(HELD + 2)]
    assert made.table() is first
    assert made.table([HELD + 1]) is ones[-1]
    assert made.table([0]) is not ones[0]  # the oldest is made anew
    assert np.array_equal(made.table([0]).economy.x0, ones[0].economy.x0)


def test_what_is_used_again_is_not_the_oldest():
    links = [link(f"link {k}", 0.1 * (k + 1)) for k in range(HELD + 1)]
    made = economies(links)
    ones = [made.table([k]) for k in range(HELD)]  # as many as are held
    assert made.table([0]) is ones[0]
    made.table([HELD])  # one more: the oldest goes, which is now that of the second link
    assert made.table([0]) is ones[0]
    assert made.table([1]) is not ones[1]


def test_blows_are_worked_out_once_for_what_changes_them():
    made = economies()
    plain = made.blows(BUSY, [], 20)
    assert made.blows(BUSY, [0, 1, 2], 20) is plain  # reserves and lines keep nothing off
    covered = made.blows(BUSY, [3], 20)
    assert covered is not plain
    assert made.blows(BUSY, [0, 3], 20) is covered
    # half of the blow of .6 is kept off
    assert plain.capacity[0].share == pytest.approx([0.6])
    assert covered.capacity[0].share == pytest.approx([0.3])
    assert made.blows(BUSY, [], 10).steps == 10


def test_what_is_held_ready_is_told_by_kind_and_by_name():
    held = economies().held([3, 2, 1, 0])
    assert [one.name for one in held.reserves] == ["z weeks"]
    assert [one.name for one in held.sources] == ["a source"]
    assert [one.name for one in held.capacity] == ["m line"]
    none = economies().held([])
    assert (none.reserves, none.sources, none.capacity) == ((), (), ())


@pytest.mark.parametrize("taken", [(0,), (0, 4), (0, 4, 5)])
def test_a_reserve_holds_weeks_of_what_is_used_where_the_links_are_in_place(taken):
    made = economies()
    reserve = made.held(taken).reserves[0]
    flows = made.of(taken).flows
    region, sector = flows.nodes.region, np.arange(9) % 3
    yearly = flows.matrix[sector == 0][:, region == 0].sum()
    assert reserve.money == pytest.approx(2.0 * 7.0 * yearly / DAYS_PER_YEAR)


def test_what_a_system_holds_already_is_held_beside_what_is_taken():
    own = RepairMeasure("own", "backup_capacity", ("R0:s1",), 0.1)
    made = economies(HELD_READY[2:3], own.apply(SYSTEM))
    assert [one.name for one in made.held([]).capacity] == ["own"]
    assert [one.name for one in made.held([0]).capacity] == ["m line", "own"]


@pytest.mark.parametrize("loss", ["value_added", "output"])
def test_a_loss_by_node_is_none_where_more_is_made_or_where_it_is_not_home(loss):
    economy = economies().table().economy
    lost = np.arange(-4.0, 5.0)
    found = HomeLosses(loss, ("R0", "R2")).by_node(economy, lost)
    assert found[:6].tolist() == [0.0] * 6  # R0 gains; R1 is abroad
    assert (found[6:] > 0.0).all()
    share = economy.VA / (economy.x0 * economy.steps_per_year)
    want = lost[6:] * (share[6:] if loss == "value_added" else 1.0)
    assert found[6:] == pytest.approx(want)
    several = HomeLosses(loss, ("R0", "R2")).by_node(economy, np.stack([lost, 2.0 * lost]))
    assert several[1] == pytest.approx(2.0 * several[0])


def test_a_node_that_makes_nothing_loses_no_value_added():
    economy = Economy.of(world(3, idle=True), 1.0)
    idle = economy.x0 == 0.0
    assert idle.sum() == 1
    found = HomeLosses().by_node(economy, np.full(economy.n, 2.0))
    assert found[idle].tolist() == [0.0]
    assert np.isfinite(found).all()


def test_what_users_at_home_do_not_get_is_told_by_their_region():
    economy = economies().table().economy
    found = {"unmet_final_by_region": np.array([[1.0, 2.0, 4.0], [10.0, 20.0, 40.0]])}
    assert HomeLosses("unmet_final", ("R2", "R0")).of(economy, found).tolist() == [5.0, 50.0]
    assert HomeLosses("unmet_final").of(economy, found).tolist() == [7.0, 70.0]


def test_everybody_is_home_where_no_home_is_named_and_unknown_homes_are_refused():
    economy = economies().table().economy
    assert HomeLosses().at_home(economy).all()
    assert (
        HomeLosses(home=("R1",)).at_home(economy).tolist() == [False] * 3 + [True] * 3 + [False] * 3
    )
    with pytest.raises(UnknownCodeError, match="R9"):
        HomeLosses(home=("R9",)).at_home(economy)
    with pytest.raises(ParameterError, match=LOSSES[2]):
        HomeLosses("value added")


def capacity(share=0.5, nodes=(0, 1)):
    places = np.array(nodes)
    return CapacityLoss(0, places, np.full(len(places), share), np.ones(3))


def cut(share=1.0, buyers=(2,)):
    return SupplyCut(0, np.array([0]), np.array(buyers), np.array([1]), share, np.ones(3))


def damage(tau=2.0):
    return CapitalLoss(
        blow=0,
        nodes=np.array([1]),
        damage=np.array([3.0]),
        of_capital=False,
        course=None,
        start=0,
        rebuild_from=1,
        rebuilding=np.array([0]),
        rebuilding_shares=np.ones(1),
        tau_steps=tau,
        factor=1.0,
    )


def drop(course=1.0):
    return DemandDrop(0, np.array([0]), np.array([1]), 0.2, np.full(3, course))


def blows(**kinds):
    return SectorBlows(3, 1.0, **kinds)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("capacity", capacity(), capacity(share=0.4)),
        ("capacity", capacity(), capacity(nodes=(0, 2))),
        ("capacity", capacity(), capacity(nodes=(0,))),
        ("cuts", cut(), cut(share=0.9)),
        ("cuts", cut(), cut(buyers=(2, 3))),
        ("capital", damage(), damage(tau=3.0)),
        ("demand", drop(), drop(course=0.5)),
    ],
)
def test_blows_are_the_same_only_if_every_array_and_number_of_theirs_is(kind, one, other):
    assert same_blows(blows(**{kind: (one,)}), blows(**{kind: (one,)}))
    assert not same_blows(blows(**{kind: (one,)}), blows(**{kind: (other,)}))
    assert not same_blows(blows(**{kind: (one,)}), blows(**{kind: (one, one)}))
    assert not same_blows(blows(**{kind: (one,)}), blows())


def relevant(held, shocks, *, model=THIN, steps=30):
    given = scenarios_of(SYSTEM, shocks, model=model)
    return relevant_measures(economies(held, model=model), given.held, steps).tolist()


def test_a_source_matters_only_to_those_from_whom_its_product_is_cut_off():
    sources = (
        RepairMeasure("of s0", "second_source", ("R0",), 0.7, product="s0"),
        RepairMeasure("of s1", "second_source", ("R0",), 0.7, product="s1"),
        RepairMeasure("abroad", "second_source", ("R2",), 0.7, product="s0"),
        RepairMeasure("a node's", "second_source", ("R0:s1",), 0.7, product="s0"),
    )
    assert relevant(sources, [CUT, BUSY]) == [[True, False, False, True], [False] * 4]


def test_a_source_no_better_than_what_anybody_can_replace_is_none():
    source = (RepairMeasure("half", "second_source", ("R0",), 0.5, product="s0"),)
    for replaceable, matters in ((0.0, True), (0.49, True), (0.5, False), (1.0, False)):
        model = InventoryModel(stock_days=8.0, replaceable=replaceable)
        assert relevant(source, CUT, model=model) == [[matters]]


@pytest.mark.parametrize(
    ("days", "matters"), [(0.0, True), (27.0, True), (28.0, False), (400.0, False)]
)
@pytest.mark.parametrize("kind", ["reserve", "second_source", "backup_capacity"])
def test_what_comes_after_the_run_is_over_cannot_matter(kind, days, matters):
    users = ("R0:s2",) if kind == "backup_capacity" else ("R0",)
    product = "" if kind == "backup_capacity" else "s0"
    late = RepairMeasure("late", kind, users, 0.5, product=product, after_days=days)
    # the first blow of the cut strikes on day 2 of 30
    assert relevant((late,), CUT) == [[matters]]


def test_cover_matters_where_a_blow_is_made_smaller():
    covers = (
        RepairMeasure("nodes", "stabilise", ("R0:s2",), 0.5),
        RepairMeasure("other nodes", "stabilise", ("R0:s1",), 0.5),
        RepairMeasure("deliveries", "stabilise", ("R0",), 0.5, product="s0"),
        RepairMeasure("other origin", "stabilise", ("R0",), 0.5, product="s0", origins=("R2",)),
    )
    assert relevant(covers, [CUT, BUSY]) == [
        [False, False, True, False],
        [True, False, False, False],
    ]


HOME = HomeLosses()


def by_single_runs(taken=("cover of a", "line of a"), *, read=HOME, days=30, **more):
    system, held = country(), measures()
    scenarios = scenarios_of(system, SHUT, model=MODEL).held
    return restressed(system, held.apply(system, taken), scenarios, read=read, steps=days, **more)


@pytest.mark.parametrize(
    ("taken", "after"),
    [
        ((), BEFORE),
        (("cover of a",), COVERED),
        (("line of a",), BACKED),
        (("cover of a", "line of a"), BOTH),
        (("line of b",), BEFORE),
    ],
)
def test_single_runs_lose_what_was_worked_out_by_hand(taken, after):
    found = by_single_runs(taken)
    assert found.losses[0] == pytest.approx([BEFORE])
    assert found.losses[1] == pytest.approx([after])
    # the nodes are c, a, b
    assert found.after[0].lost_by_node.tolist() == pytest.approx([0.0, after, 0.0], abs=1e-12)


def test_final_demand_that_is_not_met_is_told_by_the_node_that_did_not_deliver():
    found = by_single_runs((), read=HomeLosses("unmet_final"))
    # all that a makes is for final users, and none is in stock: half of 1 a day for ten days
    assert found.losses[0] == pytest.approx([5.0])
    assert found.before[0].lost_by_node.tolist() == pytest.approx([0.0, 5.0, 0.0], abs=1e-12)


def test_weeks_to_recover_are_counted_from_the_blow_and_none_if_it_is_not_over():
    whole, short = by_single_runs(()), by_single_runs((), days=8)
    assert whole.weeks_to_recover[0] == pytest.approx([10.0 / 7.0])
    assert np.isnan(short.weeks_to_recover[0]).all()
    assert short.days.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    assert short.losses[0] == pytest.approx([3.0])  # from day 2 to day 7


def test_the_number_of_threads_changes_no_bit_and_each_run_is_told():
    told = []
    one = by_single_runs(workers=1, progress=told.append)
    two = by_single_runs(workers=2)
    assert np.array_equal(one.after[0].output_share, two.after[0].output_share)
    assert [words.rpartition(": ")[2] for words in told] == ["1 of 2", "2 of 2"]


def test_courses_are_told_in_days_and_weeks_of_their_steps():
    course = Course(3.0, np.array([1.0, 0.5]), np.zeros(2), 10.5)
    found = Restressed((course,), (Course(1.0, np.ones(2), np.zeros(2), 0.0),), 3.5)
    assert found.days.tolist() == [0.0, 3.5]
    assert [a.tolist() for a in found.losses] == [[3.0], [1.0]]
    assert [a.tolist() for a in found.weeks_to_recover] == [[1.5], [0.0]]
