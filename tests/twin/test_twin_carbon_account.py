"""The account against a plain one: a loop over readings, a factor looked up for each."""

from collections import defaultdict

import numpy as np
import pytest

from chainwright import carbon
from chainwright.system import System, carbon_kinds

SIGN_IN_GROSS = {"exported": -1, "heat_exported": -1, "fixed": -1}
PARTS = {
    "grid_electricity": "bought",
    "own_pv": "own_zero",
    "own_zero_carbon": "own_zero",
    "green_power": "green",
    "electricity_exported": "exported",
    "heat_bought": "heat",
    "heat_exported": "heat_exported",
    "process_inputs": "process",
    "process_gases": "gases",
    "sinks": "sinks",
    "captured": "captured",
    "offsets": "offsets",
    **dict.fromkeys(
        ("coal", "coke", "pipeline_gas", "liquefied_gas", "oil", "byproduct_gas"), "fuel"
    ),
}
DEDUCTED = ("own_zero", "green", "sinks", "captured", "offsets")
IN_GROSS = ("fuel", "process", "gases", "bought", "exported", "own_zero", "heat", "heat_exported")


def factor_of(chosen, kind, item, division, year):
    if kind in {"sinks", "captured", "offsets"}:
        return 1.0
    number = int(carbon_kinds()[kind]["number"])
    return float(chosen.for_lines([number], [item], [division], [year]).value[0])


def plain_account(system, chosen):
    """Return parts by (firm, month, part), and MWh of what is bought and green."""
    division = dict(zip(system.firms.table["firm"], system.firms.table["division"], strict=True))
    parts, power, known = defaultdict(float), defaultdict(float), {}
    for row in system.readings.table().itertuples():
        part = PARTS.get(row.kind)
        if part is None or np.isnan(row.value):
            continue
        key = row.kind, row.item, division[row.firm], int(row.period[:4])
        if key not in known:
            known[key] = factor_of(chosen, *key)
        parts[row.firm, row.period, part] += row.value * known[key]
        power[row.firm, row.period, part] += row.value
    return parts, power


@pytest.mark.parametrize("name", ["cn-industry", "cn-cement", "ipcc-2006"])
def test_the_account_of_a_city_is_that_of_a_plain_loop(name):
    city = System.demo("city", firms=25, months=16, seed=3)
    chosen = carbon.FactorSet.named(name)
    found = carbon.account(city, factors=chosen)
    parts, power = plain_account(city, chosen)
    for place, firm in enumerate(found.firms):
        for column, month in enumerate(found.periods):
            held = {part: parts[firm, month, part] for part in {*IN_GROSS, *DEDUCTED}}
            bought, green = (power[firm, month, part] for part in ("bought", "green"))
            held["green"] *= min(1.0, bought / green) if green else 1.0
            gross = sum(SIGN_IN_GROSS.get(part, 1) * held[part] for part in IN_GROSS)
            neutralised = sum(held[part] for part in DEDUCTED)
            at = place, column
            if np.isnan(found.net[at]):
                continue
            assert found.gross[at] == pytest.approx(gross, rel=1e-10)
            assert found.neutralised[at] == pytest.approx(neutralised, rel=1e-10, abs=1e-9)
            assert found.fuel[at] == pytest.approx(held["fuel"], rel=1e-10, abs=1e-12)
    assert np.isfinite(found.net).mean() > 0.95


def test_the_residual_total_of_a_city_is_that_of_a_plain_loop():
    city = System.demo("city", firms=25, months=4, seed=5)
    found = carbon.account(city)
    _, power = plain_account(city, carbon.FactorSet.named("cn-industry"))
    for place, firm in enumerate(found.firms):
        for column, month in enumerate(found.periods):
            mwh = {p: power[firm, month, p] for p in ("bought", "exported", "green")}
            rest = mwh["bought"] - mwh["exported"] - min(mwh["green"], mwh["bought"])
            assert found.electricity_market[place, column] == pytest.approx(rest * 0.6096)
