"""The sites of a maker's chain: at which tier they stand, and whether their loss would hurt."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.maker.maker_names import MakerNames
from chainwright.report.maker.chain_tiers import item_tiers, site_tiers
from chainwright.system import Result, System

__all__ = ["STANDINGS", "SiteList", "site_list"]

STANDINGS = ("exposed", "not known", "not exposed", "not needed")
"""How a site stands, the worst first."""

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class SiteList(MakerNames, Result):
    """The sites of a maker, ``S`` of them, and after them its items without a known source.

    Parameters
    ----------
    standing : ndarray of int64, shape (S,)
        Places in `STANDINGS`.
    rank : ndarray of int64, shape (S,)
        Place in the ranking of exposure; 0 for none.
    """

    name: ClassVar[str] = "maker_site_list"

    standing: Whole
    rank: Whole

    def table(self) -> pd.DataFrame:
        """Return one row a site, exposed ones by their rank first, then what is not known."""
        maker = self.system.maker
        network, told = maker.network, maker.tables["sites"]
        sites, suppliers = network.sites, np.array([*network.suppliers.codes, ""], dtype=object)
        s, known = len(sites), len(told)
        rest = [""] * (s - known)
        blank = np.full(s - known, np.nan)
        made = np.bincount(network.node_site[network.node_site >= 0], minlength=s)
        frame = pd.DataFrame(
            {
                "site": list(sites.codes),
                "name": [*told["name"], *rest],
                "supplier": suppliers[network.site_supplier],
                "standing": np.array(STANDINGS, dtype=object)[self.standing],
                "rank": self.rank,
                "tier": site_tiers(network),
                "place": [*told["place"], *rest],
                "region": [*told["region"], *rest],
                "items": made,
                "latitude_deg": np.append(told["latitude_deg"].to_numpy(np.float64), blank),
                "longitude_deg": np.append(told["longitude_deg"].to_numpy(np.float64), blank),
            }
        )
        frame = pd.concat([frame, self._gaps(frame.columns)], ignore_index=True)
        order = frame["standing"].map(STANDINGS.index)
        ranked = frame["rank"].where(frame["rank"] > 0, len(frame) + 1)
        return frame.iloc[np.lexsort((frame.index, frame["tier"], ranked, order))].reset_index(
            drop=True
        )

    def _gaps(self, columns: pd.Index) -> pd.DataFrame:
        """Return one row an item that has no known source: somebody makes it somewhere."""
        network = self.system.maker.network
        tier = item_tiers(network)
        items = np.flatnonzero((network.sources_of == 0) & (tier >= 0))
        rows = {
            "site": [f"{network.items.codes[i]}/?" for i in items],
            "name": [network.items.name(int(i), "en") for i in items],
            "standing": "not known",
            "rank": 0,
            "tier": tier[items],
            "items": 1,
        }
        frame = pd.DataFrame(rows, index=range(len(items))).reindex(columns=columns)
        texts = ["supplier", "place", "region"]
        frame[texts] = frame[texts].astype(object).fillna("")
        degrees = ["latitude_deg", "longitude_deg"]
        frame[degrees] = frame[degrees].astype(np.float64)
        return frame


def site_list(system: System, exposure: pd.DataFrame | None = None) -> SiteList:
    """Return the sites of a maker's chain with their tier and how they stand.

    Parameters
    ----------
    system : System
        With a maker's chain.
    exposure : DataFrame, optional
        The ranking of exposure by site; without it nothing is known of any.

    Raises
    ------
    MissingPartError
        If there is no maker's chain.
    """
    network = system.maker.network
    s = len(network.sites)
    needed = site_tiers(network) >= 0
    standing = np.where(needed, STANDINGS.index("not known"), STANDINGS.index("not needed"))
    rank = np.zeros(s, dtype=np.int64)
    if exposure is not None and len(exposure):
        place = network.sites.place
        at = np.array([place.get(str(code), -1) for code in exposure["scenario"]])
        kept = at >= 0
        gap = exposure["gap_weeks"].to_numpy(np.float64)[kept]
        told = np.where(
            np.isnan(gap),
            STANDINGS.index("not known"),
            np.where(gap > 0.0, STANDINGS.index("exposed"), STANDINGS.index("not exposed")),
        )
        standing[at[kept]] = np.where(needed[at[kept]], told, STANDINGS.index("not needed"))
        rank[at[kept]] = np.where(gap > 0.0, exposure["rank"].to_numpy(np.int64)[kept], 0)
    return SiteList(system, standing.astype(np.int64), rank)
