"""Whether anybody changed a store, asked so cheaply that it can be asked before each answer."""

from typing import TYPE_CHECKING, Self, cast

from chainwright.records.engine import store_engine
from chainwright.records.store import Store

if TYPE_CHECKING:
    from sqlite3 import Connection

__all__ = ["StoreChanges"]


class StoreChanges:
    """A number that is another one once somebody else has written to a store.

    SQLite counts the commits of other connections (``PRAGMA data_version``); no table is read. What
    this one connection sees, be it another process or another connection of this one, is all that
    is written to the store, for nothing is ever written through it.

    Parameters
    ----------
    store : Store
        The store.
    """

    def __init__(self, store: Store) -> None:
        self._engine = store_engine(store.path, read_only=True)
        self._pooled = self._engine.raw_connection()
        self._connection = cast("Connection", self._pooled.driver_connection)

    def number(self) -> int:
        """Return the number; the same as before means that nothing was written since."""
        (found,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(found)

    def close(self) -> None:
        """Let the connection go."""
        self._pooled.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
