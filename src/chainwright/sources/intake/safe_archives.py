"""Packed files that are refused before they are opened: bombs, macros, links, names that climb."""

import gzip
import io
import re
import zipfile
import zlib

from chainwright.sources.intake.grids import Told

__all__ = ["MOST_MEGABYTES", "archive_fault", "unzipped"]

MOST_MEGABYTES = 400
"""What a workbook may unpack to: a sheet of a million rows of ten numbers takes as much."""

RATIO = 150
"""How many times its size a member above `LEAST` bytes may unpack to; spreadsheets reach 40."""

LEAST = 2**24
CHUNK = 2**20
DAMAGED = (
    zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, zlib.error, ValueError
)  # fmt: skip
ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def archive_fault(raw: bytes, *, most_megabytes: int = MOST_MEGABYTES) -> Told | None:
    """Return why a packed file is refused, as code and words, or None.

    Members are unpacked piece by piece and thrown away, so that sizes are those that there are and
    not those that the file says.

    Parameters
    ----------
    raw : bytes
        A file that begins as a ZIP does.
    most_megabytes : int
        What its members may unpack to together.

    Examples
    --------
    >>> held = io.BytesIO()
    >>> with zipfile.ZipFile(held, "w") as archive:
    ...     archive.writestr("../x", "y")
    >>> archive_fault(held.getvalue())[0]
    'member_path'
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            infos = archive.infolist()
            return _named(infos) or _unpacked(archive, infos, most_megabytes)
    except DAMAGED as error:
        return "unreadable", {"why": f"it is damaged or cut off ({error})."}


def _named(infos: list[zipfile.ZipInfo]) -> Told | None:
    """Return what the names of the members say against them."""
    for info in infos:
        name = info.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
            return "member_path", {"member": info.filename}
        if (info.external_attr >> 16) & 0o170000 == 0o120000:
            return "member_path", {"member": info.filename}
        if name.lower().endswith("vbaproject.bin"):
            return "macro", {}
        if name.lower().startswith("xl/externallinks/"):
            return "external_link", {}
    return None


def _unpacked(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], most_megabytes: int
) -> Told | None:
    total = 0
    for info in infos:
        size, head = 0, b""
        with archive.open(info) as member:
            while piece := member.read(CHUNK):
                head = head or piece[:4096]
                size += len(piece)
                ratio = size / max(info.compress_size, 1)
                if total + size > most_megabytes * 2**20 or (size > LEAST and ratio > RATIO):
                    words = {
                        "most": most_megabytes,
                        "size": f"{max(info.file_size, size) / 2**20:,.0f}",
                        "ratio": f"{ratio:,.0f}",
                    }
                    return "zip_bomb", words
        if ENTITY.search(head) and info.filename.lower().endswith((".xml", ".rels")):
            return "entities", {}
        total += size
    return None


def unzipped(raw: bytes, *, most_megabytes: int = MOST_MEGABYTES) -> tuple[bytes, Told | None]:
    """Return what a gzip file holds, and why it is refused, as code and words, or None.

    Parameters
    ----------
    raw : bytes
        A file that begins as gzip does.
    most_megabytes : int
        What it may unpack to.

    Examples
    --------
    >>> unzipped(gzip.compress(b"a,b"))
    (b'a,b', None)
    >>> unzipped(gzip.compress(b"a" * 2**25))[1][0]
    'zip_bomb'
    """
    pieces: list[bytes] = []
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
            while piece := packed.read(CHUNK):
                size += len(piece)
                ratio = size / max(len(raw), 1)
                if size > most_megabytes * 2**20 or (size > LEAST and ratio > RATIO):
                    words = {"most": most_megabytes, "size": f"{size / 2**20:,.0f} or more"}
                    return b"", ("zip_bomb", {**words, "ratio": f"{ratio:,.0f}"})
                pieces.append(piece)
    except DAMAGED as error:
        return b"", ("unreadable", {"why": f"it is damaged or cut off ({error})."})
    return b"".join(pieces), None
