"""One dated record of an emission factor, and the tables that hold them."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from chainwright.errors import UnknownCodeError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TABLES", "Factor", "factor_records", "factor_table", "series_records"]

TABLES = ("fuel", "electricity", "process", "gwp", "epa")
"""Tables of records that lie beside this module, as ``<name>_factors.csv``."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One published number: what it is of, who says so, since when, and within which boundary.

    Parameters
    ----------
    code : str
        Identity: series, item or region, year.
    kind, item : str
        Kind of data and item that it is for; empty where it is for none of them.
    region : str
        Two digits of a province, a regional grid, a country; empty for everywhere.
    value : float
        The number, in `unit`.
    unit : str
        Its unit.
    low, high : float
        Range of about 95 %; the value itself where no range is stated.
    publisher, announcement : str
        Who published it, and in which paper.
    valid_from, valid_to : str
        Dates between which it holds (YYYY-MM-DD); empty for an open end.
    boundary : str
        combustion, biogenic, process, fixed, heat, grid, residual, footprint or gwp.
    verified : bool
        Whether it was held against the paper, or against independent copies that agree.
    source : str
        Where the number was read.
    series : str, optional
        The set of numbers that it belongs to, which is never mixed silently with another.
    parameter : str, optional
        ncv, carbon and oxidation of a fuel; factor; gwp100.
    range_source, verified_by : str, optional
        Where the range comes from (or that it is an assumption); what it was held against.
    date : str, optional
        When it was looked up.
    """

    code: str
    kind: str
    item: str
    region: str
    value: float
    unit: str
    low: float
    high: float
    publisher: str
    announcement: str
    valid_from: str
    valid_to: str
    boundary: str
    verified: bool
    source: str
    series: str = ""
    parameter: str = "factor"
    range_source: str = ""
    verified_by: str = ""
    date: str = ""

    @property
    def year(self) -> int:
        """Year that it starts to hold in."""
        return int(self.valid_from[:4])

    @property
    def assumed(self) -> bool:
        """Whether its range is an assumption."""
        return self.range_source.startswith("assumption")


def factor_table(name: str) -> "tuple[Mapping[str, str], ...]":
    """Return the rows of the CSV file `name` that lies beside this module."""
    text = files("chainwright").joinpath(f"carbon/factors/{name}.csv").read_text(encoding="utf-8")
    return tuple(MappingProxyType(row) for row in csv.DictReader(text.splitlines()))


@cache
def factor_records(name: str) -> tuple[Factor, ...]:
    """Return the records of a table.

    Parameters
    ----------
    name : str
        One of `TABLES`.

    Raises
    ------
    UnknownCodeError
        If there is no such table.

    Examples
    --------
    >>> len([f for f in factor_records("fuel") if f.series == "industry-other"])  # 27 fuels, thrice
    81
    """
    if name not in TABLES:
        raise UnknownCodeError(name, "table of factors", TABLES)
    return tuple(_factor(row) for row in factor_table(f"{name}_factors"))


def _factor(row: "Mapping[str, str]") -> Factor:
    """Return a row as a record."""
    value = float(row["value"])
    words = {k: v for k, v in row.items() if k not in {"value", "low", "high", "verified"}}
    return Factor(
        **words,  # the columns are the fields
        value=value,
        low=float(row["low"]) if row["low"] else value,
        high=float(row["high"]) if row["high"] else value,
        verified=row["verified"] == "yes",
    )


@cache
def series_records() -> "Mapping[str, tuple[Factor, ...]]":
    """Return all records by their series.

    Examples
    --------
    >>> [f.value for f in series_records()["heat"]]
    [0.11]
    """
    found: defaultdict[str, list[Factor]] = defaultdict(list)
    for table in TABLES:
        for factor in factor_records(table):
            found[factor.series].append(factor)
    return {series: tuple(records) for series, records in found.items()}
