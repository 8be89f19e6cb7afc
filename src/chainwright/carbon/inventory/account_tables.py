"""Accounts as tables: a row a firm, a firm and month, a part, a note."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.inventory.account_notes import notes_of
from chainwright.carbon.inventory.parts import IN_GROSS, IN_NEUTRALISED, IN_SCOPE, Part
from chainwright.params.agreement import agreed
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.carbon.inventory.account_result import Account

__all__ = ["AMOUNTS", "firm_rows", "month_rows", "note_rows", "part_rows"]

Floats = npt.NDArray[np.float64]

AMOUNTS = (
    "gross",
    "neutralised",
    "net",
    "half_width",
    "scope_1",
    "scope_2",
    "scope_2_market",
    "fuel",
    "process",
    "gases",
    "fixed",
    "electricity",
    "electricity_market",
    "heat",
    "own_zero",
    "green",
    "sinks",
    "captured",
    "offsets",
    "biogenic",
    "energy_tce",
    "value_added",
    "output_value",
    "taxes",
)
"""Columns of amounts, in the order of the tables; each is an array of the account."""

_COUNTS = ("measured", "estimated", "missing")

_SAID = ("gbt4754", "division", "name_en", "name_zh")
"""Columns of the table of firms that stand beside the amounts."""

_PARTS = {
    Part.FUEL: ("Fuels", "化石燃料燃烧"),
    Part.PROCESS: ("Process inputs", "工业过程投入"),
    Part.GASES: ("Process gases", "过程气体（甲烷、氧化亚氮、含氟气体）"),
    Part.FIXED: ("Carbon fixed in products", "产品固碳"),
    Part.BOUGHT: ("Power bought", "外购电力"),
    Part.EXPORTED: ("Power exported", "外供电力"),
    Part.OWN_ZERO: ("Own zero-carbon power", "自发自用零碳电力"),
    Part.GREEN: ("Green power", "绿电"),
    Part.HEAT: ("Heat bought", "外购热力"),
    Part.HEAT_EXPORTED: ("Heat exported", "外供热力"),
    Part.BIOGENIC: ("Biomass (memo)", "生物质（备注项）"),
    Part.SINKS: ("Sinks", "碳汇"),
    Part.CAPTURED: ("Captured and stored", "碳捕集与封存"),
    Part.OFFSETS: ("Offsets cancelled", "已注销抵销量"),
}
"""What the parts are called."""


def firm_rows(account: "Account") -> pd.DataFrame:
    """Return one row a firm over all months (of windows: the last one), largest emitter first.

    Parameters
    ----------
    account : Account
        The account.
    """
    whole, last = account.whole(), account.months[-1]
    firms = account.system.firms.table
    span = whole.window_months
    known = np.isfinite(account.net[:, -span:])
    reason_en, reason_zh = _reasons(account, known)
    columns: dict[str, object] = {
        "firm": np.array(account.firms, dtype=object),
        **{name: getattr(whole, name)[:, -1] for name in AMOUNTS},
        **{name: getattr(whole, name)[:, -1] for name in _COUNTS},
        "first_month": _month(last - span + 1),
        "last_month": _month(last),
        "months_known": known.sum(axis=1),
        **{name: firms[name].to_numpy(dtype=object) for name in _SAID},
        "factor_set": account.factors.name,
        "reason_en": reason_en,
        "reason_zh": reason_zh,
    }
    frame = pd.DataFrame({c.column: columns[c.column] for c in schema("accounts")})
    order = np.lexsort((np.arange(len(frame)), -np.nan_to_num(whole.gross[:, -1], nan=-np.inf)))
    return frame.iloc[order].reset_index(drop=True)


def month_rows(account: "Account") -> pd.DataFrame:
    """Return one row a firm and month, or a firm and window, in their order.

    Parameters
    ----------
    account : Account
        The account.
    """
    firms, months = len(account.firms), len(account.months)
    return pd.DataFrame(
        {
            "firm": np.repeat(np.array(account.firms, dtype=object), months),
            "month": np.tile(np.array(account.periods, dtype=object), firms),
            "window_months": account.window_months,
            **{name: getattr(account, name).ravel() for name in (*AMOUNTS, *_COUNTS)},
        }
    )


def part_rows(account: "Account") -> pd.DataFrame:
    """Return one row a part: its sum over the firms that it is known of, largest first.

    Parameters
    ----------
    account : Account
        The account.
    """
    sums = account.whole().sums
    rows = []
    for part in Part:
        amount = sums.part(part)[:, -1]
        signs = IN_GROSS[part], IN_NEUTRALISED[part]
        total = float(np.nansum(amount))
        rows.append(
            {
                "part": part.name.lower(),
                "part_en": _PARTS[part][0],
                "part_zh": _PARTS[part][1],
                "scope": IN_SCOPE[part],
                "firms": int((amount > 0.0).sum()),
                "firms_unknown": int(np.isnan(amount).sum()),
                "emission": total,
                "in_gross": signs[0] * total + 0.0,  # no -0
                "in_neutralised": signs[1] * total,
            }
        )
    frame = pd.DataFrame(rows)
    order = np.argsort(-frame["emission"].to_numpy(), kind="stable")
    return frame.iloc[order].reset_index(drop=True)


def note_rows(account: "Account") -> pd.DataFrame:
    """Return what is not known, or was counted in a way that is to be known: a row each.

    Parameters
    ----------
    account : Account
        The account.
    """
    return notes_of(account)


def _month(month: int) -> str:
    """Return a month since January 1970 as text."""
    return str(np.datetime64(int(month), "M"))


def _reasons(account: "Account", known: npt.NDArray[np.bool_]) -> tuple[list[str], list[str]]:
    """Return why a firm's total, or its value added, is not known; empty where both are."""
    span = known.shape[1]
    words: tuple[list[str], list[str]] = ([""] * len(known), [""] * len(known))
    lacking = span - known.sum(axis=1)
    unearned = np.isnan(account.value_added[:, -span:]).sum(axis=1)
    for firm in np.flatnonzero((lacking > 0) | (unearned > 0)).tolist():
        said = (
            (int(lacking[firm]), "the total is not known", "总量未知"),
            (int(unearned[firm]), "value added is missing", "增加值缺失"),
        )
        english = "; ".join(
            agreed(f"{text} in {{n}} of {{m}} {{m:month|months}}", n=n, m=span)
            for n, text, _ in said
            if n
        )
        chinese = "；".join(f"{span} 个月中有 {n} 个月{text}" for n, _, text in said if n)
        words[0][firm], words[1][firm] = f"{english}: see the notes", f"{chinese}：见备注表"
    return words
