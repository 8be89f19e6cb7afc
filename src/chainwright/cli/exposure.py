"""The command that ranks the outages of a maker's chain."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, cast

from chainwright.cli.options import SINK, Sink, Source, app, quiet, read, show, tell
from chainwright.errors import ParameterError

if TYPE_CHECKING:
    from chainwright.diagnose.maker.outage_programme import Weight
    from chainwright.system import System

__all__ = ["exposure"]


@app.command
def exposure(
    path: str,
    *,
    by: Literal["site", "node", "supplier", "region", "place", "item"] = "site",
    outages: str = "2,4,8,12,26",
    weight: Literal["margin", "price", "output"] | None = None,
    stock_at_node: Literal["usable", "lost"] = "usable",
    spare: float | None = None,
    recovery: float | None = None,
    top: int | None = None,
    missing: bool = False,
    currency: str | None = None,
    sink: Sink = SINK,
) -> None:
    """Rank the outages of a maker's chain by what they would cost, with the reasons.

    Time to survive against time to recover, loss, revenue at risk and products that stop, for
    each site (or supplier, region, country). With --missing: which data that are not given would
    change the ranking most.

    Parameters
    ----------
    path
        A folder with a maker's tables (chainwright bom makes one), or demo:maker.
    by
        What goes down as one: site, node (one item at one site), supplier, region, place (country)
        or item (all its sources).
    outages
        Lengths in weeks at which losses are reported besides the time to recover, such as 2,4,8.
    weight
        What a unit lost weighs: margin (profit), price (revenue) or output (units). Margin where
        every product has one, if not given.
    stock_at_node
        Whether stock at what is down is usable or lost.
    spare
        Share by which a node can make more than planned where no capacity is given; 0.1 if not
        given.
    recovery
        Weeks to recover where none are given; 12 if not given.
    top
        Rows of the answer; all if not given. With --missing also how many outages count as the
        first, 20 if not given.
    missing
        Give the missing data that would change the ranking most, in place of the ranking.
    currency
        ISO 4217 code of prices, where the folder does not say it.
    sink
        Where the answer goes.
    """
    lengths = _weeks_of(outages)
    from chainwright import diagnose  # noqa: PLC0415 - `chainwright --help` loads no pandas
    from chainwright.diagnose.maker.assumptions import MakerAssumptions  # noqa: PLC0415

    system = read(path, Source(currency=currency))
    given = {"spare_share": spare, "recovery_weeks": recovery}
    assumed = MakerAssumptions(**{name: x for name, x in given.items() if x is not None})
    if missing:
        found = diagnose.missing_data(
            system,
            by=by,
            weight=weight,
            stock_at_node=stock_at_node,
            assumptions=assumed,
            top=20 if top is None else top,
            progress=quiet,
        )
        show(found, sink, top=top)
        _tell_counted(system, found.parameters, sink)
        return
    ranked = diagnose.exposure(
        system,
        by=by,
        outages=lengths,
        weight=weight,
        stock_at_node=stock_at_node,
        assumptions=assumed,
        top=top,
        progress=quiet,
    )
    show(ranked, sink)
    _tell_counted(system, ranked.parameters, sink)


def _tell_counted(system: "System", given: Mapping[str, object], sink: Sink) -> None:
    """Say in what losses are counted where margins are missing."""
    from chainwright.diagnose import MissingRanges  # noqa: PLC0415
    from chainwright.diagnose.maker.margin_remark import margin_remark  # noqa: PLC0415

    filled = "margin_share" in given
    share = float(str(given.get("margin_share", MissingRanges().margin_share)))
    weight = cast("Weight", given["weight"])
    told = margin_remark(system.maker, weight, share=share, filled=filled)
    if any(told):
        tell(told[sink.lang == "zh"])


def _weeks_of(text: str) -> tuple[float, ...]:
    """Return the lengths that a `text` such as ``2,4,8`` names."""
    try:
        weeks = tuple(float(word) for word in text.replace("，", ",").split(","))
    except ValueError:
        weeks = ()
    if not weeks or not all(0.0 <= length < float("inf") for length in weeks):
        raise ParameterError("--outages", "the command exposure", "weeks such as 2,4,8", text)
    return weeks
