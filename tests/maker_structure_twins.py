"""Who makes what, what hangs on whom and where money goes, by loops over a `PlainMaker`."""

from itertools import product as every
from math import inf, isnan, nan

GROUPINGS = ("supplier", "site", "region", "place")
UNKNOWN = "?"


def group(source, by):
    """Return the group that a source lies in, or UNKNOWN; the maker itself is a supplier."""
    if by == "supplier":
        return f"={source.home}"
    found = {"site": source.site, "region": source.area, "place": source.place}[by]
    return f"={found}" if source.known_site and found else UNKNOWN


def groups(plain, by):
    """Return the groups that make anything."""
    return {group(s, by)[1:] for s in plain.sources if s.given} - {""}


def stopped(plain, down):
    """Return the items that can never be made once some sources are gone and stock is used."""
    alive = set(plain.items)
    while True:
        works = {
            k
            for k in alive
            if any(s not in down for s in plain.of(k))
            and all(c in alive for c in plain.components(k))
        }
        if works == alive:
            return set(plain.items) - alive
        alive = works


def within(plain, code, by, *, unknown=False):
    """Return the sources in a group; with `unknown` also those that may be in it."""
    return {
        s
        for s in plain.sources
        if s.given and group(s, by) in ({f"={code}", UNKNOWN} if unknown else {f"={code}"})
    }


def single(plain, item, by):
    """Return whether all of an item comes from one group: True, False, or None."""
    real = plain.known(item)
    named = {group(s, by) for s in real} - {UNKNOWN}
    if not real:
        return None
    if by == "region" and len({group(s, "place") for s in real} - {UNKNOWN}) > 1:
        return False  # two countries are two regions
    if len(named) > 1:
        alike = by == "region" and len({name.split(":", 1)[1] for name in named}) == 1
        return None if alike else False  # ?:E may be CHN:E
    if UNKNOWN not in {group(s, by) for s in real}:
        return True
    if len(real) == 1 and real[0].known_site:
        return True  # one site lies in one region, whichever it is
    return None


def bounds(plain, item, by, steps=40):
    """Return the most that the sum of squared shares can be, by trying every corner.

    The least is in `least`. Unknown shares: all of the rest at one of them. Unknown groups: each
    in any group that is known, or in any of new ones.
    """
    real = plain.known(item)
    if not real:
        return nan
    silent = [s for s in real if isnan(s.share)]
    total = sum(s.share for s in real if not isnan(s.share))
    scale = 1.0 if silent and total <= 1.0 else total or 1.0
    best = -inf
    named = sorted({group(s, by) for s in real} - {UNKNOWN})
    choices = [
        [*named, *(f"new{i}" for i in range(len(real)))] if group(s, by) == UNKNOWN else [
            group(s, by)
        ]
        for s in real
    ]  # fmt: skip
    for where in every(*choices):
        for heir in silent or [None]:
            sums = {}
            for s, place in zip(real, where, strict=True):
                share = max(0.0, 1.0 - total) * (s is heir) if isnan(s.share) else s.share / scale
                sums[place] = sums.get(place, 0.0) + share
            best = max(best, sum(x * x for x in sums.values()))
    return min(best, 1.0)


def finding(plain, item, qualified):
    """Return the worst that holds of an item."""
    if not plain.known(item):
        return "no source known"
    flags = {by: single(plain, item, by) for by in GROUPINGS}
    if flags["site"]:
        return "one site, alternate" if qualified else "one site"
    for by, word in (("supplier", "one supplier"), ("region", "one region")):
        if flags[by]:
            return word
    if flags["place"]:
        return "one country"
    return "cannot be told" if None in flags.values() else "several"


def alternates(plain, item):
    """Return the alternates of an item that are none of its sources."""
    there = {(s.supplier, s.site if s.known_site else "") for s in plain.known(item)}
    return [
        a for a in plain.alternates if a["item"] == item and (a["supplier"], a["site"]) not in there
    ]


def purchases(plain, by):
    """Return of each group, and of what is in none: value, deeper value, unpriced, assumed, items.

    A value is NaN where no price in the group is known.
    """
    found = {}
    for s in plain.sources:
        direct, deeper = plain.bought(s)
        if not direct + deeper > 0.0:
            continue
        where = group(s, by)[1:] if s.given else ""
        found.setdefault(where, []).append((s, direct, deeper))
    return found


def priced(plain, rows, column):
    """Return the sum of what is known of one column of `purchases`; NaN if nothing is."""
    values = [plain.paid(row[0])[column - 1] for row in rows]
    known = [v for v in values if not isnan(v)]
    return sum(known) if known else nan


def least(plain, item, by, drops=4000):
    """Return the least that the sum of squared shares can be: the rest is dealt drop by drop.

    Each drop goes to the emptiest group that may take it. What lies nobody knows where is spread
    over so many groups that it adds nothing.
    """
    real = plain.known(item)
    if not real:
        return nan
    silent = [s for s in real if isnan(s.share)]
    total = sum(s.share for s in real if not isnan(s.share))
    scale = 1.0 if silent and total <= 1.0 else total or 1.0
    cells, takes, spread = {}, set(), False
    for i, s in enumerate(real):
        nowhere = not s.known_site and by != "supplier"
        where = f"own{i}" if group(s, by) == UNKNOWN else group(s, by)
        if isnan(s.share):
            spread = spread or nowhere
            if not nowhere:
                takes.add(where)
                cells.setdefault(where, 0.0)
        elif not nowhere:
            cells[where] = cells.get(where, 0.0) + s.share / scale
    rest = max(0.0, 1.0 - total) if silent else 0.0
    if not spread and takes:
        for _ in range(drops):
            cells[min(takes, key=cells.__getitem__)] += rest / drops
    return sum(x * x for x in cells.values())


def pooled_sites(plain, item):
    """Return the most by site: all of a supplier with an unknown site counts as made at one."""
    real = plain.known(item)
    if not real:
        return nan
    loose = {s.supplier for s in real if not s.known_site}
    silent = [s for s in real if isnan(s.share)]
    total = sum(s.share for s in real if not isnan(s.share))
    scale = 1.0 if silent and total <= 1.0 else total or 1.0
    best = -inf
    for heir in silent or [None]:
        sums = {}
        for s in real:
            where = f"all of {s.supplier}" if s.supplier in loose and not s.own else s.site
            share = max(0.0, 1.0 - total) * (s is heir) if isnan(s.share) else s.share / scale
            sums[where] = sums.get(where, 0.0) + share
        best = max(best, sum(x * x for x in sums.values()))
    return min(best, 1.0)
