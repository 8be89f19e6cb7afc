"""What everybody in the field knows of our four chains must come out of their tables."""

from importlib.resources import files

import pytest

from chainwright import diagnose
from chainwright.system import Chains, System, chain_map, write_chain


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


GAPS = {
    "advanced-chips": {
        1.0: {
            "euv-optics",
            "euv-drive-laser",
            "euv-scanner",
            "arf-immersion-scanner",
            "track",
            "eda",
        }
    },
    "photovoltaics": {0.0: {"polysilicon", "ingot", "wafer", "cell", "module"}},
}
"""Nodes by their gap to the best: all are gaps of China, and no map has a stock."""


@pytest.mark.parametrize("name", list(Chains.ours()))
def test_our_gaps_are_china_s_and_nobody_else_s(ours, name):
    held = ours.chains[name].nodes
    told = held[held["gap"].notna()]
    assert {g: set(part["node"]) for g, part in told.groupby("gap")} == GAPS.get(name, {})
    assert set(told["gap_place"]) <= {"CHN"}
    assert held["stock_weeks"].isna().all()
    china = diagnose.chain(ours, name, home="CHN").table()
    assert set(china.loc[china["gap"].notna(), "node"]) == set(told["node"])
    for home in ("JPN", "NLD", "EU27", "CHN+JPN"):
        other = diagnose.chain(ours, name, home=home).table()
        assert other["gap"].isna().all()
        warned = other["reason_en"].str.contains("The gap in the map is that of China, not of home")
        assert set(other.loc[warned, "node"]) == set(told["node"])


@pytest.mark.parametrize("name", list(Chains.ours()))
def test_our_maps_stand_in_the_form_that_is_written(name, tmp_path):
    write_chain(chain_map(name), tmp_path / name)
    ours = files("chainwright").joinpath("params", "chains", name)
    for file in ("nodes.csv", "links.csv", "supply.csv"):
        assert (tmp_path / name / file).read_bytes() == ours.joinpath(file).read_bytes(), file


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
