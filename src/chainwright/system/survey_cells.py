"""What stands in a questionnaire that came back, cell by cell."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException

from chainwright.errors import Breach, FormatError, LabelError, MissingFileError, near
from chainwright.sources.chain_rows import SURVEY
from chainwright.sources.coded_cells import date_fault
from chainwright.sources.typed_rows import NUMBER
from chainwright.system.survey_sheets import (
    FIRST,
    FORM,
    HEADINGS,
    MARK,
    QUESTIONS,
    SHEETS,
    Question,
)

__all__ = ["Answer", "Who", "about", "answers_in", "opened", "who_answered"]

DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
"""A day as people write it, the year first."""

AnyCell = Cell | MergedCell
"""A cell of a sheet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in a questionnaire.

    Parameters
    ----------
    cell : str
        Where it stands, such as ``"F7"``.
    node : str
        The node that was asked about.
    question : Question
        What was asked.
    value : float
        The answer in the unit of the chain map: a share from 0 to 1, weeks, a number.
    remark : str
        What the row says besides.
    """

    cell: str
    node: str
    question: Question
    value: float
    remark: str


@dataclass(frozen=True, slots=True)
class Who:
    """Who answered, and when.

    Parameters
    ----------
    source : str
        Name and organisation, as the source of a row has them.
    day : str
        Date of the answers.
    year : int
        Year that the answers are for.
    """

    source: str
    day: str
    year: int


def opened(place: Path) -> Workbook:
    """Return the workbook in the file `place`, or say that there is none."""
    if not place.is_file():
        msg = f"There is no file '{place}'."
        raise MissingFileError(msg)
    try:
        return load_workbook(io.BytesIO(place.read_bytes()))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        msg = f"'{place.name}' is no XLSX file. Save the questionnaire as 'Excel workbook (.xlsx)'."
        raise FormatError(msg) from error


def about(book: Workbook, name: str, chain: str) -> tuple[str, str]:
    """Return home and the hash of the map that the questionnaire was made of.

    Parameters
    ----------
    book : Workbook
        What came back.
    name : str
        What messages call the file.
    chain : str
        The chain that it must be about.

    Raises
    ------
    FormatError
        If it is no questionnaire, or its columns were changed.
    LabelError
        If it is about another chain.
    """
    marked = SHEETS["mark"] in book.sheetnames and book[SHEETS["mark"]]["A1"].value == MARK
    if not (marked and set(SHEETS.values()) <= set(book.sheetnames)):
        msg = (
            f"'{name}' is no questionnaire of chainwright: its sheets are "
            f"{', '.join(book.sheetnames)}. Make one with 'chainwright survey make'."
        )
        raise FormatError(msg)
    mark = book[SHEETS["mark"]]
    of = str(mark["A3"].value)
    if of != chain:
        msg = f"'{name}' is about the chain '{of}', and '{chain}' was given. Give that one."
        raise LabelError(msg)
    found = [_text(cell).split() for cell in book[SHEETS["questions"]][FIRST - 1]]
    if found[: len(HEADINGS)] != [heading.split() for heading in HEADINGS]:
        msg = (
            f"'{name}' has other headings in row {FIRST - 1} than it was made with. Copy the "
            "answers into a fresh questionnaire: columns may be neither moved nor renamed."
        )
        raise FormatError(msg)
    return str(mark["A5"].value), str(mark["A4"].value)


def answers_in(book: Workbook, nodes: Sequence[str]) -> tuple[list[Answer], list[Breach]]:
    """Return every number in the questionnaire, and every cell that holds anything else.

    Parameters
    ----------
    book : Workbook
        The questionnaire.
    nodes : sequence of str
        Nodes of the chain.
    """
    page = book[SHEETS["questions"]]
    known = set(nodes)
    answers: list[Answer] = []
    breaches: list[Breach] = []
    first: dict[str, int] = {}
    start = HEADINGS.index(QUESTIONS[0].heading)
    for cells in page.iter_rows(min_row=FIRST, max_col=len(HEADINGS)):
        node, row = _text(cells[0]), cells[0].row
        asked = cells[start : start + len(QUESTIONS)]
        remark = _text(cells[start + len(QUESTIONS)])
        filled = [(q, c) for q, c in zip(QUESTIONS, asked, strict=True) if _text(c)]
        if not filled:
            continue
        if node not in known:
            remedy = f"Write the node as the questionnaire had it.{near(node, known)}"
            breaches.append(_breach(cells[0], repr(node), "a node of the chain", remedy))
        elif node in first:
            found = f"{node!r} again, as in row {first[node]}"
            breaches.append(_breach(cells[0], found, "each node once", "Take the row out."))
        first.setdefault(node, int(row or 0))
        if "|" in remark or not remark.isprintable():
            remark_cell = cells[start + len(QUESTIONS)]
            expected = "text on one line without '|'"
            breaches.append(_breach(remark_cell, repr(remark), expected, "Write ';' instead."))
        for question, cell in filled:
            value = _number(cell, question)
            if isinstance(value, Breach):
                breaches.append(value)
            else:
                answers.append(Answer(cell.coordinate, node, question, value, remark))
    return answers, breaches


def _number(cell: AnyCell, question: Question) -> float | Breach:
    """Return an answer in the unit of the chain map, or why it is none."""
    unit = "per cent" if question.per_cent else "number"
    expected = f"a {'whole ' if question.whole else ''}{unit} from 0 to {question.high:g}"
    value = _plain(cell, question)
    if isinstance(value, str):
        return _breach(cell, repr(cell.value), expected, value)
    signed = isinstance(cell.value, str) and cell.value.strip().endswith(("%", "％"))
    if question.per_cent and "%" in str(cell.number_format) and not isinstance(cell.value, str):
        value = round(100 * value, 10)  # a cell that shows 60 % holds 0.6
    elif question.per_cent and 0 < value < 1 and not signed:
        remedy = f"Write {100 * value:g} if {100 * value:g} per cent is meant, else 0 or 1."
        return _breach(cell, f"{value:g}", "per cent, not a share", remedy)
    if not 0 <= value <= question.high or (question.whole and value != int(value)):
        return _breach(cell, f"{value:g}", expected, "Correct it, or leave it empty.")
    return value / 100 if question.per_cent else value


def _plain(cell: AnyCell, question: Question) -> float | str:
    """Return the number in a cell, or what to do as there is none."""
    value = cell.value
    if cell.data_type == "f":
        return "Write the number itself, not a formula."
    if question.per_cent and isinstance(value, str):  # "95 %" as text says what it is
        value = value.strip().removesuffix("%").removesuffix("％").rstrip()
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        value = float(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        return "Write digits with a decimal point, without a unit, a sign or words."
    return float(value)


def who_answered(book: Workbook) -> tuple[Who | None, list[Breach]]:
    """Return who answered and when, if `book` says so, and what is missing of it."""
    page = book[SHEETS["form"]]
    cells = {key: page[address] for key, address in FORM.items()}
    told = {key: _text(cell) for key, cell in cells.items()}
    breaches = []
    for key in ("name", "organisation"):
        if not told[key] or "|" in told[key] or not told[key].isprintable():
            remedy = "Fill it in on one line, without '|'."
            breaches.append(_breach(cells[key], repr(told[key]), f"the {key}", remedy))
    if written := DAY.fullmatch(told["date"]):
        told["date"] = "{}-{:0>2}-{:0>2}".format(*written.groups())
    if date_fault(told["date"]) or not written:
        remedy = "Write it as 2026-11-22."
        breaches.append(
            _breach(cells["date"], repr(told["date"]), "the day of the answers", remedy)
        )
    year = told["year"].removesuffix(".0") or told["date"][:4]
    if not (year.isascii() and year.isdigit() and 1900 <= int(year) <= 2100):
        found = repr(told["year"])
        breaches.append(_breach(cells["year"], found, "a year", "Write it with four digits."))
    if breaches:
        return None, breaches
    return Who(f"{SURVEY} {told['name']}, {told['organisation']}", told["date"], int(year)), []


def _text(cell: AnyCell) -> str:
    """Return what stands in a cell, a date as it is written here."""
    value = cell.value
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    return "" if value is None else str(value).strip()


def _breach(cell: AnyCell, found: str, expected: str, remedy: str) -> Breach:
    where = f"sheet '{cell.parent.title}', cell {cell.coordinate}"
    return Breach(where, found, expected, remedy)
