"""A chain of 2,000 nodes: its diagnosis with all tables, and its picture."""

import time

from chainwright import diagnose
from chainwright.report.charts.chain_map import draw_chain
from toy_chains import random_chain, system_of

NODES, SMALL = 2_000, 60


def test_a_chain_of_2000_nodes_is_diagnosed_and_drawn(figure, smoke):
    chain = random_chain(SMALL if smoke else NODES, finals=20)
    system = system_of(chain)
    diagnose.chain(system, chain.name, home="CHN")  # imports and facts are loaded
    wall, cpu = time.perf_counter(), time.process_time()
    found = diagnose.chain(system, chain.name, home="CHN")
    tables = found.tables()
    picture = draw_chain(found)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert len(tables["chain_diagnosis"]) == len(picture.nodes) == len(chain.axis)
    figure("chain of 2,000 nodes, diagnosis and SVG, CPU", cpu, bar=2.0, unit="s")
    figure("chain of 2,000 nodes, diagnosis and SVG, elapsed", wall, bar=2.0, unit="s")
