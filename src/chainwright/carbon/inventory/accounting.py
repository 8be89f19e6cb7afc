"""The account of every firm in every month, at once."""

from typing import TYPE_CHECKING

import numpy as np

from chainwright.carbon.factors.factor_sets import FactorSet
from chainwright.carbon.inventory.account_result import Account
from chainwright.carbon.inventory.activities import (
    activities,
    by_firm,
    economy,
    firm_places,
    months_of,
)
from chainwright.carbon.inventory.applied_factors import applied_factors
from chainwright.carbon.inventory.coverage import coverage
from chainwright.carbon.inventory.line_emissions import line_emissions
from chainwright.carbon.inventory.part_sums import part_sums
from chainwright.carbon.inventory.standard_coal import coal_equivalents
from chainwright.carbon.inventory.uncertainty import ranges_of
from chainwright.system import carbon_kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    from chainwright.system import System

__all__ = ["account"]


def account(
    system: "System",
    *,
    factors: "str | FactorSet" = "cn-industry",
    months: tuple[str, str] | None = None,
    progress: "Callable[[str], None] | None" = None,
) -> Account:
    """Return what every firm emitted in every month, in all scopes, with what it is made of.

    E_fuel = sum(FC * NCV * CC * OF * 44/12); E_electricity = (P_bought - P_exported) * EF_grid;
    E_heat = (H_bought - H_exported) * 0.11; process inputs and gases by their factors; carbon that
    leaves a steel works (GB/T 4754 division 31) in crude steel and pig iron is deducted. Biomass is
    a memo; the fossil part of waste counts. Own zero-carbon power is counted as if bought and
    deducted once; contracted green power is deducted from the location-based total, and zero only
    in the market-based one, where the rest gets the residual factor; what is captured is deducted
    once. By-product gases are those that come from outside: gas made on site from coal or coke
    that is counted already is not to be reported again.

    Parameters
    ----------
    system : System
        A system with firms and readings.
    factors : str or FactorSet
        Where emission factors come from.
    months : tuple of str, optional
        First and last month, ``YYYY-MM``; all that readings are of, if not given.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    MissingPartError
        If the system has no firms or no readings.
    LabelError
        If firms with readings are not in the table of firms.
    UnknownCodeError, ParameterError
        If there is no such factor set, or `months` are no months.
    """
    tell = progress or (lambda _: None)
    chosen = FactorSet.named(factors) if isinstance(factors, str) else factors
    place = firm_places(system)
    span = months_of(system.readings, months)
    firms = len(system.firms.table)
    tell(f"account: sorting {len(system.readings):,} readings")
    held = activities(system, place, span)
    tell(f"account: factors of {len(held):,} streams")
    applied = applied_factors(system, held, place, span, chosen)
    lines = line_emissions(held, applied)
    sums = part_sums(held, lines.emission, lines.residual, lines.amount, firms)
    kinds = tuple(
        int(carbon_kinds()[k]["number"]) for k in ("value_added", "output_value", "taxes")
    )
    value_added, output_value, taxes = economy(system, place, span, kinds)
    per_unit = coal_equivalents(held)[:, None]
    energetic = (lines.amount != 0.0) & (per_unit != 0.0)  # what is no energy may be unknown
    coal = np.where(energetic, lines.amount * per_unit, 0.0)
    energy = by_firm(coal, held.firm, firms)
    energy[np.isnan(sums.bought)] = np.nan
    tell("account: what was measured, estimated and missing")
    return Account(
        system=system,
        factors=chosen,
        months=span,
        window_months=1,
        activities=held,
        applied=applied,
        line_emissions=lines,
        sums=sums,
        value_added=value_added,
        output_value=output_value,
        taxes=taxes,
        energy_tce=energy,
        ranges=ranges_of(held, applied, lines.emission, firms),
        coverage=coverage(system, place, span),
    )
