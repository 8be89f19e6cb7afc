"""Rows of stocks together: the latest count of an item at a place, bins added up."""

import numpy as np

from chainwright.system.maker_intake.bill_rows import ask_or_add
from chainwright.system.maker_intake.merging import merge
from chainwright.system.maker_intake.work import Field, Work

__all__ = ["check_stocks"]


def check_stocks(work: Work) -> None:
    """Keep the latest count of each item at each place, and add up what was counted that day.

    Counts without a date are taken to be of the latest day.

    Parameters
    ----------
    work : Work
        Changed in place.
    """
    if not work.has("stocks"):
        return
    keys = ["item", "site"]
    frame = work.frames["stocks"]
    rows = frame[work.standing("stocks")]
    last = rows.groupby(keys, sort=False)["date"].transform("max")
    older = rows.index[((rows["date"] < last) & (rows["date"] != "")).to_numpy()]
    newest = rows[(rows["date"] == last).to_numpy()].groupby(keys, sort=False).head(1)
    latest = {(a, b): i for i, a, b in newest[keys].itertuples(name=None)}
    for i in map(int, older):
        at = latest[frame.loc[i, "item"], frame.loc[i, "site"]]
        facts = {
            "address": work.address("stocks", at, near=i),
            "date": frame.loc[at, "date"],
        }
        work.merged["stocks"][i] = True
        work.tell(
            Field("stocks", "date"),
            np.array([i]),
            str(frame.loc[i, "date"]),
            "counted_later",
            facts,
        )
    sheet = np.asarray(work.cells["stocks"].sheet, dtype=np.int64)
    ask_or_add(work, "stocks", keys, sheet, kind="stock", code="stock_again")
    merge(work, "stocks", keys)
