import gzip
import io
import random
import struct

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chainwright.errors import ChainwrightError, FormatError
from chainwright.sources.packed_files import LEAST, parquet_columns, unpacked
from chainwright.system import System, read_firms, read_readings


def parquet(table, **more):
    held = io.BytesIO()
    pq.write_table(table, held, **more)
    return held.getvalue()


@pytest.fixture(scope="module")
def files():
    city = System.demo("city", firms=3, months=2)
    readings = pa.table(city.readings.table())
    firms = pa.Table.from_pandas(city.firms.table, preserve_index=False)
    text = firms.to_pandas().to_csv(index=False).encode()
    return {
        "readings.parquet": (read_readings, parquet(readings)),
        "firms.parquet": (read_firms, parquet(firms)),
        "firms.csv.gz": (read_firms, gzip.compress(text)),
    }


@pytest.mark.parametrize("name", ["readings.parquet", "firms.parquet", "firms.csv.gz"])
def test_a_damaged_table_is_read_or_refused_in_our_words(files, name, tmp_path):
    read, raw = files[name]
    rng = random.Random(5)  # noqa: S311
    broken = [raw[: len(raw) * i // 16] for i in range(16)]
    for _ in range(60):
        data = bytearray(raw)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        broken.append(bytes(data))
    refused = 0
    for data in broken:
        (tmp_path / name).write_bytes(data)
        try:
            read(tmp_path / name)
        except ChainwrightError:
            refused += 1
    assert refused >= 16  # nothing else was raised, and no file that is cut off is taken


def test_a_page_that_is_not_that_of_its_checksum_is_refused():
    table = pa.table({"value": [1234.5] * 40})  # the page has them side by side, its header one
    raw = bytearray(parquet(table, write_page_checksum=True, use_dictionary=False,
                            compression="none"))  # fmt: skip
    place = raw.index(struct.pack("<dd", 1234.5, 1234.5))
    place = raw.index(struct.pack("<d", 1234.5) * 20, place)
    raw[place + 6] ^= 1
    with pytest.raises(FormatError, match="cannot be read"):
        parquet_columns("a.parquet", bytes(raw))


def test_gzip_of_several_parts_is_unpacked_whole():
    assert unpacked("a", gzip.compress(b"a,") + gzip.compress(b"b")) == b"a,b"


@pytest.mark.parametrize("cut", [1, 9, 12])
def test_gzip_that_is_cut_off_is_refused(cut):
    with pytest.raises(FormatError, match="cannot be unpacked"):
        unpacked("a", gzip.compress(b"a,b,c,d")[:-cut])


def test_gzip_that_swells_is_refused():
    with pytest.raises(FormatError, match="more than 250 times"):
        unpacked("a", gzip.compress(bytes(LEAST + 1)))
