"""A repair is planned for one end of substitution and told at both: the numbers of single runs."""

from itertools import combinations

import numpy as np
import pytest

from chainwright import plan
from chainwright.errors import ParameterError
from chainwright.plan import RepairMeasure, RepairMeasures
from chainwright.plan.repairs.engine_oracle import EngineOracle, batches_of
from chainwright.plan.repairs.home_losses import HomeLosses
from chainwright.plan.repairs.restressing import restressed
from chainwright.plan.repairs.scenarios import scenarios_of
from chainwright.plan.repairs.single_runs import checked_end, far_from
from chainwright.stress import Blow, InventoryModel, Shock
from one_neck import BEFORE, BOTH, MODEL, SHUT, country, measures
from worlds import world

SYSTEM = world(11, regions=3, sectors=3)
CUT = Shock(
    (Blow("supply_cut", nodes="R1:s0", buyers="R0", share=1.0, start_day=2, days=12),),
    name_en="cut",
)
DAYS = 30
QUICK = InventoryModel(stock_days=4.0, restoration_days=10.0, replaceable=0.0)
HOME = HomeLosses("value_added", ("R0",))


def priced(name, kind, size, cost, **more):
    money = {"once_low": 0.0, "once_high": 0.0, "yearly_low": cost, "yearly_high": cost}
    quoted = {"mark": "quoted", "source": "an offer", "region": "R0"}
    return RepairMeasure(name, kind, ("R0",), size, **money, **quoted, **more)


MEASURES = (
    priced("weeks", "reserve", 1.0, 3.0, product="s0", origins=("R1",)),
    priced("other source", "second_source", 0.6, 4.0, product="s0"),
    priced("contract", "stabilise", 0.3, 2.0, product="s0", origins=("R1",)),
)


def asked(end="pooled", budget=7.0, **more):
    given = {"home": "R0", "model": QUICK, "days": DAYS, "corners": 2, "gap": 0.0, **more}
    held = RepairMeasures(MEASURES, str(SYSTEM.money))
    return plan.repair(SYSTEM, CUT, budget=budget, measures=held, end=end, **given)


@pytest.fixture(scope="module")
def near():
    return asked()


@pytest.fixture(scope="module")
def far():
    return asked("by_origin")


def oracle(end, model=QUICK, **more):
    held = scenarios_of(SYSTEM, CUT, model=model)
    return EngineOracle(SYSTEM, MEASURES, held, read=HOME, steps=DAYS, end=end, **more)


def test_runs_by_origin_are_those_of_the_single_engine_and_alike_for_any_threads():
    sets = [frozenset(), frozenset({0}), frozenset({1, 2}), frozenset({0, 1, 2})]
    one = oracle("by_origin", workers=1)
    found = one.losses([(0, taken) for taken in sets])
    for taken, loss in zip(sets, found, strict=True):
        repaired = one.economies.of(taken)
        single = restressed(SYSTEM, repaired, one.held.held, read=HOME, steps=DAYS, end="by_origin")
        assert loss == pytest.approx(single.losses[1][0], rel=1e-12)
    two = oracle("by_origin", workers=2).losses([(0, taken) for taken in sets])
    np.testing.assert_array_equal(found, two)
    assert found[0] > 2.0 * oracle("pooled").losses([(0, frozenset())])[0]


@pytest.mark.parametrize("end", ["pooled", "by_origin"])
def test_the_plan_of_either_end_is_the_best_of_all_subsets_at_that_end(end, near, far):
    found = near if end == "pooled" else far
    runs = oracle(end)
    cost = np.array([one.yearly_low for one in MEASURES])
    sets = [frozenset(s) for k in range(4) for s in combinations(range(3), k)]
    kept = [s for s in sets if sum(cost[i] for i in s) <= 7.0]
    losses = runs.losses([(0, s) for s in kept])
    assert found.loss_after == pytest.approx(losses.min(), rel=1e-9)
    assert found.loss_before == pytest.approx(losses[kept.index(frozenset())], rel=1e-9)
    assert found.loss_after < found.loss_before


def test_what_is_lost_at_the_other_end_is_what_a_plan_for_that_end_begins_with(near, far):
    for one, other in ((near, far), (far, near)):
        row = one.scenarios().iloc[0]
        assert row["loss_before_other_end"] == pytest.approx(other.loss_before, rel=1e-9)
        single = restressed(
            SYSTEM,
            one.apply(),
            one.case.scenarios.held,
            read=HOME,
            steps=DAYS,
            end=far_from(one.case.oracle.end),
        )
        assert row["loss_after_other_end"] == pytest.approx(single.losses[1][0], rel=1e-12)
        assert one.at_ends[0] == pytest.approx((one.loss_before, one.loss_after), rel=1e-9)


def test_the_words_name_both_ends_in_both_languages(near, far):
    assert "made for the end where stocks of all origins stand in" in near.reading("en")
    assert "at the other end, where no origin replaces another, from" in near.reading("en")
    assert "made for the end where no origin replaces another" in far.reading("en")
    there = "Where stocks of all origins stand in for one another: from"
    assert there in far.scenarios()["reading_en"][0]
    assert "另一端（各来源互不替代时）" in near.reading("zh")
    assert "各来源库存可互相顶替时：由" in far.scenarios()["reading_zh"][0]
    assert far.parameters["end"] == "by_origin"


def test_the_other_end_can_be_left_out_and_the_words_say_so():
    found = asked(other_end=False)
    row = found.scenarios().iloc[0]
    assert np.isnan([row["loss_before_other_end"], row["loss_after_other_end"]]).all()
    assert "the other end, where no origin replaces another, was not run" in found.reading("en")
    assert "未运行" in found.reading("zh")
    assert found.parameters["other_end"] is None


def test_a_blow_that_cuts_nothing_off_is_the_same_at_both_ends():
    found = plan.repair(
        country(), SHUT, budget=4.0, measures=measures(), model=MODEL, days=30, corners=2
    )
    row = found.scenarios().iloc[0]
    assert row["loss_before_other_end"] == pytest.approx(BEFORE)
    assert row["loss_after_other_end"] == pytest.approx(BOTH)


def test_what_anybody_can_replace_does_not_count_by_origin():
    easy = InventoryModel(stock_days=4.0, restoration_days=10.0, replaceable=0.7)
    assert not oracle("pooled", easy).relevant[0, 1]
    assert oracle("by_origin", easy).relevant[0, 1]
    runs = oracle("by_origin", easy).losses([(0, frozenset()), (0, frozenset({1}))])
    assert runs[1] < runs[0]
    assert runs == pytest.approx(oracle("by_origin").losses([(0, frozenset()), (0, {1})]))


def test_reserves_that_are_ruled_out_together_lose_what_each_loses_run_alone():
    names = [("s0", 1.0), ("s1", 1.0), ("s1", 2.0), ("s2", 1.0), ("s2", 2.0), ("s0", 2.0)]
    held = tuple(
        priced(f"{product} {weeks:g}", "reserve", weeks, 1.0, product=product)
        for product, weeks in names
    )
    held += (priced("source", "second_source", 0.5, 1.0, product="s0"),)
    scenarios = scenarios_of(SYSTEM, CUT, model=QUICK)
    asked = [(0, frozenset()), *((0, frozenset({i})) for i in range(len(held)))]

    def of(measures):
        return EngineOracle(SYSTEM, measures, scenarios, read=HOME, steps=DAYS)

    together = of(held)
    found = together.losses(asked)
    # each by itself: then nothing can be ruled out together
    apart = [of((one,)).losses([(0, frozenset({0}))])[0] for one in held]
    assert found[1:] == pytest.approx(apart, rel=1e-11)
    ruled_out = sum(loss == found[0] for loss in found[1:])
    assert 0 < ruled_out < len(held)
    assert together.runs < len(asked) + 4
    assert found[1] < found[0]


def test_an_end_that_is_none_is_refused():
    with pytest.raises(ParameterError, match="'pooled' or 'by_origin'"):
        asked("both")
    assert [far_from(checked_end(end)) for end in ("pooled", "by_origin")] == [
        "by_origin",
        "pooled",
    ]


def test_batches_are_even_in_number_and_none_is_too_large():
    for runs in range(1, 200):
        pieces = batches_of(runs)
        assert -(-runs // pieces) <= 16
        assert pieces % 2 == 0 or runs < 4
