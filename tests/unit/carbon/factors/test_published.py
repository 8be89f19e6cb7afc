"""Published factors as an answer."""

import pytest

from chainwright.carbon import FactorSet, emission_factors
from chainwright.errors import UnknownCodeError
from chainwright.system import System

NONE = System()


def test_all_records_are_there_without_a_question():
    table = emission_factors(NONE).table()
    assert len(table) == 194 + 116 + 38 + 67 + 179
    assert not table["code"].duplicated().any()


def test_a_set_is_asked_by_name_and_tells_its_digest():
    found = emission_factors(NONE, "cn-industry")
    assert found.parameters["digest"] == FactorSet.named("cn-industry").digest.hex()
    assert len(found.table()) == len(FactorSet.named("cn-industry").records())


def test_a_region_is_asked_by_any_of_its_divisions():
    table = emission_factors(NONE, region="330521").table()
    assert table["value"].tolist() == [0.5422, 0.5153, 0.4974]
    assert table["verified"].tolist() == [False, False, True]
    assert emission_factors(NONE, region="east").table()["value"].tolist() == [0.5992, 0.5617, 0.55]


def test_an_item_is_found_in_every_series():
    table = emission_factors(NONE, item="diesel").table()
    assert set(table["series"]) == {"industry-other", "cement-gb", "ipcc-2006"}
    assert emission_factors(NONE, "gwp-ar5", item="n2o").table()["value"].tolist() == [265]


def test_the_wrong_unit_of_the_epa_is_told_in_the_source():
    gas = emission_factors(NONE, "epa-hub-2025", item="natural_gas").table()
    assert gas["unit"].tolist() == ["mmBtu/scf", "kgCO2/mmBtu", "kgCO2/scf"]
    assert gas["source"].str.contains("short_ton").all()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"within": "cn-industri"}, "Did you mean cn-industry"),
        ({"item": "diesell"}, "Did you mean diesel"),
        ({"region": "540000"}, "'54' is no known region"),
        ({"within": "heat", "item": "diesel"}, "no known item of these factors"),
    ],
)
def test_what_is_not_there_is_an_error(asked, message):
    with pytest.raises(UnknownCodeError, match=message):
        emission_factors(NONE, **asked)
