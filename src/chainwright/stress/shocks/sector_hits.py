"""A shock on a table, resolved to the arrays of sector engines; all that is wrong in one error."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, ParameterError, TableError
from chainwright.stress.shocks.courses import course, step_of
from chainwright.stress.shocks.hit_rows import Hit, hit_of
from chainwright.stress.shocks.kept_off import KeptOff
from chainwright.stress.shocks.own_breaches import own_breaches, place
from chainwright.stress.shocks.sector_blows import (
    CapacityLoss,
    CapitalLoss,
    DemandDrop,
    SectorBlows,
    SupplyCut,
)
from chainwright.stress.shocks.sector_words import SectorWords
from chainwright.system import Flows, Safeguard, System

if TYPE_CHECKING:
    from chainwright.stress.shocks.blow import Blow
    from chainwright.stress.shocks.shock import Shock

__all__ = ["hits_in", "sector_blows"]

Numbers = npt.NDArray[np.float64]

ROUNDING = 1e-9
"""Share of a node's capital by which damage may exceed it: rounding."""


def hits_in(system: System | Flows, shock: "Shock") -> tuple[Hit, ...]:
    """Return what each blow of a shock hits in a table.

    Parameters
    ----------
    system : System or Flows
        The table, or what holds it.
    shock : Shock
        Any.

    Raises
    ------
    TableError
        If anything is wrong with the shock, in itself or in this table; it lists all.
    """
    words = SectorWords(_table_of(system))
    wrong, hits = own_breaches(shock.blows), []
    astray = {breach.where.partition(",")[0] for breach in wrong}
    for i, blow in enumerate(shock.blows):
        try:
            hit, more = hit_of(words, blow, i)
        except (TypeError, ValueError, AttributeError):  # its own breaches say what is wrong
            if f"blow {i + 1}" not in astray:
                raise
            continue
        hits.append(hit)
        wrong += more
    if wrong:
        raise TableError(shock.title, wrong)
    return tuple(hits)


def sector_blows(
    system: System | Flows,
    shock: "Shock",
    steps: int,
    step_days: float = 1.0,
    *,
    capital: Numbers | None = None,
    safeguards: Iterable[Safeguard] | None = None,
) -> SectorBlows:
    """Return a shock as the arrays that sector engines read, after every check.

    Parameters
    ----------
    system : System or Flows
        The table, or what holds it.
    shock : Shock
        What happens, to nodes, regions and products.
    steps : int
        How many steps.
    step_days : float [day]
        Length of a step: 1 or 7. A blow has in each step the share of its days that it hits.
    capital : ndarray, shape (n,), optional [money]
        Productive capital of each node; damage above it is refused. Not looked at if not given.
    safeguards : iterable of Safeguard, optional
        What is held ready; that of the system if not given. Those that stabilise keep part of the
        shock off: see `chainwright.stress.shocks.kept_off`.

    Raises
    ------
    TableError
        If anything is wrong with the shock, or with what stabilises; it lists all.
    ParameterError
        If there is no step, or a step has no length.
    MissingPartError
        If the system has no flows.

    Examples
    --------
    >>> from chainwright import System
    >>> from chainwright.stress import Blow, Shock
    >>> china = System.demo("country")
    >>> node = china.flows.nodes.codes[7]
    >>> shut = Shock((Blow("capacity", nodes=node, share=0.5, start_day=1, days=2),))
    >>> loss = sector_blows(china, shut, steps=4).capacity[0]
    >>> loss.nodes, loss.share * loss.course
    (array([7]), array([0. , 0.5, 0.5, 0. ]))
    """
    if steps < 1:
        raise ParameterError("steps", "sector_blows", "one or more", steps)
    if not 0.0 < step_days < np.inf:
        raise ParameterError("step_days", "sector_blows", "a number of days above 0", step_days)
    hits = hits_in(system, shock)
    capacity: list[CapacityLoss] = []
    ruined: list[CapitalLoss] = []
    cuts: list[SupplyCut] = []
    drops: list[DemandDrop] = []
    for i, (blow, hit) in enumerate(zip(shock.blows, hits, strict=True)):
        held = course(blow, steps, step_days)
        if blow.kind == "capacity":
            capacity.append(CapacityLoss(i, hit.rows, hit.size, held))
        elif blow.kind == "capital":
            ruined.append(_capital(blow, i, hit, held, step_days))
        elif blow.kind == "supply_cut":
            cuts += [SupplyCut(i, *parts, held) for parts in _groups(hit)]
        else:
            drops += [DemandDrop(i, s, u, size, held) for s, _, u, size in _groups(hit)]
    if safeguards is None:
        safeguards = _held(system)
    if any(one.kind == "stabilise" for one in safeguards):
        kept_off = KeptOff(SectorWords(_table_of(system)), safeguards)
        capacity = [kept_off.capacity(loss) for loss in capacity]
        ruined = [kept_off.capital(loss) for loss in ruined]
        cuts = [part for cut in cuts for part in kept_off.cut(cut)]
    blows = SectorBlows(steps, step_days, tuple(capacity), tuple(ruined), tuple(cuts), tuple(drops))
    if capital is not None:
        _bounded(_table_of(system), shock, blows, capital)
    return blows


def _table_of(system: System | Flows) -> Flows:
    return system if isinstance(system, Flows) else system.flows


def _held(system: System | Flows) -> Iterable[Safeguard]:
    """Return what a system holds ready."""
    if isinstance(system, System) and "safeguards" in system.has:
        return system.safeguards
    return ()


def _groups(
    hit: Hit,
) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.intp], float]]:
    """Return sellers, nodes and final users that buy, and size, a row a size."""
    found = []
    for mine, nodes, users in hit.buyers:
        for size in np.unique(hit.size[mine]):
            sellers = hit.rows[mine[hit.size[mine] == size]]
            found.append((sellers, nodes, users, float(size)))
    return found


def _capital(blow: "Blow", number: int, hit: Hit, held: Numbers, step_days: float) -> CapitalLoss:
    rebuilt = blow.recovery == "rebuild"
    shares = np.array([share for _, share in blow.rebuilding], dtype=np.float64)
    return CapitalLoss(
        blow=number,
        nodes=hit.rows,
        damage=hit.size,
        of_capital=blow.money is None,
        course=None if rebuilt else held,
        start=step_of(blow.start_day, step_days),
        rebuild_from=step_of(blow.end_day, step_days) if rebuilt else None,
        rebuilding=hit.rebuilding,
        rebuilding_shares=shares,
        tau_steps=blow.recovery_days / step_days if rebuilt else 0.0,
        factor=blow.rebuild_factor,
    )


def _field(blow: "Blow") -> str:
    return "money" if blow.money is not None else "shares" if blow.shares else "share"


def _of_all(losses: tuple[CapitalLoss, ...], node: int) -> str:
    hitting = {loss.blow for loss in losses if node in loss.nodes}
    return f" by {len(hitting)} blows" if len(hitting) > 1 else ""


def _bounded(flows: Flows, shock: "Shock", blows: SectorBlows, capital: Numbers) -> None:
    """Refuse damage above capital, in any step; what is being rebuilt is for the engine to see."""
    standing = np.zeros((blows.steps, len(flows.nodes)))
    last = np.zeros(len(flows.nodes), dtype=np.intp)
    for loss in blows.capital:
        money = loss.damage * capital[loss.nodes] if loss.of_capital else loss.damage
        if loss.course is None:
            held = np.zeros(blows.steps)
            held[loss.start : loss.rebuild_from] = 1.0
        else:
            held = loss.course
        standing[:, loss.nodes] += held[:, None] * money
        last[loss.nodes] = loss.blow
    worst = standing.max(axis=0)
    over = np.flatnonzero(worst > capital * (1.0 + ROUNDING))
    if not len(over):
        return
    unit = flows.money
    raise TableError(
        shock.title,
        [
            Breach(
                place(int(last[g]), _field(shock.blows[last[g]])),
                f"damage of {worst[g]:,.6g} at {flows.nodes.codes[g]}"
                + _of_all(blows.capital, int(g)),
                f"at most its capital, {capital[g]:,.6g} {unit}",
                "Lower the damage, or state the capital of the node.",
            )
            for g in over
        ],
    )
