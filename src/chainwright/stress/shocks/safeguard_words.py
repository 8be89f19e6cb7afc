"""The words of a safeguard, as places in a table: what it is of, and whom it serves."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, UnknownCodeError
from chainwright.stress.shocks.hit_rows import any_of, look_up
from chainwright.stress.shocks.sector_words import SectorWords
from chainwright.system import Safeguard

__all__ = ["Served", "misplaced", "safeguard_places"]

Marks = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
Served = tuple[Marks, Marks]
"""Nodes (n,) and final users (m,) that a word names."""


def safeguard_places(
    words: SectorWords, one: Safeguard, wrong: list[Breach]
) -> tuple[Places, list[Served]]:
    """Return rows and users of a safeguard; what is wrong with it is added to `wrong`.

    A user is a region or a named group, with its final users; a node; or a sector, everywhere.

    Parameters
    ----------
    words : SectorWords
        The codes of the table.
    one : Safeguard
        Of any kind.
    wrong : list of Breach
        What is wrong so far.

    Returns
    -------
    rows : ndarray of int
        Rows of its origins and product, rising; all if neither is named.
    users : list of (ndarray of bool (n,), ndarray of bool (m,))
        Nodes and final users, a pair a word; fewer than words where one is not known.
    """
    where, before = f"{one.name!r}, ", len(wrong)
    wrong += misplaced(one)
    size = len(words.region)
    chosen: Marks = np.ones(size, dtype=np.bool_)
    if one.product:
        found = look_up([one.product], words.of_product, f"{where}product", wrong)
        chosen &= any_of(found, size)
    if one.origins:
        found = look_up(one.origins, lambda word: _selling(words, word), f"{where}origins", wrong)
        chosen &= any_of(found, size)
    if len(wrong) == before and not chosen.any():
        told = "no row of the table"
        remedy = "No origin that is named makes the product."
        wrong.append(Breach(f"{where}origins", told, "who delivers it", remedy))
    users = look_up(one.users, lambda word: _buying(words, word), f"{where}users", wrong)
    if one.kind == "reserve" and len(users) > 1:
        times = np.sum([nodes for nodes, _ in users], axis=0)
        if times.max() > 1:
            node = words.flows.nodes.codes[int(np.argmax(times))]
            remedy = "Name each once, or make it two reserves."
            told, expected = f"{node} more than once", "each node once"
            wrong.append(Breach(f"{where}users", told, expected, remedy))
    return np.flatnonzero(chosen), users


def misplaced(one: Safeguard) -> Iterator[Breach]:
    """Yield a breach for each field that does not go with its kind.

    Parameters
    ----------
    one : Safeguard
        Of any kind.
    """
    where, leave = f"{one.name!r}, ", "Leave it out."
    origins = ", ".join(one.origins)
    if one.kind == "second_source" and origins:
        expected = "nothing: it is for whatever is cut off"
        yield Breach(f"{where}origins", origins, expected, leave)
    if one.kind in {"backup_capacity", "strengthen"}:
        for field, told in (("product", one.product), ("origins", origins)):
            if told:
                expected = "nothing: it is for all that its nodes make"
                yield Breach(f"{where}{field}", told, expected, leave)
    if one.kind in {"strengthen", "stabilise"} and one.after_days:
        expected = "0: it is there when the blow strikes"
        yield Breach(f"{where}after_days", f"{one.after_days:g}", expected, leave)


def _selling(words: SectorWords, word: str) -> Marks:
    """Return which rows a word names: a node, of home or abroad, a region or a group."""
    if word in words.rows:
        return words.of_nodes([word])
    try:
        return words.of_region(word)
    except UnknownCodeError:
        known = [*sorted(words.regions), *words.rows]
        raise UnknownCodeError(word, "region or node of this table", known) from None


def _buying(words: SectorWords, word: str) -> Served:
    """Return which nodes and final users a word names."""
    try:
        return words.buying(word)
    except UnknownCodeError:
        made: Marks = np.asarray(words.product[: words.n] == word)
        if made.any():
            return made, np.zeros(len(words.flows.users), dtype=np.bool_)
        nodes = words.flows.nodes
        known = [*nodes.regions.codes, *nodes.sectors.codes, *nodes.codes]
        raise UnknownCodeError(word, "region, node or sector of this table", known) from None
