"""Bad tables of the world: OECD ICIO, WIOD, saved systems, and files that are none of them."""

import json
import zipfile

import numpy as np

import chainwright as cw
from bad.corpus import bad
from chainwright.errors import CapacityError, FormatError, MissingFileError, MoneyError, TableError
from layouts.icio import File, icio
from layouts.wiod import workbook, write_arrays, write_workbook
from toys import toy_table


def put(folder, file, name="ICIO2023_2018.csv"):
    return file.write(folder / name)


def changed(row, column, value):
    """Return an ICIO file with one other number."""
    file = icio()
    file.values[file.place(row, column)] = value
    return file


@bad(
    "an ICIO table with a producer missing in rows",
    "rows of region 'CHN': found none of C20, expected the same regions and sectors as rows and as",
    "The table is incomplete",
)
def icio_row_missing(folder):
    return put(folder, icio().without(rows=["CHN_C20"]))


@bad(
    "an ICIO table with a producer missing in columns",
    "columns of region 'CHN': found none of C20, expected the same regions and sectors",
)
def icio_column_missing(folder):
    return put(folder, icio().without(columns=["CHN_C20"]))


@bad("an ICIO table with a region missing in rows", "CHN", "row")
def icio_region_missing(folder):
    file = icio()
    return put(folder, file.without(rows=[r for r in file.rows if r.startswith("CHN_")]))


@bad("an ICIO table turned round", "turned round|transpose|rows.*columns")
def icio_turned(folder):
    file = icio()
    return put(folder, File(file.columns, file.rows, file.values.T))


@bad("an ICIO table with labels of two editions", "A01_02|A02|edition|unknown")
def icio_two_editions(folder):
    file = icio("2023")
    new = ["CHN_A01" if r == "CHN_A01_02" else r for r in file.rows]
    return put(folder, File(new, file.columns, file.values))


@bad("an ICIO table with NaN in a cell", "CHN_C20", "nan|NaN|number|empty")
def icio_nan(folder):
    path = put(folder, changed("CHN_C20", "USA_C29", 123456.5))
    path.write_text(path.read_text().replace("123456.5", "NaN", 1))
    return path


@bad("an ICIO table with text in a cell", "CHN_C20", "secret")
def icio_text(folder):
    path = put(folder, changed("CHN_C20", "USA_C29", 123456.5))
    path.write_text(path.read_text().replace("123456.5", "secret", 1))
    return path


@bad("an ICIO table cut off in the middle", "ICIO2023_2018.csv", "cut off|missing|cells|again")
def icio_cut(folder):
    path = put(folder, icio())
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    return path


@bad("an ICIO table with a label twice", "CHN_C20", "twice|again|once")
def icio_twice(folder):
    file = icio()
    rows = ["CHN_C20" if r == "CHN_C21" else r for r in file.rows]
    return put(folder, File(rows, file.columns, file.values))


@bad("an ICIO table with negative output", "CHN:C20", "not negative")
def icio_negative(folder):
    file = changed("CHN_C20", "CHN_INVNT", -1e9)
    row, column = file.rows.index("CHN_C20"), file.columns.index("OUT")
    file.values[row, column] = file.values[row, :column].sum()
    file.values[file.place("OUT", "CHN_C20")] = file.values[row, column]
    return put(folder, file)


@bad("an ICIO table asked for in yuan", "is in USD", error=MoneyError, currency="CNY")
def icio_yuan(folder):
    return put(folder, icio())


@bad("an ICIO table larger than the memory", "GiB", error=CapacityError, memory=10_000)
def icio_large(folder):
    return put(folder, icio())


@bad("a zip without a table", "a zip that holds", "readme.txt", error=FormatError)
def zip_without_csv(folder):
    with zipfile.ZipFile(folder / "2016-2018.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    return folder / "2016-2018.zip"


@bad("a zip of three years and no year asked for", "holds .* tables of the years", "2017",
     error=MissingFileError)  # fmt: skip
def zip_of_years(folder):
    with zipfile.ZipFile(folder / "2016-2018_SML.zip", "w") as archive:
        for year in (2016, 2017, 2018):
            archive.writestr(f"{year}_SML.csv", icio().text())
    return folder / "2016-2018_SML.zip"


@bad("a zip that is cut off", "unpack", "again", error=FormatError)
def zip_cut(folder):
    path = folder / "icio.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2018_SML.csv", icio().text())
    path.write_bytes(path.read_bytes()[:-100])
    return path


def arrays(folder, **changes):
    """Write the arrays of WIOD with some of them changed or, if None, left out."""
    path = write_arrays(folder)
    with np.load(path) as found:
        held = dict(found) | changes
    np.savez_compressed(path, **{k: v for k, v in held.items() if v is not None})
    return path


def held(folder, name):
    with np.load(write_arrays(folder)) as found:
        return found[name]


@bad("WIOD arrays without their lists", "no file countries.csv", "no file industries.csv",
     "Copy it there")  # fmt: skip
def no_lists(folder):
    path = write_arrays(folder)
    for file in folder.glob("*.csv"):
        file.unlink()
    return path


@bad("WIOD arrays without final deliveries", "array F: found no such array", "Copy the file again")
def no_final(folder):
    return arrays(folder, F=None)


@bad(
    "WIOD arrays that are smaller than their lists", "array Z: found", "as the lists beside it say"
)
def small(folder):
    return arrays(folder, Z=held(folder, "Z")[:-1, :-1])


@bad("WIOD arrays with NaN and infinity", "found nan, expected a finite number", "found inf",
     "Write the amount")  # fmt: skip
def nan(folder):
    matrix = held(folder, "Z").copy()
    matrix[3, 4], matrix[5, 6] = np.nan, np.inf
    return arrays(folder, Z=matrix)


@bad("WIOD arrays turned round", "turned round: transpose")
def turned(folder):
    rng = np.random.default_rng(4)
    matrix = held(folder, "Z")
    n = len(matrix)
    matrix = matrix * np.exp(rng.normal(0, 2, n))[:, None]  # rows and columns now differ much
    short = np.maximum(matrix.sum(axis=0) - matrix.sum(axis=1), 0.0)
    final = np.zeros_like(held(folder, "F"))
    final[:, 0] = 0.05 * matrix.sum(axis=1) + short
    return arrays(folder, Z=matrix.T, F=final, x=matrix.sum(axis=1) + final.sum(axis=1))


@bad("WIOD arrays that are cut off", "wiot_2011.npz", "again|damaged|cut off", error=FormatError)
def npz_cut(folder):
    path = write_arrays(folder)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


@bad("numpy arrays of another subject", "is of no known format", "numpy arrays", error=FormatError)
def other_arrays(folder):
    np.savez(folder / "other.npz", a=np.ones(3))
    return folder / "other.npz"


def book(folder, change):
    rows = [list(row) for row in workbook()]
    change(rows)
    return write_workbook(rows, folder / "wiot11_row_apr12.xlsx")


@bad("a WIOD workbook with text in a cell", "cell H8: found 'none', expected a number")
def book_text(folder):
    def change(rows):
        rows[7][7] = "none"

    return book(folder, change)


@bad("a WIOD workbook with a row missing", "wiot11_row_apr12.xlsx", "c5|row|missing")
def book_row(folder):
    return book(folder, lambda rows: rows.pop(10))


def saved(folder):
    cw.System.from_table(toy_table()).save(folder / "toy.chainwright")
    return folder / "toy.chainwright"


@bad("a saved system that is cut off", "toy.chainwright", "cut off|bytes", error=TableError)
def saved_cut(folder):
    path = saved(folder)
    path.write_bytes(path.read_bytes()[:-70])
    return path


@bad("a saved system with a damaged header", "toy.chainwright", "header|cut off|damaged")
def saved_damaged(folder):
    path = saved(folder)
    data = bytearray(path.read_bytes())
    data[24:60] = b"\xff" * 36
    path.write_bytes(bytes(data))
    return path


@bad("a saved system of a later version", "version", "toy.chainwright")
def saved_later(folder):
    path = saved(folder)
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"version": 1', b'"version": 9', 1))
    return path


@bad("a saved system whose first bytes are others", "is of no known format", error=FormatError)
def saved_magic(folder):
    path = saved(folder)
    path.write_bytes(b"\x00\x01\x02" + path.read_bytes()[3:])
    return path


@bad("a picture", "is of no known format", "Known formats", error=FormatError)
def picture(folder):
    path = folder / "chart.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    return path


@bad("a JSON file", "is of no known format", "schema flows --example", error=FormatError)
def json_file(folder):
    path = folder / "table.json"
    path.write_text(json.dumps({"rows": [1, 2, 3]}))
    return path


@bad("a spreadsheet of another subject", "a spreadsheet with the sheets Sheet1", error=FormatError)
def other_workbook(folder):
    toy_table().head(3).rename(columns=lambda c: c[::-1]).to_excel(folder / "x.xlsx", index=False)
    return folder / "x.xlsx"


@bad("a spreadsheet that is locked or damaged", "looks like a spreadsheet", error=FormatError)
def locked_workbook(folder):
    path = folder / "locked.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    return path


@bad("a folder without a table by year", "holds no file with a year", error=MissingFileError)
def folder_without(folder):
    (folder / "notes.md").write_text("nothing")
    return folder


@bad("a folder of several years and no year asked for", "holds the years 2017, 2018",
     "year=", error=MissingFileError)  # fmt: skip
def folder_of_years(folder):
    for year in (2017, 2018):
        put(folder, icio(), f"ICIO2023_{year}.csv")
    return folder
