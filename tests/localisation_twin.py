"""The plain twin of localisation: home's share in what goes into each node, tier by tier."""

import math

from chain_twins import NEAR, middle

DEEP = 60  # tiers: more than any map without a loop has


class LocalisationTwin:
    """Home's share in what goes into each node, tier by tier, by a function that calls itself."""

    def __init__(self, twin, *, by_value):
        self.twin, self.by_value = twin, by_value
        self.inputs, self.found = {node: [] for node in twin.nodes}, {}
        for link in twin.links:
            self.inputs[link["to_node"]].append((link["from_node"], link["cost_share"]))

    def made(self, node):
        """Return (low, high, known) of home's share of its own use."""
        low, high, said = self.twin.home_use(node)
        if not said and self.twin.made(node) is False:
            return 0.0, 0.0, True
        return low, high, said

    def weights(self, node):
        """Return ({input: weight}, cost that an input or the maker has, the maker's own part)."""
        inputs = self.inputs[node]
        if not self.by_value:
            share = 1.0 / len(inputs) if inputs else 0.0
            return [(k, share) for k, _ in inputs], 0.0, 0.0 if inputs else 1.0
        known = [(k, c) for k, c in inputs if c is not None]
        left = max(0.0, 1.0 - sum(c for _, c in known))
        return (known, left, 0.0) if len(known) < len(inputs) else (known, 0.0, left)

    def content(self, node, side, depth=0):
        """Return C of a unit used at home, what is not known foreign (0) or home's (1)."""
        if depth > DEEP:
            return 0.0
        if (node, side, depth) not in self.found:
            weights, left, own = self.weights(node)
            inside = sum(c * self.content(k, side, depth + 1) for k, c in weights)
            self.found[node, side, depth] = self.made(node)[side] * (own + left * side + inside)
        return self.found[node, side, depth]

    def rates(self, node):
        """Return {tier: (value, low, high)} of a node with inputs."""
        weights, left, _ = self.weights(node)
        total = sum(c for _, c in weights)

        def bounds(of):
            low, high = (
                (sum(c * of(k, side) for k, c in weights) + left * side) / (total + left)
                if total + left > 0.0 else math.nan
                for side in (0, 1)
            )  # fmt: skip
            return low, high

        known = [(k, c) for k, c in weights if self.made(k)[2]]
        heavy = sum(c for _, c in known)
        first = sum(c * middle(self.made(k)[:2]) for k, c in known) / heavy if heavy else math.nan
        through = bounds(self.content)
        face = bounds(lambda k, side: self.made(k)[side])
        first = min(max(first, face[0]), face[1])  # firms at home may prove more of the others
        return {
            "first": (first, *face),
            "through": (
                middle(through) if through[1] - through[0] < NEAR else math.nan,
                *through,
            ),
        }


def localisation_twin(twin):
    """Return {node: every number of the localisation} of the nodes with inputs."""
    found = {}
    for word in ("value", "count"):
        held = LocalisationTwin(twin, by_value=word == "value")
        for node, inputs in held.inputs.items():
            if not inputs:
                continue
            costs = [c for _, c in inputs if c is not None]
            row = found.setdefault(node, {})
            row["inputs"] = len(inputs)
            row["inputs_known"] = sum(held.made(k)[2] for k, _ in inputs)
            row["cost_covered"] = sum(costs)
            for tier, (value, low, high) in held.rates(node).items():
                row |= {
                    f"{tier}_{word}": value,
                    f"{tier}_{word}_low": low,
                    f"{tier}_{word}_high": high,
                    f"{tier}_{word}_unknown": high - low,
                }
    return found
