"""What answers about trade have in common: units of the trade, names of products."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from chainwright.system import Language, System
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.system import Trade

__all__ = ["OfTrade"]


class OfTrade:
    """Units and names of an answer about the part `trade`; stands before `Result` as a base."""

    system: System
    name: ClassVar[str]

    @property
    def trade(self) -> "Trade":
        """The trade that was asked about."""
        return self.system.trade

    @property
    def units(self) -> dict[str, str]:
        """Unit of each column of `table` that has one."""
        return self.units_of(self.name)

    def units_of(self, table: str) -> dict[str, str]:
        """Return the unit of each column of a table: money and quantities are those of the trade.

        Parameters
        ----------
        table : str
            A key of `tables`.
        """
        trade = self.trade
        said = {
            "money": str(trade.money),
            "quantity": trade.quantity_unit or "(unit not stated)",
            "quantity/year": f"{trade.quantity_unit or '(unit not stated)'}/year",
        }
        return {c.column: said.get(c.unit, c.unit) for c in schema(table) if c.unit}

    def names(self, column: str, language: Language = "en") -> Mapping[str, str]:
        """Return what the products are called where the source says it.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``; the source has one name for both.
        """
        del language
        return self.trade.names if column == "product" else {}
