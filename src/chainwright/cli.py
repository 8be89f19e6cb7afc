"""The command line: each command is one library call and one table."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

import chainwright
from chainwright.errors import ChainwrightError, ParameterError

if TYPE_CHECKING:
    from chainwright.system import Result, System

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


_SOURCE, _SINK = Source(), Sink()


def _tell(text: str) -> None:
    """Say on the terminal what is being done; never in the way of the answer."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _quiet(text: str) -> None:
    if sys.stderr.isatty():
        _tell(text)


def _years(text: str | None) -> tuple[int, ...]:
    """Return the years that ``2011`` or ``2009:2011`` names."""
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


def _read(path: str, source: Source) -> "System":
    from chainwright.system import System  # noqa: PLC0415 - `chainwright --help` loads no pandas

    years = _years(source.year)
    if len(years) > 1:
        raise ParameterError("year", "this command", "one year", source.year)
    return System.read(
        path,
        year=years[0] if years else None,
        currency=source.currency,
        fold=source.fold,
        composite=source.composite,
        progress=_quiet,
    )


def _show(result: "Result", sink: Sink) -> None:
    """Write an answer to where it is wanted."""
    from chainwright.report.terminal import as_table  # noqa: PLC0415
    from chainwright.tables import as_text, write_bytes  # noqa: PLC0415

    tables = result.tables()
    if sink.output is None:
        if sink.format == "parquet":
            raise ParameterError("format", "a table on the screen", "table, csv or json", "parquet")
        if sink.format in {"csv", "json"}:
            sys.stdout.write(as_text(result.table(), sink.format))
        else:
            sys.stdout.write(as_table(result, sink.lang))
        if len(tables) > 1:
            more = ", ".join(name for name in tables if name != result.name)
            _quiet(f"More tables of this answer: {more}. Give a folder: -o FOLDER.")
    elif sink.format == "table":
        write_bytes(sink.output, as_table(result, sink.lang).encode())
    else:
        result.save(sink.output, format=sink.format or "csv")
        _quiet(f"written: {sink.output}")


@app.command
def check(path: str, *, source: Source = _SOURCE, sink: Sink = _SINK) -> None:
    """Audit a table: what it was taken for, what does not add up, what is odd. Repairs nothing.

    Parameters
    ----------
    path
        A file as it was downloaded, a folder with one file a year, or demo:country.
    source
        How the table is read.
    sink
        Where the answer goes.
    """
    from chainwright.system.audited import audited  # noqa: PLC0415

    _show(audited(_read(path, source)), sink)


@app.command
def schema(table: str | None = None, *, example: Path | None = None) -> None:
    """Print the columns of a table, or write a small valid example of an input table.

    Parameters
    ----------
    table
        Name of a table; without it, the names of all tables are printed.
    example
        CSV file to write a small valid example to.
    """
    from chainwright import tables  # noqa: PLC0415

    if table is None:
        sys.stdout.write("\n".join(tables.schemas()) + "\n")
        return
    columns = tables.schema(table)
    if example is not None:
        tables.write_bytes(example, tables.example(table).encode())
        _quiet(f"written: {example}")
        return
    width = max(len(c.column) for c in columns)
    for c in columns:
        unit = f" [{c.unit}]" if c.unit else ""
        sys.stdout.write(f"{c.column:{width}s}  {c.type:7s}  {c.description_en}{unit}\n")


@app.command
def accounts(path: str, *, source: Source = _SOURCE, sink: Sink = _SINK) -> None:
    """Account for each node: output, multipliers, value added, place in the chain.

    Parameters
    ----------
    path
        A file as it was downloaded, a folder with one file a year, or demo:country.
    source
        How the table is read.
    sink
        Where the answer goes.
    """
    from chainwright.accounts import node_accounts  # noqa: PLC0415

    _show(node_accounts(_read(path, source)), sink)


@app.command
def stuck_necks(
    path: str,
    *,
    home: str,
    nation: str | None = None,
    split_imports: bool = False,
    source: Source = _SOURCE,
    sink: Sink = _SINK,
) -> None:
    """Rank the inputs of home industries that hang on few foreign hands (stuck necks).

    Parameters
    ----------
    path
        A file as it was downloaded, a folder with one file a year, or demo:country.
    home
        A region, several joined by +, or a named group such as EU27.
    nation
        The nation around home, where home is a part of one.
    split_imports
        Split the imports of a competitive table in proportion to use (an assumption).
    source
        How the table is read.
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415

    system = _split(_read(path, source), split_imports=split_imports)
    _show(diagnose.stuck_necks(system, home=home, nation=nation), sink)


def _split(system: "System", *, split_imports: bool) -> "System":
    if not split_imports:
        return system
    from chainwright.system import System  # noqa: PLC0415

    return System(system.flows.split_imports())


@app.command
def dropped_chains(
    path: str,
    *,
    home: str | None = None,
    cut: float = 0.10,
    source: Source = _SOURCE,
    sink: Sink = _SINK,
) -> None:
    """Rank nodes by what runs short when a part of their supply fails (dropped chains).

    Parameters
    ----------
    path
        A file as it was downloaded, a folder with one file a year, or demo:country.
    home
        Count losses in these regions alone.
    cut
        Share of the node's deliveries that fails, 0 to 1.
    source
        How the table is read.
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415

    _show(diagnose.dropped_chains(_read(path, source), home=home, cut=cut), sink)


@app.command
def long_plates(
    path: str,
    *,
    home: str,
    nation: str | None = None,
    source: Source = _SOURCE,
    sink: Sink = _SINK,
) -> None:
    """Rank the strengths of home: advantage in value added, world share, who depends on it.

    Parameters
    ----------
    path
        A file as it was downloaded, a folder with one file a year, or demo:country.
    home
        A region, several joined by +, or a named group such as EU27.
    nation
        The nation around home, where home is a part of one.
    source
        How the table is read.
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415

    _show(diagnose.long_plates(_read(path, source), home=home, nation=nation), sink)


@app.command
def assessment(
    path: str,
    *,
    home: str,
    nation: str | None = None,
    draws: int = 0,
    seed: int = 7,
    split_imports: bool = False,
    source: Source = _SOURCE,
    sink: Sink = _SINK,
) -> None:
    """Assess the security and competitiveness of each home sector, over one year or several.

    Parameters
    ----------
    path
        A file as it was downloaded, a folder with one file a year, or demo:country.
    home
        A region, several joined by +, or a named group such as EU27.
    nation
        The nation around home, where home is a part of one.
    draws
        Draws of cell error for the rank intervals; 0 for none.
    seed
        The same seed gives the same draws.
    split_imports
        Split the imports of a competitive table in proportion to use (an assumption).
    source
        How the table is read.
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415
    from chainwright.system import System  # noqa: PLC0415

    years = _years(source.year)
    if len(years) < 2:
        systems = {0: _split(_read(path, source), split_imports=split_imports)}
        asked: System | dict[int, System] = systems[0]
    else:
        asked = {
            year: _split(system, split_imports=split_imports)
            for year, system in System.read_years(
                path,
                years,
                currency=source.currency,
                fold=source.fold,
                composite=source.composite,
                progress=_quiet,
            ).items()
        }
    _show(diagnose.assessment(asked, home=home, nation=nation, draws=draws, seed=seed), sink)


@app.command
def extraction(
    path: str,
    *,
    home: str | None = None,
    source: Source = _SOURCE,
    sink: Sink = _SINK,
) -> None:
    """Measure the weight of each node: the output that goes with it when it is taken out.

    Parameters
    ----------
    path
        A file as it was downloaded, a folder with one file a year, or demo:country.
    home
        Count also what is lost in these regions.
    source
        How the table is read.
    sink
        Where the answer goes.
    """
    from chainwright.accounts import extraction as extract  # noqa: PLC0415

    _show(extract(_read(path, source), home=home), sink)


@app.command
def footprint(
    path: str,
    *,
    of: str = "value_added",
    home: str | None = None,
    source: Source = _SOURCE,
    sink: Sink = _SINK,
) -> None:
    """Trace what final demand embodies, and where it was made.

    Parameters
    ----------
    path
        A file as it was downloaded, a folder with one file a year, or demo:country.
    of
        value_added, or the name of a stressor of the table, such as CO2.
    home
        Final demand of these regions alone.
    source
        How the table is read.
    sink
        Where the answer goes.
    """
    from chainwright.accounts import footprint as trace  # noqa: PLC0415

    _show(trace(_read(path, source), of=of, home=home), sink)


@app.command
def paths(
    path: str,
    *,
    root: str,
    of: str = "value_added",
    threshold: float = 1e-3,
    source: Source = _SOURCE,
    sink: Sink = _SINK,
) -> None:
    """List the supply paths that contribute most to the final demand of one node.

    Parameters
    ----------
    path
        A file as it was downloaded, a folder with one file a year, or demo:country.
    root
        The node whose final product is traced, as region:sector.
    of
        value_added, or the name of a stressor of the table, such as CO2.
    threshold
        Smallest share of the total that a path or its whole subtree must have.
    source
        How the table is read.
    sink
        Where the answer goes.
    """
    from chainwright.accounts import paths as search  # noqa: PLC0415

    _show(search(_read(path, source), root=root, of=of, threshold=threshold), sink)


@app.command
def brief(
    path: str | None = None,
    *,
    home: str | None = None,
    nation: str | None = None,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    lang: Literal["en", "zh"] = "en",
    split_imports: bool = False,
    replay: Path | None = None,
    source: Source = _SOURCE,
) -> None:
    """Write the brief on the weak links of home: one page to read and print, and every table.

    Parameters
    ----------
    path
        A file as it was downloaded, a folder with one file a year, or demo:country.
    home
        A region, several joined by +, or a named group such as EU27.
    nation
        The nation around home, where home is a part of one.
    output
        Folder to write, which is made.
    lang
        Language of the brief: en or zh.
    split_imports
        Split the imports of a competitive table in proportion to use (an assumption).
    replay
        A manifest.json: make the tables of that brief again and compare them; exits with 1 where
        they differ.
    source
        How the table is read.
    """
    from chainwright import report  # noqa: PLC0415

    if replay is not None:
        outcome = report.replay(replay, folder=output, progress=_tell)
        sys.stdout.write(f"{outcome}\n")
        if not outcome.same:
            sys.exit(1)
        return
    missing = [
        word for word, given in (("PATH", path), ("--home", home), ("-o", output)) if given is None
    ]
    if path is None or home is None or output is None:
        raise ParameterError(
            ", ".join(missing), "the command brief", "given, or --replay manifest.json", None
        )
    years = _years(source.year)
    made = report.brief(
        path,
        home=home,
        nation=nation,
        year=years if len(years) > 1 else years[0] if years else None,
        folder=output,
        lang=lang,
        split_imports=split_imports,
        currency=source.currency,
        fold=source.fold,
        composite=source.composite,
        progress=_tell,
    )
    sys.stdout.write(f"{made}\n")


def main(words: Sequence[str] | None = None) -> None:
    """Run `words` as one command; our errors are a message and an exit code, no traceback."""
    try:
        app(words)
    except ChainwrightError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # the reader of a pipe, such as `head`, has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        place = f" '{error.filename}'" if error.filename else ""
        sys.stderr.write(f"The file system refused{place}: {error.strerror or error}.\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("Cancelled; nothing was written.\n")
        sys.exit(130)
