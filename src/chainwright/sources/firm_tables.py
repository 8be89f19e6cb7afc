"""Tables of enterprises and their sites, checked together."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from chainwright.classes.credit_codes import credit_code_fault, is_like_a_credit_code
from chainwright.errors import Breach, TableError, near
from chainwright.params import table
from chainwright.sources.coded_cells import (
    Fault,
    cell_faults,
    class_fault,
    date_fault,
    division_fault,
    place_fault,
    word_fault,
)
from chainwright.sources.large_rows import numbered_rows
from chainwright.sources.reading import Origin
from chainwright.sources.rows import some
from chainwright.sources.typed_rows import Rows, checked_rows
from chainwright.tables import schema

__all__ = ["firm_rows", "firm_tables", "no_sites"]

OWN_PLACES = {"71": "TWN", "81": "HKG", "82": "MAC"}
"""Divisions of GB/T 2260 whose places have a code of their own in ISO 3166-1."""


def firm_tables(
    firms: object, sites: object | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, Origin]:
    """Return the table of firms, the table of sites, and where they come from.

    A firm whose identity has the form of a unified social credit code needs no second column for
    it: the code is checked, and written to ``credit_code``.

    Parameters
    ----------
    firms : path or Arrow stream
        A CSV or Parquet file, or a table in memory, with the columns of the schema ``firms``.
    sites : path or Arrow stream, optional
        The same with the columns of the schema ``sites``.

    Raises
    ------
    TableError
        If the tables are not in order; it lists every breach in both.
    FormatError, MissingFileError
        If a file is no such file, or is not there.
    """
    found, breaches = firm_rows(firms)
    names = found.name
    origin = found.origin
    frame = no_sites()
    if sites is not None:
        more = checked_rows(sites, "sites", required=("site", "firm"), keys=("site",), empty=True)
        names = f"{names} with {more.name}"
        of_sites = [*more.breaches, *_sites(more, found.frame["firm"])]
        breaches += [
            Breach(f"{more.name}, {b.where}", b.found, b.expected, b.remedy) for b in of_sites
        ]
        frame = more.frame
        origin = origin.noted(f"sites from {more.name} {more.origin.sha256}".rstrip())
    if breaches:
        raise TableError(names, breaches)
    return found.frame, frame, origin


def firm_rows(firms: object, *, sectors: bool = False) -> tuple[Rows, list[Breach]]:
    """Return the rows of a table of firms, and everything that is wrong with them.

    Names may be absent where the table has a column ``sector`` and none of names: firms of a
    network are often known by a code alone.

    Parameters
    ----------
    firms : path or Arrow stream
        As for `firm_tables`.
    sectors : bool
        Whether each firm must have a sector.

    Raises
    ------
    TableError
        If rows or columns are missing, so that no cell can be told from another.
    FormatError, MissingFileError
        If a file is no such file, or is not there.
    """
    required = ("firm", "sector") if sectors else ("firm",)
    found = numbered_rows(firms, "firms", required=required, keys=("firm",))
    _name_codes(found.frame)
    return found, [*found.breaches, *_firms(found)]


def no_sites() -> pd.DataFrame:
    """Return a table of sites without a row."""
    kinds = {"string": "str", "float": "float64"}
    return pd.DataFrame({c.column: pd.Series(dtype=kinds[c.type]) for c in schema("sites")})


def _name_codes(frame: pd.DataFrame) -> None:
    own = (frame["credit_code"] == "") & (frame["firm"].str.len() == 18)
    own[own] = frame["firm"][own].map(is_like_a_credit_code).astype(bool)
    frame["credit_code"] = frame["credit_code"].where(~own, frame["firm"])


def _firms(rows: Rows) -> Iterator[Breach]:
    frame = rows.frame
    yield from cell_faults(rows, "credit_code", credit_code_fault)
    yield from _twice(rows, "credit_code")
    yield from _coded(rows)
    yield from cell_faults(rows, "gbt4754", class_fault, several=True)
    yield from cell_faults(rows, "size", word_fault(_sizes()))
    if "sector" not in rows.header or {"name_en", "name_zh"} & set(rows.header):
        unnamed = (frame["name_en"] == "") & (frame["name_zh"] == "")
        for i in map(int, np.flatnonzero(unnamed)):
            remedy = "Fill in name_en or name_zh."
            expected = "an English or a Chinese name"
            yield Breach(f"row {rows.numbers[i]}", "no name", expected, remedy)
    output = frame["output"].to_numpy(dtype=np.float64)
    yield from some(
        np.flatnonzero(output < 0),
        lambda i: Breach(
            f"row {rows.numbers[i]}, column 'output'",
            f"{output[i]:g}",
            "an amount of 0 or more",
            "Correct it; leave it empty where it is not known.",
        ),
        "a negative output",
    )


def _sizes() -> tuple[str, ...]:
    return tuple(row["word"] for row in table("chain_words") if row["list"] == "size")


def _coded(rows: Rows) -> Iterator[Breach]:
    yield from cell_faults(rows, "place", place_fault)
    yield from cell_faults(rows, "division", division_fault)
    yield from cell_faults(rows, "date", date_fault)
    both = np.flatnonzero((rows.frame["place"] != "") & (rows.frame["division"] != ""))
    cells = rows.frame.iloc[both]
    for i, place, division in zip(both, cells["place"], cells["division"], strict=True):
        number = rows.numbers[int(i)]
        of = {"CHN", OWN_PLACES.get(division[:2], "CHN")}
        if place not in of:
            where, found = f"row {number}, column 'place'", f"{place} beside {division}"
            yield Breach(where, found, " or ".join(sorted(of)), "Correct one of them.")


def _twice(rows: Rows, column: str) -> Iterator[Breach]:
    given = rows.frame[column]
    again = given.duplicated() & (given != "")
    for i in map(int, np.flatnonzero(again)):
        first = rows.numbers[int((given == given[i]).to_numpy().argmax())]
        found = f"{given[i]} again, as in row {first}"
        where = f"row {rows.numbers[i]}, column '{column}'"
        yield Breach(where, found, f"each {column} once", "Leave one of them out.")


def _sites(rows: Rows, firms: "pd.Series[str]") -> Iterator[Breach]:
    known = set(firms)

    def unknown(firm: str) -> Fault | None:
        if firm in known:
            return None
        remedy = f"Add it there, or correct it.{near(firm, known)}"
        return "a firm of the table of firms", remedy

    yield from cell_faults(rows, "firm", unknown)
    yield from _coded(rows)
    for column, limit in (("latitude_deg", 90), ("longitude_deg", 180)):
        value = rows.frame[column].to_numpy(dtype=np.float64)
        other = rows.frame["longitude_deg" if limit == 90 else "latitude_deg"]
        for i in map(int, np.flatnonzero(np.abs(value) > limit)):
            where, expected = f"row {rows.numbers[i]}, column '{column}'", f"-{limit} to {limit}"
            remedy = "Write decimal degrees; latitude and longitude may be interchanged."
            yield Breach(where, f"{value[i]:g}", expected, remedy)
        for i in map(int, np.flatnonzero(np.isnan(value) & other.notna())):
            where = f"row {rows.numbers[i]}, column '{column}'"
            yield Breach(where, "nothing", "both coordinates or none", "Fill it in.")
