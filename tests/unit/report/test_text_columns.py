import pytest

from chainwright.report.text_columns import cut_text, side_by_side, text_width


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("电量", 4, "电量"),
        ("电量", 3, "电…"),
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("电a", 2, "…"),
    ],
)
def test_a_text_is_cut_at_the_columns_that_it_takes(text, width, cut):
    assert cut_text(text, width) == cut
    assert text_width(cut) <= width


def test_columns_stand_under_each_other_and_the_last_is_whole():
    lines = [["种类", "unit", "why"], ["power of a long name", "MWh", "a reason that is long"]]
    head, row = side_by_side(lines, widest=8).split("\n")
    assert head == "  种类      unit  why"
    assert row == "  power o…  MWh   a reason that is long"
    assert "power of a long name" in side_by_side(lines, widest=8, whole={0})
