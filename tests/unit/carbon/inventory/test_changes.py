"""Why an account changed: the index, its edges, and what differs under another factor set."""

import numpy as np
import pytest

from chainwright import carbon
from chainwright.carbon.inventory.log_mean_index import log_mean
from chainwright.errors import LabelError, ParameterError, UnknownCodeError
from chainwright.system import System
from firm_reports import EF, GAS, every_month, reported

BEFORE = [[100.0, 100.0], [0.6, 0.4], [2.0, 1.0], [0.7, 0.6]]
AFTER = [[110.0, 110.0], [0.5, 0.5], [1.8, 1.0], [0.65, 0.6]]


def exact(change):
    assert sum(change.effects.values()) == pytest.approx(change.change, rel=1e-9, abs=1e-8)
    table = change.table()
    parts = ["activity", "structure", "intensity", "factor", "direct"]
    np.testing.assert_allclose(table[parts].sum(axis=1), table["change"], atol=1e-8)
    assert table["change"].iloc[1:].sum() == pytest.approx(table["change"].iloc[0], abs=1e-8)
    return table


def test_the_worked_decomposition_to_four_digits():
    effects = carbon.lmdi(BEFORE, AFTER).sum(axis=1)
    assert effects.round(4).tolist() == [9.7217, -7.1379, -7.7692, -5.4647]
    assert effects.sum() == pytest.approx(97.35 - 108.0, abs=1e-12)


def test_the_way_back_is_the_way_there_with_the_other_sign():
    np.testing.assert_allclose(carbon.lmdi(AFTER, BEFORE), -carbon.lmdi(BEFORE, AFTER), atol=1e-12)


def test_logarithmic_means_lie_between_the_geometric_and_the_arithmetic_mean():
    rng = np.random.default_rng(3)
    a, b = rng.lognormal(0, 3, 500), rng.lognormal(0, 3, 500)
    mean = log_mean(a, b)
    assert (mean <= (a + b) / 2 * (1 + 1e-12)).all()
    assert (mean >= np.sqrt(a * b) * (1 - 1e-12)).all()
    np.testing.assert_allclose(mean, (a - b) / (np.log(a) - np.log(b)), rtol=1e-9)


@pytest.mark.parametrize("step", [0.0, 1e-15, 1e-9, 1e-4, 1e-3, 3e-3])
def test_logarithmic_means_of_close_numbers_are_exact(step):
    a, b = 7.0, 7.0 * (1 + step)
    assert log_mean(a, b) == pytest.approx(
        7 * (1 + step / 2 - step**2 / 12 + step**3 / 24), rel=1e-10
    )


def test_a_factor_that_becomes_zero_takes_the_whole_change():
    effects = carbon.lmdi([[10.0], [0.5], [2.0]], [[12.0], [0.0], [3.0]])
    assert effects[:, 0].tolist() == [0.0, -10.0, 0.0]
    both = carbon.lmdi([[10.0], [0.0], [0.0]], [[12.0], [0.5], [3.0]])
    assert both[:, 0].tolist() == [0.0, 9.0, 9.0]


def test_a_small_value_in_place_of_zero_tends_to_the_same():
    tiny = carbon.lmdi([[10.0], [1e-290], [2.0]], [[12.0], [0.5], [3.0]])[:, 0]
    assert carbon.lmdi([[10.0], [0.0], [2.0]], [[12.0], [0.5], [3.0]])[1, 0] == 18.0
    assert tiny[1] == pytest.approx(18.0, rel=0.01)


def test_what_is_nothing_on_both_sides_changes_nothing():
    assert carbon.lmdi([[10.0], [0.0]], [[12.0], [0.0]]).tolist() == [[0.0], [0.0]]


def test_factors_that_are_no_factors_are_refused():
    with pytest.raises(ParameterError, match="0 or above"):
        carbon.lmdi([[-1.0]], [[1.0]])
    with pytest.raises(ParameterError):
        carbon.lmdi([[np.nan]], [[1.0]])
    with pytest.raises(LabelError):
        carbon.lmdi([[1.0]], [[1.0], [2.0]])


def two_years(**more):
    rows = every_month("grid_electricity", [100.0] * 12 + [90.0] * 12, first="2022-01")
    rows += every_month("pipeline_gas:natural_gas", [2.0] * 12 + [3.0] * 12, first="2022-01")
    rows += every_month("value_added", [50.0] * 12 + [60.0] * 12, first="2022-01")
    for kind, values in more.items():
        rows += every_month(kind, values, first="2022-01")
    return carbon.account(reported(*rows))


def test_the_change_of_a_firm_between_two_years_by_hand():
    change = carbon.decompose(two_years(), "A", "2022", "2023")
    table = exact(change).set_index("unit")
    old, new = 1200 * 0.5153 + 24 * GAS, 1080 * EF + 36 * GAS
    assert change.change == pytest.approx(new - old)
    energy = [1200 * 0.1229 + 24 * 13.3, 1080 * 0.1229 + 36 * 13.3]
    share = [1200 * 0.1229 / energy[0], 1080 * 0.1229 / energy[1]]
    weight = float(log_mean(1080 * EF, 1200 * 0.5153))
    power = table.loc["grid_electricity"]
    assert power["activity"] == pytest.approx(weight * np.log(720 / 600))
    assert power["structure"] == pytest.approx(weight * np.log(share[1] / share[0]))
    assert power["intensity"] == pytest.approx(weight * np.log(energy[1] / 720 / (energy[0] / 600)))
    assert power["factor"] == pytest.approx(weight * np.log(EF / 0.5153))
    assert table.loc["pipeline_gas:natural_gas", "factor"] == pytest.approx(0.0, abs=1e-9)


def test_parts_without_energy_change_directly():
    change = carbon.decompose(
        two_years(sinks=[1.0] * 12 + [2.0] * 12, green_power=[10.0] * 24), "A", "2022", "2023"
    )
    table = exact(change).set_index("unit")
    assert table.loc["sinks", "direct"] == -12.0
    assert table.loc["green", "direct"] == pytest.approx(120 * (0.5153 - EF))
    assert table.loc["sinks", "reason_en"] == "this part holds no energy"


def test_own_power_that_takes_the_place_of_bought_power_is_a_change_of_structure():
    change = carbon.decompose(two_years(own_pv=[0.0] * 12 + [40.0] * 12), "A", "2022", "2023")
    table = exact(change).set_index("unit")
    assert table.loc["own_zero", "change"] == 0.0
    assert change.effects["structure"] < 0.0


def test_a_new_fuel_is_a_change_of_structure():
    rows = {"coal:bituminous": [0.0] * 12 + [5.0] * 12}
    coal = exact(carbon.decompose(two_years(**rows), "A", "2022", "2023")).set_index("unit")
    coal = coal.loc["coal:bituminous"]
    assert coal["structure"] == pytest.approx(coal["change"]) == pytest.approx(60 * 2.0715, 1e-4)
    assert coal["factor"] == coal["intensity"] == 0.0


def test_a_firm_that_loses_money_is_not_split():
    rows = every_month("grid_electricity", [100.0, 90.0]) + every_month("value_added", [5.0, -2.0])
    change = carbon.decompose(carbon.account(reported(*rows)), "A", "2023-01", "2023-02")
    table = exact(change)
    assert change.effects["direct"] == pytest.approx(-10 * EF)
    assert "value added is not above 0" in table["reason_en"].iloc[1]


def test_firms_of_a_city_add_up_and_those_that_are_not_known_are_counted():
    city = carbon.account(System.demo("city", firms=40, months=26))
    for by in ("firms", "carriers"):
        change = carbon.decompose(city, None, "2024-11:2025-10", "2025-11:2026-10", by=by)
        exact(change)
        known = np.isfinite(city.net).all(axis=1)
        assert change.change == pytest.approx(
            city.net[known, -12:].sum() - city.net[known, -24:-12].sum()
        )
        assert change.firms_left_out == (~known).sum()


def test_months_and_spans_of_months_are_periods_and_others_are_refused():
    account = two_years()
    month = carbon.decompose(account, "A", "2022-01", "2023-01")
    assert month.change == pytest.approx(90 * EF - 100 * 0.5153 + GAS)
    for before in ("2021", "2022-13", "2023-05:2023-01", "soon"):
        with pytest.raises(ParameterError, match="from 2022-01 to 2023-12"):
            carbon.decompose(account, "A", before, "2023")
    with pytest.raises(ParameterError, match="carriers, firms"):
        carbon.decompose(account, "A", "2022", "2023", by="fuel")
    with pytest.raises(UnknownCodeError):
        carbon.decompose(account, "B", "2022", "2023")
    with pytest.raises(ParameterError, match="by month"):
        carbon.decompose(account.rolling(12), "A", "2022", "2023")


def test_a_period_that_is_not_known_cannot_be_compared():
    rows = every_month("grid_electricity", [100.0, None, 90.0])
    with pytest.raises(ParameterError, match="the total of A is known"):
        carbon.decompose(carbon.account(reported(*rows)), "A", "2023-01", "2023-02")


def test_another_factor_set_differs_by_what_its_lines_differ():
    system = System.demo("city", firms=20, months=4)
    first, second = (carbon.account(system, factors=f) for f in ("cn-industry", "ipcc-2006"))
    found = carbon.compare_accounts(first, second)
    assert found.difference == pytest.approx(np.nansum(second.net - first.net))
    table = found.table()
    assert table["difference"].sum() == pytest.approx(found.difference)
    assert table["difference"].abs().is_monotonic_decreasing
    power = table[table["kind"] == "grid_electricity"]
    assert (power["difference"] == 0.0).all()  # both take the grid of the province
    assert set(table["factor_first"]) != set(table["factor_second"])


def test_accounts_of_other_readings_are_not_compared():
    first = carbon.account(System.demo("city", firms=5, months=3))
    other = carbon.account(System.demo("city", firms=5, months=3, seed=8))
    with pytest.raises(LabelError, match="other readings"):
        carbon.compare_accounts(first, other)
    with pytest.raises(LabelError):
        carbon.compare_accounts(first.rolling(2), first.rolling(2))
