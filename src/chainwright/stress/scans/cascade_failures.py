"""Failures of firms and of regions of firms as the cascade along their links sees them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chainwright.errors import MissingPartError, UnknownCodeError
from chainwright.stress.firms.cascade_question import CascadeQuestion
from chainwright.stress.firms.cascade_runs import run_cascades
from chainwright.stress.firms.firm_shocks import Shocks
from chainwright.stress.scans.failures import Costs, Failures, Progress
from chainwright.system import Links, System

__all__ = ["cascade_failures"]

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


def cascade_failures(
    system: System,
    question: CascadeQuestion,
    of: str,
    among: Sequence[str] | None,
    share: float,
    *,
    progress: Progress | None = None,
) -> tuple[Failures, str]:
    """Return the failures of firms, or of all firms of a region, and the rule of inputs in words.

    Losses are the share of all sales in the links that is lost, times these sales.

    Parameters
    ----------
    system : System
        With links between firms.
    question : CascadeQuestion
        How a cascade runs.
    of : str
        ``"nodes"`` (firms) or ``"regions"``.
    among : sequence of str, optional
        Firms, or regions, that may fail; all if not given.
    share : float [share]
        Production that is lost.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    MissingPartError
        If the system has no links, or its firms no regions where these are asked for.
    UnknownCodeError
        If `among` names something that is not there.
    """
    links = system.links
    network, rule_of_inputs = question.network(system)
    codes, hits = _regions(links, among) if of == "regions" else _firms(links, among)
    sales = np.asarray(links.sales, dtype=np.float64)

    def tell(done: int, total: int) -> None:
        if progress is not None:
            progress(f"{done:,} of {total:,} failures")

    def losses(sets: Sequence[Places]) -> Costs:
        chosen = [np.unique(np.concatenate([hits[c] for c in one])) for one in sets]
        starts = np.concatenate([[0], np.cumsum([len(c) for c in chosen])]).astype(np.int64)
        firm = np.concatenate(chosen).astype(np.int64)
        lost = np.full(len(firm), share)
        runs = run_cascades(network, Shocks(starts, firm, lost, lost), question.rule, progress=tell)
        nothing = np.full(len(sets), np.nan)
        return Costs(np.asarray(runs.risk * sales.sum()), nothing, nothing)

    direct = np.array([sales[hit].sum() for hit in hits]) * share
    return Failures(codes, (), direct, float(sales.sum()), losses), rule_of_inputs


def _firms(links: Links, among: Sequence[str] | None) -> tuple[tuple[str, ...], list[Places]]:
    axis = links.axis
    codes = axis.codes if among is None else tuple(among)
    for code in codes:
        if code not in axis.place:
            raise UnknownCodeError(code, "firm of the links", axis.codes)
    return codes, [np.array([axis.place[code]]) for code in codes]


def _regions(links: Links, among: Sequence[str] | None) -> tuple[tuple[str, ...], list[Places]]:
    known = [code for code in links.regions.codes if code]
    if not known:
        raise MissingPartError(
            "a region of each firm", "Give the table of firms a column 'region', or scan firms."
        )
    codes = tuple(known) if among is None else tuple(among)
    for code in codes:
        if code not in known:
            raise UnknownCodeError(code, "region of the firms", known)
    found = [np.flatnonzero(links.region == links.regions.place[code]) for code in codes]
    kept = [i for i, hit in enumerate(found) if len(hit)]
    return tuple(codes[i] for i in kept), [found[i] for i in kept]
