"""What a system holds ready, on the nodes of a table: reserves, more capacity, second sources."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, TableError
from chainwright.stress.sectors.economy import DAYS_PER_YEAR, Economy
from chainwright.stress.shocks.hit_rows import any_of
from chainwright.stress.shocks.safeguard_words import Served, safeguard_places
from chainwright.stress.shocks.sector_words import SectorWords
from chainwright.system import Safeguard, Safeguards
from chainwright.system.safeguards import SAFEGUARD_KINDS

__all__ = [
    "HeldCapacity",
    "HeldReserve",
    "HeldSafeguards",
    "HeldSource",
    "held_safeguards",
]

Places = npt.NDArray[np.intp]

DAYS_PER_WEEK = 7.0


@dataclass(frozen=True, eq=False)
class HeldReserve:
    """One stock that is held besides the working stocks of those that share it.

    Parameters
    ----------
    name : str
        The safeguard.
    users : str
        The word that names who shares it.
    product : int
        On the axis of products.
    nodes : ndarray of int, shape (k,)
        Who shares it: those that use any of it, rising.
    rows : ndarray of int, shape (g,)
        Whose deliveries it replaces, rising: all rows of the product unless origins are named.
    money : float [money]
        What is held: weeks of what `nodes` take from `rows` at rest.
    hold_back : float [share]
        Part that is never released.
    after_days : float [day]
        From the first blow.
    """

    name: str
    users: str
    product: int
    nodes: Places
    rows: Places
    money: float
    hold_back: float
    after_days: float


@dataclass(frozen=True, eq=False)
class HeldCapacity:
    """Capacity that stands beside that of a table.

    Parameters
    ----------
    name : str
        The safeguard.
    nodes : ndarray of int, shape (k,)
        Whose it is, rising.
    share : float [share]
        Of output at rest.
    after_days : float [day]
        From the first blow.
    """

    name: str
    nodes: Places
    share: float
    after_days: float


@dataclass(frozen=True, eq=False)
class HeldSource:
    """A second source.

    Parameters
    ----------
    name : str
        The safeguard.
    product : int
        On the axis of products.
    nodes, final : ndarray of int, shapes (k,), (u,)
        Nodes and final users that can order elsewhere, rising.
    share : float [share]
        Of what is cut off.
    after_days : float [day]
        From the first blow.
    """

    name: str
    product: int
    nodes: Places
    final: Places
    share: float
    after_days: float


@dataclass(frozen=True, eq=False)
class HeldSafeguards:
    """What is held ready on a table, in the order of the names of the safeguards.

    What keeps part of a blow off changes the shock instead: see
    `chainwright.stress.shocks.sector_hits.sector_blows`.

    Parameters
    ----------
    reserves : tuple of HeldReserve
        One for each that shares: a region, or a node.
    capacity : tuple of HeldCapacity
        Backup capacity and long plates.
    sources : tuple of HeldSource
        Second sources.
    """

    reserves: tuple[HeldReserve, ...] = ()
    capacity: tuple[HeldCapacity, ...] = ()
    sources: tuple[HeldSource, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.reserves or self.capacity or self.sources)


def held_safeguards(economy: Economy, safeguards: Iterable[Safeguard]) -> HeldSafeguards:
    """Return what is held ready on a table, after every check.

    A user is a region or a named group, a node or a sector. All that one word names share a
    reserve. Final users of a region go with it: a second source serves them too.

    Parameters
    ----------
    economy : Economy
        The table.
    safeguards : iterable of Safeguard
        As a system holds them; those of size 0 change nothing.

    Raises
    ------
    TableError
        If a word is not known, nobody uses what is held, or a field does not go with its kind; it
        lists every breach.

    Examples
    --------
    >>> from chainwright import System
    >>> china = System.demo("country")
    >>> region = china.flows.nodes.regions.codes[0]
    >>> product = china.flows.nodes.sectors.codes[3]
    >>> chips = Safeguard("weeks", "reserve", (region,), 2.0, product=product)
    >>> held_safeguards(Economy.of(china), [chips]).reserves[0].users == region
    True
    """
    words = SectorWords(economy.flows)
    wrong: list[Breach] = []
    reserves: list[HeldReserve] = []
    capacity: list[HeldCapacity] = []
    sources: list[HeldSource] = []
    for one in Safeguards(tuple(safeguards)).of(*SAFEGUARD_KINDS):
        before = len(wrong)
        rows, users = safeguard_places(words, one, wrong)
        if len(wrong) > before:
            continue
        product = economy.products.place.get(one.product, -1)
        if one.kind == "reserve":
            reserves += _reserves(economy, one, (product, rows), users, wrong)
            continue
        nodes = np.flatnonzero(any_of([mine for mine, _ in users], economy.n))
        final = any_of([theirs for _, theirs in users], len(economy.flows.users))
        if one.kind == "second_source":
            source = HeldSource(
                one.name, product, nodes, np.flatnonzero(final), float(one.size), one.after_days
            )
            sources.append(source)
        elif one.kind != "stabilise":
            capacity.append(HeldCapacity(one.name, nodes, float(one.size), one.after_days))
    if wrong:
        raise TableError("The part `safeguards`", wrong)
    return HeldSafeguards(tuple(reserves), tuple(capacity), tuple(sources))


def _reserves(
    economy: Economy,
    one: Safeguard,
    of: tuple[int, Places],
    users: list[Served],
    wrong: list[Breach],
) -> list[HeldReserve]:
    """Return what one safeguard holds, one reserve a word."""
    taken, (product, rows) = np.zeros(economy.n), of
    for row in rows:
        taken += economy.row(int(row))
    taken[economy.x0 <= 0.0] = 0.0
    found = []
    for word, (mine, _) in zip(one.users, users, strict=True):
        nodes = np.flatnonzero(mine & (taken > 0.0))
        if not len(nodes):
            told = f"{word!r}, which takes nothing of it"
            remedy = "Name users, a product and origins that the table has deliveries between."
            wrong.append(Breach(f"{one.name!r}, users", told, "who uses it", remedy))
            continue
        money = float(taken[nodes].sum()) / DAYS_PER_YEAR * DAYS_PER_WEEK * float(one.size)
        found.append(
            HeldReserve(
                one.name, word, product, nodes, rows, money, float(one.hold_back), one.after_days
            )
        )
    return found
