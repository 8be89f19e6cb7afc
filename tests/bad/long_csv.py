"""Bad long tables in CSV."""

import gzip

import numpy as np
import pandas as pd

from bad.corpus import bad
from chainwright.errors import CapacityError, FormatError, MissingFileError
from toys import COLUMNS, toy_table

TOY = toy_table().to_csv(index=False)
SAVE_AS_UTF8 = "CSV UTF-8"
NUMBER = "expected a finite number such as 1234.5. Write it with a decimal point"


def put(folder, text, name="toy.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def more(*rows):
    """Return the toy table with more rows."""
    given = pd.DataFrame([row[:6] for row in rows], columns=COLUMNS)
    return pd.concat([toy_table(), given], ignore_index=True)


def with_units(*rows, money="million USD"):
    """Return the toy table and more rows, of 7 cells, with a column unit."""
    frame = more(*rows)
    frame["unit"] = [money] * len(toy_table()) + [row[6] for row in rows]
    return frame


@bad(
    "a long table separated by semicolons",
    "row 1: found columns separated by semicolons, expected columns separated by commas",
    "Save it as CSV with commas",
)
def semicolons(folder):
    return put(folder, TOY.replace(",", ";"))


@bad("a long table separated by tabs", "row 1: found columns separated by tabs", "with commas")
def tabs(folder):
    return put(folder, TOY.replace(",", "\t"))


@bad(
    "a comment line above the header",
    "row 1: found a comment line '# made by hand', expected the header row. Take comment lines out",
)
def comment(folder):
    return put(folder, "# made by hand\n" + TOY)


@bad(
    "decimal commas that make one cell two",
    "row 2: found 7 cells, expected 6, as many as the header has. Write decimals with a point",
)
def decimal_commas(folder):
    return put(folder, TOY.replace("20.0", "20,0", 1))


@bad("a decimal comma in quotation marks", "row 3, column 'value': found '10,5'", NUMBER)
def quoted_comma(folder):
    return put(folder, TOY.replace("10.0", '"10,5"', 1))


@bad("thousands separators", r"row 2, column 'value': found '1,234\.5'", "no thousands separators")
def thousands(folder):
    return put(folder, TOY.replace("20.0", '"1,234.5"', 1))


@bad("text among the numbers", "row 2, column 'value': found 'n/a'", NUMBER)
def text_number(folder):
    return put(folder, TOY.replace("20.0", "n/a", 1))


@bad("a value that is not a number (NaN)", "row 2, column 'value': found 'NaN'", NUMBER)
def nan(folder):
    return put(folder, TOY.replace("20.0", "NaN", 1))


@bad("an infinite value", "row 2, column 'value': found '-inf'", NUMBER)
def infinite(folder):
    return put(folder, TOY.replace("20.0", "-inf", 1))


@bad("a number too large for a computer", "row 2, column 'value': found '1e400'", NUMBER)
def too_large_number(folder):
    return put(folder, TOY.replace("20.0", "1e400", 1))


@bad("a hexadecimal number", "row 2, column 'value': found '0x14'", NUMBER)
def hexadecimal(folder):
    return put(folder, TOY.replace("20.0", "0x14", 1))


@bad("an empty value", "row 2, column 'value': found nothing", "leave a row of 0 out")
def empty_value(folder):
    return put(folder, TOY.replace("20.0", "", 1))


@bad(
    "an unknown block",
    "row 2, column 'block': found 'intermediat', expected one of intermediate, final, import",
    r"Did you mean intermediate\?",
)
def unknown_block(folder):
    return put(folder, TOY.replace("intermediate", "intermediat", 1))


@bad(
    "no row of final deliveries",
    "column 'block': found no row 'final', expected rows of both intermediate and final",
    "Give who delivers what to whom",
)
def no_final(folder):
    return put(folder, "\n".join(t for t in TOY.splitlines() if not t.startswith("final")))


@bad("no row of intermediate deliveries", "found no row 'intermediate', expected rows of both")
def no_intermediate(folder):
    return put(folder, "\n".join(t for t in TOY.splitlines() if not t.startswith("inter")))


@bad(
    "a column with a misspelt name",
    "row 1: found no column 'from_region' among .*'from_regoin'",
    "expected the columns block, from_region",
    r"schema flows.*Did you mean from_regoin\?",
)
def misspelt_column(folder):
    return put(folder, TOY.replace("from_region", "from_regoin"))


@bad("two columns missing", "no column 'to_sector' among", "no column 'value' among")
def missing_columns(folder):
    return put(folder, toy_table().drop(columns=["to_sector", "value"]).to_csv(index=False))


@bad("a column twice", "column 'value': found 2 columns of that name, expected one. Take the other")
def duplicate_column(folder):
    return put(folder, "\n".join(f"{line},{line.split(',')[-1]}" for line in TOY.splitlines()))


@bad("a column named Units", "column 'Units': found a name near 'unit', expected 'unit'. Rename")
def misspelt_unit(folder):
    return put(folder, toy_table().assign(Units="t").to_csv(index=False))


@bad(
    "a key that comes twice",
    "row 56: found the key 'intermediate, A:m -> A:k' of row 3 again, expected each key once",
    "Add the two values up",
)
def repeated_key(folder):
    return put(folder, TOY + TOY.splitlines()[2] + "\n")


@bad(
    "a key that differs only in a region that is ignored",
    "row 57: found the key 'value_added, B:wages -> A:m' of row 56 again",
)
def repeated_value_added(folder):
    rows = [("value_added", region, "wages", "A", "m", 1.0) for region in "AB"]
    return put(folder, more(*rows).to_csv(index=False))


@bad(
    "a seller without a region",
    "row 2, column 'from_region': found nothing, expected a region of the intermediate row",
    "Write one code, such as CHN",
)
def no_region(folder):
    return put(folder, TOY.replace("intermediate,A,", "intermediate,,", 1))


@bad(
    "a final delivery without a seller's region",
    "row 38, column 'from_region': found nothing, expected a region of the final row",
)
def no_region_in_final(folder):
    return put(folder, TOY.replace("final,A,", "final,,", 1))


@bad("an import without a product", "row 56, column 'from_sector': found nothing", "such as 'all'")
def no_product(folder):
    return put(folder, TOY + "import,,,A,m,1\n")


@bad(
    "a code with a blank before it",
    "row 2, column 'from_sector': found ' m', expected a code without blanks around it. Take",
)
def blanks(folder):
    return put(folder, TOY.replace("intermediate,A,m", "intermediate,A, m", 1))


@bad(
    "an import to a producer that is not there",
    "row 56, columns 'to_region' and 'to_sector': found 'A:mm', expected a producer or a final",
    r"Did you mean A:m",
)
def import_to_unknown(folder):
    return put(folder, TOY + "import,,x,A,mm,1\n")


@bad(
    "value added of a producer that is not there",
    "row 56, columns 'to_region' and 'to_sector': found 'D:m', expected a producer of the rows",
    "Correct the code",
)
def added_to_unknown(folder):
    return put(folder, TOY + "value_added,,wages,D,m,1\n")


@bad("a stressor of nobody", "row 56, columns .* found 'A:houses'", "Correct the code")
def stressor_of_unknown(folder):
    return put(folder, TOY + "stressor,,CO2,A,houses,1\n")


@bad(
    "an import to a name of two meanings",
    "row 57, .* found 'A:k', which is a producer and a final category, expected a name that is one",
    "another code",
)
def two_meanings(folder):
    return put(folder, TOY + "final,A,m,A,k,1\nimport,,x,A,k,1\n")


@bad(
    "two currencies in one table",
    r"column 'unit': found 2 units of money: 'million USD' \(row 2\) and 'million EUR' \(row 56\)",
    "expected one unit for all rows of money. Convert the amounts",
)
def two_currencies(folder):
    row = ("value_added", "", "wages", "A", "m", 1.0, "million EUR")
    return put(folder, with_units(row).to_csv(index=False))


@bad("a unit in some rows of money only", r"2 units of money: 'million USD' .* and ''")
def unit_in_some_rows(folder):
    row = ("value_added", "", "wages", "A", "m", 1.0, "")
    return put(folder, with_units(row).to_csv(index=False))


@bad(
    "two units of one stressor",
    r"stressor 'CO2', column 'unit': found 2 units: 't' \(row 56\) and 'kg' \(row 57\)",
    "expected one unit a stressor",
)
def two_units(folder):
    rows = [("stressor", "", "CO2", "A", s, 1.0, u) for s, u in (("m", "t"), ("k", "kg"))]
    return put(folder, with_units(*rows).to_csv(index=False))


@bad(
    "a currency that contradicts the table",
    "column 'unit': found 'million USD', expected amounts in CNY, as was said on reading",
    "Say currency USD, or none",
    currency="CNY",
)
def contradicted_currency(folder):
    return put(folder, with_units().to_csv(index=False))


@bad(
    "a column of currencies",
    "column 'currency': found currencies by row, expected one currency for the table",
    "at the end of the column 'unit'",
)
def currency_column(folder):
    return put(folder, toy_table().assign(currency="USD").to_csv(index=False))


@bad("a header and no row", "found a header and no row, expected rows of flows. Give the whole")
def header_only(folder):
    return put(folder, TOY.splitlines()[0] + "\n")


@bad("a header without a line end and no row", "a header and no row", "Give the whole file")
def header_alone(folder):
    return put(folder, TOY.splitlines()[0])


@bad("an empty file", "It is empty", "plain long table", error=FormatError)
def empty(folder):
    return put(folder, "")


@bad("a file of blank lines", "is of no known format", "It is empty", error=FormatError)
def blank_lines(folder):
    return put(folder, "\n\n  \n")


@bad("a file in UTF-16", "no text in UTF-8", SAVE_AS_UTF8, error=FormatError)
def utf16(folder):
    return put(folder, TOY, encoding="utf-16")


@bad("a file in GBK", "no text in UTF-8", "GBK", SAVE_AS_UTF8, error=FormatError)
def gbk(folder):
    return put(folder, TOY.replace(",m,", ",钢铁,"), encoding="gbk")


@bad(
    "a file that turns to GBK further down",
    "the text: found bytes that are not UTF-8 .*GBK.*, expected text encoded in UTF-8. Save it",
    SAVE_AS_UTF8,
)
def gbk_far_down(folder):
    line = TOY.splitlines()[1] + "\n"
    start = TOY.splitlines()[0] + "\n" + line * (5 * 2**20 // len(line))
    return put(folder, start.encode() + line.replace("m", "钢").encode("gbk"))


@bad("a file cut off in the middle of a row", "row 55: found 3 cells, expected 6")
def cut_off(folder):
    lines = TOY.splitlines()
    return put(folder, "\n".join([*lines[:-1], ",".join(lines[-1].split(",")[:3])]))


@bad(
    "a packed file that is cut off",
    "packed and cannot be unpacked",
    "Download it again",
    error=FormatError,
)
def cut_gzip(folder):
    data = gzip.compress(np.random.default_rng(0).bytes(10) + TOY.encode())
    return put(folder, data[: len(data) // 2], "toy.csv.gz")


@bad("a table larger than the memory", "GiB", "more memory", error=CapacityError, memory=1000)
def larger_than_memory(folder):
    return put(folder, TOY)


@bad(
    "a producer with negative output",
    "row 'A:m': found deliveries that add up to -",
    "expected an output that is not negative. Look for imports or changes of stocks",
)
def negative_output(folder):
    return put(folder, TOY + "final,A,m,A,inventories,-900\n")


@bad(
    "a producer with inputs and no output",
    "column 'C:idle': found inputs of 7 and no output, expected no inputs where nothing is made",
    "take its inputs out",
)
def idle_with_inputs(folder):
    return put(folder, TOY + "intermediate,A,m,C,idle,7\n")


@bad(
    "a long table turned round",
    "the whole table: found inputs above output in .* columns",
    "expected rows that sell and columns that buy. The table seems turned round: transpose",
)
def turned_round(folder):
    rng, n = np.random.default_rng(1), 20
    matrix = rng.random((n, n)) * np.geomspace(1, 1000, n)[:, None]  # some sell far more
    final = np.maximum(matrix.sum(axis=0) - matrix.sum(axis=1), 0.0) + 1.0
    rows = [("intermediate", "A", f"s{j}", "A", f"s{i}", matrix[i, j]) for i in range(n)
            for j in range(n)]  # fmt: skip
    rows += [("final", "A", f"s{i}", "A", "household", final[i]) for i in range(n)]
    return put(folder, pd.DataFrame(rows, columns=COLUMNS).to_csv(index=False))


@bad("a path that is not there", "no file or folder", "toy.csv", error=MissingFileError)
def not_there(folder):
    return folder / "toy.csv"


@bad("a pattern instead of a path", "not a pattern", error=MissingFileError)
def pattern(folder):
    put(folder, TOY)
    return folder / "*.csv"
