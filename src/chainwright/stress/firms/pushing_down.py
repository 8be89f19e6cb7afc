"""A shock on the sectors of a table as one on the firms of its nodes."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.stress.firms.firm_nodes import nodes_of_firms
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.shocks.blow import Blow
from chainwright.stress.shocks.refusals import refuse
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.stress.shocks.shock import Shock
from chainwright.system import System

__all__ = ["pushed_down"]

Numbers = npt.NDArray[np.float64]


def pushed_down(
    system: System,
    shock: Shock,
    *,
    capital_ratio: float = 4.0,
    regions: Mapping[str, str] | None = None,
    sectors: Mapping[str, str] | None = None,
) -> Shock:
    """Return a shock on nodes of a table as a shock on the firms of these nodes, in proportion.

    Every firm of a node loses the share that the node loses: of capacity, of capital (damage in
    money over the node's capital) or of final demand (over all its users). Days and recovery stay.
    A blow becomes one blow a size.

    Parameters
    ----------
    system : System
        With flows and links.
    shock : Shock
        On nodes, regions or products of the table.
    capital_ratio : float
        Capital of a node over its yearly value added, for damage in money.
    regions, sectors : mapping of str to str, optional
        Code in the table by code of the firms, for codes that differ.

    Raises
    ------
    MissingPartError
        If the system lacks flows or links.
    TableError
        If anything is wrong with the shock, or a firm is of no node; it lists all.
    ParameterError
        If deliveries are cut (cut links instead) or damage is rebuilt (name the firms' sectors),
        or no firm is of what is hit.

    Examples
    --------
    >>> import pandas as pd
    >>> from chainwright.system import Links
    >>> from chainwright.tables import example
    >>> from io import StringIO
    >>> table = System.from_table(pd.read_csv(StringIO(example("flows"))))
    >>> region, sector = table.flows.nodes.codes[0].split(":")
    >>> firms = pd.DataFrame({"firm": ["a", "b"], "sector": sector, "region": region})
    >>> link = pd.DataFrame({"supplier": ["a"], "buyer": ["b"], "value": [1.0]})
    >>> both = table.joined(System(links=Links.of_table(link, firms)))
    >>> shut = Shock((Blow("capacity", regions=region, share=0.4, days=7),))
    >>> pushed_down(both, shut).blows[0].firms
    ('a', 'b')
    """
    refuse("pushing down", shock, kinds=("supply_cut",), recoveries=("rebuild",))
    node = nodes_of_firms(system, regions=regions, sectors=sectors)
    economy = Economy.of(system, capital=capital_ratio)
    found = sector_blows(system, shock, 1, capital=economy.K)
    lost = [np.zeros(economy.n) for _ in shock.blows]
    for loss in found.capacity:
        lost[loss.blow][loss.nodes] = loss.share
    for damage in found.capital:
        share = damage.damage
        if not damage.of_capital:
            K = economy.K[damage.nodes]
            share = np.divide(damage.damage, K, out=np.zeros(len(K)), where=K > 0.0)
        lost[damage.blow][damage.nodes] = np.minimum(share, 1.0)
    for drop in found.demand:
        wanted = economy.final[drop.sellers]
        part = wanted[:, drop.users].sum(axis=1) * drop.share
        whole = wanted.sum(axis=1)
        lost[drop.blow][drop.sellers] += np.divide(
            part, whole, out=np.zeros_like(whole), where=whole > 0.0
        )
    codes = system.links.axis.codes
    blows = []
    for blow, of_node in zip(shock.blows, lost, strict=True):
        of_firm = np.minimum(of_node[node], 1.0)
        for share in np.unique(of_firm[of_firm > 0.0]):
            hit = np.flatnonzero(of_firm == share)
            blows.append(_bare(blow, tuple(codes[f] for f in hit), float(share)))
    if not blows:
        expected = "one that hits nodes which firms of the network are of"
        raise ParameterError("shock", "pushed_down", expected, "no firm that is hit")
    source = f"pushed down to firms; {shock.source}".rstrip("; ")
    return Shock(tuple(blows), shock.name_en, shock.name_zh, source)


def _bare(blow: Blow, firms: tuple[str, ...], share: float) -> Blow:
    """Return the blow on firms alone, that lose a share each."""
    return replace(
        blow,
        nodes=(),
        regions=(),
        products=(),
        buyers=(),
        firms=firms,
        share=share,
        money=None,
        shares=(),
    )
