"""What is shown of an intake: tables of findings, counts, columns and picks."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from chainwright.sources.intake import CellTable, Understood
from chainwright.system.maker_intake.findings import POSSIBLE, REJECTED, TAKEN, Finding, reason
from chainwright.system.maker_intake.work import Work
from chainwright.tables import schema

__all__ = ["columns_table", "counts_table", "findings_table", "picks_table", "rowless"]

STATUS = {POSSIBLE: "possible", REJECTED: "rejected", TAKEN: "taken"}
ORDER = ("possible", "rejected", "left out", "taken")
FIRST = {"made_of_nothing", "from_nobody", "made_for_nothing"}
"""Remarks on the chain as a whole, which come before those on spelling."""

ROUTINE = {"called", "own", "product_as_part", "repeated"}
"""Remarks that any two sheets give rise to, which come last."""

KEPT = ("read", "matched", "possible", "rejected", "left_out", "set_aside")


def columns_table(understood: Understood) -> pd.DataFrame:
    """Return what was understood, column by column.

    Parameters
    ----------
    understood : Understood
        What the files say.
    """
    given = understood.columns
    used = given["field"] != ""
    both = (given["table"] + "." + given["field"]).where(used, "")
    shown = given.assign(understood_as=both, status=given["state"], sample=given["example"])
    return _as("intake_columns", shown)


def findings_table(work: Work, understood: Understood) -> pd.DataFrame:
    """Return a row for each thing to say: possible ones first, then rejected, then taken.

    Parameters
    ----------
    work : Work
        Rows after matching.
    understood : Understood
        What the files say; its rows that are in no table are rejected too.
    """
    said = sorted(work.findings, key=lambda one: (one.code in ROUTINE) - (one.code in FIRST))
    rows = [_row(work, one) for one in said]
    refused = rowless(understood)
    frame = pd.DataFrame(rows, columns=[c.column for c in schema("intake")])
    more = pd.DataFrame(
        {
            "status": "rejected",
            "file": refused["file"],
            "address": refused["cell"],
            "table": refused["table"],
            "column": refused["field"],
            "found": refused["found"],
            "candidates": "",
            "reason_en": refused["reason_en"],
            "reason_zh": refused["reason_zh"],
            "rows": 1,
        }
    )
    both = pd.concat([frame, more], ignore_index=True) if len(more) else frame
    # one cell may fill several tables; what is done to it is told once
    same = ["status", "file", "address", "found", "reason_en"]
    both = both[~both.duplicated(same)]
    rank = both["status"].map({status: i for i, status in enumerate(ORDER)})
    order = np.argsort(rank.to_numpy(dtype=np.int64), kind="stable")
    return _as("intake", both.iloc[order].reset_index(drop=True))


def _row(work: Work, one: Finding) -> tuple[object, ...]:
    cells = work.cells[one.table]
    column = one.column
    at = cells.address(column, one.position) if column else cells.row_address(one.position)
    status = "left out" if one.code == "left_by_pick" else STATUS[one.grade]
    listed = "; ".join(
        f"{code} ({score:.2f})" if np.isfinite(score) else code for code, score in one.candidates
    )
    words = (reason(one, "en"), reason(one, "zh"))
    file = cells.file(one.position)
    return (status, file, at, one.table, column, one.found, listed, *words, one.rows)


def rowless(understood: Understood) -> pd.DataFrame:
    """Return refusals of rows that are in no table.

    Parameters
    ----------
    understood : Understood
        What the files say.
    """
    refused = understood.refused
    return refused[(refused["position"] < 0) | (refused["scope"] != "cell")]


def counts_table(work: Work, understood: Understood) -> pd.DataFrame:
    """Return how many rows of each sheet are what, and of all sheets together.

    Parameters
    ----------
    work : Work
        Rows after matching.
    understood : Understood
        What the files say.
    """
    parts = [_states(work, table, cells) for table, cells in work.cells.items()]
    refused = rowless(understood)
    refused = refused[refused["scope"] != "sheet"]
    parts.append(
        pd.DataFrame(
            {
                "file": refused["file"],
                "sheet": refused["sheet"],
                "number": refused["row"],
                "grade": REJECTED,
                "gone": True,
            }
        )
    )
    rows = pd.concat(parts, ignore_index=True)
    worst = rows.groupby(["file", "sheet", "number"], sort=False)[["grade", "gone"]].max()
    grade = worst["grade"].to_numpy()
    flags = pd.DataFrame(
        {
            "possible": grade == POSSIBLE,
            "rejected": grade == REJECTED,
            "left_out": (grade == TAKEN) & worst["gone"].to_numpy(dtype=bool),
        },
        index=worst.index,
    )
    by_sheet = flags.assign(seen=True).groupby(level=["file", "sheet"], sort=False).sum()
    sheets = understood.files.groupby(["file", "sheet"], sort=False)
    numbers = sheets[["read", "set_aside"]].sum()
    shown = by_sheet.reindex(numbers.index, fill_value=0).join(numbers).astype("int64")
    # rows that neither became rows of tables nor were set aside, as the top of an indented bill
    beside = (shown["read"] - shown["seen"] - shown["set_aside"]).clip(lower=0)
    shown["read"] = shown["seen"] + beside
    others = shown["possible"] + shown["rejected"] + shown["left_out"]
    shown["matched"] = shown["read"] - others
    worst_state = {state: i for i, state in enumerate(("understood", "possible", "not understood"))}
    shown["state"] = sheets["state"].agg(lambda states: max(states, key=worst_state.__getitem__))
    for column in ("reason_en", "reason_zh"):
        shown[column] = sheets[column].agg(lambda words: " ".join(filter(None, words)))
    shown = shown.reset_index()
    total = {
        **dict.fromkeys(("file", "sheet", "state", "reason_en", "reason_zh"), ""),
        **{name: int(shown[name].sum()) for name in KEPT},
    }
    together = pd.concat([pd.DataFrame([total]), shown], ignore_index=True)
    return _as("intake_counts", together)


def _states(work: Work, table: str, cells: CellTable) -> pd.DataFrame:
    """Return file, sheet and row of each row of a table, and its state."""
    lowest = np.max(np.stack(list(cells.row.values())), axis=0)
    files = np.array([sheet.file for sheet in cells.sheets], dtype=object)
    names = np.array([sheet.sheet for sheet in cells.sheets], dtype=object)
    numbers = lowest.astype(np.int64) + 1
    for i, sheet in enumerate(cells.sheets):
        if sheet.lines is not None:
            inside = cells.sheet == i
            numbers[inside] = sheet.lines[lowest[inside]]
    at = np.asarray(cells.sheet, dtype=np.intp)
    return pd.DataFrame(
        {
            "file": files[at] if len(files) else files,
            "sheet": names[at] if len(names) else names,
            "number": numbers,
            "grade": work.grade[table].astype(np.int64),
            "gone": work.gone[table],
        }
    )


def picks_table(work: Work, understood: Understood) -> pd.DataFrame:
    """Return a table to fill in: a row for each word, column or sum that waits for a pick.

    Parameters
    ----------
    work : Work
        Rows after matching.
    understood : Understood
        What the files say; its columns that are less than certain may be picked too.
    """
    asked: dict[tuple[str, str], list[Finding]] = {}
    for one in work.findings:
        if one.grade == POSSIBLE:
            asked.setdefault((one.kind, one.found), []).append(one)
    rows = [_pick_row(work, group) for group in asked.values()]
    unsure = understood.columns[understood.columns["state"] == "possible"]
    for column in unsure.drop_duplicates(["file", "sheet", "column"]).to_dict("records"):
        words = [word.strip() for word in str(column["candidates"]).split(";") if word.strip()]
        rows.append(
            {
                "kind": "column",
                **{name: column[name] for name in ("file", "sheet")},
                "cell": str(column["column"]),
                "found": column["header"],
                "rows": int(column["filled"]),
                "reason_en": column["reason_en"],
                "reason_zh": column["reason_zh"],
                **_numbered([(word, float("nan")) for word in words]),
            }
        )
    columns = [c.column for c in schema("intake_picks")]
    frame = pd.DataFrame(rows, columns=columns)
    return _as("intake_picks", frame)


def _pick_row(work: Work, group: list[Finding]) -> Mapping[str, object]:
    one = group[0]
    cells = work.cells[one.table]
    sheet = cells.sheets[cells.sheet[one.position]]
    return {
        "kind": one.kind,
        "file": sheet.file,
        "sheet": sheet.sheet,
        "cell": cells.address(one.column, one.position).rpartition("!")[2],
        "found": one.found,
        "rows": len(group),
        "reason_en": reason(one, "en"),
        "reason_zh": reason(one, "zh"),
        **_numbered(list(one.candidates)),
    }


def _numbered(candidates: list[tuple[str, float]]) -> Mapping[str, object]:
    found: dict[str, object] = {}
    for i, (code, score) in enumerate(candidates[:3], 1):
        found |= {f"candidate_{i}": code, f"score_{i}": score}
    return found


def _as(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a schema, in its order and of its types."""
    kinds = {"string": "str", "integer": "int64", "float": "float64"}
    texts = [c.column for c in schema(table) if c.type == "string"]
    words = {c: [v if isinstance(v, str) else "" for v in frame[c]] for c in texts}
    told = frame.assign(**words)
    columns = {c.column: kinds[c.type] for c in schema(table)}
    return told[list(columns)].astype(columns)
