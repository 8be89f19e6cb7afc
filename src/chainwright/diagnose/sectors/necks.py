"""Stuck necks: inputs of home's industries that hang on few foreign hands."""

from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.sectors.deliveries import Purchases, need_imports, purchases
from chainwright.diagnose.sectors.neck_table import neck_rows
from chainwright.diagnose.sectors.shares import ratio
from chainwright.params import Spec, param
from chainwright.system import Home, Regions, Result, System
from chainwright.system.bars import bars
from chainwright.system.essentials import Essential, Rule, essential_inputs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["NeckThresholds", "StuckNecks", "stuck_necks"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class NeckThresholds(Spec):
    """From where on an input counts as a weak link.

    Parameters
    ----------
    min_cost_share : float
        Inputs below this share of the user's output are left out. A sector of a table of 35 to 50
        is wide: an input of one per cent of its output is bought by a part of it only (gas by the
        gas-fired plants among the power plants), and the rule that all of it stops would be wrong.
    imported_share : float
        Imported from here on: lower than the half used for single products of trade, as a sector's
        input mixes products that are imported with others that are not.
    mostly_imported : float
        Mostly imported, for a stuck neck.
    supplier_hhi : float
        Concentrated above this.
    exposure : float
        Share of the input that one supplier may hold, from where on it is a weak link.
    unknown_share : float
        Share of the imports that comes from no named country, above which the supplier is unknown.
    """

    min_cost_share: float = param(
        0.02, unit="share", low=0.0, high=1.0, source="assumption: see the docstring"
    )
    imported_share: float = param(
        0.2, unit="share", low=0.0, high=1.0, source="assumption: see the docstring"
    )
    mostly_imported: float = param(
        0.5, unit="share", low=0.0, high=1.0, source="European Commission SWD(2021)352, CDI2"
    )
    supplier_hhi: float = param(
        0.4,
        unit="1",
        low=0.0,
        high=1.0,
        source="European Commission SWD(2021)352, CDI1; CEPII GeoDep, C1",
    )
    exposure: float = param(0.1, unit="share", low=0.0, high=1.0, source="assumption: a tenth")
    unknown_share: float = param(
        0.5, unit="share", low=0.0, high=1.0, source="assumption: more than half"
    )


@dataclass(frozen=True, eq=False, repr=False)
class StuckNecks(Result):
    """What `stuck_necks` found, for ``p`` products and ``s`` home sectors.

    Parameters
    ----------
    purchases : Purchases
        What home buys and needs, by product and supplier.
    thresholds : NeckThresholds
        From where on an input counts.
    essential : Essential
        Which inputs output stops without.
    """

    name: ClassVar[str] = "stuck_necks"

    purchases: Purchases
    thresholds: NeckThresholds
    essential: Essential = field(repr=False)

    @cached_property
    def cost_share(self) -> Numbers:
        """All deliveries of product p to sector j, of its output, (p, s); NaN without output."""
        return ratio(self.purchases.direct.total, self.purchases.output[None, :])

    @cached_property
    def imported_share(self) -> Numbers:
        """Foreign of all deliveries of p to j, shape (p, s)."""
        return ratio(self.purchases.direct.foreign, self.purchases.direct.total)

    @cached_property
    def imported_share_look_through(self) -> Numbers:
        """Foreign share of the sum over rows p of (L - I)_ij, shape (p, s)."""
        return ratio(self.purchases.through.foreign, self.purchases.through.total)

    @cached_property
    def unknown_share(self) -> Numbers:
        """Share of the foreign deliveries that comes from no named country, shape (p, s)."""
        return ratio(self.purchases.direct.unnamed, self.purchases.direct.foreign)

    @property
    def names_suppliers(self) -> bool:
        """Whether the table names any country abroad."""
        return len(self.purchases.countries) > 0

    @cached_property
    def top(self) -> npt.NDArray[np.intp]:
        """Position of the largest named supplier among the countries, shape (p, s); -1 if none."""
        named = self.purchases.direct.named
        if not len(named):
            return np.full(named.shape[1:], -1, dtype=np.intp)
        return np.where(named.max(axis=0) > 0.0, named.argmax(axis=0), -1)

    @cached_property
    def supplier_hhi(self) -> Numbers:
        r""":math:`\sum_r s_r^2` over the named countries' shares of what they deliver together."""
        named = self.purchases.direct.named
        return ratio((named**2).sum(axis=0), named.sum(axis=0) ** 2)

    @cached_property
    def hhi_low(self) -> Numbers:
        """Concentration of all foreign suppliers if the unnamed are very many."""
        named = self.purchases.direct.named
        low = ratio((named**2).sum(axis=0), self.purchases.direct.foreign**2)
        return np.where(self.top >= 0, low, np.nan)

    @cached_property
    def hhi_high(self) -> Numbers:
        """Concentration of all foreign suppliers if the unnamed are one."""
        return np.minimum(self.hhi_low + self.unknown_share**2, 1.0)

    @cached_property
    def exposure_direct(self) -> Numbers:
        """The top supplier's share of all deliveries of p to j, shape (p, s)."""
        return ratio(self._of_top(self.purchases.direct.named), self.purchases.direct.total)

    @cached_property
    def exposure_high(self) -> Numbers:
        """The most that one foreign supplier may hold: the top one, or all unnamed as one."""
        unnamed = ratio(self.purchases.direct.unnamed, self.purchases.direct.total)
        high: Numbers = np.fmax(self.exposure_direct, unnamed)
        return high

    @cached_property
    def exposure_look_through(self) -> Numbers:
        """The top supplier's share of the sum over rows p of (L - I)_ij, shape (p, s)."""
        return ratio(self._of_top(self.purchases.through.named), self.purchases.through.total)

    def _of_top(self, named: Numbers) -> Numbers:
        if not len(named):
            return np.full(named.shape[1:], np.nan)
        of_top = np.take_along_axis(named, np.maximum(self.top, 0)[None], axis=0)[0]
        return np.where(self.top >= 0, of_top, np.nan)

    @cached_property
    def output_at_risk(self) -> Numbers:
        """Output times the share of p lost if the top supplier stops; 0 if p is not essential.

        0 too where nothing of p is imported; NaN where imports come from no named country, and
        throughout in a table that names none.
        """
        lost = self.purchases.output[None, :] * self.exposure_direct
        safe = ~self.essential.matrix | (self.imported_share == 0.0)
        return np.where(safe & self.names_suppliers, 0.0, lost)

    @cached_property
    def output_at_risk_high(self) -> Numbers:
        """The same for the most that one foreign supplier may hold: what the ranking goes by."""
        lost = self.purchases.output[None, :] * self.exposure_high
        return np.where(self.essential.matrix, lost, 0.0)

    @cached_property
    def crossings(self) -> dict[tuple[str, str], npt.NDArray[np.bool_]]:
        """Which inputs cross a threshold, (p, s), by what is held against which threshold."""
        limits = self.thresholds
        # where the table names no country at all, "abroad" is not one supplier
        high = self.exposure_high if self.names_suppliers else np.zeros_like(self.imported_share)
        return {
            ("imported_share", "imported_share"): self.imported_share >= limits.imported_share,
            ("imported_share", "mostly_imported"): self.imported_share > limits.mostly_imported,
            ("hhi_low", "supplier_hhi"): self.hhi_low > limits.supplier_hhi,
            ("exposure_direct", "exposure"): self.exposure_direct >= limits.exposure,
            ("exposure_high", "exposure"): high >= limits.exposure,
        }

    @cached_property
    def _weak(self) -> npt.NDArray[np.bool_]:
        """Whether p is imported or exposed beyond the thresholds, essential or not."""
        crossed = self.crossings
        return crossed["imported_share", "imported_share"] | crossed["exposure_high", "exposure"]

    @cached_property
    def flagged(self) -> npt.NDArray[np.bool_]:
        """Whether p is essential to j, and imported or exposed beyond the thresholds."""
        return self._weak & self.essential.matrix

    @cached_property
    def finding(self) -> npt.NDArray[np.str_]:
        """What is found about each input, shape (p, s)."""
        crossed = self.crossings
        concentrated = crossed["hhi_low", "supplier_hhi"]
        neck = self.flagged & crossed["imported_share", "mostly_imported"] & concentrated
        not_stated = (self.purchases.direct.foreign > 0.0) & (not self.names_suppliers)
        return np.select(
            [
                not_stated,
                self.unknown_share > self.thresholds.unknown_share,
                neck,
                self.flagged,
                self._weak,
            ],
            ["supplier not stated", "supplier unknown", "stuck neck", "weak link", "not essential"],
            default="below thresholds",
        )

    @property
    def imports_basis(self) -> str:
        """Whether the table's imports by user are published or were split in proportion."""
        imports = self.system.flows.imports
        return imports.method if imports is not None else "published"

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        home = self.purchases.home
        outside = self.system.flows.imports is not None
        return {
            "home": home.name,
            "home_regions": list(home.regions),
            "nation_regions": list(home.nation),
            "members_counted_as_abroad": list(home.missing),
            **{f.name: getattr(self.thresholds, f.name) for f in fields(self.thresholds)},
            "essential": self.essential.rule,
            "imports": self.imports_basis,
            "look_through": "to the border" if outside else "all regions",
        }

    def table(self) -> pd.DataFrame:
        """Return one row an input of a home sector: by class, what is flagged first, then by risk.

        Within a class of inputs rows are in order of `output_at_risk_high`, the most output that
        one foreign supplier's stop could take as far as the table can tell.
        """
        return neck_rows(self)

    def plot(self) -> "Figure":
        """Return a chart of the first ten goods: output at risk, and hatched the most it may be."""
        first = self.table().query("product_class == 'goods'").head(10)
        if first.empty:
            first = self.table().head(10)  # sections are not known
        bought = self.purchases
        users = [bought.sectors.name(int(i)) for i in bought.sectors.index(first["sector"])]
        inputs = [bought.products.name(int(i)) for i in bought.products.index(first["product"])]
        return bars(
            [f"{a} \u2190 {b}" for a, b in zip(users, inputs, strict=True)],
            first["output_at_risk"].to_numpy(),
            up_to=first["output_at_risk_high"].to_numpy(),
            title=f"{bought.home.name}: output that the stop of one foreign supplier puts at risk",
            axis=f"{self.system.flows.money}; hatched: as far as the supplier is not known",
        )


def stuck_necks(
    system: System,
    *,
    home: Regions,
    nation: Regions | None = None,
    min_cost_share: float | None = None,
    thresholds: NeckThresholds | None = None,
    essential: Rule | None = None,
) -> StuckNecks:
    r"""Return which inputs of home's sectors hang on few foreign hands.

    For home sector j and input product p, with :math:`z^r_{pj}` what region r delivers of p to j:

    - imported share :math:`\sum_{r\ abroad} z^r_{pj} / \sum_r z^r_{pj}`
    - supplier HHI :math:`\sum_r (z^r_{pj} / \sum_{r\ named} z^r_{pj})^2` over named countries
    - exposure, direct: the top supplier's share of all deliveries of p to j
    - exposure, looked through: its share of the sum over rows p of :math:`(L - I)_{ij}`
    - output at risk :math:`x_j` times the direct exposure if p is essential to j, else 0
    - centrality: the home output lost if sector j of home is removed

    A composite region (RoW) is no supplier. The HHI of all suppliers lies between its values for
    the unnamed as very many and as one; the top share between the top supplier's and the larger of
    that and the unnamed share. Rows are ranked by :math:`x_j` times this larger share.

    It cannot say whether another supplier could step in, nor for how long stocks last; a sector's
    input is a mix, so a stuck neck of one product is diluted in it.

    Parameters
    ----------
    system : System
        With flows of several regions, or of one nation with its imports by product and user.
    home : str or sequence of str
        A region, several, or a named group: its members' deliveries to each other are home's.
    nation : str or sequence of str, optional
        The nation around home, whose other regions are neither home nor abroad.
    min_cost_share : float, optional
        Inputs below this share of the user's output are left out; 0.02 if not given.
    thresholds : NeckThresholds, optional
        From where on an input counts as a weak link.
    essential : DataFrame or path, optional
        Another rule of essential inputs: see `essential_inputs`.

    Raises
    ------
    MissingPartError
        If the table does not tell imports by product and user.
    UnknownCodeError, LabelError
        If home is no region of the table, or all of it.

    References
    ----------
    European Commission SWD(2021)352; Baldwin, R., Freeman, R. and Theodorakopoulos, A. (2023),
    Hidden exposure: measuring US supply chain reliance, Brookings Papers on Economic Activity.

    Examples
    --------
    >>> from chainwright import System
    >>> found = stuck_necks(System.demo("country"), home="44")
    >>> bool(found.table()["imported_share"].max() <= 1.0)
    True
    """
    flows = system.flows
    need_imports(flows)
    limits = thresholds or NeckThresholds()
    if min_cost_share is not None:
        limits = replace(limits, min_cost_share=min_cost_share)
    bought = purchases(flows, Home.of(flows, home, nation))
    rule = essential_inputs(bought.products, bought.sectors, essential)
    return StuckNecks(system, bought, limits, rule)
