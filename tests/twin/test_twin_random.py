"""Small random tables of every shape against the twins: idle nodes, unnamed and lumped origins."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import twins
from chainwright import System, accounts, diagnose
from toys import COLUMNS

RULE = pd.DataFrame({"user": ["*"], "product": ["*"], "essential": [1]})


@st.composite
def tables(draw, *, imports=False):
    """Return a long table: 2-4 regions of 1-3 sectors each, not all alike, cells often zero."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    regions = ["A", "B", "C", "RoW"][: draw(st.integers(2, 4))]
    nodes = [(r, f"s{k}") for r in regions for k in range(draw(st.integers(1, 3)))]
    rows = []
    for a in nodes:
        for b in nodes:
            value = rng.random() * (rng.random() < 0.6)
            rows.append(("intermediate", *a, *b, value))
        rows += [("final", *a, r, "household", (1.0 + rng.random()) * len(nodes)) for r in regions]
    if imports:
        for origin in ("X", "Y", "Z", ""):
            for product in ("s0", "s1", "coal"):
                rows += [
                    ("import", origin, product, *b, rng.random() * (rng.random() < 0.5) / 4)
                    for b in nodes
                ]
    return pd.DataFrame(rows, columns=COLUMNS)


def assert_close(frame, columns):
    """Assert that the columns agree, empty where the twin is empty."""
    for name, wanted in columns.items():
        twin = np.asarray(wanted, dtype=float)
        ours = frame[name].to_numpy(dtype=float, na_value=np.nan)
        np.testing.assert_allclose(ours, twin, rtol=1e-8, atol=1e-9, err_msg=name)


def by_node(frame, t):
    """Return the rows in the order of the table's nodes."""
    return frame.set_index(["region", "sector"]).loc[list(zip(t.region, t.sector, strict=True))]


@settings(max_examples=20)
@given(tables())
def test_a_small_world_is_the_twins(table):
    system = System.from_table(table)
    t = twins.plain(system)
    assert_close(by_node(accounts.node_accounts(system).table(), t), twins.multipliers(t))
    split = accounts.export_split(system).table().set_index("region")
    terms = pd.DataFrame(twins.nine_terms(t)).T.loc[split.index]
    assert_close(split, {c: terms[c] for c in terms})
    wanted = twins.looks(t)
    del wanted["nation_input_face"], wanted["nation_input_look_through"]
    assert_close(by_node(accounts.reliance(system).table(), t), wanted)
    assert_necks(system, t)
    assert_chains(system, t)
    plates = diagnose.long_plates(system, home="A").table().set_index("sector")
    twin = pd.DataFrame(twins.plates(t, ["A"])).T.loc[plates.index]
    words = {"top_dependent", "world_rank"}
    assert_close(plates, {c: twin[c] for c in twin if c not in words})


@settings(max_examples=20)
@given(tables(imports=True))
def test_a_small_nation_with_named_and_unnamed_imports_is_the_twins(table):
    system = System.from_table(table)
    t = twins.plain(system)
    assert t.national
    assert_close(by_node(accounts.node_accounts(system).table(), t), twins.multipliers(t))
    assert_necks(system, t)
    assert_chains(system, t)


def assert_necks(system, t):
    """Hold the weak-link screen against its twin, no input left out."""
    frame = diagnose.stuck_necks(system, home="A", min_cost_share=0.0, essential=RULE).table()
    wanted = twins.necks(t, ["A"], least=0.0)
    keys = list(zip(frame["sector"], frame["product"], strict=True))
    assert sorted(keys) == sorted(wanted)
    if not keys:  # industries of home that buy nothing hang on nobody
        return
    twin = pd.DataFrame([wanted[k] for k in keys])
    named = twin["top_supplier"].notna()
    for column in ("exposure_direct", "hhi_low", "hhi_high"):
        twin[column] = twin[column].astype(float).where(named)
    words = {"top_supplier", "own_sector", "nameless"}
    assert_close(frame, {c: twin[c] for c in twin if c not in words})
    assert [a or None for a in frame["top_supplier"].fillna("")] == [
        a if isinstance(a, str) else None for a in twin["top_supplier"]
    ]


def assert_chains(system, t):
    """Hold the graded cut against its twin, with everything essential."""
    frame = diagnose.dropped_chains(system, essential=RULE).table()
    every = {p: dict.fromkeys(t.sectors, True) for p in [*t.sectors, *t.product]}
    wanted, W, ess, number, Z = twins.chains(t, every)
    keys = zip(frame["region"].fillna(""), frame["sector"], strict=True)
    rows = {key: i for i, key in enumerate(keys)}
    links, seen = np.where(0.01 * t.x <= Z, 1.0, 0.0), np.ones(len(t.x), bool)
    frame = frame.iloc[[rows[r, p] for r, p, _ in wanted]]
    twin = pd.DataFrame(list(wanted.values()))
    twin["shortage_all"] = [
        twins.chain_to_the_end(t, W, ess, number, i, seen=seen, links=links) for *_, i in wanted
    ]
    assert_close(frame, {c: twin[c] for c in twin if c != "shortage_all"})
    np.testing.assert_allclose(frame["shortage_all"], twin["shortage_all"], rtol=1e-5, atol=1e-7)
