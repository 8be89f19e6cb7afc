"""WIOD: exports and their value added, origins of demand and of products, reliance, paths."""

import numpy as np
import pytest

from chainwright import System
from chainwright.accounts import (
    export_split,
    paths,
    position,
    product_origin,
    reliance,
    trade_in_value_added,
)
from real import data

PRINTED = 5e-5

EXPORTS = {  # exports in M$, share of domestic value added, ratio of value added exports
    "CHN": (2_084_965, 0.7743, 0.7548),
    "DEU": (1_601_451, 0.7147, 0.6940),
    "USA": (1_839_878, 0.8441, 0.7904),
    "JPN": (894_066, 0.8272, 0.8152),
    "KOR": (611_590, 0.5948, 0.5915),
}

ORIGIN = {  # of China's final demand, percent
    "CHN": 81.97,
    "RoW": 5.07,
    "USA": 2.11,
    "JPN": 1.87,
    "DEU": 1.33,
    "AUS": 1.10,
    "KOR": 1.04,
    "RUS": 0.65,
}

CELLS = {  # face value, look-through, industrial look-through
    ("USA", "c15"): (0.2511, 0.4127, 0.4866),
    ("DEU", "c15"): (0.3400, 0.5220, 0.5763),
    ("CHN", "c14"): (0.1579, 0.2692, 0.2410),
    ("JPN", "c14"): (0.1079, 0.2459, 0.2479),
    ("KOR", "c14"): (0.2461, 0.4575, 0.4141),
}

ON_CHINA = {  # face value, look-through; of CHN c14 itself its own
    ("USA", "c15"): (0.0436, 0.0944),
    ("DEU", "c15"): (0.0224, 0.0584),
    ("CHN", "c14"): (0.8421, 0.7308),
    ("JPN", "c14"): (0.0362, 0.0769),
    ("KOR", "c14"): (0.0811, 0.1531),
}

MANUFACTURING = {  # face, look-through, industrial look-through, industrial face
    "USA": (0.2246, 0.3471, 0.4015, 0.2635),
    "CHN": (0.1199, 0.2198, 0.1758, 0.1057),
    "DEU": (0.3457, 0.5113, 0.6192, 0.5010),
}


@pytest.fixture(scope="module")
def trade(wiod2011):
    return trade_in_value_added(wiod2011)


@pytest.fixture(scope="module")
def relied(wiod2011):
    return reliance(wiod2011)


@pytest.mark.parametrize("region", EXPORTS)
def test_exports_their_domestic_value_added_and_value_added_exports(trade, region):
    row = trade.table().set_index("region").loc[region]
    exports, domestic, ratio = EXPORTS[region]
    assert row["exports"] == exports  # whole M$, exact
    assert row["domestic_share"] == pytest.approx(domestic, abs=PRINTED)
    assert row["value_added_export_ratio"] == pytest.approx(ratio, abs=PRINTED)


def test_the_origin_of_china_s_final_demand(trade):
    table = trade.origin_table()
    found = table[table["user_region"] == "CHN"].head(8)
    assert list(found["origin_region"]) == list(ORIGIN)
    np.testing.assert_allclose(100 * found["share"], list(ORIGIN.values()), rtol=0, atol=5e-3)


def test_the_nine_terms_add_up_to_gross_exports(wiod2011, trade):
    found = export_split(wiod2011)
    np.testing.assert_allclose(found.terms.sum(axis=0), found.exports, rtol=1e-10)
    np.testing.assert_allclose(found.value_added_exports, trade.used_abroad, rtol=1e-10)
    assert (found.terms >= 0.0).all()


@pytest.mark.parametrize(
    ("year", "german", "chinese"),
    [(1995, 0.7907, 0.7799), (2008, 0.6670, 0.6885), (2011, 0.6559, 0.7110)],
)
def test_domestic_value_added_in_final_products(year, german, chinese):
    system = System.read(data("wiod2013"), year=year)
    car = product_origin(system, "DEU:c15").domestic_share
    assert car == pytest.approx(german, abs=PRINTED)
    assert product_origin(system, "CHN:c14").domestic_share == pytest.approx(chinese, abs=PRINTED)
    printed = {1995: 0.79, 2008: 0.66}  # Timmer et al. 2014
    if year in printed:
        assert car == pytest.approx(printed[year], abs=0.01)


@pytest.mark.parametrize("cell", CELLS)
def test_face_value_and_look_through_reliance(relied, cell):
    row = relied.table().set_index(["region", "sector"]).loc[cell]
    columns = ["foreign_input_face", "foreign_input_look_through", "industrial_input_look_through"]
    np.testing.assert_allclose(row[columns].astype(float), CELLS[cell], rtol=0, atol=PRINTED)


def test_reliance_on_china(relied):
    table = relied.by_supplier().set_index(["region", "sector", "supplier_region"])
    for (region, sector), expected in ON_CHINA.items():
        row = table.loc[(region, sector, "CHN"), ["face", "look_through"]].astype(float)
        np.testing.assert_allclose(row, expected, rtol=0, atol=PRINTED)


@pytest.mark.parametrize("region", MANUFACTURING)
def test_manufacturing_as_a_whole(relied, region):
    table = relied.by_region()
    row = table[(table["region"] == region) & (table["sectors"] == "manufacturing")].iloc[0]
    columns = [
        "foreign_input_face",
        "foreign_input_look_through",
        "industrial_input_look_through",
        "industrial_input_face",
    ]
    np.testing.assert_allclose(
        row[columns].astype(float), MANUFACTURING[region], rtol=0, atol=PRINTED
    )


def test_look_through_shares_sum_to_one(relied):
    sums = relied.by_supplier().groupby(["region", "sector"])["look_through"].sum(min_count=41)
    np.testing.assert_allclose(sums.dropna(), 1.0, rtol=1e-10)


PATHS = {1e-3: (249, 0.2392, 61), 1e-4: (1_981, 0.3910, 715), 1e-5: (16_432, 0.5365, 6_617)}


@pytest.mark.parametrize("threshold", PATHS)
def test_foreign_value_added_in_german_transport_equipment(wiod2011, threshold):
    found = paths(wiod2011, root="DEU:c15", abroad_of="DEU", threshold=threshold)
    visited, covered, large = PATHS[threshold]
    assert found.demand == 292_823
    assert found.total == pytest.approx(100_766.2, abs=0.05)
    assert found.total / found.demand == pytest.approx(0.3441, abs=PRINTED)
    assert len(found.node) == visited
    assert found.covered == pytest.approx(covered, abs=PRINTED)
    assert found.large.sum() == large
    assert found.contribution.sum() + found.cut == pytest.approx(found.total, rel=1e-13)


def test_the_first_supply_paths_of_german_transport_equipment(wiod2011):
    table = paths(wiod2011, root="DEU:c15", abroad_of="DEU", threshold=1e-4).table().head(8)
    first = ["AUT:c15", "FRA:c15", "GBR:c15", "POL:c15", "RoW:c12", "HUN:c15", "ITA:c15", "CZE:c15"]
    assert list(table["path"]) == [f"{node} > DEU:c15" for node in first]
    percent = [1.046, 0.989, 0.752, 0.596, 0.577, 0.555, 0.541, 0.540]
    np.testing.assert_allclose(100 * table["share"], percent, rtol=0, atol=5.1e-4)


def test_a_lower_threshold_changes_no_path_that_was_found(wiod2011):
    few = paths(wiod2011, root="DEU:c15", abroad_of="DEU", threshold=1e-3).table()
    many = paths(wiod2011, root="DEU:c15", abroad_of="DEU", threshold=1e-4).table()
    joined = few.merge(many, on="path", suffixes=("", "_more"))
    assert len(joined) == len(few)
    np.testing.assert_allclose(joined["contribution"], joined["contribution_more"], rtol=1e-12)


def test_upstreamness_weighted_by_output(wiod2011):
    found = position(wiod2011)
    table = found.tables()["position_by_region"].set_index("region")
    assert table.loc["CHN", "upstreamness"] == pytest.approx(2.7893, abs=PRINTED)
    assert table.loc["USA", "upstreamness"] == pytest.approx(1.8099, abs=PRINTED)
    x = wiod2011.flows.output
    world = np.nansum(found.upstreamness * x) / x.sum()
    assert world == pytest.approx(2.1526, abs=PRINTED)
    assert np.nansum(found.downstreamness * x) / x.sum() == pytest.approx(world, rel=1e-10)
