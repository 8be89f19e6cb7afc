"""The commands on shocks from firm to firm: systemic risk of every firm, and one cascade."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from chainwright.cli.options import SINK, Sink, app, quiet, show, tell
from chainwright.errors import ParameterError

if TYPE_CHECKING:
    from chainwright.system import System

__all__ = ["cascade", "systemic_risk"]

MANY = 1000
"""Firms from which it is said beforehand that a scan takes its time."""


@app.command
def systemic_risk(
    links: str,
    *,
    firms: Path | None = None,
    essential: str | None = None,
    mode: Literal["reference", "fixpoint"] = "reference",
    substitution: Literal["market", "none"] = "market",
    revenue: Literal["output"] | None = None,
    tolerance: float = 0.0,
    stop: float | None = None,
    insist: bool = False,
    seed: int = 0,
    top: int | None = None,
    sink: Sink = SINK,
) -> None:
    """Fail each firm alone and wholly: the share of all sales that it takes along (ESRI).

    One row a firm: risk, risk downstream (lack of supplies), upstream (lack of demand), iterations.

    Parameters
    ----------
    links
        A table of links: supplier, buyer, value (.csv, .csv.gz, .parquet), or demo:firms.
    firms
        A table of firms: firm, sector, and where known market, region, output.
    essential
        A table of essential inputs: input_sector, user_sector, kind; or linear, where every input
        counts in proportion. Our rule by division (ISIC, NACE, GB/T 4754) if not given.
    mode
        reference: as published, stopped when no firm changes by more than 0.01. fixpoint: until
        nothing moves.
    substitution
        market: a loss weighs by the supplier's share of what its market still delivers; none: it
        weighs wholly.
    revenue
        output: upstream shares are of the output of the table of firms, not of sales in the links.
    tolerance
        Changes of a firm up to this are not passed on, such as 1e-5; the largest difference from
        tolerance 0 on a random sample is printed. 0 for the exact cascade.
    stop
        Another stop than that of the mode (0.01 of reference, 1e-12 of fixpoint).
    insist
        Run fixpoint even where no firm sells outside of the links.
    seed
        Of the random sample.
    top
        Rows of the answer; all if not given.
    sink
        Where the answer goes.
    """
    system = _network(links, firms)
    from chainwright import stress  # noqa: PLC0415 - `chainwright --help` loads no pandas

    count = len(system.links.axis)
    if count >= MANY:
        tell(f"failing each of {count:,} firms alone; of 10,000 firms that takes about a minute")
    found = stress.systemic_risk(
        system,
        mode=mode,
        substitution=substitution,
        essential=essential,
        revenue=revenue,
        tolerance=tolerance,
        stop=stop,
        insist=insist,
        seed=seed,
        progress=_counting(),
    )
    for remark in found.remarks():
        tell(remark)
    show(found, sink, top=top)


@app.command
def cascade(
    links: str,
    *,
    firms: Path | None = None,
    fail: tuple[str, ...] = (),
    shock: Path | None = None,
    essential: str | None = None,
    mode: Literal["reference", "fixpoint"] = "reference",
    substitution: Literal["market", "none"] = "market",
    revenue: Literal["output"] | None = None,
    tolerance: float = 0.0,
    stop: float | None = None,
    insist: bool = False,
    top: int | None = None,
    sink: Sink = SINK,
) -> None:
    """Let one shock run through firms: what each of them loses, in which round, and why.

    Parameters
    ----------
    links
        A table of links: supplier, buyer, value (.csv, .csv.gz, .parquet), or demo:firms.
    firms
        A table of firms: firm, sector, and where known market, region, output.
    fail
        A firm that stops, or FIRM=SHARE for a part of it, such as F17=0.5; may be given again.
    shock
        A TOML file of a shock on capacity, in place of --fail.
    essential
        A table of essential inputs, or linear; our rule by division if not given.
    mode
        reference: as published, stopped when no firm changes by more than 0.01. fixpoint: until
        nothing moves.
    substitution
        market or none: whether a loss weighs by the supplier's share of its market.
    revenue
        output: upstream shares are of the output of the table of firms.
    tolerance
        Changes of a firm up to this are not passed on.
    stop
        Another stop than that of the mode (0.01 of reference, 1e-12 of fixpoint).
    insist
        Run fixpoint even where no firm sells outside of the links.
    top
        Rows of the answer; all if not given.
    sink
        Where the answer goes.
    """
    if bool(fail) == (shock is not None):
        expected = "either firms (--fail FIRM) or a file (--shock FILE)"
        raise ParameterError("--fail", "the command cascade", expected, fail)
    shares = dict(_share_of(word) for word in fail)
    system = _network(links, firms)
    from chainwright import stress  # noqa: PLC0415 - `chainwright --help` loads no pandas

    found = stress.cascade(
        system,
        stress.Shock.read(shock) if shock is not None else shares,
        mode=mode,
        substitution=substitution,
        essential=essential,
        revenue=revenue,
        tolerance=tolerance,
        stop=stop,
        insist=insist,
    )
    for remark in found.remarks():
        tell(remark)
    show(found, sink, top=top)


def _network(links: str, firms: Path | None) -> "System":
    """Return the system of links between firms at a path, or a demo."""
    from chainwright.system import System, read_links  # noqa: PLC0415

    if links.startswith("demo:"):
        if firms is not None:
            raise ParameterError("--firms", "a demo", "nothing: it has its own", str(firms))
        return System.read(links, progress=quiet)
    if firms is None:
        expected = "a table of the firms: --firms FILE ('chainwright schema firms')"
        raise ParameterError("--firms", "the links between firms", expected, None)
    return System(links=read_links(links, firms))


def _share_of(word: str) -> tuple[str, float]:
    """Return the firm and the share that a word such as ``F17=0.5`` names."""
    firm, equals, share = word.rpartition("=")
    if not equals:
        return word, 1.0
    try:
        return firm, float(share)
    except ValueError:
        return word, 1.0  # a code with an equals sign in it


TENTHS = 10
"""How often a file that takes the words is told how far it is; a screen is told always."""


def _counting() -> Callable[[int, int], None]:
    """Return what says how many firms are done: in one line on a screen, else by tenths."""
    watched, told = sys.stderr.isatty(), 0

    def counted(done: int, total: int) -> None:
        nonlocal told
        if watched:
            sys.stderr.write(f"\r{done:,} of {total:,} firms" + ("\n" if done == total else ""))
            sys.stderr.flush()
        elif total >= MANY and TENTHS * done // total > told:
            told = TENTHS * done // total
            tell(f"{done:,} of {total:,} firms")

    return counted
