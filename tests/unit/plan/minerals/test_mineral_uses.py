"""What a user writes down of use at home, checked."""

import numpy as np
import pandas as pd
import pytest

from chainwright.errors import TableError
from chainwright.plan.minerals.mineral_uses import read_mineral_uses
from chainwright.tables import example

PRODUCTS = ("283691", "720293", "811292")


def test_the_example_is_read_in_the_order_of_the_products(tmp_path):
    path = tmp_path / "use.csv"
    path.write_text(example("mineral_use"), encoding="utf-8")
    found = read_mineral_uses(path, PRODUCTS, "t")
    assert tuple(found.index) == PRODUCTS
    assert found.loc["720293", "consumption"] == 5200.0
    assert found.loc["283691", "stocks"] == 900.0
    assert np.isnan(found.loc["811292", "stocks"])


def test_every_breach_is_told_at_once():
    rows = pd.DataFrame(
        {
            "product": ["283691", "28369", "720293"],
            "consumption": [0.0, 5.0, np.nan],
            "recycling": [np.nan, 1.0, 7.0],
            "stocks": [-1.0, np.nan, np.nan],
            "substitution_low": [0.5, 0.1, np.nan],
            "substitution_high": [0.2, np.nan, np.nan],
            "spoilage_per_year": [1.5, np.nan, np.nan],
            "unit": ["kg", "t", ""],
        }
    )
    with pytest.raises(TableError) as stopped:
        read_mineral_uses(rows, PRODUCTS, "t")
    told = [str(breach) for breach in stopped.value.breaches]
    wanted = [
        "row 2, column 'unit': found 'kg', expected 't'",
        "row 2, column 'consumption': found 0",
        "row 2, column 'stocks': found -1",
        "row 2, column 'spoilage_per_year': found 1.5",
        "row 2, column 'substitution_low': found 0.5, above the high end 0.2",
        "row 3, column 'product': found '28369'",
        "row 3, column 'substitution_high': found nothing",
        "row 4, column 'recycling': found 7 without consumption",
    ]
    assert len(told) == len(wanted)
    for text, start in zip(told, wanted, strict=True):
        assert text.startswith(start)
    assert "Did you mean 283691" in next(text for text in told if "'28369'" in text)


def test_a_product_stands_once():
    rows = pd.DataFrame({"product": ["720293", "720293"], "consumption": [1.0, 2.0]})
    with pytest.raises(TableError, match="again"):
        read_mineral_uses(rows, PRODUCTS, "t")


def test_a_unit_that_the_trade_does_not_tell_is_not_guessed():
    rows = pd.DataFrame({"product": ["720293"], "consumption": [1.0], "unit": ["t"]})
    with pytest.raises(TableError, match="the trade does not tell its unit"):
        read_mineral_uses(rows, PRODUCTS, "")
    assert read_mineral_uses(rows.drop(columns="unit"), PRODUCTS, "").notna().any(axis=None)
