"""Rows of a trade file gathered into compact columns: places in 2 bytes, products in 4."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chainwright.errors import Breach, TableError
from chainwright.sources.rows import NUMBER, SPELT_OUT, is_text
from chainwright.sources.trade_batches import Batches, NotNumbersError, is_year
from chainwright.sources.trade_layouts import Layout, Role

__all__ = ["Gathered", "Words", "counts", "gather"]

MOST_PLACES = 2**15 - 1
"""Places that a code of 2 bytes can tell apart; the world has some 250."""

PART = 2**20
"""Rows that are counted at a time."""

TEXT = ("year", "flow", "product", "quantity unit", "currency", "revision", "product name")
"""Roles of text columns besides places and breakdowns."""

Codes = npt.NDArray[np.signedinteger]
Mask = npt.NDArray[np.bool_]


@dataclass(eq=False)
class Words:
    """The words of a column in order of first appearance, and the code of each row's word.

    Parameters
    ----------
    place : dict of str to int
        Code of each word.
    codes : ndarray of int, shape (rows,)
        Code of each row's word.
    """

    place: dict[str, int] = field(default_factory=dict)
    codes: Codes = field(default_factory=lambda: np.zeros(0, np.int32))

    @property
    def words(self) -> list[str]:
        """The words by code."""
        return list(self.place)

    def first(self, code: int) -> int:
        """Return the first row whose word has a code.

        Parameters
        ----------
        code : int
            Position among the words.
        """
        return int(np.argmax(self.codes == code))


@dataclass(eq=False)
class Gathered:
    """The columns of a trade file, or of one of its years, as they stand in the file.

    Parameters
    ----------
    batches : Batches
        The file.
    layout : Layout
        Roles of its columns.
    words : dict of str to Words
        Text columns by role; breakdowns are left out once their totals are chosen.
    value, quantity : ndarray of float64, shape (rows,)
        Numbers, multiplied by the factor of their role; quantity is NaN where it is not known.
    parts : list of (first row, kept rows or None, number of rows kept)
        Which rows of the file these are.
    left_out : dict of str to int
        How many rows were left out, by reason.
    breaches : list of Breach
        Cells that are no numbers.
    """

    batches: Batches
    layout: Layout
    words: dict[str, Words] = field(default_factory=dict)
    value: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    quantity: npt.NDArray[np.float64] | None = None
    parts: list[tuple[int, npt.NDArray[np.int32] | None, int]] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    breaches: list[Breach] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)

    def where(self, row: int) -> str:
        """Return how messages name a row.

        Parameters
        ----------
        row : int
            Counted from 0 among these rows.
        """
        if not self._starts:
            sizes = [size for _, _, size in self.parts]
            self._starts = np.concatenate([[0], np.cumsum(sizes)]).tolist()
        part = bisect_right(self._starts, row) - 1
        first, kept, _ = self.parts[part]
        within = row - self._starts[part]
        return self.batches.where(first + (within if kept is None else int(kept[within])))

    def column(self, role: str) -> str:
        """Return the name of the column that plays a role.

        Parameters
        ----------
        role : str
            Such as ``"value"``.
        """
        found = self.layout.role(role)
        return found.column if found else role


def counts(codes: Codes, count: int) -> npt.NDArray[np.intp]:
    """Return how many rows have each code; by parts, since numpy counts in 8 bytes a row.

    Parameters
    ----------
    codes : ndarray of int, shape (rows,)
        Codes from 0.
    count : int
        How many codes there are.
    """
    found = np.zeros(count, dtype=np.intp)
    for first in range(0, len(codes), PART):
        found += np.bincount(codes[first : first + PART], minlength=count)
    return found


def gather(
    batches: Batches, layout: Layout, *, year: int | None = None, names: bool = False
) -> Gathered:
    """Return the columns of a trade file.

    Parameters
    ----------
    batches : Batches
        The file.
    layout : Layout
        Roles of its columns.
    year : int, optional
        The one year that is wanted; all if not given.
    names : bool
        Whether names of products are wanted too.

    Raises
    ------
    TableError
        If the file cannot be read, or a code is no text.
    """
    try:
        return _gathered(batches, layout, year, names=names, exact=False)
    except NotNumbersError:
        return _gathered(batches, layout, year, names=names, exact=True)


def _gathered(
    batches: Batches, layout: Layout, year: int | None, *, names: bool, exact: bool
) -> Gathered:
    found = Gathered(batches, layout)
    texts = [r for r in layout.roles if r.name not in {"value", "quantity"}]
    texts = [r for r in texts if names or r.name != "product name"]
    numbers = [r for r in layout.roles if r.name in {"value", "quantity"}]
    dated = next((r.column for r in texts if r.name == "year"), None)
    wanted = (dated, year) if dated and year is not None else None
    encoders = {r.name: _Encoder(r, batches, small="product" not in r.name) for r in texts}
    amounts: dict[str, list[npt.NDArray[np.float64]]] = {r.name: [] for r in numbers}
    stream = batches.read(
        [r.column for r in texts], [r.column for r in numbers], year=wanted, exact=exact
    )
    for first, batch in stream:
        codes = {r.name: encoders[r.name].encode(batch.column(r.column)) for r in texts}
        values = {
            r.name: _amounts(found, r, batch.column(r.column), first, exact=exact) for r in numbers
        }
        keep = _kept(found, _masks(layout, encoders, codes, values, year), batch.num_rows)
        kept = None if keep is None else np.flatnonzero(keep).astype(np.int32)
        if kept is not None and len(kept) == 0:
            continue
        for name, array in codes.items():
            encoders[name].add(array if kept is None else array[kept])
        for name, amount in values.items():
            amounts[name].append(amount if kept is None else amount[kept])
        found.parts.append((first, kept, batch.num_rows if kept is None else len(kept)))
    for role in texts:
        if role.name in (*layout.ends, *TEXT):
            found.words[role.name] = encoders[role.name].whole()
    found.value = _joined(amounts["value"])
    if "quantity" in amounts:
        found.quantity = _joined(amounts["quantity"])
    pa.default_memory_pool().release_unused()  # what the parser keeps for a next file
    return found


def _joined(parts: list[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    whole = np.concatenate(parts) if parts else np.zeros(0)
    parts.clear()  # one column at a time stands twice in memory, not all
    return whole


class _Encoder:
    """Puts the words of batches into one list, and each row's place in it into few bytes."""

    def __init__(self, role: Role, batches: Batches, *, small: bool) -> None:
        self.role, self.batches, self.small = role, batches, small
        self.place: dict[str, int] = {}
        self.parts: list[Codes] = []
        self._last: tuple[pa.Array | None, Codes] = (None, np.zeros(0, np.int32))

    def encode(self, column: pa.Array) -> Codes:
        """Return the code of each row's word."""
        kind = column.type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if pa.types.is_null(kind):
            column, kind = column.cast(pa.string()), pa.string()
        number = pa.types.is_integer(kind)
        if not (is_text(kind) or (number and self.role.name != "product")):
            breach = Breach(
                f"column '{self.role.column}'",
                f"values of type {kind}",
                "text, since '010121' as a number is 10121",
                f"Read the codes as text, as dtype={{'{self.role.column}': str}}.",
            )
            raise TableError(self.batches.name, [breach])
        if pa.types.is_dictionary(column.type):
            coded = column
        else:
            coded = (column if number else column.cast(pa.string())).dictionary_encode()
        table = self._table(coded.dictionary)
        indices = coded.indices
        if indices.null_count:
            indices = indices.fill_null(len(table) - 1)
        codes: Codes = table[indices.to_numpy(zero_copy_only=False)]
        return codes

    def _table(self, dictionary: pa.Array) -> Codes:
        """Return the code of each entry of a batch's dictionary; the last is of missing text."""
        if self._last[0] is not None and self._last[0].equals(dictionary):
            return self._last[1]
        take = self.role.take
        listed = ["" if w is None else str(w).strip()[-take:] for w in dictionary.to_pylist()]
        codes = [self.place.setdefault(word, len(self.place)) for word in (*listed, "")]
        if self.small and len(self.place) > MOST_PLACES:
            breach = Breach(
                f"column '{self.role.column}'",
                f"more than {MOST_PLACES:,} different codes",
                "codes of countries, provinces or cities",
                "Join small places first.",
            )
            raise TableError(self.batches.name, [breach])
        table: Codes = np.array(codes, dtype=np.int16 if self.small else np.int32)
        self._last = (dictionary, table)
        return table

    def add(self, codes: Codes) -> None:
        self.parts.append(codes)

    def whole(self) -> Words:
        """Return all that was added; words that no row has do not matter."""
        if not self.parts:
            return Words(self.place)
        codes = np.concatenate(self.parts)
        self.parts.clear()
        return Words(self.place, codes)


def _amounts(
    found: Gathered, role: Role, column: pa.Array, first: int, *, exact: bool
) -> npt.NDArray[np.float64]:
    """Return a column of numbers, NaN where none is written; text that is none is a breach."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if is_text(kind):
        good = pc.fill_null(pc.match_substring_regex(column, NUMBER), False)  # noqa: FBT003
        empty = pc.fill_null(
            pc.match_substring_regex(column, r"^\s*(NA|NaN|nan|null|NULL|\\N)?\s*$"),
            True,  # noqa: FBT003
        )
        wrong = np.flatnonzero(~(np.asarray(good) | np.asarray(empty)))
        for row in wrong[: max(SPELT_OUT - len(found.breaches), 0)]:
            found.breaches.append(
                Breach(
                    f"{found.batches.where(first + int(row))}, column '{role.column}'",
                    f"'{column[int(row)].as_py()}'",
                    "a finite number such as 1234.5",
                    "Write it with a decimal point and no thousands separators.",
                )
            )
        plain = pc.utf8_ltrim(pc.utf8_trim_whitespace(column), "+")
        column = pc.if_else(good, plain, None).cast(pa.float64())
        if len(wrong):  # told above; not again as a value that is missing
            filled = np.array(column.to_numpy(zero_copy_only=False), dtype=np.float64)
            filled[wrong] = 0.0
            return filled
    elif not (
        pa.types.is_floating(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_null(kind)
    ):
        expected = f"numbers; {'text' if exact else 'this'} is none"
        breach = Breach(
            f"column '{role.column}'", f"values of type {kind}", expected, "Give it as float64."
        )
        raise TableError(found.batches.name, [breach])
    numbers = np.asarray(
        column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64
    )
    if role.factor != 1.0:
        numbers = numbers * role.factor
    if role.name == "quantity" and role.keep == ">0":
        numbers = np.where(numbers == 0.0, np.nan, numbers)
    return numbers


def _kept(found: Gathered, masks: Iterable[tuple[str, Mask]], rows: int) -> Mask | None:
    """Return which rows of a batch count, or None if all do; count the others by reason."""
    keep = np.ones(rows, dtype=np.bool_)
    for reason, mask in masks:
        if reason:
            lost = int((keep & ~mask).sum())
            if lost:
                found.left_out[reason] = found.left_out.get(reason, 0) + lost
        keep &= mask
    return None if keep.all() else keep


def _masks(
    layout: Layout,
    encoders: dict[str, _Encoder],
    codes: dict[str, Codes],
    values: dict[str, npt.NDArray[np.float64]],
    year: int | None,
) -> Iterator[tuple[str, Mask]]:
    if year is not None and "year" in codes:
        words = encoders["year"].place  # a row of no year stays, to be refused and never lost
        kept = (str(year), *(word for word in words if not is_year(word)))
        yield "", _among(encoders["year"], codes["year"], kept)
    for role in layout.roles:
        if role.name == "value" and role.keep == ">0":
            yield f"no {role.column}", ~(values["value"] == 0.0)
        elif role.keep and role.keep != "level" and role.name in codes:
            listed = role.keep.removeprefix("!").split("|")
            if role.keep.startswith("!"):
                reason = f"{role.column} {' or '.join(listed)}, which is no one place"
                yield reason, ~_among(encoders[role.name], codes[role.name], listed)
            else:  # an empty cell is not broken down
                reason = f"{role.column} other than {listed[0]}: a part of the total"
                yield reason, _among(encoders[role.name], codes[role.name], (*listed, ""))


def _among(encoder: _Encoder, codes: Codes, listed: Iterable[str]) -> Mask:
    """Return which rows have one of the listed words; 0, 00 and 000 are one."""
    wanted = {_plain(word) for word in listed}
    table = np.array([_plain(word) in wanted for word in encoder.place], dtype=np.bool_)
    return table[codes] if len(table) else np.zeros(len(codes), dtype=np.bool_)


def _plain(word: str) -> str:
    return re.sub(r"^0+(?=\d)", "", word.casefold())
