"""What a repair says of its steps, its scenarios and its search, sentence by sentence."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright import plan
from chainwright.plan import RepairMeasure, RepairMeasures, RepairRules
from chainwright.plan.repairs.learned_runs import Rise
from chainwright.plan.repairs.repair_rows import by_day_rows, scenario_rows, settled, step_rows
from chainwright.plan.repairs.repair_words import (
    amount,
    answered_scenarios,
    found_notes,
    scenario_reading,
    step_reason,
)
from chainwright.stress import Blow, Shock
from one_neck import BACKED, BEFORE, COVERED, MODEL, SHUT, country, measures

HAND = {"model": MODEL, "days": 30, "corners": 2, "workers": 1, "other_end": False}


def by_hand(budget, against=SHUT, **more):
    return plan.repair(
        country(), against, budget=budget, **{"measures": measures(), **HAND, **more}
    )


@pytest.fixture(scope="module")
def both():
    """Cover and line of a, which together lose 1.3 of 5."""
    return by_hand(4.0)


@pytest.fixture(scope="module")
def nothing():
    """The plan of a budget that buys nothing."""
    return by_hand(0.5)


def place(found, name):
    return found.case.measures.place[name]


def worth(found, **changed):
    """Return a repair whose appraisal is another one."""
    return replace(found, worth=replace(found.worth, **changed))


def searched(found, **changed):
    """Return a repair whose search found something else."""
    return replace(found, found=replace(found.found, **changed))


def run(found, before=None, after=None):
    """Return a repair whose one scenario ran otherwise."""
    runs = found.runs
    return replace(
        found,
        runs=replace(
            runs,
            before=(replace(runs.before[0], **(before or {})),),
            after=(replace(runs.after[0], **(after or {})),),
        ),
    )


def changed(values, i, value):
    held = np.array(values, dtype=np.float64)
    held[..., i] = value
    return held


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (2.5, "2.5"),
        (0.33333333, "0.3333"),
        (999.94, "999.9"),
        (1000.0, "1,000"),
        (-1234567.0, "-1,234,567"),
        (1.3e12, "1,300,000,000,000"),
        (0.00001234567, "0.00001235"),
        (-2e-7, "-0.0000002"),
    ],
)
def test_amounts_have_four_digits_or_no_decimals_and_never_an_exponent(value, words):
    assert amount(value) == words


def test_a_step_names_what_is_lost_without_it_and_where(both):
    english, chinese = step_reason(both, place(both, "cover of a"), "")
    # without the cover the line alone is left: 3.8 - 1.3
    assert english.startswith("Without it 2.5 more would be lost: half of a.")
    assert chinese.startswith("缺少它将多损失 2.5：half of a。")
    assert "Stays in the best plan up to a cost of 4." in english
    assert "成本不超过 4 时仍在最优方案中。" in chinese
    assert "assumption" not in english


def test_a_step_that_the_engine_would_do_better_without_says_so(both):
    i = place(both, "line of a")
    worse = worth(both, marginal=changed(both.worth.marginal, i, -0.25))
    english, chinese = step_reason(worse, i, "")
    assert "The engine would lose 0.25 less without it: see the notes." in english
    assert "去掉它引擎反而少损失 0.25：见说明。" in chinese


def test_a_step_that_others_stand_in_for_says_that_it_changes_nothing_alone(both):
    i = place(both, "line of a")
    idle = worth(both, marginal=changed(both.worth.marginal, i, 0.0))
    english, chinese = step_reason(idle, i, "locked")
    assert english.startswith("Settled beforehand. Left out alone it changes nothing")
    assert chinese.startswith("事先锁定。单独去掉它不改变结果：其他步骤可替代。")


def test_an_infinite_break_even_is_said_in_words_and_an_unknown_one_not_at_all(both):
    i = place(both, "cover of a")
    edge = both.worth.break_even
    always = step_reason(worth(both, break_even=changed(edge, i, np.inf)), i, "")
    assert "No plan does without it." in always[0]
    assert "任何方案都离不开它。" in always[1]
    unknown = step_reason(worth(both, break_even=changed(edge, i, np.nan)), i, "")
    assert "up to a cost" not in unknown[0]
    assert "No plan" not in unknown[0]


@pytest.mark.parametrize(
    ("share", "english", "chinese"),
    [
        (1.0, "In the best plan of all 5 trials of costs.", "5 次成本试算的最优方案均列入。"),
        (
            0.4,
            "In the best plan of 40% of 5 trials of costs.",
            "5 次成本试算中 40% 的最优方案列入。",
        ),
    ],
)
def test_how_often_a_step_stays_is_told_of_all_trials(both, share, english, chinese):
    i = place(both, "cover of a")
    robustness = replace(
        both.worth.robustness, share=changed(both.worth.robustness.share, i, share), trials=5
    )
    told = step_reason(worth(both, robustness=robustness), i, "")
    assert english in told[0]
    assert chinese in told[1]


def test_a_measure_outside_the_plan_says_how_often_it_would_be_in(nothing):
    told = step_reason(nothing, place(nothing, "cover of a"), "")
    trials = nothing.worth.robustness.trials
    words = "trial" if trials == 1 else "trials"
    assert told[0] == f"Not in the plan; in the best plan of 0% of {trials} {words} of costs."
    assert told[1] == f"未列入方案；{trials} 次成本试算中 0% 的最优方案列入。"


def test_reasons_of_the_table_of_measures_are_handed_on():
    why = {"reason_en": "Half of what a makes goes through here.", "reason_zh": "a 的一半经此。"}
    found = by_hand(3.0, measures=measures(cover=why))
    row = found.table().set_index("measure").loc["cover of a"]
    assert row["reason_en"].endswith(why["reason_en"])
    assert row["reason_zh"].endswith(why["reason_zh"])


def test_scenarios_that_a_step_answers_come_with_the_largest_difference_first(both):
    i = place(both, "cover of a")
    several = np.zeros((4, 3))
    several[:, i] = [2.0, 0.0, 3.0, 1e-9]  # the last is rounding beside a loss of 5
    assert answered_scenarios(worth(both, marginal_by_scenario=several), i) == [2, 0]
    several[:, i] = np.nan
    assert answered_scenarios(worth(both, marginal_by_scenario=several), i) == []


def test_a_scenario_says_how_far_its_loss_falls_and_when_home_recovers(both):
    told = run(both, before={"recovery_days": 14.0}, after={"recovery_days": 3.5})
    english, chinese = scenario_reading(told, 0, "H:a", 1.3)
    assert english == (
        "Loss falls from 5 to 1.3 (-74%). Weeks to recover: 2.0 before, 0.5 after. "
        "Still most exposed: H:a, 1.3."
    )
    assert chinese == (
        "损失由 5 降至 1.3（-74%）。恢复周数：修复前 2.0，修复后 0.5。仍最暴露：H:a，1.3。"
    )


def test_a_loss_that_the_plan_raises_is_said_to_rise(both):
    english, chinese = scenario_reading(run(both, after={"loss": 6.0}), 0, "", 0.0)
    assert english.startswith("Loss rises from 5 to 6 (+20%).")
    assert chinese.startswith("损失由 5 升至 6（+20%）。")
    assert "exposed" not in english


def test_a_loss_that_the_plan_does_not_touch_is_said_to_stay(both):
    english, chinese = scenario_reading(run(both, after={"loss": 5.0}), 0, "", 0.0)
    assert english.startswith("Loss stays at 5: the plan changes nothing here.")
    assert chinese.startswith("损失仍为 5：方案在此不起作用。")
    few = scenario_reading(run(both, after={"loss": 4.985}), 0, "", 0.0)
    assert few[0].startswith("Loss falls from 5 to 4.985 (-0.30%).")


def test_scenarios_go_by_the_chinese_names_of_their_shocks_in_chinese(both):
    held = both.case.scenarios.held[0]
    named = replace(held, shock=replace(held.shock, name_zh="甲停产一半"))
    assert (named.name, named.shock.name_en) == ("half of a", "half of a")
    assert named.name_zh == "甲停产一半"
    assert replace(named, name="half of a (2)").name_zh == "甲停产一半 (2)"
    assert replace(named, name="mine").name_zh == "mine"  # a name that the user gave
    scenarios = replace(both.case.scenarios, held=(named,))
    told = replace(both, case=replace(both.case, scenarios=scenarios))
    assert step_reason(told, place(told, "cover of a"), "")[1].startswith(
        "缺少它将多损失 2.5：甲停产一半。"
    )
    reading = told.reading("zh")
    assert "  甲停产一半：损失由 5 降至" in reading
    assert "half of a" not in reading.replace("方案", "")


def test_what_does_not_recover_within_the_run_is_no_number(both):
    never = {"recovery_days": np.nan}
    english, chinese = scenario_reading(run(both, before=never, after=never), 0, "", 0.0)
    assert "Weeks to recover: not within the run before, not within the run after." in english
    assert "恢复周数：修复前 期内未恢复，修复后 期内未恢复。" in chinese


def test_output_that_never_falls_far_has_no_weeks_to_recover(both):
    calm = {"recovery_days": 0.0}
    english, chinese = scenario_reading(run(both, before=calm, after=calm), 0, "", 0.0)
    assert "Output of home never falls below 95 %." in english
    assert "本土产出始终不低于稳态的 95%。" in chinese
    assert "recover:" not in english


def test_rounding_is_no_loss_that_is_left(both):
    english, _ = scenario_reading(run(both, after={"loss": 3e-12}), 0, "", 0.0)
    assert english.startswith("Loss falls from 5 to 0 (-100%).")


def test_a_shock_far_from_home_is_hardly_felt_and_avoids_no_share():
    far = Shock((Blow("capacity", nodes="H:a", share=0.0, days=3),), name_en="nothing much")
    found = by_hand(4.0, {"half of a": SHUT, "nothing much": far})
    frame = found.scenarios().set_index("scenario")
    assert frame.index[0] == "half of a"
    calm = frame.loc["nothing much"]
    assert calm["reading_en"] == "Hardly felt at home, with the plan or without."
    assert calm["reading_zh"] == "无论有无方案，本土几乎不受影响。"
    assert np.isnan(calm["avoided_share"])
    assert (calm["most_exposed"], calm["exposed_loss"]) == ("", 0.0)
    # each weighs a half, so that half of what is avoided is expected
    assert found.loss_before == pytest.approx(BEFORE / 2.0)


def test_a_plan_that_promised_something_else_than_the_engine_found_says_by_how_much(both):
    off = searched(both, agreed=False, promised=0.5)
    english = [note for note, _ in found_notes(off)]
    # promised 5 - .5 avoided, run 1.3: .8 of 4.5
    assert "Promise and engine differ by 18% of the loss avoided: the engine's counts." in english
    assert not any("differ by" in note for note, _ in found_notes(both))


def test_a_measure_that_raises_the_loss_is_named_with_what_was_beside_it(both):
    alone = Rise("half of a", "line of b", (), 5.0, 5.5)
    beside = Rise("half of a", "line of b", ("cover of a", "line of a"), 2.5, 2.75)
    first = found_notes(searched(both, rises=(beside, alone)))
    english, chinese = next(note for note in first if "raise" in note[0])
    assert english.startswith("A measure can raise the loss in the engine: line of b (not in it)")
    assert "in half of a with cover of a, line of a, from 2.5 to 2.75" in english
    assert "half of a 中 line of b" in chinese
    assert "由 2.5 升至 2.75" in chinese
    only = found_notes(searched(both, rises=(alone,)))
    assert any("with nothing else, from 5 to 5.5" in note for note, _ in only)


def test_gains_that_grow_take_the_guarantee_from_a_greedy_plan(both):
    told = found_notes(searched(both, growing=(3, 17)))
    words = "In 3 of 17 pair tests a gain grew: no guarantee holds for a greedy plan."
    assert words in [note for note, _ in told]
    assert "17 次成对检验中 3 次收益递增：贪心方案没有保证。" in [note for _, note in told]
    assert not any("guarantee" in n for n, _ in found_notes(searched(both, growing=(0, 17))))


def test_probabilities_that_were_given_are_the_reason_why_a_plan_costs_more_than_it_avoids():
    found = by_hand(4.0, probability=0.1)
    note = next(n for n in found.notes if "costs more" in n[0])
    # 3.7 avoided in a case of one in ten years, for 4 a year: .37 / 4
    assert "0.092 of loss avoided for each unit of cost. With the probabilities" in note[0]
    assert "每单位成本避免 0.092。按所给概率计。" in note[1]


def test_a_plan_of_no_step_says_that_nothing_within_the_budget_helps(nothing):
    english, chinese = nothing.reading("en").splitlines(), nothing.reading("zh").splitlines()
    assert english[0] == (
        f"No step: nothing within the budget avoids any loss. Expected loss 5 ({nothing.money})."
    )
    assert chinese[0] == "没有步骤：预算内没有能减少损失的措施。期望损失 5。"
    assert english[1] == "Before and after:"
    assert len(nothing.table()) == 0
    assert nothing.engines_differ_by == 0.0


def test_six_scenarios_are_read_and_the_others_are_in_the_table():
    shares = {
        f"{percent} %": Shock((Blow("capacity", nodes="H:a", share=percent / 100, days=5),))
        for percent in (10, 20, 30, 40, 50, 60, 70, 80)
    }
    found = by_hand(0.5, shares)
    english = found.reading("en")
    assert "  80 %: Loss stays at" in english
    assert "  20 %: " not in english
    assert "  (and 2 more: see the table)" in english
    assert "（其余 2 个情景见表）" in found.reading("zh")
    # 5 days of a share of 1 a day
    lost = found.scenarios()["loss_before"].tolist()
    assert lost == pytest.approx([4.0, 3.5, 3.0, 2.5, 2.0, 1.5, 1.0, 0.5])


def test_a_step_that_answers_many_scenarios_names_three_and_counts_the_rest():
    shares = [Shock((Blow("capacity", nodes="H:a", share=0.5, days=d),)) for d in (9, 8, 7, 6, 5)]
    found = by_hand(3.0, shares)
    row = found.table().set_index("measure").loc["cover of a"]
    assert row["answers"] == "; ".join(f"shock {n}" for n in range(1, 6))
    assert "more would be lost: shock 1; shock 2; shock 3 (+2)." in row["reason_en"]


def test_steps_of_a_reading_tell_their_range_and_whether_they_hold_at_other_costs():
    wide = {"yearly_low": 0.5, "yearly_high": 3.5, "mark": "assumption"}
    found = by_hand(4.0, measures=measures(cover=wide), corners=8)
    lines = found.reading("en").splitlines()
    line = next(text for text in lines if "cover of a: cost" in text)
    verdict = found.table().set_index("measure").loc["cover of a", "verdict"]
    words = {"robust": "robust", "depends": "depends on costs"}[verdict]
    assert line.endswith(f"cover of a: cost 0.5 - 3.5, assumed, avoids 2.5, {words}")
    zh = next(text for text in found.reading("zh").splitlines() if "cover of a：成本" in text)
    assert "0.5 - 3.5（假设）" in zh


def test_rows_are_the_steps_in_order_then_the_settled_ones():
    rules = RepairRules(locked=("line of b",), forbidden=("line of a",))
    found = by_hand(4.0, rules=rules)
    table = step_rows(found)
    assert settled(found).tolist() == ["", "forbidden", "locked"]
    assert table["measure"].tolist()[-1] == "line of a"
    assert table["taken"].tolist() == [True, True, False]
    assert table["order"].tolist()[:2] == [1, 2]
    assert table[["order", "start_year", "effective_year"]].iloc[2].isna().all()
    out = table.iloc[2]
    assert np.isnan(out["loss_avoided"])
    assert np.isnan(out["loss_avoided_per_cost"])
    assert (out["answers"], out["locked"]) == ("", "forbidden")
    idle = table.set_index("measure").loc["line of b"]
    assert idle["loss_avoided"] == pytest.approx(0.0, abs=1e-12)
    assert idle["answers"] == ""


def test_days_are_told_scenario_by_scenario(both):
    frame = by_day_rows(both)
    assert frame["day"].tolist() == list(range(30))
    assert set(frame["scenario"]) == {"half of a"}
    # a quarter of a, and none of what the line makes up for: 4.1 a day at rest
    assert frame["output_after"][3] == pytest.approx((4.1 - 0.25) / 4.1)
    assert frame["output_after"][8] == pytest.approx((4.1 - 0.05) / 4.1)


def test_the_promise_of_a_scenario_is_told_beside_what_was_run(both):
    promised = both.found.losses_promised + 0.5
    frame = scenario_rows(searched(both, losses_promised=promised))
    assert frame["loss_promised"][0] - frame["loss_after"][0] == pytest.approx(0.5)


def test_measures_without_cost_are_counted_in_proper_words():
    nobody = {"yearly_low": np.nan, "yearly_high": np.nan, "once_low": np.nan, "once_high": np.nan}
    one = by_hand(4.0, measures=measures(cover=nobody)).notes
    two = by_hand(4.0, measures=measures(cover=nobody, other=nobody)).notes
    assert "1 measure whose cost nobody knows is left out: cover of a." in [n for n, _ in one]
    words = "2 measures whose cost nobody knows are left out: cover of a, line of b."
    assert words in [n for n, _ in two]
    assert any(n.startswith("2 项成本未知的措施未列入：cover of a") for _, n in two)


def test_a_reserve_of_no_weeks_that_is_locked_avoids_nothing_a_week():
    held = (
        RepairMeasure("no weeks", "reserve", ("H",), 0.0, product="c"),
        RepairMeasure("a week", "reserve", ("H",), 1.0, product="c"),
    )
    found = by_hand(1.0, measures=RepairMeasures(held), rules=RepairRules(locked=("no weeks",)))
    row = found.table().set_index("measure").loc["no weeks"]
    assert row["loss_avoided"] == 0.0
    assert "for each week of cover" not in row["reason_en"]
    assert (found.cost, found.loss_after) == (0.0, pytest.approx(BEFORE))


def test_the_line_and_the_cover_alone_lose_what_was_worked_out(both):
    table = both.case.question.table
    names = both.case.measures.place
    alone = [table.loss(0, [names[n]]) for n in ("cover of a", "line of a", "line of b")]
    assert alone == pytest.approx([COVERED, BACKED, BEFORE])
