"""What a run of the model of firms leaves: sums by firm, and by day, sector and region."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chainwright.errors import MissingPartError, ParameterError
from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.sectors.ready_safeguards import BackupUse, ReserveUse

__all__ = ["BY_FIRM", "FirmRecorder", "FirmRecords"]

Numbers = npt.NDArray[np.float64]
Notes = tuple[tuple[str, str], ...]

BY_FIRM = (
    "production",
    "capacity",
    "intermediate_demand",
    "final_demand",
    "unmet_final",
    "rebuild_demand",
    "rebuild_delivered",
    "alpha",
    "capital_to_recover",
)
"""Records of shape (T, n), kept where they are asked for: 0.7 GB a name at a million firms and 90
days."""


@dataclass(frozen=True, eq=False, repr=False)
class FirmRecords:
    """What happened in a run of T steps over ``n`` firms, ``S`` sectors and ``R`` regions.

    Parameters
    ----------
    economy : FirmEconomy
        What ran.
    steps : int
        How many steps ran.
    lost, unmet : ndarray, shape (n,) [money]
        Output less than at rest (below zero: more), and final demand not met, over the run.
    direct : ndarray, shape (n,) [money]
        Output at rest that its own lost capacity could not make, over the run.
    lowest : ndarray, shape (n,) [share]
        Least output of a step over output at rest; 1 for firms that make nothing.
    sector_lost, region_lost : ndarray, shapes (T, S), (T, R) [money / step]
        Output less than at rest.
    sector_unmet, region_unmet : ndarray, shapes (T, S), (T, R) [money / step]
        Final demand not met, by who should deliver.
    short_stock, short_step : ndarray of int32, shape (n,)
        First stock that bound a firm's output (a place among the economy's stocks), and when; -1
        if none did.
    series : mapping of str to ndarray, shape (T, n)
        Records that were asked for, by name.
    ended_en, ended_zh : str
        Why the run ended.
    notes : tuple of (str, str)
        Assumptions and changes, in English and Chinese.
    stocks : mapping of int to ndarray, shape (G,) [money]
        Stocks in the evening of chosen steps.
    reserves : ReserveUse, optional
        What became of each reserve; none if nothing is held.
    backup : BackupUse, optional
        What was made with each capacity that was held ready; none if nothing is.
    """

    economy: FirmEconomy
    steps: int
    lost: Numbers
    unmet: Numbers
    direct: Numbers
    lowest: Numbers
    sector_lost: Numbers
    region_lost: Numbers
    sector_unmet: Numbers
    region_unmet: Numbers
    short_stock: npt.NDArray[np.int32]
    short_step: npt.NDArray[np.int32]
    series: Mapping[str, Numbers]
    ended_en: str
    ended_zh: str
    notes: Notes = ()
    stocks: Mapping[int, Numbers] = field(default_factory=dict)
    reserves: ReserveUse | None = None
    backup: BackupUse | None = None

    def __repr__(self) -> str:
        days = self.economy.step_days
        return f"<FirmRecords: {self.steps} steps of {days:g} day(s); {self.ended_en}>"

    def of(self, name: str) -> Numbers:
        """Return a record of shape (T, n).

        Parameters
        ----------
        name : str
            One of `BY_FIRM`.

        Raises
        ------
        MissingPartError
            If it was not asked for.
        """
        if name not in self.series:
            kept = ", ".join(self.series) or "none"
            raise MissingPartError(f"the record '{name}'", f"Recorded by firm were: {kept}.")
        return self.series[name]


class FirmRecorder:
    """Sums that a run fills step by step.

    Parameters
    ----------
    economy : FirmEconomy
        What runs.
    steps : int
        Most steps that may run.
    record : collection of str
        Names of records by firm and step that are wanted.

    Raises
    ------
    ParameterError
        If a name is not known.
    """

    def __init__(self, economy: FirmEconomy, steps: int, record: Collection[str]) -> None:
        unknown = sorted(set(record) - set(BY_FIRM))
        if unknown:
            raise ParameterError("record", "a run", f"of {', '.join(BY_FIRM)}", unknown[0])
        self._economy = economy
        n, links = economy.n, economy.links
        self.lost, self.unmet, self.direct = np.zeros(n), np.zeros(n), np.zeros(n)
        self.lowest = np.ones(n)
        shapes = (steps, len(links.sectors)), (steps, len(links.regions))
        self._lost = [np.zeros(shape) for shape in shapes]
        self._unmet = [np.zeros(shape) for shape in shapes]
        self._series = {name: np.zeros((steps, n)) for name in BY_FIRM if name in set(record)}

    def keep(self, step: int, **rows: Numbers) -> None:
        """Keep records of a step that are wanted.

        Parameters
        ----------
        step : int
            Which step.
        **rows : ndarray, shape (n,)
            By name.
        """
        for name, row in rows.items():
            if name in self._series:
                self._series[name][step] = row

    def add(self, step: int, made: Numbers, unmet: Numbers, lost_share: Numbers) -> None:
        """Add up a step.

        Parameters
        ----------
        step : int
            Which step.
        made, unmet : ndarray, shape (n,) [money / step]
            Output, and final demand not met.
        lost_share : ndarray, shape (n,) [share]
            Of capacity.
        """
        x0, links = self._economy.x0, self._economy.links
        less = x0 - made
        self.lost += less
        self.unmet += unmet
        self.direct += x0 * lost_share
        share = np.divide(made, x0, out=np.ones_like(x0), where=x0 > 0.0)
        np.minimum(self.lowest, share, out=self.lowest)
        for by, (lost, not_met) in zip(
            (links.sector, links.region), zip(self._lost, self._unmet, strict=True), strict=True
        ):
            lost[step] = np.bincount(by, less, lost.shape[1])
            not_met[step] = np.bincount(by, unmet, lost.shape[1])

    def up_to(self, steps: int) -> dict[str, object]:
        """Return what was kept of the first `steps` steps, by the fields of `FirmRecords`.

        Parameters
        ----------
        steps : int
            How many ran.
        """
        return {
            "lost": self.lost,
            "unmet": self.unmet,
            "direct": self.direct,
            "lowest": self.lowest,
            "sector_lost": self._lost[0][:steps],
            "region_lost": self._lost[1][:steps],
            "sector_unmet": self._unmet[0][:steps],
            "region_unmet": self._unmet[1][:steps],
            "series": {name: rows[:steps] for name, rows in self._series.items()},
        }
