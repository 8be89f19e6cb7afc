"""ARIO with pooled stocks: cases worked out by hand, options, endings, errors."""

import numpy as np
import pytest

from ario_economies import course, economy_of, random_system
from chainwright.errors import InfeasibleError, MissingPartError, ParameterError
from chainwright.stress import Economy, InventoryModel, simulate_pooled
from chainwright.stress.sectors.by_origin import simulate_by_origin
from chainwright.stress.sectors.final_use import FinalUse
from chainwright.stress.shocks.sector_blows import (
    CapacityLoss,
    CapitalLoss,
    DemandDrop,
    SectorBlows,
    SupplyCut,
)

NONE = np.zeros(0, np.intp)
MONEY, OF_CAPITAL = False, True
PAIRS = [("A", "m"), ("A", "k"), ("B", "m"), ("B", "k")]
MATRIX = [[10, 20, 5, 5], [5, 10, 5, 5], [5, 15, 10, 20], [5, 5, 5, 10]]
FINAL = [[50, 10], [60, 15], [10, 40], [5, 70]]
TEN = InventoryModel(rationing="proportional", stock_days=10.0, restoration_days=10.0)


def places(*of):
    return np.array(of, dtype=np.intp)


@pytest.fixture(scope="module")
def economy():
    return Economy.of(economy_of(MATRIX, FINAL, PAIRS))


@pytest.fixture(scope="module")
def one_way():
    """Give an economy in which k is made of m, sold to final users alone, and m of nothing."""
    matrix = [[0, 20, 0, 5], [0, 0, 0, 0], [0, 15, 0, 20], [0, 0, 0, 0]]
    return Economy.of(economy_of(matrix, FINAL, PAIRS))


@pytest.fixture(scope="module")
def open_economy():
    return Economy.of(random_system(11))


def capacity(steps, node, share, start=2, days=5):
    loss = CapacityLoss(0, places(node), np.array([share]), course(steps, start, days))
    return SectorBlows(steps, 1.0, capacity=(loss,))


def cut(steps, sellers, buyers, users=(), *, share=1.0, start=2, days=10):
    one = SupplyCut(
        0, places(*sellers), places(*buyers), places(*users), share, course(steps, start, days)
    )
    return SectorBlows(steps, 1.0, cuts=(one,))


def capital(steps, node, damage, *, start=1, rebuild=None, of_capital=MONEY, blow=0):
    if rebuild is None:
        kept = course(steps, start, 5, 10)
        return CapitalLoss(
            blow, places(node), np.array([damage]), of_capital, kept, start, None, NONE, NONE,
            0.0, 1.0,
        )  # fmt: skip
    return CapitalLoss(
        blow, places(node), np.array([damage]), of_capital, None, start, start + 2,
        places(*rebuild), np.full(len(rebuild), 1 / len(rebuild)), 20.0, 1.0,
    )  # fmt: skip


def test_without_a_shock_nothing_moves(economy):
    run = simulate_pooled(economy, SectorBlows(300, 1.0), TEN)
    assert np.abs(run.production / economy.x0 - 1.0).max() < 1e-15
    assert run.unmet_final.max() < 1e-15 * economy.x0.max()
    assert (run.short_step == -1).all()


def test_capacity_is_lost_on_the_day_stated_and_no_later(economy):
    run = simulate_pooled(economy, capacity(12, 1, 0.4, start=3, days=2), TEN)
    share = run.capacity[:, 1] / economy.x0[1] / run.alpha[:, 1]
    assert share[:7] == pytest.approx([1, 1, 1, 0.6, 0.6, 1, 1])
    assert run.production[3, 1] == pytest.approx(0.6 * economy.x0[1])


def test_of_two_losses_of_capacity_the_larger_holds(economy):
    blows = [
        CapacityLoss(0, places(0, 1), np.array([0.3, 0.2]), course(6, 1, 3)),
        CapacityLoss(1, places(1), np.array([0.5]), course(6, 2, 1)),
    ]
    run = simulate_pooled(economy, SectorBlows(6, 1.0, capacity=tuple(blows)), TEN)
    left = run.capacity / run.alpha / economy.x0
    assert left[1:4, 1] == pytest.approx([0.8, 0.5, 0.8])
    assert left[1:4, 0] == pytest.approx([0.7, 0.7, 0.7])


def test_damages_to_capital_add_up_and_losses_of_capacity_do_not_add_to_them(economy):
    K = economy.K[1]
    damaged = (capital(8, 1, 0.2 * K), capital(8, 1, 0.3, of_capital=OF_CAPITAL, blow=1))
    lost = CapacityLoss(2, places(1), np.array([0.4]), course(8, 1, 3))
    run = simulate_pooled(economy, SectorBlows(8, 1.0, capacity=(lost,), capital=damaged), TEN)
    assert run.capital_to_recover[1, 1] == pytest.approx(0.5 * K)
    assert run.capacity[1, 1] == pytest.approx(0.5 * economy.x0[1])


def test_a_cut_turns_buyers_and_final_users_to_the_other_origin(economy):
    everyone, users = range(4), range(2)
    run = simulate_pooled(economy, cut(30, [0], everyone, users), TEN)
    assert run.intermediate_demand[1, 0] > 0.0
    assert run.intermediate_demand[2:12, 0].max() == 0.0
    assert run.final_demand[2:12, 0].max() == 0.0
    moved = run.final_demand[2, 2] - economy.Y[2]
    assert moved == pytest.approx(economy.Y[0])
    assert run.production[2:12, 0].max() == 0.0
    assert run.production[2:12, 2].max() > 1.0 * economy.x0[2]


def test_a_cut_of_every_origin_leaves_final_demand_unmet_at_once(economy):
    run = simulate_pooled(economy, cut(20, [0, 2], range(4), range(2)), TEN)
    assert run.unmet_final[2:12, [0, 2]] == pytest.approx(np.tile(economy.Y[[0, 2]], (10, 1)))
    assert run.final_demand[2:12, [0, 2]] == pytest.approx(np.tile(economy.Y[[0, 2]], (10, 1)))


def test_without_any_origin_users_slow_down_when_stocks_pass_the_share_psi(one_way):
    economy = one_way
    # stocks of 10 days, psi 0.8: mornings of days 2, 3 and 4 find 10, 9 and 8 days of use
    run = simulate_pooled(economy, cut(30, [0, 2], [1], start=2, days=25), TEN)
    assert run.production[2:5, 1] == pytest.approx(np.full(3, economy.x0[1]))
    assert run.production[5, 1] == pytest.approx(economy.x0[1] * 7 / 8)
    assert run.production[6, 1] == pytest.approx(economy.x0[1] * 7 / 8 * 7 / 8)
    assert run.short_step[1] == 5
    assert economy.products.codes[run.short_product[1]] == "m"


def test_a_cut_for_fewer_days_than_stocks_above_psi_is_not_felt(one_way):
    economy = one_way
    run = simulate_pooled(economy, cut(60, [0, 2], [1], start=2, days=2), TEN)
    assert run.short_step[1] == -1
    assert run.production[:, 1] == pytest.approx(np.full(60, economy.x0[1]))


@pytest.fixture(scope="module")
def sixty_forty():
    """Give two makers of m of which k uses 60 and 40 a day; k sells to final users alone."""
    matrix = np.zeros((4, 4))
    matrix[0, 1], matrix[2, 1] = 60.0 * 365, 40.0 * 365
    final = 365.0 * np.array([[90.0, 10.0], [150.0, 50.0], [20.0, 80.0], [5.0, 70.0]])
    return Economy.of(economy_of(matrix, final, PAIRS))


@pytest.mark.parametrize("sigma", [None, np.inf])
@pytest.mark.parametrize(
    ("sellers", "share", "orders"),
    [
        ([0], 0.5, [30.0, 70.0]),  # 30 are cut off and turn to the other
        ([0, 2], 0.5, [30.0, 20.0]),  # there is nobody to turn to
        ([0], 1.0, [0.0, 100.0]),
        ([2], 0.25, [70.0, 30.0]),
        ([0, 2], 1.0, [0.0, 0.0]),
    ],
)
def test_what_is_cut_off_turns_to_origins_that_are_not_cut(
    sixty_forty, sellers, share, orders, sigma
):
    shut = cut(6, sellers, [1], share=share, start=0, days=6)
    if sigma is None:
        run = simulate_pooled(sixty_forty, shut, TEN)
    else:
        run = simulate_by_origin(sixty_forty, shut, TEN, elasticity=sigma)
    assert run.intermediate_demand[0, [0, 2]] == pytest.approx(orders, abs=1e-12)


def test_orders_cut_off_lean_on_origins_by_what_they_can_make(sixty_forty):
    """Half of A's m is cut and B's makers of m can make half: weights 60 and 20, D = 30, U = 20."""
    half = np.array([0.5])
    cuts = cut(6, [0], [1], share=0.5, start=0, days=6).cuts
    blows = SectorBlows(6, 1.0, (CapacityLoss(0, places(2), half, course(6, 0, 6)),), cuts=cuts)
    run = simulate_pooled(sixty_forty, blows, TEN)
    ordered = run.intermediate_demand[1, [0, 2]]
    assert ordered / ordered.sum() == pytest.approx([30.0 / 80.0, 50.0 / 80.0])


def test_a_part_of_all_that_is_cut_is_taken_from_stocks_day_by_day(sixty_forty):
    """Of what is asked, use and a tenth of what stocks lack, half comes."""
    stop = cut(40, [0, 2], [1], share=0.5, start=2, days=30)
    run = simulate_pooled(sixty_forty, stop, TEN, stocks_on=range(40))
    ordered, held = 100.0, 1000.0
    for t in range(2, 6):
        held += 0.5 * ordered - 100.0
        assert run.stocks[t][0, 1] == pytest.approx(held)
        ordered = 100.0 + (1000.0 - held) / 10.0


@pytest.mark.parametrize(("share", "days"), [(0.5, 4), (0.25, 8), (0.9, 2)])
def test_a_part_cut_is_not_felt_while_share_times_days_is_below_what_stocks_bear(
    sixty_forty, share, days
):
    """Stocks of 10 days bear (1 - 0.8) 10 = 2 days of use, a day more of the cut is felt."""
    slow = InventoryModel(stock_days=10.0, restoration_days=1000.0)
    runs = [
        simulate_pooled(sixty_forty, cut(30, [0, 2], [1], share=share, days=d), slow)
        for d in (days, days + 1)
    ]
    assert runs[0].short_step[1] == -1
    assert runs[0].production[:, 1] == pytest.approx(200.0)
    assert runs[1].short_step[1] == 2 + days + 1
    one = simulate_pooled(sixty_forty, cut(30, [0], [1], share=share, days=25), slow)
    assert one.short_step[1] == -1  # the other makes up for it


def test_a_cut_that_recovers_day_by_day_lets_more_through_each_day(sixty_forty):
    one = SupplyCut(0, places(0, 2), places(1), NONE, 0.8, course(30, 0, 2, 8))
    endless = InventoryModel(stock_days=np.inf)
    run = simulate_pooled(sixty_forty, SectorBlows(30, 1.0, cuts=(one,)), endless)
    open_ = 1.0 - 0.8 * course(30, 0, 2, 8)
    ordered = run.intermediate_demand[:, [0, 2]]
    # exactly the open part of all orders, whatever capacity each maker has stretched to
    assert ordered.sum(axis=1) == pytest.approx(100.0 * open_, rel=1e-12)
    assert ordered == pytest.approx(np.outer(open_, [60.0, 40.0]), rel=1e-2)
    assert open_[2] < open_[5] < open_[10] == 1.0


def test_of_final_demand_cut_in_part_nothing_moves_back_to_those_that_are_cut(sixty_forty):
    economy = sixty_forty
    use = FinalUse(economy, cut(4, [0], [], [0], share=0.5, start=0, days=4)).at(0)
    assert use.asked[[0, 2]] == pytest.approx([45.0 + 10.0, 20.0 + 45.0 + 80.0])
    assert use.stuck.max() == 0.0
    both = FinalUse(economy, cut(4, [0, 2], [], [0], share=0.5, start=0, days=4)).at(0)
    assert both.asked[[0, 2]] == pytest.approx([45.0 + 10.0, 10.0 + 80.0])
    assert both.stuck[[0, 2]] == pytest.approx([45.0, 10.0])


def test_rows_from_abroad_never_run_short_unless_cut(open_economy):
    n, r = open_economy.n, open_economy.r
    calm = simulate_pooled(open_economy, SectorBlows(20, 1.0), TEN, record=["imports"])
    assert calm.imports == pytest.approx(np.tile(calm.imports[0], (20, 1)))
    shut = simulate_pooled(
        open_economy, cut(20, range(n, n + r), range(n), range(len(open_economy.flows.users))),
        TEN, record=["imports", "unmet_abroad", "production"],
    )  # fmt: skip
    assert shut.imports[2:12].max() == 0.0
    only = open_economy.codes[n:].index("Y:only abroad")
    assert shut.unmet_abroad[2:12, only] == pytest.approx(np.full(10, open_economy.Y[n + only]))
    assert shut.unmet_abroad[12:].max() == 0.0


def test_a_fall_of_demand_is_not_unmet_demand(economy):
    drop = DemandDrop(0, places(0), places(0, 1), 0.5, course(10, 2, 5))
    run = simulate_pooled(economy, SectorBlows(10, 1.0, demand=(drop,)), TEN)
    assert run.final_demand[2, 0] == pytest.approx(0.5 * economy.Y[0])
    assert run.unmet_final.max() < 1e-12
    assert run.production[2, 0] == pytest.approx(economy.x0[0] - 0.5 * economy.Y[0])


def test_rebuilding_is_asked_of_the_sectors_named_and_ends(economy):
    blows = SectorBlows(800, 1.0, capital=(capital(800, 1, 5.0, rebuild=[0]),))
    run = simulate_pooled(economy, blows, TEN)
    assert run.rebuild_demand[:3].max() == 0.0
    assert run.rebuild_demand[3].sum() == pytest.approx(5.0 / 20.0)
    assert run.rebuild_demand[:, [1, 3]].max() == 0.0
    sold = np.array([20.0, 15.0])
    assert run.rebuild_demand[3, [0, 2]] == pytest.approx(0.25 * sold / sold.sum())
    assert run.rebuild_delivered.sum() == pytest.approx(5.0, rel=1e-8)
    assert run.capital_to_recover[-1].max() == 0.0


def test_rebuilding_asks_no_more_than_its_cap_and_takes_longer(economy):
    blows = SectorBlows(60, 1.0, capital=(capital(60, 1, 50.0, rebuild=[0]),))
    free = simulate_pooled(economy, blows, TEN)
    capped = simulate_pooled(
        economy,
        blows,
        InventoryModel(
            rationing="proportional", stock_days=10.0, restoration_days=10.0, rebuild_cap=0.01
        ),
    )
    assert (capped.rebuild_demand <= 0.01 * economy.x0 * (1 + 1e-12)).all()
    assert free.rebuild_demand.max() > 0.02 * economy.x0.max()
    assert capped.capital_to_recover[-1].sum() > free.capital_to_recover[-1].sum()


def test_two_events_are_rebuilt_as_the_sum_of_their_demands(economy):
    one, other = capital(30, 1, 4.0, rebuild=[0]), capital(30, 2, 6.0, rebuild=[1], blow=1)
    both = simulate_pooled(economy, SectorBlows(30, 1.0, capital=(one, other)), TEN)
    single = simulate_pooled(economy, SectorBlows(30, 1.0, capital=(one,)), TEN)
    assert both.rebuild_demand[3].sum() == pytest.approx(10.0 / 20.0)
    assert both.rebuild_demand[3, [0, 2]] == pytest.approx(single.rebuild_demand[3, [0, 2]])


def test_orders_come_before_final_demand_and_rebuilding_by_priority(economy):
    model = InventoryModel(stock_days=10.0, restoration_days=10.0, rationing="priority")
    blows = SectorBlows(
        10, 1.0,
        capacity=(CapacityLoss(0, places(0), np.array([0.5]), course(10, 2, 6)),),
        capital=(capital(10, 1, 5.0, rebuild=[0], blow=1),),
    )  # fmt: skip
    run = simulate_pooled(economy, blows, model)
    orders = run.intermediate_demand[4, 0]
    final = run.final_demand[4, 0] - run.unmet_final[4, 0]
    assert final == pytest.approx(run.production[4, 0] - orders)
    assert 0.0 < run.unmet_final[4, 0] < run.final_demand[4, 0]
    assert run.rebuild_demand[4, 0] > 0.0
    assert run.rebuild_delivered[4, 0] == 0.0


def test_with_endless_stocks_nothing_is_short_and_stocks_read_endless(one_way):
    economy = one_way
    endless = InventoryModel(rationing="proportional", stock_days=np.inf)
    run = simulate_pooled(economy, cut(30, [0, 2], [1]), endless, stocks_on=(5,))
    assert (run.short_step == -1).all()
    assert np.isinf(run.stocks[5]).all()
    assert run.production[:, 1].min() == pytest.approx(economy.x0[1])


def test_only_essential_inputs_limit_where_the_rule_says_so():
    from dataclasses import replace  # noqa: PLC0415

    import chainwright as cw  # noqa: PLC0415

    flows = economy_of(MATRIX, FINAL, PAIRS).flows
    sectors = replace(flows.nodes.sectors, parents=("C", "K"))  # banks are not essential to C
    nodes = replace(flows.nodes, sectors=sectors)
    economy = Economy.of(cw.System(replace(flows, nodes=nodes)))
    shut = cut(40, [1, 3], [0], days=35)
    every = simulate_pooled(economy, shut, TEN)
    model = InventoryModel(
        rationing="proportional", stock_days=10.0, restoration_days=10.0, inputs="essential"
    )
    essential = simulate_pooled(economy, shut, model, stocks_on=(30,))
    assert every.production[30, 0] < 0.5 * economy.x0[0]
    assert essential.production[30, 0] > 0.9 * economy.x0[0]
    assert essential.stocks[30].min() >= 0.0
    assert "assumption" in " ".join(en for en, _ in essential.notes)


def test_the_run_ends_early_at_rest_and_says_why(economy):
    model = InventoryModel(
        rationing="proportional",
        stock_days=10.0,
        restoration_days=5.0,
        early_stop_days=30.0,
        early_stop_tolerance=1e-3,
    )
    run = simulate_pooled(economy, capacity(2000, 1, 0.1, days=3), model)
    assert 30 < run.steps < 2000
    assert "at rest for 30 days" in run.ended_en
    assert "平稳" in run.ended_zh
    assert np.abs(run.production[-30:] / economy.x0 - 1.0).max() <= 1e-3


def test_the_run_does_not_end_before_a_blow_to_come(economy):
    model = InventoryModel(rationing="proportional", stock_days=10.0, early_stop_days=5.0)
    run = simulate_pooled(economy, capacity(60, 1, 0.5, start=40, days=3), model)
    assert run.steps > 40
    assert run.production[40, 1] == pytest.approx(0.5 * economy.x0[1])


@pytest.mark.parametrize(
    ("blows", "words"),
    [
        (capacity(10, 1, 0.5, start=2, days=99), "a blow was still in force"),
        (capacity(10, 1, 0.5, start=2, days=2), "the horizon of 10 days was reached"),
        (
            SectorBlows(10, 1.0, capital=(capital(10, 1, 5.0, rebuild=[0]),)),
            "damage was not all rebuilt",
        ),
    ],
)
def test_a_run_to_its_horizon_says_what_was_not_over(economy, blows, words):
    run = simulate_pooled(economy, blows, TEN)
    assert run.ended_en.endswith(words)
    assert "10 天" in run.ended_zh


def test_damage_above_capital_names_blow_node_and_day(economy):
    blows = SectorBlows(9, 1.0, capital=(capital(9, 1, 1e9, start=3, blow=4),))
    with pytest.raises(ParameterError, match=r"blow 5 .* capital of A:k on day 3"):
        simulate_pooled(economy, blows, TEN)


def test_damages_that_exceed_capital_together_name_all_blows_on_the_day(economy):
    half = 0.6 * economy.K[1]
    two = (capital(9, 1, half, start=1), capital(9, 1, half, start=4, blow=1))
    with pytest.raises(ParameterError, match=r"blow 1, 2 .* capital of A:k on day 4"):
        simulate_pooled(economy, SectorBlows(9, 1.0, capital=two), TEN)


def test_a_stock_below_zero_names_product_user_day_and_blow(economy):
    # psi times the target is half a step of use: more is used than is held
    model = InventoryModel(rationing="proportional", psi=0.1, stock_days=5.0)
    with pytest.raises(InfeasibleError, match=r"stock of m that A:k holds .* on day \d+, after"):
        simulate_pooled(economy, cut(30, [0, 2], [1]), model)


def test_a_number_that_is_none_names_its_node_and_day(economy):
    loss = CapacityLoss(0, places(2), np.array([np.nan]), course(9, 3, 2) + 0.0)
    with pytest.raises(InfeasibleError, match="output of B:m is nan"):
        simulate_pooled(economy, SectorBlows(9, 1.0, capacity=(loss,)), TEN)


def test_steps_of_other_lengths_are_refused(economy):
    with pytest.raises(ParameterError, match="the shock"):
        simulate_pooled(economy, SectorBlows(5, 7.0), TEN)
    with pytest.raises(ParameterError, match="the model"):
        simulate_pooled(
            economy,
            SectorBlows(5, 1.0),
            InventoryModel(rationing="proportional", step="week", stock_days=30.0),
        )


def test_records_not_asked_for_are_absent_and_unknown_ones_refused(economy):
    run = simulate_pooled(economy, SectorBlows(3, 1.0), TEN, record=["production"])
    assert run.production.shape == (3, 4)
    with pytest.raises(MissingPartError, match="unmet_final"):
        _ = run.unmet_final
    with pytest.raises(ParameterError, match="record"):
        simulate_pooled(economy, SectorBlows(3, 1.0), TEN, record=["profit"])


def test_unmet_demand_by_region_of_use_adds_up_to_that_by_node(open_economy):
    economy = open_economy
    blows = SectorBlows(
        20, 1.0,
        capacity=(CapacityLoss(0, places(0, 2), np.array([0.8, 0.3]), course(20, 1, 9)),),
        cuts=cut(20, [economy.n, 1], range(economy.n), [0, 1], days=5).cuts,
    )  # fmt: skip
    names = ["unmet_by_region", "unmet_final", "unmet_abroad"]
    run = simulate_pooled(economy, blows, TEN, record=names)
    assert run.unmet_by_region.shape == (20, len(economy.flows.users.regions), economy.S)
    by_node = run.unmet_final.sum(axis=1) + run.unmet_abroad.sum(axis=1)
    assert run.unmet_by_region.sum(axis=(1, 2)) == pytest.approx(by_node)
    assert by_node.max() > 0.0


def test_every_record_is_finite(economy):
    blows = SectorBlows(
        40, 1.0,
        capacity=capacity(40, 0, 1.0).capacity,
        capital=(capital(40, 1, 5.0, rebuild=[0, 1]),),
        cuts=cut(40, [2], range(4), range(2)).cuts,
    )  # fmt: skip
    run = simulate_pooled(economy, blows, TEN)
    assert all(np.isfinite(series).all() for series in run.series.values())
    assert len(run.series) == 9
    assert all(len(series) == 40 for series in run.series.values())


def test_a_run_in_weeks_has_one_row_a_step(economy):
    weekly = Economy.of(economy_of(MATRIX, FINAL, PAIRS), step_days=7.0)
    loss = CapacityLoss(0, places(1), np.array([0.5]), course(10, 2, 3))
    model = InventoryModel(rationing="proportional", stock_days=60.0, step="week")
    run = simulate_pooled(weekly, SectorBlows(10, 7.0, capacity=(loss,)), model)
    assert np.isfinite(run.production).all()
    assert run.days.tolist() == [7.0 * t for t in range(10)]
    assert run.production[2, 1] == pytest.approx(0.5 * weekly.x0[1])


def test_progress_is_told_each_step_and_may_end_the_run(economy):
    seen = []
    simulate_pooled(
        economy, SectorBlows(3, 1.0), TEN, progress=lambda done, of: seen.append((done, of))
    )

    def stop(done, _):
        if done == 2:
            raise KeyboardInterrupt

    assert seen == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(KeyboardInterrupt):
        simulate_pooled(economy, SectorBlows(3, 1.0), TEN, progress=stop)


def test_two_threads_and_one_give_the_same_bits():
    economy = Economy.of(random_system(2, regions=30, sectors=20, grid=True))
    assert economy.Z.size > 250_000
    shut = cut(15, range(40), range(100), range(5))
    one, two, three = (simulate_pooled(economy, shut, TEN, threads=k).production for k in (1, 2, 3))
    assert np.array_equal(one, two)
    assert np.array_equal(one, three)


def test_no_thread_at_all_is_refused(economy):
    with pytest.raises(ParameterError, match="threads"):
        simulate_pooled(economy, SectorBlows(3, 1.0), TEN, threads=0)


def test_half_precision_runs_within_a_hundred_thousandth(economy):
    single = Economy.of(economy_of(MATRIX, FINAL, PAIRS), dtype=np.float32)
    shut = capacity(100, 1, 0.4)
    gap = (
        simulate_pooled(single, shut, TEN).production
        - simulate_pooled(economy, shut, TEN).production
    )
    assert np.abs(gap / economy.x0).max() < 1e-5


def test_value_added_follows_output(economy):
    run = simulate_pooled(economy, capacity(5, 1, 0.4), TEN)
    assert run.value_added[0] == pytest.approx(economy.VA / 365)
    assert run.value_added[3, 1] == pytest.approx(0.6 * economy.VA[1] / 365, rel=1e-3)
