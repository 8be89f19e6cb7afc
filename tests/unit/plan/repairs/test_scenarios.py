"""What a repair is against: shocks, draws, and how likely they are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright import stress
from chainwright.errors import ParameterError, TableError
from chainwright.plan.repairs.scenarios import scenarios_of, told_apart
from chainwright.stress import Blow, InventoryModel, Shock, UncertainInput, Uncertainty
from worlds import world

SYSTEM = world(1)


def shut(share=0.5, name="", start=1.0):
    blow = Blow("capacity", nodes="R0:s1", share=share, start_day=start, days=5)
    return Shock((blow,), name_en=name)


def uncertain(**more):
    size = UncertainInput(input="size_factor", form="range", low=0.4, high=1.2)
    psi = UncertainInput(input="psi", form="range", low=0.6, high=0.9)
    return Uncertainty((size, psi), **more)


def test_one_shock_is_one_scenario_of_weight_one_whose_cut_goods_nobody_replaces():
    found = scenarios_of(SYSTEM, shut(name="a plant shut"))
    assert found.names == ("a plant shut",)
    assert found.probability.tolist() == [1.0]
    assert found.held[0].model == InventoryModel(replaceable=0.0)
    assert found.weighted
    english, chinese = found.notes[0]
    assert "replaceable = 0" in english
    assert "replaceable = 0" in chinese


def test_several_shocks_have_names_of_their_own_and_weigh_alike_which_is_said():
    found = scenarios_of(SYSTEM, [shut(), shut(name="b"), shut(name="b"), shut()])
    assert found.names == ("shock 1", "b (2)", "b (3)", "shock 4")
    assert found.probability.tolist() == [0.25] * 4
    assert any("weigh alike" in english for english, _ in found.notes)


def test_a_mapping_gives_names_and_a_mapping_of_probabilities_is_read_by_them():
    shocks = {"one": shut(0.2, start=3.0), "two": shut(0.4)}
    found = scenarios_of(SYSTEM, shocks, probability={"two": 0.02, "one": 0.1})
    assert found.probability.tolist() == [0.1, 0.02]
    assert found.first_day.tolist() == [3.0, 1.0]
    assert found.stated == shocks
    assert not found.weighted
    assert len(found.notes) == 1


def test_a_number_is_the_probability_of_all_together():
    found = scenarios_of(SYSTEM, [shut(), shut(0.1)], probability=0.3)
    assert found.probability == pytest.approx([0.15, 0.15])


def test_a_model_that_is_given_is_taken_and_nothing_is_said_to_be_assumed():
    model = InventoryModel(psi=0.7)
    found = scenarios_of(SYSTEM, shut(), model=model)
    assert found.held[0].model is model
    assert found.notes == ()


def test_draws_of_an_uncertainty_are_those_of_an_ensemble_of_the_same_seed():
    found = scenarios_of(SYSTEM, (shut(), uncertain(), 12, 5))
    values = uncertain().values(5, 12)
    assert found.names[:2] == ("draw 00", "draw 01")
    shares = [one.shock.blows[0].share for one in found.held]
    assert shares == pytest.approx(np.minimum(1.0, 0.5 * values[:, 0]))
    assert [one.model.psi for one in found.held] == pytest.approx(values[:, 1])
    assert {one.model.replaceable for one in found.held} == {0.0}
    assert found.stated == {"shock 1": shut()}


def test_an_ensemble_that_was_run_gives_its_own_draws_and_model():
    ran = stress.ensemble(SYSTEM, shut(), draws=3, seed=9, days=4, uncertain=uncertain())
    found = scenarios_of(SYSTEM, ran)
    assert [one.model.psi for one in found.held] == pytest.approx(ran.drawn[:, 1])
    assert found.held[0].model.replaceable == 1.0
    assert not any("replaceable" in english for english, _ in found.notes)


def test_without_a_seed_draws_are_of_seed_0():
    one = scenarios_of(SYSTEM, (shut(), uncertain(), 2))
    two = scenarios_of(SYSTEM, (shut(), uncertain(), 2, 0))
    assert [a.shock for a in one.held] == [b.shock for b in two.held]


@pytest.mark.parametrize(
    ("against", "told"),
    [
        ([], "no shock"),
        ({"a": 3}, "'a'"),
        ([shut(), "embargo"], "str"),
        (7, "int"),
    ],
)
def test_what_is_no_shock_is_refused(against, told):
    with pytest.raises(TableError, match=told):
        scenarios_of(SYSTEM, against)


@pytest.mark.parametrize(
    "against", [(shut(), uncertain()), (shut(), uncertain(), 0), (1, uncertain(), 3)]
)
def test_draws_without_a_number_of_them_or_a_shock_are_refused(against):
    with pytest.raises(ParameterError, match="how many draws"):
        scenarios_of(SYSTEM, against)


def test_an_error_of_the_table_is_refused_by_name():
    with pytest.raises(ParameterError, match=r"table_cv 0\.1"):
        scenarios_of(SYSTEM, (shut(), uncertain(table_cv=0.1), 3, 0))


def test_every_wrong_probability_is_named_at_once():
    with pytest.raises(TableError) as told:
        scenarios_of(SYSTEM, {"a": shut(), "b": shut()}, probability={"a": 1.5, "c": 0.1})
    words = str(told.value)
    assert "'a'" in words
    assert "'b'" in words
    assert "'c'" in words


@pytest.mark.parametrize("wrong", [[0.6, 0.6], [0.0, 0.0], [0.5], 1.2])
def test_probabilities_are_one_a_scenario_and_exclude_each_other(wrong):
    with pytest.raises(TableError, match=r"probabilit|in all|0 to 1"):
        scenarios_of(SYSTEM, [shut(), shut(0.2)], probability=wrong)


def test_a_model_that_is_none_is_refused():
    with pytest.raises(ParameterError, match="InventoryModel"):
        scenarios_of(SYSTEM, shut(), model=0.5)


def test_no_shock_is_lost_where_a_name_is_that_of_a_number():
    # the second and third are told apart by their numbers, and "b (2)" is the first's own name
    found = scenarios_of(SYSTEM, [shut(0.1, "b (2)"), shut(0.2, "b"), shut(0.3, "b")])
    assert len(set(found.names)) == len(found.names) == 3
    assert [one.shock.blows[0].share for one in found.held] == [0.1, 0.2, 0.3]
    assert found.names[2] == "b (3)"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], []),
        (["a", "b"], ["a", "b"]),
        (["a", "a"], ["a (1)", "a (2)"]),
        (["a (2)", "a", "a"], ["a (2) (1)", "a (2) (2)", "a (3)"]),
        (["a (2) (1)", "a", "a (2)", "a"], ["a (2) (1)", "a (2) (2)", "a (2) (3)", "a (4)"]),
    ],
)
def test_names_are_told_apart_by_their_numbers_as_often_as_it_takes(names, told):
    assert told_apart(names) == told


@given(names=st.lists(st.sampled_from(["a", "a (1)", "a (2)", "a (1) (2)", "b"]), max_size=6))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_names_told_apart_are_all_different_and_begin_as_they_did(names):
    found = told_apart(names)
    assert len(set(found)) == len(names)
    assert all(new.startswith(old) for new, old in zip(found, names, strict=True))


def test_a_flag_is_no_probability():
    with pytest.raises(TableError, match="True"):
        scenarios_of(SYSTEM, {"a": shut()}, probability={"a": True})
    with pytest.raises(TableError, match="True"):
        scenarios_of(SYSTEM, shut(), probability=True)


def test_probabilities_that_do_not_match_say_how_many_there_are():
    with pytest.raises(TableError, match="3 probabilities") as told:
        scenarios_of(SYSTEM, [shut(), shut()], probability=[0.1, 0.2, 0.3])
    assert "2, one a scenario" in str(told.value)


def test_all_alike_are_certain_together_and_none_at_all_is_refused():
    assert scenarios_of(SYSTEM, [shut()] * 3).probability.sum() == pytest.approx(1.0)
    assert scenarios_of(SYSTEM, [shut()] * 3, probability=1).probability.sum() == pytest.approx(1.0)
    with pytest.raises(TableError, match="above 0"):
        scenarios_of(SYSTEM, [shut()] * 2, probability=[0.0, 0.0])


def test_the_first_day_is_that_of_the_first_blow_of_several():
    blows = (*shut(start=9.0).blows, *shut(start=4.0).blows, *shut(start=6.0).blows)
    assert scenarios_of(SYSTEM, Shock(blows)).first_day.tolist() == [4.0]


def test_a_model_that_is_given_takes_the_place_of_that_of_an_ensemble():
    ran = stress.ensemble(SYSTEM, shut(), draws=2, seed=9, days=4, uncertain=uncertain())
    found = scenarios_of(SYSTEM, ran, model=InventoryModel(replaceable=0.25))
    assert {one.model.replaceable for one in found.held} == {0.25}
    assert [one.model.psi for one in found.held] == pytest.approx(ran.drawn[:, 1])
    assert any("weigh alike" in english for english, _ in found.notes)


def test_draws_are_numbered_with_as_many_digits_as_the_last_needs():
    assert scenarios_of(SYSTEM, (shut(), uncertain(), 1)).names == ("draw 0",)
    assert scenarios_of(SYSTEM, (shut(), uncertain(), 10)).names[-1] == "draw 9"
    assert scenarios_of(SYSTEM, (shut(), uncertain(), 11)).names[0] == "draw 00"


def test_a_negative_seed_is_refused():
    with pytest.raises(ParameterError, match="their seed"):
        scenarios_of(SYSTEM, (shut(), uncertain(), 3, -1))
