"""Saved systems: one file of raw arrays behind a JSON header."""

from pathlib import Path

from chainwright.errors import FormatError
from chainwright.system.flows import Flows

__all__ = ["is_saved", "load", "save"]

MAGIC = b"CHAINWRIGHT\x00"


def is_saved(path: Path) -> bool:
    """Return whether the file at `path` is a saved system."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def save(flows: Flows, path: Path | str) -> None:
    """Write `flows` to `path`."""
    raise FormatError(str(path))


def load(path: Path | str) -> Flows:
    """Return the flows saved at `path`."""
    raise FormatError(str(path))
