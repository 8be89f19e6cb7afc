"""What two ways of writing a code or a name have in common."""

import pytest

from chainwright.system.maker_intake.countries import near_places, region_key, written_place
from chainwright.system.maker_intake.names import code_key, marks_of, name_key, plain
from chainwright.system.maker_intake.near import NEAR, near_ones


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("North Electronics Co., Ltd.", "NORTH  ELECTRONICS"),
        ("Müller GmbH & Co. KG", "muller"),
        ("Foo S.p.A.", "FOO"),
        ("华新电子（苏州）有限公司", "华新电子(苏州)"),
        ("宁德时代新能源科技股份有限公司", "宁德时代新能源科技"),
        ("ＡＢＣ 股份", "abc"),
        ("苏州二厂", "苏州 2厂"),
    ],
)
def test_names_that_differ_in_case_width_marks_or_legal_form_are_one(one, other):
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("North Electronics", "North Electrics"), ("Plant 1 2", "Plant 12"), ("华新电子", "华新电气")],
)
def test_names_that_differ_in_letters_are_two(one, other):
    assert name_key(one) != name_key(other)


def test_a_name_that_is_a_legal_form_alone_stays():
    assert name_key("有限公司") == "有限公司"
    assert name_key("GmbH") == "gmbh"


@pytest.mark.parametrize("word", ["ECU-7", "ecu 7", "ＥＣＵ－7", "ECU_7", " ECU\u200b-7\u00a0"])
def test_a_code_is_its_letters_and_digits(word):
    assert code_key(word) == "ecu7"


def test_marks_between_digits_tell_codes_apart():
    assert len({code_key(w) for w in ("R-1.5", "R-15", "R-1-5-0", "R-150")}) == 4
    assert code_key("R-1.5") == code_key("r 1-5")


def test_plain_keeps_what_is_told_by_words():
    assert plain("  A \u2014 B ") == "a - b"


def test_numbers_letters_and_ordinals_tell_plants_apart():
    assert marks_of("Plant 02") == marks_of("plant 2") != marks_of("Plant 3")
    assert marks_of("Line A") != marks_of("Line B")
    assert marks_of("苏州一厂") != marks_of("苏州二厂")


@pytest.mark.parametrize(
    ("written", "place", "region"),
    [
        ("China", "CHN", ""),
        ("中国", "CHN", ""),
        ("DE", "DEU", ""),
        ("U.S.A.", "USA", ""),
        ("Taiwan", "TWN", ""),
        ("台湾省", "TWN", ""),
        ("Türkiye", "TUR", ""),
        ("South Korea", "KOR", ""),
        ("江苏", "CHN", "江苏"),
        ("中国江苏", "CHN", "江苏"),
        ("江苏省苏州市", "CHN", "江苏省"),
        ("China/Jiangsu", "CHN", "Jiangsu"),
        ("Stuttgart, Germany", "DEU", "Stuttgart"),
        ("德国斯图加特", "DEU", "斯图加特"),
        ("Utopia", "", ""),
        ("EU", "", ""),
        ("156", "", ""),
    ],
)
def test_countries_and_provinces_as_people_write_them(written, place, region):
    found = written_place(written)
    assert (found.place, found.region) == (place, region)


def test_near_countries_are_offered_and_far_ones_not():
    assert near_places("Chnia")[0][0] == "CHN"
    assert near_places("Germny")[0][0] == "DEU"
    assert near_places("Xyzzy") == []


def test_ways_of_writing_one_province_are_one_region():
    assert len({region_key(w) for w in ("江苏", "江苏省", "Jiangsu", "jiangsu province")}) == 1
    assert region_key("江苏") != region_key("浙江")
    assert region_key("Aichi", "JPN") != region_key("Aichi", "KOR")


def test_near_ones_are_those_above_the_threshold_the_nearest_first():
    known = [name_key(w) for w in ("North Electronics", "Northern Electric", "River Seats")]
    (found,) = near_ones(["nroth electronics".replace(" ", "")], known)
    assert found[0][0] == 0
    assert all(NEAR <= likeness < 1.0 for _, likeness in found)
    assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)


def test_a_short_name_inside_a_long_one_is_near_to_it_only_if_asked():
    assert near_ones(["宁德时代"], ["宁德时代新能源科技"])[0] == [(0, 0.8)]
    assert near_ones(["宁德时代"], ["宁德时代新能源科技"], inside=False)[0] == []


def test_other_marks_are_never_near():
    words, known = ["plant1"], ["plant2"]
    assert near_ones(words, known)[0]
    assert not near_ones(words, known, marks=([("1",)], [("2",)]))[0]


def test_common_letters_do_not_make_the_work_quadratic():
    known = [f"p{i:06d}" for i in range(3000)]
    found = near_ones(["q000001"], known)
    assert all(likeness >= NEAR for _, likeness in found[0])
    assert near_ones([], known) == []
    assert near_ones(["x"], []) == [[]]
