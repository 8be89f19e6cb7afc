"""What the programme says at a plan: what each scenario counts, and the next unit of budget."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from chainwright.plan.choosing.choices import Limits
from chainwright.plan.repairs.repair_programme import RepairProgramme

__all__ = ["LocalDuals", "local_duals"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LocalDuals:
    """Duals of the programme with its measures fixed as in a plan.

    They hold at the plan and in its model only: a measure counts as if it could be taken in part.

    Parameters
    ----------
    weight : ndarray
        ``(Y, S)`` by how much what is made small falls for each unit less lost in a scenario: its
        probability, and more where it is in the tail. 0 where the loss is at its floor.
    worth : ndarray
        ``(I,)`` loss that the first part of a measure not taken would avoid, or that the last part
        of one taken does, for one whole measure: of its best start year.
    price : float
        Loss that one more unit of cost would avoid: the largest worth for its cost among the
        measures that are not taken and may be; 0 if there are none.
    """

    weight: Floats
    worth: Floats
    price: float

    def told(self) -> tuple[str, str]:
        """Return in words, English and Chinese, what the price of the budget is.

        Examples
        --------
        >>> LocalDuals(np.zeros((1, 1)), np.zeros(1), 0.0).told()[0]
        'At this plan one more unit of budget would avoid nothing that the model knows of.'
        """
        if not self.price > 0.0:
            return (
                "At this plan one more unit of budget would avoid nothing that the model knows of.",
                "在此方案下，模型中再增加一单位预算不会再避免任何损失。",
            )
        return (
            f"Of the measures left out, the best in proportion avoids about {self.price:.3g} of "
            "loss for each unit that it costs, by the model near this plan; it cannot be taken in "
            "part.",
            f"未选措施中性价比最高者，按该方案附近的模型，每单位成本约可避免 {self.price:.3g} "
            "的损失；措施不能部分采用。",
        )


def local_duals(
    programme: RepairProgramme, cost: Floats, limits: Limits, start: Ints
) -> LocalDuals:
    """Return the duals of the linear programme with every start fixed.

    Parameters
    ----------
    programme : RepairProgramme
        Whose model is asked.
    cost : ndarray
        ``(I,)`` present value of a start in the first year.
    limits : Limits
        What is locked and what is forbidden.
    start : ndarray of int
        ``(I,)`` start years of the plan, -1 where a measure is not taken.

    References
    ----------
    Duals of linear programmes: any textbook; fixing the whole unknowns makes them local.
    """
    # without a budget its own row cannot share what a measure is worth with the fixed starts
    held = programme.programme(cost, limits)
    measures, years, _ = programme.timetable.effect.shape
    fixed = (start[:, None] == np.arange(years)[None, :]).astype(np.float64).ravel()
    low, high = held.low.copy(), held.high.copy()
    low[: len(fixed)] = high[: len(fixed)] = fixed
    found = linprog(  # type: ignore[call-overload] # takes sparse rows, its stubs do not
        held.cost,
        A_ub=held.matrix,
        b_ub=held.limit,
        bounds=np.column_stack([low, high]),
        method="highs",
    )
    scale = programme.parts.scale
    rows = [f"loss of {name}" for name in programme.model.scenarios]
    weight = np.zeros((years, len(rows)))
    of_row = dict(zip(programme.row_names(cost, limits), -found.ineqlin.marginals, strict=True))
    for year in range(years):
        for s, name in enumerate(rows):
            weight[year, s] = of_row[programme.in_year(name, year)]
    pull = (found.lower.marginals + found.upper.marginals)[: len(fixed)] * scale
    each = np.maximum(0.0, -pull.reshape(measures, years))
    worth = np.where(start >= 0, each[np.arange(measures), np.maximum(start, 0)], each.max(axis=1))
    value = cost[:, None] * programme.timetable.value
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(value > 0.0, each / value, 0.0)
    open_ = (start < 0) & (limits.most > 0.0)
    return LocalDuals(weight, worth, float(rate[open_].max(initial=0.0)))
