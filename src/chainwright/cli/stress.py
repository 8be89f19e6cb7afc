"""The command that lets a shock happen: through sectors or firms, over time, once or often."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from chainwright.cli.options import SINK, SOURCE, Sink, Source, app, quiet, read, show
from chainwright.cli.shock_options import HAPPENING, Happening, numbers_by_code, shock_of
from chainwright.errors import FormatError, ParameterError

if TYPE_CHECKING:
    from chainwright.stress import InventoryModel, Shock
    from chainwright.system import Result, System

__all__ = ["stress", "system_of"]

Engine = Literal["inventories", "inoperability", "bottleneck"]


@Parameter(name="*")
@dataclass(frozen=True)
class Behaviour:
    """How producers behave.

    Parameters
    ----------
    elasticity
        Between the origins of a product: 2, or by product: c14=2, given several times.
    step
        Length of a step: day or week.
    stock_days
        Stocks of every input, in days of use; those of our sourced table if not given.
    restoration_days
        How long it takes to fill stocks again.
    psi
        Share of its target stock below which an input limits production.
    inputs
        all inputs limit production, or the essential ones alone.
    serve
        Who is served when output falls short: orders-first (then final demand, rebuilding last) or
        alike. orders-first by the inventories engine and alike by the bottleneck engine, if not
        given.
    production
        Of the bottleneck engine: leontief, strong, half, weak or linear.
    """

    elasticity: tuple[str, ...] = ()
    step: Literal["day", "week"] | None = None
    stock_days: float | None = None
    restoration_days: float | None = None
    psi: float | None = None
    inputs: Literal["all", "essential"] | None = None
    serve: Literal["orders-first", "alike"] | None = None
    production: Literal["leontief", "strong", "half", "weak", "linear"] | None = None


@Parameter(name="*")
@dataclass(frozen=True)
class Draws:
    """How often it is run, where it is not known exactly.

    Parameters
    ----------
    draws
        Number of runs, each with other values of what is uncertain; one run if 0.
    uncertain
        A TOML file that says what is uncertain, in its table [uncertain]; that of the one
        --shock, if not given.
    end
        Of draws: pooled (any origin replaces any other) or by_origin (none does).
    seed
        Of draws.
    executor
        Of draws: serial, processes, or the address of a Dask scheduler (tcp://host:port).
    workers
        Of draws: processes to start.
    checkpoint
        Of draws: a folder of finished batches; asked again, the work goes on where it ended.
    """

    draws: int = 0
    uncertain: Path | None = None
    end: Literal["pooled", "by_origin"] | None = None
    seed: int | None = None
    executor: str | None = None
    workers: int | None = None
    checkpoint: Path | None = None


BEHAVIOUR, DRAWS = Behaviour(), Draws()


@app.command
def stress(
    path: str | None = None,
    *,
    what: Happening = HAPPENING,
    days: Annotated[float, Parameter(name="--days")] = 365.0,
    engine: Engine = "inventories",
    how: Behaviour = BEHAVIOUR,
    often: Draws = DRAWS,
    firms: Path | None = None,
    example: str | None = None,
    top: int | None = None,
    source: Source = SOURCE,
    sink: Sink = SINK,
) -> None:
    """Let a shock happen: what is lost, when, by whom, and which input ran short first.

    chainwright stress TABLE --embargo JPN:c14 --to CHN --weeks 8

    A cut of deliveries is shown at both ends: any origin of a product replaces any other, and
    none does; --elasticity adds a run between them (or a few per cent outside the near end). A
    loss that no stock lets through is "not felt".

    Parameters
    ----------
    path
        A table of flows (a file, a folder, demo:country), or links of firms.
    what
        What happens.
    days
        Days that are looked at.
    engine
        inventories (the usual one), inoperability, or bottleneck (five production functions).
    how
        How producers behave.
    often
        How often it is run.
    firms
        The table of firms, where the path is one of links.
    example
        Print a TOML file of a shock to start from: embargo, epidemic, disaster, closure, port,
        route, strike, rationing or default.
    top
        First rows alone.
    source
        How the table is read.
    sink
        Where the answer goes.
    """
    if example is not None:
        from chainwright.stress.shocks.example_files import example_of  # noqa: PLC0415

        sys.stdout.write(example_of(example))
        return
    if path is None:
        if what.save_shock is None:
            expected = "a table of flows or links, unless a shock is only saved (--save-shock)"
            raise ParameterError("TABLE", "the command", expected, None)
        shock_of(what, None).checked().write(what.save_shock)
        quiet(f"written: {what.save_shock}")
        return
    _fitting(engine, how, often)
    system = system_of(path, firms, source)
    shock = shock_of(what, system).checked(system)
    if what.save_shock is not None:
        shock.write(what.save_shock)
        quiet(f"written: {what.save_shock}")
    _in_time(shock, days)
    if often.draws and often.uncertain is None and len(what.shock) == 1:
        often = replace(often, uncertain=what.shock[0])
    found = _answer(system, shock, days, engine, (how, often))
    _say(found, shock, sink)
    show(found, sink, top=top)


def system_of(path: str, firms: Path | None, source: Source) -> "System":
    """Return the table at a path, or the links there between the firms of a table.

    Parameters
    ----------
    path : str
        A file, a folder or a demo.
    firms : path, optional
        The table of firms, where the path is one of links.
    source : Source
        How the table is read.

    Raises
    ------
    ParameterError
        If the path is one of links and no table of firms is given.
    """
    if firms is None:
        try:
            return read(path, source)
        except FormatError as unknown:
            if not ("'supplier'" in str(unknown) and "'buyer'" in str(unknown)):
                raise
            expected = (
                f"the table of the firms, as '{path}' holds links between firms: --firms FILE"
            )
            raise ParameterError("--firms", "the command", expected, None) from unknown
    from chainwright.system import System, read_links  # noqa: PLC0415

    return System(links=read_links(path, firms))


def _in_time(shock: "Shock", days: float) -> None:
    """Refuse a shock that strikes only after the last day that is looked at."""
    first = min(blow.start_day for blow in shock.blows)
    if first >= days > 0.0:
        expected = f"above {first:g}, the day on which the shock strikes (--from-day)"
        raise ParameterError("--days", "the command", expected, days)


def _fitting(engine: Engine, how: Behaviour, often: Draws) -> None:
    """Refuse options that the engine does not have."""
    own = {"bottleneck": {"production", "stock_days", "restoration_days", "serve"}}
    for option, value in vars(how).items():
        of = own.get(engine, set()) if engine != "inventories" else set(vars(how)) - {"production"}
        if value not in (None, (), False) and option not in of:
            word = f"--{option.replace('_', '-')}"
            raise ParameterError(word, f"the {engine} engine", "left out", value)
    if often.draws < 0:
        raise ParameterError("--draws", "the command", "0 or more", often.draws)
    if often.draws and engine != "inventories":
        raise ParameterError("--draws", f"the {engine} engine", "left out", often.draws)
    if often.draws and how.elasticity:
        expected = "left out of draws, which have one end: --end pooled or by_origin"
        raise ParameterError("--elasticity", "the command", expected, how.elasticity)
    for option, value in vars(often).items():
        if not often.draws and option != "draws" and value is not None:
            expected = "left out, or given together with --draws N"
            raise ParameterError(f"--{option}", "the command", expected, value)


def _elasticity(words: tuple[str, ...]) -> "float | dict[str, float] | None":
    if not words:
        return None
    if len(words) == 1 and "=" not in words[0]:
        try:
            return float(words[0])
        except ValueError:
            expected = "a number, or c14=2"
            raise ParameterError("--elasticity", "the command", expected, words[0]) from None
    return numbers_by_code(words, "--elasticity")


def _model(how: Behaviour) -> "InventoryModel":
    from chainwright.stress import InventoryModel  # noqa: PLC0415

    given: dict[str, Any] = {
        name: getattr(how, name)
        for name in ("step", "stock_days", "restoration_days", "psi", "inputs")
        if getattr(how, name) is not None
    }
    if how.serve is not None:
        given["rationing"] = "proportional" if how.serve == "alike" else "priority"
    return InventoryModel(**given)


def _answer(
    system: "System", shock: "Shock", days: float, engine: Engine, ways: tuple[Behaviour, Draws]
) -> "Result":
    """Return what the engine says."""
    from chainwright import stress as engines  # noqa: PLC0415

    how, often = ways
    if often.draws:
        given: dict[str, Any] = {
            name: getattr(often, name)
            for name in ("end", "seed", "executor", "workers", "checkpoint")
            if getattr(often, name) is not None
        }
        if often.uncertain is not None:
            given["uncertain"] = engines.Uncertainty.read(often.uncertain)
        return engines.ensemble(
            system,
            shock,
            draws=often.draws,
            days=days,
            model=_model(how),
            progress=_counted if sys.stderr.isatty() else None,
            **given,
        )
    elasticity = _elasticity(how.elasticity)
    if engine == "inventories" and _among_firms(system, shock):
        if elasticity is not None:
            expected = "left out: firms of a market replace each other, or none does"
            raise ParameterError("--elasticity", "a run of firms", expected, how.elasticity)
        return engines.run_firms(system, shock, days=days, model=_model(how), progress=quiet)
    if elasticity is not None and not any(blow.kind == "supply_cut" for blow in shock.blows):
        expected = "left out: it acts between origins, and this shock cuts no delivery"
        raise ParameterError("--elasticity", "the command", expected, ", ".join(how.elasticity))
    if engine == "inventories":
        return engines.run(
            system,
            shock,
            days=days,
            model=_model(how),
            elasticity=elasticity,
            progress=quiet,
        )
    if not float(days).is_integer():
        raise ParameterError("--days", f"the {engine} engine", "whole days", days)
    if engine == "inoperability":
        return engines.inoperability(system, shock, days=int(days))
    model: dict[str, Any] = {
        "kind": how.production,
        "restoration_days": how.restoration_days,
        "rationing": {"orders-first": "orders_first", "alike": "proportional"}.get(how.serve or ""),
    }
    return engines.partially_binding(
        system,
        shock,
        days=int(days),
        model=engines.BindingModel(**{k: v for k, v in model.items() if v is not None}),
        stock_days=how.stock_days,
    )


def _among_firms(system: "System", shock: "Shock") -> bool:
    """Return whether firms are asked: the shock names some, or there is nothing but links."""
    return shock.of_firms or ("links" in system.has and "flows" not in system.has)


def _counted(done: int, draws: int) -> None:
    quiet(f"{done:,} of {draws:,} draws")


def _say(found: "Result", shock: "Shock", sink: Sink) -> None:
    """Say what the answer reads like, above its table, and what the shock assumes."""
    zh = sink.lang == "zh"
    said = getattr(found, "reading", None)
    words = [said(sink.lang)] if callable(said) else []
    words += _remarks(found, zh=zh)
    source = shock.source
    if zh:
        from chainwright.report.source_words import source_told  # noqa: PLC0415
        from chainwright.report.wording import Words  # noqa: PLC0415

        chinese = Words("zh")
        words = [word.replace(str(found.money), chinese.money(found.money)) for word in words]
        source = source_told(source, chinese)
    if source:
        words.append(f"{'冲击数值来源：' if zh else 'Numbers of the shock: '}{source}")
    if sink.output is None and sink.format in {None, "table"}:
        sys.stdout.write("\n".join([*words, *_first_short(found, zh=zh), "", ""]))
    else:
        for word in words:
            quiet(word)


FIRST_SHORT = 3
"""Nodes of each end that are named on the screen."""


def _first_short(found: "Result", *, zh: bool) -> list[str]:
    """Return who ran short first at each end: of which input, from whom, on which day."""
    why = getattr(found, "why_it_stopped", None)
    frame = why() if callable(why) else None
    if frame is None:
        return []
    lang = "zh" if zh else "en"
    words = []
    for end, rows in frame.groupby("end", sort=False):
        words.append(f"{end}，最先短缺：" if zh else f"{end}, short first:")
        words += [f"  {reason}" for reason in rows[f"reason_{lang}"].head(FIRST_SHORT)]
    return words


_ENGINES = {
    "inoperability": (
        "Nobody holds stocks or finds another supplier here. What others hand on adds to the "
        "direct perturbation, so a node can stand far above the share that the shock takes.",
        "此模型中没有库存，也没有替代供方；其他节点传来的失效叠加于直接扰动，"
        "因此节点的失效度可能远高于冲击本身的份额。",
    ),
    "partially_binding": (
        "Capacity lost is taken as labour that cannot work. Firms hire back slowly, so losses go "
        "on after the shock is over.",
        "产能损失视为无法上岗的劳动力；企业重新雇用较慢，因此冲击结束后损失仍会持续。",
    ),
}
"""What a reader has to know of an engine that says nothing itself."""


def _remarks(found: "Result", *, zh: bool) -> list[str]:
    """Return what else a reader has to know: the draws, the engine, how runs ended, their notes."""
    if found.name == "ensemble":
        noted = " ".join(note[zh] for note in getattr(found, "notes", ()))
        return [_drawn(found, zh=zh), f"{'说明：' if zh else 'Notes: '}{noted}"]
    if found.name in _ENGINES:
        return [_ENGINES[found.name][zh]]
    summary = getattr(found, "summary", None)
    frame = summary() if callable(summary) else None
    lang = "zh" if zh else "en"
    words = []
    for column, title in (("ended", ("How it ended", "运行结束")), ("notes", ("Notes", "说明"))):
        if frame is None or f"{column}_{lang}" not in frame:
            continue
        told = [text for text in dict.fromkeys(frame[f"{column}_{lang}"]) if text]
        if told:
            words.append(f"{title[zh]}{'：' if zh else ': '}{('；' if zh else '; ').join(told)}")
    return words


def _drawn(found: "Result", *, zh: bool) -> str:
    """Return how many draws there are, and what was drawn."""
    tables = found.tables()
    draws, inputs = len(tables["ensemble_draws"]), tables["ensemble_inputs"]
    seed = found.parameters.get("seed")
    drawn = [
        f"{i.input} {i.lowest_drawn:.3g} - {i.highest_drawn:.3g} ({i.source})"
        for i in inputs.itertuples()
    ]
    if zh:
        return f"{draws} 次抽样（种子 {seed}）。抽取的投入：{'；'.join(drawn) or '无，各次相同'}"
    return f"{draws} draws, seed {seed}. Drawn: {'; '.join(drawn) or 'nothing, so all are alike'}"
