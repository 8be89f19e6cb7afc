"""From what a reader of trade hands out to the part `trade`, with names of places and products."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chainwright.classes import place
from chainwright.errors import UnknownCodeError
from chainwright.sources.trade import read_trade
from chainwright.sources.trade_reading import TradeReading, TradeRequest, YearRows
from chainwright.system.axis import Axis
from chainwright.system.trade import Exports, Trade, TradeYear
from chainwright.units import Money

__all__ = ["exports_of", "place_axis", "product_axis", "trade_at", "trade_of", "year_of"]


@dataclass(frozen=True, eq=False)
class ReadYear:
    """Reads the bilateral flows of a year; a class, so that it can be sent to another process.

    Parameters
    ----------
    reading : TradeReading
        What the reader handed out.
    """

    reading: TradeReading

    def __call__(self, year: int) -> TradeYear:
        """Return the flows of a year."""
        return year_of(self.reading.read(year), self.reading.names)


@dataclass(frozen=True, eq=False)
class ReadExports:
    """Reads the exports of a year.

    Parameters
    ----------
    reading : TradeReading
        What the reader handed out.
    """

    reading: TradeReading

    def __call__(self, year: int | None) -> Exports:
        """Return the exports of a year."""
        rows = self.reading.read(year)
        if rows.importer is not None:
            return year_of(rows, self.reading.names).exports()
        return exports_of(rows, self.reading.names)


def trade_at(path: Path | str, ask: TradeRequest, progress: Callable[[str], None]) -> Trade | None:
    """Return the trade at a path, or None if there is none.

    Parameters
    ----------
    path : path
        A file, a zip or a folder.
    ask : TradeRequest
        What is asked for.
    progress : callable
        Is told in words what is being done.
    """
    place = Path(path)
    try:
        if not place.exists():
            return None
        reading = read_trade(place, ask, progress)
    except PermissionError:
        return None  # reading it as a table of flows says so
    return None if reading is None else trade_of(reading)


def trade_of(reading: TradeReading) -> Trade:
    """Return the part `trade` of a reading.

    Parameters
    ----------
    reading : TradeReading
        What a reader handed out.
    """
    return Trade(
        years=tuple(year for year in reading.years if year is not None),
        read=ReadYear(reading) if reading.bilateral else None,
        read_exports=ReadExports(reading),
        classification=reading.classification,
        money=Money(reading.currency, None, reading.unit),
        origin=reading.origin,
        quantity_unit=reading.quantity_unit,
        names=reading.names,
    )


def year_of(rows: YearRows, names: Mapping[str, str]) -> TradeYear:
    """Return the flows of a year with named axes.

    Parameters
    ----------
    rows : YearRows
        Rows with importers, and a year.
    names : mapping of str to str
        Names of products that the source gives.
    """
    assert rows.importer is not None  # noqa: S101 - the reading is bilateral
    assert rows.year is not None  # noqa: S101 - readers refuse bilateral rows without a year
    return TradeYear(
        year=rows.year,
        places=place_axis(rows.places),
        products=product_axis(rows.products, names),
        exporter=rows.exporter,
        importer=rows.importer,
        product=rows.product,
        value=rows.value,
        quantity=rows.quantity,
    )


def exports_of(rows: YearRows, names: Mapping[str, str]) -> Exports:
    """Return the exports of a year; each pair of place and product stands once in the rows.

    Parameters
    ----------
    rows : YearRows
        Rows without importers.
    names : mapping of str to str
        Names of products that the source gives.
    """
    value = np.zeros((len(rows.places), len(rows.products)))
    value[rows.exporter, rows.product] = rows.value
    return Exports(place_axis(rows.places), product_axis(rows.products, names), value, rows.year)


def place_axis(codes: Iterable[str]) -> Axis:
    """Return an axis of places, named where they are countries.

    Parameters
    ----------
    codes : iterable of str
        Codes, each once.
    """
    given = tuple(codes)
    english, chinese = [], []
    for code in given:
        try:
            known = place(code)
        except UnknownCodeError:
            known = None
        same = known is not None and known.code == code
        english.append(known.name_en if known is not None and same else "")
        chinese.append(known.name_zh if known is not None and same else "")
    return Axis("place", given, tuple(english), tuple(chinese))


def product_axis(codes: Iterable[str], names: Mapping[str, str]) -> Axis:
    """Return an axis of products.

    Parameters
    ----------
    codes : iterable of str
        Codes, each once.
    names : mapping of str to str
        Names that the source gives.
    """
    given = tuple(codes)
    return Axis("product", given, tuple(names.get(code, "") for code in given))
