"""What `account` found: emissions of every firm in every month, by scope and part."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.inventory.account_amounts import AccountAmounts
from chainwright.carbon.inventory.account_lines import AccountLines
from chainwright.carbon.inventory.account_tables import (
    firm_rows,
    month_rows,
    note_rows,
    part_rows,
)
from chainwright.carbon.inventory.coverage import Coverage, coverage_of_window
from chainwright.carbon.inventory.part_sums import PartSums, windows
from chainwright.carbon.inventory.uncertainty import Ranges
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.system import Language, Result

if TYPE_CHECKING:
    from chainwright.carbon.factors.factor_sets import FactorSet
    from chainwright.carbon.inventory.activities import Activities
    from chainwright.carbon.inventory.applied_factors import AppliedFactors
    from chainwright.carbon.inventory.line_emissions import LineEmissions

__all__ = ["Account"]

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False, repr=False)
class Account(AccountAmounts, Result):
    """What `account` found for ``f`` firms in ``m`` months, or in windows that end with each.

    `table` has one row a firm over all the months that were asked for (of windows: the last one),
    largest emitter first; `tables` adds one row a firm and month.

    Parameters
    ----------
    factors : FactorSet
        Where emission factors come from.
    months : ndarray of int32, shape (m,)
        Months since January 1970, one after the other.
    window_months : int
        Months that each number sums: 1, or the window of `rolling`.
    activities : Activities
        What firms did, stream by stream.
    applied : AppliedFactors
        The factor of each stream and month, with its record and rule.
    line_emissions : LineEmissions
        Activity times factor.
    sums : PartSums
        Sums by firm and month, or by firm and window.
    value_added, output_value, taxes : ndarray, shape (f, m)
        10,000 yuan; NaN where missing.
    energy_tce : ndarray, shape (f, m)
        Energy used, tonnes of standard coal; power at its own heat.
    ranges : Ranges
        What the uncertainty of net totals is made of.
    coverage : Coverage
        How the 39 kinds of data were obtained.
    """

    name: ClassVar[str] = "accounts"
    charted: ClassVar[str] = "gross"

    factors: "FactorSet"
    months: Codes
    window_months: int
    activities: "Activities"
    applied: "AppliedFactors"
    line_emissions: "LineEmissions"
    sums: PartSums
    value_added: Floats
    output_value: Floats
    taxes: Floats
    energy_tce: Floats
    ranges: "Ranges"
    coverage: Coverage

    @property
    def firms(self) -> tuple[str, ...]:
        """Codes of the firms, in the order of the table of firms."""
        return self.system.firms.axis.codes

    @property
    def measured(self) -> Small:
        """How many of the 39 kinds are measured or billed, ``(f, m)``."""
        return self.coverage.measured

    @property
    def estimated(self) -> Small:
        """How many of the 39 kinds are estimated or defaults, ``(f, m)``."""
        return self.coverage.estimated

    @property
    def missing(self) -> Small:
        """How many of the 39 kinds are missing, ``(f, m)``."""
        return self.coverage.missing

    @property
    def periods(self) -> list[str]:
        """The months as ``YYYY-MM``."""
        return [str(month) for month in self.months.astype("datetime64[M]")]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {
            "factors": self.factors.name,
            "factors_digest": self.factors.digest.hex(),
            "months": [self.periods[0], self.periods[-1]],
            "window_months": self.window_months,
        }

    def names(self, column: str, language: Language = "en") -> dict[str, str]:
        """Return what the codes of a column are called.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column != "firm":
            return dict(super().names(column, language))
        axis = self.system.firms.axis
        return {code: axis.name(i, language) for i, code in enumerate(axis.codes)}

    def place_of(self, firm: str) -> int:
        """Return the place of a `firm`.

        Raises
        ------
        UnknownCodeError
            If it is none of this account.
        """
        if firm not in self._places:
            raise UnknownCodeError(firm, "firm of this account", self.firms)
        return self._places[firm]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.firms)}

    def column_of(self, month: str) -> int:
        """Return the place of a `month`, ``YYYY-MM``.

        Raises
        ------
        UnknownCodeError
            If it is none of this account.
        """
        if month not in self.periods:
            raise UnknownCodeError(month, "month of this account", self.periods)
        return self.periods.index(month)

    def rolling(self, window_months: int = 12) -> "Account":
        """Return the account in windows that end with each month: sums, NaN until complete.

        A window is not known where one of its months is not. Of each kind of data the quality
        counts that it has in most months of the window.

        Parameters
        ----------
        window_months : int
            Length of a window.

        Raises
        ------
        ParameterError
            If it is no number of months, or the account is one of windows already.
        """
        if window_months < 1:
            raise ParameterError("window_months", "an account", "at least one month", window_months)
        if self.window_months != 1:
            expected = "asked of the account by month"
            raise ParameterError("rolling", "an account", expected, self.window_months)
        firm, *numbers = self.ranges
        ranges = Ranges(firm, *(windows(values, window_months) for values in numbers))
        return replace(
            self,
            window_months=window_months,
            sums=self.sums.over(window_months),
            value_added=windows(self.value_added, window_months),
            output_value=windows(self.output_value, window_months),
            taxes=windows(self.taxes, window_months),
            energy_tce=windows(self.energy_tce, window_months),
            ranges=ranges,
            coverage=coverage_of_window(self.coverage.marks, window_months),
        )

    def whole(self) -> "Account":
        """Return one window over all months, or the account itself if it is one of windows."""
        return self.rolling(len(self.months)) if self.window_months == 1 else self

    def lines(self, firm: str, month: str | None = None) -> AccountLines:
        """Return every line of a firm: activity, factor, its record and rule, emission.

        Parameters
        ----------
        firm : str
            Its code.
        month : str, optional
            ``YYYY-MM``; all months of the account, if not given.

        Raises
        ------
        UnknownCodeError
            If there is no such firm or month.
        """
        place = self.place_of(firm)
        column = None if month is None else self.column_of(month)
        return AccountLines(
            system=self.system, account=self, firm=firm, place=place, month=month, column=column
        )

    def table(self) -> pd.DataFrame:
        """Return one row a firm over all months (of windows: the last), largest emitter first."""
        return firm_rows(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the rows by firm, by firm and month, by part, and notes on what is not known."""
        return {
            "accounts": self.table(),
            "account_months": month_rows(self),
            "account_parts": part_rows(self),
            "account_notes": note_rows(self),
        }
