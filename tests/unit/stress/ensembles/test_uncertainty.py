"""Draws: their streams, what they change in a shock and a model, TOML, what is refused."""

from math import inf

import numpy as np
import pytest

from chainwright.errors import MissingFileError, ParameterError, TableError
from chainwright.stress import Blow, Economy, InventoryModel, Shock, UncertainInput, Uncertainty
from chainwright.stress.ensembles.draw_models import drawn_model
from worlds import world


def ranged(name, low, high, **more):
    return UncertainInput(input=name, form="range", low=low, high=high, **more)


SIZE, SHIFT = ranged("size_factor", 0.5, 2.0), ranged("start_shift_days", -2.0, 5.0)
ALL = Uncertainty((SIZE, SHIFT, ranged("psi", 0.5, 0.9, source="a survey")))


def test_a_draw_hangs_on_the_seed_and_its_number_alone():
    few, many = ALL.values(7, 3), ALL.values(7, 30)
    assert (few == many[:3]).all()
    assert (ALL.values(8, 3) != few).all()
    assert len(np.unique(many[:, 0])) == 30


def test_a_draw_is_of_the_child_that_the_seed_spawns():
    children = np.random.SeedSequence(7).spawn(4)
    assert (ALL.shares(7, 3) == np.random.default_rng(children[3]).random(3)).all()
    spawned = np.random.default_rng(children[3].spawn(1)[0]).standard_normal(5)
    assert (ALL.table_stream(7, 3).standard_normal(5) == spawned).all()


def test_one_more_input_at_the_end_leaves_the_others_and_the_table_as_they_are():
    more = Uncertainty((*ALL.inputs, ranged("stock_factor", 0.5, 1.5)))
    assert (more.values(7, 5)[:, :3] == ALL.values(7, 5)).all()
    table, again = ALL.table_stream(7, 1), more.table_stream(7, 1)
    assert (table.random(3) == again.random(3)).all()


def test_values_fill_their_range_evenly():
    sizes = np.sort(ALL.values(1, 400)[:, 0])
    assert np.abs((sizes - 0.5) / 1.5 - (np.arange(400) + 0.5) / 400).max() < 0.08


def test_a_draw_changes_all_blows_or_the_one_it_names():
    shock = Shock(
        (
            Blow("capacity", regions="R0", share=0.8, start_day=2, days=10),
            Blow("capital", regions="R1", money=5.0, recovery="linear", recovery_days=8, days=inf),
            Blow("capacity", shares={"s0": 0.2, "s1": 0.9}, days=4),
        )
    )
    inputs = (SIZE, ranged("length_factor", 0.0, 3.0, blow=1), ranged("recovery_factor", 0.5, 2))
    drawn = Uncertainty((*inputs, SHIFT)).shock(shock, np.array([1.5, 2.0, 0.5, 3.0]))
    first, second, third = drawn.blows
    assert (first.share, first.days, first.start_day) == (1.0, 20.0, 5.0)
    assert (second.money, second.days, second.recovery_days) == (7.5, inf, 4.0)
    assert (third.shares, third.days) == ((("s0", 0.2 * 1.5), ("s1", 1.0)), 4)
    assert third.start_day == second.start_day == 3.0


def test_a_draw_replaces_what_the_model_says_and_multiplies_its_stocks():
    economy = Economy.of(world(1))
    drawn = {"psi": 0.5, "stock_factor": 2.0, "restoration_days": 30.0}
    made = drawn_model(InventoryModel(stock_days={"s0": 5, "s1": inf, "s2": 7}), economy, drawn)
    assert (made.psi, made.restoration_days) == (0.5, 30.0)
    assert made.stock_days == (("s0", 10.0), ("s1", inf), ("s2", 14.0))
    table = InventoryModel().stock_targets(economy).steps
    doubled = drawn_model(InventoryModel(), economy, {"stock_factor": 2.0})
    np.testing.assert_array_equal(doubled.stock_targets(economy).steps, 2.0 * table)
    assert drawn_model(InventoryModel(), economy, {}) == InventoryModel()


def test_what_is_uncertain_goes_through_toml_beside_its_shock(tmp_path):
    path = tmp_path / "shock.toml"
    path.write_text(
        """name_en = "Shut"
[[blow]]
kind = "capacity"
regions = ["R0"]
share = 0.5
[uncertain]
table_cv = 0.1
table_source = "a census"
[[uncertain.inputs]]
input = "size_factor"
form = "triangular"
low = 0.5
mode = 1
high = 1.5
blow = 1
source = "a survey"
""",
        encoding="utf-8",
    )
    found = Uncertainty.read(path)
    assert found.inputs[0].value(0.5) == 1.0
    assert (found.table_cv, found.assumed) == (0.1, ())
    assert Uncertainty.of_dict(found.to_dict()) == found
    assert Shock.read(path).blows[0].share == 0.5
    path.write_text('[[blow]]\nkind = "capacity"\n', encoding="utf-8")
    assert Uncertainty.read(path) == Uncertainty()


def test_a_file_that_is_no_uncertainty_is_refused_with_all_that_is_wrong(tmp_path):
    path = tmp_path / "odd.toml"
    with pytest.raises(MissingFileError, match="There is no file"):
        Uncertainty.read(path)
    path.write_text("[uncertain\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"odd\.toml"):
        Uncertainty.read(path)
    path.write_text("[uncertain]\ncv = 1\n[[uncertain.inputs]]\nlow = 1\nhihg = 2\n", "utf-8")
    with pytest.raises(TableError, match="in 4 places") as refused:
        Uncertainty.read(path)
    assert {breach.found for breach in refused.value.breaches} == {
        "cv",
        "hihg",
        "no input",
        "no form",
    }


def test_inputs_that_meet_or_leave_the_shock_are_refused():
    with pytest.raises(ParameterError, match="one input a blow"):
        Uncertainty((SIZE, ranged("size_factor", 0.9, 1.1, blow=2)))
    with pytest.raises(ParameterError, match="one input a blow"):
        Uncertainty((ranged("size_factor", 0.9, 1.1, blow=2), SIZE))
    with pytest.raises(ParameterError, match="table_cv"):
        Uncertainty(table_cv=-0.1)
    shock = Shock((Blow("capacity", regions="R0", share=0.5, start_day=1.0, recovery="linear"),))
    away = (SHIFT, ranged("recovery_factor", 0, 1), ranged("size_factor", 1, 2, blow=3))
    with pytest.raises(TableError, match="in 3 places") as refused:
        Uncertainty(away).checked(shock)
    assert str(refused.value).startswith("The uncertainty cannot be used as it is")
    assert "a start on day -1" in str(refused.value)
    assert "found blow 3, expected 1 to 1" in str(refused.value)


def test_inputs_that_nobody_vouches_for_are_named():
    assert ALL.assumed == ("size_factor", "start_shift_days")
    assert Uncertainty(table_cv=0.1).assumed == ("table_cv",)
    assert Uncertainty(table_cv=0.1, table_source="a census").assumed == ()
