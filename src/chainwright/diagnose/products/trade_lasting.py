"""All importers x all products over many years: which dependences last, how fast they change."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.products.dependence_thresholds import DependenceThresholds
from chainwright.diagnose.products.trade_answers import OfTrade
from chainwright.diagnose.products.trade_blocs import blocs_among, in_year, with_blocs
from chainwright.diagnose.products.trade_concentration import Concentration, concentration
from chainwright.diagnose.products.trade_scan import criteria
from chainwright.errors import ParameterError
from chainwright.system import Bloc, Regions, Result, System, TradeYear

__all__ = ["LastingDependence", "lasting_dependence"]

Bits = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int16]

LAGS = (1, 2, 3, 4, 5)
"""Years after which the churn of flags is given."""


@dataclass(frozen=True, eq=False)
class _Year:
    """What is kept of a year: a bit a pair, so that thirty years are small."""

    year: int
    places: tuple[str, ...]
    products: tuple[str, ...]
    flagged: Bits
    counted: Bits


@dataclass(frozen=True, eq=False, repr=False)
class LastingDependence(OfTrade, Result):
    """What `lasting_dependence` found, for C importers and P products that occur in any year.

    Parameters
    ----------
    blocs : tuple of Bloc
        Places that stand for several, as they are in the last year.
    floor : float
        Imports of a pair below which it is not counted in a year [the trade's money].
    thresholds : DependenceThresholds
        From where on a criterion holds.
    last : Concentration
        The last year in full.
    kept : tuple
        One entry a year, rising: a bit a pair.
    """

    name: ClassVar[str] = "lasting_dependence"
    charted: ClassVar[str] = "imports"

    blocs: tuple[Bloc, ...]
    floor: float
    thresholds: DependenceThresholds
    last: Concentration
    kept: tuple[_Year, ...]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {
            "years": list(self.years),
            "blocs": {b.name: list(b.members) for b in self.blocs},
            "floor": self.floor,
            **asdict(self.thresholds),
        }

    @property
    def years(self) -> tuple[int, ...]:
        """The years, rising."""
        return tuple(year.year for year in self.kept)

    @cached_property
    def importers(self) -> tuple[str, ...]:
        """Codes of the C places, sorted."""
        return tuple(sorted({code for year in self.kept for code in year.places}))

    @cached_property
    def products(self) -> tuple[str, ...]:
        """Codes of the P products, sorted."""
        return tuple(sorted({code for year in self.kept for code in year.products}))

    def flagged(self, year: int) -> npt.NDArray[np.bool_]:
        """Return where C1 to C3 all hold in one year and imports reach the floor, shape (C, P).

        Parameters
        ----------
        year : int
            Position in `years`.
        """
        return self._on_all(self.kept[year], self.kept[year].flagged)

    def counted(self, year: int) -> npt.NDArray[np.bool_]:
        """Return which pairs import at least the floor in one year, shape (C, P).

        Parameters
        ----------
        year : int
            Position in `years`.
        """
        return self._on_all(self.kept[year], self.kept[year].counted)

    def _on_all(self, year: _Year, bits: Bits) -> npt.NDArray[np.bool_]:
        """Return the bits of a year on the axes of all years."""
        shape = len(year.places), len(year.products)
        found = np.zeros((len(self.importers), len(self.products)), dtype=np.bool_)
        rows = np.searchsorted(self.importers, year.places)
        columns = np.searchsorted(self.products, year.products)
        found[np.ix_(rows, columns)] = np.unpackbits(bits, count=shape[0] * shape[1]).reshape(shape)
        return found

    @cached_property
    def _counts(self) -> tuple[Counts, Counts, Counts]:
        """Years counted, years flagged, and years flagged among the last ones, (C, P) each."""
        shape = len(self.importers), len(self.products)
        seen, held, recent = (np.zeros(shape, dtype=np.int16) for _ in range(3))
        first = len(self.kept) - int(self.thresholds.years_of)
        for y in range(len(self.kept)):
            flagged = self.flagged(y)
            seen += self.counted(y)
            held += flagged
            if y >= first:
                recent += flagged
        return seen, held, recent

    @property
    def said(self) -> bool:
        """Whether there are years enough for C4."""
        return len(self.kept) >= int(self.thresholds.years_of)

    @property
    def lasting(self) -> npt.NDArray[np.bool_]:
        """Where C1 to C3 hold in enough of the last years (C4), shape (C, P).

        Nowhere if there are too few years, which `said` tells.
        """
        return np.asarray(self.said & (self._counts[2] >= int(self.thresholds.years_needed)))

    def table(self) -> pd.DataFrame:
        """Return one row a pair of importer and product that was dependent in one year at least.

        Lasting pairs come first; among them the most years flagged, then the largest imports.
        """
        seen, held, _ = self._counts
        lasting, now = self.lasting, self.flagged(len(self.kept) - 1)
        i, p = np.nonzero(held)
        last = self.last
        row = np.array([last.places.place.get(code, -1) for code in self.importers])[i]
        column = np.array([last.products.place.get(code, -1) for code in self.products])[p]
        here = (row >= 0) & (column >= 0)
        imports = np.where(here, last.imports[row, column], 0.0)
        top = np.where(here, last.top_supplier[row, column], -1)
        order = np.lexsort((p, i, -imports, -held[i, p], ~lasting[i, p]))
        i, p, imports, top = i[order], p[order], imports[order], top[order]
        share = np.where(here, last.top_share[row, column], np.nan)[order]
        codes = np.array([*last.places.codes, ""], dtype=object)
        return pd.DataFrame(
            {
                "importer": np.array(self.importers, dtype=object)[i],
                "product": np.array(self.products, dtype=object)[p],
                "lasting": pd.arrays.BooleanArray(lasting[i, p], np.full(len(i), not self.said)),
                "dependent": now[i, p],
                "years_seen": seen[i, p],
                "years_flagged": held[i, p],
                "stability": held[i, p] / np.maximum(seen[i, p], 1),
                "year": np.full(len(i), self.years[-1]),
                "imports": imports,
                "top_supplier": codes[top],
                "top_share": share,
            }
        )

    def churn(self) -> pd.DataFrame:
        """Return how many dependent pairs are dependent no more after one to five years.

        Counted are the pairs that are dependent in a year and import at least the floor in it and
        so many years later; a pair that stopped importing is no dependence that was overcome.
        """
        rows = []
        place = {year: y for y, year in enumerate(self.years)}
        for lag in LAGS:
            pairs = gone = 0
            for year, y in place.items():
                if year + lag in place:
                    later = place[year + lag]
                    at = self.flagged(y) & self.counted(later)
                    pairs += int(at.sum())
                    gone += int((at & ~self.flagged(later)).sum())
            rows.append((lag, pairs, gone, gone / pairs if pairs else np.nan))
        return pd.DataFrame(rows, columns=["lag", "pairs", "no_longer", "churn"])

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the pairs, and the churn of flags."""
        return {self.name: self.table(), "dependence_churn": self.churn()}


def lasting_dependence(
    system: System,
    *,
    years: Iterable[int] | None = None,
    blocs: Sequence[Regions] = ("EU27",),
    floor: float = 0.0,
    thresholds: DependenceThresholds | None = None,
) -> LastingDependence:
    """Return which importers depend lastingly on whom, product by product, over years.

    A pair of importer and product is dependent in a year if C1 to C3 hold (see
    `trade_dependence`), and lastingly so (C4) if in at least 2 of the last 3 years. Years are read
    one after the other and kept as one bit a pair, so thirty take hardly more memory than one.

    Parameters
    ----------
    system : System
        With bilateral trade.
    years : iterable of int, optional
        Which years; all at hand if not given.
    blocs : sequence
        What counts as one importer and one exporter: named groups, or codes joined by ``+``. Who
        is a member is what the list of groups says, in all years alike.
    floor : float
        Pairs that import less in a year are not counted in it [the trade's money].
    thresholds : DependenceThresholds, optional
        From where on a criterion holds.

    Raises
    ------
    MissingPartError
        If the system has no trade, or it is not known who buys.
    ParameterError
        If no year is named, or one is not at hand.

    References
    ----------
    CEPII GeoDep, criteria C1 to C4; Vicard and Wibaux (2023) on churn.
    """
    limits, trade = thresholds or DependenceThresholds(), system.trade
    if not trade.bilateral:
        trade.year()  # says what is missing
    asked = trade.years if years is None else tuple(sorted(set(years)))
    absent = [y for y in asked if y not in trade.years]
    if absent or not asked:
        expected = f"of {', '.join(map(str, trade.years))}"
        raise ParameterError("years", "lasting_dependence", expected, absent or asked)
    found: tuple[Bloc, ...] | None = None
    last: Concentration | None = None
    kept: list[_Year] = []
    for year in reversed(asked):
        flows = trade.year(year)
        found = blocs_among(flows.places, blocs) if found is None else found
        measures = _measured(flows, found)
        del flows  # before the next year is read
        kept.append(_kept(measures, limits, floor))
        last = measures if last is None else last
        del measures
    assert found is not None  # noqa: S101 - there is a year
    assert last is not None  # noqa: S101
    return LastingDependence(system, found, floor, limits, last, tuple(kept[::-1]))


def _measured(flows: TradeYear, blocs: tuple[Bloc, ...]) -> Concentration:
    return concentration(with_blocs(flows, [in_year(flows.places, b) for b in blocs]))


def _kept(found: Concentration, limits: DependenceThresholds, floor: float) -> _Year:
    """Return the bits of a year."""
    c1, c2, c3 = criteria(found, limits)
    counted = (found.imports > 0.0) & (found.imports >= floor)
    return _Year(
        found.year,
        found.places.codes,
        found.products.codes,
        np.packbits(c1 & c2 & c3 & counted),
        np.packbits(counted),
    )
