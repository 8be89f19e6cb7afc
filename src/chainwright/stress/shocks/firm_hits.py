"""A shock on firms, resolved to the arrays of firm engines; all that is wrong in one error."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, ParameterError, TableError
from chainwright.stress.shocks.blow import Blow
from chainwright.stress.shocks.courses import course, step_of
from chainwright.stress.shocks.firm_blows import FirmBlows, FirmDemandDrop, LinkCut
from chainwright.stress.shocks.firm_safeguard_words import firms_ready
from chainwright.stress.shocks.firm_words import FirmWords
from chainwright.stress.shocks.hit_rows import any_of, look_up
from chainwright.stress.shocks.kept_off_firms import KeptOffFirms
from chainwright.stress.shocks.own_breaches import own_breaches, place
from chainwright.stress.shocks.sector_blows import CapacityLoss, CapitalLoss
from chainwright.system import Links, Safeguard, System

if TYPE_CHECKING:
    from chainwright.stress.shocks.shock import Shock

__all__ = ["firm_blows", "firms_hit"]

Marks = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class FirmHit:
    """What one blow hits among firms.

    Parameters
    ----------
    firms : ndarray of int, shape (k,)
        Firms that are hit, rising; suppliers, of a cut.
    size : ndarray, shape (k,) [share, or money]
        Share lost at each, or damage in money.
    links : ndarray of int, shape (l,)
        Of a cut, the links.
    link_size : ndarray, shape (l,) [share]
        Share of each link that is cut.
    rebuilding : ndarray of int, shape (s,)
        Places of the sectors that rebuild.
    """

    firms: Places
    size: Numbers
    links: Places
    link_size: Numbers
    rebuilding: Places


def firms_hit(system: System | Links, shock: "Shock") -> tuple[FirmHit, ...]:
    """Return what each blow of a shock hits among firms.

    Regions and products are those of the firms (a product is their sector), and a node the firms
    of a region and sector. A cut that names firms or nodes and no buyers is of all their links;
    one of regions is of links to other regions.

    Parameters
    ----------
    system : System or Links
        The network, or what holds it.
    shock : Shock
        Any.

    Raises
    ------
    TableError
        If anything is wrong with the shock, in itself or among these firms; it lists all.
    MissingPartError
        If the system has no links.
    """
    words = FirmWords(system if isinstance(system, Links) else system.links)
    wrong = own_breaches(shock.blows)
    if wrong:
        raise TableError(shock.title, wrong)
    hits = tuple(_hit(words, blow, i, wrong) for i, blow in enumerate(shock.blows))
    if wrong:
        raise TableError(shock.title, wrong)
    return hits


def firm_blows(
    system: System | Links,
    shock: "Shock",
    steps: int,
    step_days: float = 1.0,
    *,
    safeguards: Iterable[Safeguard] | None = None,
) -> FirmBlows:
    """Return a shock as the arrays that firm engines read, after every check.

    Parameters
    ----------
    system : System or Links
        The network, or what holds it.
    shock : Shock
        What happens, to firms, links, or regions and products (sectors) of firms.
    steps : int
        How many steps.
    step_days : float [day]
        Length of a step: 1 or 7.
    safeguards : iterable of Safeguard, optional
        What is held ready; that of the system if not given. Those that stabilise keep part of the
        shock off: see `chainwright.stress.shocks.kept_off_firms`.

    Raises
    ------
    TableError
        If anything is wrong with the shock, or with what stabilises; it lists all.
    ParameterError
        If there is no step, or a step has no length.
    MissingPartError
        If the system has no links.
    """
    if steps < 1:
        raise ParameterError("steps", "firm_blows", "one or more", steps)
    if not 0.0 < step_days < np.inf:
        raise ParameterError("step_days", "firm_blows", "a number of days above 0", step_days)
    links = system if isinstance(system, Links) else system.links
    capacity: list[CapacityLoss] = []
    ruined: list[CapitalLoss] = []
    cuts: list[LinkCut] = []
    drops: list[FirmDemandDrop] = []
    for i, (blow, hit) in enumerate(zip(shock.blows, firms_hit(links, shock), strict=True)):
        held = course(blow, steps, step_days)
        if blow.kind == "capacity":
            capacity.append(CapacityLoss(i, hit.firms, hit.size, held))
        elif blow.kind == "supply_cut":
            cuts.append(LinkCut(i, hit.links, hit.link_size, held))
        elif blow.kind == "demand_drop":
            drops.append(FirmDemandDrop(i, hit.firms, hit.size, held))
        else:
            ruined.append(_capital(blow, i, hit, held, step_days))
    ready = tuple(firms_ready(system) if safeguards is None else safeguards)
    if any(one.kind == "stabilise" for one in ready):
        kept_off = KeptOffFirms(FirmWords(links), ready)
        capacity = [kept_off.capacity(loss) for loss in capacity]
        ruined = [kept_off.capital(loss) for loss in ruined]
        cuts = [kept_off.cut(cut) for cut in cuts]
    return FirmBlows(
        links.n, steps, step_days, tuple(capacity), tuple(ruined), tuple(cuts), tuple(drops)
    )


def _capital(blow: Blow, number: int, hit: FirmHit, held: Numbers, step_days: float) -> CapitalLoss:
    rebuilt = blow.recovery == "rebuild"
    return CapitalLoss(
        blow=number,
        nodes=hit.firms,
        damage=hit.size,
        of_capital=blow.money is None,
        course=None if rebuilt else held,
        start=step_of(blow.start_day, step_days),
        rebuild_from=step_of(blow.end_day, step_days) if rebuilt else None,
        rebuilding=hit.rebuilding,
        rebuilding_shares=np.array([share for _, share in blow.rebuilding], dtype=np.float64),
        tau_steps=blow.recovery_days / step_days if rebuilt else 0.0,
        factor=blow.rebuild_factor,
    )


def _hit(words: FirmWords, blow: Blow, number: int, wrong: list[Breach]) -> FirmHit:
    before = len(wrong)
    chosen = _chosen(words, blow, number, wrong)
    share = np.full(words.links.n, blow.share or 0.0)
    codes = tuple(code for code, _ in blow.shares)
    if codes:
        share, named = _shares(words, blow, codes, number, wrong)
        chosen &= named
    links = np.zeros(0, dtype=np.intp)
    link_size = np.zeros(0)
    if blow.kind == "supply_cut":
        if blow.links:
            found = look_up(blow.links, words.link, place(number, "links"), wrong)
            links = np.unique(np.array(found, dtype=np.intp))
            link_size = np.full(len(links), blow.share or 0.0)
        else:
            links = _links_cut(words, blow, chosen, number, wrong)
            link_size = share[words.links.supplier[links]]
    firms = np.flatnonzero(chosen)
    if len(wrong) == before and not len(links if blow.kind == "supply_cut" else firms):
        told, remedy = "no firm and no link", "Look at the firms' regions, sectors and links."
        wrong.append(Breach(place(number, _field(blow)), told, "what is hit", remedy))
    sectors = words.links.sectors
    rebuilding = [code for code, _ in blow.rebuilding]
    where = place(number, "rebuilding")
    known = look_up(rebuilding, lambda code: int(sectors.index([code])[0]), where, wrong)
    size = share[firms]
    if blow.money is not None and len(wrong) == before:
        size = _damage(words, blow, firms, number, wrong)
    return FirmHit(firms, size, links, link_size, np.array(known, dtype=np.intp))


def _field(blow: Blow) -> str:
    fields = ("firms", "links", "nodes", "regions", "products", "shares")
    return next((f for f in fields if getattr(blow, f)), "buyers")


def _chosen(words: FirmWords, blow: Blow, number: int, wrong: list[Breach]) -> Marks:
    """Return which firms the words of a blow choose."""
    size = words.links.n
    chosen = np.ones(size, dtype=np.bool_)
    for field, find in (
        ("firms", words.of_firm),
        ("nodes", words.of_node),
        ("regions", words.of_region),
        ("products", words.of_sector),
    ):
        codes = getattr(blow, field)
        if field == "firms" and codes:  # thousands of them, without a mark each
            found = look_up(codes, words.firm, place(number, field), wrong)
            chosen = np.zeros(size, dtype=np.bool_)
            chosen[np.array(found, dtype=np.intp)] = True
        elif codes:
            chosen &= any_of(look_up(codes, find, place(number, field), wrong), size)
    return chosen


def _shares(
    words: FirmWords, blow: Blow, codes: tuple[str, ...], number: int, wrong: list[Breach]
) -> tuple[Numbers, Marks]:
    """Return the share lost at each firm, and which firms have one."""
    share, named = np.zeros(words.links.n), np.zeros(words.links.n, dtype=np.bool_)
    find = words.finder(codes)
    for code, lost in blow.shares:
        for marks in look_up([code], find, place(number, "shares"), wrong):
            share[marks], named = lost, named | marks
    return share, named


def _links_cut(
    words: FirmWords, blow: Blow, chosen: Marks, number: int, wrong: list[Breach]
) -> Places:
    """Return the links from the firms that are chosen to those who get no longer."""
    links = words.links
    cut = chosen[links.supplier]
    outside = links.region[links.supplier] != links.region[links.buyer]
    firms = blow.shares and all(code in links.axis.place for code, _ in blow.shares)
    if blow.buyers:
        found = look_up(blow.buyers, words.buying, place(number, "buyers"), wrong)
        cut &= any_of(found, links.n)[links.buyer]
        if not (blow.firms or blow.nodes or blow.regions or firms):
            cut &= outside
    elif not (blow.firms or blow.nodes or firms):
        cut &= outside
    return np.flatnonzero(cut)


def _damage(
    words: FirmWords, blow: Blow, firms: Places, number: int, wrong: list[Breach]
) -> Numbers:
    """Return the damage at each firm, in proportion to output, or sales where it is not known."""
    links = words.links
    output = np.where(np.isnan(links.output), links.sales, links.output)[firms]
    total = float(output.sum())
    if total <= 0.0:
        told, where = "a damage where nothing is made", place(number, "money")
        wrong.append(Breach(where, told, "firms with output", "Name other firms."))
        return np.zeros(len(firms))
    return np.asarray(float(blow.money or 0.0) * (output / total))
