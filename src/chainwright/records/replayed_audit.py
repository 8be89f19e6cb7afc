"""What the tables of a store must say by its audit: each change replayed and held against them."""

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from chainwright.errors import ChangedInputError
from chainwright.records.reading_words import month_text
from chainwright.records.tables import (
    FIRM_COLUMNS,
    audit,
    code,
    effect,
    firm,
    intake,
    meter_share,
    milestone,
    project,
    spending,
)

__all__ = ["check_tables"]

SHOWN = 5

EMPTY: Mapping[str, object] = {**dict.fromkeys(FIRM_COLUMNS, ""), "output": None}
EFFECT = ("stage", "amount", "date", "verified_by", "evidence")
PAID = ("date", "amount", "note")
SHARE = ("site", "firm", "share", "start", "end", "source")
TAKEN_IN = ("file", "sha256", "note", "given", "added", "revised", "digest")
WITHDRAWN = ("withdrawn", "withdrawn_by", "reason")

ONCE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "readings": ("intake", TAKEN_IN),
    "spending": ("spending", PAID),
    "effect": ("effect", EFFECT),
    "code": ("withdrawal", WITHDRAWN),
}
"""Changes that each make a row, which no later one changes."""

NEW: Mapping[str, Mapping[str, object]] = {
    "firm": EMPTY,
    "milestone": {"due": "", "done": ""},
    "project": {"status": "proposed", "reason": ""},
}
"""What a new row has before its first change."""

Facts = Counter[tuple[Hashable, ...]]
"""What is so: the table, what a row is about, and its values, as often as it is so."""


def check_tables(connection: Connection) -> None:
    """Refuse a store whose tables do not say what its audit does.

    The registry, shares of meters, intakes, withdrawals of codes, and projects with milestones,
    spending and effects are what the changes of the audit, one after the other, made of them; of
    codes there are as many as were put. (What a code says, its own signature guards; readings are
    held against the digests of their intakes.)

    Parameters
    ----------
    connection : Connection
        To the store.

    Raises
    ------
    ChangedInputError
        If rows were changed, taken out or put in by another way than the store's.
    """
    said, found = _replayed(connection), _found(connection)
    wrong = sorted({f"{fact[0]} {fact[1]}" for fact in [*(said - found), *(found - said)]})
    if wrong:
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        msg = (
            f"The tables are not what the audit says: {'; '.join(wrong[:SHOWN])}{more}. Hold the "
            "store against a backup, and find out who can write to the file."
        )
        raise ChangedInputError(msg)


def _replayed(connection: Connection) -> Facts:
    """Return what the changes of the audit, one after the other, made."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    facts: Facts = Counter()
    for row in connection.execute(select(audit).order_by(audit.c.id)).mappings():
        what, about = str(row["what"]), str(row["about"])
        after = json.loads(row["after"])
        if what in ONCE:
            table, names = ONCE[what]
            begun = (row["at"], row["who"]) if what == "readings" else ()
            facts[table, about, *begun, *_values(after, names)] += 1
        elif what == "codes":
            facts["codes", "of all firms"] += after["codes"]
        elif what == "meters":
            rows[what, about] = after
        else:
            if what == "project":
                facts.update(_begun(about, str(row["at"]), after, rows))
            rows[what, about] = {**NEW[what], **rows.get((what, about), {}), **after}
    for (what, about), held in rows.items():
        if what == "meters":
            facts.update(("meters", about, *_values(one, SHARE)) for one in held["shares"])
        else:
            facts[what, about, *_values(held, sorted(held))] += 1
    return facts


def _begun(
    about: str, at: str, after: dict[str, Any], rows: dict[tuple[str, str], dict[str, Any]]
) -> list[tuple[Hashable, ...]]:
    """Return what a project promised when it was added; its milestones are put into `rows`."""
    promised, due = after.pop("promised", None), after.pop("milestones", {})
    for name, day in due.items():
        rows["milestone", f"{about} {name}"] = {"due": day, "done": ""}
    if promised is None:
        return []
    return [("effect", about, "promised", promised, at[:10], "", after["source"])]


def _found(connection: Connection) -> Facts:
    """Return what the tables say."""

    def rows_of(part: Table, *more: Table) -> Iterable[Mapping[str, Any]]:
        query = select(part, *(other.c[other.name] for other in more))
        for other in more:
            query = query.join(other, part.c[f"{other.name}_id"] == other.c.id)
        return map(dict, connection.execute(query).mappings())

    facts: Facts = Counter()
    for row in rows_of(firm):
        facts["firm", row["firm"], *_values(row, sorted(EMPTY))] += 1
    for row in rows_of(meter_share, firm):
        facts["meters", row["meter"], *_values(row, SHARE)] += 1
    for row in rows_of(intake):
        facts["intake", str(row["id"]), row["at"], row["who"], *_values(row, TAKEN_IN)] += 1
    for row in rows_of(code, firm):
        facts["codes", "of all firms"] += 1
        if any(row[name] for name in WITHDRAWN):
            about = f"{row['firm']} {month_text(row['month'])}"
            facts["withdrawal", about, *_values(row, WITHDRAWN)] += 1
    for row in rows_of(project):
        names = sorted(set(row) - {"id"})
        facts["project", row["project"], *_values(row, names)] += 1
    for row in rows_of(milestone, project):
        about = f"{row['project']} {row['milestone']}"
        facts["milestone", about, row["done"], row["due"]] += 1
    for row in rows_of(spending, project):
        facts["spending", row["project"], *_values(row, PAID)] += 1
    for row in rows_of(effect, project):
        facts["effect", row["project"], *_values(row, EFFECT)] += 1
    return facts


def _values(row: Mapping[str, Any], names: Iterable[str]) -> tuple[Hashable, ...]:
    return tuple(row[name] for name in names)
