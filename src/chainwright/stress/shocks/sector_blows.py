"""What a shock means for the nodes of a table, in arrays that sector engines read."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["CapacityLoss", "CapitalLoss", "DemandDrop", "SectorBlows", "SupplyCut"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class CapacityLoss:
    """Capacity lost: at step t a node has lost ``share * course[t]``; blows take the maximum.

    Parameters
    ----------
    blow : int
        Which blow of the shock, counted from 0.
    nodes : ndarray of int, shape (k,)
        Nodes that are hit, rising.
    share : ndarray, shape (k,) [share]
        Size at each.
    course : ndarray, shape (T,) [share]
        How much of it holds in each step.
    """

    blow: int
    nodes: Places
    share: Numbers
    course: Numbers


@dataclass(frozen=True, eq=False)
class CapitalLoss:
    """Capital destroyed; blows add up.

    Parameters
    ----------
    blow : int
        Which blow of the shock, counted from 0.
    nodes : ndarray of int, shape (k,)
        Nodes that are hit, rising.
    damage : ndarray, shape (k,) [money, or share of capital]
        Damage at each.
    of_capital : bool
        Whether `damage` is a share of the node's capital, not money.
    course : ndarray, shape (T,), optional [share]
        How much of it is left in each step; none for rebuilding, where the engine knows.
    start : int
        Step in which it strikes.
    rebuild_from : int, optional
        First step in which rebuilding is demanded; none unless it is rebuilt. It may lie beyond
        the run.
    rebuilding : ndarray of int, shape (s,)
        Products (positions on the axis of sectors) that rebuild; none unless it is rebuilt.
    rebuilding_shares : ndarray, shape (s,) [share]
        Shares of them; they add up to 1.
    tau_steps : float [step]
        Rebuilding time.
    factor : float [1]
        Demand for one unit of damage.
    """

    blow: int
    nodes: Places
    damage: Numbers
    of_capital: bool
    course: Numbers | None
    start: int
    rebuild_from: int | None
    rebuilding: Places
    rebuilding_shares: Numbers
    tau_steps: float
    factor: float


@dataclass(frozen=True, eq=False)
class SupplyCut:
    """Deliveries cut: at step t, ``share * course[t]`` of all from `sellers` to the others.

    Blows on the same delivery take the maximum.

    Parameters
    ----------
    blow : int
        Which blow of the shock, counted from 0.
    sellers : ndarray of int, shape (k,)
        Rows, rising: home nodes 0 to n - 1, then rows of imports n to n + r - 1.
    buyers : ndarray of int, shape (b,)
        Nodes that get less.
    users : ndarray of int, shape (u,)
        Final users that get less.
    share : float [share]
        Size.
    course : ndarray, shape (T,) [share]
        How much of it holds in each step.
    """

    blow: int
    sellers: Places
    buyers: Places
    users: Places
    share: float
    course: Numbers


@dataclass(frozen=True, eq=False)
class DemandDrop:
    """Final demand lost: at step t, `users` want ``share * course[t]`` less of `sellers`.

    Blows on the same demand take the maximum.

    Parameters
    ----------
    blow : int
        Which blow of the shock, counted from 0.
    sellers : ndarray of int, shape (k,)
        Home nodes whose deliveries are wanted less, rising.
    users : ndarray of int, shape (u,)
        Final users that want less.
    share : float [share]
        Size.
    course : ndarray, shape (T,) [share]
        How much of it holds in each step.
    """

    blow: int
    sellers: Places
    users: Places
    share: float
    course: Numbers


@dataclass(frozen=True, eq=False)
class SectorBlows:
    """A shock on a table, resolved: `chainwright.stress.shocks.sector_hits.sector_blows` makes it.

    One blow may be several of these where its sizes or its sellers' regions differ.

    Parameters
    ----------
    steps : int
        T, the number of steps.
    step_days : float [day]
        Length of a step.
    capacity : tuple of CapacityLoss
        Capacity lost.
    capital : tuple of CapitalLoss
        Capital destroyed.
    cuts : tuple of SupplyCut
        Deliveries cut.
    demand : tuple of DemandDrop
        Final demand lost.
    """

    steps: int
    step_days: float
    capacity: tuple[CapacityLoss, ...] = ()
    capital: tuple[CapitalLoss, ...] = ()
    cuts: tuple[SupplyCut, ...] = ()
    demand: tuple[DemandDrop, ...] = ()

    @property
    def last_step(self) -> int:
        """First step from which nothing holds any more; `steps` if something still does.

        Rebuilding, which only the engine knows, counts as holding.
        """
        courses = [b.course for b in self.capacity]
        courses += [b.course for b in self.cuts] + [b.course for b in self.demand]
        courses += [b.course for b in self.capital if b.course is not None]
        if any(b.course is None for b in self.capital):
            return self.steps
        held = [np.flatnonzero(c) for c in courses]
        return max((int(h[-1]) + 1 for h in held if len(h)), default=0)

    @property
    def first_step(self) -> int:
        """First step in which anything holds; `steps` if nothing does in the run."""
        held = [b.course * np.max(b.share, initial=0.0) for b in self.capacity]
        held += [b.course * b.share for b in self.cuts] + [b.course * b.share for b in self.demand]
        found = [self.steps]
        for loss in self.capital:
            if loss.course is not None:
                held.append(loss.course * np.max(loss.damage, initial=0.0))
            elif loss.damage.any():
                found.append(loss.start)
        found += [int(np.argmax(course > 0.0)) for course in held if (course > 0.0).any()]
        return min(found)
