"""Inoperability (IIM, DIIM): how far one sector's failure makes the others fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import ParameterError
from chainwright.stress.sectors.coupling import Coupling, Mode
from chainwright.stress.sectors.direct_losses import capacity_lost, demand_lost, refuse
from chainwright.stress.sectors.inoperability_course import (
    dynamic_inoperability,
    recovering_inoperability,
    resilience,
    static_inoperability,
)
from chainwright.stress.sectors.values_by_sector import BySector, by_node
from chainwright.stress.shocks.refusals import refuse_safeguards
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.stress.shocks.shock import Shock
from chainwright.system import Result, System

__all__ = ["YEAR_DAYS", "Course", "Inoperability", "inoperability"]

Numbers = npt.NDArray[np.float64]

Course = Literal["dynamic", "static", "recovery"]
"""dynamic: day by day; static: at rest; recovery: left alone after a blow on the first day."""

YEAR_DAYS = 365.0
"""Days of the year that a table is of."""


@dataclass(frozen=True, eq=False, repr=False)
class Inoperability(Result):
    """Inoperability of each node, 0 (as ever) to 1 (stands still), and what it costs.

    Parameters
    ----------
    system : System
        The system that was asked about.
    shock : Shock
        What happened.
    mode, course : str
        As asked.
    days : int
        How many days are counted.
    recovery_days : float, mapping or None
        As asked.
    left : float [share]
        Inoperability left after the time to recover.
    direct : ndarray, shape (n,) [share]
        Largest direct perturbation c*; of a recovery the inoperability at its start.
    resilience : ndarray, shape (n,)
        Coefficients k.
    asked : ndarray, shape (n,) [share]
        Where inoperability would come to rest if the perturbation lasted, not clipped; NaN of a
        recovery, which has none.
    levels : ndarray, shape (days, n) [share]
        Inoperability on each day; of a static answer one row.
    """

    name: ClassVar[str] = "inoperability"
    charted: ClassVar[str] = "money_lost"

    shock: Shock
    mode: Mode
    course: Course
    days: int
    recovery_days: BySector | None
    left: float
    direct: Numbers
    resilience: Numbers
    asked: Numbers
    levels: Numbers

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        tau = self.recovery_days
        return {
            "shock": self.shock.to_toml(),
            "mode": self.mode,
            "course": self.course,
            "days": self.days,
            "recovery_days": dict(tau) if isinstance(tau, Mapping) else tau,
            "left": self.left,
        }

    @property
    def clipped(self) -> npt.NDArray[np.bool_]:
        """Whether more is asked of a node than it has, so that it is held at 1, shape (n,)."""
        return np.asarray(self.asked > 1.0, dtype=np.bool_)

    @cached_property
    def area(self) -> Numbers:
        """Area under inoperability, shape (n,) [day]: by trapezoids, of a static answer whole."""
        if self.course == "static":
            return np.asarray(self.levels[0] * self.days, dtype=np.float64)
        return np.asarray(np.trapezoid(self.levels, axis=0), dtype=np.float64)

    @cached_property
    def money_lost(self) -> Numbers:
        """Output not made over all days, shape (n,) [money]."""
        level = self.levels.sum(axis=0) * (self.days if self.course == "static" else 1)
        return np.asarray(self.system.flows.output / YEAR_DAYS * level, dtype=np.float64)

    def table(self) -> pd.DataFrame:
        """Return one row a node, the largest loss of money first."""
        flows = self.system.flows
        frame = flows.nodes.frame()
        frame["output"] = flows.output
        frame["direct"] = self.direct
        frame["peak"] = self.levels.max(axis=0)
        peak_day = self.levels.argmax(axis=0).astype(np.float64)
        frame["peak_day"] = np.nan if self.course == "static" else peak_day
        frame["last"] = self.levels[-1]
        frame["rest"] = np.clip(self.asked, 0.0, 1.0)
        frame["rest_asked"] = self.asked
        frame["clipped"] = self.clipped
        frame["resilience"] = self.resilience
        frame["area"] = self.area
        frame["money_lost"] = self.money_lost
        all_days = flows.output * (self.days / YEAR_DAYS)
        frame["money_lost_share"] = np.divide(
            self.money_lost, all_days, out=np.zeros_like(all_days), where=all_days > 0.0
        )
        return frame.sort_values("money_lost", ascending=False, kind="stable", ignore_index=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the losses by node, and by day (by day none of a static answer)."""
        flows = self.system.flows
        daily = flows.output / YEAR_DAYS
        levels = self.levels[:0] if self.course == "static" else self.levels
        worst = levels.argmax(axis=1) if len(levels) else np.zeros(0, dtype=np.intp)
        lost = levels @ daily
        days = pd.DataFrame(
            {
                "day": np.arange(len(levels)),
                "money_lost": lost,
                "mean": lost / daily.sum(),
                "highest": levels.max(axis=1) if len(levels) else np.zeros(0),
                "highest_node": np.array(flows.nodes.codes, dtype=object)[worst],
            }
        )
        return {self.name: self.table(), "inoperability_by_day": days}


def inoperability(
    system: System,
    shock: Shock,
    *,
    mode: Mode = "demand",
    course: Course = "dynamic",
    days: int = 365,
    recovery_days: BySector | None = None,
    left: float = 0.01,
) -> Inoperability:
    r"""Return how inoperable each node becomes by a shock, over time or at rest.

    .. math:: q = (I - A^*)^{-1} c^* \quad\text{at rest}, \qquad
              q(t) = q(t-1) + K\,[A^* q(t-1) + c^*(t) - q(t-1)] \quad\text{over time},

    both clipped to [0, 1]; left alone after a blow, :math:`q(t) = e^{-K (I - A^*) t} q(0)`. Nobody
    holds stocks, nobody finds another supplier, and a node makes up for k of its gap a day. The
    perturbation adds to what others hand on: where all sectors of a region lose 30 %, each ends
    far above 30 %. What is clipped is told: there the model asks for more than all of a node, and
    says too little about those behind it.

    A blow of kind ``capacity`` is a direct perturbation of its share. One of kind ``demand_drop``
    is the final demand that it takes as a share of the node's output, in mode ``"demand"`` alone.
    On one node the two add up. Capital and cuts of single deliveries are refused: give capital as
    a share of capacity, and ask `run` about cuts.

    Parameters
    ----------
    system : System
        With flows.
    shock : Shock
        What happens.
    mode : str
        ``"demand"``: users that fail order less, ``A*_ij = Z_ij / x_i``. ``"supply"``: suppliers
        that fail send less, ``A* = A'``.
    course : str
        ``"dynamic"``: day by day, the shock by its own course. ``"static"``: at rest under the
        shock at full size, for all `days`. ``"recovery"``: the shock at full size is where nodes
        stand on day 0, after which nothing more happens.
    days : int
        How many days are counted.
    recovery_days : float or mapping of str to float, optional
        Days until a node that recovers alone is back at `left` of its inoperability: one number,
        or by node, sector, region or ``*``. Not given, every node follows the others at once
        (k = 1): the answer then hardly depends on time.
    left : float
        Share of inoperability left after that time.

    Raises
    ------
    ParameterError
        If a word or a number is none of those, or the shock is of a kind that it cannot represent.
    TableError
        If the shock does not fit the system.
    InfeasibleError
        If inoperability would grow without end (spectral radius of A* 1 or more).

    References
    ----------
    .. [1] Haimes, Y. Y. et al. (2005), Inoperability input-output model for interdependent
       infrastructure sectors, Journal of Infrastructure Systems 11, 67-79.
    .. [2] Lian, C. and Haimes, Y. Y. (2006), Managing the risk of terrorism to interdependent
       infrastructure systems through the dynamic inoperability input-output model, Systems
       Engineering 9, 241-258.
    """
    flows = system.flows
    if course not in get_args(Course):
        expected = f"one of {', '.join(get_args(Course))}"
        raise ParameterError("course", "inoperability", expected, course)
    if not (isinstance(days, int) and days >= 1):
        raise ParameterError("days", "inoperability", "a whole number, 1 or more", days)
    refuse_safeguards("inoperability", system, but=("stabilise",))
    blows = sector_blows(system, shock, days, 1.0)
    refuse(blows, "inoperability", ("capital", "supply_cut"), CAN)
    coupling = Coupling.of(flows, mode)
    if mode == "supply":
        refuse(blows, "inoperability (supply mode)", ("demand_drop",), CAN)
    n = len(coupling)
    c = capacity_lost(blows, n) + demand_lost(blows, flows.final) * flows.per_output
    c = np.minimum(c, 1.0)
    direct = c.max(axis=0)
    tau = None if recovery_days is None else by_node(flows.nodes, recovery_days, "recovery_days")
    k = resilience(coupling, tau, left)
    asked = static_inoperability(coupling, direct)
    if course == "static":
        levels = np.clip(asked, 0.0, 1.0)[None, :]
    elif course == "dynamic":
        levels = dynamic_inoperability(coupling, c, k)[1:]
    else:
        asked = np.full(n, np.nan)
        levels = recovering_inoperability(coupling, k, direct, days)
    return Inoperability(
        system, shock, mode, course, days, recovery_days, left, direct, k, asked, levels
    )


CAN = (
    "made of blows of kind capacity, or in mode demand of kind demand_drop (no capital, no "
    "deliveries: give capital as a share of capacity, and ask run(system, shock) about cuts)"
)
