import numpy as np
import pytest

from chainwright import System
from chainwright.errors import ParameterError
from chainwright.plan import RepairCosts, read_measure_kinds
from chainwright.plan.repairs.cost_models import cost_range
from chainwright.plan.repairs.deliveries import Deliveries
from chainwright.stress.sectors.economy import Economy
from small_tables import TWO, system_of

KINDS = read_measure_kinds()
TABLE = Deliveries(system_of(TWO).flows)


def test_an_annuity_pays_back_what_is_spent_once_over_its_life_exactly():
    costs = RepairCosts(discount_rate=0.08)
    assert costs.annuity(8.0) == pytest.approx(0.08 / (1.0 - 1.08**-8.0), rel=1e-14)
    for life in (1, 7, 20):
        whole = costs.present_value(100.0, 0.0, life_years=life, years=life)
        assert float(whole) == pytest.approx(100.0, rel=1e-13)


def test_what_outlasts_the_horizon_is_not_charged_to_it():
    # 100 over 10 years at 5 %: 12.950457 a year; three years of it are worth 12.950457 x 2.723248
    value = RepairCosts(discount_rate=0.05).present_value(100.0, 0.0, life_years=10.0, years=3)
    assert float(value) == pytest.approx(12.95045749654567 * 2.723248029370477, rel=1e-12)


def test_yearly_costs_run_from_when_a_measure_is_in_effect():
    costs = RepairCosts(discount_rate=0.1)
    # decided in year 1 of 0..4, in effect 1.5 years later, so from year 3 on: paid at the ends of
    # years 3 and 4, which are 4 and 5 years from the start
    value = costs.present_value(0.0, 7.0, life_years=1.0, lead_years=1.5, years=5, start_year=1)
    assert float(value) == pytest.approx(7.0 * (1.1**-4 + 1.1**-5), rel=1e-13)
    never = costs.present_value(0.0, 7.0, life_years=1.0, lead_years=9.0, years=5)
    assert float(never) == 0.0


def test_without_interest_costs_are_sums():
    costs = RepairCosts(discount_rate=0.0)
    value = costs.present_value(60.0, 3.0, life_years=6.0, lead_years=1.0, years=4, start_year=1)
    assert float(value) == pytest.approx(3 * 10.0 + 2 * 3.0)


def test_nothing_is_spent_once_so_no_life_is_asked_for():
    value = RepairCosts().present_value([0.0, np.nan], [2.0, np.nan], life_years=np.nan, years=2)
    assert value[0] == pytest.approx(2.0 / 1.08 + 2.0 / 1.08**2)
    assert np.isnan(value[1])


def test_money_paid_by_year_is_paid_in_full():
    paid = RepairCosts().spending(80.0, 4.0, lead_years=0.6, years=4, start_year=1)
    assert paid.tolist() == [0.0, 80.0, 4.0, 4.0]
    assert RepairCosts().spending(80.0, 4.0).tolist() == [84.0]


@pytest.mark.parametrize(("years", "start"), [(0, 0), (3, 3), (3, -1)])
def test_a_start_outside_the_horizon_is_refused(years, start):
    with pytest.raises(ParameterError, match="RepairCosts"):
        RepairCosts().present_value(1.0, 1.0, life_years=1.0, years=years, start_year=start)
    with pytest.raises(ParameterError, match="RepairCosts"):
        RepairCosts().spending(1.0, 1.0, years=years, start_year=start)


def test_a_reserve_costs_its_holding_rate_and_nothing_once():
    # A uses 20 of B's p a year: 4 weeks of 7 days are 20 x 28 / 365; 20 to 40 % of it a year
    found = cost_range("reserve", TABLE, KINDS, users=("A",), size=4.0, product="p", origins=("B",))
    value = 20.0 * 28.0 / 365.0
    assert found.value == pytest.approx(value)
    assert found.yearly == pytest.approx((0.2 * value, 0.4 * value))
    assert np.isnan(found.once).all()
    assert "rent beyond holding not counted" in found.source
    assert "SIG" in found.source


def test_a_second_source_costs_qualifying_once_and_a_premium_on_trial_orders():
    # A buys 20 for production and 10 for households; half of it is 15
    found = cost_range(
        "second_source", TABLE, KINDS, users=("A",), size=0.5, product="p", origins=("B",)
    )
    assert found.value == 15.0
    assert found.once == pytest.approx((0.15, 1.5))
    assert found.yearly == pytest.approx((15 * 0.05 * 0.02, 15 * 0.2 * 0.3))


@pytest.mark.parametrize("kind", ["backup_capacity", "strengthen"])
def test_capacity_costs_capital_of_value_added_and_its_upkeep(kind):
    found = cost_range(kind, TABLE, KINDS, users=("A:p",), size=0.1)
    assert found.value == pytest.approx(7.0)  # A adds 70
    assert found.once == pytest.approx((2.2 * 7.0, 4.0 * 7.0))
    assert found.yearly == pytest.approx((0.02 * 2.2 * 7.0, 0.05 * 4.0 * 7.0))


def test_a_supplement_costs_capital_of_what_its_maker_adds_to_what_moves():
    found = cost_range(
        "supplement", TABLE, KINDS, users=("A",), size=0.5, product="p", origins=("B",), maker="A:p"
    )
    assert found.value == 15.0  # A's maker adds .7 a unit
    assert found.once == pytest.approx((2.2 * 10.5 + 1.5, 4.0 * 10.5 + 4.5))
    assert found.yearly == pytest.approx((0.0, 3.0))


def test_cover_costs_a_premium_on_deliveries_or_on_what_nodes_add():
    of_deliveries = cost_range(
        "stabilise", TABLE, KINDS, users=("A",), size=0.5, product="p", origins=("B",)
    )
    assert of_deliveries.yearly == pytest.approx((0.005 * 15.0, 0.05 * 15.0))
    of_nodes = cost_range("stabilise", TABLE, KINDS, users=("A:p",), size=0.5)
    assert of_nodes.value == pytest.approx(35.0)
    assert of_nodes.once == pytest.approx((0.0, 0.7))


def test_capital_is_that_of_the_engines_at_the_high_end():
    system = System.demo("country")
    node = system.flows.nodes.codes[11]
    found = cost_range("backup_capacity", Deliveries(system.flows), KINDS, users=(node,), size=1.0)
    assert found.once[1] == pytest.approx(Economy.of(system).K[11], rel=1e-12)


def test_deliveries_below_zero_are_no_value():
    rows = [*TWO, ("final", "B", "p", "A", "inventories", -4.0)]
    assert Deliveries(system_of(rows).flows).value("p", ["A"], ["B"]) == (20.0, 10.0)
    assert TABLE.value("p", ["A"]) == (30.0, 80.0)
    assert TABLE.value("p", ["A:p"], ["B:p"]) == (20.0, 0.0)
