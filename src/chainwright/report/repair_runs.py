"""The repair of a brief, planned against its scenarios and run again."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from chainwright import plan
from chainwright.report.repaired import RepairFound
from chainwright.report.scenario_runs import MODEL, Scenario
from chainwright.report.wording import Words
from chainwright.system import Home, System

__all__ = ["BUDGETS", "REPAIR_MODEL", "repaired"]

BUDGETS = 20
"""Budgets of the frontier, from nothing to the one that is given."""

REPAIR_MODEL = replace(MODEL, replaceable=0.0)
"""How producers behave: as in the chapter on stress, but nobody replaces what is cut off."""


def repaired(
    system: System,
    home: Home,
    scenarios: Sequence[Scenario],
    budget: float,
    progress: Callable[[str], None],
) -> RepairFound:
    """Return the plan against the scenarios of a brief within a budget, and its frontier.

    Parameters
    ----------
    system : System
        With flows.
    home : Home
        Whose losses count.
    scenarios : sequence of Scenario
        What may happen; all weigh alike.
    budget : float [money]
        The most that the plan may cost a year.
    progress : callable
        Is told in words what is being done.

    Raises
    ------
    InfeasibleError
        If no plan is found in time.
    """
    progress(f"repair: what to do against {len(scenarios)} scenarios")
    found = plan.repair(
        system,
        {one.choice.key: one.choice.shock for one in scenarios},
        budget=budget,
        home=list(home.regions),
        model=REPAIR_MODEL,
        progress=progress,
    )
    frontier = None
    if budget > 0.0:
        progress(f"repair: what {BUDGETS} budgets buy")
        frontier = found.frontier(BUDGETS, progress=progress)
    said = ("repair_weights", "repair_replaceable")
    own = tuple((Words("en").say(key), Words("zh").say(key)) for key in said)
    return RepairFound(found, frontier, budget, str(found.parameters["loss"]), (*own, *found.notes))
