"""Search: codes, names in two languages, words of trade, near misses, and their order."""

import pytest

from chainwright.classes import search
from chainwright.classes.lookup import MATCHES
from chainwright.errors import ParameterError, UnknownCodeError


def first(text, **asked):
    row = search(text, **asked).iloc[0]
    return row["list"], row["code"], row["match"]


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("3841", ("GBT4754", "3841", "exact code")),
        ("锂离子电池", ("GBT4754", "3841", "part of name")),
        ("锂离子电池制造", ("GBT4754", "3841", "name")),
        ("lithium carbonate", ("HS2022", "283691", "part of name")),
        ("carbonate lithium", ("HS2022", "283691", "part of name")),
        ("Manufacture of lithium-ion batteries", ("GBT4754", "3841", "name")),
        ("隔膜", ("GBT4754", "2921", "keyword")),
        ("CHN", ("ISO3166", "CHN", "exact code")),
        ("cn", ("ISO3166", "CHN", "exact code")),
        ("842", ("ISO3166", "USA", "exact code")),
        ("广州", ("GBT2260", "440100", "part of name")),
        ("27.20", ("GBT4754", "2720", "exact code")),
        ("polysilcon", ("GBT4754", "3985", "near")),
    ],
)
def test_a_word_finds_first_what_a_person_means(text, hit):
    if text == "842":
        found = search(text)
        assert ("ISO3166", "USA") in set(zip(found["list"], found["code"], strict=True))
    else:
        assert first(text) == hit


@pytest.mark.parametrize(
    ("text", "code"),
    [("photoresist", "370790"), ("光刻胶", "370790"), ("隔膜", "392010"), ("polysilicon", "280461"),
     ("永磁", "850511"), ("光刻机", "848620"), ("photoresit", "370790")],
)  # fmt: skip
def test_a_word_of_trade_finds_products_whose_names_lack_it(text, code):
    assert code in set(search(text, within="HS2022")["code"])


def test_dots_of_a_code_do_not_matter():
    assert first("2836.91") == first("283691") == ("HS2022", "283691", "exact code")
    assert first("2720", within="NACE2") == ("NACE2", "27.20", "exact code")


def test_full_width_digits_and_letters_are_as_good():
    assert first("３８４１") == first("3841")
    assert first("ＬＩＴＨＩＵＭ　carbonate")[1] == "283691"


def test_the_beginning_of_a_code_finds_what_it_holds_the_upper_level_first():
    found = search("384", within="GBT4754")
    assert found["code"].tolist() == ["384", "3841", "3842", "3843", "3844", "3849"]
    assert found["match"].tolist() == ["exact code", *["code prefix"] * 5]


def test_names_are_case_folded_and_the_shorter_comes_first():
    found = search("LITHIUM", within="HS2022")
    assert found["code"].iloc[0] == "282520"
    assert found["name_en"].str.casefold().str.contains("lithium").sum() >= 8


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("lithuim carbonate", "283691"),
        ("lithium carbonat", "283691"),
        ("graphte artificial", "380110"),
    ],
)
def test_a_slip_of_the_pen_in_english_is_near(text, code):
    assert code in set(search(text, within="HS2022")["code"])


@pytest.mark.parametrize(
    ("text", "code"), [("锂离子电地", "3841"), ("集成电路制作", "3973"), ("工业机器人生产", "3491")]
)
def test_a_slip_of_the_pen_in_chinese_is_near(text, code):
    found = search(text, within="GBT4754")
    assert found["code"].iloc[0] == code
    assert set(found["match"]) == {"near"}


def test_nothing_alike_is_an_empty_table_of_the_same_columns():
    found = search("zzzzqqqq")
    assert found.empty
    assert list(found.columns) == list(search("3841").columns)


def test_a_product_stands_once_under_its_newest_revision():
    found = search("lithium carbonate")
    assert found["code"].tolist().count("283691") == 1
    assert first("854140")[:2] == ("HS2017", "854140")
    assert first("854140", within="HS1992")[:2] == ("HS1992", "854140")


def test_few_latin_letters_are_not_looked_for_inside_words():
    assert search("chn")["list"].tolist() == ["ISO3166"]


def test_hits_are_ranked_by_how_they_match_and_limited():
    found = search("steel", limit=50)
    ranks = [MATCHES.index(m) for m in found["match"]]
    assert len(found) == 50
    exact = [r for r in ranks if r != MATCHES.index("keyword")]
    assert exact == sorted(exact)
    assert len(search("steel", limit=3)) == 3
    assert search("steel", limit=3)["code"].tolist() == found["code"].tolist()[:3]


def test_one_list_can_be_searched_alone():
    assert set(search("battery", within="ISIC4")["list"]) <= {"ISIC4"}
    assert search("batteries", within="ISIC4")["code"].tolist() == ["272", "2720"]


def test_the_same_question_has_the_same_answer():
    assert search("film").equals(search("film"))


def test_blank_text_no_rows_and_unknown_lists_are_refused():
    with pytest.raises(ParameterError, match="a code or a word"):
        search("  ")
    with pytest.raises(ParameterError, match="at least 1"):
        search("steel", limit=0)
    with pytest.raises(UnknownCodeError, match="Did you mean GBT4754"):
        search("steel", within="GB4754")
