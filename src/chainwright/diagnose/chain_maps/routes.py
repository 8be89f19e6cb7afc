"""Ways by which inputs come, and the nodes that closed ones block."""

from collections.abc import Sequence

import pandas as pd

from chainwright.errors import UnknownCodeError
from chainwright.system import Chain

__all__ = ["closed"]


def closed(chain: Chain, routes: Sequence[str]) -> tuple[str, ...]:
    """Return the closed routes by which essential inputs of each node come, a text a node.

    An essential link that names several routes is closed when all of them are.

    Parameters
    ----------
    chain : Chain
        The chain.
    routes : sequence of str
        Names of closed routes, as the links have them.

    Raises
    ------
    UnknownCodeError
        If no link has such a route.
    """
    links = chain.links
    named = links["route"].astype("object").fillna("").str.split(";").reset_index(drop=True)
    each = named.explode().str.strip()
    known = sorted(set(each[each != ""]))
    for route in routes:
        if route not in known:
            raise UnknownCodeError(route, f"route of the chain {chain.name}", known)
    shut = each.isin(list(routes)).groupby(level=0).all().to_numpy()
    shut = shut & (links["necessity"] == "essential").to_numpy()
    hit = pd.DataFrame({"node": chain.axis.index(links["to_node"]), "route": links["route"]})[shut]
    texts = hit.drop_duplicates().groupby("node")["route"].agg("; ".join)
    return tuple(texts.reindex(range(len(chain.axis)), fill_value="").tolist())
