"""Kernels of the cascade against its definition written plainly, on random networks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cascade_twin import plain_cascade, random_network, system_of
from chainwright import stress
from chainwright.stress.firms.cascade_question import CascadeQuestion
from chainwright.stress.firms.cascade_runs import CascadeRule, run_cascades
from chainwright.stress.firms.firm_shocks import Shocks


def asked(seed, mode, substitution, revenue):
    """Return a random network as arrays and as the kernels take it, with its rule."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 10))
    arrays = random_network(rng, n, int(rng.integers(1, 4 * n)), markets=int(rng.integers(0, 4)))
    system, table = system_of(*arrays)
    question = CascadeQuestion(
        mode=mode,
        substitution=substitution,
        essential=table,
        revenue="output" if revenue else None,
        stop=None if mode == "reference" else 1e-7,
        insist=True,
    )
    network, _ = question.network(system)
    return rng, arrays, network, question.rule


@pytest.mark.parametrize("handover", [0.0, 0.5, np.inf])
@given(
    seed=st.integers(0, 10_000),
    mode=st.sampled_from(["reference", "reference", "fixpoint"]),
    substitution=st.sampled_from(["market", "none"]),
    revenue=st.booleans(),
)
@settings(max_examples=15)
def test_every_single_failure_is_that_of_the_definition(
    handover, seed, mode, substitution, revenue
):
    _, arrays, network, rule = asked(seed, mode, substitution, revenue)
    sales, sector, market, roles, output = arrays
    n = len(sector)
    runs = run_cascades(
        network, Shocks.single(np.arange(n)), rule, keep_loss=True, handover=handover, threads=2
    )
    for k in {0, 1, n - 1}:
        h_d, h_u, risk, down, up, rounds = plain_cascade(
            sales, sector, market, roles, np.eye(n)[k],
            substitute=substitution == "market", revenue=output if revenue else None,
            stop=rule.stop, reference=mode == "reference",
        )  # fmt: skip
        assert runs.loss[k, 0] == pytest.approx(1 - h_d, abs=1e-9)
        assert runs.loss[k, 1] == pytest.approx(1 - h_u, abs=1e-9)
        assert [runs.risk[k], runs.down[k], runs.up[k]] == pytest.approx([risk, down, up], abs=1e-9)
        assert runs.rounds[k] == rounds


@given(seed=st.integers(0, 10_000), reference=st.booleans(), apart=st.booleans())
@settings(max_examples=25)
def test_any_shock_of_several_firms_with_costs_is_that_of_the_definition(seed, reference, apart):
    rng, arrays, network, _ = asked(seed, "reference", "market", revenue=True)
    sales, sector, market, roles, output = arrays
    n = len(sector)
    psi = rng.choice([0.0, 0.0, 0.3, 1.0], n)
    psi_up = rng.choice([0.0, 0.2, 1.0], n) if apart else psi
    if not (psi.any() or psi_up.any()):
        psi[0] = 0.4
    costs = sales.sum(axis=0) * rng.choice([1.0, 1.7], n)
    system, table = system_of(*arrays)
    codes = system.links.axis.codes
    given = {code: float(x) for code, x in zip(codes, costs, strict=True)}
    question = CascadeQuestion(essential=table, revenue="output", costs=given)
    network, _ = question.network(system)
    rule = CascadeRule(reference=reference, stop=1e-3)
    runs = run_cascades(network, Shocks.of(psi[None], psi_up[None]), rule, keep_loss=True)
    h_d, h_u, risk, *_, rounds = plain_cascade(
        sales, sector, market, roles, psi, psi_up=psi_up, revenue=output, stop=1e-3,
        costs=np.where(costs > 0, costs, 1.0), reference=reference,
    )  # fmt: skip
    assert runs.loss[0, 0] == pytest.approx(1 - h_d, abs=1e-9)
    assert runs.loss[0, 1] == pytest.approx(1 - h_u, abs=1e-9)
    assert runs.risk[0] == pytest.approx(risk, abs=1e-9)
    assert runs.rounds[0] == rounds


@given(seed=st.integers(0, 10_000))
@settings(max_examples=10)
def test_the_table_of_one_cascade_has_what_the_definition_loses(seed):
    _, arrays, network, _ = asked(seed, "reference", "market", revenue=False)
    sales, sector, market, roles, _ = arrays
    system, table = system_of(*arrays)
    found = stress.cascade(system, {"f000": 0.7}, essential=table)
    psi = np.zeros(len(sector))
    psi[0] = 0.7
    h_d, h_u, risk, *_ = plain_cascade(sales, sector, market, roles, psi)
    loss = dict(zip(system.links.axis.codes, 1 - np.minimum(h_d, h_u), strict=True))
    rows = found.table().set_index("firm")
    assert found.risk == pytest.approx(risk, abs=1e-12)
    assert rows["loss"].to_dict() == pytest.approx({c: x for c, x in loss.items() if x > 0})
    assert network.links == np.count_nonzero(sales)
