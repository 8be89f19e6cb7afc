"""The map of tiles: well-formed, readable without colours, in both languages."""

import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from chainwright.carbon.cities.tile_map import DARK, LIGHT, PATTERNS, tile_places, tile_svg
from chainwright.carbon.methods.method_files import Method
from chainwright.params import table

METHOD = Method.named("zj-2021")
SVG = "{http://www.w3.org/2000/svg}"


def rows(*tiles):
    """Return rows of districts: code, name, grade, ratio."""
    frame = pd.DataFrame(tiles, columns=["code", "name_en", "grade", "ratio"])
    frame["grade"] = frame["grade"].astype("Int64")
    return frame.assign(unit="district", name_zh="某" + frame["name_en"])


FIVE = rows(*[(f"33050{g}", f"<Place & {g}>", g, 0.4 * g) for g in range(1, 6)])


def brightness(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    lin = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * lin[0] + 0.7152 * lin[1] + 0.0722 * lin[2]


def contrast(one, other):
    low, high = sorted([brightness(one), brightness(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_well_formed_and_says_in_words_what_it_shows(language):
    root = ET.fromstring(tile_svg(FIVE, METHOD, "2026-10", language))  # noqa: S314 - our own text
    assert root.get("role") == "img"
    assert root.get("lang") == language
    told = root.find(f"{SVG}desc").text
    word = {"en": "grade", "zh": "等级"}[language]
    assert all(f"{word} {g}, K {0.4 * g:.2f}" in told for g in range(1, 6))
    assert "2026-10" in root.find(f"{SVG}title").text


def test_each_grade_has_a_colour_a_digit_and_a_pattern_of_its_own():
    text = tile_svg(FIVE, METHOD, "2026-10")
    root = ET.fromstring(text)  # noqa: S314 - our own text
    assert len(set(PATTERNS)) == 5
    assert all(text.count(f'fill="{colour}"') == 1 for colour in METHOD.colours)
    assert all(text.count(f"url(#p{g})") == 1 for g in range(1, 6))
    digits = [t.text for t in root.iter(f"{SVG}text") if t.get("font-size") == "36"]
    assert digits == ["1", "2", "3", "4", "5"]


def test_names_are_escaped():
    assert "&lt;Place &amp; 1&gt;" in tile_svg(FIVE, METHOD, "2026-10")
    assert "<Place" not in tile_svg(FIVE, METHOD, "2026-10")


def test_text_on_every_colour_can_be_read():
    root = ET.fromstring(tile_svg(FIVE, METHOD, "2026-10"))  # noqa: S314 - our own text
    inks = [g.get("fill") for g in root.iter(f"{SVG}g") if g.get("text-anchor")]
    for ink, colour in zip(inks, METHOD.colours, strict=True):
        assert ink in {DARK, LIGHT}
        assert contrast(ink, colour) >= 4.5


def test_a_district_without_a_grade_says_so():
    text = tile_svg(rows(("330502", "Wuxing", None, float("nan"))), METHOD, "2026-10")
    assert "not rated" in text
    assert "–" in text


def test_a_city_without_districts_is_an_empty_map():
    root = ET.fromstring(tile_svg(FIVE.iloc[:0], METHOD, "2026-10"))  # noqa: S314 - our own text
    assert not list(root.iter(f"{SVG}g"))


def test_it_says_that_it_is_no_official_code():
    assert "No official code" in tile_svg(FIVE, METHOD, "2026-10")
    assert "非官方赋码" in tile_svg(FIVE, METHOD, "2026-10", "zh")


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 9, 10, 31])
def test_districts_stand_in_a_grid_in_order_of_their_codes(count):
    codes = [f"3305{k:02d}" for k in range(1, count + 1)]
    places = tile_places(codes)
    assert sorted(places, key=lambda code: places[code]) == codes
    assert len(set(places.values())) == count
    wide = 1 + max(column for _, column in places.values())
    assert (wide - 1) ** 2 < count <= wide**2


def test_every_province_has_a_square_of_its_own():
    codes = [row["code"] for row in table("gbt2260") if row["level"] == "1"]
    places = tile_places(codes)
    assert len(set(places.values())) == len(codes) == 34
    assert places["230000"][0] < places["460000"][0]  # Heilongjiang lies north of Hainan
    assert places["650000"][1] < places["310000"][1]  # Xinjiang lies west of Shanghai
