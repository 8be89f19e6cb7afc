"""Home's dependence indicators year by year, and its suppliers in the last year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.products.dependence_thresholds import DependenceThresholds, above
from chainwright.diagnose.products.trade_blocs import (
    blocs_among,
    chunks,
    exports_of_one,
    in_year,
    with_blocs,
)
from chainwright.diagnose.products.trade_capability import Capability, capability
from chainwright.diagnose.products.trade_concentration import Concentration, concentration, ratio
from chainwright.diagnose.products.trade_failures import Spare, YearExports, spare
from chainwright.diagnose.products.trade_scan import cdi_holds
from chainwright.errors import ParameterError
from chainwright.system import Regions, Trade
from chainwright.system.axis import Axis
from chainwright.system.places import Bloc, bloc
from chainwright.system.trade import TradeYear

__all__ = ["HomeYears", "LastYear", "home_years"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

FIVE = 5
"""Years that are looked at where none are named: those that spare exports are taken from."""


@dataclass(frozen=True, eq=False)
class LastYear:
    """The last year in full, for C places (home and blocs one each) and P products.

    Parameters
    ----------
    measures : Concentration
        Of all importers.
    home : int
        Position of home among the places.
    bought : ndarray, shape (C, P)
        Value of home's imports from each place.
    bought_quantity : ndarray, shape (C, P), optional
        Known quantity of it; NaN where none is known.
    spare : Spare, optional
        What each place once exported above what it exports now; absent without quantities.
    capability : Capability
        What home's exports say, among countries counted one by one.
    """

    measures: Concentration
    home: int
    bought: Floats
    bought_quantity: Floats | None
    spare: Spare | None
    capability: Capability

    @property
    def products(self) -> Axis:
        """The products that are traded in this year."""
        return self.measures.products

    @property
    def world_share(self) -> Floats:
        """Home's share of the world's exports, shape (P,); 0 where it exports none."""
        exports = self.measures.exports
        return np.nan_to_num(ratio(exports[self.home], exports.sum(axis=0)))


@dataclass(frozen=True, eq=False)
class HomeYears:
    """Home's indicators, for Y rising years and P products that home imports in one of them.

    Parameters
    ----------
    home : Bloc
        Home as it is in the last year.
    blocs : tuple of Bloc
        Others that count as one.
    years : tuple of int
        Years in which home trades.
    products : tuple of str
        Codes, sorted.
    indicators : mapping of str to ndarray, shape (Y, P)
        ``imports``, ``exports``, ``import_hhi``, ``world_export_hhi``, ``imports_per_exports``
        (infinite without exports), ``suppliers``, ``top_share``, ``cdi1``, ``cdi2``, ``cdi3``;
        NaN where nothing is imported.
    top_supplier : ndarray of str, shape (Y, P)
        Code of the largest supplier; empty where nothing is imported.
    last : LastYear
        The last year in full.
    """

    home: Bloc
    blocs: tuple[Bloc, ...]
    years: tuple[int, ...]
    products: tuple[str, ...]
    indicators: Mapping[str, Floats]
    top_supplier: Texts
    last: LastYear

    def flagged(self, limits: DependenceThresholds) -> Flags:
        """Return in which years C1, C2 and C3 all hold, shape (Y, P).

        Parameters
        ----------
        limits : DependenceThresholds
            From where on each holds.
        """
        c1, c2, c3 = self.criteria(limits)
        return c1 & c2 & c3

    def criteria(self, limits: DependenceThresholds) -> tuple[Flags, Flags, Flags]:
        """Return in which years each of C1, C2 and C3 holds, each of shape (Y, P).

        Parameters
        ----------
        limits : DependenceThresholds
            From where on each holds.
        """
        return (
            above(self.indicators["import_hhi"], limits.import_hhi),
            above(self.indicators["world_export_hhi"], limits.world_hhi),
            above(self.indicators["imports_per_exports"], limits.imports_per_exports),
        )

    def flagged_by_cdi(self, limits: DependenceThresholds) -> Flags:
        """Return in which years CDI1 to CDI3 all hold, shape (Y, P); never for one country.

        Parameters
        ----------
        limits : DependenceThresholds
            From where on each holds.
        """
        return cdi_holds(
            (self.indicators["cdi1"], self.indicators["cdi2"], self.indicators["cdi3"]), limits
        )


def home_years(
    trade: Trade,
    home: Regions,
    years: Iterable[int] | int | None,
    blocs: Sequence[Regions],
    limits: DependenceThresholds,
) -> HomeYears:
    """Return home's indicators of each year; years are read one after the other, the last first.

    Parameters
    ----------
    trade : Trade
        With bilateral flows.
    home : str or sequence of str
        A place, several, or a group: one importer.
    years : iterable of int, optional
        Which years; the last five at hand if not given.
    blocs : sequence
        What else counts as one place; one that shares a place with home is left out.
    limits : DependenceThresholds
        Gives the years in which spare exports are sought.

    Raises
    ------
    UnknownCodeError, LabelError
        If home is no place or group of the last year.
    MissingPartError
        If it is not known who buys.
    ParameterError
        If no year is named, or one is not at hand.
    """
    if not trade.bilateral:
        trade.year()  # says what is missing
    asked = _years(trade, years)
    flows = trade.year(asked[-1])
    at = bloc(flows.places, home)
    others = blocs_among(flows.places, blocs, apart_from=(*at.members, *at.missing))
    columns: list[tuple[int, tuple[str, ...], dict[str, Floats], Texts]] = []
    exports: list[YearExports] = []
    last: LastYear | None = None
    oldest = asked[-1] - int(limits.spare_years)
    for year in reversed(asked):
        flows = flows if year == asked[-1] else trade.year(year)
        here = in_year(flows.places, at)
        if not here.members:  # a country that did not trade then, or did not exist
            continue
        with_quantity = year > oldest and flows.quantity is not None
        given = with_blocs(
            flows, [here, *(in_year(flows.places, b) for b in others)], quantity=with_quantity
        )
        found = concentration(given)
        place = int(given.place[0])
        columns.append((year, *_indicators(found, place, wide=len(at.members) > 1)))
        if with_quantity:
            sold = given.flows.exports(of="quantity").value
            exports.insert(0, YearExports(found.places, found.products, sold))
        if last is None:
            able = _capability(flows, here, limits)
            last = LastYear(found, place, *_bought(given.flows, place), None, able)
        del given, found
    assert last is not None  # noqa: S101 - home trades in the last year, or `bloc` would raise
    kept = spare(exports) if exports else None
    last = LastYear(
        last.measures, last.home, last.bought, last.bought_quantity, kept, last.capability
    )
    return _stacked(at, others, columns[::-1], last)


def _years(trade: Trade, years: Iterable[int] | int | None) -> tuple[int, ...]:
    if years is None:
        return trade.years[-FIVE:]
    asked = tuple(sorted({years} if isinstance(years, int) else set(years)))
    absent = [y for y in asked if y not in trade.years]
    if not asked or absent:
        expected = f"of {', '.join(map(str, trade.years))}"
        raise ParameterError("years", "dependence", expected, absent or asked)
    return asked


def _indicators(
    found: Concentration, home: int, *, wide: bool
) -> tuple[tuple[str, ...], dict[str, Floats], Texts]:
    """Return codes, indicators and top suppliers of what home imports in one year."""
    kept = np.flatnonzero(found.imports[home] > 0.0)
    none = np.full(len(found.products), np.nan)
    cdi = found.cdi(0) if wide else (none, none, none)
    values = {
        "imports": found.imports[home],
        "exports": found.exports[home],
        "import_hhi": found.import_hhi[home],
        "world_export_hhi": found.world_hhi,
        "imports_per_exports": found.imports_per_exports[home],
        "suppliers": found.suppliers[home].astype(np.float64),
        "top_share": found.top_share[home],
        "cdi1": cdi[0],
        "cdi2": cdi[1],
        "cdi3": cdi[2],
    }
    codes = np.array(found.products.codes, dtype=object)[kept]
    top = np.array(found.places.codes, dtype=object)[found.top_supplier[home, kept]]
    return tuple(codes), {name: array[kept] for name, array in values.items()}, top


def _bought(flows: TradeYear, home: int) -> tuple[Floats, Floats | None]:
    """Return what home imports from each place, in value and in known quantity, (C, P) each."""
    shape = (len(flows.places), len(flows.products))
    value = np.zeros(shape)
    quantity = np.full(shape, np.nan) if flows.quantity is not None else None
    for part in chunks(len(flows)):
        mine = np.flatnonzero(flows.importer[part] == home) + part.start
        at = flows.exporter[mine], flows.product[mine]
        value[at] = flows.value[mine]
        if quantity is not None and flows.quantity is not None:
            quantity[at] = flows.quantity[mine]
    return value, quantity


def _capability(flows: TradeYear, home: Bloc, limits: DependenceThresholds) -> Capability:
    """Return home's capability among countries: blocs would make the world of exporters small."""
    exports, row = exports_of_one(flows, home)
    return capability(exports, row, advantage=limits.rca)


def _stacked(
    home: Bloc,
    blocs: tuple[Bloc, ...],
    columns: list[tuple[int, tuple[str, ...], dict[str, Floats], Texts]],
    last: LastYear,
) -> HomeYears:
    """Return the years on one axis of products."""
    products = tuple(sorted({code for _, codes, _, _ in columns for code in codes}))
    place = {code: p for p, code in enumerate(products)}
    shape = (len(columns), len(products))
    names = list(columns[0][2])
    values = {name: np.full(shape, np.nan) for name in names}
    top = np.full(shape, "", dtype=object)
    for y, (_, codes, found, first) in enumerate(columns):
        at = [place[code] for code in codes]
        for name in names:
            values[name][y, at] = found[name]
        top[y, at] = first
    years = tuple(year for year, *_ in columns)
    return HomeYears(home, blocs, years, products, values, top, last)
