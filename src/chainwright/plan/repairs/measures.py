"""Measures of repair as a table: read with every check, applied, priced, shown."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import Breach, ParameterError, TableError, UnknownCodeError
from chainwright.plan.repairs.deliveries import Deliveries
from chainwright.plan.repairs.measure_breaches import cells_of, measure_breaches
from chainwright.plan.repairs.measure_kinds import read_measure_kinds
from chainwright.plan.repairs.repair_costs import RepairCosts
from chainwright.plan.repairs.repair_measure import RepairMeasure
from chainwright.sources.typed_rows import checked_rows
from chainwright.system import System
from chainwright.tables import schema

__all__ = ["CostEnd", "RepairMeasures", "read_repair_measures"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]
CostEnd = Literal["low", "mid", "high"]

SHOWN = ("measure", "kind", "size", "once_low", "once_high", "yearly_low", "yearly_high", "mark")
"""Columns that print."""

LISTS = ("users", "origins", "needs", "excludes")
"""Fields that hold several words."""

REQUIRED = ("measure", "kind", "users", "size")
"""Columns that each row fills."""


@dataclass(frozen=True, eq=False, repr=False)
class RepairMeasures:
    """``M`` measures that could be taken, in the order of their names.

    Parameters
    ----------
    held : tuple of RepairMeasure
        In any order; they are kept by name.
    money : str
        What their costs are counted in.
    notes : tuple of (str, str)
        What to know about them, in English and Chinese.

    Raises
    ------
    TableError
        If two have the same name, or one needs or excludes what is not there.
    """

    held: tuple[RepairMeasure, ...]
    money: str = ""
    notes: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.held, key=lambda one: one.name))
        object.__setattr__(self, "held", ordered)
        names = [one.name for one in ordered]
        wrong = [
            Breach(repr(name), "it twice", "each name once", "Rename one.")
            for name in sorted({name for name in names if names.count(name) > 1})
        ]
        for one in ordered:
            for word in (*one.needs, *one.excludes):
                if word not in names:
                    remedy = "Add it, or leave it out."
                    wrong.append(Breach(repr(one.name), repr(word), "another measure", remedy))
        if wrong:
            raise TableError("The measures", wrong)

    def __len__(self) -> int:
        return len(self.held)

    def __iter__(self) -> Iterator[RepairMeasure]:
        return iter(self.held)

    def __getitem__(self, name: str) -> RepairMeasure:
        if name not in self.place:
            raise UnknownCodeError(name, "measure", self.names)
        return self.held[self.place[name]]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Identities of the measures, sorted."""
        return tuple(one.name for one in self.held)

    @cached_property
    def place(self) -> dict[str, int]:
        """Place of each name."""
        return {name: i for i, name in enumerate(self.names)}

    def places(self, names: Iterable[str]) -> list[int]:
        """Return the places of measures.

        Parameters
        ----------
        names : iterable of str
            Identities.

        Raises
        ------
        UnknownCodeError
            If there is no such measure; near names are offered.
        """
        return [self.place[self[name].name] for name in names]

    def only(self, names: Iterable[str]) -> "RepairMeasures":
        """Return some of the measures; needs and exclusions among the others are dropped.

        Parameters
        ----------
        names : iterable of str
            Identities.

        Raises
        ------
        TableError
            If one needs a measure that is left out.
        """
        kept = set(names)
        chosen = [
            replace(self[name], excludes=tuple(w for w in self[name].excludes if w in kept))
            for name in sorted(kept)
        ]
        return RepairMeasures(tuple(chosen), self.money, self.notes)

    @property
    def priced(self) -> Bools:
        """Whether it is known what each costs, ``(M,)``."""
        return np.array([one.priced for one in self.held], dtype=np.bool_)

    @property
    def assumed(self) -> Bools:
        """Whether the cost of each is an assumption, ``(M,)``."""
        return np.array([one.assumed for one in self.held], dtype=np.bool_)

    @cached_property
    def groups(self) -> tuple[Indices, ...]:
        """Places of measures of which at most one is taken, a group each of two or more."""
        words = np.array([one.one_of for one in self.held], dtype=object)
        named = sorted({str(word) for word in words if word})
        found = (np.flatnonzero(words == word).astype(np.int64) for word in named)
        return tuple(group for group in found if len(group) > 1)

    @cached_property
    def needs(self) -> Indices:
        """Pairs of places: the first is not taken without the second, ``(k, 2)``."""
        pairs = [(self.place[m.name], self.place[word]) for m in self.held for word in m.needs]
        return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)

    @cached_property
    def excludes(self) -> Indices:
        """Pairs of places that are not both taken, the smaller first, ``(k, 2)``."""
        pairs = {
            (min(i, j), max(i, j))
            for i, one in enumerate(self.held)
            for j in (self.place[word] for word in one.excludes)
        }
        return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)

    @property
    def lead_years(self) -> Floats:
        """Years until each is in effect, ``(M,)``."""
        return np.array([one.lead_years for one in self.held], dtype=np.float64)

    def spent(self, end: CostEnd = "mid") -> tuple[Floats, Floats]:
        """Return what each costs once and a year at one end of its range, or in the middle.

        Parameters
        ----------
        end : str
            ``"low"``, ``"mid"`` or ``"high"``.

        Returns
        -------
        tuple of ndarray, shape (M,) [money], [money/year]
            NaN where the costs of a measure are not known at all.

        Raises
        ------
        ParameterError
            If `end` is another word.
        """
        if end not in {"low", "mid", "high"}:
            raise ParameterError("end", "costs of measures", "low, mid or high", end)
        share = {"low": 0.0, "mid": 0.5, "high": 1.0}[end]
        unknown = np.where(self.priced, 0.0, np.nan)

        def between(low: str, high: str) -> Floats:
            ends = [[getattr(one, low), getattr(one, high)] for one in self.held]
            both = np.nan_to_num(np.array(ends, dtype=np.float64).reshape(-1, 2))
            return np.asarray(both[:, 0] + share * (both[:, 1] - both[:, 0]) + unknown)

        return between("once_low", "once_high"), between("yearly_low", "yearly_high")

    def present_value(
        self,
        end: CostEnd = "mid",
        *,
        costs: RepairCosts | None = None,
        years: int = 1,
        start_year: int = 0,
        timed: bool = True,
    ) -> Floats:
        """Return what each costs within a horizon, ``(M,)`` [money]; NaN where nobody knows.

        Parameters
        ----------
        end : str
            ``"low"``, ``"mid"`` or ``"high"``.
        costs : RepairCosts, optional
            Interest.
        years, start_year : int
            Horizon, and the year of the decision.
        timed : bool
            Whether lead times count; else all is in effect, and paid for, at once.
        """
        once, yearly = self.spent(end)
        life = np.array([one.life_years for one in self.held], dtype=np.float64)
        return (costs or RepairCosts()).present_value(
            once,
            yearly,
            life_years=life,
            lead_years=self.lead_years if timed else 0.0,
            years=years,
            start_year=start_year,
        )

    def apply(self, system: System, names: Iterable[str] | None = None) -> System:
        """Return the system with measures in effect, in the order of their names.

        What is held ready commutes. Supplements of the same deliveries do not: each moves its
        share of what those before it, by name, have left, so never more than there is.

        Parameters
        ----------
        system : System
            What they change.
        names : iterable of str, optional
            Which; all if not given.

        Raises
        ------
        UnknownCodeError
            If there is no such measure.
        """
        chosen = range(len(self)) if names is None else sorted(set(self.places(names)))
        for i in chosen:
            system = self.held[i].apply(system)
        return system

    def table(self) -> pd.DataFrame:
        """Return the measures with the columns of ``chainwright schema repair_measures``.

        `read_repair_measures` reads it back.
        """
        found: dict[str, object] = {}
        for column in schema("repair_measures"):
            field = "name" if column.column == "measure" else column.column
            values = [getattr(one, field) for one in self.held]
            if field in LISTS:
                values = [";".join(words) for words in values]
            kinds = {"float": "float64", "boolean": "bool", "string": "str"}
            found[column.column] = pd.Series(values, dtype=kinds[column.type])
        return pd.DataFrame(found)

    @property
    def units(self) -> dict[str, str]:
        """Unit of each column of `table` that has one."""
        return {
            c.column: c.unit.replace("money", self.money or "money")
            for c in schema("repair_measures")
            if c.unit
        }

    def __repr__(self) -> str:
        assumed, size = int(self.assumed.sum()), len(self)
        head = f"<RepairMeasures: {size}, of {assumed} the cost is assumed; {self.money}>"
        return f"{head}\n{self.table()[list(SHOWN)].head(10).to_string(index=False)}"

    def _repr_html_(self) -> str:
        return f"<p>RepairMeasures; {self.money}</p>{self.table().head(20).to_html(index=False)}"


def read_repair_measures(data: object, system: System, *, kinds: object = None) -> RepairMeasures:
    """Return measures that somebody wrote down, after every check.

    Parameters
    ----------
    data : path or Arrow stream
        A table with the columns of ``chainwright schema repair_measures``; the least are measure,
        kind, users and size. Costs may be empty, which means that nobody knows them.
    system : System
        Whose regions, nodes and products they name; with flows.
    kinds : path or Arrow stream, optional
        Limits of each kind: a table ``repair_kinds``; ours if not given.

    Raises
    ------
    TableError
        If the table is not in order; it lists every breach.
    MissingPartError
        If the system has no flows.

    Examples
    --------
    >>> china = System.demo("country")
    >>> rows = {"measure": ["power"], "kind": ["stabilise"], "users": ["11"], "size": [0.5]}
    >>> read_repair_measures(pd.DataFrame(rows), china).names
    ('power',)
    """
    flows = system.flows
    rows = checked_rows(data, "repair_measures", required=REQUIRED, keys=("measure",), empty=True)
    limits = read_measure_kinds(kinds)
    breaches = [*rows.breaches, *measure_breaches(rows, Deliveries(flows), limits)]
    if breaches:
        raise TableError(rows.name if rows.origin.file else "The table of measures", breaches)
    held = tuple(_measure(row) for row in rows.frame.to_dict("records"))
    return RepairMeasures(held, str(system.money))


def _measure(row: Mapping[Hashable, Any]) -> RepairMeasure:
    """Return the measure of a row that is in order."""
    given: dict[str, Any] = {"name": row["measure"]}
    for column in schema("repair_measures"):
        name, value = column.column, row[column.column]
        if name in LISTS:
            given[name] = cells_of(str(value))
        elif name in ZERO and pd.isna(value):
            given[name] = 0.0
        elif name == "mark":
            given[name] = value or "assumption"
        elif name != "measure":
            given[name] = value
    return RepairMeasure(**given)


ZERO: Sequence[str] = ("after_days", "hold_back", "lead_years")
"""Numbers that are 0 where nothing is said."""
