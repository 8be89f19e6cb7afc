"""The command that repairs a system: which measures to take first under a budget, and why."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from chainwright.cli.options import SINK, SOURCE, Sink, Source, app, quiet, read, show, tell
from chainwright.cli.shock_options import HAPPENING, Happening, numbers_by_code, shock_of
from chainwright.errors import ParameterError
from chainwright.params.agreement import agreed

if TYPE_CHECKING:
    from chainwright.plan import Repair, RepairFrontier
    from chainwright.stress import InventoryModel, Shock
    from chainwright.system import System

__all__ = ["repair"]


@Parameter(name="*")
@dataclass(frozen=True)
class Kept:
    """What a plan keeps to.

    Parameters
    ----------
    lock
        Measures that are taken, joined by commas.
    forbid
        Measures that are not taken, joined by commas.
    least_share
        At least this share of the spending in a region, such as CHN=0.5.
    home_suppliers
        At least so many suppliers of a product at home, such as c14=1.
    carbon_cap
        At most so many tonnes of CO2e a year from all measures.
    """

    lock: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    least_share: tuple[str, ...] = ()
    home_suppliers: tuple[str, ...] = ()
    carbon_cap: float | None = None


@Parameter(name="*")
@dataclass(frozen=True)
class Sought:
    """What is made small, and how exactly.

    Parameters
    ----------
    loss
        What counts: value_added or output of home, or final demand of home that is not met.
    probability
        Of each scenario in a year, in the order in which they are given; one number is that of all
        together. Without, all weigh alike.
    tail
        Weight of the worst cases (conditional value at risk) against the mean, 0 to 1.
    alpha
        From which share of probability on a case counts as worst.
    gap
        How far from the best of the model of the loss a plan may be, as a share.
    tolerance
        How far what is promised may be from what the engine says, as a share of the loss avoided.
    seconds
        When one solution of the programme ends with the best that it has.
    end
        For which end of substitution between the origins of a product is planned: pooled (any
        replaces any other) or by_origin (none does; each run takes longer).
    one_end
        Whether losses at the other end are left out.
    replaceable
        Share of what is cut off that anybody can order elsewhere; 0 if not given (assumption).
    workers
        Threads.
    """

    loss: Literal["value_added", "output", "unmet_final"] = "value_added"
    probability: tuple[float, ...] = ()
    tail: float = 0.0
    alpha: float = 0.8
    gap: float = 0.01
    tolerance: float = 0.05
    seconds: float = 60.0
    end: Literal["pooled", "by_origin"] = "pooled"
    one_end: Annotated[bool, Parameter(negative=())] = False
    replaceable: float | None = None
    workers: int | None = None


KEPT, SOUGHT = Kept(), Sought()


@app.command
def repair(
    path: str,
    *,
    what: Happening = HAPPENING,
    together: bool = False,
    budget: tuple[float, ...] = (),
    home: str | None = None,
    measures: Path | None = None,
    list_measures: Path | None = None,
    kept: Kept = KEPT,
    sought: Sought = SOUGHT,
    years: int = 1,
    days: Annotated[float, Parameter(name="--days")] = 182.0,
    frontier: int = 0,
    picture: Path | None = None,
    top: int | None = None,
    source: Source = SOURCE,
    sink: Sink = SINK,
) -> None:
    """Plan what to strengthen, supplement and stabilise under a budget, and stress it again.

    chainwright repair TABLE --embargo JPN:c14 --to CHN --weeks 8 --home CHN --budget 500

    Each file of --shock is a scenario of its own, and so is each node or region that a template
    names (all of them together with --together). Costs that nobody quoted are ranges marked as
    assumptions: see what a step breaks even at and whether it is robust.

    Parameters
    ----------
    path
        A table of flows (a file, a folder, demo:country).
    what
        What may happen.
    together
        All nodes and regions that a template names are hit at once.
    budget
        The most that the plan may cost over the horizon, in the money of the table; given once a
        year of --years, the most that may be spent in each.
    home
        Whose loss counts: a region, several joined by +, or a named group; all if not given.
    measures
        Table of measures (see schema repair_measures); proposed from the data if not given.
    list_measures
        CSV file to write the proposed measures to, to edit and give back as --measures.
    kept
        What the plan keeps to.
    sought
        What is made small.
    years
        Years of the horizon; lead times count if there is more than one.
    days
        Days of each run.
    frontier
        Plans for so many budgets up to that of --budget, in place of one.
    picture
        File (.png, .svg, .pdf) for a picture: output before and after, or the frontier.
    top
        First rows alone.
    source
        How the table is read.
    sink
        Where the answer goes.
    """
    system = read(path, source)
    against = _against(what, system, together=together)
    from chainwright import plan  # noqa: PLC0415 - `chainwright --help` loads no pandas

    whose = home.split("+") if home is not None and "+" in home else home
    if list_measures is not None:
        asked = {"home": whose, "days": days, "model": _model(sought.replaceable)}
        _write_proposals(system, against, asked, list_measures)
        return
    if not budget:
        expected = "the most that the plan may cost (or --list-measures FILE)"
        raise ParameterError("--budget", "the command repair", expected, None)
    question: dict[str, Any] = {
        "budget": budget[0] if len(budget) == 1 else list(budget),
        "years": years,
        "rules": _rules(kept),
        "measures": None if measures is None else plan.read_repair_measures(measures, system),
        "home": whose,
        "model": _model(sought.replaceable),
        "days": days,
        "end": sought.end,
        "loss": sought.loss,
        "probability": _probability(sought.probability),
        "tail": sought.tail,
        "alpha": sought.alpha,
        "gap": sought.gap,
        "tolerance": sought.tolerance,
        "time_limit_seconds": sought.seconds,
        "workers": sought.workers,
        "progress": quiet,
    }
    found: Repair | RepairFrontier
    if frontier:
        found = plan.repair_frontier(system, against, budgets=frontier, **question)
    else:
        found = plan.repair(system, against, other_end=not sought.one_end, **question)
    if picture is not None:
        found.plot(language=sink.lang).savefig(picture)
        quiet(f"written: {picture}")
    words = f"{found.reading(sink.lang)}\n"
    if sink.output is None and sink.format in {None, "table"}:
        sys.stdout.write(f"{words}\n")
    else:
        tell(words.rstrip())
    show(found, sink, top=top)


def _against(what: Happening, system: "System", *, together: bool) -> "dict[str, Shock]":
    """Return the scenarios by name: each file, and each node or region of a template."""
    found = [shock_of(replace(HAPPENING, shock=(file,)), system) for file in what.shock]
    apart = [
        (name, getattr(what, name))
        for name in ("embargo", "closure", "epidemic", "disaster", "port", "strike", "rationing")
        if getattr(what, name)
    ]
    rest = replace(what, shock=())
    if len(apart) == 1 and not together:
        name, words = apart[0]
        each: list[dict[str, Any]] = [{name: (word,)} for word in words]
        found += [shock_of(replace(rest, **one), system) for one in each]
    elif apart or what.route or what.default or not what.shock:
        found.append(shock_of(rest, system))
    else:
        shock_of(what, system)  # values that no template takes are refused
    if what.save_shock is not None:
        expected = "left out: there may be several shocks; save one with the command stress"
        raise ParameterError("--save-shock", "the command repair", expected, what.save_shock)
    names = [shock.checked(system).name_en or f"shock {i}" for i, shock in enumerate(found, 1)]
    from chainwright.plan.repairs.scenarios import told_apart  # noqa: PLC0415

    return dict(zip(told_apart(names), found, strict=True))


def _write_proposals(
    system: "System", against: "dict[str, Shock]", asked: dict[str, Any], path: Path
) -> None:
    """Write the measures that the data propose, as a table to edit."""
    from chainwright.plan import repair_measures  # noqa: PLC0415
    from chainwright.tables import as_text, write_bytes  # noqa: PLC0415

    found = repair_measures(system, against, **asked)
    write_bytes(path, as_text(found.table(), "csv").encode("utf-8-sig"))
    tell(agreed("{n} {n:measure|measures} written: {path}", n=len(found), path=path))


def _rules(kept: Kept) -> Any:  # noqa: ANN401 - RepairRules, which `--help` does not load
    from chainwright.plan import RepairRules  # noqa: PLC0415

    suppliers = numbers_by_code(kept.home_suppliers, "--home-suppliers")
    for code, number in suppliers.items():
        if not number.is_integer():  # else it would be cut off below, unseen
            word = f"{code}={number:g}"
            raise ParameterError("--home-suppliers", "the command", "whole numbers", word)
    return RepairRules(
        locked=_words(kept.lock),
        forbidden=_words(kept.forbid),
        least_share=numbers_by_code(kept.least_share, "--least-share"),
        home_suppliers={code: int(number) for code, number in suppliers.items()},
        carbon_cap_t=kept.carbon_cap,
    )


def _model(replaceable: float | None) -> "InventoryModel | None":
    if replaceable is None:
        return None
    from chainwright.stress import InventoryModel  # noqa: PLC0415

    return InventoryModel(replaceable=replaceable)


def _probability(given: tuple[float, ...]) -> float | list[float] | None:
    if not given:
        return None
    return given[0] if len(given) == 1 else list(given)


def _words(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return names that were joined by commas or given one by one."""
    return tuple(word.strip() for text in given for word in text.split(",") if word.strip())
