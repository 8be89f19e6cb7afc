"""The preview of a maker's files as text on a terminal."""

from collections.abc import Sequence

import pandas as pd

from chainwright.report.text_columns import side_by_side
from chainwright.system import Intake, Language

__all__ = ["columns_text", "preview_text"]

SHOWN = 20
"""Rows of each kind that are shown; the rest are counted."""

WIDEST = 34
"""Width at which cells are cut, but for the last of a row and addresses."""

WORDS = {
    "counts": (
        "{read:,} rows read = {matched:,} matched + {possible:,} possible + {rejected:,} rejected"
        "{left}; {set_aside:,} set aside (titles, totals, repeated headers, blank)",
        "读入 {read:,} 行 = 匹配 {matched:,} + 待选 {possible:,} + 拒绝 {rejected:,}{left}；"
        "搁置 {set_aside:,} 行（标题、合计、重复表头、空行）",
    ),
    "left": (" + {left_out:,} left out as picked", " + 按选择不用 {left_out:,}"),
    "sheets": ("Sheets", "工作表"),
    "columns": ("Columns", "列"),
    "possible": ("Possible: {n:,} to pick, in {rows:,} rows", "待选：{n:,} 项，涉及 {rows:,} 行"),
    "rejected": ("Rejected: {n:,} cells or rows", "拒绝：{n:,} 处"),
    "left out": ("Left out as picked: {n:,}", "按选择不用：{n:,}"),
    "taken": ("Taken, with a remark: {n:,}", "已采用并有说明：{n:,}"),
    "more": (
        "{n:,} more are not shown: --save-preview FOLDER writes all",
        "另有 {n:,} 项未显示：--save-preview 文件夹 可写出全部",
    ),
    "stored as": ("As it would be stored", "将保存为"),
    "none": ("nothing that can be used", "没有可用内容"),
}
STATES = {
    "understood": "已识别",
    "possible": "待核对",
    "not understood": "未识别",
    "matched": "已识别",
    "unused": "不需要",
    "unknown": "未识别",
}
HEADINGS = {
    "sheet": ("sheet", "工作表"),
    "state": ("state", "状态"),
    "read": ("read", "读入"),
    "matched": ("matched", "匹配"),
    "possible": ("possible", "待选"),
    "rejected": ("rejected", "拒绝"),
    "left_out": ("left out", "不用"),
    "set_aside": ("set aside", "搁置"),
    "column": ("column", "列"),
    "header": ("heading", "表头"),
    "understood_as": ("understood as", "识别为"),
    "conversion": ("conversion", "换算"),
    "status": ("status", "状态"),
    "sample": ("sample", "样例"),
    "candidates": ("candidates", "候选"),
    "address": ("where", "位置"),
    "found": ("found", "原文"),
    "reason": ("why", "原因"),
    "rows": ("rows", "行数"),
    "cell": ("first at", "首见于"),
}


def preview_text(intake: Intake, language: Language = "en") -> str:
    """Return what a preview says: counts, sheets, columns, what is possible, rejected, remarked.

    Parameters
    ----------
    intake : Intake
        The preview.
    language : str
        ``"en"`` or ``"zh"``.
    """
    parts = [_counts(intake, language), _sheets(intake, language), columns_text(intake, language)]
    parts += _possible(intake, language)
    for status in ("rejected", "left out", "taken"):
        frame = intake.rows[intake.rows["status"] == status]
        if len(frame):
            head = _say(status, language, n=len(frame))
            parts.append(_part(head, _places(frame, language), language, len(frame)))
    return "\n\n".join(parts) + "\n"


def columns_text(intake: Intake, language: Language = "en") -> str:
    """Return what was understood column by column.

    Parameters
    ----------
    intake : Intake
        The preview.
    language : str
        ``"en"`` or ``"zh"``.
    """
    frame = intake.columns
    if frame.empty:
        return f"{_say('columns', language)}: {_say('none', language)}"
    frame = frame.assign(
        sheet=_where(frame),
        conversion=frame[f"conversion_{language}"],
        status=_states(frame["status"], language),
    )
    columns = [
        "sheet",
        "column",
        "header",
        "understood_as",
        "status",
        "conversion",
        "candidates",
        "sample",
    ]
    return f"{_say('columns', language)}\n{_grid(frame, columns, language)}"


def _counts(intake: Intake, language: Language) -> str:
    counts = intake.counts
    left = _say("left", language, **counts) if counts["left_out"] else ""
    return f"{intake.name}: {_say('counts', language, left=left, **counts)}"


def _sheets(intake: Intake, language: Language) -> str:
    frame = intake.sheets.iloc[1:]
    shown = frame.assign(
        sheet=_where(frame),
        state=_states(frame["state"], language),
        reason=frame[f"reason_{language}"],
    )
    columns = [
        "sheet",
        "state",
        "read",
        "matched",
        "possible",
        "rejected",
        "left_out",
        "set_aside",
        "reason",
    ]
    return f"{_say('sheets', language)}\n{_grid(shown, columns, language)}"


def _possible(intake: Intake, language: Language) -> list[str]:
    picks = intake.picks_template()
    if picks.empty:
        return []
    names = [f"candidate_{i}" for i in (1, 2, 3)]
    told = [
        ", ".join(
            f"{row[name]} {score:.2f}"
            if pd.notna(score := row[name.replace("candidate", "score")])
            else str(row[name])
            for name in names
            if row[name]
        )
        for row in picks.to_dict("records")
    ]
    where = picks["sheet"].where(picks["sheet"] == "", picks["sheet"] + "!") + picks["cell"]
    shown = picks.assign(candidates=told, cell=where, reason=picks[f"reason_{language}"])
    head = _say("possible", language, n=len(picks), rows=intake.counts["possible"])
    body = _grid(shown.head(SHOWN), ["found", "cell", "rows", "candidates", "reason"], language)
    return [_part(head, body, language, len(picks))]


def _places(frame: pd.DataFrame, language: Language) -> str:
    sheet = frame["address"].str.rpartition("!")[0]
    files = frame.groupby(sheet)["file"].transform("nunique")
    told = (files == 1) & (sheet != "") | (len(set(frame["file"])) == 1)
    where = frame["address"].where(told, frame["file"] + ", " + frame["address"])
    shown = frame.assign(address=where, reason=frame[f"reason_{language}"]).head(SHOWN)
    return _grid(shown, ["address", "found", "rows", "reason"], language)


def _part(head: str, body: str, language: Language, size: int) -> str:
    rest = f"\n  ({_say('more', language, n=size - SHOWN)})" if size > SHOWN else ""
    return f"{head}\n{body}{rest}"


def _where(frame: pd.DataFrame) -> "pd.Series[str]":
    """Return the names of sheets, or of files where the file has none."""
    return frame["sheet"].where(frame["sheet"] != "", frame["file"])


def _states(states: "pd.Series[str]", language: Language) -> "pd.Series[str]":
    return states.map(lambda s: STATES.get(s, s)) if language == "zh" else states


def _say(key: str, language: Language, **words: object) -> str:
    return WORDS[key][language == "zh"].format(**words)


def _grid(frame: pd.DataFrame, columns: Sequence[str], language: Language) -> str:
    """Return columns side by side; those without a filled cell are left out."""
    held = {c: [_one_line(v) for v in frame[c]] for c in columns}
    kept = [c for c in columns if any(v not in {"", "0"} for v in held[c])]
    lines = [[HEADINGS[c][language == "zh"] for c in kept]]
    lines += [list(row) for row in zip(*(held[c] for c in kept), strict=True)]
    whole = {i for i, c in enumerate(kept) if c in {"address", "cell"}}
    return side_by_side(lines, widest=WIDEST, whole=whole)


def _one_line(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else " ".join(str(value).split())
