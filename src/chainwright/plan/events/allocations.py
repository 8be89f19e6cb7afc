"""Which stock and which output goes to which line: a plan's amounts, matched one by one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.plan.events.event_periods import PeriodPlan
from chainwright.system import SupplyNetwork

__all__ = ["CUSTOMERS", "OWN_STORE", "allocations"]

Floats = npt.NDArray[np.float64]

CUSTOMERS = "customers"
"""Where what is sold goes."""

OWN_STORE = "own store"
"""Where stock with no site is."""

CRUMB = 1e-9
"""Share of an item's whole use below which an amount is rounding."""


@dataclass
class Lot:
    """Units at one source that are still to be sent."""

    kind: str
    source: str
    units: float


def allocations(
    network: SupplyNetwork,
    plan: PeriodPlan,
    items: npt.NDArray[np.intp],
    *,
    down: npt.NDArray[np.bool_],
    stock: Floats,
) -> pd.DataFrame:
    """Return what goes from which source to which line, period by period, of some items.

    A plan says how much of an item each node makes, how much is used by each line, and how much
    is sold. Any source can serve any line, so sources are matched to lines in a fixed order: what
    was made first, oldest first; then stock, that at sites that stand still before the others.
    Amounts a week that stay the same are one row.

    Parameters
    ----------
    network : SupplyNetwork
        The maker's chain.
    plan : PeriodPlan
        The plan.
    items : ndarray of int
        Places of the items.
    down : ndarray of bool, shape (N,)
        Nodes that stand still at the start.
    stock : ndarray, shape (K,)
        Units in each row of stock that can be used.
    """
    lines = _made_by_line(network, plan, down)
    bill = network.bill.tocsr()
    starts = np.concatenate([[0.0], plan.ends[:-1]])
    sold = network.demand * (plan.ends - starts)[:, None] - plan.lost
    rows: list[tuple[str, str, str, str, float, float, float]] = []
    labels = {int(n): network.nodes.codes[n] for n in np.flatnonzero(lines.any(axis=0))}
    nodes_of: dict[int, list[int]] = {}
    for n in labels:
        nodes_of.setdefault(int(network.node_item[n]), []).append(n)
    for i in items.tolist():
        parents = bill.indices[bill.indptr[i] : bill.indptr[i + 1]].tolist()
        units = bill.data[bill.indptr[i] : bill.indptr[i + 1]].tolist()
        uses = [
            (labels[n], lines[:, n] * each)
            for parent, each in zip(parents, units, strict=True)
            for n in nodes_of.get(int(parent), [])
        ]
        if network.demand[i] > 0.0:
            uses.insert(0, (CUSTOMERS, sold[:, i]))
        held = _stock_lots(network, i, down, stock)
        made = [(network.nodes.codes[n], plan.made[:, n]) for n in _nodes(network, plan, i)]
        rows += [(network.items.codes[i], *row) for row in _matched(made, held, uses, plan.ends)]
    columns = ["item", "kind", "source", "line", "from_week", "to_week", "units"]
    return _merged(pd.DataFrame(rows, columns=columns))


def _nodes(network: SupplyNetwork, plan: PeriodPlan, item: int) -> list[int]:
    here = (network.node_item == item) & plan.made.any(axis=0)
    return [int(n) for n in np.flatnonzero(here)]


def _made_by_line(network: SupplyNetwork, plan: PeriodPlan, down: npt.NDArray[np.bool_]) -> Floats:
    """Return units that each node makes in each period, ``(T, N)``, of all items of the plan.

    Of items that are not short it is what the plan makes of them, by the planned shares of the
    nodes that work.
    """
    of = network.node_item
    planned = np.where(down, 0.0, network.planned)
    even = np.where(down, 0.0, 1.0)
    count = len(network.items)
    total = np.bincount(of, planned, minlength=count)
    several = np.maximum(np.bincount(of, even, minlength=count), 1.0)
    share = np.where(
        total[of] > 0.0, planned / np.where(total > 0.0, total, 1.0)[of], even / several[of]
    )
    free = plan.found.above[of]
    return np.where(free, plan.made_items[:, of] * share, plan.made)


def _stock_lots(
    network: SupplyNetwork, item: int, down: npt.NDArray[np.bool_], stock: Floats
) -> list[Lot]:
    """Return the stock of an item, that at sites that stand still first."""
    still = set(network.node_site[down].tolist()) - set(network.node_site[~down].tolist())
    rows = np.flatnonzero((network.stock_item == item) & (stock > 0.0)).tolist()
    rows.sort(key=lambda r: int(network.stock_site[r]) not in still)
    return [
        Lot(
            "stock",
            network.sites.codes[network.stock_site[r]] if network.stock_site[r] >= 0 else OWN_STORE,
            float(stock[r]),
        )
        for r in rows
    ]


def _matched(
    made: list[tuple[str, Floats]],
    held: list[Lot],
    uses: list[tuple[str, Floats]],
    ends: Floats,
) -> list[tuple[str, str, str, float, float, float]]:
    """Return rows of one item: each line is served from the first lot that has units left."""
    rows = []
    crumb = CRUMB * max(sum(float(units.sum()) for _, units in uses), CRUMB)
    waiting: list[Lot] = []
    start = 0.0
    for t, end in enumerate(ends.tolist()):
        waiting += [Lot("made", node, float(units[t])) for node, units in made if units[t] > 0.0]
        lots = [lot for lot in (*waiting, *held) if lot.units > crumb]
        for line, units in uses:
            asked = float(units[t])
            while asked > crumb and lots:
                sent = min(asked, lots[0].units)
                rows.append((lots[0].kind, lots[0].source, line, start, end, sent))
                asked -= sent
                lots[0].units -= sent
                if lots[0].units <= crumb:
                    lots.pop(0)
        waiting = [lot for lot in waiting if lot.units > crumb]
        start = end
    return rows


def _merged(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows with those joined that follow each other at the same units a week."""
    keys = ["item", "kind", "source", "line"]
    whole = [*keys, "from_week", "to_week"]
    frame = frame.groupby(whole, sort=False)["units"].sum().reset_index()
    frame = frame.sort_values([*keys, "from_week"], kind="stable", ignore_index=True)
    if frame.empty:
        return frame.astype({"from_week": "float64", "to_week": "float64", "units": "float64"})
    rate = frame["units"] / (frame["to_week"] - frame["from_week"])
    same = (frame[keys] == frame[keys].shift()).all(axis=1)
    same &= frame["from_week"] == frame["to_week"].shift()
    same &= (rate - rate.shift()).abs() <= 1e-6 * rate
    run = (~same).cumsum()
    merged = frame.groupby(run, sort=False).agg(
        {**dict.fromkeys(keys, "first"), "from_week": "first", "to_week": "last", "units": "sum"}
    )
    order = ["from_week", "item", "kind", "source", "line"]
    return merged.sort_values(order, ignore_index=True)
