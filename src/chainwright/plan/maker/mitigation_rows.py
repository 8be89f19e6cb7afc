"""The rows of a plan of measures: its steps and its gaps, with reasons in two languages."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.params.agreement import agreed
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.plan.maker.mitigations import Mitigation

__all__ = ["scenario_rows", "step_rows"]

Floats = npt.NDArray[np.float64]

LARGE = 1000.0
"""Money from which it is written without decimals."""

NAMED = 3
"""Gaps or measures that a reason names."""


def step_rows(found: "Mitigation") -> pd.DataFrame:
    """Return one row a step, what avoids most first, then what is in the plan at other costs.

    Parameters
    ----------
    found : Mitigation
        The plan.
    """
    measures, worth = found.measures, found.appraisal
    amount = found.amount
    limits = found.posed.search.limits
    forbidden = (limits.most <= 0.0) & (measures.most > 0.0)
    settled = np.where(limits.least > 0.0, "locked", np.where(forbidden, "forbidden", ""))
    share = np.nan_to_num(worth.robustness.share)
    taken = amount > 0.0
    shown = np.flatnonzero(taken | (share > 0.0) | (settled != ""))
    order = shown[np.lexsort((shown, -share[shown], -worth.avoided[shown], ~taken[shown]))]
    units = np.where(taken, amount, 1.0)
    cost = found.posed.search.cost * units
    week = found.system.maker.network.requirement[measures.item]
    stock = measures.stock & taken
    per_cost = np.divide(
        worth.avoided, cost, out=np.full(len(cost), np.nan), where=taken & (cost > 0.0)
    )
    reasons = {i: _step_reason(found, int(i), str(settled[i])) for i in order}
    frame = measures.frame
    columns: dict[str, object] = {
        "taken": taken,
        "amount": np.where(stock, amount, np.nan),
        "cost": cost,
        "break_even_cost": np.where(np.isinf(worth.break_even), np.nan, worth.break_even),
        "verdict": np.array(worth.robustness.verdict, dtype=object),
        "loss_avoided": np.where(taken, worth.avoided, np.nan),
        "gaps_protected": worth.protects.sum(axis=0),
        "amount_weeks": np.divide(
            amount, week, out=np.full(len(week), np.nan), where=stock & (week > 0.0)
        ),
        "capacity_per_week": np.where(measures.stock, np.nan, measures.capacity),
        "delay_weeks": np.where(measures.stock, np.nan, measures.weeks),
        "cost_low": measures.cost_low * units,
        "cost_high": measures.cost_high * units,
        "cost_assumed": measures.assumed,
        "loss_avoided_per_cost": per_cost,
        "robust_share": worth.robustness.share,
        "locked": settled.astype(object),
    }
    for column in ("measure", "kind", "item", "supplier", "site", "source"):
        columns[column] = frame[column].to_numpy(dtype=object)
    table = pd.DataFrame(columns).iloc[order].reset_index(drop=True)
    table["reason_en"] = pd.Series([reasons[i][0] for i in order], dtype=object)
    table["reason_zh"] = pd.Series([reasons[i][1] for i in order], dtype=object)
    return table[[c.column for c in schema("mitigation")]]


def _step_reason(found: "Mitigation", i: int, settled: str) -> tuple[str, str]:
    worth = found.appraisal
    share, trials = worth.robustness.share[i], worth.robustness.trials
    part_en = ", parts of it counted as parts" if worth.robustness.relaxed else ""
    tried = agreed("{n} {n:trial|trials} of costs", n=trials)
    part_zh = "（部分采取按部分计）" if worth.robustness.relaxed else ""
    en, zh = [], []
    if settled == "locked":
        en.append("Settled beforehand.")
        zh.append("事先锁定。")
    if settled == "forbidden":
        return "Forbidden beforehand.", "事先禁用。"
    if found.amount[i] <= 0.0:
        en.append(f"Not in the plan; in the best plan of {share:.0%} of {tried}{part_en}.")
        zh.append(f"未列入方案；{trials} 次成本试算中 {share:.0%} 的最优方案列入{part_zh}。")
        return " ".join(en), "".join(zh)
    codes = [found.gaps.codes[g] for g in np.flatnonzero(worth.protects[:, i])]
    if codes:
        en.append(f"Without it more is lost when these are out: {_some(codes)}.")
        zh.append(f"缺少它，以下停产时损失更大：{_some(codes)}。")
    else:
        en.append("Left out alone it loses nothing more: the search stopped within its tolerance.")
        zh.append("单独去掉它并不增加损失：搜索在容差内停止。")
    edge = worth.break_even[i]
    if np.isinf(edge):
        en.append("No plan does without some of it.")
        zh.append("任何方案都离不开它。")
    elif np.isnan(edge):
        en.append("Its break-even cost was not sought.")
        zh.append("未求其盈亏平衡成本。")
    else:
        upper = worth.around
        en.append(f"Worth taking up to {_amount(edge)} a year{' at most' if upper else ''}.")
        zh.append(f"年成本{'最多' if upper else ''}不超过 {_amount(edge)} 时值得采取。")
    if share >= 1.0:
        en.append(f"In the best plan of all {tried}.")
        zh.append(f"{trials} 次成本试算的最优方案均列入。")
    elif not np.isnan(share):
        en.append(f"In the best plan of {share:.0%} of {tried}{part_en}.")
        zh.append(f"{trials} 次成本试算中 {share:.0%} 的最优方案列入{part_zh}。")
    if found.measures.assumed[i]:
        en.append("Its cost is an assumption.")
        zh.append("其成本为假设。")
    return " ".join(en), "".join(zh)


def scenario_rows(found: "Mitigation") -> pd.DataFrame:
    """Return one row a gap, the largest loss before first.

    Parameters
    ----------
    found : Mitigation
        The plan.
    """
    gaps = found.gaps
    names = np.array(found.measures.names, dtype=object)
    protected = [names[np.flatnonzero(row)].tolist() for row in found.appraisal.protects]
    behind = [gaps.codes[b] if b != g else "" for g, b in enumerate(found.searched.behind.tolist())]
    reasons = [_gap_reason(found, g, behind[g], protected[g]) for g in range(len(gaps))]
    named = found.posed.survival.names("scenario")
    columns: dict[str, object] = {
        "scenario": np.array(gaps.codes, dtype=object),
        "scenario_name": np.array([named.get(c, c) for c in gaps.codes], dtype=object),
        "time_to_recover_weeks": gaps.weeks,
        "time_to_survive_weeks": gaps.survives,
        "gap_weeks": gaps.weeks - gaps.survives,
        "loss_before": gaps.loss,
        "loss_promised": found.appraisal.losses,
        "loss_verified": found.verified,
        "covered": found.verified <= 0.0,
        "behind": np.array(behind, dtype=object),
        "protected_by": np.array(["; ".join(p) for p in protected], dtype=object),
        "reason_en": np.array([r[0] for r in reasons], dtype=object),
        "reason_zh": np.array([r[1] for r in reasons], dtype=object),
    }
    order = np.lexsort((np.arange(len(gaps)), -gaps.weeks + gaps.survives, -gaps.loss))
    return pd.DataFrame(columns).iloc[order].reset_index(drop=True)


def _gap_reason(
    found: "Mitigation", g: int, behind: str, protected: Sequence[str]
) -> tuple[str, str]:
    if found.verified[g] > 0.0:
        return _open_reason(found, g)
    if behind:
        en = f"Covered with {behind}, which takes no less down for no less time."
        return en, f"随 {behind} 一并覆盖：后者范围不小、时间不短。"
    if protected:
        return f"Covered by {_some(protected)}.", f"由 {_some(protected)} 覆盖。"
    en = "Covered by several steps, each of which could be left out alone."
    return en, "由多项措施共同覆盖，单独去掉任一项仍可维持。"


def _open_reason(found: "Mitigation", g: int) -> tuple[str, str]:
    left, before = found.verified[g], found.gaps.loss[g]
    allowed = found.posed.search.limits.most > 0.0
    if found.searched.excluded[g]:
        en = "The measures that cover it exclude those that other gaps need."
        return en, "能覆盖它的措施与其他缺口所需措施互斥。"
    if not (found.searched.whole.blocks[g].reaching & allowed).any():
        en = "No measure that is allowed does anything for it."
        return en, "没有可用措施对它起作用。"
    least = found.searched.least_loss[g]
    if least > 0.0:
        en = f"Even with every measure that is allowed {_amount(least)} would be lost."
        return en, f"即使采取所有可用措施仍将损失 {_amount(least)}。"
    en = f"{_amount(left)} of {_amount(before)} is still lost within the budget."
    return en, f"在预算内仍损失 {_amount(left)}（原 {_amount(before)}）。"


def _amount(value: float) -> str:
    """Return money as a person writes it: thousands apart, no exponent."""
    return f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.4g}"


def _some(words: Sequence[str]) -> str:
    more = f" (+{len(words) - NAMED})" if len(words) > NAMED else ""
    return "; ".join(words[:NAMED]) + more
