"""Elementary effects: of a function whose effects are known, and of a shock."""

import numpy as np
import pytest

from chainwright import stress
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.stress import Blow, InventoryModel, Shock, UncertainInput, Uncertainty
from chainwright.stress.ensembles.sensitivity import elementary_effects, morris_shares
from worlds import world

SYSTEM = world(3)
SHUT = Shock((Blow("capacity", regions="R0", share=0.4, days=6),))
SIZE = UncertainInput(input="size_factor", form="range", low=0.5, high=1.0, source="a survey")
STOCKS = UncertainInput(input="stock_factor", form="range", low=0.9, high=1.1)
LATE = UncertainInput(input="start_shift_days", form="normal", mean=20.0, sd=2.0, low=0.0)
QUESTION = {"uncertain": Uncertainty((STOCKS, SIZE)), "days": 20, "trajectories": 4}
QUESTION["model"] = InventoryModel.boario()


def asked(**more):
    return stress.sensitivity(SYSTEM, SHUT, **{**QUESTION, **more})


def test_effects_of_a_linear_function_are_its_slopes():
    slopes = np.array([3.0, -2.0, 0.0, 0.5])
    edges = [(0.0, 1.0)] * 4
    shares = morris_shares(edges, trajectories=7, seed=5)
    found = elementary_effects(edges, shares, 10.0 + shares @ slopes, seed=5)
    np.testing.assert_allclose(found["mu"], slopes, atol=1e-12)
    np.testing.assert_allclose(found["mu_star"], np.abs(slopes), atol=1e-12)
    np.testing.assert_allclose(found["sigma"], 0.0, atol=1e-12)
    np.testing.assert_allclose(found["confidence"], 0.0, atol=1e-12)


def test_effects_that_hang_on_another_input_spread():
    edges = [(0.0, 1.0)] * 2
    shares = morris_shares(edges, trajectories=50, seed=1)
    found = elementary_effects(edges, shares, shares[:, 0] * shares[:, 1], seed=1)
    # the effect of one is the value of the other: on a grid of 4, mean 1/2
    np.testing.assert_allclose(found["mu"], 0.5, atol=0.1)
    assert (found["sigma"] > 0.2).all()


def test_a_walk_changes_one_input_after_another_on_the_grid():
    shares = morris_shares([(0.0, 1.0)] * 3, trajectories=6, levels=6, seed=9)
    assert shares.shape == (24, 3)
    assert set(np.round(shares.ravel() * 5, 9)) <= {0.0, 1.0, 2.0, 3.0, 4.0, 5.0}
    for walk in shares.reshape(6, 4, 3):
        moved = np.diff(walk, axis=0) != 0.0
        assert (moved.sum(axis=1) == 1).all()
        assert (moved.sum(axis=0) == 1).all()


def test_the_size_of_a_closure_matters_by_its_slope_and_small_changes_of_ample_stocks_do_not():
    found = asked()
    table = found.table()
    assert table["input"].tolist() == ["size_factor", "stock_factor"]
    full = stress.ensemble(SYSTEM, SHUT, draws=1, days=20, model=QUESTION["model"])
    half = stress.ensemble(SYSTEM, SHUT.scaled(0.5), draws=1, days=20, model=QUESTION["model"])
    slope = (full.lost("output") - half.lost("output")).item()
    assert table["mu"][0] == pytest.approx(slope, rel=0.05)
    assert table["mu_star"][1] < 0.05 * table["mu_star"][0]
    assert table["share"].sum() == pytest.approx(1.0)
    assert table["assumed"].tolist() == [False, True]
    assert (table["lowest"][0], table["highest"][0]) == (0.5, 1.0)


def test_the_same_seed_gives_the_same_effects_and_another_other_walks():
    one, again, other = asked(), asked(), asked(seed=1)
    assert (one.answers == again.answers).all()
    assert (one.table()["confidence"] == again.table()["confidence"]).all()
    assert one.values.shape == other.values.shape
    assert (one.values != other.values).any()


def test_effects_are_counted_in_what_is_asked_about():
    days = asked(measure="lost_days")
    assert days.units["mu_star"] == "day"
    money = asked(measure="unmet_final")
    assert money.units["mu_star"] == str(SYSTEM.money)
    assert money.parameters["measure"] == "unmet_final"
    trials = money.tables()["sensitivity_trials"]
    assert len(trials) == 4 * 3 * 2
    assert trials["answer"].to_numpy()[::2] == pytest.approx(money.answers)


def test_a_form_without_an_upper_end_is_walked_without_its_last_half_per_cent():
    found = asked(uncertain=Uncertainty((SIZE, LATE)))
    assert found.values[:, 1].min() == 0.0
    assert found.values[:, 1].max() == pytest.approx(LATE.value(0.995))
    assert found.table()["mu_star"][1] == 0.0 or np.isfinite(found.table()["mu_star"]).all()


@pytest.mark.parametrize(
    ("more", "error", "said"),
    [
        ({"measure": "jobs"}, UnknownCodeError, "measure of loss"),
        ({"uncertain": Uncertainty((SIZE,))}, ParameterError, "two inputs or more"),
        ({"uncertain": Uncertainty((SIZE, STOCKS), table_cv=0.1)}, ParameterError, "table_cv"),
        ({"trajectories": 1}, ParameterError, "two or more"),
        ({"levels": 5}, ParameterError, "an even number"),
    ],
)
def test_a_question_that_has_no_effects_is_refused(more, error, said):
    with pytest.raises(error, match=said):
        asked(**more)
