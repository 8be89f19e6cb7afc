import numpy as np
import pytest

from chainwright.errors import TableError
from chainwright.plan import RepairMeasure, RepairMeasures, repair_measures
from chainwright.stress import Blow, InventoryModel, Shock
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.held_safeguards import held_safeguards
from chainwright.stress.sectors.pooled import simulate_pooled
from chainwright.stress.shocks.sector_hits import sector_blows
from small_tables import DEPENDENT, system_of

SYSTEM = system_of(DEPENDENT)
MODEL = InventoryModel(replaceable=0.0, stock_days=20.0, restoration_days=10.0)
EMBARGO = Shock.named("embargo", "B:steel", to="A", days=60)
FIRE = Shock((Blow("capacity", nodes="A:steel", share=0.6, days=40),), name_en="Fire")
DAYS = 90


def made(system, shock):
    """Return what each node makes in 90 days."""
    economy = Economy.of(system)
    blows = sector_blows(system, shock, DAYS, capital=economy.K)
    ready = held_safeguards(economy, system.safeguards if "safeguards" in system.has else ())
    records = simulate_pooled(economy, blows, MODEL, safeguards=ready, record=["production"])
    return records.production.sum(axis=0)


def lost(system, shock):
    """Return what the nodes of A do not make, at rest less made, nothing for a gain."""
    rest = DAYS * Economy.of(system).x0
    home = system.flows.nodes.mask(regions=["A"])
    return float(np.maximum(rest - made(system, shock), 0.0)[home].sum())


def measure(kind, size, users=("A",), **more):
    """Return a measure of steel from B for A."""
    of = {"product": "steel", "origins": ("B",)} if users == ("A",) else {}
    return RepairMeasure(f"{kind} {size:g}", kind, users, size, **of, **more)


@pytest.mark.parametrize("shock", [EMBARGO, FIRE], ids=["embargo", "fire"])
def test_measures_of_size_zero_leave_every_bit_of_a_run(shock):
    plain = made(SYSTEM, shock)
    for kind in ("reserve", "second_source", "stabilise"):
        assert (made(measure(kind, 0.0).apply(SYSTEM), shock) == plain).all()
    for kind in ("backup_capacity", "strengthen"):
        assert (made(measure(kind, 0.0, ("A:steel",)).apply(SYSTEM), shock) == plain).all()
    none = measure("supplement", 0.0, maker="A:steel")
    assert (made(none.apply(SYSTEM), shock) == plain).all()


@pytest.mark.parametrize(
    ("kind", "sizes", "more"),
    [
        ("reserve", (1.0, 3.0, 6.0), {}),
        ("stabilise", (0.2, 0.5, 0.9), {}),
        ("supplement", (0.1, 0.3, 0.6), {"maker": "A:steel"}),
    ],
)
def test_more_of_a_measure_loses_less_by_an_embargo(kind, sizes, more):
    losses = [lost(measure(kind, size, **more).apply(SYSTEM), EMBARGO) for size in sizes]
    assert [lost(SYSTEM, EMBARGO), *losses] == sorted([lost(SYSTEM, EMBARGO), *losses])[::-1]
    assert losses[-1] < 0.7 * lost(SYSTEM, EMBARGO)


@pytest.mark.parametrize("kind", ["backup_capacity", "strengthen", "stabilise"])
def test_capacity_and_cover_of_a_node_lose_less_by_a_fire(kind):
    small, large = (measure(kind, size, ("A:steel",)).apply(SYSTEM) for size in (0.1, 0.4))
    assert lost(SYSTEM, FIRE) > lost(small, FIRE) > lost(large, FIRE)


def test_a_reserve_that_is_released_later_helps_less_and_what_is_held_back_does_not_help():
    at_once = lost(measure("reserve", 3.0).apply(SYSTEM), EMBARGO)
    later = lost(measure("reserve", 3.0, after_days=40.0).apply(SYSTEM), EMBARGO)
    never = lost(measure("reserve", 3.0, hold_back=1.0).apply(SYSTEM), EMBARGO)
    assert at_once < later <= never
    assert never == lost(SYSTEM, EMBARGO)


def test_a_second_source_lets_others_deliver_what_is_cut_off():
    whole = measure("second_source", 1.0).apply(SYSTEM)
    steel = SYSTEM.flows.nodes.find("A:steel")
    assert made(whole, EMBARGO)[steel] > made(SYSTEM, EMBARGO)[steel]
    assert lost(whole, EMBARGO) == 0.0 < lost(SYSTEM, EMBARGO)  # producers go before households


def test_the_order_in_which_measures_are_applied_leaves_every_bit_of_a_run():
    held = [
        measure("reserve", 2.0),
        measure("second_source", 0.5),
        measure("stabilise", 0.2),
        measure("backup_capacity", 0.1, ("A:steel",)),
        measure("supplement", 0.25, maker="A:steel"),
    ]
    forth, back = SYSTEM, SYSTEM
    for one in held:
        forth = one.apply(forth)
    for one in held[::-1]:
        back = one.apply(back)
    assert (made(forth, EMBARGO) == made(back, EMBARGO)).all()
    together = RepairMeasures(tuple(held)).apply(SYSTEM)
    assert (made(together, EMBARGO) == made(forth, EMBARGO)).all()


def test_a_measure_is_not_taken_twice():
    once = measure("reserve", 2.0).apply(SYSTEM)
    with pytest.raises(TableError, match="it twice"):
        measure("reserve", 2.0).apply(once)


@pytest.mark.parametrize("shock", [EMBARGO, FIRE], ids=["embargo", "fire"])
def test_the_engine_takes_every_measure_that_is_proposed(shock):
    found = repair_measures(SYSTEM, shock, home="A", days=float(DAYS), model=MODEL)
    assert len(found) >= 4
    for one in found:
        assert np.isfinite(made(one.apply(SYSTEM), shock)).all()
    chosen = {one.one_of: one.name for one in found}  # one of each group, all together
    assert lost(found.apply(SYSTEM, chosen.values()), shock) < lost(SYSTEM, shock)
