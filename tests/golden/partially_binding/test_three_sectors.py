"""The five production functions on the three sectors of macrostat."""

import numpy as np
import pytest

from chainwright.stress.sectors.partially_binding_model import BindingModel
from chainwright.stress.sectors.partially_binding_run import (
    BindingCourses,
    BindingStart,
    run_binding,
)

A = np.array([[0.10, 0.15, 0.05], [0.05, 0.20, 0.25], [0.05, 0.10, 0.15]])
X0 = np.array([100.0, 300.0, 600.0])
USUAL = ((30.0, 14.0, 7.0), [[0, 1, 0], [0, 0, 1], [0, 0, 0]])
APART = ((5.0, 14.0, 5.0), [[0, 1, 0], [0, 0, 0.5], [0, 0, 0]])

AS_USUAL = {
    "leontief": ((63.6392, 150, 373.506), 16.39204),
    "strong": ((63.6392, 150, 373.506), 16.39204),
    "half": ((63.6392, 150, 373.506), 16.39204),
    "weak": ((63.6392, 150, 373.506), 16.39204),
    "linear": ((74.8678, 150, 580.930), 7.47163),
}
TOLD_APART = {
    "leontief": ((55.8276, 150, 359.3231), 20.07869),
    "strong": ((61.9095, 150, 359.9228), 19.89909),
    "half": ((62.2184, 150, 363.3504), 19.60492),
    "weak": ((74.0386, 150, 580.3275), 7.88864),
    "linear": ((74.0386, 150, 580.3275), 7.88864),
}


def start(stock_days, scores):
    return BindingStart(
        Z=A * X0,
        pool=np.arange(3, dtype=np.int32),
        abroad=np.zeros((3, 3)),
        x0=X0,
        labour=np.array([60.0, 120.0, 250.0]),
        consumption=np.array([10.0, 80.0, 250.0]),
        other=np.array([5.0, 5.0, 225.0]),
        stock_days=np.tile(stock_days, (3, 1)),
        scores=np.array(scores, dtype=float),
    )


def run(case, kind, lost, days=120):
    labour = np.zeros((days, 3))
    labour[4:34, 1] = lost  # days 5 to 34, counted from 1
    none = np.zeros((days, 3))
    return run_binding(start(*case), BindingCourses(labour, none, none), BindingModel(kind=kind))


@pytest.mark.parametrize("kind", AS_USUAL)
def test_half_of_b_s_labour_for_thirty_days(kind):
    found = run(USUAL, kind, 0.5).production
    at_34, days_lost = AS_USUAL[kind]
    assert found[33] == pytest.approx(at_34, abs=6e-4)
    assert (X0 - found).sum() / X0.sum() == pytest.approx(days_lost, abs=6e-6)


@pytest.mark.parametrize("kind", TOLD_APART)
def test_short_stocks_and_an_important_input_tell_the_five_kinds_apart(kind):
    found = run(APART, kind, 0.5).production
    at_34, days_lost = TOLD_APART[kind]
    assert found[33] == pytest.approx(at_34, abs=6e-5)
    assert (X0 - found).sum() / X0.sum() == pytest.approx(days_lost, abs=6e-6)


@pytest.mark.parametrize("kind", AS_USUAL)
def test_without_a_shock_nothing_moves(kind):
    found = run(USUAL, kind, 0.0)
    assert np.abs(found.production - X0).max() <= 1e-12 * X0.max()
    assert (found.short_day == -1).all()
    assert np.abs(found.unmet_consumption).max() <= 1e-12 * X0.max()
