"""What runs are given, against loops: rules of inputs, numbers by sector, direct losses, demos."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ario_economies import random_system
from chainwright.errors import ParameterError, TableError
from chainwright.params import table
from chainwright.sources.demo_firms import demo_firms
from chainwright.stress import Blow, Economy, InventoryModel, Shock, run, run_firms
from chainwright.stress.sectors.direct_losses import capacity_lost, demand_lost
from chainwright.stress.sectors.input_scores import input_scores
from chainwright.stress.sectors.values_by_sector import by_node
from chainwright.stress.shocks.sector_blows import CapacityLoss, DemandDrop, SectorBlows
from chainwright.system import Axis, Links, System
from chainwright.system.essentials import essential_inputs
from worlds import world

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=15, deadline=None)
RUNS = settings(max_examples=7, deadline=None)
CODES, SECTIONS = ("ore", "steel", "A", "bank"), ("B", "C", "A", "K")
AXIS = Axis("sector", CODES, parents=SECTIONS)


def exact(word, i):
    """Return how exactly a word names a sector: 2 its code, 1 its section, 0 any, None not."""
    if word == CODES[i]:
        return 2
    if word == SECTIONS[i]:
        return 1
    return 0 if word == "*" else None


@given(seed=SEEDS)
@settings(max_examples=40, deadline=None)
def test_of_the_lines_of_a_rule_the_most_exact_holds_and_of_equal_ones_the_last(seed):
    rng = np.random.default_rng(seed)
    words = [*CODES, "B", "C", "K", "*"]
    rows = [
        (str(rng.choice(words)), str(rng.choice(words)), int(rng.integers(2)))
        for _ in range(int(rng.integers(1, 15)))
    ]
    rule = pd.DataFrame(rows, columns=["user", "product", "essential"])
    found = essential_inputs(AXIS, AXIS, rule)
    for p in range(4):
        for u in range(4):
            best, told = (-1, -1), False
            for user, product, value in rows:
                of = exact(product, p), exact(user, u)
                if None not in of and of >= best:
                    best, told = of, value == 1
            assert found.matrix[p, u] == told
            assert found.judged[p, u]


@given(seed=SEEDS)
@FEW
def test_scores_of_rows_are_those_of_a_dictionary(seed):
    rng = np.random.default_rng(seed)
    number = {"essential": 1.0, "important": 0.5, "none": 0.0}
    kept = {
        (p, u): str(rng.choice(list(number))) for p in CODES for u in CODES if rng.random() < 0.6
    }
    rows = pd.DataFrame(
        [(p, u, kind) for (p, u), kind in kept.items()],
        columns=["input_sector", "user_sector", "kind"],
    )
    found, rule = input_scores(AXIS, AXIS, rows.sample(frac=1.0, random_state=seed))
    assert rule == "scores given by the user (given in memory)"
    for i, p in enumerate(CODES):
        for j, u in enumerate(CODES):
            assert found[i, j] == number[kept.get((p, u), "none")]


BAD_ROWS = {
    "an input that is no sector": (
        ("oar", "ore", "none"),
        "row 2, column 'input_sector': found 'o",
    ),
    "a user that is no sector": (
        ("ore", "oar", "none"),
        "row 2, column 'user_sector': found 'oar'",
    ),
    "a word that is no kind": (("ore", "ore", "vital"), "row 2, column 'kind': found 'vital'"),
    "a pair again": (("bank", "ore", "none"), "row 3: found a pair that an earlier row has"),
}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_each_breach_of_rows_of_scores_is_named(kind):
    row, said = BAD_ROWS[kind]
    rows = pd.DataFrame(
        [row, ("bank", "ore", "essential")], columns=["input_sector", "user_sector", "kind"]
    )
    with pytest.raises(TableError) as caught:
        input_scores(AXIS, AXIS, rows)
    (breach,) = caught.value.breaches
    assert str(breach).startswith(said)


@given(seed=SEEDS)
@FEW
def test_numbers_are_taken_by_node_before_sector_before_region_before_the_rest(seed):
    rng = np.random.default_rng(seed)
    nodes = world(1, 3, 3).flows.nodes
    words = [*nodes.codes[:5], *nodes.sectors.codes, *nodes.regions.codes]
    given_ones = {w: float(rng.uniform(0.1, 9.0)) for w in words if rng.random() < 0.5}
    given_ones["*"] = 100.0
    mixed = list(given_ones.items())
    rng.shuffle(mixed)
    found = by_node(nodes, dict(mixed), "stock_days")
    for code, number in zip(nodes.codes, found, strict=True):
        region, sector = code.split(":")
        of = [w for w in (code, sector, region, "*") if w in given_ones]
        assert number == given_ones[of[0]]
    del given_ones["*"]
    if any(not {c, *c.split(":")} & given_ones.keys() for c in nodes.codes):
        with pytest.raises(ParameterError, match=r"name the others as \*"):
            by_node(nodes, given_ones, "stock_days")


@given(seed=SEEDS)
@FEW
def test_direct_losses_take_the_largest_blow_of_each_day_and_cell(seed):
    rng = np.random.default_rng(seed)
    n, m, T = 5, 3, 8
    final = rng.uniform(-1.0, 3.0, (n, m))
    capacity, demand = [], []
    for blow in range(int(rng.integers(1, 4))):
        nodes = np.flatnonzero(rng.random(n) < 0.6)
        held = rng.choice([0.0, 0.4, 1.0], T)
        capacity.append(CapacityLoss(blow, nodes, rng.random(len(nodes)), held))
        users = np.flatnonzero(rng.random(m) < 0.7)
        held = rng.choice([0.0, 0.4, 1.0], T)
        demand.append(DemandDrop(blow, nodes, users, float(rng.random()), held))
    blows = SectorBlows(T, 1.0, capacity=tuple(capacity), demand=tuple(demand))
    lost, dropped = capacity_lost(blows, n), demand_lost(blows, final)
    for t in range(T):
        for i in range(n):
            of = [b.share[list(b.nodes).index(i)] * b.course[t] for b in capacity if i in b.nodes]
            assert lost[t, i] == max([0.0, *of])
            told = 0.0
            for k in range(m):
                of = [b.share * b.course[t] for b in demand if i in b.sellers and k in b.users]
                told += max([0.0, *of]) * max(0.0, final[i, k])
            assert dropped[t, i] == pytest.approx(told, abs=1e-14)


@given(seed=st.integers(0, 300), firms=st.integers(30, 700))
@settings(max_examples=4, deadline=None)
def test_a_made_up_network_keeps_its_own_rules(seed, firms):
    made = demo_firms(firms=firms, links=3 * firms, seed=seed)
    frame = made.firms
    width = len(str(firms))
    assert frame["firm"].tolist() == [f"F{i:0{width}}" for i in range(1, firms + 1)]
    assert set(frame["sector"]) <= {row["code"] for row in table("nace2")}
    assert set(frame["region"]) <= {row["code"] for row in table("demo_provinces")}
    sector = frame["sector"].to_numpy()
    pairs = pd.DataFrame({"from": sector[made.supplier], "to": sector[made.buyer]})
    assert pairs.groupby("to")["from"].nunique().max() <= 60  # what a sector buys from, at most
    assert frame["output"].min() > 0
    again = demo_firms(firms=firms, links=3 * firms, seed=seed)
    pd.testing.assert_frame_equal(again.firms, frame)
    assert np.array_equal(again.value, made.value)


def test_purchases_lean_on_the_own_region_more_than_chance_would_have_it():
    made = demo_firms(firms=4000, links=16_000, seed=5)
    region = made.firms["region"].to_numpy()
    near = (region[made.supplier] == region[made.buyer]).mean()
    share = pd.Series(region).value_counts(normalize=True)
    assert near > 3.0 * (share**2).sum()
    assert 0.2 < near < 0.8


def quiet(seed, share):
    system = random_system(seed, regions=2, sectors=2, imports=False)
    node = system.flows.nodes.codes[seed % len(system.flows.nodes)]
    return system, Shock((Blow("capacity", nodes=node, share=share, start_day=3, days=4),))


@given(seed=SEEDS, share=st.floats(0.05, 0.6))
@RUNS
def test_a_run_that_ends_early_is_the_beginning_of_the_long_one(seed, share):
    system, shock = quiet(seed, share)
    model = InventoryModel(stock_days=20.0, early_stop_days=10.0, early_stop_tolerance=1e-3)
    whole = InventoryModel(stock_days=20.0)
    early = run(system, shock, days=400, model=model).runs["single"]
    late = run(system, shock, days=400, model=whole).runs["single"]
    many = len(early.production)
    assert np.array_equal(early.production, late.production[:many])
    assert np.array_equal(early.unmet_final, late.unmet_final[:many])
    if many < 400:
        x0 = Economy.of(system).x0
        assert f"ended on day {many}" in early.ended_en
        assert np.abs(early.production[-10:] - x0).max() <= 1e-3 * x0.max()


@given(seed=SEEDS)
@RUNS
def test_a_shock_of_no_size_leaves_all_at_rest_among_firms_and_sectors(seed):
    system, shock = quiet(seed, 0.5)
    for answer in (run(system, shock.scaled(0.0), days=20), *firm_answers(seed, 0.0)):
        frame = answer.table()
        assert (frame["output_lost_share"].abs() < 1e-12).all()
        assert (frame["unmet_final"].abs() < 1e-9 * frame["unmet_final"].size).all()
        assert "ran short" not in answer.reading()


def network(seed):
    made = demo_firms(firms=20, links=60, seed=seed % 40)
    rows = pd.DataFrame({"supplier": made.supplier, "buyer": made.buyer, "value": made.value})
    codes = made.firms["firm"].to_numpy()
    for end in ("supplier", "buyer"):
        rows[end] = codes[rows[end]]
    columns = ["firm", "sector", "region", "output"]
    return rows, made.firms[columns]


def firm_answers(seed, share):
    rows, firms = network(seed)
    system = System(links=Links.of_table(rows, firms))
    hit = firms["firm"][seed % 20]
    model = InventoryModel(stock_days=5.0)
    shock = Shock((Blow("capacity", firms=hit, share=share, days=9),))
    return [run_firms(system, shock, days=20, model=model)]


@given(seed=SEEDS)
@RUNS
def test_firms_in_another_order_and_money_in_another_unit_change_no_share(seed):
    rows, firms = network(seed)
    hit = firms["firm"][seed % 20]
    shock = Shock((Blow("capacity", firms=hit, share=0.8, days=9),))
    model = InventoryModel(stock_days=5.0)
    order = np.random.default_rng(seed).permutation(20)
    other = firms.iloc[order].reset_index(drop=True).assign(output=lambda f: 1e3 * f["output"])
    moved = rows.sample(frac=1.0, random_state=1, ignore_index=True)
    moved["value"] *= 1e3
    keys = ["end", "level", "region", "sector", "firm"]
    tables = []
    for links, of in ((rows, firms), (moved, other)):
        system = System(links=Links.of_table(links, of))
        tables.append(run_firms(system, shock, days=25, model=model).table())
    a, b = (t[t["output_lost_share"].abs() > 1e-9].set_index(keys).sort_index() for t in tables)
    assert a.index.tolist() == b.index.tolist()
    for column in ("output_lost_share", "output_lost_days", "lowest_share", "short_day"):
        assert b[column].to_numpy() == pytest.approx(a[column].to_numpy(), abs=1e-8, nan_ok=True)
    for column in ("output_lost", "direct_lost", "value_added_lost", "unmet_final"):
        scale = a["output_lost"].abs().max()
        assert b[column].to_numpy() == pytest.approx(1e3 * a[column].to_numpy(), abs=1e-5 * scale)
    assert a["short_input"].tolist() == b["short_input"].tolist()
