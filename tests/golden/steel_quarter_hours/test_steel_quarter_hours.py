"""A steel works' electricity by the quarter hour, 2018: 35,040 rows of UCI, taken in as is."""

import gzip

import numpy as np
import pandas as pd
import pytest

from chainwright.carbon import read_meters
from real import data


def test_a_year_of_quarter_hours_is_twelve_measured_months_of_959_637_kwh(tmp_path):
    packed = data("steel_energy_15min") / "steel_industry_energy_2018.csv.gz"
    path = tmp_path / "steel.csv"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    got = read_meters(packed, firm="works")  # gzip as it came
    pd.testing.assert_frame_equal(
        got.accepted.drop(columns=["file", "source"]),
        read_meters(path, firm="works").accepted.drop(columns=["file", "source"]),
    )
    assert not len(got.rejected)
    raw = pd.read_csv(path)
    others = raw.select_dtypes("number").columns.drop("Usage_kWh")  # reactive power, factors, CO2
    unread = got.warnings[got.warnings["code"] == "not_understood"]
    assert [text.split("'")[1] for text in unread["reason_en"]] == others.tolist()
    said = got.warnings["code"].tolist()
    assert said[len(unread) :] == ["quality_given"]  # it does not say: taken as measured
    months = pd.to_datetime(raw["date"], format="%d/%m/%Y %H:%M").dt.month
    by_hand = raw["Usage_kWh"].groupby(months).sum().to_numpy() / 1000
    held = got.accepted
    np.testing.assert_allclose(held["value"], by_hand, rtol=1e-12)
    assert 1000 * held["value"].sum() == pytest.approx(959_637, abs=0.5)
    assert set(held["quality"]) == {"measured"}
    assert (held["coverage"] == 1).all()
    used = got.units[got.units["state"] == "used"]
    assert used["heading"].tolist() == ["date", "Usage_kWh"]  # power factors and tCO2 are no input
    assert len(got.confirm()) == 12
