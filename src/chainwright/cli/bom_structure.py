"""Commands on the structure of a maker's chain: single sources, common suppliers, tiers."""

from pathlib import Path
from typing import Literal

from chainwright.cli.options import SINK, Sink, Source, app, quiet, read, show

__all__ = ["common_suppliers", "concentration", "single_sources", "supplier_tiers"]


@app.command
def single_sources(path: str, *, top: int | None = None, sink: Sink = SINK) -> None:
    """List the items of a maker that hang on one site, supplier, region or country, worst first.

    Parameters
    ----------
    path
        A folder with a maker's tables, or demo:maker.
    top
        First rows of the answer; all if not given.
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415 - `chainwright --help` loads no pandas

    show(diagnose.single_sources(read(path, Source())), sink, top=top)


@app.command
def common_suppliers(
    path: str,
    *,
    by: Literal["supplier", "site", "region", "place"] = "supplier",
    top: int | None = None,
    sink: Sink = SINK,
) -> None:
    """Rank suppliers by what can never be made without them, also deep down and unseen.

    Parameters
    ----------
    path
        A folder with a maker's tables, or demo:maker.
    by
        What is lost: each supplier, site, region or place (country).
    top
        First rows of the answer; all if not given.
    sink
        Where the answer goes; a folder for the items that hang on one unseen as well.
    """
    from chainwright import diagnose  # noqa: PLC0415

    show(diagnose.common_suppliers(read(path, Source()), by=by), sink, top=top)


@app.command
def concentration(path: str, *, top: int | None = None, sink: Sink = SINK) -> None:
    """Show where a maker's purchases come from, and what revenue hangs on each place.

    Parameters
    ----------
    path
        A folder with a maker's tables, or demo:maker.
    top
        First rows of the answer; all if not given.
    sink
        Where the answer goes; a folder for the indices as well.
    """
    from chainwright import diagnose  # noqa: PLC0415

    show(diagnose.concentration(read(path, Source())), sink, top=top)


@app.command
def supplier_tiers(
    path: str,
    *,
    chain: tuple[str, ...] = (),
    trade: Path | None = None,
    home: str = "",
    depth: int = 3,
    least_share: float = 0.05,
    year: int | None = None,
    top: int | None = None,
    sink: Sink = SINK,
) -> None:
    """List a maker's suppliers by tier; infer deeper tiers from chain maps and trade; show gaps.

    Parameters
    ----------
    path
        A folder with a maker's tables, or demo:maker.
    chain
        A chain map to infer from: one of ours, or a folder; several by repeating it.
    trade
        Bilateral trade to infer from: a file, or a folder of years, such as BACI.
    home
        Country (ISO 3166-1 alpha-3) of buying sites whose own is not known.
    depth
        Most steps up a chain map.
    least_share
        Inferred places of a smaller share are left out.
    year
        Year of trade; rows of supply of later years are left out. The last if not given.
    top
        First rows of the answer; all if not given.
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415
    from chainwright.system import System  # noqa: PLC0415

    system = read(path, Source())
    if trade is not None:
        system = system.joined(System(trade=System.read(trade, progress=quiet).trade))
    found = diagnose.supplier_tiers(
        system, chains=chain, home=home, depth=depth, least_share=least_share, year=year
    )
    show(found, sink, top=top)
