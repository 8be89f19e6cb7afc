"""What everybody in the field knows of our four chains must come out of their tables."""

import pytest

from chainwright import diagnose
from chainwright.system import Chains, System


@pytest.fixture(scope="module")
def ours():
    return System(chains=Chains.ours())


def status(found):
    held = found.table()
    return dict(zip(held["node"], held["status"], strict=True))


def test_photovoltaics_is_a_long_plate_of_china_the_negative_control(ours):
    found = diagnose.chain(ours, "photovoltaics", home="CHN")
    held = found.table().set_index("node")
    main = ["polysilicon", "wafer", "cell", "module"]
    spine = [node for node in held.index if any(word in node for word in main)]
    plates = held.index[held["status"] == "long plate"]
    assert {"module", "cell", "wafer"} <= set(plates)
    assert len(set(spine) & set(plates)) >= 3
    assert found.counts["long plate"] >= 10
    assert found.counts["stuck"] == found.counts["broken"] == 0
    assert not held.loc[plates, "watch"].any()


def test_photovoltaics_is_no_long_plate_of_the_european_union(ours):
    found = diagnose.chain(ours, "photovoltaics", home="EU27")
    assert not {n for n in ("module", "cell", "wafer") if status(found)[n] == "long plate"}
    assert found.table().set_index("node").loc["module", "top_foreign"] == "CHN"


def test_lithography_for_advanced_chips_is_stuck_for_china_and_a_long_plate_of_the_netherlands(
    ours,
):
    china = diagnose.chain(ours, "advanced-chips", home="CHN")
    held = china.table().set_index("node")
    assert held.loc["euv-scanner", "status"] in {"stuck", "broken"}
    assert held.loc["euv-scanner", "top_foreign"] == "NLD"
    assert held.loc["euv-scanner", "evidence"] == "documented"
    assert held.loc["euv-scanner", "monopoly_low"] > 0.9
    dutch = diagnose.chain(ours, "advanced-chips", home="NLD")
    assert status(dutch)["euv-scanner"] == "long plate"


@pytest.mark.parametrize("name", list(Chains.ours()))
def test_nothing_is_called_fine_without_a_documented_maker(ours, name):
    found = diagnose.chain(ours, name, home="CHN")
    held = found.table()
    fine = held[held["status"] == "fine"]
    assert not fine["broken"].astype("boolean").fillna(value=True).any()
    assert fine["evidence"].ne("").all()
    assert (held[held["status"] == "unknown"]["evidence"] == "").all()
    assert held["reason_zh"].ne("").all()


@pytest.mark.parametrize("name", list(Chains.ours()))
def test_what_is_not_known_is_said_of_each_chain(ours, name):
    found = diagnose.chain(ours, name, home="CHN")
    whole = found.tables()["chain_completeness"].iloc[0]
    assert whole["made"] + whole["not_made"] + whole["unknown"] == whole["nodes"]
    assert whole["completeness_low"] <= whole["completeness"] <= whole["completeness_high"]
    rates = diagnose.localisation(ours, name, home="CHN").table()
    for column in ("first_value", "first_count", "through_value", "through_count"):
        assert (rates[f"{column}_low"] <= rates[f"{column}_high"] + 1e-12).all()
