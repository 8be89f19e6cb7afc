"""Criticality of raw materials after the European Commission's method: supply risk, importance."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import ClassVar

import numpy as np
import pandas as pd

from chainwright.diagnose.products.home_trade import HomeTrade, home_trade
from chainwright.diagnose.products.import_exposures import KEYS, made_by_place
from chainwright.diagnose.products.trade_answers import OfTrade
from chainwright.errors import LabelError, MissingPartError, ParameterError
from chainwright.params import Spec, param
from chainwright.sources.typed_rows import typed_rows
from chainwright.system import Language, Regions, Result, System

__all__ = [
    "CriticalityThresholds",
    "Material",
    "SupplyRisk",
    "concentration_of_risk",
    "supply_risk",
]

WORST = 10.0
"""Governance score of a place that is governed worst."""


@dataclass(frozen=True)
class CriticalityThresholds(Spec):
    """From where on a material is critical.

    Parameters
    ----------
    supply_risk, importance : float
        Both must be reached.
    scored : float
        Share of supply whose governance must be scored for a risk to be given.
    """

    supply_risk: float = param(
        1.0, unit="1", low=0.0, high=100.0, source="European Commission 2017; read second-hand"
    )
    importance: float = param(
        2.8, unit="1", low=0.0, high=10.0, source="European Commission 2017; read second-hand"
    )
    scored: float = param(0.95, unit="share", low=0.0, high=1.0, source="assumption")


@dataclass(frozen=True)
class Material:
    """What a product is a stage of, and what is known of the material besides trade.

    Parameters
    ----------
    name : str
        The material, such as ``"antimony"``.
    stage : str
        The stage, such as ``"ore"`` or ``"refined"``.
    recycled : float
        Share of use that end-of-life recycling provides, 0 to 1.
    substitution_risk, substitution_importance : float
        Substitution indices of supply risk and of importance, about 0.7 to 1; 1 is no substitute.
    uses : mapping of str to (float, float)
        Share of the material's use in each sector, and the sector's value added; empty if the
        importance is not asked for.
    """

    name: str
    stage: str = ""
    recycled: float = 0.0
    substitution_risk: float = 1.0
    substitution_importance: float = 1.0
    uses: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = {
            "recycled": self.recycled,
            "substitution_risk": self.substitution_risk,
            "substitution_importance": self.substitution_importance,
            **{f"use in {sector}": share for sector, (share, _) in self.uses.items()},
        }
        for name, value in given.items():
            if not 0.0 <= value <= 1.0:
                raise ParameterError(name, f"the material {self.name}", "from 0 to 1", value)
        if sum(share for share, _ in self.uses.values()) > 1.0 + 1e-9:
            raise ParameterError("uses", f"the material {self.name}", "shares up to 1", self.uses)


@dataclass(frozen=True, eq=False, repr=False)
class SupplyRisk(OfTrade, Result):
    """What `supply_risk` found: a row a product, that is, a material's stage.

    Parameters
    ----------
    home : str
        Home as it was asked for.
    years : tuple of int
        Years whose mean was taken.
    rows : DataFrame
        The table.
    at_home : HomeTrade
        Home's trade in the last year.
    thresholds : CriticalityThresholds
        From where on a material is critical.
    """

    name: ClassVar[str] = "supply_risk"
    charted: ClassVar[str] = "supply_risk"

    home: str
    years: tuple[int, ...]
    rows: pd.DataFrame
    at_home: HomeTrade
    thresholds: CriticalityThresholds

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {"home": self.home, "years": list(self.years), **asdict(self.thresholds)}

    def table(self) -> pd.DataFrame:
        """Return a row a product, the highest risk first."""
        return self.rows


def concentration_of_risk(
    shares: "pd.Series[float]", scores: "pd.Series[float]", parameters: "pd.Series[float]"
) -> tuple[float, float]:
    """Return HHI = sum_c S_c^2 g_c t_c, and the share of supply that is scored.

    Parameters
    ----------
    shares : Series
        Share S of each place, index of places; they add up to 1.
    scores : Series
        Governance g of places, 0 to 10, 10 the worst.
    parameters : Series
        Trade parameter t of places; 1 where it is missing.

    Examples
    --------
    >>> s = pd.Series({"BRA": 0.9, "CAN": 0.1})
    >>> concentration_of_risk(s, pd.Series({"BRA": 5.0, "CAN": 2.0}), pd.Series(dtype=float))
    (4.07, 1.0)
    """
    g = scores.reindex(shares.index)
    t = parameters.reindex(shares.index).fillna(1.0)
    known = g.notna()
    risk = float((shares[known] ** 2 * g[known] * t[known]).sum())
    return round(risk, 12), float(shares[known].sum())


def supply_risk(
    system: System,
    production: object,
    governance: object,
    *,
    home: Regions,
    materials: Mapping[str, Material] | None = None,
    years: Sequence[int] | None = None,
    thresholds: CriticalityThresholds | None = None,
) -> SupplyRisk:
    """Return supply risk and economic importance of raw materials for home.

    SR = [HHI_GS IR/2 + HHI_EUs (1 - IR/2)] (1 - EoL) SI, where HHI_z = sum_c S_c^2 g_c t_c over
    the shares S in world production (GS) or in what home uses, its own production and its imports
    (EUs), g is governance (0 to 10, 10 worst), t the trade parameter, IR = clamp((I - E)/(P + I -
    E), 0, 1), EoL the recycled share and SI the substitution index. EI = 10 SI sum_s A_s Q_s /
    max_s Q_s over the sectors s that use the material. Of a material with several stages the
    riskiest is the bottleneck.

    Governance and production are not in this package: what the user does not give is not said.

    Parameters
    ----------
    system : System
        With trade in quantities.
    production : path or Arrow stream
        World production by place: ``chainwright schema production``.
    governance : path or Arrow stream
        Scores of places: ``chainwright schema governance``.
    home : str or sequence of str
        A place, several, or a named group; trade between members is left out.
    materials : mapping of str to Material, optional
        What is known of each product. Without it each product is its own material, nothing is
        recycled or replaced, and no importance is said.
    years : sequence of int, optional
        Years whose mean is taken; all of the trade if not given.
    thresholds : CriticalityThresholds, optional
        From where on a material is critical.

    Returns
    -------
    SupplyRisk
        A row a product of the production table that is traded, the highest risk first.

    Raises
    ------
    MissingPartError
        If the system has no trade, or the trade no quantities.
    TableError
        If a table breaks its schema.
    LabelError
        If no product of the production table is traded in these years.

    Notes
    -----
    Blengini et al. 2017, Methodology for establishing the EU list of critical raw materials (JRC);
    the formula was read second-hand. With SI = 1 the result can be wrong by a factor of 3 for
    materials with good substitutes.
    """
    limit = thresholds or CriticalityThresholds()
    rows, _ = typed_rows(production, "production", required=KEYS, keys=KEYS)
    scored, _ = typed_rows(governance, "governance", required=("place", "score"), keys=("place",))
    outside = scored[(scored["score"] < 0.0) | (scored["score"] > WORST)]
    if len(outside):
        places = ", ".join(outside["place"])
        raise ParameterError("score", "a governance table", f"from 0 to {WORST:g}", places)
    chosen = tuple(years) if years is not None else system.trade.years
    trades = [home_trade(system.trade.year(year), home) for year in chosen]
    if any(trade.quantity is None for trade in trades):
        raise MissingPartError("quantities", "Read a file that has them, such as BACI.")
    scores = scored.set_index("place")["score"]
    weights = scored.set_index("place")["trade_parameter"]
    traded = {code for trade in trades for code in trade.products.codes}
    known = [code for code in dict.fromkeys(rows["product"]) if code in traded]
    if not known:
        msg = "No product of the production table is traded in these years. Check its codes."
        raise LabelError(msg)
    given = materials or {}
    largest = max((added for m in given.values() for _, added in m.uses.values()), default=np.nan)
    asked = _Asked(rows, trades, chosen, scores, weights, largest, limit)
    lines = [asked.line(code, given.get(code, Material(code))) for code in known]
    frame = pd.DataFrame(lines)
    worst = frame.groupby("material")["supply_risk"].transform("max")
    stages = frame.groupby("material")["product"].transform("size")
    frame.insert(3, "bottleneck", (frame["supply_risk"] == worst) & (stages > 1))
    frame = frame.sort_values(
        ["supply_risk", "product"], ascending=[False, True], ignore_index=True
    )
    return SupplyRisk(system, trades[-1].home.name, chosen, frame, trades[-1], limit)


@dataclass(frozen=True, eq=False)
class _Asked:
    """All that the row of a product is made from."""

    rows: pd.DataFrame
    trades: Sequence[HomeTrade]
    years: Sequence[int]
    scores: "pd.Series[float]"
    weights: "pd.Series[float]"
    largest: float
    limit: CriticalityThresholds

    def line(self, code: str, material: Material) -> dict[str, object]:
        """Return the row of one product."""
        made = made_by_place(self.rows, code, self.years)
        bought, sold = _mean_trade(code, self.trades)
        own = made[made.index.isin(self.trades[-1].home.members)]
        imports = float(bought.sum())
        use = float(own.sum()) + imports - sold
        reliance = float(np.clip((imports - sold) / use, 0.0, 1.0)) if use > 0.0 else np.nan
        world, sourcing = _shares(made), _shares(pd.concat([own, bought]))
        risk_world, scored_world = concentration_of_risk(world, self.scores, self.weights)
        risk_sourcing, scored_sourcing = concentration_of_risk(sourcing, self.scores, self.weights)
        enough = min(scored_world, scored_sourcing) >= self.limit.scored
        mixed = risk_world * reliance / 2.0 + risk_sourcing * (1.0 - reliance / 2.0)
        risk = mixed * (1.0 - material.recycled) * material.substitution_risk
        weight = sum(share * added for share, added in material.uses.values()) / self.largest
        importance = 10.0 * weight * material.substitution_importance
        risk = risk if enough else np.nan
        importance = importance if material.uses else np.nan
        lacking = sorted(set(world.index.union(sourcing.index)) - set(self.scores.index))
        return {
            "material": material.name,
            "stage": material.stage,
            "product": code,
            "supply_risk": risk,
            "importance": importance,
            "critical": self._critical(risk, importance),
            "risk_world": risk_world if len(made) else np.nan,
            "risk_sourcing": risk_sourcing if len(sourcing) else np.nan,
            "import_reliance": reliance,
            "recycled": material.recycled,
            "substitution": material.substitution_risk,
            "scored_world": scored_world,
            "scored_sourcing": scored_sourcing,
            "reason_en": _reason(lacking, material, "en", enough=enough),
            "reason_zh": _reason(lacking, material, "zh", enough=enough),
        }

    def _critical(self, risk: float, importance: float) -> bool | None:
        """Whether both thresholds are reached: one that is missed settles it."""
        if risk < self.limit.supply_risk or importance < self.limit.importance:
            return False
        return None if np.isnan(risk) or np.isnan(importance) else True


def _shares(amounts: "pd.Series[float]") -> "pd.Series[float]":
    total = float(amounts.sum())
    return amounts / total if total > 0.0 else amounts


def _reason(lacking: Sequence[str], material: Material, language: Language, *, enough: bool) -> str:
    zh = language == "zh"
    told = []
    shown = ", ".join(lacking[:8]) + (" …" if len(lacking) > 8 else "")
    if lacking and enough:
        told.append(
            f"下限：{shown} 无治理评分" if zh else f"lower bound: no governance score of {shown}"
        )
    if not enough:
        told.append(
            f"治理评分覆盖不足：缺 {shown}" if zh else f"too few governance scores: no {shown}"
        )
    if not material.uses:
        told.append(
            "未给出用途，故不计经济重要性" if zh else "no uses given, so no economic importance"
        )
    return ("；" if zh else "; ").join(told)


def _mean_trade(code: str, trades: Sequence[HomeTrade]) -> tuple["pd.Series[float]", float]:
    """Return mean imports by place and mean exports of a product, in quantity."""
    into: list[pd.Series[float]] = []
    out = 0.0
    for trade in trades:
        amounts = trade.quantity
        if amounts is None or code not in trade.products.place:
            continue
        at = trade.products.place[code]
        into.append(pd.Series(amounts.imports[:, at], index=list(trade.places.codes)))
        out += float(amounts.exports[at])
    total = pd.concat(into).groupby(level=0).sum() / len(trades)
    return total[total > 0.0], out / len(trades)
