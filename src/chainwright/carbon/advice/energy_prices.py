"""What energy costs: ranges that are assumptions, or prices that are given."""

from collections.abc import Mapping
from functools import cache

from chainwright.carbon.advice.energy_measures import ENERGY_KINDS
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.params import table

__all__ = ["price_of"]

Range = tuple[float, float]


@cache
def _ours() -> Mapping[tuple[str, str], Range]:
    rows = table("energy_prices")
    return {(row["kind"], row["item"]): (float(row["low"]), float(row["high"])) for row in rows}


def price_of(kind: str, item: str, given: Mapping[str, float]) -> tuple[float, float, bool]:
    """Return the range of a price in CNY per unit, and whether it is an assumption.

    A price that is given comes first: of the item, then of the kind. Else our own range holds.

    Parameters
    ----------
    kind, item : str
        Kind of energy, and the item of it.
    given : mapping of str to float
        CNY per unit of the readings, by kind or by ``kind:item``.

    Raises
    ------
    UnknownCodeError
        If a price is of no kind of energy.
    ParameterError
        If a price is below zero or no number.

    Examples
    --------
    >>> price_of("oil", "diesel", {"oil:diesel": 7500.0})
    (7500.0, 7500.0, False)
    """
    for name, value in given.items():
        if name.partition(":")[0] not in ENERGY_KINDS:
            raise UnknownCodeError(name, "kind of energy", ENERGY_KINDS)
        if not 0 <= value < 1e9:
            raise ParameterError("price", "advice", "CNY per unit, of at least 0", value)
    for name in (f"{kind}:{item}", kind):
        if name in given:
            return given[name], given[name], False
    low, high = _ours().get((kind, item)) or _ours()[kind, ""]
    return low, high, True
