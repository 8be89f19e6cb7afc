"""The dependence of one home: findings, ranks, what is said and what is not."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from chainwright import System
from chainwright.diagnose import DEPENDENCE_FINDINGS, DependenceThresholds, dependence
from chainwright.errors import LabelError, MissingPartError, ParameterError, UnknownCodeError
from chainwright.system import Axis, Exports, Trade
from chainwright.units import Money
from trades import trade_of, traded

COLUMNS = ["exporter", "importer", "product", "value", "quantity"]
BASE = [
    ("BRA", "CHN", "niobium", 90.0, 9.0),
    ("CAN", "CHN", "niobium", 10.0, 1.0),
    ("BRA", "DEU", "niobium", 50.0, 5.0),
    ("CHN", "DEU", "niobium", 2.0, 0.2),
    ("AUS", "CHN", "coal", 500.0, 5e3),
    ("USA", "CHN", "coal", 200.0, 2e3),
    ("CAN", "DEU", "coal", 200.0, 2e3),
    ("RUS", "DEU", "coal", 400.0, 4e3),
    ("CHN", "DEU", "magnets", 70.0, 1.0),
    ("JPN", "CHN", "magnets", 3.0, np.nan),
    ("DEU", "FRA", "magnets", 5.0, 0.1),
    ("DEU", "CHN", "presses", 8.0, np.nan),
    ("FRA", "CHN", "presses", 8.0, np.nan),
    ("JPN", "CHN", "presses", 2.0, np.nan),
]


def frame(rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def world(*, years=(2020, 2021, 2022), scale=None, rows=BASE, **more):
    """Return the same flows in each year; `scale` says by what quantities of a year differ."""
    frames = {}
    for year in years:
        one = frame(rows)
        one["quantity"] *= (scale or {}).get(year, 1.0)
        frames[year] = one
    return trade_of(frames, money=Money("USD"), quantity_unit="t", **more)


def of(table, product):
    return table.set_index("product").loc[product]


@pytest.fixture(scope="module")
def china():
    return dependence(world(), home="CHN", blocs=["EU27"])


def test_findings_by_hand_and_their_order(china):
    table = china.table()
    assert list(zip(table["product"], table["finding"], strict=True)) == [
        ("niobium", "lasting dependence"),
        ("presses", "lasting dependence"),
        ("coal", "concentrated imports"),
        ("magnets", "concentrated imports"),
    ]
    assert list(table["rank"]) == [1, 2, 3, 4]
    assert list(table["home"]) == ["CHN"] * 4


def test_niobium_by_hand(china):
    row = of(china.table(), "niobium")
    assert row["finding"] == "lasting dependence"
    assert row["finding_zh"] == "持续依赖"
    assert row["import_hhi"] == pytest.approx(0.82)
    assert row["world_export_hhi"] == pytest.approx((140**2 + 10**2 + 2**2) / 152**2)
    assert row["imports_per_exports"] == pytest.approx(50.0)
    assert (row["top_supplier"], row["top_share"]) == ("BRA", pytest.approx(0.9))
    assert row["top_suppliers"] == "BRA 90.0%; CAN 10.0%"
    assert (row["top_exporter"], row["world_loss"]) == ("BRA", pytest.approx(140 / 152))
    assert (row["importers_hit"], row["importers"]) == (2, 2)
    assert (row["years_seen"], row["years_flagged"], row["stability"]) == (3, 3, 1.0)
    assert bool(row["lasting"])
    assert row["import_share"] == pytest.approx(100.0 / 821.0)
    assert row["home_world_share"] == pytest.approx(2 / 152)
    assert pd.isna(row["cdi_dependent"])
    assert np.isnan(row["cdi1"])
    assert row["import_hhi_trend"] == pytest.approx(0.0, abs=1e-15)


def test_the_union_counts_as_one_supplier(china):
    row = of(china.table(), "presses")
    assert row["top_supplier"] == "EU27"
    assert row["top_share"] == pytest.approx(16 / 18)
    alone = of(dependence(world(), home="CHN", blocs=[]).table(), "presses")
    assert alone["top_supplier"] == "DEU"
    assert alone["import_hhi"] < row["import_hhi"]


def test_the_union_as_home_is_one_importer():
    found = dependence(world(), home="EU27")
    row = of(found.table(), "magnets")
    assert row["imports"] == 70.0
    assert row["cdi1"] == 1.0
    assert row["cdi2"] == pytest.approx(70 / 75)
    assert row["cdi3"] == pytest.approx(14.0)
    assert bool(row["cdi_dependent"])
    assert bool(row["cdi_lasting"])
    assert row["years_flagged"] == 3
    assert "in 3 of 3 years" in row["reason_en"]
    assert found.parameters["home_places"] == ["DEU", "FRA"]
    assert "MLT" in found.parameters["members_counted_as_abroad"]
    assert found.parameters["blocs_left_out"] == ["EU27"]


def test_a_bloc_may_depend_by_its_own_criteria_alone():
    many = [(f"{c}", "CHN", "magnets", 40.0, 1.0) for c in ("USA", "JPN", "BRA", "CAN", "AUS")]
    found = dependence(world(rows=[*BASE, *many]), home="EU27")
    row = of(found.table(), "magnets")
    assert not row["c2"]
    assert not row["lasting"]
    assert (row["finding"], row["years_flagged"]) == ("lasting dependence", 3)
    assert "C1 to C3 held in 0 of 3 years" in row["reason_en"]


def test_a_member_as_home_takes_its_bloc_apart():
    found = dependence(world(), home="DEU")
    assert found.parameters["blocs"] == {}
    assert found.parameters["blocs_left_out"] == ["EU27"]
    assert of(found.table(), "magnets")["top_supplier"] == "CHN"


def test_what_others_could_replace_is_in_quantity():
    system = world(scale={2021: 2.0})
    row = of(dependence(system, home="CHN").table(), "niobium")
    assert row["lost_quantity"] == pytest.approx(14.0)
    assert row["replaceable_quantity"] == pytest.approx(1.2)  # CAN 1 t and CHN .2 t once more
    assert row["replaceable_share"] == pytest.approx(1.2 / 14.0)
    assert dependence(system, home="CHN").units["lost_quantity"] == "t"


def test_what_is_not_known_about_quantities_is_said():
    one_year = dependence(world(), home="CHN", years=2022).table()
    row = of(one_year, "niobium")
    assert np.isnan(row["replaceable_quantity"])
    assert row["lost_quantity"] == pytest.approx(14.0)
    assert "one year of quantities" in row["reason_en"]
    assert "仅有一年数量数据" in row["reason_zh"]
    bare = trade_of({2022: frame(BASE).drop(columns="quantity")})
    row = of(dependence(bare, home="CHN").table(), "niobium")
    assert np.isnan(row["lost_quantity"])
    assert "without quantities" in row["reason_en"]
    presses = of(dependence(world(), home="CHN").table(), "presses")
    assert "no quantity of it is known" in presses["reason_en"]


def test_with_few_years_c4_is_empty_and_the_finding_is_of_the_last_year():
    table = dependence(world(years=(2021, 2022)), home="CHN").table()
    row = of(table, "niobium")
    assert pd.isna(row["lasting"])
    assert row["finding"] == "dependence"
    assert np.isnan(row["import_hhi_trend"])
    assert "2 of the 3 years that C4 needs are at hand" in row["reason_en"]
    assert "现有2年" in row["reason_zh"]


def test_only_the_last_three_years_decide_whether_it_lasts():
    spread = [("CHN", "DEU", "niobium", 900.0, 1.0) if r[:2] == ("CHN", "DEU") else r for r in BASE]
    free = {y: frame(spread) for y in (2021, 2022)}
    system = trade_of({**{y: frame(BASE) for y in (2018, 2019, 2020)}, **free})
    row = of(dependence(system, home="CHN").table(), "niobium")
    assert (row["years_flagged"], row["years_seen"]) == (3, 5)
    assert row["stability"] == pytest.approx(0.6)
    assert not row["lasting"]
    assert row["finding"] == "concentrated imports"
    assert "held in 3 of 5 years (2018-2022), in 1 of the last 3" in row["reason_en"]
    assert "C4不成立" in row["reason_zh"]


def test_more_concentration_outranks_a_somewhat_larger_sum():
    more = [
        *[("BRA", "CHN", "a", 45.0, 1.0), ("CAN", "CHN", "a", 55.0, 1.0)],  # 100 at .505
        ("BRA", "CHN", "b", 90.0, 1.0),  # 90 at 1
    ]
    table = dependence(world(rows=[*BASE, *more]), home="CHN").table()
    rank = table.set_index("product")["rank"]
    assert rank["b"] < rank["a"]


def test_what_was_exported_more_than_five_years_ago_is_no_spare():
    years = range(2016, 2023)
    for year, known in ((2017, 0.0), (2018, 9 * 1.2)):  # the last five are 2018 to 2022
        system = world(years=years, scale={year: 10.0})
        row = of(dependence(system, home="CHN", years=years).table(), "niobium")
        assert row["replaceable_quantity"] == pytest.approx(known)


def test_a_product_that_is_imported_no_more_keeps_its_history():
    gone = [row for row in BASE if row[2] != "niobium" or row[1] != "CHN"]
    system = trade_of({2020: frame(BASE), 2021: frame(BASE), 2022: frame(gone)})
    row = of(dependence(system, home="CHN").table(), "niobium")
    assert (row["finding"], row["imports"], row["top_supplier"]) == ("not imported", 0.0, "")
    assert bool(row["lasting"])
    assert row["years_seen"] == 2
    assert "Not imported in 2022" in row["reason_en"]
    assert np.isnan(row["import_hhi"])
    assert row["substitutes"] == ""


def test_a_floor_marks_small_imports_and_keeps_their_row():
    table = dependence(world(), home="CHN", floor=50.0).table()
    assert set(table["product"][table["finding"] == "below floor"]) == {"magnets", "presses"}
    assert list(table["finding"].map(list(DEPENDENCE_FINDINGS).index)) == sorted(
        table["finding"].map(list(DEPENDENCE_FINDINGS).index)
    )
    assert "below the floor" in of(table, "presses")["reason_en"]


def test_the_reason_names_what_is_missing(china):
    for text in china.table()["reason_en"]:
        assert "Domestic production is not in these data" in text
        assert "this rests on 4 products, no full product space" in text
        assert "nan" not in text
    for text in china.table()["reason_zh"]:
        assert "本数据不含国内生产" in text
        assert "nan" not in text
        assert "，，" not in text


def test_reasons_have_names_and_not_codes(china):
    row = of(china.table(), "niobium")
    assert "Brazil delivered 90.0% of the imports" in row["reason_en"]
    assert "来自巴西" in row["reason_zh"]
    assert "sells elsewhere" in row["reason_en"]
    coal = of(china.table(), "coal")
    assert "Russian Federation 30.8%, Canada 15.4%" in coal["reason_en"]
    assert "俄罗斯30.8%、加拿大15.4%" in coal["reason_zh"]


def test_substitutes_are_neither_home_nor_its_largest_supplier(china):
    others = china.tables()["dependence_substitutes"]
    niobium = others[others["product"] == "niobium"]
    assert list(niobium["substitute"]) == []  # Canada sells to China alone
    coal = others[others["product"] == "coal"].set_index("substitute")
    assert list(coal.index) == ["RUS", "CAN"]
    assert coal.loc["RUS", "elsewhere"] == 400.0
    assert coal.loc["RUS", "cover"] == pytest.approx(0.8)
    assert coal.loc["RUS", "world_share"] == pytest.approx(400 / 1300)
    assert coal.loc["CAN", "rank"] == 2


def test_rising_concentration_is_told():
    less = [*BASE, ("RUS", "CHN", "niobium", 60.0, 1.0)]
    system = trade_of({2020: frame(less), 2021: frame(less), 2022: frame(BASE)})
    row = of(dependence(system, home="CHN").table(), "niobium")
    assert row["import_hhi_trend"] > 0.02
    assert "The import HHI rises by" in row["reason_en"]
    quiet = dependence(system, home="CHN", thresholds=DependenceThresholds(trend=1.0))
    assert "rises" not in of(quiet.table(), "niobium")["reason_en"]


def test_home_as_the_largest_exporter_is_told():
    rows = [*BASE, ("CHN", "USA", "magnets", 30.0, 1.0)]
    row = of(dependence(world(rows=rows), home="CHN").table(), "magnets")
    assert row["top_exporter"] == "CHN"
    assert "Home itself is the largest exporter" in row["reason_en"]
    assert row["home_loss"] == 0.0


def test_tables_agree_with_each_other(china):
    tables = china.tables()
    assert list(tables) == [
        "dependence",
        "dependence_years",
        "dependence_suppliers",
        "dependence_substitutes",
        "quality_gap",
    ]
    suppliers = tables["dependence_suppliers"]
    sums = suppliers.groupby("product")["share"].sum()
    np.testing.assert_allclose(sums, 1.0, rtol=1e-12)
    first = suppliers[suppliers["rank"] == 1].set_index("product")
    main = tables["dependence"].set_index("product")
    assert (first["supplier"] == main.loc[first.index, "top_supplier"]).all()
    last = tables["dependence_years"]
    last = last[last["year"] == 2022].set_index("product")
    np.testing.assert_allclose(last["imports"], main.loc[last.index, "imports"])
    ranked = list(dict.fromkeys(tables["dependence_years"]["product"]))
    assert ranked == list(main.index)


def test_years_default_to_the_last_five_at_hand():
    system = traded(2, years=range(2010, 2018))
    assert dependence(system, home="P01").parameters["years"] == [2013, 2014, 2015, 2016, 2017]
    assert dependence(system, home="P01", years=2012).parameters["years"] == [2012]
    assert dependence(system, home="P01", years=[2012, 2011]).found.years == (2011, 2012)


def test_a_year_in_which_home_does_not_trade_is_left_out():
    other = [row for row in BASE if "CHN" not in row[:2]]
    system = trade_of({2020: frame(other), 2021: frame(BASE), 2022: frame(BASE)})
    found = dependence(system, home="CHN")
    assert found.found.years == (2021, 2022)
    assert found.parameters["years"] == [2021, 2022]


def test_the_chart_shows_the_first_products(china):
    figure = china.plot()
    assert isinstance(figure, Figure)
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    table = china.table()
    assert labels[0].startswith(table["product"][0])
    assert labels[0].endswith(f"({table['top_supplier'][0]})")


@pytest.mark.parametrize(
    ("home", "error", "words"),
    [
        ("CHM", UnknownCodeError, "Did you mean CHN"),
        ("ASEAN", LabelError, "None of the"),
        (["CHN", "XXX"], UnknownCodeError, "XXX"),
    ],
)
def test_a_home_that_is_not_there_is_refused(home, error, words):
    with pytest.raises(error, match=words):
        dependence(world(), home=home)


def test_a_year_that_is_not_there_is_refused():
    with pytest.raises(ParameterError, match="of 2020, 2021, 2022"):
        dependence(world(), home="CHN", years=[2019, 2020])


def test_exports_alone_do_not_tell_on_whom_home_depends():
    one = Exports(Axis("place", ("CHN",)), Axis("product", ("x",)), np.ones((1, 1)), 2020)
    with pytest.raises(MissingPartError, match="bilateral flows"):
        dependence(System(trade=Trade.of_exports({2020: one})), home="CHN")
