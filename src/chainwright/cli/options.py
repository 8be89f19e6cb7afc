"""What all commands share: how a table is read, where the answer goes, what is said meanwhile."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

import chainwright
from chainwright.errors import ParameterError

if TYPE_CHECKING:
    from chainwright.system import Result, System

__all__ = [
    "CODES",
    "SINK",
    "SOURCE",
    "WRITTEN",
    "Sink",
    "Source",
    "TradeCodes",
    "app",
    "quiet",
    "read",
    "read_trade",
    "show",
    "tell",
    "years_of",
]

app = App(
    name="chainwright",
    help="Map an industrial system, find its weak links, read its strengths.",
    version=chainwright.__version__,
    help_format="markdown",
    default_parameter=Parameter(negative=()),
    suppress_keyboard_interrupt=False,  # `main` words it
)


@Parameter(name="*")
@dataclass(frozen=True)
class Source:
    """How the table is read.

    Parameters
    ----------
    year
        Year to read: 2011, or 2009:2011 where a command takes several.
    currency
        ISO 4217 code of a table that does not say it, such as CNY.
    fold
        Join the parts of a split country (CN1, CN2, MX1, MX2).
    composite
        A region that stands for many countries, where its code does not tell (RoW does).
    """

    year: str | None = None
    currency: str | None = None
    fold: bool = False
    composite: tuple[str, ...] = ()


@Parameter(name="*")
@dataclass(frozen=True)
class TradeCodes:
    """How the codes and reports of a trade file are taken.

    Parameters
    ----------
    classification
        List of the product codes where the file does not say it: HS1992 to HS2022, or given.
    reporters
        Whose reports are taken where a file has those of both sides: importers or exporters.
    places
        countries: codes of places are held against the list of countries; given: as they are.
    """

    classification: str | None = None
    reporters: Literal["importers", "exporters"] = "importers"
    places: Literal["countries", "given"] = "countries"


@Parameter(name="*")
@dataclass(frozen=True)
class Sink:
    """Where the answer goes.

    Parameters
    ----------
    output
        File to write; a folder, which is made, where the answer has several tables.
    format
        table, csv, json or parquet; it decides the format, not the file's suffix. A table on the
        screen and csv in a file, if not given.
    lang
        Language of headings and names on the screen: en or zh.
    """

    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None
    format: Literal["table", "csv", "json", "parquet"] | None = None
    lang: Literal["en", "zh"] = "en"


SOURCE, CODES, SINK = Source(), TradeCodes(), Sink()

WRITTEN = {"en": "written: ", "zh": "已写入："}
"""What stands before the name of a file that was written."""


def tell(text: str) -> None:
    """Say a `text` on the terminal, about what is being done; never in the way of the answer."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def quiet(text: str) -> None:
    """Say a `text` only where somebody watches: not when the words go to a file."""
    if sys.stderr.isatty():
        tell(text)


def years_of(text: str | None) -> tuple[int, ...]:
    """Return the years that a `text` such as ``2011`` or ``2009:2011`` names."""
    if text is None:
        return ()
    first, colon, last = text.partition(":")
    try:
        years = range(int(first), int(last if colon else first) + 1)
    except ValueError:
        years = range(0)
    if not years:
        raise ParameterError("year", "the command", "a year or a span such as 2009:2011", text)
    return tuple(years)


def read(path: str, source: Source, codes: TradeCodes = CODES) -> "System":
    """Return the system at a path.

    Parameters
    ----------
    path : str
        A file, a folder or a demo.
    source, codes : Source, TradeCodes
        How it is read.
    """
    from chainwright.system import System  # noqa: PLC0415 - `chainwright --help` loads no pandas

    years = years_of(source.year)
    if len(years) > 1:
        raise ParameterError("year", "this command", "one year", source.year)
    return System.read(
        path,
        year=years[0] if years else None,
        currency=source.currency,
        fold=source.fold,
        composite=source.composite,
        classification=codes.classification,
        reporters=codes.reporters,
        places=codes.places,
        progress=quiet,
    )


def read_trade(path: str, currency: str | None, codes: TradeCodes) -> "System":
    """Return the trade at a path, all its years.

    Parameters
    ----------
    path : str
        A file or a folder.
    currency : str, optional
        ISO 4217 code of a table that does not say it.
    codes : TradeCodes
        How its codes and reports are taken.
    """
    return read(path, Source(currency=currency), codes)


def show(result: "Result", sink: Sink, *, top: int | None = None) -> None:
    """Write the `result` of a command to its `sink`: all rows, or the `top` ones of its table."""
    if top is not None and top < 1:
        raise ParameterError("--top", "the command", "at least one row", top)
    from chainwright.report.terminal import as_table  # noqa: PLC0415
    from chainwright.tables import as_text, write_bytes  # noqa: PLC0415

    tables = result.tables()
    if sink.output is None:
        if sink.format == "parquet":
            raise ParameterError("format", "a table on the screen", "table, csv or json", "parquet")
        if sink.format in {"csv", "json"}:
            sys.stdout.write(as_text(result.table().head(top or sys.maxsize), sink.format))
        else:
            sys.stdout.write(as_table(result, sink.lang, top=top))
        if len(tables) > 1:
            more = ", ".join(name for name in tables if name != result.name)
            quiet(
                f"本结果另有数据表：{more}。请指定文件夹：-o 文件夹。"
                if sink.lang == "zh"
                else f"More tables of this answer: {more}. Give a folder: -o FOLDER."
            )
    elif sink.format == "table":
        write_bytes(sink.output, as_table(result, sink.lang, top=top).encode())
    else:
        result.save(sink.output, format=sink.format or "csv", top=top)
        quiet(f"{WRITTEN[sink.lang]}{sink.output}")
