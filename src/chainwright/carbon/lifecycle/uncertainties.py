"""How amounts are spread: brightway's kinds of uncertainty, and draws from them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

__all__ = ["KINDS", "LOGNORMAL", "NORMAL", "TRIANGULAR", "UNIFORM", "Uncertainty"]

Floats = npt.NDArray[np.float64]

LOGNORMAL, NORMAL, UNIFORM, TRIANGULAR = 2, 3, 4, 5
"""Numbers that brightway (stats_arrays) gives the kinds; 0 and 1 stand for none."""

KINDS = {
    "": 0,
    "none": 1,
    "lognormal": LOGNORMAL,
    "normal": NORMAL,
    "uniform": UNIFORM,
    "triangular": TRIANGULAR,
}
"""Numbers of the kinds by their names."""


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """How each of ``m`` amounts is spread.

    Parameters
    ----------
    kind : ndarray, shape (m,)
        Numbers of `KINDS`.
    location : ndarray, shape (m,)
        Lognormal: logarithm of the median of the size; normal: mean; triangular: mode.
    scale : ndarray, shape (m,)
        Lognormal: standard deviation of the logarithm; normal: standard deviation.
    low, high : ndarray, shape (m,)
        Uniform and triangular: least and largest; a normal one is cut off there, if they are
        numbers.
    sign : ndarray, shape (m,)
        Of a lognormal amount: -1 for a credit.
    """

    kind: npt.NDArray[np.int8]
    location: Floats
    scale: Floats
    low: Floats
    high: Floats
    sign: Floats

    @cached_property
    def _places(self) -> dict[int, npt.NDArray[np.int64] | slice]:
        found: dict[int, npt.NDArray[np.int64] | slice] = {}
        for kind in (LOGNORMAL, NORMAL, UNIFORM, TRIANGULAR):
            at = np.flatnonzero(self.kind == kind)
            if len(at):  # a slice where all are of one kind: nothing is picked out
                found[kind] = slice(None) if len(at) == len(self.kind) else at
        return found

    @property
    def spread(self) -> int:
        """How many of the amounts are uncertain at all."""
        return int((self.kind >= LOGNORMAL).sum())

    def drawn(self, amount: Floats, rng: np.random.Generator, lanes: int = 1) -> Floats:
        """Return draws of all amounts side by side, ``(m, lanes)``; certain ones as they are.

        Parameters
        ----------
        amount : ndarray, shape (m,)
            The amounts themselves.
        rng : numpy.random.Generator
            Where chance comes from.
        lanes : int
            How many draws.

        Examples
        --------
        >>> half = Uncertainty(*(np.array([v]) for v in (UNIFORM, 0.0, 0.0, 0.5, 1.5, 1.0)))
        >>> half.drawn(np.ones(1), np.random.default_rng(1), 2).round(3)
        array([[1.012, 1.45 ]])
        """
        found = np.repeat(amount[:, None], lanes, axis=1)
        for kind, at in self._places.items():
            wide = found[at].shape if isinstance(at, slice) else (len(at), lanes)
            location, scale = self.location[at, None], self.scale[at, None]
            low, high = self.low[at, None], self.high[at, None]
            if kind == LOGNORMAL:
                normal = rng.standard_normal(wide)
                normal *= scale
                normal += location
                np.exp(normal, out=normal)
                normal *= self.sign[at, None]
                found[at] = normal
            elif kind == NORMAL:
                found[at] = _bounded(rng.standard_normal(wide), location, scale, low, high)
            elif kind == UNIFORM:
                found[at] = rng.uniform(low, high, wide)
            else:
                found[at] = rng.triangular(low, location, high, wide)
        return found


def _bounded(normal: Floats, location: Floats, scale: Floats, low: Floats, high: Floats) -> Floats:
    """Return normal numbers made to fit: those with bounds follow the law cut off there.

    What lies beyond a bound is drawn again by stats_arrays, never put on the bound itself; with
    the law's own quantiles one draw is enough.
    """
    found = normal * scale + location
    rows = np.flatnonzero(((scale > 0.0) & (np.isfinite(low) | np.isfinite(high)))[:, 0])
    if len(rows):
        below = np.fmax(low[rows], -np.inf)
        above = np.fmin(high[rows], np.inf)
        ends = [ndtr((end - location[rows]) / scale[rows]) for end in (below, above)]
        share = ends[0] + ndtr(normal[rows]) * (ends[1] - ends[0])
        drawn = ndtri(share) * scale[rows] + location[rows]
        found[rows] = np.fmin(np.fmax(drawn, below), above)
    return np.asarray(found)
