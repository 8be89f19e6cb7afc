"""What a run loses against the undisturbed economy: by all, region, sector and node."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.run_records import Records

__all__ = ["RECOVERED", "ROUNDING", "Grouping", "RunLosses", "groupings"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

RECOVERED = 0.95
"""Share of output at rest from which a node counts as recovered."""

ROUNDING = 1e-12
"""Share of output up to which a fall is rounding."""


@dataclass(frozen=True, eq=False)
class Grouping:
    """Nodes, and pairs of using region and product, put together at one level.

    Parameters
    ----------
    level : str
        ``"all"``, ``"region"``, ``"sector"`` or ``"node"``.
    regions, sectors : ndarray of str, shape (G,)
        Codes of each group; empty text for all.
    of_node : ndarray of int, shape (n,)
        Group of each node.
    of_use : ndarray of int, shape (regions of use, S)
        Group of each pair; -1 for a pair in none, such as users outside the producing regions.
    """

    level: str
    regions: npt.NDArray[np.object_]
    sectors: npt.NDArray[np.object_]
    of_node: Places
    of_use: Places

    def nodes(self, values: Numbers) -> Numbers:
        """Return numbers of nodes summed by group, shape (..., G).

        Parameters
        ----------
        values : ndarray, shape (..., n)
            A number by node, of any unit.
        """
        return _summed(values, self.of_node, len(self.regions))

    def uses(self, values: Numbers) -> Numbers:
        """Return numbers of pairs of use summed by group, shape (..., G).

        Parameters
        ----------
        values : ndarray, shape (..., regions of use, S)
            A number by pair, of any unit; pairs in no group are left out.
        """
        flat = values.reshape(*values.shape[:-2], -1)
        kept = self.of_use.ravel() >= 0
        return _summed(flat[..., kept], self.of_use.ravel()[kept], len(self.regions))


def _summed(values: Numbers, group: Places, groups: int) -> Numbers:
    if groups == 1:
        return np.asarray(values.sum(axis=-1, keepdims=True))
    order = np.argsort(group, kind="stable")
    held, start = np.unique(group[order], return_index=True)
    out = np.zeros((*values.shape[:-1], groups))
    if len(held):
        out[..., held] = np.add.reduceat(values[..., order], start, axis=-1)
    return out


def groupings(economy: Economy) -> tuple[Grouping, ...]:
    """Return the four levels: all, regions, sectors, nodes.

    Parameters
    ----------
    economy : Economy
        With its nodes and final users.
    """
    nodes, users, S = economy.flows.nodes, economy.flows.users.regions, economy.S
    place = nodes.regions.place
    region_of_use = np.array([place.get(code, -1) for code in users.codes], dtype=np.intp)
    product = np.arange(S, dtype=np.intp)
    R, own = len(nodes.regions), len(nodes.sectors)
    at = np.full((R, S), -1, dtype=np.intp)
    at[nodes.region, nodes.sector] = np.arange(len(nodes))
    one = np.array([""], dtype=object)
    by_region = np.array(nodes.regions.codes, dtype=object)
    by_sector = np.array(nodes.sectors.codes, dtype=object)
    shape = (len(users), S)
    sector_of_use = np.broadcast_to(np.where(product < own, product, -1), shape)
    return (
        Grouping("all", one, one, np.zeros(len(nodes), np.intp), np.zeros(shape, np.intp)),
        Grouping(
            "region",
            by_region,
            np.full(R, "", dtype=object),
            nodes.region.astype(np.intp),
            np.broadcast_to(region_of_use[:, None], shape),
        ),
        Grouping(
            "sector",
            np.full(own, "", dtype=object),
            by_sector,
            nodes.sector.astype(np.intp),
            sector_of_use,
        ),
        Grouping(
            "node",
            by_region[nodes.region],
            by_sector[nodes.sector],
            np.arange(len(nodes), dtype=np.intp),
            np.where(region_of_use[:, None] >= 0, at[region_of_use], -1),
        ),
    )


@dataclass(frozen=True, eq=False)
class RunLosses:
    """Losses of one run; money is of the table's unit over the whole run.

    Parameters
    ----------
    records : Records
        The run, with production, unmet final demand by node and by region of use.
    first_day : float [day]
        On which the first blow strikes.
    """

    records: Records
    first_day: float

    @property
    def economy(self) -> Economy:
        """What ran."""
        return self.records.economy

    @property
    def steps(self) -> int:
        """How many steps ran."""
        return self.records.steps

    @cached_property
    def lost(self) -> Numbers:
        """Output at rest less output over the run, by node, shape (n,) [money]."""
        return np.asarray((self.economy.x0 - self.records.production).sum(axis=0))

    @cached_property
    def added_share(self) -> Numbers:
        """Value added over output at rest, shape (n,)."""
        yearly = self.economy.x0 * self.economy.steps_per_year
        return np.divide(self.economy.VA, yearly, out=np.zeros_like(yearly), where=yearly > 0.0)

    @cached_property
    def unmet(self) -> Numbers:
        """Unmet final demand by region of use and product, shape (regions, S) [money]."""
        return np.asarray(self.records.unmet_by_region.sum(axis=0))

    @cached_property
    def wanted(self) -> Numbers:
        """Final demand at rest over the run by region of use and product, as `unmet`."""
        economy = self.economy
        table = np.zeros((len(economy.flows.users.regions), economy.S))
        region = economy.flows.users.region
        for user in range(economy.final.shape[1]):
            bins = np.bincount(economy.row_product, economy.final[:, user], minlength=economy.S)
            table[region[user]] += bins
        return table * self.steps

    def shares(self, group: Grouping) -> Numbers:
        """Return output over output at rest by step and group, shape (T, G); NaN without output.

        Parameters
        ----------
        group : Grouping
            The level.
        """
        rest = group.nodes(self.economy.x0)
        made = group.nodes(self.records.production)
        return np.divide(made, rest, out=np.full_like(made, np.nan), where=rest > 0.0)

    def recovery(self, shares: Numbers) -> Numbers:
        """Return days from the first blow until output stays recovered, shape (G,).

        0 where it never falls below, NaN where it is below in the last step.

        Parameters
        ----------
        shares : ndarray, shape (T, G)
            Output over output at rest; NaN counts as never below.
        """
        below = shares < RECOVERED * (1.0 - ROUNDING)
        last = self.steps - 1 - np.argmax(below[::-1], axis=0)
        days = (last + 1) * self.economy.step_days - self.first_day
        days = np.where(below[-1], np.nan, np.maximum(days, 0.0))
        return np.where(below.any(axis=0), days, 0.0)

    def triangle(self, shares: Numbers) -> Numbers:
        """Return the area of output below rest, in days of output, shape (G,).

        Parameters
        ----------
        shares : ndarray, shape (T, G)
            Output over output at rest.
        """
        gap = np.maximum(1.0 - np.nan_to_num(shares, nan=1.0), 0.0)
        return np.asarray(np.where(gap > ROUNDING, gap, 0.0).sum(axis=0) * self.economy.step_days)
