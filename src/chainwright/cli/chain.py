"""The command that diagnoses a chain map."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from chainwright.cli.options import SINK, Sink, app, quiet, show
from chainwright.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["chain"]


@app.command
def chain(
    name: str | None = None,
    *,
    home: str | None = None,
    trade: Path | None = None,
    year: int | None = None,
    draws: int = 0,
    picture: Annotated[Path | None, Parameter(name=["--picture", "-p"])] = None,
    only: Literal["all", "weak"] = "all",
    localisation: bool = False,
    sink: Sink = SINK,
) -> None:
    """Diagnose a chain: what is stuck, broken, blocked, strong or unknown; draw it.

    Without a name it lists the chains that come with chainwright.

    Parameters
    ----------
    name
        A chain of ours, or a folder with nodes.csv, links.csv and supply.csv.
    home
        A country (ISO 3166-1 alpha-3), several joined by +, or a named group such as EU27.
    trade
        Trade to join through HS 2017 codes: a file, or a folder of years, such as BACI.
    year
        Year of trade; rows of supply of later years are left out. The last if not given.
    draws
        Draws of years of trade for intervals of the ranks; 0 for none.
    picture
        SVG file to draw the chain into; so does an output that ends in .svg.
    only
        What the picture shows: all, or weak links, what to find out first and finished goods.
    localisation
        Give the localisation rates of its products in place of the diagnosis.
    sink
        Where the answer goes.
    """
    if name is None:
        _list(sink)
        return
    if picture is not None and picture.suffix.lower() != ".svg":
        raise ParameterError("--picture", "the command chain", "a file that ends in .svg", picture)
    if home is None:
        raise ParameterError("--home", "the command chain", "given, such as CHN", None)
    from chainwright import diagnose  # noqa: PLC0415 - `chainwright --help` loads no pandas
    from chainwright.system import Chains, System, chain_map  # noqa: PLC0415

    held = chain_map(name)
    system = System(chains=Chains(held))
    if trade is not None:
        system = system.joined(System(trade=System.read(trade, progress=quiet).trade))
    if localisation:
        show(diagnose.localisation(system, held.name, home=home, year=year), sink)
        return
    found = diagnose.chain(system, held.name, home=home, year=year, draws=draws)
    drawn = sink.output is not None and sink.output.suffix.lower() == ".svg"
    for file in (picture, sink.output if drawn else None):
        if file is not None:
            from chainwright.report.charts.chain_map import draw_chain  # noqa: PLC0415

            draw_chain(found, language=sink.lang, only=only).save(file)
            quiet(f"written: {file}")
    show(found, Sink(format=sink.format, lang=sink.lang) if drawn else sink)


def _list(sink: Sink) -> None:
    """Write the names and titles of the chains of ours, as text or as a table."""
    from chainwright.params import table  # noqa: PLC0415

    rows = table("chains")
    if sink.output is not None or sink.format not in {None, "table"}:
        _list_as_file(rows, sink)
        return
    wide = max(len(row["name"]) for row in rows) + 2
    title = "title_zh" if sink.lang == "zh" else "title_en"
    sys.stdout.write("".join(f"{row['name']:<{wide}}{row[title]}\n" for row in rows))


def _list_as_file(rows: "Sequence[Mapping[str, str]]", sink: Sink) -> None:
    """Write the list as CSV, JSON or Parquet."""
    import pandas as pd  # noqa: PLC0415

    from chainwright.tables import as_text, write_bytes  # noqa: PLC0415

    kind = sink.format or "csv"
    if kind not in {"csv", "json"}:
        raise ParameterError("format", "a list of chains", "csv or json", kind)
    names = pd.DataFrame([{k: row[k] for k in ("name", "title_en", "title_zh")} for row in rows])
    text = as_text(names, kind)
    if sink.output is None:
        sys.stdout.write(text)
    else:
        write_bytes(sink.output, text.encode())
