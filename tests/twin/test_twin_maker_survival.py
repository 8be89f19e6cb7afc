"""Every column of `survival` beside a plain reading of the maker's tables."""

from functools import cache
from itertools import pairwise
from math import inf, isnan, nan

import numpy as np
import pytest

from chainwright import diagnose
from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.tables import schema
from maker_twins import ALMOST, Outage, PlainMaker
from toy_makers import maker
from wild_makers import wild

BYS = ("site", "node", "supplier", "region", "place", "item")
LENGTHS = (1.5, 6, 30)


@cache
def both(seed, **_):
    system = wild(seed)
    return system, PlainMaker(system.maker)


def close(value):
    return pytest.approx(value, rel=1e-5, abs=2e-5, nan_ok=True)


def short_of(lost, text):
    """Return whether a text names the products that are lost, most first, six at most."""
    hit = [p for p, units in lost.items() if units > ALMOST * 10]
    named = text.split("; +")[0].split("; ") if text else []
    units = [lost.get(p, 0.0) for p in named]
    falling = all(a >= b - 1e-4 for a, b in pairwise(units))
    return falling and set(named[:6]) <= set(lost) and (len(hit) > 6 or set(hit) <= set(named))


def row_of(plain, outage, *, stock="usable", weight=None):
    """Return what the row of an outage must hold, worked by the twin."""
    recovery, assumed = plain.recovery(outage)
    survived = plain.survives(outage, stock)
    loss, lost = plain.loses(outage, recovery, weight, stock)
    return {
        "nodes": len(outage.down),
        "items": len({s.item for s in outage.down}),
        "time_to_recover_weeks": recovery,
        "recovery_assumed": assumed,
        "time_to_survive_weeks": nan if survived == inf else survived,
        "survives_for_ever": survived == inf,
        "capacity_assumed": plain.capacity_assumed(outage),
        "gap_weeks": max(0.0, recovery - survived),
        "loss_at_recovery": loss,
        "base_loss_at_recovery": plain.plan_loses(recovery, weight),
        "lost_revenue_at_recovery": plain.lost_revenue(lost),
        "lost_units_at_recovery": sum(lost.values()),
    }, lost


@pytest.mark.parametrize("seed", range(12))
def test_every_column_of_an_outage_is_that_of_the_plain_programme(seed):
    system, plain = both(seed)
    by, stock = BYS[seed % 6], ("usable", "lost")[seed // 6 % 2]
    found = diagnose.survival(system, by=by, stock_at_node=stock, outages=LENGTHS)
    table = found.table()
    assert list(table.columns) == [c.column for c in schema("survival")]
    outages = {o.code: o for o in plain.outages(by)}
    assert sorted(table["scenario"]) == sorted(outages)
    assert (table["by"] == by).all()
    for row in table.to_dict("records"):
        truth, lost = row_of(plain, outages[row["scenario"]], stock=stock)
        assert {k: row[k] for k in truth} == close(truth), row["scenario"]
        if abs(truth["time_to_recover_weeks"] - row["time_to_survive_weeks"]) > ALMOST:
            assert row["exposed"] == (truth["gap_weeks"] > 0.0)
        assert short_of(lost, row["products_short"]), (lost, row["products_short"])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("weight", ["margin", "price", "output"])
def test_losses_by_length_are_those_of_the_plain_programme_in_each_weight(seed, weight):
    system, plain = both(100 + seed)
    by, stock = BYS[(seed + 2) % 6], ("lost", "usable")[seed % 2]
    found = diagnose.survival(system, by=by, stock_at_node=stock, outages=LENGTHS, weight=weight)
    table = found.tables()["survival_losses"]
    outages = {o.code: o for o in plain.outages(by)}
    chosen = list(outages)[:: 1 + len(outages) // 3]
    assert len(table) == len(outages) * len(LENGTHS)
    assert found.weight == weight
    for row in table[table["scenario"].isin(chosen)].to_dict("records"):
        loss, lost = plain.loses(outages[row["scenario"]], row["weeks"], weight, stock)
        assert row["loss"] == close(loss), row
        assert row["base_loss"] == close(plain.plan_loses(row["weeks"], weight))
        assert row["lost_units"] == close(sum(lost.values()))
        assert row["lost_revenue"] == close(plain.lost_revenue(lost))
        assert short_of(lost, row["products_short"])


@pytest.mark.parametrize("seed", range(8))
def test_rows_are_ordered_by_loss_then_units_then_gap(seed):
    system, _ = both(seed)
    for by in BYS:
        rows = diagnose.survival(system, by=by, outages=(5,)).table()
        keys = rows[["loss_at_recovery", "lost_units_at_recovery", "gap_weeks"]].to_numpy()
        for a, b in pairwise(keys):
            firsts = np.flatnonzero(np.abs(a - b) > 1e-4)
            assert not len(firsts) or a[firsts[0]] > b[firsts[0]], (by, a, b)
        lengths = diagnose.survival(system, by=by, outages=(5, 9)).tables()["survival_losses"]
        assert lengths["scenario"].tolist()[::2] == rows["scenario"].tolist()
        assert lengths["weeks"].tolist() == [5, 9] * len(rows)


@pytest.mark.parametrize("seed", range(5))
def test_a_product_without_a_margin_makes_units_count_and_without_a_price_no_revenue(seed):
    system = wild(300 + seed, margins=False, prices=False)
    plain = PlainMaker(system.maker)
    sold = [r for r in plain.products.values() if r["demand_per_week"] > 0]
    silent = any(isnan(r["margin"]) for r in sold)
    found = diagnose.survival(system, outages=(4,))
    assert found.weight == ("output" if silent else "margin")
    outages = {o.code: o for o in plain.outages("site")}
    for row in found.tables()["survival_losses"].to_dict("records"):
        loss, lost = plain.loses(outages[row["scenario"]], 4, None)
        assert row["loss"] == close(loss)
        unpriced = [p for p, u in lost.items() if u > 1e-4 and isnan(plain.products[p]["price"])]
        assert isnan(row["lost_revenue"]) == bool(unpriced)


@pytest.mark.parametrize("seed", range(3))
def test_assumptions_of_spare_and_recovery_are_those_of_the_plain_programme(seed):
    system, plain = both(400 + seed)
    assumptions = MakerAssumptions(spare_share=0.45, recovery_weeks=3.25)
    found = diagnose.survival(system, outages=(7,), assumptions=assumptions)
    table = found.table().set_index("scenario")
    losses = found.tables()["survival_losses"].set_index("scenario")["loss"]
    for outage in plain.outages("site"):
        recovery, assumed = plain.recovery(outage, 3.25)
        row = table.loc[outage.code]
        assert row["time_to_recover_weeks"] == recovery
        assert row["recovery_assumed"] == assumed
        survived = plain.survives(outage, spare=0.45)
        assert row["time_to_survive_weeks"] == close(nan if survived == inf else survived)
        assert losses[outage.code] == close(plain.loses(outage, 7, None, spare=0.45)[0])


@pytest.mark.parametrize("seed", range(4))
def test_the_value_of_stock_lies_between_the_slopes_of_the_loss_at_one_unit_more_and_less(seed):
    system, plain = both(500 + seed)
    found = diagnose.survival(system, by="item", outages=())
    outages = {o.code: o for o in plain.outages("item")}
    weight = plain.weigh(None)
    for x, code in enumerate(found.scenarios.codes):
        if found.losses.loss[x, 0] < 1e-6 or x % 3:
            continue
        weeks, stock = found.recovery[x], plain.left(outages[code], "usable")
        values = found.losses.stock_value[[x]].toarray()[0]
        for i, item in enumerate(plain.items):
            small = 1e-3
            at = [
                plain.solve(outages[code].down, stock | {item: units}, weeks=weeks, weight=weight)[
                    0
                ]
                for units in (max(0.0, stock[item] - small), stock[item], stock[item] + small)
            ]
            less = (at[0] - at[1]) / small if stock[item] >= small else inf
            assert (at[1] - at[2]) / small - 1e-3 <= values[i] <= less + 1e-3


def of_store(stock, recovery=9):
    """Return a maker whose stock of a is in a shed that makes nothing; its one source is short."""
    return maker(
        products=["item demand_per_week price margin", ("F", 10, 5, 2)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",)],
        sites=[
            "site supplier place region recovery_weeks",
            ("P", "", "CHN", "N", 2),
            ("X", "S", "CHN", "N", 4),
            ("SHED", "S", "JPN", "S", recovery),
        ],
        sourcing=[
            "item supplier site share capacity_per_week",
            ("F", "", "P", 1, 20),
            ("a", "S", "X", 1, 8),
        ],
        stocks=["item site quantity", ("a", "SHED", stock)],
    )


@pytest.mark.parametrize(("by", "code"), [("site", "SHED"), ("region", "JPN:S"), ("place", "JPN")])
def test_a_store_that_makes_nothing_recovers_when_its_own_row_says(by, code):
    # 8 a week come, 10 go: 6 in stock last 3 weeks, and none without the shed.
    system = of_store(6)
    for stock, weeks, loss in (("usable", 3.0, 24.0), ("lost", 0.0, 36.0)):
        rows = diagnose.survival(system, by=by, stock_at_node=stock).table().set_index("scenario")
        row = rows.loc[code]
        assert (row["nodes"], row["items"]) == (0, 0)
        assert row["time_to_recover_weeks"] == 9.0
        assert not row["recovery_assumed"]
        assert row["time_to_survive_weeks"] == pytest.approx(weeks, abs=1e-9)
        assert row["loss_at_recovery"] == pytest.approx(loss)
        assert row["base_loss_at_recovery"] == pytest.approx(24.0)
        ranked = diagnose.exposure(system, by=by, stock_at_node=stock).table()
        added = ranked.set_index("scenario").loc[code, "loss_at_recovery"]
        assert added == pytest.approx(loss - 24.0)


def test_a_store_whose_recovery_is_not_told_is_assumed_and_makers_of_its_group_come_first():
    system = of_store(6, recovery=None)
    row = diagnose.survival(system, stock_at_node="lost").table().set_index("scenario").loc["SHED"]
    assert row["time_to_recover_weeks"] == 12.0
    assert row["recovery_assumed"]
    group = diagnose.survival(of_store(6, 30), by="supplier").table().set_index("scenario")
    assert group.loc["S", "time_to_recover_weeks"] == 4.0  # what makes something decides


def test_an_unknown_source_goes_down_only_when_it_is_named():
    system = maker(
        products=["item demand_per_week price margin", ("F", 10, 5, 2)],
        bill=["parent component quantity", ("F", "a", 1)],
        sites=["site", ("P",)],
        sourcing=["item site", ("F", "P")],
        stocks=["item quantity", ("a", 25)],
    )
    plain = PlainMaker(system.maker)
    assert set(diagnose.survival(system, by="item").table()["scenario"]) == {"F"}
    asked = diagnose.survival(system, by="item", of=["a"], outages=(4,))
    row = asked.table().iloc[0]
    gap = plain.of("a")[0]
    assert not gap.given
    assert row["time_to_survive_weeks"] == plain.solve(
        {gap}, plain.left(Outage("", {gap}, set()), "usable")
    )
    assert row["time_to_survive_weeks"] == pytest.approx(2.5)
    assert row["recovery_assumed"]
    assert asked.tables()["survival_losses"]["loss"].tolist() == pytest.approx([30.0])
