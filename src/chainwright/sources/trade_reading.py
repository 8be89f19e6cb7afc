"""What a reader of trade hands out: the years at hand, and the rows of each when asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.sources.reading import Origin

__all__ = ["REVISIONS", "Reporters", "TradeReading", "TradeRequest", "YearRows"]

Reporters = Literal["importers", "exporters"]
"""Whose reports are taken, where a file has those of both sides."""


REVISIONS = ("HS1992", "HS1996", "HS2002", "HS2007", "HS2012", "HS2017", "HS2022")
"""Revisions of the Harmonized System, oldest first."""


@dataclass(frozen=True)
class TradeRequest:
    """What a reader of trade is asked for besides the file.

    Parameters
    ----------
    year : int, optional
        The one year that is wanted; the year of a table that does not say it.
    currency : str, optional
        ISO 4217 code of a table that does not say it.
    classification : str, optional
        List of the product codes, such as ``HS2017``, where the file does not say it.
    reporters : str
        ``"importers"`` or ``"exporters"``, where a file has the reports of both.
    given : bool
        Whether codes of places are taken as they are, not held against the list of countries.
    saved : bool
        Whether the rows are trade that was saved: flows from a place to itself stay, and a year
        may have no row, as all of it lies within a bloc.

    Raises
    ------
    ParameterError
        If the reporters or the revision of the Harmonized System are none.
    """

    year: int | None = None
    currency: str | None = None
    classification: str | None = None
    reporters: Reporters = "importers"
    given: bool = False
    saved: bool = False

    def __post_init__(self) -> None:
        if self.reporters not in get_args(Reporters):
            expected = "'importers' or 'exporters'"
            raise ParameterError("reporters", "reading trade", expected, self.reporters)
        named = self.classification or ""
        if named.startswith("HS") and named not in REVISIONS:
            expected = f"one of {', '.join(REVISIONS)}, another list, or 'given'"
            raise ParameterError("classification", "reading trade", expected, named)


@dataclass(frozen=True, eq=False)
class YearRows:
    """The rows of one year, checked; codes are sorted, rows are in the order of the file.

    Parameters
    ----------
    year : int, optional
        The year; absent where nothing tells.
    places, products : tuple of str
        Codes that occur.
    exporter : ndarray of int16, shape (rows,)
        Position in `places`.
    importer : ndarray of int16, shape (rows,), optional
        Position in `places`; absent where only exports are known.
    product : ndarray of int32, shape (rows,)
        Position in `products`.
    value : ndarray of float64, shape (rows,)
        Value.
    quantity : ndarray of float64, shape (rows,), optional
        Quantity, NaN where it is not known.
    """

    year: int | None
    places: tuple[str, ...]
    products: tuple[str, ...]
    exporter: npt.NDArray[np.int16]
    importer: npt.NDArray[np.int16] | None
    product: npt.NDArray[np.int32]
    value: npt.NDArray[np.float64]
    quantity: npt.NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class TradeReading:
    """Trade over years, each read when it is asked for.

    Parameters
    ----------
    years : tuple of int or None
        Years at hand, rising; one None where nothing tells the year.
    bilateral : bool
        Whether it is known who buys.
    read : callable
        Returns the rows of a year.
    classification : str
        List of the product codes; ``"given"`` where none is known.
    currency, unit : str
        Of the values.
    quantity_unit : str
        Of the quantities; empty if there are none or the file does not say it.
    origin : Origin
        Where it comes from.
    names : mapping of str to str
        Names of products that come with the file.
    """

    years: tuple[int | None, ...]
    bilateral: bool
    read: Callable[[int | None], YearRows]
    classification: str
    currency: str | None
    unit: str
    quantity_unit: str
    origin: Origin
    names: Mapping[str, str] = field(default_factory=dict)
