"""Losses are run once, in batches, and only over the measures that matter."""

import numpy as np
import pytest

from chainwright.errors import ParameterError
from chainwright.plan.repairs.loss_table import LossTable
from repair_oracles import ToyOracle, every_set
from toy_repairs import expected_loss, scenario_losses


def test_the_case_loses_1000_800_and_1200_without_measures():
    table = LossTable(ToyOracle())
    assert table.losses([()]).tolist() == [[1000.0, 800.0, 1200.0]]
    assert table.runs == 3


def test_every_plan_is_priced_as_by_the_formula_with_56_runs_for_192_losses():
    oracle = ToyOracle()
    table = LossTable(oracle)
    plans = every_set(range(6))
    found = table.losses(plans)
    taken = np.array([[i in plan for i in range(6)] for plan in plans])
    assert np.array_equal(found, scenario_losses(taken))
    assert np.allclose(found @ oracle.probability, expected_loss(taken))
    assert table.runs == len(oracle.asked) == 8 + 32 + 16


def test_nothing_is_asked_twice_and_what_does_not_matter_is_left_out():
    oracle = ToyOracle()
    table = LossTable(oracle)
    table.fill([(0, {0, 2}), (0, {0}), (0, {0, 3, 4})])
    assert oracle.asked == [(0, frozenset({0}))]
    assert table.loss(0, [0, 4]) == 500.0
    assert len(oracle.asked) == 1
    assert table.of_scenario(0) == {frozenset({0}): 500.0}
    assert table.of_scenario(1) == {}


def test_no_plans_cost_no_runs():
    table = LossTable(ToyOracle())
    assert table.losses([]).shape == (0, 3)
    assert table.runs == 0


@pytest.mark.parametrize("answer", [[np.nan], [1.0, 2.0], []])
def test_an_oracle_that_answers_with_no_number_is_refused(answer):
    oracle = ToyOracle()
    oracle.losses = lambda asked: np.array(answer)
    with pytest.raises(ParameterError, match="a finite loss for each run"):
        LossTable(oracle).loss(0, ())
