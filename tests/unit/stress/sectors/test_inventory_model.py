"""Parameters of the model with inventories: ranges, stocks by input, notes."""

import numpy as np
import pytest

from ario_economies import random_system
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.stress import Economy, InventoryModel


@pytest.fixture(scope="module")
def economy():
    return Economy.of(random_system(1, imports=False, grid=True))


@pytest.mark.parametrize(
    "wrong",
    [
        {"psi": 1.1}, {"psi": float("nan")}, {"restoration_days": 0.0},
        {"overproduction_max": 0.9}, {"stock_days": -1.0}, {"stock_days": float("nan")},
        {"stock_days": {"s0": -3.0}}, {"stock_days": True}, {"rationing": "by lot"},
        {"step": "month"}, {"inputs": "some"}, {"rebuild_cap": -0.1}, {"scarcity": ""},
        {"overproduction_base": 1.5}, {"early_stop_days": 0.0}, {"capital_ratio": 0.0},
    ],
)  # fmt: skip
def test_what_is_outside_its_range_cannot_be_made(wrong):
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        InventoryModel(**wrong)


def test_stocks_of_one_number_hold_for_every_product(economy):
    targets = InventoryModel(stock_days=21.0).stock_targets(economy)
    assert targets.steps.tolist() == [21.0] * economy.S
    assert targets.notes == ()


def test_stocks_by_sector_are_in_the_order_of_products_and_may_be_endless(economy):
    model = InventoryModel(stock_days={"s2": 5.0, "s0": np.inf, "s1": 9.0})
    assert model.stock_targets(economy).steps.tolist() == [np.inf, 9.0, 5.0]


def test_stocks_of_a_step_or_less_are_raised_to_two_and_told(economy):
    targets = InventoryModel(stock_days={"s0": 0.0, "s1": 1.0, "s2": 1.5}).stock_targets(economy)
    assert targets.steps.tolist() == [2.0, 2.0, 1.5]
    assert "s0, s1" in targets.notes[0][0]
    assert "s2" not in targets.notes[0][0]


def test_stocks_in_weeks_are_days_over_seven(economy):
    weekly = Economy.of(random_system(1, imports=False, grid=True), step_days=7.0)
    model = InventoryModel(stock_days=28.0, step="week")
    assert model.stock_targets(weekly).steps.tolist() == [4.0] * weekly.S
    assert InventoryModel(stock_days=6.0).stock_targets(weekly).steps.tolist() == [2.0] * weekly.S


def test_unknown_and_absent_sectors_of_stocks_are_named(economy):
    with pytest.raises(UnknownCodeError, match="s9"):
        InventoryModel(stock_days={"s9": 5.0}).stock_targets(economy)
    with pytest.raises(ParameterError, match="absent: s1, s2"):
        InventoryModel(stock_days={"s0": 5.0}).stock_targets(economy)


def test_stocks_not_given_come_from_the_sourced_table_and_say_so(economy):
    targets = InventoryModel().stock_targets(economy)
    assert targets.steps.shape == (economy.S,)
    assert (targets.steps > 1.0).all()
    assert "table" in targets.notes[0][0]


def test_the_reference_preset_has_ninety_days_of_everything(economy):
    model = InventoryModel.boario()
    assert model.stock_targets(economy).steps.tolist() == [90.0] * economy.S
    assert (model.psi, model.restoration_days, model.overproduction_max) == (0.8, 60.0, 1.25)


def test_a_restoration_of_one_step_and_a_rule_of_essential_inputs_are_told(economy):
    quick = InventoryModel(restoration_days=1.0, inputs="essential").notes(economy)
    assert "spike" in quick[0][0]
    assert "assumption" in quick[1][0]
    assert InventoryModel().notes(economy) == ()
