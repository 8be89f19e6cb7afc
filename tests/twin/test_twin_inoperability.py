"""Inoperability and interdependency, every cell of their tables, worked out node by node."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright import stress
from chainwright.errors import LabelError, ParameterError
from chainwright.stress import Blow, Coupling, Shock
from chainwright.tables import schema
from stress_twins import course
from worlds import world

SEEDS = st.integers(0, 5_000)
MODES = st.sampled_from(["demand", "supply"])
FEW = settings(max_examples=15, deadline=None)


def star(system, mode):
    """Return A* by its cells: rows over output (demand), or the coefficients turned (supply)."""
    flows = system.flows
    n, x = len(flows.nodes), flows.output
    found = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            z = flows.matrix[i, j] if mode == "demand" else flows.matrix[j, i]
            found[i, j] = z / x[i] if x[i] > 0 else 0.0
    return found


def at_rest(A, c):
    """Return the sum of all orders, term by term."""
    q, term = c.copy(), c.copy()
    for _ in range(20_000):
        term = A @ term
        q += term
        if term.max(initial=0.0) < 1e-15:
            break
    return q


def drawn(seed, *, demand=True):
    """Return a world, a shock of several blows in it, and how long it is looked at."""
    rng = np.random.default_rng(seed)
    system = world(seed % 50, 3, 3)
    blows = []
    for _ in range(int(rng.integers(1, 4))):
        start, days = int(rng.integers(0, 8)), float(rng.integers(1, 12))
        share = float(rng.uniform(0.05, 0.9))
        node = system.flows.nodes.codes[int(rng.integers(9))]
        kind = "demand_drop" if demand and rng.random() < 0.4 else "capacity"
        curve = {"recovery": "linear", "recovery_days": 4.0} if rng.random() < 0.5 else {}
        blows.append(Blow(kind, nodes=node, share=share, start_day=start, days=days, **curve))
    return system, Shock(tuple(blows)), int(rng.integers(5, 30))


def perturbation(system, shock, days):
    """Return c* by day and node: capacity by its largest share, demand over output, at most 1."""
    flows = system.flows
    codes = list(flows.nodes.codes)
    capacity, drop = np.zeros((days, len(codes))), np.zeros((days, len(codes)))
    for blow in shock.blows:
        i = codes.index(blow.nodes[0])
        into = capacity if blow.kind == "capacity" else drop
        into[:, i] = np.maximum(into[:, i], blow.share * course(blow, days, 1.0))
    wanted = np.maximum(flows.final, 0.0).sum(axis=1)
    each = [w / x if x > 0 else 0.0 for w, x in zip(wanted, flows.output, strict=True)]
    return np.minimum(1.0, capacity + drop * np.array(each))


def levels_of(A, c, k):
    """Return inoperability day by day from nothing, by its equation."""
    q, found = np.zeros(len(A)), []
    for day in range(len(c)):
        q = np.array(
            [
                min(1.0, max(0.0, q[i] + k[i] * (float(A[i] @ q) + c[day, i] - q[i])))
                for i in range(len(A))
            ]
        )
        found.append(q)
    return np.array(found)


def check_table(found, A, c, *, k, levels, days, course="dynamic"):
    """Hold every cell of the table of nodes against plain sums."""
    flows = found.system.flows
    frame = found.table()
    assert list(frame) == [column.column for column in schema("inoperability")]
    assert (np.diff(frame["money_lost"]) <= 1e-12).all()
    direct = c.max(axis=0)
    rest = at_rest(A, direct)
    for row in frame.itertuples(index=False):
        i = flows.nodes.find(f"{row.region}:{row.sector}")
        x, q = flows.output[i], levels[:, i]
        told = q.sum() * (days if course == "static" else 1) * x / 365.0
        area = q[0] * days if course == "static" else sum((a + b) / 2 for a, b in pairwise(q))
        assert row.output == x
        assert row.direct == pytest.approx(direct[i], abs=1e-14)
        assert row.peak == pytest.approx(max(q), abs=1e-9)
        assert row.last == pytest.approx(q[-1], abs=1e-9)
        assert row.resilience == pytest.approx(k[i])
        assert row.area == pytest.approx(area, abs=1e-8)
        assert row.money_lost == pytest.approx(told, abs=1e-8)
        share = told / (x * days / 365.0) if x else 0.0
        assert row.money_lost_share == pytest.approx(share, abs=1e-9)
        if course == "recovery":
            assert math.isnan(row.rest_asked)
            assert not row.clipped
        else:
            assert row.rest_asked == pytest.approx(rest[i], rel=1e-9, abs=1e-12)
            assert row.rest == pytest.approx(min(1.0, rest[i]), rel=1e-9, abs=1e-12)
            assert row.clipped == (rest[i] > 1.0)
        if course == "static":
            assert math.isnan(row.peak_day)
        else:
            assert q[int(row.peak_day)] == pytest.approx(max(q), abs=1e-9)


@given(seed=SEEDS, mode=MODES, tau=st.sampled_from([None, 3.0, 25.0]))
@FEW
def test_every_cell_of_a_course_day_by_day(seed, mode, tau):
    system, shock, days = drawn(seed, demand=mode == "demand")
    found = stress.inoperability(system, shock, mode=mode, days=days, recovery_days=tau, left=0.02)
    A = star(system, mode)
    gap = None if tau is None else -math.log(0.02) / tau
    k = [1.0 if gap is None else min(0.9999, gap / (1.0 - A[i, i])) for i in range(len(A))]
    c = perturbation(system, shock, days)
    levels = levels_of(A, c, k)
    assert found.levels == pytest.approx(levels, abs=1e-12)
    check_table(found, A, c, k=k, levels=levels, days=days)
    daily = system.flows.output / 365.0
    by_day = found.tables()["inoperability_by_day"]
    assert by_day["day"].tolist() == list(range(days))
    for row, q in zip(by_day.itertuples(index=False), levels, strict=True):
        lost = sum(x * level for x, level in zip(daily, q, strict=True))
        assert row.money_lost == pytest.approx(lost, abs=1e-10)
        assert row.mean == pytest.approx(lost / daily.sum(), abs=1e-12)
        assert row.highest == pytest.approx(q.max(), abs=1e-12)
        assert q[system.flows.nodes.find(row.highest_node)] == pytest.approx(q.max(), abs=1e-12)


@given(seed=SEEDS, mode=MODES)
@FEW
def test_every_cell_at_rest(seed, mode):
    system, shock, days = drawn(seed, demand=mode == "demand")
    found = stress.inoperability(system, shock, mode=mode, course="static", days=days)
    A, c = star(system, mode), perturbation(system, shock, days)
    levels = np.clip(at_rest(A, c.max(axis=0)), 0.0, 1.0)[None]
    check_table(found, A, c, k=[1.0] * len(A), levels=levels, days=days, course="static")
    assert len(found.tables()["inoperability_by_day"]) == 0


@given(seed=SEEDS, mode=MODES)
@FEW
def test_every_cell_of_a_recovery(seed, mode):
    system, shock, days = drawn(seed, demand=mode == "demand")
    found = stress.inoperability(
        system, shock, mode=mode, course="recovery", days=days, recovery_days=9.0
    )
    A, c = star(system, mode), perturbation(system, shock, days)
    k = [min(0.9999, -math.log(0.01) / 9.0 / (1.0 - A[i, i])) for i in range(len(A))]
    step = -np.diag(k) @ (np.eye(len(A)) - A) / 4096.0
    once = np.eye(len(A)) + step + step @ step / 2.0 + step @ step @ step / 6.0
    day = np.linalg.matrix_power(once, 4096)  # exp of a day's matrix, by its limit
    q, levels = c.max(axis=0), []
    for _ in range(days):
        levels.append(q)
        q = day @ q
    assert found.levels == pytest.approx(np.array(levels), abs=1e-9)
    check_table(found, A, c, k=k, levels=np.array(levels), days=days, course="recovery")


@given(seed=SEEDS, mode=MODES)
@FEW
def test_every_cell_of_interdependency(seed, mode):
    system = world(seed % 50, 2, 4)
    A = star(system, mode)
    n = len(A)
    S = sum(np.linalg.matrix_power(A, m) for m in range(400))
    frame = stress.interdependency(system, mode=mode).table()
    assert list(frame) == [column.column for column in schema("interdependency")]
    assert (np.diff(frame["overall_influence"]) <= 1e-12).all()
    for row in frame.itertuples(index=False):
        i = system.flows.nodes.find(f"{row.region}:{row.sector}")
        others = [j for j in range(n) if j != i]
        assert row.output == system.flows.output[i]
        assert row.dependency == pytest.approx(sum(A[i, j] for j in others) / (n - 1))
        assert row.influence == pytest.approx(sum(A[j, i] for j in others) / (n - 1))
        told = sum(S[i, j] for j in others) / (n - 1)
        assert row.overall_dependency == pytest.approx(told, rel=1e-6)
        told = sum(S[j, i] for j in others) / (n - 1)
        assert row.overall_influence == pytest.approx(told, rel=1e-6)


@pytest.mark.parametrize("mode", ["demand", "supply"])
@pytest.mark.parametrize("order", [1, 2, 3])
def test_chains_of_an_order_are_powers_of_the_coupling(mode, order):
    system = world(7, 2, 3)
    found = stress.interdependency(system, mode=mode)
    power = np.linalg.matrix_power(star(system, mode), order)
    for node in system.flows.nodes.codes:
        row = found.of_order(order, node)
        told = power[system.flows.nodes.find(node)]
        codes = row["region"] + ":" + row["sector"]
        placed = dict(zip(codes, row["interdependency"], strict=True))
        assert [placed[c] for c in system.flows.nodes.codes] == pytest.approx(told, rel=1e-12)
        assert row["interdependency"].is_monotonic_decreasing


@given(seed=SEEDS, mode=MODES)
@FEW
def test_a_coupling_multiplies_and_solves_as_its_matrix_does(seed, mode):
    rng = np.random.default_rng(seed)
    system = world(seed % 50, 2, 3)
    A, coupling = star(system, mode), Coupling.of(system.flows, mode)
    q, w = rng.random(6), rng.random(6)
    assert coupling.dense() == pytest.approx(A)
    assert coupling.diagonal == pytest.approx(np.diag(A))
    assert coupling.times(q) == pytest.approx([sum(A[i] * q) for i in range(6)])
    assert coupling.times(np.column_stack([q, w]))[:, 1] == pytest.approx(A @ w)
    assert coupling.row_times(w) == pytest.approx([sum(A[:, j] * w) for j in range(6)])
    assert coupling.solve(q) == pytest.approx(at_rest(A, q), rel=1e-9)
    assert coupling.solve_transposed(w) == pytest.approx(at_rest(A.T, w), rel=1e-9)
    given_one = Coupling.of_matrix(A)
    assert given_one.solve(q) == pytest.approx(coupling.solve(q), rel=1e-9)
    assert given_one.solve_transposed(w) == pytest.approx(coupling.solve_transposed(w), rel=1e-9)


@given(seed=SEEDS, mode=MODES, factor=st.floats(1.0, 1.1))
@FEW
def test_a_larger_shock_never_makes_any_node_less_inoperable(seed, mode, factor):
    system, shock, days = drawn(seed, demand=mode == "demand")
    first, second = (
        stress.inoperability(system, s, mode=mode, days=days, recovery_days=5.0)
        for s in (shock, shock.scaled(factor))
    )
    assert (second.levels >= first.levels - 1e-12).all()
    none = stress.inoperability(system, shock.scaled(0.0), mode=mode, days=days)
    assert not none.levels.any()
    assert not none.money_lost.any()


def test_days_to_recover_go_by_node_before_sector_before_region_before_the_rest():
    system = world(4, 3, 3)
    shock = Shock((Blow("capacity", regions="R0", share=0.2, days=2),))
    asked = {"R0:s1": 3.0, "s1": 30.0, "R0": 300.0, "*": 3000.0}
    found = stress.inoperability(system, shock, days=3, recovery_days=asked)
    A = star(system, "demand")
    for i, code in enumerate(system.flows.nodes.codes):
        region, sector = code.split(":")
        tau = asked.get(code, asked.get(sector, asked.get(region, asked["*"])))
        told = min(0.9999, -math.log(0.01) / tau / (1.0 - A[i, i]))
        assert found.resilience[i] == pytest.approx(told)
    assert found.parameters["recovery_days"] == asked


WRONG = {
    "course": ({"course": "fast"}, "one of dynamic, static, recovery"),
    "days": ({"days": 0}, "a whole number, 1 or more"),
    "half a day": ({"days": 2.5}, "a whole number, 1 or more"),
    "mode": ({"mode": "both"}, "demand or supply"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_word_or_number_that_is_none_is_refused_with_what_may_be(kind):
    asked, said = WRONG[kind]
    shock = Shock((Blow("capacity", nodes="R0:s0", share=0.1),))
    with pytest.raises(ParameterError, match=said):
        stress.inoperability(world(1), shock, **asked)


@pytest.mark.parametrize(
    ("matrix", "error", "said"),
    [
        ([[0.1, 0.2]], LabelError, "square"),
        ([[0.1, -0.2], [0.0, 0.0]], ParameterError, "nowhere below zero"),
        ([[0.1, np.nan], [0.0, 0.0]], ParameterError, "finite"),
    ],
)
def test_a_matrix_that_is_no_coupling_is_refused(matrix, error, said):
    with pytest.raises(error, match=said):
        Coupling.of_matrix(matrix)
