"""How a line comes to its factor: one rule after the other, and the one that held is kept."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.carbon.factors.boundaries import GridFactor
from chainwright.carbon.factors.factor_records import Factor, series_records
from chainwright.carbon.factors.fuels import fuel_factor, resolved_fuel
from chainwright.carbon.factors.grids import grid_at, residual_at
from chainwright.carbon.factors.line_factors import LineFactors
from chainwright.carbon.factors.potentials import potential_of
from chainwright.carbon.factors.rules import factor_rules
from chainwright.errors import UnknownCodeError
from chainwright.system.readings import carbon_items, carbon_kinds

if TYPE_CHECKING:
    from chainwright.carbon.factors.factor_sets import FactorSet
    from chainwright.system.readings import Floats

__all__ = ["lines_of"]

POWER = {
    "grid_electricity",
    "own_pv",
    "own_zero_carbon",
    "green_power",
    "electricity_exported",
    "grid_factor",
}
HEAT = {"heat_bought", "heat_exported", "heat_factor"}
FUELS = {"coal", "coke", "pipeline_gas", "liquefied_gas", "oil", "byproduct_gas", "biomass"}

Found = tuple[Factor | None, str, tuple[float, float, float] | None]
"""Record, code of the rule, properties of a fuel."""


def lines_of(  # noqa: PLR0917 - the columns of a line
    chosen: "FactorSet",
    kind: npt.NDArray[np.int32],
    item: Sequence[str],
    division: Sequence[str],
    year: npt.NDArray[np.int32],
    measured: "Floats",
) -> LineFactors:
    """Return the factors of lines under a set.

    Parameters
    ----------
    chosen : FactorSet
        The set.
    kind, item, division, year : arrays, shape (n,)
        As in `FactorSet.for_lines`.
    measured : ndarray of float64, shape (n, 3)
        What the firm measured of fuels; NaN where it did not.
    """
    by_number = {int(row["number"]): code for code, row in carbon_kinds().items()}
    values = np.full((len(kind), 3), np.nan)
    record, rule = np.full(len(kind), -1, np.int32), np.empty(len(kind), np.int32)
    properties = np.full((len(kind), 3), np.nan)
    records: dict[Factor, int] = {}
    rules: dict[str, int] = {}
    resolve = cache(lambda *line: _resolved(chosen, *line))
    has_own = np.isfinite(measured).sum(axis=1).tolist()  # how many of three
    for i, line in enumerate(zip(kind.tolist(), item, division, year.tolist(), strict=True)):
        found: Found = resolve(by_number.get(line[0], ""), *line[1:])
        if has_own[i] and found[2] is not None:
            found = _with_own(found, measured[i], chosen.carbon_to_co2)
        factor, why, parts = found
        rule[i] = rules.setdefault(why, len(rules))
        if parts is not None:
            properties[i] = parts
        if factor is not None:
            record[i] = records.setdefault(factor, len(records))
            values[i] = factor.value, factor.low, factor.high
    value, low, high = values.T.copy()
    words = tuple(factor_rules()[code] for code in rules)
    return LineFactors(value, low, high, record, rule, properties, tuple(records), words)


def _resolved(chosen: "FactorSet", kind: str, item: str, division: str, year: int) -> Found:
    """Return record and rule of one line."""
    if kind in FUELS:
        return _fuel(chosen, kind, item)
    if kind in POWER:
        return *_grid(chosen, division, chosen.grid_year or year), None
    other: dict[str, Callable[[], tuple[Factor | None, str]]] = {
        "residual_factor": lambda: residual_at(chosen.grid_year or year),
        "process_inputs": lambda: _process(chosen, item),
        "process_gases": lambda: _gas(chosen, item),
        "physical_output": lambda: _fixed(item),
        **dict.fromkeys(HEAT, lambda: _heat(chosen)),
    }
    return *(other[kind]() if kind in other else (None, "no_factor")), None


def _fuel(chosen: "FactorSet", kind: str, item: str) -> Found:
    """Return the factor of a fuel; a kind with one fuel needs no item."""
    known = [code for k, code in carbon_items() if k == kind]
    if not item and len(known) > 1:
        return None, "item_needed", None
    if item and item not in known:
        return None, "item_unknown", None
    fuel = resolved_fuel(item or known[0], chosen.fuels, chosen.equipment, chosen.carbon_to_co2)
    if fuel is None:
        return None, "item_unknown", None
    ncv, carbon, oxidation = (f.value for f in fuel.properties)
    rule = "only_item" if not item and fuel.rule == "fuel_set" else fuel.rule
    return fuel.record, rule, (ncv, carbon, oxidation)


def _with_own(found: Found, own: "Floats", carbon_to_co2: float) -> Found:
    """Return what a fuel comes to with what the firm measured of it.

    The range is that of the carbon per heat or heat value that is still a default; what is
    measured adds none here: the meter's own error belongs to the reading.
    """
    record, _, parts = found
    assert record is not None and parts is not None  # noqa: S101 PT018 - the caller has looked
    default = resolved_fuel(record.item, record.series.split("+", maxsplit=1)[0])
    ranges = default.properties if default is not None else ()
    used = np.where(np.isfinite(own), own, parts)
    value = float(fuel_factor(used[0], used[1], used[2], carbon_to_co2))
    left = [f for f, mine in zip(ranges, own.tolist(), strict=True) if np.isnan(mine)]
    below, above = (
        float(np.sqrt(sum((getattr(f, end) / f.value - 1) ** 2 for f in left)))
        for end in ("low", "high")
    )
    whole = bool(np.isfinite(own).all())
    ours = replace(
        record,
        code=f"measured/{record.item}" + ("" if whole else f"+{record.code}"),
        value=value,
        low=value * max(0.0, 1 - below),
        high=value * (1 + above),
        publisher="firm" if whole else f"firm; {record.publisher}",
        announcement="fuel_properties" if whole else f"fuel_properties; {record.announcement}",
        valid_from="" if whole else record.valid_from,
        verified=record.verified and not whole,
        series="measured" if whole else f"measured+{record.series}",
        source="readings of the firm" if whole else f"readings of the firm; {record.source}",
        range_source="" if whole else record.range_source,
        verified_by="" if whole else record.verified_by,
    )
    return ours, "measured" if whole else "measured_part", (used[0], used[1], used[2])


def _grid(chosen: "FactorSet", division: str, year: int) -> tuple[Factor | None, str]:
    """Return the grid's factor: the one that was given, or that of the place."""
    if not isinstance(chosen.grid, GridFactor):
        return grid_at(division, year, chosen.grid)
    return _given("grid", chosen.grid.value, "tCO2/MWh", "grid"), "grid_given"


def _heat(chosen: "FactorSet") -> tuple[Factor | None, str]:
    """Return the factor of heat: the one that was given, or the default."""
    if chosen.heat is None:
        return series_records()["heat"][0], "heat_default"
    return _given("heat", chosen.heat, "tCO2/GJ", "heat"), "heat_given"


def _given(code: str, value: float, unit: str, boundary: str) -> Factor:
    """Return a number of the question as a record."""
    return Factor(
        code=f"given/{code}",
        kind="",
        item="",
        region="",
        value=value,
        unit=unit,
        low=value,
        high=value,
        publisher="given with the question",
        announcement="",
        valid_from="",
        valid_to="",
        boundary=boundary,
        verified=False,
        source="given with the question",
        series="given",
    )


def _process(chosen: "FactorSet", item: str) -> tuple[Factor | None, str]:
    """Return the factor of a process input: of the set, else of the other one."""
    if not item:
        return None, "item_needed"
    for series in dict.fromkeys((chosen.process, "process-steel", "process-ipcc")):
        for factor in series_records()[series]:
            if factor.item == item:
                own = series == chosen.process
                return factor, "process_set" if own else "process_other_set"
    return None, "item_unknown"


def _gas(chosen: "FactorSet", item: str) -> tuple[Factor | None, str]:
    """Return what a kg of a gas counts for, in tCO2e."""
    if not item:
        return None, "item_needed"
    try:
        found = potential_of(chosen.gwp, item)
    except UnknownCodeError:
        return None, "item_unknown"
    scale = {"value": found.value / 1000, "low": found.low / 1000, "high": found.high / 1000}
    return replace(found, unit="tCO2e/kg", **scale), "potential"  # type: ignore[arg-type]


def _fixed(item: str) -> tuple[Factor | None, str]:
    """Return the carbon that leaves in a product, as tCO2 per t."""
    for factor in series_records()["fixed-steel"]:
        if factor.item == item:
            return factor, "fixed"
    return None, "no_factor"
