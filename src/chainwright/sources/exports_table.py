"""Tables of exports by place and product, dense: any places, any codes, as the table has them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, MissingFileError, TableError
from chainwright.sources import trade_checks as checks
from chainwright.sources.files import peek, sha256
from chainwright.sources.reading import Origin
from chainwright.sources.rows import some
from chainwright.sources.trade_batches import Batches, held, of_file
from chainwright.sources.trade_layouts import Layout, layout_of, near_layout
from chainwright.sources.trade_rows import Gathered, Words, gather

__all__ = ["ExportsReading", "is_exports", "read_exports"]


@dataclass(frozen=True, eq=False)
class ExportsReading:
    """What a table of exports holds, by year.

    Parameters
    ----------
    years : dict of int or None to (places, products, value)
        Sorted codes that occur in a year, and the amounts, shape (C, P): 0 where the table has no
        row, NaN where a row has no amount. The year is None where the table does not say it.
    origin : Origin
        Where it comes from.
    """

    years: dict[int | None, tuple[tuple[str, ...], tuple[str, ...], npt.NDArray[np.float64]]]
    origin: Origin


def is_exports(path: Path) -> bool:
    """Return whether a file is a table of exports: places and products, no importers.

    Parameters
    ----------
    path : path
        A file.
    """
    look = peek(path)
    if look.kind not in {"text", "parquet", "arrow"}:
        return False
    header = of_file(look).header
    layout = layout_of(header)
    if layout is not None:
        return not layout.bilateral
    near = near_layout(header)
    return near is None or not near[0].bilateral


def read_exports(data: object) -> ExportsReading:
    """Return the exports in a file or in memory, place by product.

    Places are whatever the table says: countries, provinces, cities, firms. Nothing is left out:
    a row of 0 keeps its place and its product.

    Parameters
    ----------
    data : path or Arrow stream
        A CSV (plain or packed), Parquet or Arrow file, or a pandas, polars or pyarrow table, with
        the columns of ``chainwright schema exports``.

    Raises
    ------
    TableError
        If a column is missing, a code is empty, an amount is negative, endless or text, or a
        place and product stand twice in a year; every breach is listed with its row.
    MissingFileError
        If there is no such file.
    """
    if isinstance(data, str | Path):
        path = Path(data)
        if not path.is_file():
            msg = f"There is no file '{path}'."
            raise MissingFileError(msg)
        batches: Batches = of_file(peek(path))
        origin = Origin(file=path.name, sha256=sha256(path))
    else:
        batches, origin = held(data), Origin()
    layout = _layout(batches)
    rows = gather(batches, layout)
    breaches = [*rows.breaches, *_empty_codes(rows), *_amounts(rows), *checks.years(rows)]
    if not len(rows.value):
        breaches.append(Breach("the table", "no row", "rows of exports", "Give the whole file."))
    if breaches:
        raise TableError(batches.name, breaches)
    notes = tuple(f"column '{c}' left out" for c in layout.left_out)
    noted = Origin(
        file=origin.file,
        format=layout.name,
        licence=layout.licence,
        sha256=origin.sha256,
        notes=notes,
    )
    return ExportsReading(dict(_by_year(rows)), noted)


def _layout(batches: Batches) -> Layout:
    layout = layout_of(batches.header)
    if layout is not None and not layout.bilateral:
        return layout
    lacking = [c for c in ("place", "product", "value") if c not in batches.header]
    shown = ", ".join(map(repr, batches.header)) or "no columns"
    raise TableError(
        batches.name,
        [
            Breach(
                "row 1",
                f"no column '{column}' among {shown}",
                "the columns place, product, value, and perhaps year",
                "`chainwright schema exports` describes the table.",
            )
            for column in lacking
        ],
    )


def _empty_codes(rows: Gathered) -> Iterator[Breach]:
    for role in ("place", "product"):
        text = rows.words[role]
        if "" in text.place:
            yield from some(
                np.flatnonzero(text.codes == text.place[""]),
                lambda row, role=role: Breach(  # type: ignore[misc]
                    f"{rows.where(row)}, column '{rows.column(role)}'",
                    "nothing",
                    f"the code of a {role}",
                    "Fill it in, or leave the row out.",
                ),
                f"no {role}",
            )


def _amounts(rows: Gathered) -> Iterator[Breach]:
    bad = (rows.value < 0.0) | np.isinf(rows.value)
    yield from some(
        np.flatnonzero(bad),
        lambda row: Breach(
            f"{rows.where(row)}, column '{rows.column('value')}'",
            f"{rows.value[row]:.15g}",
            "a finite number that is not negative",
            "Correct it, or leave the cell empty if the amount is not known.",
        ),
        "values that cannot be",
    )


def _by_year(
    rows: Gathered,
) -> Iterator[tuple[int | None, tuple[tuple[str, ...], tuple[str, ...], npt.NDArray[np.float64]]]]:
    text = rows.words.get("year")
    if text is None:
        yield None, _dense(rows, None)
        return
    used = np.bincount(text.codes, minlength=len(text.place)) > 0
    found = sorted((int(word), code) for word, code in text.place.items() if used[code])
    for year, code in found:
        yield year, _dense(rows, None if len(found) == 1 else np.flatnonzero(text.codes == code))


def _dense(
    rows: Gathered, at: npt.NDArray[np.intp] | None
) -> tuple[tuple[str, ...], tuple[str, ...], npt.NDArray[np.float64]]:
    """Return the codes of some rows, sorted, and their amounts as a matrix."""
    places, place = _sorted_codes(rows.words["place"], at)
    products, product = _sorted_codes(rows.words["product"], at)
    sizes = (len(places), len(products))
    breaches = checks.repeated(rows, [(place, sizes[0]), (product, sizes[1])], at)
    if breaches:
        raise TableError(rows.batches.name, breaches)
    value = np.zeros(sizes)
    value[place, product] = rows.value if at is None else rows.value[at]
    return places, products, value


def _sorted_codes(
    text: Words, at: npt.NDArray[np.intp] | None
) -> tuple[tuple[str, ...], npt.NDArray[np.intp]]:
    """Return the words that rows have, sorted, and the position of each row's word."""
    codes = text.codes if at is None else text.codes[at]
    words = np.array(text.words, dtype=object)
    used = np.flatnonzero(np.bincount(codes, minlength=len(words)))
    order = used[np.argsort(words[used], kind="stable")]
    position = np.zeros(len(words), dtype=np.intp)
    position[order] = np.arange(len(order))
    return tuple(words[order]), position[codes]
