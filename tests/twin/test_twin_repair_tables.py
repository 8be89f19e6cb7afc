"""Every figure of the tables of a repair against every subset of its measures, run one by one."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from chainwright import plan
from chainwright.plan import RepairMeasure, RepairMeasures, RepairRules
from chainwright.stress import Blow, InventoryModel, Shock
from repair_tables_twin import Subsets, present, yearly
from repaired_economy_twin import supplemented
from small_tables import DEPENDENT, system_of
from worlds import world

WORLD = system_of(DEPENDENT)
SCENARIOS = {
    "steel": (Blow("supply_cut", regions="B", products="steel", share=0.6, start_day=2, days=30),),
    "ore": (Blow("capacity", regions="A", products="ore", share=0.5, start_day=4, days=20),),
    "both": (
        Blow("supply_cut", regions="B", products="steel", share=0.4, start_day=1, days=20),
        Blow("capacity", regions="B", products="ore", share=0.3, start_day=3, days=30),
    ),
}
LIKELY = [0.3, 0.2, 0.25]
STEEL = {"users": ("A",), "product": "steel"}


def priced(name, kind, size, once, year, *, lead=1.0, **what):
    spent = {"once_low": once[0], "once_high": once[1]}
    spent |= {"yearly_low": year[0], "yearly_high": year[1]}
    what = {**STEEL, **what}
    return RepairMeasure(name, kind, what.pop("users"), size, life_years=8.0, lead_years=lead,
                         **what, **spent)  # fmt: skip


MEASURES = (
    priced("stock", "reserve", 1.5, (2, 6), (0.1, 0.3)),
    priced("second", "second_source", 0.5, (2, 6), (0.1, 0.9), after_days=4.0),
    priced("line", "backup_capacity", 0.3, (2, 9), (0.1, 0.3), users=("A:ore",), product="",
           after_days=5.0),
    priced("cover", "stabilise", 0.3, (3, 6), (0.1, 0.3)),
    priced("home", "supplement", 0.4, (4, 12), (0.1, 0.3), lead=2.0, maker="A:steel",
           origins=("B",)),
)  # fmt: skip
ASKED = {
    "home": "A",
    "probability": LIKELY,
    "days": 40,
    "gap": 0.0,
    "model": InventoryModel(
        stock_days=9.0, restoration_days=9.0, replaceable=0.0, scarcity="documented"
    ),
}


@pytest.fixture(scope="module")
def subsets():
    return Subsets(WORLD, SCENARIOS, MEASURES, home=("A",), days=40, stock=9.0, tau=9.0)


def repair(budget, measures=MEASURES, **more):
    shocks = {name: Shock(blows) for name, blows in SCENARIOS.items()}
    held = RepairMeasures(tuple(measures))
    return plan.repair(WORLD, shocks, budget=budget, measures=held, other_end=False,
                       **{**ASKED, **more})  # fmt: skip


def costs(end, rate=0.08):
    return {m.name: sum(yearly(m, end, rate)) for m in MEASURES}


LOW, MID, HIGH = costs("low"), costs("mid"), costs("high")


def near(value):
    return pytest.approx(value, rel=1e-7, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("budget", [2.0, 3.0])
def test_each_column_of_the_steps_is_that_of_all_subsets(subsets, budget):
    value = subsets.count(LIKELY).value
    best = subsets.best(MID, budget)
    found = repair(budget)
    assert set(found.steps) == best
    assert found.loss_before == near(value[frozenset()])
    assert found.loss_after == near(value[best])
    assert found.cost == near(sum(MID[i] for i in best))
    table, so_far = found.table().set_index("measure"), frozenset()
    robust = subsets.robust(LOW, HIGH, budget)
    assert set(table.index) == best | {i for i, share in robust.items() if share > 0}
    for order, i in enumerate(found.steps, start=1):
        row = table.loc[i]
        assert (row["order"], row["start_year"], row["taken"]) == (order, 1, True)
        step = value[so_far] - value[so_far | {i}]
        assert row["loss_avoided"] == near(step)
        assert row["loss_avoided_per_cost"] == near(step / MID[i])
        assert row["marginal_loss"] == near(value[best - {i}] - value[best])
        missed = {
            s: subsets.ran[best - {i}][s].losses["value_added"]
            - subsets.ran[best][s].losses["value_added"]
            for s in SCENARIOS
        }
        answers = sorted((s for s in missed if missed[s] > 1e-9), key=lambda s: -missed[s])
        assert row["answers"] == "; ".join(answers)
        so_far |= {i}
    for i, row in table.iterrows():
        assert (row["cost_low"], row["cost"], row["cost_high"]) == near((LOW[i], MID[i], HIGH[i]))
        edge = row["break_even_cost"]
        assert (0.0 if np.isnan(edge) else edge) == near(
            subsets.breaks_even(MID, budget, i, slack=1e-6)
        )
        assert row["robust_share"] == near(robust[i])
        assert row["verdict"] == ("robust" if robust[i] == 1 else "depends")
        assert row["cost_assumed"]


@pytest.mark.parametrize("budget", [1.0, 3.0])
def test_each_column_of_scenarios_and_days_is_that_of_single_runs(subsets, budget):
    subsets.count(LIKELY)
    none, best = subsets.ran[frozenset()], subsets.ran[subsets.best(MID, budget)]
    found = repair(budget)
    table, days = found.scenarios(), found.by_day()
    assert list(table["loss_before"]) == sorted(table["loss_before"], reverse=True)
    for row in table.itertuples():
        before, after = none[row.scenario], best[row.scenario]
        lost, left = before.losses["value_added"], after.losses["value_added"]
        assert (row.loss_before, row.loss_after, row.loss_promised) == near((lost, left, left))
        assert row.probability == LIKELY[list(SCENARIOS).index(row.scenario)]
        assert row.avoided_share == near((lost - left) / lost)
        assert row.weeks_to_recover_before == near(before.weeks)
        assert row.weeks_to_recover_after == near(after.weeks)
        worst = max(after.by_node, key=after.by_node.get)
        assert row.exposed_loss == near(after.by_node[worst])
        assert row.most_exposed == (worst if after.by_node[worst] > 1e-9 else "")
        course = days[days["scenario"] == row.scenario]
        np.testing.assert_array_equal(course["day"], np.arange(40))
        np.testing.assert_allclose(course["output_before"], before.share, rtol=0, atol=1e-12)
        np.testing.assert_allclose(course["output_after"], after.share, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "how",
    [
        {"loss": "output"},
        {"loss": "unmet_final"},
        {"tail": 1.0, "alpha": 0.8},
        {"tail": 0.4, "alpha": 0.5},
        {"tail": 0.7, "alpha": 0.1},
    ],
)
def test_every_other_measure_of_loss_is_made_least_too(subsets, how):
    value = subsets.count(LIKELY, **how).value
    found, best = repair(2.5, corners=4, **how), subsets.best(MID, 2.5)
    assert found.loss_before == near(value[frozenset()])
    assert found.loss_after == near(value[best])
    assert value[frozenset(found.steps)] == near(value[best])


def test_needs_groups_exclusions_and_rules_are_kept_at_least_loss(subsets):
    one = {m.name: m for m in MEASURES}
    one["line"] = replace(one["line"], needs=("second",))
    one["cover"] = replace(one["cover"], excludes=("stock",))
    for name in ("second", "home"):
        one[name] = replace(one[name], one_of="source")
    subsets.count(LIKELY, rules=one.values())
    for budget in (2.0, 3.5):
        best = subsets.best(MID, budget)
        assert set(repair(budget, one.values(), corners=4).steps) == best
        assert subsets.allowed(best)
    subsets.count(LIKELY)
    found = repair(3.0, corners=4, rules=RepairRules(locked=("home",), forbidden=("second",)))
    assert set(found.steps) == subsets.best(MID, 3.0, having="home", without="second")
    told = found.table().set_index("measure")["locked"]
    assert told["home"] == "locked"
    assert told.get("second", "forbidden") == "forbidden"


def test_every_point_of_the_frontier_is_the_best_subset_and_greedy_what_it_says(subsets):
    value = subsets.count(LIKELY).value
    shocks = {name: Shock(blows) for name, blows in SCENARIOS.items()}
    budgets = [0.0, 0.9, 1.2, 2.1, 3.0, 4.2, 6.0]
    found = plan.repair_frontier(
        WORLD, shocks, budgets=budgets, measures=RepairMeasures(MEASURES), **ASKED
    ).table()
    wanted = {}
    for budget in budgets:
        best = subsets.best(MID, budget)
        wanted.setdefault(value[best], (budget, best))
    assert len(found) == len(wanted)
    for row, (loss, (budget, best)) in zip(found.itertuples(), wanted.items(), strict=True):
        assert set(filter(None, row.steps.split("; "))) == best
        assert (row.budget, row.loss_after) == near((budget, loss))
        assert row.cost == near(sum(MID[i] for i in best))
        assert row.loss_avoided == near(value[frozenset()] - loss)
        assert row.greedy_loss == near(value[subsets.greedy(MID, budget)])
        assert row.greedy_loss >= row.loss_after - 1e-9


@pytest.mark.parametrize("budget", [2.0, (0.69, 0.9, 0.9), 6.0])
def test_a_plan_of_three_years_counts_from_its_lead_times_and_pays_at_the_end_of_years(
    subsets, budget
):
    value = subsets.count(LIKELY).value
    names = [m.name for m in subsets.measures]
    one, lead = {m.name: m for m in MEASURES}, {m.name: int(m.lead_years) for m in MEASURES}
    cost = {(m.name, y): present(m, "mid", 0.08, 3, y) for m in MEASURES for y in (1, 2, 3)}

    def lost(starts):
        begun = [(i, y) for i, y in zip(names, starts, strict=True) if y]
        in_year = [frozenset(i for i, y in begun if y + lead[i] <= t) for t in (1, 2, 3)]
        return sum(value[now] / 1.08**t for t, now in enumerate(in_year, start=1))

    plans = {
        starts: sum(cost[i, y] for i, y in zip(names, starts, strict=True) if y)
        for starts in product(range(4), repeat=len(names))
    }

    def paid(starts, year):
        begun = [(subsets.measures[k], y) for k, y in enumerate(starts) if y]
        once = sum(yearly(m, "mid", 0.08)[0] for m, y in begun if y <= year)
        return once + sum(yearly(m, "mid", 0.08)[1] for m, y in begun if y + lead[m.name] <= year)

    def affordable(starts):
        if np.ndim(budget):
            return all(paid(starts, t) <= most for t, most in enumerate(budget, start=1))
        return plans[starts] <= budget

    best = min(filter(affordable, plans), key=lambda p: (lost(p), plans[p]))
    found = repair(budget, years=3, corners=4)
    assert found.loss_before == near(lost((0,) * 5))
    assert found.loss_after == near(lost(best))
    assert found.cost == near(plans[best])
    table = found.table().set_index("measure")
    for i, y in zip(names, best, strict=True):
        if y:
            row = table.loc[i]
            assert (row["start_year"], row["effective_year"]) == (y, y + lead[i])
            ends = [present(one[i], end, 0.08, 3, y) for end in ("low", "mid", "high")]
            assert list(row[["cost_low", "cost", "cost_high"]]) == near(ends)
            assert row["loss_avoided_per_cost"] == near(row["loss_avoided"] / cost[i, y])
    assert table.loc[list(found.steps), "cost"].sum() == near(found.cost)


@pytest.mark.parametrize("seed", range(3))
def test_a_supplement_is_the_table_solved_anew(seed):
    system = world(seed)
    for users, origins, share in (
        (("R0",), (), 0.5), (("R0:s1", "R2"), ("R1",), 1.0), (("R1",), ("R2:s0",), 0.3),
    ):  # fmt: skip
        one = RepairMeasure(
            "m", "supplement", users, share, product="s0", maker="R0:s0", origins=origins
        )
        found, plain = one.apply(system).flows, supplemented(system.flows, one)
        np.testing.assert_allclose(found.matrix, plain.matrix, rtol=0, atol=1e-12)
        np.testing.assert_allclose(found.final, plain.final, rtol=0, atol=1e-12)
        np.testing.assert_allclose(found.added, system.flows.added * plain.factor, atol=1e-12)
        assert found.output == pytest.approx(plain.output, abs=1e-12)


def test_without_costs_weeks_are_limited_and_nothing_is_said_of_costs():
    nobody = dict.fromkeys(("once_low", "once_high", "yearly_low", "yearly_high"), np.nan)
    held = [replace(MEASURES[0], **nobody), replace(MEASURES[0], name="less", size=0.5, **nobody)]
    held.append(replace(MEASURES[3], **nobody))
    subsets = Subsets(WORLD, SCENARIOS, held[:2], home=("A",), days=40, stock=9.0, tau=9.0)
    value = subsets.count(LIKELY).value
    for budget in (1.0, 1.7, 2.0):
        found = repair(budget, held)
        best = subsets.best({"stock": 1.5, "less": 0.5}, budget)
        assert set(found.steps) == best
        assert found.cost == near(1.5 * ("stock" in best) + 0.5 * ("less" in best))
        assert found.loss_after == near(value[best])
        table = found.table()
        assert table[["cost", "break_even_cost", "robust_share"]].isna().all(axis=None)
        assert not table["verdict"].any()
        assert "trial" not in " ".join(table["reason_en"])
        assert "robust" not in found.reading()
        step = table.iloc[0]
        rate = step["loss_avoided"] / step["size"]
        assert f"It avoids {rate:.4g} for each week of cover." in step["reason_en"]
