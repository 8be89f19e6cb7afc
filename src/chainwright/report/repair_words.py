"""Steps of a repair in words: what is done for whom, at which cost, and whether it stays."""

from collections.abc import Hashable, Mapping
from math import isnan
from typing import Any

import pandas as pd

from chainwright.report.analysis import Analysis
from chainwright.report.grids import Grids
from chainwright.report.repaired import RepairFound
from chainwright.report.stress_words import percent, scenario_name
from chainwright.report.wording import Words

__all__ = [
    "answered",
    "budget_told",
    "cost_told",
    "done",
    "exposed",
    "scenario_called",
    "step_told",
    "verdict_told",
    "weeks_told",
]

MANY = 3
"""Users, or scenarios, that are named."""

Row = Mapping[Hashable, Any]


def _parts(cell: object) -> list[str]:
    """Return the words of a cell that are joined by ``;``."""
    text = "" if cell is None or cell is pd.NA else str(cell)
    return [] if text == "nan" else [part.strip() for part in text.split(";") if part.strip()]


def _places(cell: object, analysis: Analysis, words: Words) -> str:
    """Return the names of regions and nodes in a cell."""
    grids = Grids(words, analysis.system.flows)
    named = [f"“{grids.node(p)}”" if ":" in p else grids.place(p) for p in _parts(cell)]
    return words.in_a_row(named, MANY) if named else words.home(analysis.home, grids.flows)


def done(row: Row, analysis: Analysis, words: Words) -> str:
    """Return what a step is, and for whom.

    Parameters
    ----------
    row : mapping
        A row of `repair`.
    analysis : Analysis
        The answers, whose table gives the names.
    words : Words
        The language.
    """
    flows = analysis.system.flows
    size = float(row["size"])
    product = words.sector(flows, str(row["product"])) if _parts(row["product"]) else ""
    shown = f"{size:.3g}" if row["kind"] == "reserve" else percent(size)
    told = words.say(
        f"repair_do_{row['kind']}",
        product=product,
        users=_places(row["users"], analysis, words),
        size=shown,
    )
    if _parts(row["origins"]):
        told += words.say("repair_from", origins=_places(row["origins"], analysis, words))
    return told


def cost_told(low: float, high: float, analysis: Analysis, words: Words) -> str:
    """Return a range of costs, or the one number that it is.

    Parameters
    ----------
    low, high : float
        The ends [money]; NaN where no cost is known.
    analysis : Analysis
        The answers, for the money.
    words : Words
        The language.
    """
    if isnan(low) or isnan(high):
        return words.say("not_known")
    money = analysis.system.flows.money
    first, last = words.amount(low, money), words.amount(high, money)
    return last if first == last else words.say("stress_range", low=first, high=last)


def budget_told(found: RepairFound, analysis: Analysis, words: Words) -> str:
    """Return the budget as an amount of money; a dash where there is none.

    Parameters
    ----------
    found : RepairFound
        The plan.
    analysis : Analysis
        The answers, for the money.
    words : Words
        The language.
    """
    budget = float("nan") if found.budget is None else found.budget
    return words.amount(budget, analysis.system.flows.money)


def scenario_called(name: str, analysis: Analysis, words: Words) -> str:
    """Return what a scenario of the plan is called in this brief.

    Parameters
    ----------
    name : str
        As the tables of the plan have it.
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    for scenario in analysis.scenarios:
        if scenario.choice.key == name:
            return scenario_name(scenario, words)
    return name


def answered(row: Row, analysis: Analysis, words: Words) -> str:
    """Return the scenarios that a step answers, the largest first.

    Parameters
    ----------
    row : mapping
        A row of `repair`.
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    names = [scenario_called(name, analysis, words) for name in _parts(row["answers"])]
    return words.in_a_row(names, MANY) if names else words.say("repair_no_scenario")


def verdict_told(row: Row, analysis: Analysis, words: Words) -> str:
    """Return whether a step stays when costs move within their ranges.

    Parameters
    ----------
    row : mapping
        A row of `repair`.
    analysis : Analysis
        The answers, for the money.
    words : Words
        The language.
    """
    verdict = str(row["verdict"])
    if verdict == "robust":
        return words.say("repair_robust")
    if verdict == "never":
        return words.say("repair_never")
    if verdict != "depends":
        return ""
    share = percent(float(row["robust_share"]))
    even = float(row["break_even_cost"])
    if isnan(even):
        return words.say("repair_depends_unknown", share=share)
    money = analysis.system.flows.money
    return words.say("repair_depends", share=share, even=words.amount(even, money))


def step_told(row: Row, analysis: Analysis, words: Words) -> str:
    """Return a step as a paragraph: what, cost, what it avoids, against what, whether it stays.

    Parameters
    ----------
    row : mapping
        A row of `repair`.
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    money = analysis.system.flows.money
    avoided, ratio = float(row["loss_avoided"]), float(row["loss_avoided_per_cost"])
    told: dict[str, object] = {
        "order": f"{int(row['order'])}",
        "do": done(row, analysis, words),
        "cost": cost_told(float(row["cost_low"]), float(row["cost_high"]), analysis, words),
        "assumed": words.say("repair_assumed_mark") if row["cost_assumed"] else "",
        "avoided": words.amount(avoided, money),
        "verdict": verdict_told(row, analysis, words),
    }
    if not avoided > 0.0:
        return words.say("repair_step_adds_nothing", **told).rstrip()
    told["answers"] = answered(row, analysis, words)
    key = "repair_per_cost" if ratio >= 1.0 else "repair_per_cost_less"
    told["per_cost"] = "" if isnan(ratio) else words.say(key, ratio=f"{ratio:,.3g}")
    return words.say("repair_step", **told).rstrip()


def weeks_told(before: float, after: float, words: Words) -> str:
    """Return the weeks to recover, without the plan and with it.

    Parameters
    ----------
    before, after : float
        Weeks; NaN where output is still below at the end, 0 where it never is.
    words : Words
        The language.
    """
    first, last = (
        words.say("repair_not_back") if isnan(weeks) else f"{weeks:.1f}" if weeks else "0"
        for weeks in (before, after)
    )
    return first if first == last else words.say("repair_weeks", before=first, after=last)


def exposed(found: RepairFound, analysis: Analysis, words: Words) -> str:
    """Return what remains exposed in each scenario, the largest loss first.

    Parameters
    ----------
    found : RepairFound
        The plan.
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    flows = analysis.system.flows
    frame = found.scenarios[found.scenarios["exposed_loss"] > 0.0]
    frame = frame.sort_values("exposed_loss", ascending=False, kind="stable")
    if frame.empty:
        return words.say("repair_left_none", home=words.home(analysis.home, flows))
    named = [
        words.say(
            "repair_left_one",
            name=scenario_called(str(row["scenario"]), analysis, words),
            node=f"“{Grids(words, flows).node(str(row['most_exposed']))}”",
            loss=words.amount(float(row["exposed_loss"]), flows.money),
        )
        for row in frame.to_dict("records")
    ]
    return words.say("repair_left", left=("；" if words.language == "zh" else "; ").join(named))
