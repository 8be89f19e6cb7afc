"""Which measures can change nothing in a scenario, whatever else is taken: proven, not guessed."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.stress.ensembles.draw_job import End
from chainwright.stress.shocks.sector_blows import SectorBlows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chainwright.plan.repairs.repaired_economies import AppliedMeasure, RepairedEconomies
    from chainwright.plan.repairs.scenarios import Scenario

__all__ = ["relevant_measures"]

Bools = npt.NDArray[np.bool_]


def relevant_measures(
    economies: "RepairedEconomies",
    scenarios: "Sequence[Scenario]",
    steps: int,
    *,
    end: End = "pooled",
) -> Bools:
    """Return whether each measure may change each scenario, shape (S, M): False where none can.

    It is False only where the engine would do the very same sums with and without the measure,
    beside any others:

    - any measure of size 0, or that can be used only after the last step of the run;
    - a reserve all of which is held back;
    - a second source of a product of which the scenario cuts nothing off from its users, or whose
      share is no higher than what anybody can replace;
    - what stabilises where no blow strikes: the scenario's blows are the same arrays with it.

    Whether a stock or a capacity binds depends on what else is taken, so reserves, backup capacity
    and supplements always count as relevant here.

    Parameters
    ----------
    economies : RepairedEconomies
        The system and its measures.
    scenarios : sequence of Scenario, S
        What may happen.
    steps : int
        Steps of each run.
    end : str
        ``"pooled"`` or ``"by_origin"``: at the latter nobody can replace anything.
    """
    measures = economies.measures
    found = np.ones((len(scenarios), len(measures)), dtype=np.bool_)
    economy = economies.table().economy
    for s, scenario in enumerate(scenarios):
        plain = economies.blows(scenario.shock, (), steps)
        horizon = steps * economy.step_days - scenario.first_day
        for i, measure in enumerate(measures):
            if _idle(measure, horizon):
                found[s, i] = False
            elif measure.kind == "second_source":
                base = scenario.model.replaceable if end == "pooled" else 0.0
                found[s, i] = measure.size > base and _cuts(economies, plain, i)
            elif measure.kind == "stabilise":
                found[s, i] = not same_blows(plain, economies.blows(scenario.shock, {i}, steps))
    return found


LATE = ("reserve", "backup_capacity", "second_source")
"""Kinds that can be used only some days after the first blow."""


def _idle(measure: "AppliedMeasure", horizon_days: float) -> bool:
    """Return whether a measure never acts: no size, too late, or never released."""
    late = measure.kind in LATE and measure.after_days >= horizon_days
    kept = measure.kind == "reserve" and measure.hold_back >= 1.0
    return measure.size <= 0.0 or late or kept


def _cuts(economies: "RepairedEconomies", blows: SectorBlows, i: int) -> bool:
    """Return whether a blow cuts off the product of a second source from one of its users."""
    economy, name = economies.table().economy, economies.measures[i].name
    for source in economies.held({i}).sources:
        if source.name != name:
            continue  # the system's own
        for cut in blows.cuts:
            if not (economy.row_product[cut.sellers] == source.product).any():
                continue
            nodes, final = np.isin(cut.buyers, source.nodes), np.isin(cut.users, source.final)
            if nodes.any() or final.any():
                return True
    return False


def same_blows(one: SectorBlows, other: SectorBlows) -> bool:
    """Return whether two shocks on a table are the same arrays.

    Parameters
    ----------
    one, other : SectorBlows
        Of the same steps.

    Examples
    --------
    >>> same_blows(SectorBlows(3, 1.0), SectorBlows(3, 1.0))
    True
    """
    return _told(one) == _told(other)


def _told(blows: SectorBlows) -> list[tuple[object, ...]]:
    """Return everything that blows hold, as what can be compared."""
    parts = (blows.capacity, blows.capital, blows.cuts, blows.demand)
    return [
        tuple(
            (value.dtype.str, value.shape, value.tobytes())
            if isinstance(value, np.ndarray)
            else value
            for value in vars(blow).values()
        )
        for kind in parts
        for blow in kind
    ]
