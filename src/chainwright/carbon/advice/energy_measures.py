"""Energy-saving measures as a table that users edit: where they apply, what they save and cost."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import Breach, TableError, UnknownCodeError, near
from chainwright.params import table
from chainwright.sources.typed_rows import Rows, checked_rows
from chainwright.tables import schema

__all__ = ["ENERGY_KINDS", "EnergyMeasures", "read_energy_measures"]

ENERGY_KINDS = (
    "grid_electricity",
    "coal",
    "coke",
    "pipeline_gas",
    "liquefied_gas",
    "oil",
    "byproduct_gas",
    "heat_bought",
    "biomass",
)
"""Kinds of readings that a measure can act on."""

REPLACED_BY = ("own_pv", "green_power")
"""What can take the place of power from the grid."""

COST_PER = ("MWh", "GJ", "tce")
"""What costs can be given for."""

REQUIRED = (
    "measure",
    "name_en",
    "name_zh",
    "kinds",
    "use_low",
    "use_high",
    "saving_low",
    "saving_high",
    "cost_low",
    "cost_high",
    "cost_per",
    "life_years",
    "mark_saving",
    "source_saving",
    "mark_cost",
    "source_cost",
)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class EnergyMeasures:
    """Measures in the order of their table.

    Parameters
    ----------
    frame : DataFrame
        The columns of ``chainwright schema energy_measures``.

    Examples
    --------
    >>> len(read_energy_measures()) >= 25
    True
    """

    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        return f"<EnergyMeasures: {len(self)}>"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Identities of the measures."""
        return tuple(self.frame["measure"].tolist())

    @cached_property
    def kinds(self) -> tuple[frozenset[str], ...]:
        """Kinds of energy that each acts on."""
        return tuple(frozenset(_words(cell)) for cell in self.frame["kinds"])

    @cached_property
    def to_kind(self) -> tuple[str, ...]:
        """What takes the place of power that each replaces; empty where it saves."""
        return tuple(self.frame["to_kind"].tolist())

    def place(self, measure: str) -> int:
        """Return the place of a `measure`.

        Raises
        ------
        UnknownCodeError
            If there is none of that name.
        """
        if measure not in self.names:
            raise UnknownCodeError(measure, "energy measure", self.names)
        return self.names.index(measure)

    def taken(self, measures: Sequence[str]) -> "EnergyMeasures":
        """Return some of the `measures`, in the order of the table."""
        places = sorted(self.place(name) for name in measures)
        return EnergyMeasures(self.frame.iloc[places].reset_index(drop=True))

    def apply_to(self, gbt4754: str) -> npt.NDArray[np.bool_]:
        """Return which measures are for a class of industry.

        Parameters
        ----------
        gbt4754 : str
            Code of GB/T 4754; of a firm whose class is not known only those for all classes.
        """
        fits = [
            not _words(cell) or (gbt4754 != "" and gbt4754.startswith(tuple(_words(cell))))
            for cell in self.frame["classes"]
        ]
        return np.array(fits, dtype=np.bool_)

    def ends(self, column: str) -> Floats:
        """Return a range at its low end, middle and high end, ``(measures, 3)``; 0 where empty.

        Parameters
        ----------
        column : str
            ``"use"``, ``"saving"``, ``"power"``, ``"cost"`` or ``"yearly"``.
        """
        return self._ends[column]

    @cached_property
    def _ends(self) -> dict[str, Floats]:
        found = {}
        for column in ("use", "saving", "power", "cost", "yearly"):
            low, high = (
                np.nan_to_num(self.frame[f"{column}_{end}"].to_numpy(dtype=np.float64))
                for end in ("low", "high")
            )
            found[column] = np.stack([low, (low + high) / 2, high], axis=1)
        return found


@cache
def _ours() -> EnergyMeasures:
    frame = pd.DataFrame([dict(row) for row in table("energy_measures")])
    for column in schema("energy_measures"):
        if column.type == "float":
            numbers = pd.to_numeric(frame[column.column], errors="raise")
            frame[column.column] = numbers.astype("float64")
    return EnergyMeasures(frame)


def read_energy_measures(data: object = None) -> EnergyMeasures:
    """Return energy-saving measures: our own, or those of a table that somebody edited.

    Parameters
    ----------
    data : path or Arrow stream, optional
        A table with the columns of ``chainwright schema energy_measures``, of which
        ``chainwright schema energy_measures --example`` prints ours.

    Raises
    ------
    TableError
        If the table is not in order; it lists every breach.
    FormatError, MissingFileError
        If the file is no such file, or is not there.
    """
    if data is None:
        return _ours()
    rows = checked_rows(data, "energy_measures", required=REQUIRED, keys=("measure",))
    breaches = [*rows.breaches, *_breaches(rows)]
    if breaches:
        raise TableError(rows.name if rows.origin.file else "The table of measures", breaches)
    return EnergyMeasures(rows.frame.copy())


def _words(cell: object) -> list[str]:
    return [word.strip() for word in str(cell).split(";") if word.strip()]


def _breaches(rows: Rows) -> Iterator[Breach]:
    """Yield what is wrong in rows whose cells are readable."""
    for number, row in zip(rows.numbers, rows.frame.to_dict("records"), strict=True):
        where = f"row {number}, column "
        yield from _ranges(where, row)
        for column, known in (
            ("kinds", ENERGY_KINDS),
            ("to_kind", REPLACED_BY),
            ("cost_per", COST_PER),
            ("mark_saving", ("published", "assumption")),
            ("mark_cost", ("published", "assumption")),
        ):
            for word in _words(row[column]):
                if word not in known:
                    expected = f"one of {', '.join(known)}"
                    remedy = f"Correct it.{near(word, known)}"
                    yield Breach(f"{where}'{column}'", repr(word), expected, remedy)
        for word in _words(row["classes"]):
            if not (word.isdecimal() and 2 <= len(word) <= 4):
                expected = "two to four digits of GB/T 4754"
                yield Breach(f"{where}'classes'", repr(word), expected, "Write digits.")
        if _words(row["to_kind"]) and _words(row["kinds"]) != ["grid_electricity"]:
            expected = "grid_electricity alone: nothing else is replaced"
            yield Breach(f"{where}'kinds'", repr(row["kinds"]), expected, "Leave to_kind empty.")
        if row["life_years"] <= 0:
            expected = "a number above 0"
            yield Breach(f"{where}'life_years'", f"{row['life_years']:g}", expected, "Give years.")


def _ranges(where: str, row: Mapping[Hashable, Any]) -> Iterator[Breach]:
    for name, most in (("use", 1), ("saving", 1), ("power", 1), ("cost", None), ("yearly", None)):
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        for column, value in ((f"{name}_low", low), (f"{name}_high", high)):
            if value < 0 or (most is not None and value > most):
                expected = "a number from 0 to 1" if most else "a number of at least 0"
                yield Breach(f"{where}'{column}'", f"{value:g}", expected, "Correct it.")
        if low > high:
            expected = f"at most {name}_high ({high:g})"
            yield Breach(f"{where}'{name}_low'", f"{low:g}", expected, "Swap the ends.")
