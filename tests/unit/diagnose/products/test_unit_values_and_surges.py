"""Unit values and import surges, by hand."""

import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.errors import MissingPartError, ParameterError
from trades import trade_of


def frame(rows):
    return pd.DataFrame(rows, columns=["exporter", "importer", "product", "value", "quantity"])


YEAR = frame(
    [
        ("AAA", "HOM", "1", 40.0, 4.0),
        ("BBB", "HOM", "1", 10.0, 1.0),
        ("BBB", "HOM", "1x", 10.0, np.nan),
        ("HOM", "AAA", "1", 12.0, 2.0),
        ("AAA", "BBB", "1", 8.0, 3.0),
    ]
)


def test_unit_values_are_value_over_known_quantity():
    found = diagnose.quality_gap(trade_of({2024: YEAR}, quantity_unit="t"), home="HOM")
    row = found.table().set_index("product").loc["1"]
    assert row["import_unit_value"] == 10.0
    assert row["export_unit_value"] == 6.0
    assert row["world_unit_value"] == 7.0
    assert row["export_to_world"] == pytest.approx(6 / 7)
    assert row["tier"] == "middle"
    assert row["gap"] == pytest.approx(0.4)
    assert found.units["import_unit_value"] == "currency not stated per t"


def test_an_unknown_quantity_is_an_unknown_price():
    found = diagnose.quality_gap(trade_of({2024: YEAR}), home="HOM").table().set_index("product")
    assert np.isnan(found.loc["1x", "import_unit_value"])
    assert np.isnan(found.loc["1x", "gap"])
    assert found.loc["1x", "tier"] == ""


def test_too_little_known_is_not_a_price():
    partly = YEAR.assign(quantity=[np.nan, 1.0, np.nan, 2.0, 3.0])
    found = diagnose.quality_gap(trade_of({2024: partly}), home="HOM").table().set_index("product")
    assert np.isnan(found.loc["1", "import_unit_value"])
    loose = diagnose.QualityThresholds(known=0.1)
    more = diagnose.quality_gap(trade_of({2024: partly}), home="HOM", thresholds=loose).table()
    assert more.set_index("product").loc["1", "import_unit_value"] == 10.0


@pytest.mark.parametrize(("price", "tier"), [(9.0, "up-market"), (3.0, "down-market")])
def test_dear_exports_are_up_market(price, tier):
    sold = YEAR.copy()
    sold.loc[3, "quantity"] = 12.0 / price
    found = diagnose.quality_gap(trade_of({2024: sold}), home="HOM").table().set_index("product")
    assert found.loc["1", "tier"] == tier


def test_members_of_a_bloc_do_not_trade_with_themselves():
    found = diagnose.quality_gap(trade_of({2024: YEAR}), home="HOM+AAA").table()
    row = found.set_index("product").loc["1"]
    assert (row["imports"], row["exports"]) == (10.0, 8.0)


def test_trade_without_quantities_has_no_unit_values():
    bare = YEAR.drop(columns="quantity")
    with pytest.raises(MissingPartError, match="quantities"):
        diagnose.quality_gap(trade_of({2024: bare}), home="HOM")
    with pytest.raises(MissingPartError, match="quantities"):
        diagnose.import_surge(trade_of({2023: bare, 2024: bare}), home="HOM")


def years(last_value=90.0, last_quantity=15.0):
    before = frame([("AAA", "HOM", "1", 100.0, 10.0), ("HOM", "AAA", "1", 1.0, 2.0)])
    now = frame([("AAA", "HOM", "1", last_value, last_quantity), ("HOM", "AAA", "1", 1.0, 2.0)])
    return {2021: before, 2022: before, 2023: before, 2024: now}


MADE = pd.DataFrame(
    {"place": "HOM", "product": "1", "year": [2021, 2022, 2023, 2024], "quantity": [24.0] * 4}
)


def surge(frames, **options):
    found = diagnose.import_surge(trade_of(frames, quantity_unit="t"), home="HOM", **options)
    return found.table().set_index("product")


def test_more_and_cheaper_and_home_loses_is_a_surge():
    row = surge(years(), production=MADE).loc["1"]
    assert row["quantity_change"] == pytest.approx(0.5)
    assert row["unit_value_change"] == pytest.approx(-0.4)
    assert row["home_share"] == pytest.approx(24 / (24 + 15 - 2))
    assert row["home_share_change"] == pytest.approx(24 / 37 - 24 / 32)
    assert row["level"] == "surge"


def test_without_production_the_most_that_is_said_is_watch():
    row = surge(years()).loc["1"]
    assert row["level"] == "watch"
    assert np.isnan(row["home_share"])


def test_a_missing_sign_is_none_and_too_little_is_empty():
    assert surge(years(last_value=150.0)).loc["1", "level"] == "none"
    assert surge(years(last_quantity=11.0, last_value=50.0)).loc["1", "level"] == "none"
    grown = MADE.assign(quantity=[24.0, 24.0, 24.0, 60.0])
    assert surge(years(), production=grown).loc["1", "level"] == "none"
    assert surge(years(last_quantity=np.nan)).loc["1", "level"] == ""
    limit = diagnose.SurgeThresholds(floor=1000.0)
    assert surge(years(), thresholds=limit).loc["1", "level"] == ""


def test_a_product_of_no_year_before_is_not_compared():
    frames = years()
    frames[2024] = pd.concat([frames[2024], frame([("AAA", "HOM", "2", 5.0, 5.0)])])
    assert surge(frames).loc["2", "level"] == ""


def test_a_surge_needs_a_year_before():
    with pytest.raises(ParameterError, match="a year after the first"):
        surge({2024: YEAR})
    with pytest.raises(ParameterError, match="a year after the first"):
        surge(years(), year=2021)
    assert len(surge(years(), year=2022)) == 1
