"""What answers about trade have in common: units of the trade, names of products and places."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from chainwright.classes import classification, place, place_codes
from chainwright.errors import UnknownCodeError
from chainwright.params import table
from chainwright.system import Language, System
from chainwright.units import Money

if TYPE_CHECKING:
    from chainwright.system import Trade

__all__ = ["OfTrade", "place_name", "product_names"]

PLACES = frozenset(
    {
        "exporter",
        "importer",
        "partner",
        "substitute",
        "supplier",
        "top_exporter",
        "top_supplier",
    }
)
"""Columns that hold codes of places; home is named as it was asked for."""


class OfTrade:
    """Units and names of an answer about the part `trade`; stands before `Result` as a base."""

    system: System
    name: ClassVar[str]

    @property
    def trade(self) -> "Trade":
        """The trade that was asked about."""
        return self.system.trade

    @property
    def money(self) -> Money:
        """What its amounts of money are counted in: the money of the trade."""
        return self.trade.money

    @property
    def counted_in(self) -> dict[str, str]:
        """What amounts of money and quantities are counted in: those of the trade."""
        trade = self.trade
        return {
            "money": str(self.money),
            "quantity": trade.quantity_unit or "(unit not stated)",
        }

    def names(self, column: str, language: Language = "en") -> Mapping[str, str]:
        """Return what the codes of a column are called: by the source, else by the lists of ours.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``; English where a list has no Chinese name.
        """
        if column == "product":
            return product_names(self.trade, language)
        return _place_names(language) if column in PLACES else {}


def product_names(trade: "Trade", language: Language = "en") -> Mapping[str, str]:
    """Return what the products of a trade are called: by its source, else by its classification.

    Parameters
    ----------
    trade : Trade
        The trade; products in a classification that is in no list here have no name.
    language : str
        ``"en"`` or ``"zh"``; English where a list has no Chinese name.
    """
    return {**_listed(trade.classification, language), **trade.names}


@cache
def _listed(name: str, language: Language) -> Mapping[str, str]:
    """Return the names of a classification's codes; none if it is not listed here."""
    try:
        found = classification(name)
    except UnknownCodeError:
        return {}
    named = zip(found.codes, found.names_en, found.names_zh, strict=True)
    return {code: (zh or en) if language == "zh" else en for code, en, zh in named if en or zh}


@cache
def _place_names(language: Language) -> Mapping[str, str]:
    """Return the names of all groups and places by code."""
    key = f"name_{language}"
    groups = {row["group"]: row[key] for row in table("region_groups")}
    return groups | {code: place_name(code, language) for code in set(place_codes().values())}


@cache
def place_name(code: str, language: Language = "en") -> str:
    """Return what a place or a named group is called, its code if that is not known.

    Parameters
    ----------
    code : str
        Three-letter code, or the name of a group.
    language : str
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> place_name("BRA"), place_name("BRA", "zh"), place_name("X9")
    ('Brazil', '巴西', 'X9')
    """
    for row in table("region_groups"):
        if row["group"] == code:
            return row[f"name_{language}"]
    try:
        found = place(code)
    except UnknownCodeError:
        return code
    if found.code != code:  # a code of the user's own that reads as another's short one
        return code
    return (found.name_zh if language == "zh" else found.name_en) or code
