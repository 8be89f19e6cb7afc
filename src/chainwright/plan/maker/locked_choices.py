"""What a planner has settled beforehand: measures that are taken, and measures that are not."""

from collections.abc import Iterable, Mapping

import numpy as np

from chainwright.errors import InfeasibleError
from chainwright.plan.choosing.choices import Limits
from chainwright.plan.maker.measures import Measures

__all__ = ["Locks", "locked_limits"]

Locks = Iterable[str] | Mapping[str, float]
"""Measures by name, or units of stock by the name of the measure."""


def locked_limits(
    measures: Measures,
    *,
    lock: Locks = (),
    forbid: Iterable[str] = (),
    budget: float | None,
    cost: object,
) -> Limits:
    """Return the limits of a plan in units, after every check of what was settled.

    Parameters
    ----------
    measures : Measures
        What could be taken.
    lock : iterable of str, or mapping of str to float
        Measures that are taken; of stock with the least units, or a lot if it comes in lots.
    forbid : iterable of str
        Measures that are not taken.
    budget : float, optional
        The most that a plan may cost a year.
    cost : ndarray
        ``(M,)`` money a year, for a unit of stock or a measure.

    Raises
    ------
    UnknownCodeError
        If there is no such measure.
    InfeasibleError
        If what is locked cannot stand together; it names every clash.
    """
    amounts = dict(lock) if isinstance(lock, Mapping) else dict.fromkeys(lock, np.nan)
    barred = list(forbid)
    places = dict(zip(amounts, measures.places(amounts), strict=True))
    limits = Limits.of(measures.most.copy())
    limits.most[measures.places(barred)] = 0.0
    clashes = [f"{name} is both locked and forbidden" for name in places if name in barred]
    for name, i in places.items():
        units = amounts[name]
        if measures.stock[i] and np.isnan(units):
            units = measures.lot[i]
            if units == 0.0:
                clashes.append(f"{name} is stock: say how many units, as {name}=100")
        least = float(units) if measures.stock[i] else 1.0
        if least > measures.most[i] and name not in barred:
            clashes.append(f"{name} is locked at {least:g} units, and {measures.most[i]:g} is most")
        limits.least[i] = least
    for group in measures.groups:
        named = [measures.names[i] for i in group if limits.least[i] > 0.0]
        if len(named) > 1:
            clashes.append(f"only one of {', '.join(named)} can be taken")
    spent = float(np.asarray(cost, dtype=np.float64) @ limits.least)
    if budget is not None and spent > budget * (1.0 + 1e-12):
        clashes.append(f"what is locked costs {spent:g} a year, above the budget of {budget:g}")
    if clashes:
        msg = "No plan is within what was settled: " + "; ".join(clashes) + "."
        raise InfeasibleError(msg)
    return limits
