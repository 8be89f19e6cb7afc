"""Bad files of trade."""

import gzip

import pandas as pd

from bad.corpus import bad
from chainwright.errors import FormatError, MissingFileError, ParameterError
from layouts import trade as made

TEXT = made.frame().to_csv(index=False)


def put(folder, text, name="flows.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def more(*rows):
    """Return the flows with more of them, which begin at row 10."""
    return made.frame([*made.FLOWS, *rows]).to_csv(index=False)


@bad(
    "a flow that stands twice",
    r"row 11: found the flow '2021, CHN, DEU, 850511' of row 2 again",
    "expected each year, exporter, importer and product once. Add the rows up first",
)
def twice(folder):
    return put(
        folder,
        more((2022, "CHN", "CHE", "850511", 1.0, 1.0), (2021, "CHN", "DEU", "850511", 1.0, 1.0)),
    )


@bad(
    "a flow that stands twice, once by its number and once by its letters",
    r"row 10: found the flow '2021, 156, 276, 850511' of row 2 again",
)
def twice_in_other_words(folder):
    return put(folder, more((2021, "156", "276", "850511", 1.0, 1.0)))


@bad(
    "places that are none",
    r"row 10, column 'exporter': found 'CHM' \(and in 1 more rows\), expected a code of a country",
    r"Did you mean [A-Z, ]*CHN",
    r"row 12, column 'importer': found 'Germany'",
    "places='given'",
)
def no_places(folder):
    return put(
        folder,
        more(
            (2022, "CHM", "DEU", "850511", 1.0, 1.0),
            (2022, "CHM", "FRA", "850511", 1.0, 1.0),
            (2022, "CHN", "Germany", "850511", 1.0, 1.0),
        ),
    )


@bad(
    "an exporter that is missing",
    "row 10, column 'exporter': found nothing, expected a code of a country",
)
def nobody(folder):
    return put(folder, more((2022, "", "DEU", "850511", 1.0, 1.0)))


@bad(
    "codes whose leading zero a spreadsheet took",
    r"row 4, column 'product': found '10121', expected a code of six digits",
    r"A spreadsheet took its leading zero: it is '010121'\. Keep codes as text",
)
def lost_zero(folder):
    return put(folder, TEXT.replace("010121", "10121"))


@bad(
    "products that are in no revision",
    r"row 10, column 'product': found '850599', expected a code of the Harmonized System",
    "Correct it, or say classification='given'",
)
def no_product(folder):
    return put(folder, more((2022, "CHN", "DEU", "850599", 1.0, 1.0)))


@bad(
    "a word among codes of six digits",
    "row 10, column 'product': found 'magnets', expected a code of six digits, as the others",
)
def word_among_codes(folder):
    return put(folder, more((2022, "CHN", "DEU", "magnets", 1.0, 1.0)))


@bad(
    "codes of two revisions in one file",
    r"row 10, column 'product': found '010111', which is of HS1992, expected codes of one revision",
    "classification='HS2012'",
)
def mixed_revisions(folder):
    return put(
        folder,
        more((2022, "CHN", "DEU", "010111", 1.0, 1.0), (2022, "CHN", "DEU", "854142", 1.0, 1.0)),
    )


@bad(
    "values and quantities that are negative or missing",
    "row 2, column 'value': found -100, expected a number that is not negative",
    "row 3, column 'value': found nothing, expected a value",
    "row 4, column 'quantity': found -0.25, expected a number that is not negative",
)
def negative(folder):
    table = made.frame()
    table.loc[0, "value"], table.loc[1, "value"], table.loc[2, "quantity"] = -100, None, -0.25
    return made.written(table, folder / "flows.csv")


@bad(
    "text among numbers",
    r"row 2, column 'value': found '1,234\.5', expected a finite number such as 1234\.5",
    "row 3, column 'quantity': found 'n.a.', expected a finite number",
    "Write it with a decimal point and no thousands separators",
)
def text_in_numbers(folder):
    table = made.frame().astype({"value": object, "quantity": object})
    table.loc[0, "value"], table.loc[1, "quantity"] = "1,234.5", "n.a."
    return made.written(table, folder / "flows.csv")


@bad("an endless value", "row 2, column 'value': found an endless number, expected a finite")
def endless(folder):
    table = made.frame()
    table.loc[0, "value"] = float("inf")
    return made.written(table, folder / "flows.parquet")


@bad(
    "years that are none",
    "row 10, column 'year': found '22', expected a year of four digits",
    "row 11, column 'year': found '2022-01'",
)
def no_years(folder):
    return put(folder, TEXT + "22,CHN,DEU,850511,1,1\n2022-01,CHN,DEU,850511,1,1\n")


@bad(
    "trade without importers",
    "row 1: found no column 'importer' among 'year', 'exporter', 'product', 'value', 'quantity'",
    "expected plain long table of trade: columns exporter, importer, product, value",
    "`chainwright schema trade` describes",
)
def no_importer(folder):
    return made.written(made.frame().drop(columns="importer"), folder / "flows.csv")


@bad(
    "two currencies in one file",
    r"column 'currency': found 2 currencies: 'EUR' \(row 2\) and 'USD' \(row 3\)",
    "Convert them to one before",
)
def two_currencies(folder):
    table = made.frame().assign(currency=["EUR", *["USD"] * 7])
    return made.written(table, folder / "flows.csv")


@bad(
    "two units of quantity in one file",
    r"column 'unit': found 2 units of quantity: 't' \(row 2\) and 'kg' \(row 9\)",
)
def two_units(folder):
    return made.written(made.frame().assign(unit=["t"] * 7 + ["kg"]), folder / "flows.csv")


@bad(
    "another currency than was said",
    "column 'currency': found amounts in EUR, expected amounts in USD, as was said on reading",
    currency="USD",
)
def other_currency(folder):
    return made.written(made.frame().assign(currency="EUR"), folder / "flows.csv")


@bad(
    "a table that tells no year",
    "row 1: found no column of years among 'exporter', 'importer'",
    "Say it, as year=2022",
)
def no_year(folder):
    table = made.frame()
    return made.written(table[table["year"] == 2021].drop(columns="year"), folder / "flows.csv")


@bad(
    "a year that the file does not hold",
    r"(?s)'year' parameter of reading 'flows\.csv'.*Got 1999",
    error=ParameterError,
    year=1999,
)
def other_year(folder):
    return put(folder, TEXT)


@bad(
    "a BACI file whose rows are of another year than its name",
    r"row 2, column 't': found '2021' \(in 4 rows\), expected 2022, the year that the file's name",
)
def misnamed(folder):
    return put(folder, made.baci_text(2021), made.baci_name(2022))


@bad(
    "rows with too many cells",
    "row 10: found 7 cells, expected 6, as many as the header has",
)
def uneven(folder):
    return put(folder, TEXT + "2022,CHN,DEU,850511,1,234,5\n")


@bad("a header of trade and no row", "the table: found no row of trade, expected rows of flows")
def no_rows(folder):
    return put(folder, TEXT.splitlines()[0] + "\n")


@bad(
    "a Chinese file in GBK",
    "no text in UTF-8",
    "CSV UTF-8",
    error=FormatError,
)
def gbk(folder):
    table = made.frame().assign(product_name="永磁体")
    return put(folder, table.to_csv(index=False).encode("gbk"))


@bad("a trade file packed and cut off", "cannot be unpacked", error=FormatError)
def cut_off(folder):
    table = pd.concat([made.frame()] * 5000)
    data = gzip.compress(table.to_csv(index=False).encode(), compresslevel=1)
    return put(folder, data[: len(data) // 2], "flows.csv.gz")


@bad(
    "codes of products as numbers",
    "column 'product': found values of type int64, expected text, since '010121' as a number",
)
def numbers_for_codes(folder):
    table = made.frame().astype({"product": int})
    return made.written(table, folder / "flows.parquet")


@bad(
    "a breakdown without its totals",
    r"found no row of trade \(8 rows left out: motCode other than 0: a part of the total\)",
)
def no_totals(folder):
    return made.written(made.comtrade().assign(motCode=2100), folder / "comtrade.csv")


@bad(
    "trade with nobody else",
    r"found no row of trade \(8 rows left out: exporter and importer are the same\)",
)
def oneself(folder):
    return made.written(made.frame().assign(exporter="CHN", importer="CHN"), folder / "flows.csv")


@bad(
    "UN Comtrade with several revisions",
    r"column 'classificationCode': found 2 revisions: 'H5' \(row 2\) and 'H4' \(row 10\)",
    "Ask for one revision",
)
def several_revisions(folder):
    extra = [made.comtrade_row(2022, "DEU", "USA", "850511", 1.0, 1.0, revision="H4")]
    return made.written(made.comtrade(extra=extra), folder / "comtrade.csv")


@bad(
    "several files of one layout that cannot be told apart by their names",
    "some files tell no year by their name",
    error=MissingFileError,
)
def some_undated(folder):
    table = made.frame().query("year == 2021").drop(columns="year")
    made.written(table, folder / "flows_2021.csv")
    made.written(table, folder / "more.csv")
    return folder
