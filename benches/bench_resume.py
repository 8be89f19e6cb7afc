"""Orders of restart: sectors of the world of 2011 with every order run, and 5,000 firms at once."""

import time

import numpy as np

from chainwright import System
from chainwright.plan import restart_order, resume
from chainwright.stress import Blow, Shock

FIRMS, LINKS, STOPPED = 10_000, 40_000, 5_000
NODES = 5


def test_sectors_of_a_country_are_ordered_with_every_order_in_the_engine(subject, figure, smoke):
    system = subject("wiod2011")
    codes = system.flows.nodes.codes
    hit = codes[: 3 if smoke else NODES]
    shock = Shock((Blow("capacity", nodes=hit, share=0.4, days=30),))
    wall, cpu = time.perf_counter(), time.process_time()
    found = resume(system, shock, capacity=2, days=28 if smoke else 182)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert found.searched.all_orders
    assert found.loss() <= found.loss("value_alone") * (1 + 1e-9)
    name = f"resume, {NODES} nodes, {found.searched.runs} orders run, 182 days"
    figure(f"{name}, CPU", cpu, bar=120.0, unit="s")
    figure(f"{name}, elapsed", wall, bar=120.0, unit="s")


def test_thousands_of_firms_are_ordered_with_a_bound(figure, smoke):
    firms, links, stopped = (200, 600, 60) if smoke else (FIRMS, LINKS, STOPPED)
    system = System.demo("firms", firms=firms, links=links)
    rng = np.random.default_rng(1)
    places = np.sort(rng.choice(firms, stopped, replace=False))
    hit = tuple(system.links.axis.codes[i] for i in places)
    sizes = dict(zip(hit, rng.uniform(0.3, 1.0, stopped).tolist(), strict=True))
    shock = Shock((Blow("capacity", firms=hit, shares=sizes, days=14),))
    wall, cpu = time.perf_counter(), time.process_time()
    found = resume(system, shock, capacity=stopped // 12, days=20 if smoke else None)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert 0.0 < found.additive.bound <= found.additive.loss
    assert sorted(found.order) == sorted(hit)
    figure(f"resume, {STOPPED:,} of {FIRMS:,} firms, runs included, CPU", cpu, bar=60.0, unit="s")
    figure(f"resume, {STOPPED:,} of {FIRMS:,} firms, elapsed", wall, bar=120.0, unit="s")


def test_the_order_alone_of_thousands_takes_seconds(figure, smoke):
    rng = np.random.default_rng(2)
    n = 300 if smoke else STOPPED
    days, values = rng.lognormal(1, 1, n), rng.lognormal(0, 1.5, n)
    pairs = np.sort(rng.integers(0, n, (2 * n, 2)), axis=1)[:, ::-1]
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    restart_order(days[:30], values[:30], crews=2)  # compiles
    cpu = time.process_time()
    found = restart_order(days, values, pairs, crews=5)
    cpu = time.process_time() - cpu
    assert found.bound <= found.loss
    gap = found.loss / found.bound - 1.0
    figure(f"order of {STOPPED:,} nodes with {2 * STOPPED:,} needs, CPU", cpu, bar=10.0, unit="s")
    figure(f"its loss above the bound, {STOPPED:,} nodes", gap, bar=0.05, unit="1")
