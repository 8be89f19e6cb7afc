"""Every column of `exposure` beside a plain reading of the maker's tables."""

from functools import cache
from itertools import pairwise
from math import ceil, inf, isnan, nan
from statistics import median

import pytest

from chainwright import diagnose
from chainwright.tables import schema
from maker_structure_twins import UNKNOWN, group
from maker_twins import PlainMaker
from wild_makers import wild

BYS = ("site", "node", "supplier", "region", "place", "item")
LENGTHS = (2, 7)


def close(value):
    return pytest.approx(value, rel=1e-5, abs=1e-4, nan_ok=True)


def worked(plain, outage, stock, weight=None):
    """Return what an outage adds, by the recovery and at each length, with the units lost."""
    recovery, _ = plain.recovery(outage)
    rows = {}
    for weeks in (recovery, *LENGTHS):
        loss, lost = plain.loses(outage, weeks, weight, stock)
        rows[weeks] = (max(0.0, loss - plain.plan_loses(weeks, weight)), lost)
    return rows


@cache
def solved(seed):
    """Return a system, its twin, the program's answer, and the twin's losses of each outage."""
    system = wild(700 + seed)
    by, stock = BYS[seed % 6], ("usable", "lost")[seed // 6 % 2]
    plain = PlainMaker(system.maker)
    found = diagnose.exposure(system, by=by, stock_at_node=stock, outages=LENGTHS)
    outages = {o.code: o for o in plain.outages(by)}
    return plain, found, outages, {c: worked(plain, o, stock) for c, o in outages.items()}, stock


SEEDS = pytest.mark.parametrize("seed", range(12))


@SEEDS
def test_losses_and_their_shares_are_those_of_the_plain_programme(seed):
    plain, found, outages, rows, _ = solved(seed)
    table = found.table().set_index("scenario")
    assert ["rank", "scenario", *table.columns[1:]] == [c.column for c in schema("maker_exposure")]
    assert set(table.index) == set(outages)
    weight = plain.weigh(None)
    week = sum(weight[p] * plain.demand(p) for p in weight)
    for code, outage in outages.items():
        recovery, assumed = plain.recovery(outage)
        loss, lost = rows[code][recovery]
        row = table.loc[code]
        assert row["loss_at_recovery"] == close(loss)
        assert row["base_loss_at_recovery"] == close(plain.plan_loses(recovery, None))
        assert row["lost_revenue_at_recovery"] == close(plain.lost_revenue(lost))
        assert row["loss_share"] == close(loss / (week * recovery) if week * recovery else nan)
        assert (row["time_to_recover_weeks"], row["recovery_assumed"]) == (recovery, assumed)
        assert row["recovery_score"] == close(ceil(min(max(recovery, 1), 52)) / 52 * 10)


@SEEDS
def test_the_finding_follows_from_weeks_survived_and_to_recover(seed):
    plain, found, outages, _, stock = solved(seed)
    table = found.table().set_index("scenario")
    alone = plain.solve(set(), {k: plain.held(k) for k in plain.items})
    for code, outage in outages.items():
        survived, recovery = plain.survives(outage, stock), plain.recovery(outage)[0]
        if abs(survived - recovery) < 1e-6:
            continue  # a tie, where the last digit decides
        word = "exposed" if recovery > survived else "covered"
        if survived == inf:
            word = "never felt"
        elif alone <= survived + 1e-6:
            word = "plan short"
        assert table.loc[code, "finding"] == word
        assert table.loc[code, "gap_weeks"] == close(max(0.0, recovery - survived))
        assert table.loc[code, "time_to_survive_weeks"] == close(
            nan if survived == inf else survived
        )


@SEEDS
def test_rank_is_by_loss_then_gap_then_code(seed):
    plain, found, outages, rows, stock = solved(seed)
    table = found.table()
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    most = max((r[plain.recovery(outages[c])[0]][0] for c, r in rows.items()), default=0.0)
    keys = []
    for code in table["scenario"]:
        recovery = plain.recovery(outages[code])[0]
        gap = recovery - plain.survives(outages[code], stock)
        keys.append((-rows[code][recovery][0], -gap, code))
    for (loss, gap, code), (loss2, gap2, code2) in pairwise(keys):
        assert loss <= loss2 + 1e-6 * max(1.0, most)
        if abs(loss - loss2) < 1e-12 * max(1.0, most):
            assert gap <= gap2 + 2e-6
            if gap == gap2:
                assert code < code2


@SEEDS
def test_who_and_where_is_what_all_nodes_have_in_common(seed):
    plain, found, outages, _, _ = solved(seed)
    table = found.table().set_index("scenario")
    for code, outage in outages.items():
        row = table.loc[code]
        for column, of in (
            ("supplier", {s.home for s in outage.down}),
            ("place", {group(s, "place") for s in outage.down}),
            ("region", {group(s, "region") for s in outage.down}),
        ):
            one = of.pop() if len(of) == 1 else ""
            if column != "supplier":
                one = "" if one == UNKNOWN else one[1:].split(":", 1)[-1]
            assert row[column] == one, (code, column)
        assert row["items"] == len({s.item for s in outage.down})
        assert row["nodes"] == len(outage.down)
        assert row["capacity_assumed"] == plain.capacity_assumed(outage)


@SEEDS
def test_sole_items_are_those_needed_of_which_no_known_source_is_left(seed):
    plain, found, outages, _, _ = solved(seed)
    table = found.table().set_index("scenario")

    def stake(item):
        rows = [plain.products[p] for p in plain.hanging(item)]
        return sum(r["demand_per_week"] * (0 if isnan(r["price"]) else r["price"]) for r in rows)

    for code, outage in outages.items():
        sole = [
            k
            for k in plain.items
            if plain.known(k) and set(plain.known(k)) <= outage.down and plain.requirement(k) > 0
        ]
        assert table.loc[code, "sole_items"] == len(sole)
        ranked = sorted(sole, key=lambda k: (-round(stake(k), 6), plain.items.index(k)))
        assert table.loc[code, "sole_named"] == "; ".join(ranked[:3])


@SEEDS
def test_spend_is_what_is_paid_at_the_nodes_that_go_down(seed):
    plain, found, outages, _, _ = solved(seed)
    table = found.table().set_index("scenario")
    every = [plain.paid(s)[0] for s in plain.sources]
    total = sum(v for v in every if not isnan(v))
    spends = {}
    for code, outage in outages.items():
        row = table.loc[code]
        for column, place in (("spend_per_week", 0), ("deeper_spend_per_week", 1)):
            values = [plain.paid(s)[place] for s in outage.down]
            known = [v for v in values if not isnan(v)]
            truth = sum(known) if known or not values else nan
            assert row[column] == close(truth), (code, column)
            spends.setdefault(code, truth)
        share = spends[code] / total if total else nan
        assert row["spend_share"] == close(share)


@SEEDS
def test_a_quadrant_is_loss_and_spend_against_their_medians(seed):
    _, found, outages, _, _ = solved(seed)
    table = found.table().set_index("scenario")
    loss, spend = table["loss_at_recovery"], table["spend_per_week"]
    typical = median(loss[loss > 0]) if (loss > 0).any() else inf
    usual = median(spend[spend > 0]) if (spend > 0).any() else inf
    for code in outages:
        impact = "high" if loss[code] >= typical else "low"
        money = "high" if spend[code] >= usual else "low"
        told = "" if isnan(spend[code]) else f"{impact} impact, {money} spend"
        assert table.loc[code, "quadrant"] == told


@SEEDS
def test_the_other_tables_hold_each_length_and_each_product(seed):
    plain, found, outages, rows, _ = solved(seed)
    tables = found.tables()
    by_length = tables["maker_exposure_losses"].set_index(["scenario", "weeks"])
    assert len(by_length) == len(outages) * len(LENGTHS)
    by_product = tables["maker_exposure_products"].set_index(["scenario", "product"])
    for code, outage in outages.items():
        recovery = plain.recovery(outage)[0]
        for weeks in LENGTHS:
            loss, lost = rows[code][weeks]
            row = by_length.loc[(code, float(weeks))]
            assert row["loss"] == close(loss)
            assert row["lost_revenue"] == close(plain.lost_revenue(lost))
        for product, units in rows[code][recovery][1].items():
            if units < 1e-4:
                assert by_product["lost_units"].get((code, product), 0.0) == close(0.0)
                continue
            row = by_product.loc[(code, product)]
            assert row["lost_units"] == close(units)
            assert row["lost_share"] == close(units / (plain.demand(product) * recovery))
            assert row["lost_revenue"] == close(units * plain.products[product]["price"])


@SEEDS
def test_products_named_first_are_those_of_the_shortest_length_that_hurts(seed):
    _, found, outages, rows, _ = solved(seed)
    table = found.table().set_index("scenario")
    for code in outages:
        hurt = [
            {p for p, u in rows[code][w][1].items() if u > 1e-4}
            for w in sorted(rows[code])
            if any(u > 1e-4 for u in rows[code][w][1].values())
        ]
        named = set(table.loc[code, "first_products"].split("; ")) - {""}
        assert named == (hurt[0] if hurt else set())


def test_top_shows_the_first_rows_of_each_table():
    _, found, _, _, _ = solved(0)
    system = wild(700)
    first = diagnose.exposure(system, outages=LENGTHS, top=2)
    assert first.table()["scenario"].tolist() == found.table()["scenario"].tolist()[:2]
    shown = set(first.tables()["maker_exposure_losses"]["scenario"])
    assert shown == set(first.table()["scenario"])
