"""Laws that any table obeys, however it is joined, cut, balanced or saved."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chainwright import System
from chainwright.sources.reading import Origin, Reading
from chainwright.system.assemble import assemble
from chainwright.system.balance import gras


@st.composite
def systems(draw):
    """Return a balanced table of 2 to 4 regions with 1 to 3 sectors."""
    regions, sectors = draw(st.integers(2, 4)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = regions * sectors
    matrix = rng.random((n, n)) * (rng.random((n, n)) < 0.7)
    final = (0.5 + rng.random((n, regions))) * n  # each node makes more than it uses
    names = [f"R{r}" for r in range(regions)]
    return System(
        assemble(
            Reading(
                origin=Origin(),
                nodes=[(r, f"s{s}") for r in names for s in range(sectors)],
                users=[(r, "household") for r in names],
                matrix=matrix,
                final=final,
            )
        )
    )


@given(systems())
def test_joining_keeps_every_total(system):
    joined = system.aggregated({"R0": "R1", "s0": "all"}).flows
    for field in ("matrix", "final", "output", "added"):
        np.testing.assert_allclose(
            getattr(joined, field).sum(), getattr(system.flows, field).sum(), rtol=1e-12
        )
    assert len(joined.nodes.regions) == len(system.flows.nodes.regions) - 1


@given(systems())
def test_a_cut_keeps_output_and_value_added_of_what_it_keeps(system):
    cut, kept = system.between(["R0"]).flows, system.flows.nodes.mask(regions=["R0"])
    np.testing.assert_allclose(cut.output, system.flows.output[kept], rtol=1e-12)
    np.testing.assert_allclose(cut.added, system.flows.added[kept], rtol=1e-12)


@given(systems())
def test_a_system_comes_back_from_its_file_and_from_its_long_table(system):
    with tempfile.TemporaryDirectory() as folder:
        system.save(Path(folder) / "s")
        for back in (System.load(Path(folder) / "s"), System.from_table(system.table())):
            assert back.flows.nodes.codes == system.flows.nodes.codes
            np.testing.assert_array_equal(back.flows.matrix, system.flows.matrix)
            np.testing.assert_allclose(back.flows.output, system.flows.output, rtol=1e-15)


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 6))
def test_gras_meets_its_margins_and_keeps_signs(seed, n, m):
    rng = np.random.default_rng(seed)
    given_matrix = rng.random((n, m)) + 0.1
    given_matrix[rng.random((n, m)) < 0.2] *= -0.2
    r, s = rng.uniform(0.5, 2.0, n), rng.uniform(0.5, 2.0, m)  # a solution is known to exist
    positive, negative = np.maximum(given_matrix, 0), np.maximum(-given_matrix, 0)
    known = r[:, None] * positive * s - negative / r[:, None] / s
    if (positive.sum(axis=1) == 0).any() or (positive.sum(axis=0) == 0).any():
        return
    balanced, gap, _ = gras(given_matrix, known.sum(axis=1), known.sum(axis=0), tolerance=1e-11)
    np.testing.assert_allclose(balanced, known, rtol=1e-6, atol=1e-8)
    assert gap <= 1e-10
    assert (np.sign(balanced) == np.sign(given_matrix)).all()


@given(systems())
def test_imbalances_of_a_table_without_stated_margins_are_none(system):
    assert system.imbalances().empty
    assert not (system.check()["status"] == "FAIL").any()
