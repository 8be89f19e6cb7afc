"""Rows of the bill together: the same pair again, bills of one item in several places, loops."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.sources.bill_loops import loops
from chainwright.system.maker_intake.findings import REJECTED, Finding
from chainwright.system.maker_intake.picks import ADD, ONCE
from chainwright.system.maker_intake.work import Field, Work

__all__ = ["ask_or_add", "check_bill"]

ROUNDS = 20
"""Times that loops are looked for after those found are out; the rest are told as one knot."""

SHOWN = 6


def check_bill(work: Work) -> None:
    """Add up or ask about pairs that stand several times, and reject loops.

    Rows of one list that name a pair twice with different quantities add up. With the same
    quantity they may repeat one another: a person picks, once a sheet. An item whose own bill
    stands in several places of an indented list must be the same in each.

    Parameters
    ----------
    work : Work
        Changed in place.
    """
    if not work.has("bill"):
        return
    _itself(work)
    block = _blocks(work)
    ask_or_add(work, "bill", ["parent", "component"], block, kind="pair", code="pair_again")
    _once(work, block)
    _loops(work)


def _itself(work: Work) -> None:
    frame = work.frames["bill"]
    same = (frame["parent"] == frame["component"]) & (frame["parent"] != "")
    for i in np.flatnonzero(same.to_numpy() & work.standing("bill")):
        item = frame["component"].iloc[i]
        facts = {"item": item}
        work.say(Finding(REJECTED, "bill", int(i), "component", item, "part_of_itself", facts))


def _blocks(work: Work) -> npt.NDArray[np.int64]:
    """Return where the bill of its parent stands for each row: below a cell of it, or in a list."""
    cells = work.cells["bill"]
    parent, component = cells.row["parent"], cells.row["component"]
    below = parent != component
    where = pd.DataFrame(
        {
            "sheet": cells.sheet,
            "row": np.where(below, parent, -1),
            "column": np.where(below, cells.column["parent"], -1),
        }
    )
    return np.asarray(where.groupby(list(where), sort=False).ngroup(), dtype=np.int64)


def ask_or_add(
    work: Work,
    table: str,
    keys: list[str],
    block: npt.NDArray[np.int64],
    *,
    kind: str,
    code: str,
) -> None:
    """Add quantities of rows with the same keys in one block, or ask whether they are repeats.

    Parameters
    ----------
    work : Work
        Changed in place.
    table : str
        A table with a ``quantity``.
    keys : list of str
        Columns that together stand once.
    block : ndarray
        Number of the list that each row stands in.
    kind, code : str
        Of what is asked.
    """
    frame = work.frames[table]
    rows = frame[keys].assign(block=block, quantity=frame["quantity"])[work.standing(table)]
    again = rows[rows.duplicated([*keys, "block"], keep=False)]
    if again.empty:
        return
    quantity = frame["quantity"].to_numpy(dtype=np.float64).copy()
    sheets = work.cells[table].sheets
    for _, group in again.groupby([*keys, "block"], sort=False):
        first = int(group.index[0])
        sheet = sheets[work.cells[table].sheet[first]]
        name = f"{sheet.file}!{sheet.sheet}" if sheet.sheet else sheet.file
        pick = work.picks.of(kind, name)
        repeats = group["quantity"].duplicated().to_numpy()
        if repeats.any() and pick not in {ADD, ONCE}:
            choices = ((ADD, float("nan")), (ONCE, float("nan")))
            for position in map(int, group.index):
                work.ask(
                    Field(table, "quantity"), position, name, code, kind=kind, candidates=choices
                )
            continue
        added = group["quantity"][~repeats] if pick == ONCE else group["quantity"]
        quantity[first] = added.sum()
        others = [int(i) for i in group.index if i != first]
        work.merged[table][others] = True
        address = work.address(table, first, "quantity", near=others[0])
        facts = {
            "address": address,
            "parts": " + ".join(f"{q:g}" for q in added[:SHOWN])
            + (" ..." if len(added) > SHOWN else ""),
            "total": f"{quantity[first]:g}",
        }
        said = "added" if len(added) > 1 else "repeated"
        found = f"{frame['quantity'].iloc[others[0]]:g}"
        work.tell(Field(table, "quantity"), np.array(others), found, said, facts)
    work.frames[table] = frame.assign(quantity=quantity)


def _once(work: Work, block: npt.NDArray[np.int64]) -> None:
    """Keep one of several equal bills of an item; reject what says otherwise than the first."""
    frame = work.frames["bill"].assign(block=block)[work.standing("bill")]
    blocks = frame.groupby("parent", sort=False)["block"].transform("nunique") > 1
    rows = frame[blocks]
    if rows.empty:
        return
    below = work.cells["bill"].row["parent"] != work.cells["bill"].row["component"]
    word = rows["component"] + "\x1f" + rows["quantity"].astype("str")
    sign = pd.Series(pd.util.hash_array(word.to_numpy(dtype=object)), index=rows.index)
    marked = rows.assign(sign=sign, below=below[rows.index])
    listed = marked[marked["below"]]
    whole = listed.groupby(["parent", "block"], sort=False).agg(
        sign=("sign", "sum"), first=("sign", lambda s: s.index[0])
    )
    model = whole.groupby(level="parent", sort=False).transform("first")
    off = whole.index[whole["sign"] != model["sign"]]
    differs = pd.MultiIndex.from_frame(listed[["parent", "block"]]).isin(off)
    for i, parent in zip(listed.index[differs], listed["parent"][differs], strict=True):
        at = int(model.loc[parent, "first"].iloc[0])
        address = work.address("bill", at, "parent", near=int(i))
        facts = {"parent": parent, "address": address}
        work.say(
            Finding(
                REJECTED,
                "bill",
                int(i),
                "component",
                str(frame.loc[i, "component"]),
                "block_differs",
                facts,
            )
        )
    left = marked[~marked.index.isin(listed.index[differs])]
    firsts = left.groupby(["parent", "component"], sort=False)
    first = firsts["quantity"].transform(lambda q: q.index[0]).astype("int64")
    clash = left["quantity"].to_numpy() != frame["quantity"].loc[first].to_numpy()
    later = first.to_numpy() != left.index.to_numpy()
    work.merged["bill"][left.index[later & ~clash]] = True
    quantity = work.frames["bill"]["quantity"].to_numpy(dtype=np.float64)
    for i, at in zip(left.index[clash], first[clash], strict=True):
        here, there = (f"{float(quantity[int(k)]):g}" for k in (i, at))
        address = work.address("bill", int(at), "quantity", near=int(i))
        facts = {"column": "quantity", "here": here, "there": there, "address": address}
        work.say(Finding(REJECTED, "bill", int(i), "quantity", here, "conflict", facts))


def _loops(work: Work) -> None:
    """Reject the rows of every loop, until none is left."""
    for turn in range(ROUNDS + 1):
        frame = work.frames["bill"][work.standing("bill")]
        found = list(loops(frame["parent"].to_numpy(), frame["component"].to_numpy()))
        if not found:
            return
        for finding in _loop_findings(work, frame, found, knot=turn == ROUNDS):
            work.say(finding)


def _loop_findings(
    work: Work, frame: pd.DataFrame, found: list[tuple[list[int], list[int]]], *, knot: bool
) -> Iterator[Finding]:
    for steps, inside in found:
        rows = [int(frame.index[i]) for i in (inside if knot else steps)]
        items = [str(frame.loc[i, "parent"]) for i in rows]
        walk = " > ".join([*items, items[0]])
        for i in rows:
            others = [work.address("bill", r, near=i) for r in rows if r != i]
            facts = {"walk": walk, "others": ", ".join(others[:SHOWN])}
            if knot:
                facts = {"items": ", ".join(dict.fromkeys(items[:SHOWN]))}
            code = "tied_in_loops" if knot else "loop"
            component = str(frame.loc[i, "component"])
            yield Finding(REJECTED, "bill", i, "component", component, code, facts)
