"""Shocks in TOML: written, read, and told what is wrong by file, line, blow and key."""

import pytest

from chainwright.errors import MissingFileError, TableError
from chainwright.stress import Blow, Shock

EVERYTHING = """\
name_en = "Two blows"
name_zh = "两次冲击"
source = "made up"

[[blow]]
kind = "supply_cut"
regions = ["JPN"]
products = ["c14"]
buyers = ["CHN"]
share = 1.0
days = 56

[[blow]]
kind = "capital"
regions = ["CHN"]
shares = { "c14" = 0.1, "c15" = 0.2 }
start_day = 7
days = 15
recovery = "rebuild"
recovery_days = 60
rebuilding = { "c18" = 0.5, "c14" = 0.5 }
"""


def told(text):
    """Return the breaches of a text that is refused."""
    with pytest.raises(TableError) as refused:
        Shock.of_toml(text, name="shock.toml")
    assert str(refused.value).startswith("shock.toml cannot be used")
    return refused.value.breaches


def test_a_shock_is_read_as_it_is_written():
    shock = Shock.of_toml(EVERYTHING)
    assert shock.name_zh == "两次冲击"
    assert shock.blows == (
        Blow("supply_cut", regions="JPN", products="c14", buyers="CHN", share=1.0, days=56),
        Blow(
            "capital",
            regions="CHN",
            shares={"c14": 0.1, "c15": 0.2},
            start_day=7,
            days=15,
            recovery="rebuild",
            recovery_days=60,
            rebuilding={"c18": 0.5, "c14": 0.5},
        ),
    )
    assert shock.to_toml() == EVERYTHING


def test_a_file_holds_the_same_shock(tmp_path):
    shock = Shock.of_toml(EVERYTHING)
    path = shock.write(tmp_path / "shock.toml")
    assert Shock.read(path) == shock
    assert path.read_bytes() == EVERYTHING.encode()


@pytest.mark.parametrize("before", ["\ufeff", "# a note of mine\n\n"])
def test_marks_and_notes_of_editors_do_not_matter(tmp_path, before):
    path = tmp_path / "shock.toml"
    path.write_text(before + EVERYTHING, encoding="utf-8")
    assert Shock.read(path) == Shock.of_toml(EVERYTHING)


def test_line_ends_of_windows_do_not_matter(tmp_path):
    path = tmp_path / "shock.toml"
    path.write_bytes(EVERYTHING.replace("\n", "\r\n").encode())
    assert Shock.read(path) == Shock.of_toml(EVERYTHING)


def test_texts_with_quotes_and_controls_come_back():
    odd = 'a "quote", a \\, a\ttab, a\nline, a \x7f and \x00'
    shock = Shock((Blow("capacity", nodes=odd, share=0.5),), name_en=odd)
    assert Shock.of_toml(shock.to_toml()) == shock


def test_links_are_pairs():
    shock = Shock((Blow("supply_cut", links=[("a", "b"), ("c", "d")], share=1.0),))
    assert 'links = [["a", "b"], ["c", "d"]]' in shock.to_toml()
    assert Shock.of_toml(shock.to_toml()) == shock


def test_a_slip_of_syntax_is_told_by_line():
    (breach,) = told(EVERYTHING.replace("days = 56", "days = = 56"))
    assert breach.where.startswith("line 11, column")


def test_unknown_keys_are_told_with_near_ones():
    text = EVERYTHING.replace("recovery_days", "recovry_days").replace("name_en", "nmae_en")
    top, blow = told(text)
    assert top.where == "'nmae_en'"
    assert "name_en" in top.remedy
    assert blow.where == "blow 2, 'recovry_days'"
    assert "recovery_days" in blow.remedy


def test_values_of_another_type_are_told_all_at_once():
    text = """
    name_en = 3
    [[blow]]
    kind = 1
    regions = [1]
    products = 14
    share = "half"
    days = true
    shares = [0.5]
    rebuilding = { c18 = "all" }
    links = ["a", "b"]
    [[blow]]
    share = 0.5
    """
    assert [breach.where for breach in told(text)] == [
        "'name_en'",
        "blow 1, 'kind'",
        "blow 1, 'regions'",
        "blow 1, 'products'",
        "blow 1, 'share'",
        "blow 1, 'days'",
        "blow 1, 'shares'",
        "blow 1, 'rebuilding'",
        "blow 1, 'links'",
        "blow 2, 'kind'",
    ]


@pytest.mark.parametrize(
    ("text", "where"),
    [("", "the file"), ("blow = 3", "'blow'"), ("[blow]\nkind = 'capacity'", "'blow'")],
)
def test_a_file_without_blows_says_how_to_write_one(text, where):
    (breach,) = told(text)
    assert breach.where == where
    assert "[[blow]]" in breach.expected + breach.found


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path):
    with pytest.raises(MissingFileError, match="no file"):
        Shock.read(tmp_path / "none.toml")
    path = tmp_path / "shock.toml"
    path.write_bytes(b"name_en = '\xff\xfe'")
    with pytest.raises(TableError, match="byte 11"):
        Shock.read(path)


def test_a_shock_that_is_wrong_is_not_written(tmp_path):
    with pytest.raises(TableError, match="blow 1, 'share'"):
        Shock((Blow("capacity", nodes="A:m", share=2.0),)).write(tmp_path / "shock.toml")
    assert not (tmp_path / "shock.toml").exists()
