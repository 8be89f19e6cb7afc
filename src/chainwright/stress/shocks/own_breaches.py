"""What is wrong with a blow in itself, whatever the system."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import inf, isfinite, isnan

import numpy as np

from chainwright.errors import Breach, near
from chainwright.stress.shocks.blow import KINDS, RECOVERIES, Blow

__all__ = ["breaches_of", "own_breaches", "place"]

ROUNDING = 1e-9
"""How far shares that add up to 1 may be from 1."""


def place(number: int, field: str) -> str:
    """Return where something stands, as messages say it.

    Parameters
    ----------
    number : int
        Of the blow, counted from 0.
    field : str
        The field of it.

    Examples
    --------
    >>> place(1, "regions")
    "blow 2, 'regions'"
    """
    return f"blow {number + 1}, '{field}'"


def breaches_of(blow: Blow, number: int) -> list[Breach]:
    """Return all that is wrong with a blow in itself; its codes are looked up elsewhere.

    Parameters
    ----------
    blow : Blow
        Any.
    number : int
        Which blow of the shock, counted from 0.
    """
    return [
        Breach(place(number, field), found, expected, remedy)
        for field, found, expected, remedy in (
            *_words(blow),
            *_target(blow),
            *_codes(blow),
            *_size(blow),
            *_time(blow),
            *_recovery(blow),
            *_rebuilding(blow),
        )
    ]


def own_breaches(blows: Sequence[Blow]) -> list[Breach]:
    """Return all that is wrong with a shock in itself, whatever the system.

    Parameters
    ----------
    blows : sequence of Blow
        Its blows.
    """
    if not blows:
        return [Breach("blows", "none", "what happens", "Give it at least one Blow.")]
    return [breach for i, blow in enumerate(blows) for breach in breaches_of(blow, i)]


Wrong = Iterator[tuple[str, str, str, str]]


def _words(blow: Blow) -> Wrong:
    for field, known in (("kind", KINDS), ("recovery", RECOVERIES)):
        word = getattr(blow, field)
        if word not in known:
            hint = near(str(word), known).strip() or "Choose one of them."
            yield field, repr(word), f"one of {', '.join(known)}", hint


def _target(blow: Blow) -> Wrong:
    if blow.nodes and (blow.regions or blow.products):
        told = f"{len(blow.nodes)} node(s) beside regions or products"
        yield "nodes", told, "nodes, or regions and products", "Make two blows of it."
    if blow.of_firms and (blow.nodes or blow.regions or blow.products):
        field = "firms" if blow.firms else "links"
        told = "firms or links beside nodes, regions or products"
        yield field, told, "one of the two levels", "Make two shocks of it, one a level."
    if blow.firms and blow.links:
        yield "links", "links beside firms", "firms, or links", "Make two blows of it."
    named = (blow.nodes, blow.regions, blow.products, blow.firms, blow.links, blow.shares)
    if not any(named) and not (blow.kind in {"demand_drop", "supply_cut"} and blow.buyers):
        expected = "nodes, regions, products, firms or links"
        yield "regions", "nothing that is hit", expected, "Say what is hit."
    if blow.buyers and blow.kind in {"capacity", "capital"}:
        told = f"buyers of a blow of kind {blow.kind!r}"
        yield "buyers", told, "none", "Buyers belong to a supply_cut or a demand_drop."
    if blow.links and blow.buyers:
        yield "buyers", "buyers beside links", "none", "A link names its buyer."
    if blow.links and blow.kind != "supply_cut":
        yield "links", f"links of a blow of kind {blow.kind!r}", "none", "Use kind 'supply_cut'."


def _codes(blow: Blow) -> Wrong:
    lists: dict[str, list[object]] = {
        field: list(getattr(blow, field))
        for field in ("nodes", "regions", "products", "firms", "buyers")
    }
    lists |= {f: [code for code, _ in getattr(blow, f)] for f in ("shares", "rebuilding")}
    for field, codes in lists.items():
        for code in codes:
            if not isinstance(code, str) or not code:
                yield field, repr(code), "a code, as text", "Write the code in quotes."
        twice = [code for code, times in Counter(map(repr, codes)).items() if times > 1]
        for told in twice:
            yield field, f"{told} more than once", "each code once", "Leave out the others."
    for link in blow.links:
        if len(link) != 2 or not all(isinstance(end, str) and end for end in link):
            yield "links", repr(link), "a supplier and a buyer, as texts", "Name both firms."
    for told, times in Counter(map(repr, blow.links)).items():
        if times > 1:
            yield "links", f"{told} more than once", "each link once", "Leave out the others."


def _number(value: object) -> bool:
    """Return whether it is a number and neither NaN nor a truth value."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        return False
    return not isnan(value)


def _size(blow: Blow) -> Wrong:
    expected = "a number from 0 to 1"
    sizes = [("share", blow.share, "")] if blow.share is not None else []
    sizes += [("shares", size, f" for {code}") for code, size in blow.shares]
    for field, size, whose in sizes:
        if not (_number(size) and 0.0 <= size <= 1.0):
            yield field, f"{size!r}{whose}", expected, "0.25 is a quarter."
    given = [blow.share is not None, bool(blow.shares), blow.money is not None]
    if sum(given) != 1:
        told = "none of them" if not any(given) else "more than one of them"
        wanted = "one of share, shares" + (" and money" if blow.kind == "capital" else "")
        yield "share", told, wanted, "Say once how much is lost."
    if blow.money is None:
        return
    if blow.kind != "capital":
        yield "money", f"money of a blow of kind {blow.kind!r}", "none", "Say a share."
    if not (_number(blow.money) and 0.0 <= blow.money < inf):
        yield "money", repr(blow.money), "money, zero or more", "Say the damage as a number."


def _time(blow: Blow) -> Wrong:
    if not (_number(blow.start_day) and 0.0 <= blow.start_day < inf):
        expected = "a day, 0 or later"
        yield "start_day", repr(blow.start_day), expected, "Day 0 is the first day of a run."
    if not (_number(blow.days) and blow.days > 0.0):
        yield "days", repr(blow.days), "a number of days above 0", "Leave it out for no end."
    elif blow.recovery in RECOVERIES and blow.recovery != "at_once" and not isfinite(blow.days):
        told = f"no end, and the recovery {blow.recovery!r}"
        yield "days", told, "the days before it recovers", "Say how long it holds at full size."


def _recovery(blow: Blow) -> Wrong:
    tau, half = blow.recovery_days, blow.half_recovery_days
    least = 1.0 if blow.recovery in {"convex", "convex_scaled", "rebuild"} else 0.0
    if not (_number(tau) and 0.0 <= tau < inf):
        yield "recovery_days", repr(tau), "a number of days", "Say a number."
        return
    if blow.recovery == "at_once" and tau > 0.0:
        remedy = "Name the recovery, such as 'linear', or leave the days out."
        yield "recovery_days", f"{tau!r} of the recovery 'at_once'", "0", remedy
    if blow.recovery in RECOVERIES and blow.recovery != "at_once":
        lowest = 2.0 if blow.recovery == "concave" and half is None else least
        if tau < lowest or tau == 0.0 or (blow.recovery == "concave" and tau <= lowest):
            expected = f"more than {lowest:g}" if lowest in {0.0, 2.0} else f"{lowest:g} or more"
            yield "recovery_days", f"{tau!r}", f"{expected} days", "Say how long it takes."
    if half is None:
        return
    if blow.recovery != "concave":
        told = f"{half!r} of the recovery {blow.recovery!r}"
        yield "half_recovery_days", told, "none", "It belongs to the recovery 'concave'."
    elif not (_number(half) and 1.0 < half < tau):
        expected = f"more than 1 and less than the {tau:g} days of recovery"
        yield "half_recovery_days", repr(half), expected, "Say when half is back."


def _rebuilding(blow: Blow) -> Wrong:
    if not (_number(blow.rebuild_factor) and 0.0 < blow.rebuild_factor < inf):
        yield "rebuild_factor", repr(blow.rebuild_factor), "a number above 0", "1 is usual."
    if blow.recovery != "rebuild":
        if blow.rebuilding:
            told = f"sectors that rebuild, of the recovery {blow.recovery!r}"
            yield "rebuilding", told, "none", "They belong to the recovery 'rebuild'."
        return
    if blow.kind in KINDS and blow.kind != "capital":
        told = f"'rebuild' of a blow of kind {blow.kind!r}"
        yield "recovery", told, "another recovery", "Only destroyed capital is rebuilt."
    if not blow.rebuilding:
        remedy = "Such as rebuilding = { construction = 0.55, manufacturing = 0.45 }."
        yield "rebuilding", "none", "sectors and their shares", remedy
        return
    odd = [(c, s) for c, s in blow.rebuilding if not (_number(s) and 0.0 <= s <= 1.0)]
    for code, share in odd:
        yield "rebuilding", f"{share!r} for {code}", "a number from 0 to 1", "Say its share."
    total = sum(share for _, share in blow.rebuilding) if not odd else 1.0
    if abs(total - 1.0) > ROUNDING:
        remedy = "Shares of all that is rebuilt."
        yield "rebuilding", f"shares that add up to {total:g}", "a sum of 1", remedy
