"""Brightway's Excel layout: activities one below the other, each with its exchanges."""

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from chainwright.errors import Breach, FormatError, MissingFileError, TableError, near
from chainwright.sources.reading import Origin
from chainwright.sources.sheets import Workbook, column_name, text
from chainwright.sources.typed_rows import Rows
from chainwright.tables import schema

__all__ = ["read_workbook"]

ENDS = {"activity", "database", "project parameters", "database parameters"}
"""First cells that begin a new section."""

TYPES = {"production", "technosphere", "substitution", "biosphere"}
"""Kinds of exchanges that are understood."""

NUMBERS = {
    "uncertainty type": "uncertainty",
    "loc": "location",
    "scale": "scale",
    "minimum": "low",
    "maximum": "high",
    "factor": "factor",
}
"""Columns of exchanges that hold numbers, by what they are called here."""


@dataclass
class _Activity:
    """One activity as it stands: its fields, and the cells of its exchanges by heading."""

    sheet: str
    number: int
    fields: dict[str, str]
    exchanges: list[tuple[int, dict[str, tuple[int, Any]]]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.fields["name"]


def read_workbook(path: Path) -> tuple[Rows, Rows, Origin]:
    """Return the processes and exchanges of a workbook in brightway's layout.

    Flows without a warming potential (dust, sulphur dioxide, biogenic carbon dioxide) are left
    out, and noted. Substitution becomes a credit: an input below nought.

    Parameters
    ----------
    path : path
        The file.

    Raises
    ------
    TableError
        If the layout is broken; it lists every breach by sheet and cell.
    FormatError, MissingFileError
        If the file is no such workbook, or is not there.
    """
    if not path.is_file():
        msg = f"There is no file '{path}'."
        raise MissingFileError(msg)
    activities = list(_activities(Workbook(path)))
    if not activities:
        msg = f"'{path.name}' has no row that begins with 'Activity', as brightway writes them."
        raise FormatError(msg)
    breaches: list[Breach] = []
    codes = [_identity(activity) for activity in activities]
    made, output = [], []
    used: list[dict[str, object]] = []
    left: dict[str, None] = {}
    for activity, code in zip(activities, codes, strict=True):
        amount = _number(activity.fields.get("production amount", "")) or 1.0
        for number, cells in activity.exchanges:
            row = _exchange(activity, code, number, cells, activities, codes, breaches, left)
            if row is None:
                continue
            if row["kind"] == "production":
                amount = float(str(row["amount"]))
            else:
                used.append(row)
        made.append(_process(activity, code))
        output.append(amount)
    repeated = [i for i, code in enumerate(codes) if code in codes[:i]]
    for i in repeated:
        at = f"sheet '{activities[i].sheet}', row {activities[i].number}"
        breaches.append(Breach(at, f"{codes[i]} again", "each activity once", "Give it a code."))
    if breaches:
        raise TableError(path.name, breaches)
    frame = _framed(made, "processes")
    frame["output"] = output
    origin = Origin(
        file=path.name,
        format="brightway workbook",
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    if left:
        origin = origin.noted(f"flows without a warming potential left out: {', '.join(left)}")
    rows = [int(str(row.pop("number"))) for row in used]
    lines = Rows(path.name, _framed(used, "exchanges"), rows, [], origin, [])
    numbers = [activity.number for activity in activities]
    return Rows(path.name, frame, numbers, [], origin, []), lines, origin


def _framed(rows: list[dict[str, object]], table: str) -> pd.DataFrame:
    """Return rows with all columns of a schema; what is not given is missing."""
    frame = pd.DataFrame(index=range(len(rows)))
    for column in schema(table):
        values = [row.get(column.column) for row in rows]
        if column.type == "string":
            frame[column.column] = pd.Series(
                ["" if v is None else str(v) for v in values], dtype="str"
            )
        else:
            frame[column.column] = np.array(
                [np.nan if v is None else v for v in values], dtype=np.float64
            )
    return frame


def _activities(book: Workbook) -> Iterator[_Activity]:
    """Give the activities of all sheets that are not marked to be skipped."""
    for sheet in book.sheets:
        rows = book.rows(sheet)
        first = text(rows[0][0]).casefold() if rows and rows[0] else "skip"
        if first == "skip":
            continue
        wide = len(rows[0])
        if first == "cutoff" and wide > 1:
            wide = int(_number(rows[0][1]) or wide)
        starts = [i for i, row in enumerate(rows) if _begin(row) in ENDS]
        for start, end in pairwise([*starts, len(rows)]):
            head = rows[start][:wide]
            if _begin(head) == "activity" and len(head) > 1 and text(head[1]):
                yield _activity(sheet, start + 1, [row[:wide] for row in rows[start:end]])


def _begin(row: Sequence[object]) -> str:
    """Return the first cell of a row, folded."""
    return text(row[0]).casefold() if row else ""


def _activity(sheet: str, number: int, rows: list[list[Any]]) -> _Activity:
    """Return the activity of a block of rows: its fields, then its sections."""
    found = _Activity(sheet, number, {"name": text(rows[0][1])})
    heading: list[str] | None = None
    section = ""
    for place, row in enumerate(rows[1:], number + 1):
        begin = _begin(row)
        if not any(text(cell) for cell in row):
            continue
        if begin in {"exchanges", "parameters"}:
            section, heading = begin, None
        elif section == "exchanges" and heading is None:
            heading = [text(cell).casefold() for cell in row]
        elif section == "exchanges" and heading is not None:
            cells = zip(heading, enumerate(row), strict=False)
            found.exchanges.append((place, {named: cell for named, cell in cells if named}))
        elif not section:
            found.fields[begin] = text(row[1]) if len(row) > 1 else ""
    return found


def _identity(activity: _Activity) -> str:
    """Return the code of an activity, else its name with its product and place."""
    held = activity.fields
    if held.get("code"):
        return held["code"]
    parts = (held["name"], held.get("reference product", ""), held.get("location", ""))
    return " | ".join(dict.fromkeys(part for part in parts if part))


def _process(activity: _Activity, code: str) -> dict[str, object]:
    held = activity.fields
    primary = _number(held.get("primary share", ""))
    return {
        "process": code,
        "name_en": held["name"],
        "unit": held.get("unit", ""),
        "country": held.get("location", ""),
        "primary_share": primary,
        "declared": _number(held.get("declared", "")),
    }


def _number(cell: object) -> float | None:
    """Return a cell as a number, or None where it is none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    try:
        return float(text(cell))
    except ValueError:
        return None


def _exchange(  # noqa: PLR0917 - one row in its surroundings
    activity: _Activity,
    code: str,
    number: int,
    cells: Mapping[str, tuple[int, Any]],
    activities: list[_Activity],
    codes: list[str],
    breaches: list[Breach],
    left: dict[str, None],
) -> dict[str, object] | None:
    """Return one exchange as a row of ours, or None where it is left out or broken."""

    def told(column: str, expected: str, remedy: str) -> None:
        place, cell = cells.get(column, (0, ""))
        at = f"sheet '{activity.sheet}', cell {column_name(place)}{number} ({column})"
        breaches.append(Breach(at, repr(text(cell)), expected, remedy))

    kind = text(cells.get("type", (0, ""))[1]).casefold()
    if kind not in TYPES:
        told("type", ", ".join(sorted(TYPES)), "Say what the exchange is.")
        return None
    amount = _number(cells.get("amount", (0, ""))[1])
    if amount is None or not np.isfinite(amount):
        told("amount", "a number", "Save the file with values; a formula alone is not worked out.")
        return None
    row: dict[str, object] = {"process": code, "number": number, "kind": kind, "amount": amount}
    if kind == "production":
        return row
    row["unit"] = text(cells.get("unit", (0, ""))[1])
    for column, ours in NUMBERS.items():
        value = _number(cells.get(column, (0, ""))[1])
        if value is not None:
            row[ours] = str(int(value)) if ours == "uncertainty" else value
    if kind == "biosphere":
        row["kind"] = "emission"
        return _flow(row, cells, left, told)
    supplier = _supplier(cells, activities, codes)
    if supplier is None:
        name = text(cells.get("name", (0, ""))[1])
        hint = near(name, [a.name for a in activities])
        told("name", "one activity of this workbook", f"Add it, or give its code.{hint}")
        return None
    row |= {"kind": "input", "item": supplier, "unit": ""}
    if kind == "substitution":
        row["amount"] = -amount
        for ours in ("low", "high"):  # the credit has the bounds the other way round
            row.pop(ours, None)
        ends = [_number(cells.get(c, (0, ""))[1]) for c in ("maximum", "minimum")]
        row |= {k: -v for k, v in zip(("low", "high"), ends, strict=True) if v is not None}
        if "location" in row and row.get("uncertainty") not in {"2", None}:
            row["location"] = -float(str(row["location"]))
    return row


def _supplier(
    cells: Mapping[str, tuple[int, Any]], activities: list[_Activity], codes: list[str]
) -> str | None:
    """Return the one activity that an exchange names: by its code, else by all that is given."""
    for column in ("code", "input"):
        given = text(cells.get(column, (0, ""))[1])
        if given:
            return given if given in codes else None
    name = text(cells.get("name", (0, ""))[1])
    found = [(a, c) for a, c in zip(activities, codes, strict=True) if a.name == name]
    for column in ("reference product", "location", "unit"):
        given = text(cells.get(column, (0, ""))[1])
        if given:
            found = [(a, c) for a, c in found if a.fields.get(column, given) == given]
    return found[0][1] if len(found) == 1 else None


@cache
def _gases() -> dict[str, str]:
    """Return the gas of each flow that brightway names; one that is taken up has a minus."""
    name = files("chainwright.carbon.lifecycle").joinpath("flow_names.csv")
    rows = csv.DictReader(name.read_text("utf-8").splitlines())
    return {row["flow"].casefold(): row["gas"] for row in rows}


def _flow(
    row: dict[str, object],
    cells: Mapping[str, tuple[int, Any]],
    left: dict[str, None],
    told: Callable[[str, str, str], None],
) -> dict[str, object] | None:
    """Return an emission under the name of its gas, or None where it warms nothing."""
    name = text(cells.get("name", (0, ""))[1])
    scope = text(cells.get("scope", (0, ""))[1])
    row["scope"] = scope
    if "factor" in row:
        return {**row, "item": name}
    gas = _gases().get(name.casefold())
    if gas is None:
        left[name] = None
        return None
    mass = str(row["unit"]).casefold().replace("kilogram", "kg")
    if mass not in {"kg", ""}:
        told("unit", "kilogram", "Convert the amount to kg.")
        return None
    row |= {"item": gas.removeprefix("-"), "unit": "kg"}
    if gas.startswith("-"):
        row["amount"] = -float(str(row["amount"]))
    return row
