"""The rows of a repair: its steps, its scenarios before and after, output by day."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.plan.repairs.repair_words import answered_scenarios, scenario_reading, step_reason
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.plan.repairs.repair_result import Repair

__all__ = ["by_day_rows", "scenario_rows", "settled", "step_rows"]

Floats = npt.NDArray[np.float64]


def settled(found: "Repair") -> npt.NDArray[np.object_]:
    """Return what was settled of each measure beforehand, shape (M,).

    Parameters
    ----------
    found : Repair
        The plan.
    """
    limits = found.case.question.limits
    words = np.where(limits.least > 0.0, "locked", np.where(limits.most <= 0.0, "forbidden", ""))
    return words.astype(object)


def step_rows(found: "Repair") -> pd.DataFrame:
    """Return one row a step in their order, then what is in the best plan at other costs.

    Parameters
    ----------
    found : Repair
        The plan.
    """
    case, worth = found.case, found.worth
    held, asked = case.measures.held, case.question
    count = len(held)
    start = found.found.start
    taken = start >= 0
    place = np.full(count, np.nan)
    place[list(worth.order)] = np.arange(1.0, len(worth.order) + 1.0)
    share = worth.robustness.share
    words = settled(found)
    shown = np.flatnonzero(taken | (np.nan_to_num(share) > 0.0) | (words != ""))
    order = shown[
        np.lexsort((shown, -np.nan_to_num(share[shown]), np.nan_to_num(place[shown], nan=np.inf)))
    ]
    years = asked.timetable.years
    lead = np.ceil(case.measures.lead_years) if years > 1 else np.zeros(count)
    unknown = np.full(count, np.nan)
    low, cost, high = (unknown,) * 3 if case.in_weeks else case.costs_begun(start)
    edge = np.where(np.isfinite(worth.break_even), worth.break_even, np.nan)
    per_cost = np.divide(
        worth.increment, cost, out=np.full(count, np.nan), where=taken & (cost > 0.0)
    )
    reasons = {int(i): step_reason(found, int(i), str(words[i])) for i in order}
    names = case.scenarios.names
    answers = [
        "; ".join(names[s] for s in answered_scenarios(found, i)) if taken[i] else ""
        for i in range(count)
    ]
    columns: dict[str, object] = {
        "measure": [one.name for one in held],
        "taken": taken,
        "order": pd.array(np.where(taken, place, np.nan), dtype="Int64"),
        "kind": [one.kind for one in held],
        "product": [one.product for one in held],
        "users": ["; ".join(one.users) for one in held],
        "origins": ["; ".join(one.origins) for one in held],
        "size": np.array([one.size for one in held], dtype=np.float64),
        "size_unit": [one.size_unit for one in held],
        "start_year": pd.array(np.where(taken, start + 1.0, np.nan), dtype="Int64"),
        "effective_year": pd.array(np.where(taken, start + lead + 1.0, np.nan), dtype="Int64"),
        "cost": cost,
        "cost_low": low,
        "cost_high": high,
        "cost_assumed": case.measures.assumed,
        "loss_avoided": worth.increment,
        "marginal_loss": worth.marginal,
        "loss_avoided_per_cost": per_cost,
        "break_even_cost": unknown if case.in_weeks else edge,
        "verdict": [""] * count if case.in_weeks else list(worth.robustness.verdict),
        "robust_share": unknown if case.in_weeks else share,
        "answers": answers,
        "locked": words,
        "source": [one.source for one in held],
    }
    table = pd.DataFrame(columns).iloc[order].reset_index(drop=True)
    table["reason_en"] = pd.Series([reasons[int(i)][0] for i in order], dtype=object)
    table["reason_zh"] = pd.Series([reasons[int(i)][1] for i in order], dtype=object)
    return table[[c.column for c in schema("repair")]]


def scenario_rows(found: "Repair") -> pd.DataFrame:
    """Return one row a scenario, the largest loss before first.

    Parameters
    ----------
    found : Repair
        The plan.
    """
    case, runs = found.case, found.runs
    before, after = runs.losses
    unknown = np.full(len(before), np.nan)
    others = found.other_runs
    other_before, other_after = (unknown, unknown) if others is None else others.losses
    weeks_before, weeks_after = runs.weeks_to_recover
    promised = found.found.losses_promised[-1]
    lost = np.array([one.lost_by_node for one in runs.after])
    worst = lost.argmax(axis=1)
    codes = case.oracle.economies.table().economy.codes
    exposed = lost[np.arange(len(worst)), worst]
    named = [codes[g] if loss > 0.0 else "" for g, loss in zip(worst, exposed, strict=True)]
    columns: dict[str, object] = {
        "scenario": np.array(case.scenarios.names, dtype=object),
        "probability": case.scenarios.probability,
        "loss_before": before,
        "loss_promised": promised,
        "loss_after": after,
        "avoided_share": np.divide(
            before - after, before, out=np.full(len(before), np.nan), where=before > 0.0
        ),
        "loss_before_other_end": other_before,
        "loss_after_other_end": other_after,
        "weeks_to_recover_before": weeks_before,
        "weeks_to_recover_after": weeks_after,
        "most_exposed": np.array(named, dtype=object),
        "exposed_loss": exposed,
    }
    words = [scenario_reading(found, s, named[s], float(exposed[s])) for s in range(len(before))]
    columns["reading_en"] = np.array([english for english, _ in words], dtype=object)
    columns["reading_zh"] = np.array([chinese for _, chinese in words], dtype=object)
    order = np.lexsort((np.arange(len(before)), -before))
    return pd.DataFrame(columns).iloc[order].reset_index(drop=True)


def by_day_rows(found: "Repair") -> pd.DataFrame:
    """Return output of home by scenario and day, over output at rest.

    Parameters
    ----------
    found : Repair
        The plan.
    """
    runs, names = found.runs, found.case.scenarios.names
    days = runs.days
    return pd.DataFrame(
        {
            "scenario": np.repeat(np.array(names, dtype=object), len(days)),
            "day": np.tile(days, len(names)),
            "output_before": np.concatenate([one.output_share for one in runs.before]),
            "output_after": np.concatenate([one.output_share for one in runs.after]),
        }
    )
