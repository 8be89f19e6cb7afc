"""Sites as spots of a picture: where they are, how they stand, and which rank they have."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.report.charts import svg
from chainwright.report.charts.palette import FOREIGN, HOME, INK, MUTED
from chainwright.report.lettering import text_width
from chainwright.report.wording import Words

__all__ = ["EXPOSED", "SAFE", "UNKNOWN", "Spots", "legend", "spot"]

SAFE, EXPOSED, UNKNOWN = 0, 1, 2
"""How a site stands: its gap is closed, it is open, or nobody can say."""

FILL = {SAFE: HOME, EXPOSED: FOREIGN, UNKNOWN: svg.HATCH}

Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Spots:
    """Sites to draw, ``S`` of them; places of which nothing is known count as sites too.

    Parameters
    ----------
    codes : ndarray of str, shape (S,)
        What the sites are called in the tables.
    tier : ndarray, shape (S,)
        Deliveries between the site and the maker; -1 where nothing needs it.
    place : ndarray of str, shape (S,)
        Country; empty where it is not known.
    standing : ndarray, shape (S,)
        `SAFE`, `EXPOSED` or `UNKNOWN`.
    rank : ndarray, shape (S,)
        Place in the ranking of exposure, from 1; 0 where it has none.
    latitude, longitude : ndarray, shape (S,)
        Degrees; NaN where they are not known.
    """

    codes: npt.NDArray[np.str_]
    tier: Whole
    place: npt.NDArray[np.str_]
    standing: Whole
    rank: Whole
    latitude: Floats
    longitude: Floats

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def counts(self) -> Mapping[int, int]:
        """Number of sites of each standing."""
        return {kind: int((self.standing == kind).sum()) for kind in (EXPOSED, SAFE, UNKNOWN)}


def spot(x: float, y: float, radius: float, *, standing: int, rank: int = 0) -> list[str]:
    """Return the shapes of one site: exposed ones are larger, ringed, and carry their rank.

    Parameters
    ----------
    x, y : float
        Where it is drawn [pt].
    radius : float
        Of a site that is not exposed [pt].
    standing : int
        `SAFE`, `EXPOSED` or `UNKNOWN`.
    rank : int
        Written into the disc where there is room for it; 0 for none.
    """
    exposed = standing == EXPOSED
    size = radius * (1.25 if exposed else 1.0)
    edge = INK if exposed else MUTED if standing == UNKNOWN else "none"
    parts = [svg.dot(x, y, size, fill=FILL[standing], edge=edge, thick=0.5)]
    if exposed and 0 < rank < 100 and radius >= 3.2:
        letters = size * (1.25 if rank < 10 else 1.02)
        parts.append(
            svg.words(x, y + letters * 0.36, str(rank), size=letters, colour="#ffffff",
                      bold=True, anchor="middle")
        )  # fmt: skip
    return parts


def legend(x: float, y: float, words: Words, *, size: float = 8.0) -> list[str]:
    """Return one line that says what the spots mean.

    Parameters
    ----------
    x, y : float
        Where it begins [pt].
    words : Words
        The language.
    size : float
        Of its letters [pt].
    """
    parts = []
    for standing, key in (
        (EXPOSED, "spot_exposed"),
        (SAFE, "spot_safe"),
        (UNKNOWN, "spot_unknown"),
    ):
        text = words.say(key)
        parts += spot(x + 4.0, y - size * 0.35, 3.4, standing=standing)
        parts.append(svg.words(x + 11.0, y, text, size=size))
        x += 24.0 + text_width(text, size)
    return parts
