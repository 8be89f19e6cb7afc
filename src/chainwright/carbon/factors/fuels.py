"""The factor of a fuel: heat value times carbon per heat times oxidation times 44/12."""

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from chainwright.carbon.factors.factor_records import Factor, series_records
from chainwright.system.readings import carbon_items

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chainwright.system.readings import Floats

__all__ = ["EQUIPMENT", "PROPERTIES", "SERIES", "Fuel", "fuel_factor", "resolved_fuel"]

SERIES = ("industry-other", "cement-gb", "rounded", "ipcc-2006")
"""Sets of fuel properties, never mixed silently; they differ by up to about 10 %."""

EQUIPMENT = ("kiln", "power-boiler", "industrial-boiler")
"""What solid fuels burn in, where a set gives oxidation by it."""

PROPERTIES = ("ncv", "carbon", "oxidation")
"""Heat value (GJ per unit), carbon per heat (tC/GJ), oxidised share."""

BIOMASS = {"wood", "straw", "biogenic_waste"}


@dataclass(frozen=True, slots=True)
class Fuel:
    """A fuel with its three properties, and the rule by which they were found.

    Parameters
    ----------
    record : Factor
        The factor itself, in tCO2 per unit of the item.
    properties : tuple of Factor
        Heat value, carbon per heat, oxidation.
    rule : str
        Code of the rule.
    """

    record: Factor
    properties: tuple[Factor, Factor, Factor]
    rule: str


def fuel_factor(
    ncv: "Floats", carbon: "Floats", oxidation: "Floats", carbon_to_co2: float = 44 / 12
) -> "Floats":
    """Return the emission per unit of fuels, in tCO2.

    ``EF = NCV * CC * OF * 44/12``

    Parameters
    ----------
    ncv : ndarray or float
        Net calorific value, GJ per t or per 10^4 Nm3.
    carbon : ndarray or float
        Carbon per heat, tC/GJ.
    oxidation : ndarray or float
        Oxidised share.
    carbon_to_co2 : float, optional
        Mass of CO2 per mass of carbon: 44/12; CBAM takes 3.664.

    Examples
    --------
    >>> round(float(fuel_factor(42.652, 0.0202, 0.98)), 4)
    3.0959
    """
    return np.asarray(ncv) * carbon * oxidation * carbon_to_co2


@cache
def _known() -> "Mapping[tuple[str, str, str], Factor]":
    """Return the properties of fuels by series, item and property."""
    return {
        (f.series, f.item, f.parameter): f for series in SERIES for f in series_records()[series]
    }


def _property(item: str, name: str, series: str, equipment: str, unit: str) -> Factor | None:
    """Return one property as a set gives it; none where its heat value is of another unit."""
    known = _known()
    if name == "oxidation" and equipment:
        by_equipment = known.get((series, item, f"oxidation:{equipment}"))
        if by_equipment is not None:
            return by_equipment
    found = known.get((series, item, name))
    wrong_unit = found is not None and name == "ncv" and found.unit != f"GJ/{unit}"
    return None if wrong_unit else found


@cache
def resolved_fuel(
    item: str, series: str, equipment: str = "", carbon_to_co2: float = 44 / 12
) -> Fuel | None:
    """Return the factor of a fuel: each property from the set, else from the next one that has it.

    After the set that is asked for come ``"industry-other"`` and ``"ipcc-2006"``. The rule says
    whether all three are of the set, and the record which sets they are of. The range joins those
    of heat value and carbon per heat in quadrature, below and above apart.

    Parameters
    ----------
    item : str
        Code of the fuel.
    series : str
        One of `SERIES`.
    equipment : str, optional
        One of `EQUIPMENT`, for sets that give oxidation of solid fuels by it.
    carbon_to_co2 : float, optional
        Mass of CO2 per mass of carbon.

    Returns
    -------
    Fuel or None
        None where no set has the fuel.

    Examples
    --------
    >>> round(resolved_fuel("natural_gas", "industry-other").record.value, 4)
    21.6219
    """
    unit = next((row["unit"] for (_, known), row in carbon_items().items() if known == item), "t")
    order = dict.fromkeys((series, "industry-other", "ipcc-2006"))
    found: list[Factor] = []
    for name in PROPERTIES:
        options = (_property(item, name, s, equipment, unit) for s in order)
        first = next((f for f in options if f is not None), None)
        if first is None:
            return None
        found.append(first)
    ncv, carbon, oxidation = found
    value = float(fuel_factor(ncv.value, carbon.value, oxidation.value, carbon_to_co2))  # type: ignore[arg-type]
    below, above = (
        math.hypot(*(getattr(f, end) / f.value - 1 for f in found)) for end in ("low", "high")
    )
    used = tuple(dict.fromkeys(f.series for f in found))
    record = replace(
        ncv,
        code=f"{'+'.join(used)}/{item}" + (f":{equipment}" if ":" in oxidation.parameter else ""),
        value=value,
        unit=f"tCO2/{unit}",
        low=value * max(0.0, 1 - below),
        high=value * (1 + above),
        publisher="; ".join(dict.fromkeys(f.publisher for f in found)),
        announcement="; ".join(dict.fromkeys(f.announcement for f in found)),
        valid_from=max(f.valid_from for f in found),
        boundary="biogenic" if item in BIOMASS else "combustion",
        verified=all(f.verified for f in found),
        verified_by="; ".join(dict.fromkeys(f.verified_by for f in found)),
        source="; ".join(dict.fromkeys(f.source for f in found)),
        series="+".join(used),
        parameter="factor",
        range_source="; ".join(dict.fromkeys(f.range_source for f in found if f.range_source)),
    )
    return Fuel(record, (ncv, carbon, oxidation), _rule(item, series, used, oxidation))


def _rule(item: str, series: str, used: tuple[str, ...], oxidation: Factor) -> str:
    """Return the code of the rule that the sets in use tell of."""
    if item in BIOMASS:
        return "biomass"
    if item == "fossil_waste":
        return "waste_fossil"
    if used == (series,):
        return "fuel_equipment" if ":" in oxidation.parameter else "fuel_set"
    return "fuel_mixed" if series in used else "fuel_other_set"
