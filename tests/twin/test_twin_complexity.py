"""Economic complexity against its plain twin, output by output, in each convention and method."""

import numpy as np
import pytest

from chainwright.diagnose import complexity
from complexity_twin import complexity_twin
from made_exports import as_rows, made_exports

SHAPES = {"wide": (9, 31), "tall": (22, 12), "square": (14, 14)}
OUTPUTS = (
    *("rca", "eci", "pci", "fitness", "complexity_fitness", "proximity", "density", "coi", "cog"),
    *("diversity", "ubiquity"),
)


@pytest.fixture(
    scope="module",
    params=[
        (s, c, m)
        for s in SHAPES
        for c in ("growthlab", "stata", "r")
        for m in ("eigen", "reflections")
    ],
    ids="-".join,
)
def pair(request):
    shape, convention, method = request.param
    amounts = made_exports(*SHAPES[shape], seed=21)
    ours = complexity(as_rows(amounts), convention=convention, method=method)
    assert len(ours.eigenvalues) == 1
    assert min(ours.diversity.min(), ours.ubiquity.min()) > 0
    return ours, complexity_twin(amounts, convention, method)


@pytest.mark.parametrize("output", OUTPUTS)
def test_each_output_is_the_twin_s(pair, output):
    ours, twin = pair
    np.testing.assert_allclose(getattr(ours, output), twin[output], rtol=0, atol=1e-9)


def test_each_table_holds_the_twin_s_numbers(pair):
    ours, twin = pair
    tables = ours.tables()
    for name, axis, columns in (
        ("places", ours.places, ["eci", "fitness", "diversity", "coi"]),
        ("products", ours.products, ["pci", "complexity_fitness", "ubiquity"]),
    ):
        at = axis.index(tables[name].iloc[:, 0])
        for column in columns:
            held = tables[name][column].to_numpy(dtype=float)
            np.testing.assert_allclose(held, twin[column][at], rtol=0, atol=1e-9)
    pairs = tables["pairs"]
    at = ours.places.index(pairs["place"]), ours.products.index(pairs["product"])
    for column in ("rca", "density", "cog"):
        np.testing.assert_allclose(pairs[column], twin[column][at], rtol=0, atol=1e-9)
