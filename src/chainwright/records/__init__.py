"""What people report and decide, kept as it was said: logs of events, and a store with history."""

from importlib import import_module
from typing import TYPE_CHECKING

from chainwright.errors import MissingPartError

if TYPE_CHECKING:
    from chainwright.records.entries import Entry
    from chainwright.records.incident_log import IncidentLog
    from chainwright.records.ledger import ProjectLedger
    from chainwright.records.line_schema import incident_log_schema
    from chainwright.records.site_status import TRANSITIONS, SiteStatus
    from chainwright.records.store import Store
    from chainwright.records.store_changes import StoreChanges

__all__ = [
    "TRANSITIONS",
    "Entry",
    "IncidentLog",
    "ProjectLedger",
    "SiteStatus",
    "Store",
    "StoreChanges",
    "incident_log_schema",
]

_HOME = {
    "Entry": "entries",
    "IncidentLog": "incident_log",
    "ProjectLedger": "ledger",
    "SiteStatus": "site_status",
    "Store": "store",
    "StoreChanges": "store_changes",
    "TRANSITIONS": "site_status",
    "incident_log_schema": "line_schema",
}
"""Public names and the modules that define them; a module is imported when one is first used."""


def __getattr__(name: str) -> object:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOME:
        msg = f"module 'chainwright.records' has no attribute {name!r}"
        raise AttributeError(msg)
    try:
        found = getattr(import_module(f"chainwright.records.{_HOME[name]}"), name)
    except ModuleNotFoundError as error:
        part = str(error.name).partition(".")[0]
        if part not in {"alembic", "sqlalchemy"}:
            raise
        raise MissingPartError(
            part, "Install the extra: pip install 'chainwright[records]'"
        ) from None
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
