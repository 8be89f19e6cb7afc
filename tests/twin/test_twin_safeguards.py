"""What is held ready, all kinds together, against a plain twin: pooled, by origin, in batches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ario_economies import random_blows, random_system
from chainwright.errors import TableError
from chainwright.stress import Economy, InventoryModel, simulate_by_origin, simulate_pooled
from chainwright.stress.ensembles.batch_run import simulate_batch
from chainwright.stress.ensembles.batch_table import BatchTable
from chainwright.stress.sectors.essential_limits import limiting_inputs
from chainwright.stress.sectors.held_safeguards import HeldSafeguards, held_safeguards
from chainwright.system import Safeguard
from safeguard_twin import plain_safeguarded

STEPS = 24


def random_safeguards(economy, seed):
    """Return safeguards of all four kinds that engines hold ready, on random users."""
    rng = np.random.default_rng(seed + 999)
    regions, codes = list(economy.regions.codes), list(economy.flows.nodes.codes)
    products = list(economy.products.codes)
    words = [*regions, *codes]

    def size(most):
        return float(rng.choice([0.1, 0.5, 1.0])) * most

    def late():
        return float(rng.choice([0.0, 3.0]))

    some = [
        Safeguard("r0", "reserve", (rng.choice(words),), size(0.6), rng.choice(products),
                  after_days=late(), hold_back=float(rng.choice([0.0, 0.3]))),
        Safeguard("r1", "reserve", tuple(regions[:2]), size(0.5), products[0]),
        Safeguard("r2", "reserve", (regions[0],), size(0.9), products[1],
                  origins=(rng.choice([*regions, "X"]),)),
        Safeguard("s0", "second_source", (rng.choice(words),), size(1.0), products[0],
                  after_days=late()),
        Safeguard("s1", "second_source", (regions[-1], codes[0]), size(1.0), products[1]),
        Safeguard("b0", "backup_capacity", (rng.choice(words),), size(0.5), after_days=late()),
        Safeguard("b1", "strengthen", (rng.choice(words),), size(0.2)),
    ]  # fmt: skip
    kept = []
    for one in some:
        try:
            held_safeguards(economy, [one])
        except TableError:
            continue  # such as a reserve of what nobody there uses
        kept.append(one)
    return kept


def away(economy, ours, twin):
    """Return how far a run is from the twin, in output at rest and in what is held."""
    x0 = np.maximum(economy.x0, 1e-300)
    rest = np.maximum(9.0 * economy.x0 * economy.A_C, 1e-6 * economy.x0.max())
    found = [
        np.abs((ours.production - twin["x"]) / x0).max(),
        np.abs((ours.unmet_final - twin["unmet"]) / x0).max(),
        (np.abs(ours.stocks[STEPS - 1] - twin["Om"]) / rest).max(),
    ]
    if ours.reserves is not None:
        found.append(np.abs(ours.reserves.held / twin["held"] - 1.0).max())
        found.append((np.abs(ours.reserves.left - twin["left"][-1]) / twin["held"]).max())
    return max(found)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10_000),
    kinds=st.lists(st.sampled_from(("capacity", "cut")), min_size=1, max_size=3),
    replaceable=st.sampled_from([0.0, 0.4, 1.0]),
    psi=st.sampled_from([0.5, 0.8, 1.0]),
    priority=st.booleans(),
    imports=st.booleans(),
)
def test_any_safeguards_under_any_blows_run_as_the_plain_twin(  # noqa: PLR0917
    seed, kinds, replaceable, psi, priority, imports
):
    economy = Economy.of(random_system(seed, imports=imports))
    blows, some = random_blows(economy, seed, STEPS, kinds), random_safeguards(economy, seed)
    model = InventoryModel(
        stock_days=9.0, psi=psi, replaceable=replaceable,
        rationing="priority" if priority else "proportional",
    )  # fmt: skip
    held = held_safeguards(economy, some)
    asked = {"psi": psi, "priority": priority, "stock_days": 9.0}
    ours = simulate_pooled(economy, blows, model, safeguards=held, stocks_on=(STEPS - 1,))
    twin = plain_safeguarded(
        economy, blows, some, pooled=True, replaceable=replaceable, alike=ours.alpha, **asked
    )
    assert away(economy, ours, twin) < 1e-8
    alone = simulate_by_origin(
        economy, blows, model, elasticity=0.0, safeguards=held, stocks_on=(STEPS - 1,)
    )
    twin = plain_safeguarded(economy, blows, some, pooled=False, alike=alone.alpha, **asked)
    assert away(economy, alone, twin) < 1e-7


@pytest.mark.parametrize("seed", range(6))
def test_each_draw_of_a_batch_with_its_own_safeguards_is_its_single_run(seed):
    economy = Economy.of(random_system(seed))
    kinds = ["capacity", "cut", "rebuild", "recovery"]
    blows = [random_blows(economy, seed + k, 40, kinds) for k in range(4)]
    models = [InventoryModel(stock_days=5.0, replaceable=share) for share in (0.0, 0.3, 1.0, 0.0)]
    held = [held_safeguards(economy, random_safeguards(economy, seed + k)) for k in range(3)]
    held.append(HeldSafeguards())
    table = BatchTable(economy, limiting_inputs(economy, models[0]))
    batch = simulate_batch(table, blows, models, held)
    for k in range(4):
        one = simulate_pooled(
            economy, blows[k], models[k], safeguards=held[k],
            record=("production", "unmet_final", "unmet_by_region"),
        )  # fmt: skip
        made = one.production.sum(axis=1)
        assert np.abs(batch["output_by_step"][k] - made).max() <= 1e-12 * economy.x0.sum()
        unmet = one.unmet_by_region.sum(axis=(0, 2))
        assert np.abs(batch["unmet_final_by_region"][k] - unmet).max() <= 1e-10 * economy.x0.sum()


@pytest.mark.parametrize("seed", range(6))
def test_nothing_held_ready_leaves_every_bit_as_it_was(seed):
    economy = Economy.of(random_system(seed))
    blows = random_blows(economy, seed, 40, ["capacity", "cut", "drop"])
    model = InventoryModel(stock_days=5.0)
    plain = simulate_pooled(economy, blows, model)
    empty = simulate_pooled(economy, blows, model, safeguards=HeldSafeguards())
    # a second source changes nothing where any origin replaces any other, a reserve where it is
    # held back, a capacity that comes after the run
    code, region = economy.products.codes[0], economy.regions.codes[0]
    idle = held_safeguards(
        economy,
        [
            Safeguard("a", "second_source", (region,), 0.7, code),
            Safeguard("b", "reserve", (region,), 3.0, economy.products.codes[1], hold_back=1.0),
            Safeguard("c", "backup_capacity", (region,), 0.5, after_days=400.0),
        ],
    )
    held = simulate_pooled(economy, blows, model, safeguards=idle)
    assert plain.production.tobytes() == empty.production.tobytes() == held.production.tobytes()
    assert plain.unmet_final.tobytes() == held.unmet_final.tobytes()
