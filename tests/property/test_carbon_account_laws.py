"""Laws of accounts that hold whatever firms report."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright import carbon
from chainwright.system import Firms, Readings, System
from firm_reports import EF, RESIDUAL, ZHEJIANG

KINDS = (
    "grid_electricity",
    "own_pv",
    "green_power",
    "electricity_exported",
    "coal:anthracite",
    "oil:diesel",
    "heat_bought",
    "heat_exported",
    "biomass:wood",
    "process_inputs:limestone",
    "process_gases:sf6",
    "sinks",
    "captured",
    "value_added",
)
amounts = st.one_of(st.just(0.0), st.floats(1e-3, 1e6))
reports = st.lists(
    st.lists(amounts, min_size=len(KINDS), max_size=len(KINDS)), min_size=2, max_size=5
)
WHO = Firms.of_table(
    pd.DataFrame({"firm": ["A"], "name_en": ["A"], "gbt4754": ["1711"], "division": [ZHEJIANG]})
)


def town(months, scale=1.0, *, shuffled=False):
    rows = [
        ("A", *kind.partition(":")[::2], f"2023-{m + 1:02d}", value * scale, "measured")
        for m, month in enumerate(months)
        for kind, value in zip(KINDS, month, strict=True)
    ]
    columns = ["firm", "kind", "item", "period", "value", "quality"]
    frame = pd.DataFrame(rows[::-1] if shuffled else rows, columns=columns)
    return System(firms=WHO, readings=Readings.of_table(frame))


def close(first, second, size):
    """Return whether numbers are equal but for rounding at the size of what they are made of."""
    return (np.abs(first - second) <= 1e-11 * np.abs(size) + 1e-9).all()


@settings(max_examples=12, deadline=None)
@given(reports)
def test_totals_hang_together(months):
    found = carbon.account(town(months))
    size = np.abs(found.sums.parts).sum(axis=0)
    assert close(found.net, found.gross - found.neutralised, size)
    assert close(found.gross - found.own_zero, found.scope_1 + found.scope_2, size)
    assert close(found.scope_2 - found.electricity, found.heat, size)
    assert (found.green <= found.sums.part(4) * (1 + 1e-12)).all()
    assert (found.half_width[np.isfinite(found.half_width)] >= 0.0).all()


@settings(max_examples=12, deadline=None)
@given(reports)
def test_market_and_location_differ_by_the_factor_alone_where_no_power_is_green(months):
    months = [
        [0.0 if k == "green_power" else v for k, v in zip(KINDS, m, strict=True)] for m in months
    ]
    found = carbon.account(town(months))
    size = found.sums.bought + np.abs(found.electricity)
    assert close(found.electricity_market * EF, found.electricity * RESIDUAL, size)


@settings(max_examples=10, deadline=None)
@given(reports, st.sampled_from([0.25, 2.0, 1024.0]))
def test_twice_the_amounts_are_twice_the_emissions_with_the_same_relative_width(months, scale):
    one, more = carbon.account(town(months)), carbon.account(town(months, scale))
    np.testing.assert_allclose(more.net, scale * one.net, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(more.gross, scale * one.gross, rtol=1e-12)
    np.testing.assert_allclose(more.energy_tce, scale * one.energy_tce, rtol=1e-9, atol=1e-9)


@settings(max_examples=10, deadline=None)
@given(reports)
def test_the_order_of_the_rows_is_nothing(months):
    one, other = carbon.account(town(months)), carbon.account(town(months, shuffled=True))
    np.testing.assert_array_equal(one.net, other.net)
    np.testing.assert_array_equal(one.half_width, other.half_width)


@settings(max_examples=10, deadline=None)
@given(reports, st.integers(1, 5))
def test_windows_sum_gross_and_never_deduct_more_green_power_than_is_bought(months, window):
    month = carbon.account(town(months))
    wide = month.rolling(window)
    for end in range(len(months)):
        part = slice(end + 1 - window, end + 1)
        if end + 1 < window:
            assert np.isnan(wide.gross[0, end])
        else:
            assert close(wide.gross[0, end], month.gross[0, part].sum(), month.gross[0].sum())
            assert wide.green[0, end] >= month.green[0, part].sum() - 1e-6
            assert wide.green[0, end] <= month.sums.bought[0, part].sum() * EF * (1 + 1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(amounts, min_size=8, max_size=8), min_size=1, max_size=6))
def test_effects_of_a_change_sum_to_it(units):
    table = np.array(units).T
    effects = carbon.lmdi(table[:4], table[4:])
    change = table[4:].prod(axis=0) - table[:4].prod(axis=0)
    size = np.abs(effects).sum(axis=0) + table[4:].prod(axis=0) + table[:4].prod(axis=0)
    assert (np.abs(effects.sum(axis=0) - change) <= 1e-9 * size).all()
