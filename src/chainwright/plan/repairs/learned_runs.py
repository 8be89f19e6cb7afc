"""Which runs teach the model of the losses most, and what all runs so far show."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from chainwright.plan.repairs.loss_model import LossModel, ScenarioLoss
from chainwright.plan.repairs.loss_table import LossTable

__all__ = ["Rise", "growing_gains", "pairs_to_run", "plan_runs", "rises"]

BEST = 8
"""Measures of a scenario among which all pairs are run: those that avoid most alone."""

RISEN = 1e-6
"""Share of the loss without measures above which more loss with more measures is told."""

Measures = frozenset[int]


@dataclass(frozen=True)
class Rise:
    """A measure that raises the loss when it is taken with others.

    Parameters
    ----------
    scenario : str
        Where.
    measure : str
        Which one.
    others : tuple of str
        What was taken before it.
    before, after : float
        Loss without and with it.
    """

    scenario: str
    measure: str
    others: tuple[str, ...]
    before: float
    after: float


def pairs_to_run(
    model: LossModel, alternatives: Collection[tuple[int, ...]], *, most: int
) -> list[tuple[int, Measures]]:
    """Return the pairs of measures whose overlap is worth a run, scenario by scenario.

    All pairs of the measures of a scenario where there are `most` at most; else those among the
    `BEST` that avoid most alone, then of the best one with those that avoid nothing alone, which
    only a complement would make worth having.

    Parameters
    ----------
    model : LossModel
        What single measures avoid.
    alternatives : collection of tuple of int
        Of each of these at most one is taken.
    most : int
        Pairs at most for each scenario.
    """
    found: list[tuple[int, Measures]] = []
    for s, part in enumerate(model.parts):
        if part.whole is None:
            found += [(s, pair) for pair in _pairs(part, alternatives, most)]
    return found


def plan_runs(model: LossModel, plan: Iterable[int], *, most: int) -> list[tuple[int, Measures]]:
    """Return what to run around a plan: each scenario without each measure, then pairs in it.

    Parameters
    ----------
    model : LossModel
        What is known.
    plan : iterable of int
        Measures of the plan.
    most : int
        Pairs at most for each scenario, those that avoid most alone.
    """
    taken = frozenset(plan)
    found: list[tuple[int, Measures]] = []
    for s, part in enumerate(model.parts):
        if part.whole is not None:
            continue
        held = taken.intersection(part.measures)
        found += [(s, held), *((s, held - {i}) for i in sorted(held))]
        ranked = sorted(held, key=lambda i: (-part.gain[i], i))
        pairs = sorted(combinations(range(len(ranked)), 2), key=sum)
        found += [(s, frozenset({ranked[a], ranked[b]})) for a, b in pairs[:most]]
    return found


def rises(table: LossTable) -> tuple[Rise, ...]:
    """Return the runs that show a measure raising the loss, the largest rise first.

    Parameters
    ----------
    table : LossTable
        What was run.
    """
    oracle = table.oracle
    found = []
    for (s, taken), loss in table.known.items():
        few = RISEN * max(abs(table.known.get((s, frozenset()), loss)), 1e-12)
        for i in sorted(taken):
            before = table.known.get((s, taken - {i}))
            if before is not None and loss > before + few:
                others = tuple(oracle.names[j] for j in sorted(taken - {i}))
                rise = Rise(oracle.scenarios[s], oracle.names[i], others, before, loss)
                found.append((loss - before, rise))
    ranked = sorted(found, key=lambda r: (-r[0], r[1].scenario, r[1].measure, r[1].others))
    return tuple(rise for _, rise in ranked)


def growing_gains(table: LossTable) -> tuple[int, int]:
    """Return how many pair tests on what was run fail, and how many could be made.

    A test takes two measures and a set of others in a scenario, where all four sets were run; it
    fails if the second measure avoids more once the first is taken.

    Parameters
    ----------
    table : LossTable
        What was run.
    """
    failed = tested = 0
    for (s, taken), loss in table.known.items():
        without = {i: table.known.get((s, taken - {i})) for i in sorted(taken)}
        run = [(i, other) for i, other in without.items() if other is not None]
        base = abs(table.known.get((s, frozenset()), loss))
        for (i, with_j), (j, with_i) in combinations(run, 2):
            none = table.known.get((s, taken - {i, j}))
            if none is not None:
                tested += 1
                failed += (with_i - loss) - (none - with_j) > RISEN * max(base, 1e-12)
    return failed, tested


def _pairs(
    part: ScenarioLoss, alternatives: Collection[tuple[int, ...]], most: int
) -> Sequence[Measures]:
    ranked = sorted(part.measures, key=lambda i: (-part.gain[i], i))
    if len(ranked) * (len(ranked) - 1) // 2 <= most:
        pairs = list(combinations(ranked, 2))
    else:
        able = [i for i in ranked if part.gain[i] > 0.0][:BEST]
        idle = [i for i in ranked if part.gain[i] <= 0.0]
        pairs = sorted(combinations(able, 2), key=lambda p: ranked.index(p[0]) + ranked.index(p[1]))
        pairs += [(able[0], i) for i in idle] if able else list(combinations(idle, 2))
    apart = {frozenset(two) for group in alternatives for two in combinations(sorted(group), 2)}
    return [frozenset(pair) for pair in pairs if frozenset(pair) not in apart][:most]
