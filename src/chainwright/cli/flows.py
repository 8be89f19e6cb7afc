"""Commands that ask an input-output table."""

from typing import TYPE_CHECKING

from chainwright.cli.options import (
    CODES,
    SINK,
    SOURCE,
    Sink,
    Source,
    TradeCodes,
    app,
    quiet,
    read,
    show,
    years_of,
)

if TYPE_CHECKING:
    from chainwright.system import System


@app.command
def check(
    path: str,
    *,
    source: Source = SOURCE,
    codes: TradeCodes = CODES,
    sink: Sink = SINK,
) -> None:
    """Audit a table: what it was taken for, what does not add up, what is odd. Repairs nothing.

    Parameters
    ----------
    path
        A file as it was downloaded, a folder with one file a year, or demo:country.
    source
        How the table is read.
    codes
        How the codes and reports of a trade file are taken.
    sink
        Where the answer goes.
    """
    from chainwright.system.audited import audited  # noqa: PLC0415

    show(audited(read(path, source, codes)), sink)


@app.command
def accounts(path: str, *, source: Source = SOURCE, sink: Sink = SINK) -> None:
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

    show(node_accounts(read(path, source)), sink)


@app.command
def stuck_necks(
    path: str,
    *,
    home: str,
    nation: str | None = None,
    split_imports: bool = False,
    source: Source = SOURCE,
    sink: Sink = SINK,
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

    system = _split(read(path, source), split_imports=split_imports)
    show(diagnose.stuck_necks(system, home=home, nation=nation), sink)


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
    source: Source = SOURCE,
    sink: Sink = SINK,
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

    show(diagnose.dropped_chains(read(path, source), home=home, cut=cut), sink)


@app.command
def long_plates(
    path: str,
    *,
    home: str,
    nation: str | None = None,
    source: Source = SOURCE,
    sink: Sink = SINK,
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

    show(diagnose.long_plates(read(path, source), home=home, nation=nation), sink)


@app.command
def assessment(
    path: str,
    *,
    home: str,
    nation: str | None = None,
    draws: int = 0,
    seed: int = 7,
    split_imports: bool = False,
    source: Source = SOURCE,
    sink: Sink = SINK,
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

    years = years_of(source.year)
    if len(years) < 2:
        systems = {0: _split(read(path, source), split_imports=split_imports)}
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
                progress=quiet,
            ).items()
        }
    show(diagnose.assessment(asked, home=home, nation=nation, draws=draws, seed=seed), sink)


@app.command
def extraction(
    path: str,
    *,
    home: str | None = None,
    source: Source = SOURCE,
    sink: Sink = SINK,
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

    show(extract(read(path, source), home=home), sink)


@app.command
def footprint(
    path: str,
    *,
    of: str = "value_added",
    home: str | None = None,
    source: Source = SOURCE,
    sink: Sink = SINK,
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

    show(trace(read(path, source), of=of, home=home), sink)


@app.command
def paths(
    path: str,
    *,
    root: str,
    of: str = "value_added",
    threshold: float = 1e-3,
    source: Source = SOURCE,
    sink: Sink = SINK,
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

    show(search(read(path, source), root=root, of=of, threshold=threshold), sink)
