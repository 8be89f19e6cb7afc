"""The part `firms`: who the enterprises are; the one identity that every later part uses."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from chainwright.sources.reading import Origin
from chainwright.system.axis import Axis

__all__ = ["Firms"]


@dataclass(frozen=True, eq=False)
class Firms:
    """Enterprises and their sites.

    Parameters
    ----------
    table : DataFrame
        A row a firm, with the columns of ``chainwright schema firms``.
    sites : DataFrame
        A row a site, with the columns of ``chainwright schema sites``; it may have no row.
    origin : Origin
        Where they come from.
    """

    table: pd.DataFrame
    sites: pd.DataFrame
    origin: Origin

    @cached_property
    def axis(self) -> Axis:
        """The firms as labels, in the order of the table."""
        frame = self.table
        return Axis(
            "firm of this system",
            tuple(frame["firm"]),
            tuple(frame["name_en"]),
            tuple(frame["name_zh"]),
            tuple(frame["gbt4754"]),
        )

    def __repr__(self) -> str:
        return f"<Firms: {len(self.table):,} firms, {len(self.sites):,} sites>"
