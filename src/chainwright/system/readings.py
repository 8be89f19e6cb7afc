"""The part `readings`: what firms report month by month, in 39 kinds of data and a few optional."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import UnknownCodeError
from chainwright.sources.carbon_kinds import QUALITIES, carbon_items, carbon_kinds, unit_in
from chainwright.sources.reading import Origin
from chainwright.sources.readings_tables import reading_columns

__all__ = ["QUALITIES", "Readings", "carbon_items", "carbon_kinds", "read_readings"]

Codes = npt.NDArray[np.int32]
Small = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Readings:
    """What firms report, one value a firm, month, kind and item: ``r`` rows in that order.

    Parameters
    ----------
    firms : tuple of str
        Codes of the firms; rows refer to them by place.
    items, texts, sources : tuple of str
        Words that rows refer to by place; the first of each is empty.
    firm : ndarray of int32, shape (r,)
        Place of the firm in `firms`.
    kind : ndarray of int32, shape (r,)
        Number of the kind: 1 to 39, or above 100.
    item : ndarray of int32, shape (r,)
        Place in `items`.
    month : ndarray of int32, shape (r,)
        Months since January 1970.
    value : ndarray of float64, shape (r,)
        In the unit of the kind, or of the item; NaN for text and for what is missing.
    text : ndarray of int32, shape (r,)
        Place in `texts`.
    quality : ndarray of int8, shape (r,)
        Place in `QUALITIES`.
    source : ndarray of int32, shape (r,)
        Place in `sources`.
    origin : Origin
        Where they come from.
    """

    firms: tuple[str, ...]
    items: tuple[str, ...]
    texts: tuple[str, ...]
    sources: tuple[str, ...]
    firm: Codes
    kind: Codes
    item: Codes
    month: Codes
    value: Floats
    text: Codes
    quality: Small
    source: Codes
    origin: Origin

    @classmethod
    def of_table(cls, data: object) -> "Readings":
        """Return the readings of a table, after every check.

        Rows may stand in any order. Values in another unit of the same amount are converted, and
        the origin says so.

        Parameters
        ----------
        data : path or Arrow stream
            A table of pandas, polars or pyarrow, or a DuckDB relation, with the columns of
            ``chainwright schema readings``; or a CSV or Parquet file of such a table.

        Raises
        ------
        TableError
            If the table is not in order: kinds, items, units or qualities that are not known, a
            month that is none, a negative amount, two values of one key; it lists every breach.
        FormatError, MissingFileError
            If the file is no such file, or is not there.

        Examples
        --------
        >>> rows = {"firm": ["x", "x"], "kind": ["oil", "taxes"], "item": ["diesel", ""],
        ...         "period": ["2026-01", "2026-01"], "value": [320.0, 7.5],
        ...         "unit": ["kg", ""], "quality": ["billed", "measured"]}
        >>> Readings.of_table(pd.DataFrame(rows)).table()[["item", "value", "unit"]].values.tolist()
        [['diesel', 0.32, 't'], ['', 7.5, '10^4 CNY']]
        """
        columns, origin = reading_columns(data)
        return cls(**columns, origin=origin)

    def __len__(self) -> int:
        return len(self.firm)

    @property
    def span(self) -> tuple[int, int]:
        """First and last month, as months since January 1970; ``(0, -1)`` without a row."""
        if not len(self):
            return 0, -1
        return int(self.month.min()), int(self.month.max())

    def taken(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.integer]) -> "Readings":
        """Return some of the rows; the words that rows refer to stay.

        Parameters
        ----------
        rows : ndarray
            Which rows, as truth values or as places in rising order.
        """
        names = ("firm", "kind", "item", "month", "value", "text", "quality", "source")
        return replace(self, **{name: getattr(self, name)[rows] for name in names})

    def of_firm(self, firm: str) -> "Readings":
        """Return the rows of one firm.

        Parameters
        ----------
        firm : str
            Its code.

        Raises
        ------
        UnknownCodeError
            If it has no reading.
        """
        if firm not in self.firms:
            raise UnknownCodeError(firm, "firm with readings", self.firms)
        place = self.firms.index(firm)
        low, high = np.searchsorted(self.firm, np.array([place, place + 1], dtype=self.firm.dtype))
        return self.taken(np.arange(low, high))

    def table(self) -> pd.DataFrame:
        """Return the readings as a table with the columns of ``chainwright schema readings``."""
        kinds = {int(row["number"]): row for row in carbon_kinds().values()}
        numbers, back = np.unique(self.kind, return_inverse=True)
        codes = np.array([kinds[n]["kind"] for n in numbers.tolist()], dtype=object)
        pairs, pair = np.unique(
            np.stack([self.kind, self.item]), axis=1, return_inverse=True
        )  # few pairs, however many rows
        units = np.array(
            [unit_in(kinds[k]["kind"], self.items[i]) for k, i in pairs.T.tolist()],
            dtype=object,
        )
        words = {
            "firm": np.array(self.firms, dtype=object)[self.firm],
            "kind": codes[back],
            "item": np.array(self.items, dtype=object)[self.item],
            "period": np.datetime_as_string(self.month.astype("datetime64[M]")),
            "value": self.value,
            "text": np.array(self.texts, dtype=object)[self.text],
            "unit": units[pair.ravel()],
            "quality": np.array(QUALITIES, dtype=object)[self.quality],
            "source": np.array(self.sources, dtype=object)[self.source],
        }
        return pd.DataFrame(words)

    def __repr__(self) -> str:
        first, last = np.array(self.span, dtype="datetime64[M]").astype(str)
        months = f", {first} to {last}" if len(self) else ""
        return f"<Readings: {len(self):,} of {len(self.firms):,} firms{months}>"


def read_readings(path: Path | str) -> Readings:
    """Return the readings in a file; ``System(firms=..., readings=...)`` takes them.

    Parameters
    ----------
    path : path
        A Parquet file or a CSV file in UTF-8 (plain or gzip) with the columns of
        ``chainwright schema readings``. Files as people send them are for
        `chainwright.carbon.read_meters`.

    Raises
    ------
    TableError
        If the table is not in order; it lists every breach.
    FormatError, MissingFileError
        If the file is no such file, or is not there.
    """
    return Readings.of_table(Path(path))
