"""Partially binding Leontief: what a shock to labour and demand costs where stocks run out."""

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import MissingPartError, ParameterError
from chainwright.params import table as facts
from chainwright.stress.sectors.binding_words import binding_reasons
from chainwright.stress.sectors.direct_losses import capacity_lost, demand_lost, refuse
from chainwright.stress.sectors.economy import DAYS_PER_YEAR, Economy, Notes
from chainwright.stress.sectors.input_scores import Scores, input_scores
from chainwright.stress.sectors.partially_binding_model import BindingModel
from chainwright.stress.sectors.partially_binding_run import (
    BindingCourses,
    BindingRecords,
    BindingStart,
    run_binding,
)
from chainwright.stress.sectors.stock_days import days_by_input
from chainwright.stress.sectors.values_by_sector import BySector, by_node
from chainwright.stress.shocks.refusals import refuse_safeguards
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.stress.shocks.shock import Shock
from chainwright.system import Axis, Flows, Result, System

__all__ = ["PartiallyBinding", "partially_binding"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class PartiallyBinding(Result):
    """What a shock takes from each node, and whether labour, inputs or demand held it down.

    Parameters
    ----------
    system : System
        The system that was asked about.
    shock : Shock
        What happened.
    model : BindingModel
        How producers and households act.
    stock_days : float, mapping or None
        As asked.
    economy : Economy
        The table at rest.
    start : BindingStart
        What the run started from [money / year].
    records : BindingRecords
        Each day [money / year].
    labour_known : bool
        Whether labour is the table's compensation of employees; else value added stands for it.
    rule : str
        Which inputs are critical.
    notes : tuple of (str, str)
        What was assumed, in English and Chinese.
    """

    name: ClassVar[str] = "partially_binding"
    charted: ClassVar[str] = "output_lost"

    shock: Shock
    model: BindingModel
    stock_days: BySector | None
    economy: Economy
    start: BindingStart
    records: BindingRecords
    labour_known: bool
    rule: str
    notes: Notes

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system, and what was assumed."""
        days = self.stock_days
        return {
            "shock": self.shock.to_toml(),
            "days": len(self.records.production),
            **asdict(self.model),
            "stock_days": days if days is None or isinstance(days, int | float) else dict(days),
            "essential": self.rule,
            "notes": [en for en, _ in self.notes],
        }

    @cached_property
    def output_lost(self) -> Numbers:
        """Output lost by each node over all days, shape (n,) [money]; below zero if it gains."""
        return np.asarray((self.start.x0 - self.records.production).sum(axis=0) / DAYS_PER_YEAR)

    @cached_property
    def lost_to(self) -> dict[str, Numbers]:
        """Output lost on days when labour, inputs or demand was the least, each (n,) [money]."""
        made = self.records
        lost = (self.start.x0 - made.production) / DAYS_PER_YEAR
        rest = np.minimum(made.capacity, made.demand) * (1.0 - 1e-9)
        inputs = made.allowed < rest
        labour = ~inputs & (made.capacity < made.demand * (1.0 - 1e-9))
        parts = {"labour": labour, "inputs": inputs, "demand": ~(inputs | labour)}
        return {what: np.where(on, lost, 0.0).sum(axis=0) for what, on in parts.items()}

    def table(self) -> pd.DataFrame:
        """Return one row a node, the largest loss of output first."""
        flows, made, x0 = self.economy.flows, self.records, self.start.x0
        level = np.divide(made.production, x0, out=np.ones_like(made.production), where=x0 > 0.0)
        all_days = x0 * len(level) / DAYS_PER_YEAR
        frame = flows.nodes.frame()
        frame["output"] = x0
        frame["output_lost"] = self.output_lost
        frame["output_lost_share"] = np.divide(
            self.output_lost, all_days, out=np.zeros_like(all_days), where=all_days > 0.0
        )
        for what, lost in self.lost_to.items():
            frame[f"lost_to_{what}"] = lost
        frame["value_added_lost"] = self.output_lost * _share(self.economy.VA, x0)
        frame["lowest"] = level.min(axis=0)
        frame["lowest_day"] = level.argmin(axis=0)
        frame["last"] = level[-1]
        frame["unmet_consumption"] = made.unmet_consumption.sum(axis=0) / DAYS_PER_YEAR
        frame["unmet_other"] = made.unmet_other.sum(axis=0) / DAYS_PER_YEAR
        frame["labour_income_lost"] = self.labour_income_lost
        frame["surplus_lost"] = self.surplus_lost
        frame["short_day"] = np.where(made.short_day < 0, np.nan, made.short_day)
        names = np.array([*self.pools, ""], dtype=object)
        frame["short_input"] = names[made.short_pool]
        frame["reason_en"], frame["reason_zh"] = binding_reasons(
            self.output_lost / np.where(all_days > 0.0, all_days, 1.0),
            self.lost_to,
            frame["short_input"].tolist(),
            made.short_day,
        )
        return frame.sort_values("output_lost", ascending=False, kind="stable", ignore_index=True)

    @property
    def pools(self) -> tuple[str, ...]:
        """What each input is called: a product, or a supplier where origins are kept apart."""
        by_product = self.model.pooling == "product"
        return self.economy.products.codes if by_product else self.economy.codes

    @cached_property
    def labour_income_lost(self) -> Numbers:
        """Labour income lost, shape (n,) [money]; NaN where the table tells no compensation."""
        if not self.labour_known:
            return np.full(self.economy.n, np.nan)
        idle = (1.0 - self.records.labour).sum(axis=0)
        return np.asarray(self.start.labour * idle / DAYS_PER_YEAR)

    @cached_property
    def surplus_lost(self) -> Numbers:
        """Sales less purchases and labour, below what it was, shape (n,) [money]; NaN likewise.

        Purchases are the inputs that arrive; all other costs are taken as they were.
        """
        usual = self.start.abroad.sum(axis=0) + self.start.Z.sum(axis=0)
        saved = (usual - self.records.purchases).sum(axis=0) / DAYS_PER_YEAR
        return np.asarray(self.output_lost - saved - self.labour_income_lost)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the losses by node, and the economy by day."""
        made, x0 = self.records, self.start.x0
        output = made.production.sum(axis=1) / DAYS_PER_YEAR
        rest = x0.sum() / DAYS_PER_YEAR
        short = made.allowed < np.minimum(made.capacity, made.demand) * (1.0 - 1e-9)
        weight = self.start.labour / self.start.labour.sum()
        days = pd.DataFrame(
            {
                "day": np.arange(len(output)),
                "output": output,
                "output_share": output / rest,
                "labour_share": made.labour @ weight,
                "demand_share": made.demand.sum(axis=1) / x0.sum(),
                "unmet_consumption": made.unmet_consumption.sum(axis=1) / DAYS_PER_YEAR,
                "unmet_other": made.unmet_other.sum(axis=1) / DAYS_PER_YEAR,
                "nodes_short": short.sum(axis=1),
            }
        )
        return {self.name: self.table(), "partially_binding_by_day": days}

    def __repr__(self) -> str:
        return super().__repr__() + "".join(f"\n{en}" for en, _ in self.notes)


def partially_binding(
    system: System,
    shock: Shock,
    *,
    days: int = 365,
    model: BindingModel | None = None,
    stock_days: BySector | None = None,
    essential: Scores | None = None,
) -> PartiallyBinding:
    r"""Return what a shock to labour and demand costs if only some inputs bind (Pichler et al.).

    Each day a node makes :math:`x = \min(x^{cap}, x^{inp}, d)`: what its labour, its stocks of
    inputs and its demand allow. Which inputs bind, and how hard, `BindingModel` says; the
    equations are in `run_binding`. Firms hire and fire slowly, households spend by what they earn
    and expect to earn, and stocks are refilled in some days. There are no prices and no
    overproduction, a node's suppliers of one product get orders in fixed proportions, and imports
    of a nation's table never fail.

    A blow of kind ``capacity`` is the share of labour that cannot work. One of kind
    ``demand_drop`` is consumption that households do without, or other final demand that is gone,
    by its final users. Capital and cuts of single deliveries are refused.

    From the table: consumption is that of households (and of non-profit institutions serving
    them), all else is other final demand. Labour is compensation of employees where the table has
    it; else value added stands for it, which matters for incomes' weights in consumption alone.

    Parameters
    ----------
    system : System
        With flows; imports that are mixed with home deliveries are split off in proportion.
    shock : Shock
        What happens.
    days : int
        How many days.
    model : BindingModel, optional
        How producers and households act; as published (half critical) if not given.
    stock_days : float or mapping of str to float, optional [day]
        Stocks in days of use, above zero: one number, or by *user* (node, sector, region, ``*``),
        as in the paper. The sourced table by *input* if not given.
    essential : DataFrame, path or ndarray, optional
        Which inputs are essential (critical), important or none: see `input_scores`. Our rule by
        ISIC Rev.4 section if not given, an assumption that knows no important ones.

    Raises
    ------
    ParameterError
        If a number is none of those, or the shock is of a kind that it cannot represent.
    TableError
        If the shock or the essential inputs do not fit the system.
    MissingPartError
        If the system has no flows, or a table in which nobody works or consumes.
    CapacityError
        If the stocks do not fit in memory.

    References
    ----------
    .. [1] Pichler, A., Pangallo, M., del Rio-Chanona, R. M., Lafond, F. and Farmer, J. D. (2022),
       Forecasting the propagation of pandemic shocks with a dynamic input-output model, Journal of
       Economic Dynamics and Control 144, 104527.
    """
    model = BindingModel() if model is None else model
    if not (isinstance(days, int) and days >= 1):
        raise ParameterError("days", "partially_binding", "a whole number, 1 or more", days)
    economy = Economy.of(system)
    flows, notes = economy.flows, list(economy.notes)
    refuse_safeguards("partially binding", system, but=("stabilise",))
    ready = system.safeguards if "safeguards" in system.has else ()
    blows = sector_blows(flows, shock, days, 1.0, safeguards=ready)
    refuse(blows, "partially binding", ("capital", "supply_cut"), CAN)
    start, labour_known, rule = _at_rest(economy, model, stock_days, essential, notes)
    final = economy.final[: economy.n] * economy.steps_per_year
    at_home = _households(flows)
    eaten = demand_lost(blows, np.where(at_home, final, 0.0))
    courses = BindingCourses(
        capacity_lost(blows, economy.n),
        np.divide(eaten, start.consumption, out=np.zeros_like(eaten), where=start.consumption > 0),
        demand_lost(blows, np.where(at_home, 0.0, final)),
    )
    records = run_binding(start, courses, model)
    if (records.short_day < 0).all():
        notes.append(UNBOUND)
    return PartiallyBinding(
        system,
        shock,
        model,
        stock_days,
        economy,
        start,
        records,
        labour_known,
        rule,
        tuple(notes),
    )


CAN = (
    "made of blows of kind capacity (labour that cannot work) or demand_drop (no capital, no "
    "deliveries: give capital as a share of capacity, and ask run(system, shock) about cuts)"
)

VALUE_ADDED = (
    "The table has no compensation of employees: value added stands for labour, in whose "
    "proportions alone incomes enter consumption; incomes and surplus lost are not told.",
    "该表没有劳动者报酬：以增加值代替劳动，仅其比例影响消费；不给出收入与盈余损失。",
)
ABROAD = (
    "Inputs from abroad are taken to arrive as ever in proportion to what is ordered.",
    "假设来自国外的投入按订货量如常到货。",
)

UNBOUND = (
    "No stock of inputs ever bound: all losses come from labour and demand, and the kinds of "
    "production agree. That is what these stocks cover, not a proof that the users are safe.",
    "库存从未成为约束：全部损失来自劳动力与需求，各类生产函数结果一致。"
    "这只说明这些库存足以覆盖，并不证明用户安全。",
)


def _households(flows: Flows) -> npt.NDArray[np.bool_]:
    """Return which final users consume; all final consumption where it is one column."""
    apart = flows.final_of("household", "npish")
    return apart if apart.any() else flows.final_of("consumption")


def _at_rest(
    economy: Economy,
    model: BindingModel,
    stock_days: BySector | None,
    essential: Scores | None,
    notes: list[tuple[str, str]],
) -> tuple[BindingStart, bool, str]:
    """Return the economy at rest in money a year, whether labour is known, and the rule."""
    flows, n, r = economy.flows, economy.n, economy.r
    year = economy.steps_per_year
    pooled = model.pooling == "product"
    pools = economy.S if pooled else n + r
    pool_product = np.arange(economy.S) if pooled else economy.row_product
    abroad = np.zeros((pools, n))
    if economy.M is not None:
        into = economy.row_product[n:] if pooled else np.arange(n, n + r)
        np.add.at(abroad, into, economy.M)
        notes.append(ABROAD)
    scores, rule = input_scores(economy.products, flows.nodes.sectors, essential)
    if stock_days is None:
        by_input, told = days_by_input(economy.products)
        held = np.repeat(np.asarray(by_input)[pool_product][:, None], n, axis=1)
        notes.append(told)
    else:
        held = np.tile(by_node(flows.nodes, stock_days, "stock_days"), (pools, 1))
    x0 = economy.x0 * year
    final = economy.final[:n][:, _households(flows)].sum(axis=1) * year
    total = economy.Y[:n] * year
    consumption = np.minimum(final, total)
    labour, known = _labour(flows, economy.VA)
    if not (labour.sum() > 0.0 and consumption.sum() > 0.0):
        raise MissingPartError(
            "value added and consumption of households",
            "The partially binding model needs people who work and consume.",
        )
    if not known:
        notes.append(VALUE_ADDED)
    start = BindingStart(
        np.ascontiguousarray(economy.Z, dtype=np.float64),
        np.asarray(economy.product if pooled else np.arange(n), dtype=np.int32),
        abroad,
        x0,
        labour,
        consumption,
        total - consumption,
        held,
        scores[np.ix_(pool_product, flows.nodes.sector)],
    )
    return start, known, rule


def _labour(flows: Flows, added: Numbers) -> tuple[Numbers, bool]:
    """Return compensation of employees, or value added in its place, and whether it is known."""
    kinds: Axis = flows.value_added_kinds
    paid = {r["code"] for r in facts("value_added") if r["role"] == "compensation"}
    rows = [i for i, code in enumerate(kinds.codes) if code in paid]
    if not rows:
        return np.maximum(added, 0.0), False
    return np.maximum(flows.value_added[rows].sum(axis=0, dtype=np.float64), 0.0), True


def _share(a: Numbers, b: Numbers) -> Numbers:
    return np.divide(a, b, out=np.zeros_like(a), where=b > 0.0)
