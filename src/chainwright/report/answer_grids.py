"""A table of any answer as it stands on a page: its own names for codes, its own units."""

from collections.abc import Sequence
from math import isnan

import pandas as pd

from chainwright.report.blocks import Columns, Grid
from chainwright.report.grids import files_of
from chainwright.report.wording import Words
from chainwright.system import Result

__all__ = ["answer_grid"]

LARGE = 1e4
"""From here on numbers are shown without decimals."""


def answer_grid(
    answer: Result,
    table: str,
    frame: pd.DataFrame,
    columns: Sequence[str],
    words: Words,
    *,
    title: str,
    rows: int,
    file: str = "",
    remark: str | Sequence[str] = "",
    total: int | None = None,
    named: Sequence[str] = (),
) -> Grid:
    """Return the first rows of a table of an answer.

    Parameters
    ----------
    answer : Result
        The answer, which knows names and units.
    table : str
        The schema of the table.
    frame : DataFrame
        The rows to choose from.
    columns : sequence of str
        Which columns.
    words : Words
        The language.
    title : str
        Heading.
    rows : int
        How many rows at most.
    file : str
        Name that the table is written under; the schema's if empty.
    remark : str or sequence of str
        A column whose text stands under each row, or the texts.
    total : int, optional
        Rows of the whole table; those of `frame` if not given.
    named : sequence of str
        Columns in which the name stands alone, without its code.
    """
    shown = frame.head(rows)
    every = len(frame) if total is None else total
    units, heads = answer.units_of(table), []
    for column in columns:
        told = words.column(table, column)
        plain = {"share": "%", "1": "", "money": "", "year": ""}  # the last two say it themselves
        unit = plain.get(told.unit, units.get(column, ""))
        numeric = told.type in ("float", "integer")
        heads.append(Columns(words.heading(table, column), unit, numeric=numeric))
    names = {column: answer.names(column, words.language) for column in columns}
    cells = [
        [
            words.amount(float(row[column]), answer.system.money)
            if words.column(table, column).unit == "money"
            else str(names[column].get(str(row[column]), "") if column in named else "")
            or _cell(table, column, row[column], names[column], words)
            for column in columns
        ]
        for row in shown.to_dict("records")
    ]
    key = "where" if len(shown) == every else "where_some"
    return Grid(
        title=title,
        columns=heads,
        rows=cells,
        where=words.say(key, shown=len(shown), rows=every, files=files_of(file or table)),
        remarks=[
            str(text) for text in (shown[remark] if isinstance(remark, str) else remark[:rows])
        ]
        if remark
        else [],
    )


def _cell(
    table: str, column: str, value: object, names: "dict[str, str] | object", words: Words
) -> str:
    told = words.column(table, column)
    if value is None or value is pd.NA or (isinstance(value, float) and isnan(value)):
        return "–"
    if told.type == "boolean":
        return words.say("yes" if value else "no")
    if told.type == "string":
        text = str(value)
        name = names.get(text, "") if isinstance(names, dict) else ""
        return f"{text} {name}".strip() if name and name != text else text or "–"
    number = float(str(value))
    if told.type == "integer":
        return f"{number:.0f}" if column == "year" else f"{number:,.0f}"
    if told.unit == "share":
        return f"{100.0 * number:.1f}"
    return f"{number:,.0f}" if abs(number) >= LARGE else f"{number:,.2f}"
