"""The words and numbers of a brief, in English or Chinese."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from string import Formatter
from typing import ClassVar, get_args

from chainwright.classes import classification
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.params import table
from chainwright.report.phrases import Phrases
from chainwright.system import Axis, Flows, Home, Language
from chainwright.tables import Column, schema
from chainwright.units import Money

__all__ = ["Words"]

SIZES = {
    "": 1.0,
    "thousand": 1e3,
    "10^3": 1e3,
    "10^4": 1e4,
    "million": 1e6,
    "10^6": 1e6,
    "10^8": 1e8,
    "billion": 1e9,
    "10^9": 1e9,
}
"""How much one of a file's money units is."""

SCALES = {
    "en": ((1e12, "trillion"), (1e9, "bn"), (1e6, "m")),
    "zh": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
}
CURRENCIES_ZH = {"USD": "美元", "CNY": "元", "EUR": "欧元", "JPY": "日元", "GBP": "英镑"}


@dataclass(frozen=True)
class Words(Phrases):
    """Everything that is written in a brief, in one language.

    Parameters
    ----------
    language : str
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> Words("en").share(0.256), Words("zh").amount(23.4e6, Money("USD", 2011, "million"))
    ('25.6 %', '23.4 万亿美元')
    """

    tables: ClassVar[tuple[str, ...]] = ("report/words.csv", "report/maker/words.csv")
    written: ClassVar[str] = "text of a brief"

    language: Language

    def __post_init__(self) -> None:
        if self.language not in get_args(Language):
            raise ParameterError("lang", "a brief", "en or zh", self.language)

    def places(self, key: str) -> frozenset[str]:
        """Return the names of the places in the text `key`, in this language."""
        parsed = Formatter().parse(self.row(key)[self.language])
        return frozenset(name for _, name, _, _ in parsed if name)

    def heading(self, table: str, column: str) -> str:
        """Return what people call the `column` of a `table`, in this language."""
        found = self.column(table, column)
        return found.name_zh if self.language == "zh" else found.name_en

    def meaning(self, table: str, column: str) -> str:
        """Return what the `column` of a `table` means, in this language."""
        found = self.column(table, column)
        return found.description_zh if self.language == "zh" else found.description_en

    @staticmethod
    def column(table: str, column: str) -> Column:
        """Return the `column` of the schema of a `table`."""
        columns = {c.column: c for c in schema(table)}
        if column not in columns:
            raise UnknownCodeError(column, f"column of {table}", columns)
        return columns[column]

    def sector(self, flows: Flows, code: str) -> str:
        """Return the name of the sector, imported product or final category `code` of `flows`."""
        axes = [flows.nodes.sectors, flows.users.sectors]
        axes += [flows.imports.rows.sectors] if flows.imports is not None else []
        return self._named(axes, code)

    def region(self, flows: Flows, code: str) -> str:
        """Return the name of the region `code` of `flows`, or that only "abroad" is stated."""
        axes = [flows.nodes.regions, flows.users.regions]
        axes += [flows.imports.rows.regions] if flows.imports is not None else []
        return self._named(axes, code) if code else self.say("abroad")

    def _named(self, axes: Sequence[Axis], code: str) -> str:
        for axis in axes:
            if code in axis.place:
                return tidy(axis.name(axis.place[code], self.language))
        return code

    def known(self, text: str) -> str:
        """Return a `text` that comes with the data, translated if there is a translation."""
        key = f"fmt_{text}"
        return self.say(key) if self.knows(key) else text

    def home(self, home: Home, flows: Flows) -> str:
        """Return what `home` is called: its region in `flows`, its group, or its members."""
        if len(home.regions) == 1:
            return self.region(flows, home.regions[0])
        for row in table("region_groups"):
            if row["group"] == home.name:
                return row["name_zh"].partition("（")[0] if self.language == "zh" else home.name
        return self.in_a_row([self.region(flows, code) for code in home.regions])

    def place(self, name: str) -> str:
        """Return the `name` of a place of trade or a group in words; joined by ``+``, in a row."""
        known = classification("ISO3166")
        wide = {row["group"]: row for row in table("region_groups")}
        named = []
        for word in name.split("+"):
            if word in wide:
                zh = wide[word]["name_zh"].partition("（")[0]
                named.append(zh if self.language == "zh" else word)
            else:
                named.append(known.name(word, self.language) if word in known else word)
        return self.in_a_row(named)

    def in_a_row(self, names: Sequence[str], most: int = 4) -> str:
        """Return `names` as one text, at `most` so many of them."""
        rest = len(names) - most
        more = self.say("and_more", count=rest) if rest > 0 else ""
        if self.language == "zh":
            return "、".join(names[:most]) + more
        if rest > 0:
            return f"{', '.join(names[:most])} {more}"
        *first, last = names
        return f"{', '.join(first)} and {last}" if first else last

    def year(self, year: int | None) -> str:
        """Return the `year` of a table, or that it is not stated."""
        return self.say("year_not_stated") if year is None else str(year)

    def when(self, year: int | None) -> str:
        """Return the `year` of a table as a sentence begins with it."""
        return self.say("in_no_year") if year is None else self.say("in_year", year=year)

    def share(self, value: float, digits: int = 1) -> str:
        """Return a share `value` as a percentage with so many `digits`, or a dash."""
        return "–" if isnan(value) else f"{100.0 * value:.{digits}f} %"

    def number(self, value: float, digits: int = 2) -> str:
        """Return a pure number `value` with so many `digits`, or a dash."""
        return "–" if isnan(value) else f"{value:,.{digits}f}"

    def amount(self, value: float, money: Money) -> str:
        """Return an amount `value` of `money` in words that can be read aloud."""
        if isnan(value):
            return "–"
        if money.unit not in SIZES:
            return f"{value:,.0f} {self.money(money)}"
        if money.currency is None:
            unsaid = self.money(money)
            return f"{value:,.0f} {unsaid if '(' in unsaid else self.bracketed(unsaid)}"
        units = value * SIZES[money.unit]
        fitting = [(size, name) for size, name in SCALES[self.language] if abs(units) >= size]
        size, name = fitting[0] if fitting else (1.0, "")
        scaled = units / size
        digits = 0 if abs(scaled) >= 1000 or not name else 1 if abs(scaled) >= 10 else 2
        text = f"{scaled:,.{digits}f}"
        if not text.strip("-0."):  # no minus before nothing
            text = text.lstrip("-")
        if self.language == "zh":
            currency = CURRENCIES_ZH.get(money.currency or "", money.currency or "")
            return f"{text} {name}{currency}".rstrip()
        return " ".join(p for p in (text, name, money.currency or "") if p)

    def bracketed(self, text: str) -> str:
        """Return a `text` in brackets, if it is not."""
        if self.language == "zh":
            return text if text.endswith("）") else f"（{text}）"
        return f"({text})"

    def scale(self, money: Money) -> tuple[float, str]:
        """Return by what amounts of `money` are divided in tables, and the unit that gives."""
        if money.unit not in SIZES or money.currency is None:
            return 1.0, self.money(money)
        size, name = SCALES[self.language][1]
        currency = CURRENCIES_ZH.get(money.currency, money.currency)
        unit = f"{name}{currency}" if self.language == "zh" else f"{name} {money.currency}"
        return size / SIZES[money.unit], unit

    def money(self, money: Money) -> str:
        """Return the name of the unit of `money`, as it stands over a column."""
        if self.language == "en":
            return str(money).replace("10^4", "10,000").replace("10^8", "100 million")
        unit = {"10^4": "万", "10^8": "亿", "million": "百万", "billion": "十亿", "thousand": "千"}
        currency = CURRENCIES_ZH.get(money.currency or "", money.currency or "")
        year = f"（{money.year} 年）" if money.year else ""
        return f"{unit.get(money.unit, money.unit)}{currency or '（币种未说明）'}{year}"


def tidy(name: str) -> str:
    """Return a name without line breaks and double blanks.

    Parameters
    ----------
    name : str
        As a file has it.

    Examples
    --------
    >>> tidy("Coke,  refined petroleum")
    'Coke, refined petroleum'
    """
    return " ".join(name.split())
