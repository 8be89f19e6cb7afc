"""Conventions of packages: which test of presence, which diagonal, which normalisation."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.params import table

__all__ = ["COMPLEXITY_CONVENTIONS", "OUTPUTS", "Convention", "convention_named", "deviation"]

Floats = npt.NDArray[np.float64]

OUTPUTS = (
    "rca",
    "rpop",
    "eci",
    "pci",
    "fitness",
    "complexity_fitness",
    "proximity",
    "density",
    "coi",
    "cog",
    "diversity",
    "ubiquity",
)
"""Everything that `complexity` gives."""


@dataclass(frozen=True, slots=True)
class Convention:
    """One row of the fact table ``complexity_conventions``.

    Parameters
    ----------
    name : str
        ``"growthlab"``, ``"stata"`` or ``"r"``.
    package : str
        The package that it follows.
    strict : bool
        Whether presence asks for an advantage above the threshold, not only of it.
    diagonal : float
        Proximity of a product to itself.
    normalisation : str
        ``"places"``: ECI and PCI by mean and standard deviation of the raw vector of places;
        ``"panel"``: the same, over C x P rows; ``"each"``: ECI and PCI each by their own.
    ddof : int
        Degrees of freedom taken off in standard deviations.
    sign : str
        Diverse places come out high: ``"diversity"``, by the correlation with d;
        ``"reflections"``, by the correlation with the method of reflections.
    fitness_updates : int, optional
        Updates of the fitness algorithm; one less than the iterations if None.
    outputs : frozenset of str
        What the package has.
    checked : str
        Against what our numbers were held.
    """

    name: str
    package: str
    strict: bool
    diagonal: float
    normalisation: str
    ddof: int
    sign: str
    fitness_updates: int | None
    outputs: frozenset[str]
    checked: str

    def formula_of(self, output: str) -> str:
        """Return whose formula an output follows, in words.

        Parameters
        ----------
        output : str
            One of `OUTPUTS`.
        """
        if output in self.outputs:
            return f"{self.name}: {self.package}; {self.checked}"
        if output in COMPLEXITY_CONVENTIONS["growthlab"].outputs:
            return f"growthlab, as {self.package} has no {output}"
        return f"Tacchella and others 2012, synchronous, as {self.package} has no {output}"

    def updates(self, iterations: int) -> int:
        """Return how many updates of fitness the convention makes: its own number, or N - 1.

        Parameters
        ----------
        iterations : int
            N.
        """
        return iterations - 1 if self.fitness_updates is None else self.fitness_updates

    def normalised(self, places: Floats, products: Floats) -> tuple[Floats, Floats, float]:
        r"""Return ECI, PCI and the standard deviation that COG is divided by.

        ``places``, ``panel``: :math:`ECI = (k_c - \mu) / \sigma`, :math:`PCI = (k_p - \mu) /
        \sigma`, with mean and deviation of :math:`k_c`, so that under the eigenvectors ECI is the
        mean PCI of what a place has; ``each``: z-scores of each. NaN where nothing differs.

        Parameters
        ----------
        places, products : ndarray
            Raw vectors, shapes (C,) and (P,).
        """
        mean, spread = places.mean(), self.spread(places, len(products))
        if self.normalisation == "each":
            own = deviation(products, self.ddof)
            # COG has no formula of its own here: it is divided as growthlab does it
            return (
                _over(places - mean, spread),
                _over(products - products.mean(), own),
                deviation(places, 0),
            )
        return _over(places - mean, spread), _over(products - mean, spread), spread

    def spread(self, places: Floats, products: int) -> float:
        """Return the standard deviation of a vector of places; 0 where nothing differs.

        Parameters
        ----------
        places : ndarray, shape (C,)
            Numbers of places.
        products : int
            How many products the panel has.
        """
        if self.normalisation == "panel":
            rows = len(places) * products
            return deviation(places, 0) * float(np.sqrt(rows / max(rows - self.ddof, 1)))
        return deviation(places, self.ddof)

    def outlook_normalised(self, outlook: Floats, products: int) -> Floats:
        """Return z-scores of the outlook over places.

        Parameters
        ----------
        outlook : ndarray, shape (C,)
            `outlook_index`.
        products : int
            How many products the panel has.
        """
        own = self.normalisation == "panel"
        spread = self.spread(outlook, products) if own else deviation(outlook, 0)
        return _over(outlook - outlook.mean(), spread)


def deviation(numbers: Floats, ddof: int) -> float:
    """Return the standard deviation; 0 where what differs is rounding.

    Parameters
    ----------
    numbers : ndarray, shape (n,)
        Numbers, all known.
    ddof : int
        Degrees of freedom that are taken off.
    """
    if len(numbers) <= ddof:
        return 0.0
    spread = float(numbers.std(ddof=ddof))
    return spread if spread > 1e-13 * float(np.abs(numbers).max()) else 0.0


def _over(numbers: Floats, spread: float) -> Floats:
    return numbers / spread if spread > 0.0 else np.full(len(numbers), np.nan)


def _conventions() -> Mapping[str, Convention]:
    found = {}
    for row in table("complexity_conventions"):
        updates = row["fitness_updates"]
        found[row["convention"]] = Convention(
            name=row["convention"],
            package=row["package"],
            strict=row["presence"] == "above",
            diagonal=float(row["phi_diagonal"]),
            normalisation=row["normalisation"],
            ddof=int(row["ddof"]),
            sign=row["sign"],
            fitness_updates=int(updates) if updates else None,
            outputs=frozenset(row["outputs"].split()),
            checked=row["checked"],
        )
    return MappingProxyType(found)


COMPLEXITY_CONVENTIONS = _conventions()
"""By name."""


def convention_named(name: str) -> Convention:
    """Return the convention of a name.

    Parameters
    ----------
    name : str
        One of `COMPLEXITY_CONVENTIONS`.

    Raises
    ------
    ParameterError
        If there is no such convention.

    Examples
    --------
    >>> convention_named("stata").strict, convention_named("r").ddof
    (True, 1)
    """
    if name not in COMPLEXITY_CONVENTIONS:
        expected = f"one of {', '.join(COMPLEXITY_CONVENTIONS)}"
        raise ParameterError("convention", "complexity", expected, name)
    return COMPLEXITY_CONVENTIONS[name]
