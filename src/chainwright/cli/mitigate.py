"""The command that plans measures against the gaps of a maker's chain."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from chainwright.cli.options import SINK, Sink, app, quiet, show, tell
from chainwright.errors import ParameterError
from chainwright.params.agreement import agreed

if TYPE_CHECKING:
    from chainwright.diagnose.maker.outage_programme import Weight
    from chainwright.diagnose.maker.outage_scenarios import OutageBy
    from chainwright.diagnose.maker.stock_left import StockAtNode
    from chainwright.system import System

__all__ = ["mitigate"]


@app.command
def mitigate(
    maker: str,
    *,
    by: Literal["site", "node", "supplier", "region", "place", "item"] = "site",
    of: tuple[str, ...] = (),
    measures: Path | None = None,
    write_measures: Path | None = None,
    lock: tuple[str, ...] = (),
    forbid: tuple[str, ...] = (),
    budget: float | None = None,
    frontier: bool = False,
    points: int = 20,
    remaining: Literal["expected", "largest"] = "expected",
    cost: Literal["low", "mid", "high"] = "mid",
    weight: Literal["margin", "price", "output"] | None = None,
    stock_at_node: Literal["usable", "lost"] = "usable",
    gap: float = 0.01,
    seconds: float | None = None,
    appraise: int | Literal["all"] = 20,
    corners: int | None = None,
    seed: int = 0,
    currency: str | None = None,
    sink: Sink = SINK,
) -> None:
    """Plan the cheapest measures that cover every gap of a maker's chain, or the best in a budget.

    A gap is an outage that takes longer to recover than it is survived. Costs that nobody quoted
    are ranges marked as assumptions: see which steps are robust and what they break even at.

    Parameters
    ----------
    maker
        Folder of a maker's chain, or demo:maker.
    by
        What goes down as one: site, node (one item at one site), supplier, region, place (country)
        or item.
    of
        Codes of the outages to cover, joined by commas; all that have a gap if not given.
    measures
        Table of measures (see schema maker_measures); proposed from the data if not given.
    write_measures
        CSV file to write the proposed measures to, to edit and give back as --measures.
    lock
        Measures that are taken, joined by commas; of stock with units, as NAME=100.
    forbid
        Measures that are not taken, joined by commas.
    budget
        The most that the plan may cost a year, in the maker's money.
    frontier
        Give cost against remaining loss for several budgets in place of one plan.
    points
        Budgets of the frontier.
    remaining
        What a budget makes small: the expected loss over the gaps or the largest one.
    cost
        Which end of the cost ranges holds: low, mid or high.
    weight
        What a unit lost weighs: margin, price or output; margin where every product has one.
    stock_at_node
        Whether stock at a site that is out is usable or lost.
    gap
        How far from the best a plan may be, as a share.
    seconds
        When one search ends with the best that it has; 60, or 15 a budget of the frontier.
    appraise
        Steps whose break-even cost is sought, the costliest first, or all.
    corners
        Corners of the cost ranges that are drawn for robustness; 16, or none besides all low, all
        high and the bad end of the plan under a budget with more than 40 gaps.
    seed
        Seed of the corners.
    currency
        ISO 4217 code of prices, where the folder does not say it.
    sink
        Where the answer goes.
    """
    from chainwright import plan  # noqa: PLC0415 - `chainwright --help` loads no pandas
    from chainwright.system import System  # noqa: PLC0415

    if frontier and budget is not None:
        expected = "left out with --frontier, which tries many"
        raise ParameterError("--budget", "the command mitigate", expected, budget)
    system = System.read(maker, currency=currency, progress=quiet)
    codes = _words(of) or None
    if write_measures is not None:
        _write_proposals(system, write_measures, by, codes, weight, stock_at_node)
        return
    common: dict[str, Any] = {
        "by": by,
        "of": codes,
        "measures": measures,
        "lock": _amounts(lock) or (),
        "forbid": _words(forbid),
        "remaining": remaining,
        "cost": cost,
        "weight": weight,
        "stock_at_node": stock_at_node,
        "gap": gap,
        "progress": quiet,
    }
    if seconds is not None:
        common["time_limit_seconds"] = seconds
    if frontier:
        show(plan.mitigation_frontier(system, points=points, **common), sink)
        return
    found = plan.mitigate(
        system, budget=budget, appraise=appraise, corners=corners, seed=seed, **common
    )
    show(found, sink)
    taken = int((found.amount > 0.0).sum())
    tell(
        f"Gaps: {len(found.gaps)}, still open: {len(found.uncovered)}. Steps: {taken}, for "
        f"{found.cost:,.0f} ({found.money}) a year, within {found.proven_gap:.2%} of the best."
    )


def _write_proposals(  # noqa: PLR0917 - the options of the command
    system: "System",
    path: Path,
    by: "OutageBy",
    of: list[str] | None,
    weight: "Weight | None",
    stock_at_node: "StockAtNode",
) -> None:
    """Write the measures that the data propose, as a table to edit."""
    from chainwright.diagnose.maker.survival import survival  # noqa: PLC0415
    from chainwright.plan import measures_for  # noqa: PLC0415
    from chainwright.tables import as_text, write_bytes  # noqa: PLC0415

    found = survival(
        system, by=by, of=of, outages=(), weight=weight, stock_at_node=stock_at_node, progress=quiet
    )
    frame = measures_for(found).frame
    write_bytes(path, as_text(frame, "csv").encode("utf-8-sig"))
    said = "{n} {n:measure|measures} against {gaps} {gaps:gap|gaps} written: {path}"
    tell(agreed(said, n=len(frame), gaps=int(found.exposed.sum()), path=path))


def _words(given: tuple[str, ...]) -> list[str]:
    """Return words that were joined by commas or given one by one."""
    return [word.strip() for text in given for word in text.split(",") if word.strip()]


def _amounts(given: tuple[str, ...]) -> dict[str, float]:
    """Return units by the name of a measure, as ``NAME=100``; NaN where none are given."""
    found: dict[str, float] = {}
    for word in _words(given):
        name, equals, units = word.rpartition("=")
        if not equals:
            found[word] = float("nan")
            continue
        try:
            found[name] = float(units)
        except ValueError as error:
            raise ParameterError("--lock", "the command mitigate", "NAME=100", word) from error
    return found
