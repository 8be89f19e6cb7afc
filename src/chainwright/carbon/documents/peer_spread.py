"""Where a firm stands among its peers, and how far these lie apart."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from chainwright.carbon.documents.known_names import class_names
from chainwright.carbon.ratings.peer_groups import DIGITS

if TYPE_CHECKING:
    from chainwright.carbon.ratings.rating_result import Rating

__all__ = ["PeerSpread"]

Floats = npt.NDArray[np.float64]

SHARES = {"low": 0.1, "quarter": 0.25, "median": 0.5, "three_quarters": 0.75, "high": 0.9}
FEWEST = 5
"""Firms below which a spread would tell what single firms emit."""


class PeerSpread:
    """The emission per value added of the peers of each firm in one month.

    Parameters
    ----------
    rating : Rating
        The rating.
    column : int
        Which of its months.
    """

    def __init__(self, rating: "Rating", column: int) -> None:
        self.rating, self.column = rating, column
        means = rating.means
        at = int(means.asked(rating.method, rating.months[column : column + 1])[0])
        with np.errstate(invalid="ignore"):  # a firm that is not counted has NaN
            self._intensity: Floats = means.net[:, at] / means.value_added[:, at]
        self._place = {firm: i for i, firm in enumerate(means.firms)}
        self._groups = {code: i for i, code in enumerate(means.groups.codes)}
        self._found: dict[str, npt.NDArray[np.intp]] = {}

    def _members(self, code: str, digits: int) -> npt.NDArray[np.intp]:
        """Return the places of the firms of a group that count."""
        if code not in self._found:
            member = self.rating.means.groups.member[DIGITS.index(digits)]
            held = (member == self._groups[code]) & np.isfinite(self._intensity)
            self._found[code] = np.flatnonzero(held)
        return self._found[code]

    def row(self, i: int) -> dict[str, Any] | None:
        """Return the peers of a firm as a document has them; nothing where it is not rated.

        The rank counts the peers that emit less per value added. Where the mean is that of a city
        in which the firm has another value, the value of this rating stands for it.

        Parameters
        ----------
        i : int
            Place of the firm in the rating.
        """
        r, t = self.rating, self.column
        digits, code = int(r.digits[i, t]), str(r.peer_class[i, t])
        if not digits:
            return None
        own = float(r.L[i, t])
        places = self._members(code, digits)
        others = self._intensity[places[places != self._place.get(r.firms[i], -1)]]
        values = np.append(others, own)
        spread: dict[str, float | None] = dict.fromkeys(SHARES)
        if len(values) >= FEWEST:
            parts = np.quantile(values, list(SHARES.values())).tolist()
            spread = dict(zip(SHARES, parts, strict=True))
        names = class_names(code)
        return {
            "class": code,
            "digits": digits,
            "en": names["class_en"],
            "zh": names["class_zh"],
            "firms": int(r.peers[i, t]),
            "rank": int((others < own).sum()) + 1,
            **spread,
        }
