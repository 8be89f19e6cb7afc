"""What a system holds ready, among firms: reserves, more capacity, second sources."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, TableError
from chainwright.stress.firms.firm_economy import DAYS_PER_YEAR, FirmEconomy
from chainwright.stress.sectors.held_safeguards import HeldCapacity
from chainwright.stress.shocks.firm_safeguard_words import firm_safeguard_places
from chainwright.stress.shocks.firm_words import FirmWords
from chainwright.stress.shocks.hit_rows import any_of
from chainwright.system import Safeguard, Safeguards
from chainwright.system.safeguards import SAFEGUARD_KINDS

__all__ = ["HeldByFirms", "HeldFirmReserve", "HeldFirmSource", "held_by_firms"]

Marks = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

DAYS_PER_WEEK = 7.0


@dataclass(frozen=True, eq=False)
class HeldFirmReserve:
    """One stock that is held besides the working stocks of those that share it.

    Parameters
    ----------
    name : str
        The safeguard.
    users : str
        The word that names who shares it: a firm has its own, all firms of a region share one.
    stocks : ndarray of int, shape (k,)
        Stocks of the economy that it can fill, rising.
    money : float [money]
        What is held: weeks of what their firms buy of the product at rest, of its origins.
    hold_back : float [share]
        Part that is never released.
    after_days : float [day]
        From the first blow.
    """

    name: str
    users: str
    stocks: Places
    money: float
    hold_back: float
    after_days: float


@dataclass(frozen=True, eq=False)
class HeldFirmSource:
    """A second source.

    Parameters
    ----------
    name : str
        The safeguard.
    stocks : ndarray of int, shape (k,)
        Stocks for which part of what is cut off can be ordered elsewhere, rising.
    share : float [share]
        Of what is cut off.
    after_days : float [day]
        From the first blow.
    """

    name: str
    stocks: Places
    share: float
    after_days: float


@dataclass(frozen=True, eq=False)
class HeldByFirms:
    """What is held ready among firms, in the order of the names of the safeguards.

    Parameters
    ----------
    reserves : tuple of HeldFirmReserve
        One for each that shares.
    capacity : tuple of HeldCapacity
        Backup capacity and long plates; their nodes are firms.
    sources : tuple of HeldFirmSource
        Second sources.
    """

    reserves: tuple[HeldFirmReserve, ...] = ()
    capacity: tuple[HeldCapacity, ...] = ()
    sources: tuple[HeldFirmSource, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.reserves or self.capacity or self.sources)


def held_by_firms(economy: FirmEconomy, safeguards: Iterable[Safeguard]) -> HeldByFirms:
    """Return what is held ready among firms, after every check.

    A product is a sector of the firms. A user is a firm, a region, a node (the firms of a region
    and sector) or a sector, and the first of these where a code is several; all that one word
    names share a reserve.

    Parameters
    ----------
    economy : FirmEconomy
        Who buys what.
    safeguards : iterable of Safeguard
        As a system holds them; those of size 0 change nothing.

    Raises
    ------
    TableError
        If a word is not known, nobody buys what is held, or a field does not go with its kind; it
        lists every breach.

    Examples
    --------
    >>> from chainwright import System
    >>> economy = FirmEconomy.of(System.demo("firms", firms=300, links=900).links)
    >>> idle = Safeguard("idle", "backup_capacity", ("F007",), 0.5)
    >>> held_by_firms(economy, [idle]).capacity[0].nodes
    array([6])
    """
    words = FirmWords(economy.links)
    wrong: list[Breach] = []
    reserves: list[HeldFirmReserve] = []
    capacity: list[HeldCapacity] = []
    sources: list[HeldFirmSource] = []
    for one in Safeguards(tuple(safeguards)).of(*SAFEGUARD_KINDS):
        before = len(wrong)
        sellers, users = firm_safeguard_places(words, one, wrong)
        if len(wrong) > before:
            continue
        if one.kind == "reserve":
            reserves += _reserves(economy, one, sellers, users, wrong)
            continue
        firms = any_of(users, economy.n)
        if one.kind == "second_source":
            product = economy.links.sectors.place[one.product]
            mine = firms[economy.stock_buyer] & (economy.stock_product == product)
            stocks = np.flatnonzero(mine)
            sources.append(HeldFirmSource(one.name, stocks, float(one.size), one.after_days))
        elif one.kind != "stabilise":
            nodes = np.flatnonzero(firms)
            capacity.append(HeldCapacity(one.name, nodes, float(one.size), one.after_days))
    if wrong:
        raise TableError("The part `safeguards`", wrong)
    return HeldByFirms(tuple(reserves), tuple(capacity), tuple(sources))


def _reserves(
    economy: FirmEconomy, one: Safeguard, sellers: Marks, users: list[Marks], wrong: list[Breach]
) -> list[HeldFirmReserve]:
    """Return what one safeguard holds, one reserve a word."""
    of_stock = np.repeat(np.arange(economy.G), np.diff(economy.stock_starts))
    bought = np.bincount(of_stock, economy.sold * sellers[economy.seller], economy.G)
    bought[economy.x0[economy.stock_buyer] <= 0.0] = 0.0
    found = []
    for word, mine in zip(one.users, users, strict=True):
        stocks = np.flatnonzero(mine[economy.stock_buyer] & (bought > 0.0))
        if not len(stocks):
            told = f"{word!r}, which buys nothing of it"
            remedy = "Name users, a product and origins that the network has links between."
            wrong.append(Breach(f"{one.name!r}, users", told, "who uses it", remedy))
            continue
        money = float(bought[stocks].sum()) / DAYS_PER_YEAR * DAYS_PER_WEEK * float(one.size)
        found.append(
            HeldFirmReserve(
                one.name, word, stocks, money, float(one.hold_back), float(one.after_days)
            )
        )
    return found
