"""Sums of parts by firm and month, and over windows of months."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chainwright.carbon.inventory.activities import Activities, by_firm
from chainwright.carbon.inventory.parts import IN_GROSS, IN_NEUTRALISED, Part

__all__ = ["PartSums", "part_sums", "windows"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PartSums:
    """Emissions of ``f`` firms in ``m`` months or windows, by part; NaN where not known.

    Parameters
    ----------
    parts : ndarray, shape (14, f, m)
        tCO2e by place in `Part`, without signs; green power as contracted.
    residual : ndarray, shape (f, m)
        Bought less exported power at the residual factor, tCO2e.
    green_residual : ndarray, shape (f, m)
        Contracted green power at the residual factor, tCO2e.
    bought, green : ndarray, shape (f, m)
        Power bought and contracted green power, MWh.
    """

    parts: Floats
    residual: Floats
    green_residual: Floats
    bought: Floats
    green: Floats

    @cached_property
    def covered(self) -> Floats:
        """Share of green power that there is bought power for, 0 to 1, ``(f, m)``.

        Green power is a part of what is bought: what exceeds it covers nothing. NaN where power is
        contracted and what is bought is not known.
        """
        return _share(self.bought, self.green)

    def covered_over(self, months: npt.NDArray[np.bool_]) -> Floats:
        """Return the share of green power that there is bought power for over months, ``(f,)``.

        Parameters
        ----------
        months : ndarray of bool, shape (f, m)
            Which months of each firm.
        """
        bought, green = (np.where(months, v, 0.0).sum(axis=1) for v in (self.bought, self.green))
        return _share(bought, green)

    def net_over(self, months: npt.NDArray[np.bool_]) -> Floats:
        """Return what is emitted less what is neutralised over months, ``(f,)``.

        Green power of one month counts for power that is bought in another one of them.

        Parameters
        ----------
        months : ndarray of bool, shape (f, m)
            Which months of each firm.
        """
        apart = self.gross - self.neutralised + self.part(Part.GREEN)
        green = np.where(months, self.parts[Part.GREEN], 0.0).sum(axis=1)
        net = np.where(months, apart, 0.0).sum(axis=1)
        return np.asarray(net - self.covered_over(months) * green, dtype=np.float64)

    def part(self, part: Part) -> Floats:
        """Return a part as it counts, ``(f, m)``, without its sign.

        Parameters
        ----------
        part : Part
            Which one.
        """
        held = self.parts[part]
        return np.asarray(held * self.covered if part == Part.GREEN else held, dtype=np.float64)

    @property
    def gross(self) -> Floats:
        """What is emitted, own zero-carbon power counted as if it were bought, ``(f, m)``."""
        counts = np.flatnonzero(IN_GROSS)  # an unknown part that does not count harms nothing
        return np.asarray(np.tensordot(IN_GROSS[counts], self.parts[counts], 1), dtype=np.float64)

    @property
    def neutralised(self) -> Floats:
        """Own zero-carbon power, green power, sinks, what is captured, offsets, ``(f, m)``."""
        total = np.zeros(self.bought.shape)
        for part in Part:
            if IN_NEUTRALISED[part]:
                total = total + IN_NEUTRALISED[part] * self.part(part)
        return total

    @property
    def market(self) -> Floats:
        """Bought less exported power at the residual factor, green power at 0, ``(f, m)``."""
        return self.residual - self.green_residual * self.covered

    def over(self, window_months: int) -> "PartSums":
        """Return the sums over windows of months.

        Parameters
        ----------
        window_months : int
            Length of a window; it ends with its month.
        """
        names = ("parts", "residual", "green_residual", "bought", "green")
        return PartSums(**{name: windows(getattr(self, name), window_months) for name in names})


def _share(bought: Floats, green: Floats) -> Floats:
    """Return the share of green power that there is bought power for; NaN where not known."""
    share = np.where((green > 0.0) & np.isnan(bought), np.nan, 1.0)
    np.divide(bought, green, out=share, where=green > bought)
    return share


def windows(values: Floats, window_months: int) -> Floats:
    """Return sums over windows that end with each month; NaN until a window is complete.

    Parameters
    ----------
    values : ndarray, shape (..., m)
        By month; NaN in a month makes each window NaN that holds it.
    window_months : int
        Length of a window.

    Examples
    --------
    >>> windows(np.array([1.0, 2.0, 4.0]), 2).tolist()
    [nan, 3.0, 6.0]
    """
    found = np.full(values.shape, np.nan)
    count = values.shape[-1] - window_months + 1
    if count > 0:
        total = values[..., :count].copy()
        for step in range(1, window_months):
            total += values[..., step : step + count]
        found[..., window_months - 1 :] = total
    return found


def part_sums(
    held: Activities, emission: Floats, residual: Floats, amount: Floats, firms: int
) -> PartSums:
    """Return sums of parts by firm and month.

    A month in which a firm has no reading at all is not known, and neither is electricity where
    there is no reading of what is bought.

    Parameters
    ----------
    held : Activities
        What firms did.
    emission, residual : ndarray, shape (l, m)
        tCO2e of each line, and of power at the residual factor.
    amount : ndarray, shape (l, m)
        Amounts; 0 where nothing is counted.
    firms : int
        How many there are.
    """
    there = (held.quality >= 0).astype(np.float64)
    silent = by_firm(there, held.firm, firms) == 0.0

    def summed(values: Floats, part: Part) -> Floats:
        rows = np.flatnonzero(held.part == part)
        return by_firm(values[rows], held.firm[rows], firms)

    parts = np.stack([summed(emission, part) for part in Part])
    parts[:, silent] = np.nan
    dark = summed(there, Part.BOUGHT) == 0.0
    bought, green = summed(amount, Part.BOUGHT), summed(amount, Part.GREEN)
    for values in (parts[Part.BOUGHT], bought):
        values[dark] = np.nan
    outside = summed(residual, Part.BOUGHT) - summed(residual, Part.EXPORTED)
    outside[dark] = np.nan
    return PartSums(parts, outside, summed(residual, Part.GREEN), bought, green)
