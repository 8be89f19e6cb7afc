import numpy as np
import pytest

from chainwright import diagnose
from chainwright.diagnose.maker.purchases import purchases
from toy_makers import maker, one_chip, two_products


def rows(system, by):
    table = diagnose.concentration(system).table()
    return table[table["by"] == by].set_index("group")


def test_purchases_of_two_products_are_what_was_worked_out_by_hand():
    # a: 80 a week at 1, half from each site; b: 40 at 2
    assert rows(two_products(), "site")["purchase_per_week"].to_dict() == {
        "B": 80, "A1": 40, "A2": 40, "P1": 0, "P2": 0
    }  # fmt: skip
    assert rows(two_products(), "place")["purchase_share"].to_dict() == {"CHN": 0.5, "JPN": 0.5}
    index = diagnose.concentration(two_products()).summary().set_index("by")
    assert index["hhi_low"].to_dict() == {
        "place": 0.5, "region": 0.375, "supplier": 0.5, "site": 0.375
    }  # fmt: skip
    assert (index["hhi_low"] == index["hhi_high"]).all()


def test_what_suppliers_buy_is_told_apart_from_what_the_maker_buys():
    # A: 10 a week, 6 at 22 from S1 and 4 at the unit cost 20 from S2; E: 40 at 1; H: 10 at 2;
    # c: 20 at 3, bought by S1 and S2
    found = rows(one_chip(), "supplier")
    assert found.loc["S1", "purchase_per_week"] == pytest.approx(132 + 40 + 14)
    assert found.loc["S2", "purchase_per_week"] == pytest.approx(80 + 6)
    assert found.loc["X", "deeper_per_week"] == pytest.approx(60)
    assert found.loc["X", "assumed_shares"] == 2


def test_what_comes_from_nobody_knows_where_has_a_row_of_its_own():
    places = rows(one_chip(), "place")
    assert places.index[-1] == ""
    assert places.loc["", "purchase_per_week"] == pytest.approx(40 + 6)  # E, and H of S2
    assert places.loc["", "unpriced_sources"] == 1  # G has no price
    assert np.isnan(places.loc["", "revenue_stopped_per_week"])
    index = diagnose.concentration(one_chip()).summary().set_index("by")
    unknown = 46 / 272
    assert index.loc["place", "unknown_share"] == pytest.approx(unknown)
    assert index.loc["place", "hhi_low"] == pytest.approx((146**2 + 80**2) / 272**2)
    assert index.loc["place", "hhi_high"] == pytest.approx((192**2 + 80**2) / 272**2)


def test_revenue_stops_with_what_has_no_other_source_and_is_touched_by_all_that_is_used():
    found = rows(one_chip(), "supplier")
    assert found.loc["X", ["products_stopped", "products_touched"]].tolist() == [1, 1]
    assert found.loc["S2", ["products_stopped", "products_touched"]].tolist() == [0, 1]
    assert found.loc["S2", "revenue_touched_per_week"] == 1000
    assert found.loc["S2", "revenue_stopped_per_week"] == 0


def test_an_assembly_of_no_known_source_is_taken_as_the_makers_own_work():
    system = maker(
        products=["item demand_per_week", ("F", 5)],
        parts=["item unit_cost", ("m", 100), ("a", 2)],
        bill=["parent component quantity", ("F", "m", 1), ("m", "a", 3)],
        suppliers=["supplier", ("S",)],
        sourcing=["item supplier", ("a", "S")],
    )
    spent = purchases(system.maker)
    network = system.maker.network
    value = np.bincount(network.node_item, spent.direct, minlength=3)
    assert dict(zip(network.items.codes, value.tolist(), strict=True)) == {"F": 0, "m": 0, "a": 30}
    assert spent.deeper.sum() == 0


def test_without_any_price_no_share_is_said():
    system = maker(
        products=["item demand_per_week", ("F", 5)],
        bill=["parent component quantity", ("F", "a", 1)],
        suppliers=["supplier", ("S",)],
        sourcing=["item supplier", ("a", "S")],
    )
    result = diagnose.concentration(system)
    supplier = result.table().set_index("group").loc["S"]
    assert np.isnan(supplier["purchase_share"])
    assert np.isnan(supplier["purchase_per_week"])
    assert result.summary()["hhi_low"].isna().all()
    assert result.summary()["largest"].eq("").all()
