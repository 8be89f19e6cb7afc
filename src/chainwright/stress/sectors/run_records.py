"""What a run of a sector engine leaves: a row a step, a column a node, and why it ended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chainwright.errors import MissingPartError, ParameterError
from chainwright.stress.sectors.economy import Economy, Notes
from chainwright.stress.sectors.ready_safeguards import BackupUse, ReserveUse

__all__ = ["BY_NODE", "Recorder", "Records", "record_names"]

Numbers = npt.NDArray[np.float64]

BY_NODE = (
    "production",
    "capacity",
    "intermediate_demand",
    "final_demand",
    "rebuild_demand",
    "rebuild_delivered",
    "alpha",
    "unmet_final",
    "capital_to_recover",
)
"""Records of shape (T, n)."""

BESIDES = ("unmet_by_region", "unmet_abroad", "imports")
"""Records of other shapes: (T, regions of use, S), and two of (T, r)."""


@dataclass(frozen=True, eq=False, repr=False)
class Records:
    """What happened in each step of a run: T steps that ran, ``n`` nodes.

    All records are finite. A record that was not asked for is a `MissingPartError`.

    Parameters
    ----------
    economy : Economy
        What ran.
    series : mapping of str to ndarray
        The records by name; read them as attributes.
    short_product : ndarray of int32, shape (n,)
        Product of the first stock that bound a node's output; -1 if none ever did.
    short_step : ndarray of int32, shape (n,)
        Step on which it did; -1 if none ever did.
    ended_en, ended_zh : str
        Why the run ended.
    notes : tuple of (str, str)
        What to know about the run: assumptions, changes and warnings, in English and Chinese.
    stocks : mapping of int to ndarray, shape (S, n) [money]
        Stocks in the evening of chosen steps; infinite where the target is.
    reserves : ReserveUse, optional
        What became of each reserve; none if nothing is held.
    backup : BackupUse, optional
        What was made with each capacity that was held ready; none if nothing is.
    """

    economy: Economy
    series: Mapping[str, Numbers]
    short_product: npt.NDArray[np.int32]
    short_step: npt.NDArray[np.int32]
    ended_en: str
    ended_zh: str
    notes: Notes = ()
    stocks: Mapping[int, npt.NDArray[np.floating]] = field(default_factory=dict)
    reserves: ReserveUse | None = None
    backup: BackupUse | None = None

    def __repr__(self) -> str:
        return (
            f"<Records: {self.steps} steps of {self.economy.step_days:g} day(s); {self.ended_en}>"
        )

    @property
    def steps(self) -> int:
        """How many steps ran."""
        return max((len(s) for s in self.series.values()), default=0)

    @property
    def days(self) -> Numbers:
        """Day on which each step begins, shape (T,)."""
        return np.arange(self.steps, dtype=np.float64) * self.economy.step_days

    def of(self, name: str) -> Numbers:
        """Return the record `name`.

        Parameters
        ----------
        name : str
            One of `BY_NODE` or ``unmet_by_region``, ``unmet_abroad``, ``imports``.

        Raises
        ------
        MissingPartError
            If it was not recorded.
        """
        if name not in self.series:
            kept = ", ".join(self.series)
            raise MissingPartError(f"the record {name!r}", f"Recorded were: {kept}.")
        return self.series[name]

    @property
    def production(self) -> Numbers:
        """Output, shape (T, n) [money / step]."""
        return self.of("production")

    @property
    def capacity(self) -> Numbers:
        """Capacity, shape (T, n) [money / step]."""
        return self.of("capacity")

    @property
    def intermediate_demand(self) -> Numbers:
        """Orders of producers, shape (T, n) [money / step]."""
        return self.of("intermediate_demand")

    @property
    def final_demand(self) -> Numbers:
        """Final demand, what no origin may deliver included, shape (T, n) [money / step]."""
        return self.of("final_demand")

    @property
    def rebuild_demand(self) -> Numbers:
        """Demand for rebuilding, shape (T, n) [money / step]."""
        return self.of("rebuild_demand")

    @property
    def rebuild_delivered(self) -> Numbers:
        """Delivered for rebuilding, shape (T, n) [money / step]."""
        return self.of("rebuild_delivered")

    @property
    def alpha(self) -> Numbers:
        """Overproduction factor, shape (T, n) [1]."""
        return self.of("alpha")

    @property
    def unmet_final(self) -> Numbers:
        """Final demand not met, by the node it was asked of, shape (T, n) [money / step]."""
        return self.of("unmet_final")

    @property
    def capital_to_recover(self) -> Numbers:
        """Capital that is destroyed and not yet restored, shape (T, n) [money]."""
        return self.of("capital_to_recover")

    @property
    def unmet_by_region(self) -> Numbers:
        """Final demand not met by using region and product, shape (T, regions, S) [money / step].

        Regions are those of the final users: ``economy.flows.users.regions``.
        """
        return self.of("unmet_by_region")

    @property
    def unmet_abroad(self) -> Numbers:
        """Final demand for imports that no row may meet, shape (T, r) [money / step]."""
        return self.of("unmet_abroad")

    @property
    def imports(self) -> Numbers:
        """What producers get from each row from abroad, shape (T, r) [money / step]."""
        return self.of("imports")

    @property
    def value_added(self) -> Numbers:
        """Value added at the rest's share of output, shape (T, n) [money / step]."""
        economy = self.economy
        yearly = economy.x0 * economy.steps_per_year
        share = np.divide(economy.VA, yearly, out=np.zeros_like(yearly), where=yearly > 0.0)
        added: Numbers = self.production * share
        return added


def record_names(record: Collection[str] | None) -> tuple[str, ...]:
    """Return the names of the records to keep.

    Parameters
    ----------
    record : collection of str, or None
        Names; all of shape (T, n) if not given.

    Raises
    ------
    ParameterError
        If a name is not known.

    Examples
    --------
    >>> record_names(["unmet_final", "production"])
    ('production', 'unmet_final')
    """
    known = BY_NODE + BESIDES
    if record is None:
        return BY_NODE
    wanted = {record} if isinstance(record, str) else set(record)
    unknown = sorted(wanted - set(known))
    if unknown:
        raise ParameterError("record", "a run", f"of {', '.join(known)}", unknown[0])
    return tuple(name for name in known if name in wanted)


class Recorder:
    """Arrays that a run fills step by step, of the records that are wanted.

    Parameters
    ----------
    economy : Economy
        What runs.
    steps : int
        Most steps that may run.
    record : collection of str, optional
        Names of records; all of shape (T, n) if not given.
    """

    def __init__(self, economy: Economy, steps: int, record: Collection[str] | None) -> None:
        width = {
            "unmet_by_region": (len(economy.flows.users.regions), economy.S),
            "unmet_abroad": (economy.r,),
            "imports": (economy.r,),
        }
        self.wanted = record_names(record)
        self.series = {
            name: np.zeros((steps, *width.get(name, (economy.n,)))) for name in self.wanted
        }

    def keep(self, step: int, name: str, row: Numbers) -> None:
        """Keep the row of a step, if the record is wanted.

        Parameters
        ----------
        step : int
            Which step.
        name : str
            Which record.
        row : ndarray
            What to keep.
        """
        if name in self.series:
            self.series[name][step] = row

    def up_to(self, steps: int) -> dict[str, Numbers]:
        """Return the records of the first `steps` steps.

        Parameters
        ----------
        steps : int
            How many ran.
        """
        return {name: rows[:steps] for name, rows in self.series.items()}
