"""Failures of nodes, regions and links as the sector model with inventories (ARIO) sees them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import LabelError
from chainwright.stress.ensembles.batch_run import simulate_batch
from chainwright.stress.ensembles.batch_table import BatchTable
from chainwright.stress.scans.failures import Costs, Failures, Progress
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.essential_limits import limiting_inputs
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.shocks.blow import Blow
from chainwright.stress.shocks.courses import course
from chainwright.stress.shocks.sector_blows import CapacityLoss, SectorBlows, SupplyCut
from chainwright.system import Home

__all__ = ["Closure", "inventory_failures"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

BATCH = 32
"""Failures that are run at once."""


@dataclass(frozen=True)
class Closure:
    """How each thing fails.

    Parameters
    ----------
    share : float [share]
        Capacity (of links: deliveries) that is lost.
    days : float [day]
        How long.
    horizon : int
        Steps that are looked at.
    """

    share: float
    days: float
    horizon: int


def inventory_failures(
    economy: Economy,
    model: InventoryModel,
    of: str,
    among: Places,
    closure: Closure,
    *,
    home: Home | None,
    share_above: float,
    progress: Progress | None = None,
) -> Failures:
    """Return the failures of nodes, regions or links, each of which is run by itself.

    Stocks are pooled by product: any origin replaces any other as far as it can.

    Parameters
    ----------
    economy : Economy
        The table at rest.
    model : InventoryModel
        How producers hold stocks.
    of : str
        ``"nodes"``, ``"regions"`` or ``"links"``.
    among : ndarray of int, shape (g,)
        Nodes that may fail, rising; of regions those of which a node is named; of links their
        suppliers.
    closure : Closure
        How each fails.
    home : Home or None
        Whose losses count.
    share_above : float [share]
        Links of at least this share of their user's output.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    LabelError
        If nothing is left that could fail.
    """
    nodes = economy.flows.nodes
    table = BatchTable(economy, limiting_inputs(economy, model))
    held = course(
        Blow("capacity", share=1.0, days=closure.days), closure.horizon, economy.step_days
    )
    counted = np.ones(len(nodes.regions), dtype=np.bool_)
    if home is not None:
        counted = np.isin(nodes.regions.codes, home.regions)
    own = np.where(counted[nodes.region], economy.x0, 0.0)
    part = closure.share * float(held.sum())
    total = float(own.sum() * closure.horizon)
    codes, buyers, hits, direct = _candidates(economy, of, among, share_above, own)

    def blows(chosen: Places) -> SectorBlows:
        if of == "links":
            cuts = tuple(
                SupplyCut(i, hits[c][:1], hits[c][1:], np.zeros(0, np.intp), closure.share, held)
                for i, c in enumerate(chosen)
            )
            return SectorBlows(closure.horizon, economy.step_days, cuts=cuts)
        hit = np.unique(np.concatenate([hits[c] for c in chosen]))
        loss = CapacityLoss(0, hit, np.full(len(hit), closure.share), held)
        return SectorBlows(closure.horizon, economy.step_days, capacity=(loss,))

    def losses(sets: Sequence[Places]) -> Costs:
        costs = Costs(*np.zeros((3, len(sets))))
        lost, unmet, last = costs
        for start in range(0, len(sets), BATCH):
            batch = sets[start : start + BATCH]
            found = simulate_batch(table, [blows(one) for one in batch], [model] * len(batch))
            span = slice(start, start + len(batch))
            lost[span] = found["output_by_region"][:, counted].sum(axis=1)
            unmet[span] = _unmet(economy, found["unmet_final_by_region"], home)
            last[span] = found["output_by_step"][:, -1] / economy.x0.sum()
            if progress is not None:
                progress(f"{start + len(batch):,} of {len(sets):,} failures")
        return costs

    return Failures(codes, buyers, direct * part, total, losses)


def _unmet(economy: Economy, by_region: Numbers, home: Home | None) -> Numbers:
    """Return the unmet final demand that counts, by the regions of final users, shape (k,)."""
    if home is None:
        return np.asarray(by_region.sum(axis=1))
    at_home = np.isin(economy.flows.users.regions.codes, home.regions)
    return np.asarray(by_region[:, at_home].sum(axis=1))


def _candidates(
    economy: Economy, of: str, among: Places, share_above: float, own: Numbers
) -> tuple[tuple[str, ...], tuple[str, ...], list[Places], Numbers]:
    """Return codes, buyers, what each hits, and what each takes itself in a step."""
    nodes = economy.flows.nodes
    if of == "links":
        x = economy.x0 * economy.steps_per_year
        rows = economy.Z[among]
        first, buyer = np.nonzero((rows >= share_above * x) & (rows > 0.0) & (x > 0.0))
        seller = among[first]
        apart = seller != buyer
        seller, buyer = seller[apart], buyer[apart]
        flow = economy.Z[seller, buyer] / economy.steps_per_year
        if not len(seller):
            msg = f"No link is at least {share_above:g} of its user's output. Lower share_above."
            raise LabelError(msg)
        counted = own[seller] > 0.0
        return (
            tuple(nodes.codes[i] for i in seller),
            tuple(nodes.codes[i] for i in buyer),
            [np.array(pair) for pair in zip(seller, buyer, strict=True)],
            np.where(counted, flow, 0.0),
        )
    if of == "regions":
        regions = np.unique(nodes.region[among])
        hits = [np.flatnonzero(nodes.region == r) for r in regions]
        codes = tuple(nodes.regions.codes[r] for r in regions)
        return codes, (), hits, np.array([own[hit].sum() for hit in hits])
    alive = among[economy.x0[among] > 0.0]
    codes = tuple(nodes.codes[i] for i in alive)
    return codes, (), [np.array([i]) for i in alive], own[alive]
