"""All importers x all products of one year: who hangs on whom, by every criterion at once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.products.dependence_thresholds import DependenceThresholds, above
from chainwright.diagnose.products.trade_answers import OfTrade
from chainwright.diagnose.products.trade_blocs import blocs_among, with_blocs
from chainwright.diagnose.products.trade_concentration import Concentration, concentration
from chainwright.system import Regions, Result, System
from chainwright.tables import schema

__all__ = ["TradeDependence", "trade_dependence"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NO_EXPORTS = (
    "The importer exports none of it, so C3 holds without a number.",
    "进口方无该产品出口，故 C3 成立而无数值。",
)
NO_CDI = (
    "CDI2 of a single country is 1 by construction, so CDI1-3 are given for blocs alone.",
    "单一国家的 CDI2 恒为 1，故 CDI1-3 仅对区域组给出。",
)


@dataclass(frozen=True, eq=False, repr=False)
class TradeDependence(OfTrade, Result):
    """What `trade_dependence` found, in dense arrays of C importers x P products.

    Parameters
    ----------
    measures : Concentration
        Concentrations, top suppliers and losses.
    thresholds : DependenceThresholds
        From where on something counts.
    """

    name: ClassVar[str] = "trade_dependence"
    charted: ClassVar[str] = "imports"

    measures: Concentration
    thresholds: DependenceThresholds

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        blocs = self.measures.blocs
        return {
            "year": self.measures.year,
            "blocs": {b.name: list(b.members) for b in blocs},
            "members_counted_apart": {b.name: list(b.missing) for b in blocs},
            **asdict(self.thresholds),
        }

    @cached_property
    def criteria(self) -> tuple[Flags, Flags, Flags]:
        """Where C1, C2 and C3 hold, each of shape (C, P); nowhere without imports."""
        return criteria(self.measures, self.thresholds)

    @property
    def dependent(self) -> Flags:
        """Where C1, C2 and C3 all hold, shape (C, P)."""
        c1, c2, c3 = self.criteria
        return c1 & c2 & c3

    @cached_property
    def cdi(self) -> tuple[Floats, Floats, Floats]:
        """CDI1, CDI2 and CDI3, each of shape (blocs, P); a bloc of one member is NaN throughout."""
        unsaid = np.full(len(self.measures.products), np.nan)
        found = [
            self.measures.cdi(b) if len(bloc.members) > 1 else (unsaid, unsaid, unsaid)
            for b, bloc in enumerate(self.measures.blocs)
        ]
        empty = np.empty((0, len(self.measures.products)))
        one, two, three = (np.array([f[k] for f in found]) if found else empty for k in range(3))
        return one, two, three

    @property
    def cdi_dependent(self) -> Flags:
        """Where CDI1, CDI2 and CDI3 of a bloc all cross their thresholds, shape (blocs, P)."""
        return cdi_holds(self.cdi, self.thresholds)

    def table(self) -> pd.DataFrame:
        """Return one row a pair of importer and product with imports, the weightiest first.

        Dependent pairs come first, then the others; among them the largest imports times import
        HHI. Codes are categories, to save memory.
        """
        found, p = self.measures, len(self.measures.products)
        cells = np.flatnonzero(found.imports > 0.0)
        weight = (found.imports * np.nan_to_num(found.import_hhi)).reshape(-1)[cells]
        flagged = self.dependent.reshape(-1)[cells]
        cells = cells[np.lexsort((cells, -weight, ~flagged))]
        importer, product = np.divmod(cells, p)
        places, goods = found.places.codes, found.products.codes
        quotient = found.imports_per_exports.reshape(-1)[cells]
        unbound = np.isinf(quotient)
        quotient[unbound] = np.nan
        row = self._bloc_row[importer]
        cdi = [_of_blocs(values, row, product) for values in self.cdi]
        said = np.where(unbound, 1, 0) + np.where(row >= 0, 2, 0)
        flat = {
            "dependent": self.dependent,
            "imports": found.imports,
            "exports": found.exports,
            "suppliers": found.suppliers,
            "import_hhi": found.import_hhi,
            "top_share": found.top_share,
            "c1": self.criteria[0],
            "c2": self.criteria[1],
            "c3": self.criteria[2],
            "loss_if_top_exporter_fails": found.loss,
        }
        columns: dict[str, object] = {
            name: array.reshape(-1)[cells] for name, array in flat.items()
        }
        columns |= {
            "importer": _category(importer, places),
            "product": _category(product, goods),
            "year": np.full(len(cells), found.year, dtype=np.int16),
            "top_supplier": _category(found.top_supplier.reshape(-1)[cells], places),
            "world_export_hhi": found.world_hhi[product],
            "imports_per_exports": quotient,
            "top_exporter": _category(found.top_exporter[product], places),
            "cdi1": cdi[0],
            "cdi2": cdi[1],
            "cdi3": np.where(np.isinf(cdi[2]), np.nan, cdi[2]),
            "cdi_dependent": _of_blocs_said(self.cdi_dependent, row, product),
            "reason_en": _category(said, _reasons(0)),
            "reason_zh": _category(said, _reasons(1)),
        }
        return pd.DataFrame({c.column: columns[c.column] for c in schema(self.name)})

    @property
    def _bloc_row(self) -> npt.NDArray[np.intp]:
        """Position in `blocs` of each place, -1 for a single country, shape (C,)."""
        row = np.full(len(self.measures.places), -1, dtype=np.intp)
        for b, bloc in enumerate(self.measures.blocs):
            if len(bloc.members) > 1:
                row[self.measures.bloc_place[b]] = b
        return row

    def products(self) -> pd.DataFrame:
        """Return one row a product: how the world hangs on its largest exporter."""
        found = self.measures
        traded = np.flatnonzero(found.top_exporter >= 0)
        hit = found.importers_hit(self.thresholds.hit)[traded]
        order = np.lexsort((traded, -hit, -found.world_loss[traded]))
        at = traded[order]
        return pd.DataFrame(
            {
                "product": np.array(found.products.codes, dtype=object)[at],
                "year": np.full(len(at), found.year, dtype=np.int16),
                "world_trade": found.exports.sum(axis=0)[at],
                "exporters": np.count_nonzero(found.exports > 0.0, axis=0)[at],
                "world_export_hhi": found.world_hhi[at],
                "top_exporter": np.array(found.places.codes, dtype=object)[found.top_exporter[at]],
                "world_loss": found.world_loss[at],
                "importers_hit": hit[order],
                "importers": found.importers[at],
                "dependent_importers": np.count_nonzero(self.dependent, axis=0)[at],
            }
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the pairs, and the products with their largest exporter."""
        return {self.name: self.table(), "trade_dependence_products": self.products()}


def criteria(found: Concentration, thresholds: DependenceThresholds) -> tuple[Flags, Flags, Flags]:
    """Return where C1, C2 and C3 hold, each of shape (C, P); nowhere without imports.

    Parameters
    ----------
    found : Concentration
        One year.
    thresholds : DependenceThresholds
        From where on each holds.
    """
    bought = found.imports > 0.0
    return (
        above(found.import_hhi, thresholds.import_hhi),
        bought & above(found.world_hhi, thresholds.world_hhi),
        above(found.imports_per_exports, thresholds.imports_per_exports),
    )


def cdi_holds(cdi: tuple[Floats, Floats, Floats], thresholds: DependenceThresholds) -> Flags:
    """Return where CDI1, CDI2 and CDI3 are all above their thresholds.

    Parameters
    ----------
    cdi : tuple of ndarray
        The three, of one shape.
    thresholds : DependenceThresholds
        From where on each holds.
    """
    return (
        above(cdi[0], thresholds.import_hhi)
        & above(cdi[1], thresholds.extra_share)
        & above(cdi[2], thresholds.imports_per_exports)
    )


def _category(codes: npt.NDArray[np.integer], names: Sequence[str]) -> "pd.Categorical[object]":
    """Return names by position, held as positions: a million cells of text would be large."""
    of = pd.CategoricalDtype(list(names))
    return pd.Categorical.from_codes(codes, dtype=of)


def _of_blocs(values: Floats, row: npt.NDArray[np.intp], product: npt.NDArray[np.intp]) -> Floats:
    """Return values of blocs for pairs; NaN for a pair whose importer (row -1) is no bloc."""
    wide = np.vstack([values, np.full((1, values.shape[1]), np.nan)])
    return np.asarray(wide[row, product])


def _of_blocs_said(
    holds: Flags, row: npt.NDArray[np.intp], product: npt.NDArray[np.intp]
) -> "pd.arrays.BooleanArray":
    """Return flags of blocs for pairs; NA for a pair whose importer (row -1) is no bloc."""
    wide = np.vstack([holds, np.zeros((1, holds.shape[1]), dtype=np.bool_)])
    return pd.arrays.BooleanArray(wide[row, product], row < 0)


def _reasons(language: int) -> list[str]:
    """Return the texts of the four cases: 1 for no exports, 2 for a bloc, added."""
    none, country = NO_EXPORTS[language], NO_CDI[language]
    gap = " " if language == 0 else ""
    return [country, none + gap + country, "", none]


def trade_dependence(
    system: System,
    *,
    year: int | None = None,
    blocs: Sequence[Regions] = ("EU27",),
    thresholds: DependenceThresholds | None = None,
) -> TradeDependence:
    r"""Return how every importer depends on others for every product, in one year.

    With :math:`m_{jip}` what j imports of p from i and :math:`x_{jp}` what it exports,

    - C1: import HHI :math:`\sum_i (m_{jip} / \sum_i m_{jip})^2 > 0.4`;
    - C2: HHI of the world's exports of p :math:`> 0.4`;
    - C3: :math:`\sum_i m_{jip} / x_{jp} > 1`, also where nothing is exported;
    - of each bloc CDI1 (HHI of its imports from outside > 0.4), CDI2 (share of outside in all its
      imports > 0.5), CDI3 (imports from outside over all exports, those between members among
      them, > 1);
    - the share of imports that is lost if the largest exporter of p fails.

    A bloc counts as one country: its members are summed before anything is squared, and flows
    between them are neither imports nor world exports. Imports alone are no measure of use: of
    what is made at home nothing is known here.

    Parameters
    ----------
    system : System
        With bilateral trade.
    year : int, optional
        Which year; the last if not given.
    blocs : sequence
        What counts as one importer and one exporter: named groups, or codes joined by ``+``. A
        group of which no member trades is left out.
    thresholds : DependenceThresholds, optional
        From where on a criterion holds.

    Raises
    ------
    MissingPartError
        If the system has no trade, or it is not known who buys.
    UnknownCodeError
        If a bloc is neither a place nor a group.

    References
    ----------
    CEPII GeoDep (C1 to C3); European Commission SWD(2021)352 (CDI1 to CDI3).
    """
    flows = system.trade.year(year)
    found = concentration(with_blocs(flows, blocs_among(flows.places, blocs)))
    return TradeDependence(system, found, thresholds or DependenceThresholds())
