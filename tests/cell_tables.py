"""What files say, made without files: tables of cells whose addresses are known."""

import numpy as np
import pandas as pd

from chainwright.sources.intake.found import COLUMNS, REMARKS, SHEETS, CellTable, Sheet, Understood
from chainwright.tables import schema

__all__ = ["said"]


def said(**tables):
    """Return what one workbook says: a sheet a table, its header in row 1, each a list of rows.

    The first row names columns of the schema; the others hold their cells.
    """
    cells, files = {}, []
    for name, (header, *rows) in tables.items():
        columns = header.split() if isinstance(header, str) else list(header)
        frame = pd.DataFrame(rows, columns=columns, index=range(len(rows)))
        full, row, column = {}, {}, {}
        for c in schema(f"maker_{name}"):
            given = c.column in columns
            held = frame[c.column] if given else pd.Series([None] * len(rows))
            if c.type == "string":
                full[c.column] = pd.Series(
                    ["" if pd.isna(v) else str(v) for v in held], dtype="str"
                )
            else:
                full[c.column] = pd.Series(held, dtype="float64")
            place = columns.index(c.column) if given else -1
            column[c.column] = np.full(len(rows), place, dtype=np.int32)
            row[c.column] = np.where(given, np.arange(1, len(rows) + 1), -1).astype(np.int32)
        sheet = np.zeros(len(rows), dtype=np.int32)
        places = (Sheet("book.xlsx", name),)
        cells[name] = CellTable(name, pd.DataFrame(full), places, sheet, row, column)
        told = {"file": "book.xlsx", "sheet": name, "state": "understood", "read": len(rows)}
        files.append({**dict.fromkeys(SHEETS, ""), **told, "set_aside": 0, "refused": 0})
    return Understood(
        pd.DataFrame(files, columns=list(SHEETS)),
        pd.DataFrame(columns=COLUMNS),
        cells,
        pd.DataFrame(columns=REMARKS),
        {"book.xlsx": "0" * 64},
    )
