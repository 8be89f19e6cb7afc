"""Bad long tables in Parquet and Arrow."""

import pyarrow as pa
import pyarrow.parquet as pq

from bad.corpus import bad
from chainwright.errors import FormatError
from toys import toy_table


def put(folder, frame, name="toy.parquet"):
    frame.to_parquet(folder / name, index=False)
    return folder / name


@bad(
    "a Parquet file whose codes are numbers",
    "column 'from_sector': found values of type int64, expected text, since '01' as a number is 1",
    "column 'to_sector': found values of type int64",
    "Read the codes as text",
)
def numeric_codes(folder):
    codes = {"from_sector": 1, "to_sector": 2}
    return put(folder, toy_table().assign(**codes))


@bad("a Parquet file whose codes are decimal numbers", "values of type double, expected text")
def float_codes(folder):
    return put(folder, toy_table().assign(from_region=1.5))


@bad("a Parquet file with a missing value", "row 4, column 'value': found nothing|found 'nan'")
def null_value(folder):
    frame = toy_table()
    frame.loc[2, "value"] = None
    return put(folder, frame)


@bad("a Parquet file with yes and no for numbers", "column 'value': found values of type bool")
def truth_values(folder):
    return put(folder, toy_table().assign(value=True))


@bad("a Parquet file with a missing label", "row 3, column 'to_sector': found nothing")
def null_label(folder):
    frame = toy_table()
    frame.loc[1, "to_sector"] = None
    return put(folder, frame)


@bad(
    "a Parquet file without a column",
    "no column 'to_sector' among 'block', .*'to_sektor'",
    r"Did you mean to_sektor\?",
)
def misspelt(folder):
    return put(folder, toy_table().rename(columns={"to_sector": "to_sektor"}))


@bad("a Parquet file of another subject", "without the columns of a long table", error=FormatError)
def other_columns(folder):
    return put(folder, toy_table()[["value"]].rename(columns={"value": "price"}))


@bad("a Parquet file with no row", "a header and no row", "Give the whole file")
def no_rows(folder):
    return put(folder, toy_table()[:0])


@bad(
    "a Parquet file that is cut off",
    "the file: found what cannot be read .*, expected a whole file",
    "It may be cut off: download or copy it again",
)
def cut_parquet(folder):
    path = put(folder, toy_table())
    path.write_bytes(path.read_bytes()[:-40])
    return path


@bad("a Parquet file damaged inside", "the file: found what cannot be read", "download or copy")
def damaged(folder):
    path = folder / "toy.parquet"
    pq.write_table(pa.Table.from_pandas(toy_table()), path, compression="zstd")
    data = bytearray(path.read_bytes())
    data[10:700] = bytes(690)
    path.write_bytes(bytes(data))
    return path


@bad("an Arrow file whose codes are numbers", "column 'from_region': found values of type int64")
def arrow_codes(folder):
    table = pa.Table.from_pandas(toy_table().assign(from_region=7), preserve_index=False)
    with pa.OSFile(str(folder / "toy.arrow"), "wb") as sink:  # noqa: SIM117
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    return folder / "toy.arrow"
