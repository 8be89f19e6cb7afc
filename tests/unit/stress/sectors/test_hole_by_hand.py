"""What is cut off and cannot move leaves a hole that nobody is asked to fill, worked out by hand.

Steel makes 8 a day for households of iron of A and of C, 2 a day of each: it uses 0.5 a unit. Its
stock of iron, of both together, is 5 days of use, 20; it limits output below 0.8 of that, 16. A gap
is refilled in 5 days. A and C make 10 a day each; nobody's capacity stretches, and orders follow
deliveries at rest alone.
"""

import numpy as np
import pytest

from ario_economies import course, economy_of
from chainwright.stress import Economy, InventoryModel, simulate_by_origin, simulate_pooled
from chainwright.stress.ensembles.batch_run import simulate_batch
from chainwright.stress.ensembles.batch_table import BatchTable
from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.firms.firm_inventories import simulate_firms
from chainwright.stress.sectors.cut_kernels import order_around, turn
from chainwright.stress.sectors.essential_limits import limiting_inputs
from chainwright.stress.shocks.firm_blows import FirmBlows, LinkCut
from chainwright.stress.shocks.sector_blows import CapacityLoss, SectorBlows, SupplyCut
from firm_worlds import as_firms

NOBODY = np.zeros(0, np.intp)
A, STEEL, C = np.array([0]), np.array([1]), np.array([2])


@pytest.fixture(scope="module")
def system():
    matrix = 365.0 * np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 0.0], [0.0, 2.0, 0.0]])
    final = 365.0 * np.array([[8.0, 0.0, 0.0], [0.0, 8.0, 0.0], [0.0, 0.0, 8.0]])
    return economy_of(matrix, final, [("A", "iron"), ("B", "steel"), ("C", "iron")])


@pytest.fixture(scope="module")
def economy(system):
    return Economy.of(system)


def model(*, replaceable=0.0, **more):
    given = {
        "stock_days": 5.0, "restoration_days": 5.0, "overproduction_max": 1.0, "orders": "noalt",
        "rationing": "priority", **more,
    }  # fmt: skip
    return InventoryModel(replaceable=replaceable, **given)


def cut_of_a(steps, *spans, share=1.0, capacity=()):
    """Return A's iron cut from steel in spans of (first day, days)."""
    open_days = np.max([course(steps, first, days) for first, days in spans], axis=0)
    one = SupplyCut(0, A, STEEL, NOBODY, share, open_days)
    return SectorBlows(steps, 1.0, tuple(capacity), cuts=(one,))


def pooled(economy, blows, asked):
    return simulate_pooled(economy, blows, asked, stocks_on=range(blows.steps))


def by_origin(economy, blows, asked):
    return simulate_by_origin(
        economy, blows, asked, elasticity=np.inf, stocks_on=range(blows.steps)
    )


ENGINES = pytest.mark.parametrize("engine", [pooled, by_origin])


@ENGINES
def test_as_long_as_a_cut_lasts_the_open_origin_keeps_its_usual_orders(economy, engine):
    # C delivers 2 a day, come what may. The stock falls by 2 a day to 16, of which day 2 is whole;
    # 14 allow 8 x 14 / 16 = 7 on day 3, which takes 3.5: 12.5 allow 6.25, 11.375 allow 5.6875. It
    # ends where 2 a day are used: output 4, half of rest as half of the iron comes, on a stock of
    # 8. Had C been asked to refill the gap, output would be back at 8 by and by.
    run = engine(economy, cut_of_a(120, (0, 120)), model())
    assert run.intermediate_demand[:, 2] == pytest.approx(np.full(120, 2.0), rel=1e-12)
    assert run.production[:6, 1] == pytest.approx([8, 8, 8, 7, 6.25, 5.6875])
    assert [run.stocks[t][0, 1] for t in range(5)] == pytest.approx([18, 16, 14, 12.5, 11.375])
    assert run.production[-1, 1] == pytest.approx(4.0, rel=1e-9)
    assert run.stocks[119][0, 1] == pytest.approx(8.0, rel=1e-9)


@ENGINES
def test_after_the_cut_the_hole_is_a_gap_as_any_other(economy, engine):
    # Cut on days 0 to 3: in the evening of day 3 there are 12.5, and all is open again. Asked is
    # the gap over 5 and the use, 7.5 / 5 + 3.5 = 5, half of each. Day 4 makes 6.25 of 3.125 and
    # leaves 14.375: 5.625 / 5 + 3.125 = 4.25. Then the stock fills up, half of it from each.
    run = engine(economy, cut_of_a(120, (0, 4)), model())
    assert run.intermediate_demand[:6, 2] == pytest.approx([2, 2, 2, 2, 2.5, 2.125])
    assert run.intermediate_demand[:6, 0] == pytest.approx([0, 0, 0, 0, 2.5, 2.125])
    assert run.production[4:6, 1] == pytest.approx([6.25, 14.375 / 2])
    assert run.stocks[119][0, 1] == pytest.approx(20.0, rel=1e-6)
    assert run.production[-1, 1] == pytest.approx(8.0, rel=1e-9)


@ENGINES
def test_a_second_cut_begins_with_no_hole(economy, engine):
    # The first leaves a stock that is refilled; of the second C is asked for its usual 2 and half
    # of what was still missing when it began, over 5. In the evening of day 5 the stock is
    # 14.375 - 3.59375 + 4.25 = 15.03125 and the gap 4.96875, none of it a hole of the second cut:
    # 4 + 4.96875 / 5 = 4.99375 is above 4.96875 / 5 + 3.59375 = 4.5875, of which C is asked half.
    run = engine(economy, cut_of_a(60, (0, 4), (6, 54)), model())
    assert run.intermediate_demand[4:7, 2] == pytest.approx([2.5, 2.125, 2.29375])
    # That evening: day 6 uses 15.03125 / 4 = 3.7578125 of it, C brings 2.29375: 13.5671875 are
    # left, the gap is 6.4328125, the hole 2.29375: 4 + 4.1390625 / 5 = 4.8278125 is below
    # 6.4328125 / 5 + 3.7578125 = 5.044375.
    assert run.intermediate_demand[7, 2] == pytest.approx(4.8278125 / 2)
    assert run.production[-1, 1] < 8.0 - 1e-3


@ENGINES
def test_what_is_missing_for_another_reason_is_ordered_at_the_open_origin(economy, engine):
    # On day 0 C makes 1 instead of 10: steel gets 1 of the 2 it ordered there. In the evening 17
    # are left; of the gap of 3 the hole is 2, and 4 + (3 - 2) / 5 = 4.2 is ordered, 2.1 at C. Day
    # 1 leaves 17 - 4 + 2.1 = 15.1: of 4.9 the hole is 2 + 2.1, asked 4 + 0.8 / 5 = 4.16. Day 2
    # makes 7.55 of 3.775 and leaves 13.405: of 6.595 the hole is 6.18, asked 4 + 0.415 / 5.
    lost = CapacityLoss(1, C, np.array([0.9]), course(80, 0, 1))
    run = engine(economy, cut_of_a(80, (0, 80), capacity=(lost,)), model())
    assert run.intermediate_demand[:4, 2] == pytest.approx([2, 2.1, 2.08, 2.0415])
    assert run.production[:3, 1] == pytest.approx([8, 8, 7.55])
    assert run.intermediate_demand[-1, 2] == pytest.approx(2.0, rel=1e-6)
    assert run.production[-1, 1] == pytest.approx(4.0, rel=1e-6)


@pytest.mark.parametrize(
    ("share", "replaceable", "days", "settled"),
    [
        (1.0, 0.0, 5.0, 0.5),
        (0.5, 0.0, 5.0, 0.75),
        (1.0, 0.6, 5.0, 0.8),
        # stocks of 5 days that are refilled in 10: k = 0.5, c = 0.5: 0.5 k / (c + 0.5 psi k)
        (1.0, 0.0, 10.0, 0.25 / 0.7),
        # refilled in 6 days it is 0.5 x 0.8333 / 0.8333 = 0.5 just so
        (1.0, 0.0, 6.0, 0.5),
    ],
)
def test_output_settles_at_the_part_that_is_open_or_below(
    economy, share, replaceable, days, settled
):
    # c = half of the iron x share x (1 - replaceable) is missing for good. Output settles at
    # 1 - c, or where a gap is refilled slowly at (1 - c) k / (c + (1 - c) psi k), k = 5 / days.
    c, k = 0.5 * share * (1.0 - replaceable), 5.0 / days
    run = pooled(
        economy, cut_of_a(400, (0, 400), share=share),
        model(replaceable=replaceable, restoration_days=days),
    )  # fmt: skip
    assert run.production[-1, 1] / 8.0 == pytest.approx(settled, rel=1e-3)
    assert (1.0 - c) * min(1.0, k / (c + (1.0 - c) * 0.8 * k)) == pytest.approx(settled, rel=1e-9)


def test_batches_of_draws_leave_the_same_hole(economy):
    lost = CapacityLoss(1, C, np.array([0.9]), course(60, 9, 2))
    blows = [
        cut_of_a(60, (0, 60)),
        cut_of_a(60, (0, 4), (6, 30)),
        cut_of_a(60, (3, 20), share=0.6, capacity=(lost,)),
        cut_of_a(60, (3, 20), (30, 20), capacity=(lost,)),
    ]
    shares = (0.0, 0.0, 0.3, 1.0)
    models = [model(replaceable=share) for share in shares]
    batch = simulate_batch(BatchTable(economy, limiting_inputs(economy, models[0])), blows, models)
    for k in range(4):
        one = simulate_pooled(economy, blows[k], models[k]).production.sum(axis=1)
        assert batch["output_by_step"][k] == pytest.approx(one, rel=1e-13)
    assert batch["output_by_step"][0, -1] == pytest.approx(8.0 + 4.0 + 10.0, rel=1e-6)


def test_firms_leave_the_same_hole(system, economy):
    lost = CapacityLoss(1, C, np.array([0.9]), course(80, 9, 2))
    sectors = cut_of_a(80, (0, 4), (6, 50), capacity=(lost,))
    links = as_firms(system)
    at = np.flatnonzero((links.supplier == 0) & (links.buyer == 1))
    firms = FirmBlows(
        3, 80, 1.0, (lost,), cuts=(LinkCut(0, at, np.ones(1), sectors.cuts[0].course),)
    )  # fmt: skip
    for replaceable in (0.0, 0.7):
        asked = model(replaceable=replaceable)
        one = simulate_pooled(economy, sectors, asked)
        other = simulate_firms(FirmEconomy.of(links), firms, asked, record=["production"])
        assert other.of("production") == pytest.approx(one.production, rel=1e-12)
    assert one.production[:, 1].min() < 7.0


@ENGINES
def test_in_half_precision_the_hole_is_the_same_within_a_hundred_thousandth(system, engine):
    lost = CapacityLoss(1, C, np.array([0.9]), course(60, 9, 2))
    blows = cut_of_a(60, (0, 4), (6, 40), capacity=(lost,))
    whole, half = (
        engine(Economy.of(system, dtype=kind), blows, model()) for kind in (np.float64, np.float32)
    )
    assert np.abs(half.production / whole.production - 1.0).max() < 1e-5


def test_where_all_moves_no_bit_of_an_order_is_changed_and_there_is_no_hole():
    rng = np.random.default_rng(3)
    whole, part, shut, kappa = rng.uniform(0.1, 1.0, (4, 50))
    whole[:5] = 0.0  # nobody is open
    before = np.where(whole > 0.0, whole + whole / (whole + shut) * part, part + shut)
    offered, nobody = whole.copy(), shut.copy()
    turn(offered, part, nobody, np.ones(50), kappa)
    assert offered.tobytes() == before.tobytes()
    assert not nobody.any()
    orders, hole = rng.uniform(0.0, 1.0, 50), rng.uniform(0.0, 1.0, 50)
    kept = orders.tobytes()
    order_around(
        *rng.uniform(0.0, 1.0, (4, 50)), 3.0, 0.1, offered, nobody, hole, orders
    )  # fmt: skip
    assert orders.tobytes() == kept
    assert not hole.any()
