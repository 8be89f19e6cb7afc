"""Made-up trade in minerals, and what a plain reading of the equations makes of it."""

import math

import pandas as pd

from chainwright.plan import Replacement
from trades import trade_of

WEEK = 52.0
COLUMNS = ["exporter", "importer", "product", "value", "quantity"]


def mineral_trade(rows, **more):
    """Return trade of 2024 in t of rows (exporter, importer, product, value, quantity)."""
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return trade_of({2024: frame}, quantity_unit="t", **more)


def one_supplier(price=10.0):
    """Return the trade of the case in which home imports 90 t a week from one country."""
    return mineral_trade([("AUS", "JPN", "ore", 90.0 * WEEK * price, 90.0 * WEEK)])


def use_of_the_case(**more):
    """Return what is known of its use: 100 t a week, 5 made at home, 5 recycled."""
    row = {"product": "ore", "consumption": 5200.0, "home_production": 260.0, "recycling": 260.0}
    return pd.DataFrame([{**row, **more}])


def case_ramps():
    """Return the ramps of the case: 20 % saved, 10 % from others, both certain."""
    return Replacement(
        substitution_low=0.2,
        substitution_high=0.2,
        alternates_low=0.1,
        alternates_high=0.1,
        follow_world=False,
    )


def plain_need(outage, ramps, *, use, rest, failing, others):
    """Return the need of one outage (weeks, share, saved, delivered), week by week."""
    weeks, share, saved, delivered = outage
    total = 0.0
    for week in range(int(weeks)):
        reach = []
        for first, last in (
            (ramps.substitution_from_week, ramps.substitution_to_week),
            (ramps.alternates_from_week, ramps.alternates_to_week),
        ):
            reach.append(min(1.0, max(0.0, (week - first) / (last - first))))
        gap = rest + failing * share - use * saved * reach[0] - use * others * delivered * reach[1]
        total += max(0.0, gap)
    return total


def plain_quantile(needs, level):
    """Return the smallest need that at least a share of all needs do not exceed."""
    ordered = sorted(needs)
    return ordered[max(0, math.ceil(level * len(ordered) - 1e-9) - 1)]


def plain_release(gaps, reserve, kept, rule, release):
    """Return (met, met of priority users, first week short, left, spoiled) of one outage."""
    left, met, ahead_met, short, spoiled = reserve, 0.0, 0.0, None, 0.0
    for week, gap in enumerate(gaps):
        spoiled += left * (1 - kept)
        left *= kept
        held = release.hold_back * reserve if week < release.hold_back_weeks else 0.0
        wanted = {"priority": release.priority_share * gap}
        wanted["others"] = gap - wanted["priority"]
        if rule == "proportional":
            part = min(1.0, left / gap) if gap else 0.0
            given = {who: part * want for who, want in wanted.items()}
        elif rule == "held_back":
            part = min(1.0, max(0.0, left - held) / gap) if gap else 0.0
            given = {who: part * want for who, want in wanted.items()}
        else:
            given = {"priority": min(wanted["priority"], left)}
            free = max(0.0, left - given["priority"] - held)
            given["others"] = min(wanted["others"], free)
        met += sum(given.values())
        ahead_met += given["priority"]
        left -= sum(given.values())
        if short is None and sum(given.values()) < gap * (1 - 1e-9):
            short = week
    return met, ahead_met, short, left, spoiled
