"""ECI and PCI of a pattern of presence, part by part where it falls into parts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from chainwright.diagnose.product_space.complexity_conventions import Convention, deviation
from chainwright.diagnose.product_space.reflections import reflections
from chainwright.diagnose.product_space.second_eigenvectors import second_eigenvectors

__all__ = ["Scores", "given_scores", "scores"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]

FLAT = 1e-12
"""A second eigenvalue below this is 0 up to rounding: all places have the same products."""

EQUAL = 1e-9
"""Second and third eigenvalues nearer than this determine no direction."""


@dataclass(frozen=True, eq=False)
class Scores:
    """ECI, PCI and what COI and COG are made from, for C places and P products.

    Parameters
    ----------
    eci, pci : ndarray, shapes (C,) and (P,)
        Normalised; NaN where not defined.
    raw : ndarray, shape (P,)
        K: raw second eigenvector of products, signed; NaN where not defined.
    spread : ndarray, shape (P,)
        Standard deviation of the raw vector of places of the product's part.
    part : ndarray of int, shape (C,)
        Part of each place, the largest 0; -1 for a place that is in none.
    place_reasons, product_reasons : ndarray of str
        Keys of reasons; empty where there is nothing to say.
    eigenvalues : tuple of (float, float)
        Second and third of each part, the largest part first.
    """

    eci: Floats
    pci: Floats
    raw: Floats
    spread: Floats
    part: npt.NDArray[np.int64]
    place_reasons: Words
    product_reasons: Words
    eigenvalues: tuple[tuple[float, float], ...]


def _blank(shape: tuple[int, ...]) -> Scores:
    places, products = shape
    return Scores(
        eci=np.full(places, np.nan),
        pci=np.full(products, np.nan),
        raw=np.full(products, np.nan),
        spread=np.full(products, np.nan),
        part=np.full(places, -1),
        place_reasons=np.full(places, "", dtype=object),
        product_reasons=np.full(products, "", dtype=object),
        eigenvalues=(),
    )


def scores(
    present: Bools, convention: Convention, *, method: str = "eigen", iterations: int = 20
) -> Scores:
    """Return ECI and PCI of a pattern of presence.

    Where places and products fall into parts that share nothing, the second eigenvalue is 1 and
    its vector only tells the parts apart: each part is a problem of its own. A part with one place
    or one product has no ECI.

    Parameters
    ----------
    present : ndarray of bool, shape (C, P)
        M: where each place is present.
    convention : Convention
        Normalisation and sign.
    method : str
        ``"eigen"`` or ``"reflections"``: what ECI and PCI are made from. The raw vector K behind
        COI and COG is the eigenvector in either case.
    iterations : int
        N of the reflections.
    """
    found = _blank(present.shape)
    values = []
    for number, (places, products) in enumerate(_parts(present)):
        M = present[np.ix_(places, products)]
        found.part[places] = number
        if min(M.shape) < 2:
            found.place_reasons[places] = "alone"
            found.product_reasons[products] = "alone product"
            continue
        vectors = second_eigenvectors(M)
        values.append((vectors.second, vectors.third))
        if vectors.second < FLAT:
            found.place_reasons[places] = found.product_reasons[products] = "flat"
            continue
        k_c, k_p = vectors.places, vectors.products
        if convention.sign == "reflections":
            reflected, _ = reflections(M, iterations=max(iterations - iterations % 2, 2))
            sign = _sign(reflected, k_c)
            k_c, k_p = sign * k_c, sign * k_p
        if method == "reflections":
            r_c, r_p = reflections(M, iterations=iterations)
            if convention.sign == "diversity":
                sign = _sign(M.sum(axis=1), r_c)
                r_c, r_p = sign * r_c, sign * r_p
            eci, pci, _ = convention.normalised(r_c, r_p)
        else:
            eci, pci, _ = convention.normalised(k_c, k_p)
        _, _, spread = convention.normalised(k_c, k_p)
        found.eci[places], found.pci[products] = eci, pci
        found.raw[products], found.spread[products] = k_p, spread or np.nan
        reason = "apart" if number else ""
        if vectors.second - vectors.third < EQUAL:
            reason = "undetermined"
        # reflections of places that are all equally diverse tell nothing, whatever the vector tells
        found.place_reasons[places] = np.where(np.isnan(eci), "flat", reason)
        found.product_reasons[products] = np.where(np.isnan(pci), "flat", reason)
    return Scores(**{**vars(found), "eigenvalues": tuple(values)})


def _sign(anchor: npt.NDArray[np.number], vector: Floats) -> float:
    """Return the sign of the correlation of two vectors, 1 where there is none."""
    return -1.0 if (anchor - anchor.mean()) @ vector < 0.0 else 1.0


def _parts(present: Bools) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Return the connected parts (places, products), the one with most places and products first.

    Places and products that are present nowhere are in no part.
    """
    count = present.shape[0]
    at = np.nonzero(present)
    size = sum(present.shape)
    links = csr_array((np.ones(len(at[0])), (at[0], at[1] + count)), shape=(size, size))
    _, label = connected_components(links, directed=False)
    linked = np.concatenate([present.any(axis=1), present.any(axis=0)])
    labels = np.unique(label[linked])
    parts = [
        (np.flatnonzero(inside[:count]), np.flatnonzero(inside[count:]))
        for inside in (label == one for one in labels)
    ]
    return sorted(parts, key=lambda part: (-len(part[0]), -len(part[1])))


def given_scores(present: Bools, convention: Convention, given: Floats) -> Scores:
    r"""Return ECI of places by given complexity of products: provinces, cities, firms.

    .. math:: ECI_c = \sum_p M_{cp} PCI_p / d_c

    with PCI z-scored on itself, over the products whose complexity is given; d counts those alone.

    Parameters
    ----------
    present : ndarray of bool, shape (C, P)
        M: where each place is present.
    convention : Convention
        Its `ddof` is that of the z-scores.
    given : ndarray, shape (P,)
        Complexity of products; NaN where not given.
    """
    found = _blank(present.shape)
    known = np.isfinite(given)
    held = (present & known).astype(np.float64)
    d = held.sum(axis=1)
    some = d > 0.0
    found.pci[known] = _standard(given[known], convention.ddof)
    found.raw[:] = given
    found.eci[some] = held[np.ix_(some, known)] @ found.pci[known] / d[some]
    k_c = held[some] @ np.nan_to_num(given) / d[some]
    if k_c.size:
        found.spread[:] = convention.spread(k_c, int(known.sum())) or np.nan
    found.part[some] = 0
    found.place_reasons[~some] = "none of its products given"
    found.product_reasons[~known] = "no given complexity"
    found.place_reasons[some & np.isnan(found.eci)] = "flat"
    found.product_reasons[known & np.isnan(found.pci)] = "flat"
    return found


def _standard(numbers: Floats, ddof: int) -> Floats:
    spread = deviation(numbers, ddof)
    return (numbers - numbers.mean()) / spread if spread > 0.0 else np.full(len(numbers), np.nan)
