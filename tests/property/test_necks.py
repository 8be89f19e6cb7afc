import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright import System
from chainwright.diagnose import dropped_chains, stuck_necks
from toys import COLUMNS

REGIONS, SECTORS = ("A", "B", "C", "RoW"), ("m", "k")
NODES = [(r, s) for r in REGIONS for s in SECTORS]

cells = st.lists(st.integers(0, 9), min_size=64, max_size=64)


def economy(values):
    """Return a productive table of four regions, one of them composite."""
    z = np.array(values, dtype=float).reshape(8, 8)
    rows = [
        ("intermediate", *a, *b, z[i, j]) for i, a in enumerate(NODES) for j, b in enumerate(NODES)
    ]
    # final deliveries large enough that inputs stay below output
    rows += [("final", *node, node[0], "final", 80.0) for node in NODES]
    return System.from_table(pd.DataFrame(rows, columns=COLUMNS))


def between(low, high, values):
    """Return whether all numbers lie in a closed range, to rounding; NaN does."""
    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    return bool(((values >= low - 1e-12) & (values <= high + 1e-12)).all())


@settings(max_examples=20)
@given(cells)
def test_shares_lie_between_nothing_and_all_and_add_up(values):
    table = stuck_necks(economy(values), home="A", min_cost_share=0.0).table()
    shares = ["home_share", "nation_share", "imported_share", "imported_share_look_through"]
    shares += ["unknown_share", "exposure_direct", "exposure_high", "exposure_look_through"]
    for column in shares:
        assert between(0.0, 1.0, table[column]), column
    parts = table["home_share"] + table["nation_share"] + table["imported_share"]
    np.testing.assert_allclose(parts, 1.0)


@settings(max_examples=20)
@given(cells)
def test_the_index_lies_between_one_over_the_suppliers_and_one(values):
    found = stuck_necks(economy(values), home="A", min_cost_share=0.0)
    suppliers = (found.purchases.direct.named > 0.0).sum(axis=0)
    some = suppliers > 0
    hhi = found.supplier_hhi[some]
    assert (hhi >= 1.0 / suppliers[some] - 1e-12).all()
    assert (hhi <= 1.0 + 1e-12).all()
    assert np.isnan(found.supplier_hhi[~some]).all()


@settings(max_examples=20)
@given(cells)
def test_bounds_are_in_order_and_hold_any_way_of_splitting_the_unnamed(values):
    found = stuck_necks(economy(values), home="A", min_cost_share=0.0)
    named, unnamed = found.purchases.direct.named, found.purchases.direct.unnamed
    some = found.top >= 0
    assert (found.hhi_low[some] <= found.hhi_high[some] + 1e-12).all()
    for parts in (1, 2, 5):
        split = np.concatenate([named, np.repeat(unnamed[None] / parts, parts, axis=0)])
        hhi = (split[:, some] ** 2).sum(axis=0) / split[:, some].sum(axis=0) ** 2
        assert (hhi >= found.hhi_low[some] - 1e-12).all()
        assert (hhi <= found.hhi_high[some] + 1e-12).all()
        largest = split[:, some].max(axis=0) / found.purchases.direct.total[some]
        assert (largest >= found.exposure_direct[some] - 1e-12).all()
        assert (largest <= found.exposure_high[some] + 1e-12).all()


@settings(max_examples=20)
@given(cells)
def test_exposure_never_exceeds_the_imported_share_nor_risk_the_output(values):
    table = stuck_necks(economy(values), home="A", min_cost_share=0.0).table()
    known = table[table["top_supplier"] != ""]
    assert (known["exposure_direct"] <= known["imported_share"] + 1e-12).all()
    assert (known["exposure_direct"] <= known["exposure_high"]).all()
    assert (known["exposure_look_through"] <= known["imported_share_look_through"] + 1e-12).all()
    assert (known["output_at_risk"] <= known["output_at_risk_high"]).all()
    assert (table["output_at_risk_high"] <= table["output"] + 1e-9).all()
    assert (table["centrality"] >= table["output"] - 1e-9).all()


@settings(max_examples=20)
@given(cells)
def test_a_larger_nation_never_raises_the_imported_share(values):
    system = economy(values)
    key = ["sector", "product"]
    alone = stuck_necks(system, home="A", min_cost_share=0.0).table()
    wider = stuck_necks(system, home="A", nation=["A", "B"], min_cost_share=0.0).table()
    both = alone.merge(wider, on=key, suffixes=("", "_wider"))
    assert len(both) == len(alone) == len(wider)
    assert (both["imported_share_wider"] <= both["imported_share"] + 1e-12).all()
    np.testing.assert_allclose(both["home_share_wider"], both["home_share"])
    through = both["imported_share_look_through_wider"] - both["imported_share_look_through"]
    assert (through <= 1e-12).all()


@settings(max_examples=20)
@given(cells)
def test_joining_two_regions_beforehand_or_by_home_is_one(values):
    system = economy(values)
    joined = system.aggregated({"A": "AB", "B": "AB"})
    by_home = stuck_necks(system, home=["A", "B"], min_cost_share=0.0).table()
    by_table = stuck_necks(joined, home="AB", min_cost_share=0.0).table()
    key = ["sector", "product"]
    both = by_home.merge(by_table, on=key, suffixes=("", "_joined"))
    assert len(both) == len(by_home)
    for column in ("imported_share", "supplier_hhi", "exposure_direct", "output_at_risk"):
        np.testing.assert_allclose(both[column], both[f"{column}_joined"], atol=1e-12)


@settings(max_examples=20)
@given(cells, st.floats(0.0, 0.5), st.floats(0.0, 0.5))
def test_more_cut_never_gains_and_no_one_loses_more_than_the_cut(values, one, other):
    system = economy(values)
    small, large = sorted((one, other))
    less, more = dropped_chains(system, cut=small), dropped_chains(system, cut=large)
    x = system.flows.output
    for field in ("shortage_first", "shortage_all"):
        assert (getattr(less, field) <= getattr(more, field) + 1e-6).all(), field
    for found, cut in ((less, small), (more, large)):
        assert (found.shortage_first <= found.shortage_all + 1e-6).all()
        assert (found.shortage_all <= cut * (x.sum() - x) + 1e-6).all()


@settings(max_examples=20)
@given(cells, st.floats(0.0, 40.0))
def test_more_stock_never_hurts(values, days):
    system = economy(values)
    none, some = dropped_chains(system), dropped_chains(system, stock_days=days)
    assert (some.shortage_first <= none.shortage_first + 1e-9).all()
    assert (some.shortage_all <= none.shortage_all + 1e-6).all()


@settings(max_examples=20)
@given(cells, st.sampled_from([0.0, 0.02, 0.05]))
def test_all_rounds_are_those_of_a_plain_loop(values, least):
    system = economy(values)
    found = dropped_chains(system, cut=0.3, least=least, stock_days=7.3)
    z, x = system.flows.matrix, system.flows.output
    pooled = np.stack([z[p::2].sum(axis=0) for p in (0, 1)])
    W = np.zeros((2, 8, 8))
    for i in range(8):
        share = np.divide(z[i], pooled[i % 2], out=np.zeros(8), where=pooled[i % 2] > 0.0)
        W[i % 2, i] = np.where((z[i] >= least * x) & (z[i] > 0.0), share, 0.0)
    level = 0.3 * np.eye(8)  # a column a supplier that is cut
    for _ in range(3000):
        missing = np.einsum("prj,ri->pji", W, level) - 0.02
        after = np.maximum(level, missing.max(axis=0))
        still = (after - level).max() < 1e-12
        level = after
        if still:
            break
    expected = x @ level - x * level.diagonal()
    np.testing.assert_allclose(found.shortage_all, expected, rtol=1e-4, atol=1e-6)
