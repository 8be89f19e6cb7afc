"""Small chains whose footprints are whole numbers on paper: y, x, tiers, parts, cuts, changes."""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest

from chainwright import carbon
from chainwright.errors import InfeasibleError


@dataclass(frozen=True)
class Paper:
    """A chain: amounts of each product (rows) for one unit of each (columns), and its answers."""

    recipes: list
    direct: list
    footprints: list
    wanted: list
    made: list
    tiers: list  # of the last product, first tiers
    credits: bool = False

    def products(self, **primary):
        found = carbon.ProductSystem.of_arrays(self.recipes, self.direct, self.names)
        frame = found.frame.copy()
        for name, share in primary.items():
            frame.loc[frame["process"] == name, "primary_share"] = share
        return replace(found, frame=frame)

    @property
    def names(self):
        return ["a", "b", "c", "d"][: len(self.direct)]

    def asked(self, **given):
        return carbon.footprints(self.products(), **{"tolerance": 1e-13, **given})


CHAINS = {
    "alone": Paper([[0]], [3], [3], [2], [2], [3]),
    "needs itself": Paper([[0.5]], [3], [6], [2], [4], [3, 1.5, 0.75]),
    "line": Paper(
        [[0, 2, 0], [0, 0, 3], [0, 0, 0]],
        [1, 10, 100],
        [1, 12, 136],
        [0, 0, 1],
        [6, 3, 1],
        [100, 30, 6, 0],
    ),
    "fork": Paper(
        [[0, 1, 2], [0, 0, 0], [0, 0, 0]], [5, 0, 1], [5, 5, 11], [0, 2, 1], [4, 2, 1], [1, 10, 0]
    ),
    "diamond": Paper(
        [[0, 1, 1, 0], [0, 0, 0, 0.5], [0, 0, 0, 0.25], [0, 0, 0, 0]],
        [8, 1, 2, 3],
        [8, 9, 10, 10],
        [0, 0, 0, 4],
        [3, 2, 1, 4],
        [3, 1, 6, 0],
    ),
    "loop of two": Paper([[0, 0.5], [0.5, 0]], [3, 0], [4, 2], [3, 0], [4, 2], [0, 1.5, 0, 0.375]),
    "loop of three": Paper(
        [[0, 0, 0.5], [0.5, 0, 0], [0, 0.5, 0]],
        [7, 0, 0],
        [8, 2, 4],
        [7, 0, 0],
        [8, 4, 2],
        [0, 3.5, 0, 0, 0.4375],
    ),
    "loop beside a line": Paper(
        [[0, 0.5, 1], [0.5, 0, 0], [0, 0, 0]],
        [3, 0, 6],
        [4, 2, 10],
        [0, 0, 3],
        [4, 2, 3],
        [6, 3, 0, 0.75],
    ),
    "credit": Paper(
        [[0, -0.5], [0, 0]], [4, 10], [4, 8], [0, 2], [-1, 2], [10, -2, 0], credits=True
    ),
    "taken from the air": Paper([[0, 1], [0, 0]], [-3, 5], [-3, 2], [0, 2], [2, 2], [5, -3, 0]),
    "nothing": Paper([[0, 1], [0, 0]], [0, 0], [0, 0], [1, 1], [2, 1], [0, 0]),
    "only the start": Paper([[0, 4], [0, 0]], [0.25, 0], [0.25, 1], [0, 8], [32, 8], [0, 1, 0]),
}


@pytest.fixture(params=CHAINS)
def chain(request):
    return CHAINS[request.param]


def test_footprints_are_those_on_paper_by_series_and_by_elimination(chain):
    expected = pytest.approx(chain.footprints, rel=1e-11, abs=1e-14)
    assert chain.asked().footprint.tolist() == expected
    assert chain.asked(method="direct").footprint.tolist() == expected
    assert (chain.asked().solved.reason == "credits") == chain.credits


def test_what_is_made_for_final_use_is_that_on_paper_and_closes(chain):
    found = chain.asked()
    final = np.array(chain.wanted, dtype=float)
    assert found.made(final).tolist() == pytest.approx(chain.made, rel=1e-11, abs=1e-14)
    emitted, carried = found.closure(final)
    on_paper = sum(q * x for q, x in zip(chain.direct, chain.made, strict=True))
    assert emitted == pytest.approx(on_paper, rel=1e-11, abs=1e-14)
    assert carried == pytest.approx(on_paper, rel=1e-11, abs=1e-14)


def test_tiers_of_the_last_product_are_those_on_paper(chain):
    tiers = chain.asked().tiers(len(chain.tiers))
    assert tiers[:, -1].tolist() == pytest.approx(chain.tiers, rel=1e-14, abs=1e-15)


def test_bounds_hold_the_footprints_on_paper(chain):
    for method in ("auto", "direct"):
        found = chain.asked(method=method).solved
        truth = np.array(chain.footprints, dtype=float)
        room = 1e-12 * np.abs(truth) + 1e-15
        assert (found.lower <= truth + room).all()
        assert (found.upper >= truth - room).all()


def eliminated(recipes, direct):
    """Return footprints in whole fractions: (I - T') y = q, row by row."""
    n = len(direct)
    rows = [
        [Fraction(int(i == j)) - Fraction(recipes[j][i]) for j in range(n)] + [Fraction(direct[i])]
        for i in range(n)
    ]
    for i in range(n):
        pivot = next(r for r in range(i, n) if rows[r][i] != 0)
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [cell / rows[i][i] for cell in rows[i]]
        for r in range(n):
            if r != i:
                factor = rows[r][i]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[i], strict=True)]
    return [row[-1] for row in rows]


def test_the_numbers_on_paper_are_exact_in_fractions(chain):
    assert eliminated(chain.recipes, chain.direct) == chain.footprints


@pytest.mark.parametrize("seed", range(6))
def test_random_chains_in_quarters_come_to_what_fractions_say(seed):
    rng = np.random.default_rng(seed)
    n = 7
    recipes = rng.integers(0, 3, (n, n)) / 16.0
    direct = rng.integers(0, 9, n) / 4.0
    exact = [float(value) for value in eliminated(recipes.tolist(), direct.tolist())]
    products = carbon.ProductSystem.of_arrays(recipes, direct)
    series = carbon.footprints(products, tolerance=1e-13)
    assert series.footprint.tolist() == pytest.approx(exact, rel=1e-11)
    solved = carbon.footprints(products, method="direct")
    assert solved.footprint.tolist() == pytest.approx(exact, rel=1e-13)


DECLARED = [  # chain, what suppliers declare, footprints on paper
    ("line", {"b": 20.0}, [1, 20, 160]),
    ("line", {"a": 2.0}, [2, 14, 142]),
    ("line", {"a": 0.0}, [0, 10, 130]),
    ("line", {"a": 5.0, "b": 20.0}, [5, 20, 160]),
    ("line", {"c": 7.0}, [1, 12, 7]),
    ("diamond", {"b": 1.0}, [8, 1, 10, 6]),
    ("loop of two", {"b": 6.0}, [6, 6]),
    ("loop of two", {"a": 10.0}, [10, 5]),
    ("loop of three", {"c": 2.0}, [7.5, 1, 2]),
    ("needs itself", {"a": 4.0}, [4]),
]


@pytest.mark.parametrize(("name", "declared", "expected"), DECLARED)
def test_what_a_supplier_declares_ends_the_chain_behind_it(name, declared, expected):
    found = CHAINS[name].asked(declared=declared)
    assert found.footprint.tolist() == pytest.approx(expected, rel=1e-12, abs=1e-15)
    table = found.table().set_index("product")
    for product in CHAINS[name].names:
        assert table.loc[product, "declared"] == (product in declared)


PRIMARY = [  # chain, primary share of direct data by product, share of each footprint
    ("line", {"a": 1.0}, [1, 2 / 12, 6 / 136]),
    ("line", {"b": 1.0}, [0, 10 / 12, 30 / 136]),
    ("line", {"c": 1.0}, [0, 0, 100 / 136]),
    ("line", {"a": 0.5, "b": 0.2, "c": 0.1}, [0.5, 3 / 12, 19 / 136]),
    ("line", {"a": 1.0, "b": 1.0, "c": 1.0}, [1, 1, 1]),
    ("loop of two", {"a": 0.25}, [0.25, 0.25]),
    ("diamond", {"a": 1.0}, [1, 8 / 9, 0.8, 0.6]),
]


@pytest.mark.parametrize(("name", "primary", "shares"), PRIMARY)
def test_the_share_of_primary_data_travels_with_the_emissions(name, primary, shares):
    found = carbon.footprints(CHAINS[name].products(**primary), tolerance=1e-13)
    assert found.primary_share.tolist() == pytest.approx(shares, rel=1e-11)


CHANGES = [  # chain, new direct data, new inputs (user, supplier), footprints after
    ("line", {"b": 4.0}, {}, [1, 6, 118]),
    ("line", {}, {("b", "a"): 0.0}, [1, 10, 130]),
    ("line", {}, {("c", "a"): 5.0}, [1, 12, 141]),
    ("line", {"a": 3.0}, {("c", "b"): 1.0}, [3, 16, 116]),
    ("fork", {"a": 0.0}, {}, [0, 0, 1]),
    ("diamond", {}, {("d", "c"): 0.0, ("d", "b"): 1.0}, [8, 9, 10, 12]),
    ("loop of two", {"b": 3.0}, {}, [6, 6]),
    ("loop of two", {}, {("a", "b"): 0.0}, [3, 1.5]),
    ("needs itself", {}, {("a", "a"): 0.25}, [4]),
    ("line", {}, {("b", "a"): -1.0}, [1, 9, 127]),
]


@pytest.mark.parametrize(("name", "direct", "inputs", "after"), CHANGES)
def test_new_data_change_what_paper_says_they_change(name, direct, inputs, after):
    before = CHAINS[name].asked()
    change = before.changed(direct=direct, inputs=inputs)
    assert change.after.tolist() == pytest.approx(after, rel=1e-11, abs=1e-13)
    table = change.table().set_index("product")
    rows = zip(CHAINS[name].names, CHAINS[name].footprints, after, strict=True)
    moved = {product: new - old for product, old, new in rows if new != old}
    assert set(table.index) == set(moved)
    for product, difference in moved.items():
        assert table.loc[product, "difference"] == pytest.approx(difference, rel=1e-10)
        old = CHAINS[name].footprints[CHAINS[name].names.index(product)]
        assert table.loc[product, "difference_share"] == pytest.approx(difference / old, rel=1e-10)


INPUTS = [  # chain, product, what its inputs and its own emissions carry
    ("line", "c", {"b": 36.0, "direct": 100.0}),
    ("line", "b", {"a": 2.0, "direct": 10.0}),
    ("diamond", "d", {"b": 4.5, "c": 2.5, "direct": 3.0}),
    ("fork", "c", {"a": 10.0, "direct": 1.0}),
    ("loop of two", "a", {"b": 1.0, "direct": 3.0}),
    ("loop beside a line", "c", {"a": 4.0, "direct": 6.0}),
]


@pytest.mark.parametrize(("name", "product", "carried"), INPUTS)
def test_inputs_of_a_product_carry_what_paper_says(name, product, carried):
    found = CHAINS[name].asked().of(product).inputs().set_index("input")["footprint"]
    assert found[found != 0.0].to_dict() == pytest.approx(carried, rel=1e-11)
    assert found.is_monotonic_decreasing


SOURCES = [  # chain, product, where its footprint arises
    ("line", "c", {"a": 6.0, "b": 30.0, "c": 100.0}),
    ("diamond", "d", {"a": 6.0, "b": 0.5, "c": 0.5, "d": 3.0}),
    ("loop of three", "c", {"a": 4.0}),
    ("loop beside a line", "c", {"a": 4.0, "c": 6.0}),
]


@pytest.mark.parametrize(("name", "product", "arises"), SOURCES)
def test_a_footprint_arises_where_paper_says(name, product, arises):
    found = CHAINS[name].asked().of(product).sources().set_index("source")["footprint"]
    assert found[found.abs() > 1e-9].to_dict() == pytest.approx(arises, rel=1e-10)


def test_paths_of_the_diamond_are_its_five_ways():
    paths = CHAINS["diamond"].asked().of("d", threshold=1e-9).paths
    table = paths.table().set_index("path")["footprint"]
    expected = {
        "d": 3.0,
        "b > d": 0.5,
        "c > d": 0.5,
        "a > b > d": 4.0,
        "a > c > d": 2.0,
    }
    assert table.to_dict() == pytest.approx(expected, rel=1e-12)
    assert paths.cut == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    "recipes",
    [
        [[1.0]],
        [[1.5]],
        [[0.0, 1.0], [1.0, 0.0]],
        [[0.0, 2.0], [0.5, 0.0]],
        [[0.5, 0.5], [0.5, 0.5]],
        [[0, 0, 1], [1, 0, 0], [0, 1, 0]],
    ],
)
def test_a_chain_that_eats_all_it_makes_has_no_footprint(recipes):
    products = carbon.ProductSystem.of_arrays(recipes, [1.0] * len(recipes))
    with pytest.raises(InfeasibleError, match="of themselves"):
        carbon.footprints(products)
