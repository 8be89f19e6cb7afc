"""Tables of answers on a maker's chain as they stand on a page: names, round money, per cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isinf, isnan

import pandas as pd

from chainwright.report.blocks import Columns, Grid
from chainwright.report.cell_words import cell_word, yes_or_no
from chainwright.report.grids import files_of
from chainwright.report.wording import CURRENCIES_ZH, SCALES, Words
from chainwright.system import Result
from chainwright.tables import Column
from chainwright.units import Money

__all__ = ["MakerGrids", "money_scale", "unit_of", "unit_word"]

COUNTRIES = frozenset({"place", "only_place"})
"""Columns whose codes everybody knows by name."""

UNITS_ZH = {
    "week": "周",
    "units": "件",
    "share": "%",
    "deg": "度",
    "day": "天",
    "year": "年",
    "unit": "件",
}
"""Words of units in Chinese; a slash between them stays."""


def money_scale(money: Money, top: float, words: Words) -> tuple[float, str]:
    """Return by what amounts are divided so that the largest is easy to read, and the unit.

    Parameters
    ----------
    money : Money
        What they are counted in; nothing is scaled where the currency is not stated.
    top : float
        The largest amount.
    words : Words
        The language.

    Examples
    --------
    >>> money_scale(Money("CNY"), 2.5e9, Words("en")), money_scale(Money("CNY"), 900, Words("zh"))
    ((1000000.0, 'm CNY'), (1.0, '元'))
    """
    if money.currency is None or money.unit:
        return 1.0, words.money(money)
    zh = words.language == "zh"
    currency = CURRENCIES_ZH.get(money.currency, money.currency) if zh else money.currency
    scales = (*SCALES[words.language], *(() if zh else ((1e3, "thousand"),)))
    for size, name in scales:
        if not isnan(top) and top >= 10.0 * size:
            return size, f"{name}{currency}" if zh else f"{name} {currency}"
    return 1.0, currency


def unit_word(unit: str, money: str, words: Words) -> str:
    """Return the unit of a column as it stands over it.

    Parameters
    ----------
    unit : str
        As the schema has it, such as ``"money/week"``.
    money : str
        What amounts of money are counted in.
    words : Words
        The language.

    Examples
    --------
    >>> unit_word("money/week", "万元", Words("zh")), unit_word("share", "", Words("en"))
    ('万元/周', '%')
    """
    said = []
    for part in unit.split("/"):
        if part == "money":
            said.append(money)
        elif part == "share":
            said.append("%")
        elif part in {"1", "own"}:  # a column of its own says what an own unit is
            said.append("")
        else:
            plural = "weeks" if part == "week" and "/" not in unit else part
            said.append(UNITS_ZH.get(part, part) if words.language == "zh" else plural)
    return "/".join(said)


def unit_of(answer: Result, column: Column) -> str:
    """Return the unit of a column; a loss is counted in money, or in units where output counts.

    Parameters
    ----------
    answer : Result
        Whose column it is.
    column : Column
        As the schema has it.
    """
    losses = "units" if answer.counted_in.get("loss") == "units" else "money"
    return "/".join(losses if part == "loss" else part for part in column.unit.split("/"))


@dataclass(frozen=True)
class MakerGrids:
    """Makes tables of a page from tables of answers.

    Parameters
    ----------
    words : Words
        The language.
    """

    words: Words

    def grid(
        self,
        answer: Result,
        table: str,
        frame: pd.DataFrame,
        columns: Sequence[str],
        *,
        title: str,
        rows: int,
        remark: str | None = None,
        total: int | None = None,
    ) -> Grid:
        """Return the first rows of a table of an answer.

        Parameters
        ----------
        answer : Result
            Whose table it is; it knows the names of its codes.
        table : str
            The schema.
        frame : DataFrame
            The rows to choose from.
        columns : sequence of str
            Which columns.
        title : str
            Heading.
        rows : int
            How many rows at most.
        remark : str, optional
            Stem of the columns whose text stands under each row, such as ``"reason"``.
        total : int, optional
            Rows of the whole table; those of `frame` if not given.
        """
        shown = frame.head(rows)
        every = len(frame) if total is None else total
        told = {name: self._column(answer, table, name) for name in columns}
        scales = {name: self._scale(answer, column, shown) for name, column in told.items()}
        named = {name: answer.names(name, self.words.language) for name in columns}
        cells = [
            [
                self.cell(told[name], row[name], named[name], scale=scales[name][0], table=table)
                for name in columns
            ]
            for row in shown.to_dict("records")
        ]
        key = "where" if len(shown) == every else "where_some"
        return Grid(
            title=title,
            columns=[
                Columns(
                    self.words.heading(table, name),
                    unit_word(column.unit, scales[name][1], self.words),
                    numeric=column.type in ("float", "integer"),
                )
                for name, column in told.items()
            ],
            rows=cells,
            where=self.words.say(
                key, shown=f"{len(shown):,}", rows=f"{every:,}", files=files_of(table)
            ),
            remarks=[str(t) for t in shown[f"{remark}_{self.words.language}"]] if remark else [],
        )

    def _column(self, answer: Result, table: str, name: str) -> Column:
        """Return a column whose unit is that of this answer."""
        column = self.words.column(table, name)
        return replace(column, unit=unit_of(answer, column))

    def _scale(self, answer: Result, column: Column, shown: pd.DataFrame) -> tuple[float, str]:
        if "money" not in column.unit.split("/"):
            return 1.0, ""
        sizes = shown[column.column].astype("float64").abs()
        sizes = sizes[sizes < float("inf")]
        return money_scale(answer.money, float(sizes.max()) if len(sizes) else 0.0, self.words)

    def cell(
        self,
        column: Column,
        value: object,
        names: Mapping[str, str],
        *,
        scale: float = 1.0,
        table: str = "",
    ) -> str:
        """Return a cell as it is shown: a dash for what is not known, ∞ for what never ends.

        Parameters
        ----------
        column : Column
            Its column.
        value : object
            What is in it.
        names : mapping of str to str
            What codes are called.
        scale : float
            By what amounts of money are divided.
        table : str
            Schema of the column.
        """
        if column.type == "string":
            return self._text(table, column.column, str(value), names)
        if value is None or pd.isna(value):  # type: ignore[call-overload]
            return "–"
        if column.type == "boolean":
            return yes_or_no(bool(value), self.words.language)
        return _figure(column, float(value), scale)  # type: ignore[arg-type]

    def _text(self, table: str, column: str, value: str, names: Mapping[str, str]) -> str:
        if not value or value in {"None", "nan", "<NA>"}:
            return "–"
        name = names.get(value, "")
        if column in COUNTRIES:
            return name or value
        if column == "unit":
            return unit_word(value, "", self.words)
        if name and name != value:
            return f"{name} ({value})" if self.words.language == "en" else f"{name}（{value}）"
        return cell_word(table, column, value, self.words.language) or value


def _figure(column: Column, number: float, scale: float) -> str:
    """Return a number as it is shown, amounts of money divided by `scale`."""
    if isinf(number):
        return "∞" if number > 0.0 else "−∞"
    if column.type == "integer":
        text = f"{number:,.0f}"
    elif column.unit == "share":
        text = f"{100.0 * number:.1f}"
    elif "money" in column.unit.split("/"):
        scaled = number / scale
        text = f"{scaled:,.0f}" if abs(scaled) >= 1000 or scale == 1.0 else f"{scaled:,.1f}"
    elif column.unit == "week":
        text = f"{number:,.1f}"
    else:
        text = f"{number:,.0f}" if abs(number) >= 1000 else f"{number:,.4g}"
    return text
