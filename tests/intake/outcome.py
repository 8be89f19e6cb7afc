"""What was understood of files, as a text that a person can check cell by cell."""

import math


def outcome(found):
    """Return sheets, columns, values with the addresses of their cells, and remarks."""
    parts = [_sheets(found.files), _columns(found.columns)]
    parts += [_table(table) for table in found.tables.values()]
    parts.append(_remarks(found.remarks))
    return "\n".join(part for part in parts if part)


def _sheets(files):
    lines = []
    for row in files.itertuples():
        where = " ".join(word for word in (row.file, row.sheet) if word)
        kind = ", ".join(word for word in (row.encoding, row.delimiter) if word)
        lines.append(
            f"{where}: {row.state}"
            + (f" as {row.tables} ({row.layout})" if row.tables else "")
            + (f"; {kind}" if kind else "")
            + (f"; header {row.header_rows}" if row.header_rows else "")
            + f"; {row.read} read, {row.refused} refused, {row.set_aside} set aside"
        )
        if row.reason_en:
            lines += [f"    {row.reason_en}", f"    {row.reason_zh}"]
    return "\n".join(lines) + "\n"


def _columns(columns):
    if columns.empty:
        return ""
    told = [
        [
            "column",
            "heading",
            "field",
            "state",
            "unit",
            "conversion",
            "filled/missing/refused",
            "said",
        ]
    ]
    for row in columns.itertuples():
        field = f"{row.table}.{row.field}" if row.field else ""
        counts = f"{row.filled}/{row.missing}/{row.refused}"
        column = " ".join(word for word in (row.sheet, row.column) if word)
        heading = row.header.replace("\n", " ")
        told.append(
            [column, heading, field, row.state, row.unit, row.conversion_en, counts, row.reason_en]
        )
    return "COLUMNS\n" + _aligned(told)


def _table(table):
    told = [list(table.frame.columns)]
    rows = range(len(table.frame))
    told += [[_value(table, field, i) for field in table.frame.columns] for i in rows]
    kept = [j for j in range(len(told[0])) if any(line[j] for line in told[1:])]
    name = table.table.upper()
    if table.possible:
        name += f"   (possible: {', '.join(sorted(table.possible))})"
    return name + "\n" + _aligned([[line[j] for j in kept] for line in told])


def _value(table, field, i):
    value = table.frame[field].iloc[i]
    if value == "" or (isinstance(value, float) and math.isnan(value)):
        return ""
    shown = f"{value:.6g}" if isinstance(value, float) else value
    address = table.address(field, i).split("!")[-1].replace("line ", "").replace(", column ", ":")
    return f"{shown} @{address}"


def _remarks(remarks):
    told = [["outcome", "scope", "cell", "where", "found", "reason"]]
    for row in remarks.itertuples():
        where = f"{row.table}.{row.field}" if row.field else row.table
        where += f" row {row.position}" if row.position >= 0 else ""
        told.append(
            [row.outcome, row.scope, row.cell, where, row.found.replace("\n", " "), row.reason_en]
        )
    return "REMARKS\n" + _aligned(told) if len(told) > 1 else ""


def _aligned(lines):
    """Return lines with their cells below one another; a Chinese sign is two places wide."""
    widths = [max(_width(line[j]) for line in lines) for j in range(len(lines[0]))]
    return "".join(
        "    "
        + " | ".join(w + " " * (n - _width(w)) for w, n in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in lines
    )


def _width(text):
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)
