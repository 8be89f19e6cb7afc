"""Runs of the engine with sets of measures: the numbers of single runs, whatever the workers."""

import numpy as np
import pytest

from chainwright.errors import InfeasibleError, ParameterError
from chainwright.plan.repairs.engine_oracle import EngineOracle
from chainwright.plan.repairs.home_losses import HomeLosses
from chainwright.plan.repairs.repair_measure import RepairMeasure
from chainwright.plan.repairs.restressing import restressed
from chainwright.plan.repairs.scenarios import scenarios_of
from chainwright.stress import Blow, InventoryModel, Shock
from worlds import world

SYSTEM = world(11, regions=3, sectors=3)
"""Three regions R0, R1, R2 of three sectors s0, s1, s2; made up, balanced."""

MODEL = InventoryModel(stock_days=8.0, restoration_days=10.0, replaceable=0.0)
STEPS = 40
HOME = HomeLosses("value_added", ("R0",))

CUT = Shock(
    (Blow("supply_cut", nodes="R1:s0", buyers="R0", share=1.0, start_day=2, days=20),),
    name_en="cut",
)
SHUT = Shock((Blow("capacity", nodes="R0:s2", share=0.6, start_day=1, days=12),), name_en="shut")
SHOCKS = [CUT, SHUT]

MEASURES = (
    RepairMeasure("weeks of s0", "reserve", ("R0",), 2.0, product="s0"),
    RepairMeasure("other s0", "second_source", ("R0",), 0.7, product="s0"),
    RepairMeasure("line of s2", "backup_capacity", ("R0:s2",), 0.2, after_days=3.0),
    RepairMeasure("cover of s2", "stabilise", ("R0:s2",), 0.5),
    RepairMeasure("contract of s0", "stabilise", ("R0",), 0.4, product="s0", origins=("R1",)),
    RepairMeasure("link s0", "supplement", ("R0",), 0.3, product="s0", maker="R0:s0"),
)
SETS = [
    frozenset(),
    *(frozenset({i}) for i in range(len(MEASURES))),
    frozenset({0, 1}),
    frozenset({2, 3, 5}),
    frozenset(range(len(MEASURES))),
]
ASKED = [(s, taken) for s in range(len(SHOCKS)) for taken in SETS]


def oracle(**more):
    read = more.pop("read", HOME)
    held = scenarios_of(SYSTEM, more.pop("shocks", SHOCKS), model=MODEL)
    measures = more.pop("measures", MEASURES)
    return EngineOracle(SYSTEM, measures, held, read=read, steps=STEPS, **more)


@pytest.mark.parametrize("loss", ["value_added", "output", "unmet_final"])
def test_losses_of_batches_are_those_of_single_runs(loss):
    read = HomeLosses(loss, ("R0",))
    asked = oracle(read=read)
    found = asked.losses(ASKED)
    for taken in SETS:
        repaired = asked.economies.of(taken)
        single = restressed(SYSTEM, repaired, asked.held.held, read=read, steps=STEPS)
        mine = [found[ASKED.index((s, taken))] for s in range(len(SHOCKS))]
        before = [found[ASKED.index((s, frozenset()))] for s in range(len(SHOCKS))]
        scale = max(map(abs, before))
        assert mine == pytest.approx(single.losses[1], rel=1e-9, abs=1e-9 * scale)
        assert before == pytest.approx(single.losses[0], rel=1e-9, abs=1e-9 * scale)
    assert found.max() > 0.0


def test_every_measure_does_something_and_none_of_a_kind_is_left_out():
    asked = oracle()
    found = asked.losses(ASKED)
    base = {s: found[ASKED.index((s, frozenset()))] for s in range(2)}
    moved = {
        (s, i): found[ASKED.index((s, frozenset({i})))] - base[s]
        for s in range(2)
        for i in range(len(MEASURES))
    }
    for i, measure in enumerate(MEASURES):
        assert min(moved[0, i], moved[1, i]) < 0.0, measure.name


def test_what_is_said_to_be_irrelevant_changes_no_bit_of_a_run():
    asked = oracle()
    assert asked.relevant.tolist() == [
        [True, True, True, False, True, True],
        [True, False, True, True, False, True],
    ]
    plain, more = frozenset({0, 5}), frozenset({0, 5, 3})
    one = asked._run([(0, plain), (0, more)])
    assert one[0] == one[1]
    source = asked._run([(1, frozenset({2})), (1, frozenset({2, 1, 4}))])
    assert source[0] == source[1]


def test_late_measures_whole_hold_backs_and_sources_no_better_than_anybody_s_are_irrelevant():
    late = RepairMeasure("late", "backup_capacity", ("R0",), 0.2, after_days=STEPS)
    kept = RepairMeasure("kept", "reserve", ("R0",), 2.0, product="s0", hold_back=1.0)
    none = RepairMeasure("none", "strengthen", ("R0",), 0.0)
    of_other = RepairMeasure("other", "second_source", ("R0",), 0.7, product="s1")
    for_other = RepairMeasure("for other", "second_source", ("R2",), 0.7, product="s0")
    asked = oracle(measures=(late, kept, none, of_other, for_other))
    assert not asked.relevant.any()
    base, *others = asked._run([(0, frozenset()), *((0, frozenset({i})) for i in range(5))])
    assert others == [base] * 5
    model = InventoryModel(stock_days=8.0, replaceable=0.7)
    held = scenarios_of(SYSTEM, CUT, model=model)
    free = EngineOracle(SYSTEM, MEASURES, held, read=HOME, steps=STEPS)
    assert free.relevant[0].tolist() == [True, False, True, False, True, True]


def test_bits_are_the_same_whatever_the_workers():
    many = [
        (s, frozenset(t)) for s in range(2) for t in ({0}, {1}, {2}, {0, 2}, {0, 5}, {5}, {2, 4})
    ]
    one, two, three = (oracle(workers=n).losses(many * 2) for n in (1, 2, 3))
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(one, three)


def test_nothing_is_run_twice_nor_for_measures_that_do_not_matter():
    asked = oracle()
    first = asked.losses([(0, frozenset()), (0, frozenset({3})), (0, frozenset())])
    assert asked.runs == 1
    assert first.tolist() == [first[0]] * 3
    asked.losses([(0, frozenset({3})), (1, frozenset({3}))])
    assert asked.runs == 2


def test_a_system_that_holds_something_ready_already_keeps_it():
    own = RepairMeasure("own", "stabilise", ("R0:s2",), 0.5)
    held = scenarios_of(SYSTEM, SHOCKS, model=MODEL)
    ready = EngineOracle(own.apply(SYSTEM), MEASURES[:3], held, read=HOME, steps=STEPS)
    plain = oracle()
    assert ready.losses([(1, frozenset({0, 2}))]) == pytest.approx(
        plain.losses([(1, frozenset({0, 2, 3}))]), rel=1e-12
    )


def test_it_tells_how_far_it_is_and_can_be_cancelled():
    told = []
    oracle(progress=told.append).losses(ASKED)
    assert told[-1].endswith("engine runs")
    number, _, rest = told[-1].partition(" of ")
    assert number == rest.removesuffix(" engine runs")
    with pytest.raises(InfeasibleError, match="Cancelled"):
        oracle(cancel=lambda: True).losses(ASKED)


def test_a_word_or_a_number_that_is_none_is_refused():
    with pytest.raises(ParameterError, match="workers"):
        oracle(workers=0)
    with pytest.raises(ParameterError, match="one of value_added, output, unmet_final"):
        HomeLosses("profit")


def test_a_gain_of_some_does_not_make_up_for_the_loss_of_others():
    economy = oracle().economies.table().economy
    lost = np.zeros((1, economy.n))
    lost[0, economy.codes.index("R0:s0")] = 3.0
    lost[0, economy.codes.index("R0:s1")] = -8.0
    lost[0, economy.codes.index("R1:s1")] = 5.0
    found = {"output_by_node": lost}
    assert HomeLosses("output", ("R0",)).of(economy, found).tolist() == [3.0]
    assert HomeLosses("output").of(economy, found).tolist() == [8.0]
