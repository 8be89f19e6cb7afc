"""Sites: those of their own table, those that sources and stocks name, and who works them."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd

from chainwright.system.maker_intake.known import Known, Meant
from chainwright.system.maker_intake.merging import WANTED, register
from chainwright.system.maker_intake.picks import LEAVE, NEW
from chainwright.system.maker_intake.references import rows_by_word, said_of
from chainwright.system.maker_intake.work import Field, Work

__all__ = ["match_sites"]

BETWEEN = "\x1f"
"""Stands between a supplier and a site where the two are one key."""

UNKNOWN_PICK = Meant(how="wrong pick")


@dataclass(frozen=True)
class _Sites:
    """Sites that are known, who works each, and those that no table has."""

    known: Known
    owners: dict[str, str]
    new: dict[str, str]

    def add(self, code: str, word: str, supplier: str) -> None:
        """Make a new site known."""
        self.known.add(code, word)
        self.owners[code] = self.new[code] = supplier


def match_sites(work: Work, suppliers: Known, new: dict[str, str]) -> None:
    """Write codes wherever sites are named.

    A site that no table of sites has, and that is near to none of the same supplier, is a new one.
    One word in the rows of two suppliers names two sites.

    Parameters
    ----------
    work : Work
        Changed in place.
    suppliers : Known
        The suppliers.
    new : dict of str to str
        Is filled with who works each new site; empty for the maker itself.
    """
    known = Known(())
    register(work, "sites", "site", known, by_name=False)
    held = _Sites(known, _owners(work), new)
    for asked in (Field("sourcing", "site"), Field("alternates", "site")):
        if work.has(asked.table):
            _with_supplier(work, asked, held)
    if work.has("stocks"):
        _of_stocks(work, held, suppliers)


def _owners(work: Work) -> dict[str, str]:
    """Return who works each site; sheets of sites that name no supplier leave it to the sources."""
    if not work.has("sites"):
        return {}
    frame, cells = work.frames["sites"], work.cells["sites"]
    frame = frame[work.standing("sites")]
    owner = dict(zip(frame["site"], frame["supplier"], strict=True))
    if not work.has("sourcing"):
        return owner
    silent = pd.Series(cells.column["supplier"] < 0).groupby(cells.sheet).transform("all")
    left_open = set(frame.loc[silent[frame.index], "site"])
    named: dict[str, set[str]] = defaultdict(set)
    known = Known(left_open)
    sourcing = work.frames["sourcing"][["supplier", "site"]].drop_duplicates()
    for supplier, site in sourcing.itertuples(index=False, name=None):
        if supplier and site and (found := known.exact(site).code):
            named[found].add(supplier)
    owner |= {site: next(iter(who)) for site, who in named.items() if len(who) == 1}
    whole = work.frames["sites"]
    pairs = zip(whole["site"], whole["supplier"], strict=True)
    filled = pd.Series([owner.get(site, who) for site, who in pairs], dtype="str")
    work.frames["sites"] = whole.assign(supplier=filled)
    return owner


def _with_supplier(work: Work, asked: Field, held: _Sites) -> None:
    """Find the site of each pair of a supplier and a word."""
    frame = work.frames[asked.table]
    pairs = frame["supplier"] + BETWEEN + frame[asked.column]
    found: dict[str, Meant] = {}
    unsure: list[tuple[str, str]] = []
    for pair in pairs.unique():
        supplier, word = pair.split(BETWEEN)
        found[pair] = _meant(work, word, supplier, held)
        if word and found[pair] == Meant():
            unsure.append((supplier, word))
    near = held.known.near([word for _, word in unsure], strict=True, codes_are_names=True)
    fresh: set[str] = set()
    for (supplier, word), candidates in zip(unsure, near, strict=True):
        pair = f"{supplier}{BETWEEN}{word}"
        kept = tuple(
            (c, s) for c, s in candidates if not supplier or held.owners.get(c) == supplier
        )
        if kept and work.picks.of("site", word) != NEW:
            found[pair] = Meant(candidates=kept)
            continue
        found[pair] = _of_one(held.known.exact(word), supplier, held)
        if not found[pair].code:
            code = word if word not in held.known else f"{supplier}/{word}"
            held.add(code, word, supplier)
            found[pair] = Meant(code, "as written")
            fresh.add(pair)
    codes = []
    for pair, at in rows_by_word(pairs):
        supplier, word = pair.split(BETWEEN)
        if found[pair] == UNKNOWN_PICK:  # it may be one of those that were just made known
            found[pair] = _picked(work, word, held)
        codes.append(said_of(work, asked, at, word, found[pair], kind="site", new=True))
        if pair in fresh:
            reason = "new_site" if supplier else "new_own_site"
            work.tell(asked, at, word, reason, {"owner": supplier})
    places = pd.factorize(pairs)[0]
    if codes:
        column = pd.Series(np.array(codes, dtype=object)[places], dtype="str")
        work.frames[asked.table] = frame.assign(**{asked.column: column})


def _meant(work: Work, word: str, supplier: str, held: _Sites) -> Meant:
    """Return which site a word stands for in rows of a supplier, as far as it is written so."""
    pick = work.picks.of("site", word)
    if not word:
        return Meant("", "as written")
    if pick == LEAVE:
        return Meant(how="left out")
    if pick and pick != NEW:
        chosen = held.known.exact(pick)
        return Meant(chosen.code, "picked") if chosen.code else UNKNOWN_PICK
    return _of_one(held.known.exact(word), supplier, held)


def _picked(work: Work, word: str, held: _Sites) -> Meant:
    """Return the site that was picked for a word; a pick that names none is told as wrong."""
    chosen = held.known.exact(work.picks.of("site", word))
    if chosen.code:
        return Meant(chosen.code, "picked")
    work.refuse_pick("site", word, WANTED, held.known.codes)
    return UNKNOWN_PICK


def _of_one(meant: Meant, supplier: str, held: _Sites) -> Meant:
    """Return what a word stands for among the sites of one supplier, where it could be several."""
    other = bool(supplier) and bool(meant.code) and held.owners.get(meant.code) != supplier
    if other and (meant.how == "name" or meant.code in held.new):
        return Meant()
    if meant.code or not supplier:
        return meant
    own = [code for code, _ in meant.candidates if held.owners.get(code) == supplier]
    if len(own) == 1:
        return Meant(own[0], "name")
    return Meant(how="several", candidates=tuple((c, 0.99) for c in own)) if own else Meant()


def _of_stocks(work: Work, held: _Sites, suppliers: Known) -> None:
    """Find where stocks are; a place that is near to no site is a store of the maker's own."""
    asked = Field("stocks", "site")
    frame = work.frames[asked.table]
    words = [word for word in frame[asked.column].unique() if word]
    found = {word: _meant(work, word, "", held) for word in words}
    unsure = [word for word in words if found[word] == Meant()]
    near = dict(
        zip(unsure, held.known.near(unsure, strict=True, codes_are_names=True), strict=True)
    )
    codes = []
    for word, at in rows_by_word(frame[asked.column]):
        if word not in near:
            meant = found.get(word, Meant("", "as written"))
            meant = _picked(work, word, held) if meant == UNKNOWN_PICK else meant
            codes.append(said_of(work, asked, at, word, meant, kind="site", new=True))
            continue
        who = suppliers.exact(word).code
        theirs = [site for site, owner in held.owners.items() if who and owner == who]
        if near[word] and work.picks.of("site", word) != NEW:
            meant = Meant(candidates=near[word])
            codes.append(said_of(work, asked, at, word, meant, kind="site", new=True))
        elif len(theirs) == 1:
            facts = {"site": theirs[0], "supplier": who}
            work.tell(asked, at, word, "site_of_supplier", facts)
            codes.append(theirs[0])
        elif theirs:
            meant = Meant(how="several", candidates=tuple((site, 0.99) for site in theirs[:3]))
            codes.append(said_of(work, asked, at, word, meant, kind="site", new=False))
        elif who:
            for position in map(int, at):
                work.reject(asked.table, [position], asked.column, "at_supplier")
            codes.append(word)
        else:
            held.add(word, word, "")
            work.tell(asked, at, word, "new_own_site")
            codes.append(word)
    if codes:
        places = pd.factorize(frame[asked.column])[0]
        column = pd.Series(np.array(codes, dtype=object)[places], dtype="str")
        work.frames[asked.table] = frame.assign(**{asked.column: column})
