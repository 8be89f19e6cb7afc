"""Files in the layout of WIOD release 2013: the workbook, and arrays beside lists of codes."""

import io
import zipfile
from xml.sax.saxutils import escape

import numpy as np

from chainwright.params import table
from layouts.made import made_up

SECTORS = [row for row in table("sectors") if row["list"] == "wiod2013"]
CATEGORIES = {"c37": 0.55, "c38": 0.02, "c39": 0.2, "c41": 0.21, "c42": 0.02}
FEW = ("AUS", "CHN", "ROM", "USA", "RoW")
BELOW = {
    "r60": "Total intermediate consumption",
    "r99": "Taxes less subsidies on products",
    "r61": "Cif/ fob adjustments on exports",
    "r62": "Direct purchases abroad by residents",
    "r63": "Purchases on the domestic territory by non-residents",
    "r64": "Value added at basic prices",
    "r65": "International Transport Margins",
    "r69": "Output at basic prices",
}


def workbook(regions=FEW, *, year=2011, base=None, seed=13):
    """Return the cells of a workbook, row by row; numbers from `base` (its labels) or made up."""
    codes = [row["code"] for row in SECTORS]
    found = base or made_up(regions, codes, seed=seed)
    final = (found.demand[:, :, None] * np.array(list(CATEGORIES.values()))).reshape(
        len(found.matrix), -1
    )
    output = found.matrix.sum(axis=1) + final.sum(axis=1)
    intermediate = found.matrix.sum(axis=0)
    added = output - intermediate
    kinds = {
        "r60": intermediate,
        "r99": 0.03 * added,
        "r61": 0.0 * added,
        "r62": 0.0 * added,
        "r63": 0.0 * added,
        "r64": 0.95 * added,
        "r65": 0.02 * added,
        "r69": output,
    }
    nodes = [("", row["name_en"], r, row["code"]) for r in found.regions for row in SECTORS]
    users = [(c, f"Use {c}", r, c) for r in found.regions for c in CATEGORIES]
    isic = {"c1": "AtB", "c2": "C", "c3": "15t16"}
    nodes_above = [(isic.get(c, c.upper()), name, r, c) for _, name, r, c in nodes]
    above = [
        *nodes_above,
        *users,
        ("", "Total output", "TOT", ""),
    ]
    rows = [[f"World Input-Output Table, {year}"], ["(current prices)"]]
    rows += [["", "", "", "", *(label[k] for label in above)] for k in range(4)]
    rows[2][0], rows[3][0] = "(industry-by-industry)", "(millions of US$)"
    for label, row, total in zip(
        above, np.hstack([found.matrix, final]).tolist(), output.tolist(), strict=False
    ):
        rows.append([*label, *row, total])
    for code, name in BELOW.items():
        on_final = final.sum(axis=0) if code == "r60" else np.zeros(len(users))
        below = [*kinds[code].tolist(), *on_final.tolist()]
        rows.append(["", name, "TOT", code, *below, float(sum(below))])
    return rows


def write_workbook(rows, path, *, sheet="WIOT_2011"):
    """Write cells to a spreadsheet of one sheet, plainly: numbers, and text in place."""
    cells = io.StringIO()
    for i, row in enumerate(rows, 1):
        cells.write(f'<row r="{i}">')
        for j, cell in enumerate(row):
            if cell == "":
                continue
            name = f"{_letters(j)}{i}"
            if isinstance(cell, str):
                text = f"<is><t>{escape(cell)}</t></is>"
                cells.write(f'<c r="{name}" t="inlineStr">{text}</c>')
            else:
                cells.write(f'<c r="{name}"><v>{cell!r}</v></c>')
        cells.write("</row>")
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
        f'package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{types}.'
        'sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{types}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{links}"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        f'<sheet name="{sheet}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{links}"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells.getvalue()}'
        "</sheetData></worksheet>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}')
    return path


def _letters(place):
    letters, place = "", place + 1
    while place:
        place, digit = divmod(place - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def write_arrays(folder, *, regions=FEW, year=2011, seed=13):
    """Write ``wiot_YYYY.npz`` and its three lists; return the arrays' file."""
    codes = [row["code"] for row in SECTORS]
    found = made_up(regions, codes, seed=seed)
    shares = np.array(list(CATEGORIES.values()))
    final = (found.demand[:, :, None] * shares).reshape(len(found.matrix), -1)
    lists = {"countries": ("iso3", regions), "industries": ("code", codes)}
    lists["final_demand"] = ("code", CATEGORIES)
    for name, (column, values) in lists.items():
        lines = [f"{i},{value}" for i, value in enumerate(values, 1)]
        (folder / f"{name}.csv").write_text("\n".join([f"n,{column}", *lines, ""]))
    path = folder / f"wiot_{year}.npz"
    np.savez_compressed(path, Z=found.matrix, F=final, x=found.matrix.sum(1) + final.sum(1))
    return path
