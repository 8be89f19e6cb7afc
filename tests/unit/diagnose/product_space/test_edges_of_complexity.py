"""Edges of complexity: rounding that is no difference, limits of filters, scores by hand."""

import numpy as np
import pandas as pd
import pytest

from chainwright.diagnose import complexity, complexity_years, opportunities
from chainwright.diagnose.product_space.complexity_conventions import (
    COMPLEXITY_CONVENTIONS,
    convention_named,
    deviation,
)
from chainwright.diagnose.product_space.complexity_question import Question
from chainwright.diagnose.product_space.complexity_reasons import COMPLEXITY_REASONS, worded
from chainwright.diagnose.product_space.complexity_scores import given_scores, scores
from chainwright.diagnose.product_space.density import density, relative_relatedness
from chainwright.diagnose.product_space.exports_given import exports_at_hand
from chainwright.diagnose.product_space.fitness import UNDERFLOW, fitness
from chainwright.diagnose.product_space.presence_filter import PresenceFilter
from chainwright.diagnose.product_space.proximity import proximity_sums
from chainwright.diagnose.product_space.reflections import reflections
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.system import Axis
from made_exports import as_rows, made_exports

ROWS = [
    ("A", "w", 5.0), ("A", "x", 5.0), ("A", "y", 4.0), ("A", "z", 3.0), ("B", "w", 5.0),
    ("B", "x", 5.0), ("B", "y", 2.0), ("C", "w", 5.0), ("C", "z", 0.5), ("D", "w", 2.0),
    ("D", "x", 3.0),
]  # fmt: skip


def table(rows=ROWS):
    return pd.DataFrame(rows, columns=["place", "product", "value"])


def test_equal_densities_that_differ_by_rounding_are_equal():
    near = np.array([[0.1, 0.1 + 1e-17, 0.1 + 3e-17, 0.7], [0.1, 0.2, 0.3, 0.7]])
    present = np.array([[False, False, False, True]] * 2)
    found = relative_relatedness(near, present)
    assert np.isnan(found[0]).all()
    np.testing.assert_allclose(found[1, :3], [-1.224744871, 0.0, 1.224744871], atol=1e-9)
    pattern = np.zeros((5, 7), dtype=bool)
    pattern[0], pattern[:, 0], pattern[1, 1] = True, True, True
    held = relative_relatedness(density(pattern), pattern)
    assert np.isnan(held[1]).all()  # its five others are as near, up to the order of a sum


def test_given_complexity_that_is_everywhere_the_same_tells_nothing():
    given = np.full(3, 0.1)
    assert given.std() > 0.0  # by rounding alone
    found = given_scores(np.ones((2, 3), dtype=bool), convention_named("growthlab"), given)
    assert np.isnan(found.pci).all()
    assert np.isnan(found.eci).all()
    assert set(found.place_reasons) == set(found.product_reasons) == {"flat"}


def test_reflections_of_places_that_are_equally_diverse_are_missing_with_a_reason():
    held = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]], dtype=bool)
    for name in COMPLEXITY_CONVENTIONS:
        found = scores(held, convention_named(name), method="reflections")
        assert np.isnan(found.eci).all()
        assert set(found.place_reasons) == {"flat"}
        assert (found.product_reasons[np.isnan(found.pci)] == "flat").all()
    eigen = scores(np.array([[1, 1, 0], [0, 1, 1]], dtype=bool), convention_named("growthlab"))
    assert np.isfinite(eigen.eci).all()
    assert set(eigen.place_reasons) == {""}


def test_deviation_is_that_of_the_degrees_of_freedom_and_nought_for_rounding():
    assert deviation(np.array([1.0, 3.0]), 0) == 1.0
    assert deviation(np.array([1.0, 3.0]), 1) == pytest.approx(np.sqrt(2.0))
    assert deviation(np.array([1.0]), 1) == 0.0
    assert deviation(np.array([0.1, 0.1, 0.1]), 0) == 0.0
    assert deviation(np.array([1.0, 1.0 + 1e-9]), 0) > 0.0


def test_a_filter_by_share_keeps_what_just_reaches_it():
    value = np.array([[6.0, 2.0], [1.0, 1.0]])  # shares of places 0.8, 0.2; of products 0.7, 0.3
    axes = Axis("place", ("a", "b")), Axis("product", ("x", "y"))

    def kept(**rules):
        found = PresenceFilter(**rules).kept(value, axes, lambda c, p: value > 0.0)
        return found.places.tolist(), found.products.tolist()

    assert kept(min_share=0.2) == ([True, True], [True, True])
    assert kept(min_share=0.21) == ([True, False], [True, True])
    assert kept(min_product_share=0.3) == ([True, True], [True, True])
    assert kept(min_product_share=0.31) == ([True, True], [True, False])


def test_a_filter_by_counts_falls_once_or_until_nothing_falls():
    held = np.array([[1, 1, 1, 0], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]], dtype=bool)
    axes = Axis("place", tuple("abcd")), Axis("product", tuple("wxyz"))

    def kept(**rules):
        def present(places, products):
            return held & places[:, None] & products

        return PresenceFilter(**rules).kept(np.where(held, 1.0, 0.0), axes, present)

    once = kept(min_diversity=2, min_ubiquity=2)
    assert once.place_reasons.tolist() == ["", "", "", "few products"]
    assert once.product_reasons.tolist() == ["", "", "", "few places"]
    two = kept(min_diversity=3)
    assert two.places.tolist() == [True, False, False, False]
    core = kept(min_diversity=2, min_ubiquity=3, core=True)
    assert not core.places.any()  # one product is common enough, so no place has two
    assert kept(min_diversity=2, min_ubiquity=3).places.tolist() == [True, True, True, False]
    assert kept(min_diversity=1).places.all()


def test_a_filter_that_names_codes_keeps_them_alone_and_refuses_others():
    found = complexity(table(), filter={"places": ["A", "B", "D"], "products": ["w", "x", "y"]})
    left = COMPLEXITY_REASONS["not asked for"][0]
    places = found.tables()["places"].set_index("place")["reason"]
    assert (places == left).to_dict() == {"A": False, "B": False, "C": True, "D": False}
    products = found.tables()["products"].set_index("product")["reason"]
    assert (products == left).to_dict() == {"w": False, "x": False, "y": False, "z": True}
    assert found.parameters["filter"]["places"] == ["A", "B", "D"]
    assert not any("Nothing was filtered" in note for note in found.notes)
    with pytest.raises(UnknownCodeError, match="'Q'"):
        complexity(table(), filter={"places": ["A", "Q"]})


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"min_share": 1.01}, "min_share"),
        ({"min_share": -0.01}, "min_share"),
        ({"min_share": True}, "min_share"),
        ({"min_diversity": -1}, "min_diversity"),
        ({"core": True}, "core"),
        ({"places": "CHN"}, "several codes"),
        ({"least": 2}, "least"),
    ],
)
def test_a_rule_out_of_its_range_is_refused(rules, said):
    with pytest.raises(ParameterError, match=said):
        PresenceFilter.of(rules)


def test_a_rule_at_the_end_of_its_range_is_none_too_many():
    assert PresenceFilter(min_share=1.0, min_product_share=0.0).as_dict() == {"min_share": 1.0}
    assert PresenceFilter(min_ubiquity=1, core=True).as_dict() == {"min_ubiquity": 1, "core": True}
    assert PresenceFilter.of(None).idle
    held = PresenceFilter(places=iter(["b", "a"]))
    assert held.as_dict() == {"places": ["b", "a"]}
    assert PresenceFilter.of(held) is held
    with pytest.raises(ParameterError, match="a mapping such as"):
        PresenceFilter.of([("min_share", 0.1)])


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("iterations", (2, 3, np.int64(4)), (1, 2.0, True)),
        ("threshold", (1e-9, 2.0), (0.0, np.inf, -1.0)),
        ("diagonal", (0.0, 1.0), (-0.1, 1.1)),
        ("fitness_updates", (0, 40), (-1, 1.5, False)),
        ("neighbours", (1, None), (0, 2.5, True)),
    ],
)
def test_a_parameter_is_taken_to_the_ends_of_its_range_and_not_beyond(name, good, bad):
    for value in good:
        assert getattr(Question(**{name: value}), name) == value
    for value in bad:
        with pytest.raises(ParameterError, match=name):
            Question(**{name: value})


def test_reflections_take_an_even_number_of_iterations_only():
    assert Question(method="eigen", iterations=3).iterations == 3
    with pytest.raises(ParameterError, match="even for reflections"):
        Question(method="reflections", iterations=3)
    with pytest.raises(ParameterError, match="even number"):
        reflections(np.ones((2, 2), dtype=bool), iterations=0)
    with pytest.raises(ParameterError, match="given, as presence asks for RPOP"):
        Question(presence="both")


def test_the_row_of_a_convention_is_its_fact_table():
    growthlab, stata, r = (COMPLEXITY_CONVENTIONS[n] for n in ("growthlab", "stata", "r"))
    assert (growthlab.strict, stata.strict, r.strict) == (False, True, False)
    assert (growthlab.diagonal, stata.diagonal, r.diagonal) == (1.0, 0.0, 1.0)
    assert (growthlab.ddof, r.ddof) == (0, 1)
    assert growthlab.updates(20) == 19
    assert "growthlab, as" in r.formula_of("cog")
    assert growthlab.formula_of("eci").startswith("growthlab: ")
    assert "Tacchella" in growthlab.formula_of("fitness")
    with pytest.raises(ParameterError, match="one of growthlab"):
        convention_named("atlas")


def test_parts_that_share_nothing_are_ranked_apart_and_the_largest_is_the_first():
    held = np.zeros((7, 8), dtype=bool)
    held[:3, :3] = [[1, 1, 1], [1, 1, 0], [1, 0, 0]]  # three places with three products
    held[3:6, 3:7] = [[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]]  # three with four: the largest
    held[6, 7] = True
    found = scores(held, convention_named("growthlab"))
    assert found.part.tolist() == [1, 1, 1, 0, 0, 0, 2]
    assert found.place_reasons.tolist() == ["apart"] * 3 + [""] * 3 + ["alone"]
    assert found.product_reasons.tolist() == ["apart"] * 3 + [""] * 4 + ["alone product"]
    assert np.isnan(found.eci[6])
    assert np.isnan(found.pci[7])
    for part in (slice(3), slice(3, 6)):
        assert found.eci[part].mean() == pytest.approx(0.0, abs=1e-12)
        assert found.eci[part].argmax() == 0  # the most diverse of each part
    assert len(found.eigenvalues) == 2


def test_a_part_whose_places_all_have_the_same_is_flat():
    found = scores(np.ones((3, 2), dtype=bool), convention_named("growthlab"))
    assert set(found.place_reasons) == {"flat"}
    assert np.isnan(found.eci).all()


def test_equal_eigenvalues_are_said_to_leave_the_direction_open():
    # each of three places shares one product with all and one with nobody: any direction will do
    found = scores(
        np.hstack([np.ones((3, 1), dtype=bool), np.eye(3, dtype=bool)]),
        convention_named("growthlab"),
    )
    assert found.eigenvalues[0][0] == pytest.approx(found.eigenvalues[0][1])
    assert set(found.place_reasons) == {"undetermined"}


def test_fitness_ends_before_numbers_do_and_says_after_how_many_updates():
    held = np.triu(np.ones((3, 3), dtype=bool))
    held[2] = [False, False, True]
    places, products, done = fitness(held, updates=5000)
    assert done < 5000 or places.min() > UNDERFLOW
    assert np.isfinite(places).all()
    assert np.isfinite(products).all()
    assert fitness(held, updates=0)[:2][0].tolist() == [1.0, 1.0, 1.0]
    with pytest.raises(ParameterError, match="0 or more"):
        fitness(held, updates=-1)


@pytest.mark.parametrize("products", [3, 4, 5, 9])
@pytest.mark.parametrize("diagonal", [0.0, 0.5, 1.0])
def test_sums_of_proximity_are_the_same_by_either_way(products, diagonal):
    rng = np.random.default_rng(products)
    held = rng.random((2, products)) < 0.6
    held[0, ~held.any(axis=0)] = True
    weights = rng.normal(size=(3, products))
    u = held.sum(axis=0)
    phi = (held.T.astype(float) @ held) / np.maximum.outer(u, u)
    np.fill_diagonal(phi, diagonal)
    np.testing.assert_allclose(proximity_sums(weights, held, diagonal=diagonal), weights @ phi)


def test_an_opportunity_is_the_weighted_sum_of_three_standard_scores():
    amounts = made_exports(12, 20, seed=5)
    found = complexity(as_rows(amounts))
    place = found.places.codes[4]
    weights = {"density": 0.5, "pci": 0.3, "cog": 2.0}
    held = opportunities(found, place=place, weights=weights).table()
    absent = np.flatnonzero(~found.present[4])
    assert set(held["product"]) == {found.products.codes[p] for p in absent}
    score = np.zeros(len(held))
    for name, weight in weights.items():
        numbers = held[name].to_numpy()
        z = (numbers - numbers.mean()) / numbers.std()
        np.testing.assert_allclose(held[f"{name}_z"], z, atol=1e-9)
        score += weight * z
    np.testing.assert_allclose(held["score"], score, atol=1e-9)
    assert (held["score"].diff().dropna() <= 0.0).all()
    above = [(held["score"] > score).sum() + 1 for score in held["score"]]
    assert held["rank"].tolist() == above  # equal scores share a rank
    p = found.products.place[held["product"][0]]
    assert held["density"][0] == found.density[4, p]
    assert held["rca"][0] == found.rca[4, p]
    assert held["ubiquity"][0] == found.ubiquity[p]


def test_a_measure_that_is_the_same_for_all_weighs_nothing():
    held = opportunities(table(), place="C", preset="balanced").table()
    assert np.isfinite(held["score"]).all()
    one = made_exports(6, 8, seed=2)
    found = complexity(as_rows(one), given_pci={f"{j:06d}": 0.1 + 0.0 * j for j in range(7)} | {
        "000007": 0.4})  # fmt: skip
    place = next(c for c in range(6) if np.isfinite(found.eci[c]))
    rows = opportunities(found, place=found.places.codes[place], weights={"pci": 1.0}).table()
    known = rows[rows["product"] != "000007"]["pci_z"].dropna()
    assert known.max() - known.min() == 0.0


@pytest.mark.parametrize(
    "weights", [{}, {"density": 0.0}, {"pci": -0.1}, {"cog": np.inf}, {"distance": 1.0}]
)
def test_weights_that_weigh_nothing_or_something_else_are_refused(weights):
    with pytest.raises(ParameterError, match="weights"):
        opportunities(table(), place="C", weights=weights)


def test_what_was_answered_takes_no_further_question():
    found = complexity(table())
    with pytest.raises(ParameterError, match="a Complexity has answered it"):
        opportunities(found, place="C", year=2020)
    with pytest.raises(ParameterError, match="convention"):
        opportunities(found, place="C", convention="r")
    with pytest.raises(ParameterError, match=r"balanced, long jumps\. Got 'bold'"):
        opportunities(found, place="C", preset="bold")
    with pytest.raises(UnknownCodeError):
        opportunities(found, place="Z")


def test_the_last_year_is_taken_where_none_is_named_and_it_is_said():
    rows = pd.concat([as_rows(made_exports(6, 9, seed=y), year=y) for y in (2019, 2021, 2020)])
    at_hand = exports_at_hand(rows)
    assert at_hand.years == (2019, 2020, 2021)
    assert at_hand.of(None).year == 2021
    assert exports_at_hand(at_hand) is at_hand
    found = complexity(rows)
    assert any("Of 3 years the last, 2021, was taken" in note for note in found.notes)
    assert not any("was taken" in note for note in complexity(rows, year=2020).notes)
    with pytest.raises(ParameterError, match="of 2019, 2020, 2021"):
        complexity(rows, year=2018)
    panel = complexity_years(rows, years=[2021, 2019, 2021])
    assert list(panel.years) == [2019, 2021]
    assert panel.table()["year"].tolist() == [2019] * 6 + [2021] * 6
    np.testing.assert_array_equal(panel[2021].eci, found.eci)
    pairs = panel.tables()["pairs_by_year"]
    assert len(pairs) == 2 * 6 * 9
    assert [str(y) for y in panel.years] == list(panel.origin["notes"])
    with pytest.raises(ParameterError, match="one year or more"):
        complexity_years(rows, years=[])


def test_exports_of_no_year_have_none():
    at_hand = exports_at_hand(table())
    assert at_hand.years == (None,)
    assert complexity_years(table()).table()["year"].isna().all()
    with pytest.raises(ParameterError, match="a year that is not stated"):
        at_hand.of(2020)


def test_people_or_complexity_of_nobody_at_hand_are_refused():
    with pytest.raises(ParameterError, match="codes of the input such as A, B, C"):
        complexity(table(), population={"X": 3.0}, presence="rpop")
    with pytest.raises(ParameterError, match="given_pci"):
        complexity(table(), given_pci={"q": 1.0})


def test_presence_by_either_test_is_the_union_of_both():
    people = {"A": 1.0, "B": 2.0, "C": 8.0, "D": 1.0}
    one, two, both = (
        complexity(table(), population=people, presence=test).present
        for test in ("rca", "rpop", "both")
    )
    np.testing.assert_array_equal(both, one | two)
    assert (one != two).any()


def test_a_key_without_words_says_nothing_and_every_key_has_two_languages():
    assert worded(["", "no such key"]) == (["", ""], ["", ""])
    for english, chinese in COMPLEXITY_REASONS.values():
        assert english.endswith(".")
        assert chinese.endswith("。")
