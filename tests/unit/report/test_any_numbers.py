"""Numbers in words: every amount, share and list reads right in both languages, whatever it is."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainwright.report.wording import CURRENCIES_ZH, SIZES, Words, tidy
from chainwright.units import Money

EN, ZH = Words("en"), Words("zh")
SCALE = {"": 1.0, "m": 1e6, "bn": 1e9, "trillion": 1e12, "万": 1e4, "亿": 1e8, "万亿": 1e12}
UNITS = st.sampled_from(sorted(SIZES))
CURRENCIES = st.sampled_from(["USD", "CNY", "EUR", "JPY", "GBP", "CHF"])
AMOUNTS = st.floats(-1e9, 1e9, allow_nan=False)
NAMES = st.text(alphabet="abcdn dSGHIP电池", min_size=1, max_size=12).filter(
    lambda t: t.strip() and ", " not in t
)


def read_back(text, currency):
    """Return the amount that a text states, in single units of its currency."""
    bare = text.removesuffix(currency).strip()
    number, _, scale = bare.partition(" ")
    return float(number.replace(",", "")) * SCALE[scale], SCALE[scale]


@pytest.mark.parametrize("words", [EN, ZH], ids=["en", "zh"])
@given(value=AMOUNTS, unit=UNITS, currency=CURRENCIES)
def test_an_amount_reads_back_to_three_digits(words, value, unit, currency):
    text = words.amount(value, Money(currency, 2011, unit))
    name = CURRENCIES_ZH.get(currency, currency) if words is ZH else currency
    assert text.endswith(name)
    found, scale = read_back(text, name)
    exact = value * SIZES[unit]
    assert isclose(found, exact, rel_tol=5.1e-3, abs_tol=0.51 if scale == 1.0 else 0.0)
    assert "e+" not in text
    assert "nan" not in text


@pytest.mark.parametrize("words", [EN, ZH], ids=["en", "zh"])
@given(value=AMOUNTS)
def test_the_sign_of_an_amount_stands_before_it(words, value):
    text = words.amount(value, Money("USD", 2011, "million"))
    stated = float(text.split()[0].replace(",", ""))
    assert text.startswith("-") == (stated < 0.0)  # never a minus before nothing
    assert stated == 0.0 or (stated < 0.0) == (value < 0.0)


@pytest.mark.parametrize("unit", ["", "million", "10^4", "bushels"])
def test_an_amount_of_no_stated_currency_says_so_and_never_dollar(unit):
    for words, told in ((EN, "currency not stated"), (ZH, "币种未说明")):
        for value in (0.0, 12.0, -7e6):
            text = words.amount(value, Money(None, None, unit))
            assert told in text
            assert "USD" not in text
            assert "美元" not in text
        assert told in words.scale(Money(None, None, unit))[1]
        assert told in words.money(Money(None, None, unit))


@given(value=st.floats(-1e4, 1e4), digits=st.integers(0, 3))
def test_a_share_reads_back_in_per_cent(value, digits):
    text = EN.share(value, digits)
    assert text.endswith(" %")
    assert float(text[:-2]) == pytest.approx(100.0 * value, abs=0.51 * 10.0**-digits)
    assert ZH.share(value, digits) == text


@given(unit=UNITS, currency=CURRENCIES, value=st.floats(0.1, 1e9))
def test_a_column_is_divided_by_what_its_unit_says(unit, currency, value):
    for words, size in ((EN, 1e9), (ZH, 1e8)):
        divisor, told = words.scale(Money(currency, 2011, unit))
        assert value / divisor * size == pytest.approx(value * SIZES[unit])
        assert told.endswith(CURRENCIES_ZH.get(currency, currency) if words is ZH else currency)


@given(st.lists(NAMES, min_size=1, max_size=8), st.integers(2, 5))
def test_names_in_a_row_are_whole(names, most):
    text = EN.in_a_row(names, most)
    for name in names[:most]:
        assert name in text
    rest = len(names) - most
    assert text.endswith(f"and {rest} more") == (rest > 0)
    chinese = ZH.in_a_row(names, most)
    assert chinese.startswith("、".join(names[:most]))


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["Switzerland", "Germany"], "Switzerland and Germany"),
        (["Finland", "Poland", "Ireland"], "Finland, Poland and Ireland"),
        (["“Sand and gravel”", "“Salt”"], "“Sand and gravel” and “Salt”"),
        (["A", "Thailand", "B", "C", "D"], "A, Thailand, B, C and 1 more"),
    ],
)
def test_lands_keep_their_and(names, text):
    assert EN.in_a_row(names) == text


@given(st.text(max_size=60))
def test_a_tidy_name_is_one_line_without_double_blanks(name):
    found = tidy(name)
    assert found == found.strip()
    assert "  " not in found
    assert "\n" not in found
    assert tidy(found) == found
    assert found.replace(" ", "") == "".join(name.split())


@pytest.mark.parametrize("text", ["{", "}", "{home}", "100 %", "<&>", "\\n"])
def test_names_with_braces_are_only_text(text):
    assert text in EN.say("title_undated", home=text)
    assert text in ZH.say("title_undated", home=text)
