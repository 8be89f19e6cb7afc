"""The command that lets each node, region, link or pair fail in turn."""

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from chainwright.cli.options import SINK, SOURCE, Sink, Source, app, quiet, read, show
from chainwright.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["scan"]


@app.command
def scan(
    path: str,
    *,
    engine: Literal["extraction", "inventories", "cascade"] = "extraction",
    of: Literal["nodes", "regions", "links", "pairs", "worst"] = "nodes",
    home: str | None = None,
    among: tuple[str, ...] = (),
    firms: str | None = None,
    essential: str | None = None,
    mode: Literal["reference", "fixpoint"] | None = None,
    substitution: Literal["market", "none"] | None = None,
    share_above: float = 0.01,
    k: int = 5,
    shortlist: int = 20,
    share: float | None = None,
    days: float | None = None,
    horizon: int = 365,
    stock_days: float | None = None,
    restoration_days: float | None = None,
    top: int | None = None,
    source: Source = SOURCE,
    sink: Sink = SINK,
) -> None:
    """Let each node, region or link fail in turn, or pairs, or find the worst set.

    Parameters
    ----------
    path
        A table of flows (a file, a folder, demo:country); of the cascade the links of firms.
    engine
        extraction: weight in the network. inventories: output lost in the sector model with
        inventories. cascade: sales lost along the links of firms.
    of
        nodes (of the cascade firms), regions, links, pairs, or worst: the set of k.
    home
        Count losses in these regions alone.
    among
        What may fail, such as JPN or CHN:c14; of links the suppliers. May be given several times.
    firms
        Of the cascade: the table of firms.
    essential
        Of the cascade: a table of essential inputs.
    mode
        Of the cascade: reference (as published; the usual one) or fixpoint.
    substitution
        Of the cascade: market (the usual one) or none.
    share_above
        Links of at least this share of their user's output.
    k
        Size of the worst set.
    shortlist
        Of inventories and cascade: how many of the worst single failures greedy tries.
    share
        Of inventories and cascade: what is lost, 0 to 1; all if not given.
    days
        Of inventories: how long; 56 if not given.
    horizon
        Of inventories: days that are looked at.
    stock_days
        Of inventories: stocks of everything in days of use; by input from our table if not given.
    restoration_days
        Of inventories: time in which a gap in stocks is refilled.
    top
        First rows alone; of pairs by extraction 100 are kept if not given.
    source
        How the table is read.
    sink
        Where the answer goes.
    """
    from chainwright import stress  # noqa: PLC0415 - `chainwright --help` loads no numba

    cascade = {"firms": firms, "essential": essential, "mode": mode, "substitution": substitution}
    stocks = {"stock_days": stock_days, "restoration_days": restoration_days}
    _left_out(engine, "inventories", stocks)
    _left_out(engine, "cascade", cascade)
    model = None
    if engine == "inventories":
        model = stress.InventoryModel(stock_days=stock_days)
        if restoration_days is not None:
            model = replace(model, restoration_days=restoration_days)
    question = None
    if engine == "cascade":
        from chainwright.stress.firms.cascade_question import CascadeQuestion  # noqa: PLC0415
        from chainwright.system import System, read_links  # noqa: PLC0415

        question = CascadeQuestion(
            mode=mode or "reference", substitution=substitution or "market", essential=essential
        )
        if path.startswith("demo:"):
            system = read(path, source)
        elif firms is None:
            raise ParameterError("--firms", "a scan by cascade", "the table of firms", firms)
        else:
            system = System(links=read_links(path, firms))
    else:
        system = read(path, source)
    found = stress.scan(
        system,
        engine=engine,
        of=of,
        home=home,
        among=among or None,
        share_above=share_above,
        k=k,
        top=top or 100,
        shortlist=shortlist,
        share=share,
        days=days,
        horizon=horizon,
        model=model,
        question=question,
        progress=quiet,
    )
    show(found, sink, top=top)


def _left_out(engine: str, its: str, options: "Mapping[str, object]") -> None:
    """Refuse options of one engine where another one is asked."""
    for name, value in options.items():
        if value is not None and engine != its:
            word = f"--{name.replace('_', '-')}"
            raise ParameterError(word, f"a scan by {engine}", "left out", value)
