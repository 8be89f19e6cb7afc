"""Whose final demand it is: the consuming regions of a table, and abroad."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.accounts.abroad import own_users
from chainwright.errors import MissingPartError
from chainwright.sources.reading import Array
from chainwright.system import Flows, Home, Nodes

__all__ = ["ABROAD", "Consumers", "consumers", "region_sums", "sector_sums"]

ABROAD = "abroad"
"""The consumer of what a table only calls exports."""


@dataclass(frozen=True, eq=False)
class Consumers:
    """Consuming regions, and which final user belongs to which of them.

    Parameters
    ----------
    codes : tuple of str, c
        The regions in the file's order; last `ABROAD` if the table has a category of exports.
    regions : int
        How many of them are regions of the table.
    of_user : ndarray of int, shape (m,)
        Consumer of each final user; -1 if it is none of them.
    of_node : ndarray of int, shape (n,)
        Consumer that is each producer's own region; -1 if it is none of them.
    """

    codes: tuple[str, ...]
    regions: int
    of_user: npt.NDArray[np.intp]
    of_node: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.codes)

    def sums(self, final: Array) -> npt.NDArray[np.float64]:
        """Return `final`, a column a final user, added up to a column a consumer.

        Parameters
        ----------
        final : ndarray, shape (k, m)
            Such as final deliveries, or the stressors of final users.
        """
        kept = np.flatnonzero(self.of_user >= 0)
        adding = csr_array(
            (np.ones(len(kept)), (kept, self.of_user[kept])), shape=(final.shape[1], len(self))
        )
        return np.asarray((adding.T @ final.T.astype(np.float64)).T)


def consumers(flows: Flows, home: Home | None = None) -> Consumers:
    """Return the consumers of a table.

    Exports out of a table are used abroad, so they are no consumption of the region that sells
    them: a table has an outside if it is of one nation, or has imports. In a closed table of the
    world a category of exports stays with its region, as in pymrio. Imports that a competitive
    table subtracts, and its statistical error, stay with the region.

    Parameters
    ----------
    flows : Flows
        The table.
    home : Home, optional
        The only consumer that is asked for, instead of each region.

    Raises
    ------
    MissingPartError
        If home has no final users of its own, as one part of a country that stands in parts.
    """
    users, nodes, own = flows.users, flows.nodes, own_users(flows)
    has_outside = flows.is_national or flows.imports is not None or "imports" in flows.roles
    exported = flows.final_of("exports") & has_outside
    if home is not None:
        inside = np.isin(nodes.regions.codes, home.regions)
        whole = np.asarray(own[inside].any(axis=0) & ~own[~inside].any(axis=0))
        at_home = whole[users.region]
        if not at_home.any():
            raise MissingPartError(
                part=f"final users of {home.name}",
                remedy="Name the whole country as home, if its final users are not told apart.",
            )
        of_user = np.where(at_home & ~exported, 0, -1).astype(np.intp)
        return Consumers((home.name,), 1, of_user, np.where(home.mask(flows), 0, -1))
    codes = users.regions.codes
    of_user = np.where(exported, len(codes), users.region).astype(np.intp)
    place = np.where(own.any(axis=1), own.argmax(axis=1), -1)  # CN1 counts with CHN
    return Consumers(
        (*codes, ABROAD) if exported.any() else codes, len(codes), of_user, place[nodes.region]
    )


def region_sums(nodes: Nodes) -> csr_array:
    """Return the matrix that adds up numbers a node to numbers a region, shape (regions, n).

    Parameters
    ----------
    nodes : Nodes
        The nodes.
    """
    return _adding(nodes.region, len(nodes.regions))


def sector_sums(nodes: Nodes) -> csr_array:
    """Return the matrix that adds up numbers a node to numbers a sector, shape (sectors, n).

    Parameters
    ----------
    nodes : Nodes
        The nodes.
    """
    return _adding(nodes.sector, len(nodes.sectors))


def _adding(group: npt.NDArray[np.int32], size: int) -> csr_array:
    n = len(group)
    return csr_array((np.ones(n), (group, np.arange(n))), shape=(size, n))
