"""Ways to restart by hand: days, capacity used, what is left of each blow in each step."""

import numpy as np
import pytest

from chainwright.plan.restarting.need_loops import NeedLoops
from chainwright.plan.restarting.restart_ways import (
    RestartCase,
    in_order,
    in_proportion,
    losses_of,
    without_limit,
)
from chainwright.plan.restarting.stopped_nodes import Stopped
from restart_worlds import plain_days


def case(seed, n=7, crews=2, *, in_part=True, loops=True, hard=False):
    rng = np.random.default_rng(seed)
    p, v = rng.uniform(0.0, 9.0, n), rng.uniform(0.0, 5.0, n)
    pairs = [(j, i) for j in range(n) for i in range(n) if i != j and rng.random() < 0.15]
    if not loops:
        pairs = [(j, i) for j, i in pairs if i < j]
    found = NeedLoops.of(p, v, pairs)
    return RestartCase(found, found if hard else None, crews, in_part), pairs


def stopped_of(n, seed=0):
    rng = np.random.default_rng(seed)
    words = np.array([f"n{k}" for k in range(n)], dtype=object)
    none = np.zeros((0, 2), np.int64)
    share = rng.uniform(0.2, 1.0, n)
    return Stopped(
        words, words, words, np.arange(n), share, share, np.zeros(n), 0.0,
        np.ones(n), np.ones(n), np.ones(n), words, none, none,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("crews", [1, 2, 3])
def test_days_are_those_of_a_plain_schedule(seed, crews):
    of, pairs = case(seed, crews=crews)
    order = tuple(np.random.default_rng(seed).permutation(7).tolist())
    way = in_order("this_order", order, of)
    work = dict(enumerate(of.loops.p.tolist()))
    plain = plain_days(order, work, pairs, crews)
    assert way.running.tolist() == pytest.approx([plain[j] for j in range(7)])
    assert way.last_day == max(plain.values())
    whole = in_order("this_order", order, RestartCase(of.loops, None, crews, in_part=False))
    assert whole.loss == pytest.approx(sum(of.loops.v[j] * plain[j] for j in range(7)))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("crews", [1, 3])
def test_proportional_restart_uses_all_crews_and_no_more(seed, crews):
    of, _ = case(seed, crews=crews)
    way = in_proportion(of)
    T = way.last_day
    left = way.stopped(0.0, np.zeros(7), int(np.ceil(T)) + 1, 1.0)
    assert (np.diff(left, axis=0) <= 1e-12).all()
    # crew-days: of each node its work, as in any order, and never more crews than there are
    assert ((1.0 - left).sum(axis=0) > 0.0).all()
    rate = of.loops.p / T
    assert rate.sum() <= crews * (1 + 1e-12)
    assert rate.max() <= 1.0 + 1e-12
    assert left.sum(axis=0) == pytest.approx(np.full(7, T / 2.0))
    assert pytest.approx(max(of.loops.p.sum() / crews, of.loops.p.max())) == T
    assert way.loss == pytest.approx(of.loops.v.sum() * T / 2.0)


@pytest.mark.parametrize("seed", range(10))
def test_an_order_in_part_is_down_half_of_its_work_less_than_one_that_is_whole(seed):
    of, _ = case(seed, crews=2)
    order = tuple(range(7))
    part = in_order("this_order", order, of)
    whole = in_order("this_order", order, RestartCase(of.loops, None, 2, in_part=False))
    down = [w.stopped(3.0, np.zeros(7), 60, 1.0).sum(axis=0) for w in (part, whole)]
    assert down[1] == pytest.approx(3.0 + whole.done)
    assert down[0] == pytest.approx(3.0 + part.done - of.loops.p / 2.0)
    assert part.loss <= whole.loss


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("in_part", [True, False])
def test_given_needs_hold_capacity_back_in_the_engine(seed, in_part):
    of, pairs = case(seed, in_part=in_part, hard=True)
    way = in_order("this_order", tuple(range(7)), of)
    assert way.back == pytest.approx(way.running)
    users = {j for j, _ in pairs}
    for j in range(7):
        assert way.start[j] == (way.back[j] if j in users else way.done[j] - of.loops.p[j])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("in_part", [True, False])
@pytest.mark.parametrize("few", [3, 40])
def test_pieces_of_a_loss_add_up_to_what_is_left_of_the_blow(seed, in_part, few):
    of, _ = case(seed, n=9, in_part=in_part)
    way = in_order("this_order", tuple(range(9)), of)
    nodes = stopped_of(9, seed)
    steps = few  # fewer steps than nodes puts nodes together in spans
    left = way.stopped(1.5, nodes.strike, steps, 7.0 if few == 3 else 1.0)
    lost = np.zeros((steps, 9))
    for loss in losses_of(way, nodes, 1.5, steps, 7.0 if few == 3 else 1.0):
        size = loss.share * loss.course[:, None]
        lost[:, loss.nodes] = np.maximum(lost[:, loss.nodes], size)
    assert lost == pytest.approx(left * nodes.share)
    if few == 40:
        assert len(losses_of(way, nodes, 1.5, steps, 1.0)) <= 9


def test_what_strikes_later_is_down_from_then_on():
    of, _ = case(1, in_part=False)
    way = in_order("this_order", tuple(range(7)), of)
    strike = np.linspace(0.0, 3.0, 7)
    left = way.stopped(3.0, strike, 80, 1.0)
    assert left.sum(axis=0) == pytest.approx(3.0 + way.back - strike)
    assert left[0].tolist() == pytest.approx(np.clip(1.0 - strike, 0.0, None).tolist())


@pytest.mark.parametrize("seed", range(10))
def test_no_order_beats_a_crew_for_everyone(seed):
    for in_part in (True, False):
        of, _ = case(seed, in_part=in_part)
        free = without_limit(of)
        rng = np.random.default_rng(seed)
        for _ in range(5):
            way = in_order("this_order", tuple(rng.permutation(7).tolist()), of)
            assert free.loss <= way.loss * (1 + 1e-9)
            assert (free.running <= way.running + 1e-9).all()


def test_what_takes_no_work_is_there_at_once():
    loops = NeedLoops.of(np.array([0.0, 4.0]), np.array([1.0, 1.0]), [])
    for in_part in (True, False):
        of = RestartCase(loops, None, 1, in_part)
        assert in_proportion(of).running.tolist() == [0.0, 4.0]
        assert in_order("this_order", (1, 0), of).done.tolist() == [4.0, 4.0]
        assert in_order("this_order", (0, 1), of).stopped(0.0, np.zeros(2), 3, 1.0)[:, 0].any() == 0
