"""What an event costs, against a programme week by week and logs folded by hand."""

from datetime import timedelta
from functools import cache

import numpy as np
import pytest

from chainwright.plan import event
from event_logs import START
from event_twins import (
    CASES,
    Weeks,
    ends_of,
    fold,
    moment_told,
    outages,
    random_log,
    recovering,
    told_lines,
    usable,
    weights,
)
from random_makers import drawn

QUESTIONS = [
    (seed, ("margin", "price", "output")[seed % 3], ("usable", "lost")[seed % 2])
    for seed in range(4)
]


@cache
def a_question(seed, *, area=None):
    """Return a maker, its network, a log, its lines, and a moment somewhere in it."""
    system = recovering(drawn(seed, parts=5), seed)
    network = system.maker.network
    if area == "material":
        codes = [c for c in network.items.codes if c.startswith("p")][:2]
        area = {"kind": "material", "codes": codes}
    log = random_log(network, 100 + seed, area=area)
    lines = told_lines(log)
    rng = np.random.default_rng(500 + seed)
    moments = [
        None,
        int(rng.integers(2, len(lines) + 1)),
        START + timedelta(hours=int(rng.integers(1, 500))),
    ]
    return system, network, log, lines, moments[seed % 3]


def of_case(network, lines, case, as_of, stock_at_node):
    out = outages(network, lines, case, as_of)
    pooled, _ = usable(network, lines, out, stock_at_node)
    return out, Weeks(network, lines, out, pooled), ends_of(out)


@pytest.mark.parametrize(("seed", "weight", "stock"), QUESTIONS)
@pytest.mark.parametrize("area", [None, "material"])
def test_each_case_loses_what_the_weeks_lose_one_by_one(seed, weight, stock, area):
    system, network, log, lines, as_of = a_question(seed, area=area)
    found = event(system, log, as_of=as_of, weight=weight, stock_at_node=stock)
    rows = found.table().set_index("case")
    weigh = weights(network, weight)
    for case in CASES:
        out, twin, ends = of_case(network, lines, case, as_of, stock)
        row = rows.loc[case]
        assert row["sites_out"] == len(out)
        assert row["horizon_weeks"] == pytest.approx(ends[-1] if ends else 0.0, abs=1e-9)
        scale = weigh @ network.demand * max([1.0, *ends])
        least = twin.loss(ends, weigh) if ends else 0.0
        assert row["loss"] == pytest.approx(least, abs=1e-6 * scale)
        lasts = twin.survival(ends, weigh, 1e-6 * scale) if ends else np.inf
        said = row["survival_weeks"]
        assert np.isnan(said) == np.isinf(lasts)
        if np.isfinite(lasts):
            assert said == pytest.approx(lasts, abs=2e-3 * max(1.0, lasts))


@pytest.mark.parametrize("seed", range(4))
def test_statuses_are_those_of_the_lines_at_any_moment(seed):
    system, _, log, lines, _ = a_question(seed)
    moments = [None, *range(1, len(lines) + 1), *[START + timedelta(days=d) for d in (0, 9, 40)]]
    for as_of in moments:
        told = fold(lines, as_of)
        found = log.statuses(as_of)
        assert list(found) == list(told)
        for site, (status, since, by, weeks, lost) in told.items():
            held = found[site]
            assert (held.status, held.since, held.by) == (status, since, by)
            assert np.allclose(held.weeks, weeks or (np.nan,) * 3, equal_nan=True)
            assert np.allclose(held.capacity_lost, np.nan if lost is None else lost, equal_nan=True)
    moment = moments[-seed]
    assert event(system, log, as_of=moment).as_of == moment_told(lines, moment)


@pytest.mark.parametrize(("seed", "weight", "stock"), QUESTIONS)
def test_the_sites_shown_are_out_for_what_is_left_of_their_weeks(seed, weight, stock):
    system, network, log, lines, as_of = a_question(seed)
    for scenario, case in (("confirmed", "likely"), ("potential", "high")):
        found = event(
            system, log, as_of=as_of, scenario=scenario, weight=weight, stock_at_node=stock
        )
        rows = found.tables()["event_sites"].set_index("site")
        out = outages(network, lines, case, as_of)
        told = fold(lines, as_of)
        assert sorted(rows.index) == sorted(told)
        for site, (status, since, by, weeks, lost) in told.items():
            row, s = rows.loc[site], network.sites.codes.index(site)
            assert (row["status"], row["by"]) == (status, by)
            assert row["since"].startswith(since.isoformat()[:19])
            assert row["remaining_weeks"] == pytest.approx(out.get(s, (0.0, 0))[0], abs=1e-9)
            said = row[["weeks_low", "weeks_likely", "weeks_high"]].astype(float)
            assert np.allclose(said, weeks or [np.nan] * 3, equal_nan=True)
            assert np.allclose(float(row["capacity_lost"]), lost or np.nan, equal_nan=True)
            made = [network.items.codes[i] for i in network.node_item[network.node_site == s]]
            assert sorted(filter(None, row["items"].split(";"))) == sorted(made)


@pytest.mark.parametrize(("seed", "weight", "stock"), QUESTIONS)
def test_products_and_weeks_are_one_plan_that_can_be_carried_out(seed, weight, stock):
    system, network, log, lines, as_of = a_question(seed)
    weigh = weights(network, weight)
    found = event(
        system, log, as_of=as_of, scenario="potential", weight=weight, stock_at_node=stock
    )
    tables = found.tables()
    products = tables["event_products"].set_index("product")
    weeks, case = tables["event_weeks"], found.table().set_index("case").loc["high"]
    out, twin, _ = of_case(network, lines, "high", as_of, stock)
    if not out:
        assert weeks.empty
        assert case["loss"] == 0.0
        return
    ends = sorted(weeks["to_week"].unique())
    scale = weigh @ network.demand * ends[-1]
    place = {code: k for k, code in enumerate(network.items.codes)}
    lost = [{} for _ in ends]
    for row in weeks.itertuples():
        k, p = place[row.product], ends.index(row.to_week)
        assert row.from_week == (ends[p - 1] if p else 0.0)
        assert row.demand == pytest.approx(network.demand[k] * (row.to_week - row.from_week))
        assert -1e-9 <= row.lost <= row.demand * (1 + 1e-9)
        assert row.loss == pytest.approx(weigh[k] * row.lost)
        lost[p][k] = row.lost + 1e-6 * network.demand[k]
    assert len(weeks) == len(ends) * np.count_nonzero(network.demand)
    assert twin.loss_with(ends, weigh, lost) == pytest.approx(case["loss"], abs=1e-5 * scale)
    for product, row in products.iterrows():
        k, mine = place[product], weeks[weeks["product"] == product]
        assert row["demand"] == pytest.approx(network.demand[k] * ends[-1])
        assert row["lost"] == pytest.approx(mine["lost"].sum(), abs=1e-9)
        assert row["lost_share"] == pytest.approx(row["lost"] / row["demand"])
        assert row["lost_revenue"] == pytest.approx(row["lost"] * network.price[k])
        assert row["lost_margin"] == pytest.approx(row["lost"] * network.margin[k])
        short = mine[mine["lost"] > 1e-9 * mine["demand"]]
        assert np.isnan(row["first_loss_week"]) == short.empty
        if len(short):
            first = short.iloc[0]
            sold_first = first["to_week"] - first["lost"] / network.demand[k]
            assert row["first_loss_week"] == pytest.approx(sold_first, abs=1e-6)
    assert case["lost_units"] == pytest.approx(products["lost"].sum())
    assert case["lost_revenue"] == pytest.approx(products["lost_revenue"].sum())
    assert case["lost_margin"] == pytest.approx(products["lost_margin"].sum())
    assert case["loss"] == pytest.approx(weeks["loss"].sum(), abs=1e-6 * scale)
    if case["first_product"]:
        assert case["first_product"] in set(products.index)
    assert (case["first_product"] == "") == np.isnan(case["survival_weeks"])


@pytest.mark.parametrize(("seed", "weight", "stock"), QUESTIONS)
def test_items_lack_what_stock_and_all_that_can_be_made_do_not_cover(seed, weight, stock):
    system, network, log, lines, as_of = a_question(seed)
    found = event(
        system, log, as_of=as_of, scenario="potential", weight=weight, stock_at_node=stock
    )
    items = found.tables()["event_items"]
    out, twin, _ = of_case(network, lines, "high", as_of, stock)
    if not out:
        assert items.empty
        return
    ends = sorted(set(found.tables()["event_weeks"]["to_week"]))
    told = {(row.item, row.to_week): row.short for row in items.itertuples()}
    needs = network.requirement * ends[-1]
    for end in ends:
        short = twin.shortage(end, ends)
        for k, units in short.items():
            said = told.pop((network.items.codes[k], end), 0.0)
            assert said == pytest.approx(units, abs=1e-6 * max(1.0, needs[k]))
    assert not told
    pooled = twin.stock
    for row in items.drop_duplicates("item").itertuples():
        k = network.items.codes.index(row.item)
        nodes = np.flatnonzero(network.node_item == k)
        assert row.stock == pytest.approx(pooled[k])
        planned = network.planned[nodes]
        gone = sum(planned[i] * (1.0 - twin.share(n, 0.0)) for i, n in enumerate(nodes))
        assert row.share_out == pytest.approx(gone / planned.sum() if planned.sum() else 0.0)
        width = max(b - a for a, b in zip([0.0, *ends], ends, strict=False))
        before, behind = max(0.0, row.runs_out_week - width / 8), row.runs_out_week + width / 8
        assert twin.shortage(before, ends)[k] <= 1e-6 * max(1.0, needs[k]) or before == 0.0
        assert twin.shortage(behind, ends)[k] > 0.0
