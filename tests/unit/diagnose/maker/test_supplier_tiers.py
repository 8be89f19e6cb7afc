import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.diagnose.maker.bill_tiers import bill_tiers
from chainwright.errors import MissingPartError, ParameterError, UnknownCodeError
from chainwright.system import Chain, Chains, System
from toy_makers import maker, one_chip, two_products

SOURCE = {"source": "a", "page": "1", "printed": "x", "date": "2024"}


def chip_map():
    """Return a map: sand > wafer > chip, gas > wafer; wafers come from JPN 0.6 and USA 0.3."""
    nodes = pd.DataFrame(
        [
            ("sand", "Sand", "硅砂", "resource", "250510", 0),
            ("gas", "Gas", "气体", "material", "280429", 0),
            ("wafer", "Wafer", "晶圆", "material", "381800", 0),
            ("chip", "Chip", "芯片", "component", "854231", 1),
        ],
        columns=["node", "name_en", "name_zh", "stage", "hs", "final"],
    ).assign(kind="material", gbt4754="3973", confidence="ours", **SOURCE)
    links = pd.DataFrame(
        [("sand", "wafer"), ("gas", "wafer"), ("wafer", "chip")],
        columns=["from_node", "to_node"],
    ).assign(necessity="essential", confidence=["documented", "ours", "documented"], **SOURCE)
    supply = pd.DataFrame(
        [
            ("wafer", "JPN", 0.6),
            ("wafer", "USA", 0.3),
            ("wafer", "DEU", 0.02),
            ("chip", "TWN", 0.8),
        ],
        columns=["node", "place", "share"],
    ).assign(basis="production", year=2023, confidence="documented", **SOURCE)
    return System(chains=Chains(Chain.of_tables("toy-chips", nodes, links, supply)))


def buyer(**part):
    """Return F made in CHN of chip c, which V makes in KOR, and g, of no known source."""
    rows = {"hs": "", "chain_node": "", "gbt4754": ""} | part
    names = " ".join(rows)
    return maker(
        products=["item demand_per_week price", ("F", 10, 100)],
        parts=[f"item {names}", ("c", *rows.values()), ("g", "381800", "", "")],
        bill=["parent component quantity", ("F", "c", 1), ("F", "g", 1)],
        suppliers=["supplier", ("V",)],
        sites=["site supplier place", ("P", "", "CHN"), ("K", "V", "KOR")],
        sourcing=["item supplier site", ("F", "", "P"), ("c", "V", "K")],
    )


TRADE = System.from_trade_table(
    pd.DataFrame(
        [
            (2022, "JPN", "KOR", "381800", 30.0),
            (2022, "USA", "KOR", "381800", 10.0),
            (2022, "JPN", "CHN", "381800", 9.0),
            (2022, "DEU", "CHN", "381800", 1.0),
            (2022, "KOR", "JPN", "381800", 99.0),
        ],
        columns=["year", "exporter", "importer", "product", "value"],
    ),
    classification="HS2017",
)


def inferred(system, **asked):
    table = diagnose.supplier_tiers(system, **asked).table()
    return table[table["kind"] == "inferred"]


def test_tiers_are_the_fewest_and_the_most_steps_below_a_product():
    system = maker(
        products=["item demand_per_week", ("F", 1), ("G", 1)],
        bill=[
            "parent component quantity",
            ("F", "G", 1),
            ("F", "a", 1),
            ("G", "b", 1),
            ("b", "a", 1),
            ("o", "z", 1),
        ],
        suppliers=["supplier", ("S",)],
        sourcing=["item supplier", ("a", "S")],
    )
    network = system.maker.network
    low, high = bill_tiers(network, 2)
    told = {c: (low[i], high[i]) for i, c in enumerate(network.items.codes)}
    assert told["F"] == (0, 0)
    assert told["G"] == (0, 1)
    assert told["b"] == (1, 2)
    assert told["a"] == (1, 3)
    assert np.isnan(told["o"]).all()
    assert np.isnan(told["z"]).all()


def test_gaps_are_rows_of_their_own_with_what_to_ask_for():
    table = diagnose.supplier_tiers(one_chip()).table()
    gaps = table[table["kind"] == "unknown"]
    assert set(zip(gaps["item"], gaps["missing"], strict=True)) == {
        ("G", "source"),
        ("E", "site"),
        ("H", "site"),
        ("c", "deeper tier"),
        ("E", "deeper tier"),
        ("G", "deeper tier"),
        ("H", "deeper tier"),
    }
    site = gaps[(gaps["item"] == "E") & (gaps["missing"] == "site")].iloc[0]
    assert (site["supplier"], site["site"], site["confidence_word"]) == ("S1", "", "given")
    deeper = gaps[gaps["missing"] == "deeper tier"]
    assert not deeper["in_figures"].any()
    assert deeper["confidence"].isna().all()
    assert deeper.loc[deeper["item"] == "c", "tier"].tolist() == [3]
    assert "HS code" in deeper["reason_en"].iloc[0]
    assert "产业链图" in deeper["reason_zh"].iloc[0]
    x2 = table[(table["site"] == "X2")].iloc[0]
    assert (x2["kind"], x2["missing"], x2["place"]) == ("given", "place", "")


def test_nothing_is_inferred_without_a_map_and_all_given_rows_are_there():
    table = diagnose.supplier_tiers(two_products()).table()
    assert sorted(table.loc[table["kind"] == "given", "site"]) == ["A1", "A2", "B", "P1", "P2"]
    assert (table["kind"] != "inferred").all()
    assert table.loc[table["kind"] == "given", "in_figures"].all()


def test_a_part_that_names_its_node_gets_what_is_upstream_with_the_product_of_confidences():
    found = inferred(buyer(chain_node="toy-chips:chip").joined(chip_map()))
    found = found[found["item"] == "c"].set_index(["chain_node", "place"])
    wafer = found.loc["toy-chips:wafer"]
    assert wafer["share"].to_dict() == {"JPN": 0.6, "USA": 0.3}  # DEU is below 5 %
    np.testing.assert_allclose(wafer["confidence"], 0.9 * 0.95 * 0.9)
    assert wafer["confidence_word"].tolist() == ["high", "high"]
    assert (wafer["tier"] == 2).all()
    gas = found.loc[("toy-chips:gas", "")]
    np.testing.assert_allclose(gas["confidence"], 0.9 * 0.95 * 0.8)
    assert (gas["missing"], gas["tier"], gas["path"]) == ("origin", 3, "chip < wafer < gas")
    assert not found["in_figures"].any()
    assert (found["basis"].str.startswith("chain map") | (found["basis"] == "")).all()


@pytest.mark.parametrize(
    ("part", "rule", "match"),
    [
        ({"chain_node": "toy-chips:chip", "hs": "381800"}, "chain_node", 0.9),
        ({"hs": "854231"}, "hs", 0.6),
    ],
)
def test_the_firmest_rule_that_finds_a_node_counts(part, rule, match):
    found = inferred(buyer(**part).joined(chip_map()), depth=1)
    wafer = found[(found["item"] == "c") & (found["place"] == "JPN")].iloc[0]
    assert wafer["rule"] == rule
    assert wafer["confidence"] == pytest.approx(match * 0.95 * 0.9)


def test_a_class_that_many_nodes_share_says_nothing_and_the_gap_stays():
    table = diagnose.supplier_tiers(buyer(gbt4754="3973").joined(chip_map())).table()
    own = table[table["item"] == "c"]
    assert (own["kind"] != "inferred").all()
    assert own.loc[own["kind"] == "unknown", "missing"].tolist() == ["deeper tier"]


def test_imports_of_the_country_of_the_buying_site_say_where_the_next_tier_comes_from():
    system = buyer(chain_node="toy-chips:chip").joined(chip_map(), TRADE)
    found = inferred(system)
    wafer = found[(found["item"] == "c") & (found["basis"] == "imports")].set_index("place")
    assert wafer["share"].to_dict() == {"JPN": 0.75, "USA": 0.25}  # into KOR, not CHN
    assert (wafer["year"] == 2022).all()
    np.testing.assert_allclose(wafer["confidence"], 0.9 * 0.95 * 0.7)
    own = found[(found["item"] == "g") & (found["basis"] == "imports")].set_index("place")
    assert own["share"].to_dict() == {"JPN": 0.9, "DEU": 0.1}  # into CHN, where F is made
    assert (own["tier"] == 1).all()
    np.testing.assert_allclose(own["confidence"], 0.6 * 0.7)
    assert (own["confidence_word"] == "medium").all()


def test_home_stands_in_for_a_buying_site_of_unknown_country():
    system = maker(
        products=["item demand_per_week", ("F", 1)],
        parts=["item hs", ("g", "381800")],
        bill=["parent component quantity", ("F", "g", 1)],
        suppliers=["supplier", ("V",)],
        sourcing=["item supplier", ("g", "V")],
    ).joined(TRADE)
    assert inferred(system).empty
    found = inferred(system, home="KOR")
    assert found["place"].tolist() == ["JPN", "USA"]


def test_a_part_where_the_map_begins_is_no_gap_and_one_of_another_map_is_said_to_be():
    start = diagnose.supplier_tiers(buyer(chain_node="toy-chips:sand").joined(chip_map())).table()
    assert (start.loc[start["item"] == "c", "kind"] == "given").all()
    other = diagnose.supplier_tiers(buyer(chain_node="other:chip").joined(chip_map())).table()
    gap = other[(other["item"] == "c") & (other["kind"] == "unknown")].iloc[0]
    assert (gap["missing"], gap["chain_node"]) == ("chain map", "other:chip")


def test_depth_and_least_share_limit_what_is_inferred():
    system = buyer(chain_node="toy-chips:chip").joined(chip_map())
    near = inferred(system, depth=1).query("item == 'c'")
    assert set(near["chain_node"]) == {"toy-chips:wafer"}
    assert "DEU" in set(inferred(system, least_share=0.01)["place"])
    assert inferred(system, depth=0).query("item == 'c'").empty


def test_chains_of_ours_can_be_named_and_others_are_refused():
    found = diagnose.supplier_tiers(two_products(), chains=["photovoltaics"])
    assert found.parameters["chains"] == ["photovoltaics"]
    assert found.names("chain_node", "zh")
    with pytest.raises(UnknownCodeError, match="photovoltaics"):
        diagnose.supplier_tiers(two_products(), chains=["photovoltaic"])
    with pytest.raises(ParameterError, match="depth"):
        diagnose.supplier_tiers(two_products(), depth=-1)
    with pytest.raises(ParameterError, match="least_share"):
        diagnose.supplier_tiers(two_products(), least_share=2)
    with pytest.raises(MissingPartError):
        diagnose.supplier_tiers(chip_map())


def test_kinds_are_counted_by_tier():
    counts = diagnose.supplier_tiers(one_chip()).counts
    assert counts.loc[0.0, "given"] == 1
    assert counts.loc[1.0, "unknown"] == 3  # E and H at no known site, G of no known source
    assert counts.to_numpy().sum() == len(diagnose.supplier_tiers(one_chip()).table())
