"""Safeguards in the pooled engine against a plain dense twin, written from the manual alone."""

import numpy as np
import pytest

from chainwright import System
from chainwright.stress import Blow, InventoryModel, Shock, run, stock_days
from chainwright.system.safeguards import Safeguard
from real import data
from repaired_economy_twin import Table, lived_through
from small_tables import DEPENDENT, system_of
from worlds import world

STEEL = {"regions": "B", "products": "steel"}
BLOWS = {
    "all of B's steel": (Blow("supply_cut", **STEEL, share=1.0, start_day=3, days=40),),
    "half, to A alone": (
        Blow("supply_cut", **STEEL, buyers=("A",), share=0.5, start_day=3, days=40),
    ),
    "half of every origin": (
        Blow("supply_cut", products="steel", buyers=("A",), share=0.5, start_day=4, days=20),
    ),
    "a cut and a plant shut": (
        Blow("supply_cut", **STEEL, share=0.8, start_day=3, days=30),
        Blow("capacity", regions="B", products="ore", share=0.4, start_day=5, days=20),
    ),
}
HELD = {
    "nothing": (),
    "a region's reserve": (Safeguard("r", "reserve", ("A",), 2.0, product="steel"),),
    "reserves of nodes, late, half of one origin": (
        Safeguard(
            "r", "reserve", ("A:ore", "A:steel"), 1.0,
            product="steel", origins=("B",), after_days=6, hold_back=0.2,
        ),
    ),
    "a late second source": (
        Safeguard("s", "second_source", ("A",), 0.6, product="steel", after_days=5),
    ),
    "a late backup": (Safeguard("b", "backup_capacity", ("B:ore", "A"), 0.3, after_days=9),),
    "a long plate": (Safeguard("l", "strengthen", ("A",), 0.1),),
    "deliveries covered": (Safeguard("t", "stabilise", ("A",), 0.5, product="steel"),),
    "nodes covered": (Safeguard("n", "stabilise", ("B",), 0.5),),
}  # fmt: skip
ALL = tuple(
    Safeguard(f"{i}{one.name}", one.kind, one.users, one.size, one.product, one.origins,
              one.after_days, one.hold_back)
    for i, held in enumerate(HELD.values()) for one in held
)  # fmt: skip


def apart(system, blows, held, *, days, stock=9.0, tau=9.0, replaceable=0.0, model=None):
    """Return how far program and twin are apart: in output, unmet demand and what is left."""
    model = model or InventoryModel(
        stock_days=stock, restoration_days=tau, replaceable=replaceable, scarcity="documented"
    )
    found = run(system.with_safeguards(*held), Shock(tuple(blows)), days=days, model=model)
    records = found.runs["pooled" if "pooled" in found.runs else "single"]
    made, unmet, left = lived_through(
        system.flows, blows, held, days=days, stock=stock, tau=tau, replaceable=replaceable,
        documented=model.scarcity == "documented",
    )  # fmt: skip
    rest = Table(system.flows).x0
    return max(
        (np.abs(records.production - made) / np.where(rest > 0, rest, 1.0)).max(),
        np.abs(records.unmet_by_region - unmet).max() / rest.sum(),
        np.abs(records.reserves.left - left).max() / rest.sum() if len(left) else 0.0,
    )


@pytest.mark.parametrize("replaceable", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("held", [*HELD, "all"])
def test_each_day_of_a_small_table_is_that_of_the_words(held, replaceable):
    system, held = system_of(DEPENDENT), ALL if held == "all" else HELD[held]
    for blows in BLOWS.values():
        assert apart(system, blows, held, days=45, replaceable=replaceable) < 1e-11


def drawn(seed):
    """Return a random world, two blows and seven safeguards."""
    rng = np.random.default_rng(seed)
    place, some = lambda: f"R{rng.integers(3)}", lambda: f"s{rng.integers(3)}"
    blows = (*(
        Blow("supply_cut", regions=place(), products=some(), share=float(rng.choice([0.3, 1.0])),
             start_day=int(rng.integers(8)), days=int(rng.integers(5, 40)))
        for _ in range(2)
    ),
        Blow("capacity", regions=place(), products=some(), share=float(rng.uniform(0.1, 0.9)),
             start_day=int(rng.integers(8)), days=int(rng.integers(5, 40))),
    )  # fmt: skip
    system, cut = world(seed), blows[0].products[0]
    table = Table(system.flows)
    used = table.A[table.sectors.index(cut)]
    node = next(c for c, use in zip(table.codes, used, strict=True) if use > 0)
    held = (
        Safeguard("r1", "reserve", (place(),), rng.uniform(0.2, 2), product=cut),
        Safeguard("r2", "reserve", ("R0", "R1"), 1.0, product=cut, origins=("R2",),
                  hold_back=0.3),
        Safeguard("s1", "second_source", (place(),), rng.uniform(0, 1), product=cut),
        Safeguard("s2", "second_source", (node,), 0.7, product=cut, after_days=4.0),
        Safeguard("b1", "backup_capacity", (place(),), 0.2, after_days=7.0),
        Safeguard("l1", "strengthen", (f"R1:{some()}",), 0.1),
        Safeguard("t1", "stabilise", (place(),), 0.4, product=some()),
    )  # fmt: skip
    return system, blows, held


@pytest.mark.parametrize("seed", range(8))
def test_random_worlds_with_everything_at_once_are_those_of_the_words(seed):
    system, blows, held = drawn(seed)
    for replaceable in (0.0, 0.5):
        assert apart(system, blows, held, days=45, replaceable=replaceable) < 1e-9


def test_two_weeks_of_an_embargo_on_wiod_2011_with_safeguards_are_those_of_the_words():
    system = System.read(data("wiod2013"), year=2011)
    days = stock_days(system.flows.nodes.sectors).days
    blows = (
        Blow("supply_cut", products="c14", buyers=("CHN",), share=0.8, start_day=1, days=9),
        Blow("capacity", regions="JPN", products="c15", share=0.5, start_day=0, days=6),
        Blow("supply_cut", regions="RUS", products="c2", buyers=("DEU",), share=1.0, days=10),
    )
    held = (
        Safeguard("chips", "reserve", ("CHN",), 1.0, product="c14", origins=("JPN", "KOR")),
        Safeguard("gas", "second_source", ("DEU",), 0.4, product="c2", after_days=3.0),
        Safeguard("cars", "backup_capacity", ("JPN:c15",), 0.2, after_days=2.0),
        Safeguard("more", "stabilise", ("CHN:c14",), 0.5, product="c14", origins=("JPN",)),
    )
    model = InventoryModel(replaceable=0.0)
    assert apart(
        system, blows, held, days=12, stock=days, tau=np.minimum(60.0, days), model=model
    ) < 1e-9  # fmt: skip
