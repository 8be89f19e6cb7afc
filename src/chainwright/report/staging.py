"""A folder that is filled out of sight and appears whole, or not at all."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chainwright.errors import MissingFileError, ParameterError

__all__ = ["MANIFEST", "staged"]

MANIFEST = "manifest.json"
"""The file that says that a folder holds a brief, and which files are of it."""


@contextmanager
def staged(folder: Path | str) -> Iterator[Path]:
    """Yield an empty folder; what lies in it at the end is moved to `folder`, or nothing is.

    An earlier brief in `folder` is replaced: its files, by its manifest, go, and no other.

    Parameters
    ----------
    folder : path
        Where the files shall lie; it is made, and so are the folders above it.

    Raises
    ------
    ParameterError
        If `folder` holds files that are not of an earlier brief.
    MissingFileError
        If `folder` is a file.
    """
    target = Path(folder)
    if target.exists() and not target.is_dir():
        msg = f"'{target}' is a file. A brief needs the name of a folder, which is made."
        raise MissingFileError(msg)
    above = next((p for p in target.parents if p.exists()), None)
    if above is not None and not above.is_dir():
        msg = f"'{above}' is a file, so no folder '{target}' can be made. Name another folder."
        raise MissingFileError(msg)
    before = _earlier(target)
    made = [p for p in (target, *target.parents) if not p.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    place = target  # until there is one of its own
    try:
        place = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        yield place
        _move(place, target, before)
    except BaseException:
        for parent in made[1:]:  # nothing is left behind, not even an empty folder
            if parent.is_dir() and not any(p for p in parent.iterdir() if p != place):
                shutil.rmtree(parent)
        raise
    finally:
        if place != target:
            shutil.rmtree(place, ignore_errors=True)


def _earlier(target: Path) -> list[str]:
    """Return the files of an earlier brief in `target`, and refuse a folder of anything else."""
    if not target.is_dir() or not any(target.iterdir()):
        return []
    manifest = target / MANIFEST
    try:
        note = json.loads(manifest.read_text(encoding="utf-8"))
        return [str(row["file"]) for row in note["files"]]
    except (OSError, ValueError, KeyError, TypeError):
        expected = "the name of a new folder, an empty one, or one with an earlier brief"
        raise ParameterError("folder", "a brief", expected, str(target)) from None


def _move(place: Path, target: Path, before: list[str]) -> None:
    if not target.exists():
        place.chmod(0o755)
        place.replace(target)
        return
    (target / MANIFEST).unlink(missing_ok=True)
    inside = target.resolve()
    for earlier in before:
        old = (target / earlier).resolve()
        if old.is_relative_to(inside):
            old.unlink(missing_ok=True)
    files = sorted(f.relative_to(place) for f in place.rglob("*") if f.is_file())
    for name in sorted(files, key=lambda f: f.name == MANIFEST):  # the manifest comes last
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).replace(target / name)
