"""Readings that a store holds, handed out as an Arrow table or with the history of one of them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, select

from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.params.kept_units import QUALITIES, unit_in
from chainwright.records.intakes import words_by_number
from chainwright.records.reading_rows import Rows, rows_of
from chainwright.records.reading_words import kind_numbers, month_number, month_text
from chainwright.records.registry import firm_codes, firm_id, firm_ids
from chainwright.records.tables import intake, reading, word
from chainwright.tables import schema

__all__ = ["as_table", "held_table", "months_of", "revision_rows"]


def months_of(span: str | Sequence[str]) -> tuple[int, int]:
    """Return the first and last month of a span, as months since January 1970.

    Parameters
    ----------
    span : str or sequence of str
        A month such as ``"2026-10"``, or the first and the last.

    Raises
    ------
    ParameterError
        If it is neither.
    """
    given = (span, span) if isinstance(span, str) else tuple(span)
    numbers = [month_number(text) for text in given]
    if len(numbers) == 2 and numbers[0] is not None and numbers[1] is not None:
        return numbers[0], numbers[1]
    expected = "a month such as '2026-10', or the first and the last of a span"
    raise ParameterError("months", "the readings of a store", expected, span)


def held_table(
    connection: Connection,
    *,
    firms: str | Sequence[str] | None,
    months: tuple[int, int] | None,
    intake: int | None,
) -> pa.Table:
    """Return readings as they hold, sorted by firm, month and kind.

    Parameters
    ----------
    connection : Connection
        To the store.
    firms : str or sequence of str, optional
        Whose; all if not given.
    months : tuple of int, optional
        First and last month; all if not given.
    intake : int, optional
        Last intake that counts; all if not given.

    Raises
    ------
    UnknownCodeError
        If a firm is not in the registry.
    """
    numbers = None
    if firms is not None:
        ids = firm_ids(connection)
        asked = [firms] if isinstance(firms, str) else list(firms)
        for code in asked:
            if code not in ids:
                raise UnknownCodeError(code, "firm of the registry", ids)
        numbers = sorted({ids[code] for code in asked})
    rows = rows_of(connection, firms=numbers, months=months, intake=intake)
    return as_table(rows, firm_codes(connection), words_by_number(connection))


def as_table(rows: Rows, firms: dict[int, str], words: list[str]) -> pa.Table:
    """Return rows as an Arrow table with the columns of ``chainwright schema readings``.

    Words are dictionaries; rows are sorted by firm, month and kind.

    Parameters
    ----------
    rows : Rows
        In the order of their key, which the month leads.
    firms : dict of int to str
        Codes of the firms by number.
    words : list of str
        Words by number.
    """
    codes = sorted(firms.values())
    ranks = np.zeros(max(firms, default=0) + 1, dtype=np.int32)
    place_of = {code: place for place, code in enumerate(codes)}
    for number, code in firms.items():
        ranks[number] = place_of[code]
    firm = ranks[rows.firm]
    order = np.argsort(firm, kind="stable")
    months = np.unique(rows.month)
    period = np.searchsorted(months, rows.month).astype(np.int16)
    kinds = sorted(kind_numbers().items(), key=lambda pair: pair[1])
    kind_words = [code for code, _ in kinds]
    kind_place = np.zeros(256, dtype=np.int8)
    kind_place[[number for _, number in kinds]] = np.arange(len(kinds))
    kind = kind_place[rows.kind]
    unit_words, unit = _units(kind, rows.item, kind_words, words)
    columns = {
        "firm": _dictionary(firm[order], codes),
        "kind": _dictionary(kind[order], kind_words),
        "item": _narrowed(rows.item[order], words),
        "period": _dictionary(period[order], [month_text(m) for m in months.tolist()]),
        "value": pa.array(rows.value[order], from_pandas=True),
        "text": _narrowed(rows.text[order], words),
        "unit": _dictionary(unit[order], unit_words),
        "quality": _dictionary(rows.quality[order], list(QUALITIES)),
        "source": _narrowed(rows.source[order], words),
    }
    return pa.table({name: columns[name] for name in (c.column for c in schema("readings"))})


def _dictionary(
    place: npt.NDArray[np.int8] | npt.NDArray[np.int16] | npt.NDArray[np.int32], words: list[str]
) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(place), pa.array(words, type=pa.string()))


def _narrowed(number: npt.NDArray[np.int32], words: list[str]) -> pa.DictionaryArray:
    """Return a column of words whose dictionary has those alone that stand in it."""
    used = np.zeros(len(words), dtype=bool)
    used[number] = True
    place = (np.cumsum(used) - 1).astype(np.int32)
    return _dictionary(place[number], [words[n] for n in np.flatnonzero(used).tolist()])


def _units(
    kind: npt.NDArray[np.int8],
    item: npt.NDArray[np.int32],
    kinds: list[str],
    words: list[str],
) -> tuple[list[str], npt.NDArray[np.int16]]:
    """Return the units there are, and the place of each row's."""
    packed = kind.astype(np.int64) * len(words) + item
    pairs = np.unique(packed)
    units = [unit_in(kinds[one // len(words)], words[one % len(words)]) for one in pairs.tolist()]
    listed = list(dict.fromkeys(units))
    places = np.array([listed.index(unit) for unit in units], dtype=np.int16)
    if not len(pairs):
        return listed, np.zeros(0, dtype=np.int16)
    return listed, places[np.searchsorted(pairs, packed)]


def revision_rows(
    connection: Connection, firm: str, kind: str, item: str, period: str
) -> pd.DataFrame:
    """Return what was said of one reading, with the columns of `reading_revisions`, the last first.

    Parameters
    ----------
    connection : Connection
        To the store.
    firm, kind, item, period : str
        Which reading; the item may be empty.

    Raises
    ------
    UnknownCodeError
        If the firm or the kind is not known.
    ParameterError
        If the period is no month.
    """
    number = firm_id(connection, firm)
    if kind not in kind_numbers():
        raise UnknownCodeError(kind, "kind of data", kind_numbers())
    month = months_of(period)[0]
    text, source, words = word.alias(), word.alias(), word.alias()
    c = reading.c
    query = (
        select(
            c.intake_id,
            intake.c.at,
            intake.c.who,
            c.value,
            text.c.word,
            c.quality,
            source.c.word,
            intake.c.file,
            intake.c.note,
        )
        .join(intake, intake.c.id == c.intake_id)
        .join(text, text.c.id == c.text_id)
        .join(source, source.c.id == c.source_id)
        .join(words, words.c.id == c.item_id)
        .where(c.month == month, c.firm_id == number, c.kind == kind_numbers()[kind])
        .where(words.c.word == item)
        .order_by(c.intake_id.desc())
    )
    found = [
        (int(n), at, who, value, said, unit_in(kind, item), QUALITIES[quality], place, file, note)
        for n, at, who, value, said, quality, place, file, note in connection.execute(query)
    ]
    names = [column.column for column in schema("reading_revisions")]
    return pd.DataFrame(found, columns=names).astype({"value": "float64"})
