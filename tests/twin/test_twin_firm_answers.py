"""Tables about firms, from files and shocks, cell by cell against plain loops over rows of text."""

import io
import math

import numpy as np
import pandas as pd
import pytest

from chainwright.cli import main
from chainwright.stress import (
    Blow,
    InventoryModel,
    Shock,
    cascade,
    lifted,
    pushed_down,
    run,
    run_firms,
)
from chainwright.system import Links, System
from firm_twins import Inventories, cascade_rounds, read_world, risks, role_of, systemic_rows

COLUMNS = ["firm", "risk", "risk_downstream", "risk_upstream", "iterations"]


def world_of(seed, firms=9, rows=22):
    """Return rows of text: firms, links (some pairs twice) and essential inputs."""
    rng = np.random.default_rng(seed)
    codes = [f"{k:03d}" if k % 2 else f"0{k}x" for k in range(firms)]
    sectors = ["01", "1", "10.1", "toys"]
    told = []
    ends = [rng.choice(firms - 2, 2, replace=False) for _ in range(rows)]  # two are isolated
    links = [(codes[i], codes[j], repr(round(float(rng.uniform(0.1, 9)), 3))) for i, j in ends]
    links.append(links[0])
    sold = {c: sum(float(v) for s, _, v in links if s == c) for c in codes}
    for k, code in enumerate(codes):
        market = str(rng.choice(["m1", "m2", ""]))
        factor = float(rng.choice([1.0, 1.2, 2.0]))
        own = sectors[k] if k < 4 else sectors[rng.integers(4)]
        told.append((code, own, market, repr(sold[code] * factor + 0.5 + k)))
    kinds = ["essential", "important", "none", "2", "1", "0"]
    essential = [(a, b, str(rng.choice(kinds))) for a in sectors for b in sectors
                 if rng.random() < 0.8]  # fmt: skip
    return told, links, essential


def write(folder, firms, links, essential, suffix="csv"):
    """Write the three tables and return their paths."""
    frames = {
        "firms": pd.DataFrame(firms, columns=["firm", "sector", "market", "output"]),
        "links": pd.DataFrame(links, columns=["supplier", "buyer", "value"]),
        "essential": pd.DataFrame(essential, columns=["input_sector", "user_sector", "kind"]),
    }
    paths = {}
    for name, frame in frames.items():
        paths[name] = folder / f"{name}.{suffix}"
        if suffix == "parquet":
            for column in {"output", "value"} & set(frame.columns):
                frame[column] = frame[column].astype(float)
            frame.to_parquet(paths[name])
        else:
            frame.to_csv(paths[name], index=False)
    return paths


def asked(capsys, *words):
    """Return exit code, answer and what was said."""
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def frame_of(text):
    return pd.read_csv(io.StringIO(text), dtype={"firm": str})


HOWS = [
    ((), {}),
    (("--substitution", "none"), {"market": False}),
    (("--revenue", "output"), {"revenue": True}),
    (
        ("--mode", "fixpoint", "--revenue", "output"),
        {"revenue": True, "stop": 1e-12, "emptied": 0.0},
    ),
    (
        ("--mode", "fixpoint", "--revenue", "output", "--substitution", "none"),
        {"revenue": True, "stop": 1e-12, "emptied": 0.0, "market": False},
    ),
]


@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "parquet"])
@pytest.mark.parametrize(("words", "how"), HOWS)
def test_systemic_risk_from_files_equals_the_definition(capsys, tmp_path, suffix, words, how):
    seeds = range(3) if suffix == "csv" else range(3, 4)
    for seed in seeds:
        firms, links, essential = world_of(seed)
        paths = write(tmp_path, firms, links, essential, suffix)
        code, out, err = asked(
            capsys, "systemic-risk", paths["links"], "--firms", paths["firms"],
            "--essential", paths["essential"], "--format", "csv", *words,
        )  # fmt: skip
        assert code == 0, err
        found = frame_of(out)
        assert list(found.columns) == COLUMNS
        assert sorted(found["firm"]) == sorted(row[0] for row in firms)
        assert (np.diff(found["risk"]) <= 1e-15).all()
        expected = systemic_rows(read_world(firms, links), essential, **how)
        for row in found.itertuples(index=False):
            assert np.allclose(row[1:4], expected[row[0]][:3], rtol=0, atol=1e-9), (seed, row)
            exact = "fixpoint" not in words
            assert abs(row[4] - expected[row[0]][3]) <= (0 if exact else 1), (seed, row)


def test_linear_inputs_and_an_isolated_firm(capsys, tmp_path):
    firms, links, _ = world_of(11)
    paths = write(tmp_path, firms, links, [])
    code, out, _ = asked(
        capsys, "systemic-risk", paths["links"], "--firms", paths["firms"],
        "--essential", "linear", "--format", "csv",
    )  # fmt: skip
    found = frame_of(out).set_index("firm")
    expected = systemic_rows(read_world(firms, links), "linear")
    assert code == 0
    for firm, row in expected.items():
        assert np.allclose(found.loc[firm].to_numpy(float), row, rtol=0, atol=1e-9)
    assert found.loc[firms[-1][0]].tolist() == [0.0, 0.0, 0.0, 1.0]


def test_links_to_oneself_and_unknown_firms_are_all_listed_with_their_rows(capsys, tmp_path):
    firms, links, essential = world_of(2)
    bad = [*links[:3], ("001", "001", "2.0"), *links[3:5], ("1", "001", "3"), ("0x0", "001", "-1")]
    paths = write(tmp_path, firms, bad, essential)
    target = tmp_path / "risk.csv"
    code, _, err = asked(
        capsys, "systemic-risk", paths["links"], "--firms", paths["firms"],
        "--essential", paths["essential"], "-o", target,
    )  # fmt: skip
    assert code != 0
    assert not target.exists()
    assert "Traceback" not in err
    for row in (5, 8, 9):  # the heading is row 1
        assert f"row {row}" in err, err


def system_of(firms, links, regions=("east", "west")):
    """Return the system of rows of text, regions by turns."""
    table = pd.DataFrame(firms, columns=["firm", "sector", "market", "output"])
    table["output"] = table["output"].replace("", "nan").astype(float)
    table["region"] = [regions[k % len(regions)] for k in range(len(firms))]
    rows = pd.DataFrame(links, columns=["supplier", "buyer", "value"])
    rows["value"] = rows["value"].astype(float)
    return System(links=Links.of_table(rows, table)), table


@pytest.mark.parametrize("seed", range(6))
def test_the_tables_of_a_cascade_are_those_of_the_definition(seed):
    firms, links, essential = world_of(seed + 20)
    system, table = system_of(firms, links)
    world = read_world(firms, links)
    codes, sector, _, _, sales = world
    rng = np.random.default_rng(seed)
    psi, psi_up = np.zeros(len(codes)), np.zeros(len(codes))
    hit = rng.choice(len(codes), 2, replace=False)
    psi[hit] = rng.uniform(0.2, 1.0, 2)
    psi_up[:] = psi
    demand = None
    if seed % 2:
        psi_up[hit[0]] = 0.1
        other = (hit[0] + 1) % len(codes)
        other = other if other != hit[1] else (hit[0] + 2) % len(codes)
        psi_up[other] = 0.3
        demand = {codes[hit[0]]: 0.1, codes[other]: 0.3}
    given = pd.DataFrame(essential, columns=["input_sector", "user_sector", "kind"])
    found = cascade(
        system, {codes[k]: psi[k] for k in hit}, demand=demand, essential=given
    ).tables()
    rounds = cascade_rounds(world, essential, psi, psi_up)
    d, u = rounds[-1]
    out, loss = sales.sum(axis=1), np.maximum(d, u)
    first = [next((t for t, (a, b) in enumerate(rounds) if a[i] > psi[i] or b[i] > psi_up[i]), 0)
             for i in range(len(codes))]  # fmt: skip
    shown = found["cascade"].set_index("firm")
    assert set(shown.index) == {codes[i] for i in range(len(codes)) if loss[i] > 0}
    assert (np.diff(shown["lost_sales"]) <= 1e-12).all()
    start = np.maximum(psi, psi_up)
    for i, code in enumerate(codes):
        if loss[i] > 0:
            row = shown.loc[code]
            numbers = [start[i], loss[i], d[i], u[i], out[i], out[i] * loss[i], first[i]]
            names = ["shock", "loss", "loss_downstream", "loss_upstream", "sales", "lost_sales",
                     "round"]  # fmt: skip
            assert np.allclose(row[names].to_numpy(float), numbers, rtol=0, atol=1e-9), code
            assert (row["sector"], row["region"]) == (sector[i], table["region"][i])
            assert row["reason_en"]
            assert row["reason_zh"]
    by_round = found["cascade_rounds"]
    assert by_round["round"].tolist() == list(range(1, len(rounds)))
    for t, row in enumerate(by_round.itertuples(index=False), 1):
        (d0, u0), (d1, u1) = rounds[t - 1], rounds[t]
        moved = max(np.abs(d1 - d0).max(), np.abs(u1 - u0).max())
        reached = sum(one == t for one in first)
        assert np.allclose(row[1:], (*risks(world, d1, u1), moved, reached), rtol=0, atol=1e-9)
    by_sector = found["cascade_sectors"].set_index("sector")
    hurt = {s for s, a in zip(sector, loss, strict=True) if a > 0}
    assert set(by_sector.index) == hurt
    for name in hurt:
        of = np.array([s == name for s in sector])
        total, direct = (out * loss)[of].sum(), (out * start)[of].sum()
        share = (total - direct) / out[of].sum() if out[of].sum() else math.nan
        expected = [of.sum(), (loss[of] > 0).sum(), out[of].sum(), direct, total - direct, share]
        got = by_sector.loc[name].to_numpy(float)
        assert np.allclose(got, expected, rtol=0, atol=1e-9, equal_nan=True), name
    check_links(found["cascade_links"], world, essential, d, u)


def check_links(found, world, essential, d, u):
    """Assert that each link passes on its share of the group of inputs, or of the sales."""
    codes, sector, place, _, sales = world
    out, bought = sales.sum(axis=1), sales.sum(axis=0)
    at = {code: i for i, code in enumerate(codes)}
    assert (np.diff(found["lost_sales"]) <= 1e-12).all()
    seen = set()
    for row in found.itertuples(index=False):
        i, j = at[row.from_firm], at[row.to_firm]
        seen.add((row.direction, i, j))
        if row.direction == "upstream":
            share = sales[j, i] / out[j] * u[i]
        else:
            role = role_of(essential, sector[i], sector[j])
            alike = sum(sales[k, j] for k in range(len(codes)) if sector[k] == sector[i])
            left = sum(out[k] * (1 - d[k]) for k in range(len(codes)) if place[k] == place[i])
            left = 1.0 if left <= 1e-10 else left
            weight = {2: sales[i, j] / alike, 1: sales[i, j] / bought[j], 0: 0.0}[role]
            share = weight * min(1.0, out[i] / left) * d[i]
        assert abs(row.loss - share) <= 1e-9, row
        assert abs(row.lost_sales - share * out[j]) <= 1e-9, row
    assert len(seen) == len(found)
    if len(found) < 20:
        ups = {("upstream", i, j) for i in range(len(codes)) for j in range(len(codes))
               if sales[j, i] and u[i] > 0}  # fmt: skip
        assert ups <= seen


STOCK = {"01": 4.0, "1": 9.0, "10.1": 20.0, "toys": 6.0}
SHOCKS = {
    "capacity": (
        (Blow("capacity", firms=("001", "02x"), share=0.8, start_day=2, days=9),),
        {"capacity": [("001", 0.8, 2, 9, 0), ("02x", 0.8, 2, 9, 0)]},
    ),
    "recovery and a second blow": (
        (
            Blow("capacity", firms="003", share=1.0, days=6, recovery="linear", recovery_days=10),
            Blow("capacity", firms=("003", "005"), share=0.6, start_day=4, days=20),
        ),
        {"capacity": [("003", 1.0, 0, 6, 10), ("003", 0.6, 4, 20, 0), ("005", 0.6, 4, 20, 0)]},
    ),
    "less final demand": (
        (Blow("demand_drop", firms=("00x", "001"), share=0.5, start_day=1, days=15),),
        {"drops": [("00x", 0.5, 1, 16), ("001", 0.5, 1, 16)]},
    ),
}


@pytest.mark.parametrize("rationing", ["priority", "proportional"])
@pytest.mark.parametrize("name", SHOCKS)
@pytest.mark.parametrize("seed", [40, 41])
def test_runs_over_firms_are_those_of_dense_loops(name, rationing, seed):
    firms, links, _ = world_of(seed)
    firms[3] = (*firms[3][:3], "")  # output not known
    system, table = system_of(firms, links)
    blows, plain = SHOCKS[name]
    model = InventoryModel(stock_days=STOCK, rationing=rationing)
    answer = run(system, Shock(blows), days=40, model=model)
    assert len(answer.table())
    check_run(answer, read_world(firms, links), table, plain, priority=rationing == "priority")


def check_run(answer, world, table, plain, *, steps=40, priority=True):
    """Compare both ends of a run with the dense loops, cell by cell."""
    step = 1.0
    losses, days = answer.tables()["firm_run"], answer.tables()["firm_run_by_day"]
    for end in ("market", "suppliers"):
        twin = Inventories(world, stock=STOCK, market=end == "market", priority=priority, step=step)
        told = twin.run(steps, **plain)
        lost, x0 = twin.x0 - told["made"], twin.x0
        scale = 1e-9 * x0.sum() * steps
        part, daily = losses[losses["end"] == end], days[days["end"] == end]
        assert part["level"].drop_duplicates().tolist() == [
            level for level in ("all", "region", "sector", "firm") if level in set(part["level"])
        ]
        groups = [("all", "", np.ones(twin.n, bool))]
        groups += [
            ("region", r, (table["region"] == r).to_numpy()) for r in sorted(set(table["region"]))
        ]
        groups += [
            ("sector", s, (table["sector"] == s).to_numpy()) for s in sorted(set(table["sector"]))
        ]
        groups += [("firm", c, (table["firm"] == c).to_numpy()) for c in twin.codes]
        for level, code, of in groups:
            row = part[part["level"] == level]
            row = row if level == "all" else row[row[level] == code]
            total = lost[:, of].sum()
            rest = x0[of].sum() * steps
            numbers = {
                "output_lost": total,
                "output_lost_share": total / rest if rest else math.nan,
                "output_lost_days": total / (rest / steps / step) if rest else math.nan,
                "direct_lost": told["hit"][:, of].sum(),
                "value_added_lost": (lost * twin.added)[:, of].sum(),
                "unmet_final": told["unmet"][:, of].sum(),
            }
            if level == "firm":
                i = twin.codes.index(code)
                short = told["short"].get(i, ("", math.nan))
                if x0[i]:
                    numbers["lowest_share"] = (told["made"][:, i] / x0[i]).min()
                if not len(row):
                    assert abs(total) <= scale, (end, code)
                    assert not short[0], (end, code)
                    continue
                assert (row["short_input"].iloc[0] or "") == short[0], (end, code)
                numbers["short_day"] = short[1]
            assert len(row) == 1, (end, level, code)
            for column, value in numbers.items():
                got = row[column].iloc[0]
                assert np.isclose(got, value, rtol=1e-8, atol=scale, equal_nan=True), (
                    end, level, code, column, got, value,
                )  # fmt: skip
            if level != "firm":
                line = daily[daily["level"] == level]
                line = line if level == "all" else line[line[level] == code]
                assert line["day"].tolist() == [step * t for t in range(steps)]
                assert np.allclose(line["output_lost"], lost[:, of].sum(axis=1), atol=scale)
                assert np.allclose(
                    line["unmet_final"], told["unmet"][:, of].sum(axis=1), atol=scale
                )
                if rest:
                    share = told["made"][:, of].sum(axis=1) / x0[of].sum()
                    assert np.allclose(line["output_share"], share, atol=1e-9)


@pytest.mark.parametrize("share", [1.0, 0.4])
def test_a_cut_link_turns_orders_to_other_suppliers_of_the_sector(share):
    firms, links, _ = world_of(43)
    system, table = system_of(firms, links)
    pair = links[0][:2]
    shock = Shock((Blow("supply_cut", links=(pair,), share=share, start_day=3, days=12),))
    model = InventoryModel(stock_days=STOCK)
    answer = run_firms(system, shock, days=40, model=model)
    cut = {"cuts": [(*pair, share, 3, 15)]}
    assert answer.table()["output_lost"].max() > 0.0
    check_run(answer, read_world(firms, links), table, cut)


def test_weeks_give_a_row_a_week():
    firms, links, _ = world_of(44)
    system = system_of(firms, links)[0]
    blow = Blow("capacity", firms="001", share=0.9, start_day=7, days=21)
    model = InventoryModel(stock_days={k: 3 * v + 10 for k, v in STOCK.items()}, step="week")
    answer = run_firms(system, Shock((blow,)), days=70, model=model)
    days = answer.tables()["firm_run_by_day"]
    days = days[(days["level"] == "all") & (days["end"] == "suppliers")]
    twin = Inventories(
        read_world(firms, links), stock={k: 3 * v + 10 for k, v in STOCK.items()}, market=False,
        step=7.0,
    )  # fmt: skip
    told = twin.run(10, capacity=[("001", 0.9, 7, 21, 0)])
    assert days["day"].tolist() == [7.0 * t for t in range(10)]
    assert np.allclose(days["output_share"], told["made"].sum(axis=1) / twin.x0.sum(), atol=1e-9)


NODES = [(r, s) for r in ("east", "west") for s in ("01", "toys")]


def both_of(seed):
    """Return a table of two regions and sectors joined with firms, their nodes and their output."""
    rng = np.random.default_rng(seed)
    codes = [f"{k:02d}" for k in range(10)]
    node = [k % 3 for k in range(10)]  # no firm of the last node
    output = rng.uniform(1.0, 9.0, 10)
    firms = pd.DataFrame(
        {
            "firm": codes,
            "sector": [NODES[v][1] for v in node],
            "region": [NODES[v][0] for v in node],
            "output": output,
        }
    )
    link = pd.DataFrame({"supplier": ["00", "04"], "buyer": ["04", "08"], "value": [0.5, 0.25]})
    rows, made, bought = [], np.zeros(4), np.zeros(4)
    for i, own in enumerate(NODES):
        for j, other in enumerate(NODES):
            value = float(rng.uniform(0.5, 2.0))
            rows.append(("intermediate", *own, *other, value))
            made[i] += value
            bought[j] += value
        value = float(rng.uniform(6.0, 30.0))
        rows.append(("final", *own, own[0], "household", value))
        made[i] += value
    names = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
    system = System.from_table(pd.DataFrame(rows, columns=names))
    system = system.joined(System(links=Links.of_table(link, firms)))
    return system, np.array(node), output, made, made - bought


def by_node(node, output, loss):
    """Return the loss of each of the four nodes, firms weighted by output."""
    lost = [sum(output[f] * loss[f] for f in range(10) if node[f] == v) for v in range(4)]
    known = [sum(output[f] for f in range(10) if node[f] == v) for v in range(4)]
    return [a / b if b else 0.0 for a, b in zip(lost, known, strict=True)], known


@pytest.mark.parametrize("uncovered", ["alike", "unhurt"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_losses_of_firms_are_lifted_with_output_as_weights(seed, uncovered):
    system, node, output, made, _ = both_of(seed)
    first = Blow("capacity", firms=("00", "01", "03"), share=0.7, start_day=2, days=6)
    second = Blow("capacity", firms=("03", "06", "04"), share=0.9, start_day=5, days=9)
    found = lifted(system, Shock((first, second)), uncovered=uncovered)
    day = np.zeros((20, 10))
    for t in range(20):
        for blow in (first, second):
            for firm in blow.firms:
                if blow.start_day <= t < blow.start_day + blow.days:
                    day[t, int(firm)] = max(day[t, int(firm)], blow.share)
    share = np.array([by_node(node, output, row)[0] for row in day])
    known = by_node(node, output, day[0])[1]
    covered = [k / m for k, m in zip(known, made, strict=True)]
    if uncovered == "unhurt":
        share = share * np.minimum(1.0, covered)
    expected = {NODES[v]: share[:, v].max() for v in range(4) if share[:, v].max() > 0}
    table = found.table()
    assert {(r, s) for r, s in zip(table["region"], table["sector"], strict=True)} == set(expected)
    assert (np.diff(table["share"]) <= 0).all()
    for row in table.itertuples(index=False):
        v = NODES.index((row.region, row.sector))
        told = [row.share, row.firms, row.output, row.coverage]
        plain = [expected[NODES[v]], (node == v).sum(), known[v], covered[v]]
        assert np.allclose(told, plain, rtol=1e-12)
    codes = [f"{r}:{s}" for r, s in NODES]
    course = np.zeros((20, 4))
    for blow in found.shock.blows:
        for code in blow.nodes or [c for c, _ in blow.shares]:
            size = blow.share if blow.share is not None else dict(blow.shares)[code]
            for t in range(20):
                if blow.start_day <= t < blow.start_day + blow.days:
                    v = codes.index(code)
                    course[t, v] = max(course[t, v], size)
    assert np.allclose(course, share, rtol=1e-12)


def test_losses_by_firm_of_a_cascade_and_of_a_run_are_lifted_alike():
    system, node, output, _, _ = both_of(5)
    loss = np.linspace(0.0, 0.9, 10)
    table = lifted(system, loss, days=5).table().set_index(["region", "sector"])["share"]
    plain = by_node(node, output, loss)[0]
    assert np.allclose([table.get(v, 0.0) for v in NODES], plain)
    fell = cascade(system, {"00": 0.6}, essential="linear")
    table = lifted(system, fell).table().set_index(["region", "sector"])["share"]
    assert np.allclose([table.get(v, 0.0) for v in NODES], by_node(node, output, fell.loss)[0])
    shut = Shock((Blow("capacity", firms=("00", "04"), share=0.5, days=10),))
    ran = run_firms(system, shut, days=20, model=InventoryModel(stock_days=3.0))
    rows = ran.table()
    rows = rows[(rows["level"] == "firm") & (rows["end"] == "market")].set_index("firm")
    mean = [rows["output_lost_share"].get(f"{k:02d}", 0.0) for k in range(10)]
    table = lifted(system, ran, end="market").table().set_index(["region", "sector"])["share"]
    plain = np.maximum(0.0, by_node(node, output, mean)[0])
    assert np.allclose([table.get(v, 0.0) for v in NODES], plain, atol=1e-9)


@pytest.mark.parametrize("seed", [1, 2])
def test_shocks_on_nodes_are_pushed_down_in_proportion_and_lifted_come_back(seed):
    system, node, _, made, added = both_of(seed)
    shares = {"east:01": 0.3, "east:toys": 0.8}
    blow = Blow("capacity", nodes=tuple(shares), shares=tuple(shares.items()), start_day=3, days=4)
    pushed = pushed_down(system, Shock((blow,)))
    found = {f: b.share for b in pushed.blows for f in b.firms}
    codes = [f"{r}:{s}" for r, s in NODES]
    expected = {f"{k:02d}": shares[codes[v]] for k, v in enumerate(node) if codes[v] in shares}
    assert found == expected
    assert {(b.kind, b.start_day, b.days) for b in pushed.blows} == {("capacity", 3, 4)}
    back = lifted(system, pushed).table()
    told = {f"{r}:{s}": x for r, s, x in back[["region", "sector", "share"]].to_numpy()}
    assert told == pytest.approx(shares, rel=1e-12)
    burnt = Blow("capital", nodes=("east:01", "west:01"), money=5.0, days=30)
    sold = pushed_down(system, Shock((burnt,)), capital_ratio=3.0)
    damage = {v: 5.0 * made[v] / (made[0] + made[2]) for v in (0, 2)}
    told = {f: b.share for b in sold.blows for f in b.firms}
    plain = {f"{k:02d}": damage[v] / (3.0 * added[v]) for k, v in enumerate(node) if v in damage}
    assert told == pytest.approx(plain, rel=1e-12)
