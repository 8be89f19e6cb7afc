"""The search of an order in the engine, with engines whose losses are told beforehand."""

from itertools import permutations

import numpy as np
import pytest

from chainwright.plan.restarting.need_loops import NeedLoops
from chainwright.plan.restarting.order_search import ALL_ORDERS, SEARCHED, best_in_engine
from chainwright.plan.restarting.restart_ways import RestartCase, in_order


class Told:
    """An engine whose loss of an order is a function of it; it remembers what it was asked."""

    searched = "told"

    def __init__(self, loss):
        self.loss, self.asked = loss, []

    def losses(self, ways):
        self.asked += [way.order for way in ways]
        return np.array([self.loss(way.order) for way in ways], dtype=float)

    def outcomes(self, way):
        raise AssertionError(way)


def case(n, crews=1, work=None):
    p = np.arange(1.0, n + 1) if work is None else np.array(work, dtype=float)
    return RestartCase(NeedLoops.of(p, np.ones(n), []), None, crews, in_part=False)


def found(n, loss, *, most, crews=1, work=None, others=(), progress=None):
    of, engine = case(n, crews, work), Told(loss)
    first = in_order("additive_order", tuple(range(n)), of)
    more = [in_order("value_alone", tuple(order), of) for order in others]
    return engine, best_in_engine(first, more, of, engine=engine, most=most, progress=progress)


def misplaced(order):
    """Return how far an order is from the falling one: least where 3 comes first, 0 last."""
    n = len(order)
    return sum(abs(node - (n - 1 - place)) for place, node in enumerate(order))


def test_all_orders_of_few_nodes_are_run_once_and_the_best_is_taken():
    engine, best = found(4, misplaced, most=24)
    assert best.way.order == (3, 2, 1, 0)
    assert (best.runs, best.all_orders) == (24, True)
    assert sorted(engine.asked) == sorted(permutations(range(4)))


def test_orders_that_restart_each_node_on_the_same_days_are_run_once():
    # two crews and three nodes of one day: who is third matters alone, 3 of 6 orders
    engine, best = found(3, lambda order: order[2], most=6, crews=2, work=[1, 1, 1])
    assert (best.runs, best.all_orders) == (3, True)
    assert len(engine.asked) == 3
    assert best.way.order[2] == 0


def test_without_runs_the_additive_order_is_the_answer_and_nothing_is_claimed():
    engine, best = found(4, misplaced, most=0)
    assert best.way.order == (0, 1, 2, 3)
    assert (best.runs, best.all_orders, engine.asked) == (0, False, [])
    assert found(1, misplaced, most=0)[1].all_orders  # of one node there is one order


@pytest.mark.parametrize("most", [1, 2, 7, 23])
def test_no_more_orders_are_run_than_allowed_and_none_twice(most):
    engine, best = found(4, misplaced, most=most)
    assert best.runs == len(engine.asked) == len(set(engine.asked)) <= most
    assert not best.all_orders
    losses = [misplaced(order) for order in engine.asked]
    assert misplaced(best.way.order) == min(losses)


def test_exchanges_lead_where_each_helps():
    # 9 nodes are too many for all orders; every exchange towards the falling order helps
    engine, best = found(ALL_ORDERS + 1, misplaced, most=400)
    assert misplaced(best.way.order) == 0
    assert best.runs == len(set(engine.asked))
    assert not best.all_orders


def test_the_search_ends_where_no_exchange_is_new():
    # 0 loses nothing wherever it is: the first order stays; 36 pairs of 9 nodes and itself
    engine, best = found(ALL_ORDERS + 1, lambda _: 5.0, most=1000)
    assert best.way.order == tuple(range(9))
    assert best.runs == 1 + 36
    # the nearest exchanges come first
    assert engine.asked[1] == (1, 0, 2, 3, 4, 5, 6, 7, 8)
    assert engine.asked[-1] == (8, 1, 2, 3, 4, 5, 6, 7, 0)


def test_an_order_takes_the_place_of_the_first_only_if_it_is_better_by_more_than_rounding():
    def hardly(order):
        return 100.0 * (1.0 if order == (0, 1, 2) else 1.0 - 1e-12)

    def clearly(order):
        return 100.0 * (1.0 if order == (0, 1, 2) else 1.0 - 1e-6)

    assert found(3, hardly, most=6)[1].way.order == (0, 1, 2)
    assert found(3, clearly, most=6)[1].way.order != (0, 1, 2)


def test_of_many_nodes_only_the_orders_to_begin_with_are_compared():
    n = SEARCHED + 1
    back = tuple(reversed(range(n)))
    engine, best = found(n, misplaced, most=500, others=[back, back])
    assert engine.asked == [tuple(range(n)), back]  # the same one is run once
    assert best.way.order == back
    assert (best.runs, best.all_orders) == (2, False)


def test_a_better_order_to_begin_with_is_where_exchanges_begin():
    near = (8, 7, 6, 5, 4, 3, 2, 0, 1)  # one exchange from the best
    engine, best = found(9, misplaced, most=2 + 24, others=[near])
    assert misplaced(best.way.order) == 0
    assert engine.asked[2] == (7, 8, 6, 5, 4, 3, 2, 0, 1)


def test_it_is_told_how_many_orders_are_in_the_engine():
    said = []
    found(9, misplaced, most=30, progress=said.append)
    assert said[0] == "1 orders in the engine"
    assert said[-1] == "30 orders in the engine"
