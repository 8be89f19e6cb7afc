"""The model of one draw: the parameters that are uncertain replaced."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from chainwright.stress.sectors.economy import Economy
    from chainwright.stress.sectors.inventory_model import InventoryModel

__all__ = ["drawn_model"]


def drawn_model(
    model: "InventoryModel", economy: "Economy", drawn: Mapping[str, float]
) -> "InventoryModel":
    """Return the model with what was drawn for it.

    Parameters
    ----------
    model : InventoryModel
        As it is stated.
    economy : Economy
        With the products whose stock days are multiplied.
    drawn : mapping of str to float
        Values of ``psi``, ``restoration_days``, ``overproduction_max``, ``overproduction_days``,
        which replace those of the model, and ``stock_factor``, which multiplies all stock days.

    Examples
    --------
    >>> from chainwright import System
    >>> from chainwright.stress.sectors.economy import Economy
    >>> from chainwright.stress.sectors.inventory_model import InventoryModel
    >>> economy = Economy.of(System.demo("country"))
    >>> drawn_model(InventoryModel.boario(), economy, {"psi": 0.7, "stock_factor": 0.5}).stock_days
    45.0
    """
    changed: dict[str, Any] = {name: value for name, value in drawn.items() if name != FACTOR}
    if FACTOR in drawn:
        changed["stock_days"] = _multiplied(model, economy, drawn[FACTOR])
    return replace(model, **changed) if changed else model


FACTOR = "stock_factor"


def _multiplied(
    model: "InventoryModel", economy: "Economy", factor: float
) -> "float | tuple[tuple[str, float], ...]":
    """Return the stock days of a model times a factor; what is endless stays so."""
    given = model.stock_days
    if given is None:
        from chainwright.stress.sectors.stock_days import days_by_input  # noqa: PLC0415  # a table

        days = days_by_input(economy.products)[0]
        pairs = zip(economy.products.codes, days.tolist(), strict=True)
        return tuple((code, _times(number, factor)) for code, number in pairs)
    if isinstance(given, Mapping):
        return tuple((code, _times(float(number), factor)) for code, number in given.items())
    if isinstance(given, tuple):
        return tuple((code, _times(float(number), factor)) for code, number in given)
    return _times(float(given), factor)


def _times(days: float, factor: float) -> float:
    return days * factor if np.isfinite(days) else days
