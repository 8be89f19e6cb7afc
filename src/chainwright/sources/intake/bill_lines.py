"""Lines of a bill that name the same parent and component more than once."""

from dataclasses import replace
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
    *,
    units: npt.NDArray[np.object_] | None = None,
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
    units : ndarray, shape (rows,), or None
        What each quantity is measured in: lines in different units are never summed.
    """
    frame = pd.DataFrame({f: bill.fields[f] for f in ("parent", "component", "quantity")})
    frame["position"] = "" if positions is None else positions
    frame["unit"] = "" if units is None else units
    frame["once"] = frame["parent"] if occurrence is None else occurrence
    held = _Lines(frame, lines, bill)
    held.refuse_own()
    held.join()
    held.agree()
    keep = held.keep
    place = np.cumsum(keep) - 1
    moved = [_moved(remark, keep, place) for remark in [*bill.remarks, *held.remarks]]
    kept = {f: values[keep] for f, values in bill.fields.items()}
    return Segment(
        "bill",
        kept | {"quantity": frame["quantity"].to_numpy(dtype=np.float64)[keep]},
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
    return replace(remark, position=int(place[remark.position]))


class _Lines:
    """Lines of a bill, which of them are kept, and what is said about them."""

    def __init__(self, frame: pd.DataFrame, numbers: Places, bill: Segment) -> None:
        self.frame, self.numbers = frame, numbers
        self.rows = bill.rows["component"]
        self.keep = np.ones(len(frame), dtype=bool)
        self.remarks: list[Remark] = []

    def say(self, outcome: str, i: int, code: str, **words: object) -> None:
        """Say something about a line; unless it is noted only, it is no longer kept."""
        told = (code, words)
        self.remarks.append(Remark(outcome, "row", int(self.rows[i]), -1, told, "bill", "quantity"))
        self.keep[i] = outcome == "noted"

    def refuse_own(self) -> None:
        """Refuse lines whose part is its own parent."""
        own = self.frame["parent"] == self.frame["component"]
        for i in map(int, np.flatnonzero(own)):
            self.say("refused", i, "own_part")

    def join(self) -> None:
        """Make one line of those under one occurrence of a parent."""
        keys = ["once", "component"]
        twice = self.frame.duplicated(keys, keep=False) & self.keep
        for _, group in self.frame[twice].groupby(keys, sort=False):
            self._join(group)

    def _join(self, group: pd.DataFrame) -> None:
        """Sum lines of different positions, drop those that repeat one, refuse the others."""
        first = int(group.index[0])
        repeats = group.duplicated(["quantity", "unit", "position"]).to_numpy()
        for i in map(int, group.index[repeats]):
            self.say("set aside", i, "same_line", row=int(self.numbers[first]))
        rest = group[~repeats]
        if len(rest) == 1:
            return
        if (
            (rest["unit"] != rest["unit"].iloc[0]).any()
            or (rest["position"] == "").any()
            or rest["position"].duplicated().any()
        ):
            self._refuse(rest)
            return
        told = ", ".join(str(int(self.numbers[i])) for i in rest.index)
        self.frame.loc[first, "quantity"] = float(rest["quantity"].sum())
        for i in map(int, rest.index):
            self.say("noted" if i == first else "set aside", i, "summed", rows=told)

    def _refuse(self, rest: pd.DataFrame) -> None:
        """Refuse lines that contradict one another."""
        for i in map(int, rest.index):
            other = next(int(j) for j in rest.index if int(j) != i)
            words = {"row": int(self.numbers[other]), "quantity": f"{rest['quantity'][other]:g}"}
            self.say("refused", i, "conflict", **words)

    def agree(self) -> None:
        """Keep one of the lines under several occurrences of a parent, if they agree."""
        keys = ["parent", "component"]
        kept = self.frame[self.keep]
        kept = kept[kept.duplicated(keys, keep=False)]
        if kept.empty:
            return
        groups = kept.groupby(keys, sort=False)
        alike = (
            groups["quantity"].transform("max") == groups["quantity"].transform("min")
        ).to_numpy()
        alike = alike & (groups["unit"].transform("nunique") == 1).to_numpy()
        number = groups.ngroup().to_numpy()
        _, first = np.unique(number, return_index=True)
        firsts = kept.index.to_numpy()[first[number]]
        for i, earliest in zip(kept.index[alike], firsts[alike], strict=True):
            if i != earliest:
                self.say("set aside", int(i), "same_line", row=int(self.numbers[earliest]))
        for _, group in kept[~alike].groupby(keys, sort=False):
            self._refuse(group)
