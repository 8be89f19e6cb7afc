"""Every row of a scan against a run of its own: nodes, regions, links, pairs, the worst set."""

from itertools import combinations

import numpy as np
import pytest

from chainwright import System, stress
from chainwright.stress import Blow, InventoryModel, Shock
from worlds import dense, national, world

MODEL = InventoryModel(stock_days=4.0, restoration_days=6.0)
ASK = {"engine": "inventories", "model": MODEL, "horizon": 24, "days": 9}
SEEDS = [2, 7]


def alone(system, blows, *, days=24, home=None):
    """Return what blows cost in one run: output lost, unmet final demand, output at the end."""
    run = stress.run(system, Shock(tuple(blows)), days=days, model=MODEL)
    end = "pooled" if "pooled" in run.ends else "single"
    table = run.table()
    level = "all" if home is None else "region"
    row = table[(table["end"] == end) & (table["level"] == level)]
    row = row[row["region"] == (home or "")].iloc[0]
    made = run.runs[end].production
    return row["output_lost"], row["unmet_final"], made[-1].sum() / run.economy.x0.sum()


def shut(code, share=1.0):
    return Blow("capacity", nodes=code, share=share, days=9)


def check(table, wanted, scale):
    """Return how many rows agree with runs of their own; wanted is a function of a row."""
    for row in table.itertuples():
        lost, unmet, last = wanted(row)
        assert row.lost == pytest.approx(lost, rel=1e-9, abs=1e-10 * scale)
        assert row.unmet_final == pytest.approx(unmet, rel=1e-9, abs=1e-10 * scale)
        assert row.last == pytest.approx(last, rel=1e-10)
    assert table["lost"].is_monotonic_decreasing
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    return len(table)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("home", "share"), [(None, 1.0), ("R1", 0.4)])
def test_each_node_costs_what_its_own_closure_costs(seed, home, share):
    system = world(seed)
    table = stress.scan(system, home=home, share=share, **ASK).table()
    flows = system.flows
    x = flows.output / 365.0
    counted = np.ones(9, bool) if home is None else flows.nodes.mask(regions=[home])
    assert (
        check(table, lambda row: alone(system, [shut(row.hit, share)], home=home), x.sum() * 24)
        == 9
    )
    total = x[counted].sum() * 24
    for row in table.itertuples():
        node = flows.nodes.find(row.hit)
        direct = share * 9 * x[node] * counted[node]
        assert row.direct == pytest.approx(direct)
        assert row.lost_share == pytest.approx(row.lost / total)
        assert row.lost_besides == pytest.approx(row.lost - direct, abs=1e-9 * total)
        multiple = row.lost / direct if direct else np.nan
        assert row.multiple == pytest.approx(multiple, nan_ok=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_region_costs_what_its_own_closure_costs(seed):
    system = world(seed)
    table = stress.scan(system, of="regions", **ASK).table()
    scale = system.flows.output.sum()
    assert (
        check(
            table,
            lambda row: alone(system, [Blow("capacity", regions=row.hit, share=1.0, days=9)]),
            scale,
        )
        == 3
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_each_link_across_regions_costs_what_the_cut_of_that_delivery_costs(seed):
    system = world(seed)
    table = stress.scan(system, of="links", share_above=0.04, share=0.999, **ASK).table()
    flows, x = system.flows, system.flows.output
    wanted = {
        (flows.nodes.codes[i], flows.nodes.codes[j])
        for i in range(9)
        for j in range(9)
        if i != j and flows.matrix[i, j] >= 0.04 * x[j]
    }
    assert {(row.hit, row.partner) for row in table.itertuples()} == wanted
    for row in table.itertuples():
        flow = flows.matrix[flows.nodes.find(row.hit), flows.nodes.find(row.partner)]
        assert row.direct == pytest.approx(0.999 * 9 * flow / 365.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_whole_links_cost_what_single_cuts_cost(seed):
    system = world(seed)
    table = stress.scan(system, of="links", share_above=0.03, **ASK).table()
    cut = {"share": 1.0, "days": 9}
    assert len(table) == check(
        table,
        lambda row: alone(
            system, [Blow("supply_cut", nodes=row.hit, buyers=row.partner, **cut)]
        ),
        system.flows.output.sum(),
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_pairs_are_the_worst_with_the_next_worst_and_cost_what_both_cost(seed):
    system = world(seed)
    singles = stress.scan(system, **ASK).table()
    table = stress.scan(system, of="pairs", shortlist=5, **ASK).table()
    assert (table["hit"] == singles["hit"][0]).all()
    assert set(table["partner"]) == set(singles["hit"][1:5])
    assert (
        check(
            table,
            lambda row: alone(system, [shut(row.hit), shut(row.partner)]),
            system.flows.output.sum(),
        )
        == 4
    )
    lost = singles.set_index("hit")["lost"]
    for row in table.itertuples():
        assert row.overlap == pytest.approx(lost[row.hit] + lost[row.partner] - row.lost)
        assert row.direct == pytest.approx(
            singles.set_index("hit")["direct"][[row.hit, row.partner]].sum()
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_worst_set_takes_in_each_step_the_one_that_costs_most_besides(seed):
    system = world(seed)
    table = stress.scan(system, of="worst", k=3, shortlist=4, **ASK).table()
    listed = stress.scan(system, **ASK).table()["hit"].tolist()[:4]
    held, before = [], 0.0
    for row in table.itertuples():
        costs = {
            code: alone(system, [shut(c) for c in (*held, code)])[0]
            for code in listed
            if code not in held
        }
        assert row.hit == max(costs, key=costs.get)
        assert row.lost == pytest.approx(costs[row.hit], rel=1e-9)
        assert row.gain == pytest.approx(row.lost - before, rel=1e-8)
        held, before = [*held, row.hit], row.lost
    assert np.isnan(table["bound"]).all()
    direct = table["direct"].cumsum()
    np.testing.assert_allclose(table["lost_besides"], table["lost"] - direct)


def test_a_nation_is_scanned_as_its_single_runs_are():
    system = national(5)
    table = stress.scan(system, **ASK).table()
    scale = system.flows.output.sum()
    assert check(table, lambda row: alone(system, [shut(row.hit)]), scale) == 4


def test_an_idle_node_cannot_fail():
    system = world(3, idle=True)
    assert len(stress.scan(system, **ASK).table()) == 8
    assert stress.scan(system).table().iloc[-1]["lost"] == 0.0


def test_weeks_are_scanned_as_weekly_runs():
    system, weekly = world(2), InventoryModel(stock_days=20.0, step="week")
    ask = {"engine": "inventories", "model": weekly, "horizon": 6, "days": 10}
    table = stress.scan(system, **ask).table()
    for row in table.itertuples():
        shock = Shock((Blow("capacity", nodes=row.hit, share=1.0, days=10),))
        lost = stress.run(system, shock, days=42, model=weekly).table()["output_lost"][0]
        assert row.lost == pytest.approx(lost, rel=1e-9)
        x = system.flows.output[system.flows.nodes.find(row.hit)]
        assert row.direct == pytest.approx(10 * x / 365.0)


def without(system, out, counted):
    """Return counted output lost when nodes are removed and the rest is solved afresh."""
    shares, _, x, _ = dense(system)
    kept = [i for i in range(len(x)) if i not in out]
    after = np.zeros(len(x))
    smaller = np.eye(len(kept)) - shares[np.ix_(kept, kept)]
    after[kept] = np.linalg.solve(smaller, system.flows.demand[kept])
    return (x - after)[counted].sum()


@pytest.mark.parametrize("home", [None, "R0"])
def test_pairs_by_extraction_are_all_pairs_by_brute_force(home):
    system = world(5, 2, 3)
    nodes = system.flows.nodes
    counted = np.ones(6, bool) if home is None else nodes.mask(regions=[home])
    table = stress.scan(system, of="pairs", home=home).table()
    wanted = {
        frozenset((nodes.codes[i], nodes.codes[j])): without(system, (i, j), counted)
        for i, j in combinations(range(6), 2)
    }
    single = {code: without(system, (i,), counted) for i, code in enumerate(nodes.codes)}
    assert len(table) == len(wanted) == 15
    for row in table.itertuples():
        both = wanted[frozenset((row.hit, row.partner))]
        assert row.lost == pytest.approx(both, rel=1e-9)
        assert row.overlap == pytest.approx(single[row.hit] + single[row.partner] - both, abs=1e-9)
        x = system.flows.output * counted
        direct = x[nodes.find(row.hit)] + x[nodes.find(row.partner)]
        assert row.direct == pytest.approx(direct)
    few = stress.scan(system, of="pairs", home=home, top=4).table()
    np.testing.assert_allclose(few["lost"], table["lost"][:4], rtol=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_no_set_by_brute_force_exceeds_the_bound_and_greedy_reaches_its_part(seed):
    system = world(seed, 2, 3)
    table = stress.scan(system, of="worst", k=3).table()
    every = np.ones(6, bool)
    for size, row in enumerate(table.itertuples(), 1):
        best = max(without(system, out, every) for out in combinations(range(6), size))
        assert row.lost <= best * (1.0 + 1e-12)
        assert best <= row.bound * (1.0 + 1e-9)
        taken = [system.flows.nodes.find(code) for code in table["hit"][:size]]
        assert row.lost == pytest.approx(without(system, taken, every), rel=1e-9)


def test_names_of_nodes_are_those_of_their_sectors_and_of_regions_their_own():
    system = System.demo("country")
    found = stress.scan(system, top=3)
    sectors = system.flows.nodes.sectors
    for language in ("en", "zh"):
        names = found.names("hit", language)
        for code in found.table()["hit"][:20]:
            sector = code.partition(":")[2]
            assert names[code] == sectors.name(sectors.place[sector], language)
    regions = stress.scan(world(2), of="regions")
    assert set(regions.names("hit")) <= {"R0", "R1", "R2"}
