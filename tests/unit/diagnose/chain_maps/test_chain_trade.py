"""A chain joined to trade through HS codes: suppliers, unit values, density, draws of years."""

import numpy as np
import pytest

from chainwright import diagnose
from chainwright.diagnose import ChainThresholds
from chainwright.system import Axis, Exports, Trade, TradeYear
from toy_chains import made_chain, share, system_of

NODES = {
    "resist": {"hs": "370710", "stage": "material"},
    "laser": {"hs": "901320;901390", "stage": "equipment"},
    "stage": {"hs": "901390", "stage": "equipment"},
    "known": {"hs": "901320"},
    "blank": {},
    "chip": {"final": 1.0},
}
LINKS = [(node, "chip", "essential") for node in NODES if node != "chip"]
SUPPLY = [share("known", "USA", 1.0)]

PLACES = ("CHN", "DEU", "FRA", "JPN", "USA")
PRODUCTS = ("370710", "901320", "901390")

FLOWS = [  # exporter, importer, product, value, quantity
    ("JPN", "CHN", "370710", 80.0, 8.0),
    ("USA", "CHN", "370710", 10.0, np.nan),
    ("CHN", "USA", "370710", 10.0, 4.0),
    ("DEU", "FRA", "901320", 30.0, 1.0),
    ("DEU", "CHN", "901390", 60.0, 1.0),
    ("CHN", "DEU", "901390", 10.0, 1.0),
]


def year_of(flows, year=2022):
    places, products = Axis("place", PLACES), Axis("product", PRODUCTS)
    exporter, importer, product, value, quantity = zip(*flows, strict=True)
    return TradeYear(
        year,
        places,
        products,
        places.index(exporter).astype(np.int16),
        places.index(importer).astype(np.int16),
        products.index(product),
        np.array(value),
        np.array(quantity),
    )


def trade(flows=FLOWS):
    return Trade.of_years({2022: year_of(flows)}, classification="HS2017")


def ask(held, home="CHN", nodes=None, **more):
    chain = made_chain(nodes or NODES, LINKS, SUPPLY)
    return diagnose.chain(system_of(chain, held), "toy", home=home, **more)


def row(found, node):
    frame = found.table()
    return frame[frame["node"] == node].iloc[0]


def test_suppliers_come_from_exports_in_the_nodes_codes():
    resist = row(ask(trade()), "resist")
    assert (resist["share_basis"], resist["share_year"]) == ("trade", 2022)
    assert (resist["top_foreign"], resist["home_share"]) == ("JPN", pytest.approx(0.1))
    assert resist["top_foreign_share"] == pytest.approx(0.8)
    assert resist["foreign_hhi"] == pytest.approx((0.8**2 + 0.1**2) / 0.9**2)
    assert "may be wider" in resist["reason_en"]
    assert resist["exposure_basis"] == ""  # exports say nothing of home's own use


def test_the_codes_of_a_node_are_added_up_and_shared_ones_are_said_to_be_wide():
    laser = row(ask(trade()), "laser")
    assert laser["top_foreign_share"] == pytest.approx(0.9)  # 30 + 60 of 100
    assert "cover other nodes too" in laser["reason_en"]
    assert "同时含其他环节" in laser["reason_zh"]


def test_documents_come_before_trade():
    known = row(ask(trade()), "known")
    assert (known["share_basis"], known["top_foreign"]) == ("production", "USA")


def test_a_node_without_codes_has_no_trade():
    blank = row(ask(trade()), "blank")
    assert blank["share_basis"] == ""
    assert np.isnan(blank["home_share"])


def test_the_gap_is_one_less_the_ratio_of_unit_values():
    resist = row(ask(trade()), "resist")
    assert resist["gap"] == pytest.approx(1.0 - (10.0 / 4.0) / (80.0 / 8.0))  # NaN quantity is out
    nodes = {**NODES, "resist": {"hs": "370710", "gap": 0.4}}
    assert row(ask(trade(), nodes=nodes), "resist")["gap"] == 0.4


def test_unit_values_stand_in_for_a_gap_of_another_place():
    nodes = {**NODES, "resist": {"hs": "370710", "gap": 0.4, "gap_place": "JPN"}}
    resist = row(ask(trade(), nodes=nodes), "resist")
    assert resist["gap"] == pytest.approx(1.0 - (10.0 / 4.0) / (80.0 / 8.0))
    assert "that of Japan, not of home: G is from unit values." in resist["reason_en"]
    assert "图中差距为日本的，不是本国的：G取自单价之比。" in resist["reason_zh"]


def test_trade_inside_a_bloc_is_left_out():
    europe = row(ask(trade(), home="DEU+FRA"), "laser")
    assert europe["home_share"] == pytest.approx(60.0 / 70.0)
    assert europe["status"] == "long plate"
    assert europe["evidence"] == "trade"


def test_exports_alone_are_enough_for_suppliers():
    sums = year_of(FLOWS).exports()
    found = ask(Trade.of_exports({2022: sums}, classification="HS2017"))
    assert row(found, "resist")["home_share"] == pytest.approx(0.1)
    assert np.isnan(row(found, "resist")["gap"])
    assert found.trade_year == 2022


def test_value_ranks_equal_nodes_by_world_trade_in_bounds():
    found = ask(trade())
    held = found.table().set_index("node")
    assert held.loc["resist", "value_low"] > held.loc["stage", "value_low"]  # 100 before 70
    assert held.loc["blank", "value_low"] < held.loc["blank", "value_high"]
    inside = (held["value_low"] <= held["value"]) & (held["value"] <= held["value_high"])
    assert inside.all()


def test_density_counts_only_among_enough_products():
    found = ask(trade())
    assert np.isnan(row(found, "resist")["density"])
    few = ask(trade(), thresholds=ChainThresholds(products=2.0))
    assert 0.0 <= row(few, "resist")["density"] <= 1.0
    assert row(few, "resist")["hard"] == pytest.approx(1.0 - row(few, "resist")["density"])


def test_codes_are_translated_to_the_revision_of_the_trade():
    sums = Exports(
        Axis("place", ("CHN", "JPN")), Axis("product", ("854142",)), np.array([[9.0], [1.0]])
    )
    chain = made_chain({"cell": {"hs": "854140"}, "chip": {"final": 1.0}},
                       [("cell", "chip", "essential")])  # fmt: skip
    newer = Trade.of_exports({2023: sums}, classification="HS2022")
    found = diagnose.chain(system_of(chain, newer), "toy", home="CHN")
    assert row(found, "cell")["home_share"] == pytest.approx(0.9)
    same = Trade.of_exports({2023: sums}, classification="HS2017")
    found = diagnose.chain(system_of(chain, same), "toy", home="CHN")
    assert row(found, "cell")["share_basis"] == ""


def years():
    """Three years in which the resist's suppliers change hands."""
    other = [("USA", "CHN", "370710", 80.0, 8.0), *FLOWS[1:]]
    return Trade.of_years(
        {2020: year_of(FLOWS, 2020), 2021: year_of(other, 2021), 2022: year_of(FLOWS, 2022)},
        classification="HS2017",
    )


def test_draws_of_years_give_intervals_of_the_rank_and_the_seed_repeats_them():
    first = ask(years(), draws=40).table()
    again = ask(years(), draws=40).table()
    np.testing.assert_array_equal(first["rank_5"], again["rank_5"])
    assert (first["rank_5"] <= first["rank_95"]).all()
    assert first["rank_95"].between(1, len(first)).all()
    assert ask(years(), draws=40).parameters["seed"] == 7


def test_the_year_that_is_asked_for_is_the_one_that_is_joined():
    assert row(ask(years(), year=2021), "resist")["top_foreign"] == "USA"
    assert row(ask(years()), "resist")["top_foreign"] == "JPN"
