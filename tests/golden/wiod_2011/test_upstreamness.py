"""WIOD 1995 to 2011: position in the chain against the published values, each year."""

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.accounts import position
from real import data

BILLION = 1_000.0
"""1 bn USD in the tables' M$: below it rounding to whole M$ moves single cells a lot."""


@pytest.fixture(scope="module")
def published():
    file = data("wiod2013") / "upstreamness_reference_antras_chor.csv.gz"
    table = pd.read_csv(file, dtype={"YEAR": str})
    table["region"] = table["ISO3C"].replace({"ROU": "ROM", "ROW": "RoW"})
    return table


def beside(published, year):
    """Return our table of a year beside the published values."""
    system = System.read(data("wiod2013"), year=year)
    ours = position(system).table()
    place = {code: i + 1.0 for i, code in enumerate(system.flows.nodes.sectors.codes)}
    ours["WIOT2013_n"] = ours["sector"].map(place)
    both = ours.merge(published[published["YEAR"] == str(year)], on=["region", "WIOT2013_n"])
    assert len(both) == 1_435
    return both


@pytest.mark.parametrize("year", range(1995, 2012))
def test_corrected_upstreamness_agrees_with_the_published_values(published, year):
    both = beside(published, year)
    said = both.dropna(subset=["upstreamness_corrected"])
    gap = (said["upstreamness_corrected"] - said["GVC_Ui"]).abs()
    assert len(said) >= 1_413
    assert np.corrcoef(said["upstreamness_corrected"], said["GVC_Ui"])[0, 1] >= 0.992
    assert gap.median() <= 0.0055
    large = said["output"] > BILLION
    assert large.sum() > 1_100
    assert gap[large].max() <= 0.10
    share = (said["final_use_share_corrected"] - said["GVC_FUGOi"]).abs()
    assert share.median() <= 0.0012
    assert share[large].max() <= 0.05


def test_all_measures_of_2011(published):
    both = beside(published, 2011)
    measures = {  # median absolute difference from the published values, and correlation
        ("upstreamness_corrected", "GVC_Ui"): (0.00246, 0.99858),
        ("upstreamness", "GVC_Ui"): (0.01354, 0.99057),
        ("downstreamness_corrected", "GVC_Di"): (0.00235, 0.99232),
        ("downstreamness", "GVC_Di"): (0.01478, 0.99210),
        ("value_added_share_corrected", "GVC_VAGOi"): (0.00060, None),
    }
    for (ours, theirs), (median, correlation) in measures.items():
        said = both.dropna(subset=[ours])
        gap = (said[ours] - said[theirs]).abs()
        assert len(said) == 1_413
        assert gap.median() == pytest.approx(median, abs=1.1e-5), ours
        if correlation:
            found = np.corrcoef(said[ours], said[theirs])[0, 1]
            assert found == pytest.approx(correlation, abs=1.1e-5), ours


def test_electrical_equipment_of_china(published):
    row = beside(published, 2011).set_index(["region", "sector"]).loc[("CHN", "c14")]
    assert row["GVC_Ui"] == pytest.approx(2.84335, abs=5e-6)
    assert row["upstreamness_corrected"] == pytest.approx(2.8431, abs=5.1e-5)
    assert row["upstreamness"] == pytest.approx(2.8009, abs=5.1e-5)
