"""Rows of readings as the store keeps them: written in bulk, read in bulk, the last intake holds.

Rows go through the driver's own cursor: SQLAlchemy words the statement, and makes no object a row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Connection, Select, func, insert, select

from chainwright.records.tables import reading

__all__ = [
    "Rows",
    "insert_rows",
    "insert_statement",
    "key_of",
    "rows_of",
    "rows_statement",
    "span",
]

BATCH = 5_000
"""Rows written at once."""
FETCH = 4_000
"""Rows fetched at once: few, so that their objects stay in the processor's cache."""

SEEKS = 20_000
"""Most pairs of month and firm that are looked up one by one; above, months are read whole."""

Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of the table `reading`, all of one length.

    Parameters
    ----------
    month, firm, kind, item, intake : ndarray
        The key: months since January 1970, numbers of the others.
    value : ndarray of float64
        NaN where there is none.
    text, quality, source : ndarray
        Numbers of words, place of the quality.
    """

    month: npt.NDArray[np.int16]
    firm: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int16]
    item: npt.NDArray[np.int32]
    intake: npt.NDArray[np.int32]
    value: npt.NDArray[np.float64]
    text: npt.NDArray[np.int32]
    quality: npt.NDArray[np.int8]
    source: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.month)

    @classmethod
    def empty(cls, rows: int) -> "Rows":
        """Return rows to be filled.

        Parameters
        ----------
        rows : int
            How many.
        """
        types = ("i2", "i4", "i2", "i4", "i4", "f8", "i4", "i1", "i4")
        return cls(*(np.empty(rows, dtype=name) for name in types))

    def taken(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int64] | slice) -> "Rows":
        """Return some of the rows.

        Parameters
        ----------
        rows : ndarray or slice
            Which, as truth values or places.
        """
        return Rows(*(getattr(self, field.name)[rows] for field in fields(self)))


def key_of(rows: Rows, widths: tuple[int, int, int]) -> Longs:
    """Return one number a row that orders as month, firm, kind and item do.

    Parameters
    ----------
    rows : Rows
        The rows.
    widths : tuple of int
        One more than the largest number of a firm, a kind and an item.
    """
    key = rows.month.astype(np.int64)
    firms, kinds, items = widths
    key = key * firms + rows.firm
    key = key * kinds + rows.kind
    return key * items + rows.item


def insert_statement(connection: Connection) -> str:
    """Return how a row is inserted, in the words of the database.

    Parameters
    ----------
    connection : Connection
        To it.
    """
    return str(insert(reading).compile(dialect=connection.dialect))


def insert_rows(
    connection: Connection, rows: Rows, progress: Callable[[int, int], None] | None = None
) -> None:
    """Write rows, which stand in the order of their key.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes.
    rows : Rows
        What to write.
    progress : callable, optional
        Told how many of how many are written.
    """
    statement = insert_statement(connection)
    cursor = connection.connection.cursor()
    for first in range(0, len(rows), BATCH):
        part = rows.taken(slice(first, first + BATCH))
        columns = [getattr(part, field.name).tolist() for field in fields(part)]
        cursor.executemany(statement, list(zip(*columns, strict=True)))
        if progress is not None:
            progress(first + len(part), len(rows))
    cursor.close()


def rows_statement(
    *,
    firms: Sequence[int] | None = None,
    months: tuple[int, int] | None = None,
    intake: int | None = None,
) -> Select[tuple[int, int, float, int]]:
    """Return the query of rows in the order of their key: whole numbers packed in three.

    Four values a row are made into objects of Python where nine would be:
    ``month << 32 | firm << 8 | kind``, ``item << 31 | intake``, the value, and
    ``text << 32 | source << 3 | quality``.

    Parameters
    ----------
    firms : sequence of int, optional
        Numbers of the firms; all if not given.
    months : tuple of int, optional
        First and last month; all if not given.
    intake : int, optional
        Last intake that counts; all if not given.
    """
    c = reading.c
    query = select(
        _packed((c.month, 32), (c.firm_id, 8), (c.kind, 0)),
        _packed((c.item_id, 31), (c.intake_id, 0)),
        c.value,
        _packed((c.text_id, 32), (c.source_id, 3), (c.quality, 0)),
    ).order_by(c.month, c.firm_id, c.kind, c.item_id, c.intake_id)
    if months is not None:
        first, last = months
        one_by_one = firms is not None and (last - first + 1) * len(firms) <= SEEKS
        listed = c.month.in_(range(first, last + 1))
        query = query.where(listed if one_by_one else c.month.between(first, last))
    if firms is not None:
        query = query.where(c.firm_id.in_(firms))
    if intake is not None:
        query = query.where(c.intake_id <= intake)
    return query


def _packed(*parts: tuple[ColumnElement[int], int]) -> ColumnElement[int]:
    """Return whole numbers side by side in one."""
    shifted = [c.bitwise_lshift(bits) if bits else c for c, bits in parts]
    total = shifted[0]
    for part in shifted[1:]:
        total = total.bitwise_or(part)
    return total


def span(connection: Connection) -> tuple[int, int] | None:
    """Return the first and last month with a reading; None without one.

    Parameters
    ----------
    connection : Connection
        To the store.
    """
    first = connection.execute(select(func.min(reading.c.month))).scalar()
    last = connection.execute(select(func.max(reading.c.month))).scalar()
    return None if first is None or last is None else (int(first), int(last))


def rows_of(
    connection: Connection,
    *,
    firms: Sequence[int] | None = None,
    months: tuple[int, int] | None = None,
    intake: int | None = None,
    history: bool = False,
) -> Rows:
    """Return the rows that hold, in the order of their key.

    Parameters
    ----------
    connection : Connection
        To the store.
    firms : sequence of int, optional
        Numbers of the firms; all if not given.
    months : tuple of int, optional
        First and last month; all if not given.
    intake : int, optional
        Last intake that counts; all if not given.
    history : bool
        Whether rows that were revised are there too.
    """
    there = span(connection)
    if there is None or (firms is not None and not len(firms)):
        return Rows.empty(0)
    low, high = there
    if months is not None:
        low, high = max(low, months[0]), min(high, months[1])
    if low > high:
        return Rows.empty(0)
    query = rows_statement(firms=firms, months=(low, high), intake=intake)
    compiled = query.compile(
        dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
    )
    names = compiled.positiontup or []
    cursor = connection.connection.cursor()
    cursor.execute(str(compiled), tuple(compiled.params[name] for name in names))
    columns: list[list[npt.NDArray[Any]]] = [[] for _ in fields(Rows)]
    while found := cursor.fetchmany(FETCH):
        part = _unpacked(list(found))
        for column, field in zip(columns, fields(Rows), strict=True):
            column.append(getattr(part, field.name))
    cursor.close()
    rows = _joined(columns)
    return rows if history else rows.taken(_last_of_key(rows))


def _unpacked(found: list[tuple[int, int, float, int]]) -> Rows:
    first, second, value, third = zip(*found, strict=True)
    key, item, words = (np.array(part, dtype=np.int64) for part in (first, second, third))
    return Rows(
        month=(key >> 32).astype(np.int16),
        firm=((key >> 8) & 0xFFFFFF).astype(np.int32),
        kind=(key & 0xFF).astype(np.int16),
        item=(item >> 31).astype(np.int32),
        intake=(item & 0x7FFFFFFF).astype(np.int32),
        value=np.array(value, dtype=np.float64),  # None is NaN
        text=(words >> 32).astype(np.int32),
        quality=(words & 7).astype(np.int8),
        source=((words >> 3) & 0x1FFFFFFF).astype(np.int32),
    )


def _joined(columns: list[list[npt.NDArray[Any]]]) -> Rows:
    """Return batches as one; each column's batches are let go when it is whole."""
    if not columns[0]:
        return Rows.empty(0)
    joined = []
    for column in columns:
        joined.append(np.concatenate(column))
        column.clear()
    return Rows(*joined)


def _last_of_key(rows: Rows) -> npt.NDArray[np.bool_] | slice:
    """Return which rows are the last of their key, in whose order they stand."""
    again = np.zeros(len(rows), dtype=bool)
    if len(rows):
        again[:-1] = True
        for part in (rows.item, rows.kind, rows.firm, rows.month):
            again[:-1] &= part[1:] == part[:-1]
    return ~again if again.any() else slice(None)
