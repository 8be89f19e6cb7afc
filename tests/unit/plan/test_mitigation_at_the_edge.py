"""Measures that are wrong in every cell, alike, free, endless or useless; steps and trials told."""

import os
import signal
import threading

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from chainwright.errors import ParameterError, TableError
from chainwright.plan import mitigate, mitigation_frontier, read_measures
from chainwright.plan.choosing.choices import Goal, Limits
from chainwright.plan.choosing.mixed_programme import MixedProgramme
from chainwright.plan.choosing.robust_steps import robust_steps
from chainwright.plan.maker.cover_search import FEW
from chainwright.plan.maker.step_losses import losses_without
from mitigation_twin import measures
from mitigation_twins import random_measures
from toy_makers import maker, two_products

NUMBERS = ["most", "lot", "capacity_per_week", "weeks"]
NUMBERS += ["once_low", "once_high", "yearly_low", "yearly_high"]
GOOD = {
    "stock": {"measure": "s", "kind": "stock", "item": "a", "yearly_low": 1, "yearly_high": 2},
    "line": {
        "measure": "l",
        "kind": "backup_line",
        "item": "a",
        "capacity_per_week": 10,
        "weeks": 2,
        "once_low": 5,
        "once_high": 9,
    },
}


def table(*rows):
    columns = ["measure", "kind", "item", *NUMBERS, "mark"]
    held = {c: [row.get(c, np.nan if c in NUMBERS else "") for row in rows] for c in columns}
    return pd.DataFrame({c: np.array(v, float) if c in NUMBERS else v for c, v in held.items()})


def chain(count=1, *, stock=10):
    """Return a product of `count` parts, each from a site of its own that is out for 5 weeks."""
    parts = [f"p{n:02d}" for n in range(count)]
    return maker(
        products=["item demand_per_week price margin", ("F", 10, 9, 4)],
        parts=["item unit_cost", *[(p, 2) for p in parts]],
        bill=["parent component quantity", *[("F", p, 1) for p in parts]],
        suppliers=["supplier", ("V",)],
        sites=[
            "site supplier recovery_weeks",
            ("H", "", 0),
            *[(f"S{n:02d}", "V", 5) for n in range(count)],
        ],
        sourcing=[
            "item supplier site capacity_per_week",
            ("F", "", "H", 20),
            *[(p, "V", f"S{n:02d}", 20) for n, p in enumerate(parts)],
        ],
        stocks=["item site quantity", ("F", "", stock)],
    )


def test_good_rows_are_read():
    found = read_measures(table(*GOOD.values()), two_products().maker)
    assert found.names == ("l", "s")
    assert found.stock.tolist() == [False, True]


@pytest.mark.parametrize(
    ("row", "column", "value", "told"),
    [
        ("stock", "measure", "", "'measure'"),
        ("stock", "kind", "stok", "'kind'"),
        ("stock", "kind", "", "'kind'"),
        ("stock", "item", "aa", "'item'"),
        ("stock", "item", "", "'item'"),
        ("stock", "mark", "guess", "'mark'"),
        ("stock", "most", -1, "'most'"),
        ("stock", "lot", -5, "'lot'"),
        ("stock", "capacity_per_week", 5, "'capacity_per_week'"),
        ("stock", "weeks", 1, "'weeks'"),
        ("stock", "once_low", 3, "'once_high'"),
        ("stock", "yearly_low", 3, "above the high end"),
        ("stock", "yearly_low", -1, "'yearly_low'"),
        ("stock", "yearly_high", np.nan, "both ends"),
        ("line", "capacity_per_week", 0, "'capacity_per_week'"),
        ("line", "capacity_per_week", np.nan, "'capacity_per_week'"),
        ("line", "capacity_per_week", -3, "'capacity_per_week'"),
        ("line", "weeks", -2, "'weeks'"),
        ("line", "most", 4, "'most'"),
        ("line", "lot", 4, "'lot'"),
        ("line", "once_low", 10, "above the high end"),
        ("line", "once_high", -1, "'once_high'"),
        ("line", "yearly_high", 4, "both ends"),
    ],
)
def test_each_wrong_cell_is_refused_by_row_and_column(row, column, value, told):
    wrong = GOOD[row] | {column: value}
    with pytest.raises(TableError) as caught:
        read_measures(table(wrong), two_products().maker)
    assert told in str(caught.value)
    assert "row 2" in str(caught.value) or "row 1" in str(caught.value)


def test_every_breach_of_a_table_that_is_wrong_everywhere_is_listed_at_once():
    rows = [
        GOOD["stock"] | {"kind": "stok"},
        GOOD["stock"] | {"measure": "t", "item": "zz"},
        GOOD["line"] | {"capacity_per_week": 0},
        GOOD["line"] | {"measure": "m", "once_low": 99},
    ]
    with pytest.raises(TableError) as caught:
        read_measures(table(*rows), two_products().maker)
    assert len(caught.value.breaches) >= 4


def test_the_same_name_twice_is_refused():
    with pytest.raises(TableError, match="s"):
        read_measures(table(GOOD["stock"], GOOD["stock"]), two_products().maker)


def stocks(*rows):
    return measures([(n, "stock", i, None, m, None, None, c, "") for n, i, m, c in rows])


def test_of_two_measures_alike_the_first_by_name_is_taken():
    rows = stocks(("y", "p00", None, 3.0), ("x", "p00", None, 3.0))
    found = mitigate(chain(), measures=rows)
    # 50 of F in 5 weeks, 10 in stock: 40 of p00 are short
    assert found.steps["measure"].tolist() == ["x"]
    assert found.steps["amount"].tolist() == [40.0]
    # the other costs as much: the step is worth what the other would cost
    assert found.steps["break_even_cost"].tolist() == pytest.approx([120.0])


def test_a_measure_that_is_free_is_taken_before_one_that_costs():
    rows = stocks(("free", "p00", 25.0, 0.0), ("paid", "p00", None, 1.0))
    found = mitigate(chain(), measures=rows)
    assert dict(zip(found.measures.names, found.amount, strict=True)) == pytest.approx(
        {"free": 25.0, "paid": 15.0}
    )
    assert found.cost == pytest.approx(15.0)
    steps = found.steps.set_index("measure")
    assert np.isnan(steps.loc["free", "loss_avoided_per_cost"])


def test_everything_for_nothing_covers_at_no_cost():
    found = mitigate(chain(), measures=stocks(("free", "p00", None, 0.0)))
    assert found.cost == 0.0
    assert found.proven_gap == 0.0
    assert found.uncovered == ()
    frame = mitigation_frontier(
        chain(), measures=stocks(("free", "p00", None, 0.0)), points=4
    ).table()
    assert frame["loss"].tolist() == [0.0]


def test_a_huge_cost_is_paid_where_nothing_else_covers():
    found = mitigate(chain(), measures=stocks(("dear", "p00", None, 1e12)))
    assert found.cost == pytest.approx(40e12)
    assert found.uncovered == ()
    assert np.isnan(found.steps["break_even_cost"][0])


def test_a_line_that_comes_after_recovery_does_nothing():
    for weeks, open_ in ((5.0, 1), (9.0, 1), (0.0, 0)):
        rows = measures([("late", "backup_line", "p00", None, None, 10.0, weeks, 1.0, "")])
        found = mitigate(chain(), measures=rows)
        assert len(found.uncovered) == open_, weeks
        if open_:
            assert found.cost == 0.0
            reason = found.tables()["mitigation_scenarios"]["reason_en"][0]
            assert reason == "No measure that is allowed does anything for it."


def test_a_line_that_comes_in_the_last_week_saves_that_week_alone():
    # 10 of F last the first week; a line from week 4 makes 10 in the fifth; weeks 2 to 4 are lost
    rows = measures([("late", "backup_line", "p00", None, None, 10.0, 4.0, 1.0, "")])
    found = mitigate(chain(), measures=rows, budget=1.0)
    assert found.gaps.loss.tolist() == [160.0]
    assert found.verified == pytest.approx([120.0])
    assert found.table()["loss_avoided"].tolist() == pytest.approx([40.0])


def test_stock_of_what_no_gap_needs_is_not_bought():
    rows = stocks(("other", "F1", None, 0.5), ("a", "a", None, 1.0), ("b", "b", None, 2.0))
    found = mitigate(two_products(), of=["B"], measures=rows)
    assert "a" not in set(found.steps["measure"])


def test_appraise_keeps_to_the_costliest_steps_and_says_so():
    rows = stocks(*[(f"s{n}", f"p{n:02d}", None, 1.0 + n) for n in range(4)])
    rows = pd.concat([rows, stocks(("F", "F", None, 100.0))])
    found = mitigate(chain(4), measures=rows, appraise=2)
    steps = found.steps.set_index("measure")
    assert steps["break_even_cost"].notna().to_dict() == {
        "s0": False,
        "s1": False,
        "s2": True,
        "s3": True,
    }
    assert "was not sought" in steps.loc["s0", "reason_en"]
    assert "未求" in steps.loc["s0", "reason_zh"]
    assert found.origin["parameters"]["appraise"] == 2
    every = mitigate(chain(4), measures=rows, appraise="all").steps.set_index("measure")
    assert every["break_even_cost"].notna().all()
    assert every.loc["s3", "break_even_cost"] == steps.loc["s3", "break_even_cost"]


@pytest.mark.parametrize("wrong", [-1, 1.5, "some"])
def test_appraise_is_a_count_or_all(wrong):
    with pytest.raises(ParameterError, match="appraise"):
        mitigate(chain(), appraise=wrong)


def test_trials_of_many_gaps_take_measures_in_part_and_say_so():
    count = FEW + 2
    lines = [
        (f"l{n:02d}", "backup_line", f"p{n:02d}", None, None, 20.0, 0.0, 50.0, "")
        for n in range(count)
    ]
    rows = pd.concat([measures(lines), stocks(("F", "F", None, 1000.0))], ignore_index=True)
    rows["yearly_low"] *= 0.5
    found = mitigate(chain(count, stock=0), measures=rows, appraise=1, corners=3)
    assert found.uncovered == ()
    assert found.origin["parameters"]["trials_in_part"] is True
    assert found.origin["parameters"]["trials"] == found.appraisal.robustness.trials == 6
    # a line is needed for each part at any cost in its range, and never the stock
    verdicts = found.table().set_index("measure")["verdict"]
    assert verdicts.to_dict() == {f"l{n:02d}": "robust" for n in range(count)}
    again = mitigate(chain(count, stock=0), measures=rows, appraise=1, corners=3)
    assert again.table().equals(found.table())
    # with a week of F in stock four fifths of a line would do: it is not told as robust
    eased = mitigate(chain(count), measures=rows, appraise=1, corners=3).table()
    assert eased["robust_share"].to_numpy() == pytest.approx(np.full(count, 0.8))
    assert eased["verdict"].eq("depends").all()
    assert "parts of it counted as parts" in eased["reason_en"][0]
    assert "部分采取按部分计" in eased["reason_zh"][0]


def test_few_gaps_are_tried_whole():
    found = mitigate(chain(), measures=stocks(("p", "p00", None, 1.0)))
    assert found.origin["parameters"]["trials_in_part"] is False


def test_a_budget_for_many_gaps_tries_the_named_corners_alone():
    count = FEW + 1
    rows = stocks(*[(f"s{n:02d}", f"p{n:02d}", None, 1.0) for n in range(count)])
    rows["yearly_high"] *= 3.0
    found = mitigate(chain(count), measures=rows, budget=800.0)
    assert found.corners == 0
    assert found.appraisal.robustness.trials <= 3
    assert found.cost <= 800.0 * (1 + 1e-9)
    # at 2 a unit 400 units are bought, and each avoids the loss of 4 in one gap of 41
    assert found.searched.choice.loss == pytest.approx(160.0 - 400.0 * 4.0 / count, abs=1.6)
    assert found.searched.choice.bound <= found.searched.choice.loss


def test_parts_of_a_measure_count_as_parts():
    class Halves:
        names = ("x", "y", "z")

        def least_cost(self, cost, loss, limits):
            from chainwright.plan.choosing.choices import Choice  # noqa: PLC0415

            return Choice(np.array([0.5, 1.0, 7.0]), 1.0, 0.0, 1.0)

    low, high = np.ones(3), np.full(3, 2.0)
    plan = Halves().least_cost(low, 0.0, None)
    goal, limits = Goal("cover"), Limits.of(np.ones(3))
    part = np.array([True, True, False])
    found = robust_steps(Halves(), low, high, goal, limits, plan=plan, corners=8, in_part=part)
    assert found.share.tolist() == [0.5, 1.0, 1.0]
    assert found.verdict == ("depends", "robust", "robust")
    assert found.relaxed
    whole = robust_steps(Halves(), low, high, goal, limits, plan=plan, corners=8)
    assert whole.share.tolist() == [1.0, 1.0, 1.0]
    assert not whole.relaxed


@pytest.mark.parametrize("seed", range(6))
def test_losses_without_a_step_are_those_of_the_programme_with_it_left_out(seed):
    rng = np.random.default_rng(seed)
    system = two_products()
    rows = random_measures(rng, system)
    found = mitigate(system, measures=rows, budget=60.0, appraise=0, corners=0)
    whole = found.searched.whole
    losses, more = losses_without(whole, found.amount)
    assert losses == pytest.approx(whole.losses(found.amount))
    for i in range(len(found.amount)):
        amount = found.amount.copy()
        amount[i] = 0.0
        left = np.maximum(whole.losses(amount) - losses, 0.0)
        assert more[:, i] == pytest.approx(left, rel=1e-6, abs=1e-4)


def test_progress_is_told_in_words_from_the_gaps_to_the_check():
    told = []
    rows = stocks(("p", "p00", None, 1.0))
    mitigate(chain(), measures=rows, progress=told.append)
    text = "\n".join(told)
    parts = ["gaps decide", "without each step", "break-even costs: 0 of 1", "corners", "held"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_ctrl_c_ends_a_long_search_at_once():
    rng = np.random.default_rng(0)
    matrix = csr_array(-rng.integers(1, 100, (60, 150)).astype(float))
    cost = rng.integers(50, 100, 150).astype(float)
    hard = MixedProgramme(
        cost, np.zeros(150), np.ones(150), np.ones(150, bool), matrix, -np.full(60, 3000.0)
    )
    stop = threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT))
    # a process that was started in the background ignores the signal
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        stop.start()
        with pytest.raises(KeyboardInterrupt):
            hard.solved(seconds=20.0)
        stop.join()
    finally:
        signal.signal(signal.SIGINT, before)
    assert hard.solved(seconds=20.0, gap=0.9) is not None
