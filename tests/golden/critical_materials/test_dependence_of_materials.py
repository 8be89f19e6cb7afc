"""Raw materials of 2022, 2024 and 2018 to 2024: who depends on whom, to the printed digits."""

import numpy as np
import pytest

from chainwright.diagnose import dependence, lasting_dependence, trade_dependence
from trades import baci, materials

GEODEP = {
    ("CHN", 2022): "252800 TUR, 260600 GIN, 283691 CHL, 283692 MEX, 720293 BRA, 811212 KAZ",
    ("CHN", 2024): "252800 TUR, 260600 GIN, 283691 CHL, 283692 EU27, 720293 BRA, 811212 KAZ",
    ("EU27", 2022): "252800, 260600, 280470, 283691, 720293, 810411, 811212, 850511",
    ("EU27", 2024): "252800, 260600, 280470, 283691, 720293, 810411, 850511",
    ("USA", 2022): "252800, 283691, 283692, 720293, 850511",
    ("USA", 2024): "252800, 283691, 283692, 720293, 810194, 810411, 811212, 850511",
    ("JPN", 2022): "252800, 260600, 280470, 283692, 720293, 810411, 811212",
    ("JPN", 2024): "252800, 260600, 280470, 283692, 720293, 810194, 810411, 811212",
}

COUNTRIES_ALONE = {
    ("CHN", 2022): "252800, 260600, 283691, 720293, 811212",
    ("CHN", 2024): "260600, 283691, 283692, 720293, 811212",
    ("DEU", 2022): "260600, 720293, 810411",
}

CHINA_2022 = {  # import HHI, world HHI, imports over exports, top supplier and its share
    "252800": (0.859, 0.502, 87.8, "TUR", 0.924),
    "260600": (0.534, 0.462, 22.4, "GIN", 0.702),
    "283691": (0.814, 0.666, 10.4, "CHL", 0.900),
    "283692": (0.448, 0.482, 1.46, "MEX", 0.514),
    "720293": (0.901, 0.612, 21.3, "BRA", 0.948),
    "811212": (0.969, 0.775, 4503, "KAZ", 0.984),
}

CDI = {  # how many pass CDI1, CDI2, CDI3, and which pass all
    2022: (10, 24, 17, "252800 252910 260600 280470 283691 720293 810411 850511"),
    2024: (
        14,
        23,
        18,
        "252800 252910 260200 260600 280429 280470 283691 720293 810411 811010 850511",
    ),
}

CDI_2024 = {  # CDI1, CDI2, CDI3, imports from outside in M USD, top supplier and its share
    "252800": (0.9532, 0.6441, 1.543, 46.3, "TUR", 0.976),
    "280429": (0.4012, 0.6379, 1.260, 769.8, "DZA", 0.594),
    "720293": (0.7540, 0.7371, 2.341, 747.1, "BRA", 0.857),
    "811010": (0.5396, 0.9550, 15.302, 321.2, "TJK", 0.725),
    "850511": (0.7873, 0.8017, 2.892, 1215.6, "CHN", 0.886),
}

FAILURES_2024 = {  # the largest exporter, the world's loss, importers hit, importers
    "811212": ("KAZ", 0.8918, 2, 30),
    "720293": ("BRA", 0.7583, 35, 77),
    "283691": ("CHL", 0.7447, 12, 114),
    "260600": ("GIN", 0.7206, 5, 111),
    "810411": ("CHN", 0.7151, 66, 113),
    "283692": ("DEU", 0.6301, 33, 83),
    "850511": ("CHN", 0.6266, 104, 211),
    "810194": ("CHN", 0.6179, 18, 107),
    "252800": ("TUR", 0.5707, 31, 127),
    "280470": ("VNM", 0.4904, 9, 88),
}

WORLD_HHI_2024 = {
    "811212": 0.7993,
    "720293": 0.5902,
    "283691": 0.5866,
    "260600": 0.5477,
    "810411": 0.5372,
    "850511": 0.4098,
}

CHURN = {1: 9, 3: 12, 5: 13}
"""Percent of dependent pairs of over 1 M USD that are so no more after so many years."""


def rows_of(system, importer, **more):
    frame = trade_dependence(system, **more).table()
    return frame[frame["importer"] == importer].set_index("product")


@pytest.mark.parametrize(("importer", "year"), GEODEP)
def test_the_dependences_of_a_country_are_those_of_the_page(importer, year):
    found = rows_of(baci(year), importer)
    found = found[found["dependent"]]
    wanted = [words.split() for words in GEODEP[importer, year].split(", ")]
    assert sorted(found.index) == [words[0] for words in wanted]
    tops = {words[0]: words[1] for words in wanted if len(words) > 1}
    assert {code: found.loc[code, "top_supplier"] for code in tops} == tops


@pytest.mark.parametrize(("importer", "year"), COUNTRIES_ALONE)
def test_without_the_bloc_the_lists_are_other_ones(importer, year):
    found = rows_of(baci(year), importer, blocs=[])
    assert sorted(found.index[found["dependent"]]) == COUNTRIES_ALONE[importer, year].split(", ")


@pytest.mark.parametrize("product", CHINA_2022)
def test_china_in_2022_product_by_product(product):
    hhi, world, ratio, top, share = CHINA_2022[product]
    row = rows_of(baci(2022), "CHN").loc[product]
    assert row["import_hhi"] == pytest.approx(hhi, abs=5e-4)
    assert row["world_export_hhi"] == pytest.approx(world, abs=5e-4)
    assert row["imports_per_exports"] == pytest.approx(ratio, rel=5e-3)
    assert row["top_supplier"] == top
    assert row["top_share"] == pytest.approx(share, abs=5e-4)


@pytest.mark.parametrize("year", CDI)
def test_the_union_by_the_criteria_of_the_commission(year):
    *passing, dependent = CDI[year]
    found = trade_dependence(baci(year))
    bars = (0.4, 0.5, 1.0)
    counted = [int((cdi[0] > bar).sum()) for cdi, bar in zip(found.cdi, bars, strict=True)]
    assert counted == passing
    products = np.array(found.measures.products.codes)
    assert sorted(products[found.cdi_dependent[0]]) == dependent.split()
    table = dependence(baci(year), home="EU27").table().set_index("product")
    assert sorted(table.index[table["cdi_dependent"]]) == dependent.split()


@pytest.mark.parametrize("product", CDI_2024)
def test_the_union_in_2024_product_by_product(product):
    one, two, three, imports, top, share = CDI_2024[product]
    for row in (
        rows_of(baci(2024), "EU27").loc[product],
        dependence(baci(2024), home="EU27").table().set_index("product").loc[product],
    ):
        assert row["cdi1"] == pytest.approx(one, abs=5e-5)
        assert row["cdi2"] == pytest.approx(two, abs=5e-5)
        assert row["cdi3"] == pytest.approx(three, abs=5e-4)
        assert row["imports"] / 1e3 == pytest.approx(imports, abs=0.05)
        assert row["top_supplier"] == top
        assert row["top_share"] == pytest.approx(share, abs=5e-4)


@pytest.mark.parametrize("product", FAILURES_2024)
def test_single_points_of_failure_of_2024_among_countries(product):
    found = trade_dependence(baci(2024), blocs=[]).products().set_index("product").loc[product]
    exporter, loss, hit, importers = FAILURES_2024[product]
    assert found["top_exporter"] == exporter
    assert found["world_loss"] == pytest.approx(loss, abs=5e-5)
    assert (found["importers_hit"], found["importers"]) == (hit, importers)


def test_the_world_s_exporters_and_the_check_sums():
    found = trade_dependence(baci(2024), blocs=[])
    table = found.products().set_index("product")
    for product, hhi in WORLD_HHI_2024.items():
        assert table.loc[product, "world_export_hhi"] == pytest.approx(hhi, abs=5e-5)
    assert table["world_trade"].sum() == pytest.approx(297.628e6, abs=0.5e3)
    world = trade_dependence(baci(2022), blocs=[]).products()["world_trade"].sum()
    assert world == pytest.approx(388.462e9, abs=0.5e6)


def test_two_of_three_years_for_china():
    wanted = ["bauxite", "beryllium", "boron", "lithium", "niobium", "strontium"]
    system = materials(2022, 2023, 2024)
    table = lasting_dependence(system).table()
    assert sorted(table["product"][(table["importer"] == "CHN") & table["lasting"]]) == wanted
    home = dependence(system, home="CHN").table()
    assert sorted(home["product"][home["lasting"]]) == wanted
    assert list(home["finding"][:6]) == ["lasting dependence"] * 6


@pytest.mark.parametrize("lag", CHURN)
def test_few_flags_of_weight_are_gone_after_some_years(lag):
    churn = lasting_dependence(materials(), floor=1e6).churn().set_index("lag")["churn"]
    assert round(100 * churn[lag]) == CHURN[lag]


LASTING = {  # firmest first: what an expert would look for in each list
    "CHN": ["bauxite", "lithium", "niobium", "boron"],
    "EU27": ["magnets", "niobium", "magnesium", "lithium", "boron", "antimony"],
    "JPN": ["niobium", "phosphorus", "magnesium"],
}


@pytest.mark.parametrize("home", LASTING)
def test_the_lists_of_seven_years_hold_what_an_expert_looks_for(home):
    table = dependence(materials(), home=home, years=range(2018, 2025)).table()
    lasting = list(table["product"][table["finding"] == "lasting dependence"])
    assert set(LASTING[home]) <= set(lasting)
    assert lasting[0] == LASTING[home][0]
    assert table["years_seen"].max() == 7
    steady = table.set_index("product")["stability"]
    assert steady["niobium"] == 1.0
