"""What a shock hits in a table: its words looked up, its sizes laid on rows, all errors at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from chainwright.accounts.abroad import UNNAMED
from chainwright.errors import Breach, UnknownCodeError
from chainwright.stress.shocks.blow import Blow
from chainwright.stress.shocks.own_breaches import place
from chainwright.stress.shocks.sector_words import SectorWords

__all__ = ["Hit", "any_of", "hit_of", "look_up"]

Marks = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Code = TypeVar("Code")
Found = TypeVar("Found")

ABROAD = "The table does not hold what is made abroad; deliveries from there can be cut."


@dataclass(frozen=True, eq=False)
class Hit:
    """What one blow hits in a table.

    Parameters
    ----------
    rows : ndarray of int, shape (k,)
        Rows that are hit, rising: home nodes, then rows of imports.
    size : ndarray, shape (k,) [share, or money]
        Share lost at each, or damage in money.
    buyers : tuple of (ndarray, ndarray, ndarray)
        Of a cut or a drop, groups of it: positions in `rows`, nodes that buy, final users.
    rebuilding : ndarray of int, shape (s,)
        Positions of the products that rebuild on the axis of sectors.
    """

    rows: Places
    size: Numbers
    buyers: tuple[tuple[Places, Places, Places], ...]
    rebuilding: Places


def hit_of(words: SectorWords, blow: Blow, number: int) -> tuple[Hit, list[Breach]]:
    """Return what a blow hits in a table, and all that is wrong with it there.

    Parameters
    ----------
    words : SectorWords
        The codes of the table.
    blow : Blow
        In order by itself.
    number : int
        Which blow of the shock, counted from 0.
    """
    wrong: list[Breach] = []
    if blow.of_firms:
        told = "firms or links"
        remedy = "Ask a model of firms, or lift the shock to sectors first."
        wrong.append(Breach(place(number, "firms"), told, "nodes, regions or products", remedy))
        return _nothing(), wrong
    chosen = _chosen(words, blow, number, wrong)
    share, named = _shares(words, blow, number, wrong)
    chosen &= named
    if not wrong and blow.kind != "supply_cut":
        chosen = _made_here(words, blow, number, chosen, wrong)
    if not wrong and not chosen.any():
        told = "nothing of the table"
        where = place(number, "shares" if blow.shares else _field(blow))
        remedy = "No region that is named makes a product that is named."
        if blow.shares:
            remedy = "No code in shares is of a node that is hit: name what is hit."
        wrong.append(Breach(where, told, "what is hit", remedy))
    rows = np.flatnonzero(chosen)
    size = share[rows]
    if blow.money is not None and not wrong:
        size = _damage(words, blow, number, rows, wrong)
    groups = _buyers(words, blow, number, rows, wrong) if blow.kind in _SOLD else ()
    sectors = words.flows.nodes.sectors
    codes = [code for code, _ in blow.rebuilding]
    look_up(codes, lambda code: sectors.index([code]), place(number, "rebuilding"), wrong)
    known = [sectors.place[code] for code in codes if code in sectors.place]
    return Hit(rows, size, groups, np.array(known, dtype=np.intp)), wrong


_SOLD = ("supply_cut", "demand_drop")


def _nothing() -> Hit:
    none = np.zeros(0, dtype=np.intp)
    return Hit(none, np.zeros(0), (), none)


def _field(blow: Blow) -> str:
    fields = ("nodes", "regions", "products", "shares")
    return next((f for f in fields if getattr(blow, f)), "buyers")


def look_up(
    codes: Iterable[Code], find: Callable[[Code], Found], where: str, wrong: list[Breach]
) -> list[Found]:
    """Return what is found of `codes`; those unknown are added to what is wrong.

    Parameters
    ----------
    codes : iterable
        What is looked up.
    find : callable
        Finds one, or raises an `UnknownCodeError`.
    where : str
        Where they stand.
    wrong : list of Breach
        What is wrong so far.
    """
    found = []
    for code in codes:
        try:
            found.append(find(code))
        except UnknownCodeError as unknown:
            told = unknown.message.partition(" is no known ")[2]
            expected, _, hint = told.partition(".")
            remedy = hint.strip() or "Look at the codes of the table."
            wrong.append(Breach(where, repr(code), f"a {expected}", remedy))
    return found


def any_of(marks: list[Marks], size: int) -> Marks:
    """Return which places any of these marks, shape (size,).

    Parameters
    ----------
    marks : list of ndarray of bool
        None of them means nowhere.
    size : int
        Number of places.
    """
    return np.asarray(np.logical_or.reduce(marks)) if marks else np.zeros(size, dtype=np.bool_)


def _chosen(words: SectorWords, blow: Blow, number: int, wrong: list[Breach]) -> Marks:
    """Return which rows the words of a blow choose."""
    size = len(words.region)
    if blow.nodes:
        where = place(number, "nodes")
        return any_of(look_up(blow.nodes, lambda c: words.of_nodes([c]), where, wrong), size)
    chosen = np.ones(size, dtype=np.bool_)
    if blow.regions:
        where = place(number, "regions")
        chosen &= any_of(look_up(blow.regions, words.of_region, where, wrong), size)
    if blow.products:
        where = place(number, "products")
        chosen &= any_of(look_up(blow.products, words.of_product, where, wrong), size)
    if UNNAMED in blow.regions and words.flows.is_competitive:
        remedy = "The table mixes imports and home deliveries: System(flows.split_imports())."
        wrong.append(Breach(place(number, "regions"), f"{UNNAMED!r}", "a home region", remedy))
    return chosen


def _shares(
    words: SectorWords, blow: Blow, number: int, wrong: list[Breach]
) -> tuple[Numbers, Marks]:
    """Return the share lost at each row, and which rows have one."""
    size = len(words.region)
    if not blow.shares:
        return np.full(size, blow.share or 0.0), np.ones(size, dtype=np.bool_)
    codes = [code for code, _ in blow.shares]
    if all(code in words.products for code in codes):
        find: Callable[[str], Marks] = words.of_product
    elif any(":" in code for code in codes):
        find = _one_node(words)
    elif any(code in words.products for code in codes):
        find = words.of_product
    else:
        find = _one_region(words)
    share, named = np.zeros(size), np.zeros(size, dtype=np.bool_)
    for code, lost in blow.shares:
        for marks in look_up([code], find, place(number, "shares"), wrong):
            if (named & marks).any():
                told = f"{code!r}, part of which another code names"
                where, remedy = place(number, "shares"), "Give each row one share."
                wrong.append(Breach(where, told, "codes that do not overlap", remedy))
            share[marks], named = lost, named | marks
    return share, named


def _one_node(words: SectorWords) -> Callable[[str], Marks]:
    return lambda code: words.of_nodes([code])


def _one_region(words: SectorWords) -> Callable[[str], Marks]:
    def find(code: str) -> Marks:
        try:
            return words.of_region(code)
        except UnknownCodeError:
            known = [*sorted(words.products), *sorted(words.regions)]
            raise UnknownCodeError(code, "sector, region or node of this table", known) from None

    return find


def _made_here(
    words: SectorWords, blow: Blow, number: int, chosen: Marks, wrong: list[Breach]
) -> Marks:
    """Return the home nodes among what is chosen; it is wrong to name only what is abroad."""
    if chosen.any() and not (chosen & words.home).any():
        told = f"only rows from abroad, for a blow of kind {blow.kind!r}"
        wrong.append(Breach(place(number, _field(blow)), told, "home nodes", ABROAD))
    return chosen & words.home


def _damage(
    words: SectorWords, blow: Blow, number: int, rows: Places, wrong: list[Breach]
) -> Numbers:
    """Return the damage at each row, in proportion to output."""
    output = words.flows.output[rows]
    total = float(output.sum())
    if total <= 0.0:
        told, where = "a damage where nothing is made", place(number, "money")
        wrong.append(Breach(where, told, "nodes with output", "Name other nodes."))
        return np.zeros(len(rows))
    return np.asarray(float(blow.money or 0.0) * (output / total))


def _buyers(
    words: SectorWords, blow: Blow, number: int, rows: Places, wrong: list[Breach]
) -> tuple[tuple[Places, Places, Places], ...]:
    """Return groups of rows and who buys from them, as the blow names buyers."""
    everyone = np.arange(len(rows))
    regions = words.region[rows]
    nobody = np.zeros(0, dtype=np.intp)
    groups: list[tuple[Places, Places, Places]] = []
    if blow.buyers:
        found = look_up(blow.buyers, words.buying, place(number, "buyers"), wrong)
        nodes = any_of([marks for marks, _ in found], words.n)
        users = any_of([marks for _, marks in found], len(words.flows.users))
        if blow.kind == "demand_drop" or blow.nodes or blow.regions:
            groups = [(everyone, np.flatnonzero(nodes), np.flatnonzero(users))]
        else:
            groups = _from_outside(words, regions, nodes, users)
    elif blow.kind == "demand_drop":
        users = ~words.flows.final_of("imports", "error")
        groups = [(everyone, nobody, np.flatnonzero(users))]
    else:
        for region in dict.fromkeys(regions.tolist()):
            nodes, users = words.others(region)
            mine = np.flatnonzero(regions == region)
            groups.append((mine, np.flatnonzero(nodes), np.flatnonzero(users)))
    if not wrong and not any(_delivers(words, blow, rows[g], n, u) for g, n, u in groups):
        told, where = "deliveries that are all zero", place(number, "buyers")
        remedy = "The table has no such delivery: name other sellers or buyers."
        wrong.append(Breach(where, told, "deliveries to cut", remedy))
    return tuple(groups)


def _from_outside(
    words: SectorWords, regions: npt.NDArray[np.str_], nodes: Marks, users: Marks
) -> list[tuple[Places, Places, Places]]:
    """Return groups of buyers by region, each with all rows outside that region."""
    groups = []
    taken = np.zeros(len(users), dtype=np.bool_)
    for region in words.flows.nodes.regions.codes:
        others, outside = words.others(region)
        mine, own = nodes & ~others, users & ~outside & ~taken
        own &= ~words.flows.final_of("exports", "imports", "error")
        taken |= own
        if mine.any() or own.any():
            rows = np.flatnonzero(regions != region)
            groups.append((rows, np.flatnonzero(mine), np.flatnonzero(own)))
    left = users & ~taken
    if left.any():  # exports of the table, which are bought by nobody's own region
        rows = np.arange(len(regions))
        groups.append((rows, np.zeros(0, dtype=np.intp), np.flatnonzero(left)))
    return groups


def _delivers(words: SectorWords, blow: Blow, rows: Places, nodes: Places, users: Places) -> bool:
    """Return whether any of these rows delivers anything to these nodes and final users."""
    flows = words.flows
    parts = [(flows.matrix, flows.final, rows[rows < words.n])]
    if flows.imports is not None:
        parts.append((flows.imports.matrix, flows.imports.final, rows[rows >= words.n] - words.n))
    return any(
        bool(final[np.ix_(part, users)].any())
        or (blow.kind == "supply_cut" and bool(matrix[np.ix_(part, nodes)].any()))
        for matrix, final, part in parts
    )
