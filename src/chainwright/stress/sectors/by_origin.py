r"""ARIO with stocks kept by origin: what can replace what is set by an elasticity.

Each origin g of a product p is an input of its own with a stock :math:`Om_{gf}`. Besides the order
of update of `chainwright.stress.sectors.ario_day`:

- Stocks limit f by :math:`M_p = CES(L)`, :math:`L_g = Om_{gf} / (\psi s_p A_{gf} xo_f)`, weights
  :math:`A_{gf}` and power :math:`k = (\sigma - 1) / \sigma`: the least of them at
  :math:`\sigma = 0`, their weighted mean, which is the pooled stock, at :math:`\infty`.
- Used is :math:`u_g = A_{gf} x \min(L_g, \mu)`, L with x in place of xo, :math:`\mu \ge 1`
  solving :math:`\sum_g A_{gf} \min(L_g, \mu) = A_{Cp}`: an origin whose stock lies below
  :math:`\psi` of its target is used in proportion to what is held, and the rest of it is taken
  from the others one for one. A solution always exists: output is such that
  :math:`CES(L) \ge 1`, and with :math:`k \le 1` the weighted mean of L is no smaller. The
  elasticity limits output; it does not make what replaces an origin cost more than it replaces,
  else the short origin is drained to nothing and the others after it. (An input that never
  limits is used as far as it goes, with :math:`R_g = Om_{gf} / (A_{gf} x)` in place of L.)
- Orders :math:`O_g = open_g (1 - \varphi) own_g + \varphi Os_p share_g`, with
  :math:`\varphi = \sigma / (1 + \sigma)`,
  :math:`own_g = \max(0, s_p xo A_g - Om_g) / \tau + \mu A_g x`,
  :math:`Os_p = \max(0, s_p xo A_{Cp} - \sum_g Om_g) / \tau + \sum_g u_g`, and
  :math:`share_g` that of `chainwright.stress.sectors.cut_kernels`, ``Z q`` over its sum where
  nothing is cut (our reconstruction, but for :math:`\sigma = \infty`, which is the model with
  pooled stocks): what is cut off of own orders turns to nobody.
- Of final demand for what is cut off the share :math:`\varphi` turns to origins that are not cut.
- Where a user has a second source for the share :math:`\varphi_f` of a product whose elasticity is
  0, its stocks limit it by :math:`\min(\min_g L_g / (1 - \varphi_f), \sum_g A_g L_g / A_{Cp})` and
  its orders are those above with :math:`\varphi_f`: alone at 0, pooled at 1.
- A reserve fills the stock of each of its origins up to :math:`1 - \varphi_f` of where it limits
  (:math:`\varphi` = 1 pooled, 0 at any other elasticity), then all of them together up to there, in
  proportion to their deliveries at rest.
"""

import os
from collections.abc import Collection
from dataclasses import dataclass, field, fields

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.stress.sectors.day_loop import Progress, run_days
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.held_safeguards import HeldSafeguards
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.sectors.origin_stocks import Elasticity, OriginStocks
from chainwright.stress.sectors.ready_safeguards import Backup
from chainwright.stress.sectors.run_records import Records
from chainwright.stress.shocks.sector_blows import SectorBlows

__all__ = ["OriginRecords", "simulate_by_origin"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class OriginRecords(Records):
    """Records of a run with stocks by origin.

    Parameters
    ----------
    economy : Economy
        What ran.
    series : mapping of str to ndarray
        The records by name.
    short_product, short_step : ndarray of int32, shape (n,)
        Product of the first stock that bound a node's output, and the step; -1 if none ever did.
    ended_en, ended_zh : str
        Why the run ended.
    notes : tuple of (str, str)
        What to know about the run.
    stocks : mapping of int to ndarray, shape (S, n) [money]
        Stocks of all origins in the evening of chosen steps.
    reserves : ReserveUse, optional
        What became of each reserve; none if nothing is held.
    backup : BackupUse, optional
        What was made with each capacity that was held ready; none if nothing is.
    short_row : ndarray of int32, shape (n,)
        Row whose stock of that product reached least far; -1 if none ever bound.
    elasticity : ndarray, shape (S,) [1]
        Between the origins of each product.
    """

    short_row: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    elasticity: Numbers = field(default_factory=lambda: np.zeros(0))


def simulate_by_origin(
    economy: Economy,
    blows: SectorBlows,
    model: InventoryModel,
    *,
    elasticity: Elasticity = 0.0,
    safeguards: HeldSafeguards | None = None,
    record: Collection[str] | None = None,
    stocks_on: Collection[int] = (),
    threads: int | None = None,
    progress: Progress | None = None,
) -> OriginRecords:
    """Return the records of a run with stocks kept by origin.

    Memory beyond the table: n (n + r) numbers of its type for the stocks, seven (S, n) arrays and
    the records; orders are made again each step and never kept. Where psi times the target stock
    is below one step of use, the stock must last for that step instead, so none turns negative.

    Parameters
    ----------
    economy : Economy
        What runs.
    blows : SectorBlows
        What happens, and how many steps.
    model : InventoryModel
        How producers behave; its cutoff holds for single origins too.
    elasticity : float or mapping of str to float
        Of substitution between the origins of a product: 0, none replaces another; infinite, any
        does, which is the model with pooled stocks. By product, the others are infinite.
    safeguards : HeldSafeguards, optional
        What is held ready on this economy.
    record : collection of str, optional
        Which records to keep: all of shape (T, n) if not given; see `Records`.
    stocks_on : collection of int
        Steps in whose evening stocks are copied.
    threads : int, optional
        How many; as many as there are cores, at most 2, if not given. It changes no bit.
    progress : callable, optional
        Called after each step with the steps done and in all; it may raise to end the run.

    Raises
    ------
    ParameterError
        If the elasticity is negative or no number, or lies between the ends for a product with a
        second source; if steps differ, or damage exceeds capital.
    UnknownCodeError
        If an elasticity is given for a product that is not known.
    InfeasibleError
        If a number is lost: it names day, region, sector and blows.
    """
    if threads is not None and threads < 1:
        raise ParameterError("threads", "a run", "at least 1", threads)
    targets = model.stock_targets(economy)
    stocks = OriginStocks(
        economy, blows, model, targets, elasticity=elasticity, safeguards=safeguards,
        threads=threads or min(2, _cores()),
    )  # fmt: skip
    capacity = safeguards is not None and bool(safeguards.capacity)
    try:
        run = run_days(
            economy,
            blows,
            model,
            stocks,
            moving=stocks.moving,
            backup=Backup(economy, safeguards, blows) if safeguards and capacity else None,
            reserves=stocks.reserves,
            record=record,
            stocks_on=stocks_on,
            notes=targets.notes + model.notes(economy),
            progress=progress,
        )
    finally:
        stocks.close_threads()
    same = {one.name: getattr(run, one.name) for one in fields(run)}
    return OriginRecords(**same, short_row=stocks.short_row, elasticity=stocks.elasticity)


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
