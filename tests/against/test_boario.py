"""ARIO with pooled stocks against BoARIO 0.7.2 on random tables, and its faults, not ours."""

import numpy as np
import pytest

import chainwright as cw
from boario_runs import RECORDS, Event, boario_run, impact_of, made_io
from chainwright.stress import Blow, Economy, InventoryModel, Shock, simulate_pooled
from chainwright.stress.shocks.sector_hits import sector_blows

pytestmark = [
    pytest.mark.against,
    pytest.mark.filterwarnings("ignore"),  # what BoARIO and pymrio warn of is not ours to mend
]

HIT = [("r01", "s02"), ("r01", "s03")]
STEPS = 120


@pytest.fixture(scope="module")
def io():
    return made_io(5, 6)


@pytest.fixture(scope="module")
def system(io):
    return cw.System.from_pymrio(io)


def ours(system, shock, steps, model):
    economy = Economy.of(system, step_days=model.step_days)
    blows = sector_blows(system, shock, steps, economy.step_days, capital=economy.K)
    return economy, simulate_pooled(economy, blows, model, record=[*RECORDS.values(), "alpha"])


def blow_of(event):
    """Return our blow for an event of BoARIO's, on the same nodes with the same money."""
    places = event.impact.index
    return [
        Blow(
            "capital", nodes=f"{r}:{s}", money=float(event.impact.loc[(r, s)]),
            start_day=event.occurrence, days=event.duration, recovery_days=event.tau,
            recovery="rebuild" if event.kind == "rebuild" else OUR_CURVE[event.curve],
            rebuilding=event.rebuilding,
        )
        for r, s in places
    ]  # fmt: skip


OUR_CURVE = {
    "linear": "linear",
    "convexe": "convex_scaled",
    "convexe noscale": "convex",
    "concave": "concave",
}
"""Its "convexe" is its scaled form."""


def largest_gap(economy, theirs, records, name):
    order = [economy.codes.index(f"{r}:{s}") for r, s in theirs[name].columns]
    found = records.of(name).reshape(records.steps, -1)
    gap = np.abs(found[:, order] - theirs[name].to_numpy(float))
    scale = economy.K[order] if name == "capital_to_recover" else economy.x0[order]
    return (gap / scale).max()


@pytest.fixture(scope="module")
def recovery(io, system):
    event = Event(impact_of(io, HIT, 3000.0), "recovery", 1, 10, 60)
    theirs = boario_run(io, [event], STEPS)
    return *ours(system, Shock(tuple(blow_of(event))), STEPS, InventoryModel.boario()), theirs


@pytest.fixture(scope="module")
def rebuilding(io, system):
    event = Event(
        impact_of(io, HIT, 3000.0), "rebuild", 2, 5, 60, rebuilding=(("s01", 0.7), ("s04", 0.3))
    )
    theirs = boario_run(io, [event], STEPS)
    return *ours(system, Shock(tuple(blow_of(event))), STEPS, InventoryModel.boario()), theirs


@pytest.mark.parametrize("name", RECORDS.values())
def test_recovery_of_capital_is_boarios(recovery, name):
    economy, records, theirs = recovery
    assert largest_gap(economy, theirs, records, name) < 1e-9
    assert records.capital_to_recover.max() > 0


@pytest.mark.parametrize("name", RECORDS.values())
def test_rebuilding_of_capital_is_boarios(rebuilding, name):
    economy, records, theirs = rebuilding
    assert largest_gap(economy, theirs, records, name) < 2e-8  # it rounds damage, ours does not
    assert records.rebuild_delivered.max() > 0


@pytest.mark.parametrize("curve", list(OUR_CURVE))
def test_curves_of_recovery_are_boarios(io, system, curve):
    event = Event(impact_of(io, HIT, 2000.0), "recovery", 3, 4, 30, curve)
    theirs = boario_run(io, [event], 90)
    economy, records = ours(system, Shock(tuple(blow_of(event))), 90, InventoryModel.boario())
    assert largest_gap(economy, theirs, records, "production") < 1e-9
    assert largest_gap(economy, theirs, records, "capital_to_recover") < 1e-9


def test_several_recoveries_at_once_and_other_parameters_are_boarios(io, system):
    events = [
        Event(impact_of(io, HIT, 2000.0), "recovery", 1, 5, 40),
        Event(impact_of(io, [("r01", "s02"), ("r03", "s00")], 1500.0), "recovery", 8, 3, 25),
    ]
    options = {
        "psi_param": 0.9, "main_inv_dur": 40, "inventory_restoration_tau": 20, "alpha_max": 1.4,
        "alpha_tau": 100, "order_type": "noalt",
    }  # fmt: skip
    theirs = boario_run(io, events, STEPS, **options)
    model = InventoryModel(
        rationing="proportional", psi=0.9, stock_days=40.0, restoration_days=20.0,
        overproduction_max=1.4, overproduction_days=100.0, orders="noalt",
    )  # fmt: skip
    shock = Shock(tuple(b for event in events for b in blow_of(event)))
    economy, records = ours(system, shock, STEPS, model)
    assert largest_gap(economy, theirs, records, "production") < 1e-9
    assert largest_gap(economy, theirs, records, "unmet_by_region") < 1e-9


def test_its_capacity_follows_our_overproduction_which_is_finite(recovery):
    economy, records, theirs = recovery
    order = [economy.codes.index(f"{r}:{s}") for r, s in theirs["capacity"].columns]
    lost = 1.0 - records.capital_to_recover / economy.K
    ours = (economy.x0 * lost * records.alpha)[:, order]
    assert np.isfinite(records.alpha).all()
    assert np.allclose(ours, theirs["capacity"].to_numpy(float), rtol=1e-12)


def test_a_loss_of_capacity_acts_on_its_day_which_boario_misses_by_one(io, system):
    share = 0.0 * impact_of(io, HIT, 1.0) + 0.3
    theirs = boario_run(io, [Event(share, "arbitrary", 10, 6, 20)], 60)
    earlier = boario_run(io, [Event(share, "arbitrary", 9, 6, 20)], 60)
    nodes = [f"{r}:{s}" for r, s in HIT]
    blow = Blow(
        "capacity", nodes=nodes, share=0.3, start_day=10, days=6, recovery="linear",
        recovery_days=20,
    )  # fmt: skip
    economy, records = ours(system, Shock((blow,)), 60, InventoryModel.boario())
    hit = economy.codes.index(nodes[0])
    full = economy.x0[hit] * records.alpha[:, hit]
    assert records.capacity[10, hit] == pytest.approx(0.7 * full[10])
    assert theirs["capacity"][HIT[0]].iloc[10] == pytest.approx(economy.x0[hit], rel=1e-3)
    assert largest_gap(economy, earlier, records, "capacity") < 1e-9
