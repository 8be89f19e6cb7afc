"""Commands that ask trade in products."""

from pathlib import Path
from typing import TYPE_CHECKING

from chainwright.cli.options import (
    CODES,
    SINK,
    Sink,
    TradeCodes,
    app,
    read_trade,
    show,
    years_of,
)

if TYPE_CHECKING:
    from chainwright.system import System

__all__ = [
    "dependence",
    "import_exposure",
    "import_surge",
    "mutual_dependence",
    "quality_gap",
    "supply_risk",
]


def _blocs(text: str) -> list[str]:
    """Return the groups that a text such as ``EU27,JPN+KOR`` names; none for ``none``."""
    return [] if text == "none" else [word.strip() for word in text.split(",") if word.strip()]


def _blocs_beside(home: str, text: str, system: "System", year: int | None) -> list[str]:
    """Return the groups of a text that home is not part of: those alone can count as one place."""
    from chainwright.diagnose.products.trade_blocs import blocs_among  # noqa: PLC0415
    from chainwright.system import bloc  # noqa: PLC0415

    places = system.trade.year(year).places
    apart = bloc(places, home).members
    return [word for word in _blocs(text) if blocs_among(places, [word], apart_from=apart)]


@app.command
def dependence(
    path: str,
    *,
    home: str,
    year: str | None = None,
    blocs: str = "EU27",
    floor: float = 0.0,
    production: Path | None = None,
    governance: Path | None = None,
    currency: str | None = None,
    codes: TradeCodes = CODES,
    sink: Sink = SINK,
) -> None:
    """Rank the imported products that home depends on: who supplies them, how lastingly, who else.

    Parameters
    ----------
    path
        A trade file as it was downloaded (BACI, UN Comtrade, a plain long table), a zip, a folder
        with one file a year, or a folder that was saved.
    home
        A country (ISO 3166 alpha-3), several joined by +, or a named group such as EU27.
    year
        2024, or 2022:2024; amounts are of the last year. The last five at hand, if not given.
    blocs
        What else counts as one country: groups or codes joined by +, with commas between; none
        for none.
    floor
        Products of which home imports less are marked and come late, in the file's money.
    production
        What places make: a table as schema production has it; adds exposure.
    governance
        Scores of places: a table as schema governance has it; adds the supply risk.
    currency
        ISO 4217 code of a table that does not say it, such as USD.
    codes
        How the codes and reports of a trade file are taken.
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415 - `chainwright --help` loads no pandas

    found = diagnose.dependence(
        read_trade(path, currency, codes),
        home=home,
        years=years_of(year) or None,
        blocs=_blocs(blocs),
        floor=floor,
        production=production,
        governance=governance,
    )
    show(found, sink)


@app.command
def mutual_dependence(
    path: str,
    *,
    home: str,
    year: int | None = None,
    blocs: str = "EU27",
    currency: str | None = None,
    codes: TradeCodes = CODES,
    sink: Sink = SINK,
) -> None:
    """Set the products in which home depends on each partner against those the other way round.

    Parameters
    ----------
    path
        A trade file, a zip or folder of years, or a folder that was saved.
    home
        A country (ISO 3166 alpha-3), several joined by +, or a named group such as EU27.
    year
        Which year; the last if not given.
    blocs
        What else counts as one country: groups or codes joined by +, with commas between; none
        for none.
    currency
        ISO 4217 code of a table that does not say it, such as USD.
    codes
        How the codes and reports of a trade file are taken.
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415

    system = read_trade(path, currency, codes)
    show(diagnose.mutual_dependence(system, home=home, year=year, blocs=_blocs(blocs)), sink)


@app.command
def import_surge(
    path: str,
    *,
    home: str,
    year: int | None = None,
    production: Path | None = None,
    currency: str | None = None,
    codes: TradeCodes = CODES,
    sink: Sink = SINK,
) -> None:
    """Rank imports that surge: quantity up, unit value down, the share of home down.

    Parameters
    ----------
    path
        A trade file, a zip or folder of years, or a folder that was saved.
    home
        A country (ISO 3166 alpha-3), several joined by +, or a named group such as EU27.
    year
        The year that is set against the years before it; the last if not given.
    production
        What places make, in quantities: a table as chainwright schema production has it. Without it
        the share of home is not known, and the most that is said is watch.
    currency
        ISO 4217 code of a table that does not say it, such as USD.
    codes
        How the codes and reports of a trade file are taken.
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415

    system = read_trade(path, currency, codes)
    show(diagnose.import_surge(system, home=home, year=year, production=production), sink)


@app.command
def quality_gap(
    path: str,
    *,
    home: str,
    year: int | None = None,
    blocs: str = "EU27",
    currency: str | None = None,
    codes: TradeCodes = CODES,
    sink: Sink = SINK,
) -> None:
    """Compare the price per unit of what home sells with what it buys and what the world pays.

    Parameters
    ----------
    path
        A trade file, a zip or folder of years, or a folder that was saved.
    home
        A country (ISO 3166 alpha-3), several joined by +, or a named group such as EU27.
    year
        Which year; the last if not given.
    blocs
        What else counts as one country: groups or codes joined by +, with commas between; none
        for none. One that home is part of is left out.
    currency
        ISO 4217 code of a table that does not say it, such as USD.
    codes
        How the codes and reports of a trade file are taken.
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415

    system = read_trade(path, currency, codes)
    beside = _blocs_beside(home, blocs, system, year)
    show(diagnose.quality_gap(system, home=home, year=year, blocs=beside), sink)


@app.command
def import_exposure(
    path: str,
    *,
    home: str,
    production: Path,
    year: int | None = None,
    blocs: str = "EU27",
    currency: str | None = None,
    codes: TradeCodes = CODES,
    sink: Sink = SINK,
) -> None:
    """Rank products by how exposed home is, with what it makes itself counted.

    Parameters
    ----------
    path
        A trade file, a zip or folder of years, or a folder that was saved.
    home
        A country (ISO 3166 alpha-3), several joined by +, or a named group such as EU27.
    production
        What places make: a table as chainwright schema production has it.
    year
        Which year; the last if not given.
    blocs
        What else counts as one country: groups or codes joined by +, with commas between; none
        for none. One that home is part of is left out.
    currency
        ISO 4217 code of a table that does not say it, such as USD.
    codes
        How the codes and reports of a trade file are taken.
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415

    system = read_trade(path, currency, codes)
    beside = _blocs_beside(home, blocs, system, year)
    found = diagnose.import_exposure(system, production, home=home, year=year, blocs=beside)
    show(found, sink)


@app.command
def supply_risk(
    path: str,
    *,
    home: str,
    production: Path,
    governance: Path,
    year: str | None = None,
    currency: str | None = None,
    codes: TradeCodes = CODES,
    sink: Sink = SINK,
) -> None:
    """Rank raw materials by supply risk: world and home supply, weighted by governance.

    Parameters
    ----------
    path
        A trade file, a zip or folder of years, or a folder that was saved.
    home
        A country (ISO 3166 alpha-3), several joined by +, or a named group such as EU27.
    production
        What places make: a table as chainwright schema production has it.
    governance
        Scores of places: a table as chainwright schema governance has it.
    year
        2024, or 2022:2024, whose mean is taken; all years if not given.
    currency
        ISO 4217 code of a table that does not say it, such as USD.
    codes
        How the codes and reports of a trade file are taken.
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415

    found = diagnose.supply_risk(
        read_trade(path, currency, codes),
        production,
        governance,
        home=home,
        years=years_of(year) or None,
    )
    show(found, sink)
