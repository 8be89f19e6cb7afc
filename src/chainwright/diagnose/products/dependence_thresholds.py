"""From where on an import counts as a dependence."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.params import Spec, param

__all__ = ["DependenceThresholds", "above"]

EC = "European Commission SWD(2021)352, annex on bottom-up dependencies"
GEODEP = "CEPII GeoDep"


@dataclass(frozen=True)
class DependenceThresholds(Spec):
    """From where on an import counts as a dependence; each criterion is met strictly above.

    Parameters
    ----------
    import_hhi : float
        Concentration of imports by supplier: C1, and CDI1 of a bloc.
    world_hhi : float
        Concentration of the world's exports by exporter: C2.
    imports_per_exports : float
        Imports over exports of the same product: C3, and CDI3 of a bloc.
    extra_share : float
        Share of a bloc's imports that comes from outside: CDI2.
    years_needed, years_of : float
        C4: so many of so many years in a row.
    hit : float
        Share of its imports that an importer loses to count as hit.
    spare_years : float
        Years in which an exporter's largest exports stand for what it can export.
    rca : float
        Revealed comparative advantage from which a product counts as exported with strength.
    full_product_space : float
        Products below which proximities and densities are marked as resting on few.
    trend : float
        Change of import HHI in a year that a reason mentions.
    """

    import_hhi: float = param(0.4, unit="1", low=0.0, high=1.0, source=f"{EC}; {GEODEP} C1")
    world_hhi: float = param(0.4, unit="1", low=0.0, high=1.0, source=f"{GEODEP} C2")
    imports_per_exports: float = param(
        1.0, unit="1", low=0.0, high=1e6, source=f"{EC}; {GEODEP} C3"
    )
    extra_share: float = param(0.5, unit="share", low=0.0, high=1.0, source=EC)
    years_needed: float = param(2.0, unit="year", low=1.0, high=50.0, source=f"{GEODEP} C4")
    years_of: float = param(3.0, unit="year", low=1.0, high=50.0, source=f"{GEODEP} C4")
    hit: float = param(0.5, unit="share", low=0.0, high=1.0, source="assumption: half is lost")
    spare_years: float = param(
        5.0, unit="year", low=2.0, high=50.0, source="assumption: what was once exported can be"
    )
    rca: float = param(1.0, unit="1", low=0.0, high=100.0, source="Balassa 1965")
    full_product_space: float = param(
        700.0, unit="1", low=1.0, high=1e5, source="assumption: fewer than SITC 4-digit has (785)"
    )
    trend: float = param(0.02, unit="1/year", low=0.0, high=1.0, source="assumption")


def above(value: npt.NDArray[np.float64], threshold: float) -> npt.NDArray[np.bool_]:
    """Return where a value is strictly above a threshold; what is not known is not above.

    Parameters
    ----------
    value : ndarray
        Any shape; NaN where it is not known, infinite where nothing is divided by.
    threshold : float
        The threshold.

    Examples
    --------
    >>> above(np.array([0.4, 0.41, np.nan, np.inf]), 0.4)
    array([False,  True, False,  True])
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(value > threshold, dtype=np.bool_)
