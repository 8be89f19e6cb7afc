"""The command that writes a brief."""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from chainwright.cli.options import SOURCE, Source, app, tell, years_of
from chainwright.errors import ParameterError

OutageBy = Literal["site", "node", "supplier", "region", "place", "item"]
"""What stands still in a scenario of a maker's report."""


@app.command
def brief(
    path: str | None = None,
    *,
    home: str | None = None,
    nation: str | None = None,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    lang: Literal["en", "zh"] = "en",
    split_imports: bool = False,
    trade: Path | None = None,
    chain: tuple[str, ...] = (),
    shock: tuple[Path, ...] = (),
    budget: float | None = None,
    parts: str | None = None,
    by: OutageBy = "site",
    replay: Path | None = None,
    source: Source = SOURCE,
) -> None:
    """Write the brief on the weak links of home, or on a maker's own chain, with every table.

    Parameters
    ----------
    path
        A file as it was downloaded, a folder with one file a year, or demo:country; or a maker's
        folder, or demo:maker.
    home
        A region, several joined by +, or a named group such as EU27; not for a maker's chain.
    nation
        The nation around home, where home is a part of one.
    output
        Folder to write, which is made.
    lang
        Language of the brief: en or zh.
    split_imports
        Split the imports of a competitive table in proportion to use (an assumption).
    trade
        Trade in products, such as a BACI file or folder: adds the products that home depends on.
    chain
        A chain map to draw and diagnose: photovoltaics, lithium-ion-battery, automotive-steel,
        advanced-chips, or a folder; may be given several times.
    shock
        A TOML file of a shock to run through the table, besides the two that the brief chooses;
        may be given several times.
    budget
        What a repair against all these shocks may cost a year, in the table's unit of money: adds
        the chapter on what to do first, what it saves and what stays exposed.
    parts
        Of a maker's report, with commas between: exposure, single-sources, common-suppliers,
        supplier-tiers, mitigation, missing-data. All but mitigation, which takes long, if not
        given.
    by
        Of a maker's report: what stands still in a scenario.
    replay
        A manifest.json: make the tables of that brief again and compare them; exits with 1 where
        they differ.
    source
        How the table is read.
    """
    from chainwright import report  # noqa: PLC0415

    if replay is not None:
        outcome = report.replay(replay, folder=output, progress=tell)
        sys.stdout.write(f"{outcome}\n")
        if not outcome.same:
            sys.exit(1)
        return
    of_maker = path is not None and report.is_maker(path)
    wanted = (("PATH", path), ("--home", home or of_maker or None), ("-o", output))
    missing = [word for word, given in wanted if given is None]
    if path is None or output is None or missing:
        raise ParameterError(
            ", ".join(missing), "the command brief", "given, or --replay manifest.json", None
        )
    years = years_of(source.year)
    made = report.brief(
        path,
        home=home,
        nation=nation,
        year=years if len(years) > 1 else years[0] if years else None,
        folder=output,
        lang=lang,
        split_imports=split_imports,
        trade=trade,
        chains=chain,
        shocks=shock,
        budget=budget,
        parts=parts.split(",") if parts else report.UNASKED,
        by=by,
        currency=source.currency,
        fold=source.fold,
        composite=source.composite,
        progress=tell,
    )
    sys.stdout.write(f"{made}\n")
