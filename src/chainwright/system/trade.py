"""The part `trade`: who sells which product to whom, year by year, read when it is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from chainwright.errors import MissingPartError, ParameterError
from chainwright.sources.reading import Origin
from chainwright.sources.trade import read_trade_table
from chainwright.sources.trade_reading import Reporters, TradeRequest
from chainwright.system.axis import Axis, Remade, read_only
from chainwright.system.bloc_lists import OwnBlocs
from chainwright.units import Money

__all__ = ["Exports", "PlaceCodes", "Trade", "TradeYear", "given"]

PlaceCodes = Literal["countries", "given"]
"""Whether codes of places are held against the list of countries, or taken as they are."""

Floats = npt.NDArray[np.float64]


def given(places: PlaceCodes) -> bool:
    """Return whether codes of places are taken as they are.

    Parameters
    ----------
    places : str
        ``"countries"`` or ``"given"``.

    Raises
    ------
    ParameterError
        If it is neither.
    """
    if places not in get_args(PlaceCodes):
        raise ParameterError("places", "reading trade", "'countries' or 'given'", places)
    return places == "given"


@dataclass(frozen=True, eq=False)
class Exports(Remade):
    """What each place exports of each product in one year (or makes, or employs: any amount).

    Parameters
    ----------
    places, products : Axis
        C places and P products.
    value : ndarray, shape (C, P)
        Amounts; no row of the table is 0, and an amount that is not known is NaN.
    year : int, optional
        The year.
    """

    places: Axis
    products: Axis
    value: Floats
    year: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", read_only(self.value))


@dataclass(frozen=True, eq=False)
class TradeYear(Remade):
    """The bilateral flows of one year, as columns; each (exporter, importer, product) stands once.

    Parameters
    ----------
    year : int
        The year.
    places, products : Axis
        Codes that occur in this year.
    exporter, importer : ndarray of int16, shape (rows,)
        Position in `places`.
    product : ndarray of int32, shape (rows,)
        Position in `products`.
    value : ndarray of float64, shape (rows,)
        Value [the trade's money].
    quantity : ndarray of float64, shape (rows,), optional
        Quantity [the trade's unit of quantity]; NaN where it is not known.
    """

    year: int
    places: Axis
    products: Axis
    exporter: npt.NDArray[np.int16]
    importer: npt.NDArray[np.int16]
    product: npt.NDArray[np.int32]
    value: Floats
    quantity: Floats | None = None

    def __len__(self) -> int:
        return len(self.value)

    def exports(self, *, of: Literal["value", "quantity"] = "value") -> Exports:
        """Return the exports of each place and product, summed over importers.

        Parameters
        ----------
        of : str
            ``"value"`` or ``"quantity"``, where rows of unknown quantity count as nothing.

        Raises
        ------
        MissingPartError
            If quantities are asked for and the trade has none.
        """
        amount: Floats | None = self.value if of == "value" else self.quantity
        if amount is None:
            raise MissingPartError("quantities", "Read a file that has them, such as BACI.")
        known = np.nan_to_num(amount) if of == "quantity" else amount
        c, p = len(self.places), len(self.products)
        cell = self.exporter.astype(np.int64) * p + self.product
        value: Floats = np.bincount(cell, weights=known, minlength=c * p).astype(np.float64)
        return Exports(self.places, self.products, value.reshape(c, p), self.year)


@dataclass(frozen=True, eq=False)
class Trade:
    """Trade in products over years. A year is read from its source each time it is asked for.

    Parameters
    ----------
    years : tuple of int
        Years at hand, rising; none where nothing tells the year of a table of exports.
    read : callable
        Returns the `TradeYear` of a year; absent where only exports are known.
    read_exports : callable
        Returns the `Exports` of a year, or of None where there are no years.
    classification : str
        ``"HS2017"``, ``"SITC2"``, or ``"given"`` for codes that are in no list known here.
    money : Money
        Of all values; its year is that of the flow.
    origin : Origin
        Where it comes from.
    quantity_unit : str
        Unit of all quantities; empty if there are none.
    names : mapping of str to str
        Names that the source itself gives to products.
    """

    years: tuple[int, ...]
    read: Callable[[int], TradeYear] | None
    read_exports: Callable[[int | None], Exports]
    classification: str
    money: Money
    origin: Origin
    quantity_unit: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def bilateral(self) -> bool:
        """Whether it is known who buys, not only who sells."""
        return self.read is not None

    def year(self, year: int | None = None) -> TradeYear:
        """Return the bilateral flows of one year.

        Parameters
        ----------
        year : int, optional
            Which year; the last if not given.

        Raises
        ------
        MissingPartError
            If only the exports of each place are known.
        ParameterError
            If the year is not at hand.
        """
        if self.read is None:
            raise MissingPartError(
                "bilateral flows", "This trade knows who sells, not who buys: read a file such as "
                "BACI, with exporter and importer."
            )  # fmt: skip
        return self.read(_whole(self._one(year)))

    def exports(self, year: int | None = None) -> Exports:
        """Return the exports of each place and product in one year.

        Parameters
        ----------
        year : int, optional
            Which year; the last if not given.
        """
        return self.read_exports(self._one(year))

    def _one(self, year: int | None) -> int | None:
        if year is None:
            return self.years[-1] if self.years else None
        if year not in self.years:
            listed = ", ".join(map(str, self.years))
            expected = f"one of {listed}" if listed else "not given: nothing tells its years"
            raise ParameterError("year", "trade", expected, year)
        return year

    @classmethod
    def from_table(
        cls,
        table: object,
        *,
        year: int | None = None,
        currency: str | None = None,
        classification: str | None = None,
        reporters: Reporters = "importers",
        places: PlaceCodes = "countries",
    ) -> "Trade":
        """Return the trade in a table held in memory.

        Parameters
        ----------
        table : Arrow stream
            A pandas, polars or pyarrow table, or a DuckDB relation, with the columns of
            ``chainwright schema trade`` or ``chainwright schema exports``, or of a layout of files.
        year : int, optional
            The one year that is wanted; the year of a table that does not say it.
        currency : str, optional
            ISO 4217 code of a table that does not say it.
        classification : str, optional
            List of the product codes, such as ``"HS2017"``, where the table does not say it.
        reporters : str
            Whose reports are taken where a table has those of both sides (UN Comtrade):
            ``"importers"`` or ``"exporters"``.
        places : str
            ``"countries"``: codes of places are held against the list of countries and
            translated; ``"given"``: they are taken as they are, such as codes of provinces.

        Raises
        ------
        TableError
            If it breaks its layout; every breach is listed.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = [(2022, "CN", "NA", "010121", 5.0), (2022, "NA", "DE", "260600", 7.5)]
        >>> columns = ["year", "exporter", "importer", "product", "value"]
        >>> trade = Trade.from_table(pd.DataFrame(rows, columns=columns))
        >>> trade.year(2022).places.codes
        ('CHN', 'DEU', 'NAM')
        """
        from chainwright.system.trade_assemble import trade_of  # noqa: PLC0415 - it makes a Trade

        ask = TradeRequest(year, currency, classification, reporters, given(places))
        return trade_of(read_trade_table(table, ask))

    @classmethod
    def of_years(
        cls,
        years: Mapping[int, TradeYear],
        *,
        classification: str = "given",
        money: Money | None = None,
        quantity_unit: str = "",
        origin: Origin | None = None,
    ) -> "Trade":
        """Return trade that is held in memory.

        Parameters
        ----------
        years : mapping of int to TradeYear
            The flows by year.
        classification, money, quantity_unit, origin
            As for `Trade`.
        """
        held = dict(sorted(years.items()))
        return cls(
            years=tuple(held),
            read=held.__getitem__,
            read_exports=_SumUp(held),
            classification=classification,
            money=money or Money(),
            origin=origin or Origin(),
            quantity_unit=quantity_unit,
        )

    @classmethod
    def of_exports(
        cls,
        years: Mapping[int, Exports],
        *,
        classification: str = "given",
        money: Money | None = None,
        origin: Origin | None = None,
    ) -> "Trade":
        """Return trade of which only the exports of each place are known.

        Parameters
        ----------
        years : mapping of int to Exports
            The exports by year.
        classification, money, origin
            As for `Trade`.
        """
        held: dict[int | None, Exports] = dict(sorted(years.items()))
        return cls(
            years=tuple(sorted(years)),
            read=None,
            read_exports=held.__getitem__,
            classification=classification,
            money=money or Money(),
            origin=origin or Origin(),
        )

    def in_blocs(self, *wanted: str, own: OwnBlocs | None = None) -> "Trade":
        """Return the trade in which each bloc is one place; its inner flows are left out.

        Flows of members are summed; a quantity is known where that of each of its parts is.

        Parameters
        ----------
        wanted : str
            Named groups, such as ``"EU27"``.
        own : mapping, path or DataFrame, optional
            Blocs of your own: ``{"Mekong": ["VNM", "LAO", "KHM"]}``, or a CSV or DataFrame with
            the columns ``group`` and ``code``.

        Raises
        ------
        ParameterError, LabelError
            If a name is no group, or two blocs share a member.
        TableError
            If blocs of your own have unknown codes; every breach is listed.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = [("CHN", "VNM", "wafers", 5.0), ("CHN", "LAO", "wafers", 1.0)]
        >>> table = pd.DataFrame(rows, columns=["exporter", "importer", "product", "value"])
        >>> trade = Trade.from_table(table, year=2024)
        >>> trade.in_blocs(own={"Mekong": ["VNM", "LAO"]}).year().value
        array([6.])
        """
        from chainwright.system.trade_changes import blocs_joined  # noqa: PLC0415 - makes a Trade

        return blocs_joined(self, wanted, own)

    def in_classification(
        self, classification: str, *, split: Literal["equal"] | None = None
    ) -> "Trade":
        """Return the trade with the codes of another revision of the Harmonized System.

        Codes with one partner are turned into it, and summed where several have the same one.

        Parameters
        ----------
        classification : str
            One of `chainwright.classes.bridged`: ``"HS1992"``, ``"HS2017"``, ``"HS2022"``.
        split : str, optional
            ``"equal"``: a code with several partners is parted equally among them, which is an
            assumption and noted as such. It is refused if not given.

        Raises
        ------
        ParameterError
            If there is no bridge between the lists.
        TableError
            When a year is read whose codes have several partners, or none; all are listed.
        """
        from chainwright.system.trade_changes import reclassified  # noqa: PLC0415 - makes a Trade

        return reclassified(self, classification, split=split)

    def save(self, folder: Path | str) -> None:
        """Write the trade to a folder: one sorted Parquet file a year, and a header in JSON.

        Years are read and written one by one; `System.read` reads the folder back.

        Parameters
        ----------
        folder : path
            Is made if it is not there; one that holds other files is refused.

        Raises
        ------
        MissingFileError
            If the folder cannot be made, or holds other files.
        """
        from chainwright.system.trade_store import save_trade  # noqa: PLC0415 - it reads a Trade

        save_trade(self, folder)

    def noted(self, note: str) -> "Trade":
        """Return the same trade with one more note on its origin.

        Parameters
        ----------
        note : str
            What was done.
        """
        return replace(self, origin=self.origin.noted(note))

    def __repr__(self) -> str:
        kind = "bilateral flows" if self.bilateral else "exports"
        span = "-".join(map(str, dict.fromkeys((*self.years[:1], *self.years[-1:]))))
        when = f" of {span}" if span else ""
        return f"<Trade: {kind}{when} in {self.classification}; {self.money}>"


def _whole(year: int | None) -> int:
    """Return the year of bilateral flows, which every reader of them tells."""
    if year is None:
        raise MissingPartError("years", "This trade holds none.")
    return year


@dataclass(frozen=True)
class _SumUp:
    """Sums up the exports of years that are held; a class, so that it can be sent elsewhere."""

    held: Mapping[int, TradeYear]

    def __call__(self, year: int | None) -> Exports:
        return self.held[_whole(year)].exports()
