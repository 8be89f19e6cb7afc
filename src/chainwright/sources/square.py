"""Tables of producers by producers and final users: labels checked, blocks cut out.

Readers of such tables say of each label what it stands for (`Label`); this is where labels that
are missing, unknown or given twice are found, in any format.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, TableError, near
from chainwright.sources.matrix import Matrix
from chainwright.sources.reading import Pairs

__all__ = ["Blocks", "Label", "Plan", "cut"]

Role = Literal["node", "final", "value added", "output", "left out", "unknown"]

MOVED = 64
"""How many rows are moved at a time: they fit in the cache."""

AGREES = 1e-6
"""Largest gap between what a row holds and its stated total, as a share, that is rounding."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a row or column stands for.

    Parameters
    ----------
    role : str
        A producer, a final user, a kind of value added, output, a subtotal that is left out, or
        unknown.
    text : str
        The label as the file has it.
    region, code : str
        Region and sector of a producer, region and category of a final user; the kind of value
        added is the code.
    """

    role: Role
    text: str
    region: str = ""
    code: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """Region and code."""
        return self.region, self.code


@dataclass(frozen=True)
class Plan:
    """What a table of some format and edition must hold.

    Parameters
    ----------
    edition : str
        Name, for messages.
    regions, sectors, categories : sequence of str
        Codes of the full table.
    required : sequence of str
        Rows that stand below the producers in every such table, in words: ``"value added"``,
        ``"output"``.
    no_users : frozenset of str
        Regions without final users of their own.
    no_producers : frozenset of str
        Regions that may have final users only.
    """

    edition: str
    regions: Sequence[str]
    sectors: Sequence[str]
    categories: Sequence[str]
    required: Sequence[Role] = ("value added", "output")
    no_users: frozenset[str] = frozenset()
    no_producers: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Blocks:
    """Labels and blocks of a table that keeps to its plan; ``n``, ``m``, ``k`` as in a Reading."""

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
    breaches = [
        *_turned(down, across),
        *_unknown(down, across, plan),
        *_repeated(down, "row"),
        *_repeated(across, "column"),
        *_incomplete(down, across, plan),
    ]
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


def _turned(down: Sequence[Label], across: Sequence[Label]) -> Iterator[Breach]:
    users = sum(label.role == "final" for label in down)
    if users and not any(label.role == "final" for label in across):
        yield Breach(
            "the whole table",
            f"{users:,} final users as rows",
            "final users as columns, value added as rows",
            "The table is turned round: transpose it.",
        )


def _unknown(down: Sequence[Label], across: Sequence[Label], plan: Plan) -> Iterator[Breach]:
    for what, labels, roles in (
        ("row", down, ("node", "value added", "output", "left out")),
        ("column", across, ("node", "final", "output", "left out")),
    ):
        strange: dict[tuple[str, str], list[str]] = {}
        for i, label in enumerate(labels):
            if label.role == "unknown":
                strange.setdefault(("label", label.text), []).append(f"{what} {i + 2}")
            elif label.role not in roles:
                yield Breach(
                    f"{what} {i + 2} ('{label.text}')",
                    f"{label.role} as a {what}",
                    "producers, final users and totals where they belong",
                    "Move it, or transpose the table.",
                )
            elif label.role in {"node", "final"} and label.region not in plan.regions:
                strange.setdefault(("region", label.region), []).append(label.text)
            elif label.role == "node" and label.code not in plan.sectors:
                strange.setdefault(("sector", label.code), []).append(label.text)
        for (kind, code), found in strange.items():
            known = {"region": plan.regions, "sector": plan.sectors}.get(kind, ())
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            yield Breach(
                f"{what}s, {kind} '{code}'",
                f"an unknown {kind} in {found[0]}{more}",
                f"a {kind} of {plan.edition}",
                f"Is it another edition?{near(code, known)}",
            )


def _repeated(labels: Sequence[Label], what: str) -> Iterator[Breach]:
    first: dict[tuple[str, str, str], int] = {}
    for i, label in enumerate(labels):
        key = (label.role, *label.pair)
        if label.role in {"unknown", "left out"}:
            continue
        if key in first:
            yield Breach(
                f"{what} {i + 2} ('{label.text}')",
                f"the label of {what} {first[key] + 2} again",
                "each label once",
                "Take one of the two out, or add them up.",
            )
        first.setdefault(key, i)


def _incomplete(down: Sequence[Label], across: Sequence[Label], plan: Plan) -> Iterator[Breach]:
    """Find producers that are rows and no columns, or the reverse; gaps; users of no region."""
    rows = dict.fromkeys(label.pair for label in down if label.role == "node")
    columns = dict.fromkeys(label.pair for label in across if label.role == "node")
    users = dict.fromkeys(label.pair for label in across if label.role == "final")
    sectors = dict.fromkeys(code for _, code in (*rows, *columns))
    regions = dict.fromkeys(region for region, _ in (*rows, *columns))
    everyone = [(region, sector) for region in regions for sector in sectors]
    buyers = dict.fromkeys(
        [*(r for r, _ in users), *(r for r in regions if r not in plan.no_users)]
    )
    expected = [(region, category) for region in buyers for category in plan.categories]
    yield from _gaps("rows", rows, everyone)
    yield from _gaps("columns", columns, everyone)
    yield from _gaps("columns of final demand", users, expected)
    absent = [r for r in buyers if r not in regions and r not in plan.no_producers]
    if absent:
        yield Breach(
            "producers",
            f"none of the regions {_listed(absent)}, which have final users",
            "producers of every region",
            "The table is incomplete: download it again.",
        )
    for role in plan.required:
        if not any(label.role == role for label in down):
            yield Breach(
                "rows below the producers",
                f"no row of {role}",
                f"a row of {role}, as {plan.edition} has it",
                "The file seems to be cut off: download it again.",
            )


def _gaps(what: str, held: Mapping[tuple[str, str], None], expected: Pairs) -> Iterator[Breach]:
    missing: dict[str, list[str]] = {}
    each: dict[str, int] = {}
    for region, code in expected:
        each[region] = each.get(region, 0) + 1
        if (region, code) not in held:
            missing.setdefault(region, []).append(code)
    for region, codes in missing.items():
        whole = len(codes) == each[region]
        yield Breach(
            f"{what} of region '{region}'",
            "none" if whole else f"none of {_listed(codes)}",
            "the same regions and sectors as rows and as columns",
            "The table is incomplete: download it again, or add what is missing.",
        )


def _listed(codes: Sequence[str]) -> str:
    more = f" and {len(codes) - 8} more" if len(codes) > 8 else ""
    return ", ".join(codes[:8]) + more


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
    return sold | (are(down, "value added", "output")[i] & are(across, "node")[j])


def _agree(
    found: npt.NDArray[np.float64], stated: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    return np.abs(found - stated) <= AGREES * np.abs(stated)


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
        told.append(f"without the regions {_listed(no_region)}")
    if no_sector:
        told.append(f"without the sectors {_listed(no_sector)}")
    words = " and ".join(told)
    stated = blocks.stated_output
    if stated is not None:
        gap = _gap(blocks.matrix.sum(axis=1) + blocks.final.sum(axis=1), stated)
        if gap > AGREES:
            lacking = " ".join([*no_region, *no_sector])
            breach = Breach(
                "labels",
                f"a table without {lacking}, whose deliveries miss {gap:.2%} of the stated output",
                f"all of {plan.edition}: {len(plan.regions)} regions, {len(plan.sectors)} sectors",
                "Download the whole file again, or add the missing rows and columns.",
            )
            raise TableError(name, [breach])
    yield f"smaller than {plan.edition}: {words}; the stated totals agree without them"
