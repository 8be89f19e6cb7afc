"""What is said of a part that a system was built without."""

from collections.abc import Mapping
from typing import TypeVar

from chainwright.errors import MissingPartError

__all__ = ["held"]

Part = TypeVar("Part")

ABSENT = {
    "flows": ("flows", "Read a table that has them: System.read(path)."),
    "trade": ("trade", "Read a trade file: System.read('BACI_HS17_Y2022_V202601.csv')."),
    "chains": ("chain maps", "Read a folder of three CSV files, or name a chain of ours."),
    "firms": ("firms", "Read a table of them: 'chainwright schema firms' names its columns."),
    "links": (
        "links between firms",
        "Read a table of them: read_links(links, firms), or take System.demo('firms').",
    ),
    "maker": (
        "a maker's chain",
        "Read its bill of materials: 'chainwright bom FILES', or System.read(folder).",
    ),
    "safeguards": (
        "safeguards",
        "Take measures: repair.apply(system), or system.with_safeguards(Safeguard(...)).",
    ),
    "readings": (
        "readings of firms",
        "Read a table of them: 'chainwright schema readings' names its columns.",
    ),
}
"""By part, what a question needs and where it comes from."""


def held(parts: Mapping[str, object], name: str, kind: type[Part]) -> Part:
    """Return a part, or refuse with what to read if it is absent.

    Parameters
    ----------
    parts : mapping of str to object
        The parts at hand.
    name : str
        What the system calls it.
    kind : type
        What it is.

    Raises
    ------
    MissingPartError
        If there is none.
    """
    part = parts.get(name)
    if not isinstance(part, kind):
        raise MissingPartError(*ABSENT[name])
    return part
