"""The command on steel by route."""

from typing import Annotated, Literal

from cyclopts import Parameter

from chainwright.cli.carbon import carbon
from chainwright.cli.options import SINK, Sink, show, tell

__all__ = ["steel"]

SAID = (
    "Hydrogen needs {power:.3f} MWh a tonne; it equals the blast furnace at {break_even:.3f} "
    "tCO2/MWh. ",
    "氢基路线每吨钢用电 {power:.3f} MWh；电力因子为 {break_even:.3f} tCO2/MWh 时与高炉持平。",
)
"""What is said below the table, in English and Chinese."""


@carbon.command
def steel(
    *,
    grid: str = "CN",
    year: int = 2023,
    life_cycle: Annotated[Literal[2023, 2024] | None, Parameter(name="--life-cycle")] = None,
    cut: Annotated[tuple[float, ...], Parameter(consume_multiple=False)] = (0.1, 0.2, 0.3),
    sink: Sink = SINK,
) -> None:
    """Compare routes of automotive steel: blast furnace, mass balance, coke-oven gas, hydrogen.

    Parameters
    ----------
    grid
        Two digits of a province, CN, or a factor in tCO2/MWh.
    year
        Year of a published grid factor: 2021 to 2023.
    life_cycle
        Take the published life-cycle factor of electricity of this year in place of a grid.
    cut
        Cut against the blast furnace by mass balance, as a share; may be given more than once.
    sink
        Where the answer goes.
    """
    from chainwright import carbon as green  # noqa: PLC0415 - `chainwright --help` loads no pandas
    from chainwright.carbon.steel.route_footprints import NOTES  # noqa: PLC0415

    if life_cycle is not None:
        found = green.steel_routes(green.footprint_electricity(life_cycle), cuts=cut)
    else:
        number = grid.replace(".", "", 1).isdigit() and "." in grid
        found = green.steel_routes(float(grid) if number else grid, year=year, cuts=cut)
    show(found, sink)
    zh = sink.lang == "zh"
    tell(
        SAID[zh].format(power=found.power, break_even=found.break_even) + NOTES[found.boundary][zh]
    )
