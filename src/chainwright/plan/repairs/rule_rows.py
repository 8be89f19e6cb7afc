"""Each rule of a repair as rows over the starts of measures, with its words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.plan.repairs.repair_rules import Candidates, RepairRules
from chainwright.plan.repairs.repair_timing import Timetable

__all__ = [
    "Budget",
    "Rule",
    "budget_rules",
    "choice_rules",
    "cost_rules",
    "locked_rules",
    "rows_of",
]

Floats = npt.NDArray[np.float64]
Budget = float | Floats | None
"""The most that all may cost together (present value), or the most in each year; None: no limit."""


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule: ``weight @ x <= limit`` for the starts ``x`` of ``I`` measures in ``Y`` years.

    Parameters
    ----------
    words : str
        What it says.
    weight : ndarray
        ``(R, I * Y)``, a start in year ``y`` of measure ``i`` at ``i * Y + y``.
    limit : ndarray
        ``(R,)``.
    """

    words: str
    weight: Floats
    limit: Floats

    @classmethod
    def one(cls, words: str, weight: Floats, limit: float) -> "Rule":
        """Return a rule of one row.

        Parameters
        ----------
        words : str
            What it says.
        weight : ndarray
            ``(I, Y)`` of each start, or ``(I, 1)`` where the year does not matter.
        limit : float
            What the sum is at most.
        """
        return cls(words, weight.reshape(1, -1), np.array([limit]))


def locked_rules(candidates: Candidates, rules: RepairRules, years: int) -> list[Rule]:
    """Return the rules that take a measure in any case, or in none.

    Parameters
    ----------
    candidates : Candidates
        The measures.
    rules : RepairRules
        What was asked.
    years : int
        Length of the horizon.
    """
    locked = [
        _of(candidates, years, f"{name!r} is locked", {name: -1.0}, -1.0) for name in rules.locked
    ]
    return locked + [
        _of(candidates, years, f"{name!r} is forbidden", {name: 1.0}, 0.0)
        for name in rules.forbidden
    ]


def choice_rules(candidates: Candidates, rules: RepairRules, years: int) -> list[Rule]:
    """Return the rules on what goes with what: needs, excludes, groups, home suppliers, carbon.

    Parameters
    ----------
    candidates, rules, years
        As for `locked_rules`.
    """
    names = candidates.names
    found = [_needs(candidates, i, j, years) for i, j in candidates.needs]
    for i, j in candidates.excludes:
        words = f"{names[i]!r} and {names[j]!r} exclude each other"
        found.append(_of(candidates, years, words, {names[i]: 1.0, names[j]: 1.0}, 1.0))
    for group in candidates.groups:
        words = f"at most one of {', '.join(repr(names[i]) for i in group)} is taken"
        found.append(_of(candidates, years, words, {names[i]: 1.0 for i in group}, 1.0))
    for product, least in rules.home_suppliers.items():
        makers = [
            name
            for name, made, home in zip(
                names, candidates.product, candidates.home_supplier, strict=True
            )
            if home and made == product
        ]
        words = f"at least {least:g} home suppliers of {product!r}"
        found.append(_of(candidates, years, words, dict.fromkeys(makers, -1.0), -float(least)))
    if rules.carbon_cap_t is not None:
        weight = np.repeat(candidates.carbon_t_per_year[:, None], years, axis=1)
        words = f"at most {rules.carbon_cap_t:g} t of CO2 a year"
        found.append(Rule.one(words, weight, rules.carbon_cap_t))
    return found


def cost_rules(
    candidates: Candidates, rules: RepairRules, timetable: Timetable, cost: Floats
) -> list[Rule]:
    """Return the least shares of the spending that go to regions.

    Parameters
    ----------
    candidates, rules
        As for `locked_rules`.
    timetable : Timetable
        When costs are spent.
    cost : ndarray
        ``(I,)`` cost of each measure.
    """
    value = cost[:, None] * timetable.value
    found = []
    for region, share in rules.least_share.items():
        here = np.array([r == region for r in candidates.region])[:, None]
        words = f"at least {share:.4g} of the spending in {region!r}"
        found.append(Rule.one(words, share * value - here * value, 0.0))
    return found


def budget_rules(timetable: Timetable, cost: Floats, budget: Budget) -> list[Rule]:
    """Return the rules that keep a plan within its budget.

    Parameters
    ----------
    timetable : Timetable
        When costs are spent.
    cost : ndarray
        ``(I,)`` cost of each measure.
    budget : float or ndarray, optional
        Present value of all costs, or ``(Y,)`` an amount for each year; no limit if not given.

    Raises
    ------
    ParameterError
        If it is below 0, no number, or does not have an amount for each year.
    """
    if budget is None:
        return []
    amounts = np.asarray(budget, dtype=np.float64)
    if amounts.ndim and amounts.shape != (timetable.years,):
        expected = f"one amount, or one for each of the {timetable.years} years"
        raise ParameterError("budget", "repair", expected, budget)
    if not (amounts >= 0.0).all():
        raise ParameterError("budget", "repair", "0 or more", budget)
    if not amounts.ndim:
        if np.isinf(amounts):
            return []
        weight = cost[:, None] * timetable.value
        return [Rule.one(f"the budget of {float(amounts):.10g}", weight, float(amounts))]
    return [
        Rule.one(
            f"the budget of {amount:.10g} in year {year + 1}",
            cost[:, None] * timetable.spending[:, :, year],
            float(amount),
        )
        for year, amount in enumerate(amounts)
        if np.isfinite(amount)
    ]


def _of(
    candidates: Candidates, years: int, words: str, weights: dict[str, float], limit: float
) -> Rule:
    """Return a rule on whether measures are ever taken."""
    weight = np.zeros((len(candidates.names), years))
    for name, value in weights.items():
        weight[candidates.names.index(name)] = value
    return Rule.one(words, weight, limit)


def _needs(candidates: Candidates, i: int, j: int, years: int) -> Rule:
    """Return the rule that a measure is started with or after another one: a row for each year."""
    weight = np.zeros((years, len(candidates.names), years))
    for year in range(years):
        weight[year, i, : year + 1] = 1.0
        weight[year, j, : year + 1] -= 1.0
    words = f"{candidates.names[i]!r} needs {candidates.names[j]!r}"
    return Rule(words, weight.reshape(years, -1), np.zeros(years))


def rows_of(rules: Sequence[Rule], columns: int) -> tuple[Floats, Floats, list[str]]:
    """Return rows, limits and names of rules, one below the other.

    Parameters
    ----------
    rules : sequence of Rule
        What to stack.
    columns : int
        How many starts there are.
    """
    weight = np.concatenate([np.empty((0, columns)), *(rule.weight for rule in rules)])
    limit = np.concatenate([np.empty(0), *(rule.limit for rule in rules)])
    return weight, limit, [rule.words for rule in rules for _ in rule.limit]
