"""The picture of the tiers: a column a tier, in it the sites of each country as spots."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from chainwright.report.charts.palette import GRID, MUTED
from chainwright.report.lettering import text_width
from chainwright.report.maker.spots import (
    EXPOSED,
    SAFE,
    UNKNOWN,
    Drawn,
    Lettering,
    Line,
    Spot,
    Spots,
    legend,
)
from chainwright.report.wording import Words

__all__ = ["draw_tiers"]

WIDTH, HEIGHT = 774.0, 505.0
"""What a sheet of A4, landscape, has inside its margins, less the caption [pt]."""

HEAD, GAP, LABEL, AIR = 62.0, 14.0, 10.5, 4.0
"""Room above the columns, between them, for the name of a country, and below its spots [pt]."""

NAME, NARROWEST = 92.0, 118.0
"""Room for the name of a country beside its spots, and the narrowest column [pt]."""

PITCHES = (10.5, 9.6, 8.6, 7.2, 6.0, 5.0)
"""From one spot to the next, the widest first: the widest at which all fits is taken [pt]."""

Marks = list[Spot | Lettering | Line]

FIRST = {EXPOSED: 0, UNKNOWN: 1, SAFE: 2}


@dataclass(frozen=True, slots=True)
class _Group:
    """The sites of one country at one tier, in the order in which they are drawn."""

    tier: int
    place: str
    sites: npt.NDArray[np.intp]
    exposed: int

    def in_a_line(self, pitch: float, wide: float) -> bool:
        """Whether its spots fit beside its name."""
        return NAME + pitch * len(self.sites) <= wide

    def height(self, pitch: float, wide: float) -> float:
        """How high it is [pt]."""
        if self.in_a_line(pitch, wide):
            return max(LABEL, pitch) + 1.5
        return LABEL + pitch * -(-len(self.sites) // max(1, int(wide // pitch))) + AIR


def draw_tiers(spots: Spots, words: Words, *, title: str) -> Drawn:
    """Return the picture; it says how many sites did not fit in it.

    The tiers stand from left to right, the maker's own sites first; in a column are countries, the
    most exposed first; in a country exposed sites by rank, then unknown ones, then the rest. Spots
    shrink until all fit; where even the smallest do not, the last countries of a column are left
    out and counted below it.

    Parameters
    ----------
    spots : Spots
        The sites; those that nothing needs are left out.
    words : Words
        The language.
    title : str
        What stands above.
    """
    tiers = sorted(set(spots.tier[spots.tier >= 0].tolist()))
    columns = [_groups(spots, tier) for tier in tiers]
    widths = _widths(columns)
    room = HEIGHT - HEAD - LABEL - 4.0
    pitch = next((p for p in PITCHES if _fits(columns, p, widths, room)), PITCHES[-1])
    marks: Marks = [Lettering(0.0, 14.0, title, 13.0, bold=True), *legend(0.0, 31.0, words)]
    missing = 0
    x = 0.0
    for tier, groups, wide in zip(tiers, columns, widths, strict=True):
        marks += _heading(spots, tier, x, wide, words)
        drawn, lost = _column(spots, groups, (x, wide), pitch, words)
        marks += drawn
        missing += lost
        x += wide + GAP
    description = words.say("tiers_description", tiers=len(tiers), **_told(spots))
    return Drawn(tuple(marks), (WIDTH, HEIGHT), title, description, missing)


def _told(spots: Spots) -> dict[str, str]:
    """Return the counts of the sites for a sentence."""
    counts = spots.counts
    return {
        "sites": f"{len(spots):,}",
        "exposed": f"{counts[EXPOSED]:,}",
        "unknown": f"{counts[UNKNOWN]:,}",
    }


def _groups(spots: Spots, tier: int) -> list[_Group]:
    """Return the countries of one tier, the most exposed first, then the largest."""
    here = np.flatnonzero(spots.tier == tier)
    found = []
    for place in sorted({str(p) for p in spots.place[here]}):
        sites = here[spots.place[here] == place]
        standing = np.array([FIRST[int(s)] for s in spots.standing[sites]])
        ranked = np.where(spots.rank[sites] > 0, spots.rank[sites], len(spots) + 1)
        order = np.lexsort((sites, ranked, standing))
        exposed = int((spots.standing[sites] == EXPOSED).sum())
        found.append(_Group(tier, place, sites[order], exposed))
    return sorted(found, key=lambda g: (-g.exposed, g.place == "", -len(g.sites), g.place))


def _widths(columns: Sequence[Sequence[_Group]]) -> list[float]:
    """Return how wide the columns are: wider for more sites, none narrower than its heading."""
    if not columns:
        return []
    room = WIDTH - GAP * (len(columns) - 1) - NARROWEST * len(columns)
    weights = [sqrt(sum(len(g.sites) for g in groups)) for groups in columns]
    if room <= 0.0:
        return [(WIDTH - GAP * (len(columns) - 1)) / len(columns)] * len(columns)
    return [NARROWEST + room * weight / sum(weights) for weight in weights]


def _fits(
    columns: Sequence[Sequence[_Group]], pitch: float, widths: Sequence[float], room: float
) -> bool:
    return all(
        sum(g.height(pitch, wide) for g in groups) <= room
        for groups, wide in zip(columns, widths, strict=True)
    )


def _heading(spots: Spots, tier: int, x: float, wide: float, words: Words) -> Marks:
    here = spots.tier == tier
    key = "tier_own" if tier == 0 else "tier_direct" if tier == 1 else "tier_behind"
    counted = words.say(
        "tier_counts",
        sites=f"{int(here.sum()):,}",
        exposed=f"{int((spots.standing[here] == EXPOSED).sum()):,}",
    )
    return [
        Line((x, HEAD - 14.0), (x + wide, HEAD - 14.0), GRID, 0.8),
        Lettering(x, HEAD - 18.0, words.say(key, tier=tier), 9.0, bold=True),
        Lettering(x, HEAD - 5.0, counted, 7.6, MUTED),
    ]


def _column(
    spots: Spots,
    groups: Sequence[_Group],
    place: tuple[float, float],
    pitch: float,
    words: Words,
) -> tuple[Marks, int]:
    """Return the shapes of one tier, and how many of its sites did not fit."""
    x, wide = place
    across = max(1, int(wide // pitch))
    marks: Marks = []
    y, missing, left_out = HEAD + 4.0, 0, 0
    for group in groups:
        if y + group.height(pitch, wide) > HEIGHT - LABEL:
            missing += len(group.sites)
            left_out += 1
            continue
        beside = group.in_a_line(pitch, wide)
        middle = y + max(LABEL, pitch) / 2.0 if beside else y + LABEL + pitch / 2.0
        marks.append(_label(group, x, y + 7.5, NAME - 4.0 if beside else wide, words))
        for i, site in enumerate(group.sites.tolist()):
            marks.append(
                Spot(
                    x
                    + (NAME if beside else 0.0)
                    + (i if beside else i % across) * pitch
                    + pitch / 2.0,
                    middle + (0 if beside else i // across) * pitch,
                    pitch * 0.38,
                    int(spots.standing[site]),
                    int(spots.rank[site]),
                )
            )
        y += group.height(pitch, wide)
    if missing:
        text = words.say("tier_left_out", sites=f"{missing:,}", places=left_out)
        marks.append(Lettering(x, HEIGHT - 2.0, text, 7.6, MUTED))
    return marks, missing


def _label(group: _Group, x: float, y: float, wide: float, words: Words) -> Lettering:
    """Return the name of a country and its number of sites, cut to the width of a column."""
    name = words.place(group.place) if group.place else words.say("place_unknown")
    text = f"{name} {len(group.sites):,}"
    bold = group.exposed > 0
    while len(name) > 3 and text_width(text, 8.0, bold=bold) > wide:
        name = name[:-2].rstrip("…") + "…"
        text = f"{name} {len(group.sites):,}"
    return Lettering(x, y, text, bold=bold)
