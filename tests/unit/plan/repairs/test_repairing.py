"""A repair: the plan known by hand, the plan of brute force, and the same numbers run again."""

from itertools import combinations

import numpy as np
import pytest

from chainwright import plan, stress
from chainwright.errors import InfeasibleError, ParameterError, TableError, UnknownCodeError
from chainwright.plan import RepairCosts, RepairMeasure, RepairMeasures, RepairRules
from chainwright.stress import Blow, InventoryModel, Shock
from one_neck import BACKED, BEFORE, BOTH, COVERED, MODEL, SHUT, country, measures
from worlds import world

HAND = {"model": MODEL, "days": 30, "corners": 4}


def by_hand(budget, **more):
    given = {"measures": measures(), **HAND, **more}
    return plan.repair(country(), SHUT, budget=budget, **given)


@pytest.mark.parametrize(
    ("budget", "steps", "after"),
    [
        (0.5, (), BEFORE),
        (1.0, ("line of a",), BACKED),
        (3.0, ("cover of a",), COVERED),
        (4.0, ("line of a", "cover of a"), BOTH),
        (None, ("line of a", "cover of a"), BOTH),
    ],
)
def test_the_plan_is_the_one_that_is_best_by_hand(budget, steps, after):
    found = by_hand(budget)
    assert found.loss_before == pytest.approx(BEFORE)
    assert found.steps == steps
    assert found.loss_after == pytest.approx(after)
    assert found.loss_promised == pytest.approx(after)
    assert 0.0 <= found.gap <= 0.01
    assert found.engines_differ_by < 1e-9


def test_each_step_says_what_it_adds_what_it_would_be_missed_for_and_breaks_even_at():
    table = by_hand(4.0).table().set_index("measure")
    line, cover = table.loc["line of a"], table.loc["cover of a"]
    assert (line["order"], cover["order"]) == (1, 2)
    assert line["loss_avoided"] == pytest.approx(BEFORE - BACKED)
    assert cover["loss_avoided"] == pytest.approx(BACKED - BOTH)
    assert line["marginal_loss"] == pytest.approx(COVERED - BOTH)
    assert cover["marginal_loss"] == pytest.approx(BACKED - BOTH)
    # a line betters the cover alone, so it may cost what the cover leaves of 4; the cover alone
    # is better than the line, so it may take all
    assert line["break_even_cost"] == pytest.approx(1.0)
    assert cover["break_even_cost"] == pytest.approx(4.0)
    assert cover["loss_avoided_per_cost"] == pytest.approx((BACKED - BOTH) / 3.0)
    assert line["answers"] == "half of a"
    assert not table["cost_assumed"].any()
    assert "line of b" not in table.index


def test_the_scenario_says_before_promised_and_after_and_what_is_still_exposed():
    row = by_hand(3.0).scenarios().iloc[0]
    assert row["scenario"] == "half of a"
    assert row["loss_before"] == pytest.approx(BEFORE)
    assert row["loss_promised"] == pytest.approx(COVERED)
    assert row["loss_after"] == pytest.approx(COVERED)
    assert row["avoided_share"] == pytest.approx(0.5)
    assert row["most_exposed"] == "H:a"
    assert row["exposed_loss"] == pytest.approx(COVERED)
    # 0.5 of 4.1 a day is lost: 87.8 % for ten days; then a quarter: 93.9 %, below 95 % as well
    assert row["weeks_to_recover_before"] == pytest.approx(10.0 / 7.0)
    assert row["weeks_to_recover_after"] == pytest.approx(10.0 / 7.0)
    assert "falls from 5 to 2.5 (-50%)" in row["reading_en"]
    assert "由 5 降至 2.5" in row["reading_zh"]


def test_output_by_day_is_that_of_the_blow_and_of_what_is_kept_off():
    days = by_hand(3.0).by_day().set_index("day")
    rest = 1.0 + 2.0 + 1.1
    assert days.loc[1.0, "output_before"] == pytest.approx(1.0)
    assert days.loc[5.0, "output_before"] == pytest.approx((rest - 0.5) / rest)
    assert days.loc[5.0, "output_after"] == pytest.approx((rest - 0.25) / rest)
    assert days.loc[12.0, "output_before"] == pytest.approx(1.0)
    assert len(days) == 30


def test_the_frontier_is_the_one_of_the_hand_and_runs_nothing_again():
    found = by_hand(4.0)
    runs = found.engine_runs
    front = found.frontier(5)
    table = front.table()
    assert table["budget"].tolist() == [0.0, 1.0, 3.0, 4.0]
    assert table["loss_after"].tolist() == pytest.approx([BEFORE, BACKED, COVERED, BOTH])
    assert table["cost"].tolist() == pytest.approx([0.0, 1.0, 3.0, 4.0])
    assert front.engine_runs <= runs + 2
    assert "4 plans" in front.reading("en")
    assert "4 个方案" in front.reading("zh")
    again = plan.repair_frontier(
        country(),
        SHUT,
        budgets=[0.0, 1.0, 2.0, 3.0, 4.0],
        measures=measures(),
        **{k: v for k, v in HAND.items() if k != "corners"},
    ).table()
    assert again["loss_after"].tolist() == pytest.approx(table["loss_after"].tolist())


def test_the_repaired_system_run_by_stress_loses_what_the_table_says():
    found = by_hand(4.0)
    repaired = found.apply()
    assert {one.name for one in repaired.safeguards} == {"line of a", "cover of a"}
    ran = stress.run(repaired, SHUT, days=30, model=MODEL).table()
    at_node = ran[ran["level"] == "node"]
    assert at_node["value_added_lost"].clip(lower=0.0).sum() == pytest.approx(BOTH)
    assert found.scenarios()["loss_after"][0] == pytest.approx(BOTH)
    assert found.apply(country()).safeguards == repaired.safeguards


def test_words_name_the_steps_the_losses_and_what_is_assumed_in_both_languages():
    assumed = {"mark": "assumption", "yearly_low": 1.0}
    found = by_hand(4.0, measures=measures(cover=assumed), model=None)
    english, chinese = found.reading("en"), found.reading("zh")
    assert "2 steps for" in english
    assert "cover of a: cost 1 - 3, assumed" in english
    assert "The cost of 1 of 2 steps is an assumption" in english
    assert "replaceable = 0" in english
    assert "2 个步骤" in chinese
    assert "成本 1 - 3（假设）" in chinese
    assert "replaceable = 0" in chinese
    row = found.table().set_index("measure").loc["cover of a"]
    assert row["cost_assumed"]
    assert (row["cost_low"], row["cost_high"]) == (1.0, 3.0)
    assert "Its cost is an assumption." in row["reason_en"]
    assert "其成本为假设。" in row["reason_zh"]


def test_a_plan_that_costs_more_than_it_avoids_says_so():
    dear = measures(cover={"yearly_low": 30.0, "yearly_high": 30.0})
    english = by_hand(40.0, measures=dear).reading()
    assert "costs more than it avoids" in english
    assert "certain in every year" in english
    assert "costs more than it avoids" not in by_hand(1.0).reading()


def test_what_is_spent_once_is_spread_over_its_life_with_interest():
    once = measures(cover={"once_low": 10.0, "once_high": 10.0, "life_years": 10.0})
    cheap = RepairCosts(discount_rate=0.0)
    found = by_hand(4.0, measures=once, costs=cheap)
    table = found.case.question.cost
    # 10 over 10 years without interest: 1 a year, besides 3
    assert table[found.case.measures.place["cover of a"]] == pytest.approx(4.0)
    assert found.steps == ("cover of a",)


def test_over_years_lead_times_count_and_a_budget_may_be_one_amount_a_year():
    slow = measures(cover={"lead_years": 1.2}, other={"lead_years": 3.0})
    found = by_hand([1.0, 4.0, 4.0], years=3, measures=slow, costs=RepairCosts(discount_rate=0.0))
    table = found.table().set_index("measure")
    # the cover is paid for, and works, from two years after its start on
    assert table.loc["line of a", ["start_year", "effective_year"]].tolist() == [1, 1]
    assert table.loc["cover of a", ["start_year", "effective_year"]].tolist() == [1, 3]
    assert found.found.losses[:, 0] == pytest.approx([BACKED, BACKED, BOTH])
    assert found.loss_before == pytest.approx(3 * BEFORE)
    assert found.loss_after == pytest.approx(2 * BACKED + BOTH)
    assert found.scenarios()["loss_after"][0] == pytest.approx(BOTH)
    assert "from year 1" in found.reading("en")


def test_rules_lock_forbid_and_clash_by_name():
    rules = RepairRules(locked=("line of b",), forbidden=("cover of a",))
    found = by_hand(4.0, rules=rules)
    assert set(found.steps) == {"line of a", "line of b"}
    table = found.table().set_index("measure")
    assert table.loc["line of b", "locked"] == "locked"
    assert table.loc["cover of a", "locked"] == "forbidden"
    assert table.loc["cover of a", "reason_zh"] == "事先禁用。"
    assert table.loc["line of b", "marginal_loss"] == pytest.approx(0.0, abs=1e-9)
    with pytest.raises(InfeasibleError, match=r"cover of a"):
        by_hand(2.0, rules=RepairRules(locked=("cover of a",)))
    with pytest.raises(UnknownCodeError, match="line of a"):
        by_hand(2.0, rules=RepairRules(locked=("line of x",)))


def test_measures_without_a_cost_are_left_out_and_named():
    nobody = {"yearly_low": np.nan, "yearly_high": np.nan, "once_low": np.nan, "once_high": np.nan}
    found = by_hand(4.0, measures=measures(cover=nobody))
    assert found.steps == ("line of a",)
    assert "1 measure whose cost nobody knows is left out: cover of a." in found.reading()
    with pytest.raises(ParameterError, match="cost is known"):
        by_hand(4.0, measures=measures(cover=nobody), rules=RepairRules(locked=("cover of a",)))


NEED = world(11, regions=3, sectors=3)
CUT = Shock((Blow("supply_cut", nodes="R1:s0", buyers="R0", share=1.0, start_day=2, days=20),))
BUSY = Shock((Blow("capacity", nodes="R0:s2", share=0.6, start_day=1, days=12),))
THIN = InventoryModel(stock_days=8.0, restoration_days=10.0, replaceable=0.0)
TOY = {"model": THIN, "days": 40, "home": "R0", "corners": 4}


def priced(name, kind, users, size, cost, **more):
    yearly = {"yearly_low": 0.8 * cost, "yearly_high": 1.2 * cost}
    return RepairMeasure(name, kind, users, size, once_low=0.0, once_high=0.0, **yearly, **more)


OFFERS = RepairMeasures(
    (
        priced("2 weeks of s0", "reserve", ("R0",), 2.0, 3.0, product="s0", one_of="weeks"),
        priced("1 week of s0", "reserve", ("R0",), 1.0, 1.6, product="s0", one_of="weeks"),
        priced("other s0", "second_source", ("R0",), 0.7, 2.0, product="s0"),
        priced("line of s2", "backup_capacity", ("R0:s2",), 0.2, 2.5, after_days=3.0),
        priced("cover of s2", "stabilise", ("R0:s2",), 0.5, 4.0),
        priced("contract of s0", "stabilise", ("R0",), 0.4, 1.0, product="s0", origins=("R1",)),
        priced("link s0", "supplement", ("R0",), 0.3, 5.0, product="s0", maker="R0:s0"),
        priced("more s0", "strengthen", ("R0:s0",), 0.1, 1.5),
    ),
    "USD",
)


def allowed(taken, budget, cost):
    names = {OFFERS.names[i] for i in taken}
    both = {"2 weeks of s0", "1 week of s0"} <= names
    return not both and sum(cost[i] for i in taken) <= budget + 1e-9


@pytest.mark.parametrize("budget", [2.0, 5.0, 9.0])
def test_the_plan_is_as_good_as_the_best_of_all_subsets_by_the_engine(budget):
    found = plan.repair(NEED, {"cut": CUT, "busy": BUSY}, budget=budget, measures=OFFERS, **TOY)
    cost = found.case.question.cost
    sets = [
        taken
        for size in range(len(OFFERS) + 1)
        for taken in combinations(range(len(OFFERS)), size)
        if allowed(taken, budget, cost)
    ]
    table = found.case.question.table
    losses = table.losses(sets) @ found.case.scenarios.probability
    assert found.cost <= budget + 1e-9
    best = losses.min()
    assert found.loss_after >= best - 1e-9
    assert found.loss_after - best <= 0.05 * (found.loss_before - best)
    assert found.engines_differ_by < 1e-9
    assert found.loss_after < found.loss_before


def test_the_answer_is_the_same_bits_whatever_the_workers():
    one, two = (
        plan.repair(NEED, {"cut": CUT, "busy": BUSY}, budget=6.0, measures=OFFERS, workers=n, **TOY)
        for n in (1, 3)
    )
    for name, frame in one.tables().items():
        for column in frame.columns:
            assert frame[column].equals(two.tables()[name][column]), (name, column)


def test_a_larger_budget_never_loses_more_and_the_tail_is_at_least_the_mean():
    front = plan.repair_frontier(
        NEED, {"cut": CUT, "busy": BUSY}, budgets=7, measures=OFFERS,
        **{k: v for k, v in TOY.items() if k != "corners"},
    )  # fmt: skip
    loss = front.table()["loss_after"].to_numpy()
    assert (np.diff(loss) < 0.0).all()
    mean = plan.repair(NEED, [CUT, BUSY], budget=4.0, measures=OFFERS, **TOY)
    tail = plan.repair(NEED, [CUT, BUSY], budget=4.0, measures=OFFERS, tail=1.0, alpha=1.0, **TOY)
    assert tail.loss_before == pytest.approx(mean.runs.losses[0].max())
    assert tail.loss_after == pytest.approx(tail.runs.losses[1].max())
    assert tail.loss_after <= mean.runs.losses[1].max() + 1e-9


def test_without_any_cost_reserves_are_weighed_in_weeks_of_cover():
    held = [
        RepairMeasure(f"{weeks:g} weeks", "reserve", ("R0",), weeks, product="s0", one_of="s0")
        for weeks in (0.2, 0.5, 2.0)
    ]
    free = RepairMeasures((*held, RepairMeasure("line", "strengthen", ("R0:s2",), 0.1)))
    found = plan.repair(NEED, CUT, budget=0.6, measures=free, **TOY)
    assert found.steps == ("0.5 weeks",)
    assert found.cost == 0.5
    row = found.table().iloc[0]
    assert np.isnan(row["cost"])
    assert "for each week of cover" in row["reason_en"]
    assert "每周覆盖" in row["reason_zh"]
    assert "weeks of cover" in found.reading()
    with pytest.raises(ParameterError, match="weeks of cover"):
        plan.repair(NEED, CUT, budget=1.0, measures=RepairMeasures(free.held[-1:]), **TOY)


@pytest.mark.parametrize(
    ("more", "error", "told"),
    [
        ({"days": 0}, ParameterError, "days"),
        ({"years": 0}, ParameterError, "years"),
        ({"loss": "profit"}, ParameterError, "value_added"),
        ({"budget": -1.0}, ParameterError, "budget"),
        ({"budget": [1.0, 2.0]}, ParameterError, "one a year"),
        ({"home": "X"}, UnknownCodeError, "X"),
        ({"tail": 2.0}, ParameterError, "tail"),
        ({"probability": 3.0}, TableError, "0 to 1"),
        ({"cancel": lambda: True}, InfeasibleError, "Cancelled"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(more, error, told):
    given = {"budget": 1.0, "measures": measures(), **HAND, **more}
    with pytest.raises(error, match=told):
        plan.repair(country(), SHUT, **given)


def test_pictures_have_a_panel_a_scenario_and_the_points_of_the_frontier():
    found = plan.repair(NEED, {"cut": CUT, "busy": BUSY}, budget=4.0, measures=OFFERS, **TOY)
    figure = found.plot()
    first = found.scenarios()["scenario"].tolist()
    assert [axes.get_title() for axes in figure.axes] == first
    before = figure.axes[0].get_lines()[0].get_ydata()
    shown = found.by_day().query("scenario == @first[0]")["output_before"]
    assert before == pytest.approx(100.0 * shown.to_numpy())
    drawn = found.frontier(3).plot()
    line = drawn.axes[0].get_lines()[0]
    assert line.get_ydata()[0] == pytest.approx(found.loss_before)
