"""Safety stock of the real chains: our own figures, and brackets that another programme proved."""

import csv
from pathlib import Path

import numpy as np
import pytest

from chainwright import plan
from chainwright.plan.safety_stocks.service_search import search
from chainwright.plan.safety_stocks.stage_programme import stage_programme
from real import data
from stage_twins import priced

SMALL = ("1", "2", "4", "6", "7", "9", "10", "13", "15", "18", "19")
"""Chains that are solved here; the bench solves all."""

GOLDEN = Path(__file__).with_name("safety_stock.csv")
"""Cost and bound of all chains: times rounded up to days, rate 0.2, recursive pooling."""

BRACKETS = {
    "1": (3_965.46, 3_965.46),
    "2": (5_366_584.47, 5_405_937.64),
    "3": (2_707_988.14, 2_721_729.10),
    "4": (27_978.69, 27_978.69),
    "5": (704_707.27, 711_867.48),
    "6": (258.37, 258.39),
    "7": (2_047_916.55, 2_081_857.89),
    "10": (523_807.80, 526_741.61),
    "11": (3_822_533.24, 3_897_774.79),
    "13": (3_480_677.62, 3_480_677.62),
    "18": (54_886.90, 55_978.21),
    "19": (175_109.24, 181_347.73),
}
"""Bound and cost of a prototype with chords in a mixed-integer programme; times as given."""


@pytest.fixture(scope="module")
def network():
    folder = data("willems2008_supply_chains")
    return plan.read_stages(folder / "stages.csv.gz", folder / "arcs.csv.gz", currency="USD")


def golden():
    with GOLDEN.open(encoding="utf-8") as file:
        return {row["chain"]: row for row in csv.DictReader(file)}


def test_all_chains_are_read(network):
    assert (len(network), len(network.supplier), len(network.chains)) == (15_872, 43_589, 38)
    sold = ~np.isin(np.arange(len(network)), network.supplier)
    assert (sold == network.demanded).all()
    assert sold.sum() == 4_580
    rows = golden()
    assert [row["chain"] for row in rows.values()] == list(network.chains)
    assert all(0.0 < float(r["bound"]) <= float(r["cost"]) * (1 + 1e-9) for r in rows.values())


@pytest.mark.parametrize("chain", SMALL)
def test_a_chain_costs_what_it_did_and_its_gap_is_proven(network, chain):
    found = plan.safety_stock(network.only([chain]), holding_rate=0.2)
    row = golden()[chain]
    sizes = (len(found.network), len(found.network.supplier))
    assert sizes == (int(row["stages"]), int(row["arcs"]))
    assert found.proven_gap <= 1e-4 + 1e-9
    assert found.cost == pytest.approx(float(row["cost"]), rel=2e-4)
    assert found.bound <= float(row["cost"]) + 0.01
    weight = found.holding_rate * found.unit_cost * found.demand.covered
    programme = stage_programme(found.network, found.times.planned, weight)
    assert priced(programme, found.quoted.tolist()) == pytest.approx(found.cost, rel=1e-9)
    assert (found.quoted == np.rint(found.quoted)).all()


@pytest.mark.parametrize("chain", BRACKETS)
def test_costs_at_the_times_as_given_meet_the_brackets_of_another_programme(network, chain):
    some = network.only([chain])
    found = plan.safety_stock(some, holding_rate=0.2, stage_times="mean", gap=0.005)
    bound, cost = BRACKETS[chain]
    assert found.cost >= bound - 0.01
    assert found.bound <= cost + 0.01
    assert found.proven_gap <= 0.02


def test_a_bound_holds_for_any_plan_of_a_chain(network):
    some = plan.safety_stock(network.only(["17"]), gap=0.02)
    weight = some.holding_rate * some.unit_cost * some.demand.covered
    programme = stage_programme(some.network, some.times.planned, weight)
    rng = np.random.default_rng(17)
    best = search(programme, gap=0.0).cost
    assert some.bound <= best <= some.cost
    for _ in range(50):
        tried = programme.mended(rng.integers(0, 40, len(programme)).astype(float))
        assert programme.cost(tried) >= best * (1 - 1e-9)
