"""The audit: a row a change, each with the hash of the row before."""

import hashlib
import json
from collections.abc import Mapping

import pandas as pd
from sqlalchemy import Connection, func, insert, select

from chainwright.errors import ChangedInputError
from chainwright.records.tables import audit
from chainwright.tables import schema

__all__ = ["Said", "add_audit", "audit_rows", "chained", "check_chain"]

HASHED = ("id", "at", "who", "what", "about", "before", "after", "previous")
"""Columns of a row that its hash is of, in order."""

SHOWN = 5

Said = Mapping[str, object] | None


def chained(row: Mapping[str, object]) -> str:
    """Return the SHA-256 of a row: of the JSON list of its members, without spaces, as UTF-8.

    Parameters
    ----------
    row : mapping
        With the members of `HASHED`.

    Examples
    --------
    >>> row = dict.fromkeys(HASHED, "")
    >>> chained(row)[:16]
    '5c9ff34e9e1abd50'
    """
    listed = [row[name] for name in HASHED]
    text = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def add_audit(
    connection: Connection, at: str, who: str, what: str, *changes: tuple[str, Said, Said]
) -> None:
    """Add a row a change to the end of the chain.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes.
    at, who, what : str
        When (UTC), by whom, and what kind of change.
    *changes : tuple
        What each was about, what stood there before and what does after; None for nothing.
    """
    last = connection.execute(
        select(audit.c.id, audit.c.sha256).order_by(audit.c.id.desc()).limit(1)
    ).first()
    number, previous = (int(last[0]), str(last[1])) if last else (0, "")
    rows = []
    for about, before, after in changes:
        number += 1
        row: dict[str, object] = {
            "id": number,
            "at": at,
            "who": who,
            "what": what,
            "about": about,
            "before": _told(before),
            "after": _told(after),
            "previous": previous,
        }
        previous = chained(row)
        rows.append({**row, "sha256": previous})
    if rows:
        connection.execute(insert(audit), rows)


def _told(said: Said) -> str:
    return "" if said is None else json.dumps(said, ensure_ascii=False, sort_keys=True)


def audit_rows(connection: Connection) -> pd.DataFrame:
    """Return the audit with the columns of the schema `store_audit`, the last change first.

    Parameters
    ----------
    connection : Connection
        To the store.
    """
    found = connection.execute(select(audit).order_by(audit.c.id.desc())).mappings().all()
    names = [column.column for column in schema("store_audit")]
    return pd.DataFrame([list(row.values()) for row in found], columns=names)


def check_chain(connection: Connection, *, head: str | None = None) -> int:
    """Return how many rows the audit has, after each was held against its hash.

    What this cannot find is an audit whose last rows were taken away whole, or one that was
    written anew from some row on: note the hash of the last row elsewhere and give it as `head`.

    Parameters
    ----------
    connection : Connection
        To the store.
    head : str, optional
        Hash of a row as it was noted once: one of the rows must have it.

    Raises
    ------
    ChangedInputError
        If a row was changed, taken out or put in later.
    """
    previous, wrong, found = "", [], head is None
    number = 0
    for number, row in enumerate(
        connection.execute(select(audit).order_by(audit.c.id)).mappings(), 1
    ):
        if row["id"] != number:
            wrong.append(f"row {number} is missing")
            break
        if row["previous"] != previous:
            wrong.append(f"row {number} does not follow the one before")
        if chained(dict(row)) != row["sha256"]:
            wrong.append(f"row {number} is not as it was written")
        previous = str(row["sha256"])
        found = found or previous == head
    if not found:
        wrong.append(f"no row has the hash {head}")
    if wrong:
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        msg = (
            f"The audit was changed: {'; '.join(wrong[:SHOWN])}{more}. Hold it against a backup, "
            "and find out who can write to the file."
        )
        raise ChangedInputError(msg)
    return int(connection.execute(select(func.count()).select_from(audit)).scalar_one())
