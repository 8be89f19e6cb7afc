"""The reserve that bridges one outage of known length: weekly gaps, added up."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.plan.minerals.outage_models import Replacement

__all__ = ["ReserveGap", "reserve_gap"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ReserveGap:
    """What one outage leaves uncovered, week by week, in the unit of use.

    Parameters
    ----------
    gap : ndarray, shape (W,)
        Use that is not supplied in each week of the outage.
    use, imports : float
        A week, before the outage.
    """

    gap: Floats
    use: float
    imports: float

    @property
    def reserve(self) -> float:
        """What must be held when the outage begins, so that nothing is short."""
        return float(self.gap.sum())

    @property
    def weeks_of_use(self) -> float:
        """The reserve over use a week."""
        return self.reserve / self.use

    @property
    def weeks_of_imports(self) -> float:
        """The reserve over imports a week; infinite with a reserve and no imports."""
        return self.reserve / self.imports if self.imports else np.inf * self.reserve


def reserve_gap(
    use: float,
    imports: float,
    *,
    out: float,
    weeks: int,
    home_production: float = 0.0,
    recycling: float = 0.0,
    substitution: float = 0.0,
    alternates: float = 0.0,
    ramps: Replacement | None = None,
) -> ReserveGap:
    """Return what an outage of imports leaves uncovered week by week, and the reserve for it.

    With t in weeks from the outage,
    ``gap(t) = (C (1 - sub(t)) - dom - rec - imp (1 - out) - alt(t))+``, and the reserve is the
    largest cumulated need less supply: the sum of the gaps, which never rise within an outage.

    Parameters
    ----------
    use : float
        Use a week, C.
    imports : float
        Imports a week, imp.
    out : float
        Share of the imports that fails.
    weeks : int
        Length of the outage.
    home_production, recycling : float
        Of home, a week: dom and rec.
    substitution : float
        Largest share of use that is saved or substituted.
    alternates : float
        Largest share of use that other suppliers deliver.
    ramps : Replacement
        The weeks of the ramps of both; the usual ones if not given. Its ranges are not used.

    Raises
    ------
    ParameterError
        If an amount is below 0, a share is none, or there is no week or no use.

    Examples
    --------
    >>> found = reserve_gap(100, 90, out=0.6, weeks=13, home_production=5, recycling=5,
    ...                     substitution=0.2, alternates=0.1)
    >>> found.gap[0], found.reserve, round(found.weeks_of_use, 1)
    (np.float64(54.0), 668.5, 6.7)
    """
    amounts = {"imports": imports, "home_production": home_production, "recycling": recycling}
    for name, amount in amounts.items():
        if not 0.0 <= amount < np.inf:
            raise ParameterError(name, "a reserve", "0 or more a week", amount)
    if not 0.0 < use < np.inf:
        raise ParameterError("use", "a reserve", "above 0 a week", use)
    shares = {"out": out, "substitution": substitution, "alternates": alternates}
    for name, share in shares.items():
        if not 0.0 <= share <= 1.0:
            raise ParameterError(name, "a reserve", "a share from 0 to 1", share)
    if weeks < 1:
        raise ParameterError("weeks", "a reserve", "at least 1", weeks)
    saved, delivered = (ramps or Replacement()).ramps(weeks)
    needed = use * (1.0 - substitution * saved)
    supplied = home_production + recycling + imports * (1.0 - out) + use * alternates * delivered
    return ReserveGap(np.maximum(needed - supplied, 0.0), use, imports)
