"""Time to survive and losses of each of 2,000 nodes of a made-up maker of 5,000 parts."""

import time

import numpy as np
import pytest

from chainwright.diagnose import survival
from maker_net import maker_net

PARTS, NODES, SMALL = 5_000, 2_000, 60


@pytest.mark.parametrize("stock_at_node", ["usable", "lost"])
def test_2000_nodes_of_5000_parts_are_survived_and_lost(stock_at_node, figure, smoke):
    system = maker_net(parts=SMALL if smoke else PARTS, products=10)
    nodes = system.maker.network.nodes.codes
    step = max(1, len(nodes) // NODES)
    chosen = nodes[: NODES * step : step][:NODES]
    survival(system, by="node", of=chosen[:2])  # imports and what the network keeps
    wall, cpu = time.perf_counter(), time.process_time()
    found = survival(system, by="node", of=chosen, stock_at_node=stock_at_node)
    tables = found.tables()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert len(tables["survival"]) == len(chosen)
    assert len(tables["survival_losses"]) == 5 * len(chosen)
    assert (np.diff(found.losses.loss[:, 1:], axis=1) >= -1e-3).all()
    assert found.exposed.any()
    assert not found.exposed.all()
    name = f"survival, {NODES:,} nodes of {PARTS:,} parts, stock {stock_at_node}"
    figure(f"{name}, CPU", cpu, bar=60.0, unit="s")
    figure(f"{name}, elapsed", wall, bar=60.0, unit="s")
