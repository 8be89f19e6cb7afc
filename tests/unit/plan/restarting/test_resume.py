"""The order after a blow: the worked case, against enumeration, against the engine itself."""

from itertools import permutations

import numpy as np
import pytest

from chainwright import plan, stress
from chainwright.errors import LabelError, ParameterError, TableError, UnknownCodeError
from chainwright.plan import RestartRules, resume
from chainwright.stress import Blow, InventoryModel, Shock
from restart_worlds import (
    NAMES,
    NEEDS,
    VALUES,
    WORK,
    WORKED,
    code,
    plain_loss,
    worked_shock,
    worked_system,
)
from worlds import world

MODEL = InventoryModel(overproduction_max=1.0)
"""Nothing that was lost is made later, so that the engine adds up."""


@pytest.fixture(scope="module")
def worked():
    return resume(worked_system(), worked_shock(), model=MODEL, days=40, **WORKED)


def world_shock(share=0.8, **more):
    nodes = ("R0:s0", "R0:s1", "R1:s0", "R2:s2")
    return Shock((Blow("capacity", nodes=nodes, share=share, start_day=1, days=20, **more),))


def test_the_worked_case_loses_500_in_the_sum_and_in_the_engine(worked):
    assert worked.ways["this_order"].loss == pytest.approx(500.0)
    assert worked.loss() == pytest.approx(500.0, rel=1e-9)
    assert worked.additive.exact
    assert worked.additive.bound == pytest.approx(500.0)
    assert worked.order in {tuple(map(code, w)) for w in ("MSPTK", "SMPTK")}


def test_value_alone_is_the_worst_order_of_the_worked_case_in_the_engine_too(worked):
    alone = worked.ways["value_alone"]
    assert "".join(NAMES[j] for j in alone.order) == "TSKPM"
    assert alone.loss == pytest.approx(630.0)
    # no node buys of another in this table: the engine holds to the needs that are given
    assert worked.loss("value_alone") == pytest.approx(630.0, rel=1e-9)
    every = [
        plain_loss(
            order, dict(zip(NAMES, WORK, strict=True)), dict(zip(NAMES, VALUES, strict=True)), NEEDS
        )
        for order in permutations(NAMES)
    ]
    assert (min(every), max(every), len(every)) == (500.0, 630.0, 120)
    assert min(loss for loss in every if loss > 500.0) == 506.0


def test_the_worked_case_in_proportion_takes_the_same_crew_days(worked):
    even, whole = worked.ways["proportional"], worked.ways["proportional_whole"]
    assert even.done.tolist() == [12.0] * 5
    assert even.loss == pytest.approx(54.0 * 12.0 / 2.0)
    assert whole.loss == pytest.approx(54.0 * 12.0)
    assert worked.loss("proportional") == pytest.approx(even.loss, rel=1e-9)
    assert worked.loss("proportional_whole") == pytest.approx(whole.loss, rel=1e-9)


def test_a_crew_for_everyone_is_as_good_as_needs_allow(worked):
    free = worked.ways["all_at_once"]
    assert dict(zip(NAMES, free.running.tolist(), strict=True)) == {
        "M": 3.0, "S": 3.0, "P": 4.0, "T": 4.0, "K": 3.0,
    }  # fmt: skip
    assert free.loss == pytest.approx(10 * 3 + 6 * 4 + 30 * 4 + 8 * 3)


def test_what_the_engine_would_choose_is_the_order_without_needs():
    found = resume(worked_system(), worked_shock(), model=MODEL, days=40, **WORKED)
    free = resume(worked_system(), worked_shock(), model=MODEL, days=40, **{**WORKED, "needs": []})
    orders = [
        plain_loss(
            o, dict(zip(NAMES, WORK, strict=True)), dict(zip(NAMES, VALUES, strict=True)), ()
        )
        for o in permutations(NAMES)
    ]
    assert free.loss() == pytest.approx(min(orders), rel=1e-9)
    assert free.loss() < found.loss()


def test_all_orders_are_run_where_the_runs_suffice_and_the_best_of_them_is_the_answer():
    found = resume(worked_system(), worked_shock(), model=MODEL, days=40, **WORKED, engine_runs=120)
    assert found.searched.all_orders
    assert found.searched.runs <= 120
    enough = resume(worked_system(), worked_shock(), model=MODEL, days=40, **WORKED, engine_runs=3)
    assert not enough.searched.all_orders
    assert enough.searched.runs <= 3


@pytest.mark.parametrize(("crews", "in_part"), [(1, True), (2, False), (2, True)])
def test_the_order_that_is_found_is_the_best_of_all_that_the_single_engine_runs(crews, in_part):
    system, shock = world(1), world_shock()
    found = resume(system, shock, capacity=crews, in_part=in_part, days=70, engine_runs=24)
    work = dict.fromkeys(found.question.stopped.codes, 16.0)
    best = np.inf
    for order in permutations(work):
        free, blows = [0.0] * crews, []
        for node in order:
            crew = int(np.argmin(free))
            begin = 1.0 + free[crew]
            free[crew] += work[node]
            if in_part:  # stairs of a day, each the mean of the straight line
                if begin > 1.0:
                    full = begin - 1.0
                    blows.append(Blow("capacity", nodes=node, share=0.8, start_day=1, days=full))
                for i in range(16):
                    level = 0.8 * (16 - i - 0.5) / 16
                    held = begin - 1.0 + i + 1
                    blows.append(Blow("capacity", nodes=node, share=level, start_day=1, days=held))
            else:
                held = begin + work[node] - 1.0
                blows.append(Blow("capacity", nodes=node, share=0.8, start_day=1, days=held))
        run = stress.run(system, Shock(tuple(blows)), days=70)
        best = min(best, float(run.summary()["value_added_lost"].iloc[0]))
    assert found.searched.all_orders
    assert found.loss() == pytest.approx(best, rel=1e-9)


@pytest.mark.parametrize("in_part", [True, False])
def test_the_shock_of_each_way_loses_in_a_run_what_the_table_says(in_part):
    system = world(4)
    found = resume(system, world_shock(0.6), capacity=1, in_part=in_part, days=100, home="R0")
    for way in found.ways:
        run = stress.run(system, found.shock(way), days=100)
        table = run.table()
        at_home = table[(table["level"] == "region") & (table["region"] == "R0")]
        lost = float(at_home["value_added_lost"].iloc[0])
        assert lost == pytest.approx(found.loss(way), rel=1e-9)


def test_cut_deliveries_stay_as_they_are_and_are_shown_at_both_ends():
    cut = Blow("supply_cut", regions="R2", share=0.5, start_day=1, days=30)
    shock = Shock((*world_shock().blows, cut))
    system = world(2)
    found = resume(system, shock, capacity=2, days=60)
    assert found.compared()["end"].unique().tolist() == ["pooled", "by_origin"]
    run = stress.run(system, found.shock(), days=60).summary().set_index("end")
    for end in ("pooled", "by_origin"):
        lost = run.loc[end, "value_added_lost"]
        assert found.loss("this_order", end) == pytest.approx(lost, rel=1e-9)


def test_in_part_an_order_gives_back_what_is_mended_and_nothing_falls_below_the_bound():
    system = world(1)
    for seed_crews in (1, 2, 4):
        found = resume(system, world_shock(), capacity=seed_crews, days=90, engine_runs=0)
        frame = found.compared()
        bounded = frame[frame["way"] != "all_at_once"]
        assert (bounded["bound"] <= bounded["loss_additive"] * (1 + 1e-12)).all()
        assert found.ways["this_order"].in_part
        whole = resume(
            system, world_shock(), capacity=seed_crews, days=90, engine_runs=0, in_part=False
        )
        assert found.ways["this_order"].loss < whole.ways["this_order"].loss


def test_names_of_regions_and_sectors_change_nothing():
    system, shock = world_pair()
    here = resume(system, shock, capacity=2, days=90)
    renamed, other = world_pair(lambda word: f"X{'zyx'[int(word[1])]}" if word[0] == "R" else word)
    there = resume(renamed, other, capacity=2, days=90)
    assert there.additive.loss == pytest.approx(here.additive.loss, rel=1e-12)
    assert there.loss() == pytest.approx(here.loss(), rel=1e-9)
    back = {"Xz": "R0", "Xy": "R1", "Xx": "R2"}
    done = there.table().set_index("node")["done_day"]
    done.index = [f"{back[c[:2]]}{c[2:]}" for c in done.index]
    assert done.to_dict() == here.table().set_index("node")["done_day"].to_dict()


def world_pair(named=lambda word: word):
    """Return four unlike nodes, with their regions named anew and so in another order."""
    from ario_economies import economy_of  # noqa: PLC0415

    rng = np.random.default_rng(5)
    pairs = [(f"R{r}", f"s{s}") for r in range(3) for s in range(2)]
    order = sorted(range(6), key=lambda i: (named(pairs[i][0]), pairs[i][1]))
    matrix = rng.random((6, 6)) * 20
    final = rng.random(6) * 200 + 100
    matrix, final = matrix[np.ix_(order, order)], final[order]
    codes = [(named(pairs[i][0]), pairs[i][1]) for i in order]
    regions = list(dict.fromkeys(r for r, _ in codes))
    users = np.zeros((6, 3))
    users[np.arange(6), [regions.index(r) for r, _ in codes]] = final
    hit = {(0, 0): 0.9, (0, 1): 0.5, (1, 0): 0.7, (2, 1): 0.3}
    shares = tuple((f"{named(f'R{r}')}:s{s}", share) for (r, s), share in hit.items())
    nodes = tuple(node for node, _ in shares)
    shock = Shock((Blow("capacity", nodes=nodes, shares=shares, days=30),))
    return economy_of(matrix, users, codes), shock


def test_more_crews_never_lose_more_in_the_exact_sum():
    system = world(3)
    losses = [
        resume(system, world_shock(), capacity=m, days=60, engine_runs=0, in_part=False).additive
        for m in (1, 2, 3, 4, 9)
    ]
    assert all(one.exact for one in losses)
    assert [one.loss for one in losses] == sorted((one.loss for one in losses), reverse=True)
    assert losses[-1].loss == pytest.approx(losses[-2].loss)


def test_what_is_restored_a_day_is_a_share_of_all_lost_output():
    found = resume(world(1), world_shock(), per_day=0.05, days=60, engine_runs=0)
    stopped = found.question.stopped
    assert stopped.work.sum() == pytest.approx(1.0 / 0.05)
    assert stopped.work == pytest.approx(20.0 * stopped.output / stopped.output.sum())
    assert found.question.crews == 1
    assert set(found.table()["work_source"]) == {"lost output"}
    # after each node that share of the lost output that took so many days is back
    assert found.ways["this_order"].done.max() == pytest.approx(20.0)


def test_the_table_is_in_order_and_says_who_waits_for_whom(worked):
    frame = worked.table()
    assert frame["order"].tolist() == [1, 2, 3, 4, 5]
    assert frame["node"].tolist() == list(worked.order)
    assert (frame["done_day"] - frame["start_day"]).tolist() == frame["work_days"].tolist()
    assert (frame["runs_day"] >= frame["done_day"]).all()
    assert ((frame["waits_for"] != "") == (frame["runs_day"] > frame["done_day"])).all()
    assert frame["loss"].sum() == pytest.approx(500.0)
    assert frame["loss_share"].sum() == pytest.approx(1.0)
    assert frame.set_index("node").loc["A:M", "reason_en"].startswith("Nothing that counts is lost")
    late = resume(worked_system(), worked_shock(), model=MODEL, days=40, **WORKED).shock(
        "value_alone"
    )
    assert len(late.blows) == 5


def test_who_waits_is_told_by_the_last_that_is_needed():
    work = {"A:M": 3.0, "A:S": 2.0, "A:P": 4.0, "A:T": 1.0, "A:K": 2.0}
    found = resume(
        worked_system(),
        worked_shock(),
        model=MODEL,
        days=40,
        **{**WORKED, "restart_work": work, "capacity": 5},
    )
    frame = found.table().set_index("node")
    assert frame.loc["A:T", "waits_for"] == "A:P"
    assert frame.loc["A:K", "waits_for"] == "A:M"
    assert frame.loc["A:P", "waits_for"] == ""
    assert "it runs fully from day 4, when A:P is back" in frame.loc["A:T", "reason_en"]
    assert "A:P" in frame.loc["A:T", "reason_zh"]


def test_by_day_ends_at_full_output_and_counts_what_runs(worked):
    frame = worked.by_day()
    mine = frame[frame["way"] == "this_order"]
    assert mine["day"].tolist() == list(range(40))
    assert mine["running"].iloc[0] == 0
    assert mine["running"].iloc[-1] == 5
    assert mine["running"].is_monotonic_increasing
    assert mine["output_share"].iloc[-1] == pytest.approx(1.0)
    assert mine["output_share"].iloc[0] == pytest.approx(100.0 / 154.0)


def test_all_is_lost_from_the_blow_until_crews_begin():
    late = resume(
        worked_system(), worked_shock(start_day=2), model=MODEL, begin_day=6, days=60, **WORKED
    )
    assert late.loss_before == pytest.approx(4 * 54.0)
    assert late.loss() == pytest.approx(500.0 + 4 * 54.0, rel=1e-9)
    assert late.table()["start_day"].min() == 6.0
    assert late.compared()["difference"].iloc[0] == pytest.approx(0.0, abs=1e-6)


def test_crews_wait_for_the_days_at_full_size_of_a_blow_that_recovers():
    shock = Shock(
        (
            Blow("capacity", nodes="A:S", share=0.5, days=9, recovery="linear", recovery_days=40),
            Blow("capital", nodes="A:S", share=0.3, start_day=2),
            Blow("capacity", nodes="A:T", share=1.0, start_day=1, days=7),
        )
    )
    found = resume(worked_system(), shock, capacity=1, days=60, engine_runs=0)
    stopped = found.question.stopped
    assert stopped.codes.tolist() == ["A:S", "A:T"]
    assert stopped.share.tolist() == [0.5, 1.0]
    assert stopped.strike.tolist() == [0.0, 1.0]
    assert found.begin == 9.0
    # 0.5 x 40 days of the first blow, not 0.3 x 30 assumed days of the other; 1.0 x 7 days
    assert stopped.work.tolist() == [20.0, 7.0]
    assert stopped.value.tolist() == pytest.approx([5.0, 30.0])


def test_a_blow_without_an_end_takes_an_assumed_time_and_says_so():
    shut = Shock((Blow("capacity", nodes="A:S", share=0.5),))
    found = resume(worked_system(), shut, capacity=1, days=60)
    assert found.table()["work_days"].tolist() == [15.0]
    assert found.table()["work_source"].tolist() == ["assumption"]
    assert "is assumed: 30 days" in found.reading()
    assert "假设" in found.reading("zh")
    rules = RestartRules(assumed_days=10.0)
    assert resume(worked_system(), shut, capacity=1, rules=rules).table()["work_days"].tolist() == [
        5.0
    ]


def test_needs_are_inputs_above_a_share_and_only_among_what_stands_still():
    system = world(1)
    flows = system.flows
    for share in (0.02, 0.1, 0.3):
        found = resume(
            system, world_shock(), capacity=1, days=30, engine_runs=0,
            rules=RestartRules(need_share=share),
        )  # fmt: skip
        stopped = found.question.stopped
        bought = np.maximum(flows.matrix, 0.0)
        plain = {
            (j, i)
            for j, f in enumerate(stopped.places)
            for i, g in enumerate(stopped.places)
            if i != j and bought[g, f] > 0 and bought[g, f] >= share * bought[:, f].sum()
        }
        assert {tuple(pair) for pair in stopped.needs.tolist()} == plain
    assert len(stopped.needs) < 12


def test_home_counts_alone_and_what_lies_abroad_is_worth_nothing():
    found = resume(world(1), world_shock(), capacity=1, home="R1", days=60)
    frame = found.table().set_index("node")
    assert frame.loc["R1:s0", "value_per_day"] > 0.0
    assert (frame.drop("R1:s0")["value_per_day"] == 0.0).all()
    elsewhere = Shock((Blow("capacity", regions="R0", share=0.5, days=9),))
    none = resume(world(1), elsewhere, capacity=1, home="R2", days=60)
    assert none.ways["this_order"].loss == 0.0
    assert "only the engine tells orders apart" in none.reading()
    assert none.loss() <= none.loss("value_alone") + 1e-12
    output = resume(world(1), world_shock(), capacity=1, loss="output", days=60)
    assert output.loss() > resume(world(1), world_shock(), capacity=1, days=60).loss()


def test_exchanges_in_the_engine_never_make_the_answer_worse_than_the_best_sum():
    system = world(6, regions=4, sectors=3)
    nodes = system.flows.nodes.codes[:10]
    shock = Shock((Blow("capacity", nodes=nodes, share=0.7, days=12),))
    found = resume(system, shock, capacity=2, days=90, engine_runs=60)
    assert found.searched.runs <= 60
    assert not found.searched.all_orders
    least = found.loss("additive_order") if "additive_order" in found.ways else found.loss()
    assert found.loss() <= least
    assert found.loss() <= found.loss("value_alone") * (1 + 1e-9)
    none = resume(system, shock, capacity=2, days=90, engine_runs=0)
    assert none.searched.runs == 0
    assert found.loss() <= none.loss() * (1 + 1e-9)


def test_the_horizon_reaches_beyond_the_last_restart_unless_it_is_given():
    quick = {"model": MODEL, "engine_runs": 0}
    found = resume(worked_system(), worked_shock(), **quick, **WORKED)
    assert found.days == 182.0
    slow = {**WORKED, "restart_work": dict.fromkeys(WORKED["restart_work"], 30.0)}
    assert resume(worked_system(), worked_shock(), **quick, **slow).days == 245.0
    short = resume(worked_system(), worked_shock(), days=20, **quick, **slow)
    assert "before all is restarted" in short.reading()
    assert "尚未全部复产" in short.reading("zh")


def test_weeks_are_steps_too():
    weekly = InventoryModel(step="week", overproduction_max=1.0)
    found = resume(worked_system(), worked_shock(), model=weekly, days=70, **WORKED)
    assert found.loss() == pytest.approx(500.0, rel=1e-9)
    assert len(found.by_day()) == 10 * len(found.compared())


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        ({"capacity": None}, ParameterError, "per_day instead"),
        ({"per_day": 0.1}, ParameterError, "per_day instead"),
        ({"capacity": 0}, ParameterError, "whole number of crews"),
        ({"capacity": True}, ParameterError, "whole number of crews"),
        ({"capacity": 1.5}, ParameterError, "whole number of crews"),
        ({"capacity": None, "per_day": 1.5}, ParameterError, "at most 1"),
        ({"capacity": None, "per_day": 0.1}, ParameterError, "left out with per_day"),
        ({"restart_work": {"A:X": 3.0}}, TableError, "A:X"),
        ({"restart_work": {"A:Z": 3.0}}, TableError, "a node that the shock stops"),
        ({"restart_work": {"A:S": -3.0}}, ParameterError, "0 or more, for A:S"),
        ({"needs": [("A:S", "A:Q")]}, UnknownCodeError, "A:Q"),
        ({"needs": [("A:S", "A:S")]}, LabelError, "cannot need itself"),
        ({"home": "B"}, UnknownCodeError, "B"),
        ({"loss": "jobs"}, ParameterError, "value_added or output"),
        ({"begin_day": -1.0}, ParameterError, "on which the last blow strikes"),
        ({"days": 0.0}, ParameterError, "on which crews begin"),
        ({"engine_runs": -1}, ParameterError, "0 or more"),
    ],
)
def test_what_cannot_be_asked_is_refused(wrong, error, said):
    with pytest.raises(error, match=said):
        resume(worked_system(), worked_shock(), model=MODEL, **{**WORKED, **wrong})


def test_a_shock_that_stops_nothing_has_nothing_to_restart():
    cut = Shock((Blow("demand_drop", regions="A", share=0.5, days=3),))
    with pytest.raises(ParameterError, match="nothing stands still"):
        resume(worked_system(), cut, capacity=1)
    with pytest.raises(ParameterError, match="a Shock"):
        resume(worked_system(), "flood", capacity=1)


def test_unknown_ways_and_runs_are_refused(worked):
    with pytest.raises(ParameterError, match="one of this_order"):
        worked.loss("best")
    with pytest.raises(ParameterError, match="one of single"):
        worked.loss("this_order", "pooled")
    with pytest.raises(ParameterError, match="one of this_order"):
        worked.shock("best")


def test_what_it_says_is_like_for_like_and_in_both_languages(worked):
    english, chinese = worked.reading(), worked.reading("zh")
    assert "this order loses 500" in english
    assert "proportional restart 324 (648 if nothing runs in part)" in english
    assert "No order has a smaller additive loss" in english
    assert "本顺序的引擎损失为 500" in chinese
    row = worked.compared().set_index("way").loc["this_order"]
    assert (
        "54.32% more than proportional restart in which what is back in part" in row["reading_en"]
    )
    assert "22.84% less than one in which nothing runs before it is whole" in row["reading_en"]
    assert "The engine loses what the sum over nodes says" in row["reading_en"]
    assert plan.Resume is type(worked)
    assert NEEDS
