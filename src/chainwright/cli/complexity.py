"""Commands on economic complexity."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cyclopts import Parameter

from chainwright.cli.options import SINK, Sink, app, quiet, show, years_of

__all__ = ["complexity", "opportunities"]


@Parameter(name="*")
@dataclass(frozen=True)
class Filter:
    """What is left out; nothing unless asked. It keeps its row, with the reason.

    Parameters
    ----------
    min_share
        Leave out places with less than this share of all exports, such as 1e-4.
    min_product_share
        Leave out products with less than this share of all exports.
    min_diversity
        Leave out places with fewer products with an advantage.
    min_ubiquity
        Leave out products in which fewer places have an advantage.
    core
        Repeat the two last rules until nothing more falls.
    only_place
        Keep this place; give it again for more.
    only_product
        Keep this product; give it again for more.
    """

    min_share: float = 0.0
    min_product_share: float = 0.0
    min_diversity: int = 0
    min_ubiquity: int = 0
    core: bool = False
    only_place: tuple[str, ...] = ()
    only_product: tuple[str, ...] = ()

    def rules(self) -> dict[str, object]:
        """Return the filter as the library takes it."""
        return {
            "min_share": self.min_share,
            "min_product_share": self.min_product_share,
            "min_diversity": self.min_diversity,
            "min_ubiquity": self.min_ubiquity,
            "core": self.core,
            "places": self.only_place or None,
            "products": self.only_product or None,
        }


NOTHING = Filter()


@app.command
def complexity(
    exports: str,
    *,
    convention: Literal["growthlab", "stata", "r"] = "growthlab",
    method: Literal["eigen", "reflections"] = "eigen",
    iterations: int = 20,
    year: str | None = None,
    presence: Literal["rca", "rpop", "both"] = "rca",
    population: Path | None = None,
    given_pci: Path | None = None,
    leave_out: Filter = NOTHING,
    sink: Sink = SINK,
) -> None:
    """Find economic complexity: ECI, PCI, fitness, density, outlook; places, products, pairs.

    With -o FOLDER it writes places, products and pairs; of several years places_by_year,
    products_by_year and pairs_by_year.

    Parameters
    ----------
    exports
        A table with place, product, value and perhaps year (CSV, Parquet), or a trade file.
    convention
        Whose formulas.
    method
        What ECI and PCI are made from.
    iterations
        N of the reflections and of fitness: 20 means n = 0 to 19.
    year
        Year 2011 or span 2009:2011; every year of the table if not given.
    presence
        What presence asks for: more than its share of exports (rca), of people (rpop), or either
        (both).
    population
        People of each place, for rpop: a table as chainwright schema population has it.
    given_pci
        Complexity of products of a wider set, for provinces or cities: products.csv of the world,
        or a table as chainwright schema product_complexity has it.
    leave_out
        What is left out.
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415
    from chainwright.diagnose.product_space.exports_given import exports_at_hand  # noqa: PLC0415
    from chainwright.sources.code_numbers import (  # noqa: PLC0415
        populations,
        product_complexities,
    )

    people = None if population is None else populations(population)
    known = None if given_pci is None else product_complexities(given_pci)
    at_hand = exports_at_hand(exports)
    years = years_of(year) or at_hand.years
    if len(years) == 1:
        found = diagnose.complexity(
            at_hand,
            convention=convention,
            method=method,
            iterations=iterations,
            filter=leave_out.rules(),
            year=years[0],
            presence=presence,
            population=people,
            given_pci=known,
        )
        for note in found.notes:
            quiet(note)
        show(found, sink)
        return
    panel = diagnose.complexity_years(
        at_hand,
        years=[y for y in years if y is not None],
        convention=convention,
        method=method,
        iterations=iterations,
        filter=leave_out.rules(),
        presence=presence,
        population=people,
        given_pci=known,
    )
    show(panel, sink)


@app.command
def opportunities(
    exports: str,
    *,
    place: str,
    preset: Literal["balanced", "low-hanging fruit", "long jumps"] = "balanced",
    convention: Literal["growthlab", "stata", "r"] = "growthlab",
    year: int | None = None,
    leave_out: Filter = NOTHING,
    sink: Sink = SINK,
) -> None:
    """Rank the products that a place has not, by nearness, complexity and what they open up.

    Parameters
    ----------
    exports
        A table with place, product, value and perhaps year (CSV, Parquet), or a trade file.
    place
        Code of the place.
    preset
        Strategy: how much nearness, complexity and outlook weigh.
    convention
        Whose formulas.
    year
        Which year; the last if not given.
    leave_out
        What is left out.
    sink
        Where the answer goes.
    """
    from chainwright import diagnose  # noqa: PLC0415

    found = diagnose.opportunities(
        exports,
        place=place,
        preset=preset,
        convention=convention,
        year=year,
        filter=leave_out.rules(),
    )
    show(found, sink)
