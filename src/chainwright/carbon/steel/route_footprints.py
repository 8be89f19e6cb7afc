"""Automotive steel by route and grid: what is worse or better than the blast furnace, and where."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import ClassVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright import params
from chainwright.carbon.factors.boundaries import FootprintElectricity, GridFactor
from chainwright.carbon.factors.factor_records import series_records
from chainwright.carbon.lifecycle.product_systems import ProductSystemPart
from chainwright.carbon.steel.numbers_of_steel import steel_numbers
from chainwright.carbon.steel.steel_chains import (
    End,
    Gas,
    footprint_of_steel,
    power_of_steel,
    steel_chain,
)
from chainwright.errors import BoundaryError, ParameterError, UnknownCodeError
from chainwright.system import Result
from chainwright.tables import schema

__all__ = ["SteelRoutes", "steel_routes"]

CUTS = (0.1, 0.2, 0.3)
"""Cuts by mass balance that are worked out where none are asked for."""

NOTES = {
    "grid": (
        "Accounting factors of the grid compare routes; a published product footprint must use "
        "the life-cycle factor of electricity.",
        "此处以核算用电网因子比较工艺路线；对外发布的产品碳足迹须采用电力全生命周期因子。",
    ),
    "footprint": (
        "Life-cycle factor of electricity; the blast furnace stands on its own boundary.",
        "采用电力全生命周期因子；高炉流程的边界以其来源为准。",
    ),
}
"""What stands beside the figures, by the boundary of the factor of power."""

ENDS: tuple[End, ...] = ("low", "value", "high")

MARKS = {
    "yes": ("verified", "已核"),
    "no": ("unverified", "未核实"),
    "assumption": ("assumption", "假设"),
}
"""What each mark is called."""


@dataclass(frozen=True, eq=False, repr=False)
class SteelRoutes(Result):
    r"""Footprints of a tonne of steel by route: :math:`PCF(g) = o + p\,g` with power p from grid g.

    Parameters
    ----------
    grid : GridFactor or FootprintElectricity
        Factor of the power that all routes use.
    cuts : tuple of float
        Cuts against the blast furnace by mass balance.

    Notes
    -----
    C. Harpprecht et al. (2025), unit amounts as in premise 2.5.2; J. Suer, M. Traverso and
    N. Jaeger (2022) give 4.9 MWh per t. Upstream of the small input of natural gas is left out.
    """

    name: ClassVar[str] = "steel_routes"
    charted: ClassVar[str] = "footprint"

    grid: GridFactor | FootprintElectricity
    cuts: tuple[float, ...]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        grid = self.grid
        asked = {"value": grid.value, "region": grid.region, "year": grid.year, "code": grid.code}
        return {"grid": {**asked, "boundary": self.boundary}, "cuts": list(self.cuts)}

    @property
    def boundary(self) -> str:
        """``"grid"`` for accounting factors, ``"footprint"`` for life-cycle factors."""
        return "grid" if isinstance(self.grid, GridFactor) else "footprint"

    @property
    def blast_furnace(self) -> float:
        """Footprint of the blast furnace route in China, tCO2/t."""
        return steel_numbers()["bf_bof_china"].value

    @property
    def power(self) -> float:
        """Power of a tonne of steel by hydrogen, MWh."""
        return power_of_steel("hydrogen")

    @property
    def other(self) -> float:
        """What a tonne of steel by hydrogen emits with power of nought, tCO2."""
        return footprint_of_steel("hydrogen", 0.0)

    @property
    def break_even(self) -> float:
        """Factor of power at which hydrogen and the blast furnace are equal, tCO2/MWh."""
        return (self.blast_furnace - self.other) / self.power

    def table(self) -> pd.DataFrame:
        """Return a row a route, the largest footprint first; ranges where numbers have them."""
        rows = [row for route in _routes() for row in self._rows(route)]
        frame = pd.DataFrame(rows)[[c.column for c in schema(self.name)]]
        return frame.sort_values("footprint", ascending=False, kind="stable", ignore_index=True)

    def _rows(self, route: Mapping[str, str]) -> Iterator[dict[str, object]]:
        """Give the rows of a route: one, or one a cut."""
        held, gas = steel_numbers(), route["gas"]
        furnace, clean = self.blast_furnace, route["route"].endswith("_clean")
        factor = 0.0 if clean else self.grid.value
        words = {c: route[c] for c in ("route", "name_en", "name_zh")}
        mark, mark_zh = MARKS[route["mark"]]
        words |= {"verified": mark, "verified_zh": mark_zh}
        for ending, note in zip(("en", "zh"), NOTES[self.boundary], strict=True):
            space = " " if ending == "en" else ""
            words[f"note_{ending}"] = route[f"note_{ending}"] + (f"{space}{note}" if gas else "")
        cuts = self.cuts if route["route"] == "bf_bof_cut" else (0.0,)
        for cut in cuts:
            if gas in ("hydrogen", "gas", "coke_gas"):
                low, value, high = (
                    footprint_of_steel(cast("Gas", gas), factor, end) for end in ENDS
                )
                power = power_of_steel(cast("Gas", gas))
            else:
                number = held[
                    "scrap_eaf_world" if route["route"] == "scrap_eaf" else "bf_bof_china"
                ]
                low, value, high = (
                    (1.0 - cut) * end for end in (number.low, number.value, number.high)
                )
                power, factor = np.nan, np.nan
            row: dict[str, object] = {**words, "footprint": value, "low": low, "high": high}
            if cut:
                row["route"] = f"bf_bof_cut_{100.0 * cut:g}"
                row["name_en"] = f"{route['name_en']}: {100.0 * cut:g} %"
                row["name_zh"] = f"{route['name_zh']}：{100.0 * cut:g}%"
            row |= {"power": power, "grid_factor": factor}
            yield {**row, "against_blast_furnace": value / furnace - 1.0}

    def provinces(self) -> pd.DataFrame:
        """Return a row a province and year: steel by hydrogen with its grid, the best first."""
        names = {row["code"][:2]: row for row in params.table("gbt2260") if row["level"] == "1"}
        rows = [
            (f.region, names[f.region]["name_en"], names[f.region]["name_zh"], f)
            for f in series_records()["grid-province"]
        ]
        rows += [("CN", "China", "全国", f) for f in series_records()["grid-nation"]]
        factor = np.array([f.value for *_, f in rows])
        footprint = self.other + self.power * factor
        frame = pd.DataFrame(
            {
                "region": [code for code, *_ in rows],
                "name_en": [name for _, name, _, _ in rows],
                "name_zh": [name for _, _, name, _ in rows],
                "year": [f.year for *_, f in rows],
                "grid_factor": factor,
                "footprint": footprint,
                "against_blast_furnace": footprint / self.blast_furnace - 1.0,
                "below_blast_furnace": footprint < self.blast_furnace,
                "announcement": [f.announcement for *_, f in rows],
                "verified": [MARKS["yes" if f.verified else "no"][0] for *_, f in rows],
            }
        )
        return frame.sort_values(
            ["year", "footprint"], ascending=[False, True], kind="stable", ignore_index=True
        )

    def mass_balance(self) -> pd.DataFrame:
        """Return a row a cut: which share of low-carbon steel makes it, and what the rest keeps.

        ``share = cut b / (b - l)`` with b of the blast furnace and l of the steel that is mixed in.
        """
        furnace, scrap = self.blast_furnace, steel_numbers()["scrap_eaf_world"].value
        cuts = np.array(self.cuts)

        def share(low: float) -> npt.NDArray[np.float64]:
            found = cuts * furnace / (furnace - low)
            return np.where(found <= 1.0, found, np.nan)  # a cut that no share makes

        return pd.DataFrame(
            {
                "cut": cuts,
                "footprint": (1.0 - cuts) * furnace,
                "hydrogen_share": share(self.other),
                "scrap_share": share(scrap),
            }
        )

    def numbers(self) -> pd.DataFrame:
        """Return a row a number behind the routes, with its source and mark."""
        rows = list(steel_numbers().values())
        columns = ("code", "value", "low", "high", "unit", "what_en", "what_zh", "source", "date")
        frame = pd.DataFrame({c: [getattr(row, c) for row in rows] for c in columns})
        frame.insert(7, "verified", [MARKS[row.verified][0] for row in rows])
        return frame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the routes, the provinces, the mass balance and the numbers behind them."""
        return {
            self.name: self.table(),
            "steel_provinces": self.provinces(),
            "steel_mass_balance": self.mass_balance(),
            "steel_numbers": self.numbers(),
        }


@cache
def _routes() -> tuple[dict[str, str], ...]:
    name = files("chainwright.carbon.steel").joinpath("steel_routes.csv")
    return tuple(csv.DictReader(name.read_text("utf-8").splitlines()))


def steel_routes(
    grid: GridFactor | FootprintElectricity | str | float = "CN",
    *,
    year: int = 2023,
    cuts: Sequence[float] = CUTS,
) -> SteelRoutes:
    """Return the footprints of automotive steel by route, and where hydrogen pays.

    Parameters
    ----------
    grid : GridFactor, FootprintElectricity, str or float
        Factor of power; two digits of a province or ``"CN"`` for the published accounting factor
        of a year; a number is taken for an accounting factor in tCO2/MWh.
    year : int
        Year of a published factor: 2021 to 2023.
    cuts : sequence of float
        Cuts against the blast furnace by mass balance, as shares.

    Raises
    ------
    UnknownCodeError
        If there is no published factor of that place and year.
    ParameterError
        If a number is out of range.
    BoundaryError
        If `grid` is none of these.

    Examples
    --------
    >>> found = steel_routes("13")
    >>> round(found.break_even, 3)
    0.373
    >>> found.table().set_index("route")["footprint"].round(2)["hydrogen_dri_eaf"]
    np.float64(3.65)
    """
    held = _factor(grid, year)
    if not 0.0 <= held.value < 10.0:
        raise ParameterError("grid", "steel routes", "a factor in tCO2/MWh, 0 or more", held.value)
    for cut in cuts:
        if not 0.0 < cut < 1.0:
            raise ParameterError("cuts", "steel routes", "shares above 0 and below 1", cut)
    system = ProductSystemPart(steel_chain("hydrogen", held.value))
    return SteelRoutes(system, held, tuple(float(cut) for cut in cuts))


def _factor(
    grid: GridFactor | FootprintElectricity | str | float, year: int
) -> GridFactor | FootprintElectricity:
    if isinstance(grid, GridFactor | FootprintElectricity):
        return grid
    if isinstance(grid, str):
        series = "grid-nation" if grid == "CN" else "grid-province"
        known = {(f.region, f.year): f for f in series_records()[series]}
        if (grid, year) not in known:
            words = [f"{region} of {y}" for region, y in known]
            raise UnknownCodeError(f"{grid} of {year}", "grid factor", words)
        found = known[grid, year]
        return GridFactor(found.value, found.region, found.year, found.code)
    if isinstance(grid, int | float) and not isinstance(grid, bool):
        return GridFactor(float(grid), region="")
    msg = f"Steel routes need a factor of power: a place, a number or a GridFactor. Got {grid!r}."
    raise BoundaryError(msg)
