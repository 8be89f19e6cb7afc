"""A year of ARIO with pooled stocks: against BoARIO 0.7.2, and on a table of 7,987 nodes."""

import numpy as np

from bigworld import Size
from measure import measure

WORLD = Size(44, 56, stressors=1, categories=1)
LARGE = Size(49, 163, stressors=1, categories=1)
SMALL = Size(4, 6, stressors=1, categories=1)
DAYS = 365

OURS = """
import numpy as np
from bigworld import Size, ours
from chainwright.stress import Blow, Economy, InventoryModel, Shock, simulate_pooled
from chainwright.stress.shocks.sector_hits import sector_blows

shock = Shock((Blow("capital", regions="R000", share=0.3, start_day=1, days=10,
                    recovery="linear", recovery_days=90),))

def run(system, steps, dtype):
    economy = Economy.of(system, dtype=dtype)
    blows = sector_blows(system, shock, steps, capital=economy.K)
    return economy, simulate_pooled(economy, blows, InventoryModel.boario(), record={record})

run(ours(Size(3, 4, stressors=1, categories=1), "{dtype}"), 3, "{dtype}")
system = ours({size}, "{dtype}")
system.flows.output
with counted():
    economy, records = run(system, {days}, "{dtype}")
np.savez("{path}", production=records.production, unmet=records.unmet_final, x0=economy.x0)
"""

BOARIO = """
import warnings
warnings.simplefilter("ignore")
import numpy as np
import pandas as pd
import pymrio
import boario.simulation, boario.event, boario.extended_models
from bigworld import Size, pymrios
from boario_runs import Event, boario_run

io = pymrios({size}).calc_system()
n = {size}.sectors
added = np.maximum(0.0, io.x.to_numpy().ravel() - io.Z.to_numpy().sum(axis=0))[:n]
impact = pd.Series(0.3 * 4 * added, io.Z.index[:n])
event = Event(impact[impact > 0], "recovery", 1, 10, 90)
with counted():
    records = boario_run(io, [event], {days})
np.savez("{path}", production=records["production"].to_numpy(float))
"""


def test_a_year_is_25_times_faster_than_boario_in_half_of_its_memory(smoke, figure, tmp_path):
    size, days = (SMALL, 30) if smoke else (WORLD, DAYS)
    one, other = tmp_path / "ours.npz", tmp_path / "boario.npz"
    ours = measure(OURS.format(size=size, days=days, dtype="float64", record=None, path=one))
    theirs = measure(BOARIO.format(size=size, days=days, path=other), threads=1)
    print(f"ours {ours}; BoARIO {theirs}")  # noqa: T201 - shown by pytest -s
    with np.load(one) as a, np.load(other) as b:
        gap = np.abs(a["production"] - b["production"]) / a["x0"]
        assert (a["production"] < 0.9 * a["x0"]).any()
    assert gap.max() <= 1e-9
    name = f"ARIO, {days} days, {size.nodes:,} nodes"
    figure(f"{name}: BoARIO's elapsed / ours", theirs.elapsed / ours.elapsed, bar=25, least=True)
    figure(f"{name}: BoARIO's CPU / ours", theirs.cpu / ours.cpu, bar=15, least=True)
    figure(f"{name}: memory added / BoARIO's", ours.added / theirs.added, bar=0.5)


def test_a_year_of_7987_nodes_in_float32_takes_20_s_and_1_5_gib(smoke, figure, tmp_path):
    size, days = (SMALL, 30) if smoke else (LARGE, DAYS)
    record, single = ["production", "unmet_final"], tmp_path / "single.npz"
    cost = measure(OURS.format(size=size, days=days, dtype="float32", record=record, path=single))
    print(cost)  # noqa: T201 - shown by pytest -s
    with np.load(single) as found:
        assert np.isfinite(found["production"]).all()
        assert (found["production"] <= 1.5 * found["x0"]).all()
        assert found["unmet"].sum() > 0.0
    name = f"ARIO float32, {days} days, {size.nodes:,} nodes"
    figure(f"{name}: elapsed", cost.elapsed, bar=20.0, unit="s")
    figure(f"{name}: CPU", cost.cpu, bar=40.0, unit="s")
    figure(f"{name}: peak memory", cost.peak / 2**30, bar=1.5, unit="GiB")
