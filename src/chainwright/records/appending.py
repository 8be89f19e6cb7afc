"""Files that grow at their end: one writer at a time, whole lines, on the disk at once."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from chainwright.errors import MissingFileError, ParameterError

__all__ = ["appended", "created", "one_writer", "read_locked"]

if sys.platform == "win32":  # pragma: no cover - tests run where there is fcntl
    import msvcrt

    FAR = 2**30
    """Byte that is locked for the file: beyond its end, so that it can be read meanwhile."""

    @contextmanager
    def _locked(handle: int, *, alone: bool) -> Iterator[None]:
        os.lseek(handle, FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            os.lseek(handle, FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    @contextmanager
    def _locked(handle: int, *, alone: bool) -> Iterator[None]:
        fcntl.flock(handle, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)


BINARY = getattr(os, "O_BINARY", 0)


@contextmanager
def one_writer(path: Path) -> Iterator[None]:
    """Hold off others that would read a file, change what it says and replace it meanwhile.

    The lock is a file of its own beside it, ``.NAME.lock``, which stays: a file that is replaced
    cannot bear its lock.

    Parameters
    ----------
    path : Path
        File that is replaced; it need not be there.

    Raises
    ------
    MissingFileError
        If its folder is not there.
    """
    if not path.parent.is_dir():
        msg = f"There is no folder '{path.parent}' to write '{path.name}' to. Make it first."
        raise MissingFileError(msg)
    handle = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | BINARY, 0o666)
    try:
        with _locked(handle, alone=True):
            yield
    finally:
        os.close(handle)


def read_locked(path: Path) -> bytes:
    """Return all bytes of a file, between two writes and never in the middle of one.

    Parameters
    ----------
    path : Path
        File to read.

    Raises
    ------
    MissingFileError
        If it is not there, or is a folder.
    """
    with _opened(path, os.O_RDONLY) as handle, _locked(handle, alone=False):
        return _all(handle)


def appended(path: Path, lines: Callable[[bytes], bytes]) -> bytes:
    """Append to a file what depends on all that it holds; return the bytes it holds then.

    The file is locked from reading to writing, so that a second writer waits and sees the first
    one's lines. What cannot be written whole is taken back, and the error passed on.

    Parameters
    ----------
    path : Path
        File that is there.
    lines : callable
        Is given the bytes of the file and returns those to append.

    Raises
    ------
    MissingFileError
        If it is not there, or is a folder.
    """
    with _opened(path, os.O_RDWR | os.O_APPEND) as handle, _locked(handle, alone=True):
        before = _all(handle)
        more = lines(before)
        _write(handle, more, len(before))
        return before + more


def created(path: Path, data: bytes) -> None:
    """Write a file that is not there yet.

    Parameters
    ----------
    path : Path
        File to make; its folder must be there.
    data : bytes
        What it begins with.

    Raises
    ------
    ParameterError
        If there is something of that name already: it is left as it is.
    MissingFileError
        If the folder is not there.
    """
    if not path.parent.is_dir():
        msg = f"There is no folder '{path.parent}' to write '{path.name}' to. Make it first."
        raise MissingFileError(msg)
    try:
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | BINARY, 0o666)
    except FileExistsError as error:
        expected = "the name of a file that is not there yet: a log is never written over"
        raise ParameterError("path", "a new incident log", expected, str(path)) from error
    try:
        with _locked(handle, alone=True):
            _write(handle, data, 0)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    _sync_folder(path.parent)


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    if not path.is_file():
        msg = f"There is no file '{path}'. Open an event first, or correct the name."
        raise MissingFileError(msg)
    handle = os.open(path, flags | BINARY)
    try:
        yield handle
    finally:
        os.close(handle)


def _all(handle: int) -> bytes:
    os.lseek(handle, 0, os.SEEK_SET)
    parts = iter(lambda: os.read(handle, 1 << 20), b"")
    return b"".join(parts)


def _write(handle: int, data: bytes, before: int) -> None:
    """Write all of `data` and have it on the disk, or leave the file `before` bytes long."""
    try:
        done = os.write(handle, data)
        while done < len(data):
            done += os.write(handle, data[done:])
        os.fsync(handle)
    except BaseException:
        os.ftruncate(handle, before)
        raise


def _sync_folder(folder: Path) -> None:
    """Have the name of a new file on the disk too, where folders can be synced."""
    if sys.platform == "win32":  # pragma: no cover - folders cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
