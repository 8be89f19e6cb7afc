"""What each node of a chain is for home: stuck, broken, blocked, long plate, fine or unknown."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.chain_maps.parts import Parts
from chainwright.diagnose.chain_maps.shares import Concentration, Range
from chainwright.diagnose.chain_maps.supply import Made
from chainwright.params import Spec, param

__all__ = ["STATUSES", "ChainThresholds", "Verdict", "verdict"]

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Answer = npt.NDArray[np.int8]

STATUSES = {
    "stuck": "卡点",
    "broken": "断点",
    "blocked": "堵点",
    "unknown": "情况不明",
    "fine": "未见短板",
    "long plate": "长板",
}
"""Statuses of a node, the gravest first, and their Chinese names."""


@dataclass(frozen=True)
class ChainThresholds(Spec):
    """From where on a node is stuck, blocked or a long plate.

    Parameters
    ----------
    monopoly : float
        Least K of a stuck neck.
    exposure : float
        Least e of a stuck neck: the share of home's use that comes from abroad.
    hard : float
        Least T of a stuck neck.
    utilisation : float
        Share of capacity in use from which on a node is blocked: nothing is left for a surge.
    long_plate : float
        Least share of world supply of a long plate; home must be the largest supplier, too.
    single : float
        Least share of world supply with which one place is a single point of failure.
    products : float
        Fewest products of the trade with which density counts: among a few it says nothing.
    """

    monopoly: float = param(
        0.4, unit="1", low=0.0, high=1.0, source="EC SWD(2021)352 and CEPII GeoDep: HHI of 0.4"
    )
    exposure: float = param(
        0.5, unit="share", low=0.0, high=1.0, source="EC SWD(2021)352: CDI2 of 0.5"
    )
    hard: float = param(0.6, unit="1", low=0.0, high=1.0, source="assumption: chainwright")
    utilisation: float = param(
        0.9, unit="share", low=0.0, high=1.5, source="assumption: chainwright"
    )
    long_plate: float = param(
        0.3, unit="share", low=0.0, high=1.0, source="assumption: chainwright, world share of 30 %"
    )
    single: float = param(0.5, unit="share", low=0.0, high=1.0, source="assumption: chainwright")
    products: float = param(100.0, unit="1", low=2.0, high=1e5, source="assumption: chainwright")


@dataclass(frozen=True, eq=False)
class Verdict:
    """What can be said of n nodes: 1 yes, 0 no, -1 cannot be said, shape (n,) each.

    Parameters
    ----------
    stuck, broken, blocked, long_plate : ndarray of int8
        What holds.
    """

    stuck: Answer
    broken: Answer
    blocked: Answer
    long_plate: Answer

    @property
    def status(self) -> npt.NDArray[np.object_]:
        """The gravest of what holds; fine only where data exclude a stuck and a broken link."""
        fine = (self.stuck == 0) & (self.broken == 0)
        found: npt.NDArray[np.object_] = np.select(
            [
                self.stuck == 1,
                self.broken == 1,
                self.blocked == 1,
                self.long_plate == 1,
                fine,
            ],
            ["stuck", "broken", "blocked", "long plate", "fine"],
            default="unknown",
        ).astype(object)
        return found


def verdict(
    parts: Parts,
    found: Concentration,
    made: Made,
    blocks: tuple[Numbers, Flags],
    limits: ChainThresholds,
) -> Verdict:
    """Return what is proven of each node, whatever the unknown parts turn out to be.

    ========== ================================================================================
    stuck      ``K >= 0.4`` and ``e >= 0.5`` and ``T >= 0.6``
    broken     no maker at home, and a document says so
    blocked    capacity used to 90 % or more, or an essential input comes by a closed route
    long plate home has 30 % of world supply or more, and more than any other place
    ========== ================================================================================

    Each is yes if it holds at the worst bounds, no if it fails at the best, else it cannot be
    said.

    Parameters
    ----------
    parts : Parts
        K, e and T.
    found : Concentration
        Shares of suppliers.
    made : Made
        Whether home makes it.
    blocks : (ndarray, ndarray of bool), shape (n,) each
        Utilisation of capacity, NaN where unknown; whether an essential input comes by a closed
        route.
    limits : ChainThresholds
        From where on.
    """
    used, shut = blocks
    limited = [
        (parts.monopoly, limits.monopoly),
        (parts.exposure, limits.exposure),
        (parts.hard, limits.hard),
    ]
    stuck = _answer(
        yes=np.all([_holds(part.low, limit) for part, limit in limited], axis=0),
        no=np.any([~_holds(part.high, limit) for part, limit in limited], axis=0),
    )
    rest = 1.0 - found.named
    second = np.nan_to_num(found.top_foreign_share)
    home: Range = found.home
    long_plate = _answer(
        yes=_holds(home.low, limits.long_plate) & (home.low > second + rest + 1e-9),
        no=~_holds(home.high, limits.long_plate) | (home.high <= second + 1e-9),
    )
    known = ~np.isnan(used)
    full = known & _holds(np.nan_to_num(used), limits.utilisation)
    return Verdict(
        stuck,
        _answer(yes=made.no, no=made.yes),
        _answer(yes=full | shut, no=known & ~full & ~shut),
        long_plate,
    )


def _holds(value: Numbers, limit: float) -> Flags:
    """Return where a value reaches a limit, to rounding."""
    found: Flags = value >= limit - 1e-9
    return found


def _answer(*, yes: Flags, no: Flags) -> Answer:
    found: Answer = np.select([yes, no], [1, 0], default=-1).astype(np.int8)
    return found
