"""Home as a whole, year by year: how large its manufacturing is, at home and in the world."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.sectors.indicators import Measures
from chainwright.system import Home, System

__all__ = ["home_by_year"]


def home_by_year(
    systems: Mapping[int | None, System], home: Home, measures: Sequence[Measures]
) -> pd.DataFrame:
    """Return one row a year, the last first: manufacturing's shares of home and of the world.

    Parameters
    ----------
    systems : mapping of int to System
        The tables by year.
    home : Home
        Home and its nation.
    measures : sequence of Measures
        The indicators of each year.
    """
    rows = [
        _year(year, system, home, found)
        for (year, system), found in zip(systems.items(), measures, strict=True)
    ]
    frame = pd.DataFrame(rows[::-1])
    frame["year"] = frame["year"].astype("Int64")
    return frame


def _year(year: int | None, system: System, home: Home, found: Measures) -> dict[str, object]:
    flows, blocs = system.flows, found.strengths.blocs
    makers = flows.nodes.section == "C"
    here = home.mask(flows)
    makes = np.array(found.sectors.parents or [""] * len(found.sectors)) == "C"
    makes_anywhere = np.array(flows.nodes.sectors.parents or [""] * len(flows.nodes.sectors)) == "C"
    earned = found.strengths.earned
    world = blocs.world

    def of_home(amounts: npt.NDArray[np.float64]) -> float:
        return _share(amounts[here & makers].sum(), amounts[here].sum(), said=makers.any())

    def of_world(amounts: npt.NDArray[np.float64]) -> float:
        return _share(amounts[here & makers].sum(), amounts[makers].sum(), said=world)

    made = earned[:, makes_anywhere].sum(axis=1)
    return {
        "region": home.name,
        "year": year,
        "manufacturing_share_output": of_home(flows.output),
        "manufacturing_share_value_added": of_home(flows.added),
        "manufacturing_share_exports": _share(made[0], earned[0].sum(), said=makers.any()),
        "world_share_output": of_world(flows.output),
        "world_share_value_added": of_world(flows.added),
        "world_share_exports": _share(made[0], made.sum(), said=world),
        "manufacturing_imported_share": _share(
            found.foreign[makes].sum(), found.total[makes].sum()
        ),
        "manufacturing_foreign_reliance": _share(
            found.needed_foreign[makes].sum(), found.needed[makes].sum()
        ),
        "reason_en": "" if world else "The table is not of the whole world: no world shares.",
        "reason_zh": "" if world else "该表不覆盖全世界，世界份额无从得知。",
    }


def _share(part: float, whole: float, *, said: bool | np.bool_ = True) -> float:
    """Return a share, NaN where it is not said or nothing is there to divide."""
    return float(part / whole) if said and whole > 0.0 else float("nan")
