"""What is said of a part that a system was built without."""

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
}
"""By part, what a question needs and where it comes from."""


def held(part: Part | None, name: str) -> Part:
    """Return a part, or refuse with what to read if it is absent.

    Parameters
    ----------
    part : object
        The part, or None.
    name : str
        What the system calls it.

    Raises
    ------
    MissingPartError
        If there is none.
    """
    if part is None:
        raise MissingPartError(*ABSENT[name])
    return part
