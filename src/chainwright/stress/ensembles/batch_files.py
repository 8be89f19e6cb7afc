"""Finished batches as files: one a batch, written whole or not at all, beside their question."""

import json
import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, MissingFileError, TableError

__all__ = ["BatchFiles", "Summaries", "spoilt"]

Summaries = dict[str, npt.NDArray[Any]]
"""Arrays by name, one row a draw."""


class BatchFiles:
    """A folder with one file for each finished batch and the question that they answer.

    Parameters
    ----------
    folder : path
        Made if it is not there.
    question : mapping
        What was asked, as JSON can say it: the fingerprint of every batch in the folder.

    Raises
    ------
    MissingFileError
        If `folder` is a file.
    TableError
        If the folder holds batches of another question, with each part that differs, or batches
        without a question.
    """

    def __init__(self, folder: Path | str, question: Mapping[str, Any]) -> None:
        self.folder = Path(folder)
        if self.folder.exists() and not self.folder.is_dir():
            msg = f"'{self.folder}' is a file. A checkpoint is a folder: name another."
            raise MissingFileError(msg)
        self.folder.mkdir(parents=True, exist_ok=True)
        asked = json.loads(json.dumps(question))
        told = self.folder / "question.json"
        if told.exists():
            _same(told, asked)
        else:
            _without_question(self.folder)
            text = json.dumps(asked, indent=1, ensure_ascii=False)
            _whole(told, lambda part: part.write_text(text, encoding="utf-8"))

    def path(self, batch: int) -> Path:
        """Return the file of a batch.

        Parameters
        ----------
        batch : int
            Number of the batch, from 0.
        """
        return self.folder / f"batch-{batch:06d}.npz"

    def has(self, batch: int) -> bool:
        """Return whether a batch is finished.

        Parameters
        ----------
        batch : int
            Number of the batch, from 0.
        """
        return self.path(batch).is_file()

    def keep(self, batch: int, found: Summaries) -> None:
        """Write what a batch found: to a file beside, which then takes the name at once.

        Parameters
        ----------
        batch : int
            Number of the batch, from 0.
        found : dict of str to ndarray
            Its summaries.
        """
        keep(self.path(batch), found)

    def read(self, batch: int) -> Summaries:
        """Return what a finished batch found.

        Parameters
        ----------
        batch : int
            Number of the batch, from 0.

        Raises
        ------
        TableError
            If the file is damaged: it was changed, or not copied whole.
        """
        path = self.path(batch)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
                return {name: held[name] for name in held.files}
        except DAMAGED as error:
            raise TableError(str(path), [spoilt(path, str(error))]) from error


DAMAGED = (EOFError, ValueError, TypeError, zipfile.BadZipFile, zlib.error)
"""What reading a file raises that is no whole batch."""


def spoilt(path: Path, found: str) -> Breach:
    """Return what is wrong with the file of a batch.

    Parameters
    ----------
    path : Path
        The file.
    found : str
        What stands there.
    """
    remedy = "Delete this file: its draws are then worked out again."
    return Breach(path.name, found, "a finished batch, whole", remedy)


def keep(path: Path, found: Summaries) -> None:
    """Write arrays to `path`, whole or not at all.

    Parameters
    ----------
    path : Path
        File to write.
    found : dict of str to ndarray
        Arrays by name.
    """

    def written(part: Path) -> None:
        with part.open("wb") as file:
            np.savez(file, **found)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())

    _whole(path, written)


def _whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside `path`, then give it that name: a kill leaves no half of it there."""
    part = path.with_name(f"{path.name}.part-{os.getpid()}")
    write(part)
    part.replace(path)


def _without_question(folder: Path) -> None:
    """Refuse a folder of batches of which nobody knows what they answer."""
    held = sum(1 for _ in folder.glob("batch-*.npz"))
    if held:
        found, expected = f"not there, beside {held} batches", "the question that they answer"
        breach = Breach("question.json", found, expected, "Name another folder.")
        raise TableError(f"The checkpoint '{folder}'", [breach])


def _same(told: Path, asked: dict[str, Any]) -> None:
    """Refuse a folder whose question is another, naming every part of it that differs."""
    try:
        held = json.loads(told.read_text(encoding="utf-8"))
    except ValueError as error:
        breach = Breach(str(told), "no JSON", "a question", "Name another folder.")
        raise TableError(str(told), [breach]) from error
    breaches = [
        Breach(part, *_told_apart(held.get(part), asked.get(part)), "Name another folder.")
        for part in sorted({*held, *asked})
        if held.get(part) != asked.get(part)
    ]
    if breaches:
        raise TableError(f"The checkpoint '{told.parent}' answers another question and", breaches)


SHOWN = 60
"""Characters of a part that are shown."""

BEFORE = 15
"""Characters shown before the first that differs."""


def _told_apart(held: object, asked: object) -> tuple[str, str]:
    """Return two parts as text, long ones from shortly before where they differ."""
    texts = [json.dumps(part, ensure_ascii=False, sort_keys=True) for part in (held, asked)]
    pairs = enumerate(zip(*texts, strict=False))
    at = next((i for i, (a, b) in pairs if a != b), min(map(len, texts)))
    start = at - BEFORE if at > SHOWN // 2 and max(map(len, texts)) > SHOWN else 0
    found, expected = (_shown(text, start) for text in texts)
    return found, expected


def _shown(text: str, start: int) -> str:
    """Return a text from a place on, with dots where something is left out."""
    rest = text if start == 0 else f"...{text[start:]}"
    return rest if len(rest) <= SHOWN else f"{rest[: SHOWN - 3]}..."
