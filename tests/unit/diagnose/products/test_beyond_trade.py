"""What the dependence of home says beyond trade: exposure, supply risk and prices, or why not."""

import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.errors import LabelError
from trades import traded

HOME = "P02"
YEARS = (2019, 2020, 2021, 2022)
PRODUCTION = pd.DataFrame(
    [
        (place, product, year, 4e4)
        for place in ("P01", HOME, "P03")
        for product in ("000000", "000001")
        for year in YEARS
    ],
    columns=["place", "product", "year", "quantity"],
)
GOVERNANCE = pd.DataFrame({"place": [f"P{i:02d}" for i in range(6)], "score": np.arange(6.0)})


@pytest.fixture(scope="module")
def system():
    return traded(4)


def asked(system, **given):
    return diagnose.dependence(system, home=HOME, blocs=(), **given)


def test_what_is_not_given_is_not_said_and_the_reason_is(system):
    found = asked(system)
    table = found.table()
    for column in ("net_import_reliance", "effective_hhi", "supply_risk"):
        assert table[column].isna().all()
    assert found.parameters["not_said"] == {
        "import_exposure": "no production table was given",
        "supply_risk": "no production table was given",
    }
    assert "Domestic production is not in these data" in table["reason_en"][0]
    assert table["quality_gap"].notna().any()


def test_with_production_the_exposure_is_that_of_its_own_answer(system):
    found = asked(system, production=PRODUCTION)
    alone = diagnose.import_exposure(system, PRODUCTION, home=HOME, year=2022).table()
    pd.testing.assert_frame_equal(found.tables()["import_exposure"], alone)
    table, alone = found.table().set_index("product"), alone.set_index("product")
    for product in ("000000", "000001"):
        for column in ("net_import_reliance", "effective_hhi"):
            assert table.loc[product, column] == alone.loc[product, column]
        assert "net import reliance is" in table.loc[product, "reason_en"]
        assert "净进口依存度" in table.loc[product, "reason_zh"]
        assert "not in these data" not in table.loc[product, "reason_en"]
    others = table.drop(["000000", "000001"])
    assert others["net_import_reliance"].isna().all()
    assert others["reason_en"].str.contains("not in these data").all()
    assert found.parameters["not_said"] == {"supply_risk": "no governance scores were given"}


def test_with_governance_the_risk_is_that_of_its_own_answer(system):
    found = asked(system, production=PRODUCTION, governance=GOVERNANCE, years=YEARS)
    alone = diagnose.supply_risk(system, PRODUCTION, GOVERNANCE, home=HOME).table()
    pd.testing.assert_frame_equal(found.tables()["supply_risk"], alone)
    assert found.parameters["not_said"] == {}
    table = found.table().set_index("product")
    alone = alone.set_index("product")
    assert table.loc["000000", "supply_risk"] == alone.loc["000000", "supply_risk"]


def test_prices_are_those_of_the_last_year(system):
    found = asked(system, years=(2020, 2021))
    alone = diagnose.quality_gap(system, home=HOME, year=2021).table().set_index("product")["gap"]
    table = found.table().set_index("product")["quality_gap"]
    pd.testing.assert_series_equal(
        table.dropna().sort_index(), alone.reindex(table.dropna().index).sort_index(),
        check_names=False,
    )  # fmt: skip


def test_trade_without_quantities_says_so():
    found = asked(traded(4, quantity=False), production=PRODUCTION.rename(
        columns={"quantity": "value"}), governance=GOVERNANCE)  # fmt: skip
    assert found.parameters["not_said"] == {
        "supply_risk": "the trade has no quantities",
        "quality_gap": "the trade has no quantities",
    }
    assert found.beyond.import_exposure.measure == "value"
    assert found.table()["quality_gap"].isna().all()


def test_production_that_says_nothing_of_home_is_refused(system):
    with pytest.raises(LabelError, match="no row for P04 in 2022"):
        diagnose.dependence(system, home="P04", production=PRODUCTION)


def test_ranks_and_findings_do_not_depend_on_what_is_beyond(system):
    columns = ["product", "rank", "finding", "import_hhi", "lasting"]
    plain = asked(system).table()[columns]
    more = asked(system, production=PRODUCTION, governance=GOVERNANCE).table()[columns]
    pd.testing.assert_frame_equal(plain, more)
