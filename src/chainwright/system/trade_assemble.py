"""From what a reader of trade hands out to the part `trade`, with names of places and products."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from chainwright.classes import classification as list_of
from chainwright.classes import lists, place
from chainwright.errors import MissingPartError, UnknownCodeError
from chainwright.sources.trade import read_trade
from chainwright.sources.trade_reading import TradeReading, TradeRequest, YearRows
from chainwright.system.axis import Axis, Language
from chainwright.system.trade import Exports, Trade, TradeYear
from chainwright.units import Money

__all__ = ["Names", "exports_of", "place_axis", "product_axis", "trade_at", "trade_of", "year_of"]


@dataclass(frozen=True)
class Names:
    """What products are called.

    Parameters
    ----------
    given : mapping of str to str
        Names that the source gives; they come before those of the list.
    classification : str
        The list of the codes; any word if it is not known here.
    """

    given: Mapping[str, str]
    classification: str

    def of(self, codes: Iterable[str], language: Language = "en") -> tuple[str, ...]:
        """Return a name a code, empty where none is known.

        Parameters
        ----------
        codes : iterable of str
            Codes of products.
        language : str
            ``"en"`` or ``"zh"``; names of the source count as English.
        """
        listed = _listed(self.classification, language)
        given = self.given if language == "en" else {}
        return tuple(given.get(code) or listed.get(code, "") for code in codes)

    def all(self) -> Mapping[str, str]:
        """Return the English name of each code that has one."""
        return {**_listed(self.classification, "en"), **self.given}


@cache
def _listed(classification: str, language: Language) -> Mapping[str, str]:
    if classification not in set(lists()["list"]):
        return {}
    known = list_of(classification)
    names = known.names_en if language == "en" else known.names_zh
    return dict(zip(known.codes, names, strict=False))


@dataclass(frozen=True, eq=False)
class ReadYear:
    """Reads the bilateral flows of a year; a class, so that it can be sent to another process.

    Parameters
    ----------
    reading : TradeReading
        What the reader handed out.
    names : Names
        Names of its products.
    """

    reading: TradeReading
    names: Names

    def __call__(self, year: int) -> TradeYear:
        """Return the flows of a year."""
        return year_of(self.reading.read(year), self.names)


@dataclass(frozen=True, eq=False)
class ReadExports:
    """Reads the exports of a year.

    Parameters
    ----------
    reading : TradeReading
        What the reader handed out.
    names : Names
        Names of its products.
    """

    reading: TradeReading
    names: Names

    def __call__(self, year: int | None) -> Exports:
        """Return the exports of a year."""
        rows = self.reading.read(year)
        if rows.importer is not None:
            return year_of(rows, self.names).exports()
        return exports_of(rows, self.names)


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
    names = Names(reading.names, reading.classification)
    return Trade(
        years=tuple(year for year in reading.years if year is not None),
        read=ReadYear(reading, names) if reading.bilateral else None,
        read_exports=ReadExports(reading, names),
        classification=reading.classification,
        money=Money(reading.currency, None, reading.unit),
        origin=reading.origin,
        quantity_unit=reading.quantity_unit,
        names=names.all(),
    )


def year_of(rows: YearRows, names: Names) -> TradeYear:
    """Return the flows of a year with named axes.

    Parameters
    ----------
    rows : YearRows
        Rows with importers, and a year.
    names : Names
        Names of products.

    Raises
    ------
    MissingPartError
        If the rows have no importers or no year.
    """
    if rows.importer is None or rows.year is None:
        raise MissingPartError(
            "bilateral flows of a year", "Read a table with importers and years."
        )
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


def exports_of(rows: YearRows, names: Names) -> Exports:
    """Return the exports of a year; each pair of place and product stands once in the rows.

    Parameters
    ----------
    rows : YearRows
        Rows without importers.
    names : Names
        Names of products.
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


def product_axis(codes: Iterable[str], names: Names) -> Axis:
    """Return an axis of products.

    Parameters
    ----------
    codes : iterable of str
        Codes, each once.
    names : mapping of str to str
        Names that the source gives.
    """
    given = tuple(codes)
    return Axis("product", given, names.of(given), names.of(given, "zh"))
