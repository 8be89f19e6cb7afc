"""A folder with tables of firms and their readings is a system."""

import pytest

import chainwright as cw
from chainwright.errors import ChainwrightError
from chainwright.system import write_readings


@pytest.fixture
def folder(tmp_path):
    city = cw.System.demo("city", firms=6, months=3)
    city.firms.table.to_csv(tmp_path / "firms.csv", index=False)
    write_readings(city.readings, tmp_path / "readings.parquet")
    return tmp_path


def test_the_folder_of_a_city_is_read_whole(folder):
    city = cw.System.demo("city", firms=6, months=3)
    found = cw.System.read(folder)
    assert found.has == {"firms", "readings"}
    assert found.firms.axis.codes == city.firms.axis.codes
    assert found.readings.table().equals(city.readings.table())
    assert found.readings.origin.file == "readings.parquet"


def test_firms_without_readings_are_no_city(folder):
    (folder / "readings.parquet").unlink()
    with pytest.raises(ChainwrightError):
        cw.System.read(folder)
