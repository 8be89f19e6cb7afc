"""Where commands on carbon read firms and their readings: a demo, a folder or a store."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from chainwright.cli.options import quiet
from chainwright.errors import MissingFileError
from chainwright.params.agreement import agreed

if TYPE_CHECKING:
    from chainwright.system import System

__all__ = ["carbon_system", "is_store", "window_said"]

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
    from chainwright.system import Firms, Readings, System  # noqa: PLC0415
    from chainwright.system.given_parts import FORMS, table_in  # noqa: PLC0415

    if source == "demo:city":
        return System.read(source)
    path = Path(source)
    if path.is_dir():
        for name in ("firms", "readings"):
            if table_in(path, name) is None:
                files = ", ".join(f"{name}{form}" for form in FORMS)
                raise MissingFileError(f"The folder '{path}' has no table of {name}: {files}.")
        quiet(f"reading firms and readings in {path.name}")
        return System.read(path)
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
        held, told, taken = store.firms(), store.readings(), store.intakes()
    if not len(held):
        msg = (
            f"The registry of '{path.name}' has no firm yet: "
            f"`chainwright store firms {path.name} FIRMS --by NAME` puts them there."
        )
        raise MissingFileError(msg)
    firms, readings = Firms.of_table(held), Readings.of_table(told)
    last = f"intake {taken['intake'].max()}" if len(taken) else ""
    origins = [
        replace(part.origin, file=path.name, format="store", version=last)
        for part in (firms, readings)
    ]
    return System(
        firms=replace(firms, origin=origins[0]), readings=replace(readings, origin=origins[1])
    )


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


def window_said(first: int, last: int, factors: str, language: Literal["en", "zh"]) -> str:
    """Return the months that amounts are summed over, and by which factors, in words.

    Parameters
    ----------
    first, last : int
        Months since January 1970.
    factors : str
        Name of the factor set.
    language : str
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> window_said(670, 681, "cn-industry", "en")
    'Sums of 12 months, 2025-11 to 2026-10; factor set cn-industry.'
    """
    from chainwright.records.reading_words import month_text  # noqa: PLC0415 - of readings

    names = list(dict.fromkeys(map(month_text, (first, last))))
    count = last - first + 1
    if language == "zh":
        return f"{'至'.join(names)} 共 {count} 个月的合计；因子集 {factors}。"
    months = agreed("{n} {n:month|months}", n=count)
    return f"Sums of {months}, {' to '.join(names)}; factor set {factors}."
