"""The made-up maker: sizes as told, prices that add up, silences on purpose."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from chainwright import System
from chainwright.errors import UnknownCodeError
from chainwright.params import table
from chainwright.sources.coded_cells import product_fault
from chainwright.sources.demo_maker import demo_maker
from chainwright.sources.demo_maker_sites import HUBS, PLANTS


@pytest.fixture(scope="module")
def made():
    return System.demo("maker").maker


def costs(made):
    """Return the cost of each item by code, cars at their price."""
    parts, products = made.tables["parts"], made.tables["products"]
    return dict(
        zip(
            [*parts["item"], *products["item"]],
            [*parts["unit_cost"], *products["price"]],
            strict=True,
        )
    )


def test_it_has_six_models_2300_parts_900_suppliers_and_more_than_1000_sites(made):
    sizes = {name: len(rows) for name, rows in made.tables.items()}
    assert sizes["products"] == 6
    assert sizes["parts"] == 2300
    assert sizes["suppliers"] == 900
    assert 1000 < sizes["sites"] < 1500
    assert sizes["bill"] > 5000
    assert sizes["alternates"] > 100


def test_the_same_seed_gives_the_same_maker_and_another_seed_another():
    first, again, other = demo_maker(seed=7), demo_maker(seed=7), demo_maker(seed=8)
    assert first.origin.sha256 == again.origin.sha256
    assert first.origin.sha256 != other.origin.sha256
    assert "made up" in first.origin.notes[0]


@pytest.mark.parametrize("seed", [1, 2, 3, 11])
def test_any_seed_gives_a_maker_that_passes_every_check(seed):
    made = System.demo("maker", seed=seed).maker
    assert len(made.tables["parts"]) == 2300
    assert set(made.tables["sourcing"]["supplier"]) - {""} == set(
        made.tables["suppliers"]["supplier"]
    )


def test_a_path_names_it_as_well():
    named, called = System.read("demo:maker").maker, System.demo("maker").maker
    assert named.origin == called.origin
    assert named.money.currency == "CNY"


def test_an_unknown_demo_is_told_what_there_is():
    with pytest.raises(UnknownCodeError, match="maker"):
        System.demo("makers")


def test_chains_go_four_tiers_deep(made):
    network = made.network
    depth = np.zeros(len(network.items.codes))
    step = csr_array(
        (np.ones(network.bill.nnz), network.bill.indices, network.bill.indptr),
        shape=network.bill.shape,
    )
    reached = network.demand > 0
    levels = 0
    while reached.any():
        depth[reached] = levels
        reached = (step @ reached.astype(float)) > 0
        levels += 1
    assert depth.max() == 4
    assert np.all(network.requirement > 0)


def test_a_part_costs_more_than_what_goes_into_it(made):
    cost = costs(made)
    bill = made.tables["bill"]
    spent = (bill["component"].map(cost) * bill["quantity"]).groupby(bill["parent"]).sum()
    assert np.all(spent.index.map(cost).to_numpy() > spent.to_numpy())


def test_a_car_is_sold_above_its_bill_with_a_plausible_margin(made):
    products = made.tables["products"]
    assert products["price"].between(50_000, 250_000).all()
    assert (products["margin"] / products["price"]).between(0.1, 0.25).all()
    assert products["price"].max() > 2 * products["price"].min()


def test_purchase_prices_lie_near_the_unit_cost(made):
    sourcing = made.tables["sourcing"].dropna(subset=["price"])
    ratio = sourcing["price"] / sourcing["item"].map(costs(made))
    assert ratio.between(0.98, 1.06).all()


def test_stocks_last_one_to_eight_weeks_of_the_plan(made):
    network = made.network
    weeks = network.pooled_stock / network.requirement
    held = network.pooled_stock > 0
    assert weeks[held].min() >= 1.0
    assert np.quantile(weeks[held], 0.99) <= 8.1
    assert 0.02 < np.mean(~held) < 0.15


def test_no_capacity_is_below_its_plan_so_that_the_plan_can_be_made(made):
    network = made.network
    known = np.isfinite(network.capacity)
    assert np.all(network.capacity[known] >= network.planned[known] * (1 - 1e-9))
    at = np.isfinite(network.site_capacity)
    made_there = np.bincount(
        network.node_site[network.given],
        network.planned[network.given],
        minlength=len(network.sites.codes),
    )
    assert at.sum() == len(PLANTS)
    assert np.all(network.site_capacity[at] >= made_there[at])


def test_recovery_lies_between_one_and_52_weeks(made):
    for name in ("sites", "sourcing"):
        weeks = made.tables[name]["recovery_weeks"].dropna()
        assert weeks.between(1, 52).all()
        assert (weeks == weeks.round()).all()


def test_some_data_are_missing_on_purpose(made):
    network, sites = made.network, made.tables["sites"]
    assert 0.3 < np.isfinite(network.capacity).mean() < 0.6
    assert 0.5 < np.isfinite(network.recovery).mean() < 0.8
    assert 0.01 < (sites["region"] == "").mean() < 0.05
    assert (~network.given).sum() > 20
    assert (made.tables["sourcing"]["site"] == "").sum() > 50
    assert made.tables["sourcing"]["share"].isna().sum() > 20


def test_parts_have_one_two_or_more_sources(made):
    sources = made.network.sources_of
    assert {0, 1, 2, 3} <= set(sources)
    assert 0.4 < (sources == 1).mean() < 0.7


def test_one_supplier_hides_under_parts_that_look_as_if_they_had_two_sources(made):
    network = made.network
    item = {code: i for i, code in enumerate(network.items.codes)}
    for family, count in HUBS.items():
        parts = [item[f"{family}-{k:03d}"] for k in range(1, count + 1)]
        nodes = np.isin(network.node_item, parts)
        assert nodes.sum() == count
        assert len(set(network.node_supplier[nodes])) == 1
        above = np.flatnonzero(network.bill[parts].sum(axis=0) > 0)
        assert np.all(network.sources_of[above] >= 2)


def test_several_parts_share_a_site(made):
    network = made.network
    kinds = np.bincount(network.node_site[network.node_site >= 0])
    assert (kinds >= 3).sum() > 100


def test_alternates_are_other_suppliers_than_the_one_at_work(made):
    both = made.tables["alternates"].merge(made.tables["sourcing"], on=["item", "supplier"])
    assert both.empty
    weeks = made.tables["alternates"]["qualify_weeks"]
    assert weeks.between(0, 40).all()
    assert (weeks == 0).any()


def test_codes_of_products_and_chains_are_codes_of_the_lists(made):
    parts = made.tables["parts"]
    assert [code for code in set(parts["hs"]) if product_fault(code)] == []
    nodes = set(parts["chain_node"]) - {""}
    assert {name.split(":")[0] for name in nodes} <= {row["name"] for row in table("chains")}
    assert "lithium-ion-battery:cell" in nodes
    assert (parts["chain_node"] != "").mean() > 0.25


def test_no_name_is_that_of_a_firm(made):
    for name in made.tables["suppliers"]["name"]:
        assert re.match(r"虚构|Made-up ", name)
    assert made.tables["suppliers"]["name"].is_unique
    assert (made.tables["suppliers"]["credit_code"] == "").all()


def test_sites_lie_near_the_city_they_are_named_after(made):
    towns = pd.DataFrame(table("demo_maker_cities")).set_index("city")
    sites = made.tables["sites"].dropna(subset=["latitude_deg"])
    sites = sites[sites["supplier"] != ""]
    town = sites["name"].str.replace(
        r"^(虚构\S+|Made-up \S+ \S+ (Body Parts|\S+)) ", "", regex=True
    )
    assert set(town) <= set(towns.index)
    far = np.abs(towns["latitude_deg"].astype(float).loc[town].to_numpy() - sites["latitude_deg"])
    assert far.max() < 0.6


def test_every_family_of_the_table_has_its_parts_and_adds_up_to_2300():
    rows = table("demo_maker_families")
    assert sum(int(row["parts"]) for row in rows) == 2300
    assert sum(int(row["suppliers"]) for row in rows) == 900
    assert all(float(row["stock_low"]) >= 1 and float(row["stock_high"]) <= 8 for row in rows)
