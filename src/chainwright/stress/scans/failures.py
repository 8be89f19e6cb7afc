"""Things that can fail, what an engine says that a set of them costs, and greedy search."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError

__all__ = ["Costs", "Failures", "Progress", "Rows", "each_failure", "greedy_pairs", "greedy_worst"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Failures:
    """Candidates for failure and the cost of sets of them.

    Parameters
    ----------
    codes : tuple of str, c
        What can fail: a node, a region, a firm, or the supplier of a link.
    buyers : tuple of str, c
        Of links the buyers; empty of all else.
    direct : ndarray, shape (c,) [money]
        What the failure takes itself.
    total : float [money]
        What losses are a share of.
    losses : callable
        Takes sets of candidates, each an array of positions, and gives what each costs: see
        `Costs`.
    """

    codes: tuple[str, ...]
    buyers: tuple[str, ...]
    direct: Numbers
    total: float
    losses: Callable[[Sequence[Places]], "Costs"]


class Costs(NamedTuple):
    """What sets of failures cost, shape (sets,) each; NaN where the engine does not tell.

    Parameters
    ----------
    lost : ndarray [money]
        Output lost.
    unmet : ndarray [money]
        Final demand left unmet.
    last : ndarray [share]
        Output of all at the end, of what it was.
    """

    lost: Numbers
    unmet: Numbers
    last: Numbers

    def of(self, places: Places) -> "Costs":
        """Return the costs of some of the sets.

        Parameters
        ----------
        places : ndarray of int
            Which.
        """
        return Costs(self.lost[places], self.unmet[places], self.last[places])


@dataclass(frozen=True, eq=False)
class Rows:
    """What a scan found, a row a failure, the worst first.

    Parameters
    ----------
    hit, partner : tuple of str, r
        What fails; the buyer of a link, the second of a pair, else empty.
    direct : ndarray, shape (r,) [money]
        What it takes itself.
    costs : Costs
        What it costs, r numbers each.
    overlap : ndarray, shape (r,) [money]
        Of pairs: the two losses one by one, less that of both. NaN else.
    gain : ndarray, shape (r,) [money]
        Of the worst set: what the row adds to those above. NaN else.
    bound : ndarray, shape (r,) [money]
        Of the worst set: no set of as many costs more. NaN where not known.
    total : float [money]
        What losses are a share of.
    exact : bool
        Whether no other answer is worse; else it was found by greedy.
    notes : tuple of (str, str)
        How the rows were found, in English and Chinese.
    """

    hit: tuple[str, ...]
    partner: tuple[str, ...]
    direct: Numbers
    costs: Costs
    overlap: Numbers
    gain: Numbers
    bound: Numbers
    total: float
    exact: bool
    notes: tuple[tuple[str, str], ...] = field(default=())


def each_failure(failures: Failures) -> Rows:
    """Return what each candidate's failure costs, the worst first.

    Parameters
    ----------
    failures : Failures
        What can fail.
    """
    alone = _alone(failures)
    order = np.argsort(-alone.lost, kind="stable")
    nothing = np.full(len(order), np.nan)
    return Rows(
        tuple(failures.codes[c] for c in order),
        tuple(failures.buyers[c] if failures.buyers else "" for c in order),
        failures.direct[order],
        alone.of(order),
        nothing,
        nothing,
        nothing,
        failures.total,
        exact=True,
    )


def greedy_pairs(failures: Failures, shortlist: int) -> Rows:
    """Return the worst single failure paired with each of the next worst ones, the worst first.

    Parameters
    ----------
    failures : Failures
        What can fail.
    shortlist : int
        How many of the worst single failures are paired.

    Raises
    ------
    ParameterError
        If there is no pair.
    """
    if len(failures.codes) < 2 or shortlist < 2:
        raise ParameterError("shortlist", "a scan of pairs", "two candidates or more", shortlist)
    alone = _alone(failures).lost
    order = np.argsort(-alone, kind="stable")[:shortlist]
    first, others = order[0], order[1:]
    both = failures.losses([np.array([first, c]) for c in others])
    ranked = np.argsort(-both.lost, kind="stable")
    both = both.of(ranked)
    others, nothing = others[ranked], np.full(len(others), np.nan)
    return Rows(
        (failures.codes[first],) * len(others),
        tuple(failures.codes[c] for c in others),
        failures.direct[first] + failures.direct[others],
        both,
        alone[first] + alone[others] - both.lost,
        nothing,
        nothing,
        failures.total,
        exact=False,
        notes=(_paired(failures.codes[first], len(order)),),
    )


def greedy_worst(failures: Failures, k: int, shortlist: int) -> Rows:
    """Return the set of `k` that greedy finds: each time the one that costs most besides.

    Parameters
    ----------
    failures : Failures
        What can fail.
    k : int
        How many.
    shortlist : int
        How many of the worst single failures are tried in each step.
    """
    alone = _alone(failures)
    order = np.argsort(-alone.lost, kind="stable")[:shortlist]
    chosen, found = [int(order[0])], [alone.of(order[:1])]
    for _ in range(1, min(k, len(order))):
        left = [int(c) for c in order if c not in chosen]
        more = failures.losses([np.array([*chosen, c]) for c in left])
        best = int(np.argmax(more.lost))
        chosen.append(left[best])
        found.append(more.of(np.array([best])))
    costs = Costs(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
    nothing = np.full(len(chosen), np.nan)
    return Rows(
        tuple(failures.codes[c] for c in chosen),
        ("",) * len(chosen),
        failures.direct[chosen],
        costs,
        nothing,
        np.diff(costs.lost, prepend=0.0),
        nothing,
        failures.total,
        exact=False,
        notes=(_grown(len(order)),),
    )


def _alone(failures: Failures) -> Costs:
    return failures.losses([np.array([c]) for c in range(len(failures.codes))])


def _paired(first: str, among: int) -> tuple[str, str]:
    return (
        f"Greedy: the worst single failure ({first}) with each of the {among} worst; two others "
        "may cost more together.",
        f"贪心法：以最严重的单项失效（{first}）与最严重的 {among} 项逐一配对；"
        "其他组合可能损失更大。",
    )


def _grown(among: int) -> tuple[str, str]:
    return (
        f"Greedy: each step adds the one of the {among} worst single failures that costs most "
        "besides; another set may cost more.",
        f"贪心法：每步从最严重的 {among} 个单项失效中加入新增损失最大的一项；"
        "其他组合可能损失更大。",
    )
