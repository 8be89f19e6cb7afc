"""Why net changed, by plain logarithms; and green power that is contracted once a year."""

import math
from collections import defaultdict

import numpy as np
import pytest

from account_twin import PlainAccount, totals
from chainwright import carbon
from chainwright.params import table
from drawn_city import drawn_city
from emission_factor_twin import HandFactors
from firm_reports import EF, every_month, reported

POWER = 0.1229
EFFECTS = ("activity", "structure", "intensity", "factor")


def yearly_green(months=24, green=120.0):
    """Return a firm that buys 10 MWh a month and contracts green power each December."""
    contracts = [green if m % 12 == 11 else 0.0 for m in range(months)]
    rows = every_month("grid_electricity", [10.0] * months)
    rows += every_month("green_power", contracts) + every_month("oil:diesel", [1.0] * months)
    return carbon.account(reported(*rows, *every_month("value_added", [5.0] * months)))


def test_contracts_of_one_month_cover_the_power_of_the_whole_window():
    account = yearly_green()
    diesel = 12 * 43.33 * 0.0202 * 0.98 * 44 / 12
    assert account.net[0, 11] == pytest.approx(diesel / 12)
    year = account.rolling(12)
    assert year.net[0, 11] == pytest.approx(diesel)
    assert year.electricity_market[0, 11] == pytest.approx(0.0, abs=1e-9)
    assert year.green[0, 11] == pytest.approx(120 * EF)


def test_the_half_width_of_a_window_is_of_the_green_power_that_it_counts():
    year = yearly_green().rolling(12)
    diesel = 43.33 * 0.0202 * 0.98 * 44 / 12
    low = (41.7177 / 43.33 - 1, 0.0198 / 0.0202 - 1)  # of heat value and carbon per heat
    factor = 12 * diesel * math.hypot(*low)  # power bought and green: no error of the grid is left
    meters = math.sqrt(12 * (0.02 * diesel) ** 2 + 12 * (0.2 * EF) ** 2 + (2.4 * EF) ** 2)
    expected = math.hypot(factor, meters) / (12 * diesel)
    assert year.half_width[0, 11] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("by", ["carriers", "firms"])
def test_a_change_between_years_is_that_of_the_windows_of_these_years(by):
    account = yearly_green(green=60.0)
    months = np.arange(24)
    less = carbon.decompose(account, "A", "2023", "2024", by=by)
    year = account.rolling(12).net[0]
    total = less.table().iloc[0]
    assert total["before"] == pytest.approx(year[11])
    assert total["after"] == pytest.approx(year[23])
    assert year[23] > account.net[0, months >= 12].min() * 12


def test_a_comparison_over_a_year_counts_green_power_as_the_year_does():
    first = yearly_green(12)
    second = carbon.account(first.system, factors=first.factors.with_(grid="nation"))
    assert carbon.compare_accounts(first, second).difference == pytest.approx(0.0, abs=1e-9)
    half = yearly_green(12, green=60.0)
    other = carbon.account(half.system, factors=half.factors.with_(grid="nation"))
    expected = 60 * (0.5306 - EF)
    assert carbon.compare_accounts(half, other).difference == pytest.approx(expected)


def log_mean(a, b):
    if a == b:
        return a
    return 0.0 if min(a, b) == 0.0 else (a - b) / (math.log(a) - math.log(b))


def carriers(plain, firm, months):
    """Return net emission and energy by carrier, and emission of other parts, over months."""
    coal = {(r["kind"], r["item"]): float(r["value"]) for r in table("energy_coefficients")}
    emission, energy, other = defaultdict(float), defaultdict(float), defaultdict(float)
    signs = {"electricity_exported": -1, "heat_exported": -1, "physical_output": -1, "sinks": -1}
    signs |= {"captured": -1, "offsets": -1}
    for kind, item in plain.streams(firm):
        for month in months:
            amount = plain.amount(firm, kind, item, month)
            one = amount * plain.factor(firm, kind, item, month) * signs.get(kind, 1)
            if kind in {"electricity_exported", "grid_electricity"}:
                unit, tce = "power", POWER * signs.get(kind, 1)
            elif kind in {"heat_exported", "heat_bought"}:
                unit, tce = "heat", coal["heat_bought", ""] * signs.get(kind, 1)
            elif kind in {"own_pv", "own_zero_carbon"}:
                unit, tce, one = "own", POWER, 0.0
            elif (kind, item) in coal:
                unit, tce = f"{kind}:{item}", coal[kind, item]
                one = 0.0 if plain.part(firm, kind, item) == "biogenic" else one
            else:
                other[kind] += one
                continue
            emission[unit] += one
            energy[unit] += amount * tce
    return emission, energy, other


def plain_effects(plain, firm, before, after):
    """Return the four effects of one firm between two spans of months, summed over carriers."""
    sides = [carriers(plain, firm, months) for months in (before, after)]
    value = [
        sum(plain.values[firm, "value_added", ""][m] for m in months) for months in (before, after)
    ]
    units = [
        u
        for u in sides[0][1].keys() | sides[1][1].keys()
        if all(e[u] >= 0 and n[u] >= 0 and (n[u] > 0 or e[u] == 0) for e, n, _ in sides)
    ]
    whole = [sum(n[u] for u in units) for _, n, _ in sides]
    found = dict.fromkeys(EFFECTS, 0.0)
    for u in units:
        e0, e1 = sides[0][0][u], sides[1][0][u]
        n0, n1 = sides[0][1][u], sides[1][1][u]
        if e0 == e1 == 0.0:
            continue
        if min(e0, e1) == 0.0:  # what comes or goes changes its share alone
            found["structure"] += e1 - e0
            continue
        weight = log_mean(e1, e0)
        found["activity"] += weight * math.log(value[1] / value[0])
        found["structure"] += weight * math.log((n1 / whole[1]) / (n0 / whole[0]))
        found["intensity"] += weight * math.log((whole[1] / value[1]) / (whole[0] / value[0]))
        found["factor"] += weight * math.log((e1 / n1) / (e0 / n0))
    return found


@pytest.mark.parametrize("seed", [10, 11, 12])
def test_effects_of_drawn_firms_are_those_of_plain_logarithms_and_sum_to_the_change(seed):
    system, rows = drawn_city(seed, firms=6, months=16, gaps=0.0, places=["330502", "130200"])
    plain = PlainAccount(system, rows, HandFactors("cn-industry"))
    account = carbon.account(system)
    compared = 0
    for firm in plain.firms:
        before, after = plain.months[:6], plain.months[8:14]
        spans = f"{before[0]}:{before[-1]}", f"{after[0]}:{after[-1]}"
        found = carbon.decompose(account, firm, *spans).table()
        one, two = (totals([plain.parts(firm, m) for m in s])["net"] for s in (before, after))
        total = found.iloc[0]
        assert total["before"] == pytest.approx(one)
        assert total["after"] == pytest.approx(two)
        columns = [*EFFECTS, "direct"]
        assert total[columns].sum() == pytest.approx(two - one, rel=1e-9)
        np.testing.assert_allclose(found[columns].sum(axis=1), found["change"], atol=1e-7)
        expected = plain_effects(plain, firm, before, after)
        for effect in EFFECTS:
            assert total[effect] == pytest.approx(expected[effect], rel=1e-6, abs=1e-6), effect
        compared += 1
    assert compared == 6


def test_the_case_of_the_reference_by_firms():
    before = {"A": (60.0, 120.0, 84.0), "B": (40.0, 40.0, 24.0)}  # value, energy, emission
    after = {"A": (55.0, 99.0, 64.35), "B": (55.0, 55.0, 33.0)}
    terms = dict.fromkeys(EFFECTS, 0.0)
    whole = [sum(v[0] for v in side.values()) for side in (before, after)]
    for (v0, n0, e0), (v1, n1, e1) in zip(before.values(), after.values(), strict=True):
        weight = log_mean(e1, e0)
        terms["activity"] += weight * math.log(whole[1] / whole[0])
        terms["structure"] += weight * math.log((v1 / whole[1]) / (v0 / whole[0]))
        terms["intensity"] += weight * math.log((n1 / v1) / (n0 / v0))
        terms["factor"] += weight * math.log((e1 / n1) / (e0 / n0))
    printed = {"activity": 9.7217, "structure": -7.1379, "intensity": -7.7692, "factor": -5.4647}
    assert terms == pytest.approx(printed, abs=5e-5)
    factors = [
        [[whole[t]] * 2, [v[0] / whole[t] for v in s], [v[1] / v[0] for v in s],
         [v[2] / v[1] for v in s]]
        for t, s in enumerate([list(before.values()), list(after.values())])
    ]  # fmt: skip
    found = carbon.lmdi(*factors).sum(axis=1)
    assert found.tolist() == pytest.approx(list(printed.values()), abs=5e-5)
    assert found.sum() == pytest.approx(-10.65)
