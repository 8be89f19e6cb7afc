"""Mutual dependence in products: by hand, and by a plain count on real trade."""

import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.errors import UnknownCodeError
from trades import baci, rows_of_2024, trade_of

ROWS = pd.DataFrame(
    [
        ("AAA", "HOM", "1", 9.0),
        ("BBB", "HOM", "1", 1.0),
        ("AAA", "HOM", "2", 5.0),
        ("BBB", "HOM", "2", 5.0),
        ("HOM", "AAA", "3", 8.0),
        ("HOM", "BBB", "3", 2.0),
        ("AAA", "BBB", "3", 6.0),
        ("CCC", "BBB", "4", 7.0),
    ],
    columns=["exporter", "importer", "product", "value"],
)


def test_each_side_is_counted_by_hand():
    found = diagnose.mutual_dependence(trade_of({2024: ROWS}), home="HOM", blocs=())
    table = found.table().set_index("partner")
    assert table.loc["AAA", ["products_on_home", "products_of_home", "net"]].tolist() == [1, 1, 0]
    assert table.loc["AAA", "imports_on_home"] == 8.0
    assert table.loc["AAA", "share_on_home"] == 1.0
    assert table.loc["AAA", "imports_of_home"] == 10.0
    assert table.loc["AAA", "share_of_home"] == 0.5
    # Half is not more than half, and 2 of 8 is no dependence on home.
    assert table.loc["BBB", ["products_on_home", "products_of_home"]].tolist() == [0, 0]
    assert np.isnan(table.loc["CCC", "share_on_home"])
    products = found.tables()["product_dependence_products"]
    assert products[["importer", "supplier", "product"]].to_numpy().tolist() == [
        ["HOM", "AAA", "1"],
        ["AAA", "HOM", "3"],
    ]


def test_the_net_of_two_homes_is_opposite():
    one = diagnose.mutual_dependence(baci(2024), home="CHN").table().set_index("partner")
    other = diagnose.mutual_dependence(baci(2024), home="JPN").table().set_index("partner")
    assert one.loc["JPN", "net"] == -other.loc["CHN", "net"]
    assert one.loc["JPN", "products_on_home"] == other.loc["CHN", "products_of_home"]
    assert one.loc["JPN", "products_on_home"] > 0


def test_real_counts_are_those_of_a_plain_loop():
    frame = rows_of_2024()
    mine = frame[frame["importer"] == "CHN"]
    count = {}
    for _, rows in mine.groupby("product"):
        share = rows.groupby("exporter")["value"].sum() / rows["value"].sum()
        if (share**2).sum() > 0.4 and share.max() > 0.5:
            count[share.idxmax()] = count.get(share.idxmax(), 0) + 1
    table = diagnose.mutual_dependence(baci(2024), home="CHN", blocs=()).table()
    found = table[table["products_of_home"] > 0].set_index("partner")["products_of_home"]
    assert found.to_dict() == count
    assert len(count) > 3


def test_a_bloc_is_one_partner_unless_home_is_in_it():
    whole = diagnose.mutual_dependence(baci(2024), home="CHN").table()
    assert "EU27" in set(whole["partner"])
    assert "DEU" not in set(whole["partner"])
    inside = diagnose.mutual_dependence(baci(2024), home="DEU").table()
    assert "FRA" in set(inside["partner"])
    with pytest.raises(UnknownCodeError):
        diagnose.mutual_dependence(baci(2024), home="CHM")
