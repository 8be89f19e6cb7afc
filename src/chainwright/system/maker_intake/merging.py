"""Rows that speak of the same thing: one is kept, what it leaves empty is filled, clashes told."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from chainwright.system.maker_intake.findings import REJECTED, Finding
from chainwright.system.maker_intake.known import SLIPPED, Known
from chainwright.system.maker_intake.picks import LEAVE, NEW
from chainwright.system.maker_intake.work import Field, Work

__all__ = ["WANTED", "merge", "register"]

LOOSE = frozenset({"name", "unit"})
"""Columns whose words may differ between rows on one thing: the first is kept."""

WANTED = f"a known site, '{LEAVE}' or '{NEW}'"
"""What may be picked for a word that names a site."""


def register(
    work: Work,
    table: str,
    key: str,
    known: Known,
    *,
    by_name: bool,
    slips: Mapping[str, str] | None = None,
    usual: Mapping[str, str] | None = None,
) -> None:
    """Make the things of a table known, each once, and merge the rows that speak of one.

    Parameters
    ----------
    work : Work
        Changed in place.
    table, key : str
        The table and the column of its identity.
    known : Known
        What is known already; the table's things are added, with their names.
    by_name : bool
        Whether a row may name its thing by the name that another row gives.
    slips : mapping of str to str, optional
        Codes that look like slips of other ones: their rows are possible, and they are not known.
    usual : mapping of str to str, optional
        The way in which most rows write a code, where this one is written otherwise.
    """
    if not work.has(table):
        return
    frame = work.frames[table]
    doubted = slips or {}
    taken: dict[str, str] = dict.fromkeys(doubted, "")
    columns = [frame[key].tolist(), frame["name"].tolist()]
    columns += [frame[c].tolist() for c in ("credit_code",) if c in frame]
    picks = {code: pick for code in frame[key].unique() if (pick := work.picks.of(key, code))}
    taken |= {code: "" for code, pick in picks.items() if pick != NEW}
    for code, *names in zip(*columns, strict=True):
        if code and code not in taken:
            found = known.exact(code)
            same = found.how in {"as written", "spelling"} or (by_name and found.how == "name")
            spelt = (usual or {}).get(code, code)
            taken[code] = found.code if same else code if spelt in taken else spelt
            known.add(taken[code])
        if taken.get(code):
            for name in names:
                known.call(taken[code], name)
    for code, pick in picks.items():
        if pick == LEAVE:
            at = np.flatnonzero((frame[key] == code).to_numpy())
            work.gone[table][at] = True
            work.tell(Field(table, key), at, code, "left_by_pick")
        if pick != NEW:
            taken[code] = known.exact(pick).code or code
    _refuse_picks(work, key, [c for c, pick in picks.items() if pick != NEW], taken, known)
    for code, first in doubted.items():
        for i in map(int, np.flatnonzero((frame[key] == code).to_numpy())):
            candidates = ((first, SLIPPED),)
            work.ask(Field(table, key), i, code, "slip", kind=key, candidates=candidates)
        taken[code] = code
    for code, first in taken.items():
        if code != first and code not in doubted:
            at = np.flatnonzero((frame[key] == code).to_numpy())
            work.tell(Field(table, key), at, code, "spelling", {"code": first})
    work.frames[table] = frame.assign(**{key: frame[key].map(lambda code: taken.get(code, code))})
    merge(work, table, [key])


def _refuse_picks(
    work: Work, key: str, words: Iterable[str], taken: Mapping[str, str], known: Known
) -> None:
    """Tell picks of sites that name none; those of other kinds are told where words are read."""
    for word in words:
        left = work.picks.of(key, word) in {LEAVE, word}
        if key == "site" and not left and taken[word] == word:
            work.refuse_pick(key, word, WANTED, known.codes)


def merge(work: Work, table: str, keys: list[str]) -> None:
    """Merge rows with the same keys: blanks are filled, what clashes with the first is rejected.

    Parameters
    ----------
    work : Work
        Changed in place.
    table : str
        One of the maker's tables.
    keys : list of str
        Columns that together stand once.
    """
    frame = work.frames[table]
    standing = work.standing(table)
    rows = frame[standing]
    again = rows.duplicated() & (rows[keys] != "").any(axis=1)
    work.merged[table][rows.index[again]] = True
    rows = rows[~again]
    several = rows[rows.duplicated(keys, keep=False) & (rows[keys] != "").any(axis=1)]
    if several.empty:
        return
    columns = [c for c in frame.columns if c not in keys]
    filled = {c: frame[c].tolist() for c in columns}
    for _, group in several.groupby(keys, sort=False):
        first, *others = map(int, group.index)
        for other in others:
            _join(work, table, filled, first, other)
    held = {c: pd.Series(cells, dtype=frame[c].dtype) for c, cells in filled.items()}
    work.frames[table] = frame.assign(**held)


def _join(work: Work, table: str, filled: dict[str, list[object]], first: int, other: int) -> None:
    """Fill what the first row leaves empty, or reject the other where the two clash."""
    clashes = [
        c
        for c, cells in filled.items()
        if c not in LOOSE
        and _given(cells[first])
        and _given(cells[other])
        and cells[first] != cells[other]
    ]
    address = work.address(table, first, near=other)
    for column in clashes:
        here, there = filled[column][other], filled[column][first]
        facts = {"column": column, "here": _shown(here), "there": _shown(there), "address": address}
        work.say(Finding(REJECTED, table, other, column, _shown(here), "conflict", facts))
    if clashes:
        return
    for cells in filled.values():
        if not _given(cells[first]):
            cells[first] = cells[other]
    work.merged[table][other] = True


def _given(value: object) -> bool:
    return value != "" and not pd.isna(value)  # type: ignore[call-overload]


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
