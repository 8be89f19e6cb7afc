"""Hypothetical extraction: what the network loses in weight without a node or a region."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts.factors import leontief
from chainwright.accounts.inverse_blocks import InverseBlocks
from chainwright.accounts.named_nodes import places_of
from chainwright.errors import LabelError
from chainwright.system import Home, Regions, Result, System

__all__ = ["DEMAND_SIDE", "Extraction", "RegionExtraction", "extraction", "region_extraction"]

Numbers = npt.NDArray[np.float64]

DEMAND_SIDE = (
    "A demand-side measure: it tells how much activity hangs on a node or a link, its weight in "
    "the network. What is removed costs its sellers, and their suppliers, their sales; users buy "
    "less and are taken to go on producing. It is not the damage that a shortage does to users, "
    "and must not be added to such a figure."
)
"""How results of extraction and of embargoes are to be read."""


@dataclass(frozen=True, eq=False, repr=False)
class Extraction(Result):
    """What the economy loses if a node is taken out, for every node in turn.

    Read it as `DEMAND_SIDE` says.

    Parameters
    ----------
    system : System
        The system that was asked about.
    home : Home or None
        Whose losses are told apart.
    output_lost : ndarray, shape (n,) [money]
        Output lost everywhere, the node's own included.
    value_added_lost : ndarray, shape (n,) [money]
        Value added lost everywhere, the node's own included.
    home_output_lost : ndarray, shape (n,) [money]
        Output lost at home, the node's own included where it is at home; NaN without `home`.
    """

    name: ClassVar[str] = "extraction"
    charted: ClassVar[str] = "output_lost"

    home: Home | None
    output_lost: Numbers
    value_added_lost: Numbers
    home_output_lost: Numbers

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {"home": self.home.name if self.home else None}

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and how to read it."""
        return {**super().origin, "reading": DEMAND_SIDE}

    def table(self) -> pd.DataFrame:
        """Return one row a node, the largest loss first: at home if given, else anywhere."""
        flows = self.system.flows
        x = flows.output
        frame = flows.nodes.frame()
        frame["output"] = x
        frame["output_lost"] = self.output_lost
        frame["output_lost_share"] = self.output_lost / x.sum()
        frame["output_lost_elsewhere"] = self.output_lost - x
        frame["value_added_lost"] = self.value_added_lost
        frame["home_output_lost"] = self.home_output_lost
        home = x[self.home.mask(flows)].sum() if self.home else np.nan
        frame["home_output_lost_share"] = self.home_output_lost / (home if home > 0.0 else np.nan)
        key = "home_output_lost" if self.home else "output_lost"
        return frame.sort_values(key, ascending=False, kind="stable", ignore_index=True)


def extraction(system: System, *, home: Regions | None = None) -> Extraction:
    r"""Return what the economy loses if a node is taken out whole, for every node, in one pass.

    The node's production, its purchases and the final demand for it go. With
    :math:`L = (I - A)^{-1}`, x output and v value added per output, node j costs

    .. math:: x_j \, (1' L)_j / L_{jj} \quad\text{of output, and}\quad
              x_j \, (v' L)_j / L_{jj} \quad\text{of value added,}

    its own included; the output of any group of nodes falls by the same with the group's rows of
    L. Only the diagonal of L is formed. Nothing takes the place of what is removed, prices stand
    still, and the losses of several nodes overlap, so they do not add up.

    In a table whose imports are mixed with home deliveries the losses are an upper bound: what
    the node buys abroad counts as bought at home.

    Parameters
    ----------
    system : System
        With flows.
    home : str or sequence of str, optional
        A region, several, or a named group, whose own loss is told too.

    Raises
    ------
    MissingPartError
        If the system has no flows.
    UnknownCodeError
        If the table has no such region.

    References
    ----------
    .. [1] Dietzenbacher, E., van der Linden, J. A. and Steenge, A. E. (1993), The regional
       extraction method: EC input-output comparisons, Economic Systems Research 5, 185-206.

    Examples
    --------
    >>> from chainwright import System
    >>> found = extraction(System.demo("country")).table()
    >>> bool((found["output_lost"] >= found["output"]).all())
    True
    """
    flows = system.flows
    chosen = None if home is None else Home.of(flows, home)
    network = leontief(flows)
    added = flows.added * flows.per_output
    at_home = chosen.mask(flows) if chosen else np.zeros(len(flows.nodes))
    per_unit = network.solve_transposed(np.stack([added, at_home], axis=1))
    removed = flows.output / InverseBlocks(network).diagonal()
    return Extraction(
        system,
        chosen,
        removed * network.column_totals,
        removed * per_unit[:, 0],
        removed * per_unit[:, 1] if chosen else np.full(len(flows.nodes), np.nan),
    )


@dataclass(frozen=True, eq=False, repr=False)
class RegionExtraction(Result):
    """What the other regions lose if some regions are taken out.

    Read it as `DEMAND_SIDE` says.

    Parameters
    ----------
    system : System
        The system that was asked about.
    regions : tuple of str
        The regions that are taken out, together.
    output_lost : ndarray, shape (n,) [money]
        Output lost by each node; of the removed nodes all that they make.
    value_added_lost : ndarray, shape (n,) [money]
        Value added lost by each node.
    """

    name: ClassVar[str] = "region_extraction"
    charted: ClassVar[str] = "output_lost"

    regions: tuple[str, ...]
    output_lost: Numbers
    value_added_lost: Numbers

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {"regions": list(self.regions)}

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and how to read it."""
        return {**super().origin, "reading": DEMAND_SIDE}

    @property
    def removed(self) -> npt.NDArray[np.bool_]:
        """Which nodes are taken out, shape (n,)."""
        return self.system.flows.nodes.mask(regions=self.regions)

    @property
    def lost_elsewhere(self) -> float:
        """Output lost by the regions that stay [money]."""
        return float(self.output_lost[~self.removed].sum())

    def table(self) -> pd.DataFrame:
        """Return one row a node that stays, the largest loss first."""
        flows = self.system.flows
        frame = flows.nodes.frame()
        frame["output"] = flows.output
        frame["output_lost"] = self.output_lost
        frame["output_lost_share"] = self.output_lost * flows.per_output
        frame["value_added_lost"] = self.value_added_lost
        frame = frame[~self.removed]
        return frame.sort_values("output_lost", ascending=False, kind="stable", ignore_index=True)


def region_extraction(system: System, regions: Regions) -> RegionExtraction:
    r"""Return what the rest of the economy loses if some regions are taken out together.

    With r the nodes of the regions and s the others,
    :math:`x'_s = x_s - L_{sr} L_{rr}^{-1} x_r`: what the others make for the removed regions and
    for what these make. No new factorisation is made.

    Parameters
    ----------
    system : System
        With flows of several regions.
    regions : str or sequence of str
        A region, several, or a named group.

    Raises
    ------
    UnknownCodeError
        If the table has no such region.
    LabelError
        If no region would be left.

    References
    ----------
    .. [1] Dietzenbacher, E., van der Linden, J. A. and Steenge, A. E. (1993), The regional
       extraction method: EC input-output comparisons, Economic Systems Research 5, 185-206.

    Examples
    --------
    >>> from chainwright import System
    >>> found = region_extraction(System.demo("country"), "31")
    >>> 0.0 < found.lost_elsewhere < float(found.output_lost.sum())
    True
    """
    flows = system.flows
    if flows.is_national:
        msg = (
            "The table holds one region, so none would be left without it. "
            "Take sectors out instead: extraction(system)."
        )
        raise LabelError(msg)
    home = Home.of(flows, regions)
    out = places_of(flows, home.regions)
    x = flows.output
    unit = np.zeros((len(x), len(out)))
    unit[out, np.arange(len(out))] = 1.0
    columns = leontief(flows).solve(unit)
    lost = columns @ np.linalg.solve(columns[out], x[out])
    lost[out] = x[out]  # exactly all that they make
    return RegionExtraction(system, home.regions, lost, lost * flows.added * flows.per_output)
