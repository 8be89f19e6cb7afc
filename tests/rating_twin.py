"""Ratings as the method's text says them, one firm after the other."""

import math
from itertools import pairwise
from statistics import NormalDist

BOUNDS, LEVELS = (0.6, 0.8, 1.2, 2.0), (0.6, 2.0)
SECTION = {"17": "C", "25": "C", "26": "C", "31": "C", "44": "D"}


def groups_of(code):
    """Return the groups of a class: four digits, three, two, section."""
    if not code:
        return []
    return [code, code[:3], code[:2], SECTION[code[:2]]]


def place_in(value, bounds):
    """Return the grade or level; an upper bound belongs to the better one."""
    for grade, bound in enumerate(bounds, start=1):
        if value <= bound:
            return grade
    return len(bounds) + 1


def rated(codes, numbers, own="included", least=5):
    """Return what each firm is rated: a dict, or the word for why not.

    `numbers` has net emission and value added of each firm, NaN where not known.
    """
    fit = {
        i
        for i, (net, added) in enumerate(numbers)
        if not math.isnan(net) and not math.isnan(added) and added > 0
    }
    return [_one(i, codes, numbers, fit, (own, least)) for i in range(len(codes))]


def _one(i, codes, numbers, fit, how):
    own, least = how
    net, added = numbers[i]
    why = {
        "value_added_missing": math.isnan(added),
        "energy_missing": math.isnan(net),
        "value_added_not_positive": added <= 0,
        "no_class": not codes[i],
    }
    if any(why.values()):
        return next(word for word, holds in why.items() if holds)
    for group in groups_of(codes[i]):
        inside = [j for j in sorted(fit) if group in groups_of(codes[j])]
        others = [j for j in inside if own == "included" or j != i]
        if len(inside) < least and len(group) > 1:
            continue
        if not others:
            break
        mean = math.fsum(numbers[j][0] for j in others) / math.fsum(numbers[j][1] for j in others)
        if not mean > 0:
            return "mean_not_positive"
        intensity = net / added
        return {
            "peer_class": group, "peers": len(inside), "mean": mean, "L": intensity,
            "K": intensity / mean, "grade": place_in(intensity / mean, BOUNDS),
            "level": place_in(intensity, LEVELS),
        }  # fmt: skip
    return "no_peers"


def chances(ratio, half_width):
    """Return the probability of each grade, by the normal law of ln K."""
    spread = NormalDist(0.0, half_width / 1.96)
    cut = [0.0, *(spread.cdf(math.log(bound / ratio)) for bound in BOUNDS), 1.0]
    return [high - low for low, high in pairwise(cut)]
