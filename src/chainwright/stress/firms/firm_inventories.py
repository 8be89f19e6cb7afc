"""The model with inventories (ARIO) with firms as nodes: the days of a run."""

from collections.abc import Callable, Collection
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from chainwright.errors import InfeasibleError, ParameterError
from chainwright.stress.firms.firm_capacity import FirmCapacity
from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.firms.firm_records import FirmRecorder, FirmRecords
from chainwright.stress.firms.firm_stocks import FirmStocks, stock_targets
from chainwright.stress.firms.held_by_firms import HeldByFirms
from chainwright.stress.sectors.ario_day import Response, order_weights, overproduced, served
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.sectors.ready_safeguards import Backup
from chainwright.stress.sectors.rest import Rest
from chainwright.stress.shocks.firm_blows import FirmBlows

__all__ = ["simulate_firms"]

Numbers = npt.NDArray[np.float64]

BINDING = 1e-9
"""Share of output by which stocks must lower it to count as binding, as in the sector model."""


def simulate_firms(
    economy: FirmEconomy,
    blows: FirmBlows,
    model: InventoryModel,
    *,
    safeguards: HeldByFirms | None = None,
    record: Collection[str] = (),
    stocks_on: Collection[int] = (),
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> FirmRecords:
    r"""Return the records of a run over firms.

    The equations are those of the sector model (`chainwright.stress.simulate_pooled`) with firms
    as nodes and one stock a buyer and input sector. Where suppliers deliver, a firm orders from
    those that it has, the others of a sector take over from a cut link, and no new ones are found:
    with one firm a region and sector this is the sector model. Where markets deliver, orders of a
    market m go to all its firms,

    .. math:: O_{gk} = Os_k \frac{sales_g q_g}{\sum_{g' \in m} sales_{g'} q_{g'}} .

    What a firm sells outside the links is final demand. Where suppliers deliver and links are cut,
    the model's `replaceable` and second sources say which part of what is cut off the others of a
    sector take over; nobody is asked for the rest, nor to fill the hole that it leaves in a stock,
    while the cut lasts. Where markets deliver all of it is taken over.

    Parameters
    ----------
    economy : FirmEconomy
        What runs.
    blows : FirmBlows
        What happens, and how many steps.
    model : InventoryModel
        How firms behave.
    safeguards : HeldByFirms, optional
        What is held ready in this economy.
    record : collection of str
        Records by firm and step to keep, of `firm_records.BY_FIRM`.
    stocks_on : collection of int
        Steps in whose evening stocks are copied.
    threads : int, optional
        How many; it changes no bit.
    progress : callable, optional
        Called after each step with the steps done and in all; it may raise to end the run.

    Raises
    ------
    ParameterError
        If the steps of shock, model and economy differ, damage exceeds capital, or a record is
        not known.
    InfeasibleError
        If a stock turns negative or a number is lost: it names day and firm.

    Examples
    --------
    >>> from chainwright import System
    >>> economy = FirmEconomy.of(System.demo("firms", firms=300, links=900).links)
    >>> run = simulate_firms(economy, FirmBlows(300, 3, 1.0), InventoryModel.boario())
    >>> bool(abs(run.lost).max() < 1e-9 * economy.x0.max())
    True
    """
    for owner, days in (("the shock", blows.step_days), ("the model", model.step_days)):
        if days != economy.step_days:
            expected = f"{economy.step_days:g} days, as the economy's"
            raise ParameterError("step", owner, expected, days)
    if threads is not None and threads < 1:
        raise ParameterError("threads", "a run", "at least 1", threads)
    targets = stock_targets(economy, model)
    keeper = FirmRecorder(economy, blows.steps, record)
    capacity = FirmCapacity(economy, blows)
    held = safeguards or HeldByFirms()
    stocks = FirmStocks(economy, blows, model, targets, threads, held=held)
    # it reads output at rest, what is held and when the first blow strikes
    ready = cast("Any", (economy, held, blows))
    backup = Backup(*ready) if held.capacity else None
    notes = (*economy.notes, *targets.notes, *model.notes(cast("Any", economy)))
    try:
        return _days(
            _Run(economy, blows, model, stocks, capacity, keeper, backup),
            set(stocks_on),
            notes,
            progress,
        )
    finally:
        stocks.close_threads()


class _Run:
    """What a run works on."""

    def __init__(  # noqa: PLR0917
        self,
        economy: FirmEconomy,
        blows: FirmBlows,
        model: InventoryModel,
        stocks: FirmStocks,
        capacity: FirmCapacity,
        keeper: FirmRecorder,
        backup: Backup | None,
    ) -> None:
        self.economy, self.blows, self.model = economy, blows, model
        self.stocks, self.capacity, self.keeper, self.backup = stocks, capacity, keeper, backup
        # these read the step, output at rest and the blows' courses alone
        self.response = Response.of(model, cast("Any", economy))
        self.rest = Rest(cast("Any", economy), cast("Any", blows), model)


def _days(
    run: _Run,
    stocks_on: set[int],
    notes: tuple[tuple[str, str], ...],
    progress: Callable[[int, int], None] | None,
) -> FirmRecords:
    economy, stocks, keeper, model = run.economy, run.stocks, run.keeper, run.model
    n, x0 = economy.n, economy.x0
    alpha, made = np.ones(n), x0.copy()
    short_stock, short_step = (np.full(n, -1, dtype=np.int32) for _ in range(2))
    kept: dict[int, Numbers] = {}
    done = 0
    for t in range(run.blows.steps):
        destroyed = run.capacity.destroyed(t)
        final = _final_demand(economy, run.blows, t)
        rebuilding, scale = _rebuilding(run, t)
        orders = stocks.asked.copy()
        demand = orders + final + rebuilding
        if t > 1:
            alpha = overproduced(alpha, demand, made, run.response)
        lost = run.capacity.share(t, destroyed)
        able = whole = x0 * (1.0 - lost) * alpha
        spare = run.backup.at(t) if run.backup is not None else None
        if spare is not None:
            able = whole + spare * x0
        wanted = np.minimum(demand, able)
        made = np.maximum(np.minimum(wanted, stocks.limit), 0.0)
        if not np.isfinite(made).all():
            firm = economy.links.axis.codes[int(np.flatnonzero(~np.isfinite(made))[0])]
            msg = f"The output of {firm!r} is no number on day {t * economy.step_days:g}."
            raise InfeasibleError(msg)
        bound = np.flatnonzero((made < wanted * (1.0 - BINDING)) & (short_step < 0))
        if len(bound):
            short_stock[bound], short_step[bound] = stocks.first_short(bound), t
        got = served(made, orders, final, rebuilding, priority=model.rationing == "priority")
        unmet = final * (1.0 - got.final)
        keeper.add(t, made, unmet, lost)
        keeper.keep(
            t,
            production=made,
            capacity=able,
            intermediate_demand=orders,
            final_demand=final,
            unmet_final=unmet,
            rebuild_demand=rebuilding,
            rebuild_delivered=rebuilding * got.rebuilding,
            alpha=alpha,
            capital_to_recover=destroyed,
        )
        if run.capacity.rebuilding:
            for event in run.capacity.rebuilding:
                event.delivered(t, got.rebuilding * scale)
            wanted = np.minimum(demand - rebuilding * got.rebuilding, able)
        if run.backup is not None and spare is not None:
            run.backup.count(t, made, whole, spare * x0)
        # what stands idle draws no orders until it replaces what is lost
        seen = able if spare is None else np.minimum(able, x0 * alpha)
        weights = order_weights(seen, x0, alternative=model.orders == "alt")
        stocks.close(t, got.orders, made, wanted, weights)
        if (fault := stocks.fault()) is not None:
            _negative_stock(economy, t, fault)
        if t in stocks_on:
            kept[t] = stocks.held()
        done = t + 1
        if progress is not None:
            progress(done, run.blows.steps)
        if run.rest.reached(t, made, stocks, cast("Any", run.capacity.rebuilding)):
            break
    ended_en, ended_zh = run.rest.why(done, cast("Any", run.capacity.rebuilding))
    return FirmRecords(
        economy,
        done,
        short_stock=short_stock,
        short_step=short_step,
        ended_en=ended_en,
        ended_zh=ended_zh,
        notes=notes,
        stocks=kept,
        reserves=None if stocks.reserves is None else stocks.reserves.use(),
        backup=None if run.backup is None else run.backup.use(),
        **cast("Any", keeper.up_to(done)),
    )


def _final_demand(economy: FirmEconomy, blows: FirmBlows, step: int) -> Numbers:
    """Return what final users ask of each firm, shape (n,) [money / step]."""
    if not blows.demand:
        return economy.Y
    fallen = np.zeros(economy.n)
    for drop in blows.demand:
        fallen[drop.firms] = np.maximum(fallen[drop.firms], drop.share * drop.course[step])
    return np.asarray(economy.Y * (1.0 - fallen))


def _rebuilding(run: _Run, step: int) -> tuple[Numbers, Numbers]:
    """Return what is asked of each firm for rebuilding, and which share of the wish that is."""
    total = np.zeros(run.economy.n)
    for event in run.capacity.rebuilding:
        total += event.wants(step)
    if not np.isfinite(run.model.rebuild_cap):
        return total, np.ones_like(total)
    allowed = np.minimum(total, run.model.rebuild_cap * run.economy.x0)
    return allowed, np.divide(allowed, total, out=np.ones_like(total), where=total > 0.0)


def _negative_stock(economy: FirmEconomy, step: int, fault: tuple[int, float]) -> None:
    stock, size = fault
    firm = economy.links.axis.codes[int(economy.stock_buyer[stock])]
    product = economy.products.codes[int(economy.stock_product[stock])]
    msg = (
        f"The stock of {product} that {firm!r} holds is {size:,.6g} on day "
        f"{step * economy.step_days:g}. With psi times the target stock below one step of use, "
        "more is used than is held: raise stock_days or psi, or take a shorter step."
    )
    raise InfeasibleError(msg)
