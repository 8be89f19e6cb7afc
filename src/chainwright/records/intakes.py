"""Readings taken in: whole or not at all; what changes a value is its revision, kept beside it."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, func, insert, select

from chainwright.errors import Breach, TableError, UnknownCodeError, near
from chainwright.records.audit_chain import add_audit
from chainwright.records.reading_columns import ReadingColumns, Words
from chainwright.records.reading_rows import Rows, insert_rows, key_of, rows_of
from chainwright.records.reading_words import kind_numbers, month_text
from chainwright.records.registry import firm_codes, firm_ids
from chainwright.records.tables import intake, word
from chainwright.tables import schema

__all__ = ["Said", "digest_of", "intake_as_of", "intake_rows", "take_in", "words_by_number"]

FEW = 200
"""Up to this many firms, what the store has of them is looked up firm by firm."""

SHOWN = 20

Longs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Said:
    """Who takes readings in, when, and from which file.

    Parameters
    ----------
    at, by : str
        When (UTC), and who.
    file, sha256, note : str
        Name and hash of the file, and anything beside; empty if not given.
    """

    at: str
    by: str
    file: str = ""
    sha256: str = ""
    note: str = ""


def take_in(
    connection: Connection,
    columns: ReadingColumns,
    said: Said,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Return the number of an intake after its readings are written.

    A reading that says what the store already holds is not written again.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes.
    columns : ReadingColumns
        The readings.
    said : Said
        Who says so.
    progress : callable, optional
        Told how many rows of how many are written.

    Raises
    ------
    TableError
        If a firm is not in the registry, or a firm has two readings of a kind, item and month.
    """
    number = int(connection.execute(select(func.coalesce(func.max(intake.c.id), 0))).scalar_one())
    number += 1
    rows = _numbered(connection, columns, number)
    widths = _widths(connection)
    key = key_of(rows, widths)
    if len(key) and not np.all(key[1:] > key[:-1]):
        order = np.argsort(key, kind="stable")
        _refuse_doubles(columns, key, order)
        rows, key = rows.taken(order), key[order]
    state = _state(connection, rows, key, widths)
    kept = rows if bool(np.all(state != SAME)) else rows.taken(state != SAME)
    digest = digest_of(connection, kept)
    counts = {
        "given": len(rows),
        "added": int(np.count_nonzero(state == NEW)),
        "revised": int(np.count_nonzero(state == CHANGED)),
    }
    row = {"id": number, "at": said.at, "who": said.by, "file": said.file}
    row |= {"sha256": said.sha256, "note": said.note, **counts, "digest": digest}
    connection.execute(insert(intake), row)
    insert_rows(connection, kept, progress)
    told = {"file": said.file, "sha256": said.sha256, "note": said.note, **counts}
    add_audit(
        connection, said.at, said.by, "readings", (str(number), None, {**told, "digest": digest})
    )
    return number


NEW, CHANGED, SAME = 0, 1, 2


def _state(
    connection: Connection, rows: Rows, key: Longs, widths: tuple[int, int, int]
) -> npt.NDArray[np.int8]:
    """Return of each row whether the store has none such, another, or the same."""
    state = np.full(len(rows), NEW, dtype=np.int8)
    if not len(rows):
        return state
    firms = np.unique(rows.firm)
    held = rows_of(
        connection,
        firms=firms.tolist() if len(firms) <= FEW else None,
        months=(int(rows.month.min()), int(rows.month.max())),
    )
    if not len(held):
        return state
    there = key_of(held, widths)
    place = np.minimum(np.searchsorted(there, key), len(there) - 1)
    known = there[place] == key
    same = known.copy()
    for name in ("text", "quality", "source"):
        same &= getattr(held, name)[place] == getattr(rows, name)
    before = held.value[place]
    same &= (before == rows.value) | (np.isnan(before) & np.isnan(rows.value))
    state[known] = CHANGED
    state[same] = SAME
    return state


def _numbered(connection: Connection, columns: ReadingColumns, number: int) -> Rows:
    """Return readings as rows of the store; words that are new to it are added."""
    ids = firm_ids(connection)
    firms = [ids.get(code, -1) for code in columns.firm.words]
    used = np.bincount(columns.firm.place, minlength=len(firms)) > 0
    unknown = np.flatnonzero((np.array(firms, dtype=np.int64) < 0) & used).tolist()
    if unknown:
        faults: list[Breach] = []
        for place in unknown:
            code = columns.firm.words[place]
            first = int(np.argmax(columns.firm.place == place))
            hint = near(code, ids) if len(faults) < SHOWN else ""
            where = f"row {first + 2}, column 'firm'"
            remedy = f"Put it into the registry first: `chainwright store firms`.{hint}"
            faults.append(Breach(where, repr(code), "a firm of the registry", remedy))
        raise TableError("readings", faults)
    texts = (columns.item, columns.text, columns.source)
    needed = [word for text in texts for word in _used(text)]
    numbers = _word_numbers(connection, needed)
    item, text, source = (
        one.mapped([numbers.get(word, 0) for word in one.words]).astype(np.int32) for one in texts
    )
    return Rows(
        month=columns.month.astype(np.int16),
        firm=columns.firm.mapped(firms).astype(np.int32),
        kind=columns.kind.astype(np.int16),
        item=item,
        intake=np.full(len(columns), number, dtype=np.int32),
        value=columns.value,
        text=text,
        quality=columns.quality.astype(np.int8),
        source=source,
    )


def _used(column: Words) -> list[str]:
    counts = np.bincount(column.place, minlength=len(column.words))
    return [column.words[place] for place in np.flatnonzero(counts).tolist()]


def words_by_number(connection: Connection) -> list[str]:
    """Return the words that readings refer to, by their numbers.

    Parameters
    ----------
    connection : Connection
        To the store.
    """
    found = connection.execute(select(word.c.id, word.c.word).order_by(word.c.id)).all()
    words = [""] * (int(found[-1][0]) + 1 if found else 1)
    for number, text in found:
        words[int(number)] = str(text)
    return words


def _word_numbers(connection: Connection, needed: Iterable[str]) -> Mapping[str, int]:
    """Return the numbers of words; new ones are added."""
    known = {text: number for number, text in enumerate(words_by_number(connection))}
    fresh = [text for text in dict.fromkeys(needed) if text not in known]
    if connection.execute(select(func.count()).select_from(word)).scalar_one() == 0:
        connection.execute(insert(word), {"id": 0, "word": ""})
    added = [{"id": len(known) + i, "word": text} for i, text in enumerate(fresh)]
    if added:
        connection.execute(insert(word), added)
    return known | {text: len(known) + i for i, text in enumerate(fresh)}


def _widths(connection: Connection) -> tuple[int, int, int]:
    firms = firm_ids(connection)
    words = connection.execute(select(func.coalesce(func.max(word.c.id), 0))).scalar_one()
    return max(firms.values(), default=0) + 1, 256, int(words) + 1


def _refuse_doubles(columns: ReadingColumns, key: Longs, order: Longs) -> None:
    """Refuse two readings of one firm, kind, item and month; `order` sorts the keys."""
    again = np.flatnonzero(key[order][1:] == key[order][:-1])
    if not len(again):
        return
    kinds = {number: code for code, number in kind_numbers().items()}
    faults = []
    for place in again.tolist():
        first, second = sorted((int(order[place]), int(order[place + 1])))
        item = columns.item.words[columns.item.place[second]]
        firm = columns.firm.words[columns.firm.place[second]]
        kind = kinds[int(columns.kind[second])]
        what = f"{kind} {item}".rstrip()
        faults.append(
            Breach(
                f"row {second + 2}",
                f"{what} of {firm} in {month_text(int(columns.month[second]))} again",
                f"it once (row {first + 2} has it)",
                "Take one of them out, or add them up first.",
            )
        )
    raise TableError("readings", faults)


def digest_of(connection: Connection, rows: Rows) -> str:
    """Return the SHA-256 of rows and of the words and firms that they refer to.

    Of each column as little-endian numbers, and of a JSON text with the words by number.

    Parameters
    ----------
    connection : Connection
        To the store.
    rows : Rows
        In the order of their key.
    """
    found = hashlib.sha256()
    for field in fields(rows):
        values = np.ascontiguousarray(getattr(rows, field.name))
        found.update(values.astype(values.dtype.newbyteorder("<"), copy=False).data)
    words, firms = words_by_number(connection), firm_codes(connection)
    used = {
        str(number): words[number]
        for name in ("item", "text", "source")
        for number in np.unique(getattr(rows, name)).tolist()
    }
    codes = {str(number): firms[number] for number in np.unique(rows.firm).tolist()}
    found.update(json.dumps([used, codes], ensure_ascii=False, sort_keys=True).encode())
    return found.hexdigest()


def intake_rows(connection: Connection) -> pd.DataFrame:
    """Return the intakes with the columns of the schema `store_intakes`, the last first.

    Parameters
    ----------
    connection : Connection
        To the store.
    """
    names = [column.column for column in schema("store_intakes")]
    wanted = [intake.c["id" if name == "intake" else name] for name in names]
    found = connection.execute(select(*wanted).order_by(intake.c.id.desc())).all()
    return pd.DataFrame([tuple(row) for row in found], columns=names)


def intake_as_of(connection: Connection, moment: str | int) -> int:
    """Return the last intake that was there at a moment; 0 for none.

    Parameters
    ----------
    connection : Connection
        To the store.
    moment : str or int
        A time in UTC as the store writes it, or the number of an intake.

    Raises
    ------
    UnknownCodeError
        If there is no intake of that number.
    """
    if isinstance(moment, int):
        numbers = connection.execute(select(intake.c.id).order_by(intake.c.id)).scalars().all()
        if moment not in numbers and moment != 0:
            raise UnknownCodeError(str(moment), "intake", [str(n) for n in numbers])
        return moment
    found = connection.execute(select(func.max(intake.c.id)).where(intake.c.at <= moment)).scalar()
    return int(found or 0)
