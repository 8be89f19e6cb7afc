"""What is held ready over the steps of a run: from when, for whom, and what is counted."""

import numpy as np
import pytest

from ario_economies import course, economy_of
from chainwright.stress import Economy, InventoryModel
from chainwright.stress.sectors.held_safeguards import held_safeguards
from chainwright.stress.sectors.ready_safeguards import Backup, Moving, Reserves, ready_from
from chainwright.stress.sectors.reserve_kernels import release_pooled
from chainwright.stress.shocks.sector_blows import CapacityLoss, SectorBlows
from chainwright.system import Safeguard


@pytest.fixture(scope="module")
def economy():
    """Iron of A goes to steel of B: 2 of 10 a day, and B makes 8."""
    matrix = 365.0 * np.array([[0.0, 2.0], [0.0, 0.0]])
    final = 365.0 * np.array([[8.0, 0.0], [0.0, 8.0]])
    return Economy.of(economy_of(matrix, final, [("A", "iron"), ("B", "steel")]))


def loss(steps=10, start=2, days=3, step_days=1.0):
    held = CapacityLoss(0, np.array([0]), np.array([0.5]), course(steps, start, days))
    return SectorBlows(steps, step_days, (held,))


@pytest.mark.parametrize(
    ("days", "step_days", "first"),
    [(0.0, 1.0, 2), (1.0, 1.0, 3), (1.5, 1.0, 4), (7.0, 7.0, 3), (8.0, 7.0, 4), (1e9, 1.0, 10**9)],
)
def test_days_are_counted_from_the_first_blow_and_rounded_up_to_steps(days, step_days, first):
    found = ready_from(loss(step_days=step_days), days)
    assert found == (first if days < 1e9 else 2 + 10**9)


def test_without_a_blow_nothing_is_ever_ready():
    assert ready_from(SectorBlows(10, 1.0), 0.0) > 10**6
    nothing = CapacityLoss(0, np.array([0]), np.array([0.5]), np.zeros(10))
    assert ready_from(SectorBlows(10, 1.0, (nothing,)), 0.0) > 10**6


def sources(economy, *given):
    held = [
        Safeguard(name, "second_source", users, size, product=product, after_days=days)
        for name, users, size, product, days in given
    ]
    return held_safeguards(economy, held)


def test_a_second_source_raises_the_share_of_its_users_from_its_day_on(economy):
    held = sources(economy, ("a", ("B",), 0.6, "iron", 1.0), ("b", ("B",), 0.3, "steel", 4.0))
    moving = Moving(economy, np.array([0.5, 0.1]), held, loss())
    start = moving.orders(0)
    assert start.tolist() == [[0.5, 0.5], [0.1, 0.1]]
    assert moving.orders(2) is start  # the blow strikes in step 2, the source serves a day later
    assert moving.orders(3).tolist() == [[0.5, 0.6], [0.1, 0.1]]
    assert moving.orders(6).tolist() == [[0.5, 0.6], [0.1, 0.3]]
    assert not moving.orders(6).flags.writeable


def test_a_second_source_never_lowers_what_the_model_lets_move(economy):
    held = sources(economy, ("a", ("B",), 0.2, "iron", 0.0))
    assert Moving(economy, np.array([0.5, 0.5]), held, loss()).orders(9).min() == 0.5


def test_final_users_move_with_their_region(economy):
    held = sources(economy, ("a", ("B",), 0.6, "iron", 0.0))
    moving = Moving(economy, np.zeros(2), held, loss())
    assert moving.final(0).tolist() == [[0.0], [0.0]]
    assert moving.final(2).tolist() == [[0.0, 0.6], [0.0, 0.0]]
    assert moving.final(3) is moving.final(2)


def capacity(economy):
    more = [
        Safeguard("idle", "backup_capacity", ("A",), 0.2, after_days=2.0),
        Safeguard("plate", "strengthen", ("iron",), 0.1),
    ]
    return Backup(economy, held_safeguards(economy, more), loss())


def test_capacity_is_switched_on_after_its_days_and_adds_up(economy):
    backup = capacity(economy)
    assert backup.at(1) is None
    assert backup.at(2).tolist() == [0.1, 0.0]
    assert backup.at(4) == pytest.approx([0.3, 0.0])
    assert backup.at(9) is backup.at(4)


def test_what_several_make_together_is_shared_out_by_their_size(economy):
    backup = capacity(economy)
    more = backup.at(4) * economy.x0  # 3 a day at A: 2 idle and 1 of the plate
    backup.count(4, np.array([6.5, 8.0]), np.array([5.0, 8.0]), more)
    use = backup.use()
    assert use.made == pytest.approx([1.0, 0.5])
    assert use.could == pytest.approx([2.0, 1.0])
    assert (use.first_step.tolist(), use.last_step.tolist()) == ([4, 4], [4, 4])
    backup.count(5, np.array([5.0, 8.0]), np.array([5.0, 8.0]), more)
    assert backup.use().could == pytest.approx([4.0, 2.0])
    assert backup.use().last_step.tolist() == [4, 4]


def test_what_is_above_capacity_by_a_rounding_was_not_made_by_it(economy):
    backup = capacity(economy)
    more = backup.at(4) * economy.x0
    backup.count(4, np.array([5.0 * (1 + 1e-12), 8.0]), np.array([5.0, 8.0]), more)
    assert backup.use().made.tolist() == [0.0, 0.0]
    assert backup.use().first_step.tolist() == [-1, -1]


def released(economy, weeks, stock, *, step=5, hold_back=0.0, wanted=8.0, days=5.0):
    """Return the reserve of steel for iron after one evening, its stock and the limit then."""
    model = InventoryModel(stock_days=days, restoration_days=10.0)
    kept = Safeguard("stock", "reserve", ("B",), weeks, product="iron", hold_back=hold_back)
    targets = model.stock_targets(economy)
    reserves = Reserves(economy, held_safeguards(economy, [kept]), loss(), model, targets)
    level = max(0.8 * days, 1.0) * 0.25
    bound = np.array([[0.0, 1.0 / level], [0.0, 0.0]])
    stocks = np.array([[[0.0, stock]], [[0.0, 0.0]]])
    limit = np.array([np.inf, stock / level])
    reserves.into_pooled(step, np.array([10.0, wanted]), bound, stocks, limit)
    return reserves.use(), stocks[0, 0, 1], limit[1]


def test_a_reserve_fills_up_to_where_the_stock_limits_and_not_beyond(economy):
    # the level is 0.8 x 5 days x 0.25 x 8 = 8; a week holds 14
    use, stock, limit = released(economy, 1.0, 5.0)
    assert (stock, limit) == (pytest.approx(8.0), pytest.approx(8.0))
    assert use.released == pytest.approx([3.0])
    assert use.left == pytest.approx([11.0])
    use, stock, _ = released(economy, 1.0, 9.0)
    assert (stock, use.released.tolist()) == (9.0, [0.0])
    assert use.first_step.tolist() == [-1]


def test_a_reserve_gives_what_it_has_above_its_floor(economy):
    use, stock, limit = released(economy, 1 / 7, 5.0)  # 2 are held
    assert (stock, limit) == (pytest.approx(7.0), pytest.approx(7.0))
    assert use.left.tolist() == [0.0]
    use, stock, _ = released(economy, 1 / 7, 5.0, hold_back=0.75)
    assert stock == pytest.approx(5.5)
    assert use.left == pytest.approx([1.5])
    assert use.held == pytest.approx(use.left + use.released)


def test_a_reserve_follows_what_is_wanted(economy):
    use, stock, _ = released(economy, 1.0, 1.0, wanted=4.0)  # the level is 4
    assert stock == pytest.approx(4.0)
    assert use.released == pytest.approx([3.0])


def test_a_stock_of_little_is_filled_for_a_whole_step(economy):
    _, stock, _ = released(economy, 1.0, 0.5, days=1.0)
    assert stock == pytest.approx(2.0 * max(1.0, 0.8 * 2.0))  # one step is raised to two


def test_nothing_is_released_before_its_step(economy):
    use, stock, _ = released(economy, 1.0, 5.0, step=1)
    assert (stock, use.left[0]) == (5.0, pytest.approx(14.0))


@pytest.mark.parametrize("seed", range(5))
def test_reserves_one_after_the_other_share_what_they_have_by_gap(seed):
    rng = np.random.default_rng(seed)
    S, n, J = 3, 6, 4
    product = rng.integers(0, S, J)
    members = [np.sort(rng.choice(n, int(rng.integers(1, n)), replace=False)) for _ in range(J)]
    first = np.cumsum([0, *map(len, members)])
    users = np.concatenate(members)
    needed, wanted = rng.random(len(users)), rng.random(n) * 10.0
    starts, left = rng.integers(0, 3, J), rng.random(J) * 8.0
    floor = left * rng.random(J) * 0.5
    stock, bound = rng.random((S, 1, n)) * 4.0, rng.random((S, n)) * (rng.random((S, n)) < 0.8)
    limit, given = np.full(n, -1.0), np.zeros(J)
    plain, rest = stock[:, 0].copy(), left.copy()
    expected, touched = np.zeros(J), set()
    for j in range(J):
        mine = range(first[j], first[j + 1])
        gaps = {
            u: max(0.0, needed[u] * wanted[users[u]] - plain[product[j], users[u]]) for u in mine
        }
        if starts[j] > 1 or sum(gaps.values()) == 0.0:
            continue
        part = min(1.0, (rest[j] - floor[j]) / sum(gaps.values()))
        for u, gap in gaps.items():
            plain[product[j], users[u]] += part * gap
            touched |= {int(users[u])} if gap > 0.0 else set()
        expected[j] = part * sum(gaps.values())
        rest[j] -= expected[j]
    release_pooled(
        1, 0, product, first, users, needed, starts, floor, wanted, bound, left, stock, limit, given
    )
    np.testing.assert_allclose(given, expected, atol=1e-12)
    np.testing.assert_allclose(stock[:, 0], plain, atol=1e-12)
    np.testing.assert_allclose(left, rest, atol=1e-12)
    for f in range(n):
        counted = bound[:, f] > 0.0
        most = (plain[:, f] * bound[:, f])[counted].min() if counted.any() else np.inf
        assert limit[f] == (pytest.approx(most) if f in touched else -1.0)
