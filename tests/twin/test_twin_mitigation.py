"""Mitigation against a twin that tries every choice of measures, week by week."""

from itertools import product

import numpy as np
import pytest

from chainwright.errors import InfeasibleError
from chainwright.plan import mitigate, mitigation_frontier
from mitigation_twin import random_maker
from mitigation_twins import NONE, Twin, annuity, random_measures, yearly

SEEDS = (0, 2, 5)


@pytest.fixture(scope="module", params=SEEDS)
def case(request):
    """A maker with its measures, the twin, and the plan that covers what can be covered."""
    system, rng = random_maker(request.param, parts=2)
    table = random_measures(rng, system)
    twin = Twin(system, table)
    return system, table, twin, mitigate(system, measures=table, gap=0.0, appraise="all", corners=0)


def chances(twin):
    return np.full(len(twin.gaps), 1.0 / len(twin.gaps))


def by_site(found):
    return found.tables()["mitigation_scenarios"].set_index("scenario")


def test_gaps_and_what_they_lose_are_those_of_the_twin(case):
    _, _, twin, found = case
    frame = by_site(found)
    assert sorted(frame.index) == sorted(twin.gaps)
    for site, loss in twin.before.items():
        assert frame.loc[site, "loss_before"] == pytest.approx(loss, rel=1e-6)
        assert frame.loc[site, "time_to_recover_weeks"] == twin.weeks[site]


def test_what_is_covered_is_what_some_choice_covers(case):
    _, _, twin, found = case
    frame = by_site(found)
    assert sorted(frame.index[frame["covered"]]) == sorted(twin.coverable())
    assert sorted(found.uncovered) == sorted(set(twin.gaps) - set(twin.coverable()))


def test_the_cover_costs_what_the_best_of_all_choices_costs(case):
    _, _, twin, found = case
    cost, amount = twin.cover(twin.coverable())
    assert found.cost == pytest.approx(cost, rel=1e-5, abs=1e-4)
    assert found.amount == pytest.approx(amount, rel=1e-4, abs=1e-3)
    assert found.proven_gap <= 1e-6


def test_promised_and_verified_losses_are_those_of_the_twin(case):
    _, _, twin, found = case
    frame = by_site(found)
    for site, lost in zip(twin.gaps, twin.losses(found.amount, twin.gaps), strict=True):
        assert frame.loc[site, "loss_verified"] == pytest.approx(lost, rel=1e-6, abs=1e-4)
        assert frame.loc[site, "loss_promised"] == pytest.approx(lost, rel=1e-6, abs=1e-4)


def test_what_a_step_avoids_and_protects_is_what_comes_back_without_it(case):
    _, _, twin, found = case
    steps = found.steps.set_index("measure")
    kept = twin.losses(found.amount, twin.gaps)
    guarded = {site: set() for site in twin.gaps}
    for i in np.flatnonzero(found.amount > 0.0):
        amount = found.amount.copy()
        amount[i] = 0.0
        more = twin.losses(amount, twin.gaps) - kept
        row = steps.loc[twin.names[i]]
        assert row["loss_avoided"] == pytest.approx(chances(twin) @ more, rel=1e-5, abs=1e-3)
        assert row["gaps_protected"] == (more > 1e-4).sum()
        for site in np.array(twin.gaps)[more > 1e-4]:
            guarded[str(site)].add(twin.names[i])
    frame = by_site(found)
    for site, names in guarded.items():
        told = frame.loc[site, "protected_by"]
        assert {word for word in told.split("; ") if word} == names


def test_break_even_costs_are_the_difference_of_two_enumerations(case):
    _, _, twin, found = case
    steps = found.steps.set_index("measure")
    sites = twin.coverable()
    for i in np.flatnonzero(found.amount > 0.0):
        without = twin.variant(forbid=[i]).cover(sites)[0]
        free = twin.cost.copy()
        free[i] = 0.0
        held = twin.variant(fixed=[(i, found.amount[i])]).cover(sites, free)[0]
        row = steps.loc[twin.names[i]]
        if np.isinf(without):
            assert np.isnan(row["break_even_cost"])
            assert "No plan does without" in row["reason_en"]
        else:
            edge = max(0.0, without - held)
            assert row["break_even_cost"] == pytest.approx(edge, rel=1e-4, abs=1e-3)
            assert row["break_even_cost"] >= row["cost"] - 1e-3


def test_costs_amounts_and_weeks_of_steps_are_those_of_the_table(case):
    _, _, twin, found = case
    steps = found.steps.set_index("measure")
    assert set(steps.index) == {twin.names[i] for i in np.flatnonzero(found.amount > 0.0)}
    for i in np.flatnonzero(found.amount > 0.0):
        given, row = twin.rows[i], steps.loc[twin.names[i]]
        units = found.amount[i] if twin.stock[i] else 1.0
        for column, end in (("cost_low", "low"), ("cost", "mid"), ("cost_high", "high")):
            assert row[column] == pytest.approx(yearly(given, end) * units, rel=1e-9)
        assert row["kind"] == given["kind"]
        assert row["item"] == given["item"]
        if twin.stock[i]:
            need = twin.net.requirement[twin.net.items.place[given["item"]]]
            assert row["amount"] == units
            assert row["amount_weeks"] == pytest.approx(units / need)
            assert np.isnan(row["capacity_per_week"])
            assert np.isnan(row["delay_weeks"])
        else:
            assert np.isnan(row["amount"])
            assert np.isnan(row["amount_weeks"])
            assert row["capacity_per_week"] == given["capacity_per_week"]
            assert row["delay_weeks"] == given["weeks"]
            assert row["site"] == given["site"]
        per_cost = row["loss_avoided"] / row["cost"]
        assert row["loss_avoided_per_cost"] == pytest.approx(per_cost)
    assert steps["cost"].sum() == pytest.approx(found.cost)


@pytest.mark.parametrize("end", ["low", "high"])
def test_the_cover_at_an_end_of_the_ranges_is_the_cheapest_there(case, end):
    system, table, _, _ = case
    twin = Twin(system, table, end=end)
    found = mitigate(system, measures=table, cost=end, gap=0.0, appraise=0, corners=0)
    assert found.cost == pytest.approx(twin.cover(twin.coverable())[0], rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.6, 1.5])
@pytest.mark.parametrize("remaining", ["expected", "largest"])
def test_a_budget_buys_the_least_loss_of_all_choices(case, share, remaining):
    system, table, twin, whole = case
    budget = share * max(whole.cost, 10.0)
    found = mitigate(
        system,
        measures=table,
        budget=budget,
        remaining=remaining,
        gap=0.0,
        appraise=0,
        corners=0,
    )
    largest = remaining == "largest"
    least = twin.least_loss(twin.gaps, budget, probability=chances(twin), largest=largest)
    kept = twin.losses(found.amount, twin.gaps)
    value = kept.max() if largest else chances(twin) @ kept
    assert value == pytest.approx(least, rel=1e-5, abs=1e-3)
    assert found.cost <= budget * (1 + 1e-6) + 1e-6
    most = least * (1 + 1e-7) + 1e-5
    cheapest = twin.cover(twin.gaps, most=most, probability=chances(twin), largest=largest)[0]
    assert found.cost == pytest.approx(cheapest, rel=1e-3, abs=1e-2)


def test_probabilities_weigh_outages_as_the_twin_does(case):
    system, table, twin, whole = case
    weights = {site: float(n + 1) ** 2 for n, site in enumerate(twin.gaps)}
    budget = 0.4 * max(whole.cost, 10.0)
    found = mitigate(
        system, measures=table, budget=budget, probability=weights, gap=0.0, appraise=0, corners=0
    )
    chance = np.array([weights[site] for site in twin.gaps])
    least = twin.least_loss(twin.gaps, budget, probability=chance)
    kept = twin.losses(found.amount, twin.gaps)
    assert chance @ kept == pytest.approx(least, rel=1e-5, abs=1e-3)


def test_points_of_the_frontier_are_the_least_loss_of_their_cost(case):
    system, table, twin, _ = case
    frame = mitigation_frontier(system, measures=table, points=5, gap=0.0).table()
    assert (np.diff(frame["cost"]) > 0).all()
    assert (np.diff(frame["loss"]) < 0).all()
    before = chances(twin) @ np.array(list(twin.before.values()))
    for row in frame.to_dict("records"):
        least = twin.least_loss(twin.gaps, row["cost"] * (1 + 1e-9), probability=chances(twin))
        assert row["loss"] == pytest.approx(least, rel=1e-4, abs=1e-2)
        assert row["loss_verified"] == pytest.approx(row["loss"], rel=1e-5, abs=1e-3)
        assert row["loss_bound"] == pytest.approx(row["loss"], rel=1e-4, abs=1e-2)
        assert row["loss_share"] == pytest.approx(row["loss"] / before, rel=1e-5, abs=1e-6)
        assert row["steps"] == len([w for w in row["measures"].split("; ") if w])
    last = frame.iloc[-1]
    assert last["gaps_open"] >= len(twin.gaps) - len(twin.coverable())
    unlimited = twin.least_loss(twin.gaps, 1e7, probability=chances(twin))
    assert last["loss"] == pytest.approx(unlimited, rel=1e-5, abs=1e-3)


def test_the_verdict_is_the_share_of_all_corners_of_the_ranges(case):
    system, table, twin, _ = case
    ends = [np.array([yearly(row, end) for row in twin.rows]) for end in ("low", "high")]
    free = np.flatnonzero(ends[1] > ends[0])[:3]
    narrow = table.copy().set_index("measure")
    for i in set(range(len(twin.names))) - set(free.tolist()):
        for column in ("once", "yearly"):
            narrow.loc[twin.names[i], f"{column}_high"] = narrow.loc[twin.names[i], f"{column}_low"]
    narrow = narrow.reset_index()
    found = mitigate(system, measures=narrow, gap=0.0, appraise=0, corners=16)
    sites = twin.coverable()
    shares = []
    for corner in product((0, 1), repeat=len(free)):
        cost = ends[0].copy()
        cost[free] = [ends[c][i] for c, i in zip(corner, free, strict=True)]
        shares.append(twin.cover(sites, cost)[1] > NONE)
    share = np.mean(shares, axis=0)
    assert found.appraisal.robustness.whole
    assert found.appraisal.robustness.trials == 2 ** len(free)
    assert found.appraisal.robustness.share == pytest.approx(share)
    words = np.where(share == 1, "robust", np.where(share == 0, "never", "depends"))
    assert found.appraisal.robustness.verdict == tuple(words)
    shown = found.table().set_index("measure")["robust_share"]
    assert set(shown.index) == {n for n, s in zip(twin.names, share, strict=True) if s > 0} | set(
        found.steps["measure"]
    )


def test_what_is_locked_or_forbidden_moves_the_cover_as_it_moves_the_twin(case):
    system, table, twin, _ = case
    i = int(np.flatnonzero(~twin.stock)[0])
    forbidden = Twin(system, table, forbid=[twin.names[i]])
    found = mitigate(system, measures=table, forbid=[twin.names[i]], gap=0.0, appraise=0, corners=0)
    assert found.amount[i] == 0.0
    assert found.cost == pytest.approx(
        forbidden.cover(forbidden.coverable())[0], rel=1e-5, abs=1e-4
    )
    row = found.table().set_index("measure").loc[twin.names[i]]
    assert (row["locked"], bool(row["taken"])) == ("forbidden", False)
    locked = Twin(system, table, lock={twin.names[i]: 1.0})
    found = mitigate(system, measures=table, lock=[twin.names[i]], gap=0.0, appraise=0, corners=0)
    assert found.amount[i] == 1.0
    sites = [site for site in locked.coverable() if site not in found.uncovered]
    assert found.cost == pytest.approx(locked.cover(sites)[0], rel=1e-5, abs=1e-4)
    row = found.table().set_index("measure").loc[twin.names[i]]
    assert (row["locked"], bool(row["taken"])) == ("locked", True)


def test_locked_stock_is_kept_even_where_nobody_needs_it(case):
    system, table, twin, _ = case
    m = int(np.flatnonzero(twin.stock)[0])
    units = min(7.0, twin.most[m])
    found = mitigate(
        system, measures=table, lock={twin.names[m]: units}, gap=0.0, appraise=0, corners=0
    )
    held = Twin(system, table, lock={twin.names[m]: units})
    assert found.amount[m] >= units - 1e-9
    assert found.cost == pytest.approx(held.cover(held.coverable())[0], rel=1e-5, abs=1e-4)


def test_gaps_that_hide_are_covered_by_the_cover_of_the_others(case):
    _, _, twin, found = case
    frame = by_site(found)
    hidden = frame[frame["behind"] != ""]
    fronts = [s for s in twin.coverable() if s not in hidden.index]
    # the twin's cover of the gaps in front alone costs as much as the cover of all of them
    assert twin.cover(fronts)[0] == pytest.approx(found.cost, rel=1e-5, abs=1e-4)
    for site, row in hidden.iterrows():
        assert row["behind"] in fronts
        assert twin.weeks[site] <= twin.weeks[row["behind"]]


def test_the_annuity_pays_a_loan_back():
    owed = 100.0
    for _ in range(8):
        owed = owed * 1.08 - 100.0 * annuity(0.08, 8)
    assert owed == pytest.approx(0.0, abs=1e-9)


def test_a_lock_above_the_budget_is_refused():
    system, rng = random_maker(0, parts=2)
    table = random_measures(rng, system)
    with pytest.raises(InfeasibleError, match="above the budget of 0"):
        mitigate(system, measures=table, lock=["m0"], budget=0.0)
