"""Method files: read with every breach, dated, and none that is made up."""

from dataclasses import replace
from importlib.resources import files

import pytest

from chainwright.carbon.methods.method_files import CERTAINTIES, UNPUBLISHED, Method, methods
from chainwright.errors import (
    FormatError,
    MissingFileError,
    MissingPartError,
    TableError,
    UnknownCodeError,
)

TEXT = files("chainwright").joinpath("carbon/methods/zj-2021.toml").read_text("utf-8")


def changed(tmp_path, old, new):
    """Return the file of zj-2021 with one piece of text changed."""
    assert old in TEXT
    path = tmp_path / "own.toml"
    path.write_text(TEXT.replace(old, new), "utf-8")
    return path


def test_the_documented_method_has_its_thresholds_and_its_standing():
    method = Method.named("zj-2021")
    assert method.grade_bounds == (0.6, 0.8, 1.2, 2.0)
    assert method.level_bounds == (0.6, 2.0)
    assert (method.mean, method.own) == ("ratio_of_sums", "included")
    assert (method.certainty, method.least_peers, method.window_months) == ("secondary", 5, 12)
    assert method.colours == ("#0B6E4F", "#5FAD56", "#F2C14E", "#F78154", "#B4436C")
    assert method.grades == 5


def test_ours_differs_in_the_mean_alone_and_says_that_it_is_ours():
    theirs, ours = Method.named("zj-2021"), Method.named("zj-2021-loo")
    names = ("id", "title_en", "title_zh", "issuer_en", "issuer_zh", "certainty", "own", "source")
    same = {name: getattr(theirs, name) for name in names}
    assert replace(ours, **same) == theirs
    assert (ours.own, ours.certainty) == ("excluded", "ours")


@pytest.mark.parametrize("name", sorted(methods()))
def test_a_file_is_called_as_its_method(name):
    method = Method.named(name)
    assert method.id == name
    assert method.certainty in CERTAINTIES
    assert method.certainty != "official"  # nobody read an issuer's own text


def test_a_standard_whose_thresholds_are_not_public_is_not_made_up():
    with pytest.raises(MissingPartError, match=r"DB33/T 1347-2023.*method file.*Method\.read"):
        Method.named("db33-1347-2023")
    assert not set(UNPUBLISHED) & set(methods())


def test_an_unknown_method_is_told_with_near_names():
    with pytest.raises(UnknownCodeError, match="zj-2021"):
        Method.named("zj-2020")


def test_a_method_of_one_s_own_is_read_from_its_file(tmp_path):
    path = changed(tmp_path, '"zj-2021"', '"my-2027"')
    assert Method.read(path) == replace(Method.named("zj-2021"), id="my-2027")
    assert Method.read(str(path)).id == "my-2027"


def test_four_colours_are_a_method_too(tmp_path):
    text = TEXT.replace("[0.6, 0.8, 1.2, 2.0]", "[0.5, 1, 2.0]").replace(', "#B4436C"', "")
    path = tmp_path / "four.toml"
    path.write_text(text, "utf-8")
    method = Method.read(path)
    assert (method.grades, method.grade_bounds) == (4, (0.5, 1, 2.0))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[0.6, 0.8, 1.2, 2.0]", "[0.6, 0.8, 0.8, 2.0]", "rising"),
        ("[0.6, 0.8, 1.2, 2.0]", "[]", "rising"),
        ("[0.6, 0.8, 1.2, 2.0]", "[0.6, 0.8, 1.2, 2.0, 3.0]", "1 to 4 rising"),
        ("[0.6, 0.8, 1.2, 2.0]", "[0.6, 0.8, true, 2.0]", "rising"),
        ("[0.6, 0.8, 1.2, 2.0]", "[0.6, 0.8, 1.2, inf]", "rising"),
        ("[0.6, 0.8, 1.2, 2.0]", "[-1.0, 0.8, 1.2, 2.0]", "above 0"),
        ("[0.6, 2.0]", "[0.6, 2.0, 3.0]", "1 to 2 rising"),
        ("[0.6, 0.8, 1.2, 2.0]", "[0.6]", "colour"),
        ('"secondary"', '"certain"', "official, secondary, ours"),
        ('"ratio_of_sums"', '"median"', "ratio_of_sums, mean_of_ratios"),
        ('"included"', '"half"', "included, excluded"),
        ("least_peers = 5", "least_peers = 0", "1 to 1000"),
        ("least_peers = 5", "least_peers = 2.5", "whole number"),
        ("window_months = 12", "window_months = 61", "1 to 60"),
        ('valid_from = "2021-01"', 'valid_from = "2021-13"', "YYYY-MM"),
        ('valid_to = ""', 'valid_to = "2020-12"', "not before valid_from"),
        ('"#0B6E4F"', '"green"', "#RRGGBB"),
        ('id = "zj-2021"', 'id = "ZJ 2021"', "lower-case"),
        ('id = "zj-2021"', "id = 2021", "lower-case"),
        ('valid_to = ""', 'valid_until = ""', "field 'valid_until'"),
        ('valid_to = ""', "", "found nothing"),
        ('title_en = "E', 'title_en = ""  # "', "text"),
    ],
)
def test_what_is_wrong_in_a_file_is_told(tmp_path, old, new, said):
    with pytest.raises(TableError) as caught:
        Method.read(changed(tmp_path, old, new))
    assert said in str(caught.value)


def test_all_breaches_are_told_at_once(tmp_path):
    path = tmp_path / "empty.toml"
    path.write_text("id = 'x'\nodd = 1\n", "utf-8")
    with pytest.raises(TableError) as caught:
        Method.read(path)
    assert len(caught.value.breaches) == 17


@pytest.mark.parametrize("data", [b"\xff\xfe", b"id = ", b"[[[", b"id = 'a'\nid = 'b'"])
def test_what_is_no_toml_is_refused(tmp_path, data):
    path = tmp_path / "odd.toml"
    path.write_bytes(data)
    with pytest.raises(FormatError, match="no TOML"):
        Method.read(path)


def test_a_file_that_is_none_or_far_too_large_is_refused(tmp_path):
    with pytest.raises(MissingFileError, match=r"gone\.toml"):
        Method.read(tmp_path / "gone.toml")
    big = tmp_path / "big.toml"
    big.write_bytes(b"#" * 100_001)
    with pytest.raises(FormatError, match="100,000 bytes"):
        Method.read(big)


def test_its_standing_is_said_in_both_languages():
    assert "not read in the issuer's own text" in Method.named("zj-2021").said()
    assert (
        Method.named("zj-2021-loo").said("zh") == "zj-2021-loo（本软件自拟，非官方；chainwright）"
    )
