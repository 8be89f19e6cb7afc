"""Which nodes or firms a shock stops: share lost, since when, work of a restart, value a day."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.stress.shocks.sector_blows import CapacityLoss, CapitalLoss

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chainwright.stress.shocks.blow import Blow
    from chainwright.stress.shocks.shock import Shock

__all__ = ["Stopped", "StoppedShares", "stopped_shares"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class StoppedShares:
    """What the blows of a shock on capacity and capital take of ``k`` nodes.

    Parameters
    ----------
    places : ndarray of int64, shape (k,)
        Nodes (or firms) that lose anything, rising.
    share : ndarray, shape (k,) [share]
        Capacity lost at its worst: damages to capital added up, or the largest loss of capacity.
    strike : ndarray, shape (k,) [day]
        Day of the first of the blows.
    ready : float [day]
        Day on which the last of the blows has struck, and nothing keeps crews out any more.
    work : ndarray, shape (k,) [day]
        Share lost times the days that the blow itself takes to recover.
    assumed : ndarray of bool, shape (k,)
        Whether these days are assumed, as a blow has no end.
    """

    places: Ints
    share: Floats
    strike: Floats
    ready: float
    work: Floats
    assumed: Flags


@dataclass(frozen=True, eq=False)
class Stopped:
    """``k`` nodes (sectors of regions) or firms that stand still, and what a restart takes.

    Parameters
    ----------
    codes, regions, sectors : ndarray of str, shape (k,)
        Of each.
    places : ndarray of int64, shape (k,)
        Of each among all nodes or firms.
    share : ndarray, shape (k,) [share]
        Capacity lost at its worst, less what safeguards keep off.
    stated : ndarray, shape (k,) [share]
        The same before safeguards keep any of it off.
    strike : ndarray, shape (k,) [day]
        Day on which it was lost.
    ready : float [day]
        Day from which crews can work.
    output : ndarray, shape (k,) [money / day]
        Output at rest that the lost capacity made.
    value : ndarray, shape (k,) [money / day]
        What counts of it: value added (or output), at home.
    work : ndarray, shape (k,) [day]
        Work of one crew.
    work_source : ndarray of str, shape (k,)
        ``"given"``, ``"blow"``, ``"assumption"`` or ``"lost output"``.
    needs : ndarray of int64, shape (e, 2)
        Pairs (j, i): j runs only when i does.
    given : ndarray of int64, shape (g, 2)
        Those of them that somebody gave, which no delivery tells the engine of.
    """

    codes: Words
    regions: Words
    sectors: Words
    places: Ints
    share: Floats
    stated: Floats
    strike: Floats
    ready: float
    output: Floats
    value: Floats
    work: Floats
    work_source: Words
    needs: Ints
    given: Ints

    def __len__(self) -> int:
        return len(self.codes)


def stopped_shares(
    shock: "Shock",
    capacity: "Sequence[CapacityLoss]",
    capital: "Sequence[CapitalLoss]",
    K: Floats,
    assumed_days: float,
) -> StoppedShares:
    r"""Return what a shock takes of nodes, at its worst.

    :math:`s_f = \min(1, \max(\sum_b damage_{bf} / K_f, \max_b loss_{bf}))`, as the engines
    combine blows, with all blows taken as if they held at once. The work of node f is
    :math:`\sum_b` or :math:`\max_b` of share times days in the same way, and the larger of both.
    The days of a blow are those of its recovery, or how long it holds if it ends at once.

    Parameters
    ----------
    shock : Shock
        What happens.
    capacity, capital : sequence of CapacityLoss, of CapitalLoss
        Its blows on these nodes, resolved.
    K : ndarray, shape (n,) [money]
        Productive capital.
    assumed_days : float [day]
        Work on a node that has lost all to a blow without an end.

    Raises
    ------
    ParameterError
        If no blow takes capacity or capital.
    """
    n = len(K)
    sizes = {"capital": np.zeros(n), "capacity": np.zeros(n)}
    efforts = {"capital": np.zeros(n), "capacity": np.zeros(n)}
    strike, assumed, ready = np.full(n, np.inf), np.zeros(n, dtype=np.bool_), 0.0
    both: list[CapacityLoss | CapitalLoss] = [*capital, *capacity]
    for loss in both:
        blow, at = shock.blows[loss.blow], loss.nodes
        if isinstance(loss, CapitalLoss):
            of = np.ones(len(at)) if loss.of_capital else K[at]
            size = np.divide(loss.damage, of, out=np.zeros(len(at)), where=of > 0.0)
        else:
            size = loss.share
        hit = at[size > 0.0]
        size = size[size > 0.0]
        if not len(hit):
            continue
        days, told = _days_of(blow, assumed_days)
        if isinstance(loss, CapitalLoss):
            sizes["capital"][hit] += size
            efforts["capital"][hit] += size * days
        else:
            sizes["capacity"][hit] = np.maximum(sizes["capacity"][hit], size)
            efforts["capacity"][hit] = np.maximum(efforts["capacity"][hit], size * days)
        assumed[hit] |= told
        strike[hit] = np.minimum(strike[hit], blow.start_day)
        ready = max(ready, _ready(blow))
    share = np.minimum(np.maximum(sizes["capital"], sizes["capacity"]), 1.0)
    places = np.flatnonzero(share > 0.0).astype(np.int64)
    if not len(places):
        expected = "one that takes capacity or capital: nothing stands still"
        raise ParameterError("shock", "a restart", expected, shock.name_en or "a shock")
    work = np.maximum(efforts["capital"], efforts["capacity"])
    return StoppedShares(
        places, share[places], strike[places], ready, work[places], assumed[places]
    )


def _days_of(blow: "Blow", assumed_days: float) -> tuple[float, bool]:
    """Return the days that a blow takes to recover, and whether they are assumed."""
    if blow.recovery != "at_once":
        return blow.recovery_days, False
    return (blow.days, False) if np.isfinite(blow.days) else (assumed_days, True)


def _ready(blow: "Blow") -> float:
    """Return the day from which crews can work: after its days at full size, if it recovers."""
    kept_out = blow.recovery != "at_once" and np.isfinite(blow.days)
    return blow.start_day + (blow.days if kept_out else 0.0)
