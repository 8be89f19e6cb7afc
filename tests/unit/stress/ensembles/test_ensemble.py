"""What an ensemble says: exact quantiles, recovery, what ran short, the table's own error."""

import numpy as np
import pandas as pd
import pytest

from chainwright import System, stress
from chainwright.errors import MissingPartError, TableError
from chainwright.stress import Blow, Economy, InventoryModel, Shock, UncertainInput, Uncertainty
from chainwright.stress.ensembles.recovery import days_to_recover, lowest_output, triangle_days
from chainwright.stress.ensembles.table_error import with_error
from chainwright.stress.sectors.pooled import simulate_pooled
from chainwright.stress.shocks.sector_hits import sector_blows
from worlds import national, world

SYSTEM = world(3)
MODEL = InventoryModel(stock_days=6.0)
SHOCK = Shock(
    (
        Blow("supply_cut", regions="R1", products="s1", share=0.9, days=12, start_day=2),
        Blow("capacity", regions="R0", share=0.5, days=8, recovery="linear", recovery_days=10),
    )
)
SIZE = UncertainInput(input="size_factor", form="range", low=0.3, high=1.0, source="a survey")
PSI = UncertainInput(input="psi", form="triangular", low=0.5, mode=0.8, high=1.0)
FOUND = stress.ensemble(
    SYSTEM,
    SHOCK,
    draws=21,
    days=40,
    seed=2,
    batch=8,
    model=MODEL,
    uncertain=Uncertainty((SIZE, PSI)),
)


def alone(draw, *, system=SYSTEM):
    """Return the records of one draw, run by itself."""
    economy = Economy.of(system)
    uncertain = FOUND.job.uncertain
    values = uncertain.values(2, 21)[draw]
    blows = sector_blows(system, uncertain.shock(SHOCK, values), 40)
    model = InventoryModel(stock_days=6.0, psi=float(values[1]))
    record = ("production", "unmet_final", "unmet_by_region")
    return economy, simulate_pooled(economy, blows, model, record=record)


@pytest.mark.parametrize("draw", [0, 7, 8, 20])
def test_a_draw_is_the_run_of_its_own_values(draw):
    economy, records = alone(draw)
    made = records.production.sum(axis=1)
    np.testing.assert_allclose(FOUND.found["output_by_step"][draw], made, rtol=1e-12)
    lost = (economy.x0 - records.production).sum(axis=0)
    regions = np.bincount(SYSTEM.flows.nodes.region, lost)
    np.testing.assert_allclose(FOUND.found["output_by_region"][draw], regions, atol=1e-11)
    unmet = records.unmet_by_region.sum(axis=(0, 2))
    np.testing.assert_allclose(FOUND.found["unmet_final_by_region"][draw], unmet, atol=1e-11)
    added = (economy.VA / economy.flows.output * lost).sum()
    assert FOUND.lost("value_added")[draw] == pytest.approx(added, rel=1e-9)
    first = np.where(records.short_step < 0, 99, records.short_step).min()
    assert FOUND.found["short_step"][draw] == (first if first < 99 else -1)


def test_quantiles_are_those_of_the_draws_themselves():
    table = FOUND.table()
    by_region = FOUND.found["output_by_region"]
    for j, code in enumerate(FOUND.economy.regions.codes):
        row = table[(table["measure"] == "output") & (table["region"] == code)].iloc[0]
        ordered = np.sort(by_region[:, j])
        assert (row["lowest"], row["median"], row["highest"]) == (
            ordered[0],
            ordered[10],  # of 21 draws
            ordered[20],
        )
        assert row["q05"] == pytest.approx(ordered[1], rel=1e-12)
        assert row["q95"] == pytest.approx(ordered[19], rel=1e-12)
        assert row["mean"] == pytest.approx(by_region[:, j].mean(), rel=1e-12)


def test_the_table_begins_with_all_and_its_parts_add_up_to_it():
    table = FOUND.table()
    assert set(table["measure"].head(3)) == {"output", "value_added", "unmet_final"}
    assert (table["region"].head(3) == "").all()
    for measure, rows in table.groupby("measure"):
        total = rows.query("region == '' and product == ''")["mean"].item()
        assert rows.query("region != ''")["mean"].sum() == pytest.approx(total), measure
        assert rows.query("product != ''")["mean"].sum() == pytest.approx(total), measure
    rest = 40 * FOUND.economy.x0.sum()
    assert table["median_share"][0] == pytest.approx(table["median"][0] / rest)


def test_totals_and_bands_say_what_the_draws_say():
    totals = FOUND.tables()["ensemble_totals"].set_index("statistic")
    days = 40 - FOUND.found["output_by_step"].sum(axis=1) / FOUND.economy.x0.sum()
    assert totals.loc["median", "lost_days"] == pytest.approx(np.median(days))
    assert totals.loc["highest", "lost_output"] == FOUND.lost("output").max()
    assert (FOUND.found["first_day"] == 0.0).all()
    assert (FOUND.triangle_days >= FOUND.lost_days - 1e-9).all()
    bands = FOUND.tables()["ensemble_by_day"]
    assert len(bands) == 40
    ordered = bands[["lowest", "q05", "q25", "median", "q75", "q95", "highest"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0.0).all()
    share = 1.0 - FOUND.found["output_by_step"][:, 5] / FOUND.economy.x0.sum()
    assert bands["mean"][5] == pytest.approx(share.mean())


def test_days_to_recover_run_from_the_first_blow_to_the_last_day_below():
    lost = np.array([[0.0, 0.06, 0.04, 0.2, 0.05], [0.04] * 5, [0.0, 0.0, 0.1, 0.1, 0.1]])
    first = np.array([3.0, 0.0, 0.0])
    assert days_to_recover(lost, 7.0, first).tolist() == [25.0, 0.0, np.inf]
    np.testing.assert_allclose(triangle_days(lost - 0.05, 1.0), [0.16, 0.0, 0.15])
    np.testing.assert_allclose(lowest_output(lost), [0.8, 0.96, 0.9])
    deep = Shock((Blow("capacity", regions="R0", share=0.9),))
    never = stress.ensemble(SYSTEM, deep, draws=2, days=9, model=MODEL).tables()
    assert not never["ensemble_draws"]["recovered"].any()
    assert never["ensemble_draws"]["days_to_recover"].isna().all()
    assert never["ensemble_totals"]["days_to_recover"].isna().all()


def test_what_ran_short_first_adds_up_to_all_draws():
    short = FOUND.tables()["ensemble_short"]
    assert short["draws_first"].sum() == 21
    assert short["share_first"].sum() == pytest.approx(1.0)
    draws = FOUND.tables()["ensemble_draws"]
    counted = draws["short_product"].value_counts()
    told = short.set_index("product")["draws_first"]
    assert {p: n for p, n in told.items() if n} == counted.to_dict()
    nothing = Shock((Blow("capacity", regions="R0", share=0.0, days=3),))
    calm = stress.ensemble(SYSTEM, nothing, draws=3, days=5, model=MODEL).tables()
    assert calm["ensemble_short"][["product", "draws_first"]].to_numpy().tolist() == [["", 3]]


def test_the_draws_own_values_are_kept_and_assumptions_named():
    values = FOUND.tables()["ensemble_values"]
    drawn = FOUND.job.uncertain.values(2, 21)
    np.testing.assert_array_equal(values["value"].to_numpy().reshape(21, 2), drawn)
    inputs = FOUND.tables()["ensemble_inputs"]
    assert inputs["assumed"].tolist() == [False, True]
    assert inputs["lowest_drawn"].tolist() == drawn.min(axis=0).tolist()
    notes = FOUND.origin["notes_en"]
    assert any("these inputs are is an assumption: psi" in note for note in notes)
    assert any("any origin of a product replaces any other" in note for note in notes)
    assert len(notes) == len(FOUND.origin["notes_zh"])


def test_the_other_end_of_a_cut_loses_no_less():
    question = {"draws": 3, "days": 25, "model": MODEL, "uncertain": Uncertainty((SIZE,))}
    cut = Shock(SHOCK.blows[:1])
    pooled = stress.ensemble(SYSTEM, cut, **question)
    kept = stress.ensemble(SYSTEM, cut, **question, end="by_origin")
    assert (kept.lost("output") > pooled.lost("output")).all()
    assert (kept.drawn == pooled.drawn).all()
    assert any("no origin of a product replaces" in note for note in kept.origin["notes_en"])


def test_weeks_are_steps_of_seven_days():
    weekly = stress.ensemble(SYSTEM, SHOCK, draws=2, days=60, model=InventoryModel(step="week"))
    assert weekly.days.tolist() == [7.0 * step for step in range(9)]
    assert weekly.parameters["days"] == 63.0


def test_a_table_with_error_is_at_rest_keeps_its_zeros_and_has_the_spread_that_is_asked():
    flows = world(1, regions=8, sectors=8).flows
    odd = with_error(flows, 0.3, np.random.default_rng(5))
    assert ((odd.matrix == 0.0) == (flows.matrix == 0.0)).all()
    assert (np.sign(odd.final) == np.sign(flows.final)).all()
    factor = (odd.matrix / np.where(flows.matrix > 0, flows.matrix, np.nan)).ravel()
    factor = factor[np.isfinite(factor)]
    assert factor.mean() == pytest.approx(1.0, abs=0.02)
    assert factor.std() == pytest.approx(0.3, abs=0.03)
    assert np.abs(np.corrcoef(factor[:-1], factor[1:])[0, 1]) < 0.06
    np.testing.assert_allclose(
        odd.output, np.maximum(odd.matrix.sum(axis=1) + odd.final.sum(axis=1), 0.0)
    )
    economy = Economy.of(System(flows=odd))
    records = simulate_pooled(economy, sector_blows(odd, SHOCK.scaled(0.0), 30), MODEL)
    assert np.abs(records.production / economy.x0 - 1.0).max() < 1e-12


def test_rows_from_abroad_have_an_error_too_and_no_error_leaves_the_table_as_it_is():
    flows = national(2).flows
    odd = with_error(flows, 0.2, np.random.default_rng(1))
    assert (odd.imports.matrix != flows.imports.matrix).any()
    same = with_error(flows, 0.0, np.random.default_rng(1))
    np.testing.assert_array_equal(same.matrix, flows.matrix)
    np.testing.assert_array_equal(same.imports.final, flows.imports.final)


def test_an_error_of_the_table_spreads_the_draws_and_is_stated():
    question = {"draws": 4, "days": 20, "model": MODEL}
    spread = stress.ensemble(SYSTEM, SHOCK, **question, uncertain=Uncertainty(table_cv=0.2))
    assert len(np.unique(spread.lost_days)) == 4
    row = spread.tables()["ensemble_inputs"].iloc[0]
    assert (row["input"], row["form"], row["mean"], row["sd"]) == (
        "table_error",
        "lognormal",
        1,
        0.2,
    )
    still = stress.ensemble(SYSTEM, SHOCK, **question)
    assert len(np.unique(still.lost_days)) == 1
    again = stress.ensemble(SYSTEM, SHOCK, **question, uncertain=Uncertainty(table_cv=0.2), batch=1)
    np.testing.assert_array_equal(again.lost_days, spread.lost_days)


def test_what_does_not_fit_the_system_is_refused_before_any_draw():
    with pytest.raises(TableError, match="R9"):
        stress.ensemble(SYSTEM, Shock((Blow("capacity", regions="R9", share=0.5),)))
    early = UncertainInput(input="start_shift_days", form="range", low=-9.0, high=0.0)
    with pytest.raises(TableError, match="day 0 or later"):
        stress.ensemble(SYSTEM, SHOCK, uncertain=Uncertainty((early,)))
    with pytest.raises(MissingPartError):
        stress.ensemble(System(), SHOCK)


def test_a_draw_that_cannot_be_run_is_named_with_its_values():
    burnt = Shock((Blow("capital", regions="R0", money=1.0),))
    much = UncertainInput(input="size_factor", form="range", low=1e5, high=2e5)
    with pytest.raises(TableError, match="at most its capital") as refused:
        stress.ensemble(SYSTEM, burnt, draws=2, days=3, uncertain=Uncertainty((much,)))
    assert refused.value.__notes__[0].startswith("In draw 0: size_factor 1")


def test_its_chart_has_bands_over_days():
    axes = FOUND.plot().axes[0]
    assert [t.get_text() for t in axes.get_legend().get_texts()] == [
        "5 % to 95 % of draws",
        "25 % to 75 %",
        "median",
    ]
    line = axes.get_lines()[0]
    np.testing.assert_allclose(line.get_ydata(), 100 * np.median(FOUND.lost_share, axis=0))
    assert isinstance(FOUND.table(), pd.DataFrame)
