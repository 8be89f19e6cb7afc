"""Least-cost cover of 300 gaps among 1,500 measures that share what lies downstream."""

import time

import numpy as np
import pandas as pd

from chainwright import System
from chainwright.diagnose import survival
from chainwright.plan import measures_for
from chainwright.plan.maker.cover_search import search
from chainwright.plan.maker.mitigation_question import posed
from chainwright.plan.maker.plan_checks import verified_losses
from chainwright.system import Maker
from maker_net import maker_net

PARTS, GAPS, MEASURES, SMALL = 900, 300, 1_500, 60


def with_alternates(system, *, seed=5):
    """Return the maker with an alternate for two parts in three, qualified after some weeks."""
    tables = dict(system.maker.tables)
    network = system.maker.network
    rng = np.random.default_rng(seed)
    first = len(tables["products"])
    places = np.flatnonzero(rng.random(len(network.items) - first) < 0.67) + first
    need = network.requirement[places]
    tables["alternates"] = pd.DataFrame(
        {
            "item": [network.items.codes[i] for i in places],
            "supplier": [f"W{i % 90:02d}" for i in places],
            "qualify_weeks": rng.integers(2, 26, len(places)).astype(float),
            "capacity_per_week": need * rng.uniform(0.3, 1.5, len(places)),
        }
    )
    more = pd.DataFrame({"supplier": [f"W{i:02d}" for i in range(90)]})
    tables["suppliers"] = pd.concat([tables["suppliers"], more]).fillna("")
    cost = rng.lognormal(1.0, 1.0, len(network.items))
    tables["parts"] = pd.DataFrame({"item": network.items.codes[first:], "unit_cost": cost[first:]})
    return System(maker=Maker.of_tables("bench", currency="CNY", **tables))


def asked(system, gaps, measures):
    """Return the question: the first gaps by code, and as many measures as are wanted."""
    codes = survival(system, outages=())
    exposed = np.array(codes.scenarios.codes, dtype=object)[codes.exposed][:gaps].tolist()
    some = survival(system, of=exposed, outages=())
    frame = measures_for(some).frame
    sold = frame["item"].isin(system.maker.tables["products"]["item"])
    kept = pd.concat([frame[sold], frame[~sold].head(max(0, measures - int(sold.sum())))])
    return posed(
        system,
        by="site",
        of=exposed,
        measures=kept,
        lock=(),
        forbid=(),
        budget=None,
        remaining="expected",
        probability=None,
        cost="mid",
        costs=None,
        gap=0.01,
        time_limit_seconds=60.0,
        weight=None,
        stock_at_node="usable",
        assumptions=None,
        progress=None,
    ).search


def test_300_gaps_are_covered_from_1500_measures(figure, smoke):
    system = with_alternates(maker_net(parts=SMALL if smoke else PARTS, products=10, shared=0.05))
    question = asked(system, 20 if smoke else GAPS, 100 if smoke else MEASURES)
    if not smoke:
        assert (len(question.gaps), len(question.measures)) == (GAPS, MEASURES)
    wall, cpu = time.perf_counter(), time.process_time()
    found = search(question)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    choice = found.choice
    assert choice.cost > 0.0
    proven = (choice.cost - choice.bound) / choice.cost
    assert proven <= 0.01
    lost = verified_losses(
        question.programme, question.gaps, question.measures, question.usable, choice.amount
    )
    assert (lost == 0.0).all()
    name = f"least-cost cover, {GAPS} gaps, {MEASURES:,} measures ({wall:.0f} s elapsed)"
    figure(f"{name}, CPU", cpu, bar=60.0, unit="s")
    figure(f"{name}, proven gap", 100.0 * proven, bar=1.0, unit="%")
