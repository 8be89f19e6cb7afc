"""The steps of a dispatch list in one table, each with the reason for its place."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainwright.params.agreement import agreed
from chainwright.plan.events.allocations import CUSTOMERS

if TYPE_CHECKING:
    from chainwright.plan.events.dispatching import DispatchList

__all__ = ["unified"]

ACTIONS = ("call", "restart", "cut", "allocate")
"""What a step does, in the order of those that are equally urgent."""

REASONS = {
    "allocate": (
        "{item} runs out in week {week:.1f} if all go on as planned; this share loses least.",
        "若照计划生产，{item}将在第{week:.1f}周用尽；按此分配损失最小。",
    ),
    "in time": (
        "Qualified in {first} {first:week|weeks}, before {item} runs out in week {week:.1f}.",
        "{first}周可认证完成，早于{item}第{week:.1f}周用尽。",
    ),
    "in time qualified": (
        "Qualified already; {item} runs out in week {week:.1f}.",
        "已认证；{item}第{week:.1f}周用尽。",
    ),
    "late": (
        "First delivery in week {first}, after {item} runs out in week {week:.1f}, but before "
        "all works again.",
        "第{first}周首批到货，晚于{item}第{week:.1f}周用尽，但早于全部恢复。",
    ),
    "unknown": (
        "How long it takes to qualify is not known: ask. {item} runs out in week {week:.1f}.",
        "认证时间未知，需询问。{item}第{week:.1f}周用尽。",
    ),
    "restart": (
        "Place {place} of {count}, {crews} at once: {products} {waiting:waits|wait} for it.",
        "次序 {place}/{count}，同时复产 {crews} 处：{products} 等待其复产。",
    ),
    "restart last": (
        "Place {place} of {count}, {crews} at once: no product that is short waits for it.",
        "次序 {place}/{count}，同时复产 {crews} 处：没有短缺产品等待其复产。",
    ),
    "cut": (
        "Short from week {week:.1f} at the best use of what there is; {share:.0%} of demand.",
        "即使最优利用，仍自第{week:.1f}周起短缺，占需求{share:.0%}。",
    ),
}
"""Reasons in English and Chinese."""


def unified(found: "DispatchList") -> pd.DataFrame:
    """Return every step, the one that has to begin first first.

    Parameters
    ----------
    found : DispatchList
        The answer.
    """
    steps = [*_sent(found), *_called(found), *_restarted(found), *_cut(found)]
    columns = ["action", "by_week", "item", "source", "line", "from_week", "to_week", "units"]
    frame = pd.DataFrame(steps, columns=[*columns, "reason_en", "reason_zh"])
    numbers = ["by_week", "from_week", "to_week", "units"]
    frame = frame.astype(dict.fromkeys(numbers, "float64"))
    frame["place"] = [ACTIONS.index(action) for action in frame["action"]]
    order = ["by_week", "place", "from_week"]
    frame = frame.sort_values(order, kind="stable", ignore_index=True).drop(columns="place")
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    return frame


def _told(key: str, **values: object) -> dict[str, str]:
    english, chinese = REASONS[key]
    return {"reason_en": agreed(english, **values), "reason_zh": agreed(chinese, **values)}


def _sent(found: "DispatchList") -> list[dict[str, object]]:
    """Return a step for each item, source and line; it is urgent when the item runs out."""
    keys = ["item", "source", "line"]
    sums = found.allocated.groupby(keys, sort=False).agg(
        from_week=("from_week", "min"), to_week=("to_week", "max"), units=("units", "sum")
    )
    network, weeks = found.system.maker.network, found.estimate.shown.runs_out
    place = {code: i for i, code in enumerate(network.items.codes)}
    steps: list[dict[str, object]] = []
    for row in sums.reset_index().to_dict("records"):
        week = float(weeks[place[row["item"]]])
        step: dict[str, object] = {"action": "allocate", "by_week": row["from_week"]}
        step |= {str(name): value for name, value in row.items()}
        steps.append(step | _told("allocate", item=row["item"], week=week))
    return sorted(steps, key=lambda step: weeks[place[str(step["item"])]])


def _called(found: "DispatchList") -> list[dict[str, object]]:
    """Return a step for each alternate that could help, or of which that is not known."""
    steps: list[dict[str, object]] = []
    horizon = float(found.estimate.shown.outages.returns.max(initial=0.0))
    for row in found.alternates.to_dict("records"):
        verdict = row["verdict"]
        if verdict in {"too late", "hit"}:
            continue
        key = "in time qualified" if verdict == "in time" and row["qualified"] else verdict
        first = row["first_delivery_week"]
        steps.append(
            {
                "action": "call",
                "by_week": 0.0 if np.isnan(row["call_by_week"]) else row["call_by_week"],
                "item": row["item"],
                "source": row["supplier"] + (f" {row['site']}" if row["site"] else ""),
                "line": "",
                "from_week": first,
                "to_week": horizon,
                "units": row["can_bring"],
                **_told(key, item=row["item"], first=f"{first:g}", week=row["runs_out_week"]),
            }
        )
    return steps


def _restarted(found: "DispatchList") -> list[dict[str, object]]:
    count = len(found.restarts)
    steps: list[dict[str, object]] = []
    for row in found.restarts.to_dict("records"):
        waiting = [code for code in row["products"].split(";") if code]
        products = ", ".join(waiting)
        key = "restart" if products else "restart last"
        steps.append(
            {
                "action": "restart",
                "by_week": row["start_week"],
                "item": "",
                "source": row["site"],
                "line": "",
                "from_week": row["start_week"],
                "to_week": row["done_week"],
                "units": np.nan,
                **_told(
                    key,
                    place=row["place"],
                    count=count,
                    crews=found.crews,
                    products=products,
                    waiting=len(waiting),
                ),
            }
        )
    return steps


def _cut(found: "DispatchList") -> list[dict[str, object]]:
    shown = found.estimate.shown
    if shown.plan is None:
        return []
    network = found.system.maker.network
    horizon = float(shown.plan.ends[-1])
    first = shown.first_loss
    steps: list[dict[str, object]] = []
    for i in np.argsort(first, kind="stable").tolist():
        if not np.isfinite(first[i]):
            break
        lost = float(shown.lost[i])
        share = lost / (network.demand[i] * horizon)
        steps.append(
            {
                "action": "cut",
                "by_week": float(first[i]),
                "item": network.items.codes[i],
                "source": "",
                "line": CUSTOMERS,
                "from_week": float(first[i]),
                "to_week": horizon,
                "units": lost,
                **_told("cut", week=float(first[i]), share=share),
            }
        )
    return steps
