"""Advice by hand: cuts, money, payback, and savings that multiply on what is left."""

import math

import numpy as np
import pytest

from advice_twin import EF, GAS, PlainFirm, middle
from advised_firms import PLAIN, coded, measures_of, town
from chainwright import carbon
from rating_twin import BOUNDS, place_in

PRICE = {"grid_electricity": 700.0, "pipeline_gas": 36_000.0}
OWN = {
    "a": {"use_low": 0.4, "use_high": 0.8, "saving_low": 0.1, "saving_high": 0.3,
          "yearly_low": 10.0, "yearly_high": 30.0},
    "b": {"saving_low": 0.05, "saving_high": 0.15, "cost_low": 500.0, "life_years": 4.0},
    "g": {"kinds": "pipeline_gas", "use_low": 0.2, "use_high": 0.5, "saving_low": 0.5,
          "saving_high": 0.9, "cost_per": "GJ", "cost_low": 60.0, "cost_high": 90.0,
          "power_low": 0.02, "power_high": 0.05},
    "pv": {"to_kind": "own_pv", "saving_low": 0.1, "saving_high": 0.3, "life_years": 25.0},
    "green": {"to_kind": "green_power", "saving_low": 0.4, "saving_high": 0.6, "cost_low": 0.0,
              "cost_high": 0.0, "yearly_low": 5.0, "yearly_high": 45.0, "life_years": 1.0},
}  # fmt: skip
YEAR = (1200.0, 24.0)


def drawn_measures(rng, count=6):
    """Return measures on power and gas, drawn."""
    found = {}
    for n in range(count):
        low, saving = rng.uniform(0.1, 0.5), rng.uniform(0.02, 0.2)
        found[f"m{n}"] = {
            "kinds": str(rng.choice(["grid_electricity", "pipeline_gas"])),
            "use_low": low,
            "use_high": low + rng.uniform(0, 0.5),
            "saving_low": saving,
            "saving_high": saving + rng.uniform(0, 0.5),
        }
    return found


def whole(own):
    return {name: {**PLAIN, **measure} for name, measure in own.items()}


def test_each_measure_alone_cuts_costs_and_pays_back_as_plain_sums_say():
    account, rating = coded(town())
    table = carbon.advise(account, rating, "A", measures=measures_of(**OWN), price=PRICE).table()
    found = table.set_index("measure")
    for name, measure in whole(OWN).items():
        firm = PlainFirm(*YEAR)
        before = firm.net()
        units, needed = firm.take(measure)
        cut = before - firm.net()
        invest, running = (units * middle(measure, which) for which in ("cost", "yearly"))
        if measure["to_kind"] == "green_power":
            saved = 0.0
        elif measure["kinds"] == "pipeline_gas":
            gas = YEAR[1] - firm.gas
            saved = gas * PRICE["pipeline_gas"] - needed * PRICE["grid_electricity"]
        else:
            saved = units * PRICE["grid_electricity"]
        row, life = found.loc[name], measure["life_years"]
        assert row["cut"] == pytest.approx(cut), name
        assert row["invest"] == pytest.approx(invest), name
        assert row["running"] == pytest.approx(running), name
        assert row["money_saved"] == pytest.approx(saved, abs=1e-9), name
        spent = (invest + life * running) / 10_000
        assert row["cut_for_money"] == pytest.approx(cut * life / spent), name
        gain = saved - running
        payback = invest / gain if gain > 0 else math.nan
        assert row["payback"] == pytest.approx(payback, nan_ok=True), name
        assert row["share_of_net"] == pytest.approx(cut / before), name
    pays = found[found["reason"] == "applies"]
    assert pays["cut_for_money"].is_monotonic_decreasing
    assert found.index[-1] == "green"


@pytest.mark.parametrize("order", [list(OWN), list(OWN)[::-1], ["green", "a", "pv", "g", "b"]])
def test_a_bundle_acts_on_what_is_left_and_the_grade_follows(order):
    account, rating = coded(town())
    bundle = carbon.next_grade(account, rating, "A", order, measures=measures_of(**OWN))
    table = bundle.table()
    firm, held = PlainFirm(*YEAR), whole(OWN)
    others = [PlainFirm(YEAR[0] * (1 + 0.1 * n), YEAR[1] * (1 + 0.1 * n)).net() for n in range(5)]
    for step in range(len(order) + 1):
        if step:
            firm.take(held[order[step - 1]])
        row, net = table.iloc[step], firm.net()
        assert row["net"] == pytest.approx(net), order[:step]
        assert row["gross"] == pytest.approx(firm.gross()), order[:step]
        assert row["neutralised"] == pytest.approx(firm.gross() - net, abs=1e-9)
        mean = (sum(others[1:]) + net) / (5 * 600.0)
        assert row["peer_mean"] == pytest.approx(mean)
        assert row["ratio"] == pytest.approx(net / 600.0 / mean)
        assert row["grade"] == place_in(net / 600.0 / mean, BOUNDS)
        assert row["level"] == place_in(net / 600.0, (0.6, 2.0))
    rest, bound = sum(others[1:]), 0.8  # net / 600 = bound * (rest + net) / 3000 where it begins
    assert bundle.target == pytest.approx(bound * rest * 600 / (3000 - bound * 600))


@pytest.mark.parametrize("seed", range(4))
def test_savings_on_one_kind_multiply_in_any_order(seed):
    rng = np.random.default_rng(seed)
    own = drawn_measures(rng)
    account, rating = coded(town())
    left = dict.fromkeys(("grid_electricity", "pipeline_gas"), 1.0)
    for measure in own.values():
        use, saving = (middle(measure, which) for which in ("use", "saving"))
        left[measure["kinds"]] *= 1 - use * saving
    expected = YEAR[0] * EF * left["grid_electricity"] + YEAR[1] * GAS * left["pipeline_gas"]
    for _ in range(3):
        order = [str(name) for name in rng.permutation(list(own))]
        found = carbon.next_grade(account, rating, "A", order, measures=measures_of(**own)).table()
        assert found["net"].iloc[-1] == pytest.approx(expected, rel=1e-12)
        assert found["cut"].sum() == pytest.approx(found["net"].iloc[0] - expected)


def test_more_green_power_than_is_left_to_buy_cuts_nothing_more():
    account, rating = coded(town(own={"green_power": 95.0}))
    own = {"a": {"saving_low": 0.5, "saving_high": 0.5}, "green": OWN["green"]}
    found = carbon.next_grade(account, rating, "A", list(own), measures=measures_of(**own)).table()
    firm = PlainFirm(*YEAR, green=1140.0)
    nets = [firm.net()]
    for measure in whole(own).values():
        firm.take(measure)
        nets.append(firm.net())
    assert found["net"].tolist() == pytest.approx(nets)
    assert nets[1] == nets[2] == pytest.approx(YEAR[1] * GAS)
    assert found["cut"].iloc[1] == pytest.approx(60.0 * EF)
