"""Time to survive against time to recover, and what is lost, outage by outage."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.chain_maps.reasons import place_name
from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.maker_names import MakerNames
from chainwright.diagnose.maker.outage_programme import OutageProgramme, Weight, checked_weeks
from chainwright.diagnose.maker.outage_scenarios import (
    OutageBy,
    OutageScenarios,
    outage_scenarios,
)
from chainwright.diagnose.maker.survival_rows import survival_reasons, told_products
from chainwright.diagnose.maker.survival_runs import Losses, outage_losses, survived
from chainwright.diagnose.maker.weekly_outage import weekly_runs
from chainwright.errors import ParameterError
from chainwright.system import Language, Result, System

if TYPE_CHECKING:
    from chainwright.diagnose.maker.stock_left import StockAtNode
    from chainwright.system import Maker, SupplyNetwork

__all__ = ["LeadTimes", "Survival", "survival"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

LeadTimes = Literal["none", "weekly"]
"""Whether goods arrive at once, or week by week after their lead times."""


@dataclass(frozen=True, eq=False, repr=False)
class Survival(MakerNames, Result):
    """What `survival` found: ``X`` outages of ``L`` lengths, ``V`` products that are sold.

    Parameters
    ----------
    scenarios : OutageScenarios
        The outages: which nodes stand still.
    outages : tuple of float
        Lengths in weeks.
    weight : str
        What a unit lost weighs.
    stock_at_node : str
        What becomes of stock at a node that is down.
    lead_times : str
        Whether goods take time to arrive.
    assumptions : MakerAssumptions
        What is assumed where data are silent.
    base_weeks : float
        Weeks until the plan itself falls short with nothing down; infinite if it holds.
    base_losses : ndarray, shape (X, 1 + L)
        What is lost with nothing down, by the time to recover and by each length.
    recovery : ndarray, shape (X,)
        Weeks to recover: the longest of the nodes that are down.
    recovery_assumed, capacity_assumed : ndarray of bool, shape (X,)
        Whether the time to recover, or a capacity of a source that is left, is an assumption.
    weeks : ndarray, shape (X,)
        Time to survive; infinite where nothing is ever lost.
    losses : Losses
        Weighted loss and units lost at the time to recover (first) and at each length; what one
        more unit of stock of each item saves at the time to recover.
    """

    name: ClassVar[str] = "survival"
    charted: ClassVar[str] = "loss_at_recovery"

    scenarios: OutageScenarios
    outages: tuple[float, ...]
    weight: Weight
    stock_at_node: "StockAtNode"
    lead_times: LeadTimes
    assumptions: MakerAssumptions
    base_weeks: float
    base_losses: Floats
    recovery: Floats
    recovery_assumed: Flags
    capacity_assumed: Flags
    weeks: Floats
    losses: Losses

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {
            "by": self.scenarios.by,
            "scenarios": list(self.scenarios.codes),
            "outages": list(self.outages),
            "weight": self.weight,
            "stock_at_node": self.stock_at_node,
            "lead_times": self.lead_times,
            **asdict(self.assumptions),
        }

    @property
    def counted_in(self) -> dict[str, str]:
        """What amounts are counted in; a loss in money, or in units where output is weighed."""
        money = str(self.money)
        return {"money": money, "loss": money if self.weight != "output" else "units"}

    def names(self, column: str, language: Language = "en") -> dict[str, str]:
        """Return what the codes of a column are called; nothing where they are names themselves.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column != "scenario":
            return dict(super().names(column, language))
        found = self.scenarios
        if found.by == "place":
            return {code: place_name(code)[language == "zh"] for code in found.codes}
        return {code: name or code for code, name in zip(found.codes, found.names, strict=True)}

    @cached_property
    def products(self) -> npt.NDArray[np.intp]:
        """Places of the products that are sold, ``(V,)``."""
        return np.flatnonzero(self.system.maker.network.demand > 0.0)

    @cached_property
    def gap(self) -> Floats:
        """Weeks by which the time to recover exceeds the time to survive, ``(X,)``; 0 if none."""
        return np.maximum(0.0, self.recovery - self.weeks)

    @property
    def exposed(self) -> Flags:
        """Whether it takes longer to recover than can be survived, ``(X,)``."""
        return np.asarray(self.recovery > self.weeks, dtype=np.bool_)

    @cached_property
    def lost_revenue(self) -> Floats:
        """Revenue lost at the time to recover and at each length, ``(X, 1 + L)``.

        NaN where a product that is lost has no price.
        """
        price = self.system.maker.network.price[self.products]
        lost = self.losses.lost
        known = np.where(np.isnan(price), 0.0, price)
        revenue: Floats = lost @ known
        unknown = (lost[:, :, np.isnan(price)] > 0.0).any(axis=2)
        return np.where(unknown, np.nan, revenue)

    @property
    def lost_units(self) -> Floats:
        """Units of all products lost at the time to recover and at each length, ``(X, 1 + L)``."""
        return np.asarray(self.losses.lost.sum(axis=2), dtype=np.float64)

    @cached_property
    def order(self) -> npt.NDArray[np.intp]:
        """The outages, the worst first: loss at recovery, units lost, gap, time to survive."""
        loss, units = self.losses.loss[:, 0], self.lost_units[:, 0]
        return np.lexsort((np.arange(len(loss)), self.weeks, -self.gap, -units, -loss))

    def table(self) -> pd.DataFrame:
        """Return one row an outage, the worst first: what is lost by the time to recover."""
        found, network = self.scenarios, self.system.maker.network
        named = self.names("scenario")
        for_ever = np.isinf(self.weeks)
        reason_en, reason_zh = survival_reasons(self)
        columns: dict[str, object] = {
            "scenario": np.array(found.codes, dtype=object),
            "scenario_name": np.array([_name(named[code], code) for code in found.codes], object),
            "by": np.full(len(found), found.by, dtype=object),
            "nodes": np.diff(found.nodes.indptr),
            "items": items_down(found, network),
            "time_to_recover_weeks": self.recovery,
            "recovery_assumed": self.recovery_assumed,
            "time_to_survive_weeks": np.where(for_ever, np.nan, self.weeks),
            "survives_for_ever": for_ever,
            "capacity_assumed": self.capacity_assumed,
            "gap_weeks": self.gap,
            "exposed": self.exposed,
            "loss_at_recovery": self.losses.loss[:, 0],
            "base_loss_at_recovery": self.base_losses[:, 0],
            "lost_revenue_at_recovery": self.lost_revenue[:, 0],
            "lost_units_at_recovery": self.lost_units[:, 0],
            "products_short": told_products(self, 0),
            "reason_en": reason_en,
            "reason_zh": reason_zh,
        }
        return pd.DataFrame(columns).iloc[self.order].reset_index(drop=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the table of outages, and that of outages by length."""
        return {"survival": self.table(), "survival_losses": self._by_length()}

    def _by_length(self) -> pd.DataFrame:
        """Return one row an outage and a length, in the order of `table`, shortest first."""
        lengths, order = len(self.outages), self.order
        codes = np.array(self.scenarios.codes, dtype=object)
        short = [told_products(self, 1 + i) for i in range(lengths)]
        names = [short[i][x] for x in order for i in range(lengths)]
        return pd.DataFrame(
            {
                "scenario": np.repeat(codes[order], lengths),
                "weeks": np.tile(np.array(self.outages, dtype=np.float64), len(order)),
                "loss": self.losses.loss[order, 1:].ravel(),
                "base_loss": self.base_losses[order, 1:].ravel(),
                "lost_revenue": self.lost_revenue[order, 1:].ravel(),
                "lost_units": self.lost_units[order, 1:].ravel(),
                "products_short": np.array(names, dtype=object),
            }
        )


def survival(
    system: System,
    *,
    by: OutageBy = "site",
    of: Sequence[str] | None = None,
    outages: Sequence[float] = (2, 4, 8, 12, 26),
    weight: Weight | None = None,
    stock_at_node: "StockAtNode" = "usable",
    lead_times: LeadTimes = "none",
    assumptions: MakerAssumptions | None = None,
    progress: Callable[[str], None] | None = None,
) -> Survival:
    """Return how long each outage is survived, how long recovery takes, and what is lost.

    Time to survive is the longest outage that no customer notices when stocks and other sources
    are used as well as can be; an outage is exposed if it takes longer than that to recover. Both
    by the linear programmes of `OutageProgramme`, exactly; the loss also includes what the plan
    itself loses with nothing down, which stands beside it.

    Parameters
    ----------
    system : System
        A system with a maker's chain.
    by : str
        What goes down as one: ``"site"``, ``"node"`` (one item at one site), ``"supplier"``,
        ``"region"`` (``PLACE:REGION``), ``"place"`` (country) or ``"item"`` (all its sources).
    of : sequence of str, optional
        Codes of the outages to look at; all if not given.
    outages : sequence of float
        Lengths in weeks at which losses are reported, besides the time to recover.
    weight : str, optional
        What a unit lost weighs: ``"margin"`` (profit), ``"price"`` (revenue) or ``"output"``
        (one). Margin if every product has one, else output, if not given.
    stock_at_node : str
        ``"usable"``: stock at a node that is down can be used; ``"lost"``: it is gone.
    lead_times : str
        ``"none"``: goods arrive at once. ``"weekly"``: they arrive after their lead times, what
        is under way at the start arrives, and weeks are whole; slower, so name a few in `of`.
    assumptions : MakerAssumptions, optional
        Capacity and time to recover of nodes that have none.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    MissingPartError
        If the system has no maker's chain, or a product has no margin or price as asked for.
    ParameterError
        If a word or a length is none of those.
    UnknownCodeError
        If `of` names something that is not there.
    """
    network = system.maker.network
    if lead_times not in get_args(LeadTimes):
        expected = f"one of {', '.join(get_args(LeadTimes))}"
        raise ParameterError("lead_times", "survival", expected, lead_times)
    for length in outages:
        checked_weeks(length)
    found = outage_scenarios(system.maker, by, of)
    programme = OutageProgramme(
        network,
        assumptions=assumptions,
        weight=weight or _usual_weight(network),
        stock_at_node=stock_at_node,
    )
    recovery, recovery_assumed = _recovery(system.maker, found, programme.assumptions)
    lengths = np.column_stack(
        [recovery, np.tile(np.array(outages, dtype=np.float64), (len(found), 1))]
    )
    if lead_times == "weekly":
        weeks, losses = weekly_runs(programme, found, lengths, progress=progress)
    else:
        times = survived(programme, found)
        weeks = times.weeks
        losses = outage_losses(programme, found, times, lengths, progress=progress)
    return Survival(
        system=system,
        scenarios=found,
        outages=tuple(float(length) for length in outages),
        weight=programme.weight,
        stock_at_node=stock_at_node,
        lead_times=lead_times,
        assumptions=programme.assumptions,
        base_weeks=programme.base_weeks,
        base_losses=_base_losses(programme, lengths),
        recovery=recovery,
        recovery_assumed=recovery_assumed,
        capacity_assumed=_capacity_assumed(programme, found),
        weeks=weeks,
        losses=losses,
    )


def _usual_weight(network: "SupplyNetwork") -> Weight:
    """Return margin where every product that is sold has one, else output."""
    return "output" if np.isnan(network.margin[network.demand > 0.0]).any() else "margin"


def _recovery(
    maker: "Maker", found: OutageScenarios, assumptions: MakerAssumptions
) -> tuple[Floats, Flags]:
    """Return the longest time to recover of each outage, and whether it is an assumption.

    That of its nodes; of stores alone, where nothing is made, that of the stores.
    """
    network, rows = maker.network, maker.tables["sites"]
    of_site = np.full(len(network.sites), np.nan)
    of_site[: len(rows)] = rows["recovery_weeks"].to_numpy(dtype=np.float64)
    made, stored = np.diff(found.nodes.indptr), np.diff(found.sites.indptr)
    every = np.arange(len(found))
    row = np.concatenate([np.repeat(every, made), np.repeat(every, stored)])
    given = np.concatenate([network.recovery[found.nodes.indices], of_site[found.sites.indices]])
    counts = np.arange(len(row)) < made.sum()  # nodes first, then sites
    counts |= made[row] == 0
    row, given = row[counts], given[counts]
    silent = np.isnan(given)
    each = np.where(silent, assumptions.recovery_weeks, given)
    weeks = np.zeros(len(found))
    np.maximum.at(weeks, row, each)
    longest = each == weeks[row]
    marked, told = np.zeros(len(found), dtype=np.bool_), np.zeros(len(found), dtype=np.bool_)
    told[row[longest & ~silent]] = True
    marked[row[longest & silent]] = True
    return weeks, marked & ~told


def _capacity_assumed(programme: OutageProgramme, found: OutageScenarios) -> Flags:
    """Return whether a source that is left of an item that is down has an assumed capacity."""
    network, tied = programme.network, programme.coupling
    silent = network.given & np.isnan(network.capacity) & np.isfinite(tied.capacity) & ~tied.by_site
    of_item = np.bincount(network.node_item, silent, minlength=len(network.items))
    marked = np.zeros(len(found), dtype=np.bool_)
    for x in range(len(found)):
        down = found.down(x)
        hit = np.unique(network.node_item[down])
        gone = np.bincount(network.node_item[down], silent[down], minlength=len(of_item))
        marked[x] = bool((of_item[hit] > gone[hit]).any())
    return marked


def _base_losses(programme: OutageProgramme, lengths: Floats) -> Floats:
    """Return what is lost at each length with nothing down, in the shape of `lengths`."""
    distinct, place = np.unique(lengths, return_inverse=True)
    none = np.zeros(len(programme.network.nodes), dtype=np.bool_)
    held = programme.base_weeks
    loss = [programme.impact(none, float(w)).loss if w > held else 0.0 for w in distinct]
    return np.array(loss, dtype=np.float64)[place].reshape(lengths.shape)


def _name(name: str, code: str) -> str:
    """Return a name, or nothing where it is the code again."""
    return "" if name == code else name


def items_down(found: OutageScenarios, network: "SupplyNetwork") -> npt.NDArray[np.int64]:
    """Return the number of items that stand still somewhere in each outage, ``(X,)``.

    Parameters
    ----------
    found : OutageScenarios
        The outages.
    network : SupplyNetwork
        A maker's chain.
    """
    row = np.repeat(np.arange(len(found)), np.diff(found.nodes.indptr))
    pairs = np.unique(np.stack([row, network.node_item[found.nodes.indices]]), axis=1)
    return np.bincount(pairs[0].astype(np.intp), minlength=len(found))
