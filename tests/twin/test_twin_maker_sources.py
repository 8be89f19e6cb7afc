"""Single sources, common suppliers and concentration beside loops over a maker's rows."""

from functools import cache
from itertools import pairwise
from math import isnan, nan

import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.tables import schema
from maker_structure_twins import (
    GROUPINGS,
    UNKNOWN,
    alternates,
    bounds,
    finding,
    group,
    groups,
    least,
    pooled_sites,
    priced,
    purchases,
    single,
    stopped,
    within,
)
from maker_twins import PlainMaker
from wild_makers import wild

SEEDS = pytest.mark.parametrize("seed", range(12))
BY = pytest.mark.parametrize("by", GROUPINGS)
MORE = pytest.mark.parametrize("seed", range(12, 20))


@cache
def both(seed):
    system = wild(900 + seed, prices=seed % 3 != 0, parts=5 + seed % 4)
    return system, PlainMaker(system.maker)


@cache
def singles(seed):
    return diagnose.single_sources(both(seed)[0]).table().set_index("item")


def close(value):
    return pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)


def told(flag):
    return None if pd.isna(flag) else bool(flag)


@SEEDS
def test_flags_and_counts_of_groups_are_those_of_counting_rows(seed):
    _, plain = both(seed)
    table = singles(seed)
    assert ["item", *table.columns] == [c.column for c in schema("single_sources")]
    assert set(table.index) <= set(plain.items)
    for item, row in table.iterrows():
        real = plain.known(item)
        assert row["sources"] == len(real)
        for by in GROUPINGS:
            assert told(row[f"single_{by}"]) == single(plain, item, by), (item, by)
            named = {group(s, by) for s in real}
            assert row[f"{by}s"] == len(named - {UNKNOWN})
            if by != "supplier":
                assert row[f"{by}s_unknown"] == sum(group(s, by) == UNKNOWN for s in real)
            one = named.pop()[1:] if single(plain, item, by) and named != {UNKNOWN} else ""
            assert row[f"only_{by}"] == one, (item, by)


@SEEDS
def test_kind_finding_and_alternates_are_those_of_reading_rows(seed):
    _, plain = both(seed)
    for item, row in singles(seed).iterrows():
        others = alternates(plain, item)
        weeks = [a["qualify_weeks"] for a in others]
        assert row["alternates"] == len(others)
        assert row["qualified_alternates"] == sum(w == 0 for w in weeks)
        assert row["quickest_alternate_weeks"] == close(
            min((w for w in weeks if not isnan(w)), default=nan)
        )
        assert row["finding"] == finding(plain, item, row["qualified_alternates"])
        kind = "bought"
        if item in plain.products:
            kind = "product"
        elif not plain.known(item):
            kind = "unknown"
        elif any(s.own for s in plain.known(item)):
            kind = "made"
        assert row["kind"] == kind


@SEEDS
def test_what_hangs_on_an_item_and_how_long_its_stock_lasts_is_worked_by_recursion(seed):
    _, plain = both(seed)
    for item, row in singles(seed).iterrows():
        hang = plain.hanging(item)
        need = plain.requirement(item)
        assert row["products"] == len(hang)
        assert row["revenue_per_week"] == close(plain.revenue(hang))
        assert row["unpriced_products"] == sum(isnan(plain.products[p]["price"]) for p in hang)
        assert row["requirement_per_week"] == close(need)
        assert row["cover_weeks"] == close(plain.held(item) / need if need else nan)


@SEEDS
def test_the_most_that_concentration_can_be_is_the_worst_corner_and_equal_where_all_is_told(seed):
    _, plain = both(seed)
    for item, row in singles(seed).iterrows():
        for by in ("supplier", "place"):
            low, high = row[f"hhi_{by}_low"], row[f"hhi_{by}_high"]
            assert high == close(bounds(plain, item, by)), (item, by)
            real = plain.known(item)
            if not real:
                assert isnan(low)
                continue
            assert 0.0 <= low <= high + 1e-12
            if not any(isnan(s.share) or group(s, by) == UNKNOWN for s in real):
                assert low == close(high)


@SEEDS
def test_the_least_that_concentration_can_be_is_that_of_dealing_the_rest_drop_by_drop(seed):
    _, plain = both(seed)
    for item, row in singles(seed).iterrows():
        for by in ("supplier", "site", "place"):
            truth = least(plain, item, by)
            assert row[f"hhi_{by}_low"] == pytest.approx(truth, abs=1e-3, nan_ok=True), (item, by)


@SEEDS
def test_the_most_by_site_counts_a_supplier_of_unknown_site_as_one(seed):
    _, plain = both(seed)
    for item, row in singles(seed).iterrows():
        assert row["hhi_site_high"] == close(pooled_sites(plain, item)), item
        assert row["hhi_site_high"] >= row["hhi_site_low"] or not plain.known(item)


@SEEDS
def test_items_are_ordered_by_finding_then_revenue_then_cover(seed):
    table = singles(seed).reset_index()
    rank = {
        "one site": 0,
        "one site, alternate": 1,
        "one supplier": 2,
        "one region": 3,
        "one country": 4,
        "no source known": 5,
        "cannot be told": 6,
        "several": 7,
    }
    order = list(dict.fromkeys(table["finding"]))
    listed = [w for w in diagnose.SOURCE_FINDINGS if w in order]
    assert order == listed
    assert set(order) <= set(rank)
    for a, b in pairwise(table.itertuples()):
        if a.finding == b.finding and a.revenue_per_week > 0 and b.revenue_per_week > 0:
            assert a.revenue_per_week >= b.revenue_per_week - 1e-9
            if (a.revenue_per_week, a.products) == (b.revenue_per_week, b.products):
                assert not a.cover_weeks > b.cover_weeks


@MORE
@BY
def test_what_stops_with_a_group_is_the_fixpoint_over_rows(seed, by):
    system, plain = both(seed)
    table = diagnose.common_suppliers(system, by=by).table().set_index("group")
    assert set(table.index) >= groups(plain, by)
    assert len(table) == len(table.index.unique())
    idle = table.loc[[code for code in table.index if code not in groups(plain, by)]]
    assert not idle[["items_stopped", "items_supplied", "products_stopped"]].to_numpy().any()
    for code in groups(plain, by):
        down = within(plain, code, by)
        lost = stopped(plain, down)
        products = [p for p in plain.products if p in lost]
        row = table.loc[code]
        sole = [k for k in plain.items if plain.known(k) and set(plain.known(k)) <= down]
        several = {k for k in lost if len({group(s, by) for s in plain.known(k)} - {UNKNOWN}) > 1}
        assert row["items_stopped"] == len(lost)
        assert row["products_stopped"] == len(products)
        assert set(filter(None, row["products"].split("; "))) == set(products)
        assert row["sole_items"] == len(sole)
        assert set(filter(None, row["sole_for"].split("; +")[0].split("; "))) <= set(sole)
        assert row["hidden_items"] == len(several)
        assert row["items_supplied"] == len({s.item for s in down})
        assert row["revenue_per_week"] == close(plain.revenue(products))
        assert row["unpriced_products"] == sum(isnan(plain.products[p]["price"]) for p in products)
        assert row["by"] == by


@MORE
@BY
def test_the_most_that_may_stop_counts_every_source_of_unknown_place(seed, by):
    system, plain = both(seed)
    table = diagnose.common_suppliers(system, by=by).table().set_index("group")
    for code, row in table.iterrows():
        if by in ("region", "place"):
            most = stopped(plain, within(plain, code, by, unknown=True))
            assert row["products_at_most"] == len([p for p in plain.products if p in most])
        else:
            assert row["products_at_most"] >= row["products_stopped"]


@MORE
@BY
def test_each_hidden_source_is_proved_by_its_way_down(seed, by):
    system, plain = both(seed)
    hidden = diagnose.common_suppliers(system, by=by).tables()["hidden_sources"]
    for row in hidden.to_dict("records"):
        way = row["path"].split(" < ")
        assert (way[0], way[-1]) == (row["hidden_item"], row["sole_item"])
        assert row["steps"] == len(way) - 1
        assert all(low in plain.components(high) for high, low in pairwise(way))
        down = within(plain, row["group"], by)
        assert set(plain.known(way[-1])) <= down
        here = {group(s, by) for s in plain.known(way[0])} - {UNKNOWN}
        assert row["groups_at_item"] == len(here) > 1
        assert row["is_source"] == (f"={row['group']}" in here)
        assert row["products"] == len(plain.hanging(way[0]))
        assert row["revenue_per_week"] == close(plain.revenue(plain.hanging(way[0])))


@SEEDS
@BY
def test_purchases_by_group_are_prices_times_units_of_the_plan(seed, by):
    system, plain = both(seed)
    table = diagnose.concentration(system).table()
    table = table[table["by"] == by].set_index("group")
    every = [plain.paid(s)[0] for s in plain.sources]
    total = sum(v for v in every if not isnan(v))
    rows = purchases(plain, by)
    for code, held in rows.items():
        row = table.loc[code]
        direct = [r for r in held if r[1] > 0.0]
        value = priced(plain, direct, 1)
        shown = 0.0 if not direct else value
        assert row["purchase_per_week"] == close(shown), (code, held)
        assert row["purchase_share"] == close(shown / total if total else nan)
        deeper = [r for r in held if r[2] > 0.0]
        assert row["deeper_per_week"] == close(priced(plain, deeper, 2) if deeper else 0.0)
        assert row["items"] == len({r[0].item for r in held})
        silent = [r for r in held if any(isnan(v) for v in plain.paid(r[0]))]
        assert row["unpriced_sources"] == len(silent)


@SEEDS
@BY
def test_revenue_stopped_and_touched_is_that_of_the_products_that_hang_on_a_group(seed, by):
    system, plain = both(seed)
    table = diagnose.concentration(system).table()
    table = table[(table["by"] == by) & (table["group"] != "")].set_index("group")
    for code, row in table.iterrows():
        down = within(plain, code, by)
        lost = stopped(plain, down)
        stop = [p for p in plain.products if p in lost]
        touch = [p for p in plain.products if {s.item for s in down} & plain.needs(p)]
        assert row["products_stopped"] == len(stop)
        assert row["products_touched"] == len(touch)
        assert row["revenue_stopped_per_week"] == close(plain.revenue(stop))
        assert row["revenue_touched_per_week"] == close(plain.revenue(touch))


@SEEDS
def test_the_summary_bounds_the_index_of_all_purchases(seed):
    system, plain = both(seed)
    answer = diagnose.concentration(system)
    for row in answer.tables()["maker_concentration_index"].to_dict("records"):
        by, sums = row["by"], {}
        for s in plain.sources:
            value = plain.paid(s)[0]
            if value > 0:
                key = group(s, by) if s.given else UNKNOWN
                sums[key] = sums.get(key, 0.0) + value
        total = sum(sums.values())
        if not total:
            assert isnan(row["hhi_high"])
            continue
        unknown = sums.pop(UNKNOWN, 0.0) / total
        shares = {k: v / total for k, v in sums.items()}
        assert row["groups"] == len(shares)
        assert row["unknown_share"] == close(unknown)
        low = sum(x * x for x in shares.values())
        most = max(shares.values(), default=0.0)
        assert row["hhi_low"] == close(low)
        assert row["hhi_high"] == close(low - most**2 + (most + unknown) ** 2)
        assert row["largest_share"] == close(most if shares else nan)
        if shares:
            assert shares[f"={row['largest']}"] == close(most)


@SEEDS
def test_columns_are_those_of_their_schemas_and_no_number_is_infinite(seed):
    system, _ = both(seed)
    answers = {
        **diagnose.common_suppliers(system).tables(),
        **diagnose.concentration(system).tables(),
    }
    for name, table in answers.items():
        assert list(table.columns) == [c.column for c in schema(name)]
        assert not np.isinf(table.select_dtypes("number").to_numpy(dtype=float)).any()
