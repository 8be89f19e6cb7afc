"""Which files at a path hold trade, which years each holds, and the lists that lie beside them."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from chainwright.errors import ChainwrightError, MissingFileError, TableError
from chainwright.sources import longtable as flows
from chainwright.sources.files import Peek, members, peek, years_in
from chainwright.sources.trade_batches import Batches, is_year, of_file
from chainwright.sources.trade_layouts import Layout, layout_of, near_layout

__all__ = ["Found", "Lists", "Part", "files_at", "lists_at", "nearly_trade"]

TABLES = (".csv", ".csv.gz", ".zip", ".parquet", ".arrow", ".feather")
"""Ends of the names of files that are looked at in a folder."""

BACI = re.compile(r"BACI_HS(\d\d)_Y(\d{4})_V(\w+)\.csv", re.IGNORECASE)
"""The name of a BACI file: its revision of the HS, its year, its edition."""

REVISION = re.compile(r"(?i)(?<![a-z])hs_?(?:rev)?_?(\d{4}|\d\d)(?!\d)")
"""A revision of the HS in the name of a file."""

PLACE_LIST, PRODUCT_LIST = (
    re.compile(r"(?i)country_codes.*\.csv"),
    re.compile(r"(?i)product_codes.*\.csv"),
)
"""The lists of codes that come with BACI."""


@dataclass(frozen=True)
class Part:
    """One file of trade, or one member of a zip.

    Parameters
    ----------
    peek : Peek
        A first look at it.
    batches : Batches
        Its rows.
    layout : Layout
        Roles of its columns.
    """

    peek: Peek
    batches: Batches
    layout: Layout

    @property
    def classification(self) -> str:
        """List of the codes that the name of the file or of a column tells; empty if none."""
        if self.layout.format == "baci" and (told := BACI.search(self.peek.own_name)):
            return f"HS{_four(told[1])}"
        role = self.layout.role("product")
        if role is not None and role.classification:
            return role.classification
        told = REVISION.search(self.peek.own_name)
        return f"HS{_four(told[1])}" if told else ""

    @property
    def version(self) -> str:
        """Edition that the name of the file tells; empty if none."""
        told = BACI.search(self.peek.own_name)
        return f"HS{told[1]} V{told[3]}" if told else ""

    @property
    def named_year(self) -> int | None:
        """Year that the name tells, where it can be relied on: of BACI, or if it tells one."""
        if self.layout.format == "baci" and (told := BACI.search(self.peek.own_name)):
            return int(told[2])
        if self.layout.role("year") is None:
            years = years_in(self.peek.own_name)
            return years[0] if years else None
        return None

    @cached_property
    def years(self) -> tuple[int, ...] | None:
        """Years that it holds; None if nothing tells. Only the column of years is read for it."""
        if self.named_year is not None:
            return (self.named_year,)
        role = self.layout.role("year")
        if role is None:
            return None
        told = _stated_years(self.peek.path, role.column) if self.peek.kind == "parquet" else None
        if told is not None:
            return told
        # words that are no year are refused, with their rows, when a year is read
        words = self.words[role.column]
        return tuple(sorted(int(word) for word in words if is_year(word)))

    @property
    def products(self) -> frozenset[str]:
        """Codes of products that it holds. Only the column of products is read for it."""
        role = self.layout.role("product")
        return self.words[role.column] if role is not None else frozenset()

    @cached_property
    def words(self) -> Mapping[str, frozenset[str]]:
        """Words of the columns of years and products; a text is read once for both."""
        wanted = [r for name in ("year", "product") if (r := self.layout.role(name)) is not None]
        found: dict[str, set[str]] = {role.column: set() for role in wanted}
        for _, batch in self.batches.read([role.column for role in wanted], []):
            for role in wanted:
                column = batch.column(role.column)
                if pa.types.is_dictionary(column.type):
                    column = column.dictionary.take(column.indices.unique().drop_null())
                listed = column.unique().drop_null().to_pylist()
                found[role.column] |= {str(word).strip()[-role.take :] for word in listed}
        return {column: frozenset(words) for column, words in found.items()}

    @property
    def weight(self) -> int:
        """About how many bytes of text it holds."""
        packed = self.peek.packed == "gzip" or self.peek.kind == "parquet"
        return self.peek.size * (8 if packed else 1)


def _stated_years(path: Path, column: str) -> tuple[int, ...] | None:
    """Return the years that each row group states to be its only one, or None if one does not."""
    found = set()
    try:
        metadata = pq.read_metadata(path)
    except (pa.ArrowInvalid, OSError):
        return None
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        chunk = next(
            (
                c
                for i in range(group.num_columns)
                if (c := group.column(i)).path_in_schema == column
            ),
            None,
        )
        told = chunk.statistics if chunk is not None else None
        if told is None or not told.has_min_max or told.min != told.max or told.null_count:
            return None
        word = str(told.min)
        if not is_year(word):
            return None
        found.add(int(word))
    return tuple(sorted(found))


def _four(digits: str) -> str:
    """Return the year of a revision, which files write with two digits or four."""
    if len(digits) == 4:
        return digits
    return f"19{digits}" if int(digits) > 50 else f"20{digits}"


@dataclass(frozen=True)
class Lists:
    """The lists of codes that came with files.

    Parameters
    ----------
    places : mapping of str to str
        ISO 3166 alpha-3 code, or what stands for one, by the file's own code.
    products : mapping of str to str
        Name by code.
    """

    places: Mapping[str, str]
    products: Mapping[str, str]


@dataclass(frozen=True)
class Found:
    """What was found at a path.

    Parameters
    ----------
    parts : tuple of Part
        The files of trade; none if there are none.
    lists : tuple of Peek
        Lists of codes beside them.
    """

    parts: tuple[Part, ...]
    lists: tuple[Peek, ...]


def files_at(path: Path) -> Found:
    """Return the files of trade at a path; it reads a few lines of each.

    Parameters
    ----------
    path : path
        A file, a zip or a folder.

    Raises
    ------
    MissingFileError
        If a folder or zip holds trade in several layouts.
    """
    looks = list(_looks(path))
    parts = tuple(part for look in looks if (part := _part(look)) is not None)
    layouts = {(p.layout.format, p.layout.roles, p.classification) for p in parts}
    if len(layouts) > 1:
        listed = ", ".join(p.peek.own_name for p in parts[:6]) + (", ..." if len(parts) > 6 else "")
        msg = (
            f"'{path.name}' holds trade in {len(layouts)} layouts or revisions: {listed}. "
            "Give one of the files, or put those that belong together into a folder of their own."
        )
        raise MissingFileError(msg)
    beside = looks if path.is_dir() or len(looks) > 1 else list(_beside(path))
    lists = tuple(
        look
        for look in beside
        if look.kind == "text"
        and (PLACE_LIST.fullmatch(look.own_name) or PRODUCT_LIST.fullmatch(look.own_name))
    )
    return Found(parts, lists)


def _looks(path: Path) -> Iterator[Peek]:
    """Yield a first look at each table at a path; what cannot be opened is no trade."""
    if path.is_dir():
        for file in sorted(path.iterdir()):
            hidden = file.name.startswith((".", "~")) or file.name.endswith(".origin.json")
            if file.is_file() and not hidden and file.name.lower().endswith(TABLES):
                yield from _looks(file)
        return
    try:
        with path.open("rb") as opened:
            zipped = opened.read(4) == b"PK\x03\x04"
        if not zipped:
            yield peek(path)
            return
        if not path.name.lower().endswith((".xlsx", ".xlsm", ".xlsb", ".ods", ".npz")):
            yield from members(path)
    except (ChainwrightError, OSError):
        return


def _beside(path: Path) -> Iterator[Peek]:
    """Yield a first look at the lists of codes that lie beside a file."""
    for file in sorted(path.parent.iterdir()):
        if PLACE_LIST.fullmatch(file.name) or PRODUCT_LIST.fullmatch(file.name):
            yield from _looks(file)


def _part(look: Peek) -> Part | None:
    if look.kind not in {"text", "parquet", "arrow"}:
        return None
    try:
        batches = of_file(look)
        layout = layout_of(batches.header)
    except TableError:
        return None
    return None if layout is None else Part(look, batches, layout)


def nearly_trade(path: Path) -> Batches | None:
    """Return the rows of a file that lacks a column or two of a layout of trade, or None.

    Parameters
    ----------
    path : path
        A file of no layout that is known.
    """
    if not path.is_file():
        return None
    for look in _looks(path):
        if look.kind not in {"text", "parquet", "arrow"} or flows.matches(look):
            continue
        try:
            batches = of_file(look)
            near = near_layout(batches.header)
        except TableError:
            continue
        if near is not None:
            return batches
    return None


def lists_at(found: Found) -> Lists:
    """Return the lists of codes that came with files.

    Parameters
    ----------
    found : Found
        The files.
    """
    places: dict[str, str] = {}
    products: dict[str, str] = {}
    for look in found.lists:
        rows = _rows(look)
        if PLACE_LIST.fullmatch(look.own_name):
            for row in rows:
                code = _cell(row, ("country_iso3", "iso_3digit_alpha"))
                if code and code not in {"N/A", "NA"}:
                    places[_cell(row, ("country_code",))] = code
        else:
            for row in rows:
                products[_cell(row, ("code",))] = _cell(row, ("description",))
    return Lists(places, products)


def _cell(row: Mapping[str, str | None], names: Sequence[str]) -> str:
    return next((value.strip() for name in names if (value := row.get(name))), "")


def _rows(look: Peek) -> list[dict[str, str | None]]:
    with look.open() as file:
        text = file.read().decode("utf-8-sig", errors="replace")
    return list(csv.DictReader(io.StringIO(text)))
