"""The grade that a firm would have after some measures."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.carbon.advice.advice_result import FOR_THE_FIRM
from chainwright.carbon.advice.advising import advise
from chainwright.carbon.advice.bundles import bundle_of
from chainwright.carbon.advice.next_grade_result import NextGrade
from chainwright.carbon.ratings.grades import graded
from chainwright.carbon.ratings.peer_groups import peer_groups
from chainwright.carbon.ratings.reasons import REASONS
from chainwright.errors import InfeasibleError, ParameterError

if TYPE_CHECKING:
    from chainwright.carbon.advice.advice_result import Advice
    from chainwright.carbon.inventory.account_result import Account
    from chainwright.carbon.ratings.rating_result import Rating

__all__ = ["next_grade"]

Floats = npt.NDArray[np.float64]

POINTS, ROUNDS = 201, 5
"""Points of the search for the total at which a grade begins, and how often it is refined."""


def next_grade(
    account: "Account",
    rating: "Rating",
    firm: str,
    chosen: Sequence[str] | None = None,
    *,
    month: str | None = None,
    measures: object = None,
    price: Mapping[str, float] | None = None,
) -> NextGrade:
    """Return the code of a firm after each measure of a bundle, taken one after the other.

    A measure acts on what the ones before it left of a kind of energy, so no kWh is saved twice.
    Value added and the other firms stay as they are; the mean of the peers moves with the firm
    where the method counts it in.

    Parameters
    ----------
    account : Account
        The account by month.
    rating : Rating
        Its rating.
    firm : str
        Code of the firm.
    chosen : sequence of str, optional
        Measures in the order in which they are taken. If not given, those of `advise` that pay for
        themselves, the best first, until the grade is better.
    month : str, optional
        Last month of the window, YYYY-MM; the last of the rating if not given.
    measures : EnergyMeasures, path or Arrow stream, optional
        Which measures there are; our own if not given.
    price : mapping of str to float, optional
        CNY per unit, as for `advise`.

    Raises
    ------
    InfeasibleError
        If the firm is not rated, for the reason that the rating gives.
    UnknownCodeError
        If there is no such firm or measure.
    ParameterError
        If two measures exclude each other, one stands twice or is not for the firm, or as for
        `advise`.
    TableError
        If the table of measures is not in order.
    """
    advice = advise(account, rating, firm, month=month, measures=measures, price=price)
    row, at = rating.place(firm, month)
    if rating.grade[row, at] == 0:
        why = REASONS[rating.reason[row, at]]
        msg = f"'{firm}' is not rated in {advice.month}, so it has no next grade: {why[1]}."
        raise InfeasibleError(msg)
    better = int(rating.grade[row, at]) - 1
    taken = _pays(advice) if chosen is None else _checked(advice, chosen)
    bundle = bundle_of(advice.measures, advice.energy, map(advice.measures.place, taken))
    L, K, mean = _ratios(rating, firm, row, at, bundle.net)
    grade = graded(K, rating.method.grade_bounds)
    if chosen is None:
        reached = np.flatnonzero(grade[:, 1] <= max(better, 1))
        taken = taken[: reached[0]] if len(reached) else taken
        bundle = bundle_of(advice.measures, advice.energy, map(advice.measures.place, taken))
        L, K, mean = (part[: len(taken) + 1] for part in (L, K, mean))
        grade = grade[: len(taken) + 1]
    return NextGrade(
        system=account.system,
        advice=advice,
        chosen=tuple(taken),
        bundle=bundle,
        L=L,
        K=K,
        mean=mean,
        grade=grade,
        level=graded(L, rating.method.level_bounds),
        target=_target(rating, firm, row, at, better),
    )


def _pays(advice: "Advice") -> list[str]:
    """Return the measures that pay for themselves, the best first, one of each group."""
    frame = advice.table()
    groups: set[str] = set()
    found = []
    for name, group in frame.loc[frame["reason"] == "applies", ["measure", "one_of"]].to_numpy():
        if group not in groups:
            found.append(str(name))
        groups |= {group} - {""}
    return found


def _checked(advice: "Advice", chosen: Sequence[str]) -> list[str]:
    """Return measures that were chosen, after a look at whether they go together."""
    frame = advice.measures.frame
    groups: dict[str, str] = {}
    for n, name in enumerate(chosen):
        place = advice.measures.place(name)
        reason = advice.reasons[place]
        if name in chosen[:n]:
            raise ParameterError("chosen", "next_grade", "each measure once", name)
        if reason not in FOR_THE_FIRM:
            expected = f"measures that are for the firm, which this one is not ({reason})"
            raise ParameterError("chosen", "next_grade", expected, name)
        group = str(frame["one_of"].iloc[place])
        if group and group in groups:
            expected = f"one of {groups[group]} and {name}, which exclude each other"
            raise ParameterError("chosen", "next_grade", expected, list(chosen))
        groups[group] = name
    return list(chosen)


def _ratios(
    rating: "Rating", firm: str, row: int, at: int, net: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return L, K and the mean of the peers for net totals that the firm might have, of any shape.

    ``L = E / VA``, ``K = L / Lbar``.
    """
    VA = rating.value_added[row, at]
    flat = net.reshape(1, -1)
    column = rating.means.asked(rating.method, rating.months[at : at + 1])
    peers = rating.means.against(
        (firm,),
        peer_groups(rating.system, (firm,)),
        flat,
        np.full(flat.shape, VA),
        np.repeat(column, flat.shape[1]),
    )
    L = flat / VA
    return L.reshape(net.shape), (L / peers.mean).reshape(net.shape), peers.mean.reshape(net.shape)


def _target(rating: "Rating", firm: str, row: int, at: int, better: int) -> float:
    """Return the net total at which the next better grade begins; NaN if there is none."""
    if better < 1:
        return np.nan
    bound = rating.method.grade_bounds[better - 1]
    low, high = 0.0, float(rating.net[row, at])  # K rises with the firm's own emission
    for _ in range(ROUNDS):
        points = np.linspace(low, high, POINTS)
        inside = np.flatnonzero(_ratios(rating, firm, row, at, points)[1] <= bound)
        if not len(inside):
            return np.nan
        last = int(inside[-1])
        low, high = points[last], points[min(last + 1, POINTS - 1)]
    return float(low)
