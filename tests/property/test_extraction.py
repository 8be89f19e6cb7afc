"""Laws of extraction and embargoes: more is never less, low rank is exact."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from chainwright.accounts import embargo, embargo_scan, extraction, region_extraction
from worlds import dense, world

SEEDS = st.integers(0, 2**32 - 1)
SHARES = st.floats(0.0, 1.0)


@given(SEEDS, st.integers(2, 4), st.integers(1, 4))
def test_extraction_costs_at_least_the_node_and_never_more_than_everything(seed, regions, sectors):
    system = world(seed, regions, sectors)
    x = system.flows.output
    found = extraction(system, home="R0")
    assert (found.output_lost >= x * (1.0 - 1e-12)).all()
    assert (found.output_lost <= x.sum() * (1.0 + 1e-12)).all()
    assert (found.home_output_lost <= found.output_lost * (1.0 + 1e-12)).all()
    assert (found.home_output_lost >= 0.0).all()


@given(SEEDS)
def test_what_homes_lose_adds_up_to_what_all_lose(seed):
    system = world(seed, 3, 3)
    parts = [extraction(system, home=f"R{r}").home_output_lost for r in range(3)]
    np.testing.assert_allclose(sum(parts), extraction(system).output_lost, rtol=1e-11)


@given(SEEDS)
def test_taking_out_more_regions_never_saves_output(seed):
    system = world(seed, 4, 2)
    few, more = region_extraction(system, "R1"), region_extraction(system, ["R1", "R3"])
    assert (more.output_lost >= few.output_lost - 1e-11).all()
    assert (few.output_lost >= -1e-11).all()


@given(SEEDS, SHARES, SHARES)
def test_a_larger_cut_never_costs_less(seed, one, other):
    system = world(seed, 3, 3)
    small, large = sorted((one, other))
    less = embargo(system, ["R0:s0", "R0:s2"], share=small)
    more = embargo(system, ["R0:s0", "R0:s2"], share=large)
    assert (more.output_lost >= less.output_lost - 1e-10).all()


@given(SEEDS)
@example(29)
def test_more_suppliers_and_more_users_never_cost_less(seed):
    system = world(seed, 3, 3)
    one = embargo(system, "R0:s0", users="R1").output_lost
    assert (embargo(system, "R0", users="R1").output_lost >= one - 1e-10).all()
    assert (embargo(system, "R0:s0", users=["R1", "R2"]).output_lost >= one - 1e-10).all()
    delivered = np.sign(system.flows.final[0, 2:4].sum())  # below zero where stocks are run down
    with_final = embargo(system, "R0:s0", users="R1", final=True).output_lost
    assert (delivered * (with_final - one) >= -1e-10).all()


@given(SEEDS, SHARES, st.floats(0.0, 0.5), st.floats(0.0, 0.5))
def test_the_low_rank_update_equals_a_fresh_solve(seed, share, one, other):
    system = world(seed, 3, 3)
    shares, _, x, _ = dense(system)
    after = shares.copy()
    users = system.flows.nodes.region == 2
    for code, instead in (("R0:s1", "R1:s1"), ("R0:s2", "R1:s0")):
        cut = share * np.where(users, shares[system.flows.nodes.find(code)], 0.0)
        after[system.flows.nodes.find(code)] -= cut
        after[system.flows.nodes.find(instead)] += one * cut
        after[system.flows.nodes.find("R2:s0")] += other * cut
    lost = x - np.linalg.solve(np.eye(len(x)) - after, system.flows.demand)
    found = embargo(
        system,
        ["R0:s1", "R0:s2"],
        users="R2",
        share=share,
        replaced_by={
            "R0:s1": {"R1:s1": one, "R2:s0": other},
            "R0:s2": {"R1:s0": one, "R2:s0": other},
        },
    )
    np.testing.assert_allclose(found.output_lost, lost, rtol=1e-9, atol=1e-10)


@given(SEEDS)
def test_an_embargo_costs_less_than_taking_the_node_out(seed):
    system = world(seed, 3, 3)
    denied, gone = embargo_scan(system).output_lost, extraction(system).output_lost
    served = np.isfinite(denied)
    assert (denied[served] <= gone[served] * (1.0 + 1e-10)).all()
