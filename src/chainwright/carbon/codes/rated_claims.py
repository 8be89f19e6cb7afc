"""What a rating says, as claims: its arrays looked up once, however many codes are made of it."""

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from chainwright.carbon.codes.claims import Claims, expiry
from chainwright.carbon.ratings.reasons import REASONS

if TYPE_CHECKING:
    from chainwright.carbon.ratings.rating_result import Rating

__all__ = ["RatedClaims", "period_of"]

COUNTED = 39
REGISTERED = ("gbt4754", "division")
SCOPES = ("scope_1", "scope_2")
NUMBERS = {
    "net": "net",
    "neutralised": "neutralised",
    "value_added": "value_added",
    "intensity": "L",
    "ratio": "K",
    "neutrality": "R",
    "half_width": "half_width",
}
"""Claims, and the arrays of a rating that they are taken from."""


def period_of(month: int, window_months: int) -> tuple[int, int]:
    """Return first and last day of a window as YYYYMMDD.

    Parameters
    ----------
    month : int
        Its last month, since January 1970.
    window_months : int
        Its length.

    Examples
    --------
    >>> period_of(12 * 56 + 9, 12)
    (20251101, 20261031)
    """
    first = month - window_months + 1
    last = date(1970 + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)
    return (1970 + first // 12) * 10000 + (first % 12 + 1) * 100 + 1, int(last.strftime("%Y%m%d"))


class RatedClaims:
    """The claims of a rating's firms and months.

    Parameters
    ----------
    rating : Rating
        The rating.
    issuer : str
        Who says it.
    issued : int
        From when the codes hold [s since 1970].
    """

    def __init__(self, rating: "Rating", *, issuer: str, issued: int) -> None:
        self.issuer, self.issued = issuer, issued
        self.method = rating.method.id
        self.factors = rating.account.factors.digest
        window = rating.method.window_months
        self.periods = [period_of(month, window) for month in rating.months.tolist()]
        self.expires = [
            expiry(date(end // 10000, end // 100 % 100, end % 100)) for _, end in self.periods
        ]
        self._numbers = {
            claim: np.asarray(getattr(rating, name), dtype=np.float64)
            for claim, name in NUMBERS.items()
        }
        columns = rating.columns
        self._scopes = [getattr(rating.window, name)[:, columns] for name in SCOPES]
        counts = (rating.window.measured, rating.window.estimated, rating.window.missing)
        self._counts = [count[:, columns] for count in counts]
        self._grade, self._level, self._reason = rating.grade, rating.level, rating.reason
        self._peers, self._class = rating.peers, rating.peer_class
        table = rating.system.firms.table
        columns_of = (table[name].tolist() for name in ("firm", "credit_code", *REGISTERED))
        known = {firm: registered for firm, *registered in zip(*columns_of, strict=True)}
        self._registered = [known[firm] for firm in rating.firms]
        self.firms = [
            code or firm for (code, _, _), firm in zip(self._registered, rating.firms, strict=True)
        ]

    def claims(self, i: int, t: int, root: bytes, *, with_value_added: bool = True) -> Claims:
        """Return the claims of a firm and a month.

        Parameters
        ----------
        i, t : int
            Their places in the rating.
        root : bytes
            Merkle root of the 39 inputs.
        with_value_added : bool
            Whether the value added is told.
        """
        numbers = {name: _said(array[i, t]) for name, array in self._numbers.items()}
        if not with_value_added:
            numbers["value_added"] = None
        grade, level, peers = int(self._grade[i, t]), int(self._level[i, t]), int(self._peers[i, t])
        measured, estimated, missing = (int(count[i, t]) for count in self._counts)
        group = str(self._class[i, t])
        _, classes, division = self._registered[i]
        return Claims(
            issuer=self.issuer,
            issued=self.issued,
            expires=self.expires[t],
            firm=self.firms[i],
            gbt4754=classes.partition(";")[0].strip(),
            division=division,
            period=self.periods[t],
            scopes=(_said(self._scopes[0][i, t]), _said(self._scopes[1][i, t]), None),
            grade=grade or None,
            level=level or None,
            method=self.method,
            factors=self.factors,
            root=root,
            inputs=(measured + estimated + missing, measured, estimated, missing),
            reason=REASONS[int(self._reason[i, t])].code,
            peers=(group, peers) if group and peers else None,
            **numbers,
        )


def _said(number: float) -> float | None:
    """Return a number, or None for what is not known."""
    return float(number) if math.isfinite(number) else None
