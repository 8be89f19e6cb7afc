"""Units of products in a chain, in the ten units that PACT 3.0 knows."""

from chainwright.sources.carbon_kinds import factor_of, word_of

__all__ = ["pact_units"]

MEASURED = {"kilogram": "t", "kilowatt hour": "MWh", "megajoule": "GJ"}
"""Units of which multiples convert, each with the unit of which it is a thousandth."""

WORDS = {
    "liter": ("l", "liter", "litre", "liters", "litres", "升"),
    "cubic meter": ("m3", "m^3", "cubic meter", "cubic metre", "立方米"),
    "ton kilometer": ("tkm", "t*km", "t.km", "ton kilometer", "吨公里"),
    "square meter": ("m2", "m^2", "square meter", "square metre", "平方米"),
    "piece": ("piece", "pieces", "item", "unit", "件", "个"),
    "hour": ("h", "hour", "hours", "小时"),
    "megabit second": ("mbit*s", "megabit second"),
}
"""Units that are taken as they are."""


def pact_units(unit: str, declared: str) -> float | None:
    """Return how many units of PACT are one unit of a product; None if one is not the other.

    Parameters
    ----------
    unit : str
        As it stands in a table of processes: kg, t, MWh, 吨 ...
    declared : str
        One of the ten of the specification, such as ``kilogram``.

    Examples
    --------
    >>> pact_units("t", "kilogram"), pact_units("kWh", "kilowatt hour"), pact_units("L", "piece")
    (1000.0, 1.0, None)
    """
    if unit.strip().casefold() == declared:
        return 1.0
    if declared in MEASURED:
        own = factor_of(unit, MEASURED[declared])
        return None if own is None else round(own[0] * 1000, 12)
    same = {word_of(word) for word in WORDS.get(declared, ())}
    return 1.0 if word_of(unit) in same else None
