"""What a rating says, firm by firm and month by month, and its tables."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.methods.method_files import CERTAINTIES, Method
from chainwright.carbon.ratings.reasons import REASONS
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.system import Result
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.carbon.inventory.account_result import Account
    from chainwright.carbon.ratings.sector_means import SectorMeans

__all__ = ["Rating"]

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False, repr=False)
class Rating(Result):
    """Ratings of ``f`` firms over windows that end with ``m`` months; NaN, 0 or "" for none.

    Parameters
    ----------
    system : System
        The system with the firms.
    account : Account
        The account by month.
    window : Account
        The account by window.
    method : Method
        How it was rated.
    months : ndarray of int32, shape (m,)
        Last month of each window, since January 1970.
    columns : ndarray of intp, shape (m,)
        Their places in the account.
    gross, neutralised, net : ndarray of float64, shape (f, m)
        Gross emission, what was neutralised (A), and the rest (E) [tCO2].
    value_added : ndarray of float64, shape (f, m)
        [10^4 CNY].
    L : ndarray of float64, shape (f, m)
        E / VA [tCO2 per 10^4 CNY].
    K : ndarray of float64, shape (f, m)
        L over the mean of the peers.
    R : ndarray of float64, shape (f, m)
        A / gross, between 0 and 1.
    mean : ndarray of float64, shape (f, m)
        The mean of the peers [tCO2 per 10^4 CNY].
    half_width : ndarray of float64, shape (f, m)
        Half the width of the 95 % range of E, relative to it.
    grade, level : ndarray of int8, shape (f, m)
        1 is best; 0 for a firm that is not rated.
    digits : ndarray of int8, shape (f, m)
        Digits of the peer group: 4, 3, 2, 1 for the section.
    peers : ndarray of int32, shape (f, m)
        Rated firms in it, the firm among them.
    peer_class : ndarray of str, shape (f, m)
        Its code.
    reason : ndarray of int8, shape (f, m)
        Place in `REASONS`; 0 for a firm that is rated.
    probability : ndarray of float64, shape (f, m, 5)
        Of each grade.
    means : SectorMeans
        What firms were compared with; `rate` takes them for a single firm.
    """

    name: ClassVar[str] = "carbon_codes"
    charted: ClassVar[str] = "ratio"

    account: "Account"
    window: "Account"
    method: Method
    months: Codes
    columns: npt.NDArray[np.intp]
    gross: Floats
    neutralised: Floats
    net: Floats
    value_added: Floats
    L: Floats
    K: Floats
    R: Floats
    mean: Floats
    half_width: Floats
    grade: Small
    level: Small
    digits: Small
    peers: Codes
    peer_class: npt.NDArray[np.str_]
    reason: Small
    probability: Floats
    means: "SectorMeans"

    @property
    def firms(self) -> tuple[str, ...]:
        """Codes of the firms, in order."""
        return self.account.firms

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """Last months of the windows, YYYY-MM."""
        return tuple(np.datetime_as_string(self.months.astype("datetime64[M]")).tolist())

    @cached_property
    def _place(self) -> dict[str, int]:
        return {firm: i for i, firm in enumerate(self.firms)}

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {
            "method": self.method.id,
            "certainty": self.method.certainty,
            "months": list(self.periods),
            "factors": self.account.factors.digest.hex(),
        }

    @property
    def classes(self) -> npt.NDArray[np.object_]:
        """Main class of each firm in GB/T 4754, ``(f,)``."""
        return self._register[0]

    @property
    def divisions(self) -> npt.NDArray[np.object_]:
        """Division of each firm in GB/T 2260, ``(f,)``."""
        return self._register[1]

    def place(self, firm: str, month: str | None = None) -> tuple[int, int]:
        """Return row and column of a firm and a month.

        Parameters
        ----------
        firm : str
            Its code.
        month : str, optional
            YYYY-MM; the last if not given.

        Raises
        ------
        UnknownCodeError
            If there is no such firm.
        ParameterError
            If the month was not rated.
        """
        if firm not in self._place:
            raise UnknownCodeError(firm, "firm of this rating", self.firms)
        if month is not None and month not in self.periods:
            expected = f"a month from {self.periods[0]} to {self.periods[-1]}"
            raise ParameterError("month", "this rating", expected, month)
        at = len(self.periods) - 1 if month is None else self.periods.index(month)
        return self._place[firm], at

    def row(self, firm: str, month: str | None = None) -> dict[str, object]:
        """Return what the table says of a firm and a month, as JSON values.

        Parameters
        ----------
        firm, month
            As for `place`.

        Raises
        ------
        UnknownCodeError, ParameterError
            As for `place`.
        """
        i, t = self.place(firm, month)
        frame = self._frame(np.array([i]), np.array([t]))
        row = frame.astype(object).where(frame.notna(), None).to_dict("records")[0]
        return {str(name): value for name, value in row.items()}

    def table(self) -> pd.DataFrame:
        """Return a row a firm and month: last month first, then the least efficient firm."""
        shape = self.K.shape
        K = np.where(np.isnan(self.K), -np.inf, self.K)
        order = np.lexsort([-K.T.ravel(), np.repeat(-np.arange(shape[1]), shape[0])])
        t, i = np.divmod(order, shape[0]) if shape[0] else (order, order)
        return self._frame(i, t)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the ratings and the means that they rest on."""
        return {self.name: self.table(), "carbon_sector_means": self.means.table()}

    def names(self, column: str, language: str = "en") -> dict[str, str]:
        """Return what firms are called.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column != "firm":
            return {}
        frame = self.system.firms.table
        own, other = ("name_zh", "name_en") if language == "zh" else ("name_en", "name_zh")
        named = frame[own].where(frame[own] != "", frame[other])
        return dict(zip(frame["firm"].tolist(), named.tolist(), strict=True))

    def _frame(self, i: npt.NDArray[np.intp], t: npt.NDArray[np.intp]) -> pd.DataFrame:
        """Return rows for firms `i` and months `t`."""
        window = self.columns[t]
        reason = self.reason[i, t]
        words = np.array([list(said) for said in REASONS], dtype=object)[reason]
        chance = self.probability[i, t]
        certain = CERTAINTIES[self.method.certainty]
        cells: dict[str, object] = {
            "firm": np.array(self.firms, dtype=object)[i],
            "month": np.array(self.periods, dtype=object)[t],
            "gbt4754": self.classes[i],
            "division": self.divisions[i],
            "grade": _or_missing(self.grade[i, t]),
            "ratio": self.K[i, t],
            "intensity": self.L[i, t],
            "level": _or_missing(self.level[i, t]),
            "neutrality": self.R[i, t],
            "net": self.net[i, t],
            "gross": self.gross[i, t],
            "neutralised": self.neutralised[i, t],
            "value_added": self.value_added[i, t],
            "half_width": self.half_width[i, t],
            "peer_mean": self.mean[i, t],
            "peer_class": self.peer_class[i, t].astype(object),
            "peer_digits": self.digits[i, t].astype(np.int64),
            "peers": self.peers[i, t].astype(np.int64),
            **{f"probability_{g}": chance[:, g - 1] for g in range(1, 6)},
            "measured": self.window.measured[i, window].astype(np.int64),
            "estimated": self.window.estimated[i, window].astype(np.int64),
            "missing": self.window.missing[i, window].astype(np.int64),
            "method": np.full(len(i), self.method.id, dtype=object),
            "certainty": np.full(len(i), self.method.certainty, dtype=object),
            "certainty_en": np.full(len(i), certain[0], dtype=object),
            "certainty_zh": np.full(len(i), certain[1], dtype=object),
            "issuer_en": np.full(len(i), self.method.issuer_en, dtype=object),
            "issuer_zh": np.full(len(i), self.method.issuer_zh, dtype=object),
            "reason": words[:, 0],
            "reason_en": words[:, 1],
            "reason_zh": words[:, 2],
        }
        return pd.DataFrame({c.column: cells[c.column] for c in schema(self.name)})

    @cached_property
    def _register(self) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
        """Class and division of each firm, in order."""
        frame = self.system.firms.table
        at = {firm: k for k, firm in enumerate(frame["firm"].tolist())}
        rows = np.array([at[firm] for firm in self.firms], dtype=np.intp)
        main = frame["gbt4754"].str.split(";").str[0].str.strip()
        return main.to_numpy(dtype=object)[rows], frame["division"].to_numpy(dtype=object)[rows]


def _or_missing(numbers: Small) -> "pd.arrays.IntegerArray":
    """Return whole numbers, missing where they are 0."""
    return pd.arrays.IntegerArray(numbers.astype(np.int64), numbers == 0)
