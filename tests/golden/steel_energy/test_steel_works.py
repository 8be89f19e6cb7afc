"""A real steel works by the quarter of an hour (Gwangyang, 2018) as one firm's account."""

import numpy as np
import pandas as pd
import pytest

from chainwright import carbon
from firm_reports import reported
from real import data

FILE_FACTOR = 0.4208  # kg per kWh: 403.81 t over 959,637 kWh
NATION_2021 = 0.5568


@pytest.fixture(scope="module")
def works():
    path = data("steel_energy_15min") / "steel_industry_energy_2018.csv.gz"
    frame = pd.read_csv(path, usecols=["date", "Usage_kWh", "CO2(tCO2)"])
    when = pd.to_datetime(frame["date"], format="%d/%m/%Y %H:%M")
    month = when.dt.strftime("%Y-%m")
    return frame.set_axis(["date", "kwh", "tonnes"], axis=1), month


def account(works, factors):
    frame, month = works
    power = frame.groupby(month.to_numpy())["kwh"].sum() / 1000.0
    rows = [("A", "grid_electricity", m, mwh) for m, mwh in power.items()]
    return carbon.account(reported(*rows, classes={"A": "3130"}), factors=factors)


def test_the_factor_of_the_file_gives_the_tonnes_of_the_file(works):
    own = carbon.FactorSet.named("cn-industry").with_(grid=carbon.GridFactor(FILE_FACTOR))
    found = account(works, own)
    assert len(found.months) == 12
    assert found.activities.amount.sum() == pytest.approx(959.637, abs=5e-4)
    assert found.net.sum() == pytest.approx(403.81, rel=1e-4)
    # tonnes of the file are rounded to 0.01 a quarter of an hour: half of it is the most
    frame, month = works
    by_month = frame.groupby(month.to_numpy())["tonnes"].sum().to_numpy()
    quarters = np.unique(month, return_counts=True)[1]
    assert (np.abs(found.net[0] - by_month) <= 0.005 * quarters).all()
    np.testing.assert_allclose(found.net[0], by_month, rtol=0.08)


def test_the_national_grid_says_that_it_knows_no_factor_of_2018(works):
    chosen = carbon.FactorSet.named("cn-industry").with_(grid="nation")
    found = account(works, chosen)
    assert found.rolling(12).net[0, -1] == pytest.approx(959.637 * NATION_2021, rel=1e-6)
    lines = found.lines("A", "2018-06").table()
    assert lines["rule_en"].iloc[0] == "national grid factor for the first year that is published"
    assert found.table()["scope_1"].iloc[0] == 0.0


def test_what_the_chosen_grid_changes_is_told_line_by_line(works):
    own = carbon.FactorSet.named("cn-industry").with_(grid=carbon.GridFactor(FILE_FACTOR))
    first, second = account(works, own), account(works, "cn-industry")
    found = carbon.compare_accounts(first, second)
    assert found.difference == pytest.approx(959.637 * (0.5422 - FILE_FACTOR), rel=1e-6)
    row = found.table().iloc[0]
    assert row["factor_first"] == "given/grid"
    assert row["factor_second"] == "grid-province/33/2021"  # Zhejiang, where the test puts it
