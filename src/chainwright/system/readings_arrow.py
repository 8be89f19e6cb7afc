"""Readings as a table of Arrow: words once, rows refer to them; millions of rows take little."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from chainwright.sources.carbon_kinds import QUALITIES, carbon_kinds, unit_in
from chainwright.system.readings import Readings
from chainwright.tables import replaced

__all__ = ["arrow_readings", "write_readings"]

ROWS = 1 << 20
"""Rows of a group in a file."""


def arrow_readings(readings: Readings) -> pa.Table:
    """Return readings with the columns of ``chainwright schema readings``, words as dictionaries.

    Parameters
    ----------
    readings : Readings
        The readings.

    Examples
    --------
    >>> from chainwright.sources.demo_city import demo_city
    >>> made = demo_city(firms=2, months=1)
    >>> table = arrow_readings(Readings(**made.columns, origin=made.origin))
    >>> table.num_rows, table.column_names[:4]
    (78, ['firm', 'kind', 'item', 'period'])
    """
    kinds = {int(row["number"]): kind for kind, row in carbon_kinds().items()}
    numbers = np.array(sorted(kinds), dtype=np.int32)
    of_kind = np.searchsorted(numbers, readings.kind).astype(np.int32)
    items = len(readings.items)
    pairs, unit = np.unique(of_kind * np.int32(items) + readings.item, return_inverse=True)
    units = [
        unit_in(kinds[int(numbers[pair // items])], readings.items[pair % items])
        for pair in pairs.tolist()
    ]
    first, last = readings.span
    months = np.arange(first, last + 1).astype("datetime64[M]")
    words = {
        "firm": (readings.firm, readings.firms),
        "kind": (of_kind, [kinds[n] for n in numbers.tolist()]),
        "item": (readings.item, readings.items),
        "period": (readings.month - np.int32(first), np.datetime_as_string(months).tolist()),
        "text": (readings.text, readings.texts),
        "unit": (unit.astype(np.int32), units),
        "quality": (readings.quality, QUALITIES),
        "source": (readings.source, readings.sources),
    }
    columns = {name: _coded(codes, list(of)) for name, (codes, of) in words.items()}
    columns["value"] = pa.array(readings.value, from_pandas=True)
    order = ("firm", "kind", "item", "period", "value", "text", "unit", "quality", "source")
    return pa.table({name: columns[name] for name in order})


def _coded(codes: npt.NDArray[np.integer], words: list[str]) -> pa.Array:
    """Return places and words as a dictionary; a word that stands twice stands once."""
    found: dict[str, int] = {}
    place = np.array([found.setdefault(word, len(found)) for word in words], dtype=np.int32)
    indices = codes if len(found) == len(words) else place[codes]
    return pa.DictionaryArray.from_arrays(
        pa.array(indices, type=pa.int32()), pa.array(list(found), type=pa.string())
    )


def write_readings(readings: Readings, path: Path | str) -> None:
    """Write readings to a Parquet file, whole or not at all; `read_readings` takes it.

    Parameters
    ----------
    readings : Readings
        The readings.
    path : path
        File to write; its folder must be there.

    Raises
    ------
    MissingFileError
        If the folder is not there, or `path` is a folder.
    """
    table = arrow_readings(readings)
    words = [name for name in table.column_names if name != "value"]
    with replaced(path) as file:
        pq.write_table(table, file, compression="zstd", use_dictionary=words, row_group_size=ROWS)
