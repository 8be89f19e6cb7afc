"""The tables that would be stored: rows that stand, codes in place, ends filled in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from chainwright.errors import Breach
from chainwright.sources.maker_tables import MAKER_TABLES, NEEDED, SHARES_AGREE
from chainwright.system.maker_intake.findings import POSSIBLE, TAKEN, reason
from chainwright.system.maker_intake.partners import Partners
from chainwright.system.maker_intake.work import Work
from chainwright.tables import schema

__all__ = ["Matched", "assembled", "undecided"]


@dataclass(frozen=True, eq=False)
class Matched:
    """Rows after matching.

    Parameters
    ----------
    work : Work
        Their frames, states and findings.
    partners : Partners
        New suppliers and sites.
    lost : dict of str to int
        Is filled by `assembled` with rows left out of each table.
    currency : str or None
        ISO 4217 code of the prices; None if neither a person nor a file says it.
    """

    work: Work
    partners: Partners
    lost: dict[str, int] = field(default_factory=dict)
    currency: str | None = None


def undecided(work: Work, refused: pd.DataFrame) -> Iterator[Breach]:
    """Yield what still has to be picked or mended, by address.

    Parameters
    ----------
    work : Work
        Rows after matching.
    refused : DataFrame
        Rows of `Understood.refused` that became no row of a table: none of them is left out
        unless a person says so.
    """
    for table in NEEDED:
        if not (work.has(table) and len(work.frames[table])):
            told = f"A sheet with the columns of 'chainwright schema maker_{table}' gives it."
            yield Breach(table, "no such table", "a table", told)
    yield from work.wrong_picks
    for one in sorted(work.findings, key=lambda f: -f.grade):
        if one.grade > TAKEN:
            where = f"{work.address(one.table, one.position, one.column)}"
            names = ", ".join(code for code, _ in one.candidates)
            expected = f"one of {names}" if one.grade == POSSIBLE else "an entry that can be used"
            yield Breach(where, repr(one.found), expected, f"{reason(one, 'en')}.")
    for row in refused.to_dict("records"):
        where = f"{row['file']}, {row['cell']}"
        yield Breach(where, repr(row["found"]), "an entry that can be used", str(row["reason_en"]))


def assembled(matched: Matched) -> dict[str, pd.DataFrame]:
    """Return the maker's tables without the rows and cells that cannot be used.

    Parameters
    ----------
    matched : Matched
        Rows after matching.
    """
    work, lost = matched.work, matched.lost
    lost.clear()
    frames = {}
    for table in MAKER_TABLES:
        columns = [c.column for c in schema(f"maker_{table}")]
        if not work.has(table):
            frames[table] = _empty(table)
            continue
        work.empty_wrong_cells(table)
        frame = work.frames[table]
        frames[table] = frame.loc[work.standing(table), columns].reset_index(drop=True)
        lost[table] = int(work.gone[table].sum())
    known = {*frames["products"]["item"], *frames["parts"]["item"]}
    known |= {*frames["bill"]["parent"], *frames["bill"]["component"]}
    for table in ("sourcing", "stocks", "alternates"):
        kept = frames[table]["item"].isin(known)
        lost[table] = lost.get(table, 0) + int((~kept).sum())
        frames[table] = frames[table][kept].reset_index(drop=True)
    frames["sourcing"] = _with_shares(frames["sourcing"])
    frames["sites"] = _with_sites(frames, matched.partners.sites)
    frames["suppliers"] = _with_suppliers(frames)
    return frames


def _empty(table: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            c.column: pd.Series(dtype="str" if c.type == "string" else "float64")
            for c in schema(f"maker_{table}")
        }
    )


def _with_shares(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the sources without shares of items that lost a row, so that they sum to 1 no more."""
    sums = frame.groupby("item", sort=False)["share"].transform("sum")
    full = frame["share"].notna().groupby(frame["item"], sort=False).transform("all")
    off = (sums > 1 + SHARES_AGREE) | (full & (sums < 1 - SHARES_AGREE))
    return frame.assign(share=frame["share"].where(~off))


def _with_suppliers(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the suppliers with those that only other tables name, under the word that does."""
    named = [frames[t]["supplier"] for t in ("sites", "sourcing", "alternates")]
    have = set(frames["suppliers"]["supplier"])
    more = [code for code in dict.fromkeys(pd.concat(named)) if code and code not in have]
    return _added(frames["suppliers"], {"supplier": more, "name": more})


def _with_sites(frames: Mapping[str, pd.DataFrame], owners: Mapping[str, str]) -> pd.DataFrame:
    """Return the sites with those that only other tables name."""
    have = set(frames["sites"]["site"])
    more: dict[str, str] = {}
    for table in ("sourcing", "alternates", "stocks"):
        frame = frames[table]
        whose = frame["supplier"] if "supplier" in frame else pd.Series("", index=frame.index)
        pairs = pd.DataFrame({"site": frame["site"], "supplier": whose}).drop_duplicates()
        for site, supplier in pairs.itertuples(index=False, name=None):
            if site and site not in have:
                more.setdefault(site, owners.get(site) or supplier)
    columns = {"site": list(more), "supplier": list(more.values())}
    return _added(frames["sites"], {**columns, "name": [_last(site) for site in more]})


def _last(site: str) -> str:
    return site.rpartition("/")[2] or site


def _added(frame: pd.DataFrame, columns: Mapping[str, list[str]]) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    if not size:
        return frame
    filled = {
        column: pd.Series(columns[column], dtype="str")
        if column in columns
        else pd.Series([""] * size, dtype="str")
        if frame[column].dtype.kind not in "fi"
        else pd.Series(np.full(size, np.nan))
        for column in frame.columns
    }
    return pd.concat([frame, pd.DataFrame(filled)], ignore_index=True)
