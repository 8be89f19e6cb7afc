"""Which measures an outage takes down with it."""

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.maker.outage_scenarios import OutageScenarios
from chainwright.diagnose.maker.stock_left import StockAtNode
from chainwright.plan.maker.measures import Measures
from chainwright.system import SupplyNetwork

__all__ = ["usable_measures"]


def usable_measures(
    network: SupplyNetwork,
    scenarios: OutageScenarios,
    measures: Measures,
    stock_at_node: StockAtNode = "usable",
) -> npt.NDArray[np.bool_]:
    """Return whether each measure can be used in each outage, ``(X, M)``.

    A source or line at a site that is out stands still with it, and so does one of a supplier
    that is out, or the very node that is out. Where a measure names no site nothing takes it but
    its supplier. An outage of an item stops its sources of today, not those that are added. Extra
    stock goes only where stock is lost and a site is named.

    Parameters
    ----------
    network : SupplyNetwork
        A maker's chain.
    scenarios : OutageScenarios
        ``X`` outages.
    measures : Measures
        ``M`` measures.
    stock_at_node : str
        ``"usable"`` or ``"lost"``.
    """
    frame = measures.frame
    held = [network.sites.place.get(site, -1) for site in frame["site"]]
    site = np.array(held, dtype=np.int64)
    out = np.zeros((len(scenarios), len(measures)), dtype=np.bool_)
    placed = np.flatnonzero(site >= 0)
    out[:, placed] = scenarios.sites[:, site[placed]].toarray() > 0.0
    own = {
        "site": [s or f"{v}/?" for s, v in zip(frame["site"], frame["supplier"], strict=True)],
        "supplier": [str(v) for v in frame["supplier"]],
        "node": [
            f"{i}@{s or f'{v}/?'}"
            for i, s, v in zip(frame["item"], frame["site"], frame["supplier"], strict=True)
        ],
    }.get(scenarios.by, [""] * len(measures))
    codes = np.array(scenarios.codes, dtype=object)
    out |= (codes[:, None] == np.array(own, dtype=object)[None, :]) & (codes[:, None] != "")
    kept = measures.stock & ((stock_at_node == "usable") | (site < 0))
    return ~out | kept[None, :]
