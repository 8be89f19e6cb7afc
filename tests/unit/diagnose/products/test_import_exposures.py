"""Exposure with domestic production: the worked case, what is not known, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.errors import LabelError, MissingPartError, ParameterError, TableError
from chainwright.system import System
from trades import trade_of

MADE = {"place": ["HOM"], "product": ["283691"], "year": [2024], "quantity": [60.0]}


def flows(**more):
    """Home buys 30, 15 and 5 and sells 10; the others trade among themselves."""
    rows = [
        ("AAA", "HOM", "283691", 30.0),
        ("BBB", "HOM", "283691", 15.0),
        ("CCC", "HOM", "283691", 5.0),
        ("HOM", "AAA", "283691", 10.0),
        ("AAA", "BBB", "260600", 7.0),
    ]
    frame = pd.DataFrame(rows, columns=["exporter", "importer", "product", "value"])
    return frame.assign(quantity=frame["value"], **more)


def asked(made=MADE, frame=None, **options):
    system = trade_of({2024: flows() if frame is None else frame}, quantity_unit="t")
    return diagnose.import_exposure(system, pd.DataFrame(made), home="HOM", **options)


def test_the_worked_case_of_ten_numbers():
    (row,) = asked({**MADE, "stocks": [25.0]}).table().to_dict("records")
    assert row["apparent_use"] == 100.0
    assert row["net_import_reliance"] == 0.40
    assert row["import_penetration"] == 0.50
    assert row["self_sufficiency"] == 0.60
    assert row["import_hhi"] == pytest.approx(0.46, abs=1e-15)
    assert row["effective_hhi"] == pytest.approx(0.115, abs=1e-15)
    assert (row["top_supplier"], row["exposure_to_top"]) == ("AAA", 0.30)
    assert row["cover"] == pytest.approx(91.25)
    assert row["gap"] == pytest.approx(180.0 - 91.25)
    assert row["stuck"] is False
    assert row["reason_en"] == ""


def test_effective_hhi_is_squared_penetration_times_import_hhi():
    table = asked().table()
    product = table["import_penetration"] ** 2 * table["import_hhi"]
    np.testing.assert_allclose(table["effective_hhi"], product, rtol=1e-15)


def test_a_product_is_stuck_only_where_exposure_and_gap_are_known():
    thresholds = diagnose.ImportExposureThresholds(top=0.25)
    unknown = asked(thresholds=thresholds).table().iloc[0]
    assert unknown["stuck"] is pd.NA
    assert "stocks are not known" in unknown["reason_en"]
    assert "库存未知" in unknown["reason_zh"]
    short = asked({**MADE, "stocks": [25.0]}, thresholds=thresholds).table().iloc[0]
    assert bool(short["stuck"]) is True
    long = asked({**MADE, "stocks": [90.0]}, thresholds=thresholds).table().iloc[0]
    assert bool(long["stuck"]) is False


def test_drawing_from_stocks_is_use():
    row = asked({**MADE, "stock_draw": [20.0]}).table().iloc[0]
    assert row["apparent_use"] == 120.0


def test_what_leaves_nothing_for_use_is_not_said():
    row = asked({**MADE, "quantity": [-0.0]}, frame=flows().query("importer != 'HOM'")).table()
    assert np.isnan(row["apparent_use"][0])
    assert "leave nothing for use" in row["reason_en"][0]


def test_only_some_members_of_home_make_an_upper_bound():
    frame = flows()
    system = trade_of({2024: frame}, quantity_unit="t")
    made = pd.DataFrame({**MADE, "place": ["AAA"]})
    row = diagnose.import_exposure(system, made, home="HOM+AAA").table().iloc[0]
    assert "lower bound" in row["reason_en"]
    assert row["imports"] == 20.0


def test_products_without_trade_are_named():
    two = {k: v * 2 for k, v in MADE.items()} | {"product": ["283691", "999999"]}
    found = asked(two)
    assert found.parameters["products_without_trade"] == ["999999"]
    assert list(found.table()["product"]) == ["283691"]


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(LabelError, match="no row for HOM in 2024"):
        asked({**MADE, "year": [2023]})
    with pytest.raises(LabelError, match="counts in kg, the trade in t"):
        asked({**MADE, "unit": ["kg"]})
    with pytest.raises(TableError, match="column 'product'"):
        asked({**MADE, "product": [""]})
    with pytest.raises(ParameterError, match="quantity or value"):
        asked({**MADE, "quantity": [np.nan]})
    with pytest.raises(MissingPartError, match="quantities"):
        asked(frame=flows().drop(columns="quantity"))
    with pytest.raises(MissingPartError, match="trade"):
        diagnose.import_exposure(System(), pd.DataFrame(MADE), home="HOM")


def test_values_do_where_quantities_are_not_given():
    made = {k: v for k, v in MADE.items() if k != "quantity"} | {"value": [60.0]}
    found = asked(made)
    assert found.measure == "value"
    assert found.table()["apparent_use"][0] == 100.0
    assert np.isnan(found.table()["cover"][0])
