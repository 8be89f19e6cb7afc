"""What amounts are counted in: money with its currency, year and unit."""

import re
from dataclasses import dataclass

from chainwright.errors import MoneyError

__all__ = ["Money"]

NOT_STATED = "currency not stated"


@dataclass(frozen=True, slots=True)
class Money:
    """What an amount of money is counted in: a currency, the year of its prices, and a unit.

    Money is never converted silently. A table that does not say its currency or year is shown as
    it is, "currency not stated"; only joining or converting such amounts is refused.

    Parameters
    ----------
    currency : str, optional
        Three-letter code of ISO 4217.
    year : int, optional
        Year whose prices and exchange rates hold.
    unit : str, optional
        The unit that the file counts in, in its words, such as ``"million"`` or ``"10^4"``.

    Examples
    --------
    >>> print(Money("USD", 2011, "million"))
    million USD of 2011
    >>> print(Money())
    currency not stated
    """

    currency: str | None = None
    year: int | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        if self.currency is not None and not re.fullmatch("[A-Z]{3}", self.currency):
            msg = (
                f"{self.currency!r} is no currency code. "
                "Expected three capital letters of ISO 4217, such as CNY."
            )
            raise MoneyError(msg)

    def __str__(self) -> str:
        words = [self.unit] if self.unit else []
        if self.currency:
            words.append(self.currency)
        if self.year is not None:
            words.append(f"of {self.year}" if self.currency else f"in {self.year}")
        if not self.currency:
            words.append(f"({NOT_STATED})" if words else NOT_STATED)
        return " ".join(words)

    def need_same(self, other: "Money", what: str) -> None:
        """Refuse to join amounts in this money with amounts in `other` for `what`.

        Parameters
        ----------
        other : Money
            What the other amounts are counted in; the year may differ.
        what : str
            What is about to be done, as the message names it.

        Raises
        ------
        MoneyError
            If a currency is not stated, or currency or unit differ.
        """
        for money in (self, other):
            if money.currency is None:
                msg = (
                    f"{what} needs amounts in one stated currency, and one of them has its "
                    f"{NOT_STATED}. Say which it is, as currency='USD'."
                )
                raise MoneyError(msg)
        if (self.currency, self.unit) != (other.currency, other.unit):
            msg = (
                f"{what} needs amounts in one money. Found {self} and {other}. "
                "Convert one of them at a rate that you can name: flows.in_money(..., rate=...)."
            )
            raise MoneyError(msg)
