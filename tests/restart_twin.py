"""Restarts from the words alone: additive figures of all ways of restarting, in plain Python."""

from itertools import permutations

import numpy as np


class Halted:
    """What stands still: share lost, work, value a day and day of the blow, by code.

    `blows` are rows (codes, share, start day, days at full size, days of recovery after them).
    """

    def __init__(self, blows, value_added, needs, *, crews, home=None, assumed=30.0, given=False):
        self.given = given
        self.share, self.work, self.value, self.struck = {}, {}, {}, {}
        self.begin, self.crews, self.places = 0.0, crews, list(value_added)
        for codes, share, start, days, recovery in blows:
            for code in codes:
                takes = recovery or days
                self.share[code] = share
                self.work[code] = share * takes if np.isfinite(takes) else share * assumed
                counts = home is None or code.split(":")[0] in home
                self.value[code] = share * value_added[code] / 365.0 * counts
                self.struck[code] = start
            self.begin = max(self.begin, start + days if recovery else start)
        self.codes = list(self.share)
        self.needs = {c: {i for j, i in needs if j == c and i in self.share} for c in self.codes}
        self.closed = {c: self.closure(c) for c in self.codes}

    def closure(self, code):
        """Return a code and all that it needs, and what that needs."""
        found = {code}
        while True:
            more = found.union(*(self.needs[c] for c in found))
            if more == found:
                return found
            found = more

    def spans(self, order):
        """Return start and end of each restart, days after crews begin."""
        free, spans = [0.0] * self.crews, {}
        for code in order:
            crew = free.index(min(free))
            spans[code] = free[crew], free[crew] + self.work[code]
            free[crew] += self.work[code]
        return spans

    def runs(self, spans):
        return {c: max(spans[i][1] for i in self.closed[c]) for c in self.codes}

    def loss(self, spans, *, in_part):
        """Return what is lost from the day on which crews begin."""
        runs, total = self.runs(spans), 0.0
        for c in self.codes:
            if in_part:
                total += self.value[c] * self.lost_days(c, spans, runs)
            else:
                total += self.value[c] * runs[c]
        return total

    def lost_days(self, code, spans, runs):
        """Return the days lost where parts count, day by day the least part of all it needs."""
        days = np.arange(np.ceil(max(end for _, end in spans.values())) + 1)
        shared = len(set(spans.values())) == 1
        parts = []
        for c in self.closed[code]:
            whole = self.given and self.needs[c] and not shared
            parts.append(np.diff(left((runs[c], runs[c]) if whole else spans[c], days)))
        return np.max(parts, axis=0).sum()

    def before(self):
        return sum(self.value[c] * (self.begin - self.struck[c]) for c in self.codes)

    def best(self):
        """Return the least loss of all orders where nothing runs in part."""
        orders = permutations(self.codes)
        return min(self.loss(self.spans(order), in_part=False) for order in orders)

    def ways(self, order):
        """Return the spans of each way to restart that needs no search."""
        places = self.places
        most = max(sum(self.work.values()) / self.crews, *self.work.values())
        by_value = sorted(
            self.codes, key=lambda c: (-self.value[c] / self.work[c], places.index(c))
        )
        return {
            "this_order": self.spans(order),
            "proportional": dict.fromkeys(self.codes, (0.0, most)),
            "proportional_whole": dict.fromkeys(self.codes, (0.0, most)),
            "value_alone": self.spans(by_value),
            "all_at_once": {c: (0.0, self.work[c]) for c in self.codes},
        }


def left(span, days):
    """Return the days lost until each of some days if capacity comes back over a span."""
    start, end = span
    if end == start:
        return np.minimum(days, end)
    t = np.clip(days - start, 0.0, end - start)
    return np.minimum(days, start) + t - t**2 / (2 * (end - start))


def needs_of_flows(matrix, codes, share=0.05):
    """Return pairs (user, input) where a node buys so much of its inputs of another."""
    bought = matrix.sum(axis=0)
    return [
        (codes[j], codes[i])
        for j in range(len(codes))
        for i in range(len(codes))
        if i != j and bought[j] > 0 and matrix[i, j] >= share * bought[j]
    ]


def weeks_to_recover(days, shares, first_blow):
    """Return weeks from the first blow until output stays at 95 % of rest."""
    low = [day for day, share in zip(days, shares, strict=True) if share < 0.95]
    if not low:
        return 0.0
    if low[-1] == days[-1]:
        return np.nan
    return (low[-1] + (days[1] - days[0]) - first_blow) / 7.0
