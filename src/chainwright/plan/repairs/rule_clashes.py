"""Which rules clash where no plan keeps them all: an elastic filter, then a deletion filter."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, eye_array, hstack

from chainwright.errors import InfeasibleError
from chainwright.plan.choosing.mixed_programme import MixedProgramme, MixedSolution
from chainwright.plan.repairs.rule_rows import Rule, rows_of

__all__ = ["clash_error", "clashing_rules"]

Floats = npt.NDArray[np.float64]

STRETCHED = 1e-6
"""How far a row, counted in its own size, must give before its rule counts as part of a clash."""


def clashing_rules(rules: Sequence[Rule], measures: int, years: int) -> tuple[Rule, ...]:
    """Return rules that no plan keeps together, although it can keep all but any one of them.

    Empty where some plan keeps them all. First every row may give (elastic filter): what gives in
    the programme that makes it least is a part of the clash and may give no more, until nothing
    can be kept; then each rule of these is left out, for good if the rest still clash (deletion
    filter). A system of rules may hold several clashes: one is returned, the same each time.

    Parameters
    ----------
    rules : sequence of Rule
        All that a plan must keep.
    measures, years : int
        How many measures there are, each started at most once in so many years.

    References
    ----------
    Chinneck & Dravnieks 1991, ORSA Journal on Computing 3, 157-168 (both filters).
    """
    if _kept(rules, measures, years):
        return ()
    suspects = _stretched(rules, measures, years)
    for rule in list(suspects):
        others = [other for other in suspects if other is not rule]
        if not _kept(others, measures, years):
            suspects = others
    return tuple(suspects)


def clash_error(clash: Sequence[Rule]) -> InfeasibleError:
    """Return the error that names a clash in words.

    Parameters
    ----------
    clash : sequence of Rule
        Rules that no plan keeps together.
    """
    words = "; ".join(rule.words for rule in clash)
    if len(clash) == 1:
        return InfeasibleError(f"No plan keeps all rules. This one cannot be kept at all: {words}.")
    return InfeasibleError(
        f"No plan keeps all rules. These clash: {words}. Give up or ease one of these; the others "
        "of these can then be kept together."
    )


def _stretched(rules: Sequence[Rule], measures: int, years: int) -> list[Rule]:
    """Return rules among which there is a clash, in the order in which they were given."""
    hard: list[int] = []
    while True:
        soft = [r for r in range(len(rules)) if r not in hard]
        found = _solved(rules, measures, years, soft)
        if found is None:
            return [rules[r] for r in sorted(hard)]
        gives = found.values[measures * years :]
        owner = np.repeat(soft, [len(rules[r].limit) for r in soft]).astype(np.int64)
        more = sorted({int(r) for r in owner[gives > STRETCHED]})
        if not more:  # rounding only: nothing gives, and yet not all are kept
            return list(rules)
        hard += more


def _kept(rules: Sequence[Rule], measures: int, years: int) -> bool:
    return _solved(rules, measures, years, []) is not None


def _solved(
    rules: Sequence[Rule], measures: int, years: int, soft: Sequence[int]
) -> MixedSolution | None:
    """Return starts that keep the hard rules and stretch the soft ones least, or None."""
    starts = measures * years
    once = np.repeat(np.eye(measures), years, axis=1)
    order = [r for r in range(len(rules)) if r not in soft] + list(soft)
    weight, limit, _ = rows_of([rules[r] for r in order], starts)
    # each row in its own size, so that a unit that gives means the same in all of them
    size = np.maximum(np.abs(weight).max(axis=1, initial=0.0), np.abs(limit))
    size = np.where(size > 0.0, size, 1.0)
    slack = sum(len(rules[r].limit) for r in soft)
    rows = np.concatenate([once, weight / size[:, None]])
    give = -eye_array(len(rows), format="csr")[:, len(rows) - slack :]
    return MixedProgramme(
        cost=np.concatenate([np.zeros(starts), np.ones(slack)]),
        low=np.zeros(starts + slack),
        high=np.concatenate([np.ones(starts), np.full(slack, np.inf)]),
        whole=np.arange(starts + slack) < starts,
        matrix=csr_array(hstack([csr_array(rows), give], format="csr")),
        limit=np.concatenate([np.ones(measures), limit / size]),
    ).solved()
