"""Tables of readings as one long list: each cell with its firm, kind, period and unit, unread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.intake.meter_headings import Heading, heading_of, kind_of, same_unit
from chainwright.carbon.intake.meter_sheets import MeterSheet
from chainwright.carbon.intake.periods import moments
from chainwright.errors import near
from chainwright.sources.carbon_kinds import carbon_items, carbon_kinds
from chainwright.sources.intake.cell_words import is_missing, plain
from chainwright.sources.intake.grids import Told
from chainwright.sources.readings_checks import FREE_ITEMS
from chainwright.sources.sheets import text

__all__ = ["QUALITY_WORDS", "Given", "LongCells", "long_cells"]

QUALITY_WORDS = {
    "measured": ("measured", "实测", "计量", "表计", "自动采集", "采集"),
    "billed": ("billed", "计费", "结算", "发票", "账单", "invoice", "bill"),
    "estimated": ("estimated", "估算", "推算", "估计", "estimate"),
    "defaulted": ("defaulted", "缺省", "默认", "default"),
    "missing": ("missing", "缺失", "无数据"),
}
"""Words for each quality; the second is what we call it in Chinese."""


@dataclass(frozen=True, eq=False)
class Given:
    """What is said about files besides what stands in them.

    Parameters
    ----------
    firm, kind, item : str
        Of every row; empty if not said.
    units : mapping of str to str
        Unit of numbers without one, by kind; that of the empty kind is for all.
    year : int or None
        Of months without one.
    quality : str
        Of readings that do not tell it.
    """

    firm: str = ""
    kind: str = ""
    item: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None
    quality: str = "measured"


@dataclass(frozen=True, eq=False)
class LongCells:
    """The cells of a sheet that hold readings: ``n`` of them.

    Parameters
    ----------
    frame : DataFrame
        Row and column on the sheet, ``firm``, ``meter``, ``kind``, ``item``, ``first``,
        ``months``, ``minute``, ``timed``, ``raw``, ``unit``, ``quality``, ``source``.
    told : dict of int to Told
        What is wrong with a cell, by its place in `frame`.
    columns : list of dict
        What each column was taken for.
    wrong : list of tuple
        Columns that cannot be used: place, code, words.
    """

    frame: pd.DataFrame
    told: dict[int, Told]
    columns: list[dict[str, object]]
    wrong: list[tuple[int, str, Mapping[str, object]]]


def long_cells(sheet: MeterSheet, given: Given) -> LongCells:
    """Return the cells of a table that hold readings.

    Parameters
    ----------
    sheet : MeterSheet
        The table.
    given : Given
        What holds where the table says nothing.
    """
    columns, wrong = _usable(sheet.columns)
    fields = {role: j for j, h in columns.items() if (role := h.role) and role in FIELDS}
    dated = bool(fields.keys() & {"period", "year"}) or not any(h.period for h in columns.values())
    data = [
        j
        for j, h in columns.items()
        if _holds_values(h, columns) and (dated or h.period or not _is_text(h.kind))
    ]
    rows = sheet.rows
    parts = [_column(sheet, given, columns[j], j, fields) for j in data]
    told: dict[int, Told] = {}
    at = 0
    for part, wrong_here in parts:
        told |= {at + i: t for i, t in wrong_here.items()}
        at += len(part)
    frames = [part for part, _ in parts]
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))
    used = {*data, *fields.values(), *(j for j, h in columns.items() if h.role == "firm")}
    listed = [_listed(j, h, j in used) for j, h in sheet.columns.items()]
    return LongCells(frame, told, listed, wrong if len(rows) else [])


LONG = 3
"""Digits from which on a number is more than a month."""

FIELDS = ("meter", "kind", "item", "period", "year", "unit", "quality", "source")
COLUMNS = (
    "row", "column", "firm", "meter", "kind", "item", "first", "months", "minute", "timed", "raw",
    "unit", "quality", "source", "part",
)  # fmt: skip


def _listed(place: int, heading: Heading, used: bool) -> dict[str, object]:  # noqa: FBT001
    return {
        "place": place,
        "heading": heading.text,
        "role": heading.role or ("reading" if heading.period else ""),
        "kind": heading.kind,
        "item": heading.item,
        "unit": heading.unit,
        "state": "used" if used else "known, not used" if heading.role else "not known",
    }


def _usable(
    columns: Mapping[int, Heading],
) -> tuple[dict[int, Heading], list[tuple[int, str, Mapping[str, object]]]]:
    """Return the columns that can be used, and those of one reading told twice.

    Parts of a day are added up, so a column of their total is left out.
    """
    wrong: list[tuple[int, str, Mapping[str, object]]] = []
    seen: dict[object, int] = {}
    parted = {(h.kind, h.item) for h in columns.values() if h.role == "reading" and h.part}
    kept: dict[int, Heading] = {}
    for j, heading in columns.items():
        if heading.role in {"total", "index"} and not heading.kind:
            continue
        if heading.role == "total" or (
            heading.role == "reading"
            and not heading.part
            and (heading.kind, heading.item) in parted
        ):
            continue
        key = (heading.role, heading.kind, heading.item, heading.part, heading.period)
        if heading.role and heading.role not in {"firm", "source"} and key in seen:
            wrong.append((j, "two_headings", {"other": columns[seen[key]].text}))
            wrong.append((seen[key], "two_headings", {"other": heading.text}))
            kept.pop(seen[key], None)
            continue
        seen.setdefault(key, j)
        kept[j] = heading
    return kept, wrong


def _holds_values(heading: Heading, columns: Mapping[int, Heading]) -> bool:
    if heading.role == "reading":
        return True
    if heading.period is not None and not heading.role:
        return True
    readings = any(h.role == "reading" or (h.period and not h.role) for h in columns.values())
    return heading.role == "value" and not readings


def _is_text(kind: str) -> bool:
    """Return whether a kind is told in words: beside columns of months it has no month."""
    return bool(kind) and carbon_kinds()[kind]["content"] == "text"


def _texts(sheet: MeterSheet, place: int | None) -> npt.NDArray[np.object_]:
    """Return the cells of a column as text, empty where there is none."""
    if place is None:
        return np.full(len(sheet.rows), "", dtype=object)
    codes, distinct = pd.factorize(sheet.grid.cells[sheet.rows, place])
    plained = [plain(text(cell)) for cell in distinct]
    words = ["" if is_missing(word) else word for word in plained]
    return np.array([*words, ""], dtype=object)[codes]


def _column(
    sheet: MeterSheet, given: Given, heading: Heading, place: int, fields: Mapping[str, int]
) -> tuple[pd.DataFrame, dict[int, Told]]:
    """Return the cells of one column of values, and what is wrong with them."""
    rows, titles = sheet.rows, sheet.titles
    size = len(rows)
    told: dict[int, Told] = {}
    firm = np.full(size, "", dtype=object)
    for j, head in sheet.columns.items():
        if head.role == "firm":
            firm = np.where(firm == "", _texts(sheet, j), firm)
    firm = np.where(firm == "", given.firm or titles.firm, firm)
    kind, item, beside = _kinds(sheet, given, heading, fields, told)
    first, months, minute, timed = _when(sheet, given, heading, fields, told)
    unit = _texts(sheet, fields.get("unit"))
    beside = np.where(beside == "", heading.unit, beside)
    for one, other in dict.fromkeys(zip(beside.tolist(), unit.tolist(), strict=True)):
        if one and other and not same_unit(one, other):
            for i in map(int, np.flatnonzero((beside == one) & (unit == other))):
                told.setdefault(i, ("two_units", {"one": one, "other": other}))
    unit = np.where(unit == "", beside, unit)
    usual = np.array([given.units.get(k, given.units.get("", "")) for k in kind], dtype=object)
    unit = np.where(unit == "", usual, unit)
    unit = np.where(unit == "", titles.unit, unit)
    frame = pd.DataFrame(
        {
            "row": rows,
            "column": np.full(size, place, np.int32),
            "firm": firm,
            "meter": _texts(sheet, fields.get("meter")),
            "kind": kind,
            "item": item,
            "first": first,
            "months": months,
            "minute": minute,
            "timed": timed,
            "raw": sheet.grid.cells[rows, place],
            "unit": unit,
            "quality": _qualities(_texts(sheet, fields.get("quality")), given, told),
            "source": _texts(sheet, fields.get("source")),
            "part": np.full(size, heading.part, dtype=object),
        }
    )
    return frame, told


def _when(
    sheet: MeterSheet,
    given: Given,
    heading: Heading,
    fields: Mapping[str, int],
    told: dict[int, Told],
) -> tuple[
    npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.bool_]
]:
    """Return first month, number of months, minute and whether timed, of each cell of a column."""
    size, years = len(sheet.rows), _years(sheet, given, fields)
    at = fields.get("period", fields.get("year"))
    if heading.period is None and at is not None:
        cells = sheet.grid.cells[sheet.rows, at]
        if "year" in fields:  # beside a column of years a number alone is a month
            words = [text(cell) for cell in cells]
            cells = np.array(
                [f"{w}月" if w.isdigit() and len(w) < LONG else w for w in words], object
            )
        found = moments(cells, years)
        for i in map(int, np.flatnonzero(found.fault != "")):
            told.setdefault(i, (str(found.fault[i]), {}))
        return found.first, found.months, found.minute, found.timed
    month, many, dated = sheet.titles.month, 1, True
    if heading.period is not None:
        month, many, dated = heading.period.first, heading.period.months, heading.period.dated
    first = np.full(size, -1 if month is None else month, np.int32)
    for i, year in enumerate(years if not dated else ()):
        if year is None:
            told.setdefault(i, ("no_year", {}))
        else:
            first[i] += (year - 1970) * 12
    if month is None:
        told |= {i: told.get(i, ("no_period", {})) for i in range(size)}
    none = np.full(size, -1, np.int64)
    return first, np.full(size, many, np.int32), none, np.zeros(size, dtype=bool)


def _years(sheet: MeterSheet, given: Given, fields: Mapping[str, int]) -> Sequence[int | None]:
    """Return the year of each row, for months that are told without one."""
    usual = given.year if given.year is not None else sheet.titles.year
    if "year" not in fields:
        return [usual] * len(sheet.rows)
    texts = _texts(sheet, fields["year"])
    digits = [word.removesuffix("年度").removesuffix("年") for word in texts]
    return [int(d) if d.isdigit() and len(d) == len("2026") else usual for d in digits]


def _kinds(
    sheet: MeterSheet,
    given: Given,
    heading: Heading,
    fields: Mapping[str, int],
    told: dict[int, Told],
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Return kind, item and the unit beside the kind's name of each cell of a column.

    Each pair of words is looked up once.
    """
    size = len(sheet.rows)
    none = np.full(size, "", dtype=object)
    if heading.kind:
        kind, item = heading.kind, heading.item
        extra = (
            _texts(sheet, fields.get("item"))
            if kind in FREE_ITEMS and not item
            else np.full(size, item)
        )
        return np.full(size, kind, dtype=object), extra.astype(object), none
    words, items = _texts(sheet, fields.get("kind")), _texts(sheet, fields.get("item"))
    codes, pairs = pd.factorize(pd.Series(list(zip(words, items, strict=True))))
    found = [_pair(word, item, sheet, given) for word, item in pairs]
    wrong = {i: fault for i, (fault, *_) in enumerate(found) if fault}
    for i in map(int, np.flatnonzero(np.isin(codes, list(wrong)))):
        told.setdefault(i, wrong[int(codes[i])])
    names = np.array([said for _, *said in found], dtype=object).reshape(-1, 3)
    return names[codes, 0], names[codes, 1], names[codes, 2]


def _pair(
    word: str, item: str, sheet: MeterSheet, given: Given
) -> tuple[Told | None, str, str, str]:
    """Return what is wrong with two words, and the kind, item and unit that they name."""
    said = heading_of(word)
    known = said.role == "reading" and not said.part
    by_kind = (said.kind, said.item) if known else None
    by_item = kind_of(item) if item else None
    fault: Told | None = None
    kind, of = by_kind or by_item or ("", "")
    if not word and not item:
        kind, of = given.kind or sheet.titles.kind, given.item or sheet.titles.item
        fault = None if kind else ("no_kind", {})
    elif not kind or (word and by_kind is None):
        fault = "unknown_kind", {"near": near(word or item, carbon_kinds())}
    elif item and by_item and by_item[0] == kind:
        of = by_item[1] or of
    elif item and kind not in FREE_ITEMS and (listed := _listed_items(kind)):
        fault = "no_item", {"items": ", ".join(listed)}
    elif item:
        of = item
    return fault, kind, of, said.unit if known else ""


def _listed_items(kind: str) -> list[str]:
    return [i for k, i in carbon_items() if k == kind]


def _qualities(
    words: npt.NDArray[np.object_], given: Given, told: dict[int, Told]
) -> npt.NDArray[np.object_]:
    known = {word: quality for quality, all_of in QUALITY_WORDS.items() for word in all_of}
    known[""] = given.quality
    found = np.array([known.get(str(word).casefold(), "") for word in words], dtype=object)
    for i in map(int, np.flatnonzero(found == "")):
        told.setdefault(i, ("quality", {}))
    return found
