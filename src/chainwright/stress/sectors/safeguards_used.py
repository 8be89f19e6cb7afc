"""What was held ready in a run and what became of it: a table, and sentences about it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainwright.params.agreement import agreed
from chainwright.stress.sectors.economy import Notes
from chainwright.system import Safeguard

if TYPE_CHECKING:
    from chainwright.stress.firms.firm_records import FirmRecords
    from chainwright.stress.firms.firm_run import FirmRun
    from chainwright.stress.firms.held_by_firms import HeldByFirms, HeldFirmReserve
    from chainwright.stress.sectors.held_safeguards import HeldReserve, HeldSafeguards
    from chainwright.stress.sectors.run import StressRun
    from chainwright.stress.sectors.run_records import Records

__all__ = ["safeguard_notes", "safeguards_table"]

KINDS: Mapping[str, tuple[str, str]] = {
    "reserve": ("{n} {n:reserve|reserves}", "{n} 项储备"),
    "backup_capacity": ("{n} backup {n:capacity|capacities}", "{n} 项备用产能"),
    "strengthen": ("{n} strengthened {n:capacity|capacities}", "{n} 项加强产能"),
    "second_source": ("{n} second {n:source|sources}", "{n} 项第二来源"),
    "stabilise": ("{n} {n:cover|covers} against the blow", "{n} 项防护"),
}

UNCOUNTED: Mapping[str, tuple[str, str]] = {
    "second_source": (
        "Its part of orders is not counted apart: compare a run without it.",
        "其所占订货未单独计量：可与无此项的运行比较。",
    ),
    "stabilise": (
        "It keeps part of the blow off before anything runs: compare a run without it.",
        "其在运行前已减轻冲击：可与无此项的运行比较。",
    ),
}


def safeguard_notes(
    safeguards: Sequence[Safeguard],
    held: "HeldSafeguards | HeldByFirms",
    records: "Records | FirmRecords",
    money: str,
) -> Notes:
    """Return what is held ready and what was released, in English and Chinese; nothing if none is.

    Parameters
    ----------
    safeguards : sequence of Safeguard
        What the system holds.
    held : HeldSafeguards or HeldByFirms
        The same on its table, or among its firms.
    records : Records or FirmRecords
        The run.
    money : str
        What amounts are counted in.
    """
    kinds = [one.kind for one in safeguards if one.size > 0.0]
    if not kinds:
        return ()
    counts = {kind: kinds.count(kind) for kind in KINDS if kind in kinds}
    english = ", ".join(agreed(KINDS[kind][0], n=n) for kind, n in counts.items())
    chinese = "、".join(KINDS[kind][1].format(n=n) for kind, n in counts.items())
    told_en, told_zh = f"Held ready: {english}.", f"已备：{chinese}。"
    if held.reserves and records.reserves is not None:
        whole, given = records.reserves.held.sum(), records.reserves.released.sum()
        share = 100.0 * given / whole if whole > 0.0 else 0.0
        told_en += f" Reserves released {given:,.6g} {money} of {whole:,.6g} ({share:.3g} %)."
        told_zh += f"储备释放 {given:,.6g} {money}（共 {whole:,.6g}，占 {share:.3g}%）。"
    if held.capacity and records.backup is not None:
        made = records.backup.made.sum()
        told_en += f" Capacity that was held ready made {made:,.6g} {money}."
        told_zh += f"备用产能产出 {made:,.6g} {money}。"
    return ((told_en, told_zh),)


def safeguards_table(run: "StressRun | FirmRun") -> pd.DataFrame:
    """Return what was used of each safeguard, an end and a user a row, the most used first.

    Parameters
    ----------
    run : StressRun or FirmRun
        The answer.
    """
    frames = []
    for end, records in run.runs.items():
        rows = pd.DataFrame(list(_rows(run.safeguards, run.held, records)), columns=COLUMNS[1:])
        rows.insert(0, "end", end)
        numbers = ["held", "released", "used_share", "first_day", "last_day"]
        rows[numbers] = rows[numbers].astype(np.float64)
        order = np.lexsort((np.arange(len(rows)), -rows["released"].fillna(-1.0).to_numpy()))
        frames.append(rows.iloc[order])
    frame = pd.concat(frames, ignore_index=True)
    return frame[["safeguard", "end", *COLUMNS[2:]]]


COLUMNS = [
    "end",
    "safeguard",
    "kind",
    "users",
    "size",
    "held",
    "released",
    "used_share",
    "first_day",
    "last_day",
    "reason_en",
    "reason_zh",
]


def _rows(
    safeguards: Sequence[Safeguard],
    held: "HeldSafeguards | HeldByFirms",
    records: "Records | FirmRecords",
) -> Iterator[list[object]]:
    """Yield rows of one end: what is held by user, then what is not counted apart."""
    of = {one.name: one for one in safeguards}
    economy, reserves, backup = records.economy, records.reserves, records.backup
    shared: Sequence[HeldReserve | HeldFirmReserve] = held.reserves
    if reserves is not None:
        for j, one in enumerate(shared):
            money, given = float(reserves.held[j]), float(reserves.released[j])
            days = _days(economy.step_days, reserves.first_step[j], reserves.last_step[j])
            reason = IDLE if given == 0.0 else NOTHING
            size = of[one.name].size
            yield [
                one.name,
                "reserve",
                one.users,
                size,
                money,
                given,
                given / money,
                *days,
                *reason,
            ]
    if backup is not None:
        for j, kept in enumerate(held.capacity):
            could, made = float(backup.could[j]), float(backup.made[j])
            days = _days(economy.step_days, backup.first_step[j], backup.last_step[j])
            reason = NOTHING if made > 0.0 else IDLE
            share, safeguard = made / could if could > 0.0 else 0.0, of[kept.name]
            users = "; ".join(safeguard.users)
            head = [kept.name, safeguard.kind, users, safeguard.size]
            yield [*head, could, made, share, *days, *reason]
    for safeguard in safeguards:
        if safeguard.kind in UNCOUNTED and safeguard.size > 0.0:
            head = [safeguard.name, safeguard.kind, "; ".join(safeguard.users), safeguard.size]
            yield [*head, *[np.nan] * 5, *UNCOUNTED[safeguard.kind]]


NOTHING = ("", "")

IDLE = ("Nothing of it was needed in this run.", "本次运行中未动用。")


def _days(step_days: float, first: int, last: int) -> tuple[float, float]:
    """Return the days on which the first and the last step begin; NaN if there is none."""
    if first < 0:
        return np.nan, np.nan
    return float(first) * step_days, float(last) * step_days
