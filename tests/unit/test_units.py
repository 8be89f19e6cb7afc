import pytest

from chainwright.errors import MoneyError
from chainwright.units import Money


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money("USD", 2011, "million"), "million USD of 2011"),
        (Money("CNY", 2018), "CNY of 2018"),
        (Money("CNY"), "CNY"),
        (Money(), "currency not stated"),
        (Money(None, 2018, "10^4"), "10^4 in 2018 (currency not stated)"),
    ],
)
def test_money_says_its_unit_currency_and_year(money, text):
    assert str(money) == text


@pytest.mark.parametrize("code", ["usd", "US", "DOLLAR", ""])
def test_a_currency_is_three_capital_letters(code):
    with pytest.raises(MoneyError, match="Expected three capital letters of ISO 4217"):
        Money(code, 2011)


def test_amounts_in_one_money_may_meet_whatever_their_year():
    assert Money("USD", 2010, "million").need_same(Money("USD", 2011, "million"), "A sum") is None


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (Money("EUR", 2011, "million"), "Found million USD of 2011 and million EUR of 2011"),
        (Money("USD", 2011, "thousand"), "needs amounts in one money"),
        (Money(None, 2011, "million"), "Say which it is, as currency='USD'"),
    ],
)
def test_other_or_unstated_money_is_refused(other, message):
    with pytest.raises(MoneyError, match=message):
        Money("USD", 2011, "million").need_same(other, "A sum")
