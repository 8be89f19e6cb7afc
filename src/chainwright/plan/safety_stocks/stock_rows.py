"""An answer about safety stock as tables: a row a stage, a row a chain."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.params.agreement import agreed
from chainwright.plan.safety_stocks.random_times import stock_by_distribution, stock_by_variance
from chainwright.plan.safety_stocks.stage_programme import stage_programme
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.plan.safety_stocks.network_stock import SafetyStock

__all__ = ["chain_rows", "stage_rows"]

Floats = npt.NDArray[np.float64]

FEW_DAYS = 1e-9
"""Days that count as none."""


def stage_rows(found: "SafetyStock") -> pd.DataFrame:
    """Return a row a stage, the costliest stock first.

    Parameters
    ----------
    found : SafetyStock
        The answer.
    """
    network, demand, times = found.network, found.demand, found.times
    frame = network.frame
    cost = found.holding_cost
    _, chain = np.unique(frame["chain"].to_numpy(dtype=str), return_inverse=True)
    total = np.bincount(chain, cost)[chain]
    by_variance, by_distribution = random_costs(found)
    reasons = [_reason(*row) for row in _days(found)]
    columns = {
        "chain": frame["chain"],
        "stage": frame["stage"],
        "kind": frame["kind"],
        "holds": found.stock > 0.0,
        "safety_stock": found.stock,
        "holding_cost": cost,
        "cost_share": np.divide(cost, total, out=np.zeros(len(cost)), where=total > 0.0),
        "service_time_in_days": found.waited,
        "stage_time_days": times.planned,
        "service_time_out_days": found.quoted,
        "net_replenishment_days": found.covered,
        "base_stock": demand.mean * found.covered + found.stock,
        "pipeline_stock": demand.mean * times.planned,
        "demand_per_day": demand.mean,
        "demand_sd": demand.sd,
        "safety_factor": demand.factor,
        "unit_cost": found.unit_cost,
        "stage_time_mean": times.mean,
        "stage_time_sd": times.sd,
        "time_basis": times.basis.astype(object),
        "cost_by_variance": by_variance,
        "cost_by_distribution": by_distribution,
        "reason_en": [en for en, _ in reasons],
        "reason_zh": [zh for _, zh in reasons],
    }
    rows = pd.DataFrame(columns)[[c.column for c in schema("safety_stock")]]
    return rows.iloc[np.argsort(-cost, kind="stable")].reset_index(drop=True)


def chain_rows(found: "SafetyStock") -> pd.DataFrame:
    """Return a row a chain, in the order of the tables.

    Parameters
    ----------
    found : SafetyStock
        The answer.
    """
    network = found.network
    names = network.frame["chain"].to_numpy(dtype=object)
    first = {name: k for k, name in enumerate(network.chains)}
    place = np.array([first[name] for name in names], dtype=np.int64)
    count = len(network.chains)
    n = len(network)
    weight = found.holding_rate * found.unit_cost * found.demand.covered
    plain = stage_programme(network, found.times.planned, weight)
    at_mean = stage_programme(network, found.times.mean, weight)
    kept = at_mean.mended(found.quoted)
    value = found.holding_rate * found.unit_cost * found.demand.mean * found.times.planned
    by_variance, by_distribution = random_costs(found)
    added = np.where(found.times.basis == "rounded_up", found.times.planned - found.times.mean, 0.0)

    def of(values: npt.ArrayLike) -> Floats:
        sums = np.bincount(place, np.asarray(values, dtype=np.float64), minlength=count)
        return sums.astype(np.float64)

    def most(values: Floats) -> Floats:
        largest = np.zeros(count)
        np.maximum.at(largest, place, values)
        return largest

    plans = [found.plans[name] for name in network.chains]
    cost = np.array([plan.cost for plan in plans])
    all_hold = of(weight * np.sqrt(plain.covered(np.zeros(n))))
    saving = all_hold - cost
    holding = of(found.stock > 0.0).astype(np.int64)
    rounded = of(found.times.basis == "rounded_up").astype(np.int64)
    low, high = (rate / found.holding_rate for rate in found.rates)
    readings = [
        _reading(plan.gap, int(held), int(size), assumed=found.rates[0] != found.rates[1])
        for plan, held, size in zip(plans, holding, of(np.ones(n)), strict=True)
    ]
    columns = {
        "chain": list(network.chains),
        "stages": of(np.ones(n)).astype(np.int64),
        "arcs": np.bincount(place[network.supplier], minlength=count),
        "stages_holding": holding,
        "holding_cost": cost,
        "bound": [plan.bound for plan in plans],
        "gap": [plan.gap for plan in plans],
        "method": [plan.method for plan in plans],
        "all_hold_cost": all_hold,
        "saving": saving,
        "saving_share": np.divide(saving, all_hold, out=np.zeros(count), where=all_hold > 0.0),
        "holding_rate": found.holding_rate,
        "holding_rate_assumed": found.rates[0] != found.rates[1],
        "cost_at_low_rate": low * cost,
        "cost_at_high_rate": high * cost,
        "pipeline_cost": of(value),
        "rounded_stages": rounded,
        "rounding_days": most(added),
        "cost_at_mean_times": of(weight * np.sqrt(at_mean.covered(kept))),
        "random_stages": of(found.times.sd > 0.0).astype(np.int64),
        "largest_time_sd": most(found.times.sd),
        "cost_by_variance": of(by_variance),
        "cost_by_distribution": of(by_distribution),
        "step_days": [plan.step for plan in plans],
        "reading_en": [en for en, _ in readings],
        "reading_zh": [zh for _, zh in readings],
    }
    return pd.DataFrame(columns)[[c.column for c in schema("safety_stock_chains")]]


def random_costs(found: "SafetyStock") -> tuple[Floats, Floats]:
    """Return the holding cost of each stage by the variance and by the distribution of its time.

    Parameters
    ----------
    found : SafetyStock
        The answer.
    """
    value = found.holding_rate * found.unit_cost
    days = (found.waited, found.quoted)
    variance = stock_by_variance(found.demand, found.times, *days)
    listed = stock_by_distribution(found.network, found.demand, found.times, *days)
    return value * variance, value * listed


def _days(found: "SafetyStock") -> list[tuple[float, float, float, bool]]:
    columns = (found.covered, found.quoted, found.waited, found.stock > 0.0)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _reason(covered: float, quoted: float, waited: float, holds: bool) -> tuple[str, str]:  # noqa: FBT001
    """Return why a stage holds stock or not, in English and Chinese."""
    if holds:
        told = "It promises {q} {q:day|days}; its inputs take {w}. Stock covers {c}."
        days = {"q": quoted, "w": waited, "c": covered}
        return (
            agreed(told, **{name: f"{round(many, 2):g}" for name, many in days.items()}),
            f"承诺 {quoted:.4g} 天，投入需 {waited:.4g} 天，库存覆盖 {covered:.4g} 天。",
        )
    if covered > FEW_DAYS:
        return (
            "Nothing varies or costs here: it needs no safety stock.",
            "需求无波动或无成本，不需安全库存。",
        )
    return (
        "It makes to order: what it promises leaves time for its inputs and its own work.",
        "按单生产：承诺的时间足够等待投入并完成加工。",
    )


def _reading(gap: float, holding: int, size: int, *, assumed: bool) -> tuple[str, str]:
    """Return what the figures of a chain say and do not, in English and Chinese."""
    en = agreed(
        "{h:,} of {n:,} {n:stage|stages} {h:holds|hold} stock; no plan is cheaper by more than "
        f"{gap:.2%}. ",
        h=holding,
        n=size,
    )
    zh = f"{size} 个环节中 {holding} 个持有库存；任何方案最多再便宜 {gap:.2%}。"
    if assumed:
        en += "The holding rate is an assumption: it scales all costs and changes no plan. "
        zh += "持有费率为假设：只缩放成本，不改变方案。"
    en += "Demand above the bound is met by other means; this is not a fill rate."
    zh += "超出界限的需求须另行应对；这不是满足率。"
    return en, zh
