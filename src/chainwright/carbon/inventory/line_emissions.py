"""Activity times factor, line by line."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.carbon.inventory.parts import IN_GROSS, IN_NEUTRALISED, Part

if TYPE_CHECKING:
    from chainwright.carbon.inventory.activities import Activities
    from chainwright.carbon.inventory.applied_factors import AppliedFactors

__all__ = ["LineEmissions", "line_emissions", "net_of_lines"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LineEmissions:
    """Emissions of ``l`` streams in ``m`` months, without signs.

    Parameters
    ----------
    amount : ndarray, shape (l, m)
        Amounts; 0 where nothing is counted, NaN where a stream in use has no value.
    factor : ndarray, shape (l, m)
        tCO2e per unit; NaN where no set has one.
    emission : ndarray, shape (l, m)
        Their product, tCO2e; 0 where nothing is used.
    residual : ndarray, shape (l, m)
        The same of power at the residual factor; 0 for what is no power.
    """

    amount: Floats
    factor: Floats
    emission: Floats
    residual: Floats


def line_emissions(held: "Activities", applied: "AppliedFactors") -> LineEmissions:
    """Return activity times factor of all lines and months.

    Parameters
    ----------
    held : Activities
        What firms did.
    applied : AppliedFactors
        Their factors.
    """
    in_use, _ = held.unknown()
    amount = np.where(np.isnan(held.amount) & ~in_use, 0.0, held.amount)
    idle = amount == 0.0
    factor = applied.factor
    emission = np.where(idle, 0.0, amount * factor)
    residual = np.where(idle, 0.0, amount * applied.residual_factor)
    return LineEmissions(amount, factor, emission, residual)


def net_of_lines(held: "Activities", emission: Floats, covered: Floats) -> Floats:
    """Return what each line adds to net, with its sign, ``(l, m)``; own power cancels out.

    Parameters
    ----------
    held : Activities
        What firms did.
    emission : ndarray, shape (l, m)
        tCO2e of each line.
    covered : ndarray, shape (f, m) or (f, 1)
        Share of green power that there is bought power for.
    """
    signs = (IN_GROSS - IN_NEUTRALISED)[held.part][:, None]
    found = np.where(signs == 0.0, 0.0, signs * emission)
    green = np.flatnonzero(held.part == Part.GREEN)
    found[green] *= covered[held.firm[green]]
    return found
