"""From opened files to checked cells: amounts read, firms matched, what is wrong told by cell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

import numpy as np
import pandas as pd

from chainwright.carbon.intake.amounts import amounts
from chainwright.carbon.intake.findings import Findings
from chainwright.carbon.intake.meter_cells import QUALITY_WORDS, Given, LongCells, long_cells
from chainwright.carbon.intake.meter_files import OpenedFile, grid_fault
from chainwright.carbon.intake.meter_sheets import NUMBER, MeterSheet, meter_sheet
from chainwright.errors import near
from chainwright.sources.carbon_kinds import QUALITIES, carbon_items, carbon_kinds, unit_in
from chainwright.sources.intake.cell_words import is_missing
from chainwright.sources.intake.grids import Grid, Told
from chainwright.sources.readings_checks import FREE_ITEMS
from chainwright.sources.sheets import column_name, text
from chainwright.system.maker_intake.names import name_key, plain

__all__ = ["FirmsKnown", "checked_sheet"]

MISSING = QUALITIES.index("missing")

SERIALS = {"序号", "No.", "no"}
"""Headings of columns that number the rows; nothing is lost with them."""


@dataclass(frozen=True, eq=False)
class FirmsKnown:
    """The firms that readings may be of.

    Parameters
    ----------
    codes : tuple of str
        Their identities; empty if any firm will do.
    by_word : mapping of str to str
        Identity by code, credit code and name, in one case and width.
    only : str
        Identity of the one firm that the files are said to be of; empty if not said.
    """

    codes: tuple[str, ...] = ()
    by_word: Mapping[str, str] = ()  # type: ignore[assignment]
    only: str = ""

    @classmethod
    def of_table(cls, table: pd.DataFrame | None, only: str) -> "FirmsKnown":
        """Return the firms of a table with the columns of the schema ``firms``.

        Parameters
        ----------
        table : DataFrame or None
            A row a firm; None if any firm will do.
        only : str
            The one firm that is meant.
        """
        if table is None:
            return cls((), {}, only)
        found: dict[str, str] = {}
        for column in ("name_en", "name_zh", "credit_code", "firm"):
            for word, firm in zip(table[column], table["firm"], strict=True):
                if word:
                    found[name_key(word) if column.startswith("name") else plain(word)] = firm
        return cls(tuple(table["firm"]), found, only)

    def of(self, word: str) -> tuple[str, Told | None]:
        """Return the identity that a word stands for, and what is wrong with it.

        Parameters
        ----------
        word : str
            As the file has it.
        """
        if not word:
            return self.only, None if self.only else ("no_firm", {})
        firm = word
        if self.codes:
            firm = self.by_word.get(plain(word)) or self.by_word.get(name_key(word), "")
            if not firm:
                return "", ("wrong_firm", {"near": near(word, self.codes)})
        if self.only and firm != self.only:
            return firm, ("other_firm", {"firm": self.only})
        return firm, None


def checked_sheet(
    opened: OpenedFile,
    grid: Grid,
    findings: Findings,
    *,
    given: Given,
    firms: FirmsKnown,
    today: date,
    cached: bool,
) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Return the good cells of a sheet and what its columns were taken for; None if it is no table.

    Parameters
    ----------
    opened : OpenedFile
        The file.
    grid : Grid
        The sheet.
    findings : Findings
        Takes what is wrong and what is remarked.
    given : Given
        What holds where the table says nothing.
    firms : FirmsKnown
        Firms that readings may be of.
    today : date
        Later months are faulty.
    cached : bool
        Whether stored values of formulas are used.
    """
    if fault := grid_fault(grid):
        findings.reject(opened.name, grid.sheet.sheet, opened.name, fault)
        return None
    for code, _ in grid.told:
        findings.remark(opened.name, grid.sheet.sheet, code)
    sheet = meter_sheet(grid) if grid.readable else None
    if sheet is None:
        return None
    if not len(sheet.rows):
        where = grid.sheet.address(sheet.header, -1)
        findings.reject(opened.name, where, "a header", ("no_rows", {}))
        return None
    found = long_cells(sheet, given)
    if not len(found.frame) and not found.wrong:
        where = grid.sheet.address(sheet.header, -1)
        headings = " | ".join(heading.text for heading in sheet.columns.values())
        findings.reject(opened.name, where, headings, ("no_header", {}))
        return None
    for place, code, words in found.wrong:
        where = grid.sheet.address(sheet.header, place)
        findings.reject(opened.name, where, sheet.columns[place].text, (code, words))
    told = _told_by_file(opened, sheet, found, findings, cached=cached)
    frame = _amounts(found.frame, told)
    _firms(frame, firms, told)
    _items_and_dates(frame, today, told)
    _reject(opened.name, sheet, frame, told, findings)
    _not_understood(opened.name, sheet, found, findings)
    _remark(opened.name, sheet, frame, findings)
    _unsaid(opened.name, sheet, frame, given.quality, findings)
    good = ~frame["empty"].to_numpy() | (frame["quality"].to_numpy() == MISSING)
    good[list(told)] = False
    kept = frame[good].assign(file=opened.name, address="")
    addresses = [grid.sheet.address(r, c) for r, c in zip(kept["row"], kept["column"], strict=True)]
    return kept.assign(address=addresses), _columns(opened, sheet, found, kept)


def _told_by_file(
    opened: OpenedFile, sheet: MeterSheet, found: LongCells, findings: Findings, *, cached: bool
) -> dict[int, Told]:
    """Return what is wrong with cells, those of formulas and of uneven rows with them."""
    grid, frame, told = sheet.grid, found.frame, dict(found.told)
    formulas = opened.formulas.get(grid.sheet.sheet, set())
    if formulas:
        cells = list(zip(frame["row"], frame["column"], strict=True))
        at = [i for i, cell in enumerate(cells) if cell in formulas]
        if not cached:
            told |= {i: ("formula", {}) for i in at}
        elif at:
            where = grid.sheet.address(*map(int, cells[at[0]]))
            findings.remark(opened.name, where, "cached", cells=len(at))
    uneven = opened.ragged(grid, sheet.header)
    for row in sheet.rows:
        if int(row) in uneven:
            words = {"width": len(sheet.columns)}
            where = grid.sheet.address(int(row), -1)
            findings.reject(opened.name, where, f"{uneven[int(row)]} cells", ("ragged", words))
    lost = frame["row"].isin(list(uneven)).to_numpy()
    told |= {i: ("", {}) for i in map(int, np.flatnonzero(lost))}  # told once, by its row
    return told


def _amounts(frame: pd.DataFrame, told: dict[int, Told]) -> pd.DataFrame:
    """Return the cells with their values, each kind and item read together."""
    size = len(frame)
    out = frame.assign(
        value=np.full(size, np.nan),
        text="",
        empty=True,
        factor=1.0,
        assumed="",
        written=frame["unit"],
    ).astype({"text": object, "assumed": object, "written": object})
    codes = {quality: i for i, quality in enumerate(QUALITIES)}
    out["quality"] = [codes.get(q, 0) for q in frame["quality"]]
    names = ["column", "kind", "item"]
    for key, rows in frame.groupby(names, sort=False).indices.items():
        _, kind, item = cast("tuple[int, str, str]", key)
        raw = frame["raw"].to_numpy()[rows]
        if not kind:
            out.loc[rows, "empty"] = [not str(cell).strip() for cell in raw]
            continue
        if carbon_kinds()[kind]["content"] == "text":
            said = [plain(text(cell)) for cell in raw]
            out.loc[rows, "text"] = ["" if is_missing(word) else word for word in said]
            out.loc[rows, "empty"] = [is_missing(word) for word in said]
            out.loc[rows, "written"] = ""
            continue
        read = amounts(raw, kind, item, frame["unit"].to_numpy()[rows])
        out.loc[rows, "value"] = read.value
        out.loc[rows, "empty"] = read.empty
        out.loc[rows, "factor"] = read.factor
        out.loc[rows, "assumed"] = read.assumed
        out.loc[rows, "written"] = read.unit
        for i, fault in read.told.items():
            told.setdefault(int(rows[i]), fault)
    beside = (out["quality"] == MISSING) & (out["value"].notna() | (out["text"] != ""))
    for at in map(int, np.flatnonzero(beside.to_numpy())):
        told.setdefault(at, ("beside_missing", {}))
    for at in map(int, np.flatnonzero(out["empty"].to_numpy())):
        if told.get(at, ("", {}))[0] not in {"formula", "formula_error"}:
            told.pop(at, None)  # an empty cell says nothing wrong
    return out


def _firms(frame: pd.DataFrame, firms: FirmsKnown, told: dict[int, Told]) -> None:
    """Match each distinct word for a firm; a meter may stand in for its firm."""
    meter, empty = frame["meter"].to_numpy(), frame["empty"].to_numpy()
    for word, rows in frame.groupby("firm", sort=False).indices.items():
        firm, fault = firms.of(str(word))
        frame.loc[rows, "firm"] = firm
        if not fault:
            continue
        metered = meter[rows] != ""
        for i in map(int, rows[~metered] if fault[0] == "no_firm" else rows):
            if not empty[i]:
                told.setdefault(i, fault)


def _items_and_dates(frame: pd.DataFrame, today: date, told: dict[int, Told]) -> None:
    there = ~frame["empty"].to_numpy()
    for key, rows in frame.groupby(["kind", "item"], sort=False).indices.items():
        kind, item = cast("tuple[str, str]", key)
        listed = [i for k, i in carbon_items() if k == kind]
        if listed and not item and kind not in FREE_ITEMS:
            for i in map(int, rows[frame["value"].to_numpy()[rows] != 0]):
                if there[i]:
                    told.setdefault(i, ("no_item", {"items": ", ".join(listed)}))
    this = (today.year - 1970) * 12 + today.month - 1
    late = frame["first"].to_numpy() + np.maximum(frame["months"].to_numpy() - 1, 0) > this
    for i in map(int, np.flatnonzero(late & there)):
        told.setdefault(i, ("future", {"today": today.isoformat()}))


def _reject(
    file: str, sheet: MeterSheet, frame: pd.DataFrame, told: Mapping[int, Told], findings: Findings
) -> None:
    """Tell what is wrong: a period, firm or kind once a row, an amount cell by cell."""
    seen: set[tuple[int, str]] = set()
    at, across = frame["row"].to_numpy(), frame["column"].to_numpy()
    fields = {h.role: j for j, h in sheet.columns.items() if h.role}
    of_row = {
        "wrong_firm": "firm", "other_firm": "firm", "no_firm": "", "unknown_kind": "kind",
        "unclear_date": "period", "no_period": "period", "no_year": "period", "quality": "quality",
        "future": "period", "unknown_unit": "unit", "pieces": "unit",
    }  # fmt: skip
    for i in sorted(told):
        code, words = told[i]
        row, column = int(at[i]), int(across[i])
        if code in of_row and (of_row[code] in fields or not of_row[code]):
            if (row, code) in seen:
                continue
            seen.add((row, code))
            column = fields.get(of_row[code], column)
        if code:
            found = text(sheet.grid.cells[row, column]) or "nothing"
            findings.reject(file, sheet.grid.sheet.address(row, column), found, (code, words))


def _not_understood(file: str, sheet: MeterSheet, found: LongCells, findings: Findings) -> None:
    """Say of which columns of numbers nothing was read, so that none is lost unseen."""
    for one in found.columns:
        place = int(str(one["place"]))
        if one["state"] != "not known" or one["heading"] in SERIALS:
            continue
        cells = [plain(text(cell)) for cell in sheet.grid.cells[sheet.rows, place]]
        if numbers := sum(NUMBER.fullmatch(cell) is not None for cell in cells):
            where = sheet.grid.sheet.address(sheet.header, place)
            words = {"heading": one["heading"]}
            findings.remark(file, where, "not_understood", cells=numbers, **words)


def _remark(file: str, sheet: MeterSheet, frame: pd.DataFrame, findings: Findings) -> None:
    """Say what was done to a sheet."""
    grid = sheet.grid
    name = grid.sheet.address(sheet.header, -1)
    if grid.delimiter and grid.encoding not in {"UTF-8", "UTF-8 with byte order mark"}:
        findings.remark(file, name, "encoding", encoding=grid.encoding)
    if any(top == sheet.header for top, *_ in grid.merged):
        findings.remark(file, name, "merged")
    for row, code in sheet.aside:
        findings.remark(file, grid.sheet.address(row, -1), code)
    at, across = frame["row"].to_numpy(), frame["column"].to_numpy()
    assumed = frame["assumed"].to_numpy()
    rows = {word: assumed == word for word in dict.fromkeys(assumed[assumed != ""].tolist())}
    if grid.sheet.lines is None:
        texts = np.array([isinstance(c, str) for c in frame["raw"]], dtype=bool)
        rows["text_numbers"] = texts & frame["value"].notna().to_numpy()
    for code, marked in rows.items():
        if marked.any():
            i = int(marked.argmax())
            where = grid.sheet.address(int(at[i]), int(across[i]))
            findings.remark(file, where, code, cells=int(marked.sum()))


def _unsaid(
    file: str, sheet: MeterSheet, frame: pd.DataFrame, quality: str, findings: Findings
) -> None:
    """Say of how many values the file does not tell how they were obtained."""
    told = next((j for j, h in sheet.columns.items() if h.role == "quality"), None)
    there = ~frame["empty"].to_numpy()
    if told is not None:
        blank = np.array([not text(cell).strip() for cell in sheet.grid.cells[:, told]], dtype=bool)
        there &= blank[frame["row"].to_numpy(dtype=int)]
    if there.any():
        where = sheet.grid.sheet.address(sheet.header, -1)
        cells = int(there.sum())
        said = {"quality": quality, "quality_zh": QUALITY_WORDS[quality][1]}
        findings.remark(file, where, "quality_given", cells=cells, **said)


def _columns(
    opened: OpenedFile, sheet: MeterSheet, found: LongCells, kept: pd.DataFrame
) -> pd.DataFrame:
    """Return what each column was taken for, and each unit that it was written in."""
    rows: list[dict[str, object]] = []
    place_name: Callable[[int], str] = (
        column_name if sheet.grid.sheet.lines is None else lambda j: str(j + 1)
    )
    for one in found.columns:
        place = int(str(one["place"]))
        told = {
            "file": opened.name,
            "sheet": sheet.grid.sheet.sheet,
            "column": place_name(place),
            **{name: one[name] for name in ("heading", "role", "kind", "item", "unit", "state")},
            "factor": np.nan,
            "held_unit": "",
            "cells": 0,
        }
        cells = kept[kept["column"] == place]
        names = ["kind", "item", "written", "factor", "assumed"]
        groups = {
            cast("tuple[str, str, str, float, str]", k): g
            for k, g in cells.groupby(names, sort=False)
        }
        rows += [
            {
                **told,
                "kind": kind,
                "item": item,
                "unit": unit,
                "factor": factor,
                "held_unit": unit_in(kind, item),
                "cells": len(group),
                "state": "assumed" if assumed else told["state"],
                "assumed": assumed,
            }
            for (kind, item, unit, factor, assumed), group in groups.items()
        ] or [told]
    return pd.DataFrame(rows)
