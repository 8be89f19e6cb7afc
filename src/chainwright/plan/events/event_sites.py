"""Which items compete for the capacity of sites while some of it is out."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from chainwright.diagnose.maker.affected import Coupling
from chainwright.diagnose.maker.outage_programme import OutageProgramme

__all__ = ["event_coupling"]

Floats = npt.NDArray[np.float64]


def event_coupling(programme: OutageProgramme, working: Floats, sites: Floats) -> Coupling:
    """Return which items compete for the capacity of sites, while some of it is out.

    A site that has room for all its items may have none when it works in part. If what its nodes
    could be asked for, each at most its item's requirement, is within what every site can make in
    every period, none binds. If one binds, an item may be made ahead and faster than its
    requirement, and so may its parts: then a site binds unless all its nodes at full capacity
    stay within it.

    Parameters
    ----------
    programme : OutageProgramme
        The maker's chain, with its coupling when all works.
    working : ndarray, shape (T, N)
        Share of its capacity that each node has.
    sites : ndarray, shape (T, S)
        Share of its own capacity that each site has.
    """
    network, tied = programme.network, programme.coupling
    placed = np.flatnonzero(network.node_site >= 0)
    at = network.node_site[placed]
    limit = np.where(np.isnan(network.site_capacity), np.inf, network.site_capacity)
    own = programme.assumptions.capacity(network)[placed]
    count = len(limit)
    several = np.bincount(at, minlength=count) > 1
    asked, able = tied.binding.copy(), tied.binding.copy()
    for share, open_share in zip(working[:, placed], sites, strict=True):
        most = np.where(share > 0.0, own * np.maximum(share, 1e-300), 0.0)
        least = np.minimum(most, network.requirement[network.node_item[placed]])
        room = np.where(open_share > 0.0, limit * np.maximum(open_share, 1e-300), np.inf)
        asked |= several & (np.bincount(at, least, minlength=count) > room)
        able |= several & (np.bincount(at, most, minlength=count) > room)
    if not asked.any():
        return tied
    binding = able
    n = len(network.items)
    linked = placed[binding[at]]
    links = csr_array(
        (np.ones(len(linked)), (network.node_item[linked], n + network.node_site[linked])),
        shape=(n + count, n + count),
    )
    group = connected_components(links, directed=False)[1][:n]
    places = np.unique(group, return_inverse=True)[1].astype(np.int32)
    return Coupling(network, tied.capacity, binding, tied.by_site, places)
