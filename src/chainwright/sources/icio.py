"""OECD Inter-Country Input-Output tables: editions 2021, 2023 and 2025, regular and extended.

A label is a region and a code, split at the first underscore: ``AUS_A01_02``, ``AUS_HFCE``. Each
edition has other codes; the rows below the producers have other names in each (`SPECIAL_ROWS`).
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chainwright.params import table
from chainwright.sources.files import Format, Peek, Request, years_in
from chainwright.sources.labels import Label, Plan, Role
from chainwright.sources.matrix import needs, read_matrix
from chainwright.sources.reading import Origin, Reading
from chainwright.sources.square import Blocks, cut

__all__ = ["FORMATS", "matches", "read"]

NAME = "OECD ICIO"

SPECIAL_ROWS: dict[str, Role] = {
    "VA": "value added",
    "VALU": "value added",
    "TLS": "value added",
    "OUT": "output",
    "OUTPUT": "output",
    "TOTAL": "output",
}
"""Rows below the producers, by the names of any edition; so is ``*_TAXSUB``, taxes by region."""

SPECIAL_COLUMNS: dict[str, Role] = {"OUT": "output", "TOTAL": "output"}

TAXES = "TAXSUB"

TELLING = 0.5
"""Share of labels that must look as a region and a code for a file to be taken for ICIO."""


class Edition(NamedTuple):
    """One edition: its year, the list of its sectors, and the last year it covers."""

    year: str
    sectors: str
    last: int


EDITIONS = (
    Edition("2025", "icio50", 2022),
    Edition("2023", "icio45", 2020),
    Edition("2021", "icio45_2021", 2018),
)


@cache
def _sectors(code_list: str) -> tuple[str, ...]:
    return tuple(row["code"] for row in table("sectors") if row["list"] == code_list)


@cache
def _categories() -> tuple[str, ...]:
    rows = (row for row in table("final_categories") if row["list"] == "icio")
    return tuple(row["code"] for row in rows if row["role"] != "total")


@cache
def _regions(edition: str) -> tuple[str, ...]:
    rows = (row for row in table("regions") if "icio" in row["lists"].split(";"))
    return tuple(row["code"] for row in rows if edition in row["editions"].split(";"))


@cache
def _parts() -> dict[str, str]:
    """Whole of each part of a split country: CN1 and CN2 of CHN, MX1 and MX2 of MEX."""
    rows = (row for row in table("regions") if row["kind"] == "part")
    return {row["code"]: row["part_of"] for row in rows if "icio" in row["lists"].split(";")}


def matches(peek: Peek) -> bool:
    """Return whether a text has the labels of an ICIO table above and beside its numbers.

    Parameters
    ----------
    peek : Peek
        A first look at the file.
    """
    if peek.kind != "text" or len(peek.fields) < 2 or len(peek.fields[0]) < 4:
        return False
    labels = [_label(text, SPECIAL_COLUMNS) for text in peek.fields[0][1:]]
    beside = [_label(row[0], SPECIAL_ROWS) for row in peek.fields[1:] if row]
    known = {region for edition in EDITIONS for region in _regions(edition.year)}
    fitting = sum(label.region in known or label.role == "output" for label in labels)
    final = any(label.role == "final" for label in (*labels, *beside))
    turned = any(text in SPECIAL_ROWS and text not in SPECIAL_COLUMNS for text in peek.fields[0])
    nodes = any(label.role == "node" and len(label.region) == 3 for label in beside)
    return fitting >= TELLING * len(labels) and (final or turned) and nodes


def _label(text: str, special: dict[str, Role]) -> Label:
    """Return what a label stands for, by its form alone."""
    text = text.strip()
    if text in special:
        return Label(special[text], text, "", text)
    region, underscore, code = text.partition("_")
    if not underscore or not region or not code:
        return Label("unknown", text)
    if code == TAXES and special is SPECIAL_ROWS:
        return Label("value added", text, "", text)
    return Label("final" if code in _categories() else "node", text, region, code)


def read(peek: Peek, request: Request) -> Reading:
    """Return what an ICIO table holds.

    Parameters
    ----------
    peek : Peek
        The file.
    request : Request
        Year, and whether parts of China and Mexico become one region each.

    Raises
    ------
    TableError
        If labels are unknown or missing, rows are cut off, or cells hold no number.
    """
    values = read_matrix(peek)
    down = [_label(text, SPECIAL_ROWS) for text in values.rows]
    across = [_label(text, SPECIAL_COLUMNS) for text in values.columns]
    edition = _edition({label.code for label in (*down, *across) if label.role == "node"})
    held = dict.fromkeys(label.region for label in down if label.role == "node")
    split = [region for region in held if region in _parts()]
    blocks = cut(peek.name, values, down, across, _plan(edition, extended=bool(split)))
    del values
    notes = list(blocks.notes)
    year = next((y for y in years_in(peek.own_name) if y <= edition.last), None)
    regions, sectors = len(held), len({sector for _, sector in blocks.nodes})
    if split:
        notes.append(_split_note(split, fold=request.fold))
        request.progress(notes[-1])
    if split and request.fold:
        blocks = _folded(blocks)
    kind = "extended" if split else "regular"
    return Reading(
        origin=Origin(
            file=peek.path.name,
            format=NAME,
            version=f"edition {edition.year}, {kind}, {regions} regions x {sectors} sectors",
            licence="OECD terms and conditions",
            sha256=request.sha256,
            notes=tuple(notes),
        ),
        nodes=blocks.nodes,
        users=blocks.users,
        matrix=blocks.matrix,
        final=blocks.final,
        value_added_kinds=blocks.kinds,
        value_added=blocks.value_added,
        stated_output=blocks.stated_output,
        code_list=edition.sectors,
        category_list="icio",
        composite=[region for region in held if region == "ROW"],
        currency=request.currency_of(peek, "USD"),
        year=request.year_of(peek, year),
        unit="million",
        price_basis="basic",
    )


def _edition(codes: set[str]) -> Edition:
    """Return the edition whose sectors are most like `codes`."""

    def likeness(edition: Edition) -> tuple[int, int]:
        known = set(_sectors(edition.sectors))
        return len(codes & known), -len(known - codes)

    return max(EDITIONS, key=likeness)


def _plan(edition: Edition, *, extended: bool) -> Plan:
    regions = _regions(edition.year)
    parts = frozenset(_parts())
    if not extended:
        regions = tuple(region for region in regions if region not in parts)
    return Plan(
        edition=f"the {edition.year} edition of OECD ICIO",
        regions=regions,
        sectors=_sectors(edition.sectors),
        categories=_categories(),
        no_users=parts,
        no_producers=frozenset(_parts().values()) if extended else frozenset(),
    )


def _split_note(split: Sequence[str], *, fold: bool) -> str:
    wholes = dict.fromkeys(_parts()[part] for part in split)
    told = [f"{' and '.join(p for p in split if _parts()[p] == w)} as {w}" for w in wholes]
    if fold:
        return f"parts of split countries added up: {', '.join(told)}"
    return (
        f"producers of {' and '.join(wholes)} stand in parts, {', '.join(split)}; "
        "fold=True (--fold) adds them up"
    )


def _folded(blocks: Blocks) -> Blocks:
    """Return the table with the parts of a split country added up, at the place of the first."""
    parts = _parts()
    whole = [(parts.get(region, region), sector) for region, sector in blocks.nodes]
    place = {pair: i for i, pair in enumerate(dict.fromkeys(whole))}
    target = np.array([place[pair] for pair in whole])
    first = np.unique(target, return_index=True)[1]
    others = list(_layers(target, first))

    def joined(array: npt.NDArray[np.float64], axis: int) -> npt.NDArray[np.float64]:
        found = np.take(array, first, axis=axis)
        for members in others:  # each target once in a layer, so that adding by index is sound
            index = (slice(None),) * axis + (target[members],)
            found[index] += np.take(array, members, axis=axis)
        return found

    stated = blocks.stated_output
    return Blocks(
        nodes=list(place),
        users=blocks.users,
        matrix=joined(joined(blocks.matrix, 0), 1),
        final=joined(blocks.final, 0),
        kinds=blocks.kinds,
        value_added=joined(blocks.value_added, 1),
        stated_output=None if stated is None else joined(stated, 0),
        notes=blocks.notes,
    )


def _layers(
    target: npt.NDArray[np.intp], first: npt.NDArray[np.intp]
) -> Iterator[npt.NDArray[np.intp]]:
    """Yield the places that are not first, so that no layer holds a value of `target` twice."""
    left = np.setdiff1d(np.arange(len(target)), first)
    while len(left):
        layer = left[np.unique(target[left], return_index=True)[1]]
        yield layer
        left = np.setdiff1d(left, layer)


FORMATS = (
    Format(
        NAME,
        "comma-separated, labels AUS_A01 above and beside, AUS_HFCE ... above, rows VA and OUT "
        "below; also packed as .gz, or in a zip with one table a year",
        matches,
        read,
        needs,
    ),
)
"""The formats that are read here."""
