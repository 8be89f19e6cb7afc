"""Which factor each stream gets in each month, and why."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.carbon.inventory.measured_fuels import PROPERTIES, measured_fuels
from chainwright.carbon.inventory.parts import FACTOR_KIND, Part
from chainwright.system import carbon_kinds

if TYPE_CHECKING:
    from chainwright.carbon.factors.factor_sets import FactorSet
    from chainwright.carbon.factors.line_factors import LineFactors
    from chainwright.carbon.inventory.activities import Activities
    from chainwright.system import System

__all__ = ["NO_FACTOR", "AppliedFactors", "applied_factors"]

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

NO_FACTOR = -1
"""Of streams that are tonnes of carbon dioxide already."""

_TONNES = (Part.SINKS, Part.CAPTURED, Part.OFFSETS)
_POWER = (Part.BOUGHT, Part.EXPORTED, Part.GREEN)


@dataclass(frozen=True, eq=False)
class AppliedFactors:
    """Factors of ``l`` streams in ``m`` months.

    Parameters
    ----------
    line : ndarray of int32, shape (l, m)
        Place of the factor in `lines`; `NO_FACTOR` for what is tonnes of CO2 already.
    residual : ndarray of int32, shape (l, m)
        Place of the residual factor of power bought, exported and under contract, for the
        market-based total; `NO_FACTOR` elsewhere.
    lines : LineFactors
        The factors, each with its record and the rule that chose it.
    """

    line: Codes
    residual: Codes
    lines: "LineFactors"

    @property
    def factor(self) -> Floats:
        """Emission per unit, tCO2e, ``(l, m)``; NaN where no set has one."""
        return self._taken(self.line, 1.0)

    @property
    def residual_factor(self) -> Floats:
        """Emission per MWh outside contracts, ``(l, m)``; 0 for what is no power."""
        return self._taken(self.residual, 0.0)

    def relative(self, none: float) -> Floats:
        """Return the larger side of each record's range over its value, ``(r,)``.

        IPCC 2006 vol. 1 chapter 3 enters the larger side of a range that is not symmetric.

        Parameters
        ----------
        none : float
            What holds where a record has no range; 0 for what the firm measured itself.
        """
        records = self.lines.records
        found = np.zeros(len(records))
        for i, record in enumerate(records):
            if record.value > 0.0 and record.series != "measured":
                half = max(record.high - record.value, record.value - record.low)
                found[i] = half / record.value if half > 0.0 else none
        return found

    def _taken(self, line: Codes, otherwise: float) -> Floats:
        """Return the value of each line, or another number where it has none."""
        return np.append(self.lines.value, otherwise)[line]  # the last one is that of NO_FACTOR


def applied_factors(
    system: "System", held: "Activities", place: Codes, months: Codes, factors: "FactorSet"
) -> AppliedFactors:
    """Return the factor of each stream in each month: each combination is looked up once.

    Parameters
    ----------
    system : System
        A system with firms; their division decides the grid.
    held : Activities
        What firms did.
    place : ndarray of int32
        Place in the register of each firm that has readings.
    months : ndarray of int32, shape (m,)
        Months, one after the other.
    factors : FactorSet
        Where factors come from.
    """
    years, year = np.unique(months // 12 + 1970, return_inverse=True)
    numbers = {kind: int(row["number"]) for kind, row in carbon_kinds().items()}
    kind, item = held.kind.copy(), held.item.astype(np.int64)
    for part, other in FACTOR_KIND.items():
        kind[held.part == part] = numbers[other]
    item[np.isin(held.part, [*FACTOR_KIND, Part.BOUGHT, Part.HEAT])] = len(held.items)
    division, words = _divisions(system)
    main = np.flatnonzero(~np.isin(held.part, _TONNES))
    power = np.flatnonzero(np.isin(held.part, _POWER))
    stream = np.concatenate([main, power])
    residual = np.full(len(power), numbers["residual_factor"], dtype=np.int32)
    as_kind = np.concatenate([kind[main], residual])
    sizes = (256, len(held.items) + 1, len(words), len(years))
    at = (as_kind, item[stream], division[held.firm[stream]])
    spread = [np.repeat(column, len(years)) for column in at]
    cells = np.ravel_multi_index((*spread, np.tile(np.arange(len(years)), len(stream))), sizes)
    asked, back = np.unique(cells, return_inverse=True)
    of_year = np.full((2, len(held), len(years)), NO_FACTOR, dtype=np.int32)
    back = back.reshape(len(stream), len(years))
    of_year[0, main], of_year[1, power] = back[: len(main)], back[len(main) :]
    of_month = of_year[:, :, year]
    asked, properties = _with_measured(system, held, place, months, asked, of_month[0])
    k, i, d, y = np.unravel_index(asked, sizes)
    named = (*held.items, "")
    lines = factors.for_lines(
        k.astype(np.int32),
        [named[n] for n in i.tolist()],
        [words[n] for n in d.tolist()],
        years[y].astype(np.int32),
        measured=properties,
    )
    return AppliedFactors(of_month[0], of_month[1], lines)


def _with_measured(  # noqa: PLR0917 - the columns of a line
    system: "System", held: "Activities", place: Codes, months: Codes, asked: Places, line: Codes
) -> tuple[Places, Floats]:
    """Add the combinations with measured fuels to those that are asked for; `line` learns them."""
    streams, found = measured_fuels(system, held, place, months)
    there = np.isfinite(found).any(axis=2)
    cells = np.append(asked, -1)[line[streams]][there]
    every = np.column_stack([cells.astype(np.float64), found[there]])
    distinct, back = np.unique(every, axis=0, return_inverse=True, equal_nan=True)
    more = line[streams]
    more[there] = len(asked) + back.ravel()
    line[streams] = more
    none = np.full((len(asked), len(PROPERTIES)), np.nan)
    properties = np.concatenate([none, distinct[:, 1:]])
    return np.concatenate([asked, distinct[:, 0].astype(np.int64)]), properties


def _divisions(system: "System") -> tuple[Places, tuple[str, ...]]:
    """Return the place of each firm's division, and the divisions."""
    column = [str(code) for code in system.firms.table["division"].tolist()]
    words = tuple(dict.fromkeys(column))
    at = {word: n for n, word in enumerate(words)}
    return np.array([at[word] for word in column], dtype=np.int64), words
