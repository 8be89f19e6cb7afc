"""What scenarios lose with any set of measures, as far as the sets that were run tell."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from chainwright.plan.repairs.loss_table import LossTable

__all__ = ["MOST_SETS", "LossModel", "ScenarioLoss", "sets_of"]

Floats = npt.NDArray[np.float64]
Measures = frozenset[int]

MOST_SETS = 64
"""Sets of measures up to which a scenario is run with every one of them."""

SAME = 1e-9
"""Share of the loss without measures below which a term counts for nothing."""


@dataclass(frozen=True, eq=False)
class ScenarioLoss:
    """The loss of one scenario, as a function of the measures taken.

    ::

        th = max(floor, L(0) - sum of gain_i w_i + sum of overlap_ij w_i w_j + rest of the set)

    where the rest is there for sets that were run and makes th equal to what was run. Not a bound:
    measures that overlap in threes or more make it say too much or too little. Where every set was
    run, `whole`, th is the loss of the set itself.

    Parameters
    ----------
    measures : tuple of int
        Those that may change something.
    base, floor : float
        Loss without measures, and the least that is believed: with all of them, or less if seen.
    gain : mapping of int to float
        What each avoids alone.
    overlap : mapping of (int, int) to float
        What two avoid alone, added, less what they avoid together; negative for complements.
    rest : mapping of frozenset to float
        By how much sets that were run lose more than the other terms say.
    whole : mapping of frozenset to float, optional
        Loss of every set that is allowed.
    """

    measures: tuple[int, ...]
    base: float
    floor: float
    gain: Mapping[int, float]
    overlap: Mapping[tuple[int, int], float]
    rest: Mapping[Measures, float]
    whole: Mapping[Measures, float] | None = None

    def at(self, taken: Iterable[int]) -> float:
        """Return the loss with these measures; NaN for a set that `whole` does not know.

        Parameters
        ----------
        taken : iterable of int
            Places of the measures.
        """
        held = frozenset(taken).intersection(self.measures)
        if self.whole is not None:
            return self.whole.get(held, np.nan)
        return max(self.floor, self._terms(held) + self.rest.get(held, 0.0))

    def _terms(self, taken: Measures) -> float:
        pairs = combinations(sorted(taken), 2)
        more = sum(self.overlap.get(pair, 0.0) for pair in pairs)
        return self.base - sum(self.gain[i] for i in sorted(taken)) + more

    @classmethod
    def learned(
        cls,
        known: Mapping[Measures, float],
        measures: Collection[int],
        everything: Measures,
        *,
        kept: Collection[Measures] | None = None,
    ) -> "ScenarioLoss":
        """Return the function that the sets that were run tell.

        Parameters
        ----------
        known : mapping of frozenset to float
            Loss of each set that was run: none, each one alone and all at least.
        measures : collection of int
            Those that may be taken and may change something.
        everything : frozenset of int
            All that may change something.
        kept : collection of frozenset, optional
            Sets whose rest is kept even where they lose less than the other terms say; all if not
            given. One that loses more is always kept.
        """
        held = tuple(sorted(measures))
        base = known[frozenset()]
        few = SAME * max(1.0, abs(base))
        gain = {i: base - known[frozenset({i})] for i in held}
        overlap = {}
        for pair in combinations(held, 2):
            both = known.get(frozenset(pair))
            if both is not None:
                more = both - base + gain[pair[0]] + gain[pair[1]]
                overlap[pair] = more if abs(more) > few else 0.0
        inside = {taken: loss for taken, loss in known.items() if taken.issubset(held)}
        floor = min(known[everything], *inside.values())
        first = cls(held, base, floor, gain, {p: e for p, e in overlap.items() if e}, {})
        return first._with_rest(inside, few, kept)

    @classmethod
    def around(
        cls,
        known: Mapping[Measures, float],
        measures: Collection[int],
        everything: Measures,
        centre: Measures,
        *,
        kept: Collection[Measures] | None = None,
    ) -> "ScenarioLoss":
        """Return the function with the gains that measures have around a set, and no overlaps.

        Of a measure in the set what is lost more without it counts, of another one what it avoids
        besides; what it avoids alone where that was not run. Sees complements of many measures
        that single measures and pairs do not show.

        Parameters
        ----------
        known, measures, everything
            As for `learned`.
        centre : frozenset of int
            The set; it was run.
        kept : collection of frozenset of int, optional
            As for `learned`.
        """
        held = tuple(sorted(measures))
        within = centre.intersection(held)
        here, base = known[within], known[frozenset()]
        few = SAME * max(1.0, abs(base))
        gain = {}
        for i in held:
            beside = known.get(within ^ {i})
            if beside is None:
                gain[i] = base - known[frozenset({i})]
            else:
                gain[i] = beside - here if i in within else here - beside
        inside = {taken: loss for taken, loss in known.items() if taken.issubset(held)}
        floor = min(known[everything], *inside.values())
        start = here + sum(gain[i] for i in sorted(within))
        return cls(held, start, floor, gain, {}, {})._with_rest(inside, few, kept)

    def _with_rest(
        self, known: Mapping[Measures, float], few: float, kept: Collection[Measures] | None
    ) -> "ScenarioLoss":
        """Return the function that says what was run of sets that were run."""
        rest = {}
        for taken, loss in known.items():
            more = loss - self._terms(taken)
            if more > few or (more < -few and (kept is None or taken in kept)):
                rest[taken] = more
        return replace(self, rest=rest)


@dataclass(frozen=True, eq=False)
class LossModel:
    """The losses of ``S`` scenarios as functions of the measures taken.

    Parameters
    ----------
    names, scenarios : tuple of str
        Of the ``I`` measures and the scenarios.
    parts : tuple of ScenarioLoss
        A scenario each.
    """

    names: tuple[str, ...]
    scenarios: tuple[str, ...]
    parts: tuple[ScenarioLoss, ...]

    @classmethod
    def learned(
        cls,
        table: LossTable,
        *,
        forbidden: Collection[int] = (),
        alternatives: Collection[tuple[int, ...]] = (),
        most_sets: int = MOST_SETS,
        plans: Iterable[Iterable[int]] | None = None,
        centre: Iterable[int] | None = None,
    ) -> "LossModel":
        """Return the model that a table of runs tells; runs what it needs at least.

        Parameters
        ----------
        table : LossTable
            What was run.
        forbidden : collection of int
            Measures that are never taken.
        alternatives : collection of tuple of int
            Of each of these at most one is taken.
        most_sets : int
            A scenario with at most so many sets is run with every one.
        plans : iterable of iterable of int, optional
            Plans at which the model is to be exact; all that were run if not given.
        centre : iterable of int, optional
            Measures around which gains count, run without each of them; if not given what each
            avoids alone counts, and pairs do.
        """
        oracle = table.oracle
        count = range(len(oracle.scenarios))
        free = [
            tuple(int(i) for i in np.flatnonzero(oracle.relevant[s]) if i not in forbidden)
            for s in count
        ]
        every = [sets_of(free[s], alternatives, most_sets) for s in count]
        table.fill(
            (s, taken)
            for s in count
            for taken in every[s] or [frozenset(), *(frozenset({i}) for i in free[s])]
        )
        everything = [table.key(s, range(len(oracle.names)))[1] for s in count]
        table.fill((s, everything[s]) for s in count if every[s] is None)
        held = None if plans is None else [tuple(plan) for plan in plans]
        middle = None if centre is None else frozenset(centre)
        if middle is not None:
            around: list[tuple[int, Measures]] = []
            for s in count:
                some = middle.intersection(free[s])
                if every[s] is None:
                    around += [(s, some), *((s, some - {i}) for i in sorted(some))]
            table.fill(around)
        parts = []
        for s in count:
            known, sets = table.of_scenario(s), every[s]
            if sets is not None:
                whole = {taken: known[taken] for taken in sets}
                least = min(whole.values())
                parts.append(ScenarioLoss(free[s], known[frozenset()], least, {}, {}, {}, whole))
                continue
            kept = None if held is None else {table.key(s, plan)[1] for plan in held}
            if middle is None:
                part = ScenarioLoss.learned(known, free[s], everything[s], kept=kept)
            else:
                part = ScenarioLoss.around(known, free[s], everything[s], middle, kept=kept)
            parts.append(part)
        return cls(oracle.names, oracle.scenarios, tuple(parts))

    @property
    def whole(self) -> bool:
        """Whether every set of every scenario was run, so that the model is the oracle."""
        return all(part.whole is not None for part in self.parts)

    def losses(self, plans: Iterable[Iterable[int]]) -> Floats:
        """Return what plans lose in each scenario, ``(P, S)``.

        Parameters
        ----------
        plans : iterable of iterable of int
            Places of the measures of each plan.
        """
        rows = [[part.at(plan) for part in self.parts] for plan in map(frozenset, plans)]
        return np.array(rows, dtype=np.float64).reshape(-1, len(self.parts))


def sets_of(
    measures: Iterable[int], alternatives: Collection[tuple[int, ...]], most: int
) -> list[Measures] | None:
    """Return every set of measures that is allowed, or None where there are more than `most`.

    Parameters
    ----------
    measures : iterable of int
        What sets are made of.
    alternatives : collection of tuple of int
        Of each of these at most one is taken.
    most : int
        How many sets are too many to be listed, less one.

    Examples
    --------
    >>> [sorted(s) for s in sets_of([0, 1, 2], [(0, 1)], 8)]
    [[], [0], [1], [2], [0, 2], [1, 2]]
    """
    found: list[Measures] = [frozenset()]
    for i in measures:
        against: set[int] = set()
        against = against.union(*(group for group in alternatives if i in group))
        found += [taken | {i} for taken in found if not taken & against]
        if len(found) > most:
            return None
    return sorted(found, key=lambda taken: (len(taken), sorted(taken)))
