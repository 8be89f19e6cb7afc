"""The questionnaire on what a chain map does not know: an XLSX file, asked in two languages."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from chainwright.params import table
from chainwright.sources.chain_rows import OF_A_PLACE
from chainwright.system.chains import Chain

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FIRST",
    "FORM",
    "HEADINGS",
    "MARK",
    "QUESTIONS",
    "SHEETS",
    "Known",
    "Question",
    "known_cells",
    "questionnaire",
]

SHEETS = {"form": "说明 Instructions", "questions": "问卷 Questions", "mark": "chainwright"}
"""Names of the sheets; the last one is hidden and says what the questionnaire is about."""

MARK = "chainwright survey 1"
"""First cell of the hidden sheet: the layout that `read_survey` knows."""

FORM = {"name": "C9", "organisation": "C10", "date": "C11", "year": "C12"}
"""Cells of the first sheet that say who answers, and when."""

FIRST = 4
"""First row of the questions that is a node; the row above has the headings."""

ASK, HELD, HEAD = "FFFFF4CC", "FFE4E7EA", "FF1C2B39"
LINE = Side(style="thin", color="FFB8C0C8")


@dataclass(frozen=True, slots=True)
class Question:
    """A column of the questionnaire.

    Parameters
    ----------
    key : str
        Column of the chain map that the answer goes to; ``share`` goes to the supply of home.
    heading : str
        What is asked, in two languages.
    high : float
        Largest answer.
    whole : bool
        Whether the answer is a whole number.
    per_cent : bool
        Whether it is asked in per cent; a share is kept.
    """

    key: str
    heading: str
    high: float
    whole: bool = False
    per_cent: bool = False


QUESTIONS = (
    Question("share", "国产化率 [%]\nShare of home use made at home [%]", 100, per_cent=True),
    Question(
        "gap",
        "与最好水平的差距 [%]\nShare of high-grade use home cannot make [%]",
        100,
        per_cent=True,
    ),
    Question("stock_weeks", "库存 [周]\nStock [weeks of use]", 1000),
    Question("alternatives", "替代品数\nKnown substitutes [number]", 1000, whole=True),
    Question("replace_weeks", "更换供应商 [周]\nTime to qualify another supplier [weeks]", 1000),
)
"""What is asked about each node, in order."""

BEFORE = (
    ("环节 Node", 16),
    ("名称\nName in Chinese", 22),
    ("英文名称\nName", 26),
    ("阶段\nStage", 18),
    ("等级要求\nGrade", 26),
)
AFTER = (("备注\nRemark", 28), ("已知数据的来源\nSource of what is known", 48))

HEADINGS = (*(h for h, _ in BEFORE), *(q.heading for q in QUESTIONS), *(h for h, _ in AFTER))
"""The headings of the questions, from left to right."""

INSTRUCTIONS = (
    "产业链问卷 Questionnaire on a chain",
    "{zh} · {en}；对象国家或地区 home: {home}",
    "1. 请填写黄色单元格；不知道的留空。Fill in the yellow cells, as far as you know.",
    "2. 灰色单元格为已知数据，不必填写。Grey cells are known already; leave them as they are.",
    "3. 百分数写作 60 表示 60 %。Write 60 for 60 per cent; numbers only, without units or signs.",
    "4. 备注可写依据。Say in the remark what an answer rests on.",
    "5. 填写人信息必填。Say below who answers; without it no answer is read.",
)
WHO = {
    "name": "姓名 Name",
    "organisation": "单位 Organisation",
    "date": "填写日期（如 2026-11-22）Date of the answers",
    "year": "数据所属年份 Year that the answers are for",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A number that the chain map has already.

    Parameters
    ----------
    value : float
        The number, as the chain map has it.
    source : str
        The document or answer behind it.
    """

    value: float
    source: str


def known_cells(chain: Chain, home: str) -> dict[tuple[str, str], Known]:
    """Return what is known already, by node and question.

    Parameters
    ----------
    chain : Chain
        The map.
    home : str
        Country whose use is asked about; of several years the last share counts.
    """
    nodes, supply = chain.nodes, chain.supply
    found = {
        (row["node"], q.key): Known(float(row[q.key]), row["source"])
        for q in QUESTIONS
        if q.key != "share"
        for _, row in nodes[nodes[q.key].notna()].iterrows()
        if q.key not in OF_A_PLACE or row["gap_place"] == home
    }
    at_home = (supply["place"] == home) & (supply["firm"] == "") & supply["share"].notna()
    own = supply[at_home & (supply["basis"] == "domestic_use")]
    for _, row in own.sort_values("year", kind="stable", na_position="first").iterrows():
        found[row["node"], "share"] = Known(float(row["share"]), row["source"])
    return found


def asked_of(kind: str) -> Iterator[Question]:
    """Return the questions that fit a `kind` of node: stocks and substitutes are of goods."""
    goods = {row["word"] for row in table("chain_words") if row["goods"] == "1"}
    return (q for q in QUESTIONS if kind in goods or q.key != "stock_weeks")


def questionnaire(chain: Chain, home: str) -> bytes:
    """Return the questionnaire on what a chain map does not know of home.

    Parameters
    ----------
    chain : Chain
        The map; each node has a row, in the order of stages.
    home : str
        Country whose use is asked about: ISO 3166-1 alpha-3.
    """
    book = Workbook()
    form = book.worksheets[0]
    form.title = SHEETS["form"]
    _form(form, chain, home)
    _questions(book.create_sheet(SHEETS["questions"]), chain, home)
    mark = book.create_sheet(SHEETS["mark"])
    for row, text in enumerate(
        (MARK, version("chainwright"), chain.name, chain.origin.sha256, home), 1
    ):
        _put(mark, f"A{row}", text)
    mark.sheet_state = "hidden"
    for page in book.worksheets:
        page.protection.sheet = True  # without a password: it keeps from slips, not from intent
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _form(page: Worksheet, chain: Chain, home: str) -> None:
    for row, line in enumerate(INSTRUCTIONS, 1):
        text = line.format(zh=chain.title_zh, en=chain.title_en, home=home) if row == 2 else line
        _put(page, f"A{row}", text).font = Font(bold=row == 1, size=14 if row == 1 else 11)
    for key, address in FORM.items():
        _put(page, f"A{address[1:]}", WHO[key])
        _open(page[address])
    page[FORM["date"]].number_format = "@"  # as text, a date is not turned round on the way
    page.column_dimensions["A"].width = 46
    page.column_dimensions["C"].width = 32
    page.sheet_view.showGridLines = False


def _questions(page: Worksheet, chain: Chain, home: str) -> None:
    _put(page, "A1", f"{chain.title_zh} · {chain.title_en} · {home}").font = Font(
        bold=True, size=13
    )
    widths = [w for _, w in BEFORE] + [17] * len(QUESTIONS) + [w for _, w in AFTER]
    for column, (heading, width) in enumerate(zip(HEADINGS, widths, strict=True), 1):
        letter = get_column_letter(column)
        cell = _put(page, f"{letter}{FIRST - 1}", heading)
        cell.font = Font(bold=True, color="FFFFFFFF")
        cell.fill = PatternFill("solid", fgColor=HEAD)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        page.column_dimensions[letter].width = width
    page.row_dimensions[FIRST - 1].height = 62
    page.freeze_panes = f"D{FIRST}"
    page.sheet_view.showGridLines = False
    stages = [row for row in table("chain_words") if row["list"] == "stage"]
    order = {row["word"]: i for i, row in enumerate(stages)}
    nodes = chain.nodes.sort_values(
        "stage", key=lambda stage: stage.map(order), kind="stable", ignore_index=True
    )
    names = {row["word"]: f"{row['name_zh']} {row['name_en']}" for row in stages}
    known = known_cells(chain, home)
    for row, (_, node) in enumerate(nodes.iterrows(), FIRST):
        _node(page, row, node, names[node["stage"]], known)
    _validate(page, FIRST + len(nodes) - 1)


def _node(
    page: Worksheet,
    row: int,
    node: "pd.Series[str]",
    stage: str,
    known: Mapping[tuple[str, str], Known],
) -> None:
    grade = " / ".join(text for text in (node["grade_zh"], node["grade_en"]) if text)
    for column, text in enumerate(
        (node["node"], node["name_zh"], node["name_en"], stage, grade), 1
    ):
        cell = _put(page, f"{get_column_letter(column)}{row}", text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    asked = {q.key for q in asked_of(node["kind"])}
    sources = []
    for column, question in enumerate(QUESTIONS, len(BEFORE) + 1):
        cell = page[f"{get_column_letter(column)}{row}"]
        held = known.get((node["node"], question.key))
        if held is None and question.key in asked:
            _open(cell)
            continue
        cell.fill = PatternFill("solid", fgColor=HELD)
        cell.border = Border(LINE, LINE, LINE, LINE)
        if held is not None:
            cell.value = round(100 * held.value, 10) if question.per_cent else held.value
            sources.append(held.source)
    remark, source = (get_column_letter(len(HEADINGS) - i) for i in (1, 0))
    _open(page[f"{remark}{row}"])
    told = _put(page, f"{source}{row}", " | ".join(dict.fromkeys(sources)))
    told.alignment = Alignment(wrap_text=True, vertical="top")
    told.font = Font(size=9, color="FF5A6673")


def _validate(page: Worksheet, last: int) -> None:
    """Let the spreadsheet itself refuse what is no number, with the reason."""
    for column, question in enumerate(QUESTIONS, len(BEFORE) + 1):
        letter, high = get_column_letter(column), f"{question.high:g}"
        rule = DataValidation(
            type="whole" if question.whole else "decimal",
            operator="between",
            formula1="0",
            formula2=high,
            allow_blank=True,
            showErrorMessage=True,
            errorTitle="数字 Number",
            error=f"请填 0 到 {high} 的数字。A number from 0 to {high}.",
        )
        rule.add(f"{letter}{FIRST}:{letter}{last}")
        page.add_data_validation(rule)


def _put(page: Worksheet, address: str, text: str) -> Cell:
    """Write text as text, whatever it looks like."""
    cell: Cell = page[address]
    cell.value = text
    if text:
        cell.data_type = "s"  # a node called "=A1" is no formula
    return cell


def _open(cell: Cell) -> None:
    cell.fill = PatternFill("solid", fgColor=ASK)
    cell.border = Border(LINE, LINE, LINE, LINE)
    cell.protection = Protection(locked=False)
