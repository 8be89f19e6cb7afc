"""The command on footprints of products."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from chainwright.cli.carbon import carbon
from chainwright.cli.options import SINK, Sink, quiet, show, tell
from chainwright.errors import ParameterError

if TYPE_CHECKING:
    from chainwright.carbon import PactFootprint, ProductSystem

__all__ = ["footprint"]


@carbon.command
def footprint(
    file: Path,
    exchanges: Path | None = None,
    *,
    product: str | None = None,
    declared: Annotated[tuple[str, ...], Parameter(consume_multiple=False)] = (),
    draws: int | None = None,
    seed: int = 1,
    tolerance: float = 1e-9,
    method: Literal["auto", "series", "direct"] = "auto",
    threshold: float = 1e-3,
    gwp: Literal["AR6", "AR5", "AR4"] = "AR6",
    picture: Annotated[Path | None, Parameter(name=["--picture", "-p"])] = None,
    top: int | None = None,
    sink: Sink = SINK,
) -> None:
    """Work out the footprints of all products of a process inventory, or of one with its chain.

    Each footprint stands between certified bounds. What suppliers declare takes the place of the
    chain behind it.

    Parameters
    ----------
    file
        Folder with processes.csv and exchanges.csv (see schema processes, schema exchanges), the
        table of processes, or a brightway Excel workbook.
    exchanges
        Table of exchanges, where FILE is the table of processes.
    product
        One product: tiers, inputs, sources, paths and edges of its chain.
    declared
        PRODUCT=KGCO2E as a supplier declares it per unit, or PRODUCT=KGCO2E:SHARE with the share
        of primary data; or the PACT document that it sent (.json), whose product is found by its
        name, or is said: PRODUCT=FILE. May be given more than once.
    draws
        Draws of uncertain amounts, for the spread of every footprint.
    seed
        Where chance starts.
    tolerance
        Largest last tier, as a share of each footprint.
    method
        auto, series or direct.
    threshold
        Least share of a path, edge or source that is shown.
    gwp
        Warming potentials of gases without a factor.
    picture
        SVG file to draw the chain of the product into.
    top
        First rows alone.
    sink
        Where the answer goes.
    """
    from chainwright import carbon as green  # noqa: PLC0415 - `chainwright --help` loads no pandas

    if product is not None and draws is not None:
        raise ParameterError("--draws", "the command", "given without --product", draws)
    if picture is not None and product is None:
        raise ParameterError("--picture", "the command", "given with --product", str(picture))
    system = green.read_processes(file, exchanges, gwp=gwp)
    given = _all_declared(system, declared, sink.lang)
    if draws is not None:
        drawn = green.footprint_draws(system, draws, seed=seed, declared=given, progress=quiet)
        show(drawn, sink, top=top)
        return
    found = green.footprints(system, declared=given, tolerance=tolerance, method=method)
    if found.solved.reason:
        reason = str(found.table()[f"reason_{sink.lang}"].iloc[0])
        tell(f"{reason}。" if sink.lang == "zh" else f"{reason.capitalize()}.")
    if product is None:
        show(found, sink, top=top)
        return
    one = found.of(product, threshold=threshold)
    if picture is not None:
        one.plot().savefig(picture, format="svg", metadata={"Date": None})
    show(one, sink, top=top)
    row = one.row
    lower, upper = found.solved.lower[row], found.solved.upper[row]
    known, amount = lower <= upper, f"{one.footprint:.8g} {system.emission_unit}"
    unit, share = system.frame["unit"].iloc[row], f"{found.primary_share[row]:.1%}"
    if sink.lang == "zh":
        bounds = f"界 {lower:.8g} 至 {upper:.8g}" if known else "无可证明的界"
        tell(f"{product}：{amount}/{unit or '单位'}（{bounds}）；初级数据占 {share}。")
    else:
        bounds = f"{lower:.8g} to {upper:.8g}" if known else "no bounds are certified"
        tell(f"{product}: {amount} per {unit or 'unit'} ({bounds}); {share} of it is primary data.")


def _all_declared(
    system: "ProductSystem", words: Sequence[str], lang: Literal["en", "zh"]
) -> dict[str, float | tuple[float, float]]:
    """Return what words of the command declare: numbers, and documents in files."""
    from chainwright import carbon as green  # noqa: PLC0415

    numbers = dict(_declared(text) for text in words if not text.endswith(".json"))
    named: dict[str, PactFootprint] = {}
    others: list[PactFootprint] = []
    for text in words:
        if not text.endswith(".json"):
            continue
        product, _, path = text.rpartition("=")
        found = green.read_pact(path)
        for one in found:
            if not one.valid_on(datetime.now(UTC)):
                name = one.document["productNameCompany"]
                tell(
                    f"{path}：{name} 的碳足迹今日不在有效期内。"
                    if lang == "zh"
                    else f"{path}: the footprint of {name} does not hold today."
                )
        if product and len(found) > 1:
            expected = f"a file with one footprint for {product}"
            raise ParameterError("--declared", "the command", expected, f"{len(found)} in {path}")
        if product:
            named[product] = found[0]
        else:
            others += found
    told = [green.declared_footprints(system, held) for held in (named, others)]
    twice = sorted({*numbers} & {*told[0], *told[1]} | {*told[0]} & {*told[1]})
    if twice:
        expected = "each product once"
        raise ParameterError("--declared", "the command", expected, ", ".join(twice))
    return {**numbers, **told[0], **told[1]}


def _declared(text: str) -> tuple[str, float | tuple[float, float]]:
    """Return the product, footprint and primary share that a word of the command gives."""
    name, _, numbers = text.rpartition("=")
    value, _, share = numbers.partition(":")
    try:
        found = float(value), float(share or 0.0)
    except ValueError:
        found = None
    if not name or found is None:
        raise ParameterError(
            "--declared", "the command", "PRODUCT=NUMBER[:SHARE] or FILE.json", text
        )
    return name, found if share else found[0]
