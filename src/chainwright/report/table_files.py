"""The tables of answers beside a page: each as CSV, Parquet and JSON, with units and origin."""

from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from chainwright.report.analysis import Answered
from chainwright.tables import Format, write

__all__ = ["TABLES", "write_answers"]

TABLES = "tables"
"""Name of the folder of tables."""


def write_answers(tables: Iterable[Answered], place: Path) -> list[tuple[str, int]]:
    """Write every table to the folder `TABLES`, and return names and rows.

    Parameters
    ----------
    tables : iterable of Answered
        The tables.
    place : path
        The folder in which that of the tables is made.
    """
    (place / TABLES).mkdir()
    counted = []
    for made in tables:
        for format_ in get_args(Format):
            write(
                made.frame,
                place / TABLES / f"{made.file}.{format_}",
                format=format_,
                units=made.answer.units_of(made.name),
                origin=made.answer.origin,
            )
        counted.append((made.file, len(made.frame)))
    return counted
