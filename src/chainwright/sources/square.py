"""Tables of producers by producers and final users: blocks cut out, empty cells checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, TableError
from chainwright.sources.labels import Label, Plan, label_breaches, listed
from chainwright.sources.matrix import Matrix
from chainwright.sources.reading import Array, Pairs

__all__ = ["Blocks", "cut"]

MOVED = 64
"""How many rows are moved at a time: they fit in the cache."""

AGREES = 1e-6
"""Largest gap between what a row holds and its stated total, as a share, that is rounding."""

FEW = 0.1
"""Share of rows that may miss their stated output for changed cells, not missing labels."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """Labels and blocks of a table that keeps to its plan; ``n``, ``m``, ``k`` as in a Reading.

    Parameters
    ----------
    nodes : sequence of (region, sector), n
        Producers.
    users : sequence of (region, category), m
        Final users.
    matrix : ndarray, shape (n, n)
        Deliveries between producers.
    final : ndarray, shape (n, m)
        Deliveries to final users.
    kinds : sequence of str, k
        Rows of value added.
    value_added : ndarray, shape (k, n)
        Value added by kind.
    stated_output : ndarray, shape (n,), optional
        Output as the file states it.
    notes : tuple of str
        What was done to the numbers, and what they lack.
    """

    nodes: Pairs
    users: Pairs
    matrix: npt.NDArray[np.float64]
    final: npt.NDArray[np.float64]
    kinds: Sequence[str]
    value_added: npt.NDArray[np.float64]
    stated_output: npt.NDArray[np.float64] | None
    notes: tuple[str, ...]


def cut(
    name: str, table: Matrix, down: Sequence[Label], across: Sequence[Label], plan: Plan
) -> Blocks:
    """Return the blocks of a table.

    Parameters
    ----------
    name : str
        The file, for messages.
    table : Matrix
        Its numbers, whose memory becomes that of the blocks: it is of no use afterwards.
    down, across : sequence of Label
        What its rows and columns stand for.
    plan : Plan
        What it must hold.

    Raises
    ------
    TableError
        If labels are unknown, missing or given twice, or cells are empty that cannot be 0. It
        lists every breach.
    """
    breaches = label_breaches(down, across, plan)
    if breaches:
        raise TableError(name, breaches)
    nodes = [label.pair for label in down if label.role == "node"]
    rows = _places(down, "node")
    place = {label.pair: j for j, label in enumerate(across) if label.role == "node"}
    columns = np.array([place[pair] for pair in nodes])
    users, kinds, out = (
        _places(labels, role)
        for labels, role in (
            (across, "final"),
            (down, "value added"),
            (down, "output"),
        )
    )
    values = table.values
    notes = list(_fill(name, table, down, across))
    stated = values[out[0]][columns] if len(out) else None
    totals = _places(across, "output")
    notes += _beside(values, kinds, users)
    blocks = Blocks(
        nodes=nodes,
        users=[across[j].pair for j in users],
        final=_block(values, rows, users),
        kinds=[down[i].code for i in kinds],
        value_added=_block(values, kinds, columns),
        stated_output=stated
        if stated is not None or not len(totals)
        else values[rows, totals[0]].copy(),
        matrix=_compacted(values, rows, columns),  # last, for it is moved to where the others lay
        notes=(),
    )
    _straight(name, blocks)
    notes += _smaller(name, blocks, plan)
    return Blocks(**{**vars(blocks), "notes": tuple(notes)})


def _block(
    values: npt.NDArray[np.float64], rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """Copy a block; slices, which blocks mostly are, are several times as fast as lists."""
    across = slice(columns[0], columns[-1] + 1) if _in_a_row(columns) else columns
    down = slice(rows[0], rows[-1] + 1) if _in_a_row(rows) else rows
    if isinstance(down, slice) or isinstance(across, slice):
        return np.array(values[down][:, across], order="C")
    return values[np.ix_(rows, columns)]


def _compacted(
    values: npt.NDArray[np.float64], rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """Move the deliveries between producers together within their own memory, if they come first.

    A second array of that size would cost as much time as reading a third of the file.
    """
    n = len(rows)
    first = np.arange(n)
    if not (np.array_equal(rows, first) and np.array_equal(columns, first)):
        return _block(values, rows, columns)
    packed = values.reshape(-1)[: n * n].reshape(n, n)
    for start in range(0, n, MOVED):
        end = min(start + MOVED, n)
        packed[start:end] = values[start:end, :n].copy()
    return packed


def _in_a_row(places: npt.NDArray[np.intp]) -> bool:
    return len(places) > 0 and bool((np.diff(places) == 1).all())


def _places(labels: Sequence[Label], role: str) -> npt.NDArray[np.intp]:
    return np.array([i for i, label in enumerate(labels) if label.role == role], dtype=np.intp)


def _fill(
    name: str, table: Matrix, down: Sequence[Label], across: Sequence[Label]
) -> Iterator[str]:
    """Take empty cells for 0 where the stated totals show that they are; refuse the others."""
    if not len(table.blanks):
        return
    values, blanks = table.values, table.blanks
    values[blanks[:, 0], blanks[:, 1]] = 0.0
    blanks = blanks[_wanted(blanks, down, across)]
    if not len(blanks):
        return
    rows, columns = _places(down, "node"), _places(across, "node")
    delivered = np.concatenate([columns, _places(across, "final")])
    inputs = np.concatenate([rows, _places(down, "value added")])
    sound = {"row": np.zeros(len(down), bool), "column": np.zeros(len(across), bool)}
    totals, out = _places(across, "output"), _places(down, "output")
    if len(totals):
        stated = values[:, totals[0]]
        sound["row"] = _agree(values[:, delivered].sum(axis=1), stated)
    if len(out):
        sound["column"] = _agree(values[inputs].sum(axis=0), values[out[0]])
    doubtful = [
        (i, j)
        for i, j in blanks
        if down[i].role == "output" or not (sound["row"][i] or sound["column"][j])
    ]
    if doubtful:
        breaches = [
            Breach(
                f"row '{down[i].text}', column '{across[j].text}'",
                "an empty cell, and totals that do not agree if it is 0",
                "a number",
                "Write the amount, or download the file again.",
            )
            for i, j in doubtful
        ]
        raise TableError(name, breaches)
    yield f"{len(blanks):,} empty cells taken for 0; the stated totals agree"


def _wanted(
    blanks: npt.NDArray[np.intp], down: Sequence[Label], across: Sequence[Label]
) -> npt.NDArray[np.bool_]:
    """Return which of some cells are in a block that is kept."""

    def are(labels: Sequence[Label], *roles: str) -> npt.NDArray[np.bool_]:
        return np.array([label.role in roles for label in labels], dtype=bool)

    i, j = blanks.T
    sold = are(down, "node")[i] & are(across, "node", "final")[j]
    kept: npt.NDArray[np.bool_] = sold | (
        are(down, "value added", "output")[i] & are(across, "node")[j]
    )
    return kept


def _agree(found: Array, stated: Array) -> npt.NDArray[np.bool_]:
    near: npt.NDArray[np.bool_] = np.abs(found - stated) <= AGREES * np.abs(stated)
    return near


def _straight(name: str, blocks: Blocks) -> None:
    """Refuse deliveries whose columns, not rows, add up to the stated output."""
    if blocks.stated_output is None:
        return
    rest = blocks.final.sum(axis=1)
    rows = _gap(blocks.matrix.sum(axis=1) + rest, blocks.stated_output)
    if rows > AGREES and _gap(blocks.matrix.sum(axis=0) + rest, blocks.stated_output) <= AGREES:
        breach = Breach(
            "deliveries between producers",
            "columns that add up to the stated output with final demand",
            "rows that do: rows sell, columns buy",
            "This part of the table is turned round: transpose it.",
        )
        raise TableError(name, [breach])


def _gap(found: npt.NDArray[np.float64], stated: npt.NDArray[np.float64]) -> float:
    """Return by how much sums miss what is stated, as a share of all that is stated."""
    return float(np.abs(found - stated).sum() / max(np.abs(stated).sum(), 1e-300))


def _beside(
    values: npt.NDArray[np.float64], kinds: npt.NDArray[np.intp], users: npt.NDArray[np.intp]
) -> Iterator[str]:
    """Say what stands where rows of value added meet final users: there is no place for it."""
    total = float(np.nansum(values[np.ix_(kinds, users)])) if len(kinds) else 0.0
    if total:
        yield (
            f"taxes and margins on final demand, {total:,.0f} in all, left out: "
            "final demand is at basic prices"
        )


def _smaller(name: str, blocks: Blocks, plan: Plan) -> Iterator[str]:
    """Accept less than the full table only if its totals agree without the rest."""
    regions = {r for r, _ in (*blocks.nodes, *blocks.users)}
    sectors = {s for _, s in blocks.nodes}
    parts = plan.no_users | plan.no_producers
    no_region = [r for r in plan.regions if r not in regions and r not in parts]
    no_sector = [s for s in plan.sectors if s not in sectors]
    if not no_region and not no_sector:
        return
    told = []
    if no_region:
        told.append(f"without the regions {listed(no_region)}")
    if no_sector:
        told.append(f"without the sectors {listed(no_sector)}")
    words = " and ".join(told)
    stated = blocks.stated_output
    if stated is not None:
        held = blocks.matrix.sum(axis=1) + blocks.final.sum(axis=1)
        gap = _gap(held, stated)
        if gap > AGREES:
            if broken := _edited(blocks, held, stated):
                raise TableError(name, broken)
            lacking = " ".join([*no_region, *no_sector])
            breach = Breach(
                "labels",
                f"a table without {lacking}, whose deliveries miss {gap:.2%} of the stated output",
                f"all of {plan.edition}: {len(plan.regions)} regions, {len(plan.sectors)} sectors",
                "Download the whole file again, or add the missing rows and columns.",
            )
            raise TableError(name, [breach])
    yield f"smaller than {plan.edition}: {words}; the stated totals agree without them"


def _edited(blocks: Blocks, held: Array, stated: Array) -> list[Breach]:
    """Return the few rows whose cells were changed; none if most rows miss what is stated.

    Regions or sectors that are left out are gaps in nearly every row; a changed cell is one in
    its own row and, if value added is there, the same one in its column.
    """
    rows = np.flatnonzero(~_agree(held, stated))
    if len(rows) > FEW * len(stated):
        return []
    bought = blocks.matrix.sum(axis=0) + blocks.value_added.sum(axis=0)
    columns = np.flatnonzero(~_agree(bought, stated)) if blocks.kinds else rows[:0]
    one = len(rows) == len(columns) == 1
    at = f", column '{'_'.join(blocks.nodes[int(columns[0])])}'" if one else ""
    return [
        Breach(
            f"row '{'_'.join(blocks.nodes[int(i)])}'{at}",
            f"deliveries that add up to {held[i]:,.6g}, and a stated output of {stated[i]:,.6g}",
            f"equal sums, as in the {len(stated) - len(rows):,} other rows",
            "A cell was changed or lost: write its own amount, or download the file again.",
        )
        for i in rows
    ]
