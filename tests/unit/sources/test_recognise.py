import hashlib
import os
import time
import zipfile
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

import chainwright as cw
from chainwright.errors import CapacityError, FormatError, MissingFileError
from chainwright.sources import files, recognise
from layouts import icio, wiod
from layouts.made import made_up, split_up


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("recognise")


@pytest.fixture(scope="module")
def years(folder):
    """A folder with one table a year, and notes beside them."""
    place = folder / "years"
    place.mkdir()
    for year in (2016, 2017):
        icio.icio("2023", seed=year).write(place / f"ICIO2023_{year}.csv")
    (place / "README_2016.md").write_text("notes")
    (place / ".ICIO2023_2016.csv.part").write_text("x")
    (place / "ICIO2023_2016.csv.origin.json").write_text("{}")
    return place


def test_a_folder_gives_the_file_of_the_year_and_skips_notes(years):
    assert recognise.locate(years, year=2016) == years / "ICIO2023_2016.csv"
    assert cw.System.read(years, year=2017).flows.money.year == 2017


def test_a_folder_with_several_years_asks_for_one(years):
    with pytest.raises(MissingFileError, match=r"2016, 2017\. Say which, as year=2017"):
        recognise.locate(years)


def test_a_folder_without_the_year_says_which_it_has(years):
    with pytest.raises(MissingFileError, match=r"None is\. It holds the years 2016, 2017"):
        recognise.locate(years, year=1999)


def test_a_folder_with_several_files_of_a_year_names_them(years, folder):
    place = folder / "two"
    place.mkdir()
    for name in ("2016_SML.csv", "2016.csv"):
        (place / name).write_text("x")
    with pytest.raises(MissingFileError, match=r"2016\.csv, 2016_SML\.csv"):
        recognise.locate(place, year=2016)


def test_a_folder_with_one_table_needs_no_year(folder):
    place = folder / "one"
    place.mkdir()
    (place / "wiot11_row_apr12.xlsx").write_text("x")
    assert recognise.locate(place) == recognise.locate(place, year=2011)


def test_a_zip_of_a_span_of_years_is_found_for_each_of_them(folder):
    place = folder / "span"
    place.mkdir()
    for name in ("1995-2000_SML.zip", "2016-2022_SML.zip"):
        (place / name).write_text("x")
    assert recognise.locate(place, year=2019).name == "2016-2022_SML.zip"
    assert recognise.locate(place, year=1995).name == "1995-2000_SML.zip"


def test_an_empty_folder_says_what_should_be_there(tmp_path):
    with pytest.raises(MissingFileError, match="no file with a year in its name"):
        recognise.locate(tmp_path)


@pytest.mark.parametrize("path", ["nowhere.csv", "*.csv", "https://example.org/a.csv"])
def test_a_path_to_nothing_is_refused(path):
    with pytest.raises(MissingFileError, match="There is no file or folder"):
        cw.System.read(path)


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("ICIO2021_2018.csv", (2018, 2021)),
        ("2016-2018_SML.zip", (2018, 2017, 2016)),
        ("WIOT11_ROW_Sep12.xlsx", (2011,)),
        ("wiot95_row_apr12.xlsx", (1995,)),
        ("wiot_2011.npz", (2011,)),
        ("table.csv", ()),
        ("china_2018_42.csv.gz", (2018,)),
        ("20180101.csv", ()),
    ],
)
def test_the_years_of_a_name_come_with_the_tables_own_first(name, years):
    assert files.years_in(name) == years


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "It is empty"),
        (b"\n\n  \n", "It is empty"),
        (b"\x00\x01\x02" * 1000, "no text in UTF-8"),
        (os.urandom(5000), "no text in UTF-8"),
        ("a,b,c\n1,2,3\n".encode("utf-16"), "no text in UTF-8"),
        ("名称,价格\n".encode("gb18030"), "no text in UTF-8"),
        (b"name,price\nnut,1\n", "first line reads 'name', 'price'"),
        (b"<html><body>404</body></html>", "first line reads '<html>"),
        (b"%PDF-1.7 abc\n", "first line reads '%PDF"),
    ],
)
def test_a_file_of_no_known_format_is_refused_with_what_was_seen(tmp_path, data, told):
    path = tmp_path / "table_2011.csv"
    path.write_bytes(data)
    with pytest.raises(FormatError) as caught:
        cw.System.read(path)
    words = str(caught.value)
    assert told in words
    assert "chainwright schema flows --example" in words
    assert all(known.name in words for known in recognise.FORMATS)


def test_every_format_has_a_name_of_its_own():
    names = [known.name for known in recognise.FORMATS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "start", [b"PK\x03\x04", b"\x1f\x8b\x08", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_packed_rubbish_is_refused_by_what_it_claims_to_be(tmp_path, start):
    path = tmp_path / "rubbish.bin"
    path.write_bytes(start + os.urandom(3000))
    with pytest.raises(FormatError, match="cannot be"):
        cw.System.read(path)


def test_a_zip_without_tables_is_refused_with_its_contents(tmp_path):
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.jpg", b"x")
    with pytest.raises(FormatError, match=r"a zip that holds \['a.jpg'\]"):
        cw.System.read(path)


def test_the_name_of_a_file_does_not_decide(folder):
    path = folder / "wiot_2011.npz"
    path.write_text(icio.icio("2023").text())
    told = []
    system = cw.System.read(path, progress=told.append)
    assert system.flows.origin.format == "OECD ICIO"
    assert told[0] == "reading wiot_2011.npz as OECD ICIO"


def test_the_hash_is_that_of_the_file_as_it_was_downloaded(folder):
    path = icio.icio("2023").write(folder / "2015.csv.gz")
    found = cw.System.read(path).flows.origin.sha256
    assert found == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("header", [b"", b",AUS_A01_02,AUS_HFCE,OUT\nAUS_A01_02,1,2,3\n"])
def test_a_file_larger_than_memory_is_refused_at_once_and_unread(tmp_path, header, monkeypatch):
    path = tmp_path / "huge_2011.csv"
    with path.open("wb") as file:
        file.write(header)
        file.truncate(psutil.virtual_memory().total * 4)
    monkeypatch.setattr(recognise, "sha256", lambda _: pytest.fail("the file was hashed"))
    began = time.process_time()
    with pytest.raises(CapacityError, match=r"GiB of memory, and [\d.,]+ GiB are free") as caught:
        cw.System.read(path)
    assert time.process_time() - began < 1.0
    assert isinstance(caught.value, MemoryError)
    assert "join regions" in str(caught.value)


def only(monkeypatch, free):
    """Let the machine have so many free bytes."""
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=free))


def test_packed_text_is_refused_by_the_width_of_its_header(tmp_path, monkeypatch):
    path = icio.icio("2023").write(tmp_path / "2011.csv.gz")
    only(monkeypatch, 2**20)
    with pytest.raises(CapacityError):
        cw.System.read(path)


def test_arrays_are_refused_by_the_sizes_in_their_headers(tmp_path, monkeypatch):
    path = wiod.write_arrays(tmp_path)
    np.savez_compressed(path, Z=np.zeros((4000, 4000), np.int8), F=np.zeros((2, 2)), x=np.zeros(2))
    assert path.stat().st_size < 2**16
    only(monkeypatch, 100 * 2**20)
    with pytest.raises(CapacityError, match=r"about 0\.2 GiB"):
        cw.System.read(path)


def test_memory_that_ends_while_reading_is_a_capacity_error(folder, monkeypatch):
    path = icio.icio("2023").write(folder / "2014.csv")

    def exhausted(*_):
        raise MemoryError

    monkeypatch.setattr(recognise, "sha256", exhausted)
    with pytest.raises(CapacityError, match="more memory than there is"):
        cw.System.read(path)


def test_a_table_that_is_split_up_keeps_its_sums():
    base = made_up(["A", "B"], ["m", "k", "l"])
    parts = split_up(base, ["A", "B", "C"], ["m", "n", "k", "l"])
    assert parts.matrix.sum() == pytest.approx(base.matrix.sum(), rel=1e-12)
    assert parts.output.sum() == pytest.approx(base.output.sum(), rel=1e-12)
    assert (parts.added > 0).all()
