"""The days of a run, one after another, whatever way stocks are kept: see `ario_day`."""

from collections.abc import Callable, Collection
from typing import Protocol

import numpy as np
import numpy.typing as npt

from chainwright.errors import InfeasibleError, ParameterError
from chainwright.stress.sectors.ario_day import (
    Response,
    Served,
    order_weights,
    overproduced,
    served,
)
from chainwright.stress.sectors.crowding import Crowding
from chainwright.stress.sectors.economy import Economy, Notes
from chainwright.stress.sectors.final_use import FinalDemand, FinalUse
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.sectors.lost_capacity import LostCapacity
from chainwright.stress.sectors.ready_safeguards import Backup, Moving, Reserves
from chainwright.stress.sectors.rest import Rest
from chainwright.stress.sectors.run_records import Recorder, Records
from chainwright.stress.shocks.sector_blows import SectorBlows

__all__ = ["Progress", "Stocks", "run_days"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Progress = Callable[[int, int], None]
"""Called with the steps done and the steps in all; it may raise to end the run."""


class Stocks(Protocol):
    """Stocks and orders of producers: what a day needs of them, and what it tells them."""

    @property
    def limit(self) -> Numbers:
        """Most that stocks allow each node to make today, shape (n,) [money / step]."""

    @property
    def asked(self) -> Numbers:
        """Orders of producers to each row for today, shape (n + r,) [money / step]."""

    def close(
        self, step: int, share: Numbers, made: Numbers, wanted: Numbers, weights: Numbers
    ) -> None:
        """Take in deliveries, take out what was used, and order for the next step.

        Parameters
        ----------
        step : int
            The step that ends.
        share : ndarray, shape (n,) [share]
            Of orders that home nodes deliver.
        made, wanted : ndarray, shape (n,) [money / step]
            Output, and what would be made with full stocks, by the demand of the evening.
        weights : ndarray, shape (n,)
            By which orders lean to an origin.
        """

    def first_short(self, nodes: Places) -> npt.NDArray[np.int32]:
        """Return the product that limits each of `nodes` most today."""

    def fault(self) -> tuple[int, int, float] | None:
        """Return product, node and size of a stock that is negative or no number, if any."""

    def at_rest(self, tolerance: float) -> bool:
        """Return whether all stocks are within `tolerance` of their targets at rest."""

    def held(self) -> npt.NDArray[np.floating]:
        """Return a copy of the stocks by product and user, shape (S, n) [money]."""


def run_days(  # noqa: PLR0915 (the order of a day, in one place)
    economy: Economy,
    blows: SectorBlows,
    model: InventoryModel,
    stocks: Stocks,
    *,
    moving: float | Numbers | Moving = 1.0,
    backup: Backup | None = None,
    reserves: Reserves | None = None,
    record: Collection[str] | None = None,
    stocks_on: Collection[int] = (),
    notes: Notes = (),
    progress: Progress | None = None,
) -> Records:
    """Return the records of a run.

    Parameters
    ----------
    economy : Economy
        What runs.
    blows : SectorBlows
        What happens, and how many steps.
    model : InventoryModel
        How producers behave.
    stocks : Stocks
        At rest before the first step.
    moving : float, ndarray, shape (S,), or Moving [share]
        Part of final demand that is cut off which turns to other origins.
    backup : Backup, optional
        Capacity that is held ready.
    reserves : Reserves, optional
        Those that the stocks release, for the records.
    record : collection of str, optional
        Which records to keep: all of shape (T, n) if not given.
    stocks_on : collection of int
        Steps in whose evening stocks are copied.
    notes : tuple of (str, str)
        What to say besides.
    progress : callable, optional
        Called after each step.

    Raises
    ------
    ParameterError
        If the steps of shock, model and economy differ, or damage exceeds capital.
    InfeasibleError
        If a stock turns negative or a number is lost: it names day, region, sector and blows.
    """
    _same_steps(economy, blows, model)
    keeper = Recorder(economy, blows.steps, record)
    final_use = FinalUse(
        economy, blows, moving=moving, by_region="unmet_by_region" in keeper.wanted
    )
    lost = LostCapacity(economy, blows)
    rest = Rest(economy, blows, model)
    crowding = Crowding(economy, model)
    response = Response.of(model, economy)
    n, x0 = economy.n, economy.x0
    alpha, made = np.ones(n), x0.copy()
    short_product = np.full(n, -1, dtype=np.int32)
    short_step = np.full(n, -1, dtype=np.int32)
    kept: dict[int, npt.NDArray[np.floating]] = {}
    done = 0
    for t in range(blows.steps):
        destroyed = lost.destroyed(t)
        final = final_use.at(t)
        rebuilding, scales = _rebuilding(economy, lost, model, t)
        orders, to_final = stocks.asked[:n].astype(np.float64), final.asked[:n]
        demand = orders + to_final + rebuilding
        if t > 1:
            alpha = overproduced(alpha, demand, made, response)
        capacity = x0 * (1.0 - lost.share(t, destroyed)) * alpha
        spare = backup.at(t) if backup is not None else None
        whole = capacity
        if spare is not None:
            capacity = whole + spare * x0
        wanted = np.minimum(demand, capacity)
        made = np.maximum(np.minimum(wanted, stocks.limit), 0.0)
        if not np.isfinite(made).all():
            _lost_number(economy, blows, t, made)
        bound = np.flatnonzero((made < wanted * (1.0 - BINDING)) & (short_step < 0))
        if len(bound):
            short_product[bound] = stocks.first_short(bound)
            short_step[bound] = t
        got = served(made, orders, to_final, rebuilding, priority=model.rationing == "priority")
        keeper.keep(t, "production", made)
        keeper.keep(t, "capacity", capacity)
        keeper.keep(t, "intermediate_demand", orders)
        keeper.keep(t, "rebuild_demand", rebuilding)
        keeper.keep(t, "rebuild_delivered", rebuilding * got.rebuilding)
        keeper.keep(t, "alpha", alpha)
        keeper.keep(t, "capital_to_recover", destroyed)
        _keep_final(keeper, economy, t, final, got)
        keeper.keep(t, "imports", stocks.asked[n:])
        if lost.rebuilding:
            crowding.see(demand, rebuilding, wanted, made)
            for event, scale in zip(lost.rebuilding, scales, strict=True):
                event.delivered(t, _of_rows(got.rebuilding, event.rows) * scale)
            wanted = np.minimum(demand - rebuilding * got.rebuilding, capacity)
        if backup is not None and spare is not None:
            backup.count(t, made, whole, spare * x0)
        # what stands idle draws no orders until it replaces what is lost
        seen = capacity if spare is None else np.minimum(capacity, x0 * alpha)
        weights = order_weights(seen, x0, alternative=model.orders == "alt")
        stocks.close(t, got.orders, made, wanted, weights)
        if (fault := stocks.fault()) is not None:
            _negative_stock(economy, blows, t, fault)
        if t in stocks_on:
            kept[t] = stocks.held()
        done = t + 1
        if progress is not None:
            progress(done, blows.steps)
        if rest.reached(t, made, stocks, lost.rebuilding):
            break
    ended_en, ended_zh = rest.why(done, lost.rebuilding)
    told = (*economy.notes, *notes, *crowding.notes)
    return Records(
        economy, keeper.up_to(done), short_product, short_step, ended_en, ended_zh, told, kept,
        None if reserves is None else reserves.use(), None if backup is None else backup.use(),
    )  # fmt: skip


BINDING = 1e-9
"""Share of output by which stocks must lower it to count as binding: less is rounding."""


def _same_steps(economy: Economy, blows: SectorBlows, model: InventoryModel) -> None:
    for owner, days in (("the shock", blows.step_days), ("the model", model.step_days)):
        if days != economy.step_days:
            expected = f"{economy.step_days:g} days, as the economy's"
            raise ParameterError("step", owner, expected, days)


def _rebuilding(
    economy: Economy, lost: LostCapacity, model: InventoryModel, step: int
) -> tuple[Numbers, list[Numbers]]:
    """Return what is asked of each home node, and by event which share of its wish that is."""
    total = np.zeros(economy.n + economy.r)
    wishes = [event.wants(step) for event in lost.rebuilding]
    for event, wish in zip(lost.rebuilding, wishes, strict=True):
        total[event.rows] += wish
    cap = np.full(len(total), np.inf)
    cap[: economy.n] = model.rebuild_cap * np.where(economy.x0 > 0.0, economy.x0, np.inf)
    allowed = np.minimum(total, np.where(np.isnan(cap), 0.0, cap))
    share = np.divide(allowed, total, out=np.ones_like(total), where=total > 0.0)
    return allowed[: economy.n], [share[event.rows] for event in lost.rebuilding]


def _of_rows(share: Numbers, rows: Places) -> Numbers:
    """Return the share of each row; rows from abroad deliver all."""
    n = len(share)
    return np.where(rows < n, share[np.minimum(rows, n - 1)], 1.0)


def _keep_final(
    keeper: Recorder, economy: Economy, step: int, final: FinalDemand, got: Served
) -> None:
    """Keep final demand and what of it is not met, by node and by region of use."""
    n = economy.n
    missed = 1.0 - got.final
    keeper.keep(step, "final_demand", final.asked[:n] + final.stuck[:n])
    keeper.keep(step, "unmet_final", final.asked[:n] * missed + final.stuck[:n])
    keeper.keep(step, "unmet_abroad", final.stuck[n:])
    if final.by_region is not None and final.stuck_by_region is not None:
        unmet = final.stuck_by_region.copy()
        unmet[:n] += final.by_region[:n] * missed[:, None]
        keeper.keep(step, "unmet_by_region", (economy.product_sums @ unmet).T)


def _negative_stock(
    economy: Economy, blows: SectorBlows, step: int, fault: tuple[int, int, float]
) -> None:
    product, node, stock = fault
    msg = (
        f"The stock of {economy.products.codes[product]} that {economy.codes[node]} holds is "
        f"{stock:,.6g} on day {step * economy.step_days:g}{_in_force(blows, step)}. With psi times "
        "the target stock below one step of use, more is used than is held: raise stock_days or "
        "psi, or take a shorter step."
    )
    raise InfeasibleError(msg)


def _lost_number(economy: Economy, blows: SectorBlows, step: int, made: Numbers) -> None:
    node = int(np.flatnonzero(~np.isfinite(made))[0])
    msg = (
        f"The output of {economy.codes[node]} is {made[node]} on day "
        f"{step * economy.step_days:g}{_in_force(blows, step)}. Check the shock's sizes and the "
        "table's numbers at that node."
    )
    raise InfeasibleError(msg)


def _in_force(blows: SectorBlows, step: int) -> str:
    """Return which blows have begun by a step, counted from 1, as a message names them."""
    courses = [(b.blow, b.course) for b in blows.capacity]
    courses += [(b.blow, b.course) for b in blows.cuts]
    courses += [(b.blow, b.course) for b in blows.demand]
    begun = {blow + 1 for blow, course in courses if course[: step + 1].any()}
    begun |= {b.blow + 1 for b in blows.capital if b.start <= step}
    return f", after blow {', '.join(map(str, sorted(begun)))}" if begun else ", before any blow"
