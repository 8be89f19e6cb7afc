"""Green: carbon accounts of enterprises, their efficiency codes, footprints of products."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainwright.carbon.border.cbam_tables import CbamTables
    from chainwright.carbon.border.certificates import Cbam, cbam

__all__ = ["Cbam", "CbamTables", "cbam"]

_HOME = {
    "Cbam": "border.certificates",
    "CbamTables": "border.cbam_tables",
    "cbam": "border.certificates",
}
"""Public names and the modules that define them; a module is imported when one is first used."""


def __getattr__(name: str) -> object:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOME:
        msg = f"module 'chainwright.carbon' has no attribute {name!r}"
        raise AttributeError(msg)
    found = getattr(import_module(f"chainwright.carbon.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
