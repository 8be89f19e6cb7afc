"""National input-output tables of China, as the National Bureau of Statistics publishes them.

One sheet a year. A competitive table has one block of deliveries, home and foreign goods mixed,
and a column of imports that is subtracted. A non-competitive one has a column ``Origin`` and two
blocks, Domestic and Imports. Subtotals differ by year: each is checked against its parts, and is
never added twice.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from chainwright.errors import Breach, TableError, near
from chainwright.params import table
from chainwright.sources.cells import Cells, Row, gaps
from chainwright.sources.files import Format, Peek, Request, years_in
from chainwright.sources.reading import Array, Origin, Reading
from chainwright.sources.sheets import text

__all__ = ["FORMATS", "matches", "read"]

FORMAT = "China NBS national table"
HEADS = {"Code", "Description", "DescriptionInChinese", "Origin"}
FINAL = ("FU101", "FU102", "FU103", "TC", "FU201", "FU202", "EX", "IM", "ERR")
"""Columns that may be final categories; TC only where its parts are not there."""

SUBTOTALS = {
    "THC": ("FU101", "FU102"),
    "TC": ("FU101", "FU102", "FU103"),
    "GCF": ("FU201", "FU202"),
}
ADDED = ("VA001", "VA002", "VA003", "VA004")
COLUMNS = {"TIU", "THC", "GCF", "TFU", "GO", *FINAL}
ROWS = ("TII", *ADDED, "TVA", "TI")


def matches(peek: Peek) -> bool:
    """Return whether a file, at first look, has the columns of such a table.

    Parameters
    ----------
    peek : Peek
        A first look at the file.
    """
    if peek.kind == "text":
        return any(_is_header(row) for row in peek.fields[:5])
    return peek.kind == "workbook" and _sheet(peek) is not None


def _is_header(row: Sequence[object]) -> bool:
    words = [text(cell) for cell in row]
    # a table of many provinces has a column FU101 for each
    return "Code" in words and len(COLUMNS & set(words)) >= 3 and words.count("FU101") < 2


def _sheet(peek: Peek) -> str | None:
    book = peek.workbook
    found = (s for s in book.sheets if any(_is_header(row) for row in book.rows(s)[:5]))
    return next(found, None)


def read(peek: Peek, request: Request) -> Reading:
    """Return what a national table holds.

    Parameters
    ----------
    peek : Peek
        A CSV, plain or packed, or a spreadsheet with the same sheet.
    request : Request
        Year, if the file's name does not tell.

    Raises
    ------
    TableError
        If sectors in rows and columns differ, cells are no numbers, or totals are not the sums of
        their parts: the file is cut off or was edited.
    MoneyError, ParameterError
        If another currency or another year is asked for than the file's.
    """
    year = request.year_of(peek, next(iter(years_in(peek.own_name)), None))
    sheet = _Sheet(Cells(peek.name, _grid(peek), _is_header))
    imports = sheet.block("Imports") if sheet.has_origin else None
    breaches = [*sheet.cells.breaches, *_label_breaches(sheet)]
    if breaches:
        raise TableError(peek.name, breaches)
    home, categories = sheet.block("Domestic"), sheet.categories
    blocks = [home] if imports is None else [home, imports]
    sign = np.where(np.array(categories) == "IM", -1.0, 1.0)
    final, stated = home.of(categories) * sign, home.of(["GO"]).reshape(-1)
    sums = list(_sum_breaches(sheet, blocks))
    if sheet.cells.breaches or sums:
        raise TableError(peek.name, [*sheet.cells.breaches, *sums])
    names_en, names_zh = sheet.names("Description"), sheet.names("DescriptionInChinese")
    return Reading(
        origin=Origin(
            file=peek.path.name,
            format=FORMAT,
            version=f"{len(sheet.sectors)} sectors, "
            + ("competitive" if imports is None else "domestic and imported apart"),
            licence="published statistics: cite the National Bureau of Statistics of China",
            sha256=request.sha256,
        ),
        nodes=[("CHN", s) for s in sheet.sectors],
        users=[("CHN", c) for c in categories],
        matrix=home.of(sheet.sectors),
        final=final,
        value_added_kinds=ADDED,
        value_added=np.vstack([sheet.total(kind, sheet.sectors) for kind in ADDED]),
        imports=[("", s) for s in sheet.sectors] if imports else (),
        imports_matrix=imports.of(sheet.sectors) if imports else None,
        imports_final=imports.of(categories) if imports else None,
        stated_output=stated,
        code_list=_code_list(sheet.sectors, names_en, names_zh, year),
        category_list="nbs",
        names_en=names_en,
        names_zh=names_zh,
        currency=request.currency_of(peek, "CNY"),
        year=year,
        unit="10^4",
        price_basis="producer",
    )


def _grid(peek: Peek) -> list[Row]:
    if peek.kind == "workbook":
        sheet = _sheet(peek)
        return [] if sheet is None else list(peek.workbook.rows(sheet))
    with peek.open() as stream, io.TextIOWrapper(stream, "utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))


@dataclass(frozen=True, eq=False)
class _Block:
    """Rows of the sectors of one origin, all columns."""

    cells: Cells
    rows: Sequence[int]

    def of(self, columns: Sequence[str]) -> Array:
        """Return the numbers in `columns`, shape (rows, columns)."""
        return self.cells.numbers(self.rows, columns)


@dataclass(frozen=True, eq=False)
class _Sheet:
    """The sheet: which columns are sectors, which rows are theirs."""

    cells: Cells

    @cached_property
    def has_origin(self) -> bool:
        return "Origin" in self.cells.columns

    @cached_property
    def sectors(self) -> list[str]:
        """Codes of the columns that are sectors: digits, with the zeros a spreadsheet takes off."""
        return [c for c in self.cells.columns if c.isdigit()]

    @cached_property
    def categories(self) -> list[str]:
        """Final categories: no subtotal whose parts are there."""
        there = [c for c in self.cells.columns if c in FINAL]
        return [c for c in there if not set(SUBTOTALS.get(c, ())) & set(there)]

    def codes(self, origin: str) -> dict[str, int]:
        """Return the row of each code of one origin; all rows where there is no such column."""
        return {
            code: row
            for row, code in self.cells.labels("Code")
            if not self.has_origin or self.cells.label(row, "Origin") == origin
        }

    def block(self, origin: str) -> _Block:
        """Return the rows of the sectors of one origin, in the order of the columns."""
        codes = self.codes(origin)
        return _Block(self.cells, [codes[s] for s in self.sectors if s in codes])

    def total(self, code: str, columns: Sequence[str]) -> Array:
        """Return the numbers of a row below the sectors."""
        row = self.codes("TOT")[code]
        return self.cells.numbers([row], columns).reshape(-1)

    def names(self, column: str) -> dict[str, str]:
        """Return the names of the sectors in one language, as far as the file has them."""
        if column not in self.cells.columns:
            return {}
        codes = self.codes("Domestic")
        return {s: self.cells.label(codes[s], column) for s in self.sectors}


def _label_breaches(sheet: _Sheet) -> Iterator[Breach]:
    cells, sectors = sheet.cells, sheet.sectors
    known = {*COLUMNS, *HEADS}
    for column in cells.columns:
        if column not in known and not column.isdigit():
            yield Breach(
                f"column '{column}'",
                "a column that such a table does not have",
                f"sectors and {', '.join(sorted(COLUMNS))}",
                f"Take it out, or correct its name.{near(column, known)}",
            )
    needed = {"TIU", "EX", "GO", *(() if sheet.has_origin else ("IM",))}
    for column in sorted(needed - set(cells.columns)):
        yield Breach(
            "the header",
            f"no column '{column}'",
            "the columns " + ", ".join(sorted(needed)),
            "The file is cut off at its right, or a name is misspelt."
            + near(column, set(cells.columns) - known),
        )
    partly = [
        (total, sorted(set(parts) - set(cells.columns)))
        for total, parts in SUBTOTALS.items()
        if total in cells.columns and 0 < len(set(parts) - set(cells.columns)) < len(parts)
    ]
    for total, absent in partly:
        yield Breach(
            f"column '{total}'",
            f"no column {' and '.join(absent)} beside it",
            "all parts of a subtotal or none",
            "Give the whole table.",
        )
    for origin in ("Domestic", "Imports") if sheet.has_origin else ("",):
        codes = {code for code in sheet.codes(origin) if code.isdigit()}
        block = f"rows of {origin}" if origin else "the rows"
        odd = [s for s in sectors if s not in codes], sorted(codes - set(sectors))
        for found, place in zip(odd, ("row", "column"), strict=True):
            if found:
                yield Breach(
                    block,
                    f"no {place} of the sectors {', '.join(found[:8])}"
                    + (f" and {len(found) - 8} more" if len(found) > 8 else ""),
                    "the same sectors in rows and columns",
                    "The file is cut off, or a code was changed: give the whole table.",
                )
    below = set(sheet.codes("TOT"))
    for code in ROWS:
        if code not in below:
            yield Breach(
                "the rows below the sectors",
                f"no row '{code}'" + (" of origin TOT" if sheet.has_origin else ""),
                ", ".join(ROWS),
                "The file is cut off at its end: give the whole table.",
            )
    yield from _row_breaches(sheet)


def _row_breaches(sheet: _Sheet) -> Iterator[Breach]:
    """Rows that no table has, origins that are not known, and rows that come twice."""
    seen: dict[tuple[str, str], int] = {}
    origins = ("Domestic", "Imports", "TOT")
    for row, code in sheet.cells.labels("Code"):
        origin = sheet.cells.label(row, "Origin") if sheet.has_origin else ""
        where = sheet.cells.place(row)
        if not code.isdigit() and code not in ROWS:
            yield Breach(
                f"{where}, column 'Code'",
                f"'{code}'",
                f"a sector or one of {', '.join(ROWS)}",
                f"Take the row out, or correct its code.{near(code, ROWS)}",
            )
        if sheet.has_origin and origin not in origins:
            yield Breach(
                f"{where}, column 'Origin'",
                f"'{origin}'",
                f"one of {', '.join(origins)}",
                f"Correct it.{near(origin, origins)}",
            )
        if (code, origin) in seen:
            yield Breach(
                where,
                f"the row '{code}' of row {seen[code, origin] + 1} again",
                "each row once",
                "Take one of them out.",
            )
        seen.setdefault((code, origin), row)


def _sum_breaches(sheet: _Sheet, blocks: Sequence[_Block]) -> Iterator[Breach]:
    """Totals that are not what their parts add up to."""
    there, categories = sheet.cells.columns, sheet.categories
    if "IM" in categories and (imports := blocks[0].of(["IM"]).sum()) < 0.0:
        yield Breach(
            "column 'IM'",
            f"imports that add up to {imports:,.6g}",
            "imports as positive numbers, which are subtracted on reading",
            "Turn the sign of the column round.",
        )
    used = [c for c in categories if c not in ("IM", "ERR")]
    sums: dict[str, Sequence[str]] = {"TIU": sheet.sectors, "TFU": used}
    sums |= {c: parts for c, parts in SUBTOTALS.items() if parts[0] in there}
    for total, parts in sums.items():
        if total in there:
            for block in blocks:
                stated, cells = block.of([total])[:, 0], block.of(parts)
                for i in gaps(stated, cells):
                    yield _gap(sheet, block.rows[i], total, stated[i], cells[i].sum())
    if len(blocks) == 2:
        stated, cells = blocks[1].of(["GO"])[:, 0], blocks[1].of([*sheet.sectors, *used])
        for i in gaps(stated, cells):
            yield _gap(sheet, blocks[1].rows[i], "GO", stated[i], cells[i].sum())
    below, row_of = sheet.sectors, sheet.codes("TOT")
    bought = np.vstack([block.of(below) for block in blocks]).T
    added = np.column_stack([sheet.total(kind, below) for kind in ADDED])
    for code, cells in (("TII", bought), ("TVA", added), ("TI", np.hstack([bought, added]))):
        stated = sheet.total(code, below)
        for i in gaps(stated, cells):
            yield _gap(sheet, row_of[code], below[i], stated[i], cells[i].sum())


def _gap(sheet: _Sheet, row: int, column: str, stated: float, found: float) -> Breach:
    return Breach(
        f"{sheet.cells.place(row)} ({sheet.cells.label(row, 'Code')}), column '{column}'",
        f"a total of {stated:,.6g} over parts that add up to {found:,.6g}",
        "a total that is the sum of its parts",
        "The file is cut off or was edited: download it again, or mend the total.",
    )


def _code_list(
    sectors: Sequence[str], names_en: dict[str, str], names_zh: dict[str, str], year: int | None
) -> str:
    """Return the list of sectors with these codes and names; among equals the nearest in time."""
    lists: dict[str, dict[str, tuple[str, str]]] = {}
    for row in table("sectors"):
        if row["list"].startswith("nbs"):
            lists.setdefault(row["list"], {})[row["code"]] = (row["name_en"], row["name_zh"])
    fitting = {
        name: (
            sum(names_zh.get(c) == zh or names_en.get(c) == en for c, (en, zh) in codes.items()),
            -abs(int(name.rpartition("_")[2]) - (year or 0)),
        )
        for name, codes in lists.items()
        if list(codes) == list(sectors)
    }
    return max(fitting, key=lambda name: fitting[name], default="")


FORMATS = (
    Format(
        FORMAT,
        "columns Code, Description, (Origin,) sectors, TIU, final categories, GO; rows to TI",
        matches,
        read,
    ),
)
"""The formats that are read here."""
