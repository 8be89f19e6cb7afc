"""One set of readings under two sets of factors: what differs, line by line."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.inventory.line_emissions import net_of_lines
from chainwright.carbon.inventory.parts import Part
from chainwright.errors import LabelError
from chainwright.system import Result, carbon_items, carbon_kinds
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.carbon.inventory.account_result import Account

__all__ = ["AccountComparison", "compare_accounts"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class AccountComparison(Result):
    """What `compare_accounts` found: a row a firm, kind and item, the largest difference first.

    Parameters
    ----------
    first, second : Account
        Accounts of the same readings under two sets of factors.
    """

    name: ClassVar[str] = "account_comparison"
    charted: ClassVar[str] = "difference"

    first: "Account"
    second: "Account"

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {"first": self.first.parameters, "second": self.second.parameters}

    @cached_property
    def net(self) -> tuple[Floats, Floats]:
        """What each stream adds to net under each set, tCO2e, ``(l,)`` each.

        Over the months in which the firm's net is known under both.
        """
        both = np.isfinite(self.first.net) & np.isfinite(self.second.net)
        found = []
        for account in (self.first, self.second):
            held, lines = account.activities, account.line_emissions
            net = net_of_lines(held, lines.emission, account.sums.covered_over(both)[:, None])
            found.append(np.where(both[held.firm], net, 0.0).sum(axis=1))
        return found[0], found[1]

    @property
    def difference(self) -> float:
        """Net under the second set less under the first, all firms, tCO2e."""
        return float(self.net[1].sum() - self.net[0].sum())

    def table(self) -> pd.DataFrame:
        """Return a row a firm, kind and item that is used, the largest difference first."""
        held, lines = self.first.activities, self.first.line_emissions
        both = np.isfinite(self.first.net) & np.isfinite(self.second.net)
        amount = np.where(both[held.firm], lines.amount, 0.0).sum(axis=1)
        rows = {int(row["number"]): row for row in carbon_kinds().values()}
        known = carbon_items()
        kinds = [rows[k]["kind"] for k in held.kind.tolist()]
        items = [held.items[i] for i in held.item.tolist()]
        frame = pd.DataFrame(
            {
                "firm": np.array(self.first.firms, dtype=object)[held.firm],
                "kind": kinds,
                "item": items,
                "part": [Part(p).name.lower() for p in held.part.tolist()],
                "activity": amount,
                "unit": [
                    known[pair]["unit"] if pair in known else rows[k]["unit"]
                    for pair, k in zip(
                        zip(kinds, items, strict=True), held.kind.tolist(), strict=True
                    )
                ],
                "net_first": self.net[0],
                "net_second": self.net[1],
                "difference": self.net[1] - self.net[0],
                "factor_first": _codes(self.first),
                "factor_second": _codes(self.second),
            }
        )
        frame = frame.loc[amount != 0.0, [c.column for c in schema(self.name)]]
        order = np.argsort(-frame["difference"].abs().to_numpy(), kind="stable")
        sorted_rows: pd.DataFrame = frame.iloc[order].reset_index(drop=True)
        return sorted_rows


def compare_accounts(first: "Account", second: "Account") -> AccountComparison:
    """Return what differs between two accounts of the same readings under two sets of factors.

    Parameters
    ----------
    first, second : Account
        Accounts by month of one system.

    Raises
    ------
    LabelError
        If they are of other readings, firms or months, or in windows.

    Examples
    --------
    >>> from chainwright import carbon
    >>> from chainwright.system import System
    >>> city = System.demo("city", firms=3, months=2)
    >>> ours = carbon.account(city)
    >>> compare_accounts(ours, ours).difference
    0.0
    """
    a, b = first.activities, second.activities
    same = (
        first.firms == second.firms
        and np.array_equal(first.months, second.months)
        and (first.window_months, second.window_months) == (1, 1)
        and np.array_equal(a.firm, b.firm)
        and np.array_equal(a.kind, b.kind)
        and [a.items[i] for i in a.item.tolist()] == [b.items[i] for i in b.item.tolist()]
        and np.array_equal(a.amount, b.amount, equal_nan=True)
    )
    if not same:
        msg = (
            "The accounts are of other readings, firms or months, or in windows. Compare two"
            " accounts by month of one system under two sets of factors."
        )
        raise LabelError(msg)
    return AccountComparison(system=first.system, first=first, second=second)


def _codes(account: "Account") -> list[str]:
    """Return the codes of the records that each stream used, joined by semicolons."""
    lines = account.applied.lines
    record = np.append(lines.record, -1)[account.applied.line]
    used = np.where(account.line_emissions.amount == 0.0, -1, record)
    patterns, back = np.unique(used, axis=0, return_inverse=True)
    said = [
        "; ".join(lines.records[i].code for i in dict.fromkeys(pattern) if i >= 0)
        for pattern in patterns.tolist()
    ]
    return [said[i] for i in back.ravel().tolist()]
