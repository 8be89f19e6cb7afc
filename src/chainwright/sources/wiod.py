"""WIOD, release 2013: the official workbook, and the arrays of one year beside their lists."""

import csv
import re
import zipfile
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, TableError
from chainwright.params import table
from chainwright.sources.files import Format, Peek, Request, years_in
from chainwright.sources.labels import Label, Plan, Role
from chainwright.sources.matrix import Matrix
from chainwright.sources.reading import Origin, Reading
from chainwright.sources.sheets import block, column_name, text
from chainwright.sources.square import cut

__all__ = ["FORMATS", "matches_arrays", "matches_workbook", "read_arrays", "read_workbook"]

ARRAYS = "WIOD 2013 release, arrays"
WORKBOOK = "WIOD 2013 release, workbook"

LISTS = {"countries": "iso3", "industries": "code", "final_demand": "code"}
"""Lists of codes beside the arrays, and the column that holds the codes."""

SHAPES = {"Z": 2, "F": 2, "x": 1}
"""The arrays, and how many dimensions each has."""

HEADING = 12
"""How many rows at the top of the sheet may hold the headings; the official ones take six."""

WHOLE = 2.0
"""Rounding of whole millions: in 1995-2011 sums fall below zero by 2 at most (LUX, MLT)."""


def matches_arrays(peek: Peek) -> bool:
    """Return whether a file holds numpy arrays, among them those of WIOD.

    Parameters
    ----------
    peek : Peek
        A first look at the file.
    """
    return peek.kind == "arrays" and bool({"Z", "F"} & set(peek.lines))


def read_arrays(peek: Peek, request: Request) -> Reading:
    """Return what a file ``wiot_YYYY.npz`` holds; its lists of codes lie in the same folder.

    Parameters
    ----------
    peek : Peek
        The arrays ``Z``, ``F`` and ``x``, beside countries.csv, industries.csv, final_demand.csv.
    request : Request
        Year, if the file's name does not tell.

    Raises
    ------
    TableError
        If arrays or lists are missing, are damaged, or differ in size. It lists every breach.
    """
    codes, breaches = _lists(peek.path)
    arrays, more = _arrays(peek.path)
    breaches = [*breaches, *more]
    if not breaches:
        n = len(codes["countries"]) * len(codes["industries"])
        m = len(codes["countries"]) * len(codes["final_demand"])
        shapes = {"Z": (n, n), "F": (n, m), "x": (n,)}
        breaches = [
            Breach(
                f"array {name}",
                f"{' x '.join(map(str, arrays[name].shape))} numbers",
                f"{' x '.join(map(str, shape))}, as the lists beside it say",
                "Look for missing or extra regions and sectors in the arrays or in the lists.",
            )
            for name, shape in shapes.items()
            if arrays[name].shape != shape
        ]
    if breaches:
        raise TableError(peek.name, breaches)
    return Reading(
        origin=_origin(peek, ARRAYS, request.sha256),
        nodes=[(r, s) for r in codes["countries"] for s in codes["industries"]],
        users=[(r, c) for r in codes["countries"] for c in codes["final_demand"]],
        matrix=arrays["Z"],
        final=arrays["F"],
        stated_output=arrays["x"],
        code_list="wiod2013",
        category_list="wiod2013",
        composite=[region for region in codes["countries"] if region == "RoW"],
        currency=request.currency_of(peek, "USD"),
        year=request.year_of(peek, next(iter(years_in(peek.own_name)), None)),
        unit="million",
        price_basis="basic",
        rounding=WHOLE,
    )


def _origin(peek: Peek, kind: str, sha256: str, notes: tuple[str, ...] = ()) -> Origin:
    return Origin(
        file=peek.path.name,
        format=kind,
        version="release 2013",
        licence="CC BY 4.0 (unverified)",
        sha256=sha256,
        notes=notes,
    )


def _lists(path: Path) -> tuple[dict[str, list[str]], list[Breach]]:
    """Return the codes in the lists beside the arrays, and what is wrong with the lists."""
    codes: dict[str, list[str]] = {}
    breaches = []
    for name, column in LISTS.items():
        file = path.with_name(f"{name}.csv")
        if not file.is_file():
            breaches.append(
                Breach(
                    f"folder of {path.name}",
                    f"no file {file.name}",
                    "the list of codes beside the arrays",
                    "Copy it there.",
                )
            )
            continue
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
        if not rows or any(not row.get(column) for row in rows):
            breaches.append(
                Breach(
                    f"file {file.name}",
                    f"rows without a '{column}'" if rows else "no rows",
                    f"a code in the column '{column}' of each row",
                    "Copy the list again from where the arrays come from.",
                )
            )
        codes[name] = [row.get(column) or "" for row in rows]
    return codes, breaches


def _arrays(path: Path) -> tuple[dict[str, npt.NDArray[np.float64]], list[Breach]]:
    """Return the arrays as float64, and what is wrong with them."""
    found: dict[str, npt.NDArray[np.float64]] = {}
    breaches = []
    with np.load(path) as arrays:
        for name, dimensions in SHAPES.items():
            told = "no such array"
            try:
                array: npt.NDArray[Any] | None = arrays[name]
            except KeyError:
                array = None
            except (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
                array, told = None, f"damaged bytes ({error})"
            if array is not None and array.dtype.kind in "iuf" and array.ndim == dimensions:
                found[name] = array.astype(np.float64)
                continue
            if array is not None:
                told = f"{array.ndim} dimensions of {array.dtype}"
            breaches.append(
                Breach(
                    f"array {name}",
                    told,
                    f"{dimensions} dimension{'s' if dimensions > 1 else ''} of numbers",
                    "Copy the file again from where it comes from.",
                )
            )
    return found, breaches


def needs_arrays(peek: Peek) -> int:
    """Return how many bytes the arrays take as float64, by the sizes that their headers state.

    Parameters
    ----------
    peek : Peek
        The file.
    """
    cells = 0
    with zipfile.ZipFile(peek.path) as archive:
        for name in archive.namelist():
            try:
                with archive.open(name) as member:
                    version = np.lib.format.read_magic(member)
                    read = (
                        np.lib.format.read_array_header_1_0
                        if version == (1, 0)
                        else np.lib.format.read_array_header_2_0
                    )
                    cells += int(np.prod([float(side) for side in read(member)[0]]))
            except (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error):
                continue  # what is damaged is told when it is read
    return 2 * 8 * cells


@cache
def _codes(fact: str) -> dict[str, str]:
    """Role of each code of a fact table in the list of WIOD; the code itself for sectors."""
    rows = (row for row in table(fact) if row["list"] == "wiod2013")
    return {row["code"]: row.get("role", "") for row in rows}


@cache
def _regions() -> tuple[str, ...]:
    rows = (row for row in table("regions") if "wiod2013" in row["lists"].split(";"))
    return tuple(row["code"] for row in rows)


def matches_workbook(peek: Peek) -> bool:
    """Return whether a spreadsheet's first sheet has the headings of WIOD.

    Parameters
    ----------
    peek : Peek
        A first look at the file.
    """
    if peek.kind != "workbook" or not peek.workbook.sheets:
        return False
    return _corner(peek.workbook.rows(0)) is not None


def _corner(rows: Sequence[Sequence[object]]) -> tuple[int, int] | None:
    """Return the row and column that hold the codes c1, c2, ..., or None if there are none."""
    for i, row in enumerate(rows[:HEADING]):
        if sum(text(cell) == "c1" for cell in row) and any(text(cell) == "c37" for cell in row):
            for j in range(min(HEADING, len(row))):
                if i + 1 < len(rows) and text(rows[i + 1][j]) in _codes("sectors"):
                    return i, j
    return None


def read_workbook(peek: Peek, request: Request) -> Reading:
    """Return what the official workbook ``wiotYY_row_*.xlsx`` holds, in its first sheet.

    Above the numbers stand code, name, region and c-code, and so beside them; the rows below
    c35 are value added by kind (r99, r61 to r65), r60 and r69 are totals.

    Parameters
    ----------
    peek : Peek
        The file.
    request : Request
        Year, if the sheet does not tell.

    Raises
    ------
    TableError
        If labels are unknown or missing, or cells hold no number. It lists every breach.
    """
    rows = peek.workbook.rows(0)
    corner = _corner(rows)
    assert corner is not None, "the format was recognised by it"  # noqa: S101
    top, left = corner
    place_down = [i for i in range(top + 1, len(rows)) if any(cell != "" for cell in rows[i])]
    place_across = [
        j
        for j in range(left + 1, max(map(len, rows)))
        if any(j < len(row) and row[j] != "" for row in rows)
    ]
    down = [_row(rows[i][left], rows[i][left - 1]) for i in place_down]
    across = [_column(rows[top][j], rows[top - 1][j]) for j in place_across]
    across = _with_total(across)
    values, breaches = block(rows, place_down, place_across)
    if breaches:
        raise TableError(peek.name, breaches)
    found = Matrix(
        [f"row {i + 1}" for i in place_down],
        [f"column {column_name(j)}" for j in place_across],
        values,
        np.argwhere(np.isnan(values)),
    )
    blocks = cut(peek.name, found, down, across, _plan(down))
    told = re.search(r"(?<!\d)((?:19|20)\d{2})\W*$", str(rows[0][0]))
    year = int(told[1]) if told else next(iter(years_in(peek.own_name)), None)
    whole = not np.modf(blocks.matrix)[0].any() and not np.modf(blocks.final)[0].any()
    return Reading(
        origin=_origin(peek, WORKBOOK, request.sha256, blocks.notes),
        nodes=blocks.nodes,
        users=blocks.users,
        matrix=blocks.matrix,
        final=blocks.final,
        value_added_kinds=blocks.kinds,
        value_added=blocks.value_added,
        stated_output=blocks.stated_output,
        code_list="wiod2013",
        category_list="wiod2013",
        composite=[r for r in dict.fromkeys(r for r, _ in blocks.nodes) if r == "RoW"],
        currency=request.currency_of(peek, "USD"),
        year=request.year_of(peek, year),
        unit="million",
        price_basis="basic",
        rounding=WHOLE if whole else 0.0,
    )


def _row(code_cell: object, region_cell: object) -> Label:
    code, region = text(code_cell), text(region_cell)
    if code in _codes("sectors") or re.fullmatch(r"c\d+", code):
        return Label("node", f"{region} {code}".strip(), region, code)
    role = _codes("value_added").get(code)
    if role is None:
        return Label("unknown", code or "(no code)")
    if role == "total":
        return Label("output" if code == "r69" else "left out", code, "", code)
    return Label("value added", code, "", code)


def _column(code_cell: object, region_cell: object) -> Label:
    code, region = text(code_cell), text(region_cell)
    if code in _codes("final_categories"):
        return Label("final", f"{region} {code}", region, code)
    if code in _codes("sectors"):
        return Label("node", f"{region} {code}", region, code)
    return Label("unknown", f"{region} {code}".strip() or "(no code)")


def _with_total(across: Sequence[Label]) -> list[Label]:
    """Take the last column for total output: it alone has no code of its own."""
    if across and across[-1].role == "unknown":
        role: Role = "output"
        return [*across[:-1], Label(role, across[-1].text, "", "total")]
    return list(across)


def _plan(down: Sequence[Label]) -> Plan:
    """Return what a release 2013 table holds; Romania is ROM or ROU, whichever stands there."""
    held = {label.region for label in down if label.role == "node"}
    old, new = "ROM", "ROU"
    regions = tuple(new if r == old and new in held and old not in held else r for r in _regions())
    return Plan(
        edition="WIOD release 2013",
        regions=regions,
        sectors=tuple(_codes("sectors")),
        categories=tuple(_codes("final_categories")),
    )


FORMATS = (
    Format(
        ARRAYS,
        "wiot_2011.npz with the arrays Z, F and x, beside countries.csv, industries.csv and "
        "final_demand.csv",
        matches_arrays,
        read_arrays,
        needs_arrays,
    ),
    Format(
        WORKBOOK,
        "spreadsheet wiot11_row_*.xlsx; above and beside the numbers code, name, region and c1 ... "
        "c35, c37 ... c42; rows r60 to r69 below",
        matches_workbook,
        read_workbook,
        lambda peek: 3 * peek.size,
    ),
)
"""The formats that are read here."""
