"""All published numbers as one answer: of a set, of a series, of an item, of a place."""

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from chainwright.carbon.factors.factor_records import Factor, series_records
from chainwright.carbon.factors.factor_sets import FactorSet, named_sets, records_table
from chainwright.errors import UnknownCodeError
from chainwright.system.result import Result
from chainwright.system.system import System

__all__ = ["EmissionFactors", "emission_factors"]


@dataclass(frozen=True, eq=False, repr=False)
class EmissionFactors(Result):
    """Published emission factors, one row a record.

    Parameters
    ----------
    system : System
        Not looked at; may be empty.
    within : str or None
        The factor set or series that was asked for; None for all.
    item, region : str or None
        The one item, the one region; None for all.
    records : tuple of Factor
        What was found, in the order of the tables.
    """

    name: ClassVar[str] = "emission_factors"

    within: str | None
    item: str | None
    region: str | None
    records: tuple[Factor, ...]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked for; of a factor set also its digest."""
        within = self.within or ""
        digest = FactorSet.named(within).digest.hex() if within in named_sets() else ""
        return {"set": self.within, "item": self.item, "region": self.region, "digest": digest}

    def table(self) -> pd.DataFrame:
        """Return one row a record; of one item and region the newest is last."""
        return records_table(self.records)


def emission_factors(
    system: System,
    within: str | None = None,
    *,
    item: str | None = None,
    region: str | None = None,
) -> EmissionFactors:
    """Return published emission factors, potentials and properties of fuels, as an answer.

    Parameters
    ----------
    system : System
        Not looked at; may be empty.
    within : str, optional
        A factor set (all that its lines can come to) or a series; all records if not given.
    item : str, optional
        One fuel, input, gas or product.
    region : str, optional
        Two digits or more of a division, a regional grid, or a country.

    Raises
    ------
    UnknownCodeError
        If there is no such set, item or region.

    Examples
    --------
    >>> found = emission_factors(System(), "grid-province", region="330500").table()
    >>> found["value"].tolist()
    [0.5422, 0.5153, 0.4974]
    """
    known = series_records()
    if within is None:
        records = tuple(f for series in known.values() for f in series)
    elif within in named_sets():
        records = FactorSet.named(within).records()
    elif within in known:
        records = known[within]
    else:
        raise UnknownCodeError(within, "factor set or series", (*named_sets(), *known))
    place = region[:2] if region is not None and region.isdecimal() else region
    for wanted, field in ((item, "item"), (place, "region")):
        if wanted is None:
            continue
        there = {str(getattr(f, field)) for f in records} - {""}
        if wanted not in there:
            raise UnknownCodeError(wanted, f"{field} of these factors", sorted(there))
        records = tuple(f for f in records if getattr(f, field) == wanted)
    return EmissionFactors(system, within, item, region, records)
