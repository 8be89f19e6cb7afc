"""What home feels of a shock, day by day, in one run of a sector engine."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.stress.sectors.run_records import Records
from chainwright.system import Home

__all__ = ["RECOVERED", "Felt", "felt_by"]

Numbers = npt.NDArray[np.float64]

RECOVERED = 0.95
"""Share of output at rest from which home counts as recovered."""

NOTHING = 1e-9
"""Share of a day's output up to which a loss is rounding."""


@dataclass(frozen=True, eq=False)
class Felt:
    """What home loses in one run; losses below zero are gains.

    Parameters
    ----------
    end : str
        Which run: ``"pooled"``, ``"by_origin"``, ``"chosen"``, or ``"single"`` where it is the only
        one.
    records : Records
        The run, with its production.
    home : ndarray of bool, shape (n,)
        Nodes at home.
    """

    end: str
    records: Records
    home: npt.NDArray[np.bool_]

    @cached_property
    def days(self) -> Numbers:
        """Day on which each step begins, shape (T,)."""
        return self.records.days

    @cached_property
    def loss(self) -> Numbers:
        """Output that home loses on each day, as a share of its output at rest, shape (T,)."""
        at_rest = float(self.records.economy.x0[self.home].sum())
        made = self.records.production[:, self.home].sum(axis=1)
        return np.asarray((at_rest - made) / at_rest if at_rest > 0.0 else np.zeros(len(made)))

    @cached_property
    def lost(self) -> Numbers:
        """Output that each node loses over the run, shape (n,) [money]."""
        economy = self.records.economy
        rest: Numbers = economy.x0 * self.records.steps
        return np.asarray(rest - self.records.production.sum(axis=0))

    @property
    def lost_at_home(self) -> float:
        """Output that home loses over the run [money]."""
        return float(self.lost[self.home].sum())

    @property
    def lost_elsewhere(self) -> float:
        """Output that all others in the table lose over the run [money]."""
        return float(self.lost[~self.home].sum())

    @property
    def share_of_year(self) -> float:
        """Output that home loses over the run, of its output of a year [share]."""
        economy = self.records.economy
        year = float(economy.x0[self.home].sum()) * economy.steps_per_year
        return self.lost_at_home / year if year > 0.0 else float("nan")

    @property
    def worst(self) -> tuple[float, float]:
        """Largest share of a day's output that home loses, and the day on which it does."""
        if not len(self.loss):
            return 0.0, 0.0
        step = int(self.loss.argmax())
        return float(self.loss[step]), float(self.days[step])

    @property
    def is_felt(self) -> bool:
        """Whether home loses, or gains, anything at all."""
        return bool(np.abs(self.loss).max(initial=0.0) > NOTHING)

    @property
    def below_until(self) -> float:
        """Day from which home's output stays at 95 % of that at rest, or above.

        Zero where it never falls below, NaN where it still lies below at the end of the run.
        """
        below = np.flatnonzero(self.loss > 1.0 - RECOVERED)
        if not len(below):
            return 0.0
        last = int(below[-1])
        return float("nan") if last + 1 >= len(self.loss) else float(self.days[last + 1])

    def lost_between(self, first_day: float, last_day: float) -> Numbers:
        """Return the output that each node loses in a time, shape (n,) [money].

        Parameters
        ----------
        first_day, last_day : float
            The first day and the day after the last.
        """
        held = (self.days >= first_day) & (self.days < last_day)
        economy = self.records.economy
        made = self.records.production[held].sum(axis=0)
        return np.asarray(economy.x0 * int(held.sum()) - made)

    def by_region_and_sector(self, first_day: float, last_day: float) -> pd.DataFrame:
        """Return what is lost of output at rest in each region (rows) and sector (columns).

        Parameters
        ----------
        first_day, last_day : float
            The first day and the day after the last of the time that is looked at.
        """
        economy = self.records.economy
        nodes = economy.flows.nodes
        held = int(((self.days >= first_day) & (self.days < last_day)).sum())
        rest, lost = economy.x0 * held, self.lost_between(first_day, last_day)
        shares = np.divide(lost, rest, out=np.full(len(rest), np.nan), where=rest > 0.0)
        table = np.full((len(nodes.regions), len(nodes.sectors)), np.nan)
        table[nodes.region, nodes.sector] = shares
        return pd.DataFrame(table, index=nodes.regions.codes, columns=nodes.sectors.codes)


def felt_by(home: Home, records: Records, end: str) -> Felt:
    """Return what home feels in a run.

    Parameters
    ----------
    home : Home
        Whose output.
    records : Records
        The run.
    end : str
        Which end it is.
    """
    return Felt(end, records, home.mask(records.economy.flows))
