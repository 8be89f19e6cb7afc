"""WIOD 2011: extraction of nodes and regions, embargoes with and without replacement."""

import numpy as np
import pytest

from chainwright.accounts import embargo, embargo_scan, extraction, region_extraction

CENT = 0.0051
"""The M$ figures are printed to two digits."""


def at(system, code):
    return system.flows.nodes.find(code)


@pytest.fixture(scope="module")
def taken_out(wiod2011):
    return extraction(wiod2011)


def test_the_largest_extractions(wiod2011, taken_out):
    first = taken_out.table().head(5)
    assert list(first["region"] + ":" + first["sector"]) == [
        "CHN:c18",
        "USA:c31",
        "CHN:c14",
        "RoW:c18",
        "RoW:c2",
    ]
    millions = [6.880, 5.389, 5.123, 4.914, 4.408]
    np.testing.assert_allclose(first["output_lost"] / 1e6, millions, rtol=0, atol=5.1e-4)


def test_electrical_equipment_of_china_and_transport_equipment_of_germany(wiod2011, taken_out):
    china = at(wiod2011, "CHN:c14")
    assert taken_out.output_lost[china] == pytest.approx(5_123_323.66, abs=CENT)
    assert taken_out.value_added_lost[china] == pytest.approx(1_411_657.29, abs=CENT)
    german = taken_out.output_lost[at(wiod2011, "DEU:c15")]
    assert german == pytest.approx(1_206_091.48, abs=CENT)


def test_fifty_sectors_equal_striking_them_out_one_by_one(wiod2011, taken_out):
    flows = wiod2011.flows
    shares, demand = flows.matrix * flows.per_output, flows.demand[:, None]
    gone = np.random.default_rng(7).choice(len(demand), 50, replace=False)
    stays = np.ones((len(demand), 51))  # a column a scenario; in the last nothing is struck out
    stays[gone, np.arange(50)] = 0.0
    output = stays * demand
    for _ in range(90):  # the series y + A y + A^2 y + ...; 0.61^90 is far below rounding
        output = stays * (demand + shares @ output)
    lost = output[:, -1].sum() - output[:, :-1].sum(axis=0)
    np.testing.assert_allclose(taken_out.output_lost[gone], lost, rtol=1e-9, atol=1e-3)


def test_electrical_equipment_of_china_denied_to_all_foreign_users(wiod2011):
    found = embargo(wiod2011, "CHN:c14")
    assert found.flow_cut == 359_225
    assert found.total_output_lost == pytest.approx(1_287_154.46, abs=CENT)
    assert found.total_value_added_lost == pytest.approx(354_656.68, abs=CENT)
    regions = found.tables()["embargo_by_region"].head(5)
    assert list(regions["region"]) == ["CHN", "RoW", "JPN", "KOR", "TWN"]
    lost = [1_036_143, 68_316, 33_051, 30_364, 29_226]
    np.testing.assert_allclose(regions["output_lost"], lost, rtol=0, atol=0.51)


def test_the_largest_embargoes_of_the_scan(wiod2011):
    first = embargo_scan(wiod2011).table().head(6)
    assert list(first["region"] + ":" + first["sector"]) == [
        "RoW:c2",
        "CHN:c14",
        "RoW:c9",
        "RoW:c14",
        "RoW:c12",
        "DEU:c12",
    ]
    lost = [1_764_241, 1_287_154, 538_725, 493_474, 453_563, 386_672]
    np.testing.assert_allclose(first["output_lost"], lost, rtol=0, atol=0.51)


def test_an_embargo_that_korea_and_japan_partly_replace(wiod2011):
    instead = {"CHN:c14": {"KOR:c14": 0.4, "JPN:c14": 0.3}}
    found = embargo(wiod2011, "CHN:c14", replaced_by=instead)
    assert found.total_output_lost == pytest.approx(583_222.68, abs=CENT)
    assert -found.output_lost[at(wiod2011, "KOR:c14")] == pytest.approx(203_149.99, abs=CENT)
    assert -found.output_lost[at(wiod2011, "JPN:c14")] == pytest.approx(138_027.23, abs=CENT)


def test_all_chinese_manufacturing_denied_to_foreign_users(wiod2011):
    found = embargo(wiod2011, [f"CHN:c{i}" for i in range(3, 17)])
    assert found.total_output_lost == pytest.approx(3_005_709.28, abs=CENT)


def test_all_intermediate_deliveries_from_china_to_the_usa(wiod2011):
    found = embargo(wiod2011, "CHN", users="USA")
    assert found.total_output_lost == pytest.approx(642_083.25, abs=CENT)
    regions = found.tables()["embargo_by_region"].set_index("region")["output_lost"]
    assert regions["CHN"] == pytest.approx(537_968.16, abs=CENT)
    assert regions["USA"] == pytest.approx(9_664.30, abs=CENT)


@pytest.mark.parametrize("replaced", [None, {"CHN:c14": {"KOR:c14": 0.4, "JPN:c14": 0.3}}])
def test_the_low_rank_update_equals_a_fresh_solve(wiod2011, replaced):
    flows = wiod2011.flows
    found = embargo(wiod2011, ["CHN:c14", "CHN:c9"], replaced_by=replaced)
    shares = flows.matrix * flows.per_output
    after = shares.copy()
    foreign = flows.nodes.region != flows.nodes.regions.place["CHN"]
    for code in ("CHN:c14", "CHN:c9"):
        cut = np.where(foreign, shares[at(wiod2011, code)], 0.0)
        after[at(wiod2011, code)] -= cut
        for other, part in (replaced or {}).get(code, {}).items():
            after[at(wiod2011, other)] += part * cut
    eye = np.eye(len(shares))
    lost = np.linalg.solve(eye - shares, flows.demand) - np.linalg.solve(eye - after, flows.demand)
    np.testing.assert_allclose(found.output_lost, lost, rtol=1e-9, atol=1e-6)


def test_china_taken_out_as_a_region(wiod2011):
    found = region_extraction(wiod2011, "CHN")
    assert found.lost_elsewhere == pytest.approx(3_230_736.38, abs=CENT)
    rest = wiod2011.flows.output[~found.removed].sum()
    assert found.lost_elsewhere / rest == pytest.approx(0.02705, abs=5e-6)
