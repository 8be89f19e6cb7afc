"""Reading a full-size ICIO table, 81 regions by 50 sectors: against pymrio, and once saved."""

import pytest

import chainwright as cw
from layouts import icio
from layouts.made import made_up, of_wiod
from measure import measure
from real import data

OURS = """
import chainwright as cw
from chainwright import System
with counted():
    system = System.read({path!r})
assert system.flows.output.sum() > 0
assert len(system.flows.nodes) == {nodes}
"""

THEIRS = """
import warnings, pymrio
warnings.simplefilter("ignore")
with counted():
    table = pymrio.parse_oecd({path!r})
assert len(table.Z) == {nodes}
"""

SAVED = """
import chainwright as cw
from chainwright import System
with counted():
    system = System.load({saved!r})
    total = float(system.flows.output[0])
assert total > 0
"""

CELLS = """
import chainwright as cw
from chainwright import System
with counted():
    total = System.load({saved!r}).flows.matrix.sum()
assert total > 0
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory, smoke):
    """A CSV in the official layout, the same system saved, and how many nodes it has."""
    folder = tmp_path_factory.mktemp("reading")
    if smoke:
        file = icio.icio("2025")
    else:
        few = [f"c{i}" for i in range(1, 36)]
        try:
            base = of_wiod(data("wiod2013"))
        except pytest.skip.Exception:
            base = made_up(["USA", "CHN", "DEU", "RoW"], few)
        file = icio.icio("2025", regions=None, base=base, digits=4)
    path, saved = folder / "ICIO2025_2011.csv", folder / "2011.chainwright"
    file.write_fast(path)
    system = cw.System.read(path)
    system.save(saved)
    return {"path": str(path), "saved": str(saved), "nodes": len(system.flows.nodes)}


def best(code, files, times):
    """Return the costs of the quickest of some runs."""
    costs = [measure(code.format(**files)) for _ in range(times)]
    return min(costs, key=lambda cost: cost.elapsed)


def test_the_csv_reads_in_a_third_of_the_time_of_pymrio(files, figure, smoke):
    times = 1 if smoke else 3
    ours, theirs = best(OURS, files, times), best(THEIRS, files, times)
    assert ours.elapsed > 0.0
    told = f"ours {ours}; pymrio {theirs}"
    figure(f"read ICIO CSV, elapsed / parse_oecd ({told})", ours.elapsed / theirs.elapsed, bar=0.35)
    figure("read ICIO CSV, CPU / parse_oecd", ours.cpu / theirs.cpu, bar=0.7)
    figure("read ICIO CSV, memory added / parse_oecd", ours.added / theirs.added, bar=1.0)


def test_the_saved_system_opens_twenty_times_as_fast(files, figure, smoke):
    times = 1 if smoke else 3
    csv, saved = best(OURS, files, times), best(SAVED, files, times)
    cells = best(CELLS, files, times)
    assert saved.elapsed > 0.0
    figure("open a saved system", saved.elapsed, bar=0.1, unit="s")
    name = f"CSV / saved, elapsed ({cells.elapsed:.3f} s when all cells are used)"
    figure(name, csv.elapsed / saved.elapsed, bar=20.0, least=True)
