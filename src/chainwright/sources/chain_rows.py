"""Chain maps row by row: words, codes, ranges, and a document behind each number."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainwright.errors import Breach, near
from chainwright.params import table
from chainwright.sources.coded_cells import (
    Fault,
    cell_faults,
    class_fault,
    codes_in,
    date_fault,
    place_fault,
    product_fault,
    word_fault,
    words,
)
from chainwright.sources.typed_rows import Rows
from chainwright.tables import schema

__all__ = ["NUMBERS", "OF_A_PLACE", "RECYCLING", "SURVEY", "WORLD", "parts", "row_breaches"]

WORLD = "WLD"
"""Stands for the place of a firm whose countries are not known."""

RECYCLING = "recycling"
"""The route of a link by which used goods come back: the one link that may close a loop."""

SURVEY = "survey:"
"""How a part of a row's source begins that is an answer to a questionnaire."""

NUMBERS = {
    "nodes": ("gap", "alternatives", "replace_weeks", "stock_weeks"),
    "links": ("cost_share", "quantity_per_unit", "lead_time_weeks"),
    "supply": ("share", "capacity", "utilisation"),
}
"""Columns of each table whose numbers need a document."""

OF_A_PLACE = ("gap", "stock_weeks")
"""Numbers of a node that hold for one place alone, which the column ``gap_place`` names."""

WORDED = {
    "nodes": ("kind", "stage", "confidence"),
    "links": ("necessity", "confidence"),
    "supply": ("basis", "confidence"),
}
"""Columns of each table that take fixed words, all in the fact table ``chain_words``."""

REMEDIES = {
    "date": "Write the date of the document; if it has none, say 'undated' in its source.",
    "printed": "Copy the figure or phrase as the document prints it.",
}
"""What to do about a part of a document that is not told."""

UNDATED = "undated"
"""What the source of a document says that bears no date."""

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

DOCUMENT = ("source", "page", "printed", "date")


@dataclass(frozen=True, slots=True)
class _Range:
    high: float
    expected: str
    remedy: str


SHARE = _Range(1.0, "a share from 0 to 1", "Write 37 % as 0.37.")
AMOUNT = _Range(np.inf, "a number from 0", "Leave it empty if it is not known.")
YEAR = _Range(2100, "a year from 1900 to 2100", "Write the year with four digits.")
RANGES = {
    "gap": SHARE,
    "cost_share": SHARE,
    "share": SHARE,
    "utilisation": _Range(1.5, "output over capacity, from 0 to 1.5", "Write 85 % as 0.85."),
    "alternatives": AMOUNT,
    "replace_weeks": AMOUNT,
    "stock_weeks": AMOUNT,
    "quantity_per_unit": AMOUNT,
    "lead_time_weeks": AMOUNT,
    "capacity": AMOUNT,
    "year": YEAR,
}

TOGETHER = {
    "share": ("basis",),
    "capacity": ("capacity_unit",),
    "quantity_per_unit": ("quantity_unit",),
}
"""What must stand beside a number."""


def parts(text: str) -> tuple[str, ...]:
    """Return the parts of a cell that speaks of several documents.

    Parameters
    ----------
    text : str
        Parts with ``|`` between.

    Examples
    --------
    >>> parts("Annual report, 2024 | survey: Li Wei")
    ('Annual report, 2024', 'survey: Li Wei')
    """
    return tuple(part.strip() for part in text.split("|"))


def row_breaches(tables: Mapping[str, Rows]) -> dict[str, list[Breach]]:
    """Return what is wrong in each row of the tables of a chain map, by table.

    Parameters
    ----------
    tables : mapping of str to Rows
        The tables ``nodes``, ``links`` and ``supply``.
    """
    return {
        name: [
            *_misspelt(rows, f"chain_{name}"),
            *(b for column in WORDED[name] for b in _worded(rows, column)),
            *_one_line(name, rows),
            *_coded(name, rows),
            *_in_range(rows),
            *_together(rows),
            *_documents(name, rows),
        ]
        for name, rows in tables.items()
    }


def _misspelt(rows: Rows, of: str) -> Iterator[Breach]:
    """Name columns that look like one of the schema which is not there: they would be lost."""
    known = [c.column for c in schema(of)]
    missing = [c for c in known if c not in rows.header]
    for column in rows.header:
        hint = near(column, missing) if column not in known else ""
        if hint:
            yield Breach("row 1", f"the column '{column}'", "a column of the schema", hint.strip())


def _one_line(name: str, rows: Rows) -> Iterator[Breach]:
    for column in schema(f"chain_{name}"):
        if column.type == "string":
            yield from cell_faults(rows, column.column, _control)


def _control(text: str) -> Fault | None:
    if CONTROL.search(text):
        return "text on one line", "Take line breaks, tabs and control characters out."
    return None


def _worded(rows: Rows, column: str) -> list[Breach]:
    return cell_faults(rows, column, word_fault(words(column)))


def _coded(name: str, rows: Rows) -> Iterator[Breach]:
    yield from cell_faults(rows, "date", _dates)
    if name == "nodes":
        yield from cell_faults(rows, "gbt4754", class_fault, several=True)
        yield from cell_faults(rows, "hs", product_fault, several=True)
        goods = {
            r["word"] for r in table("chain_words") if r["list"] == "kind" and r["goods"] == "1"
        }
        for number, kind, code in _cells(rows, "kind", "gbt4754"):
            if kind in goods and not codes_in(code):
                remedy = "Find it with 'chainwright classes WORD'."
                yield Breach(_at(number, "gbt4754"), "nothing", f"the class of the {kind}", remedy)
        yield from cell_faults(rows, "gap_place", place_fault)
        yield from _placed(rows)
    if name == "supply":
        yield from cell_faults(rows, "place", _supplier)
        for number, place, firm, share, basis in _cells(rows, "place", "firm", "share", "basis"):
            if place != WORLD:
                continue
            if basis == "domestic_use":
                expected, remedy = "the country whose use it is", "Name the country."
                yield Breach(_at(number, "place"), WORLD, expected, remedy)
            elif not firm and not np.isnan(share):
                expected, remedy = "a firm beside WLD", "Name the firm, or the country."
                yield Breach(_at(number, "firm"), "nothing", expected, remedy)


def _placed(rows: Rows) -> Iterator[Breach]:
    """Name gaps and stocks of no place, and places without either."""
    filled = rows.frame[list(OF_A_PLACE)].notna().to_numpy()
    unread = {breach.where for breach in rows.breaches}  # a number is there, but is none
    for there, (number, place) in zip(filled, _cells(rows, "gap_place"), strict=True):
        told = [c for c, known in zip(OF_A_PLACE, there, strict=True) if known]
        at = _at(number, "gap_place")
        if told and not place:
            expected = f"the place whose {' and '.join(told)} this is"
            remedy = f"Name it, as CHN; if no place is told, leave {' and '.join(told)} out."
            yield Breach(at, "nothing", expected, remedy)
        elif place and not told and unread.isdisjoint(_at(number, c) for c in OF_A_PLACE):
            expected = f"nothing without {' or '.join(OF_A_PLACE)}"
            yield Breach(at, repr(place), expected, "Take it out, or fill in the number.")


def _dates(text: str) -> Fault | None:
    return next((fault for part in parts(text) if part and (fault := date_fault(part))), None)


def _supplier(text: str) -> Fault | None:
    return None if text == WORLD else place_fault(text)


def _in_range(rows: Rows) -> Iterator[Breach]:
    for column, held in RANGES.items():
        if column not in rows.frame:
            continue
        low = 1900.0 if held is YEAR else 0.0
        value = rows.frame[column].to_numpy(dtype=np.float64, na_value=np.nan)
        bad = np.isfinite(value) & ((value < low) | (value > held.high))
        for i in map(int, np.flatnonzero(bad)):
            yield Breach(_at(rows.numbers[i], column), f"{value[i]:g}", held.expected, held.remedy)
        broken = np.isfinite(value) & (value != np.floor(value))
        for i in map(int, np.flatnonzero(broken)) if column == "alternatives" else ():
            expected, remedy = "a whole number", "Count the substitutes."
            yield Breach(_at(rows.numbers[i], column), f"{value[i]:g}", expected, remedy)


def _together(rows: Rows) -> Iterator[Breach]:
    for column, beside in TOGETHER.items():
        if column not in rows.frame:
            continue
        for other in beside:
            blank = rows.frame[other].isna() | (rows.frame[other].astype("str") == "")
            for i in map(int, np.flatnonzero(rows.frame[column].notna() & blank)):
                expected = f"a {other} beside the {column}"
                yield Breach(_at(rows.numbers[i], other), "nothing", expected, "Fill it in.")


def _documents(name: str, rows: Rows) -> Iterator[Breach]:
    """Hold each row against what its confidence promises."""
    filled = rows.frame[list(NUMBERS[name])].notna().to_numpy()
    for i, (number, confidence, *cells) in enumerate(_cells(rows, "confidence", *DOCUMENT)):
        numbers = [c for c, there in zip(NUMBERS[name], filled[i], strict=True) if there]
        if confidence == "ours":
            for column in numbers:
                remedy = "Name its document and write documented, or leave the number out."
                yield Breach(
                    _at(number, column), "a number of ours", "a number with a document", remedy
                )
            continue
        if confidence in {"documented", "survey"}:
            yield from _document(
                number, confidence, dict(zip(DOCUMENT, cells, strict=True)), numbers
            )


def _document(
    number: int, confidence: str, cells: Mapping[str, str], numbers: Sequence[str]
) -> Iterator[Breach]:
    told = {column: parts(text) for column, text in cells.items()}
    sources = told["source"]
    for column in DOCUMENT[1:]:
        if cells[column] and len(told[column]) != len(sources):
            expected = f"as many parts as the source has, which is {len(sources)}"
            remedy = "Write one part a document, with '|' between."
            yield Breach(_at(number, column), f"{len(told[column])} parts", expected, remedy)
    if confidence == "documented" and any(s.startswith(SURVEY) for s in sources):
        expected, remedy = "survey", "A row is as sure as the weakest part of its source."
        yield Breach(_at(number, "confidence"), "documented", expected, remedy)
    surveyed = confidence == "survey"
    needed = [c for c in DOCUMENT if not (surveyed and c in {"page", "printed"})]
    for column in needed:
        if column == "printed" and not numbers:
            continue
        dates = told["date"] if cells["date"] else ("",) * len(sources)
        dated = (day or UNDATED in source for source, day in zip(sources, dates, strict=False))
        if column == "date" and all(dated):
            continue
        if not cells[column] or (len(told[column]) == len(sources) and "" in told[column]):
            what = f"the {column} behind {', '.join(numbers)}" if numbers else f"the {column}"
            remedy = REMEDIES.get(column, "Name it, or write ours and leave the numbers out.")
            yield Breach(_at(number, column), "nothing", what, remedy)


def _cells(rows: Rows, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(rows.numbers, *(rows.frame[c] for c in columns), strict=True)


def _at(number: int, column: str) -> str:
    return f"row {number}, column '{column}'"
