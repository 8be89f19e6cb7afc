"""A run of a repaired economy by a single engine, at one of the ends of substitution."""

from dataclasses import replace

import numpy as np

from chainwright.errors import ParameterError
from chainwright.stress.ensembles.batch_files import Summaries
from chainwright.stress.ensembles.draw_job import End
from chainwright.stress.sectors.by_origin import simulate_by_origin
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.held_safeguards import HeldSafeguards
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.sectors.pooled import simulate_pooled
from chainwright.stress.sectors.run_records import Records
from chainwright.stress.shocks.sector_blows import SectorBlows

__all__ = ["checked_end", "far_from", "lost_in", "single_run"]

RECORDED = ("production", "unmet_final", "unmet_by_region", "unmet_abroad")
"""Records that a loss is read from."""

OTHER: dict[End, End] = {"pooled": "by_origin", "by_origin": "pooled"}


def checked_end(end: str) -> End:
    """Return the end of substitution that a word names.

    Parameters
    ----------
    end : str
        ``"pooled"``: stocks of all origins of a product stand in for each other; ``"by_origin"``:
        those of none do.

    Raises
    ------
    ParameterError
        If it is neither.

    Examples
    --------
    >>> checked_end("pooled"), far_from("pooled")
    ('pooled', 'by_origin')
    """
    for known in OTHER:
        if end == known:
            return known
    raise ParameterError("end", "a repair", "'pooled' or 'by_origin'", end)


def far_from(end: End) -> End:
    """Return the other end.

    Parameters
    ----------
    end : str
        ``"pooled"`` or ``"by_origin"``.
    """
    return OTHER[end]


def single_run(
    economy: Economy,
    blows: SectorBlows,
    model: InventoryModel,
    safeguards: HeldSafeguards,
    *,
    end: End = "pooled",
) -> Records:
    """Return the records of a run to its last step, on one thread.

    Parameters
    ----------
    economy : Economy
        What runs.
    blows : SectorBlows
        What happens, and how many steps.
    model : InventoryModel
        How producers behave; a run that is over early goes on to the end, as batches do.
    safeguards : HeldSafeguards
        What is held ready.
    end : str
        ``"pooled"``, or ``"by_origin"``: elasticity 0 between the origins of every product, but
        for those who have a second source.
    """
    to_the_end = replace(model, early_stop_days=np.inf)
    if end == "pooled":
        return simulate_pooled(
            economy, blows, to_the_end, safeguards=safeguards, record=RECORDED, threads=1
        )
    return simulate_by_origin(
        economy, blows, to_the_end, safeguards=safeguards, record=RECORDED, threads=1
    )


def lost_in(records: Records) -> Summaries:
    """Return what a run loses by node and region, as one draw of a batch.

    Parameters
    ----------
    records : Records
        With production and unmet final demand by region.

    Returns
    -------
    dict of str to ndarray
        ``output_by_node`` (1, n) and ``unmet_final_by_region`` (1, regions) [money].
    """
    lost = (records.economy.x0 - records.production).sum(axis=0)
    unmet = records.unmet_by_region.sum(axis=0).sum(axis=1)
    return {"output_by_node": lost[None], "unmet_final_by_region": unmet[None]}
