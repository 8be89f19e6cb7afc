"""Who depends on whom in products: home on its partners, the partners on home."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.products.dependence_thresholds import above
from chainwright.diagnose.products.trade_answers import OfTrade
from chainwright.diagnose.products.trade_blocs import blocs_among, with_blocs
from chainwright.diagnose.products.trade_concentration import Concentration, concentration
from chainwright.params import Spec, param
from chainwright.system import Regions, Result, System, bloc

__all__ = ["MutualDependence", "MutualThresholds", "mutual_dependence"]

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class MutualThresholds(Spec):
    """From where on an importer depends on a supplier for a product; met strictly above.

    Parameters
    ----------
    import_hhi : float
        Concentration of the importer's imports.
    top_share : float
        Share of the largest supplier.
    """

    import_hhi: float = param(
        0.4, unit="1", low=0.0, high=1.0, source="European Commission SWD(2021)352; GeoDep C1"
    )
    top_share: float = param(0.5, unit="share", low=0.0, high=1.0, source="assumption: half")


@dataclass(frozen=True, eq=False, repr=False)
class MutualDependence(OfTrade, Result):
    """What `mutual_dependence` found.

    Parameters
    ----------
    home : str
        Home among the places.
    found : Concentration
        Imports of all places.
    depends : ndarray of bool, shape (C, P)
        Whether each place depends on its largest supplier for each product.
    thresholds : MutualThresholds
        From where on it does.
    """

    name: ClassVar[str] = "product_dependence"
    charted: ClassVar[str] = "net"

    home: str
    found: Concentration
    depends: Flags
    thresholds: MutualThresholds

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        blocs = [b.name for b in self.found.blocs]
        return {
            "home": self.home,
            "year": self.found.year,
            "blocs": blocs,
            **asdict(self.thresholds),
        }

    def table(self) -> pd.DataFrame:
        """Return a row a partner: those that lean most on home first."""
        at, f = self.found.places.place[self.home], self.found
        on_home = self.depends & (f.top_supplier == at)
        mine = np.where(self.depends[at], f.top_supplier[at], -1)
        value = f.imports[at]
        c = len(f.places)
        products = np.bincount(mine[mine >= 0], minlength=c)
        bought = np.bincount(mine[mine >= 0], value[mine >= 0], minlength=c)
        total = f.imports.sum(1)
        with np.errstate(divide="ignore", invalid="ignore"):
            leaning = np.where(on_home, f.imports, 0.0).sum(1)
            frame = pd.DataFrame(
                {
                    "partner": f.places.codes,
                    "products_on_home": on_home.sum(1),
                    "products_of_home": products,
                    "net": on_home.sum(1) - products,
                    "imports_on_home": leaning,
                    "share_on_home": np.where(total > 0.0, leaning / total, np.nan),
                    "imports_of_home": bought,
                    "share_of_home": bought / total[at] if total[at] > 0.0 else np.nan,
                }
            )
        others: pd.DataFrame = frame.loc[np.arange(c) != at]
        return others.sort_values(
            ["net", "imports_on_home", "partner"], ascending=[False, False, True]
        ).reset_index(drop=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the partners, and the products in which one side depends on the other."""
        return {self.name: self.table(), "product_dependence_products": self._products()}

    def _products(self) -> pd.DataFrame:
        f, at = self.found, self.found.places.place[self.home]
        either = self.depends & (f.top_supplier == at)
        either[at] = self.depends[at]
        importer, product = np.nonzero(either)
        frame = pd.DataFrame(
            {
                "importer": np.array(f.places.codes)[importer],
                "supplier": np.array(f.places.codes)[f.top_supplier[importer, product]],
                "product": np.array(f.products.codes)[product],
                "imports": f.imports[importer, product],
                "import_hhi": f.import_hhi[importer, product],
                "top_share": f.top_share[importer, product],
            }
        )
        return frame.sort_values(
            ["imports", "importer", "product"], ascending=[False, True, True], ignore_index=True
        )


def mutual_dependence(
    system: System,
    *,
    home: Regions,
    year: int | None = None,
    blocs: Sequence[Regions] = ("EU27",),
    thresholds: MutualThresholds | None = None,
) -> MutualDependence:
    """Return in how many products home depends on each partner, and each partner on home.

    An importer depends on its largest supplier of a product if its imports are concentrated and
    that supplier has more than half of them. Leverage is the share of the importer's imports in
    such products; net R = products in which the partner depends on home, less products in which
    home depends on the partner. Imports alone are looked at: what an importer makes itself is not
    known here.

    Parameters
    ----------
    system : System
        With bilateral trade.
    home : str or sequence of str
        A place, several, or a named group.
    year : int, optional
        Which year; the last if not given.
    blocs : sequence
        Groups that count as one place, unless home is a member.
    thresholds : MutualThresholds, optional
        From where on an importer depends.

    Returns
    -------
    MutualDependence
        A row a partner; its ``tables`` name the products too.

    Raises
    ------
    MissingPartError
        If the system has no bilateral trade.
    UnknownCodeError
        If there is no such place.
    """
    limit = thresholds or MutualThresholds()
    flows = system.trade.year(year)
    at = bloc(flows.places, home)
    others = blocs_among(flows.places, blocs, apart_from=at.members)
    found = concentration(with_blocs(flows, [at, *others]))
    depends = above(found.import_hhi, limit.import_hhi) & above(found.top_share, limit.top_share)
    name = at.name if len(at.members) > 1 else at.members[0]
    return MutualDependence(system, name, found, depends, limit)
