"""What lines of an account multiply by: factors, their ranges, records and rules."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from chainwright.carbon.factors.factor_records import Factor
    from chainwright.system.readings import Floats

__all__ = ["LineFactors"]


@dataclass(frozen=True, eq=False)
class LineFactors:
    """A factor for each of ``n`` lines, with why it is this one.

    Parameters
    ----------
    value : ndarray of float64, shape (n,)
        tCO2e per unit of the item; NaN where there is none, and the rule says why.
    low, high : ndarray of float64, shape (n,)
        Range of about 95 %; the value itself where no range is stated.
    record : ndarray of int32, shape (n,)
        Place in `records`; -1 where there is none.
    rule : ndarray of int32, shape (n,)
        Place in `rules`.
    properties : ndarray of float64, shape (n, 3)
        Heat value (GJ per unit), carbon per heat (tC/GJ) and oxidation of fuels as they were
        used; NaN for all that is no fuel.
    records : tuple of Factor
        Each record once.
    rules : tuple of (str, str, str)
        Code of a rule, and what it says in English and in Chinese.
    """

    value: "Floats"
    low: "Floats"
    high: "Floats"
    record: npt.NDArray[np.int32]
    rule: npt.NDArray[np.int32]
    properties: "Floats"
    records: "tuple[Factor, ...]"
    rules: tuple[tuple[str, str, str], ...]
    boundaries: tuple[str, ...] = field(init=False)
    """Boundary of each line: combustion, biogenic, process, ...; empty where there is none."""

    def __post_init__(self) -> None:
        known = (*(r.boundary for r in self.records), "")  # -1 is the empty one
        object.__setattr__(self, "boundaries", tuple(known[i] for i in self.record.tolist()))

    def __len__(self) -> int:
        return len(self.value)

    def why(self, line: int) -> tuple[str, str]:
        """Return why a `line` has its factor, in English and in Chinese."""
        return self.rules[self.rule[line]][1:]

    def of(self, line: int) -> "Factor | None":
        """Return the record of a `line`, if it has one."""
        return self.records[self.record[line]] if self.record[line] >= 0 else None
