"""Kernels of the adjoint series: what each product carries, from what its inputs carry.

The series stands here three times because its inner loop is where the time goes: for one column
of sums, for any number of columns with the same amounts, for four with amounts of their own. One
kernel for all took twice the CPU time for one column (0.066 s, not 0.033 s, for 20,000 products
with 237,000 links; 0.32 s, not 0.16 s, for 100,000 with 1.18 million), and 1.3 to 1.5 times as
long for four.
"""

import numpy as np
import numpy.typing as npt

from chainwright._jit import jit, jit_sums

__all__ = ["LANES", "carried", "forward", "series", "series_block", "series_lanes"]

LANES = 4
"""Draws that one pass works at side by side: as many numbers as a vector register holds."""

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int32]
Starts = npt.NDArray[np.int64]


@jit
def carried(starts: Starts, supplier: Places, amount: Floats, value: Floats, out: Floats) -> None:
    """Fill `out` with what the inputs of each product carry, ``T' value``.

    Parameters
    ----------
    starts : ndarray, shape (n + 1,)
        First input of each product.
    supplier, amount : ndarray, shape (m,)
        Places of the inputs, and units of each in one unit of the product.
    value : ndarray, shape (n,)
        What one unit of each product carries.
    out : ndarray, shape (n,)
        Filled.
    """
    for j in range(len(starts) - 1):
        total = 0.0
        for k in range(starts[j], starts[j + 1]):
            total += amount[k] * value[supplier[k]]
        out[j] = total


@jit
def forward(starts: Starts, supplier: Places, amount: Floats, made: Floats, out: Floats) -> None:
    """Fill `out` with what the makers of `made` need of each product, ``T made``.

    Parameters
    ----------
    starts, supplier, amount
        As for `carried`.
    made : ndarray, shape (n,)
        Units that are made of each product.
    out : ndarray, shape (n,)
        Filled.
    """
    out[:] = 0.0
    for j in range(len(starts) - 1):
        if made[j] != 0.0:
            for k in range(starts[j], starts[j + 1]):
                out[supplier[k]] += amount[k] * made[j]


@jit
def series(
    starts: Starts,
    supplier: Places,
    amount: Floats,
    tolerance: float,
    most: int,
    scale: Floats,
    term: Floats,
    spare: Floats,
    out: Floats,
) -> int:
    """Add the terms of ``y = q + T' q + T' T' q + ...`` to `out`; return how many, or -1.

    The series ends where no term is above `tolerance` times what it is measured by, product by
    product: a norm would leave small products wrong.

    Parameters
    ----------
    starts, supplier, amount
        As for `carried`.
    tolerance : float
        Largest last term, as a share.
    most : int
        Terms after which it gives up and returns -1.
    scale : ndarray, shape (n,) or (0,)
        What terms are measured by; the sum so far if it is empty.
    term : ndarray, shape (n,)
        The first term; holds the last one in the end.
    spare : ndarray, shape (n,)
        Room.
    out : ndarray, shape (n,)
        Holds the first term.
    """
    n = len(starts) - 1
    own = len(scale) == 0
    for step in range(1, most + 1):
        done = True
        for j in range(n):
            total = 0.0
            for k in range(starts[j], starts[j + 1]):
                total += amount[k] * term[supplier[k]]
            spare[j] = total
            out[j] += total
            measure = abs(out[j]) if own else scale[j]
            if not abs(total) <= tolerance * measure:
                done = False
        for j in range(n):
            term[j] = spare[j]
        if done:
            return step
    return -1


@jit
def series_block(
    starts: Starts,
    supplier: Places,
    amount: Floats,
    tolerance: float,
    most: int,
    scale: Floats,
    term: Floats,
    spare: Floats,
    out: Floats,
) -> int:
    """Add the terms of several series at once, each a column; return how many, or -1.

    Parameters
    ----------
    starts, supplier, amount, tolerance, most
        As for `series`.
    scale : ndarray, shape (n,)
        What terms are measured by.
    term : ndarray, shape (n, p)
        The first terms; holds the last ones in the end.
    spare : ndarray, shape (n, p)
        Room.
    out : ndarray, shape (n, p)
        Holds the first terms.
    """
    n, p = out.shape
    for step in range(1, most + 1):
        done = True
        for j in range(n):
            for c in range(p):
                spare[j, c] = 0.0
            for k in range(starts[j], starts[j + 1]):
                i, share = supplier[k], amount[k]
                for c in range(p):
                    spare[j, c] += share * term[i, c]
            for c in range(p):
                out[j, c] += spare[j, c]
                if not abs(spare[j, c]) <= tolerance * scale[j]:
                    done = False
        for j in range(n):
            for c in range(p):
                term[j, c] = spare[j, c]
        if done:
            return step
    return -1


@jit_sums
def series_lanes(
    starts: Starts,
    supplier: Places,
    amount: Floats,
    tolerance: float,
    most: int,
    scale: Floats,
    term: Floats,
    spare: Floats,
    out: Floats,
) -> int:
    """Add the terms of `LANES` series with amounts of their own; return how many, or -1.

    Parameters
    ----------
    starts, supplier
        As for `series`.
    amount : ndarray, shape (m, 4)
        Amounts of each lane.
    tolerance, most
        As for `series`.
    scale : ndarray, shape (n,) or (0,)
        What terms are measured by; the sums so far if it is empty.
    term : ndarray, shape (n, 4)
        The first terms; holds the last ones in the end.
    spare : ndarray, shape (n, 4)
        Room.
    out : ndarray, shape (n, 4)
        Holds the first terms.
    """
    n = len(starts) - 1
    own = len(scale) == 0
    for step in range(1, most + 1):
        done = True
        for j in range(n):
            a, b, c, d = 0.0, 0.0, 0.0, 0.0
            for k in range(starts[j], starts[j + 1]):
                i = supplier[k]
                a += amount[k, 0] * term[i, 0]
                b += amount[k, 1] * term[i, 1]
                c += amount[k, 2] * term[i, 2]
                d += amount[k, 3] * term[i, 3]
            spare[j, 0], spare[j, 1], spare[j, 2], spare[j, 3] = a, b, c, d
            for lane in range(LANES):
                out[j, lane] += spare[j, lane]
                measure = abs(out[j, lane]) if own else scale[j]
                if not abs(spare[j, lane]) <= tolerance * measure:
                    done = False
        if done:
            return step
        term, spare = spare, term
    return -1
