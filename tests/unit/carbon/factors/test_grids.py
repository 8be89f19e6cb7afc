"""Factors of grids: provinces, regional grids, years, gaps as gaps."""

import pytest

from chainwright.carbon import FactorSet
from chainwright.carbon.factors.factor_records import factor_table, series_records
from chainwright.carbon.factors.grids import grid_at, grid_region, residual_at

SEEN = {
    "CN": (0.5568, 0.5366, 0.5306),
    "north": (0.7120, 0.6776, 0.6361),
    "north-east": (0.6012, 0.5564, None),
    "east": (0.5992, 0.5617, 0.5500),
    "central": (0.5354, 0.5395, None),
    "north-west": (0.5951, 0.5857, None),
    "south": (0.4326, 0.3869, 0.4042),
    "south-west": (0.2113, 0.2268, None),
}
PROVINCES = {
    "330000": (0.5422, 0.5153, 0.4974),
    "130000": (0.7901, 0.7252, 0.6516),
    "320000": (0.6451, 0.5978, 0.5827),
    "210000": (0.5876, 0.5626, 0.4878),
    "440000": (0.4715, 0.4403, 0.4419),
    "510000": (0.1255, 0.1404, 0.1564),
    "530000": (0.1235, 0.1073, 0.1333),
}


@pytest.mark.parametrize("region", SEEN)
def test_regional_and_national_factors_are_the_published_ones_and_gaps_are_gaps(region):
    series = "grid-nation" if region == "CN" else "grid-region"
    ours = {f.year: f.value for f in series_records()[series] if f.region == region}
    given = dict(zip((2021, 2022, 2023), SEEN[region], strict=True))
    assert ours == {year: value for year, value in given.items() if value is not None}


@pytest.mark.parametrize("division", PROVINCES)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_province_has_the_factor_of_its_year(division, place):
    record, rule = grid_at(division, 2021 + place)
    assert (record.value, rule) == (PROVINCES[division][place], "province_year")
    assert record.valid_from == f"{2021 + place}-01-01"


@pytest.mark.parametrize(
    ("year", "code", "rule"),
    [
        (2026, "grid-province/33/2023", "province_earlier"),
        (2022, "grid-province/33/2022", "province_year"),
        (2015, "grid-province/33/2021", "province_later"),
    ],
)
def test_a_year_that_is_not_published_takes_the_nearest_earlier_else_the_first(year, code, rule):
    record, found = grid_at("330521", year)
    assert (record.code, found) == (code, rule)


def test_a_gap_is_bridged_in_time_and_never_by_another_place():
    record, rule = grid_at("210200", 2023, "region")
    assert (record.code, record.value) == ("grid-region/north-east/2022", 0.5564)
    assert rule == "region_earlier"


@pytest.mark.parametrize(
    ("division", "region"),
    [
        ("110000", "north"),
        ("370100", "north"),
        ("230100", "north-east"),
        ("330500", "east"),
        ("350100", "east"),
        ("360100", "central"),
        ("420100", "central"),
        ("650100", "north-west"),
        ("460100", "south"),
        ("530100", "south"),
        ("500100", "south-west"),
        ("510100", "south-west"),
    ],
)
def test_a_province_lies_in_its_regional_grid(division, region):
    assert grid_region(division) == (region, "")


@pytest.mark.parametrize(
    ("division", "region"),
    [
        ("150100", "north"),
        ("150200", "north"),
        ("150600", "north"),
        ("152500", "north"),
        ("150400", "north-east"),
        ("150500", "north-east"),
        ("150702", "north-east"),
        ("152200", "north-east"),
    ],
)
def test_inner_mongolia_belongs_to_two_grids_by_prefecture(division, region):
    assert grid_region(division) == (region, "")
    assert grid_at(division, 2021, "region")[0].region == region
    assert grid_at(division, 2023)[0].value == 0.6479  # its own, as a province


@pytest.mark.parametrize("division", ["150000", "15", "159900"])
def test_inner_mongolia_without_a_prefecture_has_no_regional_grid(division):
    assert grid_at(division, 2023, "region") == (None, "two_grids")
    assert grid_at(division, 2023)[0].region == "15"


@pytest.mark.parametrize("level", ["province", "region"])
@pytest.mark.parametrize("division", ["540100", "710000", "810000", "820000"])
def test_tibet_hong_kong_macao_and_taiwan_have_no_factor(division, level):
    assert grid_at(division, 2023, level) == (None, "no_grid")


def test_the_nation_is_for_the_mainland():
    assert grid_at("540100", 2023, "nation")[0].value == 0.5306
    assert grid_at("810000", 2023, "nation") == (None, "no_grid")


@pytest.mark.parametrize("level", ["province", "region", "nation"])
def test_a_place_that_is_no_division_gets_nothing(level):
    assert grid_at("990000", 2023, level) == (None, "place_not_known")


@pytest.mark.parametrize(
    ("year", "rule"),
    [(2023, "place_unknown_year"), (2026, "place_unknown_earlier"), (2001, "place_unknown_later")],
)
def test_no_place_at_all_is_the_nation_and_that_is_said(year, rule):
    record, found = grid_at("", year)
    assert (record.region, found) == ("CN", rule)


def test_each_province_of_the_list_has_a_grid_or_a_reason():
    rows = [row for row in factor_table("grid_regions") if len(row["division"]) == 2]
    assert len(rows) == 34
    assert all(bool(row["region"]) != bool(row["gap"]) for row in rows)
    with_factor = {f.region for f in series_records()["grid-province"]}
    assert with_factor == {row["division"] for row in rows if row["gap"] != "no_grid"}


def test_the_residual_mix_is_for_kind_36_alone():
    assert residual_at(2023)[0].value == 0.6096
    found = FactorSet.named("cn-industry").for_lines(
        [36, 36, 36, 5, 6, 7, 8, 9, 34], [""] * 9, ["330500"] * 9, [2023, 2026, 2021] + [2023] * 6
    )
    assert found.value.tolist() == [0.6096] * 3 + [0.4974] * 6
    words = [found.rules[r][0] for r in found.rule[:3]]
    assert words == ["residual_year", "residual_earlier", "residual_later"]
    assert found.boundaries == ("residual",) * 3 + ("grid",) * 6


@pytest.mark.parametrize(
    ("level", "value", "rule"),
    [
        ("province", 0.4974, "province_year"),
        ("region", 0.5500, "region_year"),
        ("nation", 0.5306, "nation_year"),
    ],
)
def test_a_set_chooses_how_fine_the_grid_is(level, value, rule):
    chosen = FactorSet.named("cn-industry").with_(grid=level)
    found = chosen.for_lines([5], [""], ["330500"], [2023])
    assert (found.value[0], found.rules[0][0]) == (value, rule)


def test_one_year_of_the_grid_can_hold_for_all_readings():
    chosen = FactorSet.named("cn-industry").with_(grid_year=2022)
    found = chosen.for_lines([5, 5], ["", ""], ["330500"] * 2, [2021, 2023])
    assert found.value.tolist() == [0.5153, 0.5153]
    assert found.records[0].code == "grid-province/33/2022"
    assert found.low[0] == pytest.approx(0.5153 * 0.95)
    assert found.records[0].assumed
