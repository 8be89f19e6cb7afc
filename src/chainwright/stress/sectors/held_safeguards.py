"""What a system holds ready, on the nodes of a table: reserves, more capacity, second sources."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, TableError, UnknownCodeError
from chainwright.stress.sectors.economy import DAYS_PER_YEAR, Economy
from chainwright.stress.shocks.hit_rows import any_of, look_up
from chainwright.stress.shocks.sector_words import SectorWords
from chainwright.system import Safeguard, Safeguards

__all__ = [
    "HeldCapacity",
    "HeldReserve",
    "HeldSafeguards",
    "HeldSource",
    "held_safeguards",
    "in_table",
]

Marks = npt.NDArray[np.bool_]
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
    words, wrong = SectorWords(economy.flows), list[Breach]()
    reserves: list[HeldReserve] = []
    capacity: list[HeldCapacity] = []
    sources: list[HeldSource] = []
    for one in Safeguards(tuple(safeguards)).of(*KINDS):
        before = len(wrong)
        product, rows, users = in_table(economy, words, one, wrong)
        if len(wrong) > before:
            continue
        if one.kind == "reserve":
            reserves += _reserves(economy, one, product, rows, users, wrong)
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


KINDS = ("reserve", "second_source", "backup_capacity", "strengthen", "stabilise")


def in_table(
    economy: Economy, words: SectorWords, one: Safeguard, wrong: list[Breach]
) -> tuple[int, Places, list[tuple[Marks, Marks]]]:
    """Return product, rows and users of a safeguard; what is wrong with it is added to `wrong`.

    Parameters
    ----------
    economy : Economy
        The table.
    words : SectorWords
        Its codes.
    one : Safeguard
        Any kind.
    wrong : list of Breach
        What is wrong so far.

    Returns
    -------
    product : int
        On the axis of products; -1 if none is named.
    rows : ndarray of int
        Rows of its origins and product, all if neither is named.
    users : list of (ndarray of bool (n,), ndarray of bool (m,))
        Nodes and final users, a pair a word.
    """
    where = f"{one.name!r}, "
    wrong += _misplaced(one)
    size = len(words.region)
    chosen: Marks = np.ones(size, dtype=np.bool_)
    if one.product:
        found = look_up([one.product], words.of_product, f"{where}product", wrong)
        chosen &= any_of(found, size)
    if one.origins:
        found = look_up(one.origins, lambda word: _selling(words, word), f"{where}origins", wrong)
        chosen &= any_of(found, size)
    users = look_up(one.users, lambda word: _buying(words, word), f"{where}users", wrong)
    if one.kind == "reserve" and len(users) > 1:
        shared = np.sum([nodes for nodes, _ in users], axis=0) > 1
        if shared.any():
            told = f"{economy.codes[int(np.argmax(shared))]} in two of them"
            remedy = "Name each once, or make it two reserves."
            wrong.append(Breach(f"{where}users", told, "each node once", remedy))
    product = economy.products.place.get(one.product, -1)
    return product, np.flatnonzero(chosen), users


def _misplaced(one: Safeguard) -> Iterable[Breach]:
    """Yield a breach for each field that does not go with a kind in tables of sectors."""
    where, leave = f"{one.name!r}, ", "Leave it out."
    if one.kind == "second_source" and one.origins:
        told, expected = ", ".join(one.origins), "nothing: it is for whatever is cut off"
        yield Breach(f"{where}origins", told, expected, leave)
    if one.kind in {"backup_capacity", "strengthen"}:
        for field, told in (("product", one.product), ("origins", ", ".join(one.origins))):
            if told:
                expected = "nothing: it is for all that its nodes make"
                yield Breach(f"{where}{field}", told, expected, leave)
    if one.kind in {"strengthen", "stabilise"} and one.after_days:
        expected = "0: it is there when the blow strikes"
        yield Breach(f"{where}after_days", f"{one.after_days:g}", expected, leave)


def _selling(words: SectorWords, word: str) -> Marks:
    """Return which rows a word names: a node (home or abroad), a region or a group."""
    if word in words.rows:
        return words.of_nodes([word])
    try:
        return words.of_region(word)
    except UnknownCodeError:
        raise UnknownCodeError(
            word, "region or node of this table", [*sorted(words.regions), *words.rows]
        ) from None


def _buying(words: SectorWords, word: str) -> tuple[Marks, Marks]:
    """Return which nodes and final users a word names: a node, a region, a group or a sector."""
    try:
        return words.buying(word)
    except UnknownCodeError:
        home = words.product[: words.n]
        nobody: Marks = np.zeros(len(words.flows.users), dtype=np.bool_)
        if (home == word).any():
            return np.asarray(home == word), nobody
        axis = words.flows.nodes
        known = [*axis.regions.codes, *axis.sectors.codes, *axis.codes]
        raise UnknownCodeError(word, "region, node or sector of this table", known) from None


def _reserves(
    economy: Economy,
    one: Safeguard,
    product: int,
    rows: Places,
    users: list[tuple[Marks, Marks]],
    wrong: list[Breach],
) -> list[HeldReserve]:
    """Return what one safeguard holds, one reserve a word."""
    taken = np.zeros(economy.n)
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
