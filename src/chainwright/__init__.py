"""Map an industrial system, find its weak links, read its strengths."""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from chainwright import (
        accounts,
        carbon,
        classes,
        diagnose,
        plan,
        records,
        report,
        stress,
        system,
    )
    from chainwright.errors import ChainwrightError
    from chainwright.system import System
    from chainwright.units import Money

__all__ = [
    "ChainwrightError",
    "Money",
    "System",
    "accounts",
    "carbon",
    "classes",
    "diagnose",
    "plan",
    "records",
    "report",
    "stress",
    "system",
]

_HOME = {"ChainwrightError": "errors", "Money": "units", "System": "system"}
"""Where each public class is defined; the other public names are packages."""


def __getattr__(name: str) -> object:
    """Import a public name when it is first used (PEP 562), so that ``import`` stays cheap."""
    if name not in __all__:
        msg = f"module 'chainwright' has no attribute {name!r}"
        raise AttributeError(msg)
    if name in _HOME:
        return getattr(import_module(f"chainwright.{_HOME[name]}"), name)
    return import_module(f"chainwright.{name}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
