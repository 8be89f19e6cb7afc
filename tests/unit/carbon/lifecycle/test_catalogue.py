"""All footprints at once: the case worked by hand, bounds, cuts, parts, changes, fall-backs."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright import carbon
from chainwright.carbon.lifecycle import adjoint_series
from chainwright.carbon.lifecycle.adjoint_series import AdjointChain
from chainwright.errors import InfeasibleError, ParameterError, UnknownCodeError
from product_chains import DIRECT, RECIPES, random_chain, solved, steelworks

DEEP = [0.54627623, 1.55462762, 1.89624187]


def eight(values):
    return [round(float(value), 8) for value in values]


def test_power_iron_and_steel_carry_what_was_worked_by_hand_in_eleven_steps():
    found = carbon.footprints(steelworks())
    assert eight(found.footprint) == DEEP
    assert (found.solved.terms, found.solved.method, found.solved.reason) == (11, "series", "")


def test_tiers_of_steel_are_those_worked_by_hand():
    tiers = carbon.footprints(steelworks()).tiers(40)
    np.testing.assert_allclose(tiers[:3, 2], [0.1, 1.725, 0.0603], rtol=1e-14)
    np.testing.assert_allclose(tiers.sum(axis=0), solved(RECIPES, DIRECT), rtol=1e-13)


def test_a_declared_footprint_takes_the_place_of_its_chain():
    found = carbon.footprints(steelworks(), declared={"iron": 1.0})
    assert eight(found.footprint) == [0.54012672, 1.0, 1.31203801]
    table = found.table().set_index("product")
    assert table["declared"].to_dict() == {"steel": False, "iron": True, "power": False}
    assert table.loc["iron", "direct"] == 1.0


def test_a_declared_footprint_in_the_table_counts_and_one_given_is_taken_before_it():
    products = steelworks()
    frame = products.frame.copy()
    frame.loc[1, "declared"] = 1.0
    products = replace(products, frame=frame)
    assert eight(carbon.footprints(products).footprint) == [0.54012672, 1.0, 1.31203801]
    other = carbon.footprints(products, declared={"iron": 1.2})
    assert other.footprint[1] == 1.2


def test_primary_data_share_where_only_the_direct_data_of_iron_are_primary():
    found = carbon.footprints(steelworks(iron=1.0))
    assert eight(found.primary_share) == [0.03047896, 0.96593227, 0.83414634]


def test_primary_share_of_a_declared_footprint_is_its_own():
    found = carbon.footprints(steelworks(), declared={"iron": (1.0, 0.4)})
    assert found.primary_share[1] == pytest.approx(0.4, rel=1e-12)
    assert found.primary_share[2] == pytest.approx(0.4 * 1.05 / found.footprint[2], rel=1e-2)


def test_what_is_made_closes_with_the_footprints():
    found = carbon.footprints(steelworks(), tolerance=1e-12)
    final = np.array([10.0, 0.0, 5.0])
    assert eight(found.made(final)) == [12.71208838, 5.38347693, 5.12712088]
    emitted, carried = found.closure(final)
    assert round(emitted, 10) == 14.9439716687
    assert carried == pytest.approx(emitted, rel=1e-11)
    emitted, carried = carbon.footprints(steelworks()).closure(final)
    assert carried == pytest.approx(emitted, rel=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_bounds_hold_the_truth_and_the_series_is_as_near_as_asked(seed):
    recipes, direct = random_chain(np.random.default_rng(seed))
    truth = solved(recipes, direct)
    found = carbon.footprints(carbon.ProductSystem.of_arrays(recipes, direct), tolerance=1e-6)
    assert found.solved.method == "series"
    room = 1e-12 * truth
    assert (found.solved.lower <= truth + room).all()
    assert (found.solved.upper >= truth - room).all()
    assert (found.solved.lower <= found.footprint).all()
    some = truth > 0
    width = (found.solved.upper - found.solved.lower)[some] / truth[some]
    assert width.max() < 1e-3
    np.testing.assert_allclose(found.footprint, truth, rtol=2e-5)


@pytest.mark.parametrize("seed", range(4))
def test_the_direct_solve_agrees_with_the_series_and_is_certified_more_tightly(seed):
    recipes, direct = random_chain(np.random.default_rng(seed))
    products = carbon.ProductSystem.of_arrays(recipes, direct)
    found = carbon.footprints(products, method="direct")
    np.testing.assert_allclose(found.footprint, solved(recipes, direct), rtol=1e-12)
    assert found.solved.reason == "asked"
    assert (found.solved.upper - found.solved.lower <= 1e-9 * found.footprint + 1e-300).all()


def test_a_small_product_is_as_exact_as_a_large_one():
    # power of a pinch of salt: a norm over all products would have stopped long before
    recipes = np.array([[0.5, 1e-9, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    found = carbon.footprints(carbon.ProductSystem.of_arrays(recipes, [1.0, 0.0, 1e6]))
    assert found.footprint[1] == pytest.approx(2e-9, rel=1e-8)


def test_a_long_chain_is_not_cut_while_a_front_is_travelling():
    n = 40
    recipes = np.diag(np.full(n - 1, 1.0), 1)
    found = carbon.footprints(carbon.ProductSystem.of_arrays(recipes, [1.0] + [0.0] * (n - 1)))
    np.testing.assert_array_equal(found.footprint, np.ones(n))
    assert found.solved.terms == n


def test_credits_are_solved_directly_and_said():
    recipes, direct = random_chain(np.random.default_rng(5), credit=True)
    found = carbon.footprints(carbon.ProductSystem.of_arrays(recipes, direct))
    np.testing.assert_allclose(found.footprint, solved(recipes, direct), rtol=1e-11)
    assert found.solved.reason == "credits"
    assert (found.solved.lower <= found.footprint).all()
    assert found.table()["reason_en"].iloc[0].startswith("inputs below nought")
    assert "负" in found.table()["reason_zh"].iloc[0]
    assert "credits" in found.origin["reason"]


def test_emissions_below_nought_leave_bounds_around_the_truth():
    recipes, direct = random_chain(np.random.default_rng(6))
    direct[3] = -2.0
    truth = solved(recipes, direct)
    found = carbon.footprints(carbon.ProductSystem.of_arrays(recipes, direct), tolerance=1e-7)
    assert found.solved.method == "series"
    assert (found.solved.lower <= truth + 1e-12).all()
    assert (found.solved.upper >= truth - 1e-12).all()
    np.testing.assert_allclose(found.footprint, truth, rtol=1e-4, atol=1e-6)


def test_a_slow_loop_is_solved_directly_and_said():
    recipes = np.array([[0.0, 0.999], [0.999, 0.0]])
    products = carbon.ProductSystem.of_arrays(recipes, [1.0, 1.0])
    found = carbon.footprints(products)
    assert found.solved.reason == "slow"
    np.testing.assert_allclose(found.footprint, [1000.0, 1000.0], rtol=1e-12)
    with pytest.raises(ParameterError, match="'auto' or 'direct'"):
        carbon.footprints(products, method="series")


@pytest.mark.parametrize("loop", [1.0, 1.2])
def test_products_that_need_more_of_themselves_than_they_make_have_no_footprint(loop):
    products = carbon.ProductSystem.of_arrays([[0.0, loop], [1.0, 0.0]], [1.0, 1.0])
    with pytest.raises(InfeasibleError, match="of themselves"):
        carbon.footprints(products)


def test_parts_add_up_to_the_footprints():
    found = carbon.footprints(steelworks(), declared={"iron": 1.0})
    for part in ("scope", "country", "flow"):
        names, values = found.by(part)
        np.testing.assert_allclose(values.sum(axis=1), found.footprint, rtol=1e-9)
        assert len(names) == values.shape[1]
    names, values = found.by("country")
    assert names == ("CHN", "declared")  # where a declared footprint arose nobody said
    assert values[1].tolist() == [0.0, 1.0]
    assert "declared" in found.by("flow")[0]


def test_parts_of_credits_are_solved_directly():
    recipes, direct = random_chain(np.random.default_rng(5), credit=True)
    found = carbon.footprints(carbon.ProductSystem.of_arrays(recipes, direct))
    np.testing.assert_allclose(found.by("flow")[1].sum(axis=1), found.footprint, rtol=1e-9)


def test_new_data_of_a_supplier_change_what_a_solve_from_the_start_says():
    found = carbon.footprints(steelworks(), tolerance=1e-12)
    change = found.changed(direct={"iron": 1.0}, inputs={("steel", "power"): 0.2})
    recipes, direct = RECIPES.copy(), DIRECT.copy()
    recipes[0, 2], direct[1] = 0.2, 1.0
    np.testing.assert_allclose(change.after, solved(recipes, direct), rtol=1e-11)
    table = change.table()
    assert table["product"].iloc[0] == "iron"
    assert (table["difference"] < 0).all()
    assert change.parameters["inputs"] == [["steel", "power", 0.2]]


def test_a_new_supplier_and_a_dropped_one_change_the_recipe():
    found = carbon.footprints(steelworks(), tolerance=1e-12)
    change = found.changed(inputs={("iron", "steel"): 0.02, ("power", "steel"): 0.0})
    recipes = RECIPES.copy()
    recipes[2, 1], recipes[2, 0] = 0.02, 0.0
    np.testing.assert_allclose(change.after, solved(recipes, DIRECT), rtol=1e-11)


def test_a_change_that_brings_credits_is_solved_directly():
    found = carbon.footprints(steelworks(), tolerance=1e-12)
    change = found.changed(inputs={("steel", "power"): -0.1})
    recipes = RECIPES.copy()
    recipes[0, 2] = -0.1
    np.testing.assert_allclose(change.after, solved(recipes, DIRECT), rtol=1e-11)


def test_what_is_untouched_by_a_change_is_left_out_of_its_table():
    products = carbon.ProductSystem.of_arrays([[0.0, 0.5, 0.0]] + [[0.0] * 3] * 2, [1.0, 0.0, 2.0])
    change = carbon.footprints(products).changed(direct={"P1": 0.5})
    assert change.table()["product"].tolist() == ["P1", "P2"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"declared": {"iorn": 1.0}}, UnknownCodeError),
        ({"declared": {"iron": float("nan")}}, ParameterError),
        ({"declared": {"iron": (1.0, 1.5)}}, ParameterError),
        ({"tolerance": 0.0}, ParameterError),
        ({"tolerance": 1.0}, ParameterError),
    ],
)
def test_what_cannot_be_asked_is_refused(given, error):
    with pytest.raises(error):
        carbon.footprints(steelworks(), **given)


def test_changes_of_declared_or_unknown_products_are_refused():
    found = carbon.footprints(steelworks(), declared={"iron": 1.0})
    with pytest.raises(ParameterError, match="without a declared footprint"):
        found.changed(direct={"iron": 2.0})
    with pytest.raises(UnknownCodeError, match="iron"):
        found.changed(direct={"irno": 2.0})
    with pytest.raises(ParameterError, match="a number for steel"):
        found.changed(direct={"steel": float("inf")})


def test_a_product_without_any_emission_carries_nothing_within_bounds_of_nothing():
    found = carbon.footprints(carbon.ProductSystem.of_arrays([[0.0, 0.2], [0.0, 0.0]], [0.0, 0.0]))
    assert found.solved.upper.tolist() == [0.0, 0.0]
    assert np.isnan(found.table()["direct_share"]).all()


def test_weights_that_do_not_shrink_lead_to_a_direct_solve(monkeypatch):
    monkeypatch.setattr(AdjointChain, "_error", lambda *_: None)
    found = carbon.footprints(steelworks())
    assert found.solved.reason == "loop"
    assert np.isnan(found.solved.lower).all()
    assert adjoint_series.REASONS["loop"][1]
