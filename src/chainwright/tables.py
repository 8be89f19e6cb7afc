"""The boundary on the way out: schemas of tables, and tables written to files with their origin."""

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import IO, Literal, get_args

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from chainwright.errors import MissingFileError, ParameterError, UnknownCodeError

__all__ = [
    "INPUTS",
    "QUOTE",
    "Column",
    "Format",
    "as_meant",
    "as_text",
    "example",
    "read_origin",
    "replaced",
    "schema",
    "schemas",
    "write",
    "write_bytes",
    "write_folder",
]

Format = Literal["csv", "json", "parquet"]
"""Formats that a table can be written in."""

INPUTS = (
    "flows",
    "trade",
    "exports",
    "production",
    "governance",
    "chain_nodes",
    "chain_links",
    "chain_supply",
    "firms",
    "sites",
    "readings",
    "meter_shares",
    "links",
    "essential_inputs",
    "population",
    "product_complexity",
    "maker_products",
    "maker_parts",
    "maker_bill",
    "maker_suppliers",
    "maker_sites",
    "maker_sourcing",
    "maker_stocks",
    "maker_alternates",
    "maker_measures",
    "mineral_use",
    "repair_measures",
    "stages",
    "stage_arcs",
    "repair_kinds",
    "restart_work",
    "energy_measures",
    "cbam_goods",
    "cbam_precursors",
    "cbam_values",
    "cbam_benchmarks",
    "pact_products",
    "processes",
    "exchanges",
)
"""Tables that users give; the other schemas are of tables that chainwright hands out."""


FORMULA = frozenset("=+-@\t\r\n\0")
"""First signs of a text that a spreadsheet may take for a formula."""

QUOTE = "'"
"""What stands before such a text, so that it is shown."""

NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?\s*%?")
"""Numbers kept as text, such as ``-5`` and ``+3 %``; they do nothing in a spreadsheet."""


@dataclass(frozen=True, slots=True)
class Column:
    """One row of a schema file.

    Parameters
    ----------
    column, type, unit : str
        Name; ``string``, ``float``, ``integer`` or ``boolean``; unit of the numbers, ``money`` for
        the system's money, ``share`` for 0 to 1, ``1`` for pure numbers, empty for text.
    name_en, name_zh : str
        Heading for people.
    description_en, description_zh : str
        What the column means.
    source : str
        Equation, standard or publication behind it.
    """

    column: str
    type: str
    unit: str
    name_en: str
    name_zh: str
    description_en: str
    description_zh: str
    source: str


def schemas() -> tuple[str, ...]:
    """Return the names of all tables that have a schema, inputs first, then sorted.

    Examples
    --------
    >>> schemas()[0]
    'flows'
    """
    found = files("chainwright").joinpath("schema/results").iterdir()
    results = sorted(f.name.removesuffix(".csv") for f in found if f.name.endswith(".csv"))
    return (*INPUTS, *results)


@cache
def schema(table: str) -> tuple[Column, ...]:
    """Return the columns of `table`, in order.

    Parameters
    ----------
    table : str
        One of `schemas`.

    Raises
    ------
    UnknownCodeError
        If there is no such schema.

    Examples
    --------
    >>> [c.column for c in schema("flows")][:3]
    ['block', 'from_region', 'from_sector']
    """
    if table not in schemas():
        raise UnknownCodeError(table, "table", schemas())
    place = f"schema/{table}.csv" if table in INPUTS else f"schema/results/{table}.csv"
    text = files("chainwright").joinpath(place).read_text(encoding="utf-8")
    return tuple(Column(**row) for row in csv.DictReader(io.StringIO(text)))


def example(table: str) -> str:
    """Return a small valid example of an input table, as CSV text.

    Parameters
    ----------
    table : str
        One of `INPUTS`.

    Raises
    ------
    ParameterError
        If it is a table that chainwright hands out, not one that users give.

    Examples
    --------
    >>> example("flows").splitlines()[1]
    'intermediate,A,ore,A,ore,20,million USD'
    """
    schema(table)
    if table not in INPUTS:
        expected = f"one of the input tables ({', '.join(INPUTS)})"
        raise ParameterError("table", "an example", expected, table)
    place = files("chainwright").joinpath(f"schema/{table}.example.csv")
    return place.read_text(encoding="utf-8")


def as_text(frame: pd.DataFrame, format: Format) -> str:
    """Return a table as CSV or JSON text: numbers in full, missing values empty (null in JSON).

    In CSV a text that a spreadsheet would take for a formula begins with a single quote, so that
    it is shown and not worked out (ASVS 5.0, 1.2.10); `as_meant` takes it off again.

    Parameters
    ----------
    frame : DataFrame
        A tidy table.
    format : str
        ``"csv"`` or ``"json"``.
    """
    if format == "csv":
        return _shown_as_text(frame).to_csv(index=False, lineterminator="\n")
    if format == "json":
        # pandas' own writer cuts numbers off after 15 decimals, which is few digits of a small one
        cells = frame.astype(object).where(frame.notna(), None)
        return json.dumps(cells.to_dict("records"), ensure_ascii=False, indent=1) + "\n"
    raise ParameterError("format", "a table shown as text", "csv or json", format)


def _shown_as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts are no formulas for spreadsheets; numbers in text stay."""
    changed: dict[str, pd.Series] = {}
    for place, name in enumerate(frame.columns):
        column = frame.iloc[:, place]
        if column.dtype.kind in "biufcmM":
            continue
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype(object)
        odd = column.map(_is_odd).astype(bool)
        if odd.any():
            changed[name] = column.map(_shown)
    return frame.assign(**changed) if changed else frame


def _is_odd(cell: object) -> bool:
    """Return whether a cell of text begins as a formula, or holds a return, which ends a row."""
    return isinstance(cell, str) and ("\r" in cell or _begins_formula(cell))


def _begins_formula(cell: str) -> bool:
    """Return whether a text begins as a formula, behind single quotes or without."""
    bare = cell.lstrip(QUOTE)
    if not bare or bare[0] not in FORMULA:
        return False
    return bare[0] not in "+-" or (len(bare) > 1 and not NUMBER.fullmatch(bare))


def _shown(cell: object) -> object:
    """Return a cell as a spreadsheet shows it: quoted where it begins as a formula."""
    if not isinstance(cell, str):
        return cell
    one_end = cell.replace("\r\n", "\n").replace("\r", "\n")  # the writer quotes no return
    return f"{QUOTE}{one_end}" if _begins_formula(cell) else one_end


def as_meant(cell: str) -> str:
    """Return a cell of a CSV without the single quote that `as_text` put before a formula.

    Parameters
    ----------
    cell : str
        As the file has it.

    Examples
    --------
    >>> as_meant("'=1+1"), as_meant("'t Hooft"), as_meant("-5")
    ('=1+1', "'t Hooft", '-5')
    """
    return cell[1:] if cell.startswith(QUOTE) and _begins_formula(cell) else cell


def write(
    frame: pd.DataFrame,
    path: Path | str,
    *,
    format: Format | None = None,
    units: Mapping[str, str],
    origin: Mapping[str, object],
) -> None:
    """Write a result whole or not at all, and beside it ``<path>.origin.json``.

    Parameters
    ----------
    frame : DataFrame
        A tidy table.
    path : path
        File to write.
    format : str, optional
        ``"csv"``, ``"json"`` or ``"parquet"``; the path's own suffix if not given.
    units : mapping of str to str
        Unit of each column that has one; in Parquet also in the metadata of the field.
    origin : mapping
        What made the table, as JSON values.
    """
    chosen = format or Path(path).suffix.removeprefix(".")
    if chosen not in get_args(Format):
        raise ParameterError("format", "a written table", "csv, json or parquet", chosen)
    note = {"origin": dict(origin), "units": dict(units), "columns": list(frame.columns)}
    if chosen == "parquet":
        data = _parquet(frame, units, note)
    else:
        data = as_text(frame, "csv" if chosen == "csv" else "json").encode()
    beside = json.dumps(note, ensure_ascii=False, indent=1, default=str) + "\n"
    write_bytes(path, data)
    write_bytes(f"{path}.origin.json", beside.encode())


def write_folder(
    tables: Mapping[str, pd.DataFrame],
    folder: Path | str,
    *,
    format: Format,
    origin: Mapping[str, object],
    units_of: Callable[[str], Mapping[str, str]] | None = None,
) -> None:
    """Write tables to a folder, which is made: each to a file of its name, with its origin.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables by the names of their schemas.
    folder : path
        Folder to write.
    format : str
        ``"csv"``, ``"json"`` or ``"parquet"``.
    origin : mapping
        What made the tables, as JSON values.
    units_of : callable, optional
        Gives the units of a table by its name; those of its schema if not given.

    Raises
    ------
    MissingFileError
        If `folder` is a file.
    """
    place = Path(folder)
    if place.exists() and not place.is_dir():
        msg = f"'{place}' is a file. This answer has several tables: give a folder."
        raise MissingFileError(msg)
    place.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        units = (units_of or _units)(name)
        write(frame, place / f"{name}.{format}", format=format, units=units, origin=origin)


def _units(table: str) -> dict[str, str]:
    """Return the units of the columns of a table as its schema has them."""
    return {c.column: c.unit for c in schema(table) if c.unit}


def _parquet(frame: pd.DataFrame, units: Mapping[str, str], note: Mapping[str, object]) -> bytes:
    rows = pa.Table.from_pandas(frame, preserve_index=False)
    columns = [
        f.with_metadata({"unit": units[f.name]}) if f.name in units else f for f in rows.schema
    ]
    kept = {b"chainwright": json.dumps(note, ensure_ascii=False, default=str).encode()}
    buffer = io.BytesIO()
    words = [
        f.name for f in columns if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)
    ]
    table = rows.cast(pa.schema(columns, metadata=kept))
    pq.write_table(
        table,
        buffer,
        compression="zstd",
        use_dictionary=words,  # of numbers it is slow
        write_page_checksum=True,
    )
    return buffer.getvalue()


@contextmanager
def replaced(path: Path | str) -> Iterator[IO[bytes]]:
    """Open a file beside `path` that takes its name when all is written, and vanishes else.

    Parameters
    ----------
    path : path
        File to write; its folder must be there.

    Raises
    ------
    MissingFileError
        If the folder is not there, or `path` is a folder.
    """
    target = Path(path)
    if not target.parent.is_dir():
        msg = f"There is no folder '{target.parent}' to write '{target.name}' to. Make it first."
        raise MissingFileError(msg)
    if target.is_dir():
        msg = f"'{target}' is a folder. Give the name of a file to write."
        raise MissingFileError(msg)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)  # mkstemp's own mode would hide the file from others
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_bytes(path: Path | str, data: bytes) -> None:
    """Write `data` to `path` whole or not at all.

    Parameters
    ----------
    path : path
        File to write; its folder must be there.
    data : bytes
        What to write.

    Raises
    ------
    MissingFileError
        If the folder is not there, or `path` is a folder.
    """
    with replaced(path) as file:
        file.write(data)


def read_origin(path: Path | str) -> dict[str, object]:
    """Return what `write` noted about the making of a file.

    Parameters
    ----------
    path : path
        A file that `write` wrote.

    Raises
    ------
    MissingFileError
        If the file has no such note beside it.
    """
    beside = Path(f"{path}.origin.json")
    if not beside.is_file():
        msg = f"There is no '{beside}': '{path}' was not written by chainwright, or it was moved."
        raise MissingFileError(msg)
    note: dict[str, object] = json.loads(beside.read_text(encoding="utf-8"))
    return note
