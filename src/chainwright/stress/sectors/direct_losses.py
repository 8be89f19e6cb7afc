"""A shock as what sectors lose day by day, for engines that know sectors and no deliveries."""

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.stress.shocks.sector_blows import SectorBlows

__all__ = ["capacity_lost", "demand_lost", "refuse"]

Numbers = npt.NDArray[np.float64]


def refuse(blows: SectorBlows, engine: str, kinds: tuple[str, ...], why: str) -> None:
    """Refuse the kinds of blow that an engine cannot represent, by name.

    Parameters
    ----------
    blows : SectorBlows
        The shock on a table.
    engine : str
        What the engine is called.
    kinds : tuple of str
        Kinds of blow that it cannot represent.
    why : str
        What it can, and what else to ask.

    Raises
    ------
    ParameterError
        If the shock holds one of them.
    """
    held = {
        "capacity": blows.capacity,
        "capital": blows.capital,
        "supply_cut": blows.cuts,
        "demand_drop": blows.demand,
    }
    met = [kind for kind in kinds if held[kind]]
    if met:
        raise ParameterError("shock", f"the {engine} engine", why, ", ".join(met))


def capacity_lost(blows: SectorBlows, nodes: int) -> Numbers:
    """Return the share of capacity that each node has lost in each step, shape (T, n).

    Blows on one node take the maximum.

    Parameters
    ----------
    blows : SectorBlows
        The shock on a table.
    nodes : int
        Nodes of the table.
    """
    lost = np.zeros((blows.steps, nodes))
    for blow in blows.capacity:
        now = np.outer(blow.course, blow.share)
        lost[:, blow.nodes] = np.maximum(lost[:, blow.nodes], now)
    return lost


def demand_lost(blows: SectorBlows, final: npt.NDArray[np.floating]) -> Numbers:
    """Return the final demand that each node has lost in each step, shape (T, n) [as `final`].

    Blows on the same seller and user take the maximum; deliveries below zero, such as stocks that
    are drawn down, are no demand.

    Parameters
    ----------
    blows : SectorBlows
        The shock on a table.
    final : ndarray, shape (n, m)
        Final deliveries by user.
    """
    lost = np.zeros((blows.steps, len(final)))
    if not blows.demand:
        return lost
    hit = np.unique(np.concatenate([b.sellers for b in blows.demand]))
    wanted = np.maximum(np.asarray(final[hit], dtype=np.float64), 0.0)
    courses = np.stack([b.course for b in blows.demand], axis=1)
    moments, which = np.unique(courses, axis=0, return_inverse=True)
    for moment, held in enumerate(moments):
        share = np.zeros_like(wanted)
        for blow, strength in zip(blows.demand, held, strict=True):
            cells = np.ix_(np.searchsorted(hit, blow.sellers), blow.users)
            share[cells] = np.maximum(share[cells], blow.share * strength)
        lost[np.ix_(np.flatnonzero(which == moment), hit)] = (share * wanted).sum(axis=1)
    return lost
