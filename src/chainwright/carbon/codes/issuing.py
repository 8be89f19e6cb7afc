"""Codes issued: from ratings and readings to signed texts, one a firm and month."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.codes.claims import moment, seconds_of
from chainwright.carbon.codes.input_leaves import absent, contents
from chainwright.carbon.codes.merkle import leaf_hashes, root_of
from chainwright.carbon.codes.rated_claims import RatedClaims
from chainwright.carbon.codes.signing import signed
from chainwright.carbon.codes.window_values import KINDS, window_values
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.system import Language, Result
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.carbon.codes.keys import SigningKey
    from chainwright.carbon.codes.salts import SaltKey
    from chainwright.carbon.ratings.rating_result import Rating
    from chainwright.system.readings import Readings

__all__ = ["IssuedCodes", "issue"]

AT_ONCE = 64
"""Firms that are worked out together: enough for arrays, few enough for little memory."""

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class IssuedCodes(Result):
    """Signed codes: the last month first, firms in the order of the register.

    Parameters
    ----------
    system : System
        The system with the firms.
    rating : Rating
        What they say.
    issuer : str
        Who signed them.
    kid : str
        Name of the key, in hexadecimal.
    issued : int
        When [s since 1970].
    firms : tuple of str
        Firms with a code.
    months : tuple of str
        Last months of their periods, YYYY-MM, latest first.
    places : ndarray, shape (k, 2)
        Firm and month of each code, as places in the rating.
    texts : tuple of str, k
        The codes.
    roots : tuple of bytes, k
        Merkle roots of their inputs.
    expires : tuple of int, k
        Until when they are valid [s since 1970].
    """

    name: ClassVar[str] = "issued_codes"

    rating: "Rating"
    issuer: str
    kid: str
    issued: int
    firms: tuple[str, ...]
    months: tuple[str, ...]
    places: Places
    texts: tuple[str, ...]
    roots: tuple[bytes, ...]
    expires: tuple[int, ...]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system; no secret is among it."""
        return {
            "issuer": self.issuer,
            "kid": self.kid,
            "issued": moment(self.issued),
            "months": list(self.months),
            "firms": len(self.firms),
            **self.rating.parameters,
        }

    def names(self, column: str, language: Language = "en") -> dict[str, str]:
        """Return what firms are called.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        return dict(self.rating.names(column, language))

    @property
    def frame(self) -> pd.DataFrame:
        """The same as `table`: what a store keeps."""
        return self.table()

    def table(self) -> pd.DataFrame:
        """Return a row a code."""
        rating = self.rating
        i, t = self.places.T
        grade = rating.grade[i, t].astype(np.int64)
        cells: dict[str, object] = {
            "firm": np.array(rating.firms, dtype=object)[i],
            "period": np.array(rating.periods, dtype=object)[t],
            "grade": pd.arrays.IntegerArray(grade, grade == 0),
            "method": np.full(len(i), rating.method.id, dtype=object),
            "text": np.array(self.texts, dtype=object),
            "issued": np.full(len(i), moment(self.issued), dtype=object),
            "expires": np.array([moment(end) for end in self.expires], dtype=object),
            "kid": np.full(len(i), self.kid, dtype=object),
            "root": np.array([root.hex() for root in self.roots], dtype=object),
        }
        return pd.DataFrame({c.column: cells[c.column] for c in schema(self.name)})


def issue(
    rating: "Rating",
    readings: "Readings",
    key: "SigningKey",
    *,
    salt: "SaltKey",
    firms: Sequence[str] | None = None,
    months: Sequence[str] | None = None,
    issued: datetime | None = None,
    without_value_added: Collection[str] = (),
    progress: Callable[[str], None] | None = None,
) -> IssuedCodes:
    """Return signed codes of firms and months; a firm that is not rated gets one that says why.

    Each code holds the Merkle root of its 39 inputs, so that the firm can show a bank one of them
    later, and prove it, without the others (`disclose`).

    Parameters
    ----------
    rating : Rating
        What the codes say.
    readings : Readings
        What the rating rests on.
    key : SigningKey
        Who signs.
    salt : SaltKey
        What salts of the inputs are derived from.
    firms : sequence of str, optional
        Which firms; all of the rating if not given.
    months : sequence of str, optional
        Which months, YYYY-MM; all of the rating if not given.
    issued : datetime, optional
        From when the codes hold, with its zone; now if not given.
    without_value_added : collection of str
        Firms of the rating that object to their value added being told.
    progress : callable, optional
        Told in words how far it is.

    Raises
    ------
    UnknownCodeError, ParameterError
        If the rating has no such firm or month, or a month is not over when its code is issued.
    """
    tell = progress or (lambda _: None)
    rows = _firm_places(rating, firms)
    _firm_places(rating, list(without_value_added))  # a slip would tell what must not be told
    columns = _month_places(rating, months)
    rated = RatedClaims(rating, issuer=key.public.issuer, issued=seconds_of(issued))
    for t in columns.tolist():
        if moment(rated.issued)[:10].replace("-", "") <= str(rated.periods[t][1]):
            expected = f"after the period's last day, {rated.periods[t][1]}"
            raise ParameterError("issued", "a code", expected, moment(rated.issued))
    roots_of = _Roots(rating, readings, rated, salt, columns)
    silent = set(without_value_added)
    made: dict[tuple[int, int], tuple[str, bytes]] = {}
    for begin in range(0, len(rows), AT_ONCE):
        some = rows[begin : begin + AT_ONCE]
        for i, roots in roots_of.of(some):
            for t, root in zip(columns.tolist(), roots, strict=True):
                told = rating.firms[i] not in silent
                claims = rated.claims(i, t, root, with_value_added=told)
                made[i, t] = signed(claims, key), root
        tell(f"{min(begin + AT_ONCE, len(rows)):,} of {len(rows):,} firms")
    order = [(i, t) for t in columns.tolist()[::-1] for i in rows.tolist()]
    return IssuedCodes(
        system=rating.system,
        rating=rating,
        issuer=rated.issuer,
        kid=key.kid.hex(),
        issued=rated.issued,
        firms=tuple(rating.firms[i] for i in rows.tolist()),
        months=tuple(rating.periods[t] for t in columns.tolist()[::-1]),
        places=np.array(order, dtype=np.int64).reshape(-1, 2),
        texts=tuple(made[at][0] for at in order),
        roots=tuple(made[at][1] for at in order),
        expires=tuple(rated.expires[t] for _, t in order),
    )


def _firm_places(rating: "Rating", firms: Sequence[str] | None) -> Places:
    """Return places of firms in a rating."""
    if firms is None:
        return np.arange(len(rating.firms))
    place = {firm: i for i, firm in enumerate(rating.firms)}
    for firm in firms:
        if firm not in place:
            raise UnknownCodeError(firm, "firm of this rating", rating.firms)
    return np.array(sorted({place[firm] for firm in firms}), dtype=np.int64)


def _month_places(rating: "Rating", months: Sequence[str] | None) -> Places:
    """Return places of months in a rating, rising."""
    if months is None:
        return np.arange(len(rating.periods))
    for month in months:
        if month not in rating.periods:
            expected = f"a month from {rating.periods[0]} to {rating.periods[-1]}"
            raise ParameterError("months", "issue", expected, month)
    return np.array(sorted({rating.periods.index(month) for month in months}), dtype=np.int64)


@dataclass(frozen=True)
class _Roots:
    """Roots of the inputs of a rating's firms and months."""

    rating: "Rating"
    readings: "Readings"
    rated: RatedClaims
    salt: "SaltKey"
    columns: Places

    @cached_property
    def known(self) -> dict[str, int]:
        """Places of firms in the readings."""
        return {firm: k for k, firm in enumerate(self.readings.firms)}

    def of(self, rows: Places) -> Iterator[tuple[int, list[bytes]]]:
        """Yield each of some firms with the roots of its months."""
        firms, readings = self.rating.firms, self.readings
        known = self.known
        place = {known[firms[i]]: i for i in rows.tolist() if firms[i] in known}
        kind = readings.firm.dtype  # numbers of another kind would make a copy of all rows
        starts, ends = (
            np.searchsorted(readings.firm, np.array(sorted(place), dtype=kind), side=side)
            for side in ("left", "right")
        )
        spans = [np.arange(a, b) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        taken = readings.taken(np.concatenate([np.arange(0), *spans]))
        months = self.rating.months[self.columns].astype(np.int64)
        values = window_values(taken, months, self.rating.method.window_months)
        said = {place[k]: leaves for k, leaves in contents(values, readings.texts)}
        nothing = [[absent(kind) for kind in range(1, KINDS + 1)]] * len(months)
        for i in rows.tolist():
            by_month = zip(self.columns.tolist(), said.get(i, nothing), strict=True)
            yield i, [self._root(i, t, leaves) for t, leaves in by_month]

    def _root(self, i: int, t: int, leaves: list[bytes]) -> bytes:
        """Return the root of a firm and a month."""
        end = self.rated.periods[t][1]
        salts = self.salt.salts(self.rated.firms[i], end, self.rated.issued, KINDS)
        return root_of(leaf_hashes(salts, leaves))
