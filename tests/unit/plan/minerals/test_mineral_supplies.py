"""What home buys of minerals: shares, prices and the world's exports of a trade worked by hand."""

import numpy as np
import pandas as pd
import pytest

from chainwright.plan.minerals.mineral_supplies import mineral_supplies
from mineral_worlds import mineral_trade

NAN = float("nan")
ROWS = [
    ("AUS", "JPN", "ore", 800.0, 80.0),
    ("BRA", "JPN", "ore", 300.0, 20.0),
    ("AUS", "CHN", "ore", 500.0, 60.0),
    ("BRA", "AUS", "ore", 100.0, 40.0),
    ("JPN", "CHN", "ore", 220.0, 10.0),
    ("AUS", "JPN", "salt", 30.0, 3.0),
    ("BRA", "JPN", "salt", 70.0, NAN),
    ("BRA", "CHN", "sand", 9.0, 1.0),
]


def supplied(**more):
    asked = {"year": None, "products": None, "blocs": (), "consumption": None}
    return mineral_supplies(mineral_trade(ROWS), "JPN", **(asked | more))


def of(found, name, product, country):
    table = getattr(found, name)
    return table[found.places.index(country), found.products.index(product)]


def at(found, name, product):
    return getattr(found, name)[found.products.index(product)]


def test_shares_are_of_quantity_and_of_value():
    found = supplied()
    assert of(found, "shares", "ore", "AUS") == pytest.approx(80 / 100)
    assert of(found, "value_shares", "ore", "AUS") == pytest.approx(800 / 1100)
    # of salt the quantity of one delivery is known, so that all of it is Australia's
    assert of(found, "shares", "salt", "AUS") == 1.0
    assert of(found, "value_shares", "salt", "AUS") == pytest.approx(0.3)
    assert at(found, "known", "salt") == pytest.approx(0.3)
    assert at(found, "known", "ore") == 1.0


def test_what_is_not_imported_has_no_share_price_or_ratio():
    found = supplied()
    assert at(found, "imports", "sand") == at(found, "value", "sand") == 0.0
    for name in ("known", "price", "exports_per_imports"):
        assert np.isnan(at(found, name, "sand"))
    assert np.isnan(found.shares[:, found.products.index("sand")]).all()


def test_a_price_is_money_over_quantity_where_both_are_known():
    found = supplied()
    assert at(found, "price", "ore") == pytest.approx(1100 / 100)
    assert at(found, "price", "salt") == pytest.approx(30 / 3)  # not 100 / 3
    given = supplied(consumption=pd.DataFrame({"product": ["salt"], "price": [4.0]}))
    assert at(given, "price", "salt") == 4.0
    assert at(given, "price", "ore") == pytest.approx(11.0)


def test_shares_of_the_world_leave_out_what_home_sells():
    found = supplied()
    # Australia sells 80 to home and 60 to China, Brazil 20 and 40; home's 10 do not count
    assert of(found, "world_shares", "ore", "AUS") == pytest.approx(140 / 200)
    assert of(found, "world_shares", "ore", "BRA") == pytest.approx(60 / 200)
    assert of(found, "world_shares", "ore", "JPN") == 0.0
    assert at(found, "exports_per_imports", "ore") == pytest.approx(220 / 1100)


def test_a_bloc_sells_nothing_to_itself():
    found = supplied(blocs=["AUS+BRA"])
    (code,) = found.blocs
    assert of(found, "shares", "ore", code) == 1.0
    # 40 from Brazil to Australia are within: 80 + 20 + 60 leave it, all that is sold in the world
    assert of(found, "world_shares", "ore", code) == 1.0
    assert of(found, "sold", "ore", code) == 160.0


def test_without_consumption_imports_stand_for_the_use_and_the_balance_closes():
    found = supplied()
    assert at(found, "use", "ore") == pytest.approx(100 / 52)
    assert not found.use_known.any()
    assert found.rest.tolist() == [0.0] * len(found.products)
    assert found.given == {}


def test_what_is_known_of_use_is_by_year_and_counted_by_week():
    known = pd.DataFrame(
        {
            "product": ["ore"],
            "consumption": [520.0],
            "home_production": [260.0],
            "recycling": [52.0],
        }
    )
    found = supplied(consumption=known)
    assert at(found, "use", "ore") == 10.0
    assert at(found, "use_known", "ore")
    assert not at(found, "use_known", "salt")
    assert found.weekly("recycling").tolist() == [1.0, 0.0, 0.0]
    assert at(found, "rest", "ore") == pytest.approx(10.0 - 5.0 - 1.0 - 100 / 52)
    assert found.given == {
        "ore": {"consumption": 520.0, "home_production": 260.0, "recycling": 52.0}
    }


def test_products_are_those_asked_once_each_in_their_order():
    assert supplied(products=["salt", "ore", "salt"]).products == ("salt", "ore")
    assert set(supplied().products) == {"ore", "salt", "sand"}
