"""Supply trees: what a sector buys, from whom, and what those buy in turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.report.glance import joined
from chainwright.system import Flows, Home, Result, System
from chainwright.tables import schema

__all__ = ["SupplyTrees", "Twig", "supply_trees"]

AT_HOME, OUTSIDE, BEYOND = 4, 4, 2
"""Inputs shown: made at home, from outside, and of each of those inputs."""


@dataclass(frozen=True, slots=True)
class Twig:
    """A supplier in a supply tree.

    Parameters
    ----------
    region, sector : str
        Codes of the supplier; the region is "" where the table says only "abroad".
    source : str
        home, nation, abroad or unknown (a composite region, or no region stated).
    share : float
        What it delivers along this branch, as a share of all inputs of the root.
    twigs : tuple of Twig
        Its own suppliers along this branch.
    """

    region: str
    sector: str
    source: str
    share: float
    twigs: tuple["Twig", ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class SupplyTrees(Result):
    """The largest inputs of some sectors, and the largest inputs of those.

    Parameters
    ----------
    home : Home
        Whose sectors.
    trees : tuple of Twig
        A tree a sector; the root's share is 1.
    """

    name: ClassVar[str] = "supply_trees"

    home: Home
    trees: tuple[Twig, ...]

    @property
    def parameters(self) -> dict[str, object]:
        """Home, and how many inputs are shown."""
        return {
            "home": self.home.name,
            "nation": list(self.home.nation),
            "largest inputs from home": AT_HOME,
            "largest inputs from outside": OUTSIDE,
            "largest inputs of each of them": BEYOND,
        }

    def table(self) -> pd.DataFrame:
        """Return one row a branch: first the trees, then the largest share."""
        rows = []
        for root in self.trees:
            for twig in root.twigs:
                rows.append(_row(root, root, twig, 1))
                rows += [_row(root, twig, t, 2) for t in twig.twigs]
        return pd.DataFrame(rows, columns=[c.column for c in schema(self.name)])


def _row(root: Twig, buyer: Twig, twig: Twig, tier: int) -> dict[str, object]:
    return {
        "region": root.region,
        "sector": root.sector,
        "tier": tier,
        "from_region": twig.region,
        "from_sector": twig.sector,
        "to_region": buyer.region,
        "to_sector": buyer.sector,
        "source": twig.source,
        "share": twig.share,
    }


def supply_trees(system: System, *, home: Home, sectors: Sequence[str]) -> SupplyTrees:
    r"""Return the supply trees of home's `sectors`, two tiers deep.

    The share of a direct input i of the root j is :math:`Z_{ij} / \sum_i Z_{ij}`, imports among
    the rows; the share of an input k of that input is the product with
    :math:`Z_{ki} / \sum_k Z_{ki}`. Shown are the largest direct inputs from home (the nation
    around it included) and the largest from outside, four each, and the two largest of each of
    those. The shares tell what is bought, not what could be done without.

    Parameters
    ----------
    system : System
        The system.
    home : Home
        Whose sectors; its members count as one.
    sectors : sequence of str
        Codes of home's sectors.
    """
    whole = joined(system, home)
    own = home.regions[0] if len(home.regions) == 1 else home.name
    market = _Market.of(whole.flows, own, home)
    trees = []
    for sector in sectors:
        root = whole.flows.nodes.find(f"{own}:{sector}")
        amounts, total = market.bought(root)
        chosen = [
            i
            for near, count in ((True, AT_HOME), (False, OUTSIDE))
            for i in market.largest(amounts, near=near, count=count)
        ]
        twigs = tuple(
            market.twig(i, amounts[i] / total, deeper=True)
            for i in sorted(chosen, key=lambda i: (-amounts[i], i))
        )
        trees.append(Twig(own, sector, "home", 1.0, twigs))
    return SupplyTrees(system=whole, home=home, trees=tuple(trees))


@dataclass(frozen=True, eq=False)
class _Market:
    """Who can be bought from: nodes, then rows of imports."""

    flows: Flows
    labels: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]

    @classmethod
    def of(cls, flows: Flows, own: str, home: Home) -> "_Market":
        rows = [flows.nodes, *([flows.imports.rows] if flows.imports is not None else [])]
        labels = tuple((str(r), str(s)) for n in rows for r, s in n.frame().to_numpy())

        def source(region: str) -> str:
            if region == own:
                return "home"
            if region in home.nation:
                return "nation"
            return "unknown" if not region or region in flows.composite else "abroad"

        return cls(flows, labels, tuple(source(region) for region, _ in labels))

    def bought(self, node: int) -> tuple[npt.NDArray[np.float64], float]:
        """Return what the node buys from each, and in all."""
        columns = [self.flows.matrix[:, node].astype(np.float64)]
        if self.flows.imports is not None:
            columns.append(self.flows.imports.matrix[:, node].astype(np.float64))
        amounts = np.maximum(np.concatenate(columns), 0.0)
        return amounts, float(amounts.sum()) or 1.0

    def largest(
        self, amounts: npt.NDArray[np.float64], *, count: int, near: bool | None = None
    ) -> list[int]:
        """Return the largest of `amounts`, of those near or of those outside if asked."""
        kept = [
            int(i)
            for i in np.argsort(-amounts, kind="stable")
            if amounts[i] > 0.0
            and (near is None or (self.sources[i] in ("home", "nation")) == near)
        ]  # fmt: skip
        return kept[:count]

    def twig(self, place: int, share: float, *, deeper: bool) -> Twig:
        """Return the supplier at `place` with its own suppliers if asked and known."""
        twigs: tuple[Twig, ...] = ()
        if deeper and place < len(self.flows.nodes):
            amounts, total = self.bought(place)
            twigs = tuple(
                self.twig(i, share * float(amounts[i]) / total, deeper=False)
                for i in self.largest(amounts, count=BEYOND)
            )
        return Twig(*self.labels[place], self.sources[place], float(share), twigs)
