"""Tables of the partially binding model in several regions, every cell by loops over nodes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.stress import BindingModel, Blow, Shock, partially_binding
from chainwright.tables import schema
from stress_twins import Table, course
from worlds import world

DAYS = 40
KINDS = ("leontief", "strong", "half", "weak", "linear")
WORD = {
    "labour": (
        "Mostly too little labour: shut out, or not yet hired back",
        "主要因劳动力不足：无法上岗或尚未重新雇用",
    ),
    "inputs": ("Mostly stocks of inputs that ran out", "主要因投入品库存耗尽"),
    "demand": ("Mostly less demand from users and households", "主要因用户与居民需求减少"),
}


class Binding:
    """The model written down product by product and node by node, money a day."""

    def __init__(self, system, scores, stock_days, model):
        flows, tab = system.flows, Table(system, 1.0)
        self.n, self.model, self.x0 = tab.n, model, tab.x0
        self.codes = [f"{r}:{s}" for r, s in tab.home]
        eats = np.array([c.endswith(":household") for c in flows.users.codes])
        self.eaten = tab.F[: tab.n, eats].sum(axis=1)
        self.other = tab.F[: tab.n, ~eats].sum(axis=1)
        self.apart = model.pooling == "origin"
        self.pool = list(range(tab.n)) if self.apart else [int(p) for p in tab.product[: tab.n]]
        self.names = self.codes if self.apart else tab.sectors
        self.Z, self.VA = tab.Z[: tab.n], tab.VA
        P = max(self.pool) + 1
        self.Zc = np.zeros((P, tab.n))
        for g, p in enumerate(self.pool):
            self.Zc[p] += self.Z[g]
        self.A = np.divide(self.Zc, self.x0, out=np.zeros_like(self.Zc), where=self.x0 > 0)
        sector = [int(p) for p in tab.product[: tab.n]]
        rows = sector if self.apart else range(P)
        self.scores = np.array([[scores[p][sector[i]] for i in range(tab.n)] for p in rows])
        self.target = stock_days * self.Zc

    def allows(self, S, i):
        """Return the output that stocks allow a node, and the input that is scarcest."""
        used = [p for p in range(len(S)) if self.A[p, i] > 0]
        kind = self.model.kind
        if kind == "linear":
            whole = sum(self.A[p, i] for p in used)
            return (sum(S[p, i] for p in used) / whole if used else math.inf), None
        least, which = math.inf, None
        for p in used:
            score, reach = self.scores[p, i], S[p, i] / self.A[p, i]
            binds = kind == "leontief" or score == 1.0 or (kind == "strong" and score == 0.5)
            if not binds and not (kind == "half" and score == 0.5):
                continue
            reach = reach if binds else (reach + self.x0[i]) / 2.0
            if reach < least:
                least, which = reach, p
        return least, which

    def run(self, labour_lost):
        """Fill in what happens day by day."""
        n, m, x0, P = self.n, self.model, self.x0, len(self.Zc)
        S = self.target.copy()
        d, work, cap = x0.copy(), np.ones(n), x0.copy()
        spent, rho = 1.0, 1.0 - (1.0 - m.persistence) / 90.0
        weight = self.VA / self.VA.sum()
        allowed = np.array([self.allows(S, i)[0] for i in range(n)])
        self.days, self.short = [], {}
        for t in range(len(labour_lost)):
            for i in range(n):
                gap = (min(allowed[i], d[i]) - cap[i]) / x0[i] if x0[i] else 0.0
                pace = 1.0 / (m.hiring_days if gap >= 0 else m.firing_days)
                work[i] = min(1.0 - labour_lost[t, i], work[i] + pace * gap)
                cap[i] = work[i] * x0[i]
            now = m.autonomous + (1.0 - m.autonomous) * sum(weight * work)
            log = rho * math.log(spent) + (1 - rho) / 2 * math.log(now * m.expected_income)
            spent = math.exp(log)
            wanted = np.maximum(0.0, self.A * d + (self.target - S) / m.restoration_days)
            share = np.divide(wanted, self.Zc, out=np.zeros_like(wanted), where=self.Zc > 0)
            orders = np.array([share[self.pool[g]] * self.Z[g] for g in range(n)])
            c = self.eaten * spent
            d = orders.sum(axis=1) + c + self.other
            found = [self.allows(S, i) for i in range(n)]
            allowed = np.array([reach for reach, _ in found])
            x = np.minimum(np.minimum(cap, allowed), d)
            asked, final = orders.sum(axis=1), c + self.other
            if m.rationing == "orders_first":
                part = [min(1.0, x[g] / asked[g]) if asked[g] else 0.0 for g in range(n)]
                left = [x[g] - part[g] * asked[g] for g in range(n)]
                served = [left[g] / final[g] if final[g] else 0.0 for g in range(n)]
            else:
                part = served = [x[g] / d[g] if d[g] else 0.0 for g in range(n)]
            arrived = np.zeros((P, n))
            for g in range(n):
                arrived[self.pool[g]] += part[g] * orders[g]
            S = np.maximum(0.0, S + arrived - self.A * x)
            for i in range(n):
                if allowed[i] < min(cap[i], d[i]) * (1 - 1e-9) and i not in self.short:
                    self.short[i] = (t, found[i][1])
            unmet = 1.0 - np.array(served)
            self.days.append(
                {"x": x, "cap": cap.copy(), "d": d, "allowed": allowed, "work": work.copy(),
                 "eaten": unmet * c, "other": unmet * self.other}
            )  # fmt: skip

    def of(self, name, i):
        """Return the days of a number of a node."""
        return [float(day[name][i]) for day in self.days]


def drawn(seed, kind, pooling, rationing):
    """Return the answer and the twin on one random world and shock."""
    rng = np.random.default_rng(seed)
    system = world(seed % 40, 2, 3)
    scores = rng.choice([0.0, 0.5, 1.0], (3, 3))
    held = float(rng.uniform(2.0, 8.0))
    blows, lost = [], np.zeros((DAYS, 6))
    for _ in range(2):
        i, share = int(rng.integers(6)), float(rng.uniform(0.2, 0.95))
        blow = Blow(
            "capacity", nodes=system.flows.nodes.codes[i], share=share,
            start_day=int(rng.integers(0, 6)), days=float(rng.integers(3, 15)),
            recovery="linear", recovery_days=6.0,
        )  # fmt: skip
        blows.append(blow)
        lost[:, i] = np.maximum(lost[:, i], share * course(blow, DAYS, 1.0))
    model = BindingModel(kind=kind, pooling=pooling, rationing=rationing, hiring_days=9.0)
    found = partially_binding(
        system, Shock(tuple(blows)), days=DAYS, model=model, stock_days=held, essential=scores
    )
    twin = Binding(system, scores, held, model)
    twin.run(lost)
    return found, twin


ASKED = {
    "seed": st.integers(0, 5_000),
    "kind": st.sampled_from(KINDS),
    "pooling": st.sampled_from(["product", "origin"]),
    "rationing": st.sampled_from(["proportional", "orders_first"]),
}


@given(**ASKED)
@settings(max_examples=20, deadline=None)
def test_every_cell_of_the_table_of_nodes(seed, kind, pooling, rationing):
    found, twin = drawn(seed, kind, pooling, rationing)
    frame = found.table()
    assert list(frame) == [column.column for column in schema("partially_binding")]
    assert (np.diff(frame["output_lost"]) <= 1e-9).all()
    for row in frame.itertuples(index=False):
        i = twin.codes.index(f"{row.region}:{row.sector}")
        x0, x = twin.x0[i], twin.of("x", i)
        lost = sum(x0 - made for made in x)
        because = {"labour": 0.0, "inputs": 0.0, "demand": 0.0}
        days = zip(x, twin.of("cap", i), twin.of("allowed", i), twin.of("d", i), strict=True)
        for made, cap, allowed, d in days:
            what = "labour" if cap < d * (1 - 1e-9) else "demand"
            because["inputs" if allowed < min(cap, d) * (1 - 1e-9) else what] += x0 - made
        near = {"rel": 1e-7, "abs": 1e-9 * x0}
        assert row.output == pytest.approx(365.0 * x0)
        assert row.output_lost == pytest.approx(lost, **near)
        assert row.output_lost_share == pytest.approx(lost / (x0 * DAYS), abs=1e-10)
        assert row.lost_to_labour == pytest.approx(because["labour"], **near)
        assert row.lost_to_inputs == pytest.approx(because["inputs"], **near)
        assert row.lost_to_demand == pytest.approx(because["demand"], **near)
        assert row.value_added_lost == pytest.approx(lost * twin.VA[i] / (365.0 * x0), **near)
        assert row.lowest == pytest.approx(min(x) / x0, abs=1e-10)
        assert x[row.lowest_day] == pytest.approx(min(x), rel=1e-10)
        assert row.last == pytest.approx(x[-1] / x0, abs=1e-10)
        assert row.unmet_consumption == pytest.approx(sum(twin.of("eaten", i)), abs=1e-8 * x0)
        assert row.unmet_other == pytest.approx(sum(twin.of("other", i)), abs=1e-8 * x0)
        assert math.isnan(row.labour_income_lost)
        assert math.isnan(row.surplus_lost)
        check_reason(row, twin, i, because, lost / (x0 * DAYS))


def check_reason(row, twin, i, because, share):
    """Hold the first input that was short and the words against the twin's days."""
    day, which = twin.short.get(i, (None, None))
    if day is None:
        assert math.isnan(row.short_day)
        assert row.short_input == ""
        end = ("", "")
    else:
        assert row.short_day == day
        assert row.short_input == ("" if which is None else twin.names[which])
        if which is None:
            end = (f"; inputs as a whole bound first on day {day}", f"；第 {day} 天起投入整体不足")
        else:
            name = twin.names[which]
            end = (f"; short of {name} first, on day {day}", f"；第 {day} 天起首先缺 {name}")
    told = WORD[max(because, key=because.get)]
    if abs(share - 1e-6) > 1e-9 and abs(share + 1e-6) > 1e-9:
        if share < -1e-6:
            told = ("Makes more than usual", "产出高于平时")
        elif share <= 1e-6:
            told = ("No loss worth naming", "几乎没有损失")
    assert (row.reason_en, row.reason_zh) == (told[0] + end[0], told[1] + end[1])


@given(**ASKED)
@settings(max_examples=15, deadline=None)
def test_every_cell_of_the_table_of_days(seed, kind, pooling, rationing):
    found, twin = drawn(seed, kind, pooling, rationing)
    frame = found.tables()["partially_binding_by_day"]
    assert list(frame) == [column.column for column in schema("partially_binding_by_day")]
    assert frame["day"].tolist() == list(range(DAYS))
    rest = twin.x0.sum()
    for row, day in zip(frame.itertuples(index=False), twin.days, strict=True):
        assert row.output == pytest.approx(day["x"].sum(), rel=1e-9)
        assert row.output_share == pytest.approx(day["x"].sum() / rest, rel=1e-9)
        told = sum(day["work"] * twin.VA) / sum(twin.VA)
        assert row.labour_share == pytest.approx(told, rel=1e-9)
        assert row.demand_share == pytest.approx(day["d"].sum() / rest, rel=1e-9)
        assert row.unmet_consumption == pytest.approx(day["eaten"].sum(), abs=1e-8 * rest)
        assert row.unmet_other == pytest.approx(day["other"].sum(), abs=1e-8 * rest)
        least = np.minimum(day["cap"], day["d"]) * (1 - 1e-9)
        assert row.nodes_short == (day["allowed"] < least).sum()
