"""Connections to a store: how SQLite is set, how a transaction begins, what its errors are here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from chainwright.errors import StoreError

__all__ = ["APPLICATION", "store_engine", "told", "writing"]

APPLICATION = 0x43575254
"""Number in the header of each store, "CWRT": a file with another is no store of ours."""

BUSY_MS = 30_000
CACHE_KIB = 65_536


def store_engine(path: Path, *, read_only: bool = False) -> Engine:
    """Return an engine whose connections are durable, and write only one at a time.

    Each connection has ``journal_mode=WAL``, ``synchronous=FULL`` (what was acknowledged survives a
    power cut), ``foreign_keys=ON`` and a busy timeout; the driver begins no transactions itself.

    Parameters
    ----------
    path : Path
        The file; it is made if it is not there, unless it is read only.
    read_only : bool
        Whether nothing can be written. Where not even the folder can be written, so that nobody
        else writes either, the file is read as it lies.
    """
    query = {}
    if read_only:
        query = {"mode": "ro", "uri": "true"}
        if not os.access(path.parent, os.W_OK) and not _pending(path):
            query["immutable"] = "1"
    database = f"file:{_quoted(path)}" if read_only else str(path)
    engine = create_engine(URL.create("sqlite", database=database, query=query))
    settings = [
        f"PRAGMA busy_timeout = {BUSY_MS}",
        "PRAGMA foreign_keys = ON",
        f"PRAGMA cache_size = -{CACHE_KIB}",
    ]
    settings += (
        ["PRAGMA query_only = ON"]
        if read_only
        else ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"]
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the listener below begins, and nothing else
        cursor = connection.cursor()
        for line in settings:
            cursor.execute(line)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _pending(path: Path) -> bool:
    """Return whether there is a log with what is not yet in the file."""
    log = path.with_name(f"{path.name}-wal")
    return log.is_file() and log.stat().st_size > 0


def _quoted(path: Path) -> str:
    """Return a path as it stands in an address of SQLite."""
    return path.absolute().as_posix().replace("%", "%25").replace("?", "%3f").replace("#", "%23")


@contextmanager
def writing(engine: Engine, path: Path) -> Iterator[Connection]:
    """Open a transaction that writes: all of it or, after an error, nothing.

    Parameters
    ----------
    engine : Engine
        Of the store.
    path : Path
        Its file, for messages.

    Raises
    ------
    StoreError
        If the store is busy, cannot be written or is damaged.
    """
    with told(path), engine.execution_options(writes=True).begin() as connection:
        yield connection


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Word the errors of the database about a file as ours.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    StoreError
        If the database refuses.
    """
    try:
        yield
    except DBAPIError as error:
        raise StoreError(_worded(str(error.orig), path)) from None
    except Exception as error:
        # of the driver's own cursor, which bulk rows go through
        if type(error).__module__ == "sqlite3":
            raise StoreError(_worded(str(error), path)) from None
        raise


def _worded(said: str, path: Path) -> str:
    reasons = {
        "locked": "another process has been writing for long. Try again when it is done.",
        "busy": "another process has been writing for long. Try again when it is done.",
        "readonly": "it cannot be written. Check the rights of the file and of its folder, which "
        "must be writable too, or open it read only.",
        "unable to open": "it cannot be opened. Check that the folder is there and the rights of "
        "both.",
        "not a database": "it is no store. Give a file that chainwright made.",
        "malformed": "it is damaged. Go back to a backup (`chainwright store backup` makes them).",
        "disk": "the disk is full or fails. Nothing of this change was written.",
        "full": "the disk is full. Nothing of this change was written.",
    }
    known = next((text for sign, text in reasons.items() if sign in said), f"it refuses: {said}.")
    return f"The store '{path}' cannot be used: {known}"
