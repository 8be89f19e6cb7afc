"""Trade on disk: a folder with one sorted Parquet file a year and a header in JSON.

``trade.json`` says what the numbers are: years, list of codes, money, unit of quantities, names of
products, origin. ``2022.parquet`` has the columns exporter, importer, product, value and perhaps
quantity, sorted by product, exporter and importer (place, product and value where only exports are
known), so that any program can read it too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from chainwright.errors import Breach, MissingFileError, ParameterError, TableError
from chainwright.sources.files import peek
from chainwright.sources.reading import Origin
from chainwright.sources.trade_batches import ParquetBatches
from chainwright.sources.trade_layouts import layout_of
from chainwright.sources.trade_products import GIVEN
from chainwright.sources.trade_reading import TradeReading, TradeRequest, YearRows
from chainwright.sources.trade_rows import gather
from chainwright.sources.trade_years import checked
from chainwright.system.axis import Axis
from chainwright.system.trade import Exports, Trade, TradeYear
from chainwright.system.trade_assemble import trade_of
from chainwright.tables import replaced, write_bytes

__all__ = ["is_saved_trade", "load_trade", "save_trade"]

HEADER = "trade.json"
FORMAT, VERSION = "chainwright trade", 1
GROUP = 2**20
"""Rows of a row group: large enough to pack well, small enough to read in little memory."""


def is_saved_trade(path: Path | str) -> bool:
    """Return whether a folder holds saved trade.

    Parameters
    ----------
    path : path
        A folder.
    """
    return (Path(path) / HEADER).is_file()


def save_trade(trade: Trade, folder: Path | str) -> None:
    """Write trade to a folder, a year at a time; the header comes last.

    Parameters
    ----------
    trade : Trade
        What to save.
    folder : path
        Is made if it is not there; one that holds other files is refused.

    Raises
    ------
    MissingFileError
        If the folder cannot be made, or holds other files.
    """
    place = Path(folder)
    if not place.parent.is_dir():
        msg = f"There is no folder '{place.parent}' to write '{place.name}' to. Make it first."
        raise MissingFileError(msg)
    if place.is_file() or (place.is_dir() and any(place.iterdir()) and not is_saved_trade(place)):
        msg = f"'{place}' holds other files. Give a new folder to save trade to."
        raise MissingFileError(msg)
    place.mkdir(exist_ok=True)
    (place / HEADER).unlink(missing_ok=True)  # a folder that is half written is no saved trade
    rows = {}
    for year in trade.years or (None,):
        table = _flows(trade.year(year)) if trade.bilateral else _pairs(trade.exports(year))
        rows[_name(year)] = table.num_rows
        with replaced(place / _name(year)) as file:
            pq.write_table(table, file, row_group_size=GROUP, compression="zstd")
    header = {
        "format": FORMAT,
        "version": VERSION,
        "years": trade.years,
        "rows": rows,
        "bilateral": trade.bilateral,
        "classification": trade.classification,
        "money": [trade.money.currency, trade.money.unit],
        "quantity_unit": trade.quantity_unit,
        "origin": trade.origin.as_dict(),
        "names": dict(trade.names),
    }
    text = json.dumps(header, ensure_ascii=False, indent=1) + "\n"
    write_bytes(place / HEADER, text.encode())


def _name(year: int | None) -> str:
    return f"{'exports' if year is None else year}.parquet"


def _flows(year: TradeYear) -> pa.Table:
    """Return the flows of a year as an Arrow table, sorted."""
    places, products = len(year.places), len(year.products)
    key = year.product.astype(np.int64)
    for codes in (year.exporter, year.importer):
        key *= places
        key += codes
    order: npt.NDArray[np.intp] | slice = slice(None)
    if products and not bool((key[1:] > key[:-1]).all()):
        order = np.argsort(key)
    del key
    columns = {
        "exporter": _coded(year.exporter[order], year.places),
        "importer": _coded(year.importer[order], year.places),
        "product": _coded(year.product[order], year.products),
        "value": pa.array(year.value[order]),
    }
    if year.quantity is not None:
        quantity = year.quantity[order]
        columns["quantity"] = pa.array(quantity, mask=np.isnan(quantity))
    return pa.table(columns)


def _pairs(exports: Exports) -> pa.Table:
    """Return all pairs of place and product, those of 0 too, so that no code is lost."""
    places, products = len(exports.places), len(exports.products)
    value = exports.value.ravel()
    return pa.table(
        {
            "place": _coded(np.repeat(np.arange(places, dtype=np.int16), products), exports.places),
            "product": _coded(
                np.tile(np.arange(products, dtype=np.int32), places), exports.products
            ),
            "value": pa.array(value, mask=np.isnan(value)),
        }
    )


def _coded(codes: npt.NDArray[np.signedinteger], axis: Axis) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(codes, pa.array(axis.codes, pa.string()))


def load_trade(folder: Path | str, *, year: int | None = None) -> Trade:
    """Return saved trade; each year is read when it is asked for.

    Parameters
    ----------
    folder : path
        A folder that `save_trade` wrote.
    year : int, optional
        The one year that is wanted; all if not given.

    Raises
    ------
    MissingFileError
        If there is no saved trade, or a year's file is gone.
    TableError
        If the header is broken or of another version, or a file is not the one that was written.
    ParameterError
        If the year is not there.
    """
    place = Path(folder)
    header = _header(place)
    years: tuple[int | None, ...] = tuple(header["years"]) or (None,)
    if year is not None and year not in years:
        expected = f"one of {', '.join(map(str, years))}"
        raise ParameterError("year", f"reading '{place.name}'", expected, year)
    wanted = years if year is None else (year,)
    for each in wanted:
        _whole(place / _name(each), header["rows"])
    currency, unit = header["money"]
    reading = TradeReading(
        years=wanted,
        bilateral=header["bilateral"],
        read=_Saved(place),
        classification=header["classification"],
        currency=currency,
        unit=unit,
        quantity_unit=header["quantity_unit"],
        origin=Origin(**{**header["origin"], "notes": tuple(header["origin"]["notes"])}),
        names=header["names"],
    )
    return trade_of(reading)


@dataclass(frozen=True)
class _Saved:
    """Reads a year of saved trade; codes were checked before they were saved."""

    folder: Path

    def __call__(self, year: int | None) -> YearRows:
        batches = ParquetBatches(peek(self.folder / _name(year)))
        layout = layout_of(batches.header)
        if layout is None:
            raise _refuse(batches.name, "the columns", ", ".join(batches.header), "those of trade")
        ask = TradeRequest(year=year, given=True, saved=True)
        found = checked(gather(batches, layout), ask, own={}, classification=GIVEN)
        return found.years[year]


def _header(folder: Path) -> dict[str, Any]:
    """Return the header, or say what is wrong with it."""
    file = folder / HEADER
    if not file.is_file():
        msg = f"There is no saved trade in '{folder}': it has no file '{HEADER}'."
        raise MissingFileError(msg)
    try:
        header: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _refuse(HEADER, "the header", "text that is cut off or broken", "JSON") from error
    if header.get("format") != FORMAT or header.get("version") != VERSION:
        found = f"{header.get('format')!r}, version {header.get('version')}"
        raise _refuse(HEADER, "the header", found, f"'{FORMAT}', version {VERSION}")
    needed = {"years", "rows", "bilateral", "classification", "money", "origin", "names"}
    if not needed <= header.keys():
        lacks = ", ".join(sorted(needed - header.keys()))
        raise _refuse(HEADER, "the header", f"no {lacks}", "all that a header says")
    return header


def _whole(file: Path, rows: Mapping[str, int]) -> None:
    if not file.is_file():
        msg = f"'{file.name}' is gone from the saved trade in '{file.parent}'. Save it again."
        raise MissingFileError(msg)
    try:
        found = pq.read_metadata(file).num_rows
    except (pa.ArrowInvalid, OSError) as error:
        raise _refuse(file.name, "the file", "what is no whole Parquet file", "one") from error
    if found != rows.get(file.name):
        raise _refuse(file.name, "the file", f"{found:,} rows", f"{rows.get(file.name):,} rows")


def _refuse(name: str, where: str, found: str, expected: str) -> TableError:
    return TableError(name, [Breach(where, found, expected, "Save the trade again.")])
