"""Every number can be traced: activity x factor x warming potential x conversion."""

import numpy as np
import pytest

from chainwright import carbon
from chainwright.system import System
from firm_reports import EF, RESIDUAL, every_month, one_month, reported

MANY = (
    ("grid_electricity", 1000.0),
    ("own_pv", 100.0),
    ("green_power", 300.0),
    ("electricity_exported", 20.0),
    ("oil:diesel", 10.0, "billed"),
    ("process_gases:sf6", 2.0),
    ("process_inputs:limestone", 50.0),
    ("biomass:wood", 7.0),
    ("heat_bought", 30.0),
    ("offsets", 9.0),
)


@pytest.fixture(scope="module")
def lines():
    return carbon.account(one_month(*MANY)).lines("A", "2023-06").table()


def row(lines, kind, scope=None):
    found = lines[lines["kind"] == kind]
    found = found if scope is None else found[found["scope"] == scope]
    assert len(found) == 1
    return found.iloc[0]


def test_what_a_line_adds_to_gross_stands_with_its_sign_beside_its_emission(lines):
    columns = lines.columns.tolist()
    assert columns[columns.index("emission") + 1] == "in_gross"
    sold = row(lines, "electricity_exported", "2")
    assert (sold["emission"], sold["in_gross"]) == (20 * EF, -20 * EF)


def test_each_emission_is_activity_times_factor_times_potential_times_conversion(lines):
    product = lines["activity"] * lines["factor"] * lines["gwp"] * lines["conversion"]
    np.testing.assert_allclose(lines["emission"], product, rtol=1e-12)
    assert len(lines) == len(MANY) + 3  # power has a second line by the residual factor


def test_the_lines_sum_to_the_totals():
    found = carbon.account(one_month(*MANY))
    table = found.lines("A").table()
    assert table["in_gross"].sum() == pytest.approx(found.gross[0, 0])
    assert table["in_neutralised"].sum() == pytest.approx(found.neutralised[0, 0])
    assert table["in_market"].sum() == pytest.approx(found.electricity_market[0, 0])


def test_the_lines_of_a_made_up_city_sum_to_its_totals():
    found = carbon.account(System.demo("city", firms=12, months=5))
    for place, firm in enumerate(found.firms):
        for column, month in enumerate(found.periods):
            table = found.lines(firm, month).table()
            assert table["in_gross"].sum() == pytest.approx(found.gross[place, column])
            assert table["in_neutralised"].sum() == pytest.approx(found.neutralised[place, column])
            assert table["in_market"].sum() == pytest.approx(
                found.electricity_market[place, column]
            )


def test_lines_of_a_window_sum_to_the_window():
    rows = every_month("grid_electricity", [10.0] * 12)
    rows += every_month("green_power", [0.0] * 11 + [150.0])
    year = carbon.account(reported(*rows)).rolling(12)
    table = year.lines("A", "2023-12").table()
    assert set(table["month"]) == {f"2023-{m:02d}" for m in range(1, 13)}
    assert table["in_gross"].sum() == pytest.approx(120 * EF)
    assert table["in_neutralised"].sum() == pytest.approx(120 * EF)  # 150 MWh cover 120
    assert table["in_market"].sum() == pytest.approx(0.0, abs=1e-9)


def test_a_line_names_its_record_its_paper_and_the_rule_that_chose_it(lines):
    power = row(lines, "grid_electricity", "2")
    assert power["factor_code"] == "grid-province/33/2023"
    assert power["factor"] == EF
    assert (power["unit"], power["factor_unit"]) == ("MWh", "tCO2/MWh")
    assert power["publisher"].startswith("MEE")
    assert "2025年第47号" in power["announcement"]
    assert power["rule_en"] == "grid factor of the province for the year"
    assert "省级电网因子" in power["rule_zh"]
    assert row(lines, "oil")["quality"] == "billed"


def test_a_gas_shows_its_potential_and_the_step_from_kg_to_t(lines):
    gas = row(lines, "process_gases")
    assert (gas["activity"], gas["unit"]) == (2.0, "kg")
    assert (gas["factor"], gas["conversion"]) == (1.0, 0.001)
    assert gas["gwp"] == pytest.approx(24300, rel=0.05)  # SF6 in AR6
    assert gas["emission"] == pytest.approx(2 * gas["gwp"] / 1000)


def test_power_has_a_market_line_by_the_residual_factor_that_is_in_no_total(lines):
    market = row(lines, "grid_electricity", "2 market")
    assert market["factor"] == RESIDUAL
    assert market["in_gross"] == market["in_neutralised"] == 0.0
    assert market["in_market"] == pytest.approx(1000 * RESIDUAL)
    assert row(lines, "green_power", "2 market")["in_market"] == pytest.approx(-300 * RESIDUAL)
    assert row(lines, "electricity_exported", "2 market")["in_market"] < 0.0


def test_scopes_deductions_and_memos_are_named(lines):
    scopes = {
        "oil": "1",
        "process_gases": "1",
        "process_inputs": "1",
        "own_pv": "2",
        "heat_bought": "2",
        "biomass": "memo",
        "offsets": "deduction",
    }
    for kind, scope in scopes.items():
        assert row(lines, kind)["scope"] == scope
    assert row(lines, "green_power", "deduction")["in_neutralised"] == pytest.approx(300 * EF)


def test_what_emits_most_stands_first_and_the_market_lines_last(lines):
    market = lines["scope"] == "2 market"
    assert market.is_monotonic_increasing
    assert lines.loc[~market, "emission"].is_monotonic_decreasing
    assert lines.loc[market, "emission"].is_monotonic_decreasing


def test_tonnes_of_carbon_dioxide_need_no_factor(lines):
    offsets = row(lines, "offsets")
    assert (offsets["factor"], offsets["factor_unit"]) == (1.0, "tCO2/tCO2")
    assert offsets["factor_code"] == ""
    assert offsets["rule_en"] == "tonnes of CO2 as reported"


def test_own_measured_properties_hold_until_they_are_measured_again():
    rows = every_month("grid_electricity", [0.0] * 4) + every_month("oil:diesel", [1.0] * 4)
    rows += [("A", "fuel_properties:diesel:ncv", "2023-02", 42.652)]
    rows += [("A", "fuel_properties:diesel:ncv", "2023-04", 43.0)]
    found = carbon.account(reported(*rows, *every_month("oil:diesel", [1.0] * 4, firm="B")))
    per_ncv = 0.0202 * 0.98 * 44 / 12
    expected = [ncv * per_ncv for ncv in (43.33, 42.652, 42.652, 43.0)]
    assert found.fuel[0].tolist() == pytest.approx(expected)
    assert found.fuel[1].tolist() == pytest.approx([43.33 * per_ncv] * 4)  # another firm's are not
    rules = found.lines("A").table().set_index("month")["rule_en"]
    assert "measured properties" in rules["2023-03"].iloc[0]


def test_properties_from_before_the_first_month_hold_too():
    rows = every_month("grid_electricity", [0.0]) + every_month("oil:diesel", [1.0])
    rows += [("A", "fuel_properties:diesel:ncv", "2022-05", 42.652)]
    found = carbon.account(reported(*rows))
    assert found.periods == ["2023-01"]
    assert found.fuel[0, 0] == pytest.approx(3.0959, abs=5e-5)


def test_a_firm_without_a_reading_has_no_line():
    found = carbon.account(one_month(("grid_electricity", 1.0), more=("B",)))
    table = found.lines("B").table()
    assert table.empty
    assert list(table.columns) == list(found.lines("A").table().columns)


def test_one_firm_alone_has_the_account_that_it_has_in_the_city():
    city = System.demo("city", firms=8, months=4)
    whole = carbon.account(city)
    for place in (0, 3, 7):
        own = carbon.account(carbon.alone(city, whole.firms[place]))
        assert own.firms == whole.firms[place : place + 1]
        np.testing.assert_array_equal(own.net[0], whole.net[place])
        np.testing.assert_allclose(own.half_width[0], whole.half_width[place], rtol=1e-12)
        assert own.missing[0].tolist() == whole.missing[place].tolist()
