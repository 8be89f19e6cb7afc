"""Tables of complexity: places, products, and pairs of all places with all products."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from chainwright.diagnose.product_space.complexity_reasons import worded

if TYPE_CHECKING:
    from chainwright.diagnose.product_space.complexity_result import Complexity
    from chainwright.system import Axis

__all__ = ["pairs_table", "places_table", "products_table", "proximity_table"]

Floats = npt.NDArray[np.float64]
Order = npt.NDArray[np.intp]


def places_table(found: "Complexity") -> pd.DataFrame:
    """Return one row a place, the highest ECI first, undefined ones last.

    Parameters
    ----------
    found : Complexity
        The answer.
    """
    english, chinese = worded(found.place_reasons)
    frame = pd.DataFrame(
        {
            "place": _text(found.places),
            "eci": found.eci,
            "fitness": found.fitness,
            "diversity": _counts(found.diversity),
            "coi": found.coi,
            "reason": english,
            "reason_zh": chinese,
        }
    )
    return frame.iloc[_ranked(found.eci)].reset_index(drop=True)


def products_table(found: "Complexity") -> pd.DataFrame:
    """Return one row a product, the highest PCI first, undefined ones last.

    Parameters
    ----------
    found : Complexity
        The answer.
    """
    english, chinese = worded(found.product_reasons)
    frame = pd.DataFrame(
        {
            "product": _text(found.products),
            "pci": found.pci,
            "complexity_fitness": found.complexity_fitness,
            "ubiquity": _counts(found.ubiquity),
            "reason": english,
            "reason_zh": chinese,
        }
    )
    return frame.iloc[_ranked(found.pci)].reset_index(drop=True)


def pairs_table(found: "Complexity") -> pd.DataFrame:
    """Return one row a place and product, C x P rows in the order of the two other tables.

    Parameters
    ----------
    found : Complexity
        The answer.
    """
    places, products = _ranked(found.eci), _ranked(found.pci)
    cells = np.ix_(places, products)
    return pd.DataFrame(
        {
            "place": _text(found.places, np.repeat(places, len(products))),
            "product": _text(found.products, np.tile(products, len(places))),
            "rca": found.rca[cells].ravel(),
            "density": found.density[cells].ravel(),
            "cog": found.cog[cells].ravel(),
        },
        copy=False,
    )


def proximity_table(proximity: Floats, products: "Axis", least: float) -> pd.DataFrame:
    """Return pairs of different products, each once, nearest first.

    Parameters
    ----------
    proximity : ndarray, shape (P, P)
        Proximity of each two products.
    products : Axis
        The products.
    least : float
        Leave out pairs below it.
    """
    first, second = np.nonzero(np.triu(proximity >= least, k=1))
    near = proximity[first, second]
    order = np.argsort(-near, kind="stable")
    return pd.DataFrame(
        {
            "product": _text(products, first[order]),
            "other_product": _text(products, second[order]),
            "proximity": near[order],
        }
    )


def _ranked(numbers: Floats) -> Order:
    """Return positions, the largest number first, NaN last, ties in the order of the input."""
    return np.argsort(-numbers, kind="stable")


def _text(axis: "Axis", at: Order | None = None) -> pd.Series:
    """Return the codes at some positions as a column of text: a million cost little in Arrow."""
    codes = pa.array(axis.codes, type=pa.large_string())
    return pd.Series(codes if at is None else codes.take(pa.array(at)), dtype="str")


def _counts(numbers: Floats) -> pd.Series:
    return pd.Series(numbers).astype("Int64")
