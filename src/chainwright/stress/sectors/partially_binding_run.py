"""A run of the partially binding Leontief model: day after day from a steady state."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.accounts.factors import need_room
from chainwright.stress.sectors.partially_binding_kernels import delivered, ordered, stocks_allow
from chainwright.stress.sectors.partially_binding_model import BindingModel, ProductionKind

__all__ = ["BindingCourses", "BindingRecords", "BindingStart", "run_binding"]

Numbers = npt.NDArray[np.float64]

BINDS = 1e-9
"""Share by which inputs must allow less than labour and demand do, to count as what binds."""


@dataclass(frozen=True, eq=False)
class BindingStart:
    """An economy at rest: ``n`` nodes that use ``P`` pools of inputs.

    All flows are of one time, a day or a year, and stocks are days times that.

    Parameters
    ----------
    Z : ndarray, shape (n, n) [money / time]
        Deliveries, supplier in the row; rows contiguous.
    pool : ndarray of int32, shape (n,)
        Pool that each node delivers to.
    abroad : ndarray, shape (P, n) [money / time]
        Deliveries to each pool from abroad, which never fail.
    x0, labour, consumption, other : ndarray, shape (n,) [money / time]
        Output, labour (its proportions alone matter), household consumption, other final demand;
        ``Z 1 + consumption + other = x0``.
    stock_days : ndarray, shape (P, n) [day]
        Target stocks in days of use.
    scores : ndarray, shape (P, n)
        1 critical, 1/2 important, 0 neither.
    """

    Z: Numbers
    pool: npt.NDArray[np.int32]
    abroad: Numbers
    x0: Numbers
    labour: Numbers
    consumption: Numbers
    other: Numbers
    stock_days: Numbers
    scores: Numbers


@dataclass(frozen=True, eq=False)
class BindingCourses:
    """What happens on each of ``T`` days.

    Parameters
    ----------
    labour_lost : ndarray, shape (T, n) [share]
        Labour that cannot work.
    consumption_lost : ndarray, shape (T, n) [share]
        Consumption that households do without.
    other_lost : ndarray, shape (T, n) [money / time]
        Other final demand that is gone.
    """

    labour_lost: Numbers
    consumption_lost: Numbers
    other_lost: Numbers


@dataclass(frozen=True, eq=False)
class BindingRecords:
    """What came of it, day by day.

    Parameters
    ----------
    production, capacity, demand : ndarray, shape (T, n) [money / time]
        Output, what labour allows, and what is asked for.
    allowed : ndarray, shape (T, n) [money / time]
        Output that stocks of inputs allow; infinite where none binds.
    labour : ndarray, shape (T, n) [share]
        Labour at work, of that at rest.
    purchases : ndarray, shape (T, n) [money / time]
        Inputs that arrive, of the table's nodes and from abroad.
    final : ndarray, shape (T, n) [money / time]
        Final demand that is delivered.
    unmet_consumption, unmet_other : ndarray, shape (T, n) [money / time]
        Final demand of the day that is not delivered.
    short_day : ndarray of int, shape (n,)
        First day on which inputs bind; -1 if never.
    short_pool : ndarray of int, shape (n,)
        Pool that was scarcest then; -1 if none alone (linear) or never.
    lowest_stock : float [money]
        Lowest stock ever held, for checks.
    """

    production: Numbers
    capacity: Numbers
    demand: Numbers
    allowed: Numbers
    labour: Numbers
    purchases: Numbers
    final: Numbers
    unmet_consumption: Numbers
    unmet_other: Numbers
    short_day: npt.NDArray[np.int64]
    short_pool: npt.NDArray[np.int32]
    lowest_stock: float


def run_binding(  # noqa: PLR0915 - one day, from top to bottom
    start: BindingStart, courses: BindingCourses, model: BindingModel
) -> BindingRecords:
    r"""Return the course of output under a shock to labour and final demand.

    In a day: labour l, capacity :math:`l / l_0 \, x_0`, consumption, orders
    :math:`\max(0, A d_{t-1} + (n Z_0 - S_{t-1}) / \tau)`, demand, output
    :math:`\min(x^{cap}, x^{inp}, d)`, rationing, and stocks
    :math:`S = \max(0, S + Z - A x)`. Consumption follows

    .. math:: \log C = \rho \log C_{t-1} + \tfrac{1 - \rho}{2} (\log m \tilde L + \log m L^p),
              \quad \tilde L = b L_0 + (1 - b) L,\ L^p = \xi L_0,\ m = C_0 / L_0,

    spread over products in the proportions at rest. A pool's orders go to its suppliers in the
    proportions at rest.

    Parameters
    ----------
    start : BindingStart
        The economy.
    courses : BindingCourses
        What happens.
    model : BindingModel
        How producers and households act.

    Raises
    ------
    CapacityError
        If the stocks do not fit in memory.

    References
    ----------
    .. [1] Pichler, A., Pangallo, M., del Rio-Chanona, R. M., Lafond, F. and Farmer, J. D. (2022),
       Forecasting the propagation of pandemic shocks with a dynamic input-output model, Journal of
       Economic Dynamics and Control 144, 104527.
    """
    (P, n), T = start.scores.shape, len(courses.labour_lost)
    need_room(8.0 * (7 * P * n + 8 * T * n), f"the stocks and days of {n:,} sectors")
    x0, Z, pool = start.x0, start.Z, start.pool
    Zc = start.abroad.copy()
    delivered(Z, np.ones(n), pool, Zc)
    A = _over(Zc, x0)
    targets = start.stock_days * Zc
    S = targets.copy()
    how, all_shares = _how(start.scores, A, model.kind), A.sum(axis=0)
    allowed, which = np.empty(n), np.empty(n, dtype=np.int32)

    def limits() -> None:
        if model.kind == "linear":
            allowed[:] = _over(S.sum(axis=0), all_shares, np.inf)
            which[:] = -1
        else:
            stocks_allow(S, A, how, x0, allowed, which)

    limits()
    weight = start.labour / start.labour.sum()
    work, d, cap = np.ones(n), x0.copy(), x0.copy()
    rho = 1.0 - (1.0 - model.persistence) / 90.0
    C0 = float(start.consumption.sum())
    spent = 1.0  # C / C0
    short_day, short_pool = np.full(n, -1), np.full(n, -1, dtype=np.int32)
    days = {name: np.empty((T, n)) for name in _DAILY}
    asked, arrived, lowest = np.empty(n), np.empty((P, n)), float(S.min(initial=np.inf))
    for t in range(T):
        change = _over(np.minimum(allowed, d) - cap, x0)
        pace = np.where(change >= 0.0, 1.0 / model.hiring_days, 1.0 / model.firing_days)
        work = np.minimum(1.0 - courses.labour_lost[t], work + pace * change)
        cap = work * x0
        now = model.autonomous + (1.0 - model.autonomous) * float(weight @ work)
        half = (1.0 - rho) / 2.0
        spent = float(np.exp(rho * np.log(spent) + half * np.log(now * model.expected_income)))
        c = start.consumption * (spent if C0 > 0.0 else 1.0) * (1.0 - courses.consumption_lost[t])
        f = start.other - courses.other_lost[t]
        orders = np.maximum(0.0, A * d + (targets - S) / model.restoration_days)
        H = _over(orders, Zc)
        ordered(Z, H, pool, asked)
        final = c + f
        d = asked + final
        limits()
        x = np.minimum(np.minimum(cap, allowed), d)
        if model.rationing == "orders_first":
            part = np.minimum(1.0, _over(x, asked))
            served = _over(x - part * asked, final)
        else:
            part = _over(x, d)
            served = part
        arrived[:] = start.abroad
        delivered(Z, part, pool, arrived)
        arrived *= H
        S = np.maximum(0.0, S + arrived - A * x)
        lowest = min(lowest, float(S.min(initial=np.inf)))
        binds = (allowed < np.minimum(cap, d) * (1.0 - BINDS)) & (short_day < 0)
        short_day[binds], short_pool[binds] = t, which[binds]
        today = (
            x,
            cap,
            d,
            allowed,
            work,
            arrived.sum(axis=0),
            served * final,
            (1.0 - served) * c,
            (1.0 - served) * f,
        )
        for name, numbers in zip(_DAILY, today, strict=True):
            days[name][t] = numbers
    return BindingRecords(**days, short_day=short_day, short_pool=short_pool, lowest_stock=lowest)


_DAILY = (
    "production", "capacity", "demand", "allowed", "labour", "purchases", "final",
    "unmet_consumption", "unmet_other",
)  # fmt: skip


def _how(scores: Numbers, A: Numbers, kind: ProductionKind) -> npt.NDArray[np.int8]:
    """Return how each input binds: 0 not, 1 wholly, 2 by half; inputs that are not used do not."""
    critical, important = scores == 1.0, scores == 0.5
    if kind == "leontief":
        critical = np.ones_like(critical)
    elif kind == "strong":
        critical = critical | important
    how = np.where(critical, 1, np.where(important & (kind == "half"), 2, 0))
    return np.where(A > 0.0, how, 0).astype(np.int8)


def _over(a: Numbers, b: Numbers, fill: float = 0.0) -> Numbers:
    return np.asarray(np.divide(a, b, out=np.full(np.shape(a), fill), where=b > 0.0))
