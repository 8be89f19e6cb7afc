"""Stocks kept by origin: against a dense twin, against pooled stocks, and what each end means."""

import numpy as np
import pytest

from ario_economies import home_biased
from by_origin_twin import ces, dense_by_origin
from chainwright import System
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.sources.reading import Origin, Reading
from chainwright.stress import Blow, Shock
from chainwright.stress.sectors.by_origin import simulate_by_origin
from chainwright.stress.sectors.by_origin_kernels import ces_mean, substituted
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.sectors.open_deliveries import OpenDeliveries
from chainwright.stress.sectors.pooled import simulate_pooled
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.system.assemble import assemble
from worlds import national, world

SHORT = InventoryModel(
    rationing="proportional", stock_days=6.0, restoration_days=8.0, overproduction_days=30.0
)
CUT = Blow("supply_cut", regions="R0", products="s1", buyers=("R1", "R2"), share=1.0,
           start_day=2, days=12)  # fmt: skip
HALF = Blow("supply_cut", regions="R0", products="s1", buyers=("R1",), share=0.5,
            start_day=1, days=20)  # fmt: skip
THIRD = Blow("supply_cut", regions=("R0", "R1", "R2"), products="s1", buyers=("R1",), share=0.3,
             start_day=1, days=8, recovery="linear", recovery_days=12)  # fmt: skip
SHUT = Blow("capacity", regions="R1", products="s0", share=0.6, start_day=3, days=5,
            recovery="linear", recovery_days=6)  # fmt: skip
LESS = Blow("demand_drop", regions="R2", products="s2", share=0.3, start_day=4, days=9)
SHOCKS = {
    "nothing": (),
    "a cut": (CUT,),
    "a cut of half": (HALF,),
    "a cut of a part of all that recovers": (THIRD, CUT),
    "capacity": (SHUT,),
    "cut, capacity and demand": (CUT, SHUT, LESS),
}


def parts_and_cars():
    """Return two countries whose makers of cars in B use parts of both, in money a day."""
    nodes = [("A", "parts"), ("A", "cars"), ("B", "parts"), ("B", "cars")]
    matrix, final = np.zeros((4, 4)), np.array([[8.0, 0], [1, 1], [0, 8], [0, 10]])
    matrix[0, 3] = matrix[2, 3] = 2.0
    reading = Reading(
        origin=Origin(), nodes=nodes, users=[("A", "household"), ("B", "household")],
        matrix=365.0 * matrix, final=365.0 * final, currency="USD", year=2020, unit="million",
    )  # fmt: skip
    return System(assemble(reading))


def run(system, blows, sigma, *, steps=40, model=SHORT, **more):
    economy = Economy.of(system)
    hit = sector_blows(system, Shock(blows), steps) if blows else calm(system, steps)
    return simulate_by_origin(economy, hit, model, elasticity=sigma, **more)


def calm(system, steps):
    """Return a shock without any effect."""
    return sector_blows(system, Shock((Blow("capacity", regions=system.flows.nodes.regions.codes[0],
                                            share=0.0, days=1),)), steps)  # fmt: skip


def twin(system, blows, sigma, *, steps=40):
    """Return what the dense twin finds for the same question."""
    economy = Economy.of(system)
    hit = sector_blows(system, Shock(blows), steps) if blows else calm(system, steps)
    N, n = economy.n + economy.r, economy.n
    Z = np.array([economy.row(g) for g in range(N)]) / 365.0
    cuts = OpenDeliveries(economy, hit)
    open_ = np.ones((steps + 1, N, n))
    for t in range(steps + 1):
        open_[t, cuts.rows] = cuts.at(t)
    lost = np.zeros((steps, n))
    for blow in hit.capacity:
        lost[:, blow.nodes] = np.maximum(lost[:, blow.nodes], np.outer(blow.course, blow.share))
    phi = 1.0 if np.isinf(sigma) else sigma / (1.0 + sigma)
    return dense_by_origin(
        Z, economy.x0, np.asarray(economy.row_product),
        SHORT.stock_targets(economy).steps, lost, open_=open_,
        moving_final=lambda t: plain_final(economy, hit, phi, t), sigma=sigma, steps=steps, tau=8.0,
        tau_a=30.0, abroad=economy.r,
    )  # fmt: skip


def plain_final(economy, hit, phi, t):
    """Return final demand of each row, cell by cell."""
    want = np.array(economy.final)
    for g in range(len(want)):
        for u in range(want.shape[1]):
            fall = [d.share * d.course[t] for d in hit.demand if g in d.sellers and u in d.users]
            want[g, u] *= 1.0 - max(fall, default=0.0)
    closed_ = np.zeros_like(want)
    for c in hit.cuts:
        at = np.ix_(c.sellers, c.users)
        closed_[at] = np.maximum(closed_[at], c.share * c.course[t])
    asked = want * (1.0 - closed_)
    for p in np.unique(economy.row_product):
        rows = np.flatnonzero(economy.row_product == p)
        for u in range(want.shape[1]):
            whole = [g for g in rows if closed_[g, u] == 0.0]
            total = want[whole, u].sum()
            if total > 0.0:
                moved = phi * (want * closed_)[rows, u].sum()
                asked[whole, u] *= 1.0 + moved / total
    return asked.sum(axis=1)


@pytest.mark.parametrize("sigma", [0.0, 0.4, 1.0, 3.0, np.inf])
@pytest.mark.parametrize("name", SHOCKS)
def test_a_run_equals_the_dense_twin(name, sigma):
    system = world(3)
    found = run(system, SHOCKS[name], sigma)
    x0 = Economy.of(system).x0
    plain = twin(system, SHOCKS[name], sigma)
    assert np.abs(found.production - plain["made"]).max() <= 1e-9 * x0.max()
    orders = found.intermediate_demand
    assert np.abs(orders - plain["orders"][:, : len(x0)]).max() <= 1e-9 * x0.max()


@pytest.mark.parametrize("sigma", [0.0, 2.0])
def test_a_run_with_rows_from_abroad_equals_the_dense_twin(sigma):
    system = national(4)
    cut = Blow("supply_cut", regions="X", products="s1", buyers="N", share=1.0, start_day=1,
               days=15)  # fmt: skip
    found, plain = run(system, (cut,), sigma), twin(system, (cut,), sigma)
    x0 = Economy.of(system).x0
    assert found.short_step.max() > 0
    assert np.abs(found.production - plain["made"]).max() <= 1e-9 * x0.max()


@pytest.mark.parametrize("name", SHOCKS)
@pytest.mark.parametrize("seed", [1, 2])
def test_any_origin_replacing_any_other_is_the_model_with_pooled_stocks(name, seed):
    system = world(seed, idle=seed == 2 and LESS not in SHOCKS[name])
    economy = Economy.of(system)
    hit = sector_blows(system, Shock(SHOCKS[name]), 60) if SHOCKS[name] else calm(system, 60)
    every = (*simulate_pooled(economy, hit, SHORT).series, "unmet_by_region")
    pooled = simulate_pooled(economy, hit, SHORT, record=every)
    found = simulate_by_origin(economy, hit, SHORT, elasticity=np.inf, record=every)
    for record in every:
        apart = np.abs(found.of(record) - pooled.of(record)).max()
        assert apart <= 1e-9 * economy.x0.max(), record


def test_rebuilding_by_origin_with_any_replacing_any_is_the_pooled_run():
    system = world(5)
    quake = Blow("capital", regions="R0", products="s1", share=0.3, start_day=1, days=5,
                 recovery="rebuild", recovery_days=20, rebuilding=(("s2", 1.0),))  # fmt: skip
    hit = sector_blows(system, Shock((quake,)), 40)
    economy = Economy.of(system)
    pooled = simulate_pooled(economy, hit, SHORT)
    found = simulate_by_origin(economy, hit, SHORT, elasticity=np.inf)
    assert pooled.rebuild_delivered.sum() > 0.0
    assert np.abs(found.production - pooled.production).max() <= 1e-9 * economy.x0.max()
    assert np.abs(found.capital_to_recover - pooled.capital_to_recover).max() <= 1e-9 * (
        pooled.capital_to_recover.max()
    )


@pytest.mark.parametrize("sigma", [0.0, 0.7, 1.0, 4.0, np.inf])
def test_each_day_what_is_made_is_delivered_and_stocked_and_nothing_is_negative(sigma):
    system = world(8)
    economy = Economy.of(system)
    hit = sector_blows(system, Shock((CUT, SHUT)), 30)
    found = simulate_by_origin(economy, hit, SHORT, elasticity=sigma, stocks_on=range(30))
    final = found.final_demand - found.unmet_final
    plain = twin(system, (CUT, SHUT), sigma, steps=30)
    total = np.array([found.stocks[t] for t in range(30)])
    before = np.concatenate([(6.0 * economy.x0 * economy.A_C)[None], total[:-1]])
    added = (total - before).sum(axis=(1, 2))
    used = plain["used"].sum(axis=(1, 2))
    made = found.production.sum(axis=1)
    assert np.abs(made - (final.sum(axis=1) + added + used)).max() <= 1e-9 * made.max()
    assert total.min() >= 0.0
    for record in ("production", "capacity", "intermediate_demand", "unmet_final"):
        assert found.of(record).min() >= -1e-12 * economy.x0.max()
        assert np.isfinite(found.of(record)).all()


@pytest.mark.parametrize("sigma", [0.25, 1.0, 3.0])
def test_what_is_used_of_all_origins_is_what_output_needs_of_the_product(sigma):
    plain = twin(world(8), (CUT,), sigma, steps=30)
    economy = Economy.of(world(8))
    A = economy.Z / (economy.x0 * 365.0)
    mixed = 0
    for t in range(30):
        for f in range(economy.n):
            for p in range(economy.S):
                mine = np.flatnonzero((economy.row_product == p) & (A[:, f] > 2.7e-8))
                if len(mine):
                    usual = A[mine, f] * plain["made"][t, f]
                    used = plain["used"][t, mine, f]
                    mixed += (used < 0.999 * usual).any()
                    assert used.sum() == pytest.approx(usual.sum(), abs=1e-9)
    assert mixed > 0


def test_two_regions_by_hand_of_why_the_two_ends_differ():
    """Region B buys part from A and part at home; A's deliveries stop for good.

    Makers of cars in B use 2 a day of A's parts and 2 of B's, and hold 10 days of each. By origin:
    stock 20, need is psi s A x = 0.8 * 20 = 16: full output until the stock is below 16, which
    it is at the start of day 3 (20 - 3 * 2 = 14), and then x = x0 * stock / 16, no orders help.
    Pooled: A's half is ordered of B's makers of parts, who have capacity for it only slowly.
    """
    system = parts_and_cars()
    cut = Blow("supply_cut", regions="A", products="parts", buyers="B:cars", share=1.0)
    model = InventoryModel(rationing="proportional", stock_days=10.0, overproduction_max=1.0)
    alone = run(system, (cut,), 0.0, steps=30, model=model)
    cars = alone.production[:, 3]
    assert cars[:3] == pytest.approx(10.0)
    stock = 14.0
    for t in range(3, 30):
        assert cars[t] == pytest.approx(10.0 * stock / 16.0, rel=1e-12)
        stock -= 0.2 * cars[t]
    assert (alone.short_product[3], alone.short_step[3], alone.short_row[3]) == (0, 3, 0)
    pooled = run(system, (cut,), np.inf, steps=30, model=model)
    # B's parts serve 12 with 10: each buyer gets 10/12, so cars get 3.33 of 4 and go on longer
    assert pooled.production[:, 2] == pytest.approx(10.0)
    assert pooled.unmet_final[0, 2] == pytest.approx(8.0 * (1.0 - 10.0 / 12.0))
    assert pooled.short_step[3] > 3
    assert pooled.production[-1, 3] > cars[-1]


@pytest.fixture(scope="module")
def embargo():
    """Give what a cut of 40 days does to a world that buys mostly at home, by elasticity."""
    system, x0 = home_biased(), Economy.of(home_biased()).x0
    blow = Blow("supply_cut", regions="R0", products="s1", buyers="R1", share=1.0, start_day=2,
                days=40)  # fmt: skip
    return {
        sigma: run(system, (blow,), sigma, steps=150, model=InventoryModel(stock_days=30.0))
        .production.sum(axis=1) / x0.sum()
        for sigma in (0.0, 0.25, 0.5, 1.0, 2.0, 5.0, np.inf)
    }  # fmt: skip


@pytest.mark.parametrize("sigma", [0.25, 0.5, 1.0, 2.0, 5.0])
def test_a_run_between_the_ends_loses_more_than_the_pooled_and_less_than_the_other(embargo, sigma):
    lost = {s: (1.0 - share).sum() for s, share in embargo.items()}
    lowest = {s: share.min() for s, share in embargo.items()}
    # a part of orders looks at stocks by origin, which smooths what pooled orders do at once
    assert 0.95 * lost[np.inf] <= lost[sigma] <= lost[0.0]
    assert lowest[0.0] <= lowest[sigma] <= lowest[np.inf] + 1e-4
    assert lost[0.0] > 50.0 * lost[np.inf] > 0.0


def test_the_loss_falls_as_elasticity_grows_until_nothing_is_short(embargo):
    lost = [(1.0 - embargo[sigma]).sum() for sigma in (0.0, 0.25, 0.5, 1.0)]
    assert (np.diff(lost) < 0.0).all()


@pytest.mark.parametrize("sigma", [0.0, 0.25, 0.5, 1.0, 2.0, 5.0, np.inf])
def test_output_returns_to_rest_after_a_cut_has_ended(embargo, sigma):
    assert abs(embargo[sigma][-1] - 1.0) < 0.01


def test_more_stock_and_smaller_cuts_never_lose_more_in_this_example():
    system = world(3)
    x0 = Economy.of(system).x0

    def lost(days=6.0, share=1.0):
        blow = Blow("supply_cut", regions="R0", products="s1", buyers="R1", share=share,
                    start_day=1, days=15)  # fmt: skip
        model = InventoryModel(rationing="proportional", stock_days=days)
        return (x0 - run(system, (blow,), 0.0, steps=60, model=model).production).sum()

    by_stock = [lost(days=d) for d in (3.0, 6.0, 12.0, 40.0)]
    by_share = [lost(share=m) for m in (0.0, 0.3, 0.6, 1.0)]
    assert (np.diff(by_stock) <= 1e-9).all()
    assert (np.diff(by_share) >= -1e-9).all()
    assert by_share[0] == pytest.approx(0.0, abs=1e-9)


def test_an_elasticity_by_product_leaves_the_others_to_any_origin():
    system = world(3)
    pooled, of_all = run(system, (CUT,), np.inf), run(system, (CUT,), 0.0)
    named = run(system, (CUT,), {"s0": 0.0, "s1": 0.0, "s2": 0.0})
    none = run(system, (CUT,), {})
    one = run(system, (CUT,), {"s1": 0.0})
    assert np.array_equal(named.production, of_all.production)
    assert np.array_equal(none.production, pooled.production)
    assert of_all.production.sum() <= one.production.sum() <= pooled.production.sum()
    assert one.elasticity.tolist() == [np.inf, 0.0, np.inf]


def test_the_bits_do_not_depend_on_threads():
    system = world(6, regions=40, sectors=13)
    blow = Blow("supply_cut", regions="R0", products="s1", share=1.0, start_day=1, days=3)
    one = run(system, (blow,), 2.0, steps=8, threads=1)
    two = run(system, (blow,), 2.0, steps=8, threads=3)
    assert np.array_equal(one.production, two.production)
    assert np.array_equal(one.short_row, two.short_row)


def test_single_precision_is_near_double_precision():
    system = world(3)
    hit = sector_blows(system, Shock((CUT, SHUT)), 40)
    double = simulate_by_origin(Economy.of(system), hit, SHORT, elasticity=0.0)
    economy = Economy.of(system, dtype=np.float32)
    single = simulate_by_origin(economy, hit, SHORT, elasticity=0.0)
    assert economy.Z.dtype == np.float32
    assert np.abs(single.production - double.production).max() <= 1e-4 * economy.x0.max()


def test_endless_stocks_never_limit_and_orders_go_on():
    system = world(3)
    endless = InventoryModel(rationing="proportional", stock_days=float("inf"))
    found = run(system, (CUT,), 0.0, model=endless, stocks_on=[5])
    assert (found.short_step == -1).all()
    assert np.isinf(found.stocks[5]).all()
    assert np.isfinite(found.production).all()
    assert found.unmet_final.sum() > 0.0  # final users hold no stocks


@pytest.mark.parametrize("power", [-8.0, -1.0, 0.0, 0.3, 1.0])
def test_the_mean_and_the_substitution_solve_their_equations(power):
    rng = np.random.default_rng(7)
    for _ in range(50):
        stock, weight = rng.uniform(0.2, 4.0, 6), rng.random(6) + 0.1
        assert ces_mean(stock, weight, power) == pytest.approx(ces(stock, weight, power))
        made = ces_mean(stock, weight, power)  # the most that stocks allow
        mu = substituted(stock, weight, made)
        used = np.minimum(stock / made, mu)
        assert weight @ used == pytest.approx(weight.sum(), rel=1e-9)
        assert mu >= 1.0


def test_where_all_stocks_together_do_not_reach_all_of_each_is_used():
    stock, weight = np.array([0.5, 1.5]), np.array([3.0, 1.0])
    assert substituted(stock, weight, 1.0) == pytest.approx(1.5)
    assert substituted(stock / 3.0, weight, 1.0) == 1.0


def test_an_empty_origin_stops_where_every_origin_is_needed_and_not_where_it_is_not():
    stock, weight = np.array([0.0, 2.0]), np.array([1.0, 1.0])
    assert ces_mean(stock, weight, -1.0) == 0.0
    assert ces_mean(stock, weight, 0.0) == 0.0
    assert ces_mean(stock, weight, 0.5) == pytest.approx(0.5)  # (0.5 sqrt 2)^2
    assert ces_mean(stock, weight, 1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("sigma", [-1.0, float("nan"), "two", {"s1": -0.5}])
def test_an_elasticity_that_is_none_is_refused(sigma):
    with pytest.raises(ParameterError, match="elasticity"):
        run(world(3), (CUT,), sigma)


def test_an_elasticity_of_an_unknown_product_is_refused_with_near_names():
    with pytest.raises(UnknownCodeError, match="s1"):
        run(world(3), (CUT,), {"s11": 0.0})


def test_no_threads_are_refused():
    with pytest.raises(ParameterError, match="threads"):
        run(world(3), (CUT,), 0.0, threads=0)
