"""What to do in an event, against material counted by hand and orders tried one by one."""

from functools import cache
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from chainwright.plan import dispatch, restart_loss, restart_order
from event_logs import START, event_log
from event_twins import (
    Weeks,
    best_restart,
    ends_of,
    fold,
    order_loss,
    outages,
    random_log,
    recovering,
    told_lines,
    usable,
    weights,
)
from random_makers import drawn

SEEDS = range(8)


def with_alternates(system, seed):
    """Give the parts of a maker other sources, some of which say little about themselves."""
    rng = np.random.default_rng(seed)
    tables = {name: frame.copy() for name, frame in system.maker.tables.items()}
    parts = [c for c in system.maker.network.items.codes if c.startswith("p")]
    rows = [
        {
            "item": part,
            "supplier": "V",
            "site": str(rng.choice(["", "", "", *elsewhere(system.maker.network, part)])),
            "qualify_weeks": float(rng.choice([0.0, 2.0, 5.0, 20.0, np.nan])),
            "capacity_per_week": float(rng.choice([10.0, 50.0, np.nan])),
        }
        for part in parts
        for _ in range(4)
    ]
    frame = pd.DataFrame(rows).drop_duplicates(["item", "supplier", "site"], ignore_index=True)
    given = {name: table for name, table in tables.items() if len(table)} | {"alternates": frame}
    return type(system)(maker=type(system.maker).of_tables("drawn", currency="CNY", **given))


def elsewhere(network, part):
    """Return the sites that do not make a part."""
    here = network.node_site[network.node_item == network.items.codes.index(part)]
    return [code for s, code in enumerate(network.sites.codes) if s not in here]


@cache
def a_dispatch(seed):
    """Return a dispatch list of a random event, its network, lines, and twin of the weeks."""
    system = with_alternates(recovering(drawn(40 + seed, parts=5), seed), seed)
    network = system.maker.network
    log = random_log(network, 300 + seed)
    kept = ("usable", "lost")[seed % 2]
    scenario = ("potential", "confirmed")[seed % 4 == 3]
    found = dispatch(
        system, log, scenario=scenario, weight="price", stock_at_node=kept, crews=1 + seed % 3
    )
    lines = told_lines(log)
    out = outages(network, lines, "high" if scenario == "potential" else "likely")
    pooled, rows = usable(network, lines, out, kept)
    return found, network, lines, out, Weeks(network, lines, out, pooled), rows


def cumulated(sent, ends, **kind):
    """Return what was sent by each moment, of rows of a kind; amounts a week stay the same."""
    for column, value in kind.items():
        sent = sent[sent[column] == value]
    done = [
        np.clip((end - sent["from_week"]) / (sent["to_week"] - sent["from_week"]), 0.0, 1.0)
        for end in ends
    ]
    return np.array([float((share * sent["units"]).sum()) for share in done])


def scarce(found):
    items = found.estimate.tables()["event_items"]
    return [] if items.empty else list(dict.fromkeys(items["item"]))


def moments(found):
    return sorted(set(found.estimate.tables()["event_weeks"]["to_week"]))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_sent_from_a_store_was_in_it(seed):
    found, network, _, _, _, rows = a_dispatch(seed)
    sent = found.allocated[found.allocated["kind"] == "stock"]
    for (item, source), units in sent.groupby(["item", "source"])["units"].sum().items():
        held = sum(
            rows[k]
            for k in range(len(rows))
            if network.items.codes[network.stock_item[k]] == item
            and (network.stock_site[k] < 0) == (source == "own store")
            and (source == "own store" or network.sites.codes[network.stock_site[k]] == source)
        )
        assert 0.0 < units <= held * (1 + 1e-6) + 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_no_node_has_sent_more_by_any_moment_than_it_could_have_made(seed):
    found, network, _, _, twin, _ = a_dispatch(seed)
    ends = moments(found)
    for node, sent in found.allocated[found.allocated["kind"] == "made"].groupby("source"):
        n = network.nodes.codes.index(node)
        assert set(sent["item"]) == {network.items.codes[network.node_item[n]]}
        by, able = cumulated(sent, ends), 0.0
        for start, end, units in zip([0.0, *ends], ends, by, strict=False):
            share = twin.share(n, start)
            able += twin.able[n] * share * (end - start) if share else 0.0
            assert units <= able * (1 + 1e-6) + 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_sites_that_share_capacity_do_not_send_more_than_they_can_make(seed):
    found, network, _, _, twin, _ = a_dispatch(seed)
    ends = moments(found)
    made = found.allocated[found.allocated["kind"] == "made"]
    for s in np.flatnonzero(np.isfinite(network.site_capacity)):
        here = {network.nodes.codes[n] for n in np.flatnonzero(network.node_site == s)}
        by, able = cumulated(made[made["source"].isin(here)], ends), 0.0
        for start, end, units in zip([0.0, *ends], ends, by, strict=False):
            able += network.site_capacity[s] * twin.site_share(s, start) * (end - start)
            assert units <= able * (1 + 1e-6) + 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_all_short_parts_of_a_line_are_delivered_in_the_proportion_of_its_bill(seed):
    found, network, _, _, twin, _ = a_dispatch(seed)
    ends, sent, parts = moments(found), found.allocated, scarce(found)
    for line in set(sent["line"]) - {"customers"}:
        n = network.nodes.codes.index(line)
        parent = network.node_item[n]
        per = {
            part: twin.bill[network.items.codes.index(part), parent]
            for part in parts
            if twin.bill[network.items.codes.index(part), parent] > 0.0
        }
        makes = [cumulated(sent, ends, item=part, line=line) / units for part, units in per.items()]
        scale = max(1.0, network.requirement[parent] * ends[-1])
        for other in makes[1:]:
            assert np.allclose(other, makes[0], atol=1e-5 * scale)
        if network.items.codes[parent] in parts:  # what it makes goes out of it again, or stays
            gone = cumulated(sent, ends, kind="made", source=line)
            assert (gone <= makes[0] + 1e-5 * scale).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_customers_get_what_is_not_cut(seed):
    found, _, _, _, _, _ = a_dispatch(seed)
    weeks, ends = found.estimate.tables()["event_weeks"], moments(found)
    for product, rows in weeks.groupby("product"):
        if product not in scarce(found):
            continue
        got = cumulated(found.allocated, ends, item=product, line="customers")
        due = (rows["demand"] - rows["lost"]).cumsum().to_numpy()
        assert got == pytest.approx(due, abs=1e-5 * max(1.0, rows["demand"].sum()))
    cuts = found.table().query("action == 'cut'").set_index("item")["units"]
    products = found.estimate.tables()["event_products"].set_index("product")["lost"]
    assert cuts.to_dict() == pytest.approx(products[products > 0.0].to_dict())


@pytest.mark.parametrize("seed", SEEDS)
def test_only_items_that_run_short_are_allocated(seed):
    found, *_ = a_dispatch(seed)
    assert set(found.allocated["item"]) <= set(scarce(found))
    assert (found.allocated["to_week"] > found.allocated["from_week"]).all()
    assert (found.allocated["units"] > 0.0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_alternates_are_judged_as_by_hand(seed):
    found, network, _, out, _, _ = a_dispatch(seed)
    items = found.estimate.tables()["event_items"]
    horizon = max((weeks for weeks, _ in out.values()), default=0.0)
    hit = {network.sites.codes[s] for s in out}
    table = found.system.maker.tables["alternates"]
    rows = {(row.item, row.supplier, row.site): row for row in found.alternates.itertuples()}
    assert set(rows) == {
        (row.item, row.supplier, row.site)
        for row in table.itertuples()
        if row.item in scarce(found)
    }
    for told in table[table["item"].isin(scarce(found))].itertuples():
        row = rows[told.item, told.supplier, told.site]
        mine = items[items["item"] == told.item]
        runs_out, needed = mine["runs_out_week"].iloc[0], mine["short"].max()
        first, able = told.qualify_weeks, told.capacity_per_week
        assert row.runs_out_week == pytest.approx(runs_out)
        assert row.needed == pytest.approx(needed)
        assert row.qualified == (first == 0.0)
        assert np.allclose(row.first_delivery_week, first, equal_nan=True)
        assert np.allclose(row.call_by_week, np.maximum(0.0, runs_out - first), equal_nan=True)
        if told.site in hit:
            assert (row.verdict, row.can_bring) == ("hit", 0.0)
            continue
        brings = np.minimum(needed, able * np.maximum(0.0, horizon - first))
        assert np.allclose(row.can_bring, brings, equal_nan=True)
        if np.isnan(first):
            assert row.verdict == "unknown"
        elif first <= runs_out:
            assert row.verdict == "in time"
        else:
            assert row.verdict == ("late" if first < horizon else "too late")


@pytest.mark.parametrize("seed", SEEDS)
def test_sites_are_restarted_in_the_best_of_all_orders(seed):
    found, network, _, out, twin, _ = a_dispatch(seed)
    rows = found.restarts
    assert sorted(rows["site"]) == sorted(network.sites.codes[s] for s in out)
    assert rows["place"].tolist() == list(range(1, len(rows) + 1))
    if rows.empty:
        assert found.order is None
        return
    weeks = found.estimate.tables()["event_weeks"]
    a_week = (
        (weeks["loss"] / (weeks["to_week"] - weeks["from_week"])).groupby(weeks["product"]).max()
    )
    a_week = a_week[a_week > 0.0]
    short = {network.items.codes.index(code) for code in scarce(found)}
    sites, needs = list(out), []
    for p, product in enumerate(a_week.index):
        for part in below(twin.bill, network.items.codes.index(product)) & short:
            at = network.node_site[network.node_item == part]
            needs += [(len(sites) + p, i) for i, s in enumerate(sites) if s in at]
    work = [out[s][0] for s in sites]
    values = a_week.tolist()
    least = least_of_sites(work, values, needs, found.crews)
    assert found.order.loss == pytest.approx(least, rel=1e-6)
    place = {network.sites.codes[s]: i for i, s in enumerate(sites)}
    free = [0.0] * found.crews
    for row in rows.itertuples():
        crew = free.index(min(free))
        assert row.work_weeks == pytest.approx(work[place[row.site]])
        assert row.start_week == pytest.approx(free[crew])
        free[crew] += row.work_weeks
        assert row.done_week == pytest.approx(free[crew])
        waits = [a_week.index[j - len(sites)] for j, i in set(needs) if i == place[row.site]]
        assert set(filter(None, row.products.split(";"))) == set(waits)
        assert row.value_per_week == pytest.approx(sum(a_week[p] for p in waits))


def below(bill, k):
    """Return an item and all that goes into it."""
    return {int(k)}.union(*[below(bill, i) for i in np.flatnonzero(bill[:, k])])


def least_of_sites(work, values, needs, crews):
    """Return the least loss of all orders of sites, of which products need some."""
    count = len(work)
    return min(
        sum(
            value * max([0.0, *[done[i] for j, i in needs if j == count + p]])
            for p, value in enumerate(values)
        )
        for done in (finished(order, work, crews) for order in permutations(range(count)))
    )


def finished(order, work, crews):
    free, done = [0.0] * crews, {}
    for i in order:
        crew = free.index(min(free))
        free[crew] += work[i]
        done[i] = free[crew]
    return done


@pytest.mark.parametrize("crews", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_an_order_of_nodes_loses_the_least_of_all(seed, crews):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 7))
    days, values = rng.integers(0, 6, size=n), rng.integers(0, 9, size=n)
    needs = [(j, i) for j in range(n) for i in range(j) if rng.random() < 0.35]
    days, values = days.astype(float).tolist(), values.astype(float).tolist()
    found = restart_order(days, values, needs, crews=crews)
    least = best_restart(days, values, needs, crews)
    assert found.exact
    assert found.loss == pytest.approx(least)
    assert found.bound <= least * (1 + 1e-9) + 1e-9
    assert order_loss(found.order, days, values, needs, crews) == pytest.approx(least)
    for _ in range(4):
        order = rng.permutation(n).tolist()
        expected = order_loss(order, days, values, needs, crews)
        assert restart_loss(order, days, values, needs, crews=crews) == pytest.approx(expected)


def called(found):
    """Return the alternates that can be counted: their words, in the order of the maker."""
    rows = found.alternates
    counted = rows[rows["verdict"].isin(["in time", "late"])]
    told = found.system.maker.tables["alternates"].dropna(subset="capacity_per_week")
    keys = set(zip(counted["item"], counted["supplier"], counted["site"], strict=True))
    return [row for row in told.itertuples() if (row.item, row.supplier, row.site) in keys]


class WithAlternates(Weeks):
    """The weeks of a maker whose alternates are sources like others, from their first week on."""

    def __init__(self, found, lines, out, stock):
        tables = {name: table.copy() for name, table in found.system.maker.tables.items()}
        rows, sites, self.first = [], [], {}
        for k, row in enumerate(called(found)):
            site = row.site
            if not site:
                site = f"ALT{k}"
                sites.append({"site": site, "supplier": "V"})
            rows.append((row.item, "V", site, 0.0, row.capacity_per_week))
            self.first[f"{row.item}@{site}"] = row.qualify_weeks
        names = ["item", "supplier", "site", "share", "capacity_per_week"]
        for name, new in (("sourcing", pd.DataFrame(rows, columns=names)), ("sites", sites)):
            if len(new):
                tables[name] = pd.concat([tables[name], pd.DataFrame(new)], ignore_index=True)
        kept = {name: table for name, table in tables.items() if len(table)}
        maker = type(found.system.maker).of_tables("more", currency="CNY", **kept)
        super().__init__(maker.network, lines, out, stock)

    def share(self, n, start):
        first = self.first.get(self.network.nodes.codes[n])
        if first is None:
            return super().share(n, start)
        return float(start >= first - 1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_alternates_together_leave_the_loss_that_the_weeks_leave(seed):
    found, network, lines, out, twin, _ = a_dispatch(seed)
    rows = found.outlook.set_index("case")
    if not out:
        assert rows.empty
        return
    assert rows.loc["as expected", "loss"] == found.estimate.shown.loss
    larger = WithAlternates(found, lines, out, twin.stock)
    assert rows.loc["alternates", "alternates"] == len(larger.first)
    ends = sorted({*ends_of(out), *[w for w in larger.first.values() if 0 < w < max(ends_of(out))]})
    weigh = weights(network, "price")
    scale = weigh @ network.demand * ends[-1]
    least = larger.loss(ends, weigh)
    assert rows.loc["alternates", "loss"] == pytest.approx(least, abs=1e-6 * scale)
    assert least <= rows.loc["as expected", "loss"] + 1e-6 * scale
    said = rows.loc["alternates", "reason_en"]
    if larger.first:
        assert said.startswith("They do not" if least > 1e-6 * scale else "Together they close")
    else:
        assert said.startswith("No alternate can be counted")


@pytest.mark.parametrize("seed", SEEDS)
def test_the_restart_order_loses_what_the_weeks_lose_if_sites_come_back_in_it(seed):
    found, network, lines, out, twin, _ = a_dispatch(seed)
    if not out:
        return
    row = found.outlook.set_index("case").loc["restarts"]
    done = dict(zip(found.restarts["site"], found.restarts["done_week"], strict=True))
    queued = {s: (done[network.sites.codes[s]], lost) for s, (_, lost) in out.items()}
    ends, weigh = ends_of(queued), weights(network, "price")
    scale = weigh @ network.demand * ends[-1]
    later = Weeks(network, lines, queued, twin.stock)
    assert row["loss"] == pytest.approx(later.loss(ends, weigh), abs=1e-6 * scale)
    assert row["loss"] >= found.estimate.shown.loss - 1e-6 * scale  # crews make nobody faster
    assert row["additive_loss"] == pytest.approx(found.order.loss)
    assert row["horizon_weeks"] == pytest.approx(ends[-1])
    lasts = later.survival(ends, weigh, 1e-6 * scale)
    assert np.isnan(row["survival_weeks"]) == np.isinf(lasts)
    if np.isfinite(lasts):
        assert row["survival_weeks"] == pytest.approx(lasts, abs=2e-3 * max(1.0, lasts))


def test_the_questions_have_every_kind_of_row():
    found = [a_dispatch(seed)[0] for seed in SEEDS]
    assert {row.kind for one in found for row in one.allocated.itertuples()} == {"stock", "made"}
    assert {"customers"} < {row.line for one in found for row in one.allocated.itertuples()}
    said = {row.verdict for one in found for row in one.alternates.itertuples()}
    assert said == {"in time", "late", "too late", "hit", "unknown"}
    assert max(len(one.restarts) for one in found) >= 4
    assert {one.crews for one in found} == {1, 2, 3}


def test_statuses_of_the_list_are_those_of_the_log():
    found, _, lines, *_ = a_dispatch(0)
    told = {site: status for site, (status, *_) in fold(lines).items()}
    assert {site: s.status for site, s in found.estimate.statuses.items()} == told
    assert event_log("A").latest == START
