"""The command that places safety stock in networks of stages."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from chainwright.cli.options import SINK, Sink, quiet, show, tell
from chainwright.cli.reserve import reserve

__all__ = ["network"]


@reserve.command
def network(
    stages: Path,
    arcs: Path,
    *,
    chain: Annotated[tuple[str, ...], Parameter(consume_multiple=False)] = (),
    holding_rate: float | None = None,
    pooling: Literal["recursive", "exact"] = "recursive",
    stage_times: Literal["up", "mean", "max", "quantile"] = "up",
    quantile: float = 0.95,
    gap: float = 1e-4,
    seconds: float = 60.0,
    by_chain: bool = False,
    picture: Annotated[Path | None, Parameter(name=["--picture", "-p"])] = None,
    top: int | None = None,
    currency: str | None = None,
    sink: Sink = SINK,
) -> None:
    """Place safety stock in a chain of stages where it costs least, by guaranteed service.

    Demand above the bound of each stage is met by other means: this is not a fill rate. The plan
    is the same at every holding rate; the rate that is taken where none is given is an assumption.

    Parameters
    ----------
    stages
        Table of stages (see schema stages), or that of the chains of Willems 2008.
    arcs
        Table of who supplies whom (see schema stage_arcs).
    chain
        Chains to plan, joined by commas; all if not given.
    holding_rate
        What holding a unit of value costs a year, as a share of it.
    pooling
        How demand adds up where routes rejoin: recursive (literature) or exact.
    stage_times
        up (means rounded up to whole days), mean, max (largest possible) or quantile.
    quantile
        Probability that the stage time of the last is not exceeded.
    gap
        How far from the best a plan may be, as a share.
    seconds
        When the search of one chain ends in any case.
    by_chain
        Show a row a chain in place of a row a stage.
    picture
        SVG file to draw the network into.
    top
        First rows alone.
    currency
        ISO 4217 code of the costs.
    sink
        Where the answer goes.
    """
    from chainwright import plan  # noqa: PLC0415 - `chainwright --help` loads no pandas

    read = plan.read_stages(stages, arcs, currency=currency)
    wanted = [word.strip() for text in chain for word in text.split(",") if word.strip()]
    found = plan.safety_stock(
        read.only(wanted) if wanted else read,
        holding_rate=holding_rate,
        pooling=pooling,
        stage_times=stage_times,
        quantile=quantile,
        gap=gap,
        time_limit_seconds=seconds,
        progress=quiet,
    )
    if picture is not None:
        found.plot().savefig(picture, format="svg", metadata={"Date": None})
    show(found.by_chain() if by_chain else found, sink, top=top)
    rate = "assumed" if found.rates[0] != found.rates[1] else "given"
    tell(
        f"Safety stock for {found.cost:,.0f} ({found.money}) a year at a holding rate of "
        f"{found.holding_rate:g} ({rate}), within {found.proven_gap:.2%} of the least."
    )
