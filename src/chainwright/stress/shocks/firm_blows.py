"""What a shock means for firms and the links between them, in arrays that firm engines read."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.stress.shocks.sector_blows import CapacityLoss, CapitalLoss

__all__ = ["FirmBlows", "FirmDemandDrop", "LinkCut"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class LinkCut:
    """Links cut: at step t, ``share * course[t]`` of each is not delivered; the maximum counts.

    Parameters
    ----------
    blow : int
        Which blow of the shock, counted from 0.
    links : ndarray of int, shape (k,)
        Places of the links in the part `links`, rising.
    share : ndarray, shape (k,) [share]
        Size of each.
    course : ndarray, shape (T,) [share]
        How much of it holds in each step.
    """

    blow: int
    links: Places
    share: Numbers
    course: Numbers


@dataclass(frozen=True, eq=False)
class FirmDemandDrop:
    """Final demand lost: what firms sell outside the links falls; the maximum counts.

    Parameters
    ----------
    blow : int
        Which blow of the shock, counted from 0.
    firms : ndarray of int, shape (k,)
        Firms whose sales to final users fall, rising.
    share : ndarray, shape (k,) [share]
        Size of each.
    course : ndarray, shape (T,) [share]
        How much of it holds in each step.
    """

    blow: int
    firms: Places
    share: Numbers
    course: Numbers


@dataclass(frozen=True, eq=False)
class FirmBlows:
    """A shock on firms, resolved: `chainwright.stress.shocks.firm_hits.firm_blows` makes it.

    In `capacity` and `capital`, nodes are firms, and `rebuilding` places on the axis of sectors.

    Parameters
    ----------
    firms : int
        n, the number of firms.
    steps : int
        T, the number of steps.
    step_days : float [day]
        Length of a step.
    capacity : tuple of CapacityLoss
        Capacity lost.
    capital : tuple of CapitalLoss
        Capital destroyed.
    cuts : tuple of LinkCut
        Deliveries cut.
    demand : tuple of FirmDemandDrop
        Final demand lost.
    """

    firms: int
    steps: int
    step_days: float
    capacity: tuple[CapacityLoss, ...] = ()
    capital: tuple[CapitalLoss, ...] = ()
    cuts: tuple[LinkCut, ...] = ()
    demand: tuple[FirmDemandDrop, ...] = ()

    @property
    def first_step(self) -> int:
        """First step in which anything holds; `steps` if nothing does in the run."""
        held = [b.course * np.max(b.share, initial=0.0) for b in self.capacity]
        held += [b.course * np.max(b.share, initial=0.0) for b in self.cuts]
        held += [b.course * np.max(b.share, initial=0.0) for b in self.demand]
        found = [self.steps]
        for loss in self.capital:
            if loss.course is not None:
                held.append(loss.course * np.max(loss.damage, initial=0.0))
            elif loss.damage.any():
                found.append(loss.start)
        found += [int(np.argmax(course > 0.0)) for course in held if (course > 0.0).any()]
        return min(found)

    def psi(self, step: int | None = None) -> Numbers:
        """Return the share of each firm that stops, shape (n,), as a cascade starts from it.

        Capacity lost takes the maximum over blows; capital lost, where it is said as a share of
        capital, adds up; the larger of both counts. Damage in money has no share here.

        Parameters
        ----------
        step : int, optional
            At this step; the largest over all steps if not given.
        """
        steps = range(self.steps) if step is None else (step,)
        worst = np.zeros(self.firms)
        # one step per distinct state: between changes of any course nothing differs
        for t in _changes(self, steps):
            lost, ruined = np.zeros(self.firms), np.zeros(self.firms)
            for loss in self.capacity:
                size = loss.share * loss.course[t]
                lost[loss.nodes] = np.maximum(lost[loss.nodes], size)
            for damage in self.capital:
                if damage.of_capital:
                    held = 1.0 if damage.course is None else damage.course[t]
                    held = held if t >= damage.start else 0.0
                    ruined[damage.nodes] += damage.damage * held
            np.maximum(worst, np.maximum(lost, np.minimum(ruined, 1.0)), out=worst)
        return worst


def _changes(blows: FirmBlows, steps: range | tuple[int, ...]) -> list[int]:
    """Return the steps among `steps` whose courses differ from those of the step before."""
    courses = [loss.course for loss in blows.capacity]
    courses += [c.course for c in blows.capital if c.course is not None]
    courses += [
        (np.arange(blows.steps) >= c.start).astype(np.float64)
        for c in blows.capital
        if c.course is None
    ]
    if not courses:
        return []
    chosen = np.array(steps, dtype=np.intp)
    states = np.stack([course[chosen] for course in courses], axis=1)
    _, first = np.unique(states, axis=0, return_index=True)
    return [int(chosen[i]) for i in first]
