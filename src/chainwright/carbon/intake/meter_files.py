"""Files of readings opened: spreadsheets, text, flat Parquet as grids, or why they are refused."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chainwright.errors import FormatError, MissingFileError
from chainwright.sources.files import sha256
from chainwright.sources.intake.found import Sheet
from chainwright.sources.intake.grids import LARGEST, Grid, Told, grids
from chainwright.sources.intake.reasons import in_words
from chainwright.sources.intake.safe_archives import MOST_MEGABYTES, archive_fault, unzipped
from chainwright.sources.intake.texts import DELIMITERS, decoded, sheets
from chainwright.sources.intake.workbooks import formula_cells, is_workbook
from chainwright.sources.packed_files import parquet_columns

__all__ = ["OpenedFile", "grid_fault", "opened"]

ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
TEXT_ENDINGS, BOOK_ENDINGS = {".csv", ".tsv", ".txt"}, {".xlsx", ".xls", ".xlsb", ".ods"}


class OpenedFile:
    """A file of readings: its sheets, cells with formulas, widths of its rows, or what is wrong.

    Parameters
    ----------
    path : path
        The file.

    Raises
    ------
    MissingFileError
        If there is no such file.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            msg = f"There is no file '{path}'."
            raise MissingFileError(msg)
        self.path, self.name = path, path.name
        self.sha256 = sha256(path)
        self.fault: Told | None = None
        self.formulas: dict[str, set[tuple[int, int]]] = {}
        self.grids: Sequence[Grid] = ()
        self._unpacked: bytes | None = None
        self._open()

    def _open(self) -> None:
        size = self.path.stat().st_size
        if size > MOST_MEGABYTES * 2**20:
            why = f"it has {size / 2**20:,.0f} MB, and a preview takes {MOST_MEGABYTES}: divide it."
            self.fault = "unreadable", {"why": why}
            return
        with self.path.open("rb") as file:
            head = file.read(8)
        ending = self.path.suffix.lower()
        if head.startswith(b"PAR1"):
            self._parquet()
            return
        if head.startswith(GZIP):
            self._gzip()
            return
        book = is_workbook(head)
        if ending in TEXT_ENDINGS and book:
            self.fault = "wrong_ending", {"what": "a packed file or spreadsheet"}
        elif ending == ".parquet":
            self.fault = "unreadable", {"why": "it does not begin as Parquet does."}
        elif ending in BOOK_ENDINGS and not book:
            self.fault = "wrong_ending", {"what": "no spreadsheet"}
        elif ending == ".xlsm":
            self.fault = "macro", {}
        elif head.startswith(ZIP):
            raw = self.path.read_bytes()
            self.fault = archive_fault(raw)
            if not self.fault:
                self.formulas = formula_cells(raw)
        if not self.fault:
            self.grids = list(grids(self.path)[1])

    def _gzip(self) -> None:
        raw, self.fault = unzipped(self.path.read_bytes())
        inner = Path(self.name[:-3]) if self.name.lower().endswith(".gz") else self.path
        held_packed = raw.startswith((ZIP, GZIP, b"PAR1")) or is_workbook(raw[:8])
        if not self.fault and (inner == self.path or held_packed):
            what = "a packed file" if inner == self.path else "no packed text"
            self.fault = "wrong_ending", {"what": what}
        if not self.fault:
            self._unpacked = raw
            self.grids = list(sheets(inner.name, raw))

    def _parquet(self) -> None:
        try:
            plan, rows = pq.read_schema(self.path), pq.read_metadata(self.path).num_rows
            nested = [f.name for f in plan if pa.types.is_nested(f.type)]
            if nested:
                self.fault = "nested", {"column": nested[0]}
                return
            if rows * len(plan) > LARGEST:
                why = f"{rows:,} rows of {len(plan)} columns are too many for a preview."
                self.fault = "unreadable", {"why": why}
                return
            held = parquet_columns(self.name, self.path)
            if held.num_rows != rows:
                self.fault = "unreadable", {"why": f"it says {rows:,} rows and holds others."}
                return
            if (size := _text_bytes(held)) > MOST_MEGABYTES * 2**20:
                words = {"most": MOST_MEGABYTES, "size": f"{size / 2**20:,.0f}"}
                packed = size / max(self.path.stat().st_size, 1)
                self.fault = "zip_bomb", {**words, "ratio": f"{packed:,.0f}"}
                return
        except (pa.ArrowException, OSError, FormatError, UnicodeDecodeError) as error:
            self.fault = "unreadable", {"why": f"{str(error).splitlines()[0]}."}
            return
        cells = np.full((rows + 1, len(plan)), "", dtype=object)
        cells[0] = plan.names
        for j, column in enumerate(held.columns):
            cells[1:, j] = ["" if v is None or v != v else v for v in column.to_pylist()]  # noqa: PLR0124 - NaN
        lines = np.arange(1, rows + 2, dtype=np.int32)
        self.grids = [Grid(Sheet(self.name, "", lines), cells, encoding="Parquet")]

    def ragged(self, grid: Grid, header: int) -> dict[int, int]:
        """Return the rows of a text whose number of cells is not that of its header.

        Parameters
        ----------
        grid : Grid
            The one sheet of a text file.
        header : int
            Its header row.
        """
        if grid.sheet.lines is None or not grid.delimiter:
            return {}
        raw = self.path.read_bytes() if self._unpacked is None else self._unpacked
        found = decoded(raw)[0] or ""
        sign = DELIMITERS[grid.delimiter]
        widths = [len(row) for row in csv.reader(io.StringIO(found, newline=""), delimiter=sign)]
        width = widths[header]
        return {i: n for i, n in enumerate(widths[header:], header) if n and n != width}


def _text_bytes(held: pa.Table) -> int:
    """Return how many bytes the texts of a table take where each cell has its own."""
    size = 0
    for column in held.columns:
        plain = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if not (pa.types.is_string(plain) or pa.types.is_large_string(plain)):
            continue
        for part in column.chunks:
            if isinstance(part, pa.DictionaryArray):
                lengths = pc.binary_length(part.dictionary).take(part.indices)
            else:
                lengths = pc.binary_length(part)
            size += pc.sum(lengths.cast(pa.int64())).as_py() or 0
    return size


def opened(paths: Path | str | Sequence[Path | str]) -> Iterator[OpenedFile]:
    """Yield files one after another, each opened.

    Parameters
    ----------
    paths : path or sequence of path
        Files; of a folder all that may hold readings.

    Raises
    ------
    MissingFileError
        If one of them is not there.
    """
    given = [paths] if isinstance(paths, (str, Path)) else list(paths)
    for path in map(Path, given):
        if path.is_dir():
            endings = {*TEXT_ENDINGS, *BOOK_ENDINGS, ".parquet"}
            packed = tuple(f"{ending}.gz" for ending in TEXT_ENDINGS)
            inside = sorted(
                p
                for p in path.iterdir()
                if p.suffix.lower() in endings or p.name.lower().endswith(packed)
            )
            yield from (OpenedFile(p) for p in inside if not p.name.startswith(("~$", ".")))
        else:
            yield OpenedFile(path)


def grid_fault(grid: Grid) -> Told | None:
    """Return why the cells of a grid cannot be used, or None.

    Parameters
    ----------
    grid : Grid
        A sheet.
    """
    codes = dict(grid.told)
    if "mixed_encodings" in codes:
        return "mixed", {}
    if grid.readable or {"hidden_sheet", "empty_sheet", "no_worksheet"} & codes.keys():
        return None
    code, words = next(iter(grid.told))
    english, chinese = in_words(code, **words)
    return "unreadable", {"why": english, "why_zh": chinese}
