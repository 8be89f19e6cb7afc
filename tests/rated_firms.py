"""Accounts of a few firms with numbers chosen by hand, and a plain twin of their rating."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd

from chainwright import System
from chainwright.params import table
from chainwright.sources.firm_tables import no_sites
from chainwright.sources.reading import Origin
from chainwright.system import Firms
from chainwright.tables import schema

SECTIONS = {row["code"]: row["parent"] for row in table("gbt4754") if row["level"] == "2"}


@dataclass(frozen=True)
class HandAccount:
    """What a rating needs of an account, of windows or by month."""

    system: System
    months: np.ndarray
    net: np.ndarray
    value_added: np.ndarray
    gross: np.ndarray
    neutralised: np.ndarray
    half_width: np.ndarray
    factors: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(digest=b"8 bytes.", name="by hand")
    )
    asked: list = field(default_factory=list)

    @property
    def firms(self):
        return self.system.firms.axis.codes

    @property
    def measured(self):
        return np.full(self.net.shape, 33, dtype=np.int8)

    @property
    def estimated(self):
        return np.full(self.net.shape, 4, dtype=np.int8)

    @property
    def missing(self):
        return np.full(self.net.shape, 2, dtype=np.int8)

    @property
    def coverage(self):
        marks = np.ones((*self.net.shape, 39), dtype=np.int8)
        marks[:, :, 19] = 3
        marks[0, :, 25] = 2
        return SimpleNamespace(marks=marks)

    def rolling(self, months):
        self.asked.append(months)
        names = ("net", "value_added", "gross", "neutralised")
        return replace(self, **{name: windows(getattr(self, name), months) for name in names})


def windows(values, months):
    """Return sums over so many columns, one after the other; NaN until there are so many."""
    out = np.full(values.shape, np.nan)
    for t in range(months - 1, values.shape[1]):
        out[:, t] = values[:, t - months + 1 : t + 1].sum(axis=1)
    return out


def firms_of(classes, divisions=None):
    """Return a system of firms of these classes, named f0, f1 and so on."""
    rows = {
        "firm": [f"f{i}" for i in range(len(classes))],
        "name_en": [f"Firm {i}" for i in range(len(classes))],
        "name_zh": [f"企业{i}" for i in range(len(classes))],
        "gbt4754": list(classes),
        "division": divisions or ["330502"] * len(classes),
    }
    frame = pd.DataFrame(rows)
    for c in schema("firms"):  # as after every check, in far less time
        if c.column not in rows:
            frame[c.column] = "" if c.type == "string" else np.nan
    return System(firms=Firms(frame, no_sites(), Origin()))


def by_hand(classes, net, value_added, *, neutralised=0.0, half_width=0.1, first="2025-11", **more):
    """Return an account whose every month is one twelfth of these numbers, 12 months long."""
    net, value_added = (np.asarray(v, dtype=float) for v in (net, value_added))
    wide = (len(net), 12)
    A = np.broadcast_to(np.asarray(neutralised, dtype=float), net.shape)
    month = np.datetime64(first, "M").astype(np.int32) + np.arange(12, dtype=np.int32)

    def spread(v):
        return np.broadcast_to((v / 12)[:, None], wide).copy()

    return HandAccount(
        system=firms_of(classes, **more),
        months=month,
        net=spread(net),
        value_added=spread(value_added),
        gross=spread(net + A),
        neutralised=spread(A),
        half_width=np.broadcast_to(np.asarray(half_width, dtype=float)[..., None], wide).copy(),
    )


def groups_of(code):
    """Return the codes of the groups of a class, from the finest to the section."""
    fine = [code[:d] for d in (4, 3, 2) if len(code) >= d]
    return [*fine, *([SECTIONS[code[:2]]] if code[:2] in SECTIONS else [])]


def plain_rating(codes, net, added, method):
    """Return group, peers, mean, K and grade of each firm, one after the other."""
    rated = {i for i in range(len(codes)) if np.isfinite(net[i]) and added[i] > 0}
    found = []
    for i, code in enumerate(codes):
        row = ("", 0, None, None, 0)
        if i in rated and groups_of(code):
            for group in groups_of(code):
                inside = [j for j in sorted(rated) if group in groups_of(codes[j])]
                used = [j for j in inside if j != i or method.own == "included"]
                last = group == groups_of(code)[-1]
                if used and (len(inside) >= method.least_peers or last):
                    row = (group, len(inside), *_against(i, used, (net, added), method))
                    row = row if row[2] > 0 else ("", 0, None, None, 0)
                    break
        found.append(row)
    return found


def _against(i, used, numbers, method):
    """Return the mean of the peers, the ratio to it and the grade."""
    net, added = numbers
    if method.mean == "ratio_of_sums":
        mean = sum(net[j] for j in used) / sum(added[j] for j in used)
    else:
        mean = sum(net[j] / added[j] for j in used) / len(used)
    K = net[i] / added[i] / mean
    return mean, K, 1 + sum(bound < K for bound in method.grade_bounds)
