"""The question of a cascade: how it runs, what is essential, what counts as revenue."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from chainwright.errors import (
    Breach,
    InfeasibleError,
    MissingPartError,
    ParameterError,
    TableError,
    UnknownCodeError,
)
from chainwright.stress.firms.cascade_network import CascadeNetwork
from chainwright.stress.firms.cascade_runs import CascadeRule
from chainwright.stress.firms.essential_kinds import essential_kinds
from chainwright.system import Links, System

__all__ = ["CascadeQuestion", "Mode", "Revenue", "Substitution"]

Floats = npt.NDArray[np.float64]

Mode = Literal["reference", "fixpoint"]
"""When a cascade stops: as published, or where nothing moves any more."""

Substitution = Literal["market", "none"]
"""Whether firms of a market replace each other by their share of it."""

Revenue = Literal["output"]
"""What upstream shares are divided by, if not by sales in the links."""

PUBLISHED_STOP = 0.01
"""Largest change at which `reference` stops (Diem et al. 2022, doi:10.1038/s41598-022-11522-z)."""

REST = 1e-12
"""Largest change at which `fixpoint` counts as at rest."""

ROUNDS = 10_000
"""Most lockstep updates of a cascade; where they are not enough, the answer says so."""

SLACK = 1e-9
"""Share by which revenue may lie below sales, or above them without being a leak: rounding."""

_PREPARED: WeakKeyDictionary[Links, dict[str, tuple[CascadeNetwork, str]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class CascadeQuestion:
    """What is asked of a cascade, besides what is hit.

    Parameters
    ----------
    mode : str
        ``"reference"``: lockstep, stopped when nothing changes by more than 0.01, and an emptied
        market's sum replaced by 1, as published. ``"fixpoint"``: until nothing moves; revenue
        outside of the links is needed, or all that is connected falls.
    substitution : str
        ``"market"``: a loss weighs by the supplier's share of what its market still delivers;
        ``"none"``: it weighs wholly.
    essential : path, Arrow stream or "linear", optional
        Which inputs are essential: see `essential_kinds`.
    revenue : str, optional
        ``"output"``: the column of the table of firms; sales in the links if not given.
    tolerance : float [share]
        Changes of a firm up to this are not passed on; 0 for the exact cascade.
    stop : float, optional [share]
        Another stop than that of the mode.
    costs : mapping of str to float, optional [money]
        All costs by firm: its inputs weigh by purchases in the links / costs. A firm that is not
        named has none but its purchases.
    insist : bool
        Run `fixpoint` even where no firm sells outside of the links.

    Raises
    ------
    ParameterError
        If a word is none of those, or a number outside its range.
    """

    mode: Mode = "reference"
    substitution: Substitution = "market"
    essential: object = None
    revenue: Revenue | None = None
    tolerance: float = 0.0
    stop: float | None = None
    costs: Mapping[str, float] | None = None
    insist: bool = False

    def __post_init__(self) -> None:
        words = {
            "mode": (self.mode, get_args(Mode)),
            "substitution": (self.substitution, get_args(Substitution)),
            "revenue": (self.revenue or "output", get_args(Revenue)),
        }
        for name, (word, known) in words.items():
            if word not in known:
                expected = f"one of {', '.join(known)}"
                raise ParameterError(name, "the cascade", expected, word)
        if not 0.0 <= self.tolerance < 1.0:
            raise ParameterError("tolerance", "the cascade", "from 0 to below 1", self.tolerance)
        if self.stop is not None and not 0.0 < self.stop < 1.0:
            raise ParameterError("stop", "the cascade", "above 0 and below 1", self.stop)

    @cached_property
    def rule(self) -> CascadeRule:
        """How its cascades run."""
        published = self.mode == "reference"
        return CascadeRule(
            reference=published,
            stop=self.stop or (PUBLISHED_STOP if published else REST),
            substitute=self.substitution == "market",
            tolerance=float(self.tolerance),
            rounds=ROUNDS,
        )

    def network(self, system: System) -> tuple[CascadeNetwork, str]:
        """Return the links of a system as the question takes them, and the rule of inputs in words.

        Parameters
        ----------
        system : System
            A system with links between firms.

        Raises
        ------
        MissingPartError
            If it has no links, or firms lack the output that is asked for.
        TableError
            If no firm sells anything, or output is below sales in the links.
        InfeasibleError
            If `fixpoint` is asked for, no firm sells outside of the links and nobody insists.
        """
        links = system.links
        if not len(links):
            breach = Breach("the rows", "none", "sales between firms", "Give at least one link.")
            raise TableError("links", [breach])
        revenue = None if self.revenue is None else _revenue(links)
        if self.mode == "fixpoint" and not self.insist:
            _need_leak(links, revenue)
        essential = self.essential
        told = essential is None or (isinstance(essential, str) and essential == "linear")
        key = f"{essential} {self.revenue}"
        kept = _PREPARED.setdefault(links, {})
        if told and self.costs is None and key in kept:
            return kept[key]
        kinds = essential_kinds(links.sectors, essential)
        sector = links.sector
        made = CascadeNetwork.of(
            links.supplier,
            links.buyer,
            links.value,
            sector,
            market=links.market,
            kind=kinds.of(sector[links.supplier], sector[links.buyer]),
            revenue=revenue,
            costs=None if self.costs is None else _costs(links, self.costs),
        )
        if told and self.costs is None:
            kept[key] = made, kinds.rule
        return made, kinds.rule

    def described(self, rule_of_inputs: str) -> dict[str, object]:
        """Return what was asked, for the origin of an answer.

        Parameters
        ----------
        rule_of_inputs : str
            The rule of essential inputs in words.
        """
        return {
            "mode": self.mode,
            "stop": self.rule.stop,
            "substitution": self.substitution,
            "essential": rule_of_inputs,
            "revenue": self.revenue or "sales in the links",
            "weight": "sales in the links",
            "tolerance": self.tolerance,
            "costs": None if self.costs is None else f"of {len(self.costs)} firms",
            "insist": self.insist,
        }

    def remarks(self, rule_of_inputs: str) -> tuple[str, ...]:
        """Return what a reader of any of its numbers must know: mode, stop, rule of inputs.

        Parameters
        ----------
        rule_of_inputs : str
            The rule of essential inputs in words.
        """
        return (
            f"mode {self.mode}: stopped when no firm changed by more than {self.rule.stop:g}; "
            f"substitution: {self.substitution}; revenue: {self.revenue or 'sales in the links'}",
            f"essential inputs: {rule_of_inputs}",
        )


def _revenue(links: Links) -> Floats:
    """Return the output of each firm, at least its sales in the links."""
    sales, output = links.sales, links.output
    silent = np.flatnonzero(np.isnan(output) & (sales > 0.0))
    if len(silent):
        shown = ", ".join(links.axis.codes[i] for i in silent[:5])
        raise MissingPartError(
            f"the output of {len(silent):,} firms that sell to others ({shown})",
            "Fill in the column 'output' of the table of firms, or leave revenue out.",
        )
    low = np.flatnonzero(output < sales * (1.0 - SLACK))
    if len(low):
        breaches = [
            Breach(
                f"the firm {links.axis.codes[i]!r}, column 'output'",
                f"{output[i]:g}",
                f"at least its sales in the links, {sales[i]:g}",
                "Correct one of them, or leave revenue out.",
            )
            for i in low
        ]
        raise TableError("firms", breaches)
    return np.where(np.isnan(output), sales, np.maximum(output, sales))


def _need_leak(links: Links, revenue: Floats | None) -> None:
    """Refuse a fixed point that is 1 nearly everywhere because nothing is sold outside."""
    if revenue is not None and bool((revenue > links.sales * (1.0 + SLACK)).any()):
        return
    what = "no revenue is given" if revenue is None else "no firm's output is above its sales"
    msg = (
        f"The fixed point says nothing here: {what}, so that all sales are sales in the links, and "
        "upstream every firm whose customers can reach the failing one falls wholly. Give output "
        "with sales to households, investment and exports (column 'output', revenue='output'), "
        "take mode 'reference', or insist."
    )
    raise InfeasibleError(msg)


def _costs(links: Links, given: Mapping[str, float]) -> Floats:
    """Return all costs of each firm."""
    costs = links.purchases.copy()
    for code, cost in given.items():
        if code not in links.axis.place:
            raise UnknownCodeError(code, "firm of the links", links.axis.codes)
        place = links.axis.place[code]
        if not cost >= costs[place] * (1.0 - SLACK) or not np.isfinite(cost):
            expected = f"at least the purchases in the links of {code!r}, {costs[place]:g}"
            raise ParameterError("costs", "the cascade", expected, cost)
        costs[place] = max(cost, costs[place])
    return np.asarray(np.where(costs > 0.0, costs, 1.0), dtype=np.float64)
