"""Files of secrets: for their owner's eyes alone, and never in a repository."""

import json
import os
import stat
from pathlib import Path

from chainwright.errors import ChainwrightError, FormatError, MissingFileError, ParameterError

__all__ = ["read_passphrase", "read_secret", "write_secret"]

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def write_secret(path: Path | str, content: dict[str, str], *, in_repository: bool = False) -> None:
    """Write a new file that its owner alone can read.

    Parameters
    ----------
    path : path
        File that is not there yet; its folder is.
    content : dict
        What is kept, as texts.
    in_repository : bool
        Whether it may lie in a work tree of git.

    Raises
    ------
    ParameterError
        If it is there already, or would lie in a work tree of git.
    MissingFileError
        If its folder is not there.
    """
    target = Path(path)
    if not target.parent.is_dir():
        msg = f"There is no folder '{target.parent}' to write '{target.name}' to. Make it first."
        raise MissingFileError(msg)
    folders = (target.resolve().parent, *target.resolve().parent.parents)
    if not in_repository and any((folder / ".git").exists() for folder in folders):
        expected = "outside any work tree of git: a secret in a repository is none for long"
        raise ParameterError("path", "a file of secrets", expected, str(path))
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        expected = "a file that is not there yet: secrets are never overwritten"
        raise ParameterError("path", "a file of secrets", expected, str(path)) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        target.unlink(missing_ok=True)  # half a secret would stand in the way of a whole one
        raise


def read_secret(path: Path | str, what: str, parts: tuple[str, ...]) -> dict[str, str]:
    """Return the texts in a file of secrets.

    Parameters
    ----------
    path : path
        A file that `write_secret` wrote.
    what : str
        What it is to hold, in words.
    parts : tuple of str
        The texts that it must have.

    Raises
    ------
    MissingFileError
        If there is no such file.
    ParameterError
        If others than its owner may read or change it.
    FormatError
        If it is no such file; its content is not shown.
    """
    msg = f"'{path}' holds no {what}: no JSON with the texts {', '.join(parts)}."
    try:
        found = json.loads(_content(path, msg))
    except (ValueError, RecursionError) as error:
        if isinstance(error, ChainwrightError):
            raise
        raise FormatError(msg) from None  # the cause would show the content
    if not isinstance(found, dict) or any(not isinstance(found.get(p), str) for p in parts):
        raise FormatError(msg)
    return {part: found[part] for part in parts}


def read_passphrase(path: Path | str) -> str:
    """Return the passphrase in a file that its owner alone can read: its one line.

    Parameters
    ----------
    path : path
        The file, in UTF-8.

    Raises
    ------
    MissingFileError
        If there is no such file.
    ParameterError
        If others than its owner may read or change it.
    FormatError
        If it has not one line; its content is not shown.
    """
    msg = f"'{path}' is no file with a passphrase: one line in UTF-8."
    lines = _content(path, msg).splitlines()
    if len(lines) != 1:
        raise FormatError(msg)
    return lines[0]


def _content(path: Path | str, msg: str) -> str:
    """Return the text of a file that only its owner may read, or raise an error in words."""
    source = Path(path)
    if not source.is_file():
        raise MissingFileError(f"There is no file '{path}'.")
    with source.open("rb") as file:
        if os.name == "posix" and os.fstat(file.fileno()).st_mode & OTHERS:
            expected = f"a file that its owner alone can read: chmod 600 '{path}'"
            raise ParameterError("path", "a file of secrets", expected, str(path))
        try:
            return file.read().decode()
        except UnicodeDecodeError:
            raise FormatError(msg) from None  # the cause would show the content
