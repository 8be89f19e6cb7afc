"""Safety stock of the 38 real chains with proven gaps, and trees beside stockpyl's."""

import sys
import time

import numpy as np
import pytest

from chainwright import plan
from chainwright.plan.safety_stocks.service_search import search
from peers import stockpyl_optima
from real import data
from stage_twins import random_tree

BAR_SECONDS, BAR_GAP, SMALL = 1200.0, 0.02, 271
"""What all chains may take, and the gap of those of up to so many stages."""


@pytest.fixture(scope="module")
def network():
    folder = data("willems2008_supply_chains")
    return plan.read_stages(folder / "stages.csv.gz", folder / "arcs.csv.gz", currency="USD")


def test_all_38_chains_have_a_proven_gap(network, figure, smoke):
    plan.safety_stock(network.only(["1"]))  # compiled
    total, worst = 0.0, 0.0
    lines = [f"{'chain':>5} {'stages':>6} {'cost':>15} {'bound':>15} {'gap %':>7} {'CPU-s':>6}"]
    for chain in network.chains[:12] if smoke else network.chains:
        some = network.only([chain])
        began = time.process_time()
        found = plan.safety_stock(some, holding_rate=0.2)
        seconds = time.process_time() - began
        total, worst = total + seconds, max(worst, found.proven_gap)
        lines.append(
            f"{chain:>5} {len(some):>6} {found.cost:>15,.2f} {found.bound:>15,.2f} "
            f"{100 * found.proven_gap:>7.4f} {seconds:>6.2f}"
        )
        assert found.bound <= found.cost * (1 + 1e-12)
        assert found.proven_gap <= BAR_GAP or len(some) > SMALL
    sys.stdout.write("\n".join(lines) + "\n")
    figure("safety stock, 38 chains, CPU", total, bar=BAR_SECONDS, unit="s")
    figure("safety stock, 38 chains, largest proven gap", 100.0 * worst, bar=2.0, unit="%")


def test_trees_beside_stockpyl(figure, smoke):
    rng = np.random.default_rng(1)
    trees, programmes = [], []
    for _ in range(10 if smoke else 200):
        shape = random_tree(rng, int(rng.integers(2, 13)))
        n = len(shape)
        arcs = [[int(i), int(j)] for i, j in zip(shape.tail, shape.head, strict=True)]
        sold = ~np.isin(np.arange(n), shape.tail)
        longest = np.where(sold, 0.0, np.inf)
        sd = np.where(sold, 1.0, 0.0)
        variance = sd**2
        for i, j in sorted(arcs, reverse=True):
            variance[i] += variance[j]
        holding = rng.lognormal(0.0, 1.0, n)
        trees.append(
            {
                "time": shape.time.astype(int).tolist(),
                "holding": holding.tolist(),
                "sd": sd.tolist(),
                "longest": [0 if s else None for s in sold],
                "factor": 1.0,
                "arcs": arcs,
            }
        )
        programmes.append(
            type(shape)(
                shape.time,
                holding * np.sqrt(variance),
                np.zeros(n),
                longest,
                shape.tail,
                shape.head,
            )
        )
    theirs = stockpyl_optima(trees)
    search(programmes[0])
    began = time.process_time()
    ours = [search(programme).cost for programme in programmes]
    seconds = time.process_time() - began
    np.testing.assert_allclose(ours, [peer["cost"] for peer in theirs], rtol=1e-6)
    assert len(ours) == len(trees)
    ratio = seconds / sum(peer["seconds"] for peer in theirs)
    figure("trees of up to 12 stages, CPU beside stockpyl", ratio, bar=1.0, unit="ratio")
