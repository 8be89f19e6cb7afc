"""How wide texts are taken to be, and where they break."""

from hypothesis import given
from hypothesis import strategies as st

from chainwright.report.lettering import text_width, wrapped

TEXTS = st.text(st.sampled_from("abcWM 电池供应，。-/1234.;"), min_size=1, max_size=60)


def test_a_han_character_is_one_em_wide_and_a_latin_one_less():
    assert text_width("电", 10.0) == 10.0
    assert 2.0 < text_width("i", 10.0) < text_width("a", 10.0) < text_width("W", 10.0) < 10.0


def test_bold_text_is_wider():
    assert text_width("steel", 8.0, bold=True) > text_width("steel", 8.0)


def test_a_line_breaks_at_blanks_and_between_han_characters():
    assert wrapped("Basic metals", 40.0, 8.0) == ("Basic", "metals")
    assert wrapped("电气及光学设备", 24.0, 8.0) == ("电气及", "光学设", "备")


def test_no_line_begins_with_a_comma():
    assert wrapped("电池，隔膜", 16.5, 8.0) == ("电", "池，", "隔膜")


def test_a_word_wider_than_the_line_is_broken_and_kept_whole():
    lines = wrapped("Elektrizitätsversorgung", 40.0, 8.0)
    assert len(lines) > 1
    assert "".join(lines) == "Elektrizitätsversorgung"


@given(TEXTS, st.floats(9.0, 200.0))
def test_every_line_fits_and_nothing_is_lost(text, width):
    lines = wrapped(text, width, 8.0)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line, 8.0) <= width or len(line) == 1 for line in lines)
