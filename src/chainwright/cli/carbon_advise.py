"""The command that says what would help a firm most, and which grade would follow."""

from pathlib import Path
from typing import TYPE_CHECKING

from chainwright.cli.carbon import carbon
from chainwright.cli.carbon_source import carbon_system
from chainwright.cli.options import SINK, Sink, quiet, show
from chainwright.errors import ParameterError

if TYPE_CHECKING:
    from chainwright.system import Result

__all__ = ["advise"]


@carbon.command
def advise(
    source: str,
    *,
    firm: str,
    month: str | None = None,
    grade: bool = False,
    take: tuple[str, ...] = (),
    measures: Path | None = None,
    price: tuple[str, ...] = (),
    method: str = "zj-2021",
    factors: str = "cn-industry",
    top: int | None = None,
    sink: Sink = SINK,
) -> None:
    """List energy-saving measures for a firm by tonnes for money, or the grade they lead to.

    Parameters
    ----------
    source
        demo:city, a folder with firms.* and readings.* (Parquet or CSV), or a store. Peers are
        the other firms in it.
    firm
        Code of the firm.
    month
        Last month of the twelve, YYYY-MM; the last of the readings if not given.
    grade
        The code after each measure, one after the other: those that pay, until the grade is better.
    take
        A measure of the bundle; several times for more. The code after each, as with --grade.
    measures
        A table as schema energy_measures has it; our own if not given.
    price
        What energy costs, CNY per unit of the readings: grid_electricity=700, oil:diesel=7500.
    method
        Method of the rating: zj-2021, zj-2021-loo, or a file.
    factors
        Factor set: cn-industry, cn-cement, cn-rounded, ipcc-2006, cbam.
    top
        First rows alone.
    sink
        Where the answer goes.
    """
    from chainwright import carbon as green  # noqa: PLC0415 - `chainwright --help` loads no pandas

    prices = dict(_price(text) for text in price)
    found = green.account(carbon_system(source), factors=factors, progress=quiet)
    rating = green.rate(found, method=method, months=None if month is None else [month])
    answer: Result
    if grade or take:
        answer = green.next_grade(
            found, rating, firm, take or None, month=month, measures=measures, price=prices
        )
    else:
        answer = green.advise(
            found, rating, firm, month=month, measures=measures, price=prices, progress=quiet
        )
    show(answer, sink, top=top)


def _price(text: str) -> tuple[str, float]:
    """Return a kind of energy and its price."""
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        expected = "a kind of energy and CNY per unit, such as grid_electricity=700"
        raise ParameterError("--price", "carbon advise", expected, text) from None
