import numpy as np
import pytest

from chainwright import System
from chainwright.plan import read_repair_measures, repair_measures
from chainwright.plan.repairs.deliveries import Deliveries
from chainwright.plan.repairs.home_losses import HomeLosses
from chainwright.plan.repairs.supplement import supplemented
from chainwright.stress import InventoryModel, Shock
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.held_safeguards import held_safeguards
from chainwright.stress.sectors.pooled import simulate_pooled
from chainwright.stress.shocks.sector_hits import sector_blows
from real import data

CHIPS = Shock.named("embargo", "JPN:c14", to="CHN", days=182)
ORES = Shock.named("embargo", ["RoW:c2", "AUS:c2"], to="CHN", days=91)


@pytest.fixture(scope="module")
def world():
    """Return WIOD 2011."""
    return System.read(data("wiod2013"), year=2011)


@pytest.fixture(scope="module")
def ores(world):
    """Return what is proposed against an embargo of ores and oil."""
    return repair_measures(world, ORES, home="CHN", most=8)


def test_against_an_embargo_of_japanese_electronics_a_planner_sees_what_is_at_stake(world):
    found = repair_measures(world, CHIPS, home="CHN")
    assert found.names == (
        "backup:CHN:c14:3%",
        "reserve:c14:JPN>CHN:2w", "reserve:c14:JPN>CHN:4w", "reserve:c14:JPN>CHN:8w",
        "second:c14:JPN>CHN:25%", "second:c14:JPN>CHN:50%", "second:c14:JPN>CHN:80%",
        "strengthen:CHN:c14:3%",
        "supplement:c14:JPN>CHN:10%", "supplement:c14:JPN>CHN:25%",
    )  # fmt: skip
    # 47,080 of Japan's c14 go to Chinese producers and 17,797 to final users a year (million USD)
    used, final = Deliveries(world.flows).value("c14", ["CHN"], ["JPN"])
    assert (round(used), round(final)) == (47080, 17797)
    four = found["reserve:c14:JPN>CHN:4w"]
    assert four.yearly_low == pytest.approx(0.2 * used * 28.0 / 365.0, rel=1e-12)
    assert found["second:c14:JPN>CHN:50%"].once_high == pytest.approx(0.05 * (used + final))
    # stocks of other origins stand in for four months: a planner has to know how little is lost
    short = "4 nodes ran short of it, the first on day 123, and lost 2,409 million USD"
    assert short in four.reason_en
    assert f"{(used + final) * 182.0 / 365.0:,.0f} million USD of 2011 is cut off" in four.reason_en
    assert "4 个节点因此短缺，最早在第 123 天" in four.reason_zh
    assert found.assumed.all()
    assert "replaced by nobody" in found.notes[0][0]


def test_against_an_embargo_of_ores_and_oil_reserves_come_first_and_work(world, ores):
    found = ores
    assert {m.product for m in found if m.kind == "reserve"} == {"c2", "c8"}
    assert (
        "11 nodes ran short of it, the first on day 14"
        in found["reserve:c2:AUS+RoW>CHN:8w"].reason_en
    )
    fuel = found["reserve:c8:CHN>CHN:8w"].reason_en
    assert "c8 (Coke, refined petroleum and nuclear fuel) runs short in CHN though nobody" in fuel
    economy, model = Economy.of(world), InventoryModel(replaceable=0.0)
    blows = sector_blows(world, ORES, 182, capital=economy.K)

    def lost(*names):
        held = [found[name].safeguard for name in names]
        ready = held_safeguards(economy, held)
        records = simulate_pooled(economy, blows, model, safeguards=ready, record=["production"])
        fallen = 182 * economy.x0 - records.production.sum(axis=0)
        return HomeLosses("value_added", ("CHN",)).by_node(economy, fallen).sum()

    base, eight = lost(), lost("reserve:c2:AUS+RoW>CHN:8w")
    assert base == pytest.approx(534_409, rel=1e-3)
    # eight weeks of what is cut off and the stocks in hand reach for most of thirteen weeks
    assert eight == pytest.approx(31_967, rel=1e-3)


def test_a_supplement_of_a_real_table_balances(world):
    flows = world.flows
    found = supplemented(
        flows, product="c14", users=["CHN"], maker="CHN:c14", share=0.25, origins=["JPN"]
    )
    inputs = found.matrix.sum(axis=0) + found.added
    assert np.abs(inputs - found.output).max() < 1e-9 * found.output.max()
    assert found.final.sum() == pytest.approx(flows.final.sum(), rel=1e-14)
    by_product = np.bincount(flows.nodes.sector, flows.demand)
    assert np.bincount(flows.nodes.sector, found.demand) == pytest.approx(by_product, rel=1e-12)
    change = found.output - flows.output
    makes, made = flows.nodes.find("CHN:c14"), flows.nodes.find("JPN:c14")
    # a quarter of 64,877 moves; what China's own makers need in turn makes it more
    assert change[makes] == pytest.approx(23_910.875, abs=0.01)
    assert change[made] == pytest.approx(-20_696.387, abs=0.01)
    assert found.added.sum() == pytest.approx(flows.added.sum(), rel=1e-13)


def test_proposals_on_a_real_table_are_read_back(world, ores, tmp_path):
    ores.table().to_csv(tmp_path / "measures.csv", index=False)
    again = read_repair_measures(tmp_path / "measures.csv", world)
    assert again.names == ores.names
    assert np.array_equal(again.present_value(), ores.present_value())
