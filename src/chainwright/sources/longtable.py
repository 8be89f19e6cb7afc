"""The plain long table: one row a delivery, in CSV, Parquet or memory."""

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import Breach, TableError
from chainwright.sources import rowchecks
from chainwright.sources import rows as columns
from chainwright.sources.files import Format, Peek, Request, check_capacity, years_in
from chainwright.sources.reading import Array, Origin, Reading
from chainwright.sources.rows import Codes, Rows, Text

__all__ = ["FORMATS", "matches", "read", "read_table"]

FORMAT = "plain long table"

Places = npt.NDArray[np.signedinteger]


def read_table(data: object, *, currency: str | None = None, year: int | None = None) -> Reading:
    """Return the reading of a long table held in memory.

    Parameters
    ----------
    data : Arrow stream
        A pandas, polars or pyarrow table, or a DuckDB relation.
    currency : str, optional
        ISO 4217 code, if the column ``unit`` does not end in one.
    year : int, optional
        Year of the table.

    Raises
    ------
    TableError
        If the table breaks its schema; it lists every breach.
    CapacityError
        If its arrays do not fit in the memory of this machine.
    """
    origin = Origin(format=FORMAT)
    return _reading(columns.in_memory(data), origin, currency=currency, year=year)


def matches(peek: Peek) -> bool:
    """Return whether a file has most columns of the long table, however they are separated.

    Parameters
    ----------
    peek : Peek
        A first look at the file.
    """
    if peek.kind in ("parquet", "arrow"):
        return _fit(columns.names(peek)) >= 3
    if peek.kind != "text":
        return False
    line = next((t for t in peek.lines if t.strip() and not t.startswith("#")), "")
    return _fit([word.strip(" \"'") for word in re.split("[,;\t|]", line)]) >= 3


def _fit(header: list[str]) -> int:
    return len({name.casefold() for name in header} & set(columns.COLUMNS))


def read(peek: Peek, request: Request) -> Reading:
    """Return the reading of a long table in a file.

    Parameters
    ----------
    peek : Peek
        A file ``.csv`` (plain, gzip or in a zip), ``.parquet`` or ``.arrow``.
    request : Request
        Currency, if the column ``unit`` does not end in one; year, if the name does not tell.

    Raises
    ------
    TableError
        If the table breaks its schema; it lists every breach.
    CapacityError
        If its arrays do not fit in the memory of this machine.
    """
    rows = columns.of_csv(peek) if peek.kind == "text" else columns.of_arrow(peek)
    origin = Origin(file=peek.path.name, format=FORMAT, sha256=request.sha256)
    year = request.year_of(peek, next(iter(years_in(peek.own_name)), None))
    return _reading(rows, origin, currency=request.currency, year=year)


FORMATS = (
    Format(
        FORMAT,
        f"columns {', '.join(columns.COLUMNS)} and perhaps unit, in CSV, Parquet or Arrow",
        matches,
        read,
    ),
)
"""The formats that are read here."""


@dataclass(eq=False)
class _Ends:
    """Both ends of each row as one number a pair (region, label), on labels that they share."""

    rows: Rows
    regions: list[str] = field(init=False)
    words: list[str] = field(init=False)
    seller: Places = field(init=False)
    buyer: Places = field(init=False)

    def __post_init__(self) -> None:
        text = self.rows.text
        self.regions, r_from, r_to = _shared(text["from_region"], text["to_region"])
        self.words, s_from, s_to = _shared(text["from_sector"], text["to_sector"])
        self.seller = self._pair(r_from, s_from)
        self.buyer = self._pair(r_to, s_to)

    def _pair(self, region: Codes, word: Codes) -> Places:
        width = max(len(self.words), 1)
        small = len(self.regions) * width < 2**31
        codes: Places = region.astype(np.int32 if small else np.int64)
        codes *= width
        codes += word
        return codes

    def pairs(self, codes: Places) -> list[tuple[str, str]]:
        """Return region and label of each of `codes`."""
        region, word = np.divmod(codes, max(len(self.words), 1))
        return [(self.regions[r], self.words[w]) for r, w in zip(region, word, strict=True)]

    def text(self, code: int) -> str:
        """Return a pair as messages write it."""
        (pair,) = self.pairs(np.array([code]))
        return ":".join(part for part in pair if part)


def _shared(left: Text, right: Text) -> tuple[list[str], Codes, Codes]:
    place: dict[str, int] = {}
    moved = [
        np.array([place.setdefault(w, len(place)) for w in side.words], dtype=np.int32)
        for side in (left, right)
    ]
    return list(place), moved[0][left.codes], moved[1][right.codes]


def _reading(rows: Rows, origin: Origin, *, currency: str | None, year: int | None) -> Reading:
    """Return nodes and final users in order of first appearance, then dense arrays."""
    block = rowchecks.blocks(rows)
    breaches = [*rows.breaches, *rowchecks.breaches(rows, block, currency)]
    if breaches:
        raise TableError(rows.name, breaches)
    is_block = {name: block == i for i, name in enumerate(rowchecks.BLOCKS)}
    inter, final = is_block["intermediate"], is_block["final"]
    ends = _Ends(rows)
    both = np.column_stack([ends.seller, np.where(inter, ends.buyer, -1)])[inter | final].ravel()
    nodes = pd.unique(both[both >= 0])
    del both
    sold, bought = _place(nodes, ends.seller), _place(nodes, ends.buyer)
    users = _users(ends, final, is_block["import"] & (bought < 0))
    used = _place(users, ends.buyer)
    n, m = len(nodes), len(users)
    check_capacity(rows.name, 8 * n * (n + m))
    beyond = is_block["import"] | is_block["stressor"]  # their target is a node or a final user
    clash = np.flatnonzero(beyond & (bought >= 0) & (used >= 0))
    target = np.where(bought >= 0, bought, np.where(used >= 0, n + used, -1))
    lost = np.flatnonzero((beyond & (target < 0)) | (is_block["value_added"] & (bought < 0)))
    known = [*ends.pairs(nodes), *ends.pairs(users)]
    breaches = [*rowchecks.lost(rows, lost, known), *rowchecks.clashes(rows, clash)]
    fill = _Filler(rows, lost, breaches)
    matrix = fill.array(inter, sold, bought, (n, n))
    to_users = fill.array(final, sold, used, (n, m))
    kinds, kind = _names(rows, is_block["value_added"])
    added = fill.array(is_block["value_added"], kind, bought, (len(kinds), n))
    products = pd.unique(ends.seller[is_block["import"]])
    imports = fill.array(
        is_block["import"], _place(products, ends.seller), target, (len(products), n + m)
    )
    names, name = _names(rows, is_block["stressor"])
    stressors = fill.array(is_block["stressor"], name, target, (len(names), n + m))
    if breaches:
        raise TableError(rows.name, breaches)
    unit, stated = rowchecks.money_unit(rows, block)
    for column in rows.left_out:
        origin = origin.noted(f"column '{column}' left out")
    return Reading(
        origin=origin,
        nodes=ends.pairs(nodes),
        users=ends.pairs(users),
        matrix=matrix,
        final=to_users,
        value_added_kinds=kinds,
        value_added=added if kinds else None,
        imports=ends.pairs(products),
        imports_matrix=imports[:, :n].copy() if len(products) else None,
        imports_final=imports[:, n:].copy() if len(products) else None,
        stressors=[(s, rowchecks.unit_of(rows, is_block["stressor"], s)) for s in names],
        stressors_matrix=stressors[:, :n].copy() if names else None,
        stressors_final=stressors[:, n:].copy() if names else None,
        currency=stated or currency,
        year=year,
        unit=unit,
    )


def _place(known: Places, codes: Places) -> Places:
    """Position of each code in `known`, -1 where it is not there."""
    span = int(codes.max(initial=-1)) + 1
    if span > 2**26:
        return pd.Index(known).get_indexer(pd.Index(codes)).astype(np.int32)
    place = np.full(span, -1, dtype=np.int32)
    within = known < span
    place[known[within]] = np.flatnonzero(within)
    return place[codes]


def _users(ends: _Ends, final: npt.NDArray[np.bool_], odd: npt.NDArray[np.bool_]) -> Places:
    """Return the final users of `final` rows, then those of imports to a final category (`odd`)."""
    users = pd.unique(ends.buyer[final])
    categories = {label for _, label in ends.pairs(users)}
    found = pd.unique(ends.buyer[odd])
    more = [
        code
        for code, (_, label) in zip(found, ends.pairs(found), strict=True)
        if label in categories or rowchecks.is_category(label)
    ]
    return pd.unique(np.concatenate([users, np.array(more, dtype=users.dtype)]))


def _names(rows: Rows, of: npt.NDArray[np.bool_]) -> tuple[list[str], Places]:
    """Words of ``from_sector`` in the rows `of` a block, and each row's place among them."""
    text = rows.text["from_sector"]
    found = pd.unique(text.codes[of])
    return [text.words[i] for i in found], _place(found, text.codes)


@dataclass(eq=False)
class _Filler:
    """Puts the values of rows into dense arrays, and lists the keys that come twice."""

    rows: Rows
    lost: npt.NDArray[np.intp]
    breaches: list[Breach]

    def array(
        self, of: npt.NDArray[np.bool_], down: Places, across: Places, shape: tuple[int, int]
    ) -> Array:
        """Return the array that the rows `of` a block fill."""
        chosen = np.flatnonzero(of)
        if len(self.lost):
            chosen = chosen[~np.isin(chosen, self.lost)]
        array = np.zeros(shape)
        if not len(chosen):
            return array
        flat = down[chosen].astype(np.int64) * shape[1] + across[chosen]
        array.ravel()[flat] = self.rows.value[chosen]
        met = np.zeros(array.size, dtype=np.bool_)
        met[flat] = True
        if np.count_nonzero(met) < len(flat):
            order = np.argsort(flat, kind="stable")
            again = np.flatnonzero(np.diff(flat[order]) == 0)
            pairs = np.column_stack([chosen[order[again + 1]], chosen[order[again]]])
            self.breaches.extend(rowchecks.repeats(self.rows, pairs[np.argsort(pairs[:, 0])]))
        return array
