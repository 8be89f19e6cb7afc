"""Every number of a firm's account: activity x factor x GWP x conversion, and why this factor."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.inventory.activities import ABSENT
from chainwright.carbon.inventory.applied_factors import NO_FACTOR
from chainwright.carbon.inventory.parts import IN_GROSS, IN_NEUTRALISED, IN_SCOPE, Part
from chainwright.system import QUALITIES, Result, carbon_items, carbon_kinds
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.carbon.inventory.account_result import Account

__all__ = ["AccountLines"]

Places = npt.NDArray[np.intp]

KG_PER_T = 1000.0

_TONNE = ("tonnes of CO2 as reported", "按填报的二氧化碳吨数")
_UNUSED = ("nothing used", "未使用")


@dataclass(frozen=True, eq=False, repr=False)
class AccountLines(Result):
    """The lines of one firm: ``emission = activity x factor x gwp x conversion``.

    ``in_gross`` and ``in_neutralised`` sum to the totals of the account. Power has a second line
    in the market-based scope, by the residual factor, which is in neither.

    Parameters
    ----------
    account : Account
        The account.
    firm : str
        Code of the firm.
    place : int
        Its place.
    month : str or None
        ``YYYY-MM``; all months if none.
    column : int or None
        Its place.
    """

    name: ClassVar[str] = "account_lines"
    charted: ClassVar[str] = "emission"

    account: "Account"
    firm: str
    place: int
    month: str | None
    column: int | None

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {**self.account.parameters, "firm": self.firm, "month": self.month}

    def table(self) -> pd.DataFrame:
        """Return the lines, those that emit most first; then those of the market-based scope."""
        account = self.account
        held = account.activities
        streams = np.arange(*np.searchsorted(held.firm, [self.place, self.place + 1]))
        columns = self._columns()
        rows = np.repeat(streams, len(columns)), np.tile(columns, len(streams))
        there = held.quality[rows] != ABSENT
        stream, month = rows[0][there], rows[1][there]
        main = self._rows(stream, month, market=False)
        power = account.applied.residual[stream, month] != NO_FACTOR
        frames = [main, self._rows(stream[power], month[power], market=True)]
        frame = pd.concat([f for f in frames if len(f)] or [main], ignore_index=True)
        frame = frame[[c.column for c in schema(self.name)]]
        size = np.nan_to_num(frame["emission"].to_numpy(dtype=np.float64), nan=np.inf)
        market = (frame["scope"] == "2 market").to_numpy(dtype=np.bool_)
        return frame.iloc[np.lexsort((-size, market))].reset_index(drop=True)

    def _columns(self) -> Places:
        """Return the months that lines are of: one, those of a window, or all."""
        if self.column is None:
            return np.arange(len(self.account.months))
        first = max(0, self.column - self.account.window_months + 1)
        return np.arange(first, self.column + 1)

    def _rows(self, stream: Places, month: Places, *, market: bool) -> pd.DataFrame:
        """Return lines of streams in months, in the location-based or market-based scope."""
        account = self.account
        held, applied, lines = account.activities, account.applied, account.applied.lines
        line = (applied.residual if market else applied.line)[stream, month]
        part = held.part[stream]
        amount = account.line_emissions.amount[stream, month]
        emission = (account.line_emissions.residual if market else account.line_emissions.emission)[
            stream, month
        ]
        value = np.append(lines.value, 1.0)[line]
        is_gas = part == Part.GASES
        gwp = np.where(is_gas, value * KG_PER_T, 1.0)
        covered = np.where(part == Part.GREEN, self._covered()[month] if len(month) else 1.0, 1.0)
        counts = 0.0 if market else 1.0
        signs = np.where(part == Part.EXPORTED, -1.0, 1.0)
        places = np.append(lines.record, -1)[line]
        records = [lines.records[i] if i >= 0 else None for i in places.tolist()]
        why = [_TONNE if i == NO_FACTOR else lines.why(i) for i in line.tolist()]
        kinds, items, units = _named(account, stream)
        return pd.DataFrame(
            {
                "month": np.array(account.periods, dtype=object)[month],
                "kind": kinds,
                "item": items,
                "part": [Part(p).name.lower() for p in part.tolist()],
                "scope": [
                    "2 market" if market else IN_SCOPE[p] or _OTHER[p] for p in part.tolist()
                ],
                "activity": amount,
                "unit": units,
                "factor": np.where(is_gas, 1.0, value),
                "factor_unit": ["tCO2/tCO2" if r is None else r.unit for r in records],
                "gwp": gwp,
                "conversion": np.where(is_gas, 1.0 / KG_PER_T, 1.0),
                "emission": emission,
                "in_gross": counts * IN_GROSS[part] * emission + 0.0,  # 0.0, never -0.0
                "in_neutralised": counts * IN_NEUTRALISED[part] * covered * emission + 0.0,
                "in_market": (signs if market else 0.0) * self._in_market(part, covered, emission)
                + 0.0,
                "factor_code": ["" if r is None else r.code for r in records],
                "publisher": ["" if r is None else r.publisher for r in records],
                "announcement": ["" if r is None else r.announcement for r in records],
                "rule_en": [w[0] for w in why],
                "rule_zh": [w[1] for w in why],
                "quality": [QUALITIES[q] for q in held.quality[stream, month].tolist()],
            }
        )

    def _covered(self) -> npt.NDArray[np.float64]:
        """Return by month the share of green power that there is bought power for."""
        sums = self.account.sums
        if self.account.window_months == 1:
            return np.asarray(sums.covered[self.place], dtype=np.float64)
        last = len(self.account.months) - 1 if self.column is None else self.column
        return np.full(len(self.account.months), sums.covered[self.place, last])

    @staticmethod
    def _in_market(
        part: npt.NDArray[np.int32],
        covered: npt.NDArray[np.float64],
        emission: npt.NDArray[np.float64],
    ) -> npt.NDArray[np.float64]:
        """Return what power adds to the market-based total; green power takes away its part."""
        return np.asarray(np.where(part == Part.GREEN, -covered, 1.0) * emission, dtype=np.float64)


_OTHER = ["", "", "", "", "", "", "", "deduction", "", "", "memo", *["deduction"] * 3]
"""What stands in place of a scope."""


def _named(account: "Account", stream: Places) -> tuple[list[str], list[str], list[str]]:
    """Return kind, item and unit of streams."""
    held = account.activities
    rows = {int(row["number"]): row for row in carbon_kinds().values()}
    known = carbon_items()
    kinds = [rows[k]["kind"] for k in held.kind[stream].tolist()]
    items = [held.items[i] for i in held.item[stream].tolist()]
    units = [
        known[kind, item]["unit"] if (kind, item) in known else rows[int(k)]["unit"]
        for kind, item, k in zip(kinds, items, held.kind[stream].tolist(), strict=True)
    ]
    return kinds, items, units
