"""What is known of each site at a moment: the entries of a log, folded in their order."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from chainwright.errors import Breach, near
from chainwright.records.entries import Entry, moment

__all__ = ["TRANSITIONS", "SiteStatus", "folded", "in_force"]

TRANSITIONS = MappingProxyType(
    {
        "": ("potential",),
        "potential": ("confirmed", "no_impact"),
        "confirmed": ("confirmed", "restored"),
        "no_impact": ("potential",),
        "restored": ("confirmed", "potential"),
    }
)
"""Statuses that may follow each status; the empty one is that of a site the log does not name."""


@dataclass(frozen=True)
class SiteStatus:
    """What the log says of one site.

    Parameters
    ----------
    site : str
        Its code.
    status : str
        ``potential``, ``confirmed``, ``no_impact`` or ``restored``.
    since : datetime
        When it was said; weeks out count from here.
    by : str
        Who said it.
    weeks : tuple of float
        Low, likely and high weeks out, of a confirmed site; NaN else.
    capacity_lost : float
        Share of its capacity that is lost, of a confirmed site; NaN else.
    seq : int
        Number of the entry that said it.
    """

    site: str
    status: str
    since: datetime
    by: str
    weeks: tuple[float, float, float]
    capacity_lost: float
    seq: int


SHOWN = 8
"""Sites of a log that a message names."""

SAID = ("weeks_low", "weeks_likely", "weeks_high", "capacity_lost")
"""What a confirmation says of a site."""


def in_force(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries as they hold after every correction among them, in order.

    Withdrawn entries are left out, corrected ones hold what was said instead; corrections
    themselves stay, as remarks.

    Parameters
    ----------
    entries : sequence of Entry
        The first entries of a log, or all.
    """
    held = {entry.seq: entry for entry in entries}
    for entry in entries:
        if entry.kind != "correction":
            continue
        of = entry.content["of"]
        if of not in held:
            continue  # withdrawn before
        if entry.content["withdrawn"]:
            del held[of]
            continue
        instead = dict(entry.content["instead"])
        was = held[of]
        held[of] = replace(
            was,
            at=moment(instead.pop("at", was.at), "at"),
            by=instead.pop("by", was.by),
            text=instead.pop("text", was.text),
            content=MappingProxyType({**was.content, **instead}),
        )
    return tuple(held.values())


def folded(entries: Iterable[Entry]) -> tuple[dict[str, SiteStatus], list[Breach]]:
    """Return the status of each site after all entries, and those entries that cannot follow.

    Parameters
    ----------
    entries : iterable of Entry
        Entries in force, in the order of the log.

    Returns
    -------
    dict of str to SiteStatus
        By site, in the order in which they were first named.
    list of Breach
        A status that may not follow the one before it, or that was said before it.
    """
    held: dict[str, SiteStatus] = {}
    breaches: list[Breach] = []
    for entry in entries:
        for site in entry.sites:
            before = held.get(site)
            was = before.status if before else ""
            since = before.since if before else entry.at
            if entry.kind not in TRANSITIONS[was]:
                breaches.append(_cannot_follow(entry, site, was, held))
            elif entry.at < since:
                found = f"{site!r} {entry.kind} at {entry.at.isoformat()}"
                expected = f"no time before {since.isoformat()}, when it was {was}"
                remedy = "Give the time at which it was said, or correct the earlier entry."
                breaches.append(Breach(f"entry {entry.seq}", found, expected, remedy))
            else:
                held[site] = _status(entry, site)
    return held, breaches


def _cannot_follow(entry: Entry, site: str, was: str, held: Collection[str]) -> Breach:
    found = f"{site!r} {entry.kind}"
    if not was:
        remedy = "Add it to the event as potential first, so that its name is checked."
        more = f" and {len(held) - SHOWN} more" if len(held) > SHOWN else ""
        listed = ", ".join(list(held)[:SHOWN])
        remedy += near(site, held) or (f" It names {listed}{more}." if held else "")
        return Breach(f"entry {entry.seq}", found, "a site that the log names as potential", remedy)
    expected = f"{' or '.join(TRANSITIONS[was])} after {was}"
    remedy = "Say that, or correct the earlier entry if it was wrong."
    return Breach(f"entry {entry.seq}", found, expected, remedy)


def _status(entry: Entry, site: str) -> SiteStatus:
    said = entry.content if entry.kind == "confirmed" else {}
    low, likely, high, lost = (float(said.get(name, "nan")) for name in SAID)
    return SiteStatus(site, entry.kind, entry.at, entry.by, (low, likely, high), lost, entry.seq)
