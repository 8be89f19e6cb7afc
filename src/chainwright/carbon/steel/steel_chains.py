"""Steel by direct reduction as a product system: power, hydrogen, pellets, iron, steel."""

from dataclasses import replace
from typing import Literal

import numpy as np

from chainwright.carbon.lifecycle.catalogue import footprints
from chainwright.carbon.lifecycle.product_systems import ProductSystem
from chainwright.carbon.steel.numbers_of_steel import steel_numbers

__all__ = ["End", "Gas", "footprint_of_steel", "power_of_steel", "steel_chain"]

Gas = Literal["hydrogen", "gas", "coke_gas"]
"""What iron ore is reduced with: electrolytic hydrogen, natural gas, coke-oven gas."""

End = Literal["low", "value", "high"]
"""Which end of the ranges of the numbers is taken."""

PRODUCTS = ("power", "hydrogen", "pellets", "iron", "steel")
NAMES_ZH = ("电力", "氢气", "球团", "直接还原铁", "钢")
UNITS = ("MWh", "t", "t", "t", "t")


def steel_chain(gas: Gas, grid_t_per_mwh: float, end: End = "value") -> ProductSystem:
    """Return the product system of steel by direct reduction and the electric arc furnace.

    Parameters
    ----------
    gas : str
        ``"hydrogen"``, ``"gas"`` or ``"coke_gas"``.
    grid_t_per_mwh : float
        Emission of the power, in tCO2/MWh.
    end : str
        Which end of the ranges is taken: ``"low"``, ``"value"`` or ``"high"``.

    Examples
    --------
    >>> round(float(footprints(steel_chain("hydrogen", 0.5306)).footprint[-1]), 2)
    3.07
    """
    held = {code: float(getattr(number, end)) for code, number in steel_numbers().items()}
    power, hydrogen, pellets, iron, steel = range(len(PRODUCTS))
    recipes, direct = np.zeros((5, 5)), np.zeros(5)
    recipes[iron, steel], recipes[power, steel] = held["dri_per_steel"], held["furnace_power"]
    direct[power], direct[pellets] = grid_t_per_mwh, held["pellet_direct"]
    direct[steel] = held["furnace_direct"]
    if gas == "hydrogen":
        kilograms = held["hydrogen_volume"] * held["hydrogen_density"] * held["hydrogen_excess"]
        recipes[hydrogen, iron] = kilograms / 1000.0
        recipes[power, hydrogen] = held["electrolysis"] + held["hydrogen_preheating"]
        recipes[pellets, iron] = held["pellets_per_dri"]
        heat = held["pellets_per_dri"] * held["pellet_preheating"]
        recipes[power, iron] = heat + held["shaft_power"]
        direct[iron] = held["shaft_direct"]
    else:
        recipes[pellets, iron] = held[f"{gas}_pellets"]
        recipes[power, iron] = held[f"{gas}_power"]
        direct[iron] = held[f"{gas}_direct"]
    found = ProductSystem.of_arrays(recipes, direct, list(PRODUCTS))
    frame = found.frame.copy()
    frame["unit"], frame["name_zh"], frame["name_en"] = UNITS, NAMES_ZH, PRODUCTS
    origin = found.origin.noted("numbers of steel_numbers.csv, each with its source")
    return replace(found, frame=frame, emission_unit="tCO2", origin=origin)


def footprint_of_steel(gas: Gas, grid_t_per_mwh: float, end: End = "value") -> float:
    """Return the footprint of steel in tCO2/t.

    Parameters
    ----------
    gas : str
        What the ore is reduced with.
    grid_t_per_mwh : float
        Emission of the power, in tCO2/MWh.
    end : str
        Which end of the ranges is taken.
    """
    chain = steel_chain(gas, grid_t_per_mwh, end)
    return float(footprints(chain, method="direct").footprint[-1])


def power_of_steel(gas: Gas, end: End = "value") -> float:
    """Return the power that a tonne of steel needs, in MWh: what a footprint gains by grid.

    Parameters
    ----------
    gas : str
        What the ore is reduced with.
    end : str
        Which end of the ranges is taken.

    Examples
    --------
    >>> round(power_of_steel("hydrogen"), 3)
    4.857
    """
    return footprint_of_steel(gas, 1.0, end) - footprint_of_steel(gas, 0.0, end)
