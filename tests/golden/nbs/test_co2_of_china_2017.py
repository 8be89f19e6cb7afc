"""China's table of 2017 with the CO2 of CEADs: what sectors emit is what final use embodies."""

import numpy as np
import pandas as pd
import pytest

import chainwright as cw
from real import data

DIRECT, HOUSEHOLDS = 8_965.07, 443.10


@pytest.fixture(scope="module")
def flows():
    folder = data("ceads_china_co2")
    flows = cw.System.read(data("china_io_nbs") / "china_2017_42.csv.gz").flows
    emitted = pd.read_parquet(folder / "national_sector_fuel.parquet")
    emitted = emitted[emitted.year == 2017].groupby("sector", observed=True)["mt_co2"].sum()
    joined = pd.read_csv(folder / "ceads47_to_nbs42.csv", dtype=str).set_index("ceads_sector")
    by_node, households = dict.fromkeys(flows.nodes.codes, 0.0), 0.0
    for sector, amount in emitted.items():
        codes = joined.loc[sector, "nbs42_codes"]
        if codes == "HH":
            households += amount
            continue
        nodes = [f"CHN:{code}" for code in codes.split(";")]
        output = np.array([flows.output[flows.nodes.find(node)] for node in nodes])
        for node, share in zip(nodes, output / output.sum(), strict=True):
            by_node[node] += amount * share
    return flows.with_stressors(
        "CO2", "Mt", by_node, final={"CHN:TC": households}, note="CEADs, national inventory of 2017"
    )


def test_sectors_emit_8965_megatons_and_households_443(flows):
    assert flows.stressors.matrix.sum() == pytest.approx(DIRECT, abs=0.005)
    assert flows.stressors.final.sum() == pytest.approx(HOUSEHOLDS, abs=0.005)
    assert flows.stressors.units == ("Mt",)


def test_what_final_use_embodies_is_what_the_sectors_emit(flows):
    intensity = flows.stressors.matrix[0] * flows.per_output
    embodied = intensity @ np.linalg.solve(np.eye(42) - flows.coefficients(), flows.final)
    assert embodied.sum() == pytest.approx(DIRECT, abs=0.005)
    assert embodied.sum() == pytest.approx(flows.stressors.matrix.sum(), rel=1e-12)


def test_the_origin_says_where_the_co2_comes_from(flows):
    assert flows.origin.notes[-1] == "stressor CO2 [Mt] joined: CEADs, national inventory of 2017"


def test_every_sector_of_the_inventory_finds_its_sectors_of_the_table(flows):
    joined = pd.read_csv(data("ceads_china_co2") / "ceads47_to_nbs42.csv", dtype=str)
    assert len(joined) == 47
    assert (flows.stressors.matrix > 0).sum() > 40
