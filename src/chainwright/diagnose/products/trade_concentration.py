"""How concentrated the imports of each place and the exports of the world are, product by product.

All is held in dense arrays of place x product, filled by counting over the rows: nothing is
sorted, and no pair is looped over.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.products.trade_blocs import BlocYear, chunks
from chainwright.system.axis import Axis
from chainwright.system.places import Bloc
from chainwright.system.trade import TradeYear

__all__ = ["Concentration", "concentration", "ratio", "squared_shares"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Concentration:
    """Concentration of one year, for C places (blocs among them) and P products.

    Parameters
    ----------
    year : int
        The year.
    places, products : Axis
        C places and P products.
    imports, exports : ndarray, shape (C, P)
        Value [the trade's money]; 0 where there is none.
    import_hhi : ndarray, shape (C, P)
        Sum of the squared shares of the suppliers; NaN where nothing is imported.
    suppliers : ndarray of int16, shape (C, P)
        How many places supply.
    top_supplier : ndarray of int16, shape (C, P)
        The largest supplier, of equals the first place; -1 where nothing is imported.
    top_share : ndarray, shape (C, P)
        Its share of the imports; NaN where nothing is imported.
    world_hhi : ndarray, shape (P,)
        Sum of the squared shares in the world's exports; NaN where nothing is traded.
    top_exporter : ndarray of int16, shape (P,)
        The largest exporter, of equals the first place; -1 where nothing is traded.
    world_loss : ndarray, shape (P,)
        Its share of the world's exports: what the world loses if it fails.
    loss : ndarray, shape (C, P)
        Share of the imports that is lost if the largest exporter of the product fails; NaN where
        nothing is imported.
    blocs : tuple of Bloc
        Places that stand for several.
    bloc_place : ndarray of int32, shape (blocs,)
        Their positions.
    inner : ndarray, shape (blocs, P)
        Value of the flows between the members of each.
    """

    year: int
    places: Axis
    products: Axis
    imports: Floats
    exports: Floats
    import_hhi: Floats
    suppliers: npt.NDArray[np.int16]
    top_supplier: npt.NDArray[np.int16]
    top_share: Floats
    world_hhi: Floats
    top_exporter: npt.NDArray[np.int16]
    world_loss: Floats
    loss: Floats
    blocs: tuple[Bloc, ...]
    bloc_place: npt.NDArray[np.int32]
    inner: Floats

    @property
    def imports_per_exports(self) -> Floats:
        """Imports over exports, shape (C, P): C3; infinite without exports, NaN without imports."""
        return ratio(self.imports, self.exports)

    @property
    def importers(self) -> npt.NDArray[np.int64]:
        """How many places import each product, shape (P,)."""
        return np.asarray(np.sum(self.imports > 0.0, axis=0), dtype=np.int64)

    def importers_hit(self, share: float = 0.5) -> npt.NDArray[np.int64]:
        """Return how many importers lose more than `share` if the largest exporter fails, (P,).

        Parameters
        ----------
        share : float
            Share of the imports.
        """
        with np.errstate(invalid="ignore"):
            return np.asarray(np.sum(self.loss > share, axis=0), dtype=np.int64)

    def cdi(self, bloc: int) -> tuple[Floats, Floats, Floats]:
        """Return CDI1, CDI2 and CDI3 of one bloc, each of shape (P,).

        With m the imports from outside, n the flows between members, x the exports to outside:
        CDI1 is the HHI of m by supplier, CDI2 = m / (m + n), CDI3 = m / (x + n); CDI3 is infinite
        where the bloc exports nothing, and all are NaN where m = 0. CDI2 of one country is 1.

        Parameters
        ----------
        bloc : int
            Position in `blocs`.

        References
        ----------
        European Commission SWD(2021)352, part 2/2.
        """
        place = self.bloc_place[bloc]
        outside, inner = self.imports[place], self.inner[bloc]
        return (
            self.import_hhi[place],
            ratio(outside, outside + inner),
            ratio(outside, self.exports[place] + inner),
        )


def squared_shares(amount: Floats, axis: int = 0) -> Floats:
    """Return the sum of squared shares along an axis, NaN where there is no amount.

    Parameters
    ----------
    amount : ndarray
        Amounts of 0 or more.
    axis : int
        Along which shares sum to 1.

    Examples
    --------
    >>> squared_shares(np.array([[3.0, 1.0, 0.0], [0.0, 0.0, 0.0]]), axis=1)
    array([0.625,   nan])
    """
    total = amount.sum(axis=axis)
    squares = np.einsum("...i,...i->...", *(2 * [np.moveaxis(amount, axis, -1)]))
    return np.minimum(ratio(squares, total * total), 1.0)  # rounding may end a hair above 1


def ratio(part: Floats, whole: Floats) -> Floats:
    """Return part over whole: infinite over nothing, NaN where there is no part either.

    Parameters
    ----------
    part, whole : ndarray
        Amounts of 0 or more.

    Examples
    --------
    >>> ratio(np.array([1.0, 1.0, 0.0, 0.0]), np.array([2.0, 0.0, 0.0, 2.0]))
    array([0.5, inf, nan, nan])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = np.asarray(part / whole)
    return np.where(part > 0.0, quotient, np.nan)


def concentration(given: BlocYear) -> Concentration:
    r"""Return how concentrated imports and exports of a year are.

    With :math:`m_{jip}` what j imports of p from i,

    - import HHI :math:`\sum_i (m_{jip} / \sum_i m_{jip})^2`;
    - world export HHI :math:`\sum_i o_{ip}^2`, where :math:`o_{ip}` is the share of i in all
      flows of p;
    - loss if the largest exporter e of p fails: :math:`m_{jep} / \sum_i m_{jip}` of each importer
      and :math:`o_{ep}` of the world.

    Parameters
    ----------
    given : BlocYear
        A year in which each bloc is one place.

    References
    ----------
    CEPII GeoDep, criteria C1 to C3; European Commission SWD(2021)352.
    """
    flows = given.flows
    c, p = len(flows.places), len(flows.products)
    imports, squares, exports = np.zeros(c * p), np.zeros(c * p), np.zeros(c * p)
    most, suppliers = np.zeros(c * p), np.zeros(c * p, dtype=np.int16)
    for part in chunks(len(flows)):
        value = flows.value[part]
        cell = _cells(flows.importer[part], flows.product[part], p)
        imports += np.bincount(cell, value, c * p)
        squares += np.bincount(cell, value * value, c * p)
        suppliers += np.bincount(cell[value > 0.0], minlength=c * p).astype(np.int16)
        np.maximum.at(most, cell, value)
        exports += np.bincount(_cells(flows.exporter[part], flows.product[part], p), value, c * p)
    sold = exports.reshape(c, p)
    world = sold.sum(axis=0)
    top = np.where(world > 0.0, sold.argmax(axis=0) if c else 0, -1).astype(np.int16)
    first, lost = _winners(flows, most, top)
    bought = imports > 0.0
    return Concentration(
        year=flows.year,
        places=flows.places,
        products=flows.products,
        imports=imports.reshape(c, p),
        exports=sold,
        import_hhi=np.minimum(ratio(squares, imports * imports), 1.0).reshape(c, p),
        suppliers=suppliers.reshape(c, p),
        top_supplier=np.where(bought, first, -1).astype(np.int16).reshape(c, p),
        top_share=np.minimum(ratio(most, imports), 1.0).reshape(c, p),
        world_hhi=squared_shares(sold),
        top_exporter=top,
        world_loss=ratio(sold.max(axis=0, initial=0.0), world),
        loss=np.where(
            bought, np.minimum(lost / np.where(bought, imports, 1.0), 1.0), np.nan
        ).reshape(c, p),
        blocs=given.blocs,
        bloc_place=given.place,
        inner=given.inner,
    )


def _winners(
    flows: TradeYear, most: Floats, top: npt.NDArray[np.int16]
) -> tuple[npt.NDArray[np.int16], Floats]:
    """Return who delivers the most to each cell, and what the product's top exporter delivers."""
    p = len(flows.products)
    first = np.full(len(most), np.iinfo(np.int16).max, dtype=np.int16)
    lost = np.zeros(len(most))
    for part in chunks(len(flows)):
        value, exporter, product = flows.value[part], flows.exporter[part], flows.product[part]
        cell = _cells(flows.importer[part], product, p)
        won = value == most[cell]
        np.minimum.at(first, cell[won], exporter[won])
        failing = exporter == top[product]
        lost[cell[failing]] = value[failing]
    return first, lost


def _cells(
    place: npt.NDArray[np.int16], product: npt.NDArray[np.int32], products: int
) -> npt.NDArray[np.int64]:
    """Return where (place, product) stands in an array of place x product laid out flat."""
    cell = place.astype(np.int64)
    cell *= products
    cell += product
    return cell
