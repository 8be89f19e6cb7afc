"""A maker's chain in figures: how much of it there is, and how much of it is not known."""

from collections.abc import Mapping

import numpy as np

from chainwright.report.maker.chain_tiers import item_tiers
from chainwright.system import Maker

__all__ = ["counted", "stock_day"]


def counted(maker: Maker) -> Mapping[str, int]:
    """Return the counts of a maker's chain, by the key of their text.

    Parameters
    ----------
    maker : Maker
        The chain.

    Returns
    -------
    mapping of str to int
        ``products``, ``parts``, ``suppliers``, ``sites``, ``tiers``; ``gaps`` (items without a
        known source), ``no_site`` and ``no_recovery`` of ``sources``, ``no_stock`` of ``items``.
    """
    network = maker.network
    given = network.given
    outside = given & ~network.own
    stocked = np.zeros(len(network.items), dtype=np.bool_)
    stocked[network.stock_item] = True
    needed = network.requirement > 0.0
    products = len(maker.tables["products"])
    return {
        "products": products,
        "parts": len(network.items) - products,
        "suppliers": len(maker.tables["suppliers"]),
        "sites": len(maker.tables["sites"]),
        "tiers": int(item_tiers(network).max(initial=0)),
        "gaps": int((network.sources_of == 0).sum()),
        "sources": int(given.sum()),
        "no_site": int((outside & (network.node_site >= len(maker.tables["sites"]))).sum()),
        "no_recovery": int((given & ~np.isfinite(network.recovery)).sum()),
        "items": int(needed.sum()),
        "no_stock": int((needed & ~stocked).sum()),
    }


def stock_day(maker: Maker) -> str:
    """Return the newest day of a maker's stocks as it is written; empty if none is said.

    Parameters
    ----------
    maker : Maker
        The chain.
    """
    days = sorted(str(day) for day in maker.tables["stocks"]["date"] if str(day))
    return days[-1] if days else ""
