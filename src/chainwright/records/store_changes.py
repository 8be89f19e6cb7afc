"""Whether anybody changed a store, asked so cheaply that it can be asked before each answer."""

from typing import TYPE_CHECKING, Self, cast

from chainwright.records.engine import store_engine, told
from chainwright.records.store import Store

if TYPE_CHECKING:
    from sqlite3 import Connection

__all__ = ["StoreChanges"]


LAST = "SELECT id FROM audit WHERE what NOT IN ('readings', 'meters') ORDER BY id DESC LIMIT 1"
"""The last change to the registry, the codes or the projects."""


class StoreChanges:
    """A number that is another one once somebody changed firms, codes or projects of a store.

    SQLite counts the commits of other connections (``PRAGMA data_version``); only where that number
    is another one the audit is asked, for readings come all the time and change no code. What this
    one connection sees, be it another process or another connection of this one, is all that is
    written to the store, for nothing is ever written through it.

    Parameters
    ----------
    store : Store
        The store.
    """

    def __init__(self, store: Store) -> None:
        self._engine = store_engine(store.path, read_only=True)
        self._pooled = self._engine.raw_connection()
        self._connection = cast("Connection", self._pooled.driver_connection)
        self._path, self._commits, self._last = store.path, -1, 0

    def number(self) -> int:
        """Return the number; the same as before means that none of these was changed since.

        Raises
        ------
        StoreError
            If the store cannot be read.
        """
        with told(self._path):
            (commits,) = self._connection.execute("PRAGMA data_version").fetchone()
            if commits != self._commits:
                found = self._connection.execute(LAST).fetchone()
                self._commits, self._last = commits, 0 if found is None else int(found[0])
        return self._last

    def close(self) -> None:
        """Let the connection go."""
        self._pooled.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
