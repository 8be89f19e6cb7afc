"""A store held against itself: pages, keys, the chain of the audit, readings against digests."""

import hashlib
import json
import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, select, text

from chainwright.errors import ChangedInputError, ParameterError, StoreError
from chainwright.records.audit_chain import check_chain
from chainwright.records.intakes import digest_of
from chainwright.records.reading_rows import Rows, rows_of
from chainwright.records.replayed_audit import check_tables
from chainwright.records.tables import METADATA, audit, intake

__all__ = ["backed_up", "check_store", "content_digest"]

SHOWN = 5


def check_store(connection: Connection, *, head: str | None = None) -> dict[str, int]:
    """Return how many rows each table has, after all of the store was held against itself.

    The file's pages and keys are checked by the database; each row of the audit against its hash;
    the readings of each intake against the digest that the audit noted when they were taken in; the
    other tables against what the changes of the audit made of them (see `check_tables`).

    Parameters
    ----------
    connection : Connection
        To the store.
    head : str, optional
        Hash of a row of the audit as it was noted once.

    Raises
    ------
    StoreError
        If the file is damaged.
    ChangedInputError
        If the audit or a table was changed by another way than the store's.
    """
    said = connection.execute(text("PRAGMA integrity_check")).scalars().all()
    if said != ["ok"]:
        raise StoreError(f"The store is damaged: {'; '.join(said[:SHOWN])}. Go back to a backup.")
    loose = connection.execute(text("PRAGMA foreign_key_check")).all()
    if loose:
        msg = f"The store was changed by another program: {len(loose)} rows refer to nothing."
        raise ChangedInputError(msg)
    check_chain(connection, head=head)
    _check_intakes(connection)
    check_tables(connection)
    return {
        table.name: int(
            connection.execute(select(text("count(*)")).select_from(table)).scalar_one()
        )
        for table in METADATA.sorted_tables
    }


def _check_intakes(connection: Connection) -> None:
    """Refuse readings that are not those that an intake wrote."""
    noted = {
        str(about): json.loads(after)
        for about, after in connection.execute(
            select(audit.c.about, audit.c.after).where(audit.c.what == "readings")
        )
    }
    rows = rows_of(connection, history=True)
    wrong = []
    found = connection.execute(select(intake.c.id, intake.c.digest).order_by(intake.c.id)).all()
    for number, digest in found:
        # the whole of one intake is kept as it lies: picking its rows would copy them
        own: Rows = rows if len(found) == 1 else rows.taken(rows.intake == number)
        told = noted.get(str(number), {}).get("digest")
        if told != digest or digest_of(connection, own) != digest:
            wrong.append(str(number))
    missing = sorted(set(noted) - {str(number) for number, _ in found})
    if wrong or missing:
        msg = (
            f"Readings of {'intakes' if len(wrong) + len(missing) > 1 else 'intake'} "
            f"{', '.join((wrong + missing)[:SHOWN])} are not those that were taken in. Hold the "
            "store against a backup, and find out who can write to the file."
        )
        raise ChangedInputError(msg)


def content_digest(connection: Connection) -> str:
    """Return the SHA-256 of every row of every table: equal for stores that say the same.

    Parameters
    ----------
    connection : Connection
        To the store.
    """
    found = hashlib.sha256()
    for table in METADATA.sorted_tables:
        order = list(table.primary_key.columns) or list(table.columns)
        names = [column.name for column in table.columns]
        found.update(json.dumps([table.name, names]).encode())
        for row in connection.execute(select(table).order_by(*order)):
            found.update(json.dumps(list(row), ensure_ascii=False).encode())
    return found.hexdigest()


def backed_up(source: Path, target: Path) -> None:
    """Copy a store while others go on using it: what was acknowledged before is in the copy.

    Parameters
    ----------
    source : Path
        The store.
    target : Path
        File that is not there yet; it takes its name when all is copied.

    Raises
    ------
    ParameterError
        If the file is there.
    StoreError
        If it cannot be written.
    """
    if target.exists():
        raise ParameterError("path", "a backup", "a file that is not there yet", target)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with (
            sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True) as held,
            sqlite3.connect(part) as copy,
        ):
            held.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, with no log beside it
        held.close()
        copy.close()
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except sqlite3.Error as error:
        raise StoreError(f"The backup '{target}' cannot be written: {error}.") from None
    finally:
        part.unlink(missing_ok=True)
