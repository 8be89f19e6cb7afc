"""What is checked of the rows of a trade file; each check yields breaches that name rows."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach
from chainwright.sources.rowchecks import split_unit
from chainwright.sources.rows import some
from chainwright.sources.trade_batches import is_year
from chainwright.sources.trade_rows import Gathered, counts

__all__ = ["amounts", "one_word", "repeated", "years"]

Places = npt.NDArray[np.intp]


def amounts(rows: Gathered) -> Iterator[Breach]:
    """Yield values that are missing or negative, and quantities that are negative or endless.

    Parameters
    ----------
    rows : Gathered
        The rows.
    """
    for role, array in (("value", rows.value), ("quantity", rows.quantity)):
        if array is None:
            continue
        column = rows.column(role)
        low = float(np.min(array, initial=0.0))
        if low >= 0.0 and np.isfinite(array.sum()):  # NaN and endless numbers show in the sum
            continue
        bad = ~(array >= 0.0) | np.isinf(array)
        if role == "quantity" or not rows.layout.bilateral:
            bad &= ~np.isnan(array)  # not known

        def breach(row: int, role: str = role, column: str = column) -> Breach:
            number = rows.value[row] if role == "value" else rows.quantity[row]  # type: ignore[index]
            if np.isnan(number):
                found, expected = "nothing", "a value"
                remedy = "Leave a row out if its value is not known."
            elif np.isinf(number):
                found, expected, remedy = "an endless number", "a finite number", "Correct it."
            else:
                found, expected = f"{number:.15g}", "a number that is not negative"
                remedy = "Returns and corrections belong into the flow that they correct."
            return Breach(f"{rows.where(row)}, column '{column}'", found, expected, remedy)

        yield from some(np.flatnonzero(bad), breach, f"{role}s that cannot be")


def years(rows: Gathered) -> Iterator[Breach]:
    """Yield the words that are no year.

    Parameters
    ----------
    rows : Gathered
        The rows.
    """
    text = rows.words.get("year")
    if text is None:
        return
    wrong = [c for c, word in enumerate(text.words) if not is_year(word)]
    if not wrong:
        return
    yield from some(
        np.flatnonzero(np.isin(text.codes, wrong)),
        lambda row: Breach(
            f"{rows.where(row)}, column '{rows.column('year')}'",
            f"'{text.words[text.codes[row]]}'",
            "a year of four digits",
            "Write years as 2022; months are added up to years first.",
        ),
        "no year",
    )


def one_word(rows: Gathered, role: str, what: str) -> tuple[str, list[Breach]]:
    """Return the one word of a column, and a breach if there are several.

    Parameters
    ----------
    rows : Gathered
        The rows.
    role : str
        Role of the column.
    what : str
        What it tells, in the plural: ``"currencies"``.
    """
    text = rows.words.get(role)
    if text is None or not len(text.codes):
        return "", []
    used = np.flatnonzero(counts(text.codes, len(text.place)))
    words = text.words
    found = sorted((text.first(int(code)), words[code]) for code in used)
    if len(found) == 1:
        return found[0][1], []
    named = " and ".join(f"'{word}' ({rows.where(row)})" for row, word in found[:4])
    breach = Breach(
        f"column '{rows.column(role)}'",
        f"{len(found)} {what}: {named}",
        f"one of them for all rows of a file ({what} are never converted silently)",
        "Convert them to one before, or give a file for each.",
    )
    return "", [breach]


def currency_of(told: str, asked: str | None, column: str) -> tuple[str | None, str, list[Breach]]:
    """Return currency and unit of the values, and a breach where file and request disagree.

    Parameters
    ----------
    told : str
        What the file says, such as ``"thousand USD"``; empty if it says nothing.
    asked : str, optional
        ISO 4217 code that was asked for.
    column : str
        Where the file says it.
    """
    unit, stated = split_unit(told)
    if stated and asked and stated != asked:
        breach = Breach(
            f"column '{column}'",
            f"amounts in {stated}",
            f"amounts in {asked}, as was said on reading",
            "Leave the currency out: it names the money of a table that does not tell.",
        )
        return stated, unit, [breach]
    return stated or asked, unit, []


def repeated(
    rows: Gathered,
    keys: Sequence[tuple[npt.NDArray[np.signedinteger], int]],
    at: Places | None,
) -> list[Breach]:
    """Return a breach for each row whose key stands in a row before.

    The keys are sorted as numbers of 8 bytes, which takes 8 bytes a row and less than a tenth of
    a microsecond; a file whose rows are in order of the keys needs no sorting.

    Parameters
    ----------
    rows : Gathered
        The rows.
    keys : sequence of (ndarray of int, number of codes)
        The columns that make a row what it is, the slowest first.
    at : ndarray of int, optional
        Which rows of `rows` these are; all if not given.
    """
    key = _combined(keys)
    if len(key) < 2 or bool((key[1:] > key[:-1]).all()):
        return []
    key.sort()
    if not bool((key[1:] == key[:-1]).any()):
        return []
    key = _combined(keys)
    order = np.argsort(key, kind="stable")
    same = np.flatnonzero(np.diff(key[order]) == 0)
    before = dict(zip(order[same + 1].tolist(), order[same].tolist(), strict=True))

    def file_row(row: int) -> str:
        return rows.where(row if at is None else int(at[row]))

    def breach(row: int) -> Breach:
        place = row if at is None else int(at[row])
        shown = ", ".join(
            text.words[text.codes[place]]
            for role in ("year", *rows.layout.ends, "product")
            if (text := rows.words.get(role)) is not None
        )
        return Breach(
            file_row(row),
            f"the flow '{shown}' of {file_row(before[row])} again",
            "each year, exporter, importer and product once",
            "Add the rows up first, or take one of them out.",
        )

    return list(some(np.array(sorted(before), dtype=np.intp), breach, "repeated flows"))


def _combined(keys: Sequence[tuple[npt.NDArray[np.signedinteger], int]]) -> npt.NDArray[np.int64]:
    (first, _), *others = keys
    key = first.astype(np.int64)
    for codes, count in others:
        key *= max(count, 1)
        key += codes
    return key
