"""On which products home depends: ranked, with the criteria, the suppliers and what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.products.beyond_trade import BeyondTrade, beyond_trade
from chainwright.diagnose.products.criticality import Material
from chainwright.diagnose.products.dependence_findings import (
    DEPENDENCE_FINDINGS,
    Findings,
    findings,
)
from chainwright.diagnose.products.dependence_reasons import Import, reason
from chainwright.diagnose.products.dependence_tables import (
    bounded,
    first_places,
    substitutes,
    suppliers,
    year_by_year,
)
from chainwright.diagnose.products.dependence_thresholds import DependenceThresholds
from chainwright.diagnose.products.dependence_years import HomeYears, home_years
from chainwright.diagnose.products.trade_answers import OfTrade, place_name, product_names
from chainwright.diagnose.products.trade_failures import replaceable
from chainwright.system import Regions, Result, System
from chainwright.system.bars import bars
from chainwright.tables import schema

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Dependence", "dependence"]

Floats = npt.NDArray[np.float64]

BARS = 15
"""Products that the chart shows."""

BEYOND = {
    "net_import_reliance": ("import_exposure", "net_import_reliance"),
    "effective_hhi": ("import_exposure", "effective_hhi"),
    "supply_risk": ("supply_risk", "supply_risk"),
    "quality_gap": ("quality_gap", "gap"),
}
"""Columns that come from other answers: their table and column."""

NO_QUANTITY = ("what could replace it is not known without quantities", "无数量数据，可替代量不明")
ONE_YEAR = (
    "what could replace it is not known from one year of quantities",
    "仅有一年数量数据，可替代量不明",
)
NONE_KNOWN = ("no quantity of it is known", "其数量不明")


@dataclass(frozen=True, eq=False, repr=False)
class Dependence(OfTrade, Result):
    """What `dependence` found about the products that home imports.

    Parameters
    ----------
    found : HomeYears
        Indicators of every year, and the last year in full.
    thresholds : DependenceThresholds
        From where on a criterion holds.
    floor : float
        Imports below which a product is marked and comes late [the trade's money].
    asked : tuple of str
        Blocs that were asked for, those that could not count as one place among them.
    beyond : BeyondTrade
        Exposure, supply risk and prices as far as they can be said.
    """

    name: ClassVar[str] = "dependence"

    found: HomeYears
    thresholds: DependenceThresholds
    floor: float
    asked: tuple[str, ...]
    beyond: BeyondTrade

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        found = self.found
        counted = {b.name: list(b.members) for b in found.blocs}
        return {
            "home": found.home.name,
            "home_places": list(found.home.members),
            "members_counted_as_abroad": list(found.home.missing),
            "years": list(found.years),
            "blocs": counted,
            "blocs_left_out": [b for b in self.asked if b not in counted],
            "floor": self.floor,
            "products_of_capability": found.last.capability.space,
            "not_said": {name: why for name, (why, _) in self.beyond.absent.items()},
            **asdict(self.thresholds),
        }

    @cached_property
    def findings(self) -> Findings:
        """What is found about each product, and its rank."""
        return findings(self.found, self.thresholds, floor=self.floor)

    @cached_property
    def _here(self) -> npt.NDArray[np.intp]:
        """Position of each product in the last year, -1 where it is not traded then."""
        there = self.found.last.products.place
        return np.array([there.get(code, -1) for code in self.found.products], dtype=np.intp)

    def _last(self, values: npt.NDArray[np.generic], absent: object) -> npt.NDArray[np.generic]:
        """Return values of the last year's products for the products here."""
        padded = np.append(values, np.array([absent], dtype=values.dtype))
        return padded[self._here]

    @cached_property
    def _replaced(self) -> tuple[Floats, Floats, Sequence[tuple[str, str]]]:
        """Quantity lost with the world's largest exporter, what others replace, why not known."""
        last = self.found.last
        none = np.full(len(self.found.products), np.nan)
        if last.spare is None:
            return none, none, [NO_QUANTITY] * len(none)
        lost, instead = replaceable(last.spare, last.measures.top_exporter)
        lost = self._last(lost, np.nan).astype(np.float64)
        if last.spare.years < 2:
            return lost, none, [ONE_YEAR] * len(none)
        instead = self._last(instead, np.nan).astype(np.float64)
        return lost, instead, [NONE_KNOWN if np.isnan(q) else ("", "") for q in lost]

    @cached_property
    def _products(self) -> pd.DataFrame:
        """All that `table` holds, in the order of the products."""
        found, limits, seen = self.found, self.thresholds, self.findings
        last, able = found.last, found.last.capability
        places = np.append(np.array(last.measures.places.codes, dtype=object), "")
        values = {name: array[-1] for name, array in found.indicators.items()}
        exporter = self._last(last.measures.top_exporter, -1).astype(np.intp)
        lost, instead, _ = self._replaced
        bloc = len(found.home.members) > 1
        criteria = [c[-1] for c in found.criteria(limits)]
        total = np.nansum(values["imports"])
        first, others = self._first_suppliers, self._first_substitutes
        codes = found.products
        rank = np.empty(len(codes), dtype=np.int64)
        rank[seen.order] = np.arange(len(codes)) + 1
        able_at = {
            name: self._last(array, np.nan).astype(np.float64)
            for name, array in (
                ("home_world_share", last.world_share),
                ("rca", able.rca),
                ("density", able.density),
                ("world_loss", last.measures.world_loss),
                ("home_loss", last.measures.loss[last.home]),
            )
        }
        count = {
            "importers_hit": last.measures.importers_hit(limits.hit),
            "importers": last.measures.importers,
        }
        columns: dict[str, object] = {
            "home": found.home.name,
            "product": np.array(codes, dtype=object),
            "rank": rank,
            "finding": seen.finding,
            "finding_zh": [DEPENDENCE_FINDINGS[f] for f in seen.finding],
            "year": found.years[-1],
            "imports": np.nan_to_num(values["imports"]),
            "import_share": np.nan_to_num(values["imports"]) / total if total > 0.0 else np.nan,
            "exports": values["exports"],
            "imports_per_exports": bounded(values["imports_per_exports"]),
            "import_hhi": values["import_hhi"],
            "world_export_hhi": values["world_export_hhi"],
            "c1": criteria[0],
            "c2": criteria[1],
            "c3": criteria[2],
            "dependent": seen.dependent,
            "lasting": _maybe(seen.lasting, said=seen.said),
            "cdi1": values["cdi1"],
            "cdi2": values["cdi2"],
            "cdi3": bounded(values["cdi3"]),
            "cdi_dependent": _maybe(seen.by_cdi, said=bloc),
            "cdi_lasting": _maybe(seen.lasting_by_cdi, said=bloc and seen.said),
            "years_seen": seen.years_seen,
            "years_flagged": seen.years_flagged,
            "stability": seen.years_flagged / len(found.years),
            "import_hhi_trend": seen.hhi_trend,
            "top_share_trend": seen.top_share_trend,
            "suppliers": np.nan_to_num(values["suppliers"]).astype(np.int64),
            "top_supplier": found.top_supplier[-1],
            "top_share": values["top_share"],
            "top_suppliers": [first.get(code, ("",))[0] for code in codes],
            "top_exporter": places[exporter],
            **{name: able_at[name] for name in ("world_loss", "home_loss")},
            **{name: self._last(array, 0).astype(np.int64) for name, array in count.items()},
            "lost_quantity": lost,
            "replaceable_quantity": instead,
            "replaceable_share": instead / lost,
            "substitutes": [others.get(code, ("",))[0] for code in codes],
            **{name: able_at[name] for name in ("home_world_share", "rca", "density")},
            "nearest": self._nearest,
            **{name: self.beyond.column(*of, codes).to_numpy() for name, of in BEYOND.items()},
        }
        return pd.DataFrame(columns)

    @cached_property
    def _nearest(self) -> list[str]:
        """The nearest products of advantage of each product, with proximities."""
        able, codes = self.found.last.capability, self.found.last.products.codes
        told = [
            "; ".join(f"{codes[q]} {phi:.2f}" for q, phi in zip(near, close, strict=True) if q >= 0)
            for near, close in zip(able.nearest, able.proximity, strict=True)
        ]
        return [told[p] if p >= 0 else "" for p in self._here]

    @cached_property
    def _suppliers(self) -> pd.DataFrame:
        return suppliers(self.found, self.findings.order)

    @cached_property
    def _substitutes(self) -> pd.DataFrame:
        return substitutes(self.found, self.findings.order)

    @cached_property
    def _first_suppliers(self) -> dict[str, tuple[str, str, str]]:
        return first_places(self._suppliers, "supplier", "share")

    @cached_property
    def _first_substitutes(self) -> dict[str, tuple[str, str, str]]:
        return first_places(self._substitutes, "substitute", "world_share")

    @cached_property
    def _reasons(self) -> list[tuple[str, str]]:
        """What is found about each product in words."""
        found, limits = self.found, self.thresholds
        others = self._first_substitutes
        of = int(limits.years_of)
        flags, by_cdi = found.flagged(limits), found.flagged_by_cdi(limits)
        ratio, cdi3 = found.indicators["imports_per_exports"][-1], found.indicators["cdi3"][-1]
        why = self._replaced[2]
        rows = self._products.to_dict("records")
        return [
            reason(
                Import(
                    year=found.years[-1],
                    years=found.years,
                    imported=row["imports"] > 0.0,
                    below_floor=0.0 < row["imports"] < self.floor,
                    supplier=_named(row["top_supplier"]),
                    exporter=_named(row["top_exporter"]),
                    suppliers=row["suppliers"],
                    top_share=row["top_share"],
                    import_hhi=row["import_hhi"],
                    world_hhi=row["world_export_hhi"],
                    ratio=float(ratio[p]),
                    criteria=(row["c1"], row["c2"], row["c3"]),
                    flagged=int(flags[:, p].sum()),
                    recent=int(flags[-of:, p].sum()),
                    cdi=(row["cdi1"], row["cdi2"], float(cdi3[p])),
                    flagged_by_cdi=int(by_cdi[:, p].sum()),
                    bloc=len(found.home.members) > 1,
                    trend=row["import_hhi_trend"],
                    world_loss=row["world_loss"],
                    home_loss=row["home_loss"],
                    replaceable=row["replaceable_share"],
                    why_unknown=why[p],
                    hit=row["importers_hit"],
                    importers=row["importers"],
                    home_is_exporter=row["top_exporter"]
                    == found.last.measures.places.codes[found.last.home],
                    substitutes=others.get(row["product"], ("", "", ""))[1:],
                    rca=row["rca"],
                    density=row["density"],
                    nearest=row["nearest"],
                    space=found.last.capability.space,
                    net_import_reliance=row["net_import_reliance"],
                ),
                limits,
            )
            for p, row in enumerate(rows)
        ]

    def table(self) -> pd.DataFrame:
        """Return one row a product that home imports in one of the years, by rank.

        Lasting dependences come first, then those of the last year alone, concentrated imports,
        and the rest; in each the largest imports times import HHI first.
        """
        frame = self._products.copy()
        frame["reason_en"] = [en for en, _ in self._reasons]
        frame["reason_zh"] = [zh for _, zh in self._reasons]
        ranked = frame.iloc[self.findings.order].reset_index(drop=True)
        return ranked[[c.column for c in schema(self.name)]]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the products, their years, suppliers and substitutes, and what is said beyond."""
        order = self.findings.order
        return {
            self.name: self.table(),
            "dependence_years": year_by_year(self.found, order, self.thresholds),
            "dependence_suppliers": self._suppliers.copy(),
            "dependence_substitutes": self._substitutes.copy(),
            **self.beyond.tables(),
        }

    def plot(self) -> "Figure":
        """Return a chart of the first 15 products: the share that the largest supplier holds."""
        frame = self._products.iloc[self.findings.order[:BARS]]
        named = product_names(self.trade)
        labels = [
            f"{code} {named.get(code, '')[:30]}".strip() + (f" ({top})" if top else "")
            for code, top in zip(frame["product"], frame["top_supplier"], strict=True)
        ]
        year = self.found.years[-1]
        return bars(
            labels,
            frame["top_share"].to_numpy(dtype=np.float64),
            title=f"Imports of {self.found.home.name} in {year}: the first {len(frame)} by rank",
            axis="share of the largest supplier",
        )


def _named(code: str) -> tuple[str, str]:
    return place_name(code), place_name(code, "zh")


def _maybe(flags: npt.NDArray[np.bool_], *, said: bool) -> "pd.arrays.BooleanArray":
    """Return flags, or nothing throughout where they cannot be said."""
    return pd.arrays.BooleanArray(flags.copy(), np.full(len(flags), not said))


def dependence(
    system: System,
    *,
    home: Regions,
    years: Iterable[int] | int | None = None,
    blocs: Sequence[Regions] = ("EU27",),
    floor: float = 0.0,
    production: object = None,
    governance: object = None,
    materials: Mapping[str, Material] | None = None,
    thresholds: DependenceThresholds | None = None,
) -> Dependence:
    r"""Return on which imported products home depends, how lastingly, and on whom.

    With :math:`m_{ip}` what home imports of p from i and :math:`x_p` what it exports of p,

    - C1: :math:`\sum_i (m_{ip} / \sum_i m_{ip})^2 > 0.4`; C2: the same of the world's exporters
      :math:`> 0.4`; C3: :math:`\sum_i m_{ip} / x_p > 1`, also without exports;
    - C4: C1 to C3 hold in at least 2 of the last 3 years. With fewer years it is empty;
    - CDI1 to CDI3 of the European Commission, where home is a bloc. For one country CDI2 is 1 by
      construction, so they are empty;
    - single point of failure: what home and the world lose if the world's largest exporter fails,
      how many importers would lose more than half, and the part that others can replace,
      :math:`\min(\text{lost}, \sum_{i \neq e} (\max_{5\,\text{years}} q_{ip} - q_{ip}))`, in
      quantity. Without quantities of at least two years it is empty;
    - home's own RCA and density in the product, and the nearest products that it exports with
      advantage. They rest on the products of this trade; of fewer than 700 the reason says so.

    Ranked by the finding, firmest first, then by imports times import HHI. What is made at home is
    not in trade data: a product that home also makes in quantity is less of a dependence than it
    looks. Where a production table is given, net import reliance and exposure are said
    (`import_exposure`), with governance scores the supply risk (`supply_risk`), with quantities
    the gap between the prices of exports and imports (`quality_gap`); what is not said, and why,
    is among the `parameters`.

    Parameters
    ----------
    system : System
        With bilateral trade.
    home : str or sequence of str
        A place, several joined by ``+``, or a group such as EU27: it counts as one importer.
    years : iterable of int, optional
        Years to look at, the last one for all amounts; the last five at hand if not given.
    blocs : sequence
        What else counts as one place: named groups, or codes joined by ``+``. One that shares a
        member with home, or has none in this trade, is left out; `parameters` says which.
    floor : float
        Products of which home imports less in the last year are marked "below floor" and come
        late [the trade's money].
    production, governance : path or Arrow stream, optional
        Tables of ``chainwright schema production`` and ``governance``.
    materials : mapping of str to Material, optional
        What is known of products besides, for the supply risk.
    thresholds : DependenceThresholds, optional
        From where on a criterion holds.

    Raises
    ------
    MissingPartError
        If the system has no trade, or it is not known who buys.
    UnknownCodeError, LabelError
        If home is no place or group of the last year.
    ParameterError
        If a year is not at hand.

    References
    ----------
    CEPII GeoDep (C1 to C4); European Commission SWD(2021)352 (CDI1 to CDI3); Arjona, Connell and
    Herghelegiu (2023), single points of failure; Hidalgo et al. (2007), density.
    """
    limits = thresholds or DependenceThresholds()
    found = home_years(system.trade, home, years, blocs, limits)
    words = tuple(b if isinstance(b, str) else "+".join(b) for b in blocs)
    beyond = beyond_trade(
        system,
        home=home,
        years=found.years,
        blocs=[b for b in blocs if _apart(b, found)],
        counted=found.last.spare is not None,
        production=production,
        governance=governance,
        materials=materials,
    )
    return Dependence(system, found, limits, floor, words, beyond)


def _apart(bloc: Regions, found: HomeYears) -> bool:
    """Whether a bloc that was asked for counts as one place."""
    word = bloc if isinstance(bloc, str) else "+".join(bloc)
    return word in {each.name for each in found.blocs}
