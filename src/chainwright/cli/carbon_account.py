"""The command that accounts for the emissions of firms."""

from typing import TYPE_CHECKING, Literal

from chainwright.cli.carbon import carbon
from chainwright.cli.carbon_source import carbon_system, window_said
from chainwright.cli.options import SINK, Sink, quiet, show, tell
from chainwright.errors import ParameterError

if TYPE_CHECKING:
    from chainwright.system import Result

__all__ = ["account"]

WINDOW = 12
"""Months that are summed if nothing is asked for: those of the window of our methods."""


@carbon.command
def account(
    source: str,
    *,
    firm: str | None = None,
    month: str | None = None,
    months: str | None = None,
    lines: bool = False,
    factors: str = "cn-industry",
    against: str | None = None,
    change: str | None = None,
    by: Literal["carriers", "firms"] = "carriers",
    top: int | None = None,
    sink: Sink = SINK,
) -> None:
    """Account for what firms emit: scopes, what is neutralised, uncertainty, why it changed.

    Every number can be traced with --lines: activity x factor x warming potential x conversion,
    and why this factor.

    Parameters
    ----------
    source
        demo:city, a folder with firms.* and readings.* (Parquet or CSV), or a store.
    firm
        Code of one firm; of all, if not given.
    month
        With --lines: one month, YYYY-MM.
    months
        First and last month, 2025-11:2026-10, or all; if not given, the last 12 months as `rate`
        has them, and all where --change or --month tells the months.
    lines
        Every line of the firm.
    factors
        Factor set: cn-industry, cn-cement, cn-rounded, ipcc-2006, cbam.
    against
        Another factor set: what differs, line by line.
    change
        Two years or months, A:B such as 2024:2025 or 2025-09:2026-09: why net emission changed.
    by
        With --change: carriers or firms.
    top
        First rows alone.
    sink
        Where the answer goes.
    """
    from chainwright import carbon as green  # noqa: PLC0415 - `chainwright --help` loads no pandas
    from chainwright.carbon.inventory.activities import months_of  # noqa: PLC0415

    if sum((lines, against is not None, change is not None)) > 1:
        raise ParameterError("--lines", "carbon account", "one of --lines, --against, --change", "")
    if lines and firm is None:
        raise ParameterError("--firm", "carbon account --lines", "the code of a firm", firm)
    if month is not None and not lines:
        raise ParameterError("--month", "carbon account", "given with --lines", month)
    span = None if months in {None, "all"} else _span(str(months), "--months")
    system = carbon_system(source)
    if months is None and change is None and month is None:
        last = months_of(system.readings, None)[-WINDOW:].astype("datetime64[M]").astype(str)
        span = last[0], last[-1]
    if firm is not None:
        system = green.alone(system, firm)
    found = green.account(system, factors=factors, months=span, progress=quiet)
    answer: Result = found
    if lines and firm is not None:
        answer = found.lines(firm, month)
    elif against is not None:
        other = green.account(system, factors=against, months=span, progress=quiet)
        answer = green.compare_accounts(found, other)
    elif change is not None:
        answer = green.decompose(found, firm, *_span(change, "--change"), by=by)
    if change is None and month is None:
        ends = int(found.months[0]), int(found.months[-1])
        tell(window_said(*ends, found.factors.name, sink.lang))
    show(answer, sink, top=top)


def _span(text: str, name: str) -> tuple[str, str]:
    """Return two periods that a colon parts."""
    first, colon, last = text.partition(":")
    if not (first and colon and last) or ":" in last:
        raise ParameterError(name, "carbon account", "two periods with a colon between", text)
    return first, last
