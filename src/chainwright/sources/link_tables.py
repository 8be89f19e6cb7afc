"""Tables of sales between firms, checked together with the table of the firms."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from chainwright.errors import Breach, TableError, near
from chainwright.params.agreement import agreed
from chainwright.sources.firm_tables import firm_rows
from chainwright.sources.large_rows import numbered_rows
from chainwright.sources.reading import Origin
from chainwright.sources.rows import some
from chainwright.sources.typed_rows import Rows, where

__all__ = ["LinkTables", "in_order", "link_tables"]

Places = npt.NDArray[np.int32]
Firms = npt.NDArray[np.integer]
Amounts = npt.NDArray[np.float64]

ENDS = ("supplier", "buyer")

COMPARED = 5_000
"""Most firms among which names near to an unknown one are looked for."""


@dataclass(frozen=True, eq=False)
class LinkTables:
    """Sales between firms, ordered by supplier and buyer, each pair once.

    Parameters
    ----------
    firms : DataFrame
        A row a firm, with the columns of the schema ``firms``.
    firms_origin : Origin
        Where the firms come from.
    supplier, buyer : ndarray of int32, shape (links,)
        Places of the two firms in `firms`.
    value : ndarray, shape (links,)
        Yearly sales [money], above 0.
    origin : Origin
        Where the links come from.
    """

    firms: pd.DataFrame
    firms_origin: Origin
    supplier: Places
    buyer: Places
    value: Amounts
    origin: Origin


def link_tables(
    links: object, firms: object, *, known: pd.DataFrame | None = None, origin: Origin | None = None
) -> LinkTables:
    """Return sales between firms, after every check of both tables.

    A pair that stands more than once is added up, and the origin says so. Firms without a link
    stay.

    Parameters
    ----------
    links : path or Arrow stream
        A CSV (plain or gzip) or Parquet file, or a table in memory, with the columns of the schema
        ``links``.
    firms : path or Arrow stream
        The same with the columns of the schema ``firms``, of which ``firm`` and ``sector`` are
        enough; not read where `known` is given.
    known : DataFrame, optional
        Firms that were read before.
    origin : Origin, optional
        Where they come from.

    Raises
    ------
    TableError
        If the tables are not in order: a firm sells to itself, is not in the table of firms, has no
        sector, or an amount is not above 0. It lists every breach in both.
    FormatError, MissingFileError
        If a file is no such file, or is not there.

    Examples
    --------
    >>> firms = pd.DataFrame({"firm": ["a", "b"], "sector": ["01", "C"]})
    >>> links = pd.DataFrame({"supplier": ["a", "a"], "buyer": ["b", "b"], "value": [1.0, 2.0]})
    >>> made = link_tables(links, firms)
    >>> made.value, made.origin.notes
    (array([3.]), ('1 pair of firms stood more than once and was added up',))
    """
    if known is None:
        told, faults = firm_rows(firms, sectors=True)
        frame, origin = told.frame, told.origin
        breaches, beside = _of(told, faults), f" with {told.name}"
    else:
        frame, breaches, beside = known, _without_sector(known), ""
    rows = numbered_rows(links, "links", required=(*ENDS, "value"))
    codes = _text(frame["firm"]).combine_chunks()
    supplier, buyer = (_places(rows.frame[end], codes) for end in ENDS)
    value = rows.frame["value"].to_numpy(dtype=np.float64)
    breaches += _of(rows, _faults(rows, supplier, buyer, value, codes))
    if breaches:
        raise TableError(rows.name + beside, breaches)
    supplier, buyer, value, pairs = in_order(supplier, buyer, value, len(frame))
    note = agreed(
        "{n} {n:pair|pairs} of firms stood more than once and {n:was|were} added up", n=f"{pairs:,}"
    )
    noted = rows.origin.noted(note) if pairs else rows.origin
    return LinkTables(frame, origin or Origin(), supplier, buyer, value, noted)


def _of(rows: Rows, breaches: Iterable[Breach]) -> list[Breach]:
    """Return breaches that say which table they are in."""
    return [Breach(f"{rows.name}, {b.where}", b.found, b.expected, b.remedy) for b in breaches]


def _without_sector(known: pd.DataFrame) -> list[Breach]:
    lacking = np.flatnonzero((known["sector"] == "").to_numpy())
    return list(
        some(
            lacking,
            lambda i: Breach(
                f"the firm {known['firm'][i]!r}, column 'sector'",
                "nothing",
                "the sector of each firm of a network",
                "Fill it in.",
            ),
            "firms without a sector",
        )
    )


def _text(column: "pd.Series[str]") -> pa.ChunkedArray:
    held = pa.array(column, from_pandas=True)
    chunked = held if isinstance(held, pa.ChunkedArray) else pa.chunked_array([held])
    return chunked.cast(pa.large_string())


def _places(column: "pd.Series[str]", codes: pa.Array) -> Places:
    """Return the place of each word among `codes`, -1 for a word that is none of them."""
    found = pc.index_in(_text(column), value_set=codes).fill_null(-1)
    return np.array(found.to_numpy(), dtype=np.int32)


def _faults(
    rows: Rows, supplier: Places, buyer: Places, value: Amounts, codes: pa.Array
) -> Iterator[Breach]:
    yield from rows.breaches
    for end, places in zip(ENDS, (supplier, buyer), strict=True):
        yield from _unknown(rows, end, places, codes)
    yield from some(
        np.flatnonzero((supplier == buyer) & (supplier >= 0)),
        lambda i: Breach(
            f"row {rows.numbers[i]}",
            f"{rows.frame['supplier'][i]} as its own buyer",
            "two firms",
            "Leave the row out: what a firm uses of its own is no link.",
        ),
        "firms that sell to themselves",
    )
    yield from some(
        np.flatnonzero(value <= 0),
        lambda i: Breach(
            where(rows.numbers[i], "value"),
            f"{value[i]:g}",
            "an amount above 0",
            "Leave the row out if nothing was sold; take returns off the sales.",
        ),
        "amounts that are not above 0",
    )


def _unknown(rows: Rows, end: str, places: Places, codes: pa.Array) -> Iterator[Breach]:
    given = rows.frame[end]
    lost = np.flatnonzero((places < 0) & (given != "").to_numpy())
    known = codes.to_pylist() if len(lost) > 0 and len(codes) <= COMPARED else []
    yield from some(
        lost,
        lambda i: Breach(
            where(rows.numbers[i], end),
            repr(given[i]),
            "a firm of the table of firms",
            f"Add it there, or correct it.{near(given[i], known)}",
        ),
        "firms that are not in the table of firms",
    )


def in_order(
    supplier: Firms, buyer: Firms, value: Amounts, firms: int
) -> tuple[Places, Places, Amounts, int]:
    """Return links in order of supplier and buyer, each pair once, and how many pairs were not.

    Parameters
    ----------
    supplier, buyer : ndarray of int, shape (links,)
        Places of the two firms.
    value : ndarray, shape (links,)
        Sales, added up where a pair stands more than once.
    firms : int
        Number of firms.
    """
    key = supplier.astype(np.int64) * firms + buyer
    if not (key[1:] > key[:-1]).all():
        order = np.argsort(key, kind="stable")
        key, value = key[order], value[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    pairs = int((np.diff(np.append(first, len(key))) > 1).sum())
    if pairs:
        key, value = key[first], np.add.reduceat(value, first)
    return (key // firms).astype(np.int32), (key % firms).astype(np.int32), value, pairs
