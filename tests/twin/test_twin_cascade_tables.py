"""Tables of one cascade, cell by cell, against the definition written plainly."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cascade_tables import Cascaded, random_world
from cascade_twin import system_of
from chainwright import System, stress
from chainwright.tables import schema

SEEDS = st.integers(0, 100_000)


def both(seed, mode="reference", substitution="market", *, revenue=False, apart=False, stop=None):
    """Return a cascade as the program answers it, and as the twin works it out."""
    rng, arrays, psi = random_world(seed)
    n = len(psi)
    psi_up = rng.choice([0.0, 0.5, 1.0], n) if apart else psi
    system, table = system_of(*arrays)
    codes = system.links.axis.codes
    hit = {codes[i]: float(psi[i]) for i in np.flatnonzero(psi)}
    demand = dict(zip(codes, map(float, psi_up), strict=True))
    found = stress.cascade(
        system,
        hit,
        demand=demand if apart else None,
        mode=mode,
        substitution=substitution,
        essential=table,
        revenue="output" if revenue else None,
        stop=stop,
        insist=True,
    )
    twin = Cascaded(
        arrays,
        psi,
        psi_up,
        substitute=substitution == "market",
        revenue=arrays[4] if revenue else None,
        stop=stop or 0.01,
        reference=mode == "reference",
    )
    return found, twin


ASKED = {
    "seed": SEEDS,
    "mode": st.sampled_from(["reference", "fixpoint"]),
    "substitution": st.sampled_from(["market", "none"]),
    "revenue": st.booleans(),
    "apart": st.booleans(),
}


@given(**ASKED)
@settings(max_examples=25)
def test_every_cell_of_the_table_of_firms(seed, mode, substitution, revenue, apart):
    stop = None if mode == "reference" else 1e-7
    found, twin = both(seed, mode, substitution, revenue=revenue, apart=apart, stop=stop)
    links = found.system.links
    frame = found.table()
    assert list(frame) == [c.column for c in schema("cascade")]
    places = [links.axis.place[code] for code in frame["firm"]]
    assert sorted(places) == [i for i in range(twin.n) if twin.loss[i] > 0]
    for i, row in zip(places, frame.itertuples(index=False), strict=True):
        assert row.sector == f"s{twin.sector[i]}"
        assert row.region == ""
        assert row.shock == twin.shock(i)
        assert row.loss == pytest.approx(twin.loss[i], abs=1e-9)
        assert row.loss_downstream == pytest.approx(twin.d[i], abs=1e-9)
        assert row.loss_upstream == pytest.approx(twin.u[i], abs=1e-9)
        assert row.sales == pytest.approx(twin.out[i], rel=1e-12)
        assert row.lost_sales == pytest.approx(twin.loss[i] * twin.out[i], abs=1e-8)
        assert row.round == twin.round_of(i)
    assert (np.diff(frame["lost_sales"]) <= 0).all()


@given(**ASKED)
@settings(max_examples=20)
def test_reasons_name_what_lacks_most(seed, mode, substitution, revenue, apart):
    stop = None if mode == "reference" else 1e-7
    found, twin = both(seed, mode, substitution, revenue=revenue, apart=apart, stop=stop)
    codes = found.system.links.axis.codes
    for row in found.table().itertuples(index=False):
        i = codes.index(row.firm)
        if abs(twin.u[i] - twin.d[i]) < 1e-9 < max(twin.u[i], twin.d[i]) - twin.shock(i):
            continue  # either side may be named
        may = twin.reasons(i, codes.__getitem__, "s{}".format)
        assert (row.reason_en, row.reason_zh) in may


@given(seed=SEEDS, substitution=st.sampled_from(["market", "none"]), revenue=st.booleans())
@settings(max_examples=20)
def test_every_cell_of_the_table_of_rounds(seed, substitution, revenue):
    found, twin = both(seed, substitution=substitution, revenue=revenue)
    frame = found.by_round()
    assert frame["round"].tolist() == list(range(1, len(twin.rounds) + 1))
    for row, (d, u, change) in zip(frame.itertuples(index=False), twin.rounds, strict=True):
        both_sides = [max(a, b) for a, b in zip(d, u, strict=True)]
        assert row.risk == pytest.approx(twin.risk(both_sides), abs=1e-12)
        assert row.risk_downstream == pytest.approx(twin.risk(d), abs=1e-12)
        assert row.risk_upstream == pytest.approx(twin.risk(u), abs=1e-12)
        assert row.largest_change == pytest.approx(change, abs=1e-12)
        reached = sum(twin.round_of(i) == row.round for i in range(twin.n))
        assert row.firms_reached == reached
    assert found.risk == frame["risk"].iloc[-1]
    assert frame["largest_change"].iloc[-1] <= 0.01
    assert (frame["largest_change"].iloc[:-1] > 0.01).all()


@given(seed=SEEDS, apart=st.booleans())
@settings(max_examples=20)
def test_every_cell_of_the_table_of_sectors(seed, apart):
    found, twin = both(seed, apart=apart)
    frame = found.by_sector()
    hit = {int(twin.sector[i]) for i in range(twin.n) if twin.loss[i] > 0}
    assert sorted(frame["sector"]) == [f"s{k}" for k in sorted(hit)]
    for row in frame.itertuples(index=False):
        mine = [i for i in range(twin.n) if f"s{twin.sector[i]}" == row.sector]
        sales = sum(twin.out[i] for i in mine)
        struck = sum(twin.out[i] * twin.shock(i) for i in mine)
        lost = sum(twin.out[i] * twin.loss[i] for i in mine)
        assert row.firms == len(mine)
        assert row.firms_hit == sum(twin.loss[i] > 0 for i in mine)
        assert row.sales == pytest.approx(sales, rel=1e-12)
        assert row.lost_to_shock == pytest.approx(struck, abs=1e-12)
        assert row.lost_beyond_shock == pytest.approx(max(0, lost - struck), abs=1e-10)
        share = max(0, lost - struck) / sales if sales else 0.0
        assert row.loss_beyond_shock == pytest.approx(share, abs=1e-10)
    assert (np.diff(frame["lost_beyond_shock"]) <= 1e-12).all()


@given(seed=SEEDS, substitution=st.sampled_from(["market", "none"]))
@settings(max_examples=20)
def test_every_cell_of_the_table_of_links(seed, substitution):
    found, twin = both(seed, substitution=substitution)
    codes = found.system.links.axis.codes
    x = twin.passed_on(twin.d)
    told = {}
    for i, j in zip(*np.nonzero(twin.sales), strict=True):
        down, up = twin.down_share[i, j] * x[i], twin.up_share[i, j] * twin.u[j]
        if down > 0:
            told["downstream", codes[i], codes[j]] = (down, down * twin.out[j])
        if up > 0:
            told["upstream", codes[j], codes[i]] = (up, up * twin.out[i])
    frame = found.along_links()
    rows = {
        (r.direction, r.from_firm, r.to_firm): (r.loss, r.lost_sales)
        for r in frame.itertuples(index=False)
    }
    assert rows.keys() == told.keys()
    for key, pair in told.items():
        assert rows[key] == pytest.approx(pair, abs=1e-10)
    pd.testing.assert_frame_equal(found.along_links(top=2), frame.head(2))


@given(seed=SEEDS)
@settings(max_examples=8)
def test_firms_in_another_order_have_the_same_rows(seed):
    rng, arrays, psi = random_world(seed)
    system, table = system_of(*arrays)
    codes = system.links.axis.codes
    hit = {codes[i]: float(psi[i]) for i in np.flatnonzero(psi)}
    links = system.links
    firms = pd.DataFrame(
        {
            "firm": codes,
            "sector": np.array(links.sectors.codes)[links.sector],
            "market": np.array(links.markets.codes)[links.market],
        }
    )
    order = rng.permutation(len(codes))
    moved = System(
        links=type(links).of_table(
            links.table().sample(frac=1.0, random_state=3, ignore_index=True),
            firms.iloc[order].reset_index(drop=True),
        )
    )
    first = stress.cascade(system, hit, essential=table).tables()
    second = stress.cascade(moved, hit, essential=table).tables()
    keys = {
        "cascade": ["firm"],
        "cascade_rounds": ["round"],
        "cascade_sectors": ["sector"],
        "cascade_links": ["direction", "from_firm", "to_firm"],
    }
    for name, key in keys.items():
        a, b = (t[name].sort_values(key, ignore_index=True) for t in (first, second))
        words = [c for c in a if c.startswith("reason")]
        pd.testing.assert_frame_equal(a.drop(columns=words), b.drop(columns=words), rtol=1e-9)


@given(seed=SEEDS, unit=st.sampled_from([1e-3, 1e3, 4096.0]))
@settings(max_examples=8)
def test_money_in_another_unit_changes_amounts_and_no_share(seed, unit):
    _, arrays, psi = random_world(seed)
    sales, *rest = arrays
    first, table = system_of(sales * 100.0, *rest[:-1])
    second, _ = system_of(sales * 100.0 * unit, *rest[:-1])
    codes = first.links.axis.codes
    hit = {codes[i]: float(psi[i]) for i in np.flatnonzero(psi)}
    asked = {"essential": table, "mode": "fixpoint", "stop": 1e-9, "insist": True}
    a, b = (
        stress.cascade(s, hit, **asked).table().set_index("firm").sort_index()
        for s in (first, second)
    )
    for column in ("shock", "loss", "loss_downstream", "loss_upstream"):
        assert b[column].to_numpy() == pytest.approx(a[column].to_numpy(), abs=1e-9)
    for column in ("sales", "lost_sales"):
        assert b[column].to_numpy() == pytest.approx(a[column].to_numpy() * unit, rel=1e-6)
