"""What a reader hands out: labels and dense arrays, as the file has them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "Origin", "Pairs", "Reading"]

Array = npt.NDArray[np.floating]
"""A dense array of float64 or float32."""

Pairs = Sequence[tuple[str, str]]
"""Labels of rows or columns: (region, sector), (region, final category), (origin, product)."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where numbers come from, and what was done to them on the way.

    Parameters
    ----------
    file : str
        Name of the file, without its folder.
    format : str
        What it was taken for, in words.
    version : str
        Edition of the data, as far as the file says.
    licence : str
        Terms of the data, as far as they are known.
    sha256 : str
        Hash of the file's bytes; empty for what was given in memory.
    notes : tuple of str
        What was done to the numbers since, in order.
    """

    file: str = ""
    format: str = "given in memory"
    version: str = ""
    licence: str = ""
    sha256: str = ""
    notes: tuple[str, ...] = ()

    def noted(self, note: str) -> "Origin":
        """Return the same origin with one more `note` at its end."""
        return replace(self, notes=(*self.notes, note))

    def as_dict(self) -> dict[str, object]:
        """Return the origin as JSON values."""
        return {**asdict(self), "notes": list(self.notes)}


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """Labels and dense arrays of one table, in the order, sign and unit of the file.

    Subtotals are left out by the reader; nothing else is changed. ``n`` nodes, ``m`` final users,
    ``k`` kinds of value added, ``e`` stressors, ``r`` rows of deliveries from abroad.

    Parameters
    ----------
    origin : Origin
        The file.
    nodes : sequence of (region, sector), n
        The producers.
    users : sequence of (region, category), m
        The final users.
    matrix : ndarray, shape (n, n)
        Intermediate deliveries; rows sell, columns buy.
    final : ndarray, shape (n, m)
        Deliveries to final users. Imports of a competitive table are a column of negative numbers.
    value_added_kinds : sequence of str, k
        Rows of value added; none if the file has none.
    value_added : ndarray, shape (k, n), optional
        Value added by kind.
    imports : sequence of (origin, product), r
        Deliveries from abroad; the origin is "" where it is not known.
    imports_matrix : ndarray, shape (r, n), optional
        Deliveries from abroad to producers.
    imports_final : ndarray, shape (r, m), optional
        Deliveries from abroad to final users.
    stressors : sequence of (name, unit), e
        Stressors, such as CO2.
    stressors_matrix : ndarray, shape (e, n), optional
        Stressors of producers.
    stressors_final : ndarray, shape (e, m), optional
        Stressors of final users.
    stated_output : ndarray, shape (n,), optional
        Output as the file states it.
    code_list : str
        Name of the list of sector codes in the fact table ``sectors``; empty if none fits.
    category_list : str
        Name of the list of final categories in the fact table ``final_categories``.
    names_en, names_zh : mapping of str to str
        Names of sector codes that the file itself gives.
    composite : sequence of str
        Regions that stand for many countries; codes such as RoW are recognised without it.
    currency : str, optional
        ISO 4217.
    year : int, optional
        Year of the table.
    unit : str
        Unit of the amounts, such as ``"million"``.
    price_basis : str
        basic, producer, purchaser or empty.
    rounding : float
        Amount by which a node's output may be off because the file's cells are rounded.
    """

    origin: Origin
    nodes: Pairs
    users: Pairs
    matrix: Array
    final: Array
    value_added_kinds: Sequence[str] = ()
    value_added: Array | None = None
    imports: Pairs = ()
    imports_matrix: Array | None = None
    imports_final: Array | None = None
    stressors: Pairs = ()
    stressors_matrix: Array | None = None
    stressors_final: Array | None = None
    stated_output: Array | None = None
    code_list: str = ""
    category_list: str = "generic"
    names_en: Mapping[str, str] = field(default_factory=dict)
    names_zh: Mapping[str, str] = field(default_factory=dict)
    composite: Sequence[str] = ()
    currency: str | None = None
    year: int | None = None
    unit: str = ""
    price_basis: str = ""
    rounding: float = 0.0
