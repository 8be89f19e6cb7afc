"""Commands that ask trade in products."""

from pathlib import Path

from chainwright.cli.options import SINK, Sink, app, quiet, show, years_of

__all__ = ["dependence"]


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
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415 - `chainwright --help` loads no pandas
    from chainwright.system import System  # noqa: PLC0415

    years = years_of(year) or None
    named = [] if blocs == "none" else [word.strip() for word in blocs.split(",") if word.strip()]
    system = System.read(path, currency=currency, progress=quiet)
    found = diagnose.dependence(
        system,
        home=home,
        years=years,
        blocs=named,
        floor=floor,
        production=production,
        governance=governance,
    )
    show(found, sink)
