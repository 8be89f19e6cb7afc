"""The part `firms`: who the enterprises are; the one identity that every later part uses."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from chainwright.sources.firm_tables import firm_tables
from chainwright.sources.reading import Origin
from chainwright.system.axis import Axis

__all__ = ["Firms", "firm_axis", "read_firms"]


@dataclass(frozen=True, eq=False)
class Firms:
    """Enterprises and their sites.

    Parameters
    ----------
    table : DataFrame
        A row a firm, with the columns of ``chainwright schema firms``.
    sites : DataFrame
        A row a site, with the columns of ``chainwright schema sites``; it may have no row.
    origin : Origin
        Where they come from.
    """

    table: pd.DataFrame
    sites: pd.DataFrame
    origin: Origin

    @classmethod
    def of_table(cls, table: object, sites: object | None = None) -> "Firms":
        """Return the firms of a table in memory, after every check.

        Parameters
        ----------
        table : Arrow stream
            A table of pandas, polars or pyarrow, or a DuckDB relation, with the columns of
            ``chainwright schema firms``.
        sites : Arrow stream, optional
            The same with the columns of ``chainwright schema sites``.

        Raises
        ------
        TableError
            If the tables are not in order; it lists every breach in both.

        Examples
        --------
        >>> rows = {"firm": ["91440300MA5XAMPE0H", "x-17"], "name_en": ["Made-up Cells", "X"]}
        >>> list(Firms.of_table(pd.DataFrame(rows)).table["credit_code"])
        ['91440300MA5XAMPE0H', '']
        """
        return cls(*firm_tables(table, sites))

    @cached_property
    def axis(self) -> Axis:
        """The firms as labels, in the order of the table."""
        return firm_axis(self.table)

    def __repr__(self) -> str:
        return f"<Firms: {len(self.table):,} firms, {len(self.sites):,} sites>"


def firm_axis(table: pd.DataFrame) -> Axis:
    """Return the firms of a table as labels, in its order.

    Parameters
    ----------
    table : DataFrame
        A row a firm, with the columns of ``chainwright schema firms``.
    """
    names = ("name_en", "name_zh", "gbt4754")
    texts = (tuple(table[c].tolist()) if (table[c] != "").any() else () for c in names)
    return Axis("firm of this system", tuple(table["firm"].tolist()), *texts)


def read_firms(path: Path | str, sites: Path | str | None = None) -> Firms:
    """Return the firms in a file; `System(firms=...)` takes them.

    The identity is the column ``firm``: a unified social credit code of China, whose check digit
    is verified (GB 32100-2015), or any other text.

    Parameters
    ----------
    path : path
        A CSV file in UTF-8 (plain or gzip) or a Parquet file with the columns of
        ``chainwright schema firms``.
    sites : path, optional
        A file of their sites, with the columns of ``chainwright schema sites``.

    Raises
    ------
    TableError
        If the tables are not in order; it lists every breach in both.
    FormatError, MissingFileError
        If a file is no such file, or is not there.
    """
    return Firms.of_table(Path(path), None if sites is None else Path(sites))
