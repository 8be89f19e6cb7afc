"""Products and sites of a maker as lists: figures by hand, standings, ranks, gaps."""

import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.errors import MissingPartError
from chainwright.report.maker.counts import counted, stock_day
from chainwright.report.maker.product_list import product_list
from chainwright.report.maker.site_list import STANDINGS, site_list
from chainwright.system import System
from toy_makers import maker, random_maker, two_products


def test_products_bring_in_demand_times_price_and_need_what_is_below_them():
    table = product_list(two_products()).table().set_index("item")
    assert table.index.tolist() == ["F1", "F2"]  # 480 before 240 a week
    assert table["revenue_per_week"].tolist() == [480.0, 240.0]
    assert table["margin_per_week"].tolist() == [200.0, 80.0]
    assert table["items"].tolist() == [2, 1]
    assert table["lone_items"].tolist() == [1, 0]  # b comes from one node, a from two
    assert table["unsourced_items"].tolist() == [0, 0]
    assert table["stock_weeks"].tolist() == [0.5, 0.75]


def test_a_product_without_a_price_has_no_revenue_and_comes_last():
    system = maker(
        products=["item demand_per_week price", ("X", 10, None), ("Y", 1, 2)],
        bill=["parent component quantity", ("X", "a", 1), ("Y", "a", 1)],
        sites=["site", ("P",)],
        sourcing=["item site", ("X", "P"), ("Y", "P")],
    )
    table = product_list(system).table()
    assert table["item"].tolist() == ["Y", "X"]
    assert np.isnan(table["revenue_per_week"].iloc[1])
    assert table["unsourced_items"].tolist() == [1, 1]


def test_sites_stand_as_the_ranking_of_exposure_says():
    system = two_products()
    ranking = diagnose.exposure(system).table()
    table = site_list(system, ranking).table().set_index("site")
    told = ranking.set_index("scenario")
    for site, row in table.iterrows():
        exposed = told.loc[site, "gap_weeks"] > 0.0
        assert row["standing"] == ("exposed" if exposed else "not exposed")
        assert row["rank"] == (told.loc[site, "rank"] if exposed else 0)
    assert table["tier"].to_dict() == {"P1": 0, "P2": 0, "A1": 1, "A2": 1, "B": 1}
    ranked = table.loc[table["rank"] > 0, "rank"].tolist()
    assert ranked == sorted(ranked)


@pytest.mark.parametrize(
    ("gap", "standing", "ranked"),
    [(0.0, "not exposed", False), (0.01, "exposed", True), (np.nan, "not known", False)],
)
def test_a_site_is_exposed_from_the_smallest_gap_on(gap, standing, ranked):
    system = two_products()
    ranking = diagnose.exposure(system).table()
    ranking.loc[ranking["scenario"] == "B", "gap_weeks"] = gap
    row = site_list(system, ranking).table().set_index("site").loc["B"]
    assert row["standing"] == standing
    assert (row["rank"] > 0) == ranked


def test_without_a_ranking_nothing_is_known_of_any_site():
    table = site_list(two_products()).table()
    assert set(table["standing"]) == {"not known"}
    assert (table["rank"] == 0).all()


def test_an_item_without_a_source_is_a_place_that_nobody_knows():
    system = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "x", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier latitude_deg longitude_deg place", ("P", "", 30, 120, "CHN")],
        sourcing=["item supplier site", ("F", "", "P")],
    )
    table = site_list(system).table().set_index("site")
    gap = table.loc["x/?"]
    assert (gap["standing"], gap["tier"], gap["place"], gap["items"]) == ("not known", 1, "", 1)
    assert np.isnan(gap["latitude_deg"])
    assert table.loc["P", "latitude_deg"] == 30.0


@pytest.mark.parametrize("seed", range(12))
def test_each_site_and_each_gap_that_is_needed_stands_in_the_list_once(seed):
    system = random_maker(seed)
    network = system.maker.network
    table = site_list(system).table()
    assert table["site"].is_unique
    assert set(network.sites.codes) <= set(table["site"])
    assert set(table["standing"]) <= set(STANDINGS)
    idle = table["tier"] < 0
    assert (table.loc[idle, "standing"] == "not needed").all()
    assert not (table.loc[~idle, "standing"] == "not needed").any()


def test_a_site_that_is_not_in_the_ranking_is_not_known():
    system = two_products()
    ranking = diagnose.exposure(system).table()
    short = ranking[ranking["scenario"] != "B"]
    table = site_list(system, short).table().set_index("site")
    assert table.loc["B", "standing"] == "not known"
    strange = pd.concat([ranking, ranking.assign(scenario="elsewhere")])
    assert len(site_list(system, strange).table()) == 5


def test_the_counts_of_the_hand_worked_case():
    assert counted(two_products().maker) == {
        "products": 2,
        "parts": 2,
        "suppliers": 2,
        "sites": 5,
        "tiers": 1,
        "gaps": 0,
        "sources": 5,
        "no_site": 0,
        "no_recovery": 3,
        "items": 4,
        "no_stock": 0,
    }


@pytest.mark.parametrize("seed", range(10))
def test_what_is_not_known_is_counted_row_by_row(seed):
    held = random_maker(seed).maker
    found, rows = counted(held), held.tables["sourcing"]
    outside = rows[rows["supplier"] != ""]
    assert found["sources"] == len(rows)
    assert found["no_site"] == int((outside["site"] == "").sum())
    items = set(held.tables["products"]["item"]) | set(held.tables["bill"]["component"])
    items |= set(held.tables["bill"]["parent"]) | set(rows["item"])
    assert found["gaps"] == len(items - set(rows["item"]))
    assert found["products"] + found["parts"] == len(held.network.items)


def test_the_newest_day_of_the_stocks_is_told():
    assert stock_day(two_products().maker) == ""
    system = maker(
        products=["item demand_per_week", ("F", 10)],
        bill=["parent component quantity", ("F", "x", 1)],
        sites=["site", ("P",)],
        sourcing=["item site", ("F", "P")],
        stocks=["item site quantity date", ("F", "P", 1, "2026-06-30"), ("x", "P", 2, "2026-05")],
    )
    assert stock_day(system.maker) == "2026-06-30"


def test_a_system_without_a_maker_is_refused():
    for ask in (product_list, site_list):
        with pytest.raises(MissingPartError, match="maker"):
            ask(System())
