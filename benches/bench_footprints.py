"""All footprints of large product systems, beside bw2calc's adjoint solve and its Monte Carlo."""

import sys
import time
import tracemalloc

import numpy as np
import pytest

from chainwright import carbon
from peers import bw2calc_scores
from product_chains import spread
from technospheres import technosphere

BAR_SECONDS, BAR_LARGE, BAR_TIMES, BAR_DRAWS = 0.2, 1.0, 15.0, 3.0
"""Seconds for 20,000 and 100,000 products; times as fast as bw2calc's adjoint solve and draws."""

DEMANDS, DRAWS, SPREAD = 1000, 40, 0.1


@pytest.fixture(scope="module")
def database(smoke):
    """Give 20,000 products with 225,000 links: the size of an inventory database."""
    return carbon.ProductSystem.of_arrays(*technosphere(1000 if smoke else 20_000))


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def timed(job, times):
    """Return the answer, and the CPU seconds and elapsed seconds of one of several runs."""
    answer = job()  # compiled
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(times):
        answer = job()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return answer, cpu / times, wall / times


def added(job):
    """Return the most memory that a job adds, in MiB."""
    tracemalloc.start()
    job()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 2**20


def told(line):
    sys.stdout.write(f"{line}\n")


def test_all_footprints_beside_the_adjoint_solve_of_bw2calc(database, figure, smoke, folder):
    found, cpu, wall = timed(lambda: carbon.footprints(database), 1 if smoke else 10)
    asked = range(min(DEMANDS, len(database)))
    theirs = bw2calc_scores(database, "fastest", asked=asked, folder=folder)
    scores = np.array(theirs["scores"])
    np.testing.assert_allclose(found.footprint[: len(scores)], scores, rtol=1e-7)
    assert (found.solved.upper[: len(scores)] >= scores * (1 - 1e-9)).all()
    their_wall, their_cpu = theirs["seconds"]
    way = "pypardiso, adjoint" if theirs["pardiso"] else "SciPy's LU, an LCA each"
    told(
        f"all {len(database):,} footprints of {len(database.supplier):,} links, "
        f"{found.solved.terms} terms, with bounds: {wall:.3f} s elapsed, {cpu:.3f} CPU-s, "
        f"{added(lambda: carbon.footprints(database)):.0f} MiB added; bw2calc "
        f"{theirs['version']} with {way}, {len(scores):,} demands, with its load: "
        f"{their_wall:.3f} s elapsed, {their_cpu:.3f} CPU-s"
    )
    figure("all footprints, 20,000 products, CPU", cpu, bar=BAR_SECONDS, unit="s")
    name = f"all footprints, bw2calc ({way}) / ours, CPU"
    figure(name, their_cpu / cpu, bar=BAR_TIMES, unit="ratio", least=True)


def test_draws_of_all_products_beside_those_of_one_by_bw2calc(database, figure, smoke, folder):
    drawn = spread(database, SPREAD, SPREAD)
    draws = 8 if smoke else DRAWS
    carbon.footprint_draws(drawn, 4)  # compiled
    cpu, wall = time.process_time(), time.perf_counter()
    found = carbon.footprint_draws(drawn, draws)
    cpu, wall = (time.process_time() - cpu) / draws, (time.perf_counter() - wall) / draws
    given = {"asked": [0], "draws": 3 if smoke else 20, "spread": SPREAD}
    theirs = bw2calc_scores(database, "draws", folder=folder, **given)
    assert np.mean(theirs["scores"]) == pytest.approx(found.mean[0], rel=0.25)
    their_wall, their_cpu = theirs["seconds"]
    told(
        f"a draw of all {len(database):,} products: {wall:.4f} s elapsed, {cpu:.4f} CPU-s; of one "
        f"product by bw2calc's IterativeLCA: {their_wall:.4f} s elapsed, {their_cpu:.4f} CPU-s"
    )
    figure(
        "Monte Carlo, IterativeLCA / ours a draw, CPU",
        their_cpu / cpu,
        bar=BAR_DRAWS,
        unit="ratio",
        least=True,
    )


@pytest.mark.parametrize("random_share", [0.0, 0.01, 0.05])
def test_a_hundred_thousand_products_at_a_billionth(figure, smoke, random_share):
    size = 2000 if smoke else 100_000
    products = carbon.ProductSystem.of_arrays(*technosphere(size, random_share=random_share))
    found, cpu, wall = timed(lambda: carbon.footprints(products), 1 if smoke else 3)
    fine = carbon.footprints(products, tolerance=1e-14).footprint
    error = np.abs(found.footprint / fine - 1.0).max()
    assert error < 1e-8
    told(
        f"{size:,} products, {len(products.supplier):,} links, {random_share:.0%} at random: "
        f"{wall:.3f} s elapsed, {cpu:.3f} CPU-s, {found.solved.terms} terms, largest true error "
        f"{error:.1e}, widest bound {(found.solved.upper / found.footprint - 1.0).max():.1e}"
    )
    name = f"100,000 products at 1e-9, {random_share:.0%} random, CPU"
    figure(name, cpu, bar=BAR_LARGE, unit="s")


def test_one_supplier_of_a_hundred_thousand_products_changed(figure, smoke):
    size = 2000 if smoke else 100_000
    found = carbon.footprints(carbon.ProductSystem.of_arrays(*technosphere(size)))
    change, cpu, wall = timed(lambda: found.changed(direct={"P7": 0.0}), 1)
    assert change.difference[6] < 0.0
    assert (change.difference <= 0.0).all()
    told(f"one supplier of {size:,} products changed: {wall:.3f} s elapsed, {cpu:.3f} CPU-s")
    figure("one supplier changed in 100,000 products, CPU", cpu, bar=0.5, unit="s")
