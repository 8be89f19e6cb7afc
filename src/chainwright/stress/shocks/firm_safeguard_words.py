"""The words of a safeguard, as places in a network of firms: what it is of, whom it serves."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, UnknownCodeError
from chainwright.stress.shocks.firm_words import FirmWords
from chainwright.stress.shocks.hit_rows import any_of, look_up
from chainwright.stress.shocks.safeguard_words import misplaced
from chainwright.system import Safeguard, System

__all__ = ["firm_safeguard_places", "firms_ready"]

Marks = npt.NDArray[np.bool_]


def firms_ready(system: object) -> Iterable[Safeguard]:
    """Return what a system holds ready; nothing of links alone.

    Parameters
    ----------
    system : System or Links
        The network, or what holds it.
    """
    if isinstance(system, System) and "safeguards" in system.has:
        return system.safeguards
    return ()


def firm_safeguard_places(
    words: FirmWords, one: Safeguard, wrong: list[Breach]
) -> tuple[Marks, list[Marks]]:
    """Return origins and users of a safeguard among firms; what is wrong is added to `wrong`.

    A product is a sector of the firms. A user is a firm, a region, a node (the firms of a region
    and sector) or a sector; an origin is a firm, a region or a node.

    Parameters
    ----------
    words : FirmWords
        The codes of the network.
    one : Safeguard
        Of any kind.
    wrong : list of Breach
        What is wrong so far.

    Returns
    -------
    sellers : ndarray of bool, shape (n,)
        Firms of its origins and product; all if neither is named.
    users : list of ndarray of bool, shape (n,)
        Firms, a word each; fewer than words where one is not known.
    """
    where, before = f"{one.name!r}, ", len(wrong)
    wrong += misplaced(one)
    n = words.links.n
    sellers: Marks = np.ones(n, dtype=np.bool_)
    if one.product:
        found = look_up([one.product], words.of_sector, f"{where}product", wrong)
        sellers &= any_of(found, n)
    if one.origins:
        found = look_up(one.origins, words.buying, f"{where}origins", wrong)
        sellers &= any_of(found, n)
    if len(wrong) == before and not sellers.any():
        told, remedy = "no firm", "No origin that is named makes the product."
        wrong.append(Breach(f"{where}origins", told, "who delivers it", remedy))
    users = look_up(one.users, lambda word: _using(words, word), f"{where}users", wrong)
    if one.kind == "reserve" and len(users) > 1:
        times = np.sum(users, axis=0)
        if times.max() > 1:
            firm = words.links.axis.codes[int(np.argmax(times))]
            told, remedy = f"{firm} more than once", "Name each once, or make it two reserves."
            wrong.append(Breach(f"{where}users", told, "each firm once", remedy))
    return sellers, users


def _using(words: FirmWords, word: str) -> Marks:
    """Return which firms a word names that is a firm, a region, a node or a sector."""
    if word in words.links.sectors.place and word not in {
        *words.links.regions.codes,
        *words.links.axis.place,
    }:
        return words.of_sector(word)
    try:
        return words.buying(word)
    except UnknownCodeError:
        links = words.links
        known = [*links.regions.codes, *links.sectors.codes, *list(links.axis.codes)[:20_000]]
        expected = "firm, region, node or sector of this system"
        raise UnknownCodeError(word, expected, [code for code in known if code]) from None
