"""Runs in the environment of stockpyl: trees as JSON come in, optima and seconds go out."""

import json
import sys
import time


def built(tree):
    """Return stockpyl's network of a tree; its node j is our stage j.

    What stockpyl works out about products after each node and arc is worked out once, at the end:
    nearly all of the time went there, and its costs stay the same.
    """
    from stockpyl.supply_chain_network import SupplyChainNetwork  # noqa: PLC0415 - there alone
    from stockpyl.supply_chain_node import SupplyChainNode  # noqa: PLC0415

    attributes = SupplyChainNetwork._build_product_attributes
    SupplyChainNetwork._build_product_attributes = lambda _: None
    network = SupplyChainNetwork()
    n = len(tree["time"])
    sinks = set(range(n)) - {i for i, _ in tree["arcs"]}
    nodes = [SupplyChainNode(j) for j in range(n)]
    for j, node in enumerate(nodes):
        node.processing_time = tree["time"][j]
        node.local_holding_cost = tree["holding"][j]
        node.demand_bound_constant = tree["factor"]
        node.external_inbound_cst = 0
        if j in sinks:
            node.demand_source.type = "N"
            node.demand_source.mean = 100
            node.demand_source.standard_deviation = tree["sd"][j]
            node.external_outbound_cst = tree["longest"][j]
        network.add_node(node)
    for i, j in tree["arcs"]:
        network.add_edge(i, j)
    SupplyChainNetwork._build_product_attributes = attributes
    network._build_product_attributes()
    return network


def main():
    """Read trees, solve them, write what they cost."""
    from stockpyl.gsm_tree import optimize_committed_service_times  # noqa: PLC0415

    found = []
    for tree in json.load(sys.stdin):
        network = built(tree)
        began = time.process_time()
        _, cost = optimize_committed_service_times(network)
        found.append({"cost": cost, "seconds": time.process_time() - began})
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
