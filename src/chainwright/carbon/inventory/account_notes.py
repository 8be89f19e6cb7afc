"""What an account could not know, and what it counted in a way that a reader should know."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.inventory.activities import ABSENT
from chainwright.carbon.inventory.applied_factors import NO_FACTOR
from chainwright.carbon.inventory.parts import STEEL_DIVISION, Part
from chainwright.system import carbon_kinds

if TYPE_CHECKING:
    from chainwright.carbon.inventory.account_result import Account

__all__ = ["notes_of"]

Flags = npt.NDArray[np.bool_]

_WORDS = {
    "unknown_amount": (
        "no value is given though the firm uses it in other months: the total is not known",
        "企业在其他月份使用该品目，但本期无数值：总量未知",
    ),
    "no_power": (
        "no reading of the power bought: the total is not known",
        "无外购电量读数：总量未知",
    ),
    "no_value_added": ("value added is missing", "增加值缺失"),
    "no_factor": (
        "no factor, so that the total is not known: {why}",
        "无排放因子，总量未知：{why}",
    ),
    "taken_as_none": (
        "no value is given and the firm never used it: counted as nothing",
        "无数值且企业从未使用：按零计",
    ),
    "absent": (
        "no reading though the firm uses it in other months: counted as nothing",
        "企业在其他月份使用该品目，本期未填报：按零计",
    ),
    "green_exceeds": (
        "more green power than power bought: what exceeds it is not deducted",
        "绿电量大于外购电量：超出部分不予扣减",
    ),
    "byproduct_gas": (
        "by-product gas beside coal or coke in a steel works: gas made on site from coal or coke"
        " that is counted already counts twice",
        "钢铁企业同时填报煤焦与副产煤气：自产煤气的碳已计入煤焦，不应重复计算",
    ),
}
"""What each note says; those that leave a total unknown first."""


def notes_of(account: "Account") -> pd.DataFrame:
    """Return the notes of an account, those that leave a total unknown first.

    Parameters
    ----------
    account : Account
        The account, by month or in windows; notes are on its months.
    """
    lines = _line_notes(account)
    firms = _firm_notes(account)
    frame = pd.DataFrame([*lines, *firms], columns=_COLUMNS)
    order = {code: i for i, code in enumerate(_WORDS)}
    key = np.array([order[code] for code in frame["note"]], dtype=np.int64)
    return frame.iloc[np.argsort(key, kind="stable")].reset_index(drop=True)


_OFTEN, _BOUGHT = ("month", "day", "hour"), "grid_electricity"
"""Grains of what is reported every month; power bought has a note of its own."""

_COLUMNS = [
    "firm",
    "kind",
    "item",
    "first_month",
    "last_month",
    "months",
    "note",
    "reason_en",
    "reason_zh",
]


def _row(
    account: "Account", firm: int, what: tuple[str, str], where: Flags, code: str, *, why: int = -1
) -> tuple[object, ...]:
    """Return one note: on a firm, a kind and item, in some months."""
    at = np.flatnonzero(where)
    english, chinese = _WORDS[code]
    reason = ("", "") if why < 0 else account.applied.lines.why(why)
    return (
        account.firms[firm],
        *what,
        account.periods[at[0]],
        account.periods[at[-1]],
        len(at),
        code,
        english.format(why=reason[0]),
        chinese.format(why=reason[1]),
    )


def _line_notes(account: "Account") -> list[tuple[object, ...]]:
    """Return notes on single streams."""
    held, applied = account.activities, account.applied
    names = {int(row["number"]): kind for kind, row in carbon_kinds().items()}
    in_use, idle = held.unknown()
    used = np.nan_to_num(account.line_emissions.amount) > 0.0
    lacking = used & np.isnan(applied.factor)
    reports = np.zeros((len(account.firms), len(account.months)), dtype=np.bool_)
    np.logical_or.at(reports, held.firm, held.quality != ABSENT)
    watched = used.any(axis=1) & _monthly(held.kind)
    absent = (held.quality == ABSENT) & watched[:, None] & reports[held.firm]
    rows = []
    for code, where in (
        ("unknown_amount", in_use),
        ("no_factor", lacking),
        ("taken_as_none", idle),
        ("absent", absent),
    ):
        for n in np.flatnonzero(where.any(axis=1)).tolist():
            what = (names[int(held.kind[n])], held.items[int(held.item[n])])
            why = int(applied.line[n, np.flatnonzero(where[n])[0]])
            why = why if code == "no_factor" and why != NO_FACTOR else -1
            rows.append(_row(account, int(held.firm[n]), what, where[n], code, why=why))
    return rows


def _monthly(kinds: npt.NDArray[np.int32]) -> Flags:
    """Return which kinds are reported by the month or oftener, power bought apart."""
    rows = carbon_kinds().items()
    often = {int(r["number"]) for kind, r in rows if r["grain"] in _OFTEN and kind != _BOUGHT}
    return np.isin(kinds, list(often))


def _firm_notes(account: "Account") -> list[tuple[object, ...]]:
    """Return notes on firms in months."""
    held = account.activities
    firms, months = len(account.firms), len(account.months)
    power = np.zeros((firms, months), dtype=np.bool_)
    bought = held.part == Part.BOUGHT
    np.logical_or.at(power, held.firm[bought], held.quality[bought] >= 0)
    amounts = {}
    for part in (Part.BOUGHT, Part.GREEN):
        total = np.zeros((firms, months))
        rows = held.part == part
        np.add.at(total, held.firm[rows], account.line_emissions.amount[rows])
        amounts[part] = total
    found = [
        ("no_power", "grid_electricity", ~power),
        ("green_exceeds", "green_power", amounts[Part.GREEN] > amounts[Part.BOUGHT]),
        ("byproduct_gas", "byproduct_gas", _both_gas_and_coal(account)),
    ]
    if account.window_months == 1:
        found.append(("no_value_added", "value_added", np.isnan(account.value_added)))
    return [
        _row(account, firm, (kind, ""), where[firm], code)
        for code, kind, where in found
        for firm in np.flatnonzero(where.any(axis=1)).tolist()
    ]


def _both_gas_and_coal(account: "Account") -> Flags:
    """Return where a steel works burns by-product gas beside coal or coke, ``(f, m)``."""
    held = account.activities
    number = {kind: int(row["number"]) for kind, row in carbon_kinds().items()}
    used = np.nan_to_num(account.line_emissions.amount) > 0.0
    steel = [str(code).startswith(STEEL_DIVISION) for code in account.system.firms.table["gbt4754"]]
    found = []
    for kinds in (("byproduct_gas",), ("coal", "coke")):
        rows = np.isin(held.kind, [number[kind] for kind in kinds])
        there = np.zeros((len(steel), len(account.months)), dtype=np.bool_)
        np.logical_or.at(there, held.firm[rows], used[rows])
        found.append(there)
    return found[0] & found[1] & np.array(steel, dtype=np.bool_)[:, None]
