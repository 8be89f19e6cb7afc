"""A few flows of trade, written in each layout that publishers use."""

import gzip
import zipfile
from math import isnan

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

FLOWS = [  # year, exporter, importer, product, thousand USD, t
    (2021, "CHN", "DEU", "850511", 100.0, 20.0),
    (2021, "CHN", "USA", "850511", 50.0, 5.0),
    (2021, "USA", "FRA", "010121", 7.5, 0.25),
    (2021, "NAM", "DEU", "260600", 3.0, None),
    (2022, "CHN", "DEU", "850511", 120.0, 24.0),
    (2022, "IND", "CHE", "010121", 0.5, 0.125),
    (2022, "NAM", "NOR", "260600", 4.0, 40.0),
    (2022, "CHN", "TWN", "811292", 9.0, 1.0),
]
NUMBERS = {
    "CHN": 156, "DEU": 276, "USA": 842, "FRA": 251, "NAM": 516, "IND": 699, "CHE": 757, "NOR": 579,
    "TWN": 490,
}  # fmt: skip
"""The numbers that BACI and UN Comtrade use; six of them are not those of ISO 3166."""

ISO2 = {
    "CHN": "CN", "DEU": "DE", "USA": "US", "FRA": "FR", "NAM": "NA", "IND": "IN", "CHE": "CH",
    "NOR": "NO", "TWN": "TW",
}  # fmt: skip

COLUMNS = ["year", "exporter", "importer", "product", "value", "quantity"]


def frame(flows=FLOWS):
    """Return the flows as a plain long table."""
    return pd.DataFrame(flows, columns=COLUMNS)


def baci_text(year, flows=FLOWS):
    """Return a BACI file of a year: thousand USD, t, NA padded with blanks."""
    lines = ["t,i,j,k,v,q"]
    for t, i, j, k, v, q in flows:
        if t == year:
            amount = "           NA" if q is None else f"{q:.3f}"
            lines.append(f"{t},{NUMBERS[i]},{NUMBERS[j]},{k},{v:.3f},{amount}")
    return "\n".join(lines) + "\n"


COUNTRY_LIST = (
    "country_code,country_name,country_iso2,country_iso3\n"
    '156,China,CN,CHN\n490,"Other Asia, not elsewhere specified",,S19\n997,Atlantis,,ATL\n'
)
PRODUCT_LIST = (
    "code,description\n010121,Horses: live, pure-bred breeding animals\n"
    '850511,"Magnets: permanent, of metal"\n'
).replace("Horses: live, pure-bred breeding animals", '"Horses: live, pure-bred breeding animals"')


def baci_name(year):
    """Return the name of a BACI file."""
    return f"BACI_HS17_Y{year}_V202601.csv"


def baci_folder(folder, years=(2021, 2022), *, lists=True):
    """Write a folder as BACI's zip unpacks to; return it."""
    for year in years:
        (folder / baci_name(year)).write_text(baci_text(year))
    if lists:
        (folder / "country_codes_V202601.csv").write_text(COUNTRY_LIST)
        (folder / "product_codes_HS17_V202601.csv").write_text(PRODUCT_LIST)
        (folder / "Readme.txt").write_text("BACI")
    return folder


def baci_zip(path, years=(2021, 2022)):
    """Write a zip as CEPII offers it; return its path."""
    with zipfile.ZipFile(path, "w") as archive:
        for year in years:
            archive.writestr(baci_name(year), baci_text(year))
        archive.writestr("country_codes_V202601.csv", COUNTRY_LIST)
        archive.writestr("product_codes_HS17_V202601.csv", PRODUCT_LIST)
        archive.writestr("Readme.txt", "BACI")
    return path


COMTRADE = [
    "typeCode", "freqCode", "refYear", "flowCode", "reporterCode", "reporterISO", "partnerCode",
    "partnerISO", "partner2Code", "classificationCode", "cmdCode", "cmdDesc", "customsCode",
    "motCode", "mosCode", "qty", "netWgt", "primaryValue", "isAggregate",
]  # fmt: skip


def comtrade_row(  # noqa: PLR0917 - a row of a table
    year, reporter, partner, product, usd, kg, *, flow="M", partner2=0, customs="C00", mode=0,
    revision="H5", frequency="A",
):  # fmt: skip
    """Return a row of UN Comtrade's layout since 2022; partner 0 is World."""
    number = 0 if partner == "W00" else NUMBERS[partner]
    return dict(
        zip(
            COMTRADE,
            ("C", frequency, year, flow, NUMBERS[reporter], None, number, None, partner2, revision,
             product, f"name of {product}", customs, mode, 0, None, kg, usd, 0),
            strict=True,
        )
    )  # fmt: skip


def comtrade(flows=FLOWS, extra=()):
    """Return importers' reports of the flows, as a DataFrame, with more rows at the end."""
    rows = [
        comtrade_row(t, j, i, k, 1000 * v, 0 if q is None else 1000 * q)
        for t, i, j, k, v, q in flows
    ]
    return pd.DataFrame([*rows, *extra], columns=COMTRADE)


def breakdowns():
    """Return rows that count a flow again: totals, parts of it, and the other side's report."""
    return [
        comtrade_row(2021, "DEU", "CHN", "TOTAL", 9e9, 1),
        comtrade_row(2021, "DEU", "CHN", "85", 9e9, 1),
        comtrade_row(2021, "DEU", "CHN", "8505", 9e9, 1),
        comtrade_row(2021, "DEU", "W00", "850511", 9e9, 1),
        comtrade_row(2021, "DEU", "CHN", "850511", 9e9, 1, mode=2100),
        comtrade_row(2021, "DEU", "CHN", "850511", 9e9, 1, customs="C01"),
        comtrade_row(2021, "DEU", "CHN", "850511", 9e9, 1, partner2=251),
        comtrade_row(2021, "DEU", "CHN", "850511", 9e9, 1, frequency="M"),
        comtrade_row(2021, "CHN", "DEU", "850511", 77e3, 1, flow="X"),
        comtrade_row(2021, "DEU", "CHN", "850511", 9e9, 1, flow="RX"),
    ]


def legacy(flows=FLOWS):
    """Return importers' and exporters' reports in UN Comtrade's layout before 2022."""
    rows = [
        {
            "Classification": "H5", "Year": t, "Aggregate Level": 6, "Trade Flow Code": code,
            "Trade Flow": name, "Reporter Code": NUMBERS[a], "Reporter": a, "Reporter ISO": a,
            "Partner Code": NUMBERS[b], "Partner": b, "Partner ISO": b, "Commodity Code": k,
            "Commodity": f"name of {k}", "Netweight (kg)": None if q is None else 1000 * q,
            "Trade Value (US$)": 1000 * v * share,
        }
        for t, i, j, k, v, q in flows
        for code, name, a, b, share in ((1, "Import", j, i, 1.0), (2, "Export", i, j, 0.5))
    ]  # fmt: skip
    world = {**rows[0], "Partner Code": 0, "Partner ISO": "WLD", "Trade Value (US$)": 9e9}
    return pd.DataFrame([*rows, world])


def atlas(flows=FLOWS):
    """Return bilateral flows in the Atlas's layout: both legs of a pair in a row, 4 digits, USD."""
    table = frame(flows)
    table["product"] = table["product"].str[:4]
    both = [
        {"country_id": 1, "country_iso3_code": i, "partner_country_id": 2, "partner_iso3_code": j,
         "product_id": 3, "product_hs12_code": k, "year": t, "export_value": 1000 * v,
         "import_value": 0.0}
        for t, i, j, k, v, _ in table.itertuples(index=False)
    ]  # fmt: skip
    mirror = [
        {**row, "country_iso3_code": row["partner_iso3_code"],
         "partner_iso3_code": row["country_iso3_code"], "export_value": 0.0,
         "import_value": row["export_value"]}
        for row in both
    ]  # fmt: skip
    return pd.DataFrame(both + mirror)


def oec(flows=FLOWS):
    """Return flows in the layout of the OEC: a continent before the country, a section before."""
    return pd.DataFrame(
        [
            {"Year": t, "Exporter Country ID": f"xx{i.lower()}", "Exporter Country": i,
             "Importer Country ID": f"xx{j.lower()}", "Importer Country": j, "HS6 ID": f"16{k}",
             "HS6": f"name of {k}", "Trade Value": 1000 * v}
            for t, i, j, k, v, _ in flows
        ]
    )  # fmt: skip


def written(table, path):
    """Write a table in the form that the end of `path` tells; return the path."""
    text = table.to_csv(index=False).encode()
    if path.name.endswith(".csv.gz"):
        path.write_bytes(gzip.compress(text))
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("inside/table.csv", text)
    elif path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path, row_group_size=3)
    elif path.suffix == ".arrow":
        arrow = pa.Table.from_pandas(table, preserve_index=False)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, arrow.schema) as writer:
            writer.write_table(arrow)
    else:
        path.write_bytes(text)
    return path


def rows_of(year):
    """Return the flows of a `TradeYear` as sorted tuples, quantity None where it is not known."""
    places, products = year.places.codes, year.products.codes
    quantity = year.quantity if year.quantity is not None else [float("nan")] * len(year)
    return sorted(
        (
            places[i],
            places[j],
            products[k],
            round(float(v), 6),
            None if isnan(q) else round(float(q), 6),
        )
        for i, j, k, v, q in zip(
            year.exporter, year.importer, year.product, year.value, quantity, strict=True
        )
    )


def expected(year, *, factor=1.0, digits=6, quantity=True, flows=FLOWS):
    """Return what `rows_of` gives for the flows of a year."""
    return sorted(
        (i, j, k[:digits], round(v * factor, 6), q if quantity else None)
        for t, i, j, k, v, q in flows
        if t == year
    )
