"""The industrial security assessment and the survey of competitiveness, as one table."""

from collections.abc import Callable, Mapping

import numpy as np

from chainwright.diagnose.sectors.appraisal import COMPOSITES, Assessment, Year
from chainwright.diagnose.sectors.cell_errors import redrawn
from chainwright.diagnose.sectors.indicators import INDICATORS, AssessmentThresholds, measures_of
from chainwright.errors import LabelError, ParameterError, UnknownCodeError
from chainwright.system import Home, Regions, System

__all__ = ["assessment"]


def assessment(
    systems: System | Mapping[int, System],
    *,
    home: Regions,
    nation: Regions | None = None,
    draws: int = 0,
    seed: int = 7,
    cell_error: float = 0.2,
    weights: Mapping[str, float] | None = None,
    thresholds: AssessmentThresholds | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Assessment:
    r"""Return the security and the competitiveness of every home sector, over one year or several.

    Each indicator comes with its equation, its threshold and whether it is crossed, its rank among
    goods or among services, how that rank held over the years (best, worst, share of the years
    among the first ten, Kendall's W of the indicator), and how far it is sure (5 to 95 % of the
    draws of cell error, for the last year).

    A composite is the weighted mean of its parts' places within the group, 0 to 1, with equal
    weights if none are given; parts and weights are shown. Beside it stands what 1,000 other
    weights, drawn evenly from all that sum to one, would say. A part that a sector lacks is left
    out with its weight, and named.

    In each draw all intermediate cells are off by independent lognormal errors, and GRAS brings
    back all row and column sums; only the needed columns of the inverse are solved for. A draw
    takes as much as one LU factorisation and some hundred steps of GRAS.

    It says nothing of causes, of quality, or of what a cut would cost; thresholds without another
    source are assumptions.

    Parameters
    ----------
    systems : System or mapping of int to System
        One table, or tables of one layout by year.
    home : str or sequence of str
        A region, several, or a named group: sector j is the sum of its members' sectors j.
    nation : str or sequence of str, optional
        The nation around home: its regions are not abroad.
    draws : int
        Draws of cell error for the intervals; 0 for none.
    seed : int
        The same seed gives the same draws; draw k is the same whatever their number.
    cell_error : float
        Standard deviation of the logarithm of a cell; an assumption.
    weights : mapping of str to float, optional
        Weights of parts of composites; parts that are not named weigh 1, at 0 a part is left out.
    thresholds : AssessmentThresholds, optional
        From where on an indicator is crossed.
    progress : callable, optional
        Is told how many of how many tables and draws are done.

    Raises
    ------
    LabelError
        If the tables of the years differ in their regions or sectors.
    MissingPartError
        If a table does not tell imports by user, as a competitive one.
    ParameterError
        If draws, cell_error or weights are out of their range.
    UnknownCodeError
        If home is no region of the table, or a weight is of no part of a composite.

    References
    ----------
    European Commission SWD(2021)352, Strategic dependencies and capacities; OECD and JRC (2008),
    Handbook on constructing composite indicators.

    Examples
    --------
    >>> from chainwright import System
    >>> found = assessment(System.demo("country"), home="44")
    >>> sorted(found.tables())
    ['assessment', 'assessment_sectors', 'assessment_years']
    """
    by_year = _by_year(systems)
    _need_one_layout(by_year)
    _need_numbers(draws, cell_error)
    last = by_year[max(by_year, key=lambda y: -1 if y is None else y)]
    at = Home.of(last.flows, home, nation)
    measures = []
    for done, system in enumerate(by_year.values(), 1):
        measures.append(measures_of(system.flows, at))
        if progress is not None:
            progress(done, len(by_year) + draws)
    found = measures[-1]
    drawn = np.full((draws, *found.numbers.shape), np.nan)
    # the first child is for the weights, one more for each draw
    children = np.random.default_rng(seed).spawn(1 + draws)[1:]
    for k, rng in enumerate(children):
        drawn[k] = measures_of(redrawn(last.flows, cell_error, rng), at).numbers
        if progress is not None:
            progress(len(by_year) + k + 1, len(by_year) + draws)
    return Assessment(
        system=last,
        systems=by_year,
        home=at,
        measures=tuple(measures),
        thresholds=thresholds or AssessmentThresholds(),
        weights=_weights(weights),
        draws=draws,
        seed=seed,
        cell_error=float(cell_error),
        drawn=drawn,
    )


def _by_year(systems: System | Mapping[int, System]) -> dict[Year, System]:
    if isinstance(systems, System):
        return {systems.flows.money.year: systems}
    if not systems:
        raise ParameterError("systems", "assessment", "a system, or at least one by year", systems)
    return {year: systems[year] for year in sorted(systems)}


def _need_one_layout(by_year: Mapping[Year, System]) -> None:
    (first, model), *others = by_year.items()
    for year, system in others:
        mine, theirs = model.flows.nodes.codes, system.flows.nodes.codes
        if mine == theirs:
            continue
        here, there = set(mine), set(theirs)
        lacks = [c for c in mine if c not in there]
        more = [c for c in theirs if c not in here]
        told = [
            f"{year} lacks {', '.join(lacks[:5])} ({len(lacks)} in all)" if lacks else "",
            f"{year} also has {', '.join(more[:5])} ({len(more)} in all)" if more else "",
            "the order differs" if not lacks and not more else "",
        ]
        msg = (
            f"The tables of {first} and {year} are of different layouts: "
            f"{'; '.join(t for t in told if t)}. Ranks over the years need one list of regions and "
            "sectors; bring them to one by system.aggregated(...)."
        )
        raise LabelError(msg)


def _need_numbers(draws: int, cell_error: float) -> None:
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 0:
        raise ParameterError("draws", "assessment", "a whole number, 0 or more", draws)
    if not 0.0 <= cell_error <= 2.0:
        raise ParameterError("cell_error", "assessment", "a number from 0 to 2", cell_error)


def _weights(given: Mapping[str, float] | None) -> dict[str, float]:
    parts = [i.name for i in INDICATORS if i.part]
    weights = dict.fromkeys(parts, 1.0)
    for name, weight in (given or {}).items():
        if name not in weights:
            raise UnknownCodeError(name, "part of a composite", parts)
        if not 0.0 <= weight < np.inf:
            raise ParameterError("weights", "assessment", "numbers, 0 or more", weight)
        weights[name] = float(weight)
    for dimension in COMPOSITES:
        if not any(weights[i.name] for i in INDICATORS if i.part and i.dimension == dimension):
            expected = f"above 0 for at least one part of {dimension}"
            raise ParameterError("weights", "assessment", expected, dict(given or {}))
    return weights
