"""Systems that the package pymrio holds in memory; it is not imported, its tables are used."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from chainwright.errors import LabelError, MissingPartError, MoneyError
from chainwright.params import table
from chainwright.sources.files import check_capacity
from chainwright.sources.reading import Array, Origin, Reading
from chainwright.sources.rowchecks import split_unit

__all__ = ["from_pymrio"]

Kind = type[np.float32] | type[np.float64]
SHOWN = 8
"""How many labels a message spells out."""


def from_pymrio(io: object, *, currency: str | None = None, year: int | None = None) -> Reading:
    """Return the reading of a pymrio system, whose own tables are left as they are.

    Parameters
    ----------
    io : pymrio.IOSystem
        With ``Z`` and ``Y``; each extension with flows ``F`` gives stressors.
    currency : str, optional
        ISO 4217 code, if the system's unit does not end in one.
    year : int, optional
        Year of the table.

    Raises
    ------
    MissingPartError
        If it has no ``Z`` or no ``Y``.
    LabelError
        If the labels of two of its tables differ; in another order they are aligned.
    MoneyError
        If it counts in several units, or in another currency than `currency`.
    CapacityError
        If its arrays do not fit in the memory of this machine beside pymrio's.
    """
    deliveries, final = _table(io, "Z"), _table(io, "Y")
    nodes, users = deliveries.index, final.columns
    for index, what in ((nodes, "rows of Z"), (users, "columns of Y")):
        if index.nlevels != 2:
            msg = f"The {what} have {index.nlevels} level(s) of labels. Expected region and sector."
            raise LabelError(msg)
    check_capacity("the pymrio system", 8 * deliveries.size + 8 * final.size)
    kind = np.float32 if set(deliveries.dtypes) == {np.dtype(np.float32)} else np.float64
    unit, stated = _money(io, currency)
    extensions, notes = _extensions(io)
    stressors = list(_stressors(extensions, nodes, users, kind))
    categories = {category for _, category in _pairs(users)}
    regions = list(dict.fromkeys(region for region, _ in _pairs(nodes)))
    return Reading(
        origin=_origin(io, notes),
        nodes=_pairs(nodes),
        users=_pairs(users),
        matrix=_numbers(_aligned(deliveries, nodes, nodes, "Z"), kind),
        final=_numbers(_aligned(final, nodes, users, "Y"), kind),
        stressors=[(s.name, s.unit) for s in stressors],
        stressors_matrix=np.vstack([s.producers for s in stressors]) if stressors else None,
        stressors_final=np.vstack([s.users for s in stressors]) if stressors else None,
        category_list="exiobase" if categories <= _exiobase_categories() else "generic",
        composite=_composite(regions),
        currency=stated or currency,
        year=year,
        unit=unit,
    )


@dataclass(frozen=True, eq=False)
class _Stressor:
    name: str
    unit: str
    producers: Array
    users: Array


def _table(io: object, name: str) -> pd.DataFrame:
    found = getattr(io, name, None)
    if not isinstance(found, pd.DataFrame):
        part = f"the table {name} of the pymrio system"
        raise MissingPartError(part, "Let pymrio make it first: io.calc_all().")
    return found


def _pairs(index: pd.Index) -> list[tuple[str, str]]:
    levels = (index.get_level_values(level).astype(str) for level in (0, 1))
    return list(zip(*levels, strict=True))


def _numbers(frame: pd.DataFrame, kind: Kind) -> Array:
    """Copy a table, so that what pymrio does to its own later does not show here."""
    return np.array(frame.to_numpy(), dtype=kind, order="C")


def _aligned(frame: pd.DataFrame, rows: pd.Index, columns: pd.Index, name: str) -> pd.DataFrame:
    """Return a table in the order of `rows` and `columns`; refuse missing and unexpected labels."""
    for found, wanted, what in ((frame.index, rows, "rows"), (frame.columns, columns, "columns")):
        if found.has_duplicates:
            twice = _listed(found[found.duplicated()])
            msg = f"The {what} of {name} list {twice} twice. Add them up first."
            raise LabelError(msg)
        if found.equals(wanted):
            continue
        missing, odd = wanted.difference(found, sort=False), found.difference(wanted, sort=False)
        if len(missing) or len(odd):
            msg = (
                f"The {what} of {name} do not have the labels of the system. "
                f"Missing: {_listed(missing)}. Unexpected: {_listed(odd)}. "
                "Give all tables the same labels."
            )
            raise LabelError(msg)
    if frame.index.equals(rows) and frame.columns.equals(columns):
        return frame
    return frame.loc[rows, columns]


def _listed(labels: pd.Index) -> str:
    shown = [":".join(map(str, x)) if isinstance(x, tuple) else str(x) for x in labels[:SHOWN]]
    more = f" and {len(labels) - SHOWN} more" if len(labels) > SHOWN else ""
    return (", ".join(shown) or "none") + more


def _money(io: object, currency: str | None) -> tuple[str, str | None]:
    units = _units(getattr(io, "unit", None))
    found = list(dict.fromkeys(units.values()))
    if len(found) > 1:
        msg = (
            f"The pymrio system counts in {len(found)} units: {', '.join(found[:SHOWN])}. Expected "
            "one unit of money. Convert its rows to one unit first; hybrid tables are not read."
        )
        raise MoneyError(msg)
    unit, stated = split_unit(found[0]) if found else ("", None)
    if stated and currency and stated != currency:
        msg = (
            f"The pymrio system counts in {found[0]!r}, and currency={currency!r} was said. "
            f"Say {stated}, or nothing, and convert the flows by in_money."
        )
        raise MoneyError(msg)
    return unit, stated


def _units(unit: object) -> dict[object, str]:
    """Return the unit of each label, from a table of units with one column."""
    if isinstance(unit, pd.DataFrame) and unit.shape[1]:
        return {label: str(word) for label, word in unit.iloc[:, 0].items()}
    return {}


def _extensions(io: object) -> tuple[dict[str, object], list[str]]:
    """Return the extensions that hold flows, and what is left out."""
    named = getattr(io, "get_extensions", None)
    found = {str(n): getattr(io, str(n), None) for n in named()} if callable(named) else {}
    kept = {n: e for n, e in found.items() if isinstance(getattr(e, "F", None), pd.DataFrame)}
    left = [f"extension '{n}' left out: it holds no flows F" for n in found if n not in kept]
    return kept, left


def _stressors(
    extensions: Mapping[str, object], nodes: pd.Index, users: pd.Index, kind: Kind
) -> Iterator[_Stressor]:
    """Yield the rows of all extensions; a name that two of them have gets the extension before."""
    names = Counter(name for e in extensions.values() for name in _names(_table(e, "F").index))
    for extension, held in extensions.items():
        flows = _table(held, "F")
        units = _units(getattr(held, "unit", None))
        absent = [label for label in flows.index if units and label not in units]
        if absent:
            msg = (
                f"The units of extension '{extension}' lack {_listed(pd.Index(absent))}. "
                "Give a unit for each row of F."
            )
            raise LabelError(msg)
        producers = _numbers(_aligned(flows, flows.index, nodes, f"{extension}.F"), kind)
        given = getattr(held, "F_Y", None)
        of_users = np.zeros((len(flows), len(users)), dtype=kind)
        if isinstance(given, pd.DataFrame):
            of_users = _numbers(_aligned(given, flows.index, users, f"{extension}.F_Y"), kind)
        for i, (label, name) in enumerate(zip(flows.index, _names(flows.index), strict=True)):
            own = name if names[name] == 1 else f"{extension}: {name}"
            yield _Stressor(own, units.get(label, ""), producers[[i]], of_users[[i]])


def _names(index: pd.Index) -> list[str]:
    return [", ".join(map(str, x)) if isinstance(x, tuple) else str(x) for x in index]


def _exiobase_categories() -> set[str]:
    return {r["code"] for r in table("final_categories") if r["list"] == "exiobase"}


def _composite(regions: Sequence[str]) -> list[str]:
    """Rests of continents in EXIOBASE, whose codes of two letters could be countries elsewhere."""
    rests = {
        r["code"]
        for r in table("regions")
        if "exiobase" in r["lists"].split(";") and r["kind"] == "composite"
    }
    found = [region for region in regions if region in rests]
    return found if len(found) > 1 and all(len(region) == 2 for region in regions) else []


def _origin(io: object, notes: Sequence[str]) -> Origin:
    meta = getattr(io, "meta", None)
    name, version = (str(getattr(meta, part, None) or "") for part in ("name", "version"))
    return Origin(
        format=f"pymrio system '{name}'" if name else "pymrio system",
        version=version,
        notes=tuple(notes),
    )
