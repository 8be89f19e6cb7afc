"""What is held ready over the steps of a run: what can be used from when, and what was used."""

from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.essential_limits import limiting_inputs
from chainwright.stress.sectors.held_safeguards import HeldSafeguards
from chainwright.stress.sectors.inventory_model import InventoryModel, StockTargets
from chainwright.stress.sectors.reserve_kernels import release_pooled
from chainwright.stress.shocks.sector_blows import SectorBlows
from chainwright.system.axis import read_only

__all__ = ["Backup", "BackupUse", "Moving", "ReserveUse", "Reserves", "ready_from"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Whole = npt.NDArray[np.int64]

NEVER = np.iinfo(np.int32).max
"""A step that no run reaches."""

ROUNDING = 1e-9
"""Share of a step by which days may exceed whole steps: rounding."""


def ready_from(blows: SectorBlows, after_days: float) -> int:
    """Return the first step from which something can be used; beyond any run if no blow strikes.

    Parameters
    ----------
    blows : SectorBlows
        What happens: the first step in which anything holds counts.
    after_days : float [day]
        From then on.

    Examples
    --------
    >>> from chainwright.stress.shocks.sector_blows import CapacityLoss
    >>> day_two = CapacityLoss(0, np.array([0]), np.array([1.0]), np.array([0.0, 0.0, 1.0]))
    >>> ready_from(SectorBlows(3, 1.0, (day_two,)), 5.0)
    7
    """
    first = blows.first_step
    if first == blows.steps:
        return NEVER
    return first + ceil(after_days / blows.step_days - ROUNDING)


class Moving:
    """Part of what is cut off that turns to other origins, over time.

    The model's share of all, raised to that of each second source for its users from the step on
    from which it can deliver.

    Parameters
    ----------
    economy : Economy
        The table.
    base : ndarray, shape (S,) [share]
        Of each product, without second sources.
    held : HeldSafeguards
        With second sources.
    blows : SectorBlows
        What happens.
    """

    def __init__(
        self, economy: Economy, base: Numbers, held: HeldSafeguards, blows: SectorBlows
    ) -> None:
        self._shape = (economy.S, economy.n)
        self._users = len(economy.flows.users)
        self._base = np.asarray(base, np.float64)
        self._sources = [(ready_from(blows, one.after_days), one) for one in held.sources]
        self._changes = sorted({start for start, _ in self._sources})
        self._orders: tuple[int, Numbers] | None = None
        self._final: tuple[int, Numbers] | None = None

    def orders(self, step: int) -> Numbers:
        """Return the part of producers' orders in a step, shape (S, n) [share].

        The same array as long as nothing changes.

        Parameters
        ----------
        step : int
            Which step.
        """
        era = sum(start <= step for start in self._changes)
        if self._orders is None or self._orders[0] != era:
            share = np.repeat(self._base[:, None], self._shape[1], axis=1)
            for start, one in self._sources:
                if start <= step:
                    at = share[one.product, one.nodes]
                    share[one.product, one.nodes] = np.maximum(at, one.share)
            self._orders = (era, read_only(share))
        return self._orders[1]

    def final(self, step: int) -> Numbers:
        """Return the part of final demand in a step, shape (S, m) or (S, 1) [share].

        The same array as long as nothing changes.

        Parameters
        ----------
        step : int
            Which step.
        """
        era = sum(start <= step for start in self._changes)
        if self._final is None or self._final[0] != era:
            share = self._base[:, None]
            if era:
                share = np.repeat(share, self._users, axis=1)
            for start, one in self._sources:
                if start <= step:
                    at = share[one.product, one.final]
                    share[one.product, one.final] = np.maximum(at, one.share)
            self._final = (era, read_only(np.array(share)))
        return self._final[1]


@dataclass(frozen=True, eq=False)
class BackupUse:
    """What was made with the capacity that a run held ready, B of them.

    Parameters
    ----------
    made, could : ndarray, shape (B,) [money]
        Output beyond what capacity allowed without it, and the most that it could have been,
        over the steps in which it was switched on.
    first_step, last_step : ndarray of int, shape (B,)
        First and last step in which it made anything; -1 if none.
    """

    made: Numbers
    could: Numbers
    first_step: Whole
    last_step: Whole


class Backup:
    """Capacity that is held ready, as a share of output at rest, over time.

    Parameters
    ----------
    economy : Economy
        The table.
    held : HeldSafeguards
        With its capacity.
    blows : SectorBlows
        What happens.
    """

    def __init__(self, economy: Economy, held: HeldSafeguards, blows: SectorBlows) -> None:
        self.held = held.capacity
        self.starts = [ready_from(blows, one.after_days) for one in held.capacity]
        self._n, self._x0 = economy.n, economy.x0
        self._made = np.zeros(len(self.held))
        self._could = np.zeros(len(self.held))
        self._first_step = np.full(len(self.held), -1, dtype=np.int64)
        self._last_step = np.full(len(self.held), -1, dtype=np.int64)
        self._now: tuple[int, Numbers] = (0, read_only(np.zeros(economy.n)))

    def at(self, step: int) -> Numbers | None:
        """Return what is switched on in a step, shape (n,) [share of output at rest], if anything.

        Parameters
        ----------
        step : int
            Which step.
        """
        era = sum(start <= step for start in self.starts)
        if not era:
            return None
        if era != self._now[0]:
            share = np.zeros(self._n)
            for one, start in zip(self.held, self.starts, strict=True):
                if start <= step:
                    share[one.nodes] += one.share
            self._now = (era, read_only(share))
        return self._now[1]

    def count(self, step: int, made: Numbers, without: Numbers, more: Numbers) -> None:
        """Count what was made beyond the capacity of a node without it, in a step.

        Where several serve a node each has made its share of it.

        Parameters
        ----------
        step : int
            Which step.
        made, without : ndarray, shape (n,) [money / step]
            Output, and capacity without what is held.
        more : ndarray, shape (n,) [money / step]
            What is switched on.
        """
        used = np.maximum(made - without, 0.0)
        # capacity that stands beside that of the table by a rounding makes nothing
        used[used <= ROUNDING * made] = 0.0
        share = np.divide(used, more, out=np.zeros_like(used), where=more > 0.0)
        for i, (one, start) in enumerate(zip(self.held, self.starts, strict=True)):
            if start > step:
                continue
            could = one.share * self._x0[one.nodes]
            by_it = float((share[one.nodes] * could).sum())
            self._made[i] += by_it
            self._could[i] += float(could.sum())
            if by_it > 0.0:
                self._last_step[i] = step
                if self._first_step[i] < 0:
                    self._first_step[i] = step

    def use(self) -> BackupUse:
        """Return what was made with each so far."""
        return BackupUse(
            self._made.copy(), self._could.copy(), self._first_step.copy(), self._last_step.copy()
        )


@dataclass(frozen=True, eq=False)
class ReserveUse:
    """What became of the reserves of a run, J of them: released and left add up to held.

    Parameters
    ----------
    held, released, left : ndarray, shape (J,) [money]
        At the start, in all steps, and at the end.
    first_step, last_step : ndarray of int, shape (J,)
        First and last step in whose evening something was released; -1 if none.
    """

    held: Numbers
    released: Numbers
    left: Numbers
    first_step: Whole
    last_step: Whole


class Reserves:
    """The reserves of a run, and what they release.

    Every evening from the step on from which it can be released, a reserve fills the stock of its
    product up to the level at which that begins to limit (one step of use at least), all users in
    proportion to their gaps where it does not reach, and is not filled again.

    Parameters
    ----------
    economy : Economy
        The table.
    held : HeldSafeguards
        With reserves.
    blows : SectorBlows
        What happens.
    model : InventoryModel
        How producers hold stocks.
    targets : StockTargets
        What they aim at.
    """

    def __init__(
        self,
        economy: Economy,
        held: HeldSafeguards,
        blows: SectorBlows,
        model: InventoryModel,
        targets: StockTargets,
    ) -> None:
        of = held.reserves
        self.product = np.array([one.product for one in of], dtype=np.int64)
        self.first = np.cumsum([0, *(len(one.nodes) for one in of)]).astype(np.int64)
        self.users = np.concatenate([one.nodes for one in of]).astype(np.int64)
        self.starts = np.array([ready_from(blows, one.after_days) for one in of], dtype=np.int64)
        self.held = np.array([one.money for one in of])
        self.floor = self.held * np.array([one.hold_back for one in of])
        # a stock of which less than one step of use is left limits too, whatever psi is
        steps = np.where(np.isfinite(targets.steps), targets.steps, 0.0)
        self.steps = np.where(steps > 0.0, np.maximum(model.psi * steps, 1.0), 0.0)
        limits = limiting_inputs(economy, model) & (self.steps > 0.0)[:, None]
        by_user = np.repeat(self.product, np.diff(self.first))
        coefficient = economy.A_C[by_user, self.users].astype(np.float64)
        self.limits = limits[by_user, self.users]
        self.needed = np.where(self.limits, self.steps[by_user] * coefficient, 0.0)
        self.left = self.held.copy()
        self._first_step = np.full(len(of), -1, dtype=np.int64)
        self._last_step = np.full(len(of), -1, dtype=np.int64)
        self._released = np.zeros(len(of))

    def into_pooled(
        self,
        step: int,
        wanted: Numbers,
        bound: npt.NDArray[np.floating],
        stock: npt.NDArray[np.floating],
        limit: Numbers,
        *,
        draw: int = 0,
    ) -> None:
        """Release into pooled stocks in the evening of a step.

        Parameters
        ----------
        step : int
            The step that ends.
        wanted : ndarray, shape (n,) [money / step]
            xo of the evening.
        bound : ndarray, shape (S, n)
            1 / (psi s A) of inputs that limit, 0 of the others.
        stock : ndarray, shape (S, k, n) [money]
            Om of k runs; changed in one of them.
        limit : ndarray, shape (n,) [money / step]
            Most that stocks allow; raised.
        draw : int
            Which run.
        """
        if step < self.starts.min():
            return
        release_pooled(
            step, draw, self.product, self.first, self.users, self.needed, self.starts,
            self.floor, wanted, bound, self.left, stock, limit, self._released,
        )  # fmt: skip
        self.count(step, self._released)

    def count(self, step: int, released: Numbers) -> None:
        """Count what was released in the evening of a step.

        Parameters
        ----------
        step : int
            Which step.
        released : ndarray, shape (J,) [money]
            From each reserve.
        """
        some = released > 0.0
        self._first_step[some & (self._first_step < 0)] = step
        self._last_step[some] = step

    def use(self) -> ReserveUse:
        """Return what became of them so far."""
        return ReserveUse(
            self.held.copy(),
            self.held - self.left,
            self.left.copy(),
            self._first_step.copy(),
            self._last_step.copy(),
        )
