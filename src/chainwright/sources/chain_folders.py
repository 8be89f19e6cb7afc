"""Chain maps in a folder of three CSV files: read, checked as a whole, and written."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from chainwright.errors import Breach, MissingFileError, TableError
from chainwright.sources.chain_graphs import graph_breaches
from chainwright.sources.chain_rows import row_breaches
from chainwright.sources.chain_sums import sum_breaches
from chainwright.sources.reading import Origin
from chainwright.sources.typed_rows import Rows, checked_rows
from chainwright.tables import as_text as table_text

__all__ = [
    "TABLES",
    "ChainTables",
    "as_text",
    "chain_csv",
    "checked_chain",
    "is_chain_folder",
    "read_chain_folder",
]

TABLES = ("nodes", "links", "supply")
"""The tables of a chain map; each is a file of that name with ``.csv``."""

REQUIRED = {
    "nodes": ("node", "name_en", "name_zh", "kind", "stage", "confidence"),
    "links": ("from_node", "to_node", "confidence"),
    "supply": ("node", "place", "confidence"),
}
KEYS = {
    "nodes": ("node",),
    "links": ("from_node", "to_node"),
    "supply": ("node", "place", "firm", "basis", "year"),
}
SPELT_OUT = 400
"""How many breaches a message spells out: their author mends them all in one go."""


@dataclass(frozen=True, eq=False)
class ChainTables:
    """The tables of a chain map that is in order.

    Parameters
    ----------
    nodes, links, supply : DataFrame
        With the columns of their schemas, rows as in the files.
    origin : Origin
        Where they come from; its hash is that of the rows, in whatever order they stand.
    """

    nodes: pd.DataFrame
    links: pd.DataFrame
    supply: pd.DataFrame
    origin: Origin


def is_chain_folder(path: Path | str) -> bool:
    """Return whether `path` is a folder with the nodes and links of a chain map."""
    return all((Path(path) / f"{name}.csv").is_file() for name in TABLES[:2])


def read_chain_folder(folder: Path | str) -> ChainTables:
    """Return the tables of a chain map.

    Parameters
    ----------
    folder : path
        Folder with ``nodes.csv``, ``links.csv`` and ``supply.csv``, text in UTF-8.

    Raises
    ------
    MissingFileError
        If the folder or one of the files is not there.
    FormatError
        If a file is no CSV in UTF-8.
    TableError
        If the map is not in order; it lists every breach in all three files.
    """
    place = Path(folder)
    if not place.is_dir():
        msg = f"There is no folder '{folder}' with a chain map."
        raise MissingFileError(msg)
    missing = [f"{name}.csv" for name in TABLES if not (place / f"{name}.csv").is_file()]
    if missing:
        msg = (
            f"The folder '{place.name}' lacks {' and '.join(missing)}: a chain map has nodes.csv, "
            "links.csv and supply.csv, the last with a header at least."
        )
        raise MissingFileError(msg)
    name = place.resolve().name
    return checked_chain({t: place / f"{t}.csv" for t in TABLES}, name=name)


def checked_chain(tables: Mapping[str, object], *, name: str) -> ChainTables:
    """Return the tables of a chain map after every check.

    Parameters
    ----------
    tables : mapping of str to path or Arrow stream
        The tables ``nodes``, ``links`` and ``supply``.
    name : str
        What messages call the map.

    Raises
    ------
    TableError
        If the map is not in order; it lists every breach in all three tables.
    """
    found: dict[str, Rows] = {}
    breaches: dict[str, list[Breach]] = {table: [] for table in TABLES}
    for table in TABLES:
        try:
            rows = checked_rows(
                tables[table],
                f"chain_{table}",
                required=REQUIRED[table],
                keys=KEYS[table],
                empty=table == "supply",
            )
        except TableError as error:  # without rows and columns nothing more can be told of it
            breaches[table] += error.breaches
            continue
        found[table] = rows
        breaches[table] += rows.breaches
    for check in (row_breaches, graph_breaches, sum_breaches):
        if check is row_breaches or len(found) == len(TABLES):
            for table, more in check(found).items():
                breaches[table] += more
    told = [
        Breach(f"{table}.csv, {b.where}", b.found, b.expected, b.remedy)
        for table in TABLES
        for b in dict.fromkeys(breaches[table])
    ]
    if told:
        raise TableError(f"The chain map '{name}'", told, shown=SPELT_OUT)
    frames = {table: rows.frame for table, rows in found.items()}
    notes = tuple(
        f"{table}.csv: {note}" for table, rows in found.items() for note in rows.origin.notes
    )
    origin = Origin(file=name, format="chain map", sha256=_hash(frames), notes=notes)
    return ChainTables(frames["nodes"], frames["links"], frames["supply"], origin)


def chain_csv(frame: pd.DataFrame) -> bytes:
    """Return a table of a chain map as its file has it: UTF-8, numbers in as few digits as do.

    Parameters
    ----------
    frame : DataFrame
        A table of a `ChainTables`.
    """
    return table_text(as_text(frame), "csv").encode()


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of a chain map with its cells as its file has them, given as `frame`."""
    return pd.DataFrame(_lines(frame), columns=frame.columns, dtype="str")


def _csv(lines: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().encode()


def _lines(frame: pd.DataFrame) -> list[list[str]]:
    return [[_as_text(cell) for cell in row] for row in frame.itertuples(index=False)]


def _as_text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if pd.isna(cell):  # type: ignore[call-overload]
        return ""
    if isinstance(cell, bool | np.bool_):
        return "1" if cell else "0"
    return str(cell).removesuffix(".0")


def _hash(frames: Mapping[str, pd.DataFrame]) -> str:
    """Return a hash of the rows that their order does not change."""
    digest = hashlib.sha256()
    for table in TABLES:
        digest.update(_csv([[table], *sorted(_lines(frames[table]))]))
    return digest.hexdigest()
