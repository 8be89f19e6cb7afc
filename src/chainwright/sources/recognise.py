"""Which file a path means, which format the file is of, told from the file itself."""

from collections.abc import Callable
from pathlib import Path

from chainwright.errors import CapacityError, FormatError, MissingFileError
from chainwright.sources import ceads, demos, icio, longtable, nbs, trade, wiod
from chainwright.sources.files import Format, Peek, Request, check_capacity, peek, sha256, years_in
from chainwright.sources.reading import Reading

__all__ = ["FORMATS", "locate", "read", "recognise"]

DEMO = "demo:"

FORMATS: tuple[Format, ...] = (
    *wiod.FORMATS,
    *icio.FORMATS,
    *nbs.FORMATS,
    *ceads.FORMATS,
    *longtable.FORMATS,
)
"""All formats, the most telling first: the first that fits a file reads it."""


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
    try:
        if place.is_file():
            with place.open("rb"):
                return place
        if place.is_dir():
            return _in_folder(place, year)
    except MissingFileError:  # an OSError too, and it says what is wrong
        raise
    except OSError as error:
        msg = f"'{path}' cannot be opened: {error.strerror}. Give yourself the right to read it."
        raise MissingFileError(msg) from error
    msg = f"There is no file or folder '{path}'. Give one path, not a pattern or an address."
    raise MissingFileError(msg)


def _in_folder(folder: Path, year: int | None) -> Path:
    """Return the one file of a year; of years in a zip's span, each is in the zip."""
    found = {
        file: years
        for file in sorted(folder.iterdir())
        if file.is_file() and not _is_beside(file.name) and (years := _years_of(file.name))
    }
    known = sorted({year for years in found.values() for year in years})
    if not found:
        msg = (
            f"The folder '{folder.resolve().name}' holds no file with a year in its name. "
            "Give a file, or a folder with one table a year, such as ICIO2023_2018.csv or "
            "wiot_2011.npz."
        )
        raise MissingFileError(msg)
    if year is None:
        if len(found) == 1:
            return next(iter(found))
        listed = ", ".join(map(str, known))
        msg = (
            f"The folder '{folder.name}' holds the years {listed}. Say which, as year={known[-1]}."
        )
        raise MissingFileError(msg)
    files = [file for file, years in found.items() if year in years]
    if len(files) != 1:
        held = f"It holds the years {', '.join(map(str, known))}."
        listed = ", ".join(file.name for file in files)
        told = f"Found: {listed}. Give the path of one of them." if files else f"None is. {held}"
        msg = f"The folder '{folder.name}' must hold one file of {year}. {told}"
        raise MissingFileError(msg)
    return files[0]


def _years_of(name: str) -> tuple[int, ...]:
    """Return the years that a file holds by its name: one, or all of a zip's span."""
    years = years_in(name)
    return years if name.lower().endswith(".zip") else years[:1]


def _is_beside(name: str) -> bool:
    """Whether a file is a note beside tables, not a table."""
    return name.startswith((".", "~")) or name.endswith((".origin.json", ".md", ".txt", ".pdf"))


def recognise(file: Peek) -> Format:
    """Return the format of a file, told from its bytes, header and labels, never from its name.

    Parameters
    ----------
    file : Peek
        A first look at the file.

    Raises
    ------
    FormatError
        If it is of none. It says what was looked at, and how files of known formats look.
    """
    for known in FORMATS:
        if known.matches(file):
            return known
    looks = [(known.name, known.layout) for known in FORMATS] + list(trade.looks())
    layouts = "\n".join(f"  - {name}: {layout}" for name, layout in looks)
    msg = (
        f"'{file.name}' is of no known format. {_seen(file)}\nKnown formats:\n{layouts}\n"
        "Any other table can be written as a plain long table: "
        "'chainwright schema flows --example FILE' writes a small one; "
        "'chainwright schema trade --example FILE' one of trade in products."
    )
    raise FormatError(msg)


def _seen(file: Peek) -> str:
    """Say what was seen of a file that was not recognised."""
    if file.kind == "empty":
        return "It is empty."
    if file.kind == "binary":
        told = f" ({file.lines[0]})" if file.lines else ""
        return (
            f"It is no text in UTF-8, no spreadsheet and no known archive{told}. "
            "A text in another encoding, such as GBK or UTF-16, is saved again as 'CSV UTF-8'."
        )
    if file.kind == "workbook":
        return f"It is a spreadsheet with the sheets {', '.join(file.workbook.sheets)}."
    if file.kind == "text":
        first = file.fields[0] if file.fields else ()
        shown = ", ".join(repr(word[:30]) for word in first[:6])
        more = f" and {len(first) - 6:,} more" if len(first) > 6 else ""
        return f"It is a text whose first line reads {shown}{more}.{_separated(file)}"
    return {
        "arrays": "It is a set of numpy arrays, but not those of WIOD (Z, F and x).",
        "parquet": "It is a Parquet file without the columns of a long table.",
        "arrow": "It is an Arrow file without the columns of a long table.",
    }[file.kind]


def _separated(file: Peek) -> str:
    """Say so if cells seem to be separated by anything but commas."""
    counts = {
        name: sum(line.count(sign) >= 3 for line in file.lines)
        for name, sign in (("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("bar", "|"))
    }
    name = max(counts, key=lambda each: counts[each])  # a draw is the comma's
    if name == "comma":
        return ""
    return (
        f" Its cells seem to be separated by {name}s: save it again as 'CSV UTF-8', with commas "
        "between cells and points in numbers."
    )


def read(
    file: Path | str,
    *,
    year: int | None = None,
    currency: str | None = None,
    fold: bool = False,
    progress: Callable[[str], None],
) -> Reading:
    """Return what the reader for this file finds in it.

    Parameters
    ----------
    file : path or str
        A file, or the name of a demo as ``demo:country``.
    year : int, optional
        Which year, of a file that holds several; the year of a table that does not say it.
    currency : str, optional
        ISO 4217 code of a table that does not say it.
    fold : bool
        Whether parts of a split country become one region.
    progress : callable
        Is told in words what the file is taken for.

    Raises
    ------
    FormatError, TableError, CapacityError
        If its format is not known, it breaks its layout, or it does not fit in memory.
    """
    if isinstance(file, str):
        return demos.demo(file.removeprefix(DEMO), seed=7)
    try:
        # A text or raw file is at least as large in memory; packed ones tell only when opened.
        check_capacity(file.name, file.stat().st_size)
        look = peek(file, year=year)
        if look.kind == "workbook":  # it is recognised by its sheet, which is read whole for that
            check_capacity(look.name, 3 * look.size)
        known = recognise(look)
        check_capacity(look.name, known.needs(look))
        progress(f"reading {look.name} as {known.name}")
        request = Request(year, currency, fold, sha256(file), progress)
        return known.read(look, request)
    except CapacityError:
        raise
    except MemoryError as error:
        msg = f"Reading '{file.name}' took more memory than there is. End other programs."
        raise CapacityError(msg) from error
