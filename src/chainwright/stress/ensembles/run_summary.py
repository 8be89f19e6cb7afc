"""The summary of a single run, of the same form as that of a batch."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.stress.ensembles.batch_files import Summaries

if TYPE_CHECKING:
    from chainwright.stress.sectors.economy import Economy
    from chainwright.stress.sectors.run_records import Records

__all__ = ["first_of_all", "losses_by", "run_summary"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int32]


def run_summary(records: "Records") -> Summaries:
    """Return what a run lost, as one draw of a batch: see `losses_by` and `first_of_all`.

    Parameters
    ----------
    records : Records
        With production and unmet final demand by region.
    """
    economy = records.economy
    lost = economy.x0 * records.steps - records.production.sum(axis=0)
    unmet = records.unmet_by_region.sum(axis=0)
    found = {
        "output_by_step": records.production.sum(axis=1)[None],
        "output_at_rest": np.array([economy.x0.sum()]),
        **losses_by(economy, lost[None]),
        "unmet_final_by_region": unmet.sum(axis=1)[None],
        "unmet_final_by_product": unmet.sum(axis=0)[None],
        **first_of_all(economy, records.short_step[None], records.short_product[None]),
    }
    return {name: rows[0] for name, rows in found.items()}


def losses_by(economy: "Economy", lost: Floats) -> Summaries:
    """Return lost output and value added of k draws by region and by product.

    Parameters
    ----------
    economy : Economy
        Whose nodes they are.
    lost : ndarray, shape (k, n) [money]
        Output lost by each node.

    Returns
    -------
    dict of str to ndarray
        ``output_by_region``, ``value_added_by_region``, shape (k, regions), and the two
        ``_by_product``, shape (k, S) [money].
    """
    yearly = economy.x0 * economy.steps_per_year
    share = np.divide(economy.VA, yearly, out=np.zeros_like(yearly), where=yearly > 0.0)
    places = {
        "region": (economy.flows.nodes.region, len(economy.regions)),
        "product": (economy.product, economy.S),
    }
    found = {}
    for measure, amounts in (("output", lost), ("value_added", lost * share)):
        for name, (of, size) in places.items():
            sums = np.zeros((len(lost), size))
            np.add.at(sums.T, of, amounts.T)
            found[f"{measure}_by_{name}"] = sums
    return found


def first_of_all(economy: "Economy", short_step: Integers, short_product: Integers) -> Summaries:
    """Return what ran short first in k draws; of several nodes on one step the largest.

    Parameters
    ----------
    economy : Economy
        Whose nodes they are.
    short_step, short_product : ndarray of int, shape (k, n)
        First step on which stocks limited each node, and which stock did; -1 where none did.

    Returns
    -------
    dict of str to ndarray
        ``short_step``, ``short_product``, ``short_node``, shape (k,), -1 where nothing ran short;
        ``short_nodes``, shape (k, S), how many nodes each product was the first to limit.
    """
    k = len(short_step)
    step = np.where(short_step < 0, np.iinfo(np.int32).max, short_step)
    first = np.lexsort((np.broadcast_to(-economy.x0, step.shape), step), axis=1)[:, 0]
    rows = np.arange(k)
    none = short_step[rows, first] < 0
    counts = np.zeros((k, economy.S), np.int64)
    at, node = np.nonzero(short_product >= 0)
    np.add.at(counts, (at, short_product[at, node]), 1)
    return {
        "short_step": short_step[rows, first],
        "short_product": short_product[rows, first],
        "short_node": np.where(none, -1, first).astype(np.int32),
        "short_nodes": counts,
    }
