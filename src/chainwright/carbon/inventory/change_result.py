"""What `decompose` found: effects by unit, and in all."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.system import Result
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.carbon.inventory.account_result import Account

__all__ = ["EFFECTS", "Decomposition", "Units"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

EFFECTS = ("activity", "structure", "intensity", "factor")
"""Effects, in the order of the rows of `Units.effects`."""

NOISE = 1e-12
"""Part of the emission below which an effect is what is left over by rounding."""

_NOT_SPLIT = {
    "part": ("this part holds no energy", "该构成项与能源消费无关"),
    "carrier": (
        "value added is not above 0, or energy or emission of the carrier below 0",
        "增加值不大于零，或该品种能源、排放为负",
    ),
    "firm": (
        "value added or energy is missing or not above 0, or net emission below 0",
        "增加值或能耗缺失或不大于零，或净排放为负",
    ),
}
"""Why a unit is not split, by its kind."""


class Units(NamedTuple):
    """Effects of ``n`` units.

    Parameters
    ----------
    names, kinds : tuple of str, n
        What they are called; firm, carrier or part.
    before, after : ndarray, shape (n,)
        Net emission, tCO2e.
    effects : ndarray, shape (4, n)
        Activity, structure, intensity, factor, tCO2e.
    direct : ndarray, shape (n,)
        Change of what is not split, tCO2e.
    split : ndarray of bool, shape (n,)
        Whether the change is split into the four.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    before: Floats
    after: Floats
    effects: Floats
    direct: Floats
    split: Flags


@dataclass(frozen=True, eq=False, repr=False)
class Decomposition(Result):
    """Why net emission changed: the first row is all units, then each, the largest change first.

    Parameters
    ----------
    account : Account
        The account.
    firm : str or None
        Code of the firm; all if none.
    before, after : str
        The periods.
    by : str
        ``"carriers"`` or ``"firms"``.
    by_unit : Units
        Effects by unit.
    firms_left_out : int
        Firms whose total is not known in one of the periods.
    """

    name: ClassVar[str] = "carbon_change"
    charted: ClassVar[str] = "change"

    account: "Account"
    firm: str | None
    before: str
    after: str
    by: str
    by_unit: Units
    firms_left_out: int

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {
            **self.account.parameters,
            "firm": self.firm,
            "before": self.before,
            "after": self.after,
            "by": self.by,
            "firms_left_out": self.firms_left_out,
        }

    @property
    def change(self) -> float:
        """Net emission after less before, tCO2e."""
        return float(self.by_unit.after.sum() - self.by_unit.before.sum())

    @property
    def effects(self) -> dict[str, float]:
        """The effects in all, tCO2e; they sum to `change`."""
        units = self.by_unit
        found = {name: float(units.effects[i].sum()) for i, name in enumerate(EFFECTS)}
        return {**found, "direct": float(units.direct.sum())}

    def table(self) -> pd.DataFrame:
        """Return a row for all units, then a row a unit, the largest change first."""
        units = self.by_unit
        change = units.after - units.before
        noise = NOISE * float((np.abs(units.before) + np.abs(units.after)).sum())
        effects = np.where(np.abs(units.effects) > noise, units.effects, 0.0)
        reasons = [
            ("", "") if split else _NOT_SPLIT[kind]
            for kind, split in zip(units.kinds, units.split.tolist(), strict=True)
        ]
        frame = pd.DataFrame(
            {
                "unit": list(units.names),
                "kind": list(units.kinds),
                "before": units.before,
                "after": units.after,
                "change": change,
                **{name: effects[i] for i, name in enumerate(EFFECTS)},
                "direct": units.direct,
                "reason_en": [r[0] for r in reasons],
                "reason_zh": [r[1] for r in reasons],
            }
        )
        frame = frame.iloc[np.argsort(-np.abs(change), kind="stable")]
        frame = frame[[c.column for c in schema(self.name)]]
        total = {
            "unit": "total",
            "kind": "total",
            "before": float(units.before.sum()),
            "after": float(units.after.sum()),
            "change": self.change,
            **{name: x if abs(x) > noise else 0.0 for name, x in self.effects.items()},
            "reason_en": "",
            "reason_zh": "",
        }
        return pd.concat([pd.DataFrame([total]), frame], ignore_index=True)[list(frame.columns)]
