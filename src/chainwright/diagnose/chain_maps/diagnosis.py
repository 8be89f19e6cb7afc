"""Diagnose a chain map: what is stuck, broken or blocked for home, and what is not known."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.chain_maps import tables as chain_tables
from chainwright.diagnose.chain_maps.evidence import evidence
from chainwright.diagnose.chain_maps.figure import chain_figure
from chainwright.diagnose.chain_maps.home import chain_home
from chainwright.diagnose.chain_maps.losses import Losses, losses
from chainwright.diagnose.chain_maps.measures import (
    Documented,
    Measured,
    documented,
    mean_of,
    measured,
    seen,
)
from chainwright.diagnose.chain_maps.ranks import drawn_ranks
from chainwright.diagnose.chain_maps.reasons import Facts, place_name
from chainwright.diagnose.chain_maps.routes import closed
from chainwright.diagnose.chain_maps.shares import Range
from chainwright.diagnose.chain_maps.status import STATUSES, ChainThresholds, Verdict, verdict
from chainwright.diagnose.chain_maps.trade import codes_of
from chainwright.errors import ParameterError
from chainwright.system import Bloc, Chain, Language, Regions, Result, System

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ChainDiagnosis", "chain"]

Numbers = npt.NDArray[np.float64]

YEARS = 5
"""Years of trade that draws take from: the last so many."""


@dataclass(frozen=True, eq=False, repr=False)
class ChainDiagnosis(Result):
    """What `chain` found, for the n nodes of a chain.

    Parameters
    ----------
    system : System
        The system that was asked about.
    chain : Chain
        The chain.
    home : Bloc
        Whose industry is looked at.
    year : int or None
        Year of trade, or the last year of supply that was let in.
    trade_year : int or None
        Year of the trade that was joined; None if the system has none.
    said : Documented
        What the chain's tables say of home.
    measured : Measured
        Suppliers and the parts of the score.
    losses : Losses
        What stops without each node.
    verdict : Verdict
        What is proven of each node.
    shut : tuple of str
        Closed routes by which essential inputs of each node come.
    drawn : (ndarray, ndarray) or None
        5th and 95th percentile of each node's place by score over draws of years.
    thresholds : ChainThresholds
        From where on.
    question : mapping
        The other parameters, as they were given.
    """

    name: ClassVar[str] = "chain_diagnosis"

    chain: Chain
    home: Bloc
    year: int | None
    trade_year: int | None
    said: Documented = field(repr=False)
    measured: Measured = field(repr=False)
    losses: Losses = field(repr=False)
    verdict: Verdict = field(repr=False)
    shut: tuple[str, ...] = field(repr=False)
    drawn: tuple[Numbers, Numbers] | None = field(repr=False)
    thresholds: ChainThresholds
    question: Mapping[str, object] = field(repr=False)

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system, and what the answer rests on."""
        return {
            "chain": self.chain.name,
            "home": self.home.name,
            "members": list(self.home.members),
            "year": self.year,
            "trade_year": self.trade_year,
            "trade_classification": (
                self.system.trade.classification if "trade" in self.system.has else None
            ),
            **self.question,
            **asdict(self.thresholds),
            "finished_goods": "marked" if self.losses.marked else "nodes that feed nothing",
            "unknown_necessity": "counted in the upper bounds only",
        }

    @cached_property
    def status(self) -> npt.NDArray[np.object_]:
        """Status of each node in the order of the chain, shape (n,): a key of `STATUSES`."""
        return self.verdict.status

    @cached_property
    def watch(self) -> npt.NDArray[np.bool_]:
        """Which unknown nodes may be stuck and have concentrated suppliers abroad, shape (n,)."""
        concentrated = self.measured.found.foreign.low >= self.thresholds.monopoly
        unknown = (self.status == "unknown") & (self.verdict.stuck < 0)
        return np.asarray(concentrated & unknown, dtype=np.bool_)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many nodes have each status, the gravest first."""
        held = Counter(self.status.tolist())
        return {word: held[word] for word in STATUSES}

    @cached_property
    def evidence(self) -> npt.NDArray[np.object_]:
        """What the status of each node rests on, shape (n,)."""
        closed_by = np.array([bool(text) for text in self.shut], dtype=np.bool_)
        return evidence(self.said, self.measured, self.verdict, closed_by, self.thresholds)

    @property
    def facts(self) -> Facts:
        """What the reasons are made of."""
        n = len(self.chain.axis)
        codes = codes_of(self.chain)
        shared = np.zeros(n, dtype=np.bool_)
        shared[codes["node"][codes["shared"]]] = True
        return Facts(
            self.home.name,
            self.measured.found,
            self.measured.parts,
            self.verdict,
            self.thresholds,
            self.said.used,
            self.said.used_home,
            self.shut,
            shared,
            self.chain.nodes["replace_weeks"].to_numpy(dtype=np.float64),
            self.chain.nodes["alternatives"].to_numpy(dtype=np.float64),
            self.measured.density,
            self.said.gap_elsewhere,
            self.measured.gap_seen,
        )

    def table(self) -> pd.DataFrame:
        """Return one row a node: the gravest status first, then what to watch, then by score."""
        return self._table

    @cached_property
    def _table(self) -> pd.DataFrame:
        return chain_tables.nodes(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the nodes, who supplies them, what stops, what all paths pass, completeness."""
        return {
            self.name: self.table(),
            "chain_supply_shares": chain_tables.supply_shares(self),
            "chain_losses": chain_tables.loss_table(self),
            "chain_dominators": chain_tables.dominator_table(self),
            "chain_completeness": chain_tables.completeness(self),
        }

    def names(self, column: str, language: Language = "en") -> Mapping[str, str]:
        """Return what nodes, places and statuses are called.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column == "status":
            return STATUSES if language == "zh" else {}
        if column in {"top_place", "top_foreign"}:
            found = self.measured.found
            codes = set(found.top.tolist()) | set(found.top_foreign.tolist())
            return {code: place_name(code)[language == "zh"] for code in codes - {""}}
        if column != "node":
            return {}
        axis = self.chain.axis
        return {code: axis.name(i, language) for i, code in enumerate(axis.codes)}

    def plot(self, language: Language = "en") -> "Figure":
        """Return the chain as a layered graph from left to right, coloured by status.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        """
        return chain_figure(self, language)


def chain(
    system: System,
    name: str,
    *,
    home: Regions,
    year: int | None = None,
    governance: Mapping[str, float] | None = None,
    closed_routes: Sequence[str] = (),
    thresholds: ChainThresholds | None = None,
    draws: int = 0,
    seed: int = 7,
) -> ChainDiagnosis:
    """Return what is stuck, broken, blocked, strong or unknown for home in a chain, node by node.

    Four parts, each from 0 to 1, with the bounds that what is not known leaves them:

    ====== ========================================================================================
    V      percentile rank of what stands behind the node (`value_behind`)
    G      share of the high-grade use that home cannot make, where the map has it of home and
           not of another place; else ``1 - UV_export / UV_import``
    K      HHI of the suppliers abroad times e, the share of home's use that comes from abroad
    T      the largest of distance from the product, years to replace over 5, and
           ``1 / (1 + alternatives)``
    ====== ========================================================================================

    The score is ``(V G K T)^(1/4)``. Shares of supply are those of documents; where a node has
    none and trade is at hand, those of world exports in its HS codes, which may be wider than the
    node. A status is given where it is proven at the worst of the bounds (`verdict`); what an
    unknown part decides is ``unknown``, and the row says which cell would settle it. No node is
    called fine without data.

    Parameters
    ----------
    system : System
        With chain maps; with trade in HS 2017, nodes with HS codes are joined to it.
    name : str
        Name of the chain in the system.
    home : str or sequence of str
        A country, several, or a named group such as EU27.
    year : int, optional
        Year of trade; rows of supply of later years are left out. The last if not given.
    governance : mapping of str to float, optional
        Weight of places in K, 0 (best governed) to 1; 1 where not given: the plain HHI.
    closed_routes : sequence of str
        Routes of links that are closed; essential inputs by them block a node.
    thresholds : ChainThresholds, optional
        From where on a node is stuck, blocked or a long plate.
    draws : int
        Draws of the last five years of trade, with replacement, for intervals of the ranks.
    seed : int
        The same seed gives the same draws.

    Returns
    -------
    ChainDiagnosis
        Tables of nodes, supply, losses, dominators and completeness, and the picture.

    Raises
    ------
    MissingPartError
        If the system has no chain maps.
    UnknownCodeError
        If it has no chain of that name, or home or a route is not known.
    ParameterError
        If a weight of governance is not from 0 to 1, or draws are asked for without two years of
        trade.

    Notes
    -----
    The score and its parts are our reconstruction of the published screens for stuck necks (Chen
    Xu and others 2024: high value, large gap, strong monopoly, hard to break through); thresholds
    carry their sources.
    """
    held = system.chains[name]
    limits = thresholds or ChainThresholds()
    trade = system.trade if "trade" in system.has else None
    whose = chain_home(held, trade, home)
    for place, weight in (governance or {}).items():
        if not 0.0 <= weight <= 1.0:
            raise ParameterError("governance", "chain", f"from 0 to 1 for {place}", weight)
    years = () if trade is None else tuple(y for y in trade.years if year is None or y <= year)
    if draws and len(years) < 2:
        raise ParameterError("draws", "chain", "0 without trade of two years or more", draws)
    found, said = losses(held), documented(held, whose, year)
    least = round(limits.products)
    shown = None if trade is None else seen(trade, held, whose, year, least=least)
    behind = found.leads.sum(axis=1, dtype=np.int64)
    parts = measured(held, whose, said, behind, trade=shown, governance=governance)
    shut = closed(held, closed_routes)
    drawn = None
    if draws and trade is not None:
        each = [seen(trade, held, whose, y, least=least) for y in years[-YEARS:]]

        def scored(weights: Numbers) -> Range:
            mean = mean_of(each, weights)
            return measured(
                held, whose, said, behind, trade=mean, governance=governance
            ).parts.score

        drawn = drawn_ranks(scored, len(each), draws, seed)
    shut_flags = np.array([bool(text) for text in shut], dtype=np.bool_)
    return ChainDiagnosis(
        system,
        held,
        whose,
        year,
        None if shown is None else shown.joined.year,
        said,
        parts,
        found,
        verdict(parts.parts, parts.found, said.made, (said.used, shut_flags), limits),
        shut,
        drawn,
        limits,
        {
            "governance": dict(governance or {}),
            "closed_routes": list(closed_routes),
            "draws": draws,
            "seed": seed,
        },
    )
