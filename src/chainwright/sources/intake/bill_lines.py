"""Lines of a bill that name the same parent and component more than once."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.sources.intake.found import Places
from chainwright.sources.intake.segments import Remark, Segment

__all__ = ["joined_lines"]


def joined_lines(
    bill: Segment,
    lines: Places,
    positions: npt.NDArray[Any] | None,
    occurrence: Places | None = None,
) -> Segment:
    """Return a bill with each parent and component once.

    Lines of one parent and component whose positions (reference designators, find numbers) are
    all given and all differ are summed into the first. Lines that agree in quantity and do not
    differ in position are one line, and the later ones are set aside. All others contradict each
    other, and all of them are refused. Where a sub-assembly stands several times in an indented
    bill its lines repeat: those with the same quantities count once.

    Parameters
    ----------
    bill : Segment
        Parent, component, quantity.
    lines : ndarray, shape (rows,)
        Number of each row as a person finds it.
    positions : ndarray, shape (rows,), or None
        Text of each line's position.
    occurrence : ndarray, shape (rows,), or None
        Which occurrence of its parent a line belongs to; None where a parent stands once.
    """
    frame = pd.DataFrame({f: bill.fields[f] for f in ("parent", "component", "quantity")})
    frame["position"] = "" if positions is None else positions
    frame["once"] = frame["parent"] if occurrence is None else occurrence
    keep = np.ones(len(frame), dtype=bool)
    quantity = frame["quantity"].to_numpy(dtype=np.float64, copy=True)
    remarks = list(bill.remarks)

    def say(outcome: str, i: int, code: str, **words: object) -> None:
        at = int(bill.rows["component"][i])
        remarks.append(Remark(outcome, "row", at, -1, (code, words), "bill", "quantity"))

    own = (frame["parent"] == frame["component"]).to_numpy()
    for i in map(int, np.flatnonzero(own)):
        keep[i] = False
        say("refused", i, "own_part")
    twice = frame.duplicated(["once", "component"], keep=False).to_numpy() & keep
    for _, group in frame[twice].groupby(["once", "component"], sort=False):
        _join(group, lines, keep, quantity, say)
    frame["quantity"] = quantity
    _agree(frame, lines, keep, say)
    place = np.cumsum(keep) - 1
    moved = [_moved(remark, keep, place) for remark in remarks]
    return Segment(
        "bill",
        {
            "parent": bill.fields["parent"][keep],
            "component": bill.fields["component"][keep],
            "quantity": quantity[keep],
        },
        {f: rows[keep] for f, rows in bill.rows.items()},
        {f: columns[keep] for f, columns in bill.columns.items()},
        [remark for remark in moved if remark is not None],
        bill.possible,
    )


def _moved(
    remark: Remark, keep: npt.NDArray[np.bool_], place: npt.NDArray[np.intp]
) -> Remark | None:
    """Return a remark at its row's new position, or nothing if the row is no longer there."""
    if remark.position < 0:
        return remark
    if not keep[remark.position]:
        return None
    told = remark.outcome, remark.scope, remark.row, remark.column, remark.told
    return Remark(*told, remark.table, remark.field, int(place[remark.position]))


def _join(
    group: pd.DataFrame,
    lines: Places,
    keep: npt.NDArray[np.bool_],
    quantity: npt.NDArray[np.float64],
    say: Any,
) -> None:
    """Sum lines of different positions, drop lines that repeat one, refuse those that differ."""
    first = int(group.index[0])
    repeats = group.duplicated(["quantity", "position"]).to_numpy()
    for i in map(int, group.index[repeats]):
        keep[i] = False
        say("set aside", i, "same_line", row=int(lines[first]))
    rest = group[~repeats]
    if len(rest) == 1:
        return
    if (rest["position"] != "").all() and not rest["position"].duplicated().any():
        told = ", ".join(str(int(lines[i])) for i in rest.index)
        quantity[first] = float(rest["quantity"].sum())
        for i in map(int, rest.index):
            keep[i] = i == first
            say("noted" if i == first else "set aside", i, "summed", rows=told)
        return
    _refuse(rest, lines, keep, say)


def _refuse(rest: pd.DataFrame, lines: Places, keep: npt.NDArray[np.bool_], say: Any) -> None:
    """Refuse lines that contradict one another."""
    for i in map(int, rest.index):
        keep[i] = False
        other = next(int(j) for j in rest.index if int(j) != i)
        shown = f"{rest['quantity'][other]:g}"
        say("refused", i, "conflict", row=int(lines[other]), quantity=shown)


def _agree(frame: pd.DataFrame, lines: Places, keep: npt.NDArray[np.bool_], say: Any) -> None:
    """Keep one of the lines that stand under several occurrences of a parent, if they agree."""
    kept = frame[keep]
    twice = kept.duplicated(["parent", "component"], keep=False)
    if not twice.any():
        return
    several = kept[twice].groupby(["parent", "component"], sort=False)["quantity"]
    agree = several.transform("max") == several.transform("min")
    firsts = several.transform(lambda found: found.index[0])
    for i in map(int, agree.index[agree.to_numpy()]):
        if firsts[i] != i:
            keep[i] = False
            say("set aside", i, "same_line", row=int(lines[int(firsts[i])]))
    differ = kept.loc[agree.index[~agree.to_numpy()]]
    for _, group in differ.groupby(["parent", "component"], sort=False):
        _refuse(group, lines, keep, say)
