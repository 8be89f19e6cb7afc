"""The commands that size reserves: strategic minerals against outages of supplier countries."""

from pathlib import Path
from typing import Literal

from cyclopts import App

from chainwright.cli.options import (
    CODES,
    SINK,
    Sink,
    TradeCodes,
    app,
    quiet,
    read_trade,
    show,
    tell,
)
from chainwright.errors import ParameterError

__all__ = ["reserve"]

reserve = App(name="reserve", help="Size reserves: what to hold, where, against which outages.")
app.command(reserve)


@reserve.command
def minerals(
    trade: str,
    *,
    home: str,
    year: int | None = None,
    draws: int = 1000,
    seed: int = 0,
    rule: Literal["quantile", "economic"] = "quantile",
    level: float = 0.9,
    use: Path | None = None,
    products: str | None = None,
    blocs: str = "none",
    floor: float = 0.0,
    rate: float | None = None,
    rates: str | None = None,
    median_weeks: float | None = None,
    top: int | None = None,
    currency: str | None = None,
    codes: TradeCodes = CODES,
    sink: Sink = SINK,
) -> None:
    """Size reserves of minerals, in weeks of imports, against outages of supplier countries.

    How often, how long and how much countries fail, and what replaces it, are assumptions. Weeks
    of use are told only for products whose use is given.

    Parameters
    ----------
    trade
        A trade file with quantities, such as BACI, a zip or folder of years, or a saved folder.
    home
        A country (ISO 3166 alpha-3), several joined by +, or a named group such as EU27.
    year
        Which year; the last if not given.
    draws
        Outages that are drawn.
    seed
        Seed of the draws.
    rule
        quantile: enough for a share of the outages of any one country; economic: what costs least
        to hold and to lack.
    level
        That share of outages.
    use
        What is known of use at home: a table as schema mineral_use has it.
    products
        Codes to look at, with commas between; the critical materials of the file if not given.
    blocs
        What fails as one supplier: groups or codes joined by +, with commas between.
    floor
        Imports below which a product comes late, in the file's money.
    rate
        Outages a year of a country.
    rates
        The same of single countries, as CHL=0.02,RUS=0.2.
    median_weeks
        Length that half of the outages exceed.
    top
        First rows alone.
    currency
        ISO 4217 code of a table that does not say it, such as USD.
    codes
        How the codes and reports of a trade file are taken.
    sink
        Where the answer goes.
    """
    from chainwright import plan  # noqa: PLC0415 - `chainwright --help` loads no pandas

    given = {"rate": rate, "median_weeks": median_weeks}
    known = {name: value for name, value in given.items() if value is not None}
    outages = plan.OutageModel(rates=_rates(rates), **known)
    quiet("reading trade ...")
    found = plan.mineral_reserves(
        read_trade(trade, currency, codes),
        home,
        year=year,
        draws=draws,
        seed=seed,
        rule=rule,
        level=level,
        consumption=use,
        products=None if products is None else _words(products),
        blocs=[] if blocs == "none" else _words(blocs),
        floor=floor,
        outages=outages,
    )
    show(found, sink, top=top)
    if sink.output is None:
        tell(
            f"Assumed: {outages.rate:g} outages a year of each country, half of them longer than "
            f"{outages.median_weeks:g} weeks, {outages.least_share:.0%} to "
            f"{outages.most_share:.0%} of its deliveries."
        )


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _rates(text: str | None) -> dict[str, float]:
    """Return outages a year by country, from words such as ``CHL=0.02``."""
    found: dict[str, float] = {}
    for word in _words(text or ""):
        code, equals, rate = word.partition("=")
        try:
            found[code.strip()] = float(rate) if equals else float("none")
        except ValueError as error:
            expected = "countries with outages a year, such as CHL=0.02,RUS=0.2"
            raise ParameterError("--rates", "the command reserve", expected, word) from error
    return found
