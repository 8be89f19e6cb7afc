"""Laws of the cascade of firms on random networks, whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cascade_twin import random_network, system_of
from chainwright import stress
from chainwright.stress.firms.cascade_question import CascadeQuestion
from chainwright.stress.firms.cascade_runs import CascadeRule, run_cascades
from chainwright.stress.firms.firm_shocks import Shocks

SEEDS = st.integers(0, 100_000)
FEW = settings(max_examples=12)


def drawn(seed, *, most=30):
    """Return a random network's arrays, its system, its table of inputs and what drew them."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, most))
    arrays = random_network(rng, n, int(rng.integers(2, 5 * n)))
    return rng, arrays, *system_of(*arrays)


def prepared(system, table, **asked):
    network, _ = CascadeQuestion(essential=table, revenue="output", **asked).network(system)
    return network


@given(seed=SEEDS, substitution=st.sampled_from(["market", "none"]))
@FEW
def test_risk_is_at_least_the_own_weight_and_within_its_bounds(seed, substitution):
    _, (sales, *_), system, table = drawn(seed)
    found = stress.systemic_risk(
        system, essential=table, substitution=substitution, revenue="output"
    )
    own = sales.sum(axis=1) / sales.sum()
    bounds = found.bounds()
    assert (found.runs.risk >= own - 1e-12).all()
    assert (found.runs.risk <= 1 + 1e-12).all()
    assert (found.table()["risk"] >= bounds["lower"] - 1e-12).all()
    assert (found.table()["risk"] <= bounds["upper"] + 1e-12).all()
    assert list(bounds["firm"]) == list(found.table()["firm"])


@given(seed=SEEDS)
@FEW
def test_a_larger_shock_never_takes_less_at_rest(seed):
    rng, (_, sector, *_), system, table = drawn(seed)
    network = prepared(system, table)
    rule = CascadeRule(reference=False, stop=1e-10)
    small = rng.choice([0.0, 0.2, 0.5, 1.0], len(sector))
    large = np.minimum(1.0, small + rng.choice([0.0, 0.3, 1.0], len(sector)))
    runs = run_cascades(network, Shocks.of(np.stack([small, large])), rule, keep_loss=True)
    assert (runs.loss[1] >= runs.loss[0] - 1e-8).all()
    assert runs.risk[1] >= runs.risk[0] - 1e-8


@given(seed=SEEDS)
@FEW
def test_firms_in_another_order_have_the_same_risk(seed):
    rng, (sales, sector, market, roles, revenue), system, table = drawn(seed)
    first = stress.systemic_risk(system, essential=table).runs
    moved = rng.permutation(len(sector))
    other, table = system_of(
        sales[np.ix_(moved, moved)], sector[moved], market[moved], roles, revenue[moved]
    )
    second = stress.systemic_risk(other, essential=table).runs
    assert second.risk == pytest.approx(first.risk[moved], abs=1e-10)
    assert second.rounds.tolist() == first.rounds[moved].tolist()


@given(seed=SEEDS, unit=st.sampled_from([2.0**-20, 1024.0, 2.0**40]))
@FEW
def test_the_unit_of_money_changes_nothing_at_rest(seed, unit):
    _, (sales, sector, market, roles, revenue), system, table = drawn(seed)
    asked = {"essential": table, "revenue": "output", "mode": "fixpoint"}
    first = stress.systemic_risk(system, **asked).runs
    other, _ = system_of(sales * unit, sector, market, roles, revenue * unit)
    assert stress.systemic_risk(other, **asked).runs.risk == pytest.approx(first.risk, abs=1e-9)


@given(seed=SEEDS, mode=st.sampled_from(["reference", "fixpoint"]))
@FEW
def test_many_shocks_at_once_are_the_single_ones_bit_by_bit_on_any_number_of_threads(seed, mode):
    rng, (_, sector, *_), system, table = drawn(seed)
    network = prepared(system, table)
    rule = CascadeRule(reference=mode == "reference", stop=1e-6)
    psi = rng.choice([0.0, 0.0, 0.4, 1.0], (70, len(sector)))
    psi[:, 0] = 1.0
    together = run_cascades(network, Shocks.of(psi), rule, threads=2, handover=0.5)
    for row in rng.integers(0, 70, 4):
        alone = run_cascades(network, Shocks.of(psi[[row]]), rule, threads=1, handover=0.5)
        assert alone.risk[0] == together.risk[row]
        assert alone.rounds[0] == together.rounds[row]


@given(seed=SEEDS)
@FEW
def test_pushed_one_by_one_or_side_by_side_the_losses_agree(seed):
    _, (_, sector, *_), system, table = drawn(seed)
    network = prepared(system, table)
    rule = CascadeRule(stop=1e-9)
    every = Shocks.single(np.arange(len(sector)))
    pushed = run_cascades(network, every, rule, keep_loss=True, handover=np.inf)
    wide = run_cascades(network, every, rule, keep_loss=True, handover=0.0)
    assert pushed.loss == pytest.approx(wide.loss, abs=1e-8)  # one may stop a round later


@given(seed=SEEDS)
@FEW
def test_the_closed_form_is_the_upstream_fixed_point(seed):
    _, _, system, table = drawn(seed)
    found = stress.systemic_risk(system, essential=table, revenue="output", mode="fixpoint")
    hold = np.abs(found.runs.up - found.upstream_at_rest())
    assert hold.max() < 1e-6


@given(seed=SEEDS)
@FEW
def test_one_firm_a_sector_is_the_network_of_sectors(seed):
    _, (sales, sector, _, roles, revenue), _, _ = drawn(seed, most=12)
    n = len(sector)
    each = np.arange(n)
    detailed = {(i, j): roles[sector[i], sector[j]] for i in range(n) for j in range(n)}
    system, table = system_of(sales, each, each, detailed, revenue)
    asked = {"essential": table, "revenue": "output", "mode": "fixpoint"}
    found = stress.systemic_risk(system, **asked)
    alone = stress.systemic_risk(system, substitution="none", **asked)
    assert found.runs.risk == pytest.approx(alone.runs.risk, abs=1e-9)  # nobody can replace it


@given(seed=SEEDS, tolerance=st.sampled_from([1e-6, 1e-4]))
@FEW
def test_pruning_says_how_far_it_is_off(seed, tolerance):
    _, (_, sector, *_), system, table = drawn(seed)
    exact = stress.systemic_risk(system, essential=table)
    pruned = stress.systemic_risk(system, essential=table, tolerance=tolerance)
    off = np.abs(pruned.runs.risk - exact.runs.risk).max()
    assert pruned.checked == len(sector)
    assert off <= pruned.largest_difference
    assert pruned.largest_difference < 0.2


@given(seed=SEEDS)
@FEW
def test_at_rest_substitution_never_adds_a_loss(seed):
    _, _, system, table = drawn(seed)
    asked = {"essential": table, "revenue": "output", "mode": "fixpoint"}
    shared = stress.systemic_risk(system, **asked).runs
    alone = stress.systemic_risk(system, substitution="none", **asked).runs
    assert (shared.down <= alone.down + 1e-9).all()
    assert shared.up == pytest.approx(alone.up, abs=1e-9)
