"""Accounts of drawn cities against a plain reckoning by hand-read factors."""

import math
from collections import defaultdict

import numpy as np
import pytest

from account_twin import PlainAccount, totals
from chainwright import carbon
from chainwright.params import table
from chainwright.system import carbon_kinds
from drawn_city import drawn_city
from emission_factor_twin import SETS, HandFactors

NAMES = [
    "fuel", "process", "gases", "fixed", "own_zero", "green", "sinks", "captured", "offsets",
    "biogenic", "electricity", "electricity_market", "heat", "gross", "neutralised", "net",
    "scope_1", "scope_2", "scope_2_market",
]  # fmt: skip
METER = {"measured": 0.02, "billed": 0.02, "estimated": 0.2, "defaulted": 0.3}
COAL = {(row["kind"], row["item"]): float(row["value"]) for row in table("energy_coefficients")}
POWER, HEAT = COAL["grid_electricity", ""], COAL["heat_bought", ""]
COAL |= {("own_pv", ""): POWER, ("own_zero_carbon", ""): POWER}
COAL |= {("electricity_exported", ""): -POWER, ("heat_exported", ""): -HEAT}
TONNES = {"sinks", "captured", "offsets"}


def close(found, expected):
    return (math.isnan(found) and math.isnan(expected)) or found == pytest.approx(
        expected, rel=1e-9, abs=1e-8
    )


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("seed", [1, 5])
def test_every_part_and_total_of_a_drawn_city_is_that_of_a_plain_reckoning(name, seed):
    system, rows = drawn_city(seed)
    plain = PlainAccount(system, rows, HandFactors(name))
    account = carbon.account(system, factors=name)
    assert list(account.periods) == plain.months
    known = 0
    for window in (1, 12):
        found = account if window == 1 else account.rolling(12)
        for i, firm in enumerate(plain.firms):
            months = [plain.parts(firm, month) for month in plain.months]
            for t in range(window - 1, len(months)):
                expected = totals(months[t - window + 1 : t + 1])
                known += not math.isnan(expected["net"])
                for part in NAMES:
                    one = float(getattr(found, part)[i, t])
                    assert close(one, expected[part]), (window, firm, plain.months[t], part)
    assert known > 40


def test_windows_are_unknown_until_they_are_complete_and_where_a_month_is():
    system, _ = drawn_city(2, gaps=0.01)
    account = carbon.account(system)
    for window in (1, 2, 5, 12):
        found = account if window == 1 else account.rolling(window)
        for name in ("gross", "net", "value_added", "energy_tce", "fuel"):
            for i in range(len(account.firms)):
                months = getattr(account, name)[i]
                unknown = [
                    t < window - 1 or bool(np.isnan(months[t - window + 1 : t + 1]).any())
                    for t in range(len(months))
                ]
                assert np.isnan(getattr(found, name)[i]).tolist() == unknown


@pytest.mark.parametrize("seed", [0, 1])
def test_energy_and_money_are_sums_over_readings(seed):
    system, rows = drawn_city(seed)
    plain = PlainAccount(system, rows, HandFactors("cn-industry"))
    account = carbon.account(system)
    for i, firm in enumerate(plain.firms):
        for t, month in enumerate(plain.months):
            bought = month in plain.values[firm, "grid_electricity", ""]
            energy = sum(
                plain.amount(firm, kind, item, month) * COAL[kind, item]
                for kind, item in plain.streams(firm)
                if (kind, item) in COAL
            )
            assert close(float(account.energy_tce[i, t]), energy if bought else math.nan)
            for kind in ("value_added", "output_value", "taxes"):
                expected = plain.values[firm, kind, ""].get(month, math.nan)
                assert close(float(getattr(account, kind)[i, t]), expected)


def off_by_factor(plain, chosen, firm, stream, month):
    """Return the code of a factor, and the larger side of its range over its value."""
    kind, item = stream
    own = [math.nan if v is None else v for v in plain.measured(firm, item, month)]
    number = int(carbon_kinds()[kind]["number"])
    line = chosen.for_lines([number], [item], [plain.place[firm]], [int(month[:4])], measured=[own])
    value, low, high = line.value[0], line.low[0], line.high[0]
    side = max(high - value, value - low) / value
    if not side > 0.0:
        side = 0.0 if all(math.isfinite(v) for v in own) else 0.05
    return line.of(0).code, side


def plain_half_width(plain, chosen, firm, months):
    """Return the half width of net over some months, in quadrature; NaN where net is unknown."""
    net = totals([plain.parts(firm, month) for month in months])["net"]
    if math.isnan(net):
        return math.nan
    bought, green = (
        sum(plain.amount(firm, kind, "", m) for m in months if (firm, kind, "") in plain.values)
        for kind in ("grid_electricity", "green_power")
    )
    signs = {"fuel": 1, "process": 1, "gases": 1, "bought": 1, "heat_in": 1, "fixed": -1}
    signs |= {"exported": -1, "heat_out": -1, "sinks": -1, "captured": -1, "offsets": -1}
    signs |= {"green": -min(1.0, bought / green) if green else 0}
    by_factor, by_meter = defaultdict(float), 0.0
    for kind, item in plain.streams(firm):
        for month in months:
            amount = plain.amount(firm, kind, item, month)
            sign = signs.get(plain.part(firm, kind, item), 0)
            if not (amount and sign):
                continue
            emission = sign * amount * plain.factor(firm, kind, item, month)
            by_meter += (METER[plain.quality[firm, kind, item, month]] * emission) ** 2
            if kind not in TONNES:
                code, side = off_by_factor(plain, chosen, firm, (kind, item), month)
                by_factor[code] += side * emission
    return math.sqrt(sum(e**2 for e in by_factor.values()) + by_meter) / abs(net)


def test_half_widths_of_months_and_windows_are_those_of_the_quadrature():
    system, rows = drawn_city(3, firms=5, months=14, gaps=0.001)
    plain = PlainAccount(system, rows, HandFactors("cn-industry"))
    account = carbon.account(system)
    for window in (1, 12):
        found = (account if window == 1 else account.rolling(12)).half_width
        for i, firm in enumerate(plain.firms):
            for t in range(window - 1, len(plain.months), 2):
                months = plain.months[t - window + 1 : t + 1]
                expected = plain_half_width(plain, account.factors, firm, months)
                assert close(float(found[i, t]), expected), (firm, months)


def test_the_half_width_is_the_spread_of_accounts_whose_factors_and_meters_are_drawn():
    rng = np.random.default_rng(0)
    system, rows = drawn_city(8, firms=6, months=12, gaps=0.0, places=["330502", "130200"])
    plain = PlainAccount(system, rows, HandFactors("cn-industry"))
    window = carbon.account(system).rolling(12)
    for i, firm in enumerate(plain.firms):
        error = {}
        off, draws = np.zeros(4000), 4000
        green = [plain.part(firm, k, x) for k, x in plain.streams(firm)].count("green")
        if green:
            continue
        for kind, item in plain.streams(firm):
            part = plain.part(firm, kind, item)
            if part in {"own_zero", "biogenic"}:
                continue
            for month in plain.months:
                emission = plain.amount(firm, kind, item, month)
                emission *= plain.factor(firm, kind, item, month) if emission else 0.0
                less = part in {"fixed", "exported", "heat_out", *TONNES}
                if kind in TONNES:
                    factor = np.ones(draws)
                else:
                    code, side = off_by_factor(plain, window.factors, firm, (kind, item), month)
                    if code not in error:
                        error[code] = rng.normal(0.0, 1 / 1.96, draws)
                    factor = 1.0 + side * error[code]
                quality = plain.quality.get((firm, kind, item, month), "measured")
                meter = 1.0 + rng.normal(0.0, METER[quality] / 1.96, draws)
                off += (-emission if less else emission) * factor * meter
        net = float(window.net[i, -1])
        assert off.mean() == pytest.approx(net, abs=4 * off.std() / math.sqrt(draws))
        spread = 1.96 * off.std() / abs(net)
        assert spread == pytest.approx(float(window.half_width[i, -1]), rel=0.06)


def test_lines_of_drawn_firms_sum_to_their_accounts_and_are_products():
    system, _ = drawn_city(6, gaps=0.0, places=["330502", "440300"])
    account = carbon.account(system)
    for i, firm in enumerate(account.firms):
        for month in (account.periods[3], None):
            whole = account.whole() if month is None else account
            at = -1 if month is None else account.column_of(month)
            lines = account.lines(firm, month).table() if month else whole.lines(firm).table()
            product = lines["activity"] * lines["factor"] * lines["gwp"] * lines["conversion"]
            np.testing.assert_allclose(product, lines["emission"], rtol=1e-12, atol=1e-12)
            for column, name in (("in_gross", "gross"), ("in_neutralised", "neutralised"),
                                 ("in_market", "electricity_market")):  # fmt: skip
                total = float(getattr(whole, name)[i, at])
                assert lines[column].sum() == pytest.approx(total, rel=1e-9, abs=1e-8), name


@pytest.mark.parametrize("other", ["cn-cement", "ipcc-2006", "cbam"])
def test_what_another_factor_set_changes_is_the_difference_of_two_plain_accounts(other):
    system, rows = drawn_city(4, firms=5, gaps=0.005)
    first, second = (
        PlainAccount(system, rows, HandFactors(name)) for name in ("cn-industry", other)
    )
    found = carbon.compare_accounts(carbon.account(system), carbon.account(system, factors=other))
    expected = 0.0
    for firm in first.firms:
        held = [
            (a, b)
            for a, b in zip(
                *([p.parts(firm, m) for m in first.months] for p in (first, second)), strict=True
            )
            if not math.isnan(totals([a])["net"] + totals([b])["net"])
        ]
        if held:
            before, after = (totals(list(side))["net"] for side in zip(*held, strict=True))
            expected += after - before
    assert found.difference == pytest.approx(expected, rel=1e-9)
    frame = found.table()
    assert frame["difference"].sum() == pytest.approx(expected, rel=1e-9)
    difference = frame["net_second"] - frame["net_first"]
    np.testing.assert_allclose(difference, frame["difference"], rtol=1e-9, atol=1e-9)
