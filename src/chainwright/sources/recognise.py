"""Which format a file is of, told from the file itself; and the reader for it."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from chainwright.errors import FormatError, MissingFileError
from chainwright.sources import demos, wiod
from chainwright.sources.reading import Reading

__all__ = ["locate", "read"]

DEMO = "demo:"


def locate(path: Path | str, *, year: int | None = None) -> Path | str:
    """Return the one file that `path` and `year` mean, or the name of a demo as it was given.

    Parameters
    ----------
    path : path
        A file, a folder with one file a year, or ``demo:country``.
    year : int, optional
        Which year.

    Raises
    ------
    MissingFileError
        If there is no such file or folder, or the folder has no file or several of that year.
    """
    if str(path).startswith(DEMO):
        return str(path)
    place = Path(path)
    if place.is_file():
        return place
    if not place.is_dir():
        msg = f"There is no file or folder '{path}'. Give one path, not a pattern or an address."
        raise MissingFileError(msg)
    found = {f: int(y[-1]) for f in sorted(place.iterdir()) if (y := _years(f.name))}
    if year is None:
        msg = f"The folder '{place.name}' holds {len(found)} files by year. Say which, as year=2011."
        raise MissingFileError(msg)
    files = [f for f, y in found.items() if y == year]
    if len(files) != 1:
        listed = ", ".join(f.name for f in files) or "none"
        msg = f"The folder '{place.name}' must hold one file of {year}. Found: {listed}."
        raise MissingFileError(msg)
    return files[0]


def _years(name: str) -> list[str]:
    return re.findall(r"(?<!\d)(?:19|20)\d{2}(?!\d)", name)


def read(
    file: Path | str,
    *,
    year: int | None = None,
    currency: str | None = None,  # noqa: ARG001
    fold: bool = False,  # noqa: ARG001
    progress: Callable[[str], None],
) -> Reading:
    """Return what the reader for this file finds in it."""
    if isinstance(file, str):
        return demos.demo(file.removeprefix(DEMO), seed=7)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    if file.suffix == ".npz":
        progress(f"reading {file.name} as WIOD 2013 release, arrays")
        return wiod.read_arrays(file, year=year, sha256=sha256)
    msg = f"'{file.name}' is of no known format."
    raise FormatError(msg)
