"""Bills that are not lists of parent and component: indented ones, and one column a product."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from chainwright.sources.intake.bill_lines import joined_lines
from chainwright.sources.intake.cell_words import is_missing, plain
from chainwright.sources.intake.columns import Column
from chainwright.sources.intake.found import Places
from chainwright.sources.intake.grids import Grid, Told
from chainwright.sources.intake.headers import Block
from chainwright.sources.intake.headings import heading
from chainwright.sources.intake.identities import identities
from chainwright.sources.intake.levels import Tree, levels_of, tiers_of, tree
from chainwright.sources.intake.segments import Part, Remark, Segment, segment
from chainwright.sources.intake.values import Values, values

__all__ = [
    "indented",
    "layout_of",
    "note_units",
    "of_one_product",
    "product_columns",
    "root_above",
    "tiered",
    "wide_bill",
]

NUMERIC_SHARE = 0.9
"""Least part of a column's cells that are numbers where it is taken for a product's (no heading
above it says that it holds quantities)."""


def layout_of(
    used: Mapping[str, Column],
    tiers: Sequence[Column],
    products: Sequence[Column],
    *,
    subject: str,
    root: bool,
) -> str:
    """Return how a sheet writes its bill; ``list`` if it names parents, or is no bill.

    Parameters
    ----------
    used : mapping of str to Column
        Columns that are used, by role.
    tiers, products : sequence of Column
        Columns of levels, and columns that may each be a product.
    subject : str
        The table that the name of the sheet or file stands for.
    root : bool
        Whether a line above the table names a product.

    Returns
    -------
    str
        ``levels``, ``level columns``, ``wide bill``, ``one product`` or ``list``.
    """
    counted = {"usage", "count"} & used.keys()
    if len(tiers) > 1 and counted:
        return "level columns"
    if "level" in used and counted and {"item", "component"} & used.keys():
        return "levels"
    part = bool({"item", "component"} & used.keys())
    if products and part and not ({"usage", "parent"} & used.keys()):
        return "wide bill"
    alone = {"parent", "product", "stock", "supplier"}.isdisjoint(used.keys())
    if root and part and alone and ("usage" in used or (subject == "bill" and counted)):
        return "one product"
    return "list"


def of_one_product(
    grid: Grid,
    rows: Places,
    item: Part,
    quantity: Part,
    root: tuple[str, int, int],
    *,
    positions: npt.NDArray[np.object_] | None = None,
) -> Segment:
    """Return the lines of a list of parts whose product is named by a line above it.

    Parameters
    ----------
    grid : Grid
        The sheet.
    rows : ndarray, shape (rows,)
        Rows with data.
    item, quantity : Part
        Part and quantity of each row.
    root : tuple
        Product, with row and column of its cell.
    positions : ndarray, shape (rows,), optional
        Text of each row's position.
    """
    n = len(rows)
    name, row, column = root
    held = Values(np.full(n, name, dtype=object), np.zeros(n, dtype=bool))
    down, across = (np.full(n, place, dtype=np.int32) for place in (row, column))
    parts = {"parent": Part(held, down, across), "component": item, "quantity": quantity}
    numbers = rows + 1 if grid.sheet.lines is None else grid.sheet.lines[rows]
    bill = segment("bill", parts, rows, numbers, subject=True)
    kept = np.searchsorted(rows, bill.rows["component"])
    texts = None if positions is None else positions[kept]
    return _joined(grid, bill, texts)


def product_columns(
    grid: Grid,
    full: npt.NDArray[np.bool_],
    block: Block,
    columns: Sequence[Column],
    *,
    subject: str,
) -> list[Column]:
    """Return the columns of a sheet that may hold quantities in one product each.

    They are numbers under headings that are not known, on a sheet named as a bill or below a
    common heading that says that they are quantities.

    Parameters
    ----------
    grid, full, block
        The sheet, which cells are filled, and the header with the rows below.
    columns : sequence of Column
        What the columns were taken for.
    subject : str
        The table that the name of the sheet or file stands for.
    """
    found = []
    for column in columns:
        group = heading(block.groups.get(column.place, ""))
        named = subject == "bill" or group.role in {"usage", "count"}
        if column.state != "unknown" or not named or not _product_of(column):
            continue
        cells = grid.cells[block.first : block.end, column.place]
        held = cells[full[block.first : block.end, column.place]]
        read = values(held, "count", "count", None)
        good = int((~np.isnan(read.held)).sum())
        least = 1 if group.role else NUMERIC_SHARE * len(held)
        if good and good >= least:
            found.append(column)
    return found


def wide_bill(
    grid: Grid,
    rows: Places,
    item: Part,
    columns: Sequence[Column],
    positions: npt.NDArray[np.object_] | None,
) -> Segment:
    """Return the lines of a bill with one column a product; a cell of 0 or none is no line.

    Parameters
    ----------
    grid : Grid
        The sheet.
    rows : ndarray, shape (rows,)
        Rows with data.
    item : Part
        The component of each row.
    columns : sequence of Column
        Column of each product.
    positions : ndarray, shape (rows,), or None
        Text of each row's position.
    """
    n = len(rows)
    parents, quantities, missing = [], [], []
    faults: dict[int, Told] = {}
    for k, column in enumerate(columns):
        read = values(grid.cells[rows, column.place], "count", "count", column.unit)
        note_units(grid, rows, column, read)
        parents.append(np.full(n, _product_of(column), dtype=object))
        quantities.append(read.held)
        missing.append(read.missing | (read.held == 0))
        faults |= {k * n + i: told for i, told in read.faults.items()}
    times = len(columns)
    at = np.tile(rows, times)
    places = np.repeat(np.array([c.place for c in columns], dtype=np.int32), n)
    none = np.concatenate(missing)
    wanted = np.flatnonzero(~none)
    again = np.tile(item.read.missing, times), np.tile(item.read.held, times)
    component = Values(again[1], again[0], _tiled(item.read.faults, n, times))
    quantity = Values(np.concatenate(quantities), none, faults)
    parent = Values(np.concatenate(parents), np.zeros(n * times, dtype=bool))
    head = np.full(n * times, _heading_row(grid, columns), dtype=np.int32)
    parts = {
        "parent": Part(parent, head, places),
        "component": Part(component, at, np.tile(item.columns, times), item.column),
        "quantity": Part(quantity, at, places, columns[0]),
    }
    parts = {f: _taken(part, wanted) for f, part in parts.items()}
    lines = at[wanted]
    read_bill = segment("bill", parts, lines, lines, subject=True)
    kept = _kept(
        read_bill, lines, None if positions is None else np.tile(positions, times)[wanted], parts
    )
    return _joined(grid, read_bill, kept)


def _product_of(column: Column) -> str:
    """Return the product that the last line of a heading names; nothing for N/A and the like."""
    return identities([plain(column.heading.text.rsplit(" / ", 1)[-1])])[0][0]


def _heading_row(grid: Grid, columns: Sequence[Column]) -> int:
    """Return the row in which the headings of product columns stand."""
    text = columns[0].heading.text.rsplit(" / ", 1)[-1]
    column = grid.cells[:, columns[0].place]
    return next((i for i, cell in enumerate(column) if str(cell).strip() == text), 0)


def _tiled(faults: Mapping[int, Told], n: int, times: int) -> dict[int, Told]:
    return {k * n + i: told for k in range(times) for i, told in faults.items()}


def _taken(part: Part, places: npt.NDArray[np.intp]) -> Part:
    """Return some rows of a part."""
    where = (
        {int(place): i for i, place in enumerate(places)}
        if part.read.faults or part.read.notes
        else {}
    )
    held = Values(
        part.read.held[places],
        part.read.missing[places],
        {where[i]: told for i, told in part.read.faults.items() if i in where},
        {where[i]: told for i, told in part.read.notes.items() if i in where},
    )
    return Part(held, part.rows[places], part.columns[places], part.column)


def note_units(grid: Grid, rows: Places, column: Column, read: Values) -> None:
    """Keep on the sheet what the amounts of a column are measured in, or their currency.

    Parameters
    ----------
    grid : Grid
        The sheet.
    rows : ndarray, shape (rows,)
        Rows with data.
    column : Column
        The column.
    read : Values
        What was read of it.
    """
    unit, own = column.measure, {int(rows[i]): name for i, name in read.units.items()}
    if (unit or own) and len(rows):
        span = int(rows.min()), int(rows.max())
        grid.sheet.units.setdefault(column.place, []).append((*span, unit, own))


def _joined(
    grid: Grid,
    bill: Segment,
    positions: npt.NDArray[np.object_] | None,
    occurrence: Places | None = None,
) -> Segment:
    """Return a bill with each parent and component once."""
    units = grid.sheet.units_at(bill.rows["quantity"], bill.columns["quantity"])
    return joined_lines(bill, _numbers(grid, bill), positions, occurrence, units=units)


def _numbers(grid: Grid, bill: Segment) -> Places:
    """Return the number of each line's row as a person finds it."""
    rows = bill.rows["component"]
    return rows + 1 if grid.sheet.lines is None else grid.sheet.lines[rows]


def _kept(
    bill: Segment, lines: Places, texts: npt.NDArray[np.object_] | None, parts: Mapping[str, Part]
) -> npt.NDArray[np.object_] | None:
    """Return the texts of the rows that a segment kept, found by their cells."""
    if texts is None:
        return None
    key = parts["component"].rows.astype(np.int64) << 32 | parts["quantity"].columns
    kept = bill.rows["component"].astype(np.int64) << 32 | bill.columns["quantity"]
    order = np.argsort(key, kind="stable")
    held: npt.NDArray[np.object_] = texts[order[np.searchsorted(key[order], kept)]]
    return held


def tiered(
    grid: Grid,
    full: npt.NDArray[np.bool_],
    rows: Places,
    tiers: Sequence[Column],
    quantity: Part,
    *,
    positions: npt.NDArray[np.object_] | None = None,
) -> tuple[Segment, Part, npt.NDArray[np.bool_]]:
    """Return the lines of a bill with a column a level, the part of each row, and the top rows.

    Parameters
    ----------
    grid, full
        The sheet, and which cells are filled.
    rows : ndarray, shape (rows,)
        Rows with data.
    tiers : sequence of Column
        Columns of the levels, highest first.
    quantity : Part
        Quantity of each row.
    positions : ndarray, shape (rows,), optional
        Text of each row's position.
    """
    places = np.array([c.place for c in tiers], dtype=np.int32)
    numbers = rows + 1 if grid.sheet.lines is None else grid.sheet.lines[rows]
    level, found = tiers_of(full[np.ix_(rows, places)], numbers)
    read = values(grid.cells[np.ix_(rows, places)].ravel(), "item", "identity", None)
    own, above = np.arange(len(rows)), np.maximum(found.parent, 0)
    item = _at(read, rows, tiers, own, np.maximum(level, 0))
    parent = _at(read, rows, tiers, above, np.maximum(level - 1, 0))
    lines = np.flatnonzero(found.parent >= 0)
    parts = {"parent": parent, "component": item, "quantity": quantity}
    taken = {f: _taken(part, lines) for f, part in parts.items()}
    bill = segment("bill", taken, rows[lines], numbers[lines], subject=True)
    for i, told in found.faults.items():
        bill.remarks.append(Remark("refused", "row", int(rows[i]), -1, told, "bill", "parent"))
    used = np.isin(item.read.held, parent.read.held[lines])
    for i in map(int, np.flatnonzero(found.top & ~used)):
        bill.remarks.append(
            Remark("refused", "row", int(rows[i]), -1, ("no_parent", {}), "bill", "parent")
        )
    kept = np.searchsorted(rows, bill.rows["component"])
    repeated = bool((found.parent[lines] == lines).any())
    occurrence = None if repeated else found.parent[kept]
    texts = None if positions is None else positions[kept]
    joined = _joined(grid, bill, texts, occurrence)
    return joined, item, found.top


def _at(
    read: Values,
    rows: Places,
    tiers: Sequence[Column],
    down: npt.NDArray[np.integer],
    across: npt.NDArray[np.integer],
) -> Part:
    """Return the cells of level columns that stand in some rows and columns."""
    places = np.array([c.place for c in tiers], dtype=np.int32)
    flat = down * len(places) + across
    faults = {i: read.faults[int(j)] for i, j in enumerate(flat) if int(j) in read.faults}
    held = Values(read.held[flat], read.missing[flat], faults)
    return Part(held, rows[down], places[across], tiers[0])


def indented(
    grid: Grid,
    rows: Places,
    item: Part,
    quantity: Part,
    *,
    level_column: Column,
    above: Part | None = None,
    root: tuple[str, int, int] | None = None,
    positions: npt.NDArray[np.object_] | None = None,
) -> tuple[Segment, npt.NDArray[np.bool_]]:
    """Return the lines of an indented bill, and which rows stand at its top.

    Parameters
    ----------
    grid : Grid
        The sheet.
    rows : ndarray, shape (rows,)
        Rows with data, in the order of the sheet.
    item, quantity : Part
        Part and quantity of each row.
    level_column : Column
        Column of the levels.
    above : Part, optional
        Product of each row, that rows at the top go into.
    root : tuple, optional
        Product that a line above the table names, with row and column of its cell.
    positions : ndarray, shape (rows,), optional
        Text of each row's position.
    """
    numbers = rows + 1 if grid.sheet.lines is None else grid.sheet.lines[rows]
    column = level_column.place
    found = tree(levels_of(grid.cells[rows, column]), numbers)
    remarks = [
        Remark("refused", "row", int(rows[i]), column, told, "bill", "parent")
        for i, told in found.faults.items()
    ]
    remarks += _broken(found, item, rows, numbers)
    parent = _parents(found, item, above, root)
    lines = np.flatnonzero(~parent.read.missing & ~_in(found.faults, len(rows)))
    parts = {"parent": parent, "component": item, "quantity": quantity}
    taken = {f: _taken(part, lines) for f, part in parts.items()}
    bill = segment("bill", taken, rows[lines], numbers[lines], subject=True)
    bill.remarks.extend(remarks + _childless(found, parent, rows, item))
    kept = np.searchsorted(rows, bill.rows["component"])
    occurrence = np.where(found.parent[kept] >= 0, found.parent[kept], -1 - kept).astype(np.int32)
    texts = None if positions is None else positions[kept]
    return _joined(grid, bill, texts, occurrence), found.top


def _in(faults: Mapping[int, Told], n: int) -> npt.NDArray[np.bool_]:
    found = np.zeros(n, dtype=bool)
    found[list(faults)] = True
    return found


def _broken(found: Tree, item: Part, rows: Places, numbers: Places) -> list[Remark]:
    """Refuse the lines below a line whose part cannot be told; return remarks of those."""
    bad = item.read.missing | _in(item.read.faults, len(rows))
    remarks = []
    for i in map(int, np.flatnonzero(found.parent >= 0)):
        above = int(found.parent[i])
        if bad[above] and i not in found.faults:
            told: Told = ("parent_refused", {"row": int(numbers[above])})
            found.faults[i] = told
            remarks.append(Remark("refused", "row", int(rows[i]), -1, told, "bill", "parent"))
            bad[i] = True
    return remarks


def _parents(
    found: Tree, item: Part, above: Part | None, root: tuple[str, int, int] | None
) -> Part:
    """Return the parent of each line with the place of its cell; missing at the top."""
    n = len(found.parent)
    held = np.where(found.parent >= 0, item.read.held[found.parent], "").astype(object)
    rows = np.where(found.parent >= 0, item.rows[found.parent], -1).astype(np.int32)
    columns = np.where(found.parent >= 0, item.columns[found.parent], -1).astype(np.int32)
    if above is not None:
        top = found.top & ~above.read.missing & (above.read.held != item.read.held)
        held[top], rows[top] = above.read.held[top], above.rows[top]
        columns[top] = above.columns[top]
    elif root is not None and not (item.read.held[found.top] == root[0]).any():
        held[found.top], rows[found.top], columns[found.top] = root
    faulty = _in(found.faults, n)
    return Part(Values(held, (held == "") | faulty), rows, columns)


def _childless(found: Tree, parent: Part, rows: Places, item: Part) -> list[Remark]:
    """Refuse lines at the top that nothing goes into and that go into nothing."""
    used = np.zeros(len(rows), dtype=bool)
    used[found.parent[found.parent >= 0]] = True
    lone = found.top & ~used & parent.read.missing & ~item.read.missing
    return [
        Remark("refused", "row", int(rows[i]), -1, ("no_parent", {}), "bill", "parent")
        for i in map(int, np.flatnonzero(lone))
    ]


def root_above(grid: Grid, block: Block) -> tuple[str, int, int] | None:
    """Return the product that a line above the table names, with row and column of its cell.

    Parameters
    ----------
    grid : Grid
        The sheet.
    block : Block
        Header and the rows above it.
    """
    for row in block.above:
        cells = [plain(str(cell)) for cell in grid.cells[row]]
        for j, text in enumerate(cells):
            name, sign, rest = text.partition(":")
            if heading(name).role not in {"product", "parent"} or (not sign and text == ""):
                continue
            following = [(k, c) for k, c in enumerate(cells[j + 1 :], j + 1) if c and c != text]
            if sign and rest.strip():
                found = identities([rest.strip()])[0][0]
                place = j
            elif following:
                place = following[0][0]
                found = identities([grid.cells[row, place]])[0][0]
            else:
                continue
            if found and not is_missing(found):
                return found, row, place
    return None
