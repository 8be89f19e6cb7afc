import numpy as np
import pytest

from chainwright import diagnose
from chainwright.errors import ParameterError
from toy_makers import maker, one_chip, two_products


@pytest.fixture(scope="module")
def asked():
    return diagnose.common_suppliers(one_chip())


def test_the_one_chipmaker_stops_the_module_that_two_make(asked):
    table = asked.table().set_index("group")
    assert table.index[0] in {"X", "S1"}  # both stop F, the only product
    assert table.loc["X", ["sole_items", "items_stopped", "products_stopped"]].tolist() == [1, 3, 1]
    assert table.loc["X", "revenue_per_week"] == 1000
    assert table.loc["X", "sole_for"] == "c"
    assert table.loc["S1", "sole_for"] == "E"
    assert table.loc["S2", ["sole_items", "products_stopped"]].tolist() == [0, 0]
    assert table.loc["S2", "reason_en"] == "Everything that comes from it has another source."
    assert table.loc["X", "hidden_items"] == 1
    assert "1 项虽有多个来源" in table.loc["X", "reason_zh"]


def test_the_path_down_proves_the_hidden_single_source(asked):
    hidden = asked.hidden_table()
    assert hidden[["hidden_item", "group", "path", "steps"]].values.tolist() == [
        ["A", "X", "A < c", 1]
    ]
    assert hidden.loc[0, "is_source"] == False  # noqa: E712
    assert hidden.loc[0, "groups_at_item"] == 2


def test_the_maker_itself_is_no_supplier_and_its_plant_is_a_site():
    assert "" not in diagnose.common_suppliers(one_chip()).table()["group"].tolist()
    sites = diagnose.common_suppliers(one_chip(), by="site").table().set_index("group")
    assert sites.loc["P", "products_stopped"] == 1
    assert sites.loc["X1", "items_stopped"] == 0  # X2 makes the chip too


def test_a_source_of_unknown_country_counts_in_the_upper_bound_alone():
    table = diagnose.common_suppliers(one_chip(), by="place").table().set_index("group")
    assert table.loc["TWN", ["products_stopped", "products_at_most"]].tolist() == [0, 1]
    assert table.loc["CHN", ["products_stopped", "products_at_most"]].tolist() == [1, 1]
    assert table.loc["JPN", ["products_stopped", "products_at_most"]].tolist() == [0, 1]  # E


def test_a_region_is_told_with_its_country():
    table = diagnose.common_suppliers(two_products(), by="region").table()
    assert table["group"].tolist() == ["CHN:Anhui", "JPN:Aichi", "CHN:Hubei", "CHN:Jiangsu"]
    assert table["revenue_per_week"].tolist() == [720, 480, 0, 0]


def test_the_shortest_way_down_is_taken_where_the_sole_part_is_a_direct_one():
    system = maker(
        products=["item demand_per_week price", ("F", 1, 1)],
        bill=[
            "parent component quantity",
            ("F", "A", 1),
            ("A", "b", 1),
            ("A", "z", 1),
            ("b", "z", 1),
        ],
        suppliers=["supplier", ("S",), ("T",), ("X",)],
        sourcing=[
            "item supplier",
            ("A", "S"),
            ("A", "T"),
            ("b", "S"),
            ("b", "T"),
            ("z", "X"),
            ("F", "S"),
        ],
    )
    hidden = diagnose.common_suppliers(system).hidden_table()
    assert sorted(hidden["path"]) == ["A < z", "b < z"]


def test_an_item_without_a_source_stops_nothing():
    system = maker(
        products=["item demand_per_week", ("F", 1)],
        bill=["parent component quantity", ("F", "a", 1), ("F", "g", 1)],
        suppliers=["supplier", ("S",), ("T",)],
        sourcing=["item supplier", ("a", "S"), ("a", "T")],
    )
    table = diagnose.common_suppliers(system).table()
    assert table["items_stopped"].tolist() == [0, 0]


def test_another_word_for_what_is_lost_is_refused_and_the_question_is_kept(asked):
    assert asked.parameters == {"by": "supplier"}
    assert asked.names("group")["X"] == "Ex"
    by_place = diagnose.common_suppliers(one_chip(), by="place")
    assert by_place.names("group", "zh")["JPN"] == "日本"
    with pytest.raises(ParameterError, match="by"):
        diagnose.common_suppliers(one_chip(), by="planet")


def test_the_dominators_of_products_are_a_row_a_group(asked):
    assert asked.products.shape == (4, 1)  # S1, S2, X and the maker itself
    np.testing.assert_array_equal(asked.products[:3, 0], [True, False, True])
