"""Sets of factors: which numbers an account takes, chosen by name and changed by parts."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.factors.boundaries import FootprintElectricity, GridFactor
from chainwright.carbon.factors.factor_records import Factor, factor_table, series_records
from chainwright.carbon.factors.fuels import EQUIPMENT, SERIES
from chainwright.carbon.factors.grids import LEVELS
from chainwright.carbon.factors.line_factors import LineFactors
from chainwright.carbon.factors.lines import lines_of
from chainwright.carbon.factors.potentials import REPORTS
from chainwright.errors import LabelError, ParameterError, UnknownCodeError
from chainwright.tables import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FactorSet", "named_sets"]

PROCESS = ("process-steel", "process-ipcc")


@cache
def named_sets() -> "Mapping[str, Mapping[str, str]]":
    """Return the sets that are known, by name.

    Examples
    --------
    >>> list(named_sets())
    ['cn-industry', 'cn-cement', 'cn-rounded', 'ipcc-2006', 'cbam']
    """
    return {row["name"]: row for row in factor_table("factor_sets")}


@dataclass(frozen=True, slots=True)
class FactorSet:
    """Which factors an account takes. Made by `named`, changed by `with_`.

    Parameters
    ----------
    name : str
        Printed with every result; what was changed stands behind it.
    fuels : str
        industry-other, cement-gb, rounded or ipcc-2006: sets that differ by up to about 10 %.
    equipment : str
        kiln, power-boiler or industrial-boiler, where the set gives oxidation by it; or empty.
    grid : str or GridFactor
        province, region or nation; or a factor of one's own.
    grid_year : int or None
        One year for all readings; that of each reading if none. Where nothing is published for
        it, the nearest earlier year counts, else the first one, and the rule says so.
    gwp : str
        AR4, AR5 or AR6.
    carbon_to_co2 : float
        Mass of CO2 per mass of carbon: 44/12; 3.664 for CBAM.
    heat : float or None
        tCO2 per GJ of heat that is bought; the default of the guidelines if none.
    process : str
        process-steel or process-ipcc, which come first for process inputs.

    Examples
    --------
    >>> chosen = FactorSet.named("cn-industry").with_(gwp="AR5")
    >>> chosen.name, len(chosen.digest)
    ('cn-industry; gwp=AR5', 8)
    """

    name: str
    fuels: str = "industry-other"
    equipment: str = ""
    grid: str | GridFactor = "province"
    grid_year: int | None = None
    gwp: str = "AR6"
    carbon_to_co2: float = 44 / 12
    heat: float | None = None
    process: str = "process-steel"

    def __post_init__(self) -> None:
        for value, kind, known in (
            (self.fuels, "set of fuels", SERIES),
            (self.equipment or EQUIPMENT[0], "equipment", EQUIPMENT),
            (self.gwp, "assessment report", REPORTS),
            (self.process, "set of process factors", PROCESS),
        ):
            if value not in known:
                raise UnknownCodeError(value, kind, known)
        if isinstance(self.grid, FootprintElectricity):
            GridFactor.of(self.grid)
        if not isinstance(self.grid, GridFactor) and self.grid not in LEVELS:
            expected = f"{', '.join(LEVELS)} or a GridFactor"
            raise ParameterError("grid", "a factor set", expected, self.grid)
        if not 3.6 <= self.carbon_to_co2 <= 3.7:
            expected = "44/12 or close to it, such as 3.664"
            raise ParameterError("carbon_to_co2", "a factor set", expected, self.carbon_to_co2)
        if self.heat is not None and not 0 <= self.heat <= 1:
            raise ParameterError("heat", "a factor set", "from 0 to 1 tCO2 per GJ", self.heat)

    @classmethod
    def named(cls, name: str) -> Self:
        """Return a set by its name.

        Parameters
        ----------
        name : str
            One of `named_sets`.

        Raises
        ------
        UnknownCodeError
            If there is no such set.
        """
        if name not in named_sets():
            raise UnknownCodeError(name, "factor set", named_sets())
        row = named_sets()[name]
        top, _, bottom = row["carbon_to_co2"].partition("/")
        return cls(
            name=name,
            fuels=row["fuels"],
            equipment=row["equipment"],
            grid=row["grid"],
            gwp=row["gwp"],
            carbon_to_co2=float(top) / float(bottom or 1),
            process=row["process"],
        )

    def with_(self, **changes: object) -> Self:
        """Return the set with some `changes`, which its name tells."""
        for field in changes:
            if field == "name" or field not in self.__slots__:
                raise UnknownCodeError(field, "part of a factor set", self.__slots__[1:])
        words = [f"{k}={v.value if isinstance(v, GridFactor) else v}" for k, v in changes.items()]
        return replace(self, name="; ".join((self.name, *words)), **changes)  # type: ignore[arg-type]

    def for_lines(
        self,
        kind: npt.ArrayLike,
        item: Sequence[str],
        division: Sequence[str],
        year: npt.ArrayLike,
        *,
        measured: npt.ArrayLike | None = None,
    ) -> LineFactors:
        """Return the factor of each line. Give each combination once: the work is a line each.

        Kinds 5 to 9 (power bought, made, green, exported) and 34 take the grid at the place; 36
        the residual mix, which is for market-based totals only; 16, 17 and 35 heat; 10 to 15 and
        18 fuels by item; 19 process inputs; 21 the potential of the gas, per kg; 25 the carbon
        that leaves in steel. All others carry none.

        Parameters
        ----------
        kind : array of int, shape (n,)
            Numbers of kinds.
        item : sequence of str, shape (n,)
            Codes of items; empty where the kind has one only.
        division : sequence of str, shape (n,)
            Codes of GB/T 2260; empty if not known.
        year : array of int, shape (n,)
            Years of the readings.
        measured : array of float, shape (n, 3), optional
            What the firm measured of a fuel: heat value (GJ per unit), carbon per heat (tC/GJ),
            oxidation; NaN where it did not. It takes precedence, property by property: readings
            of kind ``fuel_properties`` with the items ``diesel:ncv``, ``diesel:carbon`` and
            ``diesel:oxidation``.

        Raises
        ------
        LabelError
            If the lengths differ.
        ParameterError
            If a measured property is impossible.

        Examples
        --------
        >>> found = FactorSet.named("cn-industry").for_lines([5], [""], ["330500"], [2023])
        >>> float(found.value[0]), found.why(0)[0]
        (0.4974, 'grid factor of the province for the year')
        """
        kinds, years = np.asarray(kind, dtype=np.int32), np.asarray(year, dtype=np.int32)
        own = np.full((len(kinds), 3), np.nan)
        if measured is not None:
            own = np.asarray(measured, dtype=np.float64)
        sizes = {len(kinds), len(item), len(division), len(years), len(own)}
        if len(sizes) > 1 or own.shape[1:] != (3,):
            msg = f"Lines need one kind, item, division and year each. Got lengths {sorted(sizes)}."
            raise LabelError(msg)
        bad = (own < 0) | (own > np.array([500.0, 0.2, 1.0]))
        if bad.any():
            expected = "heat value 0 to 500 GJ, carbon 0 to 0.2 tC/GJ, oxidation 0 to 1"
            raise ParameterError("measured", "lines", expected, float(own[bad][0]))
        return lines_of(self, kinds, item, division, years, own)

    def records(self) -> tuple[Factor, ...]:
        """Return every record that a line can come to under this set."""
        level = "" if isinstance(self.grid, GridFactor) else f"grid-{self.grid}"
        series = dict.fromkeys(
            (
                self.fuels,
                "industry-other",
                "ipcc-2006",
                level,
                "grid-nation" if level else "",
                "residual",
                "heat",
                self.process,
                *PROCESS,
                "fixed-steel",
                f"gwp-{self.gwp.lower()}",
            )
        )
        known = series_records()
        return tuple(f for s in series if s for f in known[s])

    def table(self) -> pd.DataFrame:
        """Return every record that a line can come to, with the columns of ``emission_factors``."""
        return records_table(self.records())

    @property
    def digest(self) -> bytes:
        """Eight bytes that change with any choice or number of the set."""
        return _digest(self)


@cache
def _digest(chosen: FactorSet) -> bytes:
    choices = astuple(replace(chosen, name=""))
    text = repr((choices, [astuple(record) for record in chosen.records()]))
    return hashlib.sha256(text.encode()).digest()[:8]


def records_table(records: Sequence[Factor]) -> pd.DataFrame:
    """Return records as a table with the columns of ``emission_factors``.

    Parameters
    ----------
    records : sequence of Factor
        In the order of the rows.
    """
    columns = [c.column for c in schema("emission_factors")]
    return pd.DataFrame([[getattr(r, c) for c in columns] for r in records], columns=columns)
