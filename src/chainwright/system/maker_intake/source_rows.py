"""Rows of sources and alternates together: who works which site, the same again, shares."""

import numpy as np
import pandas as pd

from chainwright.sources.maker_tables import SHARES_AGREE
from chainwright.system.maker_intake.findings import REJECTED, Finding
from chainwright.system.maker_intake.merging import merge
from chainwright.system.maker_intake.partners import Partners
from chainwright.system.maker_intake.picks import EMPTY, NEW, SCALE
from chainwright.system.maker_intake.work import Field, Work

__all__ = ["check_alternates", "check_sources"]


def check_sources(work: Work, partners: Partners) -> None:
    """Reject sources of nobody and nowhere or at another's site; merge repeats; ask about shares.

    Parameters
    ----------
    work : Work
        Changed in place.
    partners : Partners
        Suppliers and sites that no table has.
    """
    if not work.has("sourcing"):
        return
    frame, stands = work.frames["sourcing"], work.standing("sourcing")
    nobody = (frame["supplier"] == "") & (frame["site"] == "")
    for i in np.flatnonzero(nobody.to_numpy() & stands):
        work.say(Finding(REJECTED, "sourcing", int(i), "", "", "neither"))
    _owners(work, partners)
    _one_row_a_site(work)
    _sited(work)
    merge(work, "sourcing", ["item", "supplier", "site"])
    _shares(work)


def _owners(work: Work, partners: Partners) -> None:
    frame = work.frames["sourcing"]
    owner = dict(partners.sites)
    if work.has("sites"):
        sites = work.frames["sites"][work.standing("sites")]
        owner |= dict(zip(sites["site"], sites["supplier"], strict=True))
    works = frame["site"].map(owner)
    off = works.notna() & (frame["supplier"] != "") & (works != frame["supplier"])
    for i in np.flatnonzero(off.to_numpy() & work.standing("sourcing")):
        site, supplier = frame["site"].iloc[i], frame["supplier"].iloc[i]
        who = works.iloc[i]
        word = work.cells["sourcing"].frame["supplier"].iloc[i]
        open_still = work.picks.of("supplier", word) != NEW
        if supplier in partners.suppliers and who and open_still:
            told = {"site": site, "owner": who, "supplier": supplier}
            work.ask(
                Field("sourcing", "supplier"),
                int(i),
                word,
                "same_supplier",
                kind="supplier",
                candidates=((who, float("nan")),),
                facts=told,
            )
            continue
        facts = {
            "site": site,
            "supplier": supplier,
            "owner_en": who or "the maker itself",
            "owner_zh": who or "企业自己",
        }
        work.say(Finding(REJECTED, "sourcing", int(i), "supplier", supplier, "other_owner", facts))


def _one_row_a_site(work: Work) -> None:
    """Let a row without supplier at a site whose other row names it be the same row."""
    frame = work.frames["sourcing"]
    rows = frame[work.standing("sourcing") & (frame["site"] != "").to_numpy()]
    several = rows[rows.duplicated(["item", "site"], keep=False)]
    if several.empty:
        return
    first = several.groupby(["item", "site"], sort=False)["supplier"].transform("max")
    filled = frame["supplier"].copy()
    filled.loc[several.index] = first
    work.frames["sourcing"] = frame.assign(supplier=filled)


def _sited(work: Work) -> None:
    """Let a row of a supplier without a site say more of the rows that name its sites.

    With one such site it is that row; with several it repeats them, unless it has a share.
    """
    frame = work.frames["sourcing"]
    rows = frame[work.standing("sourcing") & (frame["supplier"] != "").to_numpy()]
    keys = ["item", "supplier"]
    named = rows[rows["site"] != ""].groupby(keys, sort=False)["site"].agg(["first", "nunique"])
    bare = rows[rows["site"] == ""].join(named, on=keys, how="inner")
    one = bare[bare["nunique"] == 1]
    site = frame["site"].copy()
    site.loc[one.index] = one["first"]
    work.frames["sourcing"] = frame.assign(site=site)
    again = bare[(bare["nunique"] > 1) & bare["share"].isna()]
    work.merged["sourcing"][again.index] = True


def _shares(work: Work) -> None:
    """Ask what to do with shares of an item that do not sum to 1, where all its rows are right."""
    frame = work.frames["sourcing"]
    unsure = set(frame["item"][work.grade["sourcing"] > 0])
    rows = frame[work.standing("sourcing") & ~frame["item"].isin(unsure).to_numpy()]
    sums = rows.groupby("item", sort=False)["share"].agg(["sum", "count", "size"])
    full = sums["count"] == sums["size"]
    off = (sums["sum"] > 1 + SHARES_AGREE) | (full & (sums["sum"] < 1 - SHARES_AGREE))
    share = frame["share"].to_numpy(dtype=np.float64).copy()
    totals = sums["sum"].to_dict()
    groups = rows[rows["item"].isin(sums.index[off])].groupby("item", sort=False)
    for name, group in groups:
        item, total = str(name), float(totals[name])
        at = group.index[group["share"].notna()].to_numpy()
        pick = work.picks.of("shares", item)
        facts = {"item": item, "total": f"{total:.4g}"}
        if pick == SCALE and total > 0:
            share[at] /= total
            work.tell(Field("sourcing", "share"), at, item, "scaled", facts)
        elif pick == EMPTY:
            share[at] = np.nan
            work.tell(Field("sourcing", "share"), at, item, "emptied", facts)
        else:
            choices = ((SCALE, np.nan), (EMPTY, np.nan)) if total > 0 else ((EMPTY, np.nan),)
            for i in map(int, at):
                work.ask(
                    Field("sourcing", "share"),
                    i,
                    item,
                    "share_sum",
                    kind="shares",
                    candidates=choices,
                    facts=facts,
                    whole=False,
                )
    work.frames["sourcing"] = frame.assign(share=pd.Series(share))


def check_alternates(work: Work) -> None:
    """Reject ranges that run backwards; merge repeats.

    Parameters
    ----------
    work : Work
        Changed in place.
    """
    if not work.has("alternates"):
        return
    frame = work.frames["alternates"]
    wrong = frame["fixed_cost_low"] > frame["fixed_cost_high"]
    for i in np.flatnonzero(wrong.to_numpy()):
        low, high = (f"{frame[c].iloc[i]:g}" for c in ("fixed_cost_low", "fixed_cost_high"))
        facts = {"low": low, "high": high}
        for column in ("fixed_cost_low", "fixed_cost_high"):
            code = "low_above_high"
            work.say(Finding(REJECTED, "alternates", int(i), column, low, code, facts, whole=False))
    work.empty_wrong_cells("alternates")
    merge(work, "alternates", ["item", "supplier", "site"])
