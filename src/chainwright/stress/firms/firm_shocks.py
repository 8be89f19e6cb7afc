"""Shocks to firms as the cascade takes them: which firms are hit, and how much."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Shocks"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shocks:
    """Several shocks, each of one or more firms.

    Parameters
    ----------
    starts : ndarray of int64, shape (k + 1,)
        Where each shock's firms begin.
    firm : ndarray of int64
        Places of the firms hit, none twice in a shock.
    down, up : ndarray
        Share of production lost by each: supply to others, and demand for inputs.
    """

    starts: npt.NDArray[np.int64]
    firm: npt.NDArray[np.int64]
    down: Floats
    up: Floats

    @classmethod
    def single(cls, firms: npt.NDArray[np.int64]) -> "Shocks":
        """Return one shock a firm: it alone, wholly.

        Parameters
        ----------
        firms : ndarray of int64, shape (k,)
            Places of the firms.
        """
        ones = np.ones(len(firms))
        return cls(np.arange(len(firms) + 1), np.asarray(firms, dtype=np.int64), ones, ones)

    @classmethod
    def of(cls, down: Floats, up: Floats | None = None) -> "Shocks":
        """Return the shocks whose losses are the rows of `down`.

        Parameters
        ----------
        down : ndarray, shape (k, n)
            Share of production that each firm loses, 0 to 1.
        up : ndarray, shape (k, n), optional
            The same for its demand; `down` if not given.
        """
        other = down if up is None else up
        row, firm = np.nonzero((down > 0.0) | (other > 0.0))
        starts = np.zeros(len(down) + 1, np.int64)
        np.cumsum(np.bincount(row, minlength=len(down)), out=starts[1:])
        return cls(starts, firm.astype(np.int64), down[row, firm], other[row, firm])

    def __len__(self) -> int:
        return len(self.starts) - 1
