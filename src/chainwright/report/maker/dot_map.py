"""A map of sites by latitude and longitude alone: no coast, no border, so none that is disputed."""

from math import cos, radians

import numpy as np

from chainwright.report.charts.canvas import PAGE_WIDTH
from chainwright.report.charts.palette import GRID, MUTED
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

__all__ = ["draw_dots"]

TALLEST = 330.0
EDGE = 36.0
"""Greatest height, and room for the numbers of the grid [pt]."""

GRIDS = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0)
"""Distances between lines of the grid [deg]."""

LEAST = 2.0
"""A map shows at least so many degrees, however near the sites are."""


def draw_dots(spots: Spots, words: Words, *, title: str) -> Drawn | None:
    """Return the map, which says how many sites have no coordinates; None where none has any.

    Degrees of longitude are narrowed by the cosine of the middle latitude, so that near places
    keep their shape; large distances do not.

    Parameters
    ----------
    spots : Spots
        The sites.
    words : Words
        The language.
    title : str
        What it is called, for readers who do not see it.
    """
    known = np.flatnonzero(np.isfinite(spots.latitude) & np.isfinite(spots.longitude))
    if not len(known):
        return None
    south, north = _span(spots.latitude[known], -90.0, 90.0)
    west, east = _span(spots.longitude[known], -180.0, 180.0)
    narrow = max(0.2, cos(radians((south + north) / 2.0)))
    scale = min((PAGE_WIDTH - EDGE) / ((east - west) * narrow), TALLEST / (north - south))
    wide, tall = (east - west) * narrow * scale, (north - south) * scale
    left, top = EDGE, 34.0  # below the legend

    def at(longitude: float, latitude: float) -> tuple[float, float]:
        return left + (longitude - west) * narrow * scale, top + (north - latitude) * scale

    marks: list[Spot | Lettering | Line] = [Lettering(0.0, 9.0, title, 9.6, bold=True)]
    marks += legend(0.0, 24.0, words)
    step = next((g for g in GRIDS if (east - west) / g <= 9.0), GRIDS[-1])
    for degree in np.arange(np.ceil(west / step) * step, east + 1e-9, step):
        x = at(float(degree), south)[0]
        marks.append(Line((x, top), (x, top + tall), GRID))
        text = _degrees(float(degree), "EW", words)
        marks.append(Lettering(x, top + tall + 9.0, text, 7.0, MUTED, anchor="middle"))
    step = next((g for g in GRIDS if (north - south) / g <= 6.0), GRIDS[-1])
    for degree in np.arange(np.ceil(south / step) * step, north + 1e-9, step):
        y = at(west, float(degree))[1]
        marks.append(Line((left, y), (left + wide, y), GRID))
        text = _degrees(float(degree), "NS", words)
        marks.append(Lettering(left - 3.0, y + 2.5, text, 7.0, MUTED, anchor="end"))
    for kind in (SAFE, UNKNOWN, EXPOSED):
        here = known[spots.standing[known] == kind]
        for site in here[np.argsort(-spots.rank[here], kind="stable")].tolist():  # first on top
            x, y = at(float(spots.longitude[site]), float(spots.latitude[site]))
            marks.append(Spot(x, y, 3.4, kind, int(spots.rank[site])))
    missing = len(spots) - len(known)
    description = words.say("map_description", sites=f"{len(known):,}", missing=f"{missing:,}")
    size = (PAGE_WIDTH, top + tall + 14.0)
    return Drawn(tuple(marks), size, title, description, missing)


def _span(degrees: np.ndarray, least: float, most: float) -> tuple[float, float]:
    """Return from where to where a map runs, with a margin."""
    low, high = float(degrees.min()), float(degrees.max())
    room = max(0.05 * (high - low), (LEAST - (high - low)) / 2.0, 0.2)
    return max(least, low - room), min(most, high + room)


def _degrees(value: float, letters: str, words: Words) -> str:
    """Return a degree as it is written beside the grid."""
    if words.language == "zh":
        names = {"E": "东经", "W": "西经", "N": "北纬", "S": "南纬"}
        return f"{names[letters[0 if value >= 0 else 1]] if value else ''}{abs(value):g}°"
    return f"{abs(value):g}°{letters[0 if value > 0 else 1] if value else ''}"
