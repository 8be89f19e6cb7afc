"""Extraction of every sector in one pass, beside one dense inverse, and against brute force."""

import time
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_info

import chainwright as cw
from chainwright import accounts
from chainwright.sources.reading import Origin, Reading
from chainwright.system.assemble import assemble

REGIONS, SECTORS = 77, 45


def made(regions, sectors, seed=7):
    """Return a made-up world from arrays: a long table of this size would take minutes."""
    rng = np.random.default_rng(seed)
    n = regions * sectors
    output = rng.lognormal(8.0, 1.5, n)
    shares = rng.lognormal(0.0, 2.0, (n, n))
    shares *= rng.uniform(0.3, 0.7, n) / shares.sum(axis=0)
    matrix = shares * output
    final = np.maximum(output - matrix.sum(axis=1), 0.05 * output)
    names = [f"R{r:02d}" for r in range(regions)]
    return cw.System(
        assemble(
            Reading(
                origin=Origin(),
                nodes=[(r, f"s{s:02d}") for r in names for s in range(sectors)],
                users=[(r, "household") for r in names],
                matrix=matrix,
                final=np.repeat(final[:, None] / regions, regions, axis=1),
                currency="USD",
            )
        )
    )


def timed(work):
    """Return what a piece of work gives, its seconds on the clock and its CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - wall, time.process_time() - cpu


def fresh(system):
    """Return the same system as a new object, for which nothing has been factored yet."""
    again = cw.System(replace(system.flows))
    again.flows.per_output, again.flows.added  # noqa: B018 - the inverse gets them for nothing too
    return again


@pytest.fixture(scope="module")
def system(smoke):
    return made(4, 6) if smoke else made(REGIONS, SECTORS)


def test_extraction_of_every_sector_beside_one_dense_inverse(system, figure, smoke):
    flows = system.flows
    n = len(flows.nodes)
    rounds = 1 if smoke else 3
    ours, theirs, home = [], [], []
    for _ in range(rounds):
        again = fresh(system)
        shares = flows.matrix * flows.per_output
        inverse, *cost = timed(lambda shares=shares: np.linalg.inv(np.eye(n) - shares))
        theirs.append(cost)
        found, *cost = timed(lambda again=again: accounts.extraction(again))
        ours.append(cost)
        again = fresh(system)
        _, *cost = timed(lambda again=again: accounts.extraction(again, home="R00"))
        home.append(cost)
        expected = flows.output * inverse.sum(axis=0) / np.diagonal(inverse)
        np.testing.assert_allclose(found.output_lost, expected, rtol=1e-9)
    (wall, cpu), (wall_inv, cpu_inv), (wall_home, _) = (
        min(costs) for costs in (ours, theirs, home)
    )
    threads = max(pool["num_threads"] for pool in threadpool_info())
    told = f"{wall:.2f} s, {cpu:.2f} CPU-s; inverse {wall_inv:.2f} s, {cpu_inv:.2f} CPU-s"
    figure(
        f"extraction of {n:,} nodes / inverse ({told}; {threads} threads)", wall / wall_inv, bar=1.3
    )
    figure("the same in CPU seconds", cpu / cpu_inv, bar=1.3)
    figure("the same with the loss at home", wall_home / wall_inv, bar=1.3)


def test_extraction_equals_brute_force_on_fifty_sectors(system, figure, smoke):
    flows = system.flows
    n = len(flows.nodes)
    found = accounts.extraction(system)
    shares = flows.matrix * flows.per_output
    gone = np.random.default_rng(1).choice(n, 5 if smoke else 50, replace=False)
    whole = np.linalg.solve(np.eye(n) - shares, flows.demand)
    worst = 0.0
    for j in gone:
        kept = np.arange(n) != j
        small = np.eye(n - 1) - shares[np.ix_(kept, kept)]
        after = np.linalg.solve(small, flows.demand[kept])
        lost = whole.sum() - after.sum()
        worst = max(worst, abs(found.output_lost[j] / lost - 1.0))
    assert worst <= 1e-9
    figure(f"extraction against brute force, {len(gone)} nodes, relative", worst, bar=1e-9)
