"""A table of results as it stands on a page: names for codes, per cent for shares, few digits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan

import pandas as pd

from chainwright.diagnose import FINDINGS
from chainwright.params import table
from chainwright.report.blocks import Columns, Grid
from chainwright.report.wording import Words
from chainwright.system import Flows
from chainwright.tables import Column

__all__ = ["REGIONS", "SECTORS", "Grids", "files_of"]

REGIONS = frozenset(
    {"region", "from_region", "to_region", "top_supplier", "top_dependent", "partner", "dependent"}
)
SECTORS = frozenset({"sector", "product", "from_sector", "to_sector", "main_user"})
SHORT = frozenset({"advantage", "finding"})
"""Columns of few words, which are not broken into lines."""

KNOWN_COMPOSITES = frozenset(r["code"] for r in table("regions") if r["kind"] == "composite")
"""Regions whose names say that they are many countries."""


def files_of(table: str) -> str:
    """Return where the rows of a `table` lie, as a reader is told."""
    return f"tables/{table}.csv (.parquet, .json)"


@dataclass(frozen=True)
class Grids:
    """Makes tables of a page from tables of results.

    Parameters
    ----------
    words : Words
        The language.
    flows : Flows
        The table whose names and money are used.
    home : tuple of str
        Regions that need not be named in the code of a node.
    """

    words: Words
    flows: Flows
    home: tuple[str, ...] = ()

    def grid(
        self,
        table: str,
        frame: pd.DataFrame,
        columns: Sequence[str],
        *,
        title: str,
        rows: int,
        remark: str | None = None,
        rewrite: Callable[[str], str] | None = None,
        total: int | None = None,
        file: str = "",
    ) -> Grid:
        """Return the first rows of a table of results.

        Parameters
        ----------
        table : str
            Its schema.
        frame : DataFrame
            The rows to choose from.
        columns : sequence of str
            Which columns.
        title : str
            Heading.
        rows : int
            How many rows at most.
        remark : str, optional
            A column whose text stands under each row.
        rewrite : callable, optional
            Changes the text of the remarks.
        total : int, optional
            Rows of the whole table; those of `frame` if not given.
        file : str
            Name that the table is written under; the schema's if empty.
        """
        shown = frame.head(rows)
        every = len(frame) if total is None else total
        cells = [
            [self.cell(table, column, row[column]) for column in columns]
            for row in shown.to_dict("records")
        ]
        remarks = [str(t) for t in shown[remark]] if remark else []
        key = "where" if len(shown) == every else "where_some"
        return Grid(
            title=title,
            columns=[self.column(table, column) for column in columns],
            rows=cells,
            where=self.words.say(key, shown=len(shown), rows=every, files=files_of(file or table)),
            remarks=[rewrite(t) for t in remarks] if rewrite else remarks,
        )

    def column(self, table: str, column: str) -> Columns:
        """Return the head of the `column` of a `table`."""
        told = self.words.column(table, column)
        unit = {"money": self.words.scale(self.flows.money)[1], "share": "%", "1": ""}.get(
            told.unit, told.unit
        )
        return Columns(
            self.words.heading(table, column),
            unit,
            numeric=told.type in ("float", "integer"),
            tight=column in REGIONS or column in SHORT,
        )

    def cell(self, table: str, column: str, value: object) -> str:
        """Return a cell of the `column` of a `table` with its `value` as it is shown."""
        told = self.words.column(table, column)
        if column in REGIONS:
            return self.place(str(value)) if isinstance(value, str) else "–"
        if column == "top_user":
            return self.node(str(value))
        if column in SECTORS:
            return self.words.sector(self.flows, str(value))
        if told.type == "boolean":
            return self.words.say("yes" if value else "no")
        if told.type == "string":
            return self.told(column, str(value))
        return self._number(told, value)

    def _number(self, told: Column, value: object) -> str:
        number = float("nan") if pd.isna(value) else float(value)  # type: ignore[call-overload, arg-type]
        if isnan(number):
            return "–"
        if told.type == "integer":
            return f"{number:,.0f}"
        if told.unit == "share":
            return f"{100.0 * number:.1f}"
        if told.unit == "money":
            return f"{number / self.words.scale(self.flows.money)[0]:,.1f}"
        return f"{number:,.4g}" if told.unit == "day" else f"{number:,.2f}"

    def place(self, code: str) -> str:
        """Return the name of the region `code`, marked if it stands for many countries."""
        name = self.words.region(self.flows, code)
        if code in self.flows.composite and code not in KNOWN_COMPOSITES:
            return self.words.say("composite_mark", region=name)
        return name

    def node(self, code: str) -> str:
        """Return the name of the node `code`, such as ``CHN:c14``."""
        region, _, sector = code.partition(":")
        if not sector:
            return "–"
        name = self.words.sector(self.flows, sector)
        if len(self.flows.nodes.regions) == 1 or region in self.home:
            return name
        return (
            f"{name}, {self.place(region)}"
            if self.words.language == "en"
            else (f"{self.place(region)}·{name}")
        )

    def told(self, column: str, value: str) -> str:
        """Return the `value` of a `column` of words, such as a finding, in this language."""
        if column == "finding" and self.words.language == "zh":
            return FINDINGS.get(value, value)
        key = f"v_{value.replace(' ', '_')}"
        return self.words.say(key) if self.words.knows(key) else value
