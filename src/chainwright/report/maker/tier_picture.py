"""The picture of the tiers: a column a tier, in it the sites of each country as spots."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.report.charts import svg
from chainwright.report.charts.palette import GRID, INK, MUTED
from chainwright.report.lettering import text_width
from chainwright.report.maker.spots import EXPOSED, SAFE, UNKNOWN, Spots, legend, spot
from chainwright.report.wording import Words

__all__ = ["draw_tiers"]

WIDTH, HEIGHT = 774.0, 505.0
"""What a sheet of A4, landscape, has inside its margins, less the caption [pt]."""

HEAD, GAP, LABEL, AIR = 62.0, 14.0, 10.5, 4.0
"""Room above the columns, between them, for the name of a country, and below its spots [pt]."""

PITCHES = (10.0, 8.6, 7.2, 6.0, 5.0)
"""From one spot to the next, the widest first: the widest at which all fits is taken [pt]."""

FIRST = {EXPOSED: 0, UNKNOWN: 1, SAFE: 2}


@dataclass(frozen=True, slots=True)
class _Group:
    """The sites of one country at one tier, in the order in which they are drawn."""

    tier: int
    place: str
    sites: npt.NDArray[np.intp]
    exposed: int

    def height(self, pitch: float, across: int) -> float:
        return LABEL + pitch * -(-len(self.sites) // across) + AIR


def draw_tiers(spots: Spots, words: Words, *, title: str) -> tuple[str, int]:
    """Return the picture as SVG, and how many sites did not fit in it.

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
    wide = (WIDTH - GAP * (len(tiers) - 1)) / max(len(tiers), 1)
    room = HEIGHT - HEAD - LABEL
    pitch = next((p for p in PITCHES if _fits(columns, p, wide, room)), PITCHES[-1])
    parts = [
        svg.hatching(),
        svg.words(0.0, 14.0, title, size=13.0, bold=True),
        *legend(0.0, 31.0, words),
    ]
    missing = 0
    for k, (tier, groups) in enumerate(zip(tiers, columns, strict=True)):
        x = k * (wide + GAP)
        parts += _heading(spots, tier, x, wide, words)
        drawn, lost = _column(spots, groups, (x, wide), pitch, words)
        parts += drawn
        missing += lost
    description = words.say("tiers_description", tiers=len(tiers), **_told(spots))
    text = svg.document(
        parts,
        (WIDTH, HEIGHT),
        title=title,
        description=description,
        paper='width="273mm" height="178mm"',
    )
    return text, missing


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


def _fits(columns: Sequence[Sequence[_Group]], pitch: float, wide: float, room: float) -> bool:
    across = max(1, int(wide // pitch))
    return all(sum(g.height(pitch, across) for g in groups) <= room for groups in columns)


def _heading(spots: Spots, tier: int, x: float, wide: float, words: Words) -> list[str]:
    here = spots.tier == tier
    key = "tier_own" if tier == 0 else "tier_direct" if tier == 1 else "tier_behind"
    counted = words.say(
        "tier_counts",
        sites=f"{int(here.sum()):,}",
        exposed=f"{int((spots.standing[here] == EXPOSED).sum()):,}",
    )
    return [
        svg.line((x, HEAD - 14.0), (x + wide, HEAD - 14.0), colour=GRID, thick=0.8),
        svg.words(x, HEAD - 18.0, words.say(key, tier=tier), size=9.0, bold=True),
        svg.words(x, HEAD - 5.0, counted, size=7.6, colour=MUTED),
    ]


def _column(
    spots: Spots,
    groups: Sequence[_Group],
    place: tuple[float, float],
    pitch: float,
    words: Words,
) -> tuple[list[str], int]:
    """Return the shapes of one tier, and how many of its sites did not fit."""
    x, wide = place
    across = max(1, int(wide // pitch))
    parts: list[str] = []
    y, missing, left_out = HEAD + 4.0, 0, 0
    for group in groups:
        if y + group.height(pitch, across) > HEIGHT - LABEL:
            missing += len(group.sites)
            left_out += 1
            continue
        parts.append(_label(group, x, y + 7.0, wide, words))
        for i, site in enumerate(group.sites.tolist()):
            parts += spot(
                x + (i % across + 0.5) * pitch,
                y + LABEL + (i // across + 0.5) * pitch,
                pitch * 0.38,
                standing=int(spots.standing[site]),
                rank=int(spots.rank[site]),
            )
        y += group.height(pitch, across)
    if missing:
        text = words.say("tier_left_out", sites=f"{missing:,}", places=left_out)
        parts.append(svg.words(x, HEIGHT - 2.0, text, size=7.6, colour=MUTED))
    return parts, missing


def _label(group: _Group, x: float, y: float, wide: float, words: Words) -> str:
    """Return the name of a country and its number of sites, cut to the width of a column."""
    name = words.place(group.place) if group.place else words.say("place_unknown")
    text = f"{name} {len(group.sites):,}"
    while len(name) > 3 and text_width(text, 8.0) > wide:
        name = name[:-2].rstrip("…") + "…"
        text = f"{name} {len(group.sites):,}"
    return svg.words(x, y, text, size=8.0, colour=INK, bold=group.exposed > 0)
