"""What a question will take: operations that are counted, memory that is true, a plain print."""

import tracemalloc

import numpy as np
import psutil
import pytest

from chainwright import accounts
from chainwright.accounts import leontief, plan, stressor_accounts, workplan
from chainwright.accounts.workplan import QUESTIONS
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.system import System
from chainwright.tables import schema
from worlds import world


@pytest.fixture
def system():
    return world(71, regions=5, sectors=20)


def test_every_question_is_a_function_of_ours_or_the_inverse():
    assert all(hasattr(accounts, name) for name in QUESTIONS if name != "inverse")


def test_operations_are_those_of_the_method(system):
    n = 100.0
    found = plan(system, "stressor_accounts")
    # one LU; one right-hand side a stressor and region, one a consumer, two for the checks
    assert found.operations[0] == pytest.approx(2 / 3 * n**3 + 2 * n**2 * (5 + 5 + 2))
    inverse = plan(system, "inverse")
    assert inverse.operations[0] == pytest.approx(2 * n**3 + 2 * n**2 * 2)


def test_an_lu_at_hand_is_not_paid_again(system):
    before = plan(system, "footprint")
    leontief(system.flows).solve(system.flows.demand)
    after = plan(system, "footprint")
    assert not before.factored
    assert after.factored
    assert before.operations[0] - after.operations[0] == pytest.approx(2 / 3 * 100.0**3)
    assert after.memory[0] < before.memory[0]
    assert not plan(system, "footprint", dtype="float32").factored


def test_float32_takes_half_the_memory(system):
    double, single = plan(system), plan(system, dtype="float32")
    np.testing.assert_allclose(single.memory, double.memory / 2.0)


def test_the_memory_is_what_the_accounts_take():
    system = world(72, regions=4, sectors=150)
    planned = plan(system, "stressor_accounts").memory[0]
    assert system.flows.output.sum() > 0.0
    tracemalloc.start()
    found = stressor_accounts(system)
    held = found.input_coefficients.nbytes
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert held == 600**2 * 8
    assert 0.7 * peak <= planned <= 1.3 * peak


def test_what_does_not_fit_is_said(system, monkeypatch):
    free = type("Memory", (), {"available": 120_000})()
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    found = plan(system)
    assert not found.fits.all()
    assert found.fits.any()
    text = repr(found)
    assert "DOES NOT FIT" in text
    assert text.count("\n") == len(QUESTIONS)
    assert "100 nodes, float64" in text


def test_seconds_follow_the_measured_rate(system, monkeypatch):
    monkeypatch.setattr(workplan, "_rate", lambda _: 1e9)
    slow = plan(system).seconds
    monkeypatch.setattr(workplan, "_rate", lambda _: 2e9)
    fixed = workplan.TOUCHED * 100**2 * 8  # reading and writing memory does not depend on it
    np.testing.assert_allclose(plan(system).seconds - fixed, (slow - fixed) / 2.0)
    assert plan(system, "footprint").seconds[0] > 2 / 3 * 100.0**3 / 2e9


def test_the_table_has_its_columns_the_longest_first(system):
    table = plan(system).table()
    assert list(table.columns) == [column.column for column in schema("work_plan")]
    assert table["seconds"].is_monotonic_decreasing
    assert set(table["question"]) == set(QUESTIONS)


def test_unknown_questions_and_dtypes_are_refused(system):
    with pytest.raises(UnknownCodeError, match="Did you mean extraction"):
        plan(system, "extractions")
    with pytest.raises(ParameterError, match="float64 or float32"):
        plan(System(system.flows), dtype="int8")
