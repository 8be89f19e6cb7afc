"""The command that orders restarts after a blow."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from chainwright.cli.options import SINK, SOURCE, Sink, Source, app, quiet, show, tell
from chainwright.cli.shock_options import HAPPENING, Happening, shock_of
from chainwright.cli.stress import system_of

__all__ = ["resume"]


@app.command
def resume(
    path: str,
    *,
    what: Happening = HAPPENING,
    crews: int | None = None,
    per_day: float | None = None,
    work: Path | None = None,
    need_share: float | None = None,
    home: tuple[str, ...] = (),
    loss: Literal["value_added", "output"] = "value_added",
    in_part: Annotated[bool | None, Parameter(negative="--whole")] = None,
    begin_day: float | None = None,
    days: Annotated[float | None, Parameter(name="--days")] = None,
    stock_days: float | None = None,
    step: Literal["day", "week"] = "day",
    engine_runs: int = 120,
    firms: Path | None = None,
    top: int | None = None,
    source: Source = SOURCE,
    sink: Sink = SINK,
) -> None:
    """Order the restarts after a blow: which sectors or firms first, with so many crews.

    chainwright resume TABLE --disaster JPN --only c15 --share 0.4 --crews 3

    What the shock takes of capacity or capital is restarted, one node a crew; the order is checked
    by the engine against proportional restart and against value alone.

    Parameters
    ----------
    path
        A table of flows (a file, a folder, demo:country), or links of firms.
    what
        What happened.
    crews
        How many nodes are restarted at once; this or --per-day.
    per_day
        Share of all lost output that can be restored a day, at one node after another.
    work
        Table of the work of each restart (see schema restart_work); what is not in it follows from
        the shock.
    need_share
        From which share of its inputs on a node needs another that stands still; 0.05 (an
        assumption) if not given.
    home
        Regions whose losses count, joined by + or given several times; all if not given.
    loss
        What counts: value_added or output.
    in_part
        A node that is restarted in part makes something (sectors if not given); --whole: it makes
        nothing before it is whole (firms if not given).
    begin_day
        Day of the run on which crews begin.
    days
        Days that are looked at; half a year or more if not given.
    stock_days
        Stocks of every input, in days of use; those of our sourced table if not given.
    step
        Length of a step of the engine: day or week.
    engine_runs
        Orders that are run in the engine at most; 0 for none but the answer.
    firms
        The table of firms, where the path is one of links.
    top
        First rows alone.
    source
        How the table is read.
    sink
        Where the answer goes.
    """
    system = system_of(path, firms, source)
    shock = shock_of(what, system).checked(system)
    if what.save_shock is not None:
        shock.write(what.save_shock)
        quiet(f"written: {what.save_shock}")
    from chainwright import plan  # noqa: PLC0415 - `chainwright --help` loads no pandas
    from chainwright.stress import InventoryModel  # noqa: PLC0415

    rules = plan.RestartRules() if need_share is None else plan.RestartRules(need_share=need_share)
    found = plan.resume(
        system,
        shock,
        capacity=crews,
        per_day=per_day,
        restart_work=work,
        rules=rules,
        home="+".join(home) or None,
        loss=loss,
        in_part=in_part,
        begin_day=begin_day,
        days=days,
        model=InventoryModel(stock_days=stock_days, step=step),
        engine_runs=engine_runs,
        progress=quiet,
    )
    show(found, sink, top=top)
    tell(found.reading(sink.lang))
