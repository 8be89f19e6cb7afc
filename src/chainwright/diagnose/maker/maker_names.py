"""What every answer about a maker's chain shares: names of its codes, and its money."""

from collections.abc import Mapping

from chainwright.diagnose.chain_maps.reasons import place_name
from chainwright.system import Language, System
from chainwright.units import Money

__all__ = ["MakerNames", "NodeLabels"]

ITEMS = frozenset({"item", "component", "parent", "product", "hidden_item"})
SITES = frozenset({"site", "only_site"})
SUPPLIERS = frozenset({"supplier", "only_supplier"})
PLACES = frozenset({"place", "only_place"})

NodeLabels = Mapping[str, str]


class MakerNames:
    """Names and money of an answer about a maker's chain; comes before `Result` in its bases."""

    system: System

    @property
    def money(self) -> Money:
        """What its amounts are counted in: the maker's money, whatever else the system holds."""
        return self.system.maker.money

    @property
    def counted_in(self) -> dict[str, str]:
        """What amounts of money are counted in, also those a week: ``CNY/week of 2026``."""
        money = self.money
        coin = money.currency or "currency not stated"
        when = f" of {money.year}" if money.year is not None else ""
        return {"money": str(money), "money/week": f"{coin}/week{when}"}

    def names(self, column: str, language: Language = "en") -> NodeLabels:
        """Return what the codes of a column are called; nothing where they are names themselves.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        network = self.system.maker.network
        if column in PLACES:
            codes = set(self.system.maker.tables["sites"]["place"]) - {""}
            return {code: place_name(code)[language == "zh"] for code in sorted(codes)}
        for columns, axis in (
            (ITEMS, network.items),
            (SITES, network.sites),
            (SUPPLIERS, network.suppliers),
        ):
            if column in columns:
                return {code: axis.name(i, language) for i, code in enumerate(axis.codes)}
        return {}
