"""What measures cut, cost and earn, followed by hand and beside accounts of changed readings."""

import numpy as np
import pytest

from advised_firms import coded, measures_of, town
from chainwright import carbon
from chainwright.carbon.advice.bundles import bundle_of
from chainwright.carbon.advice.firm_energy import GJ_PER_TCE, firm_energy
from chainwright.errors import FormatError, ParameterError, UnknownCodeError
from firm_reports import EF, GAS, every_month, reported

PRICES = {"grid_electricity": 700.0, "pipeline_gas": 35_000.0}
TCE_GAS = 13.3  # tce per 10^4 Nm3, GB/T 2589-2020


def advised(system, measures=None, firm="A", price=PRICES, **question):
    account, rating = coded(system)
    return carbon.advise(account, rating, firm, measures=measures, price=price, **question)


def only(advice):
    frame = advice.table()
    assert len(frame) == 1
    return frame.iloc[0]


def net_of(system, firm="A"):
    account = carbon.account(system)
    return float(account.whole().net[account.place_of(firm), -1])


def test_ten_per_cent_of_power_by_hand():
    row = only(advised(town(), measures_of(tenth={})))
    assert row["cut"] == pytest.approx(120 * EF, rel=1e-12)
    assert row["invest"] == pytest.approx(120 * 1000)
    assert row["money_saved"] == pytest.approx(120 * 700)
    assert row["payback"] == pytest.approx(1000 / 700)
    assert row["cut_for_money"] == pytest.approx(120 * EF * 10 / (120_000 / 1e4))
    assert row["cost_of_cut"] == pytest.approx((120_000 - 10 * 84_000) / (1200 * EF))
    assert row["energy_saved"] == pytest.approx(120 * 0.1229)
    assert row["share_of_net"] == pytest.approx(120 * EF / (1200 * EF + 24 * GAS))
    assert (row["reason"], row["applies"]) == ("applies", True)
    assert row["saving_assumed"]
    assert row["cost_assumed"]
    assert not row["price_assumed"]


def test_ranges_go_through_to_the_cut_and_the_money():
    wide = {"use_low": 0.2, "use_high": 0.4, "saving_low": 0.1, "saving_high": 0.5}
    row = only(advised(town(), measures_of(wide=wide), price={}))
    assert row["cut_low"] == pytest.approx(1200 * 0.02 * EF)
    assert row["cut"] == pytest.approx(1200 * 0.3 * 0.3 * EF)
    assert row["cut_high"] == pytest.approx(1200 * 0.2 * EF)
    assert row["money_saved_low"] == pytest.approx(1200 * 0.02 * 580)
    assert row["money_saved_high"] == pytest.approx(1200 * 0.2 * 800)
    assert row["price_assumed"]


def test_costs_by_gigajoule_and_by_tonne_of_coal():
    gas = {"kinds": "pipeline_gas", "cost_low": 50.0, "cost_high": 50.0, "cost_per": "GJ"}
    coal = {**gas, "cost_per": "tce", "cost_low": 3000.0, "cost_high": 5000.0}
    found = advised(town(), measures_of(gj=gas, tce=coal)).table().set_index("measure")
    saved_tce = 2.4 * TCE_GAS
    assert found.loc["gj", "invest"] == pytest.approx(50 * saved_tce * GJ_PER_TCE)
    assert found.loc["tce", "invest"] == pytest.approx(4000 * saved_tce)
    assert found.loc["tce", "invest_low"] == pytest.approx(3000 * saved_tce)
    assert found.loc["tce", "invest_high"] == pytest.approx(5000 * saved_tce)
    assert found["cut"].to_numpy() == pytest.approx([2.4 * GAS] * 2)


def test_running_costs_count_against_payback_and_money():
    row = only(advised(town(), measures_of(one={"yearly_low": 100.0, "yearly_high": 100.0})))
    assert row["running"] == pytest.approx(120 * 100)
    assert row["payback"] == pytest.approx(1000 / 600)
    assert row["cut_for_money"] == pytest.approx(1200 * EF / ((120_000 + 10 * 12_000) / 1e4))


HEAT_PUMP = {
    "kinds": "pipeline_gas",
    "use_low": 0.5,
    "use_high": 0.5,
    "saving_low": 1.0,
    "saving_high": 1.0,
    "power_low": 0.08,
    "power_high": 0.08,
}
SOLAR = {"saving_low": 0.25, "saving_high": 0.25, "to_kind": "own_pv"}
GREEN = {**SOLAR, "to_kind": "green_power"}


def test_a_saving_is_what_the_account_of_lower_readings_says():
    row = only(advised(town(), measures_of(tenth={})))
    assert row["cut"] == pytest.approx(net_of(town()) - net_of(town(grid_electricity=90.0)))


def test_a_heat_pump_is_what_the_account_of_less_gas_and_more_power_says():
    row = only(advised(town(), measures_of(pump=HEAT_PUMP)))
    power = 12 * TCE_GAS * GJ_PER_TCE * 0.08 / 12
    after = {"pipeline_gas:natural_gas": 1.0, "grid_electricity": 100 + power}
    assert row["power_needed"] == pytest.approx(12 * power)
    assert row["cut"] == pytest.approx(net_of(town()) - net_of(town(own=after)), rel=1e-9)
    assert row["money_saved"] == pytest.approx(12 * 35_000 - 12 * power * 700)
    assert row["energy_saved"] == pytest.approx(12 * TCE_GAS - 12 * power * 0.1229)


def test_photovoltaics_are_deducted_once_as_the_account_does():
    system = town()
    advice = advised(system, measures_of(sun=SOLAR))
    after = carbon.account(town(own={"own_pv": 25.0}, grid_electricity=75.0)).whole()
    bundle = advice.alone[0]
    assert bundle.net[1, 1] == pytest.approx(after.net[0, -1])
    assert bundle.gross[1, 1] == pytest.approx(after.gross[0, -1])
    assert bundle.neutralised[1, 1] == pytest.approx(after.neutralised[0, -1])
    assert bundle.gross[1, 1] == pytest.approx(bundle.gross[0, 1])


def test_green_power_is_a_part_of_what_is_bought():
    advice = advised(town(), measures_of(green=GREEN))
    after = carbon.account(town(own={"green_power": 25.0})).whole()
    assert advice.alone[0].net[1, 1] == pytest.approx(after.net[0, -1])
    assert advice.alone[0].neutralised[1, 1] == pytest.approx(300 * EF)
    row = only(advice)
    assert row["money_saved"] == 0.0
    assert row["energy_saved"] == 0.0
    assert row["reason"] == "never_pays"
    assert np.isnan(row["payback"])


@pytest.mark.parametrize(("contracted", "cut"), [(0.0, 120.0), (95.0, 60.0), (100.0, 0.0)])
def test_saving_power_that_is_green_already_cuts_nothing(contracted, cut):
    own = {"green_power": contracted}
    row = only(advised(town(own=own), measures_of(tenth={})))
    assert row["cut"] == pytest.approx(cut * EF, abs=1e-9)
    less = town(own=own, grid_electricity=90.0)
    assert row["cut"] == pytest.approx(net_of(town(own=own)) - net_of(less), abs=1e-9)


def test_biomass_that_is_saved_is_energy_and_no_emission():
    wood = measures_of(wood={"kinds": "biomass", "cost_per": "GJ"})
    row = only(advised(town(own={"biomass:wood": 10.0}), wood))
    assert row["cut"] == 0.0
    assert row["energy_saved"] == pytest.approx(12 * 0.5323)
    assert (row["reason"], row["applies"]) == ("no_cut", True)


def test_a_heat_pump_on_a_grid_of_coal_may_emit_more_and_that_is_said():
    dirty = {**HEAT_PUMP, "power_low": 0.12, "power_high": 0.2}
    row = only(advised(town(), measures_of(pump=dirty)))
    assert row["cut_low"] < row["cut"] < 0
    assert row["reason"] == "no_cut"
    assert np.isnan(row["cost_of_cut"])


def test_the_least_saving_goes_with_the_most_power_and_the_least_money_with_dear_power():
    wide = {**HEAT_PUMP, "power_low": 0.02, "power_high": 0.1, "saving_low": 0.9}
    row = only(advised(town(), measures_of(pump=wide), price={}))
    heat = 24 * TCE_GAS * GJ_PER_TCE * 0.5
    assert row["cut_low"] == pytest.approx(0.45 * 24 * GAS - 0.9 * heat * 0.1 * EF)
    assert row["cut_high"] == pytest.approx(0.5 * 24 * GAS - heat * 0.02 * EF)
    assert row["money_saved_low"] == pytest.approx(0.45 * 24 * 30_000 - 0.9 * heat * 0.1 * 800)


def test_the_best_for_the_money_is_first_and_what_never_pays_comes_after():
    held = measures_of(
        dear={"cost_low": 3000.0, "cost_high": 3000.0},
        cheap={"cost_low": 100.0, "cost_high": 100.0},
        green=GREEN,
        coal={"kinds": "coal"},
        iron={"classes": "31"},
    )
    frame = advised(town(), held).table()
    assert frame["measure"].tolist() == ["cheap", "dear", "green", "coal", "iron"]
    assert frame["reason"].tolist() == ["applies", "applies", "never_pays", "unused", "class"]
    assert frame["applies"].tolist() == [True, True, True, False, False]
    assert frame["cut"].isna().tolist() == [False, False, False, True, True]
    assert (frame["reason_zh"].str.len() > 3).all()


def test_a_measure_of_classes_is_for_firms_of_them_alone():
    held = measures_of(iron={"classes": "31;32"})
    assert only(advised(town(classes={"A": "3130"}), held))["applies"]
    assert not only(advised(town(classes={"A": "1711"}), held))["applies"]


def test_energy_that_is_missing_in_a_month_makes_no_number():
    rows = [*every_month("value_added", [50.0] * 12), *every_month("grid_electricity", [9.0] * 12)]
    rows += every_month("pipeline_gas:natural_gas", [2.0] * 11 + [None], quality="measured")
    system = reported(*rows)
    frame = advised(system, measures_of(gas={"kinds": "pipeline_gas"})).table()
    assert frame["reason"].tolist() == ["missing"]
    assert frame["cut"].isna().all()


def test_a_place_without_a_grid_factor_gives_no_cut_of_power():
    rows = [*every_month("value_added", [50.0] * 12), *every_month("grid_electricity", [9.0] * 12)]
    system = reported(*rows, divisions={"A": "540100"})
    row = only(advised(system, measures_of(tenth={})))
    assert (row["reason"], row["applies"]) == ("missing", False)


def test_our_own_measures_for_a_textile_mill():
    advice = advised(town(classes={"A": "1713"}), price=None)
    frame = advice.table()
    assert len(frame) == len(carbon.read_energy_measures())
    held = frame[frame["applies"]]
    assert {"dyeing", "heat_pump", "pv_roof", "motors_ie5", "condensing"} <= set(held["measure"])
    assert (held["cut"] > 0).all()
    assert (held["cut_low"] <= held["cut"]).all()
    assert (held["cut"] <= held["cut_high"]).all()
    assert held["price_assumed"].all()
    assert tuple(held["measure"]) == advice.ranked
    assert advice.parameters["firm"] == "A"


def test_the_window_can_end_in_an_earlier_month():
    rows = every_month("grid_electricity", [100.0] * 12 + [200.0] * 3)
    rows += every_month("value_added", [50.0] * 15)
    system = reported(*rows)
    account, rating = coded(system)
    held = measures_of(tenth={})
    cuts = [
        only(carbon.advise(account, rating, "A", measures=held, month=month))["cut"]
        for month in ("2023-12", "2024-03")
    ]
    assert cuts == pytest.approx([120 * EF, (900 + 600) / 10 * EF])


def test_what_cannot_be_answered_is_refused():
    account, rating = coded(town())
    with pytest.raises(UnknownCodeError, match="firm"):
        carbon.advise(account, rating, "Z")
    with pytest.raises(ParameterError, match="2022-01"):
        carbon.advise(account, rating, "A", month="2022-01")
    with pytest.raises(ParameterError, match="another account"):
        carbon.advise(carbon.account(town()), rating, "A")
    with pytest.raises(UnknownCodeError, match="kind of energy"):
        carbon.advise(account, rating, "A", price={"gas": 3.0})
    with pytest.raises(FormatError, match="Arrow stream"):
        carbon.advise(account, rating, "A", measures=[1, 2])


def test_progress_is_told():
    told = []
    advised(town(), measures_of(one={}), progress=told.append)
    assert told == ["advice: 1 measures for A"]


def test_measures_on_one_energy_multiply_and_never_take_a_kilowatt_hour_twice():
    account, rating = coded(town())
    held = measures_of(
        tenth={},
        half={"saving_low": 0.5, "saving_high": 0.5},
        all={"saving_low": 1.0, "saving_high": 1.0},
    )
    energy = firm_energy(rating, "A", None, {})
    both = bundle_of(held, energy, [0, 1])
    assert both.cut[:, 1] == pytest.approx([120 * EF, 540 * EF])
    other = bundle_of(held, energy, [1, 0])
    assert other.cut[:, 1] == pytest.approx([600 * EF, 60 * EF])
    assert other.net[-1] == pytest.approx(both.net[-1])
    whole = bundle_of(held, energy, [2, 0, 1])
    assert whole.cut[:, 1] == pytest.approx([1200 * EF, 0.0, 0.0], abs=1e-9)
    assert account.firms[0] == "A"
