"""Six runs of BoARIO 0.7.2 on pymrio's test table, kept as figures, met at every step."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pymrio
import pytest

import chainwright as cw
from chainwright.stress import Blow, Economy, InventoryModel, Shock, simulate_pooled
from chainwright.stress.shocks.sector_hits import sector_blows
from real import data

pytestmark = [
    pytest.mark.against,
    pytest.mark.filterwarnings("ignore"),  # what pymrio warns of is not ours to mend
]

REBUILT = {"recovery": "rebuild", "recovery_days": 180.0}
FADING = {"recovery": "linear", "recovery_days": 90.0}
BOARIO = InventoryModel.boario()
RUNS = {
    "rebuild_5e6": (730, 5e6, REBUILT, BOARIO, 1e-9),
    "rebuild_5e7": (365, 5e7, REBUILT, BOARIO, 1e-9),
    "rebuild_5e8": (365, 5e8, REBUILT, BOARIO, 1e-9),
    "recovery_3e8": (365, 3e8, FADING, BOARIO, 1e-9),
    "recovery_3e8_noalt": (365, 3e8, FADING, replace(BOARIO, orders="noalt"), 1e-9),
    # its shortcut (no update of stocks that are all close) bites here
    "recovery_5e8_stock10": (
        365, 5e8, FADING, replace(BOARIO, stock_days=10.0, restoration_days=10.0), 2e-5,
    ),
}  # fmt: skip
TOTALS = {
    "production": "production",
    "capacity": "production_capacity",
    "intermediate_demand": "intermediate_demand",
    "final_demand": "final_demand",
    "rebuild_demand": "rebuild_demand",
    "rebuild_delivered": "rebuild_delivered",
    "unmet_final": "final_demand_unmet",
    "capital_to_recover": "capital_to_recover",
}


@pytest.fixture(scope="module")
def system():
    return cw.System.from_pymrio(pymrio.load_test().calc_all())


@pytest.fixture(scope="module")
def answer(system):
    """Give economy and records of a run, each made once."""
    made = {}

    def give(run):
        if run not in made:
            steps, damage, way, model, _ = RUNS[run]
            rebuilding = (("construction", 0.55), ("manufactoring", 0.45))
            blow = Blow(
                "capital", nodes=("reg1:manufactoring", "reg1:mining"), money=damage,
                start_day=1, days=15, rebuilding=rebuilding if way is REBUILT else (), **way,
            )  # fmt: skip
            economy = Economy.of(system)
            blows = sector_blows(system, Shock((blow,)), steps, capital=economy.K)
            every = range(steps) if steps == 365 else ()
            made[run] = economy, simulate_pooled(economy, blows, model, stocks_on=every)
        return made[run]

    return give


def kept(kind, run):
    return pd.read_csv(data("stress_golden") / f"ario_{kind}_{run}.csv.gz", index_col="step")


@pytest.mark.parametrize("run", RUNS)
def test_output_of_every_step_and_industry_is_the_kept_one(answer, run):
    economy, records = answer(run)
    theirs = kept("production", run)
    order = [economy.codes.index(column.replace("|", ":")) for column in theirs.columns]
    gap = np.abs(records.production[:, order] - theirs.to_numpy()) / economy.x0[order]
    assert gap.max() < RUNS[run][-1]


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("name", TOTALS)
def test_totals_of_every_step_are_the_kept_ones(answer, run, name):
    economy, records = answer(run)
    theirs = kept("totals", run)[TOTALS[name]].to_numpy()
    scale = theirs.max() if name == "capital_to_recover" else economy.x0.sum()
    assert np.abs(records.of(name).sum(axis=1) - theirs).max() < RUNS[run][-1] * scale


@pytest.mark.parametrize("run", [name for name in RUNS if name != "rebuild_5e6"])
def test_stocks_of_every_step_add_up_to_the_kept_ones(answer, run):
    _, records = answer(run)
    theirs = kept("totals", run)["input_stocks"].to_numpy()
    mine = np.array([stock.sum() for stock in records.stocks.values()])
    assert kept_at(mine, theirs).min() < RUNS[run][-1]


def kept_at(mine, theirs):
    """Return the largest gap of stocks kept in the evening, or in the morning after."""
    gaps = [np.abs(mine - theirs), np.abs(mine[:-1] - theirs[1:])]
    return np.array([gap.max() / theirs[0] for gap in gaps])


@pytest.mark.parametrize("run", RUNS)
def test_check_figures_are_the_kept_ones(answer, run):
    economy, records = answer(run)
    figures = pd.read_csv(data("stress_golden") / "check_figures.csv", index_col="run").loc[run]
    x0, loose = economy.x0, 5e-4 if run == "recovery_5e8_stock10" else 1e-8
    change = (records.production - x0).sum()
    assert change == pytest.approx(figures["production_change_total"], rel=1e-5, abs=1.0)
    assert change / x0.sum() == pytest.approx(figures["production_change_days_of_x0"], rel=1e-5)
    share = records.production / x0
    assert share.min() == pytest.approx(figures["min_relative_production"], rel=1e-6)
    step, node = np.unravel_index(share.argmin(), share.shape)
    assert (step, economy.codes[node].replace(":", "|")) == (
        figures["min_step"],
        figures["min_industry"],
    )
    assert records.unmet_final.sum() == pytest.approx(figures["final_demand_unmet_total"], rel=1e-5)
    assert records.alpha[-1].max() == pytest.approx(figures["alpha_max_last_step"], abs=loose)
    assert (records.short_step >= 0).any() == figures["input_shortage"]


def test_rebuilding_that_crowds_out_production_is_warned_of(answer):
    told = {run: " ".join(en for en, _ in answer(run)[1].notes) for run in RUNS}
    crowded = {run for run, words in told.items() if "crowded out" in words}
    assert crowded == {"rebuild_5e7", "rebuild_5e8"}


@pytest.mark.parametrize("way", [{"rationing": "priority"}, {"rebuild_cap": 0.02}])
def test_priority_and_a_cap_keep_rebuilding_from_collapse(system, answer, way):
    economy, collapsed = answer("rebuild_5e7")
    model = replace(BOARIO, **way)
    blow = Blow(
        "capital", nodes=("reg1:manufactoring", "reg1:mining"), money=5e7, start_day=1, days=15,
        rebuilding=(("construction", 0.55), ("manufactoring", 0.45)), **REBUILT,
    )  # fmt: skip
    records = simulate_pooled(economy, sector_blows(system, Shock((blow,)), 365), model)
    lost = (economy.x0 - records.production).sum() / economy.x0.sum()
    lost_in_collapse = (economy.x0 - collapsed.production).sum() / economy.x0.sum()
    assert lost_in_collapse > 34.0
    assert lost < 1.0
