"""Footprints that suppliers declare: they take the place of what would be worked out."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.carbon.lifecycle.product_systems import ProductSystem
from chainwright.errors import ParameterError

__all__ = ["CutSystem", "Declared", "cut_at"]

Floats = npt.NDArray[np.float64]

Declared = Mapping[str, float | tuple[float, float]]
"""Footprints by product; beside one may stand which share of it is primary data."""


@dataclass(frozen=True, eq=False)
class CutSystem:
    """Amounts and direct emissions after declared footprints were cut in.

    Parameters
    ----------
    amount : ndarray, shape (m,)
        Inputs; nought for the inputs of declared products.
    direct : ndarray, shape (n,)
        Direct emissions; the declared footprint of declared products.
    declared : ndarray of bool, shape (n,)
        Which products have one.
    primary : ndarray, shape (n,)
        Primary share of `direct`; nought where it is not known.
    """

    amount: Floats
    direct: Floats
    declared: npt.NDArray[np.bool_]
    primary: Floats


def cut_at(products: ProductSystem, declared: Declared | None = None) -> CutSystem:
    """Return a system cut at declared footprints: those of its table, then those given.

    Parameters
    ----------
    products : ProductSystem
        The system.
    declared : mapping, optional
        Footprint by product, or footprint and primary share.

    Raises
    ------
    UnknownCodeError
        If there is no such product.
    ParameterError
        If a footprint is no number or a share not within 0 and 1.
    """
    value = products.frame["declared"].to_numpy(dtype=np.float64).copy()
    primary = np.nan_to_num(products.frame["primary_share"].to_numpy(dtype=np.float64))
    for product, told in (declared or {}).items():
        row = products.row(product)
        footprint, share = told if isinstance(told, tuple) else (told, primary[row])
        if not np.isfinite(footprint):
            raise ParameterError("declared", "footprints", f"a number for {product}", footprint)
        if not 0.0 <= share <= 1.0:
            expected = f"a primary share from 0 to 1 for {product}"
            raise ParameterError("declared", "footprints", expected, share)
        value[row], primary[row] = footprint, share
    known = np.isfinite(value)
    return CutSystem(
        np.where(known[products.user], 0.0, products.amount),
        np.where(known, value, products.direct),
        known,
        primary,
    )
