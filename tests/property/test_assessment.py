"""What must hold of long plates and the assessment for any economy."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import chainwright as cw
from chainwright.diagnose import assessment, long_plates
from chainwright.diagnose.sectors.composites import agreement, composite, parts_of
from toys import COLUMNS, NODES

cells = st.floats(1.0, 10.0)
matrices = arrays(float, (6, 6), elements=cells)
finals = arrays(float, (6, 3), elements=st.floats(25.0, 60.0))
MEASURED = ["imported_share", "foreign_reliance", "supplier_hhi", "exposure_direct", "leverage"]
MEASURED += ["revealed_advantage", "domestic_value_added_share", "upstreamness", "output_at_risk"]
few = settings(max_examples=15)


def economy(matrix, final, nodes=tuple(NODES), regions="ABC"):
    """Return the economy of these cells; its outputs exceed all its inputs."""
    rows = [
        ("intermediate", *s, *b, matrix[i, j])
        for i, s in enumerate(nodes)
        for j, b in enumerate(nodes)
    ]
    rows += [
        ("final", *s, r, "final", final[i, k])
        for i, s in enumerate(nodes)
        for k, r in enumerate(regions)
    ]
    return cw.System.from_table(pd.DataFrame(rows, columns=COLUMNS))


def measured(system, home="A", **asked):
    found = assessment(system, home=home, **asked).tables()["assessment_sectors"]
    return found.set_index("sector").sort_index()[MEASURED]


@few
@given(matrices, finals, st.floats(0.01, 1000.0))
def test_counting_in_other_money_changes_no_indicator(matrix, final, factor):
    before, after = (
        measured(economy(matrix, final)),
        measured(economy(matrix * factor, final * factor)),
    )
    np.testing.assert_allclose(after, before, rtol=1e-9)


@few
@given(matrices, finals, st.permutations(range(3)))
def test_the_order_of_the_regions_changes_no_indicator(matrix, final, order):
    regions = np.array(order)
    nodes = np.concatenate([[2 * r, 2 * r + 1] for r in regions])
    turned = economy(
        matrix[np.ix_(nodes, nodes)],
        final[nodes][:, regions],
        [NODES[i] for i in nodes],
        ["ABC"[r] for r in regions],
    )
    pd.testing.assert_frame_equal(measured(economy(matrix, final)), measured(turned), rtol=1e-9)


@few
@given(matrices, finals)
def test_shares_are_shares_and_world_shares_add_up_to_one(matrix, final):
    system = economy(matrix, final)
    tables = [long_plates(system, home=c).table().set_index("sector") for c in "ABC"]
    for column in ("world_share_output", "world_share_value_added", "world_share_exports"):
        np.testing.assert_allclose(sum(t[column] for t in tables), 1.0, rtol=1e-12)
    for t in tables:
        assert t["domestic_value_added_share"].between(0.0, 1.0).all()
        assert t["leverage"].between(0.0, 1.0).all()
        assert t["export_share"].between(0.0, 1.0).all()


@few
@given(matrices, finals)
def test_what_one_leans_on_another_is_seen_the_same_from_both_sides(matrix, final):
    system = economy(matrix, final)
    net = {
        c: long_plates(system, home=c).tables()["mutual_dependence"].set_index("partner")["net"]
        for c in "ABC"
    }
    for a, b in ("AB", "AC", "BC"):
        assert net[a][b] == pytest.approx(-net[b][a], abs=1e-12)


@few
@given(matrices, finals, st.integers(0, 2**31))
def test_the_same_seed_gives_the_same_draws_and_more_draws_keep_the_first(matrix, final, seed):
    system = economy(matrix, final)
    two = assessment(system, home="A", draws=2, seed=seed).drawn
    three = assessment(system, home="A", draws=3, seed=seed).drawn
    np.testing.assert_array_equal(two, three[:2])
    other = assessment(system, home="A", draws=2, seed=seed + 1).drawn
    assert np.nanmax(np.abs(other - two)) > 0.0


@few
@given(matrices, finals, st.floats(0.1, 50.0))
def test_scaling_all_weights_changes_no_composite(matrix, final, factor):
    system = economy(matrix, final)
    plain = assessment(system, home="A")
    weights = {name: factor for d in ("security", "competitiveness") for name in plain.parts(d)}
    scaled = assessment(system, home="A", weights=weights)
    for d in ("security", "competitiveness"):
        np.testing.assert_allclose(scaled.composite(d), plain.composite(d), rtol=1e-12)


values = arrays(float, (4, 6), elements=st.integers(-5, 5).map(float))


@given(values)
def test_agreement_lies_between_none_and_full_and_ignores_scale(table):
    w = agreement(table)
    if np.isfinite(w):
        assert -1e-12 <= w <= 1.0 + 1e-12
        assert agreement(table * 3.0 + 1.0) == pytest.approx(w)
    assert np.isfinite(w) or all(len(set(row)) == 1 for row in table)


@given(values, arrays(float, 4, elements=st.floats(0.1, 5.0)))
def test_a_composite_lies_between_its_smallest_and_largest_part(table, weights):
    parts = parts_of(table, np.array(["goods"] * 3 + ["services"] * 3))
    whole = composite(parts, weights)
    assert ((parts >= 0.0) & (parts <= 1.0)).all()
    assert (whole >= parts.min(axis=0) - 1e-12).all()
    assert (whole <= parts.max(axis=0) + 1e-12).all()
