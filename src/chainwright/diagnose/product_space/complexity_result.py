"""The answer of `complexity`: arrays in the order of the input, and its tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.product_space.complexity_conventions import OUTPUTS, Convention
from chainwright.diagnose.product_space.complexity_tables import (
    pairs_table,
    places_table,
    products_table,
    proximity_table,
)
from chainwright.diagnose.product_space.proximity import place_proximity, proximity
from chainwright.system import Axis, Exports, Language, Result
from chainwright.system.bars import bars

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Complexity"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]

SHOWN = 15
"""Places that a chart shows."""


@dataclass(frozen=True, eq=False, repr=False)
class Complexity(Result):
    """What `complexity` found, for C places and P products of one year, in the input's order.

    Numbers of what is left out, empty or not defined are NaN, there alone.

    Parameters
    ----------
    exports : Exports
        The amounts.
    convention : Convention
        Whose formulas.
    asked : mapping
        What was asked, as JSON values.
    rca : ndarray, shape (C, P)
        Revealed comparative advantage.
    rpop : ndarray, shape (C, P), optional
        Revealed advantage per head, where populations were given.
    present : ndarray of bool, shape (C, P)
        M: where a place has an advantage.
    eci, fitness, coi : ndarray, shape (C,)
        Economic complexity, fitness, complexity outlook.
    pci, complexity_fitness : ndarray, shape (P,)
        Product complexity, and the complexity of the fitness algorithm.
    density, cog : ndarray, shape (C, P)
        Density and complexity outlook gain.
    diversity, ubiquity : ndarray, shapes (C,) and (P,)
        How many products a place has, and places a product.
    diagonal : float
        Proximity of a product to itself.
    place_reasons, product_reasons : ndarray of str, shapes (C,) and (P,)
        Keys of reasons, see `COMPLEXITY_REASONS`.
    eigenvalues : tuple of (float, float)
        Second and third of each part that shares nothing with others, the largest first.
    notes : tuple of str
        What to know before reading the numbers.
    """

    name: ClassVar[str] = "places"

    exports: Exports
    convention: Convention
    asked: Mapping[str, object]
    rca: Floats
    rpop: Floats | None
    present: Bools
    eci: Floats
    fitness: Floats
    coi: Floats
    pci: Floats
    complexity_fitness: Floats
    density: Floats
    cog: Floats
    diversity: Floats
    ubiquity: Floats
    diagonal: float
    place_reasons: Words
    product_reasons: Words
    eigenvalues: tuple[tuple[float, float], ...]
    notes: tuple[str, ...]

    @property
    def places(self) -> Axis:
        """The places."""
        return self.exports.places

    @property
    def products(self) -> Axis:
        """The products."""
        return self.exports.products

    @property
    def year(self) -> int | None:
        """The year, if the input says it."""
        return self.exports.year

    @property
    def proximity(self) -> Floats:
        """Proximity of each two products, shape (P, P): made anew each time it is asked for.

        5,000 products take 0.2 GB, which an answer does not hold on to.
        """
        return proximity(self.present, diagonal=self.diagonal)

    @property
    def place_proximity(self) -> Floats:
        """Proximity of each two places, shape (C, C): made anew each time it is asked for."""
        return place_proximity(self.present, diagonal=self.diagonal)

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, and whose formula each output follows."""
        return {
            **self.asked,
            "formulas": {output: self.convention.formula_of(output) for output in OUTPUTS},
            "eigenvalues": [list(pair) for pair in self.eigenvalues],
        }

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and what to know before reading it."""
        return {**super().origin, "notes": list(self.notes)}

    def names(self, column: str, language: Language = "en") -> Mapping[str, str]:
        """Return what places and products are called, where the input says it.

        Parameters
        ----------
        column : str
            ``"place"`` or ``"product"``.
        language : str
            ``"en"`` or ``"zh"``.
        """
        axis = {"place": self.places, "product": self.products}.get(column)
        if axis is None:
            return {}
        return {code: axis.name(i, language) for i, code in enumerate(axis.codes)}

    def table(self) -> pd.DataFrame:
        """Return one row a place of the input, the most complex first, undefined ones last."""
        return places_table(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return places, products, and pairs of all places with all products."""
        return {
            "places": self.table(),
            "products": products_table(self),
            "pairs": pairs_table(self),
        }

    def proximity_table(self, *, least: float = 0.0) -> pd.DataFrame:
        """Return pairs of different products with their proximity, each once, nearest first.

        Parameters
        ----------
        least : float
            Leave out pairs below it; 5,000 products have 12 million pairs.
        """
        return proximity_table(self.proximity, self.products, least)

    def plot(self) -> "Figure":
        """Return a chart of the places with the highest ECI."""
        head = self.table().head(SHOWN)
        year = f" {self.year}" if self.year is not None else ""
        return bars(
            head["place"].tolist(),
            head["eci"].to_numpy(dtype=np.float64),
            title=f"Economic complexity{year}, the {len(head)} highest",
            axis=f"ECI ({self.convention.name}, {self.asked['method']})",
        )

    def __repr__(self) -> str:
        return "\n".join([super().__repr__(), *self.notes])

    def _repr_html_(self) -> str:
        told = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return super()._repr_html_() + told
