"""What every answer has in common: it keeps its question."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from chainwright.errors import ParameterError
from chainwright.system.axis import Language
from chainwright.system.bars import bars
from chainwright.system.system import System
from chainwright.tables import Format, schema, write, write_folder
from chainwright.units import Money

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Result"]

BARS = 15
"""Rows that a chart shows."""


@dataclass(frozen=True, eq=False, repr=False)
class Result(ABC):
    """Base of every answer: a frozen dataclass of the question and of arrays.

    Parameters
    ----------
    system : System
        The system that was asked about.
    """

    name: ClassVar[str]
    """The schema of `table`."""

    charted: ClassVar[str] = ""
    """The column of `table` that `plot` draws; empty for an answer that is not drawn."""

    system: System

    @abstractmethod
    def table(self) -> pd.DataFrame:
        """Return the answer as a tidy table, the most important row first."""

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table of the answer by the name of its schema."""
        return {self.name: self.table()}

    def names(self, column: str, language: Language = "en") -> Mapping[str, str]:
        """Return what the codes of a column are called; nothing where they are names themselves.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column not in {"sector", "product", "from_sector", "to_sector"}:
            return {}
        if "flows" not in self.system.has:
            return {}
        axis = self.system.flows.nodes.sectors
        return {code: axis.name(i, language) for i, code in enumerate(axis.codes)}

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {}

    @property
    def money(self) -> Money:
        """What its amounts of money are counted in."""
        return self.system.money

    @property
    def counted_in(self) -> dict[str, str]:
        """What amounts of money and quantities of the answer are counted in."""
        return {"money": str(self.money), "quantity": self.system.quantity_unit}

    @property
    def units(self) -> dict[str, str]:
        """Unit of each column of `table` that has one."""
        return self.units_of(self.name)

    def units_of(self, table: str) -> dict[str, str]:
        """Return the unit of each column of one of the tables that has one.

        Parameters
        ----------
        table : str
            A key of `tables`.
        """
        words = self.counted_in
        return {
            c.column: " ".join(words.get(word, word) for word in c.unit.split(" "))
            for c in schema(table)
            if c.unit
        }

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again."""
        return {
            "chainwright": version("chainwright"),
            "answer": type(self).__name__,
            "parameters": self.parameters,
            "system": self.system.origin,
        }

    def save(
        self, path: Path | str, *, format: Format | None = None, top: int | None = None
    ) -> None:
        """Write the answer with its units and origin: one table to a file, several to a folder.

        Parameters
        ----------
        path : path
            File to write; for an answer of several tables a folder, which is made.
        format : str, optional
            ``"csv"``, ``"json"`` or ``"parquet"``; the file's own suffix if not given.
        top : int, optional
            First rows of `table` that are written, which the origin then says; all if not given.

        Raises
        ------
        ParameterError
            If a folder is to be written and no format is given, or `top` is none.
        MissingFileError
            If `path` is a file where a folder is to be written, or the other way round.
        """
        if top is not None and top < 1:
            raise ParameterError("top", "an answer", "at least one row", top)
        tables = {**self.tables(), self.name: self.table().head(top)} if top else self.tables()
        origin = {**self.origin, "top": top} if top else self.origin
        if len(tables) == 1:
            write(tables[self.name], path, format=format, units=self.units, origin=origin)
            return
        if format is None:
            raise ParameterError("format", "a folder of tables", "csv, json or parquet", format)
        write_folder(tables, path, format=format, origin=origin, units_of=self.units_of)

    def plot(self) -> "Figure":
        """Return a chart of the rows whose main number is largest, one bar a row.

        Raises
        ------
        ParameterError
            If the answer has no number that ranks its rows.
        """
        if not self.charted:
            expected = "an answer that ranks its rows by a number"
            raise ParameterError("plot", type(self).__name__, expected, self.name)
        columns = {c.column: c for c in schema(self.name)}
        frame = self.table()
        first = list(frame.columns).index(self.charted)
        named = [c for c in frame.columns[:first] if columns[c].type == "string"]
        size = frame[self.charted].astype("float64").abs()
        top = frame.loc[size.nlargest(BARS).index]
        labels = [":".join(str(v) for v in row if v != "") for row in top[named].to_numpy()]
        unit = self.units.get(self.charted, "1")
        heading = columns[self.charted].name_en
        return bars(
            labels,
            top[self.charted].to_numpy(dtype=np.float64),
            title=f"{heading}, the {len(top)} largest",
            axis=heading if unit == "1" else f"{heading} [{unit}]",
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.system.label}>\n" + (
            self.table().head(10).to_string(index=False)
        )

    def _repr_html_(self) -> str:
        head = self.table().head(20).to_html(index=False)
        return f"<p>{type(self).__name__}; {self.system.money}</p>{head}"
