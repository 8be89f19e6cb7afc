"""The programme of repair on random losses: 20 scenarios, 60 measures, one year and five."""

import time

import numpy as np
import pytest

from chainwright.plan.repairs.loss_table import LossTable
from chainwright.plan.repairs.repair_appraisal import appraised_repair
from chainwright.plan.repairs.repair_search import search
from chainwright.plan.repairs.repair_timing import Timetable
from repair_oracles import DrawnOracle

SCENARIOS, MEASURES, PARTS = 20, 60, 15


@pytest.mark.parametrize("sums", [False, True], ids=["largest part", "sum of parts"])
@pytest.mark.parametrize("years", [1, 5])
@pytest.mark.parametrize("tail", [0.0, 0.5])
def test_a_plan_among_60_measures_is_found_verified_and_appraised(sums, years, tail, figure, smoke):
    measures = 12 if smoke else MEASURES
    oracle = DrawnOracle(1, measures, 4 if smoke else SCENARIOS, parts=PARTS, hit=3, sums=sums)
    timetable = None
    cost = oracle.cost
    if years > 1:
        cost, timetable = Timetable.of(
            0.7 * oracle.cost,
            0.06 * oracle.cost,
            years=years,
            lead_years=np.arange(measures) % 3,
            discount_rate=0.03,
        )
    table = LossTable(oracle)
    wall, cpu = time.perf_counter(), time.process_time()
    found = search(
        oracle,
        cost,
        budget=0.25 * float(cost.sum()),
        timetable=timetable,
        tail=tail,
        table=table,
        time_limit_seconds=60.0,
    )
    searched = time.process_time() - cpu
    assert found.agreed
    assert found.gap <= 0.01 + 1e-9
    assert found.off <= found.tolerance + 1e-9
    assert found.loss <= found.greedy.best.loss + 1e-6
    name = f"plan among {MEASURES} measures, {SCENARIOS} scenarios, {years} years, tail {tail}"
    name += ", sums" if sums else ""
    figure(f"{name}: runs", found.runs, bar=3000, unit="runs")
    figure(f"{name}: search, CPU", searched, bar=10.0 if years == 1 else 60.0, unit="s")
    cpu = time.process_time()
    worth = appraised_repair(found, cost_low=0.7 * cost, cost_high=1.3 * cost)
    assert worth.robustness.trials > 0
    assert np.isclose(np.nansum(worth.increment), found.avoided)
    figure(f"{name}: appraisal, CPU", time.process_time() - cpu, bar=240.0, unit="s")
    figure(f"{name}: elapsed", time.perf_counter() - wall, bar=300.0, unit="s")
