"""Laws of the made-up maker: what adds up, what is drawn, what is hidden on purpose."""

import hashlib
import io

import numpy as np
import pandas as pd
import pytest

from chainwright import System, diagnose
from chainwright.params import table
from chainwright.sources.demo_maker import demo_maker
from chainwright.sources.demo_maker_bill import GRADED, SELLING, demo_bill, log_uniform
from chainwright.sources.demo_maker_sites import HUBS, OWN, PLANTS, demo_sources
from chainwright.system import read_maker, write_maker

SEED = 3


@pytest.fixture(scope="module")
def bill():
    return demo_bill(np.random.default_rng(SEED))


@pytest.fixture(scope="module")
def sources(bill):
    return demo_sources(np.random.default_rng(SEED), bill)


@pytest.fixture(scope="module")
def system():
    return System.demo("maker", seed=SEED)


@pytest.fixture(scope="module")
def tables(system):
    return system.maker.tables


def bytes_of(frame):
    return hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()


def test_the_same_seed_gives_the_same_bytes_in_every_table(tables):
    again = demo_maker(seed=SEED).tables
    assert again.keys() == tables.keys()
    for name, frame in tables.items():
        assert bytes_of(again[name]) == bytes_of(frame), name


def test_another_seed_draws_other_rows_of_all_that_is_drawn(tables):
    other = demo_maker(seed=SEED + 1).tables
    for name in ("parts", "bill", "suppliers", "sites", "sourcing", "stocks", "alternates"):
        assert bytes_of(other[name]) != bytes_of(tables[name]), name
    fixed = ["item", "name", "demand_per_week"]
    pd.testing.assert_frame_equal(other["products"][fixed], tables["products"][fixed])
    assert other["parts"]["item"].tolist() == tables["parts"]["item"].tolist()


def test_it_is_stored_and_read_back_as_it_was(system, tmp_path):
    write_maker(system.maker, tmp_path / "demo")
    back = read_maker(tmp_path / "demo")
    for name, frame in system.maker.tables.items():
        written, read = io.StringIO(), io.StringIO()
        frame.to_csv(written, index=False)
        back.tables[name].to_csv(read, index=False)
        assert read.getvalue() == written.getvalue(), name


def test_the_cost_of_a_part_is_that_of_its_components_and_something_added(bill):
    spent = np.zeros(len(bill.codes))
    np.add.at(spent, bill.parent, bill.quantity * bill.cost[bill.component])
    parts = bill.family >= 0
    added = bill.cost - spent
    assert (added[parts] > 0.0).all()
    low, high = bill.numbers("value_low"), bill.numbers("value_high")
    deep = parts & (bill.tier > GRADED)
    assert (added[deep] >= low[deep] * (1 - 1e-6) - 1e-4).all()
    assert (added[deep] <= high[deep] * (1 + 1e-6) + 1e-4).all()
    cars = ~parts
    np.testing.assert_allclose(spent[cars], bill.cost[cars], atol=1e-3)


def test_the_price_of_a_car_is_its_bill_its_selling_and_its_margin(bill):
    cars = len(bill.models)
    np.testing.assert_allclose(
        bill.price, bill.cost[:cars] + SELLING * bill.price + bill.margin, atol=0.02
    )
    assert (bill.price % 100 == 0).all()
    wanted = np.array([float(row["margin_share"]) for row in bill.models])
    np.testing.assert_allclose(bill.margin / bill.price, wanted, atol=0.002)


def test_the_requirement_of_a_part_is_that_of_its_parents(bill, system):
    asked = np.zeros(len(bill.codes))
    cars = len(bill.models)
    asked[:cars] = bill.requirement[:cars]
    np.add.at(asked, bill.component, bill.quantity * bill.requirement[bill.parent])
    np.testing.assert_allclose(asked, bill.requirement)
    network = system.maker.network
    order = network.items.index(pd.Series(bill.codes))
    np.testing.assert_allclose(network.requirement[order], bill.requirement)


def test_a_part_goes_into_what_is_nearer_to_the_car_and_never_into_itself(bill):
    assert (bill.tier[bill.parent] < bill.tier[bill.component]).all()
    assert set(bill.tier.tolist()) == {0, 1, 2, 3, 4}
    pairs = set(zip(bill.parent.tolist(), bill.component.tolist(), strict=True))
    assert len(pairs) == len(bill.parent)
    used = np.zeros(len(bill.codes), dtype=bool)
    used[bill.component] = True
    assert used[bill.family >= 0].all()
    assert not used[bill.family < 0].any()


def test_tiers_count_as_the_table_of_families_says(bill):
    for tier in range(1, 5):
        told = sum(int(row["parts"]) for row in bill.families if int(row["tier"]) == tier)
        assert (bill.tier == tier).sum() == told
    for place, row in enumerate(bill.families):
        assert (bill.family == place).sum() == int(row["parts"])


def test_what_is_counted_in_pieces_goes_in_whole_pieces(bill):
    pieces = bill.words("unit")[bill.component] == "pcs"
    whole = bill.quantity[pieces]
    assert (whole == np.round(whole)).all()
    assert (whole >= 1.0).all()
    assert (bill.quantity > 0.0).all()


def test_a_dearer_car_costs_more(bill):
    grade = np.array([float(row["grade"]) for row in bill.models])
    assert np.corrcoef(grade, bill.price)[0, 1] > 0.5
    assert bill.price[grade.argmax()] > bill.price[grade.argmin()]


@pytest.mark.parametrize(("low", "high"), [(1.0, 8.0), (0.02, 0.05), (3.0, 3.0)])
def test_numbers_are_drawn_evenly_in_their_logarithm(low, high):
    ends = np.full(20_000, low), np.full(20_000, high)
    drawn = log_uniform(np.random.default_rng(1), *ends)
    assert (drawn >= low * (1 - 1e-12)).all()
    assert (drawn <= high * (1 + 1e-12)).all()
    assert np.median(drawn) == pytest.approx(np.sqrt(low * high), rel=0.03)


def test_shares_of_each_item_are_whole_per_cents_of_one(tables):
    told = tables["sourcing"].dropna(subset=["share"])
    silent = set(tables["sourcing"].loc[tables["sourcing"]["share"].isna(), "item"])
    summed = told[~told["item"].isin(silent)].groupby("item")["share"].sum()
    np.testing.assert_allclose(summed, 1.0, atol=1e-9)
    np.testing.assert_allclose(told["share"] * 100, np.round(told["share"] * 100), atol=1e-9)
    assert (told["share"] > 0.0).all()


def test_a_site_belongs_to_the_supplier_that_makes_there(tables):
    owner = tables["sites"].set_index("site")["supplier"]
    sited = tables["sourcing"][tables["sourcing"]["site"] != ""]
    assert (sited["site"].map(owner) == sited["supplier"]).all()
    other = tables["alternates"][tables["alternates"]["site"] != ""]
    assert (other["site"].map(owner) == other["supplier"]).all()
    assert tables["sites"]["site"].is_unique
    assert set(PLANTS) == set(tables["sites"].loc[tables["sites"]["supplier"] == "", "site"])


def test_the_maker_makes_its_cars_and_some_families_in_its_own_plants(tables):
    own = tables["sourcing"][tables["sourcing"]["supplier"] == ""]
    cars = set(tables["products"]["item"])
    assert cars <= set(own["item"])
    for family, plant in OWN.items():
        rows = own[own["item"].str.startswith(f"{family}-")]
        assert set(rows["site"]) == {plant}
        assert not rows.empty
    assert set(own["site"]) <= set(PLANTS)


def test_a_plant_can_make_a_tenth_more_than_its_plan(system):
    network = system.maker.network
    planned = np.bincount(
        network.node_site[network.own], network.planned[network.own], len(network.sites)
    )
    for plant in PLANTS:
        at = network.sites.place[plant]
        assert 1.1 <= network.site_capacity[at] / planned[at] < 1.12


def test_stocks_are_whole_units_of_one_day_at_a_known_site_or_the_own_store(tables):
    stocks = tables["stocks"]
    assert set(stocks["date"]) == {"2026-06-30"}
    assert (stocks["quantity"] >= 1).all()
    assert (stocks["quantity"] == stocks["quantity"].round()).all()
    assert set(stocks["site"]) - {""} <= set(tables["sites"]["site"])
    assert not stocks.duplicated(["item", "site"]).any()


def test_alternates_have_costs_in_order_and_dearer_prices(tables):
    found = tables["alternates"]
    told = found.dropna(subset=["fixed_cost_low"])
    assert (told["fixed_cost_low"] <= told["fixed_cost_high"]).all()
    assert found["fixed_cost_low"].isna().equals(found["fixed_cost_high"].isna())
    assert len(told) < len(found)
    known = tables["parts"].set_index("item")["unit_cost"]
    ratio = found["price"] / found["item"].map(known)
    assert ratio.between(1.0199, 1.2001).all()


def test_sources_are_listed_for_every_part_but_a_few_deep_ones(bill, sources):
    without = set(bill.codes) - set(sources.sourcing["item"])
    place = {code: i for i, code in enumerate(bill.codes)}
    tiers = bill.tier[[place[code] for code in sorted(without)]]
    assert 0 < len(without) < 0.1 * len(bill.codes)
    assert (tiers >= 2).all()


def test_every_supplier_makes_something(sources):
    assert set(sources.suppliers["supplier"]) <= set(sources.sourcing["supplier"])
    assert sources.suppliers["supplier"].is_unique
    assert len(sources.suppliers) == 900


@pytest.fixture(scope="module")
def common(system):
    return diagnose.common_suppliers(system)


def test_suppliers_that_hide_under_two_sources_are_found_by_their_loss(system, common):
    network, hidden = system.maker.network, common.hidden_table()
    for family, count in HUBS.items():
        parts = [f"{family}-{k:03d}" for k in range(1, count + 1)]
        items = network.items.index(pd.Series(parts))
        nodes = np.isin(network.node_item, items)
        (hub,) = set(network.node_supplier[nodes].tolist())
        code = network.suppliers.codes[hub]
        rows = hidden[(hidden["group"] == code) & hidden["sole_item"].isin(parts)]
        assert not rows.empty, family
        assert (rows["groups_at_item"] >= 2).all()
        assert (rows["steps"] >= 1).all()
        parents = {
            network.items.codes[i] for i in np.flatnonzero(network.bill[items].sum(axis=0) > 0)
        }
        by_two = [p for p in parents if network.sources_of[network.items.place[p]] >= 2]
        assert len(set(hidden["hidden_item"]) & set(by_two)) == len(by_two)


def test_such_a_supplier_stops_more_products_than_most(system, common):
    network = system.maker.network
    ranked = common.table().set_index("group")["products_stopped"]
    for family in HUBS:
        node = np.flatnonzero(network.node_item == network.items.place[f"{family}-001"])
        code = network.suppliers.codes[int(network.node_supplier[node[0]])]
        assert ranked[code] >= 1
        assert (ranked <= ranked[code]).mean() > 0.5


def test_purchases_are_most_of_what_the_cars_cost_and_less_than_they_bring_in(system):
    spent = diagnose.concentration(system).table()
    bought = spent.loc[spent["by"] == "place", "purchase_per_week"].sum()
    cars = system.maker.tables["products"]
    sales = float((cars["demand_per_week"] * cars["price"]).sum())
    margin = float((cars["demand_per_week"] * cars["margin"]).sum())
    cost = sales * (1.0 - SELLING) - margin
    assert 0.7 * cost < bought < 1.06 * cost  # sources ask up to 6 % more than a part's cost


def test_places_and_codes_of_cities_are_those_of_the_list(tables):
    towns = table("demo_maker_cities")
    places = {row["place"] for row in towns}
    assert set(tables["sites"]["place"]) <= places
    assert set(tables["suppliers"]["place"]) - {""} <= places
    regions = {row["region"] for row in towns}
    assert set(tables["sites"]["region"]) - {""} <= regions


@pytest.mark.parametrize("seed", [0, 2**31])
def test_any_number_is_a_seed(seed):
    made = demo_maker(seed=seed)
    assert made.origin.version == f"seed {seed}"
    assert len(made.tables["products"]) == len(table("demo_maker_models"))
