"""Changes, windows, notes and comparisons of accounts, worked out on paper."""

import numpy as np
import pytest

from chainwright import carbon
from chainwright.carbon.inventory.log_mean_index import lmdi, log_mean
from chainwright.errors import LabelError, ParameterError
from firm_reports import EF, GAS, every_month, one_month, reported

MEANS = [  # two numbers, their logarithmic mean
    (1.0, 1.0, 1.0),
    (2.0, 1.0, 1.4426950409),
    (1.0, 2.0, 1.4426950409),
    (10.0, 1.0, 3.9086503371),
    (100.0, 1.0, 21.4975768541),
    (97.35, 108.0, 102.5828776),
    (1.0, 1.0001, 1.00004999958),
    (0.0, 5.0, 0.0),
    (5.0, 0.0, 0.0),
    (0.0, 0.0, 0.0),
    (1e-300, 1.0, 0.00144764827),
]


@pytest.mark.parametrize(("first", "second", "mean"), MEANS)
def test_logarithmic_means_are_those_of_the_table(first, second, mean):
    assert float(log_mean(first, second)) == pytest.approx(mean, rel=1e-8, abs=1e-300)


EFFECTS = [  # factors before, factors after, effect of each: to six decimals
    ((100, 2.0), (110, 1.8), (18.966566, -20.966566)),
    ((100, 1, 0.5, 2), (120, 1, 0.45, 1.9), (18.46816, 0.0, -10.672434, -5.195725)),
    ((1, 1, 1, 1), (2, 2, 2, 2), (3.75, 3.75, 3.75, 3.75)),
    ((50, 0.4, 1.2, 0.7), (50, 0.5, 1.0, 0.7), (0.0, 3.826381, -3.126381, 0.0)),
    ((10, 3), (20, 1.5), (20.794415, -20.794415)),
    ((10, 3), (5, 12), (-30.0, 60.0)),
    ((10, 3), (10, 3), (0.0, 0.0)),
    ((10, 0), (10, 3), (0.0, 30.0)),
    ((10, 3), (10, 0), (0.0, -30.0)),
    ((0, 0), (4, 5), (10.0, 10.0)),
    ((0, 7), (0, 9), (0.0, 0.0)),
]


@pytest.mark.parametrize(("before", "after", "effects"), EFFECTS)
def test_effects_of_one_unit_are_those_on_paper_and_sum_exactly(before, after, effects):
    found = lmdi([[x] for x in before], [[x] for x in after])[:, 0]
    assert found.tolist() == pytest.approx(effects, abs=5e-7)
    assert found.sum() == pytest.approx(np.prod(after) - np.prod(before), abs=1e-12)
    back = lmdi([[x] for x in after], [[x] for x in before])[:, 0]
    assert back.tolist() == pytest.approx([-effect for effect in effects], abs=5e-7)


NO_FACTORS = [
    ([[1.0]], [[1.0], [2.0]], LabelError),
    ([1.0], [1.0], LabelError),
    ([[-1.0]], [[1.0]], ParameterError),
    ([[1.0]], [[-0.5]], ParameterError),
    ([[np.nan]], [[1.0]], ParameterError),
    ([[1.0]], [[np.nan]], ParameterError),
]


@pytest.mark.parametrize(("before", "after", "error"), NO_FACTORS)
def test_factors_of_two_forms_or_below_nought_are_refused(before, after, error):
    with pytest.raises(error):
        lmdi(before, after)


FIRM = [  # value added, MWh, 10^4 Nm3 of gas in two months: activity, structure, intensity, factor
    ((100, 110), (1000, 1000), (10, 10), (68.015144, 0.0, -68.015144, 0.0)),
    ((100, 100), (1000, 900), (10, 10), (0.0, -15.86254, -33.87746, 0.0)),
    ((100, 100), (1000, 1000), (10, 20), (0.0, -122.517763, 338.736644, 0.0)),
    ((100, 120), (1000, 1100), (10, 5), (123.585565, 102.994619, -284.949624, 0.0)),
    ((100, 100), (1000, 1000), (10, 10), (0.0, 0.0, 0.0, 0.0)),
]


@pytest.mark.parametrize(("added", "power", "gas", "effects"), FIRM)
def test_a_firm_that_burns_gas_and_buys_power_changes_as_on_paper(added, power, gas, effects):
    rows = every_month("grid_electricity", power) + every_month("value_added", added)
    rows += every_month("pipeline_gas:natural_gas", gas)
    change = carbon.decompose(carbon.account(reported(*rows)), "A", "2023-01", "2023-02")
    names = ("activity", "structure", "intensity", "factor")
    assert [change.effects[n] for n in names] == pytest.approx(effects, abs=5e-6)
    assert change.effects["direct"] == 0.0
    on_paper = EF * (power[1] - power[0]) + GAS * (gas[1] - gas[0])
    assert change.change == pytest.approx(on_paper, abs=1e-9)
    table = change.table()
    assert table["unit"].iloc[0] == "total"
    assert set(table["unit"][1:]) == {"grid_electricity", "pipeline_gas:natural_gas"}


GRIDS = [  # months, what the factor of power alone changes: 1,000 MWh in Zhejiang
    ("2021-06", "2022-06", -26.9),
    ("2022-06", "2023-06", -17.9),
    ("2021-06", "2023-06", -44.8),
    ("2023-06", "2022-06", 17.9),
    ("2023-06", "2024-06", 0.0),
]


@pytest.mark.parametrize(("before", "after", "tonnes"), GRIDS)
def test_a_new_year_of_the_grid_is_an_effect_of_the_factor_alone(before, after, tonnes):
    rows = every_month("grid_electricity", [1000.0] * 48, first="2021-01")
    rows += every_month("value_added", [50.0] * 48, first="2021-01")
    change = carbon.decompose(carbon.account(reported(*rows)), "A", before, after)
    assert change.effects["factor"] == pytest.approx(tonnes, abs=1e-9)
    assert [change.effects[n] for n in ("activity", "structure", "intensity")] == pytest.approx(
        [0.0] * 3, abs=1e-9
    )


TWO_FIRMS = [  # (value added, MWh) of A and B before and after: change of A, of B
    (((100, 50), (100, 50)), ((100, 60), (100, 50)), (10 * EF, 0.0)),
    (((100, 50), (300, 90)), ((200, 100), (300, 90)), (50 * EF, 0.0)),
    (((100, 50), (100, 50)), ((50, 25), (150, 75)), (-25 * EF, 25 * EF)),
]


@pytest.mark.parametrize(("before", "after", "changes"), TWO_FIRMS)
def test_firms_change_by_their_own_numbers_and_structure_is_between_them(before, after, changes):
    rows = []
    for firm, old, new in zip("AB", before, after, strict=True):
        rows += every_month("value_added", [old[0], new[0]], firm=firm)
        rows += every_month("grid_electricity", [old[1], new[1]], firm=firm)
    account = carbon.account(reported(*rows))
    table = carbon.decompose(account, None, "2023-01", "2023-02", by="firms").table()
    units = table.set_index("unit")
    assert units.loc[["A", "B"], "change"].tolist() == pytest.approx(changes, abs=1e-9)
    parts = ["activity", "structure", "intensity", "factor", "direct"]
    assert units[parts].sum(axis=1).tolist() == pytest.approx(units["change"].tolist(), abs=1e-9)
    assert units.loc["total", "factor"] == pytest.approx(0.0, abs=1e-9)
    if changes == (-25 * EF, 25 * EF):  # each as intense as before, all as active as before
        assert units.loc["total", "activity"] == pytest.approx(0.0, abs=1e-9)
        assert units.loc["A", "structure"] == pytest.approx(-25 * EF, abs=1e-9)
        assert units.loc["total", "intensity"] == pytest.approx(0.0, abs=1e-9)


WINDOWS = [  # length, MWh bought in each window of 3, 5, 0, 7, 4, 6 that is complete
    (1, [3, 5, 0, 7, 4, 6]),
    (2, [8, 5, 7, 11, 10]),
    (3, [8, 12, 11, 17]),
    (5, [19, 22]),
    (6, [25]),
    (7, []),
]


@pytest.mark.parametrize(("length", "sums"), WINDOWS)
def test_windows_add_up_their_months(length, sums):
    months = [3.0, 5.0, 0.0, 7.0, 4.0, 6.0]
    rows = every_month("grid_electricity", months) + every_month("value_added", [2.0] * 6)
    rows += every_month("taxes", [0.5] * 6) + every_month("output_value", [9.0] * 6)
    held = carbon.account(reported(*rows)).rolling(length)
    empty = [np.nan] * (6 - len(sums))
    for values, unit in ((held.gross, EF), (held.energy_tce, 0.1229), (held.net, EF)):
        expected = [*empty, *(unit * total for total in sums)]
        assert values[0].tolist() == pytest.approx(expected, rel=1e-12, nan_ok=True)
    for values, each in ((held.value_added, 2.0), (held.taxes, 0.5), (held.output_value, 9.0)):
        expected = [*empty, *([each * length] * len(sums))]
        assert values[0].tolist() == pytest.approx(expected, nan_ok=True)


NOTES = [  # rows of one month, note, kind, words in English and in Chinese
    ([("oil:diesel", 1.0)], "no_power", "grid_electricity", "the power bought", "外购电量"),
    (
        [("grid_electricity", 5.0), ("green_power", 6.0)],
        "green_exceeds",
        "green_power",
        "what exceeds it is not deducted",
        "超出部分不予扣减",
    ),
    (
        [("grid_electricity", 5.0), ("coal:lignite", None)],
        "taken_as_none",
        "coal",
        "counted as nothing",
        "按零计",
    ),
    ([("grid_electricity", 5.0)], "no_value_added", "value_added", "is missing", "缺失"),
]


@pytest.mark.parametrize(("rows", "note", "kind", "english", "chinese"), NOTES)
def test_what_an_account_could_not_know_is_noted_in_both_languages(
    rows, note, kind, english, chinese
):
    frame = carbon.account(one_month(*rows)).tables()["account_notes"].set_index("note")
    found = frame.loc[note]
    assert (found["firm"], found["kind"], found["months"]) == ("A", kind, 1)
    assert (found["first_month"], found["last_month"]) == ("2023-06", "2023-06")
    assert english in found["reason_en"]
    assert chinese in found["reason_zh"]


COMPARED = [  # kind:item, amount, net under cn-industry, other set, net under it
    ("oil:diesel", 10.0, 10 * 3.1451225, "cn-cement", 10 * 3.0959108),
    ("oil:diesel", 10.0, 10 * 3.1451225, "ipcc-2006", 10 * 43 * 0.0202 * 44 / 12),
    ("pipeline_gas:natural_gas", 2.0, 2 * GAS, "cn-cement", 2 * GAS * 0.01532 / 0.0153),
    ("pipeline_gas:natural_gas", 2.0, 2 * GAS, "ipcc-2006", 2 * GAS / 0.99),
    ("process_gases:n2o", 100.0, 27.3, "cbam", 26.5),
    ("process_inputs:limestone", 50.0, 22.0, "cn-industry", 22.0),
    ("heat_bought", 100.0, 11.0, "cn-cement", 11.0),
]


@pytest.mark.parametrize(("what", "amount", "first", "name", "second"), COMPARED)
def test_another_set_of_factors_moves_a_line_as_on_paper(what, amount, first, name, second):
    system = one_month(("grid_electricity", 1.0), (what, amount))
    sets = [carbon.account(system, factors=chosen) for chosen in ("cn-industry", name)]
    found = carbon.compare_accounts(*sets)
    table = found.table()
    row = table[table["kind"] + ":" + table["item"] == (what if ":" in what else f"{what}:")].iloc[
        0
    ]
    assert row["net_first"] == pytest.approx(first, rel=1e-6)
    assert row["net_second"] == pytest.approx(second, rel=1e-6)
    assert found.difference == pytest.approx(second - first, abs=1e-4 * max(1.0, abs(first)))
    assert (row["activity"], row["part"] != "") == (amount, True)
    assert (row["factor_first"] == row["factor_second"]) == (second == first)
