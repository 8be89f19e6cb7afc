"""One year of 230 places and 5,000 products, from Parquet to Parquet; and beside ecomplexity."""

import sys

import numpy as np
import pandas as pd
import pytest

from measure import command, measure

PLACES, PRODUCTS, FEWER = 230, 5_000, 2_500

YEAR = """
from chainwright.diagnose import complexity
with counted():
    found = complexity({path!r})
    assert found.proximity.shape == ({products}, {products})
    found.save({out!r}, format="parquet")
assert len(found.table()) == {places}
"""

PROCESS = YEAR.replace("with counted():", "if True:")
"""The same with the start of Python and all imports."""

OURS = """
from chainwright.diagnose import complexity
with counted():
    found = complexity({path!r})
    tables = found.tables()
    near = found.proximity
assert len(tables["pairs"]) == {places} * {products}
"""

THEIRS = """
import warnings
warnings.simplefilter("ignore")
import pandas as pd
from ecomplexity import ecomplexity
names = {{"time": "year", "loc": "place", "prod": "product", "val": "value"}}
with counted():
    rows = pd.read_parquet({path!r}).assign(year=2020)
    found = ecomplexity(rows, names, check_logsupermodularity=False, verbose=False)
assert found["cog"].notna().sum() == {places} * {products}
"""


def made(places, products, seed=7):
    """Return a long table of exports with some 44 % of the cells filled."""
    rng = np.random.default_rng(seed)
    size, skill = rng.lognormal(0.0, 2.0, places), rng.normal(0.0, 1.0, places)
    common, hard = rng.lognormal(0.0, 1.5, products), rng.normal(0.0, 1.0, products)
    amounts = size[:, None] * common * np.exp(skill[:, None] * hard)
    amounts *= rng.lognormal(0.0, 1.8, amounts.shape)
    amounts[rng.random(amounts.shape) > 0.44] = 0.0
    amounts[0] += 1e-6  # each product is made somewhere
    c, p = np.nonzero(amounts)
    return pd.DataFrame(
        {
            "place": np.array([f"P{i:03d}" for i in range(places)])[c],
            "product": np.array([f"{i:06d}" for i in range(products)])[p],
            "value": amounts[c, p],
        }
    )


@pytest.fixture(scope="module")
def case(tmp_path_factory, smoke):
    """Words that the measured codes are filled in with, for a number of products."""
    folder = tmp_path_factory.mktemp("complexity")

    def give(products):
        shape = (12, products // 100) if smoke else (PLACES, products)
        path = folder / f"{products}.parquet"
        made(*shape).to_parquet(path, index=False)
        words = {"path": str(path), "out": str(folder / "out")}
        return words | {"places": shape[0], "products": shape[1]}

    return give


def test_a_year_of_all_products_from_file_to_tables(case, figure, smoke):
    code = YEAR.format(**case(PRODUCTS))
    costs = [measure(code, threads=1) for _ in range(1 if smoke else 3)]
    best = min(costs, key=lambda cost: cost.cpu)
    assert best.cpu > 0.0
    name = f"complexity of {PLACES} x {PRODUCTS:,}, file to tables ({best})"
    figure(name, best.cpu, bar=3.0, unit="CPU-s")
    figure("the same, peak memory", best.peak / 2**30, bar=0.6, unit="GiB")


def test_a_year_of_all_products_with_the_start_of_python(case, figure, smoke):
    code = PROCESS.format(**case(PRODUCTS))
    costs = [command(sys.executable, "-c", code, threads=1) for _ in range(1 if smoke else 3)]
    best = min(costs, key=lambda cost: cost.cpu)
    assert best.cpu > 0.0
    figure("the same, peak of the whole process", best.peak / 2**30, bar=0.6, unit="GiB")
    figure(f"the same with all imports ({best})", best.cpu, bar=3.0, unit="CPU-s")


def test_beside_ecomplexity_on_half_the_products(case, figure, smoke):
    words = case(FEWER)
    times = 1 if smoke else 3
    ours = [measure(OURS.format(**words), threads=1) for _ in range(times)]
    theirs = measure(THEIRS.format(**words), threads=1)
    best = min(ours, key=lambda cost: cost.cpu)
    assert best.cpu > 0.0
    told = f"ours {best}; ecomplexity {theirs}"
    figure(f"CPU of ecomplexity / ours ({told})", theirs.cpu / best.cpu, bar=10.0, least=True)
    figure("the same, elapsed", theirs.elapsed / best.elapsed, bar=10.0, least=True)
    figure("memory added, ours / ecomplexity", best.added / theirs.added, bar=1.0)
