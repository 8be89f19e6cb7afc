"""Second sources that were priced for some origins and replace others besides: said by name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from chainwright.params.agreement import agreed

if TYPE_CHECKING:
    from chainwright.plan.repairs.engine_oracle import EngineOracle
    from chainwright.plan.repairs.measures import RepairMeasures

__all__ = ["wider_sources"]

Notes = tuple[tuple[str, str], ...]

SHOWN = 4
"""Names that a note lists."""


def wider_sources(oracle: "EngineOracle", measures: "RepairMeasures") -> Notes:
    """Return a note on second sources whose cost is of fewer origins than scenarios cut off.

    In the engine a second source replaces its share of whatever is cut off from its users. Where
    its row names origins, its cost is of their deliveries alone, so that a scenario that cuts off
    others as well makes it look cheaper than it is.

    Parameters
    ----------
    oracle : EngineOracle
        With the scenarios on the table.
    measures : RepairMeasures
        What can be chosen among, in the order of the oracle.
    """
    found = [
        one.name
        for i, one in enumerate(measures)
        if one.kind == "second_source" and one.origins and _beyond(oracle, i, one.origins)
    ]
    if not found:
        return ()
    named = ", ".join(found[:SHOWN]) + ("; ..." if len(found) > SHOWN else "")
    english = agreed(
        "{n} second {n:source replaces|sources replace} deliveries that {n:its|their} cost is not "
        "of: scenarios cut off more origins of the product than the {n:row names|rows name}. What "
        "{n:it avoids|they avoid} is more than that cost buys: {named}.",
        n=len(found),
        named=named,
    )
    chinese = (
        f"{len(found)} 项第二来源还替代了其成本未涵盖的来源地：情景切断的来源地多于该行所列，"
        f"故所避免的损失超出该成本所能换取者：{named}。"
    )
    return ((english, chinese),)


def _beyond(oracle: "EngineOracle", i: int, origins: Sequence[str]) -> bool:
    """Return whether a scenario cuts off from its users what none of the origins delivers."""
    economy = oracle.economies.table().economy
    name, words = oracle.economies.measures[i].name, set(origins)
    named = np.array([code in words or code.split(":")[0] in words for code in economy.codes])
    for source in oracle.economies.held({i}).sources:
        if source.name != name:
            continue  # the system's own
        other = ~named & (economy.row_product == source.product)
        for scenario in oracle.held.held:
            for cut in oracle.economies.blows(scenario.shock, (), oracle.steps).cuts:
                sellers = cut.sellers[other[cut.sellers]]
                nodes = cut.buyers[np.isin(cut.buyers, source.nodes)]
                if any(economy.row(int(row))[nodes].any() for row in sellers):
                    return True
    return False
