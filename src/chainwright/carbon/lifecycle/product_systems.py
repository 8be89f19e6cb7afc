"""A product system: what one unit of each product needs of others, and what it emits."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csc_array, csr_array, sparray

from chainwright.carbon.lifecycle.uncertainties import Uncertainty
from chainwright.errors import UnknownCodeError
from chainwright.sources.reading import Origin
from chainwright.system import System
from chainwright.units import Money

__all__ = ["SCOPES", "ProductSystem", "ProductSystemPart"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int32]

SCOPES = ("1", "2", "3", "")
"""Scopes of direct emissions; the last stands for one that is not stated."""


@dataclass(frozen=True, eq=False)
class ProductSystem:
    """``n`` activities, each with one reference product; all amounts are per unit of it.

    Parameters
    ----------
    frame : DataFrame
        A row an activity: process, name_en, name_zh, unit, country, primary_share (of its direct
        data, or of what it declares; NaN where not known) and declared (its footprint as its maker
        declares it; NaN where it is worked out).
    supplier, user : ndarray, shape (m,)
        Rows of both ends of each input, sorted by user.
    amount : ndarray, shape (m,) [units of the supplier per unit of the user]
        Amounts; below nought for credits.
    emitter : ndarray, shape (e,)
        Rows of the direct emissions, sorted.
    flow : ndarray, shape (e,)
        Places among `flows`.
    scope : ndarray, shape (e,)
        Places among `SCOPES`.
    emission : ndarray, shape (e,) [emission per unit]
        Direct emissions times what characterises their flow.
    flows : tuple of str
        Names of the flows.
    emission_unit : str
        What emissions are counted in.
    input_uncertainty, emission_uncertainty : Uncertainty, optional
        How `amount` and `emission` are spread; not at all if None.
    origin : Origin
        Where the tables come from.

    Notes
    -----
    With the technosphere A, its diagonal D and the characterised interventions c'B:
    ``T = I - A D^-1`` and ``q = (c'B) D^-1``. R. Heijungs and S. Suh (2002), The computational
    structure of life cycle assessment.
    """

    frame: pd.DataFrame
    supplier: Places
    user: Places
    amount: Floats
    emitter: Places
    flow: Places
    scope: npt.NDArray[np.int8]
    emission: Floats
    flows: tuple[str, ...] = ("co2e",)
    emission_unit: str = "kgCO2e"
    input_uncertainty: Uncertainty | None = None
    emission_uncertainty: Uncertainty | None = None
    origin: Origin = field(default_factory=Origin)

    def __len__(self) -> int:
        return len(self.frame)

    @classmethod
    def of_arrays(
        cls,
        inputs: sparray | npt.ArrayLike,
        direct: npt.ArrayLike,
        codes: list[str] | None = None,
    ) -> "ProductSystem":
        """Return the system of a matrix and of direct emissions.

        Parameters
        ----------
        inputs : sparse array or array-like, shape (n, n)
            T: units of the row in one unit of the column.
        direct : array-like, shape (n,) [kgCO2e/unit]
            Direct emissions.
        codes : list of str, optional
            Names of the products; ``P1`` and so on if not given.

        Examples
        --------
        >>> ProductSystem.of_arrays([[0.0, 0.5], [0.0, 0.0]], [1.0, 2.0])
        <ProductSystem: 2 products, 1 inputs>
        """
        given = inputs if isinstance(inputs, sparray) else np.asarray(inputs, dtype=np.float64)
        matrix = csc_array(given)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        n = matrix.shape[0]
        emitted = np.asarray(direct, dtype=np.float64)
        places = np.flatnonzero(emitted).astype(np.int32)
        return cls(
            bare_frame(codes or [f"P{i}" for i in range(1, n + 1)]),
            matrix.indices.astype(np.int32),
            np.repeat(np.arange(n, dtype=np.int32), np.diff(matrix.indptr)),
            matrix.data.astype(np.float64),
            places,
            np.zeros(len(places), dtype=np.int32),
            np.full(len(places), SCOPES.index(""), dtype=np.int8),
            emitted[places],
        )

    @cached_property
    def starts(self) -> npt.NDArray[np.int64]:
        """First input of each product, ``(n + 1,)``."""
        counts = np.bincount(self.user, minlength=len(self))
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    @cached_property
    def matrix(self) -> csr_array:
        """T, ``(n, n)``: units of the row in one unit of the column."""
        n = len(self)
        found = csr_array((self.amount, (self.supplier, self.user)), shape=(n, n))
        found.sum_duplicates()
        return found

    @cached_property
    def direct(self) -> Floats:
        """Direct emissions per unit of each product, ``(n,)``."""
        return np.bincount(self.emitter, self.emission, minlength=len(self)).astype(np.float64)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Names of the products, in the order of the table."""
        return tuple(self.frame["process"].tolist())

    @cached_property
    def place(self) -> dict[str, int]:
        """Row of each product by its name."""
        return {code: i for i, code in enumerate(self.codes)}

    def row(self, product: str) -> int:
        """Return the row of a product.

        Parameters
        ----------
        product : str
            Its name.

        Raises
        ------
        UnknownCodeError
            If there is no such product.
        """
        if product not in self.place:
            raise UnknownCodeError(product, "product of this system", self.codes)
        return self.place[product]

    def with_amounts(self, amount: Floats, emission: Floats) -> "ProductSystem":
        """Return the same system with other amounts.

        Parameters
        ----------
        amount : ndarray, shape (m,)
            Amounts of the inputs.
        emission : ndarray, shape (e,)
            Direct emissions.
        """
        return replace(self, amount=amount, emission=emission)

    def __repr__(self) -> str:
        return f"<ProductSystem: {len(self):,} products, {len(self.supplier):,} inputs>"


def bare_frame(codes: list[str]) -> pd.DataFrame:
    """Return the frame of products of which no more than the names is known.

    Parameters
    ----------
    codes : list of str
        Their names.
    """
    frame = pd.DataFrame({"process": pd.Series(codes, dtype="str")})
    for column in ("name_en", "name_zh", "unit", "country"):
        frame[column] = pd.Series([""] * len(codes), dtype="str")
    frame["primary_share"] = np.nan
    frame["declared"] = np.nan
    return frame


class ProductSystemPart(System):
    """A system whose one part is a product system: what an answer about footprints is about.

    Parameters
    ----------
    products : ProductSystem
        The product system.
    """

    __slots__ = ()

    def __init__(self, products: ProductSystem) -> None:
        object.__setattr__(self, "_parts", {"products": products})

    def __reduce__(self) -> tuple[type["ProductSystemPart"], tuple[ProductSystem]]:  # type: ignore[override]
        return ProductSystemPart, (self.products,)

    @property
    def products(self) -> ProductSystem:
        """The product system."""
        found: ProductSystem = self._parts["products"]
        return found

    @property
    def money(self) -> Money:
        """No money is counted here."""
        return Money()
