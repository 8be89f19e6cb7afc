"""Exports by place and product, from whatever holds them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from chainwright.errors import ParameterError
from chainwright.sources import Origin
from chainwright.sources.exports_table import is_exports, read_exports
from chainwright.system import System
from chainwright.system.axis import Axis
from chainwright.system.trade import Exports, Trade
from chainwright.units import Money

__all__ = ["ExportsAtHand", "ExportsGiven", "exports_at_hand"]

UNDATED = 0
"""Stands for the year of exports that do not say it, where years are the keys of answers."""


@dataclass(frozen=True, eq=False)
class ExportsAtHand:
    """Exports of one or several years.

    Parameters
    ----------
    system : System
        A system with the exports as its trade.
    years : tuple of int or None
        Years at hand, rising; (None,) where none is said.
    read : callable
        Returns the exports of a year.
    """

    system: System
    years: tuple[int | None, ...]
    read: Callable[[int | None], Exports]

    def of(self, year: int | None) -> Exports:
        """Return the exports of a year; the last if none is named.

        Parameters
        ----------
        year : int, optional
            Which year.

        Raises
        ------
        ParameterError
            If the year is not at hand.
        """
        if year is not None and year not in self.years:
            known = ", ".join(
                "a year that is not stated" if y is None else str(y) for y in self.years
            )
            raise ParameterError("year", "exports", f"of {known}", year)
        return self.read(self.years[-1] if year is None else year)


ExportsGiven = System | Trade | Exports | ExportsAtHand | Path | str | object
"""What exports are taken from: a system with trade, trade, exports, a path, a table."""


def exports_at_hand(given: ExportsGiven) -> ExportsAtHand:
    """Return the exports in what was given.

    Parameters
    ----------
    given : System, Trade, Exports, ExportsAtHand, path or Arrow stream
        A path is a table of exports (CSV, plain or packed, Parquet, Arrow) or anything with trade
        that `System.read` reads; a table has the columns place, product, value, perhaps year.

    Raises
    ------
    MissingPartError
        If a system has no trade.
    TableError, MissingFileError, FormatError
        If a table cannot be used as it is.
    """
    if isinstance(given, ExportsAtHand):
        return given
    if isinstance(given, str | Path):
        path = Path(given)
        if path.is_file() and is_exports(path):
            return _read(path)
        given = System.read(path)
    if isinstance(given, Exports):
        return _held({given.year: given})
    if isinstance(given, Trade):
        given = System(trade=given)
    if isinstance(given, System):
        trade = given.trade
        return ExportsAtHand(given, tuple(trade.years) or (None,), trade.exports)
    return _read(given)


def _read(data: object) -> ExportsAtHand:
    reading = read_exports(data)
    found = {
        year: Exports(Axis("place", places), Axis("product", products), value, year)
        for year, (places, products, value) in reading.years.items()
    }
    return _held(found, reading.origin)


def _held(years: Mapping[int | None, Exports], origin: Origin | None = None) -> ExportsAtHand:
    dated = {year: exports for year, exports in years.items() if year is not None}
    if dated:
        trade = Trade.of_exports(dated, origin=origin)
    else:
        trade = Trade((), None, years.__getitem__, "given", Money(), origin or Origin())
    return ExportsAtHand(System(trade=trade), tuple(years), years.__getitem__)
