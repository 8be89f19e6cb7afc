"""Measures on paper: what each cuts, costs and earns for a firm of 1,200 MWh and 240,000 Nm3."""

import numpy as np
import pytest

from advised_firms import coded, measures_of, town
from chainwright import carbon
from firm_reports import EF, GAS

PRICES = {"grid_electricity": 700.0, "pipeline_gas": 35_000.0}
TCE = 13.3  # of 10^4 Nm3 of gas
GJ = TCE * 29.3076
PLAIN = {"saving_low": 0.1, "saving_high": 0.1}


@pytest.fixture(scope="module")
def mill():
    """Return the account and the rating of five like firms; A is the one that is advised."""
    return coded(town())


def row_of(mill, firm="A", price=PRICES, **measure):
    account, rating = mill
    held = measures_of(one={**PLAIN, **measure})
    frame = carbon.advise(account, rating, firm, measures=held, price=price).table()
    assert len(frame) == 1
    return frame.iloc[0]


GAS_ONLY = {"kinds": "pipeline_gas"}
BOTH = {"kinds": "grid_electricity;pipeline_gas"}
PAPER = [  # measure; tonnes cut, CNY once, CNY a year saved, CNY a year to run, tce saved
    ({}, 120 * EF, 120_000, 84_000, 0, 120 * 0.1229),
    ({"use_low": 0.5, "use_high": 0.5}, 60 * EF, 60_000, 42_000, 0, 60 * 0.1229),
    ({"use_low": 0.2, "use_high": 0.6}, 48 * EF, 48_000, 33_600, 0, 48 * 0.1229),
    ({"saving_low": 0.0, "saving_high": 0.3}, 180 * EF, 180_000, 126_000, 0, 180 * 0.1229),
    ({"cost_low": 0, "cost_high": 500}, 120 * EF, 30_000, 84_000, 0, 120 * 0.1229),
    ({"cost_per": "tce"}, 120 * EF, 120 * 0.1229 * 1000, 84_000, 0, 120 * 0.1229),
    ({"cost_per": "GJ"}, 120 * EF, 120 * 3.6 * 1000, 84_000, 0, 120 * 0.1229),
    ({"yearly_low": 50, "yearly_high": 150}, 120 * EF, 120_000, 84_000, 12_000, 120 * 0.1229),
    (GAS_ONLY, 2.4 * GAS, 2.4 * TCE / 0.1229 * 1000, 84_000, 0, 2.4 * TCE),
    ({**GAS_ONLY, "cost_per": "GJ"}, 2.4 * GAS, 2.4 * GJ * 1000, 84_000, 0, 2.4 * TCE),
    ({**GAS_ONLY, "cost_per": "tce"}, 2.4 * GAS, 2.4 * TCE * 1000, 84_000, 0, 2.4 * TCE),
    (
        {**BOTH, "cost_per": "tce"},
        120 * EF + 2.4 * GAS,
        (120 * 0.1229 + 2.4 * TCE) * 1000,
        168_000,
        0,
        120 * 0.1229 + 2.4 * TCE,
    ),
    (
        {**GAS_ONLY, "cost_per": "GJ", "power_low": 0.01, "power_high": 0.01},
        2.4 * GAS - 2.4 * GJ * 0.01 * EF,
        2.4 * GJ * 1000,
        84_000 - 2.4 * GJ * 0.01 * 700,
        0,
        2.4 * TCE - 2.4 * GJ * 0.01 * 0.1229,
    ),
    ({"to_kind": "own_pv"}, 120 * EF, 120_000, 84_000, 0, 120 * 0.1229),
]


@pytest.mark.parametrize(("measure", "cut", "invest", "saved", "running", "coal"), PAPER)
def test_a_measure_cuts_costs_and_earns_what_paper_says(  # noqa: PLR0917 - columns of the paper
    mill, measure, cut, invest, saved, running, coal
):
    row = row_of(mill, **measure)
    assert row["cut"] == pytest.approx(cut, rel=1e-10)
    assert row["invest"] == pytest.approx(invest, rel=1e-10, abs=1e-9)
    assert row["money_saved"] == pytest.approx(saved, rel=1e-10)
    assert row["running"] == pytest.approx(running, rel=1e-10, abs=1e-9)
    assert row["energy_saved"] == pytest.approx(coal, rel=1e-10)
    gain = saved - running
    assert row["payback"] == pytest.approx(invest / gain, rel=1e-10)
    assert row["cut_for_money"] == pytest.approx(
        cut * 10 / ((invest + 10 * running) / 1e4), rel=1e-10
    )
    assert row["cost_of_cut"] == pytest.approx((invest - 10 * gain) / (10 * cut), rel=1e-9)
    assert row["share_of_net"] == pytest.approx(cut / (1200 * EF + 24 * GAS), rel=1e-10)


REASONS = [  # measure, what the firm is told, whether it applies
    ({}, "applies", True),
    ({"yearly_low": 700.0, "yearly_high": 700.0}, "never_pays", True),
    ({"yearly_low": 699.0, "yearly_high": 699.0}, "applies", True),
    ({"classes": "31"}, "class", False),
    ({"classes": "17"}, "applies", True),
    ({"classes": "31;1711"}, "applies", True),
    ({"kinds": "coal"}, "unused", False),
    ({"kinds": "coal;grid_electricity"}, "applies", True),
    ({**GAS_ONLY, "power_low": 0.12, "power_high": 0.12}, "no_cut", True),
]


@pytest.mark.parametrize(("measure", "reason", "applies"), REASONS)
def test_a_firm_is_told_why_a_measure_is_for_it_or_not(mill, measure, reason, applies):
    row = row_of(mill, **measure)
    assert (row["reason"], bool(row["applies"])) == (reason, applies)
    assert row["reason_en"]
    assert row["reason_zh"]
    assert np.isnan(row["cut"]) == (not applies)


FIRMS = [(firm, 1 + 0.1 * n) for n, firm in enumerate("ABCDE")]


@pytest.mark.parametrize(("firm", "size"), FIRMS)
def test_each_firm_is_advised_by_its_own_amounts(mill, firm, size):
    row = row_of(mill, firm=firm)
    assert row["cut"] == pytest.approx(120 * size * EF, rel=1e-10)
    assert row["invest"] == pytest.approx(120_000 * size, rel=1e-10)
    assert row["payback"] == pytest.approx(1000 / 700, rel=1e-10)
    assert row["share_of_net"] == pytest.approx(120 * EF / (1200 * EF + 24 * GAS), rel=1e-10)


GIVEN = [  # prices that are given, CNY a year that a tenth of power and gas saves, assumed or not
    ({"grid_electricity": 500.0, "pipeline_gas": 30_000.0}, 60_000 + 72_000, False),
    ({"grid_electricity": 500.0, "pipeline_gas:natural_gas": 30_000.0}, 132_000, False),
    ({"grid_electricity": 0.0, "pipeline_gas": 30_000.0}, 72_000, False),
    (
        {"grid_electricity": 500.0, "pipeline_gas": 1.0, "pipeline_gas:natural_gas": 2.0},
        None,
        False,
    ),
    ({"grid_electricity": 500.0}, None, True),
    ({}, None, True),
]


@pytest.mark.parametrize(("price", "saved", "assumed"), GIVEN)
def test_money_follows_the_prices_that_are_given_and_says_which_are_not(
    mill, price, saved, assumed
):
    row = row_of(mill, price=price, **BOTH)
    assert bool(row["price_assumed"]) == assumed
    if saved is not None:
        assert row["money_saved"] == pytest.approx(saved, rel=1e-10)
        assert row["money_saved_low"] == pytest.approx(saved, rel=1e-10)
    elif not assumed:
        assert row["money_saved"] == pytest.approx(60_000 + 2.4 * 2.0, rel=1e-10)
    else:
        assert row["money_saved_low"] < row["money_saved"] < row["money_saved_high"]


def test_a_gigajoule_of_steam_is_a_gigajoule():
    steam = coded(town(heat_bought=500.0))
    needs = {"power_low": 0.1, "power_high": 0.1}
    row = row_of(steam, kinds="heat_bought", cost_per="GJ", **needs, price={"heat_bought": 90.0})
    assert row["invest"] == pytest.approx(600 * 1000, rel=1e-12)
    assert row["power_needed"] == pytest.approx(60, rel=1e-12)
    assert row["cut"] == pytest.approx(600 * 0.11 - 60 * EF, rel=1e-9)
    assert row["energy_saved"] == pytest.approx(600 * 0.03412 - 60 * 0.1229, rel=1e-9)
