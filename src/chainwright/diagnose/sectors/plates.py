"""Long plates: where home is strong, and who depends on it."""

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.sectors.dependents import needs_of, weights_abroad
from chainwright.diagnose.sectors.sector_groups import GROUPS, groups_of, ranks_within
from chainwright.diagnose.sectors.strengths import UNSAID, Strengths, strengths_of
from chainwright.params import Spec, param
from chainwright.system import Home, Regions, Result, System, sector_class

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["LongPlates", "PlateThresholds", "long_plates"]

Numbers = npt.NDArray[np.float64]

ADVANTAGES = ("earned and sold", "earned", "sold", "none", "")
"""What kind of advantage is revealed, in the order of rows; empty where it cannot be said."""

DEPENDENTS = 5
"""How many dependents a sector's rows name."""


@dataclass(frozen=True)
class PlateThresholds(Spec):
    """From where on a sector counts as a long plate.

    Parameters
    ----------
    advantage : float
        Revealed advantage of at least this is an advantage.
    world_share : float
        Share of the world's value added in exports of the sector. Half of what one would ask of a
        single product: a sector of a table of 35 to 50 mixes products, so no country has all.
    concentration : float
        Import HHI above which a country's imports of a product count as concentrated.
    """

    advantage: float = param(1.0, unit="1", low=0.0, high=100.0, source="Balassa 1965")
    world_share: float = param(
        0.15, unit="share", low=0.0, high=1.0, source="assumption: see the docstring"
    )
    concentration: float = param(
        0.4,
        unit="1",
        low=0.0,
        high=1.0,
        source="European Commission SWD(2021)352, CDI1; CEPII GeoDep, C1",
    )


@dataclass(frozen=True, eq=False, repr=False)
class LongPlates(Result):
    """What `long_plates` found, for ``s`` home sectors and ``g`` countries, home first.

    Parameters
    ----------
    home : Home
        Home and its nation.
    strengths : Strengths
        Advantage, world shares and dependents of home's sectors.
    manufacturing : tuple of ndarray, or None
        Shares of countries (rows) in what the manufacturing of countries (columns) needs, through
        all tiers and direct, shape (g, g); None if no sector's section is known.
    weights : ndarray, shape (g,)
        Shares in the value added of all named countries abroad.
    thresholds : PlateThresholds
        From where on a sector counts.
    """

    name: ClassVar[str] = "long_plates"

    home: Home
    strengths: Strengths
    manufacturing: tuple[Numbers, Numbers] | None
    weights: Numbers
    thresholds: PlateThresholds

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {
            "home": self.home.name,
            "home_regions": list(self.home.regions),
            "nation_regions": list(self.home.nation),
            "members_counted_as_abroad": list(self.home.missing),
            **asdict(self.thresholds),
            "linkage": "forward",
        }

    @cached_property
    def advantage(self) -> npt.NDArray[np.str_]:
        """Kind of advantage of each sector, shape (s,): one of `ADVANTAGES`.

        Earned: in value added, so the sector's own work earns abroad, in whatever product. Sold: in
        gross exports. Only earned: it earns inside other sectors' exports, as power or farm
        produce does. Only sold: much of what it sells is others' work.
        """
        least = self.thresholds.advantage
        earned = self.strengths.revealed_advantage
        sold = self.strengths.revealed_advantage_gross
        unsaid = np.isnan(earned) | np.isnan(sold) | (self.strengths.output <= 0.0)
        with np.errstate(invalid="ignore"):
            kinds = [
                unsaid,
                (earned >= least) & (sold >= least),
                earned >= least,
                sold >= least,
            ]
        return np.select(kinds, ["", *ADVANTAGES[:3]], default="none")

    @cached_property
    def is_long_plate(self) -> npt.NDArray[np.bool_]:
        """Whether the advantage is earned and sold and the world share reaches the threshold."""
        share = np.nan_to_num(self.strengths.world_share_exports)
        both = self.advantage == ADVANTAGES[0]
        return np.asarray(both & (share >= self.thresholds.world_share), dtype=np.bool_)

    @cached_property
    def _order(self) -> npt.NDArray[np.intp]:
        """Order of the sectors: group, kind of advantage, world share (or amount) exported."""
        found = self.strengths
        groups = np.array([GROUPS.index(g) for g in groups_of(found.sectors)])
        kinds = np.array([ADVANTAGES.index(a) for a in self.advantage])
        share = found.world_share_exports
        known = not np.isnan(found.value_added_exported).all()  # not where imports are mixed in
        amount = np.nan_to_num(found.value_added_exported) if known else found.exports
        size = np.nan_to_num(share) if found.blocs.world else amount
        return np.lexsort((-amount, -size, kinds, groups))

    def table(self) -> pd.DataFrame:
        """Return one row a home sector: goods, then services, each in order of strength.

        Sectors whose advantage is earned and sold come first, then earned, sold, none; among them
        the largest share of the world's value added in exports first (where the table has no
        world, the largest value added in exports).
        """
        found, order = self.strengths, self._order
        groups = groups_of(found.sectors)
        said = self.advantage != ""
        parents = found.sectors.parents or ("",) * len(found.sectors)
        flag = pd.array(self.is_long_plate, dtype="boolean")
        flag[~said | (not found.blocs.world)] = pd.NA
        top = self._dependents()
        named = [t.iloc[0] if len(t) else None for t in top]
        columns: dict[str, object] = {
            "region": self.home.name,
            "sector": np.array(found.sectors.codes, dtype=object),
            "sector_class": [sector_class(s) for s in parents],
            "rank": _places(groups, order),
            "long_plate": flag,
            "advantage": self.advantage.astype(object),
            "revealed_advantage": found.revealed_advantage,
            "revealed_advantage_gross": found.revealed_advantage_gross,
            "world_share_exports": found.world_share_exports,
            "world_share_value_added": found.world_share_value_added,
            "world_share_output": found.world_share_output,
            "world_rank": pd.Series(found.world_rank).astype("Int64"),
            "leverage": found.leverage,
            "top_dependent": [t["dependent"] if t is not None else "" for t in named],
            "top_dependence": [t["dependence"] if t is not None else np.nan for t in named],
            "dependents": ["; ".join(_told(t)) for t in top],
            "first_supplier_of": pd.Series(found.first_supplier_of).astype("Int64"),
            "irreplaceable_share": found.irreplaceable_share,
            "domestic_value_added_share": found.domestic_value_added_share,
            "export_share": found.export_share,
            "nation_share": found.nation_share,
            "output": found.output,
            "exports": found.exports,
            "value_added_exported": found.value_added_exported,
            "reason_en": [" ".join(UNSAID[k][0] for k in keys) for keys in found.reasons],
            "reason_zh": ["".join(UNSAID[k][1] for k in keys) for keys in found.reasons],
        }
        return pd.DataFrame(columns).iloc[order].reset_index(drop=True)

    def _dependents(self) -> list[pd.DataFrame]:
        """Return the named countries abroad that depend most on each sector."""
        found, blocs = self.strengths, self.strengths.blocs
        codes = np.array(blocs.codes, dtype=object)
        tables = []
        for dependence in found.dependence:
            hit = np.flatnonzero(blocs.named_abroad & (np.nan_to_num(dependence) > 0.0))
            first = hit[np.argsort(-dependence[hit], kind="stable")][:DEPENDENTS]
            tables.append(
                pd.DataFrame(
                    {
                        "dependent": codes[first],
                        "rank": np.arange(len(first)) + 1,
                        "dependence": dependence[first],
                        "weight": self.weights[first],
                    }
                )
            )
        return tables

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the sectors, their dependents, and the mutual dependence of home and others."""
        rows = []
        every = self._dependents()
        for s in self._order:
            one = every[s].copy()
            one.insert(0, "region", self.home.name)
            one.insert(1, "sector", self.strengths.sectors.codes[s])
            rows.append(one)
        return {
            self.name: self.table(),
            "plate_dependents": pd.concat(rows, ignore_index=True),
            "mutual_dependence": self._mutual(),
        }

    def _mutual(self) -> pd.DataFrame:
        """Return a row a partner: named countries first, who leans on home most before others."""
        blocs, needs = self.strengths.blocs, self.strengths.needs
        empty = np.full((len(blocs), len(blocs)), np.nan)
        made = self.manufacturing or (empty, empty)
        columns: dict[str, object] = {
            "region": self.home.name,
            "partner": np.array(blocs.codes, dtype=object),
            "relation": np.where(blocs.national, "rest of nation", "abroad").astype(object),
            "composite": blocs.composite,
        }
        measured = {
            "": needs.reliance(),
            "_direct": needs.reliance(direct=True),
            "_manufacturing": made[0],
            "_manufacturing_direct": made[1],
        }
        for suffix, shares in measured.items():
            columns[f"reliance_on_home{suffix}"] = shares[0]
            columns[f"reliance_of_home{suffix}"] = shares[:, 0]
            columns[f"net{suffix}"] = shares[0] - shares[:, 0]
        columns["weight"] = self.weights
        frame = pd.DataFrame(columns).iloc[1:]
        order = ["composite", "net", "partner"]
        return frame.sort_values(order, ascending=[True, False, True], ignore_index=True)

    def plot(self) -> "Figure":
        """Return a chart of the first ten goods: share of the world's value added in exports.

        Where the table has no world, the share of output that goes abroad.
        """
        from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and seldom needed

        found = self.strengths
        goods = [i for i in self._order if groups_of(found.sectors)[i] != "services"][:10][::-1]
        has_world = found.blocs.world
        share = found.world_share_exports if has_world else found.export_share
        figure = Figure(figsize=(8.0, 4.5), layout="constrained")
        axes = figure.subplots()
        bars = axes.barh(
            [found.sectors.name(int(i)) for i in goods],
            100.0 * np.nan_to_num(share[goods]),
            color=["#0072B2" if self.is_long_plate[i] else "#B3B3B3" for i in goods],
        )
        axes.bar_label(bars, fmt="%.0f", padding=3)
        axes.set_xlabel(
            "Share of the world's value added in exports of the sector, %"
            if has_world
            else "Share of output that goes abroad, %"
        )
        axes.set_title(f"{self.home.name}: long plates (blue) among goods")
        return figure


def _places(groups: npt.NDArray[np.str_], order: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Return each sector's place within its group when rows are in `order`."""
    position = np.empty(len(order))
    position[order] = np.arange(len(order))
    return ranks_within(groups, -position).astype(np.int64)


def _told(dependents: pd.DataFrame) -> list[str]:
    pairs = zip(dependents["dependent"], dependents["dependence"], strict=True)
    return [f"{code} {share:.3f}" for code, share in pairs]


def long_plates(
    system: System,
    *,
    home: Regions,
    nation: Regions | None = None,
    thresholds: PlateThresholds | None = None,
) -> LongPlates:
    r"""Return where home is strong: advantage in value added, world share, who depends on it.

    With :math:`e_{cs}` the value added that sector s of country c has in all exports of c
    (:math:`\hat v_c H_c e_c`, :math:`H_c = (I - A_{cc})^{-1}`),

    - revealed advantage :math:`(e_{hs} / \sum_s e_{hs}) / (\sum_c e_{cs} / \sum_{cs} e_{cs})`,
      and the same in gross exports;
    - world shares of output, value added, and value added in exports;
    - dependence of country c on home's product p:
      :math:`T_{hpc} / \sum_i T_{ipc}`, with T the needs :math:`(L - I) x_c` of the industries of c
      through all tiers; leverage is its mean over named countries abroad, weighted by value added;
    - mutual dependence: the share of home in all needs of c, less the share of c in home's.

    Advantage is measured by forward linkage, as [1]_ and [2]_ do: it credits the sector whose own
    factors earn abroad, in whatever product. Backward linkage would credit the last seller with
    its suppliers' work; that side is given as `domestic_value_added_share`. As forward linkage also
    credits power and farm produce that leave inside other goods, a long plate must have its
    advantage both earned (value added) and sold (gross exports).

    Composite regions (RoW) are part of the world's totals, but no country: they are not ranked, not
    named as dependents, and marked. It cannot say how good the products are, whether buyers could
    turn elsewhere, or, in processing trade, whose brand they carry.

    Parameters
    ----------
    system : System
        With flows. Of one nation only the export share and the domestic share of exports can be
        given; the other columns are empty, with the reason.
    home : str or sequence of str
        A region, several, or a named group: one country, its inner deliveries are no exports.
    nation : str or sequence of str, optional
        The nation around home: its regions are not abroad.
    thresholds : PlateThresholds, optional
        From where on a sector counts as a long plate.

    Raises
    ------
    UnknownCodeError, LabelError
        If home is no region of the table, or all of it.

    References
    ----------
    .. [1] Koopman, R., Wang, Z., Wei, S.-J. (2014), Tracing value-added and double counting in
       gross exports, American Economic Review 104(2), 459-494.
    .. [2] Wang, Z., Wei, S.-J., Zhu, K. (2013), Quantifying international production sharing at
       the bilateral and sector levels, NBER working paper 19677.

    Examples
    --------
    >>> from chainwright import System
    >>> found = long_plates(System.demo("country"), home="44")
    >>> bool((found.table()["export_share"].dropna() <= 1.0).all())
    True
    """
    flows = system.flows
    limits = thresholds or PlateThresholds()
    at = Home.of(flows, home, nation)
    found = strengths_of(flows, at, concentrated=limits.concentration)
    makers = flows.nodes.section == "C"
    made = needs_of(flows, found.blocs, users=makers) if makers.any() else None
    return LongPlates(
        system,
        at,
        found,
        (made.reliance(), made.reliance(direct=True)) if made else None,
        weights_abroad(flows, found.blocs),
        limits,
    )
