"""The commands that rate the firms of a city, and show the city as a whole."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from chainwright.cli.carbon import carbon
from chainwright.cli.carbon_source import carbon_system, window_said
from chainwright.cli.options import SINK, Sink, quiet, show, tell

if TYPE_CHECKING:
    from chainwright.carbon import Rating

__all__ = ["city", "rate"]


def _rating(
    source: str, sink: Sink, *, factors: str, method: str, month: str | None, every: bool
) -> "Rating":
    """Return the rating of all firms of a source: of a month (the last one), or of every month."""
    from chainwright import carbon as green  # noqa: PLC0415 - `chainwright --help` loads no pandas

    account = green.account(carbon_system(source), factors=factors, progress=quiet)
    months = None if every else [month or account.periods[-1]]
    rating = green.rate(account, method=method, months=months)
    at = rating.periods.index(month) if month in rating.periods else -1
    last = int(rating.months[at])
    first = last - rating.method.window_months + 1
    window = window_said(first, last, account.factors.name, sink.lang)
    said = rating.method.said(sink.lang)
    zh = sink.lang == "zh"
    tell(f"{window}{said}。非官方赋码。" if zh else f"{window} {said}. Not an official code.")
    return rating


@carbon.command
def rate(
    source: str,
    *,
    firm: str | None = None,
    month: str | None = None,
    method: str = "zj-2021",
    factors: str = "cn-industry",
    top: int | None = None,
    sink: Sink = SINK,
) -> None:
    """Rate firms against their peers: intensity, grade, level, share neutralised.

    A firm that cannot be rated has the reason instead.

    Parameters
    ----------
    source
        demo:city, a folder with firms.* and readings.* (Parquet or CSV), or a store.
    firm
        Code of one firm; the means are still those of all firms of the source.
    month
        Last month of the window, YYYY-MM; the last one with readings, if not given.
    method
        zj-2021, zj-2021-loo, or the path of a method file (.toml).
    factors
        Factor set: cn-industry, cn-cement, cn-rounded, ipcc-2006, cbam.
    top
        First rows alone.
    sink
        Where the answer goes.
    """
    from chainwright import carbon as green  # noqa: PLC0415

    found = _rating(source, sink, factors=factors, method=method, month=month, every=False)
    if firm is not None:
        found.place(firm)
        alone = green.account(
            green.alone(found.system, firm), factors=found.account.factors, progress=quiet
        )
        found = green.rate(alone, method=found.method, months=found.periods, means=found.means)
    show(found, sink, top=top)


@carbon.command
def city(
    source: str,
    *,
    month: str | None = None,
    from_month: Annotated[str | None, Parameter(name="--from")] = None,
    method: str = "zj-2021",
    factors: str = "cn-industry",
    best: int = 3,
    map: Path | None = None,
    top: int | None = None,
    sink: Sink = SINK,
) -> None:
    """Show a whole city: totals, grades, who moved and why, best and worst of each class.

    Parameters
    ----------
    source
        demo:city, a folder with firms.* and readings.* (Parquet or CSV), or a store.
    month
        Last month of the window, YYYY-MM; the last one with readings, if not given.
    from_month
        Last month of the window that firms moved from; a year earlier, if not given.
    method
        zj-2021, zj-2021-loo, or the path of a method file (.toml).
    factors
        Factor set: cn-industry, cn-cement, cn-rounded, ipcc-2006, cbam.
    best
        Firms of each class that are listed as best and as worst.
    map
        File to write the map of tiles to, as SVG in the language of --lang.
    top
        First rows alone.
    sink
        Where the answer goes: with -o a folder of all tables and the map.
    """
    from chainwright import carbon as green  # noqa: PLC0415
    from chainwright.tables import write_bytes  # noqa: PLC0415

    rating = _rating(source, sink, factors=factors, method=method, month=month, every=True)
    found = green.city(rating, month=month, from_month=from_month, top=best)
    if map is not None:
        write_bytes(map, found.tile_map(sink.lang).encode())
    show(found, sink, top=top)
