"""Tables of a maker's own chain, from products to stocks, checked together."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from chainwright.classes.credit_codes import credit_code_fault
from chainwright.errors import Breach, MissingFileError, TableError, near
from chainwright.sources.bill_loops import loop_breaches
from chainwright.sources.coded_cells import cell_faults, class_fault, date_fault, place_fault
from chainwright.sources.reading import Origin
from chainwright.sources.typed_rows import Rows, checked_rows
from chainwright.tables import schema

__all__ = ["MAKER_TABLES", "MakerTables", "checked_maker", "is_maker_folder", "read_maker_folder"]

MAKER_TABLES = (
    "products",
    "parts",
    "bill",
    "suppliers",
    "sites",
    "sourcing",
    "stocks",
    "alternates",
)
"""The tables of a maker; each is a file of that name with ``.csv``, its schema has ``maker_``."""

NEEDED = ("products", "bill", "sourcing")
"""Tables without which nothing can be said."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "products": ("item", "demand_per_week"),
    "parts": ("item",),
    "bill": ("parent", "component", "quantity"),
    "suppliers": ("supplier",),
    "sites": ("site",),
    "sourcing": ("item",),
    "stocks": ("item", "quantity"),
    "alternates": ("item", "supplier"),
}
KEYS: dict[str, tuple[str, ...]] = {
    "products": ("item",),
    "parts": ("item",),
    "bill": ("parent", "component"),
    "suppliers": ("supplier",),
    "sites": ("site",),
    "sourcing": ("item", "supplier", "site"),
    "stocks": ("item", "site"),
    "alternates": ("item", "supplier", "site"),
}
POSITIVE = {"quantity": ("bill",)}
SIGNED = ("latitude_deg", "longitude_deg", "margin")
SHARES_AGREE = 0.005
"""How far the shares of an item may be from 1 in sum: what rounding to whole per cent does."""


@dataclass(frozen=True, eq=False)
class MakerTables:
    """The tables of a maker that are in order.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        One of `MAKER_TABLES` each, with the columns of its schema; empty where none is given.
    origin : Origin
        Where they come from; its hash is that of the rows, in whatever order they stand.
    """

    tables: Mapping[str, pd.DataFrame]
    origin: Origin


def is_maker_folder(path: Path | str) -> bool:
    """Return whether `path` is a folder with the tables of a maker."""
    return all((Path(path) / f"{name}.csv").is_file() for name in NEEDED)


def read_maker_folder(folder: Path | str) -> MakerTables:
    """Return the tables of a maker.

    Parameters
    ----------
    folder : path
        Folder with ``products.csv``, ``bill.csv``, ``sourcing.csv`` and as many of the others as
        are known, text in UTF-8.

    Raises
    ------
    MissingFileError
        If the folder or a file without which nothing can be said is not there.
    FormatError
        If a file is no CSV in UTF-8.
    TableError
        If the tables are not in order; it lists every breach in all of them.
    """
    place = Path(folder)
    if not is_maker_folder(place):
        lacking = [f"{name}.csv" for name in NEEDED if not (place / f"{name}.csv").is_file()]
        msg = f"The folder '{folder}' lacks {', '.join(lacking)}, so it holds no maker's chain."
        raise MissingFileError(msg)
    given = {t: place / f"{t}.csv" for t in MAKER_TABLES if (place / f"{t}.csv").is_file()}
    return checked_maker(given, name=place.resolve().name)


def checked_maker(tables: Mapping[str, object], *, name: str) -> MakerTables:
    """Return the tables of a maker after every check.

    Parameters
    ----------
    tables : mapping of str to path or Arrow stream
        Some of `MAKER_TABLES`; those of `NEEDED` must be among them.
    name : str
        What messages call the maker.

    Raises
    ------
    TableError
        If the tables are not in order; it lists every breach in all of them.
    """
    breaches: list[Breach] = []
    found: dict[str, Rows] = {}
    lacking = [t for t in NEEDED if t not in tables]
    unknown = [t for t in tables if t not in MAKER_TABLES]
    breaches += [Breach(t, "no such table", "a table", "Give it.") for t in lacking]
    breaches += [
        Breach(t, "a table", f"one of {', '.join(MAKER_TABLES)}", f"Rename it.{near(t, KEYS)}")
        for t in unknown
    ]
    for table in MAKER_TABLES:
        try:
            given = tables.get(table, _none(table))
            found[table] = checked_rows(
                given,
                f"maker_{table}",
                required=REQUIRED[table],
                keys=KEYS[table],
                empty=table not in NEEDED,
            )
        except TableError as error:
            breaches += _in(table, error.breaches)
    if len(found) == len(MAKER_TABLES):
        for table, rows in found.items():
            breaches += _in(table, [*rows.breaches, *_cells(table, rows), *_ends(table, found)])
        breaches += _in("products", _both(found))
        breaches += _in("sourcing", [*_owners(found), *_names(found), *_shares(found["sourcing"])])
        breaches += _in("alternates", _ranges(found["alternates"]))
        breaches += _in("bill", loop_breaches(found["bill"]))
    if breaches:
        raise TableError(f"The chain of '{name}'", breaches)
    frames = {table: rows.frame for table, rows in found.items()}
    return MakerTables(frames, _origin(name, frames, found))


def _none(table: str) -> pd.DataFrame:
    return pd.DataFrame({c.column: pd.Series(dtype="str") for c in schema(f"maker_{table}")})


def _in(table: str, breaches: Iterable[Breach]) -> list[Breach]:
    return [Breach(f"{table}.csv, {b.where}", b.found, b.expected, b.remedy) for b in breaches]


def _cells(table: str, rows: Rows) -> list[Breach]:
    """Return cells outside their range, and codes that no list has."""
    breaches = []
    frame = rows.frame
    for column in schema(f"maker_{table}"):
        if column.type != "float" or column.column in SIGNED:
            continue
        values = frame[column.column].to_numpy(dtype=np.float64)
        strict = table in POSITIVE.get(column.column, ())
        bad = values <= 0 if strict else values < 0
        top = "1" if column.unit == "share" else ""
        if top:
            bad |= values > 1
        words = "above 0" if strict else f"from 0 to {top}" if top else "0 or more"
        breaches += [
            Breach(
                f"row {rows.numbers[i]}, column '{column.column}'",
                f"{values[i]:g}",
                f"a number {words} [{column.unit}]",
                "Correct it, or leave the cell empty.",
            )
            for i in map(int, np.flatnonzero(bad))
        ]
    tests = {"place": place_fault, "gbt4754": class_fault, "date": date_fault}
    for column_name, fault in tests.items():
        if column_name in frame.columns:
            breaches += cell_faults(rows, column_name, fault)
    if table == "suppliers":
        breaches += cell_faults(rows, "credit_code", credit_code_fault)
    return breaches


def _ends(table: str, found: Mapping[str, Rows]) -> Iterator[Breach]:
    """Yield cells that name an item, a supplier or a site that its own table lacks."""
    items = {*found["products"].frame["item"], *found["parts"].frame["item"]}
    items |= set(found["bill"].frame["parent"]) | set(found["bill"].frame["component"])
    suppliers = set(found["suppliers"].frame["supplier"])
    sites = set(found["sites"].frame["site"])
    asked: dict[str, tuple[set[str], str]] = {}
    if table in {"sourcing", "stocks", "alternates"}:
        asked["item"] = (items, "an item of products.csv, parts.csv or bill.csv")
        asked["site"] = (sites, "a site of sites.csv")
    if table in {"sourcing", "alternates", "sites"}:
        asked["supplier"] = (suppliers, "a supplier of suppliers.csv")
    rows = found[table]
    for column, (known, expected) in asked.items():
        for number, code in zip(rows.numbers, rows.frame[column], strict=True):
            if code and code not in known:
                remedy = f"Correct it, or add it there.{near(code, sorted(known))}"
                yield Breach(f"row {number}, column '{column}'", repr(code), expected, remedy)


def _both(found: Mapping[str, Rows]) -> list[Breach]:
    parts = set(found["parts"].frame["item"])
    rows = found["products"]
    return [
        Breach(
            f"row {number}, column 'item'",
            f"{item!r}, which parts.csv has too",
            "an item in one of the two",
            "Keep it in products.csv if customers buy it; the bill may still use it.",
        )
        for number, item in zip(rows.numbers, rows.frame["item"], strict=True)
        if item in parts
    ]


def _owners(found: Mapping[str, Rows]) -> Iterator[Breach]:
    """Yield rows that say neither who nor where, or a site of another than the supplier."""
    sites = found["sites"].frame
    owner = dict(zip(sites["site"], sites["supplier"], strict=True))
    rows = found["sourcing"]
    names = (rows.frame[column] for column in ("item", "supplier", "site"))
    first: dict[tuple[str, str], int] = {}
    for number, item, supplier, site in zip(rows.numbers, *names, strict=True):
        before = first.setdefault((item, site), number) if site else number
        if before != number:
            expected = "each item at each site once"
            found_twice = f"{item!r} at {site!r} again, as in row {before}"
            yield Breach(f"row {number}", found_twice, expected, "Leave one of them out.")
        if not supplier and not site:
            yield Breach(
                f"row {number}",
                "neither supplier nor site",
                "one of them",
                "Name the maker's own site in sites.csv if it is made at home.",
            )
        elif supplier and site in owner and owner[site] != supplier:
            found_owner = owner[site] or "the maker itself"
            yield Breach(
                f"row {number}, column 'supplier'",
                f"{supplier!r} at {site!r}, which is worked by {found_owner}",
                "the supplier that works the site",
                "Correct one of the two, or sites.csv.",
            )


def _names(found: Mapping[str, Rows]) -> Iterator[Breach]:
    """Yield rows whose source would be called as another: ``ITEM@SITE``, ``SUPPLIER/?``."""
    rows, sites = found["sourcing"], set(found["sites"].frame["site"])
    cells = (rows.frame[column] for column in ("item", "supplier", "site"))
    first: dict[str, tuple[int, str]] = {}
    for number, item, supplier, site in zip(rows.numbers, *cells, strict=True):
        if not site and supplier and f"{supplier}/?" in sites:
            yield Breach(
                f"row {number}, column 'supplier'",
                f"{supplier!r} without a site, which answers call '{supplier}/?', a site of "
                "sites.csv",
                "a site of another code",
                "Rename the site, or name it here.",
            )
            continue
        name = f"{item}@{site or f'{supplier}/?'}"
        before, other = first.setdefault(name, (number, item))
        if other != item:
            yield Breach(
                f"row {number}",
                f"a source that answers call {name!r}, as they do that of row {before}",
                "codes of item and site that differ when joined by '@'",
                "Rename one of the items or sites.",
            )


def _shares(rows: Rows) -> Iterator[Breach]:
    frame = rows.frame
    sums = frame.groupby("item", sort=False)["share"].agg(["sum", "count", "size"])
    full = sums["count"] == sums["size"]
    off = (sums["sum"] > 1 + SHARES_AGREE) | (full & (sums["sum"] < 1 - SHARES_AGREE))
    for item, total in zip(sums.index[off], sums["sum"][off], strict=True):
        numbers = [n for n, i in zip(rows.numbers, frame["item"], strict=True) if i == item]
        yield Breach(
            f"rows {', '.join(map(str, numbers))}, column 'share'",
            f"{total:g} in all for {str(item)!r}",
            "1",
            "Correct the shares, or leave those empty that are not known.",
        )


def _ranges(rows: Rows) -> Iterator[Breach]:
    low, high = rows.frame["fixed_cost_low"], rows.frame["fixed_cost_high"]
    for i in map(int, np.flatnonzero((low > high).to_numpy())):
        yield Breach(
            f"row {rows.numbers[i]}, column 'fixed_cost_low'",
            f"{low[i]:g}, above the high end {high[i]:g}",
            "the low end of a range",
            "Exchange the two.",
        )


def _origin(name: str, frames: Mapping[str, pd.DataFrame], found: Mapping[str, Rows]) -> Origin:
    digest = hashlib.sha256()
    for table, frame in frames.items():
        lines = sorted(frame.to_csv(index=False, header=False, lineterminator="\n").splitlines())
        digest.update(f"{table}\n".encode() + "\n".join(lines).encode())
    notes = tuple(n for rows in found.values() for n in rows.origin.notes)
    return Origin(file=name, format="a maker's chain", sha256=digest.hexdigest(), notes=notes)
