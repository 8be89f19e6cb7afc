"""Bad national and provincial tables of China."""

import openpyxl

from bad.corpus import bad
from chainwright.errors import FormatError, MissingFileError, MoneyError, ParameterError
from layouts.ceads import make, write
from layouts.nbs import nbs_table

SAME = "expected the same sectors in rows and columns"


def put(folder, frame, name="china_2017.csv"):
    path = folder / name
    if name.endswith(".xlsx"):
        frame.to_excel(path, index=False)
    else:
        path.write_text(frame.to_csv(index=False))
    return path


def text_table(**kinds):
    """Return a table whose cells may hold text too."""
    return nbs_table(5, **kinds).astype(object)


@bad("an NBS table cut off after some sectors", "no row of the sectors 4, 5", SAME, "no row 'TVA'")
def rows_cut(folder):
    return put(folder, nbs_table(5)[:3])


@bad("an NBS table cut off in a row", "row 13: found 4 cells, expected 22", "cut off here")
def row_cut(folder):
    path = put(folder, nbs_table(5))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:-1], ",".join(lines[-1].split(",")[:4])]))
    return path


@bad("an NBS table with a sector in columns only", "no row of the sectors 2", SAME)
def row_missing(folder):
    return put(folder, nbs_table(5).drop(index=1))


@bad("an NBS table with a sector in rows only", "no column of the sectors 2", SAME)
def column_missing(folder):
    return put(folder, nbs_table(5).drop(columns="2"))


@bad("an NBS table with a sector missing among imports", "rows of Imports: found no row .* 3", SAME)
def import_missing(folder):
    return put(folder, nbs_table(5, separate=True).drop(index=7))


@bad(
    "an NBS table with an edited cell",
    r"row 3 \(2\), column 'TIU': found a total of",
    r"row 7 \(TII\), column '4'",
    "expected a total that is the sum of its parts. The file is cut off or was edited",
)
def edited(folder):
    frame = nbs_table(5)
    frame.loc[1, "4"] += 1
    return put(folder, frame)


@bad("an NBS table with text among numbers", r"row 3, column '4': found 'n\.a\.'", "such as 1234.5")
def text(folder):
    frame = text_table()
    frame.loc[1, "4"] = "n.a."
    return put(folder, frame)


@bad(
    "an NBS sheet with an error of the spreadsheet", "row 3, column '4': found '#N/A'|found nothing"
)
def spreadsheet_error(folder):
    frame = text_table()
    frame.loc[1, "4"] = "#N/A"
    return put(folder, frame, "china_2017.xlsx")


@bad("an NBS table with an empty cell", "row 3, column 'FU201': found nothing", "or 0")
def empty_cell(folder):
    frame = text_table()
    frame.loc[1, "FU201"] = ""
    return put(folder, frame)


@bad("an NBS table with a misspelt column", "column 'FU2O1': found a column that such a table does",
     r"Did you mean FU201")  # fmt: skip
def misspelt_column(folder):
    return put(folder, nbs_table(5).rename(columns={"FU201": "FU2O1"}))


@bad(
    "an NBS table cut off at its right", "the header: found no column 'GO'", "cut off at its right"
)
def right_cut(folder):
    return put(folder, nbs_table(5).iloc[:, :-4])


@bad("an NBS table with half of a subtotal", "column 'THC': found no column FU102 beside it")
def half_subtotal(folder):
    return put(folder, nbs_table(5).drop(columns="FU102"))


@bad("an NBS table with an unknown origin", "row 3, column 'Origin': found 'Domestc'",
     r"Did you mean Domestic\?")  # fmt: skip
def unknown_origin(folder):
    frame = nbs_table(5, separate=True)
    frame.loc[1, "Origin"] = "Domestc"
    return put(folder, frame)


@bad("an NBS table with an unknown row", "row 9, column 'Code': found 'VA0O2'",
     "no row 'VA002'", "correct its code")  # fmt: skip
def unknown_row(folder):
    return put(folder, nbs_table(5).replace({"Code": {"VA002": "VA0O2"}}))


@bad("an NBS table with a row twice", "row 4: found the row '2' of row 3 again", "each row once")
def row_twice(folder):
    return put(folder, nbs_table(5).replace({"Code": {"3": "2"}}))


@bad("an NBS table with a column twice", "column '2': found the name twice", "each column once")
def column_twice(folder):
    frame = nbs_table(5)
    frame.columns = ["2" if c == "3" else c for c in frame.columns]
    return put(folder, frame)


@bad("an NBS table with negative imports", "column 'IM': found imports that add up to -",
     "expected imports as positive numbers", "Turn the sign")  # fmt: skip
def negative_imports(folder):
    frame = nbs_table(5)
    frame["IM"] = -frame["IM"]
    return put(folder, frame)


@bad("an NBS table with a header only", "found a header and no row", "Give the whole file")
def header_only(folder):
    return put(folder, nbs_table(5)[:0])


@bad("an NBS table asked for in dollars", "is in CNY", "currency out", error=MoneyError,
     currency="USD")  # fmt: skip
def dollars(folder):
    return put(folder, nbs_table(5))


@bad("an NBS table asked for as of another year", "2017", "2012", error=ParameterError, year=2012)
def other_year(folder):
    return put(folder, nbs_table(5))


@bad("an NBS table in semicolons", "is of no known format", "Code;Description", error=FormatError)
def semicolons(folder):
    path = put(folder, nbs_table(5))
    path.write_text(path.read_text().replace(",", ";"))
    return path


@bad("a folder with two tables of a year", "must hold one file of 2017", "a_2017.csv, b_2017.csv",
     error=MissingFileError, year=2017)  # fmt: skip
def two_of_a_year(folder):
    for name in ("a_2017.csv", "b_2017.csv"):
        put(folder, nbs_table(5), name)
    return folder


def provincial(folder, change):
    path = write(folder / "MRIO.xlsx", make(), merged=False)
    book = openpyxl.load_workbook(path)
    change(book["Table_2017_English Version"])
    book.save(path)
    return path


@bad("a CEADs table with a province missing in rows", "no row of Inner Mongolia:01",
     "the same provinces and sectors in rows and columns")  # fmt: skip
def province_missing(folder):
    return provincial(folder, lambda sheet: sheet.delete_rows(12, 4))


@bad("a CEADs table cut off at its end", "no row 'VA001'", "no row 'VA004'", "cut off at its end")
def provincial_cut(folder):
    return provincial(folder, lambda sheet: sheet.delete_rows(16, 9))


@bad(
    "a CEADs table with an edited cell", "row 6, column 'TI': found a total of", "sum of its parts"
)
def provincial_edited(folder):
    return provincial(folder, lambda sheet: sheet.cell(6, 6, 77.0))


@bad("a CEADs table with text among numbers", "cell F6: found 'none', expected a number")
def provincial_text(folder):
    return provincial(folder, lambda sheet: sheet.cell(6, 6, "none"))
