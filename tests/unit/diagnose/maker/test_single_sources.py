import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.diagnose.maker.node_groups import node_groups
from chainwright.errors import MissingPartError, ParameterError
from chainwright.system import System
from toy_makers import maker, one_chip, two_products
from trades import traded


@pytest.fixture(scope="module")
def found():
    return diagnose.single_sources(one_chip()).table().set_index("item")


def test_two_products_are_what_was_worked_out_by_hand():
    table = diagnose.single_sources(two_products()).table()
    assert table["item"].tolist() == ["F1", "b", "F2", "a"]
    assert table["finding"].tolist() == ["one site"] * 3 + ["one supplier"]
    assert table["revenue_per_week"].tolist() == [480, 480, 240, 720]
    assert table["cover_weeks"].tolist() == [0.5, 2.0, 0.75, 0.5]
    assert table["products"].tolist() == [1, 1, 1, 2]
    assert table["kind"].tolist() == ["product", "bought", "product", "bought"]
    a = table.iloc[3]
    assert (a["hhi_site_low"], a["hhi_supplier_low"], a["hhi_place_high"]) == (0.5, 1.0, 1.0)
    assert (a["single_region"], a["single_place"], a["only_place"]) == (False, True, "CHN")


def test_each_item_has_the_worst_that_can_be_said_of_it(found):
    assert found["finding"].to_dict() == {
        "F": "one site",
        "A": "several",
        "c": "one supplier",
        "E": "one supplier",
        "G": "no source known",
        "H": "cannot be told",
    }


def test_sources_of_unknown_site_are_counted_apart_and_not_as_one(found):
    assert found.loc["H", ["sites", "sites_unknown"]].tolist() == [1, 1]
    assert found.loc["E", ["sites", "sites_unknown"]].tolist() == [0, 1]
    assert pd.isna(found.loc["E", "single_site"])
    assert pd.isna(found.loc["H", "single_place"])
    assert found.loc["H", "single_supplier"] == False  # noqa: E712 - not missing
    assert found.loc["c", ["places", "places_unknown"]].tolist() == [1, 1]
    assert pd.isna(found.loc["c", "single_place"])


def test_one_known_site_is_one_country_even_if_it_is_not_known_which():
    system = maker(
        products=["item demand_per_week", ("F", 1)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier", ("Z", "S")],
        sourcing=["item supplier site", ("a", "S", "Z")],
    )
    row = diagnose.single_sources(system).table().set_index("item").loc["a"]
    assert (row["single_place"], row["only_place"], row["places_unknown"]) == (True, "", 1)
    assert (row["hhi_place_low"], row["hhi_place_high"]) == (1.0, 1.0)


def test_unknown_shares_and_places_widen_the_concentration_to_exact_bounds(found):
    # c: X1 in TWN and X2 nowhere known; shares unknown: half each in two countries, or all in one
    assert found.loc["c", ["hhi_place_low", "hhi_place_high"]].tolist() == [0.5, 1.0]
    assert found.loc["c", ["hhi_supplier_low", "hhi_supplier_high"]].tolist() == [1.0, 1.0]
    assert found.loc["c", ["hhi_site_low", "hhi_site_high"]].tolist() == [0.5, 1.0]
    # H: 0.7 at A1; 0.3 of S2 at sites unknown, spread over many or all in China as well
    np.testing.assert_allclose(found.loc["H", ["hhi_place_low", "hhi_place_high"]].astype(float),
                               [0.49, 1.0])  # fmt: skip
    np.testing.assert_allclose(found.loc["H", ["hhi_site_low", "hhi_site_high"]].astype(float),
                               [0.49, 0.58])  # fmt: skip
    assert found.loc["G", ["hhi_place_low", "hhi_place_high"]].isna().all()


def test_an_alternate_that_is_a_source_already_is_no_alternate(found):
    assert found.loc["A", ["alternates", "qualified_alternates"]].tolist() == [0, 0]
    assert found.loc["c", "alternates"] == 2
    assert found.loc["c", "quickest_alternate_weeks"] == 8
    assert np.isnan(found.loc["A", "quickest_alternate_weeks"])


def test_a_qualified_alternate_makes_a_single_site_less_bad():
    def asked(weeks):
        return diagnose.single_sources(
            maker(
                products=["item demand_per_week", ("F", 1)],
                bill=["parent component quantity", ("F", "a", 1)],
                suppliers=["supplier", ("S",), ("T",)],
                sites=["site supplier", ("Z", "S")],
                sourcing=["item supplier site", ("a", "S", "Z")],
                alternates=["item supplier qualify_weeks", ("a", "T", weeks)],
            )
        ).table().set_index("item").loc["a", "finding"]  # fmt: skip

    assert asked(0) == "one site, alternate"
    assert asked(4) == "one site"


def test_revenue_without_prices_is_not_said_and_the_products_are_counted():
    system = maker(
        products=["item demand_per_week price", ("F", 2, 30), ("G", 1, None)],
        bill=["parent component quantity", ("F", "a", 1), ("G", "a", 1), ("G", "b", 1)],
        suppliers=["supplier", ("S",)],
        sourcing=["item supplier", ("a", "S"), ("b", "S")],
    )
    table = diagnose.single_sources(system).table().set_index("item")
    assert table.loc["a", ["revenue_per_week", "unpriced_products"]].tolist() == [60, 1]
    assert np.isnan(table.loc["b", "revenue_per_week"])
    assert table.loc["b", "unpriced_products"] == 1


def test_the_reasons_say_who_and_what_is_not_known_in_both_languages(found):
    assert found.loc["F", "reason_en"].startswith("All of it comes from one site: P, the maker's")
    assert "企业自有，中国" in found.loc["F", "reason_zh"]
    assert "the site of 1 is not known" in found.loc["H", "reason_en"]
    assert "1 个来源的场所未知" in found.loc["H", "reason_zh"]
    assert "one supplier, One: its site is not known" in found.loc["E", "reason_en"]
    assert "Qualified alternates: 1." in found.loc["E", "reason_en"]
    assert "Stock lasts 2.0 weeks." in found.loc["c", "reason_en"]  # 40 of 20 a week


def test_money_is_the_makers_own_whatever_else_the_system_holds():
    joined = one_chip().joined(traded(4))
    result = diagnose.single_sources(joined)
    assert str(result.money) == "CNY"
    assert result.units["revenue_per_week"] == "CNY/week"
    assert result.names("item", "zh")["c"] == "Chip"
    assert result.names("only_place", "zh")["JPN"] == "日本"


def test_a_system_without_a_maker_and_an_unknown_grouping_are_refused():
    with pytest.raises(MissingPartError, match="a maker's chain"):
        diagnose.single_sources(System())
    with pytest.raises(ParameterError, match="site, supplier, region, place"):
        node_groups(one_chip().maker, "planet")
