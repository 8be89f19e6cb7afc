"""One table of a sheet: from its header and columns to rows of the maker's tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chainwright.sources.intake.bill_lines import joined_lines
from chainwright.sources.intake.bills import (
    indented,
    layout_of,
    note_units,
    of_one_product,
    product_columns,
    root_above,
    tiered,
    wide_bill,
)
from chainwright.sources.intake.columns import Column, columns
from chainwright.sources.intake.data_rows import data_rows
from chainwright.sources.intake.feeds import MUST, feeds
from chainwright.sources.intake.found import Choice, Places
from chainwright.sources.intake.grids import Grid, Told
from chainwright.sources.intake.headers import Block
from chainwright.sources.intake.headings import roles, table_of_name
from chainwright.sources.intake.segments import Part, Remark, Segment, segment
from chainwright.sources.intake.values import Values, values

__all__ = ["Read", "read_block", "subject_of"]


@dataclass(eq=False)
class Read:
    """What one table of a sheet was understood to say.

    Parameters
    ----------
    layout : str
        How it is written.
    fed : mapping of str to mapping of str to str
        Tables that it feeds: of each field, the role that fills it.
    columns : sequence of Column
        Its columns.
    read : mapping of str to Values
        Values of the columns that are used, by role.
    segments : sequence of Segment
        Rows of tables.
    remarks : list of Remark
        What is said about rows that are no data.
    rows : ndarray
        Rows with data.
    told : list of Told
        What is said about the table as a whole.
    """

    layout: str
    fed: Mapping[str, Mapping[str, str]]
    columns: Sequence[Column]
    read: Mapping[str, Values]
    segments: Sequence[Segment]
    remarks: list[Remark]
    rows: Places
    told: list[Told] = field(default_factory=list)


def subject_of(grid: Grid) -> str:
    """Return the maker's table that the name of a sheet, or else of its file, stands for.

    Parameters
    ----------
    grid : Grid
        The sheet.
    """
    return table_of_name(grid.sheet.sheet) or table_of_name(Path(grid.sheet.file).stem)


def read_block(
    grid: Grid, full: npt.NDArray[np.bool_], block: Block, choices: Sequence[Choice] = ()
) -> Read:
    """Return what one table of a sheet says.

    Parameters
    ----------
    grid : Grid
        The sheet.
    full : ndarray, shape (rows, columns)
        Which cells are filled.
    block : Block
        Header and rows.
    choices : sequence of Choice
        What a person said about columns.
    """
    subject = subject_of(grid)
    found = columns(grid, full, block, subject=subject, choices=choices)
    used = {c.role: c for c in found if c.used and c.role != "tier"}
    tiers = [c for c in found if c.used and c.role == "tier"]
    products = product_columns(grid, full, block, found, subject=subject)
    root = root_above(grid, block)
    layout = layout_of(used, tiers, products, subject=subject, root=root is not None)
    if layout == "wide bill":
        for column in products:
            column.state, column.role = "possible", "product"
            column.told = [("product_column", {"heading": column.heading.text})]
    if layout != "level columns":
        for column in tiers:
            column.state, column.told = "unused", [("not_needed", {})]
    known = used.keys() | ({"item"} if layout == "level columns" else set())
    fed = feeds(known, subject=subject, layout=layout)
    _state_unused(used, fed, layout)
    _state_feeding(used, fed)
    told: list[Told] = []
    levelled = bool("level" in used or tiers)
    if (levelled or (subject == "bill" and used)) and "bill" not in fed:
        told.append(("no_parents", {}))
    places = [c.place for c in found if c.used]
    rows, remarks = data_rows(grid.cells, full, block, places, _keys(used, fed, layout))
    held = {r: grid.cells[rows, c.place] for r, c in used.items() if c.used}
    _fill_groups(used, fed, held)
    read = {r: values(held[r], r, roles()[r].kind, used[r].unit) for r in held}
    for role, got in read.items():
        _state_read(used[role], got)
        note_units(grid, rows, used[role], got)
    parts = {r: _part(used[r], got, rows) for r, got in read.items()}
    made = Read(layout, fed, found, read, [], remarks, rows, told)
    if fed:
        made.segments = _segments(
            grid, full, made, parts, root=root, tiers=tiers, products=products
        )
    return made


def _keys(
    used: Mapping[str, Column], fed: Mapping[str, Mapping[str, str]], layout: str
) -> list[int]:
    """Return the places of the columns that say what a row is about."""
    if not fed or layout == "level columns":
        return []
    subject = next(iter(fed))
    named = {fed[subject][f] for f in MUST[subject] if f != "quantity" and f in fed[subject]}
    named |= {"item", "component", "item_name", "component_name"} & used.keys()
    return [used[role].place for role in sorted(named) if used[role].used]


def _fill_groups(
    used: Mapping[str, Column],
    fed: Mapping[str, Mapping[str, str]],
    held: dict[str, npt.NDArray[np.object_]],
) -> None:
    """Fill a stock's place down its group, where it is written in the first row of each alone.

    That is so where the first row has one, no word stands twice and some cells are empty; the
    column is then less than certain, and says so.
    """
    role = fed.get("stocks", {}).get("site", "")
    cells = held.get(role, np.empty(0, dtype=object))
    texts = [str(cell).strip() for cell in cells]
    written = [text for text in texts if text]
    if not texts or not texts[0] or len(written) == len(texts) or len(set(written)) < len(written):
        return
    begins = np.flatnonzero(np.array([bool(text) for text in texts]))
    group = np.searchsorted(begins, np.arange(len(texts)), side="right") - 1
    held[role] = cells[begins[group]]
    used[role].state = "possible"
    used[role].told.append(("group_filled", {"rows": len(texts) - len(written)}))


def _part(column: Column, got: Values, rows: Places) -> Part:
    return Part(got, rows, np.full(len(rows), column.place, dtype=np.int32), column)


def _state_unused(
    used: Mapping[str, Column], fed: Mapping[str, Mapping[str, str]], layout: str
) -> None:
    """Say of columns that fill no field that they are not needed."""
    needed = {role for fields in fed.values() for role in fields.values()}
    if "bill" in fed:
        needed |= {"position"}
    if layout in {"levels", "level columns"}:
        needed |= {"level", "item", "component", "product"} if layout == "levels" else {"product"}
    if layout in {"wide bill", "one product"}:
        needed |= {"item", "component"}
    for role, column in used.items():
        if role not in needed:
            column.state = "unused"
            column.told = [*column.told, ("not_needed", {})]


def _state_feeding(used: Mapping[str, Column], fed: Mapping[str, Mapping[str, str]]) -> None:
    """Say where names serve as identities, and where stock is taken to lie."""
    identities = {r for t, fields in fed.items() for f, r in fields.items() if f in MUST[t]}
    for role in sorted(identities):
        if role.endswith("_name"):
            used[role].told.append(("by_name", {}))
    stock = used.get(fed.get("stocks", {}).get("quantity", ""))
    if stock and "sourcing" in fed and "site" not in fed["stocks"]:
        stock.state = "possible"
        stock.told.append(("own_store", {}))


def _state_read(column: Column, got: Values) -> None:
    """Say what reading a column told about it; an assumed unit that no number needed is dropped."""
    column.told += got.told
    if any(code in {"share_hundred", "share_scale"} for code, _ in got.told):
        marked = column.heading.unit is not None
        column.state = column.state if marked else "possible"
    if column.assumed and column.unit is not None:
        if got.bare:
            column.state = "possible"
        else:
            column.told = [t for t in column.told if t[0] not in {"assumed_unit", "unknown_unit"}]
            column.candidates = []


def _segments(
    grid: Grid,
    full: npt.NDArray[np.bool_],
    made: Read,
    parts: dict[str, Part],
    *,
    root: tuple[str, int, int] | None,
    tiers: Sequence[Column],
    products: Sequence[Column],
) -> list[Segment]:
    """Return the rows of each table that is fed, the subject's first."""
    rows = made.rows
    positions = parts["position"].read.held if "position" in parts else None
    top = np.zeros(len(rows), dtype=bool)
    found: list[Segment] = []
    if made.layout == "level columns":
        quantity = parts[made.fed["bill"]["quantity"]]
        bill, parts["item"], top = tiered(grid, full, rows, tiers, quantity, positions=positions)
        found.append(bill)
    elif made.layout == "levels":
        item = parts["item"] if "item" in parts else parts["component"]
        bill, top = indented(
            grid,
            rows,
            item,
            parts[made.fed["bill"]["quantity"]],
            level_column=next(c for c in made.columns if c.role == "level" and c.used),
            above=parts.get("product"),
            root=root,
            positions=positions,
        )
        if root and (bill.fields["parent"] == root[0]).any():
            made.told.append(("root_title", {"root": root[0]}))
        found.append(bill)
    elif made.layout == "one product" and root is not None:
        item = parts["item"] if "item" in parts else parts["component"]
        quantity = parts[made.fed["bill"]["quantity"]]
        found.append(of_one_product(grid, rows, item, quantity, root, positions=positions))
        made.told.append(("root_title", {"root": root[0]}))
    elif made.layout == "wide bill":
        item = parts["item"] if "item" in parts else parts["component"]
        found.append(wide_bill(grid, rows, item, products, positions))
    subject = next(iter(made.fed))
    numbers = rows + 1 if grid.sheet.lines is None else grid.sheet.lines[rows]
    for name, fields in made.fed.items():
        if name == "bill" and made.layout != "list":
            continue
        given = {f: parts[role] for f, role in fields.items() if role in parts}
        if top.any() and name != "bill":
            given = {f: _below_top(part, top) for f, part in given.items()}
        one = segment(name, given, rows, numbers, subject=name == subject)
        if name == "bill":
            at = np.searchsorted(rows, one.rows["component"])
            texts = None if positions is None else positions[at]
            units = grid.sheet.units_at(one.rows["quantity"], one.columns["quantity"])
            one = joined_lines(one, numbers[at], texts, units=units)
        found.append(one)
    return found


def _below_top(part: Part, top: npt.NDArray[np.bool_]) -> Part:
    """Return a part of a bill's rows as missing at the top, where products stand."""
    held = part.read.held.copy()
    held[top] = np.nan if held.dtype == np.float64 else ""
    faults = {i: told for i, told in part.read.faults.items() if not top[i]}
    read = Values(held, part.read.missing | top, faults, units=part.read.units)
    return replace(part, read=read)
