"""Every column of every table of an ensemble against single runs with the drawn values."""

import numpy as np
import pytest

from chainwright import stress
from chainwright.stress import Blow, InventoryModel, Shock, UncertainInput, Uncertainty
from ensemble_twin import STATISTICS, amount, distribution, joined, statistics, twin
from worlds import national, world

FAST = InventoryModel(stock_days=5.0, restoration_days=8.0)
CUT = Shock((Blow("supply_cut", regions="R1", products="s1", share=1.0, days=12, start_day=4),))
SHUT = Shock(
    (
        Blow(
            "capacity", regions="R0", share=0.4, days=5, start_day=5, recovery="concave",
            recovery_days=9, half_recovery_days=3,
        ),
    )
)  # fmt: skip
BURNT = Shock((Blow("capital", nodes="R2:s0", share=0.3, days=4, start_day=2, recovery="linear",
                    recovery_days=10),))  # fmt: skip
AWAY = Shock((Blow("supply_cut", regions="X", share=1.0, days=14, start_day=3),))


def ranged(name, low, high, **more):
    return UncertainInput(input=name, form="range", low=low, high=high, **more)


SIZE = ranged("size_factor", 0.3, 1.3, source="a survey")
SECOND = ranged("size_factor", 0.5, 1.0, blow=2)
LATE = UncertainInput(input="start_shift_days", form="normal", mean=1.0, sd=1.5, low=-2.0, high=4.0)
LONG = UncertainInput(input="length_factor", form="triangular", low=0.5, mode=1.0, high=2.0)
SLOW = UncertainInput(input="recovery_factor", form="triangular", low=1.0, mode=1.0, high=1.5)
PSI = UncertainInput(input="psi", form="normal", mean=0.8, sd=0.1)
STOCKS = ranged("stock_factor", 0.6, 1.4)
FILL = UncertainInput(input="restoration_days", form="normal", mean=10.0, sd=2.0, low=5.0)
STRETCH = ranged("overproduction_max", 1.0, 1.4)
HASTE = ranged("overproduction_days", 30.0, 300.0)
DRAWS = 6
OFTEN = {"days": 30, "draws": DRAWS, "seed": 5}

CASES = {
    "size and psi of a cut": (world(3), CUT, (SIZE, PSI), "pooled"),
    "the far end of a cut": (world(3), CUT, (SIZE, STOCKS), "by_origin"),
    "all of blows": (world(3), joined(CUT, SHUT), (LATE, LONG, SLOW), "pooled"),
    "one blow of two": (world(4), joined(SHUT, BURNT), (SECOND, LONG), "pooled"),
    "all of the model": (world(5), joined(CUT, BURNT), (FILL, STRETCH, HASTE, PSI, STOCKS),
                         "pooled"),
    "imports cut": (national(4), AWAY, (SIZE, STOCKS), "pooled"),
    "imports cut by origin": (national(4), AWAY, (SIZE, LATE), "by_origin"),
}  # fmt: skip


@pytest.fixture(scope="module", params=CASES)
def both(request):
    system, shock, inputs, end = CASES[request.param]
    found = stress.ensemble(
        system, shock, **OFTEN, batch=4, model=FAST, end=end, uncertain=Uncertainty(inputs)
    )
    return found, found.tables(), twin(system, shock, FAST, **OFTEN, inputs=inputs, end=end)


def test_values_are_those_of_the_textbook_distributions_at_the_seed(both):
    found, tables, (values, _) = both
    np.testing.assert_allclose(found.drawn, values, rtol=1e-9)
    table = tables["ensemble_values"]
    inputs = found.job.uncertain.inputs
    assert table["draw"].tolist() == [d for d in range(DRAWS) for _ in inputs]
    assert table["input"].tolist() == [one.input for one in inputs] * DRAWS
    np.testing.assert_allclose(table["value"], np.ravel(values), rtol=1e-9)
    told = tables["ensemble_inputs"]
    for j, one in enumerate(inputs):
        row, column = told.iloc[j], [v[j] for v in values]
        assert (row["lowest_drawn"], row["highest_drawn"]) == pytest.approx(
            (min(column), max(column))
        )
        assert (row["form"], row["unit"], row["assumed"]) == (one.form, one.unit, one.assumed)


def test_every_amount_of_the_losses_is_the_statistic_of_single_runs(both):
    found, tables, (_, draws) = both
    table, rest = tables["ensemble"], found.economy.x0.sum() * 30
    cells = 0
    for row in table.itertuples():
        if (
            row.measure == "unmet_final"
            and row.region
            and row.region not in found.economy.regions.codes
        ):
            continue  # a region that only buys: no level of the table of a run
        told = [amount(d["rows"], row.measure, row.region, row.product) for d in draws]
        for name, wanted in statistics(told).items():
            assert getattr(row, name) == pytest.approx(wanted, rel=1e-8, abs=1e-10 * rest), row
            cells += 1
    assert cells >= 8 * 3 * (1 + len(found.economy.regions) + 3)
    parts = table[(table["region"] != "") | (table["product"] != "")]["median"].abs()
    assert parts.is_monotonic_decreasing


def test_the_median_share_is_of_what_there_is_at_rest(both):
    _, tables, (_, draws) = both
    table, rows = tables["ensemble"], draws[0]["rows"]
    amounts = {"output": "output_lost", "value_added": "value_added_lost",
               "unmet_final": "unmet_final"}  # fmt: skip
    checked = 0
    for row in rows[rows["level"] != "node"].itertuples():
        for measure, column in amounts.items():
            share, lost = getattr(row, f"{column}_share"), getattr(row, column)
            if not lost > 1e-9:
                continue
            of = (table["region"] == row.region) & (table["product"] == row.sector)
            mine = table[of & (table["measure"] == measure)].iloc[0]
            assert mine["median_share"] == pytest.approx(mine["median"] * share / lost, rel=1e-6)
            checked += 1
    assert checked > 3


def test_every_draw_has_the_row_of_its_run(both):
    _, tables, (_, draws) = both
    table = tables["ensemble_draws"]
    assert table["lost_output"].is_monotonic_decreasing
    assert sorted(table["draw"]) == list(range(DRAWS))
    for row in table.itertuples():
        wanted = draws[row.draw]
        for name, measure in (
            ("lost_output", "output"), ("lost_value_added", "value_added"),
            ("unmet_final", "unmet_final"),
        ):  # fmt: skip
            told = amount(wanted["rows"], measure, "", "")
            assert getattr(row, name) == pytest.approx(told, rel=1e-8, abs=1e-10), name
        for name in ("lost_days", "triangle_days", "lowest_output"):
            assert getattr(row, name) == pytest.approx(wanted[name], rel=1e-9, abs=1e-11), name
        assert row.recovered == np.isfinite(wanted["days_to_recover"])
        back = wanted["days_to_recover"] if row.recovered else np.nan
        assert row.days_to_recover == pytest.approx(back, nan_ok=True)
        assert (row.short_product, row.short_node) == (
            wanted["short_product"],
            wanted["short_node"],
        )
        assert row.short_day == pytest.approx(wanted["short_day"], nan_ok=True)


def test_totals_are_statistics_of_the_draws_one_row_each(both):
    _, tables, (_, draws) = both
    table = tables["ensemble_totals"].set_index("statistic")
    assert set(table.index) == set(STATISTICS)
    for name in ("lost_days", "triangle_days", "lowest_output", "days_to_recover"):
        for statistic, wanted in statistics([d[name] for d in draws]).items():
            told = table.loc[statistic, name]
            assert told == pytest.approx(wanted, rel=1e-8, abs=1e-10, nan_ok=True), (
                name,
                statistic,
            )


def test_bands_by_day_are_statistics_of_the_runs_of_that_day(both):
    _, tables, (_, draws) = both
    table = tables["ensemble_by_day"]
    assert table["day"].tolist() == [float(d) for d in range(30)]
    for t, row in table.iterrows():
        for name, wanted in statistics([d["lost_share"][t] for d in draws]).items():
            assert row[name] == pytest.approx(wanted, abs=1e-10), (t, name)


def test_what_ran_short_is_counted_over_draws_and_nodes(both):
    _, tables, (_, draws) = both
    table = tables["ensemble_short"].set_index("product")
    assert table["share_first"].sum() == pytest.approx(1.0)
    for product, row in table.iterrows():
        first = [d for d in draws if d["short_product"] == product]
        assert row["draws_first"] == len(first)
        assert row["share_first"] == pytest.approx(len(first) / DRAWS)
        if product:
            nodes = [d["short_counts"].get(product, 0) for d in draws]
            assert row["nodes"] == pytest.approx(sum(nodes) / DRAWS)
            days = [d["short_day"] for d in first]
            assert row["earliest_day"] == pytest.approx(min(days, default=np.nan), nan_ok=True)
    named = {p for d in draws for p in d["short_counts"]}
    assert named == set(table.index) - {""}


FORMS = (SIZE, SECOND, LATE, LONG, SLOW, PSI, STOCKS, FILL, STRETCH, HASTE)


@pytest.mark.parametrize("one", FORMS, ids=lambda one: one.label)
def test_thousands_of_draws_of_an_input_have_the_moments_of_its_distribution(one):
    wanted, drawn = distribution(one), Uncertainty((one,)).values(3, 3000)[:, 0]
    error = wanted.std() / np.sqrt(3000)
    assert drawn.mean() == pytest.approx(wanted.mean(), abs=4.0 * error)
    assert drawn.std() == pytest.approx(wanted.std(), rel=0.08)
    ranks = wanted.cdf(np.sort(drawn))
    assert np.abs(ranks - (np.arange(3000) + 0.5) / 3000).max() < 1.7 / np.sqrt(3000)
    np.testing.assert_allclose(one.value(wanted.cdf(drawn)), drawn, rtol=1e-7)


def test_inputs_of_a_draw_do_not_hang_on_each_other():
    drawn = Uncertainty((SIZE, PSI, STOCKS, LONG)).values(8, 3000)
    apart = np.corrcoef(drawn, rowvar=False) - np.eye(4)
    assert np.abs(apart).max() < 4.0 / np.sqrt(3000)
