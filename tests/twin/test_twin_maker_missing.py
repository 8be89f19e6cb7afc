"""`missing_data` beside a twin that fills in each missing number and solves every outage again."""

from functools import cache
from itertools import pairwise
from math import inf, isfinite, isnan, nan

import pandas as pd
import pytest

from chainwright import diagnose
from maker_twins import SPARE, Outage, PlainMaker
from toy_makers import maker
from wild_makers import wild

LOW, HIGH, NOW = 2.0, 26.0, 12.0
SEEDS = pytest.mark.parametrize("seed", range(8))


def added(plain, outage, weeks, weight, stock=None):
    """Return the least loss of an outage less that of the plan itself."""
    held = stock or {k: plain.held(k) for k in plain.items}
    loss = plain.solve(outage.down, held, weeks=weeks, weight=weight, spread=False)
    plan = plain.solve(set(), held, weeks=weeks, weight=weight, spread=False)
    return max(0.0, loss - plan)


def ends_of_recovery(plain, site, outage):
    """Return weeks to recover with those of one site at the low and the high end."""
    return [
        max(
            end
            if s.site == site and isnan(s.recovery)
            else plain.recovery(Outage("", {s}, set()))[0]
            for s in outage.down
        )
        for end in (LOW, HIGH)
    ]


@cache
def asked(seed):
    system = wild(1500 + seed, parts=4)
    plain = PlainMaker(system.maker)
    outages = {o.code: o for o in plain.outages("site") if o.down}
    table = diagnose.missing_data(system).table()
    return system, plain, outages, table


def numbers(table, kind):
    return table[table["kind"] == kind].to_dict("records")


def close(value):
    return pytest.approx(value, rel=1e-5, abs=1e-4, nan_ok=True)


def weeks_told(value):
    return nan if value == inf else value


def held_against(row, losses, code_losses):
    """Check a row against the losses of every outage at both ends."""
    swings = {code: abs(high - low) for code, (low, high) in losses.items()}
    most = max(swings.values(), default=0.0)
    assert row["change_at_most"] >= most - 1e-4 * max(1.0, most)
    if not row["examined"]:
        assert isnan(row["change"])
        return
    assert row["change"] == close(most)
    low, high = losses[row["scenario"]]
    assert (row["loss_low_end"], row["loss_high_end"]) == close((low, high))
    assert row["loss_now"] == close(code_losses[row["scenario"]])


@cache
def now(seed):
    _, plain, outages, _ = asked(seed)
    weight = plain.weigh(None)
    return {c: added(plain, o, plain.recovery(o)[0], weight) for c, o in outages.items()}


@SEEDS
def test_every_site_whose_recovery_is_not_told_is_asked_for_and_both_ends_are_solved(seed):
    _, plain, outages, table = asked(seed)
    weight = plain.weigh(None)
    silent = {s.site for s in plain.sources if s.given and isnan(s.recovery)}
    rows = numbers(table, "recovery")
    assert {r["subject"] for r in rows} == silent
    for row in rows:
        assert (row["low_end"], row["taken"], row["high_end"]) == (LOW, NOW, HIGH)
        assert row["unit"] == "week"
        outage = outages[row["subject"]]
        times = ends_of_recovery(plain, row["subject"], outage)
        losses = {row["subject"]: [added(plain, outage, w, weight) for w in times]}
        held_against(row, losses, now(seed))


@SEEDS
def test_every_capacity_beside_another_source_is_tried_at_both_ends(seed):
    _, plain, outages, table = asked(seed)
    weight = plain.weigh(None)
    for row in numbers(table, "capacity"):
        source = next(s for s in plain.sources if s.code == row["subject"])
        assert plain.assumed(source)
        assert len(plain.known(source.item)) > 1
        planned = plain.planned(source)
        assert row["taken"] == close(planned * (1 + SPARE))
        assert (row["low_end"], row["high_end"]) == close((planned, 2 * planned))
        others = [plain.changed(source, capacity=c) for c in (row["low_end"], row["high_end"])]
        losses = {
            code: [
                added(other, shifted(other, outage), plain.recovery(outage)[0], weight)
                for other in others
            ]
            for code, outage in outages.items()
            if source not in outage.down and any(s.item == source.item for s in outage.down)
        }
        held_against(row, losses, now(seed))


def shifted(other, outage):
    """Return an outage among the sources of a changed maker."""
    codes = {s.code for s in outage.down}
    return Outage(outage.code, {s for s in other.sources if s.code in codes}, outage.out)


@SEEDS
def test_every_capacity_not_told_beside_another_source_is_asked_for(seed):
    _, plain, outages, table = asked(seed)
    asked_for = {r["subject"] for r in numbers(table, "capacity")}
    for source in plain.sources:
        beside = any(
            source not in o.down and any(s.item == source.item for s in o.down)
            for o in outages.values()
        )
        wanted = plain.assumed(source) and beside and plain.planned(source) > 0
        assert (source.code in asked_for) == wanted, source.code


@SEEDS
def test_every_item_without_a_row_of_stock_is_asked_for_and_four_weeks_are_tried(seed):
    _, plain, outages, table = asked(seed)
    weight = plain.weigh(None)
    rows = numbers(table, "stock")
    told = {item for item, _, _ in plain.stocks}
    needed = {k for k in plain.items if k not in told and plain.requirement(k) > 0}
    assert {r["subject"] for r in rows} == needed
    for row in rows:
        item, units = row["subject"], 4 * plain.requirement(row["subject"])
        assert (row["taken"], row["low_end"]) == (0.0, 0.0)
        assert row["high_end"] == close(units)
        more = {k: plain.held(k) for k in plain.items} | {item: units}
        losses = {}
        for code, outage in outages.items():
            weeks = plain.recovery(outage)[0]
            losses[code] = [now(seed)[code], added(plain, outage, weeks, weight, more)]
        held_against(row, losses, now(seed))


@SEEDS
def test_every_unknown_source_is_an_outage_that_may_be(seed):
    _, plain, _, table = asked(seed)
    weight = plain.weigh(None)
    rows = numbers(table, "source")
    gaps = {s.item: s for s in plain.sources if not s.given and plain.planned(s) > 0}
    assert {r["subject"] for r in rows} == set(gaps)
    for row in rows:
        outage = Outage("", {gaps[row["subject"]]}, set())
        loss = added(plain, outage, NOW, weight)
        assert row["loss_low_end"] == 0.0
        assert row["loss_high_end"] == close(loss)
        assert row["change"] == close(loss)
        assert isnan(row["time_to_survive_low_end_weeks"])
        assert row["time_to_survive_high_end_weeks"] == close(weeks_told(plain.survives(outage)))
        above = sum(other > loss + 1e-6 for other in now(seed).values())
        assert pd.isna(row["rank_now"])
        if loss > 1e-6:
            assert row["rank_high_end"] > above


@SEEDS
def test_ranks_are_places_of_now_and_the_first_rows_change_who_is_first(seed):
    system, _, outages, _ = asked(seed)
    table = diagnose.missing_data(system, top=2).table()
    ranks = diagnose.exposure(system).table().set_index("scenario")["rank"]
    for row in table.to_dict("records"):
        if not pd.isna(row["rank_now"]):
            assert row["rank_now"] == ranks[row["scenario"]]
            assert row["top_changes"] <= len(outages) + 1
            assert row["places_moved"] >= abs(row["rank_high_end"] - row["rank_now"])
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    known = table[table["examined"]]
    assert table["examined"].tolist() == sorted(table["examined"], reverse=True)
    first = (known["top_changes"] > 0).tolist()
    assert first == sorted(first, reverse=True)
    for part in (known[known["top_changes"] > 0], known[known["top_changes"] == 0]):
        change = part["change"].tolist()
        assert all(b <= a + 1e-6 * max(1.0, a) for a, b in pairwise(change))


@pytest.mark.parametrize("seed", range(6))
def test_a_margin_that_is_not_told_is_a_share_of_the_price(seed):
    system = wild(1600 + seed, parts=4, margins=False)
    products = system.maker.tables["products"]
    silent = products[products["margin"].isna()]
    rows = numbers(diagnose.missing_data(system).table(), "margin")
    assert {r["subject"] for r in rows} == set(silent["item"])
    price = products.set_index("item")["price"]
    for row in rows:
        worth = price[row["subject"]]
        ends = (0.05 * worth, 0.15 * worth, 0.3 * worth)
        assert (row["low_end"], row["taken"], row["high_end"]) == close(ends)
        if not row["scenario"]:
            continue
        plain = PlainMaker(system.maker)
        outage = next(o for o in plain.outages("site") if o.code == row["scenario"])
        filled = {
            p: 0.15 * r["price"] if isnan(r["margin"]) else max(0.0, r["margin"])
            for p, r in plain.products.items()
            if plain.sold(r)
        }
        if row["subject"] not in filled:
            continue
        weeks = plain.recovery(outage)[0]
        for column, margin in zip(("loss_low_end", "loss_now", "loss_high_end"), ends, strict=True):
            truth = added(plain, outage, weeks, filled | {row["subject"]: margin})
            assert row[column] == close(truth)


@SEEDS
def test_every_figure_is_finite_or_empty_and_no_reason_says_nan(seed):
    _, _, _, table = asked(seed)
    figures = table.select_dtypes("number").astype(float)
    assert all(isfinite(v) or isnan(v) for v in figures.to_numpy().ravel())
    for column in ("reason_en", "reason_zh"):
        assert not table[column].str.contains(r"\bnan\b|\binf\b").any()
        assert (table[column].str.len() > 0).all()


def of_store(maker_of_z):
    """Return a maker whose stock of a is in SHED; 8 a week come, 10 go, so that 60 last 30 weeks.

    With `maker_of_z` SHED also makes a part that nothing needs.
    """
    more = [("z", "S", "SHED", 1, 5)] if maker_of_z else []
    return maker(
        products=["item demand_per_week price margin", ("F", 10, 5, 2)],
        parts=["item", ("a",), ("z",)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",)],
        sites=[
            "site supplier recovery_weeks",
            ("P", "", 2),
            ("X", "S", 4),
            ("SHED", "S", None),
        ],
        sourcing=[
            "item supplier site share capacity_per_week",
            ("F", "", "P", 1, 20),
            ("a", "S", "X", 1, 8),
            *more,
        ],
        stocks=["item site quantity", ("a", "SHED", 60)],
    )


@pytest.mark.parametrize("maker_of_z", [False, True])
def test_how_long_a_store_is_out_is_asked_for_where_its_stock_is_lost(maker_of_z):
    found = diagnose.missing_data(of_store(maker_of_z), stock_at_node="lost").table()
    row = found[found["kind"] == "recovery"].set_index("subject").loc["SHED"]
    # 2 a week are lacking at once, at a margin of 2: 2, 12 and 26 weeks; the plan lasts 30.
    assert row["examined"]
    ends = (row["loss_low_end"], row["loss_now"], row["loss_high_end"])
    assert ends == pytest.approx((8.0, 48.0, 104.0))
    assert row["change_at_most"] >= 96.0 - 1e-9
    kept = diagnose.missing_data(of_store(maker_of_z)).table()
    assert not (kept["change"] > 0).loc[kept["subject"] == "SHED"].any()
