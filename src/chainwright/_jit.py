"""How every kernel is compiled: numba's options in one place."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba as nb

__all__ = ["jit", "jit_sums"]

Kernel = TypeVar("Kernel", bound=Callable[..., object])

_njit = nb.njit(cache=True, nogil=True, error_model="numpy")

# Sums may be reordered and multiplications contracted, so that loops run in vectors. Infinite
# values stay legal (a stock may be infinite), so neither nnan nor ninf is set.
_njit_sums = nb.njit(
    cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "arcp", "nsz"}
)


def jit(kernel: Kernel) -> Kernel:
    """Return `kernel` compiled, in the order of operations that it is written in.

    ``NUMBA_DISABLE_JIT=1`` leaves it plain Python, for a debugger.

    Parameters
    ----------
    kernel : callable
        Arrays in, arrays filled; no labels, no randomness, no errors.
    """
    return cast("Kernel", _njit(kernel))


def jit_sums(kernel: Kernel) -> Kernel:
    """Return `kernel` compiled so that its sums run in vectors: their order is the compiler's.

    Parameters
    ----------
    kernel : callable
        Arrays in, arrays filled; no labels, no randomness, no errors.
    """
    return cast("Kernel", _njit_sums(kernel))
