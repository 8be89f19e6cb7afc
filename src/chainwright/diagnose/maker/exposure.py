"""Exposure of a maker: which outage would cost most, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.maker.assumptions import MakerAssumptions
from chainwright.diagnose.maker.exposure_charts import gap_chart
from chainwright.diagnose.maker.exposure_facts import ExposureFacts, exposure_facts, quadrants
from chainwright.diagnose.maker.exposure_order import exposure_order
from chainwright.diagnose.maker.exposure_reasons import exposure_reasons
from chainwright.diagnose.maker.maker_names import MakerNames
from chainwright.diagnose.maker.outage_programme import Weight, weights
from chainwright.diagnose.maker.outage_scenarios import OutageBy
from chainwright.diagnose.maker.stock_left import StockAtNode
from chainwright.diagnose.maker.survival import Survival, survival
from chainwright.diagnose.maker.survival_rows import told_products
from chainwright.errors import ParameterError
from chainwright.system import Language, Result, System
from chainwright.system.bars import bars
from chainwright.tables import schema

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["EXPOSURE_FINDINGS", "MakerExposure", "exposure"]

Floats = npt.NDArray[np.float64]

EXPOSURE_FINDINGS = ("exposed", "covered", "never felt", "plan short")
"""Recovery takes longer than is survived; shorter; no sale is ever lost; lost with nothing down."""

DRAWN = 15
"""Outages that a chart shows."""

LONGEST = 52.0
"""Weeks at which the recovery score is 10."""


@dataclass(frozen=True, eq=False, repr=False)
class MakerExposure(MakerNames, Result):
    """What `exposure` found: ``X`` outages, the worst first in its tables.

    Parameters
    ----------
    survival : Survival
        Times to survive and to recover, losses.
    facts : ExposureFacts
        What only they make, where they are, what is spent there.
    top : int, optional
        Rows that the tables show; all if not given.
    """

    name: ClassVar[str] = "maker_exposure"
    charted: ClassVar[str] = "loss_at_recovery"

    survival: Survival
    facts: ExposureFacts
    top: int | None

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {**self.survival.parameters, "top": self.top}

    @property
    def counted_in(self) -> dict[str, str]:
        """What amounts are counted in; a loss in money, or in units where output is weighed."""
        return self.survival.counted_in

    def names(self, column: str, language: Language = "en") -> dict[str, str]:
        """Return what the codes of a column are called; nothing where they are names themselves.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column == "scenario":
            return self.survival.names(column, language)
        return dict(super().names(column, language))

    @cached_property
    def loss(self) -> Floats:
        """Loss at the time to recover and at each length that the outage adds, ``(X, 1 + L)``."""
        return np.maximum(0.0, self.survival.losses.loss - self.survival.base_losses)

    @cached_property
    def week_at_stake(self) -> float:
        """What a week of all demand weighs."""
        network = self.system.maker.network
        return float(weights(network, self.survival.weight) @ network.demand)

    @cached_property
    def quadrant(self) -> npt.NDArray[np.str_]:
        """Impact against spend, ``(X,)``: one of `QUADRANTS`."""
        return quadrants(self.loss[:, 0], self.facts.spend)

    @cached_property
    def lost_shares(self) -> Floats:
        """Share of each product's demand until recovery that is lost, ``(X, V)``."""
        held = self.survival
        wanted = held.recovery[:, None] * self.system.maker.network.demand[held.products][None, :]
        lost = held.losses.lost[:, 0]
        return np.divide(lost, wanted, out=np.zeros(lost.shape), where=wanted > 0.0)

    @cached_property
    def finding(self) -> npt.NDArray[np.str_]:
        """What is found of each outage, ``(X,)``: one of `EXPOSURE_FINDINGS`."""
        held = self.survival
        short = np.isfinite(held.weeks) & (held.base_weeks <= held.weeks)
        cases = [short, np.isinf(held.weeks), held.exposed]
        words = [EXPOSURE_FINDINGS[k] for k in (3, 2, 0)]
        return np.select(cases, words, default=EXPOSURE_FINDINGS[1])

    @cached_property
    def order(self) -> npt.NDArray[np.intp]:
        """The outages, the worst first: loss that the outage adds, gap, code."""
        gap = self.survival.recovery - self.survival.weeks
        return exposure_order(self.loss[:, 0], gap, self.survival.scenarios.codes)

    @cached_property
    def recovery_score(self) -> Floats:
        """Recovery in whole weeks from 1 to 52, over 52, times 10, ``(X,)``: secondary."""
        return np.ceil(np.clip(self.survival.recovery, 1.0, LONGEST)) / LONGEST * 10.0

    @cached_property
    def first_products(self) -> npt.NDArray[np.object_]:
        """Products lost at the shortest of the lengths at which anything is lost, ``(X,)``."""
        held = self.survival
        lengths = np.column_stack([held.recovery, np.tile(held.outages, (len(held.recovery), 1))])
        hit = np.any(held.losses.lost > 0.0, axis=2)
        first = np.argmin(np.where(hit, lengths, np.inf), axis=1)
        told = np.stack([told_products(held, column) for column in range(lengths.shape[1])])
        return np.where(hit.any(axis=1), told[first, np.arange(len(first))], "")

    def table(self) -> pd.DataFrame:
        """Return one row an outage, the worst first."""
        held, facts = self.survival, self.facts
        found = held.scenarios
        for_ever = np.isinf(held.weeks)
        whole = self.week_at_stake * held.recovery
        share = np.full(len(found), np.nan)
        np.divide(self.loss[:, 0], whole, out=share, where=whole > 0.0)
        reason_en, reason_zh = exposure_reasons(self)
        columns: dict[str, object] = {
            "rank": np.argsort(self.order) + 1,
            "scenario": np.array(found.codes, dtype=object),
            "scenario_name": np.array([name or "" for name in found.names], dtype=object),
            "finding": self.finding.astype(object),
            "loss_at_recovery": self.loss[:, 0],
            "loss_share": share,
            "lost_revenue_at_recovery": held.lost_revenue[:, 0],
            "time_to_recover_weeks": held.recovery,
            "recovery_assumed": held.recovery_assumed,
            "time_to_survive_weeks": np.where(for_ever, np.nan, held.weeks),
            "gap_weeks": held.gap,
            "products_short": told_products(held, 0),
            "first_products": self.first_products,
            "sole_items": facts.sole_items,
            "sole_named": np.array(["; ".join(codes) for codes in facts.sole_named], dtype=object),
            "items": facts.items,
            "nodes": np.diff(found.nodes.indptr),
            "by": np.full(len(found), found.by, dtype=object),
            "supplier": facts.supplier,
            "place": facts.place,
            "region": facts.region,
            "spend_per_week": facts.spend,
            "spend_share": facts.spend_share,
            "deeper_spend_per_week": facts.deeper,
            "quadrant": self.quadrant.astype(object),
            "capacity_assumed": held.capacity_assumed,
            "base_loss_at_recovery": held.base_losses[:, 0],
            "recovery_score": self.recovery_score,
            "reason_en": reason_en,
            "reason_zh": reason_zh,
        }
        ordered = [column.column for column in schema(self.name)]
        frame = pd.DataFrame(columns)[ordered].iloc[self.order[: self.top]]
        return frame.reset_index(drop=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the ranking, the losses by length, and those by product at the recovery."""
        return {
            "maker_exposure": self.table(),
            "maker_exposure_losses": self._by_length(),
            "maker_exposure_products": self._by_product(),
        }

    def _by_length(self) -> pd.DataFrame:
        """Return one row an outage and a length, in the order of `table`, shortest first."""
        held, order = self.survival, self.order[: self.top]
        lengths, codes = len(held.outages), np.array(held.scenarios.codes, dtype=object)
        return pd.DataFrame(
            {
                "scenario": np.repeat(codes[order], lengths),
                "weeks": np.tile(np.array(held.outages, dtype=np.float64), len(order)),
                "loss": self.loss[order, 1:].ravel(),
                "lost_revenue": held.lost_revenue[order, 1:].ravel(),
            }
        )

    def _by_product(self) -> pd.DataFrame:
        """Return one row an outage and a product that is short by its recovery."""
        held, order, network = self.survival, self.order[: self.top], self.system.maker.network
        lost = held.losses.lost[order, 0]
        row, product = np.nonzero(lost)
        rank = np.lexsort((product, -self.lost_shares[order][row, product], row))
        row, product = row[rank], product[rank]
        item = held.products[product]
        units = lost[row, product]
        return pd.DataFrame(
            {
                "scenario": np.array(held.scenarios.codes, dtype=object)[order[row]],
                "product": np.array(network.items.codes, dtype=object)[item],
                "lost_units": units,
                "lost_share": self.lost_shares[order[row], product],
                "lost_revenue": units * network.price[item],
            }
        )

    def _labels(self, order: npt.NDArray[np.intp]) -> list[str]:
        """Return names with codes; codes alone where a font may lack the letters of the name."""
        called = self.names("scenario")
        codes = [self.survival.scenarios.codes[x] for x in order]
        plain = [called.get(c, c).isascii() and called.get(c, c) != c for c in codes]
        return [f"{called[c]} ({c})" if p else c for c, p in zip(codes, plain, strict=True)]

    def plot(self) -> "Figure":
        """Return a chart of the losses of the worst outages, one bar each."""
        order = self.order[:DRAWN]
        heading = next(c.name_en for c in schema(self.name) if c.column == self.charted)
        return bars(
            self._labels(order),
            self.loss[order, 0],
            title=f"{heading}, the {len(order)} largest",
            axis=f"{heading} [{self.units[self.charted]}]",
        )

    def plot_gap(self) -> "Figure":
        """Return a chart of the weeks survived and the weeks to recover of the worst outages."""
        held, order = self.survival, self.order[:DRAWN]
        return gap_chart(self._labels(order), held.weeks[order], held.recovery[order])

    def __repr__(self) -> str:
        counts = {word: int((self.finding == word).sum()) for word in EXPOSURE_FINDINGS}
        told = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
        shown = ["rank", "scenario", "scenario_name", "loss_at_recovery", *GAP_COLUMNS]
        head = self.table().head(10)[shown].to_string(index=False)
        by = self.survival.scenarios.by
        return f"<MakerExposure by {by}: {told}; {self.counted_in['loss']}>\n{head}"

    def _repr_html_(self) -> str:
        shown = ["rank", "scenario", "scenario_name", "loss_at_recovery", *GAP_COLUMNS]
        head = self.table().head(20)[[*shown, "products_short", "reason_en", "reason_zh"]]
        by, unit = self.survival.scenarios.by, self.counted_in["loss"]
        return f"<p>MakerExposure by {by}; {unit}</p>{head.to_html(index=False)}"


GAP_COLUMNS = ("time_to_recover_weeks", "time_to_survive_weeks", "gap_weeks")


def exposure(
    system: System,
    *,
    by: OutageBy = "site",
    of: Sequence[str] | None = None,
    outages: Sequence[float] = (2, 4, 8, 12, 26),
    weight: Weight | None = None,
    stock_at_node: StockAtNode = "usable",
    assumptions: MakerAssumptions | None = None,
    top: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> MakerExposure:
    """Return which outages would cost a maker most, ranked, with the reasons.

    For each outage: the time to survive and the time to recover (`survival`), the least loss by
    the recovery and at other lengths, lost revenue, products that run short, items of which it
    takes every source, and what is spent there. Ranked by the loss that the outage adds to what
    the plan itself loses, then by the gap, then by code; what is survived loses nothing.

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
        ``"margin"`` (profit), ``"price"`` (revenue) or ``"output"`` (units). Margin if every
        product has one, else output, if not given.
    stock_at_node : str
        ``"usable"``: stock at a node that is down can be used; ``"lost"``: it is gone.
    assumptions : MakerAssumptions, optional
        Capacity and time to recover of nodes that have none.
    top : int, optional
        How many rows the tables show; all if not given.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    MissingPartError
        If the system has no maker's chain, or a product has no margin or price as asked for.
    ParameterError
        If a word or a number is none of those.
    UnknownCodeError
        If `of` names something that is not there.
    """
    if top is not None and top < 1:
        raise ParameterError("top", "exposure", "a number of rows from 1", top)
    held = survival(
        system,
        by=by,
        of=of,
        outages=outages,
        weight=weight,
        stock_at_node=stock_at_node,
        assumptions=assumptions,
        progress=progress,
    )
    facts = exposure_facts(system.maker, held.scenarios)
    return MakerExposure(system, survival=held, facts=facts, top=top)
