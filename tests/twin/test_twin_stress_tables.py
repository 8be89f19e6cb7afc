"""Every cell of the tables of a run under stress against a plain twin of shocks and of ARIO."""

import numpy as np
import pandas as pd
import pytest

import chainwright as cw
from chainwright import stress
from chainwright.stress import Blow, Economy, InventoryModel, Shock, compare, run
from stress_twins import ario, course, losses
from worlds import competitive, national, world

MONEY = {"output_lost", "value_added_lost", "unmet_final", "unmet_of_suppliers"}
FAST = {"stock_days": 5.0, "restoration_days": 10.0}
CLOSE = 1e-9


def gaps(ours, twin, scale):
    """Return where two columns differ by more than 1e-9 of themselves or of `scale`."""
    a, b = np.asarray(ours, float), np.asarray(twin, float)
    return np.flatnonzero(~np.isclose(a, b, rtol=CLOSE, atol=CLOSE * scale, equal_nan=True))


def differences(system, shock, days, model):
    """Return all cells in which the answer differs from the twin, and how many it compared."""
    answer = run(system, shock, days=days, model=model)
    found, cells = [], 0
    first = min(blow.start_day for blow in shock.blows)
    for end in answer.ends:
        tab, twin = ario(system, shock, days, model, pooled=end != "by_origin")
        rows = losses(tab, twin, first)
        of = [t[t["end"] == end] for t in answer.tables().values()]
        table, summary, by_day, short = (_by_columns(of, c) for c in WHICH)
        keys = list(zip(table["level"], table["region"], table["sector"], strict=True))
        assert sorted(keys) == sorted(rows)
        for name in COLUMNS:
            scale = tab.x0.sum() if name in MONEY else 1.0
            wrong = gaps(table[name], [rows[key][name] for key in keys], scale)
            found += [(end, name, keys[i]) for i in wrong]
            cells += len(keys)
        for key, part in by_day.groupby(["level", "region", "sector"]):
            for name, series in zip(BY_DAY, rows[key]["by_day"], strict=True):
                scale = 1.0 if name == "output_share" else tab.x0.sum()
                assert (part["day"] == np.arange(len(series)) * tab.step).all()
                found += [(end, "by day", name, key, i) for i in gaps(part[name], series, scale)]
                cells += len(series)
        found += [(end, *gap) for gap in _short_gaps(short, tab, twin, rows)]
        one, whole = summary.iloc[0], rows["all", "", ""]
        for name in set(COLUMNS) & set(summary.columns):
            if len(gaps(one[[name]], [whole[name]], tab.x0.sum() if name in MONEY else 1.0)):
                found.append((end, "summary", name))
        steps = twin["short_step"][twin["short_step"] >= 0]
        day = steps.min() * tab.step if len(steps) else np.nan
        if one["nodes_short"] != len(steps) or len(gaps([one["first_short_day"]], [day], 1.0)):
            found.append((end, "summary", "short"))
    return found, cells


COLUMNS = (
    "output_lost", "output_lost_share", "output_lost_days", "value_added_lost",
    "value_added_lost_share", "unmet_final", "unmet_final_share", "unmet_of_suppliers",
    "lowest_share", "lowest_day", "recovery_days", "triangle_days",
)  # fmt: skip
BY_DAY = ("output_share", "output_lost", "unmet_final")
WHICH = ("lowest_share", "nodes_short", "output_share", "stock_days")
"""A column that each of the four tables alone has."""


def _by_columns(tables, column):
    return next(t for t in tables if column in t.columns)


def _short_gaps(short, tab, twin, rows):
    ours = {(s.region, s.sector): s for s in short.itertuples()}
    nodes = {tab.home[f]: f for f in np.flatnonzero(twin["short_step"] >= 0)}
    if set(ours) != set(nodes):
        yield "short nodes", sorted(set(ours) ^ set(nodes))
        return
    for node, f in nodes.items():
        row, days = ours[node], dict(zip(tab.sectors, twin["stock_days"], strict=True))
        wanted = [twin["short_step"][f] * tab.step, rows["node", *node]["output_lost"]]
        if len(gaps([row.day, row.output_lost], wanted, tab.x0.sum())):
            yield "short", node
        if row.product not in twin["alike"][f] or not np.isclose(row.stock_days, days[row.product]):
            yield "short product", node
    if list(short["day"]) != sorted(short["day"]):
        yield "short order", None


def cut(**what):
    return Blow("supply_cut", share=1.0, **what)


def capital(**what):
    return Blow("capital", start_day=1, days=3, **what)


FADING = Blow(
    "capacity", regions="R0", share=0.7, start_day=2, days=6, recovery="linear", recovery_days=8
)
REBUILT = Blow(
    "capital", regions="R1", share=0.3, start_day=1, days=3, recovery="rebuild",
    recovery_days=20, rebuilding=(("s0", 0.6), ("s2", 0.4)), rebuild_factor=1.5,
)  # fmt: skip
REBUILT_TOO = Blow(
    "capital", products="s1", share=0.1, start_day=6, days=2, recovery="rebuild",
    recovery_days=9, rebuilding=(("s0", 0.5), ("s1", 0.5)),
)  # fmt: skip
SHORT_WHILE = cut(regions="R0", products="s1", start_day=3, days=12)
WEEKS = cut(regions="R0", products="s1", start_day=7, days=28)
MIXED = (
    FADING,
    Blow("capacity", products="s0", share=0.5, start_day=3, days=2),
    capital(regions="R0", share=0.3, recovery="convex", recovery_days=8),
    capital(regions=("R0", "R1"), share=0.1, recovery="linear", recovery_days=8),
    Blow("demand_drop", regions="R2", share=0.5, start_day=3, days=9),
    Blow("demand_drop", products="s0", share=0.3, start_day=3, days=9),
    cut(nodes="R1:s2", start_day=6, days=7),
)

BLOWS = {
    "nothing": (Blow("capacity", nodes="R0:s0", share=0.0, days=3),),
    "capacity": (Blow("capacity", nodes="R0:s0", share=0.7, start_day=2, days=6),),
    "within days": (Blow("capacity", regions="R0", share=0.5, start_day=2.5, days=3.25),),
    "less than a day": (Blow("capacity", regions="R0", share=0.5, start_day=2.25, days=0.5),),
    "within days, fading": (
        Blow(
            "capacity", regions="R0", share=0.5, start_day=2.5, days=3.25,
            recovery="linear", recovery_days=4,
        ),
    ),
    "by sector": (Blow("capacity", regions="R0", shares=(("s0", 0.5), ("s2", 0.1)), days=3),),
    "linear": (FADING,),
    "convex": (capital(products="s1", share=0.4, recovery="convex", recovery_days=8),),
    "scaled": (capital(regions="R1", share=0.4, recovery="convex_scaled", recovery_days=8),),
    "concave": (capital(regions="R1", share=0.4, recovery="concave", recovery_days=9),),
    "money": (
        capital(
            regions="R1", money=1.0, recovery="concave", recovery_days=12, half_recovery_days=3
        ),
    ),
    "rebuilt": (REBUILT,),
    "two rebuilt": (REBUILT, REBUILT_TOO, FADING),
    "demand": (Blow("demand_drop", products="s1", buyers="R2", share=1.0, start_day=3, days=9),),
    "demand, fading": (
        Blow(
            "demand_drop", regions="R0", share=0.5, days=9, recovery="linear", recovery_days=5
        ),
    ),
    "cut": (SHORT_WHILE,),
    "cut from day 0": (cut(nodes="R0:s1", buyers="R1", days=30),),
    "cut to a node": (cut(regions="R0", buyers="R1:s2", start_day=2, days=20),),
    "cut of a product": (cut(products="s1", start_day=2, days=20),),
    "cut from outside": (cut(products="s1", buyers="R1", start_day=2, days=20),),
    "mixed": MIXED,
    "late": (Blow("capacity", regions="R0", share=0.7, start_day=100, days=6),),
}  # fmt: skip


@pytest.mark.parametrize("which", BLOWS)
def test_each_kind_of_blow_fills_every_cell_as_the_twin(which):
    found, cells = differences(world(3), Shock(BLOWS[which]), 40, InventoryModel(**FAST))
    assert found == []
    assert cells > 600


MODELS = {
    "as shipped": {},
    "priority": FAST | {"rationing": "priority"},
    "documented": FAST | {"scarcity": "documented", "overproduction_days": 20.0},
    "equal orders": FAST | {"orders": "noalt", "overproduction_base": 1.05},
    "no stocks": {"stock_days": 0.0, "scarcity": "documented"},
    "some endless": {"stock_days": {"s0": np.inf, "s1": 4.0, "s2": 9.0}},
    "hasty": {"stock_days": 9.0, "restoration_days": 0.5},
}


@pytest.mark.parametrize("which", MODELS)
def test_each_model_fills_every_cell_as_the_twin(which):
    shock = Shock((FADING, REBUILT, SHORT_WHILE))
    assert differences(world(6), shock, 60, InventoryModel(**MODELS[which]))[0] == []


@pytest.mark.parametrize(
    ("blows", "model"),
    [
        ((FADING,), {"stock_days": 20.0}),
        ((REBUILT,), {"stock_days": 20.0}),
        ((WEEKS, FADING), {}),
        ((WEEKS,), {"stock_days": 3.0}),
    ],
)
def test_weeks_fill_every_cell_as_the_twin(blows, model):
    found, _ = differences(world(7), Shock(blows), 90, InventoryModel(step="week", **model))
    assert found == []


def test_a_node_that_makes_nothing_has_no_share_no_low_and_no_recovery():
    system, shock = world(4, idle=True), Shock((FADING, REBUILT, SHORT_WHILE))
    assert differences(system, shock, 60, InventoryModel(**FAST))[0] == []
    table = run(system, shock, days=20).table()
    idle = table[(table["region"] == "R2") & (table["sector"] == "s2")]
    unsaid = ["output_lost_share", "lowest_share", "lowest_day", "recovery_days", "triangle_days"]
    assert idle[unsaid].isna().all(axis=None)


def test_imports_as_rows_fill_every_cell_as_the_twin():
    model = InventoryModel(**FAST, scarcity="documented")
    away = cut(regions=("X", "Y"), products="s1", buyers="N", start_day=3, days=30)
    mended = Blow(
        "capital", nodes="N:s1", share=0.4, start_day=1, days=3, recovery="rebuild",
        recovery_days=20, rebuilding=(("s0", 0.6), ("s2", 0.4)),
    )  # fmt: skip
    for blows in ((cut(regions="X", start_day=3, days=12),), (away, mended), (mended,)):
        assert differences(national(5), Shock(blows), 60, model)[0] == []


def test_imports_split_off_a_competitive_table_fill_every_cell_as_the_twin():
    system = competitive(5)
    split = cw.System(Economy.of(system).flows)
    shock = Shock((Blow("capacity", nodes="N:s1", share=0.4, start_day=1, days=3),))
    model = InventoryModel(**FAST)
    assert differences(split, shock, 30, model)[0] == []
    a, b = (run(s, shock, days=30, model=model).table() for s in (system, split))
    pd.testing.assert_frame_equal(a, b)


def test_the_demo_country_with_exports_and_partners_fills_every_cell_as_the_twin(demo):
    blows = (
        cut(nodes="12:10", start_day=1, days=5),
        cut(regions="Partner A", buyers=("12", "13:10"), start_day=0, days=8),
        Blow("demand_drop", regions="11", buyers=("12", "abroad"), share=0.3, start_day=2, days=5),
    )
    found, cells = differences(demo, Shock(blows), 5, InventoryModel(psi=0.9))
    assert found == []
    assert cells > 30_000


def test_three_blows_on_the_world_of_2011_fill_every_cell_as_the_twin(wiod2011):
    shock = (
        stress.embargo("JPN:c14", days=4, start_day=1)
        + stress.disaster("CHN", products="c14", share=0.2, days=2, recovery_days=3)
        + stress.closure("DEU", share=0.3, days=2, start_day=3)
    )
    model = InventoryModel(psi=0.97, scarcity="documented")
    found, cells = differences(wiod2011, shock, 5, model)
    assert found == []
    assert cells > 30_000


def test_comparison_is_the_second_less_the_first_in_every_row():
    system, model = world(3), InventoryModel(**FAST)
    shocks = Shock((SHORT_WHILE,)), Shock((SHORT_WHILE, FADING))
    a, b = (run(system, s, days=30, model=model) for s in shocks)
    table = compare(a, b).table()
    key = ["end", "level", "region", "sector"]
    both = a.table().merge(b.table(), on=key, suffixes=("_a", "_b")).merge(table, on=key)
    assert len(both) == len(table) == len(a.table())
    assert len(gaps(both["difference"], both["output_lost_b_x"] - both["output_lost_a_x"], 1)) == 0
    days = both["output_lost_days_b"] - both["output_lost_days_a"]
    assert len(gaps(both["difference_days"], days, 1.0)) == 0
    for name in ("output_lost", "unmet_final", "recovery_days"):
        for side in ("_a", "_b"):
            pd.testing.assert_series_equal(
                both[name + side + "_x"], both[name + side + "_y"], check_names=False
            )


def test_a_curve_counts_days_and_a_week_has_the_mean_of_its_days():
    blow = Blow("capacity", start_day=10, days=6, recovery="linear", recovery_days=5)
    falling = [0.8, 0.6, 0.4, 0.2, 0.0, 0.0]
    assert course(blow, 24, 1) == pytest.approx([0.0] * 10 + [1.0] * 8 + falling)
    assert course(blow, 3, 7) == pytest.approx([0.0, 4 / 7, (4 + 0.8 + 0.6 + 0.4) / 7])
