"""Accounts against plain numpy twins: the toy, the world of 2011, a nation, a demo, a cut."""

import numpy as np
import pandas as pd
import pytest

import twins
from chainwright import System, accounts

ALL = ("toy", "wiod2011", "demo", "nbs2018", "cut")
CLOSED = ("toy", "wiod2011")


def in_order(frame, t):
    """Return rows of a table of nodes in the table's own order."""
    place = {key: i for i, key in enumerate(zip(t.region, t.sector, strict=True))}
    keys = list(zip(frame["region"], frame["sector"], strict=True))
    return frame.iloc[np.argsort([place[k] for k in keys])].reset_index(drop=True)


def assert_same(frame, columns, *, rows=None, skip=()):
    """Assert that all `columns` of the twin are those of `frame`, to 1e-10 of the largest."""
    for name, wanted in columns.items():
        if name in skip:
            continue
        ours = frame[name].to_numpy(dtype=float)
        twin = np.asarray(wanted, dtype=float)
        twin = twin if rows is None else twin[rows]
        scale = np.nanmax(np.abs(twin), initial=1e-3)
        np.testing.assert_allclose(ours, twin, rtol=1e-10, atol=1e-10 * scale, err_msg=name)


@pytest.mark.parametrize("name", ALL)
def test_node_accounts_are_those_of_the_twin(tables, name):
    system, t = tables(name)
    frame = in_order(accounts.node_accounts(system).table(), t)
    assert len(frame) == len(t.x)
    assert_same(frame, twins.multipliers(t))


@pytest.mark.parametrize("name", ALL)
def test_position_is_that_of_the_twin(tables, name):
    system, t = tables(name)
    frame = in_order(accounts.position(system).table(), t)
    columns, idle, stocked = twins.stages(t)
    for column in ("downstreamness", "downstreamness_corrected"):
        columns[column] = np.where(idle, np.nan, columns[column])
    final = columns["final_use_share_corrected"]  # no share of what all went to stocks
    columns["final_use_share_corrected"] = np.where(stocked | idle, np.nan, final)
    assert_same(frame, columns)
    unsaid = frame["upstreamness_corrected"].isna()
    assert unsaid[idle].all()
    assert frame.loc[~idle & ~stocked, "upstreamness_corrected"].notna().all()


@pytest.mark.parametrize(
    ("name", "home", "nation"),
    [
        ("toy", None, None),
        ("toy", ["A"], ["A", "B"]),
        ("wiod2011", None, None),
        ("wiod2011", ["CHN"], None),
        ("wiod2011", ["DEU", "FRA"], ["DEU", "FRA", "ITA"]),
        ("demo", None, None),
        ("demo", ["44", "31"], "CHN"),
        ("nbs2018", ["CHN"], None),
        ("cut", ["CHN"], None),
    ],
)
def test_reliance_is_that_of_the_twin(tables, name, home, nation):
    system, t = tables(name)
    axis = system.flows.nodes.sectors
    factory = [c for c, p in zip(axis.codes, axis.parents or axis.codes, strict=True) if p == "C"]
    frame = in_order(accounts.reliance(system, home=home, nation=nation).table(), t)
    around = t.regions if nation == "CHN" else nation
    columns = twins.looks(t, home, around, industry=factory)
    rows = t.at(home or t.regions)
    skip = set() if nation else {"nation_input_face", "nation_input_look_through"}
    if t.national:  # what exports are used for, and what makes imports, is not in the table
        skip |= {
            "foreign_market_face",
            "foreign_market_look_through",
            "industrial_input_look_through",
        }
        assert frame[sorted(skip)].isna().all().all()
    columns["foreign_value_added"] = np.where(t.x > 0, columns["foreign_value_added"], np.nan)
    assert_same(frame, columns, rows=rows, skip=skip)


@pytest.mark.parametrize("name", ALL)
def test_extraction_of_every_node_is_that_of_the_twin(tables, name):
    system, t = tables(name)
    home = t.regions[0]
    frame = in_order(accounts.extraction(system, home=home).table(), t)
    weight = t.x / np.diag(t.L)
    lost, at = weight * t.L.sum(0), t.at([home])
    assert_same(
        frame,
        {
            "output_lost": lost,
            "output_lost_share": lost / t.x.sum(),
            "output_lost_elsewhere": lost - t.x,
            "value_added_lost": weight * (t.v @ t.L),
            "home_output_lost": weight * t.L[at].sum(0),
            "home_output_lost_share": weight * t.L[at].sum(0) / t.x[at].sum(),
        },
    )


@pytest.mark.parametrize("name", ALL)
def test_trade_in_value_added_is_that_of_the_twin(tables, name):
    system, t = tables(name)
    frame = accounts.trade_in_value_added(system).table().set_index("region")
    wanted = pd.DataFrame(twins.value_added_trade(t)).T.loc[frame.index]
    known = ["exports", "domestic_value_added", "domestic_share", "foreign_share"]
    assert_same(frame, {c: wanted[c] for c in (wanted if name in CLOSED else known)})
    if name not in CLOSED:
        assert frame[[c for c in wanted if c not in known]].isna().all().all()


@pytest.mark.parametrize("name", CLOSED)
def test_nine_terms_are_those_of_the_twin(tables, name):
    system, t = tables(name)
    frame = accounts.export_split(system).table().set_index("region")
    wanted = pd.DataFrame(twins.nine_terms(t)).T.loc[frame.index]
    assert_same(frame, {c: wanted[c] for c in wanted if c != "residual"})
    assert (frame["residual"].abs() <= 1e-9 * frame["exports"]).all()


@pytest.mark.parametrize("name", ALL)
def test_footprints_are_those_of_the_twin(tables, name):
    system, t = tables(name)
    frame = accounts.footprint(system).table()
    made = frame[frame["part"] == "produced"]
    wanted = twins.footprints(t)
    assert len(made) == len(wanted)
    keys = zip(made["region"], made["consumer"], strict=True)
    assert_same(made, {"amount": [wanted[k] for k in keys]})


@pytest.mark.parametrize("name", ["toy", "cut"])
def test_taking_regions_or_deliveries_out_is_a_fresh_solve(tables, name):
    system, t = tables(name)
    codes = [f"{r}:{s}" for r, s in zip(t.region, t.sector, strict=True)]
    if name == "toy":
        found = in_order(accounts.region_extraction(system, ["A"]).table(), t)
        gone = t.at(["A"])
        after = np.where(gone, 0.0, twins.without(t, gone))
        assert len(found) == (~gone).sum()
        assert_same(found, {"output_lost": (t.x - after)[~gone]})
    users = [i for i, r in enumerate(t.region) if i not in (1, 2)]
    found = accounts.embargo(
        system,
        [codes[1], codes[2]],
        users=[codes[i] for i in users],
        share=0.6,
        replaced_by={codes[1]: {codes[3]: 0.5}},
    )
    after = twins.embargoed(t, [1, 2], users, 0.6, {1: {3: 0.5}})
    assert_same(in_order(found.table(), t), {"output_lost": t.x - after})


def test_embargo_scan_is_a_fresh_solve_a_node(toy):
    t = twins.plain(toy)
    frame = in_order(accounts.embargo_scan(toy).table(), t)
    for j, row in frame.iterrows():
        users = [k for k, r in enumerate(t.region) if r != t.region[j]]
        lost = t.x - twins.embargoed(t, [j], users)
        assert row["output_lost"] == pytest.approx(lost.sum(), rel=1e-10)
        assert row["flow_cut"] == pytest.approx(t.Z[j, users].sum(), rel=1e-12)
        assert row["value_added_lost"] == pytest.approx(t.v @ lost, rel=1e-10)


def test_paths_carry_what_a_walk_over_all_chains_finds(toy):
    t = twins.plain(toy)
    found = accounts.paths(toy, root="B:m", threshold=0.01, longest=3)
    frame = found.table()
    codes = [f"{r}:{s}" for r, s in zip(t.region, t.sector, strict=True)]
    j, f = 2, t.Y[2].sum()
    total = (t.v @ t.L)[j] * f
    chains = {(j,): f}
    for _ in range(2):
        longer = {(i, *p): t.A[i, p[0]] * w for p, w in chains.items() for i in range(6)}
        chains = {**longer, **chains}
    carried = {p: t.v[p[0]] * w for p, w in chains.items()}
    seen = {
        tuple(codes.index(c) for c in path.split(" > ")): value
        for path, value in zip(frame["path"], frame["contribution"], strict=True)
    }
    big = {p: c for p, c in carried.items() if c >= 0.01 * total}
    assert set(big) <= set(seen)
    for path, value in seen.items():
        assert carried[path] == pytest.approx(value, rel=1e-10)
    assert found.total == pytest.approx(total)


def test_prices_and_ghosh_are_those_of_the_inverse(tables):
    for name in ("toy", "nbs2018"):
        system, t = tables(name)
        node = f"{t.region[1]}:{t.sector[1]}"
        push = np.zeros(len(t.x))
        push[1] = 0.1 * t.v[1]
        frame = in_order(accounts.prices(system, {node: 0.1}).table(), t)
        assert_same(frame, {"cost_change": push, "price_change": push @ t.L})
        change = np.zeros(len(t.x))
        change[1] = -0.2 * t.va[1]
        G = np.linalg.inv(np.eye(len(t.x)) - twins.share(t.Z, t.x[:, None]))
        frame = in_order(accounts.ghosh(system, {node: -0.2}).table(), t)
        assert_same(frame, {"primary_change": change, "output_change": change @ G})


def test_decomposition_of_the_demo_is_the_mean_of_the_polar_forms(demo):
    after = System.demo("country", seed=8)
    t0, t1 = twins.plain(demo), twins.plain(after)
    frame = in_order(accounts.decomposition(demo, after).table(), t0)
    assert_same(frame, twins.polar(t0, t1, t0.v, t1.v))
