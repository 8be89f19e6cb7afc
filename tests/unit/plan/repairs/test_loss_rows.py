"""Rows of the losses, hand-worked and solved: what they make least is what the model says."""

import numpy as np
import pytest
from scipy.optimize import linprog

from chainwright.plan.repairs.loss_model import LossModel, ScenarioLoss
from chainwright.plan.repairs.loss_rows import loss_rows
from chainwright.plan.repairs.loss_table import LossTable
from repair_oracles import DrawnOracle, ToyOracle, every_set


def sets(**losses):
    """Return losses by set, said by letters; nothing is ``none``."""
    return {
        frozenset("abc".index(c) for c in letters if letters != "none"): loss
        for letters, loss in losses.items()
    }


EMPTY, A, B, AB = (frozenset(s) for s in ((), (0,), (1,), (0, 1)))


def least(rows, taken, measures):
    """Return the least losses of the rows where exactly these measures are in effect."""
    w = np.array([i in taken for i in range(measures)], dtype=float)
    count = len(rows.unknowns)
    cost = np.array([name.startswith("loss(") for name in rows.unknowns], dtype=float)
    found = linprog(
        cost,
        A_ub=rows.own.toarray() if rows.rows else None,
        b_ub=rows.limit - rows.shared @ w if rows.rows else None,
        bounds=np.column_stack([rows.low, rows.high]),
        method="highs",
    )
    assert found.status == 0
    assert found.x.shape == (count,)
    return found.x[cost > 0.0] * rows.scale


def one(part, names=("a", "b")):
    return loss_rows(LossModel(names, ("s",), (part,)))


def test_gains_alone_make_one_row_and_no_unknown_but_the_loss():
    rows = one(ScenarioLoss((0, 1), 100.0, 20.0, {0: 30.0, 1: 50.0}, {}, {}))
    assert rows.rows == ("loss of s",)
    assert rows.unknowns == ("loss(s)",)
    assert rows.scale == 100.0
    # -th - .3 a - .5 b <= -1
    assert rows.shared.toarray().tolist() == [[-0.3, -0.5]]
    assert rows.own.toarray().tolist() == [[-1.0]]
    assert rows.limit.tolist() == [-1.0]
    assert rows.low.tolist() == [0.2]
    assert rows.high.tolist() == [np.inf]


def test_an_overlap_is_one_row_that_takes_it_back_when_both_are_taken():
    rows = one(ScenarioLoss((0, 1), 100.0, 0.0, {0: 30.0, 1: 50.0}, {(0, 1): 10.0}, {}))
    assert rows.rows == ("both taken(a b)", "loss of s")
    assert rows.unknowns == ("loss(s)", "both(a b)")
    assert rows.shared.toarray()[0].tolist() == [1.0, 1.0]  # a + b - y <= 1
    assert rows.own.toarray()[0].tolist() == [0.0, -1.0]
    assert rows.limit[0] == 1.0
    assert [least(rows, s, 2)[0] for s in (EMPTY, A, B, AB)] == pytest.approx([100, 70, 50, 30])


def test_a_complement_is_two_rows_that_give_it_only_to_both():
    rows = one(ScenarioLoss((0, 1), 100.0, 0.0, {0: 0.0, 1: 5.0}, {(0, 1): -60.0}, {}))
    assert rows.rows == ("both only with(a b: a)", "both only with(a b: b)", "loss of s")
    assert [least(rows, s, 2)[0] for s in (EMPTY, A, B, AB)] == pytest.approx([100, 100, 95, 35])


def test_a_set_that_loses_more_than_its_terms_is_one_row_and_one_that_loses_less_a_row_each():
    gain = {0: 30.0, 1: 50.0}
    more = one(ScenarioLoss((0, 1), 100.0, 0.0, gain, {}, {AB: 15.0}))
    assert more.rows == ("exactly taken(a b of s)", "loss of s")
    assert [least(more, s, 2)[0] for s in (EMPTY, A, B, AB)] == pytest.approx([100, 70, 50, 35])
    less = one(ScenarioLoss((0, 1), 100.0, 0.0, gain, {}, {A: -7.0}))
    assert less.rows == (
        "exactly only with(a of s: a)",
        "exactly only with(a of s: b)",
        "loss of s",
    )
    assert [least(less, s, 2)[0] for s in (EMPTY, A, B, AB)] == pytest.approx([100, 63, 50, 20])
    nothing = one(ScenarioLoss((0, 1), 100.0, 0.0, gain, {}, {EMPTY: 8.0}))
    assert nothing.rows[0] == "exactly taken(nothing of s)"
    assert least(nothing, EMPTY, 2) == pytest.approx([108.0])
    assert least(nothing, A, 2) == pytest.approx([70.0])


def test_the_floor_holds_where_gains_add_up_to_more_than_all_avoid():
    rows = one(ScenarioLoss((0, 1), 100.0, 40.0, {0: 50.0, 1: 50.0}, {}, {}))
    assert least(rows, AB, 2) == pytest.approx([40.0])


def test_the_sets_of_a_whole_scenario_are_a_hull():
    whole = {EMPTY: 100.0, A: 90.0, B: 80.0, AB: 10.0}
    rows = one(ScenarioLoss((0, 1), 100.0, 10.0, {}, {}, {}, whole))
    assert [least(rows, s, 2)[0] for s in (EMPTY, A, B, AB)] == pytest.approx([100, 90, 80, 10])
    # half of each: the cheapest mix of sets that has half of a and half of b is nothing and both
    w = np.array([0.5, 0.5])
    found = linprog(
        np.eye(len(rows.unknowns))[0],
        A_ub=rows.own.toarray(),
        b_ub=rows.limit - rows.shared @ w,
        bounds=np.column_stack([rows.low, rows.high]),
    )
    assert found.fun * rows.scale == pytest.approx(55.0)


def test_scenarios_share_what_is_taken_both_and_not_what_is_exactly_taken():
    gain = {0: 1.0, 1: 1.0}
    part = ScenarioLoss((0, 1), 10.0, 0.0, gain, {(0, 1): 0.5}, {AB: 0.25})
    rows = loss_rows(LossModel(("a", "b"), ("s", "t"), (part, part)))
    assert rows.unknowns == (
        "loss(s)",
        "loss(t)",
        "both(a b)",
        "exactly(a b of s)",
        "exactly(a b of t)",
    )
    assert rows.rows.count("both taken(a b)") == 1
    assert least(rows, AB, 2) == pytest.approx([8.75, 8.75])


def test_without_losses_or_scenarios_there_is_a_scale_all_the_same():
    part = ScenarioLoss((), 0.0, 0.0, {}, {}, {})
    assert one(part).scale == 1.0
    none = loss_rows(LossModel(("a",), (), ()))
    assert (none.scale, none.rows, none.unknowns) == (1.0, (), ())
    assert none.shared.shape == (0, 1)


@pytest.mark.parametrize("most_sets", [1, 1000])
@pytest.mark.parametrize("seed", range(3))
def test_the_least_of_the_rows_is_the_model_at_every_set(seed, most_sets):
    oracle = DrawnOracle(seed, 5, 3, sums=bool(seed % 2))
    table = LossTable(oracle)
    rng = np.random.default_rng(seed)
    table.losses([np.flatnonzero(rng.random(5) < 0.6).tolist() for _ in range(6)])
    model = LossModel.learned(table, most_sets=most_sets)
    rows = loss_rows(model)
    for taken in every_set(range(5)):
        assert least(rows, taken, 5) == pytest.approx(model.losses([taken])[0], abs=1e-6)


def test_gains_overlaps_and_rests_are_worked_out_from_what_was_run():
    known = sets(none=100.0, a=70.0, b=60.0, c=95.0, ab=45.0, bc=40.0, abc=20.0)
    part = ScenarioLoss.learned(known, (0, 1, 2), frozenset((0, 1, 2)))
    assert part.gain == {0: 30.0, 1: 40.0, 2: 5.0}
    # a and b: 30 + 40 - 55 avoided = 15 overlap; b and c: 45 - 60 = -15, they complement
    assert part.overlap == {(0, 1): 15.0, (1, 2): -15.0}
    # all: 100 - 75 + 15 - 15 = 25, run 20: 5 less
    assert part.rest == {frozenset((0, 1, 2)): -5.0}
    assert part.floor == 20.0
    assert part.at((0, 2)) == 65.0  # never run: what the terms say
    assert part.at(()) == 100.0


def test_measures_that_do_not_matter_leave_the_loss_alone():
    known = sets(none=10.0, b=4.0)
    part = ScenarioLoss.learned(known, (1,), B)
    assert part.at((0, 1, 7)) == part.at((1,)) == 4.0
    assert part.at((0,)) == 10.0


def test_the_floor_is_the_least_that_was_run_even_if_everything_loses_more():
    known = sets(none=10.0, a=2.0, b=9.0, ab=6.0)
    part = ScenarioLoss.learned(known, (0, 1), AB)
    assert part.floor == 2.0
    assert [part.at(s) for s in (EMPTY, A, B, AB)] == [10.0, 2.0, 9.0, 6.0]


def test_gains_around_a_set_are_what_is_missed_without_each_of_it():
    # a and b are worth nothing alone and 80 together
    known = sets(none=100.0, a=100.0, b=100.0, c=90.0, ab=20.0, abc=12.0)
    part = ScenarioLoss.around(known, (0, 1, 2), frozenset((0, 1, 2)), AB)
    # without a: 100 - 20; without b: 80; with c: 20 - 12 = 8
    assert part.gain == {0: 80.0, 1: 80.0, 2: 8.0}
    assert part.overlap == {}
    assert part.base == 180.0  # 20 + 80 + 80, so that it says 20 at the set
    for taken, loss in known.items():
        assert part.at(taken) == pytest.approx(loss)
    bare = ScenarioLoss.around(known, (0, 1, 2), frozenset((0, 1, 2)), AB, kept=())
    assert bare.at((0, 1)) == 20.0
    # what loses less than the terms is forgotten, what loses more never is
    assert bare.at((0,)) == 100.0
    assert bare.at(()) == 180.0


def test_around_what_was_not_run_a_measure_counts_as_alone():
    known = sets(none=50.0, a=40.0, b=45.0, ab=30.0)
    part = ScenarioLoss.around(known | {frozenset((2,)): 47.0}, (0, 1, 2), AB, A)
    assert part.gain == {0: 10.0, 1: 10.0, 2: 3.0}  # b: 40 - 30; c: never run beside a


def test_a_whole_scenario_knows_no_set_that_is_not_allowed():
    model = LossModel.learned(LossTable(ToyOracle()), alternatives=[(0, 1)])
    assert model.whole
    assert np.isnan(model.losses([(0, 1)])[0]).tolist() == [True, True, False]
    assert model.parts[0].measures == (0, 1, 5)


def test_forbidden_measures_are_left_out_of_the_sets_but_count_in_the_floor():
    table = LossTable(ToyOracle())
    model = LossModel.learned(table, forbidden=[0], most_sets=2)
    assert model.parts[0].measures == (1, 5)
    # s1 with everything, the forbidden A2 as well: 10 / 2 - 4 of stock, less 2 of goods: nothing
    assert model.parts[0].floor == 0.0
    assert model.losses([(1, 5)])[0, 0] == pytest.approx(400.0)


def test_around_a_centre_only_what_is_needed_is_run():
    oracle = ToyOracle()
    LossModel.learned(LossTable(oracle), most_sets=1, centre=(0, 1))
    asked = [taken for s, taken in oracle.asked if s == 0]
    assert set(asked) == {
        EMPTY,
        A,
        B,
        frozenset((5,)),
        frozenset((0, 1, 5)),
        AB,
    }
    assert len(asked) == 6
