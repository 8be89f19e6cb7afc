"""A job on disk for workers on this machine: its arrays are mapped into memory, not copied."""

import mmap
import pickle
from pathlib import Path
from typing import Any

__all__ = ["open_shipped", "ship"]


def ship(job: object, folder: Path) -> None:
    """Write a job into a folder: one file of arrays, one of everything else.

    Parameters
    ----------
    job : object
        What pickle can write.
    folder : Path
        A folder that only this user can read.
    """
    buffers: list[pickle.PickleBuffer] = []
    told = pickle.dumps(job, protocol=5, buffer_callback=buffers.append)
    sizes = []
    with (folder / "arrays.bin").open("wb") as file:
        for buffer in buffers:
            raw = buffer.raw()
            sizes.append(raw.nbytes)
            file.write(raw)
            file.write(b"\0" * (-raw.nbytes % 64))
    (folder / "job.pickle").write_bytes(pickle.dumps((sizes, told)))


def open_shipped(folder: Path) -> Any:  # noqa: ANN401  # whatever was shipped
    """Return the job of a folder; its arrays are pages of one file that all workers share.

    Parameters
    ----------
    folder : Path
        Where `ship` wrote it: this process or the one that started it, nobody else.
    """
    sizes, told = pickle.loads((folder / "job.pickle").read_bytes())  # noqa: S301  # ours
    path = folder / "arrays.bin"
    if not sum(sizes):
        return pickle.loads(told, buffers=[b""] * len(sizes))  # noqa: S301
    with path.open("rb") as file:
        pages = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    views, at = [], 0
    for size in sizes:
        views.append(pages[at : at + size])
        at += size + -size % 64
    return pickle.loads(told, buffers=views)  # noqa: S301
