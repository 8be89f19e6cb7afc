"""Where commands on carbon read firms and their readings: a demo, a folder or a store."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from chainwright.cli.options import quiet
from chainwright.errors import MissingFileError
from chainwright.params.agreement import agreed

if TYPE_CHECKING:
    from chainwright.system import System

__all__ = ["carbon_system", "is_store", "window_said"]

SUFFIXES = (".parquet", ".csv", ".csv.gz")
"""Forms that tables of firms and readings may have, the first one that is there is taken."""

SQLITE = b"SQLite format 3\x00"


def carbon_system(source: str) -> "System":
    """Return the firms and readings at a source.

    Parameters
    ----------
    source : str
        ``demo:city``; a folder with a table ``firms`` and a table ``readings`` (Parquet or CSV);
        or a store.

    Raises
    ------
    MissingFileError
        If there is no such source, the folder lacks a table, or the store has no firm.
    TableError
        If a table is not in order.
    """
    from chainwright.system import Firms, Readings, System, read_firms, read_readings  # noqa: PLC0415

    if source == "demo:city":
        return System.read(source)
    path = Path(source)
    if path.is_dir():
        quiet(f"reading firms and readings in {path.name}")
        firms = read_firms(_table(path, "firms"))
        return System(firms=firms, readings=read_readings(_table(path, "readings")))
    if not is_store(path):
        there = f"'{path}' is neither" if path.exists() else f"There is no '{path}', nor is it"
        msg = (
            f"{there} demo:city, a folder with tables of firms and readings (firms.parquet,"
            " readings.parquet, or .csv), or a store."
        )
        raise MissingFileError(msg)
    from chainwright.records import Store  # noqa: PLC0415 - an extra

    quiet(f"reading the store {path.name}")
    with Store.open(path) as store:
        held, told = store.firms(), store.readings()
    if not len(held):
        msg = (
            f"The registry of '{path.name}' has no firm yet: "
            f"`chainwright store firms {path.name} FIRMS --by NAME` puts them there."
        )
        raise MissingFileError(msg)
    return System(firms=Firms.of_table(held), readings=Readings.of_table(told))


def is_store(path: Path | str) -> bool:
    """Return whether a file is a store, by its first bytes.

    Parameters
    ----------
    path : path
        A file, which need not be there.
    """
    file = Path(path)
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(len(SQLITE)) == SQLITE


def window_said(first: int, last: int, language: Literal["en", "zh"]) -> str:
    """Return the months that amounts are summed over, in words.

    Parameters
    ----------
    first, last : int
        Months since January 1970.
    language : str
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> window_said(670, 681, "en"), window_said(681, 681, "en")
    ('Sums of 12 months, 2025-11 to 2026-10.', 'Sums of 1 month, 2026-10.')
    """
    names = list(dict.fromkeys(f"{1970 + n // 12}-{n % 12 + 1:02d}" for n in (first, last)))
    count = last - first + 1
    if language == "zh":
        return f"{'至'.join(names)} 共 {count} 个月的合计。"
    return f"Sums of {agreed('{n} {n:month|months}', n=count)}, {' to '.join(names)}."


def _table(folder: Path, name: str) -> Path:
    """Return the file of a table in a folder."""
    found = [folder / f"{name}{suffix}" for suffix in SUFFIXES]
    for path in found:
        if path.is_file():
            return path
    msg = f"The folder '{folder}' has no table of {name}: {', '.join(p.name for p in found)}."
    raise MissingFileError(msg)
