"""The words and numbers of the pages, in Chinese or English, and which of the two is wanted."""

from calendar import month_abbr
from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import TYPE_CHECKING, Any, ClassVar

from chainwright.report.phrases import Phrases

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LANGUAGES", "PageWords", "wanted_language"]

LANGUAGES = ("zh", "en")
MOST_DIGITS = 6
"""Digits after the point at which a number that stands on a bound is no longer told apart."""


@dataclass(frozen=True)
class PageWords(Phrases):
    """Everything that is written on a page, in one language.

    Parameters
    ----------
    language : str
        ``"zh"`` or ``"en"``.

    Examples
    --------
    >>> PageWords("en").number(12345.6), PageWords("zh").number(0.0)
    ('12,346', '0')
    """

    tables: ClassVar[tuple[str, ...]] = ("serve/page_words.csv",)
    written: ClassVar[str] = "text of a page"

    @property
    def tag(self) -> str:
        """The language as HTML names it."""
        return "zh-CN" if self.language == "zh" else "en"

    def of(self, row: "Mapping[Any, Any] | None", stem: str = "") -> str:
        """Return a text that a row has in both languages, the other one where this is empty.

        Parameters
        ----------
        row : mapping, optional
            With ``<stem>en`` and ``<stem>zh``; nothing gives an empty text.
        stem : str
            Beginning of the two names.
        """
        if row is None:
            return ""
        other = "en" if self.language == "zh" else "zh"
        first = row.get(f"{stem}{self.language}") or row.get(f"{stem}{other}")
        return str(first or "")

    def number(self, value: float | None) -> str:
        """Return a `value` with three digits or all before the point; a dash for none.

        Examples
        --------
        >>> [PageWords("en").number(v) for v in (3004.21, 61.26, 0.5154, None, -0.0)]
        ['3,004', '61.3', '0.515', '–', '0']
        """
        if value is None or not isfinite(value):
            return "–"
        if value == 0.0:
            return "0"
        digits = max(0, min(MOST_DIGITS, 2 - floor(log10(abs(value)))))
        return f"{value:,.{digits}f}".replace("-", "−")

    def beside(self, value: float | None, bounds: "tuple[float, ...] | list[float]") -> str:
        """Return a value with two digits or more: as many as keep it on its side of each bound.

        A reader compares it with the bounds of the grades: 0.6004 must not be written 0.60 where
        0.6 ends a grade. Below a tenth it has three digits that count, for K is L over its mean.

        Parameters
        ----------
        value : float, optional
            The number; a dash for none.
        bounds : sequence of float
            Each belongs to what lies below.

        Examples
        --------
        >>> [PageWords("en").beside(v, (0.6, 0.8)) for v in (0.6004, 0.842, 0.6, 0.06554)]
        ['0.6004', '0.84', '0.60', '0.0655']
        """
        if value is None or not isfinite(value):
            return "–"
        least = 2 - floor(log10(abs(value))) if 0.0 < abs(value) < 0.1 else 2
        digits = next(
            (
                d
                for d in range(min(least, MOST_DIGITS), MOST_DIGITS)
                if all((round(value, d) > b) == (value > b) for b in bounds)
            ),
            MOST_DIGITS,
        )
        return f"{value:,.{digits}f}".replace("-", "−")

    def share(self, value: float | None) -> str:
        """Return a share `value` of one as a percentage; a dash for none.

        Examples
        --------
        >>> [PageWords("en").share(v) for v in (0.924, 1.6, 0.0, 0.99996, None)]
        ['92 %', '160 %', '0 %', '> 99.9 %', '–']
        """
        if value is None or not isfinite(value):
            return "–"
        if 0.999 < value < 1.0:
            return "> 99.9 %"
        if 0.0 < value < 0.001:
            return "< 0.1 %"
        whole = 0.01 <= value < 0.995 or value >= 1.0 or value == 0.0
        return f"{100.0 * value:.0f} %" if whole else f"{100.0 * value:.1f} %"

    def years(self, value: float) -> str:
        """Return a span of years; its `value` is no surer than a tenth."""
        return f"{value:,.1f}" if value < 99.95 else "> 100"

    def ordinal(self, place: int) -> str:
        """Return a `place` in an order: 5th, or 第 5."""
        if self.language == "zh":
            return f"第 {place}"
        end = "th" if place % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(place % 10)
        return f"{place}{end or 'th'}"

    def month(self, month: str) -> str:
        """Return a `month` ``YYYY-MM`` as people write it.

        Examples
        --------
        >>> PageWords("en").month("2026-10"), PageWords("zh").month("2026-10")
        ('Oct 2026', '2026 年 10 月')
        """
        year, _, number = month.partition("-")
        if self.language == "zh":
            return f"{year} 年 {int(number)} 月"
        return f"{month_abbr[int(number)]} {year}"

    def day(self, day: str) -> str:
        """Return a `day` ``YYYY-MM-DD`` as people write it."""
        year, month, number = day.split("-")
        if self.language == "zh":
            return f"{year} 年 {int(month)} 月 {int(number)} 日"
        return f"{int(number)} {self.month(f'{year}-{month}')}"


def wanted_language(accepted: str, default: str) -> str:
    """Return the language that a browser asks for.

    Parameters
    ----------
    accepted : str
        What it says in ``Accept-Language`` (RFC 9110, section 12.5.4).
    default : str
        The language where it asks for neither.

    Examples
    --------
    >>> wanted_language("de, en-GB;q=0.8, zh;q=0.9", "en"), wanted_language("", "zh")
    ('zh', 'zh')
    """
    best, found = 0.0, default
    for part in accepted.split(",")[:20]:
        tag, _, rest = part.strip().partition(";")
        name = tag.strip().lower().partition("-")[0]
        _, _, weight = rest.strip().partition("q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if name in LANGUAGES and best < quality <= 1.0:
            best, found = quality, name
    return found
