import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainwright.sources.intake.numbers import numbers
from chainwright.sources.intake.unit_words import unit_of


def read(*cells, kind="count", unit=None):
    found = numbers(list(cells), kind, unit)
    faults = {i: code for i, (code, _) in found.faults.items()}
    return [None if math.isnan(v) else v for v in found.held.tolist()], faults


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", 1234.5),
        ("1 234.5", 1234.5),
        ("1'234", 1234),
        ("１２３", 123),
        ("1.2万", 12000),
        ("3千", 3000),
        ("2k", 2000),
        ("1.5e3", 1500),
        ("-1.5E-1", -0.15),
        ("+7", 7),
        ("7件", 7),
        ("12 pcs", 12),
        ("(120)", -120),
        ("120-", -120),
        ("~5", 5),
        ("约5", 5),
        ("5左右", 5),
        (".5", 0.5),
        ("5.", 5),
        ("1,234,567", 1234567),
        ("\u00a012\u3000", 12),
    ],
)
def test_a_number_is_read_as_people_write_it(text, value):
    assert read(text) == ([pytest.approx(value)], {})


@pytest.mark.parametrize("text", ["", "-", "N/A", "n.a.", "暂无", "待定", "TBD", "—", "/", "无"])
def test_words_for_missing_are_no_faults_and_no_zero(text):
    assert read(text) == ([None], {})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("缺货", "no_number"),
        ("5-10", "range"),
        ("5~10", "range"),
        (">100", "range"),
        ("≤3", "range"),
        ("10以上", "range"),
        ("12天", "wrong_unit"),
        ("#REF!", "formula_error"),
        ("#N/A", "formula_error"),
        ("####", "formula_error"),
        ("#FORMULA", "uncalculated"),
        ("1.2.3", "no_number"),
        ("1,2,3", "no_number"),
        ("12,34.5", "no_number"),
        ("--5", "no_number"),
        ("1e999", "infinite"),
        (True, "boolean"),
        ("TRUE", "boolean"),
        (float("inf"), "infinite"),
        (object(), "no_number"),
    ],
)
def test_what_is_no_number_has_its_reason(text, code):
    assert read(text) == ([None], {0: code})


def test_a_comma_is_read_as_the_others_of_its_column_are():
    assert read("1,234", "0.5") == ([1234, 0.5], {})
    assert read("1,234", "0,5") == ([1.234, 0.5], {})
    assert read("1.234", "1 234,5") == ([1234, 1234.5], {})
    assert read("1.234", "7") == ([1.234, 7], {})


def test_a_column_that_contradicts_itself_refuses_only_what_is_unclear():
    assert read("12,5", "12.5", "1,234", "3", "1,234.5") == (
        [None, 12.5, None, 3, 1234.5],
        {0: "ambiguous_number", 2: "ambiguous_number"},
    )


def test_currencies_stand_on_either_side_of_money():
    assert read("¥120", "120元", "CNY 1.2万", kind="money") == ([120, 120, 12000], {})
    assert read("$3", "3 USD", kind="money") == ([3, 3], {})
    assert read("12件", kind="money") == ([None], {0: "wrong_unit"})


def test_a_unit_in_the_cell_goes_before_that_of_the_column():
    days = unit_of("天", "time")
    assert read("8周", "14", "3 months", kind="time", unit=days) == (
        [8, 2, pytest.approx(3 * 365.25 / 12 / 7)],
        {},
    )


def test_ten_thousands_in_a_column_of_ten_thousands_are_refused():
    unit = unit_of("万元", "money")
    assert read("1.2万", "3", kind="money", unit=unit) == ([None, 30000], {0: "ambiguous_number"})


def test_shares_from_0_to_100_are_per_cent_and_told():
    found = numbers([60.0, 40.0, "5%"], "share", None)
    assert found.held.tolist() == pytest.approx([0.6, 0.4, 0.05])
    assert [code for code, _ in found.told] == ["share_hundred"]


def test_shares_of_a_per_cent_column_in_a_per_cent_format_stay_shares():
    found = numbers([0.6, 0.4], "share", unit_of("%", "share"))
    assert found.held.tolist() == [0.6, 0.4]
    assert [code for code, _ in found.told] == ["share_scale"]


def test_marked_shares_do_not_tell_how_unmarked_ones_are_meant():
    assert read("60%", 0.4, kind="share") == ([0.6, 0.4], {})


def test_only_numbers_without_a_unit_of_their_own_are_told_as_bare():
    assert numbers(["8周"], "time", unit_of("day", "time")).bare == []
    assert numbers(["8周", 3.0], "time", unit_of("day", "time")).bare == [1]


@given(
    st.floats(0, 1e9, allow_nan=False),
    st.sampled_from(["{:,.2f}", "{:.2f}", "¥{:,.2f}", "{:,.2f}元"]),
)
def test_a_number_that_is_written_is_the_number_that_is_read(value, form):
    values, faults = read(form.format(value), kind="money")
    assert not faults
    assert values[0] == pytest.approx(round(value, 2), abs=1e-9)


@given(st.integers(0, 10**9), st.integers(1, 99))
def test_decimal_commas_are_read_as_they_were_written(whole, hundredths):
    grouped = f"{whole:,}".replace(",", " ")
    values, faults = read(f"{grouped},{hundredths:02d}")
    assert not faults
    assert values[0] == pytest.approx(whole + hundredths / 100)


@given(st.lists(st.text(max_size=12) | st.floats() | st.booleans() | st.none(), max_size=6))
def test_no_cell_breaks_the_reader(cells):
    found = numbers(cells, "count", None)
    assert np.isnan(found.held[list(found.faults)]).all()
    assert len(found.held) == len(cells)
